//! The map of domains: who reads whom.

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use super::page;
use crate::graph::{Binding, Mesh};
use crate::model::Kind;
use crate::render::parts::{self, Anchor, Frame, Linker};
use crate::render::picture::{DomainMap, Flow, Links, joined};
use crate::render::site::Site;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct MapPage<'a> {
    frame: Frame<'a>,
    n_domains: usize,
    n_uses: usize,
    n_pairs: usize,
    n_possible: usize,
    columns: Vec<Anchor<'a>>,
    rows: Vec<MatrixRow<'a>>,
    /// What is not in the matrix, in a sentence.
    cut: Option<String>,
    steps: Vec<Step>,
    graph: Option<GraphPart>,
    no_graph: Option<String>,
    uses: Vec<UseRow<'a>>,
    uses_caption: String,
    pairs: Vec<PairRow>,
    pairs_caption: String,
    circles: Vec<String>,
}

#[derive(Serialize)]
struct MatrixRow<'a> {
    domain: Anchor<'a>,
    cells: Vec<Cell>,
    sum: usize,
}

#[derive(Serialize)]
struct Cell {
    class: String,
    n: usize,
    is_self: bool,
    href: Option<String>,
    is_personal: bool,
}

/// A step of grey in the key.
#[derive(Serialize)]
struct Step {
    number: usize,
    words: String,
}

#[derive(Serialize)]
struct GraphPart {
    svg: String,
    caption: String,
}

#[derive(Serialize)]
struct UseRow<'a> {
    id: String,
    from: Anchor<'a>,
    to: Anchor<'a>,
    n: usize,
    products: Vec<Anchor<'a>>,
    n_more: usize,
    is_personal: bool,
}

#[derive(Serialize)]
struct PairRow {
    there: String,
    back: String,
    n_there: usize,
    n_back: usize,
    /// What goes each way, in words.
    words: String,
}

/// Domains of the matrix at most, and the bytes that it may have: more would not fit a page.
const DOMAINS: usize = 40;
const MATRIX: usize = 140_000;
/// Pairs of the table, the widest.
const PAIRS: usize = 80;
/// Pairs of the list of circles.
const CIRCLES: usize = 12;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page(address::MAP, 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let linker = Linker { site, depth: 0 };
    let personal: Vec<BTreeSet<usize>> =
        (0..mesh.products.len()).into_par_iter().map(|idx| personal(mesh, idx)).collect();
    let map = DomainMap::of(mesh, &|reader, contract| personal[reader].contains(&contract));
    let mut frame = Frame::new(site, address::MAP, "map", "Domain map");
    frame.description = format!("How the domains of {} depend on each other.", site.outcome.config.mesh.name);

    // The widest flows are in the table; a cell of any other leads to its domain.
    let mut flows: Vec<((usize, usize), &Flow)> = map.flows.iter().map(|(ends, flow)| (*ends, flow)).collect();
    flows.sort_by_key(|(ends, flow)| (std::cmp::Reverse(flow.n), *ends));
    flows.truncate(PAIRS);
    let named: std::collections::BTreeSet<(usize, usize)> = flows.iter().map(|(ends, _)| *ends).collect();
    let shown = shown(site, &map);
    let steps = map.steps();
    let graph = map.graph(mesh, &Links::Relative(0));
    let n = mesh.domains.len();
    let page = MapPage {
        n_domains: n,
        n_uses: map.flows.values().map(|flow| flow.n).sum(),
        n_pairs: map.flows.len(),
        n_possible: n * n.saturating_sub(1),
        columns: shown.iter().filter_map(|domain| linker.domain(Some(*domain), None)).map(headed).collect(),
        rows: shown.iter().map(|from| matrix_row(site, &map, *from, &shown, &named, steps)).collect(),
        cut: cut(&map, &shown),
        steps: step_key(&map, steps),
        no_graph: graph.is_none().then(|| {
            if map.flows.is_empty() {
                "No product declares to read across a border between domains.".to_owned()
            } else {
                "No flow is wider than many others, so a graph would show nothing; the table below begins with the widest."
                    .to_owned()
            }
        }),
        graph: graph.map(|graph| GraphPart { svg: graph.svg, caption: graph.caption }),
        uses_caption: match map.flows.len() {
            all if all > PAIRS => format!("The widest {PAIRS} of {all} pairs, and the products that are read"),
            all => format!("The same facts as a table: {}, and the products that are read", parts::count(all, "pair")),
        },
        uses: flows.iter().map(|(ends, flow)| use_row(site, *ends, flow, linker)).collect(),
        pairs_caption: pairs_caption(&map),
        pairs: map.pairs().iter().take(CIRCLES).map(|pair| pair_row(site, &map, pair)).collect(),
        circles: map.circles().iter().map(|circle| circle_words(site, circle)).collect(),
        frame,
    };
    site.theme.render("map.html", &page)
}

