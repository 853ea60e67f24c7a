//! Limits on the values of a column: bounds, patterns, formats and lists of allowed values.

use std::collections::{BTreeMap, BTreeSet};

use super::super::change::{ChangeRule, Direction};
use super::super::rules::{meaning as meaning_rules, values as rules};
use super::limits::{self, Bound, End, Moved};
use super::types::VECTOR;
use super::{Found, Note, any_text, is_true, place, text, value_place};
use crate::yaml::NodeRef;

/// Names of the inclusive and the exclusive bound, and which end they are.
const BOUNDS: [(&str, &str, End); 8] = [
    ("minimum", "exclusiveMinimum", End::Lower),
    ("maximum", "exclusiveMaximum", End::Upper),
    ("minLength", "", End::Lower),
    ("maxLength", "", End::Upper),
    ("minItems", "", End::Lower),
    ("maxItems", "", End::Upper),
    ("minProperties", "", End::Lower),
    ("maxProperties", "", End::Upper),
];

/// Other options of the standard.
const OPTIONS: [&str; 7] =
    ["multipleOf", "pattern", "format", "timezone", "defaultTimezone", "uniqueItems", "required"];

/// A limit of a column on both sides.
struct Limit<'a, 'b, 'p> {
    base: NodeRef<'a>,
    head: NodeRef<'b>,
    path: &'p str,
    key: &'p str,
}

impl Limit<'_, '_, '_> {
    fn note(&self, rule: &'static ChangeRule, message: String) -> Note {
        let options =
            |node: NodeRef<'_>| node.get("logicalTypeOptions").and_then(|options| value_place(options, self.key));
        Note::new(rule, format!("schema.{}.logicalTypeOptions.{}", self.path, self.key), message)
            .places(
                Some(options(self.base).unwrap_or(place(self.base))),
                Some(options(self.head).unwrap_or(place(self.head))),
            )
            .column(self.path)
    }
}

