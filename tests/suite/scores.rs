//! Scores: the checks of a scorecard, the command, what changed since a base, and which domains can own their data.

use std::path::Path;

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options, Outcome};
use meshfolio::policy::checks::{Axis, CheckResult};
use meshfolio::policy::{OperatingMode, readiness};
use meshfolio::source::{FileId, MemoryTree};
use meshfolio::yaml::Schemas;
use serde_json::Value;
use tempfile::TempDir;

use super::change::commit;
use super::cli::{registry, run};

/// Six checks of its own on four sides, one of them built in.
const SCORECARD: (&str, &str) = (
    "registry/scorecard.yaml",
    r#"apiVersion: meshfolio/v1
kind: Scorecard
id: acme
axes:
  - axis: secure
    checks:
      - id: approver-named
        help: ask the steward
  - axis: discoverable
    checks:
      - id: said
        name: Says how to use it
        applies: stated(product.description)
        expression: stated(product.description.usage)
        help: write `description.usage`
        link: https://handbook.acme.example/said
      - id: unsaid
        expression: product.description.usage == 'x'
  - axis: trustworthy
    checks:
      - id: promises
        expression: product.contracts.all(c, size(c.slaProperties) > 0)
      - id: active
        expression: product.status == 'active'
  - axis: interoperable
    checks:
      - {id: broken, expression: "size(product.nothing) > 0"}
"#,
);

fn judge(files: &[(&str, &str)]) -> Outcome {
    let common = [
        (
            "registry/sales.yaml",
            "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nowner: shop\noperatingMode: owning\n",
        ),
        (
            "registry/shop.yaml",
            "apiVersion: meshfolio/v1\nkind: Team\nid: shop\ndomain: sales\nsupport: [{channel: '#shop'}]\n\
             members: [{username: a}, {username: b}]\n",
        ),
    ];
    let all = common.iter().chain(files).map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Pages,
        observations: None,
    };
    pipeline::run(&MemoryTree::new(all), &Schemas::embedded(), &options).expect("a tree in memory is read")
}

fn product(id: &str, more: &str) -> String {
    format!("apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nversion: \"1\"\nstatus: active\ndomain: sales\n{more}")
}

#[test]
fn a_scorecard_replaces_the_checks_and_fails_closed() {
    let bare = product("bare", "team: {name: shop}\n");
    let told = product("told", "team: {name: shop}\ndescription: {purpose: For tests., usage: x}\n");
    let outcome = judge(&[SCORECARD, ("registry/bare.odps.yaml", &bare), ("registry/told.odps.yaml", &told)]);
    let ids: Vec<&str> = outcome.scoring.checks.iter().map(|check| &*check.id).collect();
    assert_eq!(ids, ["said", "unsaid", "promises", "active", "broken", "approver-named"]);
    assert_eq!(outcome.scoring.scorecard.as_deref(), Some("acme"));
    assert_eq!(outcome.scoring.axes().count(), 4);
    let words =
        |idx: usize| -> Vec<&'static str> { outcome.checks(idx).iter().map(|(_, result)| result.word()).collect() };
    // No description: `said` cannot apply, and `unsaid` comes to no answer, which is no pass.
    assert_eq!(words(0), ["not applicable", "failed", "passed", "passed", "failed", "failed"]);
    assert_eq!(words(1), ["passed", "passed", "passed", "passed", "failed", "failed"]);
    assert_eq!(outcome.checks(0).tally().to_string(), "2 of 5");
    assert_eq!(outcome.checks(1).tally_of(Axis::Discoverable).to_string(), "2 of 2");
    let Some(CheckResult::Failed { why, .. }) = outcome.checks(0).get("unsaid").cloned() else { panic!("it fails") };
    assert_eq!(why, "the check comes to no answer");
    let mut codes: Vec<&str> = outcome.findings.diagnostics.iter().map(|finding| finding.rule.code).collect();
    codes.dedup();
    assert_eq!(codes, ["GOV019", "GOV009"], "{:#?}", outcome.findings.diagnostics);
    // What the scorecard does not say is that of the built-in check.
    let approver = &outcome.scoring.checks[5];
    assert_eq!((&*approver.name, &*approver.help), ("Every contract names who approves access", "ask the steward"));
}

