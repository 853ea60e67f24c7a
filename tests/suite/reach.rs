//! Whom a change reaches, and how it is said: waivers and acknowledgements excuse and hide nobody, products that end or
//! change hands name their readers, and a reader whose sources lead nowhere may read anything.

use serde_json::Value;
use tempfile::TempDir;

use super::change::{CONTRACT, PRODUCT, codes, commit, read, replace, write};
use super::cli::{registry, run};
use super::gate::with_reader;

const AMOUNT: &str = "      - name: amount\n        logicalType: number\n";
const READER: &str = "registry/close/product.odps.yaml";

/// The common contract without `amount`, in a new minor version that is not enough.
fn without_amount(folder: &TempDir) {
    replace(folder, CONTRACT, AMOUNT, "");
    replace(folder, CONTRACT, "2.1.0", "2.2.0");
    replace(folder, PRODUCT, "\"2.1.0\"", "\"2.2.0\"");
}

fn json(folder: &TempDir, code: i32) -> Value {
    run(folder, &["diff", "main", "--format", "json"]).code(code).json()
}

fn assert_holds(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn a_waiver_changes_what_the_gate_says_and_nothing_else() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    without_amount(&folder);
    let before = json(&folder, 1);
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: no-amount\ntarget: contract:orders\nrule: removed-column\n\
                  reason: Nobody has read it since July.\napprovedBy: council\nexpires: 2026-12-31\n";
    write(&folder, "registry/waivers/no-amount.yaml", waiver);
    let after = json(&folder, 0);
    for (key, value) in [("requiredBump", "major".into()), ("bumpIsEnough", Value::from(false))] {
        assert_eq!((&before["contracts"][0][key], &after["contracts"][0][key]), (&value, &value), "{key}");
    }
    assert_eq!(before["contracts"][0]["bumpMayCome"], false);
    assert_eq!(after["contracts"][0]["bumpMayCome"], true);
    // The waiver is a row of its own, for information.
    assert_eq!(before["summary"]["breaking"], after["summary"]["breaking"]);
    assert_eq!(after["summary"]["info"], before["summary"]["info"].as_i64().map(|n| n + 1).expect("a number"));
    let effect = |json: &Value| (json["impact"][0]["product"].clone(), json["impact"][0]["effect"].clone());
    assert_eq!(effect(&before), ("close".into(), "may-break".into()));
    assert_eq!(effect(&after), effect(&before));
    assert_eq!(after["impact"][0]["waivedBy"], Value::from(vec!["no-amount"]));
    let said = run(&folder, &["diff", "main"]).code(0).out;
    assert_holds(
        &said,
        &[
            "orders  2.1.0 -> 2.2.0   breaking, waived",
            "- BRK001 breaking  schema.orders.amount",
            "waived by `no-amount`",
            "; 1 may break at merge (1 waived)\n",
            "pins 2.1.0: may break at merge, waived by `no-amount`",
            "Version  2.2.0 is not enough: these changes need a new major version, which is waived",
        ],
    );
    let comment = run(&folder, &["diff", "main", "--format", "markdown"]).code(0).out;
    assert_holds(&comment, &["| Breaking, waived | orders |", "**1** of 1", "may come"]);
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["@acme/ledger", "which may break, waived by `no-amount`", "@acme/council"]);
    run(&folder, &["check", "--base", "main", "--new-only"]).code(0);
    // It covers one rule and not another: what is left still needs its step.
    replace(
        &folder,
        CONTRACT,
        "      - name: id\n        logicalType: string\n",
        "      - name: id\n        logicalType: number\n",
    );
    let found = run(&folder, &["check", "--base", "main", "--new-only", "--format", "json"]).code(1);
    assert!(codes(&found, "diagnostics").contains(&"BRK065".to_owned()), "{}", found.out);
    let row = &json(&folder, 1)["impact"][0];
    assert_eq!((&row["effect"], &row["waivedBy"]), (&"may-break".into(), &Value::Array(Vec::new())));
}

