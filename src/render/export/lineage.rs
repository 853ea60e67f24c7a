//! Lineage as a tree, JSON, Mermaid, DOT or SVG.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use super::ExportError;
use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible;
use crate::graph::{Edge, Found, LineageNode, Mesh, Slice};
use crate::model::{Header, Kind};
use crate::render::picture;

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
    /// A picture.
    Svg,
}

/// Writes what is around a product, contract or source system. For a contract the graph is that of
/// the products that publish it.
///
/// # Errors
/// When the thing has no lineage.
pub fn lineage(
    mesh: &Mesh,
    roots: &[Found],
    up: usize,
    down: usize,
    format: LineageFormat,
) -> Result<String, ExportError> {
    let root = super::impact::reference(mesh, roots)?;
    let middles: BTreeSet<LineageNode> = roots
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
    let middles: Vec<LineageNode> = middles.into_iter().collect();
    let mut slice = Slice::default();
    let mut edges = BTreeSet::new();
    for middle in &middles {
        let around = mesh.lineage.around(*middle, up, down);
        slice.nodes.extend(around.nodes);
        edges.extend(around.edges);
    }
    slice.edges = edges.into_iter().collect();
    Ok(match format {
        LineageFormat::Tree { color } => tree(mesh, &root, &middles, up, down, color),
        LineageFormat::Json => json(mesh, root, &slice),
        LineageFormat::Mermaid => mermaid(mesh, &slice, &middles),
        LineageFormat::Dot => dot(mesh, &slice, &middles),
        LineageFormat::Svg => picture::lineage_svg(mesh, &slice, &middles),
    })
}

/// Returns the header of a node of the graph.
pub(crate) fn header(mesh: &Mesh, node: LineageNode) -> &Header {
    match node.kind {
        Kind::SourceSystem => &mesh.sources[node.idx].descriptor.header,
        Kind::Team => &mesh.teams[node.idx].descriptor.header,
        _ => &mesh.products[node.idx].descriptor.header,
    }
}

#[derive(Serialize)]
struct Json {
    version: u32,
    root: String,
    nodes: Vec<Node>,
    edges: Vec<JsonEdge>,
}

#[derive(Serialize)]
struct Node {
    id: String,
    kind: &'static str,
    name: String,
    domain: Option<String>,
    owner: Option<String>,
}

#[derive(Serialize)]
struct JsonEdge {
    from: String,
    to: String,
    kind: &'static str,
    trust: &'static str,
    contract: Option<String>,
}

fn json(mesh: &Mesh, root: String, slice: &Slice) -> String {
    let node = |node: &LineageNode| {
        let own = header(mesh, *node);
        let (domain, owner) = match node.kind {
            Kind::DataProduct => {
                let product = &mesh.products[node.idx];
                (mesh.product_domain(product), mesh.product_owner(product))
            }
            Kind::SourceSystem => {
                let source = &mesh.sources[node.idx];
                let team = source.owner_idx.map(|idx| mesh.teams[idx].descriptor.header.id.value.to_string());
                (source.domain_idx.map(|idx| mesh.domains[idx].descriptor.header.id.value.to_string()), team)
            }
            _ => {
                let domain = mesh.teams[node.idx].domain_idx;
                (domain.map(|idx| mesh.domains[idx].descriptor.header.id.value.to_string()), None)
            }
        };
        Node { id: own.reference(), kind: node.kind.word(), name: own.title().to_owned(), domain, owner }
    };
    let edge = |(from, to, edge): &(LineageNode, LineageNode, Edge)| JsonEdge {
        from: header(mesh, *from).reference(),
        to: header(mesh, *to).reference(),
        kind: edge.kind.word(),
        trust: edge.trust.word(),
        contract: edge.contract_idx.map(|idx| contract_reference(mesh, idx)),
    };
    let json = Json {
        version: 1,
        root,
        nodes: slice.nodes.keys().map(node).collect(),
        edges: slice.edges.iter().map(edge).collect(),
    };
    json_text(&json)
}

/// Returns `id@version` of a contract.
pub(crate) fn contract_reference(mesh: &Mesh, idx: usize) -> String {
    let contract = &mesh.contracts[idx].descriptor;
    format!("{}@{}", contract.header.id.value, contract.version_text())
}

fn tree(mesh: &Mesh, root: &str, middles: &[LineageNode], up: usize, down: usize, color: bool) -> String {
    let style = if color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
    let mut text = format!("{style}{}{style:#}\n", visible(root));
    for (title, steps, is_up) in [("reads", up, true), ("is read by", down, false)] {
        if steps == 0 {
            continue;
        }
        let mut body = String::new();
        for middle in middles {
            branch(mesh, *middle, steps, is_up, "", &mut BTreeSet::from([*middle]), &mut body);
        }
        if body.is_empty() {
            let nothing = if is_up { "reads nothing that is stated" } else { "is read by nobody that says so" };
            writeln!(text, "\n{nothing}").expect("a string takes all text");
        } else {
            write!(text, "\n{title}\n{body}").expect("a string takes all text");
        }
    }
    text
}

