//! One version of a contract: what exactly do I get. `contracts/<slug>.html` shows the current
//! version, `contracts/<slug>/<version>.html` each of them.

use serde::Serialize;

use super::page;
use super::product::{anchor_part, is_personal, n_rules};
use crate::graph::{Lifecycle, version_slug};
use crate::model::{DataContract, Kind, Property, PropertyFlags, QualityRule, SchemaObject, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::twins::{ContractTwin, to_json};
use crate::render::{Page, RenderError, address, markdown, servers};

#[derive(Serialize)]
struct ContractPage {
    frame: Frame,
    name: String,
    title: String,
    version: String,
    is_current: bool,
    current: Anchor,
    status: Sign,
    ends: Option<String>,
    n_personal: usize,
    n_columns: usize,
    n_rules: usize,
    standard: String,
    purpose_html: Option<String>,
    usage_html: Option<String>,
    limitations_html: Option<String>,
    owner: Option<Anchor>,
    domain: Option<Anchor>,
    products: Vec<PublishedRow>,
    versions: Vec<VersionTab>,
    servers: Vec<ServerRow>,
    promises: Vec<PromiseRow>,
    objects: Vec<ObjectPart>,
    quality: Vec<QualityRow>,
    roles: Vec<RoleRow>,
    price: Option<String>,
    contacts: Vec<Contact>,
    consumers: Vec<ConsumerRow>,
    yaml: String,
    tags: Vec<String>,
}

#[derive(Serialize)]
struct PublishedRow {
    product: Anchor,
    port: String,
}

#[derive(Serialize)]
struct VersionTab {
    anchor: Anchor,
    is_here: bool,
    note: String,
}

#[derive(Serialize)]
struct ServerRow {
    name: String,
    kind: String,
    address: String,
    environment: Option<String>,
    description: Option<String>,
}

#[derive(Serialize)]
struct PromiseRow {
    anchor: String,
    name: String,
    note: Option<String>,
    value: String,
}

#[derive(Serialize)]
struct ObjectPart {
    anchor: String,
    name: String,
    physical: Option<String>,
    description_html: Option<String>,
    granularity: Option<String>,
    columns: Vec<ColumnRow>,
}

#[derive(Serialize)]
struct ColumnRow {
    anchor: String,
    name: String,
    level: usize,
    kind: String,
    flags: Vec<&'static str>,
    keys: Vec<&'static str>,
    classification: Option<String>,
    is_personal: bool,
    is_deprecated: bool,
    meaning: Option<String>,
    examples: Vec<String>,
    allowed: Vec<String>,
    terms: Vec<Anchor>,
    joins: Vec<Anchor>,
    from: Vec<Anchor>,
}

#[derive(Serialize)]
struct QualityRow {
    anchor: String,
    name: String,
    says: String,
    about: String,
    dimension: Option<String>,
    severity: Option<String>,
}

#[derive(Serialize)]
struct RoleRow {
    role: String,
    description: Option<String>,
    access: Option<String>,
    approvers: Vec<String>,
}

#[derive(Serialize)]
struct ConsumerRow {
    product: Anchor,
    domain: Option<Anchor>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    let mesh = site.mesh();
    for idx in 0..mesh.contracts.len() {
        let exact = address::contract_version(mesh, idx);
        pages.extend(page(&exact, idx, exact_html));
        pages.extend(page(&exact.replace(".html", ".json"), idx, json));
        pages.extend(page(&exact.replace(".html", ".odcs.yaml"), idx, yaml));
    }
    for idx in &site.current_contracts {
        pages.extend(page(&address::contract(&mesh.contracts[*idx].slug), *idx, current_html));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&ContractTwin::of(site.view(), idx as usize)))
}

/// The descriptor as its authors wrote it, byte for byte.
fn yaml(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let file = site.mesh().contracts[idx as usize].descriptor.header.file;
    let path = site.outcome.sources.path(file);
    site.tree.read(path).map_err(|error| RenderError::Source { path: path.to_owned(), reason: error.to_string() })
}

fn exact_html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let path = address::contract_version(site.mesh(), idx as usize);
    site.theme.render("contract.html", &build(site, idx as usize, &path))
}

fn current_html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let path = address::contract(&site.mesh().contracts[idx as usize].slug);
    site.theme.render("contract.html", &build(site, idx as usize, &path))
}