#[test]
fn a_promise_that_is_no_column_breaks_who_states_its_columns() {
    let sums = "apiVersion: v3.2.0\nkind: DataContract\nid: sums\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: sums\n    properties:\n      \
                - {name: total, transformSourceObjects: [orders.amount]}\n";
    let folder = with_reader("2.1.0");
    write(&folder, "registry/close/sums.odcs.yaml", sums);
    let ports = "outputPorts:\n  - {name: sums, type: tables, contractId: sums, version: \"1.0.0\"}\n";
    write(&folder, READER, &(read(&folder, READER) + ports));
    let sla = "status: active\nslaProperties:\n  - {property: retention, value: 3, unit: years}\n";
    replace(&folder, CONTRACT, "status: active\n", sla);
    commit(folder.path());
    replace(&folder, CONTRACT, sla, "status: active\n");
    let said = run(&folder, &["diff", "main"]).code(1).out;
    assert_holds(&said, &["the contract as a whole", "pins 2.1.0: BREAKS at merge"]);
    assert!(!said.contains("nothing that changed"), "{said}");
    // Of columns only those that it states.
    replace(&folder, CONTRACT, "status: active\n", sla);
    replace(&folder, CONTRACT, "      - name: id\n        logicalType: string\n", "");
    assert_eq!(json(&folder, 1)["impact"][0]["effect"], "unaffected");
}

#[test]
fn a_source_that_leads_nowhere_may_be_any_column() {
    let sums = "apiVersion: v3.2.0\nkind: DataContract\nid: sums\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: sums\n    properties:\n      \
                - {name: total, transformSourceObjects: [orders.amount]}\n      - {name: n, transformSourceObjects: [orders.orders.id]}\n";
    let folder = with_reader("2.1.0");
    write(&folder, "registry/close/sums.odcs.yaml", sums);
    let ports = "outputPorts:\n  - {name: sums, type: tables, contractId: sums, version: \"1.0.0\"}\n";
    write(&folder, READER, &(read(&folder, READER) + ports));
    commit(folder.path());
    let found = run(&folder, &["check", "--format", "concise"]).code(0);
    assert_holds(
        &found.out,
        &["registry/close/sums.odcs.yaml:10:", "warning[REF034] the column `sums.n` comes from `orders.orders.id`"],
    );
    replace(&folder, CONTRACT, "      - name: id\n        logicalType: string\n", "");
    let row = json(&folder, 1)["impact"][0].clone();
    assert_eq!((&row["effect"], &row["mayRead"]), (&"may-break".into(), &true.into()));
    assert_holds(&run(&folder, &["diff", "main"]).code(1).out, &["may read it", "may break at merge"]);
}

#[test]
fn a_product_that_is_deprecated_or_handed_over_names_its_readers() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    replace(&folder, PRODUCT, "status: active", "status: deprecated");
    let said = run(&folder, &["diff", "main"]).code(0);
    assert_holds(
        &said.out,
        &[
            "product orders   warning   registry/sales/orders/product.odps.yaml",
            "~ BRK073 warning  status  deprecated product: active -> deprecated  :6",
            "Impact   1 product downstream in 1 domain (1 directly); 0 may break at merge",
            "close  sales  ledger  the data product  port orders has to look",
        ],
    );
    assert_holds(&said.err, &["0 contracts, 1 product changed", "1 to look at"]);
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["@acme/ledger (ledger)\n  reads `product:orders` with `product:close`\n"]);
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(0).out;
    assert_holds(&check, &["warning[BRK073] the data product is deprecated (`orders`)"]);
    replace(&folder, PRODUCT, "status: deprecated", "status: active");
    replace(&folder, PRODUCT, "  name: order-platform", "  name: council");
    let said = run(&folder, &["diff", "main"]).code(0).out;
    assert_holds(
        &said,
        &[". BRK076 info  team.name  product handed over: order-platform -> council  :9", "has to look"],
    );
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["@acme/ledger", "@acme/council", "order-platform (has no `forgeHandle`)"]);
}

/// Without a file of owners in the base nobody's word counts, which is said beside the command that gives it.
#[test]
fn a_base_without_owners_hears_nobody_and_says_so() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    replace(&folder, PRODUCT, "status: active", "status: retired");
    let words = ["meshfolio new acknowledgement close-orders-2", "None counts yet: the base has no CODEOWNERS file"];
    for format in ["full", "markdown"] {
        assert_holds(&run(&folder, &["diff", "main", "--format", format]).code(1).out, &words);
    }
}

