//! Where a part of an expression stands in its file: YAML folds lines, drops indents and doubles
//! quotes, so that bytes of the text are not bytes of the file.

use crate::source::Span;

/// Returns the bytes of the file for bytes `at` of the text of a scalar. `scalar` are the bytes of the
/// scalar in the file `source`.
#[must_use]
pub fn place_in_scalar(source: &str, scalar: Span, value: &str, at: (u32, u32)) -> Span {
    let Some(raw) = source.get(scalar.range()) else { return scalar };
    let offsets = align(raw, value);
    let first = offsets.get(at.0 as usize).copied().flatten();
    // The place of the last character, and one more.
    let last = (at.0 as usize..at.1 as usize).rev().find_map(|byte| offsets.get(byte).copied().flatten());
    let start = scalar.range().start;
    if let (Some(first), Some(last)) = (first, last) {
        let width = width_at(raw, last).unwrap_or(1);
        return Span::new(start + first, start + last + width);
    }
    // The end of the text.
    let end = offsets.iter().rev().find_map(|offset| *offset);
    let end = end.map_or(0, |end| end + width_at(raw, end).unwrap_or(0));
    Span::new(start + end, start + end)
}

/// Returns how many bytes the character at a byte has; `None` at the end.
fn width_at(raw: &str, at: usize) -> Option<usize> {
    raw.get(at..)?.chars().next().map(char::len_utf8)
}

/// Returns, for each first byte of a character of `value`, its offset in `raw`.
fn align(raw: &str, value: &str) -> Vec<Option<usize>> {
    let mut offsets = vec![None; value.len()];
    let last = raw.char_indices().next_back().map_or(0, |(at, _)| at);
    let mut at = 0;
    let quote = raw.chars().next().filter(|first| matches!(first, '\'' | '"'));
    if quote.is_some() {
        at = 1;
    } else if raw.starts_with(['|', '>']) {
        at = raw.find('\n').map_or(raw.len(), |end| end + 1);
    }
    for (byte, character) in value.char_indices() {
        if character.is_whitespace() {
            offsets[byte] = Some(at.min(last));
            let rest = raw.get(at..).unwrap_or_default();
            if let Some(escaped) = rest.strip_prefix('\\').filter(|_| quote == Some('"')) {
                // What is escaped may be a character of several bytes.
                at += 1 + escaped.chars().next().map_or(0, char::len_utf8);
                continue;
            }
            // A folded line is one space, however it is indented; several spaces of one line are several.
            let run = rest.len() - rest.trim_start().len();
            let is_break = rest.get(..run).is_some_and(|run| run.contains('\n'));
            let width = rest.chars().next().filter(|next| next.is_whitespace()).map_or(0, char::len_utf8);
            at += if is_break && character == ' ' { run } else { width };
            continue;
        }
        // Indents, escapes and comments are passed over.
        let Some(found) = raw.get(at..).and_then(|rest| rest.find(character)) else { break };
        offsets[byte] = Some(at + found);
        at += found + character.len_utf8();
        if quote == Some('\'') && character == '\'' && raw.get(at..).is_some_and(|rest| rest.starts_with('\'')) {
            at += 1;
        }
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str, value: &str, part: &str) -> String {
        let start = value.find(part).expect("it is a part");
        let at = (u32::try_from(start).expect("short"), u32::try_from(start + part.len()).expect("short"));
        let source = format!("expression: {raw}\n");
        let span = place_in_scalar(&source, Span::new(12, 12 + raw.len()), value, at);
        source[span.range()].to_owned()
    }

    #[test]
    fn characters_of_several_bytes_are_never_cut() {
        assert_eq!(shown("\"\\\\\u{3000}x == y\"", "\\\u{3000}x == y", "y"), "y");
        // A text that is longer than its scalar ends where that ends.
        assert_eq!(place_in_scalar("é", Span::new(0, 2), "é \n", (2, 4)), Span::new(0, 2));
    }

    #[test]
    fn every_style_of_scalar_leads_back_to_the_file() {
        assert_eq!(shown("a.b == c.d", "a.b == c.d", "c.d"), "c.d");
        assert_eq!(shown("'a == ''x'' && b'", "a == 'x' && b", "b"), "b");
        assert_eq!(shown("\"a == \\\"x\\\" && b\"", "a == \"x\" && b", "b"), "b");
        assert_eq!(shown(">-\n    a.all(x, x)\n    && b.c", "a.all(x, x) && b.c", "b.c"), "b.c");
        assert_eq!(shown("|\n    a.all(x, x)\n      && b.c\n", "a.all(x, x)\n  && b.c\n", "b.c"), "b.c");
        assert_eq!(shown(">-\n    grün == 'ä' && b.c", "grün == 'ä' && b.c", "'ä'"), "'ä'");
    }
}
