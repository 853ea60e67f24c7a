//! Names from A to Z: things, and tables with columns. They need no script.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::page;
use crate::model::Kind;
use crate::render::facets;
use crate::render::letters::{ColumnName, List, Named, Sheet};
use crate::render::markup::Markup;
use crate::render::parts::{self, Anchor, Frame, Linker, Pager};
use crate::render::site::Site;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct LettersPage<'a> {
    frame: Frame<'a>,
    heading: String,
    say: &'static str,
    /// The other list, at the same letter where it has one.
    other: Option<Anchor<'a>>,
    /// All letters of the list.
    letters: Vec<LetterLink<'a>>,
    n: usize,
    /// The names, as items of a list.
    names_html: String,
    pager: Option<Pager>,
}

/// A letter, which leads to what begins with it.
#[derive(Serialize)]
pub(super) struct LetterLink<'a> {
    letter: Anchor<'a>,
    is_here: bool,
}

/// Bytes of a name with its links, about.
const NAME_BYTES: usize = 400;

/// Characters of the title of a contract.
const TITLE: usize = 60;

/// Lists the pages; they are late ones.
pub(in crate::render) fn pages(site: &Site) -> Vec<Page<Site>> {
    let letters = site.letters();
    let sheets = letters.sheets.iter().enumerate();
    sheets.filter_map(|(at, sheet)| page(&sheet.page(sheet.number), at, html)).collect()
}

/// Links the letters of a list.
pub(super) fn letters<'a>(linker: Linker<'a>, list: List, here: Option<&Sheet>) -> Vec<LetterLink<'a>> {
    let link = |sheet: &Sheet| LetterLink {
        letter: linker.to(sheet.title(), &sheet.page(0)),
        is_here: here.is_some_and(|own| own.letter == sheet.letter),
    };
    linker.site.letter_firsts().iter().filter(|sheet| sheet.list == list).map(link).collect()
}

fn html(site: &Site, at: u32) -> Result<Vec<u8>, RenderError> {
    let all = site.letters();
    let Some(sheet) = all.sheets.get(at as usize) else { return Ok(Vec::new()) };
    let say = match sheet.list {
        List::Names if site.homes.is_lean() => {
            "Products, contracts, terms, domains, teams, policies and source systems by their names. Tables and columns stand with their contracts, and search finds them."
        }
        List::Names => "Products, contracts, terms, domains, teams, policies and source systems by their names.",
        List::Columns => {
            "Each name with at most four contracts that have it; what is more, a search finds, which needs a script."
        }
    };
    let heading = heading(sheet);
    let title = if sheet.number == 0 { heading.clone() } else { format!("{heading}, page {}", sheet.number + 1) };
    let mut frame = Frame::new(site, &sheet.page(sheet.number), "products", &title);
    let linker = Linker { site, depth: frame.depth() };
    frame.description = format!("{heading} in {}.", site.outcome.config.mesh.name);
    frame = frame
        .crumb(linker.to("Products", "products/index.html"))
        .crumb(linker.to("Browse", &format!("{}#letters", facets::INDEX)));
    let range = sheet.start..sheet.end;
    let mut names = Markup::with_room(range.len() * NAME_BYTES);
    match sheet.list {
        List::Names => all.names[range].iter().for_each(|named| push_thing(&mut names, named, linker)),
        List::Columns => all.columns[range].iter().for_each(|own| push_column(&mut names, own, linker)),
    }
    let page = LettersPage {
        other: other(sheet, linker),
        letters: letters(linker, sheet.list, Some(sheet)),
        n: sheet.end - sheet.start,
        names_html: names.finish(),
        pager: Pager::new(sheet.n_pages, sheet.number, |number| address::relative(linker.depth, &sheet.page(number))),
        heading,
        say,
        frame,
    };
    site.theme.render("letters.html", &page)
}

/// What a letter of a list is called.
fn heading(sheet: &Sheet) -> String {
    let what = match sheet.list {
        List::Names => "Names",
        List::Columns => "Tables and columns",
    };
    match sheet.letter {
        Some(_) => format!("{what} with {}", sheet.title()),
        None => format!("{what} with other signs"),
    }
}

/// Leads to the other list: to its page of the same letter, else to its first one.
fn other<'a>(sheet: &Sheet, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let firsts = || linker.site.letter_firsts().iter().filter(|first| first.list != sheet.list);
    let found = firsts().find(|first| first.letter == sheet.letter).or_else(|| firsts().next())?;
    Some(linker.to(heading(found), &found.page(0)))
}

fn push_thing(names: &mut Markup, named: &Named, linker: Linker<'_>) {
    let (mesh, found) = (linker.site.mesh(), named.found);
    let (page, domain, status) = match found.kind {
        Kind::DataContract => {
            let contract = &mesh.contracts[found.idx];
            let page = address::contract(mesh, &linker.site.homes, found.idx);
            (Some(page), contract.domain_idx, contract.descriptor.header.status_word())
        }
        Kind::SemanticDefinition => {
            let term = &mesh.terms[found.idx];
            (Some(format!("glossary/{}.html", term.slug)), term.domain_idx, "")
        }
        Kind::DataProduct => {
            let page = address::page(mesh, &linker.site.homes, found);
            (page, mesh.products[found.idx].domain_idx, mesh.header(found).status_word())
        }
        _ => (address::page(mesh, &linker.site.homes, found), None, mesh.header(found).status_word()),
    };
    let title = named.title.as_str();
    let word = if found.kind == Kind::SourceSystem { "source system" } else { found.kind.word() };
    let status = Some(status).filter(|status| matches!(*status, "retired" | "deprecated"));
    let anchor = page.map_or_else(|| Anchor::plain(title), |page| linker.to(title, &page));
    names.tag("<li>").print_link(&anchor).tag(" <small>").print(word);
    if named.is_namesake {
        let id = if found.kind == Kind::SemanticDefinition {
            &mesh.terms[found.idx].id
        } else {
            mesh.header(found).id.value.as_str()
        };
        names.tag(" <code>").print(id).tag("</code>");
    }
    for said in mesh.domain_title(domain).into_iter().chain(status) {
        names.tag(", ").print(said);
    }
    names.tag("</small></li>\n");
}

fn push_column(names: &mut Markup, own: &ColumnName, linker: Linker<'_>) {
    let (mesh, root) = (linker.site.mesh(), address::relative(linker.depth, ""));
    names.tag("<li><code>").print(&own.name).tag("</code> <small>in ");
    for (at, (contract_idx, object, path)) in own.places(mesh).enumerate() {
        if at > 0 {
            names.tag(", ");
        }
        let anchor = if path.is_empty() {
            address::object_anchor(&object.name)
        } else {
            address::column_anchor(&object.name, &path)
        };
        let title = parts::shortened(mesh.contracts[contract_idx].descriptor.header.title(), TITLE);
        names.print_page(&root, &linker.site.schema_page(contract_idx, &anchor), &title);
    }
    if own.n_more() > 0 {
        let query = utf8_percent_encode(&own.name, NON_ALPHANUMERIC);
        let before = if own.is_of_table() { "" } else { "column%3A" };
        let more = linker.to(format!("{} more", own.n_more()), &format!("search.html?q={before}{query}"));
        names.tag(" and ").print_link(&more);
    }
    names.tag("</small></li>\n");
}
