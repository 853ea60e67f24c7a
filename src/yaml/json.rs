//! The spanned tree as the JSON Schema validator sees it: no copy, no conversion.

use std::borrow::Cow;

use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use jsonschema::types::JsonType;
use serde_json::{Map, Number, Value as JsonValue};

use super::node::{Children, NodeRef, Value, name_bit};
use super::{YamlTree, build};

/// The representation: [`NodeRef`] as JSON.
pub struct YamlJson;

impl Json for YamlJson {
    type Node<'a> = NodeRef<'a>;
    type PreparedKey = KeyName;
    type StringBuffer = Option<YamlTree<'static>>;

    // A lookup walks the keys of a map, of which there are few.
    const KEYS_PER_LOOKUP: usize = 2;

    fn prepare_key(key: &str) -> KeyName {
        KeyName { bit: name_bit(key), text: key.into() }
    }

    fn with_string_node<T>(buffer: &mut Self::StringBuffer, string: &str, f: impl FnOnce(NodeRef<'_>) -> T) -> T {
        let tree = buffer.insert(build::text_tree(string.to_owned()));
        f(tree.root())
    }
}

/// The name of a key that a schema asks for, and its [`name_bit`].
pub struct KeyName {
    text: Box<str>,
    bit: u64,
}

/// A number of a tree.
pub enum TreeNumber<'a> {
    Int(i64),
    UInt(u64),
    Float(f64),
    Big(&'a str),
}

impl JsonNumber for TreeNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        match self {
            TreeNumber::Int(value) => u64::try_from(*value).ok(),
            TreeNumber::UInt(value) => Some(*value),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            TreeNumber::Int(value) => Some(*value),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "the trait asks for the nearest double")]
    fn as_f64(&self) -> Option<f64> {
        match self {
            TreeNumber::Int(value) => Some(*value as f64),
            TreeNumber::UInt(value) => Some(*value as f64),
            TreeNumber::Float(value) => Some(*value),
            TreeNumber::Big(text) => text.parse().ok(),
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        match self {
            TreeNumber::Big(text) => Cow::Borrowed(text),
            _ => Cow::Owned(self.to_number().to_string()),
        }
    }

    fn to_number(&self) -> Cow<'_, Number> {
        let number = match self {
            TreeNumber::Int(value) => Number::from(*value),
            TreeNumber::UInt(value) => Number::from(*value),
            TreeNumber::Float(_) | TreeNumber::Big(_) => {
                self.as_f64().and_then(Number::from_f64).unwrap_or_else(|| Number::from(0))
            }
        };
        Cow::Owned(number)
    }

    fn is_integer(&self) -> bool {
        match self {
            TreeNumber::Float(value) => value.fract() == 0.0,
            _ => true,
        }
    }
}

impl<'a> Node<'a, YamlJson> for NodeRef<'a> {
    type Object = MappingRef<'a>;
    type Array = SequenceRef<'a>;
    type Number = TreeNumber<'a>;

    fn as_object(&self) -> Option<MappingRef<'a>> {
        match self.value() {
            Value::Mapping(children) => Some(MappingRef { tree: self.tree, children: *children }),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<SequenceRef<'a>> {
        match self.value() {
            Value::Sequence(children) => Some(SequenceRef { tree: self.tree, children: *children }),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }

    fn as_number(&self) -> Option<TreeNumber<'a>> {
        match self.value() {
            Value::Int(value) => Some(TreeNumber::Int(*value)),
            Value::UInt(value) => Some(TreeNumber::UInt(*value)),
            Value::Float(value) => Some(TreeNumber::Float(*value)),
            Value::BigInt => Some(TreeNumber::Big(self.source().trim_start_matches('+'))),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        NodeRef::is_null(*self)
    }

    fn is_string(&self) -> bool {
        matches!(self.value(), Value::String(_))
    }

    fn json_type(&self) -> JsonType {
        match self.value() {
            Value::Bool(_) => JsonType::Boolean,
            Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::BigInt => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Sequence(_) => JsonType::Array,
            Value::Mapping(_) => JsonType::Object,
            // An alias is followed by `value`; it never shows.
            Value::Null | Value::Alias(_) => JsonType::Null,
        }
    }

    fn equals_value(&self, expected: &JsonValue) -> bool {
        match (self.value(), expected) {
            (Value::Null, JsonValue::Null) => true,
            (Value::Bool(value), JsonValue::Bool(expected)) => value == expected,
            (Value::String(text), JsonValue::String(expected)) => text == expected,
            (Value::Sequence(children), JsonValue::Array(expected)) => {
                children.len as usize == expected.len()
                    && self.items().zip(expected).all(|(item, expected)| item.equals_value(expected))
            }
            (Value::Mapping(children), JsonValue::Object(expected)) => {
                let equals = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
                    key.as_str().and_then(|key| expected.get(key)).is_some_and(|expected| value.equals_value(expected))
                };
                children.len as usize == expected.len() * 2 && self.entries().all(equals)
            }
            // By value: `1.0` is the number 1 (JSON Schema core, section 4.2.2).
            (_, JsonValue::Number(expected)) => Node::as_number(self).is_some_and(|number| {
                let number = number.to_number();
                *number == *expected || number.as_f64() == expected.as_f64()
            }),
            _ => false,
        }
    }

    fn to_value(&self) -> Cow<'a, JsonValue> {
        Cow::Owned(self.to_json())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let index = match &self.tree.nodes[self.index as usize].value {
            Value::Alias(target) => *target,
            _ => self.index,
        };
        Some(NodeIdentity::tagged(std::ptr::from_ref(self.tree) as usize, index))
    }

    // An arena's address may be taken again by the next file's.
    fn container_identity(&self) -> Option<NodeIdentity> {
        None
    }
}

