//! One thing: as JSON its twin, as text the same facts for a terminal.

mod layout;
mod product;

use serde_json::Value;

pub use self::layout::Look;
use self::layout::{Tone, one_line};

use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible;
use crate::graph::{Alike, ColumnPlace, Found};
use crate::model::Kind;
use crate::policy::Outcome;
use crate::render::approvers::by_team;
use crate::render::findings::waivers_by_id;
use crate::render::history::Authors;
use crate::render::twins::{
    AccessAgreementTwin, AcknowledgementTwin, ColumnTwin, ContractTwin, DomainTwin, MaturityModelTwin, PolicyTwin,
    ProductTwin, ReviewTwin, ScorecardTwin, SourceTwin, TeamTwin, TermTwin, View, WaiverTwin, to_json,
};
use crate::render::{FileOwners, Homes};
use crate::source::{History, Tree};

/// What is shown: a thing, or one of its columns.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The thing.
    pub found: Found,
    /// The column of a contract, where one is asked for.
    pub column: Option<ColumnPlace>,
}

/// What is known beside the descriptors: what the log of git says, and the forge's file of owners, where an agreement may
/// find its approver.
pub type Known<'a> = (Option<&'a History>, Option<&'a FileOwners>);

/// Returns a thing as JSON.
#[must_use]
pub fn show_json(outcome: &Outcome, tree: &dyn Tree, known: Known<'_>, thing: &Shown) -> String {
    json_text(&value(outcome, tree, known, thing))
}

/// Returns a thing as text: of a product first what a reader asks, then fields in the order of the twin, what is not
/// stated left out.
#[must_use]
pub fn show_text(outcome: &Outcome, tree: &dyn Tree, known: Known<'_>, thing: &Shown, look: Look) -> String {
    let value = value(outcome, tree, known, thing);
    let text =
        |key: &str| value.get(key).and_then(Value::as_str).map(|text| visible(text).into_owned()).unwrap_or_default();
    let reference = look.paint(&format!("{}:{}", text("kind"), text("id")), Tone::Quiet);
    let is_product = thing.found.kind == Kind::DataProduct;
    let version = if is_product && !text("thingVersion").is_empty() {
        format!(" {}", text("thingVersion"))
    } else {
        String::new()
    };
    let mut shown = format!("{}{version}  {reference}\n", look.paint(&text("name"), Tone::Head));
    if is_product {
        product::write(&mut shown, outcome, thing.found.idx, known.1, look);
        shown += &format!("\n{}\n", look.paint("What else it says", Tone::Head));
    }
    let fields = value.as_object().into_iter().flatten();
    // What the file says of its domain and owner is of use where they are not registered.
    let is_said =
        |key: &str| key.strip_suffix("AsWritten").is_some_and(|key| value.get(key).is_some_and(Value::is_object));
    let is_head = |key: &str| {
        matches!(key, "version" | "kind" | "id" | "name") || (is_product && matches!(key, "thingVersion" | "support"))
    };
    let fields: Vec<(&String, &Value)> = fields.filter(|(key, _)| !is_head(key) && !is_said(key)).collect();
    // Names and addresses are no answer to what a reader asks: they come last.
    let is_identity = |key: &str| matches!(key, "urn" | "url" | "file" | "history");
    let is_early = |(key, _): &&(&String, &Value)| !is_product || !is_identity(key);
    let (early, late): (Vec<_>, Vec<_>) = fields.iter().partition(is_early);
    for (key, value) in early.into_iter().chain(late) {
        match key.as_str() {
            "evidence" => evidence(&mut shown, value, look),
            "checks" if value.is_object() => checks(&mut shown, value, look),
            "description" | "column" if value.is_object() => {
                let inner = value.as_object().into_iter().flatten();
                inner
                    .filter(|(key, _)| *key != "name")
                    .for_each(|(key, value)| field(&mut shown, &words(key), value, look));
            }
            "findings" => findings(&mut shown, value, look),
            "customProperties" => field(&mut shown, "own properties", value, look),
            key => field(&mut shown, &words(key), value, look),
        }
    }
    shown
}

/// Returns what people call a field: `thingVersion` is the version, `inputPorts` are input ports.
fn words(key: &str) -> String {
    match key {
        "thingVersion" => return "version".to_owned(),
        "slaProperties" => return "service levels".to_owned(),
        "contractCreatedTs" | "productCreatedTs" => return "created".to_owned(),
        "authoritativeDefinitions" => return "links".to_owned(),
        "url" => return "page".to_owned(),
        _ => {}
    }
    let mut words = String::new();
    for character in key.chars() {
        if character.is_uppercase() {
            words.push(' ');
        }
        words.extend(character.to_lowercase());
    }
    words
}

