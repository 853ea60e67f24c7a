//! Which columns come from which: what `transformSourceObjects` states, over the whole mesh.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;

use super::columns::ColumnPlace;
use super::impact::ImpactRow;
use super::index::Found;
use super::mesh::Mesh;
use crate::model::{Kind, Property};

/// What the columns of a mesh state of each other.
#[derive(Debug, Default)]
pub struct ColumnLineage {
    /// The columns that state a source, by that source.
    readers: BTreeMap<ColumnPlace, BTreeSet<ColumnPlace>>,
    /// What a column states as its sources, places and texts.
    sources: BTreeMap<ColumnPlace, ColumnOrigins>,
}

/// What a column comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnOrigins {
    /// The columns and objects.
    pub places: BTreeSet<ColumnPlace>,
    /// What is written and names no column that the product reads.
    pub texts: BTreeSet<String>,
}

/// A product that reads a column or may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReader {
    /// The product; `reads` holds the parts of the column it states, and is empty when it may read it.
    pub row: ImpactRow,
    /// Its own columns that state they come from the column, sorted.
    pub into: Vec<ColumnPlace>,
    /// Other columns of the same contract that it states instead, sorted.
    pub instead: Vec<String>,
}

impl ColumnLineage {
    /// Reads what all contracts state.
    #[must_use]
    pub fn of(mesh: &Mesh) -> ColumnLineage {
        let mut lineage = ColumnLineage::default();
        for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
            for object in contract.descriptor.objects.iter().filter(|object| object.summary.n_sources > 0) {
                let mut path = Vec::new();
                lineage.add(mesh, contract_idx, &object.name, &object.properties, &mut path);
            }
        }
        lineage
    }

    fn add<'a>(
        &mut self,
        mesh: &Mesh,
        contract_idx: usize,
        object: &str,
        columns: &'a [Property],
        path: &mut Vec<&'a str>,
    ) {
        for column in columns {
            path.push(&column.name);
            let sources = mesh.column_sources(contract_idx, column);
            if !sources.is_empty() {
                let own = ColumnPlace { contract_idx, object: object.to_owned(), column: path.join(".") };
                for source in sources {
                    let origins = self.sources.entry(own.clone()).or_default();
                    match source.place {
                        Some(place) if place == own => {}
                        Some(place) => {
                            origins.places.insert(place.clone());
                            self.readers.entry(place).or_default().insert(own.clone());
                        }
                        None => {
                            origins.texts.insert(source.written);
                        }
                    }
                }
            }
            self.add(mesh, contract_idx, object, column.children(), path);
            path.pop();
        }
    }

    /// Returns what a column comes from; of an object or a column with parts what its parts come from.
    #[must_use]
    pub fn origins(&self, place: &ColumnPlace) -> ColumnOrigins {
        let mut all = ColumnOrigins::default();
        for (_, origins) in parts(&self.sources, place) {
            all.places.extend(origins.places.iter().cloned());
            all.texts.extend(origins.texts.iter().cloned());
        }
        all
    }

    /// Returns the columns that state they come from a column, each with the part of it they name: the
    /// column itself, a part of it, or the column it is a part of. A column that names only the whole
    /// object does not say which columns it reads, and is left out unless the object is asked for.
    #[must_use]
    pub fn readers<'a>(&'a self, place: &'a ColumnPlace) -> BTreeSet<(&'a ColumnPlace, &'a ColumnPlace)> {
        let mut found: BTreeSet<(&ColumnPlace, &ColumnPlace)> = BTreeSet::new();
        for (source, readers) in parts(&self.readers, place) {
            found.extend(readers.iter().map(|reader| (reader, source)));
        }
        let mut above = place.column.as_str();
        while let Some((shorter, _)) = above.rsplit_once('.') {
            let key = ColumnPlace { column: shorter.to_owned(), ..place.clone() };
            if let Some((source, readers)) = self.readers.get_key_value(&key) {
                found.extend(readers.iter().map(|reader| (reader, source)));
            }
            above = shorter;
        }
        found
    }

    /// Returns every product that states it reads one of the columns, directly or through columns of
    /// others, then every other product downstream of their contracts, which may read them. Both
    /// nearest first, then by id.
    #[must_use]
    pub fn impact(&self, mesh: &Mesh, columns: &[ColumnPlace]) -> Vec<ColumnReader> {
        let roots: BTreeSet<usize> = columns.iter().map(|place| place.contract_idx).collect();
        let own: BTreeSet<usize> =
            roots.iter().flat_map(|idx| &mesh.contracts[*idx].published_by).map(|by| by.product_idx).collect();
        let mut stated: BTreeMap<usize, ColumnReader> = BTreeMap::new();
        let mut queue: VecDeque<(ColumnPlace, Option<String>, usize)> =
            columns.iter().map(|place| (place.clone(), None, 0)).collect();
        let mut seen: BTreeSet<(ColumnPlace, Option<String>)> = BTreeSet::new();
        while let Some((place, read, distance)) = queue.pop_front() {
            for (reader, source) in self.readers(&place) {
                let read = read.clone().unwrap_or_else(|| named(source));
                if !seen.insert((reader.clone(), Some(read.clone()))) {
                    continue;
                }
                for by in &mesh.contracts[reader.contract_idx].published_by {
                    if own.contains(&by.product_idx) {
                        continue;
                    }
                    let row = ImpactRow {
                        product_idx: by.product_idx,
                        distance: distance + 1,
                        reads: Vec::new(),
                        is_partial: false,
                    };
                    let entry = stated.entry(by.product_idx).or_insert(ColumnReader {
                        row,
                        into: Vec::new(),
                        instead: Vec::new(),
                    });
                    entry.row.reads.push(read.clone());
                    entry.into.push(reader.clone());
                }
                queue.push_back((reader.clone(), Some(read), distance + 1));
            }
        }
        let mut rows: Vec<ColumnReader> = stated.into_values().collect();
        for row in &mut rows {
            row.row.reads.sort();
            row.row.reads.dedup();
            row.into.sort();
            row.into.dedup();
        }
        rows.sort_by_key(|reader| (reader.row.distance, reader.row.product_idx));
        let known: BTreeSet<usize> = rows.iter().map(|reader| reader.row.product_idx).collect();
        let contracts: Vec<Found> = roots.iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx }).collect();
        let others = mesh.impact(&contracts).into_iter().filter(|row| !known.contains(&row.product_idx));
        rows.extend(others.map(|mut row| {
            let instead = std::mem::take(&mut row.reads);
            // Where a source leads nowhere, nobody knows that it is another column.
            let instead = if row.is_partial { Vec::new() } else { instead };
            ColumnReader { instead, row, into: Vec::new() }
        }));
        rows
    }
}

/// Returns the name of a column that a row states: the column, or the object that is asked for whole.
fn named(place: &ColumnPlace) -> String {
    if place.column.is_empty() { place.object.clone() } else { place.column.clone() }
}

/// Returns the entry of a place and those of everything in it.
fn parts<'a, T>(
    map: &'a BTreeMap<ColumnPlace, T>,
    place: &'a ColumnPlace,
) -> impl Iterator<Item = (&'a ColumnPlace, &'a T)> {
    let prefix = if place.column.is_empty() { String::new() } else { format!("{}.", place.column) };
    let start = ColumnPlace { column: prefix.clone(), ..place.clone() };
    let inside = map.range((Bound::Included(start), Bound::Unbounded)).take_while(move |(known, _)| {
        known.contract_idx == place.contract_idx && known.object == place.object && known.column.starts_with(&prefix)
    });
    let whole = map.get_key_value(place).filter(|_| !place.column.is_empty());
    whole.into_iter().chain(inside)
}
