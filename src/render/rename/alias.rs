//! The entry of `aliases.yaml` that leads from the old name to the new one.

use jiff::civil::Date;

use super::places::Target;
use super::scalar::{Edit, scalar};
use super::{RenameError, refused};
use crate::config::Config;
use crate::model::Ref;
use crate::yaml::NodeRef;

/// Returns the path of the file with aliases: directly below the first root.
pub(super) fn path(config: &Config) -> String {
    match config.roots.first().map(String::as_str) {
        None | Some("") => "aliases.yaml".to_owned(),
        Some(root) => format!("{root}/aliases.yaml"),
    }
}

/// Returns a new file with the one alias.
pub(super) fn file(target: &Target<'_>, today: Date) -> String {
    format!("aliases:\n{}", entry(target, today, "  ", "\n"))
}

/// Returns the edits that add the alias, or that turn the alias of an earlier rename around.
pub(super) fn added(
    target: &Target<'_>,
    path: &str,
    root: Option<NodeRef<'_>>,
    text: &str,
    today: Date,
) -> Result<Vec<Edit>, RenameError> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let insert = |at: usize, text: String| Edit { range: at..at, text };
    let at_end = || {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        insert(text.len(), format!("{gap}aliases:{end}{}", entry(target, today, "  ", end)))
    };
    let Some(root) = root.filter(|root| !root.is_null()) else { return Ok(vec![at_end()]) };
    let Some((key, list)) = root.entry("aliases") else {
        if root.is_mapping() {
            return Ok(vec![at_end()]);
        }
        return Err(refused(path, text, root.span().range().start, "in a file that is no list of aliases"));
    };
    if let Some(item) = list.items().find(|item| leads_back(target, *item)) {
        return turned(target, path, item, text, today);
    }
    let line_end = |from: usize| text[from..].find('\n').map_or(text.len(), |length| from + length + 1);
    let on_new_line = |from: usize, indent: &str| {
        let at = line_end(from);
        let gap = if at == text.len() && !text.ends_with('\n') { end } else { "" };
        insert(at, format!("{gap}{}", entry(target, today, indent, end)))
    };
    if list.is_null() {
        return Ok(vec![on_new_line(key.span().range().end, "  ")]);
    }
    let span = list.span().range();
    let written = text.get(span.clone()).unwrap_or_default();
    if written.starts_with('[') {
        let (from, to, since) = words(target, today);
        let comma = if list.items().len() == 0 { "" } else { ", " };
        let Some(close) = written.rfind(']') else {
            return Err(refused(path, text, span.start, "in a list that does not end"));
        };
        let flow = format!("{comma}{{from: {from}, to: {to}, since: {since}}}");
        return Ok(vec![insert(span.start + close, flow)]);
    }
    let Some(last) = list.items().last() else {
        return Err(refused(path, text, span.start, "in a file that is no list of aliases"));
    };
    let start = text[..last.span().range().start].rfind('\n').map_or(0, |at| at + 1);
    let indent: String = text[start..].chars().take_while(|character| *character == ' ').collect();
    if !text[start + indent.len()..].starts_with("- ") {
        return Err(refused(path, text, last.span().range().start, "in a form that cannot be added to"));
    }
    let last_value = last.entries().last().map_or(last.span(), |(key, value)| {
        // A value that is left out has no bytes.
        if value.span().end > key.span().end { value.span() } else { key.span() }
    });
    Ok(vec![on_new_line(last_value.range().end, &indent)])
}

/// Says whether an alias leads from the new name to the old one: the thing had it before.
fn leads_back(target: &Target<'_>, item: NodeRef<'_>) -> bool {
    let names = |key: &str, is: &dyn Fn(&str) -> bool| {
        let written = item.get(key).and_then(NodeRef::as_str);
        written.is_some_and(|text| Ref::parse(text).is_ok_and(|name| name.kind == Some(target.kind) && is(&name.id)))
    };
    names("from", &|id| id == target.new) && names("to", &|id| target.is_old(id))
}

/// Turns an alias around; its `to` is rewritten as every other place is.
fn turned(
    target: &Target<'_>,
    path: &str,
    item: NodeRef<'_>,
    text: &str,
    today: Date,
) -> Result<Vec<Edit>, RenameError> {
    let mut edits = Vec::new();
    for (key, new) in [("from", target.reference(target.old)), ("since", today.to_string())] {
        if let Some(node) = item.get(key) {
            let edit = super::scalar::edit(node, text, &new);
            edits.push(edit.map_err(|how| refused(path, text, node.span().range().start, how))?);
        }
    }
    Ok(edits)
}

fn entry(target: &Target<'_>, today: Date, indent: &str, end: &str) -> String {
    let (from, to, since) = words(target, today);
    format!("{indent}- from: {from}{end}{indent}  to: {to}{end}{indent}  since: {since}{end}")
}

fn words(target: &Target<'_>, today: Date) -> (String, String, String) {
    let name = |id: &str| scalar(&target.reference(id));
    (name(target.old), name(&target.new), format!("\"{today}\""))
}
