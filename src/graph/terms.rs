//! Glossary terms, and the columns, objects and contracts that are bound to them.

use std::collections::{BTreeSet, HashSet};

use rayon::prelude::*;

use super::mesh::{Mesh, ProductBinding, TermBinding, TermNode};
use super::near::Report;
use super::{rules, slug};
use crate::model::{AuthoritativeDefinition, Header, Kind, SpannedText, TermRelationship};
use crate::source::{SourceMap, join, parent};

/// The types of `authoritativeDefinitions` that bind a thing to a term.
const BINDING_TYPES: [&str; 3] = ["semanticDefinition", "glossary", "businessDefinition"];

const BINDING_HELP: &str = "write `<path to>.osds.yaml#/definitions/<id>` or `term:<domain>/<id>`";
/// ODPS takes absolute addresses only.
const PRODUCT_HELP: &str = "write `term:<domain>/<id>`";
const RELATION_HELP: &str = "write `definitions/<id>` for a definition of this file, `<path to>.osds.yaml#/definitions/<id>` or `term:<domain>/<id>`";

/// Lists the terms of all glossaries; reports an id that stands twice in one.
pub(super) fn index(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    let mut nodes = Vec::new();
    for (glossary_idx, glossary) in mesh.glossaries.iter().enumerate() {
        let written = glossary.domain.as_ref();
        let domain_idx = written.and_then(|domain| mesh.domain(domain));
        if let (Some(domain), None, false) = (written, domain_idx, glossary.header.is_broken()) {
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
                products: Vec::new(),
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

/// Finds what products, ports, contracts, objects and columns are bound to.
pub(super) fn bind(mesh: &mut Mesh, sources: &SourceMap, sink: &mut Report<'_>) {
    let broken = BrokenGlossaries::of(mesh, sources);
    bind_contracts(mesh, sources, &broken, sink);
    bind_products(mesh, sources, &broken, sink);
    report_relationships(mesh, sources, &broken, sink);
}

fn bind_contracts(mesh: &mut Mesh, sources: &SourceMap, broken: &BrokenGlossaries, sink: &mut Report<'_>) {
    // Few columns are bound, and finding them means looking at all.
    let defined: Vec<Defined<'_>> =
        (0..mesh.contracts.len()).into_par_iter().flat_map_iter(|idx| defined_in(mesh, idx)).collect();
    let mut bindings: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut ordered: Vec<(usize, TermBinding)> = Vec::new();
    for of_contract in defined.chunk_by(|a, b| a.contract_idx == b.contract_idx) {
        for Defined { contract_idx, path, definitions } in of_contract {
            let header = &mesh.contracts[*contract_idx].descriptor.header;
            for term in led_to(mesh, sources, header, definitions, broken, sink) {
                if bindings.insert((term, path)) {
                    ordered.push((term, TermBinding { contract_idx: *contract_idx, path: path.clone() }));
                }
            }
        }
        // No other contract has a twin of its bindings.
        bindings.clear();
    }
    for (term, binding) in ordered {
        mesh.terms[term].bindings.push(binding);
    }
}

/// Definitions that a contract, an object or a column names.
struct Defined<'a> {
    contract_idx: usize,
    /// As in [`TermBinding`].
    path: String,
    definitions: &'a [AuthoritativeDefinition],
}

fn defined_in(mesh: &Mesh, contract_idx: usize) -> Vec<Defined<'_>> {
    let contract = &*mesh.contracts[contract_idx].descriptor;
    let mut all = Vec::new();
    if contract.header.is_broken() {
        return all;
    }
    let mut add =
        |path: &dyn Fn() -> String, definitions| all.push(Defined { contract_idx, path: path(), definitions });
    if !contract.header.definitions.is_empty() {
        add(&String::new, contract.header.definitions.as_slice());
    }
    for object in contract.objects.iter().filter(|object| !object.definitions.is_empty()) {
        add(&|| object.name.value.to_string(), &object.definitions);
    }
    for (object, columns) in contract.columns_where(|of| of.n_definitions > 0) {
        let detail = columns.last().and_then(|column| column.detail.as_deref());
        if let Some(detail) = detail.filter(|detail| !detail.definitions.is_empty()) {
            add(&|| super::columns::path_text(object, &columns), &detail.definitions);
        }
    }
    all
}

fn bind_products(mesh: &mut Mesh, sources: &SourceMap, broken: &BrokenGlossaries, sink: &mut Report<'_>) {
    let mut bindings: Vec<(usize, ProductBinding)> = Vec::new();
    for (product_idx, product) in mesh.products.iter().enumerate() {
        let (header, descriptor) = (&product.descriptor.header, &product.descriptor);
        if header.is_broken() {
            continue;
        }
        let mut known = BTreeSet::new();
        let mut bind = |path: String, definitions: &[AuthoritativeDefinition]| {
            for term in led_to(mesh, sources, header, definitions, broken, sink) {
                if known.insert((term, path.clone())) {
                    bindings.push((term, ProductBinding { product_idx, path: path.clone() }));
                }
            }
        };
        bind(String::new(), &header.definitions);
        for port in descriptor.input_ports.iter().filter(|port| !port.definitions.is_empty()) {
            bind(format!("inputPorts.{}", port.name), &port.definitions);
        }
        for port in descriptor.output_ports.iter().filter(|port| !port.definitions.is_empty()) {
            bind(format!("outputPorts.{}", port.name), &port.definitions);
        }
    }
    for (term, binding) in bindings {
        mesh.terms[term].products.push(binding);
    }
}

/// Returns the terms that definitions lead to, and reports those that lead nowhere.
fn led_to(
    mesh: &Mesh,
    sources: &SourceMap,
    header: &Header,
    definitions: &[AuthoritativeDefinition],
    broken: &BrokenGlossaries,
    sink: &mut Report<'_>,
) -> Vec<usize> {
    let mut terms = Vec::new();
    for definition in definitions.iter().filter(|definition| BINDING_TYPES.contains(&definition.kind.as_str())) {
        match mesh.lead(sources.path(header.file), &definition.url) {
            Lead::Term(term) => terms.push(term),
            Lead::Elsewhere => {}
            Lead::Nowhere => {
                let help = if header.kind == Kind::DataProduct { PRODUCT_HELP } else { BINDING_HELP };
                let place = Place { header, path: sources.path(header.file), help };
                report_unknown(mesh, &place, &definition.url, broken, sink);
            }
        }
    }
    terms
}

/// The files of glossaries that could not be read to their end: a term that is missing may stand there.
struct BrokenGlossaries(BTreeSet<String>);

impl BrokenGlossaries {
    fn of(mesh: &Mesh, sources: &SourceMap) -> BrokenGlossaries {
        let broken = mesh.glossaries.iter().filter(|glossary| glossary.header.may_hold_more());
        BrokenGlossaries(broken.map(|glossary| sources.path(glossary.header.file).to_owned()).collect())
    }

    /// Says whether what a file at `path` writes may mean a term of one of them.
    fn may_hold(&self, path: &str, written: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let file = written.split_once('#').map_or(written, |(file, _)| file);
        let target = if file.is_empty() { Some(path.to_owned()) } else { join(parent(path), file) };
        written.starts_with("term:") || target.is_some_and(|target| self.0.contains(&target))
    }
}

/// Reports relations between terms that lead nowhere.
fn report_relationships(mesh: &Mesh, sources: &SourceMap, broken: &BrokenGlossaries, sink: &mut Report<'_>) {
    for glossary in mesh.glossaries.iter().filter(|glossary| !glossary.header.may_hold_more()) {
        let path = sources.path(glossary.header.file);
        let ids: HashSet<&str> = glossary.terms.iter().map(|term| term.id.value.as_str()).collect();
        let names: HashSet<&str> = glossary.terms.iter().filter_map(|term| term.name.as_deref()).collect();
        for relationship in glossary.terms.iter().flat_map(|term| &term.relationships) {
            let to = &relationship.to;
            // The draft allows the id with `definitions/` before it, and the name.
            let bare = to.strip_prefix("definitions/").unwrap_or(to);
            if ids.contains(bare) || names.contains(to.as_str()) {
                continue;
            }
            if !bare.contains(['/', '#', ':']) || matches!(mesh.lead(path, to), Lead::Nowhere) {
                let place = Place { header: &glossary.header, path, help: RELATION_HELP };
                report_unknown(mesh, &place, to, broken, sink);
            }
        }
    }
}

/// Where a binding or relation is written, and how such a one is written right.
struct Place<'a> {
    header: &'a Header,
    path: &'a str,
    help: &'static str,
}