fn build(site: &Site, idx: usize, path: &str) -> ContractPage {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let (descriptor, header) = (&contract.descriptor, &contract.descriptor.header);
    let version = descriptor.version_text().to_owned();
    let mut frame =
        Frame::new(site, path, "contracts", &format!("{} {version}", header.title())).of_file(site, header.file);
    let linker = Linker { site, depth: frame.depth() };
    let exact = address::contract_version(mesh, idx);
    frame.json = Some(exact.replace(".html", ".json"));
    frame.reference = Some(format!("contract:{}@{version}", header.id.value));
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataContract, &header.id.value, Some(&version)));
    frame.description = header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default();
    // Two addresses show one text: the one of the contract is the canonical one for its current version.
    let current = mesh.current_version(&header.id.value).unwrap_or(idx);
    if let (Some(base), true) = (&site.outcome.config.mesh.base_url, current == idx) {
        frame.canonical = Some(format!("{base}{}", address::contract(&contract.slug)));
    }
    frame = frame.crumb(linker.to("Contracts", "contracts/index.html"));
    if let Some(by) = contract.published_by.first() {
        frame = frame.crumb(linker.product(by.product_idx));
    }
    let rendered =
        |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, linker.depth));
    let consumers = contract
        .consumers
        .iter()
        .map(|idx| ConsumerRow { product: linker.product(*idx), domain: linker.product_domain(*idx) });
    let written = |team: &crate::model::TeamBlock| team.name.as_ref().map(|name| name.value.to_string());
    let personal = descriptor
        .columns()
        .filter(|(_, columns)| columns.last().is_some_and(|column| is_personal(column.classification())));
    ContractPage {
        name: header.id.value.to_string(),
        title: header.title().to_owned(),
        is_current: current == idx,
        current: linker.contract(current),
        status: parts::status_of(header),
        ends: Lifecycle::of(descriptor).sunset().map(|end| {
            let day = parts::date(&end.to_string());
            if end < site.outcome.today { format!("Support ended {day}") } else { format!("Supported until {day}") }
        }),
        n_personal: personal.count(),
        n_columns: descriptor.columns().count(),
        n_rules: n_rules(descriptor),
        standard: format!("ODCS {}", header.api_version.trim_start_matches('v')),
        purpose_html: rendered(&header.description.purpose),
        usage_html: rendered(&header.description.usage),
        limitations_html: rendered(&header.description.limitations),
        owner: linker.team(contract.owner_idx, descriptor.team.as_deref().and_then(written).as_deref()),
        domain: linker.domain(contract.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        products: contract
            .published_by
            .iter()
            .map(|by| PublishedRow {
                product: linker.product(by.product_idx),
                port: mesh.products[by.product_idx].descriptor.output_ports[by.port_idx].name.to_string(),
            })
            .collect(),
        versions: versions(site, idx, linker),
        servers: descriptor.servers.iter().map(server_row).collect(),
        promises: promises(descriptor),
        objects: descriptor.objects.iter().map(|object| object_part(site, idx, object, linker)).collect(),
        quality: quality(descriptor),
        roles: descriptor.roles.iter().map(role_row).collect(),
        price: descriptor.price.as_deref().map(price),
        contacts: parts::contacts(&header.support),
        consumers: consumers.collect(),
        yaml: address::relative(linker.depth, &exact.replace(".html", ".odcs.yaml")),
        tags: header.tags.iter().map(ToString::to_string).collect(),
        version,
        frame,
    }
}

fn versions(site: &Site, here: usize, linker: Linker<'_>) -> Vec<VersionTab> {
    let mesh = site.mesh();
    let id = &mesh.contracts[here].descriptor.header.id.value;
    let tab = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let page = format!("contracts/{}/{}.html", mesh.contracts[*idx].slug, version_slug(contract.version_text()));
        VersionTab {
            anchor: linker.to(contract.version_text(), &page),
            is_here: *idx == here,
            note: contract.header.status_word(),
        }
    };
    mesh.versions(id).iter().rev().map(tab).collect()
}

fn server_row(server: &crate::model::Server) -> ServerRow {
    ServerRow {
        name: server.name.to_string(),
        kind: servers::type_title(&server.server_type),
        address: servers::address(server),
        environment: server.environment.as_ref().map(ToString::to_string),
        description: server.description.as_ref().map(ToString::to_string),
    }
}

