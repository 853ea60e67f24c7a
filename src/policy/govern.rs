//! The policies of a mesh: compiled, tested, compared, run, and what came of it told.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::Date;

use super::cases::{TestOutcome, run_tests};
use super::cel::{SUBJECTS, Shapes};
use super::doubts::Doubtful;
use super::judge::{Judged, Violation, graded, judge};
use super::library::{Compiled, Origin, Stage, compile, severity};
use super::rules::policies as rules;
use super::scope::{Outside, subjects, traits, upward};
use super::timing::Stopwatch;
use super::world::Ground;
use crate::config::PersonalDataConfig;
use crate::diagnostic::{Diagnostic, Family, Grading, Severity, Sink};
use crate::graph::{Found, Mesh, slug_of};
use crate::model::{Kind, Policy, Ref, SpannedText};
use crate::source::{Location, SourceMap, Tree};
use crate::yaml::Schemas;

/// What came of all policies.
#[derive(Debug, Default)]
pub struct Governance {
    /// One entry for each policy that was read, by id.
    pub policies: Vec<PolicyOutcome>,
    /// The policies are those of another revision.
    pub is_of_revision: bool,
    /// What would be told of things that fail only for a field with a finding of its own.
    pub folded: Vec<Diagnostic>,
}

/// What came of one policy.
#[derive(Debug)]
pub struct PolicyOutcome {
    /// The policy.
    pub policy: Policy,
    /// Its stage.
    pub stage: Stage,
    /// How much a violation weighs today.
    pub severity: Severity,
    /// Every expression was understood, so that it was run.
    pub is_usable: bool,
    /// How many things it binds.
    pub n_subjects: usize,
    /// How many of them do not meet it.
    pub n_failing: usize,
    /// How many of them it came to no answer for.
    pub n_unanswered: usize,
    /// How many have nothing that it asks about, as a contract without personal data for a rule on personal data. They
    /// meet it, and say nothing of how it is kept.
    pub n_idle: usize,
    /// What it came to no answer for, each with the position of the validation.
    pub unanswered: BTreeSet<(Found, usize)>,
    /// What does not meet it, in the order of files.
    pub violations: Vec<Violation>,
    /// Its test cases.
    pub tests: Vec<TestOutcome>,
    /// What running it cost, in steps.
    pub steps: u64,
    /// What running it took, of all threads together; zero where nobody asks.
    pub time: Duration,
}

impl PolicyOutcome {
    /// Returns how many things meet it; none while it cannot be read.
    #[must_use]
    pub fn n_passing(&self) -> usize {
        if self.is_usable { self.n_subjects.saturating_sub(self.n_failing + self.n_unanswered) } else { 0 }
    }

    /// Says whether it came to no answer for a thing.
    #[must_use]
    pub fn is_unanswered(&self, thing: Found) -> bool {
        self.unanswered.range((thing, 0)..=(thing, usize::MAX)).next().is_some()
    }

    /// Returns how many test cases come out as they say.
    #[must_use]
    pub fn n_passing_tests(&self) -> usize {
        self.tests.iter().filter(|test| test.failure.is_none()).count()
    }

    /// Says why the policy does not bind a thing.
    ///
    /// # Errors
    /// Why not.
    pub fn binds(&self, mesh: &Mesh, thing: Found) -> Result<(), Outside> {
        super::scope::Scope::of(&self.policy, mesh).holds(&traits(mesh, thing))
    }

    /// Returns everything that policies can be about and this one does not bind, counted by reason.
    #[must_use]
    pub fn outside(&self, mesh: &Mesh) -> Vec<(Outside, usize)> {
        let scope = super::scope::Scope::of(&self.policy, mesh);
        let mut counts = std::collections::BTreeMap::new();
        for why in subjects(mesh).iter().filter_map(|traits| scope.holds(traits).err()) {
            *counts.entry(why).or_insert(0) += 1;
        }
        counts.into_iter().collect()
    }
}

impl Governance {
    /// Returns what came of a policy.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<&PolicyOutcome> {
        self.policies.iter().find(|outcome| outcome.policy.header.id.value.as_str() == id)
    }
}

