//! Evidence: what result files say about what contracts promise. A promise is never counted as kept
//! because it was made; only a result can say so.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::days::{Days, Verdict};
use super::mesh::Mesh;
use super::promises::n_promises;
use crate::model::{ResultFormat, Sense, Text};
use crate::source::{Location, Span};

/// The four states of evidence (DESIGN section 4), in the order in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// There are results, and every one meets its promise.
    Kept,
    /// There are results, and one does not meet its promise, or the data is not as the schema states.
    Missed,
    /// There is a promise and no result.
    Promised,
    /// There is neither.
    NotStated,
}

impl Evidence {
    /// All states, in the order in which they are drawn.
    pub const ALL: [Evidence; 4] = [Evidence::Kept, Evidence::Missed, Evidence::Promised, Evidence::NotStated];

    /// Returns the word for people and for JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Evidence::Kept => "kept",
            Evidence::Missed => "missed",
            Evidence::Promised => "promised only",
            Evidence::NotStated => "not stated",
        }
    }

    /// Returns the state of something with this many promises, kept and missed ones, and failed tests of its schema:
    /// what the schema states is promised as well.
    #[must_use]
    pub fn of(n_promises: usize, n_kept: usize, n_missed: usize, n_schema_misses: usize) -> Evidence {
        match (n_missed + n_schema_misses, n_kept, n_promises) {
            (1.., _, _) => Evidence::Missed,
            (0, 1.., _) => Evidence::Kept,
            (0, 0, 1..) => Evidence::Promised,
            (0, 0, 0) => Evidence::NotStated,
        }
    }
}

/// A result of a promise: the newest one of each thing it was observed on, the worst of these.
#[derive(Clone, Debug)]
pub struct PromiseResult {
    /// The contract version that promises.
    pub contract_idx: usize,
    /// What is promised.
    pub promise: Promise,
    /// Whether the promise is met.
    pub verdict: Verdict,
    /// What was observed.
    pub observed: Observed,
    /// Its age in days, where that is too old to say how the data is today (`REF026`).
    pub stale: Option<u32>,
    /// Promised and observed value in one unit, where both are numbers of one kind.
    pub comparison: Option<Comparison>,
    /// The last thirty days.
    pub days: Days,
    /// The last day on which it was missed after results that met it.
    pub turned: Option<Date>,
}

/// The promise that a result is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What of the contract it is.
    pub kind: PromiseKind,
    /// The property of a service level; the name of a rule, else its id.
    pub name: Text,
    /// The object or column, with dots; `None` for the whole contract.
    pub path: Option<String>,
    /// Where the contract states it: [`ServiceLevel::span`](crate::model::ServiceLevel) or
    /// [`QualityRule::span`](crate::model::QualityRule).
    pub span: Span,
}

/// The two kinds of promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromiseKind {
    /// An entry of `slaProperties`.
    ServiceLevel,
    /// An entry of `quality`.
    QualityRule,
}

/// What a result file says, at one time.
#[derive(Clone, Debug)]
pub struct Observed {
    /// When.
    pub at: Timestamp,
    /// The value as the file writes it.
    pub value: Option<Text>,
    /// Its unit as the file writes it.
    pub unit: Option<Text>,
    /// What happened, for people.
    pub message: Option<Text>,
    /// The name of the check or metric, else its id.
    pub name: Text,
    /// The process that observed it, else its vendor.
    pub source: Option<Text>,
    /// Where the result stands.
    pub location: Location,
}

impl Observed {
    /// Returns the day, in UTC.
    #[must_use]
    pub fn date(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }
}

/// A promised and an observed number in one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// In which direction the observed one must lie.
    pub sense: Sense,
    /// The promised value.
    pub promised: f64,
    /// The observed value.
    pub observed: f64,
    /// The unit of both, as the contract writes it; empty for plain numbers.
    pub unit: Text,
}

/// What is known about the promises of a contract or a product.
#[derive(Clone, Debug)]
pub struct EvidenceSummary<'m> {
    /// The state.
    pub state: Evidence,
    /// How many promises there are.
    pub n_promises: usize,
    /// How many have a result that meets them.
    pub n_kept: usize,
    /// How many have a result that does not.
    pub n_missed: usize,
    /// The day of the newest result, in UTC.
    pub latest: Option<Date>,
    /// The results by contract: service levels, then quality rules, in the order of its file.
    pub results: Vec<&'m PromiseResult>,
    /// What was measured and is not promised: a number of rows, say.
    pub facts: Vec<&'m Fact>,
    /// What of the schema the data does not have.
    pub schema_misses: Vec<&'m SchemaMiss>,
    /// The last time the data was made, as far as it is known.
    pub last_run: Option<&'m LastRun>,
    /// The last thirty days of all promises together.
    pub days: Days,
}

