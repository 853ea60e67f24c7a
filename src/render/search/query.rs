//! A query as people type it: words, and filters such as `domain:sales`. `search.js` reads it in the same way.

use super::words::{Splitter, clip, fold, is_empty_word};

/// Words before a colon that are filters; `column:` is none: it restricts words.
const KEYS: [&str; 10] = ["class", "domain", "evidence", "fresh", "has", "kind", "owner", "status", "tag", "type"];

/// Words before a colon that make an address in the mesh, such as `product:orders`: what it names, and only this kind.
/// `domain:` is a filter.
const KINDS: [&str; 7] = ["contract", "object", "policy", "product", "source", "team", "term"];

/// Other words for values that people type.
const VALUES: [(&str, &str, &str); 6] = [
    ("class", "pii", "personal"),
    ("class", "personaldata", "personal"),
    ("class", "nopersonaldata", "none"),
    ("kind", "dataproduct", "product"),
    ("kind", "table", "object"),
    ("kind", "glossary", "term"),
];

/// A query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The words that must be found, each once.
    pub words: Vec<Word>,
    /// All of them as one word, as names are compared; empty where a word is sought in columns only.
    pub name: String,
    /// Filters in the order typed. Values of one key widen, different keys narrow.
    pub filters: Vec<Filter>,
}

/// A filter, such as `domain:sales`, or `-domain:sales` for everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    /// What of an entry it asks for.
    pub key: &'static str,
    /// The value, folded.
    pub value: String,
    /// Only what does not have the value passes.
    pub is_not: bool,
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word, folded.
    pub text: String,
    /// The joined form of the compound it was typed in.
    pub joined: Option<String>,
    /// Nothing of its compound comes after it: it may go on.
    pub is_last: bool,
    /// It was typed behind `column:`.
    pub only_column: bool,
}

impl Query {
    /// Reads a query; every text is one.
    pub(super) fn parse(text: &str) -> Query {
        let mut query = Query::default();
        let mut splitter = Splitter::default();
        let mut has_column = false;
        for part in parts(text) {
            let part = without_urn(&part);
            let (key, value) = part.split_once(':').unwrap_or(("", part));
            let key = key.to_lowercase();
            let sign = ['-', '!'];
            if let Some(known) = KEYS.into_iter().find(|known| *known == key.trim_start_matches(sign)) {
                let is_not = key.starts_with(sign) || value.starts_with(sign);
                let value = fold(value);
                if !value.is_empty() {
                    let meant = VALUES.iter().find(|(of, typed, _)| *of == known && *typed == value);
                    let value = meant.map_or(value, |(.., meant)| (*meant).to_owned());
                    query.filters.push(Filter { key: known, value, is_not });
                }
                continue;
            }
            let kind = KINDS.into_iter().find(|kind| *kind == key);
            query.filters.extend(kind.map(|kind| Filter { key: "kind", value: kind.to_owned(), is_not: false }));
            let only_column = key == "column";
            has_column |= only_column;
            let text = if only_column || kind.is_some() { value } else { part };
            query.name.push_str(&fold(text));
            splitter.split(text, |compound| {
                for word in compound.words() {
                    let joined = compound.joined().map(str::to_owned);
                    query.words.push(Word { text: word.to_owned(), joined, is_last: false, only_column });
                }
                query.words.last_mut().into_iter().for_each(|word| word.is_last = true);
            });
        }
        query.name = if has_column { String::new() } else { clip(&query.name).to_owned() };
        let says = |word: &Word| !is_empty_word(&word.text);
        if query.words.iter().any(says) {
            query.words.retain(says);
        }
        let mut seen: Vec<(String, bool)> = Vec::new();
        query.words.retain(|word| {
            let key = (word.text.clone(), word.only_column);
            let is_new = !seen.contains(&key);
            seen.push(key);
            is_new
        });
        query.words.truncate(MAX_WORDS);
        query
    }
}

/// Words that are looked up; who pastes a page does not search.
const MAX_WORDS: usize = 12;

/// Returns what stands behind `urn:mesh:<mesh>:`.
fn without_urn(part: &str) -> &str {
    const LEAD: &str = "urn:mesh:";
    let is_urn = part.get(..LEAD.len()).is_some_and(|lead| lead.eq_ignore_ascii_case(LEAD));
    let rest = part.get(LEAD.len()..).filter(|_| is_urn).and_then(|rest| rest.split_once(':'));
    rest.map_or(part, |(_, rest)| rest)
}

/// Splits at spaces, but not inside double quotes, which are dropped.
pub(super) fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut is_quoted = false;
    for character in text.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            _ if character.is_whitespace() && !is_quoted => parts.push(String::new()),
            _ => parts.last_mut().expect("there is one from the start").push(character),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let query = Query::parse(text);
        let word = |word: &Word| {
            let joined = word.joined.as_ref().map(|joined| format!("={joined}")).unwrap_or_default();
            format!("{}{}{joined}", if word.only_column { "column:" } else { "" }, word.text)
        };
        let filter = |of: &Filter| format!("[{}{}:{}]", if of.is_not { "-" } else { "" }, of.key, of.value);
        query.words.iter().map(word).chain(query.filters.iter().map(filter)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_and_filters_come_apart() {
        assert_eq!(read("Late deliveries"), "late deliveries");
        assert_eq!(read("late domain:\"Food Safety\" status:Active"), "late [domain:foodsafety] [status:active]");
        assert_eq!(
            read("column:minutes_late class:PII"),
            "column:minutes=minuteslate column:late=minuteslate [class:personal]"
        );
        assert_eq!(read("late -status:retired domain:!sales"), "late [-status:retired] [-domain:sales]");
        assert_eq!(read("the price of the item"), "price item");
        assert_eq!(
            (read("the"), read("a a b"), read("domain:"), read("")),
            ("the".into(), "b".into(), String::new(), String::new())
        );
        assert_eq!(read("note:this urn:mesh:x"), "note=notethis this=notethis urn=urnmeshx mesh=urnmeshx x=urnmeshx");
        assert_eq!(Query::parse(&"w1 w2 ".repeat(50)).words.len(), 3, "each word counts once");
        assert_eq!(read("product:late-deliveries"), "late=latedeliveries deliveries=latedeliveries [kind:product]");
        assert_eq!(read("URN:mesh:acme:term:sales/order"), "sales=salesorder order=salesorder [kind:term]");
        let name = |text: &str| Query::parse(text).name;
        assert_eq!(
            (name("The  Late-Deliveries tag:x"), name("column:late a"), name("*")),
            ("thelatedeliveries".into(), String::new(), String::new())
        );
        let many: Vec<String> = (0..40).map(|n| char::from(b'b' + n % 24).to_string()).collect();
        assert_eq!(Query::parse(&many.join(" ")).words.len(), MAX_WORDS);
    }

    #[test]
    fn keys_are_those_of_the_filters() {
        let mut words: Vec<&str> = super::super::facts::Facet::ALL.iter().map(|facet| facet.word()).collect();
        words.sort_unstable();
        assert_eq!(words, KEYS);
    }
}
