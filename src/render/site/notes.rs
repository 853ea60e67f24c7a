//! What a build says of the site: which files it does without, whether a host takes so many, and what is not in it.

use std::collections::BTreeSet;

use super::{MOST_FILES, Site};
use crate::diagnostic::{Severity, visible};
use crate::model::Kind;
use crate::source::FileId;

/// So many files Cloudflare Pages takes without cost, the least of the hosts that people use for sites of this size.
const HOST_FILES: usize = 20_000;

impl Site {
    /// Says which files of the theme have no effect, in whole sentences.
    #[must_use]
    pub fn theme_notes(&self) -> &[String] {
        self.theme.notes()
    }

    /// Says, when `.md` and `.svg` twins are left out, why and how to keep them.
    #[must_use]
    pub fn twins_note(&self) -> Option<String> {
        if self.homes.is_lean() {
            return Some(
                "pages of contracts and all twins, since the site is lean: contracts stand with their products"
                    .to_owned(),
            );
        }
        (!self.has_twins).then(|| {
            format!("`.md` and `.svg` twins, since there would be more than {MOST_FILES} files; `site: {{twins: all}}` keeps them")
        })
    }

    /// Says, when there are more files than some hosts take, which setting makes fewer.
    #[must_use]
    pub fn files_note(&self, n_files: usize) -> Option<String> {
        (n_files > HOST_FILES).then(|| {
            let help =
                if self.homes.is_lean() { "publish to another host" } else { "`site: {lean: true}` makes fewer" };
            format!("{n_files} files; some hosts take at most {HOST_FILES} (Cloudflare Pages without cost): {help}")
        })
    }

    /// Says what of the registry is not in the site because of its errors; `None` where that is nothing.
    #[must_use]
    pub fn errors_note(&self) -> Option<String> {
        const SHOWN: usize = 3;
        let outcome = &self.outcome;
        let errors: Vec<_> =
            outcome.findings.standing().filter(|finding| finding.severity == Severity::Error).collect();
        if errors.is_empty() {
            return None;
        }
        let mut whole = BTreeSet::new();
        let mut broken = BTreeSet::new();
        for header in Kind::ALL.into_iter().flat_map(|kind| outcome.mesh.headers(kind)) {
            if header.is_broken() { &mut broken } else { &mut whole }.insert(header.file);
        }
        whole.extend(outcome.mesh.glossaries.iter().map(|glossary| glossary.header.file));
        // Only these families say that a file is no descriptor; the others judge one that is there.
        let is_about_reading = |code: &str| ["SYN", "SCH", "REF009"].iter().any(|rule| code.starts_with(rule));
        let is_markdown = |path: &str| std::path::Path::new(path).extension().is_some_and(|ending| ending == "md");
        let is_left_out = |file: &FileId| !whole.contains(file) && !broken.contains(file);
        let is_known = |file: &FileId| *file != FileId::default() && !is_markdown(outcome.sources.path(*file));
        let unread = errors.iter().filter(|finding| is_about_reading(finding.rule.code));
        let lost: BTreeSet<FileId> =
            unread.map(|finding| finding.location.file).filter(is_known).filter(is_left_out).collect();
        let names = |files: &BTreeSet<FileId>| {
            let mut names: Vec<String> =
                files.iter().take(SHOWN).map(|file| visible(outcome.sources.path(*file)).into_owned()).collect();
            if files.len() > SHOWN {
                names.push(format!("{} more files", files.len() - SHOWN));
            }
            names.join(", ")
        };
        let mut parts = Vec::new();
        if !lost.is_empty() {
            parts.push(names(&lost));
        }
        if !broken.is_empty() {
            parts.push(format!("all but the identity of {}", names(&broken)));
        }
        // Where every file stands, what is wrong is between them.
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
