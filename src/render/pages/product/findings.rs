//! What is wrong with a product.

use std::borrow::Cow;

use serde::Serialize;

use crate::render::parts::{self, Anchor, Day, Linker};
use crate::render::site::Site;

#[derive(Serialize)]
pub(in crate::render::pages) struct FindingRow<'a> {
    tone: &'static str,
    severity: &'static str,
    /// The code of a built-in rule, or the policy with its page.
    rule: Anchor<'a>,
    message: Vec<parts::Piece>,
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
    pub(in crate::render::pages) fn of(
        site: &'a Site,
        finding: &'a crate::diagnostic::Diagnostic,
        linker: Linker<'a>,
    ) -> FindingRow<'a> {
        let tone = match finding.severity {
            _ if finding.waived_by.is_some() => "warn",
            crate::diagnostic::Severity::Error => "bad",
            crate::diagnostic::Severity::Warning => "warn",
            crate::diagnostic::Severity::Info => "link",
        };
        FindingRow {
            tone,
            severity: finding.severity.word(),
            rule: match finding.policy.as_deref().and_then(|id| site.mesh().policy(id)) {
                Some(policy) => crate::render::pages::policy::named(&site.mesh().policies[policy], linker),
                None => linker.rule(finding.rule),
            },
            message: parts::spoken(&finding.message),
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
    fn of(site: &'a Site, id: &str, finding: &'a crate::diagnostic::Diagnostic, linker: Linker<'a>) -> WaiverSeen<'a> {
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
            why: why.map(|why| parts::shortened(why.trim(), WHY)),
        }
    }
}

/// The findings about the product itself: open ones and waived ones.
pub(super) fn findings<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<FindingRow<'a>> {
    let header = &site.mesh().products[idx].descriptor.header;
    let reference = header.reference();
    let is_own = |finding: &&crate::diagnostic::Diagnostic| finding.subject.as_deref() == Some(reference.as_str());
    site.findings_in(header.file).filter(is_own).map(|finding| FindingRow::of(site, finding, linker)).collect()
}
