//! Searching in memory: the reference for the browser, which does the same over shards.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::entry::{EntryKind, each_part_name};
use super::facts::Facet;
use super::index::{Index, Posting};
use super::query::{Filter, Query, Word, kind_of};
use super::rank::{self, Field, Quality};
use super::words::{Splitter, clip, fold};
use super::{fields, typo};
use crate::graph::Mesh;

/// How a word of the query stands in an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// The word of the entry; none where the entry only is of the kind that the word names.
    pub term: Option<usize>,
    /// Where the strongest of it stands.
    pub field: &'static str,
    /// How well it fits.
    pub quality: Quality,
    /// What it counts, in hundredths.
    pub points: u32,
    /// The lengths of the names that it is a word of, as [`Posting::name_lengths`], when it fits as a whole.
    name_lengths: u16,
    /// For how many words the compound that it was typed in is the whole name of a column.
    columns: u32,
}

/// An entry that was found.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    /// Its id.
    pub entry: usize,
    /// What it counts, in hundredths.
    pub points: u32,
    /// The words of the query, by their position, with what they count.
    pub matches: Vec<(usize, Match)>,
    /// What it has for being what the query names.
    pub exact_name: u32,
    /// What it has for all words together.
    pub all_words: u32,
    /// What it has for words that are the whole name of a column.
    pub whole_column: u32,
    /// What it has by itself.
    pub own: u32,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The entries, the best first.
    pub hits: Vec<Hit>,
    /// How many have all words.
    pub n_whole: usize,
    /// How many have all words and do not pass the filters.
    pub n_filtered: usize,
}

/// Entries with all words, below which those with some follow: the one that is meant may be among these.
const FEW_WHOLE: usize = 5;

