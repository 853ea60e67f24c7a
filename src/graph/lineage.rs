//! Who feeds whom: the graph of products, source systems and consumers, each edge with its trust.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::index::Found;
use super::mesh::Mesh;
use crate::model::{AgreementProvider, Kind};

/// How an edge is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// A port says so.
    Declared,
    /// An approved agreement says so, and no port does.
    Agreed,
    /// Nothing says otherwise: all inputs of a product feed all its outputs.
    Assumed,
    /// A free text of a column says so.
    Hint,
}

impl Trust {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Trust::Declared => "declared",
            Trust::Agreed => "agreed",
            Trust::Assumed => "assumed",
            Trust::Hint => "hint",
        }
    }
}

/// What flows along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A product reads a contract of another product.
    Consumes,
    /// A product reads a source system.
    Ingests,
    /// A team uses a product, by agreement.
    Uses,
}

impl EdgeKind {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            EdgeKind::Consumes => "consumes",
            EdgeKind::Ingests => "ingests",
            EdgeKind::Uses => "uses",
        }
    }
}

/// An edge, in the direction of the data: from provider to consumer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// What flows.
    pub kind: EdgeKind,
    /// How it is known.
    pub trust: Trust,
    /// The contract version read, or the position of the agreement's contract.
    pub contract_idx: Option<usize>,
    /// The input port of the consumer, when a port declares the edge.
    pub port_idx: Option<usize>,
}

/// A node: a product, a source system or a team.
pub type LineageNode = Found;

/// The graph.
#[derive(Debug, Default)]
pub struct Lineage {
    graph: DiGraph<LineageNode, Edge>,
    nodes: BTreeMap<LineageNode, NodeIndex>,
    /// Contract versions with who reads them by an agreement in force, in order.
    agreed: Vec<(usize, LineageNode)>,
}

/// A part of the graph around one node, or all of it.
#[derive(Clone, Debug, Default)]
pub struct Slice {
    /// Nodes with their distance from the middle: negative upstream, positive downstream.
    pub nodes: BTreeMap<LineageNode, i32>,
    /// Edges between those nodes, from provider to consumer.
    pub edges: Vec<(LineageNode, LineageNode, Edge)>,
}

impl Lineage {
    /// Returns the direct providers and consumers of a node with their edges, sorted.
    #[must_use]
    pub fn neighbours(&self, node: LineageNode, direction: Direction) -> Vec<(LineageNode, &Edge)> {
        let mut found: Vec<(LineageNode, &Edge)> = self.adjacent(node, direction).collect();
        found.sort();
        found
    }

    /// Returns who reads a contract version by an agreement in force, in order.
    fn agreed_of(&self, contract_idx: usize) -> impl Iterator<Item = LineageNode> {
        let start = self.agreed.partition_point(|(idx, _)| *idx < contract_idx);
        self.agreed[start..].iter().take_while(move |(idx, _)| *idx == contract_idx).map(|(_, reader)| *reader)
    }

    /// Returns the direct providers or consumers of a node with their edges, in no order.
    fn adjacent(&self, node: LineageNode, direction: Direction) -> impl Iterator<Item = (LineageNode, &Edge)> {
        let edges = self.nodes.get(&node).map(|index| self.graph.edges_directed(*index, direction));
        edges.into_iter().flatten().map(move |edge| {
            let other = if direction == Direction::Incoming { edge.source() } else { edge.target() };
            (self.graph[other], edge.weight())
        })
    }

    /// Returns the providers of a node.
    #[must_use]
    pub fn upstream(&self, node: LineageNode) -> Vec<(LineageNode, &Edge)> {
        self.neighbours(node, Direction::Incoming)
    }

    /// Returns the consumers of a node.
    #[must_use]
    pub fn downstream(&self, node: LineageNode) -> Vec<(LineageNode, &Edge)> {
        self.neighbours(node, Direction::Outgoing)
    }

    /// Says whether a node has a provider or consumer beside another.
    #[must_use]
    pub fn leads_past(&self, node: LineageNode, direction: Direction, known: LineageNode) -> bool {
        self.adjacent(node, direction).any(|(other, _)| other != known)
    }

    /// Returns what is at most `up` steps above and `down` steps below a node.
    #[must_use]
    pub fn around(&self, middle: LineageNode, up: usize, down: usize) -> Slice {
        let mut slice = Slice::default();
        slice.nodes.insert(middle, 0);
        for (direction, steps, sign) in [(Direction::Incoming, up, -1), (Direction::Outgoing, down, 1)] {
            let mut seen = BTreeSet::from([middle]);
            let mut queue = VecDeque::from([(middle, 0)]);
            while let Some((node, distance)) = queue.pop_front() {
                if distance == steps {
                    continue;
                }
                for (next, _) in self.adjacent(node, direction) {
                    if seen.insert(next) {
                        let signed = sign * i32::try_from(distance + 1).unwrap_or(i32::MAX);
                        slice.nodes.entry(next).or_insert(signed);
                        queue.push_back((next, distance + 1));
                    }
                }
            }
        }
        let mut edges = Vec::new();
        // Asked of the readers: each reads a few things, while a hub is read by thousands that are not in the slice.
        for to in slice.nodes.keys() {
            for (from, edge) in self.adjacent(*to, Direction::Incoming) {
                if slice.nodes.contains_key(&from) {
                    edges.push((from, *to, edge.clone()));
                }
            }
        }
        edges.sort();
        slice.edges = edges;
        slice
    }

