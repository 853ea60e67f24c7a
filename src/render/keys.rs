//! Which columns are keys: alone or with others, and where foreign keys lead, which an object may state as a whole.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::graph::Mesh;
use crate::model::{ColumnFact, Property, PropertyFlags, SchemaObject, SpannedText, Text};
use crate::source::SourceMap;

/// What the `relationships` of an object say of its columns: where each leads, by its path with the object before it.
#[derive(Debug, Default)]
pub(super) struct ForeignKeys<'a>(BTreeMap<String, Vec<&'a SpannedText>>);

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
        let own = |from: &str| {
            let place = mesh.key_target(contract_idx, path, sources, from)?;
            let is_own = place.contract_idx == contract_idx && place.object == *object.name.value;
            is_own.then(|| place.path())
        };
        for relation in &object.relationships {
            for (at, from) in relation.from.iter().enumerate() {
                // The object may be left out.
                let path = own(from).or_else(|| own(&format!("{}.{from}", object.name.value)));
                let (Some(path), Some(to)) = (path, relation.to.get(at).or(relation.to.last())) else { continue };
                keys.0.entry(path).or_default().push(to);
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
    pub(super) fn targets(&self, column: &'a Property, path: &str) -> Vec<&'a SpannedText> {
        let own = column.detail.iter().flat_map(|detail| &detail.relationships).flat_map(|relation| &relation.to);
        let mut targets: Vec<&SpannedText> = own.collect();
        for to in self.of_object(path) {
            if targets.iter().all(|known| known.value != to.value) {
                targets.push(to);
            }
        }
        targets
    }

    fn of_object(&self, path: &str) -> &[&'a SpannedText] {
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
    pub(super) fn targets(self, column: &'a Property, path: &str) -> Vec<&'a SpannedText> {
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
