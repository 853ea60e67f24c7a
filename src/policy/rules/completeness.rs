//! What a product needs to be one.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::declare_rule;
use crate::diagnostic::{RuleMeta, Sink};
use crate::graph::{Evidence, Mesh};
use crate::model::{Header, Kind};
use crate::policy::{Context, PolicyRule};
use crate::source::FileId;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &UNPUBLISHED_CONTRACT, run: unpublished_contract },
    PolicyRule { meta: &PORT_WITHOUT_CONTRACT, run: port_without_contract },
    PolicyRule { meta: &RENAMED_TABLE, run: renamed_table },
    PolicyRule { meta: &PLACEHOLDER_TEXT, run: placeholder_text },
];

/// Says whether a rule is asked of nothing yet: a product that breaks off before its ports may publish what nobody else
/// does, and read what nobody else reads.
pub(super) fn is_put_off(rule: &RuleMeta, mesh: &Mesh) -> bool {
    mesh.has_broken_product() && [UNPUBLISHED_CONTRACT.code, RENAMED_TABLE.code].contains(&rule.code)
}

declare_rule! {
    /// ## What it finds
    /// A contract that no output port publishes. Drafts, proposals and retired contracts are exempt.
    ///
    /// ## Why it matters
    /// A promise that no product makes: nobody can find it, and nobody keeps it.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataContract
    /// id: orders
    /// version: "2.1.0"
    /// status: active
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// kind: DataProduct
    /// outputPorts:
    ///   - name: orders
    ///     contractId: orders
    ///     version: "2.1.0"
    /// ```
    ///
    /// ## Configuration
    /// `status: retired` says that the version is no longer published. `check.levels` takes
    /// `unpublished-contract: error`.
    pub static UNPUBLISHED_CONTRACT = { code: "GOV002", name: "unpublished-contract", severity: Warning, since: "0.1.0" }
}

fn unpublished_contract(context: &Context<'_>, sink: &mut Sink) {
    if is_put_off(&UNPUBLISHED_CONTRACT, context.mesh) {
        return;
    }
    for contract in &context.mesh.contracts {
        let header = &contract.descriptor.header;
        if contract.descriptor.lacks_version() || header.is_unfinished() || !contract.published_by.is_empty() {
            continue;
        }
        // A port with an error of its own may be the one that publishes it.
        if context.mesh.has_unfounded_port(&header.id.value) {
            continue;
        }
        let message = format!(
            "no output port publishes version `{}` of the contract `{}`",
            contract.descriptor.version_text(),
            header.id.value
        );
        let versions = context.mesh.versions(&header.id.value);
        let producer = versions.iter().find_map(|idx| context.mesh.contracts[*idx].published_by.first());
        let help = match producer {
            Some(by) => format!(
                "add an output port with this version to `{}`, or set `status: retired`",
                context.mesh.products[by.product_idx].descriptor.header.id.value
            ),
            None => {
                "add an output port with this `contractId` and `version` to the product that provides it".to_owned()
            }
        };
        sink.push(UNPUBLISHED_CONTRACT.at(header.file, header.id.span, message).help(help).subject(header.reference()));
    }
}

declare_rule! {
    /// ## What it finds
    /// An output port without `contractId`. Drafts, proposals and retired products are exempt.
    ///
    /// ## Why it matters
    /// A port without a contract promises nothing: no schema, no quality, no end.
    ///
    /// ## Example
    /// ```yaml
    /// outputPorts:
    ///   - name: orders
    ///     type: tables
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// outputPorts:
    ///   - name: orders
    ///     type: tables
    ///     contractId: orders
    ///     version: "1.0.0"
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `port-without-contract: error`.
    pub static PORT_WITHOUT_CONTRACT = { code: "GOV003", name: "port-without-contract", severity: Warning, since: "0.1.0" }
}

fn port_without_contract(context: &Context<'_>, sink: &mut Sink) {
    for product in &context.mesh.products {
        let header = &product.descriptor.header;
        if header.is_broken() || header.is_unfinished() {
            continue;
        }
        for port in product.descriptor.output_ports.iter().filter(|port| port.contract_id.is_none()) {
            let message = format!("output port `{}` of `{}` has no contract", port.name, header.id.value);
            sink.push(
                PORT_WITHOUT_CONTRACT
                    .at(header.file, port.span, message)
                    .help("add `contractId` and `version`; `meshfolio new contract ID` begins one")
                    .subject(header.reference()),
            );
        }
    }
}

declare_rule! {
    /// ## What it finds
    /// An active data product with none of what makes one: no owner, no promise (no contract of it has a
    /// service level or a quality rule; dates such as `endOfLife` promise nothing), no consumer (no product
    /// reads it, no agreement names it) and no evidence (no result file is about it).
    ///
    /// ## Why it matters
    /// Renaming tables changes nothing: nobody answers for the data, nobody can rely on it, and nobody
    /// does. A mesh of such products is a lake with a new sign.
    ///
    /// ## Example
    /// ```yaml
    /// kind: DataProduct
    /// id: sap-vbak
    /// status: active
    /// outputPorts:
    ///   - name: vbak
    /// ```
    ///
    /// ## Instead
    /// Name the team that answers, write a contract with one promise it can keep, and find the first
    /// consumer. Until then say `status: draft`.
    ///
    /// ## Configuration
    /// `check.levels` takes `renamed-table: error`, or `off` while a registry is being filled.
    pub static RENAMED_TABLE = { code: "GOV005", name: "renamed-table", severity: Warning, since: "0.1.0" }
}