#[test]
fn a_product_is_retired_once_its_readers_agree() {
    let folder = with_reader("2.1.0");
    write(&folder, "CODEOWNERS", "/registry/close/ @acme/ledger\n");
    commit(folder.path());
    replace(&folder, PRODUCT, "status: active", "status: retired");
    let said = run(&folder, &["diff", "main"]).code(1);
    let how = "meshfolio new acknowledgement close-orders-2 --for contract:orders@2.1.0 --consumer product:close";
    assert_holds(
        &said.out,
        &[
            "product orders   BREAKING",
            "~ BRK074 breaking  status  retired product: active -> retired",
            "port orders BREAKS at merge",
            "  [ ] `product:close` has to acknowledge that the data product is retired (`orders`) — ask @acme/ledger\n",
            how,
            "  [ ] REF014: input port `orders` reads version `2.1.0` of `orders`, whose product `orders` is retired",
        ],
    );
    assert_holds(&said.err, &["the gate refuses", "meshfolio explain BRK074"]);
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["reads `product:orders` with `product:close`, which breaks\n"]);
    // The command that is named, as it stands there.
    let args: Vec<&str> = how.split(' ').skip(1).collect();
    run(&folder, &args).code(0);
    let said = run(&folder, &["diff", "main"]).code(0);
    assert_holds(
        &said.out,
        &[
            "product orders   breaking, and may come",
            "accepted: every consumer has acknowledged it",
            "1 may break at merge (1 acknowledged)",
            "BREAKS at merge, as it has acknowledged",
            "  [x] `product:close` has acknowledged that the data product is retired (`orders`)",
        ],
    );
    let row = json(&folder, 0)["impact"][0].clone();
    assert_eq!((&row["changed"], &row["isAcknowledged"]), (&"product:orders".into(), &true.into()));
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(0).out;
    assert_holds(&check, &["warning[REF014]"]);
    // In the folder of another team it counts for nothing, and the reader is left behind.
    let path = "registry/close/acknowledgements/orders-2.yaml";
    let text = read(&folder, path);
    std::fs::remove_file(folder.path().join(path)).expect("it is there");
    write(&folder, "registry/sales/orders/word.yaml", &text);
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(1).out;
    assert_holds(&check, &["error[REF014]", "error[BRK074]", "warning[BRK067]"]);
    // Nobody reads it: it may go.
    replace(&folder, READER, "inputPorts:\n  - {name: orders, contractId: orders, version: \"2.1.0\"}\n", "");
    let said = run(&folder, &["diff", "main"]).code(0).out;
    assert_holds(&said, &["accepted: nobody in this mesh reads it", "no longer reads it with this change"]);
}

#[test]
fn a_port_that_carries_something_else_is_told_as_that() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    let next = read(&folder, CONTRACT).replace("2.1.0", "3.0.0");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &next);
    replace(&folder, PRODUCT, "\"2.1.0\"", "\"3.0.0\"");
    let said = run(&folder, &["diff", "main"]).code(1).out;
    assert_holds(
        &said,
        &["the output port `tables` no longer publishes `orders@2.1.0`", "orders@2.1.0 -> orders@3.0.0"],
    );
    // Once, and not as a port that is new besides.
    let told = codes(&run(&folder, &["diff", "main", "--format", "json"]).code(1), "changes");
    assert!(told.contains(&"BRK061".to_owned()) && !told.contains(&"BRK063".to_owned()), "{told:?}");
    let product = read(&folder, PRODUCT);
    let old = "  - {name: tables-2, type: tables, contractId: orders, version: \"2.1.0\"}\n";
    write(&folder, PRODUCT, &(product + old));
    let all = json(&folder, 0);
    let of_product: Vec<(&str, &str)> = all["changes"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|change| change["kind"] == "DataProduct")
        .filter_map(|change| Some((change["code"].as_str()?, change["message"].as_str()?)))
        .collect();
    assert_eq!(
        of_product,
        [
            ("BRK063", "the output port `tables` publishes `orders@3.0.0` now"),
            ("BRK070", "the output port `tables` is called `tables-2` now"),
        ]
    );
}

