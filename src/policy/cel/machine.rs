//! Runs checked code for one subject: metered, without panics, and remembering which item made a
//! condition fail.

use std::cmp::Ordering;
use std::rc::Rc;

use super::code::{Binary, Code, Loop, LoopKind, Near, Op};
use super::functions::Function;
use super::operate::{arithmetic, double, fault, int, order, overflow, short, size, spent, text_of};
use super::parse::Bytes;
use super::shapes::{Derived, Root};
use super::value::{Doc, Value, columns};
use super::{MAX_MADE, MAX_STEPS};
use crate::graph::{Found, date_of};

/// What a run asks of the world around it.
pub trait Facts<'a> {
    /// Returns what a root holds; null when there is no such thing.
    fn root(&self, root: Root) -> Value<'a>;
    /// Returns a field of a thing of the mesh; null when it is not stated.
    ///
    /// # Errors
    /// Why it is not looked up, for people.
    fn field(&self, thing: Found, name: &str, derived: Option<Derived>) -> Result<Value<'a>, String>;
}

/// Why a run came to no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the part that failed.
    pub at: (u32, u32),
    /// What happened.
    pub message: String,
    /// The variable that the bytes are of; `None` for the expression that was run.
    pub variable: Option<usize>,
    /// It took too many steps.
    pub is_limit: bool,
}

/// What a run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Steps.
    pub steps: u64,
}

pub(super) type Evaluated<'a> = Result<Value<'a>, Box<Fault>>;

/// One run of a policy for one subject.
pub struct Machine<'a, 'm, F> {
    facts: &'m F,
    variables: &'a [Code],
    values: Vec<Option<Evaluated<'a>>>,
    locals: Vec<Value<'a>>,
    /// Where the loops of the expression that runs begin in `locals`.
    base: usize,
    empty: Option<Rc<[Value<'a>]>>,
    run: Run,
    /// The item that decided a loop, and how well it explains: best of `all`, then of `exists`, of `filter`.
    witness: Option<(u8, Doc<'a>)>,
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
        }
    }

    /// Returns what the run has cost so far.
    pub fn run(&self) -> Run {
        self.run
    }

    /// Says whether a condition holds.
    pub(crate) fn condition(&mut self, code: &'a Code) -> Result<bool, Fault> {
        self.witness = None;
        let value = self.eval(code).map_err(|fault| *fault)?;
        Self::truth(&value, code).map_err(|fault| *fault)
    }

    /// Returns a message.
    pub(crate) fn message(&mut self, code: &'a Code) -> Result<String, Fault> {
        let value = self.eval(code).map_err(|fault| *fault)?;
        match value.as_text() {
            Some(text) => Ok(text.to_owned()),
            None => Err(*fault(code.at, format!("a message is a text; this is {}", value.word()))),
        }
    }