    /// Returns the groups of products that feed each other in a circle, each sorted.
    pub(super) fn circles(&self) -> Vec<Vec<LineageNode>> {
        // Tarjan's way of the library calls itself once a node; a long chain would end the stack.
        let groups = petgraph::algo::kosaraju_scc(&self.graph);
        let mut circles: Vec<Vec<LineageNode>> = groups
            .into_iter()
            .filter(|group| group.len() > 1)
            .map(|group| {
                let mut nodes: Vec<LineageNode> = group.into_iter().map(|index| self.graph[index]).collect();
                nodes.sort();
                nodes
            })
            .collect();
        circles.sort();
        circles
    }

    fn node(&mut self, node: LineageNode) -> NodeIndex {
        if let Some(index) = self.nodes.get(&node) {
            *index
        } else {
            let index = self.graph.add_node(node);
            self.nodes.insert(node, index);
            index
        }
    }

    fn connect(&mut self, from: LineageNode, to: LineageNode, edge: Edge) {
        let (from, to) = (self.node(from), self.node(to));
        self.graph.add_edge(from, to, edge);
    }
}

impl Mesh {
    /// Returns who reads these products and contracts by an agreement in force alone, and declares no input port for it.
    #[must_use]
    pub fn agreed_readers(&self, roots: &[Found]) -> BTreeSet<LineageNode> {
        let mut readers = BTreeSet::new();
        let lives = |node: &LineageNode| node.kind != Kind::DataProduct || !self.is_retired(node.idx);
        for root in roots {
            if root.kind == Kind::DataContract {
                let consumers = &self.contracts[root.idx].consumers;
                let declares = |node: &LineageNode| node.kind == Kind::DataProduct && consumers.contains(&node.idx);
                readers.extend(self.lineage.agreed_of(root.idx).filter(|node| lives(node) && !declares(node)));
            } else if root.kind == Kind::DataProduct {
                let edges = self.lineage.adjacent(*root, Direction::Outgoing);
                let agreed = edges.filter(|(_, edge)| edge.trust == Trust::Agreed).map(|(node, _)| node);
                readers.extend(agreed.filter(lives));
            }
        }
        readers
    }
}

/// Draws the edges that ports and agreements state.
pub(super) fn build(mesh: &Mesh, today: Date) -> Lineage {
    let mut lineage = Lineage::default();
    let product = |idx| LineageNode { kind: Kind::DataProduct, idx };
    for idx in 0..mesh.products.len() {
        lineage.node(product(idx));
    }
    let mut declared = BTreeSet::new();
    for (idx, node) in mesh.products.iter().enumerate() {
        for (port_idx, binding) in node.inputs.iter().enumerate() {
            if let Some(source) = binding.source_idx {
                let edge = Edge {
                    kind: EdgeKind::Ingests,
                    trust: Trust::Declared,
                    contract_idx: None,
                    port_idx: Some(port_idx),
                };
                lineage.connect(LineageNode { kind: Kind::SourceSystem, idx: source }, product(idx), edge);
            }
            let producers: BTreeSet<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
            for producer in producers {
                declared.insert((producer, idx));
                let edge = Edge {
                    kind: EdgeKind::Consumes,
                    trust: Trust::Declared,
                    contract_idx: binding.contract_idx,
                    port_idx: Some(port_idx),
                };
                lineage.connect(product(producer), product(idx), edge);
            }
        }
    }
    for agreement in &mesh.agreements {
        if !agreement.is_in_force(today) {
            continue;
        }
        let Some(provider) = agreement.provider.product.as_ref().and_then(|id| mesh.product(id)) else { continue };
        let contract_idx = named_contract(mesh, &agreement.provider);
        let edge = |kind| Edge { kind, trust: Trust::Agreed, contract_idx, port_idx: None };
        let consumer = agreement.consumer.product.as_ref().and_then(|id| mesh.product(id));
        let team = agreement.consumer.team.as_ref().and_then(|team| mesh.team(team));
        let reader = match (consumer, team) {
            (Some(consumer), _) => (consumer != provider).then(|| product(consumer)),
            (None, team) => team.map(|idx| LineageNode { kind: Kind::Team, idx }),
        };
        lineage.agreed.extend(contract_idx.or_else(|| of_port(mesh, provider, &agreement.provider)).zip(reader));
        match (consumer, team) {
            (Some(consumer), _) if consumer != provider && declared.insert((provider, consumer)) => {
                lineage.connect(product(provider), product(consumer), edge(EdgeKind::Consumes));
            }
            (None, Some(team)) => {
                lineage.connect(product(provider), LineageNode { kind: Kind::Team, idx: team }, edge(EdgeKind::Uses));
            }
            _ => {}
        }
    }
    lineage.agreed.sort_unstable();
    lineage.agreed.dedup();
    lineage
}

/// Returns the contract version that an agreement names.
fn named_contract(mesh: &Mesh, provider: &AgreementProvider) -> Option<usize> {
    let id = provider.contract.as_ref()?;
    let stated = provider.contract_version.as_ref().and_then(|version| mesh.contract(id, version));
    stated.or_else(|| mesh.current_version(id))
}

/// Returns the contract version of the port that an agreement names.
fn of_port(mesh: &Mesh, product_idx: usize, provider: &AgreementProvider) -> Option<usize> {
    let product = &mesh.products[product_idx];
    let port = provider.port.as_ref()?;
    let ports = product.descriptor.output_ports.iter().zip(&product.outputs);
    ports.into_iter().find(|(one, _)| one.is_named(port)).and_then(|(_, contract_idx)| *contract_idx)
}
