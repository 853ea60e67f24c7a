//! Limits on values, and which way they move: the bounds of a column and the thresholds of a quality rule.

use std::cmp::Ordering;

use crate::model::QualityRule;
use crate::yaml::NodeRef;

/// A value of a limit: a number, or a text that orders by its letters, such as a date.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Text(String),
}

impl Value {
    pub(super) fn read(node: NodeRef<'_>) -> Option<Value> {
        let text = node.scalar_text()?;
        Some(Value::of(&text))
    }

    pub(super) fn of(text: &str) -> Value {
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Number(number),
            _ => Value::Text(text.trim().to_owned()),
        }
    }

    /// Compares two values; `None` where neither is known to be greater.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(first), Value::Number(second)) => first.partial_cmp(second),
            // `2026-11-21` and `2026-11-21T00:00` order by their letters where they are written alike.
            (Value::Text(first), Value::Text(second)) => {
                let shape = |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
                let (one, two): (String, String) = (shape(first), shape(second));
                let is_iso = one.starts_with("0000-00-00") || one.starts_with("00:00");
                (first == second || (one == two && is_iso)).then(|| first.cmp(second))
            }
            _ => None,
        }
    }
}

/// One end of what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub(super) value: Value,
    /// The value itself is not allowed.
    pub(super) is_exclusive: bool,
}

/// Which end a bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Lower,
    Upper,
}

/// How a limit moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    Not,
    /// More is allowed.
    Relaxed,
    /// Less is allowed.
    Tightened,
    Unclear,
}

/// Reads one end from `minimum` and `exclusiveMinimum`, or their like. Where both are stated the stricter
/// counts; `exclusiveMinimum: true` of ODCS 3.0 makes `minimum` exclusive.
pub(super) fn bound(options: NodeRef<'_>, inclusive: &str, exclusive: &str, end: End) -> Option<Bound> {
    let stated = options.get(inclusive).and_then(Value::read);
    let (flag, own) = match options.get(exclusive) {
        Some(node) => (node.as_bool() == Some(true), node.as_bool().is_none().then(|| Value::read(node)).flatten()),
        None => (false, None),
    };
    let first = stated.map(|value| Bound { value, is_exclusive: flag });
    let second = own.map(|value| Bound { value, is_exclusive: true });
    match (first, second) {
        (Some(first), Some(second)) => match moved(Some(&first), Some(&second), end) {
            Moved::Tightened | Moved::Unclear => Some(second),
            Moved::Not | Moved::Relaxed => Some(first),
        },
        (first, second) => first.or(second),
    }
}

/// Says how one end moved; no bound allows everything.
pub(super) fn moved(base: Option<&Bound>, head: Option<&Bound>, end: End) -> Moved {
    match (base, head) {
        (None, None) => Moved::Not,
        (None, Some(_)) => Moved::Tightened,
        (Some(_), None) => Moved::Relaxed,
        (Some(base), Some(head)) => {
            let Some(order) = head.value.compare(&base.value) else { return Moved::Unclear };
            let order = if end == End::Upper { order.reverse() } else { order };
            // As a lower end now: greater allows less.
            match order {
                Ordering::Greater => Moved::Tightened,
                Ordering::Less => Moved::Relaxed,
                Ordering::Equal => match (base.is_exclusive, head.is_exclusive) {
                    (true, false) => Moved::Relaxed,
                    (false, true) => Moved::Tightened,
                    _ => Moved::Not,
                },
            }
        }
    }
}

/// What a quality rule demands of its measure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Demand {
    pub(super) operator: String,
    pub(super) values: Vec<Value>,
}

impl Demand {
    /// Reads the operators of a rule; the standard allows one, and files with two mean both.
    pub(super) fn read_all(rule: NodeRef<'_>) -> Vec<Demand> {
        let demand = |operator: &str| {
            let value = rule.get(operator)?;
            let values = if value.is_sequence() {
                value.items().filter_map(Value::read).collect()
            } else {
                Value::read(value).into_iter().collect()
            };
            Some(Demand { operator: operator.to_owned(), values })
        };
        QualityRule::OPERATORS.into_iter().filter_map(demand).collect()
    }

    /// Says whether a number meets the demand; `None` when its values are no numbers.
    fn allows(&self, number: f64) -> Option<bool> {
        let value = |position: usize| match self.values.get(position)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        };
        let first = value(0)?;
        Some(match self.operator.as_str() {
            "mustBe" => (number - first).abs() < f64::EPSILON,
            "mustNotBe" => (number - first).abs() >= f64::EPSILON,
            "mustBeGreaterThan" => number > first,
            "mustBeGreaterOrEqualTo" => number >= first,
            "mustBeLessThan" => number < first,
            "mustBeLessOrEqualTo" => number <= first,
            "mustBeBetween" => first <= number && number <= value(1)?,
            "mustNotBeBetween" => !(first <= number && number <= value(1)?),
            _ => return None,
        })
    }
}

