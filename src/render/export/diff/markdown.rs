//! Changes as one comment on a pull request. All data is escaped character by character: no mark, link or
//! mention is made of it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::full::{at_merge, effect, reads, steps};
use super::{DiffReport, Group, refused_words, values, versions};
use crate::diagnostic::Severity;
use crate::diagnostic::emit::{MARKER, MAX_BYTES, append_while_small, counted, escaped, printed, rule, with_code};
use crate::diff::{Change, ContractChange, Effect, ImpactedProduct, Level};
use crate::render::export::drawing::label;

/// How much of the comment each part may take, in bytes.
const MAX_TABLE_BYTES: usize = 18_000;
const MAX_TO_DO_BYTES: usize = 28_000;
const MAX_CHANGES_BYTES: usize = 42_000;
const MAX_CONSUMERS_BYTES: usize = 49_000;
const MAX_REVIEWERS_BYTES: usize = 54_000;
/// How many changes the first table names of one thing.
const MAX_NAMED: usize = 3;
/// How many errors of other rules are named.
const MAX_ERRORS: usize = 5;
/// How many domains are counted by name.
const MAX_DOMAINS: usize = 20;
/// How many nodes each half of the picture has.
const MAX_NODES: usize = 10;

pub(super) fn render(report: &DiffReport<'_>) -> String {
    let groups = report.groups();
    let mut text = format!("{MARKER}\n### Data mesh: {}\n", heading(report));
    if let Some(why) = report.why_all_is_new() {
        text += &format!("\n**{}**\n", with_code(&printed(&why)));
    }
    if groups.is_empty() && report.changes.to_do.is_empty() {
        text += match report.new_findings.errors {
            0 => "\nNo contract and no port changed.\n",
            _ => "\nNo change was told, but what cannot be read whole is not compared: mend the errors first.\n",
        };
        write_errors(report, &mut text);
        return text + &footer(report);
    }
    if !groups.is_empty() {
        text += "\n| | What | Version | Change | Consumers hit | To ask |\n|---|---|---|---|---|---|\n";
    }
    let n_rows = append_while_small(&mut text, MAX_TABLE_BYTES, groups.iter().map(|group| row(report, group)));
    rest(&mut text, groups.len() - n_rows, "more thing");
    if !report.changes.to_do.is_empty() || !report.errors.is_empty() {
        text += "\n**Before merge**\n";
        let items = report.changes.to_do.iter().map(|to_do| {
            let ask: Vec<String> = to_do.ask.iter().map(|handle| escaped(&printed(handle))).collect();
            let ask = if ask.is_empty() { String::new() } else { format!(": ask {}", ask.join(" ")) };
            let uncounted = report
                .uncounted_lines(to_do, report.prefix)
                .map(|line| format!("  - {}\n", with_code(&printed(&line))));
            let sign = if to_do.is_done { 'x' } else { ' ' };
            format!("- [{sign}] {}{ask}\n{}", with_code(&printed(&to_do.text)), uncounted.collect::<String>())
        });
        let n_items = append_while_small(&mut text, MAX_TO_DO_BYTES, items);
        rest(&mut text, report.changes.to_do.len() - n_items, "more thing");
        if let Some(how) = report.how_to_acknowledge() {
            let how = with_code(&printed(&format!("`{how}`")));
            text += &format!("\nAn acknowledgement is a file of the reader's team: {how}\n");
            if let Some(why) = report.why_none_counts() {
                text += &format!("\n{}\n", with_code(&printed(why)));
            }
        }
        write_errors(report, &mut text);
    }
    if !groups.is_empty() {
        changes(report, &groups, &mut text);
    }
    consumers(report, &mut text);
    reviewers(report, &mut text);
    let picture = picture(report);
    let footer = footer(report);
    if text.len() + picture.len() + footer.len() <= MAX_BYTES {
        text += &picture;
    }
    text + &footer
}

/// Lists what `check` refuses and that is no word of the gate.
fn write_errors(report: &DiffReport<'_>, text: &mut String) {
    let errors = report.error_lines(MAX_ERRORS, report.prefix);
    if !errors.is_empty() {
        let is_error = |finding: &&crate::diagnostic::Diagnostic| finding.severity == Severity::Error;
        *text += if report.errors.iter().all(is_error) {
            "\nErrors of other rules, which <code>check</code> refuses:\n\n"
        } else {
            "\nFindings that <code>check</code> refuses:\n\n"
        };
        let lines = errors.iter().map(|(meta, line)| {
            let code = meta.map(|meta| format!("{}: ", rule(meta, report.site))).unwrap_or_default();
            format!("- [ ] {code}{}\n", with_code(&printed(line)))
        });
        append_while_small(text, MAX_TO_DO_BYTES, lines);
    }
}

