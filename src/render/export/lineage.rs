//! Lineage as a tree, JSON, Mermaid, DOT or SVG.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use petgraph::Direction;

use super::column_lineage::column_lineage;
use super::drawing::{self, Drawing};
use super::tree::{Branch, reach, tree};
use super::{ExportError, Root};
use crate::diagnostic::visible;
use crate::graph::{Behind, Edge, EdgeKind, Found, LineageNode, Mesh, Slice, Trust};
use crate::model::{Header, InputPort, Kind};
use crate::policy::Outcome;
use crate::render::picture::{self, About, Deep, Links};

/// How lineage is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineageFormat {
    /// An indented tree for a terminal.
    Tree {
        /// Names in bold.
        color: bool,
    },
    /// Nodes and edges.
    Json,
    /// A Mermaid flowchart.
    Mermaid,
    /// A Graphviz graph.
    Dot,
    /// A picture, as the site has it.
    Svg,
}

/// Writes what is around a product, contract, column or source system, `up` steps towards its sources
/// and `down` steps towards its consumers. For a contract the graph is that of the products that
/// publish it, with only those consumers that read this contract.
///
/// # Errors
/// When the thing has no lineage.
pub fn lineage(
    outcome: &Outcome,
    root: &Root,
    up: usize,
    down: usize,
    format: LineageFormat,
) -> Result<String, ExportError> {
    let mesh = &outcome.mesh;
    root.check()?;
    if !root.columns.is_empty() {
        return Ok(column_lineage(mesh, root, up, down, format));
    }
    let around = Around::of(mesh, root);
    if let LineageFormat::Tree { color } = format {
        return Ok(around.text(&root.reference, up, down, color));
    }
    let slice = around.slice(up, down);
    Ok(match format {
        LineageFormat::Svg => {
            let links = outcome.config.mesh.base_url.clone().map_or(Links::Nowhere, Links::Absolute);
            if around.contracts.is_empty() {
                picture::lineage_file(outcome, &around.middles, up, down, &links)
            } else {
                let n_lost = around.n_lost(&slice, up);
                let about = About { name: root.reference.clone(), n_lost, ..About::default() };
                Deep::of_slice(mesh, &around.middles, &slice, &about, &links).file()
            }
        }
        LineageFormat::Mermaid => around.drawing(&slice).mermaid(),
        LineageFormat::Dot => around.drawing(&slice).dot(),
        LineageFormat::Json | LineageFormat::Tree { .. } => around.drawing(&slice).json(&root.reference),
    })
}

/// Returns the header of a node of the graph.
pub(crate) fn header(mesh: &Mesh, node: LineageNode) -> &Header {
    mesh.header(node)
}

/// Returns the head of a tree: what it is of, in bold with `color`.
pub(super) fn head(reference: &str, color: bool) -> String {
    let style = if color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    format!("{style}{}{style:#}\n", visible(reference))
}

/// A line of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// A node of the graph.
    Node(LineageNode),
    /// An input port of a product that no other thing gives.
    Port(usize, usize),
}

/// The graph around the things that are asked for.
struct Around<'a> {
    mesh: &'a Mesh,
    middles: Vec<LineageNode>,
    /// The versions of the contract that is asked for; empty for other things.
    contracts: BTreeSet<usize>,
}

