//! What changed, in types: one entry a change, with both its places.

use crate::config::Perspective;
use crate::diagnostic::{RuleMeta, Severity};
use crate::model::{Kind, Text, Version};
use crate::source::{Location, Span};

/// How the set of data that a contract permits moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is permitted than before: a reader meets what it was promised not to meet.
    Loosens,
    /// Less is permitted than before: a writer may no longer write what it wrote.
    Tightens,
    /// Something is no longer permitted, and something else is.
    Both,
    /// The words changed, and no tool can tell which way.
    Undetermined,
    /// Something new that nobody read or had to write before.
    Adds,
    /// Words that promise nothing.
    Neutral,
}

impl Direction {
    /// Returns the level of a change for whoever's promise is asked about.
    #[must_use]
    pub fn level(self, perspective: Perspective) -> Level {
        match (self, perspective) {
            (Direction::Both, _)
            | (Direction::Loosens, Perspective::Consumer | Perspective::Full)
            | (Direction::Tightens, Perspective::Producer | Perspective::Full) => Level::Breaking,
            (Direction::Undetermined, _) => Level::Warning,
            (Direction::Neutral, _) => Level::Info,
            (Direction::Loosens | Direction::Tightens | Direction::Adds, _) => Level::Compatible,
        }
    }

    /// Returns the severity of such a change for readers: what a rule says of itself.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Direction::Loosens | Direction::Both => Severity::Error,
            Direction::Undetermined => Severity::Warning,
            Direction::Tightens | Direction::Adds | Direction::Neutral => Severity::Info,
        }
    }

    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Direction::Loosens => "loosens",
            Direction::Tightens => "tightens",
            Direction::Both => "both",
            Direction::Undetermined => "undetermined",
            Direction::Adds => "adds",
            Direction::Neutral => "neutral",
        }
    }
}

/// How much a change weighs, from the side that was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing that was promised changes.
    Info,
    /// Something changes that the side asked about need not notice.
    Compatible,
    /// Somebody has to look.
    Warning,
    /// The promise is broken.
    Breaking,
}

impl Level {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Compatible => "compatible",
            Level::Warning => "warning",
            Level::Breaking => "breaking",
        }
    }

    /// Returns the step of the version that a change of this level needs.
    #[must_use]
    pub fn bump(self) -> Bump {
        match self {
            Level::Info => Bump::None,
            Level::Compatible | Level::Warning => Bump::Minor,
            Level::Breaking => Bump::Major,
        }
    }

    /// Returns the level that a configured severity means.
    #[must_use]
    pub fn of(severity: Severity) -> Level {
        match severity {
            Severity::Error => Level::Breaking,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Info,
        }
    }
}

/// A step of a semantic version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// None, or a step back.
    #[default]
    None,
    /// `2.1.0` to `2.1.1`.
    Patch,
    /// `2.1.0` to `2.2.0`.
    Minor,
    /// `2.1.0` to `3.0.0`; for versions that are no numbers any other text.
    Major,
}

impl Bump {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Bump::None => "none",
            Bump::Patch => "patch",
            Bump::Minor => "minor",
            Bump::Major => "major",
        }
    }

    /// Returns the step from one version to another.
    #[must_use]
    pub fn between(base: &str, head: &str) -> Bump {
        let (from, to) = (Version::parse(base), Version::parse(head));
        match (from.numbers(), to.numbers()) {
            (Some([major, minor, _]), Some([new_major, new_minor, _])) => {
                if to <= from {
                    Bump::None
                } else if new_major > major {
                    Bump::Major
                } else if new_minor > minor {
                    Bump::Minor
                } else {
                    Bump::Patch
                }
            }
            // Readers bind the whole text of such a version.
            _ if from.text() == to.text() => Bump::None,
            _ => Bump::Major,
        }
    }
}

/// A rule about changes.
#[derive(Debug)]
pub struct ChangeRule {
    /// Code, name and words.
    pub meta: RuleMeta,
    /// Which way such a change moves what is permitted.
    pub direction: Direction,
    /// What to do about it.
    pub help: &'static str,
}

/// What decides whether a breaking change may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// The step of the contract's version.
    Version,
    /// Whether somebody still reads what ends: its sunset, or the word of everybody who does.
    Readers,
    /// Whether an alias or a tombstone keeps the address.
    Address,
    /// A waiver alone: it is about who decides and who may read, and nobody's reading excuses it.
    Decision,
}

/// A change as the comparison of two documents finds it.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) rule: &'static ChangeRule,
    pub(super) direction: Direction,
    pub(super) gate: Gate,
    pub(super) path: String,
    pub(super) message: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) base: Option<Span>,
    pub(super) head: Option<Span>,
    pub(super) column: Option<String>,
}

