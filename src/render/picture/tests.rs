//! The rules of pictures, on meshes of every shape and on the demo mesh.

mod told;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use jiff::civil::date;

use super::scene::{self, LineStyle, Shape};
use super::{Deep, DomainMap, Ego, LINES, Links, MarkFacts, NODES, has_more};
use crate::check::Detail;
use crate::graph::LineageNode;
use crate::model::Kind;
use crate::pipeline::{self, Options, Outcome};
use crate::source::{MemoryTree, Tree, WorkTree};
use crate::yaml::Schemas;

fn outcome(tree: &dyn Tree) -> Outcome {
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: date(2026, 11, 21),
        detail: Detail::Pages,
        observations: None,
    };
    pipeline::run(tree, &Schemas::embedded(), &options).expect("the tree can be read")
}

/// A mesh around the product `hub`.
struct Shapes {
    n_providers: usize,
    n_sources: usize,
    n_ports: usize,
    n_consumers: usize,
    n_domains: usize,
    /// Consumers that read one another in a chain, and one that is read by the hub.
    is_tangled: bool,
}

const PLAIN: Shapes =
    Shapes { n_providers: 2, n_sources: 1, n_ports: 2, n_consumers: 3, n_domains: 2, is_tangled: false };

impl Shapes {
    fn outcome(&self) -> Outcome {
        let mut files: Vec<(String, String)> = Vec::new();
        let mut product = |id: &str, domain: usize, inputs: &str, ports: &[(String, String, bool)]| {
            let mut text = format!(
                "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: \"The product {id} & <more>\"\nstatus: active\ndomain: d{domain}\nteam: {{name: t}}\ninputPorts: [{inputs}]\noutputPorts:\n"
            );
            for (name, contract, is_ending) in ports {
                writeln!(text, "  - {{name: {name}, contractId: {contract}, version: 1.0.0, deprecated: {is_ending}}}")
                    .expect("a string takes all text");
                files.push((
                    format!("{contract}.odcs.yaml"),
                    format!("apiVersion: v3.1.0\nkind: DataContract\nid: {contract}\nversion: 1.0.0\nstatus: active\nschema: []\n"),
                ));
            }
            files.push((
                format!("{id}.odps.yaml"),
                text.replace("outputPorts:\n", if ports.is_empty() { "" } else { "outputPorts:\n" }),
            ));
        };
        let input = |contract: &str| format!("{{name: {contract}, contractId: {contract}, version: 1.0.0}}");
        let mut hub: Vec<String> = Vec::new();
        for idx in 0..self.n_providers {
            product(&format!("p{idx}"), idx % self.n_domains, "", &[("out".to_owned(), format!("cp{idx}"), false)]);
            hub.push(input(&format!("cp{idx}")));
        }
        for idx in 0..self.n_sources {
            hub.push(format!("{{name: s{idx}, customProperties: [{{property: sourceSystemId, value: s{idx}}}]}}"));
        }
        if self.is_tangled {
            hub.push(input("cr0"));
        }
        let ports: Vec<(String, String, bool)> = (0..self.n_ports)
            .map(|idx| (format!("a-rather-long-port-{idx}"), format!("ch{idx}"), idx % 3 == 2))
            .collect();
        product("hub", 0, &hub.join(", "), &ports);
        for idx in 0..self.n_consumers {
            let mut inputs: Vec<String> = Vec::new();
            if self.n_ports > 0 {
                inputs.push(input(&format!("ch{}", idx % self.n_ports)));
            }
            if self.n_ports > 1 && idx % 2 == 0 {
                inputs.push(input(&format!("ch{}", (idx + 1) % self.n_ports)));
            }
            if self.is_tangled && idx > 0 {
                inputs.push(input(&format!("cr{}", idx - 1)));
            }
            product(
                &format!("r{idx}"),
                idx % self.n_domains,
                &inputs.join(", "),
                &[("out".to_owned(), format!("cr{idx}"), false)],
            );
        }
        for idx in 0..self.n_domains {
            files.push((
                format!("d{idx}.yaml"),
                format!("apiVersion: meshfolio/v1\nkind: Domain\nid: d{idx}\nname: Domain {idx}\nowner: t\n"),
            ));
        }
        for idx in 0..self.n_sources {
            files.push((
                format!("s{idx}.yaml"),
                format!("apiVersion: meshfolio/v1\nkind: SourceSystem\nid: s{idx}\nname: System {idx}\nowner: t\n"),
            ));
        }
        files.push(("t.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: Team\nid: t\nname: T\n".to_owned()));
        outcome(&MemoryTree::new(files))
    }
}

