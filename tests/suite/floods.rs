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

fn outcome_of(tree: &MemoryTree) -> pipeline::Outcome {
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    };
    pipeline::run(tree, &Schemas::embedded(), &options).expect("a tree in memory can be read")
}

/// Checks one file; returns how many findings a rule makes.
fn n_found(path: &str, text: &str, code: &str) -> usize {
    let tree = MemoryTree::new([(path, text), ("registry/t.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: t\n")]);
    let outcome = outcome_of(&tree);
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

/// Words that formats must escape, cut or refuse, in every place that is printed: none of the commands fails on them.
#[test]
fn hostile_words_reach_every_format() {
    let hostile = r#"\u0000\u0008\u001b[31m\ufffe\uffff\U0010FFFF\u2028\u202e<&>]]>--|`\"' \\ \t::error::x"#;
    let long = "n".repeat(70_000);
    let product = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: \"odd{hostile}\"\nname: \"{hostile}{long}\"\nstatus: \"{hostile}\"\n\
         domain: \"{hostile}\"\nteam: {{name: \"{hostile}\"}}\ntags: [\"{hostile}\"]\ninputPorts:\n  - {{name: \"{hostile}\", contractId: \"{hostile}\", version: \"{hostile}\"}}\n\
         outputPorts:\n  - {{name: \"{hostile}\", contractId: \"{hostile}\", version: \"1\"}}\n"
    );
    // As deep as columns may be nested.
    let mut columns = String::new();
    for depth in 0..28 {
        let indent = "  ".repeat(depth * 2 + 2);
        columns += &format!("{indent}- name: c{depth}\n{indent}  logicalType: object\n{indent}  properties:\n");
    }
    columns += &format!("{}- name: last\n", "  ".repeat(58));
    let deep = format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: deep\nversion: \"1.0.0\"\nstatus: draft\nschema:\n  - name: o\n    properties:\n{}",
        columns.lines().flat_map(|line| ["  ", line, "\n"]).collect::<String>()
    );
    let policy = format!(
        "apiVersion: meshfolio/v1\nkind: Policy\nid: p\nname: \"{hostile}\"\nowner: \"{hostile}\"\nscope: {{kinds: [DataProduct]}}\nvalidations:\n  - {{expression: 'false', message: \"{hostile}\"}}\n\
         waivers:\n  - {{target: \"product:odd{hostile}\", reason: \"{hostile}\", approvedBy: \"{hostile}\", expires: \"2036-12-31\"}}\n"
    );
    let folder = super::cli::registry(&[
        ("registry/odd.odps.yaml", &product),
        ("registry/deep.odcs.yaml", &deep),
        ("registry/p.yaml", &policy),
    ]);
    super::change::commit(folder.path());
    super::change::write(&folder, "registry/new.odps.yaml", &product.replace("id: \"odd", "id: \"new"));
    let mut all: Vec<Vec<&str>> = Vec::new();
    for format in ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown"] {
        all.push(vec!["check", "--format", format]);
        all.push(vec!["check", "--base", "main", "--format", format]);
    }
    for format in ["full", "json", "markdown"] {
        all.push(vec!["diff", "main", "--format", format]);
    }
    for format in ["table", "json", "csv"] {
        for command in [
            &["list", "products"][..],
            &["list", "policies"],
            &["search", "odd"],
            &["policy", "list"],
            &["score"],
            &["impact", "contract:deep"],
            &["access", "list"],
        ] {
            all.push([command, &["--format", format]].concat());
        }
    }
    for format in ["tree", "json", "mermaid", "dot", "svg"] {
        all.push(vec!["lineage", "contract:deep", "--format", format]);
    }
    for format in ["text", "json"] {
        all.push(vec!["show", "contract:deep", "--format", format]);
        all.push(vec!["policy", "explain", "p", "--format", format]);
        all.push(vec!["policy", "test", "--format", format]);
    }
    all.push(vec!["build", "--allow-errors", "--base", "main"]);
    for args in all {
        let run = super::cli::run(&folder, &args);
        assert!(run.code.is_some_and(|code| code < 3), "{args:?}: {:?} {}", run.code, run.err);
        let is_bare = |c: char| c == '\u{1b}' || c == '\0' || c == '\u{8}' || c == '\u{202e}';
        assert!(!run.out.contains(is_bare) && !run.err.contains(is_bare), "{args:?}");
        if args.contains(&"json") && args[0] != "build" {
            run.json();
        }
    }
}

