//! The lineage of a column: the columns it comes from, those that come from it, and who may read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Root;
use super::drawing::{self, Drawing};
use super::lineage::{LineageFormat, drawn, head};
use super::tree::{Branch, reach, tree};
use crate::diagnostic::visible;
use crate::graph::{ColumnLineage, ColumnPlace, ColumnReader, Edge, EdgeKind, Found, LineageNode, Mesh, Slice, Trust};
use crate::model::Kind;
use crate::render::parts;
use crate::render::picture::{About, Deep, Links};

/// What a column is drawn with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// A column, or an object as a whole.
    Column(ColumnPlace),
    /// A source that names no column of what the product reads.
    Text(String),
    /// A product that may read the column.
    Product(usize),
}

/// Writes what is around the columns that are asked for.
pub(super) fn column_lineage(mesh: &Mesh, root: &Root, up: usize, down: usize, format: LineageFormat) -> String {
    let columns = Columns { mesh, lineage: ColumnLineage::of(mesh), root };
    if let LineageFormat::Tree { color } = format {
        return columns.text(up, down, color);
    }
    let around = columns.around(up, down);
    match format {
        LineageFormat::Svg => columns.picture(&around),
        LineageFormat::Mermaid => columns.drawing(&around).mermaid(),
        LineageFormat::Dot => columns.drawing(&around).dot(),
        LineageFormat::Json | LineageFormat::Tree { .. } => columns.drawing(&around).json(&root.reference),
    }
}

struct Columns<'a> {
    mesh: &'a Mesh,
    lineage: ColumnLineage,
    root: &'a Root,
}

/// The nodes with their distance, negative towards the sources, and the edges between them.
#[derive(Default)]
struct Around {
    nodes: BTreeMap<Node, i32>,
    edges: BTreeSet<(Node, Node)>,
}

