//! Nodes and edges as JSON, Mermaid or DOT, whatever they stand for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible_joined;

/// The word for what a column states as its source and what is no column of the registry.
pub(super) const TEXT: &str = "text";

/// A graph to be written.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub(super) nodes: Vec<Node>,
    /// Each once, by the numbers of its nodes.
    pub(super) edges: BTreeSet<Edge>,
    /// The numbers of the nodes that the question is about.
    pub(super) middles: BTreeSet<usize>,
}

/// Shape of the nodes of `lineage --format json`.
#[derive(Debug, Serialize)]
pub(super) struct Node {
    pub(super) id: String,
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) domain: Option<String>,
    pub(super) owner: Option<String>,
    /// `draft`, `proposed`, `deprecated` or `retired`; `null` for what is simply in use.
    pub(super) state: Option<&'static str>,
}

impl Node {
    /// Returns the name, with the state behind it.
    fn title(&self) -> Cow<'_, str> {
        match self.state {
            Some(state) => format!("{} ({state})", self.name).into(),
            None => self.name.as_str().into(),
        }
    }
}

/// An edge between two nodes, by number.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: &'static str,
    pub(super) trust: &'static str,
    /// `id@version` of the contract that is read.
    pub(super) contract: Option<String>,
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    root: &'a str,
    nodes: &'a [Node],
    edges: Vec<JsonEdge<'a>>,
}

#[derive(Serialize)]
struct JsonEdge<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    trust: &'static str,
    contract: Option<&'a str>,
}

impl Edge {
    fn is_declared(&self) -> bool {
        self.trust == crate::graph::Trust::Declared.word()
    }
}

impl Drawing {
    pub(super) fn json(&self, root: &str) -> String {
        let mut edges = Vec::with_capacity(self.edges.len());
        for edge in &self.edges {
            edges.push(JsonEdge {
                from: &self.nodes[edge.from].id,
                to: &self.nodes[edge.to].id,
                kind: edge.kind,
                trust: edge.trust,
                contract: edge.contract.as_deref(),
            });
        }
        json_text(&Json { version: 1, root, nodes: &self.nodes, edges })
    }

    pub(super) fn mermaid(&self) -> String {
        let mut text = "flowchart LR\n".to_owned();
        for (number, node) in self.nodes.iter().enumerate() {
            let (open, close) = match node.kind {
                "source" => ("[(", ")]"),
                "team" => ("([", "])"),
                "column" => ("[", "]"),
                TEXT => (">", "]"),
                _ => ("{{", "}}"),
            };
            let class = if self.middles.contains(&number) { ":::middle" } else { "" };
            writeln!(text, "  n{number}{open}\"{}\"{close}{class}", label(&node.title()))
                .expect("a string takes all text");
        }
        for edge in &self.edges {
            let arrow = if edge.is_declared() { "-->" } else { "-.->" };
            let contract = edge.contract.as_ref().map(|id| format!("|\"{}\"|", label(id))).unwrap_or_default();
            writeln!(text, "  n{} {arrow}{contract} n{}", edge.from, edge.to).expect("a string takes all text");
        }
        text + "  classDef middle stroke-width:3px\n"
    }

    pub(super) fn dot(&self) -> String {
        let mut text = "digraph lineage {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n".to_owned();
        let quoted = |text: &str| visible_joined(text).replace('\\', "\\\\").replace('"', "\\\"");
        let id = |number: usize| format!("\"{}\"", quoted(&self.nodes[number].id));
        for (number, node) in self.nodes.iter().enumerate() {
            let shape = match node.kind {
                "source" => "cylinder",
                "team" => "ellipse",
                "column" => "box",
                TEXT => "note",
                _ => "hexagon",
            };
            let width = if self.middles.contains(&number) { ", penwidth=3" } else { "" };
            writeln!(text, "  {} [label=\"{}\", shape={shape}{width}];", id(number), quoted(&node.title()))
                .expect("a string takes all text");
        }
        for edge in &self.edges {
            let style = if edge.is_declared() { "solid" } else { "dashed" };
            let contract = quoted(edge.contract.as_deref().unwrap_or_default());
            writeln!(text, "  {} -> {} [label=\"{contract}\", style={style}];", id(edge.from), id(edge.to))
                .expect("a string takes all text");
        }
        text + "}\n"
    }
}

/// Text inside the quotes of a Mermaid label, as entities.
pub(super) fn label(text: &str) -> String {
    let mut safe = String::new();
    for character in visible_joined(text).chars() {
        match character {
            '"' => safe.push_str("&quot;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' => safe.push_str("#92;"),
            '`' => safe.push_str("#96;"),
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

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_of_mermaid_say_characters_of_its_own_by_number() {
        assert_eq!(label("a\\b `c` 100% {d} #1"), "a#92;b #96;c#96; 100#37; #123;d#125; #35;1");
        assert_eq!(label("\"<a> & b\""), "&quot;&lt;a&gt; &amp; b&quot;");
    }
}
