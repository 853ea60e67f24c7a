//! Domains: who answers for what.

use super::{Header, SpannedText, Text};

/// A domain of the mesh.
#[derive(Clone, Debug)]
pub struct Domain {
    /// What all kinds have.
    pub header: Header,
    /// `parentDomain`: id or name of the domain above.
    pub parent: Option<SpannedText>,
    /// `type`: sourceAligned, aggregate, consumerAligned.
    pub domain_type: Option<Text>,
    /// `owner`: a team.
    pub owner: Option<SpannedText>,
    /// `stewards`: teams.
    pub stewards: Vec<SpannedText>,
    /// `operatingMode`: owning, growing, central.
    pub operating_mode: Option<Text>,
}
