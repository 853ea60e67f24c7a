//! Result files of tools: what each form says, how names find contracts and promises, and what pages show.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{registry, run};

pub(super) const SHOP: &str = "apiVersion: v3.2.0\nkind: DataContract\nid: shop\nversion: \"2.1.0\"\nstatus: active\nservers:\n  \
     - {server: wh, type: snowflake, environment: prod, account: acme, database: SALES, schema: MART}\nschema:\n  \
     - name: orders\n    physicalName: ORDERS_V2\n    quality:\n      - {name: no-gaps, type: sql, query: q, mustBe: 0}\n      \
     - {type: sql, query: q2, mustBe: 0}\n      - {type: library, metric: rowCount, mustBeGreaterThan: 10}\n    properties:\n      \
     - name: id\n        physicalName: ORDER_ID\n        logicalType: string\n        required: true\n        unique: true\n        quality:\n          \
     - {id: id-set, type: library, metric: nullValues, mustBe: 0}\n          - {type: library, metric: duplicateValues, mustBe: 0}\n      \
     - name: state\n        logicalType: string\n        quality: [{type: library, metric: invalidValues, mustBe: 0}]\n\
     slaProperties:\n  - {property: freshness, value: 2, unit: hours}\n";
pub(super) const PRODUCT: (&str, &str) = (
    "registry/sales/shop/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: shop\nname: Shop\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\n\
     team: {name: order-platform}\noutputPorts:\n  - {name: wh, contractId: shop, version: \"2.1.0\"}\n",
);

pub(super) fn shop(files: &[(&str, &str)]) -> TempDir {
    registry(&[[PRODUCT, ("registry/sales/shop/shop.odcs.yaml", SHOP)].as_slice(), files].concat())
}

/// What is known of the contract: promises by name and path with their verdict, and all of the evidence.
pub(super) fn evidence(folder: &TempDir) -> (Vec<String>, Value) {
    let shown = run(folder, &["show", "contract:shop", "--format", "json"]).code(0).json();
    let evidence = shown["evidence"].clone();
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let results = evidence["results"].as_array().expect("a list").iter();
    let lines = results.map(|row| format!("{} {} {}", word(&row["name"]), word(&row["path"]), word(&row["verdict"])));
    (lines.collect(), evidence)
}

pub(super) fn codes(folder: &TempDir) -> Vec<String> {
    let found = run(folder, &["check", "--format", "json"]).json();
    let list = found["diagnostics"].as_array().expect("a list").iter();
    list.map(|found| format!("{} {}", found["code"].as_str().unwrap_or(""), found["message"].as_str().unwrap_or("")))
        .collect()
}

#[test]
fn test_results_of_the_data_contract_cli_find_rules_by_id_kind_and_position() {
    let check = |kind: &str, key: &str, field: Value, result: &str| {
        json!({"type": kind, "key": key, "name": format!("Check {kind}"), "category": if kind.contains("is_present") { "schema" } else { "quality" },
               "model": "ORDERS_V2", "field": field, "result": result, "reason": "Rows: 3"})
    };
    let mut by_id = check("field_null_values", "x", json!("ORDER_ID"), "passed");
    by_id["qualityId"] = json!("id-set");
    let run_file = json!({
        "runId": "1", "datacontractCliVersion": "0.11.2", "dataContractId": "shop", "dataContractVersion": "2.1.0", "server": "wh",
        "timestampStart": "2026-11-20T05:00:00.000001Z", "timestampEnd": "2026-11-20T05:01:00+00:00", "result": "failed", "logs": [],
        "checks": [
            check("field_is_present", "ORDERS_V2__ORDER_ID__field_is_present", json!("ORDER_ID"), "passed"),
            by_id,
            check("field_duplicate_values", "ORDERS_V2__ORDER_ID__field_duplicate_values", json!("order_id"), "failed"),
            check("model_quality_sql", "ORDERS_V2__quality_sql_1", json!(null), "passed"),
            check("row_count", "ORDERS_V2__row_count", json!(null), "passed"),
            check("field_invalid_values", "ORDERS_V2__state__field_invalid_values", json!("state"), "skipped"),
            check("servicelevel_freshness", "servicelevel_freshness", json!("loaded_at"), "passed"),
        ],
    });
    let folder = shop(&[("observations/anything.txt.json", &run_file.to_string())]);
    let (lines, evidence) = evidence(&folder);
    let expected = [
        "freshness - kept",
        " orders kept",
        "rowCount orders kept",
        "id-set orders.id kept",
        "duplicateValues orders.id missed",
    ];
    assert_eq!(lines, expected);
    assert_eq!(evidence["results"][0]["source"], "datacontract on wh");
    assert_eq!(evidence["results"][0]["observedAt"], "2026-11-20T05:01:00Z");
    let codes = codes(&folder);
    assert!(
        codes.len() == 1 && codes[0].starts_with("GOV045 the promise `duplicateValues` of `orders.id`"),
        "{codes:?}"
    );
}

