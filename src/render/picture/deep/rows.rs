//! The facts of a deep picture as rows: every neighbour by name, also where the picture has only its domain, and
//! every use once, with the one that comes later.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::reach::{Reach, Ring};
use super::{DeepRing, DeepRow, DeepTie, page_of, under};
use crate::graph::{Edge, EdgeKind, LineageNode, Mesh, Trust};
use crate::render::export::node_header;
use crate::render::picture::near;

/// Contracts and assets that are named of one use.
const NAMED: usize = 4;

/// What is known of all edges from one to another.
#[derive(Default)]
struct Use {
    through: BTreeSet<String>,
    trusts: BTreeSet<Trust>,
    is_ending: bool,
}

/// Words the rings, the furthest that leads to the middle first; of all neighbours the nearest have a row.
pub(super) fn of(mesh: &Mesh, reach: &Reach<'_>, n_most: usize) -> Vec<DeepRing> {
    let ring_of: BTreeMap<LineageNode, Ring> =
        reach.rings.iter().flat_map(|(ring, nodes)| nodes.iter().map(|node| (*node, *ring))).collect();
    let mut nearest: Vec<&Ring> = reach.rings.keys().collect();
    // Of what is equally far the side with less first: it would else get no row beside one with very many.
    nearest.sort_by_key(|ring| (ring.1, reach.rings[*ring].len(), ring.0));
    let mut n_left = n_most;
    let mut rows: BTreeMap<LineageNode, DeepRow> = BTreeMap::new();
    for ring in nearest {
        let nodes = &reach.rings[ring];
        let row = |node: &LineageNode| DeepRow {
            name: node_header(mesh, *node).title().to_owned(),
            page: page_of(mesh, *node),
            under: under(mesh, *node),
            ties: Vec::new(),
            back: Vec::new(),
        };
        rows.extend(nodes.iter().take(n_left).map(|node| (*node, row(node))));
        n_left -= nodes.len().min(n_left);
    }
    let is_shown = |node: &LineageNode| rows.contains_key(node);
    let uses = uses(mesh, reach, &is_shown);
    for ((from, to), used) in uses {
        let (owner, other, is_back) = match (ring_of.get(&from), ring_of.get(&to)) {
            (_, Some((false, _))) => (to, from, false),
            (Some((true, _)), _) => (from, to, false),
            (_, Some((true, _))) => (to, from, true),
            _ => continue,
        };
        let Some(row) = rows.get_mut(&owner) else { continue };
        let is_circle = reach.circles.get(&from).is_some_and(|circle| reach.circles.get(&to) == Some(circle));
        let tie = DeepTie {
            name: node_header(mesh, other).title().to_owned(),
            page: page_of(mesh, other),
            through: words(&used, is_circle),
        };
        if is_back { row.back.push(tie) } else { row.ties.push(tie) }
    }
    let mut order: Vec<(&Ring, &Vec<LineageNode>)> = reach.rings.iter().collect();
    // From left to right: what is furthest up first.
    order.sort_by_key(|((is_up, step), _)| (!is_up, if *is_up { usize::MAX - step } else { *step }));
    let ring = |((is_up, step), nodes): (&Ring, &Vec<LineageNode>)| DeepRing {
        is_up: *is_up,
        step: *step,
        n: nodes.len(),
        rows: nodes.iter().filter_map(|node| rows.remove(node)).collect(),
    };
    order.into_iter().map(ring).collect()
}

/// Joins the edges from one to another that some row is about.
fn uses(
    mesh: &Mesh,
    reach: &Reach<'_>,
    is_shown: &dyn Fn(&LineageNode) -> bool,
) -> BTreeMap<(LineageNode, LineageNode), Use> {
    let mut uses: BTreeMap<(LineageNode, LineageNode), Use> = BTreeMap::new();
    for (from, to, edge) in reach.edges.iter().filter(|(from, to, _)| is_shown(from) || is_shown(to)) {
        let used = uses.entry((*from, *to)).or_default();
        used.trusts.insert(edge.trust);
        used.is_ending |= near::ends(mesh, (*from, *to), [*edge]).0;
        used.through.extend(through(mesh, edge, *to));
    }
    uses
}

/// Names what an edge goes through: a contract, or the asset of a source system.
fn through(mesh: &Mesh, edge: &Edge, to: LineageNode) -> Option<String> {
    if edge.kind == EdgeKind::Ingests {
        let port = &mesh.products.get(to.idx)?.descriptor.input_ports[edge.port_idx?];
        return Some(port.source_asset.as_ref().map_or_else(|| port.name.to_string(), |asset| asset.value.to_string()));
    }
    let contract = &mesh.contracts[edge.contract_idx?].descriptor;
    Some([contract.header.id.value.as_str(), " ", contract.version_text()].concat())
}

fn words(used: &Use, is_circle: bool) -> String {
    let mut words: Vec<Cow<'_, str>> = used.through.iter().take(NAMED).map(Cow::from).collect();
    if used.through.len() > NAMED {
        words.push(format!("{} more", used.through.len() - NAMED).into());
    }
    words.extend(used.trusts.iter().filter(|trust| **trust != Trust::Declared).map(|trust| trust.word().into()));
    if used.is_ending {
        words.push("ending".into());
    }
    if is_circle {
        words.push("cycle".into());
    }
    words.join(", ")
}
