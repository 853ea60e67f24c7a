//! How access works, every agreement that is known, who uses which product, and what happened to agreements.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::page;
use super::product::access::{AgreementRow, ApproverRow, approver_rows, consumer, row};
use crate::graph::Standing;
use crate::model::{AccessAgreement, Kind, date_of};
use crate::render::parts::{self, Anchor, Day, Frame, Linker, Pager, numbered};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::{Page, RenderError};
use crate::source::Stamp;

#[derive(Serialize)]
struct AccessPage<'a> {
    frame: Frame<'a>,
    is_first: bool,
    n: usize,
    n_in_force: usize,
    n_requested: usize,
    n_ending: usize,
    first: usize,
    last: usize,
    /// Requests that somebody must decide, on the first page.
    open: Vec<OpenRow<'a>>,
    rows: Vec<Row<'a>>,
    pager: Option<Pager>,
    has_forge: bool,
    /// On the first page.
    adoption: Vec<AdoptionRow<'a>>,
    /// How many of them are reviewed.
    n_reviewed: usize,
    /// Products that somebody reads, has an agreement about or has reviewed.
    n_used: usize,
    /// On the first page.
    trail: Vec<TrailRow<'a>>,
    n_trail: usize,
    /// The site knows the history of its files.
    has_history: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    /// The name by which other pages lead here.
    id: String,
    provider: Anchor<'a>,
    /// The domain of the product.
    domain: Option<&'a str>,
    /// What it is about holds personal data.
    is_personal: bool,
    agreement: AgreementRow<'a>,
}

/// A request, and who must decide it.
#[derive(Serialize)]
struct OpenRow<'a> {
    provider: Anchor<'a>,
    consumer: Anchor<'a>,
    purpose: Option<&'a str>,
    /// When the request was filed.
    since: Option<Day>,
    /// Its own last day, where that is over: to approve it gives nothing any more.
    ended: Option<Day>,
    /// Who approves, each with what stands before the name.
    approvers: Vec<ApproverRow<'a>>,
    /// The owner of the product, where no approver is known.
    owner: Option<Anchor<'a>>,
    file: Option<Anchor<'a>>,
}

/// Who uses a product.
#[derive(Serialize)]
struct AdoptionRow<'a> {
    product: Anchor<'a>,
    n_consumers: usize,
    n_in_force: usize,
    n_requested: usize,
    n_reviews: usize,
    rating: Option<String>,
}

/// What one commit did to agreements, or which of them ran out on a day.
#[derive(Serialize)]
struct TrailRow<'a> {
    day: Day,
    deeds: Vec<Deed<'a>>,
    /// The team of who made the commit.
    team: Option<Anchor<'a>>,
    person: Option<&'a str>,
    /// Somebody made it, and the site names no people.
    is_hidden: bool,
    commit: Option<Anchor<'a>>,
}

/// One thing done to some agreements.
#[derive(Serialize)]
struct Deed<'a> {
    what: &'static str,
    agreements: Vec<Anchor<'a>>,
    n: usize,
}

/// Commits and days of the audit trail.
const SHOWN: usize = 100;
/// Products in the list of who uses what, the most read.
const USED: usize = 30;
/// Open requests on the page.
const OPEN: usize = 24;
/// Agreements that are named of what a commit did.
const NAMED: usize = 24;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let n_pages = n_sheets(site.mesh().agreements.len(), ROWS);
    (0..n_pages).filter_map(|number| page(&path(number), number, html)).collect()
}

fn path(number: usize) -> String {
    numbered("access.html", "access", number)
}