/// The contracts of other domains of which a product may read personal data.
fn personal(mesh: &Mesh, idx: usize) -> BTreeSet<usize> {
    let product = &mesh.products[idx];
    let crosses = |input: &&Binding| {
        input.published_by.first().is_some_and(|by| mesh.products[by.product_idx].domain_idx != product.domain_idx)
    };
    let read: BTreeSet<usize> = product.inputs.iter().filter(crosses).filter_map(|input| input.contract_idx).collect();
    mesh.personal_read(idx, &read)
}

/// Characters of a name at the edge of the matrix; the tables below have all of it.
const EDGE: usize = 28;

/// A name at the edge of the matrix.
fn headed(mut name: Anchor<'_>) -> Anchor<'_> {
    if name.text.chars().count() > EDGE {
        name.text = parts::shortened(&name.text, EDGE - 1).into_owned().into();
    }
    name
}

fn title(site: &Site, domain: usize) -> &str {
    site.mesh().domains[domain].descriptor.header.title()
}

fn use_id(site: &Site, (from, to): (usize, usize)) -> String {
    // Slugs have no dots, so that two pairs never share an id.
    format!("u-{}.{}", site.mesh().domains[from].slug, site.mesh().domains[to].slug)
}

/// Where the map names what is read across a border, from a page one level below the top; none where it may leave the
/// pair out.
pub(super) fn use_at(site: &Site, ends: (usize, usize)) -> Option<String> {
    (site.flows.len() <= PAIRS).then(|| format!("../map.html#{}", use_id(site, ends)))
}

/// Chooses the domains of the matrix: all, or those with the most flows, in the map's order.
fn shown(site: &Site, map: &DomainMap) -> Vec<usize> {
    if map.order.len() <= DOMAINS && n_bytes(site, map, &map.order) <= MATRIX {
        return map.order.clone();
    }
    let mut weights: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for ((from, to), flow) in &map.flows {
        *weights.entry(*from).or_default() += flow.n;
        if to != from {
            *weights.entry(*to).or_default() += flow.n;
        }
    }
    let mut widest = map.order.clone();
    widest.sort_by_cached_key(|domain| std::cmp::Reverse(weights.get(domain).copied().unwrap_or_default()));
    widest.truncate(DOMAINS);
    while n_bytes(site, map, &widest) > MATRIX {
        widest.pop();
    }
    map.order.iter().copied().filter(|domain| widest.contains(domain)).collect()
}

/// About how many bytes the cells of some domains take: each that is not empty has an address.
fn n_bytes(site: &Site, map: &DomainMap, shown: &[usize]) -> usize {
    let slug = |domain: &usize| site.mesh().domains[*domain].slug.len();
    let cell = |from: &usize, to: &usize| match map.flows.get(&(*from, *to)) {
        Some(flow) => 70 + slug(from) + slug(to) + if flow.is_personal { 60 } else { 0 },
        None => 80,
    };
    shown.iter().map(|from| shown.iter().map(|to| cell(from, to)).sum::<usize>()).sum()
}

fn cut(map: &DomainMap, shown: &[usize]) -> Option<String> {
    let mut sentences = Vec::new();
    if shown.len() < map.order.len() {
        sentences.push(format!(
            "The matrix has the {} domains of {} with the most uses.",
            shown.len(),
            map.order.len()
        ));
    }
    if map.n_homeless > 0 {
        let verb = if map.n_homeless == 1 { "is" } else { "are" };
        let uses = parts::count(map.n_homeless, "use");
        sentences.push(format!("{uses} by or of products without a registered domain {verb} not in it."));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn matrix_row<'a>(
    site: &'a Site,
    map: &DomainMap,
    from: usize,
    shown: &[usize],
    named: &std::collections::BTreeSet<(usize, usize)>,
    steps: [usize; 3],
) -> MatrixRow<'a> {
    let linker = Linker { site, depth: 0 };
    let cell = |to: &usize| {
        let flow = map.flows.get(&(from, *to));
        let n = flow.map_or(0, |flow| flow.n);
        let mut class = match n {
            _ if from == *to => "se".to_owned(),
            0 => "no".to_owned(),
            n => format!("w{}", 1 + steps.iter().filter(|step| n > **step).count()),
        };
        if n > 0 && map.flows.contains_key(&(*to, from)) {
            class.push_str(" cy");
        }
        let href = (n > 0).then(|| {
            if named.contains(&(from, *to)) {
                format!("#{}", use_id(site, (from, *to)))
            } else {
                format!("domains/{}.html", site.mesh().domains[from].slug)
            }
        });
        Cell { class, n, is_self: from == *to, href, is_personal: flow.is_some_and(|flow| flow.is_personal) }
    };
    MatrixRow {
        domain: linker
            .thing(crate::graph::Found { kind: Kind::Domain, idx: from }, &site.mesh().domains[from].descriptor.header),
        cells: shown.iter().map(cell).collect(),
        sum: map.flows.iter().filter(|((giver, _), _)| *giver == from).map(|(_, flow)| flow.n).sum(),
    }
}

/// Words the steps of grey that are in use.
fn step_key(map: &DomainMap, [first, second, third]: [usize; 3]) -> Vec<Step> {
    let most = map.flows.values().map(|flow| flow.n).max().unwrap_or(0);
    let range = |low: usize, high: usize| if low == high { low.to_string() } else { format!("{low} to {high}") };
    let mut steps = vec![
        (1, 1, range(1, first)),
        (2, first + 1, range(first + 1, second)),
        (3, second + 1, range(second + 1, third)),
    ];
    steps.push((4, third + 1, format!("{} or more", third + 1)));
    steps.into_iter().filter(|(_, low, _)| *low <= most).map(|(number, _, words)| Step { number, words }).collect()
}

fn use_row<'a>(site: &Site, (from, to): (usize, usize), flow: &Flow, linker: Linker<'a>) -> UseRow<'a> {
    let products = most_read(flow);
    UseRow {
        id: use_id(site, (from, to)),
        from: linker.domain(Some(from), None).unwrap_or_default(),
        to: linker.domain(Some(to), None).unwrap_or_default(),
        n: flow.n,
        n_more: products.len().saturating_sub(3),
        products: products.into_iter().take(3).map(|idx| linker.product(idx)).collect(),
        is_personal: flow.is_personal,
    }
}

