//! A data product: where is it, can I rely on it, who approves access.

pub(super) mod access;
mod canvas;
mod checks;
mod consumers;
pub(super) mod dataset;
mod history;
mod panels;

use std::borrow::Cow;

use serde::Serialize;

use self::access::{AccessPart, AgreementRow};
use self::canvas::Canvas;
use self::checks::Checks;
use self::history::Event;
use self::panels::{Others, Place, Promise};
use super::contract::columns::{Place as ColumnPlace, ShortRow};
use super::contract::quality::{self, QualityRow};
use super::contract::{Fact, Fold, facts, folds};
use super::lineage::{self, PicturePart};
use super::maturity::{self, LevelPart};
use super::page;
use crate::graph::{Binding, EvidenceSummary, Found, Lifecycle, Likeness, Product};
use crate::model::{DataContract, InputPort, Kind, OutputPort, PropertyFlags, SchemaObject, Server, Urn};
use crate::render::health;
use crate::render::parts::{self, Anchor, Anchors, Contact, Day, Frame, Linker, Sign, anchor_part};
use crate::render::picture::MarkSize;
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::twins::{ProductTwin, to_json};
use crate::render::{Page, RenderError, address, markdown, servers};

#[derive(Serialize)]
struct ProductPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    mark: String,
    version: Option<&'a str>,
    say: Option<String>,
    purpose_html: Option<String>,
    usage_html: Option<String>,
    limitations_html: Option<String>,
    status: Sign<'static>,
    has_personal_data: bool,
    /// That promises are missed, a link to where.
    missed: Option<Anchor<'a>>,
    /// Ports that end, for the head of the page.
    endings: Option<String>,
    successor: Option<Anchor<'a>>,
    is_over: bool,
    /// When it ends, and who has to move, where it is on its way out.
    ending: Option<EndingPart<'a>>,
    retired: Option<RetiredPart<'a>>,
    owner: Option<Anchor<'a>>,
    domain: Option<Anchor<'a>>,
    product_type: Option<String>,
    since: Option<Day>,
    n_consumers: usize,
    consumers_href: String,
    places: Vec<Place<'a>>,
    connect: Option<String>,
    promises: Rows<'a, Promise<'a>>,
    /// Service levels that have no row.
    others: Others,
    unstated: Vec<&'static str>,
    ask: Option<Anchor<'a>>,
    n_rules: usize,
    n_rules_kept: usize,
    n_rules_missed: usize,
    /// Rules no result file is about.
    n_rules_unseen: usize,
    /// What was measured and is not promised.
    facts: Vec<FactSeen<'a>>,
    last_run: Option<health::RunSeen<'a>>,
    n_schema_misses: usize,
    latest: Option<Day>,
    /// How much of all that it promises is kept, missed and promised only; empty where it promises nothing.
    standing: String,
    checks: Checks<'a>,
    /// Its level by each maturity model.
    maturity: Vec<LevelPart<'a>>,
    approvers: Rows<'a, access::ApproverRow<'a>>,
    contacts: Vec<Contact<'a>>,
    outputs: Rows<'a, OutputRow<'a>>,
    n_outputs_shown: usize,
    n_outputs: usize,
    n_inputs: usize,
    inputs: Rows<'a, InputRow<'a>>,
    n_inputs_shown: usize,
    picture: PicturePart<'a>,
    schema: Option<SchemaPart<'a>>,
    quality: Option<QualityPart<'a>>,
    /// The contracts that have no page of their own, on a lean site.
    folds: Vec<Fold<'a>>,
    more: Vec<Fact<'a>>,
    management: Vec<ManagementRow<'a>>,
    agreements: Vec<AgreementRow<'a>>,
    n_agreements: usize,
    access: AccessPart<'a>,
    reviews: Vec<ReviewRow<'a>>,
    average: Option<String>,
    n_ratings: usize,
    adoption: AdoptionPart,
    readme_html: Option<String>,
    documents: Vec<Anchor<'a>>,
    events: Vec<Event<'a>>,
    /// Older ones that are not on the page.
    n_events: usize,
    tags: Vec<Anchor<'a>>,
    findings: Vec<FindingRow<'a>>,
    n_findings: usize,
    alike: Vec<AlikeRow<'a>>,
    canvas: Rows<'a, Canvas<'a>>,
}

