//! What a reader asks of a product first: where is it, can I rely on it, who approves access. Its page and the terminal
//! answer with the same facts, and each links and lays them out in its own way.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::approvers::{Approver, ApproverOrigin, FileOwners, approvers};
use super::health::{self, Level};
use super::markup;
use super::parts::{self, Anchor, Day, Linker, Sign};
use super::servers::{self, Snippet};
use crate::graph::{EvidenceSummary, Fact, Found, Lifecycle, Mesh, Product};
use crate::model::{DataContract, Kind, Text, is_promise};
use crate::source::SourceMap;

/// The contracts of a product, by how much they say about it now.
pub(super) struct Published {
    /// Those that can be read; where none can, those that are not there yet, and of a retired product all.
    pub live: Vec<usize>,
    /// The active ones, the most read first: what they promise the product promises.
    pub promising: Vec<usize>,
}

impl Published {
    pub(super) fn of(mesh: &Mesh, product: &Product) -> Published {
        let contracts = &mesh.contracts;
        let word = |idx: &usize| contracts[*idx].descriptor.header.status_word();
        let mut all: Vec<usize> = product.outputs.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let is_live = |idx: &usize| !contracts[*idx].descriptor.header.is_unfinished();
        let mut live: Vec<usize> = all.iter().copied().filter(is_live).collect();
        if live.is_empty() {
            // What a retired contract promised, nobody promises any more.
            let is_over = product.descriptor.header.has_status("retired");
            live = all.into_iter().filter(|idx| is_over || word(idx) != "retired").collect();
        }
        live.sort_by_key(|idx| (word(idx) != "active", std::cmp::Reverse(contracts[*idx].consumers.len()), *idx));
        let mut promising: Vec<usize> = live.iter().copied().filter(|idx| word(idx) == "active").collect();
        if promising.is_empty() {
            promising.clone_from(&live);
        }
        Published { live, promising }
    }

    /// Returns the contracts whose promises are those of the product.
    pub(super) fn contracts<'m>(&self, mesh: &'m Mesh) -> Vec<&'m DataContract> {
        self.promising.iter().map(|idx| &*mesh.contracts[*idx].descriptor).collect()
    }

    /// Counts the quality rules of all that the product stands for, as results are counted: a deprecated version still
    /// promises.
    pub(super) fn n_rules(&self, mesh: &Mesh) -> usize {
        self.live.iter().map(|idx| mesh.contracts[*idx].descriptor.n_quality_rules as usize).sum()
    }
}

/// A place where the product is.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    pub label: String,
    pub code: String,
    /// The same as HTML, which may break between its parts.
    pub code_html: String,
    /// The database to connect to, where the name of a table does not say it.
    pub database: Option<&'a str>,
    /// When it ends, if it does, or that it is not in use yet.
    pub note: Option<Sign<'static>>,
    /// What to paste to read it; nothing for what is not in use.
    pub snippet: Option<Snippet>,
    pub server: &'a str,
    /// The contract that says so.
    #[serde(skip)]
    pub contract_idx: usize,
    /// The name of that contract, where another place has the same label; of the server, where the contract has it twice.
    pub of: Option<&'a str>,
}

/// A promise of a contract of the product.
pub(super) struct Promise<'a> {
    pub level: Level<'a>,
    /// The contract that promises it, where it is not the main one.
    pub contract_idx: Option<usize>,
}

/// Places in the panel; all stand with the contracts.
const PLACES: usize = 6;
/// Promises in the panel.
const PROMISES: usize = 7;

