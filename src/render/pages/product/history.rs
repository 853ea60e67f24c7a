//! What happened to a product, as far as its descriptors or the log of git date it.

pub(super) use crate::render::events::Event;
use crate::render::events::{event, of_product};
use crate::render::parts::Linker;
use crate::render::site::Site;

/// Entries on the page, the newest.
const SHOWN: usize = 8;

pub(super) fn events<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<Event<'a>> {
    let happened = of_product(site, idx);
    happened.into_iter().take(SHOWN).map(|(date, what)| event(linker, date, what)).collect()
}
