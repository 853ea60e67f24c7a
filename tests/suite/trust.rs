//! Nothing is said that the files do not say: waivers of one version, agreements that have not begun, results of other
//! days, what is only proposed, what is over.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::cli::{registry, run};

const COUNCIL: (&str, &str) =
    ("registry/council.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: council\nname: Council\n");

/// A version of a contract with a column that looks personal.
fn people(version: &str, more: &str) -> String {
    format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: people\nname: People\nversion: \"{version}\"\nstatus: active\n{more}schema:\n  \
         - name: people\n    physicalName: PEOPLE_V2\n    properties:\n      - {{name: customerEmail, logicalType: string}}\n"
    )
}

fn waiver(target: &str, more: &str) -> String {
    format!(
        "apiVersion: meshfolio/v1\nkind: Waiver\nid: old\ntarget: {target}\nrule: unclassified-personal-data\n\
         reason: It is going.\napprovedBy: council\nexpires: \"2027-06-30\"\n{more}"
    )
}

/// The findings of a rule: their words, and what waives each.
fn of_rule(folder: &TempDir, code: &str) -> Vec<(String, Value)> {
    let found = run(folder, &["check", "--format", "json"]).json();
    let list = found["diagnostics"].as_array().expect("a list").iter().filter(|found| found["code"] == code);
    list.map(|found| (found["message"].as_str().expect("words").to_owned(), found["waivedBy"].clone())).collect()
}

fn page(folder: &TempDir, path: &str) -> String {
    run(folder, &["build", "--allow-errors"]).code(0);
    fs::read_to_string(folder.path().join("site").join(path)).expect("a page")
}

#[test]
fn a_waiver_of_a_version_excuses_no_other() {
    let (one, two) = (people("1.0.0", ""), people("2.0.0", ""));
    let files = |target: &str, more: &str| {
        let own = waiver(target, more);
        registry(&[
            COUNCIL,
            ("registry/people-1.odcs.yaml", &one),
            ("registry/people-2.odcs.yaml", &two),
            ("registry/old.yaml", &own),
        ])
    };
    let waived = |folder: &TempDir| -> Vec<bool> {
        of_rule(folder, "GOV004").into_iter().map(|(_, waived_by)| waived_by == "old").collect()
    };
    assert_eq!(waived(&files("contract:people@1.0.0", "")), [true, false]);
    assert_eq!(waived(&files("contract:people", "")), [true, true]);
    // One that is not decided, or is withdrawn, excuses nothing, and both findings say why.
    for status in ["draft", "proposed", "retired"] {
        let folder = files("contract:people", &format!("status: {status}\n"));
        assert_eq!(waived(&folder), [false, false], "{status}");
        let said = run(&folder, &["check"]).out;
        assert!(said.contains(&format!("the waiver `old` for it does not count: its status is `{status}`")), "{said}");
    }
    let folder = files("contract:people@9.0.0", "");
    assert_eq!(waived(&folder), [false, false]);
    let register = page(&folder, "waivers.html");
    assert!(register.contains("Leads to nothing") && !register.contains("In force"), "{register}");
}

const READER: (&str, &str) = (
    "registry/reader.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: reader\nname: Reader\nversion: \"1.0.0\"\nstatus: active\nteam: {name: growth}\n\
     inputPorts:\n  - {name: in, contractId: orders, version: \"2.1.0\"}\n",
);
const GROWTH: (&str, &str) =
    ("registry/growth.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: growth\nname: Growth\n");

fn agreement(status: &str, start: &str, end: &str) -> String {
    format!(
        "apiVersion: v0.9.0\nkind: AccessAgreement\nid: reader\nstatus: {status}\ndescription: {{purpose: Weekly features.}}\n\
         startTimestamp: \"{start}T00:00:00Z\"\nendTimestamp: \"{end}T00:00:00Z\"\n\
         provider: {{teamId: order-platform, dataProductId: orders, contractId: orders, contractVersion: \"2.1.0\"}}\n\
         consumer: {{teamId: growth, dataProductId: reader}}\n"
    )
}

