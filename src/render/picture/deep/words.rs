//! The caption of a deep picture: what its lines mean, and what it leaves out.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::{Reach, Ring};
use super::{About, Place, Ties};
use crate::graph::LineageNode;
use crate::render::parts;
use crate::render::picture::scene::{Line, LineStyle};

/// Rings that are named one by one.
const RINGS: usize = 4;

/// What is drawn and what is not.
pub(super) struct Said<'a> {
    pub(super) lines: &'a [Line],
    pub(super) places: &'a BTreeMap<LineageNode, Place>,
    pub(super) ties: &'a Ties,
    /// Lines that are left out as those that stand for the fewest uses.
    pub(super) n_thin: usize,
    pub(super) about: &'a About,
}

pub(super) fn caption(reach: &Reach<'_>, kept: &[Ring], said: &Said<'_>) -> String {
    let styles: BTreeSet<LineStyle> = said.lines.iter().map(|line| line.style).collect();
    let word = |style: LineStyle| match style {
        LineStyle::Stated if said.about.is_column => "solid lines are stated by columns",
        style => style.legend(),
    };
    let mut legend: Vec<&str> = styles.into_iter().map(word).collect();
    if said.lines.iter().any(|line| line.n > 1) {
        legend.push("wider means more products");
    }
    let mut sentences = vec![parts::sentence(&legend.join(", "))];
    if !reach.circles.is_empty() {
        sentences.push(format!("{} stand in a cycle", parts::count(reach.circles.len(), "node")));
    }
    sentences.extend(grouped(reach, said.places));
    sentences.extend(far(reach, kept));
    let ties = said.ties;
    let left_out = [
        (ties.n_inner, "use", "inside these groups", "not drawn"),
        (ties.n_level, "use", "between neighbours at the same distance", "not drawn"),
        (ties.n_passing, "use", "past the middle, from before it to after it,", "not drawn"),
        (said.n_thin, "line", "that stand for the fewest uses", "left out"),
    ];
    for (n, noun, place, end) in left_out.into_iter().filter(|(n, ..)| *n > 0) {
        let verb = if n == 1 { "is" } else { "are" };
        sentences.push(format!("{} {place} {verb} {end}", parts::count(n, noun)));
    }
    if reach.n_lost > 0 {
        let verb = if reach.n_lost == 1 { "leads" } else { "lead" };
        sentences.push(format!("{} {verb} to nothing in this registry", parts::count(reach.n_lost, "input port")));
    }
    sentences.extend(said.about.notes.iter().cloned());
    let whole: Vec<String> = sentences.into_iter().filter(|words| !words.is_empty()).map(|words| words + ".").collect();
    whole.join(" ")
}

/// Says which rings are drawn by domain.
fn grouped(reach: &Reach<'_>, places: &BTreeMap<LineageNode, Place>) -> Vec<String> {
    let rings: BTreeSet<Ring> = places.values().filter(|place| place.is_group()).filter_map(Place::ring).collect();
    let n = |ring: &Ring| reach.rings.get(ring).map_or(0, Vec::len);
    if rings.len() > RINGS {
        let n_all = rings.iter().map(n).sum();
        return vec![format!(
            "{} at {} distances are grouped by domain",
            parts::count(n_all, "neighbour"),
            rings.len()
        )];
    }
    let words = |ring: &Ring| {
        format!("{} {} {} are grouped by domain", parts::count(n(ring), "neighbour"), steps(ring.1), side(*ring))
    };
    rings.iter().map(words).collect()
}

/// Says what is too far away to be drawn.
fn far(reach: &Reach<'_>, kept: &[Ring]) -> Vec<String> {
    let mut sentences = Vec::new();
    for is_up in [true, false] {
        let of_side = |ring: &&Ring| ring.0 == is_up;
        let n_drawn = kept.iter().filter(of_side).map(|ring| ring.1).max().unwrap_or(0);
        let rest = reach.rings.iter().filter(|(ring, _)| ring.0 == is_up && ring.1 > n_drawn);
        let n: usize = rest.map(|(_, nodes)| nodes.len()).sum();
        if n > 0 {
            let verb = if n == 1 { "is" } else { "are" };
            let neighbours = parts::count(n, "neighbour");
            sentences.push(format!("{neighbours} more than {} {} {verb} left out", steps(n_drawn), side((is_up, 0))));
        }
    }
    sentences
}

fn side((is_up, _): Ring) -> &'static str {
    if is_up { "upstream" } else { "downstream" }
}

fn steps(step: usize) -> String {
    match step {
        1 => "one step".to_owned(),
        2 => "two steps".to_owned(),
        n => format!("{n} steps"),
    }
}
