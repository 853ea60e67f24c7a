//! A lineage picture before it is written: boxes, lines, labels and perhaps one large mark, in px.
//! The rules of readability are checked on it; writing it adds nothing but tags.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::mark::{Geometry, MarkFacts, hexagon, ring, to_f64};
use super::style;
use super::svg::{Svg, label, number, push_number, push_point, width_of};

/// Size of a node.
pub(super) const NODE: (f64, f64) = (184.0, 36.0);
/// Least distance of two nodes above each other.
pub(super) const GAP: f64 = 8.0;
/// Size of names, in px.
pub(super) const NAME: f64 = 13.0;
/// Size of names that would not fit otherwise.
const SMALL_NAME: f64 = UNDER;
/// Size of what stands under a name.
const UNDER: f64 = 11.5;
/// Where text begins in a node; before it stands the sign of its kind.
const INDENT: f64 = 29.0;

/// Where links of a picture lead from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Links {
    /// A page or file that lies so deep below the top of the site.
    Relative(usize),
    /// The address of the site.
    Absolute(String),
    /// There is no site: nothing is a link.
    Nowhere,
}

impl Links {
    /// Returns the link to a page, given relative to the top of the site.
    pub(super) fn to(&self, page: &str) -> Option<String> {
        match self {
            Links::Relative(depth) => Some(crate::render::address::relative(*depth, page)),
            Links::Absolute(base) => Some(format!("{base}{page}")),
            Links::Nowhere => None,
        }
    }
}

/// What a node stands for, told by its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A data product.
    Product,
    /// A source system.
    Source,
    /// A team.
    Team,
    /// Several things: those of a domain.
    Stack,
    /// Nothing: the place where something would be.
    Ghost,
}

impl Shape {
    const ALL: [Shape; 5] = [Shape::Product, Shape::Source, Shape::Team, Shape::Stack, Shape::Ghost];

    /// The link to its sign inside the picture.
    fn symbol(self) -> &'static str {
        match self {
            Shape::Product => "#lp",
            Shape::Source => "#ls",
            Shape::Team => "#lt",
            Shape::Stack => "#lk",
            Shape::Ghost => "#lg",
        }
    }

    /// A box with its sign, the same in all pictures.
    fn definition(self) -> &'static str {
        static DEFINITIONS: LazyLock<[String; 5]> = LazyLock::new(|| Shape::ALL.map(Shape::drawn));
        &DEFINITIONS[self as usize]
    }

    /// Draws its box. The outline takes its colours from the node that uses it.
    fn drawn(self) -> String {
        let mut svg = Svg::default();
        svg.open("g").fixed("id", &self.symbol()[1..]);
        let rect = |svg: &mut Svg, x: f64, y: f64, width: f64| {
            svg.open("rect").num("x", x).num("y", y).num("width", width).attr("height", "35").attr("rx", "2").end();
        };
        if self == Shape::Stack {
            rect(&mut svg, 4.5, -3.5, 179.0);
            rect(&mut svg, 0.5, 0.5, 179.0);
        } else {
            rect(&mut svg, 0.5, 0.5, 183.0);
        }
        match self {
            Shape::Product => svg.path("mk f", &hexagon((15.0, 13.0), 6.5)),
            Shape::Source => svg.path("mk", "M9 7.5h12v11H9zM9 11h12"),
            Shape::Team => svg.path("mk", "M15 13a3 3 0 1 0-.1 0M9 19.5a6 6 0 0 1 12 0"),
            Shape::Stack => {
                svg.path("mk", &[(15.0, 8.6), (11.4, 15.0), (18.6, 15.0)].map(|middle| hexagon(middle, 3.8)).concat())
            }
            Shape::Ghost => &mut svg,
        };
        svg.close("g");
        svg.finish()
    }
}

/// A box.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Upper left corner.
    pub at: (f64, f64),
    /// What it stands for.
    pub shape: Shape,
    /// The whole name.
    pub name: String,
    /// What stands under the name.
    pub under: String,
    /// What one has to know of it, as "draft": it stands after the rest, and in its place where both are too long.
    pub marks: String,
    /// Where it leads.
    pub href: Option<String>,
    /// It is what the picture is about.
    pub is_middle: bool,
}