/// The old major and the new one are both in the change: their readers are told once, and not again by their agreement.
#[test]
fn readers_are_told_once() {
    let folder = with_reader("2.1.0");
    let agreement = |id: &str, consumer: &str| {
        format!(
            "apiVersion: v0.9.0\nkind: AccessAgreement\nid: {id}\nstatus: approved\ndescription: {{purpose: The books at the end of a month.}}\n\
             startTimestamp: \"2026-01-01T00:00:00Z\"\nendTimestamp: \"2027-01-01T00:00:00Z\"\n\
             provider: {{teamId: order-platform, dataProductId: orders, outputPortId: tables}}\nconsumer: {consumer}\n"
        )
    };
    write(&folder, "registry/a.oaas.yaml", &agreement("of-product", "{teamId: ledger, dataProductId: close}"));
    write(&folder, "registry/b.oaas.yaml", &agreement("of-team", "{teamId: council}"));
    commit(folder.path());
    let next = read(&folder, CONTRACT).replace("2.1.0", "3.0.0").replace(AMOUNT, "");
    write(&folder, "registry/sales/orders/orders-3.odcs.yaml", &next);
    replace(&folder, CONTRACT, "status: active\n", "status: deprecated\n");
    let said = run(&folder, &["diff", "main"]).out;
    assert_eq!(said.matches("Impact   ").count(), 1, "{said}");
    assert!(!said.contains("by agreement `of-product`"), "{said}");
    assert_holds(&said, &["team:council by agreement `of-team`"]);
}

#[test]
fn what_is_no_contract_and_no_product_is_told_too() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: owned\nowner: council\nstage: enforced\nscope: {kinds: [DataProduct]}\n\
                  validations:\n  - {expression: stated(product.owner), message: nobody answers}\n";
    let folder = with_reader("2.1.0");
    write(&folder, "registry/policies/owned.yaml", policy);
    commit(folder.path());
    replace(&folder, "registry/policies/owned.yaml", "stage: enforced", "stage: retired");
    replace(&folder, "registry/teams/ledger.yaml", "@acme/ledger", "@acme/book-keeping");
    let said = run(&folder, &["diff", "main"]).code(0);
    assert_holds(
        &said.out,
        &[
            "policy owned   warning   registry/policies/owned.yaml",
            "~ BRK077 warning  stage  weakened policy: enforced -> retired",
            "team ledger   info   registry/teams/ledger.yaml",
            ". BRK087 info  forgeHandle  team handle changed: @acme/ledger -> @acme/book-keeping",
        ],
    );
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(0).out;
    assert_holds(&check, &["warning[BRK077] the policy is switched off (`owned`)"]);
    run(&folder, &["build", "--base", "main", "--out", "site"]).code(0);
    assert_holds(&read(&folder, "site/change.html"), &["policies/owned.html", "teams/ledger.html"]);
}

#[test]
fn an_old_name_leads_on_at_the_command_line_too() {
    let folder = with_reader("2.1.0");
    run(&folder, &["mv", "product:close", "month-end"]).code(0);
    run(&folder, &["mv", "product:month-end", "year-end"]).code(0);
    for name in ["product:close", "close", "product:month-end"] {
        let shown = run(&folder, &["show", name, "--format", "json"]).code(0).json();
        assert!(shown.to_string().contains("\"year-end\""), "{name}: {shown}");
    }
    run(&folder, &["lineage", "product:close"]).code(0);
    run(&folder, &["show", "contract:close"]).refused("`contract:close` is not in this registry");
    // Aliases that lead in a circle lead nowhere.
    let circle = "aliases:\n  - {from: \"product:a\", to: \"product:b\", since: 2026-11-03}\n  - {from: \"product:b\", to: \"product:a\", since: 2026-11-03}\n";
    write(&folder, "registry/aliases.yaml", circle);
    run(&folder, &["show", "product:a"]).refused("`product:a` is not in this registry");
}

#[test]
fn what_is_as_it_was_has_no_column_of_its_own() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    let same = run(&folder, &["score", "--base", "main"]).code(0).out;
    assert!(!same.contains("checks  before") && same.contains("no check comes out differently"), "{same}");
    replace(&folder, PRODUCT, "name: Orders\n", "name: Orders\ntags: [sales]\n");
    let other = run(&folder, &["score", "--base", "main"]).code(0).out;
    assert!(other.lines().any(|line| line.contains("checks") && line.contains("before")), "{other}");
}

