//! Markdown twins, `.md` beside `.html`, for people's notes and for language models, and `llms.txt`,
//! which leads to them.

mod columns;
mod others;
mod product;

use std::cmp::Reverse;

use super::page;
use crate::render::census::Census;
use crate::render::note::{Note, link, text};
use crate::render::parts::{self, Anchor, Frame};
use crate::render::site::Site;
use crate::render::{Page, RenderError};

/// Products in `llms.txt`: those that most products read.
const PRODUCTS: usize = 200;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mesh = site.mesh();
    let mut pages = Vec::new();
    for (idx, product) in mesh.products.iter().enumerate() {
        pages.extend(page(&format!("products/{}.md", product.slug), idx, product::note));
    }
    for (idx, domain) in mesh.domains.iter().enumerate() {
        pages.extend(page(&format!("domains/{}.md", domain.slug), idx, others::domain));
    }
    for (idx, team) in mesh.teams.iter().enumerate() {
        pages.extend(page(&format!("teams/{}.md", team.slug), idx, others::team));
    }
    for (idx, term) in mesh.terms.iter().enumerate() {
        pages.extend(page(&format!("glossary/{}.md", term.slug), idx, others::term));
    }
    pages.extend(page("llms.txt", 0, llms));
    pages
}

/// Returns the Markdown form of a page, where it has one.
pub(in crate::render) fn twin_of(path: &str) -> Option<String> {
    let (folder, name) = path.split_once('/')?;
    let stem = name.strip_suffix(".html").filter(|stem| *stem != "index" && !stem.contains('/'))?;
    // No slug begins so: these are the later pages of a list.
    let is_list = stem.starts_with("page-");
    let has_notes = matches!(folder, "products" | "domains" | "teams" | "glossary") && !is_list;
    has_notes.then(|| format!("{folder}/{stem}.md"))
}

/// Makes a link of a page in a folder into one of its Markdown form.
fn linked(mut anchor: Anchor<'_>) -> String {
    if let Some(href) = &anchor.href
        && let Some(twin) = href.strip_prefix("../").and_then(twin_of)
    {
        anchor.href = Some(format!("../{twin}"));
    }
    link(&anchor)
}

fn linked_all<'a>(anchors: impl IntoIterator<Item = Anchor<'a>>) -> String {
    anchors.into_iter().map(linked).collect::<Vec<_>>().join(", ")
}

/// Adds what every note says of its thing: where its page and its data are.
fn close(note: &mut Note, frame: &Frame<'_>) {
    note.section("Elsewhere");
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let here = |path: &str| link(&Anchor { text: name(path).into(), href: Some(name(path)) });
    note.fact("Page", Some(here(&frame.path)));
    note.fact("Data", frame.json.as_deref().map(here));
    note.fact("Descriptor", frame.file.as_deref().map(text));
    note.fact("Name outside the mesh", frame.urn.as_deref().map(text));
}

/// Adds at most so many items, and says how many more there are.
fn items<'a>(note: &mut Note, n_most: usize, all: impl ExactSizeIterator<Item = Anchor<'a>>) {
    let n_more = all.len().saturating_sub(n_most);
    for anchor in all.take(n_most) {
        note.item(&linked(anchor));
    }
    if n_more > 0 {
        note.item(&format!("{n_more} more"));
    }
}

fn llms(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let (mesh, config) = (site.mesh(), &site.outcome.config.mesh);
    let base = config.base_url.as_deref().unwrap_or_default();
    let ending = match (site.has_twins, site.homes.is_lean()) {
        (true, _) => "md",
        (false, false) => "json",
        (false, true) => "html",
    };
    let entry = |name: &str, path: &str, say: &str| {
        let anchor = Anchor { text: name.into(), href: Some(format!("{base}{path}")) };
        let say = text(say);
        format!("{}{}", link(&anchor), if say.is_empty() { say } else { format!(": {say}") })
    };
    let purpose = |header: &crate::model::Header| {
        header.description.purpose.as_deref().map(parts::first_sentence).unwrap_or_default()
    };
    let mut note = Note::new(&config.name);
    let own = config.description.as_deref().map(parts::first_sentence);
    let say = own.unwrap_or_else(|| "Data products, with who answers for them and what they promise.".to_owned());
    note.gap();
    note.quote(&say);
    note.section("Domains");
    for domain in &mesh.domains {
        let header = &domain.descriptor.header;
        let n = parts::count(Census::of_products(site.mesh(), domain.products.iter().copied()).n, "data product");
        let say = format!("{} {n}", purpose(header));
        note.item(&entry(header.title(), &format!("domains/{}.{ending}", domain.slug), &say));
    }
    let mut ranked: Vec<&crate::graph::Product> = mesh.products.iter().collect();
    ranked.sort_by_key(|product| Reverse(product.consumers.len()));
    let n_left = ranked.len().saturating_sub(PRODUCTS);
    ranked.truncate(PRODUCTS);
    note.section("Data products");
    for product in ranked {
        let header = &product.descriptor.header;
        let say = match header.status_word() {
            "active" => purpose(header),
            status => format!("{} ({status})", purpose(header)),
        };
        note.item(&entry(header.title(), &format!("products/{}.{ending}", product.slug), &say));
    }
    note.section("Everything");
    let all = match n_left {
        0 => "every thing of the catalog, in parts of 500".to_owned(),
        n => format!("every thing of the catalog, in parts of 500, the other {n} data products among them"),
    };
    note.item(&entry("catalog.json", "catalog.json", &all));
    note.item(&entry("urls.txt", "urls.txt", "the addresses of all pages"));
    Ok(note.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::twin_of;

    #[test]
    fn only_pages_of_things_have_a_twin() {
        assert_eq!(twin_of("products/orders.html").as_deref(), Some("products/orders.md"));
        let without = ["products/index.html", "products/page-2.html", "products/orders/consumers.html"];
        for path in without.into_iter().chain(["contracts/orders.html", "index.html", "teams/a.html#x"]) {
            assert_eq!(twin_of(path), None, "{path}");
        }
    }
}
