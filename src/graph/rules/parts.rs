//! What is wrong inside one thing, seen against the others: its id, names of its parts, its dates and teams.

use crate::declare_rule;

declare_rule! {
    /// ## What it finds
    /// A thing that nothing names, whose id is a slip or two away from an id that several places name and that
    /// nothing has.
    ///
    /// ## Why it matters
    /// Most likely its id was changed or misspelt: all who name it lose their owner, their contract or their
    /// input. It is told once, here, and counts as what is meant until it is mended.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Team
    /// id: order-platfrom
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: Team
    /// id: order-platform
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `misspelt-id: warning`. Where the id is meant because the
    /// thing was renamed by hand, write the old one again and let `meshfolio mv KIND:OLD NEW` rename it: it corrects
    /// all places that name it, and keeps old addresses with an alias in `aliases.yaml`.
    pub static MISSPELT_ID = { code: "REF030", name: "misspelt-id", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two output ports of one product, two schema objects of one contract, two columns of one object or two
    /// assets of one source system with the same name. So are two schema objects of one contract, two columns of one
    /// object, or two quality rules of one object or column with the same `id`.
    ///
    /// ## Why it matters
    /// Agreements, lineage and results name a part by its name: with two of them, whoever reads it takes the
    /// first, and the second is seen by nobody. An `id` is what a part is known by when its name changes: with two of
    /// them nobody can tell a copy from a new name, and results count for one of two rules.
    ///
    /// ## Example
    /// ```yaml
    /// properties:
    ///   - {name: amount, logicalType: number}
    ///   - {name: amount, logicalType: string}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// properties:
    ///   - {name: amount, logicalType: number}
    ///   - {name: amount_text, logicalType: string}
    /// ```
    ///
    /// A column that is copied leaves its `id` behind, or takes another one.
    ///
    /// ## Configuration
    /// `check.levels` takes `duplicate-name: warning`.
    pub static DUPLICATE_NAME = { code: "REF031", name: "duplicate-name", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An agreement in force or asked for, one side of which names a team that is not the owner of the product
    /// that it names.
    ///
    /// ## Why it matters
    /// Who agreed is not who answers: the product has a new owner who knows nothing of it, or the team is wrong.
    ///
    /// ## Example
    /// ```yaml
    /// provider:
    ///   teamId: pricing
    ///   dataProductId: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// provider:
    ///   teamId: order-platform
    ///   dataProductId: orders
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `agreement-team-mismatch: error`, or `off` where other teams may agree.
    pub static AGREEMENT_TEAM_MISMATCH = { code: "REF032", name: "agreement-team-mismatch", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A date that cannot be: an agreement that ends before it begins, a review or an acknowledgement of a day
    /// that has not come. Days are those of UTC.
    ///
    /// ## Why it matters
    /// An agreement without a day on which it holds gives access to nobody; a review of tomorrow is none.
    ///
    /// ## Example
    /// ```yaml
    /// startTimestamp: 2026-12-01T00:00:00Z
    /// endTimestamp: 2026-01-01T00:00:00Z
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// startTimestamp: 2026-01-01T00:00:00Z
    /// endTimestamp: 2026-12-01T00:00:00Z
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `impossible-date: warning`.
    pub static IMPOSSIBLE_DATE = { code: "REF033", name: "impossible-date", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A column whose `transformSourceObjects` names what is no column and no object of a contract that the product
    /// reads, no column of its own contract and no asset of a source system that it reads. Where the product also
    /// reads what is not described here, only what looks like a slip is told.
    ///
    /// ## Why it matters
    /// The lineage of the column ends there, and whoever changes the real source is not told that this product reads
    /// it: it counts as one that may read any column.
    ///
    /// ## Example
    /// ```yaml
    /// - name: total
    ///   transformSourceObjects: [orders.orders.amuont]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - name: total
    ///   transformSourceObjects: ["orders#/schema/orders/properties/amount"]   # or orders.amount
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-column-source: error`, or `off` where sources are names of elsewhere.
    pub static UNKNOWN_COLUMN_SOURCE = { code: "REF034", name: "unknown-column-source", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A column that says of its end what cannot be: `endsWith` names a version that is not after the one that says so,
    /// or `replacedBy` names no other column of the same object. Both are custom properties of the column; an end in
    /// words, or as a day, is left alone.
    ///
    /// ## Why it matters
    /// Pages show both beside the column, so that readers move before it is gone: with a wrong version they have no
    /// time, with a wrong name nowhere to go.
    ///
    /// ## Example
    /// ```yaml
    /// version: "2.3.0"
    /// schema:
    ///   - name: orders
    ///     properties:
    ///       - name: total
    ///         customProperties:
    ///           - {property: endsWith, value: "2.0.0"}
    ///           - {property: replacedBy, value: amount_euro}
    ///       - name: amount_eur
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - name: total
    ///   customProperties:
    ///     - {property: endsWith, value: "3.0.0"}
    ///     - {property: replacedBy, value: amount_eur}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `impossible-column-end: error` or `off`.
    pub static IMPOSSIBLE_COLUMN_END = { code: "REF035", name: "impossible-column-end", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A service level whose `element` is nearly, but not quite, an object or a column of its contract. Several stand with
    /// commas between them. And a quality rule of an object that names in `arguments.properties` what is nearly, but not
    /// quite, a column of that object.
    ///
    /// ## Why it matters
    /// The promise is about nothing: no result can keep it, and whoever reads the column that was meant does not see it.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: freshness, value: 15, unit: minutes, element: orders.placed}
    /// schema:
    ///   - name: orders
    ///     properties:
    ///       - name: placed_at
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: freshness, value: 15, unit: minutes, element: orders.placed_at}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-element: error`.
    pub static UNKNOWN_ELEMENT = { code: "REF037", name: "unknown-element", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two servers of one contract with the same name, two roles with the same name that give different access, and two
    /// service levels of the same property that promise different values for the same element. What two `driver`s ask for
    /// may be two promises; `24 h` and `1 d` are one value.
    ///
    /// ## Why it matters
    /// Whoever reads the contract takes one of the two, and nobody knows which: another place, another right or another
    /// promise.
    ///
    /// ## Example
    /// ```yaml
    /// slaProperties:
    ///   - {property: latency, value: 4, unit: h}
    ///   - {property: latency, value: 24, unit: h}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// slaProperties:
    ///   - {property: latency, value: 4, unit: h, element: orders}
    ///   - {property: latency, value: 24, unit: h, element: refunds}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `contradicting-parts: error` or `off`.
    pub static CONTRADICTING_PARTS = { code: "REF038", name: "contradicting-parts", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A column whose lower limit is above its upper one: `minLength` and `maxLength`, `minItems` and `maxItems`,
    /// `minProperties` and `maxProperties`, `minimum` or `exclusiveMinimum` and `maximum` or `exclusiveMaximum`. Days and
    /// times compare where both are written alike.
    ///
    /// ## Why it matters
    /// No value meets both, so whoever writes the data breaks the contract with every row, and whoever reads it cannot tell
    /// which of the two is meant.
    ///
    /// ## Example
    /// ```yaml
    /// - name: code
    ///   logicalType: string
    ///   logicalTypeOptions: {minLength: 12, maxLength: 2}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - name: code
    ///   logicalType: string
    ///   logicalTypeOptions: {minLength: 2, maxLength: 12}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `impossible-limits: error` or `off`.
    pub static IMPOSSIBLE_LIMITS = { code: "REF039", name: "impossible-limits", severity: Warning, since: "0.1.0" }
}
