//! A team: who are they, how do I reach them, what do they owe and use.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::domain::{ProductRow, product_rows};
use super::page;
use crate::diagnostic::Severity;
use crate::model::{Kind, Urn};
use crate::render::census::Census;
use crate::render::facets::LEAN_PRODUCTS;
use crate::render::findings::about;
use crate::render::health;
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::twins::{TeamTwin, to_json};
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct TeamPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    is_retired: bool,
    say: Option<&'a str>,
    team_type: Option<String>,
    domain: Option<Anchor<'a>>,
    forge_handle: Option<&'a str>,
    contacts: Vec<Contact<'a>>,
    products: Rows<'a, ProductRow<'a>>,
    n_shown: usize,
    /// All that are listed.
    n_products: usize,
    n_living: usize,
    n_retired: usize,
    /// How many of those listed are retired, in words that go on after a number.
    of_them: String,
    all_products: Option<String>,
    /// Of its products that are not retired: service levels and quality rules.
    n_promises: usize,
    n_readers: usize,
    domains: Vec<Anchor<'a>>,
    sources: Vec<Anchor<'a>>,
    stewards: Vec<Anchor<'a>>,
    /// Names under which it approves access.
    approves_as: Vec<Anchor<'a>>,
    /// The products to which it approves access.
    approves: Vec<Anchor<'a>>,
    owes: Vec<Debt<'a>>,
    uses: Vec<UseRow<'a>>,
    n_uses: usize,
    serves: Vec<ServeRow<'a>>,
    policies: Vec<Anchor<'a>>,
    members: Vec<MemberRow<'a>>,
    n_members: usize,
}

/// Something this team has to do.
#[derive(Serialize)]
struct Debt<'a> {
    thing: Anchor<'a>,
    sign: Sign<'static>,
    text: Vec<parts::Piece>,
}

#[derive(Serialize)]
struct UseRow<'a> {
    product: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    by: String,
}

#[derive(Serialize)]
struct ServeRow<'a> {
    team: Anchor<'a>,
    n: usize,
}

#[derive(Serialize)]
struct MemberRow<'a> {
    name: &'a str,
    role: Option<&'a str>,
}

