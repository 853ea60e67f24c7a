//! Where findings go: graded by configuration, covered by waivers, sorted and without twins.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Diagnostic, RuleMeta, Severity};
use crate::source::{FileId, Globs, SourceMap};

/// Collects findings. Rules state facts; severity, waivers and order are decided once, in
/// [`Sink::finish`].
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds all findings of another sink, such as that of one file read in parallel.
    pub fn append(&mut self, other: Sink) {
        self.diagnostics.extend(other.diagnostics);
    }

    /// Returns the findings of both, those of `self` first.
    #[must_use]
    pub fn joined(mut self, other: Sink) -> Sink {
        self.append(other);
        self
    }

    /// Names what all findings without a subject are about, as `kind:id`.
    pub fn name_subject(&mut self, subject: &str) {
        for diagnostic in self.diagnostics.iter_mut().filter(|diagnostic| diagnostic.subject.is_none()) {
            diagnostic.subject = Some(subject.to_owned());
        }
    }

    /// Lowers what was found to a level, where nothing else is configured for its rule.
    pub fn at_most(&mut self, most: Severity) {
        for diagnostic in &mut self.diagnostics {
            diagnostic.severity = diagnostic.severity.min(most);
        }
    }

    /// Returns what was found so far, ungraded and in no order.
    pub fn found(&mut self) -> &mut Vec<Diagnostic> {
        &mut self.diagnostics
    }

    /// Says whether there are findings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Grades, covers and sorts what was found.
    #[must_use]
    pub fn finish(self, grading: &Grading, waivers: &[Waiving], sources: &SourceMap) -> Findings {
        let mut by_target: BTreeMap<&str, Vec<&Waiving>> = BTreeMap::new();
        for waiver in waivers {
            by_target.entry(&waiver.target).or_default().push(waiver);
        }
        let graded: Vec<Diagnostic> = self
            .diagnostics
            .into_iter()
            .filter_map(|mut diagnostic| {
                let path = sources.path(diagnostic.location.file);
                diagnostic.severity = grading.severity(&diagnostic, path)?;
                let of_subject = diagnostic.subject.as_deref().and_then(|subject| by_target.get(subject));
                let covering = of_subject.into_iter().flatten().find(|waiver| waiver.covers(&diagnostic));
                // What a change does is judged with the change.
                let known = diagnostic.waived_by.take();
                diagnostic.waived_by = known.or_else(|| covering.map(|waiver| waiver.id.clone()));
                Some(diagnostic)
            })
            .collect();
        let mut findings = Findings { diagnostics: graded };
        findings.sort(sources);
        findings
    }
}

/// The configured severities.
#[derive(Clone, Debug, Default)]
pub struct Grading {
    /// By code, rule name or id of a policy; `None` switches a rule off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// Levels for some paths only; the last that matches wins.
    pub overrides: Vec<Override>,
}

/// What is configured for a rule in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configured {
    /// Nothing.
    Nothing,
    /// The rule is switched off.
    Off,
    /// Its findings have this severity.
    As(Severity),
}

impl Configured {
    #[allow(clippy::option_option, reason = "what a map of levels answers: nothing, off, or a level")]
    fn of(level: Option<Option<Severity>>) -> Configured {
        match level {
            None => Configured::Nothing,
            Some(None) => Configured::Off,
            Some(Some(severity)) => Configured::As(severity),
        }
    }
}

/// Levels that hold below some paths.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// The paths.
    pub paths: Globs,
    /// By code, rule name or id of a policy; `None` switches a rule off there.
    pub levels: BTreeMap<String, Option<Severity>>,
}

impl Grading {
    /// Returns the severity of a finding in the file at `path`; `None` when its rule is off.
    pub(crate) fn severity(&self, diagnostic: &Diagnostic, path: &str) -> Option<Severity> {
        match self.configured((diagnostic.rule, diagnostic.policy.as_deref()), path) {
            Configured::Nothing => Some(diagnostic.severity),
            Configured::Off => None,
            Configured::As(severity) => Some(severity),
        }
    }

    /// Returns what is configured for a rule, and for the policy that it found broken, in the file at `path`.
    pub(crate) fn configured(&self, (rule, policy): (&RuleMeta, Option<&str>), path: &str) -> Configured {
        let rule = (rule, policy);
        // Whether a path matches takes longer than whether the rule is named.
        let named = |entry: &Override| level_in(&entry.levels, rule).filter(|_| entry.paths.matches(path));
        let special = self.overrides.iter().rev().find_map(named);
        Configured::of(special.or_else(|| level_in(&self.levels, rule)))
    }

    /// Returns what is configured for a rule, and for the policy that it found broken, where no path has a level of its
    /// own.
    pub(crate) fn in_general(&self, rule: &RuleMeta, policy: Option<&str>) -> Configured {
        Configured::of(level_in(&self.levels, (rule, policy)))
    }

    /// Returns the levels of a rule below some paths, each with the globs that it holds for.
    pub(crate) fn overrides_of<'g>(
        &'g self,
        rule: (&'g RuleMeta, Option<&'g str>),
    ) -> impl Iterator<Item = (Option<Severity>, &'g [String])> {
        let named = move |entry: &'g Override| Some((level_in(&entry.levels, rule)?, entry.paths.patterns()));
        self.overrides.iter().filter_map(named)
    }
}

