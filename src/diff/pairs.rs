//! Which document of a contract is compared with which, and which are new or gone.

use std::collections::BTreeMap;

use super::change::{Bump, Change, ChangeSet, ContractChange, Direction, End, Gate, Level, Raw};
use super::findings::listed;
use super::readers::Readers;
use super::rules::{life, meaning, promises, values};
use super::{Question, compare};
use crate::config::Perspective;
use crate::diagnostic::{Configured, Grading};
use crate::graph::Lifecycle;
use crate::model::{DataContract, Header, Kind, Text, Version, major};
use crate::source::Location;
use crate::yaml;

/// Compares all contracts whose documents differ.
pub(super) fn compare_contracts(question: &Question<'_>, readers: &Readers, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    let new: Vec<usize> = (0..head.mesh.contracts.len())
        .filter(|idx| !base.sources.is_own(head.mesh.contracts[*idx].descriptor.header.file))
        .collect();
    let old: Vec<usize> = (0..base.mesh.contracts.len())
        .filter(|idx| !head.sources.is_own(base.mesh.contracts[*idx].descriptor.header.file))
        .collect();
    for head_idx in &new {
        let after = &*head.mesh.contracts[*head_idx].descriptor;
        let partner = partner(question, after, &old);
        let contract = contract_change(question, partner, Some(*head_idx));
        let position = set.contracts.len();
        set.contracts.push(contract);
        let Some(base_idx) = partner else {
            let raw = life_raw(&life::ADDED_CONTRACT, "version", "the contract is new here", (None, Some(after)));
            push(question, set, raw, (None, Some(&after.header)), Some(position));
            continue;
        };
        let before = &*base.mesh.contracts[base_idx].descriptor;
        if before.header.may_hold_more() || after.header.may_hold_more() {
            continue;
        }
        if before.header.id.value != after.header.id.value {
            // Once, with the newest version.
            if head.mesh.versions(&after.header.id.value).last() == Some(head_idx) {
                push_renamed(question, set, (before, after), position);
            }
        }
        let stays = stays_beside(question, before, after);
        for raw in documents(question, &before.header, &after.header, &compare::contracts) {
            if !(stays && raw.is_of_version()) {
                let raw = if before.header.has_status("retired") { raw } else { as_of_today(question.today, raw) };
                push(question, set, raw, (Some(&before.header), Some(&after.header)), Some(position));
            }
        }
        if question.is_transitive {
            compare_earlier(question, readers, (base_idx, *head_idx), position, set);
        }
    }
    report_gone(question, &old, set);
}

/// Reports that a contract has another id: it breaks those who still name the old one.
fn push_renamed(
    question: &Question<'_>,
    set: &mut ChangeSet,
    (before, after): (&DataContract, &DataContract),
    position: usize,
) {
    let mut raw =
        life_raw(&life::CONTRACT_ID_CHANGED, "id", "the contract has another id", (Some(before), Some(after)));
    raw.before = Some(before.header.id.value.to_string());
    raw.after = Some(after.header.id.value.to_string());
    raw.base = Some(before.header.id.span);
    raw.head = Some(after.header.id.span);
    let known = set.changes.len();
    push(question, set, raw, (Some(&before.header), Some(&after.header)), Some(position));
    for change in &mut set.changes[known..] {
        change.ends = vec![End { contract: before.header.id.value.clone(), major: String::new(), version: None }];
    }
}

