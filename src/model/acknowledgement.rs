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
    /// `changes`.
    pub changes: AcknowledgedChanges,
    /// `date`, as written.
    pub date: Option<SpannedText>,
    /// `note`.
    pub note: Option<Text>,
}

/// What is agreed to.
#[derive(Clone, Debug)]
pub enum AcknowledgedChanges {
    /// `[all]`.
    All,
    /// These, without entries that cannot be read: what nobody can read agrees to nothing.
    Listed(Vec<AcknowledgedChange>),
}

impl AcknowledgedChanges {
    /// Says whether a change is agreed to, by the code and name of its rule and its path: an entry without a path agrees
    /// to all changes of its rule.
    #[must_use]
    pub fn cover(&self, (code, name): (&str, &str), path: &str) -> bool {
        match self {
            AcknowledgedChanges::All => true,
            AcknowledgedChanges::Listed(listed) => listed.iter().any(|agreed| {
                let is_rule = agreed.code.as_str() == code || agreed.code.as_str() == name;
                is_rule && (agreed.path.is_empty() || agreed.path.as_str() == path)
            }),
        }
    }

    /// Returns the single changes that are listed.
    #[must_use]
    pub fn listed(&self) -> &[AcknowledgedChange] {
        match self {
            AcknowledgedChanges::All => &[],
            AcknowledgedChanges::Listed(listed) => listed,
        }
    }
}

/// One change that is agreed to.
#[derive(Clone, Debug)]
pub struct AcknowledgedChange {
    /// Code or name of the rule.
    pub code: Text,
    /// Path of the change.
    pub path: Text,
}
