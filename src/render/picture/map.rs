//! The map of domains: who reads whom as a matrix, the main flows as a graph, and what goes round in a
//! circle in words.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

#[cfg(test)]
use super::layer::touch;
use super::layer::{Gaps, Graph, flow_order, layered};
use super::mark::{HALF, hexagon, to_f64};
use super::scene::Links;
use super::svg::{Svg, label, number, point, width_of};
use crate::graph::{Found, Mesh};
use crate::model::Kind;
use crate::render::{address, parts};

/// Most domains of the graph; where there are more, it has those of the widest flows.
pub(super) const GRAPH_DOMAINS: usize = 30;
/// Most lines of the graph.
pub(super) const GRAPH_LINES: usize = 90;
/// Width that the graph tries to fill.
const WIDTH: f64 = 1090.0;
/// Size of the names of domains.
const NAME: f64 = 17.0;
/// Between two lines at a hexagon: each number stands on its line, and no other line is near it.
const SLOT: f64 = 18.0;
/// From a hexagon to the bar that its lines begin or end at.
const BAR: f64 = 5.0;
/// From the bar to the number of a line; the head of an arrow stands between.
const HEAD: f64 = 13.0;
/// What a line runs level where it ends.
const TAIL: f64 = 16.0;

/// What flows from one domain to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Input ports that read across.
    pub n: usize,
    /// Products that are read, with how many ports read each.
    pub products: BTreeMap<usize, usize>,
    /// Columns of personal data cross.
    pub is_personal: bool,
}

/// Flows between domains, and the order in which they are shown.
#[derive(Clone, Debug, Default)]
pub struct DomainMap {
    /// Positions of the domains, those that give most first.
    pub order: Vec<usize>,
    /// By (from, to).
    pub flows: BTreeMap<(usize, usize), Flow>,
    /// Ports that read across, of or in products without a registered domain.
    pub n_homeless: usize,
}

/// The graph of the main flows.
#[derive(Clone, Debug)]
pub struct MapGraph {
    /// The picture.
    pub svg: String,
    /// What it shows and what was left out.
    pub caption: String,
    /// Flows drawn.
    pub n_lines: usize,
    /// What cannot be read; nothing.
    #[cfg(test)]
    pub readable: Vec<String>,
}

/// Two domains that read each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that gives more, and how much.
    pub there: (usize, usize),
    /// The other one, and how much.
    pub back: (usize, usize),
}

impl DomainMap {
    /// Counts who reads whom. `is_personal` says of a product and a contract that it reads whether personal data may be
    /// among what it reads.
    #[must_use]
    pub fn of(mesh: &Mesh, is_personal: &dyn Fn(usize, usize) -> bool) -> DomainMap {
        let mut map = DomainMap::default();
        for (reader_idx, reader) in mesh.products.iter().enumerate() {
            for input in &reader.inputs {
                let Some(by) = input.published_by.first() else { continue };
                let (Some(from), Some(to)) = (mesh.products[by.product_idx].domain_idx, reader.domain_idx) else {
                    map.n_homeless += 1;
                    continue;
                };
                if from == to {
                    continue;
                }
                let flow = map.flows.entry((from, to)).or_default();
                flow.n += 1;
                *flow.products.entry(by.product_idx).or_default() += 1;
                flow.is_personal =
                    flow.is_personal || input.contract_idx.is_some_and(|idx| is_personal(reader_idx, idx));
            }
        }
        let graph = Graph {
            nodes: vec![(0.0, 0.0); mesh.domains.len()],
            edges: map.flows.iter().map(|((from, to), flow)| (*from, *to, flow.n)).collect(),
        };
        let position = flow_order(&graph);
        map.order = (0..mesh.domains.len()).collect();
        map.order.sort_by_key(|domain| position[*domain]);
        map
    }

