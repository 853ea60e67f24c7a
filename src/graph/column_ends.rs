//! What columns say of their end: the version that no longer has them (`endsWith`), and the column to read instead
//! (`replacedBy`); and who still reads one of them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::columns::{ColumnPlace, path_text};
use super::mesh::Mesh;
use super::near::Report;
use super::rules;
use crate::diagnostic::Diagnostic;
use crate::model::{ColumnFact, ColumnPath, Header, Property, SchemaObject, Text, Version, date_of, same_version};
use crate::source::Span;

/// What a column says of its end and cannot be.
struct Wrong<'a> {
    contract_idx: usize,
    object: &'a SchemaObject,
    column: &'a Property,
    /// `object.column` that says so.
    of: String,
    what: What<'a>,
}

enum What<'a> {
    /// A version that is not after the one that names it.
    End(&'a Text),
    /// A name that no column has; `beside` are the columns that it may mean.
    Replacement { written: &'a Text, beside: &'a [Property] },
    /// The column itself.
    Itself,
}

impl Mesh {
    /// Returns the column that one names to be read in its place: beside it, or anywhere in the object by its path.
    /// `path` is that of the column that says so, `object.column`.
    #[must_use]
    pub fn replacement(&self, contract_idx: usize, object: &str, path: &str, name: &str) -> Option<ColumnPlace> {
        let beside = path.rsplit_once('.').map_or(object, |(above, _)| above);
        let of = |above: &str| self.column_place(contract_idx, &[above, ".", name].concat());
        of(beside).or_else(|| of(object)).filter(|place| !place.column.is_empty())
    }
}

/// Reports versions that are not after the one that names them, and columns that are not there.
pub(super) fn report(mesh: &Mesh, sink: &mut Report<'_>) {
    let wrong: Vec<Wrong<'_>> =
        (0..mesh.contracts.len()).into_par_iter().flat_map_iter(|idx| wrong_in(mesh, idx)).collect();
    for Wrong { contract_idx, object, column, of, what } in wrong {
        let contract = &mesh.contracts[contract_idx].descriptor;
        let (message, help) = match what {
            What::End(version) => (
                format!(
                    "the column `{of}` ends with `{version}`, which is not after this version, `{}`",
                    contract.version_text()
                ),
                "name in `endsWith` the first version that will not have the column, or leave it out".to_owned(),
            ),
            What::Itself => (format!("the column `{of}` is replaced by itself"), OTHER.to_owned()),
            What::Replacement { written, beside } => {
                let names = beside.iter().filter(|known| known.name != column.name).map(|known| known.name.as_str());
                // The object first, as messages write a column.
                let without = written.strip_prefix(object.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
                let without = without.filter(|rest| mesh.replacement(contract_idx, &object.name, &of, rest).is_some());
                let meant = without.map(str::to_owned).or_else(|| sink.nearest(written, names).map(str::to_owned));
                (
                    format!(
                        "the column `{of}` is replaced by `{written}`, which is no column of `{}`",
                        object.name.value
                    ),
                    meant.map_or_else(|| OTHER.to_owned(), |meant| format!("did you mean `{meant}`?")),
                )
            }
        };
        let header = &contract.header;
        let finding = rules::IMPOSSIBLE_COLUMN_END.at(header.file, column.span(), message).help(help);
        sink.push(finding.subject(header.reference()));
    }
}

const OTHER: &str = "name in `replacedBy` another column of the same object, or leave it out";

/// Reports input ports through which a product says to read columns that end.
pub(super) fn report_readers(mesh: &Mesh, sink: &mut Report<'_>) {
    let is_read = |idx: &usize| !mesh.contracts[*idx].consumers.is_empty();
    let ending = |idx: usize| Some((idx, ending_in(mesh, idx))).filter(|(_, ending)| !ending.is_empty());
    let ending: BTreeMap<usize, Endings<'_>> = (0..mesh.contracts.len()).filter(is_read).filter_map(ending).collect();
    // Asked once for each reader: to find what it reads costs as much for one contract as for all.
    let mut readers: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for contract_idx in ending.keys() {
        for product_idx in mesh.contracts[*contract_idx].consumers.iter().filter(|idx| !mesh.is_retired(**idx)) {
            readers.entry(*product_idx).or_default().insert(*contract_idx);
        }
    }
    for (product_idx, roots) in readers {
        let product = &mesh.products[product_idx];
        let mut ports: BTreeMap<usize, Span> = BTreeMap::new();
        for (port, input) in product.descriptor.input_ports.iter().zip(&product.inputs) {
            input.contract_idx.into_iter().for_each(|idx| _ = ports.entry(idx).or_insert(port.span));
        }
        let (read, _) = mesh.places_read(product_idx, &roots);
        for place in read.iter().filter(|place| !place.column.is_empty()) {
            let found = ending.get(&place.contract_idx).and_then(|ending| above(ending, place));
            let (Some(end), Some(port)) = (found, ports.get(&place.contract_idx)) else { continue };
            sink.push(reads_ending(mesh, &product.descriptor.header, *port, place, end));
        }
    }
}

/// Returns what ends of a column: itself, or what it is a part of.
fn above<'e, 'm>(ending: &'e Endings<'m>, place: &ColumnPlace) -> Option<&'e Ending<'m>> {
    let mut path = [&place.object, ".", &place.column].concat();
    loop {
        if let Some(end) = ending.get(&path) {
            return Some(end);
        }
        let cut = path.rfind('.')?;
        path.truncate(cut);
    }
}

fn reads_ending(mesh: &Mesh, header: &Header, port: Span, place: &ColumnPlace, end: &Ending<'_>) -> Diagnostic {
    let contract = &mesh.contracts[place.contract_idx].descriptor.header;
    let what = match end.version {
        Some(version) if Version::parse(version).numbers().is_some() && date_of(version).is_none() => {
            format!("ends with version `{version}`")
        }
        Some(end) => format!("ends (`{end}`)"),
        None => "another one replaces".to_owned(),
    };
    let (reader, of, object, column) = (header.title(), contract.title(), &place.object, &place.column);
    let message = format!("`{reader}` reads `{object}.{column}` of the contract `{of}`, which {what}");
    let help = match end.instead {
        Some(instead) => format!("read `{instead}` instead"),
        None => "read something else before it is gone, or ask its owner what to read".to_owned(),
    };
    let finding = rules::READS_ENDING_COLUMN.at(header.file, port, message).help(help);
    finding.related(contract.file, end.column.span(), "stated here").subject(header.reference())
}

/// Columns that end, by `object.column`.
type Endings<'a> = BTreeMap<String, Ending<'a>>;

/// What a column says of its end.
struct Ending<'a> {
    column: &'a Property,
    version: Option<&'a Text>,
    instead: Option<&'a Text>,
}

