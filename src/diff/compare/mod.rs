//! Two documents of one thing, field by field. Takes their trees, gives changes with both places; knows
//! neither the mesh nor who reads what.

mod access;
mod columns;
mod items;
mod keys;
mod lattice;
mod limits;
mod meaning;
mod options;
mod promises;
mod types;

use std::borrow::Cow;

use super::change::{ChangeRule, Direction, Gate, Raw};
use super::rules::{columns as column_rules, governance, life, meaning as meaning_rules};
use crate::source::Span;
use crate::yaml::NodeRef;

pub(super) use meaning::other_fields;
pub(super) use promises::is_life;

/// Compares two documents of a contract.
pub(super) fn contracts(base: NodeRef<'_>, head: NodeRef<'_>) -> Vec<Raw> {
    let mut found = Found::default();
    found.objects(base, head);
    found.promises_of_contract(base, head);
    found.access(base, head);
    found.status(base, head);
    found.bound_terms("contract", "", base, head);
    let is_told = found.owner(base, head);
    let mut handled = vec![
        "apiVersion",
        "kind",
        "id",
        "version",
        "status",
        "schema",
        "slaProperties",
        "servers",
        "roles",
        "price",
        "description",
        "authoritativeDefinitions",
    ];
    if is_told {
        handled.push("team");
    }
    found.fields("the contract", "contract", base, head, &handled);
    found.changes
}

/// The changes of one pair of documents as they are found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Raw>,
}

/// One change before it is noted.
struct Note {
    rule: &'static ChangeRule,
    direction: Direction,
    gate: Gate,
    path: String,
    message: String,
    before: Option<String>,
    after: Option<String>,
    base: Option<Span>,
    head: Option<Span>,
    column: Option<String>,
}

impl Note {
    fn new(rule: &'static ChangeRule, path: impl Into<String>, message: impl Into<String>) -> Note {
        Note {
            rule,
            direction: rule.direction,
            gate: Gate::Version,
            path: path.into(),
            message: message.into(),
            before: None,
            after: None,
            base: None,
            head: None,
            column: None,
        }
    }

    fn values(mut self, before: Option<impl Into<String>>, after: Option<impl Into<String>>) -> Note {
        self.before = before.map(Into::into);
        self.after = after.map(Into::into);
        self
    }

    fn places(mut self, base: Option<Span>, head: Option<Span>) -> Note {
        self.base = base;
        self.head = head;
        self
    }

    /// Names the column, by its path in the base.
    fn column(mut self, path: &str) -> Note {
        self.column = Some(path.to_owned()).filter(|path| path.contains('.'));
        self
    }

    fn direction(mut self, direction: Direction) -> Note {
        self.direction = direction;
        self
    }

    fn gate(mut self, gate: Gate) -> Note {
        self.gate = gate;
        self
    }
}

impl Found {
    fn push(&mut self, note: Note) {
        let Note { rule, direction, gate, path, message, before, after, base, head, column } = note;
        self.changes.push(Raw { rule, direction, gate, path, message, before, after, base, head, column });
    }

    /// Compares `schema`.
    fn objects(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let pairs = items::pair_up(items::maps(base, "schema"), items::maps(head, "schema"), &items::BY_ID_AND_NAME);
        let schema = entry_place(head, "schema").unwrap_or(place(head));
        for object in &pairs.removed {
            let name = name_of(*object);
            let message = format!("the object `{name}` is removed");
            self.push(
                Note::new(&column_rules::REMOVED_OBJECT, format!("schema.{name}"), message)
                    .values(Some(describe_object(*object)), None::<String>)
                    .places(Some(place(*object)), Some(schema)),
            );
        }
        for (base, head) in &pairs.both {
            self.object(*base, *head);
        }
        for object in &pairs.added {
            let name = name_of(*object);
            let classes = columns::telling_classes(*object);
            let classes = if classes.is_empty() {
                String::new()
            } else {
                format!(", with columns classified `{}`", classes.join("`, `"))
            };
            let message = format!("the object `{name}` is added{classes}");
            self.push(
                Note::new(&column_rules::ADDED_OBJECT, format!("schema.{name}"), message)
                    .values(None::<String>, Some(describe_object(*object)))
                    .places(None, Some(place(*object))),
            );
        }
    }

