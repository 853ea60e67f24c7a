//! Evidence and the sixteen checks: the four states, which result counts, and of each check a product
//! that passes, one that fails with its reason, and one to which it does not apply.

use meshfolio::check::Detail;
use meshfolio::graph::{Evidence, Verdict};
use meshfolio::pipeline::{self, Options, Outcome};
use meshfolio::policy::checks::{Axis, CHECKS, CheckResult};
use meshfolio::source::{MemoryTree, WorkTree};
use meshfolio::yaml::Schemas;

use super::package;

fn options(detail: Detail) -> Options {
    Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail,
        observations: None,
    }
}

fn run(files: &[(&str, &str)]) -> Outcome {
    let files = files.iter().map(|(path, text)| (*path, text.as_bytes()));
    pipeline::run(&MemoryTree::new(files), &Schemas::embedded(), &options(Detail::Rules)).expect("memory can be read")
}

const PRODUCT: (&str, &str) = (
    "registry/p/product.odps.yaml",
    "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nstatus: active\noutputPorts:\n  \
     - {name: tables, contractId: c, version: \"1.0.0\"}\n  - {name: old, contractId: c, version: \"0.9.0\"}\n",
);
const RETIRED: (&str, &str) = (
    "registry/p/old.odcs.yaml",
    "apiVersion: v3.2.0\nkind: DataContract\nid: c\nversion: \"0.9.0\"\nstatus: retired\nslaProperties:\n  \
     - {property: freshness, value: 1, unit: h}\n",
);

/// A contract with these lines at its end.
fn contract(lines: &str) -> String {
    format!("apiVersion: v3.2.0\nkind: DataContract\nid: c\nversion: \"1.0.0\"\nstatus: active\n{lines}")
}

const PROMISES: &str = "schema:\n  - name: t\n    quality: [{name: no-gaps, type: sql, query: q, mustBe: 0}]\n\
                        slaProperties:\n  - {property: freshness, value: 15, unit: minutes}\n  \
                        - {property: availability, value: 99.5, unit: percent}\n  - {property: endOfLife, value: \"2027-01-31\"}\n";

/// A result file of a day and an hour.
fn results(at: &str, results: &str) -> String {
    format!(
        "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"{at}\"\nsource: {{process: runner}}\n\
         contract: {{contractID: c, version: \"1.0.0\"}}\nresults:\n{results}"
    )
}

fn observe(files: &[(&str, String)]) -> Outcome {
    let promises = contract(PROMISES);
    let mut all = vec![PRODUCT, RETIRED, ("registry/p/c.odcs.yaml", promises.as_str())];
    all.extend(files.iter().map(|(path, text)| (*path, text.as_str())));
    run(&all)
}

#[test]
fn a_product_without_promises_is_not_stated() {
    let bare = contract("slaProperties:\n  - {property: endOfLife, value: \"2027-01-31\"}\n");
    let outcome = run(&[PRODUCT, RETIRED, ("registry/p/c.odcs.yaml", &bare)]);
    let evidence = outcome.evidence(0);
    assert_eq!((evidence.state, evidence.n_promises, evidence.latest), (Evidence::NotStated, 0, None));
}

#[test]
fn a_promise_without_results_is_promised_only() {
    let outcome = observe(&[]);
    let evidence = outcome.evidence(0);
    // Two levels and a rule: neither the date of the end nor what a retired version promised counts.
    assert_eq!((evidence.state, evidence.n_promises), (Evidence::Promised, 3));
    assert_eq!((evidence.n_kept, evidence.n_missed, evidence.n_unobserved()), (0, 0, 3));
    let retired = outcome.mesh.contract("c", "0.9.0").expect("there is one");
    assert_eq!(outcome.contract_evidence(retired).n_promises, 1);
}

