//! Glossary terms, and the columns, objects and contracts that are bound to them.

use super::mesh::{Mesh, TermBinding, TermNode};
use super::{rules, slug};
use crate::diagnostic::Sink;
use crate::model::{AuthoritativeDefinition, Header, SemanticDefinition, SpannedText, Term};
use crate::source::{SourceMap, join, parent};
use crate::yaml::nearest;

/// The types of `authoritativeDefinitions` that bind a thing to a term.
const BINDING_TYPES: [&str; 3] = ["semanticDefinition", "glossary", "businessDefinition"];

const BINDING_HELP: &str = "write `<path to>.osds.yaml#/definitions/<id>` or `term:<domain>/<id>`";
const RELATION_HELP: &str = "write `definitions/<id>` for a definition of this file, `<path to>.osds.yaml#/definitions/<id>` or `term:<domain>/<id>`";

/// Lists the terms of all glossaries; reports an id that stands twice in one.
pub(super) fn index(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Sink) {
    let mut nodes = Vec::new();
    for (glossary_idx, glossary) in mesh.glossaries.iter().enumerate() {
        let written = glossary.domain.as_ref();
        let domain_idx = written.and_then(|domain| mesh.domain(domain));
        if let (Some(domain), None, false) = (written, domain_idx, glossary.header.is_broken) {
            super::resolve::report_unknown_domain(mesh, &glossary.header, domain, sink);
        }
        let (domain_id, domain_slug) = if let Some(idx) = domain_idx {
            (mesh.domains[idx].descriptor.header.id.value.to_string(), mesh.domains[idx].slug.clone())
        } else {
            let id = written.map_or(glossary.header.id.value.to_string(), |domain| domain.value.to_string());
            (id, slug::slug_of(&glossary.header))
        };
        for (term_idx, term) in glossary.terms.iter().enumerate() {
            nodes.push(TermNode {
                id: format!("{domain_id}/{}", term.id.value),
                slug: slug::term_slug(&domain_slug, &term.id),
                glossary_idx,
                term_idx,
                domain_idx,
                bindings: Vec::new(),
            });
        }
    }
    nodes.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| (a.glossary_idx, a.term_idx).cmp(&(b.glossary_idx, b.term_idx))));
    nodes.dedup_by(|later, first| {
        if later.id != first.id {
            return false;
        }
        let place = |node: &TermNode| (mesh.glossaries[node.glossary_idx].header.file, mesh.term(node).id.span);
        let (file, span) = place(later);
        let (first_file, first_span) = place(first);
        sink.push(
            rules::DUPLICATE_IDENTITY
                .at(file, span, format!("the term `{}` is defined twice", later.id))
                .label("second definition")
                .help("join the two definitions, or give one another `id`")
                .related(first_file, first_span, "first definition"),
        );
        true
    });
    for (idx, node) in nodes.iter().enumerate() {
        mesh.index.terms.insert(node.id.clone(), idx);
        let glossary = &mesh.glossaries[node.glossary_idx];
        let key = (sources.path(glossary.header.file).to_owned(), glossary.terms[node.term_idx].id.value.clone());
        mesh.index.terms_by_file.insert(key, idx);
    }
    mesh.terms = nodes;
}

/// Finds what contracts, objects and columns are bound to.
pub(super) fn bind(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Sink) {
    let mut bindings: Vec<(usize, TermBinding)> = Vec::new();
    for (contract_idx, contract) in mesh.contracts.iter().enumerate() {
        let header = &contract.descriptor.header;
        if header.is_broken {
            continue;
        }
        let mut bind = |path: &dyn Fn() -> String, definitions: &[AuthoritativeDefinition]| {
            for definition in definitions.iter().filter(|definition| BINDING_TYPES.contains(&definition.kind.as_str()))
            {
                match mesh.lead(sources.path(header.file), &definition.url) {
                    Lead::Term(term) => bindings.push((term, TermBinding { contract_idx, path: path() })),
                    Lead::Elsewhere => {}
                    Lead::Nowhere => {
                        report_unknown(mesh, sources, header, &definition.url, BINDING_HELP, sink);
                    }
                }
            }
        };
        bind(&String::new, &header.definitions);
        for object in &contract.descriptor.objects {
            bind(&|| object.name.value.to_string(), &object.definitions);
        }
        for (object, columns) in contract.descriptor.columns() {
            let Some(detail) = columns.last().and_then(|column| column.detail.as_deref()) else { continue };
            if !detail.definitions.is_empty() {
                let path = || super::columns::path_text(object, &columns);
                bind(&path, &detail.definitions);
            }
        }
    }
    for (term, binding) in bindings {
        // Bindings come contract by contract, so a twin can only stand among the last ones.
        let known = &mesh.terms[term].bindings;
        let mut own = known.iter().rev().take_while(|other| other.contract_idx == binding.contract_idx);
        if !own.any(|other| *other == binding) {
            mesh.terms[term].bindings.push(binding);
        }
    }
    report_relationships(mesh, sources, sink);
}

