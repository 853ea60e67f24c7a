//! The mesh in other forms: tables, JSON and pictures for the shell, schemas for editors. Each form
//! has its own serialisable mirror, versioned on its own; model types are not export formats.

mod impact;
mod lineage;
mod list;
mod schema;
mod show;
mod table;

pub use impact::{impact_csv, impact_json, impact_table};
pub(crate) use lineage::header as node_header;
pub use lineage::{LineageFormat, lineage};
pub use list::{Filter, FilterError, ListFormat, ListRow, list, rows};
pub use schema::schema_json;
pub use show::{show_json, show_text};

/// Why something cannot be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The thing is of a kind without lineage.
    #[error("a {0} has no lineage; name a product, a contract or a source system")]
    NoLineage(&'static str),
    /// The schema has no such version.
    #[error("the schema `{name}` has no version `{version}`; there are {known}")]
    UnknownVersion {
        /// The schema.
        name: String,
        /// The version asked for.
        version: String,
        /// The versions there are.
        known: String,
    },
}
