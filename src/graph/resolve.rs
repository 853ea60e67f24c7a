//! Builds the mesh: sorts descriptors by kind, refuses twins, resolves who belongs to whom, then
//! lets each part of the room add what it knows.

use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use ahash::{HashMap, HashMapExt as _};
use jiff::civil::Date;
use rayon::prelude::*;

use super::docs::Docs;
use super::index::Published;
use super::mesh::{Binding, Contract, DomainNode, Mesh, Product, PublishedBy, Source, TeamNode};
use super::near::Report;
use super::{
    addresses, agreements, column_ends, columns, contradictions, cycles, elements, lifecycle, lineage, misspelt,
    namesakes, observe, origins, ports, rules, slug, subjects, terms,
};
use crate::diagnostic::Sink;
use crate::model::{
    Alias, Descriptor, Header, Kind, OutputPort, ResultFile, SpannedText, Text, ToolFile, Version, bare_version,
    same_version,
};
use crate::source::{FileId, Location, SourceMap, Span};

/// What the mesh is built from.
#[derive(Debug, Default)]
pub struct Input {
    /// Descriptors in the order of their files.
    pub descriptors: Vec<Descriptor>,
    /// Entries of `aliases.yaml`.
    pub aliases: Vec<Alias>,
    /// The classes of personal data beside the usual ones, as configured.
    pub personal_classes: Vec<String>,
    /// Markdown files.
    pub docs: Docs,
    /// Result files in the order of their paths.
    pub results: Vec<ResultFile>,
    /// Result files of tools that name data in their own way.
    pub tools: Vec<ToolFile>,
    /// What should hold results and cannot be used, and why.
    pub unread: Vec<(Location, String)>,
}

/// Resolves every reference. Findings go to `sink`.
#[must_use]
pub fn resolve(input: Input, sources: &SourceMap, today: Date, sink: &mut Sink) -> Mesh {
    let sink = &mut Report::new(sink);
    let Input { aliases, personal_classes, docs, .. } = input;
    let mut mesh = Mesh { personal_classes, aliases, docs, ..Mesh::default() };
    let mut descriptors = without_twins(input.descriptors, sources, sink);
    misspelt::mend_ids(&mut descriptors, &input.results, sink);
    sort_by_kind(&mut mesh, descriptors);
    index_names(&mut mesh);
    misspelt::mend_ports(&mut mesh, sink);
    share_slugs(&mut mesh);
    place_in_domains(&mut mesh, sink);
    terms::index(&mut mesh, sources, sink);
    addresses::settle(&mut mesh, sources, sink);
    index_output_ports(&mut mesh);
    ports::bind(&mut mesh, today, sink);
    inherit_ownership(&mut mesh);
    agreements::resolve(&mut mesh, today, sink);
    subjects::resolve(&mut mesh, today, sink);
    terms::bind(&mut mesh, sources, sink);
    let ((), (namesakes, endings)) = rayon::join(
        || {
            columns::report(&mesh, sources, sink);
            origins::report(&mesh, sink);
            column_ends::report(&mesh, sink);
            elements::report(&mesh, sink);
            column_ends::report_readers(&mesh, sink);
        },
        || (namesakes::report(&mesh), lifecycle::report(&mesh, today)),
    );
    sink.append(namesakes);
    sink.append(contradictions::report(&mesh));
    sink.append(endings);
    observe::observe(&mut mesh, input.results, input.tools, today, sink);
    mesh.unread_results = input.unread;
    mesh.lineage = lineage::build(&mesh, today);
    cycles::report(&mesh, sink);
    mesh
}

