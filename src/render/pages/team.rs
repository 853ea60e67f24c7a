//! A team: who are they, how do I reach them, what do they owe and use.

use std::collections::BTreeSet;

use serde::Serialize;

use super::domain::{ProductRow, product_row};
use super::page;
use crate::model::{Kind, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker};
use crate::render::site::Site;
use crate::render::twins::{TeamTwin, to_json};
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct TeamPage {
    frame: Frame,
    name: String,
    say: Option<String>,
    team_type: Option<String>,
    domain: Option<Anchor>,
    forge_handle: Option<String>,
    contacts: Vec<Contact>,
    products: Vec<ProductRow>,
    domains: Vec<Anchor>,
    sources: Vec<Anchor>,
    uses: Vec<Anchor>,
    members: Vec<MemberRow>,
    n_members: usize,
}

#[derive(Serialize)]
struct MemberRow {
    username: String,
    name: Option<String>,
    role: Option<String>,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, team) in site.mesh().teams.iter().enumerate() {
        pages.extend(page(&format!("teams/{}.html", team.slug), idx, html));
        pages.extend(page(&format!("teams/{}.json", team.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&TeamTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let team = &mesh.teams[idx];
    let (descriptor, header) = (&team.descriptor, &team.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let path = format!("teams/{}.html", team.slug);
    let mut frame = Frame::new(site, &path, "teams", header.title()).of_file(site, header.file);
    frame.json = Some(format!("teams/{}.json", team.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Team, &header.id.value, None));
    let purpose = header.description.purpose.as_deref();
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Teams", "teams/index.html"));
    let read: BTreeSet<usize> = team
        .products
        .iter()
        .flat_map(|product| &mesh.products[*product].inputs)
        .flat_map(|input| input.published_by.iter().map(|by| by.product_idx))
        .filter(|product| mesh.products[*product].owner_idx != Some(idx))
        .collect();
    let shows_people = site.outcome.config.site.people;
    let page = TeamPage {
        name: header.title().to_owned(),
        say: purpose.map(str::to_owned),
        team_type: descriptor.team_type.as_deref().map(parts::words),
        domain: linker.domain(team.domain_idx, descriptor.domain.as_ref().map(|domain| domain.value.as_str())),
        forge_handle: descriptor.forge_handle.as_ref().map(ToString::to_string),
        contacts: parts::contacts(&header.support),
        products: team.products.iter().map(|idx| product_row(site, *idx, linker)).collect(),
        domains: (0..mesh.domains.len())
            .filter(|domain| mesh.domains[*domain].owner_idx == Some(idx))
            .filter_map(|domain| linker.domain(Some(domain), None))
            .collect(),
        sources: (0..mesh.sources.len())
            .filter(|source| mesh.sources[*source].owner_idx == Some(idx))
            .map(|source| linker.source(source))
            .collect(),
        uses: read.into_iter().map(|product| linker.product(product)).collect(),
        n_members: descriptor.members.len(),
        members: descriptor
            .members
            .iter()
            .filter(|_| shows_people)
            .map(|member| MemberRow {
                username: member.username.to_string(),
                name: member.name.as_ref().map(ToString::to_string),
                role: member.role.as_ref().map(ToString::to_string),
            })
            .collect(),
        frame,
    };
    site.theme.render("team.html", &page)
}
