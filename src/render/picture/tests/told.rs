//! What pictures and their tables have to tell of small meshes: cycles, what ends, what leads nowhere, states, and
//! what is left out.

use std::fmt::Write;

use super::super::scene::LineStyle;
use super::super::{Deep, DeepRing, Ego, LINES, Links, MarkFacts, NODES, readers};
use super::{Outcome, outcome};
use crate::graph::LineageNode;
use crate::model::Kind;
use crate::source::MemoryTree;

/// A product: its id, its status, and the contracts that it reads, as `id@version`.
type Written<'a> = (&'a str, &'a str, &'a [&'a str]);
/// What a product gives beside `<id>@1.0.0`: its id, the contract as `id@version`, and the status of that.
type Gives<'a> = (&'a str, &'a str, &'a str);

fn mesh(products: &[Written<'_>], gives: &[Gives<'_>]) -> Outcome {
    let mut files: Vec<(String, String)> = Vec::new();
    let split = |contract: &str| contract.split_once('@').map(|(id, version)| (id.to_owned(), version.to_owned()));
    for (id, status, reads) in products {
        let mut text =
            format!("apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nstatus: {status}\ninputPorts:\n");
        for (at, read) in reads.iter().enumerate() {
            let (contract, version) = split(read).expect("it has a version");
            writeln!(text, "  - {{name: in{at}, contractId: {contract}, version: {version}}}").expect("text");
        }
        if reads.is_empty() {
            text = text.replace("inputPorts:\n", "");
        }
        text += "outputPorts:\n";
        let own = (*id, format!("{id}@1.0.0"), "active");
        let others = gives.iter().filter(|(by, ..)| by == id);
        let others = others.map(|(by, contract, status)| (*by, (*contract).to_owned(), *status));
        for (_, contract, status) in [own].into_iter().chain(others) {
            let (contract, version) = split(&contract).expect("it has a version");
            writeln!(text, "  - {{name: {contract}-{version}, contractId: {contract}, version: {version}}}")
                .expect("text");
            files.push((
                format!("{contract}-{version}.odcs.yaml"),
                format!("apiVersion: v3.1.0\nkind: DataContract\nid: {contract}\nversion: {version}\nstatus: {status}\nschema: []\n"),
            ));
        }
        files.push((format!("{id}.odps.yaml"), text));
    }
    outcome(&MemoryTree::new(files))
}

fn idx(outcome: &Outcome, id: &str) -> usize {
    outcome.mesh.product(id).expect("it is there")
}

fn ego(outcome: &Outcome, id: &str) -> Ego {
    let idx = idx(outcome, id);
    Ego::of(&outcome.mesh, idx, &MarkFacts::of(outcome, idx), outcome.today, &Links::Nowhere)
}

fn deep(outcome: &Outcome, id: &str) -> (Deep, Vec<DeepRing>) {
    let middle = LineageNode { kind: Kind::DataProduct, idx: idx(outcome, id) };
    Deep::with_rows(&outcome.mesh, middle, 2, 200, &Links::Nowhere)
}

/// All ties of a table: who, whom, and in what words.
fn ties(rings: &[DeepRing]) -> Vec<(String, String, String)> {
    let rows = rings.iter().flat_map(|ring| &ring.rows);
    let of = |row: &super::super::DeepRow| {
        let ties: Vec<(String, String, String)> = row
            .ties
            .iter()
            .chain(&row.back)
            .map(|tie| (row.name.clone(), tie.name.clone(), tie.through.clone()))
            .collect();
        ties
    };
    rows.flat_map(of).collect()
}

/// What stands under the names of a picture, by name.
fn unders(ego: &Ego) -> Vec<(&str, &str)> {
    ego.scene().nodes.iter().map(|node| (node.name.as_str(), node.marks.as_str())).collect()
}

#[test]
fn a_cycle_is_closed_whatever_its_length() {
    for n in 2..8 {
        let ids: Vec<String> = (0..n).map(|at| format!("y{at}")).collect();
        let reads: Vec<String> = (0..n).map(|at| format!("y{}@1.0.0", (at + n - 1) % n)).collect();
        let reads: Vec<[&str; 1]> = reads.iter().map(|read| [read.as_str()]).collect();
        let all: Vec<Written<'_>> =
            ids.iter().zip(&reads).map(|(id, reads)| (id.as_str(), "active", &reads[..])).collect();
        let outcome = mesh(&all, &[]);
        let (deep, rings) = deep(&outcome, "y0");
        // Two steps each way show the whole of a cycle of five.
        let is_whole = n <= 5;
        let n_back = deep.scene().lines.iter().filter(|line| line.style == LineStyle::Back).count();
        assert_eq!(n_back, usize::from(is_whole), "{n}");
        assert_eq!(deep.caption.contains(&format!("{n} nodes stand in a cycle")), is_whole, "{n}: {}", deep.caption);
        let ties = ties(&rings);
        assert_eq!(ties.len(), if is_whole { n } else { 4 }, "{n}: {ties:?}");
        assert!(ties.iter().all(|(_, _, through)| through.ends_with(", cycle") == is_whole), "{n}: {ties:?}");
    }
    // Of two that read one another each stands on both sides.
    let outcome = mesh(&[("a", "active", &["b@1.0.0"]), ("b", "active", &["a@1.0.0"])], &[]);
    let ego = ego(&outcome, "a");
    assert_eq!(unders(&ego), [("b", "cycle"), ("b", "cycle")]);
    assert!(ego.rows.iter().all(|row| row.standing == "declared, cycle"), "{:?}", ego.rows);
}

