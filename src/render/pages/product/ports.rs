//! The ports of a product as rows: what it reads, what it publishes, how it is run.

use std::borrow::Cow;

use serde::Serialize;

use super::LINKS;
use crate::graph::{Binding, Found, Lifecycle, Product};
use crate::model::{CustomProperty, InputPort, Kind, OutputPort, PortDetail, Server, Text};
use crate::render::markup;
use crate::render::parts::{self, Anchor, Anchors, Linker, Sign, anchor_part};
use crate::render::servers;
use crate::render::site::Site;

/// Input ports on the page; all stand in the machine form.
const INPUTS: usize = 60;
/// Characters of the description of a port.
const PORT_WORDS: usize = 240;

#[derive(Serialize)]
pub(super) struct OutputRow<'a> {
    anchor: String,
    name: &'a str,
    note: String,
    contract: Option<Anchor<'a>>,
    written: Option<String>,
    /// Where it is, which may break between its parts.
    place_html: Option<String>,
    /// The database to connect to, where the place does not say it.
    database: Option<&'a str>,
    freshness: Option<String>,
    status: Sign<'static>,
    ends: Option<String>,
    n_consumers: usize,
    /// Who reads it by agreement alone.
    n_agreed: usize,
    description: Option<Cow<'a, str>>,
    /// Its tags and custom properties.
    more: Option<String>,
}

/// What the product reads through one port.
#[derive(Serialize)]
pub(super) struct InputRow<'a> {
    name: &'a str,
    description: Option<Cow<'a, str>>,
    more: Option<String>,
    /// The contract or source system, where the registry has it.
    reads: Option<Anchor<'a>>,
    /// The product that publishes it, or the asset of the source.
    of: Option<&'a str>,
    /// What the file names, where the registry does not have it.
    written: Option<String>,
    /// Left out where all that is read is active.
    status: Option<Sign<'static>>,
}

impl InputRow<'_> {
    /// Says whether its row has a cell for its status.
    pub(super) fn has_status(&self) -> bool {
        self.status.is_some()
    }
}

#[derive(Serialize)]
pub(super) struct ManagementRow<'a> {
    name: &'a str,
    /// Its name, where its heading is another.
    own: Option<&'a str>,
    description: Option<Cow<'a, str>>,
    more: Option<String>,
    is_deprecated: bool,
    content: Option<String>,
    to: Option<Anchor<'a>>,
    /// The channel, where it leads to an address.
    channel: Option<&'a str>,
}

pub(super) fn outputs<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<OutputRow<'a>> {
    let mesh = site.mesh();
    let mut anchors = Anchors::default();
    let row = |(port, contract): (&'a OutputPort, &'a Option<usize>)| {
        let descriptor = contract.map(|idx| &mesh.contracts[idx].descriptor);
        let server =
            descriptor.and_then(|contract| contract.servers.iter().find(|server| servers::is_production(server)));
        let lifecycle = descriptor.map(|contract| Lifecycle::of(contract));
        let freshness = descriptor.and_then(|contract| {
            ["freshness", "latency", "frequency"].iter().find_map(|name| contract.service_level(name))
        });
        OutputRow {
            anchor: anchors.next(format!("port-{}", anchor_part(&port.name))),
            name: &port.name,
            note: port_note(server, port),
            contract: contract.map(|idx| linker.contract(idx)),
            written: port.contract_id.as_ref().map(|id| match &port.version {
                Some(version) => format!("{} {}", id.value, version.value),
                None => id.value.to_string(),
            }),
            place_html: server
                .zip(descriptor)
                .map(|(server, contract)| markup::breaking(&servers::place(server, contract.objects.first()))),
            database: server.and_then(servers::database),
            freshness: freshness.map(|level| {
                // Latency and frequency are no age of the data, so they say what they are.
                let value = parts::level_value(level);
                let is_age = level.property.eq_ignore_ascii_case("freshness");
                if is_age { value } else { format!("{value} {}", parts::words(&level.property)) }
            }),
            status: match descriptor {
                Some(contract) if contract.header.has_status("retired") => parts::status(Some("retired")),
                _ if port.is_deprecated => parts::status(Some("deprecated")),
                Some(contract) => parts::status_of(&contract.header),
                None => parts::status(None),
            },
            ends: lifecycle.and_then(|lifecycle| lifecycle.end(site.outcome.today).map(parts::end_words)),
            n_consumers: contract.map_or(0, |idx| mesh.contracts[idx].consumers.len()),
            n_agreed: contract.map_or(0, |idx| mesh.agreed_readers(&[Found { kind: Kind::DataContract, idx }]).len()),
            description: port_words(port.description()),
            more: more(port.detail.as_deref()),
        }
    };
    product.descriptor.output_ports.iter().zip(&product.outputs).map(row).collect()
}

