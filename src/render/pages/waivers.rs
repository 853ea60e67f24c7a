//! The register of waivers: which rule is set aside, for what, by whom, until when.

use serde::Serialize;

use super::page;
use crate::model::{Policy, SpannedText, Text, Waiver, date_of};
use crate::policy::rules::waivers::{SELF_APPROVED_WAIVER, UNUSED_WAIVER, leads};
use crate::policy::{Asked, SOON_DAYS, is_off};
use crate::render::parts::{self, Anchor, Day, Frame, Linker, Sign};
use crate::render::site::{ROWS, Site};
use crate::render::{Page, RenderError};
use crate::source::{FileId, Span};

#[derive(Serialize)]
struct WaiversPage<'a> {
    frame: Frame<'a>,
    waivers: Vec<WaiverRow<'a>>,
    n: usize,
    n_in_force: usize,
    n_soon: usize,
}

/// A waiver in words.
#[derive(Serialize)]
pub(super) struct WaiverRow<'a> {
    target: Anchor<'a>,
    rule: Anchor<'a>,
    /// The code of a built-in rule.
    code: Option<&'static str>,
    reason: Option<&'a str>,
    approved_by: Option<Anchor<'a>>,
    ends: Option<Day>,
    sign: Sign<'a>,
    /// What the council asks about: that it covers nothing, or that its owner granted it.
    doubts: Vec<&'static str>,
    /// Those that hold come first, those that end soonest before the others.
    #[serde(skip)]
    rank: (u8, Option<jiff::civil::Date>),
}

impl WaiverRow<'_> {
    /// Says whether it counts today.
    pub(super) fn is_in_force(&self) -> bool {
        self.rank.0 < 2
    }

    /// The bytes of its row, about.
    pub(super) fn n_bytes(&self) -> usize {
        250 + self.reason.map_or(0, str::len)
    }
}

/// Bytes of the rows of the page.
const BYTES: usize = 120_000;

pub(super) fn pages(_site: &Site) -> Vec<Page<Site>> {
    page("waivers.html", 0, html).into_iter().collect()
}

fn html(site: &Site, _idx: u32) -> Result<Vec<u8>, RenderError> {
    let mut frame = Frame::new(site, "waivers.html", "waivers", "Waivers");
    frame.description = String::from("Rules that are set aside: for what, why, by whom and until when.");
    let mut waivers = all(site, Linker { site, depth: 0 });
    let n = waivers.len();
    let n_in_force = waivers.iter().filter(|row| row.is_in_force()).count();
    let n_soon = waivers.iter().filter(|row| row.rank.0 == 0).count();
    parts::keep_within(&mut waivers, ROWS * 2, BYTES, WaiverRow::n_bytes);
    site.theme.render("waivers.html", &WaiversPage { frame, waivers, n, n_in_force, n_soon })
}

/// All waivers, those in force first, the soonest end first.
pub(super) fn all<'a>(site: &'a Site, linker: Linker<'a>) -> Vec<WaiverRow<'a>> {
    let mut rows = own(site, linker, |_| true);
    for policy in &site.mesh().policies {
        rows.extend(in_policy(policy, linker));
    }
    rows.sort_by_key(|row| row.rank);
    rows
}

/// The waivers of one policy: those inside it, and documents that name it.
pub(super) fn of_policy<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Vec<WaiverRow<'a>> {
    let policy = &site.mesh().policies[idx];
    let id = policy.header.id.value.as_str();
    let mut rows = own(site, linker, |waiver| waiver.names_policy(id));
    rows.extend(in_policy(policy, linker));
    rows.sort_by_key(|row| row.rank);
    rows
}

fn own<'a>(site: &'a Site, linker: Linker<'a>, is_meant: impl Fn(&Waiver) -> bool) -> Vec<WaiverRow<'a>> {
    let meant = site.mesh().waivers.iter().filter(|waiver| is_meant(waiver));
    let row = |waiver: &'a Waiver| {
        let rule = rule(site, &waiver.rule.value, linker);
        let stated = Stated {
            rule: &waiver.rule.value,
            file: waiver.header.file,
            target: &waiver.target,
            reason: waiver.reason.as_ref(),
            approved_by: waiver.approved_by.as_ref(),
            expires: waiver.expires.as_ref(),
        };
        row(linker, rule, &stated)
    };
    meant.map(row).collect()
}

