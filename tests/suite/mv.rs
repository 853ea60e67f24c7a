//! `mv`: a thing gets another id, everywhere and without a trace left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{Run, run};
use super::{files_below, package};

/// Makes a registry of these files alone.
fn registry(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    folder
}

/// Copies the demo registry.
fn demo() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["registry", "observations"] {
        for path in files_below(&package(part), "") {
            copy(&package(part).join(&path), &folder.path().join(part).join(&path));
        }
    }
    copy(&package("meshfolio.yaml"), &folder.path().join("meshfolio.yaml"));
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a file lies in a folder")).expect("made");
    fs::copy(from, to).expect("copied");
}

fn files(folder: &TempDir) -> BTreeMap<String, String> {
    let read = |path: String| {
        let bytes = fs::read(folder.path().join(&path)).expect("read");
        (path, String::from_utf8_lossy(&bytes).into_owned())
    };
    files_below(folder.path(), "").into_iter().map(read).collect()
}

/// The findings by code and file: messages name ids.
fn findings(folder: &TempDir) -> Vec<String> {
    let found: Value = run(folder, &["check", "--format", "json"]).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let listed = found["diagnostics"].as_array().expect("a list");
    let mut told: Vec<String> =
        listed.iter().map(|finding| format!("{} {}", text(&finding["code"]), text(&finding["file"]))).collect();
    told.sort();
    told
}

fn list(folder: &TempDir, kind: &str) -> Vec<String> {
    let rows: Value = run(folder, &["list", kind, "--format", "json"]).json();
    let rows = rows.as_array().expect("a list");
    rows.iter().map(|row| row["id"].as_str().unwrap_or_default().to_owned()).collect()
}

#[track_caller]
fn renamed(run: Run) -> String {
    let run = run.code(0);
    assert_eq!(run.out, "", "a rename prints no result");
    run.err
}

#[test]
fn every_kind_keeps_its_findings_and_leaves_no_old_name_in_the_demo() {
    let folder = demo();
    let before = findings(&folder);
    for (old, new) in [
        ("product:orders", "sales-orders"),
        ("contract:orders", "shop-orders"),
        ("domain:sales", "selling"),
        ("team:ledger", "book-keeping"),
        ("term:assortment/item", "article"),
        ("policy:amounts-in-euro", "one-currency"),
        ("source:general-ledger", "main-ledger"),
        ("agreement:basket-margin-reads-orders", "margin-reads-orders"),
        ("review:orders-2026-11-margin", "margin-of-november"),
    ] {
        let then = files(&folder);
        let said = renamed(run(&folder, &["mv", old, new]));
        assert!(said.contains("Renamed") && said.contains(&format!("{old} to ")), "{said}");
        assert_eq!(findings(&folder), before, "after {old}: {said}");
        let (kind, id) = old.split_once(':').expect("a kind");
        let ids = list(&folder, kind);
        let new_id = id.rsplit_once('/').map_or(new.to_owned(), |(domain, _)| format!("{domain}/{new}"));
        assert!(ids.contains(&new_id) && !ids.iter().any(|known| known == id), "{ids:?}");
        // Only lines with the name change, and no line comes or goes but in the list of aliases.
        let now = files(&folder);
        assert_eq!(then.keys().collect::<Vec<_>>(), now.keys().collect::<Vec<_>>());
        let bare = id.rsplit('/').next().expect("a part");
        for (path, text) in then.iter().filter(|(path, _)| *path != "registry/aliases.yaml") {
            let other = &now[path];
            assert_eq!(text.split('\n').count(), other.split('\n').count(), "{path}");
            for (line, changed) in text.split('\n').zip(other.split('\n')).filter(|(line, changed)| line != changed) {
                let back = changed.replace(new, bare);
                assert!(line.contains(bare) && back == line, "{path}: {line} -> {changed}");
            }
        }
        if !matches!(kind, "review") {
            let alias = format!("  - from: {old}\n    to: {kind}:{new_id}\n    since: \"2026-11-21\"\n");
            assert!(now["registry/aliases.yaml"].contains(&alias), "{}", now["registry/aliases.yaml"]);
        }
    }
    // Things that still have one of the names are other things, or prose.
    let places = [
        "dataProductId: orders\n",
        "dataContractId: orders\n",
        "contractId: orders\n",
        "domain: sales\n",
        "owner: ledger\n",
        "team:\n  name: ledger\n",
        "teamId: ledger\n",
        "product:orders",
        "#/definitions/item\n",
    ];
    // Policies hold examples of documents for their own tests.
    let is_left =
        |path: &String| ["README.md", "/docs/", "aliases.yaml", "/policies/"].iter().any(|part| path.contains(part));
    for (path, text) in files(&folder).iter().filter(|(path, _)| !is_left(path)) {
        for place in places {
            assert!(!text.contains(place), "{path} still holds {place}");
        }
    }
}

