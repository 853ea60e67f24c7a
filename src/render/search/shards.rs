//! The index as script files: a root that is always read, and shards of which a query reads few. Each file calls the
//! one global function `meshfolio(kind, number, data)`, so that it works from disk as well, where nothing can be fetched.
//!
//! | folder | holds | read |
//! |---|---|---|
//! | `root.js` | levels of entries, first words of the shards, names of all shards, kinds with their signs | first |
//! | `terms/` | words in order, of each its entries, at most the 2,000 best | one or two for a word |
//! | `cards/` | what 16 entries show, on a lean site 36 | for the results shown |
//! | `facets/` | the values of one filter for all entries | when filters open |
//! | `typos/` | words by parts of their beginning | when a word is hardly found |
//!
//! The names of shards hold a hash of their content, so that hosts may keep them for ever; eight neighbours share one,
//! so that the root stays small. Words with many continuations have an entry `word*` beside them, the best of everything
//! that begins so.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::card::{card, push_string};
use super::entry::EntryKind;
use super::facts::{Facet, Value};
use super::index::{Index, Posting, Term};
use super::rank::Quality;
use super::{rank, typo, varint};
use crate::graph::Mesh;
use crate::render::Homes;
use crate::render::health::Health;

/// The folder of all shards.
pub(in crate::render) const FOLDER: &str = "search/";

/// Entries of a word at most, the best.
const MAX_ENTRIES: usize = 2_000;
/// Entries of everything that begins alike.
const MAX_PREFIX_ENTRIES: usize = 200;
/// Continuations up to which the browser looks at each; with more there is an entry `word*`.
const PREFIX_TERMS: usize = 48;
/// Characters of a term shard: small, since a query of several words reads one or two for each. All entries of a word
/// are in one place; a part of them elsewhere was read by every query of two words, and with it parts of other words.
const TERM_SHARD: usize = 6_000;
/// What a term shard may have with its last word.
const MOST_TERM_SHARD: usize = 9_000;
/// Entries of a card shard, and of one on a lean site, which has few files. The ten results shown read up to ten shards.
const CARDS: usize = 16;
const LEAN_CARDS: usize = 36;
/// Words of a typo shard, and the most of such shards.
const TYPO_WORDS: usize = 500;
const MAX_TYPO_SHARDS: usize = 256;
const LEAN_TYPO_SHARDS: usize = 64;
/// Shards that share a hash.
const GROUP: usize = 8;
/// Characters of the hash in a name: 25 bits, on top of the number.
const HASH_CHARACTERS: usize = 5;

/// A file of the index: its path and content.
pub(super) type File = (String, String);

/// Writes the index; the root comes first.
pub(super) fn files(
    mut index: Index,
    (mesh, homes): (&Mesh, &Homes),
    health: &[Health],
    leads: &super::Leads<'_>,
    mark: &super::MarkOf<'_>,
) -> Vec<File> {
    let terms = term_shards(&index);
    let typos = typo_shards(&index, if homes.is_lean() { LEAN_TYPO_SHARDS } else { MAX_TYPO_SHARDS });
    // From here on only the entries matter, and the rest is large.
    index.forget_words();
    let index = &index;
    let firsts: Vec<String> = terms.iter().map(|shard| shard.first.clone()).collect();
    let quoted = |text: &str| {
        let mut quoted = String::with_capacity(text.len() + 2);
        push_string(&mut quoted, text);
        exact(quoted)
    };
    let n_cards = if homes.is_lean() { LEAN_CARDS } else { CARDS };
    let cards = index.entries.par_chunks(n_cards).map(|entries| {
        let mut text = String::from("[");
        for (position, entry) in entries.iter().enumerate() {
            if position > 0 {
                text.push(',');
            }
            let mut card = card(mesh, homes, health, entry);
            let page = entry.page(mesh, homes, None);
            if let Some(word) = mark(page.split_once('#').map_or(page.as_str(), |(page, _)| page)) {
                card.facts.insert(0, format!("{word} with this change"));
            }
            // Its shards are large, and there these are parts of the page of a product, which has a sentence.
            if homes.is_lean() && matches!(entry.kind, EntryKind::Contract | EntryKind::Object) {
                card.say.clear();
            }
            card.write(&mut text);
        }
        text.push(']');
        exact(text)
    });
    let folders: [(&str, Vec<String>); 4] = [
        ("terms", terms.into_par_iter().map(|shard| quoted(&shard.text)).collect()),
        ("cards", cards.collect()),
        ("facets", Facet::ALL.par_iter().map(|facet| facet_shard(index, mesh, *facet)).collect()),
        ("typos", typos.into_par_iter().map(|text| quoted(&text)).collect()),
    ];
    let mut files: Vec<File> = Vec::new();
    let mut names: Vec<(&str, usize, String)> = Vec::new();
    let mut facet_sizes = Vec::new();
    for (folder, shards) in folders {
        let mut hashes = String::new();
        // Each is as large as its text: all of them are held until they are written.
        let call = |(number, data): (usize, String)| {
            ["meshfolio(\"", folder, "\",", &number.to_string(), ",", &data, ");\n"].concat()
        };
        let calls: Vec<String> = shards.into_iter().enumerate().map(call).collect();
        if folder == "facets" {
            facet_sizes.extend(calls.iter().map(String::len));
        }
        let mut number = 0;
        for group in calls.chunks(GROUP) {
            hashes.push_str(&short_hash(group));
        }
        for text in calls {
            let hash = &hashes[number / GROUP * HASH_CHARACTERS..][..HASH_CHARACTERS];
            files.push((format!("{FOLDER}{folder}/{number}-{hash}.js"), text));
            number += 1;
        }
        names.push((folder, number, hashes));
    }
    let root = root((index, n_cards), &firsts, &names, &facet_sizes, leads);
    files.insert(0, (format!("{FOLDER}root.js"), root));
    files
}

