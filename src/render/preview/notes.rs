//! What each page says about a change: by address, whether its thing is new, changed or hit, and what stood
//! there that is gone.

use std::collections::BTreeMap;

use super::Preview;
use crate::diff::{Change, Effect, Level, ThingChange, ThingState};
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref};
use crate::render::parts::{self, Sign};
use crate::render::{Homes, address};

/// What the thing of a page became.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// It reads something that breaks.
    Affected,
    /// It says something else than before.
    Changed,
    /// It was not there before.
    New,
}

impl Mark {
    /// Returns the word, and the name of its symbol.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Mark::New => ("new", "new"),
            Mark::Changed => ("changed", "chg"),
            Mark::Affected => ("affected", "deprecated"),
        }
    }
}

/// A sentence of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoteLine {
    /// How much it weighs, where it is a change of a contract or port.
    pub level: Option<Level>,
    /// What is said, names between backticks.
    pub text: String,
}

/// What a page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Note {
    /// What its thing became.
    pub mark: Option<Mark>,
    /// Something that it reads breaks or may.
    pub is_affected: bool,
    /// What changed, the heaviest first.
    pub lines: Vec<NoteLine>,
    /// Positions of the things that stood here and are gone.
    pub gone: Vec<usize>,
}

impl Note {
    fn mark(&mut self, mark: Mark) {
        self.mark = self.mark.max(Some(mark));
    }

    fn say(&mut self, text: String) {
        self.lines.push(NoteLine { level: None, text });
    }
}

/// The notes of all pages.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    by_page: BTreeMap<String, Note>,
}

impl Notes {
    /// Writes the notes of a change.
    pub(crate) fn of(preview: &Preview, mesh: &Mesh, homes: &Homes) -> Notes {
        let mut notes = Notes::default();
        for (position, thing) in preview.things.iter().enumerate() {
            match thing.head {
                Some(found) => notes.thing(mesh, homes, thing, found),
                None => notes.gone(mesh, homes, thing, position),
            }
        }
        for change in &preview.set.changes {
            notes.change(preview, mesh, homes, change);
        }
        notes.affected(preview, mesh);
        notes.current_versions(preview, mesh, homes);
        for note in notes.by_page.values_mut() {
            // Stable: what weighs the same stays in the order of the comparison.
            note.lines.sort_by_key(|line| std::cmp::Reverse(line.level));
        }
        notes
    }

    /// Returns the note of a page; pages below that of a thing say what its own says.
    pub(crate) fn get(&self, path: &str) -> Option<&Note> {
        self.by_page.get(path).or_else(|| self.by_page.get(&above(path)?))
    }

    /// Returns how the thing of a page is marked where something leads to it.
    pub(crate) fn mark_of(&self, path: &str) -> Option<Mark> {
        let note = self.by_page.get(path)?;
        note.mark.or(note.is_affected.then_some(Mark::Affected))
    }

    fn at(&mut self, page: &str) -> &mut Note {
        let page = page.split_once('#').map_or(page, |(page, _)| page);
        self.by_page.entry(page.to_owned()).or_default()
    }

    fn thing(&mut self, mesh: &Mesh, homes: &Homes, thing: &ThingChange, found: Found) {
        let page = address::page(mesh, homes, found).filter(|page| !page.contains('#'));
        let Some(page) = page else {
            // It has no page of its own: it stands on that of what it is about.
            let word = if thing.state == ThingState::New { "new" } else { "changed" };
            for page in pages_of(mesh, homes, &thing.of) {
                let note = self.at(&page);
                note.mark(Mark::Changed);
                note.say(format!("{} `{}` is {word}", parts::sentence(thing.kind.word()), thing.title));
            }
            return;
        };
        let kind = thing.kind.word();
        let note = self.at(&page);
        note.mark(if thing.state == ThingState::New { Mark::New } else { Mark::Changed });
        match &thing.was {
            _ if thing.state == ThingState::New => note.say(format!("This {kind} is new")),
            Some(was) => note.say(format!("It was `{was}` before")),
            None => {}
        }
        if !thing.fields.is_empty() {
            note.say(format!("Other than before: `{}`", thing.fields.join("`, `")));
        }
        if !thing.prose.is_empty() {
            note.say(format!("Texts beside it differ: `{}`", thing.prose.join("`, `")));
        }
    }

