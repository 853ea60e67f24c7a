//! What things mean: their class, their terms, and the words that explain them.

use std::collections::BTreeSet;

use super::super::change::Direction;
use super::super::rules::meaning as rules;
use super::{Found, Note, any_text, entry_place, place, text, value_place};
use crate::source::Span;
use crate::yaml::NodeRef;

/// The `type` of an authoritative definition that binds a thing to a term of a glossary.
const BINDING_TYPES: [&str; 3] = ["semanticDefinition", "glossary", "businessDefinition"];
/// Words of `classification`, from open to closed.
const CLASSES: [&[&str]; 4] =
    [&["public", "open"], &["internal"], &["confidential", "personal", "pii", "sensitive"], &["restricted", "secret"]];

impl Found {
    pub(super) fn classification(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "classification";
        let (was, is) = (text(base, key), text(head, key));
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        if same(was.as_deref().unwrap_or_default(), is.as_deref().unwrap_or_default()) {
            return;
        }
        let rank = |class: &str| {
            let class = class.trim().to_lowercase();
            CLASSES.iter().position(|words| words.contains(&class.as_str()))
        };
        let ranks = (was.as_deref().and_then(rank), is.as_deref().and_then(rank));
        let words = match ranks {
            (Some(was), Some(is)) if is > was => "is classified higher",
            (Some(was), Some(is)) if is < was => "is classified lower",
            _ if was.is_none() => "is classified now",
            _ if is.is_none() => "is no longer classified",
            _ => "is classified in another way",
        };
        self.push(
            Note::new(
                &rules::CLASSIFICATION_CHANGED,
                format!("schema.{path}.{key}"),
                format!("the column `{path}` {words}"),
            )
            .values(was, is)
            .places(value_place(base, key).or(Some(place(base))), value_place(head, key).or(Some(place(head))))
            .column(path),
        );
    }

    pub(super) fn semantic_type(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "semanticType";
        let (was, is) = (text(base, key), text(head, key));
        if was == is {
            return;
        }
        let message = format!("the column `{path}` has another semantic type");
        self.push(
            Note::new(&rules::SEMANTIC_TYPE_CHANGED, format!("schema.{path}.{key}"), message)
                .values(was, is)
                .places(value_place(base, key).or(Some(place(base))), value_place(head, key).or(Some(place(head))))
                .column(path),
        );
    }

