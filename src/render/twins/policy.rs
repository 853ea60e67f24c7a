//! The twin of a policy: the rule with all that it takes to read it, and what came of it here.

use serde::Serialize;

use super::{Head, Link, View};
use crate::graph::{Found, slug_of};
use crate::model::{Kind, PolicyWaiver, SpannedText, Text, Waiver};
use crate::policy::Stage;
use crate::render::parts;

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTwin<'a> {
    #[serde(flatten)]
    head: Head,
    category: Option<Text>,
    severity: Option<Text>,
    stage: Option<Text>,
    #[serde(rename = "effectiveFrom")]
    effective_from: Option<Text>,
    owner: Option<Link>,
    /// What it binds; left out where that is everything.
    #[serde(skip_serializing_if = "ScopeTwin::is_empty")]
    scope: ScopeTwin<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    variables: Vec<VariableTwin<'a>>,
    validations: Vec<ValidationTwin>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tests: Vec<TestTwin<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waivers: Vec<PolicyWaiverTwin<'a>>,
    /// What came of running it; left out where it is not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeTwin>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ScopeTwin<'a> {
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    kinds: &'a [Text],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    domains: Vec<&'a Text>,
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    tags: &'a [Text],
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    status: &'a [Text],
    #[serde(skip_serializing_if = "<[Text]>::is_empty")]
    product_types: &'a [Text],
}

impl ScopeTwin<'_> {
    fn is_empty(&self) -> bool {
        let lists = [self.kinds, self.tags, self.status, self.product_types];
        self.domains.is_empty() && lists.iter().all(|list| list.is_empty())
    }
}

#[derive(Clone, Debug, Serialize)]
struct VariableTwin<'a> {
    name: &'a Text,
    expression: &'a Text,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ValidationTwin {
    expression: Text,
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_expression: Option<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct TestTwin<'a> {
    name: &'a Text,
    given: &'a serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    today: Option<&'a Text>,
    /// The message that is expected; `null` where the case passes.
    expect: Option<&'a Text>,
    /// Why the case does not come out as it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a str>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PolicyWaiverTwin<'a> {
    /// Of a document of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Text>,
    target: &'a Text,
    reason: Option<&'a Text>,
    approved_by: Option<&'a Text>,
    expires: Option<&'a Text>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OutcomeTwin {
    /// What a finding counts as here, or `off`.
    level: &'static str,
    /// Its expressions were understood; else nothing was asked.
    usable: bool,
    /// How many things it binds.
    subjects: usize,
    passing: usize,
    failing: usize,
    /// Of the failing, those that waivers excuse from all that is found.
    waived: usize,
    unanswered: usize,
    /// Those that have nothing that it asks about; they are not among the passing.
    idle: usize,
    /// What does not meet it.
    violations: Vec<ViolationTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct ViolationTwin {
    subject: Link,
    message: String,
}

impl<'a> PolicyTwin<'a> {
    /// Makes the twin of a policy.
    #[must_use]
    pub fn of(view: View<'a>, idx: usize) -> PolicyTwin<'a> {
        let policy = &view.mesh.policies[idx];
        let owner = policy.owner.as_ref().and_then(|owner| view.mesh.team(owner));
        let validations = policy.validations.iter().map(|validation| ValidationTwin {
            expression: validation.expression.value.clone(),
            message: validation.message.clone(),
            message_expression: validation.message_expression.as_ref().map(|text| text.value.clone()),
        });
        let scope = &policy.scope;
        let ran = view.outcome.governance.policy(&policy.header.id.value);
        let failure = |at: usize| ran.and_then(|ran| ran.tests.get(at)?.failure.as_deref());
        let tests = policy.tests.iter().enumerate().map(|(at, test)| TestTwin {
            name: &test.name,
            given: &test.given,
            today: test.today.as_ref(),
            expect: test.expect.as_ref(),
            failure: failure(at),
        });
        PolicyTwin {
            head: view.head(&policy.header, Found { kind: Kind::Policy, idx }),
            category: policy.category.clone(),
            severity: policy.severity.clone(),
            stage: policy.stage.clone(),
            effective_from: policy.effective_from.clone(),
            owner: view.team(owner),
            scope: ScopeTwin {
                kinds: &scope.kinds,
                domains: scope.domains.iter().map(|domain| &domain.value).collect(),
                tags: &scope.tags,
                status: &scope.status,
                product_types: &scope.product_types,
            },
            variables: policy
                .variables
                .iter()
                .map(|variable| VariableTwin { name: &variable.name, expression: &variable.expression.value })
                .collect(),
            validations: validations.collect(),
            tests: tests.collect(),
            waivers: waivers(view, idx),
            outcome: outcome(view, idx),
        }
    }

    /// Returns the stem of a policy's page.
    #[must_use]
    pub fn slug(view: View<'_>, idx: usize) -> String {
        slug_of(&view.mesh.policies[idx].header)
    }
}

/// Lists the waivers of a policy: documents that name it, then those inside it.
fn waivers(view: View<'_>, idx: usize) -> Vec<PolicyWaiverTwin<'_>> {
    fn text(text: Option<&SpannedText>) -> Option<&Text> {
        text.map(|text| &text.value)
    }
    let policy = &view.mesh.policies[idx];
    let own = view.mesh.waivers.iter().filter(|waiver| waiver.names_policy(&policy.header.id.value));
    let own = own.map(|waiver: &Waiver| PolicyWaiverTwin {
        id: Some(&waiver.header.id.value),
        target: &waiver.target.value,
        reason: waiver.reason.as_ref(),
        approved_by: text(waiver.approved_by.as_ref()),
        expires: text(waiver.expires.as_ref()),
    });
    let inside = policy.waivers.iter().map(|waiver: &PolicyWaiver| PolicyWaiverTwin {
        id: None,
        target: &waiver.target.value,
        reason: waiver.reason.as_ref(),
        approved_by: text(waiver.approved_by.as_ref()),
        expires: text(waiver.expires.as_ref()),
    });
    own.chain(inside).collect()
}

/// Says how a policy is kept; what does not meet it is cut as on its page.
fn outcome(view: View<'_>, idx: usize) -> Option<OutcomeTwin> {
    let policy = &view.mesh.policies[idx];
    let id = policy.header.id.value.as_str();
    let ran = view.outcome.governance.policy(id)?;
    if ran.stage == Stage::Retired || policy.validations.is_empty() {
        return None;
    }
    let subject = |found: Found| match found.kind {
        Kind::SemanticDefinition => view.term(found.idx),
        Kind::DataContract => view.contract(found.idx),
        _ => view.link(found, view.mesh.header(found)),
    };
    let violations = ran.violations.iter().take(crate::render::site::ROWS).map(|violation| ViolationTwin {
        subject: subject(violation.subject),
        message: parts::shortened(&violation.message, MESSAGE).into_owned(),
    });
    Some(OutcomeTwin {
        level: view.outcome.level_of(ran).map_or("off", crate::diagnostic::Severity::word),
        usable: ran.is_usable,
        subjects: ran.n_subjects,
        passing: ran.n_passing() - ran.n_idle,
        failing: ran.n_failing,
        waived: view.outcome.waived_by_policy(id),
        unanswered: ran.n_unanswered,
        idle: ran.n_idle,
        violations: violations.collect(),
    })
}

/// Characters of the message of a violation.
const MESSAGE: usize = 400;
