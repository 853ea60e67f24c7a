//! Making text of the user's files safe to print.

use std::borrow::Cow;
use std::fmt::Write;

/// Returns `text` with every control and direction character shown as `\u{..}`, so that no value
/// of a file can move the cursor, forge a line or hide what is written. Line feeds are shown too;
/// writers that print several lines split them first.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    // Printable ASCII is the common case, and found out a byte at a time.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_deceptive(character) {
            write!(shown, "\\u{{{:x}}}", u32::from(character)).expect("a string takes all text");
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Returns `text` as [`visible`] does, for what is drawn and not printed in a terminal: the two joiners stay where writing
/// needs them, between letters of scripts that join and between the parts of one picture.
#[must_use]
pub(crate) fn visible_joined(text: &str) -> Cow<'_, str> {
    if !text.contains(is_joiner) {
        return visible(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let joins = is_joiner(character) && are_joined(before, character, rest.peek().copied());
        if joins {
            shown.push(character);
        } else {
            shown.push_str(&visible(character.encode_utf8(&mut [0; 4])));
        }
        before = Some(character);
    }
    Cow::Owned(shown)
}

/// Says whether a character is one of the two joiners.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Says whether a joiner stands where writing needs it. Letters that look like Latin ones are none of these: there it hides.
fn are_joined(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let is_letter = |character: char| {
        matches!(character, '\u{600}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdcf}' | '\u{fe70}'..='\u{fefc}')
            && !is_deceptive(character)
    };
    let is_picture =
        |character: char| matches!(character, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}');
    let (Some(before), Some(after)) = (before, after) else { return false };
    let are_pictures = joiner == '\u{200d}' && is_picture(before) && is_picture(after);
    (is_letter(before) && is_letter(after)) || are_pictures
}

/// Says whether a character is never printed as it is: C0, C1 and DEL (tabs included), direction
/// marks, line separators, zero-width characters, and the noncharacters of Unicode (which XML 1.0
/// forbids in part).
pub(crate) fn is_deceptive(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fdd0}'..='\u{fdef}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_joined};

    #[test]
    fn joiners_stay_where_writing_needs_them() {
        for kept in ["سفارش\u{200c}ها", "क्\u{200d}ष", "👩\u{200d}👩\u{200d}👧", "❤\u{fe0f}\u{200d}🔥", "Orders"]
        {
            assert_eq!(visible_joined(kept), kept);
        }
        for (hidden, shown) in [
            ("pay\u{200c}pal", "pay\\u{200c}pal"),
            ("\u{200d}سفارش\u{200c}", "\\u{200d}سفارش\\u{200c}"),
            ("ها\u{200c}\u{200c}ها", "ها\\u{200c}\\u{200c}ها"),
            ("👩\u{200c}👩", "👩\\u{200c}👩"),
            ("سفارش\u{202e}\u{200b}", "سفارش\\u{202e}\\u{200b}"),
        ] {
            assert_eq!(visible_joined(hidden), shown);
        }
    }

    #[test]
    fn controls_are_shown_and_text_is_left_alone() {
        assert_eq!(visible("grün ✓"), "grün ✓");
        assert_eq!(visible("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\u{a}b\\u{202e}");
        assert_eq!(visible("\u{fffe}\u{fdd0}\u{1ffff}\u{fffd}"), "\\u{fffe}\\u{fdd0}\\u{1ffff}\u{fffd}");
    }
}
