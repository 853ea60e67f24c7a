//! The kinds of the Bitol standards: products, contracts, agreements, glossaries.

use std::collections::BTreeSet;

use super::column::{Columns, properties};
use super::contradictions;
use super::header::{custom_properties, definitions, team};
use super::quality::quality;
use super::{any_text, exact, is_true, spanned, spanned_texts, text, texts};
use crate::check::{Detail, Keep};
use crate::model::{
    AccessAgreement, AgreementConsumer, AgreementProvider, ColumnSummary, CustomProperty, DataContract, DataProduct,
    Header, HeaderDetail, InputContract, InputPort, ManagementPort, OutputPort, Part, PortDetail, Price, RareLevel,
    RareObject, Relationship, Role, RoleDetail, Sbom, SchemaObject, SemanticDefinition, Server, ServerDetail,
    ServiceLevel, ServiceLevelDetail, SpannedText, StrayColumn, Term, TermRelationship, Text,
};
use crate::source::Spanned;
use crate::yaml::NodeRef;

pub(super) fn product(root: NodeRef<'_>, header: Header, detail: Detail) -> DataProduct {
    let typed = header.custom("type").map(|custom| Spanned::new(custom.value.clone(), custom.span));
    let is_shown = detail == Detail::Pages;
    DataProduct {
        domain: spanned(root, "domain"),
        tenant: text(root, "tenant").filter(|_| is_shown),
        team: team(root, detail),
        product_type: spanned(root, "type").or(typed),
        is_deprecated: is_true(root, "deprecated"),
        synonyms: if is_shown { synonyms(root.get("synonyms")) } else { Vec::new() },
        input_ports: exact(
            root.list("inputPorts").filter(|port| port.is_mapping()).map(|port| input_port(port, detail)),
        ),
        output_ports: exact(
            root.list("outputPorts").filter(|port| port.is_mapping()).map(|port| output_port(port, detail)),
        ),
        management_ports: exact(
            root.list("managementPorts").filter(|port| is_shown && port.is_mapping()).map(management_port),
        ),
        header,
    }
}

/// The place of a port is that of its name, else of its first key.
pub(super) fn port_span(port: NodeRef<'_>) -> crate::source::Span {
    let named = port.get("name").map(NodeRef::span);
    named.or_else(|| port.entries().next().map(|(key, _)| key.span())).unwrap_or(port.span())
}

fn input_port(port: NodeRef<'_>, detail: Detail) -> InputPort {
    const SYSTEM: [&str; 2] = ["sourceSystemId", "sourceSystem"];
    const ASSET: [&str; 2] = ["sourceAssetId", "sourceAsset"];
    let mut custom = custom_properties(port);
    let property = |names: [&str; 2]| -> Option<SpannedText> {
        let found = custom.iter().find(|custom| names.contains(&custom.property.as_str()))?;
        Some(Spanned::new(found.value.clone(), found.span))
    };
    let (source_system, source_asset) = (property(SYSTEM), property(ASSET));
    custom.retain(|custom| !SYSTEM.contains(&custom.property.as_str()) && !ASSET.contains(&custom.property.as_str()));
    InputPort {
        name: text(port, "name").unwrap_or_default(),
        span: port_span(port),
        contract_id: spanned(port, "contractId"),
        version: spanned(port, "version"),
        source_system,
        source_asset,
        is_deprecated: is_true(port, "deprecated"),
        definitions: definitions(port),
        detail: if detail == Detail::Pages { port_detail(port, custom) } else { None },
    }
}

fn output_port(port: NodeRef<'_>, detail: Detail) -> OutputPort {
    let input_contract =
        |item: NodeRef<'_>| Some(InputContract { id: spanned(item, "id")?, version: spanned(item, "version") });
    OutputPort {
        id: text(port, "id"),
        name: text(port, "name").unwrap_or_default(),
        span: port_span(port),
        port_type: text(port, "type"),
        contract_id: spanned(port, "contractId"),
        version: spanned(port, "version"),
        input_contracts: exact(port.list("inputContracts").filter_map(input_contract)),
        is_deprecated: is_true(port, "deprecated"),
        definitions: definitions(port),
        detail: if detail == Detail::Pages { port_detail(port, custom_properties(port)) } else { None },
    }
}

