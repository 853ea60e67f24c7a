//! Rules of the registry that ask for less or for more, and exceptions from them.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A policy in force that asks for less than before: it is retired, proposed or on trial again, weighs less, is in full force only later, is about fewer things, asks for something else, or is gone. Policies that were proposed or retired before are not looked at.
    ///
    /// ## Why it matters
    /// `check` judges a branch by the policies of the branch: what switches a rule off passes it. Whoever reviews the change has to see that first. `check --policies-from` judges by those of the base. A level in `meshfolio.yaml` is told as BRK080.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/policies/owned.policy.yaml
    /// -stage: enforced
    /// +stage: retired
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # registry/waivers/legacy-crm.yaml: one thing, with a last day
    /// kind: Waiver
    /// target: contract:legacy-crm
    /// rule: owned
    /// expires: 2026-12-31
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `weakened-policy: error`, so that a policy can only be weakened with a waiver.
    pub static WEAKENED_POLICY = {
        code: "BRK077", name: "weakened-policy", direction: Undetermined, since: "0.1.0",
        help: "let those who decided the policy review this; one case that it does not fit is a waiver",
    }
}

declare_change! {
    /// ## What it finds
    /// A waiver that is granted, is gone, or says something else: as a document of its own, or in the `waivers` of a policy.
    ///
    /// ## Why it matters
    /// An exception is a decision of whoever approves it. `meshfolio reviewers` asks them, and whoever reads the change sees what it excuses until when.
    ///
    /// ## Example
    /// ```yaml
    /// # registry/waivers/legacy-crm.yaml
    /// kind: Waiver
    /// target: contract:legacy-crm
    /// rule: missing-owner
    /// approvedBy: data-governance
    /// expires: 2026-12-31
    /// ```
    ///
    /// ## Instead
    /// Nothing: this is how an exception is asked for.
    ///
    /// ## Configuration
    /// For information from every perspective. `check.levels` and `check.overrides` take `waiver-changed: warning`.
    pub static WAIVER_CHANGED = {
        code: "BRK081", name: "waiver-changed", direction: Neutral, since: "0.1.0",
        help: "let the team that it names as approving it review this",
    }
}

declare_change! {
    /// ## What it finds
    /// A policy that is new, is in force now, weighs more, is in full force earlier, is about more things, or asks for more. One that asks for less is BRK077.
    ///
    /// ## Why it matters
    /// What others own may fail it from the merge on, in files that this change does not touch. `meshfolio check --base` lists those.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/policies/owned.policy.yaml
    /// -stage: trial
    /// +stage: enforced
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// stage: enforced
    /// effectiveFrom: 2027-01-01      # until then its findings are warnings
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `policy-changed: warning`.
    pub static POLICY_CHANGED = {
        code: "BRK092", name: "policy-changed", direction: Neutral, since: "0.1.0",
        help: "let those whose things it is about know",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[&WEAKENED_POLICY, &WAIVER_CHANGED, &POLICY_CHANGED];