    /// Names what is gone on the list of its kind, and on the pages of what it belonged to.
    fn gone(&mut self, mesh: &Mesh, homes: &Homes, thing: &ThingChange, position: usize) {
        let mut pages = Vec::new();
        if !thing.kind.folder().is_empty() {
            pages.push(format!("{}/index.html", thing.kind.folder()));
        }
        let named = |kind: Kind, id: &Option<String>| id.as_ref().map(|id| format!("{}:{id}", kind.word()));
        let above = [named(Kind::Domain, &thing.domain), named(Kind::Team, &thing.owner)];
        let above: Vec<String> = above.into_iter().flatten().filter(|above| *above != thing.reference).collect();
        pages.extend(pages_of(mesh, homes, &above));
        pages.extend(pages_of(mesh, homes, &thing.of));
        if thing.kind == Kind::DataContract {
            let id = thing.reference.trim_start_matches("contract:");
            let id = id.rsplit_once('@').map_or(id, |(id, _)| id);
            pages.extend(mesh.current_version(id).map(|idx| page_of(mesh, homes, idx)));
        }
        pages.sort();
        pages.dedup();
        for page in pages {
            self.at(&page).gone.push(position);
        }
    }

    /// Says what changed in a contract or in the ports of a product.
    fn change(&mut self, preview: &Preview, mesh: &Mesh, homes: &Homes, change: &Change) {
        // A new contract is told as a thing.
        if change.before.is_none() && change.base.is_none() && change.path == "version" {
            return;
        }
        let line = NoteLine { level: Some(change.level), text: change.message.clone() };
        let head = change.contract.and_then(|contract| preview.set.contracts[contract].head_idx);
        if let Some(idx) = head {
            let note = self.at(&page_of(mesh, homes, idx));
            note.lines.push(line);
        } else if change.kind == Kind::DataProduct
            && let Some(idx) = mesh.product(&change.id)
        {
            let note = self.at(&address::product(&mesh.products[idx].slug));
            note.mark(Mark::Changed);
            note.lines.push(line);
        }
    }

    /// Tells products what changes in what they publish and in what they read.
    fn affected(&mut self, preview: &Preview, mesh: &Mesh) {
        // What became of an old major stands with the version that came instead.
        let mut levels: BTreeMap<usize, Vec<Level>> = BTreeMap::new();
        for change in &preview.set.changes {
            let head = change.contract.and_then(|contract| preview.set.contracts[contract].head_idx);
            if let Some(idx) = head {
                levels.entry(idx).or_default().push(change.level);
            }
        }
        for (idx, levels) in levels {
            let of = |level: Level| levels.iter().filter(|own| **own == level).count();
            let counts = [
                (of(Level::Breaking), "breaking"),
                (of(Level::Warning), "to look at"),
                (of(Level::Compatible), "compatible"),
            ];
            let Some(worst) =
                [Level::Breaking, Level::Warning, Level::Compatible].into_iter().find(|level| of(*level) > 0)
            else {
                continue;
            };
            let counts: Vec<String> =
                counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
            let mut producers: Vec<usize> = mesh.contracts[idx].published_by.iter().map(|by| by.product_idx).collect();
            producers.dedup();
            for product in producers {
                let note = self.at(&address::product(&mesh.products[product].slug));
                note.mark(Mark::Changed);
                let text = format!("Its contract `{}` changes: {}", mesh.contract_version(idx), counts.join(", "));
                note.lines.push(NoteLine { level: Some(worst), text });
            }
        }
        for row in &preview.set.impact {
            if row.distance != 1 || !matches!(row.effect, Effect::Breaks | Effect::MayBreak | Effect::Look) {
                continue;
            }
            let Some(idx) = mesh.product(&row.product) else { continue };
            let note = self.at(&address::product(&mesh.products[idx].slug));
            note.is_affected = true;
            let level = if row.effect == Effect::Look { Level::Warning } else { Level::Breaking };
            let what = match row.effect {
                Effect::Breaks => "which breaks",
                Effect::MayBreak => "which may break",
                _ => "which changes",
            };
            let excuse = row.excuse().map(|excuse| format!(", {excuse}")).unwrap_or_default();
            let columns = if row.hit.is_empty() { String::new() } else { format!(": `{}`", row.hit.join("`, `")) };
            note.lines.push(NoteLine {
                level: Some(level),
                text: format!("It reads `{}`, {what}{excuse}{columns}", row.changed),
            });
        }
    }

