//! What a descriptor states that has no other place on its page: whose it is, what whoever answers questions with the
//! data has to know, and where more is written about it and its parts.

use super::facts::{Fact, fact, facts};
use crate::graph::{Contract, Product, is_elsewhere};
use crate::model::{AuthoritativeDefinition, Context, DataContract, Header, QualityRule};
use crate::render::homes;
use crate::render::parts::{self, Anchor, Linker};

/// Facts on a page beside the custom properties.
const SHOWN: usize = 40;
/// The same on the page of a product, which has much else to say.
const OF_PRODUCT: usize = 24;
/// Characters of one of them.
const TEXT: usize = 600;

/// Lists what else a contract states; on the page of its product less of it.
pub(super) fn of_contract<'a>(contract: &'a Contract, is_page: bool, linker: Linker<'a>) -> Vec<Fact<'a>> {
    // A registered team says on its own page what it does.
    let says_team = contract.owner_idx.is_none();
    let contract = &*contract.descriptor;
    let header = &contract.header;
    let mut stated: Vec<Fact<'a>> = Vec::new();
    if is_page {
        stated.extend(contract.tenant.as_deref().map(|tenant| plain("Tenant", tenant)));
        let of_team = contract.team.as_ref().and_then(|team| team.description.as_deref());
        stated.extend(of_team.filter(|text| says_team && !text.trim().is_empty()).map(|text| plain("Team", text)));
        stated.extend(header.created().map(|created| Fact::new("Created", Anchor::plain(parts::date(created)))));
    }
    stated.extend(facts(header, linker));
    stated.extend(of_description(header, linker));
    let links = links_of(contract).into_iter().map(|(part, definition)| link(part, definition));
    few(&mut stated, contexts(header).into_iter().chain(links), if is_page { SHOWN } else { homes::STATED });
    stated
}

/// Lists what else a product states.
pub(in crate::render::pages) fn of_product<'a>(product: &'a Product, linker: Linker<'a>) -> Vec<Fact<'a>> {
    // A registered team says on its own page what it does.
    let says_team = product.owner_idx.is_none();
    let product = &product.descriptor;
    let header = &product.header;
    let of_team = product.team.as_ref().and_then(|team| team.description.as_deref());
    let mut stated: Vec<Fact<'a>> = Vec::new();
    if !product.synonyms.is_empty() {
        let synonyms = parts::shortened(&product.synonyms.join(", "), TEXT).into_owned();
        stated.push(Fact::new("Also called", Anchor::plain(synonyms)));
    }
    stated.extend(product.tenant.as_deref().map(|tenant| plain("Tenant", tenant)));
    stated.extend(of_team.filter(|text| says_team && !text.trim().is_empty()).map(|text| plain("Team", text)));
    stated.extend(facts(header, linker).into_iter().filter(|fact| !fact.is(product.type_word())));
    stated.extend(of_description(header, linker));
    let mut links = of_header(header);
    for port in &product.input_ports {
        add(&mut links, &port.definitions, || format!("of input port {}", port.name));
    }
    for port in &product.output_ports {
        add(&mut links, &port.definitions, || format!("of port {}", port.name));
    }
    for port in &product.management_ports {
        add(&mut links, &port.definitions, || format!("of management port {}", port.name));
    }
    let bills = product.output_ports.iter().flat_map(|port| {
        port.detail.iter().flat_map(|detail| &detail.sbom).map(|bill| {
            let kind = bill.kind.as_deref().map(|kind| format!(", {kind}")).unwrap_or_default();
            Fact::new("Bill of materials", address(&bill.url)).noted(format!("of port {}{kind}", port.name))
        })
    });
    let links = links.into_iter().map(|(part, definition)| link(part, definition));
    few(&mut stated, contexts(header).into_iter().chain(bills).chain(links), OF_PRODUCT);
    stated
}

/// Returns the bytes of what [`of_contract`] adds to the page of a product, about and not less.
pub(in crate::render) fn n_bytes(contract: &DataContract) -> usize {
    let header = &contract.header;
    let detail = header.detail.as_deref();
    let custom = detail.map_or(&[][..], |detail| &detail.description_custom);
    let explained = detail.map_or(&[][..], |detail| &detail.explained);
    let texts = custom.iter().map(|custom| &custom.value).chain(explained.iter().map(|(_, text)| text));
    let texts: usize = texts.map(|text| FRAME + crate::render::sheets::escaped(text)).sum();
    let n = contexts(header).len() + links_of(contract).len();
    texts + n.min(homes::STATED) * (FRAME + 3 * TEXT)
}

/// Bytes of a fact beside its texts.
const FRAME: usize = 120;

/// A link with what it is about; empty for the whole.
type PartLink<'a> = (String, &'a AuthoritativeDefinition);

