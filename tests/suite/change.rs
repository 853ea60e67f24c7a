//! Changes between revisions of a git repository: `check --base` and `diff`, and what they say when there is
//! nothing to compare with.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{Run, registry, run};
use super::{files_below, package};

pub(crate) const CONTRACT: &str = "registry/sales/orders/orders.odcs.yaml";
pub(crate) const PRODUCT: &str = "registry/sales/orders/product.odps.yaml";

/// Runs git without the configuration of whoever runs the tests.
pub(crate) fn git(folder: &Path, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(args);
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_SYSTEM", "/dev/null"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.com"),
        ("GIT_AUTHOR_DATE", "2026-11-01T00:00:00Z"),
        ("GIT_COMMITTER_DATE", "2026-11-01T00:00:00Z"),
    ] {
        command.env(name, value);
    }
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Commits everything in a folder.
pub(crate) fn commit(folder: &Path) {
    if !folder.join(".git").exists() {
        git(folder, &["init", "-q", "-b", "main"]);
        git(folder, &["config", "core.autocrlf", "false"]);
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "a commit"]);
}

pub(crate) fn read(folder: &TempDir, path: &str) -> String {
    std::fs::read_to_string(folder.path().join(path)).expect("the file can be read")
}

pub(crate) fn write(folder: &TempDir, path: &str, text: &str) {
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("the folder can be made");
    std::fs::write(file, text).expect("the file can be written");
}

pub(crate) fn replace(folder: &TempDir, path: &str, from: &str, to: &str) {
    let text = read(folder, path);
    assert!(text.contains(from), "`{path}` does not hold `{from}`");
    write(folder, path, &text.replacen(from, to, 1));
}

/// The common registry in its first commit, without its column `amount` in the work tree.
pub(crate) fn without_amount() -> TempDir {
    let folder = registry(&[]);
    commit(folder.path());
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    folder
}