/// How long something is there that is on its way out, and who still reads it.
#[derive(Serialize)]
struct EndingPart<'a> {
    days: Option<String>,
    movers: Vec<Anchor<'a>>,
}

/// What stands at the top of a page whose product is no more.
#[derive(Serialize)]
struct RetiredPart<'a> {
    day: Option<Day>,
    last_contract: Option<Anchor<'a>>,
    /// Whom to ask what replaces it.
    ask: Option<Anchor<'a>>,
}

#[derive(Serialize)]
struct OutputRow<'a> {
    anchor: String,
    name: &'a str,
    note: String,
    contract: Option<Anchor<'a>>,
    written: Option<String>,
    place: Option<String>,
    freshness: Option<String>,
    status: Sign<'static>,
    ends: Option<String>,
    n_consumers: usize,
    description: Option<Cow<'a, str>>,
}

/// What the product reads through one port.
#[derive(Serialize)]
struct InputRow<'a> {
    name: &'a str,
    description: Option<Cow<'a, str>>,
    /// The contract or source system, where the registry has it.
    reads: Option<Anchor<'a>>,
    /// The product that publishes it, or the asset of the source.
    of: Option<&'a str>,
    /// What the file names, where the registry does not have it.
    written: Option<String>,
    status: Sign<'static>,
}

/// Some columns of the contract that most read.
#[derive(Serialize)]
struct SchemaPart<'a> {
    contract: Anchor<'a>,
    /// All its columns.
    href: String,
    n_columns: usize,
    n_shown: usize,
    columns: Rows<'a, ShortRow<'a>>,
}

/// Something measured that no promise is about.
#[derive(Serialize)]
pub(super) struct FactSeen<'a> {
    name: String,
    value: Cow<'a, str>,
    unit: Option<&'a str>,
    day: Day,
}

#[derive(Serialize)]
struct QualityPart<'a> {
    href: String,
    n_rules: usize,
    n_shown: usize,
    rules: Rows<'a, RuleRow<'a>>,
}

/// A quality rule as a row.
#[derive(Serialize)]
struct RuleRow<'a> {
    /// Where the page of the contract has it.
    href: String,
    name: Cow<'a, str>,
    says: Cow<'a, str>,
    severity: Option<String>,
    seen: Option<health::Seen<'a>>,
}

#[derive(Serialize)]
struct ManagementRow<'a> {
    name: &'a str,
    description: Option<Cow<'a, str>>,
    is_deprecated: bool,
    content: Option<String>,
    to: Option<Anchor<'a>>,
}

/// Who uses the product beside those who declare it.
#[derive(Serialize)]
struct AdoptionPart {
    in_force: usize,
    requested: usize,
    reviews: usize,
}

#[derive(Serialize)]
struct ReviewRow<'a> {
    reviewer: Option<Anchor<'a>>,
    rating: Option<i64>,
    used_for: Option<&'a str>,
    version: Option<&'a str>,
    day: Option<Day>,
    text: Option<&'a str>,
    /// It is by those who make the product.
    is_own: bool,
}

/// A product that looks like this one.
#[derive(Serialize)]
struct AlikeRow<'a> {
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
    n_shared: usize,
    n_columns: usize,
    n_terms: usize,
}

#[derive(Serialize)]
pub(super) struct FindingRow<'a> {
    tone: &'static str,
    severity: &'static str,
    /// The code of a built-in rule, or the policy with its page.
    rule: Anchor<'a>,
    message: Vec<parts::Piece>,
    waived_by: Option<&'a str>,
}

