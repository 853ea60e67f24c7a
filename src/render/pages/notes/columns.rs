//! The columns of a contract as Markdown, each with what it is a part of.

use crate::model::Property;
use crate::render::keys::{Among, ForeignKeys};
use crate::render::note::{Note, text};
use crate::render::pages::contract::columns::rule_words;
use crate::render::parts::{self, Linker};
use crate::render::site::Site;

/// Columns of a contract in a note; all stand with the contract.
const COLUMNS: usize = 60;

/// Adds the columns of a contract, the first of them, those inside of others too.
pub(super) fn write(note: &mut Note, site: &Site, contract_idx: usize, linker: Linker<'_>) {
    let contract = &site.mesh().contracts[contract_idx].descriptor;
    let mut n_shown = 0;
    for object in contract.objects.iter().filter(|object| !object.properties.is_empty()) {
        if n_shown == COLUMNS {
            break;
        }
        note.section(&format!("Columns of {} in {}", object.name.value, linker.contract(contract_idx).text));
        let mut rows = Vec::new();
        let path = site.outcome.sources.path(contract.header.file);
        let foreign = ForeignKeys::of((site.mesh(), &site.outcome.sources), (contract_idx, path), object);
        let mut above = object.name.value.to_string();
        add((&object.properties, &foreign), &mut above, COLUMNS - n_shown, &mut rows);
        note.table(["Column", "Type", "Rules", "Class", "Meaning"], &rows);
        n_shown += rows.len();
    }
    let n_more = contract.n_columns().saturating_sub(n_shown);
    if n_more > 0 {
        let verb = if n_more == 1 { "stands" } else { "stand" };
        note.paragraphs(&format!("{} more {verb} with the contract.", parts::count(n_more, "column")));
    }
}

/// Adds columns and those below each, whose names begin with its own, until there are so many. `above` is what they stand
/// in, the object first.
fn add<'a>(
    (columns, foreign): (&'a [Property], &ForeignKeys<'a>),
    above: &mut String,
    n_most: usize,
    rows: &mut Vec<[String; 5]>,
) {
    let among = Among::of(columns, foreign);
    let length = above.len();
    for column in columns {
        if rows.len() == n_most {
            return;
        }
        above.push('.');
        above.push_str(&column.name);
        rows.push(row(column, above, &rule_words(column, among, above)));
        add((column.children(), foreign), above, n_most, rows);
        above.truncate(length);
    }
}

fn row(column: &Property, path: &str, rules: &str) -> [String; 5] {
    let detail = column.detail.as_deref();
    let kind = detail.and_then(|detail| detail.physical_type.as_deref().or(detail.logical_type.as_deref()));
    let meaning = detail.and_then(|detail| detail.description.as_deref()).unwrap_or_default();
    // The heading has the name of the object.
    let path = path.split_once('.').map_or(path, |(_, below)| below);
    let name = match column.other_name() {
        Some(other) => format!("{} (stored as {})", text(path), text(other)),
        None => text(path),
    };
    [
        name,
        text(kind.unwrap_or_default()),
        text(rules),
        text(column.classification().unwrap_or_default()),
        text(meaning),
    ]
}
