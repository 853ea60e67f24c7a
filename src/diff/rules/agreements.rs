//! Agreements on access: who is given what of whom, until when.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// An access agreement that gives access with this change: it is new, is approved now, runs again after its end had passed, or comes to another consumer or to more classes of data. The change says who gets what of whom until when.
    ///
    /// ## Why it matters
    /// The merge is the approval. Whoever reviews it has to see what it gives away; `meshfolio reviewers` asks both sides.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/domains/sales/orders/access/campaigns.oaas.yaml
    /// -status: requested
    /// +status: approved
    /// ```
    ///
    /// ## Instead
    /// Nothing: this is how access is given.
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `access-granted: warning`, for one folder too, or `error`, so that it needs a waiver.
    pub static ACCESS_GRANTED = {
        code: "BRK083", name: "access-granted", direction: Neutral, since: "0.1.0",
        help: "let those who approve access to the product review this",
    }
}

declare_change! {
    /// ## What it finds
    /// An access agreement that gave access and no longer does: it is gone, is no longer approved, or its last day has passed by what is written now.
    ///
    /// ## Why it matters
    /// Its consumer loses what it reads, and whoever sets up access on the platform takes it away.
    ///
    /// ## Example
    /// ```diff
    ///  # registry/domains/sales/orders/access/campaigns.oaas.yaml
    /// -status: approved
    /// +status: rejected
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: approved
    /// endTimestamp: "2027-06-30T23:59:59Z"      # a day by which the consumer can have left
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `access-revoked: error`, so that it needs a waiver.
    pub static ACCESS_REVOKED = {
        code: "BRK084", name: "access-revoked", direction: Undetermined, since: "0.1.0",
        help: "let its consumer review this, or give it an end that leaves time",
    }
}

declare_change! {
    /// ## What it finds
    /// An access agreement that is about something else than before: other days, another port, contract or environment, other roles, fewer classes of data, or a consumer less. Or one that is asked for or refused. An earlier end is a warning.
    ///
    /// ## Why it matters
    /// Access goes on, and is not what was approved before.
    ///
    /// ## Example
    /// ```diff
    /// -endTimestamp: "2027-12-14T23:59:59Z"
    /// +endTimestamp: "2037-12-14T23:59:59Z"
    /// ```
    ///
    /// ## Instead
    /// Nothing: this is how an agreement is changed.
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `agreement-changed: warning`.
    pub static AGREEMENT_CHANGED = {
        code: "BRK085", name: "agreement-changed", direction: Neutral, since: "0.1.0",
        help: "let those who approve access to the product review this",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[&ACCESS_GRANTED, &ACCESS_REVOKED, &AGREEMENT_CHANGED];
