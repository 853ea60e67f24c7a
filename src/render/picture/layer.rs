//! Layered layout from left to right: edges against the main direction are turned, every node gets a
//! layer, long edges get places of their own in the layers they cross, and `rust-sugiyama` orders the
//! layers and gives heights. What it returns is then made sure of here: whole numbers, no two places
//! over each other, the same answer every time.

use std::collections::{BTreeMap, BTreeSet};

use rust_sugiyama::configure::{Config, CrossingMinimization, RankingType};

use super::mark::to_f64;

/// What is laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    /// Width and height of each node.
    pub nodes: Vec<(f64, f64)>,
    /// From, to and weight; no edge twice, none from a node to itself.
    pub edges: Vec<(usize, usize, usize)>,
}

/// Free space between things.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gaps {
    /// Between two layers.
    pub layer: f64,
    /// Between two nodes of a layer, at least.
    pub node: f64,
    /// Height of the place that an edge has in a layer it crosses.
    pub lane: f64,
    /// Between the ends of two edges at a node, where it is high enough.
    pub end: f64,
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The upper left corner of each node.
    pub places: Vec<(f64, f64)>,
    /// The way of each edge, in the order of the graph's edges.
    pub routes: Vec<Route>,
    /// Width of everything.
    pub width: f64,
    /// Height of everything.
    pub height: f64,
    /// The layer of each node, from 0.
    pub layers: Vec<usize>,
}

/// The way of an edge from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Route {
    /// Points in pairs: where it leaves a node or lane, and where it reaches the next.
    pub points: Vec<(f64, f64)>,
    /// The edge runs against the main direction: its data flows from the last point to the first.
    pub is_back: bool,
}

/// Sweeps that look for shorter edges stop here; they end by themselves long before.
const SWEEPS: usize = 64;

/// Places above which the library does not try to swap neighbours, which takes it more than the rest.
const TRANSPOSED: usize = 120;

/// Lays out a graph.
pub(super) fn layered(graph: &Graph, gaps: Gaps) -> Layout {
    let n_nodes = graph.nodes.len();
    if n_nodes == 0 {
        return Layout::default();
    }
    let order = flow_order(graph);
    let turned: Vec<(usize, usize, bool)> = graph
        .edges
        .iter()
        .map(|(from, to, _)| if order[*from] <= order[*to] { (*from, *to, false) } else { (*to, *from, true) })
        .collect();
    let layers = layers(n_nodes, &turned, &order);

    // Every edge becomes a chain of steps from one layer to the next.
    let mut heights: Vec<f64> = graph.nodes.iter().map(|(_, height)| *height).collect();
    let mut layer_of = layers.clone();
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(turned.len());
    let mut steps: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (from, to, _) in &turned {
        let mut chain = vec![*from];
        for layer in layers[*from] + 1..layers[*to] {
            chain.push(heights.len());
            heights.push(gaps.lane);
            layer_of.push(layer);
        }
        chain.push(*to);
        steps.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
        chains.push(chain);
    }
    let middles = middles(&heights, &layer_of, &steps.into_iter().collect::<Vec<_>>(), gaps.node);
    place(graph, gaps, &layers, &heights, &middles, &turned, &chains)
}

