//! Systems outside the mesh that feed it: the hybrid mesh.

use super::{Header, Server, SpannedText, Text};
use crate::source::Span;

/// A source system.
#[derive(Clone, Debug)]
pub struct SourceSystem {
    /// What all kinds have.
    pub header: Header,
    /// `type`: operational, warehouse, saas, partner, file.
    pub system_type: Option<Text>,
    /// `owner`: a team.
    pub owner: Option<SpannedText>,
    /// `domain`: id or name of a domain.
    pub domain: Option<SpannedText>,
    /// `servers`, as in ODCS.
    pub servers: Vec<Server>,
    /// `assets`.
    pub assets: Vec<Asset>,
}

/// Something a source system holds.
#[derive(Clone, Debug)]
pub struct Asset {
    /// `id`.
    pub id: Text,
    /// Where the id stands.
    pub span: Span,
    /// `name`.
    pub name: Option<Text>,
    /// `physicalType`.
    pub physical_type: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
}
