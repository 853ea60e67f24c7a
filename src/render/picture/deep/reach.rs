//! Who is how many steps away from the middle of a deep picture, and what leads from whom to whom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::graph::{DiGraph, NodeIndex};

use crate::graph::{Behind, Edge, LineageNode, Mesh, Slice};
use crate::model::Kind;
use crate::render::picture::near::slug_of;

/// A side and the number of steps to the middle.
pub(super) type Ring = (bool, usize);
/// From whom, to whom, and by what.
type Hop<'m> = (LineageNode, LineageNode, &'m Edge);

/// Who is how far away, and what leads from whom to whom.
pub(super) struct Reach<'m> {
    /// Who is at the same distance.
    pub(super) rings: BTreeMap<Ring, Vec<LineageNode>>,
    /// All edges between them and the middles, sorted.
    pub(super) edges: Vec<Hop<'m>>,
    /// Of these the ones from what leads to the middle to what comes from it: they pass it by.
    pub(super) passing: BTreeSet<(LineageNode, LineageNode)>,
    /// Of each that reaches itself again the number of the circle it is in.
    pub(super) circles: BTreeMap<LineageNode, usize>,
    /// Inputs, of what leads to the middle and of the middle, behind which is nothing of this registry.
    pub(super) n_lost: usize,
}

impl<'m> Reach<'m> {
    /// Walks up and down from the middles.
    pub(super) fn of(mesh: &'m Mesh, middles: &[LineageNode], up: usize, down: usize) -> Reach<'m> {
        let mut steps: BTreeMap<LineageNode, Ring> = BTreeMap::new();
        let mut n_lost = 0;
        let sides = [(true, up), (false, down)].map(|(is_up, limit)| {
            let mut seen: BTreeSet<LineageNode> = middles.iter().copied().collect();
            let mut queue: VecDeque<(LineageNode, usize)> = middles.iter().map(|node| (*node, 0)).collect();
            while let Some((node, step)) = queue.pop_front() {
                if step == limit {
                    continue;
                }
                n_lost += if is_up { n_lost_of(mesh, node) } else { 0 };
                let next = if is_up { mesh.lineage.upstream(node) } else { mesh.lineage.downstream(node) };
                for (other, _) in next {
                    if seen.insert(other) {
                        let ring = steps.entry(other).or_insert((is_up, step + 1));
                        if step + 1 < ring.1 {
                            *ring = (is_up, step + 1);
                        }
                        queue.push_back((other, step + 1));
                    }
                }
            }
            seen
        });
        let [above, below] = &sides;
        let mut edges: BTreeSet<Hop<'m>> = BTreeSet::new();
        let mut passing = BTreeSet::new();
        // Asked of the readers: each reads a few things, while a hub is read by thousands that are not in the picture.
        for to in above.union(below) {
            for (from, edge) in mesh.lineage.upstream(*to) {
                let is_seen = above.contains(&from) || below.contains(&from);
                if is_seen && from != *to {
                    edges.insert((from, *to, edge));
                }
                if is_seen && !below.contains(&from) && !above.contains(to) {
                    passing.insert((from, *to));
                }
            }
        }
        let mut rings: BTreeMap<Ring, Vec<LineageNode>> = BTreeMap::new();
        for (node, ring) in steps {
            rings.entry(ring).or_default().push(node);
        }
        for members in rings.values_mut() {
            members.sort_by_key(|node| (slug_of(mesh, *node), *node));
        }
        let edges: Vec<Hop<'m>> = edges.into_iter().collect();
        Reach { circles: circles(&rings, &edges), rings, edges, passing, n_lost }
    }

    /// Takes a part of the lineage that was chosen before.
    pub(super) fn of_slice(middles: &[LineageNode], slice: &'m Slice, n_lost: usize) -> Reach<'m> {
        let mut rings: BTreeMap<Ring, Vec<LineageNode>> = BTreeMap::new();
        for (node, distance) in slice.nodes.iter().filter(|(node, _)| !middles.contains(node)) {
            let step = usize::try_from(distance.unsigned_abs()).unwrap_or(usize::MAX).max(1);
            rings.entry((*distance < 0, step)).or_default().push(*node);
        }
        let edges: Vec<Hop<'m>> = slice.edges.iter().map(|(from, to, edge)| (*from, *to, edge)).collect();
        Reach { circles: circles(&rings, &edges), rings, edges, passing: BTreeSet::new(), n_lost }
    }
}

fn n_lost_of(mesh: &Mesh, node: LineageNode) -> usize {
    let is_product = node.kind == Kind::DataProduct;
    if is_product { mesh.behind(node.idx).filter(|(_, behind)| *behind == Behind::Nothing).count() } else { 0 }
}

/// Numbers the circles: of each node that reaches itself again the one it is in.
fn circles(rings: &BTreeMap<Ring, Vec<LineageNode>>, edges: &[Hop<'_>]) -> BTreeMap<LineageNode, usize> {
    let ring_of: BTreeMap<LineageNode, Ring> =
        rings.iter().flat_map(|(ring, nodes)| nodes.iter().map(|node| (*node, *ring))).collect();
    // Where every use leads on, from what is far above to what is far below, nothing comes back.
    let place = |node: &LineageNode| match ring_of.get(node) {
        None => 0,
        Some((is_up, step)) => {
            let step = isize::try_from(*step).unwrap_or(isize::MAX);
            if *is_up { -step } else { step }
        }
    };
    if edges.iter().all(|(from, to, _)| place(from) < place(to)) {
        return BTreeMap::new();
    }
    let mut graph: DiGraph<LineageNode, ()> = DiGraph::new();
    let mut known: BTreeMap<LineageNode, NodeIndex> = BTreeMap::new();
    for (from, to, _) in edges {
        let [from, to] = [from, to].map(|node| *known.entry(*node).or_insert_with(|| graph.add_node(*node)));
        graph.add_edge(from, to, ());
    }
    let groups = petgraph::algo::kosaraju_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let numbered = groups.enumerate().flat_map(|(at, group)| group.into_iter().map(move |node| (node, at)));
    numbered.map(|(node, at)| (graph[node], at)).collect()
}
