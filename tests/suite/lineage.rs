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

/// Says what is drawn in a picture: its title, its caption and the names of its nodes.
fn drawn(svg: &str) -> (String, String, Vec<&str>) {
    let between = |text: &'static str| {
        let parts = svg.split(text).skip(1).filter_map(|part| part.split_once('>')?.1.split('<').next());
        parts.collect::<Vec<_>>()
    };
    (between("<title id").concat(), between("<text class=\"cp\"").join(" "), between("<text class=\"nm\""))
}

#[test]
fn a_picture_shows_what_is_asked_for() {
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: two\nname: two\nteam: {name: order-platform}\n\
                   outputPorts: [{name: a, contractId: a, version: \"1.0.0\"}, {name: b, contractId: b, version: \"1.0.0\"}]\n";
    let contract = |id: &str| {
        format!("apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\nschema: []\n")
    };
    let reader = |id: &str, reads: &str| {
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nstatus: draft\nteam: {{name: order-platform}}\n\
             inputPorts: [{{name: in, contractId: {reads}, version: \"1.0.0\"}}]\n"
        )
    };
    let (a, b, of_a, of_b) = (contract("a"), contract("b"), reader("of-a", "a"), reader("of-b", "b"));
    let folder = registry(&[
        ("registry/two.odps.yaml", product),
        ("registry/a.odcs.yaml", &a),
        ("registry/b.odcs.yaml", &b),
        ("registry/of-a.odps.yaml", &of_a),
        ("registry/of-b.odps.yaml", &of_b),
    ]);
    let svg = run(&folder, &["lineage", "contract:a", "--format", "svg"]).code(0).out;
    let (title, _, nodes) = drawn(&svg);
    assert_eq!((title.as_str(), nodes), ("Lineage of contract:a: 2 nodes and 1 line", vec!["two", "of-a"]));
    assert!(svg.contains(">draft</text>") || svg.contains(", draft</text>"), "{svg}");
    assert!(run(&folder, &["lineage", "two"]).code(0).out.contains("product:of-a (draft) through a@1.0.0\n"));
    let found = run(&folder, &["lineage", "two", "--format", "json"]).code(0).json();
    let states: Vec<&Value> = found["nodes"].as_array().expect("a list").iter().map(|node| &node["state"]).collect();
    assert_eq!(states.iter().filter(|state| **state == "draft").count(), 2, "{states:?}");
    assert!(run(&folder, &["lineage", "two", "--format", "mermaid"]).code(0).out.contains("\"of-a (draft)\""));

    let folder = mesh();
    let svg = run(&folder, &["lineage", COLUMN, "--format", "svg"]).code(0).out;
    let (title, caption, _) = drawn(&svg);
    assert_eq!(title, format!("Lineage of {COLUMN}: 5 nodes and 4 lines"));
    assert_eq!(caption, "Solid lines are stated by columns, dashed lines are assumed.");
    let svg = run(&folder, &["lineage", "column:revenue#revenue.raw", "--format", "svg"]).code(0).out;
    assert!(drawn(&svg).1.ends_with("1 source that is no column of what is read is not drawn."), "{svg}");
}

#[test]
fn inputs_that_no_other_product_gives_are_named() {
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nteam: {name: order-platform}\ninputPorts:\n  \
         - {name: a, contractId: nope, version: \"1.0.0\"}\n  - {name: b, contractId: p, version: \"1.0.0\"}\n\
         outputPorts: [{name: out, contractId: p, version: \"1.0.0\"}]\n";
    let contract = "apiVersion: v3.2.0\nkind: DataContract\nid: p\nversion: \"1.0.0\"\nstatus: active\nschema: []\n";
    let reader = "apiVersion: v1.1.0\nkind: DataProduct\nid: r\nteam: {name: order-platform}\n\
                  inputPorts: [{name: in, contractId: p, version: \"1.0.0\"}]\n";
    let folder = registry(&[
        ("registry/p.odps.yaml", product),
        ("registry/p.odcs.yaml", contract),
        ("registry/r.odps.yaml", reader),
    ]);
    let text = run(&folder, &["lineage", "r", "--up", "2"]).code(0).out;
    let expected = "product:r\n\nreads\n└─ product:p through p@1.0.0\n   ├─ nope 1.0.0, not in this registry\n   \
                    └─ product:p itself through p 1.0.0\n\nis read by nobody that says so\n";
    assert_eq!(text, expected);
}

#[test]
fn who_reads_by_agreement_alone_is_a_consumer() {
    let agreement = |id: &str, consumer: &str| {
        format!(
            "apiVersion: v0.9.0\nkind: AccessAgreement\nid: {id}\nversion: 1.0.0\nstatus: approved\n\
             description: {{purpose: p}}\nstartTimestamp: \"2025-01-01T00:00:00Z\"\nendTimestamp: \"2037-01-01T00:00:00Z\"\n\
             provider: {{teamId: order-platform, dataProductId: orders, dataContractId: orders}}\n\
             consumer: {{teamId: order-platform{consumer}}}\n"
        )
    };
    let (by_product, by_team) = (agreement("one", ", dataProductId: quiet"), agreement("two", ""));
    let quiet = "apiVersion: v1.1.0\nkind: DataProduct\nid: quiet\nname: Quiet\nteam: {name: order-platform}\n";
    let folder = registry(&[
        ("registry/one.oaas.yaml", &by_product),
        ("registry/two.oaas.yaml", &by_team),
        ("registry/quiet.odps.yaml", quiet),
    ]);
    let text = run(&folder, &["impact", "orders"]).code(0).out;
    assert_eq!(
        text,
        "Nothing in this registry declares to read `product:orders`.\n2 read it by agreement: product:quiet, team:order-platform.\n"
    );
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = |path: &str| std::fs::read_to_string(folder.path().join("site").join(path)).expect("it is there");
    let product = page("products/orders.html");
    assert!(product.contains("<strong>0</strong> declared, <strong>2</strong> agreed consumers</a>"), "{product}");
    let consumers = page("products/orders/consumers.html");
    assert!(consumers.contains("By agreement alone read it: "), "{consumers}");
    assert!(!consumers.contains("No consumer yet"), "{consumers}");
}

#[test]
fn a_table_of_column_sources_says_how_many_it_has() {
    let wide = (0..60).map(|at| format!("{{name: c{at}}}")).collect::<Vec<_>>().join(", ");
    let contract = |id: &str, columns: &str| {
        format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\nschema:\n  \
             - name: t\n    properties: [{columns}]\n"
        )
    };
    let product = |id: &str, inputs: &str| {
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nteam: {{name: order-platform}}\ninputPorts: [{inputs}]\n\
             outputPorts: [{{name: out, contractId: {id}, version: \"1.0.0\"}}]\n"
        )
    };
    for (n_columns, n_sources, words) in
        [(14, 30, "The table has 84 of them, at most 6 of a column."), (80, 6, "The table has them all.")]
    {
        let sources =
            (0..n_sources).map(|at| format!("\"wide#/schema/t/properties/c{at}\"")).collect::<Vec<_>>().join(", ");
        let column = |at| format!("{{name: s{at}, transformSourceObjects: [{sources}]}}");
        let columns = (0..n_columns).map(column).collect::<Vec<_>>().join(", ");
        let files = [
            ("registry/wide.odcs.yaml", contract("wide", &wide)),
            ("registry/sums.odcs.yaml", contract("sums", &columns)),
            ("registry/wide.odps.yaml", product("wide", "")),
            ("registry/sums.odps.yaml", product("sums", "{name: in, contractId: wide, version: \"1.0.0\"}")),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let folder = registry(&files);
        run(&folder, &["build", "--allow-errors"]).code(0);
        let path = folder.path().join("site/contracts/sums/1.0.0/columns.html");
        let page = std::fs::read_to_string(path).expect("it is there");
        let expected = format!("{} sources are too many for a picture. {words}", n_columns * n_sources);
        assert!(page.contains(&expected), "{expected}");
    }
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
