//! The rules as rows.

use super::table::csv;
use crate::diagnostic::{Family, RuleMeta};

/// Writes rules as CSV with a head.
#[must_use]
pub fn rules_csv(rules: &[&RuleMeta]) -> String {
    let cells = |rule: &&RuleMeta| {
        let family = Family::of(rule.code).map_or("", Family::title);
        [rule.code, rule.name, family, rule.severity.word(), rule.since].map(str::to_owned).to_vec()
    };
    csv(&["code", "name", "family", "severity", "since"], &rules.iter().map(cells).collect::<Vec<_>>())
}
