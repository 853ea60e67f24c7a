//! Products that look alike: told of new ones, shown on the pages of both, and in no time however many there are.

use std::fmt::Write as _;
use std::fs;

use meshfolio::check::Detail;
use meshfolio::graph::Alike;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;

use super::change::git;
use super::cli::run;
use super::twins::demo;

/// A product and its contract with these columns; `reads` is a contract that it reads.
fn product(id: &str, status: &str, columns: &[String], reads: Option<&str>) -> [(String, String); 2] {
    let mut descriptor = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: 1.0.0\nstatus: {status}\noutputPorts: [{{name: out, version: 1.0.0, contractId: {id}-c}}]\n"
    );
    if let Some(reads) = reads {
        writeln!(descriptor, "inputPorts: [{{name: in, version: 1.0.0, contractId: {reads}-c}}]").expect("text");
    }
    let mut contract = format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: {id}-c\nversion: 1.0.0\nstatus: {status}\nschema:\n  - name: rows\n    properties:\n"
    );
    for column in columns {
        writeln!(contract, "      - {{name: {column}}}").expect("text");
    }
    [(format!("registry/{id}/p.odps.yaml"), descriptor), (format!("registry/{id}/c.odcs.yaml"), contract)]
}

fn columns(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|number| format!("measure_{number}")).collect()
}

fn judged(files: Vec<(String, String)>) -> pipeline::Outcome {
    let tree = MemoryTree::new(files);
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    pipeline::run(&tree, &Schemas::embedded(), &options).expect("it runs")
}

#[test]
fn what_is_made_from_the_other_is_no_double() {
    let mut files = Vec::new();
    files.extend(product("master", "active", &columns(0, 20), None));
    files.extend(product("copy", "active", &columns(3, 23), None));
    files.extend(product("derived", "active", &columns(0, 20), Some("master")));
    files.extend(product("twice-derived", "active", &columns(0, 20), Some("derived")));
    files.extend(product("old", "retired", &columns(0, 20), None));
    files.extend(product("other", "active", &columns(40, 60), None));
    let outcome = judged(files);
    let mesh = &outcome.mesh;
    let alike = Alike::of(mesh, |_| true);
    let like = |id: &str| -> Vec<(String, usize, usize)> {
        let idx = mesh.product(id).expect("it is there");
        let name = |idx: usize| mesh.products[idx].descriptor.header.id.value.to_string();
        alike.like(idx).iter().map(|like| (name(like.product_idx), like.n_shared, like.n_columns)).collect()
    };
    assert_eq!(like("master"), [("copy".to_owned(), 17, 20)]);
    assert_eq!(like("derived"), [("copy".to_owned(), 17, 20)]);
    assert_eq!(like("copy").len(), 3);
    assert!(like("old").is_empty() && like("other").is_empty());
    assert_eq!(alike, Alike::of(mesh, |_| true), "the same mesh gives the same answer");
}

#[test]
fn a_product_that_the_base_does_not_have_is_new() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |files: [(String, String); 2]| {
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        }
    };
    write(product("master", "active", &columns(0, 20), None));
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-q", "-m", "a commit"]);
    write(product("copy", "active", &columns(3, 23), None));
    let told = |args: &[&str]| run(&folder, args).out.matches("GOV031").count();
    assert_eq!(told(&["check", "--format", "concise"]), 0);
    let compared = run(&folder, &["check", "--format", "concise", "--base", "main"]);
    assert!(compared.out.contains("`copy` looks like `master`: 17 of 20 columns"), "{}", compared.out);
    assert_eq!(told(&["check", "--format", "concise", "--base", "main", "--new-only"]), 1);
}

#[test]
fn the_pages_of_both_say_so() {
    let files = demo();
    for (page, other) in [("handover-points", "store-master"), ("store-master", "handover-points")] {
        let html = &files[&format!("products/{page}.html")];
        let section = html.split("id=\"alike\"").nth(1).expect("the section").split("</section>").next().unwrap_or("");
        assert!(section.contains(&format!("{other}.html")), "{section}");
        let twin: serde_json::Value = serde_json::from_str(&files[&format!("products/{page}.json")]).expect("JSON");
        assert_eq!(twin["looksLike"][0]["product"]["ref"], format!("product:{other}"), "{}", twin["looksLike"]);
        assert_eq!(twin["looksLike"][0]["sharedColumns"], 13);
    }
    assert!(!files["products/orders.html"].contains("id=\"alike\""));
}
