//! The three panels at the top of a product.

use serde::Serialize;

use crate::graph::{EvidenceSummary, Lifecycle, is_promise};
use crate::render::health::{self, Level};
use crate::render::parts::{self, Anchor, Linker, Sign};
use crate::render::servers::{self, Snippet};
use crate::render::site::Site;

/// A place where the product is.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    label: String,
    code: String,
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
    level: Level<'a>,
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
            if places.len() == PLACES || places.iter().any(|place| place.code == code) {
                continue;
            }
            let lifecycle = Lifecycle::of(contract);
            let end = lifecycle.sunset();
            let ends = (lifecycle.status == "deprecated" || end.is_some()).then(|| match end {
                None => "deprecated".to_owned(),
                Some(end) => format!("{} {}", lifecycle.sunset_words(site.outcome.today), parts::day_text(end)),
            });
            let is_unfinished = contract.header.is_unfinished();
            let note = match ends {
                _ if is_unfinished && lifecycle.status != "retired" => Some(parts::status_of(&contract.header)),
                ends => ends.map(|ends| Sign::new("warn", "deprecated", ends)),
            };
            places.push(Place {
                label: servers::type_title(&server.server_type),
                code,
                note,
                snippet: servers::snippets(server, contract.objects.first())
                    .into_iter()
                    .next()
                    .filter(|_| !is_unfinished),
                server: &server.name,
            });
        }
    }
    places
}

/// The promises of the contracts, each property once: as the main contract makes it, else the next.
pub(super) fn promises<'a>(
    site: &'a Site,
    contracts: &[usize],
    evidence: &EvidenceSummary<'a>,
    linker: Linker<'a>,
) -> Vec<Promise<'a>> {
    let mut promises: Vec<Promise<'a>> = Vec::new();
    for idx in contracts {
        let contract = &site.mesh().contracts[*idx].descriptor;
        for level in contract.service_levels.iter().filter(|level| is_promise(level)) {
            let level = health::level(evidence, *idx, level);
            if promises.len() < PROMISES && !promises.iter().any(|promise| promise.level.name == level.name) {
                let contract = (Some(idx) != contracts.first()).then(|| linker.contract(*idx));
                promises.push(Promise { level, contract });
            }
        }
    }
    promises
}
