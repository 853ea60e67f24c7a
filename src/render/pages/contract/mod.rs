//! One version of a contract: what exactly do I get. `contracts/<slug>.html` shows the current
//! version, `contracts/<slug>/<version>.html` each of them.

pub(super) mod columns;
mod difference;
mod facts;
mod fold;
mod governed;
mod promises;
pub(super) mod quality;
mod reading;
mod schema;
pub(super) mod stated;
mod versions;
mod words;

pub(super) use self::facts::Fact;
pub(super) use self::fold::{Fold, folds};

use std::borrow::Cow;

use serde::Serialize;

use self::columns::{ObjectPart, Place};
use self::governed::Governed;
use self::promises::{MissRow, PromiseRow};
use self::quality::QualityRow;
use self::reading::{Connect, ServerRow};
use self::versions::{Changes, NextVersion, VersionTab};
use super::product::dataset;
use super::{column_lineage, page};
use crate::graph::{EndOf, Found, Lifecycle, Mesh};
use crate::model::{ColumnPath, DataContract, Kind, Role, Server, Text, Urn};
use crate::render::answers::{self, FactSeen, facts_seen};
use crate::render::health;
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::twins::{ContractTwin, to_json};
use crate::render::{Page, RenderError, address, markdown};

#[derive(Serialize)]
struct ContractPage<'a> {
    frame: Frame<'a>,
    title: &'a str,
    version: &'a str,
    is_current: bool,
    current: Anchor<'a>,
    /// A version after this one, on its way.
    next: Option<NextVersion<'a>>,
    /// What the version after this one changed, on a page that is not the current one.
    after: Option<Anchor<'a>>,
    status: Sign<'static>,
    ends: Option<EndPart>,
    /// That promises are missed, a link to where.
    missed: Option<Anchor<'a>>,
    n_personal: usize,
    /// Columns of this page that are keys.
    n_keys: usize,
    n_columns: usize,
    /// The page that draws where the columns come from.
    traced: Option<String>,
    standard: String,
    purpose_html: Option<String>,
    usage_html: Option<String>,
    limitations_html: Option<String>,
    owner: Option<Anchor<'a>>,
    domain: Option<Anchor<'a>>,
    products: Vec<PublishedRow<'a>>,
    request: Option<String>,
    versions: Vec<VersionTab<'a>>,
    /// The heading of its servers: how to read it, where it was, or where it is to be.
    reading: &'static str,
    connects: Rows<'a, Connect>,
    /// Why there is none, as HTML.
    unconnected: Option<String>,
    is_retired: bool,
    servers: Rows<'a, ServerRow<'a>>,
    n_servers: usize,
    promises: Rows<'a, PromiseRow<'a>>,
    /// Service levels, without dates, and quality rules.
    n_promises: usize,
    /// One result at least lies within the last thirty days.
    has_days: bool,
    /// How much is kept, missed and promised only.
    standing: String,
    /// The same in a few words.
    kept: String,
    /// Who approves access.
    approvers: Vec<Anchor<'a>>,
    /// What was measured and is not promised.
    facts: Vec<FactSeen<'a>>,
    last_run: Option<health::RunSeen<'a>>,
    /// What of the schema the data does not have.
    schema_misses: Vec<MissRow<'a>>,
    unstated: Vec<&'static str>,
    ask: Option<Anchor<'a>>,
    objects: Vec<ObjectPart<'a>>,
    /// The other pages of the columns.
    pager: Option<parts::Pager>,
    quality: Rows<'a, QualityRow<'a>>,
    n_quality_shown: usize,
    n_quality: usize,
    changes: Option<Changes<'a>>,
    /// Policies, checks and findings; they stand with the product where the contract has no page.
    governed: Option<Governed<'a>>,
    roles: Vec<RoleRow<'a>>,
    price: Option<String>,
    more: Vec<Fact<'a>>,
    contacts: Vec<Contact<'a>>,
    consumers: Rows<'a, ConsumerRow<'a>>,
    n_consumers_shown: usize,
    n_consumers: usize,
    /// Who reads it by agreement alone, and how many do.
    agreed: Vec<Anchor<'a>>,
    n_agreed: usize,
    /// Where all readers stand, when they do not all stand here.
    all_consumers: Option<String>,
    /// The descriptor as its authors wrote it.
    yaml: Option<String>,
    tags: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct EndPart {
    word: String,
    day: parts::Day,
}

