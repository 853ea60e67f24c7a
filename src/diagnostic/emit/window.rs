//! The few lines of a file that are shown for a finding: cut around what is meant and made
//! visible, with the spans moved along. However large the file, a window is small.

use std::ops::Range;

use super::Report;
use super::place::Place;
use super::wording::{each_printed, printed};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Location, Span};

/// Lines above the finding that are shown with it: in YAML they name what it belongs to.
const CONTEXT_LINES: u32 = 2;
/// Places of one file at most this many lines apart share a window.
const MAX_GAP_LINES: u32 = 40;
/// A span of more lines is shown by its first line only.
const MAX_SPAN_LINES: u32 = 5;
/// The longest part of a line that is shown, in characters.
const MAX_LINE_CHARS: usize = 200;
/// How much of a cut line stands before what is meant, in characters.
const CHARS_BEFORE: usize = 60;
/// The most related places that are shown.
pub(super) const MAX_RELATED: usize = 10;

/// Some lines of one file with the places meant in them.
pub(super) struct Window {
    /// `path:line:column` of the place the window is about.
    pub(super) place: String,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The lines, safe to print.
    pub(super) source: String,
    /// Where lines without a mark begin that are shown all the same, as byte offsets in `source`.
    pub(super) context: Vec<usize>,
    /// The places.
    pub(super) marks: Vec<Mark>,
}

/// A place in a [`Window`].
pub(super) struct Mark {
    /// Its bytes in the window's source.
    pub(super) span: Range<usize>,
    /// What is said there, safe to print.
    pub(super) label: Option<String>,
    /// Whether it is the finding itself and not a related place.
    pub(super) is_primary: bool,
}

/// A place in its file.
struct Meant<'a> {
    file: FileId,
    span: Span,
    lines: (u32, u32),
    label: Option<&'a str>,
    is_primary: bool,
}

/// Returns the windows of a finding, the one with its place first; each file may have several.
pub(super) fn windows(report: &Report<'_>, diagnostic: &Diagnostic, prefix: &str) -> Vec<Window> {
    let mut groups = vec![vec![meant(report, diagnostic.location, diagnostic.label.as_deref(), true)]];
    for related in diagnostic.related.iter().take(MAX_RELATED) {
        let meant = meant(report, related.location, Some(&related.message), false);
        let near = |group: &&mut Vec<Meant<'_>>| {
            group[0].file == meant.file && group[0].lines.0.abs_diff(meant.lines.0) <= MAX_GAP_LINES
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.push(meant),
            None => groups.push(vec![meant]),
        }
    }
    groups.iter().map(|group| window(report, group, prefix)).collect()
}

fn meant<'a>(report: &Report<'_>, location: Location, label: Option<&'a str>, is_primary: bool) -> Meant<'a> {
    let Location { file, mut span } = location;
    let range = span.range();
    if let Some(text) = report.texts.text(file).get(range.clone()) {
        span = Span::new(range.start, range.start + text.trim_end().len());
    }
    let mut lines = report.texts.lines(Location { file, span });
    if lines.1 - lines.0 >= MAX_SPAN_LINES {
        let end = report.texts.line(file, lines.0).map_or(range.start, |(offset, line)| offset + line.len());
        span = Span::new(range.start, end);
        lines.1 = lines.0;
    }
    Meant { file, span, lines, label, is_primary }
}

fn window(report: &Report<'_>, group: &[Meant<'_>], prefix: &str) -> Window {
    let file = group[0].file;
    let first = group.iter().map(|meant| meant.lines.0).min().unwrap_or(1);
    let last = group.iter().map(|meant| meant.lines.1).max().unwrap_or(1);
    let n_context = if group[0].is_primary { CONTEXT_LINES } else { 0 };
    let is_blank = |line: u32| report.texts.line(file, line).is_none_or(|(_, text)| text.trim().is_empty());
    let mut top = first.saturating_sub(n_context).max(1);
    while top < first && is_blank(top) {
        top += 1;
    }

    let mut source = String::new();
    let mut context = Vec::new();
    let mut edges = Edges::new(group);
    for number in top..=last {
        let Some((offset, line)) = report.texts.line(file, number) else { break };
        if number > top {
            source.push('\n');
        }
        if number < first {
            context.push(source.len());
        }
        let here = offset..offset + line.len();
        let anchor = group.iter().map(|meant| meant.span.range().start).filter(|start| here.contains(start)).min();
        let kept = cut(line, anchor.map_or(0, |anchor| anchor - offset));
        if kept.start > 0 {
            source.push_str("...");
        }
        each_printed(&line[kept.clone()], |at, piece| {
            edges.reach(offset + kept.start + at, source.len());
            // The renderer shows a tab as blanks and counts them.
            source.push_str(if piece == "\\u{9}" { "\t" } else { piece });
        });
        edges.reach(here.end, source.len());
        if kept.end < line.len() {
            source.push_str("...");
        }
    }
    edges.reach(usize::MAX, source.len());

    let marks = group.iter().zip(edges.spans()).map(|(meant, span)| Mark {
        span,
        label: meant.label.map(|label| printed(label).into_owned()),
        is_primary: meant.is_primary,
    });
    let top_most = group.iter().min_by_key(|meant| (!meant.is_primary, meant.span)).unwrap_or(&group[0]);
    Window {
        place: Place::of(report, Location { file, span: top_most.span }).shown_below(prefix),
        first_line: top as usize,
        marks: marks.collect(),
        source,
        context,
    }
}

/// Returns the part of a line that is shown: all of it, or [`MAX_LINE_CHARS`] around byte `anchor`.
fn cut(line: &str, anchor: usize) -> Range<usize> {
    if line.char_indices().nth(MAX_LINE_CHARS).is_none() {
        return 0..line.len();
    }
    let anchor = (0..=anchor).rev().find(|offset| line.is_char_boundary(*offset)).unwrap_or(0);
    let start = line[..anchor].char_indices().rev().nth(CHARS_BEFORE - 1).map_or(0, |(offset, _)| offset);
    let end = line[start..].char_indices().nth(MAX_LINE_CHARS).map_or(line.len(), |(offset, _)| start + offset);
    start..end
}

/// The starts and ends of places, moved from the file into the window as it is written.
struct Edges {
    in_file: Vec<(usize, usize)>,
    in_window: Vec<usize>,
}

impl Edges {
    fn new(group: &[Meant<'_>]) -> Edges {
        let ranges = group.iter().map(|meant| meant.span.range());
        let mut in_file: Vec<(usize, usize)> = ranges.flat_map(|range| [range.start, range.end]).enumerate().collect();
        let in_window = vec![0; in_file.len()];
        // The last is the next to be reached.
        in_file.sort_by_key(|(_, offset)| std::cmp::Reverse(*offset));
        Edges { in_file, in_window }
    }

    /// Says that everything up to `offset` of the file stands before `position` of the window.
    fn reach(&mut self, offset: usize, position: usize) {
        while let Some((edge, _)) = self.in_file.pop_if(|(_, edge)| *edge <= offset) {
            self.in_window[edge] = position;
        }
    }

    fn spans(&self) -> impl Iterator<Item = Range<usize>> {
        self.in_window.chunks_exact(2).map(|pair| pair[0]..pair[1].max(pair[0]))
    }
}
