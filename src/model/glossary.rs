//! Glossaries as the Bitol draft OSDS (RFC 0044) describes them: the terms of one domain.

use super::{AuthoritativeDefinition, Header, SpannedText, Text};

/// A glossary.
#[derive(Clone, Debug)]
pub struct SemanticDefinition {
    /// What all kinds have.
    pub header: Header,
    /// `domain`: id or name of a domain.
    pub domain: Option<SpannedText>,
    /// `definitions`.
    pub terms: Vec<Term>,
}

/// A term. It is addressed as `term:<domain>/<id>`.
#[derive(Clone, Debug)]
pub struct Term {
    /// `id`, unique in the glossary.
    pub id: SpannedText,
    /// `name`.
    pub name: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `businessName`.
    pub business_name: Option<Text>,
    /// `semanticType`.
    pub semantic_type: Option<Text>,
    /// `logicalType`.
    pub logical_type: Option<Text>,
    /// `classification`.
    pub classification: Option<Text>,
    /// `criticalDataElement`.
    pub is_critical: bool,
    /// `synonyms`, or custom properties of that name.
    pub synonyms: Vec<Text>,
    /// `relationships`.
    pub relationships: Vec<TermRelationship>,
    /// `authoritativeDefinitions`.
    pub definitions: Vec<AuthoritativeDefinition>,
}

/// A relation between terms.
#[derive(Clone, Debug)]
pub struct TermRelationship {
    /// `type`: isA, partOf, sameAs, ...
    pub kind: Text,
    /// `to`.
    pub to: SpannedText,
}