/// Drops every descriptor whose identity another one, earlier by path, already has.
fn without_twins(descriptors: Vec<Descriptor>, sources: &SourceMap, sink: &mut Report<'_>) -> Vec<Descriptor> {
    // Where each stands first, and how often it was met.
    let mut first: HashMap<Identity, (FileId, Span, usize)> = HashMap::with_capacity(descriptors.len());
    let mut kept = Vec::with_capacity(descriptors.len());
    let mut twins: Vec<(usize, Descriptor)> = Vec::new();
    for descriptor in descriptors {
        let header = descriptor.header();
        match first.entry(identity(header)) {
            Entry::Occupied(mut met) => {
                met.get_mut().2 += 1;
                twins.push((met.get().2, descriptor));
            }
            Entry::Vacant(free) => {
                free.insert((header.file, header.id.span, 1));
                kept.push(descriptor);
            }
        }
    }
    for (n, twin) in &twins {
        let header = twin.header();
        let key = identity(header);
        let Some((file, span, n_all)) = first.get(&key) else { continue };
        let version = &key.2;
        let at = if version.is_empty() { String::new() } else { format!(" version `{version}`") };
        let (times, which, label) = match n_all {
            2 => ("twice".to_owned(), "one of the two", "second description".to_owned()),
            n_all => (format!("{n_all} times"), "this one", format!("description {n}")),
        };
        let message = format!("the {} `{}`{at} is described {times}", header.kind.title(), header.id.value);
        let other = if version.is_empty() { "`id`" } else { "`id` or `version`" };
        sink.push(
            rules::DUPLICATE_IDENTITY
                .at(header.file, header.id.span, message)
                .label(label)
                .help(format!("give {which} another {other}; only `{}` counts now", sources.path(*file)))
                .related(*file, *span, "first description")
                .subject(header.reference()),
        );
    }
    kept
}

/// What tells descriptors apart: kind, id, and of contracts the version.
type Identity = (Kind, Text, Text);

fn identity(header: &Header) -> Identity {
    let version = header.version.as_ref().filter(|_| header.kind == Kind::DataContract);
    let version = version.map(|version| bare_version(&version.value).into());
    (header.kind, header.id.value.clone(), version.unwrap_or_default())
}

fn sort_by_kind(mesh: &mut Mesh, descriptors: Vec<Descriptor>) {
    // The two long lists are made in the size they keep.
    let count = |kind: Kind| descriptors.iter().filter(|descriptor| descriptor.kind() == kind).count();
    mesh.products.reserve_exact(count(Kind::DataProduct));
    mesh.contracts.reserve_exact(count(Kind::DataContract));
    let slugs: Vec<String> = descriptors.par_iter().map(|descriptor| slug::slug_of(descriptor.header())).collect();
    for (descriptor, slug) in descriptors.into_iter().zip(slugs) {
        match descriptor {
            Descriptor::DataProduct(descriptor) => mesh.products.push(Product {
                slug,
                domain_idx: None,
                owner_idx: None,
                inputs: vec![Binding::default(); descriptor.input_ports.len()],
                outputs: vec![None; descriptor.output_ports.len()],
                consumers: Vec::new(),
                agreements: Vec::new(),
                reviews: Vec::new(),
                descriptor,
            }),
            Descriptor::DataContract(descriptor) => mesh.contracts.push(Contract {
                slug,
                published_by: Vec::new(),
                domain_idx: None,
                owner_idx: None,
                consumers: Vec::new(),
                descriptor,
            }),
            Descriptor::Domain(descriptor) => mesh.domains.push(DomainNode {
                slug,
                parent_idx: None,
                owner_idx: None,
                products: Vec::new(),
                teams: Vec::new(),
                children: Vec::new(),
                sources: Vec::new(),
                descriptor: *descriptor,
            }),
            Descriptor::Team(descriptor) => {
                mesh.teams.push(TeamNode {
                    slug,
                    domain_idx: None,
                    products: Vec::new(),
                    domains: Vec::new(),
                    stewarded: Vec::new(),
                    sources: Vec::new(),
                    descriptor: *descriptor,
                });
            }
            Descriptor::SourceSystem(descriptor) => mesh.sources.push(Source {
                slug,
                owner_idx: None,
                domain_idx: None,
                products: Vec::new(),
                descriptor: *descriptor,
            }),
            Descriptor::SemanticDefinition(descriptor) => mesh.glossaries.push(*descriptor),
            Descriptor::Policy(descriptor) => mesh.policies.push(*descriptor),
            Descriptor::AccessAgreement(descriptor) => mesh.agreements.push(*descriptor),
            Descriptor::Review(descriptor) => mesh.reviews.push(*descriptor),
            Descriptor::Waiver(descriptor) => mesh.waivers.push(*descriptor),
            Descriptor::Acknowledgement(descriptor) => mesh.acknowledgements.push(*descriptor),
            Descriptor::Scorecard(descriptor) => mesh.scorecards.push(*descriptor),
            Descriptor::MaturityModel(descriptor) => mesh.maturity_models.push(*descriptor),
        }
    }
    let id = |header: &Header| header.id.value.clone();
    rayon::join(
        || mesh.products.sort_by_cached_key(|node| id(&node.descriptor.header)),
        || {
            let version = |node: &Contract| Version::parse(node.descriptor.version_text());
            mesh.contracts.sort_by_cached_key(|node| (id(&node.descriptor.header), version(node)));
        },
    );
    mesh.domains.sort_by_key(|node| id(&node.descriptor.header));
    mesh.teams.sort_by_key(|node| id(&node.descriptor.header));
    mesh.sources.sort_by_key(|node| id(&node.descriptor.header));
    mesh.glossaries.sort_by_key(|node| id(&node.header));
    mesh.policies.sort_by_key(|node| id(&node.header));
    mesh.agreements.sort_by_key(|node| id(&node.header));
    mesh.reviews.sort_by_key(|node| id(&node.header));
    mesh.waivers.sort_by_key(|node| id(&node.header));
    mesh.acknowledgements.sort_by_key(|node| id(&node.header));
    mesh.scorecards.sort_by_key(|node| id(&node.header));
    mesh.maturity_models.sort_by_key(|node| id(&node.header));
}