/// Returns a text in as much memory as it needs, where it has much more: all are held until they are written. (One that
/// shrinks in its place may keep the place.)
fn exact(text: String) -> String {
    if text.capacity() - text.len() > text.len() / 8 { text.as_str().to_owned() } else { text }
}

/// Returns the hash of some texts for their names: letters of one case, since some disks know no other.
fn short_hash(texts: &[String]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hasher = blake3::Hasher::new();
    for text in texts {
        hasher.update(text.as_bytes());
    }
    hasher
        .finalize()
        .as_bytes()
        .iter()
        .take(HASH_CHARACTERS)
        .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
        .collect()
}

fn root(
    (index, n_cards): (&Index, usize),
    firsts: &[String],
    names: &[(&str, usize, String)],
    facet_sizes: &[usize],
    leads: &super::Leads<'_>,
) -> String {
    let mut text = format!(
        "meshfolio(\"root\",0,{{\"format\":5,\"entries\":{},\"per\":{n_cards},\"retired\":{}",
        index.entries.len(),
        index.first_retired()
    );
    let mut parts = String::new();
    let mut last = 0;
    for (id, _) in index.entries.iter().enumerate().filter(|(_, entry)| entry.part > 0) {
        varint::push_usize(&mut parts, id - last);
        last = id;
    }
    if !parts.is_empty() {
        text.push_str(&format!(",\"parts\":\"{parts}\""));
    }
    text.push_str(",\"levels\":[");
    let mut last = None;
    for (id, entry) in index.entries.iter().enumerate() {
        if last != Some(entry.level) {
            let comma = if last.is_some() { "," } else { "" };
            text.push_str(&format!("{comma}[{id},{}]", entry.level));
            last = Some(entry.level);
        }
    }
    text.push_str("],\"firsts\":");
    push_list(&mut text, firsts.iter().map(String::as_str));
    text.push_str(",\"names\":{");
    for (position, (folder, n_shards, hashes)) in names.iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        text.push_str(&format!("{comma}\"{folder}\":[{n_shards},\"{hashes}\"]"));
    }
    text.push_str("},\"facets\":[");
    for (position, (facet, size)) in Facet::ALL.iter().zip(facet_sizes).enumerate() {
        let comma = if position > 0 { "," } else { "" };
        text.push_str(&format!("{comma}[\"{}\",\"{}\",{size}]", facet.word(), facet.title()));
    }
    text.push_str("],\"kinds\":[");
    for (position, kind) in EntryKind::ALL.iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        let parts = [kind.word(), kind.title(), kind.folder(), kind.glyph()];
        text.push_str(&format!("{comma}[\"{}\"]", parts.join("\",\"")));
    }
    text.push_str("],\"rules\":{");
    for (position, rules) in leads.rules.chunk_by(|one, other| one.code[..3] == other.code[..3]).enumerate() {
        let comma = if position > 0 { "," } else { "" };
        let numbers: Vec<&str> = rules.iter().map(|rule| rule.code[3..].trim_start_matches('0')).collect();
        text.push_str(&format!("{comma}\"{}\":[{}]", &rules[0].code[..3], numbers.join(",")));
    }
    text.push('}');
    if let Some(url) = leads.wanted_url {
        text.push_str(",\"wanted\":");
        push_string(&mut text, url);
    }
    text + "});\n"
}

