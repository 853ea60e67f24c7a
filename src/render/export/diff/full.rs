//! Changes for a terminal: one group a thing, one line a change, then whom it reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use super::{DiffReport, Group, values, versions};
use crate::diagnostic::visible;
use crate::diff::{Bump, Change, Effect, ImpactedProduct, Level};

/// How many errors of other rules are named.
const MAX_ERRORS: usize = 10;
/// How many readers of one thing are shown.
const MAX_READERS: usize = 10;

pub(super) fn render(report: &DiffReport<'_>, color: bool) -> String {
    let mut text = String::new();
    let mut is_told = BTreeSet::new();
    for group in report.groups() {
        if !text.is_empty() {
            text.push('\n');
        }
        write_group(report, &group, color, &mut is_told, &mut text);
    }
    if !report.changes.to_do.is_empty() || !report.errors.is_empty() {
        text.push_str(if text.is_empty() { "Before merge\n" } else { "\nBefore merge\n" });
        for to_do in &report.changes.to_do {
            let sign = if to_do.is_done { "[x]" } else { "[ ]" };
            let ask = if to_do.ask.is_empty() { String::new() } else { format!(" — ask {}", to_do.ask.join(" ")) };
            writeln!(text, "  {sign} {}{}", visible(&to_do.text), visible(&ask)).expect("a string takes all text");
            for line in report.uncounted_lines(to_do, "") {
                writeln!(text, "      {}", visible(&line)).expect("a string takes all text");
            }
        }
        if let Some(how) = report.how_to_acknowledge() {
            writeln!(text, "  An acknowledgement is a file of the reader's team: `{}`", visible(&how))
                .expect("a string takes all text");
            if let Some(why) = report.why_none_counts() {
                writeln!(text, "  {why}").expect("a string takes all text");
            }
        }
        for (meta, line) in report.error_lines(MAX_ERRORS, "") {
            let code = meta.map(|meta| format!("{}: ", meta.code)).unwrap_or_default();
            writeln!(text, "  [ ] {code}{}", visible(&line)).expect("a string takes all text");
        }
    }
    text
}

/// Writes the changes of one thing; whom they reach only where `told` does not hold the thing yet.
fn write_group(
    report: &DiffReport<'_>,
    group: &Group<'_>,
    color: bool,
    told: &mut BTreeSet<String>,
    text: &mut String,
) {
    let style = level_style(group.level(), group.refused());
    let word = match (group.level(), group.refused()) {
        (Level::Breaking, true) => "BREAKING".to_owned(),
        (Level::Breaking, false) if group.is_waived() => "breaking, waived".to_owned(),
        (Level::Breaking, false) => "breaking, and may come".to_owned(),
        (level, true) => format!("{}, and refused", level.word()),
        (level, false) => level.word().to_owned(),
    };
    let versions = group.versions.map(|(base, head)| versions(base, head, "->")).unwrap_or_default();
    let path = group.changes.first().map_or("", |change| report.path(change));
    let head = format!("{}  {}", visible(&group.title), visible(&versions));
    writeln!(text, "{}   {}   {}", head.trim_end(), paint(&word, style, color), visible(path))
        .expect("a string takes all text");
    let cells: Vec<[String; 3]> = group
        .changes
        .iter()
        .map(|change| [change.rule.meta.code.to_owned(), visible(&change.path).into_owned(), said(change)])
        .collect();
    let width = |column: usize| cells.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0).min(60);
    let (path_width, said_width) = (width(1), width(2));
    // Colour alone tells nobody who has none how much a line weighs.
    let level_width = group.changes.iter().map(|change| change.level.word().len()).max().unwrap_or(0);
    for (change, [code, path, said]) in group.changes.iter().zip(&cells) {
        let sign = match (change.level, &change.before, &change.after) {
            (Level::Info, ..) => ".",
            (_, Some(_), None) => "-",
            (_, None, Some(_)) => "+",
            _ => "~",
        };
        let sign = paint(sign, level_style(change.level, change.is_refused()), color);
        let level = change.level.word();
        let line =
            format!("{code} {level:level_width$}  {path:path_width$}  {said:said_width$}  :{}", report.line(change));
        writeln!(text, "  {sign} {line}").expect("a string takes all text");
        if let Some(why) = why(change) {
            writeln!(text, "           {}", visible(&why)).expect("a string takes all text");
        }
    }
    if told.insert(group.subject.clone()) {
        write_impact(report, &group.subject, text);
    }
    let Some(contract) = group.contract.map(|contract| &report.changes.contracts[contract]) else { return };
    if contract.base_version.is_some() && contract.head_version.is_some() && contract.required > Bump::None {
        let head = contract.head_version.as_deref().unwrap_or_default();
        let words = if contract.bump_is_enough() {
            format!("{head} is enough for these changes")
        } else {
            let waived = if contract.bump_may_come() { ", which is waived" } else { "" };
            format!("{head} is not enough: these changes need a new {} version{waived}", contract.required.word())
        };
        writeln!(text, "  Version  {}", visible(&words)).expect("a string takes all text");
    }
}