#[test]
fn results_that_meet_their_promises_are_kept() {
    let file = results(
        "2026-11-21T05:40:00Z",
        "  - {id: freshness, type: metric, status: pass, measure: {value: 660, unit: s}}\n  \
         - {id: rows, type: metric, name: Rows, status: pass, measure: {value: 41214380, unit: rows}}\n",
    );
    let outcome = observe(&[("observations/a.yaml", file)]);
    let evidence = outcome.evidence(0);
    assert_eq!((evidence.state, evidence.n_kept, evidence.n_missed), (Evidence::Kept, 1, 0));
    assert_eq!(evidence.latest, Some(jiff::civil::date(2026, 11, 21)));
    let result = evidence.results[0];
    let level = &outcome.mesh.contracts[result.contract_idx].descriptor.service_levels[0];
    assert_eq!(
        evidence.result_at(result.contract_idx, level.span).map(|found| found.promise.name.as_str()),
        Some("freshness")
    );
    let comparison = result.comparison.as_ref().expect("both are times");
    assert_eq!((comparison.observed.to_string(), comparison.unit.as_str()), ("11".to_owned(), "minutes"));
    assert_eq!(result.observed.source.as_deref(), Some("runner"));
    assert_eq!(outcome.sources.path(result.observed.location.file), "observations/a.yaml");
    let facts: Vec<_> =
        evidence.facts.iter().map(|fact| (fact.observed.name.as_str(), fact.observed.value.as_deref())).collect();
    assert_eq!(facts, [("Rows", Some("41214380"))]);
    assert!(outcome.findings.diagnostics.iter().all(|finding| !finding.rule.code.starts_with("REF")));
}

#[test]
fn one_miss_is_missed_and_the_newest_result_counts() {
    let at = |day: u8, freshness: u8, gaps: u8| {
        let status = |is_met: bool| if is_met { "pass" } else { "fail" };
        results(
            &format!("2026-11-{day}T05:40:00Z"),
            &format!(
                "  - {{id: freshness, type: metric, status: {}, measure: {{value: {freshness}, unit: minutes}}}}\n  \
                 - {{id: no-gaps, type: check, status: {}, measure: {{value: {gaps}}}}}\n",
                status(freshness <= 15),
                status(gaps == 0)
            ),
        )
    };
    // The order of the files says nothing of the order in time.
    let outcome = observe(&[("observations/a.yaml", at(21, 10, 3)), ("observations/b.yaml", at(20, 40, 0))]);
    let evidence = outcome.evidence(0);
    assert_eq!((evidence.state, evidence.n_kept, evidence.n_missed), (Evidence::Missed, 1, 1));
    assert_eq!(evidence.quality(), (0, 1));
    let verdicts: Vec<_> = evidence.results.iter().map(|found| (found.promise.name.as_str(), found.verdict)).collect();
    assert_eq!(verdicts, [("freshness", Verdict::Kept), ("no-gaps", Verdict::Missed)]);
    let days: Vec<_> = evidence.results[0].days.iter().collect();
    assert_eq!(days[28..], [Some(Verdict::Missed), Some(Verdict::Kept)]);
    assert_eq!((evidence.days.n_missed(), evidence.days.n_kept(), evidence.days.n_without()), (2, 0, 28));
}

#[test]
fn the_day_on_which_a_promise_was_first_missed_is_known_where_it_was_kept_before() {
    let at = |month: u8, day: u8, status: &str| {
        let path: &'static str = format!("observations/{month}-{day}.yaml").leak();
        let line = format!("  - {{id: no-gaps, type: check, status: {status}}}\n");
        (path, results(&format!("2026-{month:02}-{day:02}T05:40:00Z"), &line))
    };
    let turned = |files: &[(&str, String)]| observe(files).evidence(0).results[0].turned;
    // However long ago, and whatever is without a result between.
    let turn = [at(9, 1, "pass"), at(9, 12, "fail"), at(9, 13, "fail")];
    assert_eq!(turned(&turn), Some(jiff::civil::date(2026, 9, 12)));
    assert_eq!(turned(&turn[1..]), None, "nobody knows since when");
    // The last of several, also where it is kept again.
    let again = [turn.as_slice(), &[at(11, 3, "pass"), at(11, 4, "fail"), at(11, 5, "pass")]].concat();
    assert_eq!(turned(&again), Some(jiff::civil::date(2026, 11, 4)));
}

