//! Results that are not about a promise: of another server, place, source, question, object or version. They neither keep nor
//! miss one, and it is said why.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{registry, run};
use super::observations::{PRODUCT, SHOP, codes, dbt, evidence, node, shop};

/// A run of the Data Contract CLI with one test of the column, and its day in November.
fn cli(server: &str, version: &str, day: u8, result: &str) -> String {
    json!({
        "runId": "1", "datacontractCliVersion": "0.11.2", "dataContractId": "shop", "dataContractVersion": version, "server": server,
        "timestampEnd": format!("2026-11-{day:02}T05:01:00Z"),
        "checks": [{"type": "field_null_values", "key": "k", "name": "nulls", "category": "quality", "model": "ORDERS_V2",
                    "field": "ORDER_ID", "result": result}],
    })
    .to_string()
}

fn with_servers(servers: &str, files: &[(&str, &str)]) -> TempDir {
    let one = "  - {server: wh, type: snowflake, environment: prod, account: acme, database: SALES, schema: MART}\n";
    assert!(SHOP.contains(one));
    let contract = SHOP.replace(one, servers);
    registry(&[[PRODUCT, ("registry/sales/shop/shop.odcs.yaml", contract.as_str())].as_slice(), files].concat())
}

fn told(folder: &TempDir, code: &str) -> Vec<String> {
    codes(folder).into_iter().filter(|found| found.starts_with(code)).collect()
}

#[test]
fn a_server_that_the_contract_does_not_list_hides_no_failure() {
    let folder = shop(&[
        ("observations/a.json", &cli("wh", "2.1.0", 19, "failed")),
        ("observations/b.json", &cli("staging", "2.1.0", 20, "passed")),
    ]);
    assert_eq!(evidence(&folder).0, ["id-set orders.id missed"]);
    assert_eq!(
        told(&folder, "GOV047"),
        [
            "GOV047 results of Data Contract CLI are of the server `staging`, which the contract `shop` 2.1.0 does not list"
        ]
    );
    let suite = "<testsuite name=\"shop\" timestamp=\"2026-11-20T05:00:00\"><properties><property name=\"server\" value=\"staging\"/>\
         </properties><testcase classname=\"orders.id\" name=\"id-set\"/></testsuite>";
    let folder = shop(&[("observations/a.xml", suite)]);
    assert_eq!((evidence(&folder).0, told(&folder, "GOV047").len()), (Vec::new(), 1));
}

#[test]
fn servers_of_production_decide_each_for_itself() {
    let servers = "  - {server: eu, type: snowflake, environment: production, account: acme-eu, database: SALES, schema: MART}\n  \
         - {server: us, type: snowflake, environment: prod, account: acme-us, database: SALES, schema: MART}\n  \
         - {server: stage, type: snowflake, environment: staging, account: acme-dev, database: SALES, schema: MART}\n";
    let folder = with_servers(
        servers,
        &[
            ("observations/a.json", &cli("eu", "2.1.0", 18, "failed")),
            ("observations/b.json", &cli("us", "2.1.0", 19, "passed")),
            ("observations/c.json", &cli("stage", "2.1.0", 20, "passed")),
        ],
    );
    assert_eq!(evidence(&folder).0, ["id-set orders.id missed"], "a pass of one server hides no miss of another");
    let why = "GOV047 results of Data Contract CLI are of the server `stage`; the promises of the contract `shop` 2.1.0 are judged by its \
         servers of production";
    assert_eq!(told(&folder, "GOV047"), [why]);
    let folder = with_servers(
        servers,
        &[
            ("observations/a.json", &cli("eu", "2.1.0", 18, "failed")),
            ("observations/b.json", &cli("eu", "2.1.0", 19, "passed")),
            ("observations/c.json", &cli("stage", "2.1.0", 20, "failed")),
        ],
    );
    assert_eq!(evidence(&folder).0, ["id-set orders.id kept"]);
    // A result that does not say of which server it is may be of any: the newer one counts.
    let of_dbt = dbt(&json!([node("test.x.not_null_ORDERS_V2_ORDER_ID.1", "fail", &json!(3))]));
    let unnamed = |day: &str| of_dbt.replace("2026-11-20", day);
    for (day, expected) in [("2026-11-17", "id-set orders.id kept"), ("2026-11-20", "id-set orders.id missed")] {
        let folder = with_servers(
            servers,
            &[
                ("observations/a.json", &unnamed(day)),
                ("observations/b.json", &cli("eu", "2.1.0", 18, "passed")),
                ("observations/c.json", &cli("us", "2.1.0", 19, "passed")),
            ],
        );
        assert_eq!(evidence(&folder).0, [expected], "{day}");
    }
    // Where none is of production, each of them counts.
    let servers = servers.replace("production", "test").replace("prod,", "dev,");
    let folder = with_servers(
        &servers,
        &[
            ("observations/a.json", &cli("stage", "2.1.0", 18, "failed")),
            ("observations/b.json", &cli("eu", "2.1.0", 19, "passed")),
        ],
    );
    assert_eq!(evidence(&folder).0, ["id-set orders.id missed"]);
}

