//! The twins of domains, teams, terms and source systems.

use serde::Serialize;

use super::contract::ServerTwin;
use super::{Head, HistoryTwin, Link, View};
use crate::graph::Found;
use crate::model::{Kind, Text, Urn};
use crate::render::approvers::Approves;

/// A domain.
#[derive(Clone, Debug, Serialize)]
pub struct DomainTwin {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "type")]
    domain_type: Option<Text>,
    #[serde(rename = "operatingMode")]
    operating_mode: Option<Text>,
    parent: Option<Link>,
    owner: Option<Link>,
    /// Teams, with those that are not registered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stewards: Vec<Link>,
    products: Vec<Link>,
    teams: Vec<Link>,
}

impl DomainTwin {
    /// Makes the twin of a domain.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> DomainTwin {
        let domain = &view.mesh.domains[idx];
        DomainTwin {
            head: view.head(&domain.descriptor.header, Found { kind: Kind::Domain, idx }),
            domain_type: domain.descriptor.domain_type.clone(),
            operating_mode: domain.descriptor.operating_mode.clone(),
            parent: view.domain(domain.parent_idx),
            owner: view.team(domain.owner_idx),
            stewards: domain.descriptor.stewards.iter().map(|team| view.team_named(&team.value)).collect(),
            products: domain.products.iter().map(|idx| view.product(*idx)).collect(),
            teams: domain.teams.iter().filter_map(|idx| view.team(Some(*idx))).collect(),
        }
    }
}

/// A team.
#[derive(Clone, Debug, Serialize)]
pub struct TeamTwin {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "type")]
    team_type: Option<Text>,
    #[serde(rename = "forgeHandle")]
    forge_handle: Option<Text>,
    domain: Option<Link>,
    products: Vec<Link>,
    /// The products to which it approves access.
    #[serde(rename = "approvesAccess", skip_serializing_if = "Vec::is_empty")]
    approves: Vec<Link>,
}

impl TeamTwin {
    /// Makes the twin of a team. Members are left out: names of people are shown only where
    /// `site.people` asks for them.
    #[must_use]
    pub(in crate::render) fn of(view: View<'_>, idx: usize, approves: Option<&Approves>) -> TeamTwin {
        let team = &view.mesh.teams[idx];
        TeamTwin {
            head: view.head(&team.descriptor.header, Found { kind: Kind::Team, idx }),
            team_type: team.descriptor.team_type.clone(),
            forge_handle: team.descriptor.forge_handle.clone(),
            domain: view.domain(team.domain_idx),
            products: team.products.iter().map(|idx| view.product(*idx)).collect(),
            approves: approves.into_iter().flat_map(|of| &of.products).map(|idx| view.product(*idx)).collect(),
        }
    }
}

/// A source system.
#[derive(Clone, Debug, Serialize)]
pub struct SourceTwin {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "type")]
    system_type: Option<Text>,
    domain: Option<Link>,
    owner: Option<Link>,
    /// Where it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<ServerTwin>,
    assets: Vec<AssetTwin>,
    products: Vec<Link>,
}

#[derive(Clone, Debug, Serialize)]
struct AssetTwin {
    id: Text,
    name: Option<Text>,
    #[serde(rename = "physicalType")]
    physical_type: Option<Text>,
    description: Option<Text>,
}

impl SourceTwin {
    /// Makes the twin of a source system.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> SourceTwin {
        let source = &view.mesh.sources[idx];
        let assets = source.descriptor.assets.iter().map(|asset| AssetTwin {
            id: asset.id.clone(),
            name: asset.name.clone(),
            physical_type: asset.physical_type.clone(),
            description: asset.description.clone(),
        });
        SourceTwin {
            head: view.head(&source.descriptor.header, Found { kind: Kind::SourceSystem, idx }),
            system_type: source.descriptor.system_type.clone(),
            domain: view.domain(source.domain_idx),
            owner: view.team(source.owner_idx),
            servers: source.descriptor.servers.iter().map(ServerTwin::of).collect(),
            assets: assets.collect(),
            products: source.products.iter().map(|idx| view.product(*idx)).collect(),
        }
    }
}

/// A term.
#[derive(Clone, Debug, Serialize)]
pub struct TermTwin {
    version: u32,
    kind: &'static str,
    id: String,
    name: String,
    urn: String,
    url: Option<String>,
    file: String,
    definition: Option<Text>,
    synonyms: Vec<Text>,
    domain: Option<Link>,
    relationships: Vec<RelationTwin>,
    #[serde(rename = "boundTo")]
    bound_to: Vec<BindingTwin>,
    #[serde(rename = "boundProducts")]
    bound_products: Vec<ProductBindingTwin>,
    /// Of its glossary.
    history: Option<HistoryTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct RelationTwin {
    #[serde(rename = "type")]
    kind: Text,
    to: String,
    term: Option<Link>,
}

#[derive(Clone, Debug, Serialize)]
struct BindingTwin {
    contract: Link,
    path: String,
}

#[derive(Clone, Debug, Serialize)]
struct ProductBindingTwin {
    product: Link,
    path: String,
}

impl TermTwin {
    /// Makes the twin of a term.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> TermTwin {
        let node = &view.mesh.terms[idx];
        let term = view.mesh.term(node);
        let file = view.mesh.glossaries[node.glossary_idx].header.file;
        let link = view.term(idx);
        let relationships = term.relationships.iter().map(|relation| {
            let target = view.mesh.related_term(idx, relation, view.sources);
            RelationTwin {
                kind: relation.kind.clone(),
                to: relation.to.value.to_string(),
                term: target.map(|idx| view.term(idx)),
            }
        });
        let bindings = node
            .bindings
            .iter()
            .map(|binding| BindingTwin { contract: view.contract(binding.contract_idx), path: binding.path.clone() });
        TermTwin {
            version: 1,
            kind: Kind::SemanticDefinition.word(),
            urn: Urn::of(&view.config.mesh.id, Kind::SemanticDefinition, &node.id, None),
            id: node.id.clone(),
            name: link.name,
            url: link.url,
            file: view.sources.path(file).to_owned(),
            definition: term.description.clone(),
            synonyms: term.synonyms.clone(),
            domain: view.domain(node.domain_idx),
            relationships: relationships.collect(),
            history: view.history(file),
            bound_to: bindings.collect(),
            bound_products: node
                .products
                .iter()
                .map(|binding| ProductBindingTwin {
                    product: view.product(binding.product_idx),
                    path: binding.path.clone(),
                })
                .collect(),
        }
    }
}
