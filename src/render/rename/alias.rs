//! The entries of `aliases.yaml` that lead from the old name to the new one: that of the thing, and those of the
//! terms whose names hold it.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use super::places::Target;
use super::scalar::{Edit, scalar};
use super::{RenameError, refused};
use crate::model::Ref;
use crate::yaml::NodeRef;

/// An old reference and the new one.
type Pair = (String, String);

/// Returns a new file with the aliases; none where nobody can keep an old address.
pub(super) fn file(target: &Target<'_>, published: Published<'_>, today: Date) -> Option<String> {
    let pairs: Vec<Pair> = pairs(target).into_iter().filter(|(old, _)| published.has(old)).collect();
    (!pairs.is_empty()).then(|| format!("aliases:\n{}", entries(&pairs, today, "  ", "\n")))
}

/// Which names were ever published: a name that no commit has is nobody's to keep.
#[derive(Clone, Copy)]
pub(super) struct Published<'a>(pub(super) Option<&'a BTreeSet<String>>);

impl Published<'_> {
    fn has(self, name: &str) -> bool {
        self.0.is_none_or(|names| names.contains(name))
    }
}

/// What happens to the file of aliases.
#[derive(Default)]
pub(super) struct Change {
    pub(super) edits: Vec<Edit>,
    /// Bytes of entries that go: nothing inside them is edited.
    pub(super) removed: Vec<Range<usize>>,
    /// An entry is written or turned around.
    pub(super) leads_on: bool,
}

/// Returns the edits that add the aliases, or that turn those of an earlier rename around. One that would lead from a
/// name that was never published goes instead.
pub(super) fn added(
    target: &Target<'_>,
    (path, root, text): (&str, Option<NodeRef<'_>>, &str),
    published: Published<'_>,
    today: Date,
) -> Result<Change, RenameError> {
    let mut change = Change::default();
    let mut missing: Vec<Pair> = pairs(target).into_iter().filter(|(old, _)| published.has(old)).collect();
    if let Some(list) = root.and_then(|root| root.get("aliases")) {
        let mut going: Vec<NodeRef<'_>> = Vec::new();
        for (position, pair) in pairs(target).into_iter().enumerate() {
            let is_main = position == 0;
            let Some(item) = list.items().find(|item| leads_back(target, &pair, is_main, *item)) else { continue };
            missing.retain(|other| *other != pair);
            if !published.has(&pair.0) && entry_range(item, text).is_some() {
                going.push(item);
            } else {
                change.edits.extend(turned(&pair, path, item, text, today)?);
                change.leads_on = true;
            }
        }
        let is_all = going.len() == list.items().len();
        for (position, item) in going.into_iter().enumerate() {
            let Some(range) = entry_range(item, text) else { continue };
            // An empty list is still a list.
            let empty = if text.contains("\r\n") { "  []\r\n" } else { "  []\n" };
            let rest = if is_all && position == 0 && missing.is_empty() { empty } else { "" };
            change.edits.push(Edit { range: range.clone(), text: rest.to_owned() });
            change.removed.push(range);
        }
    }
    if !missing.is_empty() {
        change.edits.push(insertion(&missing, path, root, text, today)?);
        change.leads_on = true;
    }
    Ok(change)
}

/// Returns the whole lines of an entry of a list in lines; none for one that shares them.
fn entry_range(item: NodeRef<'_>, text: &str) -> Option<Range<usize>> {
    let begin = item.span().range().start;
    let start = text[..begin].rfind('\n').map_or(0, |at| at + 1);
    let last = value_end(item);
    let end = text[last..].find('\n').map_or(text.len(), |length| last + length + 1);
    let is_alone = text.get(start..begin)?.trim() == "-";
    let behind = text.get(last..end)?.trim();
    (is_alone && (behind.is_empty() || behind.starts_with('#'))).then_some(start..end)
}

/// Returns where the last value of an entry ends.
fn value_end(item: NodeRef<'_>) -> usize {
    let last = item.entries().last().map_or(item.span(), |(key, value)| {
        // A value that is left out has no bytes.
        if value.span().end > key.span().end { value.span() } else { key.span() }
    });
    last.range().end
}

/// Returns the edit that adds aliases in the form of the file.
fn insertion(
    pairs: &[Pair],
    path: &str,
    root: Option<NodeRef<'_>>,
    text: &str,
    today: Date,
) -> Result<Edit, RenameError> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let insert = |at: usize, text: String| Edit { range: at..at, text };
    let at_end = || {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        insert(text.len(), format!("{gap}aliases:{end}{}", entries(pairs, today, "  ", end)))
    };
    let Some(root) = root.filter(|root| !root.is_null()) else { return Ok(at_end()) };
    let Some((key, list)) = root.entry("aliases") else {
        if root.is_mapping() {
            return Ok(at_end());
        }
        return Err(refused(path, text, root.span().range().start, "in a file that is no list of aliases"));
    };
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |length| from + length + 1);
    let on_new_line = |from: usize, indent: &str| {
        let at = line_end(from);
        let gap = if at == text.len() && !text.ends_with('\n') { end } else { "" };
        insert(at, format!("{gap}{}", entries(pairs, today, indent, end)))
    };
    if list.is_null() {
        return Ok(on_new_line(key.span().range().end, "  "));
    }
    let span = list.span().range();
    let written = text.get(span.clone()).unwrap_or_default();
    if written.starts_with('[') {
        let Some(close) = written.rfind(']') else {
            return Err(refused(path, text, span.start, "in a list that does not end"));
        };
        let flow: Vec<String> = pairs
            .iter()
            .map(|(from, to)| format!("{{from: {}, to: {}, since: \"{today}\"}}", scalar(from), scalar(to)))
            .collect();
        let comma = if list.items().len() == 0 { "" } else { ", " };
        return Ok(insert(span.start + close, format!("{comma}{}", flow.join(", "))));
    }
    let Some(last) = list.items().last() else {
        return Err(refused(path, text, span.start, "in a file that is no list of aliases"));
    };
    let start = text[..last.span().range().start].rfind('\n').map_or(0, |at| at + 1);
    let indent: String = text[start..].chars().take_while(|character| *character == ' ').collect();
    if !text[start + indent.len()..].starts_with("- ") {
        return Err(refused(path, text, last.span().range().start, "in a form that cannot be added to"));
    }
    Ok(on_new_line(value_end(last), &indent))
}

