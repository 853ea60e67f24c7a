//! What is wrong with things: the findings in a file, those about a product, and what sets them aside. Pages word them in
//! their own way, twins have them as they are.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::Mesh;
use crate::model::{PolicyWaiver, SpannedText, Text};
use crate::policy::Outcome;
use crate::source::FileId;

/// Returns the findings in a file.
pub(super) fn in_file(outcome: &Outcome, file: FileId) -> impl Iterator<Item = &Diagnostic> {
    let all = &outcome.findings.diagnostics;
    let first = all.partition_point(|finding| finding.location.file < file);
    all[first..].iter().take_while(move |finding| finding.location.file == file)
}

/// Returns the findings about a product: those in its file, then what is more than an information about the contracts of its
/// output ports, each with the contract. Open ones come before those that are set aside.
pub(super) fn about(outcome: &Outcome, idx: usize) -> Vec<(&Diagnostic, Option<usize>)> {
    let mesh = &outcome.mesh;
    let product = &mesh.products[idx];
    let own = in_file(outcome, product.descriptor.header.file);
    let mut found: Vec<(&Diagnostic, Option<usize>)> = own.map(|finding| (finding, None)).collect();
    let mut contracts: Vec<usize> = product.outputs.iter().flatten().copied().collect();
    contracts.sort_unstable();
    contracts.dedup();
    for contract in contracts {
        let weighty = |finding: &&Diagnostic| finding.severity > Severity::Info;
        let of_it = in_file(outcome, mesh.contracts[contract].descriptor.header.file).filter(weighty);
        found.extend(of_it.map(|finding| (finding, Some(contract))));
    }
    found.sort_by_key(|(finding, _)| finding.waived_by.is_some());
    found
}

/// What a waiver says of a finding that it sets aside.
#[derive(Clone, Copy, Default)]
pub(super) struct Waived<'a> {
    /// The team that approved it.
    pub by: Option<&'a SpannedText>,
    /// The last day it holds.
    pub until: Option<&'a SpannedText>,
    /// Why.
    pub why: Option<&'a Text>,
}

impl<'a> Waived<'a> {
    /// Finds the waiver by its id: a document of its own, else what the policy of that id says of the same thing.
    pub(super) fn of(mesh: &'a Mesh, waivers: &BTreeMap<String, usize>, id: &str, finding: &Diagnostic) -> Waived<'a> {
        let own = waivers.get(id).map(|idx| &mesh.waivers[*idx]);
        let own = own.map(|waiver| Waived {
            by: waiver.approved_by.as_ref(),
            until: waiver.expires.as_ref(),
            why: waiver.reason.as_ref(),
        });
        let in_policy = || {
            let policy = &mesh.policies[mesh.policy(id)?];
            let subject = finding.subject.as_deref()?;
            let is_of = |waiver: &&PolicyWaiver| waiver.target.value.as_str() == subject;
            let waiver = policy.waivers.iter().find(is_of)?;
            Some(Waived {
                by: waiver.approved_by.as_ref(),
                until: waiver.expires.as_ref(),
                why: waiver.reason.as_ref(),
            })
        };
        own.or_else(in_policy).unwrap_or_default()
    }
}

/// Returns the waivers that are documents of their own, by id.
pub(super) fn waivers_by_id(mesh: &Mesh) -> BTreeMap<String, usize> {
    mesh.waivers.iter().enumerate().map(|(idx, waiver)| (waiver.header.id.value.to_string(), idx)).collect()
}
