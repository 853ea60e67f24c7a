//! For people: the lines of the file with what is meant underlined, as `rustc` shows them.

use std::collections::BTreeMap;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::brief::brief;
use super::place::path;
use super::window::{MAX_RELATED, Window, windows};
use super::wording::{counted, printed, waived};
use super::{Report, Style};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::FileId;

/// Stands for the place in what the renderer is given: it counts columns in the lines it sees, and
/// those may be cut or hold made-up characters. As a noncharacter it cannot occur in printed text.
const STAND_IN: char = '\u{fdd0}';

/// How many findings of one rule in one file are shown; a reader learns nothing from the next ones.
const MAX_ALIKE: usize = 50;

/// How many infos are shown with their lines: of more each gets one line, so that they do not bury what has to be mended.
const MAX_INFOS: usize = 5;

/// Writes the findings that stand, the worst last, where a terminal ends, one line for each file with more than
/// [`MAX_ALIKE`] findings of a rule, and one about those that are waived.
pub(super) fn render(report: &Report<'_>, style: Style<'_>) -> String {
    let mut n_alike: BTreeMap<(FileId, &str), usize> = BTreeMap::new();
    let (mut shown, mut infos): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        report.findings.standing().partition(|finding| finding.severity > Severity::Info);
    let mut blocks = Vec::new();
    if infos.len() > MAX_INFOS && !style.all_lines {
        blocks = brief(report, &infos, style);
        infos.clear();
    }
    // Files stay in their order.
    shown.sort_by_key(|finding| finding.severity);
    for found in infos.into_iter().chain(shown) {
        let number = n_alike.entry((found.location.file, found.rule.code)).or_default();
        *number += 1;
        if *number <= MAX_ALIKE {
            blocks.push(finding(report, found, style));
        }
    }
    let floods = n_alike.iter().filter(|(_, number)| **number > MAX_ALIKE).map(|((file, code), number)| {
        let path = printed(path(report, *file)).into_owned();
        format!(
            "{path}: {} of {code} not shown; `--format json` lists all\n",
            counted(number - MAX_ALIKE, "more finding")
        )
    });
    blocks.extend(floods);
    blocks.extend(waived(report).map(|line| line + "\n"));
    blocks.join("\n")
}

/// Writes one finding, ending with a line feed.
pub(super) fn finding(report: &Report<'_>, diagnostic: &Diagnostic, style: Style<'_>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let windows = windows(report, diagnostic, style.forge_prefix);
    let mut group = level.primary_title(printed(&diagnostic.message)).id(diagnostic.rule.code).elements(
        windows.iter().enumerate().map(|(position, window)| element(window, format!("{STAND_IN}{position}{STAND_IN}"))),
    );
    // Without a text to point into, what is said there would be lost.
    for window in windows.iter().filter(|window| window.source.is_empty()) {
        group = group
            .elements(window.marks.iter().filter_map(|mark| mark.label.as_deref()).map(|l| Level::NOTE.message(l)));
    }
    if let Some(rest @ 1..) = diagnostic.related.len().checked_sub(MAX_RELATED) {
        group = group.element(Level::NOTE.message(format!("and {}", counted(rest, "more place"))));
    }
    group = group.elements(diagnostic.help.as_deref().map(|help| Level::HELP.message(printed(help))));

    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let rendered = renderer.decor_style(decor).term_width(style.width).render(&[group]);
    put_places(&rendered, &windows) + "\n"
}

fn element(window: &Window, path: String) -> Element<'_> {
    if window.source.is_empty() {
        return Origin::path(path).into();
    }
    let context = window.context.iter().map(|start| AnnotationKind::Visible.span(*start..*start));
    let marks = window.marks.iter().map(|mark| {
        let kind = if mark.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.span.clone()).label(mark.label.as_deref())
    });
    let snippet = Snippet::source(&window.source).path(path).line_start(window.first_line);
    snippet.annotations(context).annotations(marks).into()
}

