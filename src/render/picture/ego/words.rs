//! What the picture of a product says in words: under its names, in its caption, in the rows of its table.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Draft, EgoRow, PORTS};
use crate::graph::{Behind, Trust};
use crate::model::Kind;
use crate::render::export::node_header;
use crate::render::parts;
use crate::render::picture::near::{self, Around, Neighbour, Side, Slot, count_words};
use crate::render::picture::scene::{Line, LineStyle, Node, Shape};

/// So many more products a line stands for than another before one sees that it is wider.
const TOLD_APART: usize = 6;
/// Input ports with nothing behind them that have a row.
const LOST: usize = 9;

impl Draft<'_> {
    /// Heads what the product takes from. Ports that lead to nothing of the registry are inputs all the same.
    pub(super) fn takes_head(&self, takes: &Around) -> String {
        match (takes.n, self.n_lost, self.n_own) {
            (0, 0, 1..) => "Takes from itself".to_owned(),
            (0, 1.., _) => "Takes from outside".to_owned(),
            _ => head("Takes from", takes),
        }
    }

    pub(super) fn node(&self, slot: &Slot, side: Side, at: (f64, f64)) -> Node {
        let ending = match (slot.n_ending(), slot.members(), side) {
            (0, ..) => None,
            (_, [only], _) => word_of_end(only, side).map(Cow::Borrowed),
            (n, all, Side::Gives) if n == all.len() => Some("must move".into()),
            (n, _, Side::Gives) => Some(format!("{n} must move").into()),
            (n, all, Side::Takes) if n == all.len() => Some("ending".into()),
            (n, _, Side::Takes) => Some(format!("{n} ending").into()),
        };
        let mut marks: Vec<Cow<'_, str>> = Vec::new();
        let (shape, under) = match slot {
            Slot::One(neighbour) => {
                marks.extend(neighbour.state.map(Cow::from));
                marks.extend((neighbour.trust >= Trust::Assumed).then_some("assumed".into()));
                marks.extend(neighbour.is_cycle.then_some("cycle".into()));
                match neighbour.node.kind {
                    Kind::SourceSystem => (Shape::Source, "Source system".to_owned()),
                    Kind::Team => (Shape::Team, "Team".to_owned()),
                    _ => (Shape::Product, neighbour.domain.title.clone()),
                }
            }
            Slot::Group(_, members) | Slot::More(_, members) => (Shape::Stack, count_words(members)),
        };
        marks.extend(ending);
        let marks = marks.join(", ");
        let href = self.page(slot, side).and_then(|page| self.links.to(&page));
        Node { at, shape, name: self.slot_name(slot), under, marks, href, is_middle: false }
    }

    fn slot_name(&self, slot: &Slot) -> String {
        match slot {
            Slot::One(neighbour) => node_header(self.mesh, neighbour.node).title().to_owned(),
            Slot::Group(domain, _) => domain.title.clone(),
            Slot::More(n, _) => more_words(*n),
        }
    }

    pub(super) fn row(&self, slot: &Slot, side: Side) -> EgoRow {
        let members = slot.members();
        let names = || {
            let name = |member: &Neighbour| {
                let title = node_header(self.mesh, member.node).title();
                member.state.map_or_else(|| title.to_owned(), |state| format!("{title} ({state})"))
            };
            let names: Vec<String> = members.iter().take(4).map(name).collect();
            let rest = members.len() - names.len();
            if rest == 0 { names.join(", ") } else { format!("{} and {rest} more", names.join(", ")) }
        };
        let note = match slot {
            Slot::One(neighbour) => match neighbour.node.kind {
                Kind::SourceSystem => "Source system".to_owned(),
                Kind::Team => "Team".to_owned(),
                _ => neighbour.domain.title.clone(),
            },
            Slot::Group(..) | Slot::More(..) => names(),
        };
        let through: BTreeSet<&str> =
            members.iter().flat_map(|member| member.through.iter().map(String::as_str)).collect();
        let n_through = through.len();
        let mut through: Vec<&str> = through.into_iter().take(4).collect();
        let and_more = format!("{} more", n_through.saturating_sub(4));
        if n_through > 4 {
            through.push(&and_more);
        }
        let n_ending = slot.n_ending();
        let is_said = matches!(slot, Slot::One(only) if word_of_end(only, side).is_none());
        EgoRow {
            name: self.slot_name(slot),
            page: self.page(slot, side),
            note,
            direction: if side == Side::Takes { "takes from" } else { "gives to" },
            through: through.join(", "),
            standing: match slot {
                Slot::One(neighbour) if neighbour.is_cycle => standing(members) + ", cycle",
                _ => standing(members),
            },
            state: if let Slot::One(neighbour) = slot { neighbour.state } else { None },
            ending: (n_ending > 0 && !is_said).then(|| match (n_ending, members.len()) {
                (1, 1) if side == Side::Takes && members[0].goes_on => "part of it is ending".to_owned(),
                (1, 1) if side == Side::Takes => "it is ending".to_owned(),
                (1, 1) => "must move".to_owned(),
                (n, all) if side == Side::Takes => format!("{n} of {all} are ending"),
                (n, all) => format!("{n} of {all} must move"),
            }),
            n: members.len(),
            products: {
                let nodes = members.iter().map(|member| member.node);
                nodes.filter(|node| node.kind == Kind::DataProduct).map(|node| node.idx).collect()
            },
        }
    }

    /// Words the rows of inputs that are stated and no neighbour gives.
    pub(super) fn rows_of_nobody(&self) -> Vec<EgoRow> {
        let row = |name: String, note: &str, through: String, standing: &str| EgoRow {
            name,
            page: None,
            note: note.to_owned(),
            direction: "takes from",
            through,
            standing: standing.to_owned(),
            state: None,
            ending: None,
            n: 0,
            products: Vec::new(),
        };
        let ports = |kind: Behind| self.mesh.behind(self.product_idx).filter(move |(_, behind)| *behind == kind);
        let mut rows: Vec<EgoRow> = Vec::new();
        if self.n_own > 0 {
            let names: BTreeSet<String> =
                ports(Behind::Itself).filter_map(|(port, _)| port.named()).take(LOST).collect();
            let through: Vec<String> = names.into_iter().collect();
            rows.push(row(self.name().to_owned(), "itself", through.join(", "), Trust::Declared.word()));
        }
        for (port, _) in ports(Behind::Nothing).take(LOST) {
            rows.push(row(
                port.named().unwrap_or_else(|| port.name.to_string()),
                "not in this registry",
                port.name.to_string(),
                "leads to nothing",
            ));
        }
        if self.n_lost > LOST {
            let name = parts::count(self.n_lost - LOST, "more input port");
            rows.push(row(name, "not in this registry", String::new(), "leads to nothing"));
        }
        rows
    }

    pub(super) fn title(&self, takes: &Around, gives: &Around) -> String {
        let takes_words = match takes.n {
            0 => match (self.n_lost, self.n_own) {
                (0, 0) => "states nothing it takes from".to_owned(),
                (0, _) => "takes from itself alone".to_owned(),
                (n, _) => format!("takes from {} not in this registry", parts::count(n, "input port")),
            },
            n => format!("takes from {}", parts::count(n, "neighbour")),
        };
        let gives_words = match gives.n {
            0 => "has no declared consumer".to_owned(),
            n => format!("gives to {n} in {}", parts::count(gives.n_domains, "domain")),
        };
        format!("{} {takes_words} and {gives_words}", self.name())
    }

    pub(super) fn caption(&self, takes: &Around, gives: &Around, lines: &[Line]) -> String {
        let slots = || takes.slots.iter().chain(&gives.slots);
        let styles: BTreeSet<LineStyle> = lines.iter().map(|line| line.style).collect();
        let mut legend: Vec<&str> = styles.into_iter().map(LineStyle::legend).collect();
        // Where lines stand for nearly as many, they look alike.
        let counts = || slots().map(|slot| slot.members().len());
        if counts().max().is_some_and(|most| counts().any(|least| most >= least + TOLD_APART)) {
            legend.push("wider means more products");
        }
        let mut sentences = vec![parts::sentence(&legend.join(", "))];
        for (around, verb, noun) in [(takes, "takes from", "neighbour"), (gives, "gives to", "consumer")] {
            if !around.is_cut() {
                continue;
            }
            let named = around.slots.len() - usize::from(around.n_more().is_some());
            sentences.push(match around.n_more() {
                Some(_) => format!(
                    "It {verb} {}, grouped by domain: {named} of {} are drawn",
                    parts::count(around.n, noun),
                    parts::count(around.n_domains, "domain")
                ),
                None => format!(
                    "It {verb} {} in {}, grouped by domain",
                    parts::count(around.n, noun),
                    parts::count(around.n_domains, "domain")
                ),
            });
        }
        let n_outputs = self.mesh.products[self.product_idx].descriptor.output_ports.len();
        if self.are_joined && gives.n > 0 {
            let why = match n_outputs {
                0..=PORTS => ", as lines to each would be too many",
                _ => "",
            };
            sentences.push(format!("Its {n_outputs} output ports are drawn as one{why}; the table tells them apart"));
        }
        if self.n_own > 0 {
            let verb = if self.n_own == 1 { "reads" } else { "read" };
            sentences.push(format!("{} {verb} what it gives itself", parts::count(self.n_own, "input port")));
        }
        if self.n_lost > 0 {
            let verb = if self.n_lost == 1 { "leads" } else { "lead" };
            sentences.push(format!("{} {verb} to nothing in this registry", parts::count(self.n_lost, "input port")));
        }
        let sentences: Vec<String> =
            sentences.into_iter().filter(|sentence| !sentence.is_empty()).map(|sentence| sentence + ".").collect();
        sentences.join(" ")
    }
}

