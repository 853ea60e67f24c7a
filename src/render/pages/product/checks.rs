//! The checks of a product, by axis: "14 of 16", and what to do about the two.

use serde::Serialize;

use crate::policy::checks::{Axis, CheckResult};
use crate::render::address;
use crate::render::parts::{Anchor, Linker, Piece, Sign, spoken};
use crate::render::site::Site;
use crate::render::theme::Rows;

/// All checks of a product.
#[derive(Serialize)]
pub(super) struct Checks<'a> {
    n_passed: usize,
    n_total: usize,
    axes: Rows<'a, AxisPart<'a>>,
}

/// One side of the mark.
#[derive(Serialize)]
struct AxisPart<'a> {
    title: &'static str,
    n_passed: usize,
    n_total: usize,
    checks: Vec<CheckRow<'a>>,
}

#[derive(Serialize)]
struct CheckRow<'a> {
    /// The check as a statement, a link to what it asks where it does not pass.
    check: Anchor<'a>,
    sign: Sign<'static>,
    /// Why it fails or cannot apply.
    why: Option<Vec<Piece>>,
    /// What to do, when it fails.
    help: Option<Vec<Piece>>,
    /// Where that is explained at length.
    link: Option<&'a str>,
    /// The file to change, in the editor of the forge.
    edit: Option<String>,
}

pub(super) fn checks<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> Checks<'a> {
    let checks = site.outcome.checks(idx);
    let tally = checks.tally();
    let header = &site.mesh().products[idx].descriptor.header;
    let asked = address::relative(linker.depth, "scorecard.html#check-");
    let row = |(check, result): (&'a crate::policy::checks::Check, &CheckResult)| {
        let anchor = Anchor { text: (&*check.name).into(), href: Some([asked.as_str(), &check.id].concat()) };
        match result {
            CheckResult::Passed => {
                let sign = Sign::new("ok", "kept", "passed");
                // What is there needs no advice; the scorecard explains all of them.
                CheckRow { check: Anchor { href: None, ..anchor }, sign, why: None, help: None, link: None, edit: None }
            }
            CheckResult::Failed { why, place } => CheckRow {
                check: anchor,
                sign: Sign::new("bad", "missed", "missing"),
                why: Some(spoken(why)),
                help: Some(spoken(&check.help)),
                link: check.link.as_deref(),
                edit: site.mend_url(*place, header),
            },
            CheckResult::NotApplicable { why } => CheckRow {
                check: anchor,
                sign: Sign::new("draft", "said", "does not apply"),
                why: Some(spoken(why)),
                help: None,
                link: None,
                edit: None,
            },
        }
    };
    let axis = |axis: Axis| {
        let tally = checks.tally_of(axis);
        AxisPart {
            title: axis.title(),
            n_passed: tally.n_passed,
            n_total: tally.n_total,
            checks: checks.of_axis(axis).map(row).collect(),
        }
    };
    let axes = site.theme.rows("check-axis.html", site.outcome.scoring.axes().map(axis).collect());
    Checks { n_passed: tally.n_passed, n_total: tally.n_total, axes }
}