/// A value as deep as a file may write it, which a second one repeats at its end, and so on.
fn chained(key: &str, depth: usize, links: usize, (open, close): (&str, &str), end: &str) -> String {
    let mut text = format!("{key}:\n");
    let mut inner = end.to_owned();
    for link in 0..links {
        text += &format!("  - &a{link} {}{inner}{}\n", open.repeat(depth), close.repeat(depth));
        inner = format!("*a{link}");
    }
    text
}

#[test]
fn aliases_are_no_way_around_the_greatest_depth() {
    let team = "apiVersion: meshfolio/v1\nkind: Team\nid: a\n";
    let lists = |depth, links| team.to_owned() + &chained("tags", depth, links, ("[", "]"), "1");
    assert_eq!(n_found("registry/a.yaml", &lists(55, 60), "SYN003"), 1);
    // The map of the file and the list of `tags` are two levels; each link of the chain adds its own.
    let most = meshfolio::yaml::MAX_DEPTH - 2;
    assert_eq!(n_found("registry/a.yaml", &lists(most / 2, 2), "SYN003"), 0, "as deep as it may be");
    assert_eq!(n_found("registry/a.yaml", &lists(most / 2 + 1, 2), "SYN003"), 1, "two levels more");
    let columns = contract(&chained("customProperties", 25, 60, ("{name: x, properties: [", "]}"), "{name: x}"));
    assert_eq!(n_found("registry/a.odcs.yaml", &columns, "SYN003"), 1);
    // What is repeated and stays flat is no matter.
    let flat = team.to_owned() + "tags: [&t x, *t]\nmembers: &m [{username: a}]\ncustomProperties: *m\n";
    assert_eq!(n_found("registry/a.yaml", &flat, "SYN003"), 0);
}

#[test]
fn keys_that_look_alike() {
    let keys = |number, last: &str| {
        let list: Vec<String> = (0..number).map(|n| format!("k{n:06}: 1")).collect();
        contract(&format!("customProperties:\n  - property: a\n    value: {{{}, {last}: 1}}\n", list.join(", ")))
    };
    assert_eq!(n_found("registry/a.odcs.yaml", &keys(150_000, "last"), "SYN002"), 0);
    assert_eq!(n_found("registry/a.odcs.yaml", &keys(150_000, "k000007"), "SYN002"), 1);
}

#[test]
fn findings_of_one_long_line_have_their_columns() {
    let text =
        format!("apiVersion: meshfolio/v1\nkind: Team\nid: a\ncustomProperties: {{{}}}\n", "é: 1, ".repeat(60_000));
    let folder = super::cli::registry(&[("registry/a.yaml", &text)]);
    let run = super::cli::run(&folder, &["check", "--format", "json"]);
    let json = run.json();
    let found = json["diagnostics"].as_array().expect("a list").iter().filter(|found| found["code"] == "SYN002");
    let columns: Vec<u64> = found.filter_map(|found| found["column"].as_u64()).collect();
    assert_eq!(columns.len(), 59_999, "{}", run.err);
    assert!(columns.windows(2).all(|pair| pair[1] == pair[0] + 6), "{:?}", &columns[..10]);
}

/// A dataset of the event of a run, with what was asked of it.
fn event(dataset: &str, assertions: &str) -> String {
    format!(
        r#"{{"eventType":"COMPLETE","eventTime":"2026-11-20T04:44:17.208Z","producer":"https://a.example/b","schemaURL":"https://openlineage.io/spec/2-0-2/OpenLineage.json","run":{{"runId":"01935f2e-7c1e-7b11-9d00-5a3c6f0e2b09"}},"job":{{"namespace":"a","name":"b"}},"inputs":[],"outputs":[{{"namespace":"snowflake://x","name":"{dataset}","facets":{{"dataQualityAssertions":{{"_producer":"https://a.example/b","_schemaURL":"https://a.example/c","assertions":[{assertions}]}}}}}}]}}"#
    ) + "\n"
}

/// Returns of how many results nobody knows what they are about, by the reason.
fn unmatched(files: &[(&str, &str)]) -> Vec<(String, usize)> {
    let tree = MemoryTree::new(files.iter().copied().chain([("meshfolio.yaml", "observations: [observations]\n")]));
    let outcome = outcome_of(&tree);
    outcome.mesh.unmatched_results.iter().map(|of| (of.why.clone(), of.n)).collect()
}

