//! A domain: what does it offer, who runs it, whom does it feed.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::changes::{EndRow, demanding};
use super::home::StateCount;
use super::{map, page};
use crate::model::{Kind, Urn};
use crate::policy::{OperatingMode, readiness};
use crate::render::census::Census;
use crate::render::events::{self, Event};
use crate::render::facets::LEAN_PRODUCTS;
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::picture::{IslandSize, MarkSize};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::twins::{DomainTwin, to_json};
use crate::render::{Page, RenderError, address, markdown};

#[derive(Serialize)]
struct DomainPage<'a> {
    frame: Frame<'a>,
    /// What narrows a search to it.
    of_domain: String,
    name: &'a str,
    is_retired: bool,
    say: Option<&'a str>,
    domain_type: Option<String>,
    operating_mode: Option<String>,
    is_central: bool,
    /// What the facts show of it.
    shown_mode: Option<String>,
    /// What is missing for the domain to own its data.
    missing: Vec<String>,
    owner: Option<Anchor<'a>>,
    stewards: Vec<Anchor<'a>>,
    parent: Option<Anchor<'a>>,
    children: Vec<Anchor<'a>>,
    contacts: Vec<Contact<'a>>,
    groups: Vec<TeamGroup<'a>>,
    /// All that are listed.
    n_products: usize,
    n_living: usize,
    n_retired: usize,
    /// How many of those listed are retired, in words that go on after a number.
    of_them: String,
    n_shown: usize,
    all_products: Option<String>,
    n_active: usize,
    n_contracts: usize,
    flows: Vec<FlowRow<'a>>,
    more_flows: Option<FlowRest>,
    n_flows: usize,
    n_takes: usize,
    n_gives: usize,
    teams: Vec<TeamRow<'a>>,
    /// What ends and asks for something, the first of it.
    ends: Vec<EndRow<'a>>,
    n_ends: usize,
    /// What happened in it, the newest first.
    lately: Vec<Event<'a>>,
    terms: Vec<TermRow<'a>>,
    n_terms: usize,
    policies: Vec<Anchor<'a>>,
    n_policies: usize,
    sources: Vec<Anchor<'a>>,
    readme_html: Option<String>,
    island: Option<String>,
    scale: usize,
    states: Vec<StateCount>,
}

/// Products of one owner.
#[derive(Serialize)]
struct TeamGroup<'a> {
    team: Anchor<'a>,
    note: String,
    products: Rows<'a, ProductRow<'a>>,
}

/// A product in a table.
#[derive(Serialize)]
pub(super) struct ProductRow<'a> {
    pub product: Anchor<'a>,
    pub mark: String,
    pub say: Option<String>,
    /// What results say; none where nothing is promised.
    pub evidence: Option<Sign<'static>>,
    pub status: Sign<'static>,
    pub ports: String,
    pub is_retired: bool,
    // Numbers as they are printed: with a number rows differ in more than their texts.
    pub n_passed: String,
    pub n_total: String,
    pub n_consumers: String,
}

/// What flows between this domain and another, with the widths of its bars in percent.
#[derive(Serialize)]
struct FlowRow<'a> {
    domain: Anchor<'a>,
    takes: usize,
    gives: usize,
    /// Where the map names what is read.
    takes_at: Option<String>,
    gives_at: Option<String>,
    takes_width: usize,
    gives_width: usize,
}

#[derive(Serialize)]
struct FlowRest {
    domains: String,
    takes: usize,
    gives: usize,
}

#[derive(Serialize)]
struct TeamRow<'a> {
    team: Anchor<'a>,
    kind: Option<String>,
    n_products: usize,
}

#[derive(Serialize)]
struct TermRow<'a> {
    term: Anchor<'a>,
    say: Option<String>,
}

/// Products on the page; all are a list of their own.
const PRODUCTS: usize = 24;
/// Domains in the butterfly.
const FLOWS: usize = 24;
/// Terms on the page.
const TERMS: usize = 24;
/// Links of a list that is a fact of the domain.
const LINKS: usize = 60;
/// Teams on the page.
const TEAMS: usize = 40;
/// Endings on the page.
const ENDS: usize = 12;
/// Things that happened lately.
const EVENTS: usize = 8;
/// The longest bar, in percent of its cell: the number stands beside it.
const BAR: usize = 80;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, domain) in site.mesh().domains.iter().enumerate() {
        pages.extend(page(&format!("domains/{}.html", domain.slug), idx, html));
        pages.extend(page(&format!("domains/{}.json", domain.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&DomainTwin::of(site.view(), idx as usize)))
}

/// Words products for a table.
pub(super) fn product_rows(linker: Linker<'_>, products: impl IntoIterator<Item = usize>) -> Rows<'_, ProductRow<'_>> {
    let rows = products.into_iter().map(|idx| product_row(linker.site, idx, linker)).collect();
    linker.site.theme.rows("product-row.html", rows)
}

fn product_row<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> ProductRow<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let tally = site.health[idx].tally();
    let status = parts::status_of(header);
    ProductRow {
        product: linker.product(idx),
        mark: site.mark(idx, MarkSize::Card),
        say: header.description.purpose.as_deref().map(parts::first_sentence),
        evidence: site.health[idx].sign().filter(|_| !mesh.is_retired(idx)),
        is_retired: status.tone == RETIRED,
        status,
        ports: ports(site, idx),
        n_passed: tally.n_passed.to_string(),
        n_total: tally.n_total.to_string(),
        n_consumers: product.consumers.len().to_string(),
    }
}