/// How a line is drawn: four styles, each with a word in the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LineStyle {
    /// A port or an agreement says so.
    Stated,
    /// Nothing says otherwise.
    Assumed,
    /// What is read ends.
    Ending,
    /// The data runs back to where it came from.
    Back,
}

impl LineStyle {
    fn class(self) -> &'static str {
        match self {
            LineStyle::Stated => "e",
            LineStyle::Assumed => "e as",
            LineStyle::Ending => "e dep",
            LineStyle::Back => "e bk",
        }
    }

    /// The words of the legend.
    pub(super) fn legend(self) -> &'static str {
        match self {
            LineStyle::Stated => "solid lines are declared or agreed",
            LineStyle::Assumed => "dashed lines are assumed",
            LineStyle::Ending => "amber dots read a port that ends",
            LineStyle::Back => "long dashes with an arrow run from right to left",
        }
    }
}

/// A line from left to right.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Points in pairs: from the first of a pair to the second it swings, between pairs it runs level.
    pub points: Vec<(f64, f64)>,
    /// How it is drawn.
    pub style: LineStyle,
    /// How many products it stands for.
    pub n: usize,
}

/// The product at large, with its ports.
#[derive(Clone, Debug)]
pub(super) struct BigMark {
    /// The middle.
    pub center: (f64, f64),
    /// What it shows.
    pub facts: MarkFacts,
    /// Heights of the ticks at the left.
    pub inputs: Vec<f64>,
    /// The ports at the right.
    pub outputs: Vec<Port>,
}

/// An output port at its tick.
#[derive(Clone, Debug)]
pub(super) struct Port {
    /// Height of the tick.
    pub y: f64,
    /// The whole name.
    pub name: String,
    /// It is not simply in use: the word for it stands below its line.
    pub state: Option<&'static str>,
}

/// A word above a column.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Where it begins, or its middle.
    pub x: f64,
    /// It is centred.
    pub is_centred: bool,
    /// The words.
    pub text: String,
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Scene {
    /// Width in px.
    pub width: f64,
    /// Height in px.
    pub height: f64,
    /// What it shows, in a sentence.
    pub title: String,
    /// Words above the columns.
    pub heads: Vec<Head>,
    /// Boxes, in reading order.
    pub nodes: Vec<Node>,
    /// Lines, drawn below the boxes.
    pub lines: Vec<Line>,
    /// The product at large.
    pub mark: Option<BigMark>,
}

/// Radius of the large mark.
pub(super) const RING: f64 = 64.0;
/// Length of a tick.
const TICK: f64 = 13.0;
/// From the middle of a large mark to the end of its ticks: a whole number, so that what lies beside it has short
/// coordinates.
pub(super) const REACH: f64 = 76.0;
/// Width that the name of a port may take.
pub(super) const PORT: f64 = 96.0;
/// Size of the names of ports; they are monospaced.
const PORT_NAME: f64 = 12.0;

impl Scene {
    /// Writes the picture for a page.
    pub(super) fn to_svg(&self) -> String {
        let mut svg = Svg::with_capacity(2048 + 360 * self.nodes.len());
        svg.open("svg").fixed("class", "lin");
        self.frame(&mut svg, self.height);
        svg.open("title").attr("id", "lin-t").say(&self.title).close("title");
        self.body(&mut svg);
        svg.close("svg");
        svg.finish()
    }

