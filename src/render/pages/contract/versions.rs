//! The other versions of a contract, and what differs from the one before.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::difference::{self, ChangeRow};
use crate::diff::{self, VersionChange};
use crate::graph::{Answer, Mesh, Speaker};
use crate::model::{AcknowledgedChange, AcknowledgedChanges};
use crate::render::parts::{self, Anchor, Day, Linker, Piece};
use crate::render::reach::{Blast, Reach};
use crate::render::site::Site;
use crate::render::{address, events};

/// Differences on the page.
const CHANGES: usize = 120;
/// Differences without weight that stand open.
const LIGHT: usize = 8;
/// Differences that a note names.
const NAMED: usize = 3;
/// Readers on the page who have agreed, and characters of what each says.
const ANSWERS: usize = 30;
const NOTE: usize = 240;
/// Versions on the page, the newest; all stand in the machine form.
const VERSIONS: usize = 40;

#[derive(Serialize)]
pub(super) struct NextVersion<'a> {
    version: Anchor<'a>,
    status: String,
    breaks: Option<Breaks>,
}

/// What of a version breaks those who read the one before: the heaviest by name.
#[derive(Serialize)]
pub(super) struct Breaks {
    says: Vec<Vec<Piece>>,
    n_more: usize,
    /// Who reads the version before.
    who: String,
}

#[derive(Serialize)]
pub(super) struct VersionTab<'a> {
    anchor: Anchor<'a>,
    is_here: bool,
    is_retired: bool,
    note: String,
}

/// What differs from the version before.
#[derive(Serialize)]
pub(super) struct Changes<'a> {
    against: Anchor<'a>,
    /// The heaviest first.
    pub(super) rows: Vec<ChangeRow<'a>>,
    /// How many of them stand open: where those that break nothing are many, they are folded.
    n_open: usize,
    n_folded: usize,
    n: usize,
    /// How many weigh how much.
    summary: String,
    /// What it is called: of a version that is not in use yet nothing has changed.
    title: &'static str,
    is_coming: bool,
    /// What of it breaks, where it is still to come.
    breaks: Option<Breaks>,
    /// Anybody reads the version before, so that rows say whom they reach.
    has_readers: bool,
    /// Who reads the version before, and how many of them read what breaks.
    reach: String,
    readers: Anchor<'a>,
    /// What readers said of it.
    pub(super) answers: Vec<AnswerRow<'a>>,
    n_answers: usize,
    /// How many of those who read the version before have agreed.
    agreed: String,
}

/// A reader who has agreed to what changes.
#[derive(Serialize)]
pub(super) struct AnswerRow<'a> {
    who: Anchor<'a>,
    team: Option<Anchor<'a>>,
    /// To everything, or to which changes.
    to: String,
    on: Option<Day>,
    note: Option<Cow<'a, str>>,
    /// Whose folder its file lies in, where that is somebody else's.
    lies_with: Option<Anchor<'a>>,
    /// Why it does not count, in words.
    uncounted: Vec<Piece>,
}

/// A newer version that is proposed or in draft, for those who read the current one.
pub(super) fn next<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<NextVersion<'a>> {
    let mesh = site.mesh();
    let newer = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value).iter().copied().filter(|at| *at > idx);
    let (at, status) = newer
        .map(|at| (at, mesh.contracts[at].descriptor.header.status_word()))
        .find(|(_, status)| matches!(*status, "proposed" | "draft"))?;
    let page = address::contract_part(mesh, &site.homes, at, "diff");
    let text = mesh.contracts[at].descriptor.version_text();
    let breaks = site.difference(at).and_then(|(before, found)| breaks(site, before, found));
    Some(NextVersion { version: linker.to(text, &page), status: status.into(), breaks })
}

/// Names what breaks the readers of the version before; none where nothing does.
fn breaks(site: &Site, before: usize, found: &[VersionChange]) -> Option<Breaks> {
    let breaking: Vec<&VersionChange> = found.iter().filter(|change| change.level == diff::Level::Breaking).collect();
    let says: Vec<Vec<Piece>> = breaking.iter().take(NAMED).map(|change| parts::spoken(&change.message)).collect();
    let contract = &site.mesh().contracts[before];
    let version = contract.descriptor.version_text();
    let who = match contract.consumers.len() {
        0 => format!("nobody declares to read {version}"),
        1 => format!("1 product reads {version}"),
        n => format!("{n} products read {version}"),
    };
    (!says.is_empty()).then(|| Breaks { n_more: breaking.len() - says.len(), says, who })
}