/// The tone of the sign of what is retired.
pub(super) const RETIRED: &str = "retired";

/// The types of a product's ports, each once, else how many ports there are that no server is stated for.
pub(super) fn ports(site: &Site, idx: usize) -> String {
    let mesh = site.mesh();
    let mut titles: Vec<String> = Vec::new();
    for contract in mesh.products[idx].outputs.iter().flatten().map(|idx| &mesh.contracts[*idx].descriptor) {
        if contract.header.has_status("retired") {
            continue;
        }
        let servers = contract.servers.iter().filter(|server| crate::render::servers::is_production(server));
        for title in servers.map(|server| crate::render::servers::type_title(&server.server_type)) {
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    let is_there =
        |of: &&Option<usize>| of.is_none_or(|idx| !mesh.contracts[idx].descriptor.header.has_status("retired"));
    let n_ports = mesh.products[idx].outputs.iter().filter(is_there).count();
    if titles.is_empty() && n_ports > 0 && !mesh.is_retired(idx) {
        return format!("{}, no server stated", parts::count(n_ports, "port"));
    }
    titles.join(", ")
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("domain.html", &build(site, idx as usize))
}

fn build(site: &Site, idx: usize) -> DomainPage<'_> {
    let mesh = site.mesh();
    let domain = &mesh.domains[idx];
    let (descriptor, header) = (&domain.descriptor, &domain.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let path = format!("domains/{}.html", domain.slug);
    let mut frame = Frame::new(site, &path, "domains", header.title()).of_thing(site, header, domain.owner_idx);
    frame.json = site.json_of(&format!("domains/{}.html", domain.slug));
    frame.feed = site.feed_of(&format!("domains/{}", domain.slug));
    let outputs = domain.products.iter().flat_map(|idx| mesh.products[*idx].outputs.iter().flatten().copied());
    let own = outputs.collect::<BTreeSet<usize>>().into_iter();
    let ends = demanding(site, own.filter(|at| mesh.contracts[*at].domain_idx == Some(idx)), linker);
    let lately = site.streams().of_domain(idx).iter().take(EVENTS);
    let lately = lately.map(|(date, what)| events::event(linker, *date, *what)).collect();
    let census = Census::of_products(site.mesh(), domain.products.iter().copied());
    let readiness = readiness(mesh, idx, site.outcome.today, &|file| site.last_change(file));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Domain, &header.id.value, None));
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Domains", "domains/index.html"));
    let parent = linker.domain(domain.parent_idx, descriptor.parent.as_ref().map(|parent| parent.value.as_str()));
    if let Some(parent) = &parent {
        frame = frame.crumb(parent.clone());
    }
    let (flows, more_flows, [n_flows, n_takes, n_gives]) = flows(site, idx, linker);
    let is_active = |idx: &&usize| mesh.products[**idx].descriptor.header.has_status("active");
    let groups = groups(site, idx, linker);
    let binding = || mesh.policies.iter().filter(|policy| crate::policy::names_domain(policy, mesh, idx));
    let island = site.island(idx, IslandSize::Page);
    DomainPage {
        of_domain: format!("+domain:{}", utf8_percent_encode(&header.id.value, NON_ALPHANUMERIC)),
        n_ends: ends.len(),
        ends: ends.into_iter().take(ENDS).collect(),
        lately,
        scale: island.scale,
        island: (!domain.products.is_empty()).then_some(island.svg),
        states: super::home::states(site, &domain.products),
        name: header.title(),
        is_retired: header.has_status("retired"),
        say: purpose,
        domain_type: descriptor.domain_type.as_deref().map(parts::words),
        operating_mode: descriptor
            .operating_mode
            .as_deref()
            .map(|word| parts::sentence(OperatingMode::declared(word).map_or(word, |mode| mode.title()))),
        is_central: readiness.declared == Some(OperatingMode::Central),
        shown_mode: readiness.shown.map(|mode| parts::sentence(mode.title())),
        missing: missing(&readiness),
        owner: linker.team(domain.owner_idx, descriptor.owner.as_ref().map(|owner| owner.value.as_str())),
        stewards: descriptor.stewards.iter().map(|name| linker.team_named(&name.value)).collect(),
        children: parts::few(domain.children.iter().filter_map(|child| linker.domain(Some(*child), None)), LINKS),
        parent,
        contacts: parts::contacts(&header.support),
        n_shown: groups.iter().map(|group| group.products.len()).sum(),
        groups,
        n_products: domain.products.len(),
        n_living: census.n,
        n_retired: census.n_retired,
        of_them: census.of_them(),
        all_products: site.facets.own_page("domain", &domain.slug).map(|page| address::relative(1, &page)),
        n_active: domain.products.iter().filter(is_active).count(),
        n_contracts: site.domain_contracts[idx],
        flows,
        more_flows,
        n_flows,
        n_takes,
        n_gives,
        teams: domain
            .teams
            .iter()
            .take(TEAMS)
            .map(|idx| TeamRow {
                team: linker.team(Some(*idx), None).unwrap_or_default(),
                kind: mesh.teams[*idx].descriptor.team_type.as_deref().map(parts::words),
                n_products: Census::of_products(site.mesh(), mesh.teams[*idx].products.iter().copied()).n,
            })
            .collect(),
        terms: site.domain_terms[idx]
            .iter()
            .take(TERMS)
            .map(|term| TermRow {
                term: linker.term(*term),
                say: mesh.term(&mesh.terms[*term]).description.as_deref().map(parts::first_sentence),
            })
            .collect(),
        n_terms: site.domain_terms[idx].len(),
        policies: parts::few(binding().map(|policy| super::policy::anchor(policy, linker)), LINKS),
        n_policies: binding().count(),
        sources: parts::few(domain.sources.iter().map(|source| linker.source(*source)), LINKS),
        readme_html: mesh
            .docs
            .readme_of(header.file, &site.outcome.sources)
            .filter(|file| !mesh.docs.is_unwritten(*file))
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, below: 2, skip_title: true })),
        frame,
    }
}