pub(crate) fn codes(run: &Run, list: &str) -> Vec<String> {
    let all = run.json()[list].as_array().expect("a list").clone();
    all.iter().map(|entry| entry["code"].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn nothing_changed_is_clean() {
    let folder = registry(&[]);
    commit(folder.path());
    let found = run(&folder, &["diff", "main"]).code(0);
    assert_eq!(found.out, "");
    assert!(found.err.contains("with the work tree: 0 contracts, 0 products changed"), "{}", found.err);
    let found = run(&folder, &["check", "--base", "main"]).code(0);
    assert_eq!(found.out, "");
    assert!(found.err.contains("     Checked  1 product, 1 contract, 1 domain, 1 team\n"), "{}", found.err);
}

#[test]
fn a_removed_column_is_refused_until_a_new_major_stands_beside_the_old_one() {
    let folder = without_amount();
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    let json = found.json();
    assert_eq!((&json["version"], &json["head"]), (&Value::from(1), &Value::from("worktree")));
    assert_eq!(json["base"].as_str().map(str::len), Some(40));
    assert_eq!(json["summary"].to_string(), r#"{"breaking":1,"warning":0,"compatible":0,"info":0}"#);
    let change = &json["changes"][0];
    for (key, expected) in [
        ("code", Value::from("BRK001")),
        ("name", "removed-column".into()),
        ("level", "breaking".into()),
        ("kind", "DataContract".into()),
        ("id", "orders".into()),
        ("path", "schema.orders.amount".into()),
        ("before", "number".into()),
        ("after", Value::Null),
        ("file", CONTRACT.into()),
        ("line", 7.into()),
        ("baseFile", CONTRACT.into()),
        ("baseLine", 11.into()),
        ("acknowledgedBy", Value::Array(Vec::new())),
    ] {
        assert_eq!(change[key], expected, "{key}");
    }
    let contract = &json["contracts"][0];
    assert_eq!(contract["requiredBump"], "major");
    assert_eq!(contract["bumpIsEnough"], false);
    let check = run(&folder, &["check", "--base", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&check, "diagnostics"), ["BRK065", "BRK001"]);
    let related = &check.json()["diagnostics"][1]["related"][0];
    assert_eq!((&related["file"], &related["line"]), (&Value::from(CONTRACT), &Value::from(11)));

    // The old major stays beside the new one.
    let head = read(&folder, CONTRACT).replace("2.1.0", "3.0.0");
    git(folder.path(), &["checkout", "-q", "--", "registry"]);
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &head);
    let sunset = "status: active\nslaProperties:\n  - {property: endOfSupport, value: \"2027-06-30\"}\n";
    replace(&folder, CONTRACT, "status: active\n", sunset);
    let port = "    version: \"2.1.0\"\n";
    let both = format!("{port}  - name: tables-3\n    type: tables\n    contractId: orders\n    version: \"3.0.0\"\n");
    replace(&folder, PRODUCT, port, &both);
    let found = run(&folder, &["diff", "main"]).code(0);
    assert!(found.out.contains("orders  2.1.0 -> 3.0.0   breaking, and may come"), "{}", found.out);
    run(&folder, &["check", "--base", "main", "--deny", "warning"]).code(0);
}

#[test]
fn readers_of_an_old_major_keep_it_though_its_document_changes_too() {
    let reader = "apiVersion: v1.0.0\nkind: DataProduct\nid: reader\nname: Reader\nstatus: active\ndomain: sales\nteam: {name: order-platform}\n\
                  inputPorts:\n  - {name: orders, version: \"2.1.0\", contractId: orders}\n";
    let folder = registry(&[("registry/sales/reader/product.odps.yaml", reader)]);
    commit(folder.path());
    let amount = "      - name: amount\n        logicalType: number\n";
    let head = read(&folder, CONTRACT).replace("2.1.0", "3.0.0").replace(amount, "");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &head);
    let effects = || -> Vec<Value> {
        let json = run(&folder, &["diff", "main", "--format", "json"]).json();
        json["impact"].as_array().expect("a list").iter().map(|row| row["effect"].clone()).collect()
    };
    assert_eq!(effects(), ["stays"]);
    let sunset = "status: active\nslaProperties:\n  - {property: endOfSupport, value: \"2027-06-30\"}\n";
    replace(&folder, CONTRACT, "status: active\n", sunset);
    assert_eq!(effects(), ["stays"]);
    replace(&folder, CONTRACT, "status: active\n", "status: deprecated\n");
    assert_ne!(effects(), ["breaks"]);
    // What breaks in the old document itself breaks its readers.
    replace(&folder, CONTRACT, amount, "");
    assert!(["breaks", "may-break"].contains(&effects()[0].as_str().expect("a word")), "{:?}", effects());
}

#[test]
fn readers_of_a_major_that_ends_see_what_the_next_one_takes_from_them() {
    let reader = "apiVersion: v1.0.0\nkind: DataProduct\nid: reader\nname: Reader\nstatus: active\ndomain: sales\nteam: {name: order-platform}\n\
                  inputPorts:\n  - {name: orders, version: \"2.1.0\", contractId: orders}\n\
                  outputPorts:\n  - {name: sums, version: \"1.0.0\", contractId: sums}\n";
    let sums = "apiVersion: v3.2.0\nkind: DataContract\nid: sums\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: sums\n    properties:\n      \
                - {name: total, transformSourceObjects: [\"orders#/schema/orders/properties/amount\"]}\n";
    let folder = registry(&[
        ("registry/sales/reader/product.odps.yaml", reader),
        ("registry/sales/reader/sums.odcs.yaml", sums),
    ]);
    commit(folder.path());
    let amount = "      - name: amount\n        logicalType: number\n";
    let head = read(&folder, CONTRACT).replace("2.1.0", "3.0.0").replace(amount, "");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &head);
    replace(&folder, CONTRACT, "status: active\n", "status: deprecated\n");
    let json = run(&folder, &["diff", "main", "--format", "json"]).json();
    let row = &json["impact"][0];
    assert_eq!((&row["product"], &row["effect"]), (&"reader".into(), &"look".into()), "{json}");
    assert_eq!(row["hit"], Value::from(vec!["amount"]));
}

