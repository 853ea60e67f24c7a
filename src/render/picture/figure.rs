//! How to read a mark: the mark of one product at large, with a word at each of its parts.

use super::mark::{Geometry, HALF, MarkFacts, hexagon, ring, to_f64};
use super::svg::{Svg, number, point};
use crate::policy::checks::Axis;
use crate::render::parts;

/// The mark stands in the middle of the words.
const MARK: Geometry = Geometry { center: (230.0, 172.0), radius: 92.0, gap: 0.06, inner: 54.0 };
/// Length of a tick, and its distance from the ring.
const TICK: (f64, f64) = (22.0, 12.0);

/// Where the words of an axis stand: the line that leads there, the text, and whether it ends there.
struct Spot {
    line: &'static str,
    at: (f64, f64),
    is_left: bool,
}

/// In the order of the axes, clockwise from the upper right.
const SPOTS: [Spot; 6] = [
    Spot { line: "M280 96L300 58", at: (306.0, 62.0), is_left: false },
    Spot { line: "M319 142L346 118", at: (352.0, 122.0), is_left: false },
    Spot { line: "M280 248L300 280", at: (306.0, 284.0), is_left: false },
    Spot { line: "M180 248L160 280", at: (154.0, 284.0), is_left: true },
    Spot { line: "M141 142L114 118", at: (108.0, 122.0), is_left: true },
    Spot { line: "M180 96L160 58", at: (154.0, 62.0), is_left: true },
];

/// Draws the mark of a product with this name, explained.
#[must_use]
pub fn key_figure(facts: &MarkFacts, name: &str) -> String {
    let mut svg = Svg::default();
    svg.open("svg").attr("class", "keyfig").attr("viewBox", "6 40 448 270");
    svg.attr("role", "img").attr("aria-labelledby", "kf-t");
    let title = format!(
        "The mark of the product {name}. Six sides stand for six kinds of checks, ticks for ports, the middle for evidence."
    );
    svg.open("title").attr("id", "kf-t").say(&title).close("title");
    svg.open("g").attr("class", &format!("hexs {}", facts.classes()));
    let (open, passed) = ring(&facts.axes, MARK);
    let side = MARK.radius * HALF + TICK.1;
    let ticks =
        tick_row(facts.n_inputs, MARK.center.0 - side - TICK.0) + &tick_row(facts.n_outputs, MARK.center.0 + side);
    for (class, d) in [("tk", open), ("ps", passed), ("pt", ticks)] {
        if !d.is_empty() {
            svg.path(class, &d);
        }
    }
    svg.path("in", &hexagon(MARK.center, MARK.inner)).close("g");
    for ((axis, tally), spot) in Axis::ALL.into_iter().zip(facts.axes).zip(SPOTS) {
        svg.path("ld", spot.line);
        words(&mut svg, "t", spot.at, spot.is_left, axis.title());
        let count = if tally.n_total == 0 { "none applies".to_owned() } else { tally.to_string() };
        words(&mut svg, "", (spot.at.0, spot.at.1 + 20.0), spot.is_left, &count);
    }
    words(&mut svg, "t", (352.0, 177.0), false, &parts::count(facts.n_outputs, "output port"));
    words(&mut svg, "t", (108.0, 177.0), true, &parts::count(facts.n_inputs, "input port"));
    let lines = facts.lines();
    let top = 178.0 - 9.0 * (to_f64(lines.len()) - 1.0);
    for (at, text) in lines.iter().enumerate() {
        let y = top + 18.0 * to_f64(at);
        svg.open("text").attr("class", "t").num("x", MARK.center.0).num("y", y).attr("text-anchor", "middle");
        svg.say(text).close("text");
    }
    svg.close("svg");
    svg.finish()
}

fn words(svg: &mut Svg, class: &str, (x, y): (f64, f64), is_left: bool, text: &str) {
    svg.open("text");
    if !class.is_empty() {
        svg.attr("class", class);
    }
    svg.num("x", x).num("y", y).attr("text-anchor", if is_left { "end" } else { "start" }).say(text).close("text");
}

fn tick_row(n: usize, x: f64) -> String {
    let n = n.min(4);
    let first = MARK.center.1 - 7.0 * (to_f64(n) - 1.0);
    let ticks: Vec<String> =
        (0..n).map(|idx| format!("M{}h{}", point((x, first + 14.0 * to_f64(idx))), number(TICK.0))).collect();
    ticks.concat()
}

#[cfg(test)]
mod tests {
    use super::super::mark::facts;
    use super::*;
    use crate::graph::Evidence;

    #[test]
    fn every_part_has_its_word() {
        let svg = key_figure(&facts(Evidence::Kept), "<Orders>");
        for words in ["Discoverable", "Secure", "3 of 3", "2 of 2", "2 output ports", "2 input ports", "&lt;Orders&gt;"]
        {
            assert!(svg.contains(words), "{words}: {svg}");
        }
        assert_eq!(svg.matches("class=\"ld\"").count(), 6);
    }
}