fn html(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let number = number as usize;
    let title = if number == 0 { "Access".to_owned() } else { format!("Access, page {}", number + 1) };
    let mut frame = Frame::new(site, &path(number), "access", &title);
    let linker = Linker { site, depth: frame.depth() };
    frame.description = String::from("How to ask for access to data, and what has been agreed.");
    let n = mesh.agreements.len();
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(n));
    let mut rows = Vec::new();
    for idx in &site.orders.agreements[start..end] {
        let agreement = &mesh.agreements[*idx];
        let id = anchor(*idx);
        let product = agreement.provider.product.as_ref().and_then(|id| mesh.product(id));
        let contract = mesh.agreement_contract(agreement);
        rows.push(Row {
            id,
            provider: provider(agreement, linker),
            domain: product.and_then(|idx| mesh.domain_title(mesh.products[idx].domain_idx)),
            is_personal: contract.is_some_and(|idx| mesh.has_personal_data(&mesh.contracts[idx].descriptor)),
            agreement: row(agreement, linker),
        });
    }
    let standings = || mesh.agreements.iter().map(|agreement| agreement.standing(site.outcome.today));
    let is_first = number == 0;
    let (mut adoption, mut trail) =
        if is_first { (adoption(site, linker), trail(site, linker)) } else { (Vec::new(), Vec::new()) };
    let (n_used, n_trail) = (adoption.len(), trail.len());
    adoption.truncate(USED);
    trail.truncate(SHOWN);
    let page = AccessPage {
        is_first,
        n,
        n_in_force: standings().filter(|standing| standing.is_in_force()).count(),
        n_requested: standings().filter(|standing| *standing == Standing::Requested).count(),
        n_ending: standings().filter(|standing| matches!(standing, Standing::Ending { .. })).count(),
        first: start + 1,
        last: end,
        open: if is_first { open(site, linker) } else { Vec::new() },
        rows,
        pager: Pager::new(n_sheets(n, ROWS), number, |at| crate::render::address::relative(linker.depth, &path(at))),
        has_forge: site.issue_url("", "").is_some(),
        n_reviewed: adoption.iter().filter(|row| row.n_reviews > 0).count(),
        adoption,
        n_used,
        trail,
        n_trail,
        has_history: site.history.is_some(),
        frame,
    };
    site.theme.render("access.html", &page)
}

/// The requests that wait for somebody, those that wait longest first.
fn open<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<OpenRow<'a>> {
    let mesh = site.mesh();
    let is_open = |agreement: &&AccessAgreement| agreement.standing(site.outcome.today) == Standing::Requested;
    let agreements = site.orders.agreements.iter().map(|idx| &mesh.agreements[*idx]).take_while(is_open);
    let row = |agreement: &'a AccessAgreement| {
        let header = &agreement.header;
        let stated = header.created().and_then(date_of);
        let since = stated.or_else(|| site.file_history(header.file)?.created.and_then(Stamp::day));
        let provider_idx = agreement.provider.product.as_ref().and_then(|id| mesh.product(id));
        let pinned = &agreement.provider;
        let contract = pinned.contract.as_ref().zip(pinned.contract_version.as_ref());
        let contracts: Vec<usize> = contract.and_then(|(id, version)| mesh.contract(id, version)).into_iter().collect();
        let path = site.outcome.sources.path(header.file);
        let file = path.rsplit('/').next().unwrap_or(path);
        let row = OpenRow {
            provider: provider(agreement, linker),
            consumer: consumer(agreement, linker),
            purpose: header.description.purpose.as_deref(),
            since: since.map(Day::at),
            ended: agreement.end.as_ref().filter(|_| agreement.has_ended(site.outcome.today)).map(|end| Day::of(end)),
            approvers: provider_idx.map(|idx| approver_rows(site, idx, &contracts, linker)).unwrap_or_default(),
            owner: provider_idx.and_then(|idx| linker.product_owner(idx)),
            file: site.forge_url(header.file, None, false).map(|url| Anchor { text: file.into(), href: Some(url) }),
        };
        (since, row)
    };
    let mut rows: Vec<(Option<Date>, OpenRow<'a>)> = agreements.map(row).collect();
    rows.sort_by_key(|(since, _)| (since.is_none(), *since));
    rows.into_iter().take(OPEN).map(|(_, row)| row).collect()
}

/// Ids of agreements may hold anything; their positions are good names within one build.
fn anchor(idx: usize) -> String {
    format!("a-{}", idx + 1)
}

fn provider<'a>(agreement: &'a AccessAgreement, linker: Linker<'a>) -> Anchor<'a> {
    let id = agreement.provider.product.as_ref();
    match (id.and_then(|id| linker.site.mesh().product(id)), id) {
        (Some(idx), _) => linker.product(idx),
        (None, Some(id)) => Anchor::plain(id.value.as_str()),
        (None, None) => Anchor::plain(agreement.header.title()),
    }
}

