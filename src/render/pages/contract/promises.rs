//! The promises of a contract with what results say of them.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use super::quality;
use crate::graph::EvidenceSummary;
use crate::model::{DataContract, ServiceLevel, level_name};
use crate::render::health::{self, Level};
use crate::render::pages::movers::span_words;
use crate::render::parts::{self, Anchors, anchor_part};

/// Characters of the custom properties of a promise.
const CUSTOM: usize = 240;

#[derive(Serialize)]
pub(super) struct PromiseRow<'a> {
    pub(super) anchor: String,
    /// What it is about, what it says in words, why it is promised, and when it is checked.
    notes: Vec<Cow<'a, str>>,
    level: Level<'a>,
    /// Where a day in the life of the contract lies from today.
    when: Option<String>,
    /// The table has cells for the last thirty days.
    pub(super) has_days: bool,
}

/// A test of the schema that failed.
#[derive(Serialize)]
pub(super) struct MissRow<'a> {
    path: &'a str,
    seen: health::Seen<'a>,
}

pub(super) fn promises<'a>(
    contract: &'a DataContract,
    idx: usize,
    evidence: &EvidenceSummary<'a>,
    today: Date,
) -> Vec<PromiseRow<'a>> {
    let mut anchors = Anchors::default();
    let has_days = has_days(evidence);
    let is_retired = contract.header.has_status("retired");
    let row = |level| {
        let mut row = promise_row(level, health::level(evidence, idx, level), today, &mut anchors);
        if is_retired && row.level.is_promise && row.level.seen.is_none() {
            row.level.is_promise = false;
            row.when = Some("no longer promised".to_owned());
        }
        PromiseRow { has_days, ..row }
    };
    contract.service_levels.iter().map(row).collect()
}

/// Says whether results of two days at least lie within the last thirty: one day is no course.
pub(super) fn has_days(evidence: &EvidenceSummary<'_>) -> bool {
    evidence.results.iter().any(|result| crate::graph::Days::LEN - result.days.n_without() > 1)
}

fn promise_row<'a>(written: &'a ServiceLevel, level: Level<'a>, today: Date, anchors: &mut Anchors) -> PromiseRow<'a> {
    PromiseRow {
        anchor: anchors.next(format!("sla-{}", anchor_part(&written.property))),
        notes: notes(written),
        when: crate::model::date_of(&written.value)
            .filter(|_| !level.is_promise)
            .map(|day| when(&written.property, day, today)),
        level,
        has_days: false,
    }
}

fn notes(written: &ServiceLevel) -> Vec<Cow<'_, str>> {
    let mut notes: Vec<Cow<'_, str>> = Vec::new();
    notes.extend(written.element.as_ref().map(|element| format!("of {}", element.value).into()));
    let Some(detail) = written.detail.as_deref() else { return notes };
    notes.extend(detail.description.as_deref().map(Cow::Borrowed));
    let driver = detail.driver.as_deref().map(|driver| format!("why: {driver}"));
    let run = quality::run_words(detail.schedule.as_deref(), detail.scheduler.as_deref());
    let others: Vec<String> = driver.into_iter().chain(run).collect();
    if !others.is_empty() {
        notes.push(parts::sentence(&others.join(", ")).into());
    }
    let custom = detail.rare.as_ref().and_then(|rare| parts::custom_words(&rare.custom));
    notes.extend(custom.map(|custom| parts::shortened(&custom, CUSTOM).into_owned().into()));
    notes
}

/// Says where a day in the life of a contract lies from today: "ended", "4 years ago", "in 3 years".
fn when(property: &str, day: Date, today: Date) -> String {
    let days = today.until(day).map_or(0, |span| span.get_days());
    let words = |days: i32| span_words(usize::try_from(days.unsigned_abs()).unwrap_or(0));
    match days {
        ..0 if level_name(property) == level_name("generalAvailability") => format!("{} ago", words(days)),
        ..0 => "ended".to_owned(),
        0 => "today".to_owned(),
        days => format!("in {}", words(days)),
    }
}

/// Says what there is of promises, and what results say of them. The rules have a table of their own further down.
pub(super) fn standing(contract: &DataContract, evidence: &EvidenceSummary<'_>, unstated: &[&str]) -> String {
    let n_levels = contract.service_levels.iter().filter(|level| crate::model::is_promise(level)).count();
    let n_rules = contract.n_quality_rules as usize;
    let tally = health::tally_text(evidence, unstated);
    if n_levels == 0 || n_rules == 0 {
        return tally;
    }
    format!("{} and {}: {tally}", parts::count(n_levels, "service level"), parts::count(n_rules, "quality rule"))
}

/// Says in a few words how many promises are kept.
pub(super) fn in_short(evidence: &EvidenceSummary<'_>) -> String {
    match (evidence.n_promises, evidence.n_kept + evidence.n_missed) {
        (0, _) => "No promise stated".to_owned(),
        (n, 0) => format!("{}, no result", parts::count(n, "promise")),
        (n, _) => format!("{} of {} kept", evidence.n_kept, parts::count(n, "promise")),
    }
}

pub(super) fn miss_row(miss: &crate::graph::SchemaMiss) -> MissRow<'_> {
    MissRow { path: &miss.path, seen: health::failed(&miss.observed) }
}