#[test]
fn a_failing_expression_says_where() {
    let text = product("late", "team: {name: shop}\n").replace("status: active", "status: deprecated");
    let outcome = judge(&[SCORECARD, ("registry/late.odps.yaml", &text)]);
    let Some(CheckResult::Failed { why, place }) = outcome.checks(0).get("active").cloned() else { panic!("it fails") };
    assert_eq!(why, "`product.status == 'active'` is not so");
    assert_eq!(&text[place.span.start as usize..place.span.end as usize], "deprecated");
}

#[test]
fn what_a_domain_declares_and_what_the_facts_show_stand_apart() {
    let of = |files: &[(&str, &str)], changed: Option<jiff::civil::Date>| {
        let outcome = judge(files);
        readiness(&outcome.mesh, 0, outcome.today, &move |_: FileId| changed)
    };
    let day = jiff::civil::date(2026, 6, 1);
    let own = product("a", "team: {name: shop}\n");
    let growing = of(&[("registry/a.odps.yaml", &own)], Some(day));
    assert_eq!((growing.declared, growing.shown), (Some(OperatingMode::Owning), Some(OperatingMode::Growing)));
    assert!(growing.differs());
    let missing: Vec<&str> = growing.missing().map(|fact| fact.id).collect();
    assert_eq!(missing, ["promises-stated"], "what is not promised is missing once");

    let central = product("a", "team: {name: nobody}\n");
    let central = of(&[("registry/a.odps.yaml", &central)], None);
    assert_eq!(central.shown, Some(OperatingMode::Central));
    assert_eq!(central.facts.iter().find(|fact| fact.id == "changed-lately").map(|fact| fact.is_met), Some(None));

    let kept = [
        ("registry/a.odps.yaml", format!("{own}outputPorts: [{{name: out, contractId: c, version: \"1.0.0\"}}]\n")),
        (
            "registry/c.odcs.yaml",
            "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: \"1.0.0\"\nstatus: active\n\
             slaProperties: [{property: freshness, value: 1, unit: d}]\n"
                .to_owned(),
        ),
        (
            "observations/c.yaml",
            "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: 2026-11-20T00:00:00Z\n\
             contract: {contractID: c, contractVersion: \"1.0.0\"}\n\
             results: [{id: freshness, type: check, status: pass}]\n"
                .to_owned(),
        ),
    ];
    let kept: Vec<(&str, &str)> = kept.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let owning = of(&kept, Some(day));
    assert_eq!(owning.shown, Some(OperatingMode::Owning), "{:#?}", owning.facts);
    // A promise without a result is missing in one fact, and neither kept nor missed in another.
    let met = |files: &[(&str, &str)]| {
        let readiness = of(files, Some(day));
        let facts = readiness.facts.into_iter().filter(|fact| fact.id.starts_with("promises-"));
        facts.map(|fact| (fact.is_met, fact.says)).collect::<Vec<_>>()
    };
    let says = |met: Option<bool>, words: &str| (met, words.to_owned());
    assert_eq!(
        met(&kept[..2]),
        [
            says(Some(true), "1 of 1 product in use promises something"),
            says(Some(false), "0 of 1 product that promises something has a result"),
            says(None, "1 promise, without a result"),
        ]
    );
    let missed = kept[2].1.replace("pass", "fail");
    assert_eq!(
        met(&[kept[0], kept[1], (kept[2].0, &missed)])[1..],
        [
            says(Some(true), "1 of 1 product that promises something has a result"),
            says(Some(false), "0 of 1 promises kept, 1 missed"),
        ]
    );
    // What is not in use yet need not promise, and what is retired is no part of it.
    let draft = product("b", "team: {name: shop}\n").replace("status: active", "status: draft");
    let retired = product("d", "team: {name: shop}\n").replace("status: active", "status: retired");
    let more = [("registry/b.odps.yaml", draft.as_str()), ("registry/d.odps.yaml", retired.as_str())];
    let with_more: Vec<(&str, &str)> = kept.iter().copied().chain(more).collect();
    assert_eq!(of(&with_more, Some(day)).shown, Some(OperatingMode::Owning));
    assert_eq!(
        met(&with_more)[0],
        says(Some(true), "1 of 1 product in use promises something; 1 not in use yet, not counted")
    );
    let old = of(&kept, Some(jiff::civil::date(2026, 3, 1)));
    assert_eq!(old.shown, Some(OperatingMode::Growing));
    assert_eq!(old.missing().map(|fact| fact.id).collect::<Vec<_>>(), ["changed-lately"]);
    assert_eq!(of(&[], None).shown, None);
}

