//! What is neither a contract nor a product: teams, domains, source systems, glossaries and rules of the registry. Words
//! of theirs are told in one line each, what is more than words in one of its own; a policy that asks for less than before has
//! to be looked at.

use std::collections::BTreeMap;

use super::change::{ChangeRule, ChangeSet, Gate, Raw};
use super::levels::own;
use super::pairs::{documents, push};
use super::rules::{meaning, policies as rules};
use super::{Question, compare, governance, products};
use crate::model::{Header, Kind, Policy};
use crate::source::Span;
use crate::yaml::NodeRef;

/// The kinds that are compared here; records of their own (acknowledgements, reviews) are what they are, agreements and
/// waivers stand in files of their own.
const KINDS: [Kind; 7] = [
    Kind::Domain,
    Kind::Team,
    Kind::SourceSystem,
    Kind::SemanticDefinition,
    Kind::Policy,
    Kind::Scorecard,
    Kind::MaturityModel,
];

/// Compares the documents of all other kinds that differ.
pub(super) fn compare_others(question: &Question<'_>, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    for kind in KINDS {
        let old = base.mesh.headers(kind);
        if old.iter().all(|header| head.sources.is_own(header.file)) {
            continue;
        }
        let new: BTreeMap<&str, &Header> =
            head.mesh.headers(kind).into_iter().map(|header| (header.id.value.as_str(), header)).collect();
        for before in old.into_iter().filter(|header| !head.sources.is_own(header.file)) {
            let after = new.get(question.renames.now(kind, &before.id.value)).copied();
            if before.may_hold_more() || after.is_some_and(Header::may_hold_more) {
                continue;
            }
            let mut told = Vec::new();
            if kind == Kind::Policy {
                told = compare_policies(question, before, after, set);
                // They are no words of the policy: each has a line of its own.
                told.push("waivers");
            }
            if let Some(after) = after {
                words_beside(question, (before, after), &told, set);
            }
        }
    }
    new_policies(question, set);
}

/// Tells what two documents say, but for the fields that are told already: facts in a line of each, words in one.
pub(super) fn words_beside(
    question: &Question<'_>,
    (before, after): (&Header, &Header),
    told: &[&str],
    set: &mut ChangeSet,
) {
    let compare = |base: NodeRef<'_>, head: NodeRef<'_>| {
        let mut found = governance::facts(before.kind, base, head, told);
        let handled: Vec<&str> = ["id", "kind", "apiVersion"].into_iter().chain(told.iter().copied()).collect();
        let handled: Vec<&str> = handled.into_iter().chain(found.iter().map(|raw| raw.path.as_str())).collect();
        let words = words(base, head, &handled);
        found.extend(words);
        found
    };
    for raw in documents(question, before, after, &compare) {
        push(question, set, raw, (Some(before), Some(after)), None);
    }
}

/// Finds the words of two documents that differ.
fn words(base: NodeRef<'_>, head: NodeRef<'_>, handled: &[&str]) -> Option<Raw> {
    let fields = compare::other_fields(base, head, handled);
    if fields.is_empty() {
        return None;
    }
    let message = format!("it says something else: {}", fields.join(", "));
    let at = |node: NodeRef<'_>| fields.iter().find_map(|key| node.entry(key)).map(|(key, _)| key.span());
    let place = |node: NodeRef<'_>| at(node).or_else(|| node.entry("id").map(|(_, id)| id.span()));
    let mut raw = products::raw(&meaning::DOCUMENTATION_CHANGED, fields.join(", "), message, place(base), place(head));
    if let [only] = fields.as_slice() {
        let value = |node: NodeRef<'_>| node.get(only)?.scalar_text().map(Into::into);
        (raw.before, raw.after) = (value(base), value(head));
    }
    Some(raw)
}

/// A change that nobody's reading excuses.
fn raw(rule: &'static ChangeRule, path: String, message: String, base: Option<Span>, head: Option<Span>) -> Raw {
    Raw { gate: Gate::Decision, ..products::raw(rule, path, message, base, head) }
}