impl NodeRef<'_> {
    /// Copies the node, aliases written out, into a JSON value.
    #[must_use]
    pub fn to_json(self) -> JsonValue {
        match self.value() {
            Value::Null | Value::Alias(_) => JsonValue::Null,
            Value::Bool(value) => JsonValue::Bool(*value),
            Value::String(text) => JsonValue::String(text.clone().into_owned()),
            Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::BigInt => {
                let number = Node::as_number(&self).map(|number| number.to_number().into_owned());
                number.map_or(JsonValue::Null, JsonValue::Number)
            }
            Value::Sequence(_) => JsonValue::Array(self.items().map(NodeRef::to_json).collect()),
            Value::Mapping(_) => {
                let entry =
                    |(key, value): (NodeRef<'_>, NodeRef<'_>)| (key.as_str().unwrap_or("").to_owned(), value.to_json());
                JsonValue::Object(self.entries().map(entry).collect::<Map<_, _>>())
            }
        }
    }
}

/// A map of a tree.
pub struct MappingRef<'a> {
    tree: &'a YamlTree<'a>,
    children: Children,
}

/// The entries of a map.
pub struct Members<'a> {
    tree: &'a YamlTree<'a>,
    pairs: std::slice::ChunksExact<'a, u32>,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, NodeRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.pairs.next()?;
        let key = NodeRef { tree: self.tree, index: pair[0] };
        Some((key.as_str().unwrap_or(""), NodeRef { tree: self.tree, index: pair[1] }))
    }
}

impl<'a> Object<'a, YamlJson> for MappingRef<'a> {
    type Node = NodeRef<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.children.len as usize / 2
    }

    fn get(&self, key: &KeyName) -> Option<NodeRef<'a>> {
        if self.children.names & key.bit == 0 {
            return None;
        }
        self.tree.entry(self.children, &key.text).map(|(_, value)| value)
    }

    fn members(&self) -> Members<'a> {
        Members { tree: self.tree, pairs: self.tree.children[self.children.range()].chunks_exact(2) }
    }
}

/// A list of a tree.
pub struct SequenceRef<'a> {
    tree: &'a YamlTree<'a>,
    children: Children,
}

/// The items of a list.
pub struct Elements<'a> {
    tree: &'a YamlTree<'a>,
    indices: std::slice::Iter<'a, u32>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = NodeRef<'a>;

    fn next(&mut self) -> Option<NodeRef<'a>> {
        self.indices.next().map(|index| NodeRef { tree: self.tree, index: *index })
    }
}

impl<'a> Array<'a, YamlJson> for SequenceRef<'a> {
    type Node = NodeRef<'a>;
    type ElementsIter = Elements<'a>;

    fn len(&self) -> usize {
        self.children.len as usize
    }

    fn elements(&self) -> Elements<'a> {
        Elements { tree: self.tree, indices: self.tree.children[self.children.range()].iter() }
    }
}
