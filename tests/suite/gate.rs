//! What stands around a change: lost addresses, reviewers, older versions that are still read, and repositories in
//! odd states. The levels of single changes are in `tests/cases/BRK/`.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::change::{CONTRACT, PRODUCT, codes, commit, git, read, replace, without_amount, write};
use super::cli::{Run, registry, run};

/// A product that reads the common contract, of a team of its own.
pub(crate) fn with_reader(pins: &str) -> TempDir {
    let reader = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: close\nname: Close\nstatus: active\ndomain: sales\nteam: {{name: ledger}}\n\
         inputPorts:\n  - {{name: orders, contractId: orders, version: \"{pins}\"}}\n"
    );
    let ledger = "apiVersion: meshfolio/v1\nkind: Team\nid: ledger\nname: Ledger\ndomain: sales\nforgeHandle: \"@acme/ledger\"\n";
    let council = "apiVersion: meshfolio/v1\nkind: Team\nid: council\nname: Council\nforgeHandle: \"@acme/council\"\n";
    registry(&[
        ("registry/close/product.odps.yaml", &reader),
        ("registry/teams/ledger.yaml", ledger),
        ("registry/teams/council.yaml", council),
    ])
}

fn words<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().expect("a list").iter().filter_map(|entry| entry[key].as_str()).collect()
}

#[test]
fn a_lost_address_refuses_until_an_alias_leads_on() {
    let folder = registry(&[("registry/stock.odps.yaml", STOCK)]);
    commit(folder.path());
    write(&folder, "registry/stock.odps.yaml", &STOCK.replace("id: stock\n", "id: stock-levels\n"));
    let found = run(&folder, &["diff", "main"]).code(1);
    let line =
        "add `- {from: \"product:stock\", to: \"product:stock-levels\", since: 2026-11-21}` to `registry/aliases.yaml`";
    for words in [
        "product stock-levels   BREAKING",
        "BRK068 breaking  address",
        "products/stock.html",
        line,
        "meshfolio mv product:stock",
    ] {
        assert!(found.out.contains(words), "{words} is not in {}", found.out);
    }
    assert!(found.err.contains("the gate refuses") && found.err.contains("explain BRK068"), "{}", found.err);
    let json = run(&folder, &["diff", "main", "--format", "json"]).code(1).json();
    let change = json["changes"].as_array().expect("a list").iter().find(|row| row["code"] == "BRK068");
    let change = change.expect("the address is told");
    assert_eq!(
        (&change["before"], &change["after"]),
        (&"products/stock.html".into(), &"products/stock-levels.html".into())
    );
    assert_eq!((&change["kind"], &change["level"]), (&"DataProduct".into(), &"breaking".into()));
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.contains("- [ ] ") && comment.contains("registry/aliases.yaml"), "{comment}");
    assert_eq!(
        codes(&run(&folder, &["check", "--base", "main", "--format", "json"]).code(1), "diagnostics"),
        ["BRK068"]
    );
    // The line of the message, as it stands there.
    let entry = line.split('`').nth(1).expect("the line is quoted");
    write(&folder, "registry/aliases.yaml", &format!("aliases:\n  {entry}\n"));
    run(&folder, &["check", "--base", "main", "--deny", "warning"]).code(0);
    run(&folder, &["diff", "main"]).code(0);
}

#[test]
fn a_site_that_becomes_lean_is_told_once() {
    let folder = registry(&[]);
    commit(folder.path());
    let config = std::fs::read_to_string(folder.path().join("meshfolio.yaml")).unwrap_or_default();
    write(&folder, "meshfolio.yaml", &format!("{config}site: {{lean: true}}\n"));
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "diagnostics"), ["BRK072"]);
    assert_eq!(found.json()["diagnostics"][0]["file"], "meshfolio.yaml");
    let found = run(&folder, &["diff", "main"]).code(1);
    assert!(found.out.starts_with("Before merge\n  [ ] `site.lean`: "), "{}", found.out);
    assert!(found.err.contains("meshfolio explain BRK072"), "{}", found.err);
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.contains("1 new error") && comment.contains("- [ ] <code>site.lean</code>"), "{comment}");
    assert!(!comment.contains("| What |") && !comment.contains("cannot be read"), "{comment}");
    write(
        &folder,
        "meshfolio.yaml",
        &format!("{config}site: {{lean: true}}\ncheck: {{levels: {{folded-addresses: info}}}}\n"),
    );
    run(&folder, &["diff", "main"]).code(0);
}

