//! Lineage over several steps: everything that leads to the middle and everything that comes from it,
//! in layers. Rings that are too full are drawn by domain, the far ones first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::layer::{Gaps, Graph, layered};
use super::near::{self, Domain, domain_of, slug_of};
use super::scene::{GAP, Line, LineStyle, Links, NODE, Node, Scene, Shape};
use crate::graph::{Edge, EdgeKind, Found, LineageNode, Mesh, Slice, Trust};
use crate::model::Kind;
use crate::render::export::node_header;
use crate::render::{address, parts};

/// Most nodes of a picture.
pub const NODES: usize = 60;
/// Most lines of a picture.
pub const LINES: usize = 120;
/// Members of a ring that are drawn by name, one step away and further: a taller ring is hard to follow.
const NAMED: [usize; 2] = [28, 24];
/// Domains of a ring that are drawn; when there are more, the last place is theirs.
const DOMAINS: usize = 9;

/// Lineage over several steps, with the facts it shows.
#[derive(Clone, Debug)]
pub struct Deep {
    scene: Scene,
    /// What the lines mean and what was left out.
    pub caption: String,
    /// The same facts as rows, one for each line of the picture.
    pub rows: Vec<DeepRow>,
    /// Lines that are counted in the caption and not drawn.
    pub n_left_out: usize,
}

/// A row of the table below the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepRow {
    /// Who gives, and its page relative to the top of the site.
    pub from: (String, Option<String>),
    /// Who takes.
    pub to: (String, Option<String>),
    /// Contracts and assets.
    pub through: String,
    /// How it is known.
    pub standing: String,
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
    through: BTreeSet<String>,
    trusts: BTreeMap<Trust, usize>,
    n_ending: usize,
}

/// Who is how far away, and what leads from whom to whom.
struct Reach<'m> {
    rings: BTreeMap<Ring, Vec<LineageNode>>,
    edges: Vec<(LineageNode, LineageNode, &'m Edge)>,
}

impl Deep {
    /// Draws what is at most so many steps above and below the middles.
    #[must_use]
    pub fn of(mesh: &Mesh, middles: &[LineageNode], up: usize, down: usize, links: &Links) -> Deep {
        Deep::drawn(mesh, middles, &reach(mesh, middles, up, down), links)
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
        Deep::drawn(mesh, middles, &Reach { rings, edges }, links)
    }