fn event(namespace: &str, name: &str) -> String {
    json!({"eventType": "COMPLETE", "eventTime": "2026-11-20T05:00:00Z", "producer": "p", "run": {"runId": "r"}, "job": {"name": "j"},
           "outputs": [], "inputs": [{"namespace": namespace, "name": name, "inputFacets": {"dataQualityAssertions": {"assertions": [
               {"assertion": "not_null", "success": true, "column": "ORDER_ID"}]}}}]})
    .to_string()
}

#[test]
fn a_dataset_that_lies_elsewhere_is_no_object_of_the_contract() {
    let postgres = "  - {server: wh, type: postgresql, environment: prod, host: warehouse.example.com, database: mesh, schema: mart}\n  \
         - {server: stage, type: postgresql, environment: staging, host: staging.example.com, database: mesh, schema: mart}\n";
    let snowflake =
        "  - {server: wh, type: snowflake, environment: prod, account: acme, database: SALES, schema: MART}\n";
    for (servers, namespace, name, is_it) in [
        (postgres, "postgres://warehouse.example.com:5432", "mesh.mart.orders_v2", true),
        (postgres, "postgres://warehouse:5432", "mesh.mart.orders_v2", true),
        (postgres, "prod", "orders_v2", true),
        (postgres, "prod", "mart.orders_v2", true),
        (postgres, "postgres://other.example.com:5432", "mesh.mart.orders_v2", false),
        (postgres, "postgres://warehouse.example.com:5432", "mesh.dev.orders_v2", false),
        (postgres, "postgres://warehouse.example.com:5432", "scratch.mart.orders_v2", false),
        (postgres, "s3://landing", "raw/orders_v2", false),
        (postgres, "postgres://staging.example.com:5432", "mesh.mart.orders_v2", false),
        (snowflake, "snowflake://acme.eu-central-1", "SALES.MART.ORDERS_V2", true),
        (snowflake, "snowflake://org-acme", "SALES.MART.ORDERS_V2", true),
        (snowflake, "snowflake://other", "SALES.MART.ORDERS_V2", false),
        (snowflake, "snowflake://acme", "SALES.RAW.ORDERS_V2", false),
        ("  - {server: b, type: mysql, host: h, database: shop}\n", "mysql://h:3306", "shop.orders_v2", true),
        ("  - {server: b, type: mysql, host: h, database: shop}\n", "mysql://h:3306", "old.orders_v2", false),
        ("  - {server: b, type: kafka, host: \"k1:9092,k2:9092\"}\n", "kafka://k2:9092", "orders_v2", true),
        ("  - {server: b, type: kafka, host: \"k1:9092,k2:9092\"}\n", "kafka://k3:9092", "orders_v2", false),
        ("  - {server: b, type: s3, location: \"s3://lake/shop/*.json\"}\n", "s3a://lake", "shop/orders_v2", true),
        ("  - {server: b, type: s3, location: \"s3://lake/shop/*.json\"}\n", "s3://lake", "raw/orders_v2", false),
        (
            "  - {server: b, type: duckdb, database: data/mesh.duckdb, schema: mart}\n",
            "duckdb",
            "mesh.mart.orders_v2",
            true,
        ),
        ("  - {server: b, type: databricks, catalog: main, schema: mart}\n", "s3://lake", "x/orders_v2", true),
        (
            "  - {server: b, type: postgres, host: \"${HOST}\", database: \"{{ db }}\"}\n",
            "postgres://h:1",
            "a.b.orders_v2",
            true,
        ),
    ] {
        let folder = with_servers(servers, &[("observations/a.json", &event(namespace, name))]);
        let expected = if is_it { vec!["id-set orders.id kept".to_owned()] } else { Vec::new() };
        assert_eq!(evidence(&folder).0, expected, "{servers} {namespace} {name}");
        assert_eq!(told(&folder, "GOV047").len(), usize::from(!is_it), "{servers} {namespace} {name}");
    }
    let folder = with_servers(postgres, &[("observations/a.json", &event("postgres://x", "a.b.orders_v2"))]);
    let why = "GOV047 results of OpenLineage are about data at another place than the contracts with an object of its name say: `shop`";
    assert_eq!(told(&folder, "GOV047"), [why]);
}

