//! Waivers: exceptions with a reason, an approver and a last day.

use super::{Header, SpannedText, Text};

/// A waiver as a document of its own.
#[derive(Clone, Debug)]
pub struct Waiver {
    /// What all kinds have.
    pub header: Header,
    /// `target`: what is excused, as `kind:id`.
    pub target: SpannedText,
    /// `rule`: code, rule name or policy id.
    pub rule: SpannedText,
    /// `reason`.
    pub reason: Option<Text>,
    /// `approvedBy`: a team.
    pub approved_by: Option<SpannedText>,
    /// `expires`: the last day it holds, UTC.
    pub expires: Option<SpannedText>,
}

impl Waiver {
    /// Says whether it sets a policy aside, by its id.
    #[must_use]
    pub fn names_policy(&self, id: &str) -> bool {
        self.rule.value.trim_start_matches("policy:") == id
    }
}
