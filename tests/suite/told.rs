//! What the page of a thing says, its other forms say too: Markdown, JSON, JSON-LD and the shell.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use meshfolio::render::Site;
use meshfolio::source::MemoryTree;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::cli::{registry, run};
use super::search::outcome;
use super::site::build;
use super::twins::{demo, ending};

type Files = BTreeMap<String, String>;

fn twin(files: &Files, path: &str) -> Value {
    serde_json::from_str(&files[path]).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
fn says(files: &Files, path: &str, parts: &[&str]) {
    let text = &files[path];
    for part in parts {
        assert!(text.contains(part), "{path} lacks {part}\n{text}");
    }
}

#[test]
fn other_forms_of_the_demo_say_what_its_pages_say() {
    let files = demo();
    // Who approves where no contract names anybody.
    for stem in ["grower-sell-out", "competitor-prices", "delivery-emissions", "freight-bookings"] {
        says(&files, &format!("products/{stem}.html"), &["no contract names one; from CODEOWNERS"]);
        says(&files, &format!("products/{stem}.md"), &[", from CODEOWNERS; no contract names one\n"]);
        assert_eq!(twin(&files, &format!("products/{stem}.json"))["approvers"][0]["from"], "codeowners", "{stem}");
    }
    let orders = twin(&files, "products/orders.json");
    assert_eq!(
        orders["approvers"][1],
        json!({"name": "data-governance", "from": "role", "level": "second", "role": "SALES_READ",
               "team": orders["approvers"][1]["team"], "contract": orders["approvers"][1]["contract"]})
    );
    assert_eq!(orders["approvers"][1]["contract"]["ref"], "contract:orders@2.1.0");
    says(
        &files,
        "products/orders.md",
        &[" for SALES_READ of [orders 2.1.0](../contracts/orders/2.1.0.html), first level"],
    );
    // Words that are related are found, in both forms.
    let relations: Vec<Value> = ending(&files, ".json")
        .filter(|(path, _)| path.starts_with("glossary/"))
        .flat_map(|(path, _)| twin(&files, path)["relationships"].as_array().cloned().unwrap_or_default())
        .collect();
    assert!(relations.len() > 40 && relations.iter().all(|relation| relation["term"].is_object()), "{relations:#?}");
    says(&files, "glossary/assortment-offer-price.md", &["## Related terms\n\n- Related to: [Shelf price]("]);
    // Columns inside of others, with their classes.
    let columns = &files["products/orders.md"];
    let street = columns.lines().find(|line| line.starts_with("| delivery_address.street |")).expect("a row");
    assert!(street.contains("| personal |"), "{street}");
    assert!(columns.contains("| lines.\\[\\]."), "{columns}");
    // Readers by agreement alone, and how agreements stand.
    let sell_out = twin(&files, "products/grower-sell-out.json");
    assert_eq!(sell_out["agreedConsumers"].as_array().map(Vec::len), Some(1), "{sell_out}");
    assert_eq!(sell_out["consumers"], json!([]));
    assert!(sell_out["agreements"][0]["standing"].is_string());
    says(
        &files,
        "products/grower-sell-out.md",
        &["## Read by agreement\n", "| Consumer | Purpose | Port | Until | Standing |"],
    );
    let rows = ending(&files, ".json").filter(|(path, _)| path.starts_with("catalog/"));
    let rows: Vec<Value> = rows.flat_map(|(path, _)| twin(&files, path).as_array().cloned().expect("rows")).collect();
    let row = rows.iter().find(|row| row["id"] == "grower-sell-out" && row["kind"] == "product").expect("a row");
    assert_eq!((&row["consumers"], &row["agreedConsumers"]), (&json!(0), &json!(1)));
    // Findings, and what sets them aside.
    let churn = twin(&files, "products/churn-features.json");
    let waived = churn["findings"].as_array().and_then(|all| all.iter().find(|finding| finding["waiver"].is_object()));
    let waiver = &waived.expect("one is waived")["waiver"];
    assert_eq!((&waiver["approvedBy"], &waiver["expires"]), (&json!("data-governance"), &json!("2036-12-31")));
    says(
        &files,
        "products/churn-features.md",
        &[
            "## Findings\n",
            ", waived by [Data Governance](../teams/data-governance.md) until 31 Dec 2036: Web clicks has had",
        ],
    );
    // Old results are called old, with the day.
    says(
        &files,
        "products/campaign-spend.md",
        &["- Evidence: kept: 3 of 4 promises kept, 1 without a result, 43 days ago\n", ", 9 Oct 2026, 43 days ago |"],
    );
    let spend = twin(&files, "products/campaign-spend.json");
    assert_eq!((&spend["evidence"]["old"], &spend["evidence"]["results"][0]["staleDays"]), (&json!(3), &json!(43)));
    assert!(spend["evidence"].get("daysUntil").is_none(), "no result lies in the last thirty days");
    assert_eq!(orders["evidence"]["daysUntil"], "2026-11-21");
    // Stewards and servers.
    assert_eq!(twin(&files, "domains/sales.json")["stewards"][0]["ref"], "team:data-governance");
    says(&files, "domains/sales.md", &["- Stewards: [Data Governance](../teams/data-governance.md)\n"]);
    assert!(twin(&files, "sources/campaign-hub.json")["servers"][0]["type"].is_string());
    // What a policy takes to be read, and what came of it.
    let policy = twin(&files, "policies/every-column-classified.json");
    assert_eq!(policy["scope"]["kinds"], json!(["DataContract"]));
    assert_eq!(policy["outcome"]["subjects"], 94);
    assert_eq!((&policy["outcome"]["passing"], &policy["outcome"]["waived"]), (&json!(93), &json!(1)));
    assert!(policy["tests"][0]["given"].is_object() && policy["tests"][0].get("failure").is_none());
    assert!(policy["outcome"]["violations"][0]["subject"]["ref"].is_string());
    // What a contract says of its columns and of its other versions.
    let contract = twin(&files, "contracts/orders/2.1.0.json");
    let versions = contract["versions"].as_array().expect("versions");
    let status =
        |at: &str| versions.iter().find(|version| version["ref"] == at).map(|version| version["status"].clone());
    assert_eq!(status("contract:orders@3.0.0"), Some(json!("proposed")));
    let columns = contract["schema"][0]["properties"].as_array().expect("columns");
    let ending = columns.iter().find(|column| column["endsWith"] == "3.0.0").expect("one ends");
    assert_eq!(ending["replacedBy"], "amount_eur");
    assert!(
        columns.iter().any(|column| column["joins"][0]["column"].as_str().is_some_and(|to| to.starts_with("column:")))
    );
    // A badge of an old name is still there.
    assert_eq!(files["badges/stock-levels.svg"], files["badges/stock-on-hand.svg"]);
}

const PRODUCT: &str = "apiVersion: v1.1.0\nkind: DataProduct\nid: order-book\nname: Order book\nstatus: active\nversion: 1.0.0\n\
    domain: sales\nteam: {name: order-platform}\ncustomProperties: [{property: license, value: NM-2024-17}]\n\
    inputPorts:\n  - {name: lost, contractId: nowhere, version: 1.0.0}\n  - {name: up, contractId: orders, version: 2.1.0}\n\
    outputPorts:\n  - {name: tables, contractId: book, version: 1.0.0}\n";
const CONTRACT: &str = "apiVersion: v3.2.0\nkind: DataContract\nid: book\nname: Book\nversion: 1.0.0\nstatus: active\n\
    price: {priceAmount: 9.95, priceCurrency: EUR, priceUnit: month}\n\
    servers:\n  - {server: test, type: s3, environment: test, location: \"s3://test/\", format: csv}\n  \
    - {server: prod, type: s3, environment: prod, location: \"s3://prod/\", format: parquet}\n\
    schema:\n  - name: book\n    dataGranularityDescription: One row a line.\n    \
    quality: [{type: sql, query: \"select count(*) from book\", mustBe: 0}]\n    properties:\n      \
    - name: state\n        logicalType: string\n        criticalDataElement: true\n        partitioned: true\n        partitionKeyPosition: 2\n        \
    enum: [{value: N, label: New}, {value: S, label: Sent, description: \"On: its way.\"}, {value: X}]\n        \
    logicalTypeOptions: {minLength: 2, pattern: \"^[0-9]+$\"}\n        examples: [x|y, \"4\", 3, true, null, [1]]\n        \
    transformSourceObjects: [nowhere.at.all]\n        transformDescription: As it was.\n      \
    - name: to\n        logicalType: object\n        properties: [{name: street, logicalType: string, classification: personal}]\n\
    slaProperties:\n  - {property: frequency, value: 1, unit: d}\n";
const OTHER: &str = "apiVersion: v3.2.0\nkind: DataContract\nid: book\nname: Book\nversion: 2.0.0\nstatus: draft\nschema: [{name: book}]\n";
const AGREEMENT: &str = "apiVersion: v0.9.0\nkind: AccessAgreement\nid: desk\nversion: \"1.0.0\"\nstatus: approved\n\
    description: {purpose: Counts.}\nstartTimestamp: \"2026-01-01T00:00:00Z\"\nendTimestamp: \"2026-12-05T23:59:59Z\"\n\
    provider: {teamId: order-platform, dataProductId: order-book, outputPortId: tables, dataContractId: book, dataContractVersion: \"1.0.0\"}\n\
    consumer: {teamId: order-platform, dataProductId: orders}\n";
const RESULTS: &str = "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-09-30T05:00:00Z\"\nsource: {process: runner}\n\
    contract: {contractID: book, version: \"1.0.0\"}\nresults:\n  \
    - {id: frequency, type: metric, status: pass, measure: {value: 20, unit: h}}\n";
const ALIASES: &str = "apiVersion: meshfolio/v1\nkind: Aliases\naliases:\n  - {from: product:ledger-book, to: product:order-book}\n  \
    - {from: contract:old-book, to: contract:book}\n";

fn own() -> TempDir {
    let folder = registry(&[
        ("registry/book/product.odps.yaml", PRODUCT),
        ("registry/book/book.odcs.yaml", CONTRACT),
        ("registry/book/next.odcs.yaml", OTHER),
        ("registry/book/access/desk.oaas.yaml", AGREEMENT),
        ("registry/book/docs/how.md", "# How\n\nLike this.\n"),
        ("registry/aliases.yaml", ALIASES),
        ("observations/book.yaml", RESULTS),
    ]);
    fs::write(
        folder.path().join("meshfolio.yaml"),
        "mesh: {id: m, name: M, baseUrl: \"https://d.example/a b/\"}\nroots: [registry]\n",
    )
    .expect("written");
    folder
}

#[test]
fn every_fact_of_a_contract_stands_in_its_json_form() {
    let folder = own();
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    let contract = twin(&files, "contracts/book/1.0.0.json");
    assert_eq!(contract["price"], json!({"amount": "9.95", "currency": "EUR", "unit": "month"}));
    assert_eq!(contract["versions"][1]["status"], "draft");
    let object = &contract["schema"][0];
    assert_eq!(object["dataGranularityDescription"], "One row a line.");
    let rule = &object["quality"][0];
    assert_eq!((&rule["type"], &rule["query"]), (&json!("sql"), &json!("select count(*) from book")));
    let column = &object["properties"][0];
    assert_eq!(column["examples"], json!(["x|y", "4", 3, true, null, [1]]));
    assert_eq!(column["logicalTypeOptions"], json!({"minLength": 2, "pattern": "^[0-9]+$"}));
    assert_eq!((&column["partitioned"], &column["criticalDataElement"]), (&json!(true), &json!(true)));
    assert_eq!((&column["from"], &column["fromColumns"]), (&json!(["nowhere.at.all"]), &json!([null])));
    assert_eq!(column["transformDescription"], "As it was.");
    assert_eq!((&column["partitionKeyPosition"], &column["allowedValues"]), (&json!(2), &json!(["N", "S", "X"])));
    let sent = json!({"value": "S", "label": "Sent", "description": "On: its way."});
    assert_eq!(column["valueMeanings"], json!([{"value": "N", "label": "New"}, sent]));
    let page = &files["contracts/book.html"];
    assert!(page.contains("<code>N</code> New; <code>S</code> Sent: On: its way</small>"), "{page}");
    assert!(object["properties"][1].get("partitioned").is_none(), "what is not said costs nothing");
    let shown = run(&folder, &["show", "column:book@1.0.0#book.state"]).code(0);
    let lines: Vec<&str> = shown.out.lines().map(str::trim).collect();
    assert!(lines.windows(3).any(|three| three == ["- x|y", "- 4", "- 3"]), "{}", shown.out);
}

#[test]
fn notes_name_lost_inputs_parts_of_columns_and_old_results() {
    let folder = own();
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    says(
        &files,
        "products/order-book.md",
        &[
            "| lost | not in this registry | nowhere 1.0.0 |",
            "| to.street | string |  | personal |  |",
            "- Evidence: kept: 1 of 2 promises kept, 1 without a result, 52 days ago\n",
            "kept: 20 h, 30 Sep 2026, 52 days ago |",
            "- Not stated; no contract names one, so ask the owner, [",
            "## Read by agreement\n\n- [Orders](../products/orders.md)\n",
            "Ends in 14 days |",
        ],
    );
    let shown = run(&folder, &["show", "order-book"]).code(0);
    assert!(shown.out.contains("0 declared, 1 agreed consumer"), "{}", shown.out);
    let json = run(&folder, &["show", "order-book", "--format", "json"]).code(0).json();
    assert_eq!(json["agreements"][0]["standing"], "ending");
    let impact = run(&folder, &["impact", "product:order-book", "--format", "json"]).code(0).json();
    assert_eq!((&impact["impact"], &impact["agreed"]), (&json!([]), &json!(["product:orders"])));
    let list = run(&folder, &["list", "products", "--format", "json"]).code(0).json();
    let row = list.as_array().and_then(|rows| rows.iter().find(|row| row["id"] == "order-book")).cloned();
    assert_eq!(row.expect("a row")["agreedConsumers"], 1);
}

#[test]
fn a_check_has_one_shape_wherever_json_tells_of_it() {
    let folder = own();
    let shown = run(&folder, &["show", "order-book", "--format", "json"]).code(0).json();
    let scores = run(&folder, &["score", "order-book", "--format", "json"]).code(0).json();
    let subject = scores["subjects"].as_array().and_then(|all| all.iter().find(|subject| subject["kind"] == "product"));
    assert_eq!(subject.expect("the product")["axes"], shown["checks"]["axes"]);
}

#[test]
fn what_belongs_to_a_page_moves_with_it() {
    let folder = own();
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    for (from, to) in [
        ("products/ledger-book/consumers.html", "products/order-book/consumers.html"),
        ("products/ledger-book/docs/how.html", "products/order-book/docs/how.html"),
        ("contracts/old-book/1.0.0/columns.html", "contracts/book/1.0.0/columns.html"),
    ] {
        assert!(files.contains_key(to), "{to}");
        says(&files, from, &["http-equiv=\"refresh\"", &format!("{to}\"")]);
        says(&files, "_redirects", &[&format!("/{from} /{to} 301\n")]);
        says(&files, "aliases.json", &[&format!("{{\"from\":\"{from}\",\"to\":\"{to}\"}}")]);
    }
    for (old, new) in [
        ("badges/ledger-book.svg", "badges/order-book.svg"),
        ("products/ledger-book.svg", "products/order-book.svg"),
        ("contracts/old-book/1.0.0.odcs.yaml", "contracts/book/1.0.0.odcs.yaml"),
    ] {
        assert_eq!(files[old], files[new], "{old}");
    }
    for line in files["_redirects"].lines() {
        let to = line.split(' ').nth(1).expect("an address");
        assert!(files.contains_key(&to[1..]), "{line}");
    }
}

#[test]
fn datasets_have_licences_and_one_download_for_each_server() {
    let folder = own();
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    let block = |path: &str| -> Value {
        let html = &files[path];
        let (_, rest) = html.split_once("application/ld+json\">").expect("a block");
        serde_json::from_str(rest.split("</script>").next().expect("its end")).expect("JSON")
    };
    let product = block("products/order-book.html");
    assert_eq!(product["@graph"][0]["license"], json!({"@type": "CreativeWork", "name": "NM-2024-17"}));
    let contract = block("contracts/book.html");
    let downloads = &contract["@graph"][0]["distribution"];
    let said = |at: usize| [&downloads[at]["name"], &downloads[at]["encodingFormat"]].map(Clone::clone);
    assert_eq!(said(0), [json!("prod"), json!("application/vnd.apache.parquet")]);
    assert_eq!(said(1), [json!("test"), json!("text/csv")]);
    assert!(downloads[1].get("@id").is_none(), "two things are not one");
    // A base URL that is refused is none.
    assert_eq!(product["@graph"][0]["@id"], "../products/order-book.html");
    assert!(!files.contains_key("sitemap.xml") && !files["changes.atom"].contains("a b"));
}

/// While a product is in doubt, who publishes and who reads is not asked: a waiver of that is not without use.
#[test]
fn a_waiver_of_what_is_not_asked_is_not_told_to_go() {
    let product = |id: &str| {
        format!("apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: \"1.0.0\"\nstatus: active\n")
    };
    let review = |id: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Review\nid: {id}\nsubject: product:shipments\nreviewer: order-platform\nrating: 4\n\
             date: \"2026-11-01\"\n"
        )
    };
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: bare\ntarget: product:bare\nrule: renamed-table\n\
                  reason: It is being filled.\napprovedBy: order-platform\nexpires: \"2027-06-30\"\n";
    let (bare, lost, one, two) = (product("bare"), product("shipmnets"), review("one"), review("two"));
    let folder = registry(&[
        ("registry/bare.odps.yaml", bare.as_str()),
        ("registry/shipments.odps.yaml", lost.as_str()),
        ("registry/reviews/one.yaml", one.as_str()),
        ("registry/reviews/two.yaml", two.as_str()),
        ("registry/waivers/bare.yaml", waiver),
    ]);
    let told = || run(&folder, &["check", "--format", "concise"]).out;
    let in_doubt = told();
    assert!(in_doubt.contains("[REF030]") && !in_doubt.contains("GOV017"), "{in_doubt}");
    fs::write(folder.path().join("registry/shipments.odps.yaml"), product("shipments")).expect("written");
    assert!(!told().contains("GOV017"), "it covers the finding: {}", told());
}

