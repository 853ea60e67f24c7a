//! One thing: as JSON its twin, as text the same facts for a terminal.

use std::fmt::Write;

use serde_json::Value;

use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible;
use crate::graph::Found;
use crate::model::Kind;
use crate::policy::Outcome;
use crate::render::twins::{
    ContractTwin, DomainTwin, PolicyTwin, ProductTwin, SourceTwin, TeamTwin, TermTwin, View, to_json,
};
use crate::source::Tree;

/// Returns a thing as JSON.
#[must_use]
pub fn show_json(outcome: &Outcome, tree: &dyn Tree, found: Found) -> String {
    json_text(&value(outcome, tree, found))
}

/// Returns a thing as text: fields in the order of the twin, what is not stated left out.
#[must_use]
pub fn show_text(outcome: &Outcome, tree: &dyn Tree, found: Found, color: bool) -> String {
    let value = value(outcome, tree, found);
    let style = if color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    let text =
        |key: &str| value.get(key).and_then(Value::as_str).map(|text| visible(text).into_owned()).unwrap_or_default();
    let mut shown = format!("{style}{}{style:#}  {}:{}\n", text("name"), text("kind"), text("id"));
    let fields = value.as_object().into_iter().flatten();
    for (key, value) in fields.filter(|(key, _)| !matches!(key.as_str(), "version" | "kind" | "id" | "name")) {
        match key.as_str() {
            "evidence" => evidence(&mut shown, value),
            "checks" => checks(&mut shown, value),
            _ => field(&mut shown, key, value, 0),
        }
    }
    shown
}

fn value(outcome: &Outcome, tree: &dyn Tree, found: Found) -> Value {
    let view = View { mesh: &outcome.mesh, sources: &outcome.sources, config: &outcome.config, tree: Some(tree) };
    let json = match found.kind {
        Kind::DataProduct => to_json(&ProductTwin::of(view, found.idx)),
        Kind::DataContract => to_json(&ContractTwin::of(view, found.idx)),
        Kind::Domain => to_json(&DomainTwin::of(view, found.idx)),
        Kind::Team => to_json(&TeamTwin::of(view, found.idx)),
        Kind::SourceSystem => to_json(&SourceTwin::of(view, found.idx)),
        Kind::Policy => to_json(&PolicyTwin::of(view, found.idx)),
        Kind::SemanticDefinition => to_json(&TermTwin::of(view, found.idx)),
        Kind::AccessAgreement | Kind::Review | Kind::Waiver | Kind::Acknowledgement | Kind::Scorecard => {
            let range = found.idx..found.idx + 1;
            to_json(&super::rows(&outcome.mesh, &outcome.sources, &outcome.config, found.kind, range).pop())
        }
    };
    serde_json::from_slice(&json).expect("twins are JSON")
}

/// Columns of the key in front of a value.
const KEY_WIDTH: usize = 18;

fn field(shown: &mut String, key: &str, value: &Value, level: usize) {
    let indent = "  ".repeat(level);
    let mut line = |text: &str| {
        let key = format!("{indent}{key}");
        writeln!(shown, "{key:<KEY_WIDTH$} {text}").expect("a string takes all text");
    };
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) => line("yes"),
        Value::Number(number) => line(&number.to_string()),
        Value::String(text) => line(&one_line(text)),
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if items.iter().all(|item| item.as_str().is_some()) => {
            let words: Vec<String> = items.iter().filter_map(Value::as_str).map(one_line).collect();
            line(&words.join(", "));
        }
        Value::Array(items) => {
            line("");
            for item in items {
                let item_indent = "  ".repeat(level + 1);
                writeln!(shown, "{item_indent}- {}", summary(item)).expect("a string takes all text");
            }
        }
        Value::Object(fields) if fields.contains_key("ref") => line(&summary(value)),
        Value::Object(fields) => {
            for (inner, value) in fields {
                field(shown, &format!("{key}.{inner}"), value, level);
            }
        }
    }
}

