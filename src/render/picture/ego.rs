//! The picture on a product's own page: what it takes from at the left, its mark with its ports in the
//! middle, who reads it at the right. One step, so that ordering is all the layout there is.

use std::collections::BTreeSet;

use jiff::civil::Date;
use petgraph::Direction;

use super::mark::{MarkFacts, to_f64};
use super::near::{self, Around, Neighbour, Side, Slot, around, count_words, domain_of, neighbours};
use super::reader::readers;
use super::scene::{BigMark, GAP, Head, Line, LineStyle, Links, NODE, Node, PORT, Port, REACH, RING, Scene, Shape};
use crate::graph::{Found, LineageNode, Mesh, Trust};
use crate::model::Kind;
use crate::render::export::node_header;
use crate::render::site::ROWS;
use crate::render::{address, parts};

/// Output ports that are drawn one by one; more are drawn as one, and the table names them.
const PORTS: usize = 5;
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
    /// How many of it read what ends.
    pub ending: Option<String>,
    /// How many neighbours it stands for.
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
        let draft = Draft { mesh, product_idx, slug, links };
        let caption = draft.caption(&takes, &gives);
        let rows = [(&takes, Side::Takes), (&gives, Side::Gives)]
            .into_iter()
            .flat_map(|(around, side)| around.slots.iter().map(move |slot| (slot, side)))
            .map(|(slot, side)| draft.row(slot, side))
            .collect();
        Ego {
            caption,
            rows,
            is_cut: takes.is_cut() || gives.is_cut(),
            n: (takes.n, gives.n),
            scene: draft.scene(&takes, &gives, facts),
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

/// What drawing and wording need at every step.
struct Draft<'a> {
    mesh: &'a Mesh,
    product_idx: usize,
    slug: &'a str,
    links: &'a Links,
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
        // Where ports spread wider than the ring, they decide.
        let port_step = match outputs.len() {
            0..=3 => 34.0,
            4 => 26.0,
            _ => 20.0,
        };
        let body = tall(n_rows).max(RING * 2.0).max(port_step * to_f64(outputs.len().min(PORTS)));
        let center = (center_x, (TOP + body / 2.0).round());

        let ports: Vec<Port> = match outputs.len() {
            0 => Vec::new(),
            n @ 1..=PORTS => {
                let first = center.1 - port_step * (to_f64(n) - 1.0) / 2.0;
                let port = |(position, port): (usize, &crate::model::OutputPort)| Port {
                    y: first + port_step * to_f64(position),
                    name: port.name.to_string(),
                    is_gone: self.mesh.products[self.product_idx].outputs[position]
                        .is_some_and(|idx| near::is_gone(self.mesh, idx)),
                    is_ending: port.is_deprecated
                        || self.mesh.products[self.product_idx].outputs[position]
                            .is_some_and(|idx| near::is_ending_contract(self.mesh, idx)),
                };
                outputs.iter().enumerate().map(port).collect()
            }
            n => vec![Port { y: center.1, name: parts::count(n, "port"), is_ending: false, is_gone: false }],
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
                Head { x: right_x, is_centred: false, text: head("Gives to", gives) },
            ],
            ..Scene::default()
        };
        let inputs = self.left(&mut scene, takes, center, step);
        self.right(&mut scene, gives, center, right_x, step, &ports);
        scene.mark = Some(BigMark { center, facts: facts.clone(), inputs, outputs: ports });
        scene
    }

    /// Heads what the product takes from. Ports that lead to nothing of the registry are inputs all the same.
    fn takes_head(&self, takes: &Around) -> String {
        match (takes.n, self.n_input_ports()) {
            (0, 1..) => "Takes from outside".to_owned(),
            _ => head("Takes from", takes),
        }
    }

    fn n_input_ports(&self) -> usize {
        self.mesh.products[self.product_idx].descriptor.input_ports.len()
    }

    /// Adds what the product takes from, and returns the heights of its ticks.
    fn left(&self, scene: &mut Scene, takes: &Around, center: (f64, f64), step: f64) -> Vec<f64> {
        let n = takes.slots.len();
        if n == 0 {
            let at = (0.0, (center.1 - NODE.1 / 2.0).round());
            scene.nodes.push(match self.n_input_ports() {
                0 => ghost(at, "no input stated", "it names nothing it reads", None),
                n => ghost(at, &format!("{n} unknown"), "not in this registry", None),
            });
            if self.n_input_ports() == 0 {
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
            let href = self.links.to(&format!("{}#access", address::product(self.slug)));
            scene.nodes.push(ghost(at, "no consumer declared", "declare use", href));
            return;
        }
        let first = (center.1 - (to_f64(n) * step - (step - NODE.1)) / 2.0).round();
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
                let style = if ports[*port].is_ending { LineStyle::Ending } else { style_of(&members) };
                lines.push(Line { points: vec![(trunk.1, ports[*port].y), (x, ends)], style, n: members.len() });
                read.insert(*port);
            }
        }
        for port in read {
            let style = if ports[port].is_ending { LineStyle::Ending } else { LineStyle::Stated };
            scene.lines.push(Line { points: vec![(trunk.0, ports[port].y), (trunk.1, ports[port].y)], style, n: 1 });
        }
        scene.lines.append(&mut lines);
    }

    fn node(&self, slot: &Slot, side: Side, at: (f64, f64)) -> Node {
        let must_move = match (slot.n_ending(), slot.members().len()) {
            (0, _) => String::new(),
            (n, all) if n == all => ", must move".to_owned(),
            (n, _) => format!(", {n} must move"),
        };
        let (shape, under) = match slot {
            Slot::One(neighbour) => {
                let (shape, under) = match neighbour.node.kind {
                    Kind::SourceSystem => (Shape::Source, "Source system".to_owned()),
                    Kind::Team => (Shape::Team, "Team".to_owned()),
                    _ => (Shape::Product, neighbour.domain.title.clone()),
                };
                let assumed = if neighbour.trust >= Trust::Assumed { ", assumed" } else { "" };
                (shape, [&under, assumed, &must_move].concat())
            }
            Slot::Group(_, members) | Slot::More(_, members) => {
                (Shape::Stack, format!("{}{must_move}", count_words(members)))
            }
        };
        let href = self.page(slot, side).and_then(|page| self.links.to(&page));
        Node { at, shape, name: self.slot_name(slot), under, href, is_middle: false }
    }

    fn slot_name(&self, slot: &Slot) -> String {
        match slot {
            Slot::One(neighbour) => node_header(self.mesh, neighbour.node).title().to_owned(),
            Slot::Group(domain, _) => domain.title.clone(),
            Slot::More(n, _) => more_words(*n),
        }
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

    fn row(&self, slot: &Slot, side: Side) -> EgoRow {
        let members = slot.members();
        let names = || {
            let names: Vec<&str> =
                members.iter().take(4).map(|member| node_header(self.mesh, member.node).title()).collect();
            let rest = members.len() - names.len();
            if rest == 0 { names.join(", ") } else { format!("{} and {rest} more", names.join(", ")) }
        };
        let note = match slot {
            Slot::One(neighbour) => match neighbour.node.kind {
                Kind::SourceSystem => "Source system".to_owned(),
                Kind::Team => "Team".to_owned(),
                _ => neighbour.domain.title.clone(),
            },
            Slot::Group(..) | Slot::More(..) => names(),
        };
        let through: BTreeSet<&str> =
            members.iter().flat_map(|member| member.through.iter().map(String::as_str)).collect();
        let n_through = through.len();
        let mut through: Vec<&str> = through.into_iter().take(4).collect();
        let and_more = format!("{} more", n_through.saturating_sub(4));
        if n_through > 4 {
            through.push(&and_more);
        }
        let n_ending = slot.n_ending();
        EgoRow {
            name: self.slot_name(slot),
            page: self.page(slot, side),
            note,
            direction: if side == Side::Takes { "takes from" } else { "gives to" },
            through: through.join(", "),
            standing: standing(members),
            ending: (n_ending > 0).then(|| match (n_ending, members.len()) {
                (1, 1) if side == Side::Takes => "it is ending".to_owned(),
                (1, 1) => "must move".to_owned(),
                (n, all) if side == Side::Takes => format!("{n} of {all} are ending"),
                (n, all) => format!("{n} of {all} must move"),
            }),
            n: members.len(),
            products: {
                let nodes = members.iter().map(|member| member.node);
                nodes.filter(|node| node.kind == Kind::DataProduct).map(|node| node.idx).collect()
            },
        }
    }

    fn title(&self, takes: &Around, gives: &Around) -> String {
        let takes_words = match takes.n {
            0 => match self.n_input_ports() {
                0 => "states nothing it takes from".to_owned(),
                n => format!("takes from {} not in this registry", parts::count(n, "input port")),
            },
            n => format!("takes from {}", parts::count(n, "neighbour")),
        };
        let gives_words = match gives.n {
            0 => "has no declared consumer".to_owned(),
            n => format!("gives to {n} in {}", parts::count(gives.n_domains, "domain")),
        };
        format!("{} {takes_words} and {gives_words}", self.name())
    }

    fn caption(&self, takes: &Around, gives: &Around) -> String {
        let slots = || takes.slots.iter().chain(&gives.slots);
        let mut styles: Vec<LineStyle> = slots().map(|slot| style_of(slot.members())).collect();
        let outputs = &self.mesh.products[self.product_idx];
        let reads_ending = gives.slots.iter().any(|slot| {
            slot.ports().into_iter().any(|port| {
                outputs.descriptor.output_ports[port].is_deprecated
                    || outputs.outputs[port].is_some_and(|idx| near::is_ending_contract(self.mesh, idx))
            })
        });
        if reads_ending && outputs.descriptor.output_ports.len() <= PORTS {
            styles.push(LineStyle::Ending);
        }
        if takes.n == 0 && self.n_input_ports() > 0 {
            styles.push(LineStyle::Stated);
        }
        styles.sort();
        styles.dedup();
        let mut legend: Vec<&str> = styles.iter().map(|style| style.legend()).collect();
        // Where lines stand for nearly as many, they look alike.
        let counts = || slots().map(|slot| slot.members().len());
        if counts().max().is_some_and(|most| counts().any(|least| most >= least + TOLD_APART)) {
            legend.push("wider means more products");
        }
        let mut sentences = vec![parts::sentence(&legend.join(", "))];
        for (around, verb, noun) in [(takes, "takes from", "neighbour"), (gives, "gives to", "consumer")] {
            if !around.is_cut() {
                continue;
            }
            let named = around.slots.len() - usize::from(around.n_more().is_some());
            sentences.push(match around.n_more() {
                Some(_) => format!(
                    "It {verb} {}, grouped by domain: {named} of {} are drawn",
                    parts::count(around.n, noun),
                    parts::count(around.n_domains, "domain")
                ),
                None => format!(
                    "It {verb} {} in {}, grouped by domain",
                    parts::count(around.n, noun),
                    parts::count(around.n_domains, "domain")
                ),
            });
        }
        let n_outputs = outputs.descriptor.output_ports.len();
        if n_outputs > PORTS && gives.n > 0 {
            sentences.push(format!("Its {n_outputs} output ports are drawn as one; the table tells them apart"));
        }
        let is_lost =
            |binding: &&crate::graph::Binding| binding.published_by.is_empty() && binding.source_idx.is_none();
        let n_lost = outputs.inputs.iter().filter(is_lost).count();
        if n_lost > 0 {
            let verb = if n_lost == 1 { "leads" } else { "lead" };
            sentences.push(format!("{} {verb} to nothing in this registry", parts::count(n_lost, "input port")));
        }
        let sentences: Vec<String> =
            sentences.into_iter().filter(|sentence| !sentence.is_empty()).map(|sentence| sentence + ".").collect();
        sentences.join(" ")
    }
}

