//! Brackets that are not closed, told where they are opened.

use granit_parser::{ErrorKind, Parser};

use super::{Lines, Place, is_comment};
use crate::yaml::build;

/// A list or map that is not closed.
pub(super) const UNCLOSED_BRACKET: (&str, &str) = ("a `[` or `{` that is never closed", "add the missing `]` or `}`");

impl Lines<'_> {
    /// A `[` or `{` above that is not closed where the next key begins.
    pub(super) fn flow(&self, place: Place) -> Place {
        let (_, line) = self.line_at(place.start);
        let is_key = line.trim_end().ends_with(':') || line.contains(": ");
        if is_key { self.unclosed(place.start).unwrap_or(place) } else { place }
    }

    /// A `[` or `{` that begins a value in a line above and is still open.
    pub(super) fn unclosed(&self, offset: usize) -> Option<Place> {
        let mut n_closed = 0;
        for (start, line) in self.above(offset).filter(|(_, line)| !is_comment(line)) {
            if let Some((bracket, _)) = open_bracket(line).filter(|(_, n_open)| *n_open > n_closed) {
                return Some(self.not_closed(start + bracket));
            }
            if line.contains(": ") && !line.trim_end().ends_with(',') {
                return None;
            }
            n_closed += line.matches([']', '}']).count().saturating_sub(line.matches(['[', '{']).count());
        }
        None
    }

    /// The innermost `[` or `{` that is open at an offset: what the parser would miss if the text ended there.
    pub(super) fn open_at(&self, offset: usize) -> Option<usize> {
        let base = if self.source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut parser = Parser::new_from_str_with_options(self.source.get(base..offset)?, build::options());
        loop {
            let Err(error) = parser.next_event()? else { continue };
            let is_open = matches!(error.kind(), ErrorKind::UnclosedFlowCollection { .. });
            return error.marker().byte_offset().filter(|_| is_open).map(|at| at + base);
        }
    }

    /// Tells of a `[` or `{` that is not closed.
    pub(super) fn not_closed(&self, start: usize) -> Place {
        let (begin, line) = self.line_at(start);
        let rest = &line[(start - begin).min(line.len())..];
        // What closes it may stand in a comment that was meant as a text: `{channel: #help, tool: slack}`.
        let comment = rest.find(" #").map(|at| &rest[at + 2..]);
        let is_meant = |comment: &&str| comment.starts_with(char::is_alphanumeric) && comment.contains([']', '}']);
        let (message, help) = UNCLOSED_BRACKET;
        let help = match comment.filter(is_meant) {
            Some(comment) => {
                let end = comment.find([',', ']', '}']).unwrap_or(comment.len());
                format!(
                    "`#` after a blank begins a comment: write `\"#{}\"`",
                    crate::yaml::words::cut(comment[..end].trim_end().into())
                )
            }
            None => help.to_owned(),
        };
        Place { start, message: message.to_owned(), help: Some(help), label: Some("opened here") }
    }
}

/// Returns the first `[` or `{` that begins a value and is not closed on its line, and how many are open.
fn open_bracket(line: &str) -> Option<(usize, usize)> {
    let value = line.find(": ").map(|at| at + 2)?;
    let start = value + line[value..].len() - line[value..].trim_start().len();
    let text = &line[start..];
    let count = |brackets: [char; 2]| text.matches(brackets).count();
    let n_open = count(['[', '{']).saturating_sub(count([']', '}']));
    (text.starts_with(['[', '{']) && n_open > 0).then_some((start, n_open))
}
