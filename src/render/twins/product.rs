//! The twin of a product.

use serde::Serialize;

use super::about::{ApproverTwin, FindingTwin, approvers, findings};
use super::stated::{self, ContextTwin, DefinitionTwin, ManagementPortTwin, PortTwin, SbomTwin, TeamBlockTwin};
use super::{ChecksTwin, EvidenceTwin, Head, Link, View};
use crate::graph::{Found, Likeness};
use crate::model::{Kind, Text};
use crate::policy::MaturityOutcome;

/// A product.
#[derive(Clone, Debug, Serialize)]
pub struct ProductTwin<'a> {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "type")]
    product_type: Option<Text>,
    deprecated: bool,
    domain: Option<Link>,
    #[serde(rename = "domainAsWritten")]
    domain_as_written: Option<Text>,
    owner: Option<Link>,
    #[serde(rename = "ownerAsWritten")]
    owner_as_written: Option<Text>,
    team: Option<TeamBlockTwin>,
    tenant: Option<Text>,
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    synonyms: &'a [Text],
    #[serde(rename = "productCreatedTs")]
    created: Option<Text>,
    #[serde(rename = "context")]
    contexts: Vec<ContextTwin>,
    #[serde(rename = "authoritativeDefinitions")]
    definitions: Vec<DefinitionTwin>,
    retirement: Option<RetirementTwin>,
    terms: Vec<Link>,
    #[serde(rename = "inputPorts")]
    input_ports: Vec<InputPortTwin>,
    #[serde(rename = "outputPorts")]
    output_ports: Vec<OutputPortTwin>,
    #[serde(rename = "managementPorts")]
    management_ports: Vec<ManagementPortTwin>,
    consumers: Vec<Link>,
    /// Who reads it by agreement alone.
    #[serde(rename = "agreedConsumers", skip_serializing_if = "Vec::is_empty")]
    agreed_consumers: Vec<Link>,
    agreements: Vec<AgreementTwin>,
    /// Who approves access.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    approvers: Vec<ApproverTwin<'a>>,
    reviews: Vec<ReviewTwin>,
    evidence: EvidenceTwin,
    checks: ChecksTwin,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<FindingTwin<'a>>,
    maturity: Vec<MaturityTwin>,
    #[serde(rename = "looksLike")]
    looks_like: Vec<LikenessTwin>,
}

/// The level that a maturity model gives.
#[derive(Clone, Debug, Serialize)]
struct MaturityTwin {
    model: Text,
    name: String,
    /// `null` below the lowest level.
    level: Option<i64>,
    #[serde(rename = "levelName")]
    level_name: Option<Text>,
    #[serde(rename = "highestLevel")]
    highest: Option<i64>,
    /// The id of the policy that keeps it from a higher level.
    #[serde(rename = "cappedBy")]
    capped_by: Option<Text>,
    missing: Vec<MissingTwin>,
}