/// What policies are run over.
pub struct Realm<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// Fields with a finding of their own.
    pub doubtful: &'a Doubtful,
    /// How much findings weigh in this registry.
    pub grading: &'a Grading,
    /// The kinds of what could not be read to its end; `None` for a file whose kind is not known.
    pub unread: &'a BTreeSet<Option<Kind>>,
    /// The names of all files.
    pub sources: &'a SourceMap,
    /// Where files are read again.
    pub tree: &'a dyn Tree,
    /// The schemas, which say what expressions may ask.
    pub schemas: &'a Schemas,
    /// What counts as personal data here.
    pub personal_data: &'a PersonalDataConfig,
    /// The day.
    pub today: Date,
    /// The address of the site, with a slash at its end.
    pub base_url: Option<&'a str>,
    /// Measures what each policy takes.
    pub clock: Option<Stopwatch>,
}

/// Runs the policies of the mesh, or those of another revision in their place.
pub fn govern(realm: &Realm<'_>, origin: Option<&Origin<'_>>, sink: &mut Sink) -> Governance {
    let policies = origin.map_or(&realm.mesh.policies, |origin| &origin.policies);
    if policies.is_empty() && realm.mesh.policies.is_empty() {
        return Governance { is_of_revision: origin.is_some(), ..Governance::default() };
    }
    let shapes = Shapes::read(realm.schemas);
    let day = realm.today.to_string();
    if origin.is_some() {
        // Those of the tree are not run, but whoever changes them sees whether they could be.
        let own = compile(&realm.mesh.policies, None, &shapes, realm.mesh, realm.sources, realm.tree, sink);
        for compiled in &own {
            tested(compiled, &shapes, &day, sink);
        }
    }
    // What is wrong with policies of a revision was told when they were the tree's own.
    let mut elsewhere = Sink::default();
    let target = if origin.is_some() { &mut elsewhere } else { &mut *sink };
    let compiled = compile(policies, origin, &shapes, realm.mesh, realm.sources, realm.tree, target);
    if origin.is_some() {
        report_unusable(&compiled, sink);
    }
    report_reach(realm.mesh, &compiled, sink);
    report_contradictions(realm, &compiled, sink);
    let ground = Ground {
        mesh: realm.mesh,
        sources: realm.sources,
        tree: realm.tree,
        today: realm.today,
        day: day.clone(),
        personal_classes: realm.personal_data.personal_classes(),
        doubtful: Some((realm.doubtful, realm.grading)),
        asked: asked_elsewhere(&compiled),
    };
    let judged = judge(&compiled, &ground, realm.clock);
    let mut outcomes = Vec::with_capacity(compiled.len());
    let mut folded = Vec::new();
    for (compiled, judged) in compiled.iter().zip(judged) {
        let tests = match origin {
            None => tested(compiled, &shapes, &day, sink),
            Some(_) => run_tests(compiled, &shapes, &day),
        };
        if matches!(compiled.stage, Stage::Trial | Stage::Enforced) {
            let (policy, weight) = (compiled.policy, severity(compiled.policy, realm.today));
            folded.extend(judged.doubted.iter().map(|violation| told(realm, policy, weight, violation)));
        }
        outcomes.push(outcome(realm, compiled, judged, tests, sink));
    }
    Governance { policies: outcomes, is_of_revision: origin.is_some(), folded }
}

