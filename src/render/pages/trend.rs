//! The trend on the scorecard: a line for each number, the same numbers as a table, and what changed since the
//! last month ended.

use std::fmt::Write;

use serde::Serialize;

use crate::model::Kind;
use crate::policy::checks::CheckResult;
use crate::policy::{ProductState, Sample, TrendStep};
use crate::render::parts::{self, Anchor, Linker, Piece, spoken};
use crate::render::site::Site;
use crate::render::trend::{Point, SERIES, Series, Value, note, points};

#[derive(Serialize)]
pub(super) struct TrendPart<'a> {
    /// `month` or `week`.
    step: &'static str,
    note: Option<Vec<Piece>>,
    lines: Vec<Line>,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    /// The month or week whose end is compared with now.
    since: Option<String>,
    n_better: usize,
    n_worse: usize,
    /// As many checks lost as gained.
    n_even: usize,
    n_new: usize,
    changes: Vec<ChangeRow<'a>>,
    n_more: usize,
    /// Products that are there no more, or are retired.
    gone: Vec<Anchor<'a>>,
    n_gone: usize,
}

/// One number over time.
#[derive(Serialize)]
struct Line {
    title: &'static str,
    now: String,
    path: String,
    /// The same in words.
    says: String,
}

#[derive(Serialize)]
struct Row {
    label: String,
    cells: Vec<String>,
}

/// A product of which a check comes out differently.
#[derive(Serialize)]
struct ChangeRow<'a> {
    product: Anchor<'a>,
    before: Option<String>,
    now: String,
    gained: Vec<String>,
    lost: Vec<String>,
}

/// The size of a line's picture.
const WIDTH: usize = 240;
const HEIGHT: usize = 40;
/// Products that changed on the page, what got worse first.
const CHANGES: usize = 60;
/// Products that are gone and named.
const GONE: usize = 12;

pub(super) fn part<'a>(site: &'a Site, linker: Linker<'a>) -> TrendPart<'a> {
    let trend = &site.trend;
    let now = Sample::of(&site.outcome);
    let points = points(trend, &now);
    let is_line = points.len() > 1;
    let (mut changes, mut gone) = trend.last().map(|last| changes(site, linker, last, &now)).unwrap_or_default();
    // What is new has no before; it is neither better nor worse.
    changes.sort_by_key(|(delta, idx, row)| (row.before.is_none(), *delta, *idx));
    let count = |is_meant: fn(i64) -> bool| {
        changes.iter().filter(|(delta, _, row)| row.before.is_some() && is_meant(*delta)).count()
    };
    let (n_worse, n_even, n_better) = (count(|delta| delta < 0), count(|delta| delta == 0), count(|delta| delta > 0));
    let n_gone = gone.len();
    gone.truncate(GONE);
    let since = points.iter().rev().find(|point| point.start.is_some()).map(|point| match point.step {
        TrendStep::Month => point.title(),
        TrendStep::Week => format!("the week of {}", point.title()),
    });
    TrendPart {
        step: trend.step.word(),
        note: trend.note.map(|told| spoken(note(told))),
        lines: if is_line { SERIES.iter().map(|series| line(series, &points)).collect() } else { Vec::new() },
        heads: SERIES.iter().map(|series| series.title).collect(),
        rows: points
            .iter()
            .filter(|_| is_line)
            .map(|point| Row {
                label: parts::sentence(&point.title()),
                cells: SERIES.iter().map(|series| (series.words)(point)).collect(),
            })
            .collect(),
        since,
        n_better,
        n_worse,
        n_even,
        n_new: changes.len() - n_worse - n_even - n_better,
        n_more: changes.len().saturating_sub(CHANGES),
        changes: changes.into_iter().take(CHANGES).map(|(_, _, row)| row).collect(),
        gone,
        n_gone,
    }
}

fn line(series: &Series, points: &[Point<'_>]) -> Line {
    let values: Vec<Value> = points.iter().map(series.value).collect();
    let most = values.iter().flatten().filter(|(_, of)| of.is_none()).map(|(n, _)| *n).max().unwrap_or(0).max(1);
    let mut path = String::new();
    let mut is_drawn = false;
    for (at, value) in values.iter().enumerate() {
        let Some((n, of)) = value else {
            is_drawn = false;
            continue;
        };
        let x = at * WIDTH / (points.len() - 1).max(1);
        let y = HEIGHT - n * HEIGHT / of.unwrap_or(most).max(1).max(*n);
        let _ = write!(path, "{}{x} {y}", if is_drawn { "L" } else { "M" });
        is_drawn = true;
    }
    let first = points.iter().find(|point| (series.value)(point).is_some());
    let last = points.last().expect("now is one of them");
    let says = match first {
        Some(first) if first.start.is_some() => {
            format!("{}: {} in {}, {} now", series.title, (series.words)(first), first.title(), (series.words)(last))
        }
        _ => format!("{}: {} now", series.title, (series.words)(last)),
    };
    Line { title: series.title, now: (series.words)(last), path, says }
}

type Changes<'a> = (Vec<(i64, usize, ChangeRow<'a>)>, Vec<Anchor<'a>>);

fn changes<'a>(site: &'a Site, linker: Linker<'a>, last: &Sample, now: &Sample) -> Changes<'a> {
    let mesh = site.mesh();
    let words = |state: &ProductState| format!("{} of {}", state.passed, state.applied);
    let check = |id: &String| site.outcome.scoring.checks.iter().find(|check| check.id == id.as_str());
    let name = |id: &String| check(id).map_or_else(|| id.clone(), |check| check.name.to_string());
    let lack = |id: &String| check(id).map_or_else(|| id.clone(), |check| check.lack.to_string());
    let passes = |idx: usize, check: &str| matches!(site.outcome.checks(idx).get(check), Some(CheckResult::Passed));
    let mut rows = Vec::new();
    for (idx, product) in mesh.products.iter().enumerate() {
        let id = product.descriptor.header.id.value.as_str();
        let Some(state) = now.products.get(id) else { continue };
        let before = last.products.get(id);
        if before.is_some_and(|before| before.failed == state.failed) {
            continue;
        }
        let (gained, lost): (Vec<String>, Vec<String>) = match before {
            // What no longer applies has not been gained.
            Some(before) => (
                before.failed.iter().filter(|check| passes(idx, check)).map(name).collect(),
                state.failed.iter().filter(|check| !before.failed.contains(check)).map(lack).collect(),
            ),
            None => (Vec::new(), Vec::new()),
        };
        if before.is_some() && gained.is_empty() && lost.is_empty() {
            continue;
        }
        let count = |list: &[String]| i64::try_from(list.len()).unwrap_or(i64::MAX);
        let delta = count(&gained) - count(&lost);
        let row =
            ChangeRow { product: linker.product(idx), before: before.map(words), now: words(state), gained, lost };
        rows.push((delta, idx, row));
    }
    let gone = last.products.keys().filter(|id| !now.products.contains_key(*id));
    let anchor = |id: &String| {
        if let Some(idx) = mesh.products.iter().position(|product| product.descriptor.header.id.value == *id) {
            return linker.product(idx);
        }
        let departed = site.departed.iter().find(|departed| departed.kind == Kind::DataProduct && departed.id == *id);
        Anchor::plain(departed.map_or_else(|| id.clone(), |departed| departed.title.clone()))
    };
    (rows, gone.map(anchor).collect())
}
