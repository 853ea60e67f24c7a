//! What the council and the checks say of a contract: which policies it keeps, its level of maturity, and which checks
//! of the products that publish it are to be mended in its file.

use serde::Serialize;

use crate::diagnostic::{Configured, Diagnostic};
use crate::graph::Found;
use crate::model::{Header, Kind};
use crate::policy::checks::CheckResult;
use crate::policy::rules::policies::POLICY_VIOLATION;
use crate::policy::{PolicyOutcome, Stage};
use crate::render::pages::maturity::{self, LevelPart};
use crate::render::pages::policy;
use crate::render::pages::product::FindingRow;
use crate::render::parts::{Anchor, Linker, Piece, spoken};
use crate::render::site::Site;

/// The last part of the page of a contract.
#[derive(Serialize)]
pub(super) struct Governed<'a> {
    n_bound: usize,
    n_kept: usize,
    n_unanswered: usize,
    kept: Vec<Anchor<'a>>,
    /// Kept ones that are not named.
    n_more: usize,
    /// Nothing of a retired contract is counted.
    checks: Vec<ProductChecks<'a>>,
    maturity: Vec<LevelPart<'a>>,
    findings: Vec<FindingRow<'a>>,
    n_findings: usize,
}

/// The checks of a product that publishes the contract.
#[derive(Serialize)]
struct ProductChecks<'a> {
    product: Anchor<'a>,
    n_passed: usize,
    n_total: usize,
    /// Those that this contract can mend.
    lacks: Vec<Lack<'a>>,
}

#[derive(Serialize)]
struct Lack<'a> {
    check: Anchor<'a>,
    why: Vec<Piece>,
    edit: Option<String>,
}

/// Products on the page.
const PRODUCTS: usize = 6;
/// Policies that are named.
const KEPT: usize = 24;
/// Findings on the page; `check` tells all.
const FINDINGS: usize = 20;

pub(super) fn governed<'a>(site: &'a Site, idx: usize, is_retired: bool, linker: Linker<'a>) -> Governed<'a> {
    let mesh = site.mesh();
    let contract = &mesh.contracts[idx];
    let file = contract.descriptor.header.file;
    let found = Found { kind: Kind::DataContract, idx };
    let policies = &site.outcome.governance.policies;
    let grading = &site.outcome.config.check.grading;
    let (mut n_bound, mut n_unanswered, mut kept) = (0, 0, Vec::new());
    for (at, outcome) in policies.iter().enumerate().filter(|(_, outcome)| is_asked(outcome)) {
        // What is switched off for the file asks nothing of it.
        let id = outcome.policy.header.id.value.as_str();
        let path = site.outcome.sources.path(file);
        if grading.configured((&POLICY_VIOLATION, Some(id)), path) == Configured::Off {
            continue;
        }
        if outcome.binds(mesh, found).is_err() {
            continue;
        }
        n_bound += 1;
        if outcome.is_unanswered(found) {
            n_unanswered += 1;
        } else if !site.breaks(at, found) {
            kept.extend(mesh.policy(&outcome.policy.header.id.value).map(|idx| &mesh.policies[idx]));
        }
    }
    let publishers = contract.published_by.iter().map(|by| by.product_idx);
    let mut publishers: Vec<usize> = publishers.filter(|idx| !is_retired && !mesh.is_retired(*idx)).collect();
    publishers.dedup();
    let findings: Vec<&Diagnostic> = site.findings_in(file).collect();
    let n_kept = kept.len();
    Governed {
        n_bound,
        n_kept,
        n_unanswered,
        n_more: n_kept.saturating_sub(KEPT),
        kept: kept.into_iter().take(KEPT).map(|policy| policy::anchor(policy, linker)).collect(),
        checks: publishers
            .into_iter()
            .take(PRODUCTS)
            .map(|of| checks(site, of, &contract.descriptor.header, linker))
            .collect(),
        maturity: maturity::levels(site, found, linker),
        n_findings: findings.len(),
        findings: findings.into_iter().take(FINDINGS).map(|finding| FindingRow::of(site, finding, linker)).collect(),
    }
}

/// Policies that are run and count.
fn is_asked(outcome: &PolicyOutcome) -> bool {
    let names_contracts =
        outcome.policy.scope.kinds.iter().any(|kind| Kind::from_name(kind) == Some(Kind::DataContract));
    matches!(outcome.stage, Stage::Trial | Stage::Enforced)
        && outcome.is_usable
        && !outcome.policy.validations.is_empty()
        && (outcome.policy.scope.kinds.is_empty() || names_contracts)
}

fn checks<'a>(site: &'a Site, product: usize, header: &Header, linker: Linker<'a>) -> ProductChecks<'a> {
    let health = &site.health[product];
    let tally = health.tally();
    let mut lacks = Vec::new();
    // Most products pass what their contracts can do for them; those are not asked again.
    if health.fails_elsewhere {
        for (check, result) in site.outcome.checks(product).iter() {
            let CheckResult::Failed { why, place } = result else { continue };
            if place.file == header.file {
                lacks.push(Lack {
                    check: linker.to(&*check.name, &format!("scorecard.html#check-{}", check.id)),
                    why: spoken(why),
                    edit: site.mend_url(*place, header),
                });
            }
        }
    }
    lacks.truncate(KEPT);
    let page = crate::render::address::product(&site.mesh().products[product].slug);
    let name = site.mesh().products[product].descriptor.header.title();
    ProductChecks {
        product: linker.to(name, &format!("{page}#checks")),
        n_passed: tally.n_passed,
        n_total: tally.n_total,
        lacks,
    }
}
