//! Columns and where they come from: `transformSourceObjects` for lineage, `relationships` for keys.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::column_tree::ColumnTree;
use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::model::{Property, Relationship, SchemaObject, SpannedText};
use crate::source::{SourceMap, join, parent, way};

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

impl ColumnPlace {
    /// Returns `object.column`, or the object alone.
    #[must_use]
    pub fn path(&self) -> String {
        if self.column.is_empty() { self.object.clone() } else { format!("{}.{}", self.object, self.column) }
    }

    /// Returns the path of the column in its object, or the name of the object alone.
    pub(crate) fn name(self) -> String {
        if self.column.is_empty() { self.object } else { self.column }
    }
}

impl Mesh {
    /// Returns where a column comes from, as its contract states it. A source is resolved as
    /// `contract#/schema/object/properties/column`, then as `object.column`, then as an object of what
    /// the producing product reads; what is not resolved stays a text.
    #[must_use]
    pub fn column_sources(&self, contract_idx: usize, column: &Property) -> Vec<ColumnSource> {
        if column.detail.as_deref().is_none_or(|detail| detail.transform_sources.is_empty()) {
            return Vec::new();
        }
        self.sources_among(&self.upstream_contracts(contract_idx), column)
    }

    /// Returns where a column comes from, as [`Mesh::column_sources`] does, among the contracts that its producers read.
    pub(super) fn sources_among(&self, upstream: &[usize], column: &Property) -> Vec<ColumnSource> {
        let Some(detail) = column.detail.as_deref() else { return Vec::new() };
        let source = |written: &SpannedText| ColumnSource {
            written: written.value.to_string(),
            place: self.source_place(upstream, &written.value),
        };
        detail.transform_sources.iter().map(source).collect()
    }

    /// Returns the column or object of a contract that `object.column` names.
    #[must_use]
    pub fn column_place(&self, contract_idx: usize, path: &str) -> Option<ColumnPlace> {
        let tree = self.column_tree(contract_idx);
        tree.find_text(path).map(|node| place(tree, contract_idx, node))
    }

    /// Returns the paths of all columns of a contract, `object.column.part`, in the order of the file.
    pub fn column_paths(&self, contract_idx: usize) -> impl Iterator<Item = String> {
        self.column_tree(contract_idx).columns()
    }

    fn column_tree(&self, contract_idx: usize) -> &ColumnTree {
        self.index.columns[contract_idx].get_or_init(|| ColumnTree::of(&self.contracts[contract_idx].descriptor))
    }

    /// Returns the contracts that the producers of a contract read.
    pub(super) fn upstream_contracts(&self, contract_idx: usize) -> Vec<usize> {
        let producers = self.contracts[contract_idx].published_by.iter().map(|by| by.product_idx);
        let read: BTreeSet<usize> =
            producers.flat_map(|idx| self.products[idx].inputs.iter().filter_map(|input| input.contract_idx)).collect();
        read.into_iter().collect()
    }

    fn source_place(&self, upstream: &[usize], written: &str) -> Option<ColumnPlace> {
        self.source_node(upstream, written).map(|(contract_idx, node)| self.place_of(contract_idx, node))
    }

    /// Returns the column or object that a node of a contract is.
    pub(super) fn place_of(&self, contract_idx: usize, node: u32) -> ColumnPlace {
        place(self.column_tree(contract_idx), contract_idx, node)
    }

    /// Returns the contract that a source names, and the node there; its place costs more than to find it.
    pub(super) fn source_node(&self, upstream: &[usize], written: &str) -> Option<(usize, u32)> {
        if let Some((contract, path)) = written.split_once('#') {
            let (id, version) = match contract.rsplit_once('@') {
                Some((id, version)) => (id, Some(version)),
                None => (contract, None),
            };
            let found = |idx: usize| pointed(self.column_tree(idx), path).map(|node| (idx, node));
            if let Some(version) = version {
                return found(self.contract(id, version)?);
            }
            // Of several versions that are read, one may have a column that another does not have.
            let is_meant = |idx: &usize| self.contracts[*idx].descriptor.header.id.value == id;
            let mut read = upstream.iter().copied().filter(is_meant).peekable();
            return if read.peek().is_some() { read.find_map(found) } else { found(self.current_version(id)?) };
        }
        upstream.iter().find_map(|idx| Some((*idx, self.column_tree(*idx).find_text(written)?)))
    }