fn personal_orders() -> &'static str {
    "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: \"2.1.0\"\nstatus: active\nschema:\n  - name: orders\n    \
     physicalName: ORDERS_V2\n    quality:\n      - {id: id-unique, name: id-unique, metric: duplicateValues, mustBe: 0}\n    \
     properties:\n      - {name: email, logicalType: string, classification: personal}\n\
     slaProperties:\n  - {property: freshness, value: 15, unit: minutes}\n"
}

#[test]
fn an_agreement_gives_access_from_its_first_day_to_its_last_and_a_refused_one_never() {
    let orders = ("registry/sales/orders/orders.odcs.yaml", personal_orders());
    let said = |agreement: &str| {
        let folder = registry(&[GROWTH, READER, orders, ("registry/sales/orders/access/reader.oaas.yaml", agreement)]);
        let found = of_rule(&folder, "GOV040");
        (found.len(), found.into_iter().map(|(message, _)| message).collect::<String>())
    };
    assert_eq!(said(&agreement("approved", "2026-01-01", "2027-12-31")).0, 0);
    let (n, out) = said(&agreement("approved", "2027-06-01", "2027-12-31"));
    assert!(n == 1 && out.contains("before its agreement begins on 2027-06-01"), "{out}");
    for end in ["2027-12-31", "2026-11-20"] {
        let (n, out) = said(&agreement("rejected", "2026-01-01", end));
        assert!(n == 1 && out.contains("although access was refused"), "{end}: {out}");
    }
    // What has not begun is in no list of who reads.
    let later = agreement("approved", "2027-06-01", "2027-12-31");
    let reader = READER.1.split("inputPorts").next().expect("a head").to_owned();
    let mut files =
        vec![GROWTH, orders, ("registry/reader.odps.yaml", reader.as_str()), ("registry/a.oaas.yaml", later.as_str())];
    let lineage = run(&registry(&files), &["lineage", "product:reader"]).out;
    assert!(!lineage.contains("product:orders"), "{lineage}");
    // What has begun stands there, with what the contract promises.
    let now = agreement("approved", "2026-01-01", "2027-12-31");
    files[3] = ("registry/a.oaas.yaml", now.as_str());
    let folder = registry(&files);
    let shown = page(&folder, "products/reader.html");
    assert!(shown.contains("Agreed until"), "{shown}");
    assert!(shown.contains("Promised only"), "the contract promises two things: {shown}");
}

fn results(day: &str, version: &str, target: &str, status: &str, minutes: u32) -> String {
    format!(
        "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"{day}T06:00:00Z\"\ncontract: {{contractID: orders{version}}}\n\
         results:\n  - {{type: check, id: id-unique, status: {status}, target: {{resourceIdentifier: {target}}}, measure: {{metric: duplicateValues, value: 0}}}}\n  \
         - {{type: metric, id: freshness, status: {}, measure: {{metric: freshness, value: {minutes}, unit: minutes}}}}\n",
        if minutes > 15 { "fail" } else { "pass" }
    )
}

fn observed(files: &[(&str, &str)]) -> (TempDir, Value) {
    let orders = ("registry/sales/orders/orders.odcs.yaml", personal_orders());
    let folder = registry(&[&[orders], files].concat());
    let shown = run(&folder, &["show", "contract:orders", "--format", "json"]).code(0).json();
    (folder, shown["evidence"].clone())
}

fn verdict(evidence: &Value, name: &str) -> String {
    let rows = evidence["results"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["name"] == name);
    row.map_or("none", |row| row["verdict"].as_str().unwrap_or("?")).to_owned()
}

#[test]
fn the_newer_of_two_results_counts_however_the_thing_is_called() {
    let failed = results("2026-11-18", ", version: \"2.1.0\"", "ORDERS_V2", "fail", 10);
    let passed = results("2026-11-20", ", version: \"2.1.0\"", "orders", "pass", 10);
    let (_, evidence) = observed(&[("observations/a.yaml", &failed), ("observations/b.yaml", &passed)]);
    assert_eq!(verdict(&evidence, "id-unique"), "kept", "{evidence}");
}

