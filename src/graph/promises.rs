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

/// What a known property of a service level says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// A day in the life of a contract: a fact about it, which no result can meet.
    Date,
    /// A promise that is better in one direction.
    Better(Sense),
    /// A promise of which the standard does not say when it is met.
    Other,
}

/// The properties of service levels that the standard or its users know: as they are written, the short name of ODCS in
/// lower case, and what each says.
const LEVELS: [(&str, Option<&str>, Nature); 22] = {
    use Nature::{Better, Date, Other};
    use Sense::{AtLeast, AtMost};
    [
        ("availability", Some("av"), Better(AtLeast)),
        ("throughput", Some("th"), Better(AtLeast)),
        ("errorRate", Some("er"), Better(AtMost)),
        ("generalAvailability", Some("ga"), Date),
        ("endOfSupport", Some("es"), Date),
        ("endOfLife", Some("el"), Date),
        ("retention", Some("re"), Better(AtLeast)),
        ("frequency", Some("fy"), Better(AtMost)),
        ("latency", Some("ly"), Better(AtMost)),
        ("timeToDetect", Some("td"), Better(AtMost)),
        ("timeToNotify", Some("tn"), Better(AtMost)),
        ("timeToRepair", Some("tr"), Better(AtMost)),
        ("freshness", None, Better(AtMost)),
        ("timeOfAvailability", None, Other),
        ("accuracy", None, Better(AtLeast)),
        ("completeness", None, Better(AtLeast)),
        ("conformity", None, Better(AtLeast)),
        ("consistency", None, Better(AtLeast)),
        ("coverage", None, Better(AtLeast)),
        ("timeliness", None, Better(AtLeast)),
        ("uniqueness", None, Better(AtLeast)),
        ("validity", None, Better(AtLeast)),
    ]
};

/// Returns the name by which two spellings of a service level are the same: `Ly`, `latency` and
/// `LATENCY`; `time to repair`, `time_to_repair` and `timeToRepair`.
#[must_use]
pub fn level_name(property: &str) -> String {
    let name: String = property.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match LEVELS.iter().find(|(_, short, _)| *short == Some(name.as_str())) {
        Some((written, ..)) => written.to_ascii_lowercase(),
        None => name,
    }
}

/// Returns the property of a service level that a word nearly is; `None` for one that is known, and for a word of
/// one's own.
#[must_use]
pub fn misspelt_level(property: &str) -> Option<&'static str> {
    let known = || LEVELS.iter().map(|(written, ..)| *written);
    if known().any(|written| written == property) {
        return None;
    }
    let name = level_name(property);
    if known().any(|written| written.eq_ignore_ascii_case(&name)) {
        return None;
    }
    // An average is no coverage: hardly a slip changes the first letter.
    let begins_alike = |known: &&str| known.as_bytes()[0].eq_ignore_ascii_case(&name.bytes().next().unwrap_or(b' '));
    known().filter(begins_alike).find(|known| name.len() >= 5 && yaml::is_misspelt(&name, known))
}

/// Returns the direction in which a service level is better; `None` where the standard does not say.
#[must_use]
pub fn sense_of(property: &str) -> Option<Sense> {
    let name = level_name(property);
    match LEVELS.iter().find(|(written, ..)| written.eq_ignore_ascii_case(&name))?.2 {
        Nature::Better(sense) => Some(sense),
        Nature::Date | Nature::Other => None,
    }
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
    let is = |name: &str| letters().eq(name.chars().flat_map(char::to_lowercase));
    let is_date = |(written, short, nature): &(&str, Option<&str>, Nature)| {
        *nature == Nature::Date && (is(written) || short.is_some_and(is))
    };
    !LEVELS.iter().any(is_date)
}

/// Returns how much a contract promises: its service levels, without dates, and its quality rules. Whatever counts promises
/// counts them so, and a product promises what its [standing contracts](Mesh::standing_contracts) do.
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
    let of_columns = contract.columns_where(|of| of.n_rules > 0).filter_map(|(object, columns)| {
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
        assert_eq!((sense_of("timeOfAvailability"), sense_of("endOfLife"), sense_of("EL")), (None, None, None));
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