pub(super) fn dbt(results: &Value) -> String {
    json!({
        "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "generated_at": "2026-11-20T05:00:00.5Z"},
        "results": results, "elapsed_time": 1.0, "args": {},
    })
    .to_string()
}

pub(super) fn node(unique_id: &str, status: &str, failures: &Value) -> Value {
    json!({"unique_id": unique_id, "status": status, "failures": failures, "message": null, "timing": [
        {"name": "execute", "started_at": "2026-11-20T04:59:00Z", "completed_at": "2026-11-20T04:59:30Z"}]})
}

#[test]
fn tests_of_dbt_are_taken_apart_by_model_and_column() {
    let folder = shop(&[(
        "observations/run_results.json",
        &dbt(&json!([
            node("model.web.orders_v2", "success", &json!(null)),
            node("test.web.no_gaps.1", "pass", &json!(0)),
            node("test.web.not_null_orders_v2_order_id.2", "pass", &json!(0)),
            node("test.web.unique_orders_v2_order_id.3", "fail", &json!(2)),
            node("test.web.accepted_values_orders_v2_state__open__orders_v2.4", "warn", &json!(1)),
            node("test.web.dbt_expectations_expect_table_row_count_to_be_between_orders_v2_5.5", "pass", &json!(0)),
        ])),
    )]);
    let (lines, evidence) = evidence(&folder);
    // Of the number of rows the test has limits of its own.
    let expected = [
        "no-gaps orders kept",
        "id-set orders.id kept",
        "duplicateValues orders.id missed",
        "invalidValues orders.state missed",
    ];
    assert_eq!(lines, expected);
    assert_eq!(evidence["lastRun"]["succeeded"], true);
    assert_eq!(evidence["lastRun"]["observedAt"], "2026-11-20T04:59:30Z");
    run(&folder, &["build"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/products/shop.html")).expect("a page");
    assert!(page.contains("<dt>Last run</dt>") && page.contains("succeeded") && page.contains("by dbt"));
}

#[test]
fn the_major_in_the_name_of_a_model_chooses_the_contract_and_freshness_is_measured() {
    let newer = SHOP.replace("2.1.0", "3.0.0");
    let folder = shop(&[
        ("registry/sales/shop/shop-3.odcs.yaml", &newer),
        ("observations/a.json", &dbt(&json!([node("model.web.orders_v2.v3", "error", &json!(null))]))),
        (
            "observations/b.json",
            "{\"metadata\": {\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/sources/v3.json\", \"generated_at\": \"2026-11-20T05:00:00Z\"},\n\
             \"results\": [{\"unique_id\": \"source.web.mart.orders_v2\", \"max_loaded_at_time_ago_in_s\": 10800.5, \"status\": \"pass\"}]}",
        ),
    ]);
    let shown = run(&folder, &["show", "contract:shop@3.0.0", "--format", "json"]).code(0).json();
    assert_eq!(shown["evidence"]["lastRun"]["succeeded"], false);
    assert_eq!(
        shown["evidence"]["results"][0]["verdict"], "missed",
        "three hours are more than two, whatever dbt says"
    );
    let codes = codes(&folder);
    assert!(
        codes.iter().any(|code| code.starts_with("REF027")) && codes.iter().any(|code| code.starts_with("GOV045")),
        "{codes:?}"
    );
}

#[test]
fn run_events_of_openlineage_name_datasets() {
    let event = |kind: &str, time: &str, outputs: Value| {
        json!({"eventType": kind, "eventTime": time, "producer": "p", "schemaURL": "s", "run": {"runId": "r"},
               "job": {"namespace": "n", "name": "load.write"}, "inputs": [], "outputs": outputs})
        .to_string()
    };
    let checked = json!([{
        "namespace": "snowflake://acme", "name": "SALES.MART.ORDERS_V2",
        "facets": {"dataQualityAssertions": {"assertions": [
            {"assertion": "not_null", "success": true, "column": "ORDER_ID"}, {"assertion": "unique", "success": false, "column": "ORDER_ID"}]}},
        "outputFacets": {"outputStatistics": {"rowCount": 9}},
    }]);
    let lines = [
        event(
            "START",
            "2026-11-20T04:00:00Z",
            json!([{"namespace": "snowflake://acme", "name": "SALES.MART.ORDERS_V2"}]),
        ),
        event("COMPLETE", "2026-11-20T04:05:00Z", checked),
        event(
            "FAIL",
            "2026-11-20T06:00:00Z",
            json!([{"namespace": "snowflake://acme", "name": "SALES.MART.ORDERS_V2"}]),
        ),
        event("COMPLETE", "2026-11-20T06:00:00Z", json!([{"namespace": "s3://elsewhere", "name": "raw/files"}])),
    ];
    for text in [lines.join("\n"), format!("[{}]", lines.join(","))] {
        let folder = shop(&[("observations/events.ndjson", &text)]);
        let (found, evidence) = evidence(&folder);
        assert_eq!(found, ["rowCount orders missed", "id-set orders.id kept", "duplicateValues orders.id missed"]);
        assert_eq!(
            (&evidence["lastRun"]["succeeded"], &evidence["lastRun"]["source"]),
            (&json!(false), &json!("load.write"))
        );
        let codes = codes(&folder);
        let unknown = "GOV047 results of OpenLineage are about datasets that are no object of a contract";
        assert!(codes.iter().any(|code| code == unknown), "{codes:?}");
    }
}

#[test]
fn junit_names_its_contract_in_the_suite_or_in_a_property() {
    let suite = |head: &str, inner: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuite {head} timestamp=\"2026-11-20T05:00:00.123456\">{inner}\
             <testcase classname=\"ORDERS_V2.ORDER_ID\" name=\"ORDERS_V2__ORDER_ID__field_required\"><failure message=\"gaps &amp; more\"/></testcase>\
             <testcase classname=\"orders\" name=\"no-gaps\"/><testcase classname=\"general\" name=\"other\"/></testsuite>"
        )
    };
    let property = "<properties><property name=\"dataContractId\" value=\"shop\"/><property name=\"dataContractVersion\" value=\"2.0.0\"/></properties>";
    for text in [suite("name=\"shop@2.1.0\"", ""), suite("name=\"nightly\"", property)] {
        let folder = shop(&[("observations/report.xml", &text)]);
        let (found, _) = evidence(&folder);
        // The column is required, and a rule promises it as well.
        assert_eq!(found, ["no-gaps orders kept", "id-set orders.id missed"], "{text}");
        let codes = codes(&folder);
        let other = codes.iter().find(|code| code.starts_with("GOV047")).expect("the other case is told");
        assert_eq!(other, "GOV047 results of JUnit are about no promise of the contract `shop` 2.1.0");
    }
    let folder = shop(&[("observations/report.xml", &suite("name=\"nightly\"", ""))]);
    let codes = codes(&folder);
    assert_eq!(
        codes,
        ["GOV047 results of JUnit are about `nightly`, which is no contract of this registry, 3 of them, 1 failed"]
    );
}

