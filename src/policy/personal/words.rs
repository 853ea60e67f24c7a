//! Names of columns as words: where one ends and the next begins, and how each is spelt.

/// More bytes of a name than this are not looked at: no name of a person's data is longer.
const MAX_BYTES: usize = 128;

/// Splits `customerEmail_Address2` into `customer email address 2`: lower case, without accents.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = Class::Border;
    let mut characters = name.char_indices().take_while(|(at, _)| *at < MAX_BYTES).map(|(_, c)| c).peekable();
    while let Some(character) = characters.next() {
        let class = Class::of(character);
        // `IBANNumber`: the last capital before a small letter begins the next word.
        let begins_word = class == Class::Upper
            && (before == Class::Lower
                || (before == Class::Upper && characters.peek().is_some_and(|next| Class::of(*next) == Class::Lower)));
        let is_border = class == Class::Border
            || begins_word
            || (class == Class::Digit) != (before == Class::Digit)
            || before == Class::Border;
        if is_border && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if class != Class::Border {
            fold(character, &mut word);
        }
        before = class;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Border,
    Lower,
    Upper,
    Digit,
}

impl Class {
    fn of(character: char) -> Class {
        if character.is_numeric() {
            Class::Digit
        } else if character.is_uppercase() {
            Class::Upper
        } else if character.is_alphabetic() {
            Class::Lower
        } else {
            Class::Border
        }
    }
}

/// Adds a letter as the lexicon spells it.
pub(in crate::policy) fn fold(character: char, word: &mut String) {
    for lower in character.to_lowercase() {
        let plain = match lower {
            'ä' | 'æ' => "ae",
            'ö' | 'œ' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'à' | 'á' | 'â' | 'ã' => "a",
            'ç' => "c",
            'è' | 'é' | 'ê' | 'ë' => "e",
            'ì' | 'í' | 'î' | 'ï' => "i",
            'ñ' => "n",
            'ò' | 'ó' | 'ô' | 'õ' => "o",
            'ù' | 'ú' | 'û' => "u",
            _ => {
                // A combining accent leaves the letter before it alone.
                if !('\u{300}'..='\u{36f}').contains(&lower) {
                    word.push(lower);
                }
                continue;
            }
        };
        word.push_str(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_end_at_borders_of_every_style() {
        let split = |name| words(name).join(" ");
        assert_eq!(split("customerEmail_Address2"), "customer email address 2");
        assert_eq!(split("IBANNumber"), "iban number");
        assert_eq!(split("FIRST_NAME"), "first name");
        assert_eq!(split("ipv4Address"), "ipv 4 address");
        assert_eq!(split("Straße / Geburtsdatum"), "strasse geburtsdatum");
        assert_eq!(split("prénom-usager"), "prenom usager");
        assert_eq!(split("__x__"), "x");
        assert_eq!(split(""), "");
        assert_eq!(split(&"a".repeat(1000)).len(), 128);
    }
}
