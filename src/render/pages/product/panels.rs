//! The rows of the panels at the top of a product.

use serde::Serialize;

use crate::render::answers;
use crate::render::health::Level;
use crate::render::parts::{Anchor, Linker};

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