fn in_policy<'a>(policy: &'a Policy, linker: Linker<'a>) -> Vec<WaiverRow<'a>> {
    let row = |waiver: &'a crate::model::PolicyWaiver| {
        let rule = (super::policy::anchor(policy, linker), None);
        let stated = Stated {
            rule: &policy.header.id.value,
            file: policy.header.file,
            target: &waiver.target,
            reason: waiver.reason.as_ref(),
            approved_by: waiver.approved_by.as_ref(),
            expires: waiver.expires.as_ref(),
        };
        row(linker, rule, &stated)
    };
    policy.waivers.iter().map(row).collect()
}

/// The policy that a waiver names; of a built-in rule its name in words, and its code.
fn rule<'a>(site: &'a Site, written: &'a str, linker: Linker<'a>) -> (Anchor<'a>, Option<&'static str>) {
    let id = written.trim_start_matches("policy:");
    match site.mesh().policies.iter().find(|policy| policy.header.id.value.as_str() == id) {
        Some(policy) => (super::policy::anchor(policy, linker), None),
        None => match site.outcome.rules.iter().find(|rule| [rule.code, rule.name].contains(&written.trim())) {
            Some(rule) => (super::rules::anchor(rule, linker), Some(rule.code)),
            None => (Anchor::plain(written), None),
        },
    }
}

/// Says whether this registry switches off what a waiver sets aside.
fn is_switched_off(site: &Site, written: &str, code: Option<&'static str>, target: &SpannedText) -> bool {
    let outcome = &site.outcome;
    let rule = code.and_then(|code| outcome.rules.iter().find(|rule| rule.code == code));
    let asked = rule.map_or(Asked::Policy(written.trim_start_matches("policy:")), |rule| Asked::Rule(rule));
    is_off(&outcome.mesh, &outcome.sources, &outcome.config.check.grading, asked, &target.value)
}

/// What a waiver says, wherever it stands.
struct Stated<'a> {
    /// The policy, by its id, or the rule.
    rule: &'a str,
    file: FileId,
    target: &'a SpannedText,
    reason: Option<&'a Text>,
    approved_by: Option<&'a SpannedText>,
    expires: Option<&'a SpannedText>,
}

fn row<'a>(linker: Linker<'a>, (rule, code): (Anchor<'a>, Option<&'static str>), stated: &Stated<'a>) -> WaiverRow<'a> {
    let Stated { rule: written, file, target, reason, approved_by, expires } = *stated;
    let outcome = &linker.site.outcome;
    let today = outcome.today;
    let last = expires.and_then(|day| date_of(day));
    let (sign, order) = match last {
        Some(last) if last >= today && outcome.waivers.why_void(file, target.span).is_some() => {
            let why = outcome.waivers.why_void(file, target.span).unwrap_or_default();
            (Sign::new("bad", "missed", format!("Does not count: {why}")), 2)
        }
        None => (Sign::new("bad", "missed", "No last day: not in force"), 2),
        Some(last) if last >= today && !leads(linker.site.mesh(), &target.value) => {
            (Sign::new("bad", "missed", "Leads to nothing: covers nothing"), 2)
        }
        Some(last) if last < today => (Sign::new("retired", "", "Expired"), 3),
        Some(_) if is_switched_off(linker.site, written, code, target) => {
            (Sign::new("retired", "", "Off here: covers nothing"), 2)
        }
        Some(last) if today.until(last).is_ok_and(|left| left.get_days() <= SOON_DAYS) => {
            (Sign::new("warn", "look", "Ends soon"), 0)
        }
        Some(_) => (Sign::new("ok", "kept", "In force"), 1),
    };
    let is_here = |finding: &&crate::diagnostic::Diagnostic, code: &str, span: Option<Span>| {
        finding.rule.code == code && Some(finding.location.span) == span
    };
    let says = |code: &str, span| linker.site.findings_in(file).any(|finding| is_here(&finding, code, span));
    let unused = says(UNUSED_WAIVER.code, Some(target.span)).then_some("covers nothing");
    let own = says(SELF_APPROVED_WAIVER.code, approved_by.map(|team| team.span)).then_some("granted by its owner");
    WaiverRow {
        doubts: unused.into_iter().chain(own).collect(),
        target: linker.reference(&target.value),
        rule,
        code,
        reason: reason.map(Text::as_str),
        approved_by: approved_by.map(|team| linker.team_named(&team.value)),
        ends: expires.map(|day| Day::of(&day.value)),
        sign,
        rank: (order, last),
    }
}
