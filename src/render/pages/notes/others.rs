//! Domains, teams and terms as Markdown.

use super::{close, items, linked, linked_all};
use crate::render::RenderError;
use crate::render::note::{Note, link, text};
use crate::render::parts::{self, Frame, Linker};
use crate::render::site::Site;

/// Things of a list in a note; all stand in the JSON form.
const ITEMS: usize = 200;

pub(super) fn domain(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let node = &site.mesh().domains[idx as usize];
    let header = &node.descriptor.header;
    let linker = Linker { site, depth: 1 };
    let mut note = begin(header);
    note.fact("Type", node.descriptor.domain_type.as_deref().map(|kind| text(&parts::words(kind))));
    note.fact("Part of", linker.domain(node.parent_idx, None).map(linked));
    note.fact("Owner", linker.team(node.owner_idx, None).map(linked));
    note.fact("Stewards", Some(linked_all(node.descriptor.stewards.iter().map(|team| linker.team_named(&team.value)))));
    contacts(&mut note, header);
    things(&mut note, "Data products", &node.products, |idx| linker.product(idx));
    things(&mut note, "Teams", &node.teams, |idx| linker.team(Some(idx), None).unwrap_or_default());
    things(&mut note, "Terms", &site.domain_terms[idx as usize], |idx| linker.term(idx));
    let frame = frame(site, "domains", &node.slug, header.file);
    close(&mut note, &frame);
    Ok(note.into_bytes())
}

pub(super) fn team(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let node = &site.mesh().teams[idx as usize];
    let header = &node.descriptor.header;
    let linker = Linker { site, depth: 1 };
    let mut note = begin(header);
    note.fact("Type", node.descriptor.team_type.as_deref().map(|kind| text(&parts::words(kind))));
    note.fact("Domain", linker.domain(node.domain_idx, None).map(linked));
    contacts(&mut note, header);
    things(&mut note, "Data products", &node.products, |idx| linker.product(idx));
    let frame = frame(site, "teams", &node.slug, header.file);
    close(&mut note, &frame);
    Ok(note.into_bytes())
}

pub(super) fn term(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let node = &mesh.terms[idx as usize];
    let term = mesh.term(node);
    let linker = Linker { site, depth: 1 };
    let mut note = Note::new(term.name.as_deref().unwrap_or(&term.id.value));
    note.paragraphs(term.description.as_deref().unwrap_or("No definition is stated."));
    note.gap();
    note.fact("Reference", Some(text(&format!("term:{}", node.id))));
    note.fact("Domain", linker.domain(node.domain_idx, None).map(linked));
    note.fact("Also called", Some(term.synonyms.iter().map(|word| text(word)).collect::<Vec<_>>().join(", ")));
    note.fact("Class", term.classification.as_deref().map(text));
    if !term.relationships.is_empty() {
        note.section("Related terms");
        for relation in term.relationships.iter().take(ITEMS) {
            let target = mesh.related_term(idx as usize, relation, &site.outcome.sources);
            let to = target.map_or_else(|| text(&relation.to.value), |idx| linked(linker.term(idx)));
            note.item(&format!("{}: {to}", text(&parts::sentence(&parts::words(&relation.kind)))));
        }
        if let Some(n @ 1..) = term.relationships.len().checked_sub(ITEMS) {
            note.item(&format!("{n} more"));
        }
    }
    if !node.bindings.is_empty() {
        note.section("Where it is used");
        for binding in node.bindings.iter().take(ITEMS) {
            let contract = linked(linker.contract(binding.contract_idx));
            note.item(format!("{contract} {}", text(&binding.path)).trim_end());
        }
        if let Some(n @ 1..) = node.bindings.len().checked_sub(ITEMS) {
            note.item(&format!("{n} more"));
        }
    }
    let file = mesh.glossaries[node.glossary_idx].header.file;
    let frame = frame(site, "glossary", &node.slug, file).of_line(site, file, site.line_of_term(idx as usize));
    close(&mut note, &frame);
    Ok(note.into_bytes())
}

fn begin(header: &crate::model::Header) -> Note {
    let mut note = Note::new(header.title());
    if let Some(purpose) = &header.description.purpose {
        note.paragraphs(purpose);
    }
    note.gap();
    note.fact("Reference", Some(text(&header.reference())));
    note
}

fn contacts(note: &mut Note, header: &crate::model::Header) {
    for contact in parts::contacts(&header.support) {
        note.fact(
            contact.label,
            Some(format!("{} {}", link(&contact.channel), text(&contact.note)).trim_end().to_owned()),
        );
    }
}

fn things<'a>(note: &mut Note, title: &str, all: &[usize], anchor: impl Fn(usize) -> parts::Anchor<'a>) {
    if !all.is_empty() {
        note.section(title);
        items(note, ITEMS, all.iter().map(|idx| anchor(*idx)));
    }
}

fn frame<'a>(site: &'a Site, folder: &'static str, slug: &str, file: crate::source::FileId) -> Frame<'a> {
    let mut frame = Frame::new(site, &format!("{folder}/{slug}.html"), folder, "").of_file(site, file);
    frame.json = site.json_of(&format!("{folder}/{slug}.html"));
    frame
}