/// Products on the page; all are a list of their own.
const PRODUCTS: usize = 48;
/// Products of other teams on the page.
const USES: usize = 48;
/// Own products that read one of another team, by name.
const BY: usize = 4;
/// Links of a fact.
const LINKS: usize = 40;
/// Members on the page.
const MEMBERS: usize = 200;
/// Teams that read from this one, on the page.
const SERVES: usize = 24;
/// Things to do on the page.
const DEBTS: usize = 24;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, team) in site.mesh().teams.iter().enumerate() {
        pages.extend(page(&format!("teams/{}.html", team.slug), idx, html));
        pages.extend(page(&format!("teams/{}.json", team.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    Ok(to_json(&TeamTwin::of(site.view(), idx, site.approves(idx))))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("team.html", &build(site, idx as usize))
}

fn build(site: &Site, idx: usize) -> TeamPage<'_> {
    let mesh = site.mesh();
    let team = &mesh.teams[idx];
    let (descriptor, header) = (&team.descriptor, &team.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let path = format!("teams/{}.html", team.slug);
    let mut frame = Frame::new(site, &path, "teams", header.title()).of_thing(site, header, Some(idx));
    frame.json = site.json_of(&format!("teams/{}.html", team.slug));
    frame.feed = site.feed_of(&format!("teams/{}", team.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Team, &header.id.value, None));
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Teams", "teams/index.html"));
    let mut products = team.products.clone();
    products.sort_by_key(|product| site.orders.place(*product));
    products.truncate(if site.homes.is_lean() { LEAN_PRODUCTS } else { PRODUCTS });
    let (uses, n_uses) = uses(site, idx, linker);
    let is_own = |written: Option<&crate::model::SpannedText>| written.and_then(|name| mesh.team(name)) == Some(idx);
    let shows_people = site.outcome.config.site.people;
    let census = Census::of_products(site.mesh(), team.products.iter().copied());
    let approves = site.approves(idx);
    TeamPage {
        name: header.title(),
        is_retired: header.has_status("retired"),
        say: purpose,
        team_type: descriptor.team_type.as_deref().map(parts::words),
        domain: linker.domain(team.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        forge_handle: descriptor.forge_handle.as_deref(),
        contacts: parts::contacts(&header.support),
        n_promises: health::n_promises(site, team.products.iter().copied()),
        n_readers: readers(site, idx).len(),
        n_shown: products.len(),
        products: product_rows(linker, products),
        n_products: team.products.len(),
        n_living: census.n,
        n_retired: census.n_retired,
        of_them: census.of_them(),
        all_products: site.facets.own_page("owner", &team.slug).map(|page| address::relative(1, &page)),
        domains: parts::few(team.domains.iter().filter_map(|domain| linker.domain(Some(*domain), None)), LINKS),
        stewards: parts::few(team.stewarded.iter().filter_map(|domain| linker.domain(Some(*domain), None)), LINKS),
        approves_as: parts::few(
            approves.into_iter().flat_map(|approves| &approves.names).map(|name| Anchor::plain(name.as_str())),
            LINKS,
        ),
        approves: parts::few(
            approves.into_iter().flat_map(|approves| &approves.products).map(|idx| linker.product(*idx)),
            LINKS,
        ),
        sources: parts::few(team.sources.iter().map(|source| linker.source(*source)), LINKS),
        owes: owes(site, idx, linker),
        uses,
        n_uses,
        serves: serves(site, idx, linker),
        policies: parts::few(
            mesh.policies
                .iter()
                .filter(|policy| is_own(policy.owner.as_ref()))
                .map(|policy| super::policy::anchor(policy, linker)),
            LINKS,
        ),
        n_members: descriptor.members.len(),
        members: descriptor
            .members
            .iter()
            .filter(|_| shows_people)
            .take(MEMBERS)
            .map(|member| MemberRow {
                name: member.name.as_deref().unwrap_or(&member.username),
                role: member.role.as_deref(),
            })
            .collect(),
        frame,
    }
}

/// Products of others that read a product of this team.
fn readers(site: &Site, idx: usize) -> BTreeSet<usize> {
    let mesh = site.mesh();
    let read = mesh.teams[idx].products.iter().flat_map(|product| mesh.products[*product].consumers.iter().copied());
    read.filter(|reader| mesh.products[*reader].owner_idx != Some(idx)).collect()
}

/// The teams that read from this one, those with the most products first.
fn serves<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<ServeRow<'a>> {
    let mesh = site.mesh();
    let mut teams: BTreeMap<usize, usize> = BTreeMap::new();
    for team in readers(site, idx).into_iter().filter_map(|reader| mesh.products[reader].owner_idx) {
        *teams.entry(team).or_default() += 1;
    }
    let mut teams: Vec<(usize, usize)> = teams.into_iter().collect();
    teams.sort_by_key(|(team, n)| (std::cmp::Reverse(*n), *team));
    let row = |(team, n)| ServeRow { team: linker.team(Some(team), None).unwrap_or_default(), n };
    teams.into_iter().take(SERVES).map(row).collect()
}

/// Products of other teams that this one reads, and with which of its own.
fn uses<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> (Vec<UseRow<'a>>, usize) {
    let mesh = site.mesh();
    let mut read: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for own in &mesh.teams[idx].products {
        let providers = mesh.products[*own].inputs.iter().filter_map(|input| input.published_by.first());
        for provider in providers.filter(|by| mesh.products[by.product_idx].owner_idx != Some(idx)) {
            read.entry(provider.product_idx).or_default().insert(*own);
        }
    }
    let n = read.len();
    let row = |(product, own): (usize, BTreeSet<usize>)| UseRow {
        product: linker.product(product),
        owner: linker.product_owner(product),
        by: {
            let names = own.into_iter().map(|idx| Anchor::plain(mesh.products[idx].descriptor.header.title()));
            parts::few(names, BY).iter().map(|name| &*name.text).collect::<Vec<_>>().join(", ")
        },
    };
    (read.into_iter().take(USES).map(row).collect(), n)
}

/// The rule that says of a product what is said of its promises here.
const MISSED: &str = "GOV045";
/// Rules that are for information, and tell what has to be done before a day or a version comes.
const TO_MOVE: [&str; 2] = ["REF012", "REF036"];
/// Missed promises that are named of a product.
const MISSED_NAMES: usize = 4;

/// Names the promises that are missed, else the columns that are not as the schema says.
fn missed_names(evidence: &crate::graph::EvidenceSummary<'_>) -> String {
    let missed = evidence.results.iter().filter(|result| result.verdict == crate::graph::Verdict::Missed);
    let promises = missed.map(|result| match result.promise.kind {
        crate::graph::PromiseKind::QualityRule => format!("`{}`", result.promise.name.replace("`", "")),
        crate::graph::PromiseKind::ServiceLevel => parts::words(&result.promise.name),
    });
    let columns = evidence.schema_misses.iter().map(|miss| format!("`{}`", miss.path.replace('`', "")));
    let mut names: Vec<String> = promises.chain(columns).collect();
    let n_more = names.len().saturating_sub(MISSED_NAMES);
    names.truncate(MISSED_NAMES);
    if n_more > 0 {
        names.push(format!("{n_more} more"));
    }
    names.join(", ")
}

/// What this team has to look at: missed promises, findings about its products, what they have to leave, and requests
/// for access.
fn owes<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<Debt<'a>> {
    let mesh = site.mesh();
    let (mut debts, mut waived) = (Vec::new(), Vec::new());
    for product in &mesh.teams[idx].products {
        let node = &mesh.products[*product];
        for agreement in node.agreements.iter().map(|idx| &mesh.agreements[*idx]) {
            if agreement.header.has_status("requested") {
                debts.push(Debt {
                    thing: linker.product(*product),
                    sign: Sign::new("proposed", "", "Access requested"),
                    text: parts::spoken(agreement.header.title()),
                });
            }
        }
        let outputs: std::collections::BTreeSet<usize> = node.outputs.iter().flatten().copied().collect();
        let outputs = outputs.into_iter().filter(|idx| {
            // What several of its products publish stands with the first.
            mesh.contracts[*idx].published_by.first().is_some_and(|by| by.product_idx == *product)
        });
        debts.extend(super::changes::demanding(site, outputs, linker).into_iter().map(|row| Debt {
            text: parts::spoken(&parts::sentence(&row.words().replace('`', ""))),
            thing: row.thing,
            sign: row.sign,
        }));
        let evidence = site.outcome.evidence(*product);
        let missed = health::missed(&evidence, |idx, part| {
            address::relative(1, &address::contract_part(mesh, &site.homes, idx, part))
        });
        if let Some(missed) = missed.filter(|_| !mesh.is_retired(*product)) {
            debts.push(Debt {
                thing: Anchor { href: missed.href, ..linker.product(*product) },
                sign: Sign::new("bad", "missed", "Missed"),
                text: parts::spoken(&format!("{}: {}", missed.text, missed_names(&evidence))),
            });
        }
        for (finding, contract) in about(&site.outcome, *product) {
            if finding.rule.code == MISSED {
                continue;
            }
            let is_move = TO_MOVE.contains(&finding.rule.code);
            let sign = match finding.severity {
                Severity::Info if !is_move => continue,
                _ if finding.waived_by.is_some() => Sign::new("draft", "", "Waived"),
                Severity::Info => Sign::new("warn", "look", "To move"),
                severity => parts::severity(severity),
            };
            let thing = contract.map_or_else(|| linker.product(*product), |contract| linker.contract(contract));
            let debt = Debt { thing, sign, text: parts::spoken(&finding.message) };
            if finding.waived_by.is_none() { debts.push(debt) } else { waived.push(debt) }
        }
        if debts.len() >= DEBTS {
            break;
        }
    }
    // What a waiver excuses comes last.
    debts.extend(waived);
    debts.truncate(DEBTS);
    debts
}