/// What each input port reads. One that leads to nothing of this registry is listed as well: it is read all the same.
pub(super) fn inputs<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<InputRow<'a>> {
    let mesh = site.mesh();
    let row = |(port, bound): (&'a InputPort, &'a Binding)| {
        let publisher = bound.published_by.first().map(|by| &mesh.products[by.product_idx].descriptor.header);
        let status = match bound.contract_idx.map(|idx| &mesh.contracts[idx].descriptor.header) {
            _ if port.is_deprecated => parts::status(Some("deprecated")),
            // What publishes it may end all the same.
            Some(header) if header.has_status("active") => {
                parts::status(Some(mesh.end_of_publishers(bound).unwrap_or("active")))
            }
            Some(header) => parts::status_of(header),
            None => bound
                .source_idx
                .map_or_else(|| parts::status(None), |idx| parts::status_of(&mesh.sources[idx].descriptor.header)),
        };
        InputRow {
            name: &port.name,
            description: port_words(port.description()),
            more: more(port.detail.as_deref()),
            reads: match (bound.contract_idx, bound.source_idx) {
                (Some(idx), _) => Some(linker.contract(idx)),
                (None, Some(idx)) => Some(linker.source(idx)),
                (None, None) => None,
            },
            of: match bound.contract_idx {
                Some(_) => publisher.map(crate::model::Header::title),
                None => port.source_asset.as_ref().map(|asset| asset.value.as_str()),
            },
            written: port.named(),
            status: Some(status),
        }
    };
    let ports = product.descriptor.input_ports.iter().zip(&product.inputs);
    let mut rows: Vec<InputRow<'a>> = ports.take(INPUTS).map(row).collect();
    if rows.iter().all(|row| row.status.as_ref().is_some_and(|status| status.symbol == "active")) {
        for row in &mut rows {
            row.status = None;
        }
    }
    rows
}

/// What a port says of itself, short enough for a row.
fn port_words(description: Option<&crate::model::Text>) -> Option<Cow<'_, str>> {
    let text = description?.trim();
    (!text.is_empty()).then(|| parts::shortened(text, PORT_WORDS))
}

/// Tags and custom properties of a port in words.
fn more(detail: Option<&PortDetail>) -> Option<String> {
    let detail = detail?;
    tagged(&detail.synonyms, &detail.tags, &detail.custom)
}

fn tagged(synonyms: &[Text], tags: &[Text], custom: &[CustomProperty]) -> Option<String> {
    let synonyms = if synonyms.is_empty() { None } else { Some(format!("also called {}", synonyms.join(", "))) };
    let tags = if tags.is_empty() { None } else { Some(format!("tagged {}", tags.join(", "))) };
    let custom = custom.iter().map(|custom| format!("{} {}", parts::words(&custom.property), custom.value));
    let said: Vec<String> = synonyms.into_iter().chain(tags).chain(custom).collect();
    (!said.is_empty()).then(|| parts::shortened(&said.join(", "), PORT_WORDS).into_owned())
}

/// The kind of server and of port; once where the two are the same word.
fn port_note(server: Option<&Server>, port: &OutputPort) -> String {
    let server = server.map(|server| servers::type_title(&server.server_type));
    let kind =
        port.port_type.as_deref().filter(|kind| server.as_ref().is_none_or(|title| !title.eq_ignore_ascii_case(kind)));
    [server.as_deref(), kind].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(super) fn management(product: &crate::model::DataProduct) -> Vec<ManagementRow<'_>> {
    let mut rows = Vec::new();
    for port in product.management_ports.iter().take(LINKS) {
        let address = port.url.as_deref().or(port.channel.as_deref());
        let is_heading = port.content.as_deref().is_none_or(|content| content.eq_ignore_ascii_case(&port.name));
        rows.push(ManagementRow {
            name: &port.name,
            // A place that is not stated leaves the name alone.
            own: Some(port.name.as_str()).filter(|name| !name.is_empty() && (!is_heading || address.is_none())),
            description: port_words(port.description.as_ref()),
            more: tagged(&[], &port.tags, &port.custom),
            channel: port.channel.as_deref().filter(|_| port.url.is_some()),
            is_deprecated: port.is_deprecated,
            content: port.content.as_deref().map(|content| parts::sentence(&parts::words(content))),
            to: address.map(|address| Anchor { text: address.into(), href: parts::safe_url(address) }),
        });
    }
    rows
}
