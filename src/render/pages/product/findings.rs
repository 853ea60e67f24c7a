//! What is wrong with a product.

use std::borrow::Cow;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::render::parts::{self, Anchor, Day, Linker};
use crate::render::site::Site;

#[derive(Serialize)]
pub(in crate::render::pages) struct FindingRow<'a> {
    tone: &'static str,
    severity: &'static str,
    /// The code of a built-in rule, or the policy with its page.
    rule: Anchor<'a>,
    message: Vec<parts::Piece>,
    /// The contract that it is about, on the page of something else.
    of: Option<Anchor<'a>>,
    /// Where it is set aside.
    waiver: Option<WaiverSeen<'a>>,
}

/// A waiver as a finding tells it.
#[derive(Serialize)]
struct WaiverSeen<'a> {
    /// The register.
    waived: Anchor<'a>,
    by: Option<Anchor<'a>>,
    until: Option<Day>,
    why: Option<Cow<'a, str>>,
}

impl<'a> FindingRow<'a> {
    /// Words a finding.
    pub(in crate::render::pages) fn of(site: &'a Site, finding: &'a Diagnostic, linker: Linker<'a>) -> FindingRow<'a> {
        let tone = match finding.severity {
            _ if finding.waived_by.is_some() => "warn",
            Severity::Error => "bad",
            Severity::Warning => "warn",
            Severity::Info => "link",
        };
        FindingRow {
            tone,
            severity: finding.severity.word(),
            rule: match finding.policy.as_deref().and_then(|id| site.mesh().policy(id)) {
                Some(policy) => crate::render::pages::policy::named(&site.mesh().policies[policy], linker),
                None => linker.rule(finding.rule),
            },
            message: parts::spoken(&finding.message),
            of: None,
            waiver: finding.waived_by.as_deref().map(|id| WaiverSeen::of(site, id, finding, linker)),
        }
    }

    /// Says whether it is set aside.
    pub(in crate::render::pages) fn is_waived(&self) -> bool {
        self.waiver.is_some()
    }
}

impl<'a> WaiverSeen<'a> {
    /// Finds the waiver by its id: a document of its own, else what the policy of that id says of the same thing.
    fn of(site: &'a Site, id: &str, finding: &'a Diagnostic, linker: Linker<'a>) -> WaiverSeen<'a> {
        const WHY: usize = 200;
        let mesh = site.mesh();
        let own = site.waivers().get(id).map(|idx| &mesh.waivers[*idx]);
        let own = own.map(|waiver| (&waiver.approved_by, &waiver.expires, &waiver.reason));
        let in_policy = || {
            let policy = &mesh.policies[mesh.policy(id)?];
            let subject = finding.subject.as_deref()?;
            let is_of = |waiver: &&crate::model::PolicyWaiver| waiver.target.value.as_str() == subject;
            let waiver = policy.waivers.iter().find(is_of)?;
            Some((&waiver.approved_by, &waiver.expires, &waiver.reason))
        };
        let (by, until, why) = match own.or_else(in_policy) {
            Some((by, until, why)) => (by.as_ref(), until.as_ref(), why.as_ref()),
            None => (None, None, None),
        };
        WaiverSeen {
            waived: linker.to("waived", "waivers.html"),
            by: by.map(|team| linker.team_named(&team.value)),
            until: until.map(|day| Day::of(&day.value)),
            why: why.map(|why| Cow::Owned(parts::cut_at_word(why, WHY))),
        }
    }
}

/// The findings about a product: those in its file, then what is more than an information about the contracts of its
/// output ports, each with the contract. Open ones come before those that are set aside.
pub(in crate::render::pages) fn about(site: &Site, idx: usize) -> Vec<(&Diagnostic, Option<usize>)> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let own = site.findings_in(product.descriptor.header.file);
    let mut found: Vec<(&Diagnostic, Option<usize>)> = own.map(|finding| (finding, None)).collect();
    let mut contracts: Vec<usize> = product.outputs.iter().flatten().copied().collect();
    contracts.sort_unstable();
    contracts.dedup();
    for contract in contracts {
        let weighty = |finding: &&Diagnostic| finding.severity > Severity::Info;
        let of_it = site.findings_in(mesh.contracts[contract].descriptor.header.file).filter(weighty);
        found.extend(of_it.map(|finding| (finding, Some(contract))));
    }
    found.sort_by_key(|(finding, _)| finding.waived_by.is_some());
    found
}

/// Words the findings about a product.
pub(super) fn findings<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<FindingRow<'a>> {
    let row = |(finding, contract): (&'a Diagnostic, Option<usize>)| FindingRow {
        of: contract.map(|contract| linker.contract(contract)),
        ..FindingRow::of(site, finding, linker)
    };
    about(site, idx).into_iter().map(row).collect()
}
