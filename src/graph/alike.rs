//! Products that look alike: of the same columns, terms and words of names, though neither reads the other.
//!
//! Comparing every product with every other would be quadratic. So each gets a short sketch (`MinHash`: of many
//! orders of all features the first it has), and only those are compared that share a part of it; what is compared
//! then is exact. Rare features weigh more: that both have an `id` says little. Same mesh, same answer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::mesh::Mesh;
use crate::model::Property;

/// Two products that look alike, as one of them sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The other one.
    pub product_idx: usize,
    /// Names of columns that both have.
    pub n_shared: usize,
    /// Names of columns that this one has.
    pub n_columns: usize,
    /// Glossary terms that both are bound to.
    pub n_terms: usize,
}

/// What looks like what, by product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    by_product: BTreeMap<usize, Vec<Likeness>>,
}

/// Parts of a sketch: products that share one are compared.
const BANDS: usize = 24;
/// Numbers of a part: products with 2/5 of their features in common share some part in 98 of 100 cases.
const ROWS: usize = 2;
/// With so many others of the products that share a part each is compared: where there are more, many of them
/// look like each other, and a few say it.
const NEIGHBOURS: usize = 8;
/// Fewer columns say nothing.
const MIN_SHARED: usize = 5;
/// A product is told to look like so many others at most, the likest.
const MOST_TOLD: usize = 5;
/// So many products around one are looked at for whether it is made from the other.
const MOST_AROUND: usize = 512;

impl Alike {
    /// Finds what looks like each of the products that `asks` names, and like which of all it does.
    #[must_use]
    pub fn of(mesh: &Mesh, asks: impl Fn(usize) -> bool + Sync) -> Alike {
        let n_products = mesh.products.len();
        let asked: Vec<bool> = (0..n_products).map(&asks).collect();
        if !asked.contains(&true) {
            return Alike::default();
        }
        let sketches: Vec<Features> = features(mesh);
        let mut found: BTreeMap<usize, Vec<(u64, Likeness)>> = BTreeMap::new();
        let pairs: Vec<(usize, usize)> =
            candidates(&sketches).into_iter().filter(|(a, b)| asked[*a] || asked[*b]).collect();
        let mut frequency: HashMap<u64, u32> = HashMap::new();
        for feature in sketches.iter().flat_map(|features| &features.all) {
            *frequency.entry(*feature).or_default() += 1;
        }
        let weight = |feature: u64| -> u64 {
            // Of those that have it, one is always the other of the two.
            let n = frequency.get(&feature).copied().unwrap_or(1).saturating_sub(1).max(1);
            let share = u32::try_from(n_products).unwrap_or(u32::MAX) / n;
            // A column that every second product has counts little, one of two products much.
            u64::from(share.max(1).ilog2()) * 2 + 1
        };
        let compared: Vec<Option<(u64, usize, usize)>> = pairs
            .par_iter()
            .map(|(a, b)| compare(&sketches[*a], &sketches[*b], weight).filter(|_| are_apart(mesh, *a, *b)))
            .collect();
        for ((a, b), likeness) in pairs.into_iter().zip(compared) {
            let Some((score, n_shared, n_terms)) = likeness else { continue };
            for (one, other) in [(a, b), (b, a)] {
                let likeness =
                    Likeness { product_idx: other, n_shared, n_columns: sketches[one].columns.len(), n_terms };
                found.entry(one).or_default().push((score, likeness));
            }
        }
        let by_product = found.into_iter().map(|(idx, mut likenesses)| {
            likenesses.sort_by_key(|(score, likeness)| (std::cmp::Reverse(*score), likeness.product_idx));
            likenesses.truncate(MOST_TOLD);
            (idx, likenesses.into_iter().map(|(_, likeness)| likeness).collect())
        });
        Alike { by_product: by_product.collect() }
    }

