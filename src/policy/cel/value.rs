//! Values of a run. Parts of documents are not copied: a value points into the tree of the file.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;

use serde_json::Value as Json;

use super::code::Field;
use crate::graph::Found;
use crate::source::Span;
use crate::yaml::NodeRef;

/// A part of a document: of the file in hand, or of another one or a test case, as JSON.
#[derive(Clone, Copy, Debug)]
pub enum Doc<'a> {
    /// A node of a file.
    Yaml(NodeRef<'a>),
    /// A value of another document.
    Json(&'a Json),
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// Not stated.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Double(f64),
    /// A text of a document or expression.
    Text(&'a str),
    /// A text that was made.
    Made(Rc<str>),
    /// A list that was made.
    List(Rc<[Value<'a>]>),
    /// A list of a document.
    Items(Doc<'a>),
    /// A map of an expression, or facts of the mesh by their names.
    Map(Rc<[(Value<'a>, Value<'a>)]>),
    /// A map of a document.
    Object(Doc<'a>),
    /// A column of a contract.
    Column(Rc<Column<'a>>),
    /// A thing of the mesh.
    Thing(Found),
}

/// A column with its place among the others.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// What the contract states of it.
    pub doc: Doc<'a>,
    /// The name of its object.
    pub object: &'a str,
    /// The column that it is a part of.
    pub parent: Option<Rc<Column<'a>>>,
    /// Where it stands for a part without a name, such as the items of a list: the path of that and its class.
    part: Option<Part<'a>>,
    /// Fields that were asked before, by their numbers: many policies ask the same few of every column.
    known: RefCell<Vec<Option<Value<'a>>>>,
}

/// A part of a column that has no name, below it, and the class that it states.
type Part<'a> = (Rc<str>, &'a str);

impl<'a> Doc<'a> {
    /// Returns the value of a key; `None` also when it is null.
    pub(crate) fn get(self, key: &str) -> Option<Doc<'a>> {
        match self {
            Doc::Yaml(node) => node.get(key).map(Doc::Yaml),
            Doc::Json(json) => json.get(key).filter(|value| !value.is_null()).map(Doc::Json),
        }
    }

    /// Returns the value of a field; `None` also when it is null.
    pub(super) fn find(self, field: &Field) -> Option<Doc<'a>> {
        let Doc::Yaml(node) = self else { return self.get(&field.name) };
        let near = field.position.load(Relaxed);
        let (position, value) = node.find(&field.name, field.bit, near as usize)?;
        if position != near as usize {
            field.position.store(u32::try_from(position).unwrap_or(0), Relaxed);
        }
        (!value.is_null()).then_some(Doc::Yaml(value))
    }

    pub(crate) fn text(self, key: &str) -> Option<&'a str> {
        match self.get(key)? {
            Doc::Yaml(node) => node.as_str(),
            Doc::Json(json) => json.as_str(),
        }
    }

    pub(crate) fn len(self) -> usize {
        match self {
            Doc::Yaml(node) if node.is_mapping() => node.entries().len(),
            Doc::Yaml(node) => node.items().len(),
            Doc::Json(Json::Array(items)) => items.len(),
            Doc::Json(Json::Object(fields)) => fields.len(),
            Doc::Json(_) => 0,
        }
    }

    /// Returns an item of a list.
    pub(crate) fn item(self, position: usize) -> Option<Doc<'a>> {
        match self {
            Doc::Yaml(node) => node.items().nth(position).map(Doc::Yaml),
            Doc::Json(json) => json.as_array()?.get(position).map(Doc::Json),
        }
    }

    /// Returns the key of a map at a position.
    pub(crate) fn key(self, position: usize) -> Option<&'a str> {
        match self {
            Doc::Yaml(node) => node.entries().nth(position)?.0.as_str(),
            Doc::Json(json) => json.as_object()?.keys().nth(position).map(String::as_str),
        }
    }

    /// Returns the value that it holds.
    pub(crate) fn value(self) -> Value<'a> {
        match self {
            Doc::Yaml(node) => {
                if let Some(text) = node.as_str() {
                    Value::Text(text)
                } else if node.is_mapping() {
                    Value::Object(self)
                } else if node.is_sequence() {
                    Value::Items(self)
                } else if let Some(truth) = node.as_bool() {
                    Value::Bool(truth)
                } else if let Some(number) = node.as_i64() {
                    Value::Int(number)
                } else {
                    let number = node.scalar_text().and_then(|text| text.parse().ok());
                    number.map_or(Value::Null, Value::Double)
                }
            }
            Doc::Json(json) => match json {
                Json::Null => Value::Null,
                Json::Bool(truth) => Value::Bool(*truth),
                Json::Number(number) => {
                    number.as_i64().map_or_else(|| Value::Double(number.as_f64().unwrap_or_default()), Value::Int)
                }
                Json::String(text) => Value::Text(text),
                Json::Array(_) => Value::Items(self),
                Json::Object(_) => Value::Object(self),
            },
        }
    }

    /// Returns where a finding about this part points: at its name, else at itself. Only in the file in hand.
    pub(crate) fn place(self) -> Option<Span> {
        let Doc::Yaml(node) = self else { return None };
        let names = ["name", "property", "id", "channel", "role", "server", "metric"];
        let named = names.iter().find_map(|name| node.get(name)).filter(|name| !name.is_mapping());
        // A list or map without a name begins where its first key is.
        let first = || node.entries().next().map(|(key, _)| key.span());
        Some(named.map(NodeRef::span).or_else(first).unwrap_or_else(|| node.span()))
    }
}

