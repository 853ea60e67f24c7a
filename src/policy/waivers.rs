//! Which waivers hold today, and which do not for a mistake of their own.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::library::Stage;
use super::rules::policies::POLICY_VIOLATION;
use crate::diagnostic::{Configured, Diagnostic, Family, Grading, RuleMeta, Severity, Sink, Waiving};
use crate::graph::Mesh;
use crate::graph::rules::UNKNOWN_TEAM;
use crate::model::{Header, Kind, Policy, Ref, SpannedText, Text, date_of};
use crate::source::{FileId, Location, SourceMap, Span};

/// The waivers whose last day has not passed (UTC). One without a readable last day is none of them.
#[derive(Clone, Debug, Default)]
pub struct Waivers {
    /// Those that cover findings.
    pub in_force: Vec<Waiving>,
    /// Those that would, were there no mistake in them.
    pub void: Vec<VoidWaiver>,
}

/// A waiver that does not count until it is mended.
#[derive(Clone, Debug)]
pub struct VoidWaiver {
    /// What it would cover.
    pub waiving: Waiving,
    /// Where its target stands; nowhere when it is of another revision.
    pub place: Option<Location>,
    /// Where its own mistake is told, when it has a finding.
    pub cause: Option<Location>,
    /// Why it does not count, as the end of a sentence.
    pub why: String,
}

/// An error of form: in the words of its finding.
#[derive(Clone, Debug)]
struct Fault {
    span: Span,
    message: String,
}

/// The errors of form (`SYN`, `SCH`) of files whose word excuses something.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    by_file: BTreeMap<FileId, Vec<Fault>>,
}

impl Faults {
    /// Keeps the errors of the files of waivers, acknowledgements and policies.
    pub fn of<'a>(
        mesh: &Mesh,
        found: impl Iterator<Item = &'a Diagnostic>,
        severity: impl Fn(&Diagnostic) -> Option<Severity>,
    ) -> Faults {
        let waivers = mesh.waivers.iter().map(|waiver| &waiver.header);
        let acknowledgements = mesh.acknowledgements.iter().map(|entry| &entry.header);
        let headers = waivers.chain(acknowledgements).chain(mesh.policies.iter().map(|policy| &policy.header));
        let mut by_file: BTreeMap<FileId, Vec<Fault>> = headers.map(|header| (header.file, Vec::new())).collect();
        for finding in found {
            let is_of_form = matches!(Family::of(finding.rule.code), Some(Family::Syn | Family::Sch));
            let Some(faults) = by_file.get_mut(&finding.location.file).filter(|_| is_of_form) else { continue };
            if severity(finding) == Some(Severity::Error) {
                faults.push(Fault { span: finding.location.span, message: finding.message.clone() });
            }
        }
        by_file.retain(|_, faults| !faults.is_empty());
        Faults { by_file }
    }

    /// Returns the message of the first error in a file.
    #[must_use]
    pub fn in_file(&self, file: FileId) -> Option<&str> {
        Some(self.first(file, None)?.message.as_str())
    }

    fn first(&self, file: FileId, within: Option<Span>) -> Option<&Fault> {
        let is_inside = |span: Span| within.is_none_or(|within| within.start <= span.start && span.start < within.end);
        let faults = self.by_file.get(&file)?;
        faults.iter().filter(|fault| is_inside(fault.span)).min_by_key(|fault| fault.span.start)
    }
}

/// What waivers are judged by.
pub struct Trust<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The day.
    pub today: Date,
    /// The errors of form of its files.
    pub faults: &'a Faults,
    /// The built-in rules.
    pub known: &'a [&'static RuleMeta],
    /// Configured levels: where teams need not be registered, no approver has to be.
    pub grading: &'a Grading,
    /// The names of all files.
    pub sources: &'a SourceMap,
}

/// A waiver, wherever it stands.
struct Stated<'a> {
    header: &'a Header,
    /// The bytes that are the waiver's; all of the file for a document of its own.
    within: Option<Span>,
    is_of_revision: bool,
    target: &'a SpannedText,
    rule: &'a str,
    /// Where the rule stands; nowhere inside a policy.
    rule_at: Option<Span>,
    reason: Option<&'a Text>,
    approved_by: Option<&'a SpannedText>,
    expires: Option<&'a SpannedText>,
}

