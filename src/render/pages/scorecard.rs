//! The scorecard of the mesh: are we healthy, where not, and what to do about it.

use std::borrow::Cow;

use serde::Serialize;

use super::maturity::{self, MaturityPart};
use super::page;
use super::trend::{self, TrendPart};
use super::waivers::{self, WaiverRow};
use crate::graph::{Evidence, promise_words};
use crate::policy::checks::{Axis, CheckResult, Tally};
use crate::policy::{OperatingMode, is_renamed_table, readiness, way_out};
use crate::render::health::{self, Health};
use crate::render::parts::{self, Anchor, Frame, Linker, Piece, Sign, sentence, spoken};
use crate::render::picture::MarkSize;
use crate::render::site::Site;
use crate::render::{Page, RenderError};

#[derive(Serialize)]
struct ScorecardPage<'a> {
    frame: Frame<'a>,
    n_products: usize,
    /// Products that are retired and count nowhere here.
    n_retired: usize,
    /// What the checks are, in a sentence.
    say: String,
    /// The heading of the sides.
    sides: String,
    tally: Part,
    states: Vec<StatePart>,
    /// All promises together: how many are kept, missed and without a result.
    promises: String,
    axes: Vec<AxisPart>,
    domains: Vec<DomainRow<'a>>,
    /// Where to jump: every row of the two tables by name.
    jumps: Vec<Jumps<'a>>,
    n_more: usize,
    modes: Vec<ModeRow<'a>>,
    n_modes: usize,
    teams: Vec<TeamRow<'a>>,
    n_more_teams: usize,
    renamed: Vec<RenamedRow<'a>>,
    maturity: Vec<MaturityPart<'a>>,
    trend: TrendPart<'a>,
    checks: Vec<CheckRow<'a>>,
    lacking: Vec<LackRow<'a>>,
    /// Products that lack something.
    n_lacking: usize,
    waivers: Vec<WaiverRow<'a>>,
    n_waivers: usize,
    n_in_force: usize,
}

/// So many of so many, with the width of its bar.
#[derive(Clone, Copy, Serialize)]
struct Part {
    n: usize,
    of: usize,
    rest_x: usize,
    rest: usize,
    filled: usize,
    is_low: bool,
}

#[derive(Serialize)]
struct StatePart {
    class: &'static str,
    /// The search that finds them.
    href: String,
    word: &'static str,
    n: usize,
    /// How many of them are kept by results of which some are old.
    n_old: usize,
    x: usize,
    width: usize,
}

#[derive(Serialize)]
struct AxisPart {
    title: &'static str,
    asks: Cow<'static, str>,
    position: usize,
    part: Part,
}

#[derive(Serialize)]
struct DomainRow<'a> {
    id: String,
    domain: Anchor<'a>,
    note: Option<&'a str>,
    axes: Vec<Part>,
    tally: Part,
}

/// The rows of a table, by name.
#[derive(Serialize)]
struct Jumps<'a> {
    heading: &'static str,
    rows: Vec<Anchor<'a>>,
}

/// How a domain owns its data: what it says, and what the facts show.
#[derive(Serialize)]
struct ModeRow<'a> {
    domain: Anchor<'a>,
    declared: Option<String>,
    shown: Option<Sign<'static>>,
    differs: bool,
    missing: Vec<MissingFact>,
    unknown: Vec<String>,
}

#[derive(Serialize)]
struct MissingFact {
    says: String,
    help: Vec<Piece>,
}

#[derive(Serialize)]
struct TeamRow<'a> {
    id: String,
    team: Anchor<'a>,
    note: Option<String>,
    n_products: usize,
    tally: Part,
}

/// The products that no registered team answers for, where there are some: they would spoil nobody's line.
fn unowned(site: &Site, all: &[usize]) -> Option<Vec<usize>> {
    let is_unowned = |idx: &usize| site.mesh().products[*idx].owner_idx.is_none();
    let of: Vec<usize> = all.iter().copied().filter(is_unowned).collect();
    (!of.is_empty()).then_some(of)
}

fn unowned_row<'a>(site: &Site, of: &[usize], tally: Part) -> TeamRow<'a> {
    let n_named = of.iter().filter(|idx| site.mesh().product_owner(&site.mesh().products[**idx]).is_some()).count();
    TeamRow {
        id: "no-team".to_owned(),
        team: Anchor::plain(if n_named == 0 { "No owner" } else { "No registered team" }),
        note: (0 < n_named && n_named < of.len()).then(|| format!("{} of them name no owner", of.len() - n_named)),
        n_products: of.len(),
        tally,
    }
}

/// A table with a new name.
#[derive(Serialize)]
struct RenamedRow<'a> {
    product: Anchor<'a>,
    way_out: Vec<Piece>,
    edit: Option<String>,
    /// A waiver excuses it: then it is known, and may stay.
    is_waived: bool,
}

