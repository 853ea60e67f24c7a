//! What differs between a version of a contract and the one before it, as facts: what was, and what
//! is. Who breaks is judged by the compatibility rules, not here.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{ColumnFact, DataContract, Property, PropertyFlags, QualityRule, SchemaObject};
use crate::render::parts::{self, Sign};
use crate::render::servers;

/// One difference.
#[derive(Serialize)]
pub(super) struct ChangeRow<'a> {
    sign: Sign<'static>,
    /// The column, promise, server or rule.
    place: Cow<'a, str>,
    was: Option<Cow<'a, str>>,
    becomes: Option<Cow<'a, str>>,
}

impl ChangeRow<'_> {
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn was(&self) -> Option<&str> {
        self.was.as_deref()
    }

    pub(super) fn becomes(&self) -> Option<&str> {
        self.becomes.as_deref()
    }
}

/// Lists the differences between two versions: removed first, then changed, then added, each in the
/// order of its name.
pub(super) fn changes<'a>(base: &'a DataContract, head: &'a DataContract) -> Vec<ChangeRow<'a>> {
    let mut found = Found::default();
    found.objects(base, head);
    found.columns(base, head);
    let promise = |contract: &'a DataContract| {
        let levels = contract.service_levels.iter();
        levels.map(|level| (parts::words(&level.property), Cow::Owned(parts::level_value(level)))).collect()
    };
    found.compare("Promise", promise(base), promise(head));
    let server = |contract: &'a DataContract| {
        let place = |server| Cow::Owned(servers::address(server));
        contract.servers.iter().map(|server| (server.name.to_string(), place(server))).collect()
    };
    found.compare("Server", server(base), server(head));
    found.compare("Quality rule", quality(base), quality(head));
    let role = |contract: &'a DataContract| {
        let approvers = |role: &'a crate::model::Role| {
            let names = [role.first_level_approvers.as_deref(), role.second_level_approvers.as_deref()];
            Cow::Owned(names.into_iter().flatten().collect::<Vec<_>>().join(", then "))
        };
        contract.roles.iter().map(|role| (role.role.to_string(), approvers(role))).collect()
    };
    found.compare("Role", role(base), role(head));
    let Found { mut removed, changed, added } = found;
    removed.extend(changed);
    removed.extend(added);
    removed
}

#[derive(Default)]
struct Found<'a> {
    removed: Vec<ChangeRow<'a>>,
    changed: Vec<ChangeRow<'a>>,
    added: Vec<ChangeRow<'a>>,
}

impl<'a> Found<'a> {
    fn remove(&mut self, what: &str, place: impl Into<Cow<'a, str>>, was: Cow<'a, str>) {
        let sign = Sign::new("bad", "missed", format!("{what} removed"));
        self.removed.push(ChangeRow { sign, place: place.into(), was: stated(was), becomes: None });
    }

    fn add(&mut self, what: &str, place: impl Into<Cow<'a, str>>, becomes: Cow<'a, str>) {
        let sign = Sign::new("ok", "new", format!("{what} added"));
        self.added.push(ChangeRow { sign, place: place.into(), was: None, becomes: stated(becomes) });
    }

    fn change(&mut self, what: &str, place: impl Into<Cow<'a, str>>, was: Cow<'a, str>, becomes: Cow<'a, str>) {
        let sign = Sign::new("warn", "deprecated", format!("{what} changed"));
        self.changed.push(ChangeRow { sign, place: place.into(), was: stated(was), becomes: stated(becomes) });
    }