fn push_list<'a>(text: &mut String, items: impl Iterator<Item = &'a str>) {
    text.push('[');
    for (position, item) in items.enumerate() {
        if position > 0 {
            text.push(',');
        }
        push_string(text, item);
    }
    text.push(']');
}

/// Terms in order, and the shortest text between the last term of the shard before and its first.
struct TermShard {
    first: String,
    text: String,
}

/// Where a term stands: how many entries there are, and the best of them by entry. Of nearly all terms these are all, which
/// the index holds already.
struct List<'i> {
    n_entries: usize,
    postings: Cow<'i, [Posting]>,
}

fn term_shards(index: &Index) -> Vec<TermShard> {
    let mut ranges = Vec::new();
    collect_prefixes(&index.terms, 0, 1, &mut ranges);
    let (best_words, best_prefixes) =
        (Best::of(index, Quality::Exact, MAX_ENTRIES), Best::of(index, Quality::Prefix, MAX_PREFIX_ENTRIES));
    let prefix = |range| prefix_list(index, &best_prefixes, range);
    let prefixes: Vec<(String, List<'_>)> = ranges.into_par_iter().map(prefix).collect();
    let all = |term| best_words.list(Cow::Borrowed(index.postings(term)));
    let lists: Vec<List<'_>> = index.terms.par_iter().map(all).collect();

    let mut writer = TermWriter::default();
    // Both are in the same order; `word*` comes right behind `word`, before what goes on with a letter.
    let mut prefixes = prefixes.iter().peekable();
    for (term, list) in index.terms.iter().zip(&lists) {
        while let Some((key, list)) = prefixes.next_if(|(key, _)| super::index::compare(key, &term.text).is_lt()) {
            writer.push(key, list);
        }
        writer.push(&term.text, list);
    }
    for (key, list) in prefixes {
        writer.push(key, list);
    }
    writer.finish()
}

/// Collects the ranges of terms that share a beginning of `n_letters` and more, where they are many.
fn collect_prefixes(terms: &[Term], first: usize, n_letters: usize, found: &mut Vec<(usize, usize, usize)>) {
    let prefix = |term: &Term| term.text.char_indices().nth(n_letters).map_or(term.text.len(), |(end, _)| end);
    let mut start = 0;
    while start < terms.len() {
        let length = prefix(&terms[start]);
        let shared = &terms[start].text[..length];
        if shared.chars().count() < n_letters {
            // The term that is the beginning so far.
            start += 1;
            continue;
        }
        let n = terms[start..].iter().take_while(|term| term.text.starts_with(shared)).count();
        if n > PREFIX_TERMS {
            found.push((first + start, n, length));
            collect_prefixes(&terms[start..start + n], first + start, n_letters + 1, found);
        }
        start += n;
    }
}

/// Joins the entries of all words that begin alike.
fn prefix_list<'i>(index: &'i Index, best: &Best<'i>, (start, n, length): (usize, usize, usize)) -> (String, List<'i>) {
    const BITS: usize = u64::BITS as usize;
    let terms = &index.terms[start..start + n];
    // Lists overlap, and there are few entries beside what they hold together: what each entry has of them, and a bit
    // for each that has something.
    let mut joined: Vec<Option<Posting>> = vec![None; index.entries.len()];
    let mut is_there = vec![0_u64; index.entries.len().div_ceil(BITS)];
    for posting in terms.iter().flat_map(|term| index.postings(term)).map(|posting| posting.fields_only()) {
        let entry = posting.entry() as usize;
        joined[entry] = Some(joined[entry].map_or(posting, |known| known.join(posting)));
        is_there[entry / BITS] |= 1 << (entry % BITS);
    }
    let mut all: Vec<Posting> = Vec::with_capacity(is_there.iter().map(|bits| bits.count_ones() as usize).sum());
    for (at, bits) in is_there.into_iter().enumerate() {
        let mut rest = bits;
        while rest != 0 {
            all.extend(joined[at * BITS + rest.trailing_zeros() as usize]);
            rest &= rest - 1;
        }
    }
    (format!("{}*", &terms[0].text[..length]), best.list(Cow::Owned(all)))
}

