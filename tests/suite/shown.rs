//! What the pages of contracts show of what their authors state: columns, keys, quality rules and service levels.

use std::collections::BTreeMap;

use super::cli::registry;
use super::site::{build, faults};

fn site_of(more: &str) -> BTreeMap<String, String> {
    site_of_version("v3.2.0", more)
}

fn site_of_version(api: &str, more: &str) -> BTreeMap<String, String> {
    let contract =
        format!("apiVersion: {api}\nkind: DataContract\nid: shop-orders\nversion: \"1.0.0\"\nstatus: active\n{more}");
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: shop-orders\nname: Shop orders\nversion: \"1.0.0\"\n\
                   status: active\noutputPorts: [{name: table, contractId: shop-orders, version: \"1.0.0\"}]\n";
    let folder = registry(&[("registry/shop.odcs.yaml", &contract), ("registry/shop.odps.yaml", product)]);
    let files = build(folder.path(), &["--allow-errors"]).1;
    assert_eq!(faults(&files), Vec::<String>::new());
    files
}

/// The page of a contract of one object with these columns, a flow map a line.
fn page_of_columns(columns: &[&str]) -> String {
    site_of(&schema(columns)).remove("contracts/shop-orders.html").expect("a page")
}

fn schema(columns: &[&str]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| format!("      - {{{column}}}\n")).collect();
    format!("schema:\n  - name: orders\n    properties:\n{}", columns.concat())
}

/// The row that begins with an anchor.
fn row<'p>(page: &'p str, anchor: &str) -> &'p str {
    let start = page.find(&format!("<tr id=\"{anchor}\"")).unwrap_or_else(|| panic!("no `{anchor}` in {page}"));
    &page[start..start + page[start..].find("</tr>").expect("a row ends")]
}

#[track_caller]
fn assert_says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in {text}");
    }
}

#[test]
fn lines_of_texts_of_columns_are_lines_and_no_signs() {
    let schema = "schema:\n  - name: orders\n    properties:\n      - name: id\n        logicalType: string\n        \
                  description: |\n          The key\n            of the row.\n        examples: [\"a\\tb\\n\"]\n        \
                  transformSourceObjects: [\"shop\\n.id\"]\n        transformLogic: |\n          select id\n          \
                  from shop\n      - {name: odd, logicalType: string, description: \"\\n\"}\n      \
                  - {name: sign, logicalType: string, description: \"a\\e[2Jb\"}\n";
    let files = site_of(schema);
    let page = &files["contracts/shop-orders.html"];
    assert!(!page.contains("\\u{a}") && !page.contains("\\u{9}"), "{page}");
    let id = row(page, "c-orders.id");
    assert_says(id, &["<td>The key of the row.<small>", "<code>a b</code>", "<code>select id from shop</code>"]);
    assert_says(row(page, "c-orders.odd"), &["not stated"]);
    // What would move a cursor is seen for what it is.
    assert_says(row(page, "c-orders.sign"), &["a\\u{1b}[2Jb"]);
}