/// Compares a document with the versions before it that somebody still reads. Those of other majors are promises of
/// their own: readers bind a major. What is told already of the one that it follows is not told again.
fn compare_earlier(
    question: &Question<'_>,
    readers: &Readers,
    (partner, head_idx): (usize, usize),
    position: usize,
    set: &mut ChangeSet,
) {
    let (base, head) = (question.base, question.head);
    let after = &*head.mesh.contracts[head_idx].descriptor;
    let id = &after.header.id.value;
    let version = Version::parse(after.version_text());
    let old_id = question.renames.was(Kind::DataContract, id);
    for base_idx in base.mesh.versions(old_id).iter().copied().filter(|idx| *idx != partner) {
        let before = &*base.mesh.contracts[base_idx].descriptor;
        let is_over = before.header.is_unfinished();
        let is_before = Version::parse(before.version_text()) < version;
        let is_major = major(before.version_text()) == major(after.version_text());
        if is_over || !is_before || !is_major || before.header.may_hold_more() {
            continue;
        }
        let by = readers.of_version(id, before.version_text());
        if by.is_empty() {
            continue;
        }
        let by: Vec<&str> = by.iter().map(|reader| reader.reference.as_str()).collect();
        let verb = if by.len() == 1 { "reads" } else { "read" };
        let since = format!(" since `{}`, which {} still {verb}", before.version_text(), listed(&by));
        let (n_known, earlier) = (set.changes.len(), set.contracts.len());
        set.contracts.push(contract_change(question, Some(base_idx), Some(head_idx)));
        for raw in documents(question, &before.header, &after.header, &compare::contracts) {
            push(question, set, raw, (Some(&before.header), Some(&after.header)), Some(earlier));
        }
        let mut found = set.changes.split_off(n_known);
        found.retain(|change| {
            let same = |known: &&Change| {
                known.rule.meta.code == change.rule.meta.code
                    && known.path == change.path
                    && known.level == change.level
            };
            let mut told = set.changes.iter().filter(|known| known.contract == Some(position));
            change.level >= Level::Warning && !told.any(|known| same(&known))
        });
        if found.is_empty() {
            set.contracts.pop();
        }
        set.changes
            .extend(found.into_iter().map(|change| Change { message: change.message.clone() + &since, ..change }));
    }
}

/// An end that is stated for the first time tells readers when to move, unless it is over when they hear of it: then it
/// ends what they read.
fn as_of_today(today: jiff::civil::Date, raw: Raw) -> Raw {
    let is_end = raw.rule.meta.code == promises::SERVICE_LEVEL_ADDED.meta.code
        && raw.path.strip_prefix("slaProperties.").is_some_and(|property| {
            matches!(crate::model::level_name(property).as_str(), "endofsupport" | "endoflife")
        });
    let day = raw.after.as_deref().and_then(crate::model::date_of);
    match day.filter(|day| is_end && *day < today) {
        Some(day) => Raw {
            direction: Direction::Loosens,
            gate: Gate::Readers,
            message: format!("{}, and that day, {day}, has passed", raw.message),
            ..raw
        },
        None => raw,
    }
}

/// Says whether the version that a document is compared with goes on in one of its own: where the new one stands in its
/// life is then no change of the other.
fn stays_beside(question: &Question<'_>, before: &DataContract, after: &DataContract) -> bool {
    let version = before.version_text();
    version != after.version_text() && question.head.mesh.contract(&after.header.id.value, version).is_some()
}

/// Finds the document that a new or changed one is compared with: the same version; else what its file held;
/// else the newest version before it. A draft or a proposal promised nothing: what comes into use is compared with what
/// was in use before it, if anything was.
fn partner(question: &Question<'_>, after: &DataContract, old: &[usize]) -> Option<usize> {
    let (base, head) = (question.base, question.head);
    let id = question.renames.was(Kind::DataContract, &after.header.id.value);
    let path = head.sources.path(after.header.file);
    let in_file = || {
        let is_here = |idx: &&usize| base.sources.path(base.mesh.contracts[**idx].descriptor.header.file) == path;
        old.iter().find(is_here).copied()
    };
    let versions = base.mesh.versions(id);
    let has_id = |idx: &usize| *base.mesh.contracts[*idx].descriptor.header.id.value == *id;
    let version = Version::parse(after.version_text());
    let document = |idx: usize| &*base.mesh.contracts[idx].descriptor;
    let before =
        || versions.iter().rev().copied().filter(|idx| Version::parse(document(*idx).version_text()) < version);
    let same = base.mesh.contract(id, after.version_text()).or_else(|| in_file().filter(has_id));
    let was_promised = same.is_some_and(|idx| !document(idx).header.is_coming());
    if was_promised || after.header.is_unfinished() {
        return same.or_else(|| before().next());
    }
    before().find(|idx| !document(*idx).header.is_unfinished()).or(same).or_else(|| before().next())
}