#[derive(Serialize)]
struct PublishedRow<'a> {
    product: Anchor<'a>,
    port: &'a str,
}

#[derive(Serialize)]
struct RoleRow<'a> {
    role: &'a str,
    /// What it says of itself, and its custom properties.
    description: Option<Cow<'a, str>>,
    access: Option<&'a str>,
    /// The server that it is for, where it is not for all of them.
    server: Option<&'a str>,
    approvers: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct ConsumerRow<'a> {
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    /// The columns that it says it reads, the first of them.
    reads: Vec<Anchor<'a>>,
}

/// Readers on the page; the rest stands with the product.
const CONSUMERS: usize = 24;
/// Readers by agreement that are named.
const AGREED: usize = 40;
/// Columns that a reader's row names.
const READS: usize = 6;
/// Roles on the page.
const ROLES: usize = 60;
/// Servers on the page.
const SERVERS: usize = 60;
/// Products that publish it, on the page.
const PRODUCTS: usize = 40;

/// Failed tests of the schema on the page.
const MISSES: usize = 8;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    let mesh = site.mesh();
    let is_lean = site.homes.is_lean();
    for idx in (0..mesh.contracts.len()).filter(|idx| site.homes.has_page(*idx)) {
        let exact = address::contract_file(mesh, &site.homes, idx);
        pages.extend(page(&exact, idx, html));
        if is_lean {
            continue;
        }
        pages.extend(page(&exact.replace(".html", ".json"), idx, json));
        pages.extend(page(&exact.replace(".html", ".odcs.yaml"), idx, yaml));
    }
    for idx in site.current_contracts.iter().filter(|_| !is_lean) {
        let exact = address::contract_file(mesh, &site.homes, *idx);
        pages.extend(page(&address::contract(mesh, &site.homes, *idx), *idx, html).map(|page| page.like(&exact)));
    }
    pages.extend(schema::pages(site));
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&ContractTwin::of(site.view(), idx as usize)))
}

/// The descriptor as its authors wrote it, byte for byte.
pub(super) fn yaml(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let file = site.mesh().contracts[idx as usize].descriptor.header.file;
    let path = site.outcome.sources.path(file);
    site.tree.read(path).map_err(|error| RenderError::Source { path: path.to_owned(), reason: error.to_string() })
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let path = address::contract_file(site.mesh(), &site.homes, idx);
    site.theme.render("contract.html", &build(site, idx, &path, Extent::Page))
}

/// Where a version is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// On a page of its own.
    Page,
    /// On the page of its product, which says itself who reads it, whom to ask, and how it is tagged.
    Part,
}