#[test]
fn two_revisions_compare_at_their_merge_base() {
    let folder = without_amount();
    git(folder.path(), &["checkout", "-q", "-b", "topic"]);
    commit(folder.path());
    git(folder.path(), &["checkout", "-q", "main"]);
    // What happens on main meanwhile is no change of the branch.
    replace(&folder, CONTRACT, "      - name: id\n", "      - name: other\n      - name: id\n");
    commit(folder.path());
    let found = run(&folder, &["diff", "main", "topic", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
    assert_eq!(found.json()["head"].as_str().map(str::len), Some(40));
    // A detached head is a commit as any other.
    git(folder.path(), &["checkout", "-q", "--detach", "topic"]);
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
}

#[test]
fn a_file_that_moves_and_changes_is_compared_with_itself() {
    let folder = without_amount();
    let text = read(&folder, CONTRACT);
    std::fs::remove_file(folder.path().join(CONTRACT)).expect("it is there");
    write(&folder, "registry/elsewhere/o.odcs.yaml", &text);
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
    let change = &found.json()["changes"][0];
    assert_eq!((&change["file"], &change["baseFile"]), (&"registry/elsewhere/o.odcs.yaml".into(), &CONTRACT.into()));
}

#[test]
fn a_deleted_contract_points_into_the_base() {
    let folder = registry(&[]);
    commit(folder.path());
    std::fs::remove_file(folder.path().join(CONTRACT)).expect("it is there");
    let found = run(&folder, &["check", "--base", "main", "--new-only"]).code(1);
    assert!(found.out.contains("info[BRK058]: the contract is gone (`orders`)"), "{}", found.out);
    assert!(found.out.contains(" registry/sales/orders/orders.odcs.yaml:4:10\n"), "{}", found.out);
}

#[test]
fn a_branch_that_takes_an_excuse_away_brings_its_finding_in() {
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\ntarget: product:lone\nrule: missing-owner\n\
                  reason: The team is being formed.\napprovedBy: order-platform\nexpires: \"2026-12-31\"\n";
    let lone = "apiVersion: v1.1.0\nkind: DataProduct\nid: lone\nstatus: draft\n";
    let folder = registry(&[("registry/lone.odps.yaml", lone), ("registry/w.yaml", waiver)]);
    commit(folder.path());
    let new = || run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]);
    assert_eq!(new().code(0).out, "");
    write(&folder, "registry/w.yaml", &waiver.replace("order-platform", "order-platfrom"));
    let found = new().code(1).out;
    assert!(found.contains("error[GOV001]") && found.contains("warning[REF002]"), "{found}");
    std::fs::remove_file(folder.path().join("registry/w.yaml")).expect("it is there");
    assert!(new().code(1).out.contains("error[GOV001]"));
    // The other way round, what was there is only waived.
    commit(folder.path());
    write(&folder, "registry/w.yaml", waiver);
    let found = new().code(0).out;
    assert!(!found.contains("GOV001"), "{found}");
}

#[test]
fn only_what_a_branch_brings_in_is_reported() {
    let dangling = "apiVersion: v1.1.0\nkind: DataProduct\nid: a\nteam: {name: order-platform}\ninputPorts:\n  \
                    - {name: in, contractId: ordres, version: \"2.1.0\"}\n";
    let folder = registry(&[("registry/a.odps.yaml", dangling)]);
    commit(folder.path());
    // The old finding moves, a new one comes.
    write(&folder, "registry/a.odps.yaml", &format!("# A line more.\n{dangling}"));
    write(&folder, "registry/b.odps.yaml", &dangling.replace("id: a", "id: b"));
    let all = run(&folder, &["check", "--base", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&all, "diagnostics"), ["REF001", "REF001"]);
    let new = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(1);
    assert_eq!(codes(&new, "diagnostics"), ["REF001"]);
    assert_eq!(new.json()["diagnostics"][0]["file"], "registry/b.odps.yaml");
    // The gate asks only what it does to readers, and says that there is more.
    let gate = run(&folder, &["diff", "main"]).code(1);
    assert!(gate.err.contains("1 new error of other rules: meshfolio check --base main --new-only"), "{}", gate.err);
    assert!(gate.err.contains("; the gate is open, and `check` refuses"), "{}", gate.err);
    let line = "  [ ] REF001: input port `in` names the contract `ordres`, which is not in this registry (registry/b.odps.yaml:6)\n";
    assert!(gate.out.ends_with(&format!("Before merge\n{line}")), "{}", gate.out);
    let json = run(&folder, &["diff", "main", "--format", "json"]).code(1).json();
    assert_eq!((&json["isRefused"], &json["errors"][0]["code"]), (&false.into(), &"REF001".into()));
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.contains("- [ ] REF001: input port <code>in</code>"), "{comment}");
    std::fs::remove_file(folder.path().join("registry/b.odps.yaml")).expect("it is there");
    assert!(!run(&folder, &["diff", "main"]).code(0).err.contains("of other rules"));
    let none = run(&folder, &["check", "--base", "main", "--new-only"]).code(0);
    assert!(none.err.contains("; the base has 1 error of its own"), "{}", none.err);
    assert!(run(&folder, &["check", "--new-only"]).code(2).err.contains("--base"));
}