impl<'a> Value<'a> {
    /// Returns a text, whoever made it.
    #[inline]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Made(text) => Some(text),
            _ => None,
        }
    }

    /// Says what it is, for messages.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Value::Null => "null (not stated)",
            Value::Bool(_) => "true or false",
            Value::Int(_) | Value::Double(_) => "a number",
            Value::Text(_) | Value::Made(_) => "a text",
            Value::List(_) | Value::Items(_) => "a list",
            Value::Map(_) | Value::Object(_) | Value::Column(_) | Value::Thing(_) => "a map",
        }
    }

    /// Returns the part of a document that a finding about this value can point at.
    pub(crate) fn doc(&self) -> Option<Doc<'a>> {
        match self {
            Value::Items(doc) | Value::Object(doc) => Some(*doc),
            Value::Column(column) => Some(column.doc),
            _ => None,
        }
    }
}

impl<'a> Column<'a> {
    /// Looks at a field where it is.
    #[inline]
    pub(super) fn look<R>(&self, field: &Field, look: impl FnOnce(&Value<'a>) -> R) -> R {
        let Some(number) = field.of_column.map(usize::from) else { return look(&self.field(field)) };
        if let Some(Some(known)) = self.known.borrow().get(number) {
            return look(known);
        }
        let value = self.field(field);
        let seen = look(&value);
        let mut known = self.known.borrow_mut();
        if known.len() <= number {
            known.resize(number + 1, None);
        }
        known[number] = Some(value);
        seen
    }

    fn field(&self, field: &Field) -> Value<'a> {
        match &*field.name {
            "path" => Value::Made(self.path().into()),
            "object" => Value::Text(self.object),
            // The items of a plain list, and the sides of a map, may say what the column does not.
            "classification" => match &self.part {
                Some((_, class)) => Value::Text(class),
                None => self.doc.find(field).map_or_else(|| class_of_parts(self.doc), Doc::value),
            },
            _ => self.doc.find(field).map_or(Value::Null, Doc::value),
        }
    }

    /// Returns the object and the names down to the column, with dots: `orders.address.city`; of the items of a list
    /// `orders.phones.[]`.
    #[must_use]
    pub fn path(&self) -> String {
        let own = self.doc.text("name").unwrap_or("?");
        let part = self.part.as_ref().map_or("", |(path, _)| path);
        match &self.parent {
            Some(parent) => format!("{}.{own}{part}", parent.path()),
            None => format!("{}.{own}{part}", self.object),
        }
    }
}

/// Returns all columns of a contract, each followed by those inside it.
pub(crate) fn columns(contract: Doc<'_>) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    let Some(objects) = contract.get("schema") else { return found };
    for object in (0..objects.len()).filter_map(|position| objects.item(position)) {
        let name = object.text("name").unwrap_or("?");
        collect(object, name, None, &mut found, 0);
    }
    found
}

/// Returns the parts of a column without a name that state a class, those inside each other too: named as `check` does.
fn parts(column: Doc<'_>) -> Vec<Part<'_>> {
    fn below<'a>(of: Doc<'a>, path: &str, found: &mut Vec<Part<'a>>, depth: usize) {
        let map = of.get("map");
        let side = |key| map.and_then(|map| map.get(key));
        let parts = [("[]", of.get("items")), ("{key}", side("key")), ("{value}", side("value"))];
        for (name, part) in parts {
            let Some(part) = part.filter(|_| depth <= crate::yaml::MAX_DEPTH) else { continue };
            let path = format!("{path}.{name}");
            if let Some(class) = part.text("classification") {
                found.push((path.as_str().into(), class));
            }
            below(part, &path, found, depth + 1);
        }
    }
    let mut found = Vec::new();
    below(column, "", &mut found, 0);
    found
}

fn class_of_parts(column: Doc<'_>) -> Value<'_> {
    parts(column).first().map_or(Value::Null, |(_, class)| Value::Text(class))
}

fn collect<'a>(
    of: Doc<'a>,
    object: &'a str,
    parent: Option<&Rc<Column<'a>>>,
    found: &mut Vec<Value<'a>>,
    depth: usize,
) {
    // Trees of files are not deeper than this either.
    if depth > crate::yaml::MAX_DEPTH {
        return;
    }
    if let Some(list) = of.get("properties") {
        for doc in (0..list.len()).filter_map(|position| list.item(position)) {
            let of = |part| Rc::new(Column { doc, object, parent: parent.cloned(), part, known: RefCell::default() });
            let column = of(None);
            found.push(Value::Column(Rc::clone(&column)));
            // Each other class that is stated for the items or a side of it counts as well.
            let parts = parts(doc);
            let own = doc.text("classification").filter(|_| !parts.is_empty());
            let mut told: Vec<&str> = own.or_else(|| parts.first().map(|(_, class)| *class)).into_iter().collect();
            for (path, class) in parts {
                if !told.contains(&class) {
                    told.push(class);
                    found.push(Value::Column(of(Some((path, class)))));
                }
            }
            collect(doc, object, Some(&column), found, depth + 1);
        }
    }
    // The item of a list and the two sides of a map have no names; what is inside them has.
    let sides = of.get("map").into_iter().flat_map(|map| [map.get("key"), map.get("value")]).flatten();
    for inner in of.get("items").into_iter().chain(sides) {
        collect(inner, object, parent, found, depth + 1);
    }
}
