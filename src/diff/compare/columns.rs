//! Objects and their columns: gone, new, renamed, and what of each changed.

use std::collections::BTreeMap;

use super::super::change::{ChangeRule, Direction};
use super::super::rules::{columns as rules, meaning, types as type_rules, values};
use super::{Found, Note, entry_place, is_true, items, name_of, place, text, value_place};
use crate::source::Span;
use crate::yaml::NodeRef;

/// What a column is to the one above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It has a name of its own.
    Column,
    /// The items of a list, or the keys or values of a map.
    Element,
}

const OBJECT_FIELDS: [&str; 9] = [
    "name",
    "physicalName",
    "physicalType",
    "properties",
    "relationships",
    "quality",
    "authoritativeDefinitions",
    "description",
    "businessName",
];

/// Fields of a column that may differ and mean the same.
const SPELT: [&str; 8] = [
    "physicalType",
    "logicalType",
    "logicalTypeOptions",
    "required",
    "unique",
    "enum",
    "classification",
    "semanticType",
];

const COLUMN_FIELDS: [&str; 17] = [
    "name",
    "physicalType",
    "logicalType",
    "logicalTypeOptions",
    "required",
    "unique",
    "enum",
    "items",
    "map",
    "properties",
    "relationships",
    "quality",
    "classification",
    "semanticType",
    "authoritativeDefinitions",
    "description",
    "businessName",
];

impl Found {
    pub(super) fn object(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        let (was, is) = (name_of(base), name_of(head));
        let path = format!("schema.{was}");
        let since = self.changes.len();
        if was != is {
            let message = format!("the object `{was}` is renamed to `{is}`");
            self.push(
                Note::new(&rules::RENAMED_OBJECT, path.clone(), message)
                    .values(Some(was.clone()), Some(is.clone()))
                    .places(Some(place(base)), Some(place(head))),
            );
        }
        self.physical_name(base, head, &path, &format!("the object `{was}`"), None);
        self.physical_type_of_object(base, head, &path);
        // First, so that its columns know what is told of them.
        let n_known = self.changes.len();
        self.primary_key(base, head, &was);
        self.other_key = (self.changes.len() > n_known).then(|| was.to_string());
        self.properties(base, head, &was);
        self.relationships(base, head, &path, &format!("`{was}`"), None);
        self.quality(base, head, &path, &format!("`{was}`"), None);
        self.bound_terms(&path, &was, base, head);
        let handled = with_new_id(&OBJECT_FIELDS, base);
        self.fields(&format!("the object `{was}`"), &path, base, head, &handled);
        let spelt: &[&str] = if handled.contains(&"id") {
            &["id", "physicalName", "physicalType"]
        } else {
            &["physicalName", "physicalType"]
        };
        self.silent(&path, (base, head), spelt, since);
    }

    fn physical_name(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, what: &str, column: Option<&str>) {
        // Without one it is the name, whose change is told as such.
        let (was, is) = (text(base, "physicalName"), text(head, "physicalName"));
        let effective =
            |stated: &Option<std::borrow::Cow<'_, str>>, node| stated.clone().unwrap_or(name_of(node)).into_owned();
        let is_renamed_alike = was.is_none() && is.is_none();
        if is_renamed_alike || effective(&was, base) == effective(&is, head) {
            return;
        }
        let message = format!("{what} has another physical name");
        let note =
            Note::new(&rules::PHYSICAL_NAME_CHANGED, format!("{path}.physicalName"), message).values(was, is).places(
                value_place(base, "physicalName").or(Some(place(base))),
                value_place(head, "physicalName").or(Some(place(head))),
            );
        self.push(match column {
            Some(column) => note.column(column),
            None => note,
        });
    }

