//! One version of a contract: what exactly do I get. `contracts/<slug>.html` shows the current
//! version, `contracts/<slug>/<version>.html` each of them.

pub(super) mod columns;
mod difference;
mod fold;
mod governed;
pub(super) mod quality;
mod schema;

pub(super) use fold::{Fold, folds};

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use self::columns::{ObjectPart, Place};
use self::difference::ChangeRow;
use self::governed::Governed;
use self::quality::QualityRow;
use super::movers::span_words;
use super::{column_lineage, page};
use crate::diff::{self, VersionChange};
use crate::graph::{Contract, EvidenceSummary, Lifecycle};
use crate::model::{DataContract, Kind, Role, Server, ServiceLevel, Urn};
use crate::render::events;
use crate::render::health::{self, Level};
use crate::render::parts::{self, Anchor, Anchors, Contact, Frame, Linker, Sign, anchor_part};
use crate::render::servers::{self, Snippet};
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
    /// What was measured and is not promised.
    facts: Vec<super::product::FactSeen<'a>>,
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
    /// Where all readers stand, when they do not all stand here.
    all_consumers: Option<String>,
    /// The descriptor as its authors wrote it.
    yaml: Option<String>,
    tags: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct NextVersion<'a> {
    version: Anchor<'a>,
    status: String,
}

#[derive(Serialize)]
struct EndPart {
    word: &'static str,
    day: parts::Day,
}

#[derive(Serialize)]
struct PublishedRow<'a> {
    product: Anchor<'a>,
    port: &'a str,
}

#[derive(Serialize)]
struct VersionTab<'a> {
    anchor: Anchor<'a>,
    is_here: bool,
    is_retired: bool,
    note: String,
}

/// One way to read from a server.
#[derive(Serialize)]
struct Connect {
    /// What runs the text, and the server.
    heading: String,
    title: String,
    code: String,
}

#[derive(Serialize)]
struct ServerRow<'a> {
    name: &'a str,
    kind: String,
    address: String,
    environment: Option<&'a str>,
    description: Option<&'a str>,
}

#[derive(Serialize)]
struct PromiseRow<'a> {
    anchor: String,
    note: Option<Cow<'a, str>>,
    level: Level<'a>,
    /// Where a day in the life of the contract lies from today.
    when: Option<String>,
    /// The table has cells for the last thirty days.
    has_days: bool,
}

/// What differs from the version before.
#[derive(Serialize)]
struct Changes<'a> {
    against: Anchor<'a>,
    /// The heaviest first.
    rows: Vec<ChangeRow<'a>>,
    /// How many of them stand open: where those that break nothing are many, they are folded.
    n_open: usize,
    n_folded: usize,
    n: usize,
    /// How many weigh how much.
    summary: String,
}

#[derive(Serialize)]
struct RoleRow<'a> {
    role: &'a str,
    description: Option<&'a str>,
    access: Option<&'a str>,
    approvers: Vec<Anchor<'a>>,
}

/// Something else that is stated.
#[derive(Serialize)]
pub(super) struct Fact<'a> {
    pub name: String,
    pub value: Anchor<'a>,
}

#[derive(Serialize)]
struct ConsumerRow<'a> {
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
}

/// Readers on the page; the rest stands with the product.
const CONSUMERS: usize = 24;
/// Differences on the page.
const CHANGES: usize = 120;
/// Differences without weight that stand open.
const LIGHT: usize = 8;
/// Roles on the page.
const ROLES: usize = 60;
/// Servers on the page.
const SERVERS: usize = 60;
/// Versions on the page, the newest; all stand in the machine form.
const VERSIONS: usize = 40;
/// Products that publish it, on the page.
const PRODUCTS: usize = 40;
/// Servers with a text to paste.
const CONNECTS: usize = 3;

/// A test of the schema that failed.
#[derive(Serialize)]
struct MissRow<'a> {
    path: &'a str,
    seen: health::Seen<'a>,
}

/// Failed tests of the schema on the page.
const MISSES: usize = 8;