/// Reports a binding or relation that leads nowhere, unless the glossary it may mean is broken.
fn report_unknown(
    mesh: &Mesh,
    place: &Place<'_>,
    written: &SpannedText,
    broken: &BrokenGlossaries,
    sink: &mut Report<'_>,
) {
    if broken.may_hold(place.path, written) {
        return;
    }
    let meant = if let Some(id) = written.strip_prefix("term:") {
        let known = || mesh.terms.iter().map(|term| term.id.as_str());
        sink.nearest_in("terms", id, known).map(|meant| format!("term:{meant}"))
    } else {
        // An id of any glossary: whoever misspells a term has most often only its last word wrong.
        let (before, id) = written.rsplit_once('/').unwrap_or(("", written));
        let known = || mesh.terms.iter().map(|term| mesh.term(term).id.value.as_str());
        let meant = sink.nearest_in("definitions", id, known).filter(|meant| before.is_empty() || meant != id);
        meant.map(|meant| if before.is_empty() { meant } else { format!("{before}/{meant}") })
    };
    let help = meant.map_or_else(|| place.help.to_owned(), |meant| format!("did you mean `{meant}`?"));
    let message = format!("no term stands at `{}`", written.value);
    let header = place.header;
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
        let columns = || contract.columns_where(|of| of.n_definitions > 0);
        let details = || columns().filter_map(|(_, columns)| columns.last()?.detail.as_deref());
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

    /// Returns the term that a relation of a term leads to.
    #[must_use]
    pub fn related_term(&self, term_idx: usize, relation: &TermRelationship, sources: &SourceMap) -> Option<usize> {
        let node = &self.terms[term_idx];
        // `basket`, `definitions/basket` and `#/definitions/basket` are one term of this glossary.
        let written = relation.to.value.trim_start_matches('#');
        let is_own = !written.contains('#');
        let id = written.rsplit('/').next().filter(|_| is_own);
        let own = node.id.rsplit_once('/').zip(id).map(|((domain, _), id)| format!("{domain}/{id}"));
        let file = self.glossaries[node.glossary_idx].header.file;
        own.and_then(|id| self.term_by_id(&id)).or_else(|| self.term_at(sources.path(file), &relation.to))
    }

    fn lead(&self, path: &str, url: &str) -> Lead {
        let url = url.trim();
        if let Some(id) = url.strip_prefix("term:") {
            return self.term_by_id(id).map_or(Lead::Nowhere, Lead::Term);
        }
        if is_elsewhere(url) {
            return Lead::Elsewhere;
        }
        let (file, fragment) = url.split_once('#').unwrap_or((url, ""));
        let Some(id) = fragment.trim_start_matches('/').strip_prefix("definitions/") else { return Lead::Nowhere };
        let target = if file.is_empty() { Some(path.to_owned()) } else { join(parent(path), file) };
        let found = target.and_then(|target| self.index.terms_by_file.get(&(target, id.into())).copied());
        found.map_or(Lead::Nowhere, Lead::Term)
    }
}

/// Says whether a definition leads to something other than a term of a glossary.
pub(crate) fn is_elsewhere(url: &str) -> bool {
    let url = url.trim();
    let file = url.split_once('#').map_or(url, |(file, _)| file);
    let names_glossary = file.is_empty() || file.ends_with(".osds.yaml") || file.ends_with(".osds.yml");
    !url.starts_with("term:") && (!names_glossary || file.contains("://"))
}