/// Reports policies that are new.
fn new_policies(question: &Question<'_>, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    for policy in head.mesh.policies.iter().filter(|policy| !base.sources.is_own(policy.header.file)) {
        let was = question.renames.was(Kind::Policy, &policy.header.id.value);
        if policy.header.is_broken() || base.mesh.policies.iter().any(|old| *old.header.id.value == *was) {
            continue;
        }
        let message = match strength(policy) {
            1 => format!("the policy is new, and {}", stage(policy)),
            2 => "the policy is new, and on trial".to_owned(),
            _ => "the policy is new, and in force".to_owned(),
        };
        let place = Some(policy.header.id.span);
        let mut raw = raw(&rules::POLICY_CHANGED, "policy".to_owned(), message, None, place);
        raw.after = Some(stage(policy).to_owned());
        push(question, set, raw, (None, Some(&policy.header)), None);
    }
}

/// Reports a policy that asks for less or for more than before, or that is gone; returns the fields that are told by it.
fn compare_policies(
    question: &Question<'_>,
    before: &Header,
    after: Option<&Header>,
    set: &mut ChangeSet,
) -> Vec<&'static str> {
    let (base, head) = (question.base, question.head);
    let policy = |mesh: &'_ crate::graph::Mesh, header: &Header| {
        mesh.policies.iter().find(|policy| policy.header.file == header.file && policy.header.id == header.id).cloned()
    };
    let Some(old) = policy(base.mesh, before) else { return Vec::new() };
    let was_asking = strength(&old) > 1;
    let Some(after) = after else {
        if was_asking && !question.broken.contains(base.sources.path(before.file)) {
            let rule: &'static ChangeRule = &rules::WEAKENED_POLICY;
            let mut raw = raw(rule, "policy".to_owned(), "the policy is gone".to_owned(), Some(before.id.span), None);
            raw.before = Some(stage(&old).to_owned());
            push(question, set, raw, (Some(before), None), None);
        }
        return Vec::new();
    };
    let Some(new) = policy(head.mesh, after) else { return Vec::new() };
    let mut told = Vec::new();
    let mut tell = |rule: &'static ChangeRule, found: Vec<Said>| {
        let known = told.clone();
        for (path, message, was, is) in found {
            let top = path.split('.').next().unwrap_or(path);
            if known.contains(&top) {
                continue;
            }
            let place = |header: &Header| Some(header.id.span);
            let mut raw = raw(rule, path.to_owned(), message, place(before), place(after));
            (raw.before, raw.after) = (Some(was), Some(is));
            push(question, set, raw, (Some(before), Some(after)), None);
            told.push(top);
            if path == "validations" {
                told.push("variables");
            }
        }
    };
    if was_asking {
        tell(&rules::WEAKENED_POLICY, weaker(question, &old, &new));
    }
    // What is not counted on either side are words yet.
    if was_asking || strength(&new) > 1 {
        tell(&rules::POLICY_CHANGED, stronger(question, &old, &new));
    }
    told
}

