//! The floor F3: READMEs from Markdown, pages from templates, files to a folder. The pages say what
//! the descriptors say, in about the markup and the bytes of the default theme, and there are as
//! many of them as `meshfolio build` writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Add;
use std::path::Path;

use anyhow::Context as _;
use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;
use serde::Serialize;
use tera::Tera;

use super::values::{Column, Contract, Group, Product, Row, Values};

/// How many rows a page of a list has.
const ROWS_PER_PAGE: usize = 100;

/// How many products a page has that shows all of one status, domain, owner, kind of port or tag.
const CARDS_PER_PAGE: usize = 48;

/// What was written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Written {
    pub(crate) pages: usize,
    pub(crate) page_bytes: usize,
    pub(crate) twins: usize,
    pub(crate) twin_bytes: usize,
}

impl Add for Written {
    type Output = Written;

    fn add(self, other: Written) -> Written {
        Written {
            pages: self.pages + other.pages,
            page_bytes: self.page_bytes + other.page_bytes,
            twins: self.twins + other.twins,
            twin_bytes: self.twin_bytes + other.twin_bytes,
        }
    }
}

/// Writes all pages into an empty folder.
///
/// # Errors
/// When a template or a file fails.
pub(crate) fn write(values: &Values, folder: &Path) -> anyhow::Result<Written> {
    let floor = Floor { tera: templates()?, folder };
    for part in ["products", "contracts", "domains", "teams", "sources"] {
        fs::create_dir(folder.join(part))?;
    }
    let sum = |a: Written, b: Written| Ok(a + b);
    let products = values.products.par_iter().map(|product| floor.product(product));
    let contracts = values.contracts.par_iter().map(|contract| floor.contract(contract));
    let groups = values.groups.par_iter().map(|group| floor.group(group));
    let written = products.try_reduce(Written::default, sum)?;
    let written = written + contracts.try_reduce(Written::default, sum)?;
    let written = written + groups.try_reduce(Written::default, sum)?;
    let of_products = values.products.iter().map(|product| product.head.row(product.head.owner.clone())).collect();
    let of_contracts = values.contracts.iter().map(|contract| contract.head.row(contract.head.version.clone()));
    let mut lists: Vec<(&str, Vec<Row>)> = vec![("products", of_products), ("contracts", of_contracts.collect())];
    for part in ["domains", "teams", "sources"] {
        let groups = values.groups.iter().filter(|group| group.part == part);
        lists.push((part, groups.map(|group| group.head.row(group.rows.len().to_string())).collect()));
    }
    let lists: Vec<List<'_>> = lists
        .iter()
        .flat_map(|(part, rows)| {
            let chunks = rows.chunks(ROWS_PER_PAGE).enumerate();
            chunks.map(move |(index, rows)| List { part, number: index + 1, n_rows: rows.len(), rows })
        })
        .collect();
    let written = written + lists.par_iter().map(|list| floor.list(list)).try_reduce(Written::default, sum)?;
    let facets = facets(&values.products);
    let cards: Vec<(&str, List<'_>)> = facets
        .iter()
        .flat_map(|((facet, value), rows)| {
            let chunks = rows.chunks(CARDS_PER_PAGE).enumerate();
            chunks.map(move |(index, rows)| (*facet, List { part: value, number: index + 1, n_rows: rows.len(), rows }))
        })
        .collect();
    Ok(written + cards.par_iter().map(|(facet, list)| floor.cards(facet, list)).try_reduce(Written::default, sum)?)
}

/// The products with each value that products can be browsed by.
fn facets(products: &[Product]) -> BTreeMap<(&'static str, String), Vec<Row>> {
    let mut facets: BTreeMap<(&'static str, String), Vec<Row>> = BTreeMap::new();
    for product in products {
        let head = &product.head;
        let kinds = product.outputs.iter().map(|port| port.kind.clone());
        let one = [("status", &head.status), ("domain", &head.domain), ("owner", &head.owner)];
        let mut of: BTreeSet<(&'static str, String)> = one.map(|(facet, value)| (facet, value.clone())).into();
        of.extend(kinds.map(|kind| ("kind", kind)));
        of.extend(head.tags.iter().map(|tag| ("tag", tag.clone())));
        for (facet, value) in of {
            let name: String = value.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            facets.entry((facet, name)).or_default().push(head.row(head.owner.clone()));
        }
    }
    facets
}

fn templates() -> anyhow::Result<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_templates([
        ("frame.html", include_str!("pages/frame.html")),
        ("rows.html", include_str!("pages/rows.html")),
        ("product.html", include_str!("pages/product.html")),
        ("inputs.html", include_str!("pages/inputs.html")),
        ("lineage.html", include_str!("pages/lineage.html")),
        ("columns.html", include_str!("pages/columns.html")),
        ("cards.html", include_str!("pages/cards.html")),
        ("contract.html", include_str!("pages/contract.html")),
        ("group.html", include_str!("pages/group.html")),
        ("list.html", include_str!("pages/list.html")),
    ])?;
    Ok(tera)
}

#[derive(Serialize)]
struct List<'a> {
    part: &'a str,
    /// From 1.
    number: usize,
    n_rows: usize,
    rows: &'a [Row],
}

struct Floor<'a> {
    tera: Tera,
    folder: &'a Path,
}

