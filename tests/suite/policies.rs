//! Policies: the starter set finds what it should, hostile expressions cost little, and the commands.

use std::collections::{BTreeMap, BTreeSet};

use meshfolio::check::Detail;
use meshfolio::diagnostic::Severity;
use meshfolio::pipeline::{self, Options, Outcome};
use meshfolio::policy::Stage;
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;
use serde_json::{Value, json};

use super::cli::{registry, run};
use super::{assert_kept, files_below, package};

fn options() -> Options {
    Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    }
}

fn judge(files: BTreeMap<String, Vec<u8>>) -> Outcome {
    pipeline::run(&MemoryTree::new(files), &Schemas::embedded(), &options()).expect("a tree in memory can be read")
}

/// Reads a registry of this repository.
fn files_of(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let root = package(folder);
    files_below(&root, "")
        .into_iter()
        .map(|path| (format!("{folder}/{path}"), std::fs::read(root.join(&path)).expect("the file can be read")))
        .collect()
}

/// A contract of Finance that meets every policy.
const CONTRACT: &str = r#"apiVersion: v3.1.0
kind: DataContract
id: plant-ID
version: "1.0.0"
status: active
domain: finance
description: {purpose: To be looked at., usage: By tests., limitations: None.}
schema:
  - name: rows
    quality:
      - {name: one, type: text, description: One rule.}
      - {name: two, type: text, description: Another rule.}
    authoritativeDefinitions:
      - {type: semanticDefinition, url: ../../../../glossary/assortment.osds.yaml#/definitions/item}
    properties:
      - name: item_id
        logicalType: string
        description: Number of the item.
        classification: internal
        primaryKey: true
        authoritativeDefinitions:
          - {type: semanticDefinition, url: ../../../../glossary/assortment.osds.yaml#/definitions/item}
      - {name: amount_eur, logicalType: number, description: Amount in euro., classification: internal}
      - {name: email, logicalType: string, description: Address of a person., classification: personal}
slaProperties:
  - {property: freshness, value: 1, unit: d}
  - {property: retention, value: 1, unit: y}
roles:
  - {role: READ, firstLevelApprovers: steward}
customProperties:
  - {property: announcedOn, value: "2026-01-01"}
"#;

/// A product of Finance that meets every policy that counts.
const PRODUCT: &str = r#"apiVersion: v1.1.0
kind: DataProduct
id: plant-ID
name: Planted
version: "1.0.0"
status: active
domain: finance
team: {name: ledger}
description: {purpose: To be looked at., usage: By tests., limitations: None.}
tags: [planted]
support:
  - {channel: ledger-help}
inputPorts:
  - {name: in, contractId: fx-rates, version: "2.0.0"}
"#;

/// What is planted: the policy, which of the two it is planted in, and what is changed there.
type Plant = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const PLANTS: &[Plant] = &[
    ("amounts-in-euro", CONTRACT, &[("name: amount_eur", "name: amount")]),
    ("columns-are-described", CONTRACT, &[("Amount in euro.", "Amount.")]),
    ("every-column-classified", CONTRACT, &[(" euro., classification: internal", " euro.")]),
    ("finance-keys-declared", CONTRACT, &[("primaryKey: true", "primaryKey: false")]),
    ("names-follow-the-convention", CONTRACT, &[("name: amount_eur", "name: AmountEur")]),
    ("personal-data-approver", CONTRACT, &[(", firstLevelApprovers: steward", "")]),
    ("personal-data-retention", CONTRACT, &[("property: retention", "property: availability")]),
    ("quality-is-tested", CONTRACT, &[("      - {name: two, type: text, description: Another rule.}\n", "")]),
    ("shared-keys", CONTRACT, &[("logicalType: string\n", "logicalType: integer\n")]),
    (
        "shared-words",
        CONTRACT,
        &[("item_id", "row_id"), ("semanticDefinition", "tutorial"), ("semanticDefinition", "tutorial")],
    ),
    ("timeliness-promised", CONTRACT, &[("property: freshness", "property: availability")]),
    ("endings-have-a-date", CONTRACT, &[("status: active", "status: deprecated")]),
    (
        "notice-before-an-end",
        CONTRACT,
        &[
            ("status: active", "status: deprecated"),
            ("value: \"2026-01-01\"", "value: \"2026-11-01\""),
            (
                "roles:",
                "  - {property: endOfSupport, value: \"2026-12-01\"}\n  - {property: endOfLife, value: \"2026-12-01\"}\nroles:",
            ),
        ],
    ),
    ("partner-terms", CONTRACT, &[("domain: finance", "domain: partner-exchange"), (", limitations: None.", "")]),
    ("help-can-be-reached", PRODUCT, &[("support:\n  - {channel: ledger-help}\n", "")]),
    ("endings-have-a-successor", PRODUCT, &[("status: active", "status: retired")]),
    ("ml-features-say-their-limits", PRODUCT, &[("[planted]", "[ml-features]"), (", limitations: None.", "")]),
    ("active-reads-no-drafts", PRODUCT, &[("fx-rates, version: \"2.0.0\"", "slot-promise-scores, version: \"0.3.0\"")]),
    (
        "sensitive-data-by-agreement",
        PRODUCT,
        &[("domain: finance", "domain: sales"), ("fx-rates, version: \"2.0.0\"", "payments, version: \"1.1.0\"")],
    ),
    ("personal-data-by-agreement", PRODUCT, &[("fx-rates, version: \"2.0.0\"", "orders, version: \"2.1.0\"")]),
    ("result-file-per-port", PRODUCT, &[]),
];

/// Returns what each policy says of each thing: policy and subject.
fn violations(outcome: &Outcome) -> BTreeSet<(String, String)> {
    let of_policy = |policy: &meshfolio::policy::PolicyOutcome| {
        let id = policy.policy.header.id.value.to_string();
        let subject =
            |violation: &meshfolio::policy::Violation| (id.clone(), outcome.mesh.reference(violation.subject));
        policy.violations.iter().map(subject).collect::<Vec<_>>()
    };
    outcome.governance.policies.iter().flat_map(of_policy).collect()
}

/// Adds to a registry one thing for each policy that does not meet it and meets all others; returns what must be
/// found. `home` is where they go and what the texts say differently there.
fn plant(
    planted: &mut BTreeMap<String, Vec<u8>>,
    plants: &[Plant],
    (folder, home): (&str, &[(&str, &str)]),
) -> BTreeSet<(String, String)> {
    let mut expected = BTreeSet::new();
    for (policy, text, changes) in plants {
        let mut text = text.replace("plant-ID", &format!("plant-{policy}"));
        for (old, new) in home {
            text = text.replace(old, new);
        }
        for (old, new) in *changes {
            assert!(text.contains(old), "{policy}: nothing says `{old}`");
            text = text.replacen(old, new, 1);
        }
        let is_product = text.contains("kind: DataProduct");
        let (ending, word) = if is_product { ("odps", "product") } else { ("odcs", "contract") };
        planted.insert(format!("{folder}/{policy}.{ending}.yaml"), text.clone().into_bytes());
        let subject = format!("{word}:plant-{policy}");
        // No result file is about a planted product; the policy that asks for one is proposed.
        if is_product && text.contains("status: active") {
            expected.insert(("result-file-per-port".to_owned(), subject.clone()));
        }
        expected.insert(((*policy).to_owned(), subject));
    }
    expected
}

/// What is planted in a registry that `init` has begun.
const INIT_PLANTS: &[Plant] = &[
    ("active-products-answer", PRODUCT, &[("support:\n  - {channel: ledger-help}\n", "")]),
    ("active-reads-no-drafts", PRODUCT, &[("contractId: orders", "contractId: idea")]),
    ("columns-are-described", CONTRACT, &[("Amount in euro.", "Amount.")]),
    ("contracts-promise-freshness", CONTRACT, &[("property: freshness", "property: availability")]),
    ("endings-are-announced", CONTRACT, &[("status: active", "status: deprecated")]),
    ("endings-have-a-successor", PRODUCT, &[("status: active", "status: retired")]),
    ("every-column-classified", CONTRACT, &[(" euro., classification: internal", " euro., classification: secret")]),
    ("names-follow-the-convention", CONTRACT, &[("name: amount_eur", "name: AmountEur")]),
    (
        "notice-before-an-end",
        CONTRACT,
        &[
            ("status: active", "status: deprecated"),
            ("value: \"2026-01-01\"", "value: \"2026-11-01\""),
            ("roles:", "  - {property: endOfSupport, value: \"2026-12-01\"}\nroles:"),
        ],
    ),
    ("personal-data-approver", CONTRACT, &[(", firstLevelApprovers: steward", "")]),
    ("personal-data-by-agreement", PRODUCT, &[("domain: sales", "domain: elsewhere")]),
    ("personal-data-has-rules", CONTRACT, &[("property: retention", "property: availability")]),
    ("quality-is-tested", CONTRACT, &[("      - {name: two, type: text, description: Another rule.}\n", "")]),
    ("result-file-per-port", PRODUCT, &[]),
    ("shared-keys", CONTRACT, &[("logicalType: string\n", "logicalType: integer\n")]),
    (
        "shared-words",
        CONTRACT,
        &[("item_id", "row_id"), ("semanticDefinition", "tutorial"), ("semanticDefinition", "tutorial")],
    ),
];

#[test]
fn what_init_begins_with_finds_what_is_planted_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&folder, &["init"]).code(0);
    let read = |path: String| {
        let bytes = std::fs::read(folder.path().join(&path)).expect("it is written");
        (path, bytes)
    };
    let files: BTreeMap<String, Vec<u8>> = files_below(folder.path(), "").into_iter().map(read).collect();
    let before = judge(files.clone());
    let idea = CONTRACT.replace("plant-ID", "idea").replace("status: active", "status: draft");
    let mut planted = files;
    planted.insert("registry/domains/sales/idea.odcs.yaml".to_owned(), idea.into_bytes());
    let of_idea = "apiVersion: v1.1.0\nkind: DataProduct\nid: idea\nname: Idea\nversion: \"0.1.0\"\nstatus: draft\ndomain: sales\n\
                   team: {name: order-platform}\noutputPorts: [{name: out, contractId: idea, version: \"1.0.0\"}]\n";
    planted.insert("registry/domains/sales/idea.odps.yaml".to_owned(), of_idea.as_bytes().to_vec());
    let home = [
        ("domain: finance", "domain: sales"),
        ("contractId: fx-rates, version: \"2.0.0\"", "contractId: orders, version: \"1.0.0\""),
    ];
    let expected = plant(&mut planted, INIT_PLANTS, ("registry/domains/sales/planted", &home));
    let found = violations(&judge(planted));
    let known = violations(&before);
    // The example has no result file yet, which is proposed and not counted.
    assert_eq!(known, BTreeSet::from([("result-file-per-port".to_owned(), "product:orders".to_owned())]));
    assert_eq!(found.difference(&known).cloned().collect::<BTreeSet<_>>(), expected);
    let ids: BTreeSet<&str> =
        before.governance.policies.iter().map(|one| one.policy.header.id.value.as_str()).collect();
    assert_eq!(ids, INIT_PLANTS.iter().map(|plant| plant.0).collect(), "each has a planted violation");
    assert!(ids.len() >= 15);
    for policy in &before.governance.policies {
        let id = policy.policy.header.id.value.as_str();
        assert_eq!(policy.n_passing_tests(), policy.policy.tests.len(), "{id}: {:#?}", policy.tests);
        assert!(policy.tests.iter().any(|test| test.expected.is_some()), "{id}");
        let prose = std::fs::read_to_string(folder.path().join(format!("registry/policies/{id}.md"))).expect("prose");
        assert!(["## Context", "## Decision", "## Consequences"].iter().all(|heading| prose.contains(heading)), "{id}");
    }
}

