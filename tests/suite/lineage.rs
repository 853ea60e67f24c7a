//! `lineage` and `impact` of contracts and columns, as people and pipelines ask for them.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{registry, run};

/// A chain of products: orders -> revenue -> close, a reader that says nothing, one that states another
/// column, and one that names the whole object.
fn mesh() -> TempDir {
    let product = |id: &str, reads: &str, version: &str| {
        let text = format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\ndomain: sales\nteam: {{name: order-platform}}\n\
             inputPorts: [{{name: in, contractId: {reads}, version: \"{version}\"}}]\n\
             outputPorts: [{{name: out, contractId: {id}, version: \"1.0.0\"}}]\n"
        );
        (format!("registry/{id}.odps.yaml"), text)
    };
    let contract = |id: &str, columns: &str| {
        let text = format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\n\
             schema:\n  - name: {id}\n    properties:\n{columns}"
        );
        (format!("registry/{id}.odcs.yaml"), text)
    };
    let files = [
        product("revenue", "orders", "2.1.0"),
        contract(
            "revenue",
            "      - {name: gross, transformSourceObjects: [orders.amount]}\n      \
             - {name: raw, transformSourceObjects: [till.total]}\n",
        ),
        product("close", "revenue", "1.0.0"),
        contract(
            "close",
            "      - {name: total, transformSourceObjects: [\"revenue#/schema/revenue/properties/gross\"]}\n",
        ),
        product("silent", "orders", "2.1.0"),
        contract("silent", "      - {name: x}\n"),
        product("other", "orders", "2.1.0"),
        contract("other", "      - {name: key, transformSourceObjects: [orders.id]}\n"),
        product("whole", "orders", "2.1.0"),
        contract("whole", "      - {name: all, transformSourceObjects: [orders]}\n"),
        product("beyond", "silent", "1.0.0"),
        contract("beyond", "      - {name: y}\n"),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    registry(&files)
}

const COLUMN: &str = "column:orders@2.1.0#orders.amount";

#[test]
fn impact_of_a_column_tells_who_states_it_from_who_may_read_it() {
    let folder = mesh();
    let found = run(&folder, &["impact", COLUMN, "--format", "json"]).code(0).json();
    assert_eq!(found["root"], COLUMN);
    let rows = found["impact"].as_array().expect("it is a list");
    let short: Vec<Value> =
        rows.iter().map(|row| json!([row["product"], row["distance"], row["reads"], row["into"]])).collect();
    let expected = [
        json!(["revenue", 1, ["amount"], ["revenue@1.0.0#revenue.gross"]]),
        json!(["close", 2, ["amount"], ["close@1.0.0#close.total"]]),
        json!(["other", 1, [], []]),
        json!(["silent", 1, [], []]),
        json!(["whole", 1, [], []]),
        json!(["beyond", 2, [], []]),
    ];
    assert_eq!(short, expected);
    for key in ["changed", "product", "domain", "team", "distance", "reads"] {
        assert!(rows[0].get(key).is_some(), "`{key}` is not in {}", rows[0]);
    }
    assert_eq!(rows[0]["changed"], COLUMN);
    let text = run(&folder, &["impact", COLUMN]).code(0).out;
    let expected = "\
Stated to read it
distance  product  domain  team            into
1         revenue  sales   order-platform  revenue@1.0.0#revenue.gross
2         close    sales   order-platform  close@1.0.0#close.total

May read it
distance  product  domain  team            what it says
1         other    sales   order-platform  states only id
1         silent   sales   order-platform  states no columns
1         whole    sales   order-platform  states only orders
2         beyond   sales   order-platform  through what it reads

2 products state to read `column:orders@2.1.0#orders.amount`; 4 more may.
";
    assert_eq!(text, expected);
    // The object as a whole: whoever names it, or a column of it, reads it.
    let object = run(&folder, &["impact", "column:orders@2.1.0#orders", "--format", "json"]).code(0).json();
    let stated = |row: &&Value| row["reads"] != json!([]);
    let stated: Vec<Value> =
        object["impact"].as_array().expect("a list").iter().filter(stated).map(|row| row["product"].clone()).collect();
    assert_eq!(stated, ["other", "revenue", "whole", "close"]);
}

#[test]
fn lineage_of_a_column_follows_what_columns_state() {
    let folder = mesh();
    let down = run(&folder, &["lineage", COLUMN, "--down", "2"]).code(0).out;
    let expected = "\
column:orders@2.1.0#orders.amount

does not say what it comes from

is read by, as stated
└─ column:revenue@1.0.0#revenue.gross
   └─ column:close@1.0.0#close.total

may be read by
├─ product:other, states only id
├─ product:silent, states no columns
└─ product:whole, states only orders
";
    assert_eq!(down, expected);
    let up = run(&folder, &["lineage", "column:close#close.total", "--up", "9"]).code(0).out;
    let expected = "\
column:close#close.total

comes from
└─ column:revenue@1.0.0#revenue.gross
   └─ column:orders@2.1.0#orders.amount

no column says that it comes from it

no other product reads the contract
";
    assert_eq!(up, expected);
    let raw = run(&folder, &["lineage", "column:revenue#revenue.raw"]).code(0).out;
    assert!(raw.contains("└─ till.total (no column of what the product reads)\n"), "{raw}");

    let found = run(&folder, &["lineage", COLUMN, "--down", "2", "--format", "json"]).code(0).json();
    let edges: Vec<Value> = found["edges"]
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|edge| json!([edge["from"], edge["to"], edge["kind"], edge["trust"], edge["contract"]]))
        .collect();
    let gross = "column:revenue@1.0.0#revenue.gross";
    let expected = [
        json!([COLUMN, gross, "transforms", "hint", "orders@2.1.0"]),
        json!([COLUMN, "product:other", "consumes", "assumed", "orders@2.1.0"]),
        json!([COLUMN, "product:silent", "consumes", "assumed", "orders@2.1.0"]),
        json!([COLUMN, "product:whole", "consumes", "assumed", "orders@2.1.0"]),
        json!([gross, "column:close@1.0.0#close.total", "transforms", "hint", "revenue@1.0.0"]),
    ];
    assert_eq!(edges, expected);
    let node = &found["nodes"][0];
    assert_eq!(
        (&node["kind"], &node["name"], &node["domain"]),
        (&json!("column"), &json!("close.total"), &json!("sales"))
    );
    for format in ["mermaid", "dot"] {
        let text = run(&folder, &["lineage", COLUMN, "--format", format]).code(0).out;
        assert!(text.contains("revenue.gross"), "{format}: {text}");
    }
    // The picture shows the products that the column flows through.
    assert!(run(&folder, &["lineage", COLUMN, "--format", "svg"]).code(0).out.contains(">revenue</text>"));
}

#[test]
fn a_column_that_is_not_there_names_what_is_near() {
    let folder = mesh();
    for command in ["lineage", "impact", "show"] {
        let refused = |id: &str, words: &str| {
            run(&folder, &[command, id]).refused(words);
        };
        refused(
            "column:orders@2.1.0#orders.amout",
            "the contract `orders@2.1.0` has no column `orders.amout`; did you mean `orders.amount`?",
        );
        refused("column:orders@2.1.0#amount", "did you mean `orders.amount`?");
        refused("column:orders#colour", "its columns are `orders.id`, `orders.amount`");
        refused("column:orders@2.1.0", "names no column: write `column:orders@2.1.0#orders.amount`");
        refused("column:orders@7.0.0#orders.amount", "is not in this registry; the contract has version `2.1.0`");
        refused("column:ordres#orders.amount", "did you mean `contract:orders`?");
    }
}

#[test]
fn a_version_that_is_asked_for_is_named_in_the_answer() {
    let folder = mesh();
    let root = |args: &[&str]| run(&folder, args).code(0).json()["root"].clone();
    assert_eq!(root(&["impact", "contract:orders@v2.1.0", "--format", "json"]), "contract:orders@2.1.0");
    assert_eq!(root(&["lineage", "contract:orders@2.1.0", "--format", "json"]), "contract:orders@2.1.0");
    assert_eq!(root(&["impact", "contract:orders", "--format", "json"]), "contract:orders");
    assert_eq!(root(&["impact", "column:orders#orders.amount", "--format", "json"]), "column:orders#orders.amount");
    let changed = run(&folder, &["impact", "contract:orders@2.1.0", "--format", "json"]).code(0).json();
    assert_eq!(changed["impact"][0]["changed"], "contract:orders@2.1.0");
    let text = run(&folder, &["impact", "contract:orders@2.1.0"]).code(0).out;
    assert!(text.contains("downstream of `contract:orders@2.1.0`"), "{text}");
    assert!(run(&folder, &["lineage", "contract:orders@2.1.0"]).code(0).out.starts_with("contract:orders@2.1.0\n"));
}

#[test]
fn lineage_names_each_neighbour_once() {
    let source = "apiVersion: meshfolio/v1\nkind: SourceSystem\nid: shop\ntype: operational\nowner: order-platform\n\
                  assets: [{id: lines}, {id: orders}]\n";
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nteam: {name: order-platform}\ninputPorts:\n  \
         - {name: a, customProperties: [{property: sourceSystemId, value: shop}, {property: sourceAssetId, value: orders}]}\n  \
         - {name: b, customProperties: [{property: sourceSystemId, value: shop}, {property: sourceAssetId, value: lines}]}\n  \
         - {name: c, contractId: orders, version: \"2.1.0\"}\n  - {name: d, contractId: orders, version: \"2.1.0\"}\n";
    let folder = registry(&[("registry/shop.yaml", source), ("registry/p.odps.yaml", product)]);
    let text = run(&folder, &["lineage", "p"]).code(0).out;
    let expected = "product:p\n\nreads\n├─ product:orders through orders@2.1.0\n└─ source:shop (lines, orders)\n\n\
                    is read by nobody that says so\n";
    assert_eq!(text, expected);
    let found = run(&folder, &["lineage", "p", "--format", "json"]).code(0).json();
    assert_eq!(found["edges"].as_array().map(Vec::len), Some(2), "{found}");
}

#[test]
fn a_chain_as_long_as_a_mesh_is_walked() {
    const LENGTH: usize = 2_000;
    let mut files = Vec::new();
    for number in 0..LENGTH {
        let reads = if number == 0 {
            String::new()
        } else {
            format!("inputPorts: [{{name: in, contractId: c{}, version: \"1.0.0\"}}]\n", number - 1)
        };
        files.push((
            format!("registry/p{number}.odps.yaml"),
            format!(
                "apiVersion: v1.1.0\nkind: DataProduct\nid: p{number}\nteam: {{name: order-platform}}\n{reads}\
                 outputPorts: [{{name: out, contractId: c{number}, version: \"1.0.0\"}}]\n"
            ),
        ));
        files.push((
            format!("registry/c{number}.odcs.yaml"),
            format!(
                "apiVersion: v3.2.0\nkind: DataContract\nid: c{number}\nversion: \"1.0.0\"\nstatus: active\nschema:\n  \
                 - name: t\n    properties: [{{name: a, transformSourceObjects: [t.a]}}]\n"
            ),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = registry(&files);
    let text = run(&folder, &["lineage", "p0", "--down", "100000"]).code(0).out;
    assert!(text.ends_with("   1939 more lie deeper than 60 steps; `--format json` has them\n"), "{text}");
    let found = run(&folder, &["lineage", "p0", "--down", "100000", "--format", "json"]).code(0).json();
    assert_eq!(found["nodes"].as_array().map(Vec::len), Some(LENGTH));
    let impact = run(&folder, &["impact", "column:c0#t.a", "--format", "json"]).code(0).json();
    assert_eq!(impact["impact"][LENGTH - 2]["distance"], LENGTH - 1);
}

#[test]
fn things_with_one_address_are_built_side_by_side() {
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: z\nteam: {name: order-platform}\n\
                   customProperties: [{property: slug, value: orders}]\n";
    let version = |version: &str| {
        format!("{{apiVersion: v3.2.0, kind: DataContract, id: a, version: {version}, status: draft}}\n")
    };
    let (upper, lower) = (version("1.0-RC"), version("1.0-rc"));
    let files =
        [("registry/a.odps.yaml", product), ("registry/1.odcs.yaml", upper.as_str()), ("registry/2.odcs.yaml", &lower)];
    let folder = registry(&files);
    run(&folder, &["build"]).code(1);
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = |path: &str| std::fs::read_to_string(folder.path().join("site").join(path)).unwrap_or_default();
    // The first by path keeps the address.
    assert!(page("products/orders.html").contains("<h1>z</h1>"));
    assert!(page("products/index.html").contains("orders-"), "the other one has a page, too");
    assert!(!page("contracts/a/1.0-RC.html").is_empty() && page("contracts/a/1.0-rc.html").is_empty());
}
