//! From words to what they tell: phrases, single words, plurals, and words written together.

use std::collections::HashMap;

use super::lexicon::{KINDS, NO_PERSONS, PERSON_ENDS, PHRASES, Role, WORDS};

/// A word or phrase of a name, and what it tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// `None` for a word that nothing is known about.
    pub(super) role: Option<Role>,
    /// It is a plural.
    pub(super) is_plural: bool,
    /// It is the Spanish name and the French number.
    pub(super) is_nombre: bool,
    /// It is a word for a sort of something: a type, a method.
    pub(super) is_kind: bool,
}

/// The lexicon, to be looked up in.
pub(super) struct Speller {
    words: HashMap<&'static str, Role>,
    /// By first word: the words after it and what all of them tell, longest first.
    phrases: HashMap<&'static str, Vec<(Vec<&'static str>, Role)>>,
}

/// Shorter words are no part of a word written together, but for [`ENDS`].
const MIN_PART: usize = 3;
/// Short words that may end one.
const ENDS: [&str; 3] = ["nr", "no", "id"];
/// A word written together has at most so many parts.
const MAX_PARTS: usize = 4;

impl Speller {
    pub(super) fn new() -> Speller {
        let mut words = HashMap::new();
        for (role, listed) in WORDS {
            for word in listed.split_whitespace() {
                words.entry(word).or_insert(*role);
            }
        }
        let mut phrases: HashMap<&'static str, Vec<(Vec<&'static str>, Role)>> = HashMap::new();
        for (role, listed) in PHRASES {
            for phrase in listed.split(';') {
                let mut parts = phrase.split_whitespace();
                let Some(first) = parts.next() else { continue };
                let behind: Vec<&str> = parts.collect();
                let known = phrases.entry(first).or_default();
                let at = known.partition_point(|(other, _)| other.len() >= behind.len());
                known.insert(at, (behind, *role));
            }
        }
        Speller { words, phrases }
    }

    /// Reads the words of a name.
    pub(super) fn read(&self, words: &[String]) -> Vec<Sign> {
        let words: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| self.words.get(word) != Some(&Role::Filler)).collect();
        let mut signs = Vec::with_capacity(words.len());
        let mut at = 0;
        while at < words.len() {
            if let Some((length, role)) = self.phrase(&words[at..]) {
                signs.push(Sign { role: Some(role), is_plural: false, is_nombre: false, is_kind: false });
                at += length;
                continue;
            }
            self.push_word(words[at], &mut signs);
            at += 1;
        }
        signs
    }

    fn phrase(&self, words: &[&str]) -> Option<(usize, Role)> {
        let (first, rest) = words.split_first()?;
        let singular = || first.strip_suffix('s').and_then(|first| self.phrases.get(first));
        let listed = self.phrases.get(first).or_else(singular)?;
        let matches = |phrase: &&(Vec<&'static str>, Role)| {
            let is_word = |(word, part): (&&str, &&str)| word == part || word.strip_suffix('s') == Some(part);
            phrase.0.len() <= rest.len() && rest.iter().zip(&phrase.0).all(is_word)
        };
        listed.iter().find(matches).map(|(phrase, role)| (phrase.len() + 1, *role))
    }

    fn push_word(&self, word: &str, signs: &mut Vec<Sign>) {
        if word.starts_with(|c: char| c.is_numeric()) {
            signs.push(Sign { role: Some(Role::Which), is_plural: false, is_nombre: false, is_kind: false });
            return;
        }
        if let Some(sign) = self.word(word) {
            signs.push(sign);
            return;
        }
        let mut parts = Vec::new();
        if word.is_ascii() && word.len() <= 48 && self.parts(word, &mut parts) {
            signs.extend(parts);
        } else {
            let singular = word.strip_suffix('s').unwrap_or(word);
            let is_person =
                PERSON_ENDS.iter().any(|end| singular.strip_suffix(end).is_some_and(|stem| stem.len() >= 3))
                    && !NO_PERSONS.contains(&singular);
            let role = is_person.then_some(Role::Person);
            signs.push(Sign { role, is_plural: is_person && singular != word, is_nombre: false, is_kind: false });
        }
    }

    fn word(&self, word: &str) -> Option<Sign> {
        if let Some(role) = self.words.get(word) {
            let (is_nombre, is_kind) = (word == "nombre", KINDS.contains(&word));
            return Some(Sign { role: Some(*role), is_plural: false, is_nombre, is_kind });
        }
        let (stem, singular) = ["s", "es", "n", "en"].into_iter().find_map(|end| {
            let stem = word.strip_suffix(end).filter(|stem| stem.len() >= MIN_PART)?;
            Some((stem, self.words.get(stem)?))
        })?;
        Some(Sign { role: Some(*singular), is_plural: true, is_nombre: false, is_kind: KINDS.contains(&stem) })
    }

    /// Splits `kundenemail` into known words, the longest first; `false` when that cannot be done.
    fn parts(&self, word: &str, parts: &mut Vec<Sign>) -> bool {
        if word.is_empty() {
            return parts.len() > 1;
        }
        if parts.len() == MAX_PARTS {
            return false;
        }
        for end in (1..=word.len()).rev() {
            let (part, rest) = word.split_at(end);
            if end < MIN_PART && !(rest.is_empty() && ENDS.contains(&part)) {
                continue;
            }
            let Some(sign) = self.word(part).filter(|sign| sign.role != Some(Role::Filler)) else { continue };
            // In the middle of a German word, an `n` or `s` joins and makes no plural.
            parts.push(Sign { is_plural: sign.is_plural && rest.is_empty(), ..sign });
            if self.parts(rest, parts) {
                return true;
            }
            parts.pop();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_under_two_roles() {
        let mut seen: HashMap<&str, Role> = HashMap::new();
        for (role, listed) in WORDS {
            for word in listed.split_whitespace() {
                let before = seen.insert(word, *role);
                assert!(before.is_none_or(|before| before == *role), "`{word}` is {before:?} and {role:?}");
            }
        }
        let mut seen: HashMap<String, Role> = HashMap::new();
        for (role, listed) in PHRASES {
            for phrase in listed.split(';') {
                let before = seen.insert(phrase.trim().to_owned(), *role);
                assert!(before.is_none(), "`{phrase}` stands twice");
            }
        }
    }
}