#[test]
fn what_cannot_be_compared_is_one_sentence() {
    let folder = registry(&[]);
    for args in [
        &["diff", "main"][..],
        &["check", "--base", "main"],
        &["reviewers", "--base", "main"],
        &["score", "--base", "main"],
        &["check", "--policies-from", "main"],
        &["build", "--base", "main"],
        &["build", "--at", "main"],
    ] {
        run(&folder, args).refused("is not in a git repository");
    }
    git(folder.path(), &["init", "-q", "-b", "main"]);
    run(&folder, &["diff", "main"]).refused("no commit yet");
    commit(folder.path());
    run(&folder, &["diff", "nowhere"]).refused("the revision `nowhere` is not in this repository");
    run(&folder, &["diff", "main", "nowhere"]).refused("the revision `nowhere`");
    for odd in ["", "a b", "main:registry", "a..b", "\u{1b}[31m", "main\n", "-", ":/x"] {
        run(&folder, &["diff", odd]).refused("is not a revision");
        run(&folder, &["check", "--base", odd]).refused("is not a revision");
    }
    for legal in ["$(id)", "`id`"] {
        run(&folder, &["diff", legal]).refused("is not in this repository");
    }
    // What would turn the line around is shown as what it is.
    run(&folder, &["diff", "ma\u{202e}in"]).refused("the revision `ma\\u{202e}in` is not in this repository");
    for args in [&["diff", "--", "-x"][..], &["check", "--base=-x"]] {
        run(&folder, args).refused("is not a revision");
    }
    // A tag of a file is no commit.
    git(folder.path(), &["tag", "blob", &format!("HEAD:{CONTRACT}")]);
    run(&folder, &["diff", "blob"]).refused("the revision `blob`");
    git(folder.path(), &["checkout", "-q", "--orphan", "other"]);
    write(&folder, "registry/README.md", "Another beginning.\n");
    commit(folder.path());
    run(&folder, &["diff", "main"]).refused("have no commit in common");
}

#[test]
fn a_clone_without_what_is_needed_says_what_to_fetch() {
    let folder = registry(&[]);
    commit(folder.path());
    git(folder.path(), &["branch", "old"]);
    write(&folder, "registry/README.md", "Words.\n");
    commit(folder.path());
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    commit(folder.path());
    let source = format!("file://{}", folder.path().display());
    let clones = tempfile::tempdir().expect("a folder can be made");
    let clone = |name: &str, options: &[&str]| {
        let mut args = vec!["clone", "-q"];
        args.extend(options);
        args.extend([source.as_str(), name]);
        git(clones.path(), &args);
        clones.path().join(name)
    };
    let in_clone = |path: &Path, args: &[&str]| {
        let path = path.to_str().expect("a plain path");
        run(&clones, &[&["-C", path], args].concat())
    };
    let shallow = clone("shallow", &["--depth", "1", "--no-single-branch"]);
    in_clone(&shallow, &["diff", "origin/old"]).refused("run `git fetch --unshallow`");
    let single = clone("single", &["--depth", "1"]);
    in_clone(&single, &["diff", "origin/old"]).refused("run `git fetch --unshallow`");
    let partial = clone("partial", &["--filter=blob:none"]);
    in_clone(&partial, &["diff", "origin/old"]).refused("is not in this clone, which left objects out");
}

#[test]
fn nothing_of_the_repository_runs() {
    let folder = without_amount();
    let evil = folder.path().join("ran");
    let line = format!("touch {}\n", evil.display());
    write(&folder, ".gitattributes", "* filter=evil diff=evil\n");
    write(&folder, ".git/hooks/post-checkout", &format!("#!/bin/sh\n{line}"));
    let config = format!(
        "[filter \"evil\"]\n\tsmudge = {line}\tclean = {line}[diff \"evil\"]\n\tcommand = {line}[alias]\n\tdiff = !{line}\
         [core]\n\tfsmonitor = {line}\tpager = {line}"
    );
    let kept = read(&folder, ".git/config");
    write(&folder, ".git/config", &(kept + &config));
    // Everything that asks git for a base, a past or a log.
    for (args, code) in [
        (&["diff", "main"][..], 1),
        (&["check", "--base", "main"], 1),
        (&["check", "--policies-from", "main"], 0),
        (&["reviewers", "--base", "main"], 0),
        (&["score", "--base", "main"], 0),
        (&["build", "--base", "main", "--out", "one"], 0),
        (&["build", "--at", "main", "--out", "two"], 0),
        (&["score", "--trend"], 0),
    ] {
        let found = run(&folder, args);
        assert!(!evil.exists(), "{args:?}");
        found.code(code);
    }
}