/// What refuses is named, also where it is no change of a thing.
#[test]
fn a_lower_level_that_refuses_is_what_to_read_next() {
    let folder = registry(&[]);
    let config = std::fs::read_to_string(folder.path().join("meshfolio.yaml")).unwrap_or_default();
    write(&folder, "meshfolio.yaml", &format!("{config}check: {{levels: {{lowered-level: error}}}}\n"));
    commit(folder.path());
    let lower = "check: {levels: {lowered-level: error, missing-owner: off}}\n";
    write(&folder, "meshfolio.yaml", &format!("{config}{lower}"));
    let found = run(&folder, &["diff", "main"]).code(1);
    assert!(found.out.starts_with("Before merge\n  [ ] `check`: the level of `missing-owner`"), "{}", found.out);
    assert!(found.err.contains("meshfolio explain BRK080"), "{}", found.err);
    // Without a configuration it is told where the level stood.
    std::fs::remove_file(folder.path().join("meshfolio.yaml")).expect("it can be removed");
    let found = run(&folder, &["check", "--base", "main", "--format", "json"]).code(1).json();
    let told = &found["diagnostics"][0];
    assert_eq!(
        (&told["code"], &told["file"], &told["severity"]),
        (&"BRK080".into(), &"meshfolio.yaml".into(), &"error".into())
    );
    assert!(told["message"].as_str().is_some_and(|words| words.contains("`lowered-level` (BRK080)")), "{told}");
}

const STOCK: &str = "apiVersion: v1.1.0\nkind: DataProduct\nid: stock\nname: Stock\nstatus: active\ndomain: sales\nteam: {name: order-platform}\n";

#[test]
fn what_mv_renames_keeps_its_addresses() {
    let term = "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: sales-terms\ndomain: sales\ndefinitions:\n  - id: order\n    name: Order\n";
    let folder = registry(&[("registry/stock.odps.yaml", STOCK), ("registry/sales.osds.yaml", term)]);
    commit(folder.path());
    run(&folder, &["mv", "product:stock", "stock-levels"]).code(0);
    let said = run(&folder, &["mv", "domain:sales", "retail"]).code(0);
    assert!(said.err.contains("to the new one, and from those of 1 term\n"), "{}", said.err);
    run(&folder, &["mv", "team:order-platform", "order-desk"]).code(0);
    run(&folder, &["check", "--base", "main", "--new-only", "--deny", "warning"]).code(0);
}

