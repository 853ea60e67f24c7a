//! Evidence and checks as twins have them.

use std::borrow::Cow;

use serde::Serialize;

use super::{Link, View};
use crate::graph::{Comparison, Days, EvidenceSummary, Fact, Observed, PromiseKind, PromiseResult, Verdict};
use crate::model::{Sense, Text};
use crate::policy::checks::{Check, CheckResult, Tally};
use crate::source::{Location, SourceMap, SourceTexts};

/// What a contract says is a promise until a result file says otherwise.
pub(super) const PROMISED: &str = "promised";
const OBSERVED: &str = "observed";
const NOT_STATED: &str = "not stated";

/// What is known about the promises of a thing.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceTwin {
    /// `kept`, `missed`, `promised only` or `not stated`.
    state: &'static str,
    /// `observed` where there are results, else `promised` or `not stated`.
    standing: &'static str,
    promises: usize,
    kept: usize,
    missed: usize,
    unobserved: usize,
    /// How many results that meet their promises are too old to say how the data is today.
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<usize>,
    /// The day of the newest result (UTC).
    latest: Option<String>,
    /// The last thirty days, oldest first.
    days: String,
    /// The last of the thirty days, here and with each result.
    #[serde(rename = "daysUntil", skip_serializing_if = "Option::is_none")]
    days_until: Option<String>,
    results: Vec<ResultTwin>,
    facts: Vec<FactTwin>,
    /// What of the schema the data does not have.
    #[serde(rename = "schemaMisses")]
    schema_misses: Vec<SchemaMissTwin>,
    #[serde(rename = "lastRun")]
    last_run: Option<LastRunTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct SchemaMissTwin {
    contract: Link,
    path: String,
    name: Text,
    #[serde(flatten)]
    measured: MeasuredTwin,
}

/// The last time the data was made.
#[derive(Clone, Debug, Serialize)]
struct LastRunTwin {
    contract: Link,
    succeeded: bool,
    #[serde(rename = "observedAt")]
    observed_at: String,
    source: Option<Text>,
    file: String,
}

/// The result of a promise.
#[derive(Clone, Debug, Serialize)]
struct ResultTwin {
    contract: Link,
    /// `serviceLevel` or `qualityRule`.
    kind: &'static str,
    name: Text,
    path: Option<String>,
    #[serde(flatten)]
    observation: ObservationTwin,
}

/// A result beside the promise it is about.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ObservationTwin {
    standing: &'static str,
    /// `kept` or `missed`.
    verdict: &'static str,
    #[serde(flatten)]
    measured: MeasuredTwin,
    /// How many days ago that was, where it is too long to say how the data is today.
    #[serde(rename = "staleDays", skip_serializing_if = "Option::is_none")]
    stale_days: Option<u32>,
    /// Promised and observed in one unit.
    comparison: Option<ComparisonTwin>,
    /// The last thirty days, oldest first: `k` kept, `m` missed, `-` without a result.
    days: String,
}

#[derive(Clone, Debug, Serialize)]
struct MeasuredTwin {
    value: Option<Text>,
    unit: Option<Text>,
    #[serde(rename = "observedAt")]
    observed_at: String,
    source: Option<Text>,
    message: Option<Text>,
    /// The result file.
    file: String,
}

#[derive(Clone, Debug, Serialize)]
struct ComparisonTwin {
    /// `atMost` or `atLeast`.
    sense: &'static str,
    promised: f64,
    observed: f64,
    unit: Text,
}

/// Something measured that no promise is about.
#[derive(Clone, Debug, Serialize)]
struct FactTwin {
    contract: Link,
    name: Text,
    standing: &'static str,
    #[serde(flatten)]
    measured: MeasuredTwin,
}

impl EvidenceTwin {
    pub(super) fn of(view: View<'_>, evidence: &EvidenceSummary<'_>) -> EvidenceTwin {
        EvidenceTwin {
            state: evidence.state.word(),
            standing: match (evidence.results.is_empty() && evidence.schema_misses.is_empty(), evidence.n_promises) {
                (false, _) => OBSERVED,
                (true, 1..) => PROMISED,
                (true, 0) => NOT_STATED,
            },
            promises: evidence.n_promises,
            kept: evidence.n_kept,
            missed: evidence.n_missed,
            unobserved: evidence.n_unobserved(),
            old: Some(evidence.n_old()).filter(|n| *n > 0),
            latest: evidence.latest.map(|latest| latest.to_string()),
            days: signs(evidence.days),
            days_until: (evidence.days != Days::default()).then(|| view.outcome.today.to_string()),
            results: evidence.results.iter().map(|result| result_twin(view, result)).collect(),
            facts: evidence.facts.iter().map(|fact| fact_twin(view, fact)).collect(),
            schema_misses: evidence
                .schema_misses
                .iter()
                .map(|miss| SchemaMissTwin {
                    contract: view.contract(miss.contract_idx),
                    path: miss.path.clone(),
                    name: miss.observed.name.clone(),
                    measured: measured(view, &miss.observed),
                })
                .collect(),
            last_run: evidence.last_run.map(|run| LastRunTwin {
                contract: view.contract(run.contract_idx),
                succeeded: run.is_good,
                observed_at: run.at.to_string(),
                source: run.source.clone(),
                file: view.sources.path(run.location.file).to_owned(),
            }),
        }
    }
}