#[test]
fn pages_of_the_demo_say_what_is_so() {
    let files = demo();
    let lacks = |path: &str, part: &str| assert!(!files[path].contains(part), "{path} has {part}\n{}", files[path]);
    // Who reads a contract by agreement alone.
    says(
        &files,
        "contracts/stock-lookup.html",
        &["<strong>1</strong> agreed consumer", "By agreement alone reads it: "],
    );
    says(&files, "products/stock-on-hand.html", &["<small>1 by agreement</small>"]);
    says(&files, "products/stock-on-hand.md", &["0, 1 by agreement"]);
    assert_eq!(
        twin(&files, "contracts/stock-lookup/1.2.0.json")["agreedConsumers"].as_array().map(Vec::len),
        Some(1),
        "{}",
        files["contracts/stock-lookup/1.2.0.json"]
    );
    // What is on its way out is not still to come.
    says(&files, "products/web-clicks.html", &["<strong>Access is no longer given.</strong> Ask for <a href"]);
    lacks("products/web-clicks.html", "cannot be asked for yet");
    says(&files, "products/grower-visits.html", &["<strong>Access cannot be asked for yet.</strong>"]);
    // A version that is over promises nothing.
    says(&files, "contracts/orders/1.4.0.html", &["No promise any more", "Promises <span>0</span>", "no longer made"]);
    // Where a team approves by its own name.
    says(&files, "teams/data-governance.html", &["<dt>Approves access</dt>"]);
    let approved = twin(&files, "teams/data-governance.json")["approvesAccess"].as_array().map_or(0, Vec::len);
    assert!(approved > 10, "{approved}");
    // Why a service level is there, and of what a level is.
    let drivers = ending(&files, ".html").filter(|(_, text)| text.contains("Why: ")).count();
    assert!(drivers > 0 && ending(&files, ".html").all(|(_, text)| !text.contains(">Driver operational")));
    says(&files, "products/orders.html", &["Maturity <strong>", "Edits that change no version are left out."]);
    // Each column counts once, and of the map what is read.
    says(&files, "products/driver-hours.html", &["Personal data, 5 columns</span>, 2 of them sensitive"]);
    let flow = |id: &str| {
        let (_, row) = files["map.html"].split_once(&format!("<tr id=\"{id}\">")).expect("a row");
        row.split_once("</tr>").expect("its end").0.contains("Personal data</span>")
    };
    assert!(flow("u-sales.customer") && !flow("u-sales.stock"), "{}", files["map.html"]);
    // Where further promises and further ways to connect stand.
    says(&files, "products/orders.html", &["#promises\">orders-stream ", "#connect\">Python, and more</a>"]);
    // Personal data in one table.
    let personal = "browse/data/personal.html";
    says(&files, personal, &["<th scope=\"col\">Lawful basis</th>", "columns of ", "#access\">"]);
    says(&files, "browse/index.html", &["data/confidential.html", "data/internal.html", "data/public.html"]);
    // Titles are of one page each, but for a contract and its current version, and every page has a description.
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, text) in ending(&files, ".html") {
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a title").0;
        assert!(!text.contains("name=\"description\" content=\"\""), "{path}");
        let is_shown_twice = path.starts_with("contracts/") || title.starts_with("Moved");
        let known = titles.insert(title, path).filter(|_| !is_shown_twice);
        assert_eq!(known, None, "{path}: {title}");
    }
    let consumers = ending(&files, "/consumers.html").filter(|(_, text)| text.contains("content=\"1 product read "));
    assert_eq!(consumers.count(), 0);
}

#[test]
fn what_is_not_found_has_its_styles_wherever_serve_is_asked() {
    let tree = MemoryTree::new([("meshfolio.yaml", "mesh: {id: acme}\n")]);
    let site = || Site::new(outcome(&tree), Arc::new(tree.clone()), None).expect("the theme is whole");
    let page = |site: Site| {
        let set = Arc::new(site).files();
        let position = set.position("404.html").expect("it is there");
        String::from_utf8(set.bytes(position).expect("made")).expect("UTF-8")
    };
    assert!(page(site().served()).contains("href=\"/assets/site.css\""));
    assert!(page(site()).contains("href=\"assets/site.css\""));
}