impl Raw {
    /// Says whether it is about where one version of a contract stands, and not about what it promises: its status, its
    /// first and its last days.
    pub(super) fn is_of_version(&self) -> bool {
        let is_life = super::compare::is_life;
        self.path == "status" || self.path.strip_prefix("slaProperties.").is_some_and(is_life)
    }
}

/// Why a breaking change may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The version says so, and readers of the old one are told when they lose it.
    NewMajor,
    /// The day until which it was promised has passed.
    PastSunset(jiff::civil::Date),
    /// Everybody who reads it agreed.
    Acknowledged,
    /// Nobody reads it.
    NobodyReads,
    /// Everybody who reads it has followed to its new name.
    ReadersFollow,
}

impl Accepted {
    /// Returns why, as a clause.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Accepted::NewMajor => "accepted: it comes with a new major version".to_owned(),
            Accepted::PastSunset(day) => format!("accepted: it was promised until {day}"),
            Accepted::Acknowledged => "accepted: every consumer has acknowledged it".to_owned(),
            Accepted::NobodyReads => "accepted: nobody in this mesh reads it".to_owned(),
            Accepted::ReadersFollow => "accepted: everybody in this mesh who reads it names the new id".to_owned(),
        }
    }
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change {
    /// The rule that found it.
    pub rule: &'static ChangeRule,
    /// Which way it moves what is permitted.
    pub direction: Direction,
    /// How much it weighs, as configured.
    pub level: Level,
    /// Contract or product.
    pub kind: Kind,
    /// Its id; in the head where it changed.
    pub id: Text,
    /// What of it: `schema.orders.amount`.
    pub path: String,
    /// What happened, in one line.
    pub message: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
    /// Where it stood.
    pub base: Option<Location>,
    /// Where it stands; for what is gone the place that held it.
    pub head: Option<Location>,
    /// `object.column` in the base, where a column is meant.
    pub column: Option<String>,
    /// Consumers whose acknowledgement counts, as `product:id` or `team:id`.
    pub acknowledged_by: Vec<String>,
    /// The waiver that covers it.
    pub waived_by: Option<String>,
    /// Why it may come, where it may.
    pub accepted: Option<Accepted>,
    /// Position of its contract in [`ChangeSet::contracts`].
    pub contract: Option<usize>,
    /// What to do about this one, where the rule alone does not say it.
    pub help: Option<String>,
    pub(super) gate: Gate,
    /// The contracts whose readers a change is about: one, or all that a product publishes.
    pub(super) ends: Vec<End>,
}

/// A contract whose readers a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Its id.
    pub contract: Text,
    /// The major; empty for all.
    pub major: String,
    /// The version that an acknowledgement names, where the change takes no contract to another one.
    pub version: Option<Text>,
}

impl Change {
    /// Returns the thing that changed, as `kind:id`.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("{}:{}", self.kind.word(), self.id)
    }

    /// Returns where the change is shown: in the head, else in the base.
    #[must_use]
    pub fn location(&self) -> Location {
        self.head.or(self.base).unwrap_or(Location { file: crate::source::FileId(0), span: Span::default() })
    }

    /// Returns the contracts whose readers the change is about.
    #[must_use]
    pub fn ends(&self) -> &[End] {
        &self.ends
    }

    /// Says whether it is about one contract, and not about all that a product publishes.
    #[must_use]
    pub fn is_of_contract(&self) -> bool {
        !super::rules::products::RULES.iter().any(|rule| rule.meta.code == self.rule.meta.code)
    }

    /// Says whether readers can agree to it: what they name is gone from the registry otherwise, which is an error of
    /// theirs whatever they say.
    #[must_use]
    pub fn may_be_acknowledged(&self) -> bool {
        use super::rules::life::{CONTRACT_ID_CHANGED, REMOVED_CONTRACT};
        ![CONTRACT_ID_CHANGED.meta.code, REMOVED_CONTRACT.meta.code].contains(&self.rule.meta.code)
    }

    /// Says whether it breaks a promise and nothing excuses it.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.level == Level::Breaking && self.waived_by.is_none() && self.accepted.is_none()
    }
}

/// A contract that changed: one version, and what it is compared with.
#[derive(Clone, Debug)]
pub struct ContractChange {
    /// Its id; in the head where it changed.
    pub id: Text,
    /// Its position in the base mesh; `None` when it is new.
    pub base_idx: Option<usize>,
    /// Its position in the head mesh; `None` when it is gone.
    pub head_idx: Option<usize>,
    /// The version before.
    pub base_version: Option<String>,
    /// The version after.
    pub head_version: Option<String>,
    /// The step that its changes need.
    pub required: Bump,
    /// The step that those of them need that no waiver covers.
    pub owed: Bump,
    /// The step that its version takes.
    pub declared: Bump,
    /// The old major is no longer among the documents of the head.
    pub is_major_gone: bool,
    /// The gate refuses its version, whatever its changes are.
    pub is_version_refused: bool,
}

