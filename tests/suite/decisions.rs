//! What of a change is a decision of people: who may read, who answers, where a product belongs; and why `diff` refuses.
//! The levels of single changes are in `tests/cases/BRK/`.

use serde_json::Value;
use tempfile::TempDir;

use super::change::{CONTRACT, PRODUCT, codes, commit, git, read, replace, write};
use super::cli::{registry, run};
use super::gate::with_reader;

const AGREEMENT: &str = "registry/sales/orders/access/campaigns.oaas.yaml";
const GIVES: &str = "apiVersion: v0.9.0\nkind: AccessAgreement\nid: ledger-reads-orders\nversion: \"1.0.0\"\nstatus: approved\n\
                     description: {purpose: The month end.}\nendTimestamp: \"2037-12-31T23:59:59Z\"\n\
                     provider: {teamId: order-platform, dataProductId: orders, outputPortId: tables, dataContractId: orders, dataContractVersion: \"2.1.0\"}\n\
                     consumer: {teamId: ledger}\ncustomProperties:\n  - {property: dataClasses, value: [personal]}\n";

#[track_caller]
fn assert_holds(text: &str, all: &[&str]) {
    for part in all {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

/// Returns what three formats of `diff` print: text, comment and JSON.
fn told(folder: &TempDir, code: i32) -> (String, String, Value) {
    let text = run(folder, &["diff", "main"]).code(code).out;
    let comment = run(folder, &["diff", "main", "--format", "markdown"]).code(code).out;
    (text, comment, run(folder, &["diff", "main", "--format", "json"]).code(code).json())
}

#[test]
fn access_that_is_given_or_taken_says_who_gets_what_of_whom_until_when() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    write(&folder, AGREEMENT, GIVES);
    let (text, comment, json) = told(&folder, 0);
    assert_holds(
        &text,
        &[
            ". BRK083 info  agreement  access granted: team:ledger gets personal data of product:orders until 2037-12-31  :3",
        ],
    );
    let words = "`team:ledger` gets `personal` data of `product:orders` until 2037-12-31 (port `tables`, contract `orders@2.1.0`)";
    assert_eq!(json["changes"][0]["message"], words);
    assert!(!comment.contains("nothing that was promised changes"), "{comment}");
    assert_holds(&comment, &["gets <code>personal</code> data of", "until 2037-12-31"]);
    run(&folder, &["build", "--base", "main", "--out", "site"]).code(0);
    assert_holds(&read(&folder, "site/change.html"), &["BRK083", "until 2037-12-31"]);
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["@acme/ledger", "owns `agreement:ledger-reads-orders`, which is new"]);

    // Nobody's reading excuses it: with a level of its own only a waiver does.
    write(&folder, "meshfolio.yaml", "check: {levels: {access-granted: error}}\n");
    let (text, ..) = told(&folder, 1);
    assert_holds(
        &text,
        &["agreement ledger-reads-orders   BREAKING", "[ ] `agreement:ledger-reads-orders`: `team:ledger` gets"],
    );
    write(&folder, "meshfolio.yaml", "");

    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "given"]);
    std::fs::remove_file(folder.path().join(AGREEMENT)).expect("it is there");
    let (text, comment, json) = told(&folder, 0);
    assert_holds(
        &text,
        &["- BRK084 warning  agreement  access revoked: team:ledger gets personal data of product:orders until"],
    );
    assert_holds(&comment, &["| Look |", "no longer gets <code>personal</code> data of"]);
    assert_eq!(json["changes"][0]["name"], "access-revoked");
    write(&folder, AGREEMENT, &GIVES.replace("2037-12-31", "2099-12-31").replace("month end", "end of the month"));
    let (text, ..) = told(&folder, 0);
    assert_holds(&text, &["agreement changed: 2037-12-31 -> 2099-12-31", "BRK053 info  description"]);
    // Another consumer, or more data, is access for whoever did not have it.
    write(&folder, AGREEMENT, &GIVES.replace("teamId: ledger}", "teamId: order-platform}"));
    assert_holds(&told(&folder, 0).0, &["BRK083 info  consumer.teamId  access granted: ledger -> order-platform"]);
    write(&folder, AGREEMENT, &GIVES.replace("[personal]", "[personal, confidential]"));
    assert_holds(&told(&folder, 0).0, &["BRK083 info  customProperties.dataClasses  access granted"]);
    // What else is stated is told beside it, and the hour of a day is not.
    let other = GIVES.replace("[personal]}", "[personal, public]}\n  - {property: lawfulBasis, value: consent}");
    write(&folder, AGREEMENT, &other.replace("T23:59:59Z", "T22:59:59Z"));
    let (text, ..) = told(&folder, 0);
    assert_holds(&text, &["BRK053 info  customProperties"]);
    assert!(!text.contains("endTimestamp"), "{text}");
    write(&folder, AGREEMENT, &GIVES.replace("approved", "rejected"));
    assert_holds(&told(&folder, 0).0, &["~ BRK084 warning  status  access revoked: approved -> rejected"]);
}

