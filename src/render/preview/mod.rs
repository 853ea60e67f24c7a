//! A site that shows a change: every page says what of it is new, changed or gone since a base, and one
//! page says what the change does. Takes the difference of two meshes, gives notes by page; the pages
//! themselves are made as ever and get their notes at the end, so that a site without a base is the same
//! to the byte.

mod finish;
mod notes;

pub(super) use finish::{GoneRow, finish};
pub(super) use notes::{Note, NoteLine, Notes, level_sign};

use std::collections::BTreeMap;

use super::export::{self, DiffFormat, DiffReport};
use crate::diagnostic::{Findings, RuleMeta, Severity};
use crate::diff::{Asked, ChangeSet, Level, ThingChange, ThingState};
use crate::graph::Mesh;
use crate::source::{SourceMap, SourceTexts};

/// The page that says what a change does.
pub const CHANGE_PAGE: &str = "change.html";
/// The same for machines, as `diff --format json` prints it.
pub(super) const CHANGE_JSON: &str = "change.json";
/// The stylesheet of what only a site with a base has; an asset of the theme.
pub(super) const STYLE: &str = "change.css";

/// What a change is made known by.
pub struct PreviewInput<'a> {
    /// The base as it was named.
    pub revision: &'a str,
    /// The commit of the base, 40 hexadecimal digits.
    pub base_commit: &'a str,
    /// The commit of the head; `None` for the work tree.
    pub head_commit: Option<&'a str>,
    /// The mesh of the base.
    pub base: &'a Mesh,
    /// The mesh of the head.
    pub head: &'a Mesh,
    /// The names of the files of both.
    pub sources: &'a SourceMap,
    /// The texts of files that changes and findings point into.
    pub texts: &'a SourceTexts,
    /// The findings that the change brings in.
    pub new_findings: &'a Findings,
    /// The level from which a run fails.
    pub deny: Severity,
    /// Who has to look.
    pub asked: Asked,
}

/// A change between a base and the mesh of the site.
pub struct Preview {
    /// The base as it was named.
    pub(super) revision: String,
    /// Its commit, 40 hexadecimal digits.
    pub(super) commit: String,
    /// What changed in contracts and ports.
    pub(super) set: ChangeSet,
    /// Where each change stands, by its position.
    pub(super) places: Vec<Place>,
    /// What is new, changed or gone.
    pub(super) things: Vec<ThingChange>,
    /// What the change brings in, the worst first.
    pub(super) findings: Vec<NewFinding>,
    /// How many of them are refused, `2 new errors`, and whether there are errors among them.
    pub(super) refused: Option<(String, bool)>,
    /// Who has to look.
    pub(super) asked: Asked,
    /// Ids and names of the teams and domains of the base, for what is gone.
    pub(super) names: BTreeMap<String, String>,
    pub(super) json: Vec<u8>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub file: String,
    pub line: u32,
}

/// A finding that the base does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewFinding {
    pub severity: Severity,
    pub rule: &'static RuleMeta,
    pub message: String,
    pub place: Place,
    pub is_waived: bool,
}

impl Preview {
    /// Puts a change together.
    #[must_use]
    pub fn new(input: PreviewInput<'_>, set: ChangeSet, things: Vec<ThingChange>) -> Preview {
        let errors = export::other_errors(input.new_findings, input.deny);
        let report = DiffReport {
            asked: None,
            changes: &set,
            site: None,
            base: input.base,
            head: input.head,
            sources: input.sources,
            prefix: "",
            texts: input.texts,
            base_commit: input.base_commit,
            head_commit: input.head_commit,
            new_findings: input.new_findings.summary(),
            errors: &errors,
        };
        let json = export::diff(&report, DiffFormat::Json).into_bytes();
        let place = |location: crate::source::Location| Place {
            file: input.sources.path(location.file).to_owned(),
            line: input.texts.range(location).0.line,
        };
        let places = set.changes.iter().map(|change| place(change.location())).collect();
        let mut findings: Vec<NewFinding> = input
            .new_findings
            .diagnostics
            .iter()
            .map(|finding| NewFinding {
                severity: finding.severity,
                rule: finding.rule,
                message: finding.message.clone(),
                place: place(finding.location),
                is_waived: finding.waived_by.is_some(),
            })
            .collect();
        findings.sort_by_key(|finding| (finding.is_waived, std::cmp::Reverse(finding.severity)));
        let mut names = BTreeMap::new();
        for domain in &input.base.domains {
            let header = &domain.descriptor.header;
            names.insert(header.reference(), header.title().to_owned());
        }
        for team in &input.base.teams {
            let header = &team.descriptor.header;
            names.insert(header.reference(), header.title().to_owned());
        }
        let is_error = |finding: &&crate::diagnostic::Diagnostic| finding.severity == Severity::Error;
        let refused =
            (!errors.is_empty()).then(|| (export::refused_words(&errors, "new"), errors.iter().any(is_error)));
        Preview {
            refused,
            revision: input.revision.to_owned(),
            commit: input.base_commit.to_owned(),
            set,
            places,
            things,
            findings,
            asked: input.asked,
            names,
            json,
        }
    }

