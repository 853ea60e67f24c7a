//! Places in files: file numbers, byte spans and the index that turns offsets into lines.

/// Identifies a file of one [`Tree`](super::Tree) walk; an index into a [`SourceMap`](super::SourceMap).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of byte offsets, 0-based, in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span of `start..end`, both byte offsets; files are capped far below 4 GiB.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Returns the span as a range of byte offsets.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A span in a known file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes meant.
    pub span: Span,
}

/// A value together with where its file states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands; the file is known from the descriptor that holds the value.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A line and a column, both 1-based; the column counts characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

/// The line starts of one text. `\n`, `\r\n` and a lone `\r` end a line, as in YAML 1.2 section 5.4.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Inside of very long lines: places, with how many characters of their line stand before. A hostile line can be
    /// megabytes long and have a finding at every word.
    marks: Vec<(u32, u32)>,
}

/// Bytes of a line from one mark to the next.
const MARK_EVERY: usize = 2048;

/// Counts the characters that begin in some bytes.
fn n_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count()
}

impl LineIndex {
    /// Reads the line starts of `text`.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(offset + 1) != Some(&b'\n'));
            if ends_line {
                starts.push(Span::new(offset + 1, offset + 1).start);
            }
        }
        let mut marks = Vec::new();
        let ends = starts.iter().skip(1).map(|end| *end as usize).chain([bytes.len()]);
        for (start, end) in starts.iter().map(|start| *start as usize).zip(ends) {
            let mut n_before = 0;
            for at in (start + MARK_EVERY..end).step_by(MARK_EVERY) {
                n_before += n_characters(&bytes[at - MARK_EVERY..at]);
                marks.push((saturate(at), saturate(n_before)));
            }
        }
        LineIndex { starts, marks }
    }

    /// Returns line and column of a byte offset; an offset past the end means the end. A byte
    /// order mark at the start of the text does not count as a column.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line_number(offset);
        let start = self.starts[line as usize - 1] as usize;
        let end = (offset as usize).min(text.len());
        if start > end {
            return LineColumn { line, column: 1 };
        }
        let after = self.marks.partition_point(|(at, _)| *at as usize <= end);
        let mark = self.marks[..after].last().filter(|(at, _)| *at as usize > start);
        let (from, n_before) = mark.map_or((start, 0), |(at, n_before)| (*at as usize, *n_before as usize));
        let n_head = n_before + text.as_bytes().get(from..end).map_or(0, n_characters);
        let has_mark = start == 0 && end >= '\u{feff}'.len_utf8() && text.starts_with('\u{feff}');
        LineColumn { line, column: saturate(n_head - usize::from(has_mark) + 1) }
    }

    /// Returns the line of a byte offset, from 1.
    #[must_use]
    pub fn line_number(&self, offset: u32) -> u32 {
        saturate(self.starts.partition_point(|start| *start <= offset).max(1))
    }

    /// Returns the byte offsets of a line (counted from 1) without the characters that end it.
    #[must_use]
    pub fn line(&self, text: &str, line: u32) -> Option<std::ops::Range<usize>> {
        let position = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(position)? as usize;
        let next = self.starts.get(position + 1).map_or(text.len(), |next| *next as usize);
        let kept = text.get(start..next)?.trim_end_matches(['\n', '\r']).len();
        Some(start..start + kept)
    }

    /// Returns the number of lines, at least 1.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.starts.len()
    }
}

fn saturate(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_line_endings_count_once() {
        let text = "a\nb\r\nc\rd";
        let index = LineIndex::new(text);
        let at = |offset| {
            let place = index.line_column(text, offset);
            (place.line, place.column)
        };
        assert_eq!([at(0), at(2), at(5), at(7)], [(1, 1), (2, 1), (3, 1), (4, 1)]);
    }

    #[test]
    fn columns_of_very_long_lines_are_those_of_short_ones() {
        let text = format!("\u{feff}a\n{}é\n\u{feff}{}", "aé☃".repeat(2_500), "bü".repeat(3_000));
        let index = LineIndex::new(&text);
        for (offset, _) in text.char_indices().step_by(7) {
            let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
            let n_skipped = usize::from(start == 0 && offset > 0);
            let expected = text[start..offset].chars().count() - n_skipped + 1;
            assert_eq!(index.line_column(&text, saturate(offset)).column as usize, expected, "{offset}");
        }
    }

    #[test]
    fn a_line_is_given_without_its_ending() {
        let text = "a\nb\r\n\rd";
        let index = LineIndex::new(text);
        let line = |number| index.line(text, number).map(|range| &text[range]);
        assert_eq!(
            [line(0), line(1), line(2), line(3), line(4), line(5)],
            [None, Some("a"), Some("b"), Some(""), Some("d"), None]
        );
    }

    #[test]
    fn columns_count_characters_without_the_byte_order_mark() {
        let text = "\u{feff}käse: x";
        let index = LineIndex::new(text);
        let offset = u32::try_from(text.find('x').expect("it is there")).expect("small");
        assert_eq!(index.line_column(text, offset), LineColumn { line: 1, column: 7 });
    }
}
