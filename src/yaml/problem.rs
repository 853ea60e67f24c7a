//! What the schema finds wrong with a document, one problem per mistake.

use std::sync::Arc;

use crate::source::Span;

/// One mistake in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where: the key of an unknown field, the map that lacks one, else the value.
    pub span: Span,
    /// The path of the place, such as `schema.0.properties.2.logicalType`; empty for the document.
    pub path: String,
}

/// What can be wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum ProblemKind {
    /// A field that the schema does not know.
    UnknownKey {
        /// The field.
        key: String,
        /// The fields that the map may have.
        known: Arc<[String]>,
        /// The version of the standard that first has the field here.
        since: Option<String>,
        /// The last version of the standard that had the field here.
        until: Option<String>,
        /// What it is called here, where it is the name of another version or standard.
        renamed: Option<Renamed>,
        /// The field that is meant, where the map has that one as well.
        taken: Option<String>,
    },
    /// A field that must be there.
    MissingKey {
        /// The field.
        key: String,
        /// The field that is there and means nothing without this one.
        needed_by: Option<String>,
        /// A line that states it, as an example: `expires: 2026-12-31`.
        example: Option<String>,
        /// What it is for, as a sentence of the schema.
        about: Option<String>,
    },
    /// A value of another type.
    WrongType {
        /// The types that would be right, as words.
        expected: Vec<&'static str>,
        /// What the value is, as words.
        found: &'static str,
        /// The value as the file has it, for a number or boolean that should be text.
        unquoted: Option<String>,
        /// The text, where text stands for what should be a number or boolean.
        quoted: Option<String>,
        /// The text that is a comment, since it begins with `#`, where nothing else stands.
        hidden: Option<String>,
        /// The field must be there.
        is_required: bool,
    },
    /// A value outside a list of values.
    NotInList {
        /// The value.
        found: String,
        /// The values that are right.
        allowed: Vec<String>,
        /// The version of the standard that first has this value.
        since: Option<String>,
        /// The map that may stand in its place, as an example: `{message: ...}`.
        form: Option<String>,
    },
    /// A text that does not have the wanted form.
    BadForm {
        /// The value.
        found: String,
        /// The form, as a clause: "match `^a$`", "be a date".
        wanted: String,
        /// What to do, in words.
        help: String,
    },
    /// A number, length or count outside its bounds, as a clause: "be at least 1".
    OutOfBounds {
        /// The bound.
        wanted: String,
        /// What it is instead: "6", "an empty text".
        found: String,
        /// What to do, in words.
        help: String,
    },
    /// Fields that cannot stand together, or a form that fits none of several.
    BadCombination {
        /// What is wrong, as a clause.
        what: String,
        /// What to do.
        help: String,
        /// The fields of which one is needed, where none is there.
        lacking: Vec<String>,
    },
}

/// What a field is called here that has another name in another version or standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The field of this version that takes its place.
    pub to: String,
    /// What to do, where renaming is not enough.
    pub hint: Option<String>,
}
