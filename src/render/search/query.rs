//! A query as people type it: words, and filters such as `domain:sales`. `search.js` reads it in the same way.

use super::words::{Splitter, clip, fold, is_empty_word, is_number};

/// Words before a colon that are filters; `column:` is none: it restricts words.
const KEYS: [&str; 10] = ["class", "domain", "evidence", "fresh", "has", "kind", "owner", "status", "tag", "type"];

/// Words before a colon that make an address in the mesh, such as `product:orders`: what it names, and only this kind.
/// `domain:` is a filter.
const KINDS: [&str; 7] = ["contract", "object", "policy", "product", "source", "team", "term"];

/// Other words for classes that people type.
const CLASSES: [(&str, &str); 3] = [("pii", "personal"), ("personaldata", "personal"), ("nopersonaldata", "none")];

/// Other words for kinds that people type, without the `s` of a plural.
const KIND_WORDS: [(&str, &str); 6] = [
    ("dataproduct", "product"),
    ("datacontract", "contract"),
    ("glossary", "term"),
    ("policie", "policy"),
    ("table", "object"),
    ("topic", "object"),
];

/// A query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The words that must be found, each once.
    pub words: Vec<Word>,
    /// How many words there were beyond those that are looked up.
    pub n_ignored: usize,
    /// All of them as one word, as names are compared; empty where a word is sought in columns only.
    pub name: String,
    /// What must not be found.
    pub unwanted: Vec<Unwanted>,
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

/// A word behind a dash: `-draft`, `-column:email`, `-product:orders`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unwanted {
    /// The word, or all that stands behind the dash as one.
    pub text: String,
    /// Only what has a column with it is left out.
    pub only_column: bool,
    /// Only what is of this kind is left out, and is called so.
    pub kind: Option<&'static str>,
}

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word, folded.
    pub text: String,
    /// The joined form of the compound it was typed in.
    pub joined: Option<String>,
    /// It, and how many words of its compound are left out: `is_offer` is more than `offer`.
    pub weight: u32,
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
        for typed in parts(text) {
            let part = typed.trim_start_matches(SIGNS);
            let is_not = part.len() < typed.len();
            let part = without_urn(part);
            let (key, value) = part.split_once(':').unwrap_or(("", part));
            let key = key.to_lowercase();
            if let Some(known) = KEYS.into_iter().find(|known| *known == key) {
                let is_not = is_not || value.starts_with(SIGNS);
                let value = meant(known, fold(value));
                if !value.is_empty() {
                    query.filters.push(Filter { key: known, value, is_not });
                }
                continue;
            }
            let kind = KINDS.into_iter().find(|kind| *kind == key);
            let only_column = key == "column";
            let text = if only_column || kind.is_some() { value } else { part };
            let name = fold(text);
            if is_not {
                let text = clip(&name).to_owned();
                query.unwanted.extend((!text.is_empty()).then_some(Unwanted { text, only_column, kind }));
                continue;
            }
            query.filters.extend(kind.map(|kind| Filter { key: "kind", value: kind.to_owned(), is_not: false }));
            has_column |= only_column;
            query.name.push_str(&name);
            splitter.split(text, |compound| {
                let joined = compound.joined();
                if let Some(number) = joined.filter(|joined| is_number(joined)) {
                    let word = Word { text: number.to_owned(), joined: None, weight: 1, is_last: true, only_column };
                    return query.words.push(word);
                }
                let n_empty = compound.words().filter(|word| is_empty_word(word)).count();
                let weight = 1 + u32::try_from(n_empty).unwrap_or(0);
                for word in compound.words() {
                    let (text, joined) = (word.to_owned(), joined.map(str::to_owned));
                    query.words.push(Word { text, joined, weight, is_last: false, only_column });
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
        query.n_ignored = query.words.len().saturating_sub(MAX_WORDS);
        query.words.truncate(MAX_WORDS);
        query
    }
}

/// Words that are looked up; who pastes a page does not search.
pub const MAX_WORDS: usize = 12;

/// What stands before something to leave it out.
pub(super) const SIGNS: [char; 2] = ['-', '!'];

/// Returns the value of a filter that is meant by what was typed.
fn meant(key: &str, typed: String) -> String {
    match key {
        "class" => CLASSES.iter().find(|(other, _)| *other == typed).map_or(typed, |(_, meant)| (*meant).to_owned()),
        "kind" => kind_of(&typed).to_owned(),
        _ => typed,
    }
}

/// Returns the word of a kind for what people call it, in singular or plural.
pub(super) fn kind_of(word: &str) -> &str {
    let singular = word.strip_suffix('s').unwrap_or(word);
    KIND_WORDS.iter().find(|(other, _)| *other == singular).map_or(singular, |(_, kind)| kind)
}

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
        let weights = |text: &str| Query::parse(text).words.iter().map(|word| word.weight).collect::<Vec<_>>();
        assert_eq!((read("is_offer 2.1.0"), weights("is_offer the item")), ("offer=isoffer 210".into(), vec![2, 1]));
        let unwanted =
            Query::parse("-Draft !column:vat_rate -product:\"Late deliveries\" -- -urn:mesh:m:team:x").unwanted;
        let unwanted: Vec<String> = unwanted
            .iter()
            .map(|of| format!("{}{}:{}", of.kind.unwrap_or(""), if of.only_column { "column" } else { "" }, of.text))
            .collect();
        assert_eq!(unwanted, [":draft", "column:vatrate", "product:latedeliveries", "team:x"]);
        assert_eq!(
            read("kind:Tables kind:topic kind:policies kind:glossary"),
            "[kind:object] [kind:object] [kind:policy] [kind:term]"
        );
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
        let cut = Query::parse(&many.join(" "));
        assert_eq!((cut.words.len(), cut.n_ignored), (MAX_WORDS, 11));
    }

    #[test]
    fn keys_are_those_of_the_filters() {
        let mut words: Vec<&str> = super::super::facts::Facet::ALL.iter().map(|facet| facet.word()).collect();
        words.sort_unstable();
        assert_eq!(words, KEYS);
    }
}
