//! The canvas of a product: what fits one sheet of paper.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::access::ApproverRow;
use super::{Published, node};
use crate::graph::{EvidenceSummary, is_promise};
use crate::model::Kind;
use crate::render::health;
use crate::render::parts;
use crate::render::site::Site;

/// The cells of the sheet; what is empty says so in the template.
#[derive(Serialize)]
pub(super) struct Canvas<'a> {
    purpose: Option<String>,
    owner: Option<String>,
    help: Option<Cow<'a, str>>,
    /// Who approves access, in the order in which they are asked.
    approvers: String,
    takes: Vec<Cow<'a, str>>,
    ports: Vec<String>,
    gives: Vec<String>,
    uses: Vec<String>,
    promises: Vec<String>,
    n_personal: usize,
    classes: Vec<String>,
}

/// Lines of a cell: so many that a full canvas fills its sheet.
const LINES: usize = 9;

pub(super) fn canvas<'a>(
    site: &'a Site,
    idx: usize,
    published: &Published<'a>,
    evidence: &EvidenceSummary<'a>,
    approvers: &[ApproverRow<'a>],
) -> Canvas<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let owner = product.owner_idx.map(|idx| mesh.teams[idx].descriptor.header.title().to_owned());
    let owner = owner.or_else(|| mesh.product_owner(product));
    let domain = mesh.domain_title(product.domain_idx);
    let (n_personal, classes) = classes(published);
    Canvas {
        purpose: header.description.purpose.as_deref().map(parts::first_sentence),
        owner: owner.map(|owner| domain.map_or(owner.clone(), |domain| format!("{owner}, {domain}"))),
        help: parts::contacts(&header.support).into_iter().next().map(|contact| contact.channel.text),
        approvers: approvers.iter().flat_map(|row| [row.before, &*row.name.text]).collect(),
        takes: takes(site, idx),
        ports: ports(site, idx),
        gives: gives(site, idx),
        uses: uses(site, idx),
        promises: promises(published, evidence),
        n_personal,
        classes,
    }
}

/// Cuts a list to the lines of a cell and says how many are left out.
fn cut<T: From<String>>(mut lines: Vec<T>) -> Vec<T> {
    if lines.len() > LINES {
        let more = lines.len() - (LINES - 1);
        lines.truncate(LINES - 1);
        lines.push(T::from(format!("{more} more")));
    }
    lines
}

fn takes(site: &Site, idx: usize) -> Vec<Cow<'_, str>> {
    let mesh = site.mesh();
    let providers: BTreeSet<_> = mesh.lineage.upstream(node(idx)).into_iter().map(|(node, _)| node).collect();
    let title = |node: crate::graph::LineageNode| match node.kind {
        Kind::SourceSystem => {
            Cow::Owned(format!("{}, source system", mesh.sources[node.idx].descriptor.header.title()))
        }
        _ => Cow::Borrowed(mesh.products[node.idx].descriptor.header.title()),
    };
    cut(providers.into_iter().map(title).collect())
}

fn ports(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let port = |(port, contract): (&crate::model::OutputPort, &Option<usize>)| {
        let status = contract.map(|idx| mesh.contracts[idx].descriptor.header.status_word());
        if status.as_deref() == Some("retired") {
            return None;
        }
        let written = port.contract_id.as_ref().zip(port.version.as_ref());
        let contract = written.map(|(id, version)| format!(", {} {}", id.value, version.value)).unwrap_or_default();
        let note = status.filter(|status| status != "active").map(|status| format!(", {status}")).unwrap_or_default();
        Some(format!("{}{contract}{note}", port.name))
    };
    cut(product.descriptor.output_ports.iter().zip(&product.outputs).filter_map(port).collect())
}

/// Readers by domain, those with the most first.
fn gives(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let mut domains: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for reader in &mesh.products[idx].consumers {
        *domains.entry(mesh.products[*reader].domain_idx).or_default() += 1;
    }
    let mut domains: Vec<(Option<usize>, usize)> = domains.into_iter().collect();
    domains.sort_by_key(|(domain, n)| (std::cmp::Reverse(*n), *domain));
    let name = |domain: Option<usize>| mesh.domain_title(domain).unwrap_or("Domain not stated");
    cut(domains.into_iter().map(|(domain, n)| format!("{} {n}", name(domain))).collect())
}

/// What agreements in force and reviews say it is used for, each once.
fn uses(site: &Site, idx: usize) -> Vec<String> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let agreements = product.agreements.iter().map(|idx| &mesh.agreements[*idx]);
    let purposes = agreements
        .filter(|agreement| agreement.is_in_force(site.outcome.today))
        .filter_map(|agreement| agreement.header.description.purpose.as_deref());
    let reviews = product.reviews.iter().filter_map(|idx| mesh.reviews[*idx].used_for.as_deref());
    let mut seen = BTreeSet::new();
    let mut uses = Vec::new();
    for text in purposes.chain(reviews).take(64) {
        let text = parts::sentence(parts::first_sentence(text).trim_end_matches('.'));
        if seen.insert(text.to_lowercase()) {
            uses.push(text);
        }
    }
    cut(uses)
}

/// What is promised, each property once, and what a result says of it.
fn promises(published: &Published<'_>, evidence: &EvidenceSummary<'_>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut promises = Vec::new();
    let contracts = &published.site.mesh().contracts;
    let levels = |idx: usize| contracts[idx].descriptor.service_levels.iter().map(move |level| (idx, level));
    for (idx, level) in published.promising.iter().flat_map(|idx| levels(*idx)) {
        let name = parts::sentence(&parts::words(&level.property));
        if is_promise(level) && seen.insert(name.clone()) {
            let observed = health::seen(evidence, idx, level.span).map(|seen| {
                let missed = if seen.is_kept { "" } else { "missed: " };
                format!("; {missed}{} observed {}", seen.value, seen.day.text)
            });
            promises.push(format!("{name} {} promised{}", parts::level_value(level), observed.unwrap_or_default()));
        }
    }
    cut(promises)
}

/// How many columns are personal, and the classes of the others.
fn classes(published: &Published<'_>) -> (usize, Vec<String>) {
    let mut n_personal = 0;
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for contract in published.promising() {
        for column in contract.columns().filter_map(|(_, columns)| columns.last().copied()) {
            let class = column.classification().unwrap_or("not classified");
            if parts::is_personal(Some(class)) {
                n_personal += 1;
            } else {
                *others.entry(parts::sentence(class)).or_default() += 1;
            }
        }
    }
    (n_personal, cut(others.into_iter().map(|(class, n)| format!("{class}, {}", parts::count(n, "column"))).collect()))
}
