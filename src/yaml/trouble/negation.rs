//! Expressions that begin with `!` and have no quotes.

use super::{Lines, Place};

impl Lines<'_> {
    /// An expression that begins with `!` and has no quotes: YAML takes what follows for a tag.
    pub(super) fn negation(&self, offset: usize) -> Option<Place> {
        let (begin, line) = self.line_at(offset);
        let (start, help) = negation(line)?;
        let message = "an expression that begins with `!` and has no quotes".to_owned();
        Some(Place { start: begin + start, message, help: Some(help), label: Some(NO_TAG) })
    }
}

/// Why a `!` cannot begin an expression.
pub(in crate::yaml) const NO_TAG: &str = "a `!` without quotes begins a tag of YAML";

/// Returns where on a line an expression without quotes begins with `!`, and what to do about it.
pub(in crate::yaml) fn negation(line: &str) -> Option<(usize, String)> {
    const LONGEST: usize = 120;
    let key =
        ["expression:", "messageExpression:"].into_iter().filter_map(|key| Some(line.find(key)? + key.len())).max()?;
    let text = line[key..].trim();
    let start = key + line[key..].find('!').filter(|_| text.starts_with('!') && !text.starts_with("!!"))?;
    let is_plain = !line[..key].contains(['{', '[']) && !text.contains(['"', '\\', '#']) && text.len() <= LONGEST;
    let help = "put quotes around the expression";
    Some((start, if is_plain { format!("{help}: `\"{text}\"`") } else { help.to_owned() }))
}
