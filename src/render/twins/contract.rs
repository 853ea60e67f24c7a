//! The twin of a contract version.

use serde::Serialize;

use super::evidence::{EvidenceTwin, ObservationTwin, PROMISED};
use super::stated::{self, ContextTwin, DefinitionTwin, RoleTwin};
use super::{CustomTwin, Head, Link, View};
use crate::graph::{ColumnPlace, EvidenceSummary, Found};
use crate::model::{ColumnFact, Kind, Property, PropertyFlags, QualityRule, SchemaObject, Text};
use crate::source::Span;

/// One version of a contract.
#[derive(Clone, Debug, Serialize)]
pub struct ContractTwin<'a> {
    #[serde(flatten)]
    head: Head,
    domain: Option<Link>,
    owner: Option<Link>,
    #[serde(rename = "publishedBy")]
    published_by: Vec<PublishedTwin>,
    consumers: Vec<Link>,
    versions: Vec<Link>,
    servers: Vec<ServerTwin>,
    schema: Vec<ObjectTwin<'a>>,
    #[serde(rename = "slaProperties")]
    service_levels: Vec<ServiceLevelTwin>,
    roles: Vec<RoleTwin>,
    tenant: Option<Text>,
    #[serde(rename = "contractCreatedTs")]
    created: Option<Text>,
    #[serde(rename = "context")]
    contexts: Vec<ContextTwin>,
    #[serde(rename = "authoritativeDefinitions")]
    definitions: Vec<DefinitionTwin>,
    evidence: EvidenceTwin,
}

#[derive(Clone, Debug, Serialize)]
struct PublishedTwin {
    product: Link,
    port: Text,
}

#[derive(Clone, Debug, Serialize)]
struct ServerTwin {
    server: Text,
    #[serde(rename = "type")]
    server_type: Text,
    environment: Option<Text>,
    description: Option<Text>,
    fields: serde_json::Map<String, serde_json::Value>,
    roles: Vec<RoleTwin>,
    #[serde(rename = "customProperties")]
    custom: Vec<CustomTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct ObjectTwin<'a> {
    name: &'a Text,
    #[serde(rename = "physicalName")]
    physical_name: Option<&'a Text>,
    #[serde(rename = "physicalType")]
    physical_type: Option<&'a Text>,
    #[serde(rename = "businessName")]
    business_name: Option<&'a Text>,
    description: Option<&'a Text>,
    tags: &'a [Text],
    synonyms: &'a [Text],
    #[serde(rename = "authoritativeDefinitions")]
    definitions: Vec<DefinitionTwin>,
    quality: Vec<QualityTwin<'a>>,
    properties: Vec<PropertyTwin<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct PropertyTwin<'a> {
    name: &'a Text,
    #[serde(rename = "physicalName")]
    physical_name: Option<&'a str>,
    #[serde(rename = "logicalType")]
    logical_type: Option<&'a Text>,
    #[serde(rename = "physicalType")]
    physical_type: Option<&'a Text>,
    description: Option<&'a Text>,
    classification: Option<&'a str>,
    required: bool,
    unique: bool,
    #[serde(rename = "primaryKey")]
    primary_key: bool,
    examples: &'a [Text],
    terms: Vec<Link>,
    from: Vec<&'a str>,
    // Few columns have these, and there are very many columns.
    #[serde(rename = "businessName", skip_serializing_if = "Option::is_none")]
    business_name: Option<&'a Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    synonyms: Vec<&'a Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a Text>,
    #[serde(rename = "authoritativeDefinitions", skip_serializing_if = "Vec::is_empty")]
    definitions: Vec<DefinitionTwin>,
    quality: Vec<QualityTwin<'a>>,
    properties: Vec<PropertyTwin<'a>>,
}

#[derive(Clone, Debug, Serialize)]
struct QualityTwin<'a> {
    id: Option<&'a Text>,
    name: Option<&'a Text>,
    description: Option<&'a Text>,
    metric: Option<&'a Text>,
    dimension: Option<&'a Text>,
    severity: Option<&'a Text>,
    operator: Option<&'a Text>,
    threshold: Option<&'a Text>,
    unit: Option<&'a Text>,
    standing: &'static str,
    observed: Option<ObservationTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct ServiceLevelTwin {
    property: Text,
    value: Text,
    unit: Option<Text>,
    element: Option<Text>,
    driver: Option<Text>,
    description: Option<Text>,
    standing: &'static str,
    observed: Option<ObservationTwin>,
}

