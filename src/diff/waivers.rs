//! Exceptions that are granted, ended or worded otherwise, in documents of their own and inside policies.

use std::collections::BTreeMap;

use super::change::{ChangeSet, Gate, Raw};
use super::pairs::push;
use super::rules::policies::WAIVER_CHANGED;
use super::{Question, Renames};
use crate::graph::Mesh;
use crate::model::{Header, Kind, Policy, Ref, SpannedText, Text, Waiver};
use crate::source::Span;

/// A waiver, wherever it stands.
#[derive(Clone, Copy)]
pub(super) struct Stated<'a> {
    pub(super) target: &'a SpannedText,
    rule: &'a str,
    reason: Option<&'a Text>,
    pub(super) approved_by: Option<&'a SpannedText>,
    expires: Option<&'a SpannedText>,
    span: Span,
}

impl Stated<'_> {
    /// Returns the fields that are others than in another waiver. What is only called otherwise now is the same.
    fn differs(self, other: Stated<'_>, renames: &Renames) -> Vec<&'static str> {
        let value = |text: Option<&SpannedText>| text.map(|text| text.value.clone());
        let rule = |written: &str| called(renames, Some(Kind::Policy), renames.rule(written.trim()));
        let team = |text: Option<&SpannedText>| text.map(|text| called(renames, Some(Kind::Team), &text.value));
        let reason = |text: Option<&Text>| text.map(|text| text.trim().to_owned());
        let all = [
            ("target", !self.is_for(other, renames)),
            ("rule", rule(self.rule) != rule(other.rule)),
            ("reason", reason(self.reason) != reason(other.reason)),
            ("approvedBy", team(self.approved_by) != team(other.approved_by)),
            ("expires", value(self.expires) != value(other.expires)),
        ];
        all.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
    }

    /// Says whether both are for the same thing, whatever it was called.
    fn is_for(self, other: Stated<'_>, renames: &Renames) -> bool {
        called(renames, None, &self.target.value) == called(renames, None, &other.target.value)
    }

    /// Returns what some of the fields say.
    fn said(self, fields: &[&str]) -> String {
        let value = |field: &str| match field {
            "target" => self.target.value.as_str(),
            "rule" => self.rule,
            "reason" => self.reason.map_or("nothing", Text::as_str),
            "approvedBy" => self.approved_by.map_or("nothing", |by| by.value.as_str()),
            _ => self.expires.map_or("nothing", |day| day.value.as_str()),
        };
        fields.iter().map(|field| format!("{field} {}", value(field))).collect::<Vec<_>>().join(", ")
    }
}

/// Returns a reference, `kind:id` or the id of a kind, by the name that the head has for the thing.
fn called(renames: &Renames, kind: Option<Kind>, written: &str) -> String {
    let written = written.trim();
    let parsed = Ref::parse(written).ok().and_then(|reference| Some((reference.kind.or(kind)?, reference.id)));
    match parsed {
        Some((kind, id)) if written.ends_with(id.as_str()) => format!("{}:{}", kind.word(), renames.now(kind, &id)),
        _ => written.to_owned(),
    }
}

/// Returns the waivers inside a policy.
pub(super) fn of_policy(policy: &Policy) -> impl Iterator<Item = Stated<'_>> {
    policy.waivers.iter().map(|waiver| Stated {
        target: &waiver.target,
        rule: &policy.header.id.value,
        reason: waiver.reason.as_ref(),
        approved_by: waiver.approved_by.as_ref(),
        expires: waiver.expires.as_ref(),
        span: waiver.target.span,
    })
}

/// Returns the waivers of one policy that are new or others than in another revision of it.
pub(super) fn others<'a>(policy: &'a Policy, other: Option<&Policy>, renames: &Renames) -> Vec<Stated<'a>> {
    let is_same = |one: Stated<'_>, two: Stated<'_>| one.differs(two, renames).iter().all(|field| *field == "rule");
    let is_there = |one: &Stated<'_>| other.is_some_and(|other| of_policy(other).any(|two| is_same(*one, two)));
    of_policy(policy).filter(|one| !is_there(one)).collect()
}

fn of_document(waiver: &Waiver) -> Stated<'_> {
    Stated {
        target: &waiver.target,
        rule: &waiver.rule,
        reason: waiver.reason.as_ref(),
        approved_by: waiver.approved_by.as_ref(),
        expires: waiver.expires.as_ref(),
        span: waiver.header.id.span,
    }
}

/// Returns the waiver with an id.
pub(super) fn by_id<'m>(mesh: &'m Mesh, id: &str) -> Option<&'m Waiver> {
    mesh.waivers.iter().find(|waiver| *waiver.header.id.value == *id)
}

/// Says whether two waivers say the same, by the names that the head has.
pub(super) fn is_same(one: &Waiver, other: &Waiver, renames: &Renames) -> bool {
    of_document(one).differs(of_document(other), renames).is_empty()
}

