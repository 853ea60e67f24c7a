//! A data product: where is it, can I rely on it, who approves access.

pub(super) mod access;
mod canvas;
mod checks;
mod consumers;
pub(super) mod dataset;
mod ending;
mod excerpt;
mod findings;
mod history;
mod panels;
mod ports;
mod reviews;

pub(super) use self::ending::successor;
pub(super) use self::findings::FindingRow;

use serde::Serialize;

use self::access::{AccessPart, AgreementRow};
use self::canvas::Canvas;
use self::checks::Checks;
use self::ending::EndingPart;
use self::excerpt::{QualityPart, SchemaPart};
use self::history::Event;
use self::panels::Promise;
use self::ports::{InputRow, ManagementRow, OutputRow};
use self::reviews::ReviewRow;
use super::contract::{Fact, Fold, folds, stated};
use super::lineage::{self, PicturePart};
use super::maturity::{self, LevelPart};
use super::page;
use crate::graph::{Found, Likeness, Product, PromiseKind, PromiseResult};
use crate::model::{Kind, Urn};
use crate::render::answers::{self, FactSeen, Others, Place, Published, facts_seen};
use crate::render::health;
use crate::render::parts::{self, Anchor, Contact, Day, Frame, Linker, Sign};
use crate::render::picture::MarkSize;
use crate::render::servers;
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::twins::{ProductTwin, to_json};
use crate::render::{Page, RenderError, address, markdown};

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// Nobody answers for it, though it is in use.
    lacks_owner: bool,
    /// Nothing of it can be relied on, though it is in use.
    lacks_promise: bool,
    /// Findings about it that are set aside.
    n_waived: usize,
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
    /// Who reads it by agreement alone.
    n_agreed: usize,
    consumers_href: String,
    places: Vec<Place<'a>>,
    /// Places that are left out there.
    n_more_places: usize,
    connect: Option<String>,
    promises: Rows<'a, Promise<'a>>,
    /// Service levels that have no row.
    others: Others,
    unstated: Vec<&'static str>,
    ask: Option<Anchor<'a>>,
    n_rules: usize,
    n_rules_kept: usize,
    n_rules_missed: usize,
    /// The first of them, each where its contract has it.
    rules_missed: Vec<Anchor<'a>>,
    /// That results of kept ones are old.
    rules_aged: Option<String>,
    /// Rules no result file is about.
    n_rules_unseen: usize,
    /// What was measured and is not promised.
    facts: Vec<FactSeen<'a>>,
    last_run: Option<health::RunSeen<'a>>,
    n_schema_misses: usize,
    latest: Option<Day>,
    /// How much of all that it promises is kept, missed and promised only; empty where it promises nothing.
    standing: String,
    /// The products that it reads, where some miss a promise.
    made_from: Option<panels::MadeFrom<'a>>,
    checks: Checks<'a>,
    /// Its level by each maturity model.
    maturity: Vec<LevelPart<'a>>,
    approvers: Rows<'a, access::ApproverRow<'a>>,
    /// The contracts for which nobody is named, where others name somebody.
    unapproved: Vec<Anchor<'a>>,
    contacts: Vec<Contact<'a>>,
    /// The contracts that make the promises without a row, a link to them.
    others_of: Vec<Anchor<'a>>,
    /// What else than the snippets there is to connect with.
    ways: Option<Anchor<'a>>,
    outputs: Rows<'a, OutputRow<'a>>,
    n_outputs_shown: usize,
    n_outputs: usize,
    n_inputs: usize,
    inputs: Rows<'a, InputRow<'a>>,
    n_inputs_shown: usize,
    /// Something that it reads is not active.
    has_input_states: bool,
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
    n_reviews: usize,
    average: Option<String>,
    n_ratings: usize,
    adoption: AdoptionPart,
    readme_html: Option<String>,
    documents: Vec<Anchor<'a>>,
    events: Vec<Event<'a>>,
    /// Older ones that are not on the page.
    older: Option<Anchor<'a>>,
    tags: Vec<Anchor<'a>>,
    findings: Vec<FindingRow<'a>>,
    n_findings: usize,
    alike: Vec<AlikeRow<'a>>,
    canvas: Rows<'a, Canvas<'a>>,
}

/// What stands at the top of a page whose product is no more.
#[derive(Serialize)]
struct RetiredPart<'a> {
    day: Option<Day>,
    last_contract: Option<Anchor<'a>>,
    /// Whom to ask what replaces it.
    ask: Option<Anchor<'a>>,
}