#[test]
fn each_thing_that_is_looked_at_counts_and_one_long_gone_does_not() {
    let looked_at = |at: &str, target: &str, status: &str| {
        let line =
            format!("  - {{id: no-gaps, type: check, status: {status}, target: {{resourceIdentifier: {target}}}}}\n");
        results(at, &line)
    };
    let good = ("observations/a.yaml", looked_at("2026-11-21T06:00:00Z", "t", "pass"));
    let bad = |at: &str| ("observations/b.yaml", looked_at(at, "db.t", "fail"));
    assert_eq!(observe(&[good.clone(), bad("2026-11-21T05:00:00Z")]).evidence(0).state, Evidence::Missed);
    assert_eq!(observe(&[good, bad("2026-10-01T05:00:00Z")]).evidence(0).state, Evidence::Kept);
}

#[test]
fn a_check_that_failed_itself_observed_nothing() {
    let error = results("2026-11-21T05:40:00Z", "  - {id: freshness, type: check, status: error}\n");
    assert_eq!(observe(&[("observations/a.yaml", error.clone())]).evidence(0).state, Evidence::Promised);
    let before = results("2026-11-20T05:40:00Z", "  - {id: freshness, type: check, status: fail}\n");
    let outcome = observe(&[("observations/a.yaml", error), ("observations/b.yaml", before)]);
    assert_eq!(outcome.evidence(0).state, Evidence::Missed);
}

#[test]
fn of_two_results_at_one_time_the_worse_counts() {
    let twice = "  - {id: freshness, type: check, status: fail}\n  - {id: freshness, type: check, status: pass}\n";
    let outcome = observe(&[("observations/a.yaml", results("2026-11-21T05:40:00Z", twice))]);
    assert_eq!(outcome.evidence(0).state, Evidence::Missed);
}

#[test]
fn folders_of_result_files_are_those_of_the_configuration() {
    let file = results("2026-11-21T05:40:00Z", "  - {id: freshness, type: check, status: pass}\n");
    let state = |configuration: &str, path: &'static str, replaced: Option<&str>| {
        let promises = contract(PROMISES);
        let files =
            [PRODUCT, RETIRED, ("registry/p/c.odcs.yaml", &promises), ("meshfolio.yaml", configuration), (path, &file)];
        let tree = MemoryTree::new(files.map(|(path, text)| (path, text.as_bytes().to_vec())));
        let observations = replaced.map(|folder| vec![folder.to_owned()]);
        let options = Options { observations, ..options(Detail::Rules) };
        pipeline::run(&tree, &Schemas::embedded(), &options).expect("memory can be read").evidence(0).state
    };
    assert_eq!(state("", "observations/d/a.json", None), Evidence::Kept);
    assert_eq!(state("", "results/a.yaml", None), Evidence::Promised);
    assert_eq!(state("observations: [results]\n", "results/a.yml", None), Evidence::Kept);
    assert_eq!(state("observations: []\n", "observations/a.yaml", None), Evidence::Promised);
    assert_eq!(state("observations: [results]\n", "observations/a.yaml", Some("observations")), Evidence::Kept);
    // Results may lie beside what they are about.
    assert_eq!(state("observations: [registry]\n", "registry/p/a.yaml", None), Evidence::Kept);
    assert_eq!(state("roots: [.]\n", "observations/a.yaml", None), Evidence::Kept);
}