    /// Returns the column a foreign key leads to, as the contract in the file at `path` writes it.
    #[must_use]
    pub fn key_target(&self, contract_idx: usize, path: &str, sources: &SourceMap, to: &str) -> Option<ColumnPlace> {
        let (file, fragment) = to.split_once('#').unwrap_or(("", to));
        let target = self.key_contract(contract_idx, path, sources, file)?;
        let tree = self.column_tree(target);
        key_column(tree, fragment).map(|node| place(tree, target, node))
    }

    /// Returns the column of an object at which a foreign key that the object states begins; the object may be left out.
    #[must_use]
    pub fn key_beginning(
        &self,
        (contract_idx, path): (usize, &str),
        sources: &SourceMap,
        object: &SchemaObject,
        from: &str,
    ) -> Option<ColumnPlace> {
        let own = |from: &str| {
            let place = self.key_target(contract_idx, path, sources, from)?;
            (place.contract_idx == contract_idx && place.object == *object.name.value).then_some(place)
        };
        own(from).or_else(|| own(&format!("{}.{from}", object.name.value)))
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

fn place(tree: &ColumnTree, contract_idx: usize, node: u32) -> ColumnPlace {
    let (object, column) = tree.path(node);
    ColumnPlace { contract_idx, object, column }
}

/// Finds what stands behind the `#` of a reference: `/schema/object/properties/column`, with `items`
/// for the items of a list, or `object.column`.
pub(super) fn pointed(tree: &ColumnTree, fragment: &str) -> Option<u32> {
    let mut parts = fragment.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()) {
        ("schema", Some(object)) => {
            let mut columns = Vec::new();
            while let Some(part) = parts.next() {
                match part {
                    "properties" => columns.push(parts.next()?),
                    "items" => columns.push("[]"),
                    name => columns.push(name),
                }
            }
            tree.find(object, &columns)
        }
        (dotted, None) => tree.find_text(dotted),
        _ => None,
    }
}

/// A key leads to a column and never to a whole object.
fn key_column(tree: &ColumnTree, fragment: &str) -> Option<u32> {
    pointed(tree, fragment).filter(|node| fragment.starts_with('/') || !tree.path(*node).1.is_empty())
}

/// A foreign key of a contract, and the contract it leads to.
struct Key<'a> {
    target_idx: usize,
    contract_idx: usize,
    to: &'a SpannedText,
}

/// Reports foreign keys that lead nowhere.
pub(super) fn report(mesh: &Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    let elsewhere = Elsewhere { mesh, sources, by_object: OnceCell::new(), left: Cell::new(MAX_COLUMNS) };
    // Few columns are keys, and finding them means looking at all.
    let written: Vec<(usize, &SpannedText)> =
        (0..mesh.contracts.len()).into_par_iter().flat_map_iter(|idx| written_keys(mesh, idx)).collect();
    let mut keys = Vec::new();
    for (contract_idx, to) in written {
        let path = sources.path(mesh.contracts[contract_idx].descriptor.header.file);
        let file = to.split_once('#').map_or("", |(file, _)| file);
        match mesh.key_contract(contract_idx, path, sources, file) {
            Some(idx) if mesh.contracts[idx].descriptor.header.may_hold_more() => {}
            Some(target_idx) => keys.push(Key { target_idx, contract_idx, to }),
            None => push_dangling(&elsewhere, contract_idx, None, to, sink),
        }
    }
    // Contract by contract, so that the names of one at a time are sorted and kept.
    keys.sort_by_key(|key| key.target_idx);
    for keys in keys.chunk_by(|a, b| a.target_idx == b.target_idx) {
        let tree = ColumnTree::of(&mesh.contracts[keys[0].target_idx].descriptor);
        for key in keys {
            let fragment = key.to.split_once('#').map_or(key.to.as_str(), |(_, fragment)| fragment);
            if key_column(&tree, fragment).is_none() {
                push_dangling(&elsewhere, key.contract_idx, Some(&tree), key.to, sink);
            }
        }
    }
    report_beginnings(mesh, sources, sink);
}

