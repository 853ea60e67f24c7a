//! Trees for a terminal.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

use crate::diagnostic::visible;

/// How many levels are drawn: deeper ones would stand outside every window.
const MAX_LEVELS: usize = 60;

/// A neighbour of a node, and what stands in its line.
pub(super) type Branch<N> = (N, String);

/// Returns what is at most `steps` from the nearest of `middles`, with its distance.
pub(super) fn reach<N: Ord + Clone>(
    middles: &[N],
    steps: usize,
    mut next: impl FnMut(&N) -> Vec<N>,
) -> BTreeMap<N, usize> {
    let mut found: BTreeMap<N, usize> = middles.iter().map(|middle| (middle.clone(), 0)).collect();
    let mut queue: VecDeque<N> = middles.iter().cloned().collect();
    while let Some(node) = queue.pop_front() {
        let distance = found.get(&node).copied().unwrap_or(0);
        if distance == steps {
            continue;
        }
        for next in next(&node) {
            if !found.contains_key(&next) {
                found.insert(next.clone(), distance + 1);
                queue.push_back(next);
            }
        }
    }
    found
}

/// Draws what is below `middles`, at most `steps` away. What is below a node is drawn once, where the
/// node is nearest to the top; its other lines say where to look. Nothing here calls itself: a chain
/// may be as long as the mesh.
pub(super) fn tree<N: Ord + Clone>(middles: &[N], steps: usize, below: impl Fn(&N) -> Vec<Branch<N>>) -> String {
    let distances = reach(middles, steps, |node| below(node).into_iter().map(|(next, _)| next).collect());
    let mut text = String::new();
    let mut opened: BTreeSet<N> = middles.iter().cloned().collect();
    for middle in middles {
        let mut levels = vec![below(middle).into_iter().peekable()];
        let mut indent = String::new();
        while let Some(level) = levels.last_mut() {
            let Some((node, line)) = level.next() else {
                levels.pop();
                // The part of the level above: three columns, whatever stands in them.
                for _ in 0..3 {
                    indent.pop();
                }
                continue;
            };
            let is_last = level.peek().is_none();
            let distance = distances.get(&node).copied().unwrap_or(steps);
            let inside = if distance < steps { below(&node) } else { Vec::new() };
            let opens = !inside.is_empty()
                && distance == levels.len()
                && levels.len() < MAX_LEVELS
                && opened.insert(node.clone());
            let note = match (inside.is_empty() || opens || levels.len() >= MAX_LEVELS, opened.contains(&node)) {
                (true, _) => "",
                (false, true) => " (see above)",
                (false, false) => " (see below)",
            };
            let joint = if is_last { "└─ " } else { "├─ " };
            writeln!(text, "{indent}{joint}{}{note}", visible(&line)).expect("a string takes all text");
            if opens {
                indent.push_str(if is_last { "   " } else { "│  " });
                levels.push(inside.into_iter().peekable());
            }
        }
    }
    let n_deeper = distances.values().filter(|distance| **distance > MAX_LEVELS).count();
    if n_deeper > 0 {
        let verb = if n_deeper == 1 { "lies" } else { "lie" };
        writeln!(text, "   {n_deeper} more {verb} deeper than {MAX_LEVELS} steps; `--format json` has them")
            .expect("a string takes all text");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(edges: &[(u32, u32)], steps: usize) -> String {
        tree(&[0], steps, |node| {
            edges.iter().filter(|(from, _)| from == node).map(|(_, to)| (*to, format!("n{to}"))).collect()
        })
    }

    #[test]
    fn what_is_below_a_node_is_drawn_once_and_where_it_is_nearest() {
        let edges = [(0, 1), (0, 2), (1, 2), (2, 3)];
        assert_eq!(drawn(&edges, 9), "├─ n1\n│  └─ n2 (see below)\n└─ n2\n   └─ n3\n");
        assert_eq!(drawn(&edges, 1), "├─ n1\n└─ n2\n");
        assert_eq!(
            drawn(&[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4)], 9),
            "├─ n1\n│  └─ n3\n│     └─ n4\n└─ n2\n   └─ n3 (see above)\n"
        );
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(drawn(&[(0, 1), (1, 0)], 9), "└─ n1\n   └─ n0 (see above)\n");
    }

    #[test]
    fn a_long_chain_neither_ends_the_stack_nor_fills_the_screen() {
        const LENGTH: u32 = 100_000;
        let below = |node: &u32| if *node < LENGTH { vec![(node + 1, format!("n{}", node + 1))] } else { Vec::new() };
        let text = tree(&[0], usize::MAX, below);
        assert_eq!(text.lines().count(), MAX_LEVELS + 1);
        assert!(text.ends_with("99940 more lie deeper than 60 steps; `--format json` has them\n"), "{text}");
    }
}
