//! Evidence and checks in words: what was promised, what a result file says of it, and which
//! checks a product passes. A promise alone is never drawn as kept.

use std::fmt::Write;

use rayon::prelude::*;
use serde::Serialize;

use super::parts::{self, Anchor, Day, Sign};
use super::site::Site;
use crate::graph::{Comparison, Days, Evidence, EvidenceSummary, Observed, PromiseKind, PromiseResult, Verdict};
use crate::model::{Sense, ServiceLevel};
use crate::policy::Outcome;
use crate::policy::checks::{Axis, CheckResult, Tally};
use crate::source::Span;

/// What is known of a product without asking again.
#[derive(Clone, Debug)]
pub(super) struct Health {
    /// The state of its evidence.
    pub state: Evidence,
    /// How many promises have a result that meets them, and how many one that does not.
    pub results: (u32, u32),
    /// How many tests of the schema failed.
    pub n_schema_misses: u32,
    /// How many promises there are, with a result or without.
    pub n_promises: u32,
    /// That results that meet their promises are old, in words.
    pub aged: Option<String>,
    /// How many of these results there are.
    pub n_old: u32,
    /// How many checks of each axis pass.
    pub axes: [Tally; 6],
    /// Which checks fail: the bit of their position.
    pub failed: u64,
    /// One of them fails for what stands in another file than its own, as that of a contract.
    pub fails_elsewhere: bool,
}

impl Health {
    /// Asks all products at once.
    pub(super) fn of_all(outcome: &Outcome) -> Vec<Health> {
        let of = |idx: usize| {
            let checks = outcome.checks(idx);
            let failed =
                checks.iter().enumerate().filter(|(_, (_, result))| matches!(result, CheckResult::Failed { .. }));
            let own_file = outcome.mesh.products[idx].descriptor.header.file;
            let is_elsewhere =
                |result: &CheckResult| matches!(result, CheckResult::Failed { place, .. } if place.file != own_file);
            let evidence = outcome.evidence(idx);
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            Health {
                state: evidence.state,
                results: (count(evidence.n_kept), count(evidence.n_missed)),
                n_schema_misses: count(evidence.schema_misses.len()),
                n_promises: count(evidence.n_promises),
                aged: aged(evidence.results.iter().copied()),
                n_old: count(evidence.n_old()),
                axes: Axis::ALL.map(|axis| checks.tally_of(axis)),
                failed: failed.fold(0, |bits, (at, _)| bits | 1 << at),
                fails_elsewhere: checks.iter().any(|(_, result)| is_elsewhere(result)),
            }
        };
        (0..outcome.mesh.products.len()).into_par_iter().map(of).collect()
    }

    /// Counts all checks.
    pub(super) fn tally(&self) -> Tally {
        self.axes.iter().copied().sum()
    }

    /// The sign of its evidence; none where nothing is stated. It says of how many promises a result speaks, so that the
    /// green of one result does not stand for all.
    pub(super) fn sign(&self) -> Option<Sign<'static>> {
        sign(self.state, self.results, self.n_promises, self.aged.as_deref())
    }

    /// Says whether it is kept, by results of which some are old.
    pub(super) fn is_kept_of_old(&self) -> bool {
        self.state == Evidence::Kept && self.n_old > 0
    }

    /// Says whether a check fails, by its position.
    pub(super) fn fails(&self, check: usize) -> bool {
        self.failed & (1 << check) != 0
    }
}

/// Says of results that meet their promises how old they are, where that is too old to be drawn as kept today: "51 days
/// ago", and "2 long ago" where others are newer.
pub(super) fn aged<'m>(results: impl IntoIterator<Item = &'m PromiseResult>) -> Option<String> {
    let (mut n_new, mut n_old, mut newest) = (0, 0, u32::MAX);
    for result in results.into_iter().filter(|result| result.verdict == Verdict::Kept) {
        match result.stale {
            None => n_new += 1,
            Some(age) => (n_old, newest) = (n_old + 1, newest.min(age)),
        }
    }
    match (n_new, n_old) {
        (_, 0) => None,
        (0, _) => Some(ago(newest)),
        (_, n) => Some(format!("{n} long ago")),
    }
}

fn ago(age: u32) -> String {
    format!("{} ago", parts::count(age as usize, "day"))
}