    /// Writes the picture as a file of its own, with its style, and its caption below it.
    pub(super) fn to_file(&self, caption: &str) -> String {
        let margin = 20.0;
        let lines = wrapped(caption, self.width, UNDER);
        let height = self.height + to_f64(lines.len()) * 17.0 + 16.0;
        let mut svg = Svg::default();
        svg.open("svg").attr("xmlns", "http://www.w3.org/2000/svg");
        let (outer_width, outer_height) = (self.width + 2.0 * margin, height + 2.0 * margin);
        svg.attr("viewBox", &format!("-{margin} -{margin} {} {}", number(outer_width), number(outer_height)));
        svg.num("width", outer_width).num("height", outer_height);
        svg.attr("role", "group").attr("aria-labelledby", "lin-t");
        svg.open("title").attr("id", "lin-t").say(&self.title).close("title");
        svg.open("style").part(style::lineage()).close("style");
        svg.open("rect").attr("class", "bg").num("x", -margin).num("y", -margin);
        svg.num("width", outer_width).num("height", outer_height).end();
        self.body(&mut svg);
        for (position, line) in lines.iter().enumerate() {
            svg.holding("text", "cp", 0.0, self.height + 24.0 + to_f64(position) * 17.0, line);
        }
        svg.close("svg");
        svg.finish() + "\n"
    }

    fn frame(&self, svg: &mut Svg, height: f64) {
        svg.attr("viewBox", &format!("0 0 {} {}", number(self.width), number(height)));
        svg.num("width", self.width).num("height", height);
        svg.attr("role", "group").attr("aria-labelledby", "lin-t");
    }

    fn body(&self, svg: &mut Svg) {
        let mut shapes: Vec<Shape> = Vec::new();
        for node in &self.nodes {
            if !shapes.contains(&node.shape) {
                shapes.push(node.shape);
            }
        }
        let runs_back = self.lines.iter().any(|line| line.style == LineStyle::Back);
        svg.open("defs");
        for shape in shapes {
            svg.part(shape.definition());
        }
        if runs_back {
            svg.open("marker").attr("id", "la").attr("viewBox", "0 0 8 8").attr("refX", "7").attr("refY", "4");
            svg.attr("markerWidth", "9").attr("markerHeight", "9").attr("markerUnits", "userSpaceOnUse");
            svg.attr("orient", "auto-start-reverse").path("ah", "M0 0L8 4 0 8z").close("marker");
        }
        svg.close("defs");
        for head in &self.heads {
            svg.open("text").fixed("class", "hd").num("x", head.x).fixed("y", "17");
            if head.is_centred {
                svg.fixed("text-anchor", "middle");
            }
            svg.say(&head.text).close("text");
        }
        if !self.lines.is_empty() {
            svg.open("g").fixed("class", "es");
        }
        for line in &self.lines {
            svg.open("path").fixed("class", line.style.class());
            if line.n > 1 && line.style != LineStyle::Ending {
                svg.num("stroke-width", (1.2 + to_f64(line.n) / 6.0).min(6.0));
            }
            if line.style == LineStyle::Back {
                svg.fixed("marker-start", "url(#la)");
            }
            svg.drawn("d", |d| line.push_path(d)).end();
        }
        if !self.lines.is_empty() {
            svg.close("g");
        }
        let left_of_mark = self.mark.as_ref().map_or(f64::INFINITY, |mark| mark.center.0);
        // Reading order: what comes in, the product, what goes out.
        for node in self.nodes.iter().filter(|node| node.at.0 < left_of_mark) {
            node.write(svg);
        }
        if let Some(mark) = &self.mark {
            mark.write(svg);
        }
        for node in self.nodes.iter().filter(|node| node.at.0 >= left_of_mark) {
            node.write(svg);
        }
    }
}

impl Line {
    fn push_path(&self, d: &mut String) {
        for (position, pair) in self.points.chunks(2).enumerate() {
            let [from, to] = pair else { continue };
            if position == 0 {
                d.push('M');
                push_point(d, *from);
            } else {
                d.push('H');
                push_number(d, from.0);
            }
            if (from.1 - to.1).abs() < 0.01 {
                d.push('H');
                push_number(d, to.0);
            } else {
                let bend = ((to.0 - from.0) / 2.0).round();
                push_curve(d, (from.0 + bend, from.1), (to.0 - bend, to.1), *to);
            }
        }
    }
}

/// Adds a curve to a path.
pub(super) fn push_curve(d: &mut String, bend: (f64, f64), back: (f64, f64), to: (f64, f64)) {
    d.push('C');
    push_point(d, bend);
    d.push(' ');
    push_point(d, back);
    d.push(' ');
    push_point(d, to);
}