/// Says what a change is, with its values.
fn said(change: &Change) -> String {
    let values = values(change, "->");
    let name = change.rule.meta.name.replace('-', " ");
    let said = if values.is_empty() { name } else { format!("{name}: {values}") };
    visible(&said).into_owned()
}

/// Says why a breaking change may come, or who agreed to it.
fn why(change: &Change) -> Option<String> {
    if let Some(waiver) = &change.waived_by {
        return Some(format!("waived by `{waiver}`"));
    }
    if let Some(accepted) = &change.accepted {
        return Some(accepted.words());
    }
    let by = &change.acknowledged_by;
    (!by.is_empty() && change.level == Level::Breaking).then(|| format!("acknowledged by {}", by.join(", ")))
}

fn write_impact(report: &DiffReport<'_>, changed: &str, text: &mut String) {
    let rows: Vec<&ImpactedProduct> = report.changes.impact.iter().filter(|row| row.changed == changed).collect();
    // Who stands among the readers is not told again by its agreement.
    let is_row = |consumer: &str| {
        let product = consumer.strip_prefix("product:");
        product.is_some_and(|product| rows.iter().any(|row| row.distance == 1 && row.product == product))
    };
    let agreements = report.changes.agreements.iter().filter(|row| row.changed == changed && !is_row(&row.consumer));
    let by_agreement: Vec<String> =
        agreements.map(|row| format!("{} by agreement `{}`", row.consumer, row.agreement)).collect();
    if rows.is_empty() && by_agreement.is_empty() {
        return;
    }
    let n_domains = rows.iter().filter_map(|row| row.domain.as_deref()).collect::<BTreeSet<_>>().len();
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    writeln!(
        text,
        "  Impact   {} downstream in {} ({}); {}",
        count(rows.len(), "product"),
        count(n_domains, "domain"),
        steps(&rows),
        hit_words(&rows)
    )
    .expect("a string takes all text");
    let mut shown: Vec<&ImpactedProduct> = rows.iter().copied().filter(|row| row.distance == 1).collect();
    shown.sort_by_key(|row| row.effect);
    let cells: Vec<[String; 5]> = shown
        .iter()
        .take(MAX_READERS)
        .map(|row| {
            [
                row.product.clone(),
                row.domain.clone().unwrap_or_else(|| "no domain".to_owned()),
                row.team.clone().unwrap_or_else(|| "no owner".to_owned()),
                reads(row),
                at_merge(row),
            ]
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    for [product, domain, team, reads, rest] in &cells {
        let [a, b, c, d] = widths;
        let line = format!("{product:a$}  {domain:b$}  {team:c$}  {reads:d$}  {rest}");
        writeln!(text, "           {}", visible(&line)).expect("a string takes all text");
    }
    if shown.len() > MAX_READERS {
        writeln!(text, "           ... {} more (--format json)", shown.len() - MAX_READERS)
            .expect("a string takes all text");
    }
    for line in by_agreement {
        writeln!(text, "           {}", visible(&line)).expect("a string takes all text");
    }
}

/// Says how many products break, and why that may come where it may.
fn hit_words(rows: &[&ImpactedProduct]) -> String {
    let hit = || rows.iter().filter(|row| row.is_hit());
    let n_waived = hit().filter(|row| !row.waived_by.is_empty()).count();
    let n_acknowledged = hit().filter(|row| row.is_acknowledged).count();
    let mut excuses = Vec::new();
    if n_acknowledged > 0 {
        excuses.push(format!("{n_acknowledged} acknowledged"));
    }
    if n_waived > 0 {
        excuses.push(format!("{n_waived} waived"));
    }
    let excuses = if excuses.is_empty() { String::new() } else { format!(" ({})", excuses.join(", ")) };
    format!("{} may break at merge{excuses}", hit().count())
}

/// Says how many products are how far away.
pub(super) fn steps(rows: &[&ImpactedProduct]) -> String {
    let mut by_distance: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        *by_distance.entry(row.distance).or_default() += 1;
    }
    let parts = by_distance.iter().map(|(distance, n)| match distance {
        1 => format!("{n} directly"),
        _ => format!("{n} at {distance} steps"),
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// Says what a product reads of what changed.
pub(super) fn reads(row: &ImpactedProduct) -> String {
    if !row.hit.is_empty() {
        row.hit.join(", ")
    } else if row.has_left() {
        "nothing any more".to_owned()
    } else if row.may_read {
        "may read it".to_owned()
    } else if row.changed.starts_with("product:") {
        "the data product".to_owned()
    } else if matches!(row.effect, Effect::Breaks | Effect::MayBreak | Effect::Look) {
        // No column that it reads differs: a promise does, or the contract is gone.
        "the contract as a whole".to_owned()
    } else {
        "nothing that changed, as it states".to_owned()
    }
}

/// Says which version a product names; nothing where the change is of no contract.
fn pins(row: &ImpactedProduct) -> String {
    match &row.pins {
        Some(version) => format!("pins {version}:"),
        None if row.changed.starts_with("contract:") && !row.has_left() => "takes any version:".to_owned(),
        None => String::new(),
    }
}

/// Names the input ports that read what changed, where they are not called as it is.
fn ports(row: &ImpactedProduct) -> String {
    let contract = row.changed.strip_prefix("contract:").unwrap_or_default();
    match row.ports.as_slice() {
        [] => String::new(),
        [only] if only == contract => String::new(),
        [only] => format!("port {only}"),
        many => format!("ports {}", many.join(", ")),
    }
}

/// Says by which ports and in which version a product reads what changed, and what happens to it at the merge.
pub(super) fn at_merge(row: &ImpactedProduct) -> String {
    let parts = [ports(row), pins(row), effect(row)];
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Says what happens to a product at the merge.
pub(super) fn effect(row: &ImpactedProduct) -> String {
    let words = match row.effect {
        Effect::Breaks => "BREAKS at merge",
        Effect::MayBreak => "may break at merge",
        Effect::Look => "has to look",
        Effect::Stays => "stays on the old major",
        Effect::Moves if row.has_left() => "no longer reads it with this change",
        Effect::Moves => "reads the new version with this change",
        Effect::Unaffected => "states no use of it",
        Effect::Downstream => "reads it through others",
    };
    match row.excuse() {
        Some(excuse) => format!("{words}, {excuse}"),
        None => words.to_owned(),
    }
}

fn level_style(level: Level, is_refused: bool) -> Style {
    match level {
        _ if is_refused => AnsiColor::Red.on_default().bold(),
        Level::Breaking | Level::Warning => AnsiColor::Yellow.on_default().bold(),
        Level::Compatible => AnsiColor::Green.on_default().bold(),
        Level::Info => Style::new(),
    }
}

fn paint(text: &str, style: Style, color: bool) -> String {
    if color { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
