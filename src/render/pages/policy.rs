//! A policy: what must I do, and why.

use serde::Serialize;

use super::page;
use super::waivers::{self, WaiverRow};
use crate::diagnostic::{Diagnostic, Severity};
use crate::graph::{Found, slug_of};
use crate::model::{Kind, Policy, Urn};
use crate::policy::Stage;
use crate::policy::rules::policies::POLICY_VIOLATION;
use crate::render::parts::{self, Anchor, Contact, Day, Frame, Linker, Piece, Sign};
use crate::render::site::{ROWS, Site};
use crate::render::twins::{PolicyTwin, to_json};
use crate::render::{Page, RenderError, markdown};

#[derive(Serialize)]
struct PolicyPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    say: Option<&'a str>,
    stage: Sign<'static>,
    /// It is told and counts for nothing yet.
    is_proposed: bool,
    is_over: bool,
    category: Option<&'a str>,
    /// What a finding counts as here, in words.
    counts: Option<String>,
    /// Levels below some paths.
    overrides: Vec<Piece>,
    owner: Option<Anchor<'a>>,
    ask: Option<Anchor<'a>>,
    effective_from: Option<Day>,
    /// What happens on that day, in words before it.
    begins: &'static str,
    scope: Vec<ScopeRow<'a>>,
    validations: Vec<ValidationRow<'a>>,
    variables: Vec<VariableRow<'a>>,
    tests: Vec<TestRow<'a>>,
    standing: Standing<'a>,
    waivers: Vec<WaiverRow<'a>>,
    contacts: Vec<Contact<'a>>,
    prose_html: Option<String>,
    /// Rules, variables, cases and waivers that are not shown.
    n_more: usize,
}

/// What came of running the policy.
#[derive(Serialize)]
struct Standing<'a> {
    is_run: bool,
    is_readable: bool,
    n_subjects: usize,
    /// How many things it binds, with what they are.
    subjects: String,
    n_passing: usize,
    n_failing: usize,
    n_waived: usize,
    n_unanswered: usize,
    /// Things that have nothing it asks about; they are not among those that pass.
    n_idle: usize,
    rows: Vec<FailingRow<'a>>,
    /// How many more do not meet it.
    n_more: usize,
}

#[derive(Serialize)]
struct FailingRow<'a> {
    subject: Anchor<'a>,
    /// Who has to mend it.
    owner: Option<Anchor<'a>>,
    message: &'a str,
    sign: Sign<'static>,
    /// Says that a waiver excuses it, a link to the waivers below.
    is_waived: bool,
}

#[derive(Serialize)]
struct ScopeRow<'a> {
    what: &'static str,
    values: Vec<Anchor<'a>>,
}

#[derive(Serialize)]
struct ValidationRow<'a> {
    message: Option<&'a str>,
    /// What makes the message; then `message` only stands in for it.
    made_by: Option<&'a str>,
    expression: &'a str,
}

#[derive(Serialize)]
struct VariableRow<'a> {
    name: &'a str,
    expression: &'a str,
}

#[derive(Serialize)]
struct TestRow<'a> {
    name: &'a str,
    /// The message that the case expects; none when it passes.
    refused: Option<&'a str>,
    /// Why the case does not come out as it says.
    failure: Option<&'a str>,
}

/// Values of a line of the scope.
const LINKS: usize = 40;

pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let mut pages = Vec::new();
    for (idx, policy) in site.mesh().policies.iter().enumerate() {
        let slug = slug_of(&policy.header);
        pages.extend(page(&format!("policies/{slug}.html"), idx, html));
        pages.extend(page(&format!("policies/{slug}.json"), idx, json));
    }
    pages
}

/// A link to a policy.
pub(super) fn anchor<'a>(policy: &'a Policy, linker: Linker<'a>) -> Anchor<'a> {
    linker.to(policy.header.title(), &format!("policies/{}.html", slug_of(&policy.header)))
}

/// A link to a policy, by its id.
pub(super) fn named<'a>(policy: &'a Policy, linker: Linker<'a>) -> Anchor<'a> {
    linker.to(policy.header.id.value.as_str(), &format!("policies/{}.html", slug_of(&policy.header)))
}