const RENAMED: (&str, &str) = (
    "registry/vbak.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: vbak\nstatus: active\ndomain: sales\noutputPorts: [{name: vbak, version: \"1\"}]\n",
);

fn json(folder: &TempDir, args: &[&str]) -> Value {
    let mut all = vec!["score", "--format", "json"];
    all.extend(args);
    serde_json::from_str(&run(folder, &all).code(0).out).expect("JSON")
}

#[test]
fn the_command_tells_of_the_mesh_a_domain_a_team_and_a_product() {
    let folder = registry(&[RENAMED]);
    let all = json(&folder, &[]);
    assert_eq!((all["version"].as_u64(), &all["scorecard"]), (Some(1), &Value::Null));
    let kinds: Vec<&str> =
        all["subjects"].as_array().expect("a list").iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["mesh", "domain", "team", "product", "product"]);
    let mesh = &all["subjects"][0];
    let sum =
        |key: &str| mesh["axes"].as_array().expect("axes").iter().filter_map(|axis| axis[key].as_u64()).sum::<u64>();
    assert_eq!((Some(sum("passed")), Some(sum("total"))), (mesh["passed"].as_u64(), mesh["total"].as_u64()));
    // The worst first, with the shortest way out.
    let worst = &all["subjects"][3];
    assert_eq!(worst["id"], "vbak");
    assert!(worst["renamedTable"].as_str().expect("it is one").contains("`team: {name: order-platform}`"), "{worst}");
    let owned = &worst["axes"][0]["checks"][2];
    assert_eq!((&owned["id"], &owned["result"]), (&Value::from("owned"), &Value::from("failed")));
    assert!(owned["help"].is_string() && owned["file"] == "registry/vbak.odps.yaml" && owned["line"] == 3);
    assert!(all["subjects"][4]["renamedTable"].is_null());

    let domain = json(&folder, &["domain:sales"]);
    assert_eq!(domain["subjects"][0]["readiness"]["shown"], "growing");
    assert_eq!(domain["subjects"].as_array().map(Vec::len), Some(3));
    let team = json(&folder, &["team:order-platform"]);
    assert_eq!(
        (&team["subjects"][0]["products"], &team["subjects"][1]["id"]),
        (&Value::from(1), &Value::from("orders"))
    );

    let text = run(&folder, &["score", "orders"]).code(0).out;
    assert!(text.starts_with("Orders: 3 of 14 checks pass\n"), "{text}");
    assert!(text.contains("described") && text.contains("registry/sales/orders/product.odps.yaml:3"), "{text}");
    let markdown = run(&folder, &["score", "--format", "markdown"]).code(0).out;
    assert!(markdown.contains("| domain | checks | declared | facts show | missing |"), "{markdown}");
    let csv = run(&folder, &["score", "orders", "--format", "csv"]).code(0).out;
    assert_eq!(csv.lines().count(), 17);
    for (args, words) in [
        (["score", "contract:orders"], "a data contract has no score; name a product, a team or a domain"),
        (["score", "ordres"], "did you mean `product:orders`?"),
    ] {
        run(&folder, &args).refused(words);
    }
    let out = run(&folder, &["score"]).code(0).out;
    let has_percentage = out.contains('%');
    assert!(!has_percentage, "{out}");
}

