//! Who reads a product, as its list of consumers and the table of its picture say it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::ego::words::standing;
use super::near::{Side, ends, neighbours};
use crate::graph::{LineageNode, Mesh};
use crate::model::Kind;

/// A product that reads another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The one that reads.
    pub product_idx: usize,
    /// Something that it reads of the other ends.
    pub must_move: bool,
}

/// Returns who reads a product: first those that must move, then those of one domain together, last those without a
/// registered one.
#[must_use]
pub fn readers(mesh: &Mesh, product_idx: usize) -> Vec<Reader> {
    let middle = LineageNode { kind: Kind::DataProduct, idx: product_idx };
    let edges = mesh.lineage.downstream(middle);
    let products =
        edges.chunk_by(|(one, _), (other, _)| one == other).filter(|edges| edges[0].0.kind == Kind::DataProduct);
    let must_move = |edges: &[(LineageNode, &crate::graph::Edge)]| {
        ends(mesh, (middle, edges[0].0), edges.iter().map(|(_, edge)| *edge)).0
    };
    let movers: BTreeSet<usize> = products.filter(|edges| must_move(edges)).map(|edges| edges[0].0.idx).collect();
    let consumers = mesh.products[product_idx].consumers.iter();
    let mut readers: Vec<Reader> =
        consumers.map(|idx| Reader { product_idx: *idx, must_move: movers.contains(idx) }).collect();
    readers.sort_by_key(|reader| {
        let domain = mesh.products[reader.product_idx].domain_idx;
        (!reader.must_move, domain.is_none(), domain, reader.product_idx)
    });
    readers
}

/// Returns how it is known of each product that it reads another, in words: "declared, agreed until 31 Mar 2027".
#[must_use]
pub fn standings(mesh: &Mesh, product_idx: usize, today: Date) -> BTreeMap<usize, String> {
    let around = neighbours(mesh, product_idx, Side::Gives, today).into_iter();
    let products = around.filter(|neighbour| neighbour.node.kind == Kind::DataProduct);
    products.map(|neighbour| (neighbour.node.idx, standing(std::slice::from_ref(&neighbour)))).collect()
}
