//! Repositories that are not whole or not plain: clones that left files out, sparse checkouts, other line ends, submodules
//! that were not fetched, registries that moved, odd names of branches and forms that are not read.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::change::{CONTRACT, commit, git, read, write};
use super::cli::{Run, registry, run};
use super::gate::with_reader;

const STOCK: &str = "apiVersion: v1.1.0\nkind: DataProduct\nid: stock\nname: Stock\nstatus: active\ndomain: sales\n\
                     team: {name: order-platform}\n";

/// Runs in another folder.
fn at(path: &Path, args: &[&str]) -> Run {
    let nowhere = tempfile::tempdir().expect("a folder can be made");
    run(&nowhere, &[&["-C", path.to_str().expect("a plain path")], args].concat())
}

/// Clones with options; they may set the configuration of the clone.
fn clone(folder: &TempDir, options: &[&str]) -> (TempDir, PathBuf) {
    let clones = tempfile::tempdir().expect("a folder can be made");
    let from = format!("file://{}", folder.path().display());
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    git(clones.path(), &[&["clone", "-q"], options, &[&from, "clone"]].concat());
    let clone = clones.path().join("clone");
    (clones, clone)
}

#[test]
fn a_clone_without_old_files_judges_no_revision_that_needs_them() {
    let folder = registry(&[]);
    commit(folder.path());
    git(folder.path(), &["tag", "first"]);
    write(&folder, CONTRACT, &read(&folder, CONTRACT).replace("status: active", "status: active\nname: All orders"));
    write(&folder, "observations/orders.yaml", "kind: x\n");
    commit(folder.path());
    let (_clones, clone) = clone(&folder, &["--filter=blob:none"]);
    at(&clone, &["check"]).code(0);
    at(&clone, &["build", "--at", "HEAD", "--out", "../site"]).code(0);
    for args in [
        &["build", "--at", "first", "--out", "../then"][..],
        &["build", "--at", "first", "--out", "../then", "--allow-errors"],
        &["diff", "first"],
        &["diff", "first", "first"],
    ] {
        at(&clone, args)
            .refused("of the revision `first` is not in this clone, which left objects out: fetch them first");
    }
    assert!(!clone.join("../then").exists());
}

#[test]
fn policies_that_a_clone_left_out_do_not_open_the_gate() {
    let policy = |message: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: named\nname: Named\nowner: order-platform\nseverity: error\nstage: enforced\n\
             scope: {{kinds: [DataProduct]}}\nvalidations:\n  - {{expression: \"false\", message: {message}}}\n"
        )
    };
    let folder = registry(&[("registry/policies/named.yaml", &policy("never"))]);
    commit(folder.path());
    git(folder.path(), &["tag", "first"]);
    write(&folder, "registry/policies/named.yaml", "# nothing\n");
    commit(folder.path());
    run(&folder, &["check", "--policies-from", "first"]).code(1);
    let (_clones, clone) = clone(&folder, &["--filter=blob:none"]);
    at(&clone, &["check", "--policies-from", "first"])
        .refused("`registry/policies/named.yaml` of the revision `first`");
}

#[test]
fn line_ends_of_a_checkout_are_no_change() {
    let folder = with_reader("2.1.0");
    write(&folder, "registry/sales/orders/README.md", "# Orders\n\nAll of them.\n");
    write(&folder, "meshfolio.yaml", "# Ours.\nmesh: {id: acme}\ncheck:\n  levels: {GOV009: warning}\n");
    commit(folder.path());
    let (_clones, clone) = clone(&folder, &["-c", "core.autocrlf=true"]);
    let text = std::fs::read_to_string(clone.join(CONTRACT)).expect("it is there");
    assert!(text.contains("\r\n"));
    let found = at(&clone, &["diff", "origin/main"]).code(0);
    assert!(found.err.contains("0 contracts, 0 products changed"), "{}", found.err);
    assert_eq!(found.out, "");
    assert_eq!(at(&clone, &["reviewers", "--base", "origin/main", "--format", "handles"]).code(0).out, "");
    let json = at(&clone, &["reviewers", "--base", "origin/main", "--format", "json"]).code(0).json();
    assert_eq!(json["unowned"].as_array().map(Vec::len), Some(0), "{json:#}");
    // What is edited there is one change.
    std::fs::write(clone.join(CONTRACT), text.replace("name: amount\r\n", "name: sum\r\n")).expect("written");
    let found = at(&clone, &["diff", "origin/main"]);
    assert!(found.err.contains("1 contract, 0 products changed"), "{}", found.err);
}