    fn drawn(mesh: &Mesh, middles: &[LineageNode], reach: &Reach<'_>, links: &Links) -> Deep {
        let mut collapsed: BTreeSet<Ring> = reach
            .rings
            .iter()
            .filter(|((_, step), members)| members.len() > NAMED[usize::from(*step > 1)])
            .map(|(ring, _)| *ring)
            .collect();
        loop {
            let places = places(mesh, middles, reach, &collapsed);
            let (ties, n_inner) = ties(mesh, reach, &places);
            let n_places = places.values().collect::<BTreeSet<_>>().len();
            // What is furthest away and fullest is drawn by domain first.
            let next = reach.rings.iter().filter(|(ring, _)| !collapsed.contains(*ring));
            let next = next.max_by_key(|((is_up, step), members)| (*step, members.len(), *is_up));
            match next {
                Some((ring, _)) if n_places > NODES || ties.len() > LINES => {
                    collapsed.insert(*ring);
                }
                _ => return draw(mesh, &places, ties, n_inner, reach, &collapsed, links),
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

/// Joins the edges between two places, and counts those that no line can show: inside a group, and
/// between groups of one ring.
fn ties(
    mesh: &Mesh,
    reach: &Reach<'_>,
    places: &BTreeMap<LineageNode, Place>,
) -> (BTreeMap<(Place, Place), Tie>, usize) {
    let mut ties: BTreeMap<(Place, Place), Tie> = BTreeMap::new();
    let mut n_inner = 0;
    let mut last: Option<(LineageNode, LineageNode)> = None;
    for (from, to, edge) in &reach.edges {
        let (Some(one), Some(other)) = (places.get(from), places.get(to)) else { continue };
        let is_new = last.replace((*from, *to)) != Some((*from, *to));
        if one == other || (one.ring() == other.ring() && (one.is_group() || other.is_group())) {
            n_inner += usize::from(is_new);
            continue;
        }
        let tie = ties.entry((one.clone(), other.clone())).or_default();
        if is_new {
            tie.n += 1;
            *tie.trusts.entry(edge.trust).or_default() += 1;
            let is_ending = from.kind == Kind::DataProduct && near::is_ending(mesh, from.idx, edge, *to);
            tie.n_ending += usize::from(is_ending);
        }
        tie.through.extend(through(mesh, edge, *to));
    }
    (ties, n_inner)
}

/// Names what an edge goes through: a contract, or the asset of a source system.
fn through(mesh: &Mesh, edge: &Edge, to: LineageNode) -> Option<String> {
    if edge.kind == EdgeKind::Ingests {
        let port = &mesh.products.get(to.idx)?.descriptor.input_ports[edge.port_idx?];
        return Some(port.source_asset.as_ref().map_or_else(|| port.name.to_string(), |asset| asset.value.to_string()));
    }
    let contract = &mesh.contracts[edge.contract_idx?].descriptor;
    Some(format!("{} {}", contract.header.id.value, contract.version_text()))
}

impl Place {
    fn ring(&self) -> Option<Ring> {
        match self {
            Place::Middle(_) => None,
            Place::One(ring, _) | Place::Group(ring, _) | Place::More(ring, _) => Some(*ring),
        }
    }

    fn is_group(&self) -> bool {
        matches!(self, Place::Group(..) | Place::More(..))
    }
}

fn draw(
    mesh: &Mesh,
    places: &BTreeMap<LineageNode, Place>,
    ties: BTreeMap<(Place, Place), Tie>,
    n_inner: usize,
    reach: &Reach<'_>,
    collapsed: &BTreeSet<Ring>,
    links: &Links,
) -> Deep {
    let mut members: BTreeMap<&Place, Vec<LineageNode>> = BTreeMap::new();
    for (node, place) in places {
        members.entry(place).or_default().push(*node);
    }
    // The thickest lines stay where there are too many.
    let mut lines: Vec<((Place, Place), Tie)> = ties.into_iter().collect();
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
    let layout = layered(&graph, gaps(&graph));
    let mut nodes: Vec<(usize, Node)> = order
        .iter()
        .zip(&layout.places)
        .map(|(place, at)| node(mesh, place, &members[*place], *at, links))
        .enumerate()
        .collect();
    let drawn: Vec<(String, Option<String>)> =
        order.iter().map(|place| (title(mesh, place), page(mesh, place))).collect();
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
    let reading = |place: &Place| {
        let node = position(place);
        // Heights are never negative, so that their bits are in the order of the numbers.
        (layout.layers[node], layout.places[node].1.to_bits())
    };
    let mut rows: Vec<_> = lines.iter().zip(&layout.routes).collect();
    rows.sort_by_key(|(((from, to), _), _)| (reading(from), reading(to)));
    let rows = rows.into_iter().map(|(((from, to), tie), route)| DeepRow {
        from: drawn[position(from)].clone(),
        to: drawn[position(to)].clone(),
        through: some_of(&tie.through),
        standing: standing(tie, route.is_back),
    });
    let middles: Vec<&str> = order
        .iter()
        .filter_map(|place| if let Place::Middle(node) = place { Some(node_header(mesh, *node).title()) } else { None })
        .collect();
    Deep {
        rows: rows.collect(),
        caption: caption(&scene_lines, reach, collapsed, n_inner, n_thin),
        n_left_out: n_inner + n_thin,
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
    Gaps { layer, node: GAP + 2.0, lane: 4.0 }
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
        Place::Middle(node) | Place::One(_, node) => {
            let page = address::fixed(mesh, Found { kind: node.kind, idx: node.idx })?;
            Some(if node.kind == Kind::DataProduct { format!("{page}#lineage") } else { page })
        }
        Place::Group(_, domain) => address::fixed(mesh, Found { kind: Kind::Domain, idx: domain.idx? }),
        Place::More(..) => None,
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
        Place::Middle(node) | Place::One(_, node) => match node.kind {
            Kind::SourceSystem => "Source system".to_owned(),
            Kind::Team => "Team".to_owned(),
            _ => domain_of(mesh, *node).title,
        },
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

fn some_of(names: &BTreeSet<String>) -> String {
    let mut shown: Vec<String> = names.iter().take(4).cloned().collect();
    if names.len() > 4 {
        shown.push(format!("{} more", names.len() - 4));
    }
    shown.join(", ")
}

fn standing(tie: &Tie, is_back: bool) -> String {
    let mut words: Vec<String> = match (tie.n, tie.trusts.len()) {
        (1, _) | (_, 1) => tie.trusts.keys().map(|trust| trust.word().to_owned()).collect(),
        _ => tie.trusts.iter().map(|(trust, n)| format!("{n} {}", trust.word())).collect(),
    };
    if tie.n > 1 {
        words.push(format!("{} uses", tie.n));
    }
    if tie.n_ending > 0 {
        words.push(if tie.n_ending == tie.n { "ending".to_owned() } else { format!("{} ending", tie.n_ending) });
    }
    if is_back {
        words.push("cycle".to_owned());
    }
    words.join(", ")
}

fn caption(lines: &[Line], reach: &Reach<'_>, collapsed: &BTreeSet<Ring>, n_inner: usize, n_thin: usize) -> String {
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
