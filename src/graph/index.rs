//! From names to positions, as references write them.

use std::sync::OnceLock;

use ahash::HashMap;

use super::column_tree::ColumnTree;
use super::mesh::{Mesh, PublishedBy};
use crate::model::{Kind, Ref, Text, Version, bare_version, same_version};
use crate::source::FileId;

/// Where things are, by the words that references use.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) products: HashMap<Text, usize>,
    /// All versions of a contract, oldest first.
    pub(super) contracts: HashMap<Text, Vec<usize>>,
    /// Ids and names in lower case.
    pub(super) domains: HashMap<String, usize>,
    /// Ids and names in lower case.
    pub(super) teams: HashMap<String, usize>,
    pub(super) sources: HashMap<Text, usize>,
    pub(super) policies: HashMap<Text, usize>,
    /// Agreements, reviews, waivers, acknowledgements and scorecards.
    pub(super) records: HashMap<(Kind, Text), usize>,
    pub(super) terms: HashMap<String, usize>,
    pub(super) contracts_by_file: HashMap<FileId, usize>,
    /// Terms by the file of their glossary and their id.
    pub(super) terms_by_file: HashMap<(String, Text), usize>,
    /// Output ports by contract id, with the version they publish.
    pub(super) published: HashMap<Text, Vec<Published>>,
    /// By contract id, an output port with an error of its own that may publish any version of it; none where the port
    /// does not name the contract.
    pub(super) unfounded: HashMap<Text, Option<PublishedBy>>,
    /// The columns of each contract by name, made when they are first asked for.
    pub(super) columns: Vec<OnceLock<ColumnTree>>,
    /// A data product could not be read to its end.
    pub(super) has_broken_product: bool,
    /// A domain's file breaks before its name: it may be the one that a name means.
    pub(super) is_a_domain_lost: bool,
    /// A team's file breaks before its name.
    pub(super) is_a_team_lost: bool,
}

/// A contract version that an output port publishes.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) version: Version,
    pub(super) by: PublishedBy,
}

/// A thing that a reference leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// Its position in the list of its kind; of a contract that of the version meant.
    pub idx: usize,
}

impl Mesh {
    /// Returns the product with this id.
    #[must_use]
    pub fn product(&self, id: &str) -> Option<usize> {
        self.index.products.get(id).copied()
    }

    /// Returns a version of a contract.
    #[must_use]
    pub fn contract(&self, id: &str, version: &str) -> Option<usize> {
        let text = |idx: &usize| self.contracts[*idx].descriptor.version_text();
        let bare = bare_version(version);
        let versions = self.versions(id);
        let exact = versions.iter().find(|idx| text(idx) == bare);
        exact.or_else(|| versions.iter().find(|idx| same_version(text(idx), version))).copied()
    }

    /// Returns the domain with this id or name, in any case.
    #[must_use]
    pub fn domain(&self, id_or_name: &str) -> Option<usize> {
        self.index.domains.get(&id_or_name.trim().to_lowercase()).copied()
    }

    /// Returns the team with this id or name, in any case.
    #[must_use]
    pub fn team(&self, id_or_name: &str) -> Option<usize> {
        self.index.teams.get(&id_or_name.trim().to_lowercase()).copied()
    }

    /// Says whether a team's file breaks before its name, so that it may be the one that a name means.
    #[must_use]
    pub fn lost_a_team(&self) -> bool {
        self.index.is_a_team_lost
    }

    /// Returns the source system with this id.
    #[must_use]
    pub fn source(&self, id: &str) -> Option<usize> {
        self.index.sources.get(id).copied()
    }

    /// Returns the policy with this id.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<usize> {
        self.index.policies.get(id).copied()
    }

    /// Returns the term `<domain>/<id>`.
    #[must_use]
    pub fn term_by_id(&self, id: &str) -> Option<usize> {
        self.index.terms.get(id).copied()
    }

    /// Returns what a reference leads to: nothing, one thing, or the candidates of a bare id. A bare id
    /// means the only match, else the product.
    #[must_use]
    pub fn find(&self, reference: &Ref) -> Vec<Found> {
        let kinds = reference.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
        let found: Vec<Found> = kinds.into_iter().filter_map(|kind| self.find_kind(kind, reference)).collect();
        match found.iter().find(|found| found.kind == Kind::DataProduct) {
            Some(product) if reference.kind.is_none() => vec![*product],
            _ => found,
        }
    }

    fn find_kind(&self, kind: Kind, reference: &Ref) -> Option<Found> {
        let id = reference.id.as_str();
        let idx = match kind {
            Kind::DataProduct => self.product(id),
            Kind::DataContract => {
                let found = match &reference.version {
                    Some(version) => self.contract(id, version),
                    None => self.current_version(id),
                };
                let has = |path: &str| found.is_some_and(|idx| self.column_place(idx, path).is_some());
                found.filter(|_| reference.column.as_deref().is_none_or(has))
            }
            Kind::Domain => self.domain(id),
            Kind::Team => self.team(id),
            Kind::SemanticDefinition => self.term_by_id(id),
            Kind::SourceSystem => self.source(id),
            Kind::Policy => self.policy(id),
            Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => self.index.records.get(&(kind, id.into())).copied(),
        };
        idx.map(|idx| Found { kind, idx })
    }
}
