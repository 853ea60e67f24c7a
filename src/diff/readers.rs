//! Who reads a contract, as the head says: products by their input ports, and teams and products by agreement.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::graph::Mesh;
use crate::model::{Text, major, same_version};

/// One reader of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reader {
    /// The product, in the head; `None` for a team that reads by itself.
    pub(super) product_idx: Option<usize>,
    /// `product:id` or `team:id`.
    pub(super) reference: String,
    /// The version it names; `None` when it takes any.
    pub(super) pins: Option<Text>,
    /// The input port that says so; `None` where an agreement does.
    pub(super) port: Option<Text>,
}

impl Reader {
    /// Says whether a change of this major reaches it.
    pub(super) fn takes(&self, wanted: &str) -> bool {
        wanted.is_empty() || self.pins.as_ref().is_none_or(|version| major(version) == wanted)
    }
}

/// All readers of all contracts.
#[derive(Debug, Default)]
pub(super) struct Readers {
    by_contract: BTreeMap<Text, Vec<Reader>>,
    /// Agreements in force, whether or not a port says the same.
    agreed: BTreeMap<Text, Vec<Agreed>>,
}

/// An agreement about a contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Agreed {
    /// Its id.
    pub(super) agreement: Text,
    /// `product:id` or `team:id`.
    pub(super) consumer: String,
    pins: Option<Text>,
}

impl Readers {
    pub(super) fn of(mesh: &Mesh, today: Date) -> Readers {
        let mut readers = Readers::default();
        for (idx, product) in mesh.products.iter().enumerate() {
            let header = &product.descriptor.header;
            if header.has_status("retired") {
                continue;
            }
            let publishes = |id: &Text| {
                let ports = &product.descriptor.output_ports;
                ports.iter().any(|port| port.contract_id.as_ref().is_some_and(|own| own.value == *id))
            };
            for port in &product.descriptor.input_ports {
                let Some(contract) = port.contract_id.as_ref().filter(|id| !publishes(&id.value)) else { continue };
                readers.add(
                    &contract.value,
                    Reader {
                        product_idx: Some(idx),
                        reference: header.reference(),
                        pins: port.version.as_ref().map(|version| version.value.clone()),
                        port: Some(port.name.clone()),
                    },
                );
            }
        }
        // A slip counts as what is near. It may as well be right, and what it names be gone with this change.
        for (product_idx, port_idx, written) in &mesh.mended_inputs {
            let product = &mesh.products[*product_idx].descriptor;
            if !product.header.has_status("retired") {
                let port = &product.input_ports[*port_idx];
                readers.add(
                    written,
                    Reader {
                        product_idx: Some(*product_idx),
                        reference: product.header.reference(),
                        pins: port.version.as_ref().map(|version| version.value.clone()),
                        port: Some(port.name.clone()),
                    },
                );
            }
        }
        // Who reads from a later day on is hit as well.
        for agreement in mesh.agreements.iter().filter(|agreement| agreement.is_agreed(today)) {
            readers.add_agreement(mesh, agreement);
        }
        readers
    }

    fn add_agreement(&mut self, mesh: &Mesh, agreement: &crate::model::AccessAgreement) {
        let provider = &agreement.provider;
        let ports = provider.product.as_ref().and_then(|id| mesh.product(id));
        let ports = ports.map_or(&[][..], |idx| mesh.products[idx].descriptor.output_ports.as_slice());
        let named = provider.port.as_ref();
        let is_meant = |port: &&crate::model::OutputPort| {
            named.is_none_or(|name| port.id.as_ref() == Some(&name.value) || port.name == name.value)
        };
        let mut contracts: Vec<(Text, Option<Text>)> = match &provider.contract {
            Some(id) => {
                vec![(id.value.clone(), provider.contract_version.as_ref().map(|version| version.value.clone()))]
            }
            None => ports
                .iter()
                .filter(is_meant)
                .filter_map(|port| {
                    Some((
                        port.contract_id.as_ref()?.value.clone(),
                        port.version.as_ref().map(|text| text.value.clone()),
                    ))
                })
                .collect(),
        };
        contracts.sort();
        contracts.dedup();
        let product = agreement.consumer.product.as_ref().and_then(|id| mesh.product(id));
        let reference = match (product, &agreement.consumer.team) {
            (Some(idx), _) => mesh.products[idx].descriptor.header.reference(),
            (None, Some(team)) => match mesh.team(team) {
                Some(idx) => mesh.teams[idx].descriptor.header.reference(),
                None => format!("team:{}", team.value),
            },
            (None, None) => return,
        };
        for (contract, pins) in contracts {
            let known = self.by_contract.get(&contract);
            let is_known = known.is_some_and(|list| list.iter().any(|reader| reader.reference == reference));
            if !is_known {
                let (reference, pins) = (reference.clone(), pins.clone());
                self.add(&contract, Reader { product_idx: product, reference, pins, port: None });
            }
            let agreed = Agreed { agreement: agreement.header.id.value.clone(), consumer: reference.clone(), pins };
            self.agreed.entry(contract).or_default().push(agreed);
        }
    }

    fn add(&mut self, contract: &Text, reader: Reader) {
        self.by_contract.entry(contract.clone()).or_default().push(reader);
    }

    /// Returns the readers of a contract that a change of this major reaches, each once, sorted by name.
    pub(super) fn of_major(&self, contract: &str, wanted: &str) -> Vec<&Reader> {
        let all = self.by_contract.get(contract).into_iter().flatten();
        let mut found: Vec<&Reader> = all.filter(|reader| reader.takes(wanted)).collect();
        found.sort_by(|a, b| a.reference.cmp(&b.reference));
        found.dedup_by(|a, b| a.reference == b.reference);
        found
    }

    /// Returns the agreements about a contract that a change of this major reaches, sorted by id.
    pub(super) fn agreed(&self, contract: &str, wanted: &str) -> Vec<&Agreed> {
        let all = self.agreed.get(contract).into_iter().flatten();
        let is_bound =
            |agreed: &&Agreed| wanted.is_empty() || agreed.pins.as_ref().is_none_or(|version| major(version) == wanted);
        let mut found: Vec<&Agreed> = all.filter(is_bound).collect();
        found.sort();
        found
    }

    /// Says whether anybody reads a contract.
    pub(super) fn are_of(&self, contract: &str) -> bool {
        self.by_contract.contains_key(contract)
    }

    /// Returns the readers that name just this version of a contract, each once, sorted by name.
    pub(super) fn of_version(&self, contract: &str, version: &str) -> Vec<&Reader> {
        let all = self.by_contract.get(contract).into_iter().flatten();
        let is_pinned = |reader: &&Reader| reader.pins.as_ref().is_some_and(|pins| same_version(pins, version));
        let mut found: Vec<&Reader> = all.filter(is_pinned).collect();
        found.sort_by(|a, b| a.reference.cmp(&b.reference));
        found.dedup_by(|a, b| a.reference == b.reference);
        found
    }

    /// Returns everything that one product says it reads of a contract.
    pub(super) fn of_product<'a>(&'a self, contract: &str, product_idx: usize) -> impl Iterator<Item = &'a Reader> {
        let all = self.by_contract.get(contract).into_iter().flatten();
        all.filter(move |reader| reader.product_idx == Some(product_idx))
    }
}