/// Something measured that no promise is about.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The contract version.
    pub contract_idx: usize,
    /// What was observed.
    pub observed: Observed,
}

impl<'m> EvidenceSummary<'m> {
    /// Returns the number of promises without a result.
    #[must_use]
    pub fn n_unobserved(&self) -> usize {
        self.n_promises.saturating_sub(self.n_kept + self.n_missed)
    }

    /// Returns the number of results that meet their promises and are too old to say how the data is today.
    #[must_use]
    pub fn n_old(&self) -> usize {
        self.results.iter().filter(|result| result.verdict == Verdict::Kept && result.stale.is_some()).count()
    }

    /// Says how many promises are kept, missed and without a result, and how many tests of the schema failed.
    #[must_use]
    pub fn words(&self) -> String {
        promise_words(self.n_promises, self.n_kept, self.n_missed, self.schema_misses.len())
    }

    /// Returns the result of the promise that a contract states at a place.
    #[must_use]
    pub fn result_at(&self, contract_idx: usize, span: Span) -> Option<&'m PromiseResult> {
        self.results.iter().find(|result| result.contract_idx == contract_idx && result.promise.span == span).copied()
    }

    /// Returns kept and missed rules of quality.
    #[must_use]
    pub fn quality(&self) -> (usize, usize) {
        let count = |verdict: Verdict| {
            let is_meant =
                |result: &&&PromiseResult| result.promise.kind == PromiseKind::QualityRule && result.verdict == verdict;
            self.results.iter().filter(is_meant).count()
        };
        (count(Verdict::Kept), count(Verdict::Missed))
    }
}

/// Says of so many promises how many are kept, missed and without a result: "23 of 31 kept, 8 without a result". What
/// nobody looked at is neither kept nor missed. Failed tests of the schema are said beside them.
#[must_use]
pub fn promise_words(n_promises: usize, n_kept: usize, n_missed: usize, n_schema_misses: usize) -> String {
    let failed = match n_schema_misses {
        0 => String::new(),
        1 => ", 1 schema test failed".to_owned(),
        n => format!(", {n} schema tests failed"),
    };
    let n_unobserved = n_promises.saturating_sub(n_kept + n_missed);
    let words = match (n_promises, n_kept + n_missed) {
        (0, _) => "nothing is promised".to_owned(),
        (1, 0) => "1 promise, without a result".to_owned(),
        (n, 0) => format!("{n} promises, none with a result"),
        (n, _) => {
            let missed = if n_missed > 0 { format!(", {n_missed} missed") } else { String::new() };
            let rest = if n_unobserved > 0 { format!(", {n_unobserved} without a result") } else { String::new() };
            format!("{n_kept} of {n} promises kept{missed}{rest}")
        }
    };
    words + &failed
}

/// The last time the data of a contract was made, or that failed.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// The contract version.
    pub contract_idx: usize,
    /// When.
    pub at: Timestamp,
    /// It succeeded.
    pub is_good: bool,
    /// The job, else the tool.
    pub source: Option<Text>,
    /// Where the result file says so.
    pub location: Location,
}

impl LastRun {
    /// Returns the day, in UTC.
    #[must_use]
    pub fn date(&self) -> Date {
        self.at.to_zoned(TimeZone::UTC).date()
    }
}

/// Something of the schema that the data does not have: a column, its type, that it is filled or unique.
#[derive(Clone, Debug)]
pub struct SchemaMiss {
    /// The contract version.
    pub contract_idx: usize,
    /// The object or column, with dots.
    pub path: String,
    /// What was observed.
    pub observed: Observed,
}

/// Results that are about nothing of the mesh, for one reason.
#[derive(Clone, Debug)]
pub struct UnmatchedResults {
    /// The form of their files.
    pub format: ResultFormat,
    /// What they name, and why nothing is meant by it.
    pub why: String,
    /// What to do.
    pub help: String,
    /// How many there are in all files.
    pub n: usize,
    /// How many of them are tests that failed.
    pub n_failed: usize,
    /// The first few of their names.
    pub names: Vec<Text>,
    /// The newest of them.
    pub location: Location,
}

/// What result files say about one contract version.
#[derive(Clone, Debug, Default)]
pub(super) struct Observations {
    pub(super) results: Vec<PromiseResult>,
    pub(super) facts: Vec<Fact>,
    pub(super) schema_misses: Vec<SchemaMiss>,
    pub(super) last_run: Option<LastRun>,
}

