//! Fields with a finding of their own: a policy that fails only for what one of them holds has found no second
//! mistake. Asks a condition once more of a document whose doubtful fields have no answer.

use std::collections::BTreeMap;

use super::cel::{Derived, Doc, Facts, Root, Value};
use super::world::World;
use crate::diagnostic::Severity;
use crate::graph::Found;
use crate::model::Text;
use crate::source::{FileId, Span};

/// The fields that findings of form are about, by file.
#[derive(Clone, Debug, Default)]
pub struct Doubtful {
    by_file: BTreeMap<FileId, Vec<DoubtfulField>>,
}

/// A field of a file that a finding is about.
#[derive(Clone, Debug)]
pub struct DoubtfulField {
    /// The value; of a field that is not there, the map that it should be in.
    pub span: Span,
    /// The field that is not there.
    pub missing: Option<Text>,
    /// The first name of its path.
    pub top: Text,
    /// How much the finding weighs.
    pub severity: Severity,
}

impl Doubtful {
    /// Adds a field of a file.
    pub fn add(&mut self, file: FileId, field: DoubtfulField) {
        self.by_file.entry(file).or_default().push(field);
    }

    /// Returns the fields of a file whose findings weigh as much as a violation: what weighs less is no reason to leave
    /// that out. The violation is weighed only where there are such fields.
    pub(super) fn of(&self, file: FileId, violation: impl FnOnce() -> Severity) -> Vec<&DoubtfulField> {
        let Some(fields) = self.by_file.get(&file) else { return Vec::new() };
        let violation = violation();
        fields.iter().filter(|field| field.severity >= violation).collect()
    }
}

/// The mesh as a subject sees it that cannot read its doubtful fields.
pub(super) struct Doubting<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) subject: Found,
    pub(super) document: Doc<'a>,
    pub(super) fields: &'w [&'w DoubtfulField],
    /// Lists take what may belong to them.
    pub(super) takes_all: bool,
}

impl<'a> Doubting<'_, 'a> {
    fn is_named(&self, tops: &[&str]) -> bool {
        self.fields.iter().any(|field| tops.contains(&field.top.as_str()))
    }

    /// Says whether a field of a map is doubtful: what it holds, or that it is not there.
    fn is_field(&self, map: Doc<'a>, name: &str) -> bool {
        let Doc::Yaml(node) = map else { return false };
        let value = node.entry(name).map(|(_, value)| value);
        let lacks = |field: &DoubtfulField| field.span == node.span() && field.missing.as_deref() == Some(name);
        let is_wrong =
            |field: &DoubtfulField| field.missing.is_none() && value.is_some_and(|value| value.span() == field.span);
        let is_there = value.is_some_and(|value| !value.is_null());
        self.fields.iter().any(|field| is_wrong(field) || (!is_there && lacks(field)))
    }

    /// Says whether it is doubtful which columns a contract, an object or a column has.
    fn has_doubtful_columns(&self, of: Doc<'a>, depth: usize) -> bool {
        const LISTS: [&str; 2] = ["schema", "properties"];
        const PARTS: [&str; 4] = ["items", "map", "key", "value"];
        if depth > crate::yaml::MAX_DEPTH {
            return false;
        }
        let is_part = |name: &&str| self.is_field(of, name);
        let inside = |part: Doc<'a>| self.is_doubtful_part(part) || self.has_doubtful_columns(part, depth + 1);
        let items = |list: Doc<'a>| (0..list.len()).filter_map(move |position| list.item(position));
        LISTS.iter().chain(&PARTS).any(is_part)
            || LISTS.iter().filter_map(|name| of.get(name)).flat_map(items).any(inside)
            || PARTS.iter().filter_map(|name| of.get(name)).any(inside)
    }
}

impl<'a> Facts<'a> for Doubting<'_, 'a> {
    const HAS_DOUBTS: bool = true;

    fn root(&self, root: Root) -> Value<'a> {
        self.world.root(root)
    }

    fn field(&self, thing: Found, name: &str, derived: Option<Derived>) -> Result<Value<'a>, String> {
        self.world.field(thing, name, derived)
    }

    fn is_doubtful(&self, of: &Value<'a>, name: &str, derived: Option<Derived>) -> bool {
        match (of, derived) {
            (Value::Thing(thing), _) if *thing != self.subject => false,
            (Value::Thing(_), Some(Derived::Owner)) => self.is_named(&["team", "owner"]),
            (Value::Thing(_), Some(Derived::Domain)) => self.is_named(&["domain"]),
            (Value::Thing(_), Some(Derived::Columns)) => self.has_doubtful_columns(self.document, 0),
            (Value::Thing(_), None) => self.is_field(self.document, name),
            (Value::Column(column), _) => self.is_field(column.doc, name),
            (Value::Object(map), _) => self.is_field(*map, name),
            _ => false,
        }
    }

    fn is_doubtful_part(&self, part: Doc<'a>) -> bool {
        let Doc::Yaml(node) = part else { return false };
        self.fields.iter().any(|field| field.missing.is_none() && field.span == node.span())
    }

    fn takes_doubtful(&self) -> bool {
        self.takes_all
    }
}
