//! What product pages say of ports: their descriptions, inputs that lead to nothing, and which are deprecated.

use std::fs;

use super::cli::{registry, run};

const ABROAD: (&str, &str) = (
    "registry/abroad/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: abroad\nname: Abroad\nversion: \"1.0.0\"\nstatus: draft\ndomain: sales\n\
     team: {name: order-platform}\ninputPorts:\n  - {name: payments, contractId: pay-1, version: \"2.0.0\", deprecated: true, \
     description: \"Replaced by <cards>.\"}\n  - {name: weather}\noutputPorts:\n  - {name: tables, description: \"DEPRECATED: use files.\"}\n\
     managementPorts:\n  - {name: control, content: control, type: rest, url: \"https://x.example/\", deprecated: true, description: Starts runs.}\n",
);

#[test]
fn every_port_stands_on_the_page_with_what_it_says_of_itself() {
    let folder = registry(&[ABROAD]);
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/products/abroad.html")).expect("a page");
    assert!(page.contains("<small>DEPRECATED: use files.</small>"), "the output port");
    let inputs = page.split("id=\"inputs-c\"").nth(1).and_then(|rest| rest.split("</table>").next()).expect("a table");
    assert!(inputs.contains("payments<small>Replaced by &lt;cards&gt;.</small>"), "{inputs}");
    assert!(
        inputs.contains("pay-1 2.0.0<small>not in this registry</small>") && inputs.contains("Deprecated"),
        "{inputs}"
    );
    assert!(inputs.contains("weather") && inputs.contains("not stated"), "{inputs}");
    let management = page.split("<dt>Control</dt>").nth(1).and_then(|rest| rest.split("</dd>").next()).expect("a port");
    assert!(management.contains("Deprecated") && management.contains("Starts runs."), "{management}");
    assert!(
        page.contains("2 unknown") && page.contains("Takes from outside"),
        "the picture knows that there is an input"
    );
    assert!(!page.contains("no input stated"));
}

/// A product that publishes and reads in the order of these words: `name`, its status, its output ports and its inputs.
fn product(id: &str, status: &str, outputs: &str, inputs: &str) -> (String, String) {
    let ports = |name: &str, ports: &str| if ports.is_empty() { String::new() } else { format!("{name}:\n{ports}") };
    let text = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: \"1.0.0\"\nstatus: {status}\ndomain: sales\n\
         team: {{name: order-platform}}\n{}{}",
        ports("inputPorts", inputs),
        ports("outputPorts", outputs)
    );
    (format!("registry/{id}/product.odps.yaml"), text)
}

/// A contract in a version, with what else it says.
fn contract(id: &str, version: &str, status: &str, more: &str) -> (String, String) {
    let text = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nversion: \"{version}\"\nstatus: {status}\n\
         schema: [{{name: {id}, properties: [{{name: key, description: A key.}}]}}]\n{more}"
    );
    (format!("registry/{id}/{id}-{version}.odcs.yaml"), text)
}

fn built(files: &[(String, String)]) -> tempfile::TempDir {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = registry(&files);
    run(&folder, &["build", "--allow-errors"]).code(0);
    folder
}

fn page(folder: &tempfile::TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join("site").join(path)).expect("a page")
}

#[test]
fn a_port_that_names_no_contract_is_read_by_nobody() {
    let folder = built(&[
        product("giver", "active", "  - {name: w, version: \"1.0.0\"}\n", ""),
        product("taker", "active", "", "  - {name: w, contractId: orphan, version: \"1.0.0\"}\n"),
        contract("orphan", "1.0.0", "active", ""),
    ]);
    let lineage = run(&folder, &["lineage", "product:giver", "--format", "json"]);
    assert!(!lineage.out.contains("taker"), "one number in common is no flow: {}", lineage.out);
    let giver: serde_json::Value = serde_json::from_str(&page(&folder, "products/giver.json")).expect("a twin");
    assert!(!giver.to_string().contains("taker"), "{giver}");
    let check = run(&folder, &["check", "--format", "json"]);
    assert!(!check.out.contains("REF007"), "the port has the mistake, and only that is told: {}", check.out);
}

