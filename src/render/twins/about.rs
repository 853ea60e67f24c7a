//! Who approves access to a product, and what is wrong with it, as its page says.

use serde::Serialize;

use super::{Link, View};
use crate::diagnostic::Diagnostic;
use crate::model::{SpannedText, Text};
use crate::render::answers::{Published, agreement_file, approving, team_of};
use crate::render::approvers::{Approver, ApproverOrigin};
use crate::render::findings::{self, Waived};

/// Who approves access, and who says so: the fields are those of `access request`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ApproverTwin<'a> {
    name: String,
    /// `role` or `codeowners`.
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    /// `first` or `second`.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
}

/// Names all who approve access to a product; to what is retired nobody gives any.
pub(super) fn approvers<'a>(view: View<'a>, idx: usize) -> Vec<ApproverTwin<'a>> {
    let mesh = view.mesh;
    if mesh.is_retired(idx) {
        return Vec::new();
    }
    let published = Published::of(mesh, &mesh.products[idx]);
    let file = agreement_file(mesh, view.sources, idx);
    let twin = |approver: Approver<'a>| {
        let (from, contract, role, level) = match approver.origin {
            ApproverOrigin::Role { contract_idx, role, level } => {
                ("role", Some(view.contract(contract_idx)), Some(role), Some(level))
            }
            ApproverOrigin::FileOwners => ("codeowners", None, None, None),
            ApproverOrigin::Owner => ("owner", None, None, None),
        };
        let team = view.team(team_of(mesh, &approver));
        ApproverTwin { name: approver.name.into_owned(), from, team, contract, role, level }
    };
    approving(mesh, (idx, &published.promising), &file, view.owners).into_iter().map(twin).collect()
}

/// A finding about a product.
#[derive(Clone, Debug, Serialize)]
pub(super) struct FindingTwin<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    /// The contract that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Link>,
    /// What sets it aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<WaivedTwin<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct WaivedTwin<'a> {
    /// Of the waiver or of the policy that it stands in.
    id: &'a str,
    #[serde(rename = "approvedBy", skip_serializing_if = "Option::is_none")]
    by: Option<&'a Text>,
    #[serde(rename = "expires", skip_serializing_if = "Option::is_none")]
    until: Option<&'a Text>,
    #[serde(rename = "reason", skip_serializing_if = "Option::is_none")]
    why: Option<&'a Text>,
}

/// Lists what is wrong with a product and its contracts, what is set aside last.
pub(super) fn findings<'a>(view: View<'a>, idx: usize) -> Vec<FindingTwin<'a>> {
    let text = |text: Option<&'a SpannedText>| text.map(|text| &text.value);
    let twin = |(finding, contract): (&'a Diagnostic, Option<usize>)| FindingTwin {
        code: finding.rule.code,
        severity: finding.severity.word(),
        message: &finding.message,
        policy: finding.policy.as_deref(),
        contract: contract.map(|idx| view.contract(idx)),
        waiver: finding.waived_by.as_deref().map(|id| {
            let Waived { by, until, why } = Waived::of(view.mesh, view.waivers, id, finding);
            WaivedTwin { id, by: text(by), until: text(until), why }
        }),
    };
    findings::about(view.outcome, idx).into_iter().map(twin).collect()
}