impl Node {
    /// Returns all that stands under the name, as far as there is room.
    fn whole_under(&self) -> Cow<'_, str> {
        match (self.under.as_str(), self.marks.as_str()) {
            (under, "") => under.into(),
            ("", marks) => marks.into(),
            (under, marks) => format!("{under}, {marks}").into(),
        }
    }

    fn write(&self, svg: &mut Svg) {
        let (x, y) = self.at;
        let tag = if self.href.is_some() { "a" } else { "g" };
        svg.open(tag);
        if let Some(href) = &self.href {
            svg.attr("href", href);
        }
        let indent = if self.shape == Shape::Ghost { 12.0 } else { INDENT };
        let room = NODE.0 - indent - 6.0 - if self.shape == Shape::Stack { 4.0 } else { 0.0 };
        let all = self.whole_under();
        let mut under = label(&all, room, UNDER);
        if under != all && !self.marks.is_empty() {
            under = label(&self.marks, room, UNDER);
        }
        // A long name is set a little smaller before it is cut.
        let whole = label(&self.name, room, NAME);
        let is_whole = whole == self.name;
        let name = if is_whole { whole } else { label(&self.name, room, SMALL_NAME) };
        if name != self.name || under != all {
            let full = if all.is_empty() { self.name.clone() } else { format!("{}, {all}", self.name) };
            svg.open("title").say(&full).close("title");
        }
        let class = match (self.shape, self.is_middle) {
            (Shape::Ghost, _) => "gh",
            (_, true) => "cd me",
            (_, false) => "cd",
        };
        svg.open("use").fixed("class", class).fixed("href", self.shape.symbol());
        svg.num("x", x).num("y", y).end();
        let name_y = if under.is_empty() { y + 22.5 } else { y + 16.5 };
        svg.open("text").fixed("class", "nm");
        if !is_whole {
            svg.num("font-size", SMALL_NAME);
        }
        svg.num("x", x + indent).num("y", name_y).say(&name).close("text");
        if !under.is_empty() {
            // A name read aloud runs into what stands under it without the space.
            svg.say(" ").holding("text", "sb", x + indent, y + 30.5, &under);
        }
        svg.close(tag);
    }
}

impl BigMark {
    fn geometry(&self) -> Geometry {
        Geometry { center: self.center, radius: RING, gap: 0.06, inner: 47.0 }
    }

    fn write(&self, svg: &mut Svg) {
        let geometry = self.geometry();
        let (open, passed) = ring(&self.facts.axes, geometry);
        svg.open("g").attr("class", &format!("hexs {}", self.facts.classes()));
        for (class, d) in [("tk", open), ("ps", passed)] {
            if !d.is_empty() {
                svg.path_of(class, |text| text.push_str(&d));
            }
        }
        let inputs = self.inputs.iter().map(|y| (self.center.0 - REACH, *y));
        let outputs = self.outputs.iter().map(|port| (self.center.0 + REACH - TICK, port.y));
        if !self.inputs.is_empty() || !self.outputs.is_empty() {
            svg.path_of("pt", |d| {
                for tick in inputs.chain(outputs) {
                    d.push('M');
                    push_point(d, tick);
                    d.push('h');
                    push_number(d, TICK);
                }
            });
        }
        svg.path_of("in", |d| d.push_str(&hexagon(geometry.center, geometry.inner)));
        svg.close("g");
        let lines = self.facts.lines();
        let places: &[f64] = if lines.len() == 3 { &[-9.0, 5.0, 19.0] } else { &[-1.0, 14.0] };
        for (at, (text, y)) in lines.iter().zip(places).enumerate() {
            svg.open("text");
            if at > 0 {
                svg.fixed("class", "sb");
            }
            svg.num("x", self.center.0)
                .num("y", self.center.1 + y)
                .fixed("text-anchor", "middle")
                .say(text)
                .close("text");
        }
        for port in &self.outputs {
            let (x, y, width, _) = port.label(self.center.0);
            let shown = port_name(&port.name, width);
            let class = match port.state {
                Some("retired") => "pl ret",
                Some("deprecated") => "pl dep",
                _ => "pl",
            };
            if shown == port.name {
                svg.holding("text", class, x, y + 11.0, &shown);
            } else {
                svg.open("text").fixed("class", class).num("x", x).num("y", y + 11.0);
                svg.open("title").say(&port.name).close("title").say(&shown).close("text");
            }
            if let Some(state) = port.state {
                svg.holding("text", "sb", x, port.y + 13.0, state);
            }
        }
    }
}

