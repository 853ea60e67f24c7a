//! What changed between two revisions, for the terminal, as JSON and as a comment on a pull request.

mod full;
mod json;
mod markdown;

use crate::diagnostic::emit::counted;
use crate::diagnostic::{Diagnostic, Family, Findings, RuleMeta, Severity, Summary};
use crate::diff::{Asked, Change, ChangeSet, Level, ToDo, Uncounted};
use crate::graph::{Mesh, is_slug};
use crate::render::scaffold::id_of;
use crate::render::servers::shell;
use crate::source::{SourceMap, SourceTexts};

/// What is written.
pub struct DiffReport<'a> {
    /// The changes.
    pub changes: &'a ChangeSet,
    /// Who has to look, where that is told.
    pub asked: Option<&'a Asked>,
    /// The public address of the site, with a slash at its end: it explains the rules.
    pub site: Option<&'a str>,
    /// The mesh as it was.
    pub base: &'a Mesh,
    /// The mesh as it is.
    pub head: &'a Mesh,
    /// The names of the files of both sides.
    pub sources: &'a SourceMap,
    /// The folder of the registry below the top of its repository, empty or with a slash at its end: where forges read,
    /// files are named from the top.
    pub prefix: &'a str,
    /// The texts of the files that changes point into.
    pub texts: &'a SourceTexts,
    /// The commit of the base, 40 hexadecimal digits.
    pub base_commit: &'a str,
    /// The commit of the head; `None` for the work tree.
    pub head_commit: Option<&'a str>,
    /// The findings that the change brings in, those of the gate included.
    pub new_findings: Summary,
    /// Those among them that `check` refuses and that are no word of the gate.
    pub errors: &'a [&'a Diagnostic],
}

/// How changes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For a terminal.
    Full {
        /// Signs in colour.
        color: bool,
    },
    /// Version 1 of our own JSON.
    Json,
    /// A comment on a pull request.
    Markdown,
}

/// Returns the findings at or above `deny`, the level from which a run fails, that are no word of the gate: with them
/// `check` refuses all the same. The heaviest come first.
#[must_use]
pub fn other_errors(findings: &Findings, deny: Severity) -> Vec<&Diagnostic> {
    let is_other = |finding: &&Diagnostic| {
        let is_of_gate = finding.severity == Severity::Error && Family::of(finding.rule.code) == Some(Family::Brk);
        finding.severity >= deny && !is_of_gate
    };
    let mut others: Vec<&Diagnostic> = findings.standing().filter(is_other).collect();
    others.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    others
}

/// Counts what `check` refuses: `2 new errors`, `1 new error and 3 new warnings`.
#[must_use]
pub fn refused_words(refused: &[&Diagnostic], adjective: &str) -> String {
    let count = |severity: Severity, noun: &str| {
        let n = refused.iter().filter(|finding| finding.severity == severity).count();
        (n > 0).then(|| counted(n, &format!("{adjective} {noun}")))
    };
    let words = [count(Severity::Error, "error"), count(Severity::Warning, "warning")];
    words.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// Writes what changed.
#[must_use]
pub fn diff(report: &DiffReport<'_>, format: DiffFormat) -> String {
    match format {
        DiffFormat::Full { color } => full::render(report, color),
        DiffFormat::Json => json::render(report),
        DiffFormat::Markdown => markdown::render(report),
    }
}

/// The changes of one thing.
struct Group<'a> {
    /// `orders`, or `product orders`.
    title: String,
    /// `contract:orders`.
    subject: String,
    /// Its versions, of a contract.
    versions: Option<(Option<&'a str>, Option<&'a str>)>,
    contract: Option<usize>,
    /// The gate refuses its version, whatever its changes are.
    is_version_refused: bool,
    changes: Vec<&'a Change>,
}

impl Group<'_> {
    fn level(&self) -> Level {
        self.changes.iter().map(|change| change.level).max().unwrap_or(Level::Info)
    }

    /// Says how much the group weighs once what may come is left out.
    fn refused(&self) -> bool {
        self.is_version_refused || self.changes.iter().any(|change| change.is_refused())
    }

    /// Says whether it is for waivers alone that what breaks may come.
    fn is_waived(&self) -> bool {
        let mut breaking = self.changes.iter().filter(|change| change.level == Level::Breaking);
        breaking.all(|change| change.waived_by.is_some())
    }
}

