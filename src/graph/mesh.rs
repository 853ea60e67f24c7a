//! The types of the mesh. Lists are sorted by id (contracts by id and version); a number that ends
//! in `_idx` is a position in the list of its kind.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::columns::ColumnPlace;
use super::docs::Docs;
use super::evidence::{Observations, UnmatchedResults};
use super::index::{Found, Index};
use super::lineage::Lineage;
use crate::model::{
    AccessAgreement, Acknowledgement, Alias, DataContract, DataProduct, Domain, Header, Kind, MaturityModel, Policy,
    Review, Scorecard, SemanticDefinition, SourceSystem, SpannedText, Team, Term, Waiver,
};
use crate::source::Location;

/// All descriptors of a registry with their references resolved.
#[derive(Debug, Default)]
pub struct Mesh {
    /// Data products by id.
    pub products: Vec<Product>,
    /// Contracts by id, then version.
    pub contracts: Vec<Contract>,
    /// Domains by id.
    pub domains: Vec<DomainNode>,
    /// Teams by id.
    pub teams: Vec<TeamNode>,
    /// Glossaries by id.
    pub glossaries: Vec<SemanticDefinition>,
    /// Terms of all glossaries by `<domain>/<id>`.
    pub terms: Vec<TermNode>,
    /// Source systems by id.
    pub sources: Vec<Source>,
    /// Policies by id.
    pub policies: Vec<Policy>,
    /// Agreements by id.
    pub agreements: Vec<AccessAgreement>,
    /// Reviews by id.
    pub reviews: Vec<Review>,
    /// Waivers by id.
    pub waivers: Vec<Waiver>,
    /// Acknowledgements by id.
    pub acknowledgements: Vec<Acknowledgement>,
    /// Scorecards by id.
    pub scorecards: Vec<Scorecard>,
    /// Maturity models by id.
    pub maturity_models: Vec<MaturityModel>,
    /// Input ports whose contract has a slip and counts as another: product, port, and what is written.
    pub mended_inputs: Vec<(usize, usize, crate::model::Text)>,
    /// The classes of personal data beside the usual ones, as configured.
    pub personal_classes: Vec<String>,
    /// Old addresses.
    pub aliases: Vec<Alias>,
    /// Markdown beside the descriptors.
    pub docs: Docs,
    /// Who feeds whom.
    pub lineage: Lineage,
    /// What result files say, by contract version; only those that have any.
    pub(super) observations: BTreeMap<usize, Observations>,
    /// Results that are about nothing of the mesh, alike ones together.
    pub unmatched_results: Vec<UnmatchedResults>,
    /// What should hold results and cannot be used, and why.
    pub unread_results: Vec<(Location, String)>,
    /// Names to positions.
    pub(super) index: Index,
}

/// A data product in the mesh.
#[derive(Debug)]
pub struct Product {
    /// What the file says.
    pub descriptor: Box<DataProduct>,
    /// The stem of its page.
    pub slug: String,
    /// Its domain, when registered.
    pub domain_idx: Option<usize>,
    /// The team that owns it, when registered.
    pub owner_idx: Option<usize>,
    /// What its input ports bind, in their order.
    pub inputs: Vec<Binding>,
    /// The contract documents of its output ports, in their order.
    pub outputs: Vec<Option<usize>>,
    /// Products that declare to read it, sorted, each once.
    pub consumers: Vec<usize>,
    /// Agreements in which it provides, sorted.
    pub agreements: Vec<usize>,
    /// Reviews of it, sorted.
    pub reviews: Vec<usize>,
}

/// What an input port leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// The contract document that is read: the exact version, else the newest of its major.
    pub contract_idx: Option<usize>,
    /// The output ports that publish it.
    pub published_by: Vec<PublishedBy>,
    /// The source system, for inputs from outside the mesh.
    pub source_idx: Option<usize>,
}

/// An output port of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublishedBy {
    /// The product.
    pub product_idx: usize,
    /// Position of the port in the product's `outputPorts`.
    pub port_idx: usize,
}

