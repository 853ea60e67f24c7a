//! Flow style: lists and maps in brackets that end on their line.

use std::borrow::Cow;

use super::{Reader, is_flow_indicator, is_null_key, is_quote};
use crate::source::Span;
use crate::yaml::node::Value;
use crate::yaml::scalar;

impl Reader<'_> {
    /// Reads a flow list or map that ends on this line; returns it and the byte after it.
    pub(super) fn flow(&mut self, at: usize) -> Option<(u32, usize)> {
        let is_mapping = self.bytes[at] == b'{';
        let closing = if is_mapping { b'}' } else { b']' };
        let (node, mark) = self.open(at, is_mapping)?;
        let mut position = self.skip_spaces(at + 1);
        if self.byte(position) == Some(closing) {
            position += 1;
        } else {
            loop {
                if is_mapping {
                    let (key, end) = self.flow_scalar(position, true)?;
                    self.pending.push(key);
                    if self.byte(end) != Some(b':') || self.byte(end + 1) != Some(b' ') {
                        return None;
                    }
                    position = self.skip_spaces(end + 1);
                }
                let (value, end) = match self.byte(position)? {
                    b'[' | b'{' => self.flow(position)?,
                    _ => self.flow_scalar(position, false)?,
                };
                self.pending.push(value);
                position = self.skip_spaces(end);
                let byte = self.byte(position)?;
                position += 1;
                if byte == closing {
                    break;
                }
                if byte != b',' {
                    return None;
                }
                position = self.skip_spaces(position);
            }
        }
        Some((self.close(node, mark, Some(position))?, position))
    }

    fn flow_scalar(&mut self, at: usize, is_key: bool) -> Option<(u32, usize)> {
        let first = self.byte(at)?;
        let (end, value) = if is_quote(first) {
            let end = self.quote_end(at, first)?;
            (end, Value::String(self.unquote(at, end)?))
        } else {
            let end = self.flow_plain(at)?;
            let text = &self.source[at..end];
            if is_key && is_null_key(text) {
                return None;
            }
            let text = Cow::Borrowed(text);
            (end, if is_key { Value::String(text) } else { scalar::resolve(text) })
        };
        if is_key && end - at > 1000 {
            return None;
        }
        let node = self.push(Span::new(at, end), value)?;
        Some((node, end))
    }

    /// Finds the end of a plain scalar inside a flow container.
    fn flow_plain(&self, at: usize) -> Option<usize> {
        let end = self.line.end;
        if !self.may_begin_plain(at, end, true) {
            return None;
        }
        let mut position = at;
        while position < end {
            match self.bytes[position] {
                b',' | b'[' | b']' | b'{' | b'}' => break,
                b':' => match self.byte(position + 1) {
                    Some(b' ') => break,
                    Some(next) if next != b'\n' && !is_flow_indicator(next) => position += 1,
                    _ => return None,
                },
                b'#' if self.bytes[position - 1] == b' ' => return None,
                _ => position += 1,
            }
        }
        let text = &self.bytes[at..position];
        let length = text.len() - text.iter().rev().take_while(|byte| **byte == b' ').count();
        (length > 0).then_some(at + length)
    }
}