#[test]
fn what_is_retired_counts_nowhere_and_is_said() {
    let old = (
        "registry/old.odps.yaml",
        "apiVersion: v1.1.0\nkind: DataProduct\nid: old\nname: Old\nversion: \"1\"\nstatus: retired\ndomain: sales\n\
         team: {name: order-platform}\nsupport: [{channel: '#old'}]\n\
         customProperties: [{property: successor, value: product:orders}]\n",
    );
    let (with, without) = (registry(&[old]), registry(&[]));
    let (told, before) = (json(&with, &[]), json(&without, &[]));
    for at in 0..3 {
        let (told, before) = (&told["subjects"][at], &before["subjects"][at]);
        assert_eq!(told["retired"], 1, "{told}");
        assert!(before["retired"].is_null());
        for key in ["products", "passed", "total", "axes"] {
            assert_eq!(told[key], before[key], "{key}");
        }
    }
    assert_eq!(told["subjects"].as_array().map(Vec::len), before["subjects"].as_array().map(Vec::len));
    let text = run(&with, &["score"]).code(0).out;
    assert!(text.lines().next().is_some_and(|line| line.ends_with("; 1 retired product is not counted")), "{text}");
    // Asked for by name it is told, with that word.
    let text = run(&with, &["score", "old"]).code(0).out;
    assert!(text.lines().next().is_some_and(|line| line.ends_with("it is retired and counts in no total")), "{text}");

    run(&with, &["access", "request", "old", "--consumer", "team:order-platform", "--purpose", "x"]).refused(
        "`old` is retired, so that nobody is given access any more; ask for what replaces it: `product:orders`",
    );

    run(&with, &["build", "--allow-errors"]).code(0);
    let page = std::fs::read_to_string(with.path().join("site/scorecard.html")).expect("a page");
    assert!(page.contains("<strong>1</strong> product; 1 retired, not counted"), "{page}");
    let page = std::fs::read_to_string(with.path().join("site/products/old.html")).expect("a page");
    for words in
        ["Rely on <a href=\"../products/orders.html\">Orders</a> instead", "no access is given any more", "not counted"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    for words in ["Ask <a", "Request access", "Mend it", "Whoever reads it", "declare use", " checks</a>"] {
        assert!(!page.contains(words), "{words}: {page}");
    }
}

#[test]
fn the_command_tells_what_changed_since_a_base() {
    fn replace(folder: &Path, path: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(folder.join(path)).expect("it is there");
        assert!(text.contains(from), "{text}");
        std::fs::write(folder.join(path), text.replace(from, to)).expect("written");
    }
    let folder = registry(&[("registry/gone.odps.yaml", &product("gone", ""))]);
    run(&folder, &["score", "--base", "main"]).refused("git");
    commit(folder.path());
    let path = "registry/sales/orders/product.odps.yaml";
    replace(folder.path(), path, "domain: sales\n", "domain: sales\ntags: [x]\n");
    replace(folder.path(), path, "team:\n  name: order-platform\n", "");
    std::fs::remove_file(folder.path().join("registry/gone.odps.yaml")).expect("removed");
    std::fs::write(folder.path().join(RENAMED.0), RENAMED.1).expect("written");
    let scores = json(&folder, &["--base", "main"]);
    assert_eq!(scores["gone"], serde_json::json!(["gone"]));
    // As in `diff --format json`: the commit.
    assert!(scores["base"].as_str().is_some_and(|commit| commit.len() == 40), "{}", scores["base"]);
    assert_eq!(scores["today"], "2026-11-21");
    let subjects = scores["subjects"].as_array().expect("a list");
    let of = |id: &str| subjects.iter().find(|one| one["id"] == id && one["kind"] == "product").expect("it is scored");
    assert_eq!(of("vbak")["new"], true);
    assert_eq!(
        of("orders")["changes"],
        serde_json::json!([
            {"check": "owned", "before": "passed", "after": "failed"},
            {"check": "tagged", "before": "failed", "after": "passed"},
        ])
    );
    let text = run(&folder, &["score", "--base", "main", "orders"]).code(0).out;
    assert!(text.contains("Since main ("), "{text}");
    let csv = run(&folder, &["score", "--base", "main", "--format", "csv"]).code(0).out;
    let has = |row: &str| assert!(csv.lines().any(|line| line == row), "{row}\n{csv}");
    has("kind,id,axis,check,passed,total,why,where,help,passed before,total before");
    has("product,gone,,,,,gone,,,1,10");
    let cells = |id: &str, check: &str| -> Vec<String> {
        let mut rows = csv.lines().filter(|line| line.starts_with(&format!("product,{id},")) && line.contains(check));
        let row = rows.next().expect("the check is asked");
        row.rsplit(',').take(2).map(str::to_owned).collect()
    };
    assert_eq!(cells("orders", ",tagged,"), ["1", "0"]);
    assert_eq!(cells("orders", ",owned,"), ["1", "1"]);
    assert_eq!(cells("vbak", ",owned,"), ["", ""], "it was not there");
    // The trend goes with a base, and as CSV it is a table of its own.
    let both = json(&folder, &["--base", "main", "--trend"]);
    assert!(both["base"].is_string() && both["trend"]["points"].is_array());
    let csv = run(&folder, &["score", "--trend", "--format", "csv"]).code(0).out;
    assert!(csv.starts_with("week,day,checks passed,") && csv.contains("\nnow,"), "{csv}");
    run(&folder, &["score", "--base", "nothing"]).refused("the revision `nothing` is not in this repository");
}

#[test]
fn a_trend_that_cannot_be_says_why() {
    let folder = registry(&[]);
    let said = || run(&folder, &["score", "--trend"]).code(0).out;
    assert!(said().contains("the registry is not in git"), "{}", said());
    super::change::git(folder.path(), &["init", "-q", "-b", "main"]);
    assert!(said().contains("the repository has no commit"), "{}", said());
    super::change::commit(folder.path());
    assert!(said().contains("all commits are of one week"), "{}", said());
}

/// A scorecard without mistakes, whose checks are asked of the orders.
const SOUND: (&str, &str) = (
    "registry/scorecard.yaml",
    r#"apiVersion: meshfolio/v1
kind: Scorecard
id: acme
axes:
  - axis: discoverable
    checks:
      - {id: tagged, name: Carries a tag}
      - id: named
        name: "Has a <name>"
        expression: stated(product.name)
  - axis: trustworthy
    checks:
      - id: sla
        applies: size(product.contracts) > 0
        expression: product.contracts.all(c, size(c.slaProperties) > 0)
        help: add `slaProperties`
        link: https://handbook.acme.example/sla?a=1&b=2
"#,
);

#[test]
fn pages_twins_badges_and_the_shell_have_the_one_result() {
    let folder = registry(&[SOUND]);
    run(&folder, &["check", "--deny", "warning"]).code(0);
    run(&folder, &["build", "--out", "site"]).code(0);
    let page = |path: &str| std::fs::read_to_string(folder.path().join("site").join(path)).expect("it is built");
    let card = page("scorecard.html");
    assert!(card.contains("3 checks on the 2 sides of every product") && !card.contains("Sixteen"), "{card}");
    assert!(card.contains("<strong>1 of 3</strong> checks pass") && card.contains("Has a &lt;name&gt;"), "{card}");
    assert!(card.contains("<a href=\"https://handbook.acme.example/sla?a=1&amp;b=2\">How</a>"), "{card}");
    let product = page("products/orders.html");
    assert!(product.contains("<strong>1 of 3</strong> checks") && product.contains("Carries a tag"), "{product}");
    assert!(page("badges/orders.svg").contains("class=\"mark "));
    let twin: Value = serde_json::from_str(&page("products/orders.json")).expect("JSON");
    let checks = &twin["checks"];
    assert_eq!((checks["passed"].as_u64(), checks["total"].as_u64()), (Some(1), Some(3)));
    assert_eq!(checks["axes"][1]["checks"][0]["link"], "https://handbook.acme.example/sla?a=1&b=2");
    let scored = json(&folder, &["orders"]);
    assert_eq!((&scored["subjects"][0]["passed"], &scored["scorecard"]), (&Value::from(1), &Value::from("acme")));
    assert!(run(&folder, &["show", "orders"]).code(0).out.contains("1 of 3"));
    assert!(page("domains/sales.html").contains("<dt>The facts show</dt>"));
}
