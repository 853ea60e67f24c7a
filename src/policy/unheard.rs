//! Acknowledgements that do not count for a mistake of their own, wherever they lie.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Faults;
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::Mesh;
use crate::graph::rules::{DUPLICATE_IDENTITY, UNKNOWN_SUBJECT};
use crate::model::date_of;
use crate::source::FileId;

/// Returns by file why an acknowledgement does not count: an error of form, an id that another one has too, a subject
/// or consumer that is not there, or a day to come.
pub fn unheard<'a>(
    mesh: &Mesh,
    today: Date,
    faults: &Faults,
    found: impl Iterator<Item = &'a Diagnostic>,
    severity: impl Fn(&Diagnostic) -> Option<Severity>,
) -> BTreeMap<FileId, String> {
    let files: BTreeMap<FileId, Option<Date>> = mesh
        .acknowledgements
        .iter()
        .map(|entry| (entry.header.file, entry.date.as_ref().and_then(|date| date_of(date))))
        .collect();
    let mut unheard: BTreeMap<FileId, String> = BTreeMap::new();
    for (file, date) in &files {
        if let Some(date) = date.filter(|date| *date > today) {
            unheard.insert(*file, format!("its date, {date}, is still to come"));
        }
    }
    let is_of = |finding: &Diagnostic| [DUPLICATE_IDENTITY.code, UNKNOWN_SUBJECT.code].contains(&finding.rule.code);
    for finding in found.filter(|finding| is_of(finding)) {
        let related = finding.related.iter().map(|related| related.location.file);
        let mut places = std::iter::once(finding.location.file).chain(related);
        let place = if finding.rule.code == UNKNOWN_SUBJECT.code {
            places.next()
        } else {
            places.find(|file| files.contains_key(file))
        };
        let Some(file) = place.filter(|file| files.contains_key(file)) else { continue };
        if severity(finding) == Some(Severity::Error) {
            unheard.insert(file, format!("it has an error of its own, {}", finding.message));
        }
    }
    for file in files.keys() {
        if let Some(fault) = faults.in_file(*file) {
            unheard.insert(*file, format!("it has an error of its own, {fault}"));
        }
    }
    unheard
}