/// One version of a contract in the mesh.
#[derive(Debug)]
pub struct Contract {
    /// What the file says.
    pub descriptor: Box<DataContract>,
    /// The stem of its page, the same for all versions.
    pub slug: String,
    /// The output ports that publish this version.
    pub published_by: Vec<PublishedBy>,
    /// Its domain: its own, else that of its producer.
    pub domain_idx: Option<usize>,
    /// Its owner: its own team, else that of its producer.
    pub owner_idx: Option<usize>,
    /// Products that read this version, sorted, each once.
    pub consumers: Vec<usize>,
}

/// A domain in the mesh.
#[derive(Debug)]
pub struct DomainNode {
    /// What the file says.
    pub descriptor: Domain,
    /// The stem of its page.
    pub slug: String,
    /// The domain above.
    pub parent_idx: Option<usize>,
    /// The team that owns it.
    pub owner_idx: Option<usize>,
    /// Its products, sorted by id.
    pub products: Vec<usize>,
    /// Its teams, sorted by id.
    pub teams: Vec<usize>,
    /// The domains right below it, sorted by id.
    pub children: Vec<usize>,
    /// Its source systems, sorted by id.
    pub sources: Vec<usize>,
}

/// A team in the mesh.
#[derive(Debug)]
pub struct TeamNode {
    /// What the file says.
    pub descriptor: Team,
    /// The stem of its page.
    pub slug: String,
    /// The domain it belongs to.
    pub domain_idx: Option<usize>,
    /// The products it owns, sorted by id.
    pub products: Vec<usize>,
    /// The domains it owns, sorted by id.
    pub domains: Vec<usize>,
    /// The domains it is a steward of, sorted by id.
    pub stewarded: Vec<usize>,
    /// The source systems it owns, sorted by id.
    pub sources: Vec<usize>,
}

/// A source system in the mesh.
#[derive(Debug)]
pub struct Source {
    /// What the file says.
    pub descriptor: SourceSystem,
    /// The stem of its page.
    pub slug: String,
    /// The team that owns it.
    pub owner_idx: Option<usize>,
    /// Its domain.
    pub domain_idx: Option<usize>,
    /// The products it feeds, sorted, each once.
    pub products: Vec<usize>,
}

/// A term in the mesh.
#[derive(Clone, Debug)]
pub struct TermNode {
    /// `<domain>/<id>`: what follows `term:` in a reference.
    pub id: String,
    /// The stem of its page.
    pub slug: String,
    /// Position of its glossary.
    pub glossary_idx: usize,
    /// Position in the glossary's definitions.
    pub term_idx: usize,
    /// The domain of the glossary.
    pub domain_idx: Option<usize>,
    /// Where it is bound, in the order of contracts.
    pub bindings: Vec<TermBinding>,
    /// The products and ports that are bound to it, in the order of products.
    pub products: Vec<ProductBinding>,
}

/// A place that is bound to a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermBinding {
    /// The contract version.
    pub contract_idx: usize,
    /// Object, or object and column, with dots; empty for the contract itself.
    pub path: String,
}

/// A product or a port of it that is bound to a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductBinding {
    /// The product.
    pub product_idx: usize,
    /// `inputPorts.<name>` or `outputPorts.<name>`; empty for the product itself.
    pub path: String,
}

impl Mesh {
    /// Frees the memory of the mesh on all threads: contracts are nearly all of it.
    pub fn dissolve(mut self) {
        let contracts = std::mem::take(&mut self.contracts);
        rayon::join(|| contracts.into_par_iter().for_each(drop), || drop(self));
    }

    /// Returns the term's definition.
    #[must_use]
    pub fn term(&self, term: &TermNode) -> &Term {
        &self.glossaries[term.glossary_idx].terms[term.term_idx]
    }

    /// Returns the positions of all versions of a contract, oldest first.
    #[must_use]
    pub fn versions(&self, contract_id: &str) -> &[usize] {
        self.index.contracts.get(contract_id).map_or(&[], Vec::as_slice)
    }

    /// Returns the version that `contracts/<slug>.html` shows: the newest active one, else the
    /// newest of deprecated, proposed, draft, retired, or of anything else.
    #[must_use]
    pub fn current_version(&self, contract_id: &str) -> Option<usize> {
        match self.versions(contract_id) {
            [only] => Some(*only),
            versions => self.current_of(versions.iter().copied()),
        }
    }

