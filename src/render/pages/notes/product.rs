//! A data product as Markdown, in the order of its page.

use super::super::maturity;
use super::{close, items, linked, linked_all};
use crate::graph::{Found, Lifecycle};
use crate::model::{Kind, PropertyFlags, is_promise};
use crate::render::note::{Note, link, text};
use crate::render::parts::{self, Linker};
use crate::render::site::Site;
use crate::render::{RenderError, health, servers};

/// Readers in the note; all stand in the JSON form.
const READERS: usize = 50;
/// Columns of a contract in the note; all stand with the contract.
const COLUMNS: usize = 60;

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
    note.fact("Evidence", Some(words));
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
        let end = end.map(|(words, end)| format!("{words} {}", parts::day_text(end)));
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
            contract.map_or(0, |idx| mesh.contracts[idx].consumers.len()).to_string(),
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
                format!("{} {}", if seen.is_kept { "kept:" } else { "missed:" }, text(&seen.value))
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
    note.fact(
        "Quality rules",
        Some(format!(
            "{n_rules} stated, {n_kept} kept, {n_missed} missed, {} without a result",
            n_rules.saturating_sub(n_kept + n_missed)
        )),
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
    let mut n_approvers = usize::from(is_retired);
    for at in contracts.iter().filter(|_| !is_retired) {
        for (role, _) in mesh.contracts[*at].descriptor.all_roles() {
            for names in [&role.first_level_approvers, &role.second_level_approvers].into_iter().flatten() {
                let name = linked(linker.approver(names));
                note.item(&format!("{name} for {} of {}", text(&role.role), linked(linker.contract(*at))));
                n_approvers += 1;
            }
        }
    }
    if n_approvers == 0 {
        note.item("Not stated");
    }
    for contact in parts::contacts(&header.support) {
        note.fact(
            contact.label,
            Some(format!("{} {}", link(&contact.channel), text(&contact.note)).trim_end().to_owned()),
        );
    }

    note.section("Reads from");
    let inputs = descriptor.input_ports.iter().zip(&product.inputs).map(|(port, binding)| {
        let mut providers: Vec<usize> = binding.published_by.iter().map(|by| by.product_idx).collect();
        providers.dedup();
        let from = providers.into_iter().map(|idx| linker.product(idx));
        let from = linked_all(from.chain(binding.source_idx.map(|idx| linker.source(idx))));
        [text(&port.name), from, binding.contract_idx.map(|idx| linked(linker.contract(idx))).unwrap_or_default()]
    });
    let inputs: Vec<[String; 3]> = inputs.collect();
    if inputs.is_empty() {
        note.paragraphs("Nothing is stated.");
    } else {
        note.table(["Port", "From", "Contract"], &inputs);
    }
    note.section("Read by");
    if product.consumers.is_empty() {
        note.paragraphs("No product declares to read it.");
    }
    items(&mut note, READERS, product.consumers.iter().map(|idx| linker.product(*idx)));

    for at in contracts {
        columns(&mut note, site, at, linker);
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

fn columns(note: &mut Note, site: &Site, contract_idx: usize, linker: Linker<'_>) {
    let contract = &site.mesh().contracts[contract_idx].descriptor;
    let mut n_left = COLUMNS;
    for object in contract.objects.iter().filter(|object| !object.properties.is_empty()) {
        if n_left == 0 {
            break;
        }
        note.section(&format!("Columns of {} in {}", object.name.value, linker.contract(contract_idx).text));
        let rows = object.properties.iter().take(n_left).map(|column| {
            let detail = column.detail.as_deref();
            let kind = detail.and_then(|detail| detail.physical_type.as_deref().or(detail.logical_type.as_deref()));
            let flags = [
                (PropertyFlags::PRIMARY_KEY, "primary key"),
                (PropertyFlags::REQUIRED, "required"),
                (PropertyFlags::UNIQUE, "unique"),
            ];
            let rules: Vec<&str> =
                flags.into_iter().filter(|(flag, _)| column.flags.has(*flag)).map(|(_, word)| word).collect();
            let meaning = detail.and_then(|detail| detail.description.as_deref()).unwrap_or_default();
            [
                column.other_name().map_or_else(
                    || text(&column.name),
                    |other| format!("{} (stored as {})", text(&column.name), text(other)),
                ),
                text(kind.unwrap_or_default()),
                rules.join(", "),
                text(column.classification().unwrap_or_default()),
                text(meaning),
            ]
        });
        let rows: Vec<[String; 5]> = rows.collect();
        note.table(["Column", "Type", "Rules", "Class", "Meaning"], &rows);
        let n_more = object.properties.len() - rows.len();
        n_left -= rows.len();
        if n_more > 0 {
            note.paragraphs(&format!("{} more stand with the contract.", parts::count(n_more, "column")));
        }
    }
}
