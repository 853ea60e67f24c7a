//! Findings that mend themselves: their fixes are written into the text of a file, and nothing else in it
//! changes. Takes a text and what its findings ask for, gives the text as it would be; writes nothing.
//!
//! - Comments, order, quotes, indentation, line ends and a byte order mark stay byte for byte.
//! - A place that cannot be rewritten surely (an odd indentation, an alias, a key that is there already) is left
//!   alone: the finding stands.
//! - A text that does not parse is left alone, and so is one that would not parse afterwards.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::rename::{Edit, applied, double_quoted, edit, scalar};
use crate::diagnostic::{Fix, Sink};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, YamlTree};

/// A text with fixes in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The text as it would be.
    pub text: String,
    /// By fix, in the order given: whether it is in there.
    pub is_done: Vec<bool>,
}

/// Writes fixes into a text. Each comes with the place of its finding.
#[must_use]
pub fn mend(text: &str, fixes: &[(Span, &Fix)]) -> Mended {
    let none = || Mended { text: text.to_owned(), is_done: vec![false; fixes.len()] };
    let Some(tree) = whole(text) else { return none() };
    let places = Places::of(tree.root());
    let edits: Vec<Option<Edit>> = fixes.iter().map(|(place, fix)| edit_of(&places, text, *place, fix)).collect();
    let mended = apply(text, &edits);
    if whole(&mended.text).is_some() {
        return mended;
    }
    // Some do not fit where they stand: they are found half by half.
    let mut n_left = (WORK / text.len().max(1)).max(LEAST);
    let mut fitting = vec![false; edits.len()];
    find_fitting(text, &edits, 0, &mut n_left, &mut fitting);
    let edits: Vec<Option<Edit>> =
        edits.into_iter().zip(fitting).map(|(edit, is_fitting)| edit.filter(|_| is_fitting)).collect();
    let mended = apply(text, &edits);
    if whole(&mended.text).is_some() { mended } else { none() }
}

/// So many bytes are parsed to find out which fixes fit, and so often at least.
const WORK: usize = 100_000_000;
const LEAST: usize = 24;

/// Marks the edits with which a text still parses; `begin` is the position of the first of them. Those that are not looked
/// at any more do not count as fitting.
fn find_fitting(text: &str, edits: &[Option<Edit>], begin: usize, n_left: &mut usize, fitting: &mut [bool]) {
    if edits.iter().all(Option::is_none) || *n_left == 0 {
        return;
    }
    *n_left -= 1;
    if whole(&apply(text, edits).text).is_some() {
        fitting[begin..begin + edits.len()].fill(true);
    } else if edits.len() > 1 {
        let (first, second) = edits.split_at(edits.len() / 2);
        find_fitting(text, first, begin, n_left, fitting);
        find_fitting(text, second, begin + first.len(), n_left, fitting);
    }
}

/// Parses a text; `None` when it is not whole.
fn whole(text: &str) -> Option<YamlTree<'_>> {
    let mut sink = Sink::default();
    let parsed = yaml::parse(FileId(0), text, &mut sink);
    parsed.tree.filter(|_| parsed.complete && sink.is_empty())
}

/// Applies edits that do not overlap; of two that do, the first stands, and the same edit twice is one.
fn apply(text: &str, edits: &[Option<Edit>]) -> Mended {
    // By where they begin, and whether they replace something: of each there is one at most.
    let mut kept: BTreeMap<(usize, bool), &Edit> = BTreeMap::new();
    let mut is_done = Vec::with_capacity(edits.len());
    for edit in edits {
        let Some(edit) = edit else {
            is_done.push(false);
            continue;
        };
        let range = &edit.range;
        let key = (range.start, !range.is_empty());
        let collides = |other: &Edit| range.start < other.range.end && other.range.start < range.end;
        let before = kept.range(..key).next_back().is_some_and(|(_, other)| collides(other));
        let behind = kept.range(key..).next().is_some_and(|(_, other)| collides(other));
        let is_same = kept.get(&key).is_some_and(|other| *other == edit);
        let is_free = !before && !behind && !kept.contains_key(&key);
        if is_free {
            kept.insert(key, edit);
        }
        is_done.push(is_same || is_free);
    }
    Mended { text: applied(text, kept.into_values().cloned().collect()), is_done }
}

/// Where the keys and values of a file stand. Looked up, since a file can have a finding at every one of them.
struct Places<'a> {
    by_span: HashMap<Span, Stand<'a>>,
}

/// A key or value.
#[derive(Clone, Copy)]
struct Stand<'a> {
    node: NodeRef<'a>,
    /// The map or list around it.
    holder: NodeRef<'a>,
    /// The position of its entry or item there.
    position: usize,
}