/// Returns the columns that the next version on its way takes away, as a path each, by the version that does.
pub(super) fn ending(site: &Site, idx: usize) -> (&str, std::collections::BTreeSet<&str>) {
    let mesh = site.mesh();
    let newer = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value).iter().copied().find(|at| *at > idx);
    let next = newer
        .filter(|at| mesh.contracts[*at].descriptor.header.is_coming())
        .and_then(|at| Some((at, site.difference(at)?.1)));
    next.map(|(at, found)| {
        let removed = found.iter().filter(|change| change.removes_column());
        (mesh.contracts[at].descriptor.version_text(), removed.filter_map(|change| change.column.as_deref()).collect())
    })
    .unwrap_or_default()
}

/// What changed in the version after this one, where that is not still to come.
pub(super) fn after<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = site.mesh();
    let versions = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value);
    let is_after = |at: &usize| site.difference(*at).is_some_and(|(before, _)| before == idx);
    let is_there = |at: &usize| !mesh.contracts[*at].descriptor.header.is_coming();
    let at = versions.iter().copied().find(|at| is_after(at) && is_there(at) && site.homes.has_page(*at))?;
    let text = format!("What changed in {}", mesh.contracts[at].descriptor.version_text());
    Some(linker.to(text, &address::contract_part(mesh, &site.homes, at, "diff")))
}

pub(super) fn versions<'a>(site: &'a Site, here: usize, linker: Linker<'a>) -> Vec<VersionTab<'a>> {
    let mesh = site.mesh();
    let id = &mesh.contracts[here].descriptor.header.id.value;
    let tab = |idx: &usize| {
        let contract = &mesh.contracts[*idx].descriptor;
        let page = address::contract_version(mesh, &site.homes, *idx);
        let note = contract.header.status_word();
        VersionTab {
            anchor: linker.to(contract.version_text(), &page),
            is_here: *idx == here,
            is_retired: note == "retired",
            note: note.into(),
        }
    };
    let versions = mesh.versions(id).iter().rev().enumerate();
    versions.filter(|(at, idx)| *at < VERSIONS || **idx == here).map(|(_, idx)| tab(idx)).collect()
}

pub(super) fn changes<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Changes<'a>> {
    let mesh = site.mesh();
    let (before, found) = site.difference(idx)?;
    let text = mesh.contracts[before].descriptor.version_text();
    let is_light = |change: &&VersionChange| matches!(change.level, diff::Level::Compatible | diff::Level::Info);
    let n_light = found.iter().take(CHANGES).filter(is_light).count();
    let n_folded = if n_light > LIGHT { n_light } else { 0 };
    let contract = &mesh.contracts[idx].descriptor;
    let reach = Reach::of(mesh, before);
    let page = address::contract_version(mesh, &site.homes, before);
    let is_coming = contract.header.is_coming();
    let given: Vec<&Answer> = site.answers().to(mesh, &contract.header.id.value, contract.version_text()).collect();
    let agreed = agreed(mesh, &given, found, &reach, (text, contract.version_text()));
    // On the page of a product the readers of a contract have no part of their own.
    let readers = if site.homes.has_page(before) {
        address::contract_part(mesh, &site.homes, before, "consumers")
    } else {
        page.clone()
    };
    Some(Changes {
        against: linker.to(text, &page),
        rows: found.iter().take(CHANGES).map(|change| difference::row(change, &reach, linker)).collect(),
        n_open: found.len().min(CHANGES) - n_folded,
        n_folded,
        n: found.len(),
        summary: events::weights(found),
        is_coming,
        title: if is_coming { "What it would change" } else { "What changed" },
        breaks: breaks(site, before, found).filter(|_| is_coming),
        has_readers: reach.n_readers() > 0,
        readers: match reach.n_readers() {
            0 => Anchor::plain(format!("Nobody declares to read {text}")),
            1 => linker.to(format!("1 product reads {text}"), &readers),
            n => linker.to(format!("{n} products read {text}"), &readers),
        },
        reach: said(&reach, found),
        answers: given.iter().take(ANSWERS).filter_map(|answer| answer_row(linker, answer)).collect(),
        n_answers: given.len(),
        agreed,
    })
}