/// Says how what is demanded moved, by probing: at each threshold, between each two, and beyond them.
pub(super) fn demands_moved(base: &[Demand], head: &[Demand]) -> Moved {
    if base == head {
        return Moved::Not;
    }
    let mut points: Vec<f64> = base
        .iter()
        .chain(head)
        .flat_map(|demand| &demand.values)
        .filter_map(|value| if let Value::Number(number) = value { Some(*number) } else { None })
        .collect();
    points.sort_by(f64::total_cmp);
    points.dedup();
    let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) else { return Moved::Unclear };
    let between: Vec<f64> = points.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0).collect();
    points.extend(between);
    points.extend([first - first.abs() - 1.0, last + last.abs() + 1.0]);
    let allows = |demands: &[Demand], number: f64| {
        demands.iter().try_fold(true, |all, demand| demand.allows(number).map(|allows| all && allows))
    };
    let (mut gains, mut loses) = (false, false);
    for point in points {
        match (allows(base, point), allows(head, point)) {
            (Some(before), Some(after)) => {
                gains |= after && !before;
                loses |= before && !after;
            }
            _ => return Moved::Unclear,
        }
    }
    match (gains, loses) {
        (false, false) => Moved::Not,
        // What was excluded is allowed now, whatever else is not: the promise is not what it was.
        (true, _) => Moved::Relaxed,
        (false, true) => Moved::Tightened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(operator: &str, values: &[&str]) -> Vec<Demand> {
        vec![Demand { operator: operator.to_owned(), values: values.iter().map(|text| Value::of(text)).collect() }]
    }

    #[test]
    fn thresholds_move_by_what_they_allow() {
        for (base, head, expected) in [
            (("mustBeLessThan", "5"), ("mustBeLessThan", "10"), Moved::Relaxed),
            (("mustBeLessThan", "10"), ("mustBeLessOrEqualTo", "5"), Moved::Tightened),
            (("mustBeLessThan", "5"), ("mustBeLessOrEqualTo", "5"), Moved::Relaxed),
            (("mustBeGreaterThan", "5"), ("mustBeGreaterOrEqualTo", "6"), Moved::Tightened),
            (("mustBe", "0"), ("mustBeLessThan", "1"), Moved::Relaxed),
            (("mustBe", "0"), ("mustBe", "0.0"), Moved::Not),
            (("mustBe", "0"), ("mustBe", "1"), Moved::Relaxed),
            (("mustNotBe", "0"), ("mustBeGreaterThan", "0"), Moved::Tightened),
            (("mustBe", "a"), ("mustBe", "b"), Moved::Unclear),
            (("mustBeLessThan", "5"), ("mustBeGreaterThan", "5"), Moved::Relaxed),
        ] {
            let found = demands_moved(&demand(base.0, &[base.1]), &demand(head.0, &[head.1]));
            assert_eq!(found, expected, "{base:?} to {head:?}");
        }
        let between = |low: &str, high: &str| demand("mustBeBetween", &[low, high]);
        assert_eq!(demands_moved(&between("1", "9"), &between("2", "8")), Moved::Tightened);
        assert_eq!(demands_moved(&between("1", "9"), &between("2", "10")), Moved::Relaxed);
        let outside = demand("mustNotBeBetween", &["1", "9"]);
        assert_eq!(demands_moved(&outside, &demand("mustBeGreaterThan", &["9"])), Moved::Tightened);
        assert_eq!(demands_moved(&between("1", ""), &between("1", "2")), Moved::Unclear);
        assert_eq!(demands_moved(&between("1e300", "1e308"), &between("-1e308", "1e308")), Moved::Relaxed);
    }

    #[test]
    fn ends_move_by_value_and_by_whether_they_are_allowed() {
        let end = |value: &str, is_exclusive| Some(Bound { value: Value::of(value), is_exclusive });
        for (base, head, side, expected) in [
            (end("0", false), end("-1", false), End::Lower, Moved::Relaxed),
            (end("0", false), end("0", true), End::Lower, Moved::Tightened),
            (end("0", true), end("0.0", false), End::Upper, Moved::Relaxed),
            (end("10", false), end("20", false), End::Upper, Moved::Relaxed),
            (end("2026-01-01", false), end("2026-02-01", false), End::Lower, Moved::Tightened),
            (end("2026-01-01", false), end("01.02.2026", false), End::Lower, Moved::Unclear),
            (end("9", false), end("10", false), End::Lower, Moved::Tightened),
            (None, end("10", false), End::Upper, Moved::Tightened),
            (end("10", false), None, End::Upper, Moved::Relaxed),
            (None, None, End::Upper, Moved::Not),
        ] {
            assert_eq!(moved(base.as_ref(), head.as_ref(), side), expected, "{base:?} to {head:?}");
        }
    }
}
