//! The formats findings are written in: one file each. All data passes through the escaper of its
//! format; text for people also through [`visible`](super::visible).

use super::{Findings, Severity, Summary};
use crate::source::{SourceMap, SourceTexts};

/// Everything a format may show.
pub struct Report<'a> {
    /// The findings to show.
    pub findings: &'a Findings,
    /// The names of files.
    pub sources: &'a SourceMap,
    /// The texts of the files that findings point into.
    pub texts: &'a SourceTexts,
    /// What was read.
    pub counts: Counts,
    /// The level from which a finding fails the run.
    pub deny: Severity,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Descriptors.
    pub documents: usize,
    /// Data products.
    pub products: usize,
    /// Data contracts, each version counted.
    pub contracts: usize,
    /// Domains.
    pub domains: usize,
    /// Teams.
    pub teams: usize,
}

impl Report<'_> {
    /// Counts the findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.findings.summary()
    }
}
