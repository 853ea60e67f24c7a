//! One line for each finding: `path:line:column: error[CODE] headline`, as editors and `grep` read it.

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_INFO_STYLE, DEFAULT_WARNING_STYLE};

use super::place::Place;
use super::wording::printed;
use super::{Report, Style};
use crate::diagnostic::{Diagnostic, Severity};

/// Writes all findings in the order of the report, waived ones marked.
pub(super) fn render(report: &Report<'_>, style: Style<'_>) -> String {
    report.findings.diagnostics.iter().map(|diagnostic| line(report, diagnostic, style)).collect()
}

fn line(report: &Report<'_>, diagnostic: &Diagnostic, style: Style<'_>) -> String {
    let paint = match diagnostic.severity {
        _ if !style.color => anstyle::Style::new(),
        Severity::Error => DEFAULT_ERROR_STYLE,
        Severity::Warning => DEFAULT_WARNING_STYLE,
        Severity::Info => DEFAULT_INFO_STYLE,
    };
    let waived = diagnostic.waived_by.as_ref().map(|id| format!(" (waived by {})", printed(id)));
    format!(
        "{}: {paint}{}[{}]{paint:#} {}{}\n",
        Place::of(report, diagnostic.location).shown(),
        diagnostic.severity.word(),
        diagnostic.rule.code,
        printed(&diagnostic.message),
        waived.unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn each_finding_is_one_line() {
        let expected = "\
contracts/orders.yaml:1:5: warning[GOV001] data contract `orders` has no owner
products/churn.yaml:2:5: warning[GOV001] data product `churn` has no owner (waived by later)
products/churn.yaml:2:5: info[GOV009] data product `churn` says little
products/churn.yaml:6:14: error[REF001] input port `orders` asks for a version that is retired
";
        assert_eq!(render(&Fixture::usual().report(), Style::default()), expected);
        assert_eq!(render(&Fixture::hostile().report(), Style::default()).lines().count(), 4);
    }

    #[test]
    fn only_the_severity_is_coloured() {
        let text = render(&Fixture::usual().report(), Style { color: true, ..Style::default() });
        assert!(text.contains("6:14: \u{1b}[1m\u{1b}[91merror[REF001]\u{1b}[0m input"), "{text:?}");
    }
}
