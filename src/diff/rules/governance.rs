//! Who answers for what, and where domains, teams and source systems stand.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A domain, a source system, a policy or a contract that another team owns than in the base, or none, and a domain with other stewards. An owner of a data product is BRK076.
    ///
    /// ## Why it matters
    /// Other people are asked from now on, and approve, acknowledge and grant exceptions. `meshfolio reviewers` asks both teams.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/domains/sales/domain.yaml
    /// -owner: order-platform
    /// +owner: ledger
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// owner: ledger      # nothing to do; let `meshfolio codeowners` write who owns its files
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `owner-changed: warning`; what is a draft or proposed is never judged.
    pub static OWNER_CHANGED = {
        code: "BRK086", name: "owner-changed", direction: Neutral, since: "0.1.0",
        help: "let both teams review it, and let `meshfolio codeowners` write who owns its files",
    }
}

declare_change! {
    /// ## What it finds
    /// A team with another `forgeHandle` than in the base, or none.
    ///
    /// ## Why it matters
    /// The handle says who on the forge is the team: who is asked to review, who owns its files in CODEOWNERS, and whose acknowledgements count.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/teams/order-platform.yaml
    /// -forgeHandle: "@acme/order-platform"
    /// +forgeHandle: "@acme/everybody"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// forgeHandle: "@acme/order-desk"      # where the group is called so now
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `team-handle-changed: warning`.
    pub static TEAM_HANDLE_CHANGED = {
        code: "BRK087", name: "team-handle-changed", direction: Neutral, since: "0.1.0",
        help: "let the team review it, and let `meshfolio codeowners` write who owns its files",
    }
}

declare_change! {
    /// ## What it finds
    /// A role of a contract whose `firstLevelApprovers` or `secondLevelApprovers` are others.
    ///
    /// ## Why it matters
    /// They decide who may read the data. The page of the product sends requests to them.
    ///
    /// ## Example
    /// ```diff
    ///  roles:
    ///    - role: SALES_READ
    /// -    firstLevelApprovers: sales-data-steward
    /// +    firstLevelApprovers: growth-lead
    /// ```
    ///
    /// ## Instead
    /// Nothing: this is how an approver is named.
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `approver-changed: warning`; drafts and proposals are never judged.
    pub static APPROVER_CHANGED = {
        code: "BRK088", name: "approver-changed", direction: Neutral, since: "0.1.0",
        help: "let those who approved before review this",
    }
}

declare_change! {
    /// ## What it finds
    /// A domain, team, source system, glossary or policy that stands elsewhere than before: its status, its type, the domain that it belongs to, how a domain works, who is in a team.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes, but policies and lists go by these words.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/domains/sales/domain.yaml
    /// -parentDomain: commerce
    /// +parentDomain: finance
    /// ```
    ///
    /// ## Instead
    /// Nothing: it is listed so that a change is told whole.
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `standing-changed: warning`; what is a draft or proposed is never judged.
    pub static STANDING_CHANGED = {
        code: "BRK090", name: "standing-changed", direction: Neutral, since: "0.1.0",
        help: "let its owner review it",
    }
}

declare_change! {
    /// ## What it finds
    /// A source system with other `servers` or `assets`.
    ///
    /// ## Why it matters
    /// Data products read them: their lineage begins here, and an input port may name an asset that is gone.
    ///
    /// ## Example
    /// ```diff
    ///  assets:
    /// -  - {id: orders-table, name: public.orders}
    /// +  - {id: orders-view, name: public.orders_v2}
    /// ```
    ///
    /// ## Instead
    /// Nothing: it is listed so that a change is told whole.
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `source-changed: warning`; what is a draft or proposed is never judged.
    pub static SOURCE_CHANGED = {
        code: "BRK091", name: "source-changed", direction: Neutral, since: "0.1.0",
        help: "let the owners of the data products that read it know",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] =
    &[&OWNER_CHANGED, &TEAM_HANDLE_CHANGED, &APPROVER_CHANGED, &STANDING_CHANGED, &SOURCE_CHANGED];
