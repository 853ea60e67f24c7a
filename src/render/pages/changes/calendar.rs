//! The calendar of what ends, as a picture.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use super::EndRow;
use crate::render::parts;
use crate::render::picture::label_of;

/// The picture: months along the top, one bar for each ending.
#[derive(Serialize)]
pub(super) struct Calendar<'a> {
    height: usize,
    months: Vec<MonthMark>,
    today_x: String,
    today: String,
    bars: Vec<Bar<'a>>,
    /// Some end after the months of the picture.
    has_far: bool,
    /// Some are there for longer than their support.
    has_support: bool,
    n_more: usize,
}

#[derive(Serialize)]
struct MonthMark {
    x: String,
    text_x: String,
    text: String,
}

#[derive(Serialize)]
struct Bar<'a> {
    name: Cow<'a, str>,
    href: Option<String>,
    text_y: usize,
    y: usize,
    end_y: usize,
    x: String,
    width: String,
    /// Where its support ends, when it is there for longer.
    support_x: Option<String>,
    end_x: String,
    note_x: String,
    note: String,
    is_late: bool,
    /// It ends after the months of the picture.
    is_far: bool,
}

/// Bars of the calendar.
const BARS: usize = 24;
/// Months of the calendar, where what ends does so soon.
const MONTHS: i32 = 7;
/// Where the first month begins, and how wide all are, in units of the picture.
const LEFT: f64 = 320.0;
const SPAN: f64 = 590.0;
/// The size of type of names, in the same units, and how many characters of one are shown at most.
const SIZE: f64 = 12.5;
const NAME: usize = 60;

/// Draws the endings ahead: each from its first day that has passed, else from today, to its last.
pub(super) fn calendar<'a>(ahead: &[EndRow<'a>], today: Date) -> Option<Calendar<'a>> {
    let shown: Vec<&EndRow<'a>> = ahead.iter().take(BARS).collect();
    let days: Vec<Date> = shown.iter().flat_map(|row| [row.days.0, row.days.1]).collect();
    let axis = Axis::of(&days, today)?;
    let number = |value: f64| format!("{value:.1}");
    let tick = |(date, text): (Date, String)| {
        let x = axis.place(date);
        MonthMark { x: number(x), text_x: number(x + 6.0), text }
    };
    let later = days.iter().any(|day| *day >= axis.last).then(|| (axis.last, "later".to_owned()));
    let now = axis.place(today);
    let bar = |(at, row): (usize, &&EndRow<'a>)| {
        let (first, last) = row.days;
        let (y, begin, end) = (45 + at * 34, axis.place(first).min(now), axis.place(last));
        let is_far = last >= axis.last;
        Bar {
            name: label_of(&row.short, NAME, LEFT - 16.0, SIZE).into_owned().into(),
            href: row.thing.href.clone(),
            text_y: y + 13,
            y,
            end_y: y - 4,
            x: number(begin),
            width: number((end - begin).max(1.0)),
            // The end of support, where the version is there for longer.
            support_x: (first < last && first < axis.last).then(|| number(axis.place(first))),
            end_x: number(end - 3.0),
            note_x: number(end + 11.0),
            note: {
                let when = if row.is_late { "support ended".to_owned() } else { parts::day_text(last) };
                format!("{when}, {}", row.sign.word.to_lowercase())
            },
            is_late: row.sign.tone == "bad",
            is_far,
        }
    };
    Some(Calendar {
        height: 56 + shown.len() * 34,
        // After the last mark no bar is true to scale: the axis says so.
        months: axis.ticks().into_iter().chain(later).map(tick).collect(),
        today_x: number(now),
        today: parts::day_text(today),
        has_far: shown.iter().any(|row| row.days.1 >= axis.last),
        has_support: shown.iter().any(|row| row.days.0 < row.days.1 && row.days.0 < axis.last),
        bars: shown.iter().enumerate().map(bar).collect(),
        n_more: ahead.len() - shown.len(),
    })
}

