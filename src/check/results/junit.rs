//! JUnit XML, the form that most test tools can write. There is no standard: what is read is what tools have in
//! common, `testsuite` with `name`, `timestamp` and `properties`, `testcase` with `name` and `classname`, and in it
//! `failure`, `error` or `skipped`.
//!
//! Nothing is expanded: a document type is refused, and of entities only the five of XML and characters by
//! number are known.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::cli::position;
use super::tool::{self, Known, message, observed, stamp};
use crate::model::{ResultFormat, ResultStatus, Text, ToolOutcome, ToolResult, ToolSubject};
use crate::source::{FileId, Span, Spanned};
use crate::yaml::MAX_DEPTH;

/// What is known of a suite while it is open.
#[derive(Clone, Default)]
struct Suite {
    name: Option<String>,
    at: Option<(String, Span)>,
    contract: Option<String>,
    version: Option<String>,
    server: Option<String>,
}

/// A case while it is open.
struct Case {
    name: String,
    class: Option<String>,
    status: Option<ResultStatus>,
    message: Option<Text>,
    span: Span,
}

pub(super) fn read(file: FileId, text: &str) -> Known {
    let mut reader = Reader::from_str(text);
    let mut suites: Vec<Suite> = Vec::new();
    let mut case: Option<Case> = None;
    let mut results = Vec::new();
    let mut depth = 0_usize;
    let mut is_junit = false;
    loop {
        let before = position_of(&reader);
        let Ok(event) = reader.read_event() else {
            let at = position_of(&reader).min(text.len());
            let place = Span::new(at, at);
            return if is_junit { Known::Broken(place, Cow::Borrowed("it is no whole XML")) } else { Known::Other };
        };
        let span = Span::new(before, position_of(&reader));
        let (element, is_empty) = match &event {
            Event::DocType(_) => {
                return Known::Broken(
                    span,
                    Cow::Borrowed("it has a document type, which is not read: entities could grow without end"),
                );
            }
            Event::Eof => break,
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                match element.local_name().as_ref() {
                    b"testcase" => results.extend(case.take().map(|case| finish(case, &suites))),
                    b"testsuite" | b"testsuites" => drop(suites.pop()),
                    _ => {}
                }
                continue;
            }
            _ => continue,
        };
        if !is_junit && !matches!(element.local_name().as_ref(), b"testsuite" | b"testsuites") {
            return Known::Other;
        }
        is_junit = true;
        if depth > MAX_DEPTH {
            return Known::Broken(span, Cow::Borrowed("it is nested too deep"));
        }
        depth += usize::from(!is_empty);
        match element.local_name().as_ref() {
            b"testsuite" | b"testsuites" if !is_empty => {
                // What an inner suite does not say the outer one says.
                let mut suite = suites.last().cloned().unwrap_or_default();
                suite.name = attribute(element, b"name").or(suite.name);
                suite.at = attribute(element, b"timestamp").map(|at| (at, span)).or(suite.at);
                suites.push(suite);
            }
            b"property" => {
                let (Some(name), Some(value)) = (attribute(element, b"name"), attribute(element, b"value")) else {
                    continue;
                };
                let Some(suite) = suites.last_mut() else { continue };
                match name.as_str() {
                    "dataContractId" | "contractId" | "contractID" | "contract" => suite.contract = Some(value),
                    "dataContractVersion" | "contractVersion" => suite.version = Some(value),
                    "server" => suite.server = Some(value),
                    _ => {}
                }
            }
            b"testcase" => {
                let name = attribute(element, b"name").unwrap_or_default();
                let class = attribute(element, b"classname");
                let found = Case { name, class, status: Some(ResultStatus::Pass), message: None, span };
                if is_empty {
                    results.push(finish(found, &suites));
                } else {
                    case = Some(found);
                }
            }
            outcome @ (b"failure" | b"error" | b"skipped") => {
                let Some(case) = &mut case else { continue };
                case.status = match outcome {
                    b"failure" => Some(ResultStatus::Fail),
                    b"error" => Some(ResultStatus::Error),
                    _ => None,
                };
                case.message = attribute(element, b"message").as_deref().and_then(message);
            }
            _ => {}
        }
    }
    if !is_junit {
        return Known::Other;
    }
    if depth > 0 {
        return Known::Broken(Span::new(text.len(), text.len()), Cow::Borrowed("it is no whole XML"));
    }
    Known::Tool(tool::file(file, ResultFormat::JUnit, results.into_iter().flatten().collect()))
}

fn position_of(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = element.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == name)?;
    let value = std::str::from_utf8(&found.value).ok()?;
    let value = quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned);
    Some(value).filter(|value| !value.trim().is_empty())
}

