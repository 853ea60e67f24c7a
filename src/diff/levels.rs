//! What of the configuration lets more pass than before: the levels that rules and policies have in the end, from
//! where a run fails, and what counts as personal data.

mod written;

use std::collections::{BTreeMap, BTreeSet};

use self::written::{Decided, Written};
use super::{Renames, Side};
use crate::config::PersonalDataConfig;
use crate::diagnostic::{Configured, RuleMeta, Severity};
use crate::model::Kind;
use crate::source::{FileId, Span};

/// The rule by which findings of policies are graded where nothing is said of the policy itself.
const OF_POLICIES: &str = "GOV006";

/// A setting that lets more pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// The key of the configuration below which it stands: `check` or `personalData`.
    pub key: &'static str,
    /// Which, from what to what.
    pub message: String,
    /// Where it stands in the configuration of the head; where it is gone, what is left around it.
    pub span: Span,
    /// The configuration of the base, where the head has none: the place is in that.
    pub base: Option<FileId>,
}

/// Lists what the configuration of the head, at `path`, lets pass and that of the base does not. `known` are all rules.
#[must_use]
pub fn lowered(
    (base, head): (Side<'_>, Side<'_>),
    renames: &Renames,
    path: &str,
    known: &[&'static RuleMeta],
) -> Vec<Lowered> {
    let (was, is) = (base.tree.read(path), head.tree.read(path));
    let is_gone = was.is_ok() && is.is_err();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    let (was, is) = (text(was.unwrap_or_default()), text(is.unwrap_or_default()));
    if was == is {
        return Vec::new();
    }
    let (Some(was), Some(is)) = (Written::read(&was), Written::read(&is)) else { return Vec::new() };
    let gone_from = if is_gone { base.sources.id(path) } else { None };
    let check = if gone_from.is_some() { was.span } else { is.span };
    let personal = personal_data(&was.personal.0, &is.personal.0).into_iter();
    let of_personal = if gone_from.is_some() { was.personal.1 } else { is.personal.1 };
    let personal = personal.map(|message| ("personalData", message, of_personal)).collect::<Vec<_>>();
    let mut found: Vec<(String, Span)> = Vec::new();
    if was.fails_at_warning && !is.fails_at_warning {
        found.push(("a run fails from `error` on, and no longer from `warning`".to_owned(), check));
    }
    if was.perspective != is.perspective && is.perspective != "full" && was.perspective != "producer" {
        let message = format!("changes are graded for `{}`, and no longer for `{}`", is.perspective, was.perspective);
        found.push((message, check));
    }
    if was.is_transitive && !is.is_transitive {
        let message = "contracts are compared with the version before, and no longer with every version of their \
                       major that is still read";
        found.push((message.to_owned(), check));
    }
    let comparison = Comparison { was: &was, is: &is, places: places(head, &was, &is), is_gone };
    for subject in subjects((base, head), renames, (&was, &is), known) {
        found.extend(comparison.lower(&subject, check));
    }
    let found = found.into_iter().map(|(message, span)| ("check", message, span));
    let mut found: Vec<_> = found.chain(personal).collect();
    found.sort_by_key(|(_, _, span)| span.start);
    found.into_iter().map(|(key, message, span)| Lowered { key, message, span, base: gone_from }).collect()
}

/// Says what of `personalData` decides otherwise. Other classes are told whichever way they differ: whether a rule asks
/// for a class or forbids it, nobody can see here. What only finds more lets nothing pass.
fn personal_data(was: &PersonalDataConfig, is: &PersonalDataConfig) -> Vec<String> {
    let mut told = Vec::new();
    let classes = |of: &PersonalDataConfig| -> BTreeSet<String> {
        of.personal_classes().iter().map(|class| class.to_lowercase()).collect()
    };
    let quoted = |words: &[String]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    if classes(was) != classes(is) {
        let (before, after) = (quoted(&was.personal_classes()), quoted(&is.personal_classes()));
        told.push(format!("the classes of personal data are {after}, and no longer {before}"));
    }
    if !was.classes.is_empty() && is.classes.is_empty() {
        told.push("columns of other classes are no longer looked at for personal data".to_owned());
    }
    let new = |before: &[String], after: &[String]| -> Vec<String> {
        after.iter().filter(|word| !before.contains(word)).cloned().collect()
    };
    let off = new(&was.off, &is.off);
    if !off.is_empty() {
        told.push(format!("personal data of the kind {} is no longer looked for", quoted(&off)));
    }
    let ignored = new(&was.ignore, &is.ignore);
    if !ignored.is_empty() {
        told.push(format!("columns named {} no longer look like personal data", quoted(&ignored)));
    }
    for pattern in &was.patterns {
        let others = is.patterns.iter().filter(|other| other.name == pattern.name);
        let left: Vec<String> = others.clone().flat_map(|other| other.columns.clone()).collect();
        let gone = new(&left, &pattern.columns);
        if !gone.is_empty() {
            told.push(format!("columns named {} no longer look like `{}`", quoted(&gone), pattern.name));
        } else if others.clone().all(|other| other.classification != pattern.classification) {
            told.push(format!("the class of `{}` is another one", pattern.name));
        }
    }
    told
}

/// A rule or a policy, and what it is graded by on both sides.
struct Subject<'a> {
    name: String,
    rule: &'static RuleMeta,
    /// The ids of a policy.
    policy: Option<(&'a str, &'a str)>,
    /// What it weighs where nothing is configured.
    own: (Severity, Severity),
    /// Nothing names it: what is said of all policies is enough.
    is_one_of_many: bool,
}