/// A checkout of a commit, as pipelines have it, is as good as one of a branch.
#[test]
fn a_detached_head_is_as_good_as_a_branch() {
    let folder = without_amount();
    git(folder.path(), &["checkout", "-q", "--detach"]);
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
    assert_eq!(found.json()["head"], "worktree");
    commit(folder.path());
    let found = run(&folder, &["diff", "main", "HEAD", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
    assert_eq!(found.json()["head"].as_str().map(str::len), Some(40));
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "diagnostics"), ["BRK065", "BRK001"]);
    run(&folder, &["reviewers", "--base", "main"]).code(0);
    run(&folder, &["build", "--base", "main", "--out", "site"]).code(0);
}

/// A file that cannot be read on one side: what it held is neither gone nor new, and the rest is compared.
#[test]
fn a_file_that_is_broken_on_one_side_hides_only_itself() {
    let other = "apiVersion: v3.2.0\nkind: DataContract\nid: stock\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: stock\n    properties:\n      - {name: sku}\n      - {name: amount}\n";
    let broken = "id: [stock\n";
    let less = other.replace("      - {name: amount}\n", "");
    // Broken in the head: nothing of it is told gone; another contract that loses a column is told.
    let folder = registry(&[("registry/stock.odcs.yaml", other)]);
    commit(folder.path());
    write(&folder, "registry/stock.odcs.yaml", broken);
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
    assert_eq!(found.json()["changes"][0]["id"], "orders");
    // Broken in the base: what it held is new, which breaks nobody, and the error is counted.
    write(&folder, CONTRACT, &read(&folder, CONTRACT));
    commit(folder.path());
    write(&folder, "registry/stock.odcs.yaml", &less);
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(0);
    assert_eq!(codes(&found, "changes"), ["BRK060"]);
    assert_eq!(found.json()["baseErrors"], 1);
    let said = run(&folder, &["check", "--base", "main", "--new-only"]);
    assert!(said.err.contains("the base has 1 error of its own"), "{}", said.err);
}

/// A version may be any text: what turns the line around, or colours it, never reaches a terminal.
#[test]
fn hostile_versions_stay_words_in_what_a_change_prints() {
    const HOSTILE: &str = "\"9.0.0\\u001b[31m\\u202e\\nred\"";
    let contract = |id: &str, version: &str, status: &str| {
        format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: {version}\nstatus: {status}\nschema: [{{name: t, properties: [{{name: a}}]}}]\n"
        )
    };
    let folder = registry(&[
        ("registry/a.odcs.yaml", contract("a", "1.0.0", "active").as_str()),
        ("registry/b.odcs.yaml", contract("b", HOSTILE, "active").as_str()),
        ("registry/c.odcs.yaml", contract("c", HOSTILE, "active").as_str()),
    ]);
    commit(folder.path());
    write(&folder, "registry/a.odcs.yaml", &contract("a", HOSTILE, "active"));
    write(&folder, "registry/b.odcs.yaml", &contract("b", "10.0.0", "deprecated"));
    std::fs::remove_file(folder.path().join("registry/c.odcs.yaml")).expect("removed");
    write(&folder, "registry/d.odcs.yaml", &contract("d", HOSTILE, "proposed"));
    for args in [
        &["diff", "HEAD"][..],
        &["diff", "HEAD", "--format", "markdown"],
        &["diff", "HEAD", "--format", "json"],
        &["check", "--base", "HEAD"],
        &["reviewers", "--base", "HEAD"],
    ] {
        let run = run(&folder, args);
        assert!(run.out.contains("9.0.0") || args[0] == "reviewers", "{args:?}: {}{}", run.out, run.err);
        for text in [&run.out, &run.err] {
            let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(bad, None, "{args:?}: {text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("red")), "{args:?}: {text}");
        }
    }
}