/// Finds what a query asks for.
pub(super) fn find(index: &Index, mesh: &Mesh, query: &Query) -> Found {
    let old_names: Vec<(Facet, String, String)> = Facet::ALL
        .into_iter()
        .filter(|facet| query.filters.iter().any(|filter| filter.key == facet.word()))
        .flat_map(|facet| facet.old_names(mesh).into_iter().map(move |(old, now)| (facet, old, now)))
        .collect();
    let unwanted = unwanted(index, query);
    let passes = |entry: usize| passes(index, mesh, query, &old_names, entry);
    let own = |entry: usize| u32::from(index.entries[entry].level) * rank::LEVEL;
    if query.words.is_empty() {
        let is_empty = query.filters.is_empty() && query.unwanted.is_empty();
        let all = 0..if is_empty { 0 } else { index.entries.len() };
        let hit = |entry| {
            let own = own(entry);
            Hit { entry, points: own, matches: Vec::new(), exact_name: 0, all_words: 0, whole_column: 0, own }
        };
        let mut hits: Vec<Hit> = all
            .filter(|entry| index.entries[*entry].part == 0 && !unwanted.contains(entry) && passes(*entry))
            .map(hit)
            .collect();
        // Of what a filter leaves the products are what most people look for; their tables would stand between them.
        let first_retired = index.first_retired();
        hits.sort_by_key(|hit| (hit.entry >= first_retired, index.entries[hit.entry].kind != EntryKind::Product));
        return Found { n_whole: hits.len(), hits, n_filtered: 0 };
    }
    let mut by_entry: BTreeMap<usize, Vec<(usize, Match)>> = BTreeMap::new();
    for (position, word) in query.words.iter().enumerate() {
        for (entry, matched) in matches(index, word) {
            by_entry.entry(entry).or_default().push((position, matched));
        }
    }
    let named = exactly_named(index, &query.name);
    let columned = column_named(index, query);
    // What has the whole query as its name has all of its words, though they stand in it without a border.
    let whole = index.find(&query.name).map(|term| (term, index.postings(&index.terms[term])));
    for (term, posting) in whole.into_iter().flat_map(|(term, postings)| postings.iter().map(move |own| (term, own))) {
        let entry = posting.entry() as usize;
        if !named.contains_key(&entry) && !columned.contains(&entry) {
            continue;
        }
        let own = by_entry.entry(entry).or_default();
        for position in 0..query.words.len() {
            if !own.iter().any(|(known, _)| *known == position) {
                own.push((position, whole_match(term, *posting)));
            }
        }
        own.sort_by_key(|(position, _)| *position);
    }
    match_kinds(index, query, &mut by_entry);
    // A further part of a wide object is found by its columns; all else its first part has.
    let is_column = |(_, matched): &(usize, Match)| matched.field == rank::COLUMN;
    by_entry.retain(|entry, matches| index.entries[*entry].part == 0 || matches.iter().any(is_column));
    by_entry.retain(|entry, _| !unwanted.contains(entry));
    let n_words = query.words.len();
    // Asked before the filters: what has all words elsewhere is found with fewer filters, and not by other words.
    let n_whole = by_entry.values().filter(|matches| matches.len() == n_words).count();
    let is_wanted = |matches: &Vec<(usize, Match)>| match n_whole {
        0 => true,
        n => matches.len() == n_words || n < FEW_WHOLE && has_whole_compounds(query, matches),
    };
    by_entry.retain(|entry, _| passes(*entry));
    let first_retired = index.first_retired();
    let mut hits: Vec<Hit> = Vec::new();
    for (entry, mut matches) in by_entry.into_iter().filter(|(_, matches)| is_wanted(matches)) {
        let is_all = query.words.iter().all(|word| word.weight == 1);
        let length = if n_words <= 3 && is_all { 1 << (n_words - 1) } else { 0 };
        let exact_name = named.get(&entry).copied().unwrap_or(0);
        let has_length = |matched: &Match| matched.name_lengths & length != 0;
        let is_whole =
            exact_name > 0 || matches.len() == n_words && matches.iter().all(|(_, matched)| has_length(matched));
        if is_whole {
            for (_, matched) in &mut matches {
                matched.points = rank::WHOLE * matched.quality.percent() / 100;
            }
        }
        let all_words = if n_words > 1 && matches.len() == n_words { rank::ALL_WORDS } else { 0 };
        let n_columns: u32 = matches.iter().map(|(_, matched)| matched.columns).sum();
        let n_columns = if columned.contains(&entry) { APART } else { n_columns };
        let (whole_column, own) = (rank::WHOLE_COLUMN * n_columns, own(entry));
        let words: u32 = matches.iter().map(|(_, matched)| matched.points).sum();
        let points = words + exact_name + all_words + whole_column + own;
        hits.push(Hit { entry, points, matches, exact_name, all_words, whole_column, own });
    }
    let key = |hit: &Hit| {
        let is_retired = hit.entry >= first_retired;
        let n_missing = n_words - hit.matches.len();
        (Reverse(hit.exact_name), n_missing > 0, is_retired, n_missing, Reverse(hit.points), hit.entry)
    };
    hits.sort_by_key(key);
    let n_left = hits.iter().filter(|hit| hit.matches.len() == n_words).count();
    Found { n_whole: n_left, hits, n_filtered: n_whole - n_left }
}

/// For how many words a column counts whose name was typed in several.
const APART: u32 = 2;

/// Returns the entries that must not be found. As a word stands, not as one begins: `-order` leaves `ordering` in.
fn unwanted(index: &Index, query: &Query) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for word in &query.unwanted {
        let others = fields::other_numbers(&word.text);
        let terms = [&word.text].into_iter().chain(&others).filter_map(|text| index.find(text));
        let is_it = |posting: &&Posting| match word.kind {
            Some(kind) => posting.is_whole_name() && index.entries[posting.entry() as usize].kind.word() == kind,
            None => !word.only_column || posting.mask() & Field::Column as u16 != 0,
        };
        let postings = terms.flat_map(|term| index.postings(&index.terms[term])).filter(is_it);
        found.extend(postings.map(|posting| posting.entry() as usize));
    }
    found
}

/// What is found by other words has those too that name its kind: `growth team` finds the team Growth.
fn match_kinds(index: &Index, query: &Query, by_entry: &mut BTreeMap<usize, Vec<(usize, Match)>>) {
    for (position, word) in
        query.words.iter().enumerate().filter(|(_, word)| query.words.len() > 1 && !word.only_column)
    {
        let meant = kind_of(&word.text);
        let Some(kind) = EntryKind::ALL.into_iter().find(|kind| kind.word() == meant) else { continue };
        for (_, matches) in by_entry.iter_mut().filter(|(entry, _)| index.entries[**entry].kind == kind) {
            if matches.iter().all(|(known, _)| *known != position) {
                let quality = Quality::Exact;
                matches.push((
                    position,
                    Match { term: None, field: "kind", quality, points: KIND, name_lengths: 0, columns: 0 },
                ));
                matches.sort_by_key(|(position, _)| *position);
            }
        }
    }
}