/// Lists the rules and the policies whose level one of the configurations may change. Of a policy that is new or gone
/// nothing is lowered: that is told as such.
fn subjects<'a>(
    (base, head): (Side<'a>, Side<'a>),
    renames: &Renames,
    (was, is): (&Written, &Written),
    known: &[&'static RuleMeta],
) -> Vec<Subject<'a>> {
    let is_named = |word: &str| was.names(word) || is.names(word);
    let mut subjects: Vec<Subject<'_>> = Vec::new();
    for rule in known.iter().filter(|rule| is_named(rule.code) || is_named(rule.name)) {
        let own = (rule.severity, rule.severity);
        let name = format!("`{}` ({})", rule.name, rule.code);
        subjects.push(Subject { name, rule, policy: None, own, is_one_of_many: false });
    }
    // The rule of all policies comes before each of them.
    let Some(rule) = known.iter().find(|rule| rule.code == OF_POLICIES) else { return subjects };
    let is_every = is_named(rule.code) || is_named(rule.name);
    let by_id: BTreeMap<&str, Severity> =
        head.mesh.policies.iter().map(|policy| (policy.header.id.value.as_str(), own(policy))).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for policy in &base.mesh.policies {
        let old = policy.header.id.value.as_str();
        let Some((new, after)) = by_id.get_key_value(renames.now(Kind::Policy, old)) else { continue };
        let is_one_of_many = !was.names(old) && !is.names(new);
        if (is_every || !is_one_of_many) && seen.insert(old) {
            let (name, own) = (format!("the policy `{new}`"), (own(policy), *after));
            subjects.push(Subject { name, rule, policy: Some((old, new)), own, is_one_of_many });
        }
    }
    subjects
}

/// Returns what a policy weighs by itself.
pub(super) fn own(policy: &crate::model::Policy) -> Severity {
    policy.severity.as_deref().and_then(Severity::named).unwrap_or(Severity::Error)
}

/// Files below the same overrides of both sides: they have the same levels.
struct Place {
    /// One of them; where an override is of no file, a path that it would be of.
    path: String,
    n_files: usize,
}

/// Sorts the files of the head by the overrides that they are below.
fn places(head: Side<'_>, was: &Written, is: &Written) -> Vec<Place> {
    let matched = |path: &str| -> Vec<bool> {
        was.grading.overrides.iter().chain(&is.grading.overrides).map(|entry| entry.paths.matches(path)).collect()
    };
    let mut places: BTreeMap<Vec<bool>, Place> = BTreeMap::new();
    for file in head.sources.below("") {
        let path = head.sources.path(file);
        let place = places.entry(matched(path)).or_insert_with(|| Place { path: path.to_owned(), n_files: 0 });
        place.n_files += 1;
    }
    let n_overrides = was.grading.overrides.len() + is.grading.overrides.len();
    for position in 0..n_overrides {
        if places.keys().any(|matched| matched[position]) {
            continue;
        }
        // Its files come later: what it says then counts as well.
        let (written, at) = match position.checked_sub(was.grading.overrides.len()) {
            None => (was, position),
            Some(at) => (is, at),
        };
        for path in written.samples(at) {
            places.entry(matched(&path)).or_insert(Place { path, n_files: 0 });
        }
    }
    places.into_values().collect()
}