#[test]
fn what_was_renamed_gives_no_other_access() {
    let folder = with_reader("2.1.0");
    write(&folder, AGREEMENT, GIVES);
    commit(folder.path());
    run(&folder, &["mv", "team:ledger", "book-keeping"]).code(0);
    let found = codes(&run(&folder, &["diff", "main", "--format", "json"]).code(0), "changes");
    assert_eq!(found, ["BRK071"]);
}

#[test]
fn a_product_that_moves_is_shown_to_the_owners_of_both_domains() {
    let folder = with_reader("2.1.0");
    let domain = "apiVersion: meshfolio/v1\nkind: Domain\nid: commerce\nname: Commerce\nowner: ledger\n";
    write(&folder, "registry/commerce.yaml", domain);
    replace(&folder, "registry/sales/domain.yaml", "owner: order-platform", "owner: council");
    commit(folder.path());
    replace(&folder, PRODUCT, "domain: sales", "domain: commerce");
    assert_holds(&told(&folder, 0).0, &["BRK089 info  domain  product moved: sales -> commerce  :7"]);
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(
        &asked,
        &[
            "@acme/council (council)\n  owns `domain:sales`, which `product:orders` leaves",
            "@acme/ledger (ledger)\n  owns `domain:commerce`, which `product:orders` joins",
        ],
    );
}

#[test]
fn a_level_that_refuses_warnings_is_said_where_it_refuses() {
    let folder = registry(&[("meshfolio.yaml", "check: {deny: warning}\n")]);
    commit(folder.path());
    replace(&folder, CONTRACT, "version: \"2.1.0\"", "version: \"2.2.0\"");
    replace(&folder, PRODUCT, "    version: \"2.1.0\"", "    version: \"2.2.0\"");
    replace(&folder, CONTRACT, "logicalType: number\n", "logicalType: number\n        classification: internal\n");
    let (text, comment, json) = told(&folder, 1);
    let line = "BRK049: the column `orders.amount` is classified now (`orders`)";
    assert_holds(&text, &["Before merge\n  [ ] ", line, "; a warning, which `check.deny: warning` refuses"]);
    assert_holds(
        &comment,
        &["and 1 other new warning", "**Before merge**", "Findings that <code>check</code> refuses"],
    );
    assert_eq!((&json["isRefused"], &json["errors"][0]["code"]), (&Value::Bool(false), &"BRK049".into()));
    assert_eq!(json["errors"][0]["severity"], "warning");
    let err = run(&folder, &["diff", "main"]).code(1).err;
    assert_holds(&err, &["the gate is open, and `check` refuses", "1 new warning that `check.deny: warning` refuses"]);
    run(&folder, &["build", "--base", "main", "--out", "site"]).code(0);
    assert_holds(&read(&folder, "site/change.html"), &["Not ready", "1 new warning, which check.deny refuses"]);
}

