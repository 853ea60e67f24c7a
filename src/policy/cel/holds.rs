//! Whether a condition holds, answered without making values of what is only looked at.

use std::cmp::Ordering;

use super::code::{Binary, Code, Op};
use super::functions::Function;
use super::machine::{Facts, Fault, Holds, Machine};
use super::operate::{order, text_of, unfit};
use super::parse::Bytes;
use super::value::{Doc, Value};

/// What a comparison is made with, where it is written out.
enum Constant<'a> {
    Null,
    Bool(bool),
    Text(&'a str),
}

impl<'a> Constant<'a> {
    fn of(code: &'a Code) -> Option<Constant<'a>> {
        match &code.op {
            Op::Null => Some(Constant::Null),
            Op::Bool(truth) => Some(Constant::Bool(*truth)),
            Op::Text(text) => Some(Constant::Text(text)),
            _ => None,
        }
    }

    fn is(&self, value: &Value<'_>) -> bool {
        match self {
            Constant::Null => matches!(value, Value::Null),
            Constant::Bool(truth) => matches!(value, Value::Bool(other) if other == truth),
            Constant::Text(text) => value.as_text() == Some(text),
        }
    }
}

impl<'a, F: Facts<'a>> Machine<'a, '_, F> {
    /// Says whether a condition holds.
    pub(super) fn holds(&mut self, code: &'a Code) -> Holds {
        self.spend(1, code.at)?;
        self.truth_of(code)
    }

    /// Says whether a condition holds that is paid for.
    pub(super) fn truth_of(&mut self, code: &'a Code) -> Holds {
        match &code.op {
            Op::And(parts) => self.junction(parts, false),
            Op::Or(parts) => self.junction(parts, true),
            Op::Not(of) => Ok(!self.holds(of)?),
            Op::InTexts(of, texts) => {
                let is_known = |text: &str| texts.iter().any(|known| **known == *text);
                self.look(of, |value| value.as_text().is_some_and(is_known))
            }
            Op::Matches(of, regex) => {
                let look = |value: &Value<'a>| text_of(value, of.at).map(|text| (regex.is_match(text), text.len()));
                let (is_match, n_bytes) = self.look(of, look)??;
                self.spend(n_bytes / 16, code.at)?;
                Ok(is_match)
            }
            Op::Call(function, arguments) if function.is_condition() => self.asked(*function, arguments, code.at),
            Op::Binary(binary, left, right) if binary.is_comparison() => {
                if let (Binary::Equal | Binary::Unequal, Some(constant)) = (binary, Constant::of(right)) {
                    let is_equal = self.look(left, |value| constant.is(value))?;
                    // The constant, and the comparison.
                    self.spend(2, code.at)?;
                    return Ok(is_equal == (*binary == Binary::Equal));
                }
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.compared(*binary, &left, &right, code.at)
            }
            Op::Loop(run) if run.kind.is_condition() => Ok(self.turns(run, code.at)?.0),
            _ => truth(&self.value_of(code)?, code),
        }
    }

    /// Looks at a value where it is; a field of a column is not copied for it.
    #[inline]
    fn look<R>(&mut self, code: &'a Code, look: impl FnOnce(&Value<'a>) -> R) -> Result<R, Box<Fault>> {
        if let Op::Select(of, field) = &code.op
            && !F::HAS_DOUBTS
            && let (Op::Local(position), false) = (&of.op, field.is_list)
            && let Value::Column(_) = self.local(*position)
        {
            self.spend(2, code.at)?;
            if let Value::Column(column) = self.local(*position) {
                return Ok(column.look(field, look));
            }
        }
        if let Op::Local(position) = &code.op {
            self.spend(1, code.at)?;
            return Ok(look(self.local(*position)));
        }
        let value = self.eval(code)?;
        Ok(look(&value))
    }

