//! What a query on the shell most likely means, where one of its filters is none or has a value that nothing has.

use std::collections::BTreeSet;

use super::facts::Facet;
use super::fields::RENAMED;
use super::index::Index;
use super::query::{Filter, Query, SIGNS, parts};
use super::words::fold;
use crate::graph::Mesh;
use crate::model::Ref;
use crate::yaml::nearest;

/// The most values that a hint lists.
const MAX_LISTED: usize = 12;

/// Returns a line for each filter that is none, or that nothing can pass.
pub(super) fn hints(index: &Index, mesh: &Mesh, text: &str) -> Vec<String> {
    let mut hints = Vec::new();
    let words: Vec<&str> = Facet::ALL.iter().map(|facet| facet.word()).chain(["column"]).collect();
    for part in parts(text) {
        let Some((key, value)) = part.split_once(':').filter(|(key, value)| !key.is_empty() && !value.is_empty())
        else {
            continue;
        };
        let sign = &key[..key.len() - key.trim_start_matches(SIGNS).len()];
        let key = key[sign.len()..].to_lowercase();
        let is_word = key.chars().all(char::is_alphabetic) && !value.starts_with('/');
        let is_known = words.contains(&key.as_str()) || is_of_kind(&part);
        if is_word
            && !is_known
            && let Some(meant) = nearest(&key, words.iter().copied())
        {
            let so = if sign.is_empty() { "and is looked for as a word" } else { "and leaves nothing out" };
            hints.push(format!("`{sign}{key}:` is no filter, {so}; did you mean `{sign}{meant}:{value}`?"));
        }
    }
    // What nothing has, everything passes that must not have it.
    for Filter { key, value: wanted, .. } in &Query::parse(text).filters {
        let Some(facet) = Facet::ALL.into_iter().find(|facet| facet.word() == *key) else { continue };
        let values = index.entries.iter().flat_map(|entry| facet.values(mesh, entry));
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut is_there = false;
        for value in values {
            is_there |= fold(&value.key) == *wanted || fold(&value.label) == *wanted;
            known.insert(value.key);
        }
        is_there |= facet.old_names(mesh).iter().any(|(old, _)| old == wanted);
        if is_there {
            continue;
        }
        let meant = nearest(wanted, known.iter().map(String::as_str));
        let hint = match (meant, known.len()) {
            (Some(meant), _) => format!("did you mean `{key}:{meant}`?"),
            (None, 0) => "nothing here has one".to_owned(),
            (None, n) if n <= MAX_LISTED => {
                let listed: Vec<String> = known.iter().map(|value| format!("`{value}`")).collect();
                format!("there are {}", listed.join(", "))
            }
            (None, n) => format!("there are {n} others"),
        };
        hints.push(format!("nothing has `{key}:{wanted}`; {hint}"));
    }
    hints
}

/// Says whether a part of a query asks for things of a kind, or leaves such out.
fn is_of_kind(part: &str) -> bool {
    let query = Query::parse(part);
    query.filters.iter().any(|of| of.key == "kind") || query.unwanted.iter().any(|of| of.kind.is_some())
}

/// Returns what in a query has another name now, and that: the values of its filters, else the whole query.
pub(super) fn renamed(mesh: &Mesh, text: &str) -> Vec<(String, String)> {
    let mut told: Vec<(String, String)> = Vec::new();
    for Filter { key, value, .. } in Query::parse(text).filters {
        let old_names = Facet::ALL.into_iter().filter(|facet| facet.word() == key).flat_map(|of| of.old_names(mesh));
        let now = old_names.into_iter().find(|(old, _)| *old == value).map(|(_, now)| now);
        told.extend(now.map(|now| (format!("{key}:{value}"), format!("{key}:{now}"))));
    }
    if told.is_empty()
        && let Ok(written) = Ref::parse(text.trim())
    {
        let kinds = RENAMED.into_iter().map(|(_, kind)| kind).filter(|kind| written.kind.is_none_or(|of| of == *kind));
        let old_names = kinds.flat_map(|kind| mesh.old_names(kind)).map(|(old, _)| old);
        let wanted = fold(&written.id);
        let now = old_names.filter(|old| fold(old) == wanted).find_map(|old| mesh.called_now((written.kind, &old)));
        let now = now.map(|now| now.kind.map_or(now.id.clone(), |kind| format!("{}:{}", kind.word(), now.id)));
        told.extend(now.map(|now| (text.trim().to_owned(), now)));
    }
    told.dedup();
    told
}