#[derive(Serialize)]
struct CheckRow<'a> {
    id: &'a str,
    name: &'a str,
    axis: &'static str,
    help: Vec<Piece>,
    link: Option<&'a str>,
    n_failed: usize,
    /// The first products that do not pass it, those with the most readers first.
    failing: Vec<Anchor<'a>>,
}

/// A product that lacks most.
#[derive(Serialize)]
struct LackRow<'a> {
    mark: String,
    product: Anchor<'a>,
    owner: Option<Anchor<'a>>,
    n_consumers: usize,
    tally: Part,
    /// The checks it does not pass, each a link to the file to mend, or to what the check asks.
    lacks: Vec<Anchor<'a>>,
    n_more: usize,
}

/// Units of a bar.
const BAR: usize = 64;
/// Domains on the page, the worst first: a row of bars has 1.4 kB.
const DOMAINS: usize = 60;
/// Domains of which the page says what they own, the weakest first.
const MODES: usize = 40;
/// Teams on the page, the worst first.
const TEAMS: usize = 48;
/// Products that lack most on the page.
const LACKING: usize = 24;
/// Products that are named of a check.
const FAILING: usize = 12;
/// Characters of their names.
const NAME: usize = 80;
/// Checks that are named of each.
const LACKS: usize = 6;
/// Tables with a new name on the page.
const RENAMED: usize = 40;
/// Waivers on the page.
const WAIVERS: usize = 8;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("scorecard.html", 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    site.theme.render("scorecard.html", &build(site))
}

fn part(Tally { n_passed, n_total }: Tally) -> Part {
    let filled = (n_passed * BAR).checked_div(n_total).unwrap_or(0);
    let rest_x = if filled == 0 { 0 } else { filled + 1 };
    Part {
        n: n_passed,
        of: n_total,
        rest_x,
        rest: BAR.saturating_sub(rest_x),
        filled,
        // Under two thirds.
        is_low: n_total > 0 && n_passed * 3 < n_total * 2,
    }
}

