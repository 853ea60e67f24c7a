//! What is wrong with scorecards.

use crate::declare_rule;
use crate::policy::PolicyRule;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &CHECK_WITHOUT_ANSWER, run: |_, _| {} },
    PolicyRule { meta: &SECOND_SCORECARD, run: |_, _| {} },
    PolicyRule { meta: &REPEATED_CHECK, run: |_, _| {} },
];

declare_rule! {
    /// ## What it finds
    /// A check of a scorecard that came to no answer for a product: its expression asked a field of something
    /// that is not stated, divided by zero, compared a text with a number, or took too many steps.
    ///
    /// ## Why it matters
    /// What cannot be told is not passed: the product counts as lacking what the check asks for, and nobody
    /// knows whether it does.
    ///
    /// ## Example
    /// ```yaml
    /// checks:
    ///   - id: usage-said
    ///     expression: product.description.usage != ''
    /// ```
    /// for a product without `description`.
    ///
    /// ## Instead
    /// ```yaml
    /// checks:
    ///   - id: usage-said
    ///     applies: stated(product.description)
    ///     expression: stated(product.description.usage)
    /// ```
    ///
    /// ## Configuration
    /// Expressions of scorecards have the limits of those of policies: see `policy-without-answer`.
    pub static CHECK_WITHOUT_ANSWER = {
        code: "GOV019", name: "check-without-answer", severity: Error, since: "0.1.0"
    }
}

declare_rule! {
    /// ## What it finds
    /// A scorecard beside another one that is in force. One counts, the first by id; the others are not
    /// asked. Scorecards with `status: draft`, `proposed` or `retired` do not count and are not found.
    ///
    /// ## Why it matters
    /// Scores of a mesh can be compared only where all products are asked the same.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Scorecard
    /// id: old-checks
    /// status: active
    /// ```
    /// beside another one that is active.
    ///
    /// ## Instead
    /// One scorecard with the checks of both, or in the older one
    /// ```yaml
    /// status: retired
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `second-scorecard: error`.
    pub static SECOND_SCORECARD = { code: "GOV020", name: "second-scorecard", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two checks of a scorecard with the same id, on one axis or on two.
    ///
    /// ## Why it matters
    /// Checks are known by their id: on pages, in JSON and in what changed since another revision. Only the
    /// first of the two is asked.
    ///
    /// ## Example
    /// ```yaml
    /// axes:
    ///   - {axis: discoverable, checks: [{id: owned}]}
    ///   - {axis: secure, checks: [{id: owned}]}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// axes:
    ///   - {axis: discoverable, checks: [{id: owned}]}
    ///   - {axis: secure, checks: [{id: approver-named}]}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `repeated-check: warning`.
    pub static REPEATED_CHECK = { code: "GOV021", name: "repeated-check", severity: Error, since: "0.1.0" }
}