impl Waivers {
    /// Judges the waivers of a mesh, and those inside the policies that are run. `is_of_revision` says that these
    /// are of another tree, where what is wrong with their form is told.
    #[must_use]
    pub fn of(trust: &Trust<'_>, policies: &[Policy], is_of_revision: bool) -> Waivers {
        let own = trust.mesh.waivers.iter().map(|waiver| Stated {
            header: &waiver.header,
            within: None,
            is_of_revision: false,
            target: &waiver.target,
            rule: &waiver.rule,
            rule_at: Some(waiver.rule.span),
            reason: waiver.reason.as_ref(),
            approved_by: waiver.approved_by.as_ref(),
            expires: waiver.expires.as_ref(),
        });
        let in_policies = policies.iter().flat_map(|policy| {
            policy.waivers.iter().map(move |waiver| Stated {
                header: &policy.header,
                within: Some(waiver.span),
                is_of_revision,
                target: &waiver.target,
                rule: &policy.header.id.value,
                rule_at: None,
                reason: waiver.reason.as_ref(),
                approved_by: waiver.approved_by.as_ref(),
                expires: waiver.expires.as_ref(),
            })
        });
        let mut waivers = Waivers::default();
        for stated in own.chain(in_policies).filter(|stated| stated.holds(trust.today)) {
            let waiving = waiving(trust.mesh, &stated.header.id.value, stated.target, stated.rule);
            match stated.mistake(trust).or_else(|| stated.idle(trust, policies)) {
                None => waivers.in_force.push(waiving),
                Some((why, cause)) => {
                    let at = |span: Span| Location { file: stated.header.file, span };
                    let here = |span: Span| (!stated.is_of_revision).then(|| at(span));
                    let (place, cause) = (here(stated.target.span), cause.and_then(here));
                    waivers.void.push(VoidWaiver { waiving, place, cause, why });
                }
            }
        }
        waivers
    }

    /// Says why the waiver whose target stands at a place does not count.
    #[must_use]
    pub fn why_void(&self, file: FileId, target: Span) -> Option<&str> {
        let place = Some(Location { file, span: target });
        Some(self.void.iter().find(|void| void.place == place)?.why.as_str())
    }

    /// Tells findings that a void waiver would cover why it does not, and its own finding what that means.
    pub fn note_void(&self, sink: &mut Sink) {
        let mut by_target: BTreeMap<&str, Vec<&VoidWaiver>> = BTreeMap::new();
        for void in &self.void {
            by_target.entry(&void.waiving.target).or_default().push(void);
        }
        if by_target.is_empty() {
            return;
        }
        for finding in sink.found() {
            let of_subject = finding.subject.as_deref().and_then(|subject| by_target.get(subject));
            let mut covering = of_subject.into_iter().flatten().filter(|void| void.waiving.covers(finding));
            if let Some(void) = covering.next()
                && !self.in_force.iter().any(|waiver| waiver.covers(finding))
            {
                let excuse = format!("the waiver `{}` for it does not count: {}", void.waiving.id, void.why);
                finding.help = Some(and(finding.help.take(), &excuse));
                if let Some(Location { file, span }) = void.place {
                    *finding = finding.clone().related(file, span, "this waiver does not count");
                }
            }
            let place = Some(finding.location);
            let is_own = Family::of(finding.rule.code).is_some_and(|family| family != Family::Gov);
            if is_own && self.void.iter().any(|void| void.cause == place) {
                finding.help = Some(and(finding.help.take(), "until this is mended the waiver does not count"));
            }
        }
    }
}

/// Adds a sentence to what is said already.
fn and(help: Option<String>, more: &str) -> String {
    help.map_or_else(|| more.to_owned(), |help| format!("{help}; {more}"))
}

