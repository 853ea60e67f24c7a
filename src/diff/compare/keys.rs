//! Foreign keys.

use super::super::rules::values as rules;
use super::items::{self, Key};
use super::{Found, Note, place, value_place};
use crate::yaml::NodeRef;

impl Found {
    /// Compares `relationships` of an object or column.
    pub(super) fn relationships(
        &mut self,
        base: NodeRef<'_>,
        head: NodeRef<'_>,
        path: &str,
        what: &str,
        column: Option<&str>,
    ) {
        let keys: [Key; 4] = [Key::Id, Key::Text(whole), Key::Text(from), Key::Text(only)];
        let pairs = items::pair_up(items::maps(base, "relationships"), items::maps(head, "relationships"), &keys);
        let full = format!("{path}.relationships");
        let mut push = |note: Note| {
            self.push(match column {
                Some(column) => note.column(column),
                None => note,
            });
        };
        for relationship in &pairs.removed {
            let message = format!("a foreign key of {what} is removed");
            push(
                Note::new(&rules::RELATIONSHIP_REMOVED, full.clone(), message)
                    .values(shown(*relationship), None::<String>)
                    .places(value_place(*relationship, "to"), Some(place(head))),
            );
        }
        for (base, head) in pairs.both.iter().filter(|(base, head)| whole(*base) != whole(*head)) {
            let message = format!("a foreign key of {what} leads elsewhere");
            push(
                Note::new(&rules::RELATIONSHIP_CHANGED, full.clone(), message)
                    .values(shown(*base), shown(*head))
                    .places(value_place(*base, "to"), value_place(*head, "to")),
            );
        }
        for (base, head) in &pairs.both {
            let since = self.changes.len();
            self.fields(&format!("a foreign key of {what}"), &full, *base, *head, &["from", "to"]);
            if let Some(column) = column {
                self.changes[since..].iter_mut().for_each(|change| change.column = Some(column.to_owned()));
            }
            if whole(*base) == whole(*head) {
                self.silent(&full, (*base, *head), &["from", "to"], self.changes.len());
            }
        }
        let mut push = |note: Note| {
            self.push(match column {
                Some(column) => note.column(column),
                None => note,
            });
        };
        for relationship in &pairs.added {
            let message = format!("a foreign key of {what} is added");
            push(
                Note::new(&rules::RELATIONSHIP_ADDED, full.clone(), message)
                    .values(None::<String>, shown(*relationship))
                    .places(None, value_place(*relationship, "to").or(Some(place(head)))),
            );
        }
    }
}

/// Where it leads from and to.
fn whole(relationship: NodeRef<'_>) -> Option<String> {
    let to = ends(relationship, "to");
    Some(format!("{}>{}", ends(relationship, "from"), to))
}

fn from(relationship: NodeRef<'_>) -> Option<String> {
    Some(ends(relationship, "from")).filter(|from| !from.is_empty())
}

/// The keys of a column that say no more are the same key, first with first.
fn only(relationship: NodeRef<'_>) -> Option<String> {
    ends(relationship, "from").is_empty().then(String::new)
}

fn ends(relationship: NodeRef<'_>, key: &str) -> String {
    let Some(value) = relationship.get(key) else { return String::new() };
    if value.is_sequence() {
        value.items().map(super::any_text).collect::<Vec<_>>().join(", ")
    } else {
        super::any_text(value)
    }
}

fn shown(relationship: NodeRef<'_>) -> Option<String> {
    let from = ends(relationship, "from");
    let to = ends(relationship, "to");
    Some(if from.is_empty() { to } else { format!("{from} to {to}") })
}
