//! The cards of entries: what a result shows before its page is opened.

use super::entry::{Entry, EntryKind, each_part_name, n_columns};
use super::facts;
use crate::graph::{Evidence, Mesh};
use crate::model::SchemaObject;
use crate::render::Homes;
use crate::render::health::{Health, sign_of};
use crate::render::parts::{self, Sign};

/// Characters of the sentence of a card.
const SAY_CHARACTERS: usize = 110;
/// Ports that the mark of a product shows on a side.
const MARK_PORTS: usize = 4;

/// What a result shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    /// What it is.
    pub kind: EntryKind,
    /// What it is called.
    pub title: String,
    /// One sentence; empty when nothing is said.
    pub say: String,
    /// The stem of its page.
    pub stem: String,
    /// Its domain; empty without one.
    pub domain: String,
    /// Its owner; empty without one.
    pub owner: String,
    /// Its status in lower case; empty when not stated.
    pub status: String,
    /// Facts in words.
    pub facts: Vec<String>,
    /// See [`flags`].
    pub flags: usize,
    /// The paths of the columns of an object, one a line; of a product the six sides of its mark, in sixths.
    pub more: String,
    /// The product that publishes a contract and its objects: its name and the stem of its page.
    pub product: Option<(String, String)>,
}

/// Makes the card of an entry.
pub(super) fn card(mesh: &Mesh, homes: &Homes, health: &[Health], entry: &Entry) -> Card {
    let health = health.get(entry.idx).filter(|_| entry.kind == EntryKind::Product);
    let label = |value: Option<facts::Value>| value.map(|value| value.label).unwrap_or_default();
    Card {
        kind: entry.kind,
        title: entry.title(mesh).to_owned(),
        say: say(mesh, entry).map(cut).unwrap_or_default(),
        stem: entry.stem(mesh, homes),
        domain: if entry.kind == EntryKind::Domain { String::new() } else { label(facts::domain(mesh, entry)) },
        owner: if entry.kind == EntryKind::Team { String::new() } else { label(facts::owner(mesh, entry)) },
        status: facts::status(mesh, entry),
        facts: facts(mesh, entry, health),
        flags: flags(mesh, health, entry),
        more: match health {
            Some(health) => health.axes.map(|tally| (6 * tally.n_passed / tally.n_total.max(1)).to_string()).concat(),
            None => entry.object(mesh).map(|object| paths(object, entry.part)).unwrap_or_default(),
        },
        product: product(mesh, entry),
    }
}

/// Returns the paths of the columns of a part of an object, one a line, by each of their names.
fn paths(object: &SchemaObject, part: usize) -> String {
    let mut paths = String::new();
    each_part_name(object, part, &mut |_, path| {
        if !paths.is_empty() {
            paths.push('\n');
        }
        paths.push_str(path);
    });
    paths
}

fn say<'m>(mesh: &'m Mesh, entry: &Entry) -> Option<&'m str> {
    match (entry.kind, entry.object(mesh)) {
        (EntryKind::Term, _) => mesh.term(&mesh.terms[entry.idx]).description.as_deref(),
        (_, Some(object)) => object.description.as_deref(),
        _ => match entry.own_page() {
            Some(page) => Some(page.say),
            None => entry.header(mesh)?.description.purpose.as_deref(),
        },
    }
}

fn cut(text: &str) -> String {
    let sentence = parts::first_sentence(text);
    if sentence.chars().count() <= SAY_CHARACTERS {
        return sentence;
    }
    let cut: String = sentence.chars().take(SAY_CHARACTERS - 1).collect();
    // A word that is cut in two says nothing.
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", cut.trim_end_matches([',', ';', ':', ' ']))
}

fn facts(mesh: &Mesh, entry: &Entry, health: Option<&Health>) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let products = |all: &[usize]| parts::count(all.iter().filter(|idx| !mesh.is_retired(**idx)).count(), "product");
    let types = |said: &mut Vec<String>| {
        let types: Vec<String> = facts::types(mesh, entry).into_iter().map(|value| value.label).collect();
        if !types.is_empty() {
            said.push(plain(&types.join(", ")));
        }
    };
    let freshness = |said: &mut Vec<String>| {
        said.extend(facts::freshness(mesh, entry).map(|fresh| fresh.words() + " promised"));
    };
    match entry.kind {
        EntryKind::Product => {
            types(&mut said);
            freshness(&mut said);
            // Of how many promises a result speaks, and that it is old, beside the colour of the mark.
            let sign = health
                .and_then(|health| health.sign().filter(|sign| sign.word.contains(" of ") || health.is_kept_of_old()));
            said.extend(sign.as_ref().map(signed));
            said.push(parts::count(mesh.products[entry.idx].consumers.len(), "consumer"));
        }
        EntryKind::Contract => {
            let contract = &mesh.contracts[entry.idx];
            said.push(format!("version {}", contract.descriptor.version_text()));
            types(&mut said);
            freshness(&mut said);
            said.extend(missed(mesh, entry).as_ref().map(signed));
            said.push(parts::count(contract.consumers.len(), "consumer"));
        }
        EntryKind::Object => {
            said.extend(entry.header(mesh).map(|header| format!("in {}", header.title())));
            types(&mut said);
            said.push(parts::count(entry.object(mesh).map_or(0, n_columns), "column"));
        }
        EntryKind::Term => {
            let node = &mesh.terms[entry.idx];
            let synonyms = &mesh.term(node).synonyms;
            if !synonyms.is_empty() {
                said.push(format!("also: {}", synonyms.join(", ")));
            }
            said.push(format!("used in {}", parts::count(node.bindings.len(), "place")));
        }
        EntryKind::Domain => said.push(products(&mesh.domains[entry.idx].products)),
        EntryKind::Team => said.push(products(&mesh.teams[entry.idx].products)),
        EntryKind::Policy => {
            let policy = &mesh.policies[entry.idx];
            said.extend(policy.category.as_deref().map(|category| plain(&parts::words(category))));
        }
        EntryKind::Source => {
            said.push(format!("feeds {}", parts::count(mesh.sources[entry.idx].products.len(), "product")));
        }
        EntryKind::Page => {}
    }
    said
}