fn ego(outcome: &Outcome, idx: usize) -> Ego {
    let facts = MarkFacts::of(outcome, idx);
    Ego::of(&outcome.mesh, idx, &facts, outcome.today, &Links::Relative(1))
}

fn deep(outcome: &Outcome, idx: usize) -> Deep {
    Deep::of(&outcome.mesh, &[LineageNode { kind: Kind::DataProduct, idx }], 2, 2, &Links::Relative(2))
}

/// Checks both pictures of a product: caps, readability, budgets, and a row for everything drawn.
fn check(outcome: &Outcome, idx: usize) {
    let id = &outcome.mesh.products[idx].descriptor.header.id.value;
    let near = ego(outcome, idx);
    let scene = near.scene();
    scene::check(scene);
    assert!(scene.nodes.len() < 24 && scene.lines.len() <= 40, "{id}: {} {}", scene.nodes.len(), scene.lines.len());
    let n_drawn = scene.nodes.iter().filter(|node| node.shape != Shape::Ghost).count();
    // Inputs that no neighbour gives have a row and no node.
    assert_eq!(near.rows.iter().filter(|row| row.n > 0).count(), n_drawn, "{id}");
    assert_eq!(near.rows.iter().map(|row| row.n).sum::<usize>(), near.n.0 + near.n.1, "{id}: a neighbour is lost");
    for node in &scene.nodes {
        assert!(node.shape == Shape::Ghost || near.rows.iter().any(|row| row.name == node.name), "{id}");
    }
    assert_eq!(near.is_cut, near.caption.contains("grouped by domain"), "{id}: {}", near.caption);
    let (svg, file) = (near.svg(), near.file());
    assert!(svg.len() <= 12_000 && file.len() <= 16_000, "{id}: {} {}", svg.len(), file.len());
    assert!(!svg.contains("<more>") && !file.contains("<more>"), "{id}");

    let deep = deep(outcome, idx);
    scene::check(deep.scene());
    let (n_nodes, n_lines) = deep.size();
    assert!(n_nodes <= NODES && n_lines <= LINES, "{id}: {n_nodes} {n_lines}");
    // Every neighbour has a row, and every use stands in one of them once.
    let middle = LineageNode { kind: Kind::DataProduct, idx };
    let (drawn, rings) = Deep::with_rows(&outcome.mesh, middle, 2, 200, &Links::Relative(2));
    assert_eq!(drawn.svg(), deep.svg(), "{id}");
    let (n_known, n_rows) = rings.iter().fold((0, 0), |(n, rows), ring| (n + ring.n, rows + ring.rows.len()));
    assert_eq!(n_rows, n_known.min(200), "{id}");
    let n_ties: usize = rings.iter().flat_map(|ring| &ring.rows).map(|row| row.ties.len() + row.back.len()).sum();
    let n_drawn: usize = deep.scene().lines.iter().map(|line| line.n).sum();
    assert!(n_known > 200 || n_ties == n_drawn + deep.n_left_out, "{id}: {n_ties} {n_drawn} {}", deep.n_left_out);
    assert!(deep.scene().width <= 1124.0, "{id}: a page has no room for {}", deep.scene().width);
    assert!(deep.svg().len() <= 30_000, "{id}: {}", deep.svg().len());
    if !has_more(&outcome.mesh, idx) {
        let near: BTreeSet<&str> = near.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(n_nodes, near.len() + 1, "{id}: the page two steps deep would show more");
    }
}

fn hub(outcome: &Outcome) -> usize {
    outcome.mesh.product("hub").expect("it is there")
}

#[test]
fn every_picture_of_the_demo_is_readable() {
    let tree = WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the package can be read");
    let outcome = outcome(&tree);
    assert!(outcome.mesh.products.len() > 50);
    for idx in 0..outcome.mesh.products.len() {
        check(&outcome, idx);
    }
    let map = DomainMap::of(&outcome.mesh, &|_, _| false);
    let graph = map.graph(&outcome.mesh, &Links::Relative(0)).expect("few domains");
    assert!(graph.n_lines <= 90 && graph.svg.len() < 30_000, "{} {}", graph.n_lines, graph.svg.len());
    assert_eq!(graph.readable, Vec::<String>::new());
}