/// Keeps what a port says of itself, where it says anything.
fn port_detail(port: NodeRef<'_>, custom: Vec<CustomProperty>) -> Option<Box<PortDetail>> {
    let sbom = |bill: NodeRef<'_>| Some(Sbom { kind: text(bill, "type"), url: text(bill, "url")? });
    let detail = PortDetail {
        description: text(port, "description"),
        tags: texts(port, "tags"),
        synonyms: synonyms(port.get("synonyms")),
        custom,
        sbom: exact(port.list("sbom").filter_map(sbom)),
    };
    (detail != PortDetail::default()).then(|| Box::new(detail))
}

fn management_port(port: NodeRef<'_>) -> ManagementPort {
    ManagementPort {
        name: text(port, "name").unwrap_or_default(),
        content: text(port, "content"),
        port_type: text(port, "type"),
        url: text(port, "url"),
        channel: text(port, "channel"),
        description: text(port, "description"),
        is_deprecated: is_true(port, "deprecated"),
        tags: texts(port, "tags"),
        custom: custom_properties(port),
        definitions: definitions(port),
    }
}

pub(super) fn contract(root: NodeRef<'_>, mut header: Header, keep: Keep<'_>) -> DataContract {
    let detail = keep.detail;
    let is_observed = keep.is_observed(&header.id);
    // Results name the promises they are about; elsewhere rules only ask whether there is any.
    let promises = if is_observed { Detail::Pages } else { detail };
    if is_observed && header.detail.is_none() {
        // Results of the time before it was made are not about it.
        let created = text(root, "contractCreatedTs");
        header.detail = created.map(|day| Box::new(HeaderDetail { created: Some(day), ..HeaderDetail::default() }));
    }
    let mut columns = Columns {
        detail,
        promises,
        n_quality_rules: 0,
        has_examples: false,
        shared_ids: Vec::new(),
        contradictions: Vec::new(),
    };
    let schema = || root.list("schema").filter(|object| object.is_mapping());
    let ids: Vec<_> = schema().filter_map(|object| Some((object.get("id")?, object.get("name")))).collect();
    columns.note_shared(Part::Object, &ids);
    let objects = exact(schema().map(|object| schema_object(object, &mut columns)));
    let is_shown = detail == Detail::Pages;
    DataContract {
        header,
        domain: spanned(root, "domain"),
        tenant: text(root, "tenant").filter(|_| is_shown),
        data_product: text(root, "dataProduct").filter(|_| is_shown),
        team: team(root, detail).map(Box::new),
        servers: servers(root, promises),
        objects,
        stray_columns: stray_columns(schema()).into(),
        contradictions: contradictions::of(root, columns.contradictions),
        n_quality_rules: columns.n_quality_rules,
        has_examples: columns.has_examples,
        shared_ids: columns.shared_ids.into(),
        service_levels: exact(root.list("slaProperties").filter_map(|level| service_level(level, promises, detail))),
        roles: exact(root.list("roles").filter_map(|item| role(item, detail))),
        price: root.get("price").filter(|price| is_shown && price.is_mapping()).map(|price| {
            Box::new(Price {
                amount: text(price, "priceAmount"),
                currency: text(price, "priceCurrency"),
                unit: text(price, "priceUnit"),
            })
        }),
    }
}

/// Returns what quality rules of objects name as columns, and what is neither name nor physical name of a column right
/// below the object: hardly any rule names more than these.
fn stray_columns<'a>(objects: impl Iterator<Item = NodeRef<'a>>) -> Vec<StrayColumn> {
    let names_of = |object: NodeRef<'_>| -> BTreeSet<Text> {
        let columns = object.list("properties");
        let names =
            columns.flat_map(|column| ["name", "physicalName"].into_iter().filter_map(move |key| text(column, key)));
        // What is quoted there, as some engines ask for it, is written without the quotes here.
        names.map(|name| name.trim_matches(['"', '`', '[', ']']).to_lowercase().into()).collect()
    };
    let mut stray = Vec::new();
    for (object_idx, object) in objects.enumerate() {
        let mut names: Option<BTreeSet<Text>> = None;
        for rule in object.list("quality") {
            for column in rule.get("arguments").map(|given| spanned_texts(given, "properties")).unwrap_or_default() {
                if !names.get_or_insert_with(|| names_of(object)).contains(column.value.trim().to_lowercase().as_str())
                {
                    let rule = ["name", "id", "metric", "rule"].iter().find_map(|key| text(rule, key));
                    stray.push(StrayColumn { object_idx, rule: rule.unwrap_or_default(), column });
                }
            }
        }
    }
    exact(stray.into_iter())
}