impl Floor<'_> {
    /// Its page, a page of what it reads (the place of `meshfolio`'s page of consumers, which has
    /// as many rows in all), a page with a picture of that where it reads anything, and its twin.
    fn product(&self, product: &Product) -> anyhow::Result<Written> {
        let slug = &product.head.slug;
        fs::create_dir(self.folder.join("products").join(slug))?;
        let readme = markdown(&product.readme);
        let mut written = self.page("product.html", &format!("products/{slug}.html"), "../", product, &readme)?
            + self.page("inputs.html", &format!("products/{slug}/inputs.html"), "../../", product, "")?
            + self.twin(&format!("products/{slug}.json"), &product.head.source)?;
        if !product.inputs.is_empty() {
            let path = format!("products/{slug}/lineage.html");
            written = written + self.page("lineage.html", &path, "../../", product, "")?;
        }
        Ok(written)
    }

    /// Its page at the address of the contract and once more at that of the version, a page of the columns
    /// that say what they come from, where there are any, and two twins.
    fn contract(&self, contract: &Contract) -> anyhow::Result<Written> {
        let (slug, version) = (&contract.head.slug, &contract.head.version);
        fs::create_dir_all(self.folder.join("contracts").join(slug))?;
        let below = format!("contracts/{slug}/{version}");
        let mut written = self.page("contract.html", &format!("contracts/{slug}.html"), "../", contract, "")?
            + self.page("contract.html", &format!("{below}.html"), "../../", contract, "")?
            + self.twin(&format!("{below}.json"), &contract.head.source)?
            + self.twin(&format!("{below}.odcs.yaml"), &contract.head.source)?;
        let is_traced = |column: &Column| !column.from.is_empty();
        if contract.tables.iter().any(|table| table.columns.iter().any(is_traced)) {
            fs::create_dir_all(self.folder.join(&below))?;
            written =
                written + self.page("columns.html", &format!("{below}/columns.html"), "../../../", contract, "")?;
        }
        Ok(written)
    }

    fn group(&self, group: &Group) -> anyhow::Result<Written> {
        let path = format!("{}/{}", group.part, group.head.slug);
        let readme = markdown(&group.readme);
        Ok(self.page("group.html", &format!("{path}.html"), "../", group, &readme)?
            + self.twin(&format!("{path}.json"), &group.head.source)?)
    }

    fn list(&self, list: &List<'_>) -> anyhow::Result<Written> {
        let name = if list.number == 1 { "index.html".to_owned() } else { format!("page-{}.html", list.number) };
        self.page("list.html", &format!("{}/{name}", list.part), "../", list, "")
    }

    fn cards(&self, facet: &str, list: &List<'_>) -> anyhow::Result<Written> {
        let folder = format!("browse/{facet}/{}", list.part);
        fs::create_dir_all(self.folder.join(&folder))?;
        self.page("cards.html", &format!("{folder}/{}.html", list.number), "../../../", list, "")
    }

    fn page(
        &self,
        template: &str,
        path: &str,
        root: &str,
        page: &impl Serialize,
        readme: &str,
    ) -> anyhow::Result<Written> {
        let mut context = tera::Context::new();
        context.insert("path", path);
        context.insert("root", root);
        context.insert("page", page);
        context.insert("readme", readme);
        let mut bytes = Vec::with_capacity(32 * 1024);
        self.tera.render_to(template, &context, &mut bytes).with_context(|| template.to_owned())?;
        fs::write(self.folder.join(path), &bytes).with_context(|| path.to_owned())?;
        Ok(Written { pages: 1, page_bytes: bytes.len(), ..Written::default() })
    }

    fn twin(&self, path: &str, bytes: &[u8]) -> anyhow::Result<Written> {
        fs::write(self.folder.join(path), bytes).with_context(|| path.to_owned())?;
        Ok(Written { twins: 1, twin_bytes: bytes.len(), ..Written::default() })
    }
}

fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, Parser::new_ext(text, Options::ENABLE_TABLES));
    out
}
