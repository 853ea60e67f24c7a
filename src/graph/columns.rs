//! Columns and where they come from: `transformSourceObjects` for lineage, `relationships` for keys.

use std::collections::BTreeSet;

use super::mesh::Mesh;
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{Property, Relationship, SchemaObject, SpannedText};
use crate::source::{FileId, SourceMap, join, parent};
use crate::yaml::nearest;

/// A column, or a whole object when the column is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnPlace {
    /// The contract version.
    pub contract_idx: usize,
    /// The name of the object.
    pub object: String,
    /// The path of the column in the object, with dots; empty for the whole object.
    pub column: String,
}

/// Where a column comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSource {
    /// The text of the file.
    pub written: String,
    /// The column or object it names, when it is one of the contracts that the product reads.
    pub place: Option<ColumnPlace>,
}

/// Returns `object.column.part` of a column.
pub(super) fn path_text(object: &SchemaObject, columns: &[&Property]) -> String {
    let mut path = object.name.value.to_string();
    for column in columns {
        path.push('.');
        path.push_str(&column.name);
    }
    path
}

impl Mesh {
    /// Returns where a column comes from, as its contract states it. A source is resolved as
    /// `contract#/schema/object/properties/column`, then as `object.column`, then as an object of what
    /// the producing product reads; what is not resolved stays a text.
    #[must_use]
    pub fn column_sources(&self, contract_idx: usize, column: &Property) -> Vec<ColumnSource> {
        let Some(detail) = column.detail.as_deref() else { return Vec::new() };
        let upstream = self.upstream_contracts(contract_idx);
        let source = |written: &SpannedText| ColumnSource {
            written: written.value.to_string(),
            place: self.column_place(&upstream, &written.value),
        };
        detail.transform_sources.iter().map(source).collect()
    }

    /// Returns the contracts that the producers of a contract read.
    fn upstream_contracts(&self, contract_idx: usize) -> Vec<usize> {
        let producers = self.contracts[contract_idx].published_by.iter().map(|by| by.product_idx);
        let read: BTreeSet<usize> =
            producers.flat_map(|idx| self.products[idx].inputs.iter().filter_map(|input| input.contract_idx)).collect();
        read.into_iter().collect()
    }

    fn column_place(&self, upstream: &[usize], written: &str) -> Option<ColumnPlace> {
        if let Some((contract, path)) = written.split_once('#') {
            let (id, version) = match contract.rsplit_once('@') {
                Some((id, version)) => (id, Some(version)),
                None => (contract, None),
            };
            let read = upstream.iter().copied().find(|idx| self.contracts[*idx].descriptor.header.id.value == id);
            let contract_idx = match version {
                Some(version) => self.contract(id, version)?,
                None => read.or_else(|| self.current_version(id))?,
            };
            let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
            let (object, column) = match parts.as_slice() {
                ["schema", object, "properties", column @ ..] => {
                    (*object, column.iter().filter(|p| **p != "properties").copied().collect::<Vec<_>>().join("."))
                }
                ["schema", object] => (*object, String::new()),
                [dotted] => dotted
                    .split_once('.')
                    .map_or((*dotted, String::new()), |(object, column)| (object, column.to_owned())),
                _ => return None,
            };
            return self.place_in(contract_idx, object, &column);
        }
        let dotted = written.split_once('.');
        let in_column =
            dotted.and_then(|(object, column)| upstream.iter().find_map(|idx| self.place_in(*idx, object, column)));
        in_column.or_else(|| upstream.iter().find_map(|idx| self.place_in(*idx, written, "")))
    }