#[test]
fn reviewers_are_who_owns_what_changes_and_what_breaks() {
    let folder = with_reader("2.1.0");
    write(&folder, ".github/CODEOWNERS", "* @acme/platform\n/registry/sales/ @acme/orders\n");
    commit(folder.path());
    let nobody = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert_eq!(nobody.out, "");
    assert!(nobody.err.contains("nobody has to look"), "{}", nobody.err);
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    let one = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert!(one.err.contains("Result  2 reviewers have to look\n"), "{}", one.err);
    write(&folder, "registry/sales/orders/docs/how.md", "# How\n");
    write(&folder, "registry/README.md", "# All\n");
    write(
        &folder,
        "registry/waivers/amount.yaml",
        "apiVersion: meshfolio/v1\nkind: Waiver\nid: amount\ntarget: contract:orders\nrule: service-level-removed\nreason: x\n\
         approvedBy: council\nexpires: 2026-12-31\n",
    );
    let found = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert_eq!(
        found.out,
        "@acme/ledger (ledger)\n  reads `contract:orders` with `product:close`, which may break\n\
         @acme/council (council)\n  is named as approving `waiver:amount`, which is new\n\
         order-platform (has no `forgeHandle`)\n  owns `contract:orders`, which changes\n  \
         owns `product:orders`, to which `registry/sales/orders/docs/how.md` belongs\n\
         @acme/platform\n  has `registry/README.md` in CODEOWNERS, which changes\n"
    );
    let json = run(&folder, &["reviewers", "--base", "main", "--format", "json"]).code(0).json();
    assert_eq!((&json["version"], &json["head"]), (&1.into(), &"worktree".into()));
    assert_eq!(words(&json["reviewers"], "handle"), ["@acme/ledger", "@acme/council", "@acme/platform"]);
    let reason = &json["reviewers"][0]["reasons"][0];
    assert_eq!(
        (&reason["role"], &reason["subject"], &reason["changed"]),
        (&"may-break".into(), &"product:close".into(), &"contract:orders".into())
    );
    let handles = run(&folder, &["reviewers", "--base", "main", "--format", "handles"]).code(0);
    assert_eq!(handles.out, "@acme/ledger\n@acme/council\n@acme/platform\n");
    assert!(handles.err.contains("1 team has no `forgeHandle`"), "{}", handles.err);
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(1).out;
    assert!(comment.contains("<summary>Who has to look (4)</summary>") && !comment.contains("@acme"), "{comment}");
    run(&folder, &["reviewers", "--base", "nowhere"]).refused("the revision `nowhere` is not in this repository");
    assert!(run(&folder, &["reviewers"]).code(2).err.contains("--base"));
    // Two revisions, as `diff` takes them.
    git(folder.path(), &["checkout", "-q", "-b", "topic"]);
    commit(folder.path());
    let found = run(&folder, &["reviewers", "--base", "main", "topic", "--format", "handles"]).code(0);
    assert_eq!(found.out, handles.out);
}

#[test]
fn hostile_handles_are_no_words_of_a_script() {
    let folder = with_reader("2.1.0");
    replace(&folder, "registry/teams/ledger.yaml", "\"@acme/ledger\"", "\"--admin @all\\n@root\"");
    commit(folder.path());
    replace(&folder, CONTRACT, "      - name: amount\n        logicalType: number\n", "");
    let found = run(&folder, &["reviewers", "--base", "main", "--format", "handles"]).code(0);
    assert_eq!(found.out, "");
    let found = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert!(found.out.starts_with("--admin @all\\u{a}@root (ledger)\n"), "{}", found.out);
}

/// A record about itself, and owners that lead nowhere.
#[test]
fn records_about_records_have_an_end() {
    let folder = registry(&[]);
    commit(folder.path());
    let review = "apiVersion: meshfolio/v1\nkind: Review\nid: odd\nsubject: review:odd\nrating: 3\n";
    write(&folder, "registry/odd.yaml", review);
    let term = "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: t\ndomain: sales\ndefinitions:\n  - {id: a, name: A}\n  - {id: b, name: B}\n";
    write(&folder, "registry/t.osds.yaml", term);
    write(
        &folder,
        "registry/of-term.yaml",
        &review.replace("review:odd", "term:sales/b").replace("id: odd", "id: of-term"),
    );
    let found = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert!(found.out.contains("Nobody owns\n  review:odd\n"), "{}", found.out);
    assert!(found.out.contains("  owns `review:of-term`, which is new\n"), "{}", found.out);
}