#[test]
fn every_number_of_neighbours_and_ports_is_readable() {
    for n in [0, 1, 2, 5, 9, 10, 11, 40, 41, 300] {
        for n_domains in [1, 3, 9, 10, 25] {
            let ports = [0, 1, 2, 5, 6][(n + n_domains) % 5];
            let shapes = Shapes {
                n_providers: n / 3,
                n_sources: n % 4,
                n_ports: ports,
                n_consumers: n,
                n_domains,
                is_tangled: n % 2 == 1,
            };
            let outcome = shapes.outcome();
            check(&outcome, hub(&outcome));
        }
    }
}

/// Names and counts of what is drawn on the right.
fn right(ego: &Ego) -> Vec<(String, usize)> {
    ego.rows.iter().filter(|row| row.direction == "gives to").map(|row| (row.name.clone(), row.n)).collect()
}

#[test]
fn few_consumers_stand_by_name_many_by_domain() {
    let of = |n_consumers, n_domains| {
        let outcome = Shapes { n_consumers, n_domains, ..PLAIN }.outcome();
        let idx = hub(&outcome);
        ego(&outcome, idx)
    };
    assert_eq!(right(&of(9, 3)).len(), 9);
    assert!(right(&of(9, 3)).iter().all(|(name, n)| name.starts_with("The product r") && *n == 1));
    // Ten in three domains: a place for each domain.
    let domains: Vec<usize> = right(&of(10, 3)).into_iter().map(|(_, n)| n).collect();
    assert_eq!((domains.len(), domains.iter().sum::<usize>()), (3, 10));
    // Twenty in twelve domains: eight of them, and the rest; a domain with one product has its name.
    let many = of(20, 12);
    assert_eq!(right(&many).len(), 9);
    assert!(right(&many).iter().any(|(name, _)| name == "4 more domains"), "{:?}", right(&many));
    assert!(
        many.caption.contains("gives to 20 consumers, grouped by domain: 8 of 12 domains are drawn"),
        "{}",
        many.caption
    );
    // The rest stands below the others, whatever ports it reads.
    let picture = Shapes { n_consumers: 20, n_domains: 12, n_ports: 3, ..PLAIN }.outcome();
    let last = ego(&picture, hub(&picture)).scene().nodes.last().map(|node| node.name.clone());
    assert_eq!(last.as_deref(), Some("4 more domains"));
    // A hub shows its largest domains: those with 26 of 301 products come before those with 25.
    let hub = of(301, 12);
    let mut sizes: Vec<usize> =
        right(&hub).into_iter().filter(|(name, _)| !name.contains("more")).map(|(_, n)| n).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [25, 25, 25, 25, 25, 25, 25, 26]);
}

#[test]
fn what_must_move_is_named_first_and_dotted() {
    let outcome = Shapes { n_ports: 3, n_consumers: 30, n_domains: 15, ..PLAIN }.outcome();
    let ego = ego(&outcome, hub(&outcome));
    let ending: usize = ego.rows.iter().filter(|row| row.ending.is_some()).count();
    assert!(ending > 0, "{:?}", ego.rows);
    assert!(ego.scene().lines.iter().any(|line| line.style == LineStyle::Ending));
    assert!(ego.caption.contains("amber dots"), "{}", ego.caption);
}

#[test]
fn nobody_is_a_ghost_with_a_way_out() {
    let alone = Shapes { n_providers: 0, n_sources: 0, n_consumers: 0, ..PLAIN }.outcome();
    let ego = ego(&alone, hub(&alone));
    let ghosts: Vec<(&str, bool)> =
        ego.scene().nodes.iter().map(|node| (node.name.as_str(), node.href.is_some())).collect();
    assert_eq!(ghosts, [("no input stated", false), ("no consumer declared", true)]);
    assert!(ego.rows.is_empty() && !has_more(&alone.mesh, hub(&alone)));
}

#[test]
fn one_to_five_ports_have_ticks_of_their_own() {
    for (n_ports, n_ticks) in [(0, 0), (1, 1), (2, 2), (5, 5), (6, 1)] {
        let outcome = Shapes { n_ports, n_consumers: n_ports.min(4), ..PLAIN }.outcome();
        let ego = ego(&outcome, hub(&outcome));
        let ports = &ego.scene().mark.as_ref().expect("a mark").outputs;
        assert_eq!(ports.len(), n_ticks, "{n_ports}");
        assert_eq!(ego.caption.contains("6 output ports are drawn as one"), n_ports == 6, "{}", ego.caption);
    }
}

