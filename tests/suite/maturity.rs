//! Maturity models: every example of the draft is judged as it says, and commands and pages show what came of it.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{registry, run};

/// One criterion on a level of its own, with what its subject must come out as.
fn level(of: &TempDir, about: &str, criterion: &str, id: &str) -> (i64, Value) {
    let model = format!(
        "kind: MaturityModel\napiVersion: v0.2.0\nid: m\nname: Steps\nstatus: active\ntargetApplication: {about}\nlevels:\n  \
         - level: 1\n    name: First\n    description: It is there.\n    criteria:\n      - {{id: L1-X01, {criterion}}}\n"
    );
    fs::write(of.path().join("registry/m.omms.yaml"), model).expect("written");
    let scores = run(of, &["score", "--format", "json"]).code(0).json();
    let subjects = scores["maturity"][0]["subjects"].as_array().expect("things are judged").clone();
    let subject = subjects.into_iter().find(|subject| subject["id"] == id).expect("it is judged");
    (subject["level"].as_i64().expect("a number"), subject["missing"][0].clone())
}

const CONTRACT: (&str, &str) = (
    "registry/goods.odcs.yaml",
    "apiVersion: v3.2.0\nkind: DataContract\nid: goods\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\n\
     authoritativeDefinitions:\n  - {type: businessDefinition, url: https://a.example/}\n  - {type: canonicalUrl, url: https://b.example/}\n\
     schema:\n  - name: product\n    quality:\n      - {type: text, description: A, dimension: timeliness}\n    properties:\n      \
     - {name: product_id, primaryKey: true, description: Number., quality: [{type: text, description: B, dimension: completeness}, {type: text, description: C, dimension: uniqueness}]}\n      \
     - {name: unit_price, description: Price., quality: [{type: text, description: D, dimension: conformity}]}\n      \
     - {name: sku, unique: true}\n      - {name: category, description: Sort.}\n      \
     - {name: created_at, description: When., quality: [{type: text, description: E, dimension: completeness}]}\n",
);
const PRODUCT: (&str, &str) = (
    "registry/shop.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: shop\nname: Shop\nversion: \"1.0.0\"\nstatus: deprecated\ndomain: sales\n\
     team: {name: order-platform}\noutputPorts:\n  - {name: goods, contractId: goods, version: \"1.0.0\"}\n  \
     - name: goods-too\n    contractId: goods\n    version: \"1.0.0\"\n    inputContracts: [{id: orders, version: \"2.1.0\"}]\n  \
     - {name: later, contractId: nowhere, version: \"1.0.0\"}\n",
);

fn shop() -> TempDir {
    registry(&[CONTRACT, PRODUCT])
}

