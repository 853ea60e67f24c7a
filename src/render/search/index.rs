//! The inverted index in memory: of each word the entries it stands in. The shell searches it as it is; the
//! browser gets it in shards.

use std::cmp::Ordering;
use std::ops::Range;

use ahash::AHashMap;
use rayon::prelude::*;

use super::entry::{self, Entry};
use super::fields::{self, Glossary};
use super::rank::Field;
use super::words::{Splitter, clip, fold, is_empty_word, is_number};
use crate::graph::Mesh;
use crate::render::health::Health;

/// A word in an entry: the entry in the upper 22 bits, then [`Posting::is_whole_name`], [`Posting::name_lengths`] and the
/// six bits of [`Field`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Posting(u32);

/// Entries an index can hold.
const MAX_ENTRIES: usize = 1 << 22;
/// The bits of a mask, those of fields, and the ones of [`Posting::is_whole_column`] and [`Posting::is_whole_name`]. A mask
/// of no name takes one character of a shard: its bits are the lowest.
const MASK_BITS: u32 = 10;
const FIELD_BITS: u32 = 6;
const WHOLE_COLUMN: u16 = 1 << 4;
const WHOLE_NAME: u16 = 1 << 9;

impl Posting {
    fn new(entry: u32, mask: u16) -> Posting {
        Posting(entry << MASK_BITS | u32::from(mask))
    }

    /// Returns one of each mask, in order.
    pub(super) fn all_masks() -> impl Iterator<Item = Posting> {
        (0..1 << MASK_BITS).map(Posting)
    }

    /// Returns the id of the entry.
    pub(super) fn entry(self) -> u32 {
        self.0 >> MASK_BITS
    }

    /// Returns the fields, the lengths of names above them, and above these whether it is a whole name.
    pub(super) fn mask(self) -> u16 {
        mask_of(self.0)
    }

    /// Returns how many words the names have that it is a word of: bit 0 one word, bit 1 two, bit 2 three.
    pub(super) fn name_lengths(self) -> u16 {
        self.mask() >> FIELD_BITS & 7
    }

    /// Says whether its word is the name of a column of the entry from the first letter to the last.
    pub(super) fn is_whole_column(self) -> bool {
        self.mask() & WHOLE_COLUMN != 0
    }

    /// Says whether its word is the id, the name, the slug or another name of the entry from the first letter to the last.
    pub(super) fn is_whole_name(self) -> bool {
        self.mask() & WHOLE_NAME != 0
    }

    /// Joins two of the same entry.
    pub(super) fn join(self, other: Posting) -> Posting {
        Posting(self.0 | other.0)
    }

    /// Returns it without the lengths: what a prefix stands for is no whole name.
    pub(super) fn fields_only(self) -> Posting {
        Posting::new(self.entry(), self.mask() & ((1 << FIELD_BITS) - 1) & !WHOLE_COLUMN)
    }
}

/// A word of the index.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// The word, folded.
    pub text: Box<str>,
    /// It stands somewhere as a word, not only as the joined form of a compound.
    pub is_word: bool,
    postings: Range<usize>,
}

/// All entries and words of a mesh.
#[derive(Debug)]
pub(super) struct Index {
    /// The entries by id, the strongest first.
    pub entries: Vec<Entry>,
    /// The words in the order of their UTF-16 units, as the browser compares.
    pub terms: Vec<Term>,
    postings: Vec<Posting>,
}

/// Entries that are read as one piece of work.
const CHUNK: usize = 1_024;

/// Numbers of words, and where they stand.
type Found = Vec<(u32, Posting)>;

/// The words of a chunk of entries.
#[derive(Default)]
struct Chunk {
    ids: AHashMap<Box<str>, u32>,
    is_word: Vec<bool>,
    /// Texts that were read, and which of the numbers of `learnt` are those of their words.
    texts: AHashMap<Box<str>, Range<usize>>,
    /// The same of names of columns, with the number of the whole name as one word.
    columns: AHashMap<Box<str>, (Range<usize>, Option<u32>)>,
    learnt: Vec<u32>,
    /// The number of the word in this chunk, and where it stands.
    found: Found,
}

/// The words of a chunk that was read, by number, and where they stand.
struct Words {
    words: Vec<(Box<str>, bool)>,
    found: Found,
}