pub(super) fn head(words: &str, around: &Around) -> String {
    match (around.n, around.n_domains) {
        (0, _) => format!("{words} nobody"),
        (n, 1) => format!("{words} {n}"),
        (n, domains) => format!("{words} {n}, in {domains} domains"),
    }
}

/// Says of one neighbour what ends, where its own state does not say so.
fn word_of_end(neighbour: &Neighbour, side: Side) -> Option<&'static str> {
    match side {
        Side::Gives => Some("must move"),
        Side::Takes if near::is_ending_state(neighbour.state) => None,
        Side::Takes if neighbour.goes_on => Some("partly ending"),
        Side::Takes => Some("ending"),
    }
}

fn more_words(n_domains: usize) -> String {
    if n_domains == 1 { "1 more domain".to_owned() } else { format!("{n_domains} more domains") }
}

/// Words how neighbours are known: "declared", "agreed until 31 Mar 2027", "12 declared, 8 of them agreed".
pub(in crate::render::picture) fn standing(members: &[Neighbour]) -> String {
    if let [only] = members {
        let agreed = only.agreed.as_ref().map(|agreed| match &agreed.until {
            // A date stays on one line.
            Some(until) => format!("agreed until {}", until.replace(' ', "\u{a0}")),
            None => "agreed, without an end".to_owned(),
        });
        return match (only.trust, agreed) {
            (Trust::Declared, Some(agreed)) => format!("declared, {agreed}"),
            (Trust::Agreed, agreed) => agreed.unwrap_or_else(|| Trust::Agreed.word().to_owned()),
            (trust, Some(agreed)) => format!("{}, {agreed}", trust.word()),
            (trust, None) => trust.word().to_owned(),
        };
    }
    let mut words: Vec<String> = Vec::new();
    for trust in [Trust::Declared, Trust::Agreed, Trust::Assumed, Trust::Hint] {
        let n = members.iter().filter(|member| member.trust == trust).count();
        if n > 0 {
            words.push(format!("{n} {}", trust.word()));
        }
    }
    let n_agreed = members.iter().filter(|member| member.trust == Trust::Declared && member.agreed.is_some()).count();
    if n_agreed > 0 {
        words.push(format!("{n_agreed} of them with an agreement"));
    }
    words.join(", ")
}
