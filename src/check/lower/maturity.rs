//! Maturity models.

use super::{any_text, spanned, text};
use crate::model::{
    Cap, Criterion, Filter, Header, Level, MaturityModel, MaturityPolicy, QualityRule, SpannedText, Text, Threshold,
    Where,
};
use crate::source::Spanned;
use crate::yaml::NodeRef;

pub(super) fn model(root: NodeRef<'_>, header: Header) -> MaturityModel {
    MaturityModel {
        header,
        target: spanned(root, "targetApplication"),
        target_version: text(root, "targetApiVersion"),
        policies: root.list("policies").filter_map(policy).collect(),
        levels: root.list("levels").filter_map(level).collect(),
    }
}

fn policy(node: NodeRef<'_>) -> Option<MaturityPolicy> {
    let arguments = node.get("arguments");
    let caps = arguments.and_then(|arguments| arguments.get("caps"));
    let cap = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
        Some(Cap { value: Text::from(key.scalar_text()?.as_ref()), level: value.as_i64()?, span: value.span() })
    };
    Some(MaturityPolicy {
        id: spanned(node, "id")?,
        property: spanned(node, "property")?,
        is_text: is_text(node),
        description: text(node, "description"),
        caps: caps.into_iter().flat_map(NodeRef::entries).filter_map(cap).collect(),
        others: names(arguments, &["caps"]),
    })
}

fn level(node: NodeRef<'_>) -> Option<Level> {
    let number = node.get("level")?;
    Some(Level {
        number: number.as_i64()?,
        span: number.span(),
        name: text(node, "name").unwrap_or_default(),
        description: text(node, "description"),
        criteria: node.list("criteria").filter_map(criterion).collect(),
    })
}

fn criterion(node: NodeRef<'_>) -> Option<Criterion> {
    let threshold =
        QualityRule::OPERATORS.iter().find_map(|operator| node.entry(operator)).map(|(key, value)| Threshold {
            operator: Spanned::new(Text::from(key.as_str().unwrap_or_default()), key.span()),
            values: listed(value),
        });
    Some(Criterion {
        id: spanned(node, "id")?,
        property: spanned(node, "property")?,
        is_text: is_text(node),
        metric: spanned(node, "metric"),
        filter: node.get("arguments").map(filter).unwrap_or_default(),
        threshold,
        is_percent: text(node, "unit").is_some_and(|unit| unit == "percent"),
        description: text(node, "description"),
    })
}

fn is_text(node: NodeRef<'_>) -> bool {
    text(node, "type").is_some_and(|kind| kind == "text")
}

fn filter(node: NodeRef<'_>) -> Filter {
    let list = |key: &str| node.get(key).map(listed);
    let only = node.get("where").map(|only| Where {
        field: text(only, "field").unwrap_or_default(),
        among: only.get("in").map(listed),
        is_stated: only.get("isNotNull").and_then(NodeRef::as_bool),
    });
    Filter {
        having: list("having").unwrap_or_default(),
        any_of: list("anyOf").unwrap_or_default(),
        only,
        is_distinct: node.get("distinct").and_then(NodeRef::as_bool).unwrap_or(false),
        valid: list("validValues"),
        relates_to: spanned(node, "relatesTo"),
        others: names(Some(node), &["having", "anyOf", "where", "distinct", "validValues", "relatesTo"]),
    }
}

/// Returns the items of a list, or the one value.
fn listed(node: NodeRef<'_>) -> Vec<Text> {
    if node.is_sequence() { node.items().map(any_text).collect() } else { vec![any_text(node)] }
}

/// Returns the keys of a map but those that are known.
fn names(node: Option<NodeRef<'_>>, known: &[&str]) -> Vec<SpannedText> {
    let entries = node.into_iter().flat_map(NodeRef::entries);
    let key = |(key, _): (NodeRef<'_>, NodeRef<'_>)| Some(Spanned::new(Text::from(key.as_str()?), key.span()));
    entries.filter_map(key).filter(|key| !known.contains(&key.value.as_str())).collect()
}
