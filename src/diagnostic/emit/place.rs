//! Where a finding is, in the words of the formats, and which findings come first.

use std::cmp::Reverse;

use super::Report;
use super::wording::printed;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Location};

/// A location as the formats write it: lines and columns from 1, the end one past the last character.
pub(super) struct Place<'a> {
    /// The path relative to the root, as the tree states it.
    pub(super) path: &'a str,
    /// The line of the first character.
    pub(super) line: u32,
    /// The column of the first character.
    pub(super) column: u32,
    /// The line of the end.
    pub(super) end_line: u32,
    /// The column of the end.
    pub(super) end_column: u32,
}

impl<'a> Place<'a> {
    /// Looks a location up.
    pub(super) fn of(report: &Report<'a>, location: Location) -> Place<'a> {
        let (start, end) = report.texts.range(location);
        Place {
            path: path(report, location.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }

    /// Returns `path:line:column` for people.
    pub(super) fn shown(&self) -> String {
        self.shown_below("")
    }

    /// Returns [`Place::shown`] for readers who know the file by its path below another folder: `prefix` is empty or ends
    /// in a slash.
    pub(super) fn shown_below(&self, prefix: &str) -> String {
        let whole = format!("{prefix}{}", self.path);
        let path = printed(&whole);
        // GitHub takes a line that begins with `::` (blanks before it do not count) for a command.
        let guarded = match path.trim_start().strip_prefix("::") {
            Some(rest) => format!("\\u{{3a}}:{rest}"),
            None => path.into_owned(),
        };
        format!("{guarded}:{}:{}", self.line, self.column)
    }
}

/// Returns the path of a file; a finding without one is about the root.
pub(super) fn path<'a>(report: &Report<'a>, file: FileId) -> &'a str {
    match report.sources.path(file) {
        "" => ".",
        path => path,
    }
}

/// Returns the findings that no waiver covers: errors, warnings, infos, each in the order of the report.
pub(super) fn worst_first<'a>(report: &Report<'a>) -> Vec<&'a Diagnostic> {
    let mut standing: Vec<&Diagnostic> = report.findings.standing().collect();
    standing.sort_by_key(|diagnostic| Reverse(diagnostic.severity));
    standing
}
