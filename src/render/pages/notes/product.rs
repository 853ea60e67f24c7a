//! A data product as Markdown, in the order of its page.

use super::super::maturity;
use super::super::product::access::{self, all_approver_rows};
use super::{close, columns, items, linked, linked_all};
use crate::graph::{Found, Lifecycle, Mesh, PromiseKind, PromiseResult};
use crate::model::{Kind, is_promise};
use crate::render::answers::Published;
use crate::render::findings::{self, Waived};
use crate::render::note::{Note, link, text};
use crate::render::parts::{self, Day, Linker};
use crate::render::site::Site;
use crate::render::{RenderError, health, servers};

/// Readers in the note; all stand in the JSON form.
const READERS: usize = 50;
/// Findings in the note; all stand in the JSON form.
const FINDINGS: usize = 40;

pub(super) fn note(site: &Site, idx: u32) -> Result<Vec<u8>, RenderError> {
    let idx = idx as usize;
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let (descriptor, header) = (&product.descriptor, &product.descriptor.header);
    let linker = Linker { site, depth: 1 };
    let mut note = Note::new(header.title());
    if let Some(purpose) = &header.description.purpose {
        note.paragraphs(purpose);
    }
    note.gap();
    note.fact("Reference", Some(text(&header.reference())));
    note.fact("Status", Some(text(&parts::status_of(header).word)));
    if let Some(end) = mesh.retirement(idx) {
        note.fact("Retired on", Some(end.date.map_or_else(not_stated, parts::day_text)));
        note.fact("Last contract", end.last_contract.map(|idx| linked(linker.contract(idx))));
    }
    note.fact("Replaced by", super::super::product::successor(site, product, linker).map(linked));
    note.fact("Version", header.version.as_ref().map(|version| text(&version.value)));
    note.fact("Type", descriptor.type_word().map(|kind| text(&parts::words(kind))));
    note.fact("Domain", Some(linker.product_domain(idx).map_or_else(not_stated, linked)));
    note.fact("Owner", Some(linker.product_owner(idx).map_or_else(not_stated, linked)));
    let evidence = site.outcome.evidence(idx);
    let tally = site.health[idx].tally();
    let words = match evidence.n_promises + evidence.schema_misses.len() {
        0 => evidence.state.word().to_owned(),
        _ => format!("{}: {}", evidence.state.word(), evidence.words()),
    };
    note.fact("Evidence", Some(aged(words, site.health[idx].aged.as_deref())));
    let uncounted = if mesh.is_retired(idx) { ", counted in no total since it is retired" } else { "" };
    note.fact("Checks", Some(format!("{} of {} passed{uncounted}", tally.n_passed, tally.n_total)));
    for level in maturity::levels(site, Found { kind: Kind::DataProduct, idx }, linker) {
        note.fact(level.model(), Some(text(&level.words())));
    }
    note.fact("Tags", Some(header.tags.iter().map(|tag| text(tag)).collect::<Vec<_>>().join(", ")));
    for (title, written) in [("Use", &header.description.usage), ("Limits", &header.description.limitations)] {
        if let Some(written) = written {
            note.section(title);
            note.paragraphs(written);
        }
    }

    note.section("Where is it");
    let contracts = contracts(site, idx);
    let ports = descriptor.output_ports.iter().zip(&product.outputs).map(|(port, contract)| {
        let found = contract.map(|idx| &*mesh.contracts[idx].descriptor);
        let server = found.and_then(|contract| {
            contract.servers.iter().find(|server| servers::is_production(server)).or(contract.servers.first())
        });
        let place = server.zip(found).map(|(server, contract)| {
            let place = servers::place(server, contract.objects.first());
            servers::database(server).map_or(place.clone(), |database| format!("{place}, database {database}"))
        });
        let end = found.and_then(|contract| Lifecycle::of(contract).end(site.outcome.today));
        let end = end.map(parts::end_words);
        let status = match found {
            Some(contract) if contract.header.has_status("retired") => "Retired".into(),
            _ if port.is_deprecated => "Deprecated".into(),
            Some(contract) => parts::status_of(&contract.header).word,
            None => "Not stated".into(),
        };
        [
            text(&port.name),
            contract.map_or_else(not_stated, |idx| linked(linker.contract(idx))),
            text(&place.unwrap_or_default()),
            text(&status),
            end.unwrap_or_default(),
            contract.map_or_else(|| "0".to_owned(), |idx| n_readers(mesh, idx)),
        ]
    });
    let ports: Vec<[String; 6]> = ports.collect();
    if ports.is_empty() {
        note.paragraphs("No output port is stated.");
    } else {
        note.table(["Port", "Contract", "Place", "Status", "End", "Readers"], &ports);
    }

    note.section("Can I rely on it");
    let mut promises = Vec::new();
    for at in &contracts {
        for level in mesh.contracts[*at].descriptor.service_levels.iter().filter(|level| is_promise(level)) {
            let level = health::level(&evidence, *at, level);
            let observed = level.seen.as_ref().map_or_else(String::new, |seen| {
                let verdict = if seen.is_kept { "kept" } else { "missed" };
                aged(format!("{verdict}: {}, {}", text(&seen.value), seen.day.text), seen.ago.as_deref())
            });
            promises.push([text(&level.name), text(&level.value), observed, linked(linker.contract(*at))]);
        }
    }
    if promises.is_empty() {
        note.paragraphs("No service level is stated.");
    } else {
        note.table(["Service level", "Promised", "Observed", "Contract"], &promises);
    }
    let (n_kept, n_missed) = evidence.quality();
    let n_rules: usize = contracts.iter().map(|at| mesh.contracts[*at].descriptor.n_quality_rules as usize).sum();
    note.gap();
    let is_rule = |result: &&PromiseResult| result.promise.kind == PromiseKind::QualityRule;
    let rules_aged = health::aged(evidence.results.iter().copied().filter(is_rule));
    let kept = aged(format!("{n_kept} kept"), rules_aged.as_deref());
    let n_unseen = n_rules.saturating_sub(n_kept + n_missed);
    note.fact(
        "Quality rules",
        Some(format!("{n_rules} stated, {kept}, {n_missed} missed, {n_unseen} without a result")),
    );
    note.fact("Newest result", evidence.latest.map(parts::day_text));

    note.section("Who approves access");
    let next = super::super::product::successor(site, product, linker).map(linked);
    let is_retired = mesh.is_retired(idx);
    if is_retired {
        note.item("Nobody: no access is given any more");
    }
    if let Some(next) = next.filter(|_| is_retired || descriptor.is_on_its_way_out()) {
        note.item(&format!("Ask for {next} instead"));
    }
    if !is_retired {
        approvers(&mut note, site, idx, linker);
    }
    for contact in parts::contacts(&header.support) {
        note.fact(
            contact.label,
            Some(
                [
                    link(&contact.channel),
                    contact.invitation.as_ref().map(link).unwrap_or_default(),
                    text(&contact.note),
                ]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            ),
        );
    }

    note.section("Reads from");
    let inputs = descriptor.input_ports.iter().zip(&product.inputs).map(|(port, binding)| {
        let mut providers: Vec<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
        providers.dedup();
        let from = providers.into_iter().map(|idx| linker.product(idx));
        let mut from = linked_all(from.chain(binding.source_idx.map(|idx| linker.source(idx))));
        let contract = match binding.contract_idx {
            Some(idx) => linked(linker.contract(idx)),
            None if binding.source_idx.is_some() => String::new(),
            // What leads nowhere is read all the same.
            None => {
                from = if port.named().is_some() { "not in this registry".to_owned() } else { not_stated() };
                port.named().map(|named| text(&named)).unwrap_or_default()
            }
        };
        [text(&port.name), from, contract]
    });
    let inputs: Vec<[String; 3]> = inputs.collect();
    if inputs.is_empty() {
        note.paragraphs("Nothing is stated.");
    } else {
        note.table(["Port", "From", "Contract"], &inputs);
    }
    readers(&mut note, site, idx, linker);
    agreements(&mut note, site, idx, linker);
    findings(&mut note, site, idx, linker);

    for at in contracts {
        columns::write(&mut note, site, at, linker);
    }
    let frame = super::super::product::frame(site, idx, None, None);
    close(&mut note, &frame);
    Ok(note.into_bytes())
}

