//! The twins of what has no page of its own: agreements, reviews, waivers, acknowledgements, scorecards, maturity models.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Head, Link, View};
use crate::graph::Found;
use crate::model::{Criterion, Kind, SpannedText, Text};

/// An agreement on access.
#[derive(Clone, Debug, Serialize)]
pub struct AccessAgreementTwin {
    #[serde(flatten)]
    head: Head,
    provider: ProviderTwin,
    consumer: ConsumerTwin,
    start: Option<Text>,
    end: Option<Text>,
    #[serde(rename = "nextReassessment")]
    reassessment: Option<Text>,
    roles: Vec<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct ProviderTwin {
    product: Option<Link>,
    team: Option<Link>,
    port: Option<Text>,
    #[serde(rename = "contractId")]
    contract: Option<Text>,
    #[serde(rename = "contractVersion")]
    contract_version: Option<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct ConsumerTwin {
    product: Option<Link>,
    team: Option<Link>,
    user: Option<Text>,
}

impl AccessAgreementTwin {
    /// Makes the twin of an agreement. The user is left out unless `site.people` asks for people.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> AccessAgreementTwin {
        let agreement = &view.mesh.agreements[idx];
        let (provider, consumer) = (&agreement.provider, &agreement.consumer);
        let product = |id: Option<&SpannedText>| Some(view.product(view.mesh.product(id?)?));
        let team = |id: Option<&SpannedText>| view.team(view.mesh.team(id?));
        AccessAgreementTwin {
            head: view.head(&agreement.header, Found { kind: Kind::AccessAgreement, idx }),
            provider: ProviderTwin {
                product: product(provider.product.as_ref()),
                team: team(provider.team.as_ref()),
                port: text(provider.port.as_ref()),
                contract: text(provider.contract.as_ref()),
                contract_version: text(provider.contract_version.as_ref()),
            },
            consumer: ConsumerTwin {
                product: product(consumer.product.as_ref()),
                team: team(consumer.team.as_ref()),
                user: consumer.user.clone().filter(|_| view.config.site.people),
            },
            start: text(agreement.start.as_ref()),
            end: text(agreement.end.as_ref()),
            reassessment: text(agreement.reassessment.as_ref()),
            roles: agreement.roles.iter().map(|role| role.value.clone()).collect(),
        }
    }
}

/// A review.
#[derive(Clone, Debug, Serialize)]
pub struct ReviewTwin {
    #[serde(flatten)]
    head: Head,
    subject: Text,
    reviewer: Option<Text>,
    rating: Option<i64>,
    date: Option<Text>,
    #[serde(rename = "contractVersion")]
    contract_version: Option<Text>,
    #[serde(rename = "usedFor")]
    used_for: Option<Text>,
    text: Option<Text>,
}

impl ReviewTwin {
    /// Makes the twin of a review.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> ReviewTwin {
        let review = &view.mesh.reviews[idx];
        ReviewTwin {
            head: view.head(&review.header, Found { kind: Kind::Review, idx }),
            subject: review.subject.value.clone(),
            reviewer: text(review.reviewer.as_ref()),
            rating: review.rating,
            date: review.date.as_ref().map(|date| date.value.clone()),
            contract_version: review.contract_version.as_ref().map(|version| version.value.clone()),
            used_for: review.used_for.clone(),
            text: review.text.clone(),
        }
    }
}

/// A waiver.
#[derive(Clone, Debug, Serialize)]
pub struct WaiverTwin {
    #[serde(flatten)]
    head: Head,
    target: Text,
    rule: Text,
    reason: Option<Text>,
    #[serde(rename = "approvedBy")]
    approved_by: Option<Text>,
    expires: Option<Text>,
}

impl WaiverTwin {
    /// Makes the twin of a waiver.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> WaiverTwin {
        let waiver = &view.mesh.waivers[idx];
        WaiverTwin {
            head: view.head(&waiver.header, Found { kind: Kind::Waiver, idx }),
            target: waiver.target.value.clone(),
            rule: waiver.rule.value.clone(),
            reason: waiver.reason.clone(),
            approved_by: text(waiver.approved_by.as_ref()),
            expires: text(waiver.expires.as_ref()),
        }
    }
}

