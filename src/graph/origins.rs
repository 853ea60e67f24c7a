//! What columns name as their source and nothing is: a slip in `transformSourceObjects` cuts lineage, and makes a
//! reader look as if it read nothing.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::column_tree::ColumnTree;
use super::columns::{path_text, pointed};
use super::mesh::Mesh;
use super::near::{Near, Report};
use super::rules;
use crate::model::{DataContract, SchemaObject, SpannedText};
use crate::yaml;

/// How to write a source.
const FORMS: &str = "write `object.column` of a contract that the product reads, or \
                     `<contract id>#/schema/<object>/properties/<column>`";

/// Judges sources of the columns of one contract that lead nowhere.
pub(super) struct Judge<'a> {
    mesh: &'a Mesh,
    contract_idx: usize,
    inputs: Option<Inputs<'a>>,
    near: Near,
}

impl<'a> Judge<'a> {
    pub(super) fn new(mesh: &'a Mesh, contract_idx: usize) -> Judge<'a> {
        Judge { mesh, contract_idx, inputs: None, near: Near::default() }
    }

    /// Says whether a source that is no column of what the producers of the contract read would be one, if it were
    /// written well: it is no column of the contract itself, no asset of a source system, and no name of elsewhere.
    pub(super) fn is_lost(&mut self, written: &str) -> bool {
        let (mesh, contract_idx) = (self.mesh, self.contract_idx);
        if mesh.is_asset(contract_idx, written) || mesh.column_place(contract_idx, written).is_some() {
            return false;
        }
        let inputs = self.inputs.get_or_insert_with(|| Inputs::of(mesh, contract_idx));
        !inputs.read.is_empty()
            && (!inputs.is_open || written.contains('#') || meant(mesh, inputs, written, &mut self.near).is_some())
    }
}

impl Mesh {
    fn is_asset(&self, contract_idx: usize, written: &str) -> bool {
        let producers = self.contracts[contract_idx].published_by.iter().map(|by| &self.products[by.product_idx]);
        let systems = producers.flat_map(|product| product.inputs.iter().filter_map(|input| input.source_idx));
        let mut assets = systems.flat_map(|idx| &self.sources[idx].descriptor.assets);
        let holds = |name: &str| {
            let rest = written.strip_prefix(name);
            !name.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        assets.any(|asset| holds(&asset.id) || asset.name.as_deref().is_some_and(holds))
    }
}

/// A source that leads nowhere.
struct Lost<'a> {
    contract_idx: usize,
    /// `object.column` that names it.
    column: String,
    written: &'a SpannedText,
}

/// Reports what columns name as their source and nothing is.
pub(super) fn report(mesh: &Mesh, sink: &mut Report<'_>) {
    // Trees of what is read are made for one contract at a time, and not kept.
    let lost: Vec<Lost<'_>> =
        (0..mesh.contracts.len()).into_par_iter().flat_map_iter(|idx| lost_of(mesh, idx)).collect();
    for lost in lost.chunk_by(|a, b| a.contract_idx == b.contract_idx) {
        let inputs = Inputs::of(mesh, lost[0].contract_idx);
        for lost in lost {
            push(mesh, &inputs, lost, sink);
        }
    }
}

/// What the producers of a contract read.
struct Inputs<'a> {
    mesh: &'a Mesh,
    /// The contracts.
    read: Vec<usize>,
    /// Their columns, where one look at them does not tell enough.
    trees: OnceCell<Vec<(usize, ColumnTree)>>,
    /// They also read what is not described here, or not whole.
    is_open: bool,
}