#[test]
fn a_name_that_is_taken_back_gives_every_byte_back() {
    let folder = demo();
    let before = files(&folder);
    renamed(run(&folder, &["mv", "domain:sales", "selling"]));
    renamed(run(&folder, &["mv", "domain:selling", "sales"]));
    let mut after = files(&folder);
    let aliases =
        after.insert("registry/aliases.yaml".to_owned(), before["registry/aliases.yaml"].clone()).expect("there");
    assert!(after == before);
    assert!(
        aliases.contains("  - from: domain:selling\n    to: domain:sales\n    since: \"2026-11-21\"\n"),
        "{aliases}"
    );
    // The terms of a domain have its name in theirs, and in their addresses.
    assert!(aliases.contains("  - from: term:selling/order\n    to: term:sales/order\n"), "{aliases}");
    assert!(!aliases.contains("from: domain:sales\n") && !aliases.contains("from: term:sales/"));
}

/// A name that no commit has is nobody's to keep.
#[test]
fn a_name_that_was_never_committed_leaves_no_alias() {
    let folder = demo();
    super::change::commit(folder.path());
    let before = files(&folder);
    let now = |folder: &TempDir| {
        let mut now = files(folder);
        now.retain(|path, _| !path.starts_with(".git/"));
        let mut then = before.clone();
        then.retain(|path, _| !path.starts_with(".git/"));
        (now, then)
    };
    renamed(run(&folder, &["mv", "domain:sales", "selling"]));
    renamed(run(&folder, &["mv", "domain:selling", "sales"]));
    let (after, then) = now(&folder);
    assert!(after == then, "{}", after["registry/aliases.yaml"]);
    // Over a name in between, whose address nobody has either.
    renamed(run(&folder, &["mv", "product:orders", "first-try"]));
    let said = run(&folder, &["mv", "product:first-try", "sales-orders"]).code(0).err;
    assert!(said.contains("none: product:first-try is in no commit"), "{said}");
    let aliases = files(&folder)["registry/aliases.yaml"].clone();
    assert!(aliases.contains("from: product:orders\n    to: product:sales-orders") && !aliases.contains("first-try"));
    renamed(run(&folder, &["mv", "product:sales-orders", "orders"]));
    let (after, then) = now(&folder);
    assert!(after == then, "{}", after["registry/aliases.yaml"]);
    // What a commit has keeps its alias, turned around.
    renamed(run(&folder, &["mv", "team:order-platform", "ordering"]));
    super::change::commit(folder.path());
    renamed(run(&folder, &["mv", "team:ordering", "order-platform"]));
    let aliases = files(&folder)["registry/aliases.yaml"].clone();
    assert!(aliases.contains("from: team:ordering\n    to: team:order-platform"), "{aliases}");

    // The file that a first rename made is a list without an entry then.
    let small = registry(&[("registry/team.yaml", TEAM)]);
    super::change::commit(small.path());
    renamed(run(&small, &["mv", "team:till", "tills"]));
    renamed(run(&small, &["mv", "team:tills", "till"]));
    assert_eq!(files(&small)["registry/aliases.yaml"], "aliases:\n  []\n");
    run(&small, &["check"]).code(0);
    renamed(run(&small, &["mv", "team:till", "tills"]));
    assert!(files(&small)["registry/aliases.yaml"].contains("[{from: team:till"), "it is a list to add to");
    let fresh = "apiVersion: meshfolio/v1\nkind: Team\nid: fresh\nname: Fresh\n";
    super::change::write(&small, "registry/fresh.yaml", fresh);
    let said = run(&small, &["mv", "team:fresh", "newer"]).code(0).err;
    assert!(said.contains("none: team:fresh is in no commit, so that nobody keeps its address"), "{said}");
}

