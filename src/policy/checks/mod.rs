//! The checks on the six sides of a data product: the sixteen built-in ones (DESIGN section 5), or those of
//! the scorecard of the registry. They say what a product has and lacks; unlike rules they are no findings and
//! fail no run.

mod asks;
mod scoring;

use std::borrow::Cow;

use crate::source::Location;

pub use scoring::Scoring;
pub(super) use scoring::score;

/// One of the six sides of a data product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// It can be found.
    Discoverable,
    /// It can be reached.
    Addressable,
    /// It can be relied on.
    Trustworthy,
    /// It explains itself.
    SelfDescribing,
    /// It fits to others.
    Interoperable,
    /// It is protected.
    Secure,
}

impl Axis {
    /// All axes, in the order of the mark: clockwise from the upper right.
    pub const ALL: [Axis; 6] = [
        Axis::Discoverable,
        Axis::Addressable,
        Axis::Trustworthy,
        Axis::SelfDescribing,
        Axis::Interoperable,
        Axis::Secure,
    ];

    /// Returns the word of JSON and of `kind: Scorecard`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Axis::Discoverable => "discoverable",
            Axis::Addressable => "addressable",
            Axis::Trustworthy => "trustworthy",
            Axis::SelfDescribing => "self-describing",
            Axis::Interoperable => "interoperable",
            Axis::Secure => "secure",
        }
    }

    /// Returns the axis with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Axis> {
        Axis::ALL.into_iter().find(|axis| axis.word() == word)
    }

    /// Returns the word as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Axis::Discoverable => "Discoverable",
            Axis::Addressable => "Addressable",
            Axis::Trustworthy => "Trustworthy",
            Axis::SelfDescribing => "Self-describing",
            Axis::Interoperable => "Interoperable",
            Axis::Secure => "Secure",
        }
    }

    /// Returns what the axis asks, in a few words.
    #[must_use]
    pub fn asks(self) -> &'static str {
        match self {
            Axis::Discoverable => "Described, tagged, owned",
            Axis::Addressable => "A port, a server, a stable address",
            Axis::Trustworthy => "Promises with results behind them",
            Axis::SelfDescribing => "Columns explained, examples given",
            Axis::Interoperable => "Shared words, declared keys",
            Axis::Secure => "Classified, approver named",
        }
    }
}

/// A check.
#[derive(Clone)]
pub struct Check {
    /// Its name in JSON and on the command line.
    pub id: Cow<'static, str>,
    /// The axis it belongs to.
    pub axis: Axis,
    /// What a product has that passes, as a statement.
    pub name: Cow<'static, str>,
    /// What a product that fails has not, for lists of what is missing.
    pub lack: Cow<'static, str>,
    /// What to do when it fails.
    pub help: Cow<'static, str>,
    /// Where that is explained at length.
    pub link: Option<String>,
    ask: Ask,
}

/// How a check is answered.
#[derive(Clone, Copy)]
enum Ask {
    /// By a function.
    BuiltIn(fn(&asks::Subject<'_>) -> CheckResult),
    /// By an expression: the position of its answers.
    Own(usize),
}

/// How a check came out for a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckResult {
    /// The product has it.
    Passed,
    /// It does not.
    Failed {
        /// What is missing, in a short clause.
        why: String,
        /// Where to mend it.
        place: Location,
    },
    /// The check cannot apply, and leaves the total.
    NotApplicable {
        /// Why not, in a short clause.
        why: String,
    },
}

impl CheckResult {
    /// Counts it: one of one, none of one, or nothing where it cannot apply.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally {
            n_passed: usize::from(matches!(self, CheckResult::Passed)),
            n_total: usize::from(!matches!(self, CheckResult::NotApplicable { .. })),
        }
    }

    /// Returns the word of JSON: `passed`, `failed` or `not applicable`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            CheckResult::Passed => "passed",
            CheckResult::Failed { .. } => "failed",
            CheckResult::NotApplicable { .. } => "not applicable",
        }
    }
}

/// How all checks came out for a product, in the order of the checks.
#[derive(Clone)]
pub struct ProductChecks<'s> {
    checks: &'s [Check],
    results: Vec<CheckResult>,
}

/// How many of the checks that apply pass: "14 of 16".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many pass.
    pub n_passed: usize,
    /// How many apply.
    pub n_total: usize,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} of {}", self.n_passed, self.n_total)
    }
}

impl Tally {
    /// Compares the shares that pass, without fractions: the worse first. What nothing applies to comes last.
    #[must_use]
    pub fn worse_first(self, other: Tally) -> std::cmp::Ordering {
        let of_none = (self.n_total == 0).cmp(&(other.n_total == 0));
        of_none.then((self.n_passed * other.n_total).cmp(&(other.n_passed * self.n_total)))
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |sum, tally| Tally {
            n_passed: sum.n_passed + tally.n_passed,
            n_total: sum.n_total + tally.n_total,
        })
    }
}