fn promises(contract: &DataContract) -> Vec<PromiseRow> {
    let mut anchors = parts::Anchors::default();
    let row = |level| {
        let mut row = promise_row(level);
        row.anchor = anchors.next(row.anchor);
        row
    };
    contract.service_levels.iter().map(row).collect()
}

fn promise_row(level: &crate::model::ServiceLevel) -> PromiseRow {
    let detail = level.detail.as_deref();
    let element = detail.and_then(|detail| detail.element.as_deref()).map(|element| format!("of {element}"));
    PromiseRow {
        anchor: format!("sla-{}", anchor_part(&level.property)),
        name: parts::sentence(&parts::words(&level.property)),
        note: detail.and_then(|detail| detail.description.as_ref()).map(ToString::to_string).or(element),
        value: parts::level_value(level),
    }
}

fn object_part(site: &Site, contract_idx: usize, object: &SchemaObject, linker: Linker<'_>) -> ObjectPart {
    let mut columns = Vec::new();
    for column in &object.properties {
        column_rows(site, contract_idx, object, column, &object.name, 0, linker, &mut columns);
    }
    let mut anchors = parts::Anchors::default();
    for row in &mut columns {
        row.anchor = anchors.next(std::mem::take(&mut row.anchor));
    }
    ObjectPart {
        anchor: format!("o-{}", anchor_part(&object.name)),
        name: object.name.value.to_string(),
        physical: object.physical_name.as_ref().map(ToString::to_string),
        description_html: object.description.as_deref().map(|text| markdown::text(site, text, linker.depth)),
        granularity: object.granularity.as_ref().map(ToString::to_string),
        columns,
    }
}

