//! Addresses of pages (DESIGN section 4). Those of things are told by the mesh, because what is lost of them is a
//! finding; those of everything else stand only here.

use super::Homes;
use super::parts::push_anchor_part;
use crate::graph::{self, Found, Mesh};
use crate::model::Kind;

/// Returns the page of a thing, relative to the top of the site; `None` for kinds without pages.
#[must_use]
pub fn page(mesh: &Mesh, homes: &Homes, found: Found) -> Option<String> {
    match found.kind {
        Kind::DataContract => Some(contract_version(mesh, homes, found.idx)),
        _ => fixed(mesh, found),
    }
}

/// Returns the page of a thing as [`page`], where it does not depend on how lean the site is: `None` for contracts.
#[must_use]
pub fn fixed(mesh: &Mesh, found: Found) -> Option<String> {
    if found.kind == Kind::DataContract { None } else { mesh.page(found) }
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

/// The list of all built-in rules.
pub const RULES: &str = "rules/index.html";

/// The map of domains.
pub const MAP: &str = "map.html";

/// Returns the page that shows the current version of a contract, of which this is one.
#[must_use]
pub fn contract(mesh: &Mesh, homes: &Homes, contract_idx: usize) -> String {
    let contract = &mesh.contracts[contract_idx];
    if homes.is_lean() {
        let current = mesh.current_version(&contract.descriptor.header.id.value).unwrap_or(contract_idx);
        return contract_version(mesh, homes, current);
    }
    contract_stem_page(&contract.slug)
}

pub(super) fn contract_stem_page(slug: &str) -> String {
    graph::page_of(Kind::DataContract, slug)
}

/// Returns where a version of a contract stands: its page, or its section of the page of its product.
#[must_use]
pub fn contract_version(mesh: &Mesh, homes: &Homes, contract_idx: usize) -> String {
    homes.place(mesh, contract_idx, "")
}

/// Returns where an anchor of a version stands, which is not one of a later page of its columns.
#[must_use]
pub fn contract_part(mesh: &Mesh, homes: &Homes, contract_idx: usize, anchor: &str) -> String {
    homes.place(mesh, contract_idx, anchor)
}

/// Returns the file of a version that has a page of its own. On a lean site the current one needs no number.
#[must_use]
pub fn contract_file(mesh: &Mesh, homes: &Homes, contract_idx: usize) -> String {
    let contract = &mesh.contracts[contract_idx];
    if homes.is_lean() && mesh.current_version(&contract.descriptor.header.id.value) == Some(contract_idx) {
        return contract_stem_page(&contract.slug);
    }
    homes.version_page(contract_idx).to_owned()
}

/// Returns a page with columns of a version that has a page of its own; `number` from 0, which is that page.
#[must_use]
pub fn schema(mesh: &Mesh, homes: &Homes, contract_idx: usize, number: usize) -> String {
    let version = contract_file(mesh, homes, contract_idx);
    super::parts::numbered(&version, &version.replace(".html", "/schema"), number)
}

/// Returns the page that shows where the columns of a version come from.
#[must_use]
pub fn columns(mesh: &Mesh, homes: &Homes, contract_idx: usize) -> String {
    contract_file(mesh, homes, contract_idx).replace(".html", "/columns.html")
}

/// Returns a link from a page in a folder `depth` levels below the top to an address.
#[must_use]
pub fn relative(depth: usize, address: &str) -> String {
    let mut link = String::with_capacity(3 * depth + address.len());
    for _ in 0..depth {
        link.push_str("../");
    }
    link.push_str(address);
    link
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
    let mut anchor = String::with_capacity(2 + object.len());
    anchor.push_str("o-");
    push_anchor_part(&mut anchor, object);
    anchor
}

/// Returns the anchor of a column, by its path with dots, on the page of its contract.
#[must_use]
pub fn column_anchor(object: &str, column: &str) -> String {
    let mut anchor = String::with_capacity(3 + object.len() + column.len());
    anchor.push_str("c-");
    push_anchor_part(&mut anchor, object);
    anchor.push('.');
    push_anchor_part(&mut anchor, column);
    anchor
}
