//! Names that change and are led on.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A product, domain, team, term, policy or source system that has another `id` than in the base, where an alias leads from the old one to it. It is compared with what it was; a contract with another `id` is `contract-id-changed`.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes, and the old address leads on. But people look for the old name, and tools of others may have noted it down.
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
    /// id: customer-orders       # nothing to do
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `renamed-thing: warning`; drafts and proposals are never judged.
    pub static RENAMED_THING = {
        code: "BRK071", name: "renamed-thing", direction: Neutral, since: "0.1.0",
        help: "nothing to do: the alias leads on",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[&RENAMED_THING];