impl Index {
    /// Reads a mesh.
    pub(super) fn new(mesh: &Mesh, health: &[Health]) -> Index {
        let mut entries = entry::entries(mesh, health);
        entries.truncate(MAX_ENTRIES);
        let glossary = Glossary::new(mesh);
        let read = |(number, part): (usize, &[Entry])| read_chunk(mesh, &glossary, part, number * CHUNK);
        let chunks: Vec<Words> = entries.par_chunks(CHUNK).enumerate().map(read).collect();
        let (terms, postings) = join(chunks);
        Index { entries, terms, postings }
    }

    /// Drops the words and keeps the entries.
    pub(super) fn forget_words(&mut self) {
        (self.terms, self.postings) = (Vec::new(), Vec::new());
    }

    /// Returns where a word stands, by entry.
    pub(super) fn postings(&self, term: &Term) -> &[Posting] {
        &self.postings[term.postings.clone()]
    }

    /// Returns the position of a word.
    pub(super) fn find(&self, word: &str) -> Option<usize> {
        self.terms.binary_search_by(|term| compare(&term.text, word)).ok()
    }

    /// Returns the positions of the words that begin with a text.
    pub(super) fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = self.terms.partition_point(|term| compare(&term.text, prefix) == Ordering::Less);
        let n = self.terms[start..].partition_point(|term| term.text.starts_with(prefix));
        start..start + n
    }

    /// Returns the id of the first entry that is retired.
    pub(super) fn first_retired(&self) -> usize {
        self.entries.partition_point(|entry| !entry.is_retired)
    }
}

/// Compares by UTF-16 units, as `<` does in the browser.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

fn read_chunk(mesh: &Mesh, glossary: &Glossary, entries: &[Entry], first: usize) -> Words {
    let mut chunk = Chunk::default();
    let mut splitter = Splitter::default();
    let mut own: Vec<u64> = Vec::new();
    for (offset, entry) in entries.iter().enumerate() {
        let id = u32::try_from(first + offset).unwrap_or(u32::MAX);
        own.clear();
        fields::each_text(mesh, glossary, entry, &mut |field, text| {
            chunk.read_text(&mut splitter, field, text, &mut own);
        });
        if let Some(slug) = entry.own_slug(mesh) {
            chunk.read_whole_name(&slug, Field::Name, 0, &mut own);
        }
        own.sort_unstable();
        let start = chunk.found.len();
        for (term, mask) in own.drain(..).map(taken_apart) {
            match chunk.found[start..].last_mut() {
                Some((last, posting)) if *last == term => *posting = posting.join(Posting::new(id, mask)),
                _ => chunk.found.push((term, Posting::new(id, mask))),
            }
        }
    }
    chunk.finish()
}

impl Chunk {
    /// Adds the words of a text: the number of each above its [`Posting::mask`], so that they sort quickly. A name is
    /// there as one word as well.
    fn read_text(&mut self, splitter: &mut Splitter, field: Field, text: &str, own: &mut Vec<u64>) {
        match field {
            Field::Name => self.read_name(splitter, text, own),
            Field::WholeAlias => self.read_whole_name(text, field, own.len(), own),
            Field::Text => splitter.split(text, |compound| {
                for word in compound.words().filter(|word| !is_empty_word(word)) {
                    own.push(put_together(self.id(word, true), field as u16));
                }
                if let Some(joined) = compound.joined().filter(|joined| is_number(joined)) {
                    own.push(put_together(self.id(joined, false), field as u16));
                }
            }),
            Field::WholeColumn => {
                let (range, whole) = match self.columns.get(text) {
                    Some(known) => known.clone(),
                    None => self.learn_column(splitter, text),
                };
                own.extend(self.learnt[range].iter().map(|id| put_together(*id, Field::Column as u16)));
                own.extend(whole.map(|id| put_together(id, field as u16)));
            }
            _ => {
                // Columns of one name, and what belongs to the same product, stand in many entries.
                let range = match self.texts.get(text) {
                    Some(range) => range.clone(),
                    None => self.learn(splitter, text),
                };
                own.extend(self.learnt[range].iter().map(|id| put_together(*id, field as u16)));
            }
        }
    }

    /// Finds the words of a text, with the joined forms of its compounds, and keeps them.
    fn learn(&mut self, splitter: &mut Splitter, text: &str) -> Range<usize> {
        let start = self.learnt.len();
        splitter.split(text, |compound| {
            for word in compound.words() {
                let id = self.id(word, true);
                self.learnt.push(id);
            }
            if let Some(joined) = compound.joined() {
                let id = self.id(joined, false);
                self.learnt.push(id);
            }
        });
        let range = start..self.learnt.len();
        self.texts.insert(text.into(), range.clone());
        range
    }

