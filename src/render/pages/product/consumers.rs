//! Who reads a product, in pages of 200: those that must move first, then by domain.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Serialize;

use crate::graph::{ColumnPlace, Found};
use crate::model::Kind;
use crate::render::pages::page;
use crate::render::parts::{self, Anchor, Frame, Linker, Pager};
use crate::render::picture::{Reader, readers, standings};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::theme::Rows;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ConsumersPage<'a> {
    frame: Frame<'a>,
    product: Anchor<'a>,
    name: &'a str,
    n: usize,
    /// Who reads it by agreement alone.
    agreed: Vec<Anchor<'a>>,
    /// How many read something that ends.
    n_must_move: usize,
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
    /// How it is known: declared, agreed until a day.
    standing: String,
    /// Something that it reads of the product ends.
    must_move: bool,
    /// The columns that its own columns name as their source.
    reads: Vec<Anchor<'a>>,
    /// What the columns leave out.
    reads_more: Option<String>,
}

/// Rows of a page whose columns are links: on longer ones the names are enough.
const LINKED: usize = 60;
/// Readers by agreement that are named.
const AGREED: usize = 40;
/// Columns in a row.
const COLUMNS: usize = 8;

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
    let mut frame = Frame::new(site, &path_here, "products", &title).of_part_of(
        site,
        &product.descriptor.header,
        product.owner_idx,
    );
    let linker = Linker { site, depth: frame.depth() };
    frame.description = match n {
        0 => format!("No product declares to read {name}."),
        1 => format!("1 product reads {name}."),
        n => format!("{n} products read {name}."),
    };
    frame = frame.crumb(linker.to("Products", "products/index.html")).crumb(linker.product(idx));
    let readers = readers(site.mesh(), idx);
    let agreed = site.mesh().agreed_readers(&[Found { kind: Kind::DataProduct, idx }]);
    let agreed = agreed.into_iter().map(|reader| linker.thing(reader, site.mesh().header(reader)));
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(n));
    let page = ConsumersPage {
        frame,
        product: linker.product(idx),
        name,
        n,
        agreed: parts::few(agreed, AGREED),
        n_must_move: readers.iter().filter(|reader| reader.must_move).count(),
        first: start + 1,
        last: end,
        consumers: site.theme.rows("reader-row.html", rows(site, idx, &readers, start..end, linker)),
        pager: Pager::new(n_sheets(n, ROWS), number, |at| {
            address::relative(linker.depth, &address::consumers(&product.slug, at))
        }),
    };
    site.theme.render("consumers.html", &page)
}

/// Words a part of the readers. Pictures lead to those of one domain: the first of them has the anchor.
fn rows<'a>(
    site: &'a Site,
    idx: usize,
    readers: &[Reader],
    part: Range<usize>,
    linker: Linker<'a>,
) -> Vec<ConsumerRow<'a>> {
    let mesh = site.mesh();
    let mut known = standings(mesh, idx, site.outcome.today);
    let published: BTreeSet<usize> = mesh.products[idx].outputs.iter().flatten().copied().collect();
    let domain = |reader: &Reader| mesh.products[reader.product_idx].domain_idx;
    let is_linked = part.len() <= LINKED;
    let mut seen: BTreeSet<Option<usize>> = readers[..part.start].iter().map(domain).collect();
    let of = |reader: &Reader| {
        let named = domain(reader).filter(|_| seen.insert(domain(reader)));
        let (places, is_partial) = mesh.places_read(reader.product_idx, &published);
        let mut columns: Vec<Anchor<'a>> = places.iter().map(|place| column(place, is_linked, linker)).collect();
        columns.sort_by(|a, b| a.text.cmp(&b.text));
        columns.dedup_by(|a, b| a.text == b.text);
        let n_more = columns.len().saturating_sub(COLUMNS);
        let more = match (n_more, is_partial) {
            (0, false) => None,
            (0, true) => Some("and maybe others: a source it names is not found".to_owned()),
            (n, _) => Some(format!("and {n} more")),
        };
        ConsumerRow {
            anchor: named.map(|domain| format!("d-{}", mesh.domains[domain].slug)),
            product: linker.product(reader.product_idx),
            domain: linker.product_domain(reader.product_idx),
            owner: linker.product_owner(reader.product_idx),
            through: through(site, idx, reader.product_idx),
            standing: parts::sentence(known.remove(&reader.product_idx).as_deref().unwrap_or("declared")),
            must_move: reader.must_move,
            reads: columns.into_iter().take(COLUMNS).collect(),
            reads_more: more,
        }
    };
    readers[part].iter().map(of).collect()
}

/// A column that is read, or the object that is read whole, a link to where its contract explains it.
fn column<'a>(place: &ColumnPlace, is_linked: bool, linker: Linker<'a>) -> Anchor<'a> {
    let text = if place.column.is_empty() { &place.object } else { &place.column };
    if !is_linked {
        return Anchor::plain(text.clone());
    }
    let anchor = if place.column.is_empty() {
        address::object_anchor(&place.object)
    } else {
        format!("c-{}", parts::anchor_part(&place.path()))
    };
    linker.to(text.clone(), &linker.site.schema_page(place.contract_idx, &anchor))
}

/// Names the contracts through which a product reads another.
fn through(site: &Site, idx: usize, reader: usize) -> String {
    let mesh = site.mesh();
    let reads = |binding: &&crate::graph::Binding| binding.published_by.iter().any(|by| by.product_idx == idx);
    let contracts = mesh.products[reader].inputs.iter().filter(reads).filter_map(|binding| binding.contract_idx);
    let name = |idx: usize| {
        let contract = &mesh.contracts[idx].descriptor;
        format!("{} {}", contract.header.id.value, contract.version_text())
    };
    contracts.map(name).collect::<Vec<_>>().join(", ")
}
