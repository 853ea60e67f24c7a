//! What the page of a product says to machines that read pages.

use std::borrow::Cow;

use crate::model::{Header, Server};
use crate::render::linked::{Fields, Linked};
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
        .text("version", header.version.as_ref().map_or("", |version| version.value.as_str()))
        .text("creativeWorkStatus", header.status_word())
        .text("identifier", frame.urn.as_deref().unwrap_or_default())
        .texts("keywords", header.tags.iter().take(NAMED).map(ecow::EcoString::as_str))
        .at("includedInDataCatalog", "index.html");
    thing = licensed(thing, header, linked);
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
pub(in crate::render::pages) fn download(site: &Site, contract_idx: usize, linked: &Linked) -> Option<Fields> {
    if site.mesh().contracts[contract_idx].descriptor.header.is_unfinished() {
        return None;
    }
    let page = address::contract_part(site.mesh(), &site.homes, contract_idx, "connect");
    let servers = &site.mesh().contracts[contract_idx].descriptor.servers;
    let server = servers.iter().find(|server| servers::is_production(server)).or(servers.first());
    let thing = linked.thing("DataDownload", &page);
    Some(server.map_or(thing.clone(), |server| on_server(thing, server)))
}

/// Lists the ways to read the data under a contract, one for each of its servers, at most so many. The first is the one
/// that its products name; the others are on the same page and have no address of their own.
pub(in crate::render::pages) fn downloads(
    site: &Site,
    contract_idx: usize,
    linked: &Linked,
    n_most: usize,
) -> Vec<Fields> {
    let Some(first) = download(site, contract_idx, linked) else { return Vec::new() };
    let servers = &site.mesh().contracts[contract_idx].descriptor.servers;
    let at = servers.iter().position(servers::is_production).unwrap_or(0);
    let others = servers.iter().enumerate().filter(|(position, _)| *position != at);
    let others = others.map(|(_, server)| on_server(linked.named("DataDownload"), server).text("name", &server.name));
    let first = servers.get(at).map(|server| first.text("name", &server.name));
    first.into_iter().chain(others).take(n_most).collect()
}

/// Says in which form the data is on a server, and where, as far as the server says it.
fn on_server(thing: Fields, server: &Server) -> Fields {
    let format = servers::format(server).map(media_type).unwrap_or_default();
    thing.text("encodingFormat", format).text("contentUrl", servers::web_address(server).unwrap_or_default())
}

/// Returns the media type of a form of data where one is registered, else the word.
fn media_type(format: &str) -> &str {
    const KNOWN: [(&str, &str); 7] = [
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("parquet", "application/vnd.apache.parquet"),
        ("tsv", "text/tab-separated-values"),
        ("xml", "application/xml"),
        ("yaml", "application/yaml"),
        ("zip", "application/zip"),
    ];
    let known = KNOWN.iter().find(|(word, _)| word.eq_ignore_ascii_case(format));
    known.map_or(format, |(_, media_type)| media_type)
}

/// Adds the licence that a descriptor states: its address, else a work of that name.
pub(in crate::render::pages) fn licensed(thing: Fields, header: &Header, linked: &Linked) -> Fields {
    match license(header) {
        None => thing,
        Some(url) if parts::safe_url(url).is_some_and(|url| url.starts_with("http")) => thing.text("license", url),
        Some(name) => thing.with("license", &linked.named("CreativeWork").text("name", name)),
    }
}

/// Returns one sentence about a thing: its purpose, else what else is said of it.
pub(in crate::render::pages) fn about<'h>(header: &'h Header, purpose: &'h str) -> Cow<'h, str> {
    let others = [&header.description.usage, &header.description.limitations];
    match others.into_iter().flatten().find(|_| purpose.is_empty()) {
        Some(other) => Cow::Owned(parts::first_sentence(other)),
        None => Cow::Borrowed(purpose),
    }
}

/// Returns the licence that a descriptor states: in a definition, a custom property or a tag of that name.
fn license(header: &Header) -> Option<&str> {
    let is_it = |word: &str| word.eq_ignore_ascii_case("license") || word.eq_ignore_ascii_case("licence");
    let custom = header.custom.iter().find(|custom| is_it(&custom.property)).map(|custom| custom.value.as_str());
    let defined = header.definitions.iter().find(|link| is_it(&link.kind));
    let tagged = || header.tags.iter().filter_map(|tag| tag.split_once(':')).find(|(key, _)| is_it(key.trim()));
    let stated = defined.map(|link| link.url.value.as_str()).or(custom);
    stated.or_else(|| tagged().map(|(_, value)| value.trim())).filter(|license| !license.is_empty())
}
