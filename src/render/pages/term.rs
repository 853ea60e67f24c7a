//! A glossary term: what does this word mean here.

use serde::Serialize;

use super::page;
use super::product::anchor_part;
use crate::model::{Kind, Urn};
use crate::render::parts::{self, Anchor, Frame, Linker};
use crate::render::site::Site;
use crate::render::twins::{TermTwin, to_json};
use crate::render::{Page, RenderError, address, markdown};

#[derive(Serialize)]
struct TermPage {
    frame: Frame,
    name: String,
    id: String,
    definition_html: Option<String>,
    synonyms: Vec<String>,
    domain: Option<Anchor>,
    owner: Option<Anchor>,
    logical_type: Option<String>,
    classification: Option<String>,
    relations: Vec<Relation>,
    bindings: Vec<Binding>,
}

#[derive(Serialize)]
struct Relation {
    kind: String,
    to: Anchor,
}

#[derive(Serialize)]
struct Binding {
    contract: Anchor,
    place: Option<Anchor>,
    product: Option<Anchor>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, term) in site.mesh().terms.iter().enumerate() {
        pages.extend(page(&format!("glossary/{}.html", term.slug), idx, html));
        pages.extend(page(&format!("glossary/{}.json", term.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&TermTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let node = &mesh.terms[idx as usize];
    let (term, glossary) = (mesh.term(node), &mesh.glossaries[node.glossary_idx]);
    let linker = Linker { site, depth: 1 };
    let name = term.name.as_deref().unwrap_or(&term.id.value).to_owned();
    let path = format!("glossary/{}.html", node.slug);
    let mut frame = Frame::new(site, &path, "glossary", &name).of_file(site, glossary.header.file);
    frame.json = Some(format!("glossary/{}.json", node.slug));
    frame.reference = Some(format!("term:{}", node.id));
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::SemanticDefinition, &node.id, None));
    frame.description = term.description.as_deref().map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Glossary", "glossary/index.html"));
    let domain = linker.domain(node.domain_idx, glossary.domain.as_ref().map(|domain| domain.value.as_str()));
    if let Some(domain) = &domain {
        frame = frame.crumb(domain.clone());
    }
    let file = site.outcome.sources.path(glossary.header.file);
    let relation = |relation: &crate::model::TermRelationship| {
        let own = node.id.rsplit_once('/').map(|(domain, _)| format!("{domain}/{}", relation.to.value));
        let target = own.and_then(|id| mesh.term_by_id(&id)).or_else(|| mesh.term_at(file, &relation.to));
        let to = target.map(|idx| linker.term(idx));
        Relation {
            kind: parts::words(&relation.kind),
            to: to.unwrap_or(Anchor { text: relation.to.value.to_string(), href: None }),
        }
    };
    let binding = |binding: &crate::graph::TermBinding| {
        let contract = &mesh.contracts[binding.contract_idx];
        let page = address::contract_version(mesh, binding.contract_idx);
        let is_column = binding.path.contains('.');
        let hash = format!("#{}-{}", if is_column { "c" } else { "o" }, anchor_part(&binding.path));
        Binding {
            contract: linker.contract(binding.contract_idx),
            place: (!binding.path.is_empty()).then(|| linker.to(&binding.path, &format!("{page}{hash}"))),
            product: contract.published_by.first().map(|by| linker.product(by.product_idx)),
        }
    };
    let page = TermPage {
        id: node.id.clone(),
        name,
        definition_html: term.description.as_deref().map(|text| markdown::text(site, text, 1)),
        synonyms: term.synonyms.iter().map(ToString::to_string).collect(),
        owner: node.domain_idx.and_then(|idx| linker.team(mesh.domains[idx].owner_idx, None)),
        domain,
        logical_type: term.logical_type.as_ref().map(ToString::to_string),
        classification: term.classification.as_ref().map(ToString::to_string),
        relations: term.relationships.iter().map(relation).collect(),
        bindings: node.bindings.iter().map(binding).collect(),
        frame,
    };
    site.theme.render("term.html", &page)
}