/// Columns of the schema on the page; all stand with the contract.
const COLUMNS: usize = 8;
/// Quality rules on the page.
const RULES: usize = 6;
/// Reviews on the page, the newest.
const REVIEWS: usize = 12;
/// Output ports on the page; all stand in the machine form.
const OUTPUTS: usize = 60;
/// Input ports on the page; all stand in the machine form.
const INPUTS: usize = 60;
/// Characters of the description of a port.
const PORT_WORDS: usize = 240;
/// Findings on the page; `check` tells all.
const FINDINGS: usize = 40;
/// Management ports, tags and documents on the page.
const LINKS: usize = 40;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, product) in site.mesh().products.iter().enumerate() {
        let path = address::product(&product.slug);
        pages.extend(page(&path, idx, html));
        pages.extend(page(&path.replace(".html", ".json"), idx, json));
    }
    pages.extend(consumers::pages(site));
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&ProductTwin::of(site.view(), idx as usize, site.alike().like(idx as usize))))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let page = build(site, idx as usize);
    // What is no more has a page of its own, which promises nothing.
    site.theme.render(if page.retired.is_some() { "retired.html" } else { "product.html" }, &page)
}

/// The contracts of a product, by how much they say about it now.
struct Published<'a> {
    /// Those that can be read; all, when none can.
    live: Vec<usize>,
    /// The active ones, the most read first: what they promise the product promises.
    promising: Vec<usize>,
    site: &'a Site,
}

impl<'a> Published<'a> {
    fn of(site: &'a Site, product: &Product) -> Published<'a> {
        let contracts = &site.mesh().contracts;
        let word = |idx: &usize| contracts[*idx].descriptor.header.status_word();
        let mut all: Vec<usize> = product.outputs.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let is_live = |idx: &usize| !matches!(word(idx).as_str(), "retired" | "draft" | "proposed");
        let mut live: Vec<usize> = all.iter().copied().filter(is_live).collect();
        if live.is_empty() {
            live = all;
        }
        live.sort_by_key(|idx| (word(idx) != "active", std::cmp::Reverse(contracts[*idx].consumers.len()), *idx));
        let mut promising: Vec<usize> = live.iter().copied().filter(|idx| word(idx) == "active").collect();
        if promising.is_empty() {
            promising.clone_from(&live);
        }
        Published { live, promising, site }
    }

    fn promising(&self) -> impl Iterator<Item = &'a DataContract> {
        self.promising.iter().map(|idx| &*self.site.mesh().contracts[*idx].descriptor)
    }
}