/// Who uses the product beside those who declare it.
#[derive(Serialize)]
struct AdoptionPart {
    in_force: usize,
    requested: usize,
    reviews: usize,
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

/// Reviews on the page, the newest.
const REVIEWS: usize = 12;
/// Output ports on the page; all stand in the machine form.
const OUTPUTS: usize = 60;
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

fn build(site: &Site, idx: usize) -> ProductPage<'_> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let (descriptor, header) = (&product.descriptor, &product.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let published = Published::of(mesh, product);
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    let say = purpose.map(parts::first_sentence);
    let is_said = purpose.is_none_or(|purpose| say.as_deref() == Some(purpose.trim()));
    let rendered = |text: &Option<crate::model::Text>| text.as_deref().map(|text| markdown::text(site, text, 1));
    let domain = linker.product_domain(idx);
    let owner = linker.product_owner(idx);
    let contacts = parts::contacts(&header.support);
    let promises = published.contracts(mesh);
    // What is retired promises nothing any more, and nobody need ask why.
    let is_retired = mesh.is_retired(idx);
    let unstated = if is_retired { Vec::new() } else { parts::unstated(&promises) };
    let evidence = site.outcome.evidence(idx);
    let (n_rules_kept, n_rules_missed) = evidence.quality();
    let n_rules = published.n_rules(mesh);
    let promised = answers::promises(mesh, &published, &evidence);
    let others = answers::others(&promised, n_rules, &evidence);
    let missed = excerpt::missed_rules(site, &published, &evidence);
    let is_rule = |result: &&PromiseResult| result.promise.kind == PromiseKind::QualityRule;
    let rules_aged = health::aged(evidence.results.iter().copied().filter(is_rule));
    let agreements = access::agreements(site, product, linker);
    let mut outputs = ports::outputs(site, product, linker);
    let inputs = ports::inputs(site, product, linker);
    let mut reviews = reviews::reviews(site, idx, linker);
    let adoption = mesh.adoption(idx, site.outcome.today);
    let n_reviews = reviews.len();
    reviews.truncate(REVIEWS);
    let n_outputs = outputs.len();
    outputs.truncate(OUTPUTS);
    let mut findings = findings::findings(site, idx, linker);
    let n_findings = findings.len();
    let n_waived = findings::n_rules_waived(&site.outcome, idx);
    findings.truncate(FINDINGS);
    let (events, older) = history::events(site, idx, linker);
    let mut frame = frame(site, idx, domain.as_ref(), purpose);
    dataset::describe(site, idx, &mut frame);
    let (places, n_more_places) = answers::places(mesh, site.outcome.today, (product, &published.live));
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
        has_personal_data: published.live.iter().any(|idx| mesh.has_personal_data(&mesh.contracts[*idx].descriptor)),
        lacks_owner: owner.is_none() && !is_retired,
        lacks_promise: evidence.n_promises == 0 && !is_retired && !header.is_unfinished(),
        n_waived: if is_retired { 0 } else { n_waived },
        missed: health::missed(&evidence, |idx, part| {
            address::relative(1, &address::contract_part(mesh, &site.homes, idx, part))
        })
        .filter(|_| !is_retired),
        endings: ending::endings(site, product),
        successor: successor(site, product, linker),
        is_over: is_retired || descriptor.is_on_its_way_out(),
        ending: (!is_retired && descriptor.is_on_its_way_out()).then(|| ending::ending(site, product, linker)),
        retired: mesh.retirement(idx).map(|end| RetiredPart {
            day: end.date.map(Day::at),
            last_contract: end.last_contract.map(|idx| linker.contract(idx)),
            ask: parts::ask(&header.support, owner.as_ref()),
        }),
        product_type: descriptor.type_word().map(parts::words),
        since: header.created().map(Day::of),
        n_consumers: product.consumers.len(),
        n_agreed: mesh.agreed_readers(&[Found { kind: Kind::DataProduct, idx }]).len(),
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
            .filter(|_| site.homes.is_lean() || !places.iter().any(|place| place.snippet.is_some()))
            .map(|(idx, _)| address::relative(1, &address::contract_part(mesh, &site.homes, *idx, "connect"))),
        ways: ways(site, &published, linker).filter(|_| places.iter().any(|place| place.snippet.is_some())),
        others_of: others_of(site, &published, &promised, linker),
        places,
        n_more_places,
        n_rules_kept,
        n_rules_missed,
        rules_missed: missed.iter().take(excerpt::NAMED).map(excerpt::RuleRow::anchor).collect(),
        rules_aged,
        n_rules_unseen: n_rules.saturating_sub(n_rules_kept + n_rules_missed),
        facts: facts_seen(&evidence),
        last_run: health::last_run(&evidence),
        n_schema_misses: evidence.schema_misses.len(),
        latest: evidence.latest.map(Day::at),
        standing: health::tally_text(&evidence, &[]),
        made_from: panels::made_from(site, idx, linker).filter(|_| !is_retired),
        checks: checks::checks(site, idx, linker),
        maturity: maturity::levels(site, node(idx), linker),
        unstated,
        ask: parts::ask(&header.support, owner.as_ref()).filter(|_| !is_retired),
        n_rules,
        n_inputs: descriptor.input_ports.len(),
        n_inputs_shown: inputs.len(),
        has_input_states: inputs.iter().any(ports::InputRow::has_status),
        inputs: site.theme.rows("input-row.html", inputs),
        picture: lineage::part(site, idx, linker),
        schema: excerpt::schema(site, &published, linker),
        quality: excerpt::quality_part(site, &published, &evidence, missed),
        folds: folds(site, idx),
        more: stated::of_product(product, linker),
        management: ports::management(descriptor),
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
        older,
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
        promises: site
            .theme
            .rows("promise-line.html", promised.into_iter().map(|promise| Promise::of(promise, linker)).collect()),
        access,
        approvers: site.theme.rows("approver-row.html", approvers),
        unapproved: answers::without_approver(mesh, &published.promising)
            .into_iter()
            .map(|idx| linker.contract(idx))
            .collect(),
        frame,
        agreements: agreements.into_iter().take(access::SHOWN).collect(),
        say,
        owner,
        domain,
        contacts,
        n_outputs_shown: outputs.len(),
        outputs: site.theme.rows(if is_retired { "retired-port-row.html" } else { "output-row.html" }, outputs),
        reviews,
        n_reviews,
    }
}

