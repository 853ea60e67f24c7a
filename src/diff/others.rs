//! What is neither a contract nor a product: teams, domains, source systems, glossaries, agreements and rules of the
//! registry. Words of theirs are told in one line each; a policy that asks for less than before has to be looked at.

use std::collections::BTreeMap;

use super::change::{ChangeRule, ChangeSet, Raw};
use super::levels::own;
use super::pairs::{documents, push};
use super::products::raw;
use super::rules::{meaning, policies as rules};
use super::{Question, compare};
use crate::model::{Header, Kind, Policy};
use crate::yaml::NodeRef;

/// The kinds that are compared here; records of their own (acknowledgements, reviews) are what they are, and waivers
/// stand in a file of their own.
const KINDS: [Kind; 8] = [
    Kind::Domain,
    Kind::Team,
    Kind::SourceSystem,
    Kind::SemanticDefinition,
    Kind::Policy,
    Kind::AccessAgreement,
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
            let Some(after) = after else {
                if kind == Kind::AccessAgreement && !question.broken.contains(base.sources.path(before.file)) {
                    let place = Some(before.id.span);
                    let message = "the agreement is gone".to_owned();
                    let raw = raw(&meaning::DOCUMENTATION_CHANGED, "agreement".to_owned(), message, place, None);
                    push(question, set, raw, (Some(before), None), None);
                }
                continue;
            };
            for raw in documents(question, before, after, fields).into_iter().filter_map(|raw| without(raw, &told)) {
                push(question, set, raw, (Some(before), Some(after)), None);
            }
        }
    }
}

/// Finds the fields of two documents that differ.
fn fields(base: NodeRef<'_>, head: NodeRef<'_>) -> Vec<Raw> {
    let fields = compare::other_fields(base, head, &["id", "kind", "apiVersion"]);
    if fields.is_empty() {
        return Vec::new();
    }
    let message = words(&fields.join(", "));
    let at = |node: NodeRef<'_>| fields.iter().find_map(|key| node.entry(key)).map(|(key, _)| key.span());
    let place = |node: NodeRef<'_>| at(node).or_else(|| node.entry("id").map(|(_, id)| id.span()));
    let mut raw = raw(&meaning::DOCUMENTATION_CHANGED, fields.join(", "), message, place(base), place(head));
    if let [only] = fields.as_slice() {
        let value = |node: NodeRef<'_>| node.get(only)?.scalar_text().map(Into::into);
        (raw.before, raw.after) = (value(base), value(head));
    }
    vec![raw]
}

fn words(fields: &str) -> String {
    format!("it says something else: {fields}")
}

/// Leaves out the fields that are told already; `None` when all are.
fn without(mut raw: Raw, told: &[&str]) -> Option<Raw> {
    let left: Vec<&str> = raw.path.split(", ").filter(|field| !told.contains(field)).collect();
    let left = left.join(", ");
    raw.message = words(&left);
    raw.path = left;
    (!raw.path.is_empty()).then_some(raw)
}

/// Reports a policy that asks for less than before, or that is gone; returns the fields that are told by it.
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
    let Some(old) = policy(base.mesh, before).filter(|old| strength(old) > 1) else { return Vec::new() };
    let Some(after) = after else {
        if !question.broken.contains(base.sources.path(before.file)) {
            let rule: &'static ChangeRule = &rules::WEAKENED_POLICY;
            let mut raw = raw(rule, "policy".to_owned(), "the policy is gone".to_owned(), Some(before.id.span), None);
            raw.before = Some(stage(&old).to_owned());
            push(question, set, raw, (Some(before), None), None);
        }
        return Vec::new();
    };
    let Some(new) = policy(head.mesh, after) else { return Vec::new() };
    let mut told = Vec::new();
    for (path, message, was, is) in weaker(question, &old, &new) {
        let place = |header: &Header| Some(header.id.span);
        let mut raw = raw(&rules::WEAKENED_POLICY, path.to_owned(), message, place(before), place(after));
        (raw.before, raw.after) = (Some(was), Some(is));
        push(question, set, raw, (Some(before), Some(after)), None);
        told.push(path.split('.').next().unwrap_or(path));
        if path == "validations" {
            told.push("variables");
        }
    }
    told
}

/// What of a policy asks for less: field, words, before and after.
type Weaker = (&'static str, String, String, String);

/// Lists what of a policy asks for less, or for something else that may be less.
fn weaker(question: &Question<'_>, old: &Policy, new: &Policy) -> Vec<Weaker> {
    let mut found: Vec<Weaker> = Vec::new();
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
    let expressions = |policy: &Policy| {
        let named =
            policy.variables.iter().map(|variable| format!("{} = {}", variable.name, variable.expression.value));
        let all = named.chain(policy.validations.iter().map(|one| one.expression.value.to_string()));
        all.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let (was, is) = (expressions(old), expressions(new));
    if was != is {
        let only = |one: &[String], two: &[String]| {
            let own: Vec<&str> = one.iter().filter(|text| !two.contains(text)).map(String::as_str).collect();
            if own.is_empty() { "nothing less".to_owned() } else { own.join("; ") }
        };
        if was.iter().any(|text| !is.contains(text)) {
            note("validations", "the policy asks for something else", only(&was, &is), only(&is, &was));
        }
    }
    found
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
