//! Waivers that ended, end, cover nothing, or were granted by those they are for.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Family, Grading, RuleMeta, Sink, Waiving};
use crate::graph::{Found, Mesh};
use crate::model::{Header, Kind, Ref, SpannedText, date_of};
use crate::policy::PolicyRule;
use crate::policy::waivers::{Asked, Waivers, is_off, waiving};
use crate::policy::world::home;
use crate::source::SourceMap;

pub(super) const RULES: &[PolicyRule] = &[
    PolicyRule { meta: &EXPIRED_WAIVER, run: |_, _| {} },
    PolicyRule { meta: &ENDING_WAIVER, run: |_, _| {} },
    PolicyRule { meta: &UNUSED_WAIVER, run: |_, _| {} },
    PolicyRule { meta: &SELF_APPROVED_WAIVER, run: |_, _| {} },
];

/// A waiver that ends within so many days ends soon (DESIGN section 2).
pub(crate) const SOON_DAYS: i32 = 30;

declare_rule! {
    /// ## What it finds
    /// A waiver whose last day has passed. It covers nothing any more.
    ///
    /// ## Why it matters
    /// What was excused for a while counts again. A waiver that stays shows a decision that is no longer in force.
    ///
    /// ## Example
    /// ```yaml
    /// expires: "2026-06-30"
    /// ```
    ///
    /// ## Instead
    /// Mend what was excused and remove the waiver, or ask its approver for a new last day.
    ///
    /// ## Configuration
    /// `check.levels` takes `expired-waiver: error`.
    pub static EXPIRED_WAIVER = { code: "GOV015", name: "expired-waiver", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A waiver in force whose last day is at most 30 days away.
    ///
    /// ## Why it matters
    /// After that day the finding it covers counts again, in everybody's check.
    ///
    /// ## Example
    /// ```yaml
    /// expires: "2026-12-01"     # today is 21 November 2026
    /// ```
    ///
    /// ## Instead
    /// Mend what is excused before that day, or ask its approver in time.
    ///
    /// ## Configuration
    /// `check.levels` takes `ending-waiver: warning`.
    pub static ENDING_WAIVER = { code: "GOV016", name: "ending-waiver", severity: Info, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A waiver in force that covers no finding: what it excused is mended, or it names the wrong rule or thing. A waiver covers the
    /// thing itself: one of a domain, team or product excuses none of its contracts.
    ///
    /// While a file of a product, contract or other subject cannot be read, nothing is said: what it hides may be what
    /// is excused.
    ///
    /// ## Why it matters
    /// An exception that is not needed is an open door: the next mistake goes through it unseen.
    ///
    /// ## Example
    /// ```yaml
    /// kind: Waiver
    /// target: product:orders
    /// rule: missing-owner       # orders has an owner by now
    /// ```
    ///
    /// ## Instead
    /// Remove the waiver.
    ///
    /// ## Configuration
    /// `check.levels` takes `unused-waiver: info`.
    pub static UNUSED_WAIVER = { code: "GOV017", name: "unused-waiver", severity: Warning, since: "0.1.0" }
}

declare_rule! {
    /// ## What it finds
    /// A waiver whose `approvedBy` is the team that owns what is excused.
    ///
    /// ## Why it matters
    /// Who excuses themselves is not bound by the rule.
    ///
    /// ## Example
    /// ```yaml
    /// target: product:orders           # owned by order-platform
    /// approvedBy: order-platform
    /// ```
    ///
    /// ## Instead
    /// ```yaml
    /// target: product:orders
    /// approvedBy: data-governance
    /// ```
    ///
    /// ## Configuration
    /// `check.levels` takes `self-approved-waiver: error`.
    pub static SELF_APPROVED_WAIVER = { code: "GOV018", name: "self-approved-waiver", severity: Warning, since: "0.1.0" }
}

/// A waiver, wherever it stands.
struct Excuse<'a> {
    header: &'a Header,
    target: &'a SpannedText,
    /// The rule, when the waiver is a document; in a policy it is that policy.
    rule: Option<&'a SpannedText>,
    approved_by: Option<&'a SpannedText>,
    expires: Option<&'a SpannedText>,
    waiving: Waiving,
    /// It stands in a policy that makes no findings.
    is_idle: bool,
}

/// What waivers are judged by.
pub(crate) struct Realm<'a> {
    pub(crate) mesh: &'a Mesh,
    pub(crate) today: Date,
    pub(crate) known: &'a [&'static RuleMeta],
    pub(crate) grading: &'a Grading,
    pub(crate) sources: &'a SourceMap,
    /// What was left out because it follows from another finding: a waiver of it is needed all the same.
    pub(crate) folded: &'a [Diagnostic],
    /// Which hold, and which do not for a mistake of their own.
    pub(crate) waivers: &'a Waivers,
    /// Everything that waivers may be about could be read. Where it could not, one that covers nothing may cover
    /// what is not seen.
    pub(crate) is_whole: bool,
}

