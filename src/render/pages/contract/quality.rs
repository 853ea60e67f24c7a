//! Quality rules of a contract as text.

use std::borrow::Cow;

use serde::Serialize;

use crate::graph::{EvidenceSummary, quality_rules};
use crate::model::{DataContract, QualityRule, Text};
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
    /// What runs it, where a query or an engine does.
    pub query: Option<&'a str>,
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

/// Words the rules that the page of a contract has room for, the first of them, at most so many.
pub(crate) fn shown<'a>(
    evidence: &EvidenceSummary<'a>,
    contract_idx: usize,
    contract: &'a DataContract,
    n_most: usize,
) -> Vec<QualityRow<'a>> {
    let mut rows = rows(evidence, contract_idx, contract, n_most);
    let size = |row: &QualityRow<'_>| row.says.len() + row.query.map_or(0, str::len) + 3 * row.name.len();
    parts::keep_within(&mut rows, n_most, BYTES, size);
    rows
}

fn row(rule: &QualityRule, about: String) -> QualityRow<'_> {
    let id = rule.id.as_deref().or(rule.name.as_deref());
    let metric = rule.metric.as_deref().map(|metric| parts::sentence(&parts::words(metric)));
    let measured = measured(rule, metric.as_deref());
    let says: Cow<'_, str> = match (rule.description.as_deref(), measured) {
        (Some(description), None) => description.into(),
        (Some(description), Some(measured)) => {
            format!("{} ({})", description.trim().trim_end_matches('.'), small(&measured)).into()
        }
        (None, Some(measured)) => measured.into(),
        (None, None) => "".into(),
    };
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
        query: rule.query.as_deref(),
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
        format!("{} {threshold}{unit}", limit_word(operator))
    });
    // A metric of an object says of which of its columns, where the rule does.
    let columns = rule.columns.iter().map(Text::as_str).collect::<Vec<_>>().join(", ");
    let metric = metric.map(|metric| match columns.as_str() {
        "" => metric.to_owned(),
        columns => format!("{metric} of {columns}"),
    });
    match (metric, limit) {
        (None, None) => None,
        (Some(metric), None) => Some(metric),
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