fn index_names(mesh: &mut Mesh) {
    let index = &mut mesh.index;
    rayon::join(
        || {
            for (idx, product) in mesh.products.iter().enumerate() {
                index.products.insert(product.descriptor.header.id.value.clone(), idx);
            }
        },
        || {
            for (idx, contract) in mesh.contracts.iter().enumerate() {
                let versions = index.contracts.entry(contract.descriptor.header.id.value.clone());
                // Most contracts have one.
                versions.or_insert_with(|| Vec::with_capacity(1)).push(idx);
                index.contracts_by_file.insert(contract.descriptor.header.file, idx);
            }
        },
    );
    for (idx, source) in mesh.sources.iter().enumerate() {
        index.sources.insert(source.descriptor.header.id.value.clone(), idx);
    }
    for (idx, policy) in mesh.policies.iter().enumerate() {
        index.policies.insert(policy.header.id.value.clone(), idx);
    }
    let records: [Vec<&Header>; 6] = [
        mesh.agreements.iter().map(|node| &node.header).collect(),
        mesh.reviews.iter().map(|node| &node.header).collect(),
        mesh.waivers.iter().map(|node| &node.header).collect(),
        mesh.acknowledgements.iter().map(|node| &node.header).collect(),
        mesh.scorecards.iter().map(|node| &node.header).collect(),
        mesh.maturity_models.iter().map(|node| &node.header).collect(),
    ];
    for headers in records {
        index
            .records
            .extend(headers.iter().enumerate().map(|(idx, header)| ((header.kind, header.id.value.clone()), idx)));
    }
    index.columns.resize_with(mesh.contracts.len(), OnceLock::new);
    index.is_a_domain_lost = mesh.domains.iter().any(|node| lost_its_name(&node.descriptor.header));
    index.is_a_team_lost = mesh.teams.iter().any(|node| lost_its_name(&node.descriptor.header));
    index.has_broken_product = mesh.products.iter().any(|product| product.descriptor.header.may_hold_more());
    // Ids win over names: a team may be called what another one's id is.
    let domains: Vec<&Header> = mesh.domains.iter().map(|node| &node.descriptor.header).collect();
    let teams: Vec<&Header> = mesh.teams.iter().map(|node| &node.descriptor.header).collect();
    for (names, headers) in [(&mut index.domains, domains), (&mut index.teams, teams)] {
        for (idx, header) in headers.iter().enumerate() {
            names.entry(header.id.trim().to_lowercase()).or_insert(idx);
        }
        for (idx, header) in headers.iter().enumerate() {
            if let Some(name) = &header.name {
                names.entry(name.trim().to_lowercase()).or_insert(idx);
            }
        }
    }
}

/// All versions of a contract have the slug of the one that its page shows, whatever their names.
fn share_slugs(mesh: &mut Mesh) {
    let mut slugs: Vec<(usize, String)> = Vec::new();
    let same = |a: &Contract, b: &Contract| a.descriptor.header.id.value == b.descriptor.header.id.value;
    for versions in mesh.contracts.chunk_by(same).filter(|versions| versions.len() > 1) {
        let id = &versions[0].descriptor.header.id.value;
        let Some(current) = mesh.current_version(id) else { continue };
        slugs.extend(mesh.versions(id).iter().map(|idx| (*idx, mesh.contracts[current].slug.clone())));
    }
    for (idx, slug) in slugs {
        mesh.contracts[idx].slug = slug;
    }
}