fn miss_row(miss: &crate::graph::SchemaMiss) -> MissRow<'_> {
    MissRow { path: &miss.path, seen: health::failed(&miss.observed) }
}

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
fn yaml(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let file = site.mesh().contracts[idx as usize].descriptor.header.file;
    let path = site.outcome.sources.path(file);
    site.tree.read(path).map_err(|error| RenderError::Source { path: path.to_owned(), reason: error.to_string() })
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let path = address::contract_file(site.mesh(), &site.homes, idx);
    site.theme.render("contract.html", &build(site, idx, &path))
}

/// Words a version for the page at `path`.
fn build<'a>(site: &'a Site, idx: usize, path: &str) -> ContractPage<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let (descriptor, header) = (&contract.descriptor, &contract.descriptor.header);
    let version = descriptor.version_text();
    let current = mesh.current_version(&header.id.value).unwrap_or(idx);
    let mut frame = frame(site, idx, current, path);
    let theme = &site.theme;
    describe(site, idx, &mut frame);
    let linker = Linker { site, depth: frame.depth() };
    let rendered =
        |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, linker.depth));
    let written = descriptor.team.as_deref().and_then(|team| team.name.as_ref()).map(|name| name.value.as_str());
    let place = Place::of(linker, idx);
    let evidence = site.outcome.contract_evidence(idx);
    let is_retired = header.status_word() == "retired";
    // What is retired promises nothing any more.
    let unstated = if is_retired { Vec::new() } else { parts::unstated(&[descriptor]) };
    let owner = linker.team(contract.owner_idx, written);
    let quality = quality::shown(&evidence, idx, descriptor, quality::SHOWN);
    let first = contract.published_by.first().map(|by| &mesh.products[by.product_idx].slug);
    ContractPage {
        title: header.title(),
        version,
        is_current: current == idx,
        current: linker.contract(current),
        next: next(site, idx, linker),
        status: parts::status_of(header),
        ends: ends(site, descriptor).filter(|_| !is_retired),
        missed: health::missed(&evidence, |_, part| format!("#{part}")).filter(|_| !is_retired),
        after: if current == idx { None } else { after(site, idx, linker) },
        n_personal: descriptor.columns().filter(|(_, columns)| is_personal(columns)).count(),
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
            .take(PRODUCTS)
            .map(|by| PublishedRow {
                product: linker.product(by.product_idx),
                port: &mesh.products[by.product_idx].descriptor.output_ports[by.port_idx].name,
            })
            .collect(),
        request: first
            .filter(|_| can_be_asked_for(contract))
            .map(|slug| format!("{}#access", address::relative(linker.depth, &address::product(slug)))),
        versions: versions(site, idx, linker),
        reading: match header.status_word().as_str() {
            "retired" => "Where it was",
            "proposed" | "draft" => "Where it will be",
            _ => "Connect",
        },
        // Nobody begins to read what is gone, or not there yet.
        connects: theme.rows("connect.html", if header.is_unfinished() { Vec::new() } else { connects(descriptor) }),
        is_retired,
        n_servers: descriptor.servers.len().min(SERVERS),
        servers: theme.rows("server-row.html", descriptor.servers.iter().take(SERVERS).map(server_row).collect()),
        promises: theme.rows("promise-row.html", promises(descriptor, idx, &evidence, site.outcome.today)),
        n_promises: evidence.n_promises,
        has_days: has_days(&evidence),
        standing: standing(descriptor, &evidence, &unstated),
        facts: super::product::facts_seen(&evidence),
        last_run: health::last_run(&evidence),
        schema_misses: evidence.schema_misses.iter().take(MISSES).map(|miss| miss_row(miss)).collect(),
        unstated,
        ask: parts::ask(&header.support, owner.as_ref()).filter(|_| !is_retired),
        objects: schema::objects(place, descriptor, 0),
        pager: schema::pager(site, idx, 0, linker.depth),
        n_quality: descriptor.n_quality_rules as usize,
        n_quality_shown: quality.len(),
        quality: theme.rows("quality-row.html", quality),
        changes: changes(site, idx, linker),
        governed: site.homes.has_page(idx).then(|| governed::governed(site, idx, is_retired, linker)),
        roles: descriptor.roles.iter().take(ROLES).map(|role| role_row(role, linker)).collect(),
        price: descriptor.price.as_deref().and_then(price),
        more: facts(header, linker),
        contacts: parts::contacts(&header.support),
        n_consumers_shown: contract.consumers.len().min(CONSUMERS),
        consumers: theme.rows(
            "consumer-row.html",
            contract
                .consumers
                .iter()
                .take(CONSUMERS)
                .map(|idx| ConsumerRow { product: linker.product(*idx), domain: linker.product_domain(*idx) })
                .collect(),
        ),
        n_consumers: contract.consumers.len(),
        all_consumers: first
            .filter(|_| contract.consumers.len() > CONSUMERS)
            .map(|slug| address::relative(linker.depth, &format!("products/{slug}/consumers.html"))),
        yaml: if site.homes.is_lean() {
            frame.source.clone()
        } else {
            let file = address::contract_file(mesh, &site.homes, idx);
            Some(address::relative(linker.depth, &file.replace(".html", ".odcs.yaml")))
        },
        tags: header.tags.iter().map(|tag| linker.tag(tag)).collect(),
        owner,
        frame,
    }
}