fn build(site: &Site, idx: usize) -> ProductPage<'_> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let (descriptor, header) = (&product.descriptor, &product.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let published = Published::of(site, product);
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    let say = purpose.map(parts::first_sentence);
    let is_said = purpose.is_none_or(|purpose| say.as_deref() == Some(purpose.trim()));
    let rendered = |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, 1));
    let domain = linker.product_domain(idx);
    let owner = linker.product_owner(idx);
    let contacts = parts::contacts(&header.support);
    let promises: Vec<&DataContract> = published.promising().collect();
    // What is retired promises nothing any more, and nobody need ask why.
    let is_retired = mesh.is_retired(idx);
    let unstated = if is_retired { Vec::new() } else { parts::unstated(&promises) };
    let evidence = site.outcome.evidence(idx);
    let (n_rules_kept, n_rules_missed) = evidence.quality();
    // All that the product stands for, as results are counted: a deprecated version still promises.
    let n_rules =
        published.live.iter().map(|idx| mesh.contracts[*idx].descriptor.n_quality_rules as usize).sum::<usize>();
    let promised = panels::promises(site, (&published.promising, &published.live), &evidence, linker);
    let others = panels::others(&promised, n_rules, &evidence);
    let agreements = access::agreements(site, product, linker);
    let mut outputs = outputs(site, product, linker);
    let inputs = inputs(site, product, linker);
    let mut reviews = reviews(site, idx, linker);
    let adoption = mesh.adoption(idx, site.outcome.today);
    reviews.truncate(REVIEWS);
    let n_outputs = outputs.len();
    outputs.truncate(OUTPUTS);
    let mut findings = findings(site, idx, linker);
    let n_findings = findings.len();
    findings.truncate(FINDINGS);
    let (events, n_events) = history::events(site, idx, linker);
    let mut frame = frame(site, idx, domain.as_ref(), purpose);
    dataset::describe(site, idx, &mut frame);
    let places = panels::places(site, &published.live);
    let approvers = access::approver_rows(site, idx, &published.promising, linker);
    let access = access::part(site, idx, linker);
    ProductPage {
        name: header.title(),
        mark: site.mark(idx, MarkSize::Page),
        version: header.version.as_ref().map(|version| version.value.as_str()),
        purpose_html: if is_said { None } else { rendered(&header.description.purpose) },
        usage_html: rendered(&header.description.usage),
        limitations_html: rendered(&header.description.limitations),
        status: parts::status_of(header),
        has_personal_data: published.live.iter().any(|idx| parts::has_personal_data(&mesh.contracts[*idx].descriptor)),
        missed: health::missed(&evidence, |idx, part| {
            address::relative(1, &address::contract_part(mesh, &site.homes, idx, part))
        })
        .filter(|_| !is_retired),
        endings: endings(site, product),
        successor: successor(site, product, linker),
        is_over: matches!(header.status_word().as_str(), "retired" | "deprecated"),
        ending: (header.status_word() == "deprecated").then(|| ending(site, product, linker)),
        retired: mesh.retirement(idx).map(|end| RetiredPart {
            day: end.date.map(Day::at),
            last_contract: end.last_contract.map(|idx| linker.contract(idx)),
            ask: parts::ask(&header.support, owner.as_ref()),
        }),
        product_type: descriptor.product_type.as_deref().map(parts::words),
        since: header.created.as_deref().map(Day::of),
        n_consumers: product.consumers.len(),
        consumers_href: if site.has_consumers_page(idx) {
            address::relative(1, &address::consumers(&product.slug, 0))
        } else {
            "#lineage".to_owned()
        },
        connect: published
            .promising
            .first()
            .map(|idx| (idx, &mesh.contracts[*idx].descriptor))
            .filter(|(_, contract)| !contract.servers.is_empty() && !contract.header.is_unfinished() && !is_retired)
            .filter(|_| site.homes.is_lean() || !places.iter().any(panels::Place::has_snippet))
            .map(|(idx, _)| address::relative(1, &address::contract_part(mesh, &site.homes, *idx, "connect"))),
        places,
        n_rules_kept,
        n_rules_missed,
        n_rules_unseen: n_rules.saturating_sub(n_rules_kept + n_rules_missed),
        facts: facts_seen(&evidence),
        last_run: health::last_run(&evidence),
        n_schema_misses: evidence.schema_misses.len(),
        latest: evidence.latest.map(Day::at),
        standing: health::tally_text(&evidence, &[]),
        checks: checks::checks(site, idx, linker),
        maturity: maturity::levels(site, node(idx), linker),
        unstated,
        ask: parts::ask(&header.support, owner.as_ref()).filter(|_| !is_retired),
        n_rules,
        n_inputs: descriptor.input_ports.len(),
        n_inputs_shown: inputs.len(),
        inputs: site.theme.rows("input-row.html", inputs),
        picture: lineage::part(site, idx, linker),
        schema: schema(site, &published, linker),
        quality: quality_part(site, &published, &evidence),
        folds: folds(site, idx),
        more: facts(header, linker),
        management: management(descriptor),
        n_agreements: agreements.len(),
        average: adoption.rating(),
        n_ratings: adoption.n_ratings,
        adoption: AdoptionPart {
            in_force: adoption.n_in_force,
            requested: adoption.n_requested,
            reviews: adoption.n_reviews,
        },
        readme_html: mesh
            .docs
            .readme_of(header.file, &site.outcome.sources)
            .filter(|file| !mesh.docs.is_unwritten(*file))
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, below: 2, skip_title: true })),
        documents: parts::few(documents(site, product, linker).into_iter(), LINKS),
        n_events: n_events.saturating_sub(events.len()),
        events,
        tags: parts::few(header.tags.iter().map(|tag| linker.tag(tag)), LINKS),
        findings,
        n_findings,
        alike: site.alike().like(idx).iter().map(|like| alike_row(like, linker)).collect(),
        n_outputs,
        canvas: site.theme.rows(
            "canvas.html",
            vec![canvas::canvas(
                site,
                idx,
                &evidence,
                (&promised, others.n, n_rules),
                (access.says(&approvers), frame.canonical.as_ref().unwrap_or(&frame.path).clone()),
            )],
        ),
        others,
        promises: site.theme.rows("promise-line.html", promised),
        access,
        approvers: site.theme.rows("approver-row.html", approvers),
        frame,
        agreements: agreements.into_iter().take(access::SHOWN).collect(),
        say,
        owner,
        domain,
        contacts,
        n_outputs_shown: outputs.len(),
        outputs: site.theme.rows(if is_retired { "retired-port-row.html" } else { "output-row.html" }, outputs),
        reviews,
    }
}

