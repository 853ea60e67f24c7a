//! Result files.

use super::{any_text, exact, spanned, text};
use crate::model::{ObservedResult, ResultFile, ResultFormat, ResultStatus, Text};
use crate::source::{FileId, Spanned};
use crate::yaml::NodeRef;

/// Lowers a result file; `None` when it does not say when it was observed.
pub(in crate::check) fn results(root: NodeRef<'_>, file: FileId) -> Option<ResultFile> {
    let at = spanned(root, "observedAt")?;
    let stamp = at.value.parse().ok()?;
    let contract = root.get("contract");
    let source = root.get("source");
    Some(ResultFile {
        file,
        observed_at: Spanned::new(stamp, at.span),
        source: source.and_then(|source| text(source, "process").or_else(|| text(source, "vendor"))),
        server: None,
        contract: contract.and_then(|contract| spanned(contract, "contractID")),
        version: contract.and_then(|contract| spanned(contract, "version")),
        results: exact(root.list("results").filter_map(result)),
        format: ResultFormat::Observability,
    })
}

fn result(node: NodeRef<'_>) -> Option<ObservedResult> {
    let status = match node.get("status")?.as_str()? {
        "pass" => ResultStatus::Pass,
        "warn" => ResultStatus::Warn,
        "fail" => ResultStatus::Fail,
        "error" => ResultStatus::Error,
        _ => return None,
    };
    let measure = node.get("measure");
    Some(ObservedResult {
        id: spanned(node, "id")?,
        name: text(node, "name"),
        is_check: text(node, "type").is_some_and(|kind| kind == "check"),
        status,
        targets: targets(node),
        columns: Vec::new(),
        metric: measure.and_then(|measure| text(measure, "metric")),
        value: measure.and_then(|measure| measure.get("value")).map(any_text),
        unit: measure.and_then(|measure| text(measure, "unit")),
        message: text(node, "message"),
        nth: None,
        is_schema: false,
    })
}

/// Lists the names of what was looked at, sorted, so that two orders of them are one thing.
fn targets(node: NodeRef<'_>) -> Vec<Text> {
    let Some(named) = node.get("target").and_then(|target| target.get("resourceIdentifier")) else { return Vec::new() };
    let mut targets: Vec<Text> = match named.scalar_text() {
        Some(one) => vec![Text::from(one.as_ref())],
        None => named.items().filter_map(|item| Some(Text::from(item.scalar_text()?.as_ref()))).collect(),
    };
    targets.sort();
    exact(targets.into_iter())
}
