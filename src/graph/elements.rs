//! What of the schema promises are about: `slaProperties[].element`, and `arguments.properties` of quality rules.

use std::cell::OnceCell;

use rayon::prelude::*;

use super::column_tree::ColumnTree;
use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::model::{DataContract, SpannedText, StrayColumn};

/// Reports what promises are about that is nearly, but not quite, an object or a column of the contract. What is near to
/// nothing may be a name of the place where the data is, which is not always stated.
pub(super) fn report(mesh: &Mesh, sink: &mut Report<'_>) {
    let contract = |idx: usize| &*mesh.contracts[idx].descriptor;
    let stated = |idx: &usize| elements(contract(*idx)).next().is_some() || !contract(*idx).stray_columns.is_empty();
    let contracts: Vec<usize> = (0..mesh.contracts.len()).into_par_iter().filter(stated).collect();
    for contract in contracts.into_iter().map(contract) {
        // Without a schema nothing can be meant, and in half of one anything.
        if contract.objects.is_empty() || contract.header.may_hold_more() {
            continue;
        }
        let tree = ColumnTree::of(contract);
        let columns: OnceCell<Vec<String>> = OnceCell::new();
        let columns = || columns.get_or_init(|| tree.columns().collect());
        report_elements(contract, &tree, &columns, sink);
        report_stray_columns(contract, &tree, &columns, sink);
    }
}

/// Reports elements of service levels. Several stand with commas between them.
fn report_elements<'c>(
    contract: &DataContract,
    tree: &ColumnTree,
    columns: &impl Fn() -> &'c Vec<String>,
    sink: &mut Report<'_>,
) {
    let header = &contract.header;
    for (property, element) in elements(contract) {
        for name in lost(tree, element) {
            let objects = contract.objects.iter().map(|object| object.name.value.as_str());
            let Some(meant) = sink.nearest(name, columns().iter().map(String::as_str).chain(objects)) else {
                continue;
            };
            let message = format!("the service level `{property}` is about `{name}`, which is not in this contract");
            let finding = rules::UNKNOWN_ELEMENT
                .at(header.file, element.span, message)
                .label("neither an object nor a column")
                .help(format!("did you mean `{meant}`?"))
                .subject(header.reference());
            sink.push(finding);
        }
    }
}

/// Reports columns that quality rules name. Results are matched by them in any case.
fn report_stray_columns<'c>(
    contract: &DataContract,
    tree: &ColumnTree,
    columns: &impl Fn() -> &'c Vec<String>,
    sink: &mut Report<'_>,
) {
    let header = &contract.header;
    for StrayColumn { object_idx, rule, column } in &*contract.stray_columns {
        let Some(object) = contract.objects.get(*object_idx).map(|object| &object.name.value) else { continue };
        let name = column.value.trim();
        if object.is_empty() || tree.find_text(name).is_some() || tree.find_text(&format!("{object}.{name}")).is_some()
        {
            continue;
        }
        let own = columns().iter().filter_map(|path| path.strip_prefix(object.as_str())?.strip_prefix('.'));
        let Some(meant) = sink.nearest(name, own).filter(|meant| !meant.eq_ignore_ascii_case(name)) else { continue };
        let of = if rule.is_empty() { String::new() } else { format!(" `{rule}`") };
        let message = format!("the quality rule{of} names the column `{name}`, which is not in `{object}`");
        let finding = rules::UNKNOWN_ELEMENT
            .at(header.file, column.span, message)
            .label("no column of this object")
            .help(format!("did you mean `{meant}`?"))
            .subject(header.reference());
        sink.push(finding);
    }
}

/// The service levels of a contract that are about a part of it.
fn elements(contract: &DataContract) -> impl Iterator<Item = (&str, &SpannedText)> {
    let levels = contract.service_levels.iter();
    levels.filter_map(|level| Some((&*level.property, level.element.as_deref()?)))
}

/// The names in an element that lead nowhere.
fn lost<'a>(tree: &ColumnTree, element: &'a SpannedText) -> Vec<&'a str> {
    let names = element.value.split(',').map(str::trim).filter(|name| !name.is_empty());
    // Names may hold a comma of their own.
    if tree.find_text(element.value.trim()).is_some() {
        return Vec::new();
    }
    names.filter(|name| tree.find_text(name).is_none()).collect()
}