/// What the first level that is not met lacks.
#[derive(Clone, Debug, Serialize)]
struct MissingTwin {
    criterion: Text,
    level: i64,
    says: Option<Text>,
    /// What there is instead; `null` for what is not judged.
    found: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct LikenessTwin {
    product: Link,
    #[serde(rename = "sharedColumns")]
    shared_columns: usize,
    columns: usize,
    #[serde(rename = "sharedTerms")]
    shared_terms: usize,
}

#[derive(Clone, Debug, Serialize)]
struct RetirementTwin {
    date: Option<String>,
    #[serde(rename = "replacedBy")]
    replaced_by: Option<Text>,
    #[serde(rename = "lastContract")]
    last_contract: Option<Link>,
}

#[derive(Clone, Debug, Serialize)]
struct InputPortTwin {
    name: Text,
    #[serde(rename = "contractId")]
    contract_id: Option<Text>,
    version: Option<Text>,
    contract: Option<Link>,
    #[serde(rename = "providedBy")]
    provided_by: Vec<Link>,
    source: Option<Link>,
    #[serde(rename = "sourceAssetId")]
    source_asset: Option<Text>,
    terms: Vec<Link>,
    #[serde(flatten)]
    port: PortTwin,
}

#[derive(Clone, Debug, Serialize)]
struct OutputPortTwin {
    name: Text,
    #[serde(rename = "type")]
    port_type: Option<Text>,
    description: Option<Text>,
    #[serde(rename = "contractId")]
    contract_id: Option<Text>,
    version: Option<Text>,
    contract: Option<Link>,
    deprecated: bool,
    #[serde(rename = "inputContracts")]
    input_contracts: Vec<String>,
    terms: Vec<Link>,
    sbom: Vec<SbomTwin>,
    #[serde(flatten)]
    port: PortTwin,
}

#[derive(Clone, Debug, Serialize)]
struct AgreementTwin {
    id: Text,
    status: Option<Text>,
    /// How it stands today.
    standing: &'static str,
    consumer: Option<Link>,
    #[serde(rename = "consumerTeam")]
    consumer_team: Option<Link>,
    port: Option<Text>,
    purpose: Option<Text>,
    end: Option<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct ReviewTwin {
    id: Text,
    reviewer: Option<Text>,
    rating: Option<i64>,
    #[serde(rename = "usedFor")]
    used_for: Option<Text>,
    date: Option<Text>,
    text: Option<Text>,
}

impl<'a> ProductTwin<'a> {
    /// Makes the twin of a product.
    #[must_use]
    pub fn of(view: View<'a>, idx: usize, alike: &[Likeness]) -> ProductTwin<'a> {
        let product = &view.mesh.products[idx];
        let descriptor = &product.descriptor;
        let text = |text: &Option<crate::model::SpannedText>| text.as_ref().map(|text| text.value.clone());
        let path = view.sources.path(descriptor.header.file);
        let inputs = descriptor.input_ports.iter().zip(&product.inputs).map(|(port, binding)| {
            let mut providers: Vec<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
            providers.dedup();
            InputPortTwin {
                name: port.name.clone(),
                contract_id: text(&port.contract_id),
                version: text(&port.version),
                contract: binding.contract_idx.map(|idx| view.contract(idx)),
                provided_by: providers.into_iter().map(|idx| view.product(idx)).collect(),
                source: binding.source_idx.map(|idx| view.source(idx)),
                source_asset: text(&port.source_asset),
                terms: view.terms(path, &port.definitions),
                port: stated::port(port.detail.as_deref(), &port.definitions),
            }
        });
        let outputs = descriptor.output_ports.iter().zip(&product.outputs).map(|(port, contract)| OutputPortTwin {
            name: port.name.clone(),
            port_type: port.port_type.clone(),
            description: port.description().cloned(),
            contract_id: text(&port.contract_id),
            version: text(&port.version),
            contract: contract.map(|idx| view.contract(idx)),
            deprecated: port.is_deprecated,
            input_contracts: port
                .input_contracts
                .iter()
                .map(|input| match &input.version {
                    Some(version) => format!("{}@{}", input.id.value, version.value),
                    None => input.id.value.to_string(),
                })
                .collect(),
            terms: view.terms(path, &port.definitions),
            sbom: stated::sbom(port.detail.as_deref()),
            port: stated::port(port.detail.as_deref(), &port.definitions),
        });
        let agreements = product.agreements.iter().map(|idx| {
            let agreement = &view.mesh.agreements[*idx];
            let consumer = agreement.consumer.product.as_ref().and_then(|id| view.mesh.product(id));
            let team = agreement.consumer.team.as_ref().and_then(|team| view.mesh.team(team));
            AgreementTwin {
                id: agreement.header.id.value.clone(),
                status: text(&agreement.header.status),
                standing: agreement.standing(view.outcome.today).word(),
                consumer: consumer.map(|idx| view.product(idx)),
                consumer_team: view.team(team),
                port: text(&agreement.provider.port),
                purpose: agreement.header.description.purpose.clone(),
                end: text(&agreement.end),
            }
        });
        let reviews = product.reviews.iter().map(|idx| {
            let review = &view.mesh.reviews[*idx];
            ReviewTwin {
                id: review.header.id.value.clone(),
                reviewer: text(&review.reviewer),
                rating: review.rating,
                used_for: review.used_for.clone(),
                date: review.date.as_ref().map(|date| date.value.clone()),
                text: review.text.clone(),
            }
        });
        ProductTwin {
            head: view.head(&descriptor.header, Found { kind: Kind::DataProduct, idx }),
            product_type: descriptor.type_word().map(Text::from),
            deprecated: descriptor.is_deprecated,
            domain: view.domain(product.domain_idx),
            domain_as_written: text(&descriptor.domain),
            owner: view.team(product.owner_idx),
            owner_as_written: descriptor.team.as_ref().and_then(|team| text(&team.name)),
            team: descriptor.team.as_ref().map(|team| stated::team(team, view.config.site.people)),
            tenant: descriptor.tenant.clone(),
            synonyms: &descriptor.synonyms,
            created: descriptor.header.created().map(Text::from),
            contexts: stated::contexts(&descriptor.header),
            definitions: stated::definitions(&descriptor.header.definitions),
            retirement: view.mesh.retirement(idx).map(|end| RetirementTwin {
                date: end.date.map(|date| date.to_string()),
                replaced_by: end.replaced_by.map(Text::from),
                last_contract: end.last_contract.map(|idx| view.contract(idx)),
            }),
            terms: view.terms(path, &descriptor.header.definitions),
            input_ports: inputs.collect(),
            output_ports: outputs.collect(),
            management_ports: stated::management(&descriptor.management_ports),
            consumers: product.consumers.iter().map(|idx| view.product(*idx)).collect(),
            agreed_consumers: agreed_readers(view, Found { kind: Kind::DataProduct, idx }),
            agreements: agreements.collect(),
            approvers: approvers(view, idx),
            reviews: reviews.collect(),
            evidence: EvidenceTwin::of(view, &view.mesh.product_evidence(idx)),
            checks: ChecksTwin::of(view, idx),
            findings: findings(view, idx),
            maturity: maturity(view, Found { kind: Kind::DataProduct, idx }),
            looks_like: alike
                .iter()
                .map(|like| LikenessTwin {
                    product: view.product(like.product_idx),
                    shared_columns: like.n_shared,
                    columns: like.n_columns,
                    shared_terms: like.n_terms,
                })
                .collect(),
        }
    }
}

/// Who reads a product or a contract version by agreement alone.
pub(super) fn agreed_readers(view: View<'_>, thing: Found) -> Vec<Link> {
    view.mesh.agreed_readers(&[thing]).into_iter().map(|reader| view.link(reader, view.mesh.header(reader))).collect()
}

/// Lists the levels of a thing, one for each model that is about it.
fn maturity(view: View<'_>, thing: Found) -> Vec<MaturityTwin> {
    let of_model = |outcome: &MaturityOutcome| {
        let of = outcome.of(thing)?;
        let model = outcome.model(view.mesh);
        let level = |at: usize| &model.levels[outcome.order[at]];
        let missing = of.missing.iter().map(|missing| {
            let level = &model.levels[missing.level];
            let criterion = &level.criteria[missing.criterion];
            MissingTwin {
                criterion: criterion.id.value.clone(),
                level: level.number,
                says: criterion.description.clone(),
                found: missing.found.clone(),
            }
        });
        Some(MaturityTwin {
            model: model.header.id.value.clone(),
            name: model.header.title().to_owned(),
            level: of.reached.map(|at| level(at).number),
            level_name: of.reached.map(|at| level(at).name.clone()),
            highest: outcome.order.last().map(|level| model.levels[*level].number),
            capped_by: of.capped_by.map(|at| model.policies[at].id.value.clone()),
            missing: missing.collect(),
        })
    };
    view.outcome.maturity.iter().filter_map(of_model).collect()
}
