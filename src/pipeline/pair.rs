//! Two trees: the base and the head of a change. What both hold is read once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::read::{self, Beside, FileResult, Joined, Prepared};
use super::{Options, Outcome, PipelineError, PolicySource, judge, policies};
use crate::diagnostic::{Configured, Family, Findings, Grading, Severity, Sink};
use crate::diff::{self, ChangeSet, CodeOwners, Level, Renames, Side};
use crate::graph::rules::{CONSUMES_RETIRED, UNKNOWN_COLUMN_SOURCE, UNPUBLISHED_VERSION};
use crate::graph::{ACKNOWLEDGED, misplaced};
use crate::model::{Acknowledgement, Kind};
use crate::policy::{self, Timings};
use crate::source::{FileId, Location, SourceMap, Tree};
use crate::yaml::Schemas;

/// What a head is compared with.
pub struct Base<'a> {
    /// Its files.
    pub tree: &'a dyn Tree,
    /// Who owns which file, as the base says.
    pub owners: CodeOwners,
    /// Contracts are compared with every version of their major that is still read, whatever the configuration says.
    pub is_transitive: bool,
    /// The folder of the registry below the top of the repository, with a slash at its end, as the file of
    /// owners names paths; empty at the top.
    pub prefix: String,
    /// Whose policies, levels and personal data the head is judged by: its own, where none are named.
    pub policies: Option<&'a dyn Tree>,
}

/// A judged change.
pub struct Compared {
    /// The mesh as it is, its findings joined by those about the change. Its sources know the files of
    /// the base too.
    pub head: Outcome,
    /// The mesh as it was.
    pub base: Arc<Outcome>,
    /// What changed.
    pub changes: ChangeSet,
}

impl Compared {
    /// Returns the findings that the base does not have: about the change, or of a thing or in a file that had
    /// fewer of the same words.
    #[must_use]
    pub fn new_findings(&self) -> Findings {
        let key = |outcome: &Outcome, finding: &crate::diagnostic::Diagnostic| {
            let path = outcome.sources.path(finding.location.file).to_owned();
            let is_waived = finding.waived_by.is_some();
            (is_waived, finding.rule.code, finding.subject.clone().unwrap_or(path), finding.message.clone())
        };
        let mut known: HashMap<_, usize> = HashMap::new();
        for finding in &self.base.findings.diagnostics {
            *known.entry(key(&self.base, finding)).or_default() += 1;
        }
        let renames = &self.changes.renames;
        let is_new = |finding: &&crate::diagnostic::Diagnostic| {
            if Family::of(finding.rule.code) == Some(Family::Brk) {
                return true;
            }
            let key = key(&self.head, finding);
            let mut take = |key: &_| match known.get_mut(key) {
                Some(left) if *left > 0 => {
                    *left -= 1;
                    true
                }
                _ => false,
            };
            // The same finding may have stood there with the old name of a thing.
            let mut was = |key: &(bool, &'static str, String, String)| {
                let (is_waived, code, place, message) = key;
                take(key)
                    || (!renames.is_empty()
                        && take(&(*is_waived, *code, renames.backward(place), renames.backward(message))))
            };
            // What the base waives and nothing waives any more is new: the branch took its excuse away. The other
            // way round it is known.
            let is_known = was(&key) || (key.0 && was(&(false, key.1, key.2.clone(), key.3.clone())));
            !is_known
        };
        Findings { diagnostics: self.head.findings.diagnostics.iter().filter(is_new).cloned().collect() }
    }
}

/// Checks a tree and what it is compared with. Files that are the same in both are read once.
///
/// # Errors
/// As [`run`](super::run), and when the content of a file of the base is not in the repository. What is wrong
/// in the base is counted there and never stops the comparison.
pub fn run_pair(
    head: &dyn Tree,
    base: &Base<'_>,
    schemas: &Schemas,
    options: &Options,
) -> Result<Compared, PipelineError> {
    let mut opened = read::open(head, schemas, options, FileId(0))?;
    read::refuse_left_out(&opened)?;
    if let Some(tree) = base.policies {
        policies::judge_by(&mut opened.config, tree, schemas, options)?;
    }
    let numbered = read::number(&opened, options);
    let mut prepared = read::prepare(head, schemas, opened, numbered);
    let next = Beside::Next(base.tree);
    let files: Vec<FileResult> = prepared.files(head, schemas, options.detail, Some(&next)).collect();
    let (base_prepared, base_joined) = read_base(head, base.tree, schemas, options, &mut prepared, &files)?;
    let is_lost = |result: &&FileResult| result.checked.doubts.lost.is_some();
    let lost = files.iter().filter(is_lost).map(|result| prepared.sources.path(result.file).to_owned());
    let broken: BTreeSet<String> = lost.collect();
    let joined = files.into_iter().fold(Joined::default(), Joined::with);
    prepared.refuse_failures(head, &joined)?;
    let config_file = prepared.config_file;
    let policies = base.policies.map_or(PolicySource::Own, PolicySource::Of);
    let (head_outcome, base_outcome) = rayon::join(
        || judge((head, schemas), prepared, joined, options, policies, &mut Timings::default()),
        || judge((base.tree, schemas), base_prepared, base_joined, options, PolicySource::Own, &mut Timings::default()),
    );
    let mut base_outcome = base_outcome?;
    harden_misplaced_in(base.tree, &mut base_outcome);
    let mut compared = Compared { head: head_outcome?, base: Arc::new(base_outcome), changes: ChangeSet::default() };
    compare(head, base, (&broken, config_file, &options.config_path), &mut compared);
    Ok(compared)
}

