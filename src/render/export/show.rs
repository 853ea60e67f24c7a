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

/// Returns a thing as JSON.
#[must_use]
pub fn show_json(outcome: &Outcome, found: Found) -> String {
    json_text(&value(outcome, found))
}

/// Returns a thing as text: fields in the order of the twin, what is not stated left out.
#[must_use]
pub fn show_text(outcome: &Outcome, found: Found, color: bool) -> String {
    let value = value(outcome, found);
    let style = if color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    let text =
        |key: &str| value.get(key).and_then(Value::as_str).map(|text| visible(text).into_owned()).unwrap_or_default();
    let mut shown = format!("{style}{}{style:#}  {}:{}\n", text("name"), text("kind"), text("id"));
    let fields = value.as_object().into_iter().flatten();
    for (key, value) in fields.filter(|(key, _)| !matches!(key.as_str(), "version" | "kind" | "id" | "name")) {
        field(&mut shown, key, value, 0);
    }
    shown
}

fn value(outcome: &Outcome, found: Found) -> Value {
    let view = View { mesh: &outcome.mesh, sources: &outcome.sources, config: &outcome.config };
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
            Value::Object(inner) => Some(format!("{key} {}", one_line(inner.get("ref")?.as_str()?))),
            _ => None,
        })
        .collect();
    parts.join(", ")
}

fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}
