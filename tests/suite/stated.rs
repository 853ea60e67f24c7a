//! What descriptors state beside what a mesh is made of: it reaches those who read the page, and those who read the JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::cli::{registry, run};
use super::schemas::mistakes;
use super::site::{build, faults};

const PRODUCT: &str = r##"apiVersion: v1.1.0
kind: DataProduct
id: sellers
name: Sellers
version: "1.0.0"
status: active
domain: sales
tenant: acme-eu
productCreatedTs: "2025-02-03T00:00:00Z"
description:
  purpose: Who sells.
  authoritativeDefinitions: [{type: privacyStatement, url: "https://x.example/privacy", description: How long <it> is kept.}]
team:
  name: sellers-desk
  description: The people behind the sellers desk.
  members: [{username: ann, role: owner}]
support:
  - {channel: "#sellers", url: "https://chat.example/sellers", invitationUrl: "https://chat.example/join"}
inputPorts:
  - {name: raw, contractId: sellers-raw, version: "1.0.0", tags: [nightly], customProperties: [{property: costCenter, value: A7}]}
outputPorts:
  - name: table
    contractId: sellers
    version: "1.0.0"
    tags: [gold, curated]
    customProperties: [{property: refreshWindow, value: at night}]
    authoritativeDefinitions: [{type: tutorial, url: "https://x.example/tutorial"}]
    sbom: [{type: external, url: "https://x.example/sbom.json"}]
managementPorts:
  - {name: runs, content: observability, type: rest, url: "https://ops.example/runs", channel: ops-runs}
  - {name: alarms, content: observability, type: topic, channel: ops-alarms, tags: [pager]}
"##;

const CONTRACT: &str = r##"apiVersion: v3.2.0
kind: DataContract
id: sellers
name: Sellers
version: "1.0.0"
status: active
tenant: acme-eu
contractCreatedTs: "2025-02-04T00:00:00Z"
context:
  instructions: Sellers without a name are closed.
  verifiedStatements: [{question: How many are open?, answer: Count the names.}]
  constraints: [{constraint: Never join by name.}]
description:
  purpose: Who sells.
  customProperties: [{property: reviewedBy, value: legal}]
authoritativeDefinitions: [{type: canonicalUrl, url: "https://x.example/sellers"}]
customProperties: [{property: retentionClass, value: R3, description: Kept for three years.}]
support:
  - {channel: Ask, description: "Write to the Sellers desk, 9 to 5", scope: interactive}
  - {channel: "#sellers", url: "https://chat.example/sellers", invitationUrl: "https://chat.example/join"}
servers:
  - server: stream
    type: kinesis
    environment: prod
    region: eu-west-1
    roles: [{role: prod_reader, access: read, firstLevelApprovers: dba}]
    customProperties: [{property: costCenter, value: A7}]
schema:
  - name: sellers
    businessName: Selling partners
    synonyms: [{synonym: merchants}]
    tags: [master]
    context: One row each.
    authoritativeDefinitions: [{type: businessDefinition, url: "https://x.example/seller"}]
    quality: [{name: unique names, metric: rowCount, mustBe: 1, authoritativeDefinitions: [{type: tutorial, url: "https://x.example/rule"}]}]
    properties:
      - name: sid
        businessName: Seller number
        synonyms: [{synonym: merchant id}]
        tags: [key]
        authoritativeDefinitions: [{type: businessDefinition, url: "https://x.example/sid"}, {type: businessDefinition, url: "javascript:alert(1)"}]
"##;

const FILES: [(&str, &str); 2] = [("registry/s.odps.yaml", PRODUCT), ("registry/s.odcs.yaml", CONTRACT)];

fn site(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = registry(&[&FILES[..], more].concat());
    build(folder.path(), &["--allow-errors"]).1
}

