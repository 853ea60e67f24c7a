//! Our own JSON, version 1. These types are the format: they mirror the findings and change only
//! together with [`VERSION`].

use std::fmt::Write;

use serde::Serialize;

use super::Report;
use super::place::Place;
use crate::diagnostic::text::begins_command;
use crate::diagnostic::text::is_deceptive;
use crate::diagnostic::{Diagnostic, Related};

/// Raised by every change that a reader could notice, other than a new field.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Check<'a> {
    version: u32,
    tool: Tool,
    summary: Summary,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
    waived: usize,
    documents: usize,
    products: usize,
    contracts: usize,
    domains: usize,
    teams: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    label: Option<&'a str>,
    help: Option<&'a str>,
    subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    related: Vec<Also<'a>>,
    waived_by: Option<&'a str>,
    /// `check --fix` mends it.
    #[serde(rename = "fixable", skip_serializing_if = "std::ops::Not::not")]
    is_fixable: bool,
}

#[derive(Serialize)]
struct Also<'a> {
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
}

/// Writes all findings in the order of the report, waived ones included.
pub(super) fn render(report: &Report<'_>) -> String {
    let (found, read) = (report.summary(), report.counts);
    json_text(&Check {
        version: VERSION,
        tool: Tool { name: "meshfolio", version: env!("CARGO_PKG_VERSION") },
        summary: Summary {
            errors: found.errors,
            warnings: found.warnings,
            infos: found.infos,
            waived: found.waived,
            documents: read.documents,
            products: read.products,
            contracts: read.contracts,
            domains: read.domains,
            teams: read.teams,
        },
        diagnostics: report.findings.diagnostics.iter().map(|diagnostic| finding(report, diagnostic)).collect(),
    })
}

fn finding<'a>(report: &Report<'a>, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let place = Place::of(report, diagnostic.location);
    Finding {
        code: diagnostic.rule.code,
        name: diagnostic.rule.name,
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        label: diagnostic.label.as_deref(),
        help: diagnostic.help.as_deref(),
        subject: diagnostic.subject.as_deref(),
        policy: diagnostic.policy.as_deref(),
        file: place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        related: diagnostic.related.iter().map(|related| also(report, related)).collect(),
        waived_by: diagnostic.waived_by.as_deref(),
        is_fixable: diagnostic.fix.is_some(),
    }
}

fn also<'a>(report: &Report<'a>, related: &'a Related) -> Also<'a> {
    let place = Place::of(report, related.location);
    Also { message: &related.message, file: place.path, line: place.line, column: place.column }
}

/// Writes a value as JSON of several lines. Characters that could play tricks on a terminal or a
/// build log are written as `\u....`: a reader gets the same value, an onlooker sees them.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(value).expect("names of fields are strings, so nothing can fail");
    let mut text = String::with_capacity(plain.len() + 1);
    let mut after_hash = false;
    for (offset, character) in plain.char_indices() {
        // Controls below U+0020 are escaped already; a line feed is one of the layout.
        let is_command = after_hash && begins_command(&plain[offset..]);
        if (is_deceptive(character) && character != '\n') || is_command {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("a string takes all text");
            }
        } else {
            text.push(character);
        }
        after_hash = character == '#';
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::fixture::{Fixture, HOSTILE, HOSTILE_PATH};
    use super::*;

    #[test]
    fn the_shape_is_the_promised_one() {
        let text = render(&Fixture::usual().report());
        let value: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(value["version"], 1);
        assert_eq!(value["summary"]["waived"], 1);
        let last = serde_json::to_string(&value["diagnostics"][3]).expect("it is JSON");
        let expected = concat!(
            r#"{"code":"REF001","name":"dangling-reference","severity":"error","#,
            r#""message":"input port `orders` asks for a version that is retired","label":"retired on 2026-09-30","#,
            r#""help":"ask for `2.1.0`","subject":null,"file":"products/churn.yaml","#,
            r#""line":6,"column":14,"endLine":6,"endColumn":21,"#,
            r#""related":[{"message":"newest version","file":"contracts/orders.yaml","line":2,"column":1},"#,
            r#"{"message":"of this product","file":"products/churn.yaml","line":2,"column":5}],"waivedBy":null}"#,
        );
        assert_eq!(last, expected);
        assert_eq!(value["diagnostics"][1]["waivedBy"], "later");
    }

    #[test]
    fn escapes_do_not_change_the_data() {
        let text = render(&Fixture::hostile().report());
        let value: Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(value["diagnostics"][0]["help"], HOSTILE);
        assert_eq!(value["diagnostics"][0]["file"], HOSTILE_PATH);
        let odd = "\\\u{e0041}##[x ## y\u{7f}\"";
        assert_eq!(serde_json::from_str::<String>(&json_text(&odd)).expect("it is JSON"), odd);
    }
}