pub(super) fn servers(root: NodeRef<'_>, detail: Detail) -> Vec<Server> {
    let server = |node: NodeRef<'_>| {
        const NAMED: [&str; 5] = ["server", "type", "environment", "description", "id"];
        let fields = node
            .entries()
            .filter(|_| detail == Detail::Pages)
            .filter_map(|(key, value)| {
                let key = key.as_str().filter(|key| !NAMED.contains(key))?;
                Some((Text::from(key), super::shared(&value.scalar_text()?)))
            })
            .collect();
        Some(Server {
            name: text(node, "server").unwrap_or_default(),
            server_type: text(node, "type")?,
            environment: text(node, "environment"),
            description: text(node, "description").filter(|_| detail == Detail::Pages),
            fields,
            detail: server_detail(node, detail),
        })
    };
    exact(root.list("servers").filter_map(server))
}

/// Keeps what few servers state, where this one does.
fn server_detail(node: NodeRef<'_>, detail: Detail) -> Option<Box<ServerDetail>> {
    let roles = exact(node.list("roles").filter_map(|item| role(item, detail)));
    let custom = if detail == Detail::Pages { custom_properties(node) } else { Vec::new() };
    (!roles.is_empty() || !custom.is_empty()).then(|| Box::new(ServerDetail { roles, custom }))
}

fn schema_object(node: NodeRef<'_>, columns: &mut Columns) -> SchemaObject {
    let detail = columns.detail;
    let prose = |key| text(node, key).filter(|_| detail == Detail::Pages);
    let name = spanned(node, "name");
    let properties = properties(node.get("properties"), columns).into_boxed_slice();
    SchemaObject {
        name: name.unwrap_or_else(|| Spanned::new(Text::new(), port_span(node))),
        id: text(node, "id"),
        physical_name: text(node, "physicalName"),
        physical_type: prose("physicalType"),
        business_name: prose("businessName"),
        description: prose("description"),
        is_deprecated: is_true(node, "deprecated"),
        rare: if detail == Detail::Pages { rare_object(node) } else { None },
        has_quality: columns.count(node.get("quality"), node.get("examples")),
        summary: ColumnSummary::of(&properties),
        properties,
        quality: quality(node.get("quality"), columns),
        relationships: relationships(node.get("relationships")),
        definitions: definitions(node),
    }
}

fn rare_object(node: NodeRef<'_>) -> Option<Box<RareObject>> {
    let rare = RareObject {
        granularity: text(node, "dataGranularityDescription"),
        tags: texts(node, "tags"),
        synonyms: synonyms(node.get("synonyms")),
        custom: custom_properties(node),
    };
    (rare != RareObject::default()).then(|| Box::new(rare))
}

pub(super) fn relationships(list: Option<NodeRef<'_>>) -> Vec<Relationship> {
    let Some(list) = list else { return Vec::new() };
    let relationship = |item: NodeRef<'_>| Relationship {
        kind: text(item, "type"),
        from: spanned_texts(item, "from"),
        to: spanned_texts(item, "to"),
    };
    exact(list.items().filter(|item| item.is_mapping()).map(relationship))
}

fn service_level(node: NodeRef<'_>, promises: Detail, detail: Detail) -> Option<ServiceLevel> {
    let property = spanned(node, "property")?;
    let unit = spanned(node, "unit");
    Some(ServiceLevel {
        span: property.span,
        property: property.value,
        value: any_text(node.entry("value")?.1),
        unit_span: unit.as_ref().map(|unit| unit.span).unwrap_or_default(),
        unit: unit.map(|unit| unit.value),
        element: spanned(node, "element").map(Box::new),
        detail: (promises == Detail::Pages)
            .then(|| level_detail(node, detail))
            .filter(|detail| *detail != ServiceLevelDetail::default())
            .map(Box::new),
    })
}

