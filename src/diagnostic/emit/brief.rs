//! Many infos for people: rule by rule, a line for each, and the help once.

use std::collections::{BTreeMap, BTreeSet};

use annotate_snippets::renderer::DEFAULT_INFO_STYLE;

use super::place::Place;
use super::wording::printed;
use super::{Report, Style};
use crate::diagnostic::Diagnostic;

/// How many infos of one rule are shown.
const MAX_LINES: usize = 10;

/// Writes infos as one block for each rule, in the order of their codes. A block ends with a line feed.
pub(super) fn brief(report: &Report<'_>, infos: &[&Diagnostic], style: Style<'_>) -> Vec<String> {
    let mut by_rule: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for info in infos {
        by_rule.entry(info.rule.code).or_default().push(info);
    }
    by_rule.into_values().map(|infos| block(report, &infos, style)).collect()
}

/// Writes infos of one rule, of which there is at least one.
fn block(report: &Report<'_>, infos: &[&Diagnostic], style: Style<'_>) -> String {
    let Some(rule) = infos.first().map(|info| info.rule) else { return String::new() };
    let paint = if style.color { DEFAULT_INFO_STYLE } else { anstyle::Style::new() };
    let mut text = format!("{paint}info[{}]{paint:#}: {} ({})\n", rule.code, rule.name, infos.len());
    for info in infos.iter().take(MAX_LINES) {
        text += &format!("  {}: {}\n", Place::of(report, info.location).shown(), printed(&info.message));
    }
    if let Some(rest @ 1..) = infos.len().checked_sub(MAX_LINES) {
        text += &format!("  and {rest} more: `-v` shows all with their lines\n");
    }
    let helps: BTreeSet<&str> = infos.iter().filter_map(|info| info.help.as_deref()).collect();
    match (helps.len(), helps.first()) {
        (1, Some(help)) => text += &format!("  = help: {}\n", printed(help)),
        (0, _) => {}
        _ => text += "  = help: differs, `-v` shows it\n",
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{DANGLING, Fixture};
    use super::super::full;
    use super::*;
    use crate::diagnostic::{RuleMeta, Severity};
    use crate::source::{FileId, Span};

    const HINT: RuleMeta = RuleMeta { code: "GOV099", severity: Severity::Info, ..DANGLING };

    fn text(n_infos: usize, help: impl Fn(usize) -> &'static str, style: Style<'_>) -> String {
        let fixture = Fixture::new(&[("a.yaml", "id: a\nname: b\n")], |sink| {
            sink.push(DANGLING.at(FileId(0), Span::new(0, 2), "leads nowhere"));
            for n in 0..n_infos {
                sink.push(HINT.at(FileId(0), Span::new(6, 7 + n), format!("says little {n:02}")).help(help(n)));
            }
        });
        full::render(&fixture.report(), style)
    }

    #[test]
    fn many_infos_take_a_line_each_before_what_has_to_be_mended() {
        let expected = "\
info[GOV099]: dangling-reference (12)
  a.yaml:2:1: says little 00
  a.yaml:2:1: says little 01
  a.yaml:2:1: says little 02
  a.yaml:2:1: says little 03
  a.yaml:2:1: says little 04
  a.yaml:2:1: says little 05
  a.yaml:2:1: says little 06
  a.yaml:2:1: says little 07
  a.yaml:2:1: says little 08
  a.yaml:2:1: says little 09
  and 2 more: `-v` shows all with their lines
  = help: say more

error[REF001]: leads nowhere
 --> a.yaml:1:1
  |
1 | id: a
  | ^^
";
        assert_eq!(text(12, |_| "say more", Style::default()), expected);
        let some = text(6, |n| if n == 0 { "this" } else { "that" }, Style::default());
        assert!(some.contains("  = help: differs, `-v` shows it\n"), "{some}");
    }

    #[test]
    fn few_infos_or_all_when_asked_have_their_lines() {
        for (n, all_lines) in [(5, false), (12, true)] {
            let text = text(n, |_| "say more", Style { all_lines, ..Style::default() });
            assert_eq!(text.matches("= help: say more").count(), n, "{text}");
            assert!(text.contains("info[GOV099]: says little 00\n --> a.yaml:2:1"), "{text}");
        }
    }
}