#[test]
fn foreign_keys_of_an_object_are_those_of_the_columns_they_name() {
    let schema = "schema:\n  - name: pay\n    physicalName: PAY_1\n    relationships:\n      \
        - {from: [pay.receiver, pay.country], to: [receiver.id, receiver.country]}\n      \
        - {from: bank, to: receiver.bank}\n      - {from: PAY_1.nest.deep, to: receiver.bank}\n    properties:\n      \
        - {name: receiver, logicalType: string, relationships: [{to: receiver.id}]}\n      \
        - {name: country, logicalType: string}\n      - {name: bank, logicalType: string}\n      \
        - {name: nest, logicalType: object, properties: [{name: country, logicalType: string}, {name: deep, logicalType: string}]}\n  \
        - name: receiver\n    properties:\n      - {name: id, logicalType: string}\n      \
        - {name: country, logicalType: string}\n      - {name: bank, logicalType: string}\n";
    let files = site_of(schema);
    let page = &files["contracts/shop-orders.html"];
    let joins = |column: &str, more: &str| {
        format!("<small>Joins <a href=\"#c-receiver.{column}\">receiver.{column}</a>{more}</small>")
    };
    // Stated twice, it is told once, with the column that is the key together with it.
    assert_says(row(page, "c-pay.receiver"), &["<b>FK</b>", &joins("id", " together with country")]);
    assert_says(row(page, "c-pay.country"), &["<b>FK</b>", &joins("country", " together with receiver")]);
    assert_says(row(page, "c-pay.bank"), &["<b>FK</b>", &joins("bank", "")]);
    assert_says(row(page, "c-pay.nest.deep"), &["<b>FK</b>", &joins("bank", "")]);
    for other in ["c-pay.nest.country", "c-receiver.country", "c-receiver.id"] {
        assert!(!row(page, other).contains("FK"), "{other}: {page}");
    }
    let product = &files["products/shop-orders.html"];
    assert_says(product, &["shop-orders/1.0.0.html#c-receiver.country\">receiver.country</a>"]);
    // The other forms say so too.
    let twin: serde_json::Value = serde_json::from_str(&files["contracts/shop-orders/1.0.0.json"]).expect("JSON");
    let columns = twin["schema"][0]["properties"].as_array().expect("a list");
    let leads =
        |at: usize| columns[at]["joins"].as_array().into_iter().flatten().filter_map(|join| join["to"].as_str());
    assert_eq!(leads(0).collect::<Vec<_>>(), ["receiver.id"]);
    assert_eq!(leads(1).collect::<Vec<_>>(), ["receiver.country"]);
    assert!(columns[3]["properties"][0].get("joins").is_none() && columns[3]["properties"][1].get("joins").is_some());
    assert_says(&files["products/shop-orders.md"], &["| bank | string | FK |"]);
}

#[test]
fn quality_rules_say_what_they_test_and_who_runs_them() {
    let schema = r#"schema:
  - name: orders
    quality:
      - {id: of-soda, type: custom, engine: soda, implementation: "type: duplicates\nless_than: <1>\n"}
      - id: written
        type: custom
        name: Count of rows
        description: Enough rows.
        engine: greatExpectations
        implementation:
          type: expect_rows
          kwargs:
            min: 10
      - {id: words, type: text, description: Ids are never used again}
    properties:
      - name: country
        logicalType: string
        quality:
          - {id: listed, metric: invalidValues, arguments: {validValues: [NL, DE, 12]}, mustBe: 0}
          - {id: matched, metric: invalidValues, arguments: {pattern: "^[A-Z]{2}$"}, mustBe: 0}
          - {id: missing, metric: missingValues, arguments: {missingValues: [null, "", N/A], sample: 5}, mustBe: 0, businessImpact: operational, method: reconciliation, schedule: "0 20 * * *", scheduler: cron}
          - {id: many, metric: invalidValues, arguments: {validValues: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]}, mustBe: 0}
"#;
    let files = site_of(schema);
    let page = &files["contracts/shop-orders.html"];
    let soda = row(page, "q-of-soda");
    assert_says(soda, &[">As soda runs it<", "<summary>Implementation</summary>"]);
    assert_says(soda, &["<code>type: duplicates\nless_than: &lt;1&gt;\n</code>"]);
    assert!(!soda.contains("not stated</em><details"), "{soda}");
    let written = row(page, "q-written");
    assert_says(written, &["Enough rows.", "<small>Engine greatExpectations</small>"]);
    assert_says(written, &["<code>type: expect_rows\nkwargs:\n  min: 10</code>"]);
    assert_says(row(page, "q-words"), &["<small>In words alone</small>"]);
    assert_says(row(page, "q-listed"), &["Invalid values: none<small>Valid: NL, DE, 12</small>"]);
    assert_says(row(page, "q-matched"), &["<small>Valid: what matches ^[A-Z]{2}$</small>"]);
    assert_says(
        row(page, "q-missing"),
        &[
            "<small>Missing: null, &quot;&quot;, N/A</small><small>sample: 5</small>",
            "<small>Method: reconciliation, business impact: operational, scheduled 0 20 * * * (cron)</small>",
        ],
    );
    assert_says(row(page, "q-many"), &["11, 12 and 2 more</small>"]);
}

