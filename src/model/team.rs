//! Teams in the four types of Team Topologies.

use super::{Header, Member, SpannedText, Text};

/// A team that owns things.
#[derive(Clone, Debug)]
pub struct Team {
    /// What all kinds have.
    pub header: Header,
    /// `type`: streamAligned, platform, enabling, complicatedSubsystem.
    pub team_type: Option<Text>,
    /// `domain`: id or name of a domain.
    pub domain: Option<SpannedText>,
    /// `members`.
    pub members: Vec<Member>,
    /// `forgeHandle`: the team's name on the forge, for CODEOWNERS.
    pub forge_handle: Option<Text>,
}
