//! What a run took, for the shell.

use std::cmp::Reverse;
use std::time::Duration;

use serde::Serialize;

use super::table::table;
use crate::diagnostic::emit::json_text;
use crate::policy::{PolicyTime, Timings};

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    #[serde(rename = "totalMs")]
    total_ms: f64,
    rooms: Vec<Row<'a>>,
    rules: Vec<Row<'a>>,
    policies: Vec<PolicyRow<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    ms: f64,
}

#[derive(Serialize)]
struct PolicyRow<'a> {
    id: &'a str,
    subjects: usize,
    steps: u64,
    ms: f64,
}

/// Returns milliseconds with three decimals.
fn ms(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

fn row<'a>((name, time): &(&'a str, Duration)) -> Row<'a> {
    Row { name, ms: ms(*time) }
}

fn policy_row(policy: &PolicyTime) -> PolicyRow<'_> {
    PolicyRow { id: &policy.id, subjects: policy.n_subjects, steps: policy.steps, ms: ms(policy.time) }
}

/// Writes timings as a versioned JSON document.
#[must_use]
pub fn timings_json(timings: &Timings) -> String {
    json_text(&Report {
        version: 1,
        total_ms: ms(timings.total()),
        rooms: timings.rooms.iter().map(row).collect(),
        rules: timings.rules.iter().map(row).collect(),
        policies: timings.policies.iter().map(policy_row).collect(),
    })
}

/// Writes timings as tables: rooms in their order, then the rules and policies that took longest.
#[must_use]
pub fn timings_text(timings: &Timings, color: bool) -> String {
    const SHOWN: usize = 10;
    let text = |time: Duration| format!("{:.3}", ms(time));
    let cells = |rows: &[(&'static str, Duration)]| -> Vec<Vec<String>> {
        rows.iter().map(|(name, time)| vec![text(*time), (*name).to_owned()]).collect()
    };
    let mut rooms = cells(&timings.rooms);
    rooms.push(vec![text(timings.total()), "all".to_owned()]);
    let mut parts = vec![table(&["ms", "room"], &rooms, color)];
    let mut rules = timings.rules.clone();
    rules.sort_by_key(|(code, time)| (Reverse(*time), *code));
    rules.truncate(SHOWN);
    if !rules.is_empty() {
        parts.push(table(&["ms", "rule"], &cells(&rules), color));
    }
    let mut policies: Vec<&PolicyTime> = timings.policies.iter().collect();
    policies.sort_by_key(|policy| (Reverse(policy.time), &policy.id));
    policies.truncate(SHOWN);
    if !policies.is_empty() {
        let row = |policy: &&PolicyTime| {
            vec![text(policy.time), policy.steps.to_string(), policy.n_subjects.to_string(), policy.id.clone()]
        };
        let rows: Vec<Vec<String>> = policies.iter().map(row).collect();
        parts.push(table(&["ms", "steps", "subjects", "policy"], &rows, color));
    }
    parts.join("\n")
}