    /// Does the same for the name of a column, with the whole of it as one word.
    fn learn_column(&mut self, splitter: &mut Splitter, text: &str) -> (Range<usize>, Option<u32>) {
        let (range, folded) = (self.learn(splitter, text), fold(text));
        let whole = (!folded.is_empty()).then(|| self.id(clip(&folded), false));
        self.columns.insert(text.into(), (range.clone(), whole));
        (range, whole)
    }

    fn read_name(&mut self, splitter: &mut Splitter, text: &str, own: &mut Vec<u64>) {
        let first = own.len();
        let (mut n_compounds, mut joined_at) = (0, None);
        // The words that say something.
        let mut said: Vec<u32> = Vec::new();
        splitter.split(text, |compound| {
            n_compounds += 1;
            for word in compound.words() {
                let id = self.id(word, true);
                own.push(put_together(id, Field::Name as u16));
                if !is_empty_word(word) && !said.contains(&id) {
                    said.push(id);
                }
            }
            if let Some(joined) = compound.joined() {
                joined_at = Some(own.len());
                own.push(put_together(self.id(joined, false), Field::Name as u16));
            }
        });
        let is_compound = n_compounds == 1 && joined_at.is_some();
        let length = name_length(said.len());
        for (position, word) in own[first..].iter_mut().enumerate() {
            // A compound that is the whole name is the name in one word.
            let is_joined = is_compound && joined_at == Some(first + position);
            *word |= u64::from(if is_joined { 1 } else { length }) << FIELD_BITS;
        }
        self.read_whole_name(text, Field::Name, first, own);
    }

    /// Adds a name as one word, as it is compared with a whole query. The words of the name are those from `first` on.
    fn read_whole_name(&mut self, name: &str, field: Field, first: usize, own: &mut Vec<u64>) {
        let folded = fold(name);
        let whole = clip(&folded);
        if whole.is_empty() {
            return;
        }
        let id = self.id(whole, false);
        match own[first..].iter_mut().find(|word| taken_apart(**word).0 == id) {
            Some(word) => *word |= u64::from(WHOLE_NAME),
            None => own.push(put_together(id, field as u16 | 1 << FIELD_BITS | WHOLE_NAME)),
        }
    }

    fn id(&mut self, word: &str, is_word: bool) -> u32 {
        if let Some(id) = self.ids.get(word) {
            self.is_word[*id as usize] |= is_word;
            return *id;
        }
        let id = u32::try_from(self.is_word.len()).unwrap_or(u32::MAX);
        self.ids.insert(word.into(), id);
        self.is_word.push(is_word);
        id
    }

    /// Keeps no more memory than what was found needs: all chunks are held at once. (A list that shrinks in its place may
    /// keep the place.)
    fn finish(self) -> Words {
        let Chunk { ids, is_word, found, .. } = self;
        let mut words: Vec<(Box<str>, bool)> = is_word.into_iter().map(|is_word| (Box::default(), is_word)).collect();
        for (word, id) in ids {
            words[id as usize].0 = word;
        }
        Words { words, found: found.as_slice().to_vec() }
    }
}

/// Returns a word of an entry as one number.
fn put_together(id: u32, mask: u16) -> u64 {
    u64::from(id) << MASK_BITS | u64::from(mask)
}

/// Returns the number of a word, and its mask.
fn taken_apart(word: u64) -> (u32, u16) {
    (u32::try_from(word >> MASK_BITS).unwrap_or(u32::MAX), mask_of(word.try_into().unwrap_or(u32::MAX)))
}

fn mask_of(number: u32) -> u16 {
    let [low, high, ..] = number.to_le_bytes();
    u16::from_le_bytes([low, high]) & ((1 << MASK_BITS) - 1)
}

/// Returns the bit of a name's number of words, 0 where there are more than a posting can say.
fn name_length(n_words: usize) -> u16 {
    match n_words {
        n @ 1..=3 => 1 << (n - 1),
        _ => 0,
    }
}

