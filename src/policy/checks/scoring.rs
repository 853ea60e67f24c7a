//! Which checks are asked, and their answers: the one result that pages, twins, badges and commands share.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Ask, Axis, CHECKS, Check, CheckResult, ProductChecks, asks};
use crate::diagnostic::Sink;
use crate::graph::{Found, Mesh};
use crate::model::{AxisCheck, Header, Kind, Policy, PolicyScope, Scorecard, SpannedText, Text, Validation};
use crate::policy::Realm;
use crate::policy::cel::Shapes;
use crate::policy::govern::asked_elsewhere;
use crate::policy::judge::{Judged, judge};
use crate::policy::library::{Compiled, compile};
use crate::policy::rules::scorecards as rules;
use crate::policy::world::Ground;
use crate::source::{Location, SourceMap};

/// The most checks of a scorecard: one bit each.
const MOST_CHECKS: usize = 60;

/// The checks of a mesh with what expressions answer.
#[derive(Clone)]
pub struct Scoring {
    /// The checks, in the order of the axes.
    pub checks: Vec<Check>,
    /// The scorecard they are of; `None` for the built-in ones.
    pub scorecard: Option<Text>,
    /// The answers of expressions: by expression, then by product.
    answers: Vec<Vec<CheckResult>>,
}

impl Default for Scoring {
    fn default() -> Scoring {
        Scoring { checks: CHECKS.to_vec(), scorecard: None, answers: Vec::new() }
    }
}

impl Scoring {
    /// Asks all checks of a product.
    #[must_use]
    pub fn of(&self, mesh: &Mesh, sources: &SourceMap, product_idx: usize) -> ProductChecks<'_> {
        let subject = asks::Subject::new(mesh, sources, product_idx);
        let answer = |check: &Check| match check.ask {
            Ask::BuiltIn(ask) => ask(&subject),
            Ask::Own(position) => self.answers[position][product_idx].clone(),
        };
        ProductChecks { checks: &self.checks, results: self.checks.iter().map(answer).collect() }
    }

    /// Returns the axes that have a check, in their order.
    pub fn axes(&self) -> impl Iterator<Item = Axis> {
        Axis::ALL.into_iter().filter(|axis| self.checks.iter().any(|check| check.axis == *axis))
    }
}

/// Finds the checks of a mesh and, where a scorecard brings its own, answers them. What is wrong with the
/// scorecard is told.
pub(in crate::policy) fn score(realm: &Realm<'_>, sink: &mut Sink) -> Scoring {
    let Some(scorecard) = in_force(realm.mesh, sink) else { return Scoring::default() };
    let listed = listed(scorecard, sink);
    let own: Vec<&AxisCheck> =
        listed.iter().map(|(_, check)| *check).filter(|check| check.expression.is_some()).collect();
    let answers = if own.is_empty() { Vec::new() } else { answer(realm, scorecard, &own, sink) };
    let mut n_own = 0;
    let mut checks = Vec::new();
    for (axis, check) in listed {
        let built_in = CHECKS.iter().find(|known| known.id == check.id.value.as_str());
        let ask = if check.expression.is_some() {
            n_own += 1;
            Ask::Own(n_own - 1)
        } else {
            let Some(built_in) = built_in else { continue };
            built_in.ask
        };
        let text = |stated: Option<&Text>, known: fn(&Check) -> &Cow<'static, str>, or: &str| match stated {
            Some(stated) => Cow::Owned(stated.to_string()),
            None => built_in.map_or_else(|| Cow::Owned(or.to_owned()), |built_in| known(built_in).clone()),
        };
        let id = check.id.value.as_str();
        checks.push(Check {
            id: Cow::Owned(id.to_owned()),
            axis,
            name: text(check.name.as_ref(), |known| &known.name, id),
            lack: match (&check.name, built_in) {
                (None, Some(built_in)) => built_in.lack.clone(),
                (Some(name), _) => Cow::Owned(format!("Not: {name}")),
                (None, None) => Cow::Owned(format!("Not: {id}")),
            },
            help: text(check.help.as_ref(), |known| &known.help, &format!("make `{id}` true")),
            link: check.link.as_ref().filter(|link| is_page(link)).map(ToString::to_string),
            ask,
        });
    }
    checks.sort_by_key(|check| check.axis);
    if checks.is_empty() {
        // Nothing of it can be used, which is told already.
        return Scoring::default();
    }
    Scoring { checks, scorecard: Some(scorecard.header.id.value.clone()), answers }
}