/// Words a version for the page at `path`.
fn build<'a>(site: &'a Site, idx: usize, path: &str, extent: Extent) -> ContractPage<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let (descriptor, header) = (&contract.descriptor, &contract.descriptor.header);
    let version = descriptor.version_text();
    let current = mesh.current_version(&header.id.value).unwrap_or(idx);
    let mut frame = frame(site, idx, current, path);
    let theme = &site.theme;
    let is_page = extent == Extent::Page;
    if is_page {
        describe(site, idx, &mut frame);
    }
    let linker = Linker { site, depth: frame.depth() };
    let rendered =
        |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, linker.depth));
    let written = descriptor.team.as_deref().and_then(|team| team.name.as_ref()).map(|name| name.value.as_str());
    let place = Place::of(linker, idx);
    // Pages of products that have their contracts on them are short.
    let reads = if site.homes.is_lean() { Vec::new() } else { mesh.reads_of(idx) };
    let objects = schema::objects(place, descriptor, 0, &reads);
    let evidence = site.outcome.contract_evidence(idx);
    let is_retired = header.has_status("retired");
    // What is retired promises nothing any more.
    let unstated = if is_retired { Vec::new() } else { parts::unstated(&[descriptor]) };
    let owner = linker.team(contract.owner_idx, written);
    let quality = quality::shown(&evidence, idx, descriptor, quality::SHOWN);
    let read_by = |reader: usize| {
        let said = reads.iter().find(|said| said.product_idx == reader);
        said.map(|said| place.read_by(said, READS)).unwrap_or_default()
    };
    let agreed = mesh.agreed_readers(&[Found { kind: Kind::DataContract, idx }]);
    // Nobody begins to read what is gone, or not there yet.
    let connects = if header.is_unfinished() { Vec::new() } else { reading::connects(descriptor) };
    let first = contract.published_by.first().map(|by| &mesh.products[by.product_idx].slug);
    ContractPage {
        title: header.title(),
        version,
        is_current: current == idx,
        current: linker.contract(current),
        next: versions::next(site, idx, linker),
        status: parts::status_of(header),
        ends: ends(site, descriptor).filter(|_| !is_retired),
        missed: health::missed(&evidence, |_, part| format!("#{part}")).filter(|_| !is_retired),
        after: if current == idx { None } else { versions::after(site, idx, linker) },
        n_personal: n_personal(mesh, descriptor),
        n_keys: objects.iter().map(ObjectPart::n_keys).sum(),
        n_columns: descriptor.n_columns(),
        traced: column_lineage::has_page(site, idx)
            .then(|| address::relative(linker.depth, &address::columns(mesh, &site.homes, idx))),
        standard: format!("ODCS {}", header.api_version.trim_start_matches('v')),
        purpose_html: rendered(&header.description.purpose),
        usage_html: rendered(&header.description.usage),
        limitations_html: rendered(&header.description.limitations),
        domain: linker.domain(contract.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        products: contract
            .published_by
            .iter()
            .take(if is_page { PRODUCTS } else { 0 })
            .map(|by| PublishedRow {
                product: linker.product(by.product_idx),
                port: &mesh.products[by.product_idx].descriptor.output_ports[by.port_idx].name,
            })
            .collect(),
        request: contract
            .published_by
            .iter()
            .find(|by| mesh.port_closed(by.product_idx, by.port_idx, site.outcome.today).is_none())
            .map(|by| &mesh.products[by.product_idx].slug)
            .map(|slug| format!("{}#access", address::relative(linker.depth, &address::product(slug)))),
        versions: if is_page { versions::versions(site, idx, linker) } else { Vec::new() },
        reading: match header.status_word() {
            "retired" => "Where it was",
            "proposed" | "draft" => "Where it will be",
            _ => "Connect",
        },
        unconnected: reading::why_none(descriptor).filter(|_| connects.is_empty() && !header.is_unfinished()),
        connects: theme.rows("connect.html", connects),
        is_retired,
        n_servers: descriptor.servers.len().min(SERVERS),
        servers: theme
            .rows("server-row.html", descriptor.servers.iter().take(SERVERS).map(reading::server_row).collect()),
        promises: theme.rows("promise-row.html", promises::promises(descriptor, idx, &evidence, site.outcome.today)),
        n_promises: if is_retired { 0 } else { evidence.n_promises },
        has_days: promises::has_days(&evidence),
        standing: if is_retired {
            "no longer made".to_owned()
        } else {
            promises::standing(descriptor, &evidence, &unstated)
        },
        kept: if is_retired { "No promise any more".to_owned() } else { promises::in_short(&evidence) },
        approvers: if is_page { approvers(site, idx, linker) } else { Vec::new() },
        facts: facts_seen(&evidence),
        last_run: health::last_run(&evidence),
        schema_misses: evidence.schema_misses.iter().take(MISSES).map(|miss| promises::miss_row(miss)).collect(),
        unstated,
        ask: parts::ask(&header.support, owner.as_ref()).filter(|_| !is_retired),
        objects,
        pager: schema::pager(site, idx, 0, linker.depth),
        n_quality: descriptor.n_quality_rules as usize,
        n_quality_shown: quality.len(),
        quality: theme.rows("quality-row.html", quality),
        changes: versions::changes(site, idx, linker),
        governed: site.homes.has_page(idx).then(|| governed::governed(site, idx, is_retired, linker)),
        roles: descriptor.all_roles().take(ROLES).map(|role| role_row(role, linker)).collect(),
        price: descriptor.price.as_deref().and_then(price),
        more: stated::of_contract(contract, is_page, linker),
        contacts: if is_page { parts::contacts(&header.support) } else { Vec::new() },
        n_consumers_shown: contract.consumers.len().min(CONSUMERS),
        consumers: theme.rows(
            "consumer-row.html",
            contract
                .consumers
                .iter()
                .take(if is_page { CONSUMERS } else { 0 })
                .map(|reader| ConsumerRow {
                    product: linker.product(*reader),
                    domain: linker.product_domain(*reader),
                    owner: linker.product_owner(*reader),
                    reads: read_by(*reader),
                })
                .collect(),
        ),
        n_consumers: contract.consumers.len(),
        n_agreed: agreed.len(),
        agreed: if is_page {
            parts::few(agreed.into_iter().map(|reader| linker.thing(reader, mesh.header(reader))), AGREED)
        } else {
            Vec::new()
        },
        all_consumers: first
            .filter(|_| contract.consumers.len() > CONSUMERS)
            .map(|slug| address::relative(linker.depth, &format!("products/{slug}/consumers.html"))),
        yaml: if site.homes.is_lean() {
            frame.source.clone()
        } else {
            let file = address::contract_file(mesh, &site.homes, idx);
            Some(address::relative(linker.depth, &file.replace(".html", ".odcs.yaml")))
        },
        tags: header.tags.iter().filter(|_| is_page).map(|tag| linker.tag(tag)).collect(),
        owner,
        frame,
    }
}