#[test]
fn observations_of_the_command_line_replace_those_of_the_configuration() {
    let folder = shop(&[("observations/a.json", &dbt(&json!([node("test.web.no_gaps.1", "pass", &json!(0))])))]);
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("b.json"), dbt(&json!([node("test.web.no_gaps.1", "fail", &json!(1))])))
        .expect("written");
    let path = outside.path().to_str().expect("text");
    let found = run(&folder, &["check", "--observations", path, "--format", "concise"]).code(0).out;
    assert!(found.contains("warning[GOV045] the promise `no-gaps`"), "{found}");
    fs::write(folder.path().join("meshfolio.yaml"), "check: {levels: {missed-promise: error}}\n").expect("written");
    run(&folder, &["check", "--observations", path]).code(1);
    run(&folder, &["check"]).code(0);
    fs::write(folder.path().join("meshfolio.yaml"), format!("observations: [\"{path}\"]\n")).expect("written");
    run(&folder, &["check"]);
}

#[test]
fn names_that_several_contracts_have_are_told_and_not_guessed() {
    let twin = SHOP.replace("id: shop", "id: shop-copy").replace("{name: no-gaps, type", "{name: no-holes, type");
    let folder = shop(&[
        ("registry/sales/shop/copy.odcs.yaml", &twin),
        (
            "observations/a.json",
            &dbt(&json!([
                node("test.web.not_null_orders_v2_order_id.2", "pass", &json!(0)),
                node("test.web.no_gaps.1", "pass", &json!(0)),
                node("test.web.id_set.1", "pass", &json!(0)),
                node("test.web.assert_orders_v2_add_up.1", "pass", &json!(0)),
                node("test.web.assert_nothing_known.1", "pass", &json!(0)),
            ])),
        ),
        ("observations/b.json", &dbt(&json!([node("model.web.orders_v2", "success", &json!(null))]))),
    ]);
    let (found, _) = evidence(&folder);
    assert_eq!(found, ["no-gaps orders kept"], "a rule of one contract alone is known by its name");
    let codes = codes(&folder);
    for told in [
        // The generic test and the model.
        "GOV047 results of dbt can be about the data of several contracts: `shop`, `shop-copy`, 2 of them",
        "GOV047 results of dbt have the name of quality rules of several contracts: `shop`, `shop-copy`",
        "GOV047 results of dbt have the name of no quality rule and are of no kind that is known; their names tell of `shop`, `shop-copy`",
        "GOV047 results of dbt name no model that is an object of a contract",
    ] {
        assert!(codes.iter().any(|code| code == told), "{told}\n{codes:?}");
    }
}