    /// Returns the pairs of domains that read each other, the widest first: what the thinner side of a
    /// pair carries counts.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pair> {
        let both = self.flows.iter().filter(|((from, to), _)| from < to);
        let mut pairs: Vec<Pair> = both
            .filter_map(|((from, to), flow)| {
                let back = self.flows.get(&(*to, *from))?;
                let (one, other) = ((*from, flow.n), (*to, back.n));
                Some(if one.1 >= other.1 { Pair { there: one, back: other } } else { Pair { there: other, back: one } })
            })
            .collect();
        pairs.sort_by_key(|pair| (Reverse(pair.back.1), Reverse(pair.there.1), pair.there.0, pair.back.0));
        pairs
    }

    /// Returns the groups of three or more domains in which each reaches each, in the map's order.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<usize>> {
        let mut graph = petgraph::graph::DiGraph::<usize, ()>::new();
        let nodes: Vec<_> = self.order.iter().map(|domain| graph.add_node(*domain)).collect();
        let position: BTreeMap<usize, usize> =
            self.order.iter().enumerate().map(|(position, domain)| (*domain, position)).collect();
        for (from, to) in self.flows.keys() {
            graph.add_edge(nodes[position[from]], nodes[position[to]], ());
        }
        let mut circles: Vec<Vec<usize>> = petgraph::algo::kosaraju_scc(&graph)
            .into_iter()
            .filter(|group| group.len() > 2)
            .map(|group| {
                let mut places: Vec<usize> = group.into_iter().map(|node| position[&graph[node]]).collect();
                places.sort_unstable();
                places.into_iter().map(|place| self.order[place]).collect()
            })
            .collect();
        circles.sort();
        circles
    }

    /// Returns the upper ends of the four steps of grey: the last one has none.
    #[must_use]
    pub fn steps(&self) -> [usize; 3] {
        let most = self.flows.values().map(|flow| flow.n).max().unwrap_or(0);
        let first = (most / 5).max(1);
        let second = (most * 2 / 5).max(first + 1);
        [first, second, (most * 2 / 3).max(second + 1)]
    }

    /// Draws the flows that are wide enough, unless there are too many domains.
    #[must_use]
    pub fn graph(&self, mesh: &Mesh, links: &Links) -> Option<MapGraph> {
        if self.flows.is_empty() {
            return None;
        }
        // Some lines more than domains can be followed; all of them are in the matrix.
        let most = (self.order.len().min(GRAPH_DOMAINS) * 7 / 4).clamp(12, GRAPH_LINES);
        let n_from = |least: usize| self.flows.values().filter(|flow| flow.n >= least).count();
        let n_ends = |least: usize| {
            let wide = self.flows.iter().filter(|(_, flow)| flow.n >= least);
            wide.flat_map(|((from, to), _)| [*from, *to]).collect::<BTreeSet<_>>().len()
        };
        let widths: BTreeSet<usize> = self.flows.values().map(|flow| flow.n).chain([1]).collect();
        let widest = widths.last().copied().unwrap_or(1);
        // Where even the widest are too many, the cap of the picture decides, then the order.
        let is_little = |least: &usize| n_from(*least) <= most && n_ends(*least) <= GRAPH_DOMAINS;
        let least = widths.into_iter().find(is_little).unwrap_or(widest);
        if n_from(least) > GRAPH_LINES || n_ends(least) > GRAPH_DOMAINS {
            return None;
        }
        let flows: Vec<((usize, usize), &Flow)> =
            self.flows.iter().filter(|(_, flow)| flow.n >= least).map(|(ends, flow)| (*ends, flow)).collect();
        Some(Draft { map: self, mesh, links, flows, least }.draw())
    }
}

struct Draft<'a> {
    map: &'a DomainMap,
    mesh: &'a Mesh,
    links: &'a Links,
    flows: Vec<((usize, usize), &'a Flow)>,
    least: usize,
}

/// A hexagon with its name.
struct Spot {
    domain: usize,
    center: (f64, f64),
    radius: f64,
    /// Half the height of what stands above the name: the hexagon, or its lines.
    half: f64,
    /// How many lines begin or end at the left, and at the right.
    n_lines: (usize, usize),
}

impl Spot {
    /// The hexagon and the name below it, as a box.
    #[cfg(test)]
    fn places(&self, name: &str) -> [(f64, f64, f64, f64); 2] {
        let (x, y) = self.center;
        let width = width_of(name, NAME);
        [
            (x - self.radius * HALF, y - self.radius, self.radius * HALF * 2.0, self.radius * 2.0),
            (x - width / 2.0, y + self.half + 4.0, width, 18.0),
        ]
    }