#[test]
fn what_init_begins_with_says_once_that_a_product_has_no_owner() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&folder, &["init"]).code(0);
    let product = folder.path().join("registry/domains/sales/orders/product.odps.yaml");
    let text = std::fs::read_to_string(&product).expect("it is written");
    let without = text.replace("team:\n  name: order-platform\n", "");
    assert_ne!(text, without);
    std::fs::write(&product, without).expect("written");
    let found = run(&folder, &["check", "--format", "json"]).json();
    let list = found["diagnostics"].as_array().expect("a list").iter();
    let codes: Vec<&str> = list.filter_map(|found| found["code"].as_str()).collect();
    let count = |code: &str| codes.iter().filter(|found| **found == code).count();
    assert_eq!((count("GOV001"), count("GOV006")), (1, 0), "{codes:?}");
}

#[test]
fn the_starter_set_finds_what_is_planted_and_nothing_else() {
    let files = files_of("registry");
    let before = judge(files.clone());
    let mut planted = files;
    let expected = plant(&mut planted, PLANTS, ("registry/domains/finance/planted", &[]));
    let after = judge(planted);
    let known = violations(&before);
    let new: BTreeSet<_> = violations(&after).difference(&known).cloned().collect();
    assert_eq!(new, expected);
    let counted = before.governance.policies.iter().filter(|policy| policy.stage != Stage::Retired);
    let ids: BTreeSet<String> = counted.map(|policy| policy.policy.header.id.value.to_string()).collect();
    let with_plants: BTreeSet<String> = PLANTS.iter().map(|plant| plant.0.to_owned()).collect();
    assert_eq!(ids, with_plants, "each policy that is run has a planted violation");
    assert!(ids.len() >= 15);
}

#[test]
fn every_policy_of_ours_has_cases_that_pass_and_cases_that_do_not_and_prose() {
    let outcome = judge(files_of("registry"));
    for policy in &outcome.governance.policies {
        let id = policy.policy.header.id.value.as_str();
        assert!(policy.is_usable, "{id}");
        assert_eq!(policy.n_passing_tests(), policy.policy.tests.len(), "{id}: {:#?}", policy.tests);
        if policy.stage != Stage::Retired {
            assert!(policy.tests.iter().any(|test| test.expected.is_none()), "{id} has no case that passes");
            assert!(policy.tests.iter().any(|test| test.expected.is_some()), "{id} has no case that does not");
            assert!(policy.n_subjects > 0, "{id} binds nothing");
        }
        let prose =
            std::fs::read_to_string(package("registry/policies").join(format!("{id}.md"))).expect("it has prose");
        for heading in ["## Context", "## Decision", "## Consequences"] {
            assert!(prose.contains(heading), "{id}.md has no `{heading}`");
        }
    }
}

