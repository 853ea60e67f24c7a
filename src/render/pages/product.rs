//! A data product: where is it, can I rely on it, who approves access.

use std::collections::BTreeSet;

use serde::Serialize;

use super::page;
use crate::graph::{Found, Product};
use crate::model::{DataContract, Kind, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::twins::{ProductTwin, to_json};
use crate::render::{Page, RenderError, address, markdown, servers};

#[derive(Serialize)]
struct ProductPage {
    frame: Frame,
    name: String,
    version: Option<String>,
    say: Option<String>,
    purpose_html: Option<String>,
    usage_html: Option<String>,
    limitations_html: Option<String>,
    status: Sign,
    has_personal_data: bool,
    successor: Option<Anchor>,
    owner: Option<Anchor>,
    domain: Option<Anchor>,
    product_type: Option<String>,
    n_consumers: usize,
    places: Vec<Place>,
    promises: Vec<Promise>,
    n_rules: usize,
    approvers: Vec<Approver>,
    contacts: Vec<Contact>,
    outputs: Vec<OutputRow>,
    inputs: Vec<InputRow>,
    consumers: Vec<ConsumerRow>,
    agreements: Vec<AgreementRow>,
    reviews: Vec<ReviewRow>,
    readme_html: Option<String>,
    documents: Vec<Anchor>,
    tags: Vec<String>,
    findings: Vec<FindingRow>,
}

#[derive(Serialize)]
struct Place {
    label: String,
    code: String,
    note: Option<String>,
}

#[derive(Serialize)]
struct Promise {
    name: String,
    value: String,
    /// The contract that promises it, where it is not the main one.
    contract: Option<Anchor>,
}

#[derive(Serialize)]
struct Approver {
    name: String,
    origin: String,
}

#[derive(Serialize)]
struct OutputRow {
    anchor: String,
    name: String,
    note: String,
    contract: Option<Anchor>,
    written: Option<String>,
    place: Option<String>,
    status: Sign,
    n_consumers: usize,
    description: Option<String>,
}

#[derive(Serialize)]
struct InputRow {
    name: String,
    from: Vec<Anchor>,
    contract: Option<Anchor>,
    written: Option<String>,
    kind: &'static str,
}

#[derive(Serialize)]
struct ConsumerRow {
    product: Anchor,
    domain: Option<Anchor>,
    owner: Option<Anchor>,
    through: Vec<String>,
}

#[derive(Serialize)]
struct AgreementRow {
    id: String,
    consumer: Anchor,
    purpose: Option<String>,
    port: Option<String>,
    until: Option<String>,
    status: Sign,
}

#[derive(Serialize)]
struct ReviewRow {
    reviewer: Option<Anchor>,
    rating: Option<i64>,
    used_for: Option<String>,
    date: Option<String>,
    text: Option<String>,
}

#[derive(Serialize)]
struct FindingRow {
    severity: &'static str,
    code: &'static str,
    message: String,
    waived_by: Option<String>,
}

/// Consumers shown on the product's own page; all stand on `consumers.html`.
const CONSUMERS_SHOWN: usize = 24;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, product) in site.mesh().products.iter().enumerate() {
        let path = address::product(&product.slug);
        pages.extend(page(&path, idx, html));
        pages.extend(page(&path.replace(".html", ".json"), idx, json));
        pages.extend(page(&consumers_path(&product.slug), idx, consumers_html));
    }
    pages
}

fn consumers_path(slug: &str) -> String {
    format!("products/{slug}/consumers.html")
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&ProductTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("product.html", &build(site, idx as usize))
}

