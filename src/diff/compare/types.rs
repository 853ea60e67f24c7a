//! Types of columns: the logical one, the physical one, and the format of numbers.

use super::super::rules::{meaning, types as rules};
use super::columns::Role;
use super::lattice::{self, Step};
use super::{Found, Note, place, text, value_place};
use crate::yaml::NodeRef;

/// Options of vectors.
pub(super) const VECTOR: [&str; 6] =
    ["dimensions", "elementType", "distanceMetric", "normalized", "embeddingModel", "embeddingModelVersion"];

impl Found {
    /// Compares the types of a column; says whether what else is stated of its values compares.
    pub(super) fn types(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, role: Role) -> bool {
        let (was, is) = (text(base, "logicalType"), text(head, "logicalType"));
        if let (Some(was), Some(is)) = (&was, &is)
            && was.trim() != is.trim()
        {
            let rule = if role == Role::Element { &rules::ELEMENT_TYPE_CHANGED } else { &rules::LOGICAL_TYPE_CHANGED };
            let what = what(path, role);
            self.push(
                Note::new(rule, format!("schema.{path}.logicalType"), format!("{what} has another logical type"))
                    .values(Some(was.clone()), Some(is.clone()))
                    .places(value_place(base, "logicalType"), value_place(head, "logicalType"))
                    .column(path),
            );
            return false;
        }
        self.stated_type(base, head, path, "logicalType", role);
        self.physical_type(base, head, path, role);
        self.number_format(base, head, path);
        self.vector(base, head, path);
        true
    }

    /// A type that is stated on one side only.
    fn stated_type(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, key: &str, role: Role) {
        let (was, is) = (text(base, key), text(head, key));
        let words = if key == "logicalType" { "logical" } else { "physical" };
        let (rule, message) = match (&was, &is) {
            (Some(_), None) => {
                (&rules::TYPE_REMOVED, format!("{} no longer states its {words} type", what(path, role)))
            }
            (None, Some(_)) => (&rules::TYPE_ADDED, format!("{} states its {words} type now", what(path, role))),
            _ => return,
        };
        self.push(
            Note::new(rule, format!("schema.{path}.{key}"), message)
                .values(was, is)
                .places(value_place(base, key).or(Some(place(base))), value_place(head, key).or(Some(place(head))))
                .column(path),
        );
    }

    fn physical_type(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, role: Role) {
        let key = "physicalType";
        let (Some(was), Some(is)) = (text(base, key), text(head, key)) else {
            self.stated_type(base, head, path, key, role);
            return;
        };
        let what = what(path, role);
        let (rule, message) = match (lattice::step(&was, &is), role) {
            (Step::Same, _) => return,
            (_, Role::Element) => (&rules::ELEMENT_TYPE_CHANGED, format!("{what} has another physical type")),
            (Step::Wider, _) => (&rules::TYPE_WIDENED, format!("{what} has a wider type")),
            (Step::Narrower, _) => (&rules::TYPE_NARROWED, format!("{what} has a narrower type")),
            (Step::Changed, _) => (&rules::TYPE_CHANGED, format!("{what} has another physical type")),
        };
        self.push(
            Note::new(rule, format!("schema.{path}.{key}"), message)
                .values(Some(was), Some(is))
                .places(value_place(base, key), value_place(head, key))
                .column(path),
        );
    }

    /// The `format` of numbers is a type: `i32`, `f64`. Without one it is `i32` of an integer.
    fn number_format(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let logical = text(head, "logicalType").or_else(|| text(base, "logicalType")).unwrap_or_default();
        if !matches!(logical.as_ref(), "integer" | "number") {
            return;
        }
        let options = |node: NodeRef<'_>| text(node.get("logicalTypeOptions")?, "format").map(String::from);
        let default = || (logical == "integer").then(|| "i32".to_owned());
        let (written, becomes) = (options(base), options(head));
        // Said for the first time, or no longer, beside a type of the database that says it too.
        let is_said = |node: NodeRef<'_>| text(node, "physicalType").is_some();
        let at = |node: NodeRef<'_>| {
            node.get("logicalTypeOptions").and_then(|options| value_place(options, "format")).unwrap_or(place(node))
        };
        let full = format!("schema.{path}.logicalTypeOptions.format");
        let is_same = is_said(base) && is_said(head);
        let is_default = is_default(written.as_deref(), becomes.as_deref(), logical == "integer");
        if written.is_some() != becomes.is_some() && (is_same || is_default) {
            if becomes.is_none() {
                let message = format!("the column `{path}` no longer states its format of number");
                self.push(
                    Note::new(&meaning::DOCUMENTATION_CHANGED, full, message)
                        .values(written, becomes)
                        .places(Some(at(base)), Some(at(head)))
                        .column(path),
                );
            }
            return;
        }
        let (Some(was), Some(is)) = (written.clone().or_else(default), becomes.clone().or_else(default)) else {
            return;
        };
        let (rule, words) = match lattice::step(&was, &is) {
            Step::Same => return,
            Step::Wider => (&rules::TYPE_WIDENED, "a wider"),
            Step::Narrower => (&rules::TYPE_NARROWED, "a narrower"),
            Step::Changed => (&rules::TYPE_CHANGED, "another"),
        };
        let message = format!("the column `{path}` has {words} format of number");
        self.push(
            Note::new(rule, full, message).values(written, becomes).places(Some(at(base)), Some(at(head))).column(path),
        );
    }

    /// Vectors of another model, length or kind of number do not compare with those before.
    fn vector(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        if text(base, "logicalType").as_deref() != Some("vector") {
            return;
        }
        let (Some(from), Some(to)) = (base.get("logicalTypeOptions"), head.get("logicalTypeOptions")) else { return };
        let changed = |key: &&str| text(from, key) != text(to, key);
        let fields: Vec<&str> = VECTOR.into_iter().filter(changed).collect();
        let Some(first) = fields.first() else { return };
        let values = |node: NodeRef<'_>| {
            let value = |key: &&str| format!("{key} {}", text(node, key).unwrap_or("not stated".into()));
            fields.iter().map(value).collect::<Vec<_>>().join(", ")
        };
        let at = |node: NodeRef<'_>, options: NodeRef<'_>| value_place(options, first).unwrap_or(place(node));
        self.push(
            Note::new(
                &rules::VECTOR_CHANGED,
                format!("schema.{path}.logicalTypeOptions"),
                format!("the vectors of `{path}` are others"),
            )
            .values(Some(values(from)), Some(values(to)))
            .places(Some(at(base, from)), Some(at(head, to)))
            .column(path),
        );
    }
}

/// Says whether a format that one side alone states is the one that it has anyway.
fn is_default(was: Option<&str>, is: Option<&str>, is_integer: bool) -> bool {
    let stated = was.or(is).unwrap_or_default();
    !is_integer || lattice::step(stated, "i32") == Step::Same
}

fn what(path: &str, role: Role) -> String {
    match role {
        Role::Column => format!("the column `{path}`"),
        Role::Element => format!("what `{path}` holds"),
    }
}