/// Expressions that want to hang, crash or mislead, with the code and words of what is told. An empty
/// code: nothing is, and the answer is a plain violation or pass.
const HOSTILE: &[(&str, &str, &str)] = &[
    (
        "contract.columns.all(a, contract.columns.all(b, contract.columns.all(c, a.name + b.name + c.name != 'x')))",
        "GOV007",
        "steps",
    ),
    (
        "contract.columns.all(a, contract.columns.all(b, contract.columns.all(c, contract.columns.all(d, true))))",
        "GOV010",
        "loops",
    ),
    (
        "contract.columns.map(a, contract.columns.map(b, contract.columns.map(c, [a, b, c]))).size() > 0",
        "GOV007",
        "steps",
    ),
    ("variables.huge.size() > 0", "GOV007", "bytes"),
    ("contract.id.matches('(a+)+$')", "", ""),
    ("contract.id.matches('(.*)(.*)(.*)(.*)(.*)(.*)(.*)x$')", "", ""),
    ("contract.id.matches('((a{100}){100}){100}')", "GOV010", "too large"),
    ("contract.id.matches('(?=a)b')", "GOV008", "no regular expression"),
    ("contract.id.matches('a{2,1}')", "GOV008", "no regular expression"),
    ("contract.id.matches(contract.name)", "GOV009", "written out"),
    ("1 / 0 == 1", "GOV007", "ask first, as in `x != 0 && 10 / x > 2`"),
    ("1 % 0 == 1", "GOV007", "zero"),
    ("9223372036854775807 + 1 > 0", "GOV007", "64 bits"),
    ("9223372036854775807 * 9223372036854775807 > 0", "GOV007", "64 bits"),
    ("-9223372036854775807 - 10 > 0", "GOV007", "64 bits"),
    ("99999999999999999999 > 0", "GOV008", "64 bits"),
    ("1e999 > 0.0", "GOV008", "64 bits"),
    ("int('x') > 0", "GOV007", "ask first whether it is one"),
    ("contract.columns[99999].name == 'x'", "GOV007", "ask first how many there are"),
    ("contract.columns[-1].name == 'x'", "GOV007", "no item"),
    ("contract.description.usage == 'x'", "GOV007", "null"),
    ("contract.columns.all(c, c.logicalType < 5)", "GOV009", "compare"),
    ("contract.columns.all(c, c.customProperties.all(p, p.value < 5))", "", ""),
    ("contract.columns == 'x'", "GOV009", "ask whether it is an item: `'x' in contract.columns`"),
    ("domain != 'sales'", "GOV009", "write `domain.id`"),
    ("contract.tags != 'a'", "GOV009", "`!=` always holds between a list and a text"),
    ("contract.columns.all(c, c.primaryKey != 'true')", "GOV009", "write `true` or `false` without quotes"),
    ("size(contract.columns) != '1'", "GOV009", "write `1` without quotes"),
    ("'x' in contract.consumers", "GOV009", "ask its items: `contract.consumers.exists(x, x.id == ...)`"),
    ("domain in ['sales']", "GOV009", "write `domain.id`"),
    ("domain == null || contract.producer != contract.producer", "", ""),
    ("contract.columns.all(c, c.customProperties.all(p, p.value != 'a' && p.value != 1))", "", ""),
    ("contract + 1 == 2", "GOV009", "join"),
    ("contract.id - 1 == 2", "GOV009", "numbers"),
    ("contract.id", "GOV009", "true or false"),
    ("contract", "GOV009", "true or false"),
    ("exec('rm')", "GOV009", "no function"),
    ("contract.id.exec()", "GOV009", "no function"),
    ("env.HOME == 'x'", "GOV009", "no `env`"),
    ("__proto__.x == 1", "GOV009", "no `__proto__`"),
    ("contract.__proto__ == null", "GOV009", "no field"),
    ("has(contract.id)", "GOV009", "has()"),
    ("import os", "GOV008", "reserved"),
    ("", "SCH", ""),
    (" ", "GOV008", "too early"),
    ("(true", "GOV008", "bracket"),
    ("(", "GOV008", "too early"),
    ("contract.", "GOV008", "too early"),
    ("contract..id", "GOV008", "not expected"),
    ("'unclosed", "GOV008", "closing"),
    ("'\\q' == 'q'", "GOV008", "escape"),
    ("b'bytes' == b'bytes'", "GOV008", "not expected"),
    ("1u == 1u", "GOV008", "unsigned"),
    ("contract.id == 'a' // comment \u{202e}", "", ""),
    ("contract.id ＝ 'a'", "GOV008", "no meaning"),
    ("“orders” == contract.id", "GOV008", "no meaning"),
    ("{'a': 1, 'a': 2}.a == 1", "", ""),
    ("[1, 2, 3].all(contract.id, true)", "GOV009", "name of an item"),
    ("[1, 2, 3].all(x)", "GOV009", "another way"),
    ("not stated(contract.name)", "GOV008", "no operator"),
    ("len(contract.columns) > 0", "GOV009", "no function"),
    ("today.matches('^2026')", "", ""),
    ("daysBetween('yesterday', today) > 0", "GOV009", "YYYY-MM-DD"),
    ("daysBetween(today, 'x') > 1", "GOV009", "`x` is no date"),
    ("daysBetween(contract.id, today) > 0", "GOV007", "`orders` is no date"),
    (
        "contract.id.matches('[')",
        "GOV008",
        "close it with `]`, as `[a-z]`; a bracket that stands for itself is written `\\\\[`",
    ),
    ("contract.id.matches('\\\\[')", "", ""),
    ("contract.id.matches('[(][)][*][.]')", "", ""),
    ("contract.id.matches('(a')", "GOV008", "each `(` needs its `)`"),
    ("contract.id.matches('*a')", "GOV008", "behind what they repeat"),
    ("contract.id.matches('(?<!a)b')", "GOV008", "write two conditions"),
    ("daysBetween('0001-01-01', '9999-12-31') > 0", "", ""),
    ("contract.id.split('').map(x, x.split('')).size() >= 0", "", ""),
    ("contract.producer.consumers.all(p, p.consumers.all(q, q.inputs.all(i, i.name != 'x')))", "GOV007", "null"),
];

