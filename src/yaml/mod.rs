//! YAML as the tool reads it: a tree in which every key and value knows its bytes, and the schema
//! validator over that tree. Takes text, gives a tree and findings (`SYN`); must not know kinds.
//!
//! Scalars follow the core schema of YAML 1.2 (section 10.3): `NO` and `1_000` are texts, `017`
//! is the number 17, and what a file wrote can always be read again as it was written.

mod block;
mod build;
mod demand;
mod derive;
mod json;
mod mend;
mod nearest;
mod node;
mod place;
mod problem;
pub mod rules;
mod scalar;
mod schema;
mod schemas;
mod trouble;
mod variables;
mod words;

pub use block::parse_block;
pub use build::{Parsed, parse, parse_all, parse_events};
pub use derive::without_notes;
pub use json::YamlJson;
pub use nearest::{did_you_mean, is_misspelt, is_slip_of, is_sure_slip, nearest};
pub(crate) use node::name_bit;
pub use node::{NodeRef, YamlTree};
pub use problem::{Problem, ProblemKind, Renamed};
pub use schema::{Deprecated, Schema, SchemaError};
pub use schemas::Schemas;
pub use words::Words;

/// The deepest nesting of maps and lists that is read.
pub const MAX_DEPTH: usize = 64;

/// How many nodes the aliases of one file may add by repeating what they point to.
pub const MAX_ALIAS_NODES: usize = 100_000;
