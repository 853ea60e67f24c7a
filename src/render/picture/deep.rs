//! Lineage over several steps: everything that leads to the middle and everything that comes from it. Around
//! one thing it stands by distance, a column for each step; around several, in layers from left to right. Rings
//! that are too full are drawn by domain, the far ones first.

mod rows;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::layer::{Gaps, Graph, layered};
use super::mark::to_f64;
use super::near::{self, Domain, domain_of, slug_of};
use super::rings::ringed;
use super::scene::{GAP, Line, LineStyle, Links, NODE, Node, Scene, Shape};
use crate::graph::{Edge, Found, LineageNode, Mesh, Slice, Trust};
use crate::model::Kind;
use crate::render::export::node_header;
use crate::render::{address, parts};

/// Most nodes of a picture.
pub const NODES: usize = 60;
/// Most lines of a picture.
pub const LINES: usize = 120;
/// Members of a ring that are drawn by name: with more, the middle would not be seen at once.
const NAMED: usize = 24;
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

/// A side and the number of steps to the middle.
type Ring = (bool, usize);

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
    trusts: BTreeMap<Trust, usize>,
    n_ending: usize,
}

/// Who is how far away, and what leads from whom to whom.
struct Reach<'m> {
    rings: BTreeMap<Ring, Vec<LineageNode>>,
    edges: Vec<(LineageNode, LineageNode, &'m Edge)>,
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
        Deep::drawn(mesh, middles, &reach(mesh, middles, up, down), Deep::order(middles), links)
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
        let reach = reach(mesh, &[middle], steps, steps);
        (Deep::drawn(mesh, &[middle], &reach, Order::ByDistance, links), rows::of(mesh, &reach, n_most))
    }

    /// Draws a part of the lineage that was chosen before.
    #[must_use]
    pub fn of_slice(mesh: &Mesh, middles: &[LineageNode], slice: &Slice, links: &Links) -> Deep {
        let mut rings: BTreeMap<Ring, Vec<LineageNode>> = BTreeMap::new();
        for (node, distance) in slice.nodes.iter().filter(|(node, _)| !middles.contains(node)) {
            let step = usize::try_from(distance.unsigned_abs()).unwrap_or(usize::MAX).max(1);
            rings.entry((*distance < 0, step)).or_default().push(*node);
        }
        let edges = slice.edges.iter().map(|(from, to, edge)| (*from, *to, edge)).collect();
        Deep::drawn(mesh, middles, &Reach { rings, edges }, Order::ByFlow, links)
    }

    /// Several middles read one another, which columns by distance cannot show.
    fn order(middles: &[LineageNode]) -> Order {
        if middles.len() == 1 { Order::ByDistance } else { Order::ByFlow }
    }

    fn drawn(mesh: &Mesh, middles: &[LineageNode], reach: &Reach<'_>, order: Order, links: &Links) -> Deep {
        let full = |members: &Vec<LineageNode>| members.len() > NAMED;
        let mut collapsed: BTreeSet<Ring> =
            reach.rings.iter().filter(|(_, members)| full(members)).map(|(ring, _)| *ring).collect();
        loop {
            let places = places(mesh, middles, reach, &collapsed);
            let ties = ties(mesh, reach, &places, order);
            // Several nodes may have one place; where there are few of them, they need not be counted.
            let n_places =
                if places.len() <= NODES { places.len() } else { places.values().collect::<BTreeSet<_>>().len() };
            // What is furthest away and fullest is drawn by domain first.
            let next = reach.rings.iter().filter(|(ring, _)| !collapsed.contains(*ring));
            let next = next.max_by_key(|((is_up, step), members)| (*step, members.len(), *is_up));
            match next {
                Some((ring, _)) if n_places > NODES || ties.lines.len() > LINES => {
                    collapsed.insert(*ring);
                }
                _ => return draw(mesh, &places, ties, order, reach, &collapsed, links),
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

/// Walks up and down from the middles. An edge counts when both its ends lead to the middle, or both
/// come from it: what passes the middle by is no lineage of it.
fn reach<'m>(mesh: &'m Mesh, middles: &[LineageNode], up: usize, down: usize) -> Reach<'m> {
    let mut steps: BTreeMap<LineageNode, Ring> = BTreeMap::new();
    let mut edges: BTreeSet<(LineageNode, LineageNode, &Edge)> = BTreeSet::new();
    for (is_up, limit) in [(true, up), (false, down)] {
        let mut seen: BTreeSet<LineageNode> = middles.iter().copied().collect();
        let mut queue: VecDeque<(LineageNode, usize)> = middles.iter().map(|node| (*node, 0)).collect();
        while let Some((node, step)) = queue.pop_front() {
            if step == limit {
                continue;
            }
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
        // Asked of the readers: each reads a few things, while a hub is read by thousands that are not in the picture.
        for to in &seen {
            let from = mesh.lineage.upstream(*to).into_iter();
            edges.extend(
                from.filter(|(from, _)| seen.contains(from) && from != to).map(|(from, edge)| (from, *to, edge)),
            );
        }
    }
    let mut rings: BTreeMap<Ring, Vec<LineageNode>> = BTreeMap::new();
    for (node, ring) in steps {
        rings.entry(ring).or_default().push(node);
    }
    for members in rings.values_mut() {
        members.sort_by_key(|node| (slug_of(mesh, *node), *node));
    }
    Reach { rings, edges: edges.into_iter().collect() }
}

/// Says for each node by which place it is drawn.
fn places(
    mesh: &Mesh,
    middles: &[LineageNode],
    reach: &Reach<'_>,
    collapsed: &BTreeSet<Ring>,
) -> BTreeMap<LineageNode, Place> {
    let mut places: BTreeMap<LineageNode, Place> = middles.iter().map(|node| (*node, Place::Middle(*node))).collect();
    for (ring, members) in &reach.rings {
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
}

/// Joins the edges between two places.
fn ties(mesh: &Mesh, reach: &Reach<'_>, places: &BTreeMap<LineageNode, Place>, order: Order) -> Ties {
    let mut ties = Ties::default();
    let mut last: Option<(LineageNode, LineageNode)> = None;
    for (from, to, edge) in &reach.edges {
        let (Some(one), Some(other)) = (places.get(from), places.get(to)) else { continue };
        let is_new = last.replace((*from, *to)) != Some((*from, *to));
        let is_level = one.ring() == other.ring();
        if one == other || (is_level && (one.is_group() || other.is_group())) {
            ties.n_inner += usize::from(is_new);
            continue;
        }
        if is_level && order == Order::ByDistance {
            ties.n_level += usize::from(is_new);
            continue;
        }
        let tie = ties.lines.entry((one.clone(), other.clone())).or_default();
        if is_new {
            tie.n += 1;
            *tie.trusts.entry(edge.trust).or_default() += 1;
            let is_ending = from.kind == Kind::DataProduct && near::is_ending(mesh, from.idx, edge, *to);
            tie.n_ending += usize::from(is_ending);
        }
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
    ties: Ties,
    sort: Order,
    reach: &Reach<'_>,
    collapsed: &BTreeSet<Ring>,
    links: &Links,
) -> Deep {
    let mut members: BTreeMap<&Place, Vec<LineageNode>> = BTreeMap::new();
    for (node, place) in places {
        members.entry(place).or_default().push(*node);
    }
    // The thickest lines stay where there are too many.
    let Ties { lines, n_inner, n_level } = ties;
    let mut lines: Vec<((Place, Place), Tie)> = lines.into_iter().collect();
    let n_thin = lines.len().saturating_sub(LINES);
    if n_thin > 0 {
        lines.sort_by(|a, b| b.1.n.cmp(&a.1.n).then_with(|| a.0.cmp(&b.0)));
        lines.truncate(LINES);
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
            let n_up = reach.rings.keys().filter(|(is_up, _)| *is_up).map(|(_, step)| *step).max().unwrap_or(0);
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
        tie if tie.trusts.keys().all(|trust| *trust >= Trust::Assumed) => LineStyle::Assumed,
        _ => LineStyle::Stated,
    };
    let scene_lines: Vec<Line> = lines
        .iter()
        .zip(&layout.routes)
        .map(|((_, tie), route)| Line { points: route.points.clone(), style: style(tie, route.is_back), n: tie.n })
        .collect();
    let middles: Vec<&str> = order
        .iter()
        .filter_map(|place| if let Place::Middle(node) = place { Some(node_header(mesh, *node).title()) } else { None })
        .collect();
    Deep {
        caption: caption(&scene_lines, reach, collapsed, [n_inner, n_level, n_thin]),
        n_left_out: n_inner + n_level + n_thin,
        scene: Scene {
            width: layout.width,
            height: layout.height + 4.0,
            title: format!(
                "Lineage of {}: {} and {}",
                middles.join(", "),
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

/// What stands under the name of a node: its domain, or what it is.
fn under(mesh: &Mesh, node: LineageNode) -> String {
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
    let under = match place {
        Place::Middle(node) | Place::One(_, node) => under(mesh, *node),
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
        href: page(mesh, place).and_then(|page| links.to(&page)),
        is_middle: matches!(place, Place::Middle(_)),
    }
}

fn caption(
    lines: &[Line],
    reach: &Reach<'_>,
    collapsed: &BTreeSet<Ring>,
    [n_inner, n_level, n_thin]: [usize; 3],
) -> String {
    let styles: BTreeSet<LineStyle> = lines.iter().map(|line| line.style).collect();
    let mut legend: Vec<&str> = styles.into_iter().map(LineStyle::legend).collect();
    if lines.iter().any(|line| line.n > 1) {
        legend.push("wider means more products");
    }
    let mut sentences = vec![parts::sentence(&legend.join(", "))];
    for ring in collapsed {
        let (is_up, step) = *ring;
        let side = if is_up { "upstream" } else { "downstream" };
        let n = reach.rings.get(ring).map_or(0, Vec::len);
        sentences.push(format!("{} {} {side} are grouped by domain", parts::count(n, "neighbour"), steps(step)));
    }
    if n_inner > 0 {
        let verb = if n_inner == 1 { "is" } else { "are" };
        sentences.push(format!("{} inside these groups {verb} not drawn", parts::count(n_inner, "use")));
    }
    if n_level > 0 {
        let verb = if n_level == 1 { "is" } else { "are" };
        sentences
            .push(format!("{} between neighbours at the same distance {verb} not drawn", parts::count(n_level, "use")));
    }
    if n_thin > 0 {
        let verb = if n_thin == 1 { "is" } else { "are" };
        sentences.push(format!("{} that stand for the fewest uses {verb} left out", parts::count(n_thin, "line")));
    }
    let whole: Vec<String> = sentences.into_iter().filter(|words| !words.is_empty()).map(|words| words + ".").collect();
    whole.join(" ")
}

fn steps(step: usize) -> String {
    match step {
        1 => "one step".to_owned(),
        2 => "two steps".to_owned(),
        n => format!("{n} steps"),
    }
}