    /// Compares the team that owns the contract; says whether it is another one.
    fn owner(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) -> bool {
        // Before 3.1 `team` is a list of people.
        let team = |root: NodeRef<'_>| text(root.get("team")?, "name").map(|name| name.trim().to_owned());
        let (was, is) = (team(base), team(head));
        if was == is {
            return false;
        }
        let words = match (&was, &is) {
            (_, None) => "names no owner any more",
            (None, _) => "names its owner now",
            _ => "has another owner",
        };
        let at = |root: NodeRef<'_>| {
            let name = root.get("team").and_then(|team| value_place(team, "name"));
            name.or(entry_place(root, "team")).or(Some(id_place(root)))
        };
        self.push(
            Note::new(&governance::OWNER_CHANGED, "team.name", format!("the contract {words}"))
                .gate(Gate::Decision)
                .values(was, is)
                .places(at(base), at(head)),
        );
        true
    }

    /// Compares `status`: where a version stands in its life.
    fn status(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let word = |node: NodeRef<'_>| crate::model::status_word(&text(node, "status").unwrap_or_default());
        let (was, is) = (word(base), word(head));
        if was == is {
            return;
        }
        let (rule, message) = match is.as_str() {
            "deprecated" => (&life::DEPRECATED_CONTRACT, "the contract is deprecated"),
            "retired" => (&life::RETIRED_CONTRACT, "the contract is retired"),
            "draft" | "proposed" if !matches!(was.as_str(), "draft" | "proposed") => {
                (&life::WITHDRAWN_CONTRACT, "the contract is a draft again")
            }
            _ => (&meaning_rules::DOCUMENTATION_CHANGED, "the status of the contract changes"),
        };
        let stated = |word: crate::model::Text| Some(word).filter(|word| !word.is_empty());
        self.push(
            Note::new(rule, "status", message)
                .values(stated(was), stated(is))
                .places(value_place(base, "status"), value_place(head, "status").or(Some(id_place(head))))
                .gate(Gate::Readers),
        );
    }
}

fn describe_object(object: NodeRef<'_>) -> String {
    let kind = text(object, "physicalType").unwrap_or(Cow::Borrowed("object"));
    let n_columns = object.list("properties").count();
    let columns = format!("{kind}, {n_columns} {}", if n_columns == 1 { "column" } else { "columns" });
    std::iter::once(columns).chain(columns::telling_classes(object)).collect::<Vec<_>>().join(", ")
}

/// Returns the scalar under a key as the file wrote it.
fn text<'a>(node: NodeRef<'a>, key: &str) -> Option<Cow<'a, str>> {
    node.get(key)?.scalar_text()
}

/// Returns the name of an object, column, server, ...; empty when it has none.
fn name_of(node: NodeRef<'_>) -> Cow<'_, str> {
    text(node, "name").unwrap_or_default()
}

/// Returns any value as one text: a scalar as written, a list or map as JSON.
fn any_text(node: NodeRef<'_>) -> String {
    node.scalar_text().map_or_else(|| node.to_json().to_string(), Cow::into_owned)
}

/// Returns where a thing stands: its name, else its first key.
fn place(node: NodeRef<'_>) -> Span {
    let named = node.get("name").map(NodeRef::span);
    named.or_else(|| node.entries().next().map(|(key, _)| key.span())).unwrap_or(node.span())
}

/// Returns where the value of a key stands; of a list or map its key, which is shorter.
fn value_place(node: NodeRef<'_>, key: &str) -> Option<Span> {
    let (name, value) = node.entry(key)?;
    Some(if value.is_mapping() || value.is_sequence() || value.is_null() { name.span() } else { value.span() })
}

/// Returns where a key stands.
fn entry_place(node: NodeRef<'_>, key: &str) -> Option<Span> {
    node.entry(key).map(|(key, _)| key.span())
}

/// Returns where the id of a document stands.
fn id_place(root: NodeRef<'_>) -> Span {
    value_place(root, "id").unwrap_or(place(root))
}

fn is_true(node: NodeRef<'_>, key: &str) -> bool {
    node.get(key).and_then(NodeRef::as_bool).unwrap_or(false)
}