#[expect(clippy::too_many_arguments, reason = "a walk down a tree hands its whole place on")]
fn column_rows(
    site: &Site,
    contract_idx: usize,
    object: &SchemaObject,
    column: &Property,
    above: &str,
    level: usize,
    linker: Linker<'_>,
    rows: &mut Vec<ColumnRow>,
) {
    let mesh = site.mesh();
    let path = format!("{above}.{}", column.name);
    let detail = column.detail.as_deref();
    let file = site.outcome.sources.path(mesh.contracts[contract_idx].descriptor.header.file);
    let flag = |is: bool, word: &'static str| is.then_some(word);
    let is_key = detail.is_some_and(|detail| !detail.relationships.is_empty())
        || object
            .relationships
            .iter()
            .any(|relation| relation.from.iter().any(|from| from.ends_with(column.name.as_str())));
    let place = |place: crate::graph::ColumnPlace| {
        let contract = &mesh.contracts[place.contract_idx];
        let text =
            if place.column.is_empty() { place.object.clone() } else { format!("{}.{}", place.object, place.column) };
        let page = address::contract_version(mesh, place.contract_idx);
        let hash = if place.column.is_empty() { String::new() } else { format!("#c-{}", anchor_part(&text)) };
        let id = &contract.descriptor.header.id.value;
        Anchor { text: format!("{id}: {text}"), href: Some(address::relative(linker.depth, &format!("{page}{hash}"))) }
    };
    let targets = detail.into_iter().flat_map(|detail| &detail.relationships).flat_map(|relation| &relation.to);
    let joins = targets.map(|to| match mesh.key_target(contract_idx, file, &site.outcome.sources, to) {
        Some(target) => place(target),
        None => Anchor { text: to.value.to_string(), href: None },
    });
    let from = mesh.column_sources(contract_idx, column).into_iter().map(|source| match source.place {
        Some(target) => place(target),
        None => Anchor { text: source.written, href: None },
    });
    let terms = detail.into_iter().flat_map(|detail| &detail.definitions);
    rows.push(ColumnRow {
        anchor: format!("c-{}", anchor_part(&path)),
        name: if column.name == "[]" { "each item".to_owned() } else { column.name.to_string() },
        level,
        kind: detail
            .and_then(|detail| detail.physical_type.as_ref().or(detail.logical_type.as_ref()))
            .map(ToString::to_string)
            .unwrap_or_default(),
        keys: [flag(column.flags.has(PropertyFlags::PRIMARY_KEY), "PK"), flag(is_key, "FK")]
            .into_iter()
            .flatten()
            .collect(),
        flags: [
            flag(column.flags.has(PropertyFlags::REQUIRED), "required"),
            flag(column.flags.has(PropertyFlags::UNIQUE), "unique"),
            flag(column.flags.has(PropertyFlags::PARTITIONED), "partition"),
            flag(column.flags.has(PropertyFlags::CRITICAL), "critical"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        classification: column.classification().map(str::to_owned),
        is_personal: is_personal(column.classification()),
        is_deprecated: column.flags.has(PropertyFlags::DEPRECATED),
        meaning: detail.and_then(|detail| detail.description.as_ref()).map(ToString::to_string),
        examples: detail
            .map(|detail| detail.examples.iter().take(3).map(ToString::to_string).collect())
            .unwrap_or_default(),
        allowed: detail
            .and_then(|detail| detail.rare.as_deref())
            .map(|rare| rare.allowed_values.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        terms: terms.filter_map(|term| mesh.term_at(file, &term.url)).map(|idx| linker.term(idx)).collect(),
        joins: joins.collect(),
        from: from.collect(),
    });
    for child in column.children() {
        column_rows(site, contract_idx, object, child, &path, level + 1, linker, rows);
    }
}

fn quality(contract: &DataContract) -> Vec<QualityRow> {
    let mut rows = Vec::new();
    for object in &contract.objects {
        rows.extend(object.quality.iter().map(|rule| quality_row(rule, &object.name)));
    }
    for (object, columns) in contract.columns() {
        let Some(detail) = columns.last().and_then(|column| column.detail.as_deref()) else { continue };
        if detail.quality.is_empty() {
            continue;
        }
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let about = format!("{}.{}", object.name.value, names.join("."));
        rows.extend(detail.quality.iter().map(|rule| quality_row(rule, &about)));
    }
    let mut anchors = parts::Anchors::default();
    for row in &mut rows {
        row.anchor = anchors.next(std::mem::take(&mut row.anchor));
    }
    rows
}

fn quality_row(rule: &QualityRule, about: &str) -> QualityRow {
    let name = rule.id.as_ref().or(rule.name.as_ref()).map(ToString::to_string);
    let metric = rule.metric.as_deref().map(|metric| parts::sentence(&parts::words(metric)));
    let operator = rule.operator.as_deref().map(parts::words);
    let unit = rule.unit.as_deref().map(|unit| if unit == "percent" { " %".to_owned() } else { format!(" {unit}") });
    let limit = operator
        .zip(rule.threshold.as_ref())
        .map(|(operator, threshold)| format!("{operator} {threshold}{}", unit.unwrap_or_default()));
    let measured: Vec<String> = [metric.clone(), limit].into_iter().flatten().collect();
    let says = match (rule.description.as_deref(), measured.is_empty()) {
        (Some(description), true) => description.to_owned(),
        (Some(description), false) => {
            format!("{} ({})", description.trim_end_matches('.'), measured.join(" ").to_lowercase())
        }
        (None, _) => measured.join(" "),
    };
    QualityRow {
        anchor: format!("q-{}", anchor_part(name.as_deref().unwrap_or(about))),
        name: rule.name.as_ref().map(ToString::to_string).or(name).or(metric).unwrap_or_else(|| "Rule".to_owned()),
        says,
        about: about.to_owned(),
        dimension: rule.dimension.as_ref().map(ToString::to_string),
        severity: rule.severity.as_ref().map(ToString::to_string),
    }
}

fn role_row(role: &crate::model::Role) -> RoleRow {
    let approvers = [role.first_level_approvers.as_ref(), role.second_level_approvers.as_ref()];
    RoleRow {
        role: role.role.to_string(),
        description: role.description.as_ref().map(ToString::to_string),
        access: role.access.as_ref().map(ToString::to_string),
        approvers: approvers.into_iter().flatten().map(ToString::to_string).collect(),
    }
}

fn price(price: &crate::model::Price) -> String {
    let parts = [price.amount.as_deref(), price.currency.as_deref()];
    let amount: Vec<&str> = parts.into_iter().flatten().collect();
    let unit = price.unit.as_deref().map(|unit| format!(" per {unit}")).unwrap_or_default();
    format!("{}{unit}", amount.join(" "))
}
