//! Who reads a product, in pages of 200.

use std::ops::Range;

use serde::Serialize;

use crate::render::pages::page;
use crate::render::parts::{self, Anchor, Frame, Linker, Pager};
use crate::render::picture::readers;
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::theme::Rows;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ConsumersPage<'a> {
    frame: Frame<'a>,
    product: Anchor<'a>,
    name: &'a str,
    n: usize,
    first: usize,
    last: usize,
    consumers: Rows<'a, ConsumerRow<'a>>,
    pager: Option<Pager>,
}

#[derive(Serialize)]
struct ConsumerRow<'a> {
    /// The id of the first row of a domain.
    anchor: Option<String>,
    product: Anchor<'a>,
    domain: Option<Anchor<'a>>,
    owner: Option<Anchor<'a>>,
    through: String,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let slug = |idx: usize| &site.mesh().products[idx].slug;
    let with_page = (0..site.mesh().products.len()).filter(|idx| site.has_consumers_page(*idx));
    let first = with_page.filter_map(|idx| page(&address::consumers(slug(idx), 0), idx, first));
    let rest = site.rest.consumers.iter().enumerate();
    first
        .chain(rest.filter_map(|(at, (idx, number))| page(&address::consumers(slug(*idx), *number), at, later)))
        .collect()
}

fn first(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    html(site, idx as usize, 0)
}

fn later(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let (idx, number) = site.rest.consumers[at as usize];
    html(site, idx, number)
}

fn html(site: &Site, idx: usize, number: usize) -> Result<Vec<u8>, RenderError> {
    let product = &site.mesh().products[idx];
    let name = product.descriptor.header.title();
    let n = product.consumers.len();
    let path_here = address::consumers(&product.slug, number);
    let title = match number {
        0 => format!("Who reads {name}"),
        _ => format!("Who reads {name}, page {}", number + 1),
    };
    let mut frame = Frame::new(site, &path_here, "products", &title).of_file(site, product.descriptor.header.file);
    let linker = Linker { site, depth: frame.depth() };
    frame.description = format!("{} read {name}.", parts::count(n, "product"));
    frame = frame.crumb(linker.to("Products", "products/index.html")).crumb(linker.product(idx));
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(n));
    let page = ConsumersPage {
        frame,
        product: linker.product(idx),
        name,
        n,
        first: start + 1,
        last: end,
        consumers: site.theme.rows("reader-row.html", rows(site, idx, start..end, linker)),
        pager: Pager::new(n_sheets(n, ROWS), number, |at| {
            address::relative(linker.depth, &address::consumers(&product.slug, at))
        }),
    };
    site.theme.render("consumers.html", &page)
}

/// Words a part of the readers. Pictures lead to those of one domain: they stand together, and the
/// first has the anchor.
fn rows<'a>(site: &'a Site, idx: usize, part: Range<usize>, linker: Linker<'a>) -> Vec<ConsumerRow<'a>> {
    let mesh = site.mesh();
    let readers = readers(mesh, idx);
    let domain = |at: usize| mesh.products[readers[at]].domain_idx;
    let of = |at: usize| {
        let is_first = at == 0 || domain(at - 1) != domain(at);
        let anchor = domain(at).filter(|_| is_first).map(|domain| format!("d-{}", mesh.domains[domain].slug));
        ConsumerRow { anchor, ..row(site, idx, readers[at], linker) }
    };
    part.map(of).collect()
}

fn row<'a>(site: &'a Site, idx: usize, reader: usize, linker: Linker<'a>) -> ConsumerRow<'a> {
    let mesh = site.mesh();
    let reads = |binding: &&crate::graph::Binding| binding.published_by.iter().any(|by| by.product_idx == idx);
    let through = mesh.products[reader].inputs.iter().filter(reads).filter_map(|binding| binding.contract_idx);
    let name = |idx: usize| {
        let contract = &mesh.contracts[idx].descriptor;
        format!("{} {}", contract.header.id.value, contract.version_text())
    };
    ConsumerRow {
        anchor: None,
        product: linker.product(reader),
        domain: linker.product_domain(reader),
        owner: linker.product_owner(reader),
        through: through.map(name).collect::<Vec<_>>().join(", "),
    }
}