#[test]
fn a_circle_runs_back_and_says_so() {
    let outcome = Shapes { n_consumers: 4, is_tangled: true, ..PLAIN }.outcome();
    let deep = deep(&outcome, hub(&outcome));
    assert!(deep.scene().lines.iter().any(|line| line.style == LineStyle::Back));
    let middle = LineageNode { kind: Kind::DataProduct, idx: hub(&outcome) };
    let (_, rings) = Deep::with_rows(&outcome.mesh, middle, 2, 200, &Links::Nowhere);
    let back = rings.iter().flat_map(|ring| &ring.rows).flat_map(|row| &row.back);
    assert!(back.clone().count() > 0 && back.clone().all(|tie| tie.through.contains("cycle")), "{rings:?}");
    assert!(deep.caption.contains("from right to left") && deep.svg().contains("marker-start"), "{}", deep.caption);
}

#[test]
fn full_rings_are_drawn_by_domain_and_counted() {
    let outcome = Shapes { n_consumers: 80, n_domains: 12, is_tangled: true, ..PLAIN }.outcome();
    let deep = deep(&outcome, hub(&outcome));
    // One of the 80 is read by the hub too, and stands on that side.
    assert!(deep.caption.contains("79 neighbours one step downstream are grouped by domain"), "{}", deep.caption);
    assert!(deep.n_left_out > 0 && deep.caption.contains("inside these groups"), "{}", deep.caption);
}

#[test]
fn the_same_mesh_gives_the_same_bytes() {
    let shapes = Shapes { n_providers: 12, n_consumers: 45, n_domains: 11, is_tangled: true, ..PLAIN };
    let (one, other) = (shapes.outcome(), shapes.outcome());
    let idx = hub(&one);
    assert_eq!(ego(&one, idx).file(), ego(&other, idx).file());
    assert_eq!(deep(&one, idx).file(), deep(&other, idx).file());
}

#[test]
fn the_map_counts_every_use_once() {
    let outcome = Shapes { n_providers: 6, n_consumers: 40, n_domains: 8, is_tangled: true, ..PLAIN }.outcome();
    let map = DomainMap::of(&outcome.mesh, &|_, _| true);
    let n_crossing: usize = outcome
        .mesh
        .products
        .iter()
        .flat_map(|reader| reader.inputs.iter().map(move |input| (reader, input)))
        .filter(|(reader, input)| {
            let from = input.published_by.first().map(|by| outcome.mesh.products[by.product_idx].domain_idx);
            from.is_some_and(|from| from.is_some() && from != reader.domain_idx)
        })
        .count();
    assert_eq!(map.flows.values().map(|flow| flow.n).sum::<usize>(), n_crossing);
    assert!(map.flows.values().all(|flow| flow.is_personal && flow.products.values().sum::<usize>() == flow.n));
    for pair in map.pairs() {
        assert!(pair.there.1 >= pair.back.1 && map.flows.contains_key(&(pair.back.0, pair.there.0)));
    }
    assert_eq!(map.circles().len(), 1, "the chain of readers ties all domains");
    let graph = map.graph(&outcome.mesh, &Links::Nowhere).expect("few domains");
    assert!(graph.n_lines <= map.flows.len() && !graph.svg.contains("<a "));
    assert_eq!(graph.readable, Vec::<String>::new());
    // Any number of domains and lines.
    for (n_consumers, n_domains) in [(4, 2), (9, 3), (30, 6), (60, 12), (90, 15), (120, 20), (150, 30)] {
        let outcome = Shapes { n_providers: 20, n_consumers, n_domains, is_tangled: true, ..PLAIN }.outcome();
        let graph = DomainMap::of(&outcome.mesh, &|_, _| n_domains % 2 == 0).graph(&outcome.mesh, &Links::Nowhere);
        assert_eq!(graph.map(|graph| graph.readable).unwrap_or_default(), Vec::<String>::new(), "{n_domains}");
    }
    let [first, second, third] = map.steps();
    assert!(0 < first && first < second && second < third);

    let wide = Shapes { n_consumers: 62, n_domains: 31, ..PLAIN }.outcome();
    assert!(DomainMap::of(&wide.mesh, &|_, _| false).graph(&wide.mesh, &Links::Nowhere).is_none(), "too many domains");
}
