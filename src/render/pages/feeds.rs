//! Feeds: what happened in the mesh, in each domain and to what each team owns.

use jiff::civil::Date;

use super::page;
use crate::render::atom::{self, Feed};
use crate::render::events::{self, What};
use crate::render::site::Site;
use crate::render::{Page, RenderError};

/// The feed of the whole mesh.
pub(super) const CHANGES: &str = "changes.atom";

/// Entries of the feed of the mesh.
const OF_MESH: usize = 150;
/// Entries of the feed of a domain or a team.
const OF_PART: usize = 50;

/// What happened lately, the newest first, taken apart once for all feeds.
pub(in crate::render) struct Streams {
    mesh: Stream,
    domains: Vec<Stream>,
    teams: Vec<Stream>,
}

/// The newest events of a feed, and how many there are in all.
#[derive(Clone, Default)]
struct Stream {
    newest: Vec<(Date, What)>,
    n: usize,
}

impl Streams {
    /// Gives each event to the domain and the team that it concerns.
    pub(in crate::render) fn new(site: &Site, events: &[(Date, What)]) -> Streams {
        let mesh = site.mesh();
        let mut domains = vec![Stream::default(); mesh.domains.len()];
        let mut teams = vec![Stream::default(); mesh.teams.len()];
        for event in events {
            let (domain, team) = events::concerns(site, event.1);
            for stream in [domain.map(|idx| &mut domains[idx]), team.map(|idx| &mut teams[idx])].into_iter().flatten() {
                stream.n += 1;
                if stream.newest.len() < OF_PART {
                    stream.newest.push(*event);
                }
            }
        }
        let newest = events.iter().take(OF_MESH).copied().collect();
        Streams { mesh: Stream { newest, n: events.len() }, domains, teams }
    }
}

impl Streams {
    /// Returns what happened in a domain lately, the newest first.
    pub(in crate::render) fn of_domain(&self, idx: usize) -> &[(Date, What)] {
        &self.domains[idx].newest
    }
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages: Vec<Page<Site>> = page(CHANGES, 0, of_mesh).into_iter().collect();
    if site.homes.is_lean() {
        return pages;
    }
    for (idx, domain) in site.mesh().domains.iter().enumerate() {
        pages.extend(page(&format!("domains/{}.atom", domain.slug), idx, of_domain));
    }
    for (idx, team) in site.mesh().teams.iter().enumerate() {
        pages.extend(page(&format!("teams/{}.atom", team.slug), idx, of_team));
    }
    pages
}

fn of_mesh(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let title = format!("Changes in {}", site.outcome.config.mesh.name);
    let stream = &site.streams().mesh;
    let feed = Feed { title, path: CHANGES.to_owned(), page: "changes.html", n: stream.n };
    Ok(atom::write(site, &feed, &stream.newest).into_bytes())
}

fn of_domain(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let domain = &site.mesh().domains[idx as usize];
    let events = &site.streams().domains[idx as usize];
    Ok(of_part(site, domain.descriptor.header.title(), &format!("domains/{}", domain.slug), events))
}

fn of_team(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let team = &site.mesh().teams[idx as usize];
    let events = &site.streams().teams[idx as usize];
    Ok(of_part(site, team.descriptor.header.title(), &format!("teams/{}", team.slug), events))
}

fn of_part(site: &Site, name: &str, stem: &str, stream: &Stream) -> Vec<u8> {
    let title = format!("{name}: changes in {}", site.outcome.config.mesh.name);
    let feed = Feed { title, path: format!("{stem}.atom"), page: &format!("{stem}.html"), n: stream.n };
    atom::write(site, &feed, &stream.newest).into_bytes()
}