    /// Finds an object, by name, id or physical name, and a column in it.
    fn place_in(&self, contract_idx: usize, object: &str, column: &str) -> Option<ColumnPlace> {
        let contract = &self.contracts[contract_idx].descriptor;
        let is = |known: &&SchemaObject| {
            known.name.value == object
                || known.id.as_deref() == Some(object)
                || known.physical_name.as_deref() == Some(object)
        };
        let found = contract.objects.iter().find(is)?;
        let mut columns: &[Property] = &found.properties;
        let mut path = Vec::new();
        for part in column.split('.').filter(|part| !part.is_empty()) {
            let is = |known: &&Property| {
                known.name == part || known.detail.as_ref().is_some_and(|detail| detail.id.as_deref() == Some(part))
            };
            let next = columns.iter().find(is)?;
            path.push(next.name.to_string());
            columns = next.children();
        }
        Some(ColumnPlace { contract_idx, object: found.name.value.to_string(), column: path.join(".") })
    }

    /// Returns the column a foreign key leads to, as the contract in the file at `path` writes it.
    #[must_use]
    pub fn key_target(&self, contract_idx: usize, path: &str, sources: &SourceMap, to: &str) -> Option<ColumnPlace> {
        let (file, fragment) = to.split_once('#').unwrap_or(("", to));
        let target = self.key_contract(contract_idx, path, sources, file)?;
        let parts: Vec<&str> = fragment.trim_start_matches('/').split('/').collect();
        match parts.as_slice() {
            ["schema", object, rest @ ..] => {
                let column: Vec<&str> =
                    rest.iter().filter(|part| !matches!(**part, "properties" | "items")).copied().collect();
                self.place_in(target, object, &column.join("."))
            }
            [dotted] => {
                let (object, column) = dotted.split_once('.')?;
                self.place_in(target, object, column)
            }
            _ => None,
        }
    }

    /// Returns the contract in the file that a foreign key names; without a file its own.
    fn key_contract(&self, contract_idx: usize, path: &str, sources: &SourceMap, file: &str) -> Option<usize> {
        if file.is_empty() {
            return Some(contract_idx);
        }
        let file = sources.id(&join(parent(path), file)?)?;
        self.index.contracts_by_file.get(&file).copied()
    }
}

/// Reports foreign keys that lead nowhere.
pub(super) fn report(mesh: &Mesh, sources: &SourceMap, sink: &mut Sink) {
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        let header = &contract.descriptor.header;
        if header.is_broken {
            continue;
        }
        let objects = contract.descriptor.objects.iter().flat_map(|object| &object.relationships);
        let mut all: Vec<&Relationship> = objects.collect();
        for object in &contract.descriptor.objects {
            collect(&object.properties, &mut all);
        }
        for to in all.into_iter().flat_map(|relationship| &relationship.to) {
            let path = sources.path(header.file);
            if to.contains("://") || mesh.key_target(contract_idx, path, sources, to).is_some() {
                continue;
            }
            let file = to.split_once('#').map_or("", |(file, _)| file);
            let target = mesh.key_contract(contract_idx, path, sources, file);
            if target.is_some_and(|idx| mesh.contracts[idx].descriptor.header.is_broken) {
                continue;
            }
            push_dangling(mesh, contract_idx, header.file, to, sink);
        }
    }
}

fn collect<'a>(properties: &'a [Property], all: &mut Vec<&'a Relationship>) {
    for property in properties {
        all.extend(property.detail.iter().flat_map(|detail| &detail.relationships));
        collect(property.children(), all);
    }
}

fn push_dangling(mesh: &Mesh, contract_idx: usize, file: FileId, to: &SpannedText, sink: &mut Sink) {
    let contract = &mesh.contracts[contract_idx].descriptor;
    let paths: Vec<String> = contract.columns().map(|(object, columns)| path_text(object, &columns)).collect();
    let help = match nearest(to, paths.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write `object.column`, or `<path to the contract>.odcs.yaml#/schema/<object>/properties/<column>`"
            .to_owned(),
    };
    let message = format!("the foreign key leads to `{}`, which is not in this registry", to.value);
    sink.push(rules::DANGLING_KEY.at(file, to.span, message).help(help).subject(contract.header.reference()));
}
