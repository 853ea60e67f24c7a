//! Changes as findings: each with both its places, and the gate with what exactly is missing.

use std::collections::BTreeSet;

use super::Question;
use super::acknowledge::{Acknowledged, Refusal};
use super::change::{Accepted, Bump, Change, ChangeSet, ContractChange, Gate, Level, ToDo};
use super::impact::Effect;
use super::rules::gate as rules;
use crate::diagnostic::emit::counted;
use crate::diagnostic::{Configured, Diagnostic, RuleMeta, Severity, Sink};
use crate::graph::Lifecycle;
use crate::model::{DataContract, END_OF_LIFE, END_OF_SUPPORT, Kind, Version, major};
use crate::source::Location;

/// The longest value that a label shows, in characters.
const MAX_SHOWN: usize = 60;
/// How many changes or readers one message names.
const MAX_NAMED: usize = 5;

/// Adds the findings, notes what is to be done, and says whether the gate refuses.
pub(super) fn report(question: &Question<'_>, acknowledged: &Acknowledged<'_>, set: &mut ChangeSet, sink: &mut Sink) {
    let mut found: Vec<Diagnostic> = set.changes.iter().filter_map(|change| finding(set, change)).collect();
    let is_waived = |finding: &Diagnostic| question.waivers.iter().any(|waiver| waiver.covers(finding));
    let is_refused = |finding: &Diagnostic| finding.severity == Severity::Error && !is_waived(finding);
    let mut to_do = Vec::new();
    let mut refused = vec![false; set.contracts.len()];
    for (position, contract) in set.contracts.iter().enumerate() {
        let version = version_not_bumped(question, set, position, contract, &mut to_do);
        refused[position] = version.as_ref().is_some_and(is_refused);
        found.extend(version);
        found.extend(without_sunset(question, set, position, contract, &mut to_do));
    }
    let is_told = |gate: Gate| matches!(gate, Gate::Address | Gate::Decision);
    let told = set.changes.iter().filter(|change| is_told(change.gate) && change.is_refused());
    to_do.extend(told.map(|change| {
        let help = change.help.as_deref().unwrap_or(change.rule.help);
        let text = match change.gate {
            Gate::Decision => format!("`{}`: {}: {help}; a waiver lets it come", change.subject(), change.message),
            _ => format!("`{}`: {help}", change.subject()),
        };
        ToDo::new(change.subject(), text)
    }));
    to_do.append(&mut set.to_do);
    to_do.sort_by_key(|to_do| to_do.is_done);
    to_do.dedup();
    set.to_do = to_do;
    for (acknowledgement, reason) in acknowledged.refused.values() {
        let header = &acknowledgement.header;
        set.uncounted.push(Location { file: header.file, span: header.id.span });
        let help = match reason {
            Refusal::Status(_) => "write `status: active`, or none, once the consumer agrees",
            Refusal::Mistake(_) => "mend that first",
            Refusal::Handle(_) => {
                "state `forgeHandle` of that team and let `meshfolio codeowners` write it down, in the base first"
            }
            Refusal::Place(_) => {
                "put it where CODEOWNERS gives files to the consumer's team, or let that team own the file first"
            }
        };
        let message = format!("the acknowledgement `{}` does not count: {}", header.id.value, reason.words());
        let rule = &rules::ACKNOWLEDGEMENT_NOT_COUNTED;
        let finding = rule.at(header.file, header.id.span, message).help(help).subject(header.reference());
        found.extend(graded(question, rule, finding));
    }
    if let Some(place) = question.folds {
        found.extend(folded(question, place, &mut set.to_do));
    }
    found.extend(lowered_levels(question, &mut set.to_do));
    set.is_refused = found.iter().any(is_refused);
    // A rule that is an error by its configuration alone asks for nothing else.
    if set.is_refused && set.to_do.iter().all(|to_do| to_do.is_done) {
        let told = found.iter().filter(|finding| is_refused(finding)).map(|finding| {
            let help = finding.help.as_deref().map(|help| format!(": {help}")).unwrap_or_default();
            ToDo::new(finding.subject.clone().unwrap_or_default(), format!("{}{help}", finding.message))
        });
        set.to_do.splice(0..0, told.collect::<Vec<_>>());
    }
    for (contract, is_refused) in set.contracts.iter_mut().zip(refused) {
        contract.is_version_refused = is_refused;
    }
    for finding in found {
        sink.push(finding);
    }
}

