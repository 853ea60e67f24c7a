//! Types of columns.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A column whose `logicalType` is another one.
    ///
    /// ## Why it matters
    /// Readers parse, compare and sum by type.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// -    logicalType: string
    /// +    logicalType: number
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: amount          # kept as it is
    ///     logicalType: string
    ///   - name: amount_eur      # added
    ///     logicalType: number
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `logical-type-changed: warning`; drafts and proposals are never judged.
    pub static LOGICAL_TYPE_CHANGED = {
        code: "BRK009", name: "logical-type-changed", direction: Both, since: "0.1.0",
        help: "add a column of the new type beside the old one, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose physical type, or format of number, holds all values that it held and more: `int` to `bigint`, `varchar(10)` to `varchar(20)`, `decimal(10,2)` to `decimal(12,4)`.
    ///
    /// ## Why it matters
    /// Values come that the column of a reader cannot hold: they are cut, refused, or overflow.
    ///
    /// ## Example
    /// ```diff
    ///    - name: country
    /// -    physicalType: varchar(2)
    /// +    physicalType: varchar(3)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` takes `type-widened: warning` where readers take wider types.
    pub static TYPE_WIDENED = {
        code: "BRK010", name: "type-widened", direction: Loosens, since: "0.1.0",
        help: "publish it as a new major; where no reader minds, set `type-widened: warning`",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose physical type, or format of number, holds fewer values than it held.
    ///
    /// ## Why it matters
    /// Readers get nothing that they did not expect. Whoever writes more than fits fails.
    ///
    /// ## Example
    /// ```diff
    ///    - name: country
    /// -    physicalType: varchar(3)
    /// +    physicalType: varchar(2)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `type-narrowed: warning`; drafts and proposals are never judged.
    pub static TYPE_NARROWED = {
        code: "BRK011", name: "type-narrowed", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose physical type is another one, and neither holds all values of the other. Of an object that is another kind of thing, such as a view instead of a table, it is a warning.
    ///
    /// ## Why it matters
    /// Readers parse and compare by type; values that were there are gone, and others come.
    ///
    /// ## Example
    /// ```diff
    ///    - name: ordered_at
    /// -    physicalType: date
    /// +    physicalType: timestamptz
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: ordered_on       # kept as it is
    ///     physicalType: date
    ///   - name: ordered_at       # added
    ///     physicalType: timestamptz
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `type-changed: warning`; drafts and proposals are never judged.
    pub static TYPE_CHANGED = {
        code: "BRK012", name: "type-changed", direction: Both, since: "0.1.0",
        help: "add a column of the new type beside the old one, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that states its logical or physical type for the first time.
    ///
    /// ## Why it matters
    /// Readers know more than before. Whoever writes is bound to it.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// +    physicalType: decimal(18,2)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `type-added: warning`; drafts and proposals are never judged.
    pub static TYPE_ADDED = {
        code: "BRK013", name: "type-added", direction: Tightens, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that no longer states its logical or physical type.
    ///
    /// ## Why it matters
    /// Any type may come. What readers built on is no longer promised.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// -    physicalType: decimal(18,2)
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: amount
    ///     physicalType: decimal(18,2)   # what is so can stay said
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `type-removed: warning`; drafts and proposals are never judged.
    pub static TYPE_REMOVED = {
        code: "BRK014", name: "type-removed", direction: Loosens, since: "0.1.0",
        help: "state the type again, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// The items of a list, or the keys or values of a map, whose logical or physical type is another one, wider and narrower ones too.
    ///
    /// ## Why it matters
    /// A list of longer numbers is another type to nearly every reader, not a wider one.
    ///
    /// ## Example
    /// ```diff
    ///    - name: tags
    ///      logicalType: array
    ///      items:
    /// -      logicalType: string
    /// +      logicalType: integer
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: tags           # kept as it is
    ///   - name: tag_ids        # added
    ///     logicalType: array
    ///     items: {logicalType: integer}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `element-type-changed: warning`; drafts and proposals are never judged.
    pub static ELEMENT_TYPE_CHANGED = {
        code: "BRK015", name: "element-type-changed", direction: Both, since: "0.1.0",
        help: "add a column of the new type beside the old one, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A vector with another number of dimensions, another type of element, distance, norm or embedding model.
    ///
    /// ## Why it matters
    /// Vectors of two models do not compare: a search finds something, and it is wrong.
    ///
    /// ## Example
    /// ```diff
    ///      logicalType: vector
    ///      logicalTypeOptions:
    /// -      dimensions: 768
    /// +      dimensions: 1024
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: embedding          # kept as it is
    ///   - name: embedding_1024     # added
    ///     logicalType: vector
    ///     logicalTypeOptions: {dimensions: 1024}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `vector-changed: warning`; drafts and proposals are never judged.
    pub static VECTOR_CHANGED = {
        code: "BRK016", name: "vector-changed", direction: Both, since: "0.1.0",
        help: "add the new vectors beside the old ones, and remove the old ones with a new major",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &LOGICAL_TYPE_CHANGED,
    &TYPE_WIDENED,
    &TYPE_NARROWED,
    &TYPE_CHANGED,
    &TYPE_ADDED,
    &TYPE_REMOVED,
    &ELEMENT_TYPE_CHANGED,
    &VECTOR_CHANGED,
];