fn table(id: &str, name: &str, n_columns: usize) -> String {
    let columns = lines(n_columns, |n| format!("      - {{name: c{n}, required: true}}\n"));
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: t\n    physicalName: {name}\n    properties:\n{columns}"
    )
}

const UNIQUE: &str = r#"{"assertion":"unique","success":true}"#;

#[test]
fn results_about_very_many_columns() {
    let one = |at: usize| format!(r#"{{"assertion":"not_null","success":true,"column":"c{}"}}"#, at % 4_000);
    let results = event("db.s.t", &(0..8_000).map(one).collect::<Vec<_>>().join(","));
    let wide = table("wide", "t", 4_000);
    let found = unmatched(&[("registry/a.odcs.yaml", &wide), ("observations/a.ndjson", &results)]);
    assert_eq!(found, [], "each is about a column that the schema asks to be filled");
    let none = results.replace("\"db.s.t\"", "\"db.s.other\"");
    let found = unmatched(&[("registry/a.odcs.yaml", &wide), ("observations/a.ndjson", &none)]);
    assert_eq!(found.iter().map(|(_, n)| n).sum::<usize>(), 8_001, "the results and the run: {found:?}");
}

#[test]
fn results_with_names_of_very_many_parts() {
    let results = event(&("a.".repeat(150_000) + "t"), r#"{"assertion":"not_null","success":true,"column":"c0"}"#);
    let small = table("small", "t", 1);
    assert_eq!(unmatched(&[("registry/a.odcs.yaml", &small), ("observations/a.ndjson", &results)]), []);
}

#[test]
fn results_that_may_be_about_very_many_contracts() {
    let contracts = |name: &dyn Fn(usize) -> String| -> Vec<(String, String)> {
        (0..1_000).map(|n| (format!("registry/c/{n}.odcs.yaml"), table(&format!("c{n}"), &name(n), 1))).collect()
    };
    let with = |contracts: &[(String, String)], events: &str| {
        let files = contracts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        unmatched(&files.chain([("observations/a.ndjson", events)]).collect::<Vec<_>>())
    };
    // All of one name: most are not even compared, and that is said.
    let events: String = (0..3_000).map(|n| event(&format!("x{n}.t"), UNIQUE)).collect();
    let found = with(&contracts(&|_| "t".to_owned()), &events);
    assert_eq!(found.iter().map(|(_, n)| n).sum::<usize>(), 6_000, "results and runs: {found:?}");
    assert!(found.iter().any(|(why, n)| why.starts_with("can be about the data of several contracts") && *n >= 500));
    assert!(found.iter().any(|(why, n)| why.starts_with("were not looked up") && *n >= 2_000), "{found:?}");
    // Many that nobody knows are no reason to lose one that is known.
    let known = r#"{"assertion":"not_null","success":true,"column":"c0"}"#;
    let events: String = (0..1_500).map(|n| event(&format!("db.s.x{n}"), UNIQUE)).collect();
    let found = with(&contracts(&|n| format!("db.s.t{n}")), &(events + &event("db.s.t5", known)));
    let whys: Vec<(&str, usize)> = found.iter().map(|(why, n)| (why.as_str(), *n)).collect();
    assert_eq!(whys, [("are about datasets that are no object of a contract", 3_000)]);
}

#[test]
fn a_product_whose_very_many_ports_are_all_renamed() {
    let ports = |name: &str| {
        let port = |n: usize| format!("  - {{name: {name}{n}, contractId: c{n}, version: \"1.0.0\"}}\n");
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nstatus: draft\nteam: {{name: t}}\noutputPorts:\n{}",
            lines(6_000, port)
        )
    };
    let folder = super::cli::registry(&[("registry/p.odps.yaml", &ports("a"))]);
    super::change::commit(folder.path());
    super::change::write(&folder, "registry/p.odps.yaml", &ports("b"));
    let run = super::cli::run(&folder, &["diff", "main", "--format", "json"]);
    let renamed =
        run.json()["changes"].as_array().expect("a list").iter().filter(|change| change["code"] == "BRK070").count();
    assert_eq!(renamed, 6_000, "{}", run.err);
}

#[test]
fn levels_whose_value_is_a_list() {
    let rows = lines(MANY, |_| "  - {property: endOfSupport, value: [1]}\n".to_owned());
    let text = contract(&("slaProperties:\n".to_owned() + &rows));
    assert_eq!(n_found("registry/a.odcs.yaml", &text, "SCH003"), MANY);
    assert_eq!(n_found("registry/a.odcs.yaml", &text, "SCH016"), 0, "one mistake is one finding");
}
