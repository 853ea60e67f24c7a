//! Lists of all things of a kind, paged: `contracts/index.html`, `contracts/page-2.html`, ... Products
//! are cards, see `browse`.

use std::borrow::Cow;

use serde::Serialize;

use super::page;
use crate::graph::Found;
use crate::model::Kind;
use crate::render::census::Census;
use crate::render::health;
use crate::render::parts::{self, Anchor, Frame, Linker, Pager, Sign};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::theme::Rows;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ListPage<'a> {
    frame: Frame<'a>,
    heading: &'static str,
    say: &'static str,
    caption: String,
    heads: Vec<&'static str>,
    rows: Rows<'a, Row<'a>>,
    pager: Option<Pager>,
    empty: &'static str,
    /// What stands beside the list: more of the kind that has pages of another type.
    beside: Option<Anchor<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    thing: Anchor<'a>,
    say: Option<String>,
    status: Option<Sign<'static>>,
    aside: Option<Sign<'static>>,
    /// The head of the status, where it is the second column; else it stands beside the name where it is not the usual
    /// one.
    status_head: Option<&'static str>,
    cells: Vec<Cell<'a>>,
    /// What stands below the last cell, in small.
    more: String,
}

/// What a row says under one of the later heads.
#[derive(Serialize)]
struct Cell<'a> {
    head: &'static str,
    said: Option<Anchor<'a>>,
    /// In place of words.
    sign: Option<Sign<'static>>,
    /// There can be nothing to say, which is no gap.
    is_none: bool,
}

/// A kind with lists: the page's heading, the heads of its columns, and what to say when empty.
struct ListKind {
    kind: Kind,
    heading: &'static str,
    say: &'static str,
    heads: &'static [&'static str],
    empty: &'static str,
    render: fn(&Site, u32) -> Result<Vec<u8>, RenderError>,
}

const LISTS: [ListKind; 6] = [
    ListKind {
        kind: Kind::DataContract,
        heading: "Data contracts",
        say: "What exactly is read through a port, and what is promised about it.",
        heads: &["Contract", "Status", "Evidence", "Product", "Owner", "Version"],
        empty: "No data contract is described yet. Begin with: meshfolio new contract ID",
        render: |site, number| html(site, 0, number),
    },
    ListKind {
        kind: Kind::Domain,
        heading: "Domains",
        say: "Who answers for which part of the business.",
        heads: &["Domain", "Status", "Kind", "Owner", "Products"],
        empty: "No domain is described yet. Begin with: meshfolio new domain ID",
        render: |site, number| html(site, 1, number),
    },
    ListKind {
        kind: Kind::Team,
        heading: "Teams",
        say: "Who owns what, and how to reach them.",
        heads: &["Team", "Status", "Kind", "Contact", "Domain", "Products"],
        empty: "No team is described yet. Begin with: meshfolio new team ID",
        render: |site, number| html(site, 2, number),
    },
    ListKind {
        kind: Kind::SemanticDefinition,
        heading: "Glossary",
        say: "What words mean here, and which columns carry them.",
        heads: &["Term", "Status", "Domain", "Bound to"],
        empty: "No term is defined yet. Begin with: meshfolio new term DOMAIN/ID",
        render: |site, number| html(site, 3, number),
    },
    ListKind {
        kind: Kind::Policy,
        heading: "Policies",
        say: "What must hold for products and contracts, and why.",
        heads: &["Policy", "Stage", "Category", "Owner", "Severity", "Kept by"],
        empty: "No policy is written yet. Begin with: meshfolio new policy ID",
        render: |site, number| html(site, 4, number),
    },
    ListKind {
        kind: Kind::SourceSystem,
        heading: "Source systems",
        say: "Systems outside the mesh that feed it.",
        heads: &["Source system", "Status", "Kind", "Owner", "Feeds"],
        empty: "No source system is described yet. Begin with: meshfolio new source ID",
        render: |site, number| html(site, 5, number),
    },
];

/// What the list of a kind is called.
pub(super) fn title(kind: Kind) -> Cow<'static, str> {
    let list = LISTS.iter().find(|list| list.kind == kind);
    list.map_or_else(|| parts::sentence(kind.plural()).into(), |list| list.heading.into())
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for list in &LISTS {
        for number in 0..n_sheets(n_rows(site, list.kind), ROWS) {
            pages.extend(page(&path(list.kind, number), number, list.render));
        }
    }
    pages
}