/// Gives a finding of the gate its configured level.
fn graded(question: &Question<'_>, rule: &'static RuleMeta, mut finding: Diagnostic) -> Option<Diagnostic> {
    let path = question.head.sources.path(finding.location.file);
    match question.grading.configured((rule, None), path) {
        Configured::Nothing => {}
        Configured::Off => return None,
        Configured::As(severity) => finding.severity = severity,
    }
    Some(finding)
}

fn finding(set: &ChangeSet, change: &Change) -> Option<Diagnostic> {
    let severity = match (change.level, &change.accepted) {
        (Level::Breaking, None) => Severity::Error,
        (Level::Breaking, Some(_)) => Severity::Info,
        (Level::Warning, _) => Severity::Warning,
        (Level::Compatible | Level::Info, _) => return None,
    };
    let Location { file, span } = change.location();
    let message = format!("{} (`{}`)", change.message, change.id);
    let mut finding = change.rule.meta.at(file, span, message).subject(change.subject());
    finding.severity = severity;
    finding.waived_by.clone_from(&change.waived_by);
    finding = match (&change.before, &change.after, change.head.is_some()) {
        (Some(before), None, true) => finding.label(format!("no longer here; it was `{}`", shown(before))),
        (None, Some(after), _) => finding.label(format!("now `{}`", shown(after))),
        (Some(before), Some(after), true) => finding.label(format!("now `{}`, was `{}`", shown(after), shown(before))),
        (Some(before), _, false) => finding.label(format!("in the base: `{}`", shown(before))),
        (None, None, _) => finding,
    };
    if let (Some(base), Some(_)) = (change.base, change.head) {
        let words = match &change.before {
            Some(before) => format!("in the base: `{}`", shown(before)),
            None => "in the base".to_owned(),
        };
        finding = finding.related(base.file, base.span, words);
    }
    let help = match (&change.accepted, change.gate) {
        (Some(accepted), _) => accepted.words(),
        (None, Gate::Readers) if change.level == Level::Breaking => {
            let open = set.to_do.iter().filter(|to_do| {
                !to_do.is_done && to_do.subject == change.subject() && to_do.text.contains(&change.message)
            });
            let asked: Vec<&str> = open.clone().filter_map(|to_do| to_do.who.as_deref()).collect();
            let handles: BTreeSet<&str> = open.flat_map(|to_do| to_do.ask.iter().map(String::as_str)).collect();
            let missing = if change.may_be_acknowledged() {
                format!("{}; missing: the acknowledgement of {}", change.rule.help, listed(&asked))
            } else {
                format!("{}; it is still read by {}", change.rule.help, listed(&asked))
            };
            missing + &ask_words(handles)
        }
        (None, _) => change.help.clone().unwrap_or_else(|| change.rule.help.to_owned()),
    };
    Some(finding.help(help))
}

/// A site that becomes lean: pages of contracts and of their versions are no more.
fn folded(question: &Question<'_>, place: Location, to_do: &mut Vec<ToDo>) -> Option<Diagnostic> {
    let base = question.base.mesh;
    let n_versions = base.contracts.len();
    let ids: BTreeSet<_> = base.contracts.iter().map(|node| &node.descriptor.header.id.value).collect();
    if n_versions == 0 {
        return None;
    }
    let n_pages = n_versions + ids.len();
    let message = format!(
        "a lean site has no pages for contracts that stand with their product: up to {n_pages} addresses are lost"
    );
    let text = "leave `lean` as it was, or say that it is meant: `check: {levels: {folded-addresses: info}}`";
    let contracts = counted(ids.len(), "contract");
    let finding = rules::FOLDED_ADDRESSES
        .at(place.file, place.span, message)
        .label(format!("{contracts} and {} of them had pages", counted(n_versions, "version")))
        .help(format!("{text}; no alias can lead on from so many"));
    let finding = graded(question, &rules::FOLDED_ADDRESSES, finding)?;
    if finding.severity == Severity::Error {
        let text = format!("`site.lean`: {text}");
        to_do.push(ToDo::new("site", text));
    }
    Some(finding)
}

