//! The words for a problem that the schema finds: headline, label and help.

use super::schema::{Problem, ProblemKind};

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What, on one line.
    pub message: String,
    /// Why here.
    pub label: Option<String>,
    /// What to do.
    pub help: Option<String>,
}

/// How near a word must be to be offered: 0.8 of Jaro-Winkler catches one or two slips of the
/// keyboard in words of the length of field names, and few that are other words.
const NEAR: f64 = 0.8;

/// Returns the candidate that a misspelt word most likely meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let score = strsim::jaro_winkler(&lower, &candidate.to_lowercase());
        if score >= NEAR && best.is_none_or(|(known, _)| score > known) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

impl Problem {
    /// Says the problem in words. `declared` is the version that the document declares.
    #[must_use]
    pub fn words(&self, declared: &str) -> Words {
        let place = if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
        let value = if self.path.is_empty() { "the document".to_owned() } else { format!("`{}`", self.path) };
        match &self.kind {
            ProblemKind::UnknownKey { key, since: Some(since), .. } => Words {
                message: format!("`{key}` exists since {since}; this file declares {declared}"),
                label: Some(format!("unknown in {declared}")),
                help: Some(format!("raise `apiVersion` to {since}, or remove the field")),
            },
            ProblemKind::UnknownKey { key, until: Some(until), .. } => Words {
                message: format!("`{key}` exists only up to {until}; this file declares {declared}"),
                label: Some(format!("gone in {declared}")),
                help: Some("remove the field".to_owned()),
            },
            ProblemKind::UnknownKey { key, known, .. } => {
                let meant = nearest(key, known.iter().map(String::as_str));
                let help = match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None if known.is_empty() => "remove it; data of your own goes into `customProperties`".to_owned(),
                    None if known.len() <= 12 => format!("the fields here are {}", list(known, "and")),
                    None => "data of your own goes into `customProperties`".to_owned(),
                };
                Words { message: format!("unknown field `{key}`{place}"), label: None, help: Some(help) }
            }
            ProblemKind::MissingKey { key } => Words {
                message: format!("missing field `{key}`{place}"),
                label: Some(format!("`{key}` must be stated here")),
                help: None,
            },
            ProblemKind::WrongType { expected, found, unquoted } => {
                let wanted: Vec<String> = expected.iter().map(|word| (*word).to_owned()).collect();
                let message = format!("{value} must be {}, not {found}", join(&wanted, "or"));
                let help = match unquoted {
                    Some(text) => Some(format!("write it in quotes: `\"{text}\"`")),
                    None if *found == "nothing (null)" => Some("give it a value, or remove the field".to_owned()),
                    None => None,
                };
                Words { message, label: Some(format!("this is {found}")), help }
            }
            ProblemKind::NotInList { found, allowed, since: Some(since) } => Words {
                message: format!("the value `{found}` exists since {since}; this file declares {declared}"),
                label: Some(format!("unknown in {declared}")),
                help: Some(format!("raise `apiVersion` to {since}, or use one of {}", list(allowed, "or"))),
            },
            ProblemKind::NotInList { found, allowed, .. } => {
                let help = match nearest(found, allowed.iter().map(String::as_str)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("write {}", list(allowed, "or")),
                };
                Words { message: format!("`{found}` is not a value of {value}"), label: None, help: Some(help) }
            }
            ProblemKind::BadForm { found, wanted } => {
                Words { message: format!("`{found}` must {wanted}"), label: None, help: None }
            }
            ProblemKind::OutOfBounds { wanted } => {
                Words { message: format!("{value} must {wanted}"), label: None, help: None }
            }
            ProblemKind::BadCombination { what } => {
                Words { message: format!("{value} {what}"), label: None, help: None }
            }
        }
    }
}

/// Joins words in backticks: "`a`, `b` or `c`"; long lists are cut.
fn list(words: &[String], last: &str) -> String {
    const SHOWN: usize = 12;
    let mut quoted: Vec<String> = words.iter().take(SHOWN).map(|word| format!("`{word}`")).collect();
    if words.len() > SHOWN {
        quoted.push(format!("{} more", words.len() - SHOWN));
    }
    join(&quoted, last)
}

fn join(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let keys = ["status", "schema", "servers", "slaProperties"];
        assert_eq!(nearest("sttaus", keys), Some("status"));
        assert_eq!(nearest("slaproperty", keys), Some("slaProperties"));
        assert_eq!(nearest("owner", keys), None);
    }

    #[test]
    fn lists_read_as_sentences() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&words, "or"), "`a`, `b` or `c`");
    }
}
