//! Lists of all things of a kind, paged: `products/index.html`, `products/page-2.html`, ...

use serde::Serialize;

use super::page;
use crate::graph::{Found, slug_of};
use crate::model::Kind;
use crate::render::parts::{self, Anchor, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ListPage {
    frame: Frame,
    heading: String,
    caption: String,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    pager: Vec<Anchor>,
    number: usize,
    n_pages: usize,
    empty: &'static str,
}

#[derive(Serialize)]
struct Row {
    thing: Anchor,
    say: Option<String>,
    status: Option<Sign>,
    cells: Vec<Option<Anchor>>,
}

/// Rows of one page: a list of 10,000 products stays below 250 KB a page.
const ROWS: usize = 100;

/// A kind with lists: the page's heading, the heads of its columns, and what to say when empty.
struct ListKind {
    kind: Kind,
    heading: &'static str,
    heads: &'static [&'static str],
    empty: &'static str,
    render: fn(&Site, u32) -> Result<Vec<u8>, RenderError>,
}

const LISTS: [ListKind; 7] = [
    ListKind {
        kind: Kind::DataProduct,
        heading: "Data products",
        heads: &["Product", "Status", "Domain", "Owner", "Consumers"],
        empty: "No data product is described yet. Begin with `meshfolio new product ID`.",
        render: |site, number| html(site, 0, number),
    },
    ListKind {
        kind: Kind::DataContract,
        heading: "Data contracts",
        heads: &["Contract", "Status", "Domain", "Owner", "Version"],
        empty: "No data contract is described yet. Begin with `meshfolio new contract ID`.",
        render: |site, number| html(site, 1, number),
    },
    ListKind {
        kind: Kind::Domain,
        heading: "Domains",
        heads: &["Domain", "Status", "Kind", "Owner", "Products"],
        empty: "No domain is described yet. Begin with `meshfolio new domain ID`.",
        render: |site, number| html(site, 2, number),
    },
    ListKind {
        kind: Kind::Team,
        heading: "Teams",
        heads: &["Team", "Status", "Kind", "Domain", "Products"],
        empty: "No team is described yet. Begin with `meshfolio new team ID`.",
        render: |site, number| html(site, 3, number),
    },
    ListKind {
        kind: Kind::SemanticDefinition,
        heading: "Glossary",
        heads: &["Term", "Status", "Domain", "Bound to"],
        empty: "No term is defined yet. Begin with `meshfolio new term DOMAIN/ID`.",
        render: |site, number| html(site, 4, number),
    },
    ListKind {
        kind: Kind::Policy,
        heading: "Policies",
        heads: &["Policy", "Stage", "Category", "Owner", "Severity"],
        empty: "No policy is written yet. Begin with `meshfolio new policy ID`.",
        render: |site, number| html(site, 5, number),
    },
    ListKind {
        kind: Kind::SourceSystem,
        heading: "Source systems",
        heads: &["Source system", "Status", "Kind", "Owner", "Feeds"],
        empty: "No source system is described yet. Begin with `meshfolio new source ID`.",
        render: |site, number| html(site, 6, number),
    },
];

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for list in &LISTS {
        for number in 0..n_pages(n_rows(site, list.kind)) {
            pages.extend(page(&path(list.kind, number), number, list.render));
        }
    }
    pages
}

fn path(kind: Kind, number: usize) -> String {
    let name = if number == 0 { "index".to_owned() } else { format!("page-{}", number + 1) };
    format!("{}/{name}.html", kind.folder())
}

fn n_pages(n_rows: usize) -> usize {
    n_rows.div_ceil(ROWS).max(1)
}

fn n_rows(site: &Site, kind: Kind) -> usize {
    match kind {
        Kind::SemanticDefinition => site.mesh().terms.len(),
        Kind::DataContract => site.current_contracts.len(),
        kind => site.mesh().headers(kind).len(),
    }
}

fn html(site: &Site, list: usize, number: u32) -> Result<Vec<u8>, RenderError> {
    let ListKind { kind, heading, heads, empty, .. } = &LISTS[list];
    let number = number as usize;
    let total = n_rows(site, *kind);
    let n_pages = n_pages(total);
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(total));
    let linker = Linker { site, depth: 1 };
    let title = if number == 0 { (*heading).to_owned() } else { format!("{heading}, page {}", number + 1) };
    let mut frame = Frame::new(site, &path(*kind, number), kind.folder(), &title);
    frame.description = format!("All {} of {}.", heading.to_lowercase(), site.outcome.config.mesh.name);
    let caption = match (total, n_pages) {
        (0, _) => String::new(),
        (_, 1) => format!("{total} in all, in the order of their ids"),
        _ => format!("{} to {end} of {total}, in the order of their ids", start + 1),
    };
    let pager = (0..n_pages).map(|at| linker.to(&(at + 1).to_string(), &path(*kind, at))).collect();
    let rows = match kind {
        Kind::DataContract => {
            site.current_contracts[start..end].iter().map(|idx| row(site, *kind, *idx, linker)).collect()
        }
        kind => (start..end).map(|idx| row(site, *kind, idx, linker)).collect(),
    };
    let page = ListPage {
        frame,
        heading: (*heading).to_owned(),
        caption,
        heads: heads.to_vec(),
        rows,
        pager,
        number: number + 1,
        n_pages,
        empty,
    };
    site.theme.render("list.html", &page)
}