fn branch(
    mesh: &Mesh,
    node: LineageNode,
    steps: usize,
    is_up: bool,
    indent: &str,
    seen: &mut BTreeSet<LineageNode>,
    text: &mut String,
) {
    let edges = if is_up { mesh.lineage.upstream(node) } else { mesh.lineage.downstream(node) };
    let n_edges = edges.len();
    for (position, (next, edge)) in edges.into_iter().enumerate() {
        let is_last = position + 1 == n_edges;
        let own = header(mesh, next);
        let contract =
            edge.contract_idx.map(|idx| format!(" through {}", contract_reference(mesh, idx))).unwrap_or_default();
        let trust = if edge.trust == crate::graph::Trust::Declared {
            String::new()
        } else {
            format!(", {}", edge.trust.word())
        };
        let again = if seen.contains(&next) { " (see above)" } else { "" };
        let line = format!("{}{contract}{trust}{again}", own.reference());
        let joint = if is_last { "└─ " } else { "├─ " };
        writeln!(text, "{indent}{joint}{}", visible(&line)).expect("a string takes all text");
        if steps > 1 && seen.insert(next) {
            let deeper = format!("{indent}{}", if is_last { "   " } else { "│  " });
            branch(mesh, next, steps - 1, is_up, &deeper, seen, text);
        }
    }
}

/// Text inside the quotes of a Mermaid or DOT label, as entities that both leave alone.
fn label(text: &str) -> String {
    let mut safe = String::new();
    for character in visible(text).chars() {
        match character {
            '"' => safe.push_str("&quot;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' => safe.push_str("&#92;"),
            '`' => safe.push_str("&#96;"),
            // What Mermaid reads as a directive or an entity of its own.
            '%' => safe.push_str("#37;"),
            '{' => safe.push_str("#123;"),
            '}' => safe.push_str("#125;"),
            '#' => safe.push_str("#35;"),
            character => safe.push(character),
        }
    }
    safe
}

fn mermaid(mesh: &Mesh, slice: &Slice, middles: &[LineageNode]) -> String {
    let mut text = "flowchart LR\n".to_owned();
    let number = |node: &LineageNode| slice.nodes.keys().position(|known| known == node).unwrap_or(0);
    for node in slice.nodes.keys() {
        let (open, close) = match node.kind {
            Kind::SourceSystem => ("[(", ")]"),
            Kind::Team => ("([", "])"),
            _ => ("{{", "}}"),
        };
        let class = if middles.contains(node) { ":::middle" } else { "" };
        writeln!(text, "  n{}{open}\"{}\"{close}{class}", number(node), label(header(mesh, *node).title()))
            .expect("a string takes all text");
    }
    for (from, to, edge) in &slice.edges {
        let arrow = if edge.trust == crate::graph::Trust::Declared { "-->" } else { "-.->" };
        let contract =
            edge.contract_idx.map(|idx| format!("|\"{}\"|", label(&contract_reference(mesh, idx)))).unwrap_or_default();
        writeln!(text, "  n{} {arrow}{contract} n{}", number(from), number(to)).expect("a string takes all text");
    }
    text + "  classDef middle stroke-width:3px\n"
}

fn dot(mesh: &Mesh, slice: &Slice, middles: &[LineageNode]) -> String {
    let mut text = "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n".to_owned();
    let quoted = |text: &str| visible(text).replace('\\', "\\\\").replace('"', "\\\"");
    let id = |node: LineageNode| format!("\"{}\"", quoted(&header(mesh, node).reference()));
    for node in slice.nodes.keys() {
        let shape = match node.kind {
            Kind::SourceSystem => "cylinder",
            Kind::Team => "ellipse",
            _ => "hexagon",
        };
        let width = if middles.contains(node) { ", penwidth=3" } else { "" };
        let title = header(mesh, *node).title();
        let title = quoted(title);
        writeln!(text, "  {} [label=\"{title}\", shape={shape}{width}];", id(*node)).expect("a string takes all text");
    }
    for (from, to, edge) in &slice.edges {
        let style = if edge.trust == crate::graph::Trust::Declared { "solid" } else { "dashed" };
        let contract = edge.contract_idx.map(|idx| contract_reference(mesh, idx)).unwrap_or_default();
        let contract = quoted(&contract);
        writeln!(text, "  {} -> {} [label=\"{contract}\", style={style}];", id(*from), id(*to))
            .expect("a string takes all text");
    }
    text + "}\n"
}
