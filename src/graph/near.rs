//! "Did you mean": the nearest of the known words, asked for within limits, since a hostile registry
//! can hold very many wrong words and very many known ones.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Fix, Sink};
use crate::model::{Header, Kind};
use crate::yaml;

/// How many words a run compares at most. A comparison takes less than a microsecond; ten thousand
/// mistakes in a mesh of thousands of names stay below it.
const MAX_COMPARISONS: usize = 4_000_000;

/// The longest word that is compared at all.
const MAX_WORD_BYTES: usize = 200;

/// Finds what a wrong word most likely meant, as long as the run has comparisons left.
#[derive(Debug)]
pub struct Near {
    left: usize,
    /// What was found for a word of a list that is the same all through the run.
    known: HashMap<(&'static str, String), Option<String>>,
}

impl Default for Near {
    fn default() -> Near {
        Near { left: MAX_COMPARISONS, known: HashMap::new() }
    }
}

impl Near {
    /// Returns the nearest candidate; none where nothing is near or no comparisons are left.
    pub fn nearest<'a>(&mut self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if self.left == 0 {
            return None;
        }
        let left = &mut self.left;
        let counted = candidates.into_iter().take_while(|_| {
            *left = left.saturating_sub(1);
            *left > 0
        });
        yaml::nearest(word, counted)
    }

    /// Returns the nearest word of a named list that does not change, each word compared once.
    pub fn nearest_in<'a, I>(
        &mut self,
        list: &'static str,
        word: &str,
        candidates: impl FnOnce() -> I,
    ) -> Option<String>
    where
        I: IntoIterator<Item = &'a str>,
    {
        // No name is that long, and a hostile one would be kept.
        if word.len() > MAX_WORD_BYTES {
            return None;
        }
        let key = (list, word.to_owned());
        if let Some(found) = self.known.get(&key) {
            return found.clone();
        }
        let found = self.nearest(word, candidates()).map(str::to_owned);
        self.known.insert(key, found.clone());
        found
    }
}

/// What was made of the things of a list, with what was found on the way.
pub(super) type Made<M> = (Vec<M>, Sink);

/// Takes the things of a list in parallel; returns what was made of them and found, in the order of the list. For passes
/// that ask for no "did you mean": what is left of it is counted in one place.
pub(super) fn made_of<'a, T: Sync, M: Send>(
    things: &'a [T],
    make: impl Fn(usize, &'a T, &mut Made<M>) + Sync,
) -> Made<M> {
    let take = |mut made: Made<M>, (idx, thing): (usize, &'a T)| {
        make(idx, thing, &mut made);
        made
    };
    let join = |(mut made, sink): Made<M>, (others, found): Made<M>| {
        made.extend(others);
        (made, sink.joined(found))
    };
    things.par_iter().enumerate().fold(Made::default, take).reduce(Made::default, join)
}

/// As [`made_of`], of passes that only find.
pub(super) fn found_in<'a, T: Sync>(things: &'a [T], pass: impl Fn(usize, &'a T, &mut Sink) + Sync) -> Sink {
    made_of(things, |idx, thing, (_, sink): &mut Made<()>| pass(idx, thing, sink)).1
}

/// Where the findings of this room go, with what is left for "did you mean".
pub(super) struct Report<'a> {
    sink: &'a mut Sink,
    near: Near,
}

impl<'a> Report<'a> {
    pub(super) fn new(sink: &'a mut Sink) -> Report<'a> {
        Report { sink, near: Near::default() }
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Adds what was found in parallel.
    pub(super) fn append(&mut self, found: Sink) {
        self.sink.append(found);
    }

    /// Returns what is left for it.
    pub(super) fn near(&mut self) -> &mut Near {
        &mut self.near
    }

    /// See [`Near::nearest`].
    pub(super) fn nearest<'c>(&mut self, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        self.near.nearest(word, candidates)
    }

    /// Says how a name that leads nowhere is mended: where it is surely `meant` with a slip, and near to none of the
    /// `others`. What grants, excuses or judges is never rewritten: whom it names is for somebody to decide.
    pub(super) fn mended<'c>(
        &mut self,
        header: &Header,
        (word, meant): (&str, Option<&str>),
        others: impl IntoIterator<Item = &'c str>,
    ) -> Option<Fix> {
        let is_plain = match header.kind {
            Kind::DataProduct
            | Kind::DataContract
            | Kind::Domain
            | Kind::Team
            | Kind::SourceSystem
            | Kind::SemanticDefinition => true,
            Kind::Policy
            | Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => false,
        };
        let meant = meant.filter(|meant| is_plain && yaml::is_sure_slip(word, meant))?;
        // Where no comparisons are left, nobody knows whether another name is near.
        let is_only = self.nearest(word, others).is_none() && self.near.left > 0;
        is_only.then(|| Fix::Rename { to: meant.to_owned() })
    }

    /// See [`Near::nearest_in`].
    pub(super) fn nearest_in<'c, I>(
        &mut self,
        list: &'static str,
        word: &str,
        candidates: impl FnOnce() -> I,
    ) -> Option<String>
    where
        I: IntoIterator<Item = &'c str>,
    {
        self.near.nearest_in(list, word, candidates)
    }
}