fn frame<'a>(site: &'a Site, idx: usize, current: usize, path: &str) -> Frame<'a> {
    let contract = &site.mesh().contracts[idx];
    let header = &contract.descriptor.header;
    let version = contract.descriptor.version_text();
    let mut frame =
        Frame::new(site, path, "contracts", &format!("{} {version}", header.title())).of_file(site, header.file);
    let linker = Linker { site, depth: frame.depth() };
    frame.json = site.json_of(path);
    frame.reference = Some(format!("contract:{}@{version}", header.id.value));
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataContract, &header.id.value, Some(version)));
    frame.description = header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default();
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
    let servers: Vec<&str> = descriptor.servers.iter().take(NAMED).map(|server| server.name.as_str()).collect();
    let mut thing = linked
        .thing("Dataset", &address::contract(site.mesh(), &site.homes, idx))
        .text("name", &frame.title)
        .text("description", &frame.description)
        .text("version", descriptor.version_text())
        .text("creativeWorkStatus", &descriptor.header.status_word())
        .text("identifier", frame.urn.as_deref().unwrap_or_default());
    thing = match contract.published_by.first() {
        Some(by) => thing.at("isPartOf", &address::product(&site.mesh().products[by.product_idx].slug)),
        None => thing.at("includedInDataCatalog", "index.html"),
    };
    if !servers.is_empty() {
        let download = super::product::dataset::download(site, idx, linked).text("name", &servers.join(", "));
        thing = thing.with("distribution", &download);
    }
    frame.linked.set(thing);
}

/// Says whether readers may begin with a version: the page of the product has the agreement to complete then.
fn can_be_asked_for(contract: &Contract) -> bool {
    contract.descriptor.header.status_word() == "active"
}

fn is_personal(columns: &[&crate::model::Property]) -> bool {
    columns.last().is_some_and(|column| parts::is_personal(column.classification()))
}

fn ends(site: &Site, contract: &DataContract) -> Option<EndPart> {
    let end = Lifecycle::of(contract).sunset()?;
    let word = if end < site.outcome.today { "Support ended" } else { "Supported until" };
    Some(EndPart { word, day: parts::Day::at(end) })
}

/// A newer version that is proposed or in draft, for those who read the current one.
fn next<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<NextVersion<'a>> {
    let mesh = site.mesh();
    let newer = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value).iter().copied().filter(|at| *at > idx);
    let (at, status) = newer
        .map(|at| (at, mesh.contracts[at].descriptor.header.status_word()))
        .find(|(_, status)| matches!(status.as_str(), "proposed" | "draft"))?;
    let page = address::contract_part(mesh, &site.homes, at, "diff");
    let text = mesh.contracts[at].descriptor.version_text();
    Some(NextVersion { version: linker.to(text, &page), status: status.into() })
}

/// What changed in the version after this one, where that is not still to come.
fn after<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = site.mesh();
    let versions = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value);
    let is_after = |at: &usize| site.difference(*at).is_some_and(|(before, _)| before == idx);
    let is_there = |at: &usize| {
        let status = mesh.contracts[*at].descriptor.header.status_word();
        !matches!(status.as_str(), "proposed" | "draft")
    };
    let at = versions.iter().copied().find(|at| is_after(at) && is_there(at) && site.homes.has_page(*at))?;
    let text = format!("What changed in {}", mesh.contracts[at].descriptor.version_text());
    Some(linker.to(text, &address::contract_part(mesh, &site.homes, at, "diff")))
}

