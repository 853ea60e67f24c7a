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

#[cfg(test)]
mod tests;

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
    // Of a team that is another one, what else is said of it is told as well.
    let team = |root: NodeRef<'_>| root.get("team").map(NodeRef::to_json).unwrap_or_default();
    let is_named_alone = |team: serde_json::Value| match team {
        serde_json::Value::Object(mut team) => {
            team.remove("name");
            serde_json::Value::Object(team)
        }
        team => team,
    };
    if is_told && is_named_alone(team(base)) == is_named_alone(team(head)) {
        handled.push("team");
    }
    found.fields("the contract", "contract", base, head, &handled);
    found.respelt(base, head);
    found.changes
}

/// The changes of one pair of documents as they are found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) changes: Vec<Raw>,
    /// What differs and is told by no rule, because it promises the same: `required: false` and nothing, `"5432"` and
    /// `5432`.
    respelt: Vec<Respelt>,
    /// The object that is compared, where it is told that its primary key is another one.
    other_key: Option<String>,
}

/// A field that is written in another way.
struct Respelt {
    path: String,
    base: Span,
    head: Span,
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

    /// Notes a field that is written in another way, and promises the same.
    fn respell(&mut self, path: &str, key: &str, base: NodeRef<'_>, head: NodeRef<'_>) {
        let at = |node: NodeRef<'_>| value_place(node, key).unwrap_or(place(node));
        self.respelt.push(Respelt { path: format!("{path}.{key}"), base: at(base), head: at(head) });
    }

    /// Notes those of the fields of a thing that differ while no change since the `since`th is about them.
    fn silent(&mut self, path: &str, (base, head): (NodeRef<'_>, NodeRef<'_>), keys: &[&str], since: usize) {
        for key in keys {
            if base.get(key).map(NodeRef::to_json) == head.get(key).map(NodeRef::to_json) {
                continue;
            }
            let own = format!("{path}.{key}");
            let is_told = |change: &Raw| {
                change.path.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            if !self.changes[since..].iter().any(is_told) {
                self.respell(path, key, base, head);
            }
        }
    }

    /// Tells in one row what is only written in another way, so that nothing that differs goes without a word.
    fn respelt(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        const SHOWN: usize = 3;
        let respelt = std::mem::take(&mut self.respelt);
        let note = match respelt.first() {
            Some(first) => {
                let mut shown =
                    respelt.iter().take(SHOWN).map(|field| format!("`{}`", field.path)).collect::<Vec<_>>().join(", ");
                if respelt.len() > SHOWN {
                    shown.push_str(&format!(" and {} more", respelt.len() - SHOWN));
                }
                let message = format!("the contract is written in another way, and promises the same: {shown}");
                Note::new(&meaning_rules::DOCUMENTATION_CHANGED, first.path.clone(), message)
                    .places(Some(first.base), Some(first.head))
            }
            None if self.changes.is_empty() => {
                let fields = other_fields(base, head, &["version"]);
                let Some(first) = fields.first() else { return };
                let message =
                    format!("the contract is written in another way, and promises the same: {}", fields.join(", "));
                let at = |root: NodeRef<'_>| entry_place(root, first).unwrap_or(id_place(root));
                Note::new(&meaning_rules::DOCUMENTATION_CHANGED, first.clone(), message)
                    .places(Some(at(base)), Some(at(head)))
            }
            None => return,
        };
        self.push(note);
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
