//! Where a contract stands in its life: its status, its id, and whether it is there at all.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A version of a contract whose `status` becomes deprecated.
    ///
    /// ## Why it matters
    /// It still works, and will end: its readers have to know when, and where to go.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: deprecated
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `deprecated-contract: error`; drafts and proposals are never judged.
    pub static DEPRECATED_CONTRACT = {
        code: "BRK054", name: "deprecated-contract", direction: Undetermined, since: "0.1.0",
        help: "state `endOfSupport` in `slaProperties`, and tell its readers which version takes its place",
    }
}

declare_change! {
    /// ## What it finds
    /// A version of a contract whose `status` becomes retired.
    ///
    /// ## Why it matters
    /// Its data may go at any time. It may come once nobody reads it, everybody who does has acknowledged it, or its sunset has passed.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: retired
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}   # retired after that day
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `retired-contract: warning`; drafts and proposals are never judged.
    pub static RETIRED_CONTRACT = {
        code: "BRK055", name: "retired-contract", direction: Both, since: "0.1.0",
        help: "deprecate it first, with an `endOfSupport`, and retire it after that day",
    }
}

declare_change! {
    /// ## What it finds
    /// A version of a contract that is a draft or a proposal again.
    ///
    /// ## Why it matters
    /// Drafts promise nothing: every promise it made is taken back at once, and no later change of it would be told.
    ///
    /// ## Example
    /// ```diff
    /// -status: active
    /// +status: draft
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: active          # and the next version as a draft, in a document of its own
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `withdrawn-contract: warning`; drafts and proposals are never judged.
    pub static WITHDRAWN_CONTRACT = {
        code: "BRK056", name: "withdrawn-contract", direction: Both, since: "0.1.0",
        help: "draft the next version in a document of its own",
    }
}

declare_change! {
    /// ## What it finds
    /// A contract with another `id` than in the base: one that an alias leads to, or that stays in its file. What else changed of it is compared all the same.
    ///
    /// ## Why it matters
    /// Every port, agreement and acknowledgement names the id, and those that name the old one lead nowhere now. It may come once none does; `meshfolio mv` rewrites them with it.
    ///
    /// ## Example
    /// ```diff
    /// -id: orders
    /// +id: sales-orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # registry/aliases.yaml
    /// aliases:
    ///   - {from: contract:orders, to: contract:sales-orders, since: 2026-11-03}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `contract-id-changed: warning`; drafts and proposals are never judged.
    pub static CONTRACT_ID_CHANGED = {
        code: "BRK057", name: "contract-id-changed", direction: Both, since: "0.1.0",
        help: "keep the id; `meshfolio mv` renames it everywhere and leaves an alias",
    }
}

declare_change! {
    /// ## What it finds
    /// A contract whose documents are all gone.
    ///
    /// ## Why it matters
    /// Whoever is bound to it has no promise any more. It may come once nobody is, everybody who is has acknowledged it, or its sunset has passed.
    ///
    /// ## Example
    /// ```diff
    /// -# registry/domains/sales/orders/contracts/orders.odcs.yaml
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}   # `status: retired` after that day
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `removed-contract: warning`; drafts and proposals are never judged.
    pub static REMOVED_CONTRACT = {
        code: "BRK058", name: "removed-contract", direction: Loosens, since: "0.1.0",
        help: "keep the document: deprecate it with an `endOfSupport`, and write `status: retired` after that day; or let every consumer read something else first",
    }
}

declare_change! {
    /// ## What it finds
    /// A major version of a contract that is no longer among its documents, while another one is; or of which only a draft or a proposal is left.
    ///
    /// ## Why it matters
    /// An input port binds a major. Its readers cannot go on until they have moved. It may come once nobody reads it, everybody who does has acknowledged it, or its sunset has passed.
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
    /// # orders-2.odcs.yaml, still published
    /// version: 2.1.0
    /// status: deprecated
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2027-06-30"}
    /// # orders-3.odcs.yaml
    /// version: 3.0.0
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `removed-major: warning`; drafts and proposals are never judged.
    pub static REMOVED_MAJOR = {
        code: "BRK059", name: "removed-major", direction: Loosens, since: "0.1.0",
        help: "keep the old major in a document of its own and publish it until its sunset, or let every consumer acknowledge the change",
    }
}

declare_change! {
    /// ## What it finds
    /// A contract, or a version of one, that has nothing to be compared with.
    ///
    /// ## Why it matters
    /// It is listed so that a change is told whole.
    ///
    /// ## Example
    /// ```diff
    /// +id: returns
    /// +version: 1.0.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// id: returns                # nothing to do
    /// version: 1.0.0
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `added-contract: warning`; drafts and proposals are never judged.
    pub static ADDED_CONTRACT = {
        code: "BRK060", name: "added-contract", direction: Neutral, since: "0.1.0",
        help: "nothing to do",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &DEPRECATED_CONTRACT,
    &RETIRED_CONTRACT,
    &WITHDRAWN_CONTRACT,
    &CONTRACT_ID_CHANGED,
    &REMOVED_CONTRACT,
    &REMOVED_MAJOR,
    &ADDED_CONTRACT,
];
