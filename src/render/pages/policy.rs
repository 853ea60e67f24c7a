//! A policy: what must I do, and why.

use serde::Serialize;

use super::page;
use crate::graph::slug_of;
use crate::model::{Kind, Urn};
use crate::render::parts::{self, Anchor, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::twins::{PolicyTwin, to_json};
use crate::render::{Page, RenderError, markdown};

#[derive(Serialize)]
struct PolicyPage {
    frame: Frame,
    name: String,
    say: Option<String>,
    stage: Sign,
    category: Option<String>,
    severity: Option<String>,
    owner: Option<Anchor>,
    effective_from: Option<String>,
    scope: Vec<ScopeRow>,
    validations: Vec<ValidationRow>,
    variables: Vec<VariableRow>,
    tests: Vec<TestRow>,
    waivers: Vec<WaiverRow>,
    prose_html: Option<String>,
}

#[derive(Serialize)]
struct ScopeRow {
    what: &'static str,
    values: String,
}

#[derive(Serialize)]
struct ValidationRow {
    message: String,
    expression: String,
}

#[derive(Serialize)]
struct VariableRow {
    name: String,
    expression: String,
}

#[derive(Serialize)]
struct TestRow {
    name: String,
    expect: String,
}

#[derive(Serialize)]
struct WaiverRow {
    target: String,
    reason: Option<String>,
    approved_by: Option<String>,
    expires: Option<String>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, policy) in site.mesh().policies.iter().enumerate() {
        let slug = slug_of(&policy.header);
        pages.extend(page(&format!("policies/{slug}.html"), idx, html));
        pages.extend(page(&format!("policies/{slug}.json"), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&PolicyTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let policy = &mesh.policies[idx as usize];
    let header = &policy.header;
    let linker = Linker { site, depth: 1 };
    let slug = slug_of(header);
    let mut frame =
        Frame::new(site, &format!("policies/{slug}.html"), "policies", header.title()).of_file(site, header.file);
    frame.json = Some(format!("policies/{slug}.json"));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Policy, &header.id.value, None));
    let purpose = header.description.purpose.as_deref();
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Policies", "policies/index.html"));
    let joined = |values: &[crate::model::Text]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let domains: Vec<crate::model::Text> = policy.scope.domains.iter().map(|domain| domain.value.clone()).collect();
    let scope = [
        ("Kinds", joined(&policy.scope.kinds)),
        ("Domains", joined(&domains)),
        ("Tags", joined(&policy.scope.tags)),
        ("Status", joined(&policy.scope.status)),
        ("Types of product", joined(&policy.scope.product_types)),
    ];
    let owner = policy.owner.as_ref();
    let page = PolicyPage {
        name: header.title().to_owned(),
        say: purpose.map(str::to_owned),
        stage: parts::status(policy.stage.as_deref().or(Some("enforced"))),
        category: policy.category.as_ref().map(ToString::to_string),
        severity: policy.severity.as_ref().map(ToString::to_string),
        owner: linker.team(owner.and_then(|owner| mesh.team(owner)), owner.map(|owner| owner.value.as_str())),
        effective_from: policy.effective_from.as_deref().map(parts::date),
        scope: scope
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(what, values)| ScopeRow { what, values })
            .collect(),
        validations: policy
            .validations
            .iter()
            .map(|validation| ValidationRow {
                message: validation
                    .message
                    .as_ref()
                    .or(validation.message_expression.as_ref().map(|expression| &expression.value))
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                expression: validation.expression.value.to_string(),
            })
            .collect(),
        variables: policy
            .variables
            .iter()
            .map(|variable| VariableRow {
                name: variable.name.to_string(),
                expression: variable.expression.value.to_string(),
            })
            .collect(),
        tests: policy
            .tests
            .iter()
            .map(|test| TestRow {
                name: test.name.to_string(),
                expect: test.expect.as_ref().map_or("passes".to_owned(), |message| format!("refused: {message}")),
            })
            .collect(),
        waivers: policy
            .waivers
            .iter()
            .map(|waiver| WaiverRow {
                target: waiver.target.value.to_string(),
                reason: waiver.reason.as_ref().map(ToString::to_string),
                approved_by: waiver.approved_by.as_ref().map(|team| team.value.to_string()),
                expires: waiver.expires.as_ref().map(|day| parts::date(&day.value)),
            })
            .collect(),
        prose_html: mesh
            .docs
            .prose_of(header.file, &site.outcome.sources)
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, heading_shift: 1, skip_title: true })),
        frame,
    };
    site.theme.render("policy.html", &page)
}