    fn objects(&mut self, base: &'a DataContract, head: &'a DataContract) {
        let named = |contract: &'a DataContract| -> BTreeMap<&'a str, &'a SchemaObject> {
            contract.objects.iter().map(|object| (object.name.value.as_str(), object)).collect()
        };
        let (base, head) = (named(base), named(head));
        let physical = |object: &'a SchemaObject| Cow::Borrowed(object.physical_name.as_deref().unwrap_or_default());
        for (name, object) in &base {
            match head.get(name) {
                None => self.remove("Object", *name, physical(object)),
                Some(other) if physical(object) != physical(other) => {
                    self.change("Physical name", *name, physical(object), physical(other));
                }
                Some(_) => {}
            }
        }
        for (name, object) in head.iter().filter(|(name, _)| !base.contains_key(*name)) {
            self.add("Object", *name, physical(object));
        }
    }

    /// Columns of objects that both versions have: a removed object is not listed again by column.
    fn columns(&mut self, base: &'a DataContract, head: &'a DataContract) {
        let has = |contract: &DataContract, object: &str| {
            contract.objects.iter().any(|other| other.name.value.as_str() == object)
        };
        let (old, new) = (columns(base), columns(head));
        for (path, (object, column)) in &old {
            match new.get(path) {
                None if !has(head, object) || is_below_missing(path, &new) => {}
                None => self.remove("Column", path.clone(), kind(column).into()),
                Some((_, other)) => self.column(path, column, other),
            }
        }
        for (path, (object, column)) in &new {
            if !old.contains_key(path) && has(base, object) && !is_below_missing(path, &old) {
                self.add("Column", path.clone(), kind(column).into());
            }
        }
    }

    fn column(&mut self, path: &str, base: &'a Property, head: &'a Property) {
        if kind(base) != kind(head) {
            self.change("Type", path.to_owned(), kind(base).into(), kind(head).into());
        }
        let flags = |column: &Property| {
            let words = [
                (PropertyFlags::PRIMARY_KEY, "primary key"),
                (PropertyFlags::REQUIRED, "required"),
                (PropertyFlags::UNIQUE, "unique"),
                (PropertyFlags::DEPRECATED, "deprecated"),
            ];
            let held: Vec<&str> =
                words.into_iter().filter_map(|(flag, word)| column.flags.has(flag).then_some(word)).collect();
            if held.is_empty() { "optional".to_owned() } else { held.join(", ") }
        };
        if flags(base) != flags(head) {
            self.change("Rule", path.to_owned(), flags(base).into(), flags(head).into());
        }
        let class = |column: &'a Property| column.classification().unwrap_or_default();
        if class(base) != class(head) {
            self.change("Classification", path.to_owned(), class(base).into(), class(head).into());
        }
        let allowed = |column: &'a Property| {
            let rare = column.detail.as_deref().and_then(|detail| detail.rare.as_deref());
            let options = rare.into_iter().flat_map(|rare| &rare.options);
            let options = options.map(|(name, value)| format!("{} {value}", parts::words(name)));
            let values = rare.into_iter().flat_map(|rare| rare.all(ColumnFact::AllowedValue));
            options.chain(values.map(ToString::to_string)).collect::<Vec<_>>().join(", ")
        };
        let (was, becomes) = (allowed(base), allowed(head));
        if was != becomes {
            self.change("Allowed values", path.to_owned(), was.into(), becomes.into());
        }
    }

    /// Compares two lists by name.
    fn compare(&mut self, what: &str, base: BTreeMap<String, Cow<'a, str>>, mut head: BTreeMap<String, Cow<'a, str>>) {
        for (name, was) in base {
            match head.remove(&name) {
                None => self.remove(what, name, was),
                Some(becomes) if was != becomes => self.change(what, name, was, becomes),
                Some(_) => {}
            }
        }
        for (name, becomes) in head {
            self.add(what, name, becomes);
        }
    }
}

fn stated(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(text).filter(|text| !text.is_empty())
}

/// Columns by path, with their object.
type Columns<'a> = BTreeMap<String, (&'a str, &'a Property)>;

fn columns(contract: &DataContract) -> Columns<'_> {
    let mut found = BTreeMap::new();
    for (object, columns) in contract.columns() {
        let mut path = object.name.value.to_string();
        for column in &columns {
            path.push('.');
            path.push_str(&column.name);
        }
        if let Some(column) = columns.last() {
            found.insert(path, (object.name.value.as_str(), *column));
        }
    }
    found
}

/// Says whether the column above a path is missing as a whole.
fn is_below_missing(path: &str, other: &Columns<'_>) -> bool {
    let above = path.rsplit_once('.').map(|(above, _)| above);
    above.is_some_and(|above| above.contains('.') && !other.contains_key(above))
}

fn kind(column: &Property) -> &str {
    let detail = column.detail.as_deref();
    detail.and_then(|detail| detail.physical_type.as_deref().or(detail.logical_type.as_deref())).unwrap_or_default()
}

fn quality(contract: &DataContract) -> BTreeMap<String, Cow<'_, str>> {
    let name = |rule: &QualityRule| rule.id.as_ref().or(rule.name.as_ref()).map(ToString::to_string);
    let limit = |rule: &QualityRule| -> Cow<'static, str> {
        match (&rule.operator, &rule.threshold) {
            (Some(operator), Some(threshold)) => format!("{} {threshold}", parts::words(operator)).into(),
            _ => "".into(),
        }
    };
    let of_columns = contract.columns().filter_map(|(_, columns)| columns.last()?.detail.as_deref());
    let rules = contract.objects.iter().flat_map(|object| &object.quality);
    rules
        .chain(of_columns.flat_map(|detail| &detail.quality))
        .filter_map(|rule| Some((name(rule)?, limit(rule))))
        .collect()
}
