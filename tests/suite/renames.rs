//! Renamed things: the alias of the head says what each was, so that it is compared with itself and not taken for a
//! stranger. What `mv` rewrites is told nowhere but as the rename.

use serde_json::Value;
use tempfile::TempDir;

use super::change::{CONTRACT, codes, commit, read, replace, write};
use super::cli::{registry, run};
use super::{files_below, package};

const READER: &str = "apiVersion: v1.1.0\nkind: DataProduct\nid: close\nname: Close\nstatus: active\ndomain: sales\nteam: {name: ledger}\n\
     inputPorts:\n  - {name: orders, contractId: orders, version: \"2.1.0\"}\n";
const LEDGER: &str =
    "apiVersion: meshfolio/v1\nkind: Team\nid: ledger\nname: Ledger\ndomain: sales\nforgeHandle: \"@acme/ledger\"\n";
const AMOUNT: &str = "      - name: amount\n        logicalType: number\n";

/// The common registry with a product that reads its contract, in its first commit.
fn with_reader() -> TempDir {
    let folder = registry(&[("registry/close/product.odps.yaml", READER), ("registry/teams/ledger.yaml", LEDGER)]);
    commit(folder.path());
    folder
}

fn diff(folder: &TempDir, code: i32) -> Value {
    run(folder, &["diff", "main", "--format", "json"]).code(code).json()
}

/// The changes as `CODE id`.
fn changes(diff: &Value) -> Vec<String> {
    let rows = diff["changes"].as_array().expect("a list");
    rows.iter().map(|row| format!("{} {}", row["code"], row["id"]).replace('"', "")).collect()
}

#[test]
fn a_contract_that_mv_renames_is_compared_with_itself() {
    let folder = with_reader();
    run(&folder, &["mv", "contract:orders", "shop-orders"]).code(0);
    let found = diff(&folder, 0);
    assert_eq!(changes(&found), ["BRK057 shop-orders"]);
    let change = &found["changes"][0];
    assert_eq!((&change["before"], &change["after"]), (&"orders".into(), &"shop-orders".into()));
    assert_eq!(
        (&change["level"], &change["accepted"]),
        (&"breaking".into(), &"accepted: everybody in this mesh who reads it names the new id".into())
    );
    assert_eq!(found["contracts"][0]["id"], "shop-orders");
    run(&folder, &["check", "--base", "main", "--new-only", "--deny", "warning"]).code(0);
    // The owners of the contract, and of the reader whose file was rewritten.
    let found = run(&folder, &["reviewers", "--base", "main"]).code(0);
    assert_eq!(
        found.out,
        "@acme/ledger (ledger)\n  owns `product:close`, which changes\n\
         order-platform (has no `forgeHandle`)\n  owns `contract:shop-orders`, which was called `orders`\n  \
         owns `product:orders`, which changes\nNobody owns\n  registry/aliases.yaml\n"
    );
}

#[test]
fn what_else_changes_of_a_renamed_contract_is_told_with_its_readers() {
    let folder = with_reader();
    run(&folder, &["mv", "contract:orders", "shop-orders"]).code(0);
    replace(&folder, CONTRACT, AMOUNT, "");
    let found = diff(&folder, 1);
    assert_eq!(changes(&found), ["BRK057 shop-orders", "BRK001 shop-orders"]);
    assert_eq!(found["contracts"][0]["requiredBump"], "major");
    let impact = &found["impact"][0];
    assert_eq!(
        (&impact["changed"], &impact["product"], &impact["effect"]),
        (&"contract:shop-orders".into(), &"close".into(), &"may-break".into())
    );
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert!(asked.contains("reads `contract:shop-orders` with `product:close`, which may break"), "{asked}");
    // A waiver can only name what there is.
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: amount\ntarget: contract:shop-orders\nrule: removed-column\n\
         reason: x\napprovedBy: ledger\nexpires: 2026-12-31\n";
    write(&folder, "registry/waivers/amount.yaml", waiver);
    let found = diff(&folder, 0);
    assert_eq!(found["changes"][1]["waivedBy"], "amount");
}