/// A fact as the script draws it: one that begins with `!` has the sign of what is missed.
fn signed(sign: &Sign<'_>) -> String {
    format!("{}{}", if sign.tone == "bad" { "!" } else { "" }, sign.word)
}

/// A fact that an author worded, without that sign.
fn plain(fact: &str) -> String {
    fact.trim_start_matches('!').to_owned()
}

/// The sign of a contract in use of which a promise is missed.
fn missed(mesh: &Mesh, entry: &Entry) -> Option<Sign<'static>> {
    let header = entry.header(mesh).filter(|_| entry.kind == EntryKind::Contract);
    let of_use = header.is_some_and(|header| !header.is_unfinished());
    let evidence = of_use.then(|| mesh.contract_evidence(entry.idx))?;
    sign_of(&evidence).filter(|_| evidence.state == Evidence::Missed)
}

/// The product that publishes a contract.
fn product(mesh: &Mesh, entry: &Entry) -> Option<(String, String)> {
    let contract =
        mesh.contracts.get(entry.idx).filter(|_| matches!(entry.kind, EntryKind::Contract | EntryKind::Object))?;
    let product = &mesh.products[contract.published_by.first()?.product_idx];
    Some((product.descriptor.header.title().to_owned(), product.slug.clone()))
}

/// Bits of a card: 0 and 1 whether there is personal data (0 not stated, 1 none, 2 some), 2 and 3 the evidence of a
/// product (0 not stated, 1 promised, 2 kept, 3 missed), 4 to 6 its input ports and 7 to 9 its output ports in the mark.
fn flags(mesh: &Mesh, health: Option<&Health>, entry: &Entry) -> usize {
    let personal = match facts::has_personal_data(mesh, entry) {
        None => 0,
        Some(false) => 1,
        Some(true) => 2,
    };
    let Some(health) = health else { return personal };
    let evidence = match health.state {
        Evidence::NotStated => 0,
        Evidence::Promised => 1,
        Evidence::Kept => 2,
        Evidence::Missed => 3,
    };
    let product = &mesh.products[entry.idx].descriptor;
    let (inputs, outputs) = (product.input_ports.len().min(MARK_PORTS), product.output_ports.len().min(MARK_PORTS));
    personal | evidence << 2 | inputs << 4 | outputs << 7
}

impl Card {
    /// Appends the card as a JavaScript array.
    pub(super) fn write(&self, text: &mut String) {
        let kind = EntryKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or(0);
        text.push_str(&format!("[{kind}"));
        for part in [&self.title, &self.say, &self.stem, &self.domain, &self.owner, &self.status] {
            text.push(',');
            push_string(text, part);
        }
        text.push_str(",[");
        for (position, fact) in self.facts.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            push_string(text, fact);
        }
        text.push_str(&format!("],{}", self.flags));
        if !self.more.is_empty() || self.product.is_some() {
            text.push(',');
            push_string(text, &self.more);
        }
        for part in self.product.iter().flat_map(|(name, stem)| [name, stem]) {
            text.push(',');
            push_string(text, part);
        }
        text.push(']');
    }
}

/// Appends a text as a string literal that is the same text in every JavaScript, JSON and HTML parser: quotes, control
/// characters, what opens tags, line separators and characters that turn the direction of text are escaped.
pub(in crate::render) fn push_string(text: &mut String, content: &str) {
    text.push('"');
    let mut rest = content;
    loop {
        // Most texts are words that are written as they are.
        let end = rest.bytes().position(|byte| !PLAIN[usize::from(byte)]).unwrap_or(rest.len());
        text.push_str(&rest[..end]);
        let mut characters = rest[end..].chars();
        let Some(character) = characters.next() else { break };
        rest = characters.as_str();
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '<' | '>' | '&' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            '\u{2028}'
            | '\u{2029}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ if character.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// Whether [`push_string`] writes a byte as it is.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&');
        byte += 1;
    }
    plain
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_the_same_text_everywhere() {
        let hostile = "</script><!--<script>]]>&\u{2028}\u{2029}\u{0}\u{1b}[31m\u{7f}\u{85}\u{202e}\"\\'`${x}\r\n\té𠀀";
        let mut text = String::new();
        push_string(&mut text, hostile);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\u{202e}', '\0', '\r', '\n']), "{text}");
        assert_eq!(serde_json::from_str::<String>(&text).expect("a JSON string"), hostile);
    }

    #[test]
    fn sentences_are_cut_between_words() {
        assert_eq!(cut("Short. And more."), "Short.");
        let long = cut(&"word ".repeat(60));
        assert!(long.ends_with("word…") && long.chars().count() <= SAY_CHARACTERS, "{long}");
    }
}
