//! Maturity models of the Bitol draft OMMS (RFC-0037): levels, what each asks, and what caps them.

use super::{Header, SpannedText, Text};
use crate::source::Span;

/// A maturity model.
#[derive(Clone, Debug)]
pub struct MaturityModel {
    /// What all kinds have.
    pub header: Header,
    /// `targetApplication`: ODPS or ODCS.
    pub target: Option<SpannedText>,
    /// `targetApiVersion`.
    pub target_version: Option<Text>,
    /// `policies`, which are asked before all levels.
    pub policies: Vec<MaturityPolicy>,
    /// `levels`, in the order of the file.
    pub levels: Vec<Level>,
}

/// What bounds the level that can be reached.
#[derive(Clone, Debug)]
pub struct MaturityPolicy {
    /// `id`.
    pub id: SpannedText,
    /// `property`: the path that is asked.
    pub property: SpannedText,
    /// `type` is `text`: for people.
    pub is_text: bool,
    /// `description`.
    pub description: Option<Text>,
    /// `arguments.caps`: values and the highest level with each.
    pub caps: Vec<Cap>,
    /// The names of all other arguments.
    pub others: Vec<SpannedText>,
}

/// The highest level that can be reached with a value.
#[derive(Clone, Debug)]
pub struct Cap {
    /// The value of the property.
    pub value: Text,
    /// The number of the level.
    pub level: i64,
    /// The place of the number.
    pub span: Span,
}

/// A level; a thing is there when it meets all criteria of it and of the levels below.
#[derive(Clone, Debug)]
pub struct Level {
    /// `level`: its number.
    pub number: i64,
    /// The place of the number.
    pub span: Span,
    /// `name`.
    pub name: Text,
    /// `description`.
    pub description: Option<Text>,
    /// `criteria`.
    pub criteria: Vec<Criterion>,
}

/// What a level asks.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// `id`.
    pub id: SpannedText,
    /// `property`: the path that is asked, such as `schema[].properties[].description`.
    pub property: SpannedText,
    /// `type` is `text`: for people, and met by the draft.
    pub is_text: bool,
    /// `metric`.
    pub metric: Option<SpannedText>,
    /// `arguments`.
    pub filter: Filter,
    /// The operator with what it compares to.
    pub threshold: Option<Threshold>,
    /// `unit` is `percent`.
    pub is_percent: bool,
    /// `description`.
    pub description: Option<Text>,
}

/// Which items of a property count.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `having`: fields that an item must have.
    pub having: Vec<Text>,
    /// `anyOf`: fields of which an item must have one.
    pub any_of: Vec<Text>,
    /// `where`.
    pub only: Option<Where>,
    /// `distinct`: equal values count once.
    pub is_distinct: bool,
    /// `validValues`.
    pub valid: Option<Vec<Text>>,
    /// `relatesTo`: what of another document is asked.
    pub relates_to: Option<SpannedText>,
    /// The names of arguments that the draft does not have.
    pub others: Vec<SpannedText>,
}

/// What a field of an item must be.
#[derive(Clone, Debug)]
pub struct Where {
    /// `field`.
    pub field: Text,
    /// `in`.
    pub among: Option<Vec<Text>>,
    /// `isNotNull`.
    pub is_stated: Option<bool>,
}

/// What a number or value is compared with.
#[derive(Clone, Debug)]
pub struct Threshold {
    /// The operator: `mustBe` and the others of ODCS.
    pub operator: SpannedText,
    /// One value, or the two ends of a range.
    pub values: Vec<Text>,
}