/// Joins the chunks: one sorted list of words, and the postings of each in the order of entries.
fn join(chunks: Vec<Words>) -> (Vec<Term>, Vec<Posting>) {
    let mut numbers: Vec<Vec<u32>> = chunks.iter().map(|chunk| vec![0; chunk.words.len()]).collect();
    // Each word with its chunk and its number there.
    let mut words: Vec<(&str, u32, u32)> = Vec::with_capacity(numbers.iter().map(Vec::len).sum());
    for (at, chunk) in (0..).zip(&chunks) {
        words.extend((0..).zip(&chunk.words).map(|(id, (word, _))| (word.as_ref(), at, id)));
    }
    words.par_sort_unstable_by(|a, b| compare(a.0, b.0));
    // From the numbers of each chunk to those of all.
    let mut all: Vec<(Box<str>, bool)> = Vec::new();
    for same in words.chunk_by(|a, b| a.0 == b.0) {
        let number = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let mut is_word = false;
        for (_, at, id) in same {
            numbers[*at as usize][*id as usize] = number;
            is_word |= chunks[*at as usize].words[*id as usize].1;
        }
        all.push((same[0].0.into(), is_word));
    }
    drop(words);
    let all_found: Vec<Found> = chunks.into_iter().map(|chunk| chunk.found).collect();
    let mut ends = vec![0_usize; all.len() + 1];
    for (found, numbers) in all_found.iter().zip(&numbers) {
        for (term, _) in found {
            ends[numbers[*term as usize] as usize + 1] += 1;
        }
    }
    for position in 1..ends.len() {
        ends[position] += ends[position - 1];
    }
    let starts = ends.clone();
    let mut postings = vec![Posting(0); ends.last().copied().unwrap_or(0)];
    // Chunks come in the order of entries, so each list is sorted.
    for (found, numbers) in all_found.into_iter().zip(numbers) {
        for (term, posting) in found {
            let end = &mut ends[numbers[term as usize] as usize];
            postings[*end] = posting;
            *end += 1;
        }
    }
    let term = |(position, (text, is_word)): (usize, (Box<str>, bool))| Term {
        text,
        is_word,
        postings: starts[position]..starts[position + 1],
    };
    (all.into_iter().enumerate().map(term).collect(), postings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_hold_entry_fields_and_length() {
        let posting = Posting::new(70_000, Field::Name as u16 | 0b100 << FIELD_BITS);
        assert_eq!((posting.entry(), posting.mask() & 63, posting.name_lengths()), (70_000, 32, 0b100));
        let more = Field::Name as u16 | Field::Text as u16 | 1 << FIELD_BITS | WHOLE_NAME;
        let joined = posting.join(Posting::new(70_000, more));
        assert_eq!((joined.mask() & 63, joined.name_lengths(), joined.is_whole_name()), (33, 0b101, true));
        assert_eq!((joined.entry(), posting.is_whole_name()), (70_000, false));
        assert_eq!(joined.fields_only().mask(), 33);
        let (alias, column) = (Field::WholeAlias as u16, Field::WholeColumn as u16);
        let (alias, column) = (Posting::new(1, alias), Posting::new(1, column));
        assert_eq!((alias.name_lengths(), alias.is_whole_name(), alias.is_whole_column()), (1, true, false));
        assert_eq!((column.is_whole_column(), column.fields_only().mask()), (true, Field::Column as u16));
    }

    #[test]
    fn words_sort_as_in_the_browser() {
        assert_eq!(compare("or*", "or0"), Ordering::Less);
        assert_eq!(compare("\u{ff5e}", "\u{20000}"), Ordering::Greater, "a surrogate comes before U+FF5E");
        assert_eq!("\u{ff5e}".cmp("\u{20000}"), Ordering::Less);
    }

    #[test]
    fn names_know_how_long_they_are() {
        let mut chunk = Chunk::default();
        let mut own = Vec::new();
        chunk.read_text(&mut Splitter::default(), Field::Name, "Pick-up", &mut own);
        let bits = |own: &[u64]| own.iter().map(|word| taken_apart(*word).1 >> FIELD_BITS).collect::<Vec<u16>>();
        assert_eq!(bits(&own), [0b10, 0b10, 0b1001]);
        own.clear();
        chunk.read_text(&mut Splitter::default(), Field::Name, "Orders in the warehouse", &mut own);
        assert_eq!(bits(&own), [0b10, 0b10, 0b10, 0b10, 0b1001]);
        own.clear();
        chunk.read_text(&mut Splitter::default(), Field::Name, "Orders", &mut own);
        assert_eq!(bits(&own), [0b1001], "one word is the name itself");
        assert_eq!((name_length(3), name_length(4)), (0b100, 0));
    }
}