fn not_stated() -> String {
    "not stated".to_owned()
}

/// The contracts that can be read, in the order of the ports; all, when none can.
fn contracts(site: &Site, idx: usize) -> Vec<usize> {
    let contracts = &site.mesh().contracts;
    let mut all: Vec<usize> = Vec::new();
    for contract in site.mesh().products[idx].outputs.iter().flatten() {
        if !all.contains(contract) {
            all.push(*contract);
        }
    }
    let is_live = |idx: &usize| !contracts[*idx].descriptor.header.is_unfinished();
    if all.iter().any(is_live) {
        all.retain(is_live);
    }
    all
}

/// Adds how old it is, where it is too old to say how things are today.
fn aged(mut said: String, ago: Option<&str>) -> String {
    if let Some(ago) = ago {
        said = said + ", " + ago;
    }
    said
}

/// Names all who approve access, and who says so.
fn approvers(note: &mut Note, site: &Site, idx: usize, linker: Linker<'_>) {
    let published = Published::of(site.mesh(), &site.mesh().products[idx]);
    let rows = all_approver_rows(site, idx, &published.promising, linker, usize::MAX);
    if rows.is_empty() {
        let owner = linker.product_owner(idx).map(linked);
        let ask = owner.map(|owner| format!("; no contract names one, so ask the owner, {owner}"));
        note.item(&format!("Not stated{}", ask.unwrap_or_default()));
    }
    for row in rows {
        let mut said = linked(row.name);
        if let (Some(role), Some(contract)) = (row.role, row.contract) {
            said.push_str(&format!(" for {} of {}", text(role), linked(contract)));
        }
        if let Some(level) = row.level {
            said.push_str(&format!(", {level} level"));
        }
        if row.is_of_file {
            said.push_str(", from CODEOWNERS; no contract names one");
        }
        if row.is_unknown {
            said.push_str("; no team here has this name");
        }
        note.item(&said);
    }
    for idx in crate::render::answers::without_approver(site.mesh(), &published.promising) {
        note.item(&format!("Not stated for {}, so ask the owner", linked(linker.contract(idx))));
    }
}