/// Reports on all waivers of the files; what they may cover is in the sink.
pub(crate) fn report(realm: &Realm<'_>, sink: &mut Sink) {
    let (mesh, today) = (realm.mesh, realm.today);
    let excuses = excuses(mesh);
    let mut found: Vec<Diagnostic> = Vec::new();
    for excuse in &excuses {
        let reference = excuse.header.reference();
        let file = excuse.header.file;
        let target = excuse.target.value.as_str();
        let last = excuse.expires.and_then(|day| date_of(&day.value).map(|date| (day, date)));
        let left = last.and_then(|(_, last)| today.until(last).ok()).map(|span| span.get_days());
        let is_void = realm.waivers.why_void(file, excuse.target.span).is_some();
        let is_in_force = match (last, left) {
            // A waiver of its own that is put away asks for nothing.
            (Some(_), Some(..0)) if excuse.rule.is_some() && excuse.header.is_unfinished() => false,
            (Some((day, last)), Some(..0)) => {
                let message = format!("the waiver for `{target}` ended on {last}");
                let help = "mend what was excused and remove the waiver, or ask its approver for a new last day";
                found.push(EXPIRED_WAIVER.at(file, day.span, message).help(help).subject(reference.clone()));
                false
            }
            // What it would cover stands, and its own mistake is told.
            _ if is_void => false,
            (Some((day, last)), Some(left)) => {
                if left <= SOON_DAYS {
                    let message = match left {
                        0 => format!("the waiver for `{target}` ends today"),
                        1 => format!("the waiver for `{target}` ends tomorrow, on {last}"),
                        left => format!("the waiver for `{target}` ends in {left} days, on {last}"),
                    };
                    let help = "mend what is excused before that day, or ask its approver in time";
                    found.push(
                        ENDING_WAIVER
                            .at(file, day.span, message)
                            .label("its last day")
                            .help(help)
                            .subject(reference.clone()),
                    );
                }
                true
            }
            _ => false,
        };
        found.extend(self_approved(mesh, excuse, &reference));
        let is_due = is_in_force && realm.is_whole && !excuse.is_idle && leads(mesh, target);
        if is_due && is_asked(realm, excuse, sink.found()) && !is_used(realm, excuse, sink.found()) {
            found.push(unused(realm, excuse, sink.found()).subject(reference));
        }
    }
    for finding in found {
        sink.push(finding);
    }
}

fn excuses(mesh: &Mesh) -> Vec<Excuse<'_>> {
    let mut excuses = Vec::new();
    for waiver in mesh.waivers.iter().filter(|waiver| !waiver.header.is_broken()) {
        excuses.push(Excuse {
            header: &waiver.header,
            target: &waiver.target,
            rule: Some(&waiver.rule),
            approved_by: waiver.approved_by.as_ref(),
            expires: waiver.expires.as_ref(),
            waiving: waiving(mesh, &waiver.header.id.value, &waiver.target, &waiver.rule),
            is_idle: false,
        });
    }
    for policy in mesh.policies.iter().filter(|policy| !policy.header.is_broken()) {
        let id = &policy.header.id.value;
        for waiver in &policy.waivers {
            excuses.push(Excuse {
                header: &policy.header,
                target: &waiver.target,
                rule: None,
                approved_by: waiver.approved_by.as_ref(),
                expires: waiver.expires.as_ref(),
                waiving: waiving(mesh, id, &waiver.target, id),
                is_idle: matches!(policy.stage.as_deref(), Some("proposed" | "retired")),
            });
        }
    }
    excuses
}

/// Says whether a target is there; one that is not has a finding of its own.
pub(crate) fn leads(mesh: &Mesh, target: &str) -> bool {
    Ref::parse(target).is_ok_and(|reference| mesh.find(&reference).iter().any(|found| !mesh.header(*found).is_broken()))
}

fn is_used(realm: &Realm<'_>, excuse: &Excuse<'_>, found: &[Diagnostic]) -> bool {
    found.iter().chain(realm.folded).any(|finding| {
        let path = realm.sources.path(finding.location.file);
        excuse.waiving.covers(finding) && realm.grading.severity(finding, path).is_some()
    })
}

/// Says whether a waiver could have covered something: its rule is there (one that is not has a finding of its own),
/// and is asked in every check. What a change breaks is only known where two revisions are compared, and a policy that
/// comes to no answer finds nothing; neither does a rule that waits for a product that cannot be read to its end.
fn is_asked(realm: &Realm<'_>, excuse: &Excuse<'_>, found: &[Diagnostic]) -> bool {
    if is_switched_off(realm, excuse) {
        return false;
    }
    let word = excuse.rule.map_or(excuse.waiving.rule.as_str(), |rule| rule.value.trim_start_matches("policy:"));
    let built_in = realm.known.iter().find(|known| known.code == word || known.name == word);
    if let (Some(rule), Some(_)) = (built_in, excuse.rule) {
        return Family::of(rule.code) != Some(Family::Brk) && !super::completeness::is_put_off(rule, realm.mesh);
    }
    let policy = format!("policy:{word}");
    let is_without_answer = |finding: &Diagnostic| {
        super::policies::is_fault(finding.rule) && finding.subject.as_deref() == Some(policy.as_str())
    };
    realm.mesh.policy(word).is_some() && !found.iter().any(is_without_answer)
}

