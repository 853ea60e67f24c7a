//! What policies say, for the shell and for scripts. The shapes are version 1; fields are only ever added.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use super::list::ListFormat;
use super::table::{csv, table};
use crate::diagnostic::Severity;
use crate::diagnostic::emit::json_text;
use crate::diagnostic::{Diagnostic, visible};
use crate::graph::{Found, Mesh};
use crate::policy::rules::policies::is_fault;
use crate::policy::{Outcome, PolicyOutcome, Stage, Violation};
use crate::source::{Location, SourceTexts};

/// How something about policies is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFormat {
    /// For people.
    Text {
        /// Heads in bold.
        color: bool,
    },
    /// JSON.
    Json,
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    policies: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    id: &'a str,
    name: Option<&'a str>,
    stage: &'static str,
    /// What the policy states.
    severity: &'static str,
    /// What a finding counts as today in this registry: the severity, less on trial and before `effectiveFrom`, another
    /// level, or `off`.
    level: &'static str,
    category: Option<&'a str>,
    owner: Option<&'a str>,
    effective_from: Option<&'a str>,
    file: &'a str,
    /// False when an expression cannot be read, so that the policy was not run.
    usable: bool,
    subjects: usize,
    /// Those that keep what it asks of them.
    passing: usize,
    /// Those that have nothing it asks about.
    idle: usize,
    failing: usize,
    unanswered: usize,
    waived: usize,
    tests: usize,
    tests_passing: usize,
    /// What running it cost: operators, fields and turns of loops.
    steps: u64,
}

#[derive(Serialize)]
struct Tests<'a> {
    version: u32,
    summary: Summary,
    cases: Vec<Case<'a>>,
}

#[derive(Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
}

#[derive(Serialize)]
struct Case<'a> {
    policy: &'a str,
    name: &'a str,
    expected: Option<&'a str>,
    found: &'a [String],
    passed: bool,
    failure: Option<&'a str>,
    file: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct Explained<'a> {
    version: u32,
    policy: Row<'a>,
    purpose: Option<&'a str>,
    scope: Vec<(&'static str, Vec<&'a str>)>,
    validations: Vec<Asked<'a>>,
    /// The day from which on its findings are errors, where they are not yet.
    #[serde(skip)]
    becomes: Option<String>,
    /// Expressions that cannot be read or come to no answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    broken: Vec<Broken<'a>>,
    failing: Vec<Failing<'a>>,
    /// What it comes to no answer for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unanswered: Vec<String>,
    outside: Vec<Left>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<OneSubject<'a>>,
    /// Every version of the thing that was asked for; `subject` is the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<OneSubject<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Asked<'a> {
    expression: &'a str,
    message: Option<&'a str>,
    /// What makes the message; then `message` only stands in for it.
    message_expression: Option<&'a str>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failing<'a> {
    subject: String,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    waived_by: Option<&'a str>,
}

#[derive(Serialize)]
struct Left {
    reason: &'static str,
    count: usize,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct OneSubject<'a> {
    subject: String,
    binds: bool,
    reason: Option<&'static str>,
    /// The policy came to an answer: it is not retired, can be read, and no run of it failed for this thing.
    answered: bool,
    messages: Vec<&'a str>,
    /// The same with their places, and what excuses them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failing: Vec<Failing<'a>>,
    /// The expressions that come to no answer for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unanswered: Vec<&'a str>,
    /// What excuses that they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    unanswered_waived_by: Option<&'a str>,
}

/// What is wrong with an expression of a policy.
#[derive(Serialize)]
struct Broken<'a> {
    code: &'static str,
    file: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
    help: Option<&'a str>,
}

/// Returns what is told of the expressions of a policy.
fn broken<'a>(outcome: &'a Outcome, policy: &PolicyOutcome, texts: &SourceTexts) -> Vec<Broken<'a>> {
    let is_it = |finding: &&Diagnostic| finding.location.file == policy.policy.header.file && is_fault(finding.rule);
    let told = |finding: &'a Diagnostic| {
        let (start, _) = texts.range(finding.location);
        Broken {
            code: finding.rule.code,
            file: outcome.sources.path(finding.location.file),
            line: start.line,
            column: start.column,
            message: &finding.message,
            help: finding.help.as_deref(),
        }
    };
    outcome.findings.diagnostics.iter().filter(is_it).map(told).collect()
}

impl Broken<'_> {
    /// Says it on one line, in front the place.
    fn line(&self) -> String {
        let help = self.help.map(|help| format!("; {}", visible(help))).unwrap_or_default();
        format!(
            "{}:{}:{}: {} {}{help}",
            visible(self.file),
            self.line,
            self.column,
            self.code,
            visible(&on_one_line(self.message))
        )
    }
}