/// Counts who reads a contract version: those that declare it, then those that do by agreement alone.
fn n_readers(mesh: &Mesh, idx: usize) -> String {
    let n = mesh.contracts[idx].consumers.len();
    match mesh.agreed_readers(&[Found { kind: Kind::DataContract, idx }]).len() {
        0 => n.to_string(),
        n_agreed => format!("{n}, {n_agreed} by agreement"),
    }
}

/// Names who reads it: those that declare it, then those that do by agreement alone.
fn readers(note: &mut Note, site: &Site, idx: usize, linker: Linker<'_>) {
    let mesh = site.mesh();
    let declared = &mesh.products[idx].consumers;
    let agreed = mesh.agreed_readers(&[Found { kind: Kind::DataProduct, idx }]);
    note.section("Read by");
    if declared.is_empty() {
        note.paragraphs("No product declares to read it.");
    }
    items(note, READERS, declared.iter().map(|idx| linker.product(*idx)));
    if !agreed.is_empty() {
        note.section("Read by agreement");
        items(note, READERS, agreed.into_iter().map(|reader| linker.thing(reader, mesh.header(reader))));
    }
}

/// Adds the agreements on access, those that need a look first.
fn agreements(note: &mut Note, site: &Site, idx: usize, linker: Linker<'_>) {
    let rows = access::agreements(site, &site.mesh().products[idx], linker);
    if rows.is_empty() {
        return;
    }
    note.section("Agreements");
    let n_more = rows.len().saturating_sub(access::SHOWN);
    let cells = rows.into_iter().take(access::SHOWN).map(|row| {
        let until = row.until.map(|day| text(&day.text));
        [
            linked(row.consumer),
            row.purpose.map_or_else(not_stated, text),
            row.port.map_or_else(not_stated, |port| text(&port)),
            until.unwrap_or_else(not_stated),
            text(&row.sign.word),
        ]
    });
    let cells: Vec<[String; 5]> = cells.collect();
    note.table(["Consumer", "Purpose", "Port", "Until", "Standing"], &cells);
    if n_more > 0 {
        note.paragraphs(&format!("{} more stand in the JSON form.", parts::count(n_more, "agreement")));
    }
}

/// Adds what is wrong with it, with what sets it aside.
fn findings(note: &mut Note, site: &Site, idx: usize, linker: Linker<'_>) {
    let found = findings::about(&site.outcome, idx);
    if found.is_empty() {
        return;
    }
    note.section("Findings");
    let n_more = found.len().saturating_sub(FINDINGS);
    for (finding, contract) in found.into_iter().take(FINDINGS) {
        let rule = finding.policy.as_deref().unwrap_or(finding.rule.code);
        let of = contract.map(|idx| format!("{}: ", linked(linker.contract(idx)))).unwrap_or_default();
        let message: String = parts::spoken(&finding.message).into_iter().map(|piece| piece.text).collect();
        let mut said = format!("{} {}: {of}{}", parts::sentence(finding.severity.word()), text(rule), text(&message));
        if let Some(id) = finding.waived_by.as_deref() {
            let Waived { by, until, why } = Waived::of(site.mesh(), site.waivers(), id, finding);
            said.push_str(", waived");
            if let Some(by) = by {
                said.push_str(&format!(" by {}", linked(linker.team_named(&by.value))));
            }
            if let Some(until) = until {
                said.push_str(&format!(" until {}", text(&Day::of(&until.value).text)));
            }
            if let Some(why) = why {
                said.push_str(&format!(": {}", text(why)));
            }
        }
        note.item(&said);
    }
    if n_more > 0 {
        note.item(&format!("{n_more} more"));
    }
}
