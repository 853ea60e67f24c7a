//! Agreements on access that are new, gone or about something else: who gets what of whom until when.

use std::collections::BTreeMap;

use super::Question;
use super::change::{ChangeRule, ChangeSet, Direction, Gate, Raw};
use super::others::words_beside;
use super::pairs::push;
use super::rules::agreements as rules;
use crate::model::{AccessAgreement, Header, Kind, SpannedText, date_of};
use crate::source::Span;

/// Compares all agreements whose documents differ.
pub(super) fn compare_agreements(question: &Question<'_>, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    let by_id = |agreements: &'_ [AccessAgreement]| -> BTreeMap<_, _> {
        agreements.iter().enumerate().rev().map(|(idx, one)| (one.header.id.value.clone(), idx)).collect()
    };
    let (known, now) = (by_id(&base.mesh.agreements), by_id(&head.mesh.agreements));
    for before in base.mesh.agreements.iter().filter(|one| !head.sources.is_own(one.header.file)) {
        let id = question.renames.now(Kind::AccessAgreement, &before.header.id.value);
        let after = now.get(id).map(|idx| &head.mesh.agreements[*idx]);
        match after {
            _ if before.header.may_hold_more() || after.is_some_and(|after| after.header.may_hold_more()) => {}
            Some(after) => compare_pair(question, before, after, set),
            None if question.broken.contains(base.sources.path(before.header.file)) => {}
            None => note_gone(question, before, set),
        }
    }
    for after in head.mesh.agreements.iter().filter(|one| !base.sources.is_own(one.header.file)) {
        let was = question.renames.was(Kind::AccessAgreement, &after.header.id.value);
        if !known.contains_key(was) && !after.header.is_broken() {
            note_new(question, after, set);
        }
    }
}

fn note_new(question: &Question<'_>, after: &AccessAgreement, set: &mut ChangeSet) {
    let parties = Parties::of(question, after);
    let (rule, message): (&'static ChangeRule, String) = if after.is_agreed(question.today) {
        (&rules::ACCESS_GRANTED, parties.granted())
    } else {
        (&rules::AGREEMENT_CHANGED, parties.asked(after, question.today))
    };
    let mut raw = raw(rule, "agreement", message, (None, Some(after.header.id.span)));
    raw.after = Some(parties.in_short(after));
    push(question, set, raw, (None, Some(&after.header)), None);
}

fn note_gone(question: &Question<'_>, before: &AccessAgreement, set: &mut ChangeSet) {
    let parties = Parties::of(question, before);
    let (rule, message): (&'static ChangeRule, String) = if before.is_agreed(question.today) {
        (&rules::ACCESS_REVOKED, format!("{}: the agreement is gone", parties.revoked()))
    } else {
        let over = if before.header.has_status("approved") { "over" } else { "not approved" };
        (&rules::AGREEMENT_CHANGED, format!("{} is gone; it was {over}", parties.named()))
    };
    let mut raw = raw(rule, "agreement", message, (Some(before.header.id.span), None));
    raw.before = Some(parties.in_short(before));
    push(question, set, raw, (Some(&before.header), None), None);
}

fn compare_pair(question: &Question<'_>, before: &AccessAgreement, after: &AccessAgreement, set: &mut ChangeSet) {
    let headers: (Option<&Header>, Option<&Header>) = (Some(&before.header), Some(&after.header));
    let (old, new) = (facts(question, before), facts(question, after));
    let differing: Vec<(&Fact, &Fact)> = old.iter().zip(&new).filter(|(old, new)| old.value != new.value).collect();
    let (was, is) = (before.is_agreed(question.today), after.is_agreed(question.today));
    let parties = Parties::of(question, after);
    // Where access begins or ends, what made it so has no line of its own.
    let by = |path: &str| differing.iter().copied().find(|(old, _)| was != is && old.path == path);
    let cause = by("status").or_else(|| by("endTimestamp"));
    for (old, new) in &differing {
        let is_cause = cause.is_some_and(|(cause, _)| cause.path == old.path);
        let (rule, message): (&'static ChangeRule, String) = match (is_cause, is) {
            (true, true) => (&rules::ACCESS_GRANTED, parties.granted()),
            (true, false) => (&rules::ACCESS_REVOKED, Parties::of(question, before).revoked()),
            (false, true) if was && gives_more(old, new) => (&rules::ACCESS_GRANTED, parties.granted()),
            (false, _) => (&rules::AGREEMENT_CHANGED, format!("{} {}", parties.named(), words(old, new))),
        };
        let place = |fact: &Fact, header: &Header| Some(fact.span.unwrap_or(header.id.span));
        let places = (place(old, &before.header), place(new, &after.header));
        let mut raw = raw(rule, old.path, message, places);
        // Its consumer has less time than was agreed on.
        if was && is && old.path == "endTimestamp" && is_earlier(new, old) {
            raw.direction = Direction::Undetermined;
        }
        raw.before.clone_from(&old.value);
        // What is given is said with it: in a terminal the line shows nothing else.
        raw.after = match &new.value {
            Some(value) if is_cause && is => Some(format!("{value}, {}", parties.in_short(after))),
            value => value.clone(),
        };
        push(question, set, raw, headers, None);
    }
    let is_told = |top: &&str| *top != "customProperties" || other_properties(before).eq(other_properties(after));
    let told = differing.iter().filter_map(|(old, _)| old.path.split('.').next()).filter(is_told);
    // Of days the hour counts for nothing.
    let told: Vec<&str> = told.chain(["startTimestamp", "endTimestamp", "nextReassessmentTimestamp"]).collect();
    words_beside(question, (&before.header, &after.header), &told, set);
}