/// The level of a policy that the registry switches off.
const OFF: &str = "off";

/// Returns the severity that a policy states; an error where it states none.
fn stated(policy: &PolicyOutcome) -> Severity {
    policy.policy.severity.as_deref().and_then(Severity::named).unwrap_or(Severity::Error)
}

fn row<'a>(outcome: &'a Outcome, policy: &'a PolicyOutcome) -> Row<'a> {
    let header = &policy.policy.header;
    let id = header.id.value.as_str();
    Row {
        id,
        name: header.name.as_deref(),
        stage: policy.stage.word(),
        severity: stated(policy).word(),
        level: outcome.level_of(policy).map_or(OFF, Severity::word),
        category: policy.policy.category.as_deref(),
        owner: policy.policy.owner.as_ref().map(|owner| owner.value.as_str()),
        effective_from: policy.policy.effective_from.as_deref(),
        file: file_of(outcome, policy),
        usable: policy.is_usable,
        subjects: policy.n_subjects,
        passing: policy.n_passing().saturating_sub(policy.n_idle),
        idle: policy.n_idle,
        failing: policy.n_failing,
        unanswered: policy.n_unanswered,
        waived: outcome.waived_by_policy(id),
        tests: policy.policy.tests.len(),
        tests_passing: policy.n_passing_tests(),
        steps: policy.steps,
    }
}

/// Policies of another revision stand in no file of the tree.
fn file_of<'a>(outcome: &'a Outcome, policy: &PolicyOutcome) -> &'a str {
    if outcome.governance.is_of_revision { "" } else { outcome.sources.path(policy.policy.header.file) }
}

/// Writes all policies with what came of them.
#[must_use]
pub fn policy_list(outcome: &Outcome, format: ListFormat) -> String {
    let rows: Vec<Row<'_>> = outcome.governance.policies.iter().map(|policy| row(outcome, policy)).collect();
    let color = match format {
        ListFormat::Table { color } => color,
        ListFormat::Json => return json_text(&List { version: 1, policies: rows }),
        ListFormat::Csv => return list_csv(&rows),
    };
    let heads = ["id", "stage", "level", "owner", "binds", "pass", "idle", "fail", "waived", "tests", "name"];
    let cells = rows.iter().map(|row| {
        let failing =
            if row.unanswered > 0 { format!("{} + {}?", row.failing, row.unanswered) } else { row.failing.to_string() };
        vec![
            row.id.to_owned(),
            row.stage.to_owned(),
            row.level.to_owned(),
            row.owner.unwrap_or("-").to_owned(),
            row.subjects.to_string(),
            if row.usable { row.passing.to_string() } else { "unreadable".to_owned() },
            row.idle.to_string(),
            failing,
            row.waived.to_string(),
            format!("{}/{}", row.tests_passing, row.tests),
            row.name.unwrap_or_default().to_owned(),
        ]
    });
    table(&heads, &cells.collect::<Vec<_>>(), color)
}

fn list_csv(rows: &[Row<'_>]) -> String {
    let heads = [
        "id",
        "name",
        "stage",
        "severity",
        "category",
        "owner",
        "effectiveFrom",
        "usable",
        "subjects",
        "passing",
        "failing",
        "unanswered",
        "waived",
        "tests",
        "testsPassing",
        "file",
        "level",
        "idle",
    ];
    let cells = |row: &Row<'_>| {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            row.id.to_owned(),
            text(row.name),
            row.stage.to_owned(),
            row.severity.to_owned(),
            text(row.category),
            text(row.owner),
            text(row.effective_from),
            row.usable.to_string(),
            row.subjects.to_string(),
            row.passing.to_string(),
            row.failing.to_string(),
            row.unanswered.to_string(),
            row.waived.to_string(),
            row.tests.to_string(),
            row.tests_passing.to_string(),
            row.file.to_owned(),
            row.level.to_owned(),
            row.idle.to_string(),
        ]
    };
    csv(&heads, &rows.iter().map(cells).collect::<Vec<_>>())
}

