//! How a mesh stood at commits of its past: what is counted of it, and what of that is kept between runs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::checks::{CheckResult, Tally};
use super::{Outcome, PolicyOutcome, Stage};
use crate::graph::Evidence;

/// What is counted of a mesh.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Measures {
    /// Products, but for those that are retired.
    pub products: usize,
    /// Products that are retired; they count in none of the other numbers.
    pub retired: usize,
    /// Those with a contract in the registry.
    pub with_contract: usize,
    /// Those whose owning team is registered.
    pub with_owner: usize,
    /// Those that promise something.
    pub with_promise: usize,
    /// How often products are read by products.
    pub consumers: usize,
    /// Policies on trial or in force, by thing they bind.
    pub asked: usize,
    /// How many of these are met.
    pub met: usize,
    /// Checks that pass.
    pub passed: usize,
    /// Checks that apply.
    pub applied: usize,
}

/// How a product stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductState {
    /// Its file.
    pub file: String,
    /// The word of its status.
    pub status: String,
    /// Checks that pass.
    pub passed: usize,
    /// Checks that apply.
    pub applied: usize,
    /// The ids of those that fail.
    pub failed: Vec<String>,
    /// The day since which it was proposed, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<Date>,
}

/// A product that became active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lead {
    /// Its id.
    pub product: String,
    /// The day on which it became active.
    pub active: Date,
    /// The days since it was proposed.
    pub days: u32,
}

/// A mesh at a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The commit; empty for the files as they are.
    pub commit: String,
    /// The commit of the sample before; empty for the first.
    pub after: String,
    /// The day of the commit.
    pub day: Date,
    /// What is counted.
    pub measures: Measures,
    /// Its products by id, but for those that are retired.
    pub products: BTreeMap<String, ProductState>,
    /// Products that became active since the sample before.
    pub leads: Vec<Lead>,
}

impl Sample {
    /// Counts a mesh.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Sample {
        let mesh = &outcome.mesh;
        let state = |idx: usize| {
            let header = &mesh.products[idx].descriptor.header;
            let checks = outcome.checks(idx);
            let tally = checks.tally();
            let is_failed = |result: &CheckResult| matches!(result, CheckResult::Failed { .. });
            let failed = checks.iter().filter(|(_, result)| is_failed(result)).map(|(check, _)| check.id.to_string());
            let state = ProductState {
                file: outcome.sources.path(header.file).to_owned(),
                status: header.status_word().into(),
                passed: tally.n_passed,
                applied: tally.n_total,
                failed: failed.collect(),
                proposed: None,
            };
            (header.id.value.to_string(), state)
        };
        let live = (0..mesh.products.len()).into_par_iter().filter(|idx| !mesh.is_retired(*idx));
        let products = live.map(state).collect();
        Sample {
            commit: String::new(),
            after: String::new(),
            day: outcome.today,
            measures: measures(outcome, &products),
            products,
            leads: Vec::new(),
        }
    }
}

fn measures(outcome: &Outcome, states: &BTreeMap<String, ProductState>) -> Measures {
    let mesh = &outcome.mesh;
    let mut measures = Measures::default();
    for (idx, product) in mesh.products.iter().enumerate() {
        let header = &product.descriptor.header;
        if mesh.is_retired(idx) {
            measures.retired += 1;
            continue;
        }
        measures.products += 1;
        measures.with_contract += usize::from(product.outputs.iter().any(Option::is_some));
        measures.with_owner += usize::from(product.owner_idx.is_some());
        measures.with_promise += usize::from(outcome.evidence(idx).state != Evidence::NotStated);
        measures.consumers += product.consumers.len();
        if let Some(state) = states.get(header.id.value.as_str()) {
            measures.passed += state.passed;
            measures.applied += state.applied;
        }
    }
    let counts = |stage: Stage| matches!(stage, Stage::Trial | Stage::Enforced);
    let is_on =
        |policy: &&PolicyOutcome| counts(policy.stage) && policy.is_usable && outcome.level_of(policy).is_some();
    for policy in outcome.governance.policies.iter().filter(is_on) {
        // What a policy asks nothing of neither meets it nor fails.
        measures.asked += policy.n_subjects - policy.n_idle;
        measures.met += policy.n_passing() - policy.n_idle;
    }
    measures
}

/// Why a mesh has no trend, or only a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendNote {
    /// The registry is not in git.
    NoGit,
    /// Its repository has no commit yet.
    NoCommit,
    /// The configuration asks for none.
    Off,
    /// The mesh is so large that none is drawn unless the configuration asks for it.
    TooLarge,
    /// A shallow clone does not know what was before.
    Shallow,
    /// The clone left out files of the past.
    Partial,
    /// All commits are of this week.
    Young,
    /// The past could not be read.
    Unreadable,
}

/// How far the points of a trend are apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrendStep {
    /// By month.
    #[default]
    Month,
    /// By week, where the past is shorter than two months.
    Week,
}

impl TrendStep {
    /// Returns the word: `month` or `week`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TrendStep::Month => "month",
            TrendStep::Week => "week",
        }
    }
}

/// How a mesh came to be what it is.
#[derive(Clone, Debug, Default)]
pub struct Trend {
    /// How far the ends are apart.
    pub step: TrendStep,
    /// Ends of months or weeks, oldest first: the first day of each and the position of its sample.
    pub ends: Vec<(Date, usize)>,
    /// The samples, oldest first.
    pub samples: Vec<Sample>,
    /// Products that became active after the last sample.
    pub leads: Vec<Lead>,
    /// What is to be said of it.
    pub note: Option<TrendNote>,
    /// How many samples were made in this run; the rest was kept.
    pub n_made: usize,
    /// How many files were read for them.
    pub n_read: usize,
    /// How many more were the same as in the sample before.
    pub n_known: usize,
}

impl Trend {
    /// Returns a trend without a sample.
    #[must_use]
    pub fn without(note: TrendNote) -> Trend {
        Trend { note: Some(note), ..Trend::default() }
    }

    /// Returns the median of the days from proposed to active of all products that became active so far: up to
    /// the sample at a position, or up to now. With it how many they are.
    #[must_use]
    pub fn median_lead(&self, up_to: Option<usize>) -> Option<(u32, usize)> {
        let samples = up_to.map_or(self.samples.as_slice(), |at| &self.samples[..=at]);
        let late = self.leads.iter().filter(|_| up_to.is_none());
        let mut days: Vec<u32> =
            samples.iter().flat_map(|sample| &sample.leads).chain(late).map(|lead| lead.days).collect();
        days.sort_unstable();
        let n = days.len();
        // Of an even number the lower one: a whole number of days that there was.
        Some((*days.get(n.checked_sub(1)? / 2)?, n))
    }

    /// Compares a product with the last sample that was made of it.
    #[must_use]
    pub fn last(&self) -> Option<&Sample> {
        self.samples.last()
    }
}

impl Measures {
    /// Returns how many checks pass.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally { n_passed: self.passed, n_total: self.applied }
    }

    /// Returns how many products read one on average, in tenths.
    #[must_use]
    pub fn tenths_of_consumers(&self) -> usize {
        (self.consumers * 10 + self.products / 2).checked_div(self.products).unwrap_or(0)
    }
}