fn frame<'a>(site: &'a Site, idx: usize, current: usize, path: &str) -> Frame<'a> {
    let contract = &site.mesh().contracts[idx];
    let header = &contract.descriptor.header;
    let version = contract.descriptor.version_text();
    let mut frame = Frame::new(site, path, "contracts", &format!("{} {version}", header.title())).of_thing(
        site,
        header,
        contract.owner_idx,
    );
    let linker = Linker { site, depth: frame.depth() };
    frame.json = site.json_of(path);
    frame.reference = Some(format!("contract:{}@{version}", header.id.value));
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataContract, &header.id.value, Some(version)));
    let of_object = || contract.descriptor.objects.iter().find_map(|object| object.description.as_deref());
    let said = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty()).or_else(of_object);
    let counted = || {
        let columns = parts::count(contract.descriptor.n_columns(), "column");
        format!("Version {version} of the data contract {}: {columns}.", header.id.value)
    };
    frame.description = said.map_or_else(counted, parts::first_sentence);
    // Two addresses show one text: the one of the contract is the canonical one for its current version.
    if current == idx {
        frame.canonical = site
            .outcome
            .config
            .mesh
            .base_url
            .as_ref()
            .map(|base| format!("{base}{}", address::contract(site.mesh(), &site.homes, idx)));
    } else {
        frame.is_old = true;
    }
    frame = frame.crumb(linker.to("Contracts", "contracts/index.html"));
    match contract.published_by.first() {
        Some(by) => frame.crumb(linker.product(by.product_idx)),
        None => frame,
    }
}