    /// Returns of some versions of a contract, oldest first, the one that stands for them, as
    /// [`Mesh::current_version`] does.
    #[must_use]
    pub fn current_of(&self, versions: impl DoubleEndedIterator<Item = usize>) -> Option<usize> {
        let rank = |idx: &usize| {
            let order = ["active", "deprecated", "proposed", "draft", "retired"];
            let status = self.contracts[*idx].descriptor.header.status_word();
            order.iter().position(|word| *word == status).unwrap_or(order.len())
        };
        versions.rev().min_by_key(rank)
    }

    /// Returns of each contract the [version](Mesh::current_version) that its page shows, in the order of the contracts.
    #[must_use]
    pub fn current_contracts(&self) -> Vec<usize> {
        let mut current = Vec::new();
        let mut last: Option<&str> = None;
        for contract in &self.contracts {
            let id = contract.descriptor.header.id.value.as_str();
            if last.replace(id) != Some(id) {
                current.extend(self.current_version(id));
            }
        }
        current
    }

    /// Says whether a data product could not be read to its end, so that ports may be missing: what
    /// nobody seems to publish may be published by it.
    #[must_use]
    pub fn has_broken_product(&self) -> bool {
        self.index.has_broken_product
    }

    /// Says whether an output port that has an error of its own may publish any version of a contract.
    #[must_use]
    pub fn has_unfounded_port(&self, contract_id: &str) -> bool {
        self.index.unfounded.contains_key(contract_id)
    }

    /// Returns the number of descriptors.
    #[must_use]
    pub fn n_descriptors(&self) -> usize {
        Kind::ALL.into_iter().map(|kind| self.n_of(kind)).sum()
    }

    /// Returns the number of descriptors of a kind: as many as [`Mesh::headers`] has.
    #[must_use]
    pub fn n_of(&self, kind: Kind) -> usize {
        match kind {
            Kind::DataProduct => self.products.len(),
            Kind::DataContract => self.contracts.len(),
            Kind::Domain => self.domains.len(),
            Kind::Team => self.teams.len(),
            Kind::SemanticDefinition => self.glossaries.len(),
            Kind::Policy => self.policies.len(),
            Kind::SourceSystem => self.sources.len(),
            Kind::AccessAgreement => self.agreements.len(),
            Kind::Review => self.reviews.len(),
            Kind::Waiver => self.waivers.len(),
            Kind::Acknowledgement => self.acknowledgements.len(),
            Kind::Scorecard => self.scorecards.len(),
            Kind::MaturityModel => self.maturity_models.len(),
        }
    }

    /// Returns the headers of all descriptors of a kind, in the order of the kind's list.
    #[must_use]
    pub fn headers(&self, kind: Kind) -> Vec<&Header> {
        match kind {
            Kind::DataProduct => self.products.iter().map(|node| &node.descriptor.header).collect(),
            Kind::DataContract => self.contracts.iter().map(|node| &node.descriptor.header).collect(),
            Kind::Domain => self.domains.iter().map(|node| &node.descriptor.header).collect(),
            Kind::Team => self.teams.iter().map(|node| &node.descriptor.header).collect(),
            Kind::SemanticDefinition => self.glossaries.iter().map(|node| &node.header).collect(),
            Kind::Policy => self.policies.iter().map(|node| &node.header).collect(),
            Kind::SourceSystem => self.sources.iter().map(|node| &node.descriptor.header).collect(),
            Kind::AccessAgreement => self.agreements.iter().map(|node| &node.header).collect(),
            Kind::Review => self.reviews.iter().map(|node| &node.header).collect(),
            Kind::Waiver => self.waivers.iter().map(|node| &node.header).collect(),
            Kind::Acknowledgement => self.acknowledgements.iter().map(|node| &node.header).collect(),
            Kind::Scorecard => self.scorecards.iter().map(|node| &node.header).collect(),
            Kind::MaturityModel => self.maturity_models.iter().map(|node| &node.header).collect(),
        }
    }