fn contract_change(question: &Question<'_>, base_idx: Option<usize>, head_idx: Option<usize>) -> ContractChange {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let before = base_idx.map(|idx| &*base.contracts[idx].descriptor);
    let after = head_idx.map(|idx| &*head.contracts[idx].descriptor);
    let version = |contract: &DataContract| contract.version_text().to_owned();
    let (base_version, head_version) = (before.map(version), after.map(version));
    let declared = match (&base_version, &head_version) {
        (Some(base), Some(head)) => Bump::between(base, head),
        _ => Bump::Major,
    };
    let id = before.map(|contract| now(question, &contract.header));
    let id = id.or(after.map(|contract| contract.header.id.value.clone())).unwrap_or_default();
    let is_major_gone = before.is_some_and(|before| !has_major(question, &id, before));
    ContractChange {
        id,
        base_idx,
        head_idx,
        base_version,
        head_version,
        required: Bump::None,
        owed: Bump::None,
        declared,
        is_major_gone,
        is_version_refused: false,
    }
}

/// Says whether the head has a document of the major of one of the base, or one that cannot be read and may be it. What
/// is not in use yet takes the place of nothing that was; a version that is taken back itself is told as that.
fn has_major(question: &Question<'_>, id: &str, before: &DataContract) -> bool {
    let wanted = major(before.version_text());
    let goes_on = |contract: &DataContract| {
        let is_it = before.header.is_coming() || contract.version_text() == before.version_text();
        is_it || !contract.header.is_coming()
    };
    let contracts = question.head.mesh.versions(id).iter().map(|idx| &question.head.mesh.contracts[*idx].descriptor);
    contracts
        .into_iter()
        .any(|contract| contract.lacks_version() || (major(contract.version_text()) == wanted && goes_on(contract)))
}

/// Reports contracts and majors of contracts that the base has and the head does not.
fn report_gone(question: &Question<'_>, old: &[usize], set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    // The newest document of each major that may be gone; what was not in use stands for it only where nothing was.
    let mut gone: BTreeMap<(Text, String), usize> = BTreeMap::new();
    for idx in old {
        let contract = &base.mesh.contracts[*idx].descriptor;
        let is_lost = question.broken.contains(base.sources.path(contract.header.file));
        if contract.header.is_broken() || is_lost {
            continue;
        }
        let key = (now(question, &contract.header), major(contract.version_text()));
        if !has_major(question, &key.0, contract) {
            let is_coming = contract.header.is_coming();
            let known = gone.get(&key).map(|idx| base.mesh.contracts[*idx].descriptor.header.is_coming());
            if !is_coming || known.is_none_or(|known| known) {
                gone.insert(key, *idx);
            }
        } else if let Some(head_idx) = falls_back(question, *idx) {
            let after = &*head.mesh.contracts[head_idx].descriptor;
            let position = set.contracts.len();
            set.contracts.push(contract_change(question, Some(*idx), Some(head_idx)));
            for raw in documents(question, &contract.header, &after.header, &compare::contracts) {
                if !raw.is_of_version() {
                    push(question, set, raw, (Some(&contract.header), Some(&after.header)), Some(position));
                }
            }
        }
    }
    let mut whole: BTreeMap<Text, Vec<(String, usize)>> = BTreeMap::new();
    for ((id, major), idx) in gone {
        let before = &*base.mesh.contracts[idx].descriptor;
        // What is only proposed takes the place of nothing, where something is in use.
        let newest = head.mesh.current_version(&id);
        if is_withdrawn(set, idx) {
            continue;
        }
        match newest {
            Some(head_idx) => {
                let position = set.contracts.iter().position(|contract| contract.base_idx == Some(idx));
                let position = position.unwrap_or_else(|| {
                    set.contracts.push(contract_change(question, Some(idx), Some(head_idx)));
                    set.contracts.len() - 1
                });
                let after = &*head.mesh.contracts[set.contracts[position].head_idx.unwrap_or(head_idx)].descriptor;
                let of_major = |idx: &usize| self::major(head.mesh.contracts[*idx].descriptor.version_text()) == major;
                let message = if head.mesh.versions(&id).iter().any(of_major) {
                    format!("only a proposal is left of the major {major} of the contract")
                } else {
                    format!("the major {major} of the contract is gone")
                };
                let mut raw = life_raw(&life::REMOVED_MAJOR, "version", &message, (Some(before), Some(after)));
                // A file that this change does not touch is no place for it.
                raw.head = raw.head.filter(|_| !base.sources.is_own(after.header.file));
                push(question, set, raw, (Some(&before.header), Some(&after.header)), Some(position));
            }
            None => whole.entry(id).or_default().push((major, idx)),
        }
    }
    for (id, majors) in whole {
        report_whole(question, &id, majors, set);
    }
}

