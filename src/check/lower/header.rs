//! The header and the blocks that all kinds share.

use super::{any_text, exact, is_true, spanned, text, texts};
use crate::check::Detail;
use crate::model::{
    AuthoritativeDefinition, Context, CustomProperty, Description, Header, HeaderDetail, Kind, Member, Reading,
    Support, TeamBlock, Text, status_word,
};
use crate::source::FileId;
use crate::yaml::NodeRef;

pub(super) fn header(kind: Kind, root: NodeRef<'_>, file: FileId, reading: Reading, detail: Detail) -> Option<Header> {
    let id = spanned(root, "id").filter(|id| !id.trim().is_empty())?;
    let stand_in = if is_uuid(&id) { stand_in(root) } else { None };
    let status = spanned(root, "status");
    // Decided once here: it is asked of everything very often.
    let written = status.as_ref().map_or("", |status| status.value.as_str());
    let word = match status_word(written) {
        word if kind == Kind::DataProduct && word != "retired" && is_true(root, "deprecated") => "deprecated".into(),
        word => word,
    };
    let counts_as = (word != written).then(|| Box::new(word));
    Some(Header {
        kind,
        file,
        reading,
        api_version: text(root, "apiVersion").unwrap_or_default(),
        id,
        name: text(root, "name"),
        stand_in,
        version: spanned(root, "version"),
        status,
        counts_as,
        description: description(root, detail),
        tags: texts(root, "tags"),
        // Only pages show whom to ask.
        support: exact(root.list("support").filter(|_| detail == Detail::Pages).filter_map(support)),
        definitions: definitions(root),
        custom: custom_properties(root),
        detail: if detail == Detail::Pages { shown(root) } else { None },
    })
}

/// Keeps what only pages show, where it is stated.
fn shown(root: NodeRef<'_>) -> Option<Box<HeaderDetail>> {
    let description = root.get("description");
    let explained =
        |item: NodeRef<'_>| Some((text(item, "property")?, text(item, "description").filter(|text| !text.is_empty())?));
    let detail = HeaderDetail {
        created: text(root, "productCreatedTs").or_else(|| text(root, "contractCreatedTs")),
        description_links: description.map(definitions).unwrap_or_default(),
        team_links: root.get("team").map(definitions).unwrap_or_default(),
        description_custom: description.map(custom_properties).unwrap_or_default(),
        explained: exact(root.list("customProperties").filter_map(explained)),
        contexts: contexts(root),
    };
    (detail != HeaderDetail::default()).then(|| Box::new(detail))
}

/// Returns `context` of a descriptor, then of its objects and output ports.
fn contexts(root: NodeRef<'_>) -> Vec<Context> {
    let part = |part: NodeRef<'_>| context(part, text(part, "name"));
    let parts = ["schema", "outputPorts"].into_iter().flat_map(|list| root.list(list).filter_map(part));
    exact(context(root, None).into_iter().chain(parts))
}

fn context(node: NodeRef<'_>, part: Option<Text>) -> Option<Context> {
    let context = node.get("context")?;
    let said = |node: NodeRef<'_>, key: &str| text(node, key).filter(|said| !said.trim().is_empty());
    let statement = |item: NodeRef<'_>| Some((said(item, "question")?, said(item, "answer").unwrap_or_default()));
    let found = Context {
        instructions: said(node, "context").or_else(|| said(context, "instructions")),
        statements: exact(context.list("verifiedStatements").filter_map(statement)),
        constraints: exact(context.list("constraints").filter_map(|item| said(item, "constraint"))),
        part: None,
    };
    (found != Context::default()).then(|| Context { part, ..found })
}

/// Says whether an id is a UUID, which nobody reads as a name.
fn is_uuid(id: &str) -> bool {
    let is_digit = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    id.len() == 36 && id.bytes().enumerate().all(is_digit)
}

/// Returns what names a thing beside `name`: a property of one's own, the only object of a contract, the product that a
/// contract says it is of.
fn stand_in(root: NodeRef<'_>) -> Option<Text> {
    let said = |node: NodeRef<'_>, key: &str| text(node, key).filter(|said| !said.trim().is_empty());
    let is_title = |item: &NodeRef<'_>| {
        let property = text(*item, "property");
        property.is_some_and(|name| matches!(name.as_str(), "displayName" | "title" | "businessName"))
    };
    let own = root.list("customProperties").filter(is_title).find_map(|item| said(item, "value"));
    let mut objects = root.list("schema");
    let only = objects.next().filter(|_| objects.next().is_none());
    own.or_else(|| only.and_then(|object| said(object, "businessName").or_else(|| said(object, "name"))))
        .or_else(|| said(root, "dataProduct"))
}

fn description(root: NodeRef<'_>, detail: Detail) -> Description {
    let Some(node) = root.get("description") else { return Description::default() };
    // Rules ask only whether a text is there and not empty; its first words say that too.
    let cut = |text: Text| match detail {
        Detail::Pages => text,
        Detail::Rules => text.chars().take(12).collect(),
    };
    if let Some(purpose) = node.as_str() {
        return Description { purpose: Some(cut(Text::from(purpose))), ..Description::default() };
    }
    Description {
        purpose: text(node, "purpose").map(cut),
        limitations: text(node, "limitations").map(cut),
        usage: text(node, "usage").map(cut),
    }
}

fn support(node: NodeRef<'_>) -> Option<Support> {
    Some(Support {
        channel: text(node, "channel")?,
        url: text(node, "url"),
        tool: text(node, "tool"),
        scope: text(node, "scope"),
        description: text(node, "description"),
        invitation: text(node, "invitationUrl"),
    })
}

pub(super) fn definitions(node: NodeRef<'_>) -> Vec<AuthoritativeDefinition> {
    definitions_of(node.get("authoritativeDefinitions"))
}

pub(super) fn definitions_of(list: Option<NodeRef<'_>>) -> Vec<AuthoritativeDefinition> {
    let Some(list) = list else { return Vec::new() };
    let definition = |item: NodeRef<'_>| {
        Some(AuthoritativeDefinition {
            kind: text(item, "type").unwrap_or_default(),
            url: spanned(item, "url")?,
            description: text(item, "description"),
        })
    };
    exact(list.items().filter_map(definition))
}

pub(super) fn custom_properties(node: NodeRef<'_>) -> Vec<CustomProperty> {
    let custom = |item: NodeRef<'_>| {
        let value = item.entry("value")?.1;
        Some(CustomProperty { property: text(item, "property")?, value: any_text(value), span: value.span() })
    };
    exact(node.list("customProperties").filter_map(custom))
}

/// `team` as an object, or as the list of members that ODCS had before 3.1.
pub(super) fn team(root: NodeRef<'_>, detail: Detail) -> Option<TeamBlock> {
    let node = root.get("team")?;
    let is_shown = detail == Detail::Pages;
    if node.is_sequence() {
        let members = exact(node.items().filter(|_| is_shown).filter_map(member));
        return Some(TeamBlock { members, ..TeamBlock::default() });
    }
    node.is_mapping().then(|| TeamBlock {
        name: spanned(node, "name").filter(|name| !name.trim().is_empty()),
        description: text(node, "description").filter(|_| is_shown),
        members: if is_shown { members(node) } else { Vec::new() },
    })
}

pub(super) fn members(node: NodeRef<'_>) -> Vec<Member> {
    exact(node.list("members").filter_map(member))
}

fn member(node: NodeRef<'_>) -> Option<Member> {
    Some(Member { username: text(node, "username")?, name: text(node, "name"), role: text(node, "role") })
}