/// Counts what products promise that are not retired.
pub(super) fn n_promises(site: &Site, products: impl IntoIterator<Item = usize>) -> usize {
    let live = products.into_iter().filter(|idx| !site.mesh().is_retired(*idx));
    live.map(|idx| site.health[idx].n_promises as usize).sum()
}

/// Says that promises are missed, and where on the pages of contracts that stands; nothing where none is. `place` returns
/// the address of a part of the page of a contract version.
pub(super) fn missed(
    evidence: &EvidenceSummary<'_>,
    place: impl Fn(usize, &'static str) -> String,
) -> Option<Anchor<'static>> {
    let first = evidence.results.iter().find(|result| result.verdict == Verdict::Missed);
    let text = match (evidence.n_missed, evidence.schema_misses.len()) {
        (0, 0) => return None,
        (0, 1) => "1 schema test failed".to_owned(),
        (0, n) => format!("{n} schema tests failed"),
        (1, _) => "1 promise missed".to_owned(),
        (n, _) => format!("{n} promises missed"),
    };
    let href = match (first, evidence.schema_misses.first()) {
        (Some(result), _) => {
            let is_rule = result.promise.kind == PromiseKind::QualityRule;
            Some(place(result.contract_idx, if is_rule { "quality" } else { "promises" }))
        }
        (None, miss) => miss.map(|miss| place(miss.contract_idx, "promises")),
    };
    Some(Anchor { text: text.into(), href })
}

/// What a result file says of a promise.
#[derive(Debug, Serialize)]
pub(super) struct Seen<'a> {
    /// The observed value with its unit; the message or the verdict where there is no value.
    pub value: String,
    pub is_kept: bool,
    pub day: Day,
    /// How long ago that was, where it is too old to say how the data is today.
    pub ago: Option<String>,
    /// The job or tool that observed it.
    pub source: Option<&'a str>,
    /// What happened, when the promise is missed.
    pub message: Option<&'a str>,
    pub bullet: Option<Bullet>,
    pub days: Option<Strip>,
}

/// The last time the data was made.
#[derive(Debug, Serialize)]
pub(super) struct RunSeen<'a> {
    pub is_good: bool,
    pub day: Day,
    pub source: Option<&'a str>,
}

/// Words the last run, where one is known.
pub(super) fn last_run<'a>(evidence: &EvidenceSummary<'a>) -> Option<RunSeen<'a>> {
    let run = evidence.last_run?;
    Some(RunSeen { is_good: run.is_good, day: Day::at(run.date()), source: run.source.as_deref() })
}

/// A result against its promise as a bar and a line, in units of the picture.
#[derive(Debug, Serialize)]
pub(super) struct Bullet {
    /// How far the bar reaches.
    observed: String,
    /// Where the line stands.
    promised: String,
    /// The same in words.
    says: String,
}

/// Thirty days as three strokes: kept, missed, without a result.
#[derive(Debug, Serialize)]
pub(super) struct Strip {
    kept: String,
    missed: String,
    without: String,
    says: String,
}

/// The width of the bullet's picture.
const BULLET: f64 = 136.0;

/// Words the result of the promise that a contract states at a place.
pub(super) fn seen<'a>(evidence: &EvidenceSummary<'a>, contract_idx: usize, span: Span) -> Option<Seen<'a>> {
    evidence.result_at(contract_idx, span).map(words)
}

/// Words a test that failed and is about no promise.
pub(super) fn failed(observed: &Observed) -> Seen<'_> {
    Seen {
        value: observed.name.to_string(),
        is_kept: false,
        day: Day::at(observed.date()),
        ago: None,
        source: observed.source.as_deref(),
        message: observed.message.as_deref(),
        bullet: None,
        days: None,
    }
}