fn renamed_table(context: &Context<'_>, sink: &mut Sink) {
    if is_put_off(&RENAMED_TABLE, context.mesh) {
        return;
    }
    for (idx, product) in context.mesh.products.iter().enumerate() {
        let header = &product.descriptor.header;
        if !is_renamed_table(context.mesh, context.today, idx) {
            continue;
        }
        let message = format!("the data product `{}` is a table with a new name", header.id.value);
        sink.push(
            RENAMED_TABLE
                .at(header.file, header.id.span, message)
                .label("no owner, no promise, no consumer, no evidence")
                .help("name the owning team and write a contract with one promise, or set `status: draft`")
                .subject(header.reference()),
        );
    }
}

declare_rule! {
    /// ## What it finds
    /// Markdown that still holds lines of the template that `meshfolio new` began it with.
    ///
    /// ## Why it matters
    /// They ask for something, and readers would take them for an answer. Pages leave these lines out, and a README
    /// that holds nothing else counts as none.
    ///
    /// ## Example
    /// ```markdown
    /// # Orders
    ///
    /// Say in two sentences what it holds and who needs it.
    /// ```
    ///
    /// ## Instead
    /// ```markdown
    /// # Orders
    ///
    /// Every order of the web shop since 2019, for whoever plans stock or looks for what customers buy together.
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `placeholder-text: warning`. Templates of your own are not known to it.
    pub static PLACEHOLDER_TEXT = { code: "GOV060", name: "placeholder-text", severity: Info, since: "0.1.0" }
}

fn placeholder_text(context: &Context<'_>, sink: &mut Sink) {
    let (mesh, sources) = (context.mesh, context.sources);
    let found: Vec<_> = mesh.docs.iter().filter_map(|(file, facts)| Some((file, facts, facts.placeholder?))).collect();
    if found.is_empty() {
        return;
    }
    let mut owners: BTreeMap<FileId, &Header> = BTreeMap::new();
    for kind in [Kind::Domain, Kind::DataProduct, Kind::Policy] {
        for header in mesh.headers(kind) {
            let file = match kind {
                Kind::Policy => mesh.docs.prose_of(header.file, sources),
                _ => mesh.docs.readme_of(header.file, sources),
            };
            owners.extend(file.map(|file| (file, header)));
        }
    }
    for (file, facts, span) in found {
        let name = sources.path(file).rsplit('/').next().unwrap_or_default();
        let of = owners.get(&file).map(|header| format!(" of `{}`", header.id.value)).unwrap_or_default();
        let much = if facts.is_unwritten { "only" } else { "in part" };
        let message = format!("`{name}`{of} is {much} the text of its template");
        let mut finding = PLACEHOLDER_TEXT
            .at(file, span, message)
            .label("this line asks for something")
            .help("write what it asks for, or remove the line; until then pages leave it out");
        if let Some(header) = owners.get(&file) {
            finding = finding.subject(header.reference());
        }
        sink.push(finding);
    }
}

/// Says whether a product in use has no owner, no promise, no consumer and no evidence.
pub(crate) fn is_renamed_table(mesh: &Mesh, today: Date, product_idx: usize) -> bool {
    let product = &mesh.products[product_idx];
    let header = &product.descriptor.header;
    let has_owner = || product.descriptor.team.as_ref().is_some_and(|team| team.name.is_some());
    let has_consumer = || {
        !product.consumers.is_empty() || product.agreements.iter().any(|idx| mesh.agreements[*idx].is_in_force(today))
    };
    let is_in_use = !header.is_broken() && !header.is_unfinished();
    is_in_use && !has_owner() && !has_consumer() && !is_promised_or_observed(mesh, product_idx)
}

/// Says what is the least to do so that a table with a new name becomes a product.
pub(crate) fn way_out(mesh: &Mesh, product_idx: usize) -> String {
    let product = &mesh.products[product_idx];
    let owner = product.domain_idx.and_then(|domain| mesh.domains[domain].owner_idx);
    let owner = owner.map(|team| mesh.teams[team].descriptor.header.id.value.as_str());
    let contract = product.outputs.iter().flatten().next();
    let contract = contract.map(|idx| mesh.contracts[*idx].descriptor.header.id.value.as_str());
    let own = match owner {
        Some(owner) => format!("name who answers, `team: {{name: {owner}}}` as for its domain"),
        None => "name the team that answers as `team: {name: ...}`".to_owned(),
    };
    let promise = match contract {
        Some(contract) => format!("promise one thing in `slaProperties` of `{contract}`"),
        None => "write a contract with one promise".to_owned(),
    };
    format!("{own}, and {promise}; until then `status: draft`")
}

fn is_promised_or_observed(mesh: &Mesh, product_idx: usize) -> bool {
    // What a contract promises that breaks off is not known.
    let mut outputs = mesh.products[product_idx].outputs.iter().flatten();
    if outputs.any(|idx| mesh.contracts[*idx].descriptor.header.may_hold_more()) {
        return true;
    }
    let evidence = mesh.product_evidence(product_idx);
    evidence.state != Evidence::NotStated || !evidence.facts.is_empty()
}
