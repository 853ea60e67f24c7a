//! A job summary or a comment on a pull request, in the Markdown of GitHub and GitLab. Data is
//! escaped character by character, or stands in a fence longer than any run of backticks in it.

use super::place::{Place, worst_first};
use super::wording::{counted, printed, standing, waived};
use super::{Report, Style, full, rule_url};
use crate::diagnostic::{Diagnostic, RuleMeta, Severity};

/// By this a workflow finds the comment it wrote before.
pub(crate) const MARKER: &str = "<!-- meshfolio -->";
/// The longest text in bytes: a comment on GitHub holds 65,536 characters.
pub(crate) const MAX_BYTES: usize = 60_000;
/// How much of it the table may take, in bytes.
const MAX_TABLE_BYTES: usize = 35_000;
/// How many findings are shown with their lines.
const MAX_SNIPPETS: usize = 20;

/// Writes a heading, a table of the findings that stand with the worst first, and their lines; `prefix` is that of the
/// forge.
pub(super) fn render(report: &Report<'_>, prefix: &str) -> String {
    let findings = worst_first(report);
    let waived = waived(report).map(|line| format!("\n{}\n", escaped(&line)));
    let heading = standing(report.summary());
    let mut text = format!("{MARKER}\n### Data mesh: {heading}\n\n{}\n{}", read(report), waived.unwrap_or_default());
    if findings.is_empty() {
        return text;
    }

    text += "\n| | Code | Place | Finding |\n|---|---|---|---|\n";
    let n_rows =
        append_while_small(&mut text, MAX_TABLE_BYTES, findings.iter().map(|found| row(report, found, prefix)));
    if n_rows < findings.len() {
        let rest = format!("\nand {}\n", counted(findings.len() - n_rows, "more finding"));
        text += &rest;
    }

    let (open, close) = ("\n<details><summary>Lines and help</summary>\n", "\n</details>\n");
    text += open;
    let worst = findings.iter().take(MAX_SNIPPETS);
    let style = Style { forge_prefix: prefix, ..Style::default() };
    let snippets = worst.map(|found| fenced(&full::finding(report, found, style)));
    append_while_small(&mut text, MAX_BYTES - close.len(), snippets);
    text + close
}

/// Appends pieces until the next would make `text` longer than `max_bytes`; returns how many it took.
pub(crate) fn append_while_small(text: &mut String, max_bytes: usize, pieces: impl Iterator<Item = String>) -> usize {
    let mut n_taken = 0;
    for piece in pieces {
        if text.len() + piece.len() > max_bytes {
            break;
        }
        *text += &piece;
        n_taken += 1;
    }
    n_taken
}

fn read(report: &Report<'_>) -> String {
    let counts = report.counts;
    let kinds = [
        counted(counts.products, "product"),
        counted(counts.contracts, "contract"),
        counted(counts.domains, "domain"),
        counted(counts.teams, "team"),
    ];
    format!("Checked {}: {}.", counted(counts.documents, "document"), kinds.join(", "))
}

fn row(report: &Report<'_>, diagnostic: &Diagnostic, prefix: &str) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "**Error**",
        Severity::Warning => "Warning",
        Severity::Info => "Info",
    };
    let place = Place::of(report, diagnostic.location);
    let path = escaped(&printed(&format!("{prefix}{}", place.path)));
    let finding = with_code(&printed(&diagnostic.message));
    format!(
        "| {severity} | {} | <code>{path}:{}</code> | {finding} |\n",
        rule(diagnostic.rule, report.site),
        place.line
    )
}

/// Writes the code of a rule, a link to the page of the site that explains it where its address is known.
pub(crate) fn rule(rule: &RuleMeta, site: Option<&str>) -> String {
    match site {
        Some(site) => format!("[{}](<{}>)", rule.code, rule_url(rule, site)),
        None => rule.code.to_owned(),
    }
}

/// Escapes a headline; what stands between backticks becomes code.
pub(crate) fn with_code(message: &str) -> String {
    let mut parts = message.split('`');
    let mut text = escaped(parts.next().unwrap_or_default());
    while let Some(quoted) = parts.next() {
        text += &match parts.next() {
            Some(after) => format!("<code>{}</code>{}", escaped_in_code(quoted), escaped(after)),
            None => escaped(&format!("`{quoted}")),
        };
    }
    text
}