/// Words a case; a skipped one says nothing.
fn finish(case: Case, suites: &[Suite]) -> Option<ToolResult> {
    let Case { name, class, status, message, span } = case;
    let status = status?;
    let suite = suites.last().cloned().unwrap_or_default();
    let named = suite.contract.clone().or_else(|| suite.name.clone()).unwrap_or_default();
    let named = named.trim().strip_prefix("contract:").unwrap_or(named.trim()).to_owned();
    let (id, in_name) = match named.split_once('@') {
        Some((id, version)) => (id.to_owned(), Some(version.to_owned())),
        None => (named, None),
    };
    let (object, column) = match class.as_deref().filter(|class| *class != "general").map(|class| class.split_once('.'))
    {
        Some(Some((object, column))) => (Some(Text::from(object)), Some(Text::from(column))),
        Some(None) => (class.as_deref().map(Text::from), None),
        None => (None, None),
    };
    let subject = ToolSubject::Contract {
        id: Text::from(id),
        version: suite.version.clone().or(in_name).map(Text::from),
        server: suite.server.as_deref().map(Text::from),
        object,
        column,
    };
    let source = suite.server.map(|server| format!("datacontract on {server}")).or(suite.name);
    let source = source.map(Text::from);
    let stated = suite.at.and_then(|(at, place)| Some(Spanned::new(stamp(&at)?, place)));
    let Some(at) = stated else {
        let at = Spanned::new(jiff::Timestamp::UNIX_EPOCH, span);
        let why = "its suite does not say when it ran (`timestamp`)";
        return Some(ToolResult { at, source, subject, outcome: ToolOutcome::Unclear(why) });
    };
    // The Data Contract CLI writes `<object>__<column>__<kind>`.
    let kind = name.rsplit("__").next().unwrap_or(&name).to_owned();
    let mut result = observed(&name, span, status);
    result.nth = position(&name);
    result.is_schema = name.contains("__") && is_schema(&kind);
    result.metric = Some(Text::from(kind));
    result.message = message;
    Some(ToolResult { at, source, subject, outcome: ToolOutcome::Result(result) })
}

/// Says whether a kind of check of the Data Contract CLI is about the schema.
fn is_schema(kind: &str) -> bool {
    const KINDS: [&str; 10] = [
        "field_is_present",
        "field_type",
        "field_physical_type",
        "field_nested_type",
        "field_nested_physical_type",
        "field_required",
        "field_unique",
        "field_primary_key_required",
        "field_primary_key_unique",
        "field_regex",
    ];
    KINDS.contains(&kind) || kind.starts_with("field_min") || kind.starts_with("field_max")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(text: &str) -> Vec<ToolResult> {
        match read(FileId(0), text) {
            Known::Tool(file) => file.results,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn cases_are_read_from_suites_within_suites() {
        let found = results(
            "<?xml version=\"1.0\"?>\n<testsuites timestamp=\"2026-11-21T05:40:00\"><testsuite name=\"contract:orders@2.1.0\">\
             <testcase name=\"a &lt;b&gt; &#65;\" classname=\"orders.id\"/><testcase name=\"c\"><failure message=\"3 &amp; more\">x</failure></testcase>\
             <testcase name=\"d\"><skipped/></testcase></testsuite></testsuites>",
        );
        assert_eq!(found.len(), 2);
        let id = |result: &ToolResult| match &result.outcome {
            ToolOutcome::Result(result) => (result.id.to_string(), result.status, result.message.clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(id(&found[0]), ("a <b> A".to_owned(), ResultStatus::Pass, None));
        assert_eq!(id(&found[1]), ("c".to_owned(), ResultStatus::Fail, Some("3 & more".into())));
        let ToolSubject::Contract { id, version, object, column, .. } = &found[0].subject else { panic!("a contract") };
        assert_eq!((id.as_str(), version.as_deref()), ("orders", Some("2.1.0")));
        assert_eq!((object.as_deref(), column.as_deref()), (Some("orders"), Some("id")));
    }

    #[test]
    fn hostile_documents_end() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><testsuites><testcase name=\"&b;\"/></testsuites>";
        assert!(matches!(read(FileId(0), bomb), Known::Broken(..)));
        let deep = "<testsuite>".repeat(100_000);
        assert!(matches!(read(FileId(0), &deep), Known::Broken(..)));
        assert!(matches!(read(FileId(0), "<testsuite><testcase"), Known::Broken(..)));
        assert!(matches!(read(FileId(0), "<html><body/></html>"), Known::Other));
        assert!(matches!(read(FileId(0), "</testsuite>"), Known::Other));
        assert!(matches!(read(FileId(0), "<"), Known::Other));
        let unknown =
            results("<testsuite timestamp=\"2026-11-21T05:40:00\" name=\"&x;\"><testcase name=\"&b;\"/></testsuite>");
        assert_eq!(unknown.len(), 1);
    }
}