#[test]
fn hostile_words_stay_words_in_the_comment() {
    let folder = registry(&[]);
    commit(folder.path());
    let evil = "\"@all <b>x</b> | `]( http://e.example #1 -->\\n## x ```\"";
    replace(&folder, CONTRACT, "name: amount\n        logicalType: number", &format!("name: {evil}"));
    let found = run(&folder, &["diff", "main", "--format", "markdown"]).code(1);
    let text = found.out.replace("&#", "&");
    for bad in ["@all", "<b>", "](", "http:", "#1", "\n## x", "--> "] {
        assert!(!text.replace("<!-- meshfolio -->", "").contains(bad), "{bad} in {text}");
    }
    assert_eq!(text.matches("```").count() % 2, 0);
}

/// Checks that what a document shows of a command is what it says. `...` stands for what is left out.
#[track_caller]
fn assert_shown(document: &str, command: &str, output: &str) {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: Vec<String> = output.lines().map(words).collect();
    let text = std::fs::read_to_string(package(document)).expect("the document can be read");
    let shown = text.split(&format!("$ meshfolio {command}\n")).nth(1).and_then(|rest| rest.split("```").next());
    let shown = shown.unwrap_or_else(|| panic!("`{document}` does not show `{command}`"));
    for line in shown.lines().map(words).filter(|line| !line.is_empty()) {
        let is_it = |said: &String| {
            let mut rest = said.as_str();
            line.split("...").all(|part| match rest.split_once(part.trim()) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            })
        };
        assert!(said.iter().any(is_it), "`{document}` shows `{line}`, which is not in\n{output}");
    }
}

