//! How the columns of a contract are dealt out to pages, so that no page grows without bound. Most
//! contracts need one page, which is the page of their version.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;

use super::address;
use super::markdown::TEXT;
use super::parts::{self, Anchors};
use crate::graph::Mesh;
use crate::model::{AllowedValue, ColumnFact, DataContract, Property, PropertyDetail, SchemaObject};

/// Columns that stay together: a part of an object, in its order, depth first. The search index has
/// the same parts, so that what it finds is on one page.
pub(super) const PART_COLUMNS: usize = 64;

/// The most columns of a page: whole parts, not above 500.
const COLUMNS: usize = 448;
/// The most bytes of the rows of a page, about.
const BYTES: usize = 115_000;
/// Bytes of a row beside its texts, about.
const ROW: usize = 200;

/// Bytes of the signs of a row, of the marks of an example, and of a link, about.
const SIGNS: usize = 170;
const EXAMPLE: usize = 13;
const LINK: usize = 160;
/// Bytes of the marks around a text, about.
const MARK: usize = 24;

/// Bytes of an object beside its texts, about.
const OBJECT: usize = 900;

/// Columns of an object, by their position depth first.
pub(super) type Piece = (usize, Range<usize>);

/// The pages of the columns of a contract that one page cannot hold.
#[derive(Debug)]
pub(super) struct Sheets {
    /// What stands on each page, in order.
    pub pages: Vec<Vec<Piece>>,
    /// Texts must be cut, since a part does not fit a page otherwise.
    pub is_cut: bool,
    /// The page of each anchor that is not on the first.
    later: BTreeMap<String, usize>,
}

/// Returns the sheets of all contracts that need them, by position.
pub(super) fn of_all(mesh: &Mesh) -> BTreeMap<usize, Sheets> {
    let all = mesh.contracts.par_iter().enumerate();
    all.filter_map(|(idx, contract)| Some((idx, of(&contract.descriptor)?))).collect()
}

/// Returns the bytes of the columns of a contract, about; none where they need more than one page.
pub(super) fn weight_of_one_page(contract: &DataContract) -> Option<usize> {
    // Asked of every contract: without a list of columns where there are few.
    let of_object = |object: &SchemaObject| {
        let about = object.description.as_deref().map_or(0, |text| escaped(text).min(TEXT));
        OBJECT + about + keys(object) + weight_of_all(&object.properties)
    };
    let total: usize = contract.objects.iter().map(of_object).sum();
    (total <= BYTES && contract.n_columns() <= COLUMNS && contract.objects.len() <= COLUMNS).then_some(total)
}

/// Deals out the columns of a contract; none when they need one page and no cut.
pub(super) fn of(contract: &DataContract) -> Option<Sheets> {
    if is_small(contract) || weight_of_one_page(contract).is_some() {
        return None;
    }
    let mut pages: Vec<Vec<Piece>> = vec![Vec::new()];
    let (mut n_here, mut bytes_here, mut is_cut) = (0, 0, false);
    for (at, object) in contract.objects.iter().enumerate() {
        let columns = flat(object);
        let n_parts = columns.len().div_ceil(PART_COLUMNS).max(1);
        for part in 0..n_parts {
            let range = part * PART_COLUMNS..((part + 1) * PART_COLUMNS).min(columns.len());
            let about = object.description.as_deref().map_or(0, |text| escaped(text).min(TEXT));
            let of_object = if part == 0 { OBJECT + about + keys(object) } else { 0 };
            let bytes = of_object + columns[range.clone()].iter().map(|(_, column)| weight(column)).sum::<usize>();
            is_cut |= bytes > BYTES;
            let bytes = bytes.min(BYTES);
            if n_here > 0 && (n_here + range.len().max(1) > COLUMNS || bytes_here + bytes > BYTES) {
                pages.push(Vec::new());
                (n_here, bytes_here) = (0, 0);
            }
            n_here += range.len().max(1);
            bytes_here += bytes;
            let page = pages.last_mut().expect("there is a first page");
            match page.last_mut() {
                Some((last, known)) if *last == at => known.end = range.end,
                _ => page.push((at, range)),
            }
        }
    }
    let mut later = BTreeMap::new();
    for (number, page) in pages.iter().enumerate().skip(1) {
        for (at, range) in page {
            let object = &contract.objects[*at];
            if range.start == 0 {
                later.insert(address::object_anchor(&object.name), number);
            }
            let mut anchors = Anchors::default();
            for (position, (path, _)) in flat(object).into_iter().enumerate().take(range.end) {
                let anchor = anchors.next(address::column_anchor(&object.name, &path));
                if position >= range.start {
                    later.entry(anchor).or_insert(number);
                }
            }
        }
    }
    Some(Sheets { pages, is_cut, later })
}