    fn physical_type_of_object(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let (was, is) = (text(base, "physicalType"), text(head, "physicalType"));
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        let name = name_of(base);
        let (was, is) = match (was, is) {
            (Some(was), Some(is)) => (was, is),
            (was, is) => {
                if was.is_some() || is.is_some() {
                    let words = if was.is_some() { "no longer says" } else { "says now" };
                    let message = format!("the object `{name}` {words} which kind of thing it is");
                    self.push(
                        Note::new(&meaning::DOCUMENTATION_CHANGED, format!("{path}.physicalType"), message)
                            .values(was, is)
                            .places(
                                value_place(base, "physicalType").or(Some(place(base))),
                                value_place(head, "physicalType").or(Some(place(head))),
                            ),
                    );
                }
                return;
            }
        };
        if same(&was, &is) {
            return;
        }
        let message = format!("the object `{name}` is another kind of thing");
        self.push(
            // A view reads as the table did; a topic does not.
            Note::new(&type_rules::TYPE_CHANGED, format!("{path}.physicalType"), message)
                .direction(Direction::Undetermined)
                .values(Some(was), Some(is))
                .places(value_place(base, "physicalType"), value_place(head, "physicalType")),
        );
    }

    /// Compares the columns of an object, or the parts of a column. `above` is the path in the base.
    pub(super) fn properties(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, above: &str) {
        let pairs =
            items::pair_up(items::maps(base, "properties"), items::maps(head, "properties"), &items::BY_ID_AND_NAME);
        for column in &pairs.removed {
            let path = format!("{above}.{}", name_of(*column));
            let message = format!("the column `{path}` is removed");
            self.push(
                Note::new(&rules::REMOVED_COLUMN, format!("schema.{path}"), message)
                    .values(Some(describe(*column)), None::<String>)
                    .places(Some(place(*column)), Some(place(head)))
                    .column(&path),
            );
        }
        for (base, head) in &pairs.both {
            let path = format!("{above}.{}", name_of(*base));
            self.column(*base, *head, &path, Role::Column);
        }
        for column in &pairs.added {
            let path = format!("{above}.{}", name_of(*column));
            let is_required = is_true(*column, "required");
            let classes = sorted(all_classes(*column));
            let class =
                if classes.is_empty() { String::new() } else { format!(", classified `{}`", classes.join("`, `")) };
            let (rule, message) = if is_required {
                (&rules::ADDED_REQUIRED_COLUMN, format!("the required column `{path}` is added{class}"))
            } else {
                (&rules::ADDED_COLUMN, format!("the column `{path}` is added{class}"))
            };
            self.push(
                Note::new(rule, format!("schema.{path}"), message)
                    .values(None::<String>, Some(describe(*column)))
                    .places(None, Some(place(*column))),
            );
        }
    }

    /// Compares a column with itself. `path` is `object.column` in the base.
    pub(super) fn column(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, role: Role) {
        let (was, is) = (name_of(base), name_of(head));
        let full = format!("schema.{path}");
        let since = self.changes.len();
        if role == Role::Column && was != is {
            let message = format!("the column `{path}` is renamed to `{is}`");
            self.push(
                Note::new(&rules::RENAMED_COLUMN, full.clone(), message)
                    .values(Some(was), Some(is))
                    .places(Some(place(base)), Some(place(head)))
                    .column(path),
            );
        }
        if role == Role::Column {
            self.physical_name(base, head, &full, &format!("the column `{path}`"), Some(path));
        }
        // Of another type no limit, part or item compares with what it was.
        let is_comparable = self.types(base, head, path, role);
        if is_comparable {
            self.options(base, head, path);
            self.allowed_values(base, head, path);
            self.properties(base, head, path);
            self.elements(base, head, path);
        }
        self.flags(base, head, path);
        self.relationships(base, head, &full, &format!("`{path}`"), Some(path));
        self.quality(base, head, &full, &format!("`{path}`"), Some(path));
        self.classification(base, head, path);
        self.semantic_type(base, head, path);
        self.bound_terms(&full, path, base, head);
        let mut handled = with_new_id(&COLUMN_FIELDS, base);
        let mut spelt = SPELT.to_vec();
        if handled.contains(&"id") {
            spelt.push("id");
        }
        if role == Role::Column {
            handled.push("physicalName");
            spelt.push("physicalName");
        }
        // The key is told where its object is; of parts of columns, and of the order of its columns, it is told here.
        let above = path.rsplit_once('.').map_or("", |(above, _)| above);
        if self.other_key.as_deref() == Some(above) {
            handled.extend(["primaryKey", "primaryKeyPosition"]);
        } else if is_true(base, "primaryKey") == is_true(head, "primaryKey") {
            handled.push("primaryKey");
            spelt.push("primaryKey");
        }
        self.fields(&format!("the column `{path}`"), &full, base, head, &handled);
        if !is_comparable {
            spelt.retain(|key| !matches!(*key, "physicalType" | "logicalTypeOptions" | "enum"));
        }
        self.silent(&full, (base, head), &spelt, since);
    }

