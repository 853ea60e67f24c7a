//! The twin of a contract version.

use serde::Serialize;
use serde_json::Value;

use super::evidence::{EvidenceTwin, ObservationTwin, PROMISED};
use super::product::agreed_readers;
use super::stated::{self, ContextTwin, DefinitionTwin, RoleTwin};
use super::{CustomTwin, Head, Link, View};
use crate::graph::{ColumnPlace, EvidenceSummary, Found};
use crate::model::{
    AllowedValue, ColumnFact, Kind, Property, PropertyDetail, PropertyFlags, QualityRule, RareDetail, RuleFact,
    SchemaObject, Server, Text,
};
use crate::render::keys::ForeignKeys;
use crate::source::Span;

/// One version of a contract.
#[derive(Clone, Debug, Serialize)]
pub struct ContractTwin<'a> {
    #[serde(flatten)]
    head: Head,
    domain: Option<Link>,
    #[serde(rename = "domainAsWritten", skip_serializing_if = "Option::is_none")]
    domain_as_written: Option<&'a Text>,
    owner: Option<Link>,
    #[serde(rename = "ownerAsWritten", skip_serializing_if = "Option::is_none")]
    owner_as_written: Option<&'a Text>,
    #[serde(rename = "publishedBy")]
    published_by: Vec<PublishedTwin>,
    consumers: Vec<Link>,
    /// Who reads it by agreement alone.
    #[serde(rename = "agreedConsumers", skip_serializing_if = "Vec::is_empty")]
    agreed_consumers: Vec<Link>,
    versions: Vec<VersionTwin<'a>>,
    servers: Vec<ServerTwin>,
    schema: Vec<ObjectTwin<'a>>,
    #[serde(rename = "slaProperties")]
    service_levels: Vec<ServiceLevelTwin>,
    roles: Vec<RoleTwin>,
    /// What reading costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceTwin<'a>>,
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
struct VersionTwin<'a> {
    #[serde(flatten)]
    version: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a Text>,
}

#[derive(Clone, Debug, Serialize)]
struct PriceTwin<'a> {
    amount: Option<&'a Text>,
    currency: Option<&'a Text>,
    unit: Option<&'a Text>,
}

#[derive(Clone, Debug, Serialize)]
struct PublishedTwin {
    product: Link,
    port: Text,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct ServerTwin {
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

impl ServerTwin {
    /// Makes the twin of a server.
    pub(super) fn of(server: &Server) -> ServerTwin {
        ServerTwin {
            server: server.name.clone(),
            server_type: server.server_type.clone(),
            environment: server.environment.clone(),
            description: server.description.clone(),
            fields: server.fields.iter().map(|(key, value)| (key.to_string(), value.to_string().into())).collect(),
            roles: stated::roles(server.roles()),
            custom: stated::custom(server.custom()),
        }
    }
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
    /// How fine its rows are.
    #[serde(rename = "dataGranularityDescription", skip_serializing_if = "Option::is_none")]
    granularity: Option<&'a Text>,
    #[serde(skip_serializing_if = "super::is_no")]
    deprecated: bool,
    tags: &'a [Text],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    terms: Vec<Link>,
    synonyms: &'a [Text],
    #[serde(rename = "authoritativeDefinitions")]
    definitions: Vec<DefinitionTwin>,
    #[serde(rename = "customProperties", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomTwin>,
    quality: Vec<QualityTwin<'a>>,
    properties: Vec<PropertyTwin<'a>>,
}

#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    #[serde(rename = "primaryKeyPosition", skip_serializing_if = "Option::is_none")]
    primary_key_position: Option<u32>,
    #[serde(skip_serializing_if = "super::is_no")]
    partitioned: bool,
    #[serde(rename = "partitionKeyPosition", skip_serializing_if = "Option::is_none")]
    partition_key_position: Option<u32>,
    #[serde(rename = "criticalDataElement", skip_serializing_if = "super::is_no")]
    critical: bool,
    #[serde(skip_serializing_if = "super::is_no")]
    deprecated: bool,
    /// The version that no longer has it.
    #[serde(rename = "endsWith", skip_serializing_if = "Option::is_none")]
    ends_with: Option<&'a Text>,
    /// The column to read in its place.
    #[serde(rename = "replacedBy", skip_serializing_if = "Option::is_none")]
    replaced_by: Option<&'a Text>,
    /// What holds for its values.
    #[serde(rename = "logicalTypeOptions", skip_serializing_if = "serde_json::Map::is_empty")]
    options: serde_json::Map<String, Value>,
    #[serde(rename = "allowedValues", skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<&'a Text>,
    /// What the file says of those, where it says something of one of them.
    #[serde(rename = "valueMeanings", skip_serializing_if = "Vec::is_empty")]
    meanings: Vec<ValueTwin<'a>>,
    examples: Vec<ExampleTwin<'a>>,
    terms: Vec<Link>,
    /// Where its foreign key leads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    joins: Vec<JoinTwin<'a>>,
    from: Vec<&'a str>,
    /// What `from` leads to, in its order.
    #[serde(rename = "fromColumns", skip_serializing_if = "Vec::is_empty")]
    from_columns: Vec<Option<String>>,
    #[serde(rename = "transformDescription", skip_serializing_if = "Option::is_none")]
    transform_description: Option<&'a Text>,
    #[serde(rename = "transformLogic", skip_serializing_if = "Option::is_none")]
    transform_logic: Option<&'a Text>,
    #[serde(rename = "encryptedName", skip_serializing_if = "Option::is_none")]
    encrypted_name: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a Text>,
    #[serde(rename = "semanticType", skip_serializing_if = "Option::is_none")]
    semantic_type: Option<&'a Text>,
    // Few columns have these, and there are very many columns.
    #[serde(rename = "businessName", skip_serializing_if = "Option::is_none")]
    business_name: Option<&'a Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    synonyms: Vec<&'a Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a Text>,
    #[serde(rename = "authoritativeDefinitions", skip_serializing_if = "Vec::is_empty")]
    definitions: Vec<DefinitionTwin>,
    #[serde(rename = "customProperties", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomTwin>,
    quality: Vec<QualityTwin<'a>>,
    properties: Vec<PropertyTwin<'a>>,
}

/// What the file says of a value that a column may have.
#[derive(Clone, Debug, Serialize)]
struct ValueTwin<'a> {
    value: &'a Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a Text>,
}

