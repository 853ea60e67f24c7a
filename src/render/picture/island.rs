//! The island of a domain: one hexagon for each product, grown as a spiral by what promises are worth.

use super::mark::to_f64;
use super::svg::{Svg, number};
use crate::graph::Evidence;

/// Hexagons of one island; in larger domains each stands for several products.
pub(super) const HEXAGONS: usize = 61;
/// From the middle of a hexagon to that of its neighbour, and to the row below.
const STEP: (f64, f64) = (14.2, 12.3);
/// The frame of a card, so that small domains look small beside large ones; and where all are small.
const FRAMES: [(f64, f64); 2] = [(98.0, 84.0), (66.0, 56.0)];
/// Products of the largest domain up to which the smaller frame is wide enough.
const SMALL: usize = 12;

/// An island with the words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Island {
    /// The picture; it uses the hexagons that the page defines once.
    pub svg: String,
    /// How many products one hexagon stands for.
    pub scale: usize,
    /// Products by state, without states that no product is in.
    pub counts: Vec<(Evidence, usize)>,
}

/// How an island is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IslandSize {
    /// One of many, at one scale: that of the largest domain, with so many products.
    Card(usize),
    /// The one of its page, as large as it may be.
    Page,
}

impl Island {
    /// Draws an island of a domain from the states of its products.
    #[must_use]
    pub fn of(domain: &str, states: impl IntoIterator<Item = Evidence>, size: IslandSize) -> Island {
        let mut all = [0_usize; 4];
        for state in states {
            all[state as usize] += 1;
        }
        let counts: Vec<(Evidence, usize)> =
            Evidence::ALL.into_iter().map(|state| (state, all[state as usize])).filter(|(_, n)| *n > 0).collect();
        let n_hexagons = |scale: usize| counts.iter().map(|(_, n)| n.div_ceil(scale)).sum::<usize>();
        let n_products: usize = all.iter().sum();
        // A state with one product keeps its hexagon, so that a few more than the quotient may be needed.
        let least = match size {
            IslandSize::Page => n_products.div_ceil(HEXAGONS).max(1),
            // One scale for all, so that they can be compared.
            IslandSize::Card(largest) => scale_of_cards(largest),
        };
        let scale = (least..=n_products.max(least)).find(|scale| n_hexagons(*scale) <= HEXAGONS).unwrap_or(1);
        let places = spiral(n_hexagons(scale));
        let words: Vec<String> = counts.iter().map(|(state, n)| format!("{n} {}", state.word())).collect();
        let each = if scale > 1 { format!(", one hexagon for {scale} products") } else { String::new() };

        let mut svg = Svg::default();
        let class = if size == IslandSize::Page { "isl big" } else { "isl" };
        svg.open("svg").attr("class", class).attr("viewBox", &frame(&places, size));
        svg.attr("preserveAspectRatio", if size == IslandSize::Page { "xMidYMid" } else { "xMinYMid" });
        let words = if words.is_empty() { "no product".to_owned() } else { words.join(", ") };
        svg.attr("role", "img").attr("aria-label", &format!("{domain}: {words}{each}"));
        let mut next = places.iter();
        for (state, n) in &counts {
            for (x, y) in next.by_ref().take(n.div_ceil(scale)) {
                svg.open("use").attr("href", symbol(*state)).num("x", *x).num("y", *y).end();
            }
        }
        svg.close("svg");
        Island { svg: svg.finish(), scale, counts }
    }
}

/// Returns how many products a hexagon stands for, where several islands stand beside each other and the largest has so
/// many.
#[must_use]
pub fn scale_of_cards(largest: usize) -> usize {
    // Each of the other states may need a hexagon more than the quotient.
    largest.div_ceil(HEXAGONS - (Evidence::ALL.len() - 1)).max(1)
}

/// The hexagon of a state, which `hexagons.html` of the theme defines.
fn symbol(state: Evidence) -> &'static str {
    match state {
        Evidence::Kept => "#hx-k",
        Evidence::Missed => "#hx-m",
        Evidence::Promised => "#hx-p",
        Evidence::NotStated => "#hx-u",
    }
}

