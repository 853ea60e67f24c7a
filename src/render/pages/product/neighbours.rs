//! What a product takes from and gives to, as the table under its lineage picture.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::node;
use crate::graph::{Edge, LineageNode, Trust};
use crate::model::Kind;
use crate::render::parts::{self, Anchor, Linker};
use crate::render::site::Site;

/// One neighbour, or all products of a domain.
#[derive(Serialize)]
pub(super) struct Neighbour<'a> {
    thing: Anchor<'a>,
    note: Cow<'a, str>,
    is_upstream: bool,
    through: String,
    standing: String,
    n: usize,
}

/// So many readers are named; more are grouped by domain.
const NAMED: usize = 9;
/// So many domains of readers are named.
const DOMAINS: usize = 12;
/// So many providers are named.
const PROVIDERS: usize = 24;

type Edges<'m> = BTreeMap<LineageNode, Vec<&'m Edge>>;

pub(super) fn rows<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<Neighbour<'a>> {
    let lineage = &site.mesh().lineage;
    let up = by_node(lineage.upstream(node(idx)));
    let down = by_node(lineage.downstream(node(idx)));
    let mut rows: Vec<Neighbour<'a>> =
        up.iter().take(PROVIDERS).map(|(other, edges)| named(site, *other, edges, true, linker)).collect();
    if up.len() > PROVIDERS {
        rows.push(rest(format!("{} more", up.len() - PROVIDERS), true, up.len() - PROVIDERS));
    }
    if down.len() <= NAMED {
        rows.extend(down.iter().map(|(other, edges)| named(site, *other, edges, false, linker)));
    } else {
        rows.extend(grouped(site, &down, linker));
    }
    rows
}

fn by_node<'m>(edges: Vec<(LineageNode, &'m Edge)>) -> Edges<'m> {
    let mut found: Edges<'m> = BTreeMap::new();
    for (node, edge) in edges {
        found.entry(node).or_default().push(edge);
    }
    found
}

fn rest<'a>(text: String, is_upstream: bool, n: usize) -> Neighbour<'a> {
    let thing = Anchor::plain(text);
    Neighbour { thing, note: "".into(), is_upstream, through: String::new(), standing: String::new(), n }
}

fn named<'a>(
    site: &'a Site,
    other: LineageNode,
    edges: &[&Edge],
    is_upstream: bool,
    linker: Linker<'a>,
) -> Neighbour<'a> {
    let mesh = site.mesh();
    let (thing, note) = match other.kind {
        Kind::SourceSystem => (linker.source(other.idx), "Source system".into()),
        Kind::Team => (linker.team(Some(other.idx), None).unwrap_or_default(), "Team".into()),
        _ => {
            let domain = mesh.domain_title(mesh.products[other.idx].domain_idx);
            (linker.product(other.idx), domain.map_or(Cow::Borrowed("domain not stated"), Cow::Borrowed))
        }
    };
    Neighbour {
        thing,
        note,
        is_upstream,
        through: through(site, other, edges),
        standing: standing(edges.iter().map(|edge| edge.trust)),
        n: 1,
    }
}

/// Groups readers by domain, those with the most first.
fn grouped<'a>(site: &'a Site, down: &Edges<'_>, linker: Linker<'a>) -> Vec<Neighbour<'a>> {
    let mesh = site.mesh();
    let mut groups: BTreeMap<Option<usize>, Edges<'_>> = BTreeMap::new();
    for (other, edges) in down {
        let domain = match other.kind {
            Kind::Team => mesh.teams[other.idx].domain_idx,
            _ => mesh.products[other.idx].domain_idx,
        };
        groups.entry(domain).or_default().insert(*other, edges.clone());
    }
    let mut groups: Vec<(Option<usize>, Edges<'_>)> = groups.into_iter().collect();
    groups.sort_by_key(|(domain, members)| (std::cmp::Reverse(members.len()), *domain));
    let n_groups = groups.len();
    let left: usize = groups.iter().skip(DOMAINS).map(|(_, members)| members.len()).sum();
    let row = |(domain, members): (Option<usize>, Edges<'_>)| {
        let edges: Vec<&Edge> = members.values().flatten().copied().collect();
        Neighbour {
            thing: linker.domain(domain, None).unwrap_or(Anchor::plain("Domain not stated")),
            note: names(site, &members).into(),
            is_upstream: false,
            through: contracts(site, &edges),
            standing: standing(
                members.values().map(|edges| edges.iter().map(|edge| edge.trust).min().unwrap_or(Trust::Assumed)),
            ),
            n: members.len(),
        }
    };
    let mut rows: Vec<Neighbour<'a>> = groups.into_iter().take(DOMAINS).map(row).collect();
    if left > 0 {
        rows.push(rest(parts::count(n_groups - DOMAINS, "more domain"), false, left));
    }
    rows
}

/// The names of the first members.
fn names(site: &Site, members: &Edges<'_>) -> String {
    const SHOWN: usize = 3;
    let mesh = site.mesh();
    let name = |node: &LineageNode| match node.kind {
        Kind::Team => mesh.teams[node.idx].descriptor.header.title(),
        _ => mesh.products[node.idx].descriptor.header.title(),
    };
    let shown: Vec<&str> = members.keys().take(SHOWN).map(name).collect();
    match members.len().checked_sub(SHOWN) {
        None | Some(0) => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The contracts that are read; for a source system its assets.
fn through(site: &Site, other: LineageNode, edges: &[&Edge]) -> String {
    if other.kind == Kind::SourceSystem {
        return parts::count(edges.len(), "input port");
    }
    contracts(site, edges)
}

fn contracts(site: &Site, edges: &[&Edge]) -> String {
    const SHOWN: usize = 3;
    let read: BTreeSet<usize> = edges.iter().filter_map(|edge| edge.contract_idx).collect();
    let name = |idx: &usize| {
        let contract = &site.mesh().contracts[*idx].descriptor;
        format!("{} {}", contract.header.id.value, contract.version_text())
    };
    let shown: Vec<String> = read.iter().take(SHOWN).map(name).collect();
    if read.len() > SHOWN { format!("{}, {} more", shown.join(", "), read.len() - SHOWN) } else { shown.join(", ") }
}

/// How the edges are known: one word, or how many of each.
fn standing(trusts: impl Iterator<Item = Trust>) -> String {
    let mut counts: BTreeMap<Trust, usize> = BTreeMap::new();
    for trust in trusts {
        *counts.entry(trust).or_default() += 1;
    }
    match counts.len() {
        1 => counts.keys().next().map_or("", |trust| trust.word()).to_owned(),
        _ => counts.iter().map(|(trust, n)| format!("{n} {}", trust.word())).collect::<Vec<_>>().join(", "),
    }
}