/// Says whether an alias leads from the new name to the old one: the thing had it before.
fn leads_back(target: &Target<'_>, (old, new): &Pair, is_main: bool, item: NodeRef<'_>) -> bool {
    let written = |key: &str| Ref::parse(item.get(key).and_then(NodeRef::as_str)?).ok();
    let is = |reference: &Ref, name: &str| Ref::parse(name).is_ok_and(|named| named == *reference);
    let (Some(from), Some(to)) = (written("from"), written("to")) else { return false };
    let leads_to_old = is(&to, old) || (is_main && to.kind == Some(target.kind) && target.is_old(&to.id));
    is(&from, new) && leads_to_old
}

/// Turns an alias around; its `to` is rewritten as every other place is.
fn turned((old, _): &Pair, path: &str, item: NodeRef<'_>, text: &str, today: Date) -> Result<Vec<Edit>, RenameError> {
    let mut edits = Vec::new();
    for (key, new) in [("from", old.clone()), ("since", today.to_string())] {
        if let Some(node) = item.get(key) {
            let edit = super::scalar::edit(node, text, &new);
            edits.push(edit.map_err(|how| refused(path, text, node.span().range().start, how))?);
        }
    }
    Ok(edits)
}

/// Returns what leads where: the thing first, then what has its name in its own.
fn pairs(target: &Target<'_>) -> Vec<Pair> {
    let own = (target.reference(target.old), target.reference(&target.new));
    std::iter::once(own).chain(target.also.iter().cloned()).collect()
}

fn entries(pairs: &[Pair], today: Date, indent: &str, end: &str) -> String {
    let entry = |(from, to): &Pair| {
        format!(
            "{indent}- from: {}{end}{indent}  to: {}{end}{indent}  since: \"{today}\"{end}",
            scalar(from),
            scalar(to)
        )
    };
    pairs.iter().map(entry).collect()
}
