//! Everything by its name, as the index of a book has it: who has no script, or likes to look things up, finds by letter
//! what search finds by word. Names of things stand apart from those of tables and columns, which are many. Its pages lie
//! beside the search index and are listed late with it: whoever only wants another page does not wait for them.

use ahash::AHashMap;
use unicode_normalization::UnicodeNormalization;

use super::site::Site;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Property, SchemaObject, Text};

/// The index.
#[derive(Debug)]
pub(super) struct Letters {
    /// Things by name.
    pub names: Vec<Named>,
    /// Tables and columns by name.
    pub columns: Vec<ColumnName>,
    /// The pages of both, in order.
    pub sheets: Vec<Sheet>,
}

/// A thing by its name.
#[derive(Debug)]
pub(super) struct Named {
    pub title: String,
    pub found: Found,
    /// Another thing of its kind is called the same: only the id tells them apart.
    pub is_namesake: bool,
}

/// The name of a table or a column, and where it stands.
#[derive(Debug)]
pub(super) struct ColumnName {
    pub name: Text,
    places: [Place; PLACES],
    n_places: usize,
    /// How many contracts have it.
    pub n: usize,
    last: Option<usize>,
}

/// Where a name stands: the contract, the place of the object in it, and of the column of the object that has the name or
/// holds who has it.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    contract: u32,
    object: u32,
    column: Option<u32>,
}

impl ColumnName {
    /// The first of each contract, a few: the contract, and the object in it with the path of the column that has the name;
    /// the path is empty where it is the name of the object.
    pub(super) fn places<'m>(&self, mesh: &'m Mesh) -> impl Iterator<Item = (usize, &'m SchemaObject, String)> {
        self.places[..self.n_places].iter().map(|place| {
            let contract_idx = place.contract as usize;
            let object = &mesh.contracts[contract_idx].descriptor.objects[place.object as usize];
            let path = place.column.map(|column| path_in(&object.properties[column as usize], &self.name));
            (contract_idx, object, path.unwrap_or_default())
        })
    }

    /// How many contracts have it besides those of [`ColumnName::places`].
    pub(super) fn n_more(&self) -> usize {
        self.n - self.n_places
    }

    /// Says whether it is a name of tables: that of the first place tells.
    pub(super) fn is_of_table(&self) -> bool {
        self.places[..self.n_places].first().is_some_and(|place| place.column.is_none())
    }
}

/// One of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Names,
    Columns,
}

/// A page: a part of what begins with a letter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    pub list: List,
    /// `None` for what begins with no letter from A to Z.
    pub letter: Option<char>,
    /// From 0.
    pub number: usize,
    /// How many pages the letter has.
    pub n_pages: usize,
    pub start: usize,
    pub end: usize,
}

/// Names of a page, and names of columns, which have several links each.
const NAMES: usize = 600;
const COLUMNS: usize = 250;
/// Places of a name that are links.
const PLACES: usize = 4;
/// Bytes of the longest name that is listed: addresses hold it.
const LONGEST: usize = 200;

/// The kinds that are listed by name.
const KINDS: [Kind; 6] =
    [Kind::DataProduct, Kind::Domain, Kind::Team, Kind::SemanticDefinition, Kind::Policy, Kind::SourceSystem];

impl Letters {
    /// Lists what a site has. A lean site has few files, and none for columns.
    pub(super) fn of(site: &Site) -> Letters {
        let names = names(site);
        let columns = if site.homes.is_lean() { Vec::new() } else { columns(site) };
        let mut sheets = Vec::new();
        deal(List::Names, &names.iter().map(|named| named.title.as_str()).collect::<Vec<_>>(), NAMES, &mut sheets);
        deal(List::Columns, &columns.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(), COLUMNS, &mut sheets);
        Letters { names, columns, sheets }
    }

    /// Returns the first page of each letter, of both lists.
    pub(super) fn firsts(&self) -> Vec<Sheet> {
        self.sheets.iter().filter(|sheet| sheet.number == 0).copied().collect()
    }
}

impl Sheet {
    /// Returns what the letter is called.
    pub(super) fn title(&self) -> String {
        self.letter.map_or_else(|| String::from("others"), |letter| letter.to_uppercase().to_string())
    }

    /// Returns the address of one of the pages of the letter.
    pub(super) fn page(&self, number: usize) -> String {
        let folder = if self.list == List::Names { "names" } else { "columns" };
        let letter = self.letter.map_or_else(|| String::from("others"), String::from);
        let stem = [super::search::FOLDER, folder, "/", &letter].concat();
        super::parts::numbered(&format!("{stem}.html"), &stem, number)
    }
}

fn names(site: &Site) -> Vec<Named> {
    let mesh = site.mesh();
    let mut names: Vec<Named> = Vec::new();
    let mut push =
        |title: &str, found: Found| names.push(Named { title: title.trim().to_owned(), found, is_namesake: false });
    for kind in KINDS {
        for idx in site.orders.of(kind) {
            let found = Found { kind, idx: *idx };
            if kind == Kind::SemanticDefinition {
                let term = mesh.term(&mesh.terms[*idx]);
                push(term.name.as_deref().filter(|name| !name.trim().is_empty()).unwrap_or(&term.id), found);
            } else {
                push(mesh.header(found).title(), found);
            }
        }
    }
    for idx in &site.current_contracts {
        push(mesh.contracts[*idx].descriptor.header.title(), Found { kind: Kind::DataContract, idx: *idx });
    }
    names.retain(|named| !named.title.is_empty() && named.title.len() <= LONGEST);
    names.sort_by_cached_key(|named| (key(&named.title), named.found.kind, named.found.idx));
    // Namesakes of a kind stand together now.
    let is_same =
        |one: &Named, other: &Named| one.found.kind == other.found.kind && key(&one.title) == key(&other.title);
    for namesakes in names.chunk_by_mut(is_same).filter(|namesakes| namesakes.len() > 1) {
        for named in namesakes {
            named.is_namesake = true;
        }
    }
    names
}