#[test]
fn rules_and_pages_see_the_same_evidence_and_checks() {
    let tree = WorkTree::open(&package("")).expect("the package can be read");
    let run = |detail| pipeline::run(&tree, &Schemas::embedded(), &options(detail)).expect("the registry can be read");
    let (rules, pages) = (run(Detail::Rules), run(Detail::Pages));
    let mut states = std::collections::BTreeMap::new();
    for idx in 0..rules.mesh.products.len() {
        let (few, all) = (rules.evidence(idx), pages.evidence(idx));
        let told = |found: &meshfolio::graph::EvidenceSummary<'_>| {
            let results: Vec<_> =
                found.results.iter().map(|found| (found.promise.clone(), found.verdict, found.days)).collect();
            (found.state, found.n_promises, found.latest, results)
        };
        assert_eq!(told(&few), told(&all), "{}", rules.mesh.products[idx].slug);
        let checks =
            |outcome: &Outcome| outcome.checks(idx).iter().map(|(_, result)| result.clone()).collect::<Vec<_>>();
        assert_eq!(checks(&rules), checks(&pages), "{}", rules.mesh.products[idx].slug);
        *states.entry(few.state).or_insert(0) += 1;
    }
    let count = |state| states.get(&state).copied().unwrap_or(0);
    let (kept, missed, promised) = (count(Evidence::Kept), count(Evidence::Missed), count(Evidence::Promised));
    assert!(missed > 0 && kept > missed && promised >= kept, "the demo shows all there is to see: {states:?}");
}

/// A whole product: it passes all checks.
const WHOLE: [(&str, &str); 6] = [
    (
        "registry/p/product.odps.yaml",
        "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nstatus: active\ndescription: {purpose: To test.}\ntags: [test]\n\
         team: {name: us}\noutputPorts:\n  - {name: tables, contractId: c, version: \"1.0.0\"}\n",
    ),
    ("registry/p/README.md", "# P\n\nWhat it holds.\n"),
    ("registry/us.yaml", "{apiVersion: meshfolio/v1, kind: Team, id: us}\n"),
    (
        "registry/words.osds.yaml",
        "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: words\ndefinitions:\n  - {id: order, name: Order, description: A wish.}\n",
    ),
    (
        "registry/p/c.odcs.yaml",
        "apiVersion: v3.2.0\nkind: DataContract\nid: c\nversion: \"1.0.0\"\nstatus: active\nservers:\n  \
         - {server: files, type: local, path: /data, format: csv}\nschema:\n  - name: t\n    properties:\n      - name: id\n        \
         logicalType: string\n        primaryKey: true\n        description: The key.\n        classification: internal\n        \
         examples: [a1]\n        authoritativeDefinitions:\n          \
         - {type: semanticDefinition, url: \"../words.osds.yaml#/definitions/order\"}\nslaProperties:\n  \
         - {property: freshness, value: 15, unit: minutes}\nroles:\n  \
         - {role: READ, firstLevelApprovers: us}\n",
    ),
    (
        "observations/c.yaml",
        "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-11-21T05:40:00Z\"\n\
         contract: {contractID: c, version: \"1.0.0\"}\nresults:\n  \
         - {id: freshness, type: metric, status: pass, measure: {value: 3, unit: minutes}}\n",
    ),
];

/// Takes `old` out of one file of the whole product and puts `new` there.
fn changed(path: &str, old: &str, new: &str) -> Outcome {
    let files = WHOLE.map(|(own, text)| {
        if own != path {
            return (own, text.to_owned());
        }
        assert!(text.contains(old), "`{path}` has no `{old}`");
        (own, text.replace(old, new))
    });
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    run(&files)
}