impl Found {
    pub(super) fn options(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let (from, to) = (base.get("logicalTypeOptions"), head.get("logicalTypeOptions"));
        if from.is_none() && to.is_none() {
            return;
        }
        for (inclusive, exclusive, end) in BOUNDS {
            let read = |node: Option<NodeRef<'_>>| limits::bound(node?, inclusive, exclusive, end);
            let (was, is) = (read(from), read(to));
            let moved = limits::moved(was.as_ref(), is.as_ref(), end);
            let stated = |node: Option<NodeRef<'_>>| node.is_some_and(|node| node.entry(inclusive).is_some());
            let key = if stated(to) || (stated(from) && is.is_none()) || exclusive.is_empty() {
                inclusive
            } else {
                exclusive
            };
            let shown = |bound: &Option<Bound>, node: Option<NodeRef<'_>>| {
                let own = |key: &str| node.and_then(|node| text(node, key)).map(String::from);
                bound.as_ref()?;
                let words = [(inclusive, own(inclusive)), (exclusive, own(exclusive))];
                let words = words.into_iter().filter_map(|(key, value)| Some(format!("{key} {}", value?)));
                Some(words.collect::<Vec<_>>().join(", "))
            };
            self.limit(&Limit { base, head, path, key }, moved, (shown(&was, from), shown(&is, to)));
        }
        self.multiple(base, head, path);
        self.pattern(base, head, path);
        self.format(base, head, path);
        self.uniqueness_of_items(base, head, path);
        self.required_parts(base, head, path);
        self.other_options((from, to), path);
    }

    /// Options that the standard does not know.
    fn other_options(&mut self, (from, to): (Option<NodeRef<'_>>, Option<NodeRef<'_>>), path: &str) {
        let (Some(from), Some(to)) = (from, to) else { return };
        let bounds = BOUNDS.iter().flat_map(|(inclusive, exclusive, _)| [*inclusive, *exclusive]);
        let known: Vec<&str> = bounds.chain(OPTIONS).chain(VECTOR).collect();
        let fields = super::other_fields(from, to, &known);
        if !fields.is_empty() {
            let since = self.changes.len();
            let full = format!("schema.{path}.logicalTypeOptions");
            self.documented(&format!("the column `{path}`"), &full, &fields, from, to);
            self.changes[since..].iter_mut().for_each(|change| change.column = Some(path.to_owned()));
        }
    }

    fn limit(&mut self, limit: &Limit<'_, '_, '_>, moved: Moved, (was, is): (Option<String>, Option<String>)) {
        let (path, key) = (limit.path, limit.key);
        let note = match moved {
            Moved::Not => return,
            Moved::Relaxed => {
                let words = if is.is_none() { "has no limit" } else { "has a looser limit" };
                limit.note(&rules::BOUND_RELAXED, format!("the column `{path}` {words} `{key}`"))
            }
            Moved::Tightened => {
                let words = if was.is_none() { "has a new limit" } else { "has a stricter limit" };
                limit.note(&rules::BOUND_TIGHTENED, format!("the column `{path}` {words} `{key}`"))
            }
            Moved::Unclear => limit
                .note(&rules::BOUND_RELAXED, format!("the limit `{key}` of the column `{path}` cannot be compared"))
                .direction(Direction::Undetermined),
        };
        self.push(note.values(was, is));
    }

    /// `multipleOf`: a multiple of the old one allows less, a part of it more.
    fn multiple(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "multipleOf";
        let read = |node: NodeRef<'_>| text(node.get("logicalTypeOptions")?, key).map(String::from);
        let (was, is) = (read(base), read(head));
        let number = |text: &Option<String>| text.as_ref()?.parse::<f64>().ok().filter(|number| *number > 0.0);
        let is_multiple = |of: f64, number: f64| ((number / of).round() - number / of).abs() < 1e-9;
        let moved = match (&was, &is) {
            (None, None) => Moved::Not,
            (None, Some(_)) => Moved::Tightened,
            (Some(_), None) => Moved::Relaxed,
            _ => match (number(&was), number(&is)) {
                (Some(was), Some(is)) if is_multiple(was, is) && is_multiple(is, was) => Moved::Not,
                (Some(was), Some(is)) if is_multiple(was, is) => Moved::Tightened,
                (Some(was), Some(is)) if is_multiple(is, was) => Moved::Relaxed,
                _ if was == is => Moved::Not,
                _ => Moved::Unclear,
            },
        };
        self.limit(&Limit { base, head, path, key }, moved, (was, is));
    }

    fn pattern(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "pattern";
        let read = |node: NodeRef<'_>| text(node.get("logicalTypeOptions")?, key).map(String::from);
        let (was, is) = (read(base), read(head));
        let limit = Limit { base, head, path, key };
        if was.is_some() && is.is_some() && was != is {
            let message = format!("the pattern of the column `{path}` is another one");
            self.push(limit.note(&rules::PATTERN_CHANGED, message).values(was, is));
            return;
        }
        let moved = stated(was.is_some(), is.is_some());
        self.limit(&limit, moved, (was, is));
    }

    /// The `format` of texts, dates and times; that of numbers is a type. `timezone` is of the same kind.
    fn format(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let logical = text(base, "logicalType").or_else(|| text(head, "logicalType")).unwrap_or_default();
        if matches!(logical.as_ref(), "integer" | "number" | "vector") {
            return;
        }
        for key in ["format", "timezone", "defaultTimezone"] {
            let read = |node: NodeRef<'_>| text(node.get("logicalTypeOptions")?, key).map(String::from);
            let (was, is) = (read(base), read(head));
            let limit = Limit { base, head, path, key };
            if was.is_some() && is.is_some() && was != is {
                let message = format!("the column `{path}` is written in another way");
                self.push(limit.note(&rules::FORMAT_CHANGED, message).values(was, is));
            } else {
                let moved = stated(was.is_some(), is.is_some());
                self.limit(&limit, moved, (was, is));
            }
        }
    }

    fn uniqueness_of_items(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "uniqueItems";
        let read = |node: NodeRef<'_>| node.get("logicalTypeOptions").is_some_and(|options| is_true(options, key));
        let (was, is) = (read(base), read(head));
        let word = |is_set: bool| is_set.then(|| "true".to_owned());
        self.limit(&Limit { base, head, path, key }, stated(was, is), (word(was), word(is)));
    }

    /// `required` of an object lists the parts that must be there.
    fn required_parts(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let key = "required";
        let read = |node: NodeRef<'_>| -> BTreeSet<String> {
            node.get("logicalTypeOptions").into_iter().flat_map(|options| options.list(key)).map(any_text).collect()
        };
        let (was, is) = (read(base), read(head));
        let moved = if was == is {
            Moved::Not
        } else if is.is_superset(&was) {
            Moved::Tightened
        } else {
            Moved::Relaxed
        };
        let shown = |names: BTreeSet<String>| {
            let names: Vec<String> = names.into_iter().collect();
            Some(names.join(", ")).filter(|names| !names.is_empty())
        };
        self.limit(&Limit { base, head, path, key }, moved, (shown(was), shown(is)));
    }

    /// Compares `enum`.
    pub(super) fn allowed_values(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let read = |node: NodeRef<'_>| -> Option<Vec<String>> {
            let list = node.get("enum")?;
            Some(list.items().map(|item| item.get("value").map_or_else(|| any_text(item), any_text)).collect())
        };
        let (was, is) = (read(base), read(head));
        self.meanings_of_values(base, head, path);
        let missing = |from: &Option<Vec<String>>, other: &Option<Vec<String>>| -> Vec<String> {
            match (from, other) {
                (Some(from), Some(other)) => from.iter().filter(|value| !other.contains(value)).cloned().collect(),
                _ => Vec::new(),
            }
        };
        let (gone, new) = (missing(&was, &is), missing(&is, &was));
        let (rule, message) = match (was.is_some(), is.is_some(), gone.is_empty(), new.is_empty()) {
            (true, false, ..) => (&rules::ALLOWED_VALUE_ADDED, format!("the column `{path}` may hold any value now")),
            (false, true, ..) => {
                (&rules::ALLOWED_VALUE_REMOVED, format!("the column `{path}` may hold only listed values now"))
            }
            (_, _, true, true) => return,
            (_, _, true, false) => {
                (&rules::ALLOWED_VALUE_ADDED, format!("the column `{path}` may hold {} now", quoted(&new)))
            }
            (_, _, false, true) => {
                (&rules::ALLOWED_VALUE_REMOVED, format!("the column `{path}` may no longer hold {}", quoted(&gone)))
            }
            (_, _, false, false) => (
                &rules::ALLOWED_VALUES_REPLACED,
                format!("the column `{path}` may hold {} instead of {}", quoted(&new), quoted(&gone)),
            ),
        };
        let shown = |values: Option<Vec<String>>| values.map(|values| values.join(", "));
        self.push(
            Note::new(rule, format!("schema.{path}.enum"), message)
                .values(shown(was), shown(is))
                .places(
                    value_place(base, "enum").or(Some(place(base))),
                    value_place(head, "enum").or(Some(place(head))),
                )
                .column(path),
        );
    }

    /// Compares what is said of the values of `enum` that both sides have: labels, descriptions, and all else.
    fn meanings_of_values(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let known = |item: NodeRef<'_>| Some(any_text(item.get("value")?));
        let mut olds: BTreeMap<String, NodeRef<'_>> = BTreeMap::new();
        for item in base.list("enum") {
            if let Some(value) = known(item) {
                olds.entry(value).or_insert(item);
            }
        }
        for item in head.list("enum") {
            let Some((value, old)) = known(item).and_then(|value| olds.remove_entry(&value)) else { continue };
            let (full, since) = (format!("schema.{path}.enum.{value}"), self.changes.len());
            let mut reworded = vec!["value"];
            for (key, words) in [("label", "is called otherwise"), ("description", "is explained in other words")] {
                let said = |item: NodeRef<'_>| item.get(key).map(|said| any_text(said).trim().to_owned());
                let (was, is) = (said(old), said(item));
                if was == is || was.is_none() {
                    continue;
                }
                reworded.push(key);
                let message = format!("the value `{value}` of the column `{path}` {words}");
                let at = |item: NodeRef<'_>| value_place(item, key).unwrap_or(item.span());
                self.push(
                    Note::new(&meaning_rules::MEANING_REWORDED, full.clone(), message)
                        .values(was, is)
                        .places(Some(at(old)), Some(at(item))),
                );
            }
            let fields = super::other_fields(old, item, &reworded);
            if !fields.is_empty() {
                self.documented(&format!("the value `{value}` of the column `{path}`"), &full, &fields, old, item);
            }
            self.changes[since..].iter_mut().for_each(|change| change.column = Some(path.to_owned()));
        }
    }
}

/// Names the first few of many values.
pub(super) fn quoted(values: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = values.iter().take(SHOWN).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    if values.len() > SHOWN { format!("{shown} and {} more", values.len() - SHOWN) } else { shown }
}

/// A limit that is there or not.
fn stated(was: bool, is: bool) -> Moved {
    match (was, is) {
        (true, false) => Moved::Relaxed,
        (false, true) => Moved::Tightened,
        _ => Moved::Not,
    }
}