impl ContractChange {
    /// Says whether the version covers what changed.
    #[must_use]
    pub fn bump_is_enough(&self) -> bool {
        self.declared >= self.required
    }

    /// Says whether the version covers everything that changed and that no waiver covers.
    #[must_use]
    pub fn bump_may_come(&self) -> bool {
        self.declared >= self.owed
    }
}

/// Everything that changed between two meshes, in the order: contracts by id and version, then products, then lost
/// addresses.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// The changes.
    pub changes: Vec<Change>,
    /// The contracts they are of.
    pub contracts: Vec<ContractChange>,
    /// Who is downstream of what changed.
    pub impact: Vec<super::ImpactedProduct>,
    /// Which agreements are about what changed.
    pub agreements: Vec<super::ImpactedAgreement>,
    /// What stands between the change and its merge, in words: each is a finding too.
    pub to_do: Vec<ToDo>,
    /// Acknowledgements that are about a change and do not count: where their ids stand.
    pub uncounted: Vec<Location>,
    /// What has another name in the head.
    pub renames: super::Renames,
    /// Errors that the base has of its own.
    pub n_base_errors: usize,
    /// The base has no descriptor and the head has some: nothing could be compared.
    pub is_base_empty: bool,
    /// The gate refuses.
    pub is_refused: bool,
    /// The base has a file of owners, which says whose word counts.
    pub has_owners: bool,
}

impl ChangeSet {
    /// Returns the position of the contract with which a change is shown: its own. What is of all versions of a contract,
    /// its address, stands with the last of them that has changes.
    #[must_use]
    pub fn shown_with(&self, change: &Change) -> Option<usize> {
        let of_it = |other: &&Change| other.contract.is_some() && other.kind == change.kind && other.id == change.id;
        change.contract.or_else(|| self.changes.iter().rev().find(of_it).and_then(|other| other.contract))
    }
}

/// Something to do before a change may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToDo {
    /// The thing it is about, as `kind:id`.
    pub subject: String,
    /// The consumer whose word is asked for, as `product:id` or `team:id`.
    pub who: Option<String>,
    /// What of all that ends its word is missing for.
    pub ends: Vec<End>,
    /// What to do.
    pub text: String,
    /// Handles on the forge of those who are asked.
    pub ask: Vec<String>,
    /// Acknowledgements that give its word and do not count.
    pub uncounted: Vec<Uncounted>,
    /// It is done.
    pub is_done: bool,
}

impl ToDo {
    /// Makes one that asks for nobody's word.
    pub(super) fn new(subject: impl Into<String>, text: String) -> ToDo {
        ToDo {
            subject: subject.into(),
            who: None,
            ends: Vec::new(),
            text,
            ask: Vec::new(),
            uncounted: Vec::new(),
            is_done: false,
        }
    }
}

/// An acknowledgement that is there and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncounted {
    /// Where its id stands.
    pub location: Location,
    /// Why, as a clause.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_versions() {
        for (base, head, bump) in [
            ("2.1.0", "3.0.0", Bump::Major),
            ("2.1.0", "v2.2.0", Bump::Minor),
            ("2.1", "2.1.1", Bump::Patch),
            ("2.1.0", "2.1.0", Bump::None),
            ("2.1.0", "2.0.9", Bump::None),
            ("3.0.0-rc.1", "3.0.0", Bump::Patch),
            ("2.9.0", "3.0.0-rc.1", Bump::Major),
            ("spring", "summer", Bump::Major),
            ("spring", "spring", Bump::None),
        ] {
            assert_eq!(Bump::between(base, head), bump, "{base} to {head}");
        }
    }

    #[test]
    fn a_direction_weighs_by_who_asks() {
        use Direction::{Adds, Both, Loosens, Neutral, Tightens, Undetermined};
        let words = |direction: Direction| {
            [Perspective::Consumer, Perspective::Producer, Perspective::Full].map(|side| direction.level(side).word())
        };
        assert_eq!(words(Loosens), ["breaking", "compatible", "breaking"]);
        assert_eq!(words(Tightens), ["compatible", "breaking", "breaking"]);
        assert_eq!(words(Both), ["breaking"; 3]);
        assert_eq!(words(Undetermined), ["warning"; 3]);
        assert_eq!((words(Adds), words(Neutral)), (["compatible"; 3], ["info"; 3]));
    }
}