#[test]
fn what_was_observed_before_a_version_was_made_says_nothing_of_it() {
    let made = personal_orders().replace("status: active\n", "status: active\ncontractCreatedTs: \"2026-11-19\"\n");
    let orders = ("registry/sales/orders/orders.odcs.yaml", made.as_str());
    let before = results("2026-11-18", "", "orders", "pass", 10);
    let (_, evidence) = observed(&[orders, ("observations/a.yaml", &before)]);
    assert_eq!(verdict(&evidence, "id-unique"), "none", "{evidence}");
    // Nor does it for the check, which keeps less of a contract.
    let late = results("2026-11-18", "", "orders", "fail", 40);
    let (folder, _) = observed(&[orders, ("observations/a.yaml", &late)]);
    assert_eq!(of_rule(&folder, "GOV045"), []);
    let after = results("2026-11-19", "", "orders", "pass", 10);
    let (_, evidence) = observed(&[orders, ("observations/a.yaml", &after)]);
    assert_eq!(verdict(&evidence, "id-unique"), "kept", "{evidence}");
}

#[test]
fn the_event_of_a_day_has_the_number_of_that_day_or_none() {
    let files = [
        ("observations/1.yaml", results("2026-11-17", ", version: \"2.1.0\"", "orders", "pass", 10)),
        ("observations/2.yaml", results("2026-11-18", ", version: \"2.1.0\"", "orders", "pass", 19)),
        ("observations/3.yaml", results("2026-11-19", ", version: \"2.1.0\"", "orders", "pass", 22)),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let (folder, _) = observed(&files[..2]);
    let changes = page(&folder, "changes.html");
    assert!(changes.contains("Freshness 19 min, promised 15 min"), "{changes}");
    let (folder, _) = observed(&files);
    let changes = page(&folder, "changes.html");
    assert!(
        changes.contains("Promise missed") && !changes.contains("22 min") && !changes.contains("19 min"),
        "{changes}"
    );
}

#[test]
fn a_rule_that_is_proposed_or_on_trial_is_not_announced_as_in_force() {
    let policy = |stage: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: names\nname: Names are stated\nowner: order-platform\nstage: {stage}\n\
             effectiveFrom: 2026-11-01\nscope: {{kinds: [DataProduct]}}\nvalidations:\n  - {{expression: stated(product.name), message: no name}}\n"
        )
    };
    for (stage, word) in [("enforced", "Rule in force"), ("trial", ""), ("proposed", "")] {
        let changes = page(&registry(&[("registry/names.yaml", &policy(stage))]), "changes.html");
        let said: Vec<&str> =
            ["Rule in force", "Rule on trial"].into_iter().filter(|said| changes.contains(*said)).collect();
        let expected: Vec<&str> = Some(word).filter(|word| !word.is_empty()).into_iter().collect();
        assert_eq!(said, expected, "{stage}");
    }
}