/// Levels that are lower than in the base, graded by the base: no branch switches off what tells of it.
fn lowered_levels(question: &Question<'_>, to_do: &mut Vec<ToDo>) -> Vec<Diagnostic> {
    let (all, file) = question.lowered;
    let rule = &rules::LOWERED_LEVEL;
    let finding = |lowered: &super::Lowered| {
        // Where the head has no configuration, the place is in that of the base.
        let file = lowered.base.unwrap_or(file);
        let mut finding = rule
            .at(file, lowered.span, lowered.message.clone())
            .label(match lowered.key {
                _ if lowered.base.is_some() => "in the base, and gone",
                "check" => "the base asks for more",
                _ => "the base decides otherwise",
            })
            .help("let those who decided it review this");
        match question.base_grading.configured((rule, None), question.head.sources.path(file)) {
            Configured::Nothing => {}
            Configured::Off => return None,
            Configured::As(severity) => finding.severity = severity,
        }
        if finding.severity == Severity::Error {
            // Nothing in the branch can pass it, so that is said.
            let way_out = "the base has `lowered-level: error`, so no branch brings this in by itself, not even one that \
                           takes that level back: let those who decided it review this and merge it past this check";
            finding = finding.help(way_out);
        }
        Some(finding)
    };
    let mut found = Vec::with_capacity(all.len());
    for (key, finding) in all.iter().filter_map(|lowered| Some((lowered.key, finding(lowered)?))) {
        if finding.severity == Severity::Error {
            to_do.push(ToDo::new(key, format!("`{key}`: {}", finding.message)));
        }
        found.push(finding);
    }
    found
}

/// A version that is lower than before, while the one before is gone: what was published as that one is no more, and no
/// reader is told.
fn went_back(
    question: &Question<'_>,
    contract: &ContractChange,
    (base_idx, head_idx): (usize, usize),
    to_do: &mut Vec<ToDo>,
) -> Option<Diagnostic> {
    let before = &*question.base.mesh.contracts[base_idx].descriptor;
    let after = &*question.head.mesh.contracts[head_idx].descriptor;
    let (was, is) = (before.version_text(), after.version_text());
    let (old, new) = (Version::parse(was), Version::parse(is));
    let is_number = |version: &Version| version.numbers().is_some();
    let is_gone = question.head.mesh.contract(&contract.id, was).is_none();
    // What was not in use has promised nothing.
    let was_in_use = matches!(before.header.status_word(), "active" | "deprecated");
    if !is_gone || !was_in_use || !is_number(&old) || !is_number(&new) || new >= old {
        return None;
    }
    let finding = rules::VERSION_NOT_BUMPED
        .at(after.header.file, place(after), format!("the contract `{}` goes back from `{was}` to `{is}`", contract.id))
        .label(format!("lower than `{was}`"))
        .help(format!("keep `{was}`, or take a version after it: readers know what it promised by that name"))
        .related(before.header.file, place(before), "in the base")
        .subject(after.header.reference());
    let finding = graded(question, &rules::VERSION_NOT_BUMPED, finding)?;
    if finding.severity == Severity::Error {
        to_do.push(ToDo::new(
            format!("contract:{}", contract.id),
            format!("`{}`: keep `{was}`, or take a version after it", contract.id),
        ));
    }
    Some(finding)
}