#[test]
fn older_versions_that_are_still_read_are_compared_on_request() {
    let folder = with_reader("2.0.0");
    let text = read(&folder, CONTRACT);
    write(&folder, "registry/sales/orders/orders-2.0.odcs.yaml", &text.replace("2.1.0", "2.0.0"));
    write(&folder, CONTRACT, &text.replace("      - name: amount\n        logicalType: number\n", ""));
    let both = "    version: \"2.1.0\"\n  - {name: old, type: tables, contractId: orders, version: \"2.0.0\"}\n";
    replace(&folder, PRODUCT, "    version: \"2.1.0\"\n", both);
    commit(folder.path());
    replace(&folder, CONTRACT, "2.1.0", "2.2.0");
    replace(&folder, PRODUCT, "\"2.1.0\"", "\"2.2.0\"");
    run(&folder, &["check", "--base", "main", "--new-only"]).code(0);
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--transitive"]).code(1);
    for words in [
        "error[BRK065]: the contract `orders` goes from `2.0.0` to `2.2.0`, and what changed needs a new major version",
        "error[BRK001]: the column `orders.amount` is removed since `2.0.0`, which `product:close` still reads (`orders`)",
    ] {
        assert!(found.out.contains(words), "{words} is not in {}", found.out);
    }
    let json = run(&folder, &["diff", "main", "--transitive", "--format", "json"]).code(1).json();
    assert_eq!(words(&json["contracts"], "baseVersion"), ["2.1.0", "2.0.0"]);
    assert_eq!(words(&json["impact"], "effect"), ["may-break"]);
    write(&folder, "meshfolio.yaml", "check: {transitive: true}\n");
    run(&folder, &["diff", "main"]).code(1);
    assert!(run(&folder, &["check", "--transitive"]).code(2).err.contains("--base"));
}

#[test]
fn renames_and_owners_can_be_read_by_machines() {
    let folder = with_reader("2.1.0");
    write(&folder, "meshfolio.yaml", "forge: {kind: github}\n");
    let shown = run(&folder, &["mv", "product:close", "month-end", "--dry-run", "--format", "json"]).code(0).json();
    let row = |json: &Value, key: &str| json["files"][1][key].clone();
    assert_eq!((&shown["version"], &shown["isWritten"]), (&1.into(), &false.into()));
    assert_eq!((&shown["from"], &shown["to"]), (&"product:close".into(), &"product:month-end".into()));
    assert_eq!((row(&shown, "path"), row(&shown, "places")), ("registry/close/product.odps.yaml".into(), 1.into()));
    assert!(row(&shown, "difference").as_str().is_some_and(|text| text.contains("+id: month-end")), "{shown}");
    let done = run(&folder, &["mv", "product:close", "month-end", "--format", "json"]).code(0).json();
    assert_eq!((&done["isWritten"], row(&done, "difference")), (&true.into(), Value::Null));
    assert_eq!((&done["alias"], &done["files"][0]["isNew"]), (&"registry/aliases.yaml".into(), &true.into()));
    let check = run(&folder, &["codeowners", "--check", "--format", "json"]).code(1).json();
    assert_eq!((&check["isCurrent"], &check["isWritten"]), (&false.into(), &false.into()));
    assert!(check["difference"].as_str().is_some_and(|text| text.contains("/registry/close/ @acme/ledger")), "{check}");
    assert!(check["withoutRule"][0].as_str().is_some_and(|text| text.contains("`order-platform`")), "{check}");
    let written = run(&folder, &["codeowners", "--format", "json"]).code(0).json();
    assert_eq!((&written["isWritten"], &written["file"]), (&true.into(), &".github/CODEOWNERS".into()));
    assert!(words(&written["rules"], "path").contains(&"registry/close/"), "{written}");
    let again = run(&folder, &["codeowners", "--check", "--format", "json"]).code(0).json();
    assert_eq!((&again["isCurrent"], &again["difference"]), (&true.into(), &Value::Null));
}

/// Runs in another folder.
fn at(path: &Path, args: &[&str]) -> Run {
    let nowhere = tempfile::tempdir().expect("a folder can be made");
    run(&nowhere, &[&["-C", path.to_str().expect("a plain path")], args].concat())
}

#[test]
fn submodules_are_read_and_not_compared() {
    let other = tempfile::tempdir().expect("a folder can be made");
    write(&other, "stock.odps.yaml", STOCK);
    commit(other.path());
    let folder = registry(&[]);
    commit(folder.path());
    let from = format!("file://{}", other.path().display());
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "registry/stock"];
    git(folder.path(), &add);
    commit(folder.path());
    git(folder.path(), &["branch", "base"]);
    let found = run(&folder, &["diff", "base"]).code(0);
    assert_eq!(found.out, "");
    assert!(found.err.contains("note: `registry/stock` is a submodule"), "{}", found.err);
    // What changes in it is judged there; what refers into it is whole.
    write(&folder, "registry/stock/stock.odps.yaml", &STOCK.replace("id: stock\n", "id: stock-levels\n"));
    let found = run(&folder, &["check", "--base", "base", "--new-only"]).code(0);
    assert!(found.err.contains("Checked  2 products"), "{}", found.err);
    // Two revisions have only the commit of it.
    commit(folder.path());
    assert_eq!(run(&folder, &["diff", "base", "main"]).code(0).out, "");
    // A clone without it has an empty folder there.
    let clones = tempfile::tempdir().expect("a folder can be made");
    git(clones.path(), &["clone", "-q", &format!("file://{}", folder.path().display()), "bare"]);
    let found = at(&clones.path().join("bare"), &["check", "--base", "origin/base", "--new-only"]).code(0);
    assert!(found.err.contains("Checked  1 product"), "{}", found.err);
}