#[test]
fn hostile_result_files_cost_themselves_alone() {
    let deep = format!("{{\"checks\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let long = dbt(&json!([node(&format!("test.web.{}.1", "orders_v2_".repeat(4_000)), "fail", &json!(1))]));
    let odd = dbt(
        &json!([node("test.web.<script>alert(1)</script>.1", "fail", &json!(1)), {"unique_id": 7}, null, {"unique_id": "model"}]),
    );
    let folder = shop(&[
        ("observations/deep.json", &deep),
        ("observations/long.json", &long),
        ("observations/odd.json", &odd),
        ("observations/nul.json", "{\"a\": \"\\u0000\"}\u{0}"),
        ("observations/time.json", &dbt(&json!([])).replace("2026-11-20T05:00:00.5Z", "+999999-01-01T00:00:00Z")),
        (
            "observations/future.json",
            &dbt(&json!([node("test.web.no_gaps.1", "pass", &json!(0))])).replace("2026-11-20", "2026-11-22"),
        ),
        ("observations/x.xml", "<testsuite name=\"shop\" timestamp=\"soon\"><testcase name=\"no-gaps\"/></testsuite>"),
    ]);
    let found = codes(&folder);
    let starts = |code: &str| found.iter().filter(|found| found.starts_with(code)).count();
    assert_eq!((starts("GOV048"), starts("REF025")), (3, 1), "{found:?}");
    assert!(found.iter().any(|code| code.contains("does not say when it ran")), "{found:?}");
    assert_eq!(evidence(&folder).0, Vec::<String>::new());
}

#[test]
fn a_failed_test_of_the_schema_leaves_nothing_green() {
    let check = |kind: &str, field: Value, result: &str| {
        json!({"type": kind, "key": kind, "name": format!("Check {kind}"), "category": "schema", "model": "ORDERS_V2",
               "field": field, "result": result, "reason": "3 nulls"})
    };
    let mut fresh = check("servicelevel_freshness", json!("loaded_at"), "passed");
    fresh["category"] = json!("servicelevel");
    let run_file = json!({
        "runId": "1", "datacontractCliVersion": "0.11.2", "dataContractId": "shop", "dataContractVersion": "2.1.0", "server": "wh",
        "timestampEnd": "2026-11-20T05:01:00+00:00", "checks": [fresh, check("field_type", json!("state"), "failed")],
    });
    let folder = shop(&[("observations/run.json", &run_file.to_string())]);
    let (lines, evidence) = evidence(&folder);
    assert_eq!(lines, ["freshness - kept"]);
    assert_eq!((evidence["state"].as_str(), evidence["missed"].as_u64()), (Some("missed"), Some(0)));
    assert_eq!(evidence["schemaMisses"][0]["path"], "orders.state");
    let product = run(&folder, &["show", "product:shop", "--format", "json"]).code(0).json();
    assert_eq!(product["evidence"]["state"], "missed");
    let shown = run(&folder, &["show", "product:shop"]).code(0).out;
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("1 test of the schema failed") && shown.contains("orders.state schema test failed"),
        "{shown}"
    );
    let scored = run(&folder, &["score", "shop", "--format", "json"]).code(0).out;
    assert!(scored.contains("the data of `orders.state` is not as the schema states, on 2026-11-20"), "{scored}");
    run(&folder, &["build"]).code(0);
    let read = |path: &str| fs::read_to_string(folder.path().join("site").join(path)).expect("a page");
    let contract = read("contracts/shop.html");
    let promises = contract.split("id=\"promises\"").nth(1).expect("the part is there");
    let promises = promises.split("id=\"columns\"").next().expect("a part ends");
    assert!(promises.contains("<th scope=\"row\">Schema<small><code>orders.state</code></small></th>"), "{promises}");
    assert!(promises.contains("1 of 8 kept") || promises.contains("1 schema test failed"), "{promises}");
    let row =
        contract.split("id=\"c-orders.state\"").nth(1).and_then(|rest| rest.split("</tr>").next()).expect("a row");
    assert!(row.contains("i-missed"), "{row}");
    let page = read("products/shop.html");
    assert!(page.contains("hx-m") || page.contains("miss"), "the mark says so");
    assert!(!read("index.html").contains("0 missed, 1 kept"));

    // What is not tested any more while other things are has nothing to say.
    let older =
        run_file.to_string().replace("2026-11-20", "2026-09-20").replace("servicelevel_freshness", "skipped_kind");
    let newer = json!({
        "runId": "2", "datacontractCliVersion": "0.11.2", "dataContractId": "shop", "dataContractVersion": "2.1.0", "server": "wh",
        "timestampEnd": "2026-11-20T05:01:00+00:00", "checks": [fresh_of(&run_file)],
    });
    let folder = shop(&[("observations/old.json", &older), ("observations/new.json", &newer.to_string())]);
    let (_, evidence) = self::evidence(&folder);
    assert_eq!(evidence["state"], "kept");
}