fn read_base(
    head: &dyn Tree,
    tree: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
    head_read: &mut Prepared,
    head_files: &[FileResult],
) -> Result<(Prepared, Joined), PipelineError> {
    let base_options = base_options(options);
    let mut opened = read::open(tree, schemas, &base_options, FileId(0))?;
    let config_path = options.config_path.as_str();
    let is_same_config = is_same_file(head, tree, config_path);
    // What a file is depends on where it lies below the roots.
    let is_comparable = opened.config.roots == head_read.config.roots;
    let same: HashMap<FileId, &FileResult> = head_files
        .iter()
        .filter(|result| is_comparable && result.is_same)
        .map(|result| (result.file, result))
        .collect();
    let head_sources = std::mem::take(&mut head_read.sources);
    let is_same = |file: FileId| same.contains_key(&file);
    let (own, numbered) = read::number_beside(&mut opened, options, head_sources, is_same_config, is_same);
    head_read.sources = own;
    let mut prepared = read::prepare(tree, schemas, opened, numbered);
    if options.observations.is_some() {
        // Their results are those of the head.
        prepared.results = head_read.results.clone();
    }
    let before = Beside::Before(same);
    let read: Vec<FileResult> = prepared.files(tree, schemas, options.detail, Some(&before)).collect();
    let joined = read.into_iter().fold(Joined::default(), Joined::with);
    prepared.refuse_missing(tree, &joined)?;
    Ok((prepared, joined))
}

/// Returns how a base is read: it may be older than its configuration, and folders outside the repository are in no
/// revision.
pub(super) fn base_options(options: &Options) -> Options {
    Options { is_config_required: false, observations: None, ..options.clone() }
}

/// Says whether two trees hold the same at a path, or nothing.
pub(super) fn is_same_file(head: &dyn Tree, base: &dyn Tree, path: &str) -> bool {
    match head.read(path) {
        Ok(bytes) => base.holds(path, &bytes),
        Err(_) => base.read(path).is_err(),
    }
}

/// Makes an error again of a reader that is left behind by the word of an acknowledgement that does not count,
/// where no other counts.
pub(super) fn harden(
    uncounted: &[(Location, String)],
    grading: &Grading,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    if uncounted.is_empty() {
        return;
    }
    for finding in &mut findings.diagnostics {
        let is_ending = [UNPUBLISHED_VERSION.code, CONSUMES_RETIRED.code].contains(&finding.rule.code);
        let is_soft = is_ending && finding.severity == Severity::Warning;
        let path = sources.path(finding.location.file);
        if !is_soft || grading.configured((finding.rule, None), path) != Configured::Nothing {
            continue;
        }
        let mut is_hardened = false;
        for related in finding.related.iter_mut().filter(|related| related.message == ACKNOWLEDGED) {
            if let Some((_, words)) = uncounted.iter().find(|(place, _)| *place == related.location) {
                related.message.clone_from(words);
                is_hardened = true;
            }
        }
        // A stranger's word beside that of the reader takes nothing away.
        if is_hardened && !finding.related.iter().any(|related| related.message == ACKNOWLEDGED) {
            finding.severity = Severity::Error;
        }
    }
}

/// As [`harden_misplaced`], by the file of owners of the tree itself: a plain check of what was merged comes to the verdict
/// of the gate.
pub(super) fn harden_misplaced_in(tree: &dyn Tree, outcome: &mut Outcome) {
    if misplaced(&outcome.mesh, &outcome.sources).is_empty() {
        return;
    }
    let given: BTreeSet<FileId> = CodeOwners::read_in(tree).map_or_else(BTreeSet::new, |owners| {
        let side = (&outcome.mesh, &outcome.sources);
        let prefix = tree.prefix();
        let all = outcome.mesh.acknowledgements.iter();
        let given = all.filter(|entry| diff::is_given_in(side, (&owners, &prefix), entry));
        given.map(|entry| entry.header.file).collect()
    });
    harden_misplaced(outcome, |entry| given.contains(&entry.header.file));
}

/// Makes errors again of what acknowledgements soften that lie in the folder of somebody else, but for those that
/// `is_given` knows to be the reader's all the same.
pub(super) fn harden_misplaced(outcome: &mut Outcome, is_given: impl Fn(&Acknowledgement) -> bool) {
    let Outcome { mesh, sources, config, findings, .. } = outcome;
    let misplaced = misplaced(mesh, sources).into_iter();
    let misplaced = misplaced.map(|(idx, whose)| (&mesh.acknowledgements[idx], whose));
    let uncounted: Vec<(Location, String)> = misplaced
        .filter(|(entry, _)| !is_given(entry))
        .map(|(entry, whose)| {
            let place = Location { file: entry.header.file, span: entry.header.id.span };
            (place, format!("this acknowledgement does not count: it lies in the folder of `{whose}`"))
        })
        .collect();
    harden(&uncounted, &config.check.grading, sources, findings);
}