#[test]
fn data_that_is_personal_is_added_by_its_class() {
    let folder = registry(&[]);
    commit(folder.path());
    let column = "logicalType: number\n      - {name: mail, physicalType: varchar(80), classification: personal}\n";
    replace(&folder, CONTRACT, "logicalType: number\n", column);
    replace(&folder, CONTRACT, "version: \"2.1.0\"", "version: \"2.2.0\"");
    replace(&folder, PRODUCT, "    version: \"2.1.0\"", "    version: \"2.2.0\"");
    let (text, comment, _) = told(&folder, 0);
    assert_holds(&text, &["added column: varchar(80), personal"]);
    assert_holds(&comment, &["is added, classified <code>personal</code>"]);
}

/// Of a contract in three majors the oldest goes; the newest is only proposed.
#[test]
fn a_version_that_goes_is_compared_with_what_is_in_use() {
    let text = |version: &str, status: &str| {
        format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: stock\nversion: \"{version}\"\nstatus: {status}\n\
             schema:\n  - name: stock\n    properties:\n      - {{name: id, logicalType: string}}\n"
        )
    };
    let all = [("1.4.0", "retired"), ("2.1.0", "active"), ("3.0.0", "proposed")];
    let files = all.map(|(version, status)| (format!("registry/stock-{version}.odcs.yaml"), text(version, status)));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = registry(&files);
    commit(folder.path());
    std::fs::remove_file(folder.path().join("registry/stock-1.4.0.odcs.yaml")).expect("it is there");
    let (out, _, json) = told(&folder, 0);
    assert_holds(&out, &["stock  1.4.0 -> 2.1.0   breaking, and may come   registry/stock-1.4.0.odcs.yaml"]);
    assert_holds(&out, &["contracts/stock/1.4.0.html -> contracts/stock/2.1.0.html  :4"]);
    for change in json["changes"].as_array().expect("a list") {
        assert_eq!(change["file"], "registry/stock-1.4.0.odcs.yaml", "{change}");
    }
    let check = run(&folder, &["check", "--base", "main", "--new-only"]).out;
    assert_holds(&check, &["contract:stock@2.1.0"]);
}

#[test]
fn a_contract_that_is_gone_has_one_verdict() {
    let folder = registry(&[]);
    commit(folder.path());
    std::fs::remove_file(folder.path().join(CONTRACT)).expect("it is there");
    let (text, comment, _) = told(&folder, 1);
    assert_holds(&text, &["orders  2.1.0 -> gone   BREAKING"]);
    assert!(!text.contains("contract orders") && !text.contains("may come"), "{text}");
    assert_eq!(comment.lines().filter(|line| line.starts_with("| **Breaking** | orders |")).count(), 1, "{comment}");
    assert!(!comment.contains("| contract orders |"), "{comment}");
}

/// A level that refuses who approves is answered by a waiver, and not by a version.
#[test]
fn no_version_lets_another_approver_come() {
    let folder = registry(&[("meshfolio.yaml", "check: {levels: {approver-changed: error}}\n")]);
    let roles = |name: &str| format!("status: active\nroles:\n  - {{role: reader, firstLevelApprovers: {name}}}\n");
    replace(&folder, CONTRACT, "status: active\n", &roles("order-platform"));
    commit(folder.path());
    replace(&folder, CONTRACT, &roles("order-platform"), &roles("somebody"));
    let (text, ..) = told(&folder, 1);
    assert_holds(&text, &["BRK088"]);
    assert!(!text.contains("not enough"), "{text}");
    replace(&folder, CONTRACT, "version: \"2.1.0\"", "version: \"3.0.0\"");
    replace(&folder, PRODUCT, "    version: \"2.1.0\"", "    version: \"3.0.0\"");
    assert_holds(&told(&folder, 1).0, &["BRK088"]);
}