impl<'a> ValueTwin<'a> {
    fn of(AllowedValue { value, label, description }: AllowedValue<'a>) -> Option<ValueTwin<'a>> {
        (label.is_some() || description.is_some()).then_some(ValueTwin { value, label, description })
    }
}

/// An example of the type that it has in the file.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
enum ExampleTwin<'a> {
    Text(&'a Text),
    Other(Value),
}

#[derive(Clone, Debug, Serialize)]
struct JoinTwin<'a> {
    /// As written.
    to: &'a Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// The columns that are the key together with this one.
    #[serde(rename = "togetherWith", skip_serializing_if = "Vec::is_empty")]
    together: Vec<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
struct QualityTwin<'a> {
    /// `text`, `library`, `sql` or `custom`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a Text>,
    id: Option<&'a Text>,
    name: Option<&'a Text>,
    description: Option<&'a Text>,
    metric: Option<&'a Text>,
    dimension: Option<&'a Text>,
    severity: Option<&'a Text>,
    operator: Option<&'a Text>,
    threshold: Option<&'a Text>,
    unit: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<&'a Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    implementation: Option<&'a str>,
    #[serde(rename = "validValues", skip_serializing_if = "Vec::is_empty")]
    valid_values: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'a str>,
    #[serde(rename = "missingValues", skip_serializing_if = "Vec::is_empty")]
    missing_values: Vec<&'a str>,
    #[serde(rename = "businessImpact", skip_serializing_if = "Option::is_none")]
    business_impact: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduler: Option<&'a str>,
    /// The columns of its object that it is about together.
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    columns: &'a [Text],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    #[serde(rename = "customProperties", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomTwin>,
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
    #[serde(rename = "valueExt", skip_serializing_if = "Option::is_none")]
    value_ext: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheduler: Option<Text>,
    #[serde(rename = "authoritativeDefinitions", skip_serializing_if = "Vec::is_empty")]
    definitions: Vec<DefinitionTwin>,
    #[serde(rename = "customProperties", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomTwin>,
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
        let objects = descriptor.objects.iter().map(|found| object(seen, found));
        let levels = descriptor.service_levels.iter().map(|level| ServiceLevelTwin {
            property: level.property.clone(),
            value: level.value.clone(),
            unit: level.unit.clone(),
            element: level.element.as_ref().map(|element| element.value.clone()),
            driver: level.detail.as_ref().and_then(|detail| detail.driver.clone()),
            description: level.detail.as_ref().and_then(|detail| detail.description.clone()),
            value_ext: level.detail.as_ref().and_then(|detail| detail.value_ext.clone()),
            schedule: level.detail.as_ref().and_then(|detail| detail.schedule.clone()),
            scheduler: level.detail.as_ref().and_then(|detail| detail.scheduler.clone()),
            definitions: level.rare().map(|rare| stated::definitions(&rare.definitions)).unwrap_or_default(),
            custom: level.rare().map(|rare| stated::custom(&rare.custom)).unwrap_or_default(),
            standing: PROMISED,
            observed: seen.at(level.span),
        });
        let version = |idx: &usize| VersionTwin {
            version: view.contract(*idx),
            status: view.mesh.contracts[*idx].descriptor.header.status.as_ref().map(|status| &status.value),
        };
        ContractTwin {
            head: view.head(&descriptor.header, Found { kind: Kind::DataContract, idx }),
            domain: view.domain(contract.domain_idx),
            domain_as_written: descriptor.domain.as_ref().map(|domain| &domain.value),
            owner: view.team(contract.owner_idx),
            owner_as_written: descriptor.team.as_ref().and_then(|team| Some(&team.name.as_ref()?.value)),
            published_by: published.collect(),
            consumers: contract.consumers.iter().map(|idx| view.product(*idx)).collect(),
            agreed_consumers: agreed_readers(view, Found { kind: Kind::DataContract, idx }),
            versions: view.mesh.versions(&descriptor.header.id.value).iter().map(version).collect(),
            servers: descriptor.servers.iter().map(ServerTwin::of).collect(),
            schema: objects.collect(),
            service_levels: levels.collect(),
            roles: stated::roles(&descriptor.roles),
            price: descriptor.price.as_deref().map(|price| PriceTwin {
                amount: price.amount.as_ref(),
                currency: price.currency.as_ref(),
                unit: price.unit.as_ref(),
            }),
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
            column: column.map(|column| {
                let whole = place.path();
                let above = whole.strip_suffix(column.name.as_str()).map_or("", |above| above.trim_end_matches('.'));
                property(seen, &seen.foreign_keys(found), above, column)
            }),
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

impl<'a> Seen<'a> {
    /// Returns the file of the contract.
    fn path(self) -> &'a str {
        self.view.sources.path(self.view.mesh.contracts[self.contract_idx].descriptor.header.file)
    }

    /// Finds the columns that the foreign keys of an object begin at.
    fn foreign_keys(self, object: &SchemaObject) -> ForeignKeys<'_> {
        ForeignKeys::of((self.view.mesh, self.view.sources), (self.contract_idx, self.path()), object)
    }

