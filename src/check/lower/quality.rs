//! The quality rules of contracts.

use super::column::Columns;
use super::header::definitions;
use super::{any_text, exact, shared, text, texts};
use crate::check::Detail;
use crate::model::{QualityRule, RareRule, RuleFact, Text};
use crate::yaml::NodeRef;

/// Lowers `quality` as far as the columns say that it is kept.
pub(super) fn quality(list: Option<NodeRef<'_>>, columns: &Columns) -> Vec<QualityRule> {
    let Some(list) = list.filter(|_| columns.promises == Detail::Pages) else { return Vec::new() };
    exact(list.items().filter(|item| item.is_mapping()).map(|item| rule(item, columns.detail)))
}

fn rule(item: NodeRef<'_>, detail: Detail) -> QualityRule {
    let operator = QualityRule::OPERATORS.into_iter().find_map(|operator| Some((operator, item.get(operator)?)));
    let threshold = operator.map(|(_, value)| {
        if value.is_sequence() {
            Text::from(value.items().map(|part| any_text(part).to_string()).collect::<Vec<_>>().join(" and "))
        } else {
            any_text(value)
        }
    });
    let rare = RareRule {
        id: text(item, "id"),
        name: text(item, "name"),
        description: text(item, "description"),
        query: text(item, "query"),
        definitions: if detail == Detail::Pages { definitions(item) } else { Vec::new() },
        columns: item.get("arguments").map(|arguments| texts(arguments, "properties")).unwrap_or_default(),
        facts: if detail == Detail::Pages { facts(item) } else { Vec::new() },
    };
    QualityRule {
        span: item.span(),
        kind: text(item, "type"),
        metric: text(item, "metric").or_else(|| text(item, "rule")),
        dimension: text(item, "dimension"),
        severity: text(item, "severity"),
        operator: operator.map(|(operator, _)| Text::from(operator)),
        threshold,
        unit: text(item, "unit"),
        rare: (rare != RareRule::default()).then(|| Box::new(rare)),
    }
}

fn facts(item: NodeRef<'_>) -> Vec<(RuleFact, Text)> {
    let mut facts = Vec::new();
    for (key, value) in item.get("arguments").into_iter().flat_map(NodeRef::entries) {
        match key.as_str().unwrap_or_default() {
            // It is `RareRule::columns`.
            "properties" => {}
            "validValues" => facts.extend(values(value).map(|value| (RuleFact::ValidValue, value))),
            "missingValues" => facts.extend(values(value).map(|value| (RuleFact::MissingValue, value))),
            "pattern" => facts.push((RuleFact::Pattern, any_text(value))),
            name => facts.push((RuleFact::Argument, [name, ": ", &any_text(value)].concat().into())),
        }
    }
    facts.extend(item.get("implementation").map(|value| (RuleFact::Implementation, as_written(value))));
    let one = |(fact, key)| Some((fact, text(item, key)?));
    let named = [
        (RuleFact::Engine, "engine"),
        (RuleFact::BusinessImpact, "businessImpact"),
        (RuleFact::Method, "method"),
        (RuleFact::Schedule, "schedule"),
        (RuleFact::Scheduler, "scheduler"),
    ];
    facts.extend(named.into_iter().filter_map(one));
    facts.extend(texts(item, "tags").into_iter().map(|tag| (RuleFact::Tag, tag)));
    facts.retain(|(fact, text)| {
        matches!(fact, RuleFact::ValidValue | RuleFact::MissingValue) || !text.trim().is_empty()
    });
    for custom in item.list("customProperties") {
        let Some((property, (_, value))) = text(custom, "property").zip(custom.entry("value")) else { continue };
        facts.push((RuleFact::CustomName, property));
        facts.push((RuleFact::CustomValue, value.to_json().to_string().into()));
    }
    facts.shrink_to_fit();
    facts
}

/// Returns the items of a list, or the one value, as values are shown.
fn values(list: NodeRef<'_>) -> impl Iterator<Item = Text> {
    let one = (!list.is_sequence()).then_some(list);
    list.items().chain(one).map(value_text)
}

/// Returns a value of data as text, so that none is not taken for an empty one.
pub(super) fn value_text(value: NodeRef<'_>) -> Text {
    if value.is_null() { "null".into() } else { any_text(value) }
}

/// Returns a text, or anything else as the YAML that the file has, without the indentation that it has there.
fn as_written(value: NodeRef<'_>) -> Text {
    if let Some(text) = value.scalar_text() {
        return shared(&text);
    }
    let source = value.source().trim_end();
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let later = || source.lines().skip(1);
    let least = later().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    let mut text = Text::from(source.lines().next().unwrap_or_default());
    for line in later() {
        text.push('\n');
        text.push_str(line.get(least..).unwrap_or_default());
    }
    text
}