/// Finds domains and teams by id or name; reports those that are not registered.
struct Registered<'a, 'r> {
    mesh: &'a Mesh,
    sink: &'a mut Report<'r>,
    /// A team's file breaks before its name: it may be the one that a name means.
    is_a_team_lost: bool,
}

impl Registered<'_, '_> {
    fn domain(&mut self, header: &Header, written: Option<&SpannedText>) -> Option<usize> {
        let written = written.filter(|written| !written.trim().is_empty())?;
        if let Some(idx) = self.mesh.domain(written) {
            return Some(idx);
        }
        report_unknown_domain(self.mesh, header, written, self.sink);
        None
    }

    fn team(&mut self, header: &Header, written: Option<&SpannedText>) -> Option<usize> {
        let written = written.filter(|written| !written.trim().is_empty())?;
        if let Some(idx) = self.mesh.team(written) {
            return Some(idx);
        }
        if header.is_broken() || self.is_a_team_lost {
            return None;
        }
        let names = || self.mesh.teams.iter().flat_map(|node| names_of(&node.descriptor.header));
        let message = format!("the team `{}` is not registered", written.value);
        let meant = self.sink.nearest_in("teams", written, names);
        // A team has an id and a name, and both may be near.
        let idx = meant.as_deref().and_then(|meant| self.mesh.team(meant));
        let others = self.mesh.teams.iter().enumerate().filter(|(at, _)| Some(*at) != idx);
        let others = others.flat_map(|(_, node)| names_of(&node.descriptor.header));
        let fix = self.sink.mended(header, (written, meant.as_deref()), others);
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("add it with `meshfolio new team {}`", shell_word(written)),
        };
        let finding = rules::UNKNOWN_TEAM.at(header.file, written.span, message).help(help).maybe_fix(fix);
        self.sink.push(finding.subject(header.reference()));
        None
    }
}

/// Reports a domain that is not registered.
pub(super) fn report_unknown_domain(mesh: &Mesh, header: &Header, written: &SpannedText, sink: &mut Report<'_>) {
    if header.is_broken() || mesh.index.is_a_domain_lost {
        return;
    }
    let names = || mesh.domains.iter().flat_map(|node| names_of(&node.descriptor.header));
    let message = format!("the domain `{}` is not registered", written.value);
    let meant = sink.nearest_in("domains", written, names);
    let idx = meant.as_deref().and_then(|meant| mesh.domain(meant));
    let others = mesh.domains.iter().enumerate().filter(|(at, _)| Some(*at) != idx);
    let others = others.flat_map(|(_, node)| names_of(&node.descriptor.header));
    let fix = sink.mended(header, (written, meant.as_deref()), others);
    let help = match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("add it with `meshfolio new domain {} --owner TEAM`", shell_word(written)),
    };
    let finding = rules::UNKNOWN_DOMAIN.at(header.file, written.span, message).help(help).maybe_fix(fix);
    sink.push(finding.subject(header.reference()));
}

/// Says whether a file breaks before its name: it may be the one that a name means.
fn lost_its_name(header: &Header) -> bool {
    header.is_broken() && header.name.is_none()
}

/// A word that is safe to paste into a shell: an id made of the written name.
pub(super) fn shell_word(written: &str) -> String {
    let lower = written.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "ID".to_owned() } else { words.join("-") }
}

fn names_of(header: &Header) -> impl Iterator<Item = &str> {
    [Some(header.id.value.as_str()), header.name.as_deref()].into_iter().flatten()
}