#[test]
fn every_example_of_the_draft_is_judged_as_it_says() {
    let folder = shop();
    for (about, criterion, found) in [
        ("ODPS", "property: kind, type: library, metric: validValues, mustBe: DataProduct", None),
        ("ODPS", "property: apiVersion, metric: validValues, mustBe: latest", None),
        ("ODPS", "property: apiVersion, metric: validValues, mustBe: v1.0.0", Some("`v1.1.0`")),
        ("ODPS", "property: status, metric: validValues, mustNotBe: deprecated", Some("`deprecated`")),
        ("ODPS", "property: status, metric: validValues, arguments: {validValues: [active, deprecated]}", None),
        (
            "ODPS",
            "property: status, metric: invalidValues, arguments: {validValues: [active]}, mustBe: 0",
            Some("1 of 1 not valid"),
        ),
        ("ODPS", "property: name, metric: nullValues, mustBe: 0, unit: rows", None),
        ("ODPS", "property: description.purpose, metric: nullValues, mustBe: 0", Some("1 of 1 not stated")),
        ("ODPS", "property: outputPorts, metric: rowCount, mustBeGreaterOrEqualTo: 3, unit: rows", None),
        ("ODPS", "property: outputPorts, metric: rowCount, mustBeBetween: [1, 2]", Some("3")),
        ("ODPS", "property: tags, metric: rowCount, mustBeGreaterOrEqualTo: 1", Some("nothing there")),
        (
            "ODPS",
            "property: 'outputPorts[]', metric: rowCount, arguments: {having: inputContracts}, mustBeGreaterOrEqualTo: 1",
            None,
        ),
        (
            "ODPS",
            "property: 'outputPorts[]', metric: rowCount, arguments: {having: inputContracts}, mustBeGreaterOrEqualTo: 50, unit: percent",
            Some("1 of 3"),
        ),
        (
            "ODPS",
            "property: 'outputPorts[].contractId', metric: rowCount, arguments: {relatesTo: '[DataContract].status', where: {field: status, in: [active]}}, mustBeGreaterOrEqualTo: 2",
            None,
        ),
        (
            "ODPS",
            "property: 'outputPorts[].contractId', metric: rowCount, arguments: {relatesTo: '[DataContract].status', where: {field: status, in: [draft]}}, mustBeGreaterOrEqualTo: 1",
            Some("0 of 3"),
        ),
        ("ODPS", "property: team, type: text", None),
        (
            "ODCS",
            "property: 'schema[].properties[].description', metric: nullValues, mustBeLessThan: 20, unit: percent",
            Some("1 of 5 not stated"),
        ),
        (
            "ODCS",
            "property: 'schema[].properties[].description', metric: nullValues, mustBeLessOrEqualTo: 20, unit: percent",
            None,
        ),
        (
            "ODCS",
            "property: authoritativeDefinitions, metric: rowCount, arguments: {where: {field: type, in: [canonicalUrl]}}, mustBe: 1",
            None,
        ),
        (
            "ODCS",
            "property: authoritativeDefinitions, metric: rowCount, arguments: {where: {field: description, isNotNull: true}}, mustBeGreaterThan: 0",
            Some("0 of 2"),
        ),
        (
            "ODCS",
            "property: 'schema[].properties[]', metric: rowCount, arguments: {anyOf: [primaryKey, unique]}, mustBe: 2, unit: rows",
            None,
        ),
        (
            "ODCS",
            "property: 'quality[].dimension', metric: rowCount, arguments: {distinct: true, validValues: [accuracy, completeness, conformity, timeliness, uniqueness]}, mustBeGreaterOrEqualTo: 4",
            None,
        ),
        (
            "ODCS",
            "property: 'quality[].dimension', metric: rowCount, arguments: {distinct: true, validValues: [accuracy, completeness]}, mustBeGreaterOrEqualTo: 2",
            Some("1 of 5"),
        ),
    ] {
        let id = if about == "ODPS" { "shop" } else { "goods" };
        let (reached, missing) = level(&folder, about, criterion, id);
        assert_eq!(reached, i64::from(found.is_none()), "{criterion}\n{missing}");
        assert_eq!(missing["found"].as_str(), found, "{criterion}");
    }
    // What is not judged is met by nothing.
    let (reached, missing) = level(&folder, "ODPS", "property: colour, metric: nullValues, mustBe: 0", "shop");
    assert_eq!((reached, &missing["judged"], &missing["found"]), (0, &json!(false), &Value::Null));
}

const MODEL: (&str, &str) = (
    "registry/steps.omms.yaml",
    "kind: MaturityModel\napiVersion: v0.2.0\nid: steps\nname: Steps & <b>\nstatus: draft\ndescription: {purpose: Where to go.}\n\
     targetApplication: ODPS\npolicies:\n  - {id: POL-P01, property: status, metric: validValues, arguments: {caps: {deprecated: 1}}}\nlevels:\n  \
     - level: 3\n    name: Traced\n    description: Seen.\n    criteria:\n      - {id: L3-P01, property: tags, metric: rowCount, mustBeGreaterThan: 0, description: Has a tag.}\n  \
     - level: 1\n    name: There\n    description: It is there.\n    criteria: []\n  \
     - level: 2\n    name: Named\n    description: It has a name.\n    criteria:\n      - {id: L2-P01, property: name, metric: nullValues, mustBe: 0}\n",
);