    /// Compares the items of a list, the keys and values of a map.
    fn elements(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        self.element((base, head), |column| column.get("items"), &format!("{path}.[]"));
        self.element((base, head), |column| column.get("map")?.get("key"), &format!("{path}.{{key}}"));
        self.element((base, head), |column| column.get("map")?.get("value"), &format!("{path}.{{value}}"));
    }

    /// Compares one of them. What only one side says is there is told part by part, as the columns of an object are.
    fn element(
        &mut self,
        (base, head): (NodeRef<'_>, NodeRef<'_>),
        of: impl Fn(NodeRef<'_>) -> Option<NodeRef<'_>>,
        path: &str,
    ) {
        match (of(base), of(head)) {
            (Some(base), Some(head)) => self.column(base, head, path, Role::Element),
            (Some(base), None) => {
                self.properties(base, head, path);
                self.elements(base, head, path);
                let rule = &type_rules::TYPE_REMOVED;
                self.said_element((base, rule), (place(base), place(head)), path, "is no longer stated");
            }
            (None, Some(head)) => {
                self.properties(base, head, path);
                self.elements(base, head, path);
                let rule = &type_rules::TYPE_ADDED;
                self.said_element((head, rule), (place(base), place(head)), path, "is stated now");
            }
            (None, None) => {}
        }
    }

    /// Tells that one side alone says of which type the elements are; parts with names are told themselves.
    fn said_element(
        &mut self,
        (element, rule): (NodeRef<'_>, &'static ChangeRule),
        (base, head): (Span, Span),
        path: &str,
        words: &str,
    ) {
        let stated = text(element, "physicalType").or_else(|| text(element, "logicalType"));
        let Some(stated) = stated.filter(|_| element.get("properties").is_none()) else { return };
        let (was, is) = if rule.meta.code == type_rules::TYPE_REMOVED.meta.code {
            (Some(stated), None)
        } else {
            (None, Some(stated))
        };
        self.push(
            Note::new(rule, format!("schema.{path}"), format!("the type of `{path}` {words}"))
                .values(was, is)
                .places(Some(base), Some(head))
                .column(path),
        );
    }

    fn flags(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str) {
        let flags = [
            (
                "required",
                &values::COLUMN_MADE_OPTIONAL,
                "may be null now",
                &values::COLUMN_MADE_REQUIRED,
                "is required now",
            ),
            (
                "unique",
                &values::UNIQUENESS_DROPPED,
                "need no longer be unique",
                &values::UNIQUENESS_ADDED,
                "must be unique now",
            ),
        ];
        for (key, off, off_words, on, on_words) in flags {
            let (was, is) = (is_true(base, key), is_true(head, key));
            if was == is {
                continue;
            }
            let (rule, words) = if was { (off, off_words) } else { (on, on_words) };
            self.push(
                Note::new(rule, format!("schema.{path}.{key}"), format!("the column `{path}` {words}"))
                    .values(Some(was.to_string()), Some(is.to_string()))
                    .places(value_place(base, key).or(Some(place(base))), value_place(head, key).or(Some(place(head))))
                    .column(path),
            );
        }
    }

    /// Compares which columns are the key. A key column that is removed or renamed is told as that.
    fn primary_key(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, object: &str) {
        let pairs =
            items::pair_up(items::maps(base, "properties"), items::maps(head, "properties"), &items::BY_ID_AND_NAME);
        let names: BTreeMap<String, String> =
            pairs.both.iter().map(|(base, head)| (name_of(*base).into_owned(), name_of(*head).into_owned())).collect();
        let key = |node: NodeRef<'_>| {
            let mut columns: Vec<(i64, String)> = items::maps(node, "properties")
                .into_iter()
                .filter(|column| is_true(*column, "primaryKey"))
                .map(|column| {
                    let position = column.get("primaryKeyPosition").and_then(NodeRef::as_i64).unwrap_or(-1);
                    (position, name_of(column).into_owned())
                })
                .collect();
            columns.sort_by_key(|(position, _)| *position);
            columns.into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        let (was, is) = (key(base), key(head));
        let kept: Vec<&String> = was.iter().filter_map(|name| names.get(name)).collect();
        // The order of its columns finds the same rows.
        let is_same = kept.iter().all(|name| is.contains(name)) && is.iter().all(|name| kept.contains(&name));
        if is_same {
            return;
        }
        let joined = |names: &[String]| Some(names.join(", ")).filter(|names| !names.is_empty());
        let message = format!("the primary key of `{object}` is another one");
        let at = |node: NodeRef<'_>, other: &[String]| {
            let columns = items::maps(node, "properties");
            let differs = |column: &NodeRef<'_>| {
                is_true(*column, "primaryKey") != other.iter().any(|name| *name == *name_of(*column))
            };
            columns.into_iter().find(differs).map(|column| value_place(column, "primaryKey").unwrap_or(place(column)))
        };
        let kept: Vec<String> = kept.into_iter().cloned().collect();
        let base_place = at(base, &is).or(entry_place(base, "properties"));
        self.push(
            Note::new(&values::PRIMARY_KEY_CHANGED, format!("schema.{object}.primaryKey"), message)
                .values(joined(&was), joined(&is))
                .places(base_place, at(head, &kept).or(Some(place(head)))),
        );
    }
}

