//! A version of a contract as a part of the page of its product, on a lean site: what its own page says, with shorter
//! lists. Its anchors have its name before them where the page has another of the same name.

use serde::Serialize;

use super::difference::ChangeRow;
use super::{ContractPage, Extent, QualityRow, build};
use crate::render::address;
use crate::render::homes;
use crate::render::parts;
use crate::render::sheets::escaped;
use crate::render::site::Site;

/// A contract on the page of its product.
#[derive(Serialize)]
pub(in crate::render::pages) struct Fold<'a> {
    /// The id of its section; its parts have a dash and their name behind it.
    id: String,
    /// The ports that publish it.
    ports: Vec<&'a str>,
    /// The numbers of the other versions, the newest first, that no page shows.
    others: Vec<String>,
    /// Other versions beside those.
    n_others: usize,
    n_servers: usize,
    /// `orders 2.1.0`
    name: String,
    contract: ContractPage<'a>,
}

/// Words the contracts that the page of a product shows, in its order.
pub(in crate::render::pages) fn folds(site: &Site, product_idx: usize) -> Vec<Fold<'_>> {
    site.homes.folded(product_idx).iter().filter_map(|idx| fold(site, product_idx, *idx)).collect()
}

fn fold(site: &Site, product_idx: usize, idx: usize) -> Option<Fold<'_>> {
    let mesh = site.mesh();
    let product = &mesh.products[product_idx];
    let (_, names) = site.homes.fold_of(mesh, idx)?;
    let mut contract = build(site, idx, &address::product(&product.slug), Extent::Part);
    contract.frame.of_part();
    let n_servers = contract.n_servers;
    contract.servers.truncate(homes::SERVERS);
    contract.n_servers = contract.servers.len();
    contract.roles.truncate(homes::ROLES);
    parts::keep_within(&mut contract.quality, homes::RULES, homes::RULE_BYTES, QualityRow::n_bytes);
    contract.n_quality_shown = contract.quality.len();
    if let Some(changes) = &mut contract.changes {
        parts::keep_within(&mut changes.rows, homes::CHANGES, homes::CHANGE_BYTES, ChangeRow::n_bytes);
        changes.answers.truncate(homes::ANSWERS);
    }
    for row in contract.promises.iter_mut() {
        row.anchor = names.anchor(&row.anchor);
        row.has_days = false;
    }
    for row in contract.quality.iter_mut() {
        row.anchor = names.anchor(&row.anchor);
    }
    let name = format!("{} {}", mesh.contracts[idx].descriptor.header.id.value, contract.version);
    for object in &mut contract.objects {
        object.rename(&names, &name);
    }
    let ports = product.descriptor.output_ports.iter().zip(&product.outputs);
    let ports = ports.filter(|(_, published)| **published == Some(idx)).map(|(port, _)| port.name.as_str());
    let all = mesh.versions(&mesh.contracts[idx].descriptor.header.id.value);
    let word = |other: &usize| {
        let header = &mesh.contracts[*other].descriptor;
        match header.header.status_word() {
            "" => header.version_text().to_owned(),
            status => format!("{} ({status})", header.version_text()),
        }
    };
    let others: Vec<String> = all.iter().rev().filter(|other| **other != idx).take(homes::VERSIONS).map(word).collect();
    Some(Fold {
        id: names.id,
        ports: ports.collect(),
        n_others: (all.len() - 1).saturating_sub(others.len()),
        others,
        n_servers,
        name,
        contract,
    })
}

impl ChangeRow<'_> {
    fn n_bytes(&self) -> usize {
        let texts: usize = self.markup().map(str::len).chain(self.rule_page().map(escaped)).sum();
        texts.max(self.sentences().map(escaped).sum()) + self.who().map(escaped).sum::<usize>()
    }
}

impl QualityRow<'_> {
    fn n_bytes(&self) -> usize {
        let texts = self.texts().chain([&*self.name, &self.about]);
        texts.map(escaped).sum::<usize>() + 2 * self.name.len()
    }
}
