//! The scorecard of the mesh: are we healthy, where not, and what to do about it.

use serde::Serialize;

use super::page;
use super::waivers::{self, WaiverRow};
use crate::graph::Evidence;
use crate::policy::checks::{Axis, CHECKS, Tally};
use crate::render::parts::{Anchor, Frame, Linker, Piece, spoken};
use crate::render::picture::MarkSize;
use crate::render::site::Site;
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct ScorecardPage<'a> {
    frame: Frame<'a>,
    n_products: usize,
    tally: Part,
    states: Vec<StatePart>,
    axes: Vec<AxisPart>,
    domains: Vec<DomainRow<'a>>,
    n_more: usize,
    checks: Vec<CheckRow>,
    lacking: Vec<LackRow<'a>>,
    waivers: Vec<WaiverRow<'a>>,
    n_waivers: usize,
}

/// So many of so many, with the width of its bar.
#[derive(Clone, Copy, Serialize)]
struct Part {
    n: usize,
    of: usize,
    rest_x: usize,
    rest: usize,
    filled: usize,
    is_low: bool,
}

#[derive(Serialize)]
struct StatePart {
    class: &'static str,
    word: &'static str,
    n: usize,
    x: usize,
    width: usize,
}

#[derive(Serialize)]
struct AxisPart {
    title: &'static str,
    asks: &'static str,
    position: usize,
    part: Part,
}

#[derive(Serialize)]
struct DomainRow<'a> {
    domain: Anchor<'a>,
    note: Option<&'a str>,
    axes: Vec<Part>,
    tally: Part,
}

#[derive(Serialize)]
struct CheckRow {
    id: &'static str,
    name: &'static str,
    axis: &'static str,
    help: Vec<Piece>,
    n_failed: usize,
}

/// A product that lacks most.
#[derive(Serialize)]
struct LackRow<'a> {
    mark: String,
    product: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    n_consumers: usize,
    tally: Part,
    lacks: String,
}

/// Units of a bar.
const BAR: usize = 64;
/// Domains on the page, the worst first.
const DOMAINS: usize = 120;
/// Products that lack most on the page.
const LACKING: usize = 24;
/// Waivers on the page.
const WAIVERS: usize = 8;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("scorecard.html", 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("scorecard.html", &build(site))
}

fn part(Tally { n_passed, n_total }: Tally) -> Part {
    let filled = (n_passed * BAR).checked_div(n_total).unwrap_or(0);
    let rest_x = if filled == 0 { 0 } else { filled + 1 };
    Part {
        n: n_passed,
        of: n_total,
        rest_x,
        rest: BAR.saturating_sub(rest_x),
        filled,
        // Under two thirds.
        is_low: n_total > 0 && n_passed * 3 < n_total * 2,
    }
}

fn build(site: &Site) -> ScorecardPage<'_> {
    let mesh = site.mesh();
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "scorecard.html", "scorecard", "Scorecard");
    frame.description = String::from("Sixteen checks on six sides of every product, the weakest domains first.");
    let sum = |products: &[usize], axis: usize| products.iter().map(|idx| site.health[*idx].axes[axis]).sum::<Tally>();
    let total = |products: &[usize]| products.iter().map(|idx| site.health[*idx].tally()).sum::<Tally>();
    let all: Vec<usize> = (0..mesh.products.len()).collect();
    let axis = |(position, axis): (usize, Axis)| AxisPart {
        title: axis.title(),
        asks: axis.asks(),
        position,
        part: part(sum(&all, position)),
    };
    let mut domains: Vec<(Tally, usize)> = (0..mesh.domains.len())
        .filter(|idx| !mesh.domains[*idx].products.is_empty())
        .map(|idx| (total(&mesh.domains[idx].products), idx))
        .collect();
    // The share that passes, compared without fractions; the worst first.
    domains.sort_by(|(a, first), (b, second)| {
        (a.n_passed * b.n_total).cmp(&(b.n_passed * a.n_total)).then(first.cmp(second))
    });
    let row = |(tally, idx): (Tally, usize)| DomainRow {
        domain: linker.domain(Some(idx), None).unwrap_or_default(),
        note: mesh.domains[idx].owner_idx.map(|idx| mesh.teams[idx].descriptor.header.title()),
        axes: (0..Axis::ALL.len()).map(|axis| part(sum(&mesh.domains[idx].products, axis))).collect(),
        tally: part(tally),
    };
    let waivers = waivers::all(site, linker);
    ScorecardPage {
        n_products: all.len(),
        tally: part(total(&all)),
        states: states(site),
        axes: Axis::ALL.into_iter().enumerate().map(axis).collect(),
        n_more: domains.len().saturating_sub(DOMAINS),
        domains: domains.into_iter().take(DOMAINS).map(row).collect(),
        checks: CHECKS
            .iter()
            .enumerate()
            .map(|(at, check)| CheckRow {
                id: check.id,
                name: check.name,
                axis: check.axis.title(),
                help: spoken(check.help),
                n_failed: site.health.iter().filter(|health| health.fails(at)).count(),
            })
            .collect(),
        lacking: lacking(site, linker),
        n_waivers: waivers.len(),
        waivers: waivers.into_iter().take(WAIVERS).collect(),
        frame,
    }
}

/// The products by state of evidence, as parts of one bar.
fn states(site: &Site) -> Vec<StatePart> {
    const WIDTH: usize = 1000;
    let n_all = site.health.len().max(1);
    let mut x = 0;
    let mut parts = Vec::new();
    for state in Evidence::ALL {
        let n = site.health.iter().filter(|health| health.state == state).count();
        if n == 0 {
            continue;
        }
        let width = (n * WIDTH / n_all).max(4);
        let class = match state {
            Evidence::Kept => "hxk",
            Evidence::Missed => "hxm",
            Evidence::Promised => "hxp",
            Evidence::NotStated => "hxu",
        };
        parts.push(StatePart { class, word: state.word(), n, x, width: width.saturating_sub(2) });
        x += width;
    }
    parts
}

/// The products that are read although they lack most.
fn lacking<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<LackRow<'a>> {
    let mesh = site.mesh();
    let missing = |idx: &usize| {
        let tally = site.health[*idx].tally();
        tally.n_total - tally.n_passed
    };
    let is_live = |idx: &usize| mesh.products[*idx].descriptor.header.status_word() != "retired";
    let mut products: Vec<usize> = (0..mesh.products.len()).filter(is_live).filter(|idx| missing(idx) > 0).collect();
    products.sort_by_key(|idx| (std::cmp::Reverse((missing(idx), mesh.products[*idx].consumers.len())), *idx));
    let row = |idx: usize| LackRow {
        mark: site.mark(idx, MarkSize::Card),
        product: linker.product(idx),
        owner: linker.product_owner(idx),
        n_consumers: mesh.products[idx].consumers.len(),
        tally: part(site.health[idx].tally()),
        lacks: CHECKS
            .iter()
            .enumerate()
            .filter(|(at, _)| site.health[idx].fails(*at))
            .map(|(_, check)| check.name)
            .collect::<Vec<_>>()
            .join("; "),
    };
    products.into_iter().take(LACKING).map(row).collect()
}
