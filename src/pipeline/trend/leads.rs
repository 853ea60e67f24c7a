//! How long products took from proposed to active. Between two samples the day of a step is found by halving
//! the commits in between, so that of each file only a few are looked at.

use std::cell::Cell;

use crate::policy::{Lead, ProductState, Sample};
use crate::source::{Chain, ChainReader};

/// Products that are followed between two samples; those of one large import would cost more than they tell.
const MOST_PRODUCTS: usize = 2_000;

/// Where in its life a file says that its product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Proposed,
    Active,
    Other,
}

impl Step {
    fn of(status: &str) -> Step {
        match status {
            "proposed" | "draft" => Step::Proposed,
            "active" => Step::Active,
            _ => Step::Other,
        }
    }
}

/// Finds which products of a sample were proposed or became active since the sample before.
pub(super) fn follow(chain: &Chain, (before, at): (Option<usize>, usize), last: Option<&Sample>, sample: &mut Sample) {
    let reader = chain.reader();
    let mut n_followed = 0;
    for (id, state) in &mut sample.products {
        let step = Step::of(&state.status);
        let old = last.and_then(|last| last.products.get(id));
        let was = old.map(|old| Step::of(&old.status));
        if was == Some(step) || step == Step::Other {
            state.proposed = old.and_then(|old| old.proposed).filter(|_| step == Step::Proposed);
            continue;
        }
        // What was there before the first sample may be as old as it likes.
        let is_bounded = before.is_some() || chain.is_whole();
        if n_followed == MOST_PRODUCTS || (old.is_none() && !is_bounded) {
            continue;
        }
        n_followed += 1;
        let (proposed, lead) = one(chain, &reader, (before, at), (old, was), (id, state, step));
        state.proposed = proposed;
        sample.leads.extend(lead);
    }
}

fn one(
    chain: &Chain,
    reader: &ChainReader<'_>,
    (before, at): (Option<usize>, usize),
    (old, was): (Option<&ProductState>, Option<Step>),
    (id, state, step): (&str, &ProductState, Step),
) -> (Option<jiff::civil::Date>, Option<Lead>) {
    let file = state.file.as_str();
    // Where the clone left something out, no day is known.
    let is_unknown = Cell::new(false);
    let step_at = |at: usize| {
        let read = reader.read(at, file);
        is_unknown.set(is_unknown.get() || read.is_err());
        read.ok().flatten().map(|bytes| Step::of(&status(&bytes)))
    };
    let from = before.map_or(0, |before| before + 1);
    let (proposed, first) = match was {
        Some(Step::Proposed) => (old.and_then(|old| old.proposed), from),
        Some(_) => (None, from),
        None => {
            let first = first(from, at, |at| step_at(at).is_some());
            (chain.day(first).filter(|_| step_at(first) == Some(Step::Proposed)), first)
        }
    };
    let proposed = proposed.filter(|_| !is_unknown.get());
    if step == Step::Proposed {
        return (proposed, None);
    }
    let Some(proposed) = proposed else { return (None, None) };
    let active = chain.day(self::first(first, at, |at| step_at(at) == Some(Step::Active)));
    let active = active.filter(|_| !is_unknown.get());
    let lead = active.and_then(|active| {
        let days = active.since(proposed).ok()?.get_days();
        Some(Lead { product: id.to_owned(), active, days: u32::try_from(days).ok()? })
    });
    (None, lead)
}

/// Returns the first position from `low` to `high` of which something is so, which it is from there on.
fn first(mut low: usize, mut high: usize, is_so: impl Fn(usize) -> bool) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        if is_so(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// Reads the status of a file in block style.
fn status(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"status:"));
    let text = String::from_utf8_lossy(line.unwrap_or_default()).into_owned();
    let plain = text.split(" #").next().unwrap_or_default().trim();
    plain.trim_matches(['"', '\'']).trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_finds_the_first() {
        for n in 0..20 {
            assert_eq!(first(0, 19, |at| at >= n), n);
        }
        assert_eq!(first(3, 3, |_| false), 3);
    }

    #[test]
    fn a_status_is_read_at_the_margin() {
        for (text, expected) in [
            ("id: a\nstatus: proposed\n", "proposed"),
            ("status: \"Active\" # since May\r\n", "active"),
            ("team:\n  status: draft\n", ""),
            ("", ""),
        ] {
            assert_eq!(status(text.as_bytes()), expected);
        }
    }
}
