//! Runs checked code for one subject: metered, without panics, and remembering which item made a
//! condition fail.

use std::rc::Rc;

use super::code::{Binary, Code, Field, LoopKind, Op};
use super::operate::{advised, arithmetic, doubt, fault, limit, overflow, spent, unfit};
use super::parse::Bytes;
use super::shapes::{Derived, Root};
use super::turns::Turn;
use super::value::{Doc, Value, columns};
use super::{MAX_MADE, MAX_STEPS};
use crate::graph::Found;

/// What a run asks of the world around it.
pub trait Facts<'a> {
    /// Returns what a root holds; null when there is no such thing.
    fn root(&self, root: Root) -> Value<'a>;
    /// Returns a field of a thing of the mesh; null when it is not stated.
    ///
    /// # Errors
    /// Why it is not looked up, for people.
    fn field(&self, thing: Found, name: &str, derived: Option<Derived>) -> Result<Value<'a>, String>;

    /// Whether some of it is doubtful: a run that asks for such a part comes to no answer.
    const HAS_DOUBTS: bool = false;

    /// Says whether it is not known what a value holds under a name.
    fn is_doubtful(&self, _of: &Value<'a>, _name: &str, _derived: Option<Derived>) -> bool {
        false
    }

    /// Says whether a list that is made takes an item of which it is not known whether it belongs there.
    fn takes_doubtful(&self) -> bool {
        false
    }

    /// Says whether it is not known what stands in a part of a document.
    fn is_doubtful_part(&self, _part: Doc<'a>) -> bool {
        false
    }
}

/// Why a run came to no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the part that failed.
    pub at: (u32, u32),
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: &'static str,
    /// The variable that the bytes are of; `None` for the expression that was run.
    pub variable: Option<usize>,
    /// It took too many steps.
    pub is_limit: bool,
    /// It asked for what is doubtful.
    pub is_doubt: bool,
}

/// What a run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Steps.
    pub steps: u64,
}

pub(super) type Evaluated<'a> = Result<Value<'a>, Box<Fault>>;
/// Whether something holds. Conditions are most of what policies are, so they are answered without a value.
pub(super) type Holds = Result<bool, Box<Fault>>;