/// Says how many things keep a policy, a link to the list of those that do not, and what of the others there is.
pub(super) fn kept<'a>(site: &'a Site, policy: &'a Policy, linker: Linker<'a>) -> (Anchor<'a>, String) {
    let id = policy.header.id.value.as_str();
    let page = format!("policies/{}.html", slug_of(&policy.header));
    let outcome = site.outcome.governance.policy(id);
    let Some(outcome) = outcome.filter(|outcome| outcome.stage != Stage::Retired) else {
        return (Anchor::plain("not run"), String::new());
    };
    if policy.validations.is_empty() {
        return (Anchor::plain("prose only"), String::new());
    }
    let words = match (outcome.is_usable, outcome.n_subjects) {
        (false, _) => "not run".to_owned(),
        (true, 0) => "binds nothing".to_owned(),
        (true, n) => {
            let would = if outcome.stage == Stage::Proposed { "would be " } else { "" };
            let n_asked = n - outcome.n_idle;
            format!("{would}{} of {}", outcome.n_passing() - outcome.n_idle, parts::count(n_asked, unit(policy)))
        }
    };
    let more = [
        (outcome.n_idle, "with nothing to ask"),
        (site.outcome.waived_by_policy(id), "waived"),
        (outcome.n_unanswered, "unanswered"),
    ];
    let more = more.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}"));
    (linker.to(words, &format!("{page}#standing")), more.collect::<Vec<_>>().join(", "))
}

/// What a finding of a policy counts as here, in a word; empty where nothing is found.
pub(super) fn level_word(site: &Site, policy: &Policy) -> String {
    let outcome = site.outcome.governance.policy(&policy.header.id.value);
    let level = outcome.map(|outcome| site.outcome.level_of(outcome).map_or("off", Severity::word));
    level.or(policy.severity.as_deref()).map(parts::sentence).unwrap_or_default()
}

/// What a policy binds, as a word for one of them: of a contract every version counts.
fn unit(policy: &Policy) -> &'static str {
    match policy.scope.kinds.as_slice() {
        [kind] => match Kind::from_name(kind) {
            Some(Kind::DataContract) => "contract version",
            Some(kind) => kind.word(),
            None => "thing",
        },
        _ => "thing",
    }
}

fn json(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    Ok(to_json(&PolicyTwin::of(site.view(), idx as usize)))
}

fn html(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("policy.html", &build(site, idx as usize))
}

fn build(site: &Site, idx: usize) -> PolicyPage<'_> {
    let mesh = site.mesh();
    let policy = &mesh.policies[idx];
    let header = &policy.header;
    let linker = Linker { site, depth: 1 };
    let slug = slug_of(header);
    let owner_idx = policy.owner.as_ref().and_then(|owner| mesh.team(&owner.value));
    let frame = Frame::new(site, &format!("policies/{slug}.html"), "policies", header.title());
    let mut frame = frame.of_thing(site, header, owner_idx);
    frame.json = site.json_of(&format!("policies/{slug}.html"));
    frame.reference = Some(header.reference());
    frame.urn = Some(Urn::of(&site.outcome.config.mesh.id, Kind::Policy, &header.id.value, None));
    let purpose = header.description.purpose.as_deref().filter(|purpose| !purpose.trim().is_empty());
    frame.description = purpose.map(parts::first_sentence).unwrap_or_default();
    frame = frame.crumb(linker.to("Policies", "policies/index.html"));
    let owner = policy.owner.as_ref().map(|owner| linker.team_named(&owner.value));
    let stage = Stage::of(policy);
    let starts = policy.effective_from.as_deref();
    let level = site.outcome.governance.policy(&header.id.value).map(|outcome| site.outcome.level_of(outcome));
    let mut page = PolicyPage {
        name: header.title(),
        say: purpose,
        stage: parts::status(policy.stage.as_deref().or(Some("enforced"))),
        is_proposed: policy.stage.as_deref() == Some("proposed"),
        is_over: policy.stage.as_deref() == Some("retired"),
        category: policy.category.as_deref(),
        counts: level.and_then(|level| counts(stage, level)),
        overrides: super::rules::overrides(site, (&POLICY_VIOLATION, Some(header.id.value.as_str()))),
        ask: parts::ask(&header.support, owner.as_ref()),
        owner,
        begins: begins(stage, starts.and_then(crate::model::date_of).is_some_and(|day| day > site.outcome.today)),
        effective_from: starts.map(Day::of),
        scope: scope(policy, linker),
        validations: policy
            .validations
            .iter()
            .map(|validation| ValidationRow {
                message: validation.message.as_deref(),
                made_by: validation.message_expression.as_ref().map(|expression| expression.value.as_str()),
                expression: &validation.expression.value,
            })
            .collect(),
        variables: policy
            .variables
            .iter()
            .map(|variable| VariableRow { name: &variable.name, expression: &variable.expression.value })
            .collect(),
        tests: tests(site, policy),
        standing: standing(site, policy, linker),
        waivers: waivers::of_policy(site, idx, linker),
        contacts: parts::contacts(&header.support),
        prose_html: mesh
            .docs
            .prose_of(header.file, &site.outcome.sources)
            .filter(|file| !mesh.docs.is_unwritten(*file))
            .map(|file| markdown::file(site, file, markdown::Placing { depth: 1, below: 2, skip_title: true })),
        n_more: 0,
        frame,
    };
    bound(&mut page);
    page
}

