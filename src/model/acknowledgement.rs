//! Acknowledgements: a consumer has seen a breaking change and agrees.

use super::{Header, SpannedText, Text};

/// An acknowledgement.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// What all kinds have.
    pub header: Header,
    /// `subject`: the contract, as `contract:id`.
    pub subject: SpannedText,
    /// `toVersion`: the version agreed to.
    pub to_version: Option<SpannedText>,
    /// `consumer`: who agrees, as `product:id` or `team:id`.
    pub consumer: Option<SpannedText>,
    /// `changes`; empty when all are meant.
    pub changes: Vec<AcknowledgedChange>,
    /// `date`, as written.
    pub date: Option<SpannedText>,
    /// `note`.
    pub note: Option<Text>,
}

/// One change that is agreed to.
#[derive(Clone, Debug)]
pub struct AcknowledgedChange {
    /// Code or name of the rule.
    pub code: Text,
    /// Path of the change.
    pub path: Text,
}