fn level_detail(node: NodeRef<'_>, detail: Detail) -> ServiceLevelDetail {
    let rare = || RareLevel { definitions: definitions(node), custom: custom_properties(node) };
    let rare = (detail == Detail::Pages).then(rare).filter(|rare| *rare != RareLevel::default());
    ServiceLevelDetail {
        rare: rare.map(Box::new),
        id: text(node, "id"),
        value_ext: text(node, "valueExt"),
        driver: text(node, "driver"),
        description: text(node, "description"),
        schedule: text(node, "schedule"),
        scheduler: text(node, "scheduler"),
    }
}

fn role(node: NodeRef<'_>, detail: Detail) -> Option<Role> {
    let shown = || RoleDetail { description: text(node, "description"), custom: custom_properties(node) };
    let shown = (detail == Detail::Pages).then(shown).filter(|shown| *shown != RoleDetail::default());
    Some(Role {
        role: text(node, "role")?,
        detail: shown.map(Box::new),
        access: text(node, "access"),
        first_level_approvers: text(node, "firstLevelApprovers"),
        second_level_approvers: text(node, "secondLevelApprovers"),
    })
}

/// `synonyms` as a list of objects (3.2) or of texts.
pub(super) fn synonyms(list: Option<NodeRef<'_>>) -> Vec<Text> {
    let Some(list) = list else { return Vec::new() };
    let one = |item: NodeRef<'_>| text(item, "synonym").or_else(|| Some(Text::from(item.as_str()?)));
    list.items().filter_map(one).collect()
}

pub(super) fn agreement(root: NodeRef<'_>, header: Header) -> AccessAgreement {
    let provider = root.get("provider");
    let consumer = root.get("consumer");
    let of = |node: Option<NodeRef<'_>>, key: &str| node.and_then(|node| spanned(node, key));
    AccessAgreement {
        purpose: root.get("description").and_then(|description| spanned(description, "purpose")),
        header,
        start: spanned(root, "startTimestamp"),
        end: spanned(root, "endTimestamp"),
        reassessment: spanned(root, "nextReassessmentTimestamp"),
        provider: AgreementProvider {
            team: of(provider, "teamId"),
            product: of(provider, "dataProductId"),
            port: of(provider, "outputPortId"),
            contract: of(provider, "dataContractId"),
            contract_version: of(provider, "dataContractVersion"),
        },
        consumer: AgreementConsumer {
            team: of(consumer, "teamId"),
            product: of(consumer, "dataProductId"),
            user: of(consumer, "userId").map(|user| user.value),
        },
        roles: exact(root.list("roles").filter_map(|role| spanned(role, "role"))),
    }
}

pub(super) fn glossary(root: NodeRef<'_>, header: Header) -> SemanticDefinition {
    let term = |node: NodeRef<'_>| {
        let listed = synonyms(node.get("synonyms"));
        let custom =
            node.list("customProperties").filter(|item| text(*item, "property").as_deref() == Some("synonyms"));
        let more = custom.filter_map(|item| item.get("value")).flat_map(|value| match value.as_str() {
            Some(words) => words.split(',').map(|word| Text::from(word.trim())).collect(),
            None => value.items().map(any_text).collect::<Vec<_>>(),
        });
        Some(Term {
            id: spanned(node, "id")?,
            name: text(node, "name"),
            description: text(node, "description"),
            business_name: text(node, "businessName"),
            semantic_type: text(node, "semanticType"),
            logical_type: text(node, "logicalType"),
            classification: text(node, "classification"),
            is_critical: is_true(node, "criticalDataElement"),
            synonyms: listed.into_iter().chain(more).collect(),
            relationships: node
                .list("relationships")
                .filter_map(|item| {
                    // `relatedTo` is the default of the draft.
                    let kind = text(item, "type").unwrap_or_else(|| Text::from("relatedTo"));
                    Some(TermRelationship { kind, to: spanned(item, "to")? })
                })
                .collect(),
            definitions: definitions(node),
        })
    };
    SemanticDefinition {
        domain: spanned(root, "domain"),
        terms: exact(root.list("definitions").filter_map(term)),
        header,
    }
}