#[test]
fn hostile_expressions_are_told_and_cost_little() {
    let mut files = BTreeMap::new();
    for (position, (expression, ..)) in HOSTILE.iter().enumerate() {
        let doubled = |from: &str| json!({"name": format!("{from}x"), "expression": format!("variables.{from} + variables.{from}")});
        let mut variables = vec![json!({"name": "v", "expression": "'0123456789abcdef'"})];
        let mut name = "v".to_owned();
        for _ in 0..20 {
            variables.push(doubled(&name));
            name.push('x');
        }
        variables.push(json!({"name": "huge", "expression": format!("variables.{name}")}));
        let policy = json!({
            "apiVersion": "meshfolio/v1", "kind": "Policy", "id": format!("case-{position:03}"),
            "scope": {"kinds": ["DataContract"]},
            "variables": variables,
            "validations": [{"expression": expression, "message": "no"}],
        });
        files.insert(format!("registry/policies/case-{position:03}.yaml"), policy.to_string().into_bytes());
    }
    let columns: Vec<Value> = (0..200).map(|number| json!({"name": format!("column_{number}")})).collect();
    let contract = json!({
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "orders", "version": "1.0.0", "status": "draft",
        "schema": [{"name": "orders", "properties": columns}],
    });
    files.insert("registry/orders.odcs.yaml".to_owned(), contract.to_string().into_bytes());
    let outcome = judge(files);
    let mut told = String::new();
    for (position, (expression, code, words)) in HOSTILE.iter().enumerate() {
        let path = format!("registry/policies/case-{position:03}.yaml");
        let own: Vec<_> = outcome
            .findings
            .diagnostics
            .iter()
            .filter(|finding| outcome.sources.path(finding.location.file) == path)
            .map(|finding| {
                let label = finding.label.as_deref().unwrap_or_default();
                (
                    finding.rule.code,
                    format!("{} {label} {}", finding.message, finding.help.as_deref().unwrap_or_default()),
                )
            })
            .collect();
        let is_as_told = match *code {
            "" => own.is_empty(),
            code => own.len() == 1 && own[0].0.starts_with(code) && own[0].1.contains(words),
        };
        if !is_as_told {
            told += &format!("`{expression}`: expected {code} with `{words}`, found {own:?}\n");
        }
    }
    assert!(told.is_empty(), "\n{told}");
    let most = outcome.governance.policies.iter().map(|policy| policy.steps).max().unwrap_or_default();
    assert!(most < 1_100_000, "a policy took {most} steps for one subject");
}

const HELP: (&str, &str) = (
    "registry/policies/help.yaml",
    "apiVersion: meshfolio/v1\nkind: Policy\nid: help\nname: Somebody answers\nowner: order-platform\n\
     description: {purpose: Somebody answers.}\nscope: {kinds: [DataProduct], domains: [sales], status: [active]}\n\
     validations:\n  - {expression: size(product.support) > 0, message: no support channel}\n\
     tests:\n  - {name: nobody, given: {product: {}}, expect: {message: no support channel}}\n  \
     - {name: somebody, given: {product: {support: [{channel: a}]}}, expect: pass}\n",
);
const WRONG_CASE: (&str, &str) = (
    "registry/policies/named.yaml",
    "apiVersion: meshfolio/v1\nkind: Policy\nid: named\nowner: order-platform\nstage: proposed\n\
     scope: {kinds: [DataProduct], domains: [sales]}\nvalidations:\n  \
     - {expression: stated(product.name), message: no name}\ntests:\n  \
     - {name: no name passes, given: {product: {}}, expect: pass}\n",
);

#[test]
fn policies_are_listed_with_what_came_of_them() {
    let folder = registry(&[HELP, WRONG_CASE]);
    let list = run(&folder, &["policy", "list", "--format", "json"]).code(0).json();
    assert_eq!(list["version"], 1);
    let help = &list["policies"][0];
    assert_eq!((&help["id"], &help["subjects"], &help["failing"]), (&json!("help"), &json!(1), &json!(1)));
    assert_eq!((&help["tests"], &help["testsPassing"]), (&json!(2), &json!(2)));
    let named = &list["policies"][1];
    assert_eq!((&named["stage"], &named["passing"]), (&json!("proposed"), &json!(1)));
    // What is stated and what holds today are two things.
    let later = HELP.1.replace("\nname:", "\neffectiveFrom: 2026-12-24\nname:");
    let ahead = registry(&[(HELP.0, later.as_str())]);
    let row = &run(&ahead, &["policy", "list", "--format", "json"]).code(0).json()["policies"][0];
    assert_eq!((&row["severity"], &row["level"]), (&json!("error"), &json!("warning")));
    let told = run(&ahead, &["policy", "explain", "help"]).code(0).out;
    assert!(told.contains("\nFrom 2026-12-24 on what it finds is an error; until then it is a warning.\n"), "{told}");
    let text = run(&folder, &["policy", "list"]).code(0).out;
    assert!(text.starts_with("id     stage     level"), "{text}");
}

#[test]
fn a_failing_case_is_1() {
    let folder = registry(&[HELP]);
    let passed = run(&folder, &["policy", "test"]).code(0);
    assert_eq!(passed.out, "ok help (2 of 2)\n2 passed, 0 failed\n");
    let folder = registry(&[HELP, WRONG_CASE]);
    let failed = run(&folder, &["policy", "test"]).code(1).out;
    assert!(failed.contains("FAIL named (0 of 1)\n     registry/policies/named.yaml:10: no name passes\n"), "{failed}");
    let json = run(&folder, &["policy", "test", "--format", "json"]).code(1).json();
    assert_eq!(json["summary"], json!({"passed": 2, "failed": 1}));
    assert_eq!(json["cases"][2]["found"], json!(["no name"]));
    run(&folder, &["policy", "test", "help"]).code(0);
    run(&folder, &["policy", "test", "hlep"]).refused("did you mean `help`?");
}

#[test]
fn a_policy_is_explained() {
    let folder = registry(&[HELP]);
    let text = run(&folder, &["policy", "explain", "help"]).code(0).out;
    for line in [
        "1 bound: 0 pass, 1 fail, 0 waived",
        "product:orders registry/sales/orders/product.odps.yaml:3: no support channel",
    ] {
        assert!(text.contains(line), "{text}");
    }
    let bound = run(&folder, &["policy", "explain", "help", "product:orders", "--format", "json"]).code(0).json();
    assert_eq!(bound["subject"]["binds"], true);
    assert_eq!(bound["subject"]["messages"], json!(["no support channel"]));
    let outside = run(&folder, &["policy", "explain", "help", "contract:orders", "--format", "json"]).code(0).json();
    assert_eq!(outside["subject"]["reason"], "another kind");
    run(&folder, &["policy", "explain", "help", "product:nothing"]).refused("product:nothing");
}

#[test]
fn one_thing_is_explained_with_its_waiver_and_what_has_no_answer() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nowner: order-platform\nscope: {kinds: [DataProduct]}\nvalidations:\n  \
         - {expression: size(product.support) > 0, message: nobody to ask}\n  \
         - {expression: product.description.usage != '', message: no usage}\n";
    let waiver = "waivers:\n  - {target: \"product:orders\", reason: It is new., approvedBy: order-platform, expires: 2027-06-30}\n";
    let waived = format!("{policy}{waiver}");
    let arguments = ["policy", "explain", "odd", "product:orders"];
    for (text, by) in [(policy, ""), (waived.as_str(), " (waived by odd)")] {
        let folder = registry(&[("registry/policies/odd.yaml", text)]);
        let told = run(&folder, &arguments).code(0).out;
        let lines = format!(
            "\nproduct:orders\n  fails: nobody to ask{by}\n  comes to no answer: product.description.usage != ''{by}\n"
        );
        assert!(told.contains(&lines), "{told}");
        let json = run(&folder, &[&arguments[..], &["--format", "json"]].concat()).code(0).json();
        let subject = &json["subject"];
        assert_eq!((&subject["answered"], &subject["messages"]), (&json!(false), &json!(["nobody to ask"])));
        assert_eq!(subject["unanswered"], json!(["product.description.usage != ''"]));
        let waived_by = if by.is_empty() { Value::Null } else { json!("odd") };
        assert_eq!((&subject["failing"][0]["waivedBy"], &subject["unansweredWaivedBy"]), (&waived_by, &waived_by));
    }
}