fn row(site: &Site, kind: Kind, idx: usize, linker: Linker<'_>) -> Row {
    let mesh = site.mesh();
    let plain = |text: String| Some(Anchor { text, href: None });
    let said = |header: &crate::model::Header| header.description.purpose.as_deref().map(parts::first_sentence);
    let written = |text: &Option<crate::model::SpannedText>| text.as_ref().map(|text| text.value.to_string());
    match kind {
        Kind::DataProduct => {
            let product = &mesh.products[idx];
            Row {
                thing: linker.product(idx),
                say: said(&product.descriptor.header),
                status: Some(parts::status_of(&product.descriptor.header)),
                cells: vec![
                    linker.product_domain(idx),
                    linker.product_owner(idx),
                    plain(product.consumers.len().to_string()),
                ],
            }
        }
        Kind::DataContract => {
            let contract = &mesh.contracts[idx];
            let header = &contract.descriptor.header;
            let versions = mesh.versions(&header.id.value).len();
            let version = contract.descriptor.version_text();
            let more = if versions > 1 { format!("{version}, {versions} versions") } else { version.to_owned() };
            Row {
                thing: linker.to(header.title(), &address::contract(&contract.slug)),
                say: said(header),
                status: Some(parts::status_of(header)),
                cells: vec![
                    linker.domain(contract.domain_idx, None),
                    linker.team(contract.owner_idx, None),
                    plain(more),
                ],
            }
        }
        Kind::Domain => {
            let domain = &mesh.domains[idx];
            let header = &domain.descriptor.header;
            Row {
                thing: linker.thing(Found { kind, idx }, header),
                say: said(header),
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells: vec![
                    plain(domain.descriptor.domain_type.as_deref().map(parts::words).unwrap_or_default()),
                    linker.team(domain.owner_idx, written(&domain.descriptor.owner).as_deref()),
                    plain(domain.products.len().to_string()),
                ],
            }
        }
        Kind::Team => {
            let team = &mesh.teams[idx];
            let header = &team.descriptor.header;
            Row {
                thing: linker.thing(Found { kind, idx }, header),
                say: said(header),
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells: vec![
                    plain(team.descriptor.team_type.as_deref().map(parts::words).unwrap_or_default()),
                    linker.domain(team.domain_idx, written(&team.descriptor.domain).as_deref()),
                    plain(team.products.len().to_string()),
                ],
            }
        }
        Kind::SourceSystem => {
            let source = &mesh.sources[idx];
            let header = &source.descriptor.header;
            Row {
                thing: linker.source(idx),
                say: said(header),
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells: vec![
                    plain(source.descriptor.system_type.as_deref().map(parts::words).unwrap_or_default()),
                    linker.team(source.owner_idx, written(&source.descriptor.owner).as_deref()),
                    plain(parts::count(source.products.len(), "product")),
                ],
            }
        }
        Kind::SemanticDefinition => {
            let node = &mesh.terms[idx];
            let term = mesh.term(node);
            let glossary = &mesh.glossaries[node.glossary_idx];
            Row {
                thing: linker.term(idx),
                say: term.description.as_deref().map(parts::first_sentence),
                status: glossary.header.status.as_ref().map(|_| parts::status_of(&glossary.header)),
                cells: vec![
                    linker.domain(node.domain_idx, written(&glossary.domain).as_deref()),
                    plain(parts::count(node.bindings.len(), "place")),
                ],
            }
        }
        _ => {
            let policy = &mesh.policies[idx];
            let owner = policy.owner.as_ref().and_then(|owner| mesh.team(owner));
            Row {
                thing: linker.to(policy.header.title(), &format!("policies/{}.html", slug_of(&policy.header))),
                say: said(&policy.header),
                status: Some(parts::status(policy.stage.as_deref().or(Some("enforced")))),
                cells: vec![
                    plain(policy.category.as_ref().map(ToString::to_string).unwrap_or_default()),
                    linker.team(owner, written(&policy.owner).as_deref()),
                    plain(policy.severity.as_ref().map(ToString::to_string).unwrap_or_default()),
                ],
            }
        }
    }
}