    /// Where the bars stand, at the left and at the right.
    fn bars(&self) -> (f64, f64) {
        let reach = self.radius * HALF + BAR;
        (self.center.0 - reach, self.center.0 + reach)
    }
}

/// A line before it is laid out: its ends from left to right.
struct Draw<'a> {
    left: usize,
    right: usize,
    flow: &'a Flow,
}

impl Draft<'_> {
    fn draw(&self) -> MapGraph {
        let tied: BTreeSet<usize> = self.flows.iter().flat_map(|((from, to), _)| [*from, *to]).collect();
        let (drawn, alone): (Vec<usize>, Vec<usize>) =
            self.map.order.iter().copied().partition(|domain| tied.contains(domain));
        // Of very many domains only those with a line are drawn; the others are counted.
        let beside: &[usize] = if self.map.order.len() > GRAPH_DOMAINS { &[] } else { &alone };
        let position = |domain: usize| drawn.iter().position(|known| *known == domain).expect("it is tied");
        let mut graph = Graph {
            nodes: vec![(0.0, 0.0); drawn.len()],
            edges: self.flows.iter().map(|((from, to), flow)| (position(*from), position(*to), flow.n)).collect(),
        };
        // The layers follow from the edges alone; what stands in them says how wide they have to be.
        let mut gaps = Gaps { layer: 60.0, node: 4.0, lane: 22.0, end: SLOT };
        let first = layered(&graph, gaps);
        let draws: Vec<Draw<'_>> = graph
            .edges
            .iter()
            .zip(&first.routes)
            .zip(&self.flows)
            .map(|(((from, to, _), route), (_, flow))| {
                let (left, right) = if route.is_back { (*to, *from) } else { (*from, *to) };
                Draw { left, right, flow }
            })
            .collect();
        let halves: Vec<(f64, f64)> = (0..drawn.len()).map(|node| self.reach(node, drawn[node], &draws)).collect();
        let n_layers = first.layers.iter().max().map_or(1, |last| last + 1);
        // Hexagons of a layer stand below each other, so all have the room of the widest.
        let mut reaches = vec![(0.0_f64, 0.0_f64); n_layers];
        for (node, layer) in first.layers.iter().enumerate() {
            reaches[*layer] = (reaches[*layer].0.max(halves[node].0), reaches[*layer].1.max(halves[node].1));
        }
        let mut spots: Vec<Spot> = (0..drawn.len()).map(|node| self.spot(node, drawn[node], &draws)).collect();
        for (node, spot) in spots.iter().enumerate() {
            let (left, right) = reaches[first.layers[node]];
            // As much above as below, where the name stands, so that lines end around the hexagon's middle.
            graph.nodes[node] = (left + right, (spot.half * 2.0 + 48.0).ceil());
        }
        let widths: f64 = reaches.iter().map(|(left, right)| left + right).sum();
        if n_layers > 1 {
            gaps.layer = ((WIDTH - widths) / to_f64(n_layers - 1)).clamp(56.0, 190.0).floor();
        }
        let layout = layered(&graph, gaps);
        for (node, spot) in spots.iter_mut().enumerate() {
            let ((x, y), (_, height)) = (layout.places[node], graph.nodes[node]);
            spot.center = (x + reaches[first.layers[node]].0, y + height / 2.0);
        }
        let width = layout.width.max(480.0);
        let height = self.add_alone(beside, width, layout.height, &mut spots);
        let widest = self.flows.iter().map(|(_, flow)| flow.n).max().unwrap_or(1);
        let scale = 6.0 / to_f64(widest.max(12));
        let lines: Vec<Way> = draws
            .iter()
            .zip(&layout.routes)
            .map(|(draw, route)| {
                let end = layout.places[draw.left].0 + graph.nodes[draw.left].0;
                Way::of(
                    route,
                    [&spots[draw.left], &spots[draw.right]],
                    [end, layout.places[draw.right].0],
                    draw.flow,
                    scale,
                )
            })
            .collect();
        MapGraph {
            svg: self.write(&spots, &lines, width, height),
            caption: self.caption(&alone, &lines),
            n_lines: lines.len(),
            #[cfg(test)]
            readable: readable(self, &spots, &lines),
        }
    }

    /// A hexagon that is not put anywhere yet.
    fn spot(&self, node: usize, domain: usize, draws: &[Draw<'_>]) -> Spot {
        let radius = self.radius(domain);
        let n_lines = (
            draws.iter().filter(|draw| draw.right == node).count(),
            draws.iter().filter(|draw| draw.left == node).count(),
        );
        let lines = to_f64(n_lines.0.max(n_lines.1).saturating_sub(1)) * SLOT / 2.0 + 7.0;
        Spot { domain, center: (0.0, 0.0), radius, half: radius.max(lines), n_lines }
    }

    /// How far a domain reaches to the left and to the right of its middle: its name, its lines with their numbers.
    fn reach(&self, node: usize, domain: usize, draws: &[Draw<'_>]) -> (f64, f64) {
        let name = width_of(&self.name(domain), NAME) / 2.0 + 4.0;
        let side = self.radius(domain) * HALF + BAR;
        let leaving = draws.iter().filter(|draw| draw.left == node).map(|draw| pill_width(draw.flow));
        let right = leaving.reduce(f64::max).map_or(0.0, |pill| side + HEAD + pill + 6.0);
        let left = if draws.iter().any(|draw| draw.right == node) { side + TAIL } else { 0.0 };
        (left.max(name).ceil(), right.max(name).ceil())
    }

    fn name(&self, domain: usize) -> Cow<'_, str> {
        label(self.mesh.domains[domain].descriptor.header.title(), 190.0, NAME)
    }

    fn radius(&self, domain: usize) -> f64 {
        let most = self.mesh.domains.iter().map(|domain| domain.products.len()).max().unwrap_or(1).max(1);
        let part = to_f64(self.mesh.domains[domain].products.len()) / to_f64(most);
        (18.0 + 20.0 * part.sqrt()).round()
    }

    /// Puts domains without a line in rows below the others, and returns the height then.
    fn add_alone(&self, alone: &[usize], width: f64, top: f64, spots: &mut Vec<Spot>) -> f64 {
        let (mut x, mut y) = (0.0_f64, top + 16.0);
        let mut bottom = top;
        for domain in alone {
            let radius = self.radius(*domain);
            let room = (radius * 2.0).max(width_of(&self.name(*domain), NAME)) + 36.0;
            if x > 0.0 && x + room > width {
                (x, y) = (0.0, bottom + 16.0);
            }
            spots.push(Spot {
                domain: *domain,
                center: (x + room / 2.0, y + 40.0),
                radius,
                half: radius,
                n_lines: (0, 0),
            });
            x += room;
            bottom = bottom.max(y + 40.0 + radius + 26.0);
        }
        bottom
    }

    fn write(&self, spots: &[Spot], lines: &[Way], width: f64, height: f64) -> String {
        let mut svg = Svg::default();
        let margin = 6.0;
        svg.open("svg").attr("class", "mapg");
        let (outer_width, outer_height) = (width + 2.0 * margin, height + 2.0 * margin);
        svg.attr("viewBox", &format!("-{margin} -{margin} {} {}", number(outer_width), number(outer_height)));
        svg.num("width", outer_width).num("height", outer_height);
        svg.attr("role", "group").attr("aria-labelledby", "mg-t");
        let title =
            format!("{} and {} between them", parts::count(spots.len(), "domain"), parts::count(lines.len(), "flow"));
        svg.open("title").attr("id", "mg-t").say(&title).close("title").open("defs");
        svg.open("marker").attr("id", "ar").attr("viewBox", "0 0 8 8").attr("refX", "6").attr("refY", "4");
        svg.attr("markerWidth", "9").attr("markerHeight", "9").attr("markerUnits", "userSpaceOnUse");
        svg.attr("orient", "auto-start-reverse").path("ah", "M0 0L8 4 0 8z").close("marker").close("defs");
        // A dashed line goes over the others: it would not be seen beside a wide one that covers it.
        for line in lines.iter().filter(|line| !line.is_back).chain(lines.iter().filter(|line| line.is_back)) {
            // Each line lies on a band of the ground, so that one sees which goes over which where they cross.
            let (d, width) = (line.path(), 1.0 + to_f64(line.n) * line.scale);
            svg.open("path").attr("class", "e un").num("stroke-width", width + 4.0).attr("d", &d).end();
            svg.open("path").attr("class", if line.is_back { "e bk" } else { "e" }).num("stroke-width", width);
            svg.attr(if line.is_back { "marker-start" } else { "marker-end" }, "url(#ar)").attr("d", &d).end();
        }
        for line in lines {
            line.write_number(&mut svg);
        }
        for spot in spots {
            self.write_spot(&mut svg, spot);
        }
        svg.close("svg");
        svg.finish()
    }

    fn write_spot(&self, svg: &mut Svg, spot: &Spot) {
        let domain = &self.mesh.domains[spot.domain];
        let href = address::fixed(self.mesh, Found { kind: Kind::Domain, idx: spot.domain });
        let href = href.and_then(|page| self.links.to(&page));
        let tag = if href.is_some() { "a" } else { "g" };
        svg.open(tag);
        if let Some(href) = &href {
            svg.attr("href", href);
        }
        let n = domain.products.iter().filter(|product| !self.mesh.is_retired(**product)).count();
        let name = domain.descriptor.header.title();
        svg.open("title").say(&format!("{name}, {}", parts::count(n, "product"))).close("title");
        svg.path("hx", &hexagon(spot.center, spot.radius));
        let bars = spot.bars();
        for (x, n, towards) in [(bars.0, spot.n_lines.0, BAR), (bars.1, spot.n_lines.1, -BAR)] {
            if n > 0 {
                let top = spot.center.1 - to_f64(n - 1) * SLOT / 2.0 - 5.0;
                let stem = format!("M{}h{}", point((x, spot.center.1)), number(towards));
                svg.path("bs", &format!("M{}v{}{stem}", point((x, top)), number(to_f64(n - 1) * SLOT + 10.0)));
            }
        }
        svg.holding("text", "ct", spot.center.0, spot.center.1 + 6.0, &n.to_string());
        svg.say(" ").holding("text", "nmz", spot.center.0, spot.center.1 + spot.half + 18.0, &self.name(spot.domain));
        svg.close(tag);
    }

    fn caption(&self, alone: &[usize], lines: &[Way]) -> String {
        let n_hidden = self.map.flows.len() - lines.len();
        let mut sentences = vec![match self.least {
            1 => "All flows".to_owned(),
            least => format!(
                "Flows of {least} or more uses, {} of {}{}",
                parts::number(lines.len()),
                parts::number(lines.len() + n_hidden),
                if self.map.order.len() > GRAPH_DOMAINS { "" } else { "; the matrix above has all" }
            ),
        }];
        sentences.push(
            "The number in a hexagon counts products, that at the left end of a line uses by input ports".to_owned(),
        );
        if lines.iter().any(|line| line.is_back) {
            sentences.push("A dashed line runs from right to left".to_owned());
        }
        if lines.iter().any(|line| line.is_personal) {
            sentences.push("Personal data crosses where the diamond stands".to_owned());
        }
        let names: Vec<&str> =
            alone.iter().map(|domain| self.mesh.domains[*domain].descriptor.header.title()).collect();
        let verb = if names.len() == 1 { "has" } else { "have" };
        let wide = if self.least > 1 { " this wide" } else { "" };
        match names.len() {
            0 => {}
            1..=6 => sentences.push(format!("{} {verb} no flow{wide}", joined(&names))),
            n => sentences.push(format!("{n} domains have no flow{wide}")),
        }
        sentences.join(". ") + "."
    }
}

