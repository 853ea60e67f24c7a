//! Addresses of pages, which are permanent once they are published.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A page that the base has and the head has not: a product, contract, domain, team, term, policy or source system that is deleted, has another `id` or another `slug`, without an alias; and an alias that is taken out of `aliases.yaml`.
    ///
    /// ## Why it matters
    /// Published addresses are permanent. Links stand in wikis, tickets, dashboards and the catalogs of others, and none of them learns of the change.
    ///
    /// ## Example
    /// ```diff
    /// # registry/domains/sales/orders/product.odps.yaml
    /// -id: orders
    /// +id: customer-orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # registry/aliases.yaml, as `meshfolio mv product:orders customer-orders` writes it
    /// aliases:
    ///   - {from: "product:orders", to: "product:customer-orders", since: 2026-11-03}
    /// ```
    ///
    /// What is over keeps its file with `status: retired`: its page says what became of it.
    ///
    /// ## Configuration
    /// An error from every perspective. `check.levels` and `check.overrides` take `lost-address: warning`; drafts and proposals are only listed.
    pub static LOST_ADDRESS = {
        code: "BRK068", name: "lost-address", direction: Both, since: "0.1.0",
        help: "keep what had the address with `status: retired`, or let an alias lead on",
    }
}

declare_change! {
    /// ## What it finds
    /// A version of a contract whose page is gone, while the contract stays: its document went on to another version.
    ///
    /// ## Why it matters
    /// Whoever noted down which version they agreed to finds nothing there any more. While the same major goes on it is only listed by `diff`, since readers bind a major; where nothing of that major is left it is a warning.
    ///
    /// ## Example
    /// ```diff
    /// # orders.odcs.yaml
    /// -version: 2.1.0
    /// +version: 3.0.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # registry/aliases.yaml
    /// aliases:
    ///   - {from: "contract:orders@2.1.0", to: "contract:orders@3.0.0", since: 2026-11-03}
    /// ```
    ///
    /// Or keep the old version in a document of its own.
    ///
    /// ## Configuration
    /// `check.levels` and `check.overrides` take `lost-version-address: off`, and `warning` or `error` for every version that goes, also within a major; drafts and proposals are only listed.
    pub static LOST_VERSION_ADDRESS = {
        code: "BRK069", name: "lost-version-address", direction: Undetermined, since: "0.1.0",
        help: "let an alias lead on, or keep the version in a document of its own",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[&LOST_ADDRESS, &LOST_VERSION_ADDRESS];