/// Returns the fields that policies may ask of neighbours; `None` when they cannot be told.
pub(super) fn asked_elsewhere(compiled: &[Compiled<'_>]) -> Option<BTreeSet<Box<str>>> {
    let mut names = BTreeSet::new();
    let codes = compiled.iter().flat_map(|compiled| {
        let of_validations = compiled.validations.iter().flat_map(|one| std::iter::once(&one.code).chain(&one.message));
        compiled.variables.iter().chain(of_validations)
    });
    let mut is_known = true;
    for code in codes {
        is_known &= code.asked_elsewhere(&mut names);
    }
    is_known.then_some(names)
}

fn tested(compiled: &Compiled<'_>, shapes: &Shapes, day: &str, sink: &mut Sink) -> Vec<TestOutcome> {
    let mut tests = run_tests(compiled, shapes, day);
    for test in &mut tests {
        // A case with a mistake of form shows nothing, and that is told already.
        let is_of_form = |finding: &&Diagnostic| {
            let Location { file, span } = finding.location;
            finding.severity == Severity::Error
                && matches!(Family::of(finding.rule.code), Some(Family::Syn | Family::Sch))
                && (file == compiled.file && test.span.start <= span.start && span.start < test.span.end)
        };
        if let Some(finding) = sink.found().iter().find(is_of_form) {
            test.failure = Some(format!("{}: {}", finding.rule.code, finding.message));
            continue;
        }
        let Some(failure) = &test.failure else { continue };
        let message = format!("the test case `{}` of the policy `{}` fails", test.name, compiled.id());
        sink.push(
            rules::FAILING_POLICY_TEST
                .at(compiled.file, compiled.place(test.span), message)
                .label(failure.clone())
                .help(format!(
                    "mend the expression or the case; `meshfolio policy test {}` runs it alone",
                    compiled.id()
                ))
                .subject(compiled.policy.header.reference()),
        );
    }
    tests
}

/// A policy of another revision that cannot be read is told once: it does not guard what it should.
fn report_unusable(compiled: &[Compiled<'_>], sink: &mut Sink) {
    for compiled in compiled.iter().filter(|compiled| !compiled.is_usable && compiled.stage != Stage::Retired) {
        let message = format!("the policy `{}` of the other revision cannot be run", compiled.id());
        let help = "mend it there first; it guards nothing until then";
        let span = compiled.place(compiled.policy.header.id.span);
        sink.push(
            rules::POLICY_WITHOUT_ANSWER
                .at(compiled.file, span, message)
                .help(help)
                .subject(compiled.policy.header.reference()),
        );
    }
}

/// Says whether a team of a domain may bind another one: that is its own, or is below it. One that is not there is told
/// elsewhere.
#[must_use]
pub fn is_bound_by(mesh: &Mesh, name: &str, domain_idx: usize) -> bool {
    mesh.domain(name).is_none_or(|named| upward(mesh, Some(named)).contains(&domain_idx))
}

/// Reports policies of a domain's team that bind things of other domains.
fn report_reach(mesh: &Mesh, compiled: &[Compiled<'_>], sink: &mut Sink) {
    for compiled in compiled.iter().filter(|compiled| compiled.stage != Stage::Retired) {
        let policy = compiled.policy;
        let team = policy.owner.as_ref().and_then(|owner| mesh.team(&owner.value));
        let Some(domain) = team.and_then(|team| mesh.teams[team].domain_idx) else { continue };
        let is_within = |name: &str| is_bound_by(mesh, name, domain);
        let own = mesh.domains[domain].descriptor.header.id.value.as_str();
        let owner = policy.owner.as_ref().map_or("", |owner| owner.value.as_str());
        let (span, message) = if policy.scope.domains.is_empty() {
            let span = policy.owner.as_ref().map_or(policy.header.id.span, |owner| owner.span);
            (span, format!("the policy `{}` of `{owner}`, a team of `{own}`, binds all domains", compiled.id()))
        } else if let Some(other) = policy.scope.domains.iter().find(|name| !is_within(&name.value)) {
            let message =
                format!("the policy `{}` of `{owner}`, a team of `{own}`, binds `{}`", compiled.id(), other.value);
            (other.span, message)
        } else {
            continue;
        };
        let help = format!("write `domains: [{own}]` in its `scope`, or let the council own it");
        sink.push(
            rules::POLICY_BEYOND_DOMAIN
                .at(compiled.file, compiled.place(span), message)
                .help(help)
                .subject(policy.header.reference()),
        );
    }
}

/// Reports pairs of policies that nothing can meet together.
fn report_contradictions(realm: &Realm<'_>, compiled: &[Compiled<'_>], sink: &mut Sink) {
    let runs = |compiled: &&Compiled<'_>| matches!(compiled.stage, Stage::Trial | Stage::Enforced);
    let demands: Vec<_> = compiled
        .iter()
        .filter(runs)
        .flat_map(|compiled| {
            let of = move |condition: &super::library::Condition| {
                let position = condition.position;
                condition.code.demands().into_iter().map(move |(path, demand)| (compiled, position, path, demand))
            };
            compiled.validations.iter().flat_map(of).collect::<Vec<_>>()
        })
        .collect();
    let is_local = |compiled: &Compiled<'_>| compiled.policy.scope.domains.len();
    for (place, (first, first_position, path, demand)) in demands.iter().enumerate() {
        for (second, second_position, other_path, other) in &demands[place + 1..] {
            let same_kind = first.scope.kinds.is_empty()
                || second.scope.kinds.is_empty()
                || first.scope.kinds.iter().any(|k| second.scope.kinds.contains(k));
            if path != other_path
                || !same_kind
                || !demand.excludes(other)
                || !first.scope.overlaps(&second.scope, realm.mesh)
            {
                continue;
            }
            // The one with the narrower scope is told: it came to tighten.
            let is_first_local = is_local(first) > is_local(second);
            let (told, position, against, against_position) = if is_first_local {
                (first, *first_position, second, *second_position)
            } else {
                (second, *second_position, first, *first_position)
            };
            let expression = &told.policy.validations[position].expression;
            let message = format!("no `{path}` meets both the policies `{}` and `{}`", told.id(), against.id());
            let mut finding = rules::CONTRADICTING_POLICIES
                .at(told.file, told.place(expression.span), message)
                .help("a domain may ask for more, never for the opposite; change one of them, or their scopes")
                .subject(told.policy.header.reference());
            if against.is_shown {
                let other = &against.policy.validations[against_position].expression;
                finding = finding.related(against.file, other.span, "the other one asks this");
            }
            sink.push(finding);
        }
    }
}

fn outcome(
    realm: &Realm<'_>,
    compiled: &Compiled<'_>,
    judged: Judged,
    tests: Vec<TestOutcome>,
    sink: &mut Sink,
) -> PolicyOutcome {
    let policy = compiled.policy;
    let weight = severity(policy, realm.today);
    let reference = policy.header.reference();
    let counts = matches!(compiled.stage, Stage::Trial | Stage::Enforced);
    let binds_nothing = judged.n_subjects == 0 && !compiled.scope.is_misspelt;
    if binds_nothing && compiled.stage != Stage::Retired && !is_waiting(realm, compiled) {
        let message = format!("the policy `{}` binds nothing", compiled.id());
        sink.push(
            rules::POLICY_WITHOUT_SUBJECTS
                .at(compiled.file, compiled.place(policy.header.id.span), message)
                .help(format!("`meshfolio policy explain {}` counts why things are outside its scope", compiled.id()))
                .subject(reference.clone()),
        );
    }
    report_faults(realm, compiled, &judged, sink);
    if judged.is_stopped {
        let message = format!("the policy `{}` takes too long and was stopped", compiled.id());
        let mut finding = rules::POLICY_WITHOUT_ANSWER
            .at(compiled.file, compiled.place(policy.header.id.span), message)
            .label(format!("{} steps", judged.steps))
            .help("loop over less: name lists in `variables`, avoid loops inside loops, narrow the scope")
            .subject(reference);
        if let Some(weight) = weight_of_fault(realm, compiled, realm.sources.path(compiled.file)) {
            finding.severity = weight;
            sink.push(finding);
        }
    }
    if counts {
        for violation in &judged.violations {
            sink.push(told(realm, policy, weight, violation));
        }
    }
    PolicyOutcome {
        policy: policy.clone(),
        stage: compiled.stage,
        severity: weight,
        is_usable: compiled.is_usable,
        n_subjects: judged.n_subjects,
        n_failing: judged.n_failing,
        n_unanswered: judged.n_unanswered,
        n_idle: judged.n_idle,
        unanswered: judged.unanswered.into_iter().collect(),
        violations: judged.violations,
        tests,
        time: judged.time,
        steps: judged.steps,
    }
}

/// Says whether a policy that binds nothing only waits: for the first thing of its kinds, for one that comes into the
/// state it is about, or for one that cannot be read.
fn is_waiting(realm: &Realm<'_>, compiled: &Compiled<'_>) -> bool {
    let things = subjects(realm.mesh);
    let is_kind = |kind| compiled.scope.kinds.is_empty() || compiled.scope.kinds.contains(&kind);
    let is_unread = |kind: &Option<Kind>| kind.is_none_or(|kind| SUBJECTS.contains(&kind) && is_kind(kind));
    realm.unread.iter().any(is_unread)
        || !things.iter().any(|traits| is_kind(traits.subject.kind))
        || things.iter().any(|traits| compiled.scope.may_hold(traits))
}

fn told(realm: &Realm<'_>, policy: &Policy, weight: Severity, violation: &Violation) -> Diagnostic {
    let id = policy.header.id.value.as_str();
    let subject = realm.mesh.reference(violation.subject);
    let name = subject.split_once(':').map_or(subject.as_str(), |(_, id)| id);
    let title = match violation.subject.kind {
        Kind::SemanticDefinition => "term",
        kind => kind.title(),
    };
    let Location { file, span } = violation.location;
    let page = format!("policies/{}.html", slug_of(&policy.header));
    let page = realm.base_url.map_or_else(|| page.clone(), |base| format!("{base}{page}"));
    let mut finding = rules::POLICY_VIOLATION
        .at(file, span, format!("{title} `{name}`: {} (policy `{id}`)", violation.message))
        .label("this decided")
        .help(format!("`meshfolio policy explain {id}` says why and what it asks; its page is {page}"))
        .subject(subject);
    finding.severity = weight;
    finding.policy = Some(id.to_owned());
    finding
}

/// Says what to do where an expression asks one kind of thing and the policy binds a thing of another: its scope is what is
/// wrong. A domain and a team are also those of the thing.
fn other_kind(
    compiled: &Compiled<'_>,
    expression: &SpannedText,
    (start, end): (u32, u32),
    subject: Found,
) -> Option<String> {
    let asked = expression.value.get(start as usize..end as usize)?;
    let own =
        [Kind::DataProduct, Kind::DataContract, Kind::AccessAgreement, Kind::SemanticDefinition, Kind::SourceSystem];
    let kind = own.into_iter().find(|kind| kind.word() == asked.trim() && *kind != subject.kind)?.name();
    Some(if compiled.scope.kinds.is_empty() {
        format!("add `kinds: [{kind}]` to `scope`: things of all kinds are bound without")
    } else {
        format!("write `kinds: [{kind}]` in `scope`, and a policy of its own for the other kinds")
    })
}

/// Returns how much it counts that a policy comes to no answer for a thing in a file: as much as that it is not met, which
/// nobody can tell, and never more. A proposal is only shown.
fn weight_of_fault(realm: &Realm<'_>, compiled: &Compiled<'_>, path: &str) -> Option<Severity> {
    let own = severity(compiled.policy, realm.today);
    let graded = graded(compiled.policy, own, realm.grading, path)?;
    Some(if compiled.stage == Stage::Proposed { Severity::Info } else { graded })
}

/// Reports runs without an answer: each place once, with the first subject. What somebody asks to excuse is told by itself,
/// so that a waiver covers it.
fn report_faults(realm: &Realm<'_>, compiled: &Compiled<'_>, judged: &Judged, sink: &mut Sink) {
    if judged.faults.is_empty() {
        return;
    }
    let texts = realm.sources.texts(realm.tree, [compiled.file]);
    let excused = excused(realm.mesh, compiled);
    for ((validation, variable, at), (subjects, fault)) in &judged.faults {
        let expression = compiled.text(*variable, *validation);
        let span = compiled.place_in(&texts, expression, *at);
        let help =
            |subject: Found| other_kind(compiled, expression, *at, subject).unwrap_or_else(|| fault.help.to_owned());
        let mut others: Vec<Found> = Vec::new();
        let mut worst: Option<Severity> = None;
        for subject in subjects {
            let header = realm.mesh.header(*subject);
            let Some(weight) = weight_of_fault(realm, compiled, realm.sources.path(header.file)) else { continue };
            if !excused.contains(subject) {
                worst = worst.max(Some(weight));
                others.push(*subject);
                continue;
            }
            let reference = realm.mesh.reference(*subject);
            let message = format!("the policy `{}` comes to no answer for `{reference}`", compiled.id());
            let mut finding = rules::POLICY_WITHOUT_ANSWER
                .at(header.file, header.id.span, message)
                .label(fault.message.clone())
                .help(help(*subject))
                .subject(reference);
            if compiled.is_shown {
                finding = finding.related(compiled.file, span, "this has no answer");
            }
            finding.severity = weight;
            finding.policy = Some(compiled.id().to_owned());
            sink.push(finding);
        }
        let (Some(first), Some(weight)) = (others.first(), worst) else { continue };
        let more = match others.len() {
            1 => String::new(),
            2 => " and one other".to_owned(),
            count => format!(" and {} others", count - 1),
        };
        let reference = realm.mesh.reference(*first);
        let message = format!("the policy `{}` comes to no answer for `{reference}`{more}", compiled.id());
        let header = realm.mesh.header(*first);
        let mut finding = rules::POLICY_WITHOUT_ANSWER
            .at(compiled.file, span, message)
            .label(fault.message.clone())
            .help(help(*first))
            .related(header.file, header.id.span, "the first of them")
            .subject(compiled.policy.header.reference());
        finding.severity = weight;
        sink.push(finding);
    }
}

/// Returns the things that a waiver names beside a policy, whether or not it counts.
fn excused(mesh: &Mesh, compiled: &Compiled<'_>) -> BTreeSet<Found> {
    let own = compiled.policy.waivers.iter().map(|waiver| waiver.target.value.as_str());
    let is_of_it = |rule: &str| rule.trim_start_matches("policy:") == compiled.id();
    let documents = mesh.waivers.iter().filter(|waiver| is_of_it(&waiver.rule.value));
    let targets = own.chain(documents.map(|waiver| waiver.target.value.as_str()));
    targets.filter_map(|target| Ref::parse(target).ok()).flat_map(|target| mesh.find(&target)).collect()
}