/// Reports relations between terms that lead nowhere.
fn report_relationships(mesh: &Mesh, sources: &SourceMap, sink: &mut Sink) {
    for glossary in mesh.glossaries.iter().filter(|glossary| !glossary.header.is_broken) {
        let path = sources.path(glossary.header.file);
        for relationship in glossary.terms.iter().flat_map(|term| &term.relationships) {
            let to = &relationship.to;
            let bare = to.strip_prefix("definitions/").unwrap_or(to);
            // The draft allows the id with `definitions/` before it, and the name.
            let is = |term: &Term| term.id.value == bare || term.name.as_ref() == Some(&to.value);
            if glossary.terms.iter().any(is) {
                continue;
            }
            if !bare.contains(['/', '#', ':']) || matches!(mesh.lead(path, to), Lead::Nowhere) {
                report_unknown(mesh, sources, &glossary.header, to, RELATION_HELP, sink);
            }
        }
    }
}

/// Reports a binding or relation that leads nowhere, unless the glossary it may mean is broken.
fn report_unknown(
    mesh: &Mesh,
    sources: &SourceMap,
    header: &Header,
    written: &SpannedText,
    help: &str,
    sink: &mut Sink,
) {
    let path = sources.path(header.file);
    let file = written.split_once('#').map_or(written.as_str(), |(file, _)| file);
    let target = join(parent(path), file);
    let may_hold = |glossary: &SemanticDefinition| {
        let is_it = target.as_deref() == Some(sources.path(glossary.header.file));
        glossary.header.is_broken && (is_it || written.starts_with("term:"))
    };
    if mesh.glossaries.iter().any(may_hold) {
        return;
    }
    // An id of any glossary: whoever misspells a term has most often only its last word wrong.
    let (place, id) = written.rsplit_once('/').unwrap_or(("", written));
    let help = match nearest(id, mesh.terms.iter().map(|term| mesh.term(term).id.value.as_str())) {
        Some(meant) if place.is_empty() => format!("did you mean `{meant}`?"),
        Some(meant) if meant != id => format!("did you mean `{place}/{meant}`?"),
        _ => help.to_owned(),
    };
    let message = format!("no term stands at `{}`", written.value);
    sink.push(rules::UNKNOWN_TERM.at(header.file, written.span, message).help(help).subject(header.reference()));
}

enum Lead {
    Term(usize),
    Elsewhere,
    Nowhere,
}

impl Mesh {
    /// Says whether a contract version, one of its objects or one of its columns is bound to a term.
    #[must_use]
    pub fn is_bound(&self, contract_idx: usize, sources: &SourceMap) -> bool {
        let contract = &self.contracts[contract_idx].descriptor;
        let path = sources.path(contract.header.file);
        let binds = |definitions: &[AuthoritativeDefinition]| {
            let mut binding = definitions.iter().filter(|definition| BINDING_TYPES.contains(&definition.kind.as_str()));
            binding.any(|definition| self.term_at(path, &definition.url).is_some())
        };
        let details = || contract.columns().filter_map(|(_, columns)| columns.last()?.detail.as_deref());
        binds(&contract.header.definitions)
            || contract.objects.iter().any(|object| binds(&object.definitions))
            || details().any(|detail| binds(&detail.definitions))
    }

    /// Returns the term that an `authoritativeDefinitions` URL or a relation names, as written in
    /// the file at `path`.
    #[must_use]
    pub fn term_at(&self, path: &str, url: &str) -> Option<usize> {
        match self.lead(path, url) {
            Lead::Term(idx) => Some(idx),
            Lead::Elsewhere | Lead::Nowhere => None,
        }
    }

    fn lead(&self, path: &str, url: &str) -> Lead {
        let url = url.trim();
        if let Some(id) = url.strip_prefix("term:") {
            return self.term_by_id(id).map_or(Lead::Nowhere, Lead::Term);
        }
        let (file, fragment) = url.split_once('#').unwrap_or((url, ""));
        let names_glossary = file.is_empty() || file.ends_with(".osds.yaml") || file.ends_with(".osds.yml");
        if !names_glossary || file.contains("://") {
            return Lead::Elsewhere;
        }
        let Some(id) = fragment.trim_start_matches('/').strip_prefix("definitions/") else { return Lead::Nowhere };
        let target = if file.is_empty() { Some(path.to_owned()) } else { join(parent(path), file) };
        let found = target.and_then(|target| self.index.terms_by_file.get(&(target, id.into())).copied());
        found.map_or(Lead::Nowhere, Lead::Term)
    }
}