/// Returns the middles of hexagons, ring by ring from the inside.
fn spiral(n: usize) -> Vec<(f64, f64)> {
    let (step, row) = (STEP.0 / 2.0, STEP.1);
    let ways = [(2.0, 0.0), (1.0, 1.0), (-1.0, 1.0), (-2.0, 0.0), (-1.0, -1.0), (1.0, -1.0)];
    let mut places = vec![(0.0, 0.0)];
    let mut ring = 1;
    while places.len() < n {
        let (mut x, mut y) = (-to_f64(ring), -to_f64(ring));
        for (right, down) in ways {
            for _ in 0..ring {
                places.push((x * step, y * row));
                (x, y) = (x + right, y + down);
            }
        }
        ring += 1;
    }
    places.truncate(n);
    places
}

fn frame(places: &[(f64, f64)], size: IslandSize) -> String {
    let of = |pick: fn(&(f64, f64)) -> f64| {
        let all = || places.iter().map(pick);
        (all().fold(0.0, f64::min), all().fold(0.0, f64::max))
    };
    let ((left, right), (top, bottom)) = (of(|place| place.0), of(|place| place.1));
    let (width, height) = (right - left + 2.0 * 9.2, bottom - top + 2.0 * 9.2);
    let (width, height) = match size {
        IslandSize::Page => (width, height),
        IslandSize::Card(largest) => {
            let frame = FRAMES[usize::from(largest <= SMALL)];
            (width.max(frame.0), height.max(frame.1))
        }
    };
    let y = f64::midpoint(top, bottom) - height / 2.0;
    format!("{} {} {} {}", number(left - 9.2), number(y), number(width), number(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(kept: usize, missed: usize, promised: usize, unstated: usize) -> Vec<Evidence> {
        let counts = Evidence::ALL.into_iter().zip([kept, missed, promised, unstated]);
        // In an order that the island must not depend on.
        counts.rev().flat_map(|(state, n)| std::iter::repeat_n(state, n)).collect()
    }

    #[test]
    fn the_island_is_that_of_the_reference() {
        let island = Island::of("Food Safety", states(6, 0, 2, 0), IslandSize::Card(25));
        assert_eq!(
            island.svg,
            "<svg class=\"isl\" viewBox=\"-23.4 -48.15 98 84\" preserveAspectRatio=\"xMinYMid\" role=\"img\" aria-label=\"Food Safety: 6 kept, 2 promised only\"><use href=\"#hx-k\" x=\"0\" y=\"0\"/><use href=\"#hx-k\" x=\"-7.1\" y=\"-12.3\"/><use href=\"#hx-k\" x=\"7.1\" y=\"-12.3\"/><use href=\"#hx-k\" x=\"14.2\" y=\"0\"/><use href=\"#hx-k\" x=\"7.1\" y=\"12.3\"/><use href=\"#hx-k\" x=\"-7.1\" y=\"12.3\"/><use href=\"#hx-p\" x=\"-14.2\" y=\"0\"/><use href=\"#hx-p\" x=\"-14.2\" y=\"-24.6\"/></svg>"
        );
    }

    #[test]
    fn large_domains_share_hexagons_and_lose_no_state() {
        for counts in [(61, 0, 0, 0), (62, 0, 0, 0), (500, 1, 300, 1), (0, 0, 0, 10_000), (59, 1, 1, 1)] {
            let island = Island::of("Stock", states(counts.0, counts.1, counts.2, counts.3), IslandSize::Page);
            let n_drawn = island.svg.matches("<use").count();
            assert!(n_drawn <= HEXAGONS, "{counts:?}: {n_drawn}");
            for (state, n) in &island.counts {
                assert_eq!(island.svg.matches(symbol(*state)).count(), n.div_ceil(island.scale));
            }
            assert_eq!(island.scale > 1, island.svg.contains("one hexagon for"));
        }
        // Beside one with 290 products, ten make two hexagons.
        let card = |counts: (usize, usize, usize, usize)| {
            Island::of("Stock", states(counts.0, counts.1, counts.2, counts.3), IslandSize::Card(290))
        };
        assert_eq!([card((10, 0, 0, 0)).scale, card((287, 1, 1, 1)).scale], [5, 5]);
        assert_eq!(card((10, 0, 0, 0)).svg.matches("<use").count(), 2);
        assert!(card((287, 1, 1, 1)).svg.matches("<use").count() <= HEXAGONS);
        assert!(Island::of("Empty", [], IslandSize::Card(25)).svg.contains("Empty: no product"));
    }

    #[test]
    fn no_two_hexagons_share_a_place() {
        let places = spiral(HEXAGONS);
        for (position, one) in places.iter().enumerate() {
            for other in &places[position + 1..] {
                let distance = (one.0 - other.0).hypot(one.1 - other.1);
                assert!(distance > 14.0, "{one:?} {other:?}");
            }
        }
    }
}
