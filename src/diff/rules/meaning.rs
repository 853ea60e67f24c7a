//! What things mean, and the words that explain them.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A column whose `classification` is another one.
    ///
    /// ## Why it matters
    /// Readers may have to protect, mask or delete what they copied; a policy may say that they must not have it at all.
    ///
    /// ## Example
    /// ```diff
    ///    - name: birth_date
    /// -    classification: internal
    /// +    classification: restricted
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # at least a new minor version, and word to the readers
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` takes `classification-changed: error` where a class may only change with a new major.
    pub static CLASSIFICATION_CHANGED = {
        code: "BRK049", name: "classification-changed", direction: Undetermined, since: "0.1.0",
        help: "tell the readers of the column what they must do, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// An object or column that is bound to another term of the glossary, or to none. A first or a further term is an info.
    ///
    /// ## Why it matters
    /// The name, the type and the numbers are the same, and they mean something else. Nothing else would show it.
    ///
    /// ## Example
    /// ```diff
    ///      authoritativeDefinitions:
    ///        - type: semanticDefinition
    /// -        url: glossary/sales.osds.yaml#/definitions/net-amount
    /// +        url: glossary/sales.osds.yaml#/definitions/gross-amount
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: amount            # net, kept as it is
    ///   - name: amount_gross      # added
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `bound-term-changed: error`; drafts and proposals are never judged.
    pub static BOUND_TERM_CHANGED = {
        code: "BRK050", name: "bound-term-changed", direction: Undetermined, since: "0.1.0",
        help: "add a column for the new meaning beside the old one",
    }
}

declare_change! {
    /// ## What it finds
    /// A column that is a measure instead of a dimension, or the other way round.
    ///
    /// ## Why it matters
    /// Tools sum measures and group by dimensions: they do the other thing from now on.
    ///
    /// ## Example
    /// ```diff
    ///    - name: quantity
    /// -    semanticType: dimension
    /// +    semanticType: measure
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # at least a new minor version
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `semantic-type-changed: error`; drafts and proposals are never judged.
    pub static SEMANTIC_TYPE_CHANGED = {
        code: "BRK051", name: "semantic-type-changed", direction: Undetermined, since: "0.1.0",
        help: "tell the readers, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// An object, column or rule that is explained in other words: `description`, `businessName`, or the unit in `customProperties`.
    ///
    /// ## Why it matters
    /// Mostly it is said better. Sometimes it says that something else is meant, which nothing but reading shows.
    ///
    /// ## Example
    /// ```diff
    ///    - name: amount
    /// -    description: Amount of the order.
    /// +    description: Amount of the order without tax.
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - name: amount
    ///     description: Amount of the order without tax, as before.
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `meaning-reworded: warning`; drafts and proposals are never judged.
    pub static MEANING_REWORDED = {
        code: "BRK052", name: "meaning-reworded", direction: Neutral, since: "0.1.0",
        help: "read it once more: is the same meant?",
    }
}

declare_change! {
    /// ## What it finds
    /// A field beside the promises: tags, support, examples, links, transformations and all others that no rule looks at. One entry a thing. And one entry for all that is written in another way and promises the same.
    ///
    /// ## Why it matters
    /// It is listed so that a change is told whole.
    ///
    /// ## Example
    /// ```diff
    /// -tags: [sales]
    /// +tags: [sales, orders]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// tags: [sales, orders]      # nothing to do
    /// ```
    ///
    /// ## Configuration
    /// An info from every perspective. `check.levels` and `check.overrides` take `documentation-changed: warning`; drafts and proposals are never judged.
    pub static DOCUMENTATION_CHANGED = {
        code: "BRK053", name: "documentation-changed", direction: Neutral, since: "0.1.0",
        help: "nothing to do",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] =
    &[&CLASSIFICATION_CHANGED, &BOUND_TERM_CHANGED, &SEMANTIC_TYPE_CHANGED, &MEANING_REWORDED, &DOCUMENTATION_CHANGED];
