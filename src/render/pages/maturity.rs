//! Levels of maturity on the scorecard: how many are where, and what those on the lowest levels lack.

use serde::Serialize;

use crate::model::Kind;
use crate::policy::{MaturityOf, MaturityOutcome, MissingCriterion};
use crate::render::parts::{Anchor, Linker, sentence};
use crate::render::site::Site;

/// A maturity model with what came of it.
#[derive(Serialize)]
pub(super) struct MaturityPart<'a> {
    /// For the ids of its parts.
    position: usize,
    name: &'a str,
    status: Option<String>,
    purpose: Option<&'a str>,
    /// `products` or `contracts`.
    about: &'static str,
    n: usize,
    levels: Vec<LevelRow<'a>>,
    rows: Vec<SubjectRow<'a>>,
    n_more: usize,
    source: Option<String>,
}

#[derive(Serialize)]
struct LevelRow<'a> {
    number: i64,
    name: &'a str,
    description: &'a str,
    n: usize,
    x: usize,
    asks: Vec<String>,
}

#[derive(Serialize)]
struct SubjectRow<'a> {
    thing: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    level: String,
    missing: Vec<String>,
    n_more: usize,
}

/// Units of a bar.
const BAR: usize = 64;
/// Things of a model on the page, the lowest level first.
const SUBJECTS: usize = 24;
/// Criteria that are named of each.
const MISSING: usize = 6;
/// Models on the page.
const MODELS: usize = 6;

pub(super) fn parts<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<MaturityPart<'a>> {
    site.outcome.maturity.iter().take(MODELS).enumerate().map(|(at, outcome)| part(site, linker, at, outcome)).collect()
}

fn part<'a>(site: &'a Site, linker: Linker<'a>, position: usize, outcome: &'a MaturityOutcome) -> MaturityPart<'a> {
    let mesh = site.mesh();
    let model = outcome.model(mesh);
    let n = outcome.subjects.len();
    let level = |(at, level): (usize, &usize)| {
        let level = &model.levels[*level];
        let n_there = outcome.subjects.iter().filter(|of| of.reached == Some(at)).count();
        let x = (n_there * BAR).checked_div(n).unwrap_or(0);
        let asks = level.criteria.iter().map(|criterion| match &criterion.description {
            Some(said) => said.trim().to_owned(),
            None => format!("{}: {}", criterion.id.value, criterion.property.value),
        });
        LevelRow {
            number: level.number,
            name: &level.name,
            description: level.description.as_deref().unwrap_or_default(),
            n: n_there,
            x,
            asks: asks.collect(),
        }
    };
    let mut open: Vec<&MaturityOf> =
        outcome.subjects.iter().filter(|of| !of.missing.is_empty() || of.capped_by.is_some()).collect();
    open.sort_by_key(|of| (of.reached, of.idx));
    let lacks = |missing: &MissingCriterion| {
        let criterion = &model.levels[missing.level].criteria[missing.criterion];
        let said = criterion.description.as_ref().map_or(criterion.id.value.as_str(), |said| said.trim());
        let said = said.trim_end_matches('.');
        match &missing.found {
            Some(found) => format!("{said}: {found}"),
            None => format!("{said}: not judged"),
        }
    };
    let row = |of: &&MaturityOf| {
        let mut missing: Vec<String> = of.missing.iter().map(lacks).collect();
        if let Some(cap) = of.capped_by.map(|position| &model.policies[position]) {
            missing.insert(0, format!("{} allows no more", cap.id.value));
        }
        SubjectRow {
            thing: match outcome.kind {
                Kind::DataProduct => linker.product(of.idx),
                _ => linker.titled_contract(of.idx),
            },
            owner: match outcome.kind {
                Kind::DataProduct => linker.product_owner(of.idx),
                _ => None,
            },
            level: of.reached.map_or_else(
                || "none".to_owned(),
                |at| {
                    let level = &model.levels[outcome.order[at]];
                    format!("{} {}", level.number, level.name)
                },
            ),
            n_more: missing.len().saturating_sub(MISSING),
            missing: missing.into_iter().take(MISSING).collect(),
        }
    };
    MaturityPart {
        position,
        name: model.header.title(),
        status: model.header.status.as_ref().map(|status| sentence(&status.value)),
        purpose: model.header.description.purpose.as_deref(),
        about: outcome.kind.plural(),
        n,
        levels: outcome.order.iter().enumerate().map(level).collect(),
        n_more: open.len().saturating_sub(SUBJECTS),
        rows: open.iter().take(SUBJECTS).map(row).collect(),
        source: site.forge_url(model.header.file, None, false),
    }
}
