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

#[test]
fn what_a_sparse_checkout_leaves_out_was_not_removed() {
    let folder = with_reader("2.1.0");
    write(&folder, "meshfolio.yaml", "forge: {kind: github}\n");
    run(&folder, &["codeowners"]).code(0);
    commit(folder.path());
    let (_clones, clone) = clone(&folder, &[]);
    git(&clone, &["sparse-checkout", "set", "registry/sales", ".github"]);
    for args in [
        &["diff", "origin/main"][..],
        &["check", "--base", "origin/main"],
        &["reviewers", "--base", "origin/main"],
        &["build", "--base", "origin/main"],
    ] {
        at(&clone, args).refused("are left out by a sparse checkout");
    }
    at(&clone, &["diff", "origin/main", "HEAD"]).code(0);
    let found = at(&clone, &["check", "--format", "concise"]);
    assert!(found.out.contains("SYN009") && found.out.contains("a sparse checkout leaves them out"), "{}", found.out);
    let owners = std::fs::read(clone.join(".github/CODEOWNERS")).expect("it is there");
    at(&clone, &["codeowners"]).refused("a sparse checkout leaves out `registry/");
    assert_eq!(std::fs::read(clone.join(".github/CODEOWNERS")).expect("it is there"), owners);
    git(&clone, &["sparse-checkout", "set", "docs"]);
    at(&clone, &["codeowners"]).refused("a sparse checkout leaves out `registry/");
    at(&clone, &["diff", "origin/main"]).refused("are left out by a sparse checkout");
    assert!(!clone.join(".github").exists());
    git(&clone, &["sparse-checkout", "disable"]);
    at(&clone, &["diff", "origin/main"]).code(0);
}

#[test]
fn a_submodule_that_was_not_fetched_is_told() {
    let other = tempfile::tempdir().expect("a folder can be made");
    write(&other, "stock.odps.yaml", STOCK);
    commit(other.path());
    let folder = registry(&[]);
    commit(folder.path());
    let from = format!("file://{}", other.path().display());
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "registry/stock"];
    git(folder.path(), &add);
    commit(folder.path());
    assert!(!run(&folder, &["check"]).code(0).out.contains("SYN009"));
    let (_clones, clone) = clone(&folder, &[]);
    let found = at(&clone, &["check", "--deny", "warning"]).code(1);
    let told = "`registry/stock` was not read: it is a submodule that is not checked out";
    let help = "run `git submodule update --init registry/stock`";
    assert!(found.out.contains(told) && found.out.contains(help), "{}", found.out);
    // It is the same on both sides.
    let found = at(&clone, &["check", "--base", "origin/main", "--new-only", "--deny", "warning"]).code(0);
    assert_eq!(found.out, "");
    // A commit holds none of its files.
    let found = at(&clone, &["build", "--at", "HEAD", "--out", "../site"]).code(0);
    assert!(found.out.contains("a commit of git names a submodule and does not hold its files"), "{}", found.out);
    // A registry in a submodule, and a root in one.
    std::fs::write(clone.join("meshfolio.yaml"), "roots: [registry/stock/data]\n").expect("written");
    let found = at(&clone, &["check"]).code(1);
    assert!(found.out.contains("git submodule update --init registry/stock`"), "{}", found.out);
    std::fs::remove_file(clone.join("meshfolio.yaml")).expect("removed");
    let found = at(&clone.join("registry/stock"), &["check"]).code(0);
    assert!(found.out.contains("it is a submodule that is not checked out"), "{}", found.out);
    // What is left out on purpose is not told.
    std::fs::write(clone.join("meshfolio.yaml"), "exclude: [registry/stock]\n").expect("written");
    at(&clone, &["check", "--deny", "warning"]).code(0);
}

