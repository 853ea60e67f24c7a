//! Pictures of a product: the one on its own page with its table, the page two steps deep, the picture
//! as a file, and its badge.

use serde::Serialize;

use super::page;
use crate::graph::{Evidence, Found, LineageNode};
use crate::model::Kind;
use crate::render::parts::{self, Anchor, Frame, Linker, Sign};
use crate::render::picture::{Deep, DeepRing, DeepRow, DeepTie, Ego, Links, badge};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::{Page, RenderError, address};

/// The lineage picture on the page of a product, and the same facts as a table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PicturePart<'a> {
    /// The picture.
    svg: String,
    /// What its lines mean and what it leaves out.
    caption: String,
    /// Where it goes on: two steps, all consumers, the picture as a file.
    more: Vec<Anchor<'a>>,
    /// What the table holds.
    table_caption: String,
    /// One row for each place of the picture.
    rows: Rows<'a, NeighbourRow<'a>>,
    /// Neighbours on both sides.
    n: usize,
}

/// A neighbour, a domain of neighbours, or the rest of them.
#[derive(Clone, Debug, Serialize)]
struct NeighbourRow<'a> {
    name: Anchor<'a>,
    note: String,
    direction: String,
    /// The product takes from it.
    is_source: bool,
    through: String,
    standing: String,
    /// It is not simply in use.
    state: Option<Sign<'static>>,
    ending: Option<String>,
    /// How far what is taken keeps its promises.
    health: Option<Sign<'static>>,
}

#[derive(Serialize)]
struct LineagePage<'a> {
    frame: Frame<'a>,
    product: Anchor<'a>,
    svg: String,
    caption: String,
    rings: Vec<RingRows<'a>>,
    n: usize,
    n_shown: usize,
}

/// The neighbours at one distance.
#[derive(Serialize)]
struct RingRows<'a> {
    heading: String,
    note: String,
    n_shown: usize,
    rows: Rows<'a, RingRow<'a>>,
}

#[derive(Serialize)]
struct RingRow<'a> {
    /// What it does with those that it has ties to.
    verb: &'static str,
    name: Anchor<'a>,
    under: String,
    ties: Vec<TieCell<'a>>,
    back: Vec<TieCell<'a>>,
    n_more: usize,
}

#[derive(Serialize)]
struct TieCell<'a> {
    name: Anchor<'a>,
    through: String,
}

/// Steps each way on the deeper page.
const STEPS: usize = 2;
/// Neighbours with a row, the nearest.
const ROWS: usize = 200;
/// Uses in a row.
const TIES: usize = 12;
/// Bytes of names in the table, so that the page keeps its size whatever things are called.
const BYTES: usize = 60_000;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mesh = site.mesh();
    let mut pages = Vec::new();
    for (idx, product) in mesh.products.iter().enumerate() {
        if site.has_lineage_page(idx) {
            pages.extend(page(&address::lineage(&product.slug), idx, html));
        }
        if site.has_twins {
            pages.extend(page(&address::product(&product.slug).replace(".html", ".svg"), idx, file));
        }
        if !site.homes.is_lean() {
            pages.extend(page(&address::badge(&product.slug), idx, badge_file));
        }
    }
    pages
}

/// Draws the picture of a product for its own page.
pub(super) fn part<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> PicturePart<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let ego = ego(site, idx, linker.depth);
    let mut more = Vec::new();
    if site.has_lineage_page(idx) {
        more.push(linker.to("Two steps up and down", &address::lineage(&product.slug)));
    }
    if ego.is_cut && !product.consumers.is_empty() && site.has_consumers_page(idx) {
        let text = format!("All {}", parts::count(product.consumers.len(), "consumer"));
        more.push(linker.to(text, &address::consumers(&product.slug, 0)));
    }
    if site.has_twins {
        more.push(linker.to("This picture as a file", &address::product(&product.slug).replace(".html", ".svg")));
    }
    let row = |row: &crate::render::picture::EgoRow| NeighbourRow {
        name: anchor(linker, &row.name, row.page.as_deref()),
        note: row.note.clone(),
        is_source: row.direction == "takes from",
        direction: parts::sentence(row.direction),
        through: row.through.clone(),
        standing: parts::sentence(&row.standing),
        state: row.state.map(|state| parts::status(Some(state))),
        ending: row.ending.clone(),
        health: if row.direction == "takes from" { health_of(site, idx, &row.products) } else { None },
    };
    let template = if mesh.is_retired(idx) { "retired-neighbour-row.html" } else { "neighbour-row.html" };
    let (takes, gives) = ego.n;
    let grouped = if ego.is_cut { ", grouped by domain" } else { "" };
    PicturePart {
        svg: ego.svg(),
        caption: ego.caption.clone(),
        more,
        table_caption: format!(
            "The same facts as a table: {}, {}{grouped}",
            parts::count(takes, "provider"),
            parts::count(gives, "consumer")
        ),
        rows: site.theme.rows(template, ego.rows.iter().map(row).collect()),
        n: takes + gives,
    }
}

