//! Days as descriptors write them.

use jiff::civil::Date;

/// Reads a date, or the date of a timestamp.
#[must_use]
pub fn date_of(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Returns the day that a text means which [`date_of`] does not read: `31.12.2026`, `2026/12/31`, `20261231` or
/// `31 December 2026`; `None` where it may be two, as `03/04/2026`.
#[must_use]
pub fn meant_day(text: &str) -> Option<Date> {
    const FORMS: [&str; 15] = [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y%m%d",
        "%d.%m.%Y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d %B %Y",
        "%d %b %Y",
        "%d. %B %Y",
        "%d. %b %Y",
        "%B %d, %Y",
        "%b %d, %Y",
    ];
    const LONGEST: usize = 20;
    let text = text.trim();
    // Without signs between them only eight digits are a day: `2026111` may be two.
    let is_bare = text.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > LONGEST || is_bare && text.len() != 8 {
        return None;
    }
    let read = |form: &&str| Date::strptime(form, text).ok().filter(|day| (1900..=2999).contains(&day.year()));
    let mut days = FORMS.iter().filter_map(read);
    let first = days.next()?;
    days.all(|day| day == first).then_some(first)
}

/// Says why a text in the form of a date is none: there is no month 13, or the month has fewer days.
#[must_use]
pub fn why_no_day(text: &str) -> Option<String> {
    let text = text.trim();
    let is_dated = |position: usize, byte: u8| match position {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let form = text.get(..10).filter(|form| form.bytes().enumerate().all(|(at, byte)| is_dated(at, byte)))?;
    let (year, month, day): (i16, i8, i8) =
        (form[..4].parse().ok()?, form[5..7].parse().ok()?, form[8..].parse().ok()?);
    let Ok(first) = Date::new(year, month, 1) else { return Some(format!("there is no month {month}")) };
    if day == 0 {
        return Some("a month begins with its day 1".to_owned());
    }
    (day > first.days_in_month()).then(|| format!("{} has {} days", first.strftime("%B %Y"), first.days_in_month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_other_words_is_meant_where_it_is_one() {
        let expected = date_of("2026-12-31");
        assert!(expected.is_some());
        for text in [
            "31.12.2026",
            "2026/12/31",
            " 20261231 ",
            "31 December 2026",
            "31. Dec 2026",
            "December 31, 2026",
            "12/31/2026",
            "31-12-2026",
        ] {
            assert_eq!((date_of(text), meant_day(text)), (None, expected), "{text}");
        }
        assert_eq!(meant_day("03/03/2026"), date_of("2026-03-03"));
        assert_eq!(meant_day("2026-1-1"), date_of("2026-01-01"));
        for text in [
            "03/04/2026",
            "03-04-2026",
            "2026111",
            "2026123",
            "202611",
            "end of 2026",
            "",
            "31.02.2026",
            "1.1.26",
            "99999999",
            "Q4 2026",
            "2026",
            "31.12.2026é",
        ] {
            assert_eq!(meant_day(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_date_is_said() {
        for (text, why) in [
            ("2026-02-30", "February 2026 has 28 days"),
            ("2024-02-30T00:00:00Z", "February 2024 has 29 days"),
            ("2026-13-01", "there is no month 13"),
            ("2026-00-01", "there is no month 0"),
            ("2026-01-00", "a month begins with its day 1"),
        ] {
            assert_eq!((date_of(text), why_no_day(text).as_deref()), (None, Some(why)), "{text}");
        }
        for text in ["2026-12-31", "31.12.2026", "", "2026-1-1", "20éé-01-01", "2026-12-3é"] {
            assert_eq!(why_no_day(text), None, "{text}");
        }
    }
}