#[test]
fn a_source_of_dbt_is_the_contract_s_only_in_its_schema() {
    let sources = |source: &str| {
        format!(
            "{{\"metadata\": {{\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/sources/v3.json\", \"generated_at\": \"2026-11-20T05:00:00Z\"}},\n\
             \"results\": [{{\"unique_id\": \"source.web.{source}.orders_v2\", \"max_loaded_at_time_ago_in_s\": 600, \"status\": \"pass\"}}]}}"
        )
    };
    let test = |source: &str| {
        dbt(&json!([node(&format!("test.web.source_not_null_{source}_orders_v2_order_id.1"), "pass", &json!(0))]))
    };
    let folder = shop(&[("observations/a.json", &sources("mart")), ("observations/b.json", &test("mart"))]);
    assert_eq!(evidence(&folder).0, ["freshness - kept", "id-set orders.id kept"]);
    let folder =
        shop(&[("observations/a.json", &sources("raw_landing")), ("observations/b.json", &test("raw_landing"))]);
    assert_eq!(evidence(&folder).0, Vec::<String>::new());
    let why = "GOV047 results of dbt are about sources, which a project reads; no object of a contract lies in a schema with the name of the \
         source, 2 of them";
    assert_eq!(told(&folder, "GOV047"), [why]);
}

#[test]
fn a_pass_of_dbt_is_no_measurement() {
    let test = |status: &str, failures: u8| {
        dbt(&json!([node("test.web.not_null_orders_v2_order_id.1", status, &json!(failures))]))
    };
    let folder = shop(&[("observations/a.json", &test("pass", 0))]);
    let (lines, found) = evidence(&folder);
    assert_eq!(lines, ["id-set orders.id kept"]);
    assert_eq!((&found["results"][0]["value"], &found["results"][0]["unit"]), (&Value::Null, &Value::Null));
    let shown = run(&folder, &["show", "contract:shop"]).code(0).out;
    assert!(!shown.contains("0 rows"), "{shown}");
    let folder = shop(&[("observations/a.json", &test("fail", 3))]);
    assert_eq!(evidence(&folder).1["results"][0]["value"], "3");
}

