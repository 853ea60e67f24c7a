//! The Code Quality report of GitLab: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use super::Report;
use super::fingerprint::Fingerprints;
use super::json::json_text;
use super::place::Place;
use super::wording::printed;
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: At,
}

#[derive(Serialize)]
struct At {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the findings that stand, in the order of the report.
pub(super) fn render(report: &Report<'_>, prefix: &str) -> String {
    let mut fingerprints = Fingerprints::default();
    let issues = report.findings.standing().map(|diagnostic| {
        let place = Place::of(report, diagnostic.location);
        Issue {
            description: format!("{} {}", diagnostic.rule.code, printed(&diagnostic.message)),
            check_name: diagnostic.rule.name,
            fingerprint: fingerprints.next(report, diagnostic),
            severity: match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: At { path: format!("{prefix}{}", place.path), lines: Lines { begin: place.line } },
        }
    });
    json_text(&issues.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::super::fixture::Fixture;
    use super::*;

    fn issues(fixture: &Fixture) -> Vec<Value> {
        serde_json::from_str(&render(&fixture.report(), "mesh/")).expect("it is a JSON array")
    }

    #[test]
    fn an_issue_has_the_fields_that_gitlab_reads() {
        let mut issue = issues(&Fixture::usual()).pop().expect("an issue");
        assert_eq!(issue["fingerprint"].as_str().map(str::len), Some(32));
        issue["fingerprint"].take();
        let expected = json!({
            "description": "REF001 input port `orders` asks for a version that is retired",
            "check_name": "dangling-reference",
            "fingerprint": null,
            "severity": "major",
            "location": { "path": "mesh/products/churn.yaml", "lines": { "begin": 6 } },
        });
        assert_eq!(issue, expected);
    }

    #[test]
    fn waived_findings_are_left_out_and_fingerprints_are_unique() {
        let issues = issues(&Fixture::hostile());
        let unique: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
        assert_eq!((issues.len(), unique.len()), (3, 3));
    }
}