/// Leaves out sources of columns that lead nowhere only since what they name was removed: that is told as what breaks.
fn fold_lost_sources(before: &Outcome, changes: &ChangeSet, after: &mut Outcome) {
    if !changes.changes.iter().any(|change| change.level == Level::Breaking) {
        return;
    }
    let is_it = |finding: &crate::diagnostic::Diagnostic| finding.rule.code == UNKNOWN_COLUMN_SOURCE.code;
    let known: BTreeSet<(FileId, usize)> = before
        .findings
        .diagnostics
        .iter()
        .filter(|finding| is_it(finding))
        .map(|finding| (finding.location.file, finding.location.span.range().start))
        .collect();
    after.findings.diagnostics.retain(|finding| {
        let (file, start) = (finding.location.file, finding.location.span.range().start);
        // In a file that changed itself it may be new.
        !is_it(finding) || !before.sources.is_own(file) || known.contains(&(file, start))
    });
}

/// Notes what changed, and joins the findings about it to those of the head.
pub(super) fn compare(
    head: &dyn Tree,
    base: &Base<'_>,
    (broken, config_file, config_path): (&BTreeSet<String>, FileId, &str),
    compared: &mut Compared,
) {
    let Compared { head: after, base: before, changes } = compared;
    let n_base_errors = before.findings.standing().filter(|finding| finding.severity == Severity::Error).count();
    changes.n_base_errors = n_base_errors;
    // A root that is not there is an error of the configuration, told once: what it held is not gone.
    if after.config.roots.iter().any(|root| !head.has_folder(root)) {
        return;
    }
    let waivers = after.waivers.clone();
    let faults = policy::Faults::of(&after.mesh, after.findings.standing(), |finding| Some(finding.severity));
    let severity = |finding: &crate::diagnostic::Diagnostic| Some(finding.severity);
    let mistakes = policy::unheard(&after.mesh, after.today, &faults, after.findings.standing(), severity);
    let aliases = crate::config::aliases_path(&after.config);
    let sides = [
        Side { mesh: &before.mesh, sources: &before.sources, tree: base.tree },
        Side { mesh: &after.mesh, sources: &after.sources, tree: head },
    ];
    let known = super::rules();
    let renames = Renames::of(sides[0], sides[1]).with_rules(&known);
    let site = &after.config.site;
    let folds = site.lean && !before.config.site.lean;
    let lowered = diff::lowered((sides[0], sides[1]), &renames, config_path, &known);
    let question = diff::Question {
        base: sides[0],
        head: sides[1],
        renames: &renames,
        moved: crate::diff::Moved::default(),
        folds: folds.then_some(Location { file: config_file, span: site.lean_span }),
        grading: &after.config.check.grading,
        perspective: after.config.check.perspective,
        is_transitive: base.is_transitive || after.config.check.is_transitive,
        waivers: &waivers.in_force,
        mistakes: &mistakes,
        owners: &base.owners,
        prefix: &base.prefix,
        lowered: (&lowered, config_file),
        base_grading: &before.config.check.grading,
        broken,
        aliases: &aliases,
        today: after.today,
    };
    let mut sink = Sink::default();
    *changes = diff::compare(&question, &mut sink);
    let given = misplaced(&after.mesh, &after.sources).into_iter().map(|(idx, _)| &after.mesh.acknowledgements[idx]);
    let given: BTreeSet<FileId> =
        given.filter(|entry| diff::is_given(&question, entry)).map(|entry| entry.header.file).collect();
    harden_misplaced(after, |entry| given.contains(&entry.header.file));
    fold_lost_sources(before, changes, after);
    let uncounted = changes.uncounted.iter().map(|place| (*place, "this acknowledgement does not count".to_owned()));
    let uncounted: Vec<(Location, String)> = uncounted.collect();
    harden(&uncounted, &after.config.check.grading, &after.sources, &mut after.findings);
    changes.n_base_errors = n_base_errors;
    changes.is_base_empty = before.counts.documents == 0 && after.counts.documents > 0;
    // Levels are given already: what is accepted must not be raised again.
    waivers.note_void(&mut sink);
    after.findings.join(sink.finish(&Grading::default(), &waivers.in_force, &after.sources), &after.sources);
    // Products that say themselves that they are new are told already.
    let is_new = |idx: usize| {
        let id = &after.mesh.products[idx].descriptor.header.id.value;
        before.mesh.product(renames.was(Kind::DataProduct, id)).is_none()
            && !policy::rules::alike::is_announced(&after.mesh, idx)
    };
    let mut sink = Sink::default();
    policy::rules::alike::report(&after.mesh, is_new, &mut sink);
    waivers.note_void(&mut sink);
    let alike = sink.finish(&after.config.check.grading, &waivers.in_force, &after.sources);
    after.findings.join(alike, &after.sources);
}
