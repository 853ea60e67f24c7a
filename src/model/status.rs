//! The words of `status`, which the standards leave open.

use super::Text;

/// The words that every reader of the standards knows, in the order of a life.
const KNOWN: [&str; 5] = ["proposed", "draft", "active", "deprecated", "retired"];

/// A known word of up to this many characters takes one slip, a longer one two: two slips in a short
/// word make another word (`inactive`, `live`).
const SHORT_CHARS: usize = 7;

/// Says whether a status is one of the known words, as they are written.
#[must_use]
fn is_known(status: &str) -> bool {
    matches!(status, "proposed" | "draft" | "active" | "deprecated" | "retired")
}

/// Returns what a status counts as: the word in lower case, a misspelt one as the word that was meant.
#[must_use]
pub fn word(written: &str) -> Text {
    match misspelt(written) {
        Some(meant) => Text::from(meant),
        None => written.trim().to_lowercase().into(),
    }
}

/// Returns the known word that a status misspells; `None` for known words, in any case, and for words
/// of one's own.
#[must_use]
pub fn misspelt(status: &str) -> Option<&'static str> {
    if is_known(status) {
        return None;
    }
    let word = status.trim();
    if word.is_empty() || word.len() > 16 || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return None;
    }
    let lower = word.to_lowercase();
    let n_slips = |known: &str| if known.len() <= SHORT_CHARS { 1 } else { 2 };
    KNOWN.into_iter().find(|known| strsim::osa_distance(&lower, known) <= n_slips(known))
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, is_known, misspelt, word};

    #[test]
    fn known_words_are_known() {
        assert!(KNOWN.into_iter().all(is_known));
        assert!(!["Active", " active", "live", ""].into_iter().any(is_known));
    }

    #[test]
    fn a_status_counts_as_a_word() {
        let words = [("active", "active"), (" Draft ", "draft"), ("Retried", "retired"), ("In Review", "in review")];
        for (written, counts_as) in words.into_iter().chain([("approved", "approved"), ("", "")]) {
            assert_eq!(word(written), counts_as, "{written}");
        }
    }

    #[test]
    fn slips_are_seen_and_words_of_ones_own_are_not() {
        let slips = [("activ", "active"), ("Actve", "active"), ("retried", "retired"), ("depreciated", "deprecated")];
        for (written, meant) in slips.into_iter().chain([("drat", "draft"), ("propsoed", "proposed")]) {
            assert_eq!(misspelt(written), Some(meant), "{written}");
        }
        for word in ["active", " Draft ", "inactive", "live", "production", "in review", "", "approved", "archived"] {
            assert_eq!(misspelt(word), None, "{word}");
        }
    }
}
