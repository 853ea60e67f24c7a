//! Quality rules and service levels.

use super::super::change::{ChangeRule, Direction};
use super::declare_change;
use crate::diagnostic::RuleMeta;

declare_change! {
    /// ## What it finds
    /// A quality rule that the contract promised and no longer states.
    ///
    /// ## Why it matters
    /// Nobody checks it any more, and readers who built on it are not told.
    ///
    /// ## Example
    /// ```diff
    ///      quality:
    /// -      - {metric: nullValues, mustBe: 0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `quality-rule-removed: warning`; drafts and proposals are never judged.
    pub static QUALITY_RULE_REMOVED = {
        code: "BRK032", name: "quality-rule-removed", direction: Loosens, since: "0.1.0",
        help: "keep the rule, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A quality rule whose threshold allows something that it did not, whose `validValues` got another value, or whose
    /// severity no longer fails.
    ///
    /// ## Why it matters
    /// The number that readers rely on is no longer promised.
    ///
    /// ## Example
    /// ```diff
    ///        - metric: nullValues
    /// -        mustBeLessThan: 1
    /// +        mustBeLessThan: 5
    ///          unit: percent
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `quality-rule-relaxed: warning`; drafts and proposals are never judged.
    pub static QUALITY_RULE_RELAXED = {
        code: "BRK033", name: "quality-rule-relaxed", direction: Loosens, since: "0.1.0",
        help: "keep the threshold, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A quality rule that was not promised before.
    ///
    /// ## Why it matters
    /// Readers know more. Whoever writes the data has to meet it.
    ///
    /// ## Example
    /// ```diff
    ///      quality:
    /// +      - {metric: duplicateValues, mustBe: 0}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `quality-rule-added: warning`; drafts and proposals are never judged.
    pub static QUALITY_RULE_ADDED = {
        code: "BRK034", name: "quality-rule-added", direction: Tightens, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A quality rule whose threshold allows less, whose `validValues` lost one, or whose severity fails now.
    ///
    /// ## Why it matters
    /// Readers get better data. Whoever writes it has to meet more.
    ///
    /// ## Example
    /// ```diff
    ///        - metric: nullValues
    /// -        mustBeLessThan: 5
    /// +        mustBeLessThan: 1
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `quality-rule-tightened: warning`; drafts and proposals are never judged.
    pub static QUALITY_RULE_TIGHTENED = {
        code: "BRK035", name: "quality-rule-tightened", direction: Tightens, since: "0.1.0",
        help: "raise the minor version; where writers are asked, publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A quality rule that measures something else (type, metric, query, engine, arguments such as a `pattern`, unit), or whose threshold cannot be compared.
    ///
    /// ## Why it matters
    /// Nobody but its author can tell whether it promises more or less.
    ///
    /// ## Example
    /// ```diff
    ///        - type: sql
    /// -        query: select count(*) from orders where amount < 0
    /// +        query: select count(*) from orders where amount <= 0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///       - name: no-negative-amounts     # kept as it is
    ///       - name: no-zero-amounts         # added
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `quality-rule-changed: error`; drafts and proposals are never judged.
    pub static QUALITY_RULE_CHANGED = {
        code: "BRK036", name: "quality-rule-changed", direction: Undetermined, since: "0.1.0",
        help: "say in the pull request what it means for readers, and raise at least the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level that promises less: availability, throughput or retention down; latency, frequency, error rate or times to react up; an end of support or life that comes earlier. Units are brought to one measure first.
    ///
    /// ## Why it matters
    /// Readers planned with it.
    ///
    /// ## Example
    /// ```diff
    ///    - property: latency
    /// -    value: 15
    /// +    value: 60
    ///      unit: min
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `service-level-lowered: warning`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_LOWERED = {
        code: "BRK037", name: "service-level-lowered", direction: Loosens, since: "0.1.0",
        help: "keep the promise, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level that the contract promised and no longer states.
    ///
    /// ## Why it matters
    /// Readers planned with it, and nothing holds any more.
    ///
    /// ## Example
    /// ```diff
    ///  slaProperties:
    /// -  - {property: latency, value: 15, unit: min}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 3.0.0      # a new major, beside the old one until its sunset
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers (`perspective: consumer`, `full`). `check.levels` and `check.overrides` take `service-level-removed: warning`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_REMOVED = {
        code: "BRK038", name: "service-level-removed", direction: Loosens, since: "0.1.0",
        help: "keep the promise, or publish it as a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level that promises more.
    ///
    /// ## Why it matters
    /// Readers get better data. Whoever delivers it has to keep more.
    ///
    /// ## Example
    /// ```diff
    ///    - property: latency
    /// -    value: 60
    /// +    value: 15
    ///      unit: min
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `service-level-raised: warning`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_RAISED = {
        code: "BRK039", name: "service-level-raised", direction: Tightens, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level that was not promised before. The day of an end (`endOfSupport`, `endOfLife`) tells readers when to move; it promises nothing and needs no new version.
    ///
    /// ## Why it matters
    /// Readers know more. Whoever delivers the data has to keep it.
    ///
    /// ## Example
    /// ```diff
    ///  slaProperties:
    /// +  - {property: latency, value: 15, unit: min}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// version: 2.2.0      # a new minor version is enough for readers
    /// ```
    ///
    /// ## Configuration
    /// Breaks writers (`perspective: producer`, `full`). `check.levels` and `check.overrides` take `service-level-added: warning`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_ADDED = {
        code: "BRK040", name: "service-level-added", direction: Tightens, since: "0.1.0",
        help: "raise the minor version",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level that is about another `element` of the schema.
    ///
    /// ## Why it matters
    /// What it was about is promised no longer.
    ///
    /// ## Example
    /// ```diff
    ///    - property: latency
    /// -    element: orders.ordered_at
    /// +    element: orders.paid_at
    ///      value: 15
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: latency, element: orders.ordered_at, value: 15, unit: min}
    ///   - {property: latency, element: orders.paid_at, value: 15, unit: min}
    /// ```
    ///
    /// ## Configuration
    /// Breaks readers and writers. `check.levels` and `check.overrides` take `service-level-moved: warning`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_MOVED = {
        code: "BRK041", name: "service-level-moved", direction: Both, since: "0.1.0",
        help: "promise it for both until a new major",
    }
}

declare_change! {
    /// ## What it finds
    /// A service level whose values cannot be compared: a property that no standard knows, two measures, words, or a number
    /// that no longer states its unit.
    ///
    /// ## Why it matters
    /// It may promise more or less; only its author knows.
    ///
    /// ## Example
    /// ```diff
    ///    - property: supportHours
    /// -    value: mon-fri
    /// +    value: daily
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    ///   - property: timeToRepair          # a property with a direction
    ///     value: 4
    ///     unit: h
    /// ```
    ///
    /// ## Configuration
    /// A warning from every perspective. `check.levels` and `check.overrides` take `service-level-changed: error`; drafts and proposals are never judged.
    pub static SERVICE_LEVEL_CHANGED = {
        code: "BRK042", name: "service-level-changed", direction: Undetermined, since: "0.1.0",
        help: "say in the pull request what it means for readers, and raise at least the minor version",
    }
}

/// The rules of this file.
pub(super) const RULES: &[&ChangeRule] = &[
    &QUALITY_RULE_REMOVED,
    &QUALITY_RULE_RELAXED,
    &QUALITY_RULE_ADDED,
    &QUALITY_RULE_TIGHTENED,
    &QUALITY_RULE_CHANGED,
    &SERVICE_LEVEL_LOWERED,
    &SERVICE_LEVEL_REMOVED,
    &SERVICE_LEVEL_RAISED,
    &SERVICE_LEVEL_ADDED,
    &SERVICE_LEVEL_MOVED,
    &SERVICE_LEVEL_CHANGED,
];