/// Returns the scorecard that counts: of those that are neither planned nor retired the first by id.
fn in_force<'a>(mesh: &'a Mesh, sink: &mut Sink) -> Option<&'a Scorecard> {
    let counts = |scorecard: &&Scorecard| !scorecard.header.is_broken() && !scorecard.header.is_unfinished();
    let mut found = mesh.scorecards.iter().filter(counts);
    let first = found.next()?;
    let first_id = first.header.id.value.as_str();
    for other in found {
        let header = &other.header;
        let message = format!("the scorecard `{}` does not count: `{first_id}` is in force", header.id.value);
        sink.push(
            rules::SECOND_SCORECARD
                .at(header.file, header.id.span, message)
                .help("join them, or set `status: draft` or `retired` in the one that does not count")
                .related(first.header.file, first.header.id.span, "this one counts")
                .subject(header.reference()),
        );
    }
    Some(first)
}

/// Lists the checks of a scorecard, each id once.
fn listed<'a>(scorecard: &'a Scorecard, sink: &mut Sink) -> Vec<(Axis, &'a AxisCheck)> {
    let header = &scorecard.header;
    let mut seen = BTreeSet::new();
    let mut listed = Vec::new();
    for axis in &scorecard.axes {
        let Some(known) = Axis::from_word(&axis.axis) else { continue };
        for check in &axis.checks {
            if seen.insert(check.id.value.as_str()) {
                listed.push((known, check));
                continue;
            }
            let message = format!("the check `{}` stands twice in the scorecard `{}`", check.id.value, header.id.value);
            sink.push(
                rules::REPEATED_CHECK
                    .at(header.file, check.id.span, message)
                    .help("give it another id, or take it out: the first of them counts")
                    .subject(header.reference()),
            );
        }
    }
    listed.truncate(MOST_CHECKS);
    listed
}