fn fresh_of(run_file: &Value) -> Value {
    run_file["checks"][0].clone()
}

/// A contract as `new contract` suggests it, with two more rules of its object.
const KEYED: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: shop\nversion: \"2.1.0\"\nstatus: active\nschema:\n  - name: sold_lines\n    \
     quality:\n      - {name: id-unique, type: library, metric: duplicateValues, arguments: {properties: [id]}, mustBe: 0}\n      \
     - {name: line-unique, type: library, metric: duplicateValues, arguments: {properties: [id, line]}, mustBe: 0}\n      \
     - {name: line-set, type: library, metric: nullValues, arguments: {properties: [line]}, mustBe: 0}\n    \
     properties:\n      - {name: id, logicalType: string, required: true, unique: true, primaryKey: true}\n      \
     - {name: line, logicalType: string}\n      - {name: state, logicalType: string}\n";

#[test]
fn tests_of_dbt_reach_rules_of_objects_by_their_arguments() {
    let keyed = |results: Value| {
        registry(&[
            PRODUCT,
            ("registry/sales/shop/shop.odcs.yaml", KEYED),
            ("observations/run_results.json", &dbt(&results)),
        ])
    };
    let folder = keyed(json!([
        node("test.web.unique_sold_lines_id.1", "fail", &json!(2)),
        node("test.web.dbt_utils_unique_combination_of_columns_sold_lines_id__line.2", "pass", &json!(0)),
        node("test.web.not_null_sold_lines_line.3", "pass", &json!(0)),
        node("test.web.not_null_sold_lines_id.4", "pass", &json!(0)),
        node("test.web.not_null_sold_lines_state.5", "fail", &json!(7)),
    ]));
    let (lines, found) = evidence(&folder);
    assert_eq!(lines, ["id-unique sold_lines missed", "line-unique sold_lines kept", "line-set sold_lines kept"]);
    assert_eq!(found["schemaMisses"], json!([]));
    let codes = codes(&folder);
    assert!(codes.iter().any(|found| found.starts_with("GOV045 the promise `id-unique`")), "{codes:?}");
    let of_none: Vec<&String> = codes.iter().filter(|found| found.starts_with("GOV047")).collect();
    assert_eq!(
        of_none,
        ["GOV047 results of dbt are about no promise of the contract `shop` 2.1.0; the one result failed"],
        "the one that is about nothing is told, and that it failed"
    );
    run(&folder, &["build"]).code(0);
    let page = fs::read_to_string(folder.path().join("site/contracts/shop.html")).expect("a page");
    assert!(page.contains("Duplicate values of id, line: none"), "a rule says of which columns");

    let two = KEYED.replace(
        "line-unique, type: library, metric: duplicateValues, arguments: {properties: [id, line]}",
        "twin, type: library, metric: duplicateValues, arguments: {properties: [id]}",
    );
    let folder = registry(&[
        PRODUCT,
        ("registry/sales/shop/shop.odcs.yaml", &two),
        ("observations/run_results.json", &dbt(&json!([node("test.web.unique_sold_lines_id.1", "pass", &json!(0))]))),
    ]);
    let codes = self::codes(&folder);
    assert!(codes.iter().any(|found| found.starts_with("GOV047") && found.contains("several promises")), "{codes:?}");

    // A model that is the object of two contracts is neither's, and that is said.
    let shared = KEYED.replace("sold_lines", "orders");
    let folder = registry(&[
        PRODUCT,
        ("registry/sales/shop/shop.odcs.yaml", &shared),
        ("observations/run_results.json", &dbt(&json!([node("test.web.unique_orders_id.1", "fail", &json!(1))]))),
    ]);
    let codes = self::codes(&folder);
    let told =
        "GOV047 results of dbt can be about the data of several contracts: `orders`, `shop`; the one result failed";
    assert!(codes.iter().any(|found| found == told), "{codes:?}");
}
