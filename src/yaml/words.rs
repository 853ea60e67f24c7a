//! The words for a problem that the schema finds: headline, label and help.

use std::borrow::Cow;

use super::nearest::did_you_mean;
use super::problem::{Problem, ProblemKind, Renamed};
use super::scalar;

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

/// Cuts a text of the file to what a message can hold.
pub(super) fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => text,
    }
}

impl Problem {
    /// Says the problem in words. `declared` is the version that the document declares.
    #[must_use]
    pub fn words(&self, declared: &str) -> Words {
        let path = shown_path(&self.path);
        let place = if path.is_empty() { String::new() } else { format!(" in `{path}`") };
        let value = if path.is_empty() { "the document".to_owned() } else { format!("`{path}`") };
        match &self.kind {
            ProblemKind::UnknownKey { key, since: Some(since), renamed, taken, .. } => Words {
                message: format!("`{key}` exists since {since}; this file declares {declared}"),
                label: Some(format!("unknown in {declared}")),
                help: Some(match renamed {
                    Some(Renamed { to, .. }) if taken.is_none() => {
                        format!("raise `apiVersion` to {since}, or write `{to}`, its name in {declared}")
                    }
                    _ => format!("raise `apiVersion` to {since}, or remove the field"),
                }),
            },
            ProblemKind::UnknownKey { key, until: Some(until), .. } => Words {
                message: format!("`{key}` exists only up to {until}; this file declares {declared}"),
                label: Some(format!("gone in {declared}")),
                help: Some("remove the field".to_owned()),
            },
            ProblemKind::UnknownKey { key, known, renamed, taken, .. } => Words {
                message: format!("unknown field `{key}`{place}"),
                label: Some("no such field here".to_owned()),
                help: Some(match taken {
                    Some(taken) => format!("`{taken}` stands here already: remove `{key}`"),
                    None => unknown_help(key, known, renamed.as_ref()),
                }),
            },
            ProblemKind::MissingKey { key, needed_by, example, about } => {
                let add = match (example, about) {
                    (Some(add), _) => add.clone(),
                    (None, Some(about)) => format!("add `{key}:` ({})", about.trim_end_matches('.')),
                    (None, None) => format!("add `{key}:`"),
                };
                Words {
                    message: format!("missing field `{key}`{place}"),
                    label: Some(format!("`{key}` must be stated here")),
                    help: Some(match needed_by {
                        Some(field) => format!("`{field}` means nothing without `{key}`: {add}"),
                        None => add,
                    }),
                }
            }
            ProblemKind::WrongType { expected, found, unquoted, quoted, hidden, is_required } => {
                let wanted: Vec<String> = expected.iter().map(|word| (*word).to_owned()).collect();
                let wanted = join(&wanted, "or");
                if *found == NOTHING {
                    let message = format!("{value} has no value: it must be {wanted}");
                    let (label, help) = match hidden {
                        Some(text) => ("only a comment stands here", hidden_help(text)),
                        None if *is_required => ("nothing stands here", "give it a value".to_owned()),
                        None if is_item(&self.path) => {
                            ("nothing stands here", "give it a value, or remove the item".to_owned())
                        }
                        None => ("nothing stands here", "give it a value, or remove the field".to_owned()),
                    };
                    return Words { message, label: Some(label.to_owned()), help: Some(help) };
                }
                let message = format!("{value} must be {wanted}, not {found}");
                let help = match unquoted {
                    None if *found == "text" && expected.contains(&"a map") => quoted.as_deref().and_then(blank_help),
                    Some(text) => Some(format!("write it in quotes: `\"{text}\"`")),
                    None => quoted.as_deref().and_then(|text| plain_help(text, expected)),
                };
                let help = help.or_else(|| shape_help(expected, found).map(str::to_owned));
                let help = help.or_else(|| Some(format!("write {wanted}")));
                Words { message, label: Some(format!("this is {found}")), help }
            }
            ProblemKind::NotInList { found, allowed, since: Some(since), .. } => Words {
                message: format!("the value `{found}` exists since {since}; this file declares {declared}"),
                label: Some(format!("unknown in {declared}")),
                help: Some(format!("raise `apiVersion` to {since}, or use {}", list(allowed, "or"))),
            },
            ProblemKind::NotInList { found, allowed, form, .. } => {
                let known = allowed.iter().map(String::as_str);
                let or_form = form.as_ref().map(|form| format!(" or `{form}`")).unwrap_or_default();
                let help = did_you_mean(found, known, || format!("write {}{or_form}", list(allowed, "or")));
                let label = Some("none of its values".to_owned());
                Words { message: format!("`{found}` is not a value of {value}"), label, help: Some(help) }
            }
            ProblemKind::BadForm { found, wanted, help } => Words {
                message: format!("`{found}`{place} must {wanted}"),
                label: Some("not of this form".to_owned()),
                help: Some(help.clone()),
            },
            ProblemKind::OutOfBounds { wanted, found, help } => Words {
                message: format!("{value} must {wanted}"),
                label: Some(format!("this is {found}")),
                help: Some(help.clone()),
            },
            ProblemKind::BadCombination { what, help, lacking } => Words {
                message: format!("{value} {what}"),
                label: Some(match lacking.as_slice() {
                    [] => "not together".to_owned(),
                    [only] => format!("`{only}` is meant"),
                    _ => "one of them is needed here".to_owned(),
                }),
                help: Some(help.clone()),
            },
        }
    }
}