/// Returns `text` as plain words in any place of a Markdown document: no mark, link, image, formula,
/// mention or reference is made of it. Entities hide marks from Markdown (`CommonMark` section 2.5);
/// mentions and references are looked for later, in all text that is not code.
pub(crate) fn escaped(text: &str) -> String {
    escape(
        text,
        |entity, next| {
            if next.is_some_and(char::is_alphanumeric) { format!("<code>{entity}</code>") } else { entity }
        },
    )
}

/// Like [`escaped`], for text that stands in a code element already.
fn escaped_in_code(text: &str) -> String {
    escape(text, |entity, _| entity)
}

fn escape(text: &str, sign: impl Fn(String, Option<char>) -> String) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    let mut previous = ' ';
    while let Some(character) = characters.next() {
        let entity = || format!("&#{};", u32::from(character));
        match character {
            '@' | '#' => shown += &sign(entity(), characters.peek().copied()),
            '&' | '<' | '>' | '"' | '|' | '`' | '*' | '_' | '~' | '[' | ']' | '\\' | '!' | '$' | '{' | '}' => {
                shown += &entity();
            }
            // An address or an emoji; before a blank it is only a colon.
            ':' if characters.peek().is_some_and(|next| !next.is_whitespace()) => shown += &entity(),
            // `www.` alone is made a link.
            '.' if matches!(previous, 'w' | 'W') => shown += &entity(),
            _ => shown.push(character),
        }
        previous = character;
    }
    shown
}

/// Puts lines into a fence that nothing in them can close.
fn fenced(lines: &str) -> String {
    let longest = lines.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}text\n{lines}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    #[test]
    fn the_worst_come_first_and_waived_are_one_line() {
        let text = render(&Fixture::usual().report(), "");
        let expected = "\
<!-- meshfolio -->
### Data mesh: 1 error, 1 warning, 1 info

Checked 2 documents: 1 product, 1 contract, 0 domains, 0 teams.

1 finding is waived: 1 by later

| | Code | Place | Finding |
|---|---|---|---|
| **Error** | REF001 | <code>products/churn.yaml:6</code> | \
input port <code>orders</code> asks for a version that is retired |
";
        assert!(text.starts_with(expected), "{text}");
        assert!(
            text.contains("\n```text\nerror[REF001]: input port") && text.ends_with("```\n\n</details>\n"),
            "{text}"
        );
    }

    #[test]
    fn a_code_leads_to_what_the_site_says_of_it() {
        let rule = |site| super::rule(&super::super::fixture::OWNER, site);
        assert_eq!(rule(None), "GOV001");
        assert_eq!(rule(Some("https://a.example/b/")), "[GOV001](<https://a.example/b/rules/gov.html#GOV001>)");
        let hostile = rule(Some("https://a.example/>) | ![x](javascript:1)/"));
        assert_eq!(hostile, "[GOV001](<https://a.example/%3E)%20%7C%20![x](javascript:1)/rules/gov.html#GOV001>)");
    }

    #[test]
    fn data_makes_no_marks_mentions_or_cells() {
        let text = render(&Fixture::hostile().report(), "");
        for row in text.lines().filter(|line| line.starts_with("| ")) {
            let row = row.replace("&#", "&");
            assert_eq!(row.matches('|').count(), 5, "{row}");
            for bad in ["@", "#1", "#7", "](", "</script", "http:", "www.", "`", "$a$", "*b*", "<!--"] {
                assert!(!row.contains(bad), "{bad} in {row}");
            }
        }
        assert!(text.contains("<code>&#64;</code>everyone"), "{text}");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert!(fenced("a ````` b\n").starts_with("\n``````text\n"));
    }

    #[test]
    fn a_flood_fits_into_a_comment() {
        let text = render(&Fixture::many([2_000, 2_000, 0]).report(), "");
        assert!(text.len() <= MAX_BYTES, "{}", text.len());
        assert!(text.contains(" more findings\n") && text.ends_with("</details>\n"));
    }
}
