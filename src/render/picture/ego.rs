//! The picture on a product's own page: what it takes from at the left, its mark with its ports in the
//! middle, who reads it at the right. One step, so that ordering is all the layout there is.

pub(super) mod words;

use std::collections::BTreeSet;

use jiff::civil::Date;
use petgraph::Direction;

use super::mark::{MarkFacts, to_f64};
use super::near::{self, Around, Neighbour, Side, Slot, around, domain_of, neighbours};
use super::reader::readers;
use super::scene::{BigMark, GAP, Head, Line, LineStyle, Links, NODE, Node, PORT, Port, REACH, RING, Scene, Shape};
use crate::graph::{Behind, Found, LineageNode, Mesh, Trust};
use crate::model::Kind;
use crate::render::site::ROWS;
use crate::render::{address, parts};

/// Output ports that are drawn one by one; more are drawn as one, and the table names them.
const PORTS: usize = 5;
/// Lines that are drawn; with more than these the ports are drawn as one.
pub(super) const LINES: usize = 40;
/// From the nodes at the left to the ticks of the mark.
const LEFT_SWING: f64 = 112.0;
/// From the end of the ports' names to the nodes at the right.
const RIGHT_SWING: f64 = 110.0;
/// Where the columns begin, below their heads.
const TOP: f64 = 34.0;

/// A product's picture, with the facts it shows.
#[derive(Clone, Debug)]
pub struct Ego {
    scene: Scene,
    /// What the lines mean and what was left out.
    pub caption: String,
    /// The same facts as rows, one for each place of the picture.
    pub rows: Vec<EgoRow>,
    /// Something is not drawn by its own name.
    pub is_cut: bool,
    /// Neighbours at the left and at the right.
    pub n: (usize, usize),
}

/// A row of the table below the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgoRow {
    /// The neighbour, domain, or "3 more domains".
    pub name: String,
    /// Its page, relative to the top of the site.
    pub page: Option<String>,
    /// What it is: its kind or domain, or the names it stands for.
    pub note: String,
    /// Takes from or gives to.
    pub direction: &'static str,
    /// Ports, contracts and assets.
    pub through: String,
    /// How it is known.
    pub standing: String,
    /// It is not simply in use: `draft`, `proposed`, `deprecated` or `retired`.
    pub state: Option<&'static str>,
    /// How many of it read what ends.
    pub ending: Option<String>,
    /// How many neighbours it stands for: none where the product states an input that no neighbour gives.
    pub n: usize,
    /// The products among them.
    pub products: Vec<usize>,
}