/// Joins names: "a, b and c".
#[must_use]
pub fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// How wide the number of a flow is, with the diamond of personal data.
fn pill_width(flow: &Flow) -> f64 {
    (width_of(&flow.n.to_string(), 12.5) + 10.0 + if flow.is_personal { 16.0 } else { 0.0 }).round()
}

/// The way of a flow.
struct Way {
    /// Points in pairs, as those of [`super::layer::Route`]; the first and the last pair run level.
    points: Vec<(f64, f64)>,
    n: usize,
    /// Width of a line per use.
    scale: f64,
    is_back: bool,
    is_personal: bool,
    /// The box of its number.
    pill: (f64, f64, f64, f64),
}

impl Way {
    /// Leads the line of a route from the bar of the left hexagon to that of the right one. Between the bars and
    /// the edges of their layers it runs level, so that it swings only where there are no hexagons.
    fn of(route: &super::layer::Route, spots: [&Spot; 2], edges: [f64; 2], flow: &Flow, scale: f64) -> Way {
        let mut points = route.points.clone();
        let last = points.len() - 1;
        let (begin, end) = (spots[0].bars().1, spots[1].bars().0);
        let (head, tail) = if route.is_back { (5.0, 1.0) } else { (1.0, 5.0) };
        points[0].0 = edges[0];
        points[last].0 = edges[1];
        let (first_y, last_y) = (points[0].1, points[last].1);
        points.splice(0..0, [(begin + head, first_y), (edges[0], first_y)]);
        points.extend([(edges[1], last_y), (end - tail, last_y)]);
        let width = pill_width(flow);
        let pill = ((begin + HEAD).round(), (first_y - 8.0).round(), width, 16.0);
        Way { points, n: flow.n, scale, is_back: route.is_back, is_personal: flow.is_personal, pill }
    }

