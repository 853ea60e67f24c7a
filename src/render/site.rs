//! The site: everything pages are made from, and the list of all its files.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::theme::{Theme, ThemeError};
use super::twins::View;
use super::{FileSet, address, pages};
use crate::config::{Config, ForgeKind};
use crate::graph::{Found, Mesh};
use crate::model::Kind;
use crate::policy::Outcome;
use crate::source::{FileId, SourceMap, Tree};

/// The commit a site is built from.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Commit {
    /// 40 hexadecimal digits.
    pub id: String,
    /// The day of the commit, UTC.
    pub date: String,
}

/// Everything a page may show.
pub struct Site {
    /// The checked mesh.
    pub outcome: Outcome,
    /// The commit, when the registry is in git.
    pub commit: Option<Commit>,
    pub(super) theme: Theme,
    /// Markdown bodies and original descriptors are read again when their page is made.
    pub(super) tree: Arc<dyn Tree + Send + Sync>,
    /// Which page a file of the registry is on.
    pub(super) page_of_file: BTreeMap<FileId, String>,
    /// Products by the stem of their page.
    pub(super) product_by_slug: BTreeMap<String, usize>,
    /// Of each contract the version that its page shows, by id.
    pub(super) current_contracts: Vec<usize>,
    /// Input ports that cross from one domain to another: (from, to) and how many.
    pub(super) flows: BTreeMap<(usize, usize), usize>,
}

/// What templates see as `site`.
#[derive(Serialize)]
struct SiteInfo<'a> {
    name: &'a str,
    description: Option<&'a str>,
    n_products: usize,
    n_contracts: usize,
    n_domains: usize,
    n_teams: usize,
    n_terms: usize,
    n_sources: usize,
    n_policies: usize,
    issues_url: Option<String>,
    generator: String,
}

impl Site {
    /// Puts a site together.
    ///
    /// # Errors
    /// When the theme cannot be used.
    pub fn new(
        outcome: Outcome,
        tree: Arc<dyn Tree + Send + Sync>,
        commit: Option<Commit>,
    ) -> Result<Site, ThemeError> {
        let mut theme = Theme::load(tree.as_ref(), &outcome.config.site.theme)?;
        let mesh = &outcome.mesh;
        let info = SiteInfo {
            name: &outcome.config.mesh.name,
            description: outcome.config.mesh.description.as_deref(),
            n_products: mesh.products.len(),
            n_contracts: mesh.contracts.len(),
            n_domains: mesh.domains.len(),
            n_teams: mesh.teams.len(),
            n_terms: mesh.terms.len(),
            n_sources: mesh.sources.len(),
            n_policies: mesh.policies.len(),
            issues_url: issues_url(&outcome.config),
            generator: format!("meshfolio {}", env!("CARGO_PKG_VERSION")),
        };
        theme.share("site", &info);
        let page_of_file = pages_of_files(mesh, &outcome.sources);
        let product_by_slug =
            mesh.products.iter().enumerate().map(|(idx, product)| (product.slug.clone(), idx)).collect();
        let current_contracts = current_contracts(mesh);
        let flows = flows(mesh);
        Ok(Site { outcome, commit, theme, tree, page_of_file, product_by_slug, current_contracts, flows })
    }

    /// Returns all files of the site.
    #[must_use]
    pub fn files(self: Arc<Self>) -> FileSet {
        let pages = pages::all(&self);
        FileSet::new(self, pages)
    }

    pub(super) fn mesh(&self) -> &Mesh {
        &self.outcome.mesh
    }

    pub(super) fn view(&self) -> View<'_> {
        View { mesh: &self.outcome.mesh, sources: &self.outcome.sources, config: &self.outcome.config }
    }

    /// Returns the findings in a file.
    pub(super) fn findings_in(&self, file: FileId) -> impl Iterator<Item = &crate::diagnostic::Diagnostic> {
        let all = &self.outcome.findings.diagnostics;
        let first = all.partition_point(|finding| finding.location.file < file);
        all[first..].iter().take_while(move |finding| finding.location.file == file)
    }

    /// Returns the address of a file in the forge: to read it, or to edit it.
    pub(super) fn forge_url(&self, file: FileId, line: Option<u32>, wants_edit: bool) -> Option<String> {
        let forge = &self.outcome.config.forge;
        let repository = forge.repository.as_ref()?;
        let path = percent_encoding::utf8_percent_encode(self.outcome.sources.path(file), PATH).to_string();
        let branch = percent_encoding::utf8_percent_encode(&forge.branch, PATH);
        let anchor = line.map(|line| format!("#L{line}")).unwrap_or_default();
        Some(match (forge.kind, wants_edit) {
            (ForgeKind::GitHub, false) => format!("{repository}/blob/{branch}/{path}{anchor}"),
            (ForgeKind::GitHub, true) => format!("{repository}/edit/{branch}/{path}"),
            (ForgeKind::GitLab, false) => format!("{repository}/-/blob/{branch}/{path}{anchor}"),
            (ForgeKind::GitLab, true) => format!("{repository}/-/edit/{branch}/{path}"),
            (ForgeKind::Bitbucket, _) => format!("{repository}/src/{branch}/{path}"),
            (ForgeKind::Azure, _) => format!("{repository}?path=/{path}&version=GB{branch}"),
            (ForgeKind::Gitea, false) => format!("{repository}/src/branch/{branch}/{path}{anchor}"),
            (ForgeKind::Gitea, true) => format!("{repository}/_edit/{branch}/{path}"),
            (ForgeKind::None, _) => return None,
        })
    }
}

fn current_contracts(mesh: &Mesh) -> Vec<usize> {
    let mut current: Vec<usize> = Vec::new();
    let mut last: Option<&str> = None;
    for contract in &mesh.contracts {
        let id = contract.descriptor.header.id.value.as_str();
        if last.replace(id) != Some(id) {
            current.extend(mesh.current_version(id));
        }
    }
    current
}

fn flows(mesh: &Mesh) -> BTreeMap<(usize, usize), usize> {
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

/// What is encoded in a path of a forge's address; slashes stay.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn issues_url(config: &Config) -> Option<String> {
    let repository = config.forge.repository.as_ref()?;
    match config.forge.kind {
        ForgeKind::GitHub | ForgeKind::Gitea | ForgeKind::Bitbucket => Some(format!("{repository}/issues/new")),
        ForgeKind::GitLab => Some(format!("{repository}/-/issues/new")),
        ForgeKind::Azure | ForgeKind::None => None,
    }
}

/// Says on which page each descriptor and Markdown file is.
fn pages_of_files(mesh: &Mesh, sources: &SourceMap) -> BTreeMap<FileId, String> {
    let mut pages = BTreeMap::new();
    for kind in Kind::ALL {
        if kind == Kind::SemanticDefinition {
            for glossary in &mesh.glossaries {
                pages.insert(glossary.header.file, "glossary/index.html".to_owned());
            }
            continue;
        }
        for (idx, header) in mesh.headers(kind).into_iter().enumerate() {
            let Some(page) = address::page(mesh, Found { kind, idx }) else { continue };
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
