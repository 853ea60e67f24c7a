//! Where in a tree an error of the validator is. Errors name their place by a path; a file may hold
//! very many of them, so maps with many keys are looked up in an index.

use std::cell::RefCell;
use std::collections::HashMap;

use jsonschema::ValidationError;
use jsonschema::paths::LocationSegment;

use super::node::NodeRef;
use crate::source::Span;

/// From how many keys on a map gets an index.
const MIN_KEYS: usize = 32;

/// A document whose places are looked up again and again.
pub(super) struct Places<'a> {
    root: NodeRef<'a>,
    /// Positions of entries by key, for each large map that was asked; by the number of its node.
    indexes: RefCell<HashMap<u32, HashMap<&'a str, usize>>>,
}

/// The place of an error.
pub(super) struct Place<'a> {
    pub(super) node: NodeRef<'a>,
    pub(super) span: Span,
    pub(super) path: String,
    pub(super) depth: usize,
}

impl<'a> Places<'a> {
    pub(super) fn new(root: NodeRef<'a>) -> Places<'a> {
        Places { root, indexes: RefCell::default() }
    }

    /// Looks up where an error is.
    pub(super) fn of(&self, error: &ValidationError<'_>) -> Place<'a> {
        let parts = parts(error);
        let node = self.at(&parts).unwrap_or(self.root);
        let mut span = node.span();
        // A map is shown by its first key: the whole of it would underline half the file.
        if node.is_mapping()
            && let Some((key, _)) = node.entries().next()
        {
            span = key.span();
        }
        // A null that was left out has no bytes; its key is what a reader can see.
        if span.start == span.end
            && let Some((last, parents)) = parts.split_last()
            && let Some((key, _)) = self.at(parents).and_then(|parent| self.entry(parent, last))
        {
            span = key.span();
        }
        Place { node, span, path: parts.join("."), depth: parts.len() }
    }

    /// Returns the map that holds the place of an error.
    pub(super) fn parent_of(&self, error: &ValidationError<'_>) -> Option<NodeRef<'a>> {
        parts(error).split_last().and_then(|(_, parents)| self.at(parents))
    }

    /// Returns key and value of an entry.
    pub(super) fn entry(&self, map: NodeRef<'a>, key: &str) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        let entries = map.entries();
        if entries.len() < MIN_KEYS {
            return map.entry(key);
        }
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes.entry(map.index).or_insert_with(|| {
            let mut index = HashMap::with_capacity(entries.len());
            for (position, (key, _)) in map.entries().enumerate() {
                // Of two equal keys the first counts, as without an index.
                index.entry(key.as_str().unwrap_or("")).or_insert(position);
            }
            index
        });
        map.entry_at(*index.get(key)?)
    }

    fn at(&self, parts: &[String]) -> Option<NodeRef<'a>> {
        let mut node = self.root;
        for part in parts {
            node = if node.is_sequence() { node.item_at(part.parse().ok()?)? } else { self.entry(node, part)?.1 };
        }
        Some(node)
    }
}

fn parts(error: &ValidationError<'_>) -> Vec<String> {
    error.instance_path().segments().map(|segment| segment_text(&segment)).collect()
}

/// Returns the path of an error, such as `schema.0.name`.
pub(super) fn path_text(error: &ValidationError<'_>) -> String {
    parts(error).join(".")
}

fn segment_text(segment: &LocationSegment<'_>) -> String {
    match segment {
        LocationSegment::Property(name) => name.to_string(),
        LocationSegment::Index(index) => index.to_string(),
    }
}