fn versions<'a>(site: &'a Site, here: usize, linker: Linker<'a>) -> Vec<VersionTab<'a>> {
    let mesh = site.mesh();
    let id = &mesh.contracts[here].descriptor.header.id.value;
    let tab = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let page = address::contract_version(mesh, &site.homes, *idx);
        let note = contract.header.status_word();
        VersionTab {
            anchor: linker.to(contract.version_text(), &page),
            is_here: *idx == here,
            is_retired: note == "retired",
            note: note.into(),
        }
    };
    let versions = mesh.versions(id).iter().rev().enumerate();
    versions.filter(|(at, idx)| *at < VERSIONS || **idx == here).map(|(_, idx)| tab(idx)).collect()
}

fn changes<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Changes<'a>> {
    let mesh = site.mesh();
    let (before, found) = site.difference(idx)?;
    let text = mesh.contracts[before].descriptor.version_text();
    let is_light = |change: &&VersionChange| matches!(change.level, diff::Level::Compatible | diff::Level::Info);
    let n_light = found.iter().take(CHANGES).filter(is_light).count();
    let n_folded = if n_light > LIGHT { n_light } else { 0 };
    Some(Changes {
        against: linker.to(text, &address::contract_version(mesh, &site.homes, before)),
        rows: found.iter().take(CHANGES).map(difference::row).collect(),
        n_open: found.len().min(CHANGES) - n_folded,
        n_folded,
        n: found.len(),
        summary: events::weights(found),
    })
}

/// What to paste, production first.
fn connects(contract: &DataContract) -> Vec<Connect> {
    let mut servers: Vec<&Server> = contract.servers.iter().collect();
    servers.sort_by_key(|server| !servers::is_production(server));
    let production = contract.servers.iter().filter(|server| servers::is_production(server)).count();
    let wanted = production.clamp(1, CONNECTS);
    let mut connects = Vec::new();
    for server in servers.iter().take(wanted) {
        connects.extend(
            servers::snippets(server, contract.objects.first()).into_iter().map(|Snippet { title, code }| Connect {
                heading: format!("{title}, {}", server.name),
                title,
                code,
            }),
        );
    }
    connects
}

fn server_row(server: &Server) -> ServerRow<'_> {
    ServerRow {
        name: &server.name,
        kind: servers::type_title(&server.server_type),
        address: servers::address(server),
        environment: server.environment.as_deref(),
        description: server.description.as_deref(),
    }
}

fn promises<'a>(
    contract: &'a DataContract,
    idx: usize,
    evidence: &EvidenceSummary<'a>,
    today: Date,
) -> Vec<PromiseRow<'a>> {
    let mut anchors = Anchors::default();
    let has_days = has_days(evidence);
    let row =
        |level| PromiseRow { has_days, ..promise_row(level, health::level(evidence, idx, level), today, &mut anchors) };
    contract.service_levels.iter().map(row).collect()
}

/// Says whether one result at least lies within the last thirty days.
fn has_days(evidence: &EvidenceSummary<'_>) -> bool {
    evidence.days.n_without() < crate::graph::Days::LEN
}

fn promise_row<'a>(written: &'a ServiceLevel, level: Level<'a>, today: Date, anchors: &mut Anchors) -> PromiseRow<'a> {
    let detail = written.detail.as_deref();
    let element = || detail.and_then(|detail| detail.element.as_deref()).map(|element| format!("of {element}").into());
    PromiseRow {
        anchor: anchors.next(format!("sla-{}", anchor_part(&written.property))),
        note: detail.and_then(|detail| detail.description.as_deref()).map(Cow::Borrowed).or_else(element),
        when: crate::graph::date_of(&written.value).filter(|_| !level.is_promise).map(|day| when(day, today)),
        level,
        has_days: false,
    }
}

/// Says where a day lies from today: "passed", "in 3 years".
fn when(day: Date, today: Date) -> String {
    match today.until(day).map_or(0, |span| span.get_days()) {
        ..0 => "passed".to_owned(),
        0 => "today".to_owned(),
        days => format!("in {}", span_words(usize::try_from(days).unwrap_or(0))),
    }
}

