//! Files with very many mistakes: all are reported, and the time grows with the file and not with its
//! square.

use std::time::{Duration, Instant};

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;

/// How many mistakes a file has, and how many times as many the larger one.
const MANY: usize = 3_000;
const TIMES: usize = 6;

/// Checks one file; returns how many findings its rule makes, and how long it took.
fn check(schemas: &Schemas, path: &str, text: &str, code: &str) -> (usize, Duration) {
    let tree = MemoryTree::new([(path, text), ("registry/t.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: t\n")]);
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
    };
    let start = Instant::now();
    let outcome = pipeline::run(&tree, schemas, &options).expect("a tree in memory can be read");
    let time = start.elapsed();
    (outcome.findings.diagnostics.iter().filter(|found| found.rule.code == code).count(), time)
}

#[track_caller]
fn grows_evenly(path: &str, code: &str, text: impl Fn(usize) -> String) {
    let schemas = Schemas::embedded();
    let (small, large) = (text(MANY), text(MANY * TIMES));
    // The schema is compiled once.
    check(&schemas, path, &text(1), code);
    let best = |text: &str, number: usize| {
        let times = (0..3).map(|_| {
            let (n_found, time) = check(&schemas, path, text, code);
            assert_eq!(n_found, number, "{code}");
            time
        });
        times.min().expect("three runs")
    };
    let (few, many) = (best(&small, MANY), best(&large, MANY * TIMES));
    // With the square it would be 36 times as long; a busy machine and small numbers need some room.
    assert!(
        many < few * 20 + Duration::from_millis(200),
        "{code}: {few:?} for {MANY}, {many:?} for {TIMES} times that"
    );
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
    grows_evenly("registry/a.odcs.yaml", "SCH001", |number| contract(&lines(number, |n| format!("unknown{n}: 1\n"))));
}

#[test]
fn items_of_another_type() {
    grows_evenly("registry/a.odcs.yaml", "SCH009", |number| {
        contract(&("tags:\n".to_owned() + &lines(number, |n| format!("  - {n}\n"))))
    });
}

#[test]
fn values_of_a_large_map() {
    grows_evenly("meshfolio.yaml", "CFG001", |number| {
        let levels = lines(number, |n| format!("    rule-{n}: fatal\n"));
        format!("check:\n  levels:\n{levels}")
    });
}

#[test]
fn one_key_again_and_again() {
    grows_evenly("registry/a.yaml", "SYN002", |number| {
        "apiVersion: meshfolio/v1\nkind: Team\nid: a\n".to_owned() + &"id: a\n".repeat(number)
    });
}

#[test]
fn levels_of_rules_that_are_not_there() {
    grows_evenly("meshfolio.yaml", "CFG002", |number| {
        let levels = lines(number, |n| format!("    rule-{n}: error\n"));
        format!("check:\n  levels:\n{levels}")
    });
}

#[test]
fn markdown_with_more_links_than_are_kept_is_told() {
    let schemas = Schemas::embedded();
    let text = lines(30_000, |n| format!("## head {n}\n\n[a](#hed-{n})\n\n"));
    assert_eq!(check(&schemas, "registry/README.md", &text, "SYN003").0, 1);
    assert_eq!(check(&schemas, "registry/README.md", &text, "LNK002").0, meshfolio::load::MAX_LINKS);
}