fn alike_row<'a>(like: &Likeness, linker: Linker<'a>) -> AlikeRow<'a> {
    AlikeRow {
        product: linker.product(like.product_idx),
        domain: linker.product_domain(like.product_idx),
        n_shared: like.n_shared,
        n_columns: like.n_columns,
        n_terms: like.n_terms,
    }
}

pub(super) fn frame<'a>(site: &'a Site, idx: usize, domain: Option<&Anchor<'a>>, purpose: Option<&str>) -> Frame<'a> {
    let product = &site.mesh().products[idx];
    let header = &product.descriptor.header;
    let path = address::product(&product.slug);
    let linker = Linker { site, depth: 1 };
    let mut frame = Frame::new(site, &path, "products", header.title()).of_file(site, header.file);
    frame.json = site.json_of(&path);
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataProduct, &header.id.value, None));
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Products", "products/index.html"));
    match domain {
        Some(domain) => frame.crumb(domain.clone()),
        None => frame,
    }
}

pub(super) fn successor<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let written = product.descriptor.header.successor()?;
    let id = written.strip_prefix("product:").unwrap_or(written);
    let anchor = site.mesh().product(id).map(|idx| linker.product(idx));
    Some(anchor.unwrap_or_else(|| linker.reference(written)))
}

/// The products of a note that still have to move.
const MOVERS: usize = 6;

/// Says of a product on its way out until when its ports are supported and there, the last of them, and who reads them.
fn ending<'a>(site: &'a Site, product: &Product, linker: Linker<'a>) -> EndingPart<'a> {
    let (mesh, today) = (site.mesh(), site.outcome.today);
    let ends: Vec<Lifecycle> = product
        .outputs
        .iter()
        .flatten()
        .map(|idx| Lifecycle::of(&mesh.contracts[*idx].descriptor))
        .filter(|lifecycle| lifecycle.status != "retired")
        .collect();
    let said = |day: Option<jiff::civil::Date>, past: &str, future: &str| {
        day.map(|day| format!("{} {}", if day < today { past } else { future }, parts::day_text(day)))
    };
    let support = said(ends.iter().filter_map(|end| end.end_of_support).max(), "support ended", "support ends");
    let life = said(ends.iter().filter_map(|end| end.end_of_life).max(), "it ended", "it ends");
    let days: Vec<String> = support.into_iter().chain(life).collect();
    EndingPart {
        days: (!days.is_empty()).then(|| parts::sentence(&days.join("; "))),
        movers: parts::few(product.consumers.iter().map(|idx| linker.product(*idx)), MOVERS),
    }
}

/// Says how many ports end, and when the first does.
fn endings(site: &Site, product: &Product) -> Option<String> {
    let mesh = site.mesh();
    let ends = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let lifecycle = Lifecycle::of(contract);
        lifecycle.sunset().filter(|end| lifecycle.status != "retired" && *end >= site.outcome.today)
    };
    let mut days: Vec<jiff::civil::Date> = product.outputs.iter().flatten().filter_map(ends).collect();
    days.sort_unstable();
    let first = parts::day_text(*days.first()?);
    Some(match days.len() {
        1 => format!("1 port ends {first}"),
        n => format!("{n} ports end, the first {first}"),
    })
}

