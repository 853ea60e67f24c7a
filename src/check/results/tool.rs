//! Result files of tools that name data in their own way: which form a file has, by its content, and what all
//! forms share.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::json::Json;
use super::{cli, dbt, junit, open_lineage};
use crate::model::{ObservedResult, ResultFormat, ResultStatus, Text, ToolFile, ToolResult};
use crate::source::{FileId, Span, Spanned};

/// More results than one file can usefully hold.
const MAX_RESULTS: usize = 50_000;

/// What a file turned out to be.
#[derive(Debug)]
pub(super) enum Known {
    /// Results of a tool.
    Tool(ToolFile),
    /// Something that lies beside results and holds none, such as a manifest.
    Beside,
    /// It is a result file and cannot be used.
    Broken(Span, Cow<'static, str>),
    /// It begins as JSON does and is none; YAML may begin so too.
    NoJson(Span, String),
    /// None of the forms.
    Other,
}

/// Looks at a text; what could be YAML is `Other`.
pub(super) fn read(file: FileId, text: &str) -> Known {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let known = match start.bytes().next() {
        Some(b'<') => junit::read(file, text),
        Some(b'{' | b'[') => json(file, text),
        _ => Known::Other,
    };
    match known {
        Known::Tool(found) if found.results.len() > MAX_RESULTS => {
            Known::Broken(Span::default(), Cow::Owned(format!("it holds more than {MAX_RESULTS} results")))
        }
        known => known,
    }
}

fn json(file: FileId, text: &str) -> Known {
    if let Some(lines) = lines(text) {
        return events(file, &lines);
    }
    let body = text.trim_start_matches('\u{feff}');
    let root = match Json::parse(body, text.len() - body.len()) {
        Ok(root) => root,
        // YAML may begin so, and what comes after decides.
        Err(error) => {
            return Known::NoJson(Span::new(error.at, error.at), format!("it is no JSON: {}", error.what));
        }
    };
    if dbt::is_artifact(&root) {
        return dbt::read(file, &root);
    }
    if dbt::is_beside(&root) {
        return Known::Beside;
    }
    if cli::is_run(&root) {
        return cli::read(file, &root);
    }
    let events: Vec<&Json<'_>> = if root.items().is_empty() { vec![&root] } else { root.items().iter().collect() };
    if events.iter().any(|event| open_lineage::is_event(event)) {
        let results = events.into_iter().flat_map(open_lineage::read).collect();
        return Known::Tool(self::file(file, ResultFormat::OpenLineage, results));
    }
    Known::Other
}

/// A line of JSON Lines.
#[derive(Debug, PartialEq, Eq)]
struct Line<'t> {
    /// Counted from 1.
    number: usize,
    /// Its first byte.
    at: usize,
    text: &'t str,
}

/// Splits JSON Lines, leaving out blank lines. None where the text is one value, on one line or on several: in JSON Lines
/// all lines look like maps, or the first is one, whatever became of the others.
fn lines(text: &str) -> Option<Vec<Line<'_>>> {
    let mut lines = Vec::new();
    let (mut at, mut are_maps) = (0, true);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let body = line.trim_start_matches('\u{feff}').trim();
        are_maps &= body.is_empty() || (body.starts_with('{') && body.ends_with('}'));
        // Of JSON on several lines the first line tells.
        if !are_maps && lines.is_empty() {
            return None;
        }
        if !body.is_empty() {
            let before = line.find(body).unwrap_or(0);
            lines.push(Line { number: index + 1, at: at + before, text: body });
        }
        at += line.len();
    }
    let is_first_whole = || lines.first().is_some_and(|line| Json::parse(line.text, 0).is_ok());
    (lines.len() > 1 && (are_maps || is_first_whole())).then_some(lines)
}

/// Reads one event after the other: of many only the results are kept.
fn events(file: FileId, lines: &[Line<'_>]) -> Known {
    let mut results = Vec::new();
    let mut is_known = false;
    for line in lines {
        match Json::parse(line.text, line.at) {
            Ok(root) => {
                is_known |= open_lineage::is_event(&root);
                results.extend(open_lineage::read(&root));
            }
            Err(error) => {
                let what = if error.at >= line.at + line.text.len() {
                    "is cut off".to_owned()
                } else {
                    format!("is no JSON: {}", error.what)
                };
                let (place, why) = (Span::new(error.at, error.at), format!("line {} of it {what}", line.number));
                return if is_known { Known::Broken(place, Cow::Owned(why)) } else { Known::NoJson(place, why) };
            }
        }
        if results.len() > MAX_RESULTS {
            break;
        }
    }
    if is_known { Known::Tool(self::file(file, ResultFormat::OpenLineage, results)) } else { Known::Other }
}

/// Reads a time; one without an offset is UTC.
pub(super) fn stamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    // Some tools write a blank where RFC 3339 has a `T`, which the parser takes as well.
    text.parse().ok().or_else(local)
}

/// Reads the time under a key.
pub(super) fn time(node: &Json<'_>, key: &str) -> Option<Spanned<Timestamp>> {
    let value = node.get(key)?;
    Some(Spanned::new(stamp(value.as_text()?)?, value.span))
}

/// Begins a check or a measurement.
pub(super) fn observed(id: &str, span: Span, status: ResultStatus) -> ObservedResult {
    ObservedResult {
        id: Spanned::new(Text::from(id), span),
        name: None,
        is_check: status != ResultStatus::Measured,
        status,
        targets: Vec::new(),
        columns: Vec::new(),
        metric: None,
        value: None,
        unit: None,
        message: None,
        nth: None,
        is_schema: false,
    }
}

/// Joins what was read.
pub(super) fn file(file: FileId, format: ResultFormat, results: Vec<ToolResult>) -> ToolFile {
    ToolFile { file, format, results }
}

/// Cuts a message to what a page can show.
pub(super) fn message(text: &str) -> Option<Text> {
    const MOST: usize = 300;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(MOST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_without_an_offset_are_utc() {
        for text in
            ["2026-11-21T05:40:00Z", "2026-11-21T06:40:00+01:00", "2026-11-21T05:40:00", "2026-11-21 05:40:00.000"]
        {
            assert_eq!(stamp(text).map(|at| at.to_string()), Some("2026-11-21T05:40:00Z".to_owned()), "{text}");
        }
        assert_eq!(stamp("yesterday"), None);
    }

    #[test]
    fn json_lines_are_told_from_json_on_several_lines() {
        let line = |number, at, text| Line { number, at, text };
        let found = lines("{\"a\": 1}\n\n {\"b\": 2}\r\n");
        assert_eq!(found, Some(vec![line(1, 0, "{\"a\": 1}"), line(3, 11, "{\"b\": 2}")]));
        for one in ["{\n  \"a\": {}\n}\n", "{\"a\": 1}\n", "[{\"a\": 1},\n{\"a\": 2}]", "{a: 1}\nb: 2\n"] {
            assert_eq!(lines(one), None, "{one}");
        }
        let event = "{\"eventTime\": \"2026-11-21T05:40:00Z\", \"producer\": \"p\", \"job\": {}}";
        for (rest, expected) in [
            ("{\"eventTime\": \"2026", "line 2 of it is cut off"),
            ("\n{\"eventTime\": x}", "line 3 of it is no JSON: here no value begins"),
            ("{\"eventTime\": {\"a\": 1}", "line 2 of it is cut off"),
        ] {
            match read(FileId(0), &format!("{event}\n{rest}\n")) {
                Known::Broken(_, why) => assert_eq!(why, expected),
                other => panic!("{other:?}"),
            }
        }
    }
}