/// Reports a contract of which nothing is left: the readers of every major lose it.
fn report_whole(question: &Question<'_>, id: &Text, mut majors: Vec<(String, usize)>, set: &mut ChangeSet) {
    let document = |idx: usize| &*question.base.mesh.contracts[idx].descriptor;
    if majors.iter().any(|(_, idx)| !document(*idx).header.is_coming()) {
        majors.retain(|(_, idx)| !document(*idx).header.is_coming());
    }
    let newest = majors.iter().max_by_key(|(_, idx)| Version::parse(document(*idx).version_text()));
    let Some((_, idx)) = newest else { return };
    let before = document(*idx);
    set.contracts.push(contract_change(question, Some(*idx), None));
    let position = set.contracts.len() - 1;
    let raw = life_raw(&life::REMOVED_CONTRACT, "contract", "the contract is gone", (Some(before), None));
    let known = set.changes.len();
    push(question, set, raw, (Some(&before.header), None), Some(position));
    for change in &mut set.changes[known..] {
        let end = |(major, _): &(String, usize)| End { contract: id.clone(), major: major.clone(), version: None };
        change.ends = majors.iter().map(end).collect();
    }
}

/// Says whether a document of the base is told to be a draft again: that takes back all that it promised.
fn is_withdrawn(set: &ChangeSet, base_idx: usize) -> bool {
    let is_of_it = |change: &Change| change.contract.is_some_and(|at| set.contracts[at].base_idx == Some(base_idx));
    set.changes.iter().any(|change| change.rule.meta.code == life::WITHDRAWN_CONTRACT.meta.code && is_of_it(change))
}

/// Finds the document that readers of a major fall back to when its newest version in use is gone, and nothing newer takes
/// its place.
fn falls_back(question: &Question<'_>, base_idx: usize) -> Option<usize> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let before = &*base.contracts[base_idx].descriptor;
    let (id, wanted) = (now(question, &before.header), major(before.version_text()));
    let is_in_use = |contract: &DataContract| {
        !contract.header.is_unfinished() && !contract.lacks_version() && major(contract.version_text()) == wanted
    };
    let newest = |mesh: &crate::graph::Mesh, id: &str| {
        mesh.versions(id).iter().rev().copied().find(|idx| is_in_use(&mesh.contracts[*idx].descriptor))
    };
    if newest(base, &before.header.id.value) != Some(base_idx) || head.contract(&id, before.version_text()).is_some() {
        return None;
    }
    let head_idx = newest(head, &id)?;
    let is_lower =
        Version::parse(head.contracts[head_idx].descriptor.version_text()) < Version::parse(before.version_text());
    // What its own document became is compared already.
    let was_there =
        base.contract(&before.header.id.value, head.contracts[head_idx].descriptor.version_text()).is_some();
    (is_lower && was_there).then_some(head_idx)
}

