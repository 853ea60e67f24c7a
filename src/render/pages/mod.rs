//! The pages: one file each with its typed struct and a function that lists its instances. To add a
//! page, add a file, a row in [`TYPES`] and a template.

mod access;
mod browse;
mod change;
mod changes;
mod column_lineage;
mod contract;
mod document;
mod domain;
mod feeds;
mod home;
mod letters;
mod lineage;
mod lists;
mod machine;
mod map;
mod maturity;
mod moved;
mod movers;
mod notes;
mod policy;
mod product;
mod rules;
mod schemas;
mod scorecard;
mod search;
mod source;
mod team;
mod term;
mod trend;
mod waivers;

pub(super) use browse::{CARD_DEPTH, card_html};
pub(super) use changes::{FOLDER as CHANGES, later_pages as later_changes};
pub(super) use contract::stated::n_bytes as stated_bytes;
pub(super) use feeds::Streams;
pub(super) use letters::pages as letter_pages;
pub(super) use machine::addresses_among;
pub(super) use moved::parts as moved_parts;
pub(super) use notes::twin_of;

use rayon::prelude::*;

use super::site::Site;
use super::{OutPath, Page, RenderError};
use crate::model::Kind;

/// A function that lists the pages of a type.
type List = fn(&Site) -> Vec<Page<Site>>;

/// All types of page.
const TYPES: &[List] = &[
    home::pages,
    browse::pages,
    lists::pages,
    product::pages,
    lineage::pages,
    document::pages,
    contract::pages,
    column_lineage::pages,
    domain::pages,
    team::pages,
    term::pages,
    source::pages,
    policy::pages,
    rules::pages,
    scorecard::pages,
    change::pages,
    changes::pages,
    feeds::pages,
    waivers::pages,
    access::pages,
    search::pages,
    map::pages,
    notes::pages,
    machine::pages,
    schemas::pages,
    moved::pages,
];

/// Lists every file of a site; the first of two with the same path stays.
pub(super) fn all(site: &Site) -> Vec<Page<Site>> {
    let mut pages: Vec<Page<Site>> = TYPES.par_iter().flat_map_iter(|list| list(site)).collect();
    if !site.has_twins {
        pages.retain(|page| !is_extra_twin(page.path.as_str()));
    }
    if site.homes.is_lean() {
        pages.retain(|page| !is_json_twin(page.path.as_str()));
    }
    pages
}

/// Counts the files of a site with all its twins; none where there are more than so many, which is known before all of
/// them are listed.
pub(super) fn number_of_all(site: &Site, most: usize) -> Option<usize> {
    TYPES.iter().try_fold(0, |n, list| Some(n + list(site).len()).filter(|n| *n <= most))
}

/// Says whether a file is a twin that a very large site leaves out.
fn is_extra_twin(path: &str) -> bool {
    let is_part_of_site = path.starts_with("assets/") || path.starts_with("badges/");
    !is_part_of_site && path.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "md" | "svg"))
}

/// Says whether a file is the JSON form of a page, which a lean site leaves to the parts of `catalog.json`.
fn is_json_twin(path: &str) -> bool {
    let folder = path.split('/').next().unwrap_or_default();
    let is_of_thing = Kind::ALL.into_iter().any(|kind| !kind.folder().is_empty() && kind.folder() == folder);
    is_of_thing && path.rsplit_once('.').is_some_and(|(_, ending)| ending == "json")
}

/// Makes a page of a path that slugs made; a path that is not safe is left out, since no slug makes
/// one.
fn page(path: &str, index: usize, render: fn(&Site, u32) -> Result<Vec<u8>, RenderError>) -> Option<Page<Site>> {
    Some(Page { path: OutPath::new(path).ok()?, index: u32::try_from(index).ok()?, render, like: None })
}
