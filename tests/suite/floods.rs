//! Files with very many mistakes: every one of them is reported. The number is such that work that grew
//! with its square would take minutes and be noticed.

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;

/// How many mistakes a file has.
const MANY: usize = 18_000;

#[track_caller]
fn are_all_reported(path: &str, code: &str, text: impl Fn(usize) -> String) {
    assert_eq!(n_found(path, &text(MANY), code), MANY, "{code}");
}

/// Checks one file; returns how many findings a rule makes.
fn n_found(path: &str, text: &str, code: &str) -> usize {
    let tree = MemoryTree::new([(path, text), ("registry/t.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: t\n")]);
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    let outcome = pipeline::run(&tree, &Schemas::embedded(), &options).expect("a tree in memory can be read");
    outcome.findings.diagnostics.iter().filter(|found| found.rule.code == code).count()
}

/// Writes a line for each number.
fn lines(number: usize, line: impl Fn(usize) -> String) -> String {
    (0..number).map(line).collect::<Vec<_>>().concat()
}

fn contract(lines: &str) -> String {
    let head = "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: \"1.0.0\"\nstatus: draft\n";
    head.to_owned() + lines
}

#[test]
fn unknown_fields() {
    are_all_reported("registry/a.odcs.yaml", "SCH001", |number| {
        contract(&lines(number, |n| format!("unknown{n}: 1\n")))
    });
}

#[test]
fn items_of_another_type() {
    are_all_reported("registry/a.odcs.yaml", "SCH009", |number| {
        contract(&("tags:\n".to_owned() + &lines(number, |n| format!("  - {n}\n"))))
    });
}

#[test]
fn values_of_a_large_map() {
    are_all_reported("meshfolio.yaml", "CFG001", |number| {
        let levels = lines(number, |n| format!("    rule-{n}: fatal\n"));
        format!("check:\n  levels:\n{levels}")
    });
}

#[test]
fn one_key_again_and_again() {
    are_all_reported("registry/a.yaml", "SYN002", |number| {
        "apiVersion: meshfolio/v1\nkind: Team\nid: a\n".to_owned() + &"id: a\n".repeat(number)
    });
}

#[test]
fn levels_of_rules_that_are_not_there() {
    are_all_reported("meshfolio.yaml", "CFG002", |number| {
        let levels = lines(number, |n| format!("    rule-{n}: error\n"));
        format!("check:\n  levels:\n{levels}")
    });
}

#[test]
fn markdown_with_more_links_than_are_kept_is_told() {
    let text = lines(30_000, |n| format!("## head {n}\n\n[a](#hed-{n})\n\n"));
    assert_eq!(n_found("registry/README.md", &text, "SYN003"), 1);
    assert_eq!(n_found("registry/README.md", &text, "LNK002"), meshfolio::load::MAX_LINKS);
}
