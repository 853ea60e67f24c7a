//! Words for what the YAML parser refuses: what, why here, what to do.

mod flow;
mod negation;

use granit_parser::{ErrorKind, ScanError};

use flow::UNCLOSED_BRACKET;
pub(super) use negation::{NO_TAG, negation};

use super::rules;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Turns an error of the parser into a finding. `base` is added to its byte offsets.
pub(super) fn explain(file: FileId, source: &str, base: usize, error: &ScanError) -> Diagnostic {
    let start = (error.marker().byte_offset().unwrap_or(0) + base).min(source.len());
    let rule = match error.kind() {
        ErrorKind::RecursionLimitExceeded => &rules::OVER_LIMIT,
        ErrorKind::UnknownAnchor => &rules::BAD_ALIAS,
        _ => &rules::INVALID_YAML,
    };
    let (message, help) = words(error);
    let place = Place { start, message, help: help.map(str::to_owned), label: None };
    let place = Lines { source }.look_closer(error.kind(), place);
    let end = source[place.start..].chars().next().map_or(place.start, |character| place.start + character.len_utf8());
    let mut diagnostic = rule.at(file, Span::new(place.start, end), place.message);
    diagnostic.label = Some(place.label.unwrap_or("no reading is possible here").to_owned());
    diagnostic.help = place.help;
    diagnostic
}

/// Where and how an error is told.
struct Place {
    start: usize,
    message: String,
    help: Option<String>,
    label: Option<&'static str>,
}

/// How many lines are looked back for the beginning of what went wrong.
const MAX_LINES_BACK: usize = 200;

/// A text, for finding where a mistake begins: the parser stops where no reading is possible, which
/// is often a line below.
struct Lines<'s> {
    source: &'s str,
}

