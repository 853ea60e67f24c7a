//! A source system: what leaves it, and who takes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::page;
use crate::model::{Asset, Kind, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Pager, Sign};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::twins::{SourceTwin, to_json};
use crate::render::{Page, RenderError, address, servers};

#[derive(Serialize)]
struct SourcePage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    is_first: bool,
    say: Option<&'a str>,
    usage: Option<&'a str>,
    limitations: Option<&'a str>,
    status: Sign<'static>,
    system_type: Option<String>,
    owner: Option<Anchor<'a>>,
    ask: Option<Anchor<'a>>,
    domain: Option<Anchor<'a>>,
    contacts: Vec<Contact<'a>>,
    assets: Vec<AssetRow<'a>>,
    n_assets: usize,
    /// Products that read the system and do not say which of its assets.
    n_unnamed: usize,
    servers: Vec<ServerRow<'a>>,
    products: Vec<ProductRow<'a>>,
    n: usize,
    first: usize,
    last: usize,
    pager: Option<Pager>,
    tags: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct AssetRow<'a> {
    id: &'a str,
    name: Option<&'a str>,
    kind: Option<&'a str>,
    description: Option<&'a str>,
    readers: Vec<Anchor<'a>>,
    n_more: usize,
}

#[derive(Serialize)]
struct ServerRow<'a> {
    name: &'a str,
    kind: String,
    address: String,
    rest: String,
    environment: Option<&'a str>,
}

#[derive(Serialize)]
struct ProductRow<'a> {
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    assets: String,
}

/// Readers of an asset that are named.
const READERS: usize = 6;
/// Assets on the page.
const ASSETS: usize = 200;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, source) in site.mesh().sources.iter().enumerate() {
        pages.extend(page(&path(&source.slug, 0), idx, first));
        pages.extend(page(&format!("sources/{}.json", source.slug), idx, json));
    }
    for (at, (idx, number)) in site.rest.sources.iter().enumerate() {
        pages.extend(page(&path(&site.mesh().sources[*idx].slug, *number), at, later));
    }
    pages
}

fn path(slug: &str, number: usize) -> String {
    parts::numbered(&format!("sources/{slug}.html"), &format!("sources/{slug}"), number)
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&SourceTwin::of(site.view(), idx as usize)))
}

fn first(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("source.html", &build(site, idx as usize, 0))
}

fn later(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let (idx, number) = site.rest.sources[at as usize];
    site.theme.render("source.html", &build(site, idx, number))
}

fn build(site: &Site, idx: usize, number: usize) -> SourcePage<'_> {
    let mesh = site.mesh();
    let source = &mesh.sources[idx];
    let (descriptor, header) = (&source.descriptor, &source.descriptor.header);
    let title =
        if number == 0 { header.title().to_owned() } else { format!("{}, page {}", header.title(), number + 1) };
    let mut frame =
        Frame::new(site, &path(&source.slug, number), "sources", &title).of_thing(site, header, source.owner_idx);
    let linker = Linker { site, depth: frame.depth() };
    frame.json = site.json_of(&format!("sources/{}.html", source.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::SourceSystem, &header.id.value, None));
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Source systems", "sources/index.html"));
    if number > 0 {
        frame = frame.crumb(linker.source(idx));
    }
    let owner = linker.team(source.owner_idx, descriptor.owner.as_ref().map(|owner| owner.value.as_str()));
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(source.products.len()));
    let readers = readers(site, idx);
    SourcePage {
        name: header.title(),
        is_first: number == 0,
        say: purpose,
        usage: header.description.usage.as_deref(),
        limitations: header.description.limitations.as_deref(),
        status: parts::status_of(header),
        system_type: descriptor.system_type.as_deref().map(parts::words),
        ask: parts::ask(&header.support, owner.as_ref()),
        owner,
        domain: linker.domain(source.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        contacts: parts::contacts(&header.support),
        assets: descriptor.assets.iter().take(ASSETS).map(|asset| asset_row(asset, &readers, linker)).collect(),
        n_assets: descriptor.assets.len(),
        n_unnamed: source.products.iter().filter(|product| names_no_asset(site, **product, idx)).count(),
        servers: descriptor
            .servers
            .iter()
            .map(|server| ServerRow {
                name: &server.name,
                kind: servers::type_title(&server.server_type),
                address: servers::address(server),
                rest: servers::rest(server),
                environment: server.environment.as_deref(),
            })
            .collect(),
        products: source.products[start..end]
            .iter()
            .map(|product| ProductRow {
                product: linker.product(*product),
                domain: linker.product_domain(*product),
                owner: linker.product_owner(*product),
                assets: assets_of(site, *product, idx).join(", "),
            })
            .collect(),
        n: source.products.len(),
        first: start + 1,
        last: end,
        pager: Pager::new(n_sheets(source.products.len(), ROWS), number, |at| {
            address::relative(linker.depth, &path(&source.slug, at))
        }),
        tags: header.tags.iter().map(|tag| Anchor::plain(tag.as_str())).collect(),
        frame,
    }
}

/// The assets that a product reads from a system; the name of the port where none is named.
fn assets_of(site: &Site, product: usize, source: usize) -> Vec<&str> {
    let node = &site.mesh().products[product];
    let ports = node.descriptor.input_ports.iter().zip(&node.inputs);
    let own = ports.filter(|(_, binding)| binding.source_idx == Some(source));
    own.map(|(port, _)| port.source_asset.as_ref().map_or(port.name.as_str(), |asset| asset.value.as_str())).collect()
}

/// Says whether a product reads a system without naming what of it.
fn names_no_asset(site: &Site, product: usize, source: usize) -> bool {
    let node = &site.mesh().products[product];
    let mut ports = node.descriptor.input_ports.iter().zip(&node.inputs);
    ports.any(|(port, binding)| binding.source_idx == Some(source) && port.source_asset.is_none())
}

/// Who reads which asset of a system: read once, for there may be many of both.
fn readers(site: &Site, source: usize) -> BTreeMap<&str, Vec<usize>> {
    let mut readers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for product in &site.mesh().sources[source].products {
        for asset in assets_of(site, *product, source) {
            let known = readers.entry(asset).or_default();
            if known.last() != Some(product) {
                known.push(*product);
            }
        }
    }
    readers
}

fn asset_row<'a>(asset: &'a Asset, readers: &BTreeMap<&str, Vec<usize>>, linker: Linker<'a>) -> AssetRow<'a> {
    let products = readers.get(asset.id.as_str()).map_or(&[][..], Vec::as_slice);
    AssetRow {
        id: &asset.id,
        name: asset.name.as_deref(),
        kind: asset.physical_type.as_deref(),
        description: asset.description.as_deref(),
        readers: products.iter().take(READERS).map(|product| linker.product(*product)).collect(),
        n_more: products.len().saturating_sub(READERS),
    }
}