/// So many more products a line stands for than another before one sees that it is wider.
const TOLD_APART: usize = 6;

fn ghost(at: (f64, f64), name: &str, under: &str, href: Option<String>) -> Node {
    Node { at, shape: Shape::Ghost, name: name.to_owned(), under: under.to_owned(), href, is_middle: false }
}

fn head(words: &str, around: &Around) -> String {
    match (around.n, around.n_domains) {
        (0, _) => format!("{words} nobody"),
        (n, 1) => format!("{words} {n}"),
        (n, domains) => format!("{words} {n}, in {domains} domains"),
    }
}

fn more_words(n_domains: usize) -> String {
    if n_domains == 1 { "1 more domain".to_owned() } else { format!("{n_domains} more domains") }
}

/// Returns how a line to these is drawn.
fn style_of(members: &[Neighbour]) -> LineStyle {
    if !members.is_empty() && members.iter().all(|member| member.is_ending) {
        LineStyle::Ending
    } else if members.iter().all(|member| member.trust >= Trust::Assumed) {
        LineStyle::Assumed
    } else {
        LineStyle::Stated
    }
}

/// Words how neighbours are known: "declared", "agreed until 31 Mar 2027", "12 declared, 8 of them agreed".
pub(super) fn standing(members: &[Neighbour]) -> String {
    if let [only] = members {
        let agreed = only.agreed.as_ref().map(|agreed| match &agreed.until {
            // A date stays on one line.
            Some(until) => format!("agreed until {}", until.replace(' ', "\u{a0}")),
            None => "agreed, without an end".to_owned(),
        });
        return match (only.trust, agreed) {
            (Trust::Declared, Some(agreed)) => format!("declared, {agreed}"),
            (Trust::Agreed, agreed) => agreed.unwrap_or_else(|| Trust::Agreed.word().to_owned()),
            (trust, Some(agreed)) => format!("{}, {agreed}", trust.word()),
            (trust, None) => trust.word().to_owned(),
        };
    }
    let mut words: Vec<String> = Vec::new();
    for trust in [Trust::Declared, Trust::Agreed, Trust::Assumed, Trust::Hint] {
        let n = members.iter().filter(|member| member.trust == trust).count();
        if n > 0 {
            words.push(format!("{n} {}", trust.word()));
        }
    }
    let n_agreed = members.iter().filter(|member| member.trust == Trust::Declared && member.agreed.is_some()).count();
    if n_agreed > 0 {
        words.push(format!("{n_agreed} of them with an agreement"));
    }
    words.join(", ")
}