fn value(outcome: &Outcome, tree: &dyn Tree, (history, owners): Known<'_>, thing: &Shown) -> Value {
    let (homes, waivers) = (Homes::of(&outcome.mesh, &outcome.config), waivers_by_id(&outcome.mesh));
    let view = View { tree: Some(tree), history, owners, ..View::of(outcome, &homes, &waivers) };
    let idx = thing.found.idx;
    let column = thing.column.as_ref().and_then(|place| ColumnTwin::of(view, place));
    let json = match thing.found.kind {
        Kind::DataContract if column.is_some() => to_json(&column),
        Kind::DataProduct => {
            let alike = Alike::of(view.mesh, |asked| asked == idx);
            to_json(&ProductTwin::of(view, idx, alike.like(idx)))
        }
        Kind::DataContract => to_json(&ContractTwin::of(view, idx)),
        Kind::Domain => to_json(&DomainTwin::of(view, idx)),
        Kind::Team => {
            let members = Authors::of(view.mesh);
            let approving = by_team(view.mesh, &|name| members.team_named(name));
            to_json(&TeamTwin::of(view, idx, approving.get(&idx)))
        }
        Kind::SourceSystem => to_json(&SourceTwin::of(view, idx)),
        Kind::Policy => to_json(&PolicyTwin::of(view, idx)),
        Kind::SemanticDefinition => to_json(&TermTwin::of(view, idx)),
        Kind::AccessAgreement => to_json(&AccessAgreementTwin::of(view, idx)),
        Kind::Review => to_json(&ReviewTwin::of(view, idx)),
        Kind::Waiver => to_json(&WaiverTwin::of(view, idx)),
        Kind::Acknowledgement => to_json(&AcknowledgementTwin::of(view, idx)),
        Kind::Scorecard => to_json(&ScorecardTwin::of(view, idx)),
        Kind::MaturityModel => to_json(&MaturityModelTwin::of(view, idx)),
    };
    let mut value = serde_json::from_slice(&json).expect("twins are JSON");
    if let Some(base) = &outcome.config.mesh.base_url {
        make_absolute(&mut value, base);
    }
    value
}

/// Writes the pages of things as `list` does: whole, where the address of the site is known.
fn make_absolute(value: &mut Value, base: &str) {
    match value {
        Value::Object(fields) => {
            let is_thing = ["ref", "urn", "contract"].iter().any(|key| fields.contains_key(*key));
            if is_thing && let Some(Value::String(url)) = fields.get_mut("url") {
                *url = format!("{base}{url}");
            }
            fields.values_mut().for_each(|value| make_absolute(value, base));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| make_absolute(value, base)),
        _ => {}
    }
}

/// Columns of the key in front of a value.
const KEY_WIDTH: usize = 18;

/// Adds a field: its key, then its value, whose lines hang below each other.
fn line(shown: &mut String, key: &str, text: &str, look: Look) {
    let key = if key.chars().count() > KEY_WIDTH { format!("{key} ") } else { key.to_owned() };
    look.hang(shown, &key, KEY_WIDTH + 1, text);
}

/// Adds an item of a list.
fn item(shown: &mut String, text: &str, look: Look) {
    look.hang(shown, "  - ", 4, text);
}

fn field(shown: &mut String, key: &str, value: &Value, look: Look) {
    let mut line = |text: &str| line(shown, key, text, look);
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Bool(true) => line("yes"),
        Value::Number(number) => line(&number.to_string()),
        Value::String(text) => line(&one_line(text)),
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) if !items.iter().any(|item| item.is_object() || item.is_array()) => {
            let word = |item: &Value| item.as_str().map_or_else(|| item.to_string(), one_line);
            let words: Vec<String> = items.iter().map(word).collect();
            line(&words.join(", "));
        }
        Value::Array(items) => {
            line("");
            for of in items {
                item(shown, &summary(of), look);
            }
        }
        Value::Object(fields) if fields.contains_key("ref") => line(&summary(value)),
        Value::Object(fields) => {
            for (inner, value) in fields {
                field(shown, &format!("{key} {}", words(inner)), value, look);
            }
        }
    }
}

