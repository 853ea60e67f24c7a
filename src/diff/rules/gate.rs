//! What stands between a change and its merge.

use crate::declare_rule;
use crate::diagnostic::RuleMeta;

declare_rule! {
    /// ## What it finds
    /// A contract whose version takes a smaller step than its changes need: a new major for a breaking change, a new minor version for any other that is no mere word. So does a version that is lower than before, while no document has the one before, and a newest version that is gone while readers fall back to an older one.
    ///
    /// ## Why it matters
    /// Readers bind a major and look at the version to see whether anything changed. The same version with other promises is a promise nobody can hold you to.
    ///
    /// ## Example
    /// ```diff
    /// -version: 2.1.0
    /// +version: 2.2.0
    /// -      - {name: amount}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0
    /// slaProperties: []     # and 2.1.0 in a document of its own until its sunset
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `version-not-bumped: warning`. With `check.transitive: true` or `--transitive` the step is also asked for what changed since older versions of the same major that a product or agreement still names.
    pub static VERSION_NOT_BUMPED = { code: "BRK065", name: "version-not-bumped", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An old major that goes on being published beside the new one, and says nowhere until when.
    ///
    /// ## Why it matters
    /// Its readers do not know when to move, and it can never be removed: without a sunset that is refused.
    ///
    /// ## Example
    /// ```diff
    /// # orders-2.odcs.yaml, beside orders-3.odcs.yaml
    ///  version: 2.1.0
    ///  status: deprecated
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.1.0
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `major-without-sunset: error`.
    pub static MAJOR_WITHOUT_SUNSET = { code: "BRK066", name: "major-without-sunset", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An acknowledgement of a change under review that does not count, because the owners of files at the base do not give its file to the team of the consumer, or because it has a mistake of its own: an error of form, a subject or consumer that is not there (REF020), the id of another one (REF009), or a day to come (REF033). So is one whose `status` is `draft`, `proposed` or `retired`: it is nobody's word yet, or no more.
    ///
    /// ## Why it matters
    /// Otherwise whoever breaks a contract could agree in the name of its readers. `check` without `--base` has no owners of the base: there the word of a reader counts in its own folder, in one of its team or domain, and in folders of nobody, and REF007 and REF014 show each word that does not count with the reason. One word that counts is enough, whoever else says the same.
    ///
    /// ## Example
    /// ```diff
    /// # CODEOWNERS of the base
    ///  registry/ @acme/order-platform
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # CODEOWNERS of the base
    /// registry/ @acme/order-platform
    /// registry/domains/finance/finance-close/ @acme/ledger
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `acknowledgement-not-counted: error`.
    pub static ACKNOWLEDGEMENT_NOT_COUNTED = { code: "BRK067", name: "acknowledgement-not-counted", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A change of `meshfolio.yaml` that makes the site lean, where it was not before: contracts stand on the pages of their products then, and have no pages of their own. It is told once, with the number of addresses, and not for each of them. A contract that has no room on the page of its product keeps its own.
    ///
    /// ## Why it matters
    /// Published addresses are permanent, and links to contracts and their versions stand in wikis, tickets and code. Whether a site is lean is chosen before it is published first.
    ///
    /// ## Example
    /// ```diff
    ///  # meshfolio.yaml
    /// +site: {lean: true}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # meshfolio.yaml, where the loss is meant
    /// site: {lean: true}
    /// check: {levels: {folded-addresses: info}}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `folded-addresses: warning`, `info` or `off`.
    pub static FOLDED_ADDRESSES = { code: "BRK072", name: "folded-addresses", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A change of `check` in `meshfolio.yaml` that lets more pass than the base: a lower level of a rule or of a policy, everywhere or below some paths, warnings that no longer fail a run, changes that are graded for the other side, or contracts that are compared with fewer versions. A change of `personalData` is found too, where other classes count as personal data, or fewer columns look like it. What counts is the level that holds in the end for the files of the branch, however it is written.
    ///
    /// ## Why it matters
    /// `check` judges a branch by the levels of the branch: what switches a rule off passes it. Whoever reviews the change has to see that first. `check --policies-from` judges by the policies, the levels and the personal data of another revision.
    ///
    /// ## Example
    /// ```diff
    ///  # meshfolio.yaml
    ///  check:
    ///    levels:
    /// -    missing-owner: error
    /// +    missing-owner: off
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # registry/waivers/legacy-crm.yaml: one thing, with a last day
    /// kind: Waiver
    /// target: product:legacy-crm
    /// rule: missing-owner
    /// expires: 2026-12-31
    /// ```
    ///
    /// ## Configuration
    /// The level is that of the base: `check.levels` there takes `lowered-level: error`, so that no branch lowers anything by itself. A branch that sets it to `off` is told all the same. That holds for a branch that takes `lowered-level: error` back, too: whoever may merge past a failing check, as the owners of `meshfolio.yaml` on most forges may, decides that, and no file does.
    pub static LOWERED_LEVEL = { code: "BRK080", name: "lowered-level", severity: Warning, since: "0.1.0" }
}

/// The rules of this file.
pub(super) const RULES: &[&RuleMeta] =
    &[&VERSION_NOT_BUMPED, &MAJOR_WITHOUT_SUNSET, &ACKNOWLEDGEMENT_NOT_COUNTED, &FOLDED_ADDRESSES, &LOWERED_LEVEL];