/// A version that takes a smaller step than its changes need.
fn version_not_bumped(
    question: &Question<'_>,
    set: &ChangeSet,
    position: usize,
    contract: &ContractChange,
    to_do: &mut Vec<ToDo>,
) -> Option<Diagnostic> {
    let (base_idx, head_idx) = (contract.base_idx?, contract.head_idx?);
    if let Some(finding) = went_back(question, contract, (base_idx, head_idx), to_do) {
        return Some(finding);
    }
    if contract.bump_may_come() {
        return None;
    }
    let before = &*question.base.mesh.contracts[base_idx].descriptor;
    let after = &*question.head.mesh.contracts[head_idx].descriptor;
    let id = &contract.id;
    let (was, is) = (before.version_text(), after.version_text());
    let step = match contract.owed {
        Bump::Major => "a new major version",
        _ => "a new minor version",
    };
    let message = if was == is {
        format!("the contract `{id}` stays `{is}`, and what changed needs {step}")
    } else {
        format!("the contract `{id}` goes from `{was}` to `{is}`, and what changed needs {step}")
    };
    let causes: Vec<String> = set
        .changes
        .iter()
        .filter(|change| {
            change.contract == Some(position) && change.gate == Gate::Version && change.waived_by.is_none()
        })
        .filter(|change| change.level.bump() == contract.owed)
        .map(|change| format!("{} {}", change.rule.meta.code, change.path))
        .collect();
    let causes: Vec<&str> = causes.iter().map(String::as_str).collect();
    let text = version_words(question, id, was, contract.owed);
    let span = place(after);
    let finding = rules::VERSION_NOT_BUMPED
        .at(after.header.file, span, message.clone())
        .label(format!("{} is not enough", if was == is { "the same version" } else { contract.declared.word() }))
        .help(format!("{text}; it is needed for {}{}", listed(&causes), hit_words(set, id)))
        .related(before.header.file, place(before), "in the base")
        .subject(after.header.reference());
    let finding = graded(question, &rules::VERSION_NOT_BUMPED, finding)?;
    if finding.severity == Severity::Error {
        to_do.push(ToDo::new(format!("contract:{id}"), format!("`{id}`: {text}")));
    }
    Some(finding)
}

/// Names the readers of a contract that a change hits, and whom to ask.
fn hit_words(set: &ChangeSet, contract: &str) -> String {
    let rows = || set.impact.iter().filter(|row| row.changed.strip_prefix("contract:") == Some(contract));
    let mut words = String::new();
    for (verb, effect) in [("breaks", Effect::Breaks), ("may break", Effect::MayBreak)] {
        let products: Vec<&str> = rows().filter(|row| row.effect == effect).map(|row| row.product.as_str()).collect();
        if !products.is_empty() {
            words += &format!("; it {verb} {}", listed(&products));
        }
    }
    let hit = rows().filter(|row| matches!(row.effect, Effect::Breaks | Effect::MayBreak));
    words + &ask_words(hit.filter_map(|row| row.handle.as_deref().or(row.team.as_deref())).collect())
}

/// Names whom to ask.
fn ask_words(handles: BTreeSet<&str>) -> String {
    let handles: Vec<&str> = handles.into_iter().collect();
    if handles.is_empty() { String::new() } else { format!(" (ask {})", listed(&handles)) }
}

