//! Lineage over several steps: everything that leads to the middle and everything that comes from it. Around
//! one thing it stands by distance, a column for each step; around several, in layers from left to right. Rings
//! that are too full are drawn by domain, the far ones first.

mod reach;
mod rows;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use reach::{Reach, Ring};

use super::layer::{Gaps, Graph, layered};
use super::mark::to_f64;
use super::near::{self, Domain, domain_of};
use super::rings::ringed;
use super::scene::{GAP, Line, LineStyle, Links, NODE, Node, Scene, Shape};
use crate::graph::{Found, LineageNode, Mesh, Slice, Trust};
use crate::model::Kind;
use crate::render::export::node_header;
use crate::render::{address, parts};

/// Most nodes of a picture.
pub const NODES: usize = 60;
/// Most lines of a picture.
pub const LINES: usize = 120;
/// Members of a ring that are drawn by name: with more, the middle would not be seen at once.
const NAMED: usize = 24;
/// Lines past the middle, from what leads to it to what comes from it, that are drawn.
const PASSING: usize = 6;
/// Width that the columns of a page's picture fill.
const WIDTH: f64 = 1124.0;
/// Domains of a ring that are drawn; when there are more, the last place is theirs.
const DOMAINS: usize = 9;

/// Lineage over several steps, with the facts it shows.
#[derive(Clone, Debug)]
pub struct Deep {
    scene: Scene,
    /// What the lines mean and what was left out.
    pub caption: String,
    /// Uses that no line of the picture shows.
    pub n_left_out: usize,
}

/// The neighbours that are as many steps away, as the table below the picture has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepRing {
    /// They lead to the middle; else they come from it.
    pub is_up: bool,
    /// Steps to the middle.
    pub step: usize,
    /// How many there are.
    pub n: usize,
    /// Those that have a row, in the order of the picture.
    pub rows: Vec<DeepRow>,
}

/// A neighbour, and what ties it to the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepRow {
    /// Its name.
    pub name: String,
    /// Its page relative to the top of the site.
    pub page: Option<String>,
    /// Its domain, or what it is.
    pub under: String,
    /// Whom it feeds when it leads to the middle, whom it reads when it comes from it.
    pub ties: Vec<DeepTie>,
    /// Whom it reads though it leads to the middle: here the data runs back.
    pub back: Vec<DeepTie>,
}

/// The other end of a use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepTie {
    /// Its name.
    pub name: String,
    /// Its page relative to the top of the site.
    pub page: Option<String>,
    /// Contracts and assets, and how it is known where nobody declares it.
    pub through: String,
}

/// What a part of the lineage that was chosen before is about.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What was asked for.
    pub name: String,
    /// Inputs, of what leads to the middles and of these, behind which is nothing of this registry.
    pub n_lost: usize,
    /// It is a column: what leads from one to the next says a column.
    pub is_column: bool,
    /// What is not drawn, in sentences without a full stop.
    pub notes: Vec<String>,
}

/// What one node of the picture stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Middle(LineageNode),
    One(Ring, LineageNode),
    Group(Ring, Domain),
    More(Ring, usize),
}

/// What one line of the picture stands for.
#[derive(Clone, Debug, Default)]
struct Tie {
    n: usize,
    n_assumed: usize,
    n_ending: usize,
}

/// How the nodes of a picture are put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// A column for each step.
    ByDistance,
    /// Whoever gives stands left of whoever takes.
    ByFlow,
}

impl Deep {
    /// Draws what is at most so many steps above and below the middles.
    #[must_use]
    pub fn of(mesh: &Mesh, middles: &[LineageNode], up: usize, down: usize, links: &Links) -> Deep {
        let reach = Reach::of(mesh, middles, up, down);
        Deep::drawn(mesh, middles, &reach, Deep::order(middles), &About::default(), links)
    }

