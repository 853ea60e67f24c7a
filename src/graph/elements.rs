//! What of the schema service levels are about: `slaProperties[].element`.

use rayon::prelude::*;

use super::column_tree::ColumnTree;
use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::model::SpannedText;

/// Reports elements of service levels that are no object and no column of the contract. Several stand with commas
/// between them.
pub(super) fn report(mesh: &Mesh, sink: &mut Report<'_>) {
    let stated = |idx: usize| {
        let levels = mesh.contracts[idx].descriptor.service_levels.iter();
        let stated =
            |level: &'_ crate::model::ServiceLevel| level.detail.as_ref().is_some_and(|it| it.element.is_some());
        levels.filter(|level| stated(level)).count() > 0
    };
    let contracts: Vec<usize> = (0..mesh.contracts.len()).into_par_iter().filter(|idx| stated(*idx)).collect();
    for idx in contracts {
        let contract = &mesh.contracts[idx].descriptor;
        let header = &contract.header;
        // Without a schema nothing can be meant, and in half of one anything.
        if contract.objects.is_empty() || header.may_hold_more() {
            continue;
        }
        let tree = ColumnTree::of(contract);
        let elements = contract
            .service_levels
            .iter()
            .filter_map(|level| Some((&*level.property, level.detail.as_ref()?.element.as_ref()?)));
        for (property, element) in elements {
            for name in lost(&tree, element) {
                let columns: Vec<String> = tree.columns().collect();
                let objects = contract.objects.iter().map(|object| object.name.value.as_str());
                let meant = sink.nearest(name, columns.iter().map(String::as_str).chain(objects));
                let help = match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        "name an object or `object.column` of this contract, or leave `element` out where the level \
                             is for all of it"
                            .to_owned()
                    }
                };
                let message =
                    format!("the service level `{property}` is about `{name}`, which is not in this contract");
                let finding = rules::UNKNOWN_ELEMENT.at(header.file, element.span, message).help(help);
                let finding = finding.label("neither an object nor a column");
                sink.push(finding.subject(header.reference()));
            }
        }
    }
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