/// Chooses the best entries of long lists, for words that fit so well.
struct Best<'i> {
    index: &'i Index,
    first_retired: usize,
    /// The points of each mask of a posting.
    points: Vec<u32>,
    /// Entries of a list at most.
    limit: usize,
}

impl<'i> Best<'i> {
    fn of(index: &'i Index, quality: Quality, limit: usize) -> Best<'i> {
        let points = |posting: Posting| {
            let is_whole = posting.name_lengths() & 1 != 0;
            let points = if is_whole { rank::WHOLE } else { rank::strongest(posting.mask()).2 };
            points * quality.percent() / 100
        };
        Best { index, first_retired: index.first_retired(), points: Posting::all_masks().map(points).collect(), limit }
    }

    /// What postings are chosen by, the least first: whole names, what is not retired, and points.
    fn place(&self, posting: Posting) -> usize {
        let entry = posting.entry() as usize;
        let points =
            self.points[usize::from(posting.mask())] + u32::from(self.index.entries[entry].level) * rank::LEVEL;
        let standing = usize::from(!posting.is_whole_name()) << 1 | usize::from(entry >= self.first_retired);
        standing * PLACES + PLACES - 1 - (points as usize).min(PLACES - 1)
    }

    /// Returns the best of postings; both are by entry, and of those with the same place the first are better.
    fn list(&self, postings: Cow<'i, [Posting]>) -> List<'i> {
        let n_entries = postings.len();
        if n_entries <= self.limit {
            return List { n_entries, postings };
        }
        let mut counts = vec![0_usize; STANDINGS * PLACES];
        for posting in postings.iter() {
            counts[self.place(*posting)] += 1;
        }
        // The last place of which some are chosen, and how many.
        let mut room = self.limit;
        let mut fits = |count: &usize| {
            let rest = room.checked_sub(*count);
            room = rest.unwrap_or(room);
            rest.is_some()
        };
        let last = counts.iter().take_while(|count| fits(count)).count();
        // A list of its own: the larger one, of a hundred thousand maybe, would else keep its room.
        let mut chosen = Vec::with_capacity(self.limit);
        for posting in postings.iter() {
            let place = self.place(*posting);
            if place < last {
                chosen.push(*posting);
            } else if place == last && room > 0 {
                room -= 1;
                chosen.push(*posting);
            }
        }
        List { n_entries, postings: Cow::Owned(chosen) }
    }
}

/// Places for points, of which there are not more, and how postings may stand besides.
const PLACES: usize = (rank::WHOLE + rank::LEVELS * rank::LEVEL + 1) as usize;
const STANDINGS: usize = 4;

#[derive(Default)]
struct TermWriter {
    done: Vec<TermShard>,
    first: String,
    text: String,
    last: String,
}

impl TermWriter {
    fn push(&mut self, term: &str, list: &List<'_>) {
        let mut postings = String::new();
        varint::push_usize(&mut postings, list.n_entries);
        varint::push_usize(&mut postings, list.postings.len());
        varint::push_postings(&mut postings, &list.postings);
        if self.text.len() >= TERM_SHARD || self.text.len() + postings.len() > MOST_TERM_SHARD {
            self.close();
        }
        if self.text.is_empty() {
            self.first = between(&self.last, term);
            self.last.clear();
        }
        push_front_coded(&mut self.text, &self.last, term);
        term.clone_into(&mut self.last);
        self.text.push_str(&postings);
    }

    fn close(&mut self) {
        if !self.text.is_empty() {
            let (first, text) = (std::mem::take(&mut self.first), self.text.as_str().to_owned());
            self.text.clear();
            self.done.push(TermShard { first, text });
        }
    }

    fn finish(mut self) -> Vec<TermShard> {
        self.close();
        self.done
    }
}

/// Appends how much of the last term stays, in UTF-16 units, then the length of the rest, then the rest.
fn push_front_coded(text: &mut String, last: &str, term: &str) {
    let shared: usize = last.chars().zip(term.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let rest = &term[shared..];
    varint::push_usize(text, term[..shared].encode_utf16().count());
    varint::push_usize(text, rest.encode_utf16().count());
    text.push_str(rest);
}

/// Returns the shortest beginning of `term` that comes after `last`.
fn between(last: &str, term: &str) -> String {
    let mut found = String::new();
    for character in term.chars() {
        found.push(character);
        if super::index::compare(&found, last).is_gt() {
            break;
        }
    }
    found
}

fn typo_shards(index: &Index, most: usize) -> Vec<String> {
    let offered: Vec<&Term> = index.terms.iter().filter(|term| typo::is_offered(&term.text, term.is_word)).collect();
    let n_shards = (offered.len() * 8 / TYPO_WORDS).next_power_of_two().clamp(1, most);
    let mut shards: Vec<(String, &str)> = vec![(String::new(), ""); n_shards];
    for term in offered {
        let mut places: Vec<usize> =
            typo::signatures(&term.text).iter().map(|signature| typo::shard(signature, n_shards)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            let (text, last) = &mut shards[place];
            push_front_coded(text, last, &term.text);
            varint::push(text, typo::usage(index.postings(term).len()));
            *last = &term.text;
        }
    }
    shards.into_iter().map(|(text, _)| text).collect()
}

/// The values of a filter, the sets of values that occur, and which set each entry has, as runs.
fn facet_shard(index: &Index, mesh: &Mesh, facet: Facet) -> String {
    // By number, as they come: the values of all entries would take much memory.
    let mut values: BTreeMap<Value, usize> = BTreeMap::new();
    let mut sets: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut listed: Vec<Vec<usize>> = Vec::new();
    let mut runs = String::new();
    let (mut last, mut length) = (0, 0);
    for entry in &index.entries {
        let number = |value| {
            let n_values = values.len();
            *values.entry(value).or_insert(n_values)
        };
        let set: Vec<usize> = facet.values(mesh, entry).into_iter().map(number).collect();
        let number = *sets.entry(set).or_insert_with_key(|set| {
            listed.push(set.clone());
            listed.len() - 1
        });
        if length > 0 && number != last {
            push_run(&mut runs, last, length);
            length = 0;
        }
        (last, length) = (number, length + 1);
    }
    if length > 0 {
        push_run(&mut runs, last, length);
    }
    // Sets name values by their place in order.
    let mut places = vec![0; values.len()];
    values.values().enumerate().for_each(|(place, number)| places[*number] = place);
    let mut set_text = String::new();
    for set in &listed {
        varint::push_usize(&mut set_text, set.len());
        for number in set {
            varint::push_usize(&mut set_text, places[*number]);
        }
    }
    let old_names = facet.old_names(mesh);
    let mut text = String::from("{\"values\":[");
    for (position, value) in values.keys().enumerate() {
        if position > 0 {
            text.push(',');
        }
        let old = old_names.iter().filter(|(_, now)| *now == value.key).map(|(old, _)| old.as_str());
        push_list(&mut text, [value.key.as_str(), value.label.as_str()].into_iter().chain(old));
    }
    text.push_str(&format!("],\"sets\":\"{set_text}\",\"runs\":\"{runs}\"}}"));
    text
}

fn push_run(runs: &mut String, set: usize, length: usize) {
    varint::push_usize(runs, set);
    varint::push_usize(runs, length);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_parted_by_short_texts() {
        assert_eq!(between("customer", "cutoff"), "cut");
        assert_eq!(between("", "orders"), "o");
        assert_eq!(between("order", "orders"), "orders");
    }

    #[test]
    fn terms_are_front_coded_in_utf16_units() {
        let mut text = String::new();
        push_front_coded(&mut text, "order", "orders");
        push_front_coded(&mut text, "a𠀀b", "a𠀀c");
        assert_eq!(text, "FBsDBc");
    }

    #[test]
    fn names_differ_with_their_content() {
        let of = |text: &str| short_hash(&[text.to_owned()]);
        assert_ne!(of("a"), of("b"));
        assert!(of("a").bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    }
}
