//! Whom the next version of a contract reaches: those who read the one before it, and what they say they read of it.

use std::collections::BTreeSet;

use crate::diff::{Level, VersionChange};
use crate::graph::{ColumnPlace, ColumnsRead, Mesh};

/// What the readers of a contract version say they read of it.
pub(super) struct Reach<'a> {
    objects: Vec<&'a str>,
    readers: Vec<ColumnsRead>,
}

/// Whom a difference reaches.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hit {
    /// It is no matter of a column or an object: it reaches everybody.
    pub(super) is_all: bool,
    /// Products that say they read what differs.
    pub(super) products: Vec<usize>,
    /// Others that may read it: they do not say what they read.
    pub(super) may: Vec<usize>,
}

/// Readers of the version before, and how many of them what breaks reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "each is a number of readers")]
pub(super) struct Blast {
    pub(super) n_readers: usize,
    /// Those that something reaches or may reach.
    pub(super) n_hit: usize,
    /// Those that say they read a column that breaks.
    pub(super) n_stated: usize,
    /// Those that do not say which columns they read.
    pub(super) n_silent: usize,
}

impl<'a> Reach<'a> {
    /// Gathers what is read of a version.
    pub(super) fn of(mesh: &'a Mesh, before: usize) -> Reach<'a> {
        let objects = mesh.contracts[before].descriptor.objects.iter().map(|object| object.name.value.as_str());
        Reach { objects: objects.collect(), readers: mesh.reads_of(before) }
    }

    pub(super) fn n_readers(&self) -> usize {
        self.readers.len()
    }

    /// Returns those who read it.
    pub(super) fn products(&self) -> impl Iterator<Item = usize> + '_ {
        self.readers.iter().map(|reader| reader.product_idx)
    }

    /// Returns whom a difference reaches, by what it is about.
    pub(super) fn hit(&self, change: &VersionChange) -> Hit {
        let object = object_of(&self.objects, change);
        let (Some(object), column) = (object, change.column.as_deref()) else {
            return Hit {
                is_all: true,
                products: self.readers.iter().map(|reader| reader.product_idx).collect(),
                may: Vec::new(),
            };
        };
        let mut hit = Hit::default();
        for reader in &self.readers {
            let mut says = reader.places.is_empty() || reader.is_partial;
            let mut reads = false;
            for place in reader.places.iter().filter(|place| place.object == object) {
                match column {
                    // Who names the whole object does not say which columns it reads.
                    Some(_) if place.column.is_empty() => says = true,
                    Some(column) => reads = reads || touches(&place.path(), column),
                    None => reads = true,
                }
            }
            if reads {
                hit.products.push(reader.product_idx);
            } else if says {
                hit.may.push(reader.product_idx);
            }
        }
        hit
    }

    /// Counts the readers that what breaks reaches.
    pub(super) fn blast(&self, found: &[VersionChange]) -> Blast {
        let breaking = || found.iter().filter(|change| change.level == Level::Breaking);
        let breaks_all = breaking().any(|change| object_of(&self.objects, change).is_none());
        let columns: BTreeSet<&str> = breaking().filter_map(|change| change.column.as_deref()).collect();
        let objects: BTreeSet<&str> = breaking()
            .filter(|change| change.column.is_none())
            .filter_map(|change| object_of(&self.objects, change))
            .collect();
        let mut blast = Blast { n_readers: self.readers.len(), n_hit: 0, n_stated: 0, n_silent: 0 };
        for reader in &self.readers {
            let is_silent = reader.places.is_empty() || reader.is_partial;
            let reads = |place: &ColumnPlace| !place.column.is_empty() && touches_any(&columns, &place.path());
            let is_stated = reader.places.iter().any(reads);
            let of_object = |place: &ColumnPlace| {
                objects.contains(place.object.as_str()) || (place.column.is_empty() && !columns.is_empty())
            };
            let may = is_silent && (!columns.is_empty() || !objects.is_empty());
            let is_hit = breaks_all || is_stated || may || reader.places.iter().any(of_object);
            blast.n_stated += usize::from(is_stated);
            blast.n_silent += usize::from(is_silent && !is_stated);
            blast.n_hit += usize::from(is_hit);
        }
        blast
    }
}

/// Returns the object that a difference is about, the one with the longest name that its path begins with.
fn object_of<'a>(objects: &[&'a str], change: &VersionChange) -> Option<&'a str> {
    let path = change.path.strip_prefix("schema.")?;
    let is_of =
        |object: &&&str| path.strip_prefix(**object).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    objects.iter().filter(is_of).max_by_key(|object| object.len()).copied()
}

/// Says whether one of two columns is the other, or holds it.
fn touches(one: &str, other: &str) -> bool {
    let holds = |above: &str, below: &str| {
        below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    holds(one, other) || holds(other, one)
}

/// Says whether a column is one of many, holds one or is a part of one.
fn touches_any(columns: &BTreeSet<&str>, path: &str) -> bool {
    let is_part = path.match_indices('.').any(|(at, _)| columns.contains(&path[..at]));
    let inside = [path, "."].concat();
    let holds = columns.range(inside.as_str()..).next().is_some_and(|column| column.starts_with(&inside));
    is_part || holds || columns.contains(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_touches_its_parts_and_what_it_is_a_part_of() {
        assert!(touches("orders.lines", "orders.lines.[].price"));
        assert!(touches("orders.lines.[].price", "orders.lines"));
        assert!(!touches("orders.amount", "orders.amount_eur"));
        let columns = BTreeSet::from(["orders.amount", "orders.lines.[].price"]);
        assert!(touches_any(&columns, "orders.lines"));
        assert!(touches_any(&columns, "orders.amount.currency"));
        assert!(!touches_any(&columns, "orders.amount_eur"));
    }
}