fn columns<'s>(site: &'s Site) -> Vec<ColumnName> {
    let mut found: AHashMap<&'s str, ColumnName> = AHashMap::new();
    for contract_idx in &site.current_contracts {
        for (object_idx, object) in site.mesh().contracts[*contract_idx].descriptor.objects.iter().enumerate() {
            if object.name.len() > LONGEST {
                continue;
            }
            let mut take = |name: &'s Text, column: Option<usize>| {
                let own = found.entry(name.as_str()).or_insert_with(|| ColumnName {
                    name: name.clone(),
                    places: [Place::default(); PLACES],
                    n_places: 0,
                    n: 0,
                    last: None,
                });
                // A contract is named once, with the first of its tables that has the name.
                if own.last == Some(*contract_idx) {
                    return;
                }
                own.last = Some(*contract_idx);
                own.n += 1;
                let place = || {
                    let contract = u32::try_from(*contract_idx).ok()?;
                    let object = u32::try_from(object_idx).ok()?;
                    let column = column.map(u32::try_from).transpose().ok()?;
                    Some(Place { contract, object, column })
                };
                if let Some(room) = own.places.get_mut(own.n_places)
                    && let Some(place) = place()
                {
                    *room = place;
                    own.n_places += 1;
                }
            };
            take(&object.name, None);
            for (position, column) in object.properties.iter().enumerate() {
                walk(std::slice::from_ref(column), "", &mut |column, _| {
                    take(&column.name, Some(position));
                    false
                });
            }
        }
    }
    let mut columns: Vec<ColumnName> = found.into_values().collect();
    columns.sort_by_cached_key(|own| (key(&own.name), own.name.clone()));
    columns
}

/// Returns the path of the first column with a name, which is this one or below it.
fn path_in(column: &Property, name: &str) -> String {
    let mut path = String::new();
    walk(std::slice::from_ref(column), "", &mut |column, above| {
        let is_it = column.name == name;
        if is_it {
            path = below(above, column);
        }
        is_it
    });
    path
}

fn below(above: &str, column: &Property) -> String {
    if above.is_empty() { column.name.to_string() } else { format!("{above}.{}", column.name) }
}

/// Visits columns with the path above them until a visit says that it is enough; says so too.
fn walk<'m>(properties: &'m [Property], above: &str, visit: &mut impl FnMut(&'m Property, &str) -> bool) -> bool {
    properties.iter().filter(|column| above.len() + column.name.len() <= LONGEST).any(|column| {
        let has_name = column.name != "[]" && !column.name.trim().is_empty();
        (has_name && visit(column, above))
            || (!column.children().is_empty() && walk(column.children(), &below(above, column), visit))
    })
}

/// Deals out sorted names to pages, a letter after the other.
fn deal(list: List, names: &[&str], size: usize, sheets: &mut Vec<Sheet>) {
    let mut start = 0;
    for same in names.chunk_by(|a, b| letter(a) == letter(b)) {
        let n_pages = same.len().div_ceil(size);
        for number in 0..n_pages {
            let from = start + number * size;
            let end = (from + size).min(start + same.len());
            sheets.push(Sheet { list, letter: letter(same[0]), number, n_pages, start: from, end });
        }
        start += same.len();
    }
}

/// What a name is sorted by: what begins with no letter from A to Z comes last, in one piece.
fn key(name: &str) -> (bool, Option<char>, String) {
    let letter = letter(name);
    (letter.is_none(), letter, name.to_lowercase())
}

/// Returns the letter from A to Z, in lower case, that a name begins with; marks and signs do not count.
fn letter(name: &str) -> Option<char> {
    let first = name.chars().find(|letter| letter.is_alphanumeric())?;
    if first.is_ascii() {
        return Some(first.to_ascii_lowercase()).filter(char::is_ascii_lowercase);
    }
    let plain = std::iter::once(first).nfkd().next()?.to_ascii_lowercase();
    plain.is_ascii_lowercase().then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_under_their_letter() {
        let all = ["Orders", "_order", "Écarts", "ångström", "7 days", "注文", "…"].map(letter);
        assert_eq!(all, [Some('o'), Some('o'), Some('e'), Some('a'), None, None, None]);
        let mut names = ["7 days", "order_id", "Basket", "äpfel", "Apples", "Orders"];
        names.sort_by_cached_key(|name| key(name));
        assert_eq!(names, ["Apples", "äpfel", "Basket", "order_id", "Orders", "7 days"]);
    }

    #[test]
    fn letters_are_dealt_out_to_pages() {
        let names = ["a1", "a2", "a3", "b1", "9"];
        let mut sheets = Vec::new();
        deal(List::Columns, &names, 2, &mut sheets);
        let told: Vec<(String, &[&str])> =
            sheets.iter().map(|sheet| (sheet.page(sheet.number), &names[sheet.start..sheet.end])).collect();
        assert_eq!(
            told,
            [
                ("search/columns/a.html".to_owned(), &["a1", "a2"][..]),
                ("search/columns/a/page-2.html".to_owned(), &["a3"][..]),
                ("search/columns/b.html".to_owned(), &["b1"][..]),
                ("search/columns/others.html".to_owned(), &["9"][..]),
            ]
        );
    }
}