#[test]
fn tests_that_ask_another_question_neither_keep_nor_miss_a_promise() {
    for (name, status, is_missed) in [
        ("dbt_utils_not_empty_string_orders_v2_state", "pass", false),
        ("dbt_utils_not_empty_string_orders_v2_state", "fail", false),
        ("dbt_expectations_expect_column_value_lengths_to_be_between_orders_v2_state__9__1", "pass", false),
        ("dbt_expectations_expect_column_values_to_not_be_in_set_orders_v2_state__x", "pass", false),
        ("dbt_utils_recency_orders_v2_day__loaded_at__400", "pass", false),
        ("dbt_expectations_expect_table_row_count_to_be_between_orders_v2_5", "pass", false),
        ("dbt_utils_not_null_proportion_orders_v2_0_3__order_id", "pass", false),
        // A column that must be filled is not, however many may be empty there.
        ("not_null_where_orders_v2_order_id", "fail", true),
    ] {
        let text = dbt(&json!([node(&format!("test.web.{name}.1"), status, &json!(1))]));
        let folder = shop(&[("observations/a.json", &text)]);
        let (lines, found) = evidence(&folder);
        assert_eq!(lines, Vec::<String>::new(), "{name} {status}");
        assert_eq!(found["schemaMisses"].as_array().map_or(0, Vec::len), usize::from(is_missed), "{name} {status}");
        assert_eq!(told(&folder, "GOV047").len(), usize::from(!is_missed), "{name} {status}");
    }
}

#[test]
fn an_object_s_own_name_comes_before_the_end_of_another_s() {
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: shop\nversion: \"2.1.0\"\nstatus: active\nservers:\n  \
         - {server: wh, type: postgres, host: h, database: mesh, schema: sales}\nschema:\n  \
         - name: archive_invoices\n    physicalName: archive.invoices\n    properties:\n      \
         - {name: id, logicalType: string, quality: [{id: old-set, type: library, metric: nullValues, mustBe: 0}]}\n  \
         - name: invoices\n    properties:\n      \
         - {name: id, logicalType: string, quality: [{id: new-set, type: library, metric: nullValues, mustBe: 0}]}\n";
    let folder = |contract: &str, file: &str, text: &str| {
        registry(&[PRODUCT, ("registry/sales/shop/shop.odcs.yaml", contract), (file, text)])
    };
    let run_of = |model: &str| cli("wh", "2.1.0", 20, "failed").replace("ORDERS_V2", model).replace("ORDER_ID", "id");
    let test = dbt(&json!([node("test.web.not_null_invoices_id.1", "fail", &json!(3))]));
    let of_event = event("postgres://h:5432", "mesh.sales.invoices").replace("ORDER_ID", "id").replace("true", "false");
    for (text, expected) in [
        (run_of("invoices"), "new-set invoices.id missed"),
        (run_of("archive.invoices"), "old-set archive_invoices.id missed"),
        (test, "new-set invoices.id missed"),
        (of_event, "new-set invoices.id missed"),
    ] {
        let folder = folder(contract, "observations/a.json", &text);
        assert_eq!(evidence(&folder).0, [expected], "{text}");
    }
    let dotted = "<testsuite name=\"shop\" timestamp=\"2026-11-20T05:00:00\"><testcase classname=\"archive.invoices.id\" \
         name=\"archive.invoices__id__field_null_values\"/></testsuite>";
    assert_eq!(evidence(&folder(contract, "observations/a.xml", dotted)).0, ["old-set archive_invoices.id kept"]);
    let unclear = contract.replace("- name: invoices\n", "- name: new_invoices\n    physicalName: live.invoices\n");
    let folder = folder(&unclear, "observations/a.json", &run_of("invoices"));
    assert_eq!(evidence(&folder).0, Vec::<String>::new());
    let why = "GOV047 results of Data Contract CLI can be about several objects of the contract `shop`: `archive_invoices`, `new_invoices`; \
         the one result failed";
    assert_eq!(told(&folder, "GOV047"), [why]);
}