#[test]
fn a_base_without_a_registry_is_said_to_compare_nothing() {
    let folder = registry(&[]);
    commit(folder.path());
    git(folder.path(), &["branch", "base"]);
    std::fs::create_dir(folder.path().join("mesh")).expect("made");
    git(folder.path(), &["mv", "registry", "mesh/registry"]);
    write(&folder, &format!("mesh/{CONTRACT}"), &read(&folder, &format!("mesh/{CONTRACT}")).replace("amount", "sum"));
    let mesh = folder.path().join("mesh");
    let told = "has no descriptor below `mesh/`: nothing could be compared";
    for args in [
        &["diff", "base"][..],
        &["diff", "base", "--format", "json"],
        &["check", "--base", "base", "--format", "sarif"],
        &["reviewers", "--base", "base"],
    ] {
        let found = at(&mesh, args).code(0);
        assert!(found.err.contains(told), "{args:?}: {}", found.err);
    }
    assert_eq!(at(&mesh, &["diff", "base", "--format", "json"]).json()["baseIsEmpty"], true);
    let found = at(&mesh, &["diff", "base", "--format", "markdown"]);
    assert!(found.out.contains("**The base has no descriptor below <code>mesh/</code>"), "{}", found.out);
    let found = at(&mesh, &["build", "--base", "base"]).code(0);
    assert!(found.err.contains("the base has no descriptor"), "{}", found.err);
    commit(folder.path());
    let found = at(&mesh, &["diff", "main", "--format", "json"]).code(0);
    assert!(found.json()["baseIsEmpty"] == false && found.err.is_empty(), "{}", found.err);
}

#[test]
fn forges_are_told_paths_from_the_top_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let inner = registry(&[("registry/stock.odps.yaml", &STOCK.replace("order-platform", "nobody"))]);
    for path in super::files_below(inner.path(), "") {
        write(&folder, &format!("data/mesh/{path}"), &read(&inner, &path));
    }
    commit(folder.path());
    let contract = format!("data/mesh/{CONTRACT}");
    write(&folder, &contract, &read(&folder, &contract).replace("name: amount", "name: sum"));
    let mesh = folder.path().join("data/mesh");
    for (format, place) in [
        ("junit", "file=\"data/mesh/registry/stock.odps.yaml\""),
        ("junit", "<testsuite name=\"data/mesh/registry/stock.odps.yaml\""),
        ("markdown", "<code>data/mesh/registry/stock.odps.yaml:"),
        ("markdown", "--> data/mesh/registry/stock.odps.yaml:"),
        ("full", " registry/stock.odps.yaml:"),
        ("concise", "registry/stock.odps.yaml:"),
    ] {
        let found = at(&mesh, &["check", "--format", format]);
        assert!(found.out.contains(place), "{format}: {}", found.out);
        assert_eq!(found.out.contains("data/mesh"), place.contains("data/mesh"), "{format}");
    }
    let found = at(&mesh, &["diff", "main", "--format", "markdown"]);
    assert!(found.out.contains(&format!("<code>{contract}:")), "{}", found.out);
    assert!(!at(&mesh, &["diff", "main"]).out.contains("data/mesh"));
}

#[test]
fn names_that_git_allows_are_revisions() {
    let folder = registry(&[]);
    commit(folder.path());
    for name in ["fix(orders)", "it's", "a&b", "user/$x!", "a|b", "a;b", "<x>", "\"q\"", "`t`"] {
        git(folder.path(), &["branch", name]);
        run(&folder, &["diff", name]).code(0);
        run(&folder, &["check", "--base", name]).code(0);
    }
    // What is printed to be copied is one word of a shell.
    let found = run(&folder, &["build", "--base", "a;b"]).code(0);
    assert!(found.err.contains("meshfolio serve --watch --base 'a;b'"), "{}", found.err);
    for odd in ["a b", "a..b", "main:registry", "a?", "a[b", "a\\b"] {
        run(&folder, &["diff", odd]).refused("which git allows in no branch or tag");
    }
}

#[test]
fn forms_of_repositories_that_are_not_read_are_named() {
    for (option, told) in
        [("--object-format=sha256", "extensions.objectFormat"), ("--ref-format=reftable", "extensions.refStorage")]
    {
        let folder = registry(&[]);
        let made = std::process::Command::new("git").current_dir(folder.path()).args(["init", "-q", option]).output();
        // Older versions of git know no other form.
        if !made.expect("git runs").status.success() {
            continue;
        }
        git(folder.path(), &["add", "-A"]);
        git(folder.path(), &["commit", "-q", "-m", "x"]);
        run(&folder, &["diff", "HEAD"]).refused(told);
        let found = run(&folder, &["build"]).code(0);
        assert!(found.err.contains("note: history is left out") && found.err.contains(told), "{}", found.err);
        assert!(read(&folder, "site/scorecard.html").contains("the log of git cannot be read"));
    }
}
