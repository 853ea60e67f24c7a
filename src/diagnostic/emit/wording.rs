//! Words for people: what is printed for the characters of a file, and counts.

use std::borrow::Cow;

use super::Report;
use crate::diagnostic::text::{begins_command, is_deceptive};
use crate::diagnostic::{Summary, visible};

/// The longest message, label or help that is printed, in characters: a whole file in a name must
/// not flood a log.
const MAX_TEXT_CHARS: usize = 1_000;

/// Returns what is printed for `text` on one line: [`visible`], cut to [`MAX_TEXT_CHARS`], and
/// without the markers by which the logs of build servers know commands (`##[error]`, `##vso[..]`).
pub(crate) fn printed(text: &str) -> Cow<'_, str> {
    let (kept, is_cut) = match text.char_indices().nth(MAX_TEXT_CHARS) {
        Some((end, _)) => (&text[..end], true),
        None => (text, false),
    };
    if !is_cut && !kept.contains("##") {
        return visible(kept);
    }
    let mut shown = String::with_capacity(kept.len() + 8);
    each_printed(kept, |_, piece| shown.push_str(piece));
    if is_cut {
        shown.push_str("...");
    }
    Cow::Owned(shown)
}

/// Calls `take` for every character of `text` with its byte offset and what is printed for it.
pub(super) fn each_printed(text: &str, mut take: impl FnMut(usize, &str)) {
    let mut buffer = [0; 4];
    let mut after_hash = false;
    for (offset, character) in text.char_indices() {
        let plain: &str = character.encode_utf8(&mut buffer);
        if is_deceptive(character) {
            take(offset, &visible(plain));
        } else if after_hash && begins_command(&text[offset..]) {
            take(offset, "\\u{23}");
        } else {
            take(offset, plain);
        }
        after_hash = character == '#';
    }
}

/// Returns a number with its noun: `1 error`, `2 errors`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Returns how many findings stand, such as `1 error, 2 warnings`, or `no findings`.
pub(super) fn standing(summary: Summary) -> String {
    let counts = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
    let some: Vec<String> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, noun)| counted(*n, noun)).collect();
    if some.is_empty() { "no findings".to_owned() } else { some.join(", ") }
}

/// Returns one line about the waived findings, such as `3 findings are waived: 2 by a, 1 by b`;
/// `None` when there are none.
pub(super) fn waived(report: &Report<'_>) -> Option<String> {
    let mut by_waiver = std::collections::BTreeMap::<&str, usize>::new();
    for id in report.findings.diagnostics.iter().filter_map(|diagnostic| diagnostic.waived_by.as_deref()) {
        *by_waiver.entry(id).or_default() += 1;
    }
    let n_waived: usize = by_waiver.values().sum();
    let verb = if n_waived == 1 { "is" } else { "are" };
    let each: Vec<String> = by_waiver.iter().map(|(id, number)| format!("{number} by {id}")).collect();
    (n_waived > 0).then(|| format!("{} {verb} waived: {}", counted(n_waived, "finding"), printed(&each.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_build_servers_lose_their_marker() {
        assert_eq!(printed("a ##[error] ##vso[x] ## b ###[y"), "a #\\u{23}[error] #\\u{23}vso[x] ## b ##\\u{23}[y");
        assert_eq!(printed("a\u{1b}##"), "a\\u{1b}##");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(printed(&"ü".repeat(5_000)).chars().count(), MAX_TEXT_CHARS + 3);
    }
}