/// Says whether the configuration switches off what a waiver excuses, in every file of its target: nothing is mended
/// then, and the waiver is needed again when it is on.
fn is_switched_off(realm: &Realm<'_>, excuse: &Excuse<'_>) -> bool {
    let word = excuse.rule.map_or(excuse.waiving.rule.as_str(), |rule| rule.value.trim_start_matches("policy:"));
    let built_in = realm.known.iter().find(|known| excuse.rule.is_some() && (known.code == word || known.name == word));
    let asked = built_in.map_or(Asked::Policy(word), |rule| Asked::Rule(rule));
    is_off(realm.mesh, realm.sources, realm.grading, asked, &excuse.target.value)
}

fn unused(realm: &Realm<'_>, excuse: &Excuse<'_>, found: &[Diagnostic]) -> Diagnostic {
    let (file, target) = (excuse.header.file, excuse.target.value.as_str());
    let rule = excuse.waiving.rule.as_str();
    let message = format!("the waiver of `{rule}` for `{target}` covers no finding");
    let help = match below(realm, excuse, found).as_slice() {
        [] => "remove it; when a finding comes back, somebody decides again".to_owned(),
        [only] => format!("a waiver covers the thing itself and nothing below it: write `target: {only}`"),
        several => {
            const SHOWN: usize = 3;
            let shown: Vec<String> = several.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
            let more = match several.len().saturating_sub(SHOWN) {
                0 => String::new(),
                n => format!(" and {n} more"),
            };
            let shown = shown.join(", ");
            format!("a waiver covers the thing itself and nothing below it: write one each for {shown}{more}")
        }
    };
    UNUSED_WAIVER.at(file, excuse.target.span, message).help(help)
}

/// Returns what belongs to the thing of a waiver and has findings that the waiver would cover of the thing itself: what was
/// meant, perhaps.
fn below(realm: &Realm<'_>, excuse: &Excuse<'_>, found: &[Diagnostic]) -> Vec<String> {
    let mesh = realm.mesh;
    let Ok(target) = Ref::parse(&excuse.target.value) else { return Vec::new() };
    let targets = mesh.find(&target);
    let is_inside = |thing: Found| {
        let home = home(mesh, thing);
        targets.iter().any(|target| match target.kind {
            Kind::Domain => crate::policy::scope::upward(mesh, home.domain_idx).contains(&target.idx),
            Kind::Team => home.team_idx == Some(target.idx),
            Kind::DataProduct => {
                thing.kind == Kind::DataContract
                    && mesh.contracts[thing.idx].published_by.iter().any(|by| by.product_idx == target.idx)
            }
            _ => false,
        })
    };
    let mut meant = Waiving { target: String::new(), version: None, ..excuse.waiving.clone() };
    let mut of_it = |finding: &Diagnostic| {
        let subject = finding.subject.as_deref()?;
        meant.target.clear();
        meant.target.push_str(subject);
        let path = realm.sources.path(finding.location.file);
        let counts = meant.covers(finding) && realm.grading.severity(finding, path).is_some();
        let things = mesh.find(&Ref::parse(subject).ok().filter(|_| counts)?);
        things.into_iter().any(|thing| !targets.contains(&thing) && is_inside(thing)).then(|| subject.to_owned())
    };
    let names: BTreeSet<String> = found.iter().filter_map(&mut of_it).collect();
    names.into_iter().collect()
}

fn self_approved(mesh: &Mesh, excuse: &Excuse<'_>, reference: &str) -> Option<Diagnostic> {
    let approver = excuse.approved_by?;
    let target = Ref::parse(&excuse.target.value).ok()?;
    let approved_by = mesh.team(&approver.value)?;
    let owned = mesh.find(&target).into_iter().find(|found| home(mesh, *found).team_idx == Some(approved_by))?;
    // A team that is excused is no owner of itself in this sense, but it decides for itself all the same.
    let owns = if owned.kind == Kind::Team { "is excused itself" } else { "owns it" };
    let team = mesh.teams[approved_by].descriptor.header.id.value.as_str();
    let message = format!("the waiver for `{}` was granted by `{team}`, which {owns}", excuse.target.value);
    let help = "ask the owner of the rule, such as the council, to grant it";
    Some(SELF_APPROVED_WAIVER.at(excuse.header.file, approver.span, message).help(help).subject(reference.to_owned()))
}
