//! What happened to a product, as far as its descriptors or the log of git date it.

pub(super) use crate::render::events::Event;
use crate::render::events::{event, of_product};
use crate::render::parts::Linker;
use crate::render::site::Site;

/// Entries on the page, the newest.
const SHOWN: usize = 8;

/// Words the newest, and counts all.
pub(super) fn events<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> (Vec<Event<'a>>, usize) {
    let happened = of_product(site, idx);
    let n = happened.len();
    (happened.into_iter().take(SHOWN).map(|(date, what)| event(linker, date, what)).collect(), n)
}