/// Adds those definitions that are no terms of a glossary, which stand beside what they define.
fn add<'a>(links: &mut Vec<PartLink<'a>>, definitions: &'a [AuthoritativeDefinition], part: impl Fn() -> String) {
    links.extend(definitions.iter().filter(|link| is_elsewhere(&link.url)).map(|link| (part(), link)));
}

fn of_header(header: &Header) -> Vec<PartLink<'_>> {
    let mut links = Vec::new();
    add(&mut links, &header.definitions, String::new);
    if let Some(detail) = &header.detail {
        add(&mut links, &detail.description_links, String::new);
        add(&mut links, &detail.team_links, || "of the team".to_owned());
    }
    links
}

fn links_of(contract: &DataContract) -> Vec<PartLink<'_>> {
    let mut links = of_header(&contract.header);
    let of_rule = |rule: &QualityRule| {
        let name = [&rule.name, &rule.id, &rule.metric].into_iter().find_map(|name| name.as_deref());
        name.map_or_else(|| "of a rule".to_owned(), |name| format!("of rule {name}"))
    };
    for level in &contract.service_levels {
        let definitions = level.rare().map_or(&[][..], |rare| &rare.definitions);
        add(&mut links, definitions, || format!("of service level {}", level.property));
    }
    for object in &contract.objects {
        let name = &object.name.value;
        add(&mut links, &object.definitions, || format!("of {name}"));
        for rule in &object.quality {
            add(&mut links, &rule.definitions, || format!("{} of {name}", of_rule(rule)));
        }
    }
    for (object, path) in contract.columns_where(|of| of.n_definitions > 0 || of.n_rules > 0) {
        let Some(detail) = path.last().and_then(|column| column.detail.as_deref()) else { continue };
        let place = || {
            let names: Vec<&str> = path.iter().map(|column| column.name.as_str()).collect();
            format!("{}.{}", object.name.value, names.join("."))
        };
        add(&mut links, &detail.definitions, || format!("of column {}", place()));
        for rule in &detail.quality {
            add(&mut links, &rule.definitions, || format!("{} of column {}", of_rule(rule), place()));
        }
    }
    links
}

fn link(part: String, definition: &AuthoritativeDefinition) -> Fact<'_> {
    let kind = match definition.kind.as_str() {
        "canonicalUrl" => "Canonical URL".to_owned(),
        kind if kind.trim().is_empty() => "Link".to_owned(),
        kind => parts::sentence(&parts::words(kind)),
    };
    let said = definition.description.as_deref().filter(|text| !text.trim().is_empty());
    let note = match said.map(|text| parts::shortened(text, TEXT)) {
        Some(said) if part.is_empty() => said.into_owned(),
        Some(said) => format!("{part}: {said}"),
        None => part,
    };
    Fact::new(kind, address(&definition.url)).noted(note)
}

/// An address as it is written, a link where it may be one.
fn address(url: &str) -> Anchor<'_> {
    Anchor { text: parts::shortened(url, TEXT), href: parts::safe_url(url) }
}

fn contexts(header: &Header) -> Vec<Fact<'_>> {
    let of = |context: &'_ Context| context.part.as_deref().map(|part| format!("of {part}")).unwrap_or_default();
    let mut stated = Vec::new();
    for context in header.detail.iter().flat_map(|detail| &detail.contexts) {
        let part = of(context);
        let said = context.instructions.as_deref().map(|text| plain("Context", text));
        let statement = |(question, answer): &(crate::model::Text, crate::model::Text)| {
            let text = format!("{question} {answer}");
            Fact::new("Verified statement", Anchor::plain(parts::shortened(text.trim(), TEXT).into_owned()))
        };
        let constraints = context.constraints.iter().map(|text| plain("Constraint", text));
        let all = said.into_iter().chain(context.statements.iter().map(statement)).chain(constraints);
        stated.extend(all.map(|fact| fact.noted(part.clone())));
    }
    stated
}

/// The custom properties of a description.
fn of_description<'a>(header: &'a Header, linker: Linker<'a>) -> impl Iterator<Item = Fact<'a>> {
    let custom = header.detail.iter().flat_map(|detail| &detail.description_custom);
    custom.map(move |custom| fact(custom, header.kind, linker))
}

fn plain<'a>(name: &str, text: &'a str) -> Fact<'a> {
    Fact::new(name, Anchor::plain(parts::shortened(text, TEXT)))
}

/// Adds the first of many facts, and says how many more there are.
fn few<'a>(stated: &mut Vec<Fact<'a>>, more: impl Iterator<Item = Fact<'a>>, n_most: usize) {
    let mut more = more.fuse();
    stated.extend(more.by_ref().take(n_most));
    let n_left = more.count();
    if n_left > 0 {
        stated.push(Fact::new("And", Anchor::plain(format!("{n_left} more in the descriptor"))));
    }
}
