//! What happened to a product, as far as its descriptors or the log of git date it.

pub(super) use crate::render::events::Event;
use crate::render::events::{What, event, of_product, reviewed_by};
use crate::render::pages::changes;
use crate::render::parts::{self, Anchor, Linker};
use crate::render::site::Site;

/// Entries on the page, the newest.
const SHOWN: usize = 7;

/// Words the newest, and links to where the older ones stand among those of all products.
pub(super) fn events<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> (Vec<Event<'a>>, Option<Anchor<'a>>) {
    let happened = of_product(site, idx);
    let older = happened
        .get(SHOWN)
        .map(|(day, _)| linker.to(parts::count(happened.len() - SHOWN, "older change"), &changes::page_of(site, *day)));
    let word = |(date, what)| match what {
        // The reviews themselves stand on the page.
        What::Review(review) => Event { text: reviewed_by(site.mesh(), review).into(), ..event(linker, date, what) },
        What::Brought(brought) => Event {
            thing: linker.product(idx),
            text: brought.words().into(),
            is_dated: false,
            ..event(linker, date, what)
        },
        _ => event(linker, date, what),
    };
    (happened.into_iter().take(SHOWN).map(word).collect(), older)
}
