//! Result files of tools that name data in their own way: which form a file has, by its content, and what all
//! forms share.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::json::Json;
use super::{cli, dbt, junit, open_lineage};
use crate::model::{ObservedResult, ResultStatus, Text, ToolFile, ToolResult};
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
    let lines = lines(text);
    if lines.len() > 1 {
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
    if cli::is_run(&root) {
        return cli::read(file, &root);
    }
    let events: Vec<&Json<'_>> = if root.items().is_empty() { vec![&root] } else { root.items().iter().collect() };
    if events.iter().any(|event| open_lineage::is_event(event)) {
        return Known::Tool(open_lineage::read(file, &events));
    }
    Known::Other
}

/// Splits JSON Lines, each with its first byte; one line, or JSON over several lines, is one.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        let is_map = body.starts_with('{') && body.ends_with('}');
        if !body.is_empty() && !is_map {
            return vec![(0, text)];
        }
        if is_map {
            lines.push((at + line.len() - line.trim_start().len(), body));
        }
        at += line.len();
    }
    lines
}

fn events(file: FileId, lines: &[(usize, &str)]) -> Known {
    let mut roots = Vec::with_capacity(lines.len().min(1_024));
    for (at, line) in lines {
        match Json::parse(line, *at) {
            Ok(root) => roots.push(root),
            Err(error) => {
                let reason = format!("a line of it is no JSON: {}", error.what);
                return Known::Broken(Span::new(error.at, error.at), Cow::Owned(reason));
            }
        }
    }
    if !roots.iter().any(open_lineage::is_event) {
        return Known::Other;
    }
    Known::Tool(open_lineage::read(file, &roots.iter().collect::<Vec<_>>()))
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
pub(super) fn file(file: FileId, format: crate::model::ResultFormat, results: Vec<ToolResult>) -> ToolFile {
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
        assert_eq!(lines("{\"a\": 1}\n\n {\"b\": 2}\r\n"), [(0, "{\"a\": 1}"), (11, "{\"b\": 2}")]);
        let pretty = "{\n  \"a\": {}\n}\n";
        assert_eq!(lines(pretty), [(0, pretty)]);
    }
}
