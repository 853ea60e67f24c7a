//! The three panels at the top of a product.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::graph::{Evidence, EvidenceSummary, Lifecycle, Product, is_promise};
use crate::render::health::{self, Level};
use crate::render::markup;
use crate::render::parts::{self, Anchor, Linker, Sign};
use crate::render::servers::{self, Snippet};
use crate::render::site::Site;

/// A place where the product is.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    label: String,
    code: String,
    /// The same, which may break between its parts.
    code_html: String,
    /// The database to connect to, where the name of a table does not say it.
    database: Option<&'a str>,
    /// When it ends, if it does, or that it is not in use yet.
    note: Option<Sign<'static>>,
    /// What to paste to read it; nothing for what is not in use.
    snippet: Option<Snippet>,
    server: &'a str,
}

impl Place<'_> {
    /// Says whether there is a text to paste for it.
    pub(super) fn has_snippet(&self) -> bool {
        self.snippet.is_some()
    }
}

/// A promise of a contract of the product.
#[derive(Serialize)]
pub(super) struct Promise<'a> {
    pub level: Level<'a>,
    /// The contract that promises it, where it is not the main one.
    contract: Option<Anchor<'a>>,
}

/// Places in the panel; all stand with the contracts.
const PLACES: usize = 6;
/// Promises in the panel.
const PROMISES: usize = 7;

pub(super) fn places<'a>(site: &'a Site, contracts: &[usize]) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = Vec::new();
    for idx in contracts {
        let contract = &site.mesh().contracts[*idx].descriptor;
        for server in contract.servers.iter().filter(|server| servers::is_production(server)) {
            let code = servers::place(server, contract.objects.first());
            let database = servers::database(server);
            let is_known = |place: &Place<'_>| place.code == code && place.database == database;
            if places.len() == PLACES || places.iter().any(is_known) {
                continue;
            }
            let lifecycle = Lifecycle::of(contract);
            let ends = match lifecycle.end(site.outcome.today) {
                Some((words, end)) => Some(format!("{words} {}", parts::day_text(end))),
                None => (lifecycle.status == "deprecated").then(|| "deprecated".to_owned()),
            };
            let is_unfinished = contract.header.is_unfinished();
            let note = match ends {
                _ if is_unfinished && lifecycle.status != "retired" => Some(parts::status_of(&contract.header)),
                ends if lifecycle.status == "retired" => ends.map(|ends| Sign::new("retired", "retired", ends)),
                ends => ends.map(|ends| Sign::new("warn", "deprecated", ends)),
            };
            places.push(Place {
                label: servers::type_title(&server.server_type),
                code_html: markup::breaking(&code),
                code,
                database,
                note,
                snippet: servers::first_snippet(server, contract.objects.first()).filter(|_| !is_unfinished),
                server: &server.name,
            });
        }
    }
    places
}

/// Service levels that the panel has no row for.
#[derive(Serialize)]
pub(super) struct Others {
    pub n: usize,
    n_kept: usize,
}

/// Counts the service levels without a row, so that rows, rules and these add up to all promises.
pub(super) fn others(rows: &[Promise<'_>], n_rules: usize, evidence: &EvidenceSummary<'_>) -> Others {
    let (n_rules_kept, _) = evidence.quality();
    let is_kept = |row: &&Promise<'_>| row.level.seen.as_ref().is_some_and(|seen| seen.is_kept);
    Others {
        n: evidence.n_promises.saturating_sub(rows.len() + n_rules),
        n_kept: evidence.n_kept.saturating_sub(rows.iter().filter(is_kept).count() + n_rules_kept),
    }
}

/// The promises of the contracts, each property once: as the main contract makes it, else the next; and all that are
/// missed. Of `live` contracts some promise nothing new any more, but their promises count.
pub(super) fn promises<'a>(
    site: &'a Site,
    (contracts, live): (&[usize], &[usize]),
    evidence: &EvidenceSummary<'a>,
    linker: Linker<'a>,
) -> Vec<Promise<'a>> {
    let mut promises: Vec<Promise<'a>> = Vec::new();
    let mut missed: Vec<Promise<'a>> = Vec::new();
    let others = live.iter().filter(|idx| !contracts.contains(idx));
    for idx in contracts.iter().chain(others) {
        let contract = &site.mesh().contracts[*idx].descriptor;
        for level in contract.service_levels.iter().filter(|level| is_promise(level)) {
            let level = health::level(evidence, *idx, level);
            let contract = (Some(idx) != contracts.first()).then(|| linker.contract(*idx));
            let is_known = promises.iter().any(|promise| promise.level.name == level.name);
            if promises.len() < PROMISES && !is_known && contracts.contains(idx) {
                promises.push(Promise { level, contract });
            } else if missed.len() < PROMISES && level.seen.as_ref().is_some_and(|seen| !seen.is_kept) {
                missed.push(Promise { level, contract });
            }
        }
    }
    promises.extend(missed);
    promises
}

/// What the product is made from, where that does not keep what it promises.
#[derive(Serialize)]
pub(super) struct MadeFrom<'a> {
    says: String,
    missing: Vec<Anchor<'a>>,
}

/// Products that are named of those that it reads.
const MADE_FROM: usize = 4;

/// Says how many of the products that a product reads miss a promise; nothing where none does.
pub(super) fn made_from<'a>(site: &'a Site, product: &Product, linker: Linker<'a>) -> Option<MadeFrom<'a>> {
    let read: BTreeSet<usize> =
        product.inputs.iter().flat_map(|binding| &binding.published_by).map(|by| by.product_idx).collect();
    let missing: Vec<usize> = read.iter().copied().filter(|idx| site.health[*idx].state == Evidence::Missed).collect();
    if missing.is_empty() {
        return None;
    }
    let verb = if missing.len() == 1 { "misses a promise" } else { "miss promises" };
    let of = if read.len() == 1 { "the product it reads" } else { "products it reads" };
    let says = match (missing.len(), read.len()) {
        (1, 1) => format!("{} misses a promise", parts::sentence(of)),
        (n, all) => format!("{n} of {all} {of} {verb}"),
    };
    Some(MadeFrom { says, missing: parts::few(missing.into_iter().map(|idx| linker.product(idx)), MADE_FROM) })
}
