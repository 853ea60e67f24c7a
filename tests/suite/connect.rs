//! Where data lies and how it is read: the names that columns have there, and what to paste.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cli::{registry, run};
use super::site::{attributes, build, faults};

/// A contract of one server, whose columns have other names where they lie; the third has a name that is another's.
fn contract(server: &str) -> String {
    format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: shop-orders\nversion: \"1.0.0\"\nstatus: active\nservers:\n  \
         - {server}\nschema:\n  - name: orders\n    physicalName: ORDERS_V2\n    properties:\n      \
         - {{name: order number, physicalName: ORDNO, logicalType: string, transformSourceObjects: [shop.id]}}\n      \
         - {{name: customer, physicalName: customer, logicalType: string}}\n      \
         - {{name: buyer, physicalName: customer, logicalType: string}}\n      \
         - {{name: lines, logicalType: object, properties: [{{name: article, physicalName: ART, logicalType: string}}]}}\n"
    )
}

const PRODUCT: (&str, &str) = (
    "registry/shop.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: shop-orders\nname: Shop orders\nversion: \"1.0.0\"\nstatus: active\n\
     outputPorts: [{name: table, contractId: shop-orders, version: \"1.0.0\"}]\n",
);

fn site_of(contract: &str) -> BTreeMap<String, String> {
    let folder = registry(&[("registry/shop.odcs.yaml", contract), PRODUCT]);
    build(folder.path(), &["--allow-errors"]).1
}

#[test]
fn a_column_is_read_and_found_by_the_name_that_it_has_where_it_lies() {
    let files = site_of(&contract("{server: dwh, type: mysql, host: h, port: 3306, database: shop}"));
    let page = &files["contracts/shop-orders.html"];
    assert!(page.contains("select ORDNO, customer, customer\nfrom   shop.ORDERS_V2\nlimit  10;"), "{page}");
    let cell = "<code>order number</code><small id=\"c-orders.ORDNO\">stored as <code>ORDNO</code></small></th>";
    assert!(page.contains(cell), "{page}");
    // The anchor of the one that has the name by right stays its own.
    assert!(page.contains("<code>buyer</code><small>stored as <code>customer</code></small>"), "{page}");
    assert_eq!(attributes(page, "id").iter().filter(|id| **id == "c-orders.customer").count(), 1);
    assert!(attributes(page, "id").contains(&"c-orders.lines.ART"), "{page}");
    let columns = &files["contracts/shop-orders/1.0.0/columns.html"];
    assert!(columns.contains("</a></code><small>stored as <code>ORDNO</code></small></th>"), "{columns}");
    assert!(files["products/shop-orders.md"].contains("| order number (stored as ORDNO) |"));
    assert_eq!(faults(&files), Vec::<String>::new());

    let twin: Value = serde_json::from_str(&files["contracts/shop-orders/1.0.0.json"]).expect("JSON");
    let columns = &twin["schema"][0]["properties"];
    assert_eq!((&columns[0]["physicalName"], &columns[3]["physicalName"]), (&"ORDNO".into(), &Value::Null));

    // The cards of the index have it as a path of its own, which the browser makes the same anchor of.
    let card = files.iter().find(|(path, text)| path.starts_with("search/cards/") && text.contains("ORDNO"));
    let (_, card) = card.expect("a card");
    assert!(card.contains("order number\\nORDNO\\ncustomer\\nbuyer\\nlines\\nlines.article\\nlines.ART\""), "{card}");
    let folder = registry(&[("registry/shop.odcs.yaml", &contract("{server: dwh, type: custom}")), PRODUCT]);
    for query in ["ORDNO", "column:ordno"] {
        let found = run(&folder, &["search", query, "--format", "json"]).code(0).json();
        let column = &found["hits"][0]["columns"][0];
        assert_eq!(column["name"], "ORDNO", "{found}");
        assert!(column["url"].as_str().is_some_and(|url| url.ends_with("#c-orders.ORDNO")), "{found}");
    }
}

#[test]
fn where_nothing_can_be_pasted_the_page_says_why() {
    let files = site_of(&contract("{server: dwh, type: custom, host: h.example, database: shop, region: eu}"));
    let page = &files["contracts/shop-orders.html"];
    let says = "No snippet: the contract calls its server <code>custom</code>, which does not say how it is read.";
    assert!(page.contains(says) && page.contains("h.example, database shop, region eu"), "{page}");
    assert!(files["products/shop-orders.html"].contains("shop.<wbr>ORDERS_<wbr>V2"));
    let files = site_of(&contract("{server: dwh, type: hive, host: h.example, port: 1, database: shop}"));
    let page = &files["contracts/shop-orders.html"];
    assert!(!page.contains("No snippet") && page.contains("from   shop.ORDERS_V2"), "{page}");
    // A name in quotes is a text for MySQL and its like, and nothing ends the quotes.
    let hostile = contract("{server: dwh, type: hive, host: h.example, port: 1, database: shop}")
        .replace("physicalName: ORDNO", "physicalName: \"a` from b; drop table c; -- \"");
    let page = &site_of(&hostile)["contracts/shop-orders.html"];
    assert!(page.contains("select `a`` from b; drop table c; -- `, customer"), "{page}");
    let broken = contract("{server: dwh, type: oracle, host: h.example, port: 1, serviceName: x}")
        .replace("physicalName: ORDNO", "physicalName: \"a\\nb\"");
    let page = &site_of(&broken)["contracts/shop-orders.html"];
    assert!(page.contains("select *\nfrom   ORDERS_V2\nfetch  first 10 rows only;"), "{page}");
}
