//! `check --timings`: the time of rooms, rules and policies on standard error, and nothing of it elsewhere.

use serde_json::Value;

use super::cli::{registry, run};

const POLICY: (&str, &str) = (
    "registry/policies/named.yaml",
    "apiVersion: meshfolio/v1\nkind: Policy\nid: named\nname: Products are named\nstatus: active\ncategory: discoverability\n\
     owner: order-platform\nseverity: warning\nstage: enforced\nscope: {kinds: [DataProduct], domains: [sales]}\nvalidations:\n  \
     - expression: \"product.name != ''\"\n    message: has no name\n",
);

#[test]
fn rooms_rules_and_policies_are_timed_on_standard_error() {
    let folder = registry(&[POLICY]);
    let plain = run(&folder, &["check", "--format", "json"]).code(0);
    let timed = run(&folder, &["check", "--format", "json", "--timings=json"]).code(0);
    assert_eq!(plain.out, timed.out, "what is found is the same to the byte");
    let times: Value = serde_json::from_str(&timed.err).expect("JSON on standard error");
    assert_eq!(times["version"], 1);
    let names = |key: &str, field: &str| -> Vec<String> {
        let rows = times[key].as_array().expect("a list").iter();
        rows.map(|row| row[field].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(
        names("rooms", "name"),
        [
            "open and list",
            "result files",
            "load and check",
            "graph",
            "rules",
            "policies",
            "waivers and causes",
            "findings"
        ]
    );
    assert!(names("rules", "name").contains(&"GOV001".to_owned()));
    assert_eq!(names("policies", "id"), ["named"]);
    assert_eq!(times["policies"][0]["subjects"], 1);
    assert!(times["policies"][0]["steps"].as_u64().is_some_and(|steps| steps > 0));
    assert!(times["totalMs"].as_f64().is_some_and(|ms| ms > 0.0));
}

#[test]
fn people_read_tables() {
    let folder = registry(&[POLICY]);
    let timed = run(&folder, &["check", "--timings"]).code(0);
    assert_eq!(timed.out, "");
    for words in ["ms", "room", "load and check", "rule", "policy", "named"] {
        assert!(timed.err.contains(words), "{words}\n{}", timed.err);
    }
    run(&folder, &["check", "--timings", "--base", "HEAD"]).code(2);
}
