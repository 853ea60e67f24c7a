//! Pictures, drawn when the site is built: the mark of a product, the islands of domains, who stands
//! around a product, what feeds what, and where columns come from. Takes the mesh, gives SVG and the
//! same facts as rows and words; must not know templates. The same mesh gives the same bytes.
//!
//! Every text of a descriptor goes through the writer in `svg.rs`, which escapes it; no other way writes text.

mod columns;
mod deep;
mod ego;
mod figure;
mod island;
mod layer;
mod map;
mod mark;
mod near;
mod reader;
mod rings;
mod scene;
mod style;
mod svg;
#[cfg(test)]
mod tests;

pub use columns::{ColumnOrigin, ColumnPicture, ColumnTrace};
pub use deep::{About, Deep, DeepRing, DeepRow, DeepTie, LINES, NODES};
pub use ego::{Ego, EgoRow, has_more, is_cut};
pub use figure::key_figure;
pub use island::{Island, IslandSize, scale_of_cards};
pub use map::{DomainMap, Flow, MapGraph, Pair, joined};
pub use mark::{MarkFacts, MarkSize, badge, mark, mark_file};
pub use reader::{Reader, readers, standings};
pub use scene::Links;
pub(super) use svg::label_of;
pub(crate) use svg::{push_escaped, push_marked, xml, xml_keeping_lines};

use crate::graph::LineageNode;
use crate::model::Kind;
use crate::policy::Outcome;

/// Draws what is around nodes of the graph as a file: one step around one product as on its page,
/// anything else in layers.
#[must_use]
pub fn lineage_file(outcome: &Outcome, middles: &[LineageNode], up: usize, down: usize, links: &Links) -> String {
    let mesh = &outcome.mesh;
    match middles {
        [only] if only.kind == Kind::DataProduct && (up, down) == (1, 1) => {
            let facts = MarkFacts::of(outcome, only.idx);
            Ego::of(mesh, only.idx, &facts, outcome.today, links).file()
        }
        _ => Deep::of(mesh, middles, up, down, links).file(),
    }
}
