//! Numbers with units, as service levels and results write them: `15` and `minutes`, `99.5 %`,
//! `PT15M`. Two of them can be compared when they measure the same.

use std::cmp::Ordering;

/// A value with its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    amount: Amount,
    unit: Unit,
}

/// What is measured, in base units.
#[derive(Clone, Debug, PartialEq)]
enum Amount {
    /// Calendar months have no fixed length, so they stand apart from seconds.
    Time { months: f64, seconds: f64 },
    /// A part of the whole; 1 is all of it.
    Share(f64),
    /// A number of anything else, or of nothing.
    Number(f64),
}

/// The unit in which a value is written.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    /// As it is written.
    written: String,
    base: Base,
    /// How many base units one of it has.
    factor: f64,
}

/// The base units. Other units are themselves, by their word.
#[derive(Clone, Debug, PartialEq)]
enum Base {
    Second,
    Month,
    Whole,
    Other(String),
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;
/// A mean month of the Gregorian calendar in seconds: only for showing, never for judging.
const MEAN_MONTH: f64 = 30.436_875 * DAY;

/// Units by their words. `m` and `M` are left out: they mean minutes to some and months to others.
const UNITS: [(&str, Base, f64); 47] = [
    ("ns", Base::Second, 1e-9),
    ("nanosecond", Base::Second, 1e-9),
    ("us", Base::Second, 1e-6),
    ("µs", Base::Second, 1e-6),
    ("μs", Base::Second, 1e-6),
    ("microsecond", Base::Second, 1e-6),
    ("ms", Base::Second, 1e-3),
    ("msec", Base::Second, 1e-3),
    ("milli", Base::Second, 1e-3),
    ("millisecond", Base::Second, 1e-3),
    ("s", Base::Second, 1.0),
    ("sec", Base::Second, 1.0),
    ("second", Base::Second, 1.0),
    ("min", Base::Second, MINUTE),
    ("minute", Base::Second, MINUTE),
    ("h", Base::Second, HOUR),
    ("hr", Base::Second, HOUR),
    ("hour", Base::Second, HOUR),
    ("d", Base::Second, DAY),
    ("day", Base::Second, DAY),
    ("w", Base::Second, 7.0 * DAY),
    ("wk", Base::Second, 7.0 * DAY),
    ("week", Base::Second, 7.0 * DAY),
    ("mo", Base::Month, 1.0),
    ("mon", Base::Month, 1.0),
    ("mth", Base::Month, 1.0),
    ("month", Base::Month, 1.0),
    ("q", Base::Month, 3.0),
    ("quarter", Base::Month, 3.0),
    ("y", Base::Month, 12.0),
    ("yr", Base::Month, 12.0),
    ("year", Base::Month, 12.0),
    ("a", Base::Month, 12.0),
    ("annum", Base::Month, 12.0),
    ("decade", Base::Month, 120.0),
    ("%", Base::Whole, 0.01),
    ("pct", Base::Whole, 0.01),
    ("percent", Base::Whole, 0.01),
    ("per cent", Base::Whole, 0.01),
    ("percentage", Base::Whole, 0.01),
    ("‰", Base::Whole, 0.001),
    ("permille", Base::Whole, 0.001),
    ("per mille", Base::Whole, 0.001),
    ("bp", Base::Whole, 0.0001),
    ("ratio", Base::Whole, 1.0),
    ("fraction", Base::Whole, 1.0),
    ("share", Base::Whole, 1.0),
];

/// Units as people write them out, which a misspelt one may mean.
const WRITTEN: [&str; 19] = [
    "seconds",
    "second",
    "minutes",
    "minute",
    "hours",
    "hour",
    "days",
    "day",
    "weeks",
    "week",
    "months",
    "month",
    "quarters",
    "quarter",
    "years",
    "year",
    "milliseconds",
    "percent",
    "rows",
];

/// Returns the unit that a word nearly is; `None` for one that is known, and for a word of one's own.
#[must_use]
pub fn misspelt_unit(written: &str) -> Option<&'static str> {
    let word = written.trim().to_lowercase();
    let is_word = word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    // `quarterly` says how often; it is no unit, and no slip.
    if !is_word || word.ends_with("ly") || word == "row" || !matches!(Unit::read(&word).base, Base::Other(_)) {
        return None;
    }
    let most = if word.len() < 8 { 1 } else { 2 };
    let is_near =
        |known: &&&str| known.as_bytes()[0] == word.as_bytes()[0] && strsim::osa_distance(&word, known) <= most;
    WRITTEN.iter().find(|known| **known == word).map_or_else(|| WRITTEN.iter().find(is_near).copied(), |_| None)
}