/// Where the contracts say that the product is, each place once, and how many more there are.
pub(super) fn places<'a>(
    mesh: &'a Mesh,
    today: Date,
    (product, contracts): (&Product, &[usize]),
) -> (Vec<Place<'a>>, usize) {
    let mut places: Vec<Place<'a>> = Vec::new();
    let mut known: BTreeSet<(String, String, [Option<&str>; 2])> = BTreeSet::new();
    // What its own port calls deprecated comes after what it does not.
    let is_deprecated = |idx: &&usize| {
        let ports = product.descriptor.output_ports.iter().zip(&product.outputs);
        let mut of_it = ports.filter(|(_, contract)| **contract == Some(**idx)).map(|(port, _)| port);
        of_it.next().is_some_and(|port| port.is_deprecated) && of_it.all(|port| port.is_deprecated)
    };
    let (last, first): (Vec<&usize>, Vec<&usize>) = contracts.iter().partition(is_deprecated);
    for idx in first.into_iter().chain(last.iter().copied()) {
        let contract = &mesh.contracts[*idx].descriptor;
        for server in contract.servers.iter().filter(|server| servers::is_production(server)) {
            let code = servers::place(server, contract.objects.first());
            let database = servers::database(server);
            // Two systems may have tables of one name.
            let key = (server.server_type.to_lowercase().to_string(), code.clone(), [database, servers::host(server)]);
            if !known.insert(key) || places.len() == PLACES {
                continue;
            }
            let lifecycle = Lifecycle::of(contract);
            let ends = match lifecycle.end(today) {
                Some(end) => Some(parts::end_words(end)),
                None => (lifecycle.status == "deprecated" || last.contains(&idx)).then(|| "deprecated".to_owned()),
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
                contract_idx: *idx,
                of: None,
            });
        }
    }
    for at in 0..places.len() {
        let is_like = |other: &&Place<'_>| other.label == places[at].label;
        let is_same =
            |other: &Place<'_>| other.contract_idx == places[at].contract_idx && other.code == places[at].code;
        if places.iter().filter(is_like).count() > 1 {
            let is_twice = places.iter().filter(is_like).filter(|other| is_same(other)).count() > 1;
            let title = mesh.contracts[places[at].contract_idx].descriptor.header.title();
            places[at].of = Some(if is_twice { places[at].server } else { title });
        }
    }
    let n_more = known.len() - places.len();
    (places, n_more)
}

/// Service levels that the panel has no row for.
#[derive(Serialize)]
pub(super) struct Others {
    pub n: usize,
    pub n_kept: usize,
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
pub(super) fn promises<'a>(mesh: &'a Mesh, published: &Published, evidence: &EvidenceSummary<'a>) -> Vec<Promise<'a>> {
    let Published { live, promising } = published;
    let mut promises: Vec<Promise<'a>> = Vec::new();
    let mut missed: Vec<Promise<'a>> = Vec::new();
    let others = live.iter().filter(|idx| !promising.contains(idx));
    for idx in promising.iter().chain(others) {
        let contract = &mesh.contracts[*idx].descriptor;
        for level in contract.service_levels.iter().filter(|level| is_promise(level)) {
            let level = health::level(evidence, *idx, level);
            let contract_idx = (Some(idx) != promising.first()).then_some(*idx);
            let is_known = promises.iter().any(|promise| promise.level.name == level.name);
            if promises.len() < PROMISES && !is_known && promising.contains(idx) {
                promises.push(Promise { level, contract_idx });
            } else if missed.len() < PROMISES && level.seen.as_ref().is_some_and(|seen| !seen.is_kept) {
                missed.push(Promise { level, contract_idx });
            }
        }
    }
    promises.extend(missed);
    promises
}

/// Something measured that no promise is about.
#[derive(Serialize)]
pub(super) struct FactSeen<'a> {
    pub name: String,
    pub value: Cow<'a, str>,
    pub unit: Option<&'a str>,
    pub day: Day,
}

/// What was measured beside the promises, each name once, the newest.
pub(super) fn facts_seen<'a>(evidence: &EvidenceSummary<'a>) -> Vec<FactSeen<'a>> {
    const SHOWN: usize = 2;
    let mut facts: Vec<&'a Fact> =
        evidence.facts.iter().copied().filter(|fact| fact.observed.value.is_some()).collect();
    facts.sort_by_key(|fact| std::cmp::Reverse(fact.observed.at));
    let mut seen: Vec<FactSeen<'a>> = Vec::new();
    for fact in facts {
        let name = parts::sentence(&parts::words(&fact.observed.name));
        if seen.len() < SHOWN && !seen.iter().any(|known| known.name == name) {
            seen.push(FactSeen {
                name,
                value: parts::grouped(fact.observed.value.as_deref().unwrap_or_default()),
                unit: fact.observed.unit.as_deref(),
                day: Day::at(fact.observed.date()),
            });
        }
    }
    seen
}