    /// Returns the part of the document that made the last condition fail, where a loop tells it.
    pub(crate) fn witness(&self) -> Option<Doc<'a>> {
        self.witness.map(|(_, doc)| doc)
    }

    #[inline]
    fn spend(&mut self, steps: usize, at: Bytes) -> Result<(), Box<Fault>> {
        self.run.steps += steps as u64;
        if self.run.steps > MAX_STEPS { Err(spent(at)) } else { Ok(()) }
    }

    fn eval(&mut self, code: &'a Code) -> Evaluated<'a> {
        self.spend(1, code.at)?;
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
            Op::Local(position) => Ok(self.locals[self.base + position].clone()),
            Op::Select { of, field, derived, is_list, near } => {
                // The item of a loop is asked where it is; most fields are asked of one.
                let selected = if let Op::Local(position) = &of.op {
                    self.spend(1, of.at)?;
                    self.select(&self.locals[self.base + position], field, *derived, near, of.at)?
                } else {
                    let value = self.eval(of)?;
                    self.select(&value, field, *derived, near, of.at)?
                };
                if *is_list && matches!(selected, Value::Null) {
                    return Ok(Value::List(Rc::clone(self.empty.get_or_insert_with(|| Rc::from([])))));
                }
                Ok(selected)
            }
            Op::Index(of, index) => {
                let (list, position) = (self.eval(of)?, self.eval(index)?);
                self.index(&list, &position, code.at)
            }
            Op::Not(of) => {
                let value = self.eval(of)?;
                Ok(Value::Bool(!Self::truth(&value, of)?))
            }
            Op::Negate(of) => match self.eval(of)? {
                Value::Int(value) => value.checked_neg().map(Value::Int).ok_or_else(|| overflow(code.at)),
                Value::Double(value) => Ok(Value::Double(-value)),
                other => Err(fault(of.at, format!("`-` asks for a number; this is {}", other.word()))),
            },
            Op::And(parts) => self.junction(parts, false),
            Op::Or(parts) => self.junction(parts, true),
            Op::Binary(binary, left, right) => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.binary(*binary, &left, &right, code.at)
            }
            Op::InTexts(of, texts) => {
                let value = self.eval(of)?;
                let text = value.as_text();
                Ok(Value::Bool(text.is_some_and(|text| texts.iter().any(|known| **known == *text))))
            }
            Op::Choice(condition, yes, no) => {
                let value = self.eval(condition)?;
                if Self::truth(&value, condition)? { self.eval(yes) } else { self.eval(no) }
            }
            Op::Call(function, arguments) => self.call(*function, arguments, code.at),
            Op::Matches(of, regex) => {
                let value = self.eval(of)?;
                let text = text_of(&value, of.at)?;
                self.spend(text.len() / 16, code.at)?;
                Ok(Value::Bool(regex.is_match(text)))
            }
            Op::Loop(run) => self.turns(run, code.at),
        }
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

    /// `&&` and `||`: the side that decides wins over one that fails (CEL specification, "Logical operators").
    fn junction(&mut self, parts: &'a [Code], decides: bool) -> Evaluated<'a> {
        let mut failed = None;
        for part in parts {
            let value = self.eval(part).and_then(|value| Self::truth(&value, part));
            match value {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Ok(_) => {}
                Err(fault) if fault.is_limit => return Err(fault),
                Err(fault) => failed = failed.or(Some(fault)),
            }
        }
        failed.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn truth(value: &Value<'a>, code: &Code) -> Result<bool, Box<Fault>> {
        match value {
            Value::Bool(value) => Ok(*value),
            other => Err(fault(code.at, format!("this must be true or false; it is {}", other.word()))),
        }
    }

    fn select(&self, of: &Value<'a>, field: &str, derived: Option<Derived>, near: &Near, at: Bytes) -> Evaluated<'a> {
        Ok(match of {
            Value::Thing(thing) => self
                .facts
                .field(*thing, field, derived)
                .map_err(|message| Box::new(Fault { is_limit: true, ..*fault(at, message) }))?,
            Value::Column(column) => match field {
                "path" => Value::Made(column.path().into()),
                "object" => Value::Text(column.object),
                field => column.field(field, near).map_or(Value::Null, Doc::value),
            },
            // In a test case, what the mesh would add is given, or follows from what is given.
            Value::Object(doc) => match (doc.get_near(field, &near.position), derived) {
                (Some(found), _) => found.value(),
                (None, Some(Derived::Columns)) => Value::List(columns(*doc).into()),
                (None, _) => Value::Null,
            },
            Value::Map(pairs) => {
                let found = pairs.iter().find(|(key, _)| key.as_text() == Some(field));
                found.map_or(Value::Null, |(_, value)| value.clone())
            }
            Value::Null => return Err(fault(at, format!("this is null, so it has no field `{field}`"))),
            other => return Err(fault(at, format!("this is {}, which has no field `{field}`", other.word()))),
        })
    }

    fn index(&self, of: &Value<'a>, index: &Value<'a>, at: Bytes) -> Evaluated<'a> {
        if let Some(key) = index.as_text() {
            return self.select(of, key, None, &Near::default(), at);
        }
        let Value::Int(position) = index else {
            return Err(fault(at, format!("an item is named by its number or key, not by {}", index.word())));
        };
        let found = usize::try_from(*position).ok().and_then(|position| match of {
            Value::List(items) => items.get(position).cloned(),
            Value::Items(doc) => doc.item(position).map(Doc::value),
            _ => None,
        });
        found.ok_or_else(|| fault(at, format!("there is no item {position}; ask `size(...)` first")))
    }

    fn binary(&mut self, binary: Binary, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Evaluated<'a> {
        match binary {
            Binary::Equal => Ok(Value::Bool(self.is_equal(left, right, at)?)),
            Binary::Unequal => Ok(Value::Bool(!self.is_equal(left, right, at)?)),
            Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual => {
                let order = order(left, right).ok_or_else(|| {
                    let message = format!("`{}` cannot compare {} with {}", binary.sign(), left.word(), right.word());
                    fault(at, message)
                })?;
                Ok(Value::Bool(match binary {
                    Binary::Less => order == Some(Ordering::Less),
                    Binary::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                    Binary::Greater => order == Some(Ordering::Greater),
                    _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                }))
            }
            Binary::In => self.is_in(left, right, at),
            Binary::Add => match (left, right) {
                (Value::List(_) | Value::Items(_), Value::List(_) | Value::Items(_)) => {
                    let mut items = self.items(left, at)?;
                    items.extend(self.items(right, at)?);
                    self.made(items, at)
                }
                _ => match (left.as_text(), right.as_text()) {
                    (Some(a), Some(b)) => self.text([a, b].concat(), at),
                    _ => arithmetic(binary, left, right, at),
                },
            },
            Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
                arithmetic(binary, left, right, at)
            }
        }
    }

    fn is_in(&mut self, item: &Value<'a>, list: &Value<'a>, at: Bytes) -> Evaluated<'a> {
        match list {
            Value::List(_) | Value::Items(_) => {
                for known in self.items(list, at)? {
                    self.spend(1, at)?;
                    if self.is_equal(item, &known, at)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            Value::Object(doc) => Ok(Value::Bool(item.as_text().is_some_and(|key| doc.get(key).is_some()))),
            Value::Map(pairs) => {
                for (key, _) in pairs.iter() {
                    if self.is_equal(item, key, at)? {
                        return Ok(Value::Bool(true));
                    }
                }
                Ok(Value::Bool(false))
            }
            other => Err(fault(at, format!("`in` looks into a list; this is {}", other.word()))),
        }
    }

    fn is_equal(&mut self, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Result<bool, Box<Fault>> {
        self.spend(1, at)?;
        if let (Some(a), Some(b)) = (left.as_text(), right.as_text()) {
            return Ok(a == b);
        }
        Ok(match (left, right) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
                order(left, right) == Some(Some(Ordering::Equal))
            }
            (Value::Thing(a), Value::Thing(b)) => a == b,
            (Value::List(_) | Value::Items(_), Value::List(_) | Value::Items(_)) => {
                let (a, b) = (self.items(left, at)?, self.items(right, at)?);
                if a.len() != b.len() {
                    return Ok(false);
                }
                for (a, b) in a.iter().zip(&b) {
                    if !self.is_equal(a, b, at)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Map(a), Value::Map(b)) => {
                if a.len() != b.len() {
                    return Ok(false);
                }
                for ((key, a), (other, b)) in a.iter().zip(b.iter()) {
                    if !self.is_equal(key, other, at)? || !self.is_equal(a, b, at)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Object(_) | Value::Column(_), Value::Object(_) | Value::Column(_)) => {
                match (left.doc().and_then(Doc::place), right.doc().and_then(Doc::place)) {
                    (Some(a), Some(b)) => a == b,
                    _ => false,
                }
            }
            _ => false,
        })
    }

    /// Returns the items of a list, or the keys of a map.
    fn items(&mut self, of: &Value<'a>, at: Bytes) -> Result<Vec<Value<'a>>, Box<Fault>> {
        let items: Vec<Value<'a>> = match of {
            Value::List(items) => items.to_vec(),
            Value::Items(doc) => (0..doc.len()).filter_map(|position| doc.item(position)).map(Doc::value).collect(),
            Value::Map(pairs) => pairs.iter().map(|(key, _)| key.clone()).collect(),
            Value::Object(doc) => (0..doc.len()).filter_map(|position| doc.key(position)).map(Value::Text).collect(),
            other => return Err(fault(at, format!("this must be a list; it is {}", other.word()))),
        };
        self.spend(items.len() / 4, at)?;
        Ok(items)
    }

    fn made(&mut self, items: Vec<Value<'a>>, at: Bytes) -> Evaluated<'a> {
        self.spend(items.len() / 4, at)?;
        if items.len() > MAX_MADE {
            return Err(Box::new(Fault {
                is_limit: true,
                ..*fault(at, format!("a list of more than {MAX_MADE} items"))
            }));
        }
        Ok(Value::List(items.into()))
    }

    fn text(&mut self, text: String, at: Bytes) -> Evaluated<'a> {
        self.spend(text.len() / 16, at)?;
        if text.len() > MAX_MADE {
            return Err(Box::new(Fault {
                is_limit: true,
                ..*fault(at, format!("a text of more than {MAX_MADE} bytes"))
            }));
        }
        Ok(Value::Made(text.into()))
    }

    fn turns(&mut self, run: &'a Loop, at: Bytes) -> Evaluated<'a> {
        let over = self.eval(&run.over)?;
        match over {
            // The most common ones need no copy of their items.
            Value::List(items) => self.each(run, items.len(), |position| items.get(position).cloned(), at),
            Value::Items(doc) => self.each(run, doc.len(), |position| doc.item(position).map(Doc::value), at),
            other => {
                let items = self.items(&other, run.over.at)?;
                self.each(run, items.len(), |position| items.get(position).cloned(), at)
            }
        }
    }

    fn each(
        &mut self,
        run: &'a Loop,
        n_items: usize,
        item: impl Fn(usize) -> Option<Value<'a>>,
        at: Bytes,
    ) -> Evaluated<'a> {
        let mut failed: Option<Box<Fault>> = None;
        let mut n_found = 0_usize;
        let mut made = Vec::new();
        for value in (0..n_items).filter_map(item) {
            self.spend(1, at)?;
            let above = self.witness.take();
            self.locals.push(value);
            let turn = self.one_turn(run);
            let value = self.locals.pop().unwrap_or(Value::Null);
            let within = std::mem::replace(&mut self.witness, above);
            let (holds, mapped) = match turn {
                Ok(turn) => turn,
                Err(fault) if fault.is_limit => return Err(fault),
                // As `&&` and `||`: an item that decides wins over one that fails.
                Err(fault) if matches!(run.kind, LoopKind::All | LoopKind::Exists) => {
                    failed = failed.or(Some(fault));
                    continue;
                }
                Err(fault) => return Err(fault),
            };
            // What decided inside the item tells more than the item.
            let mut decide = |rank: u8| {
                let inner = within.map(|(_, doc)| doc).or_else(|| value.doc());
                if let Some(doc) = inner
                    && self.witness.is_none_or(|(known, _)| rank <= known)
                {
                    self.witness = Some((rank, doc));
                }
            };
            match run.kind {
                LoopKind::All if !holds => {
                    decide(0);
                    return Ok(Value::Bool(false));
                }
                LoopKind::Exists if holds => {
                    decide(1);
                    return Ok(Value::Bool(true));
                }
                LoopKind::Filter if holds => {
                    if made.is_empty() {
                        decide(2);
                    }
                    made.push(value);
                }
                LoopKind::Map => made.extend(mapped.filter(|_| holds)),
                LoopKind::ExistsOne => n_found += usize::from(holds),
                LoopKind::All | LoopKind::Exists | LoopKind::Filter => {}
            }
        }
        if let Some(fault) = failed {
            return Err(fault);
        }
        match run.kind {
            LoopKind::All => Ok(Value::Bool(true)),
            LoopKind::Exists => Ok(Value::Bool(false)),
            LoopKind::ExistsOne => Ok(Value::Bool(n_found == 1)),
            LoopKind::Filter | LoopKind::Map => self.made(made, at),
        }
    }

    /// Returns whether the item is taken, and for `map` what is made of it.
    fn one_turn(&mut self, run: &'a Loop) -> Result<(bool, Option<Value<'a>>), Box<Fault>> {
        if run.kind == LoopKind::Map {
            let takes = match &run.filter {
                None => true,
                Some(filter) => {
                    let value = self.eval(filter)?;
                    Self::truth(&value, filter)?
                }
            };
            return Ok((takes, if takes { Some(self.eval(&run.body)?) } else { None }));
        }
        let value = self.eval(&run.body)?;
        Ok((Self::truth(&value, &run.body)?, None))
    }

    fn call(&mut self, function: Function, arguments: &'a [Code], at: Bytes) -> Evaluated<'a> {
        let first = self.eval(&arguments[0])?;
        let first_at = arguments[0].at;
        let second = arguments.get(1).map(|argument| self.eval(argument)).transpose()?.unwrap_or(Value::Null);
        let second_at = arguments.get(1).map_or(at, |argument| argument.at);
        let text = || text_of(&first, first_at);
        let other = || text_of(&second, second_at);
        let n_bytes = first.as_text().map_or(0, str::len);
        self.spend(n_bytes / 16, at)?;
        match function {
            Function::Stated => Ok(Value::Bool(!matches!(first, Value::Null))),
            Function::Size => size(&first, first_at),
            Function::Contains => Ok(Value::Bool(text()?.contains(other()?))),
            Function::StartsWith => Ok(Value::Bool(text()?.starts_with(other()?))),
            Function::EndsWith => Ok(Value::Bool(text()?.ends_with(other()?))),
            Function::LowerAscii => self.text(text()?.to_ascii_lowercase(), at),
            Function::UpperAscii => self.text(text()?.to_ascii_uppercase(), at),
            Function::Trim => self.text(text()?.trim().to_owned(), at),
            Function::Split => {
                let separator = other()?;
                let made = |part: &str| Value::Made(part.into());
                let parts: Vec<Value<'a>> = if separator.is_empty() {
                    text()?.chars().map(|part| made(part.encode_utf8(&mut [0; 4]))).collect()
                } else {
                    text()?.split(separator).map(made).collect()
                };
                self.made(parts, at)
            }
            Function::Join => {
                let mut texts = Vec::new();
                let mut n_bytes = 0;
                for item in self.items(&first, first_at)? {
                    let text = text_of(&item, first_at)?;
                    n_bytes += text.len() + other()?.len();
                    if n_bytes > MAX_MADE {
                        break;
                    }
                    texts.push(text.to_owned());
                }
                let joined = if n_bytes > MAX_MADE { "x".repeat(MAX_MADE + 1) } else { texts.join(other()?) };
                self.text(joined, at)
            }
            Function::Int => int(&first, first_at),
            Function::Double => double(&first, first_at),
            Function::Text => match &first {
                Value::Int(value) => self.text(value.to_string(), at),
                Value::Double(value) => self.text(value.to_string(), at),
                Value::Bool(value) => self.text(value.to_string(), at),
                _ => text().map(|_| first.clone()),
            },
            Function::DaysBetween => {
                let read = |text: &str, at| {
                    date_of(text)
                        .ok_or_else(|| fault(at, format!("`{}` does not begin with a date YYYY-MM-DD", short(text))))
                };
                let (from, to) = (read(text()?, first_at)?, read(other()?, second_at)?);
                let days = from.until(to).map_or(0, |span| i64::from(span.get_days()));
                Ok(Value::Int(days))
            }
        }
    }
}
