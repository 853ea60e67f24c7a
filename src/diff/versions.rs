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
    /// The column that it is about, as the version before names it: `orders.amount`.
    pub column: Option<String>,
}

impl VersionChange {
    /// Says whether it takes a column away, or gives it another name.
    #[must_use]
    pub fn removes_column(&self) -> bool {
        matches!(self.rule.meta.code, "BRK001" | "BRK003")
    }

    /// Where it stands among those of its weight: what is gone, then types and values, then promises, then where the
    /// data is and what it is called there, which most readers see in one place only.
    fn rank(&self) -> u8 {
        let number = self.rule.meta.code.strip_prefix("BRK").and_then(|number| number.parse().ok()).unwrap_or(u16::MAX);
        match number {
            1..=7 => 0,
            9..=16 => 1,
            17..=31 => 2,
            37..=42 => 3,
            32..=36 => 4,
            8 => 6,
            _ => 5,
        }
    }
}

/// Compares two versions of a contract by their positions in the mesh; the heaviest difference comes first, and
/// of those that weigh the same what takes most from a reader.
/// Status, first and last days are left out: they are about a version and not about what it promises.
#[must_use]
pub fn versions(
    side: Side<'_>,
    (before, after): (usize, usize),
    grading: &Grading,
    perspective: Perspective,
) -> Vec<VersionChange> {
    let header = |idx: usize| &side.mesh.contracts[idx].descriptor.header;
    let (before, after) = (header(before), header(after));
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
            column: raw.column,
        })
    };
    let (Some(old), Some(new)) = (side.text(before.file), side.text(after.file)) else { return Vec::new() };
    let found = texts((before, &old), (after, &new), &compare::contracts);
    let mut changes: Vec<VersionChange> =
        found.into_iter().filter(|raw| !raw.is_of_version()).filter_map(change).collect();
    changes.sort_by_key(|change| (std::cmp::Reverse(change.level), change.rank()));
    changes
}
