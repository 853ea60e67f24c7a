//! Run events of `OpenLineage`: one event, a list of them, or one a line.
//!
//! Datasets are named by namespace and name. Checks stand in the facet `dataQualityAssertions`, measurements in
//! `dataQualityMetrics` of inputs and `outputStatistics` of outputs. The last state of a run says whether its
//! outputs were made.

use jiff::Timestamp;

use super::json::Json;
use super::tool::{observed, time};
use crate::model::{ResultStatus, Text, ToolOutcome, ToolResult, ToolSubject};
use crate::source::{Span, Spanned};

/// Says whether a document is a run event.
pub(super) fn is_event(root: &Json<'_>) -> bool {
    let has = |key: &str| root.get(key).is_some();
    has("eventTime") && has("producer") && (has("run") || has("job") || has("dataset"))
}

/// Reads the results of an event; what is none has none.
pub(super) fn read(event: &Json<'_>) -> Vec<ToolResult> {
    let mut results = Vec::new();
    if is_event(event) {
        let stated = time(event, "eventTime");
        let is_timed = stated.is_some();
        let at = stated.unwrap_or_else(|| {
            let span = event.get("eventTime").map_or(event.span, |at| at.span);
            Spanned::new(Timestamp::UNIX_EPOCH, span)
        });
        let job = event.get("job");
        let source = job.and_then(|job| job.text("name")).or_else(|| event.text("producer")).map(Text::from);
        let mut add = |dataset: &Json<'_>, column: Option<&str>, outcome: ToolOutcome| {
            let Some(name) = dataset.text("name") else { return };
            let subject = ToolSubject::Dataset {
                namespace: dataset.text("namespace").unwrap_or_default().into(),
                name: name.into(),
                column: column.map(Text::from),
            };
            let why = "its event does not say when it was (`eventTime`)";
            let outcome = if is_timed { outcome } else { ToolOutcome::Unclear(why) };
            results.push(ToolResult { at: at.clone(), source: source.clone(), subject, outcome });
        };
        let outputs = event.list("outputs");
        let is_good = match event.text("eventType") {
            Some("COMPLETE") => Some(true),
            Some("FAIL" | "ABORT") => Some(false),
            _ => None,
        };
        if let Some(is_good) = is_good {
            for dataset in outputs {
                add(dataset, None, ToolOutcome::Run { is_good });
            }
        }
        for dataset in event.list("inputs").iter().chain(outputs).chain(event.get("dataset")) {
            for facets in ["facets", "inputFacets", "outputFacets"].iter().filter_map(|key| dataset.get(key)) {
                for assertion in facets.at(&["dataQualityAssertions"]).map_or(&[][..], |facet| facet.list("assertions"))
                {
                    assertion_of(assertion, &mut |column, outcome| add(dataset, column, outcome));
                }
                for (key, count) in [("dataQualityMetrics", "rowCount"), ("outputStatistics", "rowCount")] {
                    let Some(facet) = facets.get(key) else { continue };
                    if let Some(rows) = facet.number(count) {
                        add(dataset, None, measured("rowCount", rows, facet.get(count).map_or(facet.span, |n| n.span)));
                    }
                    for (column, metrics) in facet.get("columnMetrics").map_or(&[][..], Json::entries) {
                        if let Some(nulls) = metrics.number("nullCount") {
                            let span = metrics.get("nullCount").map_or(metrics.span, |n| n.span);
                            add(dataset, Some(column), measured("nullValues", nulls, span));
                        }
                    }
                }
            }
        }
    }
    results
}

fn assertion_of(assertion: &Json<'_>, add: &mut dyn FnMut(Option<&str>, ToolOutcome)) {
    let (Some(kind), Some(is_good)) = (assertion.text("assertion"), assertion.bool("success")) else { return };
    let is_soft = assertion.text("severity").is_some_and(|severity| severity.eq_ignore_ascii_case("warn"));
    let status = match (is_good, is_soft) {
        (true, _) => ResultStatus::Pass,
        (false, true) => ResultStatus::SoftFail,
        (false, false) => ResultStatus::Fail,
    };
    let span = assertion.get("assertion").map_or(assertion.span, |kind| kind.span);
    let mut result = observed(assertion.text("name").unwrap_or(kind), span, status);
    result.metric = Some(Text::from(kind));
    add(assertion.text("column"), ToolOutcome::Result(result));
}

fn measured(metric: &str, value: &str, span: Span) -> ToolOutcome {
    let mut result = observed(metric, span, ResultStatus::Measured);
    result.metric = Some(Text::from(metric));
    result.value = Some(Text::from(value));
    result.unit = Some(Text::from("rows"));
    ToolOutcome::Result(result)
}
