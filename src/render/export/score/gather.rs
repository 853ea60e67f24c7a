//! Scores of products, and their sums by team, domain and mesh.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::ScoreReport;
use crate::graph::{Found, Mesh};
use crate::model::Kind;
use crate::policy::checks::{Axis, CheckResult, ProductChecks, Tally};
use crate::policy::{Outcome, Readiness, is_renamed_table, readiness};

/// Everything that is written of scores.
pub(super) struct Scored<'a> {
    /// The products that count, the worst first.
    pub(super) products: Vec<ProductScore<'a>>,
    /// The mesh where no subject is named, then domains, then teams, each the worst first.
    pub(super) groups: Vec<GroupScore>,
    /// Products of the base that are gone.
    pub(super) gone: Vec<String>,
}

/// A product with its checks.
pub(super) struct ProductScore<'a> {
    pub(super) idx: usize,
    pub(super) checks: ProductChecks<'a>,
    pub(super) tally: Tally,
    /// `None` when nothing is compared, or when the product is new.
    pub(super) base: Option<Tally>,
    pub(super) is_new: bool,
    pub(super) changes: Vec<CheckChange>,
    /// It is a table with a new name.
    pub(super) is_renamed_table: bool,
}

/// A check that comes out differently than at the base.
pub(super) struct CheckChange {
    pub(super) check: String,
    /// `None` for a check that was not asked.
    pub(super) before: Option<&'static str>,
    pub(super) after: Option<&'static str>,
}

/// The sum of some products.
pub(super) struct GroupScore {
    /// `None` for the mesh.
    pub(super) found: Option<Found>,
    /// Its products by their position in [`Scored::products`].
    pub(super) members: Vec<usize>,
    /// How many more it has that are retired and do not count.
    pub(super) n_retired: usize,
    pub(super) tally: Tally,
    pub(super) base: Option<Tally>,
    /// Of a domain.
    pub(super) readiness: Option<Readiness>,
}

impl<'a> Scored<'a> {
    pub(super) fn of(report: &ScoreReport<'a>) -> Scored<'a> {
        let outcome = report.outcome;
        let mesh = &outcome.mesh;
        let base = report.base.map(|base| base.outcome);
        let chosen: Vec<usize> = match report.subject {
            Some(found) if found.kind == Kind::DataProduct => vec![found.idx],
            found => members(mesh, found),
        };
        let mut products: Vec<ProductScore<'a>> = chosen.par_iter().map(|idx| product(outcome, base, *idx)).collect();
        products.sort_by(|a, b| a.tally.worse_first(b.tally).then(a.idx.cmp(&b.idx)));
        let found = |kind: Kind, idx: usize| Some(Found { kind, idx });
        let mut kinds: Vec<Vec<Option<Found>>> = Vec::new();
        match report.subject {
            None => {
                kinds.push(vec![None]);
                kinds.push((0..mesh.domains.len()).map(|idx| found(Kind::Domain, idx)).collect());
                kinds.push((0..mesh.teams.len()).map(|idx| found(Kind::Team, idx)).collect());
            }
            Some(subject) if subject.kind != Kind::DataProduct => kinds.push(vec![Some(subject)]),
            Some(_) => {}
        }
        let position: BTreeMap<usize, usize> =
            products.iter().enumerate().map(|(at, product)| (product.idx, at)).collect();
        let mut groups = Vec::new();
        for kind in kinds {
            let mut some: Vec<GroupScore> = kind
                .into_iter()
                .map(|found| group(report, found, &products, &position))
                .filter(|group| !group.members.is_empty() || report.subject.is_some() || group.found.is_none())
                .collect();
            some.sort_by(|a, b| a.tally.worse_first(b.tally));
            groups.append(&mut some);
        }
        Scored { gone: gone(report), products, groups }
    }
}

fn product<'a>(outcome: &'a Outcome, base: Option<&Outcome>, idx: usize) -> ProductScore<'a> {
    let checks = outcome.checks(idx);
    let id = &outcome.mesh.products[idx].descriptor.header.id.value;
    let before = base.and_then(|base| Some((base, product_of(&base.mesh, id)?)));
    let mut changes = Vec::new();
    let mut was = None;
    if let Some((base, idx)) = before {
        let old = base.checks(idx);
        was = Some(old.tally());
        let words = |checks: &ProductChecks<'_>| -> BTreeMap<String, &'static str> {
            checks.iter().map(|(check, result)| (check.id.to_string(), result.word())).collect()
        };
        let (old, new) = (words(&old), words(&checks));
        let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for id in ids {
            let (before, after) = (old.get(id).copied(), new.get(id).copied());
            if before != after {
                changes.push(CheckChange { check: id.clone(), before, after });
            }
        }
    }
    ProductScore {
        idx,
        tally: checks.tally(),
        checks,
        base: was,
        is_new: base.is_some() && before.is_none(),
        changes,
        is_renamed_table: is_renamed_table(&outcome.mesh, outcome.today, idx),
    }
}