#[cfg(unix)]
#[test]
fn links_are_the_same_on_both_sides() {
    let folder = registry(&[("shared/stock.odps.yaml", STOCK)]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, folder.path().join("registry").join(name)).expect("a link can be made");
    };
    link("../shared/stock.odps.yaml", "stock.odps.yaml");
    link("/etc/hostname", "out.yaml");
    link("nowhere.yaml", "lost.yaml");
    commit(folder.path());
    let found = run(&folder, &["diff", "main"]).code(0);
    assert_eq!(found.out, "");
    let found = run(&folder, &["check", "--base", "main", "--new-only"]).code(0);
    assert!(found.err.contains("Checked  2 products") && found.out.is_empty(), "{}{}", found.out, found.err);
    // What the link leads to is what changes.
    write(&folder, "shared/stock.odps.yaml", &STOCK.replace("id: stock\n", "id: stock-levels\n"));
    assert_eq!(codes(&run(&folder, &["diff", "main", "--format", "json"]).code(1), "changes"), ["BRK068"]);
}

#[test]
fn a_rename_with_edits_is_one_change_and_git_is_not_asked() {
    let folder = without_amount();
    let text = read(&folder, CONTRACT);
    git(folder.path(), &["mv", CONTRACT, "registry/orders-of-the-shop.odcs.yaml"]);
    write(&folder, "registry/orders-of-the-shop.odcs.yaml", &format!("# Moved.\n{text}tags: [moved]\n"));
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001", "BRK053"]);
    // A new id besides: the file is another one, and what had the id is gone.
    write(&folder, "registry/orders-of-the-shop.odcs.yaml", &text.replace("id: orders\n", "id: shop-orders\n"));
    let found = run(&folder, &["diff", "main", "--format", "json"]).code(1);
    let told = codes(&found, "changes");
    assert!(told.contains(&"BRK058".to_owned()) && told.contains(&"BRK068".to_owned()), "{told:?}");
}

#[test]
fn a_base_that_does_not_load_is_counted_and_stops_nothing() {
    for (path, text, said) in [
        (CONTRACT, "id: [orders\n", "error"),
        (PRODUCT, "\u{0}\u{1}", "error"),
        ("meshfolio.yaml", "roots: [registry\n", "error"),
        ("meshfolio.yaml", "roots: [elsewhere]\n", "error"),
        ("registry/aliases.yaml", "aliases: 3\n", "error"),
    ] {
        let folder = registry(&[]);
        let before = std::fs::read_to_string(folder.path().join(path)).ok();
        write(&folder, path, text);
        commit(folder.path());
        match &before {
            Some(before) => write(&folder, path, before),
            None => std::fs::remove_file(folder.path().join(path)).expect("it is there"),
        }
        let found = run(&folder, &["check", "--base", "main", "--new-only"]).code(0);
        assert_eq!(found.err.contains("the base has"), !said.is_empty(), "{path}: {}", found.err);
        let json = run(&folder, &["diff", "main", "--format", "json"]).code(0).json();
        assert_eq!(json["baseErrors"].as_u64() > Some(0), !said.is_empty(), "{path}: {json}");
        // The other way round the head has the mistake, and nothing is taken for gone.
        commit(folder.path());
        write(&folder, path, text);
        let found = run(&folder, &["diff", "main", "--format", "json"]);
        assert!(found.json()["changes"].as_array().is_some_and(Vec::is_empty) || said.is_empty(), "{path}");
    }
}