/// What an entry has for being of the kind that a word names, in hundredths: as much as for its domain or owner.
const KIND: u32 = 400;

/// Says whether of each compound that was typed all words are there or none.
fn has_whole_compounds(query: &Query, matches: &[(usize, Match)]) -> bool {
    let is_there = |position: usize| matches.iter().any(|(known, _)| *known == position);
    query.words.iter().enumerate().all(|(position, word)| {
        let Some(joined) = word.joined.as_ref().filter(|_| is_there(position)) else { return true };
        let others = query.words.iter().enumerate().filter(|(_, other)| other.joined.as_ref() == Some(joined));
        others.map(|(position, _)| position).all(is_there)
    })
}

/// Returns the entries whose id, name, slug or other name is what was typed, with what that counts.
fn exactly_named(index: &Index, name: &str) -> BTreeMap<usize, u32> {
    let postings = index.find(name).map_or(&[][..], |term| index.postings(&index.terms[term]));
    let points = |posting: &Posting| match posting.mask() & Field::Name as u16 {
        0 => rank::EXACT_ALIAS,
        _ => rank::EXACT_NAME,
    };
    let named = postings.iter().filter(|posting| posting.is_whole_name());
    named.map(|posting| (posting.entry() as usize, points(posting))).collect()
}

/// The match of a word that stands in a name only together with the others.
fn whole_match(term: usize, posting: Posting) -> Match {
    let (_, field, points) = rank::strongest(posting.mask());
    Match { term: Some(term), field, quality: Quality::Exact, points, name_lengths: 0, columns: 0 }
}

/// Returns the entries with a column that is called as several words typed apart: `order email` finds `order_email`.
fn column_named(index: &Index, query: &Query) -> BTreeSet<usize> {
    // `confirmed at` is two words, though one of them says nothing.
    let is_one = query.words.iter().any(|word| word.joined.is_some() || word.text == query.name);
    let term = index.find(&query.name).filter(|_| !is_one);
    let postings = term.map_or(&[][..], |term| index.postings(&index.terms[term]));
    postings.iter().filter(|posting| posting.is_whole_column()).map(|posting| posting.entry() as usize).collect()
}

/// Says whether an entry passes all filters.
fn passes(index: &Index, mesh: &Mesh, query: &Query, old_names: &[(Facet, String, String)], entry: usize) -> bool {
    Facet::ALL.into_iter().all(|facet| {
        let mut own = query.filters.iter().filter(|filter| filter.key == facet.word()).peekable();
        if own.peek().is_none() {
            return true;
        }
        let values = facet.values(mesh, &index.entries[entry]);
        let has = |filter: &&Filter| {
            let is_old =
                |key: &str| old_names.iter().any(|(of, old, now)| *of == facet && *old == filter.value && now == key);
            let is_it = |text: &str| fold(text) == filter.value;
            values.iter().any(|value| is_it(&value.key) || is_it(&value.label) || is_old(&value.key))
        };
        let (not, wanted): (Vec<&Filter>, Vec<&Filter>) = own.partition(|filter| filter.is_not);
        !not.iter().any(has) && (wanted.is_empty() || wanted.iter().any(has))
    })
}

/// Returns the entries that a word stands in, with the best match of each.
fn matches(index: &Index, word: &Word) -> BTreeMap<usize, Match> {
    let mut found: BTreeMap<usize, Match> = BTreeMap::new();
    // Who asks for a column by its whole name means that one, where there is one.
    if let (true, Some(joined)) = (word.only_column, &word.joined) {
        let form = Form { only_column: true, weight: word.weight };
        index.find(joined).into_iter().for_each(|term| take(index, term, Quality::Exact, form, &mut found));
        if !found.is_empty() {
            return found;
        }
    }
    // What was typed on goes on only at its end: the `co` of `co2` begins no `confirmed`.
    // One word may be the whole name of a column: that counts where only columns are asked for.
    let weight = u32::from(word.only_column && word.joined.is_none());
    let form = Form { only_column: word.only_column, weight };
    look_up(index, &word.text, word.is_last, form, &mut found);
    if let Some(joined) = &word.joined {
        look_up(index, joined, true, Form { weight: word.weight, ..form }, &mut found);
    }
    // What stands somewhere is meant, and is no other word with letters wrong.
    if found.is_empty() {
        for (term, distance) in typo::candidates(index, &word.text) {
            take(index, term, typo::quality(distance), form, &mut found);
        }
    }
    found
}

