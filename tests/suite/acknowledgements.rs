//! The word of a reader: which counts, and what is said of one that does not.

use serde_json::json;
use tempfile::TempDir;

use super::change::{CONTRACT, PRODUCT, codes, commit, read, replace, write};
use super::cli::{registry, run};
use super::gate::with_reader;

const OWNERS: &str = "/registry/close/ @acme/ledger\n";
const WORD: &str = "registry/close/acknowledgements/orders-3.yaml";

/// The next major takes the place of the one that `close` reads.
fn moved_on(folder: &TempDir) {
    for path in [CONTRACT, PRODUCT] {
        replace(folder, path, "2.1.0", "3.0.0");
    }
}

fn agree(folder: &TempDir) {
    let args = "new acknowledgement close-orders-3 --for contract:orders@3.0.0 --consumer product:close";
    run(folder, &args.split(' ').collect::<Vec<_>>()).code(0);
}

fn assert_holds(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

/// Whoever ran the command that `diff` printed is told why the point is still open, and is given no command that fails.
#[test]
fn a_word_that_does_not_count_is_said_to_be_there() {
    let folder = with_reader("2.1.0");
    replace(&folder, "registry/teams/ledger.yaml", "forgeHandle: \"@acme/ledger\"\n", "");
    write(&folder, "CODEOWNERS", OWNERS);
    commit(folder.path());
    moved_on(&folder);
    let said = run(&folder, &["diff", "main"]).code(1).out;
    assert_holds(&said, &["`meshfolio new acknowledgement close-orders-3 --for contract:orders@3.0.0"]);
    agree(&folder);
    let why = "the team of `product:close` has no `forgeHandle` in the base";
    let said = run(&folder, &["diff", "main"]).code(1).out;
    let told = format!("(`orders`)\n      `{WORD}` is there and does not count: {why}\n");
    assert_holds(&said, &["[ ] `product:close` has to acknowledge that ", &told]);
    assert!(!said.contains("new acknowledgement"), "{said}");
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert_holds(&comment, &["\n  - <code>registry/close/acknowledgements/orders-3.yaml</code> is there and does not"]);
    assert!(!comment.contains("new acknowledgement"), "{comment}");
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1).json();
    let open = found["toDo"].as_array().expect("a list").iter().find(|to_do| to_do["who"] == "product:close");
    assert_eq!(open.expect("it is asked")["uncounted"], json!([{"file": WORD, "line": 3, "why": why}]));
    run(&folder, &["build", "--base", "main", "--out", "site", "--allow-errors"]);
    assert_holds(&read(&folder, "site/change.html"), &["</code> is there and does not count: the team of <code>"]);
    // The same again is refused with the reason, and not with another id.
    let args = "new acknowledgement close-orders-3 --for contract:orders@3.0.0 --consumer product:close";
    let again = run(&folder, &args.split(' ').collect::<Vec<_>>());
    again.refused("another one would count no more");
    // What it does not speak of has a file of its own.
    let args = "new acknowledgement close-orders-3-1 --for contract:orders@3.1.0 --consumer product:close";
    run(&folder, &args.split(' ').collect::<Vec<_>>()).code(0);
    assert_holds(&read(&folder, "registry/close/acknowledgements/close-orders-3-1.yaml"), &["toVersion: \"3.1.0\""]);
}

/// A draft agrees to nothing yet, and what is retired to nothing any more: at the gate and without a base.
#[test]
fn a_draft_is_nobodys_word() {
    let folder = with_reader("2.1.0");
    write(&folder, "CODEOWNERS", OWNERS);
    commit(folder.path());
    moved_on(&folder);
    agree(&folder);
    let text = read(&folder, WORD);
    run(&folder, &["diff", "main"]).code(0);
    for status in ["draft", "proposed", "retired"] {
        write(&folder, WORD, &format!("{text}status: {status}\n"));
        let said = run(&folder, &["diff", "main"]).code(1).out;
        assert_holds(&said, &[&format!("`{WORD}` is there and does not count: its status is `{status}`\n")]);
        let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(1).out;
        assert_holds(&found, &["warning[BRK067]", &format!("its status is `{status}`"), "error[REF007]"]);
        let found = run(&folder, &["check"]).code(1).out;
        assert_holds(&found, &[&format!("this acknowledgement does not count: its status is `{status}`")]);
    }
    for status in ["active", "deprecated"] {
        write(&folder, WORD, &format!("{text}status: {status}\n"));
        run(&folder, &["diff", "main"]).code(0);
        run(&folder, &["check"]).code(0);
    }
}

/// Pages count the words that the gate counts, as far as they can know.
#[test]
fn pages_count_no_word_that_the_gate_does_not_count() {
    let folder = with_reader("2.1.0");
    let next = read(&folder, CONTRACT)
        .replace("2.1.0", "3.0.0")
        .replace("      - name: amount\n        logicalType: number\n", "");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &next);
    replace(&folder, CONTRACT, "status: active", "status: deprecated");
    let port = "    version: \"2.1.0\"\n";
    let both = format!("{port}  - {{name: tables-3, type: tables, contractId: orders, version: \"3.0.0\"}}\n");
    replace(&folder, PRODUCT, port, &both);
    agree(&folder);
    let text = read(&folder, WORD);
    let pages = || {
        run(&folder, &["build", "--out", "site", "--allow-errors"]).code(0);
        ["deprecations", "contracts/orders/3.0.0"].map(|page| read(&folder, &format!("site/{page}.html")))
    };
    let [ends, differs] = pages();
    assert_holds(&ends, &["agreed to 3.0.0"]);
    assert_holds(&differs, &["1 of 1 reader of 2.1.0 has agreed to all that breaks in 3.0.0"]);
    for (more, why) in [
        ("status: draft\n", "its status is <code>draft</code>"),
        ("status: retired\n", "its status is <code>retired</code>"),
        ("statsu: active\n", "it has an error of its own, "),
    ] {
        write(&folder, WORD, &format!("{text}{more}"));
        let [ends, differs] = pages();
        assert!(!ends.contains("agreed to"), "{more}: {ends}");
        assert_holds(&differs, &["0 of 1 reader of 2.1.0 have agreed", &format!("does not count: {why}")]);
    }
}

/// A new major may come, and a version that goes back may not: what stands first says so.
#[test]
fn a_version_that_goes_back_is_refused_in_the_headline() {
    let folder = registry(&[]);
    commit(folder.path());
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    for path in [CONTRACT, PRODUCT] {
        replace(&folder, path, "2.1.0", "1.9.0");
    }
    let said = run(&folder, &["diff", "main"]).code(1).out;
    assert_holds(&said, &["orders  2.1.0 -> 1.9.0   BREAKING   ", "[ ] `orders`: keep `2.1.0`"]);
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert_holds(&comment, &["| **Breaking** | orders |"]);
    assert!(!said.contains("may come") && !comment.contains("may come"), "{said}{comment}");
    // Within a major, with nothing that breaks.
    replace(
        &folder,
        CONTRACT,
        "      - name: id\n",
        "      - name: amount\n        logicalType: number\n      - name: id\n",
    );
    for path in [CONTRACT, PRODUCT] {
        replace(&folder, path, "1.9.0", "2.0.0");
    }
    let said = run(&folder, &["diff", "main"]).code(1);
    assert_holds(&said.out, &["orders  2.1.0 -> 2.0.0   ", ", and refused   "]);
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert_holds(&comment, &["none of them breaking, and refused", ", **refused** | orders |"]);
    assert_eq!(codes(&run(&folder, &["check", "--base", "main", "--format", "json"]), "diagnostics")[0], "BRK065");
}