/// The days that the picture spans: months where something ends in them, else years.
struct Axis {
    first: Date,
    last: Date,
    /// Months from one mark to the next.
    step: i32,
}

impl Axis {
    /// Chooses the shortest of a few spans that has half of the days ahead; what lies before today is a third at most.
    fn of(days: &[Date], today: Date) -> Option<Axis> {
        const SPANS: [(i32, i32); 4] = [(MONTHS, 1), (24, 3), (60, 12), (144, 24)];
        let ahead: Vec<Date> = days.iter().copied().filter(|day| *day >= today).collect();
        let ends = |months: i32| today.first_of_month().checked_add(jiff::Span::new().months(months)).ok();
        let fits = |months: i32| {
            let n = ends(months).map_or(0, |last| ahead.iter().filter(|day| **day < last).count());
            n * 2 >= ahead.len()
        };
        if ahead.is_empty() {
            return None;
        }
        let (months, step) = SPANS.into_iter().find(|(months, _)| fits(*months)).unwrap_or(SPANS[0]);
        let back = today.checked_sub(jiff::Span::new().months((months / 3).max(1))).ok()?;
        let earliest = days.iter().copied().filter(|day| *day >= back).min().unwrap_or(today).min(today);
        let first = if step < 12 { earliest.first_of_month() } else { earliest.first_of_year() };
        let longest = ahead.iter().max().copied()?;
        // No longer than needed: what is left over of the span says nothing.
        let mut last = first;
        while last <= longest && last < ends(months)? || last <= today {
            last = last.checked_add(jiff::Span::new().months(step)).ok()?;
        }
        Some(Axis { first, last, step })
    }

    /// Returns where a day is, in units of the picture.
    fn place(&self, date: Date) -> f64 {
        let days = |until: Date| self.first.until(until).map_or(0, |span| span.get_days()).max(0);
        LEFT + f64::from(days(date.min(self.last))) / f64::from(days(self.last)).max(1.0) * SPAN
    }

    /// Returns the marks before the last, each with its words.
    fn ticks(&self) -> Vec<(Date, String)> {
        let mut ticks = Vec::new();
        let mut date = self.first;
        while date < self.last {
            let text = match (self.step, date == self.first || date.month() == 1) {
                (12.., _) => date.year().to_string(),
                (_, true) => format!("{} {}", parts::month(date), date.year()),
                (_, false) => parts::month(date).to_owned(),
            };
            ticks.push((date, text));
            match date.checked_add(jiff::Span::new().months(self.step)) {
                Ok(next) => date = next,
                Err(_) => break,
            }
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_spans_what_ends() {
        let day = |text: &str| -> Date { text.parse().expect("a day") };
        let of = |days: &[&str]| {
            let days: Vec<Date> = days.iter().map(|text| day(text)).collect();
            let axis = Axis::of(&days, day("2026-11-21")).expect("something ends");
            let ticks = axis.ticks();
            format!("{} to {}, {} marks, {}", axis.first, axis.last, ticks.len(), ticks[0].1)
        };
        assert_eq!(of(&["2026-12-14"]), "2026-11-01 to 2027-01-01, 2 marks, Nov 2026");
        assert_eq!(of(&["2026-12-14", "2037-01-31"]), "2026-11-01 to 2027-06-01, 7 marks, Nov 2026");
        assert_eq!(of(&["2026-10-31", "2037-01-31"]), "2026-01-01 to 2038-01-01, 6 marks, 2026");
        assert_eq!(of(&["2027-11-30"]), "2026-11-01 to 2028-02-01, 5 marks, Nov 2026");
        assert!(Axis::of(&[day("2026-10-31")], day("2026-11-21")).is_none());
        let axis = Axis::of(&[day("2026-10-31"), day("2037-01-31")], day("2026-11-21")).expect("something ends");
        assert!(axis.place(day("2026-10-31")) < axis.place(day("2026-11-21")));
        assert!((axis.place(day("2050-01-01")) - (LEFT + SPAN)).abs() < 0.1);
    }
}