impl Port {
    /// The box of the name: it stands on the line of its port.
    pub(super) fn label(&self, center: f64) -> (f64, f64, f64, f64) {
        (center + REACH + 6.0, self.y - 17.0, PORT - 6.0, 14.0)
    }

    /// Room that a port needs below the one above it, where that one has a word for its state.
    pub(super) const STEP: f64 = 42.0;
}

/// Cuts the name of a port. Every character of a monospaced face is 0.6 em wide, of wide scripts twice that.
fn port_name(name: &str, width: f64) -> Cow<'_, str> {
    let is_plain = name.chars().all(|c| (' '..='~').contains(&c));
    let fits = is_plain && to_f64(name.len()) * PORT_NAME * 0.6 <= width;
    if fits { Cow::Borrowed(name) } else { label(name, width * 0.92, PORT_NAME) }
}

/// Breaks a text into lines of a width.
fn wrapped(text: &str, width: f64, size: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_of(line, size) + width_of(word, size) + size < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Checks the rules of readability (ux.md section 4) on a picture.
#[cfg(test)]
pub(super) fn check(scene: &Scene) {
    use super::layer::touch;

    let boxes: Vec<(f64, f64, f64, f64)> =
        scene.nodes.iter().map(|node| (node.at.0, node.at.1, NODE.0, NODE.1)).collect();
    for (position, place) in boxes.iter().enumerate() {
        assert!(
            place.0 >= 0.0 && place.1 >= 0.0 && place.0 + place.2 <= scene.width && place.1 + place.3 <= scene.height
        );
        for other in &boxes[position + 1..] {
            assert!(!touch(*place, *other, GAP - 0.1), "{place:?} {other:?}");
        }
    }
    let mut labels = boxes.clone();
    if let Some(mark) = &scene.mark {
        labels.extend(mark.outputs.iter().map(|port| port.label(mark.center.0)));
        for port in mark.outputs.windows(2) {
            let least = if port[0].state.is_some() { Port::STEP } else { 16.0 };
            assert!(port[1].y - port[0].y >= least, "names of ports overlap");
        }
    }
    for line in &scene.lines {
        assert!(line.points.len() % 2 == 0 && line.points.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{line:?}");
        for (from, to) in line.points.windows(2).map(|pair| (pair[0], pair[1])) {
            for step in 1..20 {
                let part = f64::from(step) / 20.0;
                // The curve swings level at both ends: smoothstep is close to it everywhere.
                let swing = part * part * (3.0 - 2.0 * part);
                let at = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * swing);
                for place in &labels {
                    let is_in = at.0 > place.0 + 0.5
                        && at.0 < place.0 + place.2 - 0.5
                        && at.1 > place.1
                        && at.1 < place.1 + place.3;
                    assert!(!is_in, "a line runs under a label: {at:?} in {place:?}");
                }
            }
        }
    }
    let mut styles: Vec<LineStyle> = scene.lines.iter().map(|line| line.style).collect();
    styles.sort();
    styles.dedup();
    assert!(styles.len() <= 4);
    for node in &scene.nodes {
        assert!(label(&node.name, NODE.0 - INDENT - 6.0, NAME).chars().count() <= super::svg::LABEL);
        // What the tool says itself is never cut.
        let is_whole = |text: &str, size: f64| label(text, NODE.0 - 18.0, size) == text;
        assert!(node.shape != Shape::Ghost || (is_whole(&node.name, NAME) && is_whole(&node.under, UNDER)), "{node:?}");
    }
}