#[test]
fn cases_with_a_mistake_of_form_are_refused() {
    let tested = |case: &str| {
        let policy = format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nowner: order-platform\nscope: {{kinds: [DataProduct]}}\nvalidations:\n  \
             - {{expression: \"size(product.tags) == 0 || product.tags != ['x']\", message: odd}}\ntests:\n  - {{{case}}}\n"
        );
        let folder = registry(&[("registry/policies/odd.yaml", policy.as_str())]);
        let outcome = run(&folder, &["policy", "test"]);
        let is_ok = outcome.out.contains("1 passed, 0 failed");
        (if is_ok { outcome.code(0) } else { outcome.code(1) }).out
    };
    assert!(tested("name: a, given: {product: {tags: [a], name: b}}, expect: pass").contains("ok odd (1 of 1)"));
    for (case, words) in [
        ("name: a, given: {}, expect: fail", "`fail` is not a value of `tests[0].expect`"),
        ("name: a, given: {}", "`expect`"),
        ("given: {}, expect: pass", "`name`"),
        ("name: a, given: {}, expect: pass, becuase: b", "becuase"),
        (
            "name: a, given: {product: {tags: a}}, expect: pass",
            "`given.product.tags` is a text here, and expressions see a list there",
        ),
        ("name: a, given: {product: {tags: [1]}}, expect: pass", "`given.product.tags[0]` is a number here"),
        (
            "name: a, given: {product: {domain: {id: a}}}, expect: pass",
            "`given.product.domain` is a map here, and expressions see a text",
        ),
        ("name: a, given: {product: {consumers: {}}}, expect: pass", "is a map here, and expressions see a list"),
        ("name: a, given: {product: {nmae: a}}, expect: pass", "did you mean `name`?"),
    ] {
        let told = tested(case);
        assert!(told.contains("FAIL odd (0 of 1)") && told.contains(words), "{case}\n{told}");
    }
}

#[test]
fn blank_texts_are_not_stated_and_classes_of_items_count() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nowner: order-platform\nscope: {kinds: [DataContract]}\nvalidations:\n  \
         - {expression: stated(contract.name), message: no name}\n  \
         - expression: \"!contract.columns.exists(c, c.classification == 'secret')\"\n    \
           messageExpression: \"contract.columns.filter(c, c.classification == 'secret').map(c, c.path).join(', ')\"\n";
    let contract = |name: &str, phones: &str| {
        format!(
            "apiVersion: v3.2.0\nkind: DataContract\nid: calls\nversion: 1.0.0\nstatus: draft\nname: {name}\nschema:\n  - name: calls\n    properties:\n      \
             - {{name: phones, logicalType: array, {phones}}}\n"
        )
    };
    let told = |contract: &str| {
        let folder = registry(&[("registry/policies/odd.yaml", policy), ("registry/calls.odcs.yaml", contract)]);
        let json = run(&folder, &["policy", "explain", "odd", "contract:calls", "--format", "json"]).code(0).json();
        json["subject"]["messages"].clone()
    };
    let plain = "items: {logicalType: string}";
    assert_eq!(told(&contract("Calls", plain)), json!([]));
    for blank in ["''", "'  '"] {
        assert_eq!(told(&contract(blank, plain)), json!(["no name"]), "{blank}");
    }
    for (phones, path) in [
        ("items: {logicalType: string, classification: secret}", "calls.phones"),
        ("classification: secret, items: {logicalType: string, classification: secret}", "calls.phones"),
        ("classification: internal, items: {logicalType: string, classification: secret}", "calls.phones.[]"),
        (
            "classification: internal, items: {logicalType: array, items: {logicalType: string, classification: secret}}",
            "calls.phones.[].[]",
        ),
        ("classification: secret, items: {logicalType: string, classification: internal}", "calls.phones"),
    ] {
        assert_eq!(told(&contract("Calls", phones)), json!([path]), "{phones}");
    }
}

#[test]
fn what_has_nothing_to_ask_about_is_no_pass() {
    let idle = |expressions: &[&str]| {
        let rules: Vec<String> =
            expressions.iter().map(|rule| format!("  - {{expression: {rule:?}, message: odd}}\n")).collect();
        let rules = rules.concat();
        let policy = format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nscope: {{kinds: [DataProduct]}}\nvariables:\n  - {{name: none, expression: \"product.tags.filter(t, t == 'none')\"}}\nvalidations:\n{rules}"
        );
        let folder = registry(&[("registry/policies/odd.yaml", policy.as_str())]);
        let row = &run(&folder, &["policy", "list", "--format", "json"]).code(0).json()["policies"][0];
        assert_eq!(row["usable"], true, "{policy}");
        let idle = row["idle"].as_u64().expect("a number");
        assert_eq!(row["passing"], json!(1 - idle), "{policy}");
        let told = run(&folder, &["policy", "explain", "odd"]).code(0).out;
        let words = ["1 bound: 1 pass, 0 fail", "1 bound: 0 pass, 1 with nothing to ask, 0 fail"];
        assert!(told.contains(words[usize::from(idle == 1)]), "{told}");
        let csv = run(&folder, &["policy", "list", "--format", "csv"]).code(0).out;
        assert!(csv.lines().nth(1).is_some_and(|line| line.ends_with(&format!(",{idle}"))), "{csv}");
        row["idle"] == 1
    };
    for rule in [
        "size(variables.none) == 0 || product.id == 'x'",
        "variables.none.all(t, t == 'x')",
        "!product.tags.exists(t, t == 'none') || product.id == 'x'",
        "product.type == null || product.id == 'x'",
        "product.id != 'x' || product.name == 'x'",
        "[1, 2].all(n, n != 3 || product.name == 'x')",
        "['a'].all(t, variables.none.all(u, u == t))",
    ] {
        assert!(idle(&[rule]), "{rule}");
        assert!(!idle(&[rule, "product.id == 'orders'"]), "the other rule asked something");
    }
    for rule in [
        "product.id == 'orders' || size(variables.none) == 0",
        "size(product.outputPorts) == 0 || product.id == 'orders'",
        "size(variables.none) == 0",
        "product.outputPorts.all(p, stated(p.name))",
        "[1, 2].all(n, n != 2 || product.id == 'orders')",
        "[1, 2].all(n, n != 3)",
    ] {
        assert!(!idle(&[rule]), "{rule}");
    }
}

#[test]
fn a_broken_policy_is_never_said_to_pass() {
    let policy = |expression: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nscope: {{kinds: [DataProduct]}}\nvalidations:\n  - expression: {expression}\n    message: odd\n"
        )
    };
    let path = "registry/policies/odd.yaml";
    // It can be read, and has no answer where nothing is stated.
    let unanswered = policy("product.description.usage.size() > 0");
    let folder = registry(&[(path, unanswered.as_str())]);
    let text = run(&folder, &["policy", "explain", "odd", "product:orders"]).code(0).out;
    assert!(text.contains("1 bound: 0 pass, 0 fail, 0 waived, 1 without an answer\n"), "{text}");
    assert!(text.contains("\nproduct:orders\n  comes to no answer: product.description.usage.size() > 0\n"), "{text}");
    assert!(text.contains("\nBroken\n  registry/policies/odd.yaml:6:"), "{text}");
    let json = run(&folder, &["policy", "explain", "odd", "product:orders", "--format", "json"]).code(0).json();
    assert_eq!((&json["subject"]["answered"], &json["broken"][0]["code"]), (&json!(false), &json!("GOV007")));
    // Too much of an expression is told as any other fault.
    let deep = policy(&format!("{}true{}", "(".repeat(50), ")".repeat(50)));
    let folder = registry(&[(path, deep.as_str())]);
    let json = run(&folder, &["policy", "explain", "odd", "--format", "json"]).code(0).json();
    assert_eq!(json["broken"][0]["code"], "GOV010", "{json}");
    // It cannot be read: nothing is judged, and the test says what is wrong.
    let unreadable = policy("stated(product.descripton)");
    let folder = registry(&[(path, unreadable.as_str())]);
    let text = run(&folder, &["policy", "explain", "odd", "product:orders"]).code(0).out;
    assert!(text.contains("none judged: an expression cannot be read\n"), "{text}");
    assert!(!text.contains("  passes"), "{text}");
    let tested = run(&folder, &["policy", "test"]).code(1).out;
    assert!(tested.contains("registry/policies/odd.yaml:6:"), "{tested}");
    assert!(tested.contains("GOV009") && tested.contains("did you mean `description`?"), "{tested}");
    // Each mistake has a line of its own.
    let two = format!("{unreadable}  - expression: stated(product.nmae)\n    message: odd\n");
    let folder = registry(&[(path, two.as_str())]);
    let tested = run(&folder, &["policy", "test"]).code(1).out;
    let told = tested.lines().filter(|line| line.trim_start().starts_with("registry/policies/odd.yaml:"));
    assert_eq!(told.filter(|line| line.contains("GOV009")).count(), 2, "{tested}");
    assert!(!tested.contains("\\u{a}"), "{tested}");
}