impl<'a> ContractTwin<'a> {
    /// Makes the twin of a contract version.
    #[must_use]
    pub fn of(view: View<'a>, idx: usize) -> ContractTwin<'a> {
        let contract = &view.mesh.contracts[idx];
        let descriptor = &contract.descriptor;
        let evidence = view.mesh.contract_evidence(idx);
        let seen = Seen { view, contract_idx: idx, evidence: &evidence };
        let published = contract.published_by.iter().map(|by| PublishedTwin {
            product: view.product(by.product_idx),
            port: view.mesh.products[by.product_idx].descriptor.output_ports[by.port_idx].name.clone(),
        });
        let servers = descriptor.servers.iter().map(|server| ServerTwin {
            server: server.name.clone(),
            server_type: server.server_type.clone(),
            environment: server.environment.clone(),
            description: server.description.clone(),
            fields: server.fields.iter().map(|(key, value)| (key.to_string(), value.to_string().into())).collect(),
            roles: stated::roles(server.roles()),
            custom: stated::custom(server.custom()),
        });
        let objects = descriptor.objects.iter().map(|found| object(seen, found));
        let levels = descriptor.service_levels.iter().map(|level| ServiceLevelTwin {
            property: level.property.clone(),
            value: level.value.clone(),
            unit: level.unit.clone(),
            element: level.element.as_ref().map(|element| element.value.clone()),
            driver: level.detail.as_ref().and_then(|detail| detail.driver.clone()),
            description: level.detail.as_ref().and_then(|detail| detail.description.clone()),
            standing: PROMISED,
            observed: seen.at(level.span),
        });
        ContractTwin {
            head: view.head(&descriptor.header, Found { kind: Kind::DataContract, idx }),
            domain: view.domain(contract.domain_idx),
            owner: view.team(contract.owner_idx),
            published_by: published.collect(),
            consumers: contract.consumers.iter().map(|idx| view.product(*idx)).collect(),
            versions: view.mesh.versions(&descriptor.header.id.value).iter().map(|idx| view.contract(*idx)).collect(),
            servers: servers.collect(),
            schema: objects.collect(),
            service_levels: levels.collect(),
            roles: stated::roles(&descriptor.roles),
            tenant: descriptor.tenant.clone(),
            created: descriptor.header.created().map(Text::from),
            contexts: stated::contexts(&descriptor.header),
            definitions: stated::definitions(&descriptor.header.definitions),
            evidence: EvidenceTwin::of(view, &evidence),
        }
    }
}

/// One column of a contract version, or an object as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnTwin<'a> {
    version: u32,
    kind: &'static str,
    id: String,
    name: Text,
    url: Option<String>,
    file: String,
    contract: Link,
    object: String,
    path: String,
    column: Option<PropertyTwin<'a>>,
    schema: Option<ObjectTwin<'a>>,
}

impl<'a> ColumnTwin<'a> {
    /// Makes the twin of a column; `None` where the contract has none at the place.
    #[must_use]
    pub fn of(view: View<'a>, place: &ColumnPlace) -> Option<ColumnTwin<'a>> {
        let idx = place.contract_idx;
        let descriptor = &view.mesh.contracts[idx].descriptor;
        let evidence = view.mesh.contract_evidence(idx);
        let seen = Seen { view, contract_idx: idx, evidence: &evidence };
        let found = descriptor.objects.iter().find(|found| *found.name.value == *place.object)?;
        let column = if place.column.is_empty() { None } else { Some(column_at(&found.properties, &place.column)?) };
        let contract = view.contract(idx);
        Some(ColumnTwin {
            version: 1,
            kind: "column",
            id: format!("{}#{}", view.mesh.contract_version(idx), place.path()),
            name: column.map_or_else(|| found.name.value.clone(), |column| column.name.clone()),
            url: contract.url.clone(),
            file: view.sources.path(descriptor.header.file).to_owned(),
            contract,
            object: place.object.clone(),
            path: place.path(),
            column: column.map(|column| property(seen, column)),
            schema: column.is_none().then(|| object(seen, found)),
        })
    }
}

/// Finds a column by its path in an object; names may have dots of their own.
fn column_at<'a>(columns: &'a [Property], path: &str) -> Option<&'a Property> {
    columns.iter().find_map(|column| match path.strip_prefix(column.name.as_str())? {
        "" => Some(column),
        rest => column_at(column.children(), rest.strip_prefix('.')?),
    })
}

