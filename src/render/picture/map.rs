//! The map of domains: who reads whom as a matrix, the main flows as a graph, and what goes round in a
//! circle in words.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::layer::{Gaps, Graph, flow_order, layered, touch};
use super::mark::{HALF, hexagon, to_f64};
use super::scene::Links;
use super::svg::{Svg, label, number, point, width_of};
use crate::graph::{Found, Mesh};
use crate::model::Kind;
use crate::render::{address, parts};

/// Domains above which there is no graph.
pub(super) const GRAPH_DOMAINS: usize = 30;
/// Most lines of the graph.
pub(super) const GRAPH_LINES: usize = 90;
/// Width that the graph tries to fill.
const WIDTH: f64 = 1090.0;
/// Size of the names of domains.
const NAME: f64 = 17.0;

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
    /// Counts who reads whom. `is_personal` says of each contract whether it has personal data.
    #[must_use]
    pub fn of(mesh: &Mesh, is_personal: &dyn Fn(usize) -> bool) -> DomainMap {
        let mut map = DomainMap::default();
        for reader in &mesh.products {
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
                flow.is_personal = flow.is_personal || input.contract_idx.is_some_and(is_personal);
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
        if self.order.len() > GRAPH_DOMAINS || self.flows.is_empty() {
            return None;
        }
        // Some lines more than domains can be followed; all of them are in the matrix.
        let most = (self.order.len() * 7 / 4).clamp(12, GRAPH_LINES);
        let n_from = |least: usize| self.flows.values().filter(|flow| flow.n >= least).count();
        let widest = self.flows.values().map(|flow| flow.n).max().unwrap_or(1);
        // Where even the widest are too many, the cap of the picture decides, then the order.
        let least = (1..=widest).find(|least| n_from(*least) <= most).unwrap_or(widest);
        if n_from(least) > GRAPH_LINES {
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
}

impl Spot {
    /// The hexagon and the name below it, as a box.
    fn places(&self, name: &str) -> [(f64, f64, f64, f64); 2] {
        let (x, y) = self.center;
        let width = width_of(name, NAME);
        [
            (x - self.radius * HALF, y - self.radius, self.radius * HALF * 2.0, self.radius * 2.0),
            (x - width / 2.0, y + self.radius + 4.0, width, 18.0),
        ]
    }
}

impl Draft<'_> {
    fn draw(&self) -> MapGraph {
        let tied: BTreeSet<usize> = self.flows.iter().flat_map(|((from, to), _)| [*from, *to]).collect();
        let (drawn, alone): (Vec<usize>, Vec<usize>) =
            self.map.order.iter().copied().partition(|domain| tied.contains(domain));
        let position = |domain: usize| drawn.iter().position(|known| *known == domain).expect("it is tied");
        let size = |domain: usize| {
            let radius = self.radius(domain);
            let width = (radius * HALF * 2.0).max(width_of(&self.name(domain), NAME) + 8.0);
            // As much above as below, where the name stands, so that lines end at the hexagon's middle.
            (width.ceil(), (radius * 2.0 + 48.0).ceil())
        };
        let graph = Graph {
            nodes: drawn.iter().map(|domain| size(*domain)).collect(),
            edges: self.flows.iter().map(|((from, to), flow)| (position(*from), position(*to), flow.n)).collect(),
        };
        let mut gaps = Gaps { layer: 110.0, node: 4.0, lane: 22.0 };
        let mut layout = layered(&graph, gaps);
        let n_layers = layout.layers.iter().max().map_or(1, |last| last + 1);
        if n_layers > 1 {
            let free = (WIDTH - layout.width) / to_f64(n_layers - 1);
            gaps.layer = (gaps.layer + free).clamp(84.0, 190.0).floor();
            layout = layered(&graph, gaps);
        }
        let mut spots: Vec<Spot> = drawn
            .iter()
            .enumerate()
            .map(|(idx, domain)| {
                let ((x, y), (width, height)) = (layout.places[idx], graph.nodes[idx]);
                let center = (x + width / 2.0, y + height / 2.0);
                Spot { domain: *domain, center, radius: self.radius(*domain) }
            })
            .collect();
        let mut height = layout.height;
        height = self.add_alone(&alone, layout.width.max(480.0), height, &mut spots);
        let widest = self.flows.iter().map(|(_, flow)| flow.n).max().unwrap_or(1);
        let scale = 6.0 / to_f64(widest.max(12));
        let lines: Vec<Way> = self
            .flows
            .iter()
            .zip(&layout.routes)
            .map(|(((from, to), flow), route)| {
                let is_mutual = self.map.flows.get(&(*to, *from)).is_some_and(|flow| flow.n >= self.least);
                let (left, right) = if route.is_back { (*to, *from) } else { (*from, *to) };
                Way::of(route, &spots[position(left)], &spots[position(right)], flow, is_mutual, scale)
            })
            .collect();
        let width = layout.width.max(480.0);
        MapGraph {
            svg: self.write(&spots, &lines, width, height),
            caption: self.caption(&alone, &lines),
            n_lines: lines.len(),
        }
    }

    fn name(&self, domain: usize) -> String {
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
            spots.push(Spot { domain: *domain, center: (x + room / 2.0, y + 40.0), radius });
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
        for line in lines {
            svg.open("path").attr("class", if line.is_back { "e bk" } else { "e" });
            svg.num("stroke-width", 1.0 + to_f64(line.n) * line.scale);
            svg.attr(if line.is_back { "marker-start" } else { "marker-end" }, "url(#ar)");
            svg.attr("d", &line.path()).end();
        }
        self.write_numbers(&mut svg, spots, lines);
        for spot in spots {
            self.write_spot(&mut svg, spot);
        }
        svg.close("svg");
        svg.finish()
    }

    /// Writes how wide each line is, where nothing else stands.
    fn write_numbers(&self, svg: &mut Svg, spots: &[Spot], lines: &[Way]) {
        let mut taken: Vec<(f64, f64, f64, f64)> =
            spots.iter().flat_map(|spot| spot.places(&self.name(spot.domain))).collect();
        for line in lines {
            let text = line.n.to_string();
            let width = width_of(&text, 12.5) + 10.0 + if line.is_personal { 16.0 } else { 0.0 };
            let at = |part: f64| {
                let (x, y) = line.at(part);
                ((x - width / 2.0).round(), (y - 9.0).round(), width.round(), 18.0)
            };
            let parts = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.16, 0.84];
            let free = parts.into_iter().map(at).find(|place| taken.iter().all(|other| !touch(*place, *other, 1.0)));
            let place = free.unwrap_or_else(|| at(0.5));
            taken.push(place);
            svg.open("rect").attr("class", "bg").num("x", place.0).num("y", place.1);
            svg.num("width", place.2).attr("height", "18").attr("rx", "9").end();
            let mut middle = place.0 + place.2 / 2.0;
            if line.is_personal {
                svg.path("dm", &format!("M{} {}l5 5-5 5-5-5z", number(place.0 + 9.0), number(place.1 + 4.0)));
                middle += 8.0;
            }
            svg.holding("text", "lb", middle, place.1 + 13.5, &text);
        }
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
        svg.holding("text", "ct", spot.center.0, spot.center.1 + 6.0, &n.to_string());
        svg.say(" ").holding("text", "nmz", spot.center.0, spot.center.1 + spot.radius + 18.0, &self.name(spot.domain));
        svg.close(tag);
    }

    fn caption(&self, alone: &[usize], lines: &[Way]) -> String {
        let n_hidden = self.map.flows.len() - lines.len();
        let mut sentences = vec![match self.least {
            1 => "All flows".to_owned(),
            least => format!(
                "Flows of {least} or more uses, {} of {}; the matrix above has all",
                lines.len(),
                lines.len() + n_hidden
            ),
        }];
        sentences.push("The number in a hexagon counts products, that on a line uses by input ports".to_owned());
        if lines.iter().any(|line| line.is_back) {
            sentences.push("A dashed line runs against the main direction".to_owned());
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

/// The way of a flow.
struct Way {
    points: Vec<(f64, f64)>,
    n: usize,
    /// Width of a line per use.
    scale: f64,
    is_back: bool,
    is_personal: bool,
}

impl Way {
    fn of(route: &super::layer::Route, left: &Spot, right: &Spot, flow: &Flow, is_mutual: bool, scale: f64) -> Way {
        let mut points = route.points.clone();
        let last = points.len() - 1;
        // Lines that run there and back keep apart.
        let apart = match (is_mutual, route.is_back) {
            (false, _) => 0.0,
            (true, true) => 7.0,
            (true, false) => -7.0,
        };
        let side = |y: f64, spot: &Spot| {
            (y + apart).clamp(spot.center.1 - spot.radius * 0.42, spot.center.1 + spot.radius * 0.42)
        };
        let (head, tail) = if route.is_back { (5.0, 2.0) } else { (2.0, 5.0) };
        points[0] = (left.center.0 + left.radius * HALF + head, side(points[0].1, left));
        points[last] = (right.center.0 - right.radius * HALF - tail, side(points[last].1, right));
        Way { points, n: flow.n, scale, is_back: route.is_back, is_personal: flow.is_personal }
    }

    /// The pieces that swing, one between each two layers.
    fn pieces(&self) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
        self.points.chunks(2).filter_map(|pair| if let [from, to] = pair { Some((*from, *to)) } else { None })
    }

    fn path(&self) -> String {
        let mut d = String::new();
        for (position, (from, to)) in self.pieces().enumerate() {
            d += &if position == 0 { format!("M{}", point(from)) } else { format!("H{}", number(from.0)) };
            let bend = (to.0 - from.0) / 2.0;
            d += &format!("C{} {} {}", point((from.0 + bend, from.1)), point((to.0 - bend, to.1)), point(to));
        }
        d
    }

    /// Returns the point at a part of the whole width.
    fn at(&self, part: f64) -> (f64, f64) {
        let (first, last) = (self.points[0].0, self.points[self.points.len() - 1].0);
        let x = first + (last - first) * part;
        let piece = self.points.windows(2).find(|pair| pair[0].0 <= x && x <= pair[1].0);
        let Some([from, to]) = piece else { return (x, self.points[0].1) };
        if (to.0 - from.0).abs() < 0.01 || (to.1 - from.1).abs() < 0.01 {
            return (x, from.1);
        }
        // The curve at this height: its x grows with the parameter, so halving finds it.
        let (mut low, mut high) = (0.0_f64, 1.0_f64);
        for _ in 0..20 {
            let t = f64::midpoint(low, high);
            let along = 1.5 * t * (1.0 - t) + t.powi(3);
            if from.0 + (to.0 - from.0) * along < x { low = t } else { high = t }
        }
        let t = low;
        (x, from.1 + (to.1 - from.1) * (3.0 * t * t - 2.0 * t.powi(3)))
    }
}
