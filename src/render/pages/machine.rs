//! Files for machines: the catalog in parts, the list of addresses, the sitemap, what was built, and
//! the assets of the theme.

use std::collections::BTreeSet;

use serde::Serialize;

use super::page;
use crate::model::Kind;
use crate::render::export::{ListRow, rows};
use crate::render::picture::xml;
use crate::render::preview;
use crate::render::site::Site;
use crate::render::twins::to_json;
use crate::render::{OutPath, Page, RenderError, address};

/// Rows of one part of the catalog.
const PART: usize = 500;

/// Addresses of one sitemap, the limit of the protocol.
const SITEMAP: usize = 50_000;

/// The kinds of the catalog, in this order.
const KINDS: [Kind; 7] = [
    Kind::DataProduct,
    Kind::DataContract,
    Kind::Domain,
    Kind::Team,
    Kind::SemanticDefinition,
    Kind::Policy,
    Kind::SourceSystem,
];

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages: Vec<Page<Site>> = Vec::new();
    for part in 0..n_parts(site) {
        pages.extend(page(&part_path(part), part, catalog_part));
    }
    pages.extend(page("catalog.json", 0, catalog));
    pages.extend(page("urls.txt", 0, urls));
    pages.extend(page("build.json", 0, build));
    pages.extend(page("404.html", 0, not_found));
    if site.outcome.config.mesh.base_url.is_some() {
        pages.extend(page("sitemap.xml", 0, sitemap));
    }
    for (idx, name) in site.theme.assets().keys().enumerate() {
        if name == preview::STYLE && site.preview().is_none() {
            continue;
        }
        pages.extend(page(&format!("assets/{name}"), idx, asset));
    }
    pages
}

fn asset(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(site.theme.assets().values().nth(idx as usize).cloned().unwrap_or_default())
}

#[derive(Serialize)]
struct Catalog {
    version: u32,
    parts: Vec<String>,
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    products: usize,
    contracts: usize,
    domains: usize,
    teams: usize,
    terms: usize,
    policies: usize,
    sources: usize,
}

fn counts(site: &Site) -> Counts {
    let mesh = site.mesh();
    Counts {
        products: mesh.products.len(),
        contracts: mesh.contracts.len(),
        domains: mesh.domains.len(),
        teams: mesh.teams.len(),
        terms: mesh.terms.len(),
        policies: mesh.policies.len(),
        sources: mesh.sources.len(),
    }
}

fn n_rows(site: &Site) -> usize {
    let Counts { products, contracts, domains, teams, terms, policies, sources } = counts(site);
    products + contracts + domains + teams + terms + policies + sources
}

fn n_parts(site: &Site) -> usize {
    n_rows(site).div_ceil(PART).max(1)
}

fn part_path(part: usize) -> String {
    format!("catalog/{part:03}.json")
}

fn catalog(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let parts = (0..n_parts(site)).map(part_path).collect();
    Ok(to_json(&Catalog { version: 1, parts, counts: counts(site) }))
}

fn catalog_part(site: &Site, part: u32) -> Result<Vec<u8>, RenderError> {
    let (mut first, mut wanted) = (part as usize * PART, PART);
    let mut chosen: Vec<ListRow> = Vec::new();
    for kind in KINDS {
        let size = match kind {
            Kind::SemanticDefinition => site.mesh().terms.len(),
            kind => site.mesh().n_of(kind),
        };
        if first >= size || wanted == 0 {
            first = first.saturating_sub(size);
            continue;
        }
        let range = first..(first + wanted).min(size);
        let (sources, config) = (&site.outcome.sources, &site.outcome.config);
        let taken = rows(site.mesh(), sources, config, &site.homes, kind, range);
        wanted -= taken.len();
        first = 0;
        chosen.extend(taken);
    }
    Ok(to_json(&chosen))
}

/// Returns the paths of the pages for people, sorted.
pub(in crate::render) fn addresses_among(pages: &[Page<Site>]) -> Vec<OutPath> {
    let is_for_people = |path: &&OutPath| path.as_str().strip_suffix(".html").is_some_and(|stem| stem != "404");
    let mut paths: Vec<OutPath> = pages.iter().map(|page| &page.path).filter(is_for_people).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

/// Returns the addresses of all pages for people, sorted.
fn addresses(site: &Site) -> impl Iterator<Item = &str> {
    let paths = site.addresses.get_or_init(|| addresses_among(&super::all(site)));
    paths.iter().map(OutPath::as_str)
}

fn urls(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(addresses(site).flat_map(|path| [path, "\n"]).collect::<String>().into_bytes())
}

fn sitemap(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let base = site.outcome.config.mesh.base_url.as_deref().unwrap_or_default();
    let mut text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
            .to_owned();
    let others = doubles(site);
    for path in addresses(site).filter(|path| !others.contains(*path)).take(SITEMAP) {
        text.push_str(&format!("<url><loc>{}</loc></url>\n", xml(&format!("{base}{path}"))));
    }
    Ok((text + "</urlset>\n").into_bytes())
}

/// Returns the pages that say of themselves that another one is to be shown in their place: old addresses, and those of
/// exact versions, of which the current one is the page of its contract and the others are past or to come.
fn doubles(site: &Site) -> BTreeSet<String> {
    let mesh = site.mesh();
    let paged = |idx: &usize| site.homes.has_page(*idx);
    let versions = (0..mesh.contracts.len()).filter(paged).map(|idx| address::contract_file(mesh, &site.homes, idx));
    let mut doubles: BTreeSet<String> = site.moves.iter().map(|moved| moved.from.clone()).chain(versions).collect();
    for idx in site.current_contracts.iter().filter(|idx| paged(idx)) {
        doubles.remove(&address::contract(mesh, &site.homes, *idx));
    }
    doubles
}

#[derive(Serialize)]
struct Build<'a> {
    version: u32,
    tool: Tool,
    mesh: &'a str,
    date: String,
    commit: Option<&'a crate::render::Commit>,
    counts: Counts,
    findings: FindingCounts,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct FindingCounts {
    errors: usize,
    warnings: usize,
    infos: usize,
    waived: usize,
}

fn build(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let summary = site.outcome.findings.summary();
    Ok(to_json(&Build {
        version: 1,
        tool: Tool { name: "meshfolio", version: env!("CARGO_PKG_VERSION") },
        mesh: &site.outcome.config.mesh.id,
        date: site.outcome.today.to_string(),
        commit: site.commit.as_ref(),
        counts: counts(site),
        findings: FindingCounts {
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            waived: summary.waived,
        },
    }))
}

#[derive(Serialize)]
struct NotFoundPage<'a> {
    frame: crate::render::parts::Frame<'a>,
    kinds: Vec<crate::render::parts::Anchor<'static>>,
}

/// Hosts show this page at any address, so its links begin at the top of the host: at the path of the
/// base URL, since the page's policy loads nothing from another host. `serve` shows every site at the top of its own.
fn not_found(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let mut frame = crate::render::parts::Frame::new(site, "404.html", "none", "Not found");
    frame.description = String::from("Nothing is at this address.");
    frame.canonical = None;
    if site.is_served {
        frame = frame.rooted_at("/");
    } else if site.outcome.config.mesh.base_url.is_some() {
        frame = frame.rooted_at(site.top());
    }
    let link = |kind: &Kind| crate::render::parts::Anchor {
        text: super::lists::title(*kind),
        href: Some(format!("{}{}/index.html", frame.root, kind.folder())),
    };
    let kinds = KINDS.iter().map(link).collect();
    site.theme.render("not-found.html", &NotFoundPage { frame, kinds })
}
