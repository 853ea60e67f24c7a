//! Words with letters wrong: candidates by one-deletion signatures of their beginning, which shards can hold, then
//! the distance of the whole words.

use super::index::Index;
use super::rank::Quality;

/// Letters of the beginning of which one may be missing.
const SIGNATURE_LETTERS: usize = 7;
/// Letters of the shortest word that may be wrong, and of the shortest with two of them wrong.
const NEAR_LETTERS: usize = 4;
const FAR_LETTERS: usize = 8;
/// Letters of the longest word that is offered.
const MAX_LETTERS: usize = 24;
/// Words that are taken instead of a wrong one.
pub(super) const CANDIDATES: usize = 3;

/// Says whether a word can be meant by a wrong one: long enough, no number, not only a joined form.
pub(super) fn is_offered(word: &str, is_word: bool) -> bool {
    let n = word.chars().count();
    is_word && (NEAR_LETTERS..=MAX_LETTERS).contains(&n) && !word.contains(char::is_numeric)
}

/// Returns the beginning of a word, and the beginning without each of its letters; each once.
pub(super) fn signatures(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().take(SIGNATURE_LETTERS).collect();
    let without =
        |gap: usize| letters.iter().enumerate().filter(|(at, _)| *at != gap).map(|(_, letter)| letter).collect();
    let mut all: Vec<String> = (0..=letters.len()).map(without).collect();
    all.sort();
    all.dedup();
    all
}

/// Returns the shard of a signature: a hash that the browser can compute (FNV-1a over UTF-16 units).
pub(super) fn shard(signature: &str, n_shards: usize) -> usize {
    let mix = |hash: u32, unit: u16| (hash ^ u32::from(unit)).wrapping_mul(16_777_619);
    signature.encode_utf16().fold(2_166_136_261, mix) as usize % n_shards.max(1)
}

/// Returns how far apart two words may be for the first to be meant by the second; 0 for words too short.
pub(super) fn allowed(word: &str) -> usize {
    match word.chars().count() {
        FAR_LETTERS.. => 2,
        NEAR_LETTERS.. => 1,
        _ => 0,
    }
}

/// Returns the quality of a match at a distance.
pub(super) fn quality(distance: usize) -> Quality {
    if distance > 1 { Quality::Far } else { Quality::Near }
}

/// Returns how much a word is used, as the shards say it: how often its entries can be halved.
pub(super) fn usage(n_entries: usize) -> u32 {
    n_entries.max(1).ilog2()
}

/// Returns the words that a wrong one may mean: their positions and distances, the nearest first, at one distance
/// those that are used more.
pub(super) fn candidates(index: &Index, word: &str) -> Vec<(usize, usize)> {
    let allowed = allowed(word);
    if allowed == 0 || word.contains(char::is_numeric) {
        return Vec::new();
    }
    let own = signatures(word);
    let meets = |other: &str| signatures(other).iter().any(|signature| own.binary_search(signature).is_ok());
    let mut found = near(index, word, allowed, &meets);
    found.truncate(CANDIDATES);
    found
}

/// Words that are offered for one that is nowhere.
const OFFERED: usize = 4;
/// Letters of the shortest beginning that is offered for one.
const BEGINNING: usize = 3;

/// Returns what a word that is nowhere may mean: words that are a letter farther than [`candidates`], and the longest part
/// of its beginning with which something begins.
pub(super) fn alike(index: &Index, word: &str) -> Vec<String> {
    let near = near(index, word, allowed(word) + 1, &|_| true);
    let mut found: Vec<String> =
        near.into_iter().take(OFFERED).map(|(term, _)| index.terms[term].text.to_string()).collect();
    let starts = word.char_indices().map(|(at, _)| &word[..at]).skip(BEGINNING).collect::<Vec<_>>();
    let start = starts.into_iter().rev().find(|start| !index.with_prefix(start).is_empty());
    found.extend(start.map(|start| format!("{start}…")));
    found
}

/// Returns the words at most so far from another, the nearest first.
fn near(index: &Index, word: &str, allowed: usize, meets: &dyn Fn(&str) -> bool) -> Vec<(usize, usize)> {
    let n_letters = word.chars().count();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (position, term) in index.terms.iter().enumerate() {
        // Bytes bound letters, cheaply: no word of another length is looked at.
        if term.text.len() + allowed < n_letters || !is_offered(&term.text, term.is_word) || term.text.starts_with(word)
        {
            continue;
        }
        if term.text.chars().count().abs_diff(n_letters) > allowed {
            continue;
        }
        let distance = strsim::osa_distance(&term.text, word);
        if distance <= allowed && meets(&term.text) {
            found.push((position, distance));
        }
    }
    let use_of = |position: usize| usage(index.postings(&index.terms[position]).len());
    found.sort_by_key(|(position, distance)| (*distance, u32::MAX - use_of(*position), *position));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_meet_across_one_wrong_letter() {
        let meets = |a: &str, b: &str| {
            let b = signatures(b);
            signatures(a).iter().any(|signature| b.contains(signature))
        };
        for wrong in ["custmer", "cusstomer", "cuxtomer", "csutomer", "customre"] {
            assert!(meets(wrong, "customer"), "{wrong}");
        }
        assert!(!meets("retsomuc", "customer"));
        assert_eq!(signatures("oo"), ["o", "oo"]);
        assert_eq!(signatures("abc"), ["ab", "abc", "ac", "bc"]);
    }

    #[test]
    fn only_long_words_may_be_wrong() {
        assert_eq!((allowed("vat"), allowed("slot"), allowed("delivery"), allowed("größen")), (0, 1, 2, 1));
        assert!(is_offered("slot", true) && !is_offered("slot", false) && !is_offered("ql2024", true));
        assert_eq!(
            (strsim::osa_distance("delviery", "delivery"), quality(1), quality(2)),
            (1, Quality::Near, Quality::Far)
        );
    }

    #[test]
    fn shards_are_spread_and_stable() {
        assert_eq!((shard("custmer", 256), shard("", 1)), (shard("custmer", 256), 0));
        assert!((0..8).all(|wanted| (0..200).any(|n| shard(&format!("w{n}"), 8) == wanted)));
    }
}
