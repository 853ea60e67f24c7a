//! Whether a breaking change may come: the version covers it, and what ends has no readers, their word, or a
//! day that has passed.

use super::Question;
use super::acknowledge::{Acknowledged, handle};
use super::change::{Accepted, Bump, Change, ChangeSet, End, Gate, Level, ToDo, Uncounted};
use super::readers::{Reader, Readers};
use crate::graph::Lifecycle;
use crate::model::Kind;

/// What a reader has left to acknowledge, and its acknowledgements that do not count.
type Open = (Vec<End>, Vec<Uncounted>);

/// Judges every change, and says which step each contract needs.
pub(super) fn judge(
    question: &Question<'_>,
    readers: &Readers,
    acknowledged: &mut Acknowledged<'_>,
    set: &mut ChangeSet,
) {
    for change in &set.changes {
        let Some(contract) = change.contract else { continue };
        if change.gate == Gate::Version {
            let (contract, bump) = (&mut set.contracts[contract], change.level.bump());
            contract.required = contract.required.max(bump);
            // A waiver changes what the gate says, and not what the change needs.
            if change.waived_by.is_none() {
                contract.owed = contract.owed.max(bump);
            }
        }
    }
    let mut to_do: Vec<ToDo> = Vec::new();
    for position in 0..set.changes.len() {
        let change = &set.changes[position];
        if change.level != Level::Breaking {
            continue;
        }
        let contract = change.contract.map(|contract| &set.contracts[contract]);
        let hit = hit(readers, change);
        let to_version = contract.and_then(|contract| contract.head_version.clone());
        let mut missing: Vec<&Reader> = Vec::new();
        let mut by: Vec<String> = Vec::new();
        let mut open: Vec<Open> = Vec::new();
        for reader in &hit {
            let ends = ends_for(readers, change, reader);
            let word = acknowledged.word(reader, change, (&ends, to_version.as_deref()));
            if word.open.is_empty() && !ends.is_empty() {
                by.push(reader.reference.clone());
            } else {
                missing.push(reader);
            }
            open.push((word.open.into_iter().cloned().collect(), word.uncounted));
        }
        let accepted = match change.gate {
            Gate::Version if contract.is_some_and(|contract| contract.declared == Bump::Major) => {
                Some(Accepted::NewMajor)
            }
            Gate::Version | Gate::Address | Gate::Decision => None,
            Gate::Readers => ended(question, change).map(Accepted::PastSunset).or_else(|| {
                if hit.is_empty() {
                    let has_followers = is_renamed(change) && readers.are_of(&change.id);
                    Some(if has_followers { Accepted::ReadersFollow } else { Accepted::NobodyReads })
                } else {
                    missing.is_empty().then_some(Accepted::Acknowledged)
                }
            }),
        };
        if change.gate == Gate::Readers && change.waived_by.is_none() {
            note_readers(question, change, accepted.as_ref(), (&hit, &open), &by, &mut to_do);
        }
        let change = &mut set.changes[position];
        change.acknowledged_by = by;
        change.accepted = accepted;
    }
    set.to_do = to_do;
}

/// Returns the readers that a change reaches, each once, sorted by name.
pub(super) fn hit<'a>(readers: &'a Readers, change: &Change) -> Vec<&'a Reader> {
    let of = |end: &End| readers.of_major(&end.contract, &end.major);
    let mut found: Vec<&Reader> = change.ends.iter().flat_map(of).collect();
    found.sort_by(|a, b| a.reference.cmp(&b.reference));
    found.dedup_by(|a, b| a.reference == b.reference);
    found
}

/// Returns what of a change reaches a reader.
fn ends_for<'a>(readers: &Readers, change: &'a Change, reader: &Reader) -> Vec<&'a End> {
    let is_read = |end: &&End| {
        change.ends.len() == 1
            || readers.of_major(&end.contract, &end.major).iter().any(|other| other.reference == reader.reference)
    };
    change.ends.iter().filter(is_read).collect()
}

/// Says whether a change is about readers of the old name of a contract.
fn is_renamed(change: &Change) -> bool {
    change.kind == Kind::DataContract && change.ends.iter().any(|end| end.contract != change.id)
}

/// Returns the day until which the base promised what a change ends, when it has passed; of several the last.
fn ended(question: &Question<'_>, change: &Change) -> Option<jiff::civil::Date> {
    let mesh = question.base.mesh;
    let sunset = |end: &End| {
        let of_major = |idx: &&usize| {
            end.major.is_empty() || crate::model::major(mesh.contracts[**idx].descriptor.version_text()) == end.major
        };
        let old_id = question.renames.was(Kind::DataContract, &end.contract);
        let newest = mesh.versions(old_id).iter().rev().find(of_major)?;
        Lifecycle::of(&mesh.contracts[*newest].descriptor).sunset().filter(|day| *day < question.today)
    };
    let days: Option<Vec<_>> = change.ends.iter().map(sunset).collect();
    days?.into_iter().max()
}

/// Notes whom to ask, and who has answered.
fn note_readers(
    question: &Question<'_>,
    change: &Change,
    accepted: Option<&Accepted>,
    (hit, open): (&[&Reader], &[Open]),
    by: &[String],
    to_do: &mut Vec<ToDo>,
) {
    if matches!(
        accepted,
        Some(Accepted::PastSunset(_) | Accepted::NobodyReads | Accepted::ReadersFollow | Accepted::NewMajor)
    ) {
        return;
    }
    for (reader, (open, uncounted)) in hit.iter().zip(open) {
        let is_done = by.contains(&reader.reference);
        let words = match (is_done, change.may_be_acknowledged()) {
            (true, _) => "has acknowledged that",
            (false, true) => "has to acknowledge that",
            (false, false) => "has to read something else first:",
        };
        let of = match change.ends.as_slice() {
            [end] if change.kind != Kind::DataProduct || change.is_of_contract() => end.contract.as_str(),
            _ => change.id.as_str(),
        };
        let text = format!("`{}` {words} {} (`{of}`)", reader.reference, change.message);
        // Whoever has answered is asked no more.
        let ask = handle(question, reader).filter(|_| !is_done).into_iter().collect();
        to_do.push(ToDo {
            subject: change.subject(),
            who: Some(reader.reference.clone()),
            ends: open.clone(),
            text,
            ask,
            uncounted: if is_done { Vec::new() } else { uncounted.clone() },
            is_done,
        });
    }
}