impl<'a> Places<'a> {
    fn of(root: NodeRef<'a>) -> Places<'a> {
        let mut places = Places { by_span: HashMap::new() };
        places.add(root);
        places
    }

    /// Adds what is in a map or list. Of two nodes at one place the inner one counts. What an alias stands for is
    /// elsewhere and is not gone into.
    fn add(&mut self, holder: NodeRef<'a>) {
        let around = holder.span();
        let pairs = holder.entries().enumerate().flat_map(|(at, (key, value))| [(at, key), (at, value)]);
        for (position, node) in pairs.chain(holder.items().enumerate()) {
            let span = node.span();
            if span.start < around.start || around.end < span.end {
                continue;
            }
            self.by_span.insert(span, Stand { node, holder, position });
            if node.is_mapping() || node.is_sequence() {
                self.add(node);
            }
        }
    }
}

fn edit_of(places: &Places<'_>, text: &str, place: Span, fix: &Fix) -> Option<Edit> {
    match fix {
        Fix::Entry { key, value } => entry(places, text, place, key, value),
        Fix::Rename { to } => {
            let Stand { node, holder, position } = *places.by_span.get(&place)?;
            // A key that is there under its right name as well needs a person.
            let is_key = holder.entry_at(position).is_some_and(|(key, _)| key.span() == place);
            if is_key && holder.entry(to).is_some() {
                return None;
            }
            edit(node, text, to).ok()
        }
        Fix::Quote => {
            let Stand { node, .. } = *places.by_span.get(&place)?;
            let written = text.get(place.range())?.trim_end();
            let is_plain = !written.is_empty() && written == node.source().trim_end() && node.as_str().is_none();
            let is_simple = written.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\'));
            let range = place.start as usize..place.start as usize + written.len();
            (is_plain && is_simple).then(|| Edit { range, text: double_quoted(written) })
        }
    }
}

/// Adds an entry behind the one whose key or value stands at the place.
fn entry(places: &Places<'_>, text: &str, place: Span, key: &str, value: &str) -> Option<Edit> {
    let Stand { holder: map, position, .. } = *places.by_span.get(&place)?;
    if !map.is_mapping() {
        return None;
    }
    if let Some((own, there)) = map.entry(key) {
        if there.is_null() {
            return over_nothing(text, own, there, value);
        }
        // A class that is an empty text is written over.
        let is_empty = there.as_str().is_some_and(|text| text.trim().is_empty());
        let range = there.span().range();
        let is_quoted = text.get(range.clone()).is_some_and(|written| written.starts_with(['"', '\'']));
        return (is_empty && is_quoted).then(|| Edit { range, text: scalar(value) });
    }
    let (first, behind) = map.entry_at(position)?;
    let is_flow = text.get(map.span().range())?.starts_with('{');
    if is_flow {
        let end = end_of(text, behind)?;
        let (key, value) = if text.get(first.span().range())?.starts_with('"') {
            (double_quoted(key), double_quoted(value))
        } else {
            (key.to_owned(), scalar(value))
        };
        return Some(Edit { range: end..end, text: format!(", {key}: {value}") });
    }
    let line = format!("{key}: {}", scalar(value));
    let indent = indentation(text, map, position)?;
    if let Some(end) = end_of_line(text, first, behind) {
        let text = format!("{}{indent}{line}", line_end(text, end));
        return Some(Edit { range: end..end, text });
    }
    // Behind a value of several lines nothing is sure; before its key it is.
    let start = first.span().start as usize;
    Some(Edit { range: start..start, text: format!("{line}{}{indent}", line_end(text, start)) })
}

/// Writes a value where a key has none: over `null` or `~`, or behind the colon.
fn over_nothing(text: &str, key: NodeRef<'_>, there: NodeRef<'_>, value: &str) -> Option<Edit> {
    let range = there.span().range();
    let written = text.get(range.clone())?.trim_end();
    if !written.is_empty() {
        return Some(Edit { range: range.start..range.start + written.len(), text: scalar(value) });
    }
    let end = key.span().end as usize;
    text.get(end..)?.starts_with(':').then(|| Edit { range: end + 1..end + 1, text: format!(" {}", scalar(value)) })
}

/// Returns where a value ends, without the spaces behind it.
fn end_of(text: &str, value: NodeRef<'_>) -> Option<usize> {
    let range = value.span().range();
    let written = text.get(range.clone())?;
    Some(range.start + written.trim_end().len())
}

/// Returns the end of the line that an entry stands on, when all of it stands there.
fn end_of_line(text: &str, key: NodeRef<'_>, value: NodeRef<'_>) -> Option<usize> {
    let from = end_of(text, value)?;
    let start = key.span().start as usize;
    if text.get(start..from)?.contains(['\n', '\r']) {
        return None;
    }
    let rest = &text[from..];
    let end = rest.find(['\n', '\r']).map_or(text.len(), |at| from + at);
    let behind = text[from..end].trim_matches([' ', '\t']);
    let is_comment = behind.starts_with('#') && text[from..end].starts_with([' ', '\t']);
    (behind.is_empty() || is_comment).then_some(end)
}

/// Returns what stands before each key of a block map, as spaces.
fn indentation(text: &str, map: NodeRef<'_>, position: usize) -> Option<String> {
    let before = |key: NodeRef<'_>| -> Option<&str> {
        let start = key.span().start as usize;
        let line = text.get(..start)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        text.get(line..start)
    };
    // A key on a line of its own shows how all of them are indented.
    let is_blank = |prefix: &&str| prefix.chars().all(|c| c == ' ');
    if let Some(own) = map.entries().filter_map(|(key, _)| before(key)).find(is_blank) {
        return Some(own.to_owned());
    }
    let prefix = before(map.entry_at(position)?.0)?;
    let prefix = prefix.strip_prefix('\u{feff}').unwrap_or(prefix);
    prefix.chars().all(|c| matches!(c, ' ' | '-')).then(|| " ".repeat(prefix.len()))
}

