//! Scorecards for the shell and for scripts: the mesh, a domain, a team or a product; "14 of 16", the worst
//! first, and of each check what to do. The shape of JSON is version 1; fields are only ever added.

mod gather;
mod json;
mod maturity;
mod text;

use crate::graph::Found;
use crate::policy::{Outcome, Trend};
use crate::source::{History, Tree};

/// What is scored, and what with.
pub struct ScoreReport<'a> {
    /// The mesh as it is.
    pub outcome: &'a Outcome,
    /// Its files, for the lines of places.
    pub tree: &'a dyn Tree,
    /// What it is compared with.
    pub base: Option<ScoreBase<'a>>,
    /// A product, team or domain; `None` for the whole mesh.
    pub subject: Option<Found>,
    /// What the log of git says.
    pub history: Option<&'a History>,
    /// How the mesh stood before, where that is asked for.
    pub trend: Option<&'a Trend>,
}

/// A revision that scores are compared with.
#[derive(Clone, Copy)]
pub struct ScoreBase<'a> {
    /// The mesh as it was.
    pub outcome: &'a Outcome,
    /// Its commit.
    pub commit: &'a str,
    /// How it was named.
    pub name: &'a str,
}

/// How a score is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScoreFormat {
    /// Tables for a terminal.
    Table {
        /// Heads in bold.
        color: bool,
    },
    /// One object.
    Json,
    /// One row for each subject and check.
    Csv,
    /// Tables for a comment or a job summary.
    Markdown,
}

/// Writes the scores of a subject.
#[must_use]
pub fn score(report: &ScoreReport<'_>, format: ScoreFormat) -> String {
    let scored = gather::Scored::of(report);
    match format {
        ScoreFormat::Json => json::render(report, &scored),
        ScoreFormat::Csv => text::csv_rows(report, &scored),
        ScoreFormat::Table { color } => text::tables(report, &scored, color),
        ScoreFormat::Markdown => text::markdown(report, &scored),
    }
}