impl<'a> Around<'a> {
    fn of(mesh: &'a Mesh, root: &Root) -> Around<'a> {
        let is_contract = |found: &&Found| found.kind == Kind::DataContract;
        let contracts: BTreeSet<usize> = root.things.iter().filter(is_contract).map(|found| found.idx).collect();
        let middles: BTreeSet<LineageNode> = root
            .things
            .iter()
            .flat_map(|found| match found.kind {
                Kind::DataContract => mesh.contracts[found.idx]
                    .published_by
                    .iter()
                    .map(|by| Found { kind: Kind::DataProduct, idx: by.product_idx })
                    .collect(),
                _ => vec![*found],
            })
            .collect();
        Around { mesh, middles: middles.into_iter().collect(), contracts }
    }

    /// Returns the neighbours of a node. A product that stands for its contract has only those
    /// consumers that read it, and those inputs that its ports say feed it.
    fn neighbours(&self, node: LineageNode, direction: Direction) -> Vec<(LineageNode, &'a Edge)> {
        let mut found = self.mesh.lineage.neighbours(node, direction);
        if !self.contracts.is_empty() && self.middles.contains(&node) {
            found.retain(|(_, edge)| match direction {
                Direction::Outgoing => edge.contract_idx.is_some_and(|idx| self.contracts.contains(&idx)),
                Direction::Incoming => self.may_enter(node, edge),
            });
        }
        found
    }

    /// Says whether an input of a product feeds one of the contracts: a port names it, or names none.
    fn feeds(&self, product_idx: usize, input: &str) -> bool {
        let product = &self.mesh.products[product_idx];
        product.descriptor.output_ports.iter().zip(&product.outputs).any(|(port, output)| {
            output.is_some_and(|output| self.contracts.contains(&output))
                && (port.input_contracts.is_empty()
                    || port.input_contracts.iter().any(|known| known.id.value == *input))
        })
    }

    fn text(&self, reference: &str, up: usize, down: usize, color: bool) -> String {
        let mut text = head(reference, color);
        if self.middles.is_empty() {
            return text + "\nno product publishes this contract\n";
        }
        for (title, steps, direction) in [("reads", up, Direction::Incoming), ("is read by", down, Direction::Outgoing)]
        {
            // A source system reads nothing in a mesh.
            let is_source = self.middles.iter().all(|middle| middle.kind == Kind::SourceSystem);
            if steps == 0 || (is_source && direction == Direction::Incoming) {
                continue;
            }
            let middles: Vec<Place> = self.middles.iter().copied().map(Place::Node).collect();
            let body = tree(&middles, steps, |place| match place {
                Place::Node(node) => self.branches(*node, direction),
                Place::Port(..) => Vec::new(),
            });
            if body.is_empty() {
                let nothing = match direction {
                    Direction::Incoming => "reads nothing that is stated",
                    Direction::Outgoing => "is read by nobody that says so",
                };
                writeln!(text, "\n{nothing}").expect("a string takes all text");
            } else {
                write!(text, "\n{title}\n{body}").expect("a string takes all text");
            }
        }
        text
    }

    /// Returns the neighbours of a node, each once with everything that leads to it, and its inputs that none of them
    /// gives.
    fn branches(&self, node: LineageNode, direction: Direction) -> Vec<Branch<Place>> {
        let mut joined: BTreeMap<LineageNode, Vec<&Edge>> = BTreeMap::new();
        for (next, edge) in self.neighbours(node, direction) {
            joined.entry(next).or_default().push(edge);
        }
        let line = |(next, edges): (LineageNode, Vec<&Edge>)| {
            let consumer = if direction == Direction::Incoming { node } else { next };
            let words: BTreeSet<String> = edges.iter().filter_map(|edge| self.through(consumer, edge)).collect();
            let words: Vec<String> = words.into_iter().collect();
            let mut line = self.mesh.reference(next);
            if let Some(state) = self.mesh.state(next) {
                line += &format!(" ({state})");
            }
            if !words.is_empty() {
                let words = words.join(", ");
                let is_source = [node, next].iter().any(|node| node.kind == Kind::SourceSystem);
                line += &if is_source { format!(" ({words})") } else { format!(" through {words}") };
            }
            if edges.iter().all(|edge| edge.trust != Trust::Declared) {
                let trust = edges.first().map_or("", |edge| edge.trust.word());
                line += &format!(", {trust}");
            }
            (Place::Node(next), line)
        };
        let mut branches: Vec<Branch<Place>> = joined.into_iter().map(line).collect();
        if direction == Direction::Incoming && node.kind == Kind::DataProduct {
            let line = |(port_idx, (port, behind)): (usize, (&InputPort, Behind))| {
                let named = port.named().unwrap_or_else(|| format!("input port {}", port.name));
                let line = match behind {
                    Behind::Itself => format!("{} itself through {named}", self.mesh.reference(node)),
                    _ => format!("{named}, not in this registry"),
                };
                (Place::Port(node.idx, port_idx), line)
            };
            branches.extend(self.ports_of_nobody(node.idx).map(line));
        }
        branches
    }

    /// Returns the inputs of a product that it states and no other thing gives; of one that stands for its contract those
    /// that feed it.
    fn ports_of_nobody(&self, product_idx: usize) -> impl Iterator<Item = (usize, (&'a InputPort, Behind))> {
        let is_middle = self.middles.contains(&Found { kind: Kind::DataProduct, idx: product_idx });
        let is_whole = self.contracts.is_empty() || !is_middle;
        let ports = self.mesh.behind(product_idx).enumerate();
        ports.filter(move |(_, (port, behind))| {
            *behind != Behind::Neighbour && (is_whole || self.names_input(product_idx, port))
        })
    }

    /// Counts the inputs behind which is nothing of this registry, of all that leads to the middles.
    fn n_lost(&self, slice: &Slice, up: usize) -> usize {
        let leads = |(node, distance): &(&LineageNode, &i32)| {
            let step = usize::try_from(distance.unsigned_abs()).unwrap_or(usize::MAX);
            node.kind == Kind::DataProduct && **distance <= 0 && step < up
        };
        let ports = slice.nodes.iter().filter(leads).flat_map(|(node, _)| self.ports_of_nobody(node.idx));
        ports.filter(|(_, (_, behind))| *behind == Behind::Nothing).count()
    }

    /// Says whether an input that no other thing gives feeds one of the contracts.
    fn names_input(&self, product_idx: usize, port: &InputPort) -> bool {
        port.contract_id.as_ref().is_none_or(|id| self.feeds(product_idx, &id.value))
    }

    /// Says what flows along an edge: the contract, or the asset of the source system.
    fn through(&self, consumer: LineageNode, edge: &Edge) -> Option<String> {
        match edge.kind {
            EdgeKind::Ingests => {
                let port = self.mesh.products[consumer.idx].descriptor.input_ports.get(edge.port_idx?)?;
                Some(port.source_asset.as_ref()?.value.to_string())
            }
            EdgeKind::Consumes | EdgeKind::Uses => Some(self.mesh.contract_version(edge.contract_idx?)),
        }
    }

    /// Returns the part of the graph that the picture and the machine formats show.
    fn slice(&self, up: usize, down: usize) -> Slice {
        let mut slice = Slice::default();
        for (direction, steps, sign) in [(Direction::Incoming, up, -1), (Direction::Outgoing, down, 1)] {
            let next =
                |node: &LineageNode| self.neighbours(*node, direction).into_iter().map(|(next, _)| next).collect();
            for (node, distance) in reach(&self.middles, steps, next) {
                slice.nodes.entry(node).or_insert(sign * i32::try_from(distance).unwrap_or(i32::MAX));
            }
        }
        for from in slice.nodes.keys() {
            for (to, edge) in self.neighbours(*from, Direction::Outgoing) {
                if slice.nodes.contains_key(&to) && self.may_enter(to, edge) {
                    slice.edges.push((*from, to, edge.clone()));
                }
            }
        }
        slice.edges.sort();
        slice
    }

    /// Says whether an edge into a product that stands for its contract feeds that contract.
    fn may_enter(&self, to: LineageNode, edge: &Edge) -> bool {
        self.contracts.is_empty()
            || !self.middles.contains(&to)
            || edge
                .contract_idx
                .is_none_or(|idx| self.feeds(to.idx, &self.mesh.contracts[idx].descriptor.header.id.value))
    }

    fn drawing(&self, slice: &Slice) -> Drawing {
        let mesh = self.mesh;
        let number: BTreeMap<LineageNode, usize> =
            slice.nodes.keys().enumerate().map(|(number, node)| (*node, number)).collect();
        let edges = slice.edges.iter().map(|(from, to, edge)| drawing::Edge {
            from: number[from],
            to: number[to],
            kind: edge.kind.word(),
            trust: edge.trust.word(),
            contract: edge.contract_idx.map(|idx| mesh.contract_version(idx)),
        });
        Drawing {
            nodes: slice.nodes.keys().map(|node| drawn(mesh, *node)).collect(),
            edges: edges.collect(),
            middles: self.middles.iter().filter_map(|middle| number.get(middle).copied()).collect(),
        }
    }
}

/// Returns a product, source system or team as it is drawn.
pub(super) fn drawn(mesh: &Mesh, node: LineageNode) -> drawing::Node {
    let (domain, owner) = match node.kind {
        Kind::DataProduct => {
            let product = &mesh.products[node.idx];
            (mesh.product_domain(product), mesh.product_owner(product))
        }
        Kind::SourceSystem => {
            let source = &mesh.sources[node.idx];
            (mesh.source_domain(source), mesh.source_owner(source))
        }
        _ => (mesh.domain_id(mesh.teams[node.idx].domain_idx), None),
    };
    let name = mesh.header(node).title().to_owned();
    drawing::Node { id: mesh.reference(node), kind: node.kind.word(), name, domain, owner, state: mesh.state(node) }
}
