//! Products as cards: all of them, and those of each value of a facet.

use std::collections::BTreeSet;

use serde::Serialize;

use super::domain::{RETIRED, ports};
use super::letters::{LetterLink, letters};
use super::page;
use crate::graph::Mesh;
use crate::model::{DataContract, Kind, SchemaObject};
use crate::policy::checks::Tally;
use crate::render::census::Census;
use crate::render::facets::{self, Facet, FacetValue};
use crate::render::letters::List;
use crate::render::markup::Markup;
use crate::render::parts::{self, Anchor, Frame, Linker, Pager, Sign};
use crate::render::picture::MarkSize;
use crate::render::site::{Site, n_sheets};
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct CardsPage<'a> {
    frame: Frame<'a>,
    heading: String,
    say: Option<String>,
    n: usize,
    /// How many of them are retired, in words that go on after the number.
    of_them: String,
    first: usize,
    last: usize,
    /// One behind the other, each made by `card.html`.
    cards_html: String,
    pager: Option<Pager>,
    facets: Vec<FacetLinks>,
    /// Of products with personal data what is stated about it, for those of the page.
    processing: Vec<ProcessingRow<'a>>,
    empty: &'static str,
}

/// What is stated about the personal data of a product.
#[derive(Serialize)]
struct ProcessingRow<'a> {
    product: Anchor<'a>,
    /// How many columns of its contracts are personal, by contract.
    columns: Vec<Anchor<'a>>,
    /// `lawfulBasis` of the product and its contracts.
    bases: String,
    /// What agreements in force say that it is read for, and how many more there are.
    purposes: Vec<Anchor<'a>>,
    retention: String,
}

/// A product among others.
#[derive(Serialize)]
struct Card<'a> {
    mark: String,
    product: Anchor<'a>,
    say: Option<String>,
    status: Sign<'static>,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    ports: String,
    is_retired: bool,
    /// What its classes say of personal data.
    personal: Option<String>,
    evidence: Option<Sign<'static>>,
    // Numbers as they are printed: with a number cards differ in more than their texts.
    n_consumers: String,
    /// The word behind that number.
    consumers: &'static str,
    n_passed: String,
    n_total: String,
}

/// A facet beside a list. There are many such lists, so that its links are written here.
#[derive(Serialize)]
struct FacetLinks {
    id: &'static str,
    title: &'static str,
    /// Its values and that there are more, as items of a list.
    links_html: String,
}

#[derive(Serialize)]
struct FacetPart<'a> {
    id: &'static str,
    title: &'static str,
    /// How many there are.
    n: usize,
    values: Vec<ValueLink<'a>>,
}

#[derive(Serialize)]
struct ValueLink<'a> {
    value: Anchor<'a>,
    n: usize,
}

#[derive(Serialize)]
struct BrowsePage<'a> {
    frame: Frame<'a>,
    names: Vec<LetterLink<'a>>,
    columns: Vec<LetterLink<'a>>,
    facets: Vec<FacetPart<'a>>,
}

/// Values beside a list; all stand on the page that lists them.
const VALUES: usize = 8;
/// Bytes of the link to a value, about.
const LINK_BYTES: usize = 120;
/// Values of a facet on the page that lists all.
const ALL_VALUES: usize = 300;
/// Values of all facets together up to which none is left out there.
const FEW_VALUES: usize = 1200;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for number in 0..n_sheets(site.mesh().products.len(), site.n_cards()) {
        pages.extend(page(&all_path(number), number, all));
    }
    pages.extend(page(facets::INDEX, 0, index));
    for (at, (facet, value, number)) in site.rest.facets.iter().enumerate() {
        let facet = &site.facets.all[*facet];
        pages.extend(page(&facets::page(facet.id, &facet.values[*value].slug, *number), at, value_page));
    }
    pages
}

fn all_path(number: usize) -> String {
    parts::numbered("products/index.html", "products", number)
}

fn all(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let number = number as usize;
    let n = site.mesh().products.len();
    let title = numbered_title("Data products".to_owned(), number);
    let mut frame = Frame::new(site, &all_path(number), "products", &title);
    frame.description = format!("All data products of {}.", site.outcome.config.mesh.name);
    let linker = Linker { site, depth: 1 };
    let (start, end) = range(n, number, site.n_cards());
    let page = CardsPage {
        heading: "Data products".to_owned(),
        say: None,
        n,
        of_them: Census::of(site, Kind::DataProduct).of_them(),
        first: start + 1,
        last: end,
        cards_html: cards(&site.orders.products[start..end], linker)?,
        pager: Pager::new(n_sheets(n, site.n_cards()), number, |at| address::relative(1, &all_path(at))),
        facets: facet_links(linker, None),
        processing: Vec::new(),
        empty: "No data product is described yet. Begin with: meshfolio new product ID",
        frame,
    };
    site.theme.render("cards.html", &page)
}