#[test]
fn one_very_long_implementation_leaves_no_rule_out() {
    let long = "x".repeat(30_000);
    let schema = format!(
        "schema:\n  - name: orders\n    quality:\n      - {{id: long, type: custom, engine: soda, implementation: {long}}}\n      \
         - {{id: after, metric: rowCount, mustBe: 1}}\n    properties: [{{name: id, logicalType: string}}]\n"
    );
    let files = site_of(&schema);
    let page = &files["contracts/shop-orders.html"];
    assert_says(row(page, "q-long"), &["xxx…</code>"]);
    assert_says(row(page, "q-after"), &["Row count exactly 1"]);
}

#[test]
fn service_levels_say_of_what_why_and_since_when() {
    let levels = r#"slaProperties:
  - {property: latency, value: 15, unit: m, element: orders, description: Measured at the gate}
  - {property: availability, value: 99, unit: percent, driver: analytics, scheduler: cron, schedule: "0 8 * * *"}
  - {property: generalAvailability, value: "2022-05-12T09:30:10-08:00"}
  - {property: endOfSupport, value: "2022-05-12"}
  - {property: retention, value: 7, unit: y, valueExt: 10}
  - {property: frequency, value: 1, valueExt: 1, unit: d}
"#;
    let files = site_of(&[levels, &schema(&["name: id, logicalType: string"])].concat());
    let page = &files["contracts/shop-orders.html"];
    assert_says(row(page, "sla-latency"), &["<small>of orders</small><small>Measured at the gate</small>"]);
    let availability = row(page, "sla-availability");
    assert_says(availability, &["<small>Why: analytics, scheduled 0 8 * * * (cron)</small>"]);
    let general = row(page, "sla-generalAvailability");
    assert!(general.contains(" years ago") && !general.contains("ended"), "{general}");
    assert_says(row(page, "sla-endOfSupport"), &[">ended<"]);
    assert_says(row(page, "sla-retention"), &[">7 years (extended value 10)<"]);
    assert_says(row(page, "sla-frequency"), &[">1 day<"]);
}

#[test]
fn limits_that_are_excluded_are_told_from_those_that_are_not() {
    let columns = schema(&[
        "name: low, logicalType: integer, logicalTypeOptions: {minimum: 10, exclusiveMinimum: true, maximum: 20}",
        "name: high, logicalType: integer, logicalTypeOptions: {minimum: 1, maximum: 2, exclusiveMaximum: true}",
        "name: both, logicalType: integer, logicalTypeOptions: {minimum: 1, exclusiveMinimum: false, maximum: 2}",
        "name: alone, logicalType: integer, logicalTypeOptions: {minimum: 3, exclusiveMinimum: true}",
    ]);
    let files = site_of_version("v3.0.2", &columns);
    let page = &files["contracts/shop-orders.html"];
    assert_says(row(page, "c-orders.low"), &["<td>above 10, at most 20</td>"]);
    assert_says(row(page, "c-orders.high"), &["<td>at least 1, below 2</td>"]);
    assert_says(row(page, "c-orders.both"), &["<td>1 to 2</td>"]);
    assert_says(row(page, "c-orders.alone"), &["<td>above 3</td>"]);
}

#[test]
fn digits_that_are_text_stay_as_they_are_written() {
    let files = site_of(
        "customProperties:\n  - {property: costCenter, value: \"0012345678\"}\n  - {property: material, value: \"10004711\"}\n  \
         - {property: noticePeriodDays, value: 90}\n  - {property: rowsPerDay, value: 41000000}\n",
    );
    let page = &files["contracts/shop-orders.html"];
    assert_says(page, &["<dd>0012345678</dd>", "<dd>10004711</dd>", "<dd>90 days</dd>", "<dd>41,000,000</dd>"]);
}

#[test]
fn how_a_column_is_made_is_told_in_words_and_as_code() {
    let files = site_of(&schema(&[
        "name: id, logicalType: string, transformSourceObjects: [shop.id], transformDescription: Trimmed, transformLogic: trim(id)",
        "name: sum, logicalType: number, transformLogic: sum(a)",
    ]));
    let page = &files["contracts/shop-orders.html"];
    assert_says(row(page, "c-orders.id"), &["<small>From shop.id: Trimmed <code>trim(id)</code></small>"]);
    assert_says(row(page, "c-orders.sum"), &["<small>Made: <code>sum(a)</code></small>"]);
    assert_says(
        &files["contracts/shop-orders/1.0.0/columns.html"],
        &["<td data-l=\"How\">Trimmed <code>trim(id)</code></td>"],
    );
}

