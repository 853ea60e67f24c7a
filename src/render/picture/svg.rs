//! Writing SVG: a tree of tags in which every text is escaped by construction, short numbers, and
//! labels that fit their box.

use std::borrow::Cow;

use crate::diagnostic::{is_joiner, visible_joined};

/// Longest label in characters; longer ones are cut in the middle and stand whole in the title.
pub(crate) const LABEL: usize = 24;

/// Escapes text for XML; characters that XML 1.0 forbids are shown as `\u{..}`, breaks of lines and tabs are spaces.
pub(crate) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    push_escaped(&mut safe, text);
    safe
}

/// Escapes text of several lines for HTML.
pub(crate) fn xml_keeping_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| xml(&line.replace('\t', "    "))).collect();
    lines.join("\n")
}

/// Appends text escaped for XML and HTML, as [`xml`] does.
pub(crate) fn push_escaped(safe: &mut String, text: &str) {
    // Most texts are words and numbers that are written as they are.
    if is_plain(text) {
        return safe.push_str(text);
    }
    // What can be read in ASCII has nothing to be shown for what it is.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return push_marked(safe, text);
    }
    push_marked(safe, &visible_joined(&on_one_line(text)));
}

/// Appends a text in which only the signs of XML are escaped.
pub(crate) fn push_marked(safe: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        safe.push_str(&rest[..at]);
        safe.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    safe.push_str(rest);
}

/// Returns a text with each break of a line, tab and the spaces around it as one space, none at its ends: so HTML shows it.
fn on_one_line(text: &str) -> Cow<'_, str> {
    let is_break = |character: char| matches!(character, '\t' | '\n' | '\u{c}' | '\r');
    if !text.bytes().any(|byte| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r')) {
        return Cow::Borrowed(text);
    }
    let words = text.split(|character| character == ' ' || is_break(character)).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// Says whether a text is written as it is: printable ASCII without what XML and HTML mind.
fn is_plain(text: &str) -> bool {
    const fn is_kept(byte: u8) -> bool {
        matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
    }
    static KEPT: [bool; 256] = {
        let mut kept = [false; 256];
        let mut byte = 0;
        while byte < 128_u8 {
            kept[byte as usize] = is_kept(byte);
            byte += 1;
        }
        kept
    };
    // A short text is looked up byte by byte; of a long one all bytes are looked at, many at once.
    if text.len() < 32 {
        return text.bytes().all(|byte| KEPT[usize::from(byte)]);
    }
    text.bytes().fold(true, |are_kept, byte| are_kept & is_kept(byte))
}

/// A growing SVG. Names of tags and attributes are written in this crate (`&'static str`); values and
/// texts are escaped, whoever wrote them.
#[derive(Debug, Default)]
pub(super) struct Svg {
    text: String,
    is_open: bool,
}

impl Svg {
    /// Begins a picture that will have about so many bytes.
    pub(super) fn with_capacity(n_bytes: usize) -> Svg {
        Svg { text: String::with_capacity(n_bytes), is_open: false }
    }

    /// Begins a tag; attributes follow.
    pub(super) fn open(&mut self, name: &'static str) -> &mut Svg {
        self.seal();
        self.text.push('<');
        self.text.push_str(name);
        self.is_open = true;
        self
    }

    /// Adds an attribute to the tag just begun.
    pub(super) fn attr(&mut self, name: &'static str, value: &str) -> &mut Svg {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        push_escaped(&mut self.text, value);
        self.text.push('"');
        self
    }

    /// Adds an attribute with a value of this crate.
    pub(super) fn fixed(&mut self, name: &'static str, value: &'static str) -> &mut Svg {
        self.drawn(name, |text| text.push_str(value))
    }

    /// Adds an attribute that this room writes itself, of numbers and of letters of paths: there is nothing to escape.
    pub(super) fn drawn(&mut self, name: &'static str, write: impl FnOnce(&mut String)) -> &mut Svg {
        self.text.push(' ');
        self.text.push_str(name);
        self.text.push_str("=\"");
        write(&mut self.text);
        self.text.push('"');
        self
    }

    /// Adds a number as an attribute.
    pub(super) fn num(&mut self, name: &'static str, value: f64) -> &mut Svg {
        self.drawn(name, |text| push_number(text, value))
    }

    /// Ends the tag just begun, which holds nothing.
    pub(super) fn end(&mut self) -> &mut Svg {
        self.text.push_str("/>");
        self.is_open = false;
        self
    }

    /// Adds text.
    pub(super) fn say(&mut self, text: &str) -> &mut Svg {
        self.seal();
        push_escaped(&mut self.text, text);
        self
    }