#[test]
fn what_passes_the_middle_by_is_drawn_or_counted_and_always_told() {
    for n in [1, 9] {
        let sources: Vec<String> = (0..n).map(|at| format!("u{at}@1.0.0")).collect();
        let ids: Vec<String> = (0..n).map(|at| format!("u{at}")).collect();
        let reads: Vec<&str> = sources.iter().map(String::as_str).collect();
        let reader: Vec<&str> = reads.iter().copied().chain(["m@1.0.0"]).collect();
        let mut all: Vec<Written<'_>> = ids.iter().map(|id| (id.as_str(), "active", &[][..])).collect();
        all.extend([("m", "active", &reads[..]), ("z", "active", &reader[..])]);
        let (deep, rings) = deep(&mesh(&all, &[]), "m");
        let is_drawn = n == 1;
        assert_eq!(deep.size(), (n + 2, if is_drawn { 3 } else { n + 1 }), "{}", deep.caption);
        assert_eq!(
            deep.caption.contains("9 uses past the middle, from before it to after it, are not drawn"),
            !is_drawn
        );
        assert_eq!(deep.n_left_out, if is_drawn { 0 } else { n });
        assert!(ties(&rings).contains(&("z".into(), "u0".into(), "u0 1.0.0".into())), "{rings:?}");
    }
}

