//! A Markdown document of a product, from its `docs/` folder.

use serde::Serialize;

use super::page;
use crate::render::parts::{Frame, Linker};
use crate::render::site::Site;
use crate::render::{Page, RenderError, markdown};
use crate::source::FileId;

#[derive(Serialize)]
struct DocumentPage<'a> {
    frame: Frame<'a>,
    title: String,
    body_html: String,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let documents =
        site.page_of_file.iter().filter(|(_, path)| path.starts_with("products/") && path.contains("/docs/"));
    documents.filter_map(|(file, path)| page(path, file.0 as usize, html)).collect()
}

fn html(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let file = FileId(number);
    let path = site.page_of_file.get(&file).cloned().unwrap_or_default();
    let mesh = site.mesh();
    let slug = path.strip_prefix("products/").and_then(|rest| rest.split('/').next());
    let owner = slug.and_then(|slug| site.product_by_slug.get(slug).copied());
    let name = || site.outcome.sources.path(file).rsplit('/').next().unwrap_or_default().to_owned();
    let title = mesh.docs.get(file).and_then(|facts| facts.title.clone()).unwrap_or_else(name);
    let mut frame = Frame::new(site, &path, "products", &title).of_file(site, file);
    let linker = Linker { site, depth: frame.depth() };
    frame = frame.crumb(linker.to("Products", "products/index.html"));
    if let Some(idx) = owner {
        frame = frame.crumb(linker.product(idx));
        frame.description = format!("A document of {}.", mesh.products[idx].descriptor.header.title());
    }
    let placing = markdown::Placing { depth: linker.depth, below: 1, skip_title: true };
    let page = DocumentPage { frame, title, body_html: markdown::file(site, file, placing) };
    site.theme.render("document.html", &page)
}