/// Answers the checks that bring an expression, each for all products. They are compiled, limited and run as
/// policies are; whatever comes to no answer is not passed.
fn answer(realm: &Realm<'_>, scorecard: &Scorecard, own: &[&AxisCheck], sink: &mut Sink) -> Vec<Vec<CheckResult>> {
    let policies: Vec<Policy> = own.iter().map(|check| as_policy(scorecard, check)).collect();
    let shapes = Shapes::read(realm.schemas);
    let compiled = compile(&policies, None, &shapes, realm.mesh, realm.sources, realm.tree, sink);
    let ground = Ground {
        mesh: realm.mesh,
        sources: realm.sources,
        tree: realm.tree,
        today: realm.today,
        day: realm.today.to_string(),
        personal_classes: realm.personal_data.personal_classes(),
        doubtful: None,
        asked: asked_elsewhere(&compiled),
    };
    let judged = judge(&compiled, &ground, None);
    let of = |(position, (compiled, judged)): (usize, (&Compiled<'_>, Judged))| {
        report(realm, scorecard, own[position], compiled, &judged, sink);
        answers_of(realm.mesh, own[position], compiled, &judged)
    };
    compiled.iter().zip(judged).enumerate().map(of).collect()
}

/// The validation that says whether a check applies, where there is one; the other is the check.
const APPLIES: usize = 1;

/// Words a check as a policy over products: first what must hold, then whether that is asked.
fn as_policy(scorecard: &Scorecard, check: &AxisCheck) -> Policy {
    let header = Header { kind: Kind::Scorecard, ..scorecard.header.clone() };
    let expressions = check.expression.iter().chain(&check.applies);
    let validation = |expression: &SpannedText| Validation {
        expression: expression.clone(),
        message: None,
        message_expression: None,
    };
    Policy {
        header,
        category: None,
        owner: None,
        severity: None,
        stage: None,
        effective_from: None,
        scope: PolicyScope { kinds: vec![Text::from(Kind::DataProduct.name())], ..PolicyScope::default() },
        variables: Vec::new(),
        validations: expressions.map(validation).collect(),
        tests: Vec::new(),
        waivers: Vec::new(),
    }
}

fn answers_of(mesh: &Mesh, check: &AxisCheck, compiled: &Compiled<'_>, judged: &Judged) -> Vec<CheckResult> {
    let headers = mesh.products.iter().map(|product| &product.descriptor.header);
    let at_id = |header: &Header| Location { file: header.file, span: header.id.span };
    let unanswered = |header: &Header| {
        if header.is_broken() {
            return CheckResult::NotApplicable { why: "its file cannot be read to the end".to_owned() };
        }
        CheckResult::Failed { why: "the check comes to no answer".to_owned(), place: at_id(header) }
    };
    if !compiled.is_usable || judged.is_stopped {
        return headers.map(unanswered).collect();
    }
    let mut answers: Vec<CheckResult> = headers
        .clone()
        .map(|header| if header.is_broken() { unanswered(header) } else { CheckResult::Passed })
        .collect();
    let short = check.expression.as_ref().map(|text| shortened(&text.value)).unwrap_or_default();
    for violation in judged.violations.iter().filter(|violation| violation.validation != APPLIES) {
        let why = format!("`{short}` is not so");
        answers[violation.subject.idx] = CheckResult::Failed { why, place: violation.location };
    }
    for (Found { idx, .. }, _) in &judged.unanswered {
        answers[*idx] = unanswered(&mesh.products[*idx].descriptor.header);
    }
    for violation in judged.violations.iter().filter(|violation| violation.validation == APPLIES) {
        let condition = check.applies.as_ref().map(|text| shortened(&text.value)).unwrap_or_default();
        let why = format!("it is asked only where `{condition}`");
        answers[violation.subject.idx] = CheckResult::NotApplicable { why };
    }
    answers
}

/// Tells of a check that came to no answer: each place once, with the first product.
fn report(
    realm: &Realm<'_>,
    scorecard: &Scorecard,
    check: &AxisCheck,
    compiled: &Compiled<'_>,
    judged: &Judged,
    sink: &mut Sink,
) {
    let id = &check.id.value;
    if judged.is_stopped {
        let message = format!("the check `{id}` takes too long and was stopped");
        sink.push(
            rules::CHECK_WITHOUT_ANSWER
                .at(scorecard.header.file, check.id.span, message)
                .label(format!("{} steps", judged.steps))
                .help("loop over less; no product passes until it can be told")
                .subject(scorecard.header.reference()),
        );
    }
    if judged.faults.is_empty() {
        return;
    }
    let is_left_out: BTreeSet<usize> = judged
        .violations
        .iter()
        .filter(|violation| violation.validation == APPLIES)
        .map(|violation| violation.subject.idx)
        .collect();
    let texts = realm.sources.texts(realm.tree, [compiled.file]);
    for ((validation, variable, at), (_, fault)) in &judged.faults {
        // What is not asked need not be answered.
        let of_place = judged.unanswered.iter().filter(|(subject, other)| {
            other == validation && (*validation == APPLIES || !is_left_out.contains(&subject.idx))
        });
        let mut subjects = of_place.map(|(subject, _)| *subject);
        let Some(subject) = subjects.next() else { continue };
        let first = realm.mesh.reference(subject);
        let others = match subjects.count() {
            0 => String::new(),
            1 => " and one other".to_owned(),
            count => format!(" and {count} others"),
        };
        let span = compiled.place_in(&texts, compiled.text(*variable, *validation), *at);
        let message = format!("the check `{id}` comes to no answer for `{first}`{others}");
        let help = format!("{}, or write `applies:` for the products that the check is about", fault.help);
        let header = realm.mesh.header(subject);
        sink.push(
            rules::CHECK_WITHOUT_ANSWER
                .at(scorecard.header.file, span, message)
                .label(fault.message.clone())
                .help(help)
                .related(header.file, header.id.span, "the first of them")
                .subject(scorecard.header.reference()),
        );
    }
}

/// Says whether a link leads to a page: what the schema refuses is not written into one.
fn is_page(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 72;
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if joined.chars().count() <= LONGEST {
        return joined;
    }
    joined.chars().take(LONGEST - 3).collect::<String>() + "..."
}