fn outputs<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<OutputRow<'a>> {
    let mesh = site.mesh();
    let mut anchors = Anchors::default();
    let row = |(port, contract): (&'a OutputPort, &'a Option<usize>)| {
        let descriptor = contract.map(|idx| &mesh.contracts[idx].descriptor);
        let server =
            descriptor.and_then(|contract| contract.servers.iter().find(|server| servers::is_production(server)));
        let lifecycle = descriptor.map(|contract| Lifecycle::of(contract));
        let freshness = descriptor.and_then(|contract| {
            ["freshness", "latency", "frequency"].iter().find_map(|name| contract.service_level(name))
        });
        OutputRow {
            anchor: anchors.next(format!("port-{}", anchor_part(&port.name))),
            name: &port.name,
            note: port_note(server, port),
            contract: contract.map(|idx| linker.contract(idx)),
            written: port.contract_id.as_ref().map(|id| match &port.version {
                Some(version) => format!("{} {}", id.value, version.value),
                None => id.value.to_string(),
            }),
            place: server.zip(descriptor).map(|(server, contract)| servers::place(server, contract.objects.first())),
            freshness: freshness.map(|level| {
                // Latency and frequency are no age of the data, so they say what they are.
                let value = parts::level_value(level);
                let is_age = level.property.eq_ignore_ascii_case("freshness");
                if is_age { value } else { format!("{value} {}", parts::words(&level.property)) }
            }),
            status: match descriptor {
                Some(contract) if contract.header.status_word() == "retired" => parts::status(Some("retired")),
                _ if port.is_deprecated => parts::status(Some("deprecated")),
                Some(contract) => parts::status_of(&contract.header),
                None => parts::status(None),
            },
            ends: lifecycle.and_then(|lifecycle| {
                let end = lifecycle.end(site.outcome.today);
                end.map(|(words, end)| format!("{words} {}", parts::day_text(end)))
            }),
            n_consumers: contract.map_or(0, |idx| mesh.contracts[idx].consumers.len()),
            description: port_words(port.description.as_ref()),
        }
    };
    product.descriptor.output_ports.iter().zip(&product.outputs).map(row).collect()
}

/// What a port says of itself, short enough for a row.
fn port_words(description: Option<&crate::model::Text>) -> Option<Cow<'_, str>> {
    let text = description?.trim();
    (!text.is_empty()).then(|| parts::shortened(text, PORT_WORDS))
}

/// What each input port reads. One that leads to nothing of this registry is listed as well: it is read all the same.
fn inputs<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<InputRow<'a>> {
    let mesh = site.mesh();
    let row = |(port, bound): (&'a InputPort, &'a Binding)| {
        let publisher = bound.published_by.first().map(|by| &mesh.products[by.product_idx].descriptor.header);
        let status = match bound.contract_idx.map(|idx| &mesh.contracts[idx].descriptor.header) {
            _ if port.is_deprecated => parts::status(Some("deprecated")),
            Some(header) => parts::status_of(header),
            None => bound
                .source_idx
                .map_or_else(|| parts::status(None), |idx| parts::status_of(&mesh.sources[idx].descriptor.header)),
        };
        let named = port.contract_id.as_ref().or(port.source_system.as_ref());
        InputRow {
            name: &port.name,
            description: port_words(port.description.as_ref()),
            reads: match (bound.contract_idx, bound.source_idx) {
                (Some(idx), _) => Some(linker.contract(idx)),
                (None, Some(idx)) => Some(linker.source(idx)),
                (None, None) => None,
            },
            of: match bound.contract_idx {
                Some(_) => publisher.map(crate::model::Header::title),
                None => port.source_asset.as_ref().map(|asset| asset.value.as_str()),
            },
            written: named.map(|id| match (&port.contract_id, &port.version) {
                (Some(_), Some(version)) => format!("{} {}", id.value, version.value),
                _ => id.value.to_string(),
            }),
            status,
        }
    };
    product.descriptor.input_ports.iter().zip(&product.inputs).take(INPUTS).map(row).collect()
}