impl Sheets {
    /// Returns the number of the page that an anchor is on, from 0.
    pub(super) fn page_of(&self, anchor: &str) -> usize {
        self.later.get(anchor).copied().unwrap_or(0)
    }

    /// Returns the number of the page that a part of an object is on, from 0.
    pub(super) fn page_of_part(&self, object: usize, part: usize) -> usize {
        let has =
            |page: &Vec<Piece>| page.iter().any(|(at, range)| *at == object && range.contains(&(part * PART_COLUMNS)));
        self.pages.iter().position(has).unwrap_or(0)
    }
}

/// Returns the columns of an object with their paths, depth first.
pub(super) fn flat(object: &SchemaObject) -> Vec<(String, &Property)> {
    fn walk<'p>(columns: &'p [Property], above: &str, all: &mut Vec<(String, &'p Property)>) {
        for column in columns {
            let path = if above.is_empty() { column.name.to_string() } else { format!("{above}.{}", column.name) };
            all.push((path.clone(), column));
            walk(column.children(), &path, all);
        }
    }
    let mut all = Vec::new();
    walk(&object.properties, "", &mut all);
    all
}

/// Returns the paths of columns in an object by the names that they have where it lies, by position depth first, as far as
/// no column has such a path: by these they are found and linked to, too.
pub(super) fn other_paths(object: &SchemaObject) -> BTreeMap<usize, String> {
    let mut others = BTreeMap::new();
    if object.summary.n_facts == 0 {
        return others;
    }
    let columns = flat(object);
    let mut anchors = Anchors::default();
    let mut known: BTreeSet<String> = columns.iter().map(|(path, _)| anchors.next(parts::anchor_part(path))).collect();
    for (position, (path, column)) in columns.iter().enumerate() {
        let Some((_, other)) = other_path(column, path) else { continue };
        if known.insert(parts::anchor_part(&other)) {
            others.insert(position, other);
        }
    }
    others
}

/// Returns the name that a column has where it lies, and its path in the object by that, where people look for it by
/// another word than its own.
pub(super) fn other_path<'c>(column: &'c Property, path: &str) -> Option<(&'c str, String)> {
    // Capital letters make no other word; what is no word is looked for by nobody.
    let is_word = |name: &&str| {
        column.name != "[]"
            && name.to_lowercase() != column.name.to_lowercase()
            && !name.chars().any(crate::diagnostic::is_deceptive)
    };
    let name = column.other_name().filter(is_word)?;
    let above = path.strip_suffix(column.name.as_str()).unwrap_or_default();
    Some((name, [above, name].concat()))
}

fn weight_of_all(columns: &[Property]) -> usize {
    columns.iter().map(|column| weight(column) + weight_of_all(column.children())).sum()
}

/// Says whether a contract needs one page even if all its texts were signs that must be escaped. Nearly every contract
/// is so small, and its columns need not be looked at.
fn is_small(contract: &DataContract) -> bool {
    contract.n_columns() <= COLUMNS
        && contract.objects.len() <= COLUMNS
        && contract.objects.iter().map(most).sum::<usize>() <= BYTES
}

/// The most that an object may weigh, by what is counted of its columns.
fn most(object: &SchemaObject) -> usize {
    let of = &object.summary;
    let rows = of.n_columns as usize * (ROW + SIGNS + 3 * EXAMPLE);
    let links = [of.n_definitions, of.n_sources, of.n_relationships, of.n_facts];
    let links = links.into_iter().map(|n| n as usize * LINK).sum::<usize>();
    // A name stands three times, the fact that a column ends twice.
    let texts = 3 * of.n_name_bytes as usize + 2 * of.n_text_bytes as usize;
    OBJECT + TEXT + keys(object) + rows + links + 6 * texts
}

/// The bytes of the foreign keys that an object states for its columns, about.
fn keys(object: &SchemaObject) -> usize {
    object.relationships.iter().map(|relation| relation.from.len() * LINK).sum()
}