/// Returns the custom properties that say nothing of what is given.
fn other_properties(agreement: &AccessAgreement) -> impl Iterator<Item = (&str, &str)> {
    let all = agreement.header.custom.iter().map(|custom| (custom.property.as_str(), custom.value.as_str()));
    all.filter(|(property, _)| !matches!(*property, "dataClasses" | "environment"))
}

/// Says whether a running agreement gives something to somebody who did not have it: another consumer, or more classes.
fn gives_more(old: &Fact, new: &Fact) -> bool {
    let words = |fact: &Fact| fact.value.clone().unwrap_or_default();
    let (before, after) = (words(old), words(new));
    match old.path {
        "customProperties.dataClasses" => {
            after.split(", ").any(|class| !class.is_empty() && !before.split(", ").any(|known| known == class))
        }
        path => path.starts_with("consumer.") && new.value.is_some(),
    }
}

/// Says what of an agreement is another thing.
fn words(old: &Fact, new: &Fact) -> &'static str {
    match old.path {
        "endTimestamp" if new.value.is_none() => "has no end any more",
        "endTimestamp" if is_earlier(new, old) => "ends earlier",
        "endTimestamp" => "ends later",
        "startTimestamp" => "begins on another day",
        "nextReassessmentTimestamp" => "is looked at again on another day",
        "status" => "has another status",
        "roles" => "gives other roles",
        "customProperties.dataClasses" => "is about other classes of data",
        "customProperties.environment" => "is about another environment",
        path if path.starts_with("consumer.") => "has another consumer",
        _ => "is about something else",
    }
}

/// Says whether a day comes before another one; never is after all days.
fn is_earlier(new: &Fact, old: &Fact) -> bool {
    match (&new.value, &old.value) {
        (Some(new), Some(old)) => new < old,
        (new, _) => new.is_some(),
    }
}

/// Something that an agreement is about.
struct Fact {
    path: &'static str,
    value: Option<String>,
    span: Option<Span>,
}

/// Returns all that an agreement is about, in one order, by the names of the head.
fn facts(question: &Question<'_>, agreement: &AccessAgreement) -> Vec<Fact> {
    let fact = |path: &'static str, kind: Option<Kind>, text: &Option<SpannedText>| Fact {
        path,
        value: text.as_ref().map(|text| match kind {
            Some(kind) => question.renames.now(kind, text.value.trim()).to_owned(),
            None => text.value.trim().to_owned(),
        }),
        span: text.as_ref().map(|text| text.span),
    };
    let day = |path: &'static str, text: &Option<SpannedText>| {
        let mut fact = fact(path, None, text);
        // The hour is written in many ways, and counts for nothing.
        fact.value = fact.value.map(|text| date_of(&text).map_or(text, |day| day.to_string()));
        fact
    };
    let listed = |path: &'static str, mut words: Vec<String>, span: Option<Span>| {
        words.sort_unstable();
        words.dedup();
        Fact { path, value: Some(words.join(", ")).filter(|words| !words.is_empty()), span }
    };
    let header = &agreement.header;
    let (provider, consumer) = (&agreement.provider, &agreement.consumer);
    let custom = |property: &str| header.custom(property).map(|stated| stated.span);
    let roles = agreement.roles.iter().map(|role| role.value.to_string()).collect();
    vec![
        Fact {
            path: "status",
            value: Some(header.status_word().to_string()).filter(|status| !status.is_empty()),
            span: header.status.as_ref().map(|status| status.span),
        },
        fact("consumer.teamId", Some(Kind::Team), &consumer.team),
        fact("consumer.dataProductId", Some(Kind::DataProduct), &consumer.product),
        Fact { path: "consumer.userId", value: consumer.user.as_ref().map(ToString::to_string), span: None },
        listed("customProperties.dataClasses", agreement.data_classes(), custom("dataClasses")),
        fact("provider.dataProductId", Some(Kind::DataProduct), &provider.product),
        fact("provider.teamId", Some(Kind::Team), &provider.team),
        fact("provider.outputPortId", None, &provider.port),
        fact("provider.dataContractId", Some(Kind::DataContract), &provider.contract),
        fact("provider.dataContractVersion", None, &provider.contract_version),
        listed("roles", roles, agreement.roles.first().map(|role| role.span)),
        Fact {
            path: "customProperties.environment",
            value: agreement.environment().map(str::to_owned),
            span: custom("environment"),
        },
        day("startTimestamp", &agreement.start),
        day("endTimestamp", &agreement.end),
        day("nextReassessmentTimestamp", &agreement.reassessment),
    ]
}