fn life_raw(
    rule: &'static super::ChangeRule,
    path: &str,
    message: &str,
    (before, after): (Option<&DataContract>, Option<&DataContract>),
) -> Raw {
    let version = |contract: &DataContract| contract.version_text().to_owned();
    let place =
        |contract: &DataContract| contract.header.version.as_ref().map_or(contract.header.id.span, |at| at.span);
    Raw {
        rule,
        direction: rule.direction,
        gate: Gate::Readers,
        path: path.to_owned(),
        message: message.to_owned(),
        before: before.map(version),
        after: after.map(version),
        base: before.map(place),
        head: after.map(place),
        column: None,
    }
}

/// Reads two documents again and compares them. What cannot be read on one side is told there.
pub(super) fn documents(question: &Question<'_>, before: &Header, after: &Header, compare: Compare<'_>) -> Vec<Raw> {
    let (base, head) = (question.base, question.head);
    let (Some(old), Some(new)) = (base.text(before.file), head.text(after.file)) else { return Vec::new() };
    let found = texts((before, &old), (after, &new), compare);
    let has_link = found.iter().any(is_link);
    if !has_link && (found.is_empty() || question.renames.is_empty()) {
        return found;
    }
    // What only follows a rename, or a file that lies elsewhere, is no change of this document. The name of a column that
    // was there before and is one of the new names would be replaced too, and then show up as a change that there is not:
    // then nothing is left out.
    let paths = (base.sources.path(before.file), head.sources.path(after.file));
    let relinked = if has_link { question.moved.backward((base, head), paths, &new) } else { None };
    let renamed = question.renames.backward(relinked.as_deref().unwrap_or(&new));
    if renamed == new {
        return found;
    }
    let left = texts((before, &old), (after, &renamed), compare);
    let is_among = |list: &[Raw], raw: &Raw| {
        list.iter().any(|other| other.rule.meta.code == raw.rule.meta.code && other.path == raw.path)
    };
    if !left.iter().all(|raw| is_reference(raw) || is_among(&found, raw)) {
        return found;
    }
    found.into_iter().filter(|raw| !is_reference(raw) || is_among(&left, raw)).collect()
}

/// Compares the trees of two documents.
pub(super) type Compare<'c> = &'c dyn Fn(yaml::NodeRef<'_>, yaml::NodeRef<'_>) -> Vec<Raw>;

/// Compares two texts; what cannot be read on one side is told there.
pub(super) fn texts((before, old): (&Header, &str), (after, new): (&Header, &str), compare: Compare<'_>) -> Vec<Raw> {
    let mut ignored = crate::diagnostic::Sink::default();
    let (old, new) = (yaml::parse(before.file, old, &mut ignored), yaml::parse(after.file, new, &mut ignored));
    match (&old.tree, &new.tree) {
        (Some(one), Some(two)) if old.complete && new.complete => compare(one.root(), two.root()),
        _ => Vec::new(),
    }
}

/// Says whether a change may be one of names alone: words, terms and foreign keys, but nothing that data must hold to.
fn is_reference(raw: &Raw) -> bool {
    matches!(raw.direction, Direction::Neutral | Direction::Undetermined) || is_link(raw)
}

/// Says whether a change is about where something leads.
fn is_link(raw: &Raw) -> bool {
    let links = [
        &values::RELATIONSHIP_REMOVED,
        &values::RELATIONSHIP_ADDED,
        &values::RELATIONSHIP_CHANGED,
        &meaning::BOUND_TERM_CHANGED,
    ];
    links.iter().any(|rule| rule.meta.code == raw.rule.meta.code)
}

