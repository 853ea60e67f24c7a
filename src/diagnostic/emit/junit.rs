//! JUnit XML for the test views of build servers: a suite for each file with findings. What fails
//! the run is a failure; what is waived is skipped, with the waiver as the reason; all else passes
//! and is told in its output.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::Report;
use super::place::{self, Place};
use super::wording::{printed, standing};
use crate::diagnostic::Diagnostic;

/// Writes all findings in the order of the report; `prefix` is that of the forge. No times and no ids: same report, same text.
pub(super) fn render(report: &Report<'_>, prefix: &str) -> String {
    let mut document = Document::new("meshfolio");
    if !report.findings.fails(report.deny) {
        // An empty report looks like a step that never ran.
        let mut passed = TestCase::new("meshfolio check", TestCaseStatus::success());
        passed.set_classname("meshfolio").set_system_out(standing(report.summary()));
        let mut suite = TestSuite::new("meshfolio");
        suite.add_test_case(passed);
        document.add_test_suite(suite);
    }
    for of_file in report.findings.diagnostics.chunk_by(|a, b| a.location.file == b.location.file) {
        let path = format!("{prefix}{}", place::path(report, of_file[0].location.file));
        let mut suite = TestSuite::new(printed(&path));
        suite.add_test_cases(of_file.iter().map(|diagnostic| test_case(report, diagnostic, prefix)));
        document.add_test_suite(suite);
    }
    document.to_string().expect("writing to memory cannot fail, and all text is valid")
}

fn test_case(report: &Report<'_>, diagnostic: &Diagnostic, prefix: &str) -> TestCase {
    let code = diagnostic.rule.code;
    let headline = printed(&diagnostic.message);
    let place = Place::of(report, diagnostic.location);
    let path = format!("{prefix}{}", place.path);
    let path = printed(&path);
    let details = details(diagnostic, &place.shown_below(prefix));

    let mut case = if let Some(waiver) = &diagnostic.waived_by {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("waived by {}", printed(waiver))).set_type(code).set_description(details);
        TestCase::new(format!("{code}: {headline}"), status)
    } else if diagnostic.severity >= report.deny {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(headline.as_ref()).set_type(code).set_description(details);
        TestCase::new(format!("{code}: {headline}"), status)
    } else {
        let mut case = TestCase::new(format!("{code}: {headline}"), TestCaseStatus::success());
        case.set_system_out(format!("{}[{code}] {headline}\n{details}", diagnostic.severity.word()));
        case
    };
    // GitLab and others make a link of these.
    case.extra.insert("file".into(), path.as_ref().into());
    case.extra.insert("line".into(), place.line.to_string().into());
    case.set_classname(path);
    case
}

/// Returns place, label and help. No line begins with data: a log could take it for a command.
fn details(diagnostic: &Diagnostic, place: &str) -> String {
    let label = diagnostic.label.as_ref().map(|label| format!(": {}", printed(label)));
    let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {}", printed(help)));
    place.to_owned() + &label.unwrap_or_default() + &help.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;
    use crate::diagnostic::Severity;

    #[test]
    fn errors_fail_waived_are_skipped_and_the_rest_passes() {
        let text = render(&Fixture::usual().report(), "");
        let head = r#"<testsuites name="meshfolio" tests="4" skipped="1" failures="1" errors="0">"#;
        assert!(text.contains(head), "{text}");
        assert!(
            text.contains(
                r#"<failure message="input port `orders` asks for a version that is retired" type="REF001">"#
            )
        );
        assert!(text.contains(r#"<skipped message="waived by later" type="GOV001">products/churn.yaml:2:5</skipped>"#));
        assert!(text.contains("<system-out>info[GOV009] data product `churn` says little\n"), "{text}");
    }

    #[test]
    fn the_failing_level_decides_what_a_warning_is() {
        let fixture = Fixture::usual();
        let text = render(&Report { deny: Severity::Warning, ..fixture.report() }, "");
        assert!(text.contains(r#"failures="2""#), "{text}");
    }

    #[test]
    fn a_clean_run_has_a_test_that_passed() {
        let text = render(&Fixture::many([0, 0, 0]).report(), "");
        assert!(text.contains(r#"<testcase name="meshfolio check" classname="meshfolio">"#), "{text}");
        assert!(!text.contains("time"));
    }

    #[test]
    fn hostile_text_leaves_the_xml_whole() {
        let text = render(&Fixture::hostile().report(), "");
        assert_well_formed(&text);
        assert!(text.contains("\\u{0}") && text.contains("\\u{fffe}") && text.contains("]]&gt;@everyone"), "{text}");
    }

    /// Checks that elements nest and that no text holds a bare `<` or an unknown entity.
    fn assert_well_formed(text: &str) {
        let mut open = Vec::new();
        for part in text.split('<').skip(1) {
            let (tag, after) = part.split_once('>').expect("a tag ends");
            assert!(!after.contains("]]>") && tag.matches('"').count() % 2 == 0, "{part}");
            for entity in part.split('&').skip(1) {
                let (name, _) = entity.split_once(';').expect("an entity ends");
                assert!(matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || name.starts_with('#'), "{entity}");
            }
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name)),
                None if tag.starts_with('?') || tag.ends_with('/') => {}
                None => open.extend(tag.split_whitespace().next()),
            }
        }
        assert!(open.is_empty());
    }
}
