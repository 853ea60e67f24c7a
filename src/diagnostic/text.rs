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

/// Says whether `#` and `text` together are a marker of the logs of build servers, such as `##[` or `##vso[`.
pub(super) fn begins_command(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|rest| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('['))
}

/// Returns a whole output in which no build server finds a command: neither `##[error]` or `##vso[..]` anywhere, which the
/// runners of GitHub and Azure take, nor `::set-env ..::` at the beginning of a line, which GitHub's takes. One character of
/// each is written as its escape: as that of JSON in JSON, as that of XML in a picture, and else as [`visible`] writes it.
pub(crate) fn without_commands(output: &str) -> Cow<'_, str> {
    let is_line = |line: &str| line.trim_start().starts_with("::");
    if !output.contains("##") && !output.lines().any(is_line) {
        return Cow::Borrowed(output);
    }
    let [hash, colon] = match output.trim_start().as_bytes().first() {
        Some(b'{' | b'[') => ["\\u0023", "\\u003a"],
        Some(b'<') => ["&#35;", "&#58;"],
        _ => ["\\u{23}", "\\u{3a}"],
    };
    let mut shown = String::with_capacity(output.len() + 64);
    for line in output.split_inclusive('\n') {
        let rest = if is_line(line) {
            let (space, rest) = line.split_at(line.len() - line.trim_start().len());
            shown.push_str(space);
            shown.push_str(colon);
            &rest[1..]
        } else {
            line
        };
        let mut after_hash = false;
        for (offset, character) in rest.char_indices() {
            if after_hash && begins_command(&rest[offset..]) {
                shown.push_str(hash);
            } else {
                shown.push(character);
            }
            after_hash = character == '#';
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_joined, without_commands};

    #[test]
    fn no_output_holds_a_command_of_a_build_server() {
        let plain = "## Heading\n[a]: ##\na ::b:: ## [c] #[d]\n";
        assert_eq!(without_commands(plain), plain);
        assert_eq!(
            without_commands("::error::a\n  ::debug::##[b]\nc ###vso[task.complete result=Succeeded;]d"),
            "\\u{3a}:error::a\n  \\u{3a}:debug::#\\u{23}[b]\nc ##\\u{23}vso[task.complete result=Succeeded;]d"
        );
        let json = serde_json::json!({"name": "##[error]a"}).to_string();
        let shown = without_commands(&json);
        assert_ne!(shown, json);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"),
            serde_json::json!({"name": "##[error]a"})
        );
        assert_eq!(without_commands("<svg><text>##vso[a]</text></svg>"), "<svg><text>#&#35;vso[a]</text></svg>");
    }

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
