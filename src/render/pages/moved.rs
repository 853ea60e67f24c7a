//! Old addresses that lead to new ones: a page at each, `_redirects` for hosts that read it, and
//! `aliases.json`; and `_headers`, for the same hosts.

use serde::Serialize;

use super::page;
use crate::graph::{Found, Mesh, is_slug, version_slug};
use crate::model::{Alias, Kind, Ref};
use crate::render::parts::{Anchor, Day, Frame};
use crate::render::site::Site;
use crate::render::twins::to_json;
use crate::render::{Homes, Page, RenderError, address};

/// An old address and where it leads.
#[derive(Clone, Debug)]
pub(in crate::render) struct Move {
    /// The old address, relative to the top.
    pub from: String,
    /// The new address, relative to the top.
    pub to: String,
    /// Which alias says so.
    alias_idx: usize,
}

/// What the response of every file should say beside its bytes. Each page carries its own, stricter
/// policy: pictures that are looked at alone have their style inside, which this one allows.
const HEADERS: &str = "/*
  Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
";

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, moved) in site.moves.iter().enumerate() {
        pages.extend(page(&moved.from, idx, html));
    }
    if !site.moves.is_empty() {
        pages.extend(page("_redirects", 0, redirects));
    }
    pages.extend(page("_headers", 0, |_, _| Ok(HEADERS.as_bytes().to_vec())));
    pages.extend(page("aliases.json", 0, json));
    pages
}

/// Finds the old address of each alias whose name is gone and whose address nothing else has.
pub(in crate::render) fn moves(mesh: &Mesh, homes: &Homes) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for (alias_idx, alias) in mesh.aliases.iter().enumerate() {
        for (from, to) in of_alias(mesh, homes, alias) {
            if from != to && !moves.iter().any(|known| known.from == from) {
                moves.push(Move { from, to, alias_idx });
            }
        }
    }
    if moves.is_empty() {
        return moves;
    }
    let mut taken = std::collections::BTreeSet::new();
    for kind in Kind::ALL {
        let n = if kind == Kind::SemanticDefinition { mesh.terms.len() } else { mesh.headers(kind).len() };
        taken.extend((0..n).filter_map(|idx| address::page(mesh, homes, Found { kind, idx })));
    }
    taken.extend((0..mesh.contracts.len()).map(|idx| address::contract(mesh, homes, idx)));
    moves.retain(|moved| !taken.contains(&moved.from));
    moves
}

/// Returns old and new addresses; nothing where the old name made none that can be known, or where
/// the alias leads nowhere, which is a finding.
fn of_alias(mesh: &Mesh, homes: &Homes, alias: &Alias) -> Vec<(String, String)> {
    let (Ok(from), Ok(to)) = (Ref::parse(&alias.from), Ref::parse(&alias.to)) else { return Vec::new() };
    let Some(target) = mesh.find(&to).into_iter().next_back() else { return Vec::new() };
    let kind = from.kind.unwrap_or(target.kind);
    let stem = if kind == Kind::SemanticDefinition { from.id.replace('/', "-") } else { from.id.clone() };
    if !is_slug(&stem) || kind.folder().is_empty() {
        return Vec::new();
    }
    let old = |rest: &str| format!("{}/{stem}{rest}.html", kind.folder());
    let Some(new) = address::page(mesh, homes, target) else { return Vec::new() };
    if kind != Kind::DataContract || target.kind != Kind::DataContract {
        return vec![(old(""), new)];
    }
    if let Some(version) = &from.version {
        return vec![(old(&format!("/{}", version_slug(version))), new)];
    }
    // A contract takes all its versions along.
    let contract = &mesh.contracts[target.idx];
    let versions = mesh.versions(&contract.descriptor.header.id.value).iter().map(|idx| {
        let version = version_slug(mesh.contracts[*idx].descriptor.version_text());
        (old(&format!("/{version}")), address::contract_version(mesh, homes, *idx))
    });
    let current = if to.version.is_some() { new } else { address::contract(mesh, homes, target.idx) };
    std::iter::once((old(""), current)).chain(versions).collect()
}

#[derive(Serialize)]
struct MovedPage<'a> {
    frame: Frame<'a>,
    to: Anchor<'a>,
    was: &'a str,
    now: &'a str,
    since: Option<Day>,
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let moved = &site.moves[idx as usize];
    let alias = &site.mesh().aliases[moved.alias_idx];
    let mut frame = Frame::new(site, &moved.from, "none", "Moved");
    frame.description = format!("Moved to {}.", moved.to);
    frame.canonical = site.outcome.config.mesh.base_url.as_ref().map(|base| format!("{base}{}", moved.to));
    frame.note = None;
    frame.is_old = true;
    let href = address::relative(frame.depth(), &moved.to);
    let page = MovedPage {
        to: Anchor { text: moved.to.as_str().into(), href: Some(href) },
        was: &alias.from.value,
        now: &alias.to.value,
        since: alias.since.as_deref().map(Day::of),
        frame,
    };
    site.theme.render("moved.html", &page)
}

/// One line for each form of each page: `/old /new 301`. Some hosts leave `.html` away.
fn redirects(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let top = site.top();
    let mut text = String::new();
    for Move { from, to, .. } in &site.moves {
        let (old, new) = (from.trim_end_matches(".html"), to.trim_end_matches(".html"));
        text.push_str(&format!("{top}{from} {top}{to} 301\n{top}{old} {top}{to} 301\n"));
        let names_twin = |path: &&str| !path.contains('#');
        if names_twin(&old) && names_twin(&new) && has_json(site, new) {
            text.push_str(&format!("{top}{old}.json {top}{new}.json 301\n"));
        }
        let has_feed = |path: &str| path.starts_with("domains/") || path.starts_with("teams/");
        if has_feed(old) && has_feed(new) {
            text.push_str(&format!("{top}{old}.atom {top}{new}.atom 301\n"));
        }
        if let Some(twin) = super::twin_of(to).filter(|_| site.has_twins) {
            text.push_str(&format!("{top}{old}.md {top}{twin} 301\n"));
        }
    }
    Ok(text.into_bytes())
}

/// Only versions of contracts have a JSON form, not the page of the current one.
fn has_json(site: &Site, stem: &str) -> bool {
    if site.homes.is_lean() {
        return false;
    }
    let is_current = |idx: &usize| stem == format!("contracts/{}", site.mesh().contracts[*idx].slug);
    !stem.starts_with("contracts/") || !site.current_contracts.iter().any(is_current)
}

#[derive(Serialize)]
struct Aliases<'a> {
    version: u32,
    aliases: Vec<AliasRow<'a>>,
}

#[derive(Serialize)]
struct AliasRow<'a> {
    from: &'a str,
    to: &'a str,
    since: Option<&'a str>,
    pages: Vec<MovedRow<'a>>,
}

#[derive(Serialize)]
struct MovedRow<'a> {
    from: &'a str,
    to: &'a str,
}

fn json(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let aliases = site.mesh().aliases.iter().enumerate().map(|(idx, alias)| AliasRow {
        from: &alias.from.value,
        to: &alias.to.value,
        since: alias.since.as_deref(),
        pages: site
            .moves
            .iter()
            .filter(|moved| moved.alias_idx == idx)
            .map(|moved| MovedRow { from: &moved.from, to: &moved.to })
            .collect(),
    });
    Ok(to_json(&Aliases { version: 1, aliases: aliases.collect() }))
}