/// Returns how lines end here: as this one does, else as the first of the text.
fn line_end(text: &str, at: usize) -> &'static str {
    let of = |rest: &str| match rest.as_bytes() {
        [b'\r', b'\n', ..] => Some("\r\n"),
        [b'\n', ..] => Some("\n"),
        [b'\r', ..] => Some("\r"),
        _ => None,
    };
    let first = |range: Range<usize>| {
        let rest = text.get(range)?;
        rest.find(['\n', '\r']).and_then(|end| of(&rest[end..]))
    };
    first(at..text.len()).or_else(|| first(0..text.len())).unwrap_or("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class() -> Fix {
        Fix::Entry { key: "classification", value: "personal".to_owned() }
    }

    /// Adds the class beside the scalar `email`, wherever that stands.
    fn classified(text: &str) -> Option<String> {
        let start = text.find("email").expect("it is there");
        let quotes = usize::from(text[..start].ends_with(['"', '\'']));
        let place = Span::new(start - quotes, start + "email".len() + quotes);
        let mended = mend(text, &[(place, &class())]);
        mended.is_done[0].then_some(mended.text)
    }

    #[test]
    fn an_entry_is_added_in_every_layout() {
        for (text, expected) in [
            ("- name: email\n", "- name: email\n  classification: personal\n"),
            ("- name: email", "- name: email\n  classification: personal"),
            ("- name: email # the hub\n  x: 1\n", "- name: email # the hub\n  classification: personal\n  x: 1\n"),
            (
                "-   x: 1\r\n    name: \"email\"  \r\n",
                "-   x: 1\r\n    name: \"email\"  \r\n    classification: personal\r\n",
            ),
            ("\u{feff}name: email\r\nx: 1\r\n", "\u{feff}name: email\r\nclassification: personal\r\nx: 1\r\n"),
            ("- {name: email}\n", "- {name: email, classification: personal}\n"),
            ("- {x: 1, name: email , y: 2}", "- {x: 1, name: email, classification: personal , y: 2}"),
            ("[{\"name\":\"email\"}]", "[{\"name\":\"email\", \"classification\": \"personal\"}]"),
            ("- - name: email\n", "- - name: email\n    classification: personal\n"),
            ("- {\n  name: email # c\n  , x: 1}\n", "- {\n  name: email, classification: personal # c\n  , x: 1}\n"),
            ("- name: 'email'\n  classification: ''\n", "- name: 'email'\n  classification: personal\n"),
            ("- name: email\n  classification:  # ask\n", "- name: email\n  classification: personal  # ask\n"),
            ("- {name: email, classification: ~}", "- {name: email, classification: personal}"),
            ("-\n  name: email\n...\n", "-\n  name: email\n  classification: personal\n...\n"),
            (
                "- name: email\n  description: |\n    name: email\n\n    more\n- name: b\n",
                "- name: email\n  classification: personal\n  description: |\n    name: email\n\n    more\n- name: b\n",
            ),
        ] {
            assert_eq!(classified(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_sure_is_left_alone() {
        for text in [
            "- name: email\n  classification: internal\n",
            "- name: email\n  x: [\n",
            "-\tname: email\n",
            "? name\n: email\n",
            "- &a name: email\n",
        ] {
            let mended = classified(text);
            let is_fine = mended.as_ref().is_none_or(|mended| {
                let tree = whole(mended).expect("it parses");
                let item = tree.root().items().next().unwrap_or(tree.root());
                item.get("classification").and_then(NodeRef::as_str) == Some("personal")
            });
            assert!(is_fine, "{text} became {mended:?}");
        }
    }

    #[test]
    fn keys_and_values_are_renamed_and_quoted_in_place() {
        let done = |text: &str, written: &str, fix: &Fix| {
            let start = text.find(written).expect("it is there");
            mend(text, &[(Span::new(start, start + written.len()), fix)]).text
        };
        let rename = Fix::Rename { to: "status".to_owned() };
        assert_eq!(done("staus: active # x\n", "staus", &rename), "status: active # x\n");
        assert_eq!(done("{\"staus\":\"active\"}", "\"staus\"", &rename), "{\"status\":\"active\"}");
        let both = "staus: a\nstatus: b\n";
        assert_eq!(done(both, "staus", &rename), both);
        assert_eq!(done("version: 1.10   # x\n", "1.10", &Fix::Quote), "version: \"1.10\"   # x\n");
        assert_eq!(done("[true, 2]", "true", &Fix::Quote), "[\"true\", 2]");
        assert_eq!(done("version: \"1.10\"\n", "\"1.10\"", &Fix::Quote), "version: \"1.10\"\n");
    }

    #[test]
    fn the_same_fix_twice_is_one() {
        let fix = class();
        let text = "- name: email\n";
        let place = Span::new(8, 13);
        let mended = mend(text, &[(place, &fix), (place, &fix)]);
        assert_eq!(mended.text, "- name: email\n  classification: personal\n");
        assert_eq!(mended.is_done, [true, true]);
    }

    mod random {
        use super::*;
        use proptest::prelude::*;

        /// A list of columns in some layout; the first is called `email`.
        fn layout() -> impl Strategy<Value = String> {
            let comment = prop_oneof![Just(""), Just(" # the column"), Just("   "), Just("\t# tab")];
            let quote = prop_oneof![Just(""), Just("\""), Just("'")];
            let eol = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
            let extra = prop_oneof![
                Just(""),
                Just("description: |~    two~~    lines~"),
                Just("description: >-~    two~    lines~"),
                Just("tags: [a, b]~"),
                Just("quality:~  - {metric: nullValues, mustBe: 0}~"),
                Just("# only a comment~"),
                Just("description: \"two~    lines\"~"),
            ];
            let parts =
                (comment, quote, eol, extra, 0..4_usize, 0..3_usize, any::<bool>(), any::<bool>(), any::<bool>());
            parts.prop_map(|(comment, quote, eol, extra, outer, inner, is_flow, is_first, has_mark)| {
                let name = format!("{quote}email{quote}");
                let body = if is_flow {
                    let x = if is_first { "" } else { "x: 1, " };
                    format!("{}- {{{x}name: {name} , y: 2}}{comment}~", " ".repeat(outer))
                } else {
                    let dash = format!("{}-{}", " ".repeat(outer), " ".repeat(inner + 1));
                    let margin = " ".repeat(dash.len());
                    let extra = extra.trim_end_matches('~').replace('~', &format!("~{margin}"));
                    let extra = if extra.is_empty() { String::new() } else { format!("{margin}{extra}~") };
                    let x = if is_first { String::new() } else { format!("x: 1{comment}~{margin}") };
                    format!("{dash}{x}name: {name}{comment}~{extra}{}- name: b~", " ".repeat(outer))
                };
                let mark = if has_mark { "\u{feff}" } else { "" };
                format!("{mark}columns:~{body}").replace('~', eol)
            })
        }

        proptest! {
            #[test]
            fn only_the_entry_is_added(text in layout()) {
                prop_assume!(whole(&text).is_some());
                let mended = classified(&text).expect("every such layout can be mended");
                let tree = whole(&mended).expect("it parses");
                let columns = tree.root().get("columns").expect("the list");
                let mut classes = columns.items().map(|item| item.get("classification").and_then(NodeRef::as_str));
                prop_assert_eq!(classes.next().flatten(), Some("personal"));
                prop_assert!(classes.all(|class| class.is_none()));
                // Without what was added it is the text from before, byte for byte.
                let at = mended.find("classification: personal").expect("it was added");
                let added = mended.len() - text.len();
                let is_cut = (0..=added).any(|before| {
                    let Some(start) = at.checked_sub(before) else { return false };
                    let (Some(head), Some(tail)) = (mended.get(..start), mended.get(start + added..)) else { return false };
                    format!("{head}{tail}") == text
                });
                prop_assert!(is_cut, "{mended:?}");
            }
        }
    }
}