fn words(result: &PromiseResult) -> Seen<'_> {
    let observed = &result.observed;
    let is_kept = result.verdict == Verdict::Kept;
    // A duration of ISO 8601 is shown in the unit of the promise.
    let duration = observed.value.as_deref().filter(|value| value.starts_with('P') && observed.unit.is_none());
    let in_unit = result.comparison.as_ref().filter(|compared| duration.is_some() && !compared.unit.is_empty());
    let value = match (&observed.value, &observed.unit) {
        _ if in_unit.is_some() => in_unit.map(observed_words).unwrap_or_default(),
        (Some(value), Some(unit)) => format!("{value} {}", parts::unit_word(unit, value)),
        (Some(value), None) if result.promise.kind == PromiseKind::QualityRule => counted(value, result),
        (Some(value), None) => value.to_string(),
        (None, _) => if is_kept { "passed" } else { "failed" }.to_owned(),
    };
    let n_with = Days::LEN - result.days.n_without();
    Seen {
        value,
        is_kept,
        day: Day::at(observed.date()),
        ago: result.stale.map(ago),
        source: observed.source.as_deref(),
        message: observed.message.as_deref().filter(|_| !is_kept),
        bullet: result.comparison.as_ref().and_then(bullet),
        days: (n_with > 1).then(|| strip(result.days)),
    }
}

/// What a rule counted, so that a bare number says what it is: "0 found", "4, limit 10". Other values stay as they are.
fn counted(value: &str, result: &PromiseResult) -> String {
    let is_count = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match &result.comparison {
        _ if !is_count => value.to_owned(),
        Some(compared) if compared.sense == Sense::AtMost && compared.promised > 0.0 => {
            format!("{}, limit {}", parts::grouped(value), parts::grouped(&compared.promised.to_string()))
        }
        Some(compared) if compared.sense == Sense::AtLeast => parts::grouped(value).into_owned(),
        _ => format!("{} found", parts::grouped(value)),
    }
}

/// Says what was observed in the unit of the promise, with two decimals at most.
fn observed_words(Comparison { observed, unit, .. }: &Comparison) -> String {
    let number = format!("{observed:.2}");
    let number = number.trim_end_matches('0').trim_end_matches('.');
    format!("{number} {}", parts::unit_word(unit, number))
}

fn bullet(comparison: &Comparison) -> Option<Bullet> {
    let Comparison { sense, promised, observed, unit } = comparison;
    if !promised.is_finite() || !observed.is_finite() || *promised <= 0.0 || *observed < 0.0 {
        return None;
    }
    let (scale, word) = match sense {
        Sense::AtMost => ((promised * 1.5).max(observed * 1.1), "at most"),
        Sense::AtLeast => (promised.max(*observed) * 1.2, "at least"),
    };
    let place = |value: f64| {
        let text = format!("{:.1}", value / scale * BULLET);
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    Some(Bullet {
        observed: place(*observed),
        promised: place(*promised),
        says: format!("{observed} of {word} {promised} {unit}").trim_end().to_owned(),
    })
}

fn strip(days: Days) -> Strip {
    let (mut kept, mut missed, mut without) = (String::new(), String::new(), String::new());
    for (at, day) in days.iter().enumerate() {
        let x = at * 4 + 1;
        let (strokes, stroke) = match day {
            Some(Verdict::Kept) => (&mut kept, "6v8"),
            Some(Verdict::Missed) => (&mut missed, "0v14"),
            None => (&mut without, "12v2"),
        };
        write!(strokes, "M{x} {stroke}").expect("a string takes all text");
    }
    let says = format!(
        "Last 30 days: {} kept, {} missed, {} without a result",
        days.n_kept(),
        days.n_missed(),
        days.n_without()
    );
    Strip { kept, missed, without, says }
}

/// The sign of what is known of one contract version; see [`Health::sign`].
pub(super) fn sign_of(evidence: &EvidenceSummary<'_>) -> Option<Sign<'static>> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let aged = aged(evidence.results.iter().copied());
    let results = (count(evidence.n_kept), count(evidence.n_missed));
    sign(evidence.state, results, count(evidence.n_promises), aged.as_deref())
}

fn sign(state: Evidence, (n_kept, n_missed): (u32, u32), n_promises: u32, aged: Option<&str>) -> Option<Sign<'static>> {
    let n_all = n_promises.max(n_kept + n_missed);
    Some(match state {
        Evidence::Kept => {
            let word = if n_kept < n_all { format!("{n_kept} of {n_all} kept") } else { "Kept".to_owned() };
            match aged {
                Some(aged) => Sign::new("warn", "kept", format!("{word}, {aged}")),
                None => Sign::new("ok", "kept", word),
            }
        }
        Evidence::Missed if n_missed > 0 && n_all > 1 => {
            Sign::new("bad", "missed", format!("{n_missed} of {n_all} missed"))
        }
        Evidence::Missed => Sign::new("bad", "missed", "Missed"),
        Evidence::Promised => Sign::new("", "said", "Promised only"),
        Evidence::NotStated => return None,
    })
}

