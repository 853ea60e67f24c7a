//! Layout by distance: whoever is as many steps away stands in one column, so that the picture is never wider
//! than its steps. Columns are put in the order with the fewest crossings; then every node moves to the height of
//! those it is tied to, as far as the others of its column let it. The same graph gives the same picture.

use super::layer::{Gaps, Graph, Layout, place};
use super::mark::to_f64;

/// Passes over the columns, there and back, each towards fewer crossings.
const SWEEPS: usize = 8;
/// Passes that bring nodes to the height of their neighbours.
const PULLS: usize = 6;

/// Everything that has a height: the nodes, then a lane for each column that an edge crosses.
struct Columns {
    /// What stands in each column, from top to bottom.
    members: Vec<Vec<usize>>,
    /// Whom each is tied to, in the column before and in the one after.
    tied: [Vec<Vec<usize>>; 2],
}

/// Lays out a graph whose nodes have their columns. No edge leads from a column to itself.
pub(super) fn ringed(graph: &Graph, columns: &[usize], gaps: Gaps) -> Layout {
    if columns.is_empty() {
        return Layout::default();
    }
    let turned: Vec<(usize, usize, bool)> = graph
        .edges
        .iter()
        .map(|(from, to, _)| if columns[*from] < columns[*to] { (*from, *to, false) } else { (*to, *from, true) })
        .collect();
    let mut heights: Vec<f64> = graph.nodes.iter().map(|(_, height)| *height).collect();
    let mut column_of = columns.to_vec();
    let mut chains: Vec<Vec<usize>> = Vec::with_capacity(turned.len());
    for (from, to, _) in &turned {
        let mut chain = vec![*from];
        for column in columns[*from] + 1..columns[*to] {
            chain.push(heights.len());
            heights.push(gaps.lane);
            column_of.push(column);
        }
        chain.push(*to);
        chains.push(chain);
    }
    let n_columns = columns.iter().max().map_or(0, |last| last + 1);
    let mut all = Columns {
        members: vec![Vec::new(); n_columns],
        tied: [vec![Vec::new(); heights.len()], vec![Vec::new(); heights.len()]],
    };
    for (one, column) in column_of.iter().enumerate() {
        all.members[*column].push(one);
    }
    for pair in chains.iter().flat_map(|chain| chain.windows(2)) {
        all.tied[1][pair[0]].push(pair[1]);
        all.tied[0][pair[1]].push(pair[0]);
    }
    all.untangle(heights.len());
    let middles = all.middles(&heights, gaps.node);
    place(graph, gaps, columns, &heights, &middles, &turned, &chains)
}

impl Columns {
    /// Orders the columns so that few edges cross: each node goes to the mean place of those it is tied to.
    fn untangle(&mut self, n: usize) {
        let mut best = (self.crossings(n), self.members.clone());
        for sweep in 0..SWEEPS {
            // Small pictures are often untangled from the start.
            if best.0 == 0 {
                break;
            }
            let is_back = sweep % 2 == 1;
            for step in 1..self.members.len() {
                let column = if is_back { self.members.len() - 1 - step } else { step };
                let ranks = self.ranks(n);
                let tied = &self.tied[usize::from(is_back)];
                let mean = |one: usize| match tied[one].len() {
                    // Who is tied to nobody on that side stays where it is, in parts of its column.
                    0 => ranks[one].0,
                    n => tied[one].iter().map(|other| ranks[*other].0).sum::<f64>() / to_f64(n),
                };
                self.members[column].sort_by(|a, b| mean(*a).total_cmp(&mean(*b)).then(ranks[*a].1.cmp(&ranks[*b].1)));
            }
            let n_crossings = self.crossings(n);
            if n_crossings < best.0 {
                best = (n_crossings, self.members.clone());
            }
        }
        self.members = best.1;
    }

