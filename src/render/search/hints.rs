//! What a query on the shell most likely means, where one of its filters is none or has a value that nothing has.

use std::collections::BTreeSet;

use super::facts::Facet;
use super::index::Index;
use super::query::{Filter, Query, parts};
use super::words::fold;
use crate::graph::Mesh;
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
        let sign = &key[..key.len() - key.trim_start_matches(['-', '!']).len()];
        let key = key[sign.len()..].to_lowercase();
        let is_word = key.chars().all(char::is_alphabetic) && !value.starts_with('/');
        let is_known = words.contains(&key.as_str()) || Query::parse(&part).filters.iter().any(|of| of.key == "kind");
        if is_word
            && !is_known
            && let Some(meant) = nearest(&key, words.iter().copied())
        {
            hints.push(format!(
                "`{key}:` is no filter, and is looked for as a word; did you mean `{sign}{meant}:{value}`?"
            ));
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