#[test]
fn what_is_retired_reads_nothing() {
    let folder = built(&[
        product("giver", "active", "  - {name: one, contractId: nv, version: \"1.0.0\"}\n", ""),
        product(
            "gone",
            "retired",
            "",
            "  - {name: nv, contractId: nv, version: \"1.0.0\"}\n  - {name: x, contractId: never, version: \"1.0.0\"}\n",
        ),
        contract("nv", "1.0.0", "active", ""),
    ]);
    for path in ["contracts/nv/1.0.0.json", "products/giver.json"] {
        let twin: serde_json::Value = serde_json::from_str(&page(&folder, path)).expect("a twin");
        assert_eq!(twin["consumers"], serde_json::json!([]), "{path}");
    }
    let giver = page(&folder, "products/giver.html");
    let lineage =
        giver.split("id=\"lineage\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("a part");
    assert!(!lineage.contains("gone"), "{lineage}");
    let check = run(&folder, &["check", "--format", "json"]);
    assert!(!check.out.contains("REF001"), "nobody mends what is not read any more: {}", check.out);
}

#[test]
fn who_reads_what_its_product_or_port_gives_up_has_to_move() {
    let port = |name: &str, more: &str| format!("  - {{name: {name}, contractId: {name}, version: \"1.0.0\"{more}}}\n");
    let mut files = vec![
        product("dropped", "deprecated", &port("a", ""), ""),
        product("shut", "active", &port("b", ", deprecated: true"), ""),
        product("lost", "retired", &port("c", ""), ""),
    ];
    for (reader, read) in [("reader-a", "a"), ("reader-b", "b"), ("reader-c", "c")] {
        files.push(product(reader, "active", "", &port(read, "")));
        files.push(contract(read, "1.0.0", "active", ""));
    }
    let folder = built(&files);
    let calendar = page(&folder, "deprecations.html");
    let movers =
        calendar.split("id=\"movers\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("a part");
    for reader in ["reader-a", "reader-b", "reader-c"] {
        assert!(movers.contains(&format!("products/{reader}.html")), "{reader}: {movers}");
        let own = page(&folder, &format!("products/{reader}.html"));
        assert!(!own.contains("all of it active"), "{reader}");
    }
    assert!(movers.contains("Retired, still read"), "{movers}");
}

#[test]
fn a_last_day_is_no_end_yet() {
    let today = "slaProperties: [{property: endOfSupport, value: \"2026-11-21\"}]\n";
    let before = "slaProperties: [{property: endOfLife, value: \"2026-11-20\"}]\n";
    let folder = built(&[contract("today", "1.0.0", "active", today), contract("before", "1.0.0", "active", before)]);
    let changes = page(&folder, "changes.html");
    let days = changes.split("id=\"days\"").nth(1).expect("a part");
    assert!(days.contains("contracts/before/1.0.0.html") || days.contains("contracts/before.html"), "{days}");
    assert!(!days.contains("contracts/today"), "support holds through its last day: {days}");
    let over = page(&folder, "contracts/before/1.0.0.html");
    assert!(over.contains("Ended") && !over.contains("Support ended"), "no day of support is stated");
    assert!(!over.contains("Request access"), "nobody begins to read what is over");
    assert!(page(&folder, "contracts/today/1.0.0.html").contains("Supported until"));
}

#[test]
fn two_systems_with_a_table_of_one_name_are_two_places() {
    let servers = "servers:\n  - {server: eu, type: postgres, environment: prod, host: eu.example, port: 5432, database: shop, schema: public}\n  \
                   - {server: us, type: postgres, environment: prod, host: us.example, port: 5432, database: shop, schema: public}\n  \
                   - {server: copy, type: s3, environment: prod, location: \"s3://lake/{model}/*.json\"}\n";
    let folder = built(&[
        product("shop", "active", "  - {name: shop, contractId: shop, version: \"1.0.0\"}\n", ""),
        contract("shop", "1.0.0", "active", servers),
    ]);
    let shown = run(&folder, &["show", "product:shop"]).out;
    assert!(shown.contains(" eu,") && shown.contains(" us,"), "{shown}");
    assert_eq!(shown.matches("public.shop").count() - shown.matches("from   public.shop").count(), 2, "{shown}");
    assert!(shown.contains("aws s3 ls s3://lake/\n"), "programs that list take no patterns: {shown}");
}
