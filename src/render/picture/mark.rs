//! The mark of a data product: a hexagon made from its data. Six sides are the six axes, clockwise
//! from the upper right, each dark as far as its checks pass; ticks at the left are input ports, ticks
//! at the right output ports; the middle is evidence; a broken ring is not active.

use std::sync::LazyLock;

use super::style;
use super::svg::{Svg, number, push_point, width_of};
use crate::graph::{Evidence, Mesh};
use crate::policy::Outcome;
use crate::policy::checks::{Axis, Tally};

/// Everything a mark shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkFacts {
    /// The axes: discoverable, addressable, trustworthy, self-describing, interoperable, secure.
    pub axes: [Tally; 6],
    /// Input ports.
    pub n_inputs: usize,
    /// Output ports.
    pub n_outputs: usize,
    /// What its promises are worth.
    pub evidence: Evidence,
    /// Promises with a result that meets them.
    pub n_kept: usize,
    /// How many of these results are old.
    pub n_old: usize,
    /// Promises with a result that does not.
    pub n_missed: usize,
    /// Tests of the schema that failed.
    pub n_schema_misses: usize,
    /// All promises, with a result or without.
    pub n_promises: usize,
    /// Its status is active.
    pub is_active: bool,
    /// It is retired: what its promises were worth says nothing to who would read it.
    pub is_retired: bool,
}

impl MarkFacts {
    /// Reads the facts of a product.
    #[must_use]
    pub fn of(outcome: &Outcome, product_idx: usize) -> MarkFacts {
        let checks = outcome.checks(product_idx);
        MarkFacts::new(&outcome.mesh, product_idx, Axis::ALL.map(|axis| checks.tally_of(axis)))
    }

    /// Reads the facts of a product whose checks are known.
    pub(in crate::render) fn new(mesh: &Mesh, product_idx: usize, axes: [Tally; 6]) -> MarkFacts {
        let product = &mesh.products[product_idx];
        let evidence = mesh.product_evidence(product_idx);
        MarkFacts {
            axes,
            n_inputs: product.inputs.len(),
            n_outputs: product.outputs.len(),
            evidence: evidence.state,
            n_kept: evidence.n_kept,
            n_old: evidence.n_old(),
            n_missed: evidence.n_missed,
            n_schema_misses: evidence.schema_misses.len(),
            n_promises: evidence.n_promises,
            is_active: product.descriptor.header.has_status("active"),
            is_retired: mesh.is_retired(product_idx),
        }
    }

    /// Returns the classes of the evidence and the ring.
    pub(super) fn classes(&self) -> &'static str {
        match (self.evidence, self.is_active) {
            (Evidence::Kept, true) => "kept",
            (Evidence::Missed, true) => "miss",
            (Evidence::Promised, true) => "said",
            (Evidence::NotStated, true) => "none",
            (Evidence::Kept, false) => "kept off",
            (Evidence::Missed, false) => "miss off",
            (Evidence::Promised, false) => "said off",
            (Evidence::NotStated, false) => "none off",
        }
    }

    /// Returns the evidence in two or three short lines, for the middle of a large mark. What has no result is said apart.
    pub(super) fn lines(&self) -> Vec<String> {
        let n_all = self.n_promises.max(self.n_kept + self.n_missed);
        let (n, word, n_old) = match self.evidence {
            Evidence::Kept => (self.n_kept, "kept", self.n_old),
            Evidence::Missed if self.n_missed == 0 => {
                let tests = if self.n_schema_misses == 1 {
                    "1 test".to_owned()
                } else {
                    format!("{} tests", self.n_schema_misses)
                };
                return vec![tests, "of schema".to_owned(), "failed".to_owned()];
            }
            Evidence::Missed => (self.n_missed, "missed", 0),
            Evidence::Promised => return vec![format!("{n_all} promised"), "no results".to_owned()],
            Evidence::NotStated => return vec!["nothing".to_owned(), "is promised".to_owned()],
        };
        let rest = match n_all - self.n_kept - self.n_missed {
            0 => None,
            n_without => Some(format!("{n_without} no result")),
        };
        let word = if n_old > 0 { format!("{word}, {n_old} old") } else { word.to_owned() };
        [format!("{n} of {n_all}"), word].into_iter().chain(rest).collect()
    }
}

/// Where and how large a mark is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    /// The middle.
    pub center: (f64, f64),
    /// From the middle to a corner of the ring.
    pub radius: f64,
    /// The part of a side that is left free at each of its ends.
    pub gap: f64,
    /// From the middle to a corner of the hexagon inside.
    pub inner: f64,
}

