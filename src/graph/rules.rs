//! The `REF` rules: whether what descriptors say of each other is so.

pub mod evidence;

use crate::declare_rule;
use crate::diagnostic::RuleMeta;

/// All rules of this family, by code.
pub const RULES: &[&RuleMeta] = &[
    &DANGLING_REFERENCE,
    &UNKNOWN_TEAM,
    &UNKNOWN_DOMAIN,
    &AMBIGUOUS_PRODUCER,
    &PORT_VERSION_MISMATCH,
    &VERSION_DRIFT,
    &UNPUBLISHED_VERSION,
    &INPUT_CONTRACT_NOT_AN_INPUT,
    &DUPLICATE_IDENTITY,
    &LINEAGE_CYCLE,
    &DOMAIN_CYCLE,
    &CONSUMES_DEPRECATED,
    &CONSUMES_UNSUPPORTED,
    &CONSUMES_RETIRED,
    &DANGLING_AGREEMENT,
    &EXPIRED_AGREEMENT,
    &UNKNOWN_SOURCE,
    &UNKNOWN_TERM,
    &DANGLING_KEY,
    &UNKNOWN_SUBJECT,
    &SLUG_COLLISION,
    &DANGLING_ALIAS,
    &evidence::RESULT_WITHOUT_CONTRACT,
    &evidence::RESULT_WITHOUT_PROMISE,
    &evidence::FUTURE_RESULT,
    &evidence::STALE_RESULTS,
    &evidence::CONTRADICTED_RESULT,
];

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
    /// A team that no `kind: Team` document describes. Teams match by id or name, in any case.
    ///
    /// ## Why it matters
    /// An owner nobody can find is no owner: no contact, no approval, no review in the forge.
    ///
    /// ## Example
    /// ```yaml
    /// team:
    ///   name: order-plattform
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// team:
    ///   name: order-platform
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-team: error` once all teams are registered.
    pub static UNKNOWN_TEAM = { code: "REF002", name: "unknown-team", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A domain that no `kind: Domain` document describes. Domains match by id or name, in any case.
    ///
    /// ## Why it matters
    /// The product stands outside every domain: no policy of a domain reaches it, and nobody finds it by browsing.
    ///
    /// ## Example
    /// ```yaml
    /// domain: slaes
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// domain: sales
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-domain: error` once all domains are registered.
    pub static UNKNOWN_DOMAIN = { code: "REF003", name: "unknown-domain", severity: Warning, since: "0.1.0" }
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
    /// None.
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
    /// None.
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
    /// An input port that reads a version, or a whole contract, that no product publishes.
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
    /// None.
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
    /// None.
    pub static INPUT_CONTRACT_NOT_AN_INPUT = { code: "REF008", name: "input-contract-not-an-input", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two documents with the same kind and id, for contracts also the same version.
    ///
    /// ## Why it matters
    /// Which one counts would depend on the order of files.
    ///
    /// ## Example
    /// ```yaml
    /// # a/product.odps.yaml and b/product.odps.yaml
    /// kind: DataProduct
    /// id: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # b/product.odps.yaml
    /// kind: DataProduct
    /// id: orders-archive
    /// ```
    ///
    /// ## Configuration
    /// None.
    pub static DUPLICATE_IDENTITY = { code: "REF009", name: "duplicate-identity", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Products that feed each other in a circle. The message names the whole path.
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
    /// Domains whose `parentDomain` leads back to themselves.
    ///
    /// ## Why it matters
    /// There is no top, so nothing can be shown or inherited from it.
    ///
    /// ## Example
    /// ```yaml
    /// # sales
    /// parentDomain: commerce
    /// # commerce
    /// parentDomain: sales
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # sales
    /// parentDomain: commerce
    /// # commerce has no parent
    /// ```
    ///
    /// ## Configuration
    /// None.
    pub static DOMAIN_CYCLE = { code: "REF011", name: "domain-cycle", severity: Error, since: "0.1.0" }
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
    /// An input port that reads a contract that is retired or past its `endOfLife`.
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
    /// None; a waiver with a last day is the way to ask for time.
    pub static CONSUMES_RETIRED = { code: "REF014", name: "consumes-retired", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An access agreement that names a team, product, port, contract or version that is not in the registry.
    ///
    /// ## Why it matters
    /// Nobody can say who may read what.
    ///
    /// ## Example
    /// ```yaml
    /// provider:
    ///   teamId: order-platform
    ///   dataProductId: orders
    ///   outputPortId: tables-v9
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// provider:
    ///   teamId: order-platform
    ///   dataProductId: orders
    ///   outputPortId: tables
    /// ```
    ///
    /// ## Configuration
    /// None.
    pub static DANGLING_AGREEMENT = { code: "REF015", name: "dangling-agreement", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An agreement whose `endTimestamp` lies in the past and that is still approved or requested.
    ///
    /// ## Why it matters
    /// Access goes on without anyone having agreed to it, or has silently ended.
    ///
    /// ## Example
    /// ```yaml
    /// status: approved
    /// endTimestamp: "2026-06-30T23:59:59Z"
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// status: approved
    /// endTimestamp: "2027-06-30T23:59:59Z"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `expired-agreement: error`.
    pub static EXPIRED_AGREEMENT = { code: "REF016", name: "expired-agreement", severity: Warning, since: "0.1.0" }
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
    /// None.
    pub static UNKNOWN_SOURCE = { code: "REF017", name: "unknown-source", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A binding to a glossary term, or a relation between terms, that leads nowhere.
    ///
    /// ## Why it matters
    /// The column looks defined and is not.
    ///
    /// ## Example
    /// ```yaml
    /// authoritativeDefinitions:
    ///   - type: semanticDefinition
    ///     url: ../glossary/sales.osds.yaml#/definitions/ordre
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// authoritativeDefinitions:
    ///   - type: semanticDefinition
    ///     url: ../glossary/sales.osds.yaml#/definitions/order
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `unknown-term: error`.
    pub static UNKNOWN_TERM = { code: "REF018", name: "unknown-term", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A foreign key (`relationships`) whose target is no column of the registry.
    ///
    /// ## Why it matters
    /// Whoever joins by it finds no table.
    ///
    /// ## Example
    /// ```yaml
    /// relationships:
    ///   - to: customers.idd
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// relationships:
    ///   - to: customers.id
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `dangling-key: error`.
    pub static DANGLING_KEY = { code: "REF019", name: "dangling-key", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A review, waiver, acknowledgement or policy waiver about something that is not in the registry.
    ///
    /// ## Why it matters
    /// It excuses, rates or accepts nothing.
    ///
    /// ## Example
    /// ```yaml
    /// target: contract:legacy-crn
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// target: contract:legacy-crm
    /// ```
    ///
    /// ## Configuration
    /// None.
    pub static UNKNOWN_SUBJECT = { code: "REF020", name: "unknown-subject", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two things of one kind whose pages would have the same address.
    ///
    /// ## Why it matters
    /// Only one of the two could be shown, and links to the other would lead to the wrong page.
    ///
    /// ## Example
    /// ```yaml
    /// # two products
    /// customProperties:
    ///   - {property: slug, value: orders}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// # one of the two
    /// customProperties:
    ///   - {property: slug, value: orders-archive}
    /// ```
    ///
    /// ## Configuration
    /// None. With `--allow-errors` the first by path gets the page.
    pub static SLUG_COLLISION = { code: "REF021", name: "slug-collision", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An entry of `aliases.yaml` that leads to nothing, or from something that still exists.
    ///
    /// ## Why it matters
    /// An old address would lead to a missing page, or hide a living one.
    ///
    /// ## Example
    /// ```yaml
    /// aliases:
    ///   - {from: "product:stock", to: "product:stok-levels"}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// aliases:
    ///   - {from: "product:stock", to: "product:stock-levels"}
    /// ```
    ///
    /// ## Configuration
    /// None.
    pub static DANGLING_ALIAS = { code: "REF022", name: "dangling-alias", severity: Error, since: "0.1.0" }
}
