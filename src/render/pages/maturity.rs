//! Levels of maturity: on the scorecard how many are where, and what those on the lowest levels lack; on the page of
//! a thing its own level, and what the next one takes.

use serde::Serialize;

use crate::graph::Found;
use crate::model::{Kind, MaturityModel, MaturityPolicy};
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
    /// Those that are retired and left out.
    n_retired: usize,
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
    /// How many are there or further.
    n: usize,
    x: usize,
    asks: Vec<String>,
}

#[derive(Serialize)]
struct SubjectRow<'a> {
    thing: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    level: String,
    missing: Vec<Anchor<'a>>,
    n_more: usize,
}

/// The level of one thing by one model.
#[derive(Serialize)]
pub(super) struct LevelPart<'a> {
    /// The model, a link to its levels.
    model: Anchor<'a>,
    /// The number and name of the level; nothing below the lowest.
    reached: Option<String>,
    /// The same with how many there are: "4 of 4: Traced".
    place: String,
    /// How many criteria up to it are for people to judge, and count as met.
    n_unjudged: usize,
    /// What the level means, in the words of the model.
    says: Option<&'a str>,
    /// The next one, a link to what it asks.
    next: Option<Anchor<'a>>,
    /// What is missing there, and what holds it back.
    missing: Vec<Anchor<'a>>,
    n_more: usize,
}

impl LevelPart<'_> {
    /// Returns the name of the model.
    pub(super) fn model(&self) -> &str {
        &self.model.text
    }

    /// Says all of it in one line.
    pub(super) fn words(&self) -> String {
        let reached = self.reached.as_deref().unwrap_or("no level yet");
        let unjudged = match self.n_unjudged {
            0 => String::new(),
            1 => " (1 criterion for people to judge)".to_owned(),
            n => format!(" ({n} criteria for people to judge)"),
        };
        let reached = format!("{reached}{unjudged}");
        let Some(next) = &self.next else { return reached };
        let missing: Vec<&str> = self.missing.iter().map(|missing| &*missing.text).collect();
        let more = if self.n_more > 0 { format!("; {} more", self.n_more) } else { String::new() };
        format!("{reached}; for {}: {}{more}", next.text, missing.join("; "))
    }
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

/// Returns the level of a thing by each model that is about it.
pub(super) fn levels<'a>(site: &'a Site, thing: Found, linker: Linker<'a>) -> Vec<LevelPart<'a>> {
    let of_model = |(position, outcome): (usize, &'a MaturityOutcome)| {
        let of = outcome.of(thing)?;
        let model = outcome.model(site.mesh());
        let next = of.reached.map_or(0, |at| at + 1);
        // Held back by a policy of the model, it may meet the next level already and lack something of a further one.
        let is_of_next = |missing: &MissingCriterion| outcome.order.get(next) == Some(&missing.level);
        let missing = missing(site, linker, position, outcome, of, &is_of_next);
        Some(LevelPart {
            model: linker.to(model.header.title(), &format!("scorecard.html#maturity-{position}")),
            reached: of.reached.map(|at| level_name(outcome, model, at)),
            place: of.reached.map(|at| level_place(outcome, model, at)).unwrap_or_default(),
            n_unjudged: of.reached.map_or(0, |at| n_for_people(outcome, model, at)),
            says: of.reached.and_then(|at| model.levels[outcome.order[at]].description.as_deref()),
            next: (next < outcome.order.len()).then(|| {
                linker.to(level_name(outcome, model, next), &level_page(position, model, outcome.order[next]))
            }),
            n_more: missing.len().saturating_sub(MISSING),
            missing: missing.into_iter().take(MISSING).collect(),
        })
    };
    site.outcome.maturity.iter().take(MODELS).enumerate().filter_map(of_model).collect()
}

/// Counts the criteria of a level and those below it that no machine judges.
fn n_for_people(outcome: &MaturityOutcome, model: &MaturityModel, at: usize) -> usize {
    let levels = outcome.order.iter().take(at + 1).map(|level| &model.levels[*level]);
    levels.flat_map(|level| &level.criteria).filter(|criterion| criterion.is_text).count()
}