#[test]
fn a_policy_that_is_not_run_is_never_said_to_pass() {
    let retired = HELP.1.replace("\nname:", "\nstage: retired\nname:");
    let folder = registry(&[(HELP.0, &retired)]);
    let text = run(&folder, &["policy", "explain", "help", "product:orders"]).code(0).out;
    assert!(text.contains("\nproduct:orders\n  is not judged: the policy is retired\n"), "{text}");
    assert!(!text.contains("pass"), "{text}");
    let json = run(&folder, &["policy", "explain", "help", "product:orders", "--format", "json"]).code(0).json();
    assert_eq!(json["subject"]["answered"], false);
    // One that is switched off is asked, and counts nowhere.
    let folder = registry(&[HELP, ("meshfolio.yaml", "check: {levels: {help: off}}\n")]);
    let text = run(&folder, &["policy", "explain", "help", "product:orders"]).code(0).out;
    assert!(text.contains("\nIt is off in this registry: what it finds is shown here and counts nowhere.\n"), "{text}");
}

#[test]
fn a_policy_is_explained_for_every_version() {
    let second = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 3.0.0\nstatus: draft\n";
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: described\nscope: {kinds: [DataContract]}\nvalidations:\n  - expression: contract.status != 'draft'\n    messageExpression: \"'still ' + contract.status\"\n";
    let folder = registry(&[("registry/orders-2.odcs.yaml", second), ("registry/policies/described.yaml", policy)]);
    let explain = |thing: &str| run(&folder, &["policy", "explain", "described", thing]).code(0).out;
    let both = explain("contract:orders");
    assert!(both.contains("    else the message is made by: 'still ' + contract.status\n"), "{both}");
    assert!(both.contains("\ncontract:orders@2.1.0\n  passes\n"), "{both}");
    assert!(both.contains("\ncontract:orders@3.0.0\n  fails: still draft\n"), "{both}");
    let one = explain("contract:orders@3.0.0");
    assert!(one.contains("fails: still draft") && !one.contains("orders@2.1.0"), "{one}");
    let json = run(&folder, &["policy", "explain", "described", "contract:orders", "--format", "json"]).code(0).json();
    assert_eq!(json["subjects"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["subject"], json["subjects"][0]);
    assert_eq!(json["validations"][0]["message"], Value::Null);
    assert_eq!(json["validations"][0]["messageExpression"], "'still ' + contract.status");
}

#[test]
fn a_blank_message_is_the_title_of_the_policy() {
    let of = |validation: &str| {
        let policy = format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: helped\nname: Help can be reached\nowner: order-platform\nscope: {{kinds: [DataProduct]}}\n\
             validations:\n  - {{expression: size(product.support) > 0, {validation}}}\n"
        );
        let folder = registry(&[("registry/policies/helped.yaml", &policy)]);
        let found = run(&folder, &["check", "--format", "concise"]).code(1).out;
        found.lines().find(|line| line.contains("GOV006")).expect("it is found").to_owned()
    };
    for blank in ["messageExpression: \"'  '\"", "message: \" \"", "message: \" \", messageExpression: \"''\""] {
        let told = of(blank);
        let words = "data product `orders`: it does not meet \"Help can be reached\"; the message of the policy for this is blank (policy `helped`)";
        assert!(told.ends_with(words), "{blank}: {told}");
    }
    assert!(
        of("message: no help, messageExpression: \"''\"").contains("`orders`: no help (policy"),
        "what is stated comes first"
    );
}

#[test]
fn policies_are_rows_too_and_explain_knows_them() {
    let folder = registry(&[HELP]);
    let csv = run(&folder, &["policy", "list", "--format", "csv"]).code(0).out;
    assert!(csv.starts_with("id,name,stage,severity,category,owner,"), "{csv}");
    assert_eq!(csv.lines().count(), 2, "{csv}");
    // As it was called before.
    assert_eq!(
        run(&folder, &["policy", "list"]).code(0).out,
        run(&folder, &["policy", "list", "--format", "text"]).code(0).out
    );
    let id = csv.lines().nth(1).and_then(|line| line.split(',').next()).expect("a row").to_owned();
    let explained = run(&folder, &["policy", "explain", &id]).code(0).out;
    for written in [id.clone(), format!("policy:{id}")] {
        assert_eq!(run(&folder, &["explain", &written]).code(0).out, explained);
    }
    let json = run(&folder, &["explain", &id, "--format", "json"]).code(0).json();
    assert_eq!(json["policy"]["id"], id.as_str());
    let near = format!("{id}x");
    run(&folder, &["explain", &near]).refused(&format!("did you mean the policy `{id}`?"));
    run(&folder, &["explain", &id, "--format", "csv"]).refused("only rules are written as csv");
    let rules = run(&folder, &["explain", "--format", "csv"]).code(0).out;
    assert!(
        rules.starts_with("code,name,family,severity,since\r\n") && rules.contains("\r\nREF001,dangling-reference,")
    );
}

#[test]
fn a_misspelt_kind_is_one_finding() {
    let of = |kinds: &str, expression: &str| {
        let policy = HELP.1.replace("[DataProduct]", kinds).replace("size(product.support) > 0", expression);
        assert_ne!(policy, HELP.1);
        let out = run(&registry(&[(HELP.0, &policy)]), &["check", "--format", "concise"]).out;
        out.lines().filter(|line| line.contains("help.yaml")).map(str::to_owned).collect::<Vec<_>>()
    };
    for (kinds, expression) in [
        ("[DataProdct]", "size(product.support) > 0"),
        ("[DataProduct, DataContrct]", "size(product.support) > 0"),
        ("[DataProdct]", "size(product.support) > 0 && (!stated(contract) || stated(contract.id))"),
    ] {
        let told = of(kinds, expression);
        assert!(told.len() == 1 && told[0].contains("SCH004"), "{kinds}: {told:?}");
    }
    let told = of("[DataProdct]", "size(product.suport) > 0");
    assert!(told.len() == 2 && told[1].contains("GOV009"), "what is wrong besides is told: {told:?}");
}

