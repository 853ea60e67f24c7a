//! Who and what is named elsewhere: owners, domains, agreements, terms, keys, subjects, addresses.

use crate::declare_rule;

declare_rule! {
    /// ## What it finds
    /// A team that no `kind: Team` document describes. Teams match by id or name, in any case.
    ///
    /// ## Why it matters
    /// An owner nobody can find is no owner: no contact, no approval, no review in the forge. A waiver that nobody known
    /// has approved excuses nothing.
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
    /// `check.levels` takes `duplicate-identity: warning`.
    pub static DUPLICATE_IDENTITY = { code: "REF009", name: "duplicate-identity", severity: Error, since: "0.1.0" }
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
    /// `check.levels` takes `domain-cycle: warning`.
    pub static DOMAIN_CYCLE = { code: "REF011", name: "domain-cycle", severity: Error, since: "0.1.0" }
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
    /// `check.levels` takes `dangling-agreement: warning`.
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
    /// A foreign key (`relationships`) whose target is no column of the registry, one of an object whose `from` is no column
    /// of that object, and one with more columns on one side than on the other.
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
    /// A review, waiver, acknowledgement or policy waiver about something that is not in the registry, or a review
    /// of a contract version newer than all that are there. An acknowledgement may be about the major that comes next, and
    /// not about one beyond it.
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
    /// `check.levels` takes `unknown-subject: warning`.
    pub static UNKNOWN_SUBJECT = { code: "REF020", name: "unknown-subject", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// Two things of one kind whose pages would have the same address, or two versions of one contract whose files would have the same name on a disk that ignores case: `1.0-RC` and `1.0-rc`, `1 0` and `1-0`.
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
    /// `check.levels` takes `slug-collision: warning`. With `--allow-errors` the first by path keeps the address; each other thing gets one with a hash, and of two versions only the first is shown.
    pub static SLUG_COLLISION = { code: "REF021", name: "slug-collision", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An entry of `aliases.yaml` that leads to nothing, or from something that still exists. A thing may lead to itself, where only its page has moved because it has another `slug`.
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
    /// `check.levels` takes `dangling-alias: warning`.
    pub static DANGLING_ALIAS = { code: "REF022", name: "dangling-alias", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// `customProperties` `slug` with a value that cannot be the address of a page. Allowed are 1 to 80 lower-case letters `a-z`, digits and hyphens, beginning with a letter or digit; not `index`, `page-2` and the like, nor names that Windows keeps for devices (`con`, `nul`, `com1`).
    ///
    /// ## Why it matters
    /// The page gets another address than the file asks for, and links made by hand lead nowhere.
    ///
    /// ## Example
    /// ```yaml
    /// customProperties:
    ///   - {property: slug, value: Order Archive}
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// customProperties:
    ///   - {property: slug, value: order-archive}
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `invalid-slug: warning`. With `--allow-errors` the page has the address it would have without the property.
    pub static INVALID_SLUG = { code: "REF028", name: "invalid-slug", severity: Error, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// An access agreement, asked for or approved and not over, about a contract that the named output port does not carry, or about another major of it than the port carries. Without a port, about a contract that the product does not publish.
    ///
    /// ## Why it matters
    /// Access is agreed to one thing and given to another: nobody has agreed to what is really read.
    ///
    /// ## Example
    /// ```yaml
    /// provider:
    ///   teamId: order-platform
    ///   dataProductId: orders
    ///   outputPortId: stream          # carries orders-stream
    ///   dataContractId: orders
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// provider:
    ///   teamId: order-platform
    ///   dataProductId: orders
    ///   outputPortId: stream
    ///   dataContractId: orders-stream
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `agreement-port-mismatch: warning` while old agreements are being mended.
    pub static AGREEMENT_PORT_MISMATCH = { code: "REF029", name: "agreement-port-mismatch", severity: Error, since: "0.1.0" }
}