    /// The place of each in its column: as a part of it, and as a number.
    fn ranks(&self, n: usize) -> Vec<(f64, usize)> {
        let mut ranks = vec![(0.0, 0); n];
        for members in &self.members {
            for (rank, one) in members.iter().enumerate() {
                ranks[*one] = ((to_f64(rank) + 0.5) / to_f64(members.len()), rank);
            }
        }
        ranks
    }

    fn crossings(&self, n: usize) -> usize {
        let ranks = self.ranks(n);
        let crossings = |members: &Vec<usize>| {
            let mut ends: Vec<(usize, usize)> = Vec::new();
            for one in members {
                ends.extend(self.tied[1][*one].iter().map(|other| (ranks[*one].1, ranks[*other].1)));
            }
            let cross =
                |at: usize| ends[at + 1..].iter().filter(|end| ends[at].0 < end.0 && ends[at].1 > end.1).count();
            (0..ends.len()).map(cross).sum::<usize>()
        };
        self.members.iter().map(crossings).sum()
    }

    /// Returns the middle height of each, the topmost edge at 0.
    fn middles(&self, heights: &[f64], gap: f64) -> Vec<f64> {
        let mut middles = vec![0.0; heights.len()];
        for members in &self.members {
            settle(members, heights, gap, &mut middles);
        }
        for pull in 0..PULLS {
            let before = middles.clone();
            for step in 0..self.members.len() {
                let column = if pull % 2 == 0 { step } else { self.members.len() - 1 - step };
                let members = &self.members[column];
                let wanted: Vec<f64> = members
                    .iter()
                    .map(|one| {
                        let tied = self.tied.iter().flat_map(|side| &side[*one]);
                        let (sum, n) = tied.fold((0.0, 0), |(sum, n), other| (sum + middles[*other], n + 1));
                        if n == 0 { middles[*one] } else { sum / to_f64(n) }
                    })
                    .collect();
                for (one, wanted) in members.iter().zip(wanted) {
                    middles[*one] = wanted;
                }
                settle(members, heights, gap, &mut middles);
            }
            if middles == before {
                break;
            }
        }
        let top =
            middles.iter().zip(heights).map(|(middle, height)| middle - height / 2.0).fold(f64::INFINITY, f64::min);
        for middle in &mut middles {
            // Half heights are whole, so that whole middles give whole corners.
            *middle = (*middle - top).round();
        }
        self.apart(heights, gap, &mut middles);
        middles
    }

    /// Mends what rounding brought too near.
    fn apart(&self, heights: &[f64], gap: f64, middles: &mut [f64]) {
        for members in &self.members {
            let mut edge = f64::NEG_INFINITY;
            for one in members {
                middles[*one] = middles[*one].max((edge + heights[*one] / 2.0).ceil());
                edge = middles[*one] + heights[*one] / 2.0 + gap;
            }
        }
    }
}