impl<'s> Lines<'s> {
    fn look_closer(&self, kind: &ErrorKind, place: Place) -> Place {
        let start = place.start;
        let place = match self.conflict().or_else(|| self.negation(start)) {
            Some(place) => return place,
            None => place,
        };
        match kind {
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar => Place { start: self.tab(start).unwrap_or(start), ..place },
            ErrorKind::UnclosedQuotedScalar | ErrorKind::InvalidQuotedScalarIndent => match self.open_quote(start) {
                Some(start) => Place {
                    start,
                    message: "a quoted text that is not closed".to_owned(),
                    label: Some("opened here"),
                    ..place
                },
                None => place,
            },
            ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
                self.slip(&place).unwrap_or_else(|| self.colon(place))
            }
            ErrorKind::SimpleKeyExpected
            | ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedBlockSequenceEntry
            | ErrorKind::InvalidIndentation => {
                self.slip(&place).or_else(|| self.flat_text(&place)).unwrap_or_else(|| self.shifted(kind, place))
            }
            ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::ExpectedFlowMappingSeparator => self.flow(place),
            ErrorKind::UnknownQuotedScalarEscape
            | ErrorKind::InvalidQuotedScalarHexEscape
            | ErrorKind::InvalidUnicodeEscape => Place { start: self.escape(start).unwrap_or(start), ..place },
            ErrorKind::BlockEntryInFlowCollection => self.open_at(start).map_or(place, |open| self.not_closed(open)),
            ErrorKind::UnclosedFlowCollection { .. } => self.not_closed(start),
            ErrorKind::MismatchedFlowCollectionEnd { .. } => Place { label: Some("opened here"), ..place },
            ErrorKind::UnexpectedCharacter { character } => self.character(*character, place),
            _ => place,
        }
    }

    /// A key that stands between the columns of the list above and of the keys in its items is one of these keys: its
    /// indentation has slipped.
    fn shifted(&self, kind: &ErrorKind, place: Place) -> Place {
        let (_, line) = self.line_at(place.start);
        let text = line.trim_start();
        let is_key = !text.starts_with(['-', '#', '{', '[', '"', '\'']) && text.contains(':');
        if !matches!(kind, ErrorKind::ExpectedBlockSequenceEntry) || !is_key {
            return place;
        }
        let own = line.len() - text.len();
        // The nearest item above that begins left of it: its keys stand behind the dash.
        let item = self.above(place.start).find_map(|(_, line)| {
            let text = line.trim_start();
            let column = line.len() - text.len();
            let rest = text.strip_prefix('-')?;
            let key = column + 1 + (rest.len() - rest.trim_start().len());
            (column <= own).then_some((key, rest.trim_start()))
        });
        // An item in brackets, in quotes or of a list of its own has no keys in a column.
        let has_keys = |rest: &str| !rest.starts_with(['{', '[', '-', '"', '\'', '&', '*', '!']) && rest.contains(':');
        let item = item.filter(|(key, rest)| *key != own && has_keys(rest)).map(|(key, _)| key);
        match item {
            Some(key) => Place {
                message: "a key that stands in no column of the keys above it".to_owned(),
                help: Some(format!(
                    "indent it by {key} blanks, as the keys of the item above; or begin an item with `- `"
                )),
                label: Some("this belongs to no item of the list"),
                ..place
            },
            None => place,
        }
    }

    /// Returns the line that holds an offset, and where it begins.
    fn line_at(&self, offset: usize) -> (usize, &'s str) {
        let start = self.source[..offset].rfind('\n').map_or(0, |end| end + 1);
        let line = self.source[start..].split('\n').next().unwrap_or_default();
        (start, line.trim_end_matches('\r'))
    }

    /// Returns the lines above an offset that are not blank, the nearest first.
    fn above(&self, offset: usize) -> impl Iterator<Item = (usize, &'s str)> {
        let (start, _) = self.line_at(offset);
        let mut end = start;
        let lines = std::iter::from_fn(move || {
            let (start, line) = self.line_at(end.checked_sub(1)?);
            end = start;
            Some((start, line))
        });
        lines.take(MAX_LINES_BACK).filter(|(_, line)| !line.trim().is_empty())
    }

    /// The tab in the indentation of this line, else of the next that has one.
    fn tab(&self, offset: usize) -> Option<usize> {
        let (start, _) = self.line_at(offset);
        let mut begin = start;
        for line in self.source[start..].split_inclusive('\n').take(MAX_LINES_BACK) {
            let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
            if let Some(tab) = indent.find('\t') {
                return Some(begin + tab);
            }
            begin += line.len();
        }
        None
    }

    /// The quote that is open at an offset: one that begins a value and has no second one on its line.
    fn open_quote(&self, offset: usize) -> Option<usize> {
        let here = self.line_at(offset);
        let mut lines = std::iter::once(here).filter(|(start, _)| *start < offset).chain(self.above(offset));
        lines.find_map(|(start, line)| opening_quote(line).map(|quote| start + quote))
    }

    /// A `:` that ends no key: in a text without quotes, in a line indented too deep, or below a `[` that is open.
    fn colon(&self, place: Place) -> Place {
        let (begin, line) = self.line_at(place.start);
        let key = &line[..(place.start - begin).min(line.len())];
        let indent = line.len() - line.trim_start().len();
        if let Some(colon) = key.find(": ") {
            let text = line[colon + 2..].trim();
            let message = "a `: ` inside a text that has no quotes".to_owned();
            let is_plain = !text.contains(['"', '\\', '#']) && text.chars().count() <= 60;
            let help = if is_plain { format!("put quotes around the text: `\"{text}\"`") } else { QUOTE.to_owned() };
            return Place { message, help: Some(help), ..place };
        }
        if let Some(place) = self.unclosed(place.start) {
            return place;
        }
        if let Some(open) = self.open_at(place.start).filter(|open| *open < begin) {
            return self.not_closed(open);
        }
        let Some((_, above)) = self.above(place.start).next() else { return place };
        let above_indent = above.len() - above.trim_start().len();
        if indent > above_indent && above.contains(": ") {
            let message = "this line is indented deeper than the one above, which has a value already".to_owned();
            let help = "align it with the key above, or take the value above away if this belongs to it".to_owned();
            return Place { start: begin + indent, message, help: Some(help), ..place };
        }
        place
    }

    /// The first mark of a merge that git could not finish.
    fn conflict(&self) -> Option<Place> {
        let mut start = 0;
        let mut found = None;
        for line in self.source.split_inclusive('\n') {
            if line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ") {
                found = Some(start);
                break;
            }
            start += line.len();
        }
        Some(Place {
            start: found?,
            message: "two versions of this file that git could not merge".to_owned(),
            help: Some(
                "keep one of the two, and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`"
                    .to_owned(),
            ),
            label: Some("they begin here"),
        })
    }

    /// A blank that is missing or none, in this line or the one above: `key:value`, `-item`.
    fn slip(&self, place: &Place) -> Option<Place> {
        let above = self.above(place.start).find(|(_, line)| !is_comment(line));
        [Some(self.line_at(place.start)), above].into_iter().flatten().find_map(|(start, line)| slip_of(start, line))
    }

    /// The first line of a text below `key: |` that is not indented deeper than the key.
    fn flat_text(&self, place: &Place) -> Option<Place> {
        let (mut start, mut line) = self.line_at(place.start);
        for (above_start, above) in self.above(place.start) {
            if let Some(key) = block_key(above) {
                if indent_of(line) > indent_of(above) {
                    return None;
                }
                return Some(Place {
                    start: start + indent_of(line),
                    message: format!("the text below `{key}` is not indented"),
                    help: Some("indent every line of the text by two more blanks than its key".to_owned()),
                    label: Some("the text ends before this"),
                });
            }
            if above.contains(": ") || above.trim_end().ends_with(':') {
                return None;
            }
            (start, line) = (above_start, above);
        }
        None
    }

    /// The first `\\` at or after an offset that begins no escape of YAML.
    fn escape(&self, offset: usize) -> Option<usize> {
        let text = &self.source[offset..];
        let mut characters = text.char_indices();
        while let Some((at, character)) = characters.next() {
            if character != '\\' {
                continue;
            }
            let (_, escaped) = characters.next()?;
            let n_digits = match escaped {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                c if "0abt\tnvfre \"/\\N_LP\n\r".contains(c) => 0,
                _ => return Some(offset + at),
            };
            let digits = text[at + 2..].chars().take(n_digits);
            if digits.filter(char::is_ascii_hexdigit).count() < n_digits {
                return Some(offset + at);
            }
        }
        None
    }

    /// A character that begins no value or that no text may hold, by what it is. The parser stops where the text begins
    /// that holds it.
    #[expect(clippy::needless_pass_by_value, reason = "it is given back with other words")]
    fn character(&self, found: char, place: Place) -> Place {
        let rest = &self.source[place.start..];
        let (message, help) = match found {
            c if c.is_control() || !rest.starts_with(c) => {
                let start = rest.find(c).map_or(place.start, |at| place.start + at);
                let what = if c.is_control() { "control character" } else { "character" };
                return Place {
                    start,
                    message: format!("a {what} (U+{:04X}) that no text may hold", u32::from(c)),
                    help: Some("remove it; a file with such bytes is often no text at all".to_owned()),
                    ..place
                };
            }
            '|' | '>' => (
                format!("a text of several lines (`{found}`) where none can begin"),
                "inside `[]` and `{}` put the text in quotes".to_owned(),
            ),
            c => (format!("a text cannot begin with `{c}`"), "put quotes around the text".to_owned()),
        };
        Place { message, help: Some(help), ..place }
    }
}

