//! How access works, and every agreement that is known.

use serde::Serialize;

use super::page;
use super::product::access::{AgreementRow, row};
use crate::render::parts::{Anchor, Frame, Linker, Pager, numbered};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct AccessPage<'a> {
    frame: Frame<'a>,
    is_first: bool,
    n: usize,
    n_in_force: usize,
    first: usize,
    last: usize,
    rows: Vec<Row<'a>>,
    pager: Option<Pager>,
    has_forge: bool,
}

#[derive(Serialize)]
struct Row<'a> {
    provider: Anchor<'a>,
    agreement: AgreementRow<'a>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let n_pages = n_sheets(site.mesh().agreements.len(), ROWS);
    (0..n_pages).filter_map(|number| page(&path(number), number, html)).collect()
}

fn path(number: usize) -> String {
    numbered("access.html", "access", number)
}

fn html(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let number = number as usize;
    let title = if number == 0 { "Access".to_owned() } else { format!("Access, page {}", number + 1) };
    let mut frame = Frame::new(site, &path(number), "access", &title);
    let linker = Linker { site, depth: frame.depth() };
    frame.description = String::from("How to ask for access to data, and what has been agreed.");
    let n = mesh.agreements.len();
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(n));
    let provider = |agreement: &'_ crate::model::AccessAgreement| {
        agreement.provider.product.as_ref().and_then(|id| mesh.product(id))
    };
    let mut rows = Vec::new();
    for agreement in &mesh.agreements[start..end] {
        let anchor = match (provider(agreement), &agreement.provider.product) {
            (Some(idx), _) => linker.product(idx),
            (None, Some(id)) => Anchor::plain(id.value.as_str()),
            (None, None) => Anchor::plain(agreement.header.title()),
        };
        rows.push(Row { provider: anchor, agreement: row(agreement, linker) });
    }
    let page = AccessPage {
        is_first: number == 0,
        n,
        n_in_force: mesh.agreements.iter().filter(|agreement| agreement.is_in_force(site.outcome.today)).count(),
        first: start + 1,
        last: end,
        rows,
        pager: Pager::new(n_sheets(n, ROWS), number, |at| crate::render::address::relative(linker.depth, &path(at))),
        has_forge: site.issue_url("", "").is_some(),
        frame,
    };
    site.theme.render("access.html", &page)
}