/// Says what the change comes to. Where it brings errors nothing is called harmless: what they stand in may not
/// have been compared, and `check` refuses them whatever the gate says.
fn heading(report: &DiffReport<'_>) -> String {
    match (verdict(report), report.errors.is_empty(), report.new_findings.errors) {
        (Some(verdict), true, _) => verdict,
        (Some(verdict), false, _) => format!("{verdict}, and {}", refused_words(report.errors, "other new")),
        (None, true, 0) => "nothing that was promised changes".to_owned(),
        (None, false, 0) => refused_words(report.errors, "new"),
        (None, _, n_errors) => counted(n_errors, "new error"),
    }
}

/// Says what the changes weigh; `None` when there are none.
fn verdict(report: &DiffReport<'_>) -> Option<String> {
    let refused = report.changes.changes.iter().filter(|change| change.is_refused()).count();
    let n_breaking = report.count(Level::Breaking);
    let n_hit = hit(&report.changes.impact.iter().collect::<Vec<_>>());
    let breaking = counted(n_breaking, "breaking change");
    if report.changes.changes.is_empty() {
        return None;
    }
    Some(if n_breaking == 0 {
        let others = report.count(Level::Warning) + report.count(Level::Compatible);
        let refused = if report.changes.is_refused { ", and refused" } else { "" };
        format!("{}, none of them breaking{refused}", counted(others + report.count(Level::Info), "change"))
    } else if refused == 0 && !report.changes.is_refused && report.new_findings.errors == 0 && report.errors.is_empty()
    {
        format!("{breaking}, and may come")
    } else if refused == 0 && !report.changes.is_refused {
        format!("{breaking} that the gate lets through")
    } else {
        format!("{breaking}, {n_hit} of its consumers may break")
    })
}

fn rest(text: &mut String, n_left: usize, noun: &str) {
    if n_left > 0 {
        write!(text, "\nand {}\n", counted(n_left, noun)).expect("a string takes all text");
    }
}

/// Counts the products that break or may break.
fn hit(rows: &[&ImpactedProduct]) -> usize {
    let products: BTreeSet<&str> = rows.iter().filter(|row| row.is_hit()).map(|row| row.product.as_str()).collect();
    products.len()
}

fn row(report: &DiffReport<'_>, group: &Group<'_>) -> String {
    let level = match (group.level(), group.refused()) {
        (Level::Breaking, true) => "**Breaking**",
        (Level::Breaking, false) if group.is_waived() => "Breaking, waived",
        (Level::Breaking, false) => "Breaking, may come",
        (Level::Warning, true) => "Look, **refused**",
        (Level::Warning, false) => "Look",
        (Level::Compatible, true) => "Compatible, **refused**",
        (Level::Compatible, false) => "Compatible",
        (Level::Info, true) => "For information, **refused**",
        (Level::Info, false) => "For information",
    };
    let versions = group.versions.map(|(base, head)| versions(base, head, "to")).unwrap_or_default();
    // Beside what breaks or has to be looked at, words only hide it.
    let is_told = |change: &&&Change| change.level >= Level::Warning || group.level() < Level::Warning;
    let mut named: Vec<String> = group
        .changes
        .iter()
        .filter(is_told)
        .take(MAX_NAMED)
        .map(|change| with_code(&printed(&change.message)))
        .collect();
    if group.changes.len() > named.len() {
        named.push(format!("{} more", group.changes.len() - named.len()));
    }
    let rows = impact_of(report, &group.subject);
    let n_hit = hit(&rows);
    let n_direct = rows.iter().filter(|row| row.distance == 1).count();
    let consumers = if n_hit > 0 { format!("**{n_hit}** of {n_direct}") } else { format!("0 of {n_direct}") };
    let breaking = || group.changes.iter().filter(|change| change.level == Level::Breaking);
    let has_agreed = |row: &ImpactedProduct| {
        let by = format!("product:{}", row.product);
        breaking().next().is_some() && breaking().all(|change| change.acknowledged_by.contains(&by))
    };
    let ask: BTreeSet<&str> = rows
        .iter()
        .filter(|row| !has_agreed(row))
        .filter(|row| matches!(row.effect, Effect::Breaks | Effect::MayBreak | Effect::Look))
        .filter_map(|row| row.handle.as_deref().or(row.team.as_deref()))
        .collect();
    let ask: Vec<String> = ask.into_iter().take(MAX_NODES).map(|team| escaped(&printed(team))).collect();
    format!(
        "| {level} | {} | {} | {} | {} | {} |\n",
        escaped(&printed(&group.title)),
        escaped(&printed(&versions)),
        named.join(", "),
        if group.contract.is_some() || !rows.is_empty() { consumers } else { String::new() },
        ask.join(" "),
    )
}

