//! Where the columns of a version of a contract come from.

use std::collections::BTreeMap;

use serde::Serialize;

use super::page;
use crate::graph::ColumnPlace;
use crate::model::{ColumnFact, Property, RareDetail, SchemaObject, Text};
use crate::render::parts::{self, Anchor, Frame, Linker, Sign, push_anchor_part};
use crate::render::picture::{ColumnOrigin, ColumnPicture, ColumnTrace, Links};
use crate::render::site::Site;
use crate::render::theme::Rows;
use crate::render::{Page, RenderError, address};

#[derive(Serialize)]
struct ColumnsPage<'a> {
    frame: Frame<'a>,
    contract: Anchor<'a>,
    status: Sign<'static>,
    n_traced: usize,
    n_columns: usize,
    objects: Vec<ObjectPart<'a>>,
}

#[derive(Serialize)]
struct ObjectPart<'a> {
    id: String,
    name: String,
    svg: Option<String>,
    caption: String,
    rows: Rows<'a, ColumnRow<'a>>,
    n_without: usize,
    n_columns: usize,
    /// Columns that name a source and are not in the table.
    n_more: usize,
    /// How many sources each row of the table has.
    #[serde(skip)]
    n_from: Vec<usize>,
}

#[derive(Serialize)]
struct ColumnRow<'a> {
    column: Anchor<'a>,
    /// What it is called where the data lies, where that is another name.
    called: Option<&'a str>,
    /// The id of the row, where no picture has it.
    id: Option<String>,
    from: Vec<Anchor<'a>>,
    /// How it is made, in words.
    said: Option<String>,
    /// The same as code.
    logic: Option<String>,
}

/// Columns of the tables of a page; all stand with the contract.
const ROWS: usize = 240;
/// Objects of a page, unless more have rows.
const OBJECTS: usize = 100;
/// Sources of a column, and characters of how it is made from them.
const ORIGINS: usize = 6;
const LOGIC: usize = 240;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mesh = site.mesh();
    let traced = (0..mesh.contracts.len()).filter(|idx| has_page(site, *idx));
    traced.filter_map(|idx| page(&address::columns(mesh, &site.homes, idx), idx, html)).collect()
}

/// Says whether any column of a contract names what it comes from.
pub(super) fn has_page(site: &Site, contract_idx: usize) -> bool {
    if site.homes.is_lean() {
        return false;
    }
    let contract = &site.mesh().contracts[contract_idx].descriptor;
    contract.objects.iter().any(|object| object.properties.iter().any(is_traced))
}

fn is_traced(column: &Property) -> bool {
    column.detail.as_deref().is_some_and(|detail| !detail.transform_sources.is_empty())
        || column.children().iter().any(is_traced)
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let header = &contract.descriptor.header;
    let name = format!("{} {}", header.title(), contract.descriptor.version_text());
    let path = address::columns(mesh, &site.homes, idx);
    let mut frame = Frame::new(site, &path, "contracts", &format!("Columns of {name}")).of_part_of(
        site,
        header,
        contract.owner_idx,
    );
    frame.description = format!("Where the columns of {name} come from.");
    let linker = Linker { site, depth: frame.depth() };
    frame = frame.crumb(linker.to("Contracts", "contracts/index.html")).crumb(linker.contract(idx));
    let mut anchors = Anchors::default();
    let mut objects: Vec<ObjectPart<'_>> = contract
        .descriptor
        .objects
        .iter()
        .enumerate()
        .map(|(position, object)| object_part(site, idx, position, object, &mut anchors, linker))
        .collect();
    let n_traced = objects.iter().map(|object| object.n_columns - object.n_without).sum();
    let n_columns = objects.iter().map(|object| object.n_columns).sum();
    let mut n_left = ROWS;
    for object in &mut objects {
        object.n_more = object.rows.len().saturating_sub(n_left);
        object.rows.truncate(n_left);
        n_left -= object.rows.len();
        if object.svg.is_none() && !object.rows.is_empty() {
            let n_named: usize = object.n_from.iter().take(object.rows.len()).map(|n| (*n).min(ORIGINS)).sum();
            object.caption += &if n_named == object.n_from.iter().sum::<usize>() {
                " The table has them all.".to_owned()
            } else {
                format!(" The table has {n_named} of them, at most {ORIGINS} of a column.")
            };
        }
        // A picture leads to its table.
        if object.rows.is_empty() {
            object.svg = None;
        }
    }
    // What is left out does not get a heading each.
    let shown = objects.iter().filter(|object| !object.rows.is_empty()).count().max(OBJECTS);
    objects.truncate(shown);
    let page = ColumnsPage {
        contract: linker.contract(idx),
        status: parts::status_of(&contract.descriptor.header),
        n_traced,
        n_columns,
        objects,
        frame,
    };
    site.theme.render("column-lineage.html", &page)
}