fn value_page(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let (facet_idx, value_idx, number) = site.rest.facets[at as usize];
    let facet = &site.facets.all[facet_idx];
    let value = &facet.values[value_idx];
    let path = |number: usize| facets::page(facet.id, &value.slug, number);
    let heading = heading(facet, value);
    let mut frame = Frame::new(site, &path(number), "products", &numbered_title(heading.clone(), number));
    let linker = Linker { site, depth: frame.depth() };
    frame.description = format!("{heading}: {} in {}.", value.products.len(), site.outcome.config.mesh.name);
    frame = frame
        .crumb(linker.to("Products", "products/index.html"))
        .crumb(linker.to(facet.title, &format!("{}#{}", facets::INDEX, facet.id)));
    let (start, end) = range(value.products.len(), number, site.n_cards());
    let of_them = value.census.of_them();
    let page = CardsPage {
        say: None,
        n: value.products.len(),
        of_them: if facet.id == "status" { String::new() } else { of_them },
        first: start + 1,
        last: end,
        cards_html: cards(&value.products[start..end], linker)?,
        pager: Pager::new(n_sheets(value.products.len(), site.n_cards()), number, |at| {
            address::relative(linker.depth, &path(at))
        }),
        // Lists of a lean site are as long as a page may be.
        processing: if (facet.id, value.slug.as_str()) == ("data", "personal") && !site.homes.is_lean() {
            value.products[start..end].iter().map(|idx| processing(linker, *idx)).collect()
        } else {
            Vec::new()
        },
        facets: facet_links(linker, Some((facet_idx, value_idx))),
        empty: "",
        heading,
        frame,
    };
    site.theme.render("cards.html", &page)
}

fn index(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let mut frame = Frame::new(site, facets::INDEX, "products", "Browse");
    let linker = Linker { site, depth: 1 };
    frame.description =
        String::from("Everything by letter, and products by status, domain, owner, port type, classification and tag.");
    frame = frame.crumb(linker.to("Products", "products/index.html"));
    let page = BrowsePage {
        frame,
        names: letters(linker, List::Names, None),
        columns: letters(linker, List::Columns, None),
        facets: facet_parts(linker),
    };
    site.theme.render("browse.html", &page)
}

fn range(n: usize, number: usize, size: usize) -> (usize, usize) {
    (number * size, ((number + 1) * size).min(n))
}

fn numbered_title(title: String, number: usize) -> String {
    if number == 0 { title } else { format!("{title}, page {}", number + 1) }
}

/// The heading of a value's page, as a reader would say it.
fn heading(facet: &Facet, value: &FacetValue) -> String {
    let label = value.label.as_str();
    match facet.id {
        "domain" if value.is_none() => "Products of no registered domain".to_owned(),
        "owner" if value.is_none() => "Products without a registered owner".to_owned(),
        "domain" => format!("Products of {label}"),
        "owner" => format!("Products owned by {label}"),
        "type" => format!("Products to read from {label}"),
        "tag" => format!("Products tagged {label}"),
        "data" if label == "No personal data stated" => "Products that state no personal data".to_owned(),
        "data" => format!("Products with {} data", label.to_lowercase().trim_end_matches(" data")),
        _ => format!("{label} products"),
    }
}

/// Contracts and purposes that a row of [`processing`] names, and characters of a purpose.
const NAMED: usize = 4;
const PURPOSE: usize = 120;

/// Says what descriptors state about the personal data of a product: where it is, on which basis, for what and how long.
fn processing(linker: Linker<'_>, idx: usize) -> ProcessingRow<'_> {
    let site = linker.site;
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let published: BTreeSet<usize> = product.outputs.iter().flatten().copied().collect();
    let personal: Vec<usize> = published
        .into_iter()
        .filter(|idx| !mesh.contracts[*idx].descriptor.header.has_status("retired"))
        .filter(|idx| mesh.has_personal_data(&mesh.contracts[*idx].descriptor))
        .collect();
    let columns = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let n = parts::count(super::contract::n_personal(mesh, contract), "column");
        let text = format!("{n} of {} {}", contract.header.title(), contract.version_text());
        linker.to(text, &address::contract_part(mesh, &site.homes, *idx, "columns"))
    };
    let contracts = || personal.iter().map(|idx| &mesh.contracts[*idx].descriptor);
    let headers = [&product.descriptor.header].into_iter().chain(contracts().map(|contract| &contract.header));
    let bases: BTreeSet<&str> = headers.filter_map(|header| Some(header.custom("lawfulBasis")?.value.trim())).collect();
    let retention: BTreeSet<String> =
        contracts().filter_map(|contract| contract.service_level("retention").map(parts::level_value)).collect();
    let agreements = product.agreements.iter().map(|idx| &mesh.agreements[*idx]);
    let purposes: BTreeSet<String> = agreements
        .filter(|agreement| agreement.is_in_force(site.outcome.today))
        .filter_map(|agreement| agreement.header.description.purpose.as_deref())
        .map(|purpose| parts::cut_at_word(&parts::first_sentence(purpose), PURPOSE))
        .collect();
    let access = format!("{}#access", address::product(&product.slug));
    ProcessingRow {
        product: linker.product(idx),
        columns: parts::few(personal.iter().map(columns), NAMED),
        bases: bases.into_iter().collect::<Vec<_>>().join("; "),
        purposes: parts::few(purposes.into_iter().map(|purpose| linker.to(purpose, &access)), NAMED),
        retention: retention.into_iter().collect::<Vec<_>>().join("; "),
    }
}

