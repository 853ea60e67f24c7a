//! SARIF 2.1.0 (OASIS Standard, 2020), as code scanning reads it. Messages are plain text: Markdown
//! of the user's files is never asked to be shown as such.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::json::json_text;
use super::place::{Place, worst_first};
use super::wording::{counted, printed};
use super::{Report, rule_url};
use crate::diagnostic::{Diagnostic, RuleMeta, Severity};
use crate::source::Location;

/// The most results that GitHub shows of one file; the worst are kept.
const MAX_RESULTS: usize = 5_000;
/// The size of all results, in bytes and without the blanks between them: code scanning takes 10 MB.
const MAX_RESULT_BYTES: usize = 6_000_000;
/// The most related places of one result.
const MAX_RELATED: usize = 20;
/// The name for the root of the repository that forges know.
const ROOT: &str = "%SRCROOT%";
/// All that RFC 3986 section 2.3 does not leave bare, but for the separator of folders.
const NOT_IN_PATHS: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the findings, the worst first and waived ones last, as suppressed results.
pub(super) fn render(report: &Report<'_>, prefix: &str) -> String {
    let mut findings = worst_first(report);
    findings.extend(report.findings.diagnostics.iter().filter(|diagnostic| diagnostic.waived_by.is_some()));

    let mut rules: Vec<&RuleMeta> = findings.iter().map(|diagnostic| diagnostic.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup();
    let mut fingerprints = Fingerprints::default();
    let (mut results, mut n_bytes) = (Vec::new(), 0);
    for diagnostic in findings.iter().take(MAX_RESULTS) {
        let rule_index = rules.binary_search_by_key(&diagnostic.rule.code, |rule| rule.code).unwrap_or_default();
        let result = result(report, diagnostic, rule_index, &fingerprints.next(report, diagnostic), prefix);
        n_bytes += result.to_string().len();
        if n_bytes > MAX_RESULT_BYTES {
            break;
        }
        results.push(result);
    }
    let n_left_out = findings.len() - results.len();
    let notifications = (n_left_out > 0).then(|| {
        let text = format!("{} left out: only the worst {} are listed", counted(n_left_out, "finding"), results.len());
        json!({ "level": "warning", "message": { "text": text } })
    });

    json_text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "meshfolio",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(|meta| rule(meta, report.site)).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications.into_iter().collect::<Vec<_>>(),
            }],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(rule: &RuleMeta, site: Option<&str>) -> Value {
    let found = rule.section(RuleMeta::HEADINGS[0]);
    let paragraph = found.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let sentence = match paragraph.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None if paragraph.is_empty() => rule.name.to_owned(),
        None => paragraph,
    };
    let full = if found.is_empty() { sentence.clone() } else { found };
    let help = rule.markdown();
    let mut described = json!({
        "id": rule.code,
        "name": pascal_case(rule.name),
        "shortDescription": { "text": sentence },
        "fullDescription": { "text": full },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let Some(site) = site {
        described["helpUri"] = Value::from(rule_url(rule, site));
    }
    described
}

fn result(report: &Report<'_>, diagnostic: &Diagnostic, rule_index: usize, fingerprint: &str, prefix: &str) -> Value {
    let mut lines = vec![text(&diagnostic.message)];
    lines.extend(diagnostic.label.as_deref().map(text));
    lines.extend(diagnostic.help.as_deref().map(|help| format!("help: {}", text(help))));
    let related = diagnostic.related.iter().take(MAX_RELATED).enumerate().map(|(position, related)| {
        let place = physical(report, related.location, prefix);
        json!({ "id": position + 1, "physicalLocation": place, "message": { "text": text(&related.message) } })
    });
    // Section 3.27.23: when one result of a run states its suppressions, all do.
    let suppressions = diagnostic.waived_by.iter().map(|waiver| {
        let justification = format!("waived by {}", printed(waiver));
        json!({ "kind": "external", "status": "accepted", "justification": justification })
    });
    // A finding about the registry as a whole has no file; an empty reference would mean the root itself.
    let has_file = !report.sources.path(diagnostic.location.file).is_empty();
    let location = has_file.then(|| json!({ "physicalLocation": physical(report, diagnostic.location, prefix) }));
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": rule_index,
        "level": level(diagnostic.severity),
        "message": { "text": lines.join("\n") },
        "locations": location.into_iter().collect::<Vec<_>>(),
        "relatedLocations": related.collect::<Vec<_>>(),
        "partialFingerprints": { "meshfolio/v1": fingerprint },
        "suppressions": suppressions.collect::<Vec<_>>(),
    });
    if let Some(policy) = &diagnostic.policy {
        result["properties"] = json!({ "policy": policy });
    }
    result
}

