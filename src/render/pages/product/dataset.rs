//! What the page of a product says to machines that read pages.

use crate::render::address;
use crate::render::linked::Linked;
use crate::render::parts::Frame;
use crate::render::site::Site;

/// Tags and ports that are named.
const NAMED: usize = 4;

/// Describes a product as a dataset of the catalog, with a distribution for each port that has a contract.
pub(super) fn describe(site: &Site, idx: usize, frame: &mut Frame<'_>) {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let linked = &frame.linked;
    let mut thing = linked
        .thing("Dataset", &frame.path)
        .text("name", header.title())
        .text("description", &frame.description)
        .text("version", header.version.as_ref().map_or("", |version| version.value.as_str()))
        .text("creativeWorkStatus", &header.status_word())
        .text("identifier", frame.urn.as_deref().unwrap_or_default())
        .texts("keywords", header.tags.iter().take(NAMED).map(ecow::EcoString::as_str))
        .at("includedInDataCatalog", "index.html");
    if let Some(created) = header.created.as_deref().and_then(crate::model::date_of) {
        thing = thing.text("dateCreated", &created.to_string());
    }
    if let Some(owner) = product.owner_idx {
        let team = &mesh.teams[owner];
        let page = format!("teams/{}.html", team.slug);
        let team = linked.thing("Organization", &page).text("name", team.descriptor.header.title());
        thing = thing.with("creator", &team);
    }
    let mut contracts: Vec<usize> = Vec::new();
    let ports = product.descriptor.output_ports.iter().zip(&product.outputs).filter_map(|(port, contract)| {
        let contract = (*contract)?;
        (!contracts.contains(&contract)).then(|| contracts.push(contract))?;
        Some(download(site, contract, linked).text("name", &port.name))
    });
    let ports: Vec<_> = ports.take(NAMED).collect();
    thing = thing.list("distribution", ports.into_iter());
    frame.linked.set(thing);
}

/// Begins a way to read the data under a contract: how is on the page of the contract.
pub(in crate::render::pages) fn download(
    site: &Site,
    contract_idx: usize,
    linked: &Linked,
) -> crate::render::linked::Fields {
    linked.thing("DataDownload", &address::contract_part(site.mesh(), &site.homes, contract_idx, "connect"))
}