/// How many promises are kept, missed and without a result, and which levels are expected and not stated.
pub(super) fn tally_text(evidence: &EvidenceSummary<'_>, unstated: &[&str]) -> String {
    let promised = (evidence.n_promises + evidence.schema_misses.len() > 0).then(|| evidence.words());
    let unstated = (!unstated.is_empty()).then(|| format!("{} not stated", super::picture::joined(unstated)));
    promised.into_iter().chain(unstated).collect::<Vec<_>>().join(", ")
}

/// A service level that is promised, with what is known of it.
#[derive(Debug, Serialize)]
pub(super) struct Level<'a> {
    pub name: String,
    pub value: String,
    pub seen: Option<Seen<'a>>,
    /// It can be observed at all: a date in the life of a contract cannot.
    pub is_promise: bool,
}

/// Words a service level of a contract.
pub(super) fn level<'a>(evidence: &EvidenceSummary<'a>, contract_idx: usize, level: &ServiceLevel) -> Level<'a> {
    Level {
        name: parts::sentence(&parts::words(&level.property)),
        value: parts::level_value(level),
        seen: seen(evidence, contract_idx, level.span),
        is_promise: crate::model::is_promise(level),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_result_does_not_stand_for_all_promises() {
        let none = Tally { n_passed: 0, n_total: 0 };
        let health = |state, results, n_promises| Health {
            state,
            results,
            n_schema_misses: 0,
            n_promises,
            aged: None,
            n_old: 0,
            axes: [none; 6],
            failed: 0,
            fails_elsewhere: false,
        };
        let of =
            |state, results, n_promises| health(state, results, n_promises).sign().map(|sign| sign.word.into_owned());
        assert_eq!(of(Evidence::Kept, (2, 0), 12).as_deref(), Some("2 of 12 kept"));
        assert_eq!(of(Evidence::Kept, (12, 0), 12).as_deref(), Some("Kept"));
        assert_eq!(of(Evidence::Missed, (2, 1), 12).as_deref(), Some("1 of 12 missed"));
        // A test of the schema failed, which is no promise of its own.
        assert_eq!(of(Evidence::Missed, (2, 0), 12).as_deref(), Some("Missed"));
        assert_eq!(of(Evidence::Promised, (0, 0), 12).as_deref(), Some("Promised only"));
        assert_eq!(of(Evidence::NotStated, (0, 0), 0), None);
        let old = Health { aged: Some(ago(51)), ..health(Evidence::Kept, (2, 0), 12) };
        let sign = old.sign().map(|sign| (sign.tone, sign.word.into_owned()));
        assert_eq!(sign, Some(("warn", "2 of 12 kept, 51 days ago".to_owned())));
    }

    #[test]
    fn a_bullet_lies_within_its_picture() {
        let of = |sense, promised, observed| bullet(&Comparison { sense, promised, observed, unit: "min".into() });
        let found = of(Sense::AtMost, 15.0, 11.0).expect("both are numbers");
        assert_eq!((found.promised.as_str(), found.says.as_str()), ("90.7", "11 of at most 15 min"));
        for observed in [0.0, 11.0, 400.0, 1e300] {
            let found = of(Sense::AtMost, 15.0, observed).expect("both are numbers");
            assert!(found.observed.parse::<f64>().expect("a number") <= BULLET);
        }
        assert!(of(Sense::AtLeast, 0.0, 1.0).is_none() && of(Sense::AtLeast, f64::NAN, 1.0).is_none());
    }

    #[test]
    fn a_duration_is_told_in_the_unit_of_the_promise() {
        let of = |observed, unit: &str| {
            observed_words(&Comparison { sense: Sense::AtMost, promised: 15.0, observed, unit: unit.into() })
        };
        assert_eq!((of(6.0, "min").as_str(), of(1.0 / 3.0, "h").as_str()), ("6 min", "0.33 h"));
        assert_eq!(of(1.0, "d"), "1 day");
    }

    #[test]
    fn thirty_days_are_thirty_strokes() {
        let found = strip(Days::default());
        assert_eq!(found.without.matches('M').count(), Days::LEN);
        assert_eq!(found.says, "Last 30 days: 0 kept, 0 missed, 30 without a result");
    }
}