    /// Returns the header of a thing; of a term that of its glossary.
    #[must_use]
    pub fn header(&self, found: Found) -> &Header {
        match found.kind {
            Kind::DataProduct => &self.products[found.idx].descriptor.header,
            Kind::DataContract => &self.contracts[found.idx].descriptor.header,
            Kind::Domain => &self.domains[found.idx].descriptor.header,
            Kind::Team => &self.teams[found.idx].descriptor.header,
            Kind::SemanticDefinition => &self.glossaries[self.terms[found.idx].glossary_idx].header,
            Kind::Policy => &self.policies[found.idx].header,
            Kind::SourceSystem => &self.sources[found.idx].descriptor.header,
            Kind::AccessAgreement => &self.agreements[found.idx].header,
            Kind::Review => &self.reviews[found.idx].header,
            Kind::Waiver => &self.waivers[found.idx].header,
            Kind::Acknowledgement => &self.acknowledgements[found.idx].header,
            Kind::Scorecard => &self.scorecards[found.idx].header,
            Kind::MaturityModel => &self.maturity_models[found.idx].header,
        }
    }

    /// Returns how a thing is written in references: `product:orders`, `term:sales/order`; of a
    /// contract without its version.
    #[must_use]
    pub fn reference(&self, found: Found) -> String {
        match found.kind {
            Kind::SemanticDefinition => format!("term:{}", self.terms[found.idx].id),
            _ => self.header(found).reference(),
        }
    }

    /// Returns how a version of a contract is written where it is clear that it is one:
    /// `orders@2.1.0`; the id alone where the file states no version.
    #[must_use]
    pub fn contract_version(&self, contract_idx: usize) -> String {
        let contract = &self.contracts[contract_idx].descriptor;
        match contract.version_text() {
            "" => contract.header.id.value.to_string(),
            version => format!("{}@{version}", contract.header.id.value),
        }
    }

    /// Returns how a column is written in references: `column:orders@2.1.0#orders.amount`.
    #[must_use]
    pub fn column_reference(&self, place: &ColumnPlace) -> String {
        format!("column:{}#{}", self.contract_version(place.contract_idx), place.path())
    }

    /// Returns the id of a registered domain.
    #[must_use]
    pub fn domain_id(&self, domain_idx: Option<usize>) -> Option<String> {
        domain_idx.map(|idx| self.domains[idx].descriptor.header.id.value.to_string())
    }

    /// Returns the id of a registered team.
    #[must_use]
    pub fn team_id(&self, team_idx: Option<usize>) -> Option<String> {
        team_idx.map(|idx| self.teams[idx].descriptor.header.id.value.to_string())
    }

    /// Returns the title of a domain.
    #[must_use]
    pub fn domain_title(&self, domain_idx: Option<usize>) -> Option<&str> {
        domain_idx.map(|idx| self.domains[idx].descriptor.header.title())
    }

    /// Returns the id of a product's domain: the registered one's, else what the file says.
    #[must_use]
    pub fn product_domain(&self, product: &Product) -> Option<String> {
        self.domain_id(product.domain_idx).or_else(|| written(product.descriptor.domain.as_ref()))
    }

    /// Returns the id of a product's owner: the registered team's, else what the file says.
    #[must_use]
    pub fn product_owner(&self, product: &Product) -> Option<String> {
        let team = product.descriptor.team.as_ref();
        self.team_id(product.owner_idx).or_else(|| written(team?.name.as_ref()))
    }

    /// Returns the id of a contract's domain: the registered one's, else what the file says.
    #[must_use]
    pub fn contract_domain(&self, contract: &Contract) -> Option<String> {
        self.domain_id(contract.domain_idx).or_else(|| written(contract.descriptor.domain.as_ref()))
    }

    /// Returns the id of a contract's owner: the registered team's, else what the file says.
    #[must_use]
    pub fn contract_owner(&self, contract: &Contract) -> Option<String> {
        let team = contract.descriptor.team.as_ref();
        self.team_id(contract.owner_idx).or_else(|| written(team?.name.as_ref()))
    }

    /// Returns the id of a source system's domain: the registered one's, else what the file says.
    #[must_use]
    pub fn source_domain(&self, source: &Source) -> Option<String> {
        self.domain_id(source.domain_idx).or_else(|| written(source.descriptor.domain.as_ref()))
    }

    /// Returns the id of a source system's owner: the registered team's, else what the file says.
    #[must_use]
    pub fn source_owner(&self, source: &Source) -> Option<String> {
        self.team_id(source.owner_idx).or_else(|| written(source.descriptor.owner.as_ref()))
    }
}

fn written(text: Option<&SpannedText>) -> Option<String> {
    text.map(|text| text.value.to_string())
}
