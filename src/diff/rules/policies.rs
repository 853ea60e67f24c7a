//! Rules of the registry that ask for less.

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

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[&WEAKENED_POLICY];
