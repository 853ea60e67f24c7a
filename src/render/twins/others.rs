//! The twins of domains, teams, terms, source systems and policies.

use serde::Serialize;

use super::{Head, HistoryTwin, Link, View};
use crate::graph::{Found, slug_of};
use crate::model::{Kind, Text, Urn};

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
}

impl TeamTwin {
    /// Makes the twin of a team. Members are left out: names of people are shown only where
    /// `site.people` asks for them.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> TeamTwin {
        let team = &view.mesh.teams[idx];
        TeamTwin {
            head: view.head(&team.descriptor.header, Found { kind: Kind::Team, idx }),
            team_type: team.descriptor.team_type.clone(),
            forge_handle: team.descriptor.forge_handle.clone(),
            domain: view.domain(team.domain_idx),
            products: team.products.iter().map(|idx| view.product(*idx)).collect(),
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
            assets: assets.collect(),
            products: source.products.iter().map(|idx| view.product(*idx)).collect(),
        }
    }
}

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTwin {
    #[serde(flatten)]
    head: Head,
    category: Option<Text>,
    severity: Option<Text>,
    stage: Option<Text>,
    #[serde(rename = "effectiveFrom")]
    effective_from: Option<Text>,
    owner: Option<Link>,
    validations: Vec<ValidationTwin>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ValidationTwin {
    expression: Text,
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_expression: Option<Text>,
}

impl PolicyTwin {
    /// Makes the twin of a policy.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> PolicyTwin {
        let policy = &view.mesh.policies[idx];
        let owner = policy.owner.as_ref().and_then(|owner| view.mesh.team(owner));
        let validations = policy.validations.iter().map(|validation| ValidationTwin {
            expression: validation.expression.value.clone(),
            message: validation.message.clone(),
            message_expression: validation.message_expression.as_ref().map(|text| text.value.clone()),
        });
        PolicyTwin {
            head: view.head(&policy.header, Found { kind: Kind::Policy, idx }),
            category: policy.category.clone(),
            severity: policy.severity.clone(),
            stage: policy.stage.clone(),
            effective_from: policy.effective_from.clone(),
            owner: view.team(owner),
            validations: validations.collect(),
        }
    }

    /// Returns the stem of a policy's page.
    #[must_use]
    pub fn slug(view: View<'_>, idx: usize) -> String {
        slug_of(&view.mesh.policies[idx].header)
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
            let path = view.sources.path(file);
            let own = node.id.rsplit_once('/').map(|(domain, _)| format!("{domain}/{}", relation.to.value));
            let target = own.and_then(|id| view.mesh.term_by_id(&id)).or_else(|| view.mesh.term_at(path, &relation.to));
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