/// Puts the true places where the stand-ins are, instead of the lines and columns behind them.
fn put_places(rendered: &str, windows: &[Window]) -> String {
    let mut parts = rendered.split(STAND_IN);
    let mut text = parts.next().unwrap_or_default().to_owned();
    while let (Some(position), Some(rest)) = (parts.next(), parts.next()) {
        let window = position.parse::<usize>().ok().and_then(|position| windows.get(position));
        text.push_str(window.map_or("", |window| &window.place));
        text.push_str(rest.trim_start_matches(|character: char| character == ':' || character.is_ascii_digit()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{DANGLING, Fixture, span_of};
    use super::*;
    use crate::source::{FileId, Span};

    fn plain(fixture: &Fixture) -> String {
        render(&fixture.report(), Style::default())
    }

    fn one(text: &str, span: Span) -> String {
        plain(&Fixture::new(&[("a.yaml", text)], |sink| sink.push(DANGLING.at(FileId(0), span, "bad").label("here"))))
    }

    #[test]
    fn the_usual_report_looks_like_this() {
        let expected = r#"info[GOV009]: data product `churn` says little
 --> products/churn.yaml:2:5
  |
1 | apiVersion: v1.0.0
2 | id: churn
  |     ^^^^^

warning[GOV001]: data contract `orders` has no owner
 --> contracts/orders.yaml:1:5
  |
1 | id: orders
  |     ^^^^^^

error[REF001]: input port `orders` asks for a version that is retired
 --> products/churn.yaml:6:14
  |
1 | apiVersion: v1.0.0
2 | id: churn
  |     ----- of this product
...
6 |     version: "1.4.0"
  |              ^^^^^^^ retired on 2026-09-30
  |
 ::: contracts/orders.yaml:2:1
  |
2 | version: 2.1.0
  | -------------- newest version
  |
  = help: ask for `2.1.0`

1 finding is waived: 1 by later
"#;
        assert_eq!(plain(&Fixture::usual()), expected);
    }

    #[test]
    fn of_a_flood_the_first_are_shown_and_the_rest_is_counted() {
        let text = plain(&Fixture::many([MAX_ALIKE, MAX_ALIKE + 2, 0]));
        assert_eq!(text.matches("error[REF001]").count(), MAX_ALIKE);
        assert_eq!(text.matches("warning[GOV001]").count(), MAX_ALIKE);
        let last = "a.yaml: 2 more findings of GOV001 not shown; `--format json` lists all\n";
        assert!(text.ends_with(last) && text.matches("not shown").count() == 1, "{text}");
    }

    #[test]
    fn colour_and_box_characters_are_a_matter_of_style() {
        let style = Style { color: true, unicode: true, ..Style::default() };
        let text = render(&Fixture::usual().report(), style);
        assert!(
            text.contains("\u{1b}[") && text.contains("╭▸ ") && text.contains("products/churn.yaml:6:14"),
            "{text}"
        );
    }

    #[test]
    fn a_finding_deep_in_a_long_file_is_small() {
        let lines: Vec<String> = (1..=5_000).map(|number| format!("line{number}: value{number}")).collect();
        let text = lines.join("\n") + "\n";
        let shown = one(&text, span_of(&text, "value3000"));
        assert!(shown.contains("a.yaml:3000:11") && shown.contains("2998 | line2998"), "{shown}");
        assert!(shown.lines().count() < 10, "{shown}");
    }

    #[test]
    fn a_long_line_is_cut_and_its_column_is_true() {
        let text = format!("{}ü\u{1b}TARGET{}", "y".repeat(500_000), "z".repeat(500_000));
        let shown = one(&text, span_of(&text, "TARGET"));
        assert!(shown.contains("a.yaml:1:500003"), "{shown}");
        assert!(shown.contains("ü\\u{1b}TARGET") && shown.len() < 1_000, "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        let column = |line: &str, mark: &str| line.find(mark).map(|offset| line[..offset].chars().count());
        assert_eq!(column(lines[3], "TARGET"), column(lines[4], "^^^^^^ here"), "{shown}");
    }

    #[test]
    fn many_findings_in_one_huge_line_are_quick() {
        let text = "ab ".repeat(1_000_000);
        let fixture = Fixture::new(&[("a.yaml", &text)], |sink| {
            for start in 2_900_000..2_900_200 {
                sink.push(DANGLING.at(FileId(0), Span::new(start, start + 2), "bad"));
            }
        });
        assert!(plain(&fixture).len() < 200 * 400);
    }

    #[test]
    fn odd_spans_are_shown_somehow() {
        let text = "\u{feff}a: ü\r\n\r\nb: 1\n";
        for start in 0..text.len() + 2 {
            for end in start..text.len() + 3 {
                assert!(one(text, Span::new(start, end)).contains("a.yaml:"));
            }
        }
        assert!(one("", Span::new(0, 0)).contains("--> a.yaml:1:1\n"));
        assert!(one("", Span::new(0, 0)).contains("note: here"));
    }

    #[test]
    fn a_span_of_many_lines_is_shown_by_its_first() {
        let text = "a:\n  b: 1\n  c: 2\n  d: 3\n  e: 4\n  f: 5\n";
        let shown = one(text, Span::new(0, text.len()));
        assert!(shown.contains("1 | a:") && !shown.contains("b: 1"), "{shown}");
        assert!(one(text, Span::new(0, 12)).contains("b: 1"));
    }

    #[test]
    fn a_crowd_of_related_places_is_cut() {
        let fixture = Fixture::new(&[("a.yaml", "a: 1\n")], |sink| {
            let finding = DANGLING.at(FileId(0), Span::new(0, 1), "bad");
            sink.push((0..25).fold(finding, |finding, _| finding.related(FileId(0), Span::new(3, 4), "this")));
        });
        assert!(plain(&fixture).contains("= note: and 15 more places"), "{}", plain(&fixture));
    }
}
