//! Workflow commands of GitHub Actions: <https://docs.github.com/actions/reference/workflow-commands>.
//! Data is percent-encoded and stands on one line, so that it can never be a command of its own.

use super::Report;
use super::place::{Place, worst_first};
use super::wording::{counted, printed};
use crate::diagnostic::{Diagnostic, Severity};

/// GitHub shows this many annotations of each type and step, and drops the rest silently.
const MAX_EACH: usize = 10;

/// Writes the worst findings as annotations, and a last one that says how many more there are.
pub(super) fn render(report: &Report<'_>, prefix: &str) -> String {
    let standing = worst_first(report);
    let of = |severity| standing.iter().filter(move |diagnostic| diagnostic.severity == severity);
    let n_each = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| of(severity).count());
    // The line that says how many more there are is a notice itself, and must be among those shown.
    let is_over = n_each.iter().any(|number| *number > MAX_EACH);
    let max_notices = if is_over { MAX_EACH - 1 } else { MAX_EACH };

    let shown: Vec<&&Diagnostic> = of(Severity::Error)
        .take(MAX_EACH)
        .chain(of(Severity::Warning).take(MAX_EACH))
        .chain(of(Severity::Info).take(max_notices))
        .collect();
    let mut text: String = shown.iter().map(|diagnostic| command(report, diagnostic, prefix)).collect();
    if is_over {
        let rest = counted(standing.len() - shown.len(), "more finding");
        let last = format!("::notice title=meshfolio::{rest} not shown here; `meshfolio check` lists all\n");
        text.push_str(&last);
    }
    text
}

fn command(report: &Report<'_>, diagnostic: &Diagnostic, prefix: &str) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = Place::of(report, diagnostic.location);
    let file = property(&format!("{prefix}{}", place.path));
    // GitHub refuses columns of a range of several lines.
    let columns = if place.line == place.end_line {
        format!(",col={},endColumn={}", place.column, place.end_column)
    } else {
        String::new()
    };
    let title = format!("{} {}", diagnostic.rule.code, diagnostic.rule.name);
    let mut lines = vec![message(&diagnostic.message)];
    lines.extend(diagnostic.label.as_deref().map(message));
    lines.extend(diagnostic.help.as_deref().map(|help| format!("help: {}", message(help))));
    format!(
        "::{word} file={file},line={},endLine={}{columns},title={title}::{}\n",
        place.line,
        place.end_line,
        lines.join("%0A"),
    )
}

fn message(text: &str) -> String {
    // Line ends are visible already; only the escape character itself is left.
    printed(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn annotations_begin_with_the_worst() {
        let text = render(&Fixture::usual().report(), "mesh/");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "::error file=mesh/products/churn.yaml,line=6,endLine=6,col=14,endColumn=21,title=REF001 dangling-reference::\
             input port `orders` asks for a version that is retired%0Aretired on 2026-09-30%0Ahelp: ask for `2.1.0`"
        );
        assert!(lines[1].starts_with("::warning file=mesh/contracts/orders.yaml,line=1,"));
        assert!(lines[2].starts_with("::notice file=mesh/products/churn.yaml,line=2,"));
        assert_eq!(lines.len(), 3, "waived findings are not shown");
    }

    #[test]
    fn data_cannot_leave_its_field() {
        let text = render(&Fixture::hostile().report(), "");
        let first = text.lines().next().expect("a line");
        let (head, message) = first["::".len()..].split_once("::").expect("a message");
        assert!(head.starts_with("error file=%3A%3Aerror file=a%2Cb%3A%3A%25c|d`e ü.yaml,line=1,endLine="), "{head}");
        assert_eq!(head.matches(',').count(), 3, "{head}");
        assert!(message.contains("%250A") && message.contains("\\u{d}"), "{message}");
    }

    #[test]
    fn the_rest_is_counted_within_what_is_shown() {
        let text = render(&Fixture::many([12, 3, 20]).report(), "");
        let count = |word: &str| text.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!([count("::error "), count("::warning "), count("::notice ")], [10, 3, 10]);
        assert!(text.ends_with("::13 more findings not shown here; `meshfolio check` lists all\n"), "{text}");
    }
}