/// Writes what came of the test cases of some policies; of all when none is named. The second value
/// says whether all came out as they say.
#[must_use]
pub fn policy_tests(outcome: &Outcome, chosen: &[&str], texts: &SourceTexts, format: PolicyFormat) -> (String, bool) {
    let is_chosen =
        |policy: &&PolicyOutcome| chosen.is_empty() || chosen.contains(&policy.policy.header.id.value.as_str());
    let policies: Vec<&PolicyOutcome> = outcome.governance.policies.iter().filter(is_chosen).collect();
    let line = |policy: &PolicyOutcome, span| texts.range(Location { file: policy.policy.header.file, span }).0.line;
    let told = |policy: &&PolicyOutcome| {
        let lines: Vec<String> = broken(outcome, policy, texts).iter().map(Broken::line).collect();
        if lines.is_empty() {
            "an expression cannot be read; `meshfolio check` says which".to_owned()
        } else {
            lines.join("\n")
        }
    };
    let unreadable: Vec<String> =
        policies.iter().map(|policy| if policy.is_usable { String::new() } else { told(policy) }).collect();
    let mut cases = Vec::new();
    for (policy, unreadable) in policies.iter().zip(&unreadable) {
        let id = policy.policy.header.id.value.as_str();
        let file = file_of(outcome, policy);
        if !policy.is_usable {
            cases.push(Case {
                policy: id,
                name: "its expressions can be read",
                expected: None,
                found: &[],
                passed: false,
                failure: Some(unreadable),
                file,
                line: line(policy, policy.policy.header.id.span),
            });
        }
        cases.extend(policy.tests.iter().map(|test| Case {
            policy: id,
            name: &test.name,
            expected: test.expected.as_deref(),
            found: &test.found,
            passed: test.failure.is_none(),
            failure: test.failure.as_deref(),
            file,
            line: line(policy, test.span),
        }));
    }
    let failed = cases.iter().filter(|case| !case.passed).count();
    let passed = cases.len() - failed;
    let PolicyFormat::Text { color } = format else {
        return (json_text(&Tests { version: 1, summary: Summary { passed, failed }, cases }), failed == 0);
    };
    let mut text = String::new();
    for cases in cases.chunk_by(|a, b| a.policy == b.policy) {
        let n_failed = cases.iter().filter(|case| !case.passed).count();
        let head = if n_failed == 0 { "ok" } else { "FAIL" };
        text += &format!(
            "{} {} ({} of {})\n",
            strong(head, color),
            visible(cases[0].policy),
            cases.len() - n_failed,
            cases.len()
        );
        for case in cases.iter().filter(|case| !case.passed) {
            let place = format!("{}:{}", visible(case.file), case.line);
            text += &format!("     {place}: {}\n", visible(case.name));
            for line in case.failure.unwrap_or_default().split('\n') {
                text += &format!("       {}\n", visible(line));
            }
        }
    }
    for policy in policies.iter().filter(|policy| policy.policy.tests.is_empty()) {
        text += &format!("{} {} has no test cases\n", strong("--", color), visible(&policy.policy.header.id.value));
    }
    text += &format!("{passed} passed, {failed} failed\n");
    (text, failed == 0)
}

/// Writes what a policy asks, of whom, and what came of it; of one thing, in all its versions, whether and why it binds
/// them.
#[must_use]
pub fn policy_explain(
    outcome: &Outcome,
    policy: &PolicyOutcome,
    subjects: &[Found],
    texts: &SourceTexts,
    format: PolicyFormat,
) -> String {
    let mesh = &outcome.mesh;
    let id = policy.policy.header.id.value.as_str();
    let is_run = policy.is_usable && policy.stage != Stage::Retired;
    let answer = |subject: &Found| {
        let binds = policy.binds(mesh, *subject);
        let own = || policy.violations.iter().filter(|violation| violation.subject == *subject);
        let open = policy.unanswered.iter().filter(|(thing, _)| thing == subject);
        let rules: BTreeSet<usize> = open.map(|(_, validation)| *validation).collect();
        let expression = |position: usize| policy.policy.validations[position].expression.value.as_str();
        OneSubject {
            subject: named(mesh, *subject),
            binds: binds.is_ok(),
            reason: binds.err().map(crate::policy::Outside::words),
            answered: is_run && !policy.is_unanswered(*subject),
            messages: own().map(|violation| violation.message.as_str()).collect(),
            failing: own().map(|violation| failing(outcome, id, violation, texts)).collect(),
            unanswered: rules.into_iter().map(expression).collect(),
            unanswered_waived_by: waiver_of_fault(outcome, id, *subject),
        }
    };
    let answers: Vec<OneSubject<'_>> = subjects.iter().map(answer).collect();
    let explained = Explained {
        version: 1,
        policy: row(outcome, policy),
        purpose: policy.policy.header.description.purpose.as_deref(),
        scope: scope(policy),
        validations: policy
            .policy
            .validations
            .iter()
            .map(|validation| Asked {
                expression: &validation.expression.value,
                message: validation.message.as_deref(),
                message_expression: validation.message_expression.as_ref().map(|text| text.value.as_str()),
            })
            .collect(),
        becomes: becomes_error(outcome, policy),
        broken: broken(outcome, policy, texts),
        failing: policy.violations.iter().map(|violation| failing(outcome, id, violation, texts)).collect(),
        unanswered: policy
            .unanswered
            .iter()
            .map(|(subject, _)| *subject)
            .collect::<BTreeSet<Found>>()
            .into_iter()
            .filter(|subject| !policy.violations.iter().any(|violation| violation.subject == *subject))
            .map(|subject| named(mesh, subject))
            .collect(),
        outside: policy.outside(mesh).into_iter().map(|(why, count)| Left { reason: why.words(), count }).collect(),
        subject: answers.first().cloned(),
        subjects: answers,
    };
    match format {
        PolicyFormat::Json => json_text(&explained),
        PolicyFormat::Text { color } => people(&explained, policy, color),
    }
}

