//! The rows of the panels at the top of a product.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::graph::Evidence;
use crate::render::answers;
use crate::render::health::Level;
use crate::render::parts::{self, Anchor, Linker};
use crate::render::site::Site;

/// A promise of a contract of the product.
#[derive(Serialize)]
pub(super) struct Promise<'a> {
    level: Level<'a>,
    /// The contract that promises it, where it is not the main one.
    contract: Option<Anchor<'a>>,
}

impl<'a> Promise<'a> {
    pub(super) fn of(promise: answers::Promise<'a>, linker: Linker<'a>) -> Promise<'a> {
        Promise { level: promise.level, contract: promise.contract_idx.map(|idx| linker.contract(idx)) }
    }
}

/// What the product is made from, where that does not keep what it promises.
#[derive(Serialize)]
pub(super) struct MadeFrom<'a> {
    says: String,
    missing: Vec<Anchor<'a>>,
}

/// Products that are named of those that it reads.
const MADE_FROM: usize = 4;

/// Says how many of the products that a product reads miss a promise of what it reads of them; nothing where none does.
pub(super) fn made_from<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<MadeFrom<'a>> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let read: BTreeSet<usize> =
        product.inputs.iter().flat_map(|binding| &binding.published_by).map(|by| by.product_idx).collect();
    let missing: Vec<usize> = read
        .iter()
        .copied()
        .filter(|provider| mesh.evidence_read(idx, *provider, site.outcome.today).state == Evidence::Missed)
        .collect();
    if missing.is_empty() {
        return None;
    }
    let verb = if missing.len() == 1 { "misses a promise" } else { "miss promises" };
    let of = if read.len() == 1 { "the product it reads" } else { "products it reads" };
    let says = match (missing.len(), read.len()) {
        (1, 1) => format!("{} misses a promise", parts::sentence(of)),
        (n, all) => format!("{n} of {all} {of} {verb}"),
    };
    Some(MadeFrom { says, missing: parts::few(missing.into_iter().map(|idx| linker.product(idx)), MADE_FROM) })
}