fn build(site: &Site, idx: usize) -> ProductPage {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let (descriptor, header) = (&product.descriptor, &product.descriptor.header);
    let path = address::product(&product.slug);
    let found = Found { kind: Kind::DataProduct, idx };
    let linker = Linker { site, depth: 1 };

    let mut frame = Frame::new(site, &path, "products", header.title()).of_file(site, header.file);
    frame.json = Some(path.replace(".html", ".json"));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataProduct, &header.id.value, None));
    frame = frame.crumb(linker.to("Products", "products/index.html"));
    let domain = linker.product_domain(idx);
    if let Some(domain) = &domain {
        frame = frame.crumb(domain.clone());
    }
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    let rendered = |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, 1));
    let say = purpose.map(parts::first_sentence);
    let is_said = purpose.is_none_or(|purpose| say.as_deref() == Some(purpose.trim()));

    let mut contracts: Vec<usize> = product.outputs.iter().flatten().copied().collect();
    contracts.sort_unstable();
    contracts.dedup();
    let live: Vec<usize> = contracts.iter().copied().filter(|idx| is_live(&mesh.contracts[*idx].descriptor)).collect();
    let shown: &[usize] = if live.is_empty() { &contracts } else { &live };
    // What the product promises is what its active contracts promise, the most read one first.
    let is_active = |idx: &usize| mesh.contracts[*idx].descriptor.header.status_word() == "active";
    let mut promising: Vec<usize> = shown.iter().copied().filter(is_active).collect();
    promising.sort_by_key(|idx| (std::cmp::Reverse(mesh.contracts[*idx].consumers.len()), *idx));
    let promising: &[usize] = if promising.is_empty() { shown } else { &promising };
    ProductPage {
        name: header.title().to_owned(),
        version: header.version.as_ref().map(|version| version.value.to_string()),
        purpose_html: if is_said { None } else { rendered(&header.description.purpose) },
        say,
        usage_html: rendered(&header.description.usage),
        limitations_html: rendered(&header.description.limitations),
        status: parts::status_of(header),
        has_personal_data: contracts.iter().any(|idx| has_personal_data(&mesh.contracts[*idx].descriptor)),
        successor: successor(site, product, linker),
        owner: linker.product_owner(idx),
        domain,
        product_type: descriptor.product_type.as_deref().map(parts::words),
        n_consumers: product.consumers.len(),
        places: places(site, shown),
        promises: promises(site, promising, linker),
        n_rules: promising.iter().map(|idx| n_rules(&mesh.contracts[*idx].descriptor)).sum(),
        approvers: approvers(site, promising),
        contacts: parts::contacts(&header.support),
        outputs: outputs(site, product, linker),
        inputs: inputs(product, linker),
        consumers: consumers(site, idx, linker).into_iter().take(CONSUMERS_SHOWN).collect(),
        agreements: agreements(site, product, linker),
        reviews: reviews(site, product, linker),
        readme_html: mesh
            .docs
            .readme_of(header.file, &site.outcome.sources)
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, heading_shift: 1, skip_title: true })),
        documents: documents(site, product, linker),
        tags: header.tags.iter().map(ToString::to_string).collect(),
        findings: findings(site, found),
        frame,
    }
}

fn is_live(contract: &DataContract) -> bool {
    !matches!(contract.header.status_word().as_str(), "retired" | "draft" | "proposed")
}

/// Says whether a column is classified as personal.
pub(super) fn has_personal_data(contract: &DataContract) -> bool {
    contract.columns().any(|(_, columns)| columns.last().is_some_and(|column| is_personal(column.classification())))
}

/// Says whether a classification means personal data. The standard leaves the words open; these are
/// the ones that say it in any of their usual forms.
pub(super) fn is_personal(classification: Option<&str>) -> bool {
    let Some(class) = classification else { return false };
    let class = class.to_lowercase();
    let is_denied = class.starts_with("non") || class.starts_with("no ") || class.starts_with("not ");
    !is_denied && ["personal", "pii", "sensitive", "special"].iter().any(|word| class.contains(word))
}

fn successor(site: &Site, product: &Product, linker: Linker<'_>) -> Option<Anchor> {
    let written = product.descriptor.header.custom("successor")?;
    let id = written.value.strip_prefix("product:").unwrap_or(&written.value);
    let anchor = site.mesh().product(id).map(|idx| linker.product(idx));
    Some(anchor.unwrap_or(Anchor { text: written.value.to_string(), href: None }))
}

fn places(site: &Site, contracts: &[usize]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for idx in contracts {
        let contract = &site.mesh().contracts[*idx].descriptor;
        for server in contract.servers.iter().filter(|server| servers::is_production(server)) {
            let code = servers::place(server, contract.objects.first());
            let ends = crate::graph::Lifecycle::of(contract).sunset();
            let note = (contract.header.status_word() == "deprecated")
                .then(|| ends.map_or("deprecated".to_owned(), |end| format!("ends {}", parts::date(&end.to_string()))));
            if !places.iter().any(|place| place.code == code) {
                places.push(Place { label: servers::type_title(&server.server_type), code, note });
            }
        }
    }
    places
}

fn promises(site: &Site, contracts: &[usize], linker: Linker<'_>) -> Vec<Promise> {
    let mut promises: Vec<Promise> = Vec::new();
    for idx in contracts {
        let contract = &site.mesh().contracts[*idx].descriptor;
        for level in &contract.service_levels {
            let name = parts::sentence(&parts::words(&level.property));
            if !promises.iter().any(|promise| promise.name == name) {
                let contract = (Some(idx) != contracts.first()).then(|| linker.contract(*idx));
                promises.push(Promise { name, value: parts::level_value(level), contract });
            }
        }
    }
    promises
}