/// Returns the columns of a contract that end, by `object.column`. An end that is past says nothing.
fn ending_in(mesh: &Mesh, contract_idx: usize) -> Endings<'_> {
    let contract = &*mesh.contracts[contract_idx].descriptor;
    let mut ending = Endings::new();
    if contract.header.is_broken() {
        return ending;
    }
    for (object, path) in contract.columns_where(|of| of.n_ends > 0) {
        let Some(column) = path.last() else { continue };
        let Some(rare) = column.detail.as_deref().and_then(|detail| detail.rare.as_deref()) else { continue };
        let version = rare.text(ColumnFact::EndsWith).filter(|end| !is_past(contract.version_text(), end));
        let instead = rare.text(ColumnFact::ReplacedBy);
        if version.is_some() || instead.is_some() {
            ending.insert(path_text(object, &path), Ending { column, version, instead });
        }
    }
    ending
}

fn wrong_in(mesh: &Mesh, contract_idx: usize) -> Vec<Wrong<'_>> {
    let contract = &*mesh.contracts[contract_idx].descriptor;
    let mut wrong = Vec::new();
    if contract.header.is_broken() {
        return wrong;
    }
    for (object, path) in contract.columns_where(|of| of.n_ends > 0) {
        let Some((column, above)) = path.split_last() else { continue };
        let Some(rare) = column.detail.as_deref().and_then(|detail| detail.rare.as_deref()) else { continue };
        let mut add = |what| wrong.push(Wrong { contract_idx, object, column, of: path_text(object, &path), what });
        if let Some(version) = rare.text(ColumnFact::EndsWith).filter(|end| is_past(contract.version_text(), end)) {
            add(What::End(version));
        }
        // What is looked for and not found may stand where the file has an error.
        let replaced = rare.text(ColumnFact::ReplacedBy).filter(|_| !contract.header.may_hold_more());
        if let Some(written) = replaced {
            match mesh.replacement(contract_idx, &object.name, &path_text(object, &path), written) {
                Some(place) if is_it(&place, object, &path) => add(What::Itself),
                Some(_) => {}
                None => {
                    let beside = above.last().map_or(&object.properties[..], |above| above.children());
                    add(What::Replacement { written, beside });
                }
            }
        }
    }
    wrong
}

/// Says whether an end is a version that is not after another. Days and words of one's own are not compared.
fn is_past(version: &str, end: &str) -> bool {
    let (own, last) = (Version::parse(version), Version::parse(end));
    let is_year = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = date_of(end).is_some() || end.trim().rsplit('.').next().is_some_and(is_year);
    !is_day && own.numbers().is_some() && last.numbers().is_some() && (last <= own || same_version(version, end))
}

fn is_it(place: &ColumnPlace, object: &SchemaObject, path: &ColumnPath<'_>) -> bool {
    let names: Vec<&str> = path.iter().map(|column| column.name.as_str()).collect();
    place.object == object.name.as_str() && place.column == names.join(".")
}

#[cfg(test)]
mod tests {
    use super::is_past;

    #[test]
    fn days_and_words_are_not_compared_with_versions() {
        for (version, end) in [("2.3.0", "2.0.0"), ("2.3.0", "2.3"), ("2.0", "2.0.0"), ("v2.0.0", "2.0.0+b2")] {
            assert!(is_past(version, end), "{end}");
        }
        for end in ["2026-12-31", "31.12.2026", "30.06.2027", "summer of 2037", "2026.3.0", "", "3000.0.0"] {
            assert!(!is_past("2026.2.0", end), "{end}");
        }
        assert!(!is_past("spring", "2.0.0"));
    }
}