#[test]
fn a_reader_that_keeps_the_old_name_is_asked() {
    let folder = with_reader();
    run(&folder, &["mv", "contract:orders", "shop-orders"]).code(0);
    write(&folder, "registry/close/product.odps.yaml", READER);
    let found = diff(&folder, 1);
    assert_eq!(changes(&found), ["BRK057 shop-orders"]);
    assert_eq!(found["toDo"][0]["who"], "product:close");
    assert_eq!(found["changes"][0]["accepted"], Value::Null);
    assert_eq!((&found["impact"][0]["product"], &found["impact"][0]["effect"]), (&"close".into(), &"breaks".into()));
}

#[test]
fn products_domains_and_teams_are_told_once() {
    for (old, new) in
        [("product:orders", "shop-orders"), ("domain:sales", "retail"), ("team:order-platform", "order-desk")]
    {
        let folder = with_reader();
        run(&folder, &["mv", old, new]).code(0);
        let found = diff(&folder, 0);
        assert_eq!(changes(&found), [format!("BRK071 {new}")], "{old}");
        assert_eq!(found["summary"]["info"], 1);
        run(&folder, &["check", "--base", "main", "--new-only", "--deny", "warning"]).code(0);
        let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
        assert!(
            asked.contains(&format!("{}:{new}`, which was called `", old.split(':').next().unwrap_or_default())),
            "{asked}"
        );
        assert!(!asked.contains("is gone") && !asked.contains("is new"), "{asked}");
        // A team that is renamed is asked once.
        assert_eq!(asked.matches("(has no `forgeHandle`)").count(), 1, "{asked}");
        // What it publishes goes on, and what changes of it is told.
        if old.starts_with("product") {
            let path = "registry/sales/orders/product.odps.yaml";
            let text = read(&folder, path);
            let (before, _) = text.split_once("outputPorts:").expect("it has ports");
            write(&folder, path, before);
            let told = codes(&run(&folder, &["diff", "main", "--format", "json"]).code(1), "changes");
            assert!(told.contains(&"BRK061".to_owned()), "{told:?}");
        }
    }
}

#[test]
fn findings_that_a_thing_had_under_its_old_name_are_not_new() {
    let folder = with_reader();
    replace(&folder, "registry/close/product.odps.yaml", "team: {name: ledger}\n", "");
    commit(folder.path());
    run(&folder, &["check"]).code(1);
    write(
        &folder,
        "registry/close/product.odps.yaml",
        &read(&folder, "registry/close/product.odps.yaml").replace("id: close\n", "id: books\n"),
    );
    write(
        &folder,
        "registry/aliases.yaml",
        "aliases:\n  - {from: \"product:close\", to: \"product:books\", since: 2026-11-21}\n",
    );
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(0).json();
    assert_eq!(found["diagnostics"], serde_json::json!([]));
}

/// Whatever is renamed in the demo mesh, nothing but the rename is told.
#[test]
fn renames_in_the_demo_mesh_are_nothing_but_renames() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for part in ["registry", "observations"] {
        for path in files_below(&package(part), "") {
            let bytes = std::fs::read(package(part).join(&path)).expect("the file can be read");
            let file = folder.path().join(part).join(&path);
            std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("made");
            std::fs::write(file, bytes).expect("written");
        }
    }
    write(&folder, "meshfolio.yaml", &std::fs::read_to_string(package("meshfolio.yaml")).expect("it is there"));
    commit(folder.path());
    for (old, new) in [
        ("contract:item-master", "item-registry"),
        ("product:item-master", "item-hub"),
        ("domain:assortment", "range"),
        ("team:range-and-price", "range-desk"),
    ] {
        run(&folder, &["mv", old, new]).code(0);
    }
    let found = diff(&folder, 0);
    let told = changes(&found);
    assert_eq!(told, ["BRK057 item-registry", "BRK071 item-hub", "BRK071 range", "BRK071 range-desk"]);
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(0).json();
    let worse: Vec<&Value> =
        found["diagnostics"].as_array().expect("a list").iter().filter(|one| one["code"] != "BRK057").collect();
    assert!(worse.is_empty(), "{worse:#?}");
}