/// Products by owner: active ones first, then the most used; the owner of the first of them first.
fn groups<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<TeamGroup<'a>> {
    let mesh = site.mesh();
    let domain = &mesh.domains[idx];
    let mut products = domain.products.clone();
    products.sort_by_key(|product| site.orders.place(*product));
    let mut owned: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for product in &products {
        *owned.entry(mesh.products[*product].owner_idx).or_default() += 1;
    }
    products.truncate(if site.homes.is_lean() { LEAN_PRODUCTS } else { PRODUCTS });
    let mut groups: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
    for product in products {
        let owner = mesh.products[product].owner_idx;
        match groups.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, members)) => members.push(product),
            None => groups.push((owner, vec![product])),
        }
    }
    let group = |(owner, members): (Option<usize>, Vec<usize>)| {
        let n = parts::count(owned.get(&owner).copied().unwrap_or_default(), "product");
        let is_owner = owner.is_some() && owner == domain.owner_idx;
        TeamGroup {
            team: linker.team(owner, None).unwrap_or(Anchor::plain("No registered owner")),
            note: if is_owner { format!("runs the domain, {n}") } else { n },
            products: product_rows(linker, members),
        }
    };
    groups.into_iter().map(group).collect()
}

/// Counts the ports that products of this domain read from others, and others from this one.
fn flows<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> (Vec<FlowRow<'a>>, Option<FlowRest>, [usize; 3]) {
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let own = (idx, 0)..=(idx, usize::MAX);
    for ((_, from), number) in site.flows_into.range(own.clone()) {
        counts.entry(*from).or_default().0 += number;
    }
    for ((_, to), number) in site.flows.range(own).filter(|((_, to), _)| *to != idx) {
        counts.entry(*to).or_default().1 += number;
    }
    let totals =
        [counts.len(), counts.values().map(|(takes, _)| takes).sum(), counts.values().map(|(_, gives)| gives).sum()];
    let most = counts.values().map(|(takes, gives)| *takes.max(gives)).max().unwrap_or(1).max(1);
    let mut sorted: Vec<(usize, (usize, usize))> = counts.into_iter().collect();
    sorted.sort_by_key(|(other, (takes, gives))| (std::cmp::Reverse(takes + gives), *other));
    let rest = sorted.split_off(sorted.len().min(FLOWS));
    let more = (!rest.is_empty()).then(|| FlowRest {
        domains: parts::count(rest.len(), "more domain"),
        takes: rest.iter().map(|(_, (takes, _))| takes).sum(),
        gives: rest.iter().map(|(_, (_, gives))| gives).sum(),
    });
    let row = |(other, (takes, gives)): (usize, (usize, usize))| {
        Some(FlowRow {
            domain: linker.domain(Some(other), None)?,
            takes,
            gives,
            takes_at: (takes > 0).then(|| map::use_at(site, (other, idx))).flatten(),
            gives_at: (gives > 0).then(|| map::use_at(site, (idx, other))).flatten(),
            takes_width: takes * BAR / most,
            // The cell on the right is wider by as much: bars of one length mean one number.
            gives_width: gives * BAR * 6 / 10 / most,
        })
    };
    (sorted.into_iter().filter_map(row).collect(), more, totals)
}

/// What the domain lacks to own its data. Who is not counted is said once.
fn missing(readiness: &crate::policy::Readiness) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for fact in readiness.missing() {
        let note = fact.says.rsplit_once("; ").filter(|(_, note)| note.ends_with("not counted"));
        let says = match note {
            Some((says, note)) if said.iter().any(|known| known.ends_with(note)) => says,
            _ => &fact.says,
        };
        said.push(says.to_owned());
    }
    said
}