/// Moves the members of a column apart, each as little as can be: heights less the room that is needed above may
/// only grow, and groups that would not go to their mean (pool adjacent violators).
fn settle(members: &[usize], heights: &[f64], gap: f64, middles: &mut [f64]) {
    let mut room = 0.0;
    let mut rooms = Vec::with_capacity(members.len());
    for (at, one) in members.iter().enumerate() {
        if at > 0 {
            room += heights[members[at - 1]] / 2.0 + gap + heights[*one] / 2.0;
        }
        rooms.push(room);
    }
    // Sum and number of each group.
    let mut groups: Vec<(f64, usize)> = Vec::with_capacity(members.len());
    let mean = |(sum, n): (f64, usize)| sum / to_f64(n);
    for (one, room) in members.iter().zip(&rooms) {
        groups.push((middles[*one] - room, 1));
        while let [.., before, last] = groups.as_slice()
            && mean(*before) > mean(*last)
        {
            let joined = (before.0 + last.0, before.1 + last.1);
            groups.truncate(groups.len() - 2);
            groups.push(joined);
        }
    }
    let settled = groups.iter().flat_map(|group| std::iter::repeat_n(mean(*group), group.1));
    for ((one, room), base) in members.iter().zip(&rooms).zip(settled) {
        middles[*one] = base + room;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::layer::touch;
    use super::*;

    const GAPS: Gaps = Gaps { layer: 48.0, node: 8.0, lane: 4.0, end: 5.0 };

    fn graph(columns: &[usize], edges: &[(usize, usize)]) -> Graph {
        let n = columns.len();
        let mut edges: Vec<(usize, usize, usize)> = edges
            .iter()
            .map(|(from, to)| (from % n, to % n, 1))
            .filter(|(from, to, _)| columns[*from] != columns[*to])
            .collect();
        edges.sort_unstable();
        edges.dedup();
        Graph { nodes: vec![(184.0, 36.0); n], edges }
    }

    #[test]
    fn crossings_that_need_not_be_are_undone() {
        // 0 and 1 on the left read the wrong way round; the order on the right follows them.
        let layout = ringed(&graph(&[0, 0, 1, 1], &[(0, 3), (1, 2)]), &[0, 0, 1, 1], GAPS);
        let y = |node: usize| layout.places[node].1;
        assert!((y(0) < y(1)) == (y(3) < y(2)), "{layout:?}");
        assert!((y(0) - y(3)).abs() < 0.01 && (y(1) - y(2)).abs() < 0.01, "{layout:?}");
    }

    #[test]
    fn a_hub_stands_at_the_middle_of_what_it_feeds() {
        let columns = [0, 1, 1, 1, 1, 1];
        let layout = ringed(&graph(&columns, &[(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)]), &columns, GAPS);
        assert!((layout.places[0].1 - layout.places[3].1).abs() < 0.01, "{layout:?}");
        assert!((layout.height - (5.0 * 36.0 + 4.0 * 8.0)).abs() < 0.01, "packed as tight as it may be");
    }

    #[test]
    fn an_edge_against_the_columns_runs_back() {
        let layout = ringed(&graph(&[1, 0], &[(0, 1)]), &[1, 0], GAPS);
        assert!(layout.routes[0].is_back && layout.routes[0].points[0].0 < layout.routes[0].points[1].0);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_graph_is_readable(
            columns in prop::collection::vec(0_usize..5, 1..60),
            edges in prop::collection::vec((0_usize..60, 0_usize..60), 0..120)
        ) {
            // Columns without gaps, as rings have none.
            let mut used = columns.clone();
            used.sort_unstable();
            used.dedup();
            let columns: Vec<usize> =
                columns.iter().map(|column| used.binary_search(column).expect("it is used")).collect();
            let graph = graph(&columns, &edges);
            let layout = ringed(&graph, &columns, GAPS);
            let boxes: Vec<(f64, f64, f64, f64)> =
                layout.places.iter().map(|(x, y)| (*x, *y, 184.0, 36.0)).collect();
            for (at, one) in boxes.iter().enumerate() {
                prop_assert!(one.1 >= 0.0 && one.1 + one.3 <= layout.height && one.0 + one.2 <= layout.width);
                prop_assert!(boxes[at + 1..].iter().all(|other| !touch(*one, *other, 7.9)));
            }
            for route in &layout.routes {
                prop_assert!(route.points.windows(2).all(|pair| pair[0].0 < pair[1].0));
                for lane in route.points[1..route.points.len() - 1].chunks(2) {
                    let is_under = |place: &(f64, f64, f64, f64)| {
                        place.0 + place.2 > lane[0].0 && place.0 < lane[1].0
                            && lane[0].1 > place.1 - 4.0 && lane[0].1 < place.1 + place.3 + 4.0
                    };
                    prop_assert!(!boxes.iter().any(is_under));
                }
            }
            let again = ringed(&graph, &columns, GAPS);
            prop_assert_eq!(&again.places, &layout.places);
            prop_assert_eq!(&again.routes, &layout.routes);
        }
    }
}
