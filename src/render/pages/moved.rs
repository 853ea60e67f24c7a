//! Old addresses that lead to new ones: a page at each, `_redirects` for hosts that read it, and
//! `aliases.json`; and `_headers`, for the same hosts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{column_lineage, contract, lineage, page};
use crate::graph::Move;
use crate::render::parts::{Anchor, Day, Frame, numbered};
use crate::render::site::{ROWS, Site, n_sheets};
use crate::render::twins::to_json;
use crate::render::{Page, RenderError, address};

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
    pages.extend(files(site));
    if !site.moves.is_empty() {
        pages.extend(page("_redirects", 0, redirects));
    }
    pages.extend(page("_headers", 0, |_, _| Ok(HEADERS.as_bytes().to_vec())));
    pages.extend(page("aliases.json", 0, json));
    pages
}

/// Lists the old addresses of pages that belong to others: who reads a product, its lineage and its documents, and the
/// columns of a version of a contract.
pub(in crate::render) fn parts(site: &Site) -> Vec<Move> {
    if site.moves.is_empty() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut renamed: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for (old, idx, alias_idx) in products(site) {
        let new = site.mesh().products[idx].slug.as_str();
        renamed.entry(new).or_default().push((old, alias_idx));
        let mut add = |from: String, to: String| parts.push(Move { from, to, alias_idx });
        if site.has_consumers_page(idx) {
            for number in 0..n_sheets(site.mesh().products[idx].consumers.len(), ROWS).max(1) {
                add(address::consumers(old, number), address::consumers(new, number));
            }
        }
        if site.has_lineage_page(idx) {
            add(address::lineage(old), address::lineage(new));
        }
    }
    for to in site.page_of_file.values() {
        let document = to.strip_prefix("products/").and_then(|rest| rest.split_once("/docs/"));
        let Some((new, name)) = document else { continue };
        for (old, alias_idx) in renamed.get(new).into_iter().flatten() {
            let from = format!("products/{old}/docs/{name}");
            parts.push(Move { from, to: to.clone(), alias_idx: *alias_idx });
        }
    }
    for (moved, idx) in versions(site) {
        let (mesh, homes, alias_idx) = (site.mesh(), &site.homes, moved.alias_idx);
        if column_lineage::has_page(site, idx) {
            let from = moved.from.replace(".html", "/columns.html");
            parts.push(Move { from, to: address::columns(mesh, homes, idx), alias_idx });
        }
        let n_pages = site.sheets.get(&idx).map_or(1, |sheets| sheets.pages.len());
        for number in 1..n_pages {
            let from = numbered(&moved.from, &moved.from.replace(".html", "/schema"), number);
            parts.push(Move { from, to: address::schema(mesh, homes, idx, number), alias_idx });
        }
    }
    parts
}

/// The products with an old address: the old stem, the product, and the alias that says so.
fn products(site: &Site) -> impl Iterator<Item = (&str, usize, usize)> {
    fn slug(path: &str) -> Option<&str> {
        path.strip_prefix("products/")?.strip_suffix(".html").filter(|slug| !slug.contains('/'))
    }
    let of = |moved: &'_ Move| Some((site.product_by_slug.get(slug(&moved.to)?).copied()?, moved.alias_idx));
    site.moves.iter().filter_map(move |moved| {
        let (idx, alias_idx) = of(moved)?;
        Some((slug(&moved.from)?, idx, alias_idx))
    })
}

/// The versions of contracts with an old address and a page of their own.
fn versions(site: &Site) -> Vec<(&Move, usize)> {
    let is_version = |moved: &&Move| moved.to.starts_with("contracts/") && moved.to.matches('/').count() == 2;
    let moves: Vec<&Move> = site.moves.iter().filter(is_version).collect();
    if moves.is_empty() || site.homes.is_lean() {
        return Vec::new();
    }
    let mesh = site.mesh();
    let paged = (0..mesh.contracts.len()).filter(|idx| site.homes.has_page(*idx));
    let places: BTreeMap<String, usize> =
        paged.map(|idx| (address::contract_file(mesh, &site.homes, idx), idx)).collect();
    moves.into_iter().filter_map(|moved| Some((moved, *places.get(&moved.to)?))).collect()
}

/// Keeps at their old addresses what is shown elsewhere and no page: badges and pictures, which nothing can lead on from,
/// and contracts as they are written.
fn files(site: &Site) -> Vec<Page<Site>> {
    let mut files = Vec::new();
    for (old, idx, _) in products(site) {
        if site.has_twins {
            files.extend(page(&address::product(old).replace(".html", ".svg"), idx, lineage::file));
        }
        if !site.homes.is_lean() {
            files.extend(page(&address::badge(old), idx, lineage::badge_file));
        }
    }
    for (moved, idx) in versions(site) {
        files.extend(page(&moved.from.replace(".html", ".odcs.yaml"), idx, contract::yaml));
    }
    files
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
        if !site.homes.is_lean() && has_feed(old) && has_feed(new) {
            text.push_str(&format!("{top}{old}.atom {top}{new}.atom 301\n"));
        }
        if let Some(twin) = super::twin_of(to).filter(|_| site.has_twins) {
            text.push_str(&format!("{top}{old}.md {top}{twin} 301\n"));
        }
    }
    Ok(text.into_bytes())
}

/// Only versions of contracts have a JSON form, not the page of the current one; nor have parts of other pages.
fn has_json(site: &Site, stem: &str) -> bool {
    let n_deepest = if stem.starts_with("contracts/") { 2 } else { 1 };
    if site.homes.is_lean() || stem.matches('/').count() > n_deepest {
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
