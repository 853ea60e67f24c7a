//! What holds for the values of a column, in words.

use std::borrow::Cow;
use std::fmt::Write;

use crate::model::{AllowedValue, ColumnFact, Property, PropertyDetail, PropertyFlags, RareDetail, Text, ValueType};
use crate::render::keys::Among;
use crate::render::parts;

/// Values that a column may have, on its row.
const VALUES: usize = 12;

/// The type of a column: where it lies, else by its meaning.
pub(super) fn kind(detail: &PropertyDetail) -> Option<&str> {
    detail.physical_type.as_deref().or(detail.logical_type.as_deref())
}

/// The logical type beside a physical one that does not tell it: a day that is stored as text.
pub(super) fn logical(detail: &PropertyDetail) -> Option<&str> {
    let (physical, logical) = (detail.physical_type.as_deref()?, detail.logical_type.as_deref()?);
    let is_told = match (ValueType::of(physical), ValueType::of(logical)) {
        (ValueType::Unknown, ValueType::Unknown) => physical.eq_ignore_ascii_case(logical),
        (physical, logical) => physical == logical,
    };
    (!is_told).then_some(logical)
}

pub(super) fn option<'r>(rare: &'r RareDetail, name: &str) -> Option<&'r str> {
    rare.options.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// The first values that a column may have with what they mean, those that the file explains.
pub(super) fn meanings(rare: &RareDetail) -> Vec<(&str, Cow<'_, str>)> {
    rare.allowed().take(VALUES).filter_map(|value| Some((value.value.as_str(), said(value)?))).collect()
}

/// What a value means, ready to stand among others: its label and what it describes, of which neither is the value again.
fn said<'r>(value: AllowedValue<'r>) -> Option<Cow<'r, str>> {
    let said = |text: Option<&'r Text>| {
        let said = text?.trim().trim_end_matches('.');
        (!said.is_empty() && !said.eq_ignore_ascii_case(value.value)).then_some(said)
    };
    match (said(value.label), said(value.description)) {
        (Some(label), Some(description)) => Some(format!("{label}: {description}").into()),
        (label, description) => label.or(description).map(Cow::Borrowed),
    }
}

/// A list of rules as it grows.
struct Rules(String);

impl Rules {
    fn add(&mut self, rule: impl std::fmt::Display) {
        let before = if self.0.is_empty() { "" } else { ", " };
        write!(self.0, "{before}{rule}").expect("a string takes all text");
    }
}

/// Words what holds for the values of a column, but for its regular expression.
pub(super) fn rules(column: &Property, rare: Option<&RareDetail>, among: Among<'_, '_>) -> String {
    let mut rules = Rules(String::new());
    let has = |flag| column.flags.has(flag);
    for (_, word) in [(has(PropertyFlags::REQUIRED), "required"), (among.is_unique(column), "unique")]
        .into_iter()
        .filter(|(is, _)| *is)
    {
        rules.add(word);
    }
    match among.partition(column) {
        Some(position) if has(PropertyFlags::PARTITIONED) => rules.add(format_args!("partition {position}")),
        _ if has(PropertyFlags::PARTITIONED) => rules.add("partition"),
        _ => {}
    }
    if has(PropertyFlags::CRITICAL) {
        rules.add("critical");
    }
    let Some(rare) = rare else { return rules.0 };
    // Anything is a column.
    if let Some(kind) = rare.text(ColumnFact::SemanticType).filter(|kind| *kind != "column") {
        rules.add(parts::words(kind));
    }
    if let Some(unit) = rare.text(ColumnFact::Unit) {
        rules.add(format_args!("in {unit}"));
    }
    if !rare.options.is_empty() {
        of_options(&mut rules, rare);
    }
    let allowed: Vec<_> = rare.all(ColumnFact::AllowedValue).map(|value| parts::value_word(value)).collect();
    if !allowed.is_empty() {
        rules.add(format_args!("one of {}", allowed[..allowed.len().min(VALUES)].join(", ")));
        if allowed.len() > VALUES {
            rules.add(format_args!("{} more", allowed.len() - VALUES));
        }
    }
    rules.0
}

