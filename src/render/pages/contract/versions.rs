//! The other versions of a contract, and what differs from the one before.

use serde::Serialize;

use super::difference::{self, ChangeRow};
use crate::diff::{self, VersionChange};
use crate::render::parts::{Anchor, Linker};
use crate::render::site::Site;
use crate::render::{address, events};

/// Differences on the page.
const CHANGES: usize = 120;
/// Differences without weight that stand open.
const LIGHT: usize = 8;
/// Versions on the page, the newest; all stand in the machine form.
const VERSIONS: usize = 40;

#[derive(Serialize)]
pub(super) struct NextVersion<'a> {
    version: Anchor<'a>,
    status: String,
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
}

/// A newer version that is proposed or in draft, for those who read the current one.
pub(super) fn next<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<NextVersion<'a>> {
    let mesh = site.mesh();
    let newer = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value).iter().copied().filter(|at| *at > idx);
    let (at, status) = newer
        .map(|at| (at, mesh.contracts[at].descriptor.header.status_word()))
        .find(|(_, status)| matches!(status.as_str(), "proposed" | "draft"))?;
    let page = address::contract_part(mesh, &site.homes, at, "diff");
    let text = mesh.contracts[at].descriptor.version_text();
    Some(NextVersion { version: linker.to(text, &page), status: status.into() })
}

/// What changed in the version after this one, where that is not still to come.
pub(super) fn after<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = site.mesh();
    let versions = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value);
    let is_after = |at: &usize| site.difference(*at).is_some_and(|(before, _)| before == idx);
    let is_there = |at: &usize| {
        let status = mesh.contracts[*at].descriptor.header.status_word();
        !matches!(status.as_str(), "proposed" | "draft")
    };
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
    Some(Changes {
        against: linker.to(text, &address::contract_version(mesh, &site.homes, before)),
        rows: found.iter().take(CHANGES).map(difference::row).collect(),
        n_open: found.len().min(CHANGES) - n_folded,
        n_folded,
        n: found.len(),
        summary: events::weights(found),
    })
}
