//! The spanned tree: an arena of nodes, and the handle through which it is read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::source::{Span, Spanned};

/// One parsed document. Nodes borrow the text they were read from.
#[derive(Clone, Debug)]
pub struct YamlTree<'s> {
    pub(super) source: &'s str,
    pub(super) nodes: Vec<Node<'s>>,
    /// Children of all containers, those of one next to each other; of a map: key, value, key, ...
    pub(super) children: Vec<u32>,
    pub(super) root: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Node<'s> {
    pub(super) span: Span,
    pub(super) value: Value<'s>,
}

#[derive(Clone, Debug)]
pub(super) enum Value<'s> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    /// An integer too large for 64 bits; the text holds its digits.
    BigInt,
    String(Cow<'s, str>),
    Sequence(Children),
    Mapping(Children),
    /// The node of the anchor; never itself an alias.
    Alias(u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Children {
    pub(super) start: u32,
    /// Number of entries in `children`: for a map twice the number of its keys.
    pub(super) len: u32,
    /// Of a map, the [`name_bit`] of every key: most keys that are asked for are not there.
    pub(super) names: u64,
}

/// Returns one bit of 64 for the name of a key; other names may have the same.
pub(crate) fn name_bit(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return 1 };
    1 << ((name.len() + usize::from(*first) * 5 + usize::from(*last) * 11) % 64)
}

impl Children {
    pub(super) const NONE: Children = Children { start: 0, len: 0, names: 0 };

    /// Makes the children of a map: key, value, key, ...
    pub(super) fn of_map(nodes: &[Node<'_>], start: u32, len: u32, pairs: &[u32]) -> Children {
        let bit = |pair: &[u32]| match &nodes[pair[0] as usize].value {
            Value::String(name) => name_bit(name),
            // What an alias stands for is not looked up, and other keys have no text of their own.
            _ => u64::MAX,
        };
        Children { start, len, names: pairs.chunks_exact(2).map(bit).fold(0, |names, bit| names | bit) }
    }

    pub(super) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

impl YamlTree<'_> {
    /// Returns key and value of an entry of a map.
    pub(super) fn entry(&self, map: Children, key: &str) -> Option<(NodeRef<'_>, NodeRef<'_>)> {
        let is_key = |index: u32| match &self.nodes[index as usize].value {
            Value::String(name) => name == key,
            Value::Alias(_) => NodeRef { tree: self, index }.as_str() == Some(key),
            _ => false,
        };
        let pair = self.children[map.range()].chunks_exact(2).find(|pair| is_key(pair[0]))?;
        Some((NodeRef { tree: self, index: pair[0] }, NodeRef { tree: self, index: pair[1] }))
    }

    /// Returns the top of the document.
    #[must_use]
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef { tree: self, index: self.root }
    }

    /// Returns the number of nodes, keys included.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }
}

/// A node of a tree; aliases are followed when it is read.
#[derive(Clone, Copy, Debug)]
pub struct NodeRef<'a> {
    pub(super) tree: &'a YamlTree<'a>,
    pub(super) index: u32,
}

impl<'a> NodeRef<'a> {
    fn node(self) -> &'a Node<'a> {
        &self.tree.nodes[self.index as usize]
    }

    pub(super) fn value(self) -> &'a Value<'a> {
        match &self.node().value {
            Value::Alias(target) => &self.tree.nodes[*target as usize].value,
            value => value,
        }
    }

    /// Returns the bytes of the node; for an alias those of the alias.
    #[must_use]
    pub fn span(self) -> Span {
        self.node().span
    }