fn impact_of<'a>(report: &DiffReport<'a>, changed: &str) -> Vec<&'a ImpactedProduct> {
    report.changes.impact.iter().filter(|row| row.changed == changed).collect()
}

fn changes(report: &DiffReport<'_>, groups: &[Group<'_>], text: &mut String) {
    let all: Vec<&Change> = groups.iter().flat_map(|group| group.changes.iter().copied()).collect();
    *text += &format!("\n<details><summary>Changes ({})</summary>\n\n", all.len());
    *text += "| | Code | Path | Before and after | Place |\n|---|---|---|---|---|\n";
    let rows = all.iter().map(|change| {
        let mut level = change.level.word().to_owned();
        if let Some(waiver) = &change.waived_by {
            level = format!("waived by {}", escaped(&printed(waiver)));
        } else if change.accepted.is_some() {
            level.push_str(", accepted");
        }
        format!(
            "| {level} | {} | {} | {} | <code>{}:{}</code> |\n",
            rule(&change.rule.meta, report.site),
            escaped(&printed(&format!("{} {}", change.id, change.path))),
            escaped(&printed(&values(change, "to"))),
            escaped(&printed(&format!("{}{}", report.prefix, report.path(change)))),
            report.line(change),
        )
    });
    let n_rows = append_while_small(text, MAX_CHANGES_BYTES, rows);
    rest(text, all.len() - n_rows, "more change");
    *text += "\n</details>\n";
}

fn consumers(report: &DiffReport<'_>, text: &mut String) {
    let mut rows: Vec<&ImpactedProduct> = report.changes.impact.iter().collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|row| (row.effect, row.distance));
    *text += &format!("\n<details><summary>Consumers ({}: {})</summary>\n\n", rows.len(), steps(&rows));
    *text += &by_domain(&rows);
    *text += "| Product | Domain | Team | Of | Steps | Reads | Effect |\n|---|---|---|---|---|---|---|\n";
    let lines = rows.iter().map(|row| {
        let cell = |text: Option<&str>| escaped(&printed(text.unwrap_or("not stated")));
        let (reads, effect) =
            if row.distance == 1 { (reads(row), at_merge(row)) } else { (String::new(), effect(row)) };
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |\n",
            cell(Some(&row.product)),
            cell(row.domain.as_deref()),
            cell(row.handle.as_deref().or(row.team.as_deref())),
            cell(Some(&row.changed)),
            row.distance,
            escaped(&printed(&reads)),
            escaped(&printed(&effect)),
        )
    });
    let n_rows = append_while_small(text, MAX_CONSUMERS_BYTES, lines);
    rest(text, rows.len() - n_rows, "more consumer");
    let agreements = &report.changes.agreements;
    if !agreements.is_empty() {
        *text += "\nBy agreement:\n";
        let lines = agreements.iter().map(|row| {
            let words = format!("`{}` reads `{}` by `agreement:{}`", row.consumer, row.changed, row.agreement);
            format!("- {}\n", with_code(&printed(&words)))
        });
        let n_rows = append_while_small(text, MAX_CONSUMERS_BYTES, lines);
        rest(text, agreements.len() - n_rows, "more agreement");
    }
    *text += "\n</details>\n";
}

/// Counts consumers by domain, most first.
fn by_domain(rows: &[&ImpactedProduct]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for row in rows.iter().filter(|row| known.insert(row.product.as_str())) {
        *counts.entry(row.domain.as_deref().unwrap_or("no domain")).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| Reverse(*n));
    let shown: Vec<String> =
        counts.iter().take(MAX_DOMAINS).map(|(domain, n)| format!("{} {n}", escaped(&printed(domain)))).collect();
    let more = match counts.len().saturating_sub(MAX_DOMAINS) {
        0 => String::new(),
        n => format!(", and {}", counted(n, "more domain")),
    };
    format!("By domain: {}{more}.\n\n", shown.join(", "))
}

/// Who has to look, each with the heaviest reason.
fn reviewers(report: &DiffReport<'_>, text: &mut String) {
    let Some(all) = report.asked.map(|asked| &asked.reviewers).filter(|all| !all.is_empty()) else { return };
    *text += &format!("\n<details><summary>Who has to look ({})</summary>\n\n| Who | Why |\n|---|---|\n", all.len());
    let rows = all.iter().map(|reviewer| {
        let who = reviewer.handle.as_deref().or(reviewer.team.as_deref()).unwrap_or_default();
        let more = match reviewer.reasons.len() {
            0 | 1 => String::new(),
            n => format!(", and {}", counted(n - 1, "more reason")),
        };
        let why = reviewer.reasons.first().map_or("", |reason| reason.text.as_str());
        format!("| {} | {}{more} |\n", escaped(&printed(who)), with_code(&printed(why)))
    });
    let n_rows = append_while_small(text, MAX_REVIEWERS_BYTES, rows);
    rest(text, all.len() - n_rows, "more reviewer");
    *text += "\n</details>\n";
}