/// Things without an answer that are named to people.
const UNANSWERED: usize = 20;

fn people(explained: &Explained<'_>, policy: &PolicyOutcome, color: bool) -> String {
    let row = &explained.policy;
    let mut text = format!("{} ({}, {})\n", strong(&visible(row.id), color), row.stage, row.level);
    let mut put = |line: String| text.push_str(&(line + "\n"));
    if let Some(name) = row.name {
        put(visible(name).into_owned());
    }
    if let Some(purpose) = explained.purpose {
        put(visible(purpose.trim()).into_owned());
    }
    put(format!("\n{}", strong("Applies to", color)));
    if explained.scope.is_empty() {
        put("  everything".to_owned());
    }
    for (what, values) in &explained.scope {
        put(format!("  {what}: {}", visible(&values.join(", "))));
    }
    let unanswered = match row.unanswered {
        0 => String::new(),
        n => format!(", {n} without an answer"),
    };
    if policy.stage == Stage::Retired {
        put("  nothing: it is retired".to_owned());
    } else if policy.is_usable {
        let idle = if row.idle > 0 { format!(" {} with nothing to ask,", row.idle) } else { String::new() };
        let counts = format!("{} pass,{idle} {} fail, {} waived", row.passing, row.failing, row.waived);
        put(format!("  {} bound: {counts}{unanswered}", row.subjects));
    } else {
        put(format!("  {} bound, none judged: an expression cannot be read", row.subjects));
    }
    for left in &explained.outside {
        put(format!("  {} not bound: {}", left.count, left.reason));
    }
    put(format!("\n{}", strong("Asks", color)));
    for asked in &explained.validations {
        put(format!("  {}", visible(&on_one_line(asked.expression))));
        if let Some(expression) = asked.message_expression {
            put(format!("    else the message is made by: {}", visible(&on_one_line(expression))));
        }
        if let Some(message) = asked.message {
            let when = if asked.message_expression.is_some() { "or where none can be made" } else { "else" };
            put(format!("    {when}: {}", visible(message)));
        }
    }
    for variable in &policy.policy.variables {
        let expression = on_one_line(&variable.expression.value);
        put(format!("  where variables.{} is {}", visible(&variable.name), visible(&expression)));
    }
    if !explained.broken.is_empty() {
        put(format!("\n{}", strong("Broken", color)));
        for fault in &explained.broken {
            put(format!("  {}", fault.line()));
        }
    }
    match policy.stage {
        Stage::Trial | Stage::Enforced if row.level == OFF => {
            put("\nIt is off in this registry: what it finds is shown here and counts nowhere.".to_owned());
        }
        Stage::Proposed => put("\nIt is proposed: what it finds is shown here and counts nowhere.".to_owned()),
        Stage::Trial => put("\nIt is on trial: what it finds is at most a warning.".to_owned()),
        Stage::Retired => put("\nIt is retired: it is not run.".to_owned()),
        Stage::Enforced => {}
    }
    if let Some(day) = &explained.becomes {
        put(format!("\nFrom {day} on what it finds is an error; until then it is a warning."));
    }
    for subject in &explained.subjects {
        put(format!("\n{}", strong(&visible(&subject.subject), color)));
        match (subject.binds, subject.reason, subject.messages.as_slice()) {
            (false, reason, _) => put(format!("  is not bound: {}", reason.unwrap_or_default())),
            (true, ..) if policy.stage == Stage::Retired => put("  is not judged: the policy is retired".to_owned()),
            (true, _, []) if !policy.is_usable => {
                put("  is not judged: an expression of the policy cannot be read".to_owned());
            }
            (true, _, []) if subject.answered => put("  passes".to_owned()),
            (true, ..) => {
                for failing in &subject.failing {
                    put(format!("  fails: {}{}", visible(failing.message), waived(failing.waived_by)));
                }
                let by = waived(subject.unanswered_waived_by);
                for expression in &subject.unanswered {
                    put(format!("  comes to no answer: {}{by}", visible(&on_one_line(expression))));
                }
            }
        }
    }
    if explained.subjects.is_empty() && !explained.failing.is_empty() {
        put(format!("\n{}", strong("Fails for", color)));
        for failing in &explained.failing {
            put(format!(
                "  {} {}:{}: {}{}",
                visible(&failing.subject),
                visible(failing.file),
                failing.line,
                visible(failing.message),
                waived(failing.waived_by)
            ));
        }
    }
    if explained.subjects.is_empty() && !explained.unanswered.is_empty() {
        put(format!("\n{}", strong("Comes to no answer for", color)));
        for subject in explained.unanswered.iter().take(UNANSWERED) {
            put(format!("  {}", visible(subject)));
        }
        if explained.unanswered.len() > UNANSWERED {
            put(format!("  and {} more", explained.unanswered.len() - UNANSWERED));
        }
    }
    text
}