#[test]
fn members_of_a_composite_key_have_their_place_and_may_be_unique_alone() {
    let files = site_of(
        "schema:\n  - name: orders\n    properties:\n      \
         - {name: shop, logicalType: string, primaryKey: true, primaryKeyPosition: 2, unique: true, partitioned: true, partitionKeyPosition: 2}\n      \
         - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1, partitioned: true, partitionKeyPosition: 1}\n  \
         - name: alone\n    properties:\n      \
         - {name: id, logicalType: string, primaryKey: true, primaryKeyPosition: 1, unique: true, partitioned: true, partitionKeyPosition: 1}\n      \
         - {name: other, logicalType: string, primaryKeyPosition: -1}\n",
    );
    let page = &files["contracts/shop-orders.html"];
    assert_says(row(page, "c-orders.shop"), &["<td><b>PK 2</b> unique, partition 2</td>"]);
    assert_says(row(page, "c-orders.id"), &["<td><b>PK 1</b> partition 1</td>"]);
    assert_says(row(page, "c-alone.id"), &["<td><b>PK</b> partition</td>"]);
    assert_says(row(page, "c-alone.other"), &["<td></td>"]);
}

#[test]
fn a_logical_type_stands_beside_a_physical_one_of_another_kind() {
    let page = page_of_columns(&[
        "name: day, logicalType: date, physicalType: varchar(10)",
        "name: text, logicalType: string, physicalType: varchar(10)",
        "name: area, logicalType: object, physicalType: geography",
        "name: plain, logicalType: number",
    ]);
    assert_says(row(&page, "c-orders.day"), &["<td>varchar(10)<small>date</small></td>"]);
    assert_says(row(&page, "c-orders.text"), &["<td>varchar(10)</td>"]);
    assert_says(row(&page, "c-orders.area"), &["<td>geography<small>object</small></td>"]);
    assert_says(row(&page, "c-orders.plain"), &["<td>number</td>"]);
}

#[test]
fn what_decides_how_a_value_is_read_stands_on_its_row() {
    let page = page_of_columns(&[
        "name: at, logicalType: timestamp, logicalTypeOptions: {timezone: false, defaultTimezone: Europe/Berlin}",
        "name: zoned, logicalType: timestamp, logicalTypeOptions: {timezone: true}",
        "name: amount, logicalType: number, semanticType: measure, customProperties: [{property: unit, value: EUR}]",
        "name: card, logicalType: string, encryptedName: card_encrypted",
        "name: tags, logicalType: array, logicalTypeOptions: {uniqueItems: true, maxItems: 3}, items: {logicalType: string}",
        "name: home, logicalType: object, logicalTypeOptions: {minProperties: 1, required: [street]}, properties: [{name: street, logicalType: string}]",
        "name: like, logicalType: vector, logicalTypeOptions: {dimensions: 768, elementType: float32, distanceMetric: dotProduct, embeddingModel: m-1, embeddingModelVersion: \"2\"}",
        "name: state, logicalType: string, enum: [{value: a, label: Open}, {value: b, label: Shut, description: No more}, {value: null}, {value: \"\", description: Unknown}, {value: 7}]",
    ]);
    assert_says(row(&page, "c-orders.at"), &["<td>without time zone, in Europe/Berlin unless stated</td>"]);
    assert_says(row(&page, "c-orders.zoned"), &["<td>with time zone</td>"]);
    assert_says(row(&page, "c-orders.amount"), &["<td>measure, in EUR</td>"]);
    assert_says(row(&page, "c-orders.card"), &["<small>encrypted as <code>card_encrypted</code></small></th>"]);
    assert_says(row(&page, "c-orders.tags"), &["<td>at most 3 entries, no entry twice</td>"]);
    assert_says(row(&page, "c-orders.home"), &["<td>1 or more fields, with street</td>"]);
    assert_says(
        row(&page, "c-orders.like"),
        &["<td>768 dimensions, of float32, dot product distance, made by m-1 2</td>"],
    );
    let state = row(&page, "c-orders.state");
    assert_says(state, &["one of a, b, null, &quot;&quot;, 7</td>"]);
    let values = "<small><code>a</code> Open; <code>b</code> Shut: No more; <code>&quot;&quot;</code> Unknown</small>";
    assert_says(state, &[values]);
}
