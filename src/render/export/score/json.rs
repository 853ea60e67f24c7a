//! Scores as JSON.

use std::borrow::Cow;

use serde::Serialize;

use super::ScoreReport;
use super::gather::{CheckChange, GroupScore, ProductScore, Scored};
use super::maturity::{self, MaturityOut};
use crate::diagnostic::emit::json_text;
use crate::graph::Found;
use crate::model::Kind;
use crate::policy::checks::{Axis, Check, CheckResult, Tally};
use crate::policy::{OperatingMode, Readiness, Sample, Trend, TrendStep, way_out};
use crate::render::address;
use crate::render::trend::{Point, note, points};
use crate::render::twins::{CheckTwin, check_twin};
use crate::source::{Location, SourceTexts};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Scores<'a> {
    version: u32,
    /// The scorecard that says which checks are asked; `null` for the built-in ones.
    scorecard: Option<&'a str>,
    today: String,
    /// The commit that it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    base: Option<&'a str>,
    /// Products that are gone since.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<&'a [String]>,
    subjects: Vec<Subject<'a>>,
    /// What came of the maturity models of the registry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maturity: Vec<MaturityOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trend: Option<TrendOut>,
}

#[derive(Serialize)]
struct TrendOut {
    /// Why there is none, or only a part of one.
    note: Option<&'static str>,
    /// The oldest first, now at last.
    points: Vec<PointOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PointOut {
    /// `2026-10`: how it ended; `null` for now. Of a week the month that it begins in.
    month: Option<String>,
    /// The Monday of the week, where the trend is by week.
    #[serde(skip_serializing_if = "Option::is_none")]
    week: Option<String>,
    /// The commit that was looked at; `null` for the files as they are.
    commit: Option<String>,
    day: String,
    products: usize,
    /// How many more were retired; they count in none of the other numbers.
    retired: usize,
    with_contract: usize,
    with_owner: usize,
    with_promise: usize,
    /// How often products are read by products.
    consumers: usize,
    /// Policies in force or on trial, by thing they bind.
    policies_asked: usize,
    policies_met: usize,
    passed: usize,
    total: usize,
    /// The median of all products that became active so far.
    days_to_active: Option<u32>,
    activated: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'a> {
    kind: &'static str,
    id: Cow<'a, str>,
    name: Cow<'a, str>,
    /// The page: with a base URL absolute, else relative to the top of the site.
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// How many products are summed.
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<usize>,
    /// How many more are retired and not summed.
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<usize>,
    passed: usize,
    total: usize,
    axes: Vec<AxisOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    readiness: Option<ReadinessOut<'a>>,
    /// How a table with a new name becomes a product.
    #[serde(skip_serializing_if = "Option::is_none")]
    renamed_table: Option<String>,
    /// What it was in the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<TallyOut>,
    /// The base does not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<ChangeOut<'a>>>,
}

#[derive(Serialize)]
struct TallyOut {
    passed: usize,
    total: usize,
}

#[derive(Serialize)]
struct AxisOut<'a> {
    axis: &'static str,
    passed: usize,
    total: usize,
    checks: Vec<CheckOut<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum CheckOut<'a> {
    Group(GroupCheck<'a>),
    Product(CheckTwin),
}

/// A check of several products.
#[derive(Serialize)]
struct GroupCheck<'a> {
    id: &'a str,
    name: &'a str,
    passed: usize,
    total: usize,
    /// What to do; `null` where nothing is missing.
    help: Option<&'a str>,
    /// Where the fix is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

#[derive(Serialize)]
struct ReadinessOut<'a> {
    /// `owning`, `growing`, `central`; what the domain says of itself.
    declared: Option<&'static str>,
    /// What the facts show.
    shown: Option<&'static str>,
    facts: Vec<FactOut<'a>>,
}

#[derive(Serialize)]
struct FactOut<'a> {
    id: &'static str,
    /// `null` when it cannot be known here.
    met: Option<bool>,
    says: &'a str,
    help: Option<&'static str>,
}

#[derive(Serialize)]
struct ChangeOut<'a> {
    check: &'a str,
    before: Option<&'static str>,
    after: Option<&'static str>,
}

pub(super) fn render(report: &ScoreReport<'_>, scored: &Scored<'_>) -> String {
    let outcome = report.outcome;
    let files =
        scored.products.iter().flat_map(|product| product.checks.iter()).filter_map(|(_, result)| place(result));
    let texts = outcome.sources.texts(report.tree, files.map(|place| place.file));
    let groups = scored.groups.iter().map(|group| of_group(report, scored, group));
    let products = scored.products.iter().map(|product| of_product(report, &texts, product));
    json_text(&Scores {
        version: VERSION,
        scorecard: outcome.scoring.scorecard.as_deref(),
        today: outcome.today.to_string(),
        base: report.base.map(|base| base.commit),
        gone: report.base.map(|_| scored.gone.as_slice()),
        subjects: groups.chain(products).collect(),
        maturity: maturity::all(report, scored),
        trend: report.trend.map(|trend| of_trend(report, trend)),
    })
}