impl Ego {
    /// Draws the picture of a product.
    #[must_use]
    pub fn of(mesh: &Mesh, product_idx: usize, facts: &MarkFacts, today: Date, links: &Links) -> Ego {
        let middle = LineageNode { kind: Kind::DataProduct, idx: product_idx };
        let own = domain_of(mesh, middle);
        let side = |side| around(mesh, &own, neighbours(mesh, product_idx, side, today));
        let (takes, mut gives) = (side(Side::Takes), side(Side::Gives));
        // Those that read the upper ports stand above, so that few lines cross; the rest of the domains is not one of them.
        gives.slots.sort_by_cached_key(|slot| {
            let ports = slot.ports();
            (matches!(slot, Slot::More(..)), ports.iter().sum::<usize>() * 1000 / ports.len().max(1))
        });
        let slug = &mesh.products[product_idx].slug;
        let n_behind = |kind: Behind| mesh.behind(product_idx).filter(|(_, behind)| *behind == kind).count();
        let (n_lost, n_own) = (n_behind(Behind::Nothing), n_behind(Behind::Itself));
        let n_outputs = mesh.products[product_idx].descriptor.output_ports.len();
        let are_joined = n_outputs > PORTS || n_lines(&takes, &gives, n_outputs) > LINES;
        let draft = Draft { mesh, product_idx, slug, links, n_lost, n_own, are_joined };
        let scene = draft.scene(&takes, &gives, facts);
        let mut rows: Vec<EgoRow> = takes.slots.iter().map(|slot| draft.row(slot, Side::Takes)).collect();
        rows.extend(draft.rows_of_nobody());
        rows.extend(gives.slots.iter().map(|slot| draft.row(slot, Side::Gives)));
        Ego {
            caption: draft.caption(&takes, &gives, &scene.lines),
            rows,
            is_cut: takes.is_cut() || gives.is_cut(),
            n: (takes.n, gives.n),
            scene,
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

    /// Returns what the picture shows, in a sentence.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.scene.title
    }

    #[cfg(test)]
    pub(super) fn scene(&self) -> &Scene {
        &self.scene
    }
}

/// Says whether one more step shows more than the picture of a product, or the picture is cut.
#[must_use]
pub fn has_more(mesh: &Mesh, product_idx: usize) -> bool {
    let middle = LineageNode { kind: Kind::DataProduct, idx: product_idx };
    let (up, down) = (mesh.lineage.upstream(middle), mesh.lineage.downstream(middle));
    if has_many(&up, middle) || has_many(&down, middle) {
        return true;
    }
    let leads_on = |node: &LineageNode, direction| mesh.lineage.leads_past(*node, direction, middle);
    up.iter().any(|(node, _)| leads_on(node, Direction::Incoming))
        || down.iter().any(|(node, _)| leads_on(node, Direction::Outgoing))
}

/// Says on which sides of a product the picture does not name every neighbour: what it takes, and who takes from it.
#[must_use]
pub fn is_cut(mesh: &Mesh, product_idx: usize) -> (bool, bool) {
    let middle = LineageNode { kind: Kind::DataProduct, idx: product_idx };
    (has_many(&mesh.lineage.upstream(middle), middle), has_many(&mesh.lineage.downstream(middle), middle))
}

/// Says whether edges, sorted by their ends, lead to more things than are drawn by name.
fn has_many(edges: &[(LineageNode, &crate::graph::Edge)], middle: LineageNode) -> bool {
    let nodes = edges.chunk_by(|(one, _), (other, _)| one == other);
    nodes.filter(|edges| edges[0].0 != middle).count() > near::NAMED
}

/// Counts the lines that a picture would have whose ports stand apart.
fn n_lines(takes: &Around, gives: &Around, n_outputs: usize) -> usize {
    let at = |slot: &Slot| match slot.ports().len() {
        0 => n_outputs,
        n => n,
    };
    let read: usize = gives.slots.iter().map(at).sum();
    takes.slots.len().max(1) + read.max(gives.slots.len()) + n_outputs
}

/// What drawing and wording need at every step.
struct Draft<'a> {
    mesh: &'a Mesh,
    product_idx: usize,
    slug: &'a str,
    links: &'a Links,
    /// Input ports behind which is nothing of this registry.
    n_lost: usize,
    /// Input ports that read an output of the product itself.
    n_own: usize,
    /// The output ports are drawn as one.
    are_joined: bool,
}