    /// The page of a contract shows its current version, and says so of other versions too.
    fn current_versions(&mut self, preview: &Preview, mesh: &Mesh, homes: &Homes) {
        let states: BTreeMap<usize, ThingState> = preview
            .things
            .iter()
            .filter_map(|thing| {
                thing.head.filter(|found| found.kind == Kind::DataContract).map(|found| (found.idx, thing.state))
            })
            .collect();
        let mut ids: Vec<&str> =
            states.keys().map(|idx| mesh.contracts[*idx].descriptor.header.id.value.as_str()).collect();
        ids.dedup();
        for id in ids {
            let Some(current) = mesh.current_version(id) else { continue };
            let versions = mesh.versions(id);
            let is_new = versions.iter().all(|idx| states.get(idx) == Some(&ThingState::New));
            let mut note = self.by_page.get(&page_of(mesh, homes, current)).cloned().unwrap_or_default();
            note.mark = Some(if is_new { Mark::New } else { Mark::Changed });
            for other in versions.iter().filter(|idx| **idx != current) {
                let word = match states.get(other) {
                    Some(ThingState::New) => "new",
                    Some(_) => "changed",
                    None => continue,
                };
                note.say(format!("Version `{}` is {word}", mesh.contracts[*other].descriptor.version_text()));
            }
            self.by_page.insert(bare(address::contract(mesh, homes, current)), note);
        }
        // What is gone of a contract stands on its page as on that of its current version.
        for contract in preview.things.iter().filter(|thing| thing.kind == Kind::DataContract && thing.head.is_none()) {
            let id = contract.reference.trim_start_matches("contract:");
            let id = id.rsplit_once('@').map_or(id, |(id, _)| id);
            let Some(current) = mesh.current_version(id) else { continue };
            let note = self.by_page.get(&page_of(mesh, homes, current)).cloned().unwrap_or_default();
            let page = self.at(&bare(address::contract(mesh, homes, current)));
            page.gone = note.gone;
            page.mark(Mark::Changed);
        }
    }
}

/// Returns the page on which a version of a contract stands.
fn page_of(mesh: &Mesh, homes: &Homes, contract_idx: usize) -> String {
    bare(address::contract_version(mesh, homes, contract_idx))
}

/// Returns an address without what it names on its page.
fn bare(mut address: String) -> String {
    address.truncate(address.find('#').unwrap_or(address.len()));
    address
}

/// Returns the pages of references that the head knows.
fn pages_of(mesh: &Mesh, homes: &Homes, references: &[String]) -> Vec<String> {
    let mut pages = Vec::new();
    for reference in references {
        let found = Ref::parse(reference).map(|reference| mesh.find(&reference)).unwrap_or_default();
        pages.extend(found.into_iter().filter_map(|found| address::page(mesh, homes, found)));
    }
    pages
}

/// Returns the page of the thing that a page lies below: `products/orders/lineage.html` is of
/// `products/orders.html`, `contracts/orders/2.1.0/columns.html` of `contracts/orders/2.1.0.html`.
fn above(path: &str) -> Option<String> {
    let steps = if path.starts_with("products/") { 2 } else { 3 };
    if !path.starts_with("products/") && !path.starts_with("contracts/") {
        return None;
    }
    let parts: Vec<&str> = path.split('/').collect();
    (parts.len() > steps).then(|| format!("{}.html", parts[..steps].join("/")))
}

/// Returns the sign of a level.
pub(crate) fn level_sign(level: Level) -> Sign<'static> {
    match level {
        Level::Breaking => Sign::new("bad", "brk", "Breaking"),
        Level::Warning => Sign::new("warn", "look", "To look at"),
        Level::Compatible => Sign::new("ok", "kept", "Compatible"),
        Level::Info => Sign::new("draft", "", "For information"),
    }
}