/// Says what keeps one from relying on what a product reads: of one other its state or how many promises of what is read
/// are missed, of several how many miss one. Nothing where results are kept.
fn health_of(site: &Site, reader_idx: usize, products: &[usize]) -> Option<Sign<'static>> {
    let read = |provider: usize| site.mesh().evidence_read(reader_idx, provider, site.outcome.today);
    if let [only] = products {
        let header = &site.mesh().products[*only].descriptor.header;
        let status = header.status_word();
        return match status {
            "active" | "deprecated" | "" => match read(*only) {
                found if found.state == Evidence::Missed && found.n_promises > 1 => {
                    Some(Sign::new("bad", "missed", format!("{} of {} missed", found.n_missed, found.n_promises)))
                }
                found if found.state == Evidence::Missed => Some(Sign::new("bad", "missed", "Missed")),
                found if found.state == Evidence::Promised => Some(Sign::new("", "said", "Promised only")),
                found if found.state == Evidence::NotStated => Some(Sign::new("ns", "", "promises nothing")),
                // How old results are is told as of the whole product.
                _ => site.health[*only].sign().filter(|sign| sign.tone == "warn"),
            },
            // The row says it.
            _ if site.mesh().state(Found { kind: Kind::DataProduct, idx: *only }).is_some() => None,
            _ => Some(parts::status_of(header)),
        };
    }
    let is_missed = |idx: &&usize| read(**idx).state == Evidence::Missed;
    let n = products.iter().filter(is_missed).count();
    let verb = if n == 1 { "misses a promise" } else { "miss promises" };
    (n > 0).then(|| Sign::new("bad", "missed", format!("{n} of {} {verb}", products.len())))
}

fn anchor<'a>(linker: Linker<'a>, text: &str, page: Option<&str>) -> Anchor<'a> {
    match page {
        Some(page) => linker.to(text.to_owned(), page),
        None => Anchor::plain(text.to_owned()),
    }
}

fn ego(site: &Site, idx: usize, depth: usize) -> Ego {
    Ego::of(site.mesh(), idx, &site.mark_facts(idx), site.outcome.today, &Links::Relative(depth))
}

/// The picture as a file of its own, beside the product's page.
pub(super) fn file(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(ego(site, idx as usize, 1).file().into_bytes())
}

/// The badge of a product as a file.
pub(super) fn badge_file(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let header = &site.mesh().products[idx as usize].descriptor.header;
    Ok(badge(&site.mark_facts(idx as usize), header.title()).into_bytes())
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let title = format!("Lineage of {}", header.title());
    let mut frame = Frame::new(site, &address::lineage(&product.slug), "products", &title).of_part_of(
        site,
        header,
        product.owner_idx,
    );
    frame.description = format!("What leads to {} and what comes of it, two steps each way.", header.title());
    let linker = Linker { site, depth: frame.depth() };
    frame = frame.crumb(linker.to("Products", "products/index.html")).crumb(linker.product(idx));
    let middle = LineageNode { kind: Kind::DataProduct, idx };
    let (deep, rings) = Deep::with_rows(mesh, middle, STEPS, ROWS, &Links::Relative(linker.depth));
    let n = rings.iter().map(|ring| ring.n).sum();
    let mut n_bytes = 0;
    let rings: Vec<RingRows<'_>> = rings.into_iter().map(|ring| ring_rows(ring, linker, &mut n_bytes)).collect();
    let page = LineagePage {
        product: linker.product(idx),
        svg: deep.svg(),
        caption: deep.caption,
        n,
        n_shown: rings.iter().map(|ring| ring.n_shown).sum(),
        rings,
        frame,
    };
    site.theme.render("lineage.html", &page)
}

fn ring_rows<'a>(ring: DeepRing, linker: Linker<'a>, n_bytes: &mut usize) -> RingRows<'a> {
    let cell = |tie: DeepTie| TieCell { name: anchor(linker, &tie.name, tie.page.as_deref()), through: tie.through };
    let verb = if ring.is_up { "Feeds" } else { "Reads" };
    let row = |row: DeepRow| {
        let n_more = (row.ties.len() + row.back.len()).saturating_sub(TIES);
        let ties: Vec<TieCell<'a>> = row.ties.into_iter().take(TIES).map(cell).collect();
        let back = row.back.into_iter().take(TIES - ties.len()).map(cell).collect();
        RingRow { verb, name: anchor(linker, &row.name, row.page.as_deref()), under: row.under, ties, back, n_more }
    };
    let size = |tie: &TieCell<'a>| tie.name.text.len() + tie.through.len();
    let has_room = |row: &RingRow<'a>| {
        *n_bytes += row.name.text.len() + row.under.len() + row.ties.iter().chain(&row.back).map(size).sum::<usize>();
        *n_bytes <= BYTES
    };
    let rows: Vec<RingRow<'a>> = ring.rows.into_iter().map(row).take_while(has_room).collect();
    let steps = match ring.step {
        1 => "One step".to_owned(),
        2 => "Two steps".to_owned(),
        n => format!("{n} steps"),
    };
    RingRows {
        heading: format!("{steps} {}", if ring.is_up { "before" } else { "after" }),
        note: if rows.len() < ring.n { format!("{} of {}", rows.len(), ring.n) } else { ring.n.to_string() },
        n_shown: rows.len(),
        rows: linker.site.theme.rows("ring-row.html", rows),
    }
}