    /// Writes how wide the line is.
    fn write_number(&self, svg: &mut Svg) {
        let (x, y, width, height) = self.pill;
        svg.open("rect").attr("class", "bg").num("x", x).num("y", y).num("width", width).num("height", height).end();
        let mut middle = x + width / 2.0;
        if self.is_personal {
            svg.path("dm", &format!("M{} {}l5 5-5 5-5-5z", number(x + 9.0), number(y + 3.0)));
            middle += 8.0;
        }
        svg.holding("text", "lb", middle, y + 12.5, &self.n.to_string());
    }

    /// The pieces that swing, one between each two layers.
    fn pieces(&self) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
        self.points.chunks(2).filter_map(|pair| if let [from, to] = pair { Some((*from, *to)) } else { None })
    }

    fn path(&self) -> String {
        let mut d = String::new();
        let mut at = f64::NAN;
        for (position, (from, to)) in self.pieces().enumerate() {
            if position == 0 {
                d += &format!("M{}", point(from));
            } else if (from.0 - at).abs() > 0.01 {
                d += &format!("H{}", number(from.0));
            }
            if (from.1 - to.1).abs() < 0.01 {
                d += &format!("H{}", number(to.0));
            } else {
                let bend = (to.0 - from.0) / 2.0;
                d += &format!("C{} {} {}", point((from.0 + bend, from.1)), point((to.0 - bend, to.1)), point(to));
            }
            at = to.0;
        }
        d
    }
}