/// How a word is looked up.
#[derive(Clone, Copy)]
struct Form {
    /// Only in columns.
    only_column: bool,
    /// For how many words it counts where it is the whole name of a column; 0 for a word of a compound.
    weight: u32,
}

fn look_up(index: &Index, word: &str, may_go_on: bool, form: Form, found: &mut BTreeMap<usize, Match>) {
    for term in index.with_prefix(word) {
        let quality = if *index.terms[term].text == *word { Quality::Exact } else { Quality::Prefix };
        if may_go_on || quality == Quality::Exact {
            take(index, term, quality, form, found);
        }
    }
    for term in fields::other_numbers(word).iter().filter_map(|other| index.find(other)) {
        take(index, term, Quality::Number, form, found);
    }
}

fn take(index: &Index, term: usize, quality: Quality, form: Form, found: &mut BTreeMap<usize, Match>) {
    let Form { only_column, weight } = form;
    let is_word = quality >= Quality::Number;
    let in_column = |posting: &&Posting| !only_column || posting.mask() & Field::Column as u16 != 0;
    for posting in index.postings(&index.terms[term]).iter().filter(in_column) {
        let mask = if only_column { Field::Column as u16 } else { posting.mask() };
        let (_, field, points) = rank::strongest(mask);
        let points = points * quality.percent() / 100;
        let is_column = quality == Quality::Exact && posting.is_whole_column();
        let columns = if is_column { weight } else { 0 };
        let name_lengths = if is_word && !only_column { posting.name_lengths() } else { 0 };
        let matched = Match { term: Some(term), field, quality, points, name_lengths, columns };
        let best = found.entry(posting.entry() as usize).or_insert_with(|| matched.clone());
        let columns = columns.max(best.columns);
        if matched.points > best.points {
            *best = matched;
        }
        best.columns = columns;
    }
}

/// Returns the columns of an object that the words of a query are about, at most `limit`: those that the most words
/// stand in, and of these first what is called as one was typed.
pub(super) fn columns(index: &Index, mesh: &Mesh, query: &Query, hit: &Hit, limit: usize) -> Vec<String> {
    let entry = &index.entries[hit.entry];
    let Some(object) = entry.object(mesh).filter(|_| entry.kind == EntryKind::Object) else { return Vec::new() };
    let mut splitter = Splitter::default();
    let mut found: Vec<(usize, bool, usize, String)> = Vec::new();
    each_part_name(object, entry.part, &mut |name, path| {
        let mut words: Vec<String> = Vec::new();
        splitter.split(name, |compound| {
            words.extend(compound.words().chain(compound.joined()).map(str::to_owned));
        });
        // A misspelt word stands where the word does that was taken for it.
        let meant = |at: usize| hit.matches.iter().find(|(word, _)| *word == at).and_then(|(_, matched)| matched.term);
        let stands = |(at, word): &(usize, &Word)| {
            let taken = meant(*at).map(|term| &*index.terms[term].text);
            let is_it = |own: &String| {
                (if word.is_last { own.starts_with(&word.text) } else { *own == word.text })
                    || word.joined.as_ref() == Some(own)
                    || taken == Some(own.as_str())
            };
            words.iter().any(is_it)
        };
        let n = query.words.iter().enumerate().filter(stands).count();
        if n > 0 {
            let folded = fold(name);
            let name = clip(&folded);
            let is_whole = |word: &Word| word.joined.as_ref().unwrap_or(&word.text) == name;
            let is_other = name != query.name && !query.words.iter().any(is_whole);
            found.push((usize::MAX - n, is_other, found.len(), path.to_owned()));
        }
    });
    found.sort();
    let best = found.first().map_or(0, |(n, ..)| *n);
    found.into_iter().filter(|(n, ..)| *n == best).take(limit).map(|(.., column)| column).collect()
}