/// The small mark: 40 by 40.
const SMALL: Geometry = Geometry { center: (20.0, 20.0), radius: 14.0, gap: 0.09, inner: 8.2 };

/// Ticks of a small mark on one side.
const TICKS: usize = 4;

/// Half the width of a hexagon of radius 1.
pub(super) const HALF: f64 = 0.866_025_403_784_438_6;

/// Returns the path of a hexagon that stands on a corner.
pub(super) fn hexagon(center: (f64, f64), radius: f64) -> String {
    let mut d = String::with_capacity(80);
    for (at, corner) in corners(center, radius).into_iter().enumerate() {
        d.push(if at == 0 { 'M' } else { 'L' });
        push_point(&mut d, corner);
    }
    d.push('z');
    d
}

/// Returns the corners, clockwise from the top.
fn corners((x, y): (f64, f64), radius: f64) -> [(f64, f64); 6] {
    let (half, quarter) = (radius * HALF, radius / 2.0);
    [
        (x, y - radius),
        (x + half, y - quarter),
        (x + half, y + quarter),
        (x, y + radius),
        (x - half, y + quarter),
        (x - half, y - quarter),
    ]
}

/// Returns the ring as two paths: what is open (`tk`) and what passes (`ps`).
pub(super) fn ring(axes: &[Tally; 6], geometry: Geometry) -> (String, String) {
    joined(axes.iter().enumerate().map(|(number, axis)| side(number, *axis, geometry)))
}

fn joined<S: AsRef<str>>(sides: impl Iterator<Item = (S, S)>) -> (String, String) {
    let (mut open, mut passed) = (String::with_capacity(160), String::with_capacity(160));
    for (side_open, side_passed) in sides {
        open.push_str(side_open.as_ref());
        passed.push_str(side_passed.as_ref());
    }
    (open, passed)
}

/// Returns what is open and what passes of one side of a ring.
fn side(number: usize, axis: Tally, geometry: Geometry) -> (String, String) {
    let corners = corners(geometry.center, geometry.radius);
    let (from, to) = (corners[number], corners[(number + 1) % 6]);
    let at = |part: f64| {
        let part = geometry.gap + part * (1.0 - 2.0 * geometry.gap);
        (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
    };
    let part = match axis.n_total {
        0 => 0.0,
        total => to_f64(axis.n_passed.min(total)) / to_f64(total),
    };
    let line = |from: f64, to: f64| {
        let mut d = String::with_capacity(32);
        d.push('M');
        push_point(&mut d, at(from));
        d.push('L');
        push_point(&mut d, at(to));
        d
    };
    let open = if part < 1.0 { line(part, 1.0) } else { String::new() };
    (open, if part > 0.0 { line(0.0, part) } else { String::new() })
}

/// So many checks an axis of a small mark may have for its sides to be drawn ahead.
const DRAWN: usize = 8;

/// Returns the ring of a small mark: there are few different sides, and very many marks.
fn small_ring(axes: &[Tally; 6]) -> (String, String) {
    static SIDES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let tallies = (0..=DRAWN).flat_map(|n_total| (0..=DRAWN).map(move |n_passed| Tally { n_passed, n_total }));
        (0..6).flat_map(|number| tallies.clone().map(move |axis| side(number, axis, SMALL))).collect()
    });
    if axes.iter().any(|axis| axis.n_total > DRAWN) {
        return ring(axes, SMALL);
    }
    joined(axes.iter().enumerate().map(|(number, axis)| {
        let (open, passed) = &SIDES[(number * (DRAWN + 1) + axis.n_total) * (DRAWN + 1) + axis.n_passed.min(DRAWN)];
        (open.as_str(), passed.as_str())
    }))
}

/// What else a small mark can have, drawn ahead.
struct SmallParts {
    /// The ticks of the inputs and of the outputs, by their number.
    ticks: [[String; TICKS + 1]; 2],
    /// The middle: where nothing is known of promises, and else.
    middles: [String; 2],
}

static SMALL_PARTS: LazyLock<SmallParts> = LazyLock::new(|| SmallParts {
    ticks: [1.2, 34.6].map(|x| std::array::from_fn(|n| ticks(x, n))),
    middles: [7.6, SMALL.inner].map(|inner| hexagon(SMALL.center, inner)),
});

