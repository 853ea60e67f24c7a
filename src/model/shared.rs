//! Parts of one list of a contract that have one `id`.

use super::Text;
use crate::source::Span;

/// A part that shares its `id` with an earlier one of the same list.
#[derive(Clone, Debug)]
pub struct SharedId {
    /// What both are.
    pub part: Part,
    /// The `id`.
    pub id: Text,
    /// Their names, the earlier one first; empty where none is stated.
    pub names: [Text; 2],
    /// Where the `id` of the earlier one stands.
    pub first: Span,
    /// Where that of the later one stands.
    pub second: Span,
}

/// What of a contract has an `id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An object of the schema.
    Object,
    /// A column of one object, or a part of one column.
    Column,
    /// A quality rule of one object or column.
    QualityRule,
}
