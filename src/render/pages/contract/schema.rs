//! The columns of a contract that has too many for one page: the first stand on the page of the version,
//! the rest on pages behind it.

use serde::Serialize;

use super::columns::{ObjectPart, Place};
use super::page;
use crate::graph::ColumnsRead;
use crate::model::DataContract;
use crate::render::parts::{Anchor, Frame, Linker, Pager};
use crate::render::site::Site;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct SchemaPage<'a> {
    frame: Frame<'a>,
    contract: Anchor<'a>,
    number: usize,
    n_pages: usize,
    n_columns: usize,
    objects: Vec<ObjectPart<'a>>,
    pager: Option<Pager>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let later = later(site);
    let pages = later
        .enumerate()
        .filter_map(|(at, (idx, number))| page(&address::schema(site.mesh(), &site.homes, idx, number), at, html));
    pages.collect()
}

/// Lists the pages after the first of all contracts: whose they are, and the number from 1.
fn later(site: &Site) -> impl Iterator<Item = (usize, usize)> {
    let own = site.sheets.iter().filter(|(idx, _)| site.homes.has_page(**idx));
    own.flat_map(|(idx, sheets)| (1..sheets.pages.len()).map(|number| (*idx, number)))
}

fn html(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let (idx, number) = later(site).nth(at as usize).unwrap_or_default();
    let owner_idx = site.mesh().contracts[idx].owner_idx;
    let contract = &site.mesh().contracts[idx].descriptor;
    let n_pages = site.sheets.get(&idx).map_or(1, |sheets| sheets.pages.len());
    let title = format!("{} {}, columns, page {}", contract.header.title(), contract.version_text(), number + 1);
    let path = address::schema(site.mesh(), &site.homes, idx, number);
    let mut frame = Frame::new(site, &path, "contracts", &title).of_part_of(site, &contract.header, owner_idx);
    frame.description = format!("Columns of {} {}.", contract.header.title(), contract.version_text());
    let linker = Linker { site, depth: frame.depth() };
    frame = frame.crumb(linker.to("Contracts", "contracts/index.html")).crumb(linker.contract(idx));
    let page = SchemaPage {
        contract: linker.contract(idx),
        number: number + 1,
        n_pages,
        n_columns: contract.n_columns(),
        objects: objects(Place::of(linker, idx), contract, number, &site.mesh().reads_of(idx)),
        pager: pager(site, idx, number, linker.depth),
        frame,
    };
    site.theme.render("schema.html", &page)
}

/// Words the objects that stand on a page of a contract, with who reads their columns.
pub(super) fn objects<'a>(
    place: Place<'a>,
    contract: &'a DataContract,
    number: usize,
    reads: &[ColumnsRead],
) -> Vec<ObjectPart<'a>> {
    let mut objects: Vec<ObjectPart<'a>> = match place.linker.site.sheets.get(&place.contract_idx) {
        None => contract.objects.iter().map(|object| place.object(object)).collect(),
        Some(sheets) => {
            let pieces = sheets.pages.get(number).into_iter().flatten();
            pieces.map(|(at, range)| place.piece(&contract.objects[*at], range.clone(), sheets.is_cut)).collect()
        }
    };
    place.add_readers(&mut objects, reads);
    objects
}

/// Makes the way between the pages of the columns of a contract.
pub(super) fn pager(site: &Site, idx: usize, number: usize, depth: usize) -> Option<Pager> {
    let n_pages = site.sheets.get(&idx)?.pages.len();
    let page = |at: usize| {
        let page = address::relative(depth, &address::schema(site.mesh(), &site.homes, idx, at));
        if at == 0 { format!("{page}#columns") } else { page }
    };
    Pager::new(n_pages, number, page)
}
