//! What of a mesh stands where: the page of a file, the ways between domains.

use std::collections::BTreeMap;

use crate::graph::{Found, Mesh};
use crate::model::Kind;
use crate::render::{Homes, address};
use crate::source::{FileId, SourceMap};

pub(super) fn flows(mesh: &Mesh) -> BTreeMap<(usize, usize), usize> {
    let mut flows = BTreeMap::new();
    for reader in &mesh.products {
        for provider in reader.inputs.iter().filter_map(|input| input.published_by.first()) {
            if let (Some(from), Some(to)) = (mesh.products[provider.product_idx].domain_idx, reader.domain_idx)
                && from != to
            {
                *flows.entry((from, to)).or_default() += 1;
            }
        }
    }
    flows
}

/// Says on which page each descriptor and Markdown file is.
pub(super) fn pages_of_files(mesh: &Mesh, homes: &Homes, sources: &SourceMap) -> BTreeMap<FileId, String> {
    let mut pages = BTreeMap::new();
    for kind in Kind::ALL {
        if kind == Kind::SemanticDefinition {
            for glossary in &mesh.glossaries {
                pages.insert(glossary.header.file, "glossary/index.html".to_owned());
            }
            continue;
        }
        for (idx, header) in mesh.headers(kind).into_iter().enumerate() {
            let Some(page) = address::page(mesh, homes, Found { kind, idx }) else { continue };
            pages.insert(header.file, page.clone());
            if let Some(prose) = mesh.docs.prose_of(header.file, sources) {
                pages.entry(prose).or_insert(page.clone());
            }
            let owns_folder = matches!(kind, Kind::DataProduct | Kind::Domain | Kind::Team | Kind::SourceSystem);
            if let Some(readme) = mesh.docs.readme_of(header.file, sources).filter(|_| owns_folder) {
                pages.entry(readme).or_insert(page);
            }
            if kind == Kind::DataProduct {
                for document in mesh.docs.documents_of(header.file, sources) {
                    pages.insert(document, address::document(&mesh.products[idx].slug, sources.path(document)));
                }
            }
        }
    }
    pages
}