impl Unit {
    /// Reads a unit; an empty one is that of plain numbers.
    fn read(written: &str) -> Unit {
        let written = written.trim();
        let word = written.trim_end_matches('.').to_lowercase();
        let singular = word.strip_suffix('s').filter(|word| word.chars().count() > 1);
        let known = |word: &str| UNITS.iter().find(|(name, ..)| *name == word);
        let (base, factor) = match known(&word).or_else(|| singular.and_then(known)) {
            Some((_, base, factor)) => (base.clone(), *factor),
            None => (Base::Other(singular.unwrap_or(&word).to_owned()), 1.0),
        };
        Unit { written: written.to_owned(), base, factor }
    }

    fn of(self, number: f64) -> Quantity {
        let amount = match &self.base {
            Base::Second => Amount::Time { months: 0.0, seconds: number * self.factor },
            Base::Month => Amount::Time { months: number * self.factor, seconds: 0.0 },
            Base::Whole => Amount::Share(number * self.factor),
            Base::Other(_) => Amount::Number(number),
        };
        Quantity { amount, unit: self }
    }
}

impl Quantity {
    /// Reads a value and its unit. The value may be an ISO 8601 duration, or hold its unit itself.
    /// `None` when it is no number, or names two units.
    #[must_use]
    pub fn read(value: &str, unit: Option<&str>) -> Option<Quantity> {
        let value = value.trim();
        if let Some(duration) = iso_duration(value) {
            return Some(duration);
        }
        let (number, suffix) = split_number(value)?;
        let stated = unit.map(str::trim).filter(|unit| !unit.is_empty());
        match (suffix, stated) {
            ("", stated) => Some(Unit::read(stated.unwrap_or_default()).of(number)),
            (suffix, None) => Some(Unit::read(suffix).of(number)),
            (suffix, Some(stated)) => {
                let (suffix, stated) = (Unit::read(suffix), Unit::read(stated));
                let is_same = suffix.base == stated.base && (suffix.factor - stated.factor).abs() < f64::EPSILON;
                is_same.then(|| stated.of(number))
            }
        }
    }

    /// Reads two values that are to be compared: a missing unit is that of the other one.
    #[must_use]
    pub fn read_both(
        (first, first_unit): (&str, Option<&str>),
        (second, second_unit): (&str, Option<&str>),
    ) -> Option<(Quantity, Quantity)> {
        let (first, second) = (Quantity::read(first, first_unit)?, Quantity::read(second, second_unit)?);
        let plain = |quantity: &Quantity| match (&quantity.amount, &quantity.unit.base) {
            (Amount::Number(number), Base::Other(word)) if word.is_empty() => Some(*number),
            _ => None,
        };
        Some(match (plain(&first), plain(&second)) {
            (Some(number), None) => (second.unit.clone().of(number), second),
            (None, Some(number)) => {
                let second = first.unit.clone().of(number);
                (first, second)
            }
            _ => (first, second),
        })
    }

    /// Compares two values; `None` when they do not measure the same. Of a month or a year and a number
    /// of days neither is greater where the calendar leaves it open.
    #[must_use]
    pub fn compare(&self, other: &Quantity) -> Option<Ordering> {
        match (&self.amount, &other.amount) {
            (Amount::Share(first), Amount::Share(second)) => Some(order(*first, *second)),
            (Amount::Number(first), Amount::Number(second)) => {
                (self.unit.base == other.unit.base).then(|| order(*first, *second))
            }
            (
                Amount::Time { months: first_months, seconds: first_seconds },
                Amount::Time { months: second_months, seconds: second_seconds },
            ) => {
                let months = order(*first_months, *second_months);
                let seconds = order(*first_seconds, *second_seconds);
                if months == Ordering::Equal || seconds == Ordering::Equal || months == seconds {
                    return Some(if months == Ordering::Equal { seconds } else { months });
                }
                let (low, high) = bounds(*first_months, *first_seconds);
                let (other_low, other_high) = bounds(*second_months, *second_seconds);
                if high < other_low {
                    Some(Ordering::Less)
                } else if low > other_high {
                    Some(Ordering::Greater)
                } else {
                    Some(Ordering::Equal)
                }
            }
            _ => None,
        }
    }

    /// Returns this value as a number of the unit in which another one is written.
    #[must_use]
    pub fn in_unit_of(&self, other: &Quantity) -> f64 {
        let in_base = match (&self.amount, &other.unit.base) {
            (Amount::Time { months, seconds }, Base::Month) => months + seconds / MEAN_MONTH,
            (Amount::Time { months, seconds }, _) => seconds + months * MEAN_MONTH,
            (Amount::Share(number) | Amount::Number(number), _) => *number,
        };
        // A quotient such as 0.995 / 0.01 is a hair off: twelve digits are shown of what has fewer.
        let number = in_base / other.unit.factor;
        (number * 1e9).round() / 1e9
    }