/// Keeps the anchors of columns apart as [`parts::Anchors`] does: those of this page, and those of the contract's page,
/// which numbers anchors of one name object by object.
#[derive(Default)]
struct Anchors {
    known: BTreeMap<String, Known>,
}

/// How many columns have a name: of all, and of the last object with such a column.
#[derive(Default)]
struct Known {
    n: usize,
    n_of_object: usize,
    object: usize,
}

impl Anchors {
    /// Counts a column of an object, and returns which of its name it is on this page and in its object, from 1.
    fn count(&mut self, part: String, object: usize) -> (usize, usize) {
        let known = self.known.entry(part).or_default();
        if known.object != object {
            *known = Known { n: known.n, n_of_object: 0, object };
        }
        known.n += 1;
        known.n_of_object += 1;
        (known.n, known.n_of_object)
    }
}

/// Returns an anchor, with a number behind it from the second of its name on.
fn numbered(before: &str, part: &str, number: usize) -> String {
    let anchor = [before, part].concat();
    if number == 1 { anchor } else { format!("{anchor}-{number}") }
}

fn object_part<'a>(
    site: &'a Site,
    contract_idx: usize,
    position: usize,
    object: &'a SchemaObject,
    anchors: &mut Anchors,
    linker: Linker<'a>,
) -> ObjectPart<'a> {
    let mesh = site.mesh();
    let mut columns = Vec::new();
    collect(&object.properties, "", &mut columns);
    let mut traces: Vec<(ColumnTrace, &Property, String)> = Vec::with_capacity(columns.len());
    for (path, column) in columns {
        let mut part = String::with_capacity(object.name.value.len() + 1 + path.len());
        push_anchor_part(&mut part, &object.name.value);
        part.push('.');
        push_anchor_part(&mut part, &path);
        let (number, number_of_object) = anchors.count(part.clone(), position);
        let trace = ColumnTrace {
            id: numbered("col-", &part, number),
            // Anchors keep `lines.[].sku`; people read `lines[].sku`.
            path: if path.contains('[') { path.replace(".[]", "[]") } else { path },
            origins: mesh
                .column_sources(contract_idx, column)
                .into_iter()
                .map(|source| origin(site, source.written, source.place))
                .collect(),
        };
        // Only columns with a source have a row that leads there.
        let anchor = if trace.origins.is_empty() {
            String::new()
        } else {
            site.schema_page(contract_idx, &numbered("c-", &part, number_of_object))
        };
        traces.push((trace, column, anchor));
    }
    let drawn: Vec<&ColumnTrace> = traces.iter().map(|(trace, ..)| trace).collect();
    let id = format!("columns-{position}");
    let picture = ColumnPicture::of(&object.name, &format!("{id}-t"), &drawn, &Links::Relative(linker.depth));
    let is_drawn = picture.svg.is_some();
    let n_columns = traces.len();
    let n_without = traces.iter().filter(|(trace, ..)| trace.origins.is_empty()).count();
    let n_from = traces.iter().map(|(trace, ..)| trace.origins.len()).filter(|n| *n > 0).collect();
    let rows: Vec<ColumnRow<'_>> = traces
        .into_iter()
        .filter(|(trace, ..)| !trace.origins.is_empty())
        .map(|(trace, column, anchor)| {
            let rare = column.detail.as_deref().and_then(|detail| detail.rare.as_deref());
            (rare.map(made).unwrap_or_default(), trace, column, anchor)
        })
        .map(|((said, logic), trace, column, anchor)| ColumnRow {
            called: column.other_name(),
            column: linker.to(trace.path.clone(), &anchor),
            id: (!is_drawn).then(|| trace.id.clone()),
            from: parts::few(
                trace.origins.iter().map(|origin| {
                    let text = match &origin.owner {
                        Some((owner, _)) => format!("{owner}: {}", origin.text),
                        None => origin.text.clone(),
                    };
                    Anchor {
                        text: text.into(),
                        href: origin.page.as_ref().map(|page| address::relative(linker.depth, page)),
                    }
                }),
                ORIGINS,
            ),
            said,
            logic,
        })
        .collect();
    ObjectPart {
        id,
        name: object.name.value.to_string(),
        svg: if rows.is_empty() { None } else { picture.svg },
        caption: picture.caption,
        n_without,
        n_more: 0,
        n_from,
        n_columns,
        rows: linker.site.theme.rows("trace-row.html", rows),
    }
}