/// Returns the id that the head has for a thing of the base.
fn now(question: &Question<'_>, header: &Header) -> Text {
    let id = &header.id.value;
    match question.renames.now(header.kind, id) {
        new if *new == **id => id.clone(),
        new => new.into(),
    }
}

/// Returns the level of a change in the file at `path`; `None` where its rule is switched off.
pub(super) fn level_of(
    (grading, perspective): (&Grading, Perspective),
    path: &str,
    raw: &Raw,
    before: Option<&Header>,
) -> Option<Level> {
    // Of a policy the stage alone says whether it counts.
    let is_coming = before.is_some_and(|header| header.kind != Kind::Policy && header.is_coming());
    match grading.configured((&raw.rule.meta, None), path) {
        Configured::Off => None,
        _ if is_coming => Some(Level::Info),
        Configured::As(severity) if raw.direction == raw.rule.direction => Some(Level::of(severity)),
        _ => Some(raw.direction.level(perspective)),
    }
}

/// Gives a change its level and adds it; rules that are switched off add nothing.
pub(super) fn push(
    question: &Question<'_>,
    set: &mut ChangeSet,
    raw: Raw,
    (before, after): (Option<&Header>, Option<&Header>),
    contract: Option<usize>,
) {
    let Some(header) = before.or(after) else { return };
    let base = before.zip(raw.base).map(|(header, span)| Location { file: header.file, span });
    let head = after.zip(raw.head).map(|(header, span)| Location { file: header.file, span });
    let place = head.or(base).map_or(header.file, |location| location.file);
    let path = question.head.sources.path(place);
    let Some(level) = level_of((question.grading, question.perspective), path, &raw, before) else { return };
    let id = if before.is_some() { now(question, header) } else { header.id.value.clone() };
    // As it is called now: that is what a waiver can name.
    let subject = format!("{}:{id}", header.kind.word());
    let stated = |header: &'_ Header| header.version.as_ref().map(|version| version.value.clone());
    let versions: Vec<Text> = [before, after].into_iter().flatten().filter_map(stated).collect();
    let versions: Vec<&str> = versions.iter().map(Text::as_str).collect();
    let mut waivers = question.waivers.iter();
    let waived_by = waivers.find(|waiver| waiver.covers_change(&raw.rule.meta, &subject, &versions));
    let waived_by = waived_by.map(|waiver| waiver.id.clone());
    let version = header.version.as_ref().filter(|_| header.kind == Kind::DataContract);
    let ends = version
        .map(|version| End { contract: id.clone(), major: major(&version.value), version: None })
        .into_iter()
        .collect();
    set.changes.push(Change {
        rule: raw.rule,
        direction: raw.direction,
        level,
        kind: header.kind,
        id,
        path: raw.path,
        message: raw.message,
        before: raw.before,
        after: raw.after,
        base,
        head,
        column: raw.column,
        acknowledged_by: Vec::new(),
        waived_by,
        accepted: None,
        contract,
        help: after
            .filter(|_| raw.rule.meta.code == life::DEPRECATED_CONTRACT.meta.code)
            .and_then(|after| told(question, after)),
        gate: raw.gate,
        ends,
    });
}

/// Says what is left to do for a deprecated version that states its end.
fn told(question: &Question<'_>, header: &Header) -> Option<String> {
    let mesh = question.head.mesh;
    let versions = mesh.versions(&header.id.value).iter().map(|idx| &*mesh.contracts[*idx].descriptor);
    let end =
        versions.filter(|contract| contract.header.file == header.file).find_map(|of| Lifecycle::of(of).sunset())?;
    Some(if end < question.today {
        format!("its end, {end}, has passed: state a later day for its readers, or retire it")
    } else {
        format!("its readers have until {end}: tell them which version takes its place")
    })
}