impl DiffReport<'_> {
    /// Returns the changes by thing, the heaviest first, then contracts before products, then by name.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for change in &self.changes.changes {
            let row = self.changes.shown_with(change);
            let is_of = |group: &&mut Group<'_>| match row {
                Some(contract) => group.contract == Some(contract),
                None => group.contract.is_none() && group.changes[0].subject() == change.subject(),
            };
            if let Some(group) = groups.iter_mut().find(is_of) {
                group.changes.push(change);
                continue;
            }
            let contract = row.map(|contract| &self.changes.contracts[contract]);
            let title = match contract {
                Some(contract) => contract.id.to_string(),
                None => format!("{} {}", change.kind.word(), change.id),
            };
            let versions =
                contract.map(|contract| (contract.base_version.as_deref(), contract.head_version.as_deref()));
            let subject = contract.map_or_else(|| change.subject(), |contract| format!("contract:{}", contract.id));
            groups.push(Group {
                title,
                subject,
                versions,
                contract: row,
                is_version_refused: contract.is_some_and(|contract| contract.is_version_refused),
                changes: vec![change],
            });
        }
        for group in &mut groups {
            group.changes.sort_by_key(|change| std::cmp::Reverse(change.level));
        }
        groups.sort_by_key(|group| (std::cmp::Reverse(group.level()), group.contract.is_none()));
        groups
    }

    /// Says why no acknowledgement counts yet, where that is so.
    fn why_none_counts(&self) -> Option<&'static str> {
        (!self.changes.has_owners).then_some(
            "None counts yet: the base has no CODEOWNERS file that says who may speak for a reader; `meshfolio codeowners` \
             makes one, which has to be merged first",
        )
    }

    /// Returns a line for each acknowledgement that gives a word and does not count.
    fn uncounted_lines<'t>(&'t self, to_do: &'t ToDo, prefix: &'t str) -> impl Iterator<Item = String> + 't {
        to_do.uncounted.iter().map(move |Uncounted { location, why }| {
            format!("`{prefix}{}` is there and does not count: {why}", self.sources.path(location.file))
        })
    }

    /// Returns the command by which the first reader whose word is missing, and can be given, gives it.
    fn how_to_acknowledge(&self) -> Option<String> {
        // One that is there and does not count is mended, or moved: another one would count no more.
        let mut open = self.changes.to_do.iter().filter(|to_do| !to_do.is_done && to_do.uncounted.is_empty());
        open.find_map(|to_do| {
            let who = to_do.who.as_deref()?;
            let of = |change: &&Change| change.subject() == to_do.subject && change.level == Level::Breaking;
            let change =
                self.changes.changes.iter().find(|change| of(change) && to_do.text.contains(&change.message))?;
            if !change.may_be_acknowledged() {
                return None;
            }
            let end = to_do.ends.first()?;
            let contract = &end.contract;
            let contracts = self.changes.contracts.iter().filter(|row| row.id == *contract);
            let version = contracts.filter_map(|row| row.head_version.as_deref()).next_back();
            let current = || self.head.current_version(contract);
            let current = || current().map(|idx| self.head.contracts[idx].descriptor.version_text());
            // Without a version nobody knows what is agreed to; a contract that is gone has none.
            let version = end.version.as_deref().or(version).or_else(current)?;
            let id = who.split_once(':').map_or(who, |(_, id)| id);
            let words = format!("{id}-{contract}-{}", crate::model::major(version));
            let id = id_of(&words).filter(|id| is_slug(id)).unwrap_or_else(|| "acknowledged".to_owned());
            let is_free = |id: &String| !self.head.acknowledgements.iter().any(|entry| *entry.header.id.value == **id);
            let more = (2..).map(|n| format!("{}-{n}", id.get(..76).unwrap_or(&id)));
            let id = std::iter::once(id.clone()).chain(more).find(is_free)?;
            let subject = shell(&format!("contract:{contract}@{version}"));
            Some(format!("meshfolio new acknowledgement {id} --for {subject} --consumer {}", shell(who)))
        })
    }

    /// Returns a line for each finding that `check` refuses and that is no word of the gate, with its rule, and one for those that there is no room
    /// for.
    fn error_lines(&self, n_shown: usize, prefix: &str) -> Vec<(Option<&'static RuleMeta>, String)> {
        let place = |error: &Diagnostic| {
            let start = self.texts.range(error.location).0;
            format!("{prefix}{}:{}", self.sources.path(error.location.file), start.line)
        };
        let line = |error: &&Diagnostic| {
            let why = if error.severity < Severity::Error {
                format!("; a {}, which `check.deny: {}` refuses", error.severity.word(), error.severity.word())
            } else {
                String::new()
            };
            (Some(error.rule), format!("{} ({}){why}", error.message, place(error)))
        };
        let mut lines: Vec<(Option<&'static RuleMeta>, String)> = self.errors.iter().take(n_shown).map(line).collect();
        if self.errors.len() > n_shown {
            lines.push((None, format!("{} more findings that `check` refuses", self.errors.len() - n_shown)));
        }
        lines
    }

    /// Says that nothing was compared, where the base has nothing.
    fn why_all_is_new(&self) -> Option<String> {
        let place = if self.prefix.is_empty() { String::new() } else { format!(" below `{}`", self.prefix) };
        self.changes.is_base_empty.then(|| {
            format!(
                "The base has no descriptor{place}: nothing could be compared, and everything counts as new. Move a \
                 registry in a change of its own, and edit its files in the next, so that they are compared."
            )
        })
    }

    fn count(&self, level: Level) -> usize {
        self.changes.changes.iter().filter(|change| change.level == level).count()
    }

    /// Returns the line of a change in the head, else in the base.
    fn line(&self, change: &Change) -> u32 {
        self.texts.range(change.location()).0.line
    }

    fn path(&self, change: &Change) -> &str {
        self.sources.path(change.location().file)
    }
}

/// Returns `2.1.0 -> 3.0.0`, or the one version there is.
fn versions(base: Option<&str>, head: Option<&str>, arrow: &str) -> String {
    match (base, head) {
        (Some(base), Some(head)) if base == head => head.to_owned(),
        (Some(base), Some(head)) => format!("{base} {arrow} {head}"),
        (Some(base), None) => format!("{base} {arrow} gone"),
        (None, Some(head)) => format!("new {head}"),
        (None, None) => String::new(),
    }
}

/// Returns `decimal(12,2) -> int`, or the one value there is, shortened to what a line holds.
fn values(change: &Change, arrow: &str) -> String {
    const MAX_CHARS: usize = 48;
    // One value has the room of two.
    let max_chars = if change.before.is_some() && change.after.is_some() { MAX_CHARS } else { 2 * MAX_CHARS };
    let short = |text: &str| {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(max_chars) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    };
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} {arrow} {}", short(before), short(after)),
        (Some(value), None) | (None, Some(value)) => short(value),
        (None, None) => String::new(),
    }
}
