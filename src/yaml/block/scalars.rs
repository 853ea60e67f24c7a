//! Scalars: plain and quoted ones on one line, literal and folded blocks.

use std::borrow::Cow;

use memchr::memchr2_iter;

use super::{Reader, is_flow_indicator, line_length, n_spaces};
use crate::source::Span;
use crate::yaml::node::Value;

/// Where a plain scalar ends, and what ended it.
pub(super) struct Plain {
    pub end: usize,
    pub is_key: bool,
}

impl<'s> Reader<'s> {
    /// Finds the end of a plain scalar of block style on this line, without spaces at its end.
    pub(super) fn plain(&self, at: usize) -> Option<Plain> {
        let end = self.line.end;
        if !self.may_begin_plain(at, end, false) {
            return None;
        }
        // Nearly every key is one word, which is found sooner by its letters than by its colon.
        let n_letters = self.bytes[at..end].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let after = at + n_letters;
        if n_letters > 0 && self.byte(after) == Some(b':') && (after + 1 == end || self.bytes[after + 1] == b' ') {
            return Some(Plain { end: after, is_key: true });
        }
        let mut stop = end;
        let mut is_key = false;
        for offset in memchr2_iter(b':', b'#', &self.bytes[after..end]) {
            let position = after + offset;
            if self.bytes[position] == b':' {
                is_key = position + 1 == end || self.bytes[position + 1] == b' ';
            }
            // A hash begins no scalar.
            if is_key || (self.bytes[position] == b'#' && self.bytes[position - 1] == b' ') {
                stop = position;
                break;
            }
        }
        let text = &self.bytes[at..stop];
        let length = text.len() - text.iter().rev().take_while(|byte| **byte == b' ').count();
        // A space before the colon is for the parser to judge.
        if length == 0 || (is_key && length != text.len()) {
            return None;
        }
        Some(Plain { end: at + length, is_key })
    }

    pub(super) fn may_begin_plain(&self, at: usize, end: usize, is_flow: bool) -> bool {
        match self.byte(at) {
            None
            | Some(
                b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
                | b'`',
            ) => false,
            Some(b'-' | b'?' | b':') if at + 1 >= end => false,
            Some(b'-' | b'?' | b':') => {
                let next = self.bytes[at + 1];
                next != b' ' && !(is_flow && is_flow_indicator(next))
            }
            Some(_) => true,
        }
    }

    /// Returns the byte after the closing quote on this line.
    pub(super) fn quote_end(&self, at: usize, quote: u8) -> Option<usize> {
        let mut position = at + 1;
        while position < self.line.end {
            match self.bytes[position] {
                b'\\' if quote == b'"' => position += 2,
                byte if byte == quote => {
                    if quote == b'\'' && self.byte(position + 1) == Some(b'\'') {
                        position += 2;
                    } else {
                        return Some(position + 1);
                    }
                }
                _ => position += 1,
            }
        }
        None
    }

    pub(super) fn unquote(&self, at: usize, end: usize) -> Option<Cow<'s, str>> {
        let inner = &self.source[at + 1..end - 1];
        if self.bytes[at] == b'\'' {
            return Some(if inner.contains('\'') {
                Cow::Owned(inner.replace("''", "'"))
            } else {
                Cow::Borrowed(inner)
            });
        }
        if !inner.contains('\\') {
            return Some(Cow::Borrowed(inner));
        }
        let mut text = String::with_capacity(inner.len());
        let mut chars = inner.chars();
        while let Some(char) = chars.next() {
            text.push(match char {
                '\\' => match chars.next()? {
                    'n' => '\n',
                    't' => '\t',
                    same @ ('"' | '\\' | '/') => same,
                    _ => return None,
                },
                char => char,
            });
        }
        Some(Cow::Owned(text))
    }

    /// Reads a literal or folded block and moves to the line after it.
    pub(super) fn block_scalar(&mut self, column: usize, at: usize) -> Option<u32> {
        let is_folded = self.bytes[at] == b'>';
        let mut header_end = at + 1;
        let keeps_last_break = if self.byte(header_end) == Some(b'-') {
            header_end += 1;
            false
        } else {
            true
        };
        self.expect_line_end(header_end)?;
        let mut start = self.line.end + 1;
        let mut indent = None;
        let mut text = String::new();
        let mut n_empty = 0;
        let mut last_end = None;
        let mut first = start;
        while start < self.bytes.len() {
            let rest = &self.bytes[start..];
            let n_spaces = n_spaces(rest);
            let end = start + n_spaces + line_length(&rest[n_spaces..]);
            let is_empty = start + n_spaces == end;
            let wanted = match indent {
                Some(wanted) => wanted,
                // Empty lines before the first one have rules of their own.
                None if is_empty => return None,
                None if n_spaces <= column => return None,
                None => {
                    first = start + n_spaces;
                    *indent.insert(n_spaces)
                }
            };
            if is_empty {
                // Spaces beyond the indentation are text.
                if n_spaces > wanted {
                    return None;
                }
                n_empty += 1;
                start = end + 1;
                continue;
            }
            if n_spaces < wanted {
                break;
            }
            if n_spaces > wanted && is_folded {
                return None;
            }
            // A block that ends with the text, without a line break, keeps none.
            if end >= self.bytes.len() {
                return None;
            }
            if last_end.is_some() {
                match (is_folded, n_empty) {
                    (true, 0) => text.push(' '),
                    (true, n_breaks) => text.extend(std::iter::repeat_n('\n', n_breaks)),
                    (false, n_breaks) => text.extend(std::iter::repeat_n('\n', n_breaks + 1)),
                }
            }
            n_empty = 0;
            text.push_str(&self.source[start + wanted..end]);
            last_end = Some(end);
            start = end + 1;
        }
        last_end?;
        if keeps_last_break {
            text.push('\n');
        }
        self.seek(start);
        self.check_marker()?;
        if !self.line.is_end && self.line.indent > column {
            return None;
        }
        // The parser ends a block where it sees that the next line is not part of it.
        let end = self.skip_spaces(start.min(self.bytes.len()));
        self.push(Span::new(first, end), Value::String(Cow::Owned(text)))
    }
}