fn physical(report: &Report<'_>, location: Location, prefix: &str) -> Value {
    let place = Place::of(report, location);
    json!({
        "artifactLocation": { "uri": uri(&format!("{prefix}{}", place.path)), "uriBaseId": ROOT },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// Returns a text without links: section 3.11.6 makes one of `[words](target)`, even in plain text.
fn text(text: &str) -> String {
    let shown = printed(text);
    if shown.contains("](") {
        shown.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        shown.into_owned()
    }
}

/// Returns a relative reference that cannot leave the root.
fn uri(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    utf8_percent_encode(&parts.join("/"), &NOT_IN_PATHS).to_string()
}

fn pascal_case(name: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split('-').filter(|word| word.is_ascii() && !word.is_empty()).map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, HOSTILE};
    use super::*;

    fn run(fixture: &Fixture, prefix: &str) -> Value {
        let mut log: Value = serde_json::from_str(&render(&fixture.report(), prefix)).expect("it is JSON");
        assert_eq!(log["version"], "2.1.0");
        log["runs"][0].take()
    }

    #[test]
    fn rules_are_described_once_and_results_point_to_them() {
        let run = run(&Fixture::usual(), "mesh/");
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        assert_eq!(rules.len(), 3);
        assert_eq!(rules[2]["name"], "DanglingReference");
        assert_eq!(rules[2]["shortDescription"]["text"], "A reference whose target does not exist.");
        assert!(rules[2]["help"]["markdown"].as_str().is_some_and(|text| text.starts_with("## What it finds\nA ref")));
        for result in run["results"].as_array().expect("results") {
            let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("an index");
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn a_result_has_its_place_and_waived_ones_come_last() {
        let run = run(&Fixture::usual(), "mesh/");
        let place = json!({
            "artifactLocation": { "uri": "mesh/products/churn.yaml", "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 21 },
        });
        assert_eq!(run["results"][0]["locations"][0]["physicalLocation"], place);
        assert_eq!(run["results"][0]["suppressions"], json!([]));
        assert_eq!(run["results"][0]["relatedLocations"].as_array().map(Vec::len), Some(2));
        let levels: Vec<&Value> = run["results"].as_array().expect("results").iter().map(|r| &r["level"]).collect();
        assert_eq!(levels, ["error", "warning", "note", "warning"]);
        assert_eq!(run["results"][3]["suppressions"][0]["justification"], "waived by later");
    }

    #[test]
    fn hostile_paths_and_texts_stay_references_and_words() {
        let run = run(&Fixture::hostile(), "../");
        let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "%3A%3Aerror%20file%3Da%2Cb%3A%3A%25c%7Cd%60e%20%C3%BC.yaml");
        assert_eq!(super::uri("//etc/./../passwd"), "etc/passwd");
        let message = run["results"][0]["message"]["text"].as_str().expect("a text");
        assert!(message.contains("!\\[i\\](http") && !message.contains(HOSTILE), "{message}");
    }

    /// Asserts that a value is one of the words that the standard lists.
    fn assert_listed(value: &Value, words: &[&str]) {
        assert!(value.as_str().is_some_and(|word| words.contains(&word)), "{value} is none of {words:?}");
    }

    /// Asserts what section 3.4 wants of a place in a file.
    fn assert_physical(place: &Value, bases: &Value) {
        let uri = place["artifactLocation"]["uri"].as_str().expect("a reference is text");
        let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
        assert!(uri.split('/').all(is_part), "{uri}");
        let mut characters = uri.chars();
        while let Some(character) = characters.next() {
            let is_escape = character == '%'
                && [characters.next(), characters.next()]
                    .iter()
                    .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()));
            assert!(is_escape || character.is_ascii_alphanumeric() || "-._~/".contains(character), "{uri}");
        }
        assert!(bases.get(place["artifactLocation"]["uriBaseId"].as_str().expect("a name")).is_some());
        let number = |key: &str| place["region"][key].as_u64().unwrap_or_default();
        assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{place}");
        let (start, end) = (("startLine", "startColumn"), ("endLine", "endColumn"));
        let position = |(line, column)| (number(line), number(column));
        assert!(position(start) <= position(end), "{place}");
    }

    // Required properties, listed words and forms of references, as SARIF 2.1.0 states them.
    #[test]
    fn what_the_standard_demands_is_there() {
        const LEVELS: [&str; 4] = ["none", "note", "warning", "error"];
        for fixture in [Fixture::usual(), Fixture::hostile(), Fixture::many([2, 1, 1]), Fixture::many([0; 3])] {
            let run = run(&fixture, "a b/");
            assert_listed(&run["columnKind"], &["utf16CodeUnits", "unicodeCodePoints"]);
            assert_eq!(run["invocations"][0]["executionSuccessful"], true);
            assert!(run["tool"]["driver"]["name"].is_string());
            let rules = run["tool"]["driver"]["rules"].as_array().expect("rules are a list");
            let ids: std::collections::BTreeSet<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
            assert_eq!(ids.len(), rules.len(), "two rules share an id, or one has none");
            for rule in rules {
                assert!(
                    ["shortDescription", "fullDescription", "help"].iter().all(|key| rule[key]["text"].is_string())
                );
                assert_listed(&rule["defaultConfiguration"]["level"], &LEVELS);
            }
            let bases = &run["originalUriBaseIds"];
            for result in run["results"].as_array().expect("results are a list") {
                assert!(ids.contains(result["ruleId"].as_str().expect("an id")));
                assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
                assert_listed(&result["level"], &LEVELS);
                assert!(result["partialFingerprints"].as_object().expect("a map").values().all(Value::is_string));
                for location in result["locations"].as_array().expect("a list") {
                    assert_physical(&location["physicalLocation"], bases);
                }
                for location in result["relatedLocations"].as_array().expect("a list") {
                    assert!(location["id"].as_u64().is_some() && location["message"]["text"].is_string());
                    assert_physical(&location["physicalLocation"], bases);
                }
                for suppression in result["suppressions"].as_array().expect("a list") {
                    assert_listed(&suppression["kind"], &["inSource", "external"]);
                    assert_listed(&suppression["status"], &["accepted", "underReview", "rejected"]);
                }
            }
        }
    }

    #[test]
    fn a_flood_is_cut_with_a_note() {
        let run = run(&Fixture::many([10, MAX_RESULTS, 1]), "");
        assert_eq!(run["results"].as_array().map(Vec::len), Some(MAX_RESULTS));
        let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        assert_eq!(note, "11 findings left out: only the worst 5000 are listed");
    }
}