/// An acknowledgement.
#[derive(Clone, Debug, Serialize)]
pub struct AcknowledgementTwin {
    #[serde(flatten)]
    head: Head,
    subject: Text,
    #[serde(rename = "toVersion")]
    to_version: Option<Text>,
    consumer: Option<Text>,
    date: Option<Text>,
    note: Option<Text>,
    changes: Vec<ChangeTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct ChangeTwin {
    code: Text,
    path: Text,
}

impl AcknowledgementTwin {
    /// Makes the twin of an acknowledgement.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> AcknowledgementTwin {
        let entry = &view.mesh.acknowledgements[idx];
        let change = |change: &crate::model::AcknowledgedChange| ChangeTwin {
            code: change.code.clone(),
            path: change.path.clone(),
        };
        AcknowledgementTwin {
            head: view.head(&entry.header, Found { kind: Kind::Acknowledgement, idx }),
            subject: entry.subject.value.clone(),
            to_version: text(entry.to_version.as_ref()),
            consumer: text(entry.consumer.as_ref()),
            date: entry.date.as_ref().map(|date| date.value.clone()),
            note: entry.note.clone(),
            changes: entry.changes.listed().iter().map(change).collect(),
        }
    }
}

/// A scorecard.
#[derive(Clone, Debug, Serialize)]
pub struct ScorecardTwin {
    #[serde(flatten)]
    head: Head,
    checks: Vec<CheckTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct CheckTwin {
    id: Text,
    axis: Text,
    name: Option<Text>,
    applies: Option<Text>,
    expression: Option<Text>,
    help: Option<Text>,
    link: Option<Text>,
}

impl ScorecardTwin {
    /// Makes the twin of a scorecard.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> ScorecardTwin {
        let scorecard = &view.mesh.scorecards[idx];
        let checks = scorecard.axes.iter().flat_map(|axis| {
            axis.checks.iter().map(|check| CheckTwin {
                id: check.id.value.clone(),
                axis: axis.axis.clone(),
                name: check.name.clone(),
                applies: text(check.applies.as_ref()),
                expression: text(check.expression.as_ref()),
                help: check.help.clone(),
                link: check.link.clone(),
            })
        });
        ScorecardTwin {
            head: view.head(&scorecard.header, Found { kind: Kind::Scorecard, idx }),
            checks: checks.collect(),
        }
    }
}

/// A maturity model.
#[derive(Clone, Debug, Serialize)]
pub struct MaturityModelTwin {
    #[serde(flatten)]
    head: Head,
    #[serde(rename = "targetApplication")]
    target: Option<Text>,
    #[serde(rename = "targetApiVersion")]
    target_version: Option<Text>,
    policies: Vec<MaturityPolicyTwin>,
    levels: Vec<LevelTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct MaturityPolicyTwin {
    id: Text,
    property: Text,
    description: Option<Text>,
    /// Values and the highest level with each.
    caps: BTreeMap<Text, i64>,
}

#[derive(Clone, Debug, Serialize)]
struct LevelTwin {
    level: i64,
    name: Text,
    description: Option<Text>,
    criteria: Vec<CriterionTwin>,
}

#[derive(Clone, Debug, Serialize)]
struct CriterionTwin {
    id: Text,
    property: Text,
    metric: Option<Text>,
    description: Option<Text>,
}

impl MaturityModelTwin {
    /// Makes the twin of a maturity model.
    #[must_use]
    pub fn of(view: View<'_>, idx: usize) -> MaturityModelTwin {
        let model = &view.mesh.maturity_models[idx];
        let policies = model.policies.iter().map(|policy| MaturityPolicyTwin {
            id: policy.id.value.clone(),
            property: policy.property.value.clone(),
            description: policy.description.clone(),
            caps: policy.caps.iter().map(|cap| (cap.value.clone(), cap.level)).collect(),
        });
        let criterion = |criterion: &Criterion| CriterionTwin {
            id: criterion.id.value.clone(),
            property: criterion.property.value.clone(),
            metric: text(criterion.metric.as_ref()),
            description: criterion.description.clone(),
        };
        let levels = model.levels.iter().map(|level| LevelTwin {
            level: level.number,
            name: level.name.clone(),
            description: level.description.clone(),
            criteria: level.criteria.iter().map(criterion).collect(),
        });
        MaturityModelTwin {
            head: view.head(&model.header, Found { kind: Kind::MaturityModel, idx }),
            target: text(model.target.as_ref()),
            target_version: model.target_version.clone(),
            policies: policies.collect(),
            levels: levels.collect(),
        }
    }
}

fn text(written: Option<&SpannedText>) -> Option<Text> {
    written.map(|text| text.value.clone())
}