/// Reports foreign keys of objects that begin at no column of their object, and those with more columns on one side than on
/// the other.
fn report_beginnings(mesh: &Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        let header = &contract.descriptor.header;
        let stated = || contract.descriptor.objects.iter().filter(|object| !object.relationships.is_empty());
        if header.may_hold_more() || stated().next().is_none() {
            continue;
        }
        let path = sources.path(header.file);
        let mut paths: Option<Vec<String>> = None;
        for (object, relation) in stated().flat_map(|object| object.relationships.iter().map(move |key| (object, key)))
        {
            let name = &object.name.value;
            for from in relation.from.iter().filter(|from| !from.contains("://")) {
                if mesh.key_beginning((contract_idx, path), sources, object, from).is_some() {
                    continue;
                }
                let paths = paths.get_or_insert_with(|| mesh.column_paths(contract_idx).collect());
                let own = paths.iter().filter_map(|path| path.strip_prefix(name.as_str())?.strip_prefix('.'));
                let written = from.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
                let meant = sink.nearest(written.unwrap_or(from), own).map(str::to_owned);
                let help = match (meant, written) {
                    (Some(meant), Some(_)) => format!("did you mean `{name}.{meant}`?"),
                    (Some(meant), None) => format!("did you mean `{meant}`?"),
                    _ => format!("write `{name}.column`"),
                };
                let message = format!("the foreign key begins at `{}`, which is no column of `{name}`", from.value);
                let finding = rules::DANGLING_KEY.at(header.file, from.span, message).help(help);
                sink.push(finding.subject(header.reference()));
            }
            let (here, there) = (relation.from.len(), relation.to.len());
            if here != there
                && let (Some(from), Some(to)) = (relation.from.first(), relation.to.first())
            {
                let columns = |n: usize| if n == 1 { "1 column".to_owned() } else { format!("{n} columns") };
                let message =
                    format!("the foreign key of `{name}` has {} and leads to {}", columns(here), columns(there));
                let finding = rules::DANGLING_KEY
                    .at(header.file, to.span, message)
                    .help("name in `to` one column for each in `from`, in the same order")
                    .related(header.file, from.span, "where it begins");
                sink.push(finding.subject(header.reference()));
            }
        }
    }
}

/// Returns what the foreign keys of a contract name, but for addresses of elsewhere.
fn written_keys(mesh: &Mesh, contract_idx: usize) -> impl Iterator<Item = (usize, &SpannedText)> {
    let contract = &mesh.contracts[contract_idx].descriptor;
    let mut all: Vec<&Relationship> = Vec::new();
    for object in contract.objects.iter().filter(|_| !contract.header.is_broken()) {
        all.extend(&object.relationships);
        if object.summary.n_relationships > 0 {
            collect(&object.properties, &mut all);
        }
    }
    let written = all.into_iter().flat_map(|relationship| &relationship.to);
    written.filter(|to| !to.contains("://")).map(move |to| (contract_idx, to))
}

fn collect<'a>(properties: &'a [Property], all: &mut Vec<&'a Relationship>) {
    for property in properties {
        all.extend(property.detail.iter().flat_map(|detail| &detail.relationships));
        collect(property.children(), all);
    }
}

