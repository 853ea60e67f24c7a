//! Words in columns for a terminal of some width.

use anstyle::{AnsiColor, Style};

use crate::diagnostic::visible;

/// What a terminal shows.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours are wanted.
    pub color: bool,
    /// It shows more than ASCII.
    pub is_unicode: bool,
    /// How many columns it has; `None` where nothing is to be wrapped, as in a pipe.
    pub width: Option<usize>,
}

/// The tone of some words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Head,
    /// Of less weight than what it stands beside.
    Quiet,
    Good,
    Warn,
    Bad,
}

impl Look {
    /// Puts a tone around a text without control characters.
    pub(super) fn paint(self, text: &str, tone: Tone) -> String {
        let style = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Head => Style::new().bold(),
            Tone::Quiet => Style::new().dimmed(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Warn => AnsiColor::Yellow.on_default(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
        };
        if self.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Takes a text apart into lines that fit behind `indent` columns. A word that is longer than a line stays whole, so
    /// that it can be copied.
    pub(super) fn wrapped(self, text: &str, indent: usize) -> Vec<String> {
        /// What a line has at least, however narrow the terminal is.
        const LEAST: usize = 24;
        let Some(width) = self.width else { return vec![text.to_owned()] };
        let most = width.saturating_sub(indent).max(LEAST);
        let mut lines: Vec<String> = Vec::new();
        let mut n_last = 0;
        for word in text.split(' ') {
            let n = word.chars().count();
            match lines.last_mut() {
                Some(last) if n_last + 1 + n <= most => {
                    last.push(' ');
                    last.push_str(word);
                    n_last += 1 + n;
                }
                _ => {
                    lines.push(word.to_owned());
                    n_last = n;
                }
            }
        }
        lines
    }

    /// Says whether what is left of a line behind `start` columns is too narrow for a text.
    fn is_narrow(self, text: &str, start: usize) -> bool {
        /// So many columns are wide enough for any text of short words.
        const WIDE: usize = 28;
        let longest = text.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
        let n = text.chars().count();
        self.width.is_some_and(|width| start + n > width && start + WIDE.max(longest) > width)
    }

    /// Adds a text behind what stands in the first `indent` columns, its other lines below its first.
    pub(super) fn hang(self, out: &mut String, head: &str, indent: usize, text: &str) {
        let pad = indent.saturating_sub(head.chars().count());
        for (position, line) in self.wrapped(text, indent).iter().enumerate() {
            let front = if position == 0 { format!("{head}{}", " ".repeat(pad)) } else { " ".repeat(indent) };
            out.push_str(format!("{front}{line}").trim_end());
            out.push('\n');
        }
    }
}

/// A cell of a row: its text, already fit to be shown, and its tone.
pub(super) type Cell = (String, Tone);

/// Makes a cell of any text.
pub(super) fn cell(text: &str, tone: Tone) -> Cell {
    (one_line(text), tone)
}

/// Rows in columns.
#[derive(Default)]
pub(super) struct Rows {
    /// The cells of each, and what stands below it as it is.
    rows: Vec<(Vec<Cell>, Vec<String>)>,
}

/// Columns in front of every row.
const MARGIN: usize = 2;
/// Columns between two cells.
const GAP: usize = 2;
/// The widest that a column but the last is drawn for the others below it.
const WIDEST: usize = 34;

impl Rows {
    pub(super) fn add(&mut self, cells: Vec<Cell>) {
        self.rows.push((cells, Vec::new()));
    }

    /// Adds lines below the last row, at its second cell.
    pub(super) fn below(&mut self, lines: impl IntoIterator<Item = String>) {
        if let Some((_, below)) = self.rows.last_mut() {
            below.extend(lines);
        }
    }

    /// Writes the rows: the last cell of each is wrapped, and stands on a line of its own where one before it is too long.
    pub(super) fn write(&self, out: &mut String, look: Look) {
        let n_columns = self.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|(cells, _)| Some((cells.get(column)?, cells.len())));
            let inner = cells.filter(|(_, n)| column + 1 < *n).map(|((text, _), _)| text.chars().count());
            inner.filter(|n| *n <= WIDEST).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..n_columns).map(width).collect();
        let begin = |column: usize| MARGIN + widths.iter().take(column).map(|width| width + GAP).sum::<usize>();
        for (cells, below) in &self.rows {
            let mut at = 0;
            for (column, (text, tone)) in cells.iter().enumerate() {
                let start = begin(column);
                let n = text.chars().count();
                let is_last = column + 1 == cells.len();
                // What is too narrow beside what stands before it goes below that.
                let is_late = at > start || (is_last && column > 1 && look.is_narrow(text, start));
                let start = if is_late { begin(1.min(column)) } else { start };
                if is_late {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push('\n');
                    at = 0;
                }
                if text.is_empty() {
                    continue;
                }
                out.push_str(&" ".repeat(start.saturating_sub(at)));
                let lines = if is_last { look.wrapped(text, start) } else { vec![text.clone()] };
                for (position, line) in lines.iter().enumerate() {
                    if position > 0 {
                        out.push('\n');
                        out.push_str(&" ".repeat(start));
                    }
                    out.push_str(&look.paint(line, *tone));
                }
                at = start + n;
            }
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            for line in below {
                out.push_str(format!("{}{line}", " ".repeat(begin(1))).trim_end());
                out.push('\n');
            }
        }
    }
}

/// Returns a text on one line, fit to be shown.
pub(super) fn one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(width: usize) -> Look {
        Look { color: false, is_unicode: true, width: Some(width) }
    }

    #[test]
    fn lines_break_between_words_and_never_inside_one() {
        assert_eq!(look(34).wrapped("one two three four five six seven", 4), ["one two three four five six", "seven"]);
        assert_eq!(look(30).wrapped(&"x".repeat(50), 4).len(), 1);
        let wide = Look { width: None, ..look(0) };
        assert_eq!(wide.wrapped(&"a b ".repeat(200), 4).len(), 1);
    }

    #[test]
    fn cells_line_up_and_long_ones_go_below() {
        let mut rows = Rows::default();
        let plain = |text: &str| cell(text, Tone::Plain);
        rows.add(vec![plain("Kafka"), plain("orders.v1"), plain("port stream")]);
        rows.below(["kcat -C".to_owned()]);
        rows.add(vec![plain("S3 files"), plain(&"y".repeat(60)), plain("port files")]);
        rows.add(vec![plain("None"), plain("not stated")]);
        let mut out = String::new();
        rows.write(&mut out, look(60));
        let expected = format!(
            "  Kafka     orders.v1  port stream\n            kcat -C\n  S3 files  {}\n            port files\n  None      not stated\n",
            "y".repeat(60)
        );
        assert_eq!(out, expected);
    }

    #[test]
    fn no_text_brings_its_own_colours() {
        let (text, _) = cell("a\u{1b}[31m\nb", Tone::Plain);
        assert_eq!(text, "a\\u{1b}[31m b");
        let painted = Look { color: true, ..look(80) }.paint("kept", Tone::Good);
        assert!(painted.starts_with('\u{1b}') && painted.ends_with('m'), "{painted:?}");
    }
}
