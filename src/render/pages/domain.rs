//! A domain: what does it offer, who runs it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::page;
use crate::model::{Kind, Urn};
use crate::render::parts::{self, Anchor, Contact, Frame, Linker, Sign};
use crate::render::site::Site;
use crate::render::twins::{DomainTwin, to_json};
use crate::render::{Page, RenderError, markdown};

#[derive(Serialize)]
struct DomainPage {
    frame: Frame,
    name: String,
    say: Option<String>,
    domain_type: Option<String>,
    operating_mode: Option<String>,
    owner: Option<Anchor>,
    stewards: Vec<Anchor>,
    parent: Option<Anchor>,
    children: Vec<Anchor>,
    contacts: Vec<Contact>,
    products: Vec<ProductRow>,
    n_active: usize,
    n_contracts: usize,
    flows: Vec<FlowRow>,
    n_takes: usize,
    n_gives: usize,
    teams: Vec<Anchor>,
    terms: Vec<Anchor>,
    readme_html: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ProductRow {
    product: Anchor,
    say: Option<String>,
    status: Sign,
    owner: Option<Anchor>,
    domain: Option<Anchor>,
    n_ports: usize,
    n_consumers: usize,
}

#[derive(Serialize)]
struct FlowRow {
    domain: Anchor,
    takes: usize,
    gives: usize,
}

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, domain) in site.mesh().domains.iter().enumerate() {
        pages.extend(page(&format!("domains/{}.html", domain.slug), idx, html));
        pages.extend(page(&format!("domains/{}.json", domain.slug), idx, json));
    }
    pages
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&DomainTwin::of(site.view(), idx as usize)))
}

/// Words a product for a list.
pub(super) fn product_row(site: &Site, idx: usize, linker: Linker<'_>) -> ProductRow {
    let product = &site.mesh().products[idx];
    let header = &product.descriptor.header;
    ProductRow {
        product: linker.product(idx),
        say: header.description.purpose.as_deref().map(parts::first_sentence),
        status: parts::status_of(header),
        owner: linker.product_owner(idx),
        domain: linker.product_domain(idx),
        n_ports: product.descriptor.output_ports.len(),
        n_consumers: product.consumers.len(),
    }
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let domain = &mesh.domains[idx];
    let (descriptor, header) = (&domain.descriptor, &domain.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let path = format!("domains/{}.html", domain.slug);
    let mut frame = Frame::new(site, &path, "domains", header.title()).of_file(site, header.file);
    frame.json = Some(format!("domains/{}.json", domain.slug));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Domain, &header.id.value, None));
    let purpose = header.description.purpose.as_deref();
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Domains", "domains/index.html"));
    let parent = linker.domain(domain.parent_idx, descriptor.parent.as_ref().map(|parent| parent.value.as_str()));
    if let Some(parent) = &parent {
        frame = frame.crumb(parent.clone());
    }
    let flows = flows(site, idx, linker);
    let products: Vec<ProductRow> = domain.products.iter().map(|idx| product_row(site, *idx, linker)).collect();
    let is_active = |idx: &&usize| mesh.products[**idx].descriptor.header.status_word() == "active";
    let is_child = |(_, child): &(usize, &crate::graph::DomainNode)| child.parent_idx == Some(idx);
    let page = DomainPage {
        name: header.title().to_owned(),
        say: purpose.map(str::to_owned),
        domain_type: descriptor.domain_type.as_deref().map(parts::words),
        operating_mode: descriptor.operating_mode.as_ref().map(ToString::to_string),
        owner: linker.team(domain.owner_idx, descriptor.owner.as_ref().map(|owner| owner.value.as_str())),
        stewards: descriptor.stewards.iter().filter_map(|name| linker.team(mesh.team(name), Some(name))).collect(),
        children: mesh
            .domains
            .iter()
            .enumerate()
            .filter(is_child)
            .filter_map(|(idx, _)| linker.domain(Some(idx), None))
            .collect(),
        parent,
        contacts: parts::contacts(&header.support),
        n_active: domain.products.iter().filter(is_active).count(),
        n_contracts: mesh.contracts.iter().filter(|contract| contract.domain_idx == Some(idx)).count(),
        n_takes: flows.iter().map(|flow| flow.takes).sum(),
        n_gives: flows.iter().map(|flow| flow.gives).sum(),
        flows,
        products,
        teams: domain.teams.iter().filter_map(|idx| linker.team(Some(*idx), None)).collect(),
        terms: (0..mesh.terms.len())
            .filter(|term| mesh.terms[*term].domain_idx == Some(idx))
            .map(|term| linker.term(term))
            .collect(),
        readme_html: mesh
            .docs
            .readme_of(header.file, &site.outcome.sources)
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, heading_shift: 1, skip_title: true })),
        frame,
    };
    site.theme.render("domain.html", &page)
}

/// Counts the ports that products of this domain read from others, and others from this one.
fn flows(site: &Site, idx: usize, linker: Linker<'_>) -> Vec<FlowRow> {
    let mut counts: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for ((from, to), number) in &site.flows {
        if *to == idx {
            counts.entry(*from).or_default().0 += number;
        } else if *from == idx {
            counts.entry(*to).or_default().1 += number;
        }
    }
    let mut rows: Vec<FlowRow> = counts
        .into_iter()
        .filter_map(|(other, (takes, gives))| Some(FlowRow { domain: linker.domain(Some(other), None)?, takes, gives }))
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.takes + row.gives));
    rows
}
