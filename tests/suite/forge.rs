//! Links to the forge: the line of a file, the report of a problem, and the doors to access, each in the words of its forge;
//! and what search engines are told of pages.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::cli::registry;
use super::repository::Repository;
use super::site::{attributes, build};

const GLOSSARY: (&str, &str) = (
    "registry/glossary/sales.osds.yaml",
    "apiVersion: v0.1.0\nkind: SemanticDefinition\nid: sales-terms\nname: Sales terms\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\n\
     definitions:\n  - id: basket\n    name: Basket\n    description: What is not paid yet.\n  - id: order\n    name: Order\n    \
     description: What a customer paid for.\n",
);
/// A contract whose second column says nothing of itself, in line 12.
const CONTRACT: (&str, &str) = (
    "registry/sales/orders/orders.odcs.yaml",
    "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nversion: \"2.1.0\"\nstatus: active\nservers:\n  \
     - {server: api, type: api, environment: live, location: \"https://api.example/orders\", format: json}\nschema:\n  - name: orders\n    \
     properties:\n      - {name: id, logicalType: string, description: The number., classification: internal, transformSourceObjects: [shop.id]}\n      \
     - {name: amount, logicalType: number, classification: internal}\n\
     roles:\n  - {role: READ, access: read, firstLevelApprovers: order-platform}\n",
);
const STREAM: (&str, &str) = (
    "registry/sales/orders/stream.odcs.yaml",
    "apiVersion: v3.1.0\nkind: DataContract\nid: orders-stream\nversion: \"1.0.0\"\nstatus: active\ndescription: {usage: For what is new.}\n\
     servers:\n  - {server: bus, type: kafka, environment: prod, host: \"bus.example:9092\"}\nschema:\n  - name: events\n    properties:\n      \
     - {name: id, logicalType: string, classification: restricted}\n",
);
const PRODUCT: (&str, &str) = (
    "registry/sales/orders/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: orders\nname: Orders\nversion: \"3.0.0\"\nstatus: active\ndomain: sales\nteam: {name: order-platform}\n\
     support: [{channel: Desk, url: \"mailto:desk@acme.example\", scope: interactive}]\n\
     customProperties: [{property: license, value: CC-BY-4.0}]\noutputPorts:\n  \
     - {name: table, contractId: orders, version: \"2.1.0\"}\n  - {name: stream, contractId: orders-stream, version: \"1.0.0\"}\n",
);
const TEAM: (&str, &str) = (
    "registry/teams/order-platform.yaml",
    "apiVersion: meshfolio/v1\nkind: Team\nid: order-platform\nname: Order platform\ndomain: sales\n\
     support: [{channel: platform@acme.example, tool: email, scope: issues}]\n",
);
const FILES: [(&str, &str); 5] = [GLOSSARY, CONTRACT, STREAM, PRODUCT, TEAM];

fn site_of(config: &str) -> BTreeMap<String, String> {
    let folder = registry(&FILES);
    fs::write(folder.path().join("meshfolio.yaml"), config).expect("written");
    build(folder.path(), &["--allow-errors"]).1
}

/// Returns the addresses that a page links to, as a browser reads them.
fn links(page: &str) -> Vec<String> {
    attributes(page, "href").into_iter().map(|href| href.replace("&amp;", "&")).collect()
}

#[test]
fn links_to_the_forge_lead_to_the_line() {
    for (kind, repository, line) in [
        ("github", "https://forge.example/acme/mesh", "/blob/main/registry/glossary/sales.osds.yaml#L12"),
        ("gitlab", "https://forge.example/acme/mesh", "/-/blob/main/registry/glossary/sales.osds.yaml#L12"),
        ("gitea", "https://forge.example/acme/mesh", "/src/branch/main/registry/glossary/sales.osds.yaml#L12"),
        ("bitbucket", "https://forge.example/acme/mesh", "/src/main/registry/glossary/sales.osds.yaml#lines-12"),
        (
            "azure",
            "https://dev.azure.com/acme/data/_git/mesh",
            "?path=/registry/glossary/sales.osds.yaml&version=GBmain&line=12",
        ),
    ] {
        let files = site_of(&format!("forge: {{kind: {kind}, repository: \"{repository}\"}}\n"));
        let term = links(&files["glossary/sales-order.html"]);
        assert!(term.contains(&format!("{repository}{line}")), "{kind}: {term:?}");
        // What the check finds missing is the column in line 12, not the contract.
        let mend = line.replace("glossary/sales.osds.yaml", "sales/orders/orders.odcs.yaml").replace("blob", "edit");
        let mend = if kind == "gitea" { mend.replace("src/branch", "_edit") } else { mend };
        for page in ["products/orders.html", "contracts/orders.html", "scorecard.html"] {
            assert!(links(&files[page]).contains(&format!("{repository}{mend}")), "{kind}: {page}");
        }
        // A file of one thing is opened at its top.
        let own = links(&files["products/orders.html"]);
        assert!(own.iter().any(|link| link.contains("product.odps.yaml") && !link.contains("line")), "{kind}");
    }
    let files = site_of("");
    assert!(!files["glossary/sales-order.html"].contains("#L"), "there is no forge");
}