/// An old major that is published beside the new one, and does not say until when.
fn without_sunset(
    question: &Question<'_>,
    set: &ChangeSet,
    position: usize,
    contract: &ContractChange,
    to_do: &mut Vec<ToDo>,
) -> Option<Diagnostic> {
    let (base, head) = (contract.base_version.as_deref()?, contract.head_version.as_deref()?);
    let breaks = set.changes.iter().any(|change| {
        change.contract == Some(position) && change.accepted == Some(Accepted::NewMajor) && change.waived_by.is_none()
    });
    if !breaks || contract.is_major_gone || major(base) == major(head) {
        return None;
    }
    let mesh = question.head.mesh;
    // A proposal is not published beside anything yet.
    if contract.head_idx.is_some_and(|idx| mesh.contracts[idx].descriptor.header.is_coming()) {
        return None;
    }
    let of_major = |idx: &&usize| major(mesh.contracts[**idx].descriptor.version_text()) == major(base);
    let old = &*mesh.contracts[*mesh.versions(&contract.id).iter().rev().find(of_major)?].descriptor;
    if Lifecycle::of(old).sunset().is_some() {
        return None;
    }
    let id = &contract.id;
    let message = format!("the old major of `{id}` is published beside `{head}`, and does not say until when");
    let stated = END_OF_SUPPORT.iter().chain(&END_OF_LIFE).find_map(|name| old.service_level(name));
    let (text, label) = match stated {
        Some(level) => (
            format!("write a day as YYYY-MM-DD in its `{}`", level.property),
            format!("`{}` is stated, but is no day", level.property),
        ),
        None => (
            "add `- {property: endOfSupport, value: \"YYYY-MM-DD\"}` to its `slaProperties`".to_owned(),
            "no `endOfSupport` and no `endOfLife`".to_owned(),
        ),
    };
    let finding = rules::MAJOR_WITHOUT_SUNSET
        .at(old.header.file, place(old), message)
        .label(label)
        .help(format!("{text}; without one it can never be removed"))
        .subject(old.header.reference());
    let finding = graded(question, &rules::MAJOR_WITHOUT_SUNSET, finding)?;
    let text = format!("`{id}`: say until when `{}` is supported: {text}", old.version_text());
    to_do.push(ToDo::new(format!("contract:{id}"), text));
    Some(finding)
}

fn place(contract: &DataContract) -> crate::source::Span {
    contract.header.version.as_ref().map_or(contract.header.id.span, |version| version.span)
}

/// Says which version to write: the next one that no other document has.
fn version_words(question: &Question<'_>, id: &str, was: &str, required: Bump) -> String {
    let mesh = question.head.mesh;
    // Readers know what a version promised that is gone.
    let was_there =
        |version: &str| question.base.mesh.contract(question.renames.was(Kind::DataContract, id), version).is_some();
    let document_of = |version: &str| {
        let contracts = mesh.versions(id).iter().map(|idx| &*mesh.contracts[*idx].descriptor);
        contracts.into_iter().find(|contract| contract.version_text() == version)
    };
    let next = next_version(was, required);
    let mut wanted = next.clone();
    while let Some(taken) = wanted.as_deref().filter(|version| document_of(version).is_some() || was_there(version)) {
        wanted = next_version(taken, required);
    }
    let coming = next.as_deref().and_then(document_of).filter(|contract| contract.header.is_coming());
    let text = match (coming, &wanted) {
        (Some(coming), Some(wanted)) => {
            let (version, status) = (coming.version_text(), coming.header.status_word());
            format!("make the change in `{version}`, which is in status {status}, or write `version: {wanted}`")
        }
        (None, Some(wanted)) if required == Bump::Major => format!("write `version: {wanted}`"),
        (None, Some(wanted)) => format!("write `version: {wanted}` in the contract and in the port that publishes it"),
        (_, None) => "give it a version of its own".to_owned(),
    };
    if required == Bump::Major {
        format!("{text} and keep `{was}` in a document of its own until its sunset")
    } else {
        text
    }
}

/// Returns the least version that takes a step.
fn next_version(version: &str, bump: Bump) -> Option<String> {
    let [major, minor, patch] = crate::model::Version::parse(version).numbers()?;
    Some(match bump {
        Bump::Major => format!("{}.0.0", major.checked_add(1)?),
        Bump::Minor => format!("{major}.{}.0", minor.checked_add(1)?),
        Bump::Patch | Bump::None => format!("{major}.{minor}.{}", patch.checked_add(1)?),
    })
}

/// Names some things: `a`, `b` and 3 more.
pub(super) fn listed(names: &[&str]) -> String {
    let shown = names.iter().take(MAX_NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MAX_NAMED).filter(|left| *left > 0) {
        Some(left) => format!("{shown} and {left} more"),
        None => shown,
    }
}

/// Shortens a value to what a label can show.
fn shown(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MAX_SHOWN {
        return line;
    }
    let kept: String = line.chars().take(MAX_SHOWN).collect();
    format!("{kept}…")
}