/// Returns the ticks of one side of a small mark.
fn ticks(x: f64, n: usize) -> String {
    let step = if n == TICKS { 3.0 } else { 4.0 };
    let first = 20.0 - step * (to_f64(n) - 1.0) / 2.0;
    let mut d = String::new();
    for idx in 0..n {
        d.push('M');
        push_point(&mut d, (x, first + step * to_f64(idx)));
        d.push_str("h4.2");
    }
    d
}

/// The pieces of a small mark, drawn in the order of the page: track, passed sides, ticks, middle.
fn small(svg: &mut Svg, facts: &MarkFacts) {
    let (open, passed) = small_ring(&facts.axes);
    for (class, d) in [("tk", open), ("ps", passed)] {
        if !d.is_empty() {
            svg.path_of(class, |text| text.push_str(&d));
        }
    }
    let SmallParts { ticks: [inputs, outputs], middles: [promised, other] } = &*SMALL_PARTS;
    if facts.n_inputs + facts.n_outputs > 0 {
        svg.path_of("pt", |text| {
            text.push_str(&inputs[facts.n_inputs.min(TICKS)]);
            text.push_str(&outputs[facts.n_outputs.min(TICKS)]);
        });
    }
    svg.path_of("in", |text| text.push_str(if facts.evidence == Evidence::Promised { promised } else { other }));
    if facts.evidence == Evidence::Missed {
        svg.path("x", "M16.5 23.5l7-7");
    }
}

/// How large a mark stands in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkSize {
    /// Beside a name in lists and tables.
    Card,
    /// At the head of the product's own page.
    Page,
}

/// Draws a mark for a page: hidden from screen readers, since its facts stand beside it in words.
#[must_use]
pub fn mark(facts: &MarkFacts, size: MarkSize) -> String {
    let seal = if size == MarkSize::Page { " seal" } else { "" };
    let mut svg = Svg::with_capacity(640);
    svg.open("svg").drawn("class", |text| {
        text.push_str("mark");
        text.push_str(seal);
        text.push(' ');
        text.push_str(facts.classes());
    });
    svg.fixed("viewBox", "0 0 40 40").fixed("aria-hidden", "true");
    small(&mut svg, facts);
    svg.close("svg");
    svg.finish()
}

/// Draws a mark as a file of its own, for tabs, forges and slides.
#[must_use]
pub fn mark_file(facts: &MarkFacts, title: &str) -> String {
    let mut svg = Svg::default();
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("viewBox", "0 0 40 40");
    svg.attr("width", "40").attr("height", "40").attr("role", "img");
    svg.open("title").say(title).close("title").open("style").part(style::mark()).close("style");
    svg.open("g").attr("class", &format!("mark {}", facts.classes()));
    small(&mut svg, facts);
    svg.close("g").close("svg");
    svg.finish() + "\n"
}

/// Draws a badge: the mark, the name, and what the promises are worth, for a README or a wiki.
#[must_use]
pub fn badge(facts: &MarkFacts, name: &str) -> String {
    let shown = super::svg::label(name, 210.0, 13.0);
    let (word, class) =
        if facts.is_retired { ("retired", "none off") } else { (facts.evidence.word(), facts.classes()) };
    let name_width = width_of(&shown, 13.0).ceil();
    let (word_x, word_width) = (40.0 + name_width + 12.0, width_of(word, 12.0).ceil() + 12.0);
    let width = word_x + word_width + 8.0;
    let mut svg = Svg::default();
    svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg").attr("viewBox", &format!("0 0 {} 32", number(width)));
    svg.num("width", width).attr("height", "32").attr("role", "img");
    let old = if facts.evidence == Evidence::Kept && facts.n_old > 0 && !facts.is_retired {
        ", with old results"
    } else {
        ""
    };
    svg.open("title").say(&format!("{name}: {word}{old}")).close("title");
    svg.open("style").part(style::mark()).part(style::badge()).close("style");
    svg.open("rect").attr("class", "bd").num("x", 0.5).num("y", 0.5).num("width", width - 1.0).attr("height", "31");
    svg.attr("rx", "3").end();
    svg.open("g").attr("class", &format!("mark {class}")).attr("transform", "translate(2 0) scale(.8)");
    small(&mut svg, facts);
    svg.close("g");
    svg.holding("text", "nm", 38.0, 20.5, &shown);
    svg.path("ln", &format!("M{} 8v16", number(word_x - 6.0)));
    svg.open("text").attr("class", &format!("wd {class}")).num("x", word_x).num("y", 20.5);
    svg.say(word).close("text");
    svg.close("svg");
    svg.finish() + "\n"
}

/// Turns a count into a coordinate.
#[expect(clippy::cast_precision_loss, reason = "no picture has so many parts that a count would lose digits")]
pub(super) fn to_f64(count: usize) -> f64 {
    count as f64
}