/// The level of a rule, and of the policy that it found broken: what is said of the policy goes before what is said of
/// the rule, and its code before its name. Nothing where neither is named.
#[allow(clippy::option_option, reason = "what a map of levels answers: nothing, off, or a level")]
fn level_in(
    levels: &BTreeMap<String, Option<Severity>>,
    (rule, policy): (&RuleMeta, Option<&str>),
) -> Option<Option<Severity>> {
    let policy = policy.and_then(|policy| levels.get(policy));
    policy.or_else(|| levels.get(rule.code)).or_else(|| levels.get(rule.name)).copied()
}

/// A waiver in force: what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiving {
    /// The id of the waiver document or policy.
    pub id: String,
    /// `kind:id` of what is excused.
    pub target: String,
    /// Of a contract the one version that is excused, and its file; none for all of them.
    pub version: Option<(String, FileId)>,
    /// The code or name of the rule, or the id of a policy.
    pub rule: String,
}

impl Waiving {
    /// Says whether a finding is excused: its rule or policy, and what it is about.
    #[must_use]
    pub fn covers(&self, diagnostic: &Diagnostic) -> bool {
        let is_policy = diagnostic.policy.as_deref() == Some(self.rule.as_str());
        (is_policy || self.rule == diagnostic.rule.code || self.rule == diagnostic.rule.name)
            && diagnostic.subject.as_deref() == Some(self.target.as_str())
            && self.version.as_ref().is_none_or(|(_, file)| *file == diagnostic.location.file)
    }

    /// Says whether what a change does to a thing is excused: the rule's code or name, `kind:id`, and of a contract
    /// the versions before and after.
    #[must_use]
    pub fn covers_change(&self, rule: &RuleMeta, subject: &str, versions: &[&str]) -> bool {
        (self.rule == rule.code || self.rule == rule.name)
            && self.target == subject
            && self.version.as_ref().is_none_or(|(version, _)| versions.contains(&version.as_str()))
    }
}

/// All findings of a run: graded, sorted by path, offset and code.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The findings, waived ones included.
    pub diagnostics: Vec<Diagnostic>,
}

/// How many findings there are of each severity; waived ones count only as waived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Errors that stand.
    pub errors: usize,
    /// Warnings that stand.
    pub warnings: usize,
    /// Infos that stand.
    pub infos: usize,
    /// Findings that a waiver covers.
    pub waived: usize,
}

impl Findings {
    /// Adds the findings of another run over the same files.
    pub fn join(&mut self, other: Findings, sources: &SourceMap) {
        self.diagnostics.extend(other.diagnostics);
        self.sort(sources);
    }

    /// Sorts by path, offset and code. Numbers of files alone do not say it: those of two trees stand one after the other.
    fn sort(&mut self, sources: &SourceMap) {
        self.diagnostics.sort_by(|a, b| {
            let (one, two) = (a.location.file, b.location.file);
            let by_path = if one == two { Ordering::Equal } else { sources.path(one).cmp(sources.path(two)) };
            let key = |d: &Diagnostic| (d.location.file, d.location.span.start, d.rule.code);
            by_path.then_with(|| key(a).cmp(&key(b))).then_with(|| a.message.cmp(&b.message))
        });
        self.diagnostics.dedup();
    }

    /// Counts the findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for diagnostic in &self.diagnostics {
            match (&diagnostic.waived_by, diagnostic.severity) {
                (Some(_), _) => summary.waived += 1,
                (None, Severity::Error) => summary.errors += 1,
                (None, Severity::Warning) => summary.warnings += 1,
                (None, Severity::Info) => summary.infos += 1,
            }
        }
        summary
    }

    /// Returns the findings of a policy, waived ones included.
    pub fn of_policy<'f>(&'f self, id: &'f str) -> impl Iterator<Item = &'f Diagnostic> {
        self.diagnostics.iter().filter(move |diagnostic| diagnostic.policy.as_deref() == Some(id))
    }

    /// Returns the findings that no waiver covers.
    pub fn standing(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.waived_by.is_none())
    }

    /// Returns the findings in files whose path the filter accepts.
    #[must_use]
    pub fn in_paths(&self, sources: &SourceMap, accepts: impl Fn(&str) -> bool) -> Findings {
        let kept = self.diagnostics.iter().filter(|diagnostic| accepts(sources.path(diagnostic.location.file)));
        Findings { diagnostics: kept.cloned().collect() }
    }

    /// Returns the findings that stand at or above `level`.
    #[must_use]
    pub fn at_least(&self, level: Severity) -> Findings {
        Findings { diagnostics: self.standing().filter(|finding| finding.severity >= level).cloned().collect() }
    }

    /// Says whether a finding stands at or above `level`.
    #[must_use]
    pub fn fails(&self, level: Severity) -> bool {
        self.standing().any(|diagnostic| diagnostic.severity >= level)
    }

    /// Returns the files that findings point into, each once.
    #[must_use]
    pub fn files(&self) -> BTreeSet<crate::source::FileId> {
        let places = |diagnostic: &Diagnostic| {
            let related = diagnostic.related.iter().map(|related| related.location.file).collect::<Vec<_>>();
            std::iter::once(diagnostic.location.file).chain(related)
        };
        self.diagnostics.iter().flat_map(places).collect()
    }
}