const TEAM: &str =
    "apiVersion: meshfolio/v1\nkind: Team\nid: till   # known by this since 2019\nname: Till team\nstatus: active\n";
const DOMAIN: &str = "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nstatus: active\nowner: \"till\"\r\nstewards: ['till', Till Team, TILL]\ncustomProperties:\n  - {property: successor, value: team:till}\n  - property: link\n    value: urn:mesh:acme:team:till # ours\n  - {property: other, value: urn:mesh:other:team:till}\n  - {property: plain, value: till}\ndescription:\n  purpose: till\n";

#[test]
fn quotes_and_comments_stay_and_what_is_no_reference_too() {
    let folder = registry(&[
        ("meshfolio.yaml", "mesh: {id: acme}\n"),
        ("registry/teams/till.yaml", TEAM),
        ("registry/sales.yaml", DOMAIN),
    ]);
    renamed(run(&folder, &["mv", "team:till", "2026"]));
    let now = files(&folder);
    assert_eq!(now["registry/teams/till.yaml"], TEAM.replace("id: till ", "id: \"2026\" "));
    let expected = DOMAIN
        .replace("owner: \"till\"", "owner: \"2026\"")
        .replace("['till', Till Team, TILL]", "['2026', Till Team, \"2026\"]")
        .replace("value: team:till}", "value: team:2026}")
        .replace("urn:mesh:acme:team:till", "urn:mesh:acme:team:2026");
    assert_eq!(now["registry/sales.yaml"], expected);
    assert_eq!(
        now["registry/aliases.yaml"],
        "aliases:\n  - from: team:till\n    to: team:2026\n    since: \"2026-11-21\"\n"
    );
}

#[test]
fn a_dry_run_prints_the_difference_and_changes_nothing() {
    let folder = registry(&[("meshfolio.yaml", "mesh: {id: acme}\n"), ("registry/teams/till.yaml", TEAM)]);
    let before = files(&folder);
    let run = run(&folder, &["mv", "team:till", "counter", "--dry-run"]).code(0);
    assert_eq!(
        run.out,
        "--- /dev/null\n+++ b/registry/aliases.yaml\n@@ -0,0 +1,4 @@\n+aliases:\n+  - from: team:till\n+    to: team:counter\n+    since: \"2026-11-21\"\n--- a/registry/teams/till.yaml\n+++ b/registry/teams/till.yaml\n@@ -1,5 +1,5 @@\n apiVersion: meshfolio/v1\n kind: Team\n-id: till   # known by this since 2019\n+id: counter   # known by this since 2019\n name: Till team\n status: active\n"
    );
    assert!(run.err.contains("team:till to team:counter: 1 place in 1 file"), "{}", run.err);
    assert_eq!(files(&folder), before);
}

