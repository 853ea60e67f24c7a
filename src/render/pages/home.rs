//! The home page: what is here, where do I start.

use serde::Serialize;

use super::page;
use crate::render::parts::{self, Anchor, Frame, Linker, Sign};
use crate::render::site::{Commit, Site};
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct HomePage {
    frame: Frame,
    commit: Option<CommitPart>,
    domains: Vec<DomainCard>,
    most_used: Vec<Rank>,
    n_errors: usize,
    n_warnings: usize,
}

#[derive(Serialize)]
struct CommitPart {
    id: String,
    short: String,
    date: String,
    day: String,
}

#[derive(Serialize)]
struct DomainCard {
    domain: Anchor,
    say: Option<String>,
    owner: Option<Anchor>,
    n_products: String,
    is_central: bool,
}

#[derive(Serialize)]
struct Rank {
    product: Anchor,
    status: Sign,
    domain: Option<Anchor>,
    owner: Option<Anchor>,
    n_consumers: usize,
}

/// Products in the list of the most used.
const RANKED: usize = 8;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("index.html", 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let mesh = site.mesh();
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "index.html", "home", "Find data you can rely on");
    frame.description = format!(
        "The data products of {}, with who answers for them and what they promise.",
        site.outcome.config.mesh.name
    );
    let mut ranked: Vec<usize> =
        (0..mesh.products.len()).filter(|idx| !mesh.products[*idx].consumers.is_empty()).collect();
    ranked.sort_by_key(|idx| (std::cmp::Reverse(mesh.products[*idx].consumers.len()), *idx));
    let summary = site.outcome.findings.summary();
    let page = HomePage {
        commit: site.commit.as_ref().map(commit_part),
        domains: (0..mesh.domains.len()).map(|idx| domain_card(site, idx, linker)).collect(),
        most_used: ranked
            .into_iter()
            .take(RANKED)
            .map(|idx| Rank {
                product: linker.product(idx),
                status: parts::status_of(&mesh.products[idx].descriptor.header),
                domain: linker.product_domain(idx),
                owner: linker.product_owner(idx),
                n_consumers: mesh.products[idx].consumers.len(),
            })
            .collect(),
        n_errors: summary.errors,
        n_warnings: summary.warnings,
        frame,
    };
    site.theme.render("home.html", &page)
}

fn commit_part(commit: &Commit) -> CommitPart {
    CommitPart {
        id: commit.id.clone(),
        short: commit.id.chars().take(7).collect(),
        date: commit.date.clone(),
        day: parts::date(&commit.date),
    }
}

fn domain_card(site: &Site, idx: usize, linker: Linker<'_>) -> DomainCard {
    let domain = &site.mesh().domains[idx];
    let purpose = domain.descriptor.header.description.purpose.as_deref();
    DomainCard {
        domain: linker.domain(Some(idx), None).unwrap_or_default(),
        say: purpose.map(parts::first_sentence),
        owner: linker.team(domain.owner_idx, domain.descriptor.owner.as_ref().map(|owner| owner.value.as_str())),
        n_products: parts::count(domain.products.len(), "product"),
        is_central: domain.descriptor.operating_mode.as_deref() == Some("central"),
    }
}