impl<'a> Inputs<'a> {
    fn of(mesh: &'a Mesh, contract_idx: usize) -> Inputs<'a> {
        let producers = mesh.contracts[contract_idx].published_by.iter().map(|by| &mesh.products[by.product_idx]);
        let mut read: BTreeSet<usize> = BTreeSet::new();
        let mut is_open = false;
        for input in producers.flat_map(|product| &product.inputs) {
            let whole = input.contract_idx.filter(|idx| !mesh.contracts[*idx].descriptor.header.may_hold_more());
            is_open |= whole.is_none();
            read.extend(whole);
        }
        Inputs { mesh, read: read.into_iter().collect(), trees: OnceCell::new(), is_open }
    }

    fn trees(&self) -> &[(usize, ColumnTree)] {
        self.trees.get_or_init(|| {
            let tree = |idx: &usize| (*idx, ColumnTree::of(&self.mesh.contracts[*idx].descriptor));
            self.read.iter().map(tree).collect()
        })
    }

    /// Says whether a name is that of a column of one of the contracts.
    fn has(&self, written: &str) -> bool {
        self.read.iter().any(|idx| states(&self.mesh.contracts[*idx].descriptor, written))
            || self.trees().iter().any(|(_, tree)| tree.find_text(written).is_some())
    }
}

/// Says whether `object.column` names a column just as a contract has it, as nearly all do: that needs no tree.
fn states(contract: &DataContract, written: &str) -> bool {
    let below = |object: &SchemaObject| written.strip_prefix(object.name.as_str())?.strip_prefix('.');
    let mut objects = contract.objects.iter();
    let found = objects.find_map(|object| Some((object, below(object)?)));
    found.is_some_and(|(object, column)| object.properties.iter().any(|known| known.name == column))
}

fn lost_of(mesh: &Mesh, contract_idx: usize) -> Vec<Lost<'_>> {
    let contract = &*mesh.contracts[contract_idx].descriptor;
    let mut lost = Vec::new();
    if contract.header.is_broken() {
        return lost;
    }
    let mut inputs: Option<Inputs<'_>> = None;
    let own: OnceCell<ColumnTree> = OnceCell::new();
    let mut others: BTreeMap<usize, ColumnTree> = BTreeMap::new();
    for (object, columns) in contract.columns_where(|of| of.n_sources > 0) {
        let Some(detail) = columns.last().and_then(|column| column.detail.as_deref()) else { continue };
        for written in detail.transform_sources.iter().filter(|written| !written.trim().is_empty()) {
            let inputs = inputs.get_or_insert_with(|| Inputs::of(mesh, contract_idx));
            let is_found = match written.split_once('#') {
                Some((target, path)) => is_pointed(mesh, (inputs, &mut others), target, path),
                // Who reads no contract names tables of elsewhere.
                None => {
                    inputs.read.is_empty()
                        || states(contract, written)
                        || inputs.has(written)
                        || own.get_or_init(|| ColumnTree::of(contract)).find_text(written).is_some()
                }
            };
            if !is_found && !mesh.is_asset(contract_idx, written) {
                lost.push(Lost { contract_idx, column: path_text(object, &columns), written });
            }
        }
    }
    lost
}