fn push_dangling(
    elsewhere: &Elsewhere<'_>,
    contract_idx: usize,
    target: Option<&ColumnTree>,
    to: &SpannedText,
    sink: &mut Report<'_>,
) {
    let contract = &elsewhere.mesh.contracts[contract_idx].descriptor;
    let header = &contract.header;
    let (file, fragment) = match to.split_once('#') {
        Some((file, fragment)) => (Some(file), fragment),
        None => (None, to.as_str()),
    };
    let dotted: String = match fragment.strip_prefix("/schema/") {
        Some(pointer) => {
            let names = pointer.split('/').filter(|part| *part != "properties");
            names.map(|part| if part == "items" { "[]" } else { part }).collect::<Vec<_>>().join(".")
        }
        None => fragment.to_owned(),
    };
    if file.is_none()
        && let Some((id, written)) = elsewhere.of(contract_idx, fragment)
    {
        let message = format!("the foreign key leads to `{}`, which is not in this contract but in `{id}`", to.value);
        let help = format!("write `{written}`");
        sink.push(rules::DANGLING_KEY.at(header.file, to.span, message).help(help).subject(header.reference()));
        return;
    }
    let meant = target.and_then(|tree| {
        let paths: Vec<String> = tree.columns().collect();
        sink.nearest(&dotted, paths.iter().map(String::as_str)).map(str::to_owned)
    });
    let help = match (meant, file) {
        (Some(meant), Some(file)) => format!("did you mean `{file}#{}`?", pointer(&meant)),
        // Without a pointer a key is `object.column`, and nothing deeper.
        (Some(meant), None) if fragment.starts_with('/') || meant.matches('.').count() > 1 => {
            format!("did you mean `{}`?", pointer(&meant))
        }
        (Some(meant), None) => format!("did you mean `{meant}`?"),
        _ => "write `object.column`, or `<path to the contract>.odcs.yaml#/schema/<object>/properties/<column>`"
            .to_owned(),
    };
    let message = format!("the foreign key leads to `{}`, which is not in this registry", to.value);
    sink.push(rules::DANGLING_KEY.at(header.file, to.span, message).help(help).subject(header.reference()));
}

/// Writes `object.column.inner` as a key with a pointer is written.
fn pointer(dotted: &str) -> String {
    let mut parts = dotted.split('.');
    let mut pointer = format!("/schema/{}", parts.next().unwrap_or_default());
    // The items of a list are no step of their own in a key.
    for name in parts.filter(|part| *part != "[]") {
        pointer.push_str("/properties/");
        pointer.push_str(name);
    }
    pointer
}

/// Other contracts, for keys that name a column of one of them without its file.
struct Elsewhere<'a> {
    mesh: &'a Mesh,
    sources: &'a SourceMap,
    /// Contracts by the names of their objects, sorted; made where a key asks.
    by_object: OnceCell<BTreeMap<&'a str, Vec<usize>>>,
    /// Columns that are still looked at: many keys that lead nowhere may not cost more than all else.
    left: Cell<usize>,
}

impl<'a> Elsewhere<'a> {
    /// Returns the one contract that has a column, and the column as a key of another contract writes it.
    fn of(&self, contract_idx: usize, dotted: &str) -> Option<(&'a str, String)> {
        let (object, column) = dotted.split_once('.')?;
        let by_object = self.by_object.get_or_init(|| {
            let mut by_object: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (idx, contract) in self.mesh.contracts.iter().enumerate() {
                for object in &contract.descriptor.objects {
                    by_object.entry(object.name.value.as_str()).or_default().push(idx);
                }
            }
            by_object
        });
        // Of a name that very many have, none is meant more than another.
        let named = by_object.get(object).filter(|named| named.len() <= MAX_NAMESAKES)?;
        let own = &self.mesh.contracts[contract_idx].descriptor.header;
        let id = |idx: usize| self.mesh.contracts[idx].descriptor.header.id.value.as_str();
        let has = |idx: &&usize| {
            let objects = self.mesh.contracts[**idx].descriptor.objects.iter();
            let mut objects = objects.filter(|known| known.name.value == object);
            objects.any(|known| {
                let left = self.left.get().saturating_sub(known.properties.len());
                self.left.set(left);
                left > 0 && known.properties.iter().any(|known| &*known.name == column)
            })
        };
        let mut all = named.iter().filter(|idx| id(**idx) != own.id.value.as_str()).filter(has);
        let first = *all.next()?;
        // The versions of a contract stand one after the other; the last is the newest.
        let last = all.try_fold(first, |_, idx| (id(*idx) == id(first)).then_some(*idx))?;
        let current = self.mesh.current_version(id(last));
        let last = current.filter(|current| has(&current)).unwrap_or(last);
        let file = |header: &crate::model::Header| self.sources.path(header.file);
        let written = way(parent(file(own)), file(&self.mesh.contracts[last].descriptor.header));
        Some((id(last), format!("{written}#{}", pointer(dotted))))
    }
}

/// Columns of other contracts that are looked at for all keys together.
const MAX_COLUMNS: usize = 4_000_000;
/// Contracts with an object of one name, among which a column is looked for.
const MAX_NAMESAKES: usize = 64;