/// An item of a list on one line: what it is called, what it says, and its references and short texts.
fn summary(item: &Value) -> String {
    const SHORT: usize = 60;
    const TITLES: [&str; 8] = ["name", "property", "server", "channel", "role", "id", "code", "expression"];
    let Some(fields) = item.as_object() else { return item.as_str().map_or_else(|| item.to_string(), one_line) };
    if let Some(reference) = fields.get("ref").and_then(Value::as_str) {
        return one_line(reference);
    }
    let text = |key: &str| fields.get(key).and_then(Value::as_str).map(one_line);
    let title = TITLES.into_iter().find_map(|key| Some((key, text(key)?)));
    let mut head = title.as_ref().map(|(_, title)| title.clone()).unwrap_or_default();
    let is_pair = fields.contains_key("property") && fields.contains_key("value");
    if is_pair {
        let unit = text("unit").map(|unit| format!(" {unit}")).unwrap_or_default();
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), one_line);
        let value = match &fields["value"] {
            Value::Array(items) => items.iter().map(word).collect::<Vec<_>>().join(", "),
            value => word(value),
        };
        head = format!("{head}: {value}{unit}");
    }
    let is_told = |key: &str| {
        title.as_ref().is_some_and(|(told, _)| *told == key) || (is_pair && matches!(key, "value" | "unit"))
    };
    let rest = fields.iter().filter(|(key, _)| !is_told(key)).filter_map(|(key, value)| match value {
        Value::String(text) if text.chars().count() <= SHORT => Some(format!("{} {}", words(key), one_line(text))),
        Value::Bool(true) => Some(words(key)),
        Value::Number(number) => Some(format!("{} {number}", words(key))),
        Value::Object(inner) if inner.contains_key("verdict") => Some(observation(value)),
        Value::Object(inner) => Some(format!("{} {}", words(key), one_line(inner.get("ref")?.as_str()?))),
        _ => None,
    });
    Some(head).filter(|head| !head.is_empty()).into_iter().chain(rest).collect::<Vec<_>>().join(", ")
}

/// Evidence on one line, and one for each result.
fn evidence(shown: &mut String, value: &Value, look: Look) {
    let number = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or_default();
    let state = value.get("state").and_then(Value::as_str).unwrap_or_default();
    let mut said = state.to_owned();
    if number("promises") > 0 {
        said += &format!(
            ", {} promised: {} kept, {} missed, {} without a result",
            number("promises"),
            number("kept"),
            number("missed"),
            number("unobserved")
        );
    }
    let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
    match list("schemaMisses").count() {
        0 => {}
        1 => said += ", 1 test of the schema failed",
        n => said += &format!(", {n} tests of the schema failed"),
    }
    line(shown, "evidence", &said, look);
    for miss in list("schemaMisses") {
        let text = |key: &str| miss.get(key).and_then(Value::as_str).map(one_line);
        let contract = miss.pointer("/contract/ref").and_then(Value::as_str).map(one_line).unwrap_or_default();
        let [path, name, at] = ["path", "name", "observedAt"].map(|key| text(key).unwrap_or_default());
        let said = text("message").map(|said| format!(": {said}")).unwrap_or_default();
        let day = at.split('T').next().unwrap_or_default();
        item(shown, &format!("{contract} {path} schema test failed, {name}{said}, observed {day}"), look);
    }
    for result in list("results").chain(list("facts")) {
        let text = |key: &str| result.get(key).and_then(Value::as_str).map(one_line);
        let contract = result.pointer("/contract/ref").and_then(Value::as_str).map(one_line).unwrap_or_default();
        let path = text("path").map(|path| format!(" {path}")).unwrap_or_default();
        let name = text("name").unwrap_or_default();
        item(shown, &format!("{contract}{path} {name}: {}", observation(result)), look);
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
    if let Some(days) = item.get("staleDays").and_then(Value::as_u64) {
        parts.push(format!("{days} days ago"));
    }
    parts.join(", ")
}

/// What is wrong, one line for each, and what sets it aside.
fn findings(shown: &mut String, value: &Value, look: Look) {
    line(shown, "findings", "", look);
    for finding in value.as_array().into_iter().flatten() {
        let text = |path: &str| finding.pointer(path).and_then(Value::as_str).map(one_line);
        let rule = text("/policy").or_else(|| text("/code")).unwrap_or_default();
        let of = text("/contract/ref").map(|contract| format!("{contract} ")).unwrap_or_default();
        let (severity, message) = (text("/severity").unwrap_or_default(), text("/message").unwrap_or_default());
        let waived = text("/waiver/id").map(|id| {
            let until = text("/waiver/expires").map(|day| format!(" until {day}")).unwrap_or_default();
            format!(", waived by {id}{until}")
        });
        item(shown, &format!("{severity} {rule}: {of}{message}{}", waived.unwrap_or_default()), look);
    }
}

/// How many checks pass, and each that does not.
fn checks(shown: &mut String, value: &Value, look: Look) {
    let number = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or_default();
    line(shown, "checks", &format!("{} of {}", number("passed"), number("total")), look);
    let axes = value.get("axes").and_then(Value::as_array).into_iter().flatten();
    for check in axes.filter_map(|axis| axis.get("checks")?.as_array()).flatten() {
        let text = |key: &str| check.get(key).and_then(Value::as_str).map(one_line);
        let (Some(why), Some(id)) = (text("why"), text("id")) else { continue };
        let place = match (text("file"), check.get("line").and_then(Value::as_u64)) {
            (Some(file), Some(line)) => format!(" ({file}:{line})"),
            (Some(file), None) => format!(" ({file})"),
            (None, _) => format!(" ({})", text("result").unwrap_or_default()),
        };
        item(shown, &format!("{id}: {why}{place}"), look);
    }
}
