//! What operators and functions make of values; no part of a run.

use std::cmp::Ordering;

use super::code::Binary;
use super::machine::{Evaluated, Fault};
use super::parse::Bytes;
use super::value::Value;

#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn fault(at: Bytes, message: impl Into<String>) -> Box<Fault> {
    Box::new(Fault { at, message: message.into(), variable: None, is_limit: false })
}

/// What a run ends with that takes too long.
#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn spent(at: Bytes) -> Box<Fault> {
    let message = format!("this takes more than {} steps", super::MAX_STEPS);
    Box::new(Fault { is_limit: true, ..*fault(at, message) })
}

#[expect(clippy::unnecessary_box_returns, reason = "results stay small, and a fault is always one of a result")]
pub(super) fn overflow(at: Bytes) -> Box<Fault> {
    fault(at, "the result does not fit 64 bits")
}

pub(super) fn text_of<'v>(value: &'v Value<'_>, at: Bytes) -> Result<&'v str, Box<Fault>> {
    value.as_text().ok_or_else(|| fault(at, format!("this must be a text; it is {}", value.word())))
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
            return Err(fault(at, "this divides by zero"));
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
        return Err(fault(at, message));
    };
    Ok(Value::Double(match binary {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        _ => return Err(fault(at, "`%` asks for whole numbers")),
    }))
}

pub(super) fn size<'a>(of: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    let size = match of {
        Value::List(items) => items.len(),
        Value::Map(pairs) => pairs.len(),
        Value::Items(doc) | Value::Object(doc) => doc.len(),
        Value::Column(column) => column.doc.len(),
        other => text_of(other, at)
            .map_err(|_| fault(at, format!("{} has no size; ask `stated(...)` first", other.word())))?
            .chars()
            .count(),
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
            read.map_err(|_| fault(at, format!("`{}` is no whole number", short(text))))
        }
    }
}

pub(super) fn double<'a>(of: &Value<'a>, at: Bytes) -> Evaluated<'a> {
    if let Some(value) = number(of) {
        return Ok(Value::Double(value));
    }
    let text = text_of(of, at)?;
    let read: Option<f64> = text.trim().parse().ok().filter(|value: &f64| value.is_finite());
    read.map(Value::Double).ok_or_else(|| fault(at, format!("`{}` is no number", short(text))))
}
