//! Quality rules of a contract as text.

use std::borrow::Cow;

use serde::Serialize;

use crate::graph::{EvidenceSummary, quality_rules};
use crate::model::{DataContract, QualityRule, RuleFact, Text};
use crate::render::health::{self, Seen};
use crate::render::parts::{self, Anchors, anchor_part};

/// A rule in words.
#[derive(Serialize)]
pub(crate) struct QualityRow<'a> {
    pub anchor: String,
    pub name: Cow<'a, str>,
    pub says: Cow<'a, str>,
    /// The object, or object and column, that it is about.
    pub about: String,
    pub dimension: Option<String>,
    pub severity: Option<String>,
    /// What tells valid and missing values from others, what a failure costs, and who runs it when.
    pub notes: Vec<String>,
    /// What runs it, where a query or an engine does.
    pub query: Option<Cow<'a, str>>,
    pub implementation: Option<Cow<'a, str>>,
    pub seen: Option<Seen<'a>>,
}

/// Words the first rules, at most so many: those of objects first, then those of columns.
fn rows<'a>(
    evidence: &EvidenceSummary<'a>,
    contract_idx: usize,
    contract: &'a DataContract,
    n_most: usize,
) -> Vec<QualityRow<'a>> {
    let mut anchors = Anchors::default();
    quality_rules(contract)
        .take(n_most)
        .map(|(about, rule)| {
            let mut row = row(rule, about);
            row.anchor = anchors.next(row.anchor);
            row.seen = health::seen(evidence, contract_idx, rule.span);
            row
        })
        .collect()
}

/// Rules on the page of a contract, and the bytes of their texts; all stand in the machine form.
pub(crate) const SHOWN: usize = 120;
const BYTES: usize = 20_000;
/// Characters of its tags and custom properties.
const CUSTOM: usize = 240;
/// Characters of what runs a rule: one long text shall not leave out all rules behind it.
const CODE: usize = 4_000;

/// Words the rules that the page of a contract has room for, the first of them, at most so many.
pub(crate) fn shown<'a>(
    evidence: &EvidenceSummary<'a>,
    contract_idx: usize,
    contract: &'a DataContract,
    n_most: usize,
) -> Vec<QualityRow<'a>> {
    let mut rows = rows(evidence, contract_idx, contract, n_most);
    let size = |row: &QualityRow<'_>| row.texts().map(str::len).sum::<usize>() + 3 * row.name.len();
    parts::keep_within(&mut rows, n_most, BYTES, size);
    rows
}

impl QualityRow<'_> {
    /// Its texts, but for its name and what it is about.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let code = [&self.query, &self.implementation].into_iter().flatten().map(|code| &**code);
        code.chain(self.notes.iter().map(String::as_str)).chain([&*self.says])
    }
}

fn row(rule: &QualityRule, about: String) -> QualityRow<'_> {
    let id = rule.id.as_deref().or(rule.name.as_deref());
    let metric = rule.metric.as_deref().map(|metric| parts::sentence(&parts::words(metric)));
    let measured = measured(rule, metric.as_deref());
    let mut engine = rule.fact(RuleFact::Engine);
    let says: Cow<'_, str> = match (rule.description.as_deref(), measured) {
        (Some(description), None) => description.into(),
        (Some(description), Some(measured)) => {
            format!("{} ({})", description.trim().trim_end_matches('.'), small(&measured)).into()
        }
        (None, Some(measured)) => measured.into(),
        (None, None) => match (engine.take(), rule.fact(RuleFact::Implementation)) {
            (Some(engine), _) => format!("As {engine} runs it").into(),
            (None, Some(_)) => "As it is implemented".into(),
            (None, None) => "".into(),
        },
    };
    let code = |code| parts::shortened(code, CODE);
    let name: Cow<'_, str> = match (rule.name.as_deref().or(id), metric) {
        (Some(name), _) => name.into(),
        (None, Some(metric)) => metric.into(),
        (None, None) => "Rule".into(),
    };
    QualityRow {
        anchor: format!("q-{}", anchor_part(id.unwrap_or(&about))),
        name,
        says,
        about,
        dimension: rule.dimension.as_deref().map(said),
        severity: rule.severity.as_deref().map(said),
        notes: notes(rule, engine),
        query: rule.query.as_deref().map(code),
        implementation: rule.fact(RuleFact::Implementation).map(code),
        seen: None,
    }
}

/// A word of a list, as the cells of tables have it.
fn said(word: &str) -> String {
    parts::sentence(&parts::words(word))
}

/// Begins a text in lower case, as it stands within another.
fn small(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_lowercase).chain(characters).collect()
}

