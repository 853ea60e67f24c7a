//! Who has to look at a change, for the terminal, as JSON and as bare handles.

use std::fmt::Write;

use serde::Serialize;

use super::table::csv;
use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible;
use crate::diff::{Asked, Reviewer};

/// How reviewers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewersFormat {
    /// For people: each with the reasons.
    Text,
    /// Version 1 of our own JSON.
    Json,
    /// CSV with a head, a row for each reason.
    Csv,
    /// One handle a line, for scripts.
    Handles,
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    base: &'a str,
    head: &'a str,
    reviewers: Vec<ReviewerRow<'a>>,
    unowned: &'a [String],
}

#[derive(Serialize)]
struct ReviewerRow<'a> {
    team: Option<&'a str>,
    handle: Option<&'a str>,
    reasons: Vec<ReasonRow<'a>>,
}

#[derive(Serialize)]
struct ReasonRow<'a> {
    role: &'static str,
    subject: &'a str,
    changed: Option<&'a str>,
    text: &'a str,
}

/// Writes who has to look; `commits` are those of the base and of the head, which is `None` for the work tree.
#[must_use]
pub fn reviewers(asked: &Asked, (base, head): (&str, Option<&str>), format: ReviewersFormat) -> String {
    match format {
        ReviewersFormat::Text => text(asked),
        ReviewersFormat::Json => json_text(&Json {
            version: 1,
            base,
            head: head.unwrap_or("worktree"),
            reviewers: asked.reviewers.iter().map(row).collect(),
            unowned: &asked.unowned,
        }),
        ReviewersFormat::Csv => reasons_csv(asked),
        ReviewersFormat::Handles => {
            let handles = asked.reviewers.iter().filter_map(|reviewer| reviewer.handle.as_deref());
            // What is no single word would be read as several, or as an option.
            let is_one = |handle: &&str| {
                !handle.is_empty()
                    && !handle.starts_with('-')
                    && !handle.contains(|c: char| c.is_whitespace() || c.is_control())
            };
            handles.filter(is_one).flat_map(|handle| [handle, "\n"]).collect()
        }
    }
}

fn row(reviewer: &Reviewer) -> ReviewerRow<'_> {
    let reasons = reviewer.reasons.iter().map(|reason| ReasonRow {
        role: reason.role.word(),
        subject: &reason.subject,
        changed: reason.changed.as_deref(),
        text: &reason.text,
    });
    ReviewerRow { team: reviewer.team.as_deref(), handle: reviewer.handle.as_deref(), reasons: reasons.collect() }
}

fn reasons_csv(asked: &Asked) -> String {
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let reasons = asked.reviewers.iter().flat_map(|reviewer| {
        reviewer.reasons.iter().map(move |reason| {
            vec![
                owned(reviewer.team.as_deref()),
                owned(reviewer.handle.as_deref()),
                reason.role.word().to_owned(),
                reason.subject.clone(),
                owned(reason.changed.as_deref()),
                reason.text.clone(),
            ]
        })
    });
    let unowned = asked.unowned.iter().map(|thing| {
        let text = "nobody owns it".to_owned();
        vec![String::new(), String::new(), "unowned".to_owned(), thing.clone(), String::new(), text]
    });
    let rows: Vec<Vec<String>> = reasons.chain(unowned).collect();
    csv(&["team", "handle", "role", "subject", "changed", "text"], &rows)
}

fn text(asked: &Asked) -> String {
    let mut text = String::new();
    for reviewer in &asked.reviewers {
        writeln!(text, "{}", visible(&name(reviewer))).expect("a string takes all text");
        for reason in &reviewer.reasons {
            writeln!(text, "  {}", visible(&reason.text)).expect("a string takes all text");
        }
    }
    if !asked.unowned.is_empty() {
        text.push_str("Nobody owns\n");
        for thing in &asked.unowned {
            writeln!(text, "  {}", visible(thing)).expect("a string takes all text");
        }
    }
    text
}

/// Returns the handle with the id of the team, or what there is of them.
fn name(reviewer: &Reviewer) -> String {
    match (&reviewer.handle, &reviewer.team) {
        (Some(handle), Some(team)) => format!("{handle} ({team})"),
        (Some(handle), None) => handle.clone(),
        (None, Some(team)) => format!("{team} (has no `forgeHandle`)"),
        (None, None) => String::new(),
    }
}