#[test]
fn findings_name_their_policy() {
    let json = run(&registry(&[HELP]), &["check", "--format", "json"]).code(1).json();
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["code"], "GOV006");
    assert_eq!(finding["policy"], "help");
    assert_eq!(finding["subject"], "product:orders");
    assert_eq!(finding["message"], "data product `orders`: no support channel (policy `help`)");
}

#[test]
fn what_expressions_see_is_printed() {
    let folder = registry(&[]);
    let context = run(&folder, &["schema", "PolicyContext"]).code(0).json();
    assert_eq!(context["version"], 1);
    for pointer in [
        "/properties/today",
        "/functions/daysBetween/form",
        "/$defs/DataContract/properties/columns",
        "/$defs/DataContract/properties/slaProperties",
        "/$defs/DataProduct/properties/consumers",
        "/$defs/Column/properties/path",
        "/$defs/SemanticDefinition/properties/businessName",
    ] {
        assert!(context.pointer(pointer).is_some(), "{pointer}");
    }
    let text = context.to_string();
    let references: BTreeSet<&str> =
        text.split("\"#/$defs/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for name in references {
        assert!(context["$defs"].get(name).is_some(), "`{name}` is named and not there");
    }
    let functions = context["functions"].as_object().expect("a map");
    let functions = functions.keys().map(String::as_str).collect::<Vec<_>>().join("\n") + "\n";
    assert_kept("tests/suite/policy-functions.txt", &functions);
}

#[test]
fn policies_of_another_revision_judge_and_cannot_be_dropped() {
    let folder = registry(&[HELP]);
    let git = |args: &[&str]| {
        let done = std::process::Command::new("git").current_dir(folder.path()).args(args).output().expect("git runs");
        assert!(done.status.success(), "{done:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Begin"]);
    std::fs::remove_file(folder.path().join(HELP.0)).expect("it can be removed");
    run(&folder, &["check"]).code(0);
    let forced = run(&folder, &["check", "--policies-from", "main", "--format", "json"]).code(1).json();
    assert_eq!(forced["diagnostics"][0]["policy"], "help");
    // A change is judged by them as well: the gate of a branch asks both.
    let told = |arguments: &[&str]| {
        let told = run(&folder, &[&["check", "--format", "json", "--base", "main"], arguments].concat()).code(1).json();
        told["diagnostics"].as_array().expect("a list").iter().filter(|finding| finding["policy"] == "help").count()
    };
    assert_eq!((told(&[]), told(&["--policies-from", "main"])), (0, 1));
    run(&folder, &["check", "--base", "main", "--policies-from", "nowhere"]).refused("nowhere");
    // A weaker rule in the work tree changes nothing; a broken one is still told.
    std::fs::write(folder.path().join(HELP.0), HELP.1.replace("> 0", ">= 0")).expect("it can be written");
    run(&folder, &["check", "--policies-from", "main"]).code(1);
    run(&folder, &["check", "--policies-from", "nowhere"]).refused("nowhere");
    // Nor does a lower level, or folders that are not read any more: the configuration of the base is in force.
    std::fs::write(folder.path().join(HELP.0), HELP.1).expect("it can be written");
    for lower in ["check: {levels: {help: off}}\n", "exclude: [registry/policies/**]\n"] {
        std::fs::write(folder.path().join("meshfolio.yaml"), lower).expect("it can be written");
        run(&folder, &["check", "--policies-from", "main"]).code(1);
        run(&folder, &["check", "--base", "main", "--policies-from", "main"]).code(1);
        run(&folder, &["check"]).code(0);
    }
    // Nor does another name for what the rule asks about.
    let asks = HELP.1.split("tests:").next().expect("the first part");
    let asks = asks.replace("size(product.support) > 0", "\"!('personal' in personalClasses)\"");
    std::fs::write(folder.path().join(HELP.0), asks).expect("it can be written");
    std::fs::remove_file(folder.path().join("meshfolio.yaml")).expect("it can be removed");
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Ask"]);
    let renamed = "personalData: {classification: nothing, classes: [nothing]}\n";
    std::fs::write(folder.path().join("meshfolio.yaml"), renamed).expect("it can be written");
    run(&folder, &["check"]).code(0);
    run(&folder, &["check", "--policies-from", "main"]).code(1);
    run(&folder, &["check", "--base", "main", "--policies-from", "main"]).code(1);
    git(&["reset", "-q", "--hard", "main~1"]);
    // A configuration there that cannot be read has no levels that could judge.
    for (broken, before) in [("check: {levels: [\n", "main~1"), ("check: 3\n", "main~2")] {
        std::fs::write(folder.path().join("meshfolio.yaml"), broken).expect("it can be written");
        git(&["add", "."]);
        git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Break"]);
        std::fs::write(folder.path().join("meshfolio.yaml"), "mesh: {id: m}\n").expect("it can be written");
        run(&folder, &["check", "--policies-from", "main"]).refused("its configuration has a mistake (meshfolio.yaml:");
        run(&folder, &["check", "--base", "main", "--policies-from", "main"]).refused("cannot judge this");
        // Whoever mends it is told how to pass: a revision from before the mistake judges.
        run(&folder, &["check", "--policies-from", "main"]).refused("such as `--policies-from main~1`");
        let judged = run(&folder, &["check", "--base", "main", "--policies-from", before]).code(1).out;
        assert!(judged.contains("no support channel"), "{judged}");
    }
}

#[test]
fn proposed_policies_are_shown_and_never_counted() {
    let folder = registry(&[(HELP.0, &HELP.1.replace("owner:", "stage: proposed\nowner:"))]);
    assert_eq!(run(&folder, &["check", "--deny", "warning"]).code(0).out, "");
    let text = run(&folder, &["policy", "explain", "help"]).code(0).out;
    assert!(text.contains("no support channel") && text.contains("counts nowhere"), "{text}");
}

#[test]
fn severity_follows_stage_and_day() {
    for (change, expected) in [
        ("severity: error", Severity::Error),
        ("severity: warning", Severity::Warning),
        ("severity: info", Severity::Info),
        ("stage: trial", Severity::Warning),
        ("effectiveFrom: \"2026-11-22\"", Severity::Warning),
        ("effectiveFrom: \"2026-11-21\"", Severity::Error),
        ("severity: info\nstage: trial", Severity::Info),
    ] {
        let mut files = files_of("tests/cases/common/registry");
        let text = HELP.1.replace("owner:", &format!("{change}\nowner:"));
        files = files.into_iter().map(|(path, bytes)| (path.replace("tests/cases/common/", ""), bytes)).collect();
        files.insert(HELP.0.to_owned(), text.into_bytes());
        let outcome = judge(files);
        let found: Vec<Severity> = outcome.findings.of_policy("help").map(|finding| finding.severity).collect();
        assert_eq!(found, [expected], "{change}");
    }
}