    /// Returns the text of the node as the file has it.
    #[must_use]
    pub fn source(self) -> &'a str {
        let span = match &self.node().value {
            Value::Alias(target) => self.tree.nodes[*target as usize].span,
            _ => self.span(),
        };
        self.tree.source.get(span.range()).unwrap_or("")
    }

    /// Says whether any map of the document that the node is in has a key that is meant. `bits` has the [`name_bit`]
    /// of each such key: most maps and keys are told apart by that.
    pub(super) fn has_key_in_tree(self, bits: u64, is_meant: impl Fn(&str) -> bool) -> bool {
        let is_key = |pair: &[u32]| {
            let key = NodeRef { tree: self.tree, index: pair[0] }.as_str();
            key.is_some_and(|key| name_bit(key) & bits != 0 && is_meant(key))
        };
        let has = |children: &Children| {
            children.names & bits != 0 && self.tree.children[children.range()].chunks_exact(2).any(is_key)
        };
        self.tree.nodes.iter().any(|node| matches!(&node.value, Value::Mapping(children) if has(children)))
    }

    /// Says whether the node is a map.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        matches!(self.value(), Value::Mapping(_))
    }

    /// Says whether the node is a list.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        matches!(self.value(), Value::Sequence(_))
    }

    /// Says whether the node is null, written or left out.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.value(), Value::Null)
    }

    /// Returns the text of a scalar that is text (quoted, or plain and nothing else).
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns a boolean.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns an integer that fits 64 bits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.value() {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns any scalar as the file wrote it, without quotes: a version `1.10` stays `1.10`.
    /// `None` for null, maps and lists.
    #[must_use]
    pub fn scalar_text(self) -> Option<Cow<'a, str>> {
        match self.value() {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
            _ => Some(Cow::Borrowed(self.source())),
        }
    }

    /// Returns a word for what the node is, for messages.
    #[must_use]
    pub fn type_word(self) -> &'static str {
        match self.value() {
            Value::Null => "nothing (null)",
            Value::Bool(_) => "a boolean",
            Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::BigInt => "a number",
            Value::String(_) => "text",
            Value::Sequence(_) => "a list",
            Value::Mapping(_) => "a map",
            Value::Alias(_) => "an alias",
        }
    }

    fn children(self) -> &'a [u32] {
        match self.value() {
            Value::Mapping(children) | Value::Sequence(children) => &self.tree.children[children.range()],
            _ => &[],
        }
    }

    /// Returns the items of a list; nothing for anything else.
    pub fn items(self) -> impl ExactSizeIterator<Item = NodeRef<'a>> + use<'a> {
        let indices = if self.is_sequence() { self.children() } else { &[] };
        indices.iter().map(move |index| NodeRef { tree: self.tree, index: *index })
    }

    /// Returns keys and values of a map in the order of the file; nothing for anything else.
    pub fn entries(self) -> impl ExactSizeIterator<Item = (NodeRef<'a>, NodeRef<'a>)> + use<'a> {
        let indices = if self.is_mapping() { self.children() } else { &[] };
        indices
            .chunks_exact(2)
            .map(move |pair| (NodeRef { tree: self.tree, index: pair[0] }, NodeRef { tree: self.tree, index: pair[1] }))
    }

    /// Returns key and value of an entry.
    #[must_use]
    pub fn entry(self, key: &str) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        match self.value() {
            Value::Mapping(children) if children.names & name_bit(key) != 0 => self.tree.entry(*children, key),
            _ => None,
        }
    }

    /// Returns the value of a key with its position, which is likely the one given. `bit` is the
    /// [`name_bit`] of the key.
    pub(crate) fn find(self, key: &str, bit: u64, near: usize) -> Option<(usize, NodeRef<'a>)> {
        let Value::Mapping(children) = self.value() else { return None };
        if children.names & bit == 0 {
            return None;
        }
        let pairs = &self.tree.children[children.range()];
        let is_key = |pair: &[u32]| NodeRef { tree: self.tree, index: pair[0] }.as_str() == Some(key);
        let position = match pairs.get(near * 2..near * 2 + 2) {
            Some(pair) if is_key(pair) => near,
            _ => pairs.chunks_exact(2).position(is_key)?,
        };
        Some((position, NodeRef { tree: self.tree, index: pairs[position * 2 + 1] }))
    }

    /// Returns the value of a key; `None` also when it is null.
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'a>> {
        self.entry(key).map(|(_, value)| value).filter(|value| !value.is_null())
    }

    /// Returns the scalar under a key as the file wrote it, with its place.
    #[must_use]
    pub fn text(self, key: &str) -> Option<Spanned<Cow<'a, str>>> {
        let value = self.get(key)?;
        Some(Spanned::new(value.scalar_text()?, value.span()))
    }

    /// Returns the items of the list under a key.
    pub fn list(self, key: &str) -> impl Iterator<Item = NodeRef<'a>> + use<'a> {
        self.get(key).into_iter().flat_map(NodeRef::items)
    }

    /// Returns the item of a list at a position.
    pub(super) fn item_at(self, position: usize) -> Option<NodeRef<'a>> {
        let index = self.children().get(position).filter(|_| self.is_sequence())?;
        Some(NodeRef { tree: self.tree, index: *index })
    }

    /// Returns the entry of a map at a position.
    #[must_use]
    pub fn entry_at(self, position: usize) -> Option<(NodeRef<'a>, NodeRef<'a>)> {
        let pair = self.children().get(position * 2..position * 2 + 2).filter(|_| self.is_mapping())?;
        Some((NodeRef { tree: self.tree, index: pair[0] }, NodeRef { tree: self.tree, index: pair[1] }))
    }

    /// Returns the tree with this node at its top, and other names for keys, by the places of the keys.
    #[must_use]
    pub fn renamed(self, names: &BTreeMap<Span, &str>) -> YamlTree<'a> {
        let mut tree = self.tree.clone();
        tree.root = self.index;
        for node in &mut tree.nodes {
            match (&mut node.value, names.get(&node.span)) {
                (Value::String(_), Some(name)) => node.value = Value::String(Cow::Owned((*name).to_owned())),
                // Any of its keys may have another name now.
                (Value::Mapping(children), _) => children.names = u64::MAX,
                _ => {}
            }
        }
        tree
    }

    /// Follows a path of keys and positions, as a schema error names it.
    #[must_use]
    pub fn at<'p>(self, path: impl IntoIterator<Item = &'p str>) -> Option<NodeRef<'a>> {
        let mut node = self;
        for part in path {
            node = if node.is_sequence() { node.item_at(part.parse().ok()?)? } else { node.entry(part)?.1 };
        }
        Some(node)
    }
}