/// Contracts that are named for the promises without a row.
const OTHERS_OF: usize = 1;

/// The contracts with service levels that have no row in the panel, a link to where each promises them.
fn others_of<'a>(
    site: &'a Site,
    published: &Published,
    promised: &[answers::Promise<'_>],
    linker: Linker<'a>,
) -> Vec<Anchor<'a>> {
    let mesh = site.mesh();
    let main = published.promising.first();
    let has_more = |idx: &&usize| {
        let n_rows = promised.iter().filter(|row| row.contract_idx.as_ref().or(main) == Some(*idx)).count();
        let levels = mesh.contracts[**idx].descriptor.service_levels.iter();
        levels.filter(|level| crate::model::is_promise(level)).count() > n_rows
    };
    let link = |idx: &usize| {
        linker.to(linker.contract(*idx).text, &address::contract_part(mesh, &site.homes, *idx, "promises"))
    };
    parts::few(published.live.iter().filter(has_more).map(link), OTHERS_OF)
}

/// Names what the page of the main contract has beside the snippet of its first server: "Python", or "Python, and more".
fn ways<'a>(site: &'a Site, published: &Published, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let idx = *published.promising.first().filter(|idx| site.homes.has_page(**idx))?;
    let contract = &site.mesh().contracts[idx].descriptor;
    let server = contract.servers.iter().find(|server| servers::is_production(server))?;
    let mut titles = servers::snippets(server, contract.objects.first()).into_iter().skip(1).map(|one| one.title);
    let first = titles.next()?;
    let n_others = titles.count() + contract.servers.len() - 1;
    let text = if n_others == 0 { format!("{first} too") } else { format!("{first}, and more") };
    Some(linker.to(text, &address::contract_part(site.mesh(), &site.homes, idx, "connect")))
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
    let mut frame = Frame::new(site, &path, "products", header.title()).of_thing(site, header, product.owner_idx);
    frame.json = site.json_of(&path);
    frame.picture = site.has_twins.then(|| path.replace(".html", ".svg"));
    frame.is_edited_above = true;
    frame.badge = (!site.homes.is_lean()).then(|| address::badge(&product.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::DataProduct, &header.id.value, None));
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Products", "products/index.html"));
    match domain {
        Some(domain) => frame.crumb(domain.clone()),
        None => frame,
    }
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

/// The node of a product in the lineage.
fn node(idx: usize) -> Found {
    Found { kind: Kind::DataProduct, idx }
}