/// Says whether `contract#path` leads to a column. The trees of inputs are there, those of others are kept in `others`.
fn is_pointed(
    mesh: &Mesh,
    (inputs, others): (&Inputs<'_>, &mut BTreeMap<usize, ColumnTree>),
    target: &str,
    path: &str,
) -> bool {
    let (id, version) = named(target);
    let header = |idx: usize| &mesh.contracts[idx].descriptor.header;
    let has = |target_idx: usize| {
        let tree = inputs.trees().iter().find(|(idx, _)| *idx == target_idx).map(|(_, tree)| tree);
        let tree = match tree {
            Some(tree) => tree,
            None => others.entry(target_idx).or_insert_with(|| ColumnTree::of(&mesh.contracts[target_idx].descriptor)),
        };
        pointed(tree, path).is_some() || header(target_idx).may_hold_more()
    };
    if let Some(version) = version {
        return mesh.contract(id, version).is_some_and(has);
    }
    // Several versions may be read, and any of them is meant.
    let mut read = inputs.read.iter().copied().filter(|idx| header(*idx).id.value == id).peekable();
    if read.peek().is_some() { read.any(has) } else { mesh.current_version(id).is_some_and(has) }
}

/// Returns the id and the version of `orders@2.1.0`.
fn named(target: &str) -> (&str, Option<&str>) {
    target.rsplit_once('@').map_or((target, None), |(id, version)| (id, Some(version)))
}

fn push(mesh: &Mesh, inputs: &Inputs<'_>, lost: &Lost<'_>, sink: &mut Report<'_>) {
    let Lost { contract_idx, column, written } = lost;
    let header = &mesh.contracts[*contract_idx].descriptor.header;
    let meant = meant(mesh, inputs, &written.value, sink.near());
    // Tables between two products are described nowhere: only what looks like a slip, or names something of the
    // registry, is told.
    let names_ours = || {
        let begins = |name: &str| written.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let of = |idx: &usize| {
            let contract = &mesh.contracts[*idx].descriptor;
            begins(&contract.header.id.value) || contract.objects.iter().any(|object| begins(&object.name))
        };
        written.contains('#') || inputs.read.iter().any(of)
    };
    let is_told = meant.is_some() || (names_ours() && (!inputs.is_open || written.contains('#')));
    if !is_told {
        return;
    }
    let help = meant.map_or_else(|| FORMS.to_owned(), |meant| format!("did you mean `{meant}`?"));
    let message =
        format!("the column `{column}` comes from `{}`, which is no column of what the product reads", written.value);
    sink.push(
        rules::UNKNOWN_COLUMN_SOURCE.at(header.file, written.span, message).help(help).subject(header.reference()),
    );
}

/// Finds what a source most likely means, as it should be written.
fn meant(mesh: &Mesh, inputs: &Inputs<'_>, written: &str, nearest: &mut Near) -> Option<String> {
    let id = |idx: usize| mesh.contracts[idx].descriptor.header.id.value.as_str();
    if let Some((target, path)) = written.split_once('#') {
        let (name, version) = named(target);
        let known = inputs.read.iter().copied().find(|idx| id(*idx) == name);
        let known = known.or_else(|| mesh.current_version(name));
        let Some(idx) = known else {
            let near = nearest.nearest(name, inputs.read.iter().map(|idx| id(*idx)))?;
            return Some(format!("{near}#{path}"));
        };
        if version.is_some_and(|version| mesh.contract(name, version).is_none()) {
            return Some(format!("{name}#{path}"));
        }
        let tree = ColumnTree::of(&mesh.contracts[idx].descriptor);
        let near = near(&tree, &dotted(path), nearest)?;
        return Some(format!("{target}#{}", pointer(path, &near)));
    }
    for (idx, tree) in inputs.trees() {
        // The contract first, as in `orders.orders.amount`.
        if let Some(rest) = written.strip_prefix(id(*idx)).and_then(|rest| rest.strip_prefix('.'))
            && tree.find_text(rest).is_some()
        {
            return Some(format!("{}#{rest}", id(*idx)));
        }
    }
    inputs.trees().iter().find_map(|(_, tree)| slip(tree, written, nearest))
}

/// Returns the column of a contract that a name of no contract is with a slip or two, or the last name of which it is.
/// More parts, or a prefix or suffix of one, make it a column of another table.
fn slip(tree: &ColumnTree, written: &str, nearest: &mut Near) -> Option<String> {
    if !written.contains('.') {
        return near(tree, written, nearest);
    }
    let n_parts = |path: &str| path.split('.').count();
    let alike: Vec<String> = tree.columns().filter(|known| n_parts(known) == n_parts(written)).collect();
    let found = nearest.nearest(written, alike.iter().map(String::as_str))?;
    let is_other = found.split('.').zip(written.split('.')).any(|(known, part)| is_extended(part, known));
    (yaml::is_misspelt(written, found) && !is_other).then(|| found.to_owned())
}

/// Says whether a name is another one with a prefix or a suffix, such as `v_orders`.
fn is_extended(name: &str, known: &str) -> bool {
    let is_mark = |character: Option<char>| matches!(character, Some('_' | '-'));
    let (before, after) = (name.strip_suffix(known), name.strip_prefix(known));
    before.is_some_and(|before| is_mark(before.chars().last()))
        || after.is_some_and(|after| is_mark(after.chars().next()))
}

/// Returns the column of a contract that is near a path, or has its last name where no object is named.
fn near(tree: &ColumnTree, path: &str, nearest: &mut Near) -> Option<String> {
    let all: Vec<String> = tree.columns().collect();
    if !path.contains('.') {
        let last = |known: &&String| known.rsplit('.').next() == Some(path);
        if let Some(found) = all.iter().find(last) {
            return Some(found.clone());
        }
    }
    nearest.nearest(path, all.iter().map(String::as_str)).map(str::to_owned)
}

/// Returns `object.column` of a pointer into a contract.
fn dotted(path: &str) -> String {
    match path.strip_prefix("/schema/") {
        Some(rest) => rest.split('/').filter(|part| *part != "properties").collect::<Vec<_>>().join("."),
        None => path.trim_start_matches('/').to_owned(),
    }
}

/// Writes a path in the form of the one that it stands in for.
fn pointer(like: &str, path: &str) -> String {
    if like.starts_with("/schema/") {
        format!("/schema/{}", path.replace('.', "/properties/"))
    } else {
        path.to_owned()
    }
}