    /// Returns what looks like a product, the likest first.
    #[must_use]
    pub fn like(&self, product_idx: usize) -> &[Likeness] {
        self.by_product.get(&product_idx).map_or(&[], Vec::as_slice)
    }
}

/// What is compared of a product, as hashes, sorted.
#[derive(Default)]
struct Features {
    columns: Vec<u64>,
    terms: Vec<u64>,
    all: Vec<u64>,
    sketch: Vec<u64>,
}

fn features(mesh: &Mesh) -> Vec<Features> {
    let mut terms: Vec<Vec<u64>> = vec![Vec::new(); mesh.products.len()];
    for node in &mesh.terms {
        let hash = hash(b't', &node.id);
        for binding in &node.bindings {
            for by in &mesh.contracts[binding.contract_idx].published_by {
                terms[by.product_idx].push(hash);
            }
        }
        for binding in &node.products {
            terms[binding.product_idx].push(hash);
        }
    }
    let one = |(product, mut terms): (&super::mesh::Product, Vec<u64>)| {
        let mut features = Features::default();
        let is_over = matches!(product.descriptor.header.status_word(), "retired" | "deprecated");
        if is_over || product.descriptor.header.is_broken() {
            return features;
        }
        let contracts: BTreeSet<usize> = product.outputs.iter().flatten().copied().collect();
        for idx in contracts {
            for object in &mesh.contracts[idx].descriptor.objects {
                for property in &object.properties {
                    collect(property, &mut features.columns);
                }
            }
        }
        sorted(&mut features.columns);
        sorted(&mut terms);
        features.all.extend(features.columns.iter().chain(&terms));
        features.terms = terms;
        let words = product.descriptor.header.id.value.split(|c: char| !c.is_alphanumeric());
        features.all.extend(words.filter(|word| word.len() > 2).map(|word| hash(b'n', word)));
        sorted(&mut features.all);
        if features.columns.len() >= MIN_SHARED {
            features.sketch = sketch(&features.all);
        }
        features
    };
    mesh.products.par_iter().zip(terms).map(one).collect()
}

fn collect(property: &Property, columns: &mut Vec<u64>) {
    if property.name.contains(char::is_alphanumeric) && !property.name.starts_with('{') {
        columns.push(hash(b'c', &property.name));
    }
    for child in property.children() {
        collect(child, columns);
    }
}

fn sorted(hashes: &mut Vec<u64>) {
    hashes.sort_unstable();
    hashes.dedup();
}

/// FNV-1a over letters and digits in lower case: `customerId` is `customer_id`.
fn hash(sort: u8, text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    add(sort);
    if text.is_ascii() {
        text.bytes().filter(u8::is_ascii_alphanumeric).for_each(|byte| add(byte.to_ascii_lowercase()));
        return hash;
    }
    let mut buffer = [0; 4];
    for character in text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase) {
        character.encode_utf8(&mut buffer).bytes().for_each(&mut add);
    }
    hash
}