/// A contract version with what was observed of its promises.
#[derive(Clone, Copy)]
struct Seen<'a> {
    view: View<'a>,
    contract_idx: usize,
    evidence: &'a EvidenceSummary<'a>,
}

impl Seen<'_> {
    /// Returns the result of the promise at a place.
    fn at(self, span: Span) -> Option<ObservationTwin> {
        let result = self.evidence.result_at(self.contract_idx, span)?;
        Some(ObservationTwin::of(self.view, result))
    }
}

fn object<'a>(seen: Seen<'_>, object: &'a SchemaObject) -> ObjectTwin<'a> {
    ObjectTwin {
        name: &object.name.value,
        physical_name: object.physical_name.as_ref(),
        physical_type: object.physical_type.as_ref(),
        business_name: object.business_name.as_ref(),
        description: object.description.as_ref(),
        tags: &object.tags,
        synonyms: &object.synonyms,
        definitions: stated::definitions(&object.definitions),
        quality: object.quality.iter().map(|rule| quality(seen, rule)).collect(),
        properties: object.properties.iter().map(|column| property(seen, column)).collect(),
    }
}

fn property<'a>(seen: Seen<'_>, column: &'a Property) -> PropertyTwin<'a> {
    let Seen { view, contract_idx, .. } = seen;
    let detail = column.detail.as_deref();
    let rare = detail.and_then(|detail| detail.rare.as_deref());
    let path = view.sources.path(view.mesh.contracts[contract_idx].descriptor.header.file);
    PropertyTwin {
        name: &column.name,
        physical_name: column.physical_name(),
        logical_type: detail.and_then(|detail| detail.logical_type.as_ref()),
        physical_type: detail.and_then(|detail| detail.physical_type.as_ref()),
        description: detail.and_then(|detail| detail.description.as_ref()),
        classification: column.classification(),
        required: column.flags.has(PropertyFlags::REQUIRED),
        unique: column.flags.has(PropertyFlags::UNIQUE),
        primary_key: column.flags.has(PropertyFlags::PRIMARY_KEY),
        examples: detail.map_or(&[], |detail| &detail.examples),
        terms: detail.map(|detail| view.terms(path, &detail.definitions)).unwrap_or_default(),
        from: detail.into_iter().flat_map(|detail| &detail.transform_sources).map(|from| from.value.as_str()).collect(),
        business_name: rare.and_then(|rare| rare.text(ColumnFact::BusinessName)),
        synonyms: rare.into_iter().flat_map(|rare| rare.all(ColumnFact::Synonym)).collect(),
        tags: rare.into_iter().flat_map(|rare| rare.all(ColumnFact::Tag)).collect(),
        definitions: detail.map(|detail| stated::definitions(&detail.definitions)).unwrap_or_default(),
        quality: detail.into_iter().flat_map(|detail| &detail.quality).map(|rule| quality(seen, rule)).collect(),
        properties: column.children().iter().map(|child| property(seen, child)).collect(),
    }
}

fn quality<'a>(seen: Seen<'_>, rule: &'a QualityRule) -> QualityTwin<'a> {
    QualityTwin {
        id: rule.id.as_ref(),
        name: rule.name.as_ref(),
        description: rule.description.as_ref(),
        metric: rule.metric.as_ref(),
        dimension: rule.dimension.as_ref(),
        severity: rule.severity.as_ref(),
        operator: rule.operator.as_ref(),
        threshold: rule.threshold.as_ref(),
        unit: rule.unit.as_ref(),
        standing: PROMISED,
        observed: seen.at(rule.span),
    }
}