/// How a column is made: in words, as code, or both.
fn made(rare: &RareDetail) -> (Option<String>, Option<String>) {
    let (said, logic) = (rare.text(ColumnFact::TransformDescription), rare.text(ColumnFact::TransformLogic));
    let n_most = if said.is_some() && logic.is_some() { LOGIC / 2 } else { LOGIC };
    let cut = |text: &Text| parts::shortened(text, n_most).into_owned();
    (said.map(cut), logic.map(cut))
}

fn collect<'p>(columns: &'p [Property], above: &str, all: &mut Vec<(String, &'p Property)>) {
    for column in columns {
        let path = if above.is_empty() { column.name.to_string() } else { [above, ".", &column.name].concat() };
        if column.children().is_empty() {
            all.push((path, column));
        } else {
            all.push((path.clone(), column));
            collect(column.children(), &path, all);
        }
    }
}

fn origin(site: &Site, written: String, place: Option<ColumnPlace>) -> ColumnOrigin {
    let mesh = site.mesh();
    let Some(place) = place else { return named_origin(site, written) };
    let contract = &mesh.contracts[place.contract_idx].descriptor;
    let page = address::contract_version(mesh, &site.homes, place.contract_idx);
    let name = [contract.header.id.value.as_str(), " ", contract.version_text()].concat();
    let (text, anchor) = if place.column.is_empty() {
        (place.object.clone(), String::new())
    } else {
        let anchor = address::column_anchor(&place.object, &place.column);
        ([place.object.as_str(), ".", &place.column].concat(), anchor)
    };
    let column = if anchor.is_empty() { page.clone() } else { site.schema_page(place.contract_idx, &anchor) };
    ColumnOrigin { owner: Some((name, page)), text, page: Some(column) }
}

/// A source that is no column of a contract: `shop.public.orders.id` is something of the source system
/// `shop`, anything else stays the words of the file.
fn named_origin(site: &Site, written: String) -> ColumnOrigin {
    let mesh = site.mesh();
    let named = written.split_once('.').and_then(|(id, rest)| Some((mesh.source(id)?, rest.to_owned())));
    let Some((idx, text)) = named else { return ColumnOrigin { owner: None, text: written, page: None } };
    let source = &mesh.sources[idx];
    let page = format!("sources/{}.html", source.slug);
    let name = format!("{}, source system", source.descriptor.header.title());
    ColumnOrigin { owner: Some((name, page.clone())), text, page: Some(page) }
}