impl Draft<'_> {
    fn name(&self) -> &str {
        self.mesh.products[self.product_idx].descriptor.header.title()
    }

    fn scene(&self, takes: &Around, gives: &Around, facts: &MarkFacts) -> Scene {
        let product = &self.mesh.products[self.product_idx].descriptor;
        let outputs = &product.output_ports;
        let center_x = NODE.0 + LEFT_SWING + REACH;
        let right_x = center_x + REACH + PORT + RIGHT_SWING;
        let n_rows = takes.slots.len().max(gives.slots.len()).max(1);
        let step = NODE.1 + if n_rows <= 5 { 20.0 } else { GAP + 4.0 };
        let tall = |n: usize| to_f64(n.max(1)) * step - (step - NODE.1);
        let states: Vec<Option<&str>> =
            (0..outputs.len()).map(|port| self.mesh.port_state(self.product_idx, port)).collect();
        // Where ports spread wider than the ring, they decide; the word for a state needs room below the line.
        let port_step = match outputs.len() {
            _ if !self.are_joined && states.iter().any(Option::is_some) => Port::STEP,
            0..=3 => 34.0,
            4 => 26.0,
            _ => 20.0,
        };
        let body = tall(n_rows).max(RING * 2.0).max(port_step * to_f64(outputs.len().min(PORTS)));
        let center = (center_x, (TOP + body / 2.0).round());

        let ports: Vec<Port> = match outputs.len() {
            0 => Vec::new(),
            n if !self.are_joined => {
                let first = center.1 - port_step * (to_f64(n) - 1.0) / 2.0;
                let port = |(position, port): (usize, &crate::model::OutputPort)| Port {
                    y: first + port_step * to_f64(position),
                    name: port.name.to_string(),
                    state: states[position],
                };
                outputs.iter().enumerate().map(port).collect()
            }
            n => vec![Port { y: center.1, name: parts::count(n, "port"), state: None }],
        };
        let mut scene = Scene {
            width: right_x + NODE.0,
            height: TOP + body + 2.0,
            title: self.title(takes, gives),
            heads: vec![
                Head { x: 0.0, is_centred: false, text: self.takes_head(takes) },
                Head {
                    x: center.0,
                    is_centred: true,
                    text: super::svg::label(self.name(), LEFT_SWING + REACH * 2.0, 15.0).into_owned(),
                },
                Head { x: right_x, is_centred: false, text: words::head("Gives to", gives) },
            ],
            ..Scene::default()
        };
        let inputs = self.left(&mut scene, takes, center, step);
        self.right(&mut scene, gives, center, right_x, step, &ports);
        scene.mark = Some(BigMark { center, facts: facts.clone(), inputs, outputs: ports });
        scene
    }

    /// Adds what the product takes from, and returns the heights of its ticks.
    fn left(&self, scene: &mut Scene, takes: &Around, center: (f64, f64), step: f64) -> Vec<f64> {
        let n = takes.slots.len();
        if n == 0 {
            let at = (0.0, (center.1 - NODE.1 / 2.0).round());
            scene.nodes.push(match (self.n_lost, self.n_own) {
                (0, 0) => ghost(at, "no input stated", "it names no input port", None),
                (0, _) => ghost(at, "only itself", "it reads what it gives", None),
                (n, _) => ghost(at, &format!("{n} unknown"), "not in this registry", None),
            });
            if self.n_lost + self.n_own == 0 {
                return Vec::new();
            }
            // The ports are stated, though nobody here knows what is behind them.
            let points = vec![(NODE.0, center.1), (center.0 - REACH, center.1)];
            scene.lines.push(Line { points, style: LineStyle::Stated, n: 1 });
            return vec![center.1];
        }
        let first = (center.1 - (to_f64(n) * step - (step - NODE.1)) / 2.0).round();
        let tick_step = if n > 1 { (56.0 / to_f64(n - 1)).min(13.0) } else { 0.0 };
        let first_tick = center.1 - tick_step * (to_f64(n) - 1.0) / 2.0;
        let mut ticks = Vec::with_capacity(n);
        for (position, slot) in takes.slots.iter().enumerate() {
            let y = first + step * to_f64(position);
            let tick = (first_tick + tick_step * to_f64(position)).round();
            scene.nodes.push(self.node(slot, Side::Takes, (0.0, y)));
            scene.lines.push(Line {
                points: vec![(NODE.0, y + NODE.1 / 2.0), (center.0 - REACH, tick)],
                style: style_of(slot.members()),
                n: slot.members().len(),
            });
            ticks.push(tick);
        }
        ticks
    }

    /// Adds who reads the product, each tied to the ports it reads.
    fn right(&self, scene: &mut Scene, gives: &Around, center: (f64, f64), x: f64, step: f64, ports: &[Port]) {
        let n = gives.slots.len();
        let trunk = (center.0 + REACH, center.0 + REACH + PORT);
        if n == 0 {
            let at = (x, (center.1 - NODE.1 / 2.0).round());
            if self.mesh.is_retired(self.product_idx) {
                scene.nodes.push(ghost(at, "nobody reads it", "it is retired", None));
                return;
            }
            let contracts = self.mesh.products[self.product_idx].outputs.iter().flatten();
            let mut headers = contracts.map(|idx| &self.mesh.contracts[*idx].descriptor.header);
            if headers.all(crate::model::Header::is_unfinished) {
                scene.nodes.push(ghost(at, "no consumer declared", "nothing is in use yet", None));
                return;
            }
            let href = self.links.to(&format!("{}#access", address::product(self.slug)));
            scene.nodes.push(ghost(at, "no consumer declared", "declare use", href));
            return;
        }
        let first = (center.1 - (to_f64(n) * step - (step - NODE.1)) / 2.0).round();
        let is_over = near::is_ending_product(self.mesh, self.product_idx);
        let is_ending = |port: usize| is_over || near::is_ending_state(ports[port].state);
        // Each port that is read has one line to the end of its name; there its readers part.
        let is_single = ports.len() == 1;
        let mut read: BTreeSet<usize> = BTreeSet::new();
        let mut lines = Vec::new();
        for (position, slot) in gives.slots.iter().enumerate() {
            let y = first + step * to_f64(position) + NODE.1 / 2.0;
            scene.nodes.push(self.node(slot, Side::Gives, (x, y - NODE.1 / 2.0)));
            let at: Vec<usize> = if is_single { vec![0] } else { slot.ports().into_iter().collect() };
            if ports.is_empty() {
                let points = vec![(trunk.0, center.1), (x, y)];
                lines.push(Line { points, style: style_of(slot.members()), n: slot.members().len() });
                continue;
            }
            // An agreement that names no port is one about all of them.
            let is_all = at.is_empty();
            let at = if is_all { (0..ports.len()).collect() } else { at };
            let spread = if at.len() > 1 { (20.0 / to_f64(at.len() - 1)).min(5.0) } else { 0.0 };
            for (place, port) in at.iter().enumerate() {
                let members: Vec<Neighbour> = slot
                    .members()
                    .iter()
                    .filter(|member| is_single || is_all || member.ports.contains(port))
                    .cloned()
                    .collect();
                let ends = y + spread * (to_f64(place) - (to_f64(at.len()) - 1.0) / 2.0);
                // Beside a port that ends, a reader may have one that goes on.
                let style = match is_ending(*port) {
                    true => LineStyle::Ending,
                    false if is_single => style_of(&members),
                    false => known_style(&members),
                };
                lines.push(Line { points: vec![(trunk.1, ports[*port].y), (x, ends)], style, n: members.len() });
                read.insert(*port);
            }
        }
        for port in read {
            let style = if is_ending(port) { LineStyle::Ending } else { LineStyle::Stated };
            scene.lines.push(Line { points: vec![(trunk.0, ports[port].y), (trunk.1, ports[port].y)], style, n: 1 });
        }
        scene.lines.append(&mut lines);
    }

    /// Returns where a place leads, relative to the top of the site.
    fn page(&self, slot: &Slot, side: Side) -> Option<String> {
        match (slot, side) {
            (Slot::One(neighbour), _) => {
                address::fixed(self.mesh, Found { kind: neighbour.node.kind, idx: neighbour.node.idx })
            }
            (Slot::Group(domain, members), Side::Gives) => {
                let has_products = members.iter().any(|member| member.node.kind == Kind::DataProduct);
                let first = readers(self.mesh, self.product_idx)
                    .into_iter()
                    .position(|reader| self.mesh.products[reader.product_idx].domain_idx == domain.idx);
                let list = address::consumers(self.slug, first.unwrap_or(0) / ROWS);
                Some(match (has_products, domain.idx) {
                    (true, Some(_)) => format!("{list}#d-{}", domain.key),
                    (true, None) => list,
                    (false, _) => format!("{}#access", address::product(self.slug)),
                })
            }
            (Slot::Group(domain, _), Side::Takes) => match domain.idx {
                Some(idx) => address::fixed(self.mesh, Found { kind: Kind::Domain, idx }),
                None => Some(address::lineage(self.slug)),
            },
            (Slot::More(..), Side::Gives) => Some(address::consumers(self.slug, 0)),
            (Slot::More(..), Side::Takes) => Some(address::lineage(self.slug)),
        }
    }
}

fn ghost(at: (f64, f64), name: &str, under: &str, href: Option<String>) -> Node {
    Node {
        at,
        shape: Shape::Ghost,
        name: name.to_owned(),
        under: under.to_owned(),
        marks: String::new(),
        href,
        is_middle: false,
    }
}

/// Returns how a line to these is drawn.
fn style_of(members: &[Neighbour]) -> LineStyle {
    if !members.is_empty() && members.iter().all(|member| member.is_ending) {
        LineStyle::Ending
    } else {
        known_style(members)
    }
}

/// Returns how a line is drawn to these, who read what goes on.
fn known_style(members: &[Neighbour]) -> LineStyle {
    let is_assumed = members.iter().all(|member| member.trust >= Trust::Assumed);
    if is_assumed { LineStyle::Assumed } else { LineStyle::Stated }
}
