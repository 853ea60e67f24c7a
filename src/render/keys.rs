//! Which columns are keys: alone or with others, and where foreign keys lead, which an object may state as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::graph::Mesh;
use crate::model::{ColumnFact, Property, PropertyFlags, Relationship, SchemaObject, SpannedText, Text};
use crate::source::SourceMap;

/// What the `relationships` of an object say of its columns: where each leads, by its path with the object before it.
#[derive(Debug, Default)]
pub(super) struct ForeignKeys<'a>(BTreeMap<String, Vec<Target<'a>>>);

/// Where a foreign key of a column leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target<'a> {
    /// As written.
    pub to: &'a SpannedText,
    /// The foreign key, where its object states it, and the position of the column in it.
    of: Option<(&'a Relationship, usize)>,
}

impl<'a> Target<'a> {
    /// Returns the names of the columns that are the key together with this one; none for most.
    pub(super) fn others(self) -> Vec<&'a str> {
        let name = |from: &'a SpannedText| from.value.rsplit(['.', '/']).next().unwrap_or_default();
        let Some((relation, own)) = self.of else { return Vec::new() };
        let others = relation.from.iter().enumerate().filter(|(at, _)| *at != own);
        others.map(|(_, from)| name(from)).filter(|name| !name.is_empty()).collect()
    }
}

impl<'a> ForeignKeys<'a> {
    /// Finds the columns that the foreign keys of an object of a contract, in the file at `path`, begin at. Of several
    /// columns the first leads to the first.
    pub(super) fn of(
        (mesh, sources): (&Mesh, &SourceMap),
        (contract_idx, path): (usize, &str),
        object: &'a SchemaObject,
    ) -> ForeignKeys<'a> {
        let mut keys = ForeignKeys::default();
        if object.relationships.is_empty() {
            return keys;
        }
        let own = |from: &str| Some(mesh.key_beginning((contract_idx, path), sources, object, from)?.path());
        for relation in &object.relationships {
            for (at, from) in relation.from.iter().enumerate() {
                let (Some(path), Some(to)) = (own(from), relation.to.get(at).or(relation.to.last())) else { continue };
                keys.0.entry(path).or_default().push(Target { to, of: Some((relation, at)) });
            }
        }
        keys
    }

    /// Says whether the object states none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what the foreign keys of a column lead to, its own and those of its object, each once. `path` has the object
    /// before it.
    pub(super) fn targets(&self, column: &'a Property, path: &str) -> Vec<Target<'a>> {
        let own = column.detail.iter().flat_map(|detail| &detail.relationships).flat_map(|relation| &relation.to);
        let mut targets: Vec<Target<'_>> = own.map(|to| Target { to, of: None }).collect();
        for target in self.of_object(path) {
            match targets.iter_mut().find(|known| known.to.value == target.to.value) {
                // What the object says of it says more.
                Some(known) => known.of = known.of.or(target.of),
                None => targets.push(*target),
            }
        }
        targets
    }

    fn of_object(&self, path: &str) -> &[Target<'a>] {
        if self.0.is_empty() {
            return &[];
        }
        self.0.get(path).map_or(&[], Vec::as_slice)
    }
}

/// What a column is among the others beside it.
#[derive(Clone, Copy)]
pub(super) struct Among<'k, 'a> {
    foreign: &'k ForeignKeys<'a>,
    /// Several of them are the primary key together.
    has_composite_key: bool,
    /// Several of them divide the data.
    has_partitions: bool,
}

impl<'k, 'a> Among<'k, 'a> {
    pub(super) fn of(columns: &[Property], foreign: &'k ForeignKeys<'a>) -> Among<'k, 'a> {
        let are_several = |flag| columns.iter().filter(|column| column.flags.has(flag)).nth(1).is_some();
        Among {
            foreign,
            has_composite_key: are_several(PropertyFlags::PRIMARY_KEY),
            has_partitions: are_several(PropertyFlags::PARTITIONED),
        }
    }

    /// See [`ForeignKeys::targets`].
    pub(super) fn targets(self, column: &'a Property, path: &str) -> Vec<Target<'a>> {
        self.foreign.targets(column, path)
    }

    /// Returns the words of small boxes: which keys a column is a part of.
    pub(super) fn words(self, column: &Property, path: &str) -> Vec<Cow<'static, str>> {
        let mut words = Vec::new();
        if column.flags.has(PropertyFlags::PRIMARY_KEY) {
            let position = position(column, ColumnFact::PrimaryKeyPosition).filter(|_| self.has_composite_key);
            words.push(position.map_or("PK".into(), |position| format!("PK {position}").into()));
        }
        if self.is_foreign(column, path) {
            words.push("FK".into());
        }
        words
    }

    /// Says whether a column is a foreign key or a part of one.
    pub(super) fn is_foreign(self, column: &Property, path: &str) -> bool {
        column.detail.as_ref().is_some_and(|detail| !detail.relationships.is_empty())
            || !self.foreign.of_object(path).is_empty()
    }

    /// Says whether `unique` says more of a column than that it is the key.
    pub(super) fn is_unique(self, column: &Property) -> bool {
        let is_key = column.flags.has(PropertyFlags::PRIMARY_KEY) && !self.has_composite_key;
        column.flags.has(PropertyFlags::UNIQUE) && !is_key
    }

    /// Returns the place of a column among those that divide the data, where there are several.
    pub(super) fn partition(self, column: &Property) -> Option<&str> {
        position(column, ColumnFact::PartitionKeyPosition).filter(|_| self.has_partitions)
    }
}

fn position(column: &Property, fact: ColumnFact) -> Option<&str> {
    let rare = column.detail.as_deref()?.rare.as_deref()?;
    rare.text(fact).map(Text::as_str)
}