/// The kind of server and of port; once where the two are the same word.
fn port_note(server: Option<&Server>, port: &OutputPort) -> String {
    let server = server.map(|server| servers::type_title(&server.server_type));
    let kind =
        port.port_type.as_deref().filter(|kind| server.as_ref().is_none_or(|title| !title.eq_ignore_ascii_case(kind)));
    [server.as_deref(), kind].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The columns to show of the contract that most read: keys first, then personal data, then what is
/// always there; in the order of the schema.
fn schema<'a>(site: &'a Site, published: &Published<'a>, linker: Linker<'a>) -> Option<SchemaPart<'a>> {
    let mesh = site.mesh();
    let has_objects = |idx: &usize| !mesh.contracts[*idx].descriptor.objects.is_empty();
    let idx = published.promising.iter().copied().find(has_objects).filter(|idx| site.homes.has_page(*idx))?;
    let contract = &mesh.contracts[idx].descriptor;
    let object: &SchemaObject = contract.objects.iter().find(|object| !object.properties.is_empty())?;
    // The columns of the first page: its address goes before all their anchors.
    let sheets = site.sheets.get(&idx);
    let is_first = |at: &usize| {
        let anchor = || address::column_anchor(&object.name, &object.properties[*at].name);
        sheets.is_none_or(|sheets| sheets.page_of(&anchor()) == 0)
    };
    let mut chosen: Vec<usize> = (0..object.properties.len()).filter(is_first).collect();
    chosen.sort_by_cached_key(|at| {
        let column = &object.properties[*at];
        let joins = column.detail.as_ref().is_some_and(|detail| !detail.relationships.is_empty());
        let rank = match column.flags {
            flags if flags.has(PropertyFlags::PRIMARY_KEY) => 0,
            _ if joins => 1,
            _ if parts::is_personal(column.classification()) => 2,
            flags if flags.has(PropertyFlags::CRITICAL) => 3,
            flags if flags.has(PropertyFlags::REQUIRED) => 4,
            _ => 5,
        };
        (rank, *at)
    });
    chosen.truncate(COLUMNS);
    chosen.sort_unstable();
    let place = ColumnPlace::of(linker, idx);
    let page = address::relative(1, &address::contract_version(mesh, &site.homes, idx));
    let row = |at: usize| {
        let column = &object.properties[at];
        place.row(object, column, &format!("{}.{}", object.name.value, column.name), 0).in_short(&page)
    };
    Some(SchemaPart {
        contract: linker.contract(idx),
        href: format!("{page}#columns"),
        n_columns: contract.n_columns(),
        n_shown: chosen.len(),
        columns: site.theme.rows("schema-row.html", chosen.into_iter().map(row).collect()),
    })
}

fn quality_part<'a>(
    site: &'a Site,
    published: &Published<'a>,
    evidence: &EvidenceSummary<'a>,
) -> Option<QualityPart<'a>> {
    let mesh = site.mesh();
    let has_rules = |idx: &usize| mesh.contracts[*idx].descriptor.n_quality_rules > 0;
    let idx = published.promising.iter().copied().find(has_rules).filter(|idx| site.homes.has_page(*idx))?;
    // The anchors of these rows are those of the page of the contract.
    let rules = quality::shown(evidence, idx, &mesh.contracts[idx].descriptor, RULES);
    let n_rules = mesh.contracts[idx].descriptor.n_quality_rules as usize;
    let page = address::relative(1, &address::contract_version(mesh, &site.homes, idx));
    let row = |rule: QualityRow<'a>| RuleRow {
        href: [page.as_str(), "#", &rule.anchor].concat(),
        name: rule.name,
        says: rule.says,
        severity: rule.severity,
        seen: rule.seen,
    };
    let n_shown = rules.len();
    let rules = site.theme.rows("rule-row.html", rules.into_iter().map(row).collect());
    Some(QualityPart { href: format!("{page}#quality"), n_rules, n_shown, rules })
}

/// What was measured beside the promises, each name once, the newest.
pub(super) fn facts_seen<'a>(evidence: &EvidenceSummary<'a>) -> Vec<FactSeen<'a>> {
    const SHOWN: usize = 2;
    let mut facts: Vec<&'a crate::graph::Fact> =
        evidence.facts.iter().copied().filter(|fact| fact.observed.value.is_some()).collect();
    facts.sort_by_key(|fact| std::cmp::Reverse(fact.observed.at));
    let mut seen: Vec<FactSeen<'a>> = Vec::new();
    for fact in facts {
        let name = parts::sentence(&parts::words(&fact.observed.name));
        if seen.len() < SHOWN && !seen.iter().any(|known| known.name == name) {
            seen.push(FactSeen {
                name,
                value: parts::grouped(fact.observed.value.as_deref().unwrap_or_default()),
                unit: fact.observed.unit.as_deref(),
                day: Day::at(fact.observed.date()),
            });
        }
    }
    seen
}