/// Returns the products that are read, those with the most uses first.
fn most_read(flow: &Flow) -> Vec<usize> {
    let mut products: Vec<usize> = flow.products.keys().copied().collect();
    products.sort_by_key(|idx| (std::cmp::Reverse(flow.products[idx]), *idx));
    products
}

fn pair_row(site: &Site, map: &DomainMap, pair: &crate::render::picture::Pair) -> PairRow {
    let ((giver, n_there), (taker, n_back)) = (pair.there, pair.back);
    let names = |from: usize, to: usize| {
        let products = most_read(&map.flows[&(from, to)]);
        let names: Vec<&str> =
            products.iter().take(2).map(|idx| site.mesh().products[*idx].descriptor.header.title()).collect();
        match products.len() - names.len() {
            0 => joined(&names),
            n => format!("{} and {n} more", names.join(", ")),
        }
    };
    PairRow {
        there: title(site, giver).to_owned(),
        back: title(site, taker).to_owned(),
        n_there,
        n_back,
        words: format!("{} one way; {} the other", names(giver, taker), names(taker, giver)),
    }
}

fn pairs_caption(map: &DomainMap) -> String {
    let n = map.pairs().len();
    let noun =
        if n == 1 { "1 pair of domains that read".to_owned() } else { format!("{n} pairs of domains that read") };
    if n > CIRCLES { format!("{noun} each other, the widest {CIRCLES}") } else { format!("{noun} each other") }
}

fn circle_words(site: &Site, circle: &[usize]) -> String {
    /// More names are a list that nobody reads.
    const NAMED: usize = 12;
    let n_all = site.mesh().domains.len().max(circle.len());
    let all = match circle.len() {
        n if n == n_all => format!("All {n} domains"),
        n => format!("{n} of {n_all} domains"),
    };
    let names: Vec<&str> = circle.iter().map(|domain| title(site, *domain)).collect();
    let named = if names.len() > NAMED { String::new() } else { format!(": {}", joined(&names)) };
    format!("{all} depend on each other, directly or through others{named}.")
}