fn path(kind: Kind, number: usize) -> String {
    parts::numbered(&format!("{}/index.html", kind.folder()), kind.folder(), number)
}

fn n_rows(site: &Site, kind: Kind) -> usize {
    site.orders.of(kind).len()
}

fn html(site: &Site, list: usize, number: u32) -> Result<Vec<u8>, RenderError> {
    let ListKind { kind, heading, say, heads, empty, .. } = &LISTS[list];
    let number = number as usize;
    let total = n_rows(site, *kind);
    let n_pages = n_sheets(total, ROWS);
    let (start, end) = (number * ROWS, ((number + 1) * ROWS).min(total));
    let linker = Linker { site, depth: 1 };
    let title = if number == 0 { (*heading).to_owned() } else { format!("{heading}, page {}", number + 1) };
    let mut frame = Frame::new(site, &path(*kind, number), kind.folder(), &title);
    (*say).clone_into(&mut frame.description);
    if *kind == Kind::SemanticDefinition && number == 0 {
        let thing = frame.linked.thing("DefinedTermSet", &frame.path).text("name", heading);
        frame.linked.set(thing);
    }
    let of_them = Census::of(site, *kind).of_them();
    let caption = match (total, n_pages) {
        (0, _) => String::new(),
        (_, 1) => format!("{total} in all{of_them}, by name"),
        _ => format!("{} to {end} of {total}{of_them}, by name", start + 1),
    };
    let mut rows: Vec<Row<'_>> =
        site.orders.of(*kind)[start..end].iter().map(|idx| row(site, &LISTS[list], *idx, linker)).collect();
    // Of most kinds nearly everything is active, and a column of one word says nothing.
    let has_status = matches!(kind, Kind::DataContract | Kind::Policy);
    for row in &mut rows {
        row.status_head = has_status.then(|| heads[1]);
        if !has_status {
            row.aside = row.status.take().filter(|status| status.symbol != "active");
        }
    }
    let mut heads = heads.to_vec();
    if !has_status {
        heads.remove(1);
    }
    let page = ListPage {
        frame,
        heading,
        say,
        caption,
        heads,
        rows: site.theme.rows("list-row.html", rows),
        pager: Pager::new(n_pages, number, |at| address::relative(1, &path(*kind, at))),
        empty,
        beside: (*kind == Kind::Policy).then(|| super::rules::all_of_them(site, linker)),
    };
    site.theme.render("list.html", &page)
}

fn written(text: Option<&crate::model::SpannedText>) -> Option<&str> {
    text.map(|text| text.value.as_str())
}

/// A word of a list, as the cells of tables have it.
fn said_word(word: &str) -> String {
    parts::sentence(&parts::words(word))
}