#[test]
fn a_whole_product_passes_all_sixteen() {
    let outcome = run(&WHOLE);
    let told: Vec<String> = outcome.findings.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    assert_eq!(told, Vec::<String>::new());
    let checks = outcome.checks(0);
    let failing: Vec<_> = checks
        .iter()
        .filter(|(_, result)| **result != CheckResult::Passed)
        .map(|(check, _)| check.id.clone())
        .collect();
    assert_eq!(failing, Vec::<&str>::new());
    assert_eq!(checks.tally().to_string(), "16 of 16");
    assert_eq!(Axis::ALL.map(|axis| checks.tally_of(axis).n_total), [3, 3, 3, 3, 2, 2]);
}

#[test]
fn each_check_fails_alone_and_says_why_and_where() {
    const PRODUCT: &str = "registry/p/product.odps.yaml";
    const CONTRACT: &str = "registry/p/c.odcs.yaml";
    const RESULTS: &str = "observations/c.yaml";
    let second = "      - {name: b, classification: internal}\nslaProperties:\n";
    let unclassified = "      - {name: b, description: B.}\nslaProperties:\n";
    for (id, path, old, new, why, place) in [
        ("described", PRODUCT, "description: {purpose: To test.}\n", "", "no `description.purpose`", PRODUCT),
        ("described", PRODUCT, "To test.", "\" \"", "no `description.purpose`", PRODUCT),
        ("tagged", PRODUCT, "tags: [test]", "tags: []", "no `tags`", PRODUCT),
        ("owned", PRODUCT, "name: us", "name: them", "the team `them` is not registered", PRODUCT),
        ("owned", PRODUCT, "team: {name: us}\n", "", "no `team.name`", PRODUCT),
        (
            "has-server",
            CONTRACT,
            "servers:\n  - {server: files, type: local, path: /data, format: csv}\n",
            "",
            "no `servers`",
            CONTRACT,
        ),
        (
            "stable-address",
            PRODUCT,
            "id: p\n",
            "id: P/1\n",
            "the `id` cannot be an address, so the name makes it, and a new name a new address",
            PRODUCT,
        ),
        (
            "has-promises",
            CONTRACT,
            "property: freshness, value: 15, unit: minutes",
            "property: endOfLife, value: \"2027-01-31\"",
            "neither a service level nor a `quality` rule",
            CONTRACT,
        ),
        (
            "has-results",
            RESULTS,
            "contractID: c",
            "contractID: other",
            "no result file is about a promise of it",
            PRODUCT,
        ),
        ("results-kept", RESULTS, "value: 3,", "value: 30,", "`freshness` was missed on 2026-11-21", RESULTS),
        (
            "columns-described",
            CONTRACT,
            "        description: The key.\n",
            "",
            "the column `t.id` has no description",
            CONTRACT,
        ),
        ("columns-described", CONTRACT, "slaProperties:\n", second, "the column `t.b` has no description", CONTRACT),
        ("has-examples", CONTRACT, "        examples: [a1]\n", "", "no column has `examples`", CONTRACT),
        (
            "has-readme",
            "registry/p/README.md",
            "# P\n\nWhat it holds.\n",
            "",
            "no `README.md` beside the product",
            PRODUCT,
        ),
        (
            "has-readme",
            "registry/p/README.md",
            "# P\n\nWhat it holds.\n",
            "# P\n\n## How\n\n```sql\nselect 1 from p\n```\n",
            "its `README.md` has no words beside headings and code",
            "registry/p/README.md",
        ),
        ("terms-bound", CONTRACT, "type: semanticDefinition", "type: tutorial", "nothing is bound to a term", CONTRACT),
        ("keys-declared", CONTRACT, "primaryKey: true", "primaryKey: false", "`t` has no `primaryKey`", CONTRACT),
        ("classified", CONTRACT, "slaProperties:\n", unclassified, "the column `t.b` has no classification", CONTRACT),
        ("approver-named", CONTRACT, ", firstLevelApprovers: us", "", "no role names an approver", CONTRACT),
    ] {
        let outcome = if id == "has-readme" && new.is_empty() {
            let rest: Vec<_> = WHOLE.into_iter().filter(|(own, _)| *own != path).collect();
            run(&rest)
        } else {
            changed(path, old, new)
        };
        let checks = outcome.checks(0);
        let Some(CheckResult::Failed { why: told, place: at }) = checks.get(id) else {
            panic!("{id} with `{new}`: {:?}", checks.get(id));
        };
        assert_eq!((told.as_str(), outcome.sources.path(at.file)), (why, place), "{id}");
        // Without a result there is none to judge by, and without a promise none that could be about one.
        let along: &[&str] = match id {
            "has-results" if place == PRODUCT => &["results-kept"],
            "has-promises" => &["has-results", "results-kept"],
            _ => &[],
        };
        for (check, result) in checks.iter().filter(|(check, _)| check.id != id && !along.contains(&check.id.as_ref()))
        {
            assert_eq!(*result, CheckResult::Passed, "{} fails beside {id}", check.id);
        }
    }
}