#[test]
fn a_reader_of_an_old_and_a_current_version_must_move_wherever_it_stands() {
    for reads in [["tv@1.0.0", "tv@2.0.0"], ["tv@2.0.0", "tv@1.0.0"]] {
        let products: [Written<'_>; 3] =
            [("tv", "active", &[]), ("both", "active", &reads), ("next", "active", &["both@1.0.0"])];
        let outcome = mesh(&products, &[("tv", "tv@2.0.0", "active")]);
        // The first version of `tv` is active: nothing ends.
        assert!(ego(&outcome, "tv").rows.iter().all(|row| row.ending.is_none()));
        let products: [Written<'_>; 3] =
            [("p", "active", &[]), ("both", "active", &reads), ("next", "active", &["both@1.0.0"])];
        let outcome = mesh(&products, &[("p", "tv@1.0.0", "deprecated"), ("p", "tv@2.0.0", "active")]);
        let seen = ego(&outcome, "p");
        assert_eq!(unders(&seen)[1], ("both", "must move"));
        assert_eq!(seen.rows[0].ending.as_deref(), Some("must move"));
        // Its line to the port that goes on is none that ends.
        let styles: Vec<LineStyle> = seen.scene().lines.iter().skip(2).map(|line| line.style).collect();
        assert_eq!(styles, [LineStyle::Ending, LineStyle::Stated]);
        assert!(readers(&outcome.mesh, idx(&outcome, "p"))[0].must_move);
        let (drawn, rings) = deep(&outcome, "p");
        assert!(drawn.scene().lines.iter().any(|line| line.style == LineStyle::Ending));
        assert!(ties(&rings)[0].2.contains("ending"), "{rings:?}");
        // The provider does not move.
        let taken = ego(&outcome, "both");
        assert_eq!(unders(&taken)[0], ("p", "partly ending"));
        assert_eq!(taken.rows[0].ending.as_deref(), Some("part of it is ending"));
    }
}

#[test]
fn what_is_not_simply_in_use_says_so_on_both_sides() {
    let states = ["draft", "proposed", "deprecated", "retired"];
    let mut products: Vec<Written<'_>> = states.iter().map(|state| (*state, *state, &[][..])).collect();
    let reads: Vec<String> = states.iter().map(|state| format!("{state}@1.0.0")).collect();
    let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
    products.push(("hub", "active", &reads));
    let ids = states.map(|state| format!("by-{state}"));
    products.extend(ids.iter().zip(states).map(|(id, state)| (id.as_str(), state, &["hub@1.0.0"][..])));
    let outcome = mesh(&products, &[]);
    let seen = ego(&outcome, "hub");
    let marks = unders(&seen);
    for state in states {
        assert!(marks.contains(&(state, state)), "{marks:?}");
        let by = format!("by-{state}");
        // What is retired reads nothing, and stands in the deep picture alone.
        assert_eq!(marks.contains(&(by.as_str(), state)), state != "retired", "{marks:?}");
        let rows = seen.rows.iter().filter(|row| row.name == state || row.name == by);
        assert!(rows.clone().count() > 0 && rows.clone().all(|row| row.state == Some(state)), "{:?}", seen.rows);
    }
    let (drawn, rings) = deep(&outcome, "hub");
    for row in rings.iter().flat_map(|ring| &ring.rows) {
        let state = row.name.trim_start_matches("by-");
        assert!(row.under.ends_with(&format!(", {state}")), "{row:?}");
        assert!(drawn.scene().nodes.iter().any(|node| node.name == row.name && node.marks == state), "{row:?}");
    }
}

#[test]
fn ports_have_a_word_for_their_state() {
    let states = ["draft", "proposed", "deprecated", "retired"];
    let gives: Vec<String> = (2..6).map(|major| format!("p@{major}.0.0")).collect();
    let gives: Vec<Gives<'_>> =
        gives.iter().zip(states).map(|(contract, state)| ("p", contract.as_str(), state)).collect();
    let seen = ego(&mesh(&[("p", "active", &[])], &gives), "p");
    super::super::scene::check(seen.scene());
    let svg = seen.svg();
    for state in states {
        assert!(svg.contains(&format!(">{state}</text>")), "{svg}");
    }
    assert!(!svg.contains(">active</text>"));
}

#[test]
fn many_readers_of_many_ports_keep_to_the_lines_of_a_picture() {
    let contracts: Vec<String> = (1..=4).map(|major| format!("q@{major}.0.0")).collect();
    let gives: Vec<Gives<'_>> = contracts.iter().map(|contract| ("p", contract.as_str(), "active")).collect();
    let reads: Vec<&str> = contracts.iter().map(String::as_str).chain(["p@1.0.0"]).collect();
    for n in [5, 9] {
        let ids: Vec<String> = (0..n).map(|at| format!("r{at}")).collect();
        let mut all: Vec<Written<'_>> = ids.iter().map(|id| (id.as_str(), "active", &reads[..])).collect();
        all.push(("p", "active", &[]));
        let seen = ego(&mesh(&all, &gives), "p");
        assert_eq!(seen.scene().lines.len(), if n == 5 { 30 } else { 10 });
        assert_eq!(seen.caption.contains("Its 5 output ports are drawn as one"), n == 9, "{}", seen.caption);
    }
}

#[test]
fn inputs_that_no_neighbour_gives_have_a_row() {
    let outcome = mesh(&[("own", "active", &["own@1.0.0"])], &[]);
    let seen = ego(&outcome, "own");
    assert_eq!(seen.title(), "own takes from itself alone and has no declared consumer");
    assert_eq!(unders(&seen)[0].0, "only itself");
    assert!(!seen.caption.contains("nothing in this registry"), "{}", seen.caption);
    assert_eq!((seen.rows[0].note.as_str(), seen.rows[0].through.as_str()), ("itself", "own 1.0.0"));

    let outcome = mesh(
        &[("a", "active", &[]), ("b", "active", &["a@1.0.0", "gone@1.0.0", "b@1.0.0"]), ("c", "active", &["b@1.0.0"])],
        &[],
    );
    let seen = ego(&outcome, "b");
    let names: Vec<&str> = seen.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "gone 1.0.0", "c"]);
    assert!(seen.caption.contains("1 input port reads what it gives itself. 1 input port leads to nothing"));
    // Two steps from it, too; what is behind the last step is nobody's to tell.
    assert!(deep(&outcome, "c").0.caption.contains("1 input port leads to nothing in this registry"));
    assert!(!deep(&outcome, "a").0.caption.contains("leads to nothing"));
    // Very many have a few rows.
    let reads: Vec<String> = (0..30).map(|at| format!("gone{at}@1.0.0")).collect();
    let reads: Vec<&str> = reads.iter().map(String::as_str).collect();
    let seen = ego(&mesh(&[("d", "active", &reads)], &[]), "d");
    assert_eq!((seen.rows.len(), seen.rows[9].name.as_str()), (10, "21 more input ports"));
}

#[test]
fn a_long_chain_keeps_to_the_nodes_of_a_picture() {
    let ids: Vec<String> = (0..100).map(|at| format!("c{at:03}")).collect();
    let reads: Vec<Vec<String>> = (0..100)
        .map(|at: usize| at.checked_sub(1).map(|before| format!("c{before:03}@1.0.0")).into_iter().collect())
        .collect();
    let reads: Vec<Vec<&str>> = reads.iter().map(|reads| reads.iter().map(String::as_str).collect()).collect();
    let all: Vec<Written<'_>> = ids.iter().zip(&reads).map(|(id, reads)| (id.as_str(), "active", &reads[..])).collect();
    let outcome = mesh(&all, &[]);
    let middle = LineageNode { kind: Kind::DataProduct, idx: idx(&outcome, "c050") };
    let drawn = Deep::of(&outcome.mesh, &[middle], 60, 60, &Links::Nowhere);
    let (n_nodes, n_lines) = drawn.size();
    assert!(n_nodes == NODES && n_lines <= LINES, "{n_nodes} {n_lines}");
    assert_eq!(
        drawn.caption,
        "Solid lines are declared or agreed. 20 neighbours more than 30 steps upstream are left out. \
         20 neighbours more than 29 steps downstream are left out."
    );
    assert_eq!(drawn.n_left_out, 99 - n_lines);
}
