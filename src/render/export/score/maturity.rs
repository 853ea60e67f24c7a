//! Levels of maturity in reports of scores: of the whole mesh, or of what belongs to a subject.

use std::collections::BTreeSet;

use serde::Serialize;

use super::ScoreReport;
use super::gather::Scored;
use crate::graph::Found;
use crate::model::{Kind, Level};
use crate::policy::{MaturityOf, MaturityOutcome, MissingCriterion};
use crate::render::address;

/// Things of a model that a table shows, the lowest level first.
const SHOWN: usize = 20;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MaturityOut<'a> {
    id: &'a str,
    name: &'a str,
    status: Option<&'a str>,
    /// `product` or `contract`.
    about: &'static str,
    levels: Vec<LevelOut<'a>>,
    subjects: Vec<SubjectOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LevelOut<'a> {
    level: i64,
    name: &'a str,
    description: Option<&'a str>,
    /// How many of the subjects are there or further.
    reached: usize,
    /// How many of them are there and no further.
    here: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubjectOut<'a> {
    kind: &'static str,
    id: &'a str,
    url: Option<String>,
    /// 0 for what meets no level.
    level: i64,
    /// The id of the policy that keeps it from a higher one.
    capped_by: Option<&'a str>,
    /// What the first level that it does not meet lacks.
    missing: Vec<MissingOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MissingOut<'a> {
    criterion: &'a str,
    level: i64,
    says: Option<&'a str>,
    /// What there is instead; `null` for what is not judged.
    found: Option<&'a str>,
    judged: bool,
}

/// Returns the things of a model that belong to the subject of a report.
fn chosen<'a>(report: &ScoreReport<'a>, scored: &Scored<'_>, outcome: &'a MaturityOutcome) -> Vec<&'a MaturityOf> {
    let mesh = &report.outcome.mesh;
    if report.subject.is_none() {
        return outcome.subjects.iter().collect();
    }
    let products: BTreeSet<usize> = scored.products.iter().map(|product| product.idx).collect();
    let belongs = |of: &&MaturityOf| match outcome.kind {
        Kind::DataProduct => products.contains(&of.idx),
        _ => mesh.contracts[of.idx].published_by.iter().any(|by| products.contains(&by.product_idx)),
    };
    outcome.subjects.iter().filter(belongs).collect()
}

pub(super) fn all<'a>(report: &ScoreReport<'a>, scored: &Scored<'_>) -> Vec<MaturityOut<'a>> {
    report.outcome.maturity.iter().map(|outcome| one(report, scored, outcome)).collect()
}

fn one<'a>(report: &ScoreReport<'a>, scored: &Scored<'_>, outcome: &'a MaturityOutcome) -> MaturityOut<'a> {
    let mesh = &report.outcome.mesh;
    let model = outcome.model(mesh);
    let subjects = chosen(report, scored, outcome);
    let missing = |missing: &'a MissingCriterion| {
        let level: &Level = &model.levels[missing.level];
        let criterion = &level.criteria[missing.criterion];
        MissingOut {
            criterion: &criterion.id.value,
            level: level.number,
            says: criterion.description.as_deref(),
            found: missing.found.as_deref(),
            judged: missing.found.is_some(),
        }
    };
    let subject = |of: &&'a MaturityOf| SubjectOut {
        kind: outcome.kind.word(),
        id: &mesh.header(Found { kind: outcome.kind, idx: of.idx }).id.value,
        url: address::fixed(mesh, Found { kind: outcome.kind, idx: of.idx })
            .map(|page| super::json::url(report, &page)),
        level: outcome.number(mesh, of).unwrap_or(0),
        capped_by: of.capped_by.map(|position| model.policies[position].id.value.as_str()),
        missing: of.missing.iter().map(missing).collect(),
    };
    let level = |(at, level): (usize, &usize)| LevelOut {
        level: model.levels[*level].number,
        name: &model.levels[*level].name,
        description: model.levels[*level].description.as_deref(),
        reached: subjects.iter().filter(|of| of.reached >= Some(at)).count(),
        here: subjects.iter().filter(|of| of.reached == Some(at)).count(),
    };
    MaturityOut {
        id: &model.header.id.value,
        name: model.header.title(),
        status: model.header.status.as_ref().map(|status| status.value.as_str()),
        about: outcome.kind.word(),
        levels: outcome.order.iter().enumerate().map(level).collect(),
        subjects: subjects.iter().map(subject).collect(),
    }
}

/// A model as rows: title, heads, cells, and what is left out.
pub(super) struct MaturityGrid {
    pub(super) title: String,
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) rest: Option<String>,
}

pub(super) fn grids(report: &ScoreReport<'_>, scored: &Scored<'_>) -> Vec<MaturityGrid> {
    let mesh = &report.outcome.mesh;
    let of_model = |outcome: &MaturityOutcome| {
        let model = outcome.model(mesh);
        let mut subjects = chosen(report, scored, outcome);
        if subjects.is_empty() {
            return None;
        }
        subjects.sort_by_key(|of| (of.reached, of.idx));
        let level = |at: usize| {
            let level = &model.levels[outcome.order[at]];
            format!("{} {}", level.number, level.name)
        };
        let n_none = subjects.iter().filter(|of| of.reached.is_none()).count();
        let none = (n_none > 0).then(|| format!("no level {n_none}"));
        let counts = (0..outcome.order.len()).filter_map(|at| {
            let n = subjects.iter().filter(|of| of.reached == Some(at)).count();
            (n > 0).then(|| format!("{} {n}", level(at)))
        });
        let counts: Vec<String> = none.into_iter().chain(counts).collect();
        let lacks = |missing: &MissingCriterion| {
            let id = &model.levels[missing.level].criteria[missing.criterion].id.value;
            match &missing.found {
                Some(found) => format!("{id} ({found})"),
                None => format!("{id} (not judged)"),
            }
        };
        let row = |of: &&MaturityOf| {
            let mut lacks: Vec<String> = of.missing.iter().map(lacks).collect();
            lacks.extend(of.capped_by.map(|position| format!("capped by {}", model.policies[position].id.value)));
            vec![
                mesh.header(Found { kind: outcome.kind, idx: of.idx }).id.value.to_string(),
                of.reached.map_or_else(|| "0".to_owned(), level),
                if lacks.is_empty() { "-".to_owned() } else { lacks.join(", ") },
            ]
        };
        let rest = subjects.len().saturating_sub(SHOWN);
        Some(MaturityGrid {
            title: format!("{} (`{}`): {}", model.header.title(), model.header.id.value, counts.join(", ")),
            heads: vec![outcome.kind.word(), "level", "missing"],
            rows: subjects.iter().take(SHOWN).map(row).collect(),
            rest: (rest > 0).then(|| format!("and {rest} more; `--format json` has all")),
        })
    };
    report.outcome.maturity.iter().filter_map(of_model).collect()
}
