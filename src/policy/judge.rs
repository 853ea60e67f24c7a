//! Runs policies over the mesh: each file with a subject is read once more, in parallel, and judged by
//! all policies that bind it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rayon::prelude::*;

use super::cel::{Doc, Fault, Machine, Root};
use super::doubts::{DoubtfulField, Doubting};
use super::library::{Compiled, Condition, Stage, severity};
use super::rules::policies as rules;
use super::scope::{Traits, subjects};
use super::timing::Stopwatch;
use super::world::{Desk, Ground, Shelf, World, definition};
use crate::diagnostic::{Configured, Grading, Severity};
use crate::graph::Found;
use crate::model::{Kind, Policy};
use crate::source::{FileId, Location, Span};
use crate::yaml::{NodeRef, YamlTree};

/// How many files are judged before it is asked whether a policy takes too long.
const BATCH: usize = 512;
/// How many files lie on one [`Desk`]: the next by path, among which are most neighbours of each other.
const ON_DESK: usize = 32;
/// How many steps a policy may take for all subjects together: about six seconds.
const MAX_TOTAL_STEPS: u64 = 400_000_000;

/// A subject that does not meet a policy.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The subject.
    pub subject: Found,
    /// Position of the validation in the policy.
    pub validation: usize,
    /// What the policy says.
    pub message: String,
    /// The best place in the subject's file.
    pub location: Location,
}

/// What came of one policy.
#[derive(Debug, Default)]
pub(super) struct Judged {
    /// How many things it binds.
    pub(super) n_subjects: usize,
    /// How many of them do not meet it.
    pub(super) n_failing: usize,
    /// How many others it came to no answer for.
    pub(super) n_unanswered: usize,
    /// How many have nothing that it asks about.
    pub(super) n_idle: usize,
    pub(super) violations: Vec<Violation>,
    /// Those that fail only for a field with a finding of its own; nobody can tell whether they meet it.
    pub(super) doubted: Vec<Violation>,
    /// Runs without an answer: of each place the subjects, and why the first of them has none.
    pub(super) faults: BTreeMap<FaultPlace, (Vec<Found>, Fault)>,
    /// All subjects without an answer, each with the validation.
    pub(super) unanswered: Vec<(Found, usize)>,
    pub(super) steps: u64,
    pub(super) time: Duration,
    /// It took too long and was stopped.
    pub(super) is_stopped: bool,
}

/// Position of the validation, position of the variable, and bytes.
type FaultPlace = (usize, Option<usize>, (u32, u32));

/// The subjects of a file, each with the policies that bind it.
type Bound<'t> = Vec<(&'t Traits<'t>, Vec<usize>)>;

/// What came of one subject, for one policy.
#[derive(Default)]
struct Verdict {
    policy: usize,
    subject: Option<Found>,
    violations: Vec<Violation>,
    doubted: Vec<Violation>,
    /// The validations that come to no answer for a field with a finding of its own.
    in_doubt: Vec<usize>,
    faults: Vec<(usize, Fault)>,
    /// It has nothing that the policy asks about.
    is_idle: bool,
    steps: u64,
    time: Duration,
}

