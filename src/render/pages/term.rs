//! A glossary term: what does this word mean here.

use std::collections::BTreeSet;

use serde::Serialize;

use super::page;
use crate::model::{Kind, Text, Urn};
use crate::render::parts::{self, Anchor, Frame, Linker, Pager, Sign, anchor_part};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::twins::{TermTwin, to_json};
use crate::render::{Page, RenderError, address, markdown};

#[derive(Serialize)]
struct TermPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    /// Other pages of the list begin with the list.
    is_first: bool,
    definition_html: Option<String>,
    synonyms: &'a [Text],
    /// Those that are not on the page.
    n_synonyms: usize,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    logical_type: Option<&'a str>,
    semantic_type: Option<String>,
    classification: Option<&'a str>,
    is_critical: bool,
    relations: Vec<Relation<'a>>,
    /// All of them.
    n_relations: usize,
    links: Vec<Anchor<'a>>,
    n_products: usize,
    n: usize,
    first: usize,
    last: usize,
    bindings: Vec<Binding<'a>>,
    pager: Option<Pager>,
    edit: Option<String>,
}

#[derive(Serialize)]
struct Relation<'a> {
    kind: String,
    to: Anchor<'a>,
    say: Option<String>,
}

#[derive(Serialize)]
struct Binding<'a> {
    contract: Anchor<'a>,
    place: Option<Anchor<'a>>,
    product: Option<Anchor<'a>>,
    /// The status of the contract, when nobody should begin to read it.
    status: Option<Sign<'static>>,
}

/// Related words, other words and definitions on the page; all stand in the machine form.
const RELATIONS: usize = 60;
const SYNONYMS: usize = 40;
const LINKS: usize = 20;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, term) in site.mesh().terms.iter().enumerate() {
        pages.extend(page(&path(&term.slug, 0), idx, first));
        pages.extend(page(&format!("glossary/{}.json", term.slug), idx, json));
    }
    for (at, (idx, number)) in site.rest.terms.iter().enumerate() {
        pages.extend(page(&path(&site.mesh().terms[*idx].slug, *number), at, later));
    }
    pages
}

fn path(slug: &str, number: usize) -> String {
    parts::numbered(&format!("glossary/{slug}.html"), &format!("glossary/{slug}"), number)
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&TermTwin::of(site.view(), idx as usize)))
}

fn first(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("term.html", &build(site, idx as usize, 0))
}

fn later(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let (idx, number) = site.rest.terms[at as usize];
    site.theme.render("term.html", &build(site, idx, number))
}

fn build(site: &Site, idx: usize, number: usize) -> TermPage<'_> {
    let mesh = site.mesh();
    let node = &mesh.terms[idx];
    let (term, glossary) = (mesh.term(node), &mesh.glossaries[node.glossary_idx]);
    let name = term.name.as_deref().unwrap_or(&term.id.value);
    let title = if number == 0 { name.to_owned() } else { format!("{name}, page {}", number + 1) };
    let frame = Frame::new(site, &path(&node.slug, number), "glossary", &title);
    let mut frame = frame.of_line(site, glossary.header.file, site.line_of_term(idx));
    let owner_idx = node.domain_idx.and_then(|idx| mesh.domains[idx].owner_idx);
    frame = frame.reported(site, &glossary.header, owner_idx);
    let linker = Linker { site, depth: frame.depth() };
    frame.json = site.json_of(&format!("glossary/{}.html", node.slug));
    frame.reference = Some(format!("term:{}", node.id));
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::SemanticDefinition, &node.id, None));
    frame.description = term.description.as_deref().map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Glossary", "glossary/index.html"));
    let domain = linker.domain(node.domain_idx, glossary.domain.as_ref().map(|domain| domain.value.as_str()));
    if let Some(domain) = &domain {
        frame = frame.crumb(domain.clone());
    }
    if number > 0 {
        frame = frame.crumb(linker.term(idx));
    }
    let mut relations = Vec::new();
    for written in term.relationships.iter().take(RELATIONS) {
        let target = mesh.related_term(idx, written, &site.outcome.sources);
        relations.push(Relation {
            kind: parts::sentence(&parts::words(&written.kind)),
            to: target.map_or(Anchor::plain(written.to.value.as_str()), |idx| linker.term(idx)),
            say: target.and_then(|idx| mesh.term(&mesh.terms[idx]).description.as_deref()).map(parts::first_sentence),
        });
    }
    let producers: BTreeSet<usize> = node
        .bindings
        .iter()
        .filter_map(|binding| mesh.contracts[binding.contract_idx].published_by.first())
        .map(|by| by.product_idx)
        .collect();
    if number == 0 {
        let thing = frame
            .linked
            .thing("DefinedTerm", &frame.path)
            .text("name", name)
            .text("description", &frame.description)
            .text("termCode", &node.id)
            .at("inDefinedTermSet", "glossary/index.html");
        frame.linked.set(thing);
    }
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(node.bindings.len()));
    TermPage {
        name,
        is_first: number == 0,
        definition_html: term.description.as_deref().map(|text| markdown::text(site, text, linker.depth)),
        n_synonyms: term.synonyms.len().saturating_sub(SYNONYMS),
        synonyms: &term.synonyms[..term.synonyms.len().min(SYNONYMS)],
        owner: node.domain_idx.and_then(|idx| linker.team(mesh.domains[idx].owner_idx, None)),
        domain,
        logical_type: term.logical_type.as_deref(),
        semantic_type: term.semantic_type.as_deref().map(parts::words),
        classification: term.classification.as_deref(),
        is_critical: term.is_critical,
        n_relations: term.relationships.len(),
        relations,
        links: parts::few(term.definitions.iter().filter_map(link), LINKS),
        n_products: producers.len(),
        n: node.bindings.len(),
        first: start + 1,
        last: end,
        bindings: node.bindings[start..end].iter().map(|at| binding(site, at, linker)).collect(),
        pager: Pager::new(n_sheets(node.bindings.len(), ROWS), number, |at| {
            address::relative(linker.depth, &path(&node.slug, at))
        }),
        edit: frame.edit.clone(),
        frame,
    }
}

fn link(definition: &crate::model::AuthoritativeDefinition) -> Option<Anchor<'_>> {
    let href = parts::safe_url(&definition.url)?;
    let text = definition.description.as_deref().unwrap_or(&definition.url);
    Some(Anchor { text: text.into(), href: Some(href) })
}

fn binding<'a>(site: &'a Site, binding: &'a crate::graph::TermBinding, linker: Linker<'a>) -> Binding<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[binding.contract_idx];
    let anchor = format!("{}-{}", if binding.path.contains('.') { "c" } else { "o" }, anchor_part(&binding.path));
    let header = &contract.descriptor.header;
    Binding {
        status: (!header.has_status("active")).then(|| parts::status_of(header)),
        contract: linker.contract(binding.contract_idx),
        place: (!binding.path.is_empty())
            .then(|| linker.to(binding.path.as_str(), &site.schema_page(binding.contract_idx, &anchor))),
        product: contract.published_by.first().map(|by| linker.product(by.product_idx)),
    }
}
