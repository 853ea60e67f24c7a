//! Old addresses that lead to new ones: a page at each, `_redirects` for hosts that read it, and
//! `aliases.json`; and `_headers`, for the same hosts.

use serde::Serialize;

use super::page;
use crate::graph::Move;
use crate::render::parts::{Anchor, Day, Frame};
use crate::render::site::Site;
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
    if !site.moves.is_empty() {
        pages.extend(page("_redirects", 0, redirects));
    }
    pages.extend(page("_headers", 0, |_, _| Ok(HEADERS.as_bytes().to_vec())));
    pages.extend(page("aliases.json", 0, json));
    pages
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
