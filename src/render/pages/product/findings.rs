//! What is wrong with a product.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::Outcome;
use crate::render::findings::{Waived, about};
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
}

impl<'a> WaiverSeen<'a> {
    /// Words the waiver with an id.
    fn of(site: &'a Site, id: &str, finding: &'a Diagnostic, linker: Linker<'a>) -> WaiverSeen<'a> {
        const WHY: usize = 200;
        let Waived { by, until, why } = Waived::of(site.mesh(), site.waivers(), id, finding);
        WaiverSeen {
            waived: linker.to("waived", "waivers.html"),
            by: by.map(|team| linker.team_named(&team.value)),
            until: until.map(|day| Day::of(&day.value)),
            why: why.map(|why| Cow::Owned(parts::cut_at_word(why, WHY))),
        }
    }
}

/// Counts the rules and policies that are set aside for a product, whatever each of them finds.
pub(super) fn n_rules_waived(outcome: &Outcome, idx: usize) -> usize {
    let waived =
        about(outcome, idx).into_iter().map(|(finding, _)| finding).filter(|finding| finding.waived_by.is_some());
    waived.map(|finding| (finding.rule.code, finding.policy.as_deref())).collect::<BTreeSet<_>>().len()
}

/// Words the findings about a product.
pub(super) fn findings<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<FindingRow<'a>> {
    let row = |(finding, contract): (&'a Diagnostic, Option<usize>)| FindingRow {
        of: contract.map(|contract| linker.contract(contract)),
        ..FindingRow::of(site, finding, linker)
    };
    about(&site.outcome, idx).into_iter().map(row).collect()
}
