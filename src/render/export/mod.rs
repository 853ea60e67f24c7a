//! The mesh in other forms: tables, JSON and pictures for the shell, schemas for editors. Each form
//! has its own serialisable mirror, versioned on its own; model types are not export formats.

mod access;
mod column_lineage;
mod diff;
mod drawing;
mod impact;
mod lineage;
mod list;
mod policy;
mod reviewers;
mod rewrites;
mod rules;
mod schema;
mod score;
mod show;
mod table;
mod timings;
mod tree;

use crate::graph::{ColumnPlace, Found};
use crate::model::Kind;

pub use access::{AccessFilter, AccessRequest, access_list, access_request_json};
pub use diff::{DiffFormat, DiffReport, diff, other_errors, refused_words};
pub use impact::{ImpactFormat, impact};
pub(crate) use lineage::header as node_header;
pub use lineage::{LineageFormat, lineage};
pub use list::{Filter, FilterError, List, ListFormat, ListRow, list, rows};
pub use policy::{PolicyFormat, policy_explain, policy_list, policy_tests};
pub use reviewers::{ReviewersFormat, reviewers};
pub use rewrites::{Deed, OwnersFile, fixes_json, owners_json, renamed_json};
pub use rules::rules_csv;
pub use schema::{context_json, schema_json};
pub use score::{ScoreBase, ScoreFormat, ScoreReport, score};
pub use show::{Known, Look, Shown, show_json, show_text};
pub(super) use table::{csv, table};
pub use timings::{timings_json, timings_text};

/// Why something cannot be exported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The thing is of a kind without lineage.
    #[error("a {0} has no lineage; name a product, a contract, a column or a source system")]
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

/// What a question about lineage starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// How it is written: `product:orders`, `contract:orders` for all its versions,
    /// `contract:orders@2.1.0`, `column:orders@2.1.0#orders.amount`.
    pub reference: String,
    /// The product, source system or versions of a contract.
    pub things: Vec<Found>,
    /// The column, in each of those versions that has it; empty when none is asked for.
    pub columns: Vec<ColumnPlace>,
}

impl Root {
    /// Says whether the thing is of a kind with lineage.
    fn check(&self) -> Result<(), ExportError> {
        let has_lineage = |kind| matches!(kind, Kind::DataProduct | Kind::DataContract | Kind::SourceSystem);
        match self.things.iter().find(|found| !has_lineage(found.kind)) {
            Some(found) => Err(ExportError::NoLineage(found.kind.title())),
            None => Ok(()),
        }
    }
}
