//! The quick reader: block style as nearly everybody writes it, straight to the tree.
//!
//! Parser events cost most of a cold `check`, and nearly every descriptor is made of the same few
//! forms: block maps and lists, scalars and flow lists on one line, literal and folded blocks. This
//! reader knows those, and gives up (`None`) at the first byte that may mean anything else: tabs,
//! anchors, aliases, tags, several documents, scalars over several lines, duplicate keys, every
//! mistake. Then the file is read again from parser events, which also word the findings. So what
//! is returned here is always a whole tree without a finding, and equal to that of the events, spans
//! included: tests compare both over the standards' files, the test suite of YAML and mutations.

mod flow;
mod scalars;

use std::borrow::Cow;

use memchr::memchr;

use super::build::{is_null_key, names_apart};
use super::node::{Children, Node, Value, YamlTree};
use super::{MAX_DEPTH, scalar};
use crate::source::Span;

/// Reads a text that holds one document in plain block style; `None` for any other text, right or
/// wrong.
#[must_use]
pub fn parse_block(source: &str) -> Option<YamlTree<'_>> {
    if !is_plain_text(source) {
        return None;
    }
    // As in `build`: a node for every 16 bytes or so.
    let guess = source.len() / 14;
    let mut reader = Reader {
        source,
        bytes: source.as_bytes(),
        nodes: Vec::with_capacity(guess),
        children: Vec::with_capacity(guess),
        pending: Vec::with_capacity(64),
        depth: 0,
        line: Line::default(),
    };
    reader.skip_document_start()?;
    if reader.line.is_end || reader.line.indent != 0 {
        return None;
    }
    let root = reader.block(0, reader.line.content)?;
    if !reader.line.is_end {
        return None;
    }
    Some(YamlTree { source, nodes: reader.nodes, children: reader.children, root })
}

/// Says whether a text has only characters that mean themselves: no tab, no carriage return, no
/// control character, none of the line and paragraph separators of Unicode, no byte order mark.
fn is_plain_text(source: &str) -> bool {
    let bytes = source.as_bytes();
    let is_odd = |byte: u8| (byte < 0x20 && byte != b'\n') || byte == 0x7f;
    // Whole blocks without an early exit, so that the compiler can compare many bytes at once.
    let has_odd = bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |odd, byte| odd | is_odd(*byte)));
    if has_odd {
        return false;
    }
    source.is_ascii()
        || source.chars().all(|char| {
            !matches!(char, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        })
}

/// The line that is being read.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// Byte of its first column.
    start: usize,
    /// Spaces before its content.
    indent: usize,
    /// Byte of its content.
    content: usize,
    /// Byte of its line break, or the end of the text.
    end: usize,
    /// There is no further line.
    is_end: bool,
}

struct Reader<'s> {
    source: &'s str,
    bytes: &'s [u8],
    nodes: Vec<Node<'s>>,
    children: Vec<u32>,
    /// Children of the containers that are open.
    pending: Vec<u32>,
    depth: usize,
    line: Line,
}