struct Comparison<'a> {
    was: &'a Written,
    is: &'a Written,
    places: Vec<Place>,
    /// The head has no configuration: places are in that of the base.
    is_gone: bool,
}

/// A lower level, where the same words of the head decide it.
struct Group {
    from: u8,
    to: u8,
    after: Option<Decided>,
    /// What decided it before, by place.
    before: Vec<Option<Decided>>,
    n_files: usize,
}

impl Comparison<'_> {
    /// Says where a rule or policy has a lower level than before.
    fn lower(&self, subject: &Subject<'_>, check: Span) -> Vec<(String, Span)> {
        let (old, new) = subject.policy.unzip();
        let mut groups: Vec<Group> = Vec::new();
        let mut decided: Vec<Option<Decided>> = Vec::new();
        for place in &self.places {
            let before = self.was.decides((subject.rule, old), &place.path);
            let after = self.is.decides((subject.rule, new), &place.path);
            decided.push(after);
            // What a policy weighs by itself is told there.
            if before.is_none() && after.is_none() {
                continue;
            }
            let from = level(self.was, (subject.rule, old, subject.own.0), &place.path);
            let to = level(self.is, (subject.rule, new, subject.own.1), &place.path);
            if to >= from || (subject.is_one_of_many && self.is_of_all(subject.rule, &place.path)) {
                continue;
            }
            let same = groups.iter_mut().find(|group| (group.from, group.to, group.after) == (from, to, after));
            match same {
                Some(group) => {
                    group.before.push(before);
                    group.n_files += place.n_files;
                }
                None => groups.push(Group { from, to, after, before: vec![before], n_files: place.n_files }),
            }
        }
        let told = |group: &Group| {
            let place = self.place_words(group, &decided);
            let (to, from) = (word(group.to), word(group.from));
            let message = format!("the level of {}{place} is `{to}`, and no longer `{from}`", subject.name);
            let deciding = if self.is_gone { group.before[0] } else { group.after };
            (message, deciding.map_or(check, |decided| decided.span))
        };
        groups.iter().map(told).collect()
    }

    /// Says whether the rule of all policies has a lower level here: then that is told, and not each policy.
    fn is_of_all(&self, rule: &'static RuleMeta, path: &str) -> bool {
        level(self.is, (rule, None, rule.severity), path) < level(self.was, (rule, None, rule.severity), path)
    }

    /// Says below which paths a level is lower, or in how many files; nothing where it is everywhere.
    fn place_words(&self, group: &Group, decided: &[Option<Decided>]) -> String {
        let n_places = group.before.len();
        if n_places == self.places.len() {
            return String::new();
        }
        if let Some(at) = group.after.and_then(|after| after.entry) {
            let of_it = decided.iter().filter(|decided| **decided == group.after).count();
            let below = format!(" below `{}`", self.is.words(at));
            return if of_it == n_places || group.n_files == 0 {
                below
            } else {
                format!("{below}, in {} of its files,", group.n_files)
            };
        }
        let entries: Option<BTreeSet<usize>> =
            group.before.iter().map(|before| before.and_then(|before| before.entry)).collect();
        if let Some(entries) = entries {
            let words: Vec<String> = entries.iter().map(|at| format!("`{}`", self.was.words(*at))).collect();
            return format!(" below {}", words.join(", "));
        }
        let all: usize = self.places.iter().map(|place| place.n_files).sum();
        // Paths that no file has yet are no exception.
        if group.n_files == all { String::new() } else { format!(" in {} of {all} files", group.n_files) }
    }
}

/// Returns how much a rule, or the policy that it found broken, weighs in the file at `path`.
fn level(written: &Written, (rule, policy, own): (&RuleMeta, Option<&str>, Severity), path: &str) -> u8 {
    match written.grading.configured((rule, policy), path) {
        Configured::Nothing => rank(own),
        Configured::Off => 0,
        Configured::As(severity) => rank(severity),
    }
}

/// How much a level weighs; what is off weighs nothing.
fn rank(level: Severity) -> u8 {
    match level {
        Severity::Info => 1,
        Severity::Warning => 2,
        Severity::Error => 3,
    }
}

fn word(rank: u8) -> &'static str {
    match rank {
        0 => "off",
        1 => "info",
        2 => "warning",
        _ => "error",
    }
}