/// Walks the ten minutes of the docs by the letter: in the registry of this repository and in one that was just begun.
#[test]
fn the_docs_can_be_followed_by_the_letter() {
    let docs = std::fs::read_to_string(package("docs/policies.md")).expect("the docs are there");
    let between = |from: &str, to: &str| {
        let (_, rest) = docs.split_once(from).unwrap_or_else(|| panic!("they have `{from}`"));
        rest.split_once(to).expect("it ends").0
    };
    let policy = between("```yaml\n", "```");
    let (_, rule) = policy.split_once("scope:").expect("it has a scope");
    let begun = tempfile::tempdir().expect("a folder can be made");
    run(&begun, &["init"]).code(0);
    let demo = tempfile::tempdir().expect("a folder can be made");
    for (path, bytes) in files_of("registry").into_iter().chain(files_of("observations")) {
        let file = demo.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        std::fs::write(file, bytes).expect("written");
    }
    std::fs::copy(package("meshfolio.yaml"), demo.path().join("meshfolio.yaml")).expect("copied");
    for folder in [&begun, &demo] {
        let made = run(folder, &["new", "policy", "usage-is-explained", "--owner", "data-governance"]).code(0);
        let shown = between("--owner data-governance\n", "$ ");
        assert_eq!(format!("{}{}", made.out, made.err), shown);
        let passed = between("$ meshfolio policy test usage-is-explained\n", "```");
        assert_eq!(run(folder, &["policy", "test", "usage-is-explained"]).code(0).out, passed);

        let file = folder.path().join("registry/policies/usage-is-explained.yaml");
        let text = std::fs::read_to_string(&file).expect("it was made");
        let (head, _) = text.split_once("scope:").expect("it has a scope");
        std::fs::write(&file, format!("{head}scope:{rule}")).expect("written");
        assert_eq!(run(folder, &["policy", "test", "usage-is-explained"]).code(0).out, passed);
        let one = run(folder, &["policy", "explain", "usage-is-explained", "product:orders"]).code(0).out;
        assert!(one.ends_with("\nproduct:orders\n  passes\n"), "{one}");
    }
    let shown = between("$ meshfolio policy explain usage-is-explained\n", "```");
    assert_eq!(run(&demo, &["policy", "explain", "usage-is-explained"]).code(0).out, shown);
    for folder in [&begun, &demo] {
        let file = folder.path().join("registry/policies/usage-is-explained.yaml");
        let text = std::fs::read_to_string(&file).expect("it was made");
        std::fs::write(&file, text.replace("stage: proposed", "stage: trial")).expect("written");
    }
    run(&begun, &["check", "--deny", "warning"]).code(0);
    let found = run(&demo, &["check", "--deny", "warning"]).code(1).out;
    assert!(found.contains(between("in the registry of this repository\n\n```console\n", "\n```")), "{found}");
}

#[test]
fn the_policy_of_the_docs_passes_as_it_stands() {
    let docs = std::fs::read_to_string(package("docs/policies.md")).expect("the docs are there");
    let (_, first) = docs.split_once("```yaml\n").expect("they begin with a policy");
    let (first, _) = first.split_once("```").expect("it ends");
    let council =
        "apiVersion: meshfolio/v1\nkind: Team\nid: data-governance\nname: Council\nmembers: [{username: ada}]\n";
    let folder = registry(&[
        ("registry/policies/usage-is-explained.yaml", first),
        ("registry/teams/data-governance.yaml", council),
    ]);
    let tested = run(&folder, &["policy", "test", "usage-is-explained"]).code(0);
    assert!(docs.contains(tested.out.lines().last().expect("a sum")), "{}", tested.out);
    // Staged, it finds the product of the example, which does not say how it is used.
    for (stage, severity, code, deny) in [
        ("proposed", "error", 0, "warning"),
        ("trial", "error", 1, "warning"),
        ("trial", "error", 0, "error"),
        ("enforced", "warning", 0, "error"),
        ("enforced", "error", 1, "error"),
    ] {
        let text = first.replace("stage: proposed ", &format!("stage: {stage} "));
        let text = text.replace("severity: warning ", &format!("severity: {severity} "));
        std::fs::write(folder.path().join("registry/policies/usage-is-explained.yaml"), text).expect("written");
        run(&folder, &["check", "--deny", deny]).code(code);
    }
}

/// Whoever calls personal data otherwise keeps the rules that `init` begins with.
#[test]
fn policies_follow_the_classes_of_the_configuration() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&folder, &["init"]).code(0);
    let change = |path: &str, old: &str, new: &str| {
        let path = folder.path().join(path);
        let text = std::fs::read_to_string(&path).expect("it is written");
        assert!(text.contains(old), "{old} is not in {text}");
        std::fs::write(&path, text.replace(old, new)).expect("written");
    };
    let contract = "registry/domains/sales/orders/contracts/orders.odcs.yaml";
    change(contract, "property: retention", "property: availability");
    let found = || {
        let found = run(&folder, &["check", "--format", "concise"]).out;
        found.contains("personal data without a retention promise")
    };
    assert!(found());
    change(contract, "classification: personal", "classification: pii");
    assert!(!found(), "nobody said yet that `pii` is personal");
    let config = "personalData: {classification: pii, classes: [pii, sensitive]}\n";
    change("meshfolio.yaml", "roots: [registry]\n", &format!("roots: [registry]\n{config}"));
    assert!(found());
    // Cases of policies give the same answer in every registry, and may give other classes.
    run(&folder, &["policy", "test"]).code(0);
    let policy = "registry/policies/personal-data-has-rules.yaml";
    change(policy, "    given:\n      contract:", "    given:\n      personalClasses: [pii]\n      contract:");
    run(&folder, &["policy", "test"]).code(1);
}

#[test]
fn a_policy_without_kinds_is_told_to_name_them() {
    let help = |scope: &str, expression: &str| {
        let policy = HELP.1.replace("{kinds: [DataProduct], domains: [sales], status: [active]}", scope);
        let policy = policy.replace("size(product.support) > 0", expression);
        run(&registry(&[(HELP.0, &policy)]), &["check"]).code(1).out
    };
    let told = help("{status: [active]}", "size(product.support) > 0");
    assert!(told.contains("help: add `kinds: [DataProduct]` to `scope`"), "{told}");
    assert!(!told.contains("ask first"), "{told}");
    let told = help("{kinds: [DataProduct, DataContract]}", "size(product.support) > 0");
    assert!(told.contains("help: write `kinds: [DataProduct]` in `scope`"), "{told}");
    // Below a field of its own thing there is something to ask first.
    let told = help("{kinds: [DataProduct]}", "product.description.usage.size() > 9");
    assert!(told.contains("help: ask first whether it is there"), "{told}");
}

#[test]
fn an_expression_that_begins_with_not_wants_quotes() {
    for expression in [
        "!stated(product.description)",
        "!product.tags.exists(c, c == 'secret')",
        "!stated(product.description) || size(product.tags) > 0",
        "!stated(product.description) && size(product.tags) > 0",
    ] {
        let bare = format!("validations:\n  - message: no support channel\n    expression: {expression}\n");
        let validations = "validations:\n  - {expression: size(product.support) > 0, message: no support channel}\n";
        let policy = HELP.1.replace(validations, &bare);
        assert_ne!(policy, HELP.1);
        let told = run(&registry(&[(HELP.0, &policy)]), &["check"]).code(1).out;
        assert!(told.contains(&format!("help: put quotes around the expression: `\"{expression}\"`")), "{told}");
        assert!(!told.contains("remove the tag") && !told.contains("scanning"), "{told}");
    }
}