fn build(site: &Site) -> ScorecardPage<'_> {
    let mesh = site.mesh();
    let linker = Linker { site, depth: 0 };
    let mut frame = Frame::new(site, "scorecard.html", "scorecard", "Scorecard");
    let scoring = &site.outcome.scoring;
    let axes: Vec<Axis> = scoring.axes().collect();
    let (n_checks, n_axes) = (scoring.checks.len(), axes.len());
    let (checks, sides) = match (&scoring.scorecard, n_axes) {
        (None, _) => ("Sixteen checks".to_owned(), "six sides".to_owned()),
        (Some(_), 1) => (counted(n_checks, "check"), "one side".to_owned()),
        (Some(_), n) => (counted(n_checks, "check"), format!("{n} sides")),
    };
    frame.description = format!("{checks} on {sides} of every product, the weakest domains first.");
    let sum = |products: &[usize], axis: usize| products.iter().map(|idx| site.health[*idx].axes[axis]).sum::<Tally>();
    let total = |products: &[usize]| products.iter().map(|idx| site.health[*idx].tally()).sum::<Tally>();
    // What is retired is kept to be read about; nobody mends it any more.
    let live =
        |products: &[usize]| -> Vec<usize> { products.iter().copied().filter(|idx| !mesh.is_retired(*idx)).collect() };
    let all: Vec<usize> = (0..mesh.products.len()).filter(|idx| !mesh.is_retired(*idx)).collect();
    let axis = |axis: &Axis| {
        let position = *axis as usize;
        let own = scoring.checks.iter().filter(|check| check.axis == *axis).map(|check| &*check.name);
        AxisPart {
            title: axis.title(),
            asks: match scoring.scorecard {
                None => axis.asks().into(),
                Some(_) => own.collect::<Vec<_>>().join("; ").into(),
            },
            position,
            part: part(sum(&all, position)),
        }
    };
    let of_domains: Vec<Vec<usize>> = mesh.domains.iter().map(|domain| live(&domain.products)).collect();
    let mut domains: Vec<(Tally, usize)> = (0..mesh.domains.len())
        .filter(|idx| !of_domains[*idx].is_empty())
        .map(|idx| (total(&of_domains[idx]), idx))
        .collect();
    // The share that passes, compared without fractions; the worst first.
    domains.sort_by(|(a, first), (b, second)| a.worse_first(*b).then(first.cmp(second)));
    let row = |(tally, idx): (Tally, usize)| DomainRow {
        id: format!("domain-{}", mesh.domains[idx].slug),
        domain: linker.domain(Some(idx), None).unwrap_or_default(),
        note: mesh.domains[idx].owner_idx.map(|idx| mesh.teams[idx].descriptor.header.title()),
        axes: axes.iter().map(|axis| part(sum(&of_domains[idx], *axis as usize))).collect(),
        tally: part(tally),
    };
    let of_teams: Vec<Vec<usize>> = mesh.teams.iter().map(|team| live(&team.products)).collect();
    let mut teams: Vec<(Tally, usize)> = (0..mesh.teams.len())
        .filter(|idx| !of_teams[*idx].is_empty())
        .map(|idx| (total(&of_teams[idx]), idx))
        .collect();
    teams.sort_by(|(a, first), (b, second)| a.worse_first(*b).then(first.cmp(second)));
    let team = |(tally, idx): (Tally, usize)| TeamRow {
        id: format!("team-{}", mesh.teams[idx].slug),
        team: linker.team(Some(idx), None).unwrap_or_default(),
        note: mesh.domain_title(mesh.teams[idx].domain_idx).map(str::to_owned),
        n_products: of_teams[idx].len(),
        tally: part(tally),
    };
    let n_modes = domains.len();
    let modes = domains.iter().take(MODES).map(|(_, idx)| mode_row(site, linker, *idx)).collect();
    let waivers = waivers::all(site, linker);
    let (lacking, n_lacking) = lacking(site, linker);
    let n_more = domains.len().saturating_sub(DOMAINS);
    let domains: Vec<DomainRow<'_>> = domains.into_iter().take(DOMAINS).map(row).collect();
    let n_more_teams = teams.len().saturating_sub(TEAMS);
    let mut teams: Vec<TeamRow<'_>> = teams.into_iter().take(TEAMS).map(team).collect();
    teams.splice(..0, unowned(site, &all).map(|of| unowned_row(site, &of, part(total(&of)))));
    ScorecardPage {
        jumps: vec![
            jumps("Domains", domains.iter().map(|row| (&row.domain, &row.id))),
            jumps("Teams", teams.iter().map(|row| (&row.team, &row.id))),
        ],
        n_products: all.len(),
        n_retired: mesh.products.len() - all.len(),
        say: format!(
            "{checks} on the {sides} of every product. A check says what a product has; only a result file says that a promise, be it a service level or a quality rule, is kept."
        ),
        sides: sentence(&sides),
        tally: part(total(&all)),
        states: states(site, &all),
        promises: promises(site, &all),
        axes: axes.iter().map(axis).collect(),
        n_more,
        domains,
        modes,
        n_modes,
        n_more_teams,
        teams,
        renamed: renamed(site, linker),
        maturity: maturity::parts(site, linker),
        trend: trend::part(site, linker),
        checks: scoring
            .checks
            .iter()
            .enumerate()
            .map(|(at, check)| {
                let named = |idx: usize| {
                    let name = mesh.products[idx].descriptor.header.title();
                    Anchor { text: parts::shortened(name, NAME), ..linker.product(idx) }
                };
                let mut failing: Vec<usize> = all.iter().copied().filter(|idx| site.health[*idx].fails(at)).collect();
                failing.sort_by_key(|idx| (std::cmp::Reverse(mesh.products[*idx].consumers.len()), *idx));
                CheckRow {
                    id: &check.id,
                    name: &check.name,
                    axis: check.axis.title(),
                    help: spoken(&check.help),
                    link: check.link.as_deref(),
                    n_failed: failing.len(),
                    failing: failing.into_iter().take(FAILING).map(named).collect(),
                }
            })
            .collect(),
        lacking,
        n_lacking,
        n_waivers: waivers.len(),
        n_in_force: waivers.iter().filter(|row| row.is_in_force()).count(),
        waivers: waivers.into_iter().take(WAIVERS).collect(),
        frame,
    }
}

/// Links to the rows of a table, by name.
fn jumps<'a, 'r>(heading: &'static str, rows: impl Iterator<Item = (&'r Anchor<'a>, &'r String)>) -> Jumps<'a>
where
    'a: 'r,
{
    let mut rows: Vec<Anchor<'a>> =
        rows.map(|(anchor, id)| Anchor { text: anchor.text.clone(), href: Some(format!("#{id}")) }).collect();
    rows.sort_by(|a, b| a.text.cmp(&b.text));
    Jumps { heading, rows }
}

/// Counts the promises of all products, and what is known of them.
fn promises(site: &Site, products: &[usize]) -> String {
    let sum = |of: fn(&Health) -> u32| products.iter().map(|idx| of(&site.health[*idx]) as usize).sum::<usize>();
    promise_words(
        health::n_promises(site, products.iter().copied()),
        sum(|health| health.results.0),
        sum(|health| health.results.1),
        sum(|health| health.n_schema_misses),
    )
}

