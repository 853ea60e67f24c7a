//! How access works, every agreement that is known, who uses which product, and what happened to agreements.

use std::cmp::Reverse;

use jiff::civil::Date;
use serde::Serialize;

use super::page;
use super::product::access::{AgreementRow, row};
use crate::graph::{Standing, date_of};
use crate::model::AccessAgreement;
use crate::render::parts::{Anchor, Day, Frame, Linker, Pager, numbered};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::{Page, RenderError};

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
    rows: Vec<Row<'a>>,
    pager: Option<Pager>,
    has_forge: bool,
    /// On the first page.
    adoption: Vec<AdoptionRow<'a>>,
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
    agreement: AgreementRow<'a>,
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

/// Something that happened to an agreement.
#[derive(Serialize)]
struct TrailRow<'a> {
    day: Day,
    what: String,
    agreement: Anchor<'a>,
    standing: &'static str,
    /// The team of who made the commit.
    team: Option<Anchor<'a>>,
    person: Option<&'a str>,
    commit: Option<Anchor<'a>>,
    /// The newest come first; of one day in the order of ids.
    #[serde(skip)]
    rank: (Reverse<Date>, usize),
}

/// Rows of the two lists of the first page.
const SHOWN: usize = 100;

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
    for (offset, agreement) in mesh.agreements[start..end].iter().enumerate() {
        let id = anchor(start + offset);
        rows.push(Row { id, provider: provider(agreement, linker), agreement: row(agreement, linker) });
    }
    let standings = || mesh.agreements.iter().map(|agreement| agreement.standing(site.outcome.today));
    let is_first = number == 0;
    let (mut adoption, mut trail) =
        if is_first { (adoption(site, linker), trail(site, linker)) } else { (Vec::new(), Vec::new()) };
    let (n_used, n_trail) = (adoption.len(), trail.len());
    adoption.truncate(SHOWN);
    trail.truncate(SHOWN);
    let page = AccessPage {
        is_first,
        n,
        n_in_force: standings().filter(|standing| standing.is_in_force()).count(),
        n_requested: standings().filter(|standing| *standing == Standing::Requested).count(),
        n_ending: standings().filter(|standing| matches!(standing, Standing::Ending { .. })).count(),
        first: start + 1,
        last: end,
        rows,
        pager: Pager::new(n_sheets(n, ROWS), number, |at| crate::render::address::relative(linker.depth, &path(at))),
        has_forge: site.issue_url("", "").is_some(),
        adoption,
        n_used,
        trail,
        n_trail,
        has_history: site.history.is_some(),
        frame,
    };
    site.theme.render("access.html", &page)
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

/// What the log of git and the files say of agreements, the newest first: added, changed last, run out.
fn trail<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<TrailRow<'a>> {
    let mesh = site.mesh();
    let mut rows = Vec::new();
    for (idx, agreement) in mesh.agreements.iter().enumerate() {
        let header = &agreement.header;
        let page = path(idx / ROWS);
        let standing = agreement.standing(site.outcome.today);
        let mut add = |day: Option<Date>, what: String, stamp: Option<&'a crate::source::Stamp>| {
            let Some(day) = day else { return };
            rows.push(TrailRow {
                day: Day::at(day),
                what,
                agreement: linker.to(header.title(), &format!("{page}#{}", anchor(idx))),
                standing: standing.word(),
                team: stamp
                    .and_then(|stamp| site.authors.team_of(stamp))
                    .and_then(|team| linker.team(Some(team), None)),
                person: stamp
                    .map(|stamp| stamp.author.as_str())
                    .filter(|name| site.outcome.config.site.people && !name.is_empty()),
                commit: stamp.map(|stamp| site.commit_anchor(stamp)),
                rank: (Reverse(day), idx),
            });
        };
        if let Some(history) = site.file_history(header.file) {
            let created = history.created;
            add(created.and_then(crate::source::Stamp::day), "added".to_owned(), created);
            if created != Some(history.changed) {
                let more = match history.n_changes {
                    0..=2 => String::new(),
                    n => format!(", the last of {} changes", n - 1),
                };
                add(history.changed.day(), format!("changed{more}"), Some(history.changed));
            }
        }
        if standing == Standing::Ended {
            add(agreement.end.as_ref().and_then(|end| date_of(end)), "ran out".to_owned(), None);
        }
    }
    rows.sort_by_key(|row| row.rank);
    rows
}
