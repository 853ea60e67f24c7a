//! What differs between two published versions of a contract in one mesh: for people who move from one to the
//! other, not for a gate.

use super::change::Level;
use super::compare;
use super::pairs::{level_of, texts};
use super::{ChangeRule, Side};
use crate::config::Perspective;
use crate::diagnostic::Grading;

/// A difference between two versions.
#[derive(Clone, Debug)]
pub struct VersionChange {
    /// The rule that found it.
    pub rule: &'static ChangeRule,
    /// How much it weighs, as configured.
    pub level: Level,
    /// What of the contract: `schema.orders.amount`.
    pub path: String,
    /// What happened, in one line.
    pub message: String,
    /// The value before.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

/// Compares two versions of a contract by their positions in the mesh; the heaviest difference comes first.
/// Status and last days are left out: they are about a version and not about what it promises.
#[must_use]
pub fn versions(
    side: Side<'_>,
    (before, after): (usize, usize),
    grading: &Grading,
    perspective: Perspective,
) -> Vec<VersionChange> {
    let header = |idx: usize| &side.mesh.contracts[idx].descriptor.header;
    let (before, after) = (header(before), header(after));
    let is_of_version = |path: &str| {
        let property = path.strip_prefix("slaProperties.").map(crate::graph::level_name);
        path == "status" || property.is_some_and(|property| property == "endofsupport" || property == "endoflife")
    };
    let path = side.sources.path(after.file);
    let change = |raw: super::change::Raw| {
        let level = level_of((grading, perspective), path, &raw, Some(before))?;
        Some(VersionChange {
            rule: raw.rule,
            level,
            path: raw.path,
            message: raw.message,
            before: raw.before,
            after: raw.after,
        })
    };
    let (Some(old), Some(new)) = (side.text(before.file), side.text(after.file)) else { return Vec::new() };
    let found = texts((before, &old), (after, &new), compare::contracts);
    let mut changes: Vec<VersionChange> =
        found.into_iter().filter(|raw| !is_of_version(&raw.path)).filter_map(change).collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.level));
    changes
}