/// Draws who reads which version, before and after.
fn picture(report: &DiffReport<'_>) -> String {
    let heavy = |contract: &&ContractChange| {
        contract.base_version.is_some() && report.changes.impact.iter().any(|row| is_reader(row, contract))
    };
    let mut before = Half::new("b");
    let mut after = Half::new("a");
    for contract in report.changes.contracts.iter().filter(heavy) {
        let (old, new) = (contract.base_version.as_deref(), contract.head_version.as_deref());
        let named = |version: Option<&str>| format!("{} {}", contract.id, version.unwrap_or("gone"));
        let mut rows: Vec<&ImpactedProduct> =
            report.changes.impact.iter().filter(|row| is_reader(row, contract)).collect();
        // There is room for few: those that break come first.
        rows.sort_by_key(|row| row.effect);
        for row in rows {
            before.edge(&named(old), &row.product, "-->");
            let (from, arrow) = match row.effect {
                Effect::Breaks => (named(new), "-. breaks .->"),
                Effect::MayBreak => (named(new), "-. may break .->"),
                Effect::Stays => (named(old), "-->"),
                _ => (named(new), "-->"),
            };
            after.edge(&from, &row.product, arrow);
        }
    }
    if before.nodes.is_empty() {
        return String::new();
    }
    let n_left = before.left.iter().chain(&after.left).map(String::as_str).collect::<BTreeSet<_>>().len();
    let mut text = "\n<details><summary>Who reads which version, before and after</summary>\n\n".to_owned();
    text += "```mermaid\nflowchart LR\n";
    text += &before.written("before");
    text += &after.written("after");
    text += "```\n";
    rest(&mut text, n_left, "more reader");
    text + "\n</details>\n"
}

fn is_reader(row: &ImpactedProduct, contract: &ContractChange) -> bool {
    row.distance == 1 && row.changed.strip_prefix("contract:") == Some(contract.id.as_str())
}

/// One half of the picture.
struct Half {
    prefix: &'static str,
    nodes: Vec<String>,
    edges: Vec<(usize, usize, &'static str)>,
    /// Readers that there was no room for.
    left: Vec<String>,
}

impl Half {
    fn new(prefix: &'static str) -> Half {
        Half { prefix, nodes: Vec::new(), edges: Vec::new(), left: Vec::new() }
    }

    /// Adds an edge; one that needs more nodes than there is room for is left out.
    fn edge(&mut self, from: &str, to: &str, arrow: &'static str) {
        let is_new = |name: &str| usize::from(!self.nodes.iter().any(|known| known == name));
        if self.nodes.len() + is_new(from) + is_new(to) > MAX_NODES {
            self.left.push(to.to_owned());
            return;
        }
        let mut number = |name: &str| {
            let known = self.nodes.iter().position(|known| known == name);
            known.unwrap_or_else(|| {
                self.nodes.push(name.to_owned());
                self.nodes.len() - 1
            })
        };
        let edge = (number(from), number(to), arrow);
        if !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    fn written(&self, title: &str) -> String {
        let mut text = format!("  subgraph {title}\n");
        let prefix = self.prefix;
        for (number, name) in self.nodes.iter().enumerate() {
            writeln!(text, "    {prefix}{number}[\"{}\"]", label(&printed(name))).expect("a string takes all text");
        }
        for (from, to, arrow) in &self.edges {
            writeln!(text, "    {prefix}{from} {arrow} {prefix}{to}").expect("a string takes all text");
        }
        text + "  end\n"
    }
}

fn footer(report: &DiffReport<'_>) -> String {
    let short = |commit: &str| commit.get(..7).unwrap_or(commit).to_owned();
    let head = report.head_commit.map_or_else(|| "the work tree".to_owned(), short);
    let found = report.new_findings;
    let mut findings = format!("{}, {}", counted(found.errors, "error"), counted(found.warnings, "warning"));
    if found.waived > 0 {
        write!(findings, ", {} waived", found.waived).expect("a string takes all text");
    }
    let base = report.changes.n_base_errors;
    let of_base =
        if base > 0 { format!(" The base has {} of its own.", counted(base, "error")) } else { String::new() };
    format!(
        "\nNew findings: {findings}.{of_base} Checked <code>{}</code> to <code>{head}</code> with meshfolio {}.\n",
        short(report.base_commit),
        env!("CARGO_PKG_VERSION"),
    )
}