/// One run of a policy for one subject.
pub struct Machine<'a, 'm, F> {
    pub(super) facts: &'m F,
    variables: &'a [Code],
    values: Vec<Option<Evaluated<'a>>>,
    pub(super) locals: Vec<Turn<'a>>,
    /// Where the loops of the expression that runs begin in `locals`.
    base: usize,
    empty: Option<Rc<[Value<'a>]>>,
    run: Run,
    /// The item that decided a loop, and how well it explains: best of `all`, then of `exists`, of `filter`.
    pub(super) witness: Option<(u8, Doc<'a>)>,
    /// Which part decided the last `&&` or `||`, and whether no item of the last `all` was asked anything.
    pub(super) last: (usize, bool),
}

impl<'a, 'm, F: Facts<'a>> Machine<'a, 'm, F> {
    /// Begins a run.
    pub(crate) fn new(facts: &'m F, variables: &'a [Code]) -> Machine<'a, 'm, F> {
        Machine {
            facts,
            variables,
            values: vec![None; variables.len()],
            locals: Vec::new(),
            base: 0,
            empty: None,
            run: Run::default(),
            witness: None,
            last: (0, false),
        }
    }

    /// Returns what the run has cost so far.
    pub fn run(&self) -> Run {
        self.run
    }

    /// Says whether a condition holds.
    pub(crate) fn condition(&mut self, code: &'a Code) -> Result<bool, Fault> {
        self.witness = None;
        self.holds(code).map_err(|fault| *fault)
    }

    /// Says whether the condition that was just found to hold does so since there is nothing that it asks about.
    pub(crate) fn is_idle(&self, code: &Code) -> bool {
        let (part, is_unasked) = self.last;
        match &code.op {
            Op::Or(parts) => part + 1 < parts.len() && parts.get(part).is_some_and(Code::is_guard),
            Op::Loop(run) => run.kind == LoopKind::All && is_unasked,
            _ => false,
        }
    }

    /// Returns a message.
    pub(crate) fn message(&mut self, code: &'a Code) -> Result<String, Fault> {
        let value = self.eval(code).map_err(|fault| *fault)?;
        if let Some(text) = value.as_text() {
            return Ok(text.to_owned());
        }
        let message = format!("a message is a text; this is {}", value.word());
        Err(*unfit(code.at, message, &[&value], "`string(...)` makes a text, `list.join(', ')` one of several"))
    }

    /// Returns the part of the document that made the last condition fail, where a loop tells it.
    pub(crate) fn witness(&self) -> Option<Doc<'a>> {
        self.witness.map(|(_, doc)| doc)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "an addition and a comparison, a hundred million times")]
    pub(super) fn spend(&mut self, steps: usize, at: Bytes) -> Result<(), Box<Fault>> {
        self.run.steps += steps as u64;
        if self.run.steps > MAX_STEPS { Err(spent(at)) } else { Ok(()) }
    }

    /// Evaluates an expression.
    pub(super) fn eval(&mut self, code: &'a Code) -> Evaluated<'a> {
        self.spend(1, code.at)?;
        self.value_of(code)
    }

    /// Evaluates an expression that is paid for.
    pub(super) fn value_of(&mut self, code: &'a Code) -> Evaluated<'a> {
        match &code.op {
            Op::Null => Ok(Value::Null),
            Op::Bool(value) => Ok(Value::Bool(*value)),
            Op::Int(value) => Ok(Value::Int(*value)),
            Op::Double(value) => Ok(Value::Double(*value)),
            Op::Text(text) => Ok(Value::Text(text)),
            Op::List(items) => {
                let values = items.iter().map(|item| self.eval(item)).collect::<Result<Vec<_>, _>>()?;
                Ok(Value::List(values.into()))
            }
            Op::Map(entries) => {
                let mut pairs = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    pairs.push((self.eval(key)?, self.eval(value)?));
                }
                Ok(Value::Map(pairs.into()))
            }
            Op::Root(root) => Ok(self.facts.root(*root)),
            Op::Variable(position) => self.variable(*position),
            Op::Local(position) => Ok(self.local(*position).clone()),
            Op::Select(of, field) => {
                // The item of a loop is asked where it is; most fields are asked of one.
                let selected = if let Op::Local(position) = &of.op {
                    self.spend(1, of.at)?;
                    self.select(self.local(*position), field, of.at)?
                } else {
                    let value = self.eval(of)?;
                    self.select(&value, field, of.at)?
                };
                if field.is_list && matches!(selected, Value::Null) {
                    return Ok(Value::List(Rc::clone(self.empty.get_or_insert_with(|| Rc::from([])))));
                }
                Ok(selected)
            }
            Op::Index(of, index) => {
                let (list, position) = (self.eval(of)?, self.eval(index)?);
                self.index(&list, &position, code.at)
            }
            Op::Negate(of) => match self.eval(of)? {
                Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(|| overflow(code.at)),
                Value::Double(value) => Ok(Value::Double(-value)),
                other => {
                    let message = format!("`-` asks for a number; this is {}", other.word());
                    Err(unfit(of.at, message, &[&other], "`int(...)` reads a number out of a text"))
                }
            },
            Op::Binary(binary, left, right) if !binary.is_comparison() => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.joined(*binary, &left, &right, code.at)
            }
            Op::Choice(condition, yes, no) => {
                if self.holds(condition)? {
                    self.eval(yes)
                } else {
                    self.eval(no)
                }
            }
            Op::Call(function, arguments) if !function.is_condition() => self.call(*function, arguments, code.at),
            Op::Loop(run) if !run.kind.is_condition() => {
                let (_, made) = self.turns(run, code.at)?;
                self.made(made, code.at)
            }
            Op::Not(_)
            | Op::And(_)
            | Op::Or(_)
            | Op::Binary(..)
            | Op::InTexts(..)
            | Op::Call(..)
            | Op::Matches(..)
            | Op::Loop(_) => self.truth_of(code).map(Value::Bool),
        }
    }

    /// Returns the item that a loop is at.
    #[inline]
    pub(super) fn local(&self, position: usize) -> &Value<'a> {
        self.locals[self.base + position].value()
    }

    /// Evaluates a variable, once.
    fn variable(&mut self, position: usize) -> Evaluated<'a> {
        if let Some(value) = &self.values[position] {
            return value.clone();
        }
        let variables = self.variables;
        let above = std::mem::replace(&mut self.base, self.locals.len());
        let mut value = self.eval(&variables[position]);
        self.base = above;
        if let Err(fault) = &mut value {
            fault.variable.get_or_insert(position);
        }
        self.values[position] = Some(value.clone());
        value
    }

    pub(super) fn select(&self, of: &Value<'a>, field: &Field, at: Bytes) -> Evaluated<'a> {
        let name = &*field.name;
        if F::HAS_DOUBTS && self.facts.is_doubtful(of, name, field.derived) {
            return Err(doubt(at));
        }
        Ok(match of {
            Value::Thing(thing) => {
                self.facts.field(*thing, name, field.derived).map_err(|message| limit(at, message))?
            }
            Value::Column(column) => column.look(field, Value::clone),
            // In a test case, what the mesh would add is given, or follows from what is given.
            Value::Object(doc) => match (doc.find(field), field.derived) {
                (Some(found), _) => found.value(),
                (None, Some(Derived::Columns)) => Value::List(columns(*doc).into()),
                (None, _) => Value::Null,
            },
            Value::Map(pairs) => {
                let found = pairs.iter().find(|(key, _)| key.as_text() == Some(name));
                found.map_or(Value::Null, |(_, value)| value.clone())
            }
            Value::Null => return Err(fault(at, format!("this is null, so it has no field `{name}`"))),
            other => {
                let message = format!("this is {}, which has no field `{name}`", other.word());
                return Err(advised(at, message, "only maps have fields; of a list ask its items: `.exists(x, ...)`"));
            }
        })
    }

    fn index(&self, of: &Value<'a>, index: &Value<'a>, at: Bytes) -> Evaluated<'a> {
        if let Some(key) = index.as_text() {
            return self.select(of, &Field::named(key), at);
        }
        let Value::Int(position) = index else {
            let message = format!("an item is named by its number or key, not by {}", index.word());
            return Err(unfit(
                at,
                message,
                &[index],
                "write a number from 0 on, or a key in quotes: `x[0]`, `x['key']`",
            ));
        };
        let position_of = |doc: &Doc<'a>| doc.item(usize::try_from(*position).ok()?);
        if F::HAS_DOUBTS
            && let Value::Items(doc) = of
            && position_of(doc).is_some_and(|item| self.facts.is_doubtful_part(item))
        {
            return Err(doubt(at));
        }
        let found = usize::try_from(*position).ok().and_then(|position| match of {
            Value::List(items) => items.get(position).cloned(),
            Value::Items(doc) => doc.item(position).map(Doc::value),
            _ => None,
        });
        found.ok_or_else(|| {
            advised(at, format!("there is no item {position}"), "ask first how many there are: `size(...) > 0 && ...`")
        })
    }

    /// Makes one value of two.
    fn joined(&mut self, binary: Binary, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Evaluated<'a> {
        if binary != Binary::Add {
            return arithmetic(binary, left, right, at);
        }
        match (left, right) {
            (Value::List(_) | Value::Items(_), Value::List(_) | Value::Items(_)) => {
                let mut items = self.items(left, at)?;
                items.extend(self.items(right, at)?);
                self.made(items, at)
            }
            _ => match (left.as_text(), right.as_text()) {
                (Some(a), Some(b)) => self.text([a, b].concat(), at),
                _ => arithmetic(binary, left, right, at),
            },
        }
    }

    /// Returns the items of a list, or the keys of a map.
    pub(super) fn items(&mut self, of: &Value<'a>, at: Bytes) -> Result<Vec<Value<'a>>, Box<Fault>> {
        let items: Vec<Value<'a>> = match of {
            Value::List(items) => items.to_vec(),
            Value::Items(doc) if F::HAS_DOUBTS && has_doubtful_item(self.facts, *doc) => return Err(doubt(at)),
            Value::Items(doc) => (0..doc.len()).filter_map(|position| doc.item(position)).map(Doc::value).collect(),
            Value::Map(pairs) => pairs.iter().map(|(key, _)| key.clone()).collect(),
            Value::Object(doc) => (0..doc.len()).filter_map(|position| doc.key(position)).map(Value::Text).collect(),
            other => {
                let message = format!("this must be a list; it is {}", other.word());
                return Err(unfit(at, message, &[other], "ask the field itself, or write a list: `[x]`"));
            }
        };
        self.spend(items.len() / 4, at)?;
        Ok(items)
    }

    pub(super) fn made(&mut self, items: Vec<Value<'a>>, at: Bytes) -> Evaluated<'a> {
        self.spend(items.len() / 4, at)?;
        if items.len() > MAX_MADE {
            return Err(limit(at, format!("a list of more than {MAX_MADE} items")));
        }
        Ok(Value::List(items.into()))
    }

    pub(super) fn text(&mut self, text: String, at: Bytes) -> Evaluated<'a> {
        self.spend(text.len() / 16, at)?;
        if text.len() > MAX_MADE {
            return Err(limit(at, format!("a text of more than {MAX_MADE} bytes")));
        }
        Ok(Value::Made(text.into()))
    }
}

/// Says whether it is not known of some item of a list what it is.
fn has_doubtful_item<'a, F: Facts<'a>>(facts: &F, list: Doc<'a>) -> bool {
    (0..list.len()).filter_map(|position| list.item(position)).any(|item| facts.is_doubtful_part(item))
}