/// Of a product with two majors each reader is asked for the one that it reads: the commands that are printed run one
/// after the other, until none is left.
#[test]
fn readers_of_a_retired_product_agree_for_the_major_that_they_read() {
    let folder = with_reader("1.4.0");
    let old = read(&folder, CONTRACT).replace("2.1.0", "1.4.0");
    write(&folder, "registry/orders/old.odcs.yaml", &old);
    let port = "  - name: tables\n    type: tables\n    contractId: orders\n    version: \"2.1.0\"\n";
    let both = [port, &port.replace("name: tables", "name: old").replace("2.1.0", "1.4.0")].concat();
    replace(&folder, PRODUCT, port, &both);
    let newer = read(&folder, READER).replace("1.4.0", "2.1.0").replace("id: close", "id: report");
    write(&folder, "registry/report/product.odps.yaml", &newer);
    write(&folder, "CODEOWNERS", "/registry/close/ @acme/ledger\n/registry/report/ @acme/ledger\n");
    commit(folder.path());
    replace(&folder, PRODUCT, "status: active", "status: retired");
    for (reader, subject) in [("close-orders-1", "orders@1.4.0"), ("report-orders-2", "orders@2.1.0")] {
        let said = run(&folder, &["diff", "main"]).code(1).out;
        let product = reader.split('-').next().expect("a word");
        let how =
            format!("meshfolio new acknowledgement {reader} --for contract:{subject} --consumer product:{product}");
        assert_holds(&said, &[&how]);
        run(&folder, &how.split(' ').skip(1).collect::<Vec<_>>()).code(0);
    }
    run(&folder, &["diff", "main"]).code(0);
}

/// The contract stays, and nobody provides it any more: whoever reads it is named, the command that is printed runs, and
/// then neither the gate nor the reader has an error.
#[test]
fn readers_of_a_port_that_goes_are_named_and_can_agree() {
    let folder = with_reader("2.1.0");
    write(&folder, "CODEOWNERS", "/registry/close/ @acme/ledger\n");
    commit(folder.path());
    let port = "outputPorts:\n  - name: tables\n    type: tables\n    contractId: orders\n    version: \"2.1.0\"\n";
    replace(&folder, PRODUCT, port, "");
    let said = run(&folder, &["diff", "main"]).code(1).out;
    let how = "meshfolio new acknowledgement close-orders-2 --for contract:orders@2.1.0 --consumer product:close";
    assert_holds(
        &said,
        &["BRK061 breaking", how, "1 may break at merge", "port orders BREAKS at merge", "ask @acme/ledger"],
    );
    let row = json(&folder, 1)["impact"][0].clone();
    assert_eq!((&row["changed"], &row["product"]), (&"product:orders".into(), &"close".into()));
    let args: Vec<&str> = how.split(' ').skip(1).collect();
    run(&folder, &args).code(0);
    run(&folder, &["diff", "main"]).code(0);
    let check = run(&folder, &["check", "--base", "main", "--new-only", "--format", "concise"]).code(0).out;
    assert_holds(&check, &["warning[REF007]", "info[BRK061]"]);
    // A product that is gone, while its contract is there: the same, and the word stands.
    std::fs::remove_file(folder.path().join(PRODUCT)).expect("it is there");
    let rows = json(&folder, 1)["impact"].clone();
    assert_eq!(
        (&rows[0]["changed"], &rows[0]["product"], &rows[0]["isAcknowledged"]),
        (&"product:orders".into(), &"close".into(), &true.into())
    );
    // A contract that is gone leaves the reader with an error: there is nothing to agree to.
    std::fs::remove_file(folder.path().join(CONTRACT)).expect("it is there");
    let said = run(&folder, &["diff", "main"]).code(1).out;
    assert_holds(&said, &["BRK058 breaking", "`product:close` has to read something else first: the contract is gone"]);
    assert!(!said.contains("new acknowledgement") && !said.contains("None counts yet"), "{said}");
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(&asked, &["has to lead `product:close` away from `contract:orders` first"]);
}