fn product_of(mesh: &Mesh, id: &str) -> Option<usize> {
    // Products stand in the order of their ids.
    mesh.products.binary_search_by(|product| product.descriptor.header.id.value.as_str().cmp(id)).ok()
}

/// Returns the products of a group in a mesh that count: all but those that are retired.
fn members(mesh: &Mesh, found: Option<Found>) -> Vec<usize> {
    all_members(mesh, found).into_iter().filter(|idx| !mesh.is_retired(*idx)).collect()
}

fn all_members(mesh: &Mesh, found: Option<Found>) -> Vec<usize> {
    match found {
        None => (0..mesh.products.len()).collect(),
        Some(Found { kind: Kind::Domain, idx }) => mesh.domains[idx].products.clone(),
        Some(Found { idx, .. }) => mesh.teams[idx].products.clone(),
    }
}

fn group(
    report: &ScoreReport<'_>,
    found: Option<Found>,
    products: &[ProductScore<'_>],
    position: &BTreeMap<usize, usize>,
) -> GroupScore {
    let outcome = report.outcome;
    let mut members: Vec<usize> =
        members(&outcome.mesh, found).iter().filter_map(|idx| position.get(idx).copied()).collect();
    members.sort_unstable();
    let base = report.base.and_then(|base| {
        let of = members_before(report, found)?;
        Some(of.par_iter().map(|idx| base.outcome.checks(*idx).tally()).sum::<Tally>())
    });
    let changed = |file| -> Option<Date> {
        report.history?.file(outcome.sources.path(file)).and_then(|history| history.changed.day())
    };
    GroupScore {
        tally: members.iter().map(|at| products[*at].tally).sum(),
        readiness: found
            .filter(|found| found.kind == Kind::Domain)
            .map(|found| readiness(&outcome.mesh, found.idx, outcome.today, &changed)),
        n_retired: all_members(&outcome.mesh, found).iter().filter(|idx| outcome.mesh.is_retired(**idx)).count(),
        members,
        base,
        found,
    }
}

/// Returns the products that a group had at the base; `None` when it was not there.
fn members_before(report: &ScoreReport<'_>, found: Option<Found>) -> Option<Vec<usize>> {
    let base = &report.base?.outcome.mesh;
    let then = match found {
        None => None,
        Some(found) => {
            let id = &report.outcome.mesh.header(found).id.value;
            let idx = base.headers(found.kind).iter().position(|header| header.id.value == *id)?;
            Some(Found { kind: found.kind, idx })
        }
    };
    Some(members(base, then))
}

/// Returns products of the base that the subject has no longer.
fn gone(report: &ScoreReport<'_>) -> Vec<String> {
    let Some(base) = report.base.filter(|_| report.subject.is_none()) else { return Vec::new() };
    let ids: BTreeSet<&str> =
        report.outcome.mesh.products.iter().map(|product| product.descriptor.header.id.value.as_str()).collect();
    let old = base.outcome.mesh.products.iter().map(|product| product.descriptor.header.id.value.as_str());
    old.filter(|id| !ids.contains(id)).map(str::to_owned).collect()
}

impl GroupScore {
    /// Returns the ids of the products that the group had at the base; `None` when it was not there.
    pub(super) fn members_before(&self, report: &ScoreReport<'_>) -> Option<Vec<String>> {
        let base = report.base?.outcome;
        let id = |idx: usize| base.mesh.products[idx].descriptor.header.id.value.to_string();
        Some(members_before(report, self.found)?.into_iter().map(id).collect())
    }

    /// Counts the checks of an axis.
    pub(super) fn axis(&self, scored: &Scored<'_>, axis: Axis) -> Tally {
        self.members.iter().map(|at| scored.products[*at].checks.tally_of(axis)).sum()
    }

    /// Counts a check by its id.
    pub(super) fn check(&self, scored: &Scored<'_>, id: &str) -> Tally {
        let results = self.members.iter().filter_map(|at| scored.products[*at].checks.get(id));
        results.map(CheckResult::tally).sum()
    }
}