    /// Compares the terms that a thing is bound to.
    pub(super) fn bound_terms(&mut self, path: &str, what: &str, base: NodeRef<'_>, head: NodeRef<'_>) {
        let key = "authoritativeDefinitions";
        let terms = |node: NodeRef<'_>| -> BTreeSet<String> {
            let binds =
                |item: &NodeRef<'_>| text(*item, "type").is_some_and(|kind| BINDING_TYPES.contains(&kind.as_ref()));
            node.list(key).filter(binds).filter_map(|item| text(item, "url").map(String::from)).collect()
        };
        let (was, is) = (terms(base), terms(head));
        let json = |node: NodeRef<'_>| node.get(key).map(NodeRef::to_json);
        let what = if what.is_empty() { "the contract".to_owned() } else { format!("`{what}`") };
        if was == is {
            if json(base) != json(head) {
                self.documented(&what, path, &[key.to_owned()], base, head);
            }
            return;
        }
        let (direction, words) = if was.is_empty() {
            // It is said for the first time what it means.
            (Direction::Neutral, "is bound to a term")
        } else if is.is_superset(&was) {
            (Direction::Neutral, "is bound to one more term")
        } else if is.is_empty() {
            (Direction::Undetermined, "is no longer bound to a term")
        } else {
            (Direction::Undetermined, "is bound to another term")
        };
        let joined = |terms: BTreeSet<String>| {
            let terms: Vec<String> = terms.into_iter().collect();
            Some(terms.join(", ")).filter(|terms| !terms.is_empty())
        };
        let at = |node: NodeRef<'_>| entry_place(node, key).unwrap_or(place(node));
        let note = Note::new(&rules::BOUND_TERM_CHANGED, format!("{path}.{key}"), format!("{what} {words}"))
            .direction(direction)
            .values(joined(was), joined(is))
            .places(Some(at(base)), Some(at(head)));
        self.push(match path.strip_prefix("schema.") {
            Some(column) => note.column(column),
            None => note,
        });
    }

    /// Compares all fields that no other rule looks at, and the words that explain a thing.
    pub(super) fn fields(&mut self, what: &str, path: &str, base: NodeRef<'_>, head: NodeRef<'_>, handled: &[&str]) {
        let mut changed = other_fields(base, head, handled);
        let mut words = Vec::new();
        for key in ["description", "businessName"] {
            let (was, is) = (text(base, key), text(head, key));
            if was.as_deref().map(str::trim) != is.as_deref().map(str::trim) {
                if base.entry("name").is_some() || handled.contains(&key) {
                    words.push(key);
                }
            } else if was != is {
                // The blanks at the end of a text.
                changed.retain(|field| field != key);
                self.respell(path, key, base, head);
            }
        }
        let unit = |node: NodeRef<'_>| custom(node, "unit");
        if unit(base) != unit(head) {
            words.push("customProperties");
        }
        if let Some(first) = words.first() {
            let at = |node: NodeRef<'_>| value_place(node, first).unwrap_or(place(node));
            self.reworded(what, path, &words.join(", "), (at(base), at(head)));
        }
        let left: Vec<String> = changed.into_iter().filter(|key| !words.contains(&key.as_str())).collect();
        if !left.is_empty() {
            self.documented(what, path, &left, base, head);
        }
    }

    pub(super) fn reworded(&mut self, what: &str, path: &str, fields: &str, (base, head): (Span, Span)) {
        self.push(
            Note::new(&rules::MEANING_REWORDED, path, format!("{what} is explained in other words: {fields}"))
                .places(Some(base), Some(head)),
        );
    }

    pub(super) fn documented(
        &mut self,
        what: &str,
        path: &str,
        fields: &[String],
        base: NodeRef<'_>,
        head: NodeRef<'_>,
    ) {
        let message = match (what, fields) {
            ("the contract", [only]) if only == "name" => "the contract has another name".to_owned(),
            ("the description", [only]) if only == "purpose" => "the purpose is reworded".to_owned(),
            _ => format!("{what} says something else beside its promises: {}", fields.join(", ")),
        };
        let at = |node: NodeRef<'_>| fields.iter().find_map(|key| value_place(node, key)).unwrap_or(place(node));
        let only = |node: NodeRef<'_>| match fields {
            [only] => node.get(only).filter(|value| value.scalar_text().is_some()).map(any_text),
            _ => None,
        };
        self.push(
            Note::new(&rules::DOCUMENTATION_CHANGED, path, message)
                .values(only(base), only(head))
                .places(Some(at(base)), Some(at(head))),
        );
    }
}

/// Returns the fields whose value differs, those of the base first, each once.
pub(in super::super) fn other_fields(base: NodeRef<'_>, head: NodeRef<'_>, handled: &[&str]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for node in [base, head] {
        for (key, _) in node.entries() {
            if let Some(key) = key.as_str().filter(|key| !handled.contains(key))
                && !keys.iter().any(|known| known == key)
            {
                keys.push(key.to_owned());
            }
        }
    }
    keys.retain(|key| base.get(key).map(NodeRef::to_json) != head.get(key).map(NodeRef::to_json));
    keys
}

/// Returns the value of a custom property.
fn custom(node: NodeRef<'_>, property: &str) -> Option<String> {
    let mut own = node.list("customProperties").filter(|item| text(*item, "property").as_deref() == Some(property));
    own.next()?.get("value").map(any_text)
}