impl Stated<'_> {
    fn holds(&self, today: Date) -> bool {
        self.expires.and_then(|day| date_of(day)).is_some_and(|last| last >= today)
    }

    /// Says that the waiver names no rule, or a policy that is not run any more, and where that is told.
    fn idle(&self, trust: &Trust<'_>, policies: &[Policy]) -> Option<(String, Option<Span>)> {
        let word = self.rule.trim_start_matches("policy:");
        if self.rule_at.is_some() && is_of_every_policy(word) {
            return Some((format!("`{word}` is the rule of all policies"), self.rule_at));
        }
        if self.rule_at.is_some() && trust.known.iter().any(|rule| rule.code == word || rule.name == word) {
            return None;
        }
        let is_it = |policy: &&Policy| policy.header.id.value.as_str() == word;
        match policies.iter().chain(&trust.mesh.policies).find(is_it) {
            None => Some((format!("there is no rule or policy `{word}`"), self.rule_at)),
            Some(policy) => {
                (Stage::of(policy) == Stage::Retired).then(|| (format!("the policy `{word}` is retired"), None))
            }
        }
    }

    /// Says why the waiver does not count, and where that is told.
    fn mistake(&self, trust: &Trust<'_>) -> Option<(String, Option<Span>)> {
        let file = self.header.file;
        if !self.is_of_revision
            && let Some(fault) = trust.faults.first(file, self.within)
        {
            return Some((format!("it has an error of its own, {}", fault.message), Some(fault.span)));
        }
        // A waiver in a policy has no life of its own.
        if let Some(why) = self.header.why_unfinished().filter(|_| self.within.is_none()) {
            return Some((why, None));
        }
        if self.header.is_broken() {
            return Some(("its file cannot be read to the end".to_owned(), None));
        }
        if self.reason.is_none_or(|reason| reason.trim().is_empty()) {
            return Some(("it gives no reason".to_owned(), None));
        }
        let Some(approver) = self.approved_by.filter(|team| !team.trim().is_empty()) else {
            return Some(("it names nobody who approved it".to_owned(), None));
        };
        let unknown = UNKNOWN_TEAM.at(file, approver.span, String::new());
        let is_asked = self.is_of_revision || trust.grading.severity(&unknown, trust.sources.path(file)).is_some();
        let is_unknown = trust.mesh.team(approver).is_none() && !trust.mesh.lost_a_team() && is_asked;
        is_unknown
            .then(|| (format!("`{}`, which approved it, is no registered team", approver.value), Some(approver.span)))
    }
}

/// Says whether a word names the rule of all policies: a waiver of it would excuse a thing from each of them, those to
/// come too, and nobody would have decided that.
pub(crate) fn is_of_every_policy(word: &str) -> bool {
    word == POLICY_VIOLATION.code || word == POLICY_VIOLATION.name
}

/// Says whether the configuration switches off what a waiver excuses, in every file of its target.
pub(crate) fn is_off(mesh: &Mesh, sources: &SourceMap, grading: &Grading, asked: Asked<'_>, target: &str) -> bool {
    let Ok(target) = Ref::parse(target) else { return false };
    let asked = match asked {
        Asked::Rule(rule) => (rule, None),
        Asked::Policy(id) => (&POLICY_VIOLATION, Some(id)),
    };
    let found = mesh.find(&target);
    let off = |path: &str| grading.configured(asked, path) == Configured::Off;
    !found.is_empty() && found.into_iter().all(|found| off(sources.path(mesh.header(found).file)))
}

/// What a waiver sets aside.
#[derive(Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// A built-in rule.
    Rule(&'static RuleMeta),
    /// A policy, by its id.
    Policy(&'a str),
}

/// Returns what a waiver covers: its target as findings name their subject, `kind:id`, whichever way it is written.
/// One that names a version of a contract covers that one.
pub(super) fn waiving(mesh: &Mesh, id: &str, target: &str, rule: &str) -> Waiving {
    let rule = rule.trim_start_matches("policy:").to_owned();
    let reference = Ref::parse(target).ok();
    let found = reference.as_ref().map(|reference| mesh.find(reference)).unwrap_or_default();
    let (target, version) = match found.as_slice() {
        [only] => {
            let header = mesh.header(*only);
            let is_pinned = reference.is_some_and(|reference| reference.version.is_some());
            let version = header.version.as_ref().filter(|_| is_pinned && only.kind == Kind::DataContract);
            (mesh.reference(*only), version.map(|version| (version.value.to_string(), header.file)))
        }
        _ => (target.trim().to_owned(), None),
    };
    Waiving { id: id.to_owned(), target, version, rule }
}