/// Says whether another side has the waiver under an id that its own side does not have: names of waivers have no aliases.
fn is_elsewhere(waiver: &Waiver, other: &Mesh, own: &Mesh, renames: &Renames) -> bool {
    let is_it = |there: &Waiver| by_id(own, &there.header.id.value).is_none() && is_same(there, waiver, renames);
    other.waivers.iter().any(is_it)
}

/// Compares waivers in documents of their own, and those inside policies.
pub(super) fn compare_waivers(question: &Question<'_>, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    for after in head.mesh.waivers.iter().filter(|waiver| !base.sources.is_own(waiver.header.file)) {
        let was = question.renames.was(Kind::Waiver, &after.header.id.value);
        let before = by_id(base.mesh, was);
        if before.is_none() && is_elsewhere(after, base.mesh, head.mesh, question.renames) {
            continue;
        }
        let headers = (before.map(|before| &before.header), Some(&after.header));
        note(question, set, headers, "waiver", (before.map(of_document), Some(of_document(after))));
    }
    for before in base.mesh.waivers.iter().filter(|waiver| !head.sources.is_own(waiver.header.file)) {
        let is_lost = question.broken.contains(base.sources.path(before.header.file));
        let is = question.renames.now(Kind::Waiver, &before.header.id.value);
        let is_there = by_id(head.mesh, is).is_some() || is_elsewhere(before, head.mesh, base.mesh, question.renames);
        if !is_there && !is_lost {
            note(question, set, (Some(&before.header), None), "waiver", (Some(of_document(before)), None));
        }
    }
    let new: BTreeMap<&str, &Policy> =
        head.mesh.policies.iter().map(|policy| (policy.header.id.value.as_str(), policy)).collect();
    for before in &base.mesh.policies {
        let id = question.renames.now(Kind::Policy, &before.header.id.value);
        let Some(after) = new.get(id).copied().filter(|after| !base.sources.is_own(after.header.file)) else {
            continue;
        };
        if before.header.may_hold_more() || after.header.may_hold_more() {
            continue;
        }
        let headers = (Some(&before.header), Some(&after.header));
        let renames = question.renames;
        let mut gone = others(before, Some(after), renames);
        for one in others(after, Some(before), renames) {
            // Of those for one thing the first that is new is what the first that is gone became.
            let old = gone.iter().position(|old| one.is_for(*old, renames)).map(|at| gone.remove(at));
            note(question, set, headers, "waivers", (old, Some(one)));
        }
        for one in gone {
            note(question, set, headers, "waivers", (Some(one), None));
        }
    }
    for after in head.mesh.policies.iter().filter(|policy| !base.sources.is_own(policy.header.file)) {
        let was = question.renames.was(Kind::Policy, &after.header.id.value);
        if !base.mesh.policies.iter().any(|policy| *policy.header.id.value == *was) {
            for one in of_policy(after) {
                note(question, set, (None, Some(&after.header)), "waivers", (None, Some(one)));
            }
        }
    }
}

fn note(
    question: &Question<'_>,
    set: &mut ChangeSet,
    headers: (Option<&Header>, Option<&Header>),
    path: &str,
    (before, after): (Option<Stated<'_>>, Option<Stated<'_>>),
) {
    let Some(one) = after.or(before) else { return };
    let (rule, target) = (one.rule, &one.target.value);
    let until = |one: Stated<'_>| one.expires.map_or_else(|| "no day".to_owned(), |day| day.value.to_string());
    let by = one.approved_by.map_or_else(|| "nobody".to_owned(), |by| format!("`{}`", by.value));
    // The row of a change shows little more than these.
    let whole = |one: Stated<'_>| format!("until {}: {} for {}", until(one), one.rule, one.target.value);
    let (message, was, is) = match (before, after) {
        (Some(old), Some(new)) => {
            let fields = new.differs(old, question.renames);
            let fields: Vec<&str> = fields.into_iter().filter(|field| path == "waiver" || *field != "rule").collect();
            if fields.is_empty() {
                return;
            }
            let message = format!("the waiver of `{rule}` for `{target}` says something else: {}", fields.join(", "));
            (message, old.said(&fields), new.said(&fields))
        }
        (None, Some(new)) => {
            let message = format!("`{rule}` is waived for `{target}` until {}, approved by {by}", until(new));
            (message, String::new(), format!("granted {}", whole(new)))
        }
        (old, None) => {
            let message = format!("the waiver of `{rule}` for `{target}` is gone");
            (message, old.map(|old| format!("no longer granted {}", whole(old))).unwrap_or_default(), String::new())
        }
    };
    let stated = |word: String| Some(word).filter(|word| !word.is_empty());
    let place = |header: Option<&Header>, stated: Option<Stated<'_>>| {
        header.map(|header| stated.map_or(header.id.span, |stated| stated.span))
    };
    let raw = Raw {
        rule: &WAIVER_CHANGED,
        direction: WAIVER_CHANGED.direction,
        gate: Gate::Decision,
        path: if path == "waivers" { format!("waivers.{target}") } else { path.to_owned() },
        message,
        before: stated(was),
        after: stated(is),
        base: place(headers.0, before),
        head: place(headers.1, after),
        column: None,
    };
    push(question, set, raw, headers, None);
}
