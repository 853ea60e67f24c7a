//! What ports say: contracts, versions, source systems, and circles of them.

use crate::declare_rule;

declare_rule! {
    /// ## What it finds
    /// A port whose `contractId` names a contract that is not in the registry.
    ///
    /// ## Why it matters
    /// A consumer cannot see what it is promised, and a change of the contract would reach nobody.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - name: orders
    ///     contractId: ordres
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - name: orders
    ///     contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// An input from outside the mesh needs no contract: name its system with `customProperties` `sourceSystemId` (ODPS v1.1.0). `check.overrides` lowers the level for paths of others.
    pub static DANGLING_REFERENCE = { code: "REF001", name: "dangling-reference", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// One version of a contract that two products publish.
    ///
    /// ## Why it matters
    /// Lineage cannot tell where the data comes from, and nobody knows who keeps the promise.
    ///
    /// ## Example
    /// ```yaml
    /// # product a and product b
    /// outputPorts:
    ///   - contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # product b has a promise of its own
    /// outputPorts:
    ///   - contractId: orders-returns
    ///     version: "1.0.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `ambiguous-producer: warning`.
    pub static AMBIGUOUS_PRODUCER = { code: "REF004", name: "ambiguous-producer", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An output port whose `version` is not the version of any document of its contract.
    ///
    /// ## Why it matters
    /// The version of a port is the version of its contract. Readers follow it to a contract that is not there.
    ///
    /// ## Example
    /// ```yaml
    /// outputPorts:
    ///   - name: orders
    ///     contractId: orders
    ///     version: "2.0.0"   # the contract says 2.1.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - name: orders
    ///     contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `port-version-mismatch: warning`.
    pub static PORT_VERSION_MISMATCH = { code: "REF005", name: "port-version-mismatch", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that reads a version of a contract that is no longer published, while a newer one of the same major is. A warning once the older version is past its `endOfSupport`.
    ///
    /// ## Why it matters
    /// An input binds a major, so the data still flows. But the file no longer says what is really read.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "2.0.0"   # published: 2.1.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `version-drift: off`, or `error` where inputs must be exact.
    pub static VERSION_DRIFT = { code: "REF006", name: "version-drift", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that reads a version, or a whole contract, that no product publishes. A warning where the product has acknowledged that what it reads ends, for a major that is published (`kind: Acknowledgement`); it is an error all the same where that word does not count (BRK067 has the conditions).
    ///
    /// ## Why it matters
    /// There is nothing to read: the pipeline breaks, or it reads something else than the file says.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "4.0.0"   # published: 2.1.0, 3.0.0
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "3.0.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unpublished-version: warning`.
    pub static UNPUBLISHED_VERSION = { code: "REF007", name: "unpublished-version", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An entry of `inputContracts` of an output port that is not an input port of the same product.
    ///
    /// ## Why it matters
    /// Lineage inside the product is wrong: a change upstream would not be seen to reach this port.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - contractId: payments
    ///     version: "1.0.0"
    /// outputPorts:
    ///   - contractId: revenue
    ///     inputContracts: [{id: payments, version: "2.0.0"}]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - contractId: revenue
    ///     inputContracts: [{id: payments, version: "1.0.0"}]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `input-contract-not-an-input: warning`.
    pub static INPUT_CONTRACT_NOT_AN_INPUT = { code: "REF008", name: "input-contract-not-an-input", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Products that feed each other in a circle, and a product that reads its own output. Each message names the whole path of one circle. Where products stand in several circles, each read that closes one is told, for up to ten circles of products that hang together.
    ///
    /// ## Why it matters
    /// Nothing in a circle can be delivered before the rest of it; an error travels round and comes back.
    ///
    /// ## Example
    /// ```yaml
    /// # a reads b, b reads a
    /// inputPorts:
    ///   - contractId: b
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # a reads what b is made of
    /// inputPorts:
    ///   - contractId: b-source
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `lineage-cycle: error` where circles are never right.
    pub static LINEAGE_CYCLE = { code: "REF010", name: "lineage-cycle", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that reads a deprecated contract, port or product.
    ///
    /// ## Why it matters
    /// It still works, and will end. This is the time to move.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - contractId: web-clicks
    ///     version: "1.0.0"   # deprecated
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - contractId: site-events
    ///     version: "2.0.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `consumes-deprecated: warning`.
    pub static CONSUMES_DEPRECATED = { code: "REF012", name: "consumes-deprecated", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port through which a product reads a column that says of itself that it ends (`endsWith`), or that
    /// another one takes its place (`replacedBy`). What a product reads is what its own columns name in
    /// `transformSourceObjects`.
    ///
    /// ## Why it matters
    /// The column is there today and will not be in a version that comes. This is the time to move.
    ///
    /// ## Example
    /// ```yaml
    /// # the contract that is read
    /// properties:
    ///   - name: amount
    ///     customProperties:
    ///       - {property: endsWith, value: "3.0.0"}
    ///       - {property: replacedBy, value: amount_eur}
    /// # a contract of the reader
    /// properties:
    ///   - name: revenue
    ///     transformSourceObjects: [orders.amount]
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// - name: revenue
    ///   transformSourceObjects: [orders.amount_eur]
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `reads-ending-column: warning` or `off`.
    pub static READS_ENDING_COLUMN = { code: "REF036", name: "reads-ending-column", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that reads a contract past its `endOfSupport`.
    ///
    /// ## Why it matters
    /// Nobody mends it any more when it breaks.
    ///
    /// ## Example
    /// ```yaml
    /// # the contract
    /// slaProperties:
    ///   - {property: endOfSupport, value: "2026-06-30"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "3.0.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `consumes-unsupported: error`.
    pub static CONSUMES_UNSUPPORTED = { code: "REF013", name: "consumes-unsupported", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that reads a contract that is retired or past its `endOfLife`, or whose product is retired. A warning
    /// where the product has acknowledged that what it reads ends.
    ///
    /// ## Why it matters
    /// The data is gone or about to go; the product cannot keep its own promises.
    ///
    /// ## Example
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "1.4.0"   # retired
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// inputPorts:
    ///   - contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `consumes-retired: warning`; a waiver with a last day is the way to ask for time.
    pub static CONSUMES_RETIRED = { code: "REF014", name: "consumes-retired", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An input port that names a source system, or an asset of one, that is not registered.
    ///
    /// ## Why it matters
    /// Lineage ends in nothing: what the product really reads is not known.
    ///
    /// ## Example
    /// ```yaml
    /// customProperties:
    ///   - {property: sourceSystemId, value: shopp}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// customProperties:
    ///   - {property: sourceSystemId, value: shop}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-source: warning`.
    pub static UNKNOWN_SOURCE = { code: "REF017", name: "unknown-source", severity: Error, since: "0.1.0" }
}