/// Says what to do about a field that the schema does not know.
fn unknown_help(key: &str, known: &[String], renamed: Option<&Renamed>) -> String {
    // It looks like a blank, and is a letter to YAML.
    if let Some(blank) = key.chars().find(|character| character.is_whitespace() && !character.is_ascii()) {
        return format!(
            "the name holds a blank that YAML does not know (U+{:04X}): write plain blanks",
            u32::from(blank)
        );
    }
    match renamed {
        Some(Renamed { hint: Some(hint), .. }) => return hint.clone(),
        Some(Renamed { to, hint: None }) => return format!("`{key}` is called `{to}` here: rename it"),
        None => {}
    }
    did_you_mean(key, known.iter().map(String::as_str), || match known.len() {
        0 => "remove it; data of your own goes into `customProperties`".to_owned(),
        1 => format!("the only field here is `{}`", known[0]),
        2..=12 => format!("the fields here are {}", list(known, "and")),
        _ => "data of your own goes into `customProperties`".to_owned(),
    })
}

/// What a key without a value is.
const NOTHING: &str = "nothing (null)";

/// Says whether a path leads to an item of a list.
fn is_item(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()) && !last.is_empty())
}

/// Says how a text is written that begins a comment.
fn hidden_help(text: &str) -> String {
    const SHOWN: usize = 60;
    let written = if text.contains(['"', '\\']) || text.chars().count() > SHOWN {
        "the text in quotes".to_owned()
    } else {
        format!("`\"{text}\"`")
    };
    format!("`#` after a blank begins a comment: write {written}")
}

/// Says how a value of another form is written.
fn shape_help(expected: &[&str], found: &str) -> Option<&'static str> {
    let wants = |word: &str| expected.contains(&word);
    Some(match found {
        "a list" if wants("a map") => "write `key: value` lines below it, without `-`",
        "a map" if wants("a list") => "write a list below it: one item for each `- `",
        "a list" if expected == ["text"] => "write one text, without `[]` or `-`",
        "a map" if expected == ["text"] => "write one text on the line of the key",
        "a list" | "a map" => "write a single value on the line of the key",
        _ if wants("a list") => "write a list: `[...]` on this line, or one item for each `- ` below it",
        _ if wants("a map") => "write `key: value` lines below it",
        _ if wants("true or false") => "write `true` or `false`",
        _ if wants("a whole number") => "write a number such as `3`, without quotes or unit",
        _ if wants("a number") => "write a number such as `3` or `0.5`, without quotes or unit",
        _ => return None,
    })
}

/// Says that a text was meant to be a key with a value, as `name:orders` is.
fn blank_help(text: &str) -> Option<String> {
    let (key, value) = text.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_meant = is_key && !value.is_empty() && !value.starts_with('/') && !text.contains(char::is_whitespace);
    is_meant.then(|| format!("write a blank after the `:`: `{key}: {value}`"))
}

/// Returns a path as people write it: `schema[0].properties[2].name`.
fn shown_path(path: &str) -> String {
    let mut shown = String::with_capacity(path.len() + 4);
    for part in path.split('.').filter(|part| !part.is_empty()) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            shown.extend(["[", part, "]"]);
        } else {
            shown.push_str(if shown.is_empty() { "" } else { "." });
            shown.push_str(part);
        }
    }
    shown
}

/// Says how a text is written that should be a boolean or a number.
fn plain_help(text: &str, expected: &[&str]) -> Option<String> {
    if expected.contains(&"true or false") {
        let meant = match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" => "true",
            "false" | "no" | "n" | "off" => "false",
            _ => return None,
        };
        return Some(if meant.eq_ignore_ascii_case(text) {
            format!("write it without quotes: `{meant}`")
        } else {
            format!("`{text}` is text in YAML 1.2: write `{meant}`")
        });
    }
    scalar::number(text).map(|_| format!("write it without quotes: `{text}`"))
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
    fn positions_stand_in_brackets() {
        assert_eq!(shown_path("schema.0.properties.12.name"), "schema[0].properties[12].name");
        assert_eq!(shown_path("0.a"), "[0].a");
    }

    #[test]
    fn lists_read_as_sentences() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&words, "or"), "`a`, `b` or `c`");
    }
}