fn all<'a>(page: &str, expected: impl IntoIterator<Item = &'a str>) {
    for text in expected {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[test]
fn a_page_of_a_contract_says_all_that_is_stated() {
    let files = site(&[]);
    let page = &files["contracts/sellers.html"];
    // Whom to ask, where no address is stated either.
    all(page, ["Write to the Sellers desk, 9 to 5", "<a href=\"https://chat.example/join\">ask to join</a>"]);
    // The server, and who lets one read from it.
    all(page, ["<small>region eu-west-1, cost center A7</small>", "--region eu-west-1"]);
    all(page, ["<code>prod_reader</code>, read, on server stream, approved by dba"]);
    assert!(!page.contains("<dt>Role</dt><dd><em"), "{page}");
    // What it is called.
    all(
        page,
        [
            "Called Selling partners; also merchants; tagged master.",
            "<small>Called Seller number; also merchant id; tagged key</small>",
        ],
    );
    let fact = |name: &str, value: &str, note: &str| {
        let note = if note.is_empty() { String::new() } else { format!("<br><small>{note}</small>") };
        format!("<dt>{name}</dt><dd>{value}{note}</dd>")
    };
    let link = |url: &str| format!("<a href=\"{url}\">{url}</a>");
    let facts = [
        fact("Tenant", "acme-eu", ""),
        fact("Created", "4 Feb 2025", ""),
        fact("Retention class", "R3", "Kept for three years."),
        fact("Reviewed by", "legal", ""),
        fact("Context", "Sellers without a name are closed.", ""),
        fact("Verified statement", "How many are open? Count the names.", ""),
        fact("Constraint", "Never join by name.", ""),
        fact("Context", "One row each.", "of sellers"),
        fact("Canonical URL", &link("https://x.example/sellers"), ""),
        fact("Business definition", &link("https://x.example/seller"), "of sellers"),
        fact("Tutorial", &link("https://x.example/rule"), "of rule unique names of sellers"),
        fact("Business definition", &link("https://x.example/sid"), "of column sellers.sid"),
        fact("Business definition", "javascript:alert(1)", "of column sellers.sid"),
    ];
    all(page, facts.iter().map(String::as_str));
    assert_eq!(faults(&files), Vec::<String>::new());
}

#[test]
fn a_page_of_a_product_says_all_that_is_stated() {
    let files = site(&[]);
    let page = &files["products/sellers.html"];
    all(page, ["tagged gold, curated, refresh window at night", "tagged nightly, cost center A7"]);
    all(page, ["<a href=\"https://chat.example/join\">ask to join</a>", "<dt>Tenant</dt><dd>acme-eu</dd>"]);
    all(page, ["<dt>Team</dt><dd>The people behind the sellers desk.</dd>"]);
    all(
        page,
        [
            "<a href=\"https://x.example/sbom.json\">https://x.example/sbom.json</a><br><small>of port table, external</small>",
        ],
    );
    all(
        page,
        [
            "<a href=\"https://x.example/privacy\">https://x.example/privacy</a><br><small>How long &lt;it&gt; is kept.</small>",
        ],
    );
    all(
        page,
        ["<a href=\"https://x.example/tutorial\">https://x.example/tutorial</a><br><small>of port table</small>"],
    );
    let runs = "<dd>runs, <a href=\"https://ops.example/runs\">https://ops.example/runs</a>, channel ops-runs</dd>";
    all(page, [runs, "<dd>alarms, ops-alarms<br><small>tagged pager</small></dd>"]);
    // Who approves reading from the server.
    all(page, ["dba"]);
    assert!(!page.contains("no contract names one"), "{page}");
}

#[test]
fn a_role_of_a_server_is_one_of_the_contract() {
    let agreement = "apiVersion: v0.9.0\nkind: AccessAgreement\nid: a\nstatus: approved\ndescription: {purpose: Reading.}\n\
                     provider: {teamId: order-platform, dataProductId: sellers, outputPortId: table}\n\
                     consumer: {teamId: order-platform}\nroles: [{role: prod_reader}, {role: prod_raeder}]\n";
    let folder = registry(&[&FILES[..], &[("registry/a.oaas.yaml", agreement)]].concat());
    let check = run(&folder, &["check", "--format", "concise"]).out;
    assert!(check.contains("no role `prod_raeder`") && !check.contains("no role `prod_reader`"), "{check}");
    let page = &site(&[])["products/sellers.html"];
    assert!(!page.contains("no role names an approver"), "{page}");
}

#[test]
fn the_machine_form_has_all_that_is_stated() {
    let files = site(&[]);
    let twin = |path: &str| -> Value { serde_json::from_str(&files[path]).expect("JSON") };
    for path in ["products/sellers.json", "contracts/sellers/1.0.0.json"] {
        assert_eq!(mistakes(path, &twin(path)), Vec::<String>::new(), "{path}");
    }
    let product = twin("products/sellers.json");
    assert_eq!((&product["tenant"], &product["productCreatedTs"]), (&json!("acme-eu"), &json!("2025-02-03T00:00:00Z")));
    assert_eq!(product["team"]["description"], "The people behind the sellers desk.");
    assert_eq!(product["team"]["members"], json!([]), "people are shown only where the site says so");
    assert_eq!(product["support"][0]["invitationUrl"], "https://chat.example/join");
    let port = &product["outputPorts"][0];
    assert_eq!(port["tags"], json!(["gold", "curated"]));
    assert_eq!(port["customProperties"], json!([{"property": "refreshWindow", "value": "at night"}]));
    assert_eq!(port["sbom"], json!([{"type": "external", "url": "https://x.example/sbom.json"}]));
    assert_eq!(port["authoritativeDefinitions"][0]["url"], "https://x.example/tutorial");
    assert_eq!(product["inputPorts"][0]["tags"], json!(["nightly"]));
    assert_eq!(product["managementPorts"][0]["channel"], "ops-runs");
    assert_eq!(product["managementPorts"][1]["tags"], json!(["pager"]));
    let contract = twin("contracts/sellers/1.0.0.json");
    assert_eq!(contract["support"][0]["description"], "Write to the Sellers desk, 9 to 5");
    assert_eq!(contract["servers"][0]["roles"][0]["firstLevelApprovers"], "dba");
    assert_eq!(contract["servers"][0]["customProperties"][0]["value"], "A7");
    assert_eq!(contract["context"][0]["constraints"], json!(["Never join by name."]));
    assert_eq!(
        contract["context"][1],
        json!({"part": "sellers", "instructions": "One row each.", "verifiedStatements": [], "constraints": []})
    );
    assert_eq!(contract["authoritativeDefinitions"][0]["type"], "canonicalUrl");
    let object = &contract["schema"][0];
    assert_eq!((&object["businessName"], &object["synonyms"]), (&json!("Selling partners"), &json!(["merchants"])));
    let column = &object["properties"][0];
    assert_eq!((&column["businessName"], &column["tags"]), (&json!("Seller number"), &json!(["key"])));
    // Members are named where the site shows people.
    let people = ("meshfolio.yaml", "mesh: {id: acme, name: Acme}\nsite: {people: true}\n");
    let files = site(&[people]);
    let product: Value = serde_json::from_str(&files["products/sellers.json"]).expect("JSON");
    assert_eq!(product["team"]["members"], json!([{"username": "ann", "name": null, "role": "owner"}]));
}

#[test]
fn many_links_are_counted() {
    let links: Vec<String> = (0..60).map(|n| format!("{{type: tutorial, url: \"https://x.example/{n}\"}}")).collect();
    let links = format!(" [{}]", links.join(", "));
    let product = PRODUCT.replace("productCreatedTs", &format!("authoritativeDefinitions:{links}\nproductCreatedTs"));
    let files = site(&[("registry/s.odps.yaml", product.as_str())]);
    all(&files["products/sellers.html"], ["https://x.example/22\"", "more in the descriptor"]);
    assert!(!files["products/sellers.html"].contains("https://x.example/24\""));
}

const OWN: &str = r#"apiVersion: v3.2.0
kind: DataContract
id: shops
name: Shops
version: "1.0.0"
status: active
domain: retail abroad
team: {name: shop-desk, description: The people behind the counter.}
customProperties: [{property: none, value: null}, {property: many, value: 5}, {property: quoted, value: "5"}, {property: open, value: true},
  {property: half, value: 0.5}, {property: empty, value: ""}, {property: list, value: [a, 2]}, {property: map, value: {k: v}}]
support:
  - {channel: desk, url: "https://chat.example/shops", tool: teams, scope: night shift, description: Ask anything}
schema:
  - name: shops
    physicalType: view
    customProperties: [{property: retentionClass, value: R7}]
    relationships: [{from: [shops.region, shops.number], to: [places.region, places.number]}]
    quality:
      - {name: rows, metric: rowCount, unit: rows, tags: [nightly], customProperties: [{property: runbook, value: RB-17}]}
    properties:
      - {name: region, logicalType: string, customProperties: [{property: pii, value: false}, {property: unit, value: code}]}
      - {name: number, logicalType: integer}
  - name: places
    properties:
      - {name: region, logicalType: string}
      - {name: number, logicalType: integer}
roles: [{role: reader, access: read, description: Reads., customProperties: [{property: group, value: G-55}]}]
slaProperties:
  - property: latency
    value: 4
    unit: h
    customProperties: [{property: measuredBy, value: [MON-3, MON-4]}]
    authoritativeDefinitions: [{type: tutorial, url: "https://x.example/latency"}]
"#;
const ALSO: &str = "apiVersion: v1.1.0\nkind: DataProduct\nid: shops\nname: Shops\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\n\
    team: {name: order-platform}\nsynonyms: [{synonym: outlets}, {synonym: stores}]\noutputPorts:\n  \
    - {name: table, contractId: shops, version: \"1.0.0\", synonyms: [{synonym: outlet list}]}\n";

#[test]
fn custom_properties_of_parts_and_other_names_reach_whoever_reads() {
    let files = site(&[("registry/shops.odcs.yaml", OWN), ("registry/shops.odps.yaml", ALSO)]);
    let page = &files["contracts/shops.html"];
    all(page, ["2 columns of the view shops", "retention class: R7", "<small>pii: false</small>", "group: G-55"]);
    all(page, ["tagged nightly; runbook: RB-17", "Row count, in rows", "measured by: MON-3, MON-4"]);
    all(page, [" together with number</small>", " together with region</small>"]);
    all(page, ["Ask anything (teams, night shift)", "<dt>Team</dt><dd>The people behind the counter.</dd>"]);
    all(page, ["of service level latency"]);
    let product = &files["products/shops.html"];
    all(product, ["<dt>Also called</dt><dd>outlets, stores</dd>", "also called outlet list", " together with number"]);
    let twin = |path: &str| -> Value { serde_json::from_str(&files[path]).expect("JSON") };
    for path in ["products/shops.json", "contracts/shops/1.0.0.json"] {
        assert_eq!(mistakes(path, &twin(path)), Vec::<String>::new(), "{path}");
    }
    let product = twin("products/shops.json");
    assert_eq!(product["synonyms"], json!(["outlets", "stores"]));
    assert_eq!(product["outputPorts"][0]["synonyms"], json!(["outlet list"]));
    let contract = twin("contracts/shops/1.0.0.json");
    let values: Vec<&Value> =
        contract["customProperties"].as_array().expect("a list").iter().map(|custom| &custom["value"]).collect();
    assert_eq!(json!(values), json!([null, 5, "5", true, 0.5, "", ["a", 2], {"k": "v"}]));
    assert_eq!((&contract["domain"], &contract["domainAsWritten"]), (&Value::Null, &json!("retail abroad")));
    assert_eq!((&contract["owner"], &contract["ownerAsWritten"]), (&Value::Null, &json!("shop-desk")));
    let own = |property: &str, value: Value| json!([{"property": property, "value": value}]);
    let object = &contract["schema"][0];
    assert_eq!(object["customProperties"], own("retentionClass", json!("R7")));
    assert_eq!(object["quality"][0]["customProperties"], own("runbook", json!("RB-17")));
    assert_eq!(object["quality"][0]["tags"], json!(["nightly"]));
    assert_eq!(object["properties"][0]["customProperties"][0], json!({"property": "pii", "value": false}));
    assert_eq!(object["properties"][0]["joins"][0]["togetherWith"], json!(["number"]));
    assert_eq!(contract["roles"][0]["customProperties"], own("group", json!("G-55")));
    let level = &contract["slaProperties"][0];
    assert_eq!(level["customProperties"], own("measuredBy", json!(["MON-3", "MON-4"])));
    assert_eq!(level["authoritativeDefinitions"][0]["url"], "https://x.example/latency");
    let folder = registry(&[("registry/shops.odcs.yaml", OWN)]);
    let shown = run(&folder, &["show", "contract:shops@1.0.0"]).code(0).out;
    all(&shown, ["shop-desk", "retail abroad", "- none: null\n", "- many: 5\n", "- open: true\n", "- list: a, 2\n"]);
}