impl<'s> Reader<'s> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    /// Reads the first line with content, past one `---`.
    fn skip_document_start(&mut self) -> Option<()> {
        self.seek(0);
        if !self.line.is_end && self.line.indent == 0 && self.rest_of_line() == b"---" {
            self.advance();
        }
        self.check_marker()
    }

    fn rest_of_line(&self) -> &'s [u8] {
        &self.bytes[self.line.content..self.line.end]
    }

    /// Moves to the first line at or after `start` that is neither empty nor a comment.
    fn seek(&mut self, mut start: usize) {
        loop {
            if start >= self.bytes.len() {
                self.line = Line { start, indent: 0, content: start, end: start, is_end: true };
                return;
            }
            let rest = &self.bytes[start..];
            let indent = n_spaces(rest);
            let content = start + indent;
            let end = content + line_length(&self.bytes[content..]);
            if content < end && self.bytes[content] != b'#' {
                self.line = Line { start, indent, content, end, is_end: false };
                return;
            }
            start = end + 1;
        }
    }

    fn advance(&mut self) {
        self.seek(self.line.end + 1);
    }

    /// Moves on, and gives up at a directive or the mark of another document.
    fn next_line(&mut self) -> Option<()> {
        self.advance();
        self.check_marker()
    }

    fn check_marker(&self) -> Option<()> {
        if self.line.is_end || self.line.indent != 0 {
            return Some(());
        }
        let rest = self.rest_of_line();
        let is_marker = rest.starts_with(b"---") || rest.starts_with(b"...") || rest.starts_with(b"%");
        (!is_marker).then_some(())
    }

    /// Says whether a list item begins at `at`.
    fn is_item(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && matches!(self.byte(at + 1), Some(b' ' | b'\n') | None)
    }

    fn push(&mut self, span: Span, value: Value<'s>) -> Option<u32> {
        let index = u32::try_from(self.nodes.len()).ok()?;
        self.nodes.push(Node { span, value });
        Some(index)
    }

    fn open(&mut self, at: usize, is_mapping: bool) -> Option<(u32, usize)> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let empty = Children::NONE;
        let value = if is_mapping { Value::Mapping(empty) } else { Value::Sequence(empty) };
        let node = self.push(Span::new(at, at), value)?;
        Some((node, self.pending.len()))
    }

    /// Ends a container; `end` is the end of a flow container, a block ends with its last child.
    fn close(&mut self, node: u32, mark: usize, end: Option<usize>) -> Option<u32> {
        self.depth -= 1;
        let taken = &self.pending[mark..];
        let is_mapping = matches!(self.nodes[node as usize].value, Value::Mapping(_));
        let names = if is_mapping { names_apart(&self.nodes, taken)? } else { 0 };
        let end = match end {
            Some(end) => u32::try_from(end).ok()?,
            None => self.nodes[*taken.last()? as usize].span.end,
        };
        let (start, len) = (u32::try_from(self.children.len()).ok()?, u32::try_from(taken.len()).ok()?);
        let children = Children { start, len, names };
        self.children.extend_from_slice(taken);
        self.pending.truncate(mark);
        let node_value = &mut self.nodes[node as usize];
        node_value.value = if is_mapping { Value::Mapping(children) } else { Value::Sequence(children) };
        node_value.span.end = end.max(node_value.span.start);
        Some(node)
    }

    /// Reads the map or list whose first key or item is at `at`, in the given column.
    fn block(&mut self, column: usize, at: usize) -> Option<u32> {
        if self.is_item(at) { self.list(column, at) } else { self.map(column, at) }
    }

    fn map(&mut self, column: usize, at: usize) -> Option<u32> {
        let (node, mark) = self.open(at, true)?;
        let mut at = at;
        loop {
            let after_colon = self.key(at)?;
            let value = self.value(column, after_colon, true)?;
            self.pending.push(value);
            if self.line.is_end || self.line.indent < column {
                break;
            }
            if self.line.indent > column || self.is_item(self.line.content) {
                return None;
            }
            at = self.line.content;
        }
        self.close(node, mark, None)
    }

    fn list(&mut self, column: usize, at: usize) -> Option<u32> {
        let (node, mark) = self.open(at, false)?;
        let mut at = at;
        loop {
            let item = self.item(column, at)?;
            self.pending.push(item);
            if self.line.is_end || self.line.indent < column || !self.is_item(self.line.content) {
                break;
            }
            if self.line.indent > column {
                return None;
            }
            at = self.line.content;
        }
        self.close(node, mark, None)
    }

    fn item(&mut self, column: usize, dash: usize) -> Option<u32> {
        let at = self.skip_spaces(dash + 1);
        if at >= self.line.end || self.bytes[at] == b'#' {
            return self.value(column, dash + 1, false);
        }
        let inner = at - self.line.start;
        if self.is_item(at) {
            return self.list(inner, at);
        }
        if self.begins_key(at)? { self.map(inner, at) } else { self.value(column, dash + 1, false) }
    }

    fn skip_spaces(&self, mut at: usize) -> usize {
        while self.byte(at) == Some(b' ') {
            at += 1;
        }
        at
    }

    /// Says whether what stands at `at` is a key with its colon.
    fn begins_key(&self, at: usize) -> Option<bool> {
        match self.bytes[at] {
            quote @ (b'"' | b'\'') => {
                let end = self.quote_end(at, quote)?;
                Some(self.byte(end) == Some(b':'))
            }
            b'[' | b'{' | b'|' | b'>' => Some(false),
            _ => Some(self.plain(at)?.is_key),
        }
    }

    /// Reads a key and its colon; returns the byte after the colon.
    fn key(&mut self, at: usize) -> Option<usize> {
        let first = self.byte(at)?;
        let (end, text) = if is_quote(first) {
            let end = self.quote_end(at, first)?;
            (end, self.unquote(at, end)?)
        } else {
            let plain = self.plain(at)?;
            let text = &self.source[at..plain.end];
            if !plain.is_key || is_null_key(text) {
                return None;
            }
            (plain.end, Cow::Borrowed(text))
        };
        // A key that is longer is no simple key for the parser.
        if self.byte(end) != Some(b':') || end - at > 1000 {
            return None;
        }
        if !matches!(self.byte(end + 1), Some(b' ' | b'\n') | None) {
            return None;
        }
        let key = self.push(Span::new(at, end), Value::String(text))?;
        self.pending.push(key);
        Some(end + 1)
    }

    /// Reads the value after a colon or a dash and moves to the line after it.
    fn value(&mut self, column: usize, after: usize, is_of_key: bool) -> Option<u32> {
        let at = self.skip_spaces(after);
        if at >= self.line.end || (self.bytes[at] == b'#' && at > after) {
            return self.value_below(column, after, is_of_key);
        }
        let node = match self.bytes[at] {
            b'|' | b'>' => return self.block_scalar(column, at),
            quote @ (b'"' | b'\'') => {
                let end = self.quote_end(at, quote)?;
                let text = self.unquote(at, end)?;
                self.expect_line_end(end)?;
                self.push(Span::new(at, end), Value::String(text))?
            }
            b'[' | b'{' => {
                let (node, end) = self.flow(at)?;
                self.expect_line_end(end)?;
                node
            }
            _ => {
                let plain = self.plain(at)?;
                if plain.is_key {
                    return None;
                }
                let value = scalar::resolve(Cow::Borrowed(&self.source[at..plain.end]));
                self.push(Span::new(at, plain.end), value)?
            }
        };
        self.next_line()?;
        // A deeper line would go on with the scalar.
        (self.line.is_end || self.line.indent <= column).then_some(node)
    }

    /// Reads the value that stands below its key or dash, or nothing.
    fn value_below(&mut self, column: usize, after: usize, is_of_key: bool) -> Option<u32> {
        self.next_line()?;
        if !self.line.is_end {
            let (indent, content) = (self.line.indent, self.line.content);
            if indent > column {
                return self.block(indent, content);
            }
            if is_of_key && indent == column && self.is_item(content) {
                // Behind a comment the parser places the list where that ends.
                if self.byte(self.skip_spaces(content + 1)) == Some(b'#') {
                    return None;
                }
                let list = self.list(column, content)?;
                // The parser places a list in the column of its key at its first item.
                let first = &self.nodes[list as usize + 1];
                if matches!(first.value, Value::Null) {
                    return None;
                }
                self.nodes[list as usize].span.start = first.span.start;
                return Some(list);
            }
        }
        // The parser places what is left out at the colon, and where it looked for it after the dash.
        let at = if is_of_key { after - 1 } else { self.skip_spaces(after) };
        if !is_of_key && self.byte(at) == Some(b'#') {
            return None;
        }
        self.push(Span::new(at, at), Value::Null)
    }

    fn expect_line_end(&self, at: usize) -> Option<()> {
        let rest = self.skip_spaces(at);
        (rest >= self.line.end || (self.bytes[rest] == b'#' && rest > at)).then_some(())
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// Returns the number of spaces that a text begins with, eight bytes at a time.
fn n_spaces(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let others = u64::from_le_bytes(*word) ^ u64::from_le_bytes([b' '; 8]);
        if others != 0 {
            return number * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// Returns the number of bytes before the line break, or all.
fn line_length(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::source::FileId;
    use crate::yaml::parse_events;

    fn shown(tree: &YamlTree<'_>) -> String {
        let nodes: Vec<String> =
            tree.nodes.iter().map(|node| format!("{:?} {:?}", node.span.range(), node.value)).collect();
        format!("{}\n{:?}\nroot {}", nodes.join("\n"), tree.children, tree.root)
    }

    /// Reads a text both ways; says whether the quick one knew it.
    fn compare(text: &str) -> bool {
        let Some(quick) = parse_block(text) else { return false };
        let mut sink = Sink::default();
        let events = parse_events(FileId(0), text, &mut sink);
        assert!(events.complete && sink.is_empty(), "the events find fault with what was read quickly:\n{text}");
        let tree = events.tree.expect("a whole parse has a tree");
        let (quick, slow) = (shown(&quick), shown(&tree));
        let first = quick.lines().zip(slow.lines()).find(|(a, b)| a != b);
        assert!(quick == slow, "{text}\nfirst difference (quick, slow): {first:#?}");
        true
    }

    #[test]
    fn a_list_that_begins_with_a_comment_is_left_to_the_parser() {
        assert!(!compare("k:\n- # note\n  a: 1\n- b: 2\n"));
        assert!(compare("k:\n- a: 1\n- # note\n  b: 2\n"));
    }

    #[test]
    fn what_everybody_writes_is_read_quickly_and_alike() {
        let texts = [
            "a: 1\n",
            "a: 1",
            "---\na: x y\nb:\n  c: 'it''s'\n  d: \"q \\\" \\n\"\n",
            "# head\na:\n- 1\n- b: c\n  d: e\n-\n  f: g\n- - x\n  - y\nz: 0x1F\n",
            "a:\nb:\n  c:\nd:   # note\ne: ~\n",
            "a: # note\n  b: 1\nc: d # note\n",
            "a: [x, 'y', \"z\", 1.5, [b, c], {d: e, f: }]\n",
            "a: [x, 'y', \"z\", 1.5, [b, c], {d: e}]\nb: []\nc: {}\n",
            "a: |\n  one\n    two\n\n  three\nb: 2\n",
            "a: |-\n  one\n\n\nb: >\n  x\n  y\n\n  z\nc: >-\n  x\n  y\n",
            "a:\n  - |\n    text\n  - >-\n    more\n    text\n# end\n",
            "a: |\n  text\n\n\n",
            "a: |\n  text\n# comment\nb: 1\n",
            "- a\n- b\n",
            "-\n- x\n-\n",
            "k: x#y\nurl: http://x.y/z?a=b#c\ntime: 12:30\n",
            "\"quoted key\": 1\n'other': 2\n",
            "ü: é\nb: 日本\n",
            "a:\n  b:\n    c:\n\n\n",
            "a: -1\nb: - \n",
            "a: -x\nb: ?y\nc: :z\n",
            "- a: |\n    t\n  b: 2\n- c: 1\n",
            "a: {b: 'c', \"d\": [1]}\n",
            "a: x   \nb: 'y'   # z\n",
        ];
        let known: Vec<bool> = texts.iter().map(|text| compare(text)).collect();
        let n_known = known.iter().filter(|known| **known).count();
        assert!(n_known >= texts.len() - 2, "{known:?}");
    }
}