/// Says what a finding counts as; `None` for a level where the policy is switched off.
fn counts(stage: Stage, level: Option<Severity>) -> Option<String> {
    match (stage, level) {
        (Stage::Retired, _) => None,
        (_, None) => Some("Off in this registry".to_owned()),
        (Stage::Proposed, Some(severity)) => Some(format!("A finding would count as {}", severity.word())),
        (_, Some(severity)) => Some(format!("A finding counts as {}", severity.word())),
    }
}

fn begins(stage: Stage, is_ahead: bool) -> &'static str {
    match (stage, is_ahead) {
        (Stage::Proposed, _) => "Not in force: proposed to begin",
        (Stage::Retired, _) => "Began",
        (Stage::Trial, _) => "On trial; effective from",
        (Stage::Enforced, true) => "Findings are warnings until",
        (Stage::Enforced, false) => "In force since",
    }
}

/// Leaves out what the page has no room for.
fn bound(page: &mut PolicyPage<'_>) {
    const ROWS: usize = 100;
    const BYTES: usize = 15_000;
    let of_rule = |row: &ValidationRow<'_>| {
        row.expression.len() + row.message.map_or(0, str::len) + row.made_by.map_or(0, str::len)
    };
    page.n_more = parts::keep_within(&mut page.validations, ROWS, BYTES, of_rule)
        + parts::keep_within(&mut page.variables, ROWS, BYTES, |row| row.name.len() + row.expression.len())
        + parts::keep_within(&mut page.tests, ROWS, BYTES, |row| row.name.len() + row.refused.map_or(0, str::len))
        + parts::keep_within(&mut page.waivers, ROWS, BYTES, WaiverRow::n_bytes);
}

fn tests<'a>(site: &'a Site, policy: &'a Policy) -> Vec<TestRow<'a>> {
    let outcome = site.outcome.governance.policy(&policy.header.id.value);
    let failure = |position: usize| outcome.and_then(|outcome| outcome.tests.get(position)?.failure.as_deref());
    let row = |(position, test): (usize, &'a crate::model::PolicyTest)| TestRow {
        name: &test.name,
        refused: test.expect.as_deref(),
        failure: failure(position),
    };
    policy.tests.iter().enumerate().map(row).collect()
}

fn standing<'a>(site: &'a Site, policy: &'a Policy, linker: Linker<'a>) -> Standing<'a> {
    let mut standing = Standing {
        is_run: false,
        is_readable: true,
        n_subjects: 0,
        subjects: String::new(),
        n_passing: 0,
        n_failing: 0,
        n_waived: 0,
        n_unanswered: 0,
        n_idle: 0,
        rows: Vec::new(),
        n_more: 0,
    };
    let Some(outcome) = site.outcome.governance.policy(&policy.header.id.value) else { return standing };
    standing.is_run = outcome.stage != Stage::Retired && !policy.validations.is_empty();
    standing.is_readable = outcome.is_usable;
    standing.n_subjects = outcome.n_subjects;
    standing.n_idle = outcome.n_idle;
    standing.subjects = parts::count(outcome.n_subjects - outcome.n_idle, unit(policy));
    standing.n_passing = outcome.n_passing() - outcome.n_idle;
    standing.n_failing = outcome.n_failing;
    standing.n_unanswered = outcome.n_unanswered;
    let id = policy.header.id.value.as_str();
    standing.n_waived = site.outcome.waived_by_policy(id);
    let mut rows: Vec<FailingRow<'a>> = Vec::new();
    // Looked up once: there may be very many of others.
    let findings: Vec<&Diagnostic> = site.outcome.findings.of_policy(id).collect();
    for violation in outcome.violations.iter().take(ROWS) {
        let is_it = |finding: &&&Diagnostic| {
            finding.location == violation.location && finding.message.contains(&violation.message)
        };
        let finding = findings.iter().find(is_it).copied();
        let waived_by = finding.and_then(|finding| finding.waived_by.as_deref());
        let sign = match (waived_by, outcome.stage, finding.map(|finding| finding.severity)) {
            (Some(_), ..) => Sign::new("", "", "Waived"),
            (None, Stage::Proposed, severity) => Sign::new("", "", would_be(severity.unwrap_or(outcome.severity))),
            (None, _, Some(severity)) => parts::severity(severity),
            // What is found counts for nothing where the registry switches the policy off.
            (None, _, None) => Sign::new("retired", "", "Off"),
        };
        rows.push(FailingRow {
            subject: subject(site, violation.subject, linker),
            owner: owner(violation.subject, linker),
            message: &violation.message,
            sign,
            is_waived: waived_by.is_some(),
        });
    }
    standing.n_more = outcome.violations.len() - rows.len();
    standing.rows = rows;
    standing
}