/// The demonstration: a hub contract of the demo mesh is broken, then agreed on.
#[test]
fn a_broken_hub_names_its_readers_and_their_word_opens_the_gate() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for path in files_below(&package("registry"), "") {
        let text = std::fs::read(package("registry").join(&path)).expect("the file can be read");
        write(&folder, &format!("registry/{path}"), &String::from_utf8_lossy(&text));
    }
    write(&folder, "meshfolio.yaml", &std::fs::read_to_string(package("meshfolio.yaml")).expect("it is there"));
    let readers: Vec<Value> = {
        let found = run(&folder, &["impact", "contract:item-master", "--format", "json"]).code(0).json();
        let all = found["impact"].as_array().expect("a list").clone();
        all.into_iter().filter(|row| row["distance"] == 1).collect()
    };
    assert!(readers.len() > 10, "a hub has many readers");
    let mut owners = "* @quay-larder/data-governance\n".to_owned();
    for path in files_below(&folder.path().join("registry"), "product.odps.yaml") {
        let text = read(&folder, &format!("registry/{path}"));
        let team = text.split("\nteam:").nth(1).and_then(|rest| rest.split("name: ").nth(1));
        let team = team.and_then(|rest| rest.lines().next()).unwrap_or_default();
        let home = path.trim_end_matches("product.odps.yaml");
        owners += &format!("/registry/{home} @quay-larder/{team}\n");
    }
    write(&folder, "CODEOWNERS", &owners);
    commit(folder.path());

    let contract = "registry/domains/assortment/item-master/contracts/item-master.odcs.yaml";
    let text = read(&folder, contract);
    let start = text.find("      - id: storage_class\n").expect("the column is there");
    let end = start + 1 + text[start..].find("\n      - id: ").expect("another column follows");
    let broken = format!("{}{}", &text[..start], &text[end..]).replace("version: \"4.2.0\"", "version: \"4.3.0\"");
    write(&folder, contract, &broken);
    let found = run(&folder, &["check", "--base", "main", "--new-only"]).code(1);
    for words in [
        "error[BRK001]: the column `items.storage_class` is removed (`item-master`)",
        "error[BRK065]: the contract `item-master` goes from `4.2.0` to `4.3.0`, and what changed needs a new major version",
        "write `version: 5.0.0` and keep `4.2.0` in a document of its own until its sunset",
        "it breaks `demand-features`, `expiry-watch`, `item-embeddings`, `pick-results`, `stock-on-hand`; it may break ",
        "(ask `@quay-larder/basket`, `@quay-larder/demand-science`, ",
    ] {
        assert!(found.out.contains(words), "{words} is not in {}", found.out);
    }
    let said = found;
    let found = run(&folder, &["diff", "main"]).code(1);
    assert_shown("README.md", "diff main", &format!("{}{}", found.out, found.err));
    let reviewers = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert_shown("docs/pull-requests.md", "reviewers --base origin/main", &reviewers.out);
    let concise = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(1);
    assert_shown("docs/pull-requests.md", "check --base origin/main --new-only --format concise", &concise.out);
    assert!(said.err.contains("Result  3 errors"), "{}", said.err);
    for words in ["item-master  4.2.0 -> 4.3.0   BREAKING", "pick-results", "BREAKS at merge", "may break at merge"] {
        assert!(found.out.contains(words), "{words} is not in {}", found.out);
    }
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.starts_with("<!-- meshfolio -->\n### Data mesh: 1 breaking change, "), "{comment}");
    for words in [
        "pick-results",
        "pick-and-pack",
        "- [ ]",
        "version: 5.0.0",
        "```mermaid",
        "storage&#95;class",
        "Consumers (45: 23 directly, 20 at 2 steps, 2 at 3 steps)",
        "By domain: ",
        "and 14 more readers",
        "by <code>agreement&#58;grower-sell-out-reads-item-master</code>",
    ] {
        assert!(comment.contains(words), "{words} is not in {comment}");
    }
    assert!(!comment.contains('@') && !comment.contains("is lost"), "{comment}");
    assert!(comment.len() <= 60_000);

    // A new major in place of the old one: every reader is asked.
    let bumped = broken.replace("version: \"4.3.0\"", "version: \"5.0.0\"");
    write(&folder, contract, &bumped);
    let product = "registry/domains/assortment/item-master/product.odps.yaml";
    let ports = read(&folder, product).replace("4.2.0", "5.0.0");
    write(&folder, product, &ports);
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert!(codes(&found, "changes").contains(&"BRK059".to_owned()));
    let asked = found.json()["toDo"].as_array().expect("a list").clone();
    let asked: Vec<String> =
        asked.iter().filter_map(|to_do| Some(to_do["text"].as_str()?.split('`').nth(1)?.to_owned())).collect();
    assert!(asked.len() >= readers.len(), "{asked:?}");
    let how = "`meshfolio new acknowledgement baskets-item-master-5 --for contract:item-master@5.0.0 --consumer product:baskets`";
    let told = run(&folder, &["diff", "main"]).code(1).out;
    assert!(told.contains(how), "{told}");

    for consumer in &asked {
        let Some((kind, id)) = consumer.split_once(':') else { panic!("{consumer}") };
        let home = if kind == "product" {
            let is_it = |path: &String| read(&folder, &format!("registry/{path}")).contains(&format!("\nid: {id}\n"));
            let path = files_below(&folder.path().join("registry"), "product.odps.yaml").into_iter().find(is_it);
            format!("registry/{}", path.expect("the product is there").trim_end_matches("product.odps.yaml"))
        } else {
            panic!("only products read it: {consumer}")
        };
        write(
            &folder,
            &format!("{home}acknowledgements/item-master-5.yaml"),
            &format!(
                "apiVersion: meshfolio/v1\nkind: Acknowledgement\nid: {id}-item-master-5\nsubject: contract:item-master\n\
                 toVersion: \"5.0.0\"\nconsumer: {consumer}\nchanges: [all]\ndate: 2026-11-20\n"
            ),
        );
    }
    // Agreements name the version too, in files of the provider.
    for agreement in ["grower-sell-out", "stock-on-hand"] {
        let path = format!("registry/domains/assortment/item-master/access/{agreement}.oaas.yaml");
        replace(&folder, &path, "4.2.0", "5.0.0");
    }
    // Who has answered is asked no more.
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(0).json();
    let done: Vec<&Value> =
        found["toDo"].as_array().expect("a list").iter().filter(|to_do| to_do["isDone"] == true).collect();
    assert!(!done.is_empty() && done.iter().all(|to_do| to_do["ask"] == serde_json::json!([])), "{done:?}");
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(0).out;
    assert!(comment.contains("has acknowledged that") && !comment.contains(": ask "), "{comment}");
    let found = run(&folder, &["diff", "main"]).code(0);
    assert!(!found.out.contains(" — ask "), "{}", found.out);
    assert!(found.out.contains("accepted: every consumer has acknowledged it"), "{}", found.out);
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(0);
    assert!(codes(&check, "diagnostics").contains(&"REF007".to_owned()), "readers still have to move");
}

