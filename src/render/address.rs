//! Addresses of pages (DESIGN section 4). Those of things are told by the mesh, because what is lost of them is a
//! finding; those of everything else stand only here.

use crate::graph::{self, Found, Mesh};
use crate::model::Kind;

/// Returns the page of a thing, relative to the top of the site; `None` for kinds without pages.
#[must_use]
pub fn page(mesh: &Mesh, found: Found) -> Option<String> {
    mesh.page(found)
}

/// Returns the page of a product.
#[must_use]
pub fn product(slug: &str) -> String {
    graph::page_of(Kind::DataProduct, slug)
}

/// Returns the page that lists who reads a product; `number` from 0.
#[must_use]
pub fn consumers(slug: &str, number: usize) -> String {
    super::parts::numbered(&format!("products/{slug}/consumers.html"), &format!("products/{slug}/consumers"), number)
}

/// Returns the page with the lineage of a product two steps each way.
#[must_use]
pub fn lineage(slug: &str) -> String {
    format!("products/{slug}/lineage.html")
}

/// Returns the badge of a product.
#[must_use]
pub fn badge(slug: &str) -> String {
    format!("badges/{slug}.svg")
}

/// The map of domains.
pub const MAP: &str = "map.html";

/// Returns the page of a contract that shows its current version.
#[must_use]
pub fn contract(slug: &str) -> String {
    graph::page_of(Kind::DataContract, slug)
}

/// Returns the page of one version of a contract.
#[must_use]
pub fn contract_version(mesh: &Mesh, contract_idx: usize) -> String {
    mesh.version_page(contract_idx)
}

/// Returns a page with columns of a version; `number` from 0, which is the page of the version itself.
#[must_use]
pub fn schema(mesh: &Mesh, contract_idx: usize, number: usize) -> String {
    let version = contract_version(mesh, contract_idx);
    super::parts::numbered(&version, &version.replace(".html", "/schema"), number)
}

/// Returns the page that shows where the columns of a version come from.
#[must_use]
pub fn columns(mesh: &Mesh, contract_idx: usize) -> String {
    contract_version(mesh, contract_idx).replace(".html", "/columns.html")
}

/// Returns a link from a page in a folder `depth` levels below the top to an address.
#[must_use]
pub fn relative(depth: usize, address: &str) -> String {
    format!("{}{address}", "../".repeat(depth))
}

/// Returns the page of a document of a product: `docs/<name>.md` becomes `docs/<name>.html`.
#[must_use]
pub fn document(product_slug: &str, path: &str) -> String {
    // A document in a folder below `docs/` gets a hash: its bare name may not be its own.
    let name = path.rsplit_once("/docs/").map_or(path, |(_, name)| name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let plain: String = stem
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .collect();
    let trimmed = plain.trim_matches('-');
    let is_same = trimmed == stem;
    let slug = if is_same && !trimmed.is_empty() {
        trimmed.to_owned()
    } else {
        let hash = blake3::hash(path.as_bytes()).to_hex();
        format!("{}-{}", if trimmed.is_empty() { "document" } else { trimmed }, &hash.as_str()[..6])
    };
    format!("products/{product_slug}/docs/{slug}.html")
}

/// Returns the anchor of a schema object on the page of its contract.
#[must_use]
pub fn object_anchor(object: &str) -> String {
    format!("o-{}", super::parts::anchor_part(object))
}

/// Returns the anchor of a column, by its path with dots, on the page of its contract.
#[must_use]
pub fn column_anchor(object: &str, column: &str) -> String {
    format!("c-{}", super::parts::anchor_part(&format!("{object}.{column}")))
}