/// The bytes of a column's row, about.
fn weight(column: &Property) -> usize {
    let of_detail = |detail: &PropertyDetail| {
        let links = detail.definitions.len() + detail.transform_sources.len() + detail.relationships.len();
        let made = detail.rare.as_deref().map_or(0, |rare| {
            let made = [ColumnFact::TransformDescription, ColumnFact::TransformLogic];
            let made: usize =
                made.into_iter().filter_map(|fact| rare.text(fact)).map(|text| MARK + escaped(text)).sum();
            let value = |value: AllowedValue<'_>| {
                let said = [value.label, value.description].into_iter().flatten();
                let said = said.map(|said| MARK + escaped(value.value) + escaped(said));
                escaped(value.value) + said.sum::<usize>()
            };
            let values: usize = rare.allowed().take(12).map(value).sum();
            let options: usize = rare.options.iter().map(|(_, value)| escaped(value)).sum();
            let ends = [ColumnFact::EndsWith, ColumnFact::ReplacedBy].into_iter().filter_map(|fact| rare.text(fact));
            let ends: usize = ends.map(|text| LINK + 2 * escaped(text)).sum();
            let called = rare.text(ColumnFact::PhysicalName).map_or(0, |name| LINK + 2 * escaped(name));
            let others = [ColumnFact::Unit, ColumnFact::SemanticType, ColumnFact::EncryptedName];
            let others: usize =
                others.into_iter().filter_map(|fact| rare.text(fact)).map(|text| MARK + escaped(text)).sum();
            // All of these together are cut to so many characters.
            let known = [
                ColumnFact::BusinessName,
                ColumnFact::Synonym,
                ColumnFact::Tag,
                ColumnFact::CustomName,
                ColumnFact::CustomValue,
            ];
            let known: usize = known.into_iter().flat_map(|fact| rare.all(fact)).map(|text| 12 + escaped(text)).sum();
            made + values + options + ends + called + others + known.min(6 * 240)
        });
        let examples: usize = detail.examples.iter().take(3).map(|example| EXAMPLE + escaped(example)).sum();
        detail.description.as_deref().map_or(0, escaped) + examples + made + LINK * links
    };
    let signs = if column.classification().is_some() { SIGNS } else { 0 };
    ROW + signs + 3 * escaped(&column.name) + column.detail.as_deref().map_or(0, of_detail)
}

/// The bytes of a text once it is escaped.
pub(in crate::render) fn escaped(text: &str) -> usize {
    text.len() + 5 * text.bytes().filter(|byte| matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, PropertyFlags, PropertyLinks, RareDetail, Text, Traits};
    use crate::source::Span;

    #[test]
    fn what_is_counted_is_never_less_than_what_rows_weigh() {
        let texts = ["plain", "<&\"'>", "", "a long text that says what the column means & why"];
        for (description, other) in texts.iter().flat_map(|a| texts.iter().map(move |b| (*a, *b))) {
            let facts = [
                ColumnFact::AllowedValue,
                ColumnFact::AllowedValue,
                ColumnFact::ValueLabel,
                ColumnFact::ValueDescription,
                ColumnFact::Unit,
                ColumnFact::SemanticType,
                ColumnFact::EncryptedName,
                ColumnFact::TransformLogic,
                ColumnFact::TransformDescription,
                ColumnFact::EndsWith,
                ColumnFact::ReplacedBy,
                ColumnFact::PhysicalName,
                ColumnFact::BusinessName,
                ColumnFact::Tag,
                ColumnFact::CustomName,
                ColumnFact::CustomValue,
            ];
            let rare = RareDetail {
                facts: facts.map(|fact| (fact, Text::from(other))).to_vec().into(),
                options: vec![(Text::from("pattern"), Text::from(other))].into(),
            };
            let source = crate::model::SpannedText::new(other.into(), Span::default());
            let links = PropertyLinks { transform_sources: vec![source; 3], ..PropertyLinks::default() };
            let detail = PropertyDetail {
                description: Some(description.into()),
                examples: vec![Text::from(other); 5].into(),
                links: Some(Box::new(links)),
                rare: Some(Box::new(rare)),
                ..PropertyDetail::default()
            };
            let look = (PropertyFlags::default(), Class::of("pii"), Traits::default());
            let column = Property::new(other.into(), Span::default(), look, Some(Box::new(detail)));
            let object = SchemaObject::of_columns("t", vec![column.clone(), column]);
            assert!(most(&object) >= OBJECT + weight_of_all(&object.properties), "{description} {other}");
        }
    }
}