/// How far the links of a card climb when it is made: it stands on many pages, most of them this deep.
pub(in crate::render) const CARD_DEPTH: usize = 3;

/// Makes the card of a product, as it stands on a page [`CARD_DEPTH`] below the top.
pub(in crate::render) fn card_html(site: &Site, idx: usize) -> Result<String, RenderError> {
    let card = card(site, idx, Linker { site, depth: CARD_DEPTH });
    site.theme.row("card.html", &card)
}

/// Words a product as a card.
fn card<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Card<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let health = &site.health[idx];
    let Tally { n_passed, n_total } = health.tally();
    let contracts = product.outputs.iter().flatten().map(|idx| &mesh.contracts[*idx].descriptor);
    let status = parts::status_of(header);
    let live = contracts.filter(|contract| !contract.header.has_status("retired"));
    Card {
        mark: site.mark(idx, MarkSize::Card),
        product: linker.product(idx),
        say: header.description.purpose.as_deref().map(parts::first_sentence),
        is_retired: status.tone == RETIRED,
        status,
        domain: linker.product_domain(idx),
        owner: linker.product_owner(idx),
        ports: ports(site, idx),
        n_consumers: product.consumers.len().to_string(),
        consumers: if product.consumers.len() == 1 { "consumer" } else { "consumers" },
        personal: personal(mesh, live),
        evidence: health.sign(),
        n_passed: n_passed.to_string(),
        n_total: n_total.to_string(),
    }
}

/// Says that there is personal data, by the words of its classes: "Personal data", "Sensitive", or both.
fn personal<'m>(mesh: &Mesh, contracts: impl Iterator<Item = &'m Box<DataContract>>) -> Option<String> {
    let objects = contracts.flat_map(|contract| &contract.objects).flat_map(SchemaObject::classifications);
    let words: BTreeSet<String> =
        objects.filter(|class| mesh.is_personal(class)).map(|class| class.trim().to_lowercase()).collect();
    let (plain, others): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| parts::is_plainly_personal(word));
    let mut said: Vec<&str> = Vec::new();
    said.extend((!plain.is_empty()).then_some("personal data"));
    said.extend(others.into_iter().map(String::as_str));
    (!said.is_empty()).then(|| parts::sentence(&said.join(", ")))
}

/// Puts the cards of products behind one another.
fn cards(products: &[usize], linker: Linker<'_>) -> Result<String, RenderError> {
    let mut cards = String::new();
    for idx in products {
        cards.push_str(&linker.site.card(*idx, linker.depth)?);
    }
    Ok(cards)
}

/// The facets that divide the products.
fn facets_of(site: &Site) -> impl Iterator<Item = (usize, &Facet)> {
    site.facets.all.iter().enumerate().filter(|(_, facet)| !facet.values.is_empty())
}

/// Writes the links to the first values of each facet; `here` is the facet and the value that the page shows.
fn facet_links(linker: Linker<'_>, here: Option<(usize, usize)>) -> Vec<FacetLinks> {
    let root = address::relative(linker.depth, "");
    let links = |(facet_idx, facet): (usize, &Facet)| {
        let mut links = Markup::with_room(VALUES * LINK_BYTES);
        let here = here.filter(|(facet, _)| *facet == facet_idx).map(|(_, value)| value);
        // The value of this page stands in its list wherever it would come.
        let beyond = here.filter(|value| *value >= VALUES);
        let shown = (0..facet.values.len().min(VALUES - usize::from(beyond.is_some()))).chain(beyond);
        for value_idx in shown {
            let value = &facet.values[value_idx];
            links.tag("<li><a href=\"").print(&root).print(&value.page(facet.id)).tag("\"");
            if here == Some(value_idx) {
                links.tag(" aria-current=\"page\"");
            }
            links.tag(">").print(&value.label).tag(" <span>").print(&value.n.to_string()).tag("</span></a></li>");
        }
        let rest = facet.values.len().saturating_sub(VALUES);
        if rest > 0 {
            let more = linker.to(format!("{rest} more"), &[facets::INDEX, "#", facet.id].concat());
            links.tag("<li>").print_link(&more).tag("</li>");
        }
        FacetLinks { id: facet.id, title: facet.title, links_html: links.finish() }
    };
    facets_of(linker.site).map(links).collect()
}

fn facet_parts<'a>(linker: Linker<'a>) -> Vec<FacetPart<'a>> {
    let n_all: usize = facets_of(linker.site).map(|(_, facet)| facet.values.len()).sum();
    let most = if n_all > FEW_VALUES { ALL_VALUES } else { FEW_VALUES };
    let part = |(_, facet): (usize, &'a Facet)| {
        let link = |value: &'a FacetValue| ValueLink {
            value: linker.to(value.label.as_str(), &value.page(facet.id)),
            n: value.n,
        };
        let values = facet.values.iter().take(most).map(link).collect();
        FacetPart { id: facet.id, title: facet.title, n: facet.values.len(), values }
    };
    facets_of(linker.site).map(part).collect()
}