/// A waiver is a decision of whoever approves it, wherever it stands.
#[test]
fn whoever_approves_a_waiver_is_asked_once() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: help\nname: Help\nowner: order-platform\n\
                  scope: {kinds: [DataProduct], domains: [sales]}\nvalidations:\n  - {expression: size(product.support) > 0, message: no support}\n";
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: old\ntarget: contract:orders\nrule: removed-column\n\
                  reason: Nobody reads it.\napprovedBy: council\nexpires: 2026-12-31\n";
    let folder = with_reader("2.1.0");
    write(&folder, "registry/policies/help.yaml", policy);
    write(&folder, "registry/waivers/old.yaml", waiver);
    commit(folder.path());
    let inside = "waivers:\n  - {target: \"product:orders\", reason: It has a desk., approvedBy: ledger, expires: \"2026-12-31\"}\n";
    write(&folder, "registry/policies/help.yaml", &(policy.to_owned() + inside));
    write(&folder, "registry/waivers/old.yaml", &waiver.replace("contract:orders", "product:close"));
    let said = run(&folder, &["diff", "main"]).out;
    assert_holds(
        &said,
        &[
            ". BRK081 info  waivers.product:orders  waiver changed: granted until 2026-12-31: help for product:order",
            "waiver changed: target contract:orders -> target product:close",
        ],
    );
    assert!(!said.contains("documentation changed"), "{said}");
    let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
    assert_holds(
        &asked,
        &[
            "@acme/ledger (ledger)\n  is named as approving the waiver of `policy:help` for `product:orders`, which changes\n",
        ],
    );
    assert_eq!(asked.matches("is named as approving `waiver:old`, which changes").count(), 1, "{asked}");
    std::fs::remove_file(folder.path().join("registry/waivers/old.yaml")).expect("it is there");
    assert_holds(&run(&folder, &["diff", "main"]).out, &["waiver changed: no longer granted until 2026-12-31: remov"]);
}

/// A name is no decision, and of two exceptions for one thing the longer one counts.
#[test]
fn waivers_are_told_by_what_they_say() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: help\nname: Help\nowner: order-platform\n\
                  scope: {kinds: [DataProduct], domains: [sales]}\nvalidations:\n  - {expression: size(product.name) > 0, message: no name}\n\
                  waivers:\n  - {target: \"product:orders\", reason: It has a desk., approvedBy: ledger, expires: \"2026-12-31\"}\n";
    let longer =
        "  - {target: \"product:orders\", reason: It has a desk., approvedBy: ledger, expires: \"2027-12-31\"}\n";
    let waiver = "apiVersion: meshfolio/v1\nkind: Waiver\nid: old\ntarget: product:orders\nrule: missing-owner\n\
                  reason: Nobody reads it.\napprovedBy: ledger\nexpires: 2026-12-31\n";
    let folder = with_reader("2.1.0");
    write(&folder, "registry/policies/help.yaml", &(policy.to_owned() + longer));
    write(&folder, "registry/waivers/old.yaml", waiver);
    commit(folder.path());
    for (old, new) in [("team:ledger", "books"), ("product:orders", "shop-orders"), ("waiver:old", "older")] {
        run(&folder, &["mv", old, new]).code(0);
        let told = codes(&run(&folder, &["diff", "main", "--format", "json"]), "changes");
        assert!(!told.contains(&"BRK081".to_owned()), "{old}: {told:?}");
        let asked = run(&folder, &["reviewers", "--base", "main"]).code(0).out;
        assert!(!asked.contains("is named as approving the waiver"), "{old}: {asked}");
        commit(folder.path());
    }
    let path = "registry/policies/help.yaml";
    let text = read(&folder, path);
    let kept: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.contains("2027-12-31")).collect();
    write(&folder, path, &kept.concat());
    let told = codes(&run(&folder, &["diff", "main", "--format", "json"]), "changes");
    assert_eq!(told, ["BRK081"]);
}