/// Says until when the ports of a product on its way out are supported and there, the last of them; none where no day is
/// stated.
pub(super) fn last_days(mesh: &Mesh, product: &Product, today: Date) -> Option<String> {
    let ends: Vec<Lifecycle> = product
        .outputs
        .iter()
        .flatten()
        .map(|idx| Lifecycle::of(&mesh.contracts[*idx].descriptor))
        .filter(|lifecycle| lifecycle.status != "retired")
        .collect();
    let said = |day: Option<Date>, past: &str, future: &str| {
        day.map(|day| format!("{} {}", if day < today { past } else { future }, parts::day_text(day)))
    };
    let support = said(ends.iter().filter_map(|end| end.end_of_support).max(), "support ended", "support ends");
    let life = said(ends.iter().filter_map(|end| end.end_of_life).max(), "it ended", "it ends");
    let days: Vec<String> = support.into_iter().chain(life).collect();
    (!days.is_empty()).then(|| days.join("; "))
}

/// Approvers that a page or a panel names.
pub(super) const APPROVERS: usize = 4;

/// Who approves access to the contracts of a product, and who says so; not its owner, whom nobody names as that. `path`
/// is where an agreement would be.
pub(super) fn approving<'a>(
    mesh: &'a Mesh,
    (idx, contracts): (usize, &[usize]),
    path: &str,
    owners: Option<&'a FileOwners>,
) -> Vec<Approver<'a>> {
    let found = approvers(mesh, (idx, contracts), &[], path, owners);
    let is_stated = |approver: &Approver<'_>| approver.origin != ApproverOrigin::Owner;
    found.into_iter().filter(is_stated).collect()
}

/// Says how many read a product: those that declare it, and those that do by agreement alone.
pub(super) fn consumers(mesh: &Mesh, idx: usize) -> String {
    let n = mesh.products[idx].consumers.len();
    match mesh.agreed_readers(&[Found { kind: Kind::DataProduct, idx }]).len() {
        0 => parts::count(n, "consumer"),
        n_agreed => format!("{n} declared, {}", parts::count(n_agreed, "agreed consumer")),
    }
}

/// Returns those of some contracts whose roles name no approver while others do: who approves the others approves
/// nothing of these.
pub(super) fn without_approver(mesh: &Mesh, contracts: &[usize]) -> Vec<usize> {
    let is_stated = |names: &Option<Text>| names.as_deref().is_some_and(|names| !names.trim().is_empty());
    let names_one = |idx: &&usize| {
        let mut roles = mesh.contracts[**idx].descriptor.roles.iter();
        roles.any(|role| is_stated(&role.first_level_approvers) || is_stated(&role.second_level_approvers))
    };
    let without: Vec<usize> = contracts.iter().filter(|idx| !names_one(idx)).copied().collect();
    if without.len() == contracts.len() { Vec::new() } else { without }
}

/// Returns the registered team that an approver is: by its name, else by its handle on the forge.
pub(super) fn team_of(mesh: &Mesh, approver: &Approver<'_>) -> Option<usize> {
    let by_handle = || {
        let has_handle = |team: &crate::graph::TeamNode| {
            team.descriptor.forge_handle.as_ref().is_some_and(|handle| handle.eq_ignore_ascii_case(&approver.name))
        };
        mesh.teams.iter().position(has_handle)
    };
    mesh.team(&approver.name).or_else(by_handle)
}

/// A registered team by its name or its handle on the forge, a member with a link to the team, an address to write to,
/// else what is written.
pub(super) fn approver_name<'a>(approver: &Approver<'a>, linker: Linker<'a>) -> Anchor<'a> {
    let idx = team_of(linker.site.mesh(), approver);
    linker.team(idx, None).unwrap_or_else(|| linker.person(approver.name.clone()))
}

/// Returns where an agreement on a product goes.
pub(super) fn agreement_file(mesh: &Mesh, sources: &SourceMap, idx: usize) -> String {
    let header = &mesh.products[idx].descriptor.header;
    let folder = crate::source::parent(sources.path(header.file));
    format!("{folder}/access/my-product.oaas.yaml").trim_start_matches('/').to_owned()
}
