//! Writing Markdown: every text of a file becomes text, never markup, in headings, items and cells.

use std::borrow::Cow;

use super::parts::Anchor;
use crate::diagnostic::visible;

/// A Markdown file in the making.
#[derive(Debug, Default)]
pub(super) struct Note {
    text: String,
}

impl Note {
    /// Begins a note with its title.
    pub(super) fn new(title: &str) -> Note {
        Note { text: format!("# {}\n", text(title)) }
    }

    /// Begins a section.
    pub(super) fn section(&mut self, title: &str) {
        self.text.push_str(&format!("\n## {}\n\n", text(title)));
    }

    /// Adds the paragraphs of a text, which blank lines divide; lists of it stay lists.
    pub(super) fn paragraphs(&mut self, written: &str) {
        let unified = written.replace("\r\n", "\n");
        for paragraph in unified.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            self.gap();
            let item = |line: &'_ str| {
                let line = line.trim_start();
                line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).map(str::to_owned)
            };
            match paragraph.lines().map(item).collect::<Option<Vec<String>>>() {
                Some(items) => items.iter().for_each(|one| self.item(&text(one))),
                None => self.text.push_str(&format!("{}\n", text(paragraph))),
            }
        }
    }

    /// Adds a quotation of one line.
    pub(super) fn quote(&mut self, written: &str) {
        self.text.push_str(&format!("> {}\n", text(written)));
    }

    /// Adds an item of a list; it is Markdown already.
    pub(super) fn item(&mut self, markdown: &str) {
        self.text.push_str(&format!("- {markdown}\n"));
    }

    /// Adds an item with a name, when there is something to say; it is Markdown already.
    pub(super) fn fact(&mut self, name: &str, markdown: Option<String>) {
        if let Some(markdown) = markdown.filter(|markdown| !markdown.is_empty()) {
            self.item(&format!("{name}: {markdown}"));
        }
    }

    /// Adds a table; its cells are Markdown already.
    pub(super) fn table<const N: usize>(&mut self, head: [&str; N], rows: &[[String; N]]) {
        let mut line = |cells: &[&str]| self.text.push_str(&format!("| {} |\n", cells.join(" | ")));
        line(&head);
        line(&["---"; N]);
        for row in rows {
            line(&row.each_ref().map(String::as_str));
        }
    }

    /// Leaves one line empty.
    pub(super) fn gap(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Returns a text as Markdown on one line that shows exactly this text.
pub(super) fn text(written: &str) -> String {
    if is_plain(written) {
        return written.to_owned();
    }
    let words: Vec<Cow<'_, str>> = written.split_whitespace().map(visible).collect();
    let line = words.join(" ");
    let mut safe = String::with_capacity(line.len() + 8);
    let mut before = None;
    let mut rest = line.chars().peekable();
    let mut is_number = true;
    while let Some(character) = rest.next() {
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let is_markup = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            '_' => !is_word(before) || !is_word(rest.peek().copied()),
            '#' => before.is_none_or(|before| matches!(before, ' ' | '#')),
            '+' | '-' | '=' => before.is_none(),
            '.' | ')' => is_number && before.is_some() && rest.peek().is_none_or(|next| *next == ' '),
            _ => false,
        };
        if is_markup {
            safe.push('\\');
        }
        is_number &= character.is_ascii_digit();
        safe.push(character);
        before = Some(character);
    }
    safe
}

/// Says whether a text is on one line already and has nothing that could be markup, as most have. Where the first
/// is a letter, no sign of a list or a number can begin the line.
fn is_plain(written: &str) -> bool {
    let bytes = written.as_bytes();
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let is_safe = |(at, byte): (usize, &u8)| match byte {
        b' ' => bytes.get(at + 1).is_some_and(|next| *next != b' '),
        b'_' => is_word(bytes.get(at + 1)) && is_word(at.checked_sub(1).and_then(|before| bytes.get(before))),
        b'.' | b',' | b':' | b';' | b'-' | b'/' | b'(' | b')' | b'%' | b'\'' | b'"' | b'?' | b'!' => true,
        byte => byte.is_ascii_alphanumeric(),
    };
    bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.iter().enumerate().all(is_safe)
}

/// Returns a link; without an address only its text.
pub(super) fn link(anchor: &Anchor<'_>) -> String {
    match &anchor.href {
        Some(href) => format!("[{}]({})", text(&anchor.text), destination(href)),
        None => text(&anchor.text),
    }
}