fn place_in_domains(mesh: &mut Mesh, sink: &mut Report<'_>) {
    let is_a_team_lost = mesh.teams.iter().any(|node| lost_its_name(&node.descriptor.header));
    let mut registered = Registered { mesh, sink, is_a_team_lost };
    let m = registered.mesh;
    let owner_name = |team: Option<&crate::model::TeamBlock>| team.and_then(|team| team.name.clone());
    let mut products = Vec::with_capacity(m.products.len());
    for product in &m.products {
        let (header, descriptor) = (&product.descriptor.header, &product.descriptor);
        let domain = registered.domain(header, descriptor.domain.as_ref());
        let owner = registered.team(header, owner_name(descriptor.team.as_ref()).as_ref());
        products.push((domain, owner));
    }
    let mut contracts = Vec::with_capacity(m.contracts.len());
    for contract in &m.contracts {
        let (header, descriptor) = (&contract.descriptor.header, &contract.descriptor);
        let domain = registered.domain(header, descriptor.domain.as_ref());
        let owner = registered.team(header, owner_name(descriptor.team.as_deref()).as_ref());
        contracts.push((domain, owner));
    }
    let mut domains = Vec::new();
    for node in &m.domains {
        let (header, descriptor) = (&node.descriptor.header, &node.descriptor);
        let parent = registered.domain(header, descriptor.parent.as_ref());
        let owner = registered.team(header, descriptor.owner.as_ref());
        let mut stewards: Vec<usize> =
            descriptor.stewards.iter().filter_map(|steward| registered.team(header, Some(steward))).collect();
        stewards.sort_unstable();
        stewards.dedup();
        domains.push((parent, owner, stewards));
    }
    let teams: Vec<_> = m
        .teams
        .iter()
        .map(|node| registered.domain(&node.descriptor.header, node.descriptor.domain.as_ref()))
        .collect();
    let mut sources = Vec::new();
    for node in &m.sources {
        let (header, descriptor) = (&node.descriptor.header, &node.descriptor);
        let domain = registered.domain(header, descriptor.domain.as_ref());
        let owner = registered.team(header, descriptor.owner.as_ref());
        sources.push((domain, owner));
    }
    for waiver in &m.waivers {
        registered.team(&waiver.header, waiver.approved_by.as_ref());
    }
    for policy in &m.policies {
        registered.team(&policy.header, policy.owner.as_ref());
        for waiver in &policy.waivers {
            registered.team(&policy.header, waiver.approved_by.as_ref());
        }
        for domain in &policy.scope.domains {
            registered.domain(&policy.header, Some(domain));
        }
    }

    for (node, (domain, owner)) in mesh.products.iter_mut().zip(products) {
        (node.domain_idx, node.owner_idx) = (domain, owner);
    }
    for (node, (domain, owner)) in mesh.contracts.iter_mut().zip(contracts) {
        (node.domain_idx, node.owner_idx) = (domain, owner);
    }
    for (idx, (node, (parent, owner, stewards))) in mesh.domains.iter_mut().zip(domains).enumerate() {
        (node.parent_idx, node.owner_idx) = (parent, owner);
        for steward in stewards {
            mesh.teams[steward].stewarded.push(idx);
        }
    }
    for (node, domain) in mesh.teams.iter_mut().zip(teams) {
        node.domain_idx = domain;
    }
    for (node, (domain, owner)) in mesh.sources.iter_mut().zip(sources) {
        (node.domain_idx, node.owner_idx) = (domain, owner);
    }
    list_what_each_has(mesh);
}

/// Notes for domains and teams what names them: the way back of `place_in_domains`.
fn list_what_each_has(mesh: &mut Mesh) {
    for idx in 0..mesh.products.len() {
        if let Some(domain) = mesh.products[idx].domain_idx {
            mesh.domains[domain].products.push(idx);
        }
        if let Some(team) = mesh.products[idx].owner_idx {
            mesh.teams[team].products.push(idx);
        }
    }
    for idx in 0..mesh.teams.len() {
        if let Some(domain) = mesh.teams[idx].domain_idx {
            mesh.domains[domain].teams.push(idx);
        }
    }
    for idx in 0..mesh.domains.len() {
        if let Some(parent) = mesh.domains[idx].parent_idx {
            mesh.domains[parent].children.push(idx);
        }
        if let Some(team) = mesh.domains[idx].owner_idx {
            mesh.teams[team].domains.push(idx);
        }
    }
    for idx in 0..mesh.sources.len() {
        if let Some(domain) = mesh.sources[idx].domain_idx {
            mesh.domains[domain].sources.push(idx);
        }
        if let Some(team) = mesh.sources[idx].owner_idx {
            mesh.teams[team].sources.push(idx);
        }
    }
}