/// Returns where a value in quotes begins on a line that does not close them.
fn opening_quote(line: &str) -> Option<usize> {
    let mut before = ' ';
    let mut open: Option<(char, usize)> = None;
    let mut is_escaped = false;
    for (at, character) in line.char_indices() {
        match open {
            Some(_) if is_escaped => is_escaped = false,
            Some(('"', _)) if character == '\\' => is_escaped = true,
            Some((quote, _)) if character == quote => open = None,
            // Only what begins a value is a quote: `it's` holds none.
            None if matches!(character, '"' | '\'') && matches!(before, ' ' | '\t' | '[' | '{' | ',') => {
                open = Some((character, at));
            }
            None if character == '#' && before == ' ' => return None,
            _ => {}
        }
        before = character;
    }
    open.map(|(_, at)| at)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// Returns `key: |` of a line that begins a text of several lines.
fn block_key(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let (before, indicator) = line.rsplit_once(' ')?;
    let is_block = indicator.starts_with(['|', '>'])
        && indicator[1..].bytes().all(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9'));
    (is_block && before.ends_with(':')).then(|| line.trim_start().trim_start_matches("- "))
}

/// A blank that is missing or that is none: after the `:` of a key, after the `-` of an item, before a key.
fn slip_of(start: usize, line: &str) -> Option<Place> {
    let is_other_blank = |c: char| c.is_whitespace() && !c.is_ascii();
    let bare = line.trim_start();
    let (begin, item) = (line.len() - bare.len(), bare.strip_prefix("- ").map_or(bare, str::trim_start));
    let n_key = item.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    let key = &item[..n_key];
    let at_key = start + line.len() - item.len();
    if let Some(blank) = line[..begin].find(is_other_blank) {
        return Some(other_blank(start + blank, line));
    }
    if let Some(text) = bare.strip_prefix('-')
        && text.starts_with(|c: char| c.is_alphabetic() || c == '"' || c == '\'')
    {
        return Some(Place {
            start: start + begin,
            message: "a `-` without a blank after it".to_owned(),
            help: Some(format!("write `- {}`", super::words::cut(text.trim_end().into()))),
            label: Some("this begins no item of a list"),
        });
    }
    let value = item[n_key..].strip_prefix(':').filter(|_| key.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let first = value.chars().next()?;
    if is_other_blank(first) {
        return Some(other_blank(at_key + n_key + 1, line));
    }
    let is_pair = !first.is_whitespace() && !matches!(first, '/' | ':') && !line.contains(": ");
    let text = super::words::cut(value.trim_end().into());
    // Behind a blank it would begin a comment.
    let quote = if text.starts_with('#') { "\"" } else { "" };
    is_pair.then(|| Place {
        start: at_key + n_key,
        message: "a `:` without a blank after it".to_owned(),
        help: Some(format!("write `{key}: {quote}{text}{quote}`")),
        label: Some("this ends no key"),
    })
}

/// A blank that only looks like one, as text processors and web pages write it.
fn other_blank(start: usize, line: &str) -> Place {
    let code = line.chars().find(|c| c.is_whitespace() && !c.is_ascii()).map_or(0, u32::from);
    Place {
        start,
        message: format!("a blank that YAML does not know (U+{code:04X})"),
        help: Some("write a plain blank in its place".to_owned()),
        label: Some("this only looks like a blank"),
    }
}

/// What to do about a text that YAML reads otherwise.
const QUOTE: &str = "put quotes around the text";

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
        | ErrorKind::TabInPlainScalar => {
            ("a tab where YAML wants spaces", "indent with spaces: YAML takes no tabs there")
        }
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quoted text runs into this line, which is not indented for it",
            "close the quotes where the text ends; inside single quotes write `''` for a `'`",
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
        ErrorKind::UnclosedQuotedScalar => (
            "a quoted text that is not closed",
            "close the quotes where the text ends; inside single quotes write `''` for a `'`",
        ),
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
        | ErrorKind::UnexpectedEofImplicitFlowMapping => UNCLOSED_BRACKET,
        ErrorKind::BlockEntryInFlowCollection => {
            ("an item of a list that stands inside `[]` or `{}`", "separate items by `, `, or close the brackets above")
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            ("a `]` or `}` that closes nothing", "remove it, or put quotes around a text that ends with it")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, .. } => {
            let (what, help) = match open {
                '[' => ("a `[` that `}` cannot close", "write `]` before that `}` or in its place, or remove it"),
                _ => ("a `{` that `]` cannot close", "write `}` before that `]` or in its place, or remove it"),
            };
            (what, help)
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
        ErrorKind::UnsupportedYamlMajorVersion => {
            ("this file asks for a YAML that is not 1.x", "remove the line that begins with `%YAML`")
        }
        _ => {
            let help = "look at this line and the one above it: the mistake is at or before this place";
            return (format!("the YAML cannot be read: {}", error.info()), Some(help));
        }
    };
    (message.to_owned(), Some(help))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Sink;
    use crate::source::{FileId, LineIndex};

    /// Returns `line:column message` of the one thing that is wrong with a text.
    fn told(text: &str) -> String {
        let mut sink = Sink::default();
        super::super::parse(FileId(0), text, &mut sink);
        let found = sink.found();
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].help.is_some(), "{}", found[0].message);
        let place = LineIndex::new(text).line_column(text, found[0].location.span.start);
        format!("{}:{} {}", place.line, place.column, found[0].message)
    }

    /// Returns what to do about the one thing that is wrong with a text.
    fn help(text: &str) -> String {
        let mut sink = Sink::default();
        super::super::parse(FileId(0), text, &mut sink);
        sink.found()[0].help.clone().unwrap_or_default()
    }

    #[test]
    fn mistakes_are_told_where_they_begin() {
        let open = "a quoted text that is not closed";
        assert_eq!(told("a:\n\tb: c\n"), "2:1 a tab where YAML wants spaces");
        assert_eq!(told("a: b\n\tc: d\n"), "2:1 a tab where YAML wants spaces");
        assert_eq!(told("a: \"b\nc: d\n"), format!("1:4 {open}"));
        assert_eq!(told("a: \"b\nc: \"d\"\n"), format!("1:4 {open}"));
        assert_eq!(told("# it's\na: it's\nb: 'c\n"), format!("3:4 {open}"));
        assert_eq!(told("\u{feff}a: [x, 'y]\n"), format!("1:8 {open}"));
        assert_eq!(told("a: [b, c\nd: e\n"), "1:4 a `[` or `{` that is never closed");
        assert_eq!(told("a: b: c\n"), "1:5 a `: ` inside a text that has no quotes");
        let deep = "this line is indented deeper than the one above, which has a value already";
        assert_eq!(told("a: b\n  c: d\n"), format!("2:3 {deep}"));
        assert_eq!(told("a: \"b \\n \\q\"\n"), "1:10 an escape that YAML does not know");
        assert_eq!(told("a: @b\n"), "1:4 a text cannot begin with `@`");
        assert_eq!(told("a: b\0c\n"), "1:5 a control character (U+0000) that no text may hold");
        assert_eq!(told("a: {b: |\n  c}\n"), "1:8 a text of several lines (`|`) where none can begin");
        assert_eq!(told("a: [b\n\n# c\nd:\n  e: f\n"), "1:4 a `[` or `{` that is never closed");
        assert_eq!(told("a: [b,\n  c\nd: e\n"), "1:4 a `[` or `{` that is never closed");
        assert_eq!(told("%YAML 3.0\n---\na: b\n"), "1:1 this file asks for a YAML that is not 1.x");
    }

    #[test]
    fn brackets_are_told_where_they_are_opened() {
        let open = "a `[` or `{` that is never closed";
        let item = "  - {property: x, value: shop\n";
        assert_eq!(told(&format!("a:\n{item}b:\n  - {{property: y}}\n")), format!("2:5 {open}"));
        assert_eq!(told(&format!("a:\n{item}  - {{property: y}}\nb: c\n")), format!("2:5 {open}"));
        assert_eq!(told("tags: {a, b\nteam:\n  - name: x\n"), format!("1:7 {open}"));
        assert_eq!(told("\u{feff}tags: {a, b\nteam:\n  - name: x\n"), format!("1:7 {open}"));
        assert_eq!(told("a:\n  - {b: c, d: [e, f\n  - g: h\n"), format!("2:15 {open}"));
        assert_eq!(told("a:\n  - {b: #c, d: e}\nf: g\n"), format!("2:5 {open}"));
        assert_eq!(told("tags: [a, b]]\nc: d\n"), "1:13 a `]` or `}` that closes nothing");
        assert_eq!(told("tags: [a, b}\nc: d\n"), "1:7 a `[` that `}` cannot close");
        assert_eq!(told("tags: {a: b]\nc: d\n"), "1:7 a `{` that `]` cannot close");
    }

    #[test]
    fn control_characters_are_told_where_they_stand() {
        let bell = "a control character (U+0007) that no text may hold";
        assert_eq!(told("a: b\nname: Or\u{7}ders\n"), format!("2:9 {bell}"));
        assert_eq!(told("a: b\nname: \u{7}\n"), format!("2:7 {bell}"));
        assert_eq!(told("a: |\n  One\n  tw\u{7}o\nb: c\n"), format!("3:5 {bell}"));
        assert_eq!(told("a: [b, c\u{7}]\n"), format!("1:9 {bell}"));
        assert_eq!(told("a: b # c\u{7}\n"), format!("1:9 {bell}"));
        assert_eq!(told("a: x\u{1b}[31m\n"), "1:5 a control character (U+001B) that no text may hold");
    }

    #[test]
    fn blanks_that_are_missing_are_told() {
        let colon = "a `:` without a blank after it";
        assert_eq!(told("a: b\ndomain:sales\nc: d\n"), format!("2:7 {colon}"));
        assert_eq!(told("a: b\ndomain:sales\n"), format!("2:7 {colon}"));
        assert_eq!(told("domain:sales\na: b\n"), format!("1:7 {colon}"));
        assert_eq!(told("a:\n  - name:x\n    c: d\n"), format!("2:9 {colon}"));
        let dash = "a `-` without a blank after it";
        assert_eq!(told("a:\n  -name: tables\n    version: 1\n"), format!("2:3 {dash}"));
        assert_eq!(told("a:\n  - x\n  -y\n"), format!("3:3 {dash}"));
        let blank = "a blank that YAML does not know (U+00A0)";
        assert_eq!(told("a: b\nname:\u{a0}x\nc: d\n"), format!("2:6 {blank}"));
        assert_eq!(help("name:#orders\na: b\n"), "write `name: \"#orders\"`");
        assert_eq!(help("a:\n  - {b: #help, c: d}\nf: g\n"), "`#` after a blank begins a comment: write `\"#help\"`");
        assert_eq!(help("a:\n  - {b: c # open\nf: g\n"), "add the missing `]` or `}`");
    }

    #[test]
    fn merges_that_are_not_finished_are_told() {
        let conflict = "two versions of this file that git could not merge";
        let text = "a: b\n<<<<<<< HEAD\nname: A\n=======\nname: B\n>>>>>>> other\nc: d\n";
        assert_eq!(told(text), format!("2:1 {conflict}"));
        assert_eq!(told("a:\n<<<<<<< HEAD\n  - b\n=======\n  - c\n>>>>>>> x\n"), format!("2:1 {conflict}"));
    }

    #[test]
    fn texts_that_are_not_indented_are_told_at_their_first_line() {
        assert_eq!(told("a: |\nOne line\nb: c\n"), "2:1 the text below `a: |` is not indented");
        assert_eq!(told("d:\n  a: >-\n  One\n  Two\n  b: c\n"), "3:3 the text below `a: >-` is not indented");
    }

    #[test]
    fn tags_are_told_where_they_stand() {
        assert_eq!(told("name: !!python/object:x Orders\n"), "1:7 the tag `!!python/object:x` has no meaning here");
        assert_eq!(told("a: &x !custom\n  b: c\n"), "1:7 the tag `!custom` has no meaning here");
    }
}
