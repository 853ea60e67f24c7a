//! The mesh: descriptors with their references resolved, and the questions about lineage and
//! ownership it answers. Takes descriptors and the day, gives a [`Mesh`] and findings (`REF`); must
//! not know files beyond their names, nor any page.
//!
//! References that lead nowhere are findings and stay `None`: every later room can walk the mesh
//! without asking again.

mod acknowledgements;
mod addresses;
mod agreements;
mod alike;
mod asking;
mod column_ends;
mod column_lineage;
mod column_tree;
mod columns;
mod contradictions;
mod cycles;
mod days;
mod docs;
mod elements;
mod evidence;
mod impact;
mod index;
mod judge;
mod lifecycle;
mod lineage;
mod mesh;
mod misspelt;
mod namesakes;
mod near;
mod observe;
mod origins;
mod pages;
mod personal;
mod ports;
mod promises;
mod renamed;
mod resolve;
pub mod rules;
mod slug;
mod subjects;
mod terms;
mod tools;

pub use acknowledgements::{ACKNOWLEDGED, Answer, Answers, Speaker, misplaced};
pub use agreements::{Adoption, Standing};
pub use alike::{Alike, Likeness};
pub use asking::Closed;
pub use column_lineage::{ColumnLineage, ColumnOrigins, ColumnReader};
pub use columns::{ColumnPlace, ColumnSource};
pub use days::{Days, Verdict};
pub use docs::{Docs, Place as DocPlace};
pub use evidence::{
    Comparison, Evidence, EvidenceSummary, Fact, LastRun, Observed, Promise, PromiseKind, PromiseResult, SchemaMiss,
    UnmatchedResults, promise_words,
};
pub use impact::{ColumnsRead, ImpactRoot, ImpactRow};
pub use index::Found;
pub use lifecycle::{End, EndOf, Lifecycle, Retirement};
pub use lineage::{Edge, EdgeKind, Lineage, LineageNode, Slice, Trust};
pub use mesh::{
    Binding, Contract, DomainNode, Mesh, Product, ProductBinding, PublishedBy, Source, TeamNode, TermBinding, TermNode,
};
pub use near::Near;
pub use pages::{Move, page_of};
pub use ports::Behind;
pub use promises::{misspelt_level, n_promises, quality_rules};
pub use resolve::{Input, resolve};
pub use slug::{is_reserved, is_slug, slug_of, version_slug};
pub use subjects::{never_agreed, never_reviewed};
pub(crate) use terms::is_elsewhere;