/// What a finding of a policy that is only proposed would count as.
fn would_be(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Would be an error",
        Severity::Warning => "Would be a warning",
        Severity::Info => "Would be told",
    }
}

pub(super) fn subject<'a>(site: &'a Site, found: Found, linker: Linker<'a>) -> Anchor<'a> {
    match found.kind {
        Kind::SemanticDefinition => linker.term(found.idx),
        _ => linker.thing(found, site.mesh().header(found)),
    }
}

/// Who answers for a thing.
pub(super) fn owner(found: Found, linker: Linker<'_>) -> Option<Anchor<'_>> {
    let mesh = linker.site.mesh();
    match found.kind {
        Kind::DataProduct => linker.product_owner(found.idx),
        Kind::DataContract => {
            let contract = &mesh.contracts[found.idx];
            let written = contract.descriptor.team.as_ref().and_then(|team| team.name.as_ref());
            linker.team(contract.owner_idx, written.map(|name| name.value.as_str()))
        }
        Kind::Domain => {
            let domain = &mesh.domains[found.idx];
            linker.team(domain.owner_idx, domain.descriptor.owner.as_ref().map(|owner| owner.value.as_str()))
        }
        Kind::SourceSystem => {
            let source = &mesh.sources[found.idx];
            linker.team(source.owner_idx, source.descriptor.owner.as_ref().map(|owner| owner.value.as_str()))
        }
        Kind::Team => linker.team(Some(found.idx), None),
        Kind::Policy => mesh.policies[found.idx].owner.as_ref().map(|owner| linker.team_named(&owner.value)),
        Kind::Waiver => mesh.waivers[found.idx].approved_by.as_ref().map(|team| linker.team_named(&team.value)),
        // Who provides mends it: the file lies with the product.
        Kind::AccessAgreement => {
            let product = mesh.products.iter().position(|product| product.agreements.contains(&found.idx));
            product.and_then(|product| linker.product_owner(product))
        }
        Kind::Review => mesh.reviews[found.idx].reviewer.as_ref().map(|reviewer| linker.reference(&reviewer.value)),
        Kind::Acknowledgement => {
            mesh.acknowledgements[found.idx].consumer.as_ref().map(|consumer| linker.reference(&consumer.value))
        }
        Kind::SemanticDefinition => {
            let domain = mesh.terms[found.idx].domain_idx;
            linker.team(domain.and_then(|domain| mesh.domains[domain].owner_idx), None)
        }
        _ => None,
    }
}

/// What a policy applies to, in words; empty when it applies to everything.
fn scope<'a>(policy: &'a Policy, linker: Linker<'a>) -> Vec<ScopeRow<'a>> {
    let site = linker.site;
    let plain = |values: &'a [crate::model::Text]| values.iter().map(|value| Anchor::plain(value.as_str())).collect();
    let kinds = policy.scope.kinds.iter().map(|kind| {
        let known = Kind::from_name(kind);
        Anchor::plain(known.map_or(kind.to_string(), |known| parts::sentence(known.plural())))
    });
    let domains = policy.scope.domains.iter();
    let faceted = |facet: &'static str, value: &'a str, key: &str| match site.facets.page(facet, key) {
        Some(page) => linker.to(value, &page),
        None => Anchor::plain(value),
    };
    let rows: [(&'static str, Vec<Anchor<'a>>); 5] = [
        ("Applies to", kinds.collect()),
        (
            "In domains",
            domains
                .filter_map(|domain| linker.domain(site.mesh().domain(domain), Some(domain.value.as_str())))
                .collect(),
        ),
        ("With a tag", policy.scope.tags.iter().map(|tag| linker.tag(tag)).collect()),
        ("With status", plain(&policy.scope.status)),
        ("Of type", policy.scope.product_types.iter().map(|kind| faceted("kind", kind, &parts::words(kind))).collect()),
    ];
    rows.into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(what, values)| ScopeRow { what, values: parts::few(values.into_iter(), LINKS) })
        .collect()
}