#[test]
fn a_comment_calls_nothing_harmless_that_could_not_be_read() {
    let folder = registry(&[]);
    commit(folder.path());
    let calm = run(&folder, &["diff", "main", "--format", "markdown"]).code(0);
    assert!(calm.out.contains("### Data mesh: nothing that was promised changes\n"), "{}", calm.out);
    let text = read(&folder, CONTRACT);
    write(&folder, CONTRACT, &format!("{text}tags: [a\n"));
    let found = run(&folder, &["diff", "main", "--format", "markdown"]);
    assert!(
        !found.out.contains("nothing that was promised") && !found.out.contains("No contract and no port"),
        "{}",
        found.out
    );
    assert!(found.out.contains("new error") && found.out.contains("is not compared"), "{}", found.out);
}

/// However much changes, the comment is one that forges take.
#[test]
fn a_comment_about_very_much_has_an_end() {
    let folder = registry(&[]);
    let column = |number: usize| {
        format!(
            "      - {{name: a_column_with_a_long_name_number_{number}, logicalType: string, description: \"@all | <b>\"}}\n"
        )
    };
    let columns: String = (0..1500).map(column).collect();
    replace(&folder, CONTRACT, "      - name: amount\n", &format!("{columns}      - name: amount\n"));
    for number in 0..300 {
        let reader = format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: reader-{number}\nname: Reader {number}\nstatus: active\ndomain: sales\n\
             team: {{name: order-platform}}\ninputPorts:\n  - {{name: orders, contractId: orders, version: \"2.1.0\"}}\n"
        );
        write(&folder, &format!("registry/readers/{number}.odps.yaml"), &reader);
    }
    commit(folder.path());
    replace(&folder, CONTRACT, &columns, "");
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.len() <= 60_000, "{} bytes", comment.len());
    for (open, close) in [("<details>", "</details>"), ("<code>", "</code>"), ("<summary>", "</summary>")] {
        assert_eq!(comment.matches(open).count(), comment.matches(close).count(), "{open}");
    }
    assert_eq!(comment.matches("```").count() % 2, 0);
    assert!(comment.contains(" more changes\n") && comment.contains(" more consumers\n"), "{comment}");
    assert!(comment.contains("**Before merge**") && comment.contains("Checked <code>"), "{comment}");
    assert!(!comment.contains('@'), "{comment}");
}

#[test]
fn a_reader_that_moves_and_still_names_what_is_gone_has_to_look() {
    let reader = |version: &str| {
        format!(
            "apiVersion: v1.0.0\nkind: DataProduct\nid: reader\nname: Reader\nstatus: active\ndomain: sales\nteam: {{name: order-platform}}\n\
             inputPorts:\n  - {{name: orders, version: \"{version}\", contractId: orders}}\n\
             outputPorts:\n  - {{name: sums, version: \"1.0.0\", contractId: sums}}\n"
        )
    };
    let sums = "apiVersion: v3.2.0\nkind: DataContract\nid: sums\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: sums\n    properties:\n      \
                - {name: total, transformSourceObjects: [orders.amount]}\n";
    let path = "registry/sales/reader/product.odps.yaml";
    let folder = registry(&[(path, &reader("2.1.0")), ("registry/sales/reader/sums.odcs.yaml", sums)]);
    commit(folder.path());
    let amount = "      - name: amount\n        logicalType: number\n";
    let head = read(&folder, CONTRACT).replace("2.1.0", "3.0.0").replace(amount, "      - name: total_amount\n");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &head);
    let product = "registry/sales/orders/product.odps.yaml";
    let both = format!(
        "{}  - {{name: next, contractId: orders, version: \"3.0.0\"}}\n",
        read(&folder, product).trim_end().to_owned() + "\n"
    );
    write(&folder, product, &both);
    replace(&folder, CONTRACT, "status: active\n", "status: deprecated\n");
    write(&folder, path, &reader("3.0.0"));
    let row = |folder: &TempDir| run(folder, &["diff", "main", "--format", "json"]).json()["impact"][0].clone();
    let found = row(&folder);
    assert_eq!((&found["product"], &found["effect"]), (&"reader".into(), &"look".into()), "{found}");
    assert_eq!(found["hit"], Value::from(vec!["amount"]));
    let text = run(&folder, &["diff", "main"]).out;
    assert!(!text.contains("nothing that changed"), "{text}");
    // Who names what is new has followed the change.
    replace(&folder, "registry/sales/reader/sums.odcs.yaml", "orders.amount", "orders.total_amount");
    let found = row(&folder);
    assert_eq!((&found["effect"], &found["hit"]), (&"moves".into(), &Value::Array(Vec::new())), "{found}");
}
