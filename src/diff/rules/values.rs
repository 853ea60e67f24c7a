//! What values a column may hold: nulls, keys, lists, limits and foreign keys.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A column that was `required` and may be null now.
    ///
    /// ## Why it matters
    /// Nulls appear where readers were promised none: joins lose rows, sums are wrong, loads fail.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// -    required: true
    /// +    required: false
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `column-made-optional: warning`; drafts and proposals are never judged.
    pub static COLUMN_MADE_OPTIONAL = {
        code: "BRK017", name: "column-made-optional", direction: Loosens, since: "0.1.0",
        help: "keep it required, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that could be null and is `required` now.
    ///
    /// ## Why it matters
    /// Readers get less that can surprise them. Whoever writes nulls fails.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// +    required: true
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `column-made-required: warning`; drafts and proposals are never judged.
    pub static COLUMN_MADE_REQUIRED = {
        code: "BRK018", name: "column-made-required", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that was `unique` and may repeat values now.
    ///
    /// ## Why it matters
    /// Joins on it multiply rows.
    ///
    /// ## Example
    /// ```diff
    ///    - name: order_id
    /// -    unique: true
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `uniqueness-dropped: warning`; drafts and proposals are never judged.
    pub static UNIQUENESS_DROPPED = {
        code: "BRK019", name: "uniqueness-dropped", direction: Loosens, since: "0.1.0",
        help: "keep it unique, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that must be `unique` now.
    ///
    /// ## Why it matters
    /// Readers can join on it. Whoever writes a value twice fails.
    ///
    /// ## Example
    /// ```diff
    ///    - name: order_id
    /// +    unique: true
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `uniqueness-added: warning`; drafts and proposals are never judged.
    pub static UNIQUENESS_ADDED = {
        code: "BRK020", name: "uniqueness-added", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// An object whose primary key consists of other columns. A key column that is removed or renamed is told as that; another order of the same columns is none.
    ///
    /// ## Why it matters
    /// What one row is has changed: joins multiply rows or lose them, and merges overwrite the wrong ones.
    ///
    /// ## Example
    /// ```diff
    ///    - {name: order_id, primaryKey: true}
    /// -  - {name: line_no}
    /// +  - {name: line_no, primaryKey: true}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// schema:
    ///   - name: orders            # kept as it is
    ///   - name: order_lines       # added, with its own key
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `primary-key-changed: warning`; drafts and proposals are never judged.
    pub static PRIMARY_KEY_CHANGED = {
        code: "BRK021", name: "primary-key-changed", direction: Both, since: "0.1.0",
        help: "publish what has another grain as an object of its own, or as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose `enum` allows more values, or no longer lists them.
    ///
    /// ## Why it matters
    /// A value comes that no reader knows: it falls through every `case`, and out of every report.
    ///
    /// ## Example
    /// ```diff
    ///      enum:
    ///        - {value: open}
    ///        - {value: paid}
    /// +      - {value: refunded}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `allowed-value-added: warning`; drafts and proposals are never judged.
    pub static ALLOWED_VALUE_ADDED = {
        code: "BRK022", name: "allowed-value-added", direction: Loosens, since: "0.1.0",
        help: "publish it as a new major, or get the word of every consumer",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose `enum` allows fewer values, or lists them for the first time.
    ///
    /// ## Why it matters
    /// Readers get nothing new. Whoever writes the value fails.
    ///
    /// ## Example
    /// ```diff
    ///      enum:
    ///        - {value: open}
    /// -      - {value: paid}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `allowed-value-removed: warning`; drafts and proposals are never judged.
    pub static ALLOWED_VALUE_REMOVED = {
        code: "BRK023", name: "allowed-value-removed", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose `enum` lost some values and got others.
    ///
    /// ## Why it matters
    /// Readers meet values they do not know, and wait for others that never come.
    ///
    /// ## Example
    /// ```diff
    ///      enum:
    ///        - {value: open}
    /// -      - {value: paid}
    /// +      - {value: settled}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///     enum:
    ///       - {value: open}
    ///       - {value: paid}          # kept until the next major
    ///       - {value: settled}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `allowed-values-replaced: warning`; drafts and proposals are never judged.
    pub static ALLOWED_VALUES_REPLACED = {
        code: "BRK024", name: "allowed-values-replaced", direction: Both, since: "0.1.0",
        help: "publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A limit on the values of a column that allows more than before, or is gone: `minimum`, `maximum`, lengths, numbers of items, `multipleOf`, `uniqueItems`, parts of an object that must be there, and a pattern or format that is no longer stated. A limit that cannot be compared is a warning.
    ///
    /// ## Why it matters
    /// Values come that readers were promised not to meet.
    ///
    /// ## Example
    /// ```diff
    ///      logicalTypeOptions:
    /// -      maximum: 100
    /// +      maximum: 1000
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `bound-relaxed: warning`; drafts and proposals are never judged.
    pub static BOUND_RELAXED = {
        code: "BRK025", name: "bound-relaxed", direction: Loosens, since: "0.1.0",
        help: "keep the limit, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A limit on the values of a column that allows less than before, or is new.
    ///
    /// ## Why it matters
    /// Readers get nothing new. Whoever writes beyond it fails.
    ///
    /// ## Example
    /// ```diff
    ///      logicalTypeOptions:
    /// -      maxLength: 200
    /// +      maxLength: 100
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `bound-tightened: warning`; drafts and proposals are never judged.
    pub static BOUND_TIGHTENED = {
        code: "BRK026", name: "bound-tightened", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose `pattern` is another one. No tool can tell which texts the one allows and the other does not.
    ///
    /// ## Why it matters
    /// It may allow more, less, or both.
    ///
    /// ## Example
    /// ```diff
    ///      logicalTypeOptions:
    /// -      pattern: "^[A-Z]{2}$"
    /// +      pattern: "^[A-Z]{2,3}$"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///     logicalTypeOptions:
    ///       pattern: "^[A-Z]{2}$"      # kept; a stricter rule can be a quality rule
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` takes `pattern-changed: error` where patterns must not move.
    pub static PATTERN_CHANGED = {
        code: "BRK027", name: "pattern-changed", direction: Undetermined, since: "0.1.0",
        help: "say in the pull request which texts are new and which are gone, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A column whose texts, days or times are written in another `format`, or with another time zone.
    ///
    /// ## Why it matters
    /// Readers parse by it: `01.02.2026` is not read as `2026-02-01`, or as another day.
    ///
    /// ## Example
    /// ```diff
    ///      logicalTypeOptions:
    /// -      format: yyyy-MM-dd
    /// +      format: dd.MM.yyyy
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: ordered_on        # kept as it is
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `format-changed: warning`; drafts and proposals are never judged.
    pub static FORMAT_CHANGED = {
        code: "BRK028", name: "format-changed", direction: Both, since: "0.1.0",
        help: "add a column in the new format beside the old one, and remove the old one with a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A foreign key that the contract promised and no longer states.
    ///
    /// ## Why it matters
    /// Rows come whose partner does not exist: joins lose them.
    ///
    /// ## Example
    /// ```diff
    ///    - name: customer_id
    /// -    relationships:
    /// -      - {to: customers.customer_id}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `relationship-removed: warning`; drafts and proposals are never judged.
    pub static RELATIONSHIP_REMOVED = {
        code: "BRK029", name: "relationship-removed", direction: Loosens, since: "0.1.0",
        help: "keep the foreign key, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A foreign key that was not promised before.
    ///
    /// ## Why it matters
    /// Readers can join on it. Whoever writes rows without a partner fails.
    ///
    /// ## Example
    /// ```diff
    ///    - name: customer_id
    /// +    relationships:
    /// +      - {to: customers.customer_id}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `relationship-added: warning`; drafts and proposals are never judged.
    pub static RELATIONSHIP_ADDED = {
        code: "BRK030", name: "relationship-added", direction: Tightens, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A foreign key that leads to another column.
    ///
    /// ## Why it matters
    /// Joins still run, and find other rows.
    ///
    /// ## Example
    /// ```diff
    ///      relationships:
    /// -      - {to: customers.customer_id}
    /// +      - {to: accounts.account_id}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: customer_id       # kept as it is
    ///   - name: account_id        # added
    ///     relationships: [{to: accounts.account_id}]
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `relationship-changed: warning`; drafts and proposals are never judged.
    pub static RELATIONSHIP_CHANGED = {
        code: "BRK031", name: "relationship-changed", direction: Both, since: "0.1.0",
        help: "add a column with the new key beside the old one, and remove the old one with a new major",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &COLUMN_MADE_OPTIONAL,
    &COLUMN_MADE_REQUIRED,
    &UNIQUENESS_DROPPED,
    &UNIQUENESS_ADDED,
    &PRIMARY_KEY_CHANGED,
    &ALLOWED_VALUE_ADDED,
    &ALLOWED_VALUE_REMOVED,
    &ALLOWED_VALUES_REPLACED,
    &BOUND_RELAXED,
    &BOUND_TIGHTENED,
    &PATTERN_CHANGED,
    &FORMAT_CHANGED,
    &RELATIONSHIP_REMOVED,
    &RELATIONSHIP_ADDED,
    &RELATIONSHIP_CHANGED,
];
