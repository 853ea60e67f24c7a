//! Where the data is, who may read it, what it costs and on which terms.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A server that the contract named and no longer names. Of a server that is not for production it is an info.
    ///
    /// ## Why it matters
    /// Readers connect to it.
    ///
    /// ## Example
    /// ```diff
    ///  servers:
    /// -  - {server: warehouse, type: postgres, environment: prod}
    /// +  - {server: lake, type: s3, environment: prod}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// servers:
    ///   - {server: warehouse, type: postgres, environment: prod}   # until its readers have moved
    ///   - {server: lake, type: s3, environment: prod}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `removed-server: warning`; drafts and proposals are never judged.
    pub static REMOVED_SERVER = {
        code: "BRK043", name: "removed-server", direction: Both, since: "0.1.0",
        help: "keep the server beside the new one until a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A server of production that is another place: type, host, database, schema, topic, location. Of a server that is not for production it is an info.
    ///
    /// ## Why it matters
    /// Readers connect to what is no longer there, or to other data.
    ///
    /// ## Example
    /// ```diff
    ///    - server: warehouse
    ///      type: postgres
    ///      environment: prod
    /// -    schema: sales
    /// +    schema: sales_v2
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - {server: warehouse, type: postgres, schema: sales}        # until its readers have moved
    ///   - {server: warehouse-v2, type: postgres, schema: sales_v2}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `server-moved: warning`; drafts and proposals are never judged.
    pub static SERVER_MOVED = {
        code: "BRK044", name: "server-moved", direction: Both, since: "0.1.0",
        help: "name the new place as a server of its own, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A server that was not named before.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes.
    ///
    /// ## Example
    /// ```diff
    ///  servers:
    ///    - {server: warehouse, type: postgres}
    /// +  - {server: lake, type: s3}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough
    /// ```
    ///
    /// ## Configuration
    /// Compatible from every perspective. `check.levels` and `check.overrides` take `added-server: warning`; drafts and proposals are never judged.
    pub static ADDED_SERVER = {
        code: "BRK045", name: "added-server", direction: Adds, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A role that is removed, or gives other access. One that is new is compatible. One with another name is another role,
    /// whatever its `id`.
    ///
    /// ## Why it matters
    /// Who reads with it may no longer be let in.
    ///
    /// ## Example
    /// ```diff
    ///  roles:
    /// -  - {role: orders-reader, access: read}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// roles:
    ///   - {role: orders-reader, access: read}      # until its holders have another one
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `role-narrowed: error`; drafts and proposals are never judged.
    pub static ROLE_NARROWED = {
        code: "BRK046", name: "role-narrowed", direction: Undetermined, since: "0.1.0",
        help: "tell its holders which role takes its place, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A price that is higher, in another currency or unit, or no longer stated. A lower one is an info.
    ///
    /// ## Why it matters
    /// Whoever reads pays.
    ///
    /// ## Example
    /// ```diff
    ///  price:
    /// -  priceAmount: 100
    /// +  priceAmount: 120
    ///    priceCurrency: EUR
    ///    priceUnit: month
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # at least a new minor version, and word to those who pay
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `price-raised: error`; drafts and proposals are never judged.
    pub static PRICE_RAISED = {
        code: "BRK047", name: "price-raised", direction: Undetermined, since: "0.1.0",
        help: "tell those who pay, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// Other words in `description.limitations` or `description.usage`.
    ///
    /// ## Why it matters
    /// They say what readers may do with the data. Whether they may do less, only a person can tell.
    ///
    /// ## Example
    /// ```diff
    ///  description:
    /// -  limitations: Not for marketing.
    /// +  limitations: Not for marketing or credit decisions.
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # at least a new minor version
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `terms-changed: error`; drafts and proposals are never judged.
    pub static TERMS_CHANGED = {
        code: "BRK048", name: "terms-changed", direction: Undetermined, since: "0.1.0",
        help: "say in the pull request what readers may no longer do, and raise at least the minor version",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] =
    &[&REMOVED_SERVER, &SERVER_MOVED, &ADDED_SERVER, &ROLE_NARROWED, &PRICE_RAISED, &TERMS_CHANGED];
