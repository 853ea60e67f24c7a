//! Objects and columns that come, go and are renamed.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A column that the contract promised and no longer lists.
    ///
    /// ## Why it matters
    /// Whoever reads it fails, or goes on with nothing in its place. Impact names those that state they read it, and those that may.
    ///
    /// ## Example
    /// ```diff
    ///  properties:
    ///    - {name: order_id}
    /// -  - {name: amount, physicalType: "decimal(18,2)"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// properties:
    ///   - {name: order_id}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `removed-column: warning`; drafts and proposals are never judged.
    pub static REMOVED_COLUMN = {
        code: "BRK001", name: "removed-column", direction: Loosens, since: "0.1.0",
        help: "keep the column until a new major, and publish the old major until its sunset",
    }
}

declare_change! {
    /// ## What it finds
    /// An object (table, topic, file) that the contract promised and no longer lists. Its columns are not listed again.
    ///
    /// ## Why it matters
    /// Whoever reads it finds nothing.
    ///
    /// ## Example
    /// ```diff
    ///  schema:
    ///    - name: orders
    /// -  - name: order_lines
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `removed-object: warning`; drafts and proposals are never judged.
    pub static REMOVED_OBJECT = {
        code: "BRK002", name: "removed-object", direction: Loosens, since: "0.1.0",
        help: "keep the object until a new major, and publish the old major until its sunset",
    }
}

declare_change! {
    /// ## What it finds
    /// A column with the same `id` and another name.
    ///
    /// ## Why it matters
    /// Queries name columns. The `id` shows that it is the same data, so that readers can be told the new name; it does not keep their queries running.
    ///
    /// ## Example
    /// ```diff
    ///    - id: col-amount
    /// -    name: amount
    /// +    name: amount_eur
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - id: col-amount
    ///     name: amount        # kept, deprecated: true
    ///   - name: amount_eur    # added, with the same values
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `renamed-column: warning`; drafts and proposals are never judged.
    pub static RENAMED_COLUMN = {
        code: "BRK003", name: "renamed-column", direction: Both, since: "0.1.0",
        help: "add the new name beside the old one, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// An object with the same `id` and another name.
    ///
    /// ## Why it matters
    /// Queries name objects. The `id` shows that it is the same data; it does not keep them running.
    ///
    /// ## Example
    /// ```diff
    ///  schema:
    ///    - id: obj-orders
    /// -    name: orders
    /// +    name: customer_orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// schema:
    ///   - id: obj-orders
    ///     name: orders
    ///     physicalName: sales.customer_orders   # the name of the table alone is another change
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `renamed-object: warning`; drafts and proposals are never judged.
    pub static RENAMED_OBJECT = {
        code: "BRK004", name: "renamed-object", direction: Both, since: "0.1.0",
        help: "keep the name until a new major, or publish the object under both names",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that was not there before and may be null.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes. Readers of `select *` see one more column.
    ///
    /// ## Example
    /// ```diff
    ///  properties:
    ///    - {name: order_id}
    /// +  - {name: channel}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough
    /// ```
    ///
    /// ## Configuration
    /// Compatible from every perspective. `check.levels` and `check.overrides` take `added-column: warning`; drafts and proposals are never judged.
    pub static ADDED_COLUMN = {
        code: "BRK005", name: "added-column", direction: Adds, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that was not there before and must be filled.
    ///
    /// ## Why it matters
    /// Readers lose nothing. Whoever writes the data has to fill it from now on.
    ///
    /// ## Example
    /// ```diff
    ///  properties:
    ///    - {name: order_id}
    /// +  - {name: channel, required: true}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// properties:
    ///   - {name: order_id}
    /// +  - {name: channel}       # required once every writer fills it
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `added-required-column: warning`; drafts and proposals are never judged.
    pub static ADDED_REQUIRED_COLUMN = {
        code: "BRK006", name: "added-required-column", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked (`perspective: producer`), add it as optional first",
    }
}

declare_change! {
    /// ## What it finds
    /// An object that was not there before. Its columns are not listed again.
    ///
    /// ## Why it matters
    /// Nothing that was promised changes.
    ///
    /// ## Example
    /// ```diff
    ///  schema:
    ///    - name: orders
    /// +  - name: returns
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough
    /// ```
    ///
    /// ## Configuration
    /// Compatible from every perspective. `check.levels` and `check.overrides` take `added-object: warning`; drafts and proposals are never judged.
    pub static ADDED_OBJECT = {
        code: "BRK007", name: "added-object", direction: Adds, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// An object or column whose `physicalName` is another one: what queries really name.
    ///
    /// ## Why it matters
    /// The contract calls it the same, and every query against the database fails.
    ///
    /// ## Example
    /// ```diff
    ///    - name: orders
    /// -    physicalName: sales.orders
    /// +    physicalName: sales.orders_v2
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: orders
    ///     physicalName: sales.orders     # a view of the old name on the new table
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `physical-name-changed: warning`; drafts and proposals are never judged.
    pub static PHYSICAL_NAME_CHANGED = {
        code: "BRK008", name: "physical-name-changed", direction: Both, since: "0.1.0",
        help: "keep a view or alias of the old name until a new major",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &REMOVED_COLUMN,
    &REMOVED_OBJECT,
    &RENAMED_COLUMN,
    &RENAMED_OBJECT,
    &ADDED_COLUMN,
    &ADDED_REQUIRED_COLUMN,
    &ADDED_OBJECT,
    &PHYSICAL_NAME_CHANGED,
];