#[test]
fn aliases_are_added_to_the_list_in_its_own_form() {
    let added = |aliases: &str| {
        let folder = registry(&[
            ("meshfolio.yaml", "mesh: {id: acme}\n"),
            ("registry/teams/till.yaml", TEAM),
            ("registry/teams/x.yaml", &TEAM.replace("till ", "x ").replace("Till", "X")),
            ("registry/aliases.yaml", aliases),
        ]);
        renamed(run(&folder, &["mv", "team:till", "counter"]));
        files(&folder)["registry/aliases.yaml"].clone()
    };
    let block = |indent: &str| {
        format!("{indent}- from: team:till\n{indent}  to: team:counter\n{indent}  since: \"2026-11-21\"\n")
    };
    for (before, after) in [
        ("aliases:\n- from: team:y\n  to: team:x   # why\n\n# end\n", format!("aliases:\n- from: team:y\n  to: team:x   # why\n{}\n# end\n", block(""))),
        ("aliases:\n    - {from: team:y, to: team:x}", format!("aliases:\n    - {{from: team:y, to: team:x}}\n{}", block("    "))),
        ("aliases: []\n", "aliases: [{from: team:till, to: team:counter, since: \"2026-11-21\"}]\n".to_owned()),
        ("aliases: [{from: team:y, to: team:x}] # flow\n", "aliases: [{from: team:y, to: team:x}, {from: team:till, to: team:counter, since: \"2026-11-21\"}] # flow\n".to_owned()),
        ("# nothing yet", format!("# nothing yet\naliases:\n{}", block("  "))),
        ("aliases:\n  - from: team:y\n    to: team:till\n", format!("aliases:\n  - from: team:y\n    to: team:counter\n{}", block("  "))),
        ("aliases:\n  - from: team:counter\n    to: team:till\n    since: \"2020-01-01\"\n", block("  ").replacen("  -", "aliases:\n  -", 1)),
    ] {
        assert_eq!(added(before), after, "{before}");
    }
}

#[test]
fn what_cannot_be_renamed_is_refused_and_nothing_changes() {
    let other = TEAM.replace("till ", "desk ").replace("Till team", "Front desk");
    let files_of = [
        ("meshfolio.yaml", "mesh: {id: acme}\n"),
        ("registry/teams/till.yaml", TEAM),
        ("registry/teams/desk.yaml", other.as_str()),
        (
            "registry/desk.yaml",
            "apiVersion: meshfolio/v1\nkind: Domain\nid: desk\nname: Desk\nstatus: active\nowner: till\n",
        ),
        ("registry/aliases.yaml", "aliases:\n  - {from: team:counter, to: team:desk}\n"),
    ];
    let folder = registry(&files_of);
    let before = files(&folder);
    for (arguments, why) in [
        (["team:nobody", "x"], "`team:nobody` is not in this registry"),
        (["team:till", "desk"], "`team:desk` is taken: the team is described in registry/teams/desk.yaml"),
        (["team:till", "till"], "`team:till` has this id already"),
        (["team:till", "counter"], "`team:counter` is the old name of `team:desk`"),
        (["team:till", "Two words"], "`Two words` cannot be an id"),
        (["team:till", "../x"], "cannot be an id"),
        (["team:till", "a\nb"], "cannot be an id"),
        (["team:till", "product:x"], "`product` is another one"),
        (["team:till", ""], "cannot be an id"),
        (["nobody", "x"], "`nobody` is not in this registry; `meshfolio list products` shows what there is"),
        (["desk", "x"], "`desk` can mean `domain:desk` or `team:desk`: say which, as in `meshfolio mv domain:desk x`"),
    ] {
        run(&folder, &["mv", arguments[0], arguments[1]]).code(2).refused(why);
    }
    assert_eq!(files(&folder), before);
    // With its kind it is the same.
    renamed(run(&folder, &["mv", "team:till", "team:front"]));
}

#[test]
fn a_file_with_errors_or_an_odd_form_is_refused_by_name() {
    let alias = "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nstatus: active\ncustomProperties:\n  - {property: a, value: &t till}\nowner: *t\n";
    let broken = "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nowner: till\nname: [\n";
    let wrong =
        "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nstatus: active\nowner: till\nunknown: 1\n";
    for (domain, why) in [
        (alias, "registry/sales.yaml:8: the name stands there as an alias of YAML"),
        (broken, "registry/sales.yaml has an error"),
        (wrong, "registry/sales.yaml has an error"),
    ] {
        let folder = registry(&[
            ("meshfolio.yaml", "mesh: {id: acme}\n"),
            ("registry/teams/till.yaml", TEAM),
            ("registry/sales.yaml", domain),
        ]);
        let before = files(&folder);
        run(&folder, &["mv", "team:till", "counter"]).code(2).refused(why);
        assert_eq!(files(&folder), before);
    }
}