/// Puts what a row says under the heads of its kind behind the status.
fn cells<'a, const N: usize>(heads: &[&'static str], said: [Option<Anchor<'a>>; N]) -> Vec<Cell<'a>> {
    let cell = |(head, said)| Cell { head, said, sign: None, is_none: false };
    heads[2..].iter().copied().zip(said).map(cell).collect()
}

fn row<'a>(site: &'a Site, ListKind { kind, heads, .. }: &ListKind, idx: usize, linker: Linker<'a>) -> Row<'a> {
    let (mesh, kind) = (site.mesh(), *kind);
    let plain = |text: String| Some(text).filter(|text| !text.is_empty()).map(Anchor::plain);
    let said = |header: &crate::model::Header| header.description.purpose.as_deref().map(parts::first_sentence);
    match kind {
        Kind::DataContract => {
            let contract = &mesh.contracts[idx];
            let header = &contract.descriptor.header;
            let versions = mesh.versions(&header.id.value).len();
            let version = contract.descriptor.version_text();
            let is_retired = header.has_status("retired");
            let product = contract.published_by.first().map(|by| linker.product(by.product_idx));
            let mut cells =
                cells(heads, [None, product, linker.team(contract.owner_idx, None), plain(version.to_owned())]);
            // What is retired promises nothing any more.
            cells[0].sign = health::sign_of(&mesh.contract_evidence(idx)).filter(|_| !is_retired);
            cells[0].is_none = is_retired;
            Row {
                more: if versions > 1 { format!("{versions}\u{a0}versions") } else { String::new() },
                thing: linker.to(header.title(), &address::contract(mesh, &site.homes, idx)),
                say: said(header),
                aside: None,
                status_head: None,
                status: Some(parts::status_of(header)),
                cells,
            }
        }
        Kind::Domain => {
            let domain = &mesh.domains[idx];
            let header = &domain.descriptor.header;
            Row {
                more: String::new(),
                thing: linker.thing(Found { kind, idx }, header),
                say: said(header),
                aside: None,
                status_head: None,
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells: cells(
                    heads,
                    [
                        plain(domain.descriptor.domain_type.as_deref().map(said_word).unwrap_or_default()),
                        linker.team(domain.owner_idx, written(domain.descriptor.owner.as_ref())),
                        plain(Census::of_products(site.mesh(), domain.products.iter().copied()).n.to_string()),
                    ],
                ),
            }
        }
        Kind::Team => {
            let team = &mesh.teams[idx];
            let header = &team.descriptor.header;
            let channel = parts::contacts(&header.support).into_iter().find(parts::Contact::answers);
            let domain = linker.domain(team.domain_idx, written(team.descriptor.domain.as_ref()));
            // Teams that serve all domains are of none.
            let serves_all = matches!(team.descriptor.team_type.as_deref(), Some("platform" | "enabling"));
            let is_none = domain.is_none() && serves_all;
            let mut cells = cells(
                heads,
                [
                    plain(team.descriptor.team_type.as_deref().map(said_word).unwrap_or_default()),
                    channel.map(|contact| contact.channel),
                    domain,
                    plain(Census::of_products(site.mesh(), team.products.iter().copied()).n.to_string()),
                ],
            );
            cells[2].is_none = is_none;
            Row {
                more: String::new(),
                thing: linker.thing(Found { kind, idx }, header),
                say: said(header),
                aside: None,
                status_head: None,
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells,
            }
        }
        Kind::SourceSystem => {
            let source = &mesh.sources[idx];
            let header = &source.descriptor.header;
            Row {
                more: String::new(),
                thing: linker.source(idx),
                say: said(header),
                aside: None,
                status_head: None,
                status: header.status.as_ref().map(|_| parts::status_of(header)),
                cells: cells(
                    heads,
                    [
                        plain(source.descriptor.system_type.as_deref().map(said_word).unwrap_or_default()),
                        linker.team(source.owner_idx, written(source.descriptor.owner.as_ref())),
                        plain(parts::count(source.products.len(), "product")),
                    ],
                ),
            }
        }
        Kind::SemanticDefinition => {
            let node = &mesh.terms[idx];
            let term = mesh.term(node);
            let glossary = &mesh.glossaries[node.glossary_idx];
            Row {
                more: String::new(),
                thing: linker.term(idx),
                say: term.description.as_deref().map(parts::first_sentence),
                aside: None,
                status_head: None,
                status: glossary.header.status.as_ref().map(|_| parts::status_of(&glossary.header)),
                cells: cells(
                    heads,
                    [
                        linker.domain(node.domain_idx, written(glossary.domain.as_ref())),
                        plain(parts::count(node.bindings.len(), "place")),
                    ],
                ),
            }
        }
        Kind::Policy => {
            let policy = &mesh.policies[idx];
            let owner = policy.owner.as_ref().and_then(|owner| mesh.team(owner));
            let (kept, more) = super::policy::kept(site, policy, linker);
            Row {
                more,
                thing: super::policy::anchor(policy, linker),
                say: said(&policy.header),
                aside: None,
                status_head: None,
                status: Some(parts::status(policy.stage.as_deref().or(Some("enforced")))),
                cells: cells(
                    heads,
                    [
                        plain(policy.category.as_deref().map(said_word).unwrap_or_default()),
                        linker.team(owner, written(policy.owner.as_ref())),
                        plain(super::policy::level_word(site, policy)),
                        Some(kept),
                    ],
                ),
            }
        }
        Kind::DataProduct
        | Kind::AccessAgreement
        | Kind::Review
        | Kind::Waiver
        | Kind::Acknowledgement
        | Kind::Scorecard
        | Kind::MaturityModel => unreachable!("`LISTS` has no list of {}", kind.plural()),
    }
}
