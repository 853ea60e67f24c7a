//! What operators and functions make of values; no part of a run.

use std::cmp::Ordering;

use super::code::Binary;
use super::machine::{Evaluated, Fault};
use super::parse::Bytes;
use super::value::Value;

/// What helps against most faults: something is not stated.
const ASK: &str = "ask first whether it is there: `stated(...) && ...`, `size(...) > 0 && ...`";
/// How dates are written.
pub(super) const DATES: &str = "a date begins with YYYY-MM-DD, as `'2026-11-21'`; of what a file states ask first: `x.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}') && ...`";

#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn fault(at: Bytes, message: impl Into<String>) -> Box<Fault> {
    advised(at, message, ASK)
}

/// A fault that something else helps against than asking whether the value is there.
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn advised(at: Bytes, message: impl Into<String>, help: &'static str) -> Box<Fault> {
    Box::new(Fault { at, message: message.into(), help, variable: None, is_limit: false, is_doubt: false })
}

/// A value that does not fit: one that is not there is asked for first, against any other helps what is given.
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn unfit(at: Bytes, message: String, values: &[&Value<'_>], help: &'static str) -> Box<Fault> {
    let is_missing = values.iter().any(|value| matches!(value, Value::Null));
    advised(at, message, if is_missing { ASK } else { help })
}

/// A run that asks too much.
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn limit(at: Bytes, message: impl Into<String>) -> Box<Fault> {
    let help = "loop over less: name lists in `variables`, avoid loops inside loops";
    Box::new(Fault { is_limit: true, ..*advised(at, message, help) })
}

/// A run that asks for what is doubtful.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn doubt(at: Bytes) -> Box<Fault> {
    let message = "a finding says that this is wrong, so that what it should be is not known";
    Box::new(Fault { is_doubt: true, ..*advised(at, message, "mend that first") })
}

/// What a run ends with that takes too long.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn spent(at: Bytes) -> Box<Fault> {
    limit(at, format!("this takes more than {} steps", super::MAX_STEPS))
}

#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn overflow(at: Bytes) -> Box<Fault> {
    advised(at, "the result does not fit 64 bits", "count in larger units, or with `double(...)`")
}

pub(super) fn text_of<'v>(value: &'v Value<'_>, at: Bytes) -> Result<&'v str, Box<Fault>> {
    value.as_text().ok_or_else(|| {
        let message = format!("this must be a text; it is {}", value.word());
        unfit(at, message, &[value], "`string(...)` makes a text of a number, `list.join(', ')` one of a list")
    })
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Compares two numbers or texts: `None` when they cannot be, `Some(None)` when neither is more.
#[expect(clippy::option_option, reason = "not comparable and not ordered are two answers")]
pub(super) fn order(left: &Value<'_>, right: &Value<'_>) -> Option<Option<Ordering>> {
    if let (Some(a), Some(b)) = (left.as_text(), right.as_text()) {
        return Some(Some(a.cmp(b)));
    }
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(Some(a.cmp(b))),
        _ => Some(number(left)?.partial_cmp(&number(right)?)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a whole number beside a fraction is read as one")]
pub(super) fn number(value: &Value<'_>) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Double(value) => Some(*value),
        _ => None,
    }
}

pub(super) fn arithmetic<'a>(binary: Binary, left: &Value<'a>, right: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        if *b == 0 && matches!(binary, Binary::Divide | Binary::Remainder) {
            let help =
                "nothing can be divided by zero: ask first, as in `x != 0 && 10 / x > 2`, or compare without dividing";
            return Err(advised(at, "this divides by zero", help));
        }
        let value = match binary {
            Binary::Add => a.checked_add(*b),
            Binary::Subtract => a.checked_sub(*b),
            Binary::Multiply => a.checked_mul(*b),
            Binary::Divide => a.checked_div(*b),
            _ => a.checked_rem(*b),
        };
        return value.map(Value::Int).ok_or_else(|| overflow(at));
    }
    let (Some(a), Some(b)) = (number(left), number(right)) else {
        let message = format!("`{}` cannot join {} and {}", binary.sign(), left.word(), right.word());
        let help = "make both numbers or both texts: `int(...)` reads a number, `string(...)` makes a text";
        return Err(unfit(at, message, &[left, right], help));
    };
    Ok(Value::Double(match binary {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        _ => return Err(advised(at, "`%` asks for whole numbers", "`int(...)` cuts a fraction off")),
    }))
}

pub(super) fn size<'a>(of: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    let size = match of {
        Value::List(items) => items.len(),
        Value::Map(pairs) => pairs.len(),
        Value::Items(doc) | Value::Object(doc) => doc.len(),
        Value::Column(column) => column.doc.len(),
        other => match other.as_text() {
            Some(text) if text.is_ascii() => text.len(),
            Some(text) => text.chars().count(),
            None => {
                let help = "lists, maps and texts have a size; compare a number itself";
                return Err(unfit(at, format!("{} has no size", other.word()), &[other], help));
            }
        },
    };
    Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(super) fn int<'a>(of: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    match of {
        Value::Int(value) => Ok(Value::Int(*value)),
        // 2^63 is exact as a double.
        Value::Double(value) if value.abs() < 9.223_372_036_854_776e18 => Ok(Value::Int(value.trunc() as i64)),
        Value::Double(_) => Err(overflow(at)),
        other => {
            let text = text_of(other, at)?;
            let read = text.trim().parse().map(Value::Int);
            let help = "ask first whether it is one: `x.matches('^-?[0-9]+$') && int(x) > 0`";
            read.map_err(|_| advised(at, format!("`{}` is no whole number", short(text)), help))
        }
    }
}

pub(super) fn double<'a>(of: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    if let Some(value) = number(of) {
        return Ok(Value::Double(value));
    }
    let text = text_of(of, at)?;
    let read: Option<f64> = text.trim().parse().ok().filter(|value: &f64| value.is_finite());
    let help = "ask first whether it is one: `x.matches('^-?[0-9.]+$') && double(x) > 0.0`";
    read.map(Value::Double).ok_or_else(|| advised(at, format!("`{}` is no number", short(text)), help))
}