/// Orders nodes so that little weight runs backwards: sinks go last, sources first, and between them
/// comes first what gives most more than it takes (Eades, Lin and Smyth 1993). Ties go by position.
pub(super) fn flow_order(graph: &Graph) -> Vec<usize> {
    let n_nodes = graph.nodes.len();
    let weight = |weight: usize| i64::try_from(weight.max(1)).unwrap_or(i64::from(u32::MAX));
    let mut gives = vec![0_i64; n_nodes];
    let mut takes = vec![0_i64; n_nodes];
    for (from, to, n) in &graph.edges {
        gives[*from] += weight(*n);
        takes[*to] += weight(*n);
    }
    let mut edges_of: Vec<Vec<usize>> = vec![Vec::new(); n_nodes];
    for (edge, (from, to, _)) in graph.edges.iter().enumerate() {
        edges_of[*from].push(edge);
        edges_of[*to].push(edge);
    }
    // Of the nodes that are left: those that give nothing, those that take nothing, and all by how much more
    // they take than they give.
    let mut sinks: BTreeSet<usize> = (0..n_nodes).filter(|node| gives[*node] == 0).collect();
    let mut sources: BTreeSet<usize> = (0..n_nodes).filter(|node| takes[*node] == 0).collect();
    let mut left: BTreeSet<(i64, usize)> = (0..n_nodes).map(|node| (takes[node] - gives[node], node)).collect();
    let (mut first, mut last) = (0, n_nodes);
    let mut order = vec![0; n_nodes];
    while first < last {
        let sink = sinks.last().copied();
        let source = || sources.first().copied();
        let best = || left.first().map(|(_, node)| *node);
        let node = sink.or_else(source).or_else(best).expect("nodes are left");
        left.remove(&(takes[node] - gives[node], node));
        sinks.remove(&node);
        sources.remove(&node);
        if sink.is_some() {
            last -= 1;
            order[node] = last;
        } else {
            order[node] = first;
            first += 1;
        }
        for (from, to, n) in edges_of[node].iter().map(|edge| graph.edges[*edge]) {
            let other = if from == node { to } else { from };
            let was_left = left.remove(&(takes[other] - gives[other], other));
            if from == node {
                takes[to] -= weight(n);
            } else {
                gives[from] -= weight(n);
            }
            if was_left {
                left.insert((takes[other] - gives[other], other));
                if gives[other] == 0 {
                    sinks.insert(other);
                }
                if takes[other] == 0 {
                    sources.insert(other);
                }
            }
        }
    }
    order
}

/// Gives each node a layer: the longest path that leads to it; then nodes move right where that makes
/// their edges shorter.
fn layers(n_nodes: usize, edges: &[(usize, usize, bool)], order: &[usize]) -> Vec<usize> {
    let mut by_order: Vec<usize> = (0..n_nodes).collect();
    by_order.sort_by_key(|node| order[*node]);
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); n_nodes];
    let mut n_incoming = vec![0_usize; n_nodes];
    for (from, to, _) in edges {
        outgoing[*from].push(*to);
        n_incoming[*to] += 1;
    }
    let mut layers = vec![0_usize; n_nodes];
    for node in &by_order {
        for next in &outgoing[*node] {
            layers[*next] = layers[*next].max(layers[*node] + 1);
        }
    }
    for _ in 0..SWEEPS {
        let mut has_moved = false;
        for node in by_order.iter().rev() {
            let Some(nearest) = outgoing[*node].iter().map(|next| layers[*next] - 1).min() else { continue };
            if nearest > layers[*node] && outgoing[*node].len() > n_incoming[*node] {
                layers[*node] = nearest;
                has_moved = true;
            }
        }
        if !has_moved {
            break;
        }
    }
    let first = layers.iter().copied().min().unwrap_or(0);
    for layer in &mut layers {
        *layer -= first;
    }
    layers
}

/// Returns the middle height of every place. Parts of the graph that do not hang together lie below
/// each other, in the order of their first nodes.
fn middles(heights: &[f64], layer_of: &[usize], steps: &[(usize, usize)], gap: f64) -> Vec<f64> {
    let id = |place: usize| u32::try_from(place).expect("pictures have few places");
    let vertices: Vec<(u32, (f64, f64))> =
        heights.iter().enumerate().map(|(place, height)| (id(place), (*height, 1.0))).collect();
    let edges: Vec<(u32, u32)> = steps.iter().map(|(from, to)| (id(*from), id(*to))).collect();
    // Every step leads to the next layer, so that the shortest edges are those of our own layers.
    let config = Config {
        minimum_length: 1,
        vertex_spacing: gap,
        dummy_vertices: false,
        ranking_type: RankingType::MinimizeEdgeLength,
        c_minimization: CrossingMinimization::Barycenter,
        transpose: heights.len() <= TRANSPOSED,
        ..Config::default()
    };
    let mut parts: Vec<Vec<(usize, f64)>> = rust_sugiyama::from_vertices_and_edges(&vertices, &edges, &config)
        .into_iter()
        .map(|(part, _, _)| {
            let mut part: Vec<(usize, f64)> = part.into_iter().map(|(place, (height, _))| (place, height)).collect();
            part.sort_by_key(|(place, _)| *place);
            part
        })
        .collect();
    parts.sort_by_key(|part| part.first().map_or(0, |(place, _)| *place));

    let mut middles = vec![0.0; heights.len()];
    let mut below = 0.0;
    for part in &parts {
        for (place, middle) in spread(part, heights, layer_of, gap) {
            middles[place] = below + middle;
        }
        let end = part.iter().map(|(place, _)| middles[*place] + heights[*place] / 2.0).fold(below, f64::max);
        below = end + gap * 2.0;
    }
    middles
}

