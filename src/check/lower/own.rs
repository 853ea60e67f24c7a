//! Our own kinds, `apiVersion: meshfolio/v1`.

use super::header::members;
use super::{spanned, spanned_texts, text, texts};
use crate::check::Detail;
use crate::model::{
    AcknowledgedChange, AcknowledgedChanges, Acknowledgement, Asset, Axis, AxisCheck, Domain, Header, Policy,
    PolicyScope, PolicyTest, PolicyVariable, PolicyWaiver, Review, ScopePlaces, Scorecard, SourceSystem, SpannedText,
    Team, Text, Validation, Waiver,
};
use crate::source::{Span, Spanned};
use crate::yaml::NodeRef;

/// A text that the schema requires; empty, at the document, when it is missing.
fn required(root: NodeRef<'_>, key: &str) -> SpannedText {
    spanned(root, key).unwrap_or_else(|| Spanned::new(Text::new(), Span::default()))
}

pub(super) fn domain(root: NodeRef<'_>, header: Header) -> Domain {
    Domain {
        header,
        parent: spanned(root, "parentDomain"),
        domain_type: text(root, "type"),
        owner: spanned(root, "owner"),
        stewards: spanned_texts(root, "stewards"),
        operating_mode: text(root, "operatingMode"),
    }
}

pub(super) fn team(root: NodeRef<'_>, header: Header) -> Team {
    Team {
        header,
        team_type: text(root, "type"),
        domain: spanned(root, "domain"),
        members: members(root),
        forge_handle: text(root, "forgeHandle"),
    }
}

pub(super) fn policy(root: NodeRef<'_>, header: Header) -> Policy {
    let scope = root.get("scope");
    let list = |key: &str| scope.map(|scope| texts(scope, key)).unwrap_or_default();
    let places = |key: &str| {
        let items = scope.and_then(|scope| scope.get(key)).into_iter().flat_map(NodeRef::items);
        items.filter(|item| item.scalar_text().is_some()).map(NodeRef::span).collect()
    };
    Policy {
        header,
        category: text(root, "category"),
        owner: spanned(root, "owner"),
        severity: text(root, "severity"),
        stage: text(root, "stage"),
        effective_from: text(root, "effectiveFrom"),
        scope: PolicyScope {
            kinds: list("kinds"),
            domains: scope.map(|scope| spanned_texts(scope, "domains")).unwrap_or_default(),
            tags: list("tags"),
            status: list("status"),
            product_types: list("productTypes"),
            places: ScopePlaces {
                tags: places("tags"),
                status: places("status"),
                product_types: places("productTypes"),
            },
        },
        variables: root
            .list("variables")
            .filter_map(|item| {
                Some(PolicyVariable { name: text(item, "name")?, expression: spanned(item, "expression")? })
            })
            .collect(),
        validations: root
            .list("validations")
            .filter_map(|item| {
                Some(Validation {
                    expression: spanned(item, "expression")?,
                    message: text(item, "message"),
                    message_expression: spanned(item, "messageExpression"),
                })
            })
            .collect(),
        tests: root.list("tests").filter(|item| item.is_mapping()).map(policy_test).collect(),
        waivers: root
            .list("waivers")
            .filter_map(|item| {
                Some(PolicyWaiver {
                    span: item.span(),
                    target: spanned(item, "target")?,
                    reason: text(item, "reason"),
                    approved_by: spanned(item, "approvedBy"),
                    expires: spanned(item, "expires"),
                })
            })
            .collect(),
    }
}

fn policy_test(item: NodeRef<'_>) -> PolicyTest {
    PolicyTest {
        // One without a name is told, and must not be left out of those that are run.
        name: text(item, "name").unwrap_or_else(|| Text::from("a case without a name")),
        span: item.span(),
        given: item.get("given").map_or(serde_json::Value::Null, NodeRef::to_json),
        expect: item.get("expect").and_then(|expect| text(expect, "message")),
        today: text(item, "today"),
    }
}

pub(super) fn source_system(root: NodeRef<'_>, header: Header, detail: Detail) -> SourceSystem {
    let asset = |item: NodeRef<'_>| {
        let id = spanned(item, "id")?;
        Some(Asset {
            span: id.span,
            id: id.value,
            name: text(item, "name"),
            physical_type: text(item, "physicalType"),
            description: text(item, "description"),
        })
    };
    SourceSystem {
        header,
        system_type: text(root, "type"),
        owner: spanned(root, "owner"),
        domain: spanned(root, "domain"),
        servers: super::bitol::servers(root, detail),
        assets: root.list("assets").filter_map(asset).collect(),
    }
}

pub(super) fn review(root: NodeRef<'_>, header: Header) -> Review {
    Review {
        header,
        subject: required(root, "subject"),
        reviewer: spanned(root, "reviewer"),
        rating: root.get("rating").and_then(NodeRef::as_i64),
        used_for: text(root, "usedFor"),
        contract_version: spanned(root, "contractVersion"),
        date: spanned(root, "date"),
        text: text(root, "text"),
    }
}

pub(super) fn waiver(root: NodeRef<'_>, header: Header) -> Waiver {
    Waiver {
        header,
        target: required(root, "target"),
        rule: required(root, "rule"),
        reason: text(root, "reason"),
        approved_by: spanned(root, "approvedBy"),
        expires: spanned(root, "expires"),
    }
}

pub(super) fn acknowledgement(root: NodeRef<'_>, header: Header) -> Acknowledgement {
    let change = |item: NodeRef<'_>| Some(AcknowledgedChange { code: text(item, "code")?, path: text(item, "path")? });
    Acknowledgement {
        header,
        subject: required(root, "subject"),
        to_version: spanned(root, "toVersion"),
        consumer: spanned(root, "consumer"),
        changes: if root.list("changes").any(|item| item.as_str() == Some("all")) {
            AcknowledgedChanges::All
        } else {
            AcknowledgedChanges::Listed(root.list("changes").filter_map(change).collect())
        },
        date: spanned(root, "date"),
        note: text(root, "note"),
    }
}

pub(super) fn scorecard(root: NodeRef<'_>, header: Header) -> Scorecard {
    let check = |item: NodeRef<'_>| {
        Some(AxisCheck {
            id: spanned(item, "id")?,
            name: text(item, "name"),
            applies: spanned(item, "applies"),
            expression: spanned(item, "expression"),
            help: text(item, "help"),
            link: text(item, "link"),
        })
    };
    let axis = |item: NodeRef<'_>| {
        Some(Axis { axis: text(item, "axis")?, checks: item.list("checks").filter_map(check).collect() })
    };
    Scorecard { axes: root.list("axes").filter_map(axis).collect(), header }
}