/// Returns the number and name of a level by its place in the order.
fn level_name(outcome: &MaturityOutcome, model: &MaturityModel, at: usize) -> String {
    let level = &model.levels[outcome.order[at]];
    format!("{} {}", level.number, level.name)
}

/// Returns the number of a level, that of the highest, and its name.
fn level_place(outcome: &MaturityOutcome, model: &MaturityModel, at: usize) -> String {
    let level = &model.levels[outcome.order[at]];
    let highest = outcome.order.last().map_or(level.number, |last| model.levels[*last].number);
    format!("{} of {highest}: {}", level.number, level.name)
}

/// Returns where the scorecard says what a level asks.
fn level_page(position: usize, model: &MaturityModel, level: usize) -> String {
    format!("scorecard.html#maturity-{position}-{}", model.levels[level].number)
}

/// Lists what holds a thing back, then what its next level lacks, each with a link to what is asked.
fn missing<'a>(
    site: &'a Site,
    linker: Linker<'a>,
    position: usize,
    outcome: &'a MaturityOutcome,
    of: &MaturityOf,
    is_meant: &dyn Fn(&MissingCriterion) -> bool,
) -> Vec<Anchor<'a>> {
    let model = outcome.model(site.mesh());
    let lacks = |missing: &MissingCriterion| {
        let criterion = &model.levels[missing.level].criteria[missing.criterion];
        let said = criterion.description.as_ref().map_or(criterion.id.value.as_str(), |said| said.trim());
        let said = said.trim_end_matches('.');
        let words = match &missing.found {
            Some(found) => format!("{said}: {found}"),
            None => format!("{said}: not judged"),
        };
        linker.to(words, &level_page(position, model, missing.level))
    };
    let cap = |policy: &MaturityPolicy| {
        let said = policy.description.as_ref().map_or(policy.id.value.as_str(), |said| said.trim());
        let words = format!("{}: its {} allows no more", said.trim_end_matches('.'), policy.property.value);
        match site.forge_url(model.header.file, None, false) {
            Some(source) => Anchor { text: words.into(), href: Some(source) },
            None => linker.to(words, &format!("scorecard.html#maturity-{position}")),
        }
    };
    let capped = of.capped_by.map(|at| cap(&model.policies[at]));
    capped.into_iter().chain(of.missing.iter().filter(|missing| is_meant(missing)).map(lacks)).collect()
}

fn part<'a>(site: &'a Site, linker: Linker<'a>, position: usize, outcome: &'a MaturityOutcome) -> MaturityPart<'a> {
    let mesh = site.mesh();
    let model = outcome.model(mesh);
    let n = outcome.subjects.len();
    let level = |(at, level): (usize, &usize)| {
        let level = &model.levels[*level];
        let n_there = outcome.subjects.iter().filter(|of| of.reached.is_some_and(|reached| reached >= at)).count();
        let x = (n_there * BAR).checked_div(n).unwrap_or(0);
        let asks = level.criteria.iter().map(|criterion| {
            let said = match &criterion.description {
                Some(said) => said.trim().to_owned(),
                None => format!("{}: {}", criterion.id.value, criterion.property.value),
            };
            if criterion.is_text { format!("{said} (for people to judge, counted as met)") } else { said }
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
    // Nobody is kept from one row by a sentence that says so.
    let n_shown = if open.len() == SUBJECTS + 1 { open.len() } else { open.len().min(SUBJECTS) };
    let row = |of: &&MaturityOf| {
        let missing = missing(site, linker, position, outcome, of, &|_| true);
        SubjectRow {
            thing: match outcome.kind {
                Kind::DataProduct => linker.product(of.idx),
                _ => linker.titled_contract(of.idx),
            },
            owner: match outcome.kind {
                Kind::DataProduct => linker.product_owner(of.idx),
                _ => None,
            },
            level: of.reached.map_or_else(|| "none".to_owned(), |at| level_name(outcome, model, at)),
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
        n_retired: outcome.n_retired,
        levels: outcome.order.iter().enumerate().map(level).collect(),
        n_more: open.len() - n_shown,
        rows: open.iter().take(n_shown).map(row).collect(),
        source: site.forge_url(model.header.file, None, false),
    }
}