/// Who gets what of whom until when, in words.
struct Parties {
    /// Who gets it: `product:campaigns`.
    who: String,
    /// What of whom: "`personal` data of `product:orders`".
    what: String,
    /// From when until when.
    when: String,
    /// By which port, contract, roles: in brackets, or nothing.
    how: String,
}

impl Parties {
    fn of(question: &Question<'_>, agreement: &AccessAgreement) -> Parties {
        let (provider, consumer) = (&agreement.provider, &agreement.consumer);
        let now = |kind: Kind, id: &SpannedText| question.renames.now(kind, id.value.trim()).to_owned();
        let named = |kind: Kind, id: &SpannedText| format!("`{}:{}`", kind.word(), now(kind, id));
        let side = |product: &Option<SpannedText>, team: &Option<SpannedText>| {
            let product = product.as_ref().map(|id| named(Kind::DataProduct, id));
            product.or_else(|| team.as_ref().map(|id| named(Kind::Team, id)))
        };
        let user = || consumer.user.as_ref().map(|user| format!("`{user}`"));
        let who = side(&consumer.product, &consumer.team).or_else(user).unwrap_or_else(|| "nobody".to_owned());
        let whom = side(&provider.product, &provider.team).unwrap_or_else(|| "nobody".to_owned());
        let what = match agreement.data_classes().as_slice() {
            [] => format!("access to {whom}"),
            classes => format!("`{}` data of {whom}", classes.join("`, `")),
        };
        let starts = agreement.start.as_ref().and_then(|start| date_of(start)).filter(|day| *day > question.today);
        let from = starts.map(|day| format!("from {day} ")).unwrap_or_default();
        let when = match &agreement.end {
            Some(end) => format!("{from}until {}", date_of(end).map_or(end.value.to_string(), |day| day.to_string())),
            None => format!("{from}without an end"),
        };
        let version = |id: String| match &provider.contract_version {
            Some(version) => format!("contract `{id}@{}`", version.value),
            None => format!("contract `{id}`"),
        };
        let roles: Vec<String> = agreement.roles.iter().map(|role| format!("role `{}`", role.value)).collect();
        let how: Vec<String> = [
            provider.port.as_ref().map(|port| format!("port `{}`", port.value)),
            provider.contract.as_ref().map(|id| version(now(Kind::DataContract, id))),
            Some(roles.join(", ")).filter(|roles| !roles.is_empty()),
            agreement.environment().map(|environment| format!("environment `{environment}`")),
        ]
        .into_iter()
        .flatten()
        .collect();
        let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) };
        Parties { who, what, when, how }
    }

    fn granted(&self) -> String {
        format!("{} gets {} {}{}", self.who, self.what, self.when, self.how)
    }

    fn revoked(&self) -> String {
        format!("{} no longer gets {}{}", self.who, self.what, self.how)
    }

    fn named(&self) -> String {
        format!("the agreement that {} gets {}", self.who, self.what)
    }

    /// Says what a new agreement comes to that gives no access.
    fn asked(&self, agreement: &AccessAgreement, today: jiff::civil::Date) -> String {
        let Parties { who, what, when, how } = self;
        match agreement.header.status_word() {
            "requested" => format!("{who} asks for {what} {when}{how}"),
            "rejected" => format!("{who} is refused {what}{how}"),
            "approved" if agreement.has_ended(today) => format!("{} {when} is new, and is over{how}", self.named()),
            "" => format!("{} {when} is new, and does not say that it is approved{how}", self.named()),
            status => format!("{} {when} is new, in status `{status}`{how}", self.named()),
        }
    }

    /// The same for the line of a terminal, which has no room for more.
    fn in_short(&self, agreement: &AccessAgreement) -> String {
        let text = match agreement.header.status_word() {
            "requested" => format!("{} asks for {} {}", self.who, self.what, self.when),
            "rejected" => format!("{} is refused {}", self.who, self.what),
            _ => format!("{} gets {} {}", self.who, self.what, self.when),
        };
        text.replace('`', "")
    }
}

fn raw(rule: &'static ChangeRule, path: &str, message: String, (base, head): (Option<Span>, Option<Span>)) -> Raw {
    Raw { gate: Gate::Decision, ..super::products::raw(rule, path.to_owned(), message, base, head) }
}