    /// Draws the same, and words it: ring by ring, the furthest that leads to the middle first.
    #[must_use]
    pub fn with_rows(
        mesh: &Mesh,
        middle: LineageNode,
        steps: usize,
        n_most: usize,
        links: &Links,
    ) -> (Deep, Vec<DeepRing>) {
        let reach = Reach::of(mesh, &[middle], steps, steps);
        (
            Deep::drawn(mesh, &[middle], &reach, Order::ByDistance, &About::default(), links),
            rows::of(mesh, &reach, n_most),
        )
    }

    /// Draws a part of the lineage that was chosen before.
    #[must_use]
    pub fn of_slice(mesh: &Mesh, middles: &[LineageNode], slice: &Slice, about: &About, links: &Links) -> Deep {
        Deep::drawn(mesh, middles, &Reach::of_slice(middles, slice, about.n_lost), Order::ByFlow, about, links)
    }

    /// Several middles read one another, which columns by distance cannot show.
    fn order(middles: &[LineageNode]) -> Order {
        if middles.len() == 1 { Order::ByDistance } else { Order::ByFlow }
    }

    fn drawn(
        mesh: &Mesh,
        middles: &[LineageNode],
        reach: &Reach<'_>,
        order: Order,
        about: &About,
        links: &Links,
    ) -> Deep {
        let full = |members: &Vec<LineageNode>| members.len() > NAMED;
        let mut collapsed: BTreeSet<Ring> =
            reach.rings.iter().filter(|(_, members)| full(members)).map(|(ring, _)| *ring).collect();
        // The nearest come first. Each ring takes a place at least.
        let mut kept: Vec<Ring> = reach.rings.keys().copied().collect();
        kept.sort_by_key(|(is_up, step)| (*step, !is_up));
        kept.truncate(NODES);
        loop {
            let places = places(mesh, middles, reach, &kept, &collapsed);
            let ties = ties(mesh, reach, &places, order);
            // Several nodes may have one place; where there are few of them, they need not be counted.
            let n_places =
                if places.len() <= NODES { places.len() } else { places.values().collect::<BTreeSet<_>>().len() };
            // What is furthest away and fullest is drawn by domain first.
            let next = kept.iter().map(|ring| (*ring, reach.rings[ring].len()));
            let next = next.filter(|(ring, n)| *n > 1 && !collapsed.contains(ring));
            let next = next.max_by_key(|((is_up, step), n)| (*step, *n, *is_up));
            let n_kept = kept.len();
            match next {
                Some((ring, _)) if n_places > NODES || ties.lines.len() > LINES => {
                    collapsed.insert(ring);
                    continue;
                }
                // There is nothing left to group: what is furthest away is left out.
                None if n_places > NODES => kept.truncate(n_that_fit(&places, &kept)),
                _ => {}
            }
            if kept.len() == n_kept {
                return draw(mesh, &places, ties, order, (reach, &kept), about, links);
            }
        }
    }

    /// Writes the picture for a page.
    #[must_use]
    pub fn svg(&self) -> String {
        self.scene.to_svg()
    }

    /// Writes the picture as a file of its own.
    #[must_use]
    pub fn file(&self) -> String {
        self.scene.to_file(&self.caption)
    }

    /// Returns the number of nodes and of lines.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.scene.nodes.len(), self.scene.lines.len())
    }

    #[cfg(test)]
    pub(super) fn scene(&self) -> &Scene {
        &self.scene
    }
}

/// Returns how many rings, the nearest first, have room in a picture.
fn n_that_fit(places: &BTreeMap<LineageNode, Place>, kept: &[Ring]) -> usize {
    let mut n_of: BTreeMap<Option<Ring>, usize> = BTreeMap::new();
    for place in places.values().collect::<BTreeSet<_>>() {
        *n_of.entry(place.ring()).or_default() += 1;
    }
    let mut n_places = n_of.get(&None).copied().unwrap_or(0);
    let fits = |ring: &&Ring| {
        n_places += n_of.get(&Some(**ring)).copied().unwrap_or(0);
        n_places <= NODES
    };
    kept.iter().take_while(fits).count()
}