/// Notes which output port publishes which version of which contract.
fn index_output_ports(mesh: &mut Mesh) {
    let published_by = |port: &OutputPort, by: PublishedBy| {
        let contract_id = port.contract_id.as_ref()?;
        // A port without a version publishes the contract that its page shows.
        let current = || mesh.current_version(contract_id).map(|idx| mesh.contracts[idx].descriptor.version_text());
        let written = port.version.as_ref().map(|version| version.value.as_str());
        let version = Version::parse(written.or_else(current).unwrap_or(""));
        Some((contract_id.value.clone(), Published { version, by }))
    };
    let of_product = |product_idx: usize| {
        let ports = mesh.products[product_idx].descriptor.output_ports.iter().enumerate();
        ports.filter_map(move |(port_idx, port)| published_by(port, PublishedBy { product_idx, port_idx }))
    };
    let (found, unfounded): (Vec<_>, _) = rayon::join(
        || (0..mesh.products.len()).into_par_iter().flat_map_iter(of_product).collect(),
        || unfounded_ports(mesh),
    );
    mesh.index.unfounded = unfounded;
    mesh.index.published.reserve(found.len());
    for (contract_id, published) in found {
        // Nearly every contract is published once.
        mesh.index.published.entry(contract_id).or_insert_with(|| Vec::with_capacity(1)).push(published);
    }
}

/// Returns the output ports with an error of their own, by the contract that they may publish in any version:
/// those whose version no document has, and one that names no contract, where a single contract is left that
/// nobody publishes and that has this version.
fn unfounded_ports(mesh: &Mesh) -> HashMap<Text, Option<PublishedBy>> {
    let is_unfounded = |port: &OutputPort| match (&port.contract_id, &port.version) {
        (Some(id), Some(version)) => mesh.contract(id, version).is_none(),
        (None, version) => version.is_some(),
        (Some(_), None) => false,
    };
    let of_product = |product_idx: usize| {
        let product = &mesh.products[product_idx];
        let ports = product.descriptor.output_ports.iter().enumerate().filter(move |(_, port)| is_unfounded(port));
        ports.map(move |(port_idx, port)| (product, port, PublishedBy { product_idx, port_idx }))
    };
    let ports: Vec<_> = (0..mesh.products.len()).into_par_iter().flat_map_iter(of_product).collect();
    if ports.is_empty() {
        return HashMap::new();
    }
    let mut named: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for port in mesh.products.iter().flat_map(|product| &product.descriptor.output_ports) {
        if let Some(id) = &port.contract_id {
            named.entry(id).or_default().push(port.version.as_ref().map(|version| version.value.as_str()));
        }
    }
    let is_left = |contract: &&Contract| {
        let header = &contract.descriptor.header;
        let own = contract.descriptor.version_text();
        let mut versions = named.get(header.id.value.as_str()).into_iter().flatten();
        let is_named = versions.any(|version| version.is_none_or(|version| same_version(version, own)));
        !header.is_unfinished() && !is_named
    };
    let left: Vec<&Contract> = mesh.contracts.iter().filter(is_left).collect();
    let left_with = |version: &str| {
        let mut has = left.iter().filter(|contract| same_version(contract.descriptor.version_text(), version));
        has.next().filter(|_| has.next().is_none()).map(|contract| &contract.descriptor.header.id.value)
    };
    let mut unfounded = HashMap::new();
    for (product, port, by) in ports {
        let (id, by) = match (&port.contract_id, &port.version) {
            (Some(id), Some(_)) => (&id.value, Some(by)),
            (None, Some(version)) if !left.is_empty() && !product.descriptor.header.is_unfinished() => {
                let Some(id) = left_with(version) else { continue };
                // That it may be meant is no reason to say that one product reads the other.
                (id, None)
            }
            _ => continue,
        };
        if !mesh.versions(id).is_empty() {
            let known = unfounded.entry(id.clone()).or_insert(by);
            *known = known.or(by);
        }
    }
    unfounded
}

/// A contract without team or domain takes those of its producer.
fn inherit_ownership(mesh: &mut Mesh) {
    for contract in &mut mesh.contracts {
        let Some(by) = contract.published_by.first() else { continue };
        let producer = &mesh.products[by.product_idx];
        let states_team = contract.descriptor.team.as_ref().is_some_and(|team| team.name.is_some());
        if !states_team {
            contract.owner_idx = producer.owner_idx;
        }
        if contract.descriptor.domain.is_none() {
            contract.domain_idx = producer.domain_idx;
        }
    }
}