/// Encodes what would end the address of a link, or be read as markup.
fn destination(href: &str) -> String {
    let mut safe = String::with_capacity(href.len());
    for character in href.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '(' | ')' | '<' | '>' | '\\' | '|' | '"' | '`' | '*' | '[' | ']' => {
                safe.push_str(&format!("%{:02X}", u32::from(character)));
            }
            character if character.is_whitespace() || character.is_control() => {
                let mut bytes = [0; 4];
                for byte in character.encode_utf8(&mut bytes).bytes() {
                    safe.push_str(&format!("%{byte:02X}"));
                }
            }
            character => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// What forges know beyond `CommonMark`.
    fn extensions() -> Options {
        Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM
    }

    /// Reads Markdown back: the text it shows, and whether anything but headings, lists, tables and
    /// paragraphs is in it.
    fn read(markdown: &str) -> (String, Vec<String>) {
        let (mut shown, mut odd) = (String::new(), Vec::new());
        for event in Parser::new_ext(markdown, extensions()) {
            match event {
                Event::Text(text) => shown.push_str(&text),
                Event::Start(
                    Tag::Paragraph
                    | Tag::Heading { .. }
                    | Tag::List(_)
                    | Tag::Item
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell,
                )
                | Event::End(_) => {}
                other => odd.push(format!("{other:?}")),
            }
        }
        (shown, odd)
    }

    const HOSTILE: [&str; 16] = [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://a.example/x.png)",
        "`code` ``more``",
        "a | b || c",
        "# heading #",
        "1. item",
        "- item",
        "* item *bold* _it_ __b__ snake_case",
        "a\n\n# b\n- c",
        "~~gone~~ $x$ $$y$$",
        "&lt;b&gt; &amp; &#60;",
        "\\",
        "=== ---",
        "\u{202e}turned",
        "<https://a.example> [ref]: x",
    ];

    fn shown_everywhere(written: &str) {
        let words: Vec<Cow<'_, str>> = written.split_whitespace().map(visible).collect();
        let plain = words.join(" ");
        let line = text(written);
        for (context, before) in [(line.clone(), ""), (format!("# {line}\n"), ""), (format!("- a {line}\n"), "a ")] {
            let (shown, odd) = read(&context);
            assert_eq!(odd, Vec::<String>::new(), "{context:?}");
            assert_eq!(shown, format!("{before}{plain}").trim_end(), "{context:?}");
        }
        let mut note = Note::new("t");
        note.gap();
        note.table(["h"], &[[line]]);
        let (shown, odd) = read(&String::from_utf8(note.into_bytes()).expect("UTF-8"));
        assert_eq!(odd, Vec::<String>::new(), "{written:?}");
        assert_eq!(shown, format!("th{plain}"), "{written:?}");
    }

    #[test]
    fn hostile_text_stays_text() {
        HOSTILE.into_iter().for_each(shown_everywhere);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_eq!(text("customer_id 2.1.0, 99.5 % (all) + more"), "customer_id 2.1.0, 99.5 % (all) + more");
    }

    #[test]
    fn addresses_of_links_stay_whole() {
        let href = "https://a.example/x)y?a=1&lt;=2 \"t\" <b>|\\";
        let markdown = link(&Anchor { text: "a]b".into(), href: Some(href.to_owned()) });
        let mut targets = Vec::new();
        for event in Parser::new_ext(&markdown, extensions()) {
            if let Event::Start(Tag::Link { dest_url, title, .. }) = event {
                targets.push((dest_url.to_string(), title.to_string()));
            }
        }
        let whole = "https://a.example/x%29y?a=1&lt;=2%20%22t%22%20%3Cb%3E%7C%5C".to_owned();
        assert_eq!(targets, [(whole, String::new())]);
    }

    #[test]
    fn lists_in_a_text_stay_lists() {
        let mut note = Note::new("t");
        note.paragraphs("First.\nStill first.\n\n- one\n- two\n\n- <b>\nno list");
        let text = String::from_utf8(note.into_bytes()).expect("UTF-8");
        assert_eq!(text, "# t\n\nFirst. Still first.\n\n- one\n- two\n\n\\- \\<b\\> no list\n");
    }

    proptest! {
        #[test]
        fn any_text_stays_text(written in "[ -~\n]{0,40}") {
            shown_everywhere(&written);
        }
    }
}