/// The mixer of `SplitMix64`: another order of all numbers for each seed.
#[inline]
fn mix(number: u64, seed: u64) -> u64 {
    let mut z = number.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn sketch(features: &[u64]) -> Vec<u64> {
    let mut numbers = [u64::MAX; BANDS * ROWS];
    for feature in features {
        for (seed, least) in (1..).zip(&mut numbers) {
            *least = mix(*feature, seed).min(*least);
        }
    }
    let band = |(at, rows): (usize, &[u64])| rows.iter().fold(at as u64 + 1, |band, row| mix(*row, band));
    numbers.chunks(ROWS).enumerate().map(band).collect()
}

/// Returns pairs that share a part of their sketches, sorted, each once.
fn candidates(sketches: &[Features]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut members: Vec<(u64, usize)> = Vec::new();
    for band in 0..BANDS {
        members.clear();
        let of = |(idx, features): (usize, &Features)| Some((*features.sketch.get(band)?, idx));
        members.extend(sketches.iter().enumerate().filter_map(of));
        members.sort_unstable();
        for (at, (value, idx)) in members.iter().enumerate() {
            let behind = members[at + 1..].iter().take(NEIGHBOURS).take_while(|(other, _)| other == value);
            pairs.extend(behind.map(|(_, other)| (*idx, *other)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Returns how alike two are in thousandths, and how many columns and terms both have; `None` when they are not.
fn compare(a: &Features, b: &Features, weight: impl Fn(u64) -> u64 + Copy) -> Option<(u64, usize, usize)> {
    let n_shared = common(&a.columns, &b.columns).count();
    let fewer = a.columns.len().min(b.columns.len());
    let more = a.columns.len().max(b.columns.len());
    // Half of the smaller one, and not a sliver of the larger one.
    if n_shared < MIN_SHARED || n_shared * 2 < fewer || n_shared * 4 < more {
        return None;
    }
    let sum =
        |features: &Features| features.columns.iter().chain(&features.terms).copied().map(weight).sum::<u64>().max(1);
    // A word of the id that both have speaks for it, one that only one has does not speak against it.
    let shared: u64 = common(&a.all, &b.all).map(weight).sum();
    let score = shared * 1000 / sum(a).min(sum(b));
    (score >= 600).then(|| (score, n_shared, common(&a.terms, &b.terms).count()))
}

/// Returns what is in both of two sorted lists.
fn common<'f>(a: &'f [u64], b: &'f [u64]) -> impl Iterator<Item = u64> + 'f {
    let mut rest = b;
    a.iter().copied().filter(move |feature| {
        let at = rest.partition_point(|other| other < feature);
        rest = &rest[at..];
        rest.first() == Some(feature)
    })
}

/// Says whether neither is made from the other, and they do not publish the same contract: what is derived looks
/// like its source by intention.
fn are_apart(mesh: &Mesh, a: usize, b: usize) -> bool {
    let contracts = |idx: usize| {
        let outputs = mesh.products[idx].outputs.iter().flatten();
        outputs.map(|idx| &mesh.contracts[*idx].descriptor.header.id.value).collect::<BTreeSet<_>>()
    };
    contracts(a).is_disjoint(&contracts(b)) && !feeds(mesh, a, b) && !feeds(mesh, b, a)
}

/// Says whether data flows from one product to another, also through others.
fn feeds(mesh: &Mesh, from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(idx) = open.pop() {
        if idx == to {
            return true;
        }
        for consumer in &mesh.products[idx].consumers {
            if seen.len() < MOST_AROUND && seen.insert(*consumer) {
                open.push(*consumer);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_by_letters_and_digits() {
        assert_eq!(hash(b'c', "customerId"), hash(b'c', "CUSTOMER_ID"));
        assert_ne!(hash(b'c', "customerId"), hash(b't', "customerId"));
        assert_ne!(hash(b'c', "address1"), hash(b'c', "address2"));
    }

    #[test]
    fn what_is_in_both_is_found_once() {
        assert_eq!(common(&[1, 2, 4, 9], &[2, 3, 4, 10]).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(common(&[], &[1]).count(), 0);
    }

    #[test]
    fn sketches_of_alike_sets_share_a_part() {
        let set = |from: u64, to: u64| (from..to).map(|n| mix(n, 99)).collect::<Vec<u64>>();
        let sketch_of = |all: Vec<u64>| Features { sketch: sketch(&all), all, ..Features::default() };
        let sketches = [sketch_of(set(0, 20)), sketch_of(set(3, 23)), sketch_of(set(500, 520))];
        assert_eq!(candidates(&sketches), [(0, 1)]);
    }

    #[test]
    fn as_many_as_there_are_alike_cost_no_more_than_a_few_each() {
        let all: Vec<u64> = (0..20).collect();
        let many: Vec<Features> = (0..500).map(|_| Features { sketch: sketch(&all), ..Features::default() }).collect();
        assert!(candidates(&many).len() <= 500 * NEIGHBOURS);
    }
}