/// Judges all subjects by all policies; one result for each policy, in their order.
pub(super) fn judge(policies: &[Compiled<'_>], ground: &Ground<'_>, clock: Option<Stopwatch>) -> Vec<Judged> {
    let mut judged: Vec<Judged> = policies.iter().map(|_| Judged::default()).collect();
    let things = subjects(ground.mesh);
    let mut by_file: BTreeMap<FileId, Bound<'_>> = BTreeMap::new();
    for traits in &things {
        let binds = |policy: &usize| {
            let compiled = &policies[*policy];
            compiled.stage != Stage::Retired && compiled.scope.holds(traits).is_ok()
        };
        let bound: Vec<usize> = (0..policies.len()).filter(binds).collect();
        for policy in &bound {
            judged[*policy].n_subjects += 1;
        }
        let usable: Vec<usize> = bound.into_iter().filter(|policy| policies[*policy].is_usable).collect();
        if !usable.is_empty() {
            by_file.entry(ground.mesh.header(traits.subject).file).or_default().push((traits, usable));
        }
    }
    let files: Vec<(FileId, Bound<'_>)> = by_file.into_iter().collect();
    for batch in files.chunks(BATCH) {
        let is_running: Vec<bool> = judged.iter().map(|judged| !judged.is_stopped).collect();
        let judge_some = |files: &[(FileId, Bound<'_>)]| {
            let texts: Vec<(FileId, String)> =
                files.iter().filter_map(|(file, _)| Some((*file, ground.text(*file)?))).collect();
            let desk = Desk::of(&texts);
            let judge_one = |(file, bound): &(FileId, Bound<'_>)| {
                judge_file(policies, (ground, &desk), (*file, bound), &is_running, clock)
            };
            files.iter().flat_map(judge_one).collect::<Vec<Verdict>>()
        };
        let verdicts: Vec<Vec<Verdict>> = batch.par_chunks(ON_DESK).map(judge_some).collect();
        for verdict in verdicts.into_iter().flatten() {
            judged[verdict.policy].take(verdict);
        }
        for judged in &mut judged {
            judged.is_stopped |= judged.steps > MAX_TOTAL_STEPS;
        }
    }
    judged
}

impl Judged {
    fn take(&mut self, verdict: Verdict) {
        self.steps += verdict.steps;
        self.time += verdict.time;
        self.n_failing += usize::from(!verdict.violations.is_empty());
        let is_answered = verdict.faults.is_empty() && verdict.in_doubt.is_empty();
        self.n_unanswered += usize::from(verdict.violations.is_empty() && !is_answered);
        self.n_idle += usize::from(verdict.is_idle);
        self.violations.extend(verdict.violations);
        let in_doubt =
            verdict.subject.into_iter().flat_map(|subject| verdict.in_doubt.iter().map(move |at| (subject, *at)));
        self.unanswered.extend(in_doubt);
        self.doubted.extend(verdict.doubted);
        for (validation, fault) in verdict.faults {
            let Some(subject) = verdict.subject else { continue };
            self.unanswered.push((subject, validation));
            let place = (validation, fault.variable, fault.at);
            self.faults.entry(place).or_insert_with(|| (Vec::new(), fault)).0.push(subject);
        }
    }
}

fn judge_file(
    policies: &[Compiled<'_>],
    (ground, desk): (&Ground<'_>, &Desk<'_>),
    (file, bound): (FileId, &Bound<'_>),
    is_running: &[bool],
    clock: Option<Stopwatch>,
) -> Vec<Verdict> {
    let Some(root) = desk.tree(file).map(YamlTree::root) else { return Vec::new() };
    let read = |file: FileId| ground.read(file, desk);
    let mut verdicts = Vec::new();
    for (traits, usable) in bound {
        let subject = traits.subject;
        let document = match subject.kind {
            Kind::SemanticDefinition => {
                definition(Doc::Yaml(root), &ground.mesh.term(&ground.mesh.terms[subject.idx]).id)
            }
            _ => Some(Doc::Yaml(root)),
        };
        let Some(document) = document else { continue };
        let shelf = Shelf::default();
        let world = World::new((ground, &read), (subject, file, document), &shelf);
        for position in usable.iter().filter(|position| is_running[**position]) {
            let compiled = &policies[*position];
            let since = clock.map(|clock| clock());
            let doubtful = ground
                .doubtful
                .map(|(doubtful, grading)| doubtful.of(file, || weight_of(compiled.policy, grading, ground, file)));
            let doubtful = doubtful.unwrap_or_default();
            let asked = Asked { subject, document, root, file, doubtful: &doubtful };
            let judged = catch_unwind(AssertUnwindSafe(|| judge_subject(compiled, &world, &asked)));
            let mut verdict = judged.unwrap_or_else(|_| {
                let message = "the tool itself failed on this; please report it with the policy".to_owned();
                let help = "the others are judged without it";
                let fault = Fault { at: (0, 0), message, help, variable: None, is_limit: true, is_doubt: false };
                Verdict { faults: vec![(0, fault)], ..Verdict::default() }
            });
            verdict.policy = *position;
            verdict.subject = Some(subject);
            verdict.steps += world.take_steps();
            if let (Some(clock), Some(since)) = (clock, since) {
                verdict.time = clock().saturating_sub(since);
            }
            verdicts.push(verdict);
        }
    }
    verdicts
}

/// Returns how much a violation of a policy weighs in a file: as the registry grades it, else as the policy says.
fn weight_of(policy: &Policy, grading: &Grading, ground: &Ground<'_>, file: FileId) -> Severity {
    let own = severity(policy, ground.today);
    graded(policy, own, grading, ground.sources.path(file)).unwrap_or(own)
}

/// Returns how much a violation of a policy that weighs `own` by itself counts as in a file; none where it is switched off.
pub(super) fn graded(policy: &Policy, own: Severity, grading: &Grading, path: &str) -> Option<Severity> {
    match grading.configured((&rules::POLICY_VIOLATION, Some(policy.header.id.value.as_str())), path) {
        Configured::As(severity) => Some(severity),
        Configured::Nothing => Some(own),
        Configured::Off => None,
    }
}

/// The subject that is judged.
struct Asked<'d, 'a> {
    subject: Found,
    /// The subject's own part of the file.
    document: Doc<'a>,
    root: NodeRef<'a>,
    file: FileId,
    /// Its fields with a finding of their own.
    doubtful: &'d [&'d DoubtfulField],
}

fn judge_subject<'a>(compiled: &'a Compiled<'_>, world: &World<'a>, asked: &Asked<'_, 'a>) -> Verdict {
    let Asked { subject, document, root, file, .. } = *asked;
    let mut machine = Machine::new(world, &compiled.variables);
    let mut verdict = Verdict { is_idle: !compiled.validations.is_empty(), ..Verdict::default() };
    let mut n_steps = 0;
    for validation in &compiled.validations {
        match machine.condition(&validation.code) {
            Ok(true) => verdict.is_idle &= machine.is_idle(&validation.code),
            Ok(false) => {
                verdict.is_idle = false;
                let place = machine.witness().and_then(Doc::place);
                let made = validation.message.as_ref().map(|code| machine.message(code));
                let doubts = in_doubt(compiled, validation, world, asked, &mut n_steps);
                let stands = |doubt: &Doubt| matches!(doubt.answer, Ok(false)) || is_limit(&doubt.answer);
                let is_standing = doubts.iter().all(stands);
                // What fails beside a doubtful field is where it fails without that.
                let beside = doubts.into_iter().find(|doubt| is_standing && doubt.answer == Ok(false));
                let (place, made) = match beside {
                    Some(doubt) => (doubt.place, doubt.made.filter(Result::is_ok).or(made)),
                    None => (place, made),
                };
                let own = || touched(compiled, validation.position, subject.kind, document);
                let span = place.or_else(own).or_else(|| identity(document, root)).unwrap_or_default();
                let message = compiled.said(validation.position, made);
                let location = Location { file, span };
                let violation = Violation { subject, validation: validation.position, message, location };
                if is_standing {
                    verdict.violations.push(violation);
                } else {
                    verdict.in_doubt.push(validation.position);
                    verdict.doubted.push(violation);
                }
            }
            Err(fault) => {
                verdict.is_idle = false;
                let is_spent = fault.is_limit;
                let doubts =
                    if is_spent { Vec::new() } else { in_doubt(compiled, validation, world, asked, &mut n_steps) };
                let is_doubt = |doubt: &Doubt| doubt.answer.as_ref().is_err_and(|fault| fault.is_doubt);
                if doubts.iter().any(is_doubt) {
                    // The finding about the field says it all: neither met nor broken, and no mistake of the policy.
                    verdict.in_doubt.push(validation.position);
                    continue;
                }
                verdict.faults.push((validation.position, fault));
                // The others would fail for the same reason.
                if is_spent {
                    break;
                }
            }
        }
    }
    verdict.steps = machine.run().steps + n_steps;
    verdict
}

/// What a condition comes to.
type Answer<T = bool> = Result<T, Fault>;

/// What a condition comes to where nobody can tell what doubtful fields hold.
struct Doubt {
    answer: Answer,
    /// Where it fails.
    place: Option<Span>,
    /// What is made to be said of that.
    made: Option<Answer<String>>,
}

fn is_limit(answer: &Answer) -> bool {
    answer.as_ref().is_err_and(|fault| fault.is_limit)
}

/// Asks a condition again where nobody can tell what doubtful fields hold: once as if what may belong to a list did, and
/// once as if it did not. Nothing where no field is doubtful.
fn in_doubt<'a>(
    compiled: &'a Compiled<'_>,
    condition: &'a Condition,
    world: &World<'a>,
    asked: &Asked<'_, 'a>,
    n_steps: &mut u64,
) -> Vec<Doubt> {
    let Asked { subject, document, doubtful, .. } = *asked;
    let mut answers = Vec::new();
    for takes_all in [false, true].into_iter().filter(|_| !doubtful.is_empty()) {
        let doubting = Doubting { world, subject, document, fields: doubtful, takes_all };
        let mut machine = Machine::new(&doubting, &compiled.variables);
        let answer = machine.condition(&condition.code);
        let is_broken = answer == Ok(false);
        let place = machine.witness().filter(|_| is_broken).and_then(Doc::place);
        let made = condition.message.as_ref().filter(|_| is_broken).map(|code| machine.message(code));
        answers.push(Doubt { answer, place, made });
        *n_steps += machine.run().steps;
    }
    answers
}

/// Returns the place of the first field that a condition asks of the subject and that the subject states.
fn touched(compiled: &Compiled<'_>, validation: usize, kind: Kind, document: Doc<'_>) -> Option<Span> {
    let mut names = Vec::new();
    let root = Root::Thing(kind);
    let condition = compiled.validations.iter().find(|condition| condition.position == validation)?;
    condition.code.touched(root, &compiled.variables, &mut names);
    let Doc::Yaml(node) = document else { return None };
    // Where the mesh knows the field, the file has what it knows it from.
    let mut entries = names.iter().filter_map(|name| match name.as_ref() {
        "inputs" => node.entry("inputPorts"),
        "contracts" => node.entry("outputPorts"),
        "id" | "columns" | "owner" | "domain" => None,
        name => node.entry(name),
    });
    entries.next().map(|(key, value)| {
        let is_whole = value.is_mapping() || value.is_sequence() || value.is_null();
        if is_whole { key.span() } else { value.span() }
    })
}

fn identity(document: Doc<'_>, root: NodeRef<'_>) -> Option<Span> {
    let Doc::Yaml(node) = document else { return None };
    node.get("id").or_else(|| root.get("id")).map(NodeRef::span)
}