impl<'s> ProductChecks<'s> {
    /// Returns each check with its result, in the order of the axes.
    pub fn iter(&self) -> impl Iterator<Item = (&'s Check, &CheckResult)> {
        self.checks.iter().zip(&self.results)
    }

    /// Returns the checks of one axis with their results.
    pub fn of_axis(&self, axis: Axis) -> impl Iterator<Item = (&'s Check, &CheckResult)> {
        self.iter().filter(move |(check, _)| check.axis == axis)
    }

    /// Returns the result of a check.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&CheckResult> {
        self.iter().find(|(check, _)| check.id == id).map(|(_, result)| result)
    }

    /// Counts all checks.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.results.iter().map(CheckResult::tally).sum()
    }

    /// Counts the checks of one axis.
    #[must_use]
    pub fn tally_of(&self, axis: Axis) -> Tally {
        self.of_axis(axis).map(|(_, result)| result.tally()).sum()
    }
}

macro_rules! check {
    ($id:literal, $axis:ident, $ask:path, $name:literal, $lack:literal, $help:literal) => {
        Check {
            id: Cow::Borrowed($id),
            axis: Axis::$axis,
            name: Cow::Borrowed($name),
            lack: Cow::Borrowed($lack),
            help: Cow::Borrowed($help),
            link: None,
            ask: Ask::BuiltIn($ask),
        }
    };
}

/// The built-in checks, in the order of the axes.
pub static CHECKS: [Check; 16] = [
    check!(
        "described",
        Discoverable,
        asks::described,
        "Says what it is for",
        "Does not say what it is for",
        "write `description.purpose` in the product: whom it serves and what it answers"
    ),
    check!("tagged", Discoverable, asks::tagged, "Has a tag", "No tag", "add `tags:` with the words people search for"),
    check!(
        "owned",
        Discoverable,
        asks::owned,
        "Has an owning team",
        "No owning team",
        "add `team:` with the `name` of a team of this registry"
    ),
    check!(
        "has-output-port",
        Addressable,
        asks::has_output_port,
        "Has an output port",
        "No output port",
        "add `outputPorts:` with a `name`, a `contractId` and its `version`"
    ),
    check!(
        "has-server",
        Addressable,
        asks::has_server,
        "Every contract names a server",
        "A contract without a server",
        "add `servers:` to the contract: where the data is, by type"
    ),
    check!(
        "stable-address",
        Addressable,
        asks::stable_address,
        "Its address does not depend on its name",
        "Its address depends on its name",
        "add `customProperties` `slug`: small letters, digits and hyphens, never changed again"
    ),
    check!(
        "has-promises",
        Trustworthy,
        asks::has_promises,
        "Every contract promises something",
        "A contract without a promise",
        "add `slaProperties:` or a `quality` rule that the team can keep"
    ),
    check!(
        "has-results",
        Trustworthy,
        asks::has_results,
        "Has results",
        "No results",
        "write what was observed to a result file in `observations/`"
    ),
    check!(
        "results-kept",
        Trustworthy,
        asks::results_kept,
        "Every result meets its promise",
        "A promise missed",
        "mend the data, or promise what can be kept"
    ),
    check!(
        "columns-described",
        SelfDescribing,
        asks::columns_described,
        "Every column is described",
        "A column without a description",
        "add `description` to the column: what a value means, in which unit, and when it is empty"
    ),
    check!(
        "has-examples",
        SelfDescribing,
        asks::has_examples,
        "Every contract gives examples",
        "A contract without examples",
        "add `examples` to the columns whose values are not obvious"
    ),
    check!(
        "has-readme",
        SelfDescribing,
        asks::has_readme,
        "Has a README",
        "No README",
        "write `README.md` beside the product: how to begin, and what surprises"
    ),
    check!(
        "terms-bound",
        Interoperable,
        asks::terms_bound,
        "Every contract uses a word of the glossary",
        "A contract without a glossary term",
        "bind a column to its term: `authoritativeDefinitions` of type `semanticDefinition`"
    ),
    check!(
        "keys-declared",
        Interoperable,
        asks::keys_declared,
        "Every object declares its key",
        "An object without a key",
        "mark the columns that identify a row with `primaryKey: true`"
    ),
    check!(
        "classified",
        Secure,
        asks::classified,
        "Every column is classified",
        "A column without a class",
        "add `classification` to the column, or to the one it is part of"
    ),
    check!(
        "approver-named",
        Secure,
        asks::approver_named,
        "Every contract names who approves access",
        "A contract without an approver",
        "add `roles:` with `firstLevelApprovers` to the contract"
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_checks_stand_in_the_order_of_the_axes_and_each_has_an_id() {
        assert!(CHECKS.windows(2).all(|pair| pair[0].axis <= pair[1].axis));
        assert_eq!(CHECKS.iter().map(|check| &check.id).collect::<BTreeSet<_>>().len(), 16);
        for axis in Axis::ALL {
            assert!((2..=3).contains(&CHECKS.iter().filter(|check| check.axis == axis).count()), "{axis:?}");
        }
    }
}