fn of_trend(report: &ScoreReport<'_>, trend: &Trend) -> TrendOut {
    let now = Sample::of(report.outcome);
    let point = |point: &Point<'_>| {
        let measures = &point.sample.measures;
        PointOut {
            month: point.month(),
            week: point.start.filter(|_| point.step == TrendStep::Week).map(|week| week.to_string()),
            commit: point.start.map(|_| point.sample.commit.clone()),
            day: point.sample.day.to_string(),
            products: measures.products,
            retired: measures.retired,
            with_contract: measures.with_contract,
            with_owner: measures.with_owner,
            with_promise: measures.with_promise,
            consumers: measures.consumers,
            policies_asked: measures.asked,
            policies_met: measures.met,
            passed: measures.passed,
            total: measures.applied,
            days_to_active: point.lead.map(|(days, _)| days),
            activated: point.lead.map_or(0, |(_, n)| n),
        }
    };
    TrendOut { note: trend.note.map(note), points: points(trend, &now).iter().map(point).collect() }
}

/// Returns where a check that fails can be mended.
pub(super) fn place(result: &CheckResult) -> Option<Location> {
    match result {
        CheckResult::Failed { place, .. } => Some(*place),
        CheckResult::Passed | CheckResult::NotApplicable { .. } => None,
    }
}

pub(super) fn url(report: &ScoreReport<'_>, page: &str) -> String {
    let base = report.outcome.config.mesh.base_url.as_deref().unwrap_or_default();
    format!("{base}{page}")
}

fn of_group<'a>(report: &ScoreReport<'a>, scored: &'a Scored<'a>, group: &'a GroupScore) -> Subject<'a> {
    let outcome = report.outcome;
    let (kind, id, name, page) = match group.found {
        None => {
            let mesh = &outcome.config.mesh;
            let page = Some("scorecard.html".to_owned());
            ("mesh", mesh.id.as_str(), mesh.name.as_str(), page)
        }
        Some(found) => {
            let header = outcome.mesh.header(found);
            (found.kind.word(), header.id.value.as_str(), header.title(), address::fixed(&outcome.mesh, found))
        }
    };
    let axis = |axis: Axis| {
        let Tally { n_passed, n_total } = group.axis(scored, axis);
        let checks = outcome.scoring.checks.iter().filter(|check| check.axis == axis);
        let check = |check: &'a Check| {
            let tally = group.check(scored, &check.id);
            let is_missing = tally.n_passed < tally.n_total;
            CheckOut::Group(GroupCheck {
                id: &check.id,
                name: &check.name,
                passed: tally.n_passed,
                total: tally.n_total,
                help: Some(check.help.as_ref()).filter(|_| is_missing),
                link: check.link.as_deref().filter(|_| is_missing),
            })
        };
        AxisOut { axis: axis.word(), passed: n_passed, total: n_total, checks: checks.map(check).collect() }
    };
    Subject {
        kind,
        id: id.into(),
        name: name.into(),
        url: page.map(|page| url(report, &page)),
        status: None,
        domain: None,
        owner: None,
        products: Some(group.members.len()),
        retired: Some(group.n_retired).filter(|n| *n > 0),
        passed: group.tally.n_passed,
        total: group.tally.n_total,
        axes: outcome.scoring.axes().map(axis).collect(),
        readiness: group.readiness.as_ref().map(of_readiness),
        renamed_table: None,
        before: group.base.map(tally_out),
        new: (report.base.is_some() && group.base.is_none()).then_some(true),
        changes: None,
    }
}

fn of_readiness(readiness: &Readiness) -> ReadinessOut<'_> {
    let facts = readiness.facts.iter().map(|fact| FactOut {
        id: fact.id,
        met: fact.is_met,
        says: &fact.says,
        help: Some(fact.help).filter(|_| fact.is_met == Some(false)),
    });
    ReadinessOut {
        declared: readiness.declared.map(OperatingMode::word),
        shown: readiness.shown.map(OperatingMode::word),
        facts: facts.collect(),
    }
}

fn tally_out(tally: Tally) -> TallyOut {
    TallyOut { passed: tally.n_passed, total: tally.n_total }
}

fn of_product<'a>(report: &ScoreReport<'a>, texts: &SourceTexts, score: &'a ProductScore<'a>) -> Subject<'a> {
    let outcome = report.outcome;
    let mesh = &outcome.mesh;
    let product = &mesh.products[score.idx];
    let header = &product.descriptor.header;
    let check = |(check, result): (&'a Check, &CheckResult)| {
        CheckOut::Product(check_twin(&outcome.sources, Some(texts), check, result))
    };
    let axis = |axis: Axis| {
        let Tally { n_passed, n_total } = score.checks.tally_of(axis);
        let checks = score.checks.of_axis(axis).map(check).collect();
        AxisOut { axis: axis.word(), passed: n_passed, total: n_total, checks }
    };
    let changes = |changes: &'a [CheckChange]| -> Vec<ChangeOut<'a>> {
        let one =
            |change: &'a CheckChange| ChangeOut { check: &change.check, before: change.before, after: change.after };
        changes.iter().map(one).collect()
    };
    let page = address::fixed(mesh, Found { kind: Kind::DataProduct, idx: score.idx });
    Subject {
        kind: Kind::DataProduct.word(),
        id: header.id.value.as_str().into(),
        name: header.title().into(),
        url: page.map(|page| url(report, &page)),
        status: header.status_text().map(str::to_owned),
        domain: mesh.product_domain(product),
        owner: mesh.product_owner(product),
        products: None,
        retired: None,
        passed: score.tally.n_passed,
        total: score.tally.n_total,
        axes: outcome.scoring.axes().map(axis).collect(),
        readiness: None,
        renamed_table: score.is_renamed_table.then(|| way_out(mesh, score.idx)),
        before: score.base.map(tally_out),
        new: report.base.is_some().then_some(score.is_new),
        changes: report.base.is_some().then(|| changes(&score.changes)),
    }
}