#[test]
fn results_of_a_version_that_is_not_there_count_for_none() {
    let suite = |version: &str| {
        format!(
            "<testsuite name=\"shop@{version}\" timestamp=\"2026-11-20T05:00:00\"><testcase classname=\"orders.id\" name=\"id-set\"/></testsuite>"
        )
    };
    for version in ["2.9.0", "9.0.0"] {
        let folder = shop(&[
            ("observations/a.json", &cli("wh", version, 20, "passed")),
            ("observations/a.xml", &suite(version)),
        ]);
        assert_eq!(evidence(&folder).0, Vec::<String>::new(), "{version}");
        assert_eq!(told(&folder, "REF023"), [format!("REF023 the contract `shop` has no version `{version}`")]);
    }
    let folder = shop(&[("observations/a.json", &cli("wh", "2.0.0", 20, "passed"))]);
    assert_eq!(evidence(&folder).0, ["id-set orders.id kept"], "the contract of its major goes on");
}

#[test]
fn what_a_contract_does_not_state_is_no_miss_of_its_schema() {
    let suite = "<testsuite name=\"shop\" timestamp=\"2026-11-20T05:00:00\"><testcase classname=\"customers.id\" \
         name=\"customers__id__field_is_present\"><failure/></testcase></testsuite>";
    let folder = shop(&[("observations/a.xml", suite)]);
    assert_eq!(evidence(&folder).1["schemaMisses"].as_array().map_or(0, Vec::len), 0);
    let why = "GOV047 results of JUnit are about `customers.id`, which the contract `shop` 2.1.0 does not state; the one result failed";
    assert_eq!(codes(&folder), [why]);
}

#[test]
fn events_without_a_readable_time_and_cut_lines_are_told() {
    let whole = event("prod", "orders_v2");
    let folder = shop(&[("observations/a.json", &whole.replace("2026-11-20T05:00:00Z", "yesterday"))]);
    let why = "GOV047 results of OpenLineage cannot be used: its event does not say when it was (`eventTime`)";
    assert_eq!(codes(&folder), [why]);
    let cut = format!("{whole}\n{}", &whole[..120]);
    let folder = shop(&[("observations/a.ndjson", &cut)]);
    let found = codes(&folder);
    assert!(found.len() == 1 && found[0].ends_with("line 2 of it is cut off"), "{found:?}");
}

#[test]
fn what_dbt_writes_beside_its_results_is_passed_over_and_large_results_are_read() {
    let large = " ".repeat(6 * 1024 * 1024);
    let semantic = "{\"semantic_models\": [], \"metrics\": [], \"project_configuration\": {}, \"saved_queries\": []}";
    let manifest = format!(
        "{{\"metadata\": {{\"dbt_schema_version\": \"https://schemas.getdbt.com/dbt/manifest/v12.json\"}}}}{large}"
    );
    let results = dbt(&json!([node("test.web.not_null_orders_v2_order_id.1", "pass", &json!(0))])) + &large;
    let folder = shop(&[
        ("target/semantic_manifest.json", semantic),
        ("target/graph_summary.json", "{\"_invocation_id\": \"a\", \"linked\": {\"0\": {\"name\": \"model.web.a\"}}}"),
        ("target/manifest.json", &manifest),
        ("target/run_results.json", &results),
    ]);
    let found = run(&folder, &["check", "--observations", "target", "--format", "json"]).code(0).json();
    let told: Vec<&Value> = found["diagnostics"].as_array().expect("a list").iter().collect();
    assert!(told.is_empty(), "{told:?}");
    std::fs::write(folder.path().join("meshfolio.yaml"), "observations: [target]\n").expect("written");
    assert_eq!(evidence(&folder).0, ["id-set orders.id kept"]);
    let outside = tempfile::tempdir().expect("a folder");
    std::fs::write(outside.path().join("run_results.json"), &results).expect("written");
    let path = outside.path().to_str().expect("text");
    let found = run(&folder, &["check", "--observations", path, "--format", "json"]).code(0).json();
    assert_eq!(found["diagnostics"], json!([]));
    let mut most = String::new();
    write!(most, "{{\"a\": \"{}\"}}", "x".repeat(64 * 1024 * 1024)).expect("a string takes all text");
    let folder = shop(&[("observations/a.json", &most)]);
    let found = codes(&folder);
    assert!(found.len() == 1 && found[0].contains("the limit is 64 MiB"), "{found:?}");
}
