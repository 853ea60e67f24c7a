//! What descriptors state beside what a mesh is made of: of whom they are, what whoever answers questions has to know,
//! links, and what is one's own.

use serde::Serialize;
use serde_json::Value;

use super::CustomTwin;
use crate::model::{
    AuthoritativeDefinition, Context, CustomProperty, Header, ManagementPort, PortDetail, Role, Sbom, TeamBlock, Text,
};

/// A link to what explains a thing.
#[derive(Clone, Debug, Serialize)]
pub(super) struct DefinitionTwin {
    #[serde(rename = "type")]
    kind: Text,
    url: Text,
    description: Option<Text>,
}

/// `context` of a thing or of a part of it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ContextTwin {
    /// `null` for all of it.
    part: Option<Text>,
    instructions: Option<Text>,
    #[serde(rename = "verifiedStatements")]
    statements: Vec<StatementTwin>,
    constraints: Vec<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct StatementTwin {
    question: Text,
    answer: Text,
}

/// What a port says of itself.
#[derive(Clone, Debug, Serialize)]
pub(super) struct PortTwin {
    tags: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    synonyms: Vec<Text>,
    #[serde(rename = "customProperties")]
    custom: Vec<CustomTwin>,
    #[serde(rename = "authoritativeDefinitions")]
    definitions: Vec<DefinitionTwin>,
}

/// A bill of materials.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SbomTwin {
    #[serde(rename = "type")]
    kind: Option<Text>,
    url: Text,
}

/// A port for running the product.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ManagementPortTwin {
    name: Text,
    content: Option<Text>,
    #[serde(rename = "type")]
    port_type: Option<Text>,
    url: Option<Text>,
    channel: Option<Text>,
    description: Option<Text>,
    deprecated: bool,
    #[serde(flatten)]
    port: PortTwin,
}

/// `team` as its file writes it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TeamBlockTwin {
    name: Option<Text>,
    description: Option<Text>,
    /// Names of people, where the site shows them.
    members: Vec<MemberTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct MemberTwin {
    username: Text,
    name: Option<Text>,
    role: Option<Text>,
}

/// A role that readers take.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RoleTwin {
    role: Text,
    description: Option<Text>,
    access: Option<Text>,
    #[serde(rename = "firstLevelApprovers")]
    first_level_approvers: Option<Text>,
    #[serde(rename = "secondLevelApprovers")]
    second_level_approvers: Option<Text>,
    #[serde(rename = "customProperties", skip_serializing_if = "Vec::is_empty")]
    custom: Vec<CustomTwin>,
}

pub(super) fn definitions(list: &[AuthoritativeDefinition]) -> Vec<DefinitionTwin> {
    let definition = |definition: &AuthoritativeDefinition| DefinitionTwin {
        kind: definition.kind.clone(),
        url: definition.url.value.clone(),
        description: definition.description.clone(),
    };
    list.iter().map(definition).collect()
}

pub(super) fn custom(list: &[CustomProperty]) -> Vec<CustomTwin> {
    list.iter().map(|custom| CustomTwin { property: custom.property.clone(), value: value(custom) }).collect()
}

/// Makes twins of what columns and quality rules keep of `customProperties`: names with values as JSON.
pub(super) fn custom_of<'a>(pairs: impl Iterator<Item = (&'a Text, &'a Text)>) -> Vec<CustomTwin> {
    let value = |json: &Text| serde_json::from_str(json).unwrap_or_else(|_| json.as_str().into());
    pairs.map(|(property, json)| CustomTwin { property: property.clone(), value: value(json) }).collect()
}

/// Returns the value of a custom property as JSON. What is in quotes or a block of text has a place that is longer than its
/// value: all else is of the type that YAML gives it.
fn value(custom: &CustomProperty) -> Value {
    let text = custom.value.as_str();
    let n_bytes = custom.span.end.saturating_sub(custom.span.start) as usize;
    if text.starts_with(['[', '{']) {
        let parsed = serde_json::from_str(text).ok();
        return parsed.filter(|value: &Value| value.is_array() || value.is_object()).unwrap_or_else(|| text.into());
    }
    match text {
        // `null`, `~` and nothing; two quotes are an empty text.
        "" if n_bytes != 2 => Value::Null,
        _ if n_bytes != text.len() => text.into(),
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => serde_json::from_str(text).ok().filter(Value::is_number).unwrap_or_else(|| text.into()),
    }
}

pub(super) fn contexts(header: &Header) -> Vec<ContextTwin> {
    let context = |context: &Context| ContextTwin {
        part: context.part.clone(),
        instructions: context.instructions.clone(),
        statements: context
            .statements
            .iter()
            .map(|(question, answer)| StatementTwin { question: question.clone(), answer: answer.clone() })
            .collect(),
        constraints: context.constraints.clone(),
    };
    header.detail.iter().flat_map(|detail| &detail.contexts).map(context).collect()
}

pub(super) fn port(detail: Option<&PortDetail>, links: &[AuthoritativeDefinition]) -> PortTwin {
    PortTwin {
        tags: detail.map(|detail| detail.tags.clone()).unwrap_or_default(),
        synonyms: detail.map(|detail| detail.synonyms.clone()).unwrap_or_default(),
        custom: custom(detail.map_or(&[], |detail| &detail.custom)),
        definitions: definitions(links),
    }
}

pub(super) fn sbom(detail: Option<&PortDetail>) -> Vec<SbomTwin> {
    let bill = |bill: &Sbom| SbomTwin { kind: bill.kind.clone(), url: bill.url.clone() };
    detail.into_iter().flat_map(|detail| &detail.sbom).map(bill).collect()
}

pub(super) fn management(ports: &[ManagementPort]) -> Vec<ManagementPortTwin> {
    let twin = |port: &ManagementPort| ManagementPortTwin {
        name: port.name.clone(),
        content: port.content.clone(),
        port_type: port.port_type.clone(),
        url: port.url.clone(),
        channel: port.channel.clone(),
        description: port.description.clone(),
        deprecated: port.is_deprecated,
        port: PortTwin {
            tags: port.tags.clone(),
            synonyms: Vec::new(),
            custom: custom(&port.custom),
            definitions: definitions(&port.definitions),
        },
    };
    ports.iter().map(twin).collect()
}

/// Makes the twin of a team as its file writes it; its members only where people are shown.
pub(super) fn team(team: &TeamBlock, shows_people: bool) -> TeamBlockTwin {
    let members = team.members.iter().filter(|_| shows_people).map(|member| MemberTwin {
        username: member.username.clone(),
        name: member.name.clone(),
        role: member.role.clone(),
    });
    TeamBlockTwin {
        name: team.name.as_ref().map(|name| name.value.clone()),
        description: team.description.clone(),
        members: members.collect(),
    }
}

pub(super) fn roles(roles: &[Role]) -> Vec<RoleTwin> {
    let twin = |role: &Role| RoleTwin {
        role: role.role.clone(),
        description: role.description().cloned(),
        access: role.access.clone(),
        first_level_approvers: role.first_level_approvers.clone(),
        second_level_approvers: role.second_level_approvers.clone(),
        custom: custom(role.custom()),
    };
    roles.iter().map(twin).collect()
}