#[test]
fn what_is_over_is_said_to_be_over() {
    let ended = personal_orders().replace(
        "slaProperties:\n",
        "slaProperties:\n  - {property: endOfSupport, value: \"2026-06-30\"}\n  - {property: endOfLife, value: \"2026-09-30\"}\n",
    );
    let folder = registry(&[("registry/sales/orders/orders.odcs.yaml", &ended)]);
    let shown = page(&folder, "products/orders.html");
    assert!(shown.contains("Ended 30 Sep 2026") || shown.contains("ended 30 Sep 2026"), "{shown}");
    // The promises of a retired contract are those of nobody.
    let retired = personal_orders().replace("status: active", "status: retired");
    let folder = registry(&[("registry/sales/orders/orders.odcs.yaml", &retired)]);
    let shown = page(&folder, "products/orders.html");
    assert!(!shown.contains("15 minutes") && !shown.contains("15 min promised"), "{shown}");
    // A badge recommends nothing that is retired.
    let kept = results("2026-11-20", ", version: \"2.1.0\"", "orders", "pass", 10);
    let gone = "apiVersion: v1.1.0\nkind: DataProduct\nid: orders\nname: Orders\nversion: \"1.0.0\"\nstatus: retired\ndomain: sales\n\
                team: {name: order-platform}\noutputPorts:\n  - {name: tables, contractId: orders, version: \"2.1.0\"}\n";
    let (folder, _) =
        observed(&[("registry/sales/orders/product.odps.yaml", gone), ("observations/a.yaml", kept.as_str())]);
    let badge = page(&folder, "badges/orders.svg");
    assert!(
        badge.contains("Orders: retired") && badge.contains("mark none off") && !badge.contains(">kept<"),
        "{badge}"
    );
}

#[test]
fn who_approves_for_one_contract_approves_nothing_of_another() {
    let with = personal_orders().to_owned() + "roles:\n  - {role: reader, firstLevelApprovers: order-platform}\n";
    let without = personal_orders().replace("id: orders\n", "id: orders-files\n");
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: orders\nname: Orders\nversion: \"1.0.0\"\nstatus: active\ndomain: sales\n\
                   team: {name: order-platform}\noutputPorts:\n  - {name: tables, contractId: orders, version: \"2.1.0\"}\n  \
                   - {name: files, contractId: orders-files, version: \"2.1.0\"}\n";
    let folder = registry(&[
        ("registry/sales/orders/orders.odcs.yaml", &with),
        ("registry/sales/orders/files.odcs.yaml", &without),
        ("registry/sales/orders/product.odps.yaml", product),
    ]);
    let shown = run(&folder, &["show", "orders"]).out;
    assert!(shown.contains("for contract orders-files@2.1.0; ask the owner"), "{shown}");
    let shown = page(&folder, "products/orders.html");
    assert!(shown.contains("orders-files 2.1.0</a>, so ask the owner"), "{shown}");
}

#[test]
fn a_column_is_what_its_path_says_and_old_results_are_history() {
    let orders = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: \"2.1.0\"\nstatus: active\ncontractCreatedTs: \"2026-11-10\"\nschema:\n  \
                  - name: orders\n    properties:\n      - name: id\n        logicalType: string\n      - name: customer\n        logicalType: object\n        \
                  properties:\n          - {name: cid, physicalName: id, logicalType: string}\n    \
                  quality:\n      - {id: filled, name: filled, metric: nullValues, mustBe: 0}\n";
    let result = |day: &str, target: &str, status: &str| {
        format!(
            "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-11-{day}T06:00:00Z\"\ncontract: {{contractID: orders}}\n\
             results:\n  - {{type: check, id: filled, status: {status}, target: {{resourceIdentifier: {target}}}}}\n"
        )
    };
    let (failed, passed) = (result("18", "orders.customer.cid", "fail"), result("19", "orders.id", "pass"));
    let file = ("registry/sales/orders/orders.odcs.yaml", orders);
    let (_, evidence) = observed(&[file, ("observations/a.yaml", &failed), ("observations/b.yaml", &passed)]);
    assert_eq!(verdict(&evidence, "filled"), "missed", "the two columns are two things");
    // The same column by the name that it has where it lies.
    let passed = result("19", "orders.customer.id", "pass");
    let (_, evidence) = observed(&[file, ("observations/a.yaml", &failed), ("observations/b.yaml", &passed)]);
    assert_eq!(verdict(&evidence, "filled"), "kept", "{evidence}");
    let (folder, _) = observed(&[file, ("observations/a.yaml", &result("09", "orders.id", "fail"))]);
    let said = run(&folder, &["build", "--allow-errors"]).code(0);
    assert!(!said.out.contains("REF023") && !said.err.contains("REF023"), "{said:#?}");
}
