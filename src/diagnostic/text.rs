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
    use super::visible;

    #[test]
    fn controls_are_shown_and_text_is_left_alone() {
        assert_eq!(visible("grün ✓"), "grün ✓");
        assert_eq!(visible("a\u{1b}[31m\nb\u{202e}"), "a\\u{1b}[31m\\u{a}b\\u{202e}");
        assert_eq!(visible("\u{fffe}\u{fdd0}\u{1ffff}\u{fffd}"), "\\u{fffe}\\u{fdd0}\\u{1ffff}\u{fffd}");
    }
}
