//! The identity of a descriptor that cannot be read: one mistake in a file must not cause findings in
//! all others that refer to it.

use crate::yaml::NodeRef;

/// The fields that say who a descriptor is.
const IDENTITY: [&str; 5] = ["apiVersion", "kind", "id", "name", "version"];

/// Says whether what was read of a document holds all that others refer to.
pub(super) fn is_identified(root: Option<NodeRef<'_>>) -> bool {
    root.is_some_and(|root| ["kind", "id"].iter().all(|key| root.get(key).is_some_and(|v| v.scalar_text().is_some())))
}

/// Returns the text with everything blanked but the lines of the fields of [`IDENTITY`] that begin a
/// line and can be read on their own, so that the places of what is left stay the same.
pub(super) fn identity_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut open = IDENTITY.to_vec();
    for line in text.split_inclusive('\n') {
        let bare = line.strip_prefix('\u{feff}').unwrap_or(line).trim_end();
        let is_field = |key: &&str| bare.strip_prefix(*key).is_some_and(is_plain);
        match open.iter().position(is_field) {
            Some(position) => {
                open.remove(position);
                blank(&line[..line.len() - line.trim_start_matches('\u{feff}').len()], &mut kept);
                kept.push_str(line.trim_start_matches('\u{feff}'));
            }
            None => blank(line, &mut kept),
        }
    }
    kept
}

/// Says whether what follows a key is `: ` and a short scalar, plain or quoted on one line.
fn is_plain(rest: &str) -> bool {
    let Some(value) = rest.strip_prefix(':').filter(|value| value.starts_with(' ')) else { return false };
    let value = value.trim();
    let is_quoted = |quote: char| {
        let inner = value.strip_prefix(quote).and_then(|inner| inner.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains([quote, '\\']))
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ' ' | '+');
    is_quoted('"') || is_quoted('\'') || (value.starts_with(char::is_alphanumeric) && value.chars().all(is_word))
}

/// Writes as many blanks as the text has bytes; line feeds stay.
fn blank(text: &str, kept: &mut String) {
    kept.extend(text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::identity_lines;

    #[test]
    fn only_lines_that_say_who_it_is_are_kept_where_they_stand() {
        let text = "kind: Team\n  id: not this\nid: 'ü x' \nname: [a\nid: twice\nversion: \"1\nx: {\n";
        let kept = identity_lines(text);
        assert_eq!(kept.len(), text.len());
        assert_eq!(kept.trim_end(), format!("kind: Team\n{:14}\nid: 'ü x'", ""));
        assert_eq!(identity_lines("\u{feff}kind: Team\n"), "   kind: Team\n");
    }
}