/// Words `logicalTypeOptions`.
fn of_options(rules: &mut Rules, rare: &RareDetail) {
    let option = |name: &str| option(rare, name);
    let is = |name: &str| option(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    // Before v3.1.0 these said of the other two whether they are excluded themselves.
    let is_limit = |limit: &&str| !["true", "false"].iter().any(|word| limit.eq_ignore_ascii_case(word));
    let (low, high) = (option("minimum"), option("maximum"));
    let (is_above, is_below) = (is("exclusiveMinimum"), is("exclusiveMaximum"));
    match (low, high) {
        (Some(low), Some(high)) if !is_above && !is_below => rules.add(format_args!("{low} to {high}")),
        _ => {
            match low {
                Some(low) if is_above => rules.add(format_args!("above {low}")),
                Some(low) if high.is_some() => rules.add(format_args!("at least {low}")),
                Some(low) => rules.add(format_args!("{low} or more")),
                None => {}
            }
            if let Some(high) = high {
                rules.add(format_args!("{} {high}", if is_below { "below" } else { "at most" }));
            }
        }
    }
    for (name, before) in [("exclusiveMinimum", "above"), ("exclusiveMaximum", "below")] {
        if let Some(limit) = option(name).filter(is_limit) {
            rules.add(format_args!("{before} {limit}"));
        }
    }
    match (option("minLength"), option("maxLength")) {
        (Some(low), Some(high)) if low == high => rules.add(format_args!("{low} characters")),
        (Some(low), Some(high)) => rules.add(format_args!("{low} to {high} characters")),
        (Some(low), None) => rules.add(format_args!("at least {low} characters")),
        (None, Some(high)) => rules.add(format_args!("at most {high} characters")),
        (None, None) => {}
    }
    for (least, most, what) in [("minItems", "maxItems", "entries"), ("minProperties", "maxProperties", "fields")] {
        match (option(least), option(most)) {
            (Some(low), Some(high)) => rules.add(format_args!("{low} to {high} {what}")),
            (Some(low), None) => rules.add(format_args!("{low} or more {what}")),
            (None, Some(high)) => rules.add(format_args!("at most {high} {what}")),
            (None, None) => {}
        }
    }
    if is("uniqueItems") {
        rules.add("no entry twice");
    }
    if let Some(fields) = option("required").and_then(|list| serde_json::from_str::<Vec<String>>(list).ok()) {
        rules.add(format_args!("with {}", fields.join(", ")));
    }
    for (name, before) in [("format", "format"), ("multipleOf", "a multiple of")] {
        if let Some(value) = option(name) {
            rules.add(format_args!("{before} {value}"));
        }
    }
    match option("timezone") {
        Some(_) if is("timezone") => rules.add("with time zone"),
        Some(_) => rules.add("without time zone"),
        None => {}
    }
    if let Some(zone) = option("defaultTimezone") {
        rules.add(format_args!("in {zone} unless stated"));
    }
    of_vectors(rules, rare);
}

/// Words the options of vectors (3.2).
fn of_vectors(rules: &mut Rules, rare: &RareDetail) {
    let option = |name: &str| option(rare, name);
    if let Some(n) = option("dimensions") {
        rules.add(format_args!("{n} dimensions"));
    }
    if let Some(kind) = option("elementType") {
        rules.add(format_args!("of {kind}"));
    }
    if let Some(metric) = option("distanceMetric") {
        rules.add(format_args!("{} distance", parts::words(metric)));
    }
    if option("normalized") == Some("true") {
        rules.add("of length one");
    }
    match (option("embeddingModel"), option("embeddingModelVersion")) {
        (Some(model), Some(version)) => rules.add(format_args!("made by {model} {version}")),
        (Some(model), None) => rules.add(format_args!("made by {model}")),
        (None, _) => {}
    }
}