    /// Returns the result of the promise at a place.
    fn at(self, span: Span) -> Option<ObservationTwin> {
        let result = self.evidence.result_at(self.contract_idx, span)?;
        Some(ObservationTwin::of(self.view, result))
    }
}

fn object<'a>(seen: Seen<'_>, object: &'a SchemaObject) -> ObjectTwin<'a> {
    let foreign = seen.foreign_keys(object);
    ObjectTwin {
        name: &object.name.value,
        physical_name: object.physical_name.as_ref(),
        physical_type: object.physical_type.as_ref(),
        business_name: object.business_name.as_ref(),
        description: object.description.as_ref(),
        granularity: object.granularity.as_ref(),
        deprecated: object.is_deprecated,
        tags: &object.tags,
        terms: seen.view.terms(seen.path(), &object.definitions),
        synonyms: &object.synonyms,
        definitions: stated::definitions(&object.definitions),
        custom: stated::custom(&object.custom),
        quality: object.quality.iter().map(|rule| quality(seen, rule)).collect(),
        properties: object
            .properties
            .iter()
            .map(|column| property(seen, &foreign, &object.name.value, column))
            .collect(),
    }
}

fn property<'a>(seen: Seen<'_>, foreign: &ForeignKeys<'a>, above: &str, column: &'a Property) -> PropertyTwin<'a> {
    let Seen { view, contract_idx, .. } = seen;
    let detail = column.detail.as_deref();
    let path = seen.path();
    let rare = detail.and_then(|detail| detail.rare.as_deref());
    let fact = |fact| rare.and_then(|rare| rare.text(fact));
    // Only what the object says asks for it.
    let own = if foreign.is_empty() { String::new() } else { format!("{above}.{}", column.name) };
    let joins = foreign.targets(column, &own).into_iter().map(|target| JoinTwin {
        to: &target.to.value,
        together: target.others(),
        column: view.mesh.key_target(contract_idx, path, view.sources, target.to).map(|place| view.column(&place)),
    });
    let origins = view.mesh.column_sources(contract_idx, column).into_iter();
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
        primary_key_position: fact(ColumnFact::PrimaryKeyPosition).and_then(|at| at.parse().ok()),
        partitioned: column.flags.has(PropertyFlags::PARTITIONED),
        partition_key_position: fact(ColumnFact::PartitionKeyPosition).and_then(|at| at.parse().ok()),
        critical: column.flags.has(PropertyFlags::CRITICAL),
        deprecated: column.flags.has(PropertyFlags::DEPRECATED),
        ends_with: fact(ColumnFact::EndsWith),
        replaced_by: fact(ColumnFact::ReplacedBy),
        options: rare.map(options).unwrap_or_default(),
        allowed: rare.into_iter().flat_map(|rare| rare.all(ColumnFact::AllowedValue)).collect(),
        meanings: rare.into_iter().flat_map(RareDetail::allowed).filter_map(ValueTwin::of).collect(),
        examples: detail.map(examples).unwrap_or_default(),
        terms: detail.map(|detail| view.terms(path, &detail.definitions)).unwrap_or_default(),
        joins: joins.collect(),
        from: detail.into_iter().flat_map(|detail| &detail.transform_sources).map(|from| from.value.as_str()).collect(),
        from_columns: origins.map(|origin| origin.place.map(|place| view.column(&place))).collect(),
        transform_description: fact(ColumnFact::TransformDescription),
        transform_logic: fact(ColumnFact::TransformLogic),
        encrypted_name: fact(ColumnFact::EncryptedName),
        unit: fact(ColumnFact::Unit),
        semantic_type: fact(ColumnFact::SemanticType),
        business_name: rare.and_then(|rare| rare.text(ColumnFact::BusinessName)),
        synonyms: rare.into_iter().flat_map(|rare| rare.all(ColumnFact::Synonym)).collect(),
        tags: rare.into_iter().flat_map(|rare| rare.all(ColumnFact::Tag)).collect(),
        definitions: detail.map(|detail| stated::definitions(&detail.definitions)).unwrap_or_default(),
        custom: rare.map(|rare| stated::custom_of(rare.custom())).unwrap_or_default(),
        quality: detail.into_iter().flat_map(|detail| &detail.quality).map(|rule| quality(seen, rule)).collect(),
        properties: column.children().iter().map(|child| property(seen, foreign, &own, child)).collect(),
    }
}