/// The products by state of evidence, as parts of one bar.
fn states(site: &Site, products: &[usize]) -> Vec<StatePart> {
    const WIDTH: usize = 1000;
    let n_all = products.len().max(1);
    let mut x = 0;
    let mut parts = Vec::new();
    for state in Evidence::ALL {
        let n = products.iter().filter(|idx| site.health[**idx].state == state).count();
        if n == 0 {
            continue;
        }
        let width = (n * WIDTH / n_all).max(4);
        let class = match state {
            Evidence::Kept => "hxk",
            Evidence::Missed => "hxm",
            Evidence::Promised => "hxp",
            Evidence::NotStated => "hxu",
        };
        let href = super::home::search_of(state.word());
        let n_old = if state == Evidence::Kept { super::home::n_old(site, products) } else { 0 };
        parts.push(StatePart { class, href, word: state.word(), n, n_old, x, width: width.saturating_sub(2) });
        x += width;
    }
    parts
}

/// The products that are read although they lack most, and how many lack something.
fn lacking<'a>(site: &'a Site, linker: Linker<'a>) -> (Vec<LackRow<'a>>, usize) {
    let mesh = site.mesh();
    let missing = |idx: &usize| {
        let tally = site.health[*idx].tally();
        tally.n_total - tally.n_passed
    };
    let is_live = |idx: &usize| !mesh.is_retired(*idx);
    let mut products: Vec<usize> = (0..mesh.products.len()).filter(is_live).filter(|idx| missing(idx) > 0).collect();
    products.sort_by_key(|idx| (std::cmp::Reverse((missing(idx), mesh.products[*idx].consumers.len())), *idx));
    let row = |idx: usize| {
        let checks = site.outcome.checks(idx);
        let header = &mesh.products[idx].descriptor.header;
        let lack = |(check, result): (&'a crate::policy::checks::Check, &CheckResult)| match result {
            CheckResult::Failed { place, .. } => Some(match site.mend_url(*place, header) {
                Some(edit) => Anchor { text: Cow::Borrowed(&*check.lack), href: Some(edit) },
                None => linker.to(&*check.lack, &format!("scorecard.html#check-{}", check.id)),
            }),
            CheckResult::Passed | CheckResult::NotApplicable { .. } => None,
        };
        let lacks: Vec<Anchor<'a>> = checks.iter().filter_map(lack).collect();
        LackRow {
            mark: site.mark(idx, MarkSize::Card),
            product: linker.product(idx),
            owner: linker.product_owner(idx),
            n_consumers: mesh.products[idx].consumers.len(),
            tally: part(site.health[idx].tally()),
            n_more: lacks.len().saturating_sub(LACKS),
            lacks: lacks.into_iter().take(LACKS).collect(),
        }
    };
    let n = products.len();
    (products.into_iter().take(LACKING).map(row).collect(), n)
}

fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn mode_row<'a>(site: &'a Site, linker: Linker<'a>, idx: usize) -> ModeRow<'a> {
    let outcome = &site.outcome;
    let changed = |file| site.last_change(file);
    let readiness = readiness(&outcome.mesh, idx, outcome.today, &changed);
    let sign = |mode: OperatingMode| match mode {
        OperatingMode::Owning => Sign::new("ok", "kept", "Owning"),
        OperatingMode::Growing => Sign::new("", "", "Growing"),
        OperatingMode::Central => Sign::new("draft", "", "Centrally curated"),
    };
    ModeRow {
        domain: linker.domain(Some(idx), None).unwrap_or_default(),
        declared: readiness.declared.map(|mode| sentence(mode.title())),
        shown: readiness.shown.map(sign),
        differs: readiness.differs(),
        missing: readiness
            .missing()
            .map(|fact| MissingFact { says: fact.says.clone(), help: spoken(fact.help) })
            .collect(),
        unknown: readiness.facts.iter().filter(|fact| fact.is_met.is_none()).map(|fact| fact.says.clone()).collect(),
    }
}

/// The rule about tables with a new name.
const RENAMED_TABLE: &str = "GOV005";

/// The tables with a new name, each with the least to do.
fn renamed<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<RenamedRow<'a>> {
    let mesh = site.mesh();
    let is_one = |idx: &usize| is_renamed_table(mesh, site.outcome.today, *idx);
    let is_waived = |idx: usize| {
        let mut findings = site.findings_in(mesh.products[idx].descriptor.header.file);
        findings.any(|finding| finding.rule.code == RENAMED_TABLE && finding.waived_by.is_some())
    };
    let row = |idx: usize| RenamedRow {
        is_waived: is_waived(idx),
        product: linker.product(idx),
        way_out: spoken(&way_out(mesh, idx)),
        edit: site.forge_url(mesh.products[idx].descriptor.header.file, None, true),
    };
    (0..mesh.products.len()).filter(is_one).take(RENAMED).map(row).collect()
}