pub(super) fn n_rules(contract: &DataContract) -> usize {
    let of_objects: usize = contract.objects.iter().map(|object| object.quality.len()).sum();
    let columns =
        contract.columns().filter_map(|(_, columns)| columns.last().and_then(|column| column.detail.as_deref()));
    of_objects + columns.map(|detail| detail.quality.len()).sum::<usize>()
}

fn approvers(site: &Site, contracts: &[usize]) -> Vec<Approver> {
    let mut seen = BTreeSet::new();
    let mut approvers = Vec::new();
    for idx in contracts {
        for role in &site.mesh().contracts[*idx].descriptor.roles {
            let levels = [(&role.first_level_approvers, "first"), (&role.second_level_approvers, "second")];
            for (names, level) in levels {
                let Some(names) = names.as_deref().filter(|names| !names.trim().is_empty()) else { continue };
                if seen.insert((names.to_owned(), level)) {
                    let origin = format!("{level} level, from the contract role {}", role.role);
                    approvers.push(Approver { name: names.to_owned(), origin });
                }
            }
        }
    }
    approvers
}

fn outputs(site: &Site, product: &Product, linker: Linker<'_>) -> Vec<OutputRow> {
    let mesh = site.mesh();
    let mut anchors = parts::Anchors::default();
    let row = |(port, contract): (&crate::model::OutputPort, &Option<usize>)| {
        let descriptor = contract.map(|idx| &mesh.contracts[idx].descriptor);
        let server =
            descriptor.and_then(|contract| contract.servers.iter().find(|server| servers::is_production(server)));
        let written = port.contract_id.as_ref().map(|id| match &port.version {
            Some(version) => format!("{} {}", id.value, version.value),
            None => id.value.to_string(),
        });
        OutputRow {
            anchor: anchors.next(format!("port-{}", anchor_part(&port.name))),
            name: port.name.to_string(),
            note: port_note(server, port),
            contract: contract.map(|idx| linker.contract(idx)),
            written,
            place: server.zip(descriptor).map(|(server, contract)| servers::place(server, contract.objects.first())),
            status: match descriptor {
                _ if port.is_deprecated => parts::status(Some("deprecated")),
                Some(contract) => parts::status_of(&contract.header),
                None => parts::status(None),
            },
            n_consumers: contract.map_or(0, |idx| mesh.contracts[idx].consumers.len()),
            description: port.description.as_ref().map(ToString::to_string),
        }
    };
    product.descriptor.output_ports.iter().zip(&product.outputs).map(row).collect()
}

