//! Test results of the Data Contract CLI: `datacontract test --output-format json`.
//!
//! Its `model` and `field` are the physical names of object and column, `qualityId` the `id` of the rule. A rule
//! of the type `sql` without an id is named by its position, in `key`.

use std::borrow::Cow;

use super::json::Json;
use super::tool::{self, Known, message, observed, time};
use crate::model::{ResultFormat, ResultStatus, Text, ToolOutcome, ToolResult, ToolSubject};
use crate::source::FileId;

/// Says whether a document is a run of the tool.
pub(super) fn is_run(root: &Json<'_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    has("checks") && has("runId") && (has("dataContractId") || has("datacontractCliVersion"))
}

pub(super) fn read(file: FileId, root: &Json<'_>) -> Known {
    let Some(at) = time(root, "timestampEnd").or_else(|| time(root, "timestampStart")) else {
        return Known::Broken(root.span, Cow::Borrowed("it does not say when it ran (`timestampEnd`)"));
    };
    let server = root.text("server").map(|server| format!("datacontract on {server}"));
    let source = Text::from(server.as_deref().unwrap_or("datacontract"));
    let mut results = Vec::new();
    for check in root.list("checks") {
        let subject = ToolSubject::Contract {
            id: root.text("dataContractId").unwrap_or_default().into(),
            version: root.text("dataContractVersion").map(Text::from),
            server: root.text("server").map(Text::from),
            object: check.text("model").map(Text::from),
            column: check.text("field").map(Text::from),
        };
        let status = match check.text("result") {
            Some("passed") => ResultStatus::Pass,
            Some("warning") => ResultStatus::Warn,
            Some("failed") => ResultStatus::Fail,
            Some("error") => ResultStatus::Error,
            // Skipped, informative or not known: nothing was observed.
            _ => continue,
        };
        let kind = check.text("type").unwrap_or_default();
        let own = check.text("qualityId").or_else(|| check.text("quality_id"));
        let id = own.or_else(|| check.text("key")).or_else(|| check.text("name")).unwrap_or(kind);
        let mut result = observed(id, check.get("type").map_or(check.span, |kind| kind.span), status);
        result.name = check.text("name").map(Text::from);
        result.metric = (!kind.is_empty()).then(|| Text::from(kind));
        result.message = check.text("reason").and_then(message);
        result.nth = own.is_none().then(|| check.text("key").and_then(position)).flatten();
        result.is_schema = check.text("category") == Some("schema");
        let outcome = ToolOutcome::Result(result);
        results.push(ToolResult { at: at.clone(), source: Some(source.clone()), subject, outcome });
    }
    Known::Tool(tool::file(file, ResultFormat::DataContractCli, results))
}

/// Returns the position of a rule that is named by it: `orders__amount__quality_sql_2`.
pub(super) fn position(key: &str) -> Option<u32> {
    let (before, digits) = key.rsplit_once('_')?;
    let is_named = before.ends_with("__quality_sql") || before.ends_with("__quality_custom");
    digits.parse().ok().filter(|_| is_named)
}
