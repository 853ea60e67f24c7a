//! Policies: rules of the governance council as documents.

use super::{Header, SpannedText, Text};
use crate::source::Span;

/// A policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What all kinds have.
    pub header: Header,
    /// `category`: interoperability, quality, privacy, security, discoverability, lifecycle.
    pub category: Option<Text>,
    /// `owner`: a team.
    pub owner: Option<SpannedText>,
    /// `severity`: error, warning, info.
    pub severity: Option<Text>,
    /// `stage`: proposed, trial, enforced, retired.
    pub stage: Option<Text>,
    /// `effectiveFrom`: findings are warnings before this day.
    pub effective_from: Option<Text>,
    /// `scope`: what it applies to.
    pub scope: PolicyScope,
    /// `variables`.
    pub variables: Vec<PolicyVariable>,
    /// `validations`.
    pub validations: Vec<Validation>,
    /// `tests`.
    pub tests: Vec<PolicyTest>,
    /// `waivers`.
    pub waivers: Vec<PolicyWaiver>,
}

/// What a policy applies to; an empty list does not restrict.
#[derive(Clone, Debug, Default)]
pub struct PolicyScope {
    /// Kinds by name.
    pub kinds: Vec<Text>,
    /// Domains by id or name.
    pub domains: Vec<SpannedText>,
    /// Tags.
    pub tags: Vec<Text>,
    /// Status words.
    pub status: Vec<Text>,
    /// Types of product.
    pub product_types: Vec<Text>,
    /// Where the words of these three stand.
    pub places: ScopePlaces,
}

/// Where the words of a scope stand, in the order of its lists.
#[derive(Clone, Debug, Default)]
pub struct ScopePlaces {
    /// Of `tags`.
    pub tags: Vec<Span>,
    /// Of `status`.
    pub status: Vec<Span>,
    /// Of `productTypes`.
    pub product_types: Vec<Span>,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct PolicyVariable {
    /// Its name.
    pub name: Text,
    /// The expression.
    pub expression: SpannedText,
}

/// What must hold.
#[derive(Clone, Debug)]
pub struct Validation {
    /// The expression.
    pub expression: SpannedText,
    /// `message`.
    pub message: Option<Text>,
    /// `messageExpression`.
    pub message_expression: Option<SpannedText>,
}

/// A test case of a policy.
#[derive(Clone, Debug)]
pub struct PolicyTest {
    /// Its name.
    pub name: Text,
    /// Where it begins.
    pub span: Span,
    /// `given`, as JSON.
    pub given: serde_json::Value,
    /// The message expected; `None` means that the case passes.
    pub expect: Option<Text>,
    /// `today` of the case.
    pub today: Option<Text>,
}

/// A waiver inside a policy.
#[derive(Clone, Debug)]
pub struct PolicyWaiver {
    /// The bytes of its entry.
    pub span: Span,
    /// `target` as `kind:id`.
    pub target: SpannedText,
    /// `reason`.
    pub reason: Option<Text>,
    /// `approvedBy`: a team.
    pub approved_by: Option<SpannedText>,
    /// `expires`: the last day it holds.
    pub expires: Option<SpannedText>,
}