/// Whoever still has an old name in mind, or in a file, is led on.
#[test]
fn old_names_lead_on_everywhere() {
    let folder = super::gate::with_reader("2.1.0");
    commit(folder.path());
    run(&folder, &["mv", "product:orders", "shop-orders"]).code(0);
    run(&folder, &["mv", "team:ledger", "books"]).code(0);
    run(&folder, &["mv", "domain:sales", "retail"]).code(0);
    let found = run(&folder, &["search", "product:orders"]).code(0).err;
    assert!(found.contains("note: `product:orders` is called `product:shop-orders` now"), "{found}");
    let searched = |query: &str| run(&folder, &["search", query, "--format", "csv"]).code(0);
    for (old, new) in [("domain:sales kind:product", "domain:retail kind:product"), ("owner:ledger", "owner:books")] {
        assert_eq!(searched(old).out, searched(new).out);
        assert!(searched(new).out.lines().count() > 1, "{new}");
        let (from, to) = (old.split(' ').next().unwrap_or(old), new.split(' ').next().unwrap_or(new));
        assert!(searched(old).err.contains(&format!("note: `{from}` is called `{to}` now")), "{}", searched(old).err);
        assert!(!searched(old).err.contains("nothing has"), "{}", searched(old).err);
    }
    // The contract has that id: it is no old name.
    let living = searched("orders").err;
    assert!(!living.contains("is called"), "{living}");
    let aliases = read(&folder, "registry/aliases.yaml");
    let lost = "\n  - {from: \"product:gone\", to: \"product:never\"}\n  - {from: \"product:a\", to: \"product:b\"}\n  - {from: \"product:b\", to: \"product:a\"}\n";
    write(&folder, "registry/aliases.yaml", &format!("{}{lost}", aliases.trim_end()));
    for lost in ["product:gone", "product:a", "gone"] {
        let told = searched(lost).err;
        assert!(!told.contains("is called"), "{told}");
    }
    write(&folder, "registry/aliases.yaml", &aliases);
    let of = |filter: &str| run(&folder, &["list", "products", "--where", filter, "--format", "csv"]).code(0).out;
    assert_eq!(of("domain=sales"), of("domain=retail"));
    assert!(of("owner=ledger").contains("\nproduct,close,"), "{}", of("owner=ledger"));
    assert!(of("id=orders").contains("\nproduct,shop-orders,"), "{}", of("id=orders"));
    run(&folder, &["new", "product", "baskets", "--domain", "sales", "--owner", "ledger"]).code(0);
    let made = read(&folder, "registry/sales/baskets/product.odps.yaml");
    assert!(made.contains("domain: retail") && made.contains("name: books"), "{made}");
    let purpose = "The monthly close needs every order of the month.";
    let asked = ["access", "request", "orders", "--consumer", "product:close", "--purpose", purpose];
    let path = run(&folder, &asked).code(0).out;
    assert!(read(&folder, path.trim()).contains("shop-orders"), "{path}");
    // A file that still has the old name of its team is no other team's.
    let reader = "registry/close/product.odps.yaml";
    write(&folder, reader, &read(&folder, reader).replace("books", "ledger"));
    let told = codes(&run(&folder, &["diff", "main", "--format", "json"]), "changes");
    assert!(!told.contains(&"BRK076".to_owned()), "{told:?}");
}

#[test]
fn a_promise_under_another_id_is_compared_with_itself() {
    let folder = registry(&[]);
    let rule = |id: &str, limit: &str| {
        format!("        quality:\n          - {{id: {id}, name: {id}, metric: nullValues, mustBeLessThan: {limit}}}\n")
    };
    let with = |rules: &str| format!("{AMOUNT}{rules}");
    replace(&folder, CONTRACT, AMOUNT, &with(&rule("few-gaps", "3")));
    commit(folder.path());
    replace(&folder, CONTRACT, &rule("few-gaps", "3"), &rule("no-gaps", "3"));
    let found = diff(&folder, 0);
    assert_eq!(changes(&found), ["BRK053 orders"]);
    // Another promise is another rule.
    replace(&folder, CONTRACT, &rule("no-gaps", "3"), &rule("no-gaps", "9").replace("nullValues", "rowCount"));
    let found = diff(&folder, 1);
    assert_eq!(changes(&found), ["BRK032 orders", "BRK034 orders"]);
}