/// What else a rule states, with the engine that runs it where nothing has named it yet.
fn notes(rule: &QualityRule, engine: Option<&str>) -> Vec<String> {
    const VALUES: usize = 12;
    if rule.facts.is_empty() && rule.kind.as_deref() != Some("text") {
        return Vec::new();
    }
    let listed = |before: &str, fact| {
        let values: Vec<&str> = rule.all(fact).collect();
        let shown = values.iter().take(VALUES).map(|value| parts::value_word(value)).collect::<Vec<_>>().join(", ");
        let more = values.len().saturating_sub(VALUES);
        match (values.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(format!("{before}: {shown}")),
            (false, more) => Some(format!("{before}: {shown} and {more} more")),
        }
    };
    let mut notes: Vec<String> = Vec::new();
    notes.extend(listed("Valid", RuleFact::ValidValue));
    notes.extend(rule.fact(RuleFact::Pattern).map(|pattern| format!("Valid: what matches {pattern}")));
    notes.extend(listed("Missing", RuleFact::MissingValue));
    notes.extend(rule.all(RuleFact::Argument).map(str::to_owned));
    let mut others: Vec<String> = Vec::new();
    others.extend(rule.kind.as_deref().filter(|kind| *kind == "text").map(|_| "in words alone".to_owned()));
    others.extend(engine.map(|engine| format!("engine {engine}")));
    for (fact, before) in [(RuleFact::Method, "method"), (RuleFact::BusinessImpact, "business impact")] {
        others.extend(rule.fact(fact).map(|said| format!("{before}: {said}")));
    }
    others.extend(run_words(rule.fact(RuleFact::Schedule), rule.fact(RuleFact::Scheduler)));
    if !others.is_empty() {
        notes.push(parts::sentence(&others.join(", ")));
    }
    let tags = rule.all(RuleFact::Tag).collect::<Vec<_>>().join(", ");
    let tags = (!tags.is_empty()).then(|| format!("tagged {tags}"));
    let custom = rule.custom().map(|(property, value)| parts::custom_word(property, value));
    let own: Vec<String> = tags.into_iter().chain(custom).collect();
    if !own.is_empty() {
        notes.push(parts::shortened(&own.join("; "), CUSTOM).into_owned());
    }
    notes
}

/// When something is run, and what starts it: "scheduled 0 8 * * * (cron)".
pub(super) fn run_words(schedule: Option<&str>, scheduler: Option<&str>) -> Option<String> {
    match (schedule, scheduler) {
        (Some(schedule), Some(scheduler)) => Some(format!("scheduled {schedule} ({scheduler})")),
        (Some(schedule), None) => Some(format!("scheduled {schedule}")),
        (None, Some(scheduler)) => Some(format!("scheduled by {scheduler}")),
        (None, None) => None,
    }
}

/// What is measured, and its limit.
fn measured(rule: &QualityRule, metric: Option<&str>) -> Option<String> {
    let limit = rule.operator.as_deref().zip(rule.threshold.as_deref()).map(|(operator, threshold)| {
        if (operator, threshold) == ("mustBe", "0") {
            return "none".to_owned();
        }
        let unit = match rule.unit.as_deref() {
            Some("percent") => " %".to_owned(),
            Some(unit) => format!(" {unit}"),
            None => String::new(),
        };
        let threshold: Vec<_> = threshold.split(' ').map(parts::grouped).collect();
        format!("{} {}{unit}", limit_word(operator), threshold.join(" "))
    });
    // A metric of an object says of which of its columns, where the rule does.
    let columns = rule.columns.iter().map(Text::as_str).collect::<Vec<_>>().join(", ");
    let metric = metric.map(|metric| match columns.as_str() {
        "" => metric.to_owned(),
        columns => format!("{metric} of {columns}"),
    });
    match (metric, limit) {
        (None, None) => None,
        // What is measured has a unit, whether or not it has a limit.
        (Some(metric), None) => match rule.unit.as_deref().map(str::trim).filter(|unit| !unit.is_empty()) {
            Some(unit) => Some(format!("{metric}, in {unit}")),
            None => Some(metric),
        },
        (None, Some(limit)) if limit == "none" => Some("none found".to_owned()),
        (None, Some(limit)) => Some(limit),
        (Some(metric), Some(limit)) if limit == "none" => Some(format!("{metric}: {limit}")),
        (Some(metric), Some(limit)) => Some(format!("{metric} {limit}")),
    }
}

/// The operator of a rule as people say it.
pub(super) fn limit_word(operator: &str) -> Cow<'_, str> {
    match operator {
        "mustBe" => "exactly".into(),
        "mustNotBe" => "not".into(),
        "mustBeGreaterThan" => "more than".into(),
        "mustBeGreaterOrEqualTo" => "at least".into(),
        "mustBeLessThan" => "less than".into(),
        "mustBeLessOrEqualTo" => "at most".into(),
        "mustBeBetween" => "between".into(),
        "mustNotBeBetween" => "not between".into(),
        other => parts::words(other).into(),
    }
}