/// Says for each node by which place it is drawn.
fn places(
    mesh: &Mesh,
    middles: &[LineageNode],
    reach: &Reach<'_>,
    kept: &[Ring],
    collapsed: &BTreeSet<Ring>,
) -> BTreeMap<LineageNode, Place> {
    let mut places: BTreeMap<LineageNode, Place> = middles.iter().map(|node| (*node, Place::Middle(*node))).collect();
    for (ring, members) in kept.iter().map(|ring| (ring, &reach.rings[ring])) {
        if !collapsed.contains(ring) {
            places.extend(members.iter().map(|node| (*node, Place::One(*ring, *node))));
            continue;
        }
        let mut domains: BTreeMap<Domain, Vec<LineageNode>> = BTreeMap::new();
        for node in members {
            domains.entry(domain_of(mesh, *node)).or_default().push(*node);
        }
        let mut domains: Vec<(Domain, Vec<LineageNode>)> = domains.into_iter().collect();
        domains.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.key.cmp(&b.0.key)));
        let n_named = if domains.len() > DOMAINS { DOMAINS - 1 } else { domains.len() };
        let n_more = domains.len() - n_named;
        for (position, (domain, nodes)) in domains.into_iter().enumerate() {
            for node in &nodes {
                let place = match (position < n_named, nodes.len()) {
                    (false, _) => Place::More(*ring, n_more),
                    (true, 1) => Place::One(*ring, *node),
                    (true, _) => Place::Group(*ring, domain.clone()),
                };
                places.insert(*node, place);
            }
        }
    }
    places
}

/// The lines between places, and what no line can show.
#[derive(Default)]
struct Ties {
    lines: BTreeMap<(Place, Place), Tie>,
    /// Uses inside a group, and between groups of one ring.
    n_inner: usize,
    /// Uses between neighbours at the same distance.
    n_level: usize,
    /// Uses by which what comes from the middle reads what leads to it, past the middle.
    n_passing: usize,
    /// Uses of neighbours that are too far away to be drawn.
    n_far: usize,
}

/// Joins the edges between two places.
fn ties(mesh: &Mesh, reach: &Reach<'_>, places: &BTreeMap<LineageNode, Place>, order: Order) -> Ties {
    let mut ties = Ties::default();
    let mut passing: BTreeMap<(Place, Place), Tie> = BTreeMap::new();
    for uses in reach.edges.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        let (from, to, _) = uses[0];
        let (Some(one), Some(other)) = (places.get(&from), places.get(&to)) else {
            ties.n_far += 1;
            continue;
        };
        let is_level = one.ring() == other.ring();
        if one == other || (is_level && (one.is_group() || other.is_group())) {
            ties.n_inner += 1;
            continue;
        }
        if is_level && order == Order::ByDistance {
            ties.n_level += 1;
            continue;
        }
        let is_passing = order == Order::ByDistance && reach.passing.contains(&(from, to));
        let lines = if is_passing { &mut passing } else { &mut ties.lines };
        let tie = lines.entry((one.clone(), other.clone())).or_default();
        let edges = uses.iter().map(|(_, _, edge)| *edge);
        tie.n += 1;
        tie.n_assumed += usize::from(edges.clone().all(|edge| edge.trust >= Trust::Assumed));
        tie.n_ending += usize::from(near::ends(mesh, (from, to), edges).0);
    }
    // A few lines past the middle are drawn, many would hide it.
    if passing.len() > PASSING {
        ties.n_passing = passing.values().map(|tie| tie.n).sum();
        return ties;
    }
    for (ends, tie) in passing {
        let known = ties.lines.entry(ends).or_default();
        known.n += tie.n;
        known.n_assumed += tie.n_assumed;
        known.n_ending += tie.n_ending;
    }
    ties
}

impl Place {
    fn ring(&self) -> Option<Ring> {
        match self {
            Place::Middle(_) => None,
            Place::One(ring, _) | Place::Group(ring, _) | Place::More(ring, _) => Some(*ring),
        }
    }

