//! One scalar gets another text, and nothing around it changes.

use std::ops::Range;

use crate::diagnostic::Sink;
use crate::source::FileId;
use crate::yaml::{self, NodeRef};

/// Bytes that are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::render) struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

/// Replaces the bytes; spans do not overlap.
pub(in crate::render) fn applied(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut after = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        after.push_str(&text[at..edit.range.start]);
        after.push_str(&edit.text);
        at = edit.range.end;
    }
    after + &text[at..]
}

/// Returns the edit that gives a scalar another text in its own quotes, or how it is written when that
/// cannot be.
pub(in crate::render) fn edit(node: NodeRef<'_>, text: &str, new: &str) -> Result<Edit, &'static str> {
    let range = node.span().range();
    let written = text.get(range.clone()).unwrap_or_default();
    let text = match written.as_bytes().first() {
        Some(b'"') => double_quoted(new),
        Some(b'\'') => format!("'{}'", new.replace('\'', "''")),
        Some(b'*') => return Err("as an alias of YAML"),
        Some(b'|' | b'>') => return Err("as a block of text"),
        _ if Some(written.trim_end()) == node.as_str().map(str::trim_end) => {
            if is_in_block(&text[..range.start]) {
                new.to_owned()
            } else {
                scalar(new)
            }
        }
        _ => return Err("in a form that cannot be rewritten"),
    };
    // Spaces after a plain scalar are not its own, wherever its span ends.
    let is_plain = !matches!(written.as_bytes().first(), Some(b'"' | b'\''));
    let end = if is_plain { range.start + written.trim_end().len() } else { range.end };
    Ok(Edit { range: range.start..end, text })
}

/// Says whether a scalar that begins here is the text of a block, where nothing needs quotes.
fn is_in_block(before: &str) -> bool {
    let Some((lines, indent)) = before.rsplit_once('\n') else { return false };
    let header = lines.trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
    let mut marks = header.chars();
    let is_header = matches!(marks.next(), Some('|' | '>'));
    is_header && indent.trim().is_empty() && marks.all(|mark| mark.is_ascii_digit() || matches!(mark, '+' | '-'))
}

/// Writes a text as a scalar: plain where that means the same everywhere, else in quotes.
pub(in crate::render) fn scalar(text: &str) -> String {
    // In a list in brackets more characters have a meaning than elsewhere.
    let probe = format!("[{text}]");
    let parsed = yaml::parse(FileId(0), &probe, &mut Sink::default());
    let is_plain = parsed.complete
        && parsed.tree.as_ref().is_some_and(|tree| {
            let mut items = tree.root().items();
            items.len() == 1 && items.next().is_some_and(|item| item.as_str() == Some(text) && item.source() == text)
        });
    if is_plain { text.to_owned() } else { double_quoted(text) }
}

/// Writes a text in double quotes.
pub(in crate::render) fn double_quoted(text: &str) -> String {
    // JSON's strings are YAML's.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(text: &str, key: &str, new: &str) -> Result<String, &'static str> {
        let parsed = yaml::parse(FileId(0), text, &mut Sink::default());
        let tree = parsed.tree.expect("it is YAML");
        let node = tree.root().get(key).expect("the key is there");
        edit(node, text, new).map(|edit| applied(text, vec![edit]))
    }

    #[test]
    fn quotes_comments_and_spaces_stay() {
        for (text, expected) in [
            ("id: old   # the hub\nx: 1\n", "id: new   # the hub\nx: 1\n"),
            ("id: \"old\"\r\n", "id: \"new\"\r\n"),
            ("id: 'old' # 'old'\n", "id: 'new' # 'old'\n"),
            ("{id: old , x: 1}", "{id: new , x: 1}"),
            ("id:   old", "id:   new"),
            ("? id\n: old\n", "? id\n: new\n"),
            ("id: >-\n  old\n", "id: >-\n  new\n"),
        ] {
            assert_eq!(changed(text, "id", "new").as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_would_be_no_text_is_quoted() {
        for (new, expected) in [
            ("2026", "id: \"2026\""),
            ("true", "id: \"true\""),
            ("1e3", "id: \"1e3\""),
            ("a-1", "id: a-1"),
            ("null", "id: \"null\""),
        ] {
            assert_eq!(changed("id: old", "id", new).as_deref(), Ok(expected));
        }
        assert_eq!(changed("id: |-\n  old\n", "id", "2026").as_deref(), Ok("id: |-\n  2026\n"));
        assert_eq!(scalar("product:a"), "product:a");
        assert_eq!(scalar("a: b"), "\"a: b\"");
        assert_eq!(scalar("a, b"), "\"a, b\"");
        assert_eq!(scalar("x \"y\" #z"), "\"x \\\"y\\\" #z\"");
    }

    #[test]
    fn other_forms_are_refused() {
        assert_eq!(changed("a: &x old\nid: *x\n", "id", "new"), Err("as an alias of YAML"));
        assert!(changed("id: >-\n  o\n  ld\n", "id", "new").is_err());
    }
}