impl Columns<'_> {
    fn middles(&self) -> Vec<Node> {
        self.root.columns.iter().cloned().map(Node::Column).collect()
    }

    fn sources(&self, node: &Node) -> Vec<Node> {
        let Node::Column(place) = node else { return Vec::new() };
        let origins = self.lineage.origins(place);
        origins.places.into_iter().map(Node::Column).chain(origins.texts.into_iter().map(Node::Text)).collect()
    }

    fn readers(&self, node: &Node) -> Vec<Node> {
        let Node::Column(place) = node else { return Vec::new() };
        let readers: BTreeSet<&ColumnPlace> =
            self.lineage.readers(place).into_iter().map(|(reader, _)| reader).collect();
        readers.into_iter().cloned().map(Node::Column).collect()
    }

    /// Returns the products that read the contract directly and do not say that they read the column.
    fn silent(&self) -> Vec<ColumnReader> {
        let mut rows = self.lineage.impact(self.mesh, &self.root.columns);
        rows.retain(|reader| reader.row.distance == 1 && reader.row.reads.is_empty());
        rows
    }

    fn branches(&self, nodes: Vec<Node>) -> Vec<Branch<Node>> {
        let line = |node: Node| {
            let line = match &node {
                Node::Text(text) => format!("{text} (no column of what the product reads)"),
                node => self.id(node),
            };
            (node, line)
        };
        nodes.into_iter().map(line).collect()
    }

    fn text(&self, up: usize, down: usize, color: bool) -> String {
        let mut text = head(&self.root.reference, color);
        let mut section = |title: &str, nothing: &str, body: &str| {
            if body.is_empty() {
                writeln!(text, "\n{nothing}").expect("a string takes all text");
            } else {
                write!(text, "\n{title}\n{body}").expect("a string takes all text");
            }
        };
        let middles = self.middles();
        if up > 0 {
            let body = tree(&middles, up, |node| self.branches(self.sources(node)));
            section("comes from", "does not say what it comes from", &body);
        }
        if down > 0 {
            let body = tree(&middles, down, |node| self.branches(self.readers(node)));
            section("is read by, as stated", "no column says that it comes from it", &body);
            let silent = self.silent();
            let mut body = String::new();
            for (position, reader) in silent.iter().enumerate() {
                let joint = if position + 1 == silent.len() { "└─" } else { "├─" };
                let product = self.id(&Node::Product(reader.row.product_idx));
                writeln!(body, "{joint} {}, {}", visible(&product), visible(&instead(reader)))
                    .expect("a string takes all text");
            }
            section("may be read by", "no other product reads the contract", &body);
        }
        text
    }

    fn around(&self, up: usize, down: usize) -> Around {
        let mut around = Around::default();
        let middles = self.middles();
        for (node, distance) in reach(&middles, up, |node| self.sources(node)) {
            around.nodes.insert(node, -signed(distance));
        }
        for (node, distance) in reach(&middles, down, |node| self.readers(node)) {
            around.nodes.entry(node).or_insert(signed(distance));
        }
        for node in around.nodes.keys() {
            for source in self.sources(node).into_iter().filter(|source| around.nodes.contains_key(source)) {
                around.edges.insert((source, node.clone()));
            }
            // Those of a part of a column are edges of the column here.
            for reader in self.readers(node).into_iter().filter(|reader| around.nodes.contains_key(reader)) {
                around.edges.insert((node.clone(), reader));
            }
        }
        for reader in if down > 0 { self.silent() } else { Vec::new() } {
            let product = Node::Product(reader.row.product_idx);
            for column in &self.root.columns {
                if self.mesh.contracts[column.contract_idx].consumers.contains(&reader.row.product_idx) {
                    around.edges.insert((Node::Column(column.clone()), product.clone()));
                }
            }
            around.nodes.insert(product, 1);
        }
        around
    }

    fn id(&self, node: &Node) -> String {
        match node {
            Node::Column(place) => self.mesh.column_reference(place),
            Node::Text(text) => format!("text:{text}"),
            Node::Product(idx) => self.mesh.reference(Found { kind: Kind::DataProduct, idx: *idx }),
        }
    }

    fn drawing(&self, around: &Around) -> Drawing {
        let mesh = self.mesh;
        let node = |node: &Node| match node {
            Node::Product(idx) => drawn(mesh, Found { kind: Kind::DataProduct, idx: *idx }),
            Node::Text(text) => drawing::Node {
                id: self.id(node),
                kind: drawing::TEXT,
                name: text.clone(),
                domain: None,
                owner: None,
                state: None,
            },
            Node::Column(place) => {
                let contract = &mesh.contracts[place.contract_idx];
                drawing::Node {
                    id: self.id(node),
                    kind: "column",
                    name: place.path(),
                    domain: mesh.contract_domain(contract),
                    owner: mesh.contract_owner(contract),
                    state: mesh.state(Found { kind: Kind::DataContract, idx: place.contract_idx }),
                }
            }
        };
        let number: BTreeMap<&Node, usize> =
            around.nodes.keys().enumerate().map(|(number, node)| (node, number)).collect();
        let edge = |(from, to): &(Node, Node)| {
            let (kind, trust) = match to {
                Node::Product(_) => (EdgeKind::Consumes.word(), Trust::Assumed),
                _ => ("transforms", Trust::Hint),
            };
            let contract = match from {
                Node::Column(place) => Some(mesh.contract_version(place.contract_idx)),
                _ => None,
            };
            drawing::Edge { from: number[from], to: number[to], kind, trust: trust.word(), contract }
        };
        Drawing {
            nodes: around.nodes.keys().map(node).collect(),
            edges: around.edges.iter().map(edge).collect(),
            middles: self.middles().iter().filter_map(|middle| number.get(middle).copied()).collect(),
        }
    }

    /// Draws the products between which the columns flow: the picture has no room for columns.
    fn picture(&self, around: &Around) -> String {
        let product = |idx| LineageNode { kind: Kind::DataProduct, idx };
        let publishers = |node: &Node| -> Vec<LineageNode> {
            match node {
                Node::Column(place) => self.mesh.contracts[place.contract_idx]
                    .published_by
                    .iter()
                    .map(|by| product(by.product_idx))
                    .collect(),
                Node::Text(_) => Vec::new(),
                Node::Product(idx) => vec![product(*idx)],
            }
        };
        let mut slice = Slice::default();
        let middles: BTreeSet<LineageNode> = self.middles().iter().flat_map(publishers).collect();
        for middle in &middles {
            slice.nodes.insert(*middle, 0);
        }
        let mut nodes: Vec<(&Node, i32)> = around.nodes.iter().map(|(node, distance)| (node, *distance)).collect();
        nodes.sort_by_key(|(_, distance)| distance.abs());
        for (node, distance) in nodes {
            for publisher in publishers(node) {
                slice.nodes.entry(publisher).or_insert(distance);
            }
        }
        for (from, to) in &around.edges {
            let Node::Column(place) = from else { continue };
            // What a column states is no assumption, though only a text says so.
            let trust = if matches!(to, Node::Product(_)) { Trust::Assumed } else { Trust::Declared };
            for provider in publishers(from) {
                for reader in publishers(to).into_iter().filter(|reader| *reader != provider) {
                    let edge = Edge {
                        kind: EdgeKind::Consumes,
                        trust,
                        contract_idx: Some(place.contract_idx),
                        port_idx: None,
                    };
                    slice.edges.push((provider, reader, edge));
                }
            }
        }
        slice.edges.sort();
        slice.edges.dedup();
        let middles: Vec<LineageNode> = middles.into_iter().collect();
        let n_texts = around.nodes.keys().filter(|node| matches!(node, Node::Text(_))).count();
        let verb = if n_texts == 1 { "is" } else { "are" };
        let texts =
            format!("{} that {verb} no column of what is read {verb} not drawn", parts::count(n_texts, "source"));
        let about = About {
            name: self.root.reference.clone(),
            is_column: true,
            notes: (n_texts > 0).then_some(texts).into_iter().collect(),
            ..About::default()
        };
        Deep::of_slice(self.mesh, &middles, &slice, &about, &Links::Nowhere).file()
    }
}

/// Says what a product states in place of the column.
pub(super) fn instead(reader: &ColumnReader) -> String {
    if reader.row.distance > 1 {
        return "through what it reads".to_owned();
    }
    match reader.instead.as_slice() {
        [] => "states no columns".to_owned(),
        columns => format!("states only {}", columns.join(", ")),
    }
}

fn signed(distance: usize) -> i32 {
    i32::try_from(distance).unwrap_or(i32::MAX)
}