/// Moves the places of each layer apart where they touch, as little as needed, and begins at 0.
fn spread(part: &[(usize, f64)], heights: &[f64], layer_of: &[usize], gap: f64) -> Vec<(usize, f64)> {
    let mut layers: BTreeMap<usize, Vec<(f64, usize)>> = BTreeMap::new();
    for (place, middle) in part {
        layers.entry(layer_of[*place]).or_default().push((middle.round(), *place));
    }
    let mut moved: Vec<(usize, f64)> = Vec::with_capacity(part.len());
    for places in layers.values_mut() {
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let wanted: Vec<f64> = places.iter().map(|(middle, _)| *middle).collect();
        let mut edge = f64::NEG_INFINITY;
        for (middle, place) in places.iter_mut() {
            *middle = middle.max((edge + heights[*place] / 2.0).ceil());
            edge = *middle + heights[*place] / 2.0 + gap;
        }
        // What was pushed down as a whole goes half the way back.
        let pushed: f64 = places.iter().zip(&wanted).map(|((is, _), was)| is - was).sum();
        let back = (pushed / to_f64(places.len())).floor();
        moved.extend(places.iter().map(|(middle, place)| (*place, *middle - back)));
    }
    let top = moved.iter().map(|(place, middle)| middle - heights[*place] / 2.0).fold(f64::INFINITY, f64::min);
    for (_, middle) in &mut moved {
        *middle -= top.floor();
    }
    moved
}

/// Turns layers and heights into corners and ways.
pub(super) fn place(
    graph: &Graph,
    gaps: Gaps,
    layers: &[usize],
    heights: &[f64],
    middles: &[f64],
    turned: &[(usize, usize, bool)],
    chains: &[Vec<usize>],
) -> Layout {
    let n_nodes = graph.nodes.len();
    let n_layers = layers.iter().max().map_or(0, |last| last + 1);
    let mut widths = vec![0.0_f64; n_layers];
    for (node, layer) in layers.iter().enumerate() {
        widths[*layer] = widths[*layer].max(graph.nodes[node].0);
    }
    let mut lefts = vec![0.0_f64; n_layers];
    for layer in 1..n_layers {
        lefts[layer] = lefts[layer - 1] + widths[layer - 1] + gaps.layer;
    }
    let corner = |node: usize| {
        let (width, height) = graph.nodes[node];
        let layer = layers[node];
        (lefts[layer] + ((widths[layer] - width) / 2.0).floor(), middles[node] - height / 2.0)
    };
    let (leaves, reaches) = ends(graph, gaps.end, middles, turned, chains);
    let mut routes = Vec::with_capacity(chains.len());
    for (edge, chain) in chains.iter().enumerate() {
        let (from, to, is_back) = turned[edge];
        let mut points = vec![(corner(from).0 + graph.nodes[from].0, leaves[edge])];
        for (step, lane) in chain[1..chain.len() - 1].iter().enumerate() {
            let layer = layers[from] + 1 + step;
            points.push((lefts[layer], middles[*lane]));
            points.push((lefts[layer] + widths[layer], middles[*lane]));
        }
        points.push((corner(to).0, reaches[edge]));
        routes.push(Route { points, is_back });
    }
    let bottom = heights.iter().zip(middles).map(|(height, middle)| middle + height / 2.0).fold(0.0, f64::max);
    Layout {
        places: (0..n_nodes).map(corner).collect(),
        routes,
        width: lefts.last().copied().unwrap_or(0.0) + widths.last().copied().unwrap_or(0.0),
        height: bottom,
        layers: layers.to_vec(),
    }
}