/// Says to machines that read pages what the current version of a contract is; they need not know the others.
fn describe(site: &Site, idx: usize, frame: &mut Frame<'_>) {
    const NAMED: usize = 4;
    if frame.is_old {
        return;
    }
    let contract = &site.mesh().contracts[idx];
    let descriptor = &contract.descriptor;
    let linked = &frame.linked;
    let purpose = descriptor.header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default();
    let about = dataset::about(&descriptor.header, &purpose);
    let of_object = descriptor.objects.iter().find_map(|object| object.description.as_deref());
    let about = if about.is_empty() { parts::first_sentence(of_object.unwrap_or_default()).into() } else { about };
    let mut thing = linked
        .dataset(&address::contract(site.mesh(), &site.homes, idx))
        .text("name", &frame.title)
        .text("description", &about)
        .text("version", descriptor.version_text())
        .text("creativeWorkStatus", descriptor.header.status_word())
        .text("identifier", frame.urn.as_deref().unwrap_or_default());
    thing = dataset::licensed(thing, &descriptor.header, linked);
    thing = match contract.published_by.first() {
        Some(by) => thing.at("isPartOf", &address::product(&site.mesh().products[by.product_idx].slug)),
        None => thing.at("includedInDataCatalog", "index.html"),
    };
    let downloads = dataset::downloads(site, idx, linked, NAMED);
    thing = match &downloads[..] {
        [only] => thing.with("distribution", only),
        _ => thing.list("distribution", downloads.into_iter()),
    };
    frame.linked.set(thing);
}

/// Counts the columns with personal data.
pub(super) fn n_personal(mesh: &Mesh, contract: &DataContract) -> usize {
    let is_personal = |(_, path): &(_, ColumnPath<'_>)| {
        path.last().and_then(|column| column.classification()).is_some_and(|class| mesh.is_personal(class))
    };
    // Most contracts have none, which is known without going over all columns.
    if mesh.has_personal_data(contract) { contract.columns().filter(is_personal).count() } else { 0 }
}

fn ends(site: &Site, contract: &DataContract) -> Option<EndPart> {
    let end = Lifecycle::of(contract).end(site.outcome.today)?;
    let is_supported = end.of == EndOf::Support && !end.is_past;
    let word = if is_supported { "supported until" } else { end.words() };
    Some(EndPart { word: parts::sentence(word), day: parts::Day::at(end.day) })
}

/// Who approves access to a contract, by its roles or by the file of owners.
fn approvers<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<Anchor<'a>> {
    let Some(by) = site.mesh().contracts[idx].published_by.first() else { return Vec::new() };
    let file = answers::agreement_file(site.mesh(), &site.outcome.sources, by.product_idx);
    let found = answers::approving(site.mesh(), (by.product_idx, &[idx]), &file, site.owners.as_ref());
    found.iter().take(answers::APPROVERS).map(|approver| answers::approver_name(approver, linker)).collect()
}

fn role_row<'a>((role, server): (&'a Role, Option<&'a Server>), linker: Linker<'a>) -> RoleRow<'a> {
    let approvers = [role.first_level_approvers.as_deref(), role.second_level_approvers.as_deref()];
    let custom = parts::custom_words(role.custom());
    let description = role.description().map(Text::as_str);
    RoleRow {
        role: &role.role,
        description: match (description, custom) {
            (Some(description), Some(custom)) => {
                Some(format!("{}. {custom}", description.trim_end_matches('.')).into())
            }
            (description, custom) => custom.map(Cow::Owned).or(description.map(Cow::Borrowed)),
        },
        access: role.access.as_deref(),
        server: server.map(|server| server.name.as_str()),
        approvers: approvers.into_iter().flatten().map(|name| linker.approver(name)).collect(),
    }
}

/// What reading costs; none when neither an amount nor a unit is stated.
fn price(price: &crate::model::Price) -> Option<String> {
    let amount: Vec<&str> = [price.amount.as_deref(), price.currency.as_deref()].into_iter().flatten().collect();
    if price.amount.is_none() && price.unit.is_none() {
        return None;
    }
    if amount.first().is_some_and(|amount| amount.parse() == Ok(0.0_f64)) {
        return Some("Free".to_owned());
    }
    let unit = price.unit.as_deref().map(|unit| format!(" per {unit}")).unwrap_or_default();
    Some(format!("{}{unit}", amount.join(" ")))
}
