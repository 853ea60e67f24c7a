//! Where a data product stands: its status, its owner and its domain.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A data product whose `status` becomes deprecated, or that says `deprecated: true` now.
    ///
    /// ## Why it matters
    /// It still works, and will end: everybody who reads one of its ports has to know when, and where to go. They are listed with the change and asked to look at it.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: deprecated
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # product.odps.yaml
    /// status: deprecated
    /// customProperties:
    ///   - {property: successor, value: customer-orders}
    /// # and in its contracts
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `deprecated-product: error`; drafts and proposals are never judged.
    pub static DEPRECATED_PRODUCT = {
        code: "BRK073", name: "deprecated-product", direction: Undetermined, since: "0.1.0",
        help: "name its `successor` in `customProperties`, and state `endOfSupport` in the `slaProperties` of its contracts",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product whose `status` becomes retired. Those who read what it publishes, and no other product does, are hit.
    ///
    /// ## Why it matters
    /// Its data may go at any time. It may come once nobody reads it, the sunset of everything that it publishes has passed, or everybody who reads it has acknowledged it: `toVersion` of the acknowledgement is the version that the port publishes.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: retired
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: deprecated      # and retired after the `endOfSupport` of its contracts
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `retired-product: warning`; drafts and proposals are never judged.
    pub static RETIRED_PRODUCT = {
        code: "BRK074", name: "retired-product", direction: Both, since: "0.1.0",
        help: "deprecate it first, with an `endOfSupport` in its contracts, and retire it after that day",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product that is a draft or a proposal again.
    ///
    /// ## Why it matters
    /// Drafts promise nothing: what was relied on is taken back at once, and no later change of it would be told. It may come once nobody reads it or everybody who does has acknowledged it.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: draft
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: active          # and what is new about it as the draft of a contract
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `withdrawn-product: warning`; drafts and proposals are never judged.
    pub static WITHDRAWN_PRODUCT = {
        code: "BRK075", name: "withdrawn-product", direction: Both, since: "0.1.0",
        help: "leave it active, and draft the next version of its contract in a document of its own",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product that another team owns than in the base, or none.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes. But whoever reads it asks other people from now on, and an acknowledgement, a review or a waiver may be theirs to give: readers are listed, and both teams are asked to look.
    ///
    /// ## Example
    /// ```diff
    /// -team: {name: order-platform}
    /// +team: {name: order-desk}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// team: {name: order-desk}      # nothing to do; let `meshfolio codeowners` write who owns its files
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `product-handed-over: warning`; drafts and proposals are never judged.
    pub static PRODUCT_HANDED_OVER = {
        code: "BRK076", name: "product-handed-over", direction: Neutral, since: "0.1.0",
        help: "let both teams review it, and let `meshfolio codeowners` write who owns its files",
    }
}

declare_change! {
    /// ## What it finds
    /// A data product that belongs to another domain than in the base, or to none.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes. But other policies may bind it, it stands elsewhere in the catalog, and the owner of another domain answers for it: `meshfolio reviewers` asks the owners of both domains.
    ///
    /// ## Example
    /// ```diff
    /// -domain: sales
    /// +domain: commerce
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// domain: commerce      # nothing to do; `meshfolio check` says which policies of the new domain it fails
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `product-moved: warning`; drafts and proposals are never judged.
    pub static PRODUCT_MOVED = {
        code: "BRK089", name: "product-moved", direction: Neutral, since: "0.1.0",
        help: "let the owners of both domains review it",
    }
}

/// The rules of this file.
pub(in crate::diff) const RULES: &[&ChangeRule] =
    &[&DEPRECATED_PRODUCT, &RETIRED_PRODUCT, &WITHDRAWN_PRODUCT, &PRODUCT_HANDED_OVER, &PRODUCT_MOVED];