/// Spreads the ends of the edges over the sides of their nodes, in the order of where they come from
/// or lead to, so that they do not meet in one point.
fn ends(
    graph: &Graph,
    gap: f64,
    middles: &[f64],
    turned: &[(usize, usize, bool)],
    chains: &[Vec<usize>],
) -> (Vec<f64>, Vec<f64>) {
    let mut leaves = vec![0.0; chains.len()];
    let mut reaches = vec![0.0; chains.len()];
    for node in 0..graph.nodes.len() {
        let spread = |mut edges: Vec<(f64, usize)>, ends: &mut Vec<f64>| {
            edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let room = (graph.nodes[node].1 - 12.0).max(0.0);
            let step = if edges.len() > 1 { (room / to_f64(edges.len() - 1)).min(gap) } else { 0.0 };
            let first = middles[node] - step * (to_f64(edges.len()) - 1.0) / 2.0;
            for (position, (_, edge)) in edges.into_iter().enumerate() {
                ends[edge] = first + step * to_f64(position);
            }
        };
        let leaving = (0..chains.len()).filter(|edge| turned[*edge].0 == node);
        spread(leaving.map(|edge| (middles[chains[edge][1]], edge)).collect(), &mut leaves);
        let reaching = (0..chains.len()).filter(|edge| turned[*edge].1 == node);
        spread(reaching.map(|edge| (middles[chains[edge][chains[edge].len() - 2]], edge)).collect(), &mut reaches);
    }
    (leaves, reaches)
}