    /// The column of the place, counted from the furthest that leads to the middle.
    fn column(&self, n_up: usize) -> usize {
        match self.ring() {
            None => n_up,
            Some((true, step)) => n_up - step,
            Some((false, step)) => n_up + step,
        }
    }

    fn is_group(&self) -> bool {
        matches!(self, Place::Group(..) | Place::More(..))
    }
}

fn draw(
    mesh: &Mesh,
    places: &BTreeMap<LineageNode, Place>,
    mut ties: Ties,
    sort: Order,
    (reach, kept): (&Reach<'_>, &[Ring]),
    about: &About,
    links: &Links,
) -> Deep {
    let mut members: BTreeMap<&Place, Vec<LineageNode>> = BTreeMap::new();
    for (node, place) in places {
        members.entry(place).or_default().push(*node);
    }
    // The thickest lines stay where there are too many.
    let mut lines: Vec<((Place, Place), Tie)> = std::mem::take(&mut ties.lines).into_iter().collect();
    let mut thin = Vec::new();
    if lines.len() > LINES {
        lines.sort_by(|a, b| b.1.n.cmp(&a.1.n).then_with(|| a.0.cmp(&b.0)));
        thin = lines.split_off(LINES);
        lines.sort_by(|a, b| a.0.cmp(&b.0));
    }
    let order: Vec<&Place> = members.keys().copied().collect();
    let position = |place: &Place| order.binary_search(&place).expect("lines lead between places");
    let graph = Graph {
        nodes: vec![NODE; order.len()],
        edges: lines.iter().map(|((from, to), tie)| (position(from), position(to), tie.n)).collect(),
    };
    let layout = match sort {
        Order::ByFlow => layered(&graph, gaps(&graph)),
        Order::ByDistance => {
            let n_up = kept.iter().filter(|(is_up, _)| *is_up).map(|(_, step)| *step).max().unwrap_or(0);
            let columns: Vec<usize> = order.iter().map(|place| place.column(n_up)).collect();
            let layer = column_gap(columns.iter().max().map_or(1, |last| last + 1));
            ringed(&graph, &columns, Gaps { layer, node: GAP, lane: 4.0, end: 5.0 })
        }
    };
    let mut nodes: Vec<(usize, Node)> = order
        .iter()
        .zip(&layout.places)
        .map(|(place, at)| node(mesh, place, &members[*place], *at, links))
        .enumerate()
        .collect();
    nodes.sort_by(|(a, one), (b, other)| {
        layout.layers[*a].cmp(&layout.layers[*b]).then(one.at.1.total_cmp(&other.at.1))
    });
    let style = |tie: &Tie, is_back: bool| match tie {
        _ if is_back => LineStyle::Back,
        tie if tie.n_ending == tie.n => LineStyle::Ending,
        tie if tie.n_assumed == tie.n => LineStyle::Assumed,
        _ => LineStyle::Stated,
    };
    let scene_lines: Vec<Line> = lines
        .iter()
        .zip(&layout.routes)
        .map(|((_, tie), route)| Line { points: route.points.clone(), style: style(tie, route.is_back), n: tie.n })
        .collect();
    let title = |place: &&Place| match place {
        Place::Middle(node) => Some(node_header(mesh, *node).title()),
        _ => None,
    };
    let middles: Vec<&str> = order.iter().filter_map(title).collect();
    let n_thin = thin.iter().map(|(_, tie)| tie.n).sum::<usize>();
    let said = words::Said { lines: &scene_lines, places, ties: &ties, n_thin: thin.len(), about };
    Deep {
        caption: words::caption(reach, kept, &said),
        n_left_out: ties.n_inner + ties.n_level + ties.n_passing + ties.n_far + n_thin,
        scene: Scene {
            width: layout.width,
            height: layout.height + 4.0,
            title: format!(
                "Lineage of {}: {} and {}",
                if about.name.is_empty() { middles.join(", ") } else { about.name.clone() },
                parts::count(nodes.len(), "node"),
                parts::count(scene_lines.len(), "line")
            ),
            // The card behind a stack stands four px above it.
            nodes: nodes.into_iter().map(|(_, node)| lowered(node)).collect(),
            lines: scene_lines.into_iter().map(lowered_line).collect(),
            ..Scene::default()
        },
    }
}

/// The room between columns: what is left of the width; more columns than a page has keep a little and are wider.
fn column_gap(n_columns: usize) -> f64 {
    let n = to_f64(n_columns);
    if n_columns < 2 { 0.0 } else { ((WIDTH - n * NODE.0) / (n - 1.0)).floor().clamp(51.0, 120.0) }
}

fn lowered(mut node: Node) -> Node {
    node.at.1 += 4.0;
    node
}

fn lowered_line(mut line: Line) -> Line {
    for point in &mut line.points {
        point.1 += 4.0;
    }
    line
}

/// Many lines need more room between the layers to be told apart.
fn gaps(graph: &Graph) -> Gaps {
    let layer = if graph.edges.len() > 60 { 88.0 } else { 60.0 };
    Gaps { layer, node: GAP + 2.0, lane: 4.0, end: 5.0 }
}

fn title(mesh: &Mesh, place: &Place) -> String {
    match place {
        Place::Middle(node) | Place::One(_, node) => node_header(mesh, *node).title().to_owned(),
        Place::Group(_, domain) => domain.title.clone(),
        Place::More(_, n) => {
            if *n == 1 {
                "1 more domain".to_owned()
            } else {
                format!("{n} more domains")
            }
        }
    }
}

/// Returns where a place leads: to the picture of a product, to the page of anything else.
fn page(mesh: &Mesh, place: &Place) -> Option<String> {
    match place {
        Place::Middle(node) | Place::One(_, node) => page_of(mesh, *node),
        Place::Group(_, domain) => address::fixed(mesh, Found { kind: Kind::Domain, idx: domain.idx? }),
        Place::More(..) => None,
    }
}

fn page_of(mesh: &Mesh, node: LineageNode) -> Option<String> {
    let page = address::fixed(mesh, Found { kind: node.kind, idx: node.idx })?;
    Some(if node.kind == Kind::DataProduct { format!("{page}#lineage") } else { page })
}

/// What stands under the name of a node in the table: its domain, or what it is, and its state.
fn under(mesh: &Mesh, node: LineageNode) -> String {
    let under = kind_or_domain(mesh, node);
    mesh.state(node).map_or_else(|| under.clone(), |state| format!("{under}, {state}"))
}

fn kind_or_domain(mesh: &Mesh, node: LineageNode) -> String {
    match node.kind {
        Kind::SourceSystem => "Source system".to_owned(),
        Kind::Team => "Team".to_owned(),
        _ => near::domain_title(mesh, node).to_owned(),
    }
}

fn node(mesh: &Mesh, place: &Place, members: &[LineageNode], at: (f64, f64), links: &Links) -> Node {
    let shape = match place {
        Place::Group(..) | Place::More(..) => Shape::Stack,
        Place::Middle(node) | Place::One(_, node) => match node.kind {
            Kind::SourceSystem => Shape::Source,
            Kind::Team => Shape::Team,
            _ => Shape::Product,
        },
    };
    let mut marks = String::new();
    let under = match place {
        Place::Middle(node) | Place::One(_, node) => {
            mesh.state(*node).unwrap_or_default().clone_into(&mut marks);
            kind_or_domain(mesh, *node)
        }
        _ => {
            let of = |kind: Kind| members.iter().filter(|node| node.kind == kind).count();
            let counts =
                [(of(Kind::DataProduct), "product"), (of(Kind::SourceSystem), "source"), (of(Kind::Team), "team")];
            let words: Vec<String> =
                counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| parts::count(*n, word)).collect();
            words.join(", ")
        }
    };
    Node {
        at,
        shape,
        name: title(mesh, place),
        under,
        marks,
        href: page(mesh, place).and_then(|page| links.to(&page)),
        is_middle: matches!(place, Place::Middle(_)),
    }
}