    /// Returns the unit as it is written; empty for plain numbers.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit.written
    }
}

/// Orders two numbers; a difference in the last digits is none.
fn order(first: f64, second: f64) -> Ordering {
    let difference = first - second;
    let scale = first.abs().max(second.abs());
    if difference.abs() <= scale * 1e-9 { Ordering::Equal } else { difference.total_cmp(&0.0) }
}

/// Returns the least and the greatest number of seconds that months and seconds can last.
fn bounds(months: f64, seconds: f64) -> (f64, f64) {
    let years = (months / 12.0).floor();
    let rest = months - years * 12.0;
    (seconds + (years * 365.0 + rest * 28.0) * DAY, seconds + (years * 366.0 + rest * 31.0) * DAY)
}

/// Splits `99.5 %` into its number and what follows.
fn split_number(text: &str) -> Option<(f64, &str)> {
    let mut end = 0;
    for (position, character) in text.char_indices() {
        let before = text[..position].chars().next_back();
        let is_sign = matches!(character, '+' | '-') && matches!(before, None | Some('e' | 'E'));
        let is_exponent = matches!(character, 'e' | 'E')
            && before.is_some_and(|c| c.is_ascii_digit())
            && text[position + 1..].starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        if !(character.is_ascii_digit() || character == '.' || is_sign || is_exponent) {
            break;
        }
        end = position + character.len_utf8();
    }
    let number: f64 = text[..end].parse().ok().filter(|number: &f64| number.is_finite())?;
    let suffix = text[end..].trim_start();
    // `08:00` is a time of day and `1,000` a way to write a thousand, or one.
    let is_unit = suffix.chars().next().is_none_or(|c| c.is_alphabetic() || matches!(c, '%' | '‰'));
    is_unit.then_some((number, suffix))
}