#[cfg(test)]
/// Says whether two boxes (x, y, width, height) are nearer than a gap.
pub(super) fn touch(a: (f64, f64, f64, f64), b: (f64, f64, f64, f64), gap: f64) -> bool {
    a.0 < b.0 + b.2 + gap && b.0 < a.0 + a.2 + gap && a.1 < b.1 + b.3 + gap && b.1 < a.1 + a.3 + gap
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GAPS: Gaps = Gaps { layer: 72.0, node: 8.0, lane: 6.0, end: 5.0 };

    fn graph(n_nodes: usize, edges: &[(usize, usize)]) -> Graph {
        let mut edges: Vec<(usize, usize, usize)> = edges
            .iter()
            .map(|(from, to)| (from % n_nodes, to % n_nodes, 1))
            .filter(|(from, to, _)| from != to)
            .collect();
        edges.sort_unstable();
        edges.dedup();
        Graph { nodes: vec![(184.0, 36.0); n_nodes], edges }
    }

    /// The rules of readability, on any graph.
    fn check(graph: &Graph) {
        let layout = layered(graph, GAPS);
        let boxes: Vec<(f64, f64, f64, f64)> =
            layout.places.iter().zip(&graph.nodes).map(|((x, y), (w, h))| (*x, *y, *w, *h)).collect();
        for (one, place) in boxes.iter().enumerate() {
            assert!(place.0 >= 0.0 && place.1 >= 0.0, "{place:?}");
            assert!(place.0 + place.2 <= layout.width && place.1 + place.3 <= layout.height, "{place:?}");
            for other in &boxes[one + 1..] {
                assert!(!touch(*place, *other, 7.9), "{place:?} {other:?}");
            }
        }
        for ((from, to, _), route) in graph.edges.iter().zip(&layout.routes) {
            let (left, right) = if route.is_back { (*to, *from) } else { (*from, *to) };
            assert!(layout.layers[left] < layout.layers[right], "left to right");
            assert!(route.points.windows(2).all(|pair| pair[0].0 < pair[1].0), "left to right: {route:?}");
            // Between two layers there are no nodes; across a layer an edge keeps its height and its distance.
            for lane in route.points[1..route.points.len() - 1].chunks(2) {
                assert!((lane[0].1 - lane[1].1).abs() < 0.01);
                for place in &boxes {
                    let is_in_layer = place.0 + place.2 > lane[0].0 && place.0 < lane[1].0;
                    let is_under = lane[0].1 > place.1 - 4.0 && lane[0].1 < place.1 + place.3 + 4.0;
                    assert!(!(is_in_layer && is_under), "an edge runs under {place:?}: {lane:?}");
                }
            }
        }
    }

    #[test]
    fn a_long_edge_goes_round_what_lies_between() {
        let layout = layered(&graph(3, &[(0, 1), (1, 2), (0, 2)]), GAPS);
        assert_eq!(layout.layers, [0, 1, 2]);
        assert_eq!(layout.routes[1].points.len(), 4, "{layout:?}");
        check(&graph(3, &[(0, 1), (1, 2), (0, 2)]));
    }

    #[test]
    fn a_circle_is_cut_at_its_lightest_edge() {
        let mut circle = graph(3, &[(0, 1), (1, 2), (2, 0)]);
        for edge in &mut circle.edges {
            edge.2 = if (edge.0, edge.1) == (1, 2) { 1 } else { 9 };
        }
        let layout = layered(&circle, GAPS);
        let back: Vec<(usize, usize, usize)> =
            circle.edges.iter().zip(&layout.routes).filter(|(_, route)| route.is_back).map(|(edge, _)| *edge).collect();
        assert_eq!(back, [(1, 2, 1)]);
        check(&circle);
    }

    #[test]
    fn a_source_stands_beside_its_reader() {
        // 0 -> 1 -> 2 -> 3 and 4 -> 3: the source 4 is not left alone at the far left.
        assert_eq!(layered(&graph(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]), GAPS).layers, [0, 1, 2, 3, 2]);
    }

    /// What [`flow_order`] says in words: one node after the other, each found among all that are left.
    fn flow_order_by_looking(graph: &Graph) -> Vec<usize> {
        let mut left: Vec<usize> = (0..graph.nodes.len()).collect();
        let (mut front, mut back) = (Vec::new(), Vec::new());
        while !left.is_empty() {
            let sum = |node: usize, is_taken: bool| -> i64 {
                let ends = |edge: &&(usize, usize, usize)| if is_taken { (edge.1, edge.0) } else { (edge.0, edge.1) };
                let is_left = |edge: &&(usize, usize, usize)| ends(edge).0 == node && left.contains(&ends(edge).1);
                graph.edges.iter().filter(is_left).map(|edge| i64::try_from(edge.2).expect("a few")).sum()
            };
            let net = |node: &usize| sum(*node, true) - sum(*node, false);
            let sink = left.iter().rev().find(|node| sum(**node, false) == 0);
            let source = || left.iter().find(|node| sum(**node, true) == 0);
            let is_back = sink.is_some();
            let node = *sink.or_else(source).or_else(|| left.iter().min_by_key(|node| net(node))).expect("left");
            left.retain(|other| *other != node);
            if is_back { back.push(node) } else { front.push(node) }
        }
        back.reverse();
        front.extend(back);
        let mut order = vec![0; graph.nodes.len()];
        for (position, node) in front.into_iter().enumerate() {
            order[node] = position;
        }
        order
    }

    #[test]
    fn nothing_and_single_nodes_are_laid_out() {
        assert!(layered(&Graph::default(), GAPS).places.is_empty());
        check(&graph(1, &[]));
        check(&graph(7, &[(0, 1), (2, 3)]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_graph_is_readable(n in 1_usize..40, edges in prop::collection::vec((0_usize..40, 0_usize..40), 0..90)) {
            check(&graph(n, &edges));
        }

        #[test]
        fn nodes_are_ordered_by_flow(n in 1_usize..20, edges in prop::collection::vec((0_usize..20, 0_usize..20, 1_usize..5), 0..60)) {
            let mut graph = graph(n, &edges.iter().map(|(from, to, _)| (*from, *to)).collect::<Vec<_>>());
            for (edge, (_, _, weight)) in graph.edges.iter_mut().zip(&edges) {
                edge.2 = *weight;
            }
            prop_assert_eq!(flow_order(&graph), flow_order_by_looking(&graph));
        }

        #[test]
        fn the_same_graph_gives_the_same_picture(n in 2_usize..30, edges in prop::collection::vec((0_usize..30, 0_usize..30), 0..60)) {
            let graph = graph(n, &edges);
            let first = layered(&graph, GAPS);
            for _ in 0..3 {
                let again = layered(&graph, GAPS);
                prop_assert_eq!(&again.places, &first.places);
                prop_assert_eq!(&again.routes, &first.routes);
            }
        }
    }
}
