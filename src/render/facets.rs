//! Ways to divide the products: by status, domain, owner, type of port, kind, data class and tag.
//! Every value has a page of its own, so that browsing needs no script.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::census::Census;
use super::parts;
use super::servers;
use crate::graph::{Mesh, Product, is_slug};
use crate::model::DataContract;

/// One way to divide.
pub(super) struct Facet {
    /// Its folder below `browse/`.
    pub id: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The values, those with the most products first.
    pub values: Vec<FacetValue>,
}

/// One value and who has it.
pub(super) struct FacetValue {
    /// What people read.
    pub label: String,
    /// What never changes: the word, or the slug of the domain or team.
    key: String,
    /// The stem of its page.
    pub slug: String,
    /// The page of the domain or team that lists its products, where it needs none of its own.
    pub home: Option<String>,
    /// The products, in the order of lists.
    pub products: Vec<usize>,
    /// How many of them count: those that are retired are only listed, unless all are.
    pub n: usize,
    /// How many of them are retired and in use.
    pub census: Census,
}

/// All ways to divide.
pub(super) struct Facets {
    /// In the order in which people ask.
    pub all: Vec<Facet>,
    /// The address of a value's page, by facet and key.
    pages: BTreeMap<(&'static str, String), String>,
    /// How many of all products are retired and in use.
    pub census: Census,
}

/// The address of the page that lists all ways to divide.
pub(super) const INDEX: &str = "browse/index.html";

impl Facets {
    /// Divides the products of a mesh, which come in an order. On a lean site domains and teams list their products
    /// themselves, as long as there is room.
    pub(super) fn new(mesh: &Mesh, order: &[usize], is_lean: bool) -> Facets {
        let dividers: [(&'static str, &'static str, Values); 7] = [
            ("status", "Status", |_, product, take| match product.descriptor.header.status_word() {
                "" => take("Not stated", "not-stated"),
                word => take(&parts::sentence(word), word),
            }),
            ("domain", "Domain", |mesh, product, take| match product.domain_idx.map(|idx| &mesh.domains[idx]) {
                Some(domain) => take(domain.descriptor.header.title(), &domain.slug),
                None => take("Not registered", NONE),
            }),
            ("owner", "Owner", |mesh, product, take| match product.owner_idx.map(|idx| &mesh.teams[idx]) {
                Some(team) => take(team.descriptor.header.title(), &team.slug),
                None => take("Not registered", NONE),
            }),
            ("type", "Port type", |mesh, product, take| {
                for contract in published(mesh, product) {
                    for server in contract.servers.iter().filter(|server| servers::is_production(server)) {
                        take(&servers::type_title(&server.server_type), &server.server_type);
                    }
                }
            }),
            ("kind", "Kind of product", |_, product, take| {
                if let Some(kind) = product.descriptor.type_word().map(parts::words) {
                    take(&parts::sentence(&kind), &kind);
                }
            }),
            ("data", "Classification", |mesh, product, take| {
                let mut contracts = published(mesh, product).peekable();
                if contracts.peek().is_none() {
                } else if contracts.any(|contract| mesh.has_personal_data(contract)) {
                    take("Personal data", "personal");
                } else {
                    take("No personal data stated", "other");
                }
                // The classes by their own words, as search has them; other words for personal data say more.
                let objects = published(mesh, product).flat_map(|contract| &contract.objects);
                for class in objects.flat_map(crate::model::SchemaObject::classifications) {
                    let word = class.trim().to_lowercase();
                    if !parts::is_plainly_personal(&word) && !matches!(word.as_str(), "other" | "personal") {
                        take(&parts::sentence(&word), &word);
                    }
                }
            }),
            ("tag", "Tag", |_, product, take| product.descriptor.header.tags.iter().for_each(|tag| take(tag, tag))),
        ];
        let mut all: Vec<Facet> =
            dividers.into_par_iter().map(|(id, title, values)| divide((mesh, order), id, title, values)).collect();
        let mut pages = BTreeMap::new();
        for facet in &mut all {
            let folder = match facet.id {
                "domain" if is_lean => Some("domains"),
                "owner" if is_lean => Some("teams"),
                _ => None,
            };
            for value in &mut facet.values {
                value.census = Census::of_products(mesh, value.products.iter().copied());
                value.n = if value.census.n > 0 { value.census.n } else { value.products.len() };
                let is_home = value.key != NONE && value.products.len() <= LEAN_PRODUCTS;
                value.home = folder.filter(|_| is_home).map(|folder| format!("{folder}/{}.html#products", value.key));
                pages.insert((facet.id, value.key.clone()), value.page(facet.id));
            }
            facet.values.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.slug.cmp(&b.slug)));
        }
        Facets { all, pages, census: Census::of_products(mesh, order.iter().copied()) }
    }

    /// Returns the page of a value, relative to the top of the site.
    pub(super) fn page(&self, facet: &'static str, key: &str) -> Option<String> {
        self.pages.get(&(facet, key.trim().to_lowercase())).cloned()
    }

    /// Returns the page of a value, where it is no part of the page of a domain or team.
    pub(super) fn own_page(&self, facet: &'static str, key: &str) -> Option<String> {
        self.page(facet, key).filter(|page| !page.contains('#'))
    }
}