/// The kind of server and of port; once where the two are the same word.
fn port_note(server: Option<&crate::model::Server>, port: &crate::model::OutputPort) -> String {
    let server = server.map(|server| servers::type_title(&server.server_type));
    let kind =
        port.port_type.as_deref().filter(|kind| server.as_ref().is_none_or(|title| !title.eq_ignore_ascii_case(kind)));
    [server.as_deref(), kind].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Makes a name safe as part of an anchor: letters of any script stay, the rest becomes a dash.
pub(super) fn anchor_part(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' }).collect()
}

fn inputs(product: &Product, linker: Linker<'_>) -> Vec<InputRow> {
    let row = |(port, binding): (&crate::model::InputPort, &crate::graph::Binding)| {
        let mut producers: Vec<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
        producers.dedup();
        let mut from: Vec<Anchor> = producers.into_iter().map(|idx| linker.product(idx)).collect();
        from.extend(binding.source_idx.map(|idx| linker.source(idx)));
        let asset = port.source_asset.as_ref().map(|asset| asset.value.to_string());
        let written = port.contract_id.as_ref().map(|id| match &port.version {
            Some(version) => format!("{} {}", id.value, version.value),
            None => id.value.to_string(),
        });
        InputRow {
            name: port.name.to_string(),
            from,
            contract: binding.contract_idx.map(|idx| linker.contract(idx)),
            written: written.or(asset),
            kind: if binding.source_idx.is_some() { "Source system" } else { "Data product" },
        }
    };
    product.descriptor.input_ports.iter().zip(&product.inputs).map(row).collect()
}

fn consumers(site: &Site, idx: usize, linker: Linker<'_>) -> Vec<ConsumerRow> {
    let mesh = site.mesh();
    let row = |consumer: &usize| {
        let reader = &mesh.products[*consumer];
        let reads = |binding: &&crate::graph::Binding| binding.published_by.iter().any(|by| by.product_idx == idx);
        let through = reader.inputs.iter().filter(reads).filter_map(|binding| binding.contract_idx).map(|idx| {
            let contract = &mesh.contracts[idx].descriptor;
            format!("{} {}", contract.header.id.value, contract.version_text())
        });
        ConsumerRow {
            product: linker.product(*consumer),
            domain: linker.product_domain(*consumer),
            owner: linker.product_owner(*consumer),
            through: through.collect(),
        }
    };
    mesh.products[idx].consumers.iter().map(row).collect()
}

fn agreements(site: &Site, product: &Product, linker: Linker<'_>) -> Vec<AgreementRow> {
    let mesh = site.mesh();
    let row = |idx: &usize| {
        let agreement = &mesh.agreements[*idx];
        let written = |text: &Option<crate::model::SpannedText>| text.as_ref().map(|text| text.value.to_string());
        let product = agreement.consumer.product.as_ref();
        let consumer = match product.map(|id| (mesh.product(id), id)) {
            Some((Some(idx), _)) => linker.product(idx),
            Some((None, id)) => Anchor { text: id.value.to_string(), href: None },
            None => {
                let team = agreement.consumer.team.as_ref();
                let anchor = linker.team(team.and_then(|team| mesh.team(team)), team.map(|team| team.value.as_str()));
                anchor.unwrap_or(Anchor { text: "a person".to_owned(), href: None })
            }
        };
        AgreementRow {
            id: agreement.header.id.value.to_string(),
            consumer,
            purpose: agreement.header.description.purpose.as_ref().map(ToString::to_string),
            port: written(&agreement.provider.port),
            until: agreement.end.as_ref().map(|end| parts::date(&end.value)),
            status: parts::status_of(&agreement.header),
        }
    };
    product.agreements.iter().map(row).collect()
}

fn reviews(site: &Site, product: &Product, linker: Linker<'_>) -> Vec<ReviewRow> {
    let mesh = site.mesh();
    let row = |idx: &usize| {
        let review = &mesh.reviews[*idx];
        let reviewer = review.reviewer.as_ref().map(|reviewer| match (mesh.team(reviewer), mesh.product(reviewer)) {
            (Some(team), _) => linker.team(Some(team), None).unwrap_or_default(),
            (None, Some(product)) => linker.product(product),
            (None, None) => Anchor { text: reviewer.value.to_string(), href: None },
        });
        ReviewRow {
            reviewer,
            rating: review.rating,
            used_for: review.used_for.as_ref().map(ToString::to_string),
            date: review.date.as_deref().map(parts::date),
            text: review.text.as_ref().map(ToString::to_string),
        }
    };
    product.reviews.iter().map(row).collect()
}

fn documents(site: &Site, product: &Product, linker: Linker<'_>) -> Vec<Anchor> {
    let files = site.mesh().docs.documents_of(product.descriptor.header.file, &site.outcome.sources);
    let anchor = |file: crate::source::FileId| {
        let path = site.outcome.sources.path(file);
        let title = site.mesh().docs.get(file).and_then(|facts| facts.title.clone());
        let name = title.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path).to_owned());
        Some(linker.to(&name, site.page_of_file.get(&file)?))
    };
    files.into_iter().filter_map(anchor).collect()
}

/// The findings about a thing itself: open ones and waived ones.
fn findings(site: &Site, found: Found) -> Vec<FindingRow> {
    let header = &site.mesh().products[found.idx].descriptor.header;
    let reference = header.reference();
    let is_own = |finding: &&crate::diagnostic::Diagnostic| finding.subject.as_deref() == Some(reference.as_str());
    let row = |finding: &crate::diagnostic::Diagnostic| FindingRow {
        severity: finding.severity.word(),
        code: finding.rule.code,
        message: finding.message.clone(),
        waived_by: finding.waived_by.clone(),
    };
    site.findings_in(header.file).filter(is_own).map(row).collect()
}

#[derive(Serialize)]
struct ConsumersPage {
    frame: Frame,
    name: String,
    consumers: Vec<ConsumerRow>,
}

fn consumers_html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let product = &site.mesh().products[idx];
    let header = &product.descriptor.header;
    let linker = Linker { site, depth: 2 };
    let title = format!("Who reads {}", header.title());
    let mut frame = Frame::new(site, &consumers_path(&product.slug), "products", &title).of_file(site, header.file);
    frame.description = format!("{} read {}.", parts::count(product.consumers.len(), "product"), header.title());
    frame = frame.crumb(linker.to("Products", "products/index.html")).crumb(linker.product(idx));
    let page = ConsumersPage { frame, name: header.title().to_owned(), consumers: consumers(site, idx, linker) };
    site.theme.render("consumers.html", &page)
}