#[test]
fn who_says_what_it_reads_is_hit_by_that_and_by_what_ends_all() {
    let reader = |id: &str, column: &str| {
        let product = format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nstatus: active\ndomain: sales\nteam: {{name: order-platform}}\n\
             inputPorts:\n  - {{name: orders, version: \"2.1.0\", contractId: orders}}\n\
             outputPorts:\n  - {{name: t, type: tables, version: \"1.0.0\", contractId: {id}}}\n"
        );
        let contract = format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: t\n    properties:\n      \
             - {{name: total, transformSourceObjects: [\"orders#/schema/{column}\"]}}\n"
        );
        (product, contract)
    };
    let (first, second) = (reader("first", "orders/properties/amount"), reader("second", "days/properties/amount"));
    let folder = registry(&[
        ("registry/first/product.odps.yaml", &first.0),
        ("registry/first/first.odcs.yaml", &first.1),
        ("registry/second/product.odps.yaml", &second.0),
        ("registry/second/second.odcs.yaml", &second.1),
    ]);
    let days = "  - name: days\n    properties:\n      - name: day\n      - name: amount\n";
    let was = read(&folder, CONTRACT) + days;
    write(&folder, CONTRACT, &was);
    commit(folder.path());
    let effects = |head: &str| -> Vec<(String, String)> {
        write(&folder, CONTRACT, head);
        let json = run(&folder, &["diff", "main", "--format", "json"]).json();
        let rows = json["impact"].as_array().expect("a list").clone();
        let word = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
        rows.iter().map(|row| (word(row, "product"), word(row, "effect"))).collect()
    };
    let expected = |first: &str, second: &str| vec![("first".into(), first.into()), ("second".into(), second.into())];
    // A column of the same name in another object is another column.
    assert_eq!(
        effects(&was.replace("      - name: day\n      - name: amount\n", "      - name: day\n")),
        expected("unaffected", "breaks")
    );
    // So is an object.
    assert_eq!(effects(&was.replace(days, "")), expected("unaffected", "breaks"));
    assert_eq!(
        effects(&was.replace("- name: orders\n", "- name: orders\n    physicalName: ORDERS\n")),
        expected("breaks", "unaffected")
    );
    // Whoever reads anything of a version is left without it when it is retired.
    assert_eq!(effects(&was.replace("status: active", "status: retired")), expected("breaks", "breaks"));
}

#[test]
fn a_port_that_becomes_another_thing_or_ends_names_its_readers() {
    let folder = with_reader("2.1.0");
    commit(folder.path());
    let effect = |folder: &TempDir, code: i32| {
        let row = json(folder, code)["impact"][0].clone();
        (row["product"].clone(), row["effect"].clone())
    };
    let product = read(&folder, PRODUCT);
    write(&folder, PRODUCT, &product.replace("type: tables", "type: topic"));
    assert_eq!(effect(&folder, 1), ("close".into(), "breaks".into()));
    write(&folder, PRODUCT, &product.replace("type: tables", "type: tables\n    deprecated: true"));
    assert_eq!(effect(&folder, 0), ("close".into(), "look".into()));
}

#[test]
fn a_contract_that_goes_counts_for_the_readers_of_all_its_majors() {
    let folder = with_reader("2.1.0");
    let old = read(&folder, CONTRACT).replace("2.1.0", "1.4.0").replace("status: active", "status: retired");
    write(&folder, "registry/sales/orders/orders-1.odcs.yaml", &old);
    let next = read(&folder, CONTRACT).replace("2.1.0", "2.2.0").replace("status: active", "status: proposed");
    write(&folder, "registry/sales/orders/orders-2.2.odcs.yaml", &next);
    commit(folder.path());
    for path in [CONTRACT, "registry/sales/orders/orders-1.odcs.yaml", "registry/sales/orders/orders-2.2.odcs.yaml"] {
        std::fs::remove_file(folder.path().join(path)).expect("removed");
    }
    let found = json(&folder, 1);
    let gone = found["changes"].as_array().expect("a list").iter().find(|change| change["code"] == "BRK058");
    let gone = gone.expect("the contract is gone");
    assert_eq!((&gone["level"], &gone["accepted"]), (&"breaking".into(), &Value::Null), "{gone}");
    assert_eq!((&found["impact"][0]["product"], &found["impact"][0]["effect"]), (&"close".into(), &"breaks".into()));
    // Who reads nothing of it any more is told so.
    replace(&folder, READER, "inputPorts:\n  - {name: orders, contractId: orders, version: \"2.1.0\"}\n", "");
    let said = run(&folder, &["diff", "main"]).out;
    assert_holds(&said, &["nothing any more", "no longer reads it with this change"]);
    assert!(!said.contains("reads the new version"), "{said}");
}
