//! Which item of a list is which item of another one.

use std::collections::BTreeMap;

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

/// By what an item is known again; `None` when it does not have that.
pub(super) type Key = fn(NodeRef<'_>) -> Option<String>;

/// Pairs the items of two lists, by the first key that finds a partner.
pub(super) fn pair_up<'a, 'b>(base: Vec<NodeRef<'a>>, head: Vec<NodeRef<'b>>, keys: &[Key]) -> Pairs<'a, 'b> {
    let mut partner: Vec<Option<usize>> = vec![None; base.len()];
    let mut is_taken = vec![false; head.len()];
    for key in keys {
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

/// Returns the maps of the list under a key.
pub(super) fn maps<'a>(node: NodeRef<'a>, key: &str) -> Vec<NodeRef<'a>> {
    node.list(key).filter(|item| item.is_mapping()).collect()
}

pub(super) fn id(node: NodeRef<'_>) -> Option<String> {
    super::text(node, "id").map(Into::into)
}

pub(super) fn name(node: NodeRef<'_>) -> Option<String> {
    super::text(node, "name").map(Into::into)
}