/// Checks the rules of readability: no number and no name lies on another or under a line that is not its own.
#[cfg(test)]
fn readable(draft: &Draft<'_>, spots: &[Spot], lines: &[Way]) -> Vec<String> {
    let mut faults = Vec::new();
    let names: Vec<_> = spots.iter().map(|spot| draft.name(spot.domain)).collect();
    let places: Vec<(f64, f64, f64, f64)> =
        spots.iter().zip(&names).flat_map(|(spot, name)| spot.places(name)).collect();
    let pills: Vec<(f64, f64, f64, f64)> = lines.iter().map(|line| line.pill).collect();
    for (at, pill) in pills.iter().enumerate() {
        let others = pills[at + 1..].iter().chain(&places);
        faults.extend(others.filter(|other| touch(*pill, **other, 0.0)).map(|other| format!("{pill:?} on {other:?}")));
    }
    for (at, line) in lines.iter().enumerate() {
        let foreign = pills.iter().enumerate().filter(|(pill, _)| *pill != at).map(|(_, pill)| pill);
        let foreign: Vec<&(f64, f64, f64, f64)> = foreign.chain(&places).collect();
        for (from, to) in line.pieces() {
            for step in 0..=40 {
                let t = f64::from(step) / 40.0;
                let along = 1.5 * t * (1.0 - t) + t.powi(3);
                let y = from.1 + (to.1 - from.1) * (3.0 * t * t - 2.0 * t.powi(3));
                let spot = (from.0 + (to.0 - from.0) * along, y, 0.0, 0.0);
                faults.extend(
                    foreign
                        .iter()
                        .filter(|place| touch(spot, ***place, -0.5))
                        .map(|place| format!("line {at} under {place:?} at {spot:?}")),
                );
            }
        }
    }
    faults
}
