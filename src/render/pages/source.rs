//! A source system: what leaves it, and who takes it.

use serde::Serialize;

use super::page;
use crate::model::{Kind, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker};
use crate::render::site::Site;
use crate::render::twins::{SourceTwin, to_json};
use crate::render::{Page, RenderError, servers};

#[derive(Serialize)]
struct SourcePage {
    frame: Frame,
    name: String,
    say: Option<String>,
    system_type: Option<String>,
    owner: Option<Anchor>,
    domain: Option<Anchor>,
    contacts: Vec<Contact>,
    assets: Vec<AssetRow>,
    servers: Vec<ServerRow>,
    products: Vec<ProductRow>,
}

#[derive(Serialize)]
struct AssetRow {
    id: String,
    name: Option<String>,
    kind: Option<String>,
    description: Option<String>,
    readers: Vec<Anchor>,
}

#[derive(Serialize)]
struct ServerRow {
    name: String,
    kind: String,
    address: String,
    environment: Option<String>,
}

#[derive(Serialize)]
struct ProductRow {
    product: Anchor,
    owner: Option<Anchor>,
    ports: Vec<String>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, source) in site.mesh().sources.iter().enumerate() {
        pages.extend(page(&format!("sources/{}.html", source.slug), idx, html));
        pages.extend(page(&format!("sources/{}.json", source.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&SourceTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let source = &mesh.sources[idx];
    let (descriptor, header) = (&source.descriptor, &source.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let path = format!("sources/{}.html", source.slug);
    let mut frame = Frame::new(site, &path, "sources", header.title()).of_file(site, header.file);
    frame.json = Some(format!("sources/{}.json", source.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::SourceSystem, &header.id.value, None));
    let purpose = header.description.purpose.as_deref();
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Source systems", "sources/index.html"));
    let reads = |product: usize, asset: Option<&str>| {
        let node = &mesh.products[product];
        let ports = node.descriptor.input_ports.iter().zip(&node.inputs);
        let own = ports.filter(|(port, binding)| {
            let is_asset = asset.is_none() || port.source_asset.as_ref().map(|text| text.value.as_str()) == asset;
            binding.source_idx == Some(idx) && is_asset
        });
        own.map(|(port, _)| port.name.to_string()).collect::<Vec<_>>()
    };
    let asset = |asset: &crate::model::Asset| AssetRow {
        id: asset.id.to_string(),
        name: asset.name.as_ref().map(ToString::to_string),
        kind: asset.physical_type.as_ref().map(ToString::to_string),
        description: asset.description.as_ref().map(ToString::to_string),
        readers: source
            .products
            .iter()
            .filter(|product| !reads(**product, Some(&asset.id)).is_empty())
            .map(|product| linker.product(*product))
            .collect(),
    };
    let page = SourcePage {
        name: header.title().to_owned(),
        say: purpose.map(str::to_owned),
        system_type: descriptor.system_type.as_deref().map(parts::words),
        owner: linker.team(source.owner_idx, descriptor.owner.as_ref().map(|owner| owner.value.as_str())),
        domain: linker.domain(source.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        contacts: parts::contacts(&header.support),
        assets: descriptor.assets.iter().map(asset).collect(),
        servers: descriptor
            .servers
            .iter()
            .map(|server| ServerRow {
                name: server.name.to_string(),
                kind: servers::type_title(&server.server_type),
                address: servers::address(server),
                environment: server.environment.as_ref().map(ToString::to_string),
            })
            .collect(),
        products: source
            .products
            .iter()
            .map(|product| ProductRow {
                product: linker.product(*product),
                owner: linker.product_owner(*product),
                ports: reads(*product, None),
            })
            .collect(),
        frame,
    };
    site.theme.render("source.html", &page)
}
