//! Which thing has which page (DESIGN section 4), and which old addresses lead on.

use std::collections::BTreeSet;

use super::index::Found;
use super::mesh::Mesh;
use super::slug::{is_slug, slug_of, version_slug, version_stem};
use crate::model::{Alias, Kind, Ref};

/// An old address and where it leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The old address, relative to the top.
    pub from: String,
    /// The new address, relative to the top.
    pub to: String,
    /// Position of the alias that says so.
    pub alias_idx: usize,
}

/// Returns the page of the thing of a kind that has this slug, relative to the top of the site.
#[must_use]
pub fn page_of(kind: Kind, slug: &str) -> String {
    joined(&[kind.folder(), "/", slug, ".html"])
}

/// Joins the parts of an address. There are very many, and this costs half of what `concat` does.
fn joined(parts: &[&str]) -> String {
    let mut address = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        address.push_str(part);
    }
    address
}

impl Mesh {
    /// Returns the page of a thing, relative to the top of the site; `None` for kinds without pages.
    #[must_use]
    pub fn page(&self, found: Found) -> Option<String> {
        if found.kind == Kind::DataContract {
            return Some(self.version_page(found.idx));
        }
        if found.kind == Kind::AccessAgreement {
            let provider = self.product(self.agreements[found.idx].provider.product.as_ref()?)?;
            return Some(format!("{}#access", page_of(Kind::DataProduct, &self.products[provider].slug)));
        }
        Some(page_of(found.kind, &self.slug(found)?))
    }

    /// Returns the stem of a thing's page, of a contract that of all its versions; `None` for kinds without
    /// pages of their own.
    #[must_use]
    pub fn slug(&self, found: Found) -> Option<String> {
        Some(match found.kind {
            Kind::DataProduct => self.products[found.idx].slug.clone(),
            Kind::DataContract => self.contracts[found.idx].slug.clone(),
            Kind::Domain => self.domains[found.idx].slug.clone(),
            Kind::Team => self.teams[found.idx].slug.clone(),
            Kind::SemanticDefinition => self.terms[found.idx].slug.clone(),
            Kind::SourceSystem => self.sources[found.idx].slug.clone(),
            Kind::Policy => slug_of(&self.policies[found.idx].header),
            Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => {
                return None;
            }
        })
    }

    /// Returns the page of one version of a contract.
    #[must_use]
    pub fn version_page(&self, contract_idx: usize) -> String {
        let contract = &self.contracts[contract_idx];
        joined(&["contracts/", &contract.slug, "/", &version_stem(contract.descriptor.version_text()), ".html"])
    }

    /// Returns every thing that has a page of its own, in the order of kinds.
    pub fn paged(&self) -> impl Iterator<Item = Found> {
        let n_of = |kind| match kind {
            Kind::DataProduct => self.products.len(),
            Kind::DataContract => self.contracts.len(),
            Kind::Domain => self.domains.len(),
            Kind::Team => self.teams.len(),
            Kind::SemanticDefinition => self.terms.len(),
            Kind::Policy => self.policies.len(),
            Kind::SourceSystem => self.sources.len(),
            Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => 0,
        };
        Kind::ALL.into_iter().flat_map(move |kind| (0..n_of(kind)).map(move |idx| Found { kind, idx }))
    }

    /// Returns the pages of all things, those of contracts with and without a version.
    #[must_use]
    pub fn pages(&self) -> BTreeSet<String> {
        let mut pages: BTreeSet<String> = self.paged().filter_map(|found| self.page(found)).collect();
        pages.extend(self.contracts.iter().map(|contract| page_of(Kind::DataContract, &contract.slug)));
        pages
    }

    /// Finds the old address of each alias whose name is gone and whose address nothing else has.
    #[must_use]
    pub fn moves(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = Vec::new();
        let mut known = BTreeSet::new();
        for (alias_idx, alias) in self.aliases.iter().enumerate() {
            for (from, to) in self.addresses_of(alias) {
                if from != to && known.insert(from.clone()) {
                    moves.push(Move { from, to, alias_idx });
                }
            }
        }
        if !moves.is_empty() {
            let taken = self.pages();
            moves.retain(|moved| !taken.contains(&moved.from));
        }
        moves
    }

    /// Returns old and new addresses; nothing where the old name made none that can be known, or where
    /// the alias leads nowhere, which is a finding.
    fn addresses_of(&self, alias: &Alias) -> Vec<(String, String)> {
        let (Ok(from), Ok(to)) = (Ref::parse(&alias.from), Ref::parse(&alias.to)) else { return Vec::new() };
        let Some(target) = self.find(&to).into_iter().next_back() else { return Vec::new() };
        let kind = from.kind.unwrap_or(target.kind);
        let stem = if kind == Kind::SemanticDefinition { from.id.replace('/', "-") } else { from.id.clone() };
        if !is_slug(&stem) || kind.folder().is_empty() {
            return Vec::new();
        }
        let old = |rest: &str| format!("{}/{stem}{rest}.html", kind.folder());
        let Some(new) = self.page(target) else { return Vec::new() };
        if kind != Kind::DataContract || target.kind != Kind::DataContract {
            return vec![(old(""), new)];
        }
        if let Some(version) = &from.version {
            return vec![(old(&format!("/{}", version_slug(version))), new)];
        }
        // A contract takes all its versions along.
        let contract = &self.contracts[target.idx];
        let versions = self.versions(&contract.descriptor.header.id.value).iter().map(|idx| {
            let version = version_slug(self.contracts[*idx].descriptor.version_text());
            (old(&format!("/{version}")), self.version_page(*idx))
        });
        let current = if to.version.is_some() { new } else { page_of(Kind::DataContract, &contract.slug) };
        std::iter::once((old(""), current)).chain(versions).collect()
    }
}