    /// `&&` and `||`: the side that decides wins over one that fails (CEL specification, "Logical operators").
    fn junction(&mut self, parts: &'a [Code], decides: bool) -> Holds {
        let mut failed = None;
        for (position, part) in parts.iter().enumerate() {
            match self.holds(part) {
                Ok(value) if value == decides => {
                    self.last.0 = position;
                    return Ok(decides);
                }
                Ok(_) => {}
                Err(fault) if fault.is_limit => return Err(fault),
                Err(fault) => failed = failed.or(Some(fault)),
            }
        }
        failed.map_or(Ok(!decides), Err)
    }

    /// The functions that give true or false.
    pub(super) fn asked(&mut self, function: Function, arguments: &'a [Code], at: Bytes) -> Holds {
        let first = &arguments[0];
        if function == Function::Stated {
            // A text without a word says nothing, as in checks and levels of maturity.
            let look = |value: &Value<'a>| match value.as_text() {
                Some(text) => (!text.trim().is_empty(), text.len()),
                None => (!matches!(value, Value::Null), 0),
            };
            let (is_stated, n_bytes) = self.look(first, look)?;
            self.spend(n_bytes / 16, at)?;
            return Ok(is_stated);
        }
        let has = |text: &str, part: &str| match function {
            Function::Contains => has_part(text, part),
            Function::StartsWith => text.starts_with(part),
            _ => text.ends_with(part),
        };
        let part = &arguments[1];
        if let Op::Text(written) = &part.op {
            let look = |value: &Value<'a>| text_of(value, first.at).map(|text| (has(text, written), text.len()));
            let (has_part, n_bytes) = self.look(first, look)??;
            self.spend(1 + n_bytes / 16, at)?;
            return Ok(has_part);
        }
        let (text, written) = (self.eval(first)?, self.eval(part)?);
        self.spend(text.as_text().map_or(0, str::len) / 16, at)?;
        Ok(has(text_of(&text, first.at)?, text_of(&written, part.at)?))
    }

    fn compared(&mut self, binary: Binary, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Holds {
        match binary {
            Binary::Equal => self.is_equal(left, right, at),
            Binary::Unequal => Ok(!self.is_equal(left, right, at)?),
            Binary::In => self.is_in(left, right, at),
            _ => {
                let order = order(left, right).ok_or_else(|| {
                    let message = format!("`{}` cannot compare {} with {}", binary.sign(), left.word(), right.word());
                    unfit(at, message, &[left, right], "compare two numbers or two texts; `int(...)` reads a number")
                })?;
                Ok(match binary {
                    Binary::Less => order == Some(Ordering::Less),
                    Binary::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
                    Binary::Greater => order == Some(Ordering::Greater),
                    _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
                })
            }
        }
    }

    fn is_in(&mut self, item: &Value<'a>, list: &Value<'a>, at: Bytes) -> Holds {
        match list {
            Value::List(_) | Value::Items(_) => {
                for known in self.items(list, at)? {
                    self.spend(1, at)?;
                    if self.is_equal(item, &known, at)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Value::Object(doc) => Ok(item.as_text().is_some_and(|key| doc.get(key).is_some())),
            Value::Map(pairs) => {
                for (key, _) in pairs.iter() {
                    if self.is_equal(item, key, at)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            other => {
                let message = format!("`in` looks into a list; this is {}", other.word());
                Err(unfit(at, message, &[other], "for a part of a text write `text.contains(part)`"))
            }
        }
    }

    fn is_equal(&mut self, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Holds {
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
}

/// Says whether a text has a part in it. Names are short: to look at each byte is quicker than to prepare a search.
fn has_part(text: &str, part: &str) -> bool {
    let (bytes, sought) = (text.as_bytes(), part.as_bytes());
    let Some(first) = sought.first().filter(|_| bytes.len() <= 64) else { return text.contains(part) };
    let Some(last) = bytes.len().checked_sub(sought.len()) else { return false };
    (0..=last).any(|at| bytes[at] == *first && bytes[at..].starts_with(sought))
}

fn truth(value: &Value<'_>, code: &Code) -> Holds {
    match value {
        Value::Bool(value) => Ok(*value),
        other => {
            let message = format!("this must be true or false; it is {}", other.word());
            Err(unfit(code.at, message, &[other], "write what must hold of it: `== ...`, `size(...) > 0`"))
        }
    }
}
