//! Artifacts of dbt: `run_results.json` and `sources.json`, told by `metadata.dbt_schema_version`.
//!
//! A result names its node by `unique_id`: `model.<package>.<name>[.v<N>]`, `test.<package>.<name>.<hash>`,
//! `source.<package>.<source>.<table>`. Which model and column a test is about stands in its name alone, as the
//! manifest is not read.

use std::borrow::Cow;

use super::json::Json;
use super::tool::{self, Known, message, observed, time};
use crate::model::{ObservedResult, ResultFormat, ResultStatus, Text, ToolOutcome, ToolResult, ToolSubject};
use crate::source::FileId;

fn schema<'j>(root: &'j Json<'_>) -> Option<&'j str> {
    root.get("metadata")?.text("dbt_schema_version")
}

/// Says whether a document is an artifact of dbt, of whatever kind.
pub(super) fn is_artifact(root: &Json<'_>) -> bool {
    schema(root).is_some()
}

/// Says whether a document is one of those that dbt writes beside its artifacts without saying so in it: the semantic
/// manifest, the summary of the graph, or what the parser took.
pub(super) fn is_beside(root: &Json<'_>) -> bool {
    let has = |keys: &[&str]| keys.iter().all(|key| root.get(key).is_some());
    has(&["semantic_models", "metrics", "project_configuration"])
        || has(&["_invocation_id", "linked"])
        || has(&["path_count", "parsed_path_count"])
}

pub(super) fn read(file: FileId, root: &Json<'_>) -> Known {
    let schema = schema(root).unwrap_or_default();
    let is_sources = schema.contains("/sources/");
    if !is_sources && !schema.contains("/run-results/") {
        return Known::Beside;
    }
    let Some(made) = root.get("metadata").and_then(|metadata| time(metadata, "generated_at")) else {
        return Known::Broken(
            root.span,
            Cow::Borrowed("its `metadata` does not say when it was made (`generated_at`)"),
        );
    };
    let mut results = Vec::new();
    for node in root.list("results") {
        let Some(unique_id) = node.text("unique_id") else { continue };
        let Some((subject, outcome)) = result(node, unique_id, is_sources) else { continue };
        // The node's own time is nearer to the data than that of the file.
        let own = node.list("timing").iter().rev().find_map(|step| time(step, "completed_at"));
        let at = own.or_else(|| time(node, "snapshotted_at")).unwrap_or_else(|| made.clone());
        results.push(ToolResult { at, source: Some(Text::from("dbt")), subject, outcome });
    }
    Known::Tool(tool::file(file, ResultFormat::Dbt, results))
}

fn result(node: &Json<'_>, unique_id: &str, is_sources: bool) -> Option<(ToolSubject, ToolOutcome)> {
    let parts: Vec<&str> = unique_id.split('.').collect();
    let status = node.text("status")?;
    match parts.as_slice() {
        ["source", _, source, table] if is_sources => {
            let subject = ToolSubject::Source { source: Text::from(*source), table: Text::from(*table) };
            Some((subject, ToolOutcome::Result(freshness(node, unique_id, status)?)))
        }
        ["test", _, name, ..] => {
            let subject = ToolSubject::Test(Text::from(*name));
            Some((subject, ToolOutcome::Result(test(node, name, status)?)))
        }
        ["model" | "seed" | "snapshot", _, name, more @ ..] => {
            let version = more.first().and_then(|version| version.strip_prefix('v')).map(Text::from);
            let subject = ToolSubject::Node { name: Text::from(*name), version };
            match status {
                "success" | "partial success" => Some((subject, ToolOutcome::Run { is_good: status == "success" })),
                "error" => Some((subject, ToolOutcome::Run { is_good: false })),
                _ => None,
            }
        }
        // Unit tests are about code, operations and exposures about nothing of ours.
        _ => None,
    }
}

fn test(node: &Json<'_>, name: &str, status: &str) -> Option<ObservedResult> {
    let status = match status {
        "pass" => ResultStatus::Pass,
        // The condition of the test failed; its severity is what is soft.
        "warn" => ResultStatus::SoftFail,
        "fail" => ResultStatus::Fail,
        "error" | "runtime error" => ResultStatus::Error,
        _ => return None,
    };
    let span = node.get("unique_id").map_or(node.span, |id| id.span);
    let mut result = observed(name, span, status);
    // Of most tests the failures are values or groups, of this one they are rows. Of every test that passes dbt writes 0,
    // however many its thresholds let pass: that is no measurement.
    let is_measured = status != ResultStatus::Pass || node.number("failures").is_some_and(|failures| failures != "0");
    if is_measured && (name.starts_with("not_null_") || name.starts_with("source_not_null_")) {
        result.value = node.number("failures").map(Text::from);
        result.unit = result.value.as_ref().map(|_| Text::from("rows"));
    }
    result.message = node.text("message").and_then(message);
    Some(result)
}

fn freshness(node: &Json<'_>, unique_id: &str, status: &str) -> Option<ObservedResult> {
    let status = match status {
        "pass" => ResultStatus::Pass,
        "warn" => ResultStatus::Warn,
        "error" => ResultStatus::Fail,
        "runtime error" => ResultStatus::Error,
        _ => return None,
    };
    let span = node.get("unique_id").map_or(node.span, |id| id.span);
    let mut result = observed(unique_id, span, status);
    result.name = Some(Text::from("source freshness"));
    result.metric = Some(Text::from("freshness"));
    result.value = node.number("max_loaded_at_time_ago_in_s").map(Text::from);
    result.unit = result.value.as_ref().map(|_| Text::from("s"));
    Some(result)
}