fn examples(detail: &PropertyDetail) -> Vec<ExampleTwin<'_>> {
    let example = |(at, text): (usize, &'_ Text)| {
        let is_text = at >= 32 || detail.untexted & (1 << at) == 0;
        match text.as_str() {
            _ if is_text => None,
            "" => Some(Value::Null),
            // Of numbers and words YAML has more forms than JSON.
            other => serde_json::from_str(other).ok().or_else(|| other.to_lowercase().parse().ok().map(Value::Bool)),
        }
    };
    let all = detail.examples.iter().enumerate();
    all.map(|(at, text)| example((at, text)).map_or(ExampleTwin::Text(text), ExampleTwin::Other)).collect()
}

/// The limits of the values of a column. Those that are numbers and yes or no are so in JSON, too.
fn options(rare: &RareDetail) -> serde_json::Map<String, Value> {
    let value = |key: &str, text: &str| match serde_json::from_str(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Array(_))) if !matches!(key, "pattern" | "format") => {
            value
        }
        _ => Value::from(text),
    };
    rare.options.iter().map(|(key, text)| (key.to_string(), value(key, text))).collect()
}

fn quality<'a>(seen: Seen<'_>, rule: &'a QualityRule) -> QualityTwin<'a> {
    let all = |fact| rule.rare.iter().flat_map(move |rare| rare.all(fact)).collect::<Vec<_>>();
    QualityTwin {
        kind: rule.kind.as_ref(),
        id: rule.id.as_ref(),
        name: rule.name.as_ref(),
        description: rule.description.as_ref(),
        metric: rule.metric.as_ref(),
        dimension: rule.dimension.as_ref(),
        severity: rule.severity.as_ref(),
        operator: rule.operator.as_ref(),
        threshold: rule.threshold.as_ref(),
        unit: rule.unit.as_ref(),
        query: rule.query.as_ref(),
        engine: rule.fact(RuleFact::Engine),
        implementation: rule.fact(RuleFact::Implementation),
        valid_values: all(RuleFact::ValidValue),
        pattern: rule.fact(RuleFact::Pattern),
        missing_values: all(RuleFact::MissingValue),
        business_impact: rule.fact(RuleFact::BusinessImpact),
        method: rule.fact(RuleFact::Method),
        schedule: rule.fact(RuleFact::Schedule),
        scheduler: rule.fact(RuleFact::Scheduler),
        columns: &rule.columns,
        tags: all(RuleFact::Tag),
        custom: stated::custom_of(rule.custom()),
        standing: PROMISED,
        observed: seen.at(rule.span),
    }
}