#[test]
fn a_product_without_a_port_lacks_what_contracts_say() {
    let outcome = changed(
        "registry/p/product.odps.yaml",
        "outputPorts:\n  - {name: tables, contractId: c, version: \"1.0.0\"}\n",
        "",
    );
    let checks = outcome.checks(0);
    let word = |id: &str| checks.get(id).map(CheckResult::word);
    for id in ["has-output-port", "has-server", "has-promises", "has-results", "approver-named"] {
        assert_eq!(word(id), Some("failed"), "{id}");
    }
    for id in ["results-kept", "columns-described", "has-examples", "terms-bound", "keys-declared", "classified"] {
        assert_eq!(word(id), Some("not applicable"), "{id}");
    }
    assert_eq!(checks.tally().to_string(), "5 of 10");
}

#[test]
fn what_nobody_observed_is_neither_kept_nor_missed() {
    let outcome = changed("observations/c.yaml", "contractID: c", "contractID: other");
    let checks = outcome.checks(0);
    let nothing = CheckResult::NotApplicable { why: "no result to judge by".to_owned() };
    assert_eq!(checks.get("results-kept"), Some(&nothing));
    assert_eq!(checks.get("has-results").map(CheckResult::word), Some("failed"));
    assert_eq!(checks.tally().to_string(), "14 of 15");
}

#[test]
fn a_check_that_cannot_apply_leaves_the_total() {
    let without_glossary: Vec<_> = WHOLE.into_iter().filter(|(path, _)| !path.ends_with(".osds.yaml")).collect();
    let outcome = run(&without_glossary);
    let checks = outcome.checks(0);
    assert_eq!(checks.get("terms-bound").map(CheckResult::word), Some("not applicable"));
    assert_eq!((checks.tally().to_string(), checks.tally_of(Axis::Interoperable).n_total), ("15 of 15".to_owned(), 1));

    let contract = "registry/p/c.odcs.yaml";
    let public = changed(contract, "classification: internal", "classification: Public");
    assert_eq!(public.checks(0).get("approver-named").map(CheckResult::word), Some("not applicable"));
    assert!(CHECKS.iter().all(|check| !check.name.is_empty() && !check.help.is_empty()));
}

/// The rule and the pages tell of old results from one limit: 30 days are new, 31 are old.
#[test]
fn a_result_of_more_than_thirty_days_is_old() {
    let pass = "  - {id: no-gaps, type: check, status: pass, measure: {value: 0}}\n";
    for (at, expected) in [("2026-10-22T06:00:00Z", None), ("2026-10-21T06:00:00Z", Some(31))] {
        let outcome = observe(&[("observations/1.yaml", results(at, pass))]);
        let summary = outcome.mesh.product_evidence(0);
        assert_eq!(summary.results.iter().map(|result| result.stale).collect::<Vec<_>>(), [expected], "{at}");
        let told = outcome.findings.diagnostics.iter().any(|finding| finding.rule.code == "REF026");
        assert_eq!(told, expected.is_some(), "{at}");
    }
}