fn management(product: &crate::model::DataProduct) -> Vec<ManagementRow<'_>> {
    let mut rows = Vec::new();
    for port in product.management_ports.iter().take(LINKS) {
        let address = port.url.as_deref().or(port.channel.as_deref());
        rows.push(ManagementRow {
            name: &port.name,
            description: port_words(port.description.as_ref()),
            is_deprecated: port.is_deprecated,
            content: port.content.as_deref().map(|content| parts::sentence(&parts::words(content))),
            to: address.map(|address| Anchor { text: address.into(), href: parts::safe_url(address) }),
        });
    }
    rows
}

fn reviews<'a>(site: &'a Site, product_idx: usize, linker: Linker<'a>) -> Vec<ReviewRow<'a>> {
    let mesh = site.mesh();
    let mut reviews = mesh.products[product_idx].reviews.clone();
    let day = |idx: &usize| mesh.reviews[*idx].date.as_ref().and_then(|date| crate::graph::date_of(date));
    reviews.sort_by_key(|idx| std::cmp::Reverse(day(idx)));
    let reviewer = |written: &'a crate::model::SpannedText| match (mesh.team(written), mesh.product(written)) {
        (Some(team), _) => linker.team(Some(team), None).unwrap_or_default(),
        (None, Some(product)) => linker.product(product),
        (None, None) => linker.reference(&written.value),
    };
    let row = |(idx, review): (usize, &'a crate::model::Review)| ReviewRow {
        is_own: mesh.is_own_review(idx, product_idx),
        reviewer: review.reviewer.as_ref().map(reviewer),
        rating: review.rating,
        used_for: review.used_for.as_deref(),
        version: review.contract_version.as_ref().map(|version| version.as_str()),
        day: review.date.as_ref().map(|date| Day::of(date)),
        text: review.text.as_deref(),
    };
    reviews.into_iter().map(|idx| row((idx, &mesh.reviews[idx]))).collect()
}

fn documents<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<Anchor<'a>> {
    let files = site.mesh().docs.documents_of(product.descriptor.header.file, &site.outcome.sources);
    let anchor = |file: crate::source::FileId| {
        let path = site.outcome.sources.path(file);
        let title = site.mesh().docs.get(file).and_then(|facts| facts.title.as_deref());
        let name = title.unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path));
        Some(linker.to(name, site.page_of_file.get(&file)?))
    };
    files.into_iter().filter_map(anchor).collect()
}

/// The findings about the product itself: open ones and waived ones.
fn findings<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<FindingRow<'a>> {
    let header = &site.mesh().products[idx].descriptor.header;
    let reference = header.reference();
    let is_own = |finding: &&crate::diagnostic::Diagnostic| finding.subject.as_deref() == Some(reference.as_str());
    site.findings_in(header.file).filter(is_own).map(|finding| FindingRow::of(site, finding, linker)).collect()
}

impl<'a> FindingRow<'a> {
    /// Words a finding.
    pub(super) fn of(site: &'a Site, finding: &'a crate::diagnostic::Diagnostic, linker: Linker<'a>) -> FindingRow<'a> {
        let tone = match finding.severity {
            _ if finding.waived_by.is_some() => "draft",
            crate::diagnostic::Severity::Error => "bad",
            crate::diagnostic::Severity::Warning => "warn",
            crate::diagnostic::Severity::Info => "link",
        };
        FindingRow {
            tone,
            severity: finding.severity.word(),
            rule: match finding.policy.as_deref().and_then(|id| site.mesh().policy(id)) {
                Some(policy) => super::policy::named(&site.mesh().policies[policy], linker),
                None => Anchor::plain(finding.rule.code),
            },
            message: parts::spoken(&finding.message),
            waived_by: finding.waived_by.as_deref(),
        }
    }
}

/// The node of a product in the lineage.
fn node(idx: usize) -> Found {
    Found { kind: Kind::DataProduct, idx }
}