/// What of a policy asks for less or more: field, words, before and after.
type Said = (&'static str, String, String, String);

/// Lists what of a policy asks for less, or for something else that may be less.
fn weaker(question: &Question<'_>, old: &Policy, new: &Policy) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let mut note = |path: &'static str, message: &str, was: String, is: String| {
        found.push((path, message.to_owned(), was, is));
    };
    if strength(new) < strength(old) {
        let message = if strength(new) > 1 { "the policy is on trial again" } else { "the policy is switched off" };
        note("stage", message, stage(old).to_owned(), stage(new).to_owned());
    }
    if own(new) < own(old) {
        let word = |policy: &Policy| policy.severity.as_deref().unwrap_or("error").to_owned();
        note("severity", "the policy weighs less", word(old), word(new));
    }
    let day = |policy: &Policy| policy.effective_from.as_deref().and_then(|text| text.trim().parse().ok());
    let (was, is): (Option<jiff::civil::Date>, Option<jiff::civil::Date>) = (day(old), day(new));
    // What is in force already stays so whatever its first day is called, as long as that has passed.
    if let Some(is) = is.filter(|is| *is > question.today && was.is_none_or(|was| was < *is)) {
        let was = was.map_or_else(|| "at once".to_owned(), |was| was.to_string());
        note("effectiveFrom", "the policy is in full force later", was, is.to_string());
    }
    for (path, was, is) in scopes(question, old, new) {
        // Without a list all are meant.
        let narrows = (was.is_empty() && !is.is_empty()) || was.iter().any(|word| !is.is_empty() && !is.contains(word));
        if narrows {
            let listed = |words: &[String]| if words.is_empty() { "all".to_owned() } else { words.join(", ") };
            note(path, "the policy is about fewer things", listed(&was), listed(&is));
        }
    }
    let (was, is) = (expressions(old), expressions(new));
    if was.iter().any(|text| !is.contains(text)) {
        let only = |one: &[String], two: &[String]| only(one, two).unwrap_or_else(|| "nothing less".to_owned());
        note("validations", "the policy asks for something else", only(&was, &is), only(&is, &was));
    }
    found
}

/// Lists what of a policy asks for more.
fn stronger(question: &Question<'_>, old: &Policy, new: &Policy) -> Vec<Said> {
    let mut found: Vec<Said> = Vec::new();
    let mut note = |path: &'static str, message: &str, was: String, is: String| {
        found.push((path, message.to_owned(), was, is));
    };
    if stage(new) != stage(old) {
        let message = match strength(new) {
            3 => "the policy is in force now",
            2 => "the policy is on trial now",
            _ => "the policy is at another stage",
        };
        note("stage", message, stage(old).to_owned(), stage(new).to_owned());
    }
    if own(new) > own(old) {
        let word = |policy: &Policy| policy.severity.as_deref().unwrap_or("error").to_owned();
        note("severity", "the policy weighs more", word(old), word(new));
    }
    let day = |policy: &Policy| {
        let day = policy.effective_from.as_deref().map(|text| text.trim().to_owned());
        day.filter(|day| !day.is_empty()).unwrap_or_else(|| "at once".to_owned())
    };
    if day(new) != day(old) {
        note("effectiveFrom", "the policy is in full force from another day", day(old), day(new));
    }
    for (path, was, is) in scopes(question, old, new) {
        if was != is {
            let listed = |words: &[String]| if words.is_empty() { "all".to_owned() } else { words.join(", ") };
            note(path, "the policy is about more things", listed(&was), listed(&is));
        }
    }
    let (was, is) = (expressions(old), expressions(new));
    if let Some(more) = only(&is, &was) {
        note("validations", "the policy asks for more", only(&was, &is).unwrap_or_else(|| "less".to_owned()), more);
    }
    found
}

/// Returns what a policy asks, without the blanks that count for nothing.
fn expressions(policy: &Policy) -> Vec<String> {
    let named = policy.variables.iter().map(|variable| format!("{} = {}", variable.name, variable.expression.value));
    let all = named.chain(policy.validations.iter().map(|one| one.expression.value.to_string()));
    all.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Returns what one list has and another has not.
fn only(one: &[String], two: &[String]) -> Option<String> {
    let own: Vec<&str> = one.iter().filter(|text| !two.contains(text)).map(String::as_str).collect();
    (!own.is_empty()).then(|| own.join("; "))
}

/// Returns the lists that restrict a policy, of both sides by the names of the head.
fn scopes(question: &Question<'_>, old: &Policy, new: &Policy) -> Vec<(&'static str, Vec<String>, Vec<String>)> {
    let plain = |words: &[crate::model::Text]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let domains =
        |policy: &Policy| policy.scope.domains.iter().map(|domain| domain.value.to_string()).collect::<Vec<_>>();
    let was = domains(old).iter().map(|domain| question.renames.now(Kind::Domain, domain).to_owned()).collect();
    let (a, b) = (&old.scope, &new.scope);
    vec![
        ("scope.kinds", plain(&a.kinds), plain(&b.kinds)),
        ("scope.domains", was, domains(new)),
        ("scope.tags", plain(&a.tags), plain(&b.tags)),
        ("scope.status", plain(&a.status), plain(&b.status)),
        ("scope.productTypes", plain(&a.product_types), plain(&b.product_types)),
    ]
}

fn stage(policy: &Policy) -> &str {
    policy.stage.as_deref().unwrap_or("enforced")
}

/// How much a stage asks: what is proposed or retired is not counted at all.
fn strength(policy: &Policy) -> u8 {
    match stage(policy) {
        "retired" | "proposed" => 1,
        "trial" => 2,
        _ => 3,
    }
}
