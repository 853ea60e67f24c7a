//! Lineage as a picture: layers from left to right, boxes for things, curves for edges.
//! Deterministic: the same slice gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::diagnostic::visible;
use crate::graph::{LineageNode, Mesh, Slice, Trust};
use crate::model::Kind;
use crate::render::export::node_header;

const NODE_WIDTH: i32 = 184;
const NODE_HEIGHT: i32 = 36;
const GAP_X: i32 = 72;
const GAP_Y: i32 = 14;
const MARGIN: i32 = 12;
/// Longest label in characters; longer ones are cut in the middle and stand whole in the title.
const LABEL: usize = 24;

/// Draws a slice as a self-contained SVG with its own style, light and dark.
#[must_use]
pub fn lineage_svg(mesh: &Mesh, slice: &Slice, middles: &[LineageNode]) -> String {
    let places = layout(slice);
    let right = places.values().map(|(x, _)| *x).max().unwrap_or(0) + NODE_WIDTH + MARGIN;
    let bottom = places.values().map(|(_, y)| *y).max().unwrap_or(0) + NODE_HEIGHT + MARGIN;
    let caption = middles.first().map_or("Lineage".to_owned(), |node| format!("Lineage of {}", title(mesh, *node)));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" width=\"{right}\" height=\"{bottom}\" role=\"img\" aria-labelledby=\"t\">\n<title id=\"t\">{}</title>\n<style>{STYLE}</style>\n",
        xml(&caption)
    );
    for (from, to, edge) in &slice.edges {
        let (Some((x1, y1)), Some((x2, y2))) = (places.get(from), places.get(to)) else { continue };
        let (x1, y1, x2, y2) = (x1 + NODE_WIDTH, y1 + NODE_HEIGHT / 2, *x2, y2 + NODE_HEIGHT / 2);
        let bend = ((x2 - x1).abs() / 2).max(GAP_X / 2);
        let class = if edge.trust == Trust::Declared { "e" } else { "e a" };
        writeln!(svg, "<path class=\"{class}\" d=\"M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}\"/>", x1 + bend, x2 - bend)
            .expect("a string takes all text");
    }
    for (node, (x, y)) in &places {
        let (full, class) = (title(mesh, *node), if middles.contains(node) { "n m" } else { "n" });
        let radius = if node.kind == Kind::SourceSystem { 0 } else { 18 };
        writeln!(
            svg,
            "<g class=\"{class}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{NODE_WIDTH}\" height=\"{NODE_HEIGHT}\" rx=\"{radius}\"/><text x=\"{}\" y=\"{}\">{}</text></g>",
            xml(&format!("{} {full}", node.kind.word())),
            x + NODE_WIDTH / 2,
            y + NODE_HEIGHT / 2 + 5,
            xml(&cut(&full)),
        )
        .expect("a string takes all text");
    }
    svg + "</svg>\n"
}

const STYLE: &str = ".n rect{fill:#fff;stroke:#78828e}.n.m rect{stroke:#1a1e23;stroke-width:2}.n text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#1a1e23}.e{fill:none;stroke:#5f6874;stroke-width:1.5}.a{stroke-dasharray:5 4}@media(prefers-color-scheme:dark){.n rect{fill:#191d21;stroke:#75808b}.n.m rect{stroke:#e9e7e1}.n text{fill:#e9e7e1}.e{stroke:#98a1ab}}";

/// Gives each node its place: the column is its distance, the row follows the mean of its
/// neighbours one column nearer to the middle.
fn layout(slice: &Slice) -> BTreeMap<LineageNode, (i32, i32)> {
    let first = slice.nodes.values().copied().min().unwrap_or(0);
    let mut columns: BTreeMap<i32, Vec<LineageNode>> = BTreeMap::new();
    for (node, distance) in &slice.nodes {
        columns.entry(*distance).or_default().push(*node);
    }
    let tallest = columns.values().map(Vec::len).max().unwrap_or(0);
    let mut rows: BTreeMap<LineageNode, i32> = BTreeMap::new();
    let mut order: Vec<i32> = columns.keys().copied().collect();
    order.sort_by_key(|distance| (distance.abs(), *distance));
    for distance in order {
        let nodes = columns.get_mut(&distance).expect("the column is there");
        let mean = |node: &LineageNode| {
            let neighbours: Vec<i32> = slice
                .edges
                .iter()
                .filter_map(|(from, to, _)| match (from == node, to == node) {
                    (true, _) => rows.get(to),
                    (_, true) => rows.get(from),
                    _ => None,
                })
                .copied()
                .collect();
            let sum: i64 = neighbours.iter().map(|row| i64::from(*row)).sum();
            i64::try_from(neighbours.len()).ok().filter(|n| *n > 0).map_or(i64::MAX, |n| sum * 16 / n)
        };
        nodes.sort_by_cached_key(|node| (mean(node), *node));
        let step = NODE_HEIGHT + GAP_Y;
        let offset = i32::try_from(tallest - nodes.len()).unwrap_or(0) * step / 2;
        for (position, node) in nodes.iter().enumerate() {
            rows.insert(*node, MARGIN + offset + i32::try_from(position).unwrap_or(0) * step);
        }
    }
    let x = |distance: i32| MARGIN + (distance - first) * (NODE_WIDTH + GAP_X);
    slice.nodes.iter().map(|(node, distance)| (*node, (x(*distance), rows[node]))).collect()
}

fn title(mesh: &Mesh, node: LineageNode) -> String {
    node_header(mesh, node).title().to_owned()
}

fn cut(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= LABEL {
        return text.to_owned();
    }
    let head: String = characters[..LABEL / 2].iter().collect();
    let tail: String = characters[characters.len() - (LABEL / 2 - 1)..].iter().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// Escapes text for XML; characters that XML 1.0 forbids are shown as `\u{..}`.
pub(crate) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            character => safe.push(character),
        }
    }
    safe
}

/// Escapes text of several lines for HTML.
pub(crate) fn xml_keeping_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| xml(&line.replace('\t', "    "))).collect();
    lines.join("\n")
}