#[test]
fn a_problem_is_reported_with_what_the_page_shows() {
    let mut repository = Repository::new();
    let folder = registry(&FILES);
    for path in super::files_below(folder.path(), "") {
        repository.write(&path, &fs::read_to_string(folder.path().join(&path)).expect("text"));
    }
    let config = "forge: {kind: github, repository: \"https://forge.example/acme/mesh\"}\n";
    repository.write("meshfolio.yaml", config);
    let commit = repository.commit_as("Bo", "bo@acme.example");
    let (_folder, files) = build(repository.root(), &["--allow-errors"]);
    let report = format!(
        "https://forge.example/acme/mesh/issues/new?title=Problem+on+products/orders.html&body=Page:+products/orders.html%0AVersion:+3.0.0%0A\
         Commit:+{}%0AWhat+is+wrong:+%0A",
        &commit[..7]
    );
    assert!(links(&files["products/orders.html"]).contains(&report), "{report}");
    // A page of the whole mesh names no version, and would else change with every commit.
    let report = "/issues/new?title=Problem+on+map.html&body=Page:+map.html%0AWhat+is+wrong:+%0A";
    assert!(links(&files["map.html"]).iter().any(|link| link.ends_with(report)));

    let files = site_of("forge: {kind: azure, repository: \"https://dev.azure.com/acme/_git/mesh\"}\n");
    let report = "https://dev.azure.com/acme/mesh/_workitems/create/Task?%5BSystem.Title%5D=Problem+on+map.html\
                  &%5BSystem.Description%5D=Page:+map.html%3Cbr%3EWhat+is+wrong:+";
    assert!(links(&files["map.html"]).iter().any(|link| link == report), "{:?}", links(&files["map.html"]));

    let files = site_of("");
    let report = "mailto:desk@acme.example?subject=Problem%20on%20products/orders.html&body=Page:%20products/orders.html%0AVersion:%203.0.0%0A\
                  What%20is%20wrong:%20%0A";
    assert!(links(&files["products/orders.html"]).iter().any(|link| link == report));
    // A page without a desk of its own goes to the one of its team.
    for page in ["contracts/orders.html", "contracts/orders/2.1.0/columns.html", "teams/order-platform.html"] {
        assert!(files[page].contains("mailto:platform@acme.example?subject=Problem%20on%20"), "{page}");
    }
    assert!(!files["map.html"].contains("Report a problem"), "nobody is known to write to");
}

#[test]
fn both_doors_ask_the_same_and_every_port_has_one() {
    let files = site_of("forge: {kind: github, repository: \"https://forge.example/acme/mesh\"}\n");
    let page = &files["products/orders.html"];
    let issues: Vec<String> = links(page).into_iter().filter(|link| link.contains("title=Access")).collect();
    let issue = |port: &str, contract: &str, role: &str, environment: &str, classes: &str| {
        format!(
            "https://forge.example/acme/mesh/issues/new?title=Access:+Orders&body=Product:+product:orders%0APort:+{port}%0AContract:+{contract}%0A\
             {role}For+product+or+person:+%0AEnvironment:+{environment}%0APurpose:+%0AUntil:+%0AData+classes:+{classes}%0A"
        )
    };
    let expected = [
        issue("table", "orders+2.1.0", "Role:+READ%0A", "live", "internal"),
        issue("stream", "orders-stream+1.0.0", "", "prod", "restricted"),
    ];
    assert_eq!(issues, expected);
    let yaml = &page[page.find("kind: AccessAgreement").expect("an agreement")..];
    let yaml = yaml[..yaml.find("</code>").expect("its end")].replace("&quot;", "\"");
    for lines in [
        "  outputPortId: table\n  dataContractId: orders\n  dataContractVersion: \"2.1.0\"\n",
        "  # or outputPortId: stream, dataContractId: orders-stream, dataContractVersion: \"1.0.0\"\n",
        "roles:\n  - role: READ\n",
        "customProperties:\n  - property: environment\n    value: live\n  - property: dataClasses\n    value: [internal]\n",
    ] {
        assert!(yaml.contains(lines), "{lines}{yaml}");
    }
    let file = links(page).into_iter().find(|link| link.contains("/new/main?")).expect("a link to a new file");
    assert!(file.ends_with("value:+live%0A++-+property:+dataClasses%0A++++value:+%5Binternal%5D%0A"), "{file}");
}

#[test]
fn search_engines_are_told_of_canonical_pages_and_what_is_on_them() {
    let files = site_of("mesh: {id: acme, name: Acme, baseUrl: \"https://data.example/\"}\n");
    let listed = files["sitemap.xml"].split("<loc>").skip(1).filter_map(|rest| rest.split('<').next());
    let mut n = 0;
    for address in listed {
        let page = &files[address.strip_prefix("https://data.example/").expect("below the base")];
        assert!(page.contains(&format!("<link rel=\"canonical\" href=\"{address}\">")), "{address}");
        assert!(!page.contains("noindex"), "{address}");
        n += 1;
    }
    assert!(n > 20 && !files["sitemap.xml"].contains("2.1.0.html"));

    let block = |page: &str| -> Value {
        let html = &files[page];
        let start = html.find("application/ld+json\">").expect("a block") + "application/ld+json\">".len();
        serde_json::from_str(html[start..].split('<').next().expect("its end")).expect("JSON")
    };
    let product = block("products/orders.html");
    let dataset = &product["@graph"][0];
    assert_eq!(dataset["url"], "https://data.example/products/orders.html");
    assert_eq!(dataset["license"], serde_json::json!({"@type": "CreativeWork", "name": "CC-BY-4.0"}));
    let downloads = &dataset["distribution"];
    assert_eq!(downloads[0]["contentUrl"], "https://api.example/orders");
    assert_eq!((&downloads[0]["encodingFormat"], &downloads[1].get("contentUrl")), (&"application/json".into(), &None));
    let steps = product["@graph"][1]["itemListElement"].as_array().expect("steps");
    let names: Vec<&str> = steps.iter().filter_map(|step| step["name"].as_str()).collect();
    assert_eq!(names, ["Products", "Sales", "Orders"]);
    assert_eq!(block("contracts/orders-stream.html")["@graph"][0]["description"], "For what is new.");
}