    /// Adds markup that this room has written itself: a finished part, a style, definitions.
    pub(super) fn part(&mut self, markup: &str) -> &mut Svg {
        self.seal();
        self.text.push_str(markup);
        self
    }

    /// Closes a tag that holds something.
    pub(super) fn close(&mut self, name: &'static str) -> &mut Svg {
        self.seal();
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
        self
    }

    /// Adds a tag that holds text alone.
    pub(super) fn holding(&mut self, name: &'static str, class: &'static str, x: f64, y: f64, text: &str) -> &mut Svg {
        self.open(name);
        if !class.is_empty() {
            self.fixed("class", class);
        }
        self.num("x", x).num("y", y).say(text).close(name)
    }

    /// Adds a path of a class.
    pub(super) fn path(&mut self, class: &'static str, d: &str) -> &mut Svg {
        self.open("path").fixed("class", class).attr("d", d).end()
    }

    /// Adds a path of a class that this room writes itself, as [`Svg::drawn`] does.
    pub(super) fn path_of(&mut self, class: &'static str, write: impl FnOnce(&mut String)) -> &mut Svg {
        self.open("path").fixed("class", class).drawn("d", write).end()
    }

    /// Returns the markup.
    pub(super) fn finish(mut self) -> String {
        self.seal();
        self.text
    }

    fn seal(&mut self) {
        if self.is_open {
            self.text.push('>');
            self.is_open = false;
        }
    }
}

/// Writes a number with at most two decimals and no more characters than it needs.
pub(super) fn number(value: f64) -> String {
    let mut text = String::with_capacity(8);
    push_number(&mut text, value);
    text
}

/// Adds a number as [`number`] writes it. Most of a picture is numbers, so this goes by whole hundredths
/// and not by the digits of a float.
pub(super) fn push_number(text: &mut String, value: f64) {
    let hundredths = hundredths(value);
    if hundredths < 0 {
        text.push('-');
    }
    let (whole, part) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if whole > 0 || part == 0 {
        push_digits(text, whole);
    }
    if part > 0 {
        text.push('.');
        text.push(digit(part / 10));
        if part % 10 > 0 {
            text.push(digit(part));
        }
    }
}

/// Rounds a number to hundredths, halves away from zero. What is far too large for a picture is cut.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "pictures are far smaller; a cast saturates"
)]
fn hundredths(value: f64) -> i64 {
    let exact = value * 100.0;
    // Rounding by hand: there are very many numbers, and `round` is a call into a library on most machines.
    let whole = exact as i64;
    let rest = exact - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5) - i64::from(rest <= -0.5))
}

fn push_digits(text: &mut String, number: u64) {
    if number >= 100 {
        push_digits(text, number / 100);
    }
    if number >= 10 {
        text.push(digit(number / 10));
    }
    text.push(digit(number));
}

/// The last digit of a number.
fn digit(number: u64) -> char {
    char::from(b'0' + u8::try_from(number % 10).expect("a digit"))
}

/// Writes a point of a path.
pub(super) fn point(at: (f64, f64)) -> String {
    let mut text = String::with_capacity(16);
    push_point(&mut text, at);
    text
}

/// Adds a point of a path.
pub(super) fn push_point(text: &mut String, (x, y): (f64, f64)) {
    push_number(text, x);
    text.push(' ');
    push_number(text, y);
}

/// Cuts a text in the middle so that it has at most [`LABEL`] characters and fits a width at a size of
/// type, both in px.
pub(super) fn label(text: &str, width: f64, size: f64) -> Cow<'_, str> {
    label_of(text, LABEL, width, size)
}

/// Cuts a text like [`label`], with another limit of characters.
pub(in crate::render) fn label_of(text: &str, limit: usize, width: f64, size: f64) -> Cow<'_, str> {
    let text = text.trim();
    // Most labels are short words.
    if text.len() <= limit && is_plain(text) {
        let advances = text.bytes().map(|byte| ADVANCES[usize::from(byte)]);
        if advances.sum::<f64>() * size <= width {
            return Cow::Borrowed(text);
        }
    }
    let text = on_one_line(text);
    let characters: Vec<char> =
        visible_joined(&text).chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let fits =
        |n: usize, shown: &mut dyn Iterator<Item = char>| n <= limit && shown.map(advance).sum::<f64>() * size <= width;
    if fits(characters.len(), &mut characters.iter().copied()) {
        return characters.into_iter().collect();
    }
    let mut kept = limit.min(characters.len().saturating_sub(1));
    loop {
        let (head, tail) = (kept.div_ceil(2), (kept / 2).saturating_sub(usize::from(kept > 1)));
        // A joiner at the cut would join nothing.
        let is_blank = |c: &&char| **c == ' ' || is_joiner(**c);
        let head = &characters[..head.min(characters.len())];
        let head = &head[..head.len() - head.iter().rev().take_while(is_blank).count()];
        let tail = &characters[characters.len() - tail.min(characters.len())..];
        let tail = &tail[tail.iter().take_while(is_blank).count()..];
        let cut = || head.iter().copied().chain(std::iter::once('…')).chain(tail.iter().copied());
        if fits(head.len() + 1 + tail.len(), &mut cut()) || kept <= 1 {
            return cut().collect();
        }
        kept -= 1;
    }
}