/// Reads `P1Y2M3W4DT5H6M7.5S`.
fn iso_duration(text: &str) -> Option<Quantity> {
    let rest = text.strip_prefix(['P', 'p'])?;
    let (date, time) = match rest.split_once(['T', 't']) {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    let mut parts = Vec::new();
    read_parts(date, &[('Y', "years"), ('M', "months"), ('W', "weeks"), ('D', "days")], &mut parts)?;
    read_parts(time, &[('H', "hours"), ('M', "minutes"), ('S', "seconds")], &mut parts)?;
    // The unit in which it is shown is the smallest one that it names.
    let unit = Unit::read(parts.last()?.1);
    let (mut months, mut seconds) = (0.0, 0.0);
    for (number, word) in parts {
        match Unit::read(word).of(number).amount {
            Amount::Time { months: more, seconds: longer } => {
                months += more;
                seconds += longer;
            }
            Amount::Share(_) | Amount::Number(_) => return None,
        }
    }
    Some(Quantity { amount: Amount::Time { months, seconds }, unit })
}

fn read_parts(
    mut text: &str,
    designators: &[(char, &'static str)],
    parts: &mut Vec<(f64, &'static str)>,
) -> Option<()> {
    let mut left = designators.iter();
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let number = &text[..end];
        if !number.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let designator = text[end..].chars().next()?.to_ascii_uppercase();
        let (_, word) = left.find(|(known, _)| *known == designator)?;
        parts.push((number.replace(',', ".").parse().ok()?, word));
        text = &text[end + 1..];
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(first: (&str, &str), second: (&str, &str)) -> Option<Ordering> {
        let unit = |unit: &'static str| (!unit.is_empty()).then_some(unit);
        let leak = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        let (first, second) = Quantity::read_both((first.0, unit(leak(first.1))), (second.0, unit(leak(second.1))))?;
        first.compare(&second)
    }

    #[test]
    fn units_of_time_are_one_measure() {
        use Ordering::{Equal, Greater, Less};
        for (first, second, expected) in [
            (("15", "minutes"), ("900", "s"), Equal),
            (("15", "min"), ("0.25", "hours"), Equal),
            (("24", "h"), ("1", "day"), Equal),
            (("1500", "ms"), ("1", "Seconds"), Greater),
            (("2", "weeks"), ("15", "d"), Less),
            (("7", "years"), ("84", "months"), Equal),
            (("83", "months"), ("7", "y"), Less),
            (("4", "quarters"), ("1", "yr"), Equal),
            (("PT15M", ""), ("15", "minutes"), Equal),
            (("P1DT2H", ""), ("26", "hours"), Equal),
            (("P7Y", ""), ("84", "months"), Equal),
            (("PT0.5S", ""), ("400", "milliseconds"), Greater),
            (("P2W", "ISO 8601"), ("14", "days"), Equal),
            (("11 min", ""), ("15", "minutes"), Less),
            (("11", ""), ("15", "minutes"), Less),
        ] {
            assert_eq!(compared(first, second), Some(expected), "{first:?} and {second:?}");
            assert_eq!(compared(second, first), Some(expected.reverse()), "{second:?} and {first:?}");
        }
    }

    #[test]
    fn the_calendar_leaves_open_how_long_a_month_is() {
        for days in ["365", "366"] {
            assert_eq!(compared((days, "days"), ("1", "year")), Some(Ordering::Equal), "{days}");
        }
        assert_eq!(compared(("364", "days"), ("1", "year")), Some(Ordering::Less));
        assert_eq!(compared(("28", "days"), ("1", "month")), Some(Ordering::Equal));
        assert_eq!(compared(("32", "days"), ("1", "month")), Some(Ordering::Greater));
        assert_eq!(compared(("P1M10D", ""), ("P1M9D", "")), Some(Ordering::Greater));
    }

    #[test]
    fn shares_are_one_measure_and_need_no_unit_twice() {
        use Ordering::{Equal, Greater, Less};
        for (first, second, expected) in [
            (("99.97", "percent"), ("99.9", "%"), Greater),
            (("99.5%", ""), ("99.5", "percent"), Equal),
            (("0.995", "ratio"), ("99.5", "pct"), Equal),
            (("99.95", ""), ("99.99", "percent"), Less),
            (("99", "percent"), ("99", ""), Equal),
            (("1", "‰"), ("0.1", "%"), Equal),
        ] {
            assert_eq!(compared(first, second), Some(expected), "{first:?} and {second:?}");
        }
    }

    #[test]
    fn other_units_are_compared_with_themselves_only() {
        assert_eq!(compared(("3", "rows"), ("4", "row")), Some(Ordering::Less));
        assert_eq!(compared(("400", "requests per second"), ("380", "Requests per second")), Some(Ordering::Greater));
        assert_eq!(compared(("3", "rows"), ("4", "percent")), None);
        assert_eq!(compared(("3", "minutes"), ("4", "percent")), None);
        // Minutes to some, months to others.
        assert_eq!(compared(("3", "m"), ("4", "minutes")), None);
        assert_eq!(compared(("3", ""), ("3.0000000000001", "")), Some(Ordering::Equal));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for (value, unit) in [
            ("soon", None),
            ("08:00", None),
            ("1,000", None),
            ("", None),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("PT5M3H", None),
            ("P-1D", None),
            ("15 min", Some("hours")),
            ("nan", None),
            ("1e999", None),
            ("2026-11-21", None),
            ("5é", Some("%")),
        ] {
            assert_eq!(Quantity::read(value, unit), None, "{value} {unit:?}");
        }
        assert_eq!(Quantity::read("1e3", None).map(|found| found.amount), Some(Amount::Number(1000.0)));
        assert_eq!(Quantity::read("-2", None).map(|found| found.amount), Some(Amount::Number(-2.0)));
    }

    #[test]
    fn a_misspelt_unit_is_told_from_one_of_ones_own() {
        for (word, meant) in [("dys", "days"), ("minuts", "minutes"), ("percnt", "percent"), ("Hors", "hours")] {
            assert_eq!(misspelt_unit(word), Some(meant));
        }
        for word in
            ["days", "pct", "min", "mins", "hr", "rows", "row", "rps", "GB", "calls", "quarterly", "msgs/s", "P1D", ""]
        {
            assert_eq!(misspelt_unit(word), None, "{word}");
        }
    }

    #[test]
    fn values_are_shown_in_the_unit_of_the_promise() {
        let read = |value: &str, unit: &str| Quantity::read(value, Some(unit)).expect("a number");
        assert_eq!(format!("{}", read("660", "s").in_unit_of(&read("15", "minutes"))), "11");
        assert_eq!(format!("{}", read("99.97", "%").in_unit_of(&read("99.9", "percent"))), "99.97");
        assert_eq!(format!("{}", read("PT90M", "").in_unit_of(&read("2", "h"))), "1.5");
        assert_eq!(read("PT90M", "").unit(), "minutes");
        assert_eq!(read("P1D", "").in_unit_of(&read("P2D", "")).to_string(), "1");
    }
}