    /// Says with what the site is compared, and how much differs: `main (a1b2c3d): 1 breaking; 2 changed`.
    #[must_use]
    pub fn words(&self) -> String {
        let commit = self.commit.get(..7).unwrap_or_default();
        let gate = if self.set.is_refused { "; the gate refuses" } else { "" };
        let empty = if self.set.is_base_empty { "; the base has no descriptor, so that everything is new" } else { "" };
        format!("{} ({commit}): {}{gate}{empty}", crate::diagnostic::visible(&self.revision), self.summary())
    }

    /// Returns how many changes of contracts and ports are of a level.
    pub(super) fn n_of(&self, level: Level) -> usize {
        self.set.changes.iter().filter(|change| change.level == level).count()
    }

    /// Returns how many things became this.
    pub(super) fn n_things(&self, state: ThingState) -> usize {
        self.things.iter().filter(|thing| thing.state == state).count()
    }

    /// Says in few words how much changed: `2 breaking, 1 compatible; 1 new, 3 changed`.
    pub(super) fn summary(&self) -> String {
        let join = |counts: &[(usize, &str)]| {
            let stated = counts.iter().filter(|(n, _)| *n > 0);
            stated.map(|(n, word)| format!("{n} {word}")).collect::<Vec<_>>().join(", ")
        };
        let changes = join(&[
            (self.n_of(Level::Breaking), "breaking"),
            (self.n_of(Level::Warning), "to look at"),
            (self.n_of(Level::Compatible), "compatible"),
        ]);
        let changed = self.n_things(ThingState::Changed) + self.n_things(ThingState::Renamed);
        let things = join(&[
            (self.n_things(ThingState::New), "new"),
            (changed, "changed"),
            (self.n_things(ThingState::Removed), "removed"),
        ]);
        match (changes.is_empty(), things.is_empty()) {
            (true, true) => "nothing that is described differs".to_owned(),
            (true, false) => things,
            (false, true) => changes,
            (false, false) => format!("{changes}; {things}"),
        }
    }

    /// Returns the changes of contracts and ports by thing, the heaviest first, as positions.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (position, change) in self.set.changes.iter().enumerate() {
            let subject = change.subject();
            let contract = self.set.shown_with(change);
            let is_of = |group: &&mut Group| match contract {
                Some(contract) => group.contract == Some(contract),
                None => group.contract.is_none() && group.subject == subject,
            };
            match groups.iter_mut().find(is_of) {
                Some(group) => group.changes.push(position),
                None => groups.push(Group { subject, contract, changes: vec![position] }),
            }
        }
        let level = |position: &usize| std::cmp::Reverse(self.set.changes[*position].level);
        for group in &mut groups {
            group.changes.sort_by_key(level);
        }
        groups.sort_by_key(|group| (group.changes.first().map(level), group.contract.is_none()));
        groups
    }

    /// Returns the name that a team or domain has in the base.
    pub(super) fn name_in_base(&self, reference: &str) -> Option<&str> {
        self.names.get(reference).map(String::as_str)
    }
}

/// The changes of one thing.
pub(super) struct Group {
    /// `contract:orders`, `product:orders`.
    pub subject: String,
    /// Position among the contracts that changed.
    pub contract: Option<usize>,
    /// Positions of its changes, the heaviest first.
    pub changes: Vec<usize>,
}
