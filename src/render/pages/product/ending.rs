//! How a product ends: when its ports do, what replaces it, and who still reads it.

use serde::Serialize;

use crate::graph::{Lifecycle, Product};
use crate::render::answers;
use crate::render::parts::{self, Anchor, Linker};
use crate::render::site::Site;

/// The products of a note that still have to move.
const MOVERS: usize = 6;

/// How long something is there that is on its way out, and who still reads it.
#[derive(Serialize)]
pub(super) struct EndingPart<'a> {
    days: Option<String>,
    movers: Vec<Anchor<'a>>,
}

pub(in crate::render::pages) fn successor<'a>(
    site: &'a Site,
    product: &'a Product,
    linker: Linker<'a>,
) -> Option<Anchor<'a>> {
    let written = product.descriptor.header.successor()?;
    let id = written.strip_prefix("product:").unwrap_or(written);
    let anchor = site.mesh().product(id).map(|idx| linker.product(idx));
    Some(anchor.unwrap_or_else(|| linker.reference(written)))
}

/// Says of a product on its way out until when its ports are supported and there, the last of them, and who reads them.
pub(super) fn ending<'a>(site: &'a Site, product: &Product, linker: Linker<'a>) -> EndingPart<'a> {
    EndingPart {
        days: answers::last_days(site.mesh(), product, site.outcome.today).map(|days| parts::sentence(&days)),
        movers: parts::few(product.consumers.iter().map(|idx| linker.product(*idx)), MOVERS),
    }
}

/// Says how many ports end, and when the first does.
pub(super) fn endings(site: &Site, product: &Product) -> Option<String> {
    let mesh = site.mesh();
    let ends = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let lifecycle = Lifecycle::of(contract);
        lifecycle.sunset().filter(|end| lifecycle.status != "retired" && *end >= site.outcome.today)
    };
    let mut days: Vec<jiff::civil::Date> = product.outputs.iter().flatten().filter_map(ends).collect();
    days.sort_unstable();
    let first = parts::day_text(*days.first()?);
    Some(match days.len() {
        1 => format!("1 port ends {first}"),
        n => format!("{n} ports end, the first {first}"),
    })
}