impl ObservationTwin {
    pub(super) fn of(view: View<'_>, result: &PromiseResult) -> ObservationTwin {
        ObservationTwin {
            standing: OBSERVED,
            verdict: match result.verdict {
                Verdict::Kept => "kept",
                Verdict::Missed => "missed",
            },
            measured: measured(view, &result.observed),
            stale_days: result.stale,
            comparison: result.comparison.as_ref().map(comparison),
            days: signs(result.days),
        }
    }
}

fn result_twin(view: View<'_>, result: &PromiseResult) -> ResultTwin {
    ResultTwin {
        contract: view.contract(result.contract_idx),
        kind: match result.promise.kind {
            PromiseKind::ServiceLevel => "serviceLevel",
            PromiseKind::QualityRule => "qualityRule",
        },
        name: result.promise.name.clone(),
        path: result.promise.path.clone(),
        observation: ObservationTwin::of(view, result),
    }
}

fn fact_twin(view: View<'_>, fact: &Fact) -> FactTwin {
    FactTwin {
        contract: view.contract(fact.contract_idx),
        name: fact.observed.name.clone(),
        standing: OBSERVED,
        measured: measured(view, &fact.observed),
    }
}

fn measured(view: View<'_>, observed: &Observed) -> MeasuredTwin {
    MeasuredTwin {
        value: observed.value.clone(),
        unit: observed.unit.clone(),
        observed_at: observed.at.to_string(),
        source: observed.source.clone(),
        message: observed.message.clone(),
        file: view.sources.path(observed.location.file).to_owned(),
    }
}

fn comparison(comparison: &Comparison) -> ComparisonTwin {
    ComparisonTwin {
        sense: match comparison.sense {
            Sense::AtMost => "atMost",
            Sense::AtLeast => "atLeast",
        },
        promised: comparison.promised,
        observed: comparison.observed,
        unit: comparison.unit.clone(),
    }
}

/// Writes thirty days as thirty signs; empty when there is no result in them.
fn signs(days: Days) -> String {
    if days == Days::default() {
        return String::new();
    }
    let sign = |day| match day {
        Some(Verdict::Kept) => 'k',
        Some(Verdict::Missed) => 'm',
        None => '-',
    };
    days.iter().map(sign).collect()
}

/// The checks of a product.
#[derive(Clone, Debug, Serialize)]
pub struct ChecksTwin {
    passed: usize,
    total: usize,
    axes: Vec<AxisTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct AxisTwin {
    axis: &'static str,
    passed: usize,
    total: usize,
    checks: Vec<CheckTwin>,
}

/// A check of a product: one shape wherever JSON tells of it.
#[derive(Clone, Debug, Serialize)]
pub(in crate::render) struct CheckTwin {
    id: Cow<'static, str>,
    name: Cow<'static, str>,
    /// `passed`, `failed` or `not applicable`.
    result: &'static str,
    why: Option<String>,
    /// Where to mend it.
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    help: Option<Cow<'static, str>>,
    /// Where the fix is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl ChecksTwin {
    /// Makes the checks of a product; with the texts of its files the places have lines.
    pub(super) fn of(view: View<'_>, product_idx: usize) -> ChecksTwin {
        let checks = view.outcome.checks(product_idx);
        let places = checks.iter().filter_map(|(_, result)| place_of(result));
        let texts = view.tree.map(|tree| view.sources.texts(tree, places.map(|place| place.file)));
        let one = |(check, result)| check_twin(view.sources, texts.as_ref(), check, result);
        let axes = view.outcome.scoring.axes().map(|axis| {
            let Tally { n_passed, n_total } = checks.tally_of(axis);
            let checks = checks.of_axis(axis).map(one).collect();
            AxisTwin { axis: axis.word(), passed: n_passed, total: n_total, checks }
        });
        let Tally { n_passed, n_total } = checks.tally();
        ChecksTwin { passed: n_passed, total: n_total, axes: axes.collect() }
    }
}

fn place_of(result: &CheckResult) -> Option<Location> {
    match result {
        CheckResult::Failed { place, .. } => Some(*place),
        CheckResult::Passed | CheckResult::NotApplicable { .. } => None,
    }
}

/// Makes a check of a product; with the texts of its files its place has a line.
pub(in crate::render) fn check_twin(
    sources: &SourceMap,
    texts: Option<&SourceTexts>,
    check: &Check,
    result: &CheckResult,
) -> CheckTwin {
    let place = place_of(result);
    CheckTwin {
        id: check.id.clone(),
        name: check.name.clone(),
        result: result.word(),
        why: match result {
            CheckResult::Passed => None,
            CheckResult::Failed { why, .. } | CheckResult::NotApplicable { why } => Some(why.clone()),
        },
        file: place.map(|place| sources.path(place.file).to_owned()),
        line: texts.zip(place).map(|(texts, place)| texts.lines(place).0),
        help: place.map(|_| check.help.clone()),
        link: check.link.clone().filter(|_| place.is_some()),
    }
}
