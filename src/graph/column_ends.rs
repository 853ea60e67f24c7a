//! What columns say of their end: the version that no longer has them (`endsWith`), and the column to read instead
//! (`replacedBy`).

use super::columns::path_text;
use super::mesh::Mesh;
use super::near::{Near, found_in};
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{ColumnFact, ColumnPath, DataContract, SchemaObject, Version};

/// Reports versions that are not after the one that names them, and columns that are not there.
pub(super) fn report(mesh: &Mesh) -> Sink {
    found_in(&mesh.contracts, |_, contract, sink| {
        let contract = &*contract.descriptor;
        if contract.header.is_broken() {
            return;
        }
        for (object, path) in contract.columns_where(|of| of.n_ends > 0) {
            let Some(rare) = path.last().and_then(|column| column.detail.as_deref()?.rare.as_deref()) else { continue };
            if let Some(version) = rare.text(ColumnFact::EndsWith) {
                end(contract, (object, &path), version, sink);
            }
            if let Some(name) = rare.text(ColumnFact::ReplacedBy) {
                replacement(contract, (object, &path), name, sink);
            }
        }
    })
}

fn end(contract: &DataContract, (object, path): (&SchemaObject, &ColumnPath<'_>), written: &str, sink: &mut Sink) {
    let (own, end) = (Version::parse(contract.version_text()), Version::parse(written));
    // Words of one's own, such as a day, are not compared.
    let is_after = own.numbers().is_none() || end.numbers().is_none() || end > own;
    if is_after {
        return;
    }
    let message = format!(
        "the column `{}` ends with `{written}`, which is not after this version, `{}`",
        path_text(object, path),
        own.text()
    );
    let help = "name in `endsWith` the first version that will not have the column, or leave it out";
    let span = path.last().map_or(object.name.span, |column| column.span());
    sink.push(
        rules::IMPOSSIBLE_COLUMN_END
            .at(contract.header.file, span, message)
            .help(help)
            .subject(contract.header.reference()),
    );
}

fn replacement(
    contract: &DataContract,
    (object, path): (&SchemaObject, &ColumnPath<'_>),
    written: &str,
    sink: &mut Sink,
) {
    let Some((column, above)) = path.split_last() else { return };
    let beside = above.last().map_or(&object.properties[..], |above| above.children());
    let own: Vec<&str> = path.iter().map(|column| column.name.as_str()).collect();
    // Beside it first, then anywhere in the object by its path.
    let is_there = beside.iter().any(|known| known.name == written && known.name != column.name)
        || (written != own.join(".") && is_below(&object.properties, written));
    if is_there {
        return;
    }
    let of = path_text(object, path);
    let message = if column.name == written {
        format!("the column `{of}` is replaced by itself")
    } else {
        format!("the column `{of}` is replaced by `{written}`, which is no column of `{}`", object.name.value)
    };
    let names = beside.iter().filter(|known| known.name != column.name).map(|known| known.name.as_str());
    let help = match Near::default().nearest(written, names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "name in `replacedBy` a column of the same object, or leave it out".to_owned(),
    };
    sink.push(
        rules::IMPOSSIBLE_COLUMN_END
            .at(contract.header.file, column.span(), message)
            .help(help)
            .subject(contract.header.reference()),
    );
}

/// Says whether a path with dots, such as `address.city`, names one of the columns or a part of one.
fn is_below(columns: &[crate::model::Property], path: &str) -> bool {
    columns.iter().filter(|column| path.contains('.') || column.name == path).any(|column| {
        let rest = path.strip_prefix(column.name.as_str());
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('.').is_some_and(|rest| is_below(column.children(), rest))
        })
    })
}
