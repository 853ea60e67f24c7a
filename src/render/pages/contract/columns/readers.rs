//! Who says that they read a column.

use std::collections::{BTreeMap, BTreeSet};

use super::{ObjectPart, Place};
use crate::graph::{ColumnPlace, ColumnsRead};
use crate::render::address;
use crate::render::parts::{self, Anchor, anchor_part};

/// Readers that a column names, and that all of a page do; the others are counted.
const READERS: usize = 2;
const NAMED: usize = 160;

impl<'a> Place<'a> {
    /// Links to the columns that a product says it reads, the first of them; the whole object by its name.
    pub(in crate::render::pages::contract) fn read_by(self, reader: &ColumnsRead, n_most: usize) -> Vec<Anchor<'a>> {
        let link = |place: &ColumnPlace| {
            let text = if place.column.is_empty() { &place.object } else { &place.column };
            Anchor { text: text.clone().into(), ..self.column(place) }
        };
        parts::few(reader.places.iter().map(link), n_most)
    }

    /// Adds to the columns of a page who says that they read them.
    pub(in crate::render::pages::contract) fn add_readers(self, objects: &mut [ObjectPart<'a>], reads: &[ColumnsRead]) {
        let site = self.linker.site;
        let mut by_column: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        // Who reads all of a column reads its parts, too.
        let mut by_whole: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for reader in reads {
            // Who reads a part reads what it is a part of.
            let mut columns: BTreeSet<String> = BTreeSet::new();
            for place in reader.places.iter().filter(|place| !place.column.is_empty()) {
                let path = place.path();
                let above = path.match_indices('.').skip(place.object.matches('.').count() + 1);
                columns.extend(above.map(|(at, _)| anchor_part(&path[..at])));
                let path = anchor_part(&path);
                by_whole.entry(path.clone()).or_default().push(reader.product_idx);
                columns.insert(path);
            }
            for column in columns {
                by_column.entry(column).or_default().push(reader.product_idx);
            }
        }
        if by_column.is_empty() {
            return;
        }
        let published = &site.mesh().contracts[self.contract_idx].published_by;
        let with_page = published.iter().find(|by| site.has_consumers_page(by.product_idx));
        let all = match with_page {
            Some(by) => address::consumers(&site.mesh().products[by.product_idx].slug, 0),
            None => address::contract_part(site.mesh(), &site.homes, self.contract_idx, "consumers"),
        };
        let mut n_left = NAMED;
        for row in objects.iter_mut().flat_map(|object| object.columns.iter_mut()) {
            let Some(column) = row.anchor.strip_prefix("c-") else { continue };
            let above = || column.match_indices('.').filter_map(|(at, _)| by_whole.get(&column[..at])).flatten();
            let mut readers: Vec<usize> = by_column.get(column).cloned().unwrap_or_default();
            for reader in above() {
                if !readers.contains(reader) {
                    readers.push(*reader);
                }
            }
            if readers.is_empty() {
                continue;
            }
            if n_left < readers.len().min(READERS + 1) {
                row.readers = vec![Anchor::plain(readers.len().to_string())];
                continue;
            }
            // One more is named rather than counted.
            let shown = if readers.len() == READERS + 1 { READERS + 1 } else { READERS };
            n_left -= readers.len().min(shown);
            row.readers = readers.iter().take(shown).map(|idx| self.linker.product(*idx)).collect();
            let more = readers.len().saturating_sub(shown);
            row.readers.extend((more > 0).then(|| self.linker.to(format!("{more} more"), &all)));
        }
    }
}
