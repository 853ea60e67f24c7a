//! Words for what the YAML parser refuses: what, why here, what to do.

use granit_parser::{ErrorKind, ScanError};

use super::rules;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Turns an error of the parser into a finding. `base` is added to its byte offsets.
pub(super) fn explain(file: FileId, source: &str, base: usize, error: &ScanError) -> Diagnostic {
    let start = (error.marker().byte_offset().unwrap_or(0) + base).min(source.len());
    let end = source[start..].chars().next().map_or(start, |character| start + character.len_utf8());
    let span = Span::new(start, end);
    let rule = match error.kind() {
        ErrorKind::RecursionLimitExceeded => &rules::OVER_LIMIT,
        ErrorKind::UnknownAnchor => &rules::BAD_ALIAS,
        _ => &rules::INVALID_YAML,
    };
    let (message, help) = words(error);
    let diagnostic = rule.at(file, span, message);
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn words(error: &ScanError) -> (String, Option<&'static str>) {
    let (message, help) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            return (
                format!("nested deeper than {} levels", super::MAX_DEPTH),
                Some("a descriptor never needs that many levels of maps and lists"),
            );
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "a `:` where no key can end",
            "put quotes around a text that holds `: `, or check the indentation of this line",
        ),
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab where YAML wants spaces", "replace the tab by spaces"),
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quoted text runs into this line, which is not indented for it",
            "close the quotes on a line above; double a `'` inside single quotes",
        ),
        ErrorKind::InvalidIndentation | ErrorKind::InvalidFlowScalarIndent | ErrorKind::InvalidBlockScalarIndent => (
            "this line is indented in a way that fits nothing above it",
            "align it with the keys of the map it belongs to",
        ),
        ErrorKind::SimpleKeyExpected => {
            ("a key without its `:`", "write `key: value`, or indent the line as part of the text above it")
        }
        ErrorKind::ExpectedBlockMappingKey => (
            "neither a key of the map above nor the end of it",
            "check the indentation of this line and of the one above it",
        ),
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("neither an item of the list above nor the end of it", "begin each item with `- `, all in the same column")
        }
        ErrorKind::UnclosedQuotedScalar => {
            ("a quoted text that never ends", "close the quotes; double a `'` inside single quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text after the closing quote",
            "put the quotes around the whole text; inside single quotes write `''` for a `'`",
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            ("an escape that YAML does not know", "use single quotes, where `\\` is an ordinary character")
        }
        ErrorKind::UnclosedFlowCollection { .. }
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("a `[` or `{` that is never closed", "add the missing `]` or `}`")
        }
        ErrorKind::ExpectedFlowMappingSeparator => {
            ("a `,` or `}` is missing before this", "separate entries in `{}` by `, `")
        }
        ErrorKind::ExpectedFlowSequenceSeparator => {
            ("a `,` or `]` is missing before this", "separate items in `[]` by `, `")
        }
        ErrorKind::UnknownAnchor => {
            ("an alias without an anchor before it", "define `&name` above the `*name` that uses it")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list item where no list can begin", "start the list on a line of its own below the key")
        }
        ErrorKind::UnexpectedCharacter { .. } => (
            "a character that no YAML value can begin with",
            "put quotes around a text that begins with this character (`@`, `` ` `` and `%` need them)",
        ),
        _ => {
            return (format!("the YAML cannot be read: {}", error.info()), None);
        }
    };
    (message.to_owned(), Some(help))
}