/// The products that are used, those with the most readers first.
fn adoption<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<AdoptionRow<'a>> {
    let mesh = site.mesh();
    let mut rows: Vec<(usize, AdoptionRow<'a>)> = Vec::new();
    for idx in 0..mesh.products.len() {
        let adoption = mesh.adoption(idx, site.outcome.today);
        if adoption.n_consumers + adoption.n_in_force + adoption.n_requested + adoption.n_reviews == 0 {
            continue;
        }
        rows.push((
            idx,
            AdoptionRow {
                product: linker.product(idx),
                n_consumers: adoption.n_consumers,
                n_in_force: adoption.n_in_force,
                n_requested: adoption.n_requested,
                n_reviews: adoption.n_reviews,
                rating: adoption.rating(),
            },
        ));
    }
    rows.sort_by_key(|(idx, row)| (Reverse(row.n_consumers), Reverse(row.n_in_force), Reverse(row.n_reviews), *idx));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// What happened to agreements, in the order in which a row tells it.
const WHATS: [&str; 4] = ["Added", "Changed", "Removed", "Ran out"];

/// What one commit did, or a day: which agreements were added, changed, removed, and which ran out.
#[derive(Default)]
struct Found<'a> {
    stamp: Option<&'a Stamp>,
    deeds: [Vec<Anchor<'a>>; WHATS.len()],
}

/// The newest commit first; of a day at first what ran out.
type Moment<'a> = (Reverse<Date>, Reverse<i64>, &'a str);

/// What the log of git and the files say of agreements, the newest first.
fn trail<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<TrailRow<'a>> {
    let mesh = site.mesh();
    let mut found: BTreeMap<Moment<'a>, Found<'a>> = BTreeMap::new();
    let mut add = |day: Option<Date>, stamp: Option<&'a Stamp>, what: usize, agreement: Anchor<'a>| {
        let Some(day) = day else { return };
        let moment = (Reverse(day), Reverse(stamp.map_or(i64::MAX, |stamp| stamp.seconds)));
        let row = found.entry((moment.0, moment.1, stamp.map_or("", |stamp| stamp.id.as_str()))).or_default();
        row.stamp = stamp;
        row.deeds[what].push(agreement);
    };
    for (place, idx) in site.orders.agreements.iter().enumerate() {
        let agreement = &mesh.agreements[*idx];
        let header = &agreement.header;
        let link = || linker.to(header.title(), &format!("{}#{}", path(place / ROWS), anchor(*idx)));
        if let Some(history) = site.file_history(header.file) {
            let created = history.created;
            if created.is_some() {
                add(created.and_then(Stamp::day), created, 0, link());
            }
            if created != Some(history.changed) {
                add(history.changed.day(), Some(history.changed), 1, link());
            }
        }
        if agreement.standing(site.outcome.today) == Standing::Ended {
            add(agreement.end.as_ref().and_then(|end| date_of(end)), None, 3, link());
        }
    }
    for departed in site.departed.iter().filter(|departed| departed.kind == Kind::AccessAgreement) {
        add(Some(departed.day), Some(&departed.removed), 2, Anchor::plain(departed.title.as_str()));
    }
    found.into_iter().map(|((Reverse(day), ..), found)| trail_row(site, linker, day, found)).collect()
}

fn trail_row<'a>(site: &'a Site, linker: Linker<'a>, day: Date, found: Found<'a>) -> TrailRow<'a> {
    let stamp = found.stamp;
    let name = stamp.map(|stamp| stamp.author.as_str()).filter(|name| !name.is_empty());
    let person = name.filter(|_| site.outcome.config.site.people);
    let deeds = WHATS.into_iter().zip(found.deeds).filter(|(_, agreements)| !agreements.is_empty());
    TrailRow {
        day: Day::at(day),
        deeds: deeds
            .map(|(what, agreements)| Deed {
                what,
                n: agreements.len(),
                agreements: parts::few(agreements.into_iter(), NAMED),
            })
            .collect(),
        team: stamp.and_then(|stamp| site.authors.team_of(stamp)).and_then(|team| linker.team(Some(team), None)),
        is_hidden: name.is_some() && person.is_none(),
        person,
        commit: stamp.map(|stamp| site.commit_anchor(stamp)),
    }
}
