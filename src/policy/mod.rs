//! Governance over the whole mesh: built-in rules of ownership and completeness, the policies of the
//! registry, waivers, the links of Markdown and the checks of a product. Takes `&Mesh`, gives
//! findings (`GOV`, `LNK`) and, when asked, what a product passes; changes nothing, must not know pages.
//!
//! Policies may ask any field of their subjects, most of which the mesh does not keep. So the files of
//! subjects are read and parsed once more, without the schema, and judged while their tree is in hand:
//! memory stays what it was, and no file is held for later.

pub mod cel;
pub mod checks;
pub mod personal;
pub mod rules;

mod cases;
mod context;
mod doubts;
mod govern;
mod judge;
mod library;
mod maturity;
mod purpose;
mod readiness;
mod scope;
mod timing;
mod trend;
mod unheard;
mod waivers;
mod world;

pub use cases::TestOutcome;
pub use context::context_schema;
pub use doubts::{Doubtful, DoubtfulField};
pub use govern::{Governance, PolicyOutcome, Realm, govern, is_bound_by};
pub use judge::Violation;
pub use library::{Origin, Stage};
pub use maturity::{MaturityOf, MaturityOutcome, MissingCriterion, maturity};
pub(crate) use purpose::says_nothing;
pub use readiness::{OperatingMode, Readiness, ReadinessFact, readiness};
pub(crate) use rules::completeness::{is_renamed_table, way_out};
pub(crate) use rules::waivers::SOON_DAYS;
pub use scope::Outside;
pub(crate) use scope::names_domain;
pub use timing::{PolicyTime, Stopwatch, Timings};
pub use trend::{Lead, Measures, ProductState, Sample, Trend, TrendNote, TrendStep};
pub use unheard::unheard;
pub(crate) use waivers::{Asked, is_of_every_policy, is_off};
pub use waivers::{Faults, Trust, VoidWaiver, Waivers};

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{Config, PersonalDataConfig};
use crate::diagnostic::emit::Counts;
use crate::diagnostic::{Configured, Diagnostic, Findings, RuleMeta, Severity, Sink};
use crate::graph::{EvidenceSummary, Mesh};
use crate::model::{Header, Kind};
use crate::source::{FileId, SourceMap};

/// A judged mesh: what every later room and command starts from.
pub struct Outcome {
    /// The configuration.
    pub config: Config,
    /// The names of all files.
    pub sources: SourceMap,
    /// The mesh.
    pub mesh: Mesh,
    /// All findings.
    pub findings: Findings,
    /// Which waivers hold, and which have a mistake of their own.
    pub waivers: Waivers,
    /// By the files of acknowledgements that do not count wherever they lie, why.
    pub uncounted: BTreeMap<FileId, String>,
    /// What came of the policies.
    pub governance: Governance,
    /// The checks of products, with what expressions answer.
    pub scoring: checks::Scoring,
    /// What came of the maturity models, by id.
    pub maturity: Vec<MaturityOutcome>,
    /// What was read.
    pub counts: Counts,
    /// The day.
    pub today: Date,
    /// Every rule that it was judged by, by code.
    pub rules: Vec<&'static RuleMeta>,
}

impl Outcome {
    /// Returns what is known about the promises of a product.
    #[must_use]
    pub fn evidence(&self, product_idx: usize) -> EvidenceSummary<'_> {
        self.mesh.product_evidence(product_idx)
    }

    /// Returns what is known about the promises of a contract version.
    #[must_use]
    pub fn contract_evidence(&self, contract_idx: usize) -> EvidenceSummary<'_> {
        self.mesh.contract_evidence(contract_idx)
    }

    /// Returns what a finding of a policy counts as, where no path has a level of its own; none where it is switched off.
    #[must_use]
    pub fn level_of(&self, policy: &PolicyOutcome) -> Option<Severity> {
        let id = policy.policy.header.id.value.as_str();
        match self.config.check.grading.in_general(&rules::policies::POLICY_VIOLATION, Some(id)) {
            Configured::Nothing => Some(policy.severity),
            Configured::As(severity) => Some(severity),
            Configured::Off => None,
        }
    }

    /// Returns how many things are excused from a policy: those that have findings of it, all of them waived.
    #[must_use]
    pub fn waived_by_policy(&self, id: &str) -> usize {
        // Versions of a contract are one subject, each in a file of its own.
        let mut is_excused: BTreeMap<(Option<&str>, FileId), bool> = BTreeMap::new();
        // What it comes to no answer for does not fail.
        let is_violation = |finding: &&Diagnostic| finding.rule.code == rules::policies::POLICY_VIOLATION.code;
        for finding in self.findings.of_policy(id).filter(is_violation) {
            let thing = (finding.subject.as_deref(), finding.location.file);
            *is_excused.entry(thing).or_insert(true) &= finding.waived_by.is_some();
        }
        is_excused.into_values().filter(|is_excused| *is_excused).count()
    }

    /// Returns which checks a product passes.
    #[must_use]
    pub fn checks(&self, product_idx: usize) -> checks::ProductChecks<'_> {
        self.scoring.of(&self.mesh, &self.sources, product_idx)
    }
}

/// What a rule sees.
pub struct Context<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The names of all files of the tree, not only of descriptors.
    pub sources: &'a SourceMap,
    /// The day.
    pub today: Date,
    /// `personalData` of the configuration.
    pub personal_data: &'a PersonalDataConfig,
}

/// A built-in rule: its declaration and its function.
pub struct PolicyRule {
    /// What it is.
    pub meta: &'static RuleMeta,
    /// Adds its findings.
    pub run: fn(&Context<'_>, &mut Sink),
}

/// Finds the checks of products, and answers those of a scorecard.
pub fn score(realm: &Realm<'_>, sink: &mut Sink) -> checks::Scoring {
    checks::score(realm, sink)
}

/// Runs every built-in rule.
pub fn run(context: &Context<'_>, sink: &mut Sink, timings: &mut Timings) {
    let rules = || rules::ALL.iter().flat_map(|family| family.iter());
    if let Some(clock) = timings.clock() {
        for rule in rules() {
            let since = clock();
            (rule.run)(context, sink);
            timings.rule(rule.meta.code, since);
        }
        return;
    }
    let rules: Vec<&PolicyRule> = rules().collect();
    let found: Vec<Sink> = rules.par_iter().map(|rule| found_by(rule, context)).collect();
    for found in found {
        sink.append(found);
    }
}

fn found_by(rule: &PolicyRule, context: &Context<'_>) -> Sink {
    let mut sink = Sink::default();
    (rule.run)(context, &mut sink);
    sink
}

/// Says whether waivers are about things of a kind, or about the rule that it is.
pub(crate) fn is_excusable(kind: Kind) -> bool {
    cel::SUBJECTS.contains(&kind) || kind == Kind::Policy
}

/// Returns the kinds of what could not be read to its end, `None` for a file whose kind is not known. `lost` are those
/// of files without an identity.
pub(crate) fn unread_kinds(mesh: &Mesh, lost: impl Iterator<Item = Option<Kind>>) -> BTreeSet<Option<Kind>> {
    let has_broken = |kind: &Kind| mesh.headers(*kind).into_iter().any(Header::is_broken);
    Kind::ALL.into_iter().filter(has_broken).map(Some).chain(lost).collect()
}