/// Estimates the width of a text in px: that of a wide system font, since the page does not choose one.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// The advances of the characters of ASCII.
static ADVANCES: [f64; 128] = {
    let mut advances = [0.0; 128];
    let mut byte = 0;
    while byte < 128_u8 {
        advances[byte as usize] = advance(byte as char);
        byte += 1;
    }
    advances
};

/// The advance of a character in em, a little more than in common system fonts.
const fn advance(character: char) -> f64 {
    match character {
        '\u{200c}' | '\u{200d}' | '\u{fe0f}' => 0.0,
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 0.92,
        'A'..='Z' | '_' | '&' | '#' => 0.7,
        '\u{1100}'.. => 1.05,
        _ => 0.59,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let written: Vec<String> = [0.0, -0.001, 0.5, -0.25, 12.0, 3.456, 100.10, -7.05, 0.125, -0.125, f64::NAN]
            .into_iter()
            .map(number)
            .collect();
        assert_eq!(written, ["0", "0", ".5", "-.25", "12", "3.46", "100.1", "-7.05", ".13", "-.13", "0"]);
    }

    #[test]
    fn labels_are_cut_in_the_middle_and_never_overflow() {
        assert_eq!(label("Orders", 150.0, 13.0), "Orders");
        let long = label("customer-accounts-with-all-addresses", 150.0, 13.0);
        assert!(long.starts_with("customer") && long.ends_with("esses") && long.contains('…'), "{long}");
        let many = "漢".repeat(40);
        let wide = label(&many, 150.0, 13.0);
        assert!(width_of(&wide, 13.0) <= 150.0 && wide.contains('…'), "{wide}");
        for text in ["", " ", "a", "…", "W".repeat(300).as_str(), "i".repeat(300).as_str(), "a b  c\td\ne", "\u{202e}x"]
        {
            let shown = label(text, 60.0, 13.0);
            assert!(shown.chars().count() <= LABEL && width_of(&shown, 13.0) <= 60.0, "{text:?} as {shown:?}");
        }
    }

    #[test]
    fn breaks_of_lines_and_tabs_are_spaces_and_other_controls_are_shown() {
        for (written, shown) in [
            ("The key of the row.\n", "The key of the row."),
            ("\tfirst\r\n  second\u{c}third \n", "first second third"),
            ("two  spaces", "two  spaces"),
            ("\n", ""),
            ("a\n\u{8}\u{85}\u{2028}\u{202e}<", "a \\u{8}\\u{85}\\u{2028}\\u{202e}&lt;"),
        ] {
            assert_eq!(xml(written), shown, "{written:?}");
        }
        assert_eq!(label("Orders\nof\tall", 150.0, 13.0), "Orders of all");
        assert_eq!(xml_keeping_lines("a\tb\n  c\n"), "a    b\n  c");
    }

    #[test]
    fn words_that_need_joiners_keep_them() {
        let persian = "می\u{200c}خواهم سفارش\u{200c}ها";
        assert_eq!(label(persian, 150.0, 13.0), persian);
        assert_eq!(
            xml("👩\u{200d}👩\u{200d}👧 pay\u{200c}pal \u{202e}"),
            "👩\u{200d}👩\u{200d}👧 pay\\u{200c}pal \\u{202e}"
        );
        for n in 4..30 {
            let cut = label_of("سفارش\u{200c}ها\u{200c}سفارش\u{200c}ها\u{200c}سفارش", n, 1000.0, 13.0);
            assert!(!xml(&cut).contains("\\u{"), "{n}: {cut}");
        }
    }

    #[test]
    fn texts_and_values_are_escaped_whoever_wrote_them() {
        let mut svg = Svg::default();
        svg.open("a").attr("href", "x\"><script>").say("</a><script>&'\u{8}").close("a");
        svg.open("path").attr("d", "M0 0").end();
        assert_eq!(
            svg.finish(),
            "<a href=\"x&quot;&gt;&lt;script&gt;\">&lt;/a&gt;&lt;script&gt;&amp;&#39;\\u{8}</a><path d=\"M0 0\"/>"
        );
    }
}
