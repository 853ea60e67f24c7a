//! The trend in words and numbers, as pages and the shell show it.

use jiff::civil::Date;

use super::parts;
use crate::policy::{Measures, Sample, Trend, TrendNote, TrendStep};

/// A mesh at the end of a month or week, or now.
pub(super) struct Point<'a> {
    /// The first day of the month or week; `None` for now.
    pub(super) start: Option<Date>,
    pub(super) step: TrendStep,
    /// The sample.
    pub(super) sample: &'a Sample,
    /// The median of the days from proposed to active, and of how many products.
    pub(super) lead: Option<(u32, usize)>,
}

/// Lists the points, the oldest first and now at last.
pub(super) fn points<'a>(trend: &'a Trend, now: &'a Sample) -> Vec<Point<'a>> {
    let step = trend.step;
    let then = trend.ends.iter().map(|(start, at)| Point {
        start: Some(*start),
        step,
        sample: &trend.samples[*at],
        lead: trend.median_lead(Some(*at)),
    });
    then.chain([Point { start: None, step, sample: now, lead: trend.median_lead(None) }]).collect()
}

impl Point<'_> {
    /// Returns `Oct 2026`, the Monday of a week in words, or `now`.
    pub(super) fn title(&self) -> String {
        match (self.start, self.step) {
            (None, _) => "now".to_owned(),
            (Some(week), TrendStep::Week) => parts::day_text(week),
            (Some(month), TrendStep::Month) => format!("{} {}", parts::month(month), month.year()),
        }
    }

    /// Returns `2026-10`, the Monday of a week, or `now`.
    pub(super) fn label(&self) -> String {
        match (self.start, self.step) {
            (None, _) => "now".to_owned(),
            (Some(week), TrendStep::Week) => week.to_string(),
            (Some(_), TrendStep::Month) => self.month().unwrap_or_default(),
        }
    }

    /// Returns the month as `2026-10`; `None` for now.
    pub(super) fn month(&self) -> Option<String> {
        self.start.map(|start| format!("{:04}-{:02}", start.year(), start.month()))
    }
}

/// A part of a whole, or a number alone; `None` where nothing is known.
pub(super) type Value = Option<(usize, Option<usize>)>;

/// One number of every point.
pub(super) struct Series {
    pub(super) title: &'static str,
    /// What the line is drawn by.
    pub(super) value: fn(&Point<'_>) -> Value,
    /// The same for people.
    pub(super) words: fn(&Point<'_>) -> String,
}

fn share(n: usize, of: usize) -> Value {
    (of > 0).then_some((n, Some(of)))
}

fn part(n: usize, of: usize) -> String {
    if of == 0 { "none".to_owned() } else { format!("{} of {}", parts::number(n), parts::number(of)) }
}

macro_rules! of_products {
    ($title:literal, $field:ident) => {
        Series {
            title: $title,
            value: |point| share(point.sample.measures.$field, point.sample.measures.products),
            words: |point| part(point.sample.measures.$field, point.sample.measures.products),
        }
    };
}

/// Everything that is followed.
pub(super) const SERIES: [Series; 8] = [
    Series {
        title: "Checks that pass",
        value: |point| share(point.sample.measures.passed, point.sample.measures.applied),
        words: |point| part(point.sample.measures.passed, point.sample.measures.applied),
    },
    Series {
        title: "Products",
        value: |point| Some((point.sample.measures.products, None)),
        words: |point| point.sample.measures.products.to_string(),
    },
    of_products!("With a contract", with_contract),
    of_products!("With an owner", with_owner),
    of_products!("With a promise", with_promise),
    Series {
        title: "Policies met",
        value: |point| share(point.sample.measures.met, point.sample.measures.asked),
        words: |point| part(point.sample.measures.met, point.sample.measures.asked),
    },
    Series {
        title: "Readers per product",
        value: |point| Some((point.sample.measures.tenths_of_consumers(), None)),
        words: |point| tenths(&point.sample.measures),
    },
    Series {
        title: "Days from proposed to active",
        value: |point| point.lead.map(|(days, _)| (days as usize, None)),
        words: |point| match point.lead {
            Some((days, n)) => format!("{days} (median of {n})"),
            None => "none yet".to_owned(),
        },
    },
];

fn tenths(measures: &Measures) -> String {
    let tenths = measures.tenths_of_consumers();
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Says why there is no trend, or only a part of it.
pub(super) fn note(note: TrendNote) -> &'static str {
    match note {
        TrendNote::NoGit => "There is no trend: the registry is not in git, so that nothing is known of its past.",
        TrendNote::NoCommit => {
            "There is no trend yet: the repository has no commit, so that nothing is known of its past."
        }
        TrendNote::Off => "There is no trend: `site: {trend: 0}` asks for none.",
        TrendNote::TooLarge => {
            "There is no trend: the mesh is so large that its past is read only where `site: {trend: 12}` asks for so many months."
        }
        TrendNote::Shallow => {
            "This is a shallow clone, so that what was before it begins is not known; `git fetch --unshallow`, or `fetch-depth: 0` in CI, brings it."
        }
        TrendNote::Partial => {
            "This clone left files of the past out, so that what stood in them is not known and commits that lack some are not shown; `git fetch --refetch --filter=blob:limit=5m` brings them."
        }
        TrendNote::Young => {
            "There is no trend yet: all commits are of one week. It begins with the first commit of the next, and is drawn by month from the second month on."
        }
        TrendNote::Unreadable => "There is no trend: the log of git cannot be read.",
    }
}
