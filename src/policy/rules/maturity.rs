//! What is wrong with maturity models.

use crate::declare_rule;
use crate::policy::PolicyRule;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &UNJUDGED_CRITERION, run: |_, _| {} },
    PolicyRule { meta: &REPEATED_CRITERION, run: |_, _| {} },
];

declare_rule! {
    /// ## What it finds
    /// A criterion or policy of a maturity model that is not judged: its path leads to no field of the files it is
    /// about, its metric, operator or argument is not known, it asks a list as if it were one value, or it asks what the
    /// draft leaves open. So is a cap at a level that the model does not have, or for a misspelt status.
    ///
    /// ## Why it matters
    /// Nothing meets it, so that everything stays below its level; a policy that is not judged caps nothing.
    ///
    /// ## Example
    /// ```yaml
    /// criteria:
    ///   - {id: L2-P01, property: descripton.purpose, metric: nullValues, mustBe: 0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// criteria:
    ///   - {id: L2-P01, property: description.purpose, metric: nullValues, mustBe: 0}
    /// ```
    /// `docs/scorecards.md` of meshfolio lists what is judged. For the rest, `type: text` leaves it to people, and a `kind: Policy` can
    /// ask anything.
    ///
    /// ## Configuration
    /// `check.levels` takes `unjudged-criterion: error`.
    pub static UNJUDGED_CRITERION = { code: "GOV022", name: "unjudged-criterion", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two levels of a maturity model with the same number, or two criteria with the same id.
    ///
    /// ## Why it matters
    /// Reports name levels by their number and criteria by their id: nobody can tell which one is meant.
    ///
    /// ## Example
    /// ```yaml
    /// levels:
    ///   - {level: 1, name: Basic, description: It is there., criteria: []}
    ///   - {level: 1, name: Governed, description: It is looked after., criteria: []}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// levels:
    ///   - {level: 1, name: Basic, description: It is there., criteria: []}
    ///   - {level: 2, name: Governed, description: It is looked after., criteria: []}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `repeated-criterion: error`.
    pub static REPEATED_CRITERION = { code: "GOV023", name: "repeated-criterion", severity: Warning, since: "0.1.0" }
}
