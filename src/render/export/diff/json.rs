//! `diff --format json`, version 1. These types are the format.

use serde::Serialize;

use super::DiffReport;
use crate::diagnostic::emit::json_text;
use crate::diff::{Change, Level, Uncounted};

/// Raised by every change that a reader could notice, other than a new field.
const VERSION: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Json<'a> {
    version: u32,
    base: &'a str,
    head: &'a str,
    summary: Summary,
    is_refused: bool,
    base_errors: usize,
    /// The base has no descriptor: nothing could be compared.
    base_is_empty: bool,
    changes: Vec<ChangeRow<'a>>,
    contracts: Vec<ContractRow<'a>>,
    impact: Vec<ImpactRow<'a>>,
    agreements: Vec<AgreementRow<'a>>,
    to_do: Vec<ToDoRow<'a>>,
    /// What the change brings in, `check` refuses and is no word of the gate: errors, and warnings under `check.deny: warning`.
    errors: Vec<ErrorRow<'a>>,
}

#[derive(Serialize)]
struct Summary {
    breaking: usize,
    warning: usize,
    compatible: usize,
    info: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChangeRow<'a> {
    code: &'static str,
    name: &'static str,
    level: &'static str,
    direction: &'static str,
    kind: &'static str,
    id: &'a str,
    path: &'a str,
    message: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    file: &'a str,
    line: u32,
    column: u32,
    base_file: Option<&'a str>,
    base_line: Option<u32>,
    acknowledged_by: &'a [String],
    waived_by: Option<&'a str>,
    accepted: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractRow<'a> {
    id: &'a str,
    base_version: Option<&'a str>,
    head_version: Option<&'a str>,
    required_bump: &'static str,
    declared_bump: &'static str,
    bump_is_enough: bool,
    bump_may_come: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImpactRow<'a> {
    changed: &'a str,
    product: &'a str,
    domain: Option<&'a str>,
    team: Option<&'a str>,
    distance: usize,
    ports: &'a [String],
    reads: &'a [String],
    hit: &'a [String],
    may_read: bool,
    pins: Option<&'a str>,
    effect: &'static str,
    waived_by: &'a [String],
    is_acknowledged: bool,
}

#[derive(Serialize)]
struct AgreementRow<'a> {
    changed: &'a str,
    agreement: &'a str,
    consumer: &'a str,
}

#[derive(Serialize)]
struct ErrorRow<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    message: &'a str,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToDoRow<'a> {
    subject: &'a str,
    who: Option<&'a str>,
    text: &'a str,
    ask: &'a [String],
    uncounted: Vec<UncountedRow<'a>>,
    is_done: bool,
}

#[derive(Serialize)]
struct UncountedRow<'a> {
    file: &'a str,
    line: u32,
    why: &'a str,
}

pub(super) fn render(report: &DiffReport<'_>) -> String {
    let set = report.changes;
    json_text(&Json {
        version: VERSION,
        base: report.base_commit,
        head: report.head_commit.unwrap_or("worktree"),
        summary: Summary {
            breaking: report.count(Level::Breaking),
            warning: report.count(Level::Warning),
            compatible: report.count(Level::Compatible),
            info: report.count(Level::Info),
        },
        is_refused: set.is_refused,
        base_errors: set.n_base_errors,
        base_is_empty: set.is_base_empty,
        changes: set.changes.iter().map(|change| change_row(report, change)).collect(),
        contracts: set
            .contracts
            .iter()
            .map(|contract| ContractRow {
                id: &contract.id,
                base_version: contract.base_version.as_deref(),
                head_version: contract.head_version.as_deref(),
                required_bump: contract.required.word(),
                declared_bump: contract.declared.word(),
                bump_is_enough: contract.bump_is_enough(),
                bump_may_come: contract.bump_may_come(),
            })
            .collect(),
        impact: set
            .impact
            .iter()
            .map(|row| ImpactRow {
                changed: &row.changed,
                product: &row.product,
                domain: row.domain.as_deref(),
                team: row.team.as_deref(),
                distance: row.distance,
                ports: &row.ports,
                reads: &row.reads,
                hit: &row.hit,
                may_read: row.may_read,
                pins: row.pins.as_deref(),
                effect: row.effect.word(),
                waived_by: &row.waived_by,
                is_acknowledged: row.is_acknowledged,
            })
            .collect(),
        agreements: set
            .agreements
            .iter()
            .map(|row| AgreementRow { changed: &row.changed, agreement: &row.agreement, consumer: &row.consumer })
            .collect(),
        to_do: set
            .to_do
            .iter()
            .map(|to_do| ToDoRow {
                subject: &to_do.subject,
                who: to_do.who.as_deref(),
                text: &to_do.text,
                ask: &to_do.ask,
                uncounted: to_do.uncounted.iter().map(|uncounted| uncounted_row(report, uncounted)).collect(),
                is_done: to_do.is_done,
            })
            .collect(),
        errors: report
            .errors
            .iter()
            .map(|error| ErrorRow {
                code: error.rule.code,
                name: error.rule.name,
                severity: error.severity.word(),
                message: &error.message,
                file: report.sources.path(error.location.file),
                line: report.texts.range(error.location).0.line,
            })
            .collect(),
    })
}

fn uncounted_row<'a>(report: &DiffReport<'a>, uncounted: &'a Uncounted) -> UncountedRow<'a> {
    UncountedRow {
        file: report.sources.path(uncounted.location.file),
        line: report.texts.range(uncounted.location).0.line,
        why: &uncounted.why,
    }
}

fn change_row<'a>(report: &DiffReport<'a>, change: &'a Change) -> ChangeRow<'a> {
    let start = report.texts.range(change.location()).0;
    ChangeRow {
        code: change.rule.meta.code,
        name: change.rule.meta.name,
        level: change.level.word(),
        direction: change.direction.word(),
        kind: change.kind.name(),
        id: &change.id,
        path: &change.path,
        message: &change.message,
        before: change.before.as_deref(),
        after: change.after.as_deref(),
        file: report.sources.path(change.location().file),
        line: start.line,
        column: start.column,
        base_file: change.base.map(|base| report.sources.path(base.file)),
        base_line: change.base.map(|base| report.texts.range(base).0.line),
        acknowledged_by: &change.acknowledged_by,
        waived_by: change.waived_by.as_deref(),
        accepted: change.accepted.as_ref().map(crate::diff::Accepted::words),
    }
}