fn waived(by: Option<&str>) -> String {
    by.map(|by| format!(" (waived by {})", visible(by))).unwrap_or_default()
}

/// Returns the day from which on findings of a policy are errors, where only that day keeps them from it.
fn becomes_error(outcome: &Outcome, policy: &PolicyOutcome) -> Option<String> {
    let is_held = policy.stage == Stage::Enforced
        && stated(policy) == Severity::Error
        && policy.severity < Severity::Error
        && outcome.level_of(policy) == Some(policy.severity);
    policy.policy.effective_from.as_deref().filter(|_| is_held).map(|day| visible(day).into_owned())
}

/// Returns what excuses a thing from a policy that comes to no answer for it.
fn waiver_of_fault<'a>(outcome: &'a Outcome, id: &'a str, thing: Found) -> Option<&'a str> {
    let reference = outcome.mesh.reference(thing);
    let is_it = |finding: &&Diagnostic| {
        is_fault(finding.rule)
            && finding.location.file == outcome.mesh.header(thing).file
            && finding.subject.as_deref() == Some(reference.as_str())
    };
    outcome.findings.of_policy(id).find(is_it)?.waived_by.as_deref()
}

fn on_one_line(expression: &str) -> String {
    expression.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn failing<'a>(outcome: &'a Outcome, id: &str, violation: &'a Violation, texts: &SourceTexts) -> Failing<'a> {
    let (start, _) = texts.range(violation.location);
    let reference = outcome.mesh.reference(violation.subject);
    let is_it = |finding: &&Diagnostic| {
        finding.policy.as_deref() == Some(id)
            && finding.location == violation.location
            && finding.subject.as_deref() == Some(reference.as_str())
    };
    let finding = outcome.findings.diagnostics.iter().find(is_it);
    Failing {
        subject: named(&outcome.mesh, violation.subject),
        message: &violation.message,
        file: outcome.sources.path(violation.location.file),
        line: start.line,
        column: start.column,
        waived_by: finding.and_then(|finding| finding.waived_by.as_deref()),
    }
}

/// Names a thing; of a contract the version too.
fn named(mesh: &Mesh, found: Found) -> String {
    match found.kind {
        crate::model::Kind::DataContract => format!("contract:{}", mesh.contract_version(found.idx)),
        _ => mesh.reference(found),
    }
}

fn scope(policy: &PolicyOutcome) -> Vec<(&'static str, Vec<&str>)> {
    let scope = &policy.policy.scope;
    let rows: [(&'static str, Vec<&str>); 5] = [
        ("kinds", scope.kinds.iter().map(crate::model::Text::as_str).collect()),
        ("domains", scope.domains.iter().map(|domain| domain.value.as_str()).collect()),
        ("tags", scope.tags.iter().map(crate::model::Text::as_str).collect()),
        ("status", scope.status.iter().map(crate::model::Text::as_str).collect()),
        ("productTypes", scope.product_types.iter().map(crate::model::Text::as_str).collect()),
    ];
    rows.into_iter().filter(|(_, values)| !values.is_empty()).collect()
}

fn strong(text: &str, color: bool) -> String {
    let style = anstyle::Style::new().bold();
    let mut shown = String::new();
    if color {
        write!(shown, "{style}{text}{style:#}").expect("a string takes all text");
    } else {
        shown.push_str(text);
    }
    shown
}