/// Adds an id that is stated for the first time: nothing was known by it. Another one, or none, is told.
fn with_new_id(handled: &[&'static str], base: NodeRef<'_>) -> Vec<&'static str> {
    let is_new = text(base, "id").is_none();
    handled.iter().copied().chain(is_new.then_some("id")).collect()
}

/// Returns the class of a column where it says more than that the data is not for everybody: who reads it has to protect
/// it, and may need an agreement first.
fn telling_class(column: NodeRef<'_>) -> Option<String> {
    let class = text(column, "classification")?;
    let class = class.trim();
    let is_common = ["public", "open", "internal"].iter().any(|word| class.eq_ignore_ascii_case(word));
    (!class.is_empty() && !is_common).then(|| class.to_owned())
}

/// Returns those classes of all columns of an object, of parts of columns too, each once.
pub(super) fn telling_classes(object: NodeRef<'_>) -> Vec<String> {
    sorted(items::maps(object, "properties").into_iter().flat_map(all_classes).collect())
}

fn sorted(mut classes: Vec<String>) -> Vec<String> {
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Returns those classes of a column and of all its parts.
fn all_classes(column: NodeRef<'_>) -> Vec<String> {
    let map = column.get("map");
    let elements = [column.get("items"), map.and_then(|map| map.get("key")), map.and_then(|map| map.get("value"))];
    let mut classes: Vec<String> = telling_class(column).into_iter().chain(telling_classes(column)).collect();
    classes.extend(elements.into_iter().flatten().flat_map(all_classes));
    classes
}

/// Says what a column is: `decimal(18,2), required, personal`.
fn describe(column: NodeRef<'_>) -> String {
    let kind = text(column, "physicalType").or_else(|| text(column, "logicalType"));
    let words = [
        kind.map_or_else(|| "a column".to_owned(), std::borrow::Cow::into_owned),
        if is_true(column, "required") { "required".to_owned() } else { String::new() },
        if is_true(column, "primaryKey") { "primary key".to_owned() } else { String::new() },
        sorted(all_classes(column)).join(", "),
    ];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}
