//! What a contract promises: its service levels, by the names of the standard, and its quality rules.

use super::mesh::Mesh;
use crate::model::{DataContract, QualityRule, ServiceLevel};
use crate::yaml;

/// In which direction a service level is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// A value above the promised one misses it: latency, freshness, times to react, errors.
    AtMost,
    /// A value below the promised one misses it: availability, retention, throughput.
    AtLeast,
}

/// The short names of ODCS and what they stand for, in lower case.
const SHORT_NAMES: [(&str, &str); 12] = [
    ("av", "availability"),
    ("th", "throughput"),
    ("er", "errorrate"),
    ("ga", "generalavailability"),
    ("es", "endofsupport"),
    ("el", "endoflife"),
    ("re", "retention"),
    ("fy", "frequency"),
    ("ly", "latency"),
    ("td", "timetodetect"),
    ("tn", "timetonotify"),
    ("tr", "timetorepair"),
];
const DATES: [&str; 3] = ["generalavailability", "endofsupport", "endoflife"];
const AT_MOST: [&str; 7] =
    ["latency", "freshness", "frequency", "timetodetect", "timetonotify", "timetorepair", "errorrate"];
const AT_LEAST: [&str; 11] = [
    "availability",
    "throughput",
    "retention",
    "accuracy",
    "completeness",
    "conformity",
    "consistency",
    "coverage",
    "timeliness",
    "uniqueness",
    "validity",
];

/// Returns the name by which two spellings of a service level are the same: `Ly`, `latency` and
/// `LATENCY`; `time to repair`, `time_to_repair` and `timeToRepair`.
#[must_use]
pub fn level_name(property: &str) -> String {
    let name: String = property.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match SHORT_NAMES.iter().find(|(short, _)| *short == name) {
        Some((_, long)) => (*long).to_owned(),
        None => name,
    }
}

/// The properties of service levels that the standard or its users know, as it writes them.
const LEVELS: [&str; 22] = [
    "availability",
    "throughput",
    "errorRate",
    "generalAvailability",
    "endOfSupport",
    "endOfLife",
    "retention",
    "frequency",
    "latency",
    "timeToDetect",
    "timeToNotify",
    "timeToRepair",
    "freshness",
    "timeOfAvailability",
    "accuracy",
    "completeness",
    "conformity",
    "consistency",
    "coverage",
    "timeliness",
    "uniqueness",
    "validity",
];

/// Returns the property of a service level that a word nearly is; `None` for one that is known, and for a word of
/// one's own.
#[must_use]
pub fn misspelt_level(property: &str) -> Option<&'static str> {
    if LEVELS.contains(&property) {
        return None;
    }
    let name = level_name(property);
    if LEVELS.iter().any(|known| level_name(known) == name) {
        return None;
    }
    // An average is no coverage: hardly a slip changes the first letter.
    let begins_alike = |known: &&str| known.as_bytes()[0].eq_ignore_ascii_case(&name.bytes().next().unwrap_or(b' '));
    let candidates: Vec<&'static str> = LEVELS.iter().copied().filter(begins_alike).collect();
    candidates.into_iter().find(|known| name.len() >= 5 && yaml::is_misspelt(&name, known))
}

/// Returns the direction in which a service level is better; `None` where the standard does not say.
#[must_use]
pub fn sense_of(property: &str) -> Option<Sense> {
    let name = level_name(property);
    if AT_MOST.contains(&name.as_str()) {
        return Some(Sense::AtMost);
    }
    AT_LEAST.contains(&name.as_str()).then_some(Sense::AtLeast)
}

/// Says whether a service level is a promise that results can meet. The dates of a contract's life
/// (`generalAvailability`, `endOfSupport`, `endOfLife`) are facts about the contract.
#[must_use]
pub fn is_promise(level: &ServiceLevel) -> bool {
    // Asked very often: hardly any property begins as a date does, and nothing is written down to compare one.
    let first = level.property.chars().find(|c| c.is_alphanumeric());
    if !first.is_some_and(|first| matches!(first.to_ascii_lowercase(), 'e' | 'g') || !first.is_ascii()) {
        return true;
    }
    let letters = || level.property.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let is = |name: &str| letters().eq(name.chars());
    let is_short = |date: &&str| SHORT_NAMES.iter().any(|(short, long)| *long == *date && is(short));
    !DATES.iter().any(|date| is(date) || is_short(date))
}

/// Returns how much a contract promises: service levels and quality rules.
#[must_use]
pub fn n_promises(contract: &DataContract) -> usize {
    contract.service_levels.iter().filter(|level| is_promise(level)).count() + contract.n_quality_rules as usize
}

/// Returns every quality rule that is kept of a contract, with the path of its object or column:
/// rules of an object first, then those of its columns, depth first.
pub fn quality_rules(contract: &DataContract) -> impl Iterator<Item = (String, &QualityRule)> {
    let of_objects = contract
        .objects
        .iter()
        .flat_map(|object| object.quality.iter().map(move |rule| (object.name.value.to_string(), rule)));
    let of_columns = contract.columns().filter_map(|(object, columns)| {
        let detail = columns.last()?.detail.as_deref().filter(|detail| !detail.quality.is_empty())?;
        Some((super::columns::path_text(object, &columns), detail))
    });
    of_objects.chain(of_columns.flat_map(|(path, detail)| detail.quality.iter().map(move |rule| (path.clone(), rule))))
}

impl Mesh {
    /// Returns the contracts that a product stands for, each once: those of its output ports that are
    /// neither retired, draft nor proposed; where there is none, all of its contracts.
    #[must_use]
    pub fn standing_contracts(&self, product_idx: usize) -> Vec<usize> {
        let mut all: Vec<usize> = self.products[product_idx].outputs.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let stands = |idx: &usize| {
            let status = self.contracts[*idx].descriptor.header.status_word();
            !matches!(status.as_str(), "retired" | "draft" | "proposed")
        };
        let standing: Vec<usize> = all.iter().copied().filter(stands).collect();
        if standing.is_empty() { all } else { standing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_level_are_one_name() {
        assert_eq!(level_name("Ly"), level_name("latency"));
        assert_eq!(level_name("time to repair"), level_name("timeToRepair"));
        assert_eq!(level_name("frequency"), "frequency");
        assert_ne!(level_name("freshness"), level_name("latency"));
        assert_eq!(sense_of("RETENTION"), Some(Sense::AtLeast));
        assert_eq!(sense_of("error_rate"), Some(Sense::AtMost));
        assert_eq!(sense_of("mood"), None);
    }

    #[test]
    fn a_misspelt_level_is_told_from_one_of_ones_own() {
        for (word, meant) in
            [("availabilty", "availability"), ("Freshnes", "freshness"), ("time_to_repiar", "timeToRepair")]
        {
            assert_eq!(misspelt_level(word), Some(meant));
        }
        for word in
            ["availability", "Ly", "time to repair", "average", "latencyP99", "uptime", "completenessRatio", "rto"]
        {
            assert_eq!(misspelt_level(word), None, "{word}");
        }
    }
}
