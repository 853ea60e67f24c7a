//! What of the configuration lets more pass than before: levels of rules, and from where a run fails.

use std::collections::{BTreeMap, BTreeSet};

use super::Side;
use crate::diagnostic::{RuleMeta, Severity, Sink};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef};

/// A setting that lets more pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// Which, from what to what.
    pub message: String,
    /// Where it stands in the configuration of the head; where it is gone, what is left around it.
    pub span: Span,
}

/// Lists what the configuration of the head lets pass and that of the base does not. `known` are all rules.
#[must_use]
pub fn lowered(base: Side<'_>, head: Side<'_>, path: &str, known: &[&'static RuleMeta]) -> Vec<Lowered> {
    let text = |side: Side<'_>| String::from_utf8(side.tree.read(path).unwrap_or_default()).unwrap_or_default();
    let (was, is) = (text(base), text(head));
    if was == is {
        return Vec::new();
    }
    let (Some(was), Some(is)) = (Written::read(&was, known), Written::read(&is, known)) else { return Vec::new() };
    let mut found = Vec::new();
    if was.deny > is.deny {
        let message = "a run fails from `error` on, and no longer from `warning`";
        found.push(Lowered { message: message.to_owned(), span: is.span });
    }
    if was.perspective != is.perspective && is.perspective != "full" && was.perspective != "producer" {
        let message = format!("changes are graded for `{}`, and no longer for `{}`", is.perspective, was.perspective);
        found.push(Lowered { message, span: is.span });
    }
    let own = |key: &str| {
        let rule = known.iter().find(|rule| rule.code == key).map(|rule| rule.severity);
        // What a policy weighs is in the policy; a change of that is told there.
        rule.or_else(|| policy_severity(head, key)).or_else(|| policy_severity(base, key))
    };
    let name = |key: &str| match known.iter().find(|rule| rule.code == key) {
        Some(rule) => format!("`{}` ({})", rule.name, rule.code),
        None => format!("the policy `{key}`"),
    };
    let keys: BTreeSet<&str> = was.levels.keys().chain(is.levels.keys()).map(|(_, key)| key.as_str()).collect();
    for key in keys {
        let Some(own) = own(key) else { continue };
        let at = |written: &Written, paths: &str| written.levels.get(&(paths.to_owned(), key.to_owned())).copied();
        let (before, after) = (at(&was, ""), at(&is, ""));
        let everywhere = (before.map_or(rank(Some(own)), |one| one.0), after.map_or(rank(Some(own)), |one| one.0));
        let mut note = |(from, to): (u8, u8), span: Option<Span>, below: &str| {
            if to < from {
                let message =
                    format!("the level of {}{below} is `{}`, and no longer `{}`", name(key), word(to), word(from));
                found.push(Lowered { message, span: span.unwrap_or(is.span) });
            }
        };
        note(everywhere, after.map(|one| one.1), "");
        let special =
            was.levels.keys().chain(is.levels.keys()).filter(|(paths, other)| !paths.is_empty() && other == key);
        let special: BTreeSet<&str> = special.map(|(paths, _)| paths.as_str()).collect();
        for paths in special {
            let (before, after) = (at(&was, paths), at(&is, paths));
            let levels = (before.map_or(everywhere.0, |one| one.0), after.map_or(everywhere.1, |one| one.0));
            note(levels, after.map(|one| one.1), &format!(" below `{paths}`"));
        }
    }
    found.sort_by_key(|lowered| lowered.span.start);
    found
}

fn policy_severity(side: Side<'_>, id: &str) -> Option<Severity> {
    let policy = side.mesh.policies.iter().find(|policy| *policy.header.id.value == *id)?;
    Some(match policy.severity.as_deref() {
        Some("info") => Severity::Info,
        Some("warning") => Severity::Warning,
        _ => Severity::Error,
    })
}

/// How much a level weighs; what is off weighs nothing.
fn rank(level: Option<Severity>) -> u8 {
    match level {
        None => 0,
        Some(Severity::Info) => 1,
        Some(Severity::Warning) => 2,
        Some(Severity::Error) => 3,
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

/// `check` of a configuration as it is written.
struct Written {
    /// 1 where warnings fail too.
    deny: u8,
    perspective: String,
    /// By paths (none for everywhere) and by code of a rule or id of a policy: the level and where it stands.
    levels: BTreeMap<(String, String), (u8, Span)>,
    /// Where `check` stands, else the first key.
    span: Span,
}

impl Written {
    /// Reads a configuration; `None` where it cannot be read: that is told, and refused.
    fn read(text: &str, known: &[&'static RuleMeta]) -> Option<Written> {
        let parsed = yaml::parse(FileId(0), text, &mut Sink::default());
        let tree = parsed.tree.filter(|_| parsed.complete);
        let mut written =
            Written { deny: 0, perspective: "consumer".to_owned(), levels: BTreeMap::new(), span: Span::default() };
        let Some(tree) = tree else { return text.trim().is_empty().then_some(written) };
        let root = tree.root();
        written.span = root.entries().next().map(|(key, _)| key.span()).unwrap_or_default();
        let Some((key, check)) = root.entry("check") else { return Some(written) };
        written.span = key.span();
        written.deny = u8::from(check.text("deny").is_some_and(|deny| deny.value == "warning"));
        let perspective = check.text("perspective").map(|text| text.value.into_owned());
        written.perspective =
            perspective.filter(|word| word == "producer" || word == "full").unwrap_or(written.perspective);
        written.add("", check, known);
        for entry in check.list("overrides") {
            let paths: Vec<String> =
                entry.list("paths").filter_map(|path| path.scalar_text().map(std::borrow::Cow::into_owned)).collect();
            written.add(&paths.join("`, `"), entry, known);
        }
        Some(written)
    }

    fn add(&mut self, paths: &str, node: NodeRef<'_>, known: &[&'static RuleMeta]) {
        for (key, value) in node.get("levels").into_iter().flat_map(NodeRef::entries) {
            let (Some(name), Some(level)) = (key.as_str(), value.as_str()) else { continue };
            let rank = match level {
                "off" => 0,
                "info" => 1,
                "warning" => 2,
                "error" => 3,
                _ => continue,
            };
            let rule = known.iter().find(|rule| rule.code == name || rule.name == name);
            let key_word = rule.map_or(name, |rule| rule.code);
            self.levels.insert((paths.to_owned(), key_word.to_owned()), (rank, key.span()));
        }
    }
}