/// Says what there is of promises, and what results say of them. The rules have a table of their own further down.
fn standing(contract: &DataContract, evidence: &EvidenceSummary<'_>, unstated: &[&str]) -> String {
    let n_levels = contract.service_levels.iter().filter(|level| crate::graph::is_promise(level)).count();
    let n_rules = contract.n_quality_rules as usize;
    let tally = health::tally_text(evidence, unstated);
    if n_levels == 0 || n_rules == 0 {
        return tally;
    }
    format!("{} and {}: {tally}", parts::count(n_levels, "service level"), parts::count(n_rules, "quality rule"))
}

fn role_row<'a>(role: &'a Role, linker: Linker<'a>) -> RoleRow<'a> {
    let approvers = [role.first_level_approvers.as_deref(), role.second_level_approvers.as_deref()];
    RoleRow {
        role: &role.role,
        description: role.description.as_deref(),
        access: role.access.as_deref(),
        approvers: approvers.into_iter().flatten().map(|name| linker.team_named(name)).collect(),
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

/// Words the custom properties that people may want to read.
pub(super) fn facts<'a>(header: &'a crate::model::Header, linker: Linker<'a>) -> Vec<Fact<'a>> {
    const OURS: [&str; 4] = ["slug", "successor", "successorOf", "retiredOn"];
    let custom = header.custom.iter().filter(|custom| !OURS.contains(&custom.property.as_str()));
    custom.map(|custom| fact(&custom.property, &custom.value, header.kind, linker)).collect()
}

/// Units at the end of the names of properties, such as `noticePeriodDays`.
const UNITS: [&str; 7] = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];

fn fact<'a>(property: &'a str, value: &'a str, kind: Kind, linker: Linker<'a>) -> Fact<'a> {
    let name = parts::words(property);
    if matches!(name.as_str(), "replaced by" | "superseded by" | "replaces")
        && let Some(value) = named(value, kind, linker)
    {
        return Fact { name: parts::sentence(&name), value };
    }
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((before, unit)) = name.rsplit_once(' ').filter(|(_, unit)| is_number && UNITS.contains(unit)) {
        let unit = if value == "1" { unit.trim_end_matches('s') } else { unit };
        let value = format!("{} {unit}", parts::grouped(value));
        return Fact { name: parts::sentence(before), value: Anchor::plain(value) };
    }
    Fact { name: parts::sentence(&name), value: Anchor { href: parts::safe_url(value), text: fact_value(value) } }
}

/// The thing that a value names: one of the same kind, else whatever it is.
fn named<'a>(value: &'a str, kind: Kind, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = linker.site.mesh();
    let found =
        |text: &str| crate::model::Ref::parse(text).ok().and_then(|named| mesh.find(&named).into_iter().next_back());
    let found = found(&format!("{}:{value}", kind.word())).or_else(|| found(value))?;
    match found.kind {
        Kind::DataContract => Some(linker.contract(found.idx)),
        Kind::DataProduct => Some(linker.product(found.idx)),
        _ => Some(linker.reference(value)).filter(|anchor| anchor.href.is_some()),
    }
}

/// A value as people read it: a list as a list of words, a day as a day, a large number in groups.
fn fact_value(value: &str) -> Cow<'_, str> {
    if crate::graph::date_of(value).is_some() {
        return parts::date(value).into();
    }
    match value.strip_prefix('[').and_then(|_| serde_json::from_str::<Vec<String>>(value).ok()) {
        Some(list) => list.join(", ").into(),
        None if value.contains('-') => dated(value),
        None => parts::grouped(value),
    }
}

/// A text with the days in it as people read them: "old shop, 31 Jan 2037".
fn dated(value: &str) -> Cow<'_, str> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '/' | ':' | '.');
    let mut said = String::new();
    for piece in value.split_inclusive(|character| !is_part(character)) {
        let word = piece.trim_end_matches(|character| !is_part(character));
        match (word.len(), crate::graph::date_of(word)) {
            (10, Some(_)) => said.extend([parts::date(word).as_str(), &piece[word.len()..]]),
            _ => said.push_str(piece),
        }
    }
    if said == value { value.into() } else { said.into() }
}