#[test]
fn levels_are_taken_one_after_the_other_and_a_cap_holds() {
    let folder = registry(&[CONTRACT, PRODUCT, MODEL]);
    let scores = run(&folder, &["score", "--format", "json"]).code(0).json();
    let model = &scores["maturity"][0];
    assert_eq!(
        (&model["id"], &model["about"], &model["status"]),
        (&json!("steps"), &json!("product"), &json!("draft"))
    );
    let number = |level: &Value, key: &str| level[key].as_i64().unwrap_or(-1);
    let levels: Vec<(i64, i64, i64)> = model["levels"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|level| (number(level, "level"), number(level, "reached"), number(level, "here")))
        .collect();
    assert_eq!(levels, [(1, 2, 1), (2, 1, 1), (3, 0, 0)], "by number, whatever the order of the file");
    let of = |id: &str| {
        let list = model["subjects"].as_array().expect("a list");
        list.iter().find(|one| one["id"] == id).unwrap_or_else(|| panic!("{id}")).clone()
    };
    assert_eq!((&of("shop")["level"], &of("shop")["cappedBy"]), (&json!(1), &json!("POL-P01")));
    assert_eq!((&of("orders")["level"], &of("orders")["cappedBy"]), (&json!(2), &Value::Null));
    assert_eq!(
        of("orders")["missing"],
        json!([{"criterion": "L3-P01", "level": 3, "says": "Has a tag.", "found": "nothing there", "judged": true}])
    );
    // Of one product only it is told, and of a model no row is a score.
    let one = run(&folder, &["score", "shop", "--format", "json"]).code(0).json();
    assert_eq!(one["maturity"][0]["subjects"].as_array().map(Vec::len), Some(1));
    let table = run(&folder, &["score", "orders"]).code(0).out;
    assert!(table.contains("2 Named  L3-P01 (nothing there)"), "{table}");
    let shown = run(&folder, &["show", "maturity-model:steps", "--format", "json"]).code(0).json();
    assert_eq!((&shown["kind"], &shown["policies"][0]["caps"]["deprecated"]), (&json!("maturity-model"), &json!(1)));
    let list = run(&folder, &["list", "maturity-models"]).code(0).out;
    assert!(list.contains("steps"), "{list}");

    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/scorecard.html")).expect("a page");
    assert!(
        page.contains("<h2 id=\"maturity-0-h\">Steps &amp; &lt;b&gt;</h2><p>a maturity model, draft; 2 products</p>"),
        "{page}"
    );
    assert!(page.contains("Has a tag: nothing there") && page.contains("its status allows no more"), "{page}");
    // Of two products both are on the first level or further.
    for (level, n) in [(1, 2), (2, 1), (3, 0)] {
        let start = page.find(&format!("<tr id=\"maturity-0-{level}\">")).expect("a row for each level");
        let row = &page[start..start + page[start..].find("</tr>").expect("it ends")];
        assert!(row.contains(&format!(">{n} <small>of 2</small>")), "{level}: {row}");
    }
    // The page of a product and its twins have its level and what the next one takes.
    let page = fs::read_to_string(folder.path().join("site/products/orders.html")).expect("a page");
    for words in [
        "Maturity <strong>2 of 3: Named</strong>",
        "<a href=\"../scorecard.html#maturity-0\">Steps &amp; &lt;b&gt;</a>",
        "href=\"../scorecard.html#maturity-0-3\">Has a tag: nothing there</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let twin = fs::read_to_string(folder.path().join("site/products/shop.json")).expect("a twin");
    let twin: Value = serde_json::from_str(&twin).expect("JSON");
    let level = &twin["maturity"][0];
    assert_eq!(
        (&level["model"], &level["level"], &level["highestLevel"], &level["cappedBy"]),
        (&json!("steps"), &json!(1), &json!(3), &json!("POL-P01"))
    );
    let note = fs::read_to_string(folder.path().join("site/products/orders.md")).expect("a note");
    assert!(note.contains("2 Named; for 3 "), "{note}");
    // Without a model there is no word of it.
    fs::remove_file(folder.path().join(MODEL.0)).expect("removed");
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/scorecard.html")).expect("a page");
    assert!(!page.contains("maturity"), "{page}");
    assert!(run(&folder, &["score", "--format", "json"]).code(0).json().get("maturity").is_none());
}

#[test]
fn the_page_of_a_contract_has_its_level_and_what_its_product_lacks_here() {
    let folder = shop();
    let (reached, _) = level(&folder, "ODCS", "property: status, metric: nullValues, mustBe: 0", "goods");
    assert_eq!(reached, 1);
    run(&folder, &["build", "--allow-errors"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/contracts/goods.html")).expect("a page");
    for words in [
        "Maturity <strong>1 of 1: First</strong>",
        "1 First, the highest level",
        "of <a href=\"../products/shop.html#checks\">Shop</a>, to mend here:",
        "<a href=\"../scorecard.html#check-has-server\">Every contract names a server</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // What is to be mended elsewhere is not told here.
    assert!(!page.contains("check-has-readme") && !page.contains("check-tagged"), "{page}");
}

#[test]
fn hostile_models_cost_little_and_name_their_place() {
    let folder = shop();
    let long = "a[].".repeat(90) + "b";
    for criterion in [
        format!("property: '{long}', metric: nullValues, mustBe: 0"),
        "property: 'schema[].properties[].name', metric: rowCount, arguments: {validValues: [x], distinct: true}, mustBe: 99999999999999999999".to_owned(),
        "property: '..', metric: rowCount, mustBe: 1".to_owned(),
        "property: 'outputPorts[].contractId', metric: rowCount, arguments: {relatesTo: '[DataContract].schema[].properties[].name'}, mustBe: .nan".to_owned(),
    ] {
        for about in ["ODPS", "ODCS"] {
            let id = if about == "ODPS" { "shop" } else { "goods" };
            assert_eq!(level(&folder, about, &criterion, id).0, 0, "{criterion}");
        }
    }
    let check = run(&folder, &["check", "--format", "json"]).json();
    assert!(check["diagnostics"].as_array().is_some_and(|found| found.iter().any(|one| one["code"] == "GOV022")));
}