/// Facts for the tests of pictures: every axis complete, two ports a side.
#[cfg(test)]
pub(super) fn facts(evidence: Evidence) -> MarkFacts {
    let axis = |n_total| Tally { n_passed: n_total, n_total };
    MarkFacts {
        axes: [axis(3), axis(3), axis(3), axis(3), axis(2), axis(2)],
        n_inputs: 2,
        n_outputs: 2,
        evidence,
        n_kept: 3,
        n_old: 0,
        n_missed: usize::from(evidence == Evidence::Missed),
        n_schema_misses: 0,
        n_promises: 5,
        is_active: true,
        is_retired: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_that_of_the_reference() {
        let mut orders = facts(Evidence::Kept);
        (orders.n_inputs, orders.n_outputs, orders.axes[3].n_passed) = (3, 3, 2);
        assert_eq!(
            mark(&orders, MarkSize::Page),
            "<svg class=\"mark seal kept\" viewBox=\"0 0 40 40\" aria-hidden=\"true\"><path class=\"tk\" d=\"M12.28 29.54L8.97 27.63\"/><path class=\"ps\" d=\"M21.09 6.63L31.03 12.37M32.12 14.26L32.12 25.74M31.03 27.63L21.09 33.37M18.91 33.37L12.28 29.54M7.88 25.74L7.88 14.26M8.97 12.37L18.91 6.63\"/><path class=\"pt\" d=\"M1.2 16h4.2M1.2 20h4.2M1.2 24h4.2M34.6 16h4.2M34.6 20h4.2M34.6 24h4.2\"/><path class=\"in\" d=\"M20 11.8L27.1 15.9L27.1 24.1L20 28.2L12.9 24.1L12.9 15.9z\"/></svg>"
        );
    }

    #[test]
    fn the_lines_say_what_has_no_result() {
        assert_eq!(facts(Evidence::Kept).lines(), ["3 of 5", "kept", "2 no result"]);
        assert_eq!(MarkFacts { n_old: 2, ..facts(Evidence::Kept) }.lines(), ["3 of 5", "kept, 2 old", "2 no result"]);
        assert_eq!(MarkFacts { n_old: 2, ..facts(Evidence::Missed) }.lines()[1], "missed");
        assert_eq!(facts(Evidence::Missed).lines(), ["1 of 5", "missed", "1 no result"]);
        assert_eq!(MarkFacts { n_promises: 3, ..facts(Evidence::Kept) }.lines(), ["3 of 3", "kept"]);
        assert_eq!(facts(Evidence::Promised).lines(), ["5 promised", "no results"]);
        let failed = MarkFacts { n_missed: 0, n_schema_misses: 2, ..facts(Evidence::Missed) };
        assert_eq!(failed.lines(), ["2 tests", "of schema", "failed"]);
    }

    #[test]
    fn every_state_has_a_shape_of_its_own() {
        let mut shapes: Vec<String> = Vec::new();
        for evidence in Evidence::ALL {
            for is_active in [true, false] {
                let drawn = mark(&MarkFacts { is_active, ..facts(evidence) }, MarkSize::Card);
                assert!(!shapes.contains(&drawn));
                assert_eq!(drawn.contains("class=\"x\""), evidence == Evidence::Missed);
                shapes.push(drawn);
            }
        }
    }

    #[test]
    fn a_product_without_anything_still_has_a_ring() {
        let nothing = MarkFacts {
            axes: [Tally::default(); 6],
            n_inputs: 0,
            n_outputs: 99,
            evidence: Evidence::NotStated,
            n_kept: 0,
            n_old: 0,
            n_missed: 0,
            n_schema_misses: 0,
            n_promises: 0,
            is_active: false,
            is_retired: false,
        };
        let drawn = mark(&nothing, MarkSize::Card);
        assert!(drawn.contains("class=\"tk\"") && !drawn.contains("class=\"ps\""), "{drawn}");
        assert_eq!(drawn.matches("h4.2").count(), 4);
    }

    #[test]
    fn files_hold_their_style_and_escape_the_name() {
        for file in [mark_file(&facts(Evidence::Kept), "</title><script>"), badge(&facts(Evidence::Missed), "<b>&")] {
            assert!(file.contains("<style>") && file.contains("prefers-color-scheme:dark"), "{file}");
            assert!(!file.contains("<script>") && !file.contains("<b>"), "{file}");
            assert!(file.len() < 3000, "{}", file.len());
        }
    }
}
