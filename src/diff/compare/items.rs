//! Which item of a list is which item of another one.

use std::collections::{BTreeMap, BTreeSet};

use crate::yaml::NodeRef;

/// The items of two lists, paired.
pub(super) struct Pairs<'a, 'b> {
    /// In the order of the base.
    pub(super) both: Vec<(NodeRef<'a>, NodeRef<'b>)>,
    /// Only in the base.
    pub(super) removed: Vec<NodeRef<'a>>,
    /// Only in the head.
    pub(super) added: Vec<NodeRef<'b>>,
}

/// By what an item is known again.
#[derive(Clone, Copy)]
pub(super) enum Key {
    /// Its `id`. A copy that keeps it is another item: an id that two of one side share pairs only those whose names
    /// agree as well.
    Id,
    /// A text; `None` when it does not have that.
    Text(fn(NodeRef<'_>) -> Option<String>),
}

/// How what has an id and a name is known again.
pub(super) const BY_ID_AND_NAME: [Key; 2] = [Key::Id, Key::Text(name)];

/// Pairs the items of two lists, by the first key that finds a partner.
pub(super) fn pair_up<'a, 'b>(base: Vec<NodeRef<'a>>, head: Vec<NodeRef<'b>>, keys: &[Key]) -> Pairs<'a, 'b> {
    let mut partner: Vec<Option<usize>> = vec![None; base.len()];
    let mut is_taken = vec![false; head.len()];
    let shared = if keys.iter().any(|key| matches!(key, Key::Id)) { shared_ids(&base, &head) } else { BTreeSet::new() };
    for key in keys {
        let key = |item: NodeRef<'_>| match key {
            Key::Text(text) => text(item),
            Key::Id => id(item).and_then(|id| {
                let name = if shared.contains(&id) { name(item)? } else { String::new() };
                Some(format!("{name}\0{id}"))
            }),
        };
        let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (position, item) in head.iter().enumerate().rev().filter(|(position, _)| !is_taken[*position]) {
            if let Some(key) = key(*item) {
                open.entry(key).or_default().push(position);
            }
        }
        for (position, item) in
            base.iter().enumerate().filter(|(position, _)| partner[*position].is_none()).collect::<Vec<_>>()
        {
            let found = key(*item).and_then(|key| open.get_mut(&key)?.pop());
            if let Some(found) = found {
                partner[position] = Some(found);
                is_taken[found] = true;
            }
        }
    }
    let mut pairs = Pairs { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for (item, partner) in base.into_iter().zip(partner) {
        match partner {
            Some(position) => pairs.both.push((item, head[position])),
            None => pairs.removed.push(item),
        }
    }
    let left = head.into_iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
    pairs.added.extend(left.map(|(item, _)| item));
    pairs
}

/// Returns the ids that two items of one list have.
fn shared_ids(base: &[NodeRef<'_>], head: &[NodeRef<'_>]) -> BTreeSet<String> {
    let mut shared = BTreeSet::new();
    for side in [base, head] {
        let mut known = BTreeSet::new();
        shared.extend(side.iter().filter_map(|item| id(*item)).filter(|id| !known.insert(id.clone())));
    }
    shared
}

/// Returns the maps of the list under a key.
pub(super) fn maps<'a>(node: NodeRef<'a>, key: &str) -> Vec<NodeRef<'a>> {
    node.list(key).filter(|item| item.is_mapping()).collect()
}

fn id(node: NodeRef<'_>) -> Option<String> {
    super::text(node, "id").map(Into::into)
}

pub(super) fn name(node: NodeRef<'_>) -> Option<String> {
    super::text(node, "name").map(Into::into)
}
