//! What the page of a product says to machines that read pages.

use std::borrow::Cow;

use crate::model::Header;
use crate::render::linked::Linked;
use crate::render::parts::{self, Frame};
use crate::render::site::Site;
use crate::render::{address, servers};

/// Tags and ports that are named.
const NAMED: usize = 4;

/// Describes a product as a dataset of the catalog, with a distribution for each port that has a contract.
pub(super) fn describe(site: &Site, idx: usize, frame: &mut Frame<'_>) {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let linked = &frame.linked;
    let mut thing = linked
        .dataset(&frame.path)
        .text("name", header.title())
        .text("description", &about(header, &frame.description))
        .text("license", license(header).unwrap_or_default())
        .text("version", header.version.as_ref().map_or("", |version| version.value.as_str()))
        .text("creativeWorkStatus", &header.status_word())
        .text("identifier", frame.urn.as_deref().unwrap_or_default())
        .texts("keywords", header.tags.iter().take(NAMED).map(ecow::EcoString::as_str))
        .at("includedInDataCatalog", "index.html");
    if let Some(created) = header.created().and_then(crate::model::date_of) {
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
        let contract = (*contract).filter(|idx| !contracts.contains(idx))?;
        let download = download(site, contract, linked)?;
        contracts.push(contract);
        Some(download.text("name", &port.name))
    });
    let ports: Vec<_> = ports.take(NAMED).collect();
    thing = thing.list("distribution", ports.into_iter());
    frame.linked.set(thing);
}

/// Begins a way to read the data under a contract: how is on the page of the contract. What is gone or not there yet is
/// none.
pub(in crate::render::pages) fn download(
    site: &Site,
    contract_idx: usize,
    linked: &Linked,
) -> Option<crate::render::linked::Fields> {
    if site.mesh().contracts[contract_idx].descriptor.header.is_unfinished() {
        return None;
    }
    let page = address::contract_part(site.mesh(), &site.homes, contract_idx, "connect");
    let servers = &site.mesh().contracts[contract_idx].descriptor.servers;
    let server = servers.iter().find(|server| servers::is_production(server)).or(servers.first());
    let (format, url) =
        server.map(|server| (servers::format(server), servers::web_address(server))).unwrap_or_default();
    let thing = linked.thing("DataDownload", &page).text("encodingFormat", format.unwrap_or_default());
    Some(thing.text("contentUrl", url.unwrap_or_default()))
}

/// Returns one sentence about a thing: its purpose, else what else is said of it.
pub(in crate::render::pages) fn about<'h>(header: &'h Header, purpose: &'h str) -> Cow<'h, str> {
    let others = [&header.description.usage, &header.description.limitations];
    match others.into_iter().flatten().find(|_| purpose.is_empty()) {
        Some(other) => Cow::Owned(parts::first_sentence(other)),
        None => Cow::Borrowed(purpose),
    }
}

/// Returns the licence that a descriptor states: in a custom property, a definition or a tag of that name.
pub(in crate::render::pages) fn license(header: &Header) -> Option<&str> {
    let is_it = |word: &str| word.eq_ignore_ascii_case("license") || word.eq_ignore_ascii_case("licence");
    let custom = header.custom.iter().find(|custom| is_it(&custom.property)).map(|custom| custom.value.as_str());
    let defined = header.definitions.iter().find(|link| is_it(&link.kind));
    let tagged = || header.tags.iter().filter_map(|tag| tag.split_once(':')).find(|(key, _)| is_it(key.trim()));
    let stated = custom.or(defined.map(|link| link.url.value.as_str()));
    stated.or_else(|| tagged().map(|(_, value)| value.trim())).filter(|license| !license.is_empty())
}