impl FacetValue {
    /// Says whether these are the products without a registered domain or team.
    pub(super) fn is_none(&self) -> bool {
        self.key == NONE
    }

    /// Returns where its products stand.
    pub(super) fn page(&self, facet: &str) -> String {
        self.home.clone().unwrap_or_else(|| page(facet, &self.slug, 0))
    }
}

/// So many products a domain or a team lists on its page, on a lean site.
pub(super) const LEAN_PRODUCTS: usize = 120;

/// The key of those without a registered domain or team; no slug is this word.
const NONE: &str = "not registered";

/// Returns the address of a page of a value.
pub(super) fn page(facet: &str, slug: &str, number: usize) -> String {
    match number {
        0 => ["browse/", facet, "/", slug, ".html"].concat(),
        number => parts::numbered("", &["browse/", facet, "/", slug].concat(), number),
    }
}

/// Tells the values of a product: what people read, and the key that never changes.
type Values = fn(&Mesh, &Product, &mut dyn FnMut(&str, &str));

fn divide((mesh, order): (&Mesh, &[usize]), id: &'static str, title: &'static str, values: Values) -> Facet {
    let mut groups: BTreeMap<String, FacetValue> = BTreeMap::new();
    for idx in order {
        values(mesh, &mesh.products[*idx], &mut |label, key| {
            let key = key.trim().to_lowercase();
            if key.is_empty() {
                return;
            }
            let group = groups.entry(key).or_insert_with_key(|key| FacetValue {
                label: label.trim().to_owned(),
                slug: slug(key),
                key: key.clone(),
                home: None,
                products: Vec::new(),
                n: 0,
                census: Census { n: 0, n_retired: 0 },
            });
            if group.products.last() != Some(idx) {
                group.products.push(*idx);
            }
        });
    }
    Facet { id, title, values: groups.into_values().collect() }
}

/// The contracts that a product publishes and that are not over.
fn published<'m>(mesh: &'m Mesh, product: &'m Product) -> impl Iterator<Item = &'m DataContract> {
    let contracts = product.outputs.iter().flatten().map(|idx| &*mesh.contracts[*idx].descriptor);
    contracts.filter(|contract| !contract.header.has_status("retired"))
}

/// Makes the stem of a value's page: the key where it is one already, else with a hash, so that no
/// other value ever changes it.
fn slug(key: &str) -> String {
    if is_slug(key) {
        return key.to_owned();
    }
    let mut plain = String::new();
    for character in key.chars().take(60) {
        match character {
            'a'..='z' | '0'..='9' => plain.push(character),
            _ if plain.ends_with('-') || plain.is_empty() => {}
            _ => plain.push('-'),
        }
    }
    let stem = plain.trim_end_matches('-');
    let hash = blake3::hash(key.as_bytes()).to_hex();
    format!("{}-{}", if stem.is_empty() { "x" } else { stem }, &hash.as_str()[..6])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn stems_are_safe_and_never_the_same() {
        let keys = ["sales-hub", "sales hub", "../x", "umsätze", "index", "汉字", "con", "page-2"];
        let slugs: BTreeSet<String> = keys.iter().map(|key| slug(key)).collect();
        assert_eq!(slugs.len(), keys.len());
        assert!(slugs.contains("sales-hub") && slugs.iter().all(|slug| is_slug(slug)), "{slugs:?}");
    }
}
