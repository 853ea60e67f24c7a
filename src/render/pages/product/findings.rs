//! What is wrong with a product.

use serde::Serialize;

use crate::render::parts::{self, Anchor, Linker};
use crate::render::site::Site;

#[derive(Serialize)]
pub(in crate::render::pages) struct FindingRow<'a> {
    tone: &'static str,
    severity: &'static str,
    /// The code of a built-in rule, or the policy with its page.
    rule: Anchor<'a>,
    message: Vec<parts::Piece>,
    waived_by: Option<&'a str>,
}

impl<'a> FindingRow<'a> {
    /// Words a finding.
    pub(in crate::render::pages) fn of(
        site: &'a Site,
        finding: &'a crate::diagnostic::Diagnostic,
        linker: Linker<'a>,
    ) -> FindingRow<'a> {
        let tone = match finding.severity {
            _ if finding.waived_by.is_some() => "draft",
            crate::diagnostic::Severity::Error => "bad",
            crate::diagnostic::Severity::Warning => "warn",
            crate::diagnostic::Severity::Info => "link",
        };
        FindingRow {
            tone,
            severity: finding.severity.word(),
            rule: match finding.policy.as_deref().and_then(|id| site.mesh().policy(id)) {
                Some(policy) => crate::render::pages::policy::named(&site.mesh().policies[policy], linker),
                None => Anchor::plain(finding.rule.code),
            },
            message: parts::spoken(&finding.message),
            waived_by: finding.waived_by.as_deref(),
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
