//! Service levels by the names of the standard: what each says, and in which direction it is better.

use super::ServiceLevel;

/// The names of the last day with support, the short one of the standard too.
pub const END_OF_SUPPORT: [&str; 2] = ["endOfSupport", "es"];
/// The names of the last day at all.
pub const END_OF_LIFE: [&str; 2] = ["endOfLife", "el"];

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

/// Returns the properties that are known, as they are written.
pub fn known_levels() -> impl Iterator<Item = &'static str> {
    LEVELS.iter().map(|(written, ..)| *written)
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
}