#[test]
fn a_worktree_of_git_and_a_folder_below_the_top_are_as_good_as_the_top() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let inner = registry(&[]);
    for path in super::files_below(inner.path(), "") {
        write(&folder, &format!("mesh/{path}"), &read(&inner, &path));
    }
    commit(folder.path());
    git(folder.path(), &["branch", "topic"]);
    let linked = tempfile::tempdir().expect("a folder can be made");
    let place = linked.path().join("tree");
    git(folder.path(), &["worktree", "add", "-q", place.to_str().expect("a plain path"), "topic"]);
    let contract = place.join("mesh").join(CONTRACT);
    let text = std::fs::read_to_string(&contract).expect("it is there");
    std::fs::write(&contract, text.replace("      - name: amount\n        logicalType: number\n", ""))
        .expect("written");
    let found = at(&place.join("mesh"), &["diff", "main", "--format", "json"]).code(1);
    assert_eq!(codes(&found, "changes"), ["BRK001"]);
}

#[test]
fn a_branch_without_a_commit_says_so() {
    let folder = registry(&[]);
    commit(folder.path());
    git(folder.path(), &["checkout", "-q", "--orphan", "begun"]);
    for args in [&["diff", "main"][..], &["check", "--base", "main"], &["reviewers", "--base", "main"]] {
        run(&folder, args).refused("no commit yet");
    }
    // Two named revisions need no branch.
    run(&folder, &["diff", "main", "main"]).code(0);
}

#[test]
fn a_waiver_of_one_version_opens_the_gate_for_no_other() {
    let contract = |version: &str| {
        format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: stock\nversion: \"{version}\"\nstatus: active\n\
             schema:\n  - name: stock\n    properties:\n      - {{name: id, logicalType: string}}\n"
        )
    };
    let council = "apiVersion: meshfolio/v1\nkind: Team\nid: council\nname: Council\n";
    for (target, is_refused) in
        [("contract:stock@1.0.0", true), ("contract:stock@1.5.0", false), ("contract:stock", false)]
    {
        let waiver = format!(
            "apiVersion: meshfolio/v1\nkind: Waiver\nid: back\ntarget: {target}\nrule: BRK065\nreason: It was a mistake.\n\
             approvedBy: council\nexpires: \"2027-06-30\"\n"
        );
        let folder = registry(&[
            ("registry/stock-1.odcs.yaml", &contract("1.0.0")),
            ("registry/stock-2.odcs.yaml", &contract("2.0.0")),
            ("registry/council.yaml", council),
        ]);
        commit(folder.path());
        write(&folder, "registry/back.yaml", &waiver);
        write(&folder, "registry/stock-2.odcs.yaml", &contract("1.5.0"));
        let json = run(&folder, &["diff", "main", "--format", "json"]).json();
        let found = run(&folder, &["check", "--base", "main", "--format", "json"]).json();
        let told = found["diagnostics"].as_array().expect("a list").iter().find(|row| row["code"] == "BRK065");
        let told = told.expect("the number goes back");
        assert_eq!(told["waivedBy"].is_null(), is_refused, "{target}: {told:#}");
        assert_eq!(json["isRefused"], is_refused, "{target}: {json:#}");
    }
}

#[test]
fn a_path_that_the_base_has_can_be_asked_about() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    git(folder.path(), &["mv", "registry/close", "registry/closing"]);
    std::fs::remove_dir_all(folder.path().join("registry/sales")).expect("removed");
    let (old, new) = ("registry/close/product.odps.yaml", "registry/closing/product.odps.yaml");
    for path in [old, new, "registry/close"] {
        assert_ne!(run(&folder, &["check", "--base", "main", "--new-only", path]).code, Some(2), "{path}");
    }
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise", CONTRACT]).code(1);
    assert!(found.out.contains(CONTRACT), "{}", found.out);
    run(&folder, &["check", old]).refused("there is no file or folder");
    run(&folder, &["check", "--base", "main", "registry/nothing"]).refused("there is no file or folder");
}