/// Says how many readers have agreed to all that breaks.
fn agreed(
    mesh: &Mesh,
    given: &[&Answer],
    found: &[VersionChange],
    reach: &Reach<'_>,
    (before, version): (&str, &str),
) -> String {
    let breaking: Vec<&VersionChange> = found.iter().filter(|change| change.level == diff::Level::Breaking).collect();
    if breaking.is_empty() || reach.n_readers() == 0 {
        return format!("Readers who have agreed to {version}");
    }
    // To which of the changes each has agreed. What lies in the folder of somebody else may not be its speaker's word, and
    // a draft is nobody's.
    let mut by_speaker: BTreeMap<Speaker, Vec<bool>> = BTreeMap::new();
    for answer in given.iter().filter(|answer| answer.counts()) {
        let changes = &mesh.acknowledgements[answer.position].changes;
        let covered = by_speaker.entry(answer.speaker).or_insert_with(|| vec![false; breaking.len()]);
        for (covered, change) in covered.iter_mut().zip(&breaking) {
            *covered |= changes.cover((change.rule.meta.code, change.rule.meta.name), &change.path);
        }
    }
    let has_agreed = |reader: &usize| {
        let words: Vec<&Vec<bool>> = Speaker::of(mesh, *reader).filter_map(|who| by_speaker.get(&who)).collect();
        (0..breaking.len()).all(|at| words.iter().any(|covered| covered[at]))
    };
    let n = if by_speaker.is_empty() { 0 } else { reach.products().filter(has_agreed).count() };
    let has = if n == 1 { "has" } else { "have" };
    let readers = parts::count(reach.n_readers(), "reader");
    format!("{} of {readers} of {before} {has} agreed to all that breaks in {version}", parts::number(n))
}

/// Names the changes that somebody agrees to.
fn named(listed: &[AcknowledgedChange]) -> String {
    let change = |change: &AcknowledgedChange| match change.path.as_str() {
        "" => format!("all {}", change.code),
        path => format!("{} {path}", change.code),
    };
    let mut names: Vec<String> = listed.iter().take(NAMED).map(change).collect();
    if listed.len() > NAMED {
        names.push(format!("{} more", listed.len() - NAMED));
    }
    if names.is_empty() { "nothing that can be read".to_owned() } else { names.join("; ") }
}

fn answer_row<'a>(linker: Linker<'a>, answer: &'a Answer) -> Option<AnswerRow<'a>> {
    let given = &linker.site.mesh().acknowledgements[answer.position];
    let (who, team) = match answer.speaker {
        Speaker::Product(idx) => (linker.product(idx), linker.product_owner(idx)),
        Speaker::Team(idx) => (linker.team(Some(idx), None)?, None),
    };
    Some(AnswerRow {
        who,
        team,
        to: match &given.changes {
            AcknowledgedChanges::All => "everything".to_owned(),
            AcknowledgedChanges::Listed(listed) => named(listed),
        },
        on: given.date.as_ref().map(|day| Day::of(&day.value)),
        note: given.note.as_deref().map(|note| parts::shortened(note.trim(), NOTE)),
        lies_with: answer.lies_with.as_deref().map(|whose| linker.reference(whose)),
        uncounted: answer.uncounted.as_deref().map(parts::spoken).unwrap_or_default(),
    })
}

/// Says how many readers name a column that breaks: "; 1 reads a column that breaks, 2 do not say what they read".
fn said(reach: &Reach<'_>, found: &[VersionChange]) -> String {
    let is_of_column = |change: &VersionChange| change.level == diff::Level::Breaking && change.column.is_some();
    if reach.n_readers() == 0 || !found.iter().any(is_of_column) {
        return String::new();
    }
    let Blast { n_stated, n_silent, .. } = reach.blast(found);
    let mut said = match n_stated {
        0 => "; none says that it reads a column that breaks".to_owned(),
        1 => "; 1 reads a column that breaks".to_owned(),
        n => format!("; {n} read a column that breaks"),
    };
    match n_silent {
        0 => {}
        1 => said.push_str(", 1 does not say what it reads"),
        n => said.push_str(&format!(", {n} do not say what they read")),
    }
    said
}