/// An item of a list on one line: its references and short texts.
fn summary(item: &Value) -> String {
    let Some(fields) = item.as_object() else { return one_line(item.as_str().unwrap_or_default()) };
    if let Some(reference) = fields.get("ref").and_then(Value::as_str) {
        return one_line(reference);
    }
    let parts: Vec<String> = fields
        .iter()
        .filter_map(|(key, value)| match value {
            Value::String(text) if key == "name" || key == "property" || key == "server" || key == "id" => {
                Some(one_line(text))
            }
            Value::String(text) if text.chars().count() <= 60 => Some(format!("{key} {}", one_line(text))),
            Value::Bool(true) => Some(key.clone()),
            Value::Number(number) => Some(format!("{key} {number}")),
            Value::Object(inner) if inner.contains_key("verdict") => Some(observation(value)),
            Value::Object(inner) => Some(format!("{key} {}", one_line(inner.get("ref")?.as_str()?))),
            _ => None,
        })
        .collect();
    parts.join(", ")
}

/// Evidence on one line, and one for each result.
fn evidence(shown: &mut String, value: &Value) {
    let number = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or_default();
    let state = value.get("state").and_then(Value::as_str).unwrap_or_default();
    let mut line = state.to_owned();
    if number("promises") > 0 {
        line += &format!(
            ", {} promised: {} kept, {} missed, {} without a result",
            number("promises"),
            number("kept"),
            number("missed"),
            number("unobserved")
        );
    }
    writeln!(shown, "{:<KEY_WIDTH$} {line}", "evidence").expect("a string takes all text");
    let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
    for item in list("results").chain(list("facts")) {
        let text = |key: &str| item.get(key).and_then(Value::as_str).map(one_line);
        let contract = item.pointer("/contract/ref").and_then(Value::as_str).map(one_line).unwrap_or_default();
        let path = text("path").map(|path| format!(" {path}")).unwrap_or_default();
        let name = text("name").unwrap_or_default();
        writeln!(shown, "  - {contract}{path} {name}: {}", observation(item)).expect("a string takes all text");
    }
}

/// What was observed and when: `kept, 11 of at most 15 minutes, observed 2026-11-21`.
fn observation(item: &Value) -> String {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(one_line);
    let mut parts: Vec<String> = text("verdict").into_iter().collect();
    let compared = item.get("comparison").filter(|comparison| comparison.is_object());
    if let Some(comparison) = compared {
        let number = |key: &str| comparison.get(key).and_then(Value::as_f64).unwrap_or_default();
        let bound = if comparison.get("sense").is_some_and(|sense| sense == "atMost") { "at most" } else { "at least" };
        let unit = comparison.get("unit").and_then(Value::as_str).map(one_line).unwrap_or_default();
        let compared = format!("{} of {bound} {} {unit}", number("observed"), number("promised"));
        parts.push(compared.trim_end().to_owned());
    } else if let Some(value) = text("value") {
        parts.push(text("unit").map_or(value.clone(), |unit| format!("{value} {unit}")));
    }
    let day = text("observedAt").unwrap_or_default();
    parts.push(format!("observed {}", day.get(..10).unwrap_or(&day)));
    parts.join(", ")
}

/// How many checks pass, and each that does not.
fn checks(shown: &mut String, value: &Value) {
    let number = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or_default();
    writeln!(shown, "{:<KEY_WIDTH$} {} of {}", "checks", number("passed"), number("total"))
        .expect("a string takes all text");
    let axes = value.get("axes").and_then(Value::as_array).into_iter().flatten();
    for check in axes.filter_map(|axis| axis.get("checks")?.as_array()).flatten() {
        let text = |key: &str| check.get(key).and_then(Value::as_str).map(one_line);
        let (Some(why), Some(id)) = (text("why"), text("id")) else { continue };
        let place = match (text("file"), check.get("line").and_then(Value::as_u64)) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            (Some(file), None) => format!(" ({file})"),
            (None, _) => format!(" ({})", text("result").unwrap_or_default()),
        };
        writeln!(shown, "  - {id}: {why}{place}").expect("a string takes all text");
    }
}

fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}