impl Mesh {
    /// Returns what is known about the promises of a contract version.
    #[must_use]
    pub fn contract_evidence(&self, contract_idx: usize) -> EvidenceSummary<'_> {
        self.evidence_of(&[contract_idx])
    }

    /// Returns what is known about the promises of what one product reads of another: of the contract versions that its
    /// input ports name, and of no others; of those that an agreement in force gives it where none names any.
    #[must_use]
    pub fn evidence_read(&self, reader_idx: usize, provider_idx: usize, today: Date) -> EvidenceSummary<'_> {
        let inputs = self.products[reader_idx].inputs.iter();
        let of_provider = inputs.filter(|binding| binding.published_by.iter().any(|by| by.product_idx == provider_idx));
        let mut read: BTreeSet<usize> = of_provider.filter_map(|binding| binding.contract_idx).collect();
        if read.is_empty() {
            let provider = &self.products[provider_idx];
            let agreements = provider.agreements.iter().map(|idx| &self.agreements[*idx]);
            let in_force: Vec<_> = agreements.filter(|agreement| agreement.is_in_force(today)).collect();
            let is_given = |idx: &usize| in_force.iter().any(|one| self.agreement_covers(one, reader_idx, *idx));
            read = self.standing_contracts(provider_idx).into_iter().filter(is_given).collect();
        }
        self.evidence_of(&read.into_iter().collect::<Vec<_>>())
    }

    /// Returns what is known about the promises of a product: those of its
    /// [standing contracts](Mesh::standing_contracts) together.
    #[must_use]
    pub fn product_evidence(&self, product_idx: usize) -> EvidenceSummary<'_> {
        self.evidence_of(&self.standing_contracts(product_idx))
    }

    /// Returns the objects and columns of a contract version whose newest test of the schema, or of a quality rule on
    /// them, failed; nearly always none.
    #[must_use]
    pub fn missed_paths(&self, contract_idx: usize) -> Vec<&str> {
        let Some(observed) = self.observations.get(&contract_idx) else { return Vec::new() };
        let rules = observed
            .results
            .iter()
            .filter(|result| result.verdict == Verdict::Missed && result.promise.kind == PromiseKind::QualityRule);
        let of_schema = observed.schema_misses.iter().map(|miss| miss.path.as_str());
        of_schema.chain(rules.filter_map(|result| result.promise.path.as_deref())).collect()
    }

    fn evidence_of(&self, contracts: &[usize]) -> EvidenceSummary<'_> {
        let observed = || contracts.iter().filter_map(|idx| self.observations.get(idx));
        let results: Vec<&PromiseResult> = observed().flat_map(|observed| &observed.results).collect();
        let n_promises = contracts.iter().map(|idx| n_promises(&self.contracts[*idx].descriptor)).sum();
        let n_missed = results.iter().filter(|result| result.verdict == Verdict::Missed).count();
        let n_kept = results.len() - n_missed;
        let schema_misses: Vec<&SchemaMiss> = observed().flat_map(|observed| &observed.schema_misses).collect();
        let seen = results.iter().map(|result| &result.observed).chain(schema_misses.iter().map(|miss| &miss.observed));
        let latest = seen.map(|observed| observed.at).max();
        let mut days = Days::default();
        for result in &results {
            days.join(result.days);
        }
        EvidenceSummary {
            state: Evidence::of(n_promises, n_kept, n_missed, schema_misses.len()),
            n_promises,
            n_kept,
            n_missed,
            latest: latest.map(|at| at.to_zoned(TimeZone::UTC).date()),
            facts: observed().flat_map(|observed| &observed.facts).collect(),
            schema_misses,
            last_run: observed().filter_map(|observed| observed.last_run.as_ref()).max_by_key(|run| run.at),
            results,
            days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_looked_at_is_told_apart() {
        assert_eq!(promise_words(31, 23, 0, 0), "23 of 31 promises kept, 8 without a result");
        assert_eq!(promise_words(3, 1, 2, 0), "1 of 3 promises kept, 2 missed");
        assert_eq!(promise_words(9, 0, 1, 0), "0 of 9 promises kept, 1 missed, 8 without a result");
        assert_eq!(promise_words(2, 0, 0, 0), "2 promises, none with a result");
        assert_eq!(promise_words(1, 0, 0, 0), "1 promise, without a result");
        assert_eq!(promise_words(0, 0, 0, 0), "nothing is promised");
        assert_eq!(promise_words(1, 1, 0, 1), "1 of 1 promises kept, 1 schema test failed");
    }

    #[test]
    fn one_miss_is_missed_and_a_promise_alone_is_never_kept() {
        assert_eq!(Evidence::of(3, 2, 1, 0), Evidence::Missed);
        assert_eq!(Evidence::of(3, 1, 0, 0), Evidence::Kept);
        assert_eq!(Evidence::of(3, 0, 0, 0), Evidence::Promised);
        assert_eq!(Evidence::of(0, 0, 0, 0), Evidence::NotStated);
        assert_eq!((Evidence::of(3, 3, 0, 1), Evidence::of(0, 0, 0, 1)), (Evidence::Missed, Evidence::Missed));
    }
}
