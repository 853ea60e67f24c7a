//! The order of lists. Products come by what a reader may rely on: those in use first, then the most read. What
//! people look up by its name stands by its name. Found once, since every page of a list asks.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::census::Census;
use crate::graph::Mesh;
use crate::model::{Header, Kind};

/// The positions of things in the order of their lists.
pub(super) struct Orders {
    /// Products: active ones first, then the most read, then by name.
    pub products: Vec<usize>,
    /// Contracts by name, of each the version that its page shows.
    pub contracts: Vec<usize>,
    /// Agreements: what needs a look first, then by the product and who reads it.
    pub agreements: Vec<usize>,
    /// How many contracts there are, each with the version that its page shows.
    pub census: Census,
    /// Things by name, each kind with its list.
    named: Vec<(Kind, Vec<usize>)>,
    /// Where each product stands in `products`.
    places: Vec<u32>,
}

impl Orders {
    /// Sorts the things of a mesh.
    pub(super) fn new(mesh: &Mesh, current_contracts: &[usize], today: Date) -> Orders {
        let mut products: Vec<usize> = (0..mesh.products.len()).collect();
        products.sort_by_cached_key(|idx| {
            let product = &mesh.products[*idx];
            let header = &product.descriptor.header;
            (lifecycle(header), Reverse(product.consumers.len()), name(header.title()), *idx)
        });
        let mut places = vec![0; products.len()];
        for (place, idx) in products.iter().enumerate() {
            places[*idx] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        let mut contracts = current_contracts.to_vec();
        contracts.sort_by_cached_key(|idx| (name(mesh.contracts[*idx].descriptor.header.title()), *idx));
        let mut agreements: Vec<usize> = (0..mesh.agreements.len()).collect();
        agreements.sort_by_cached_key(|idx| {
            let agreement = &mesh.agreements[*idx];
            let title = |id: Option<&crate::model::SpannedText>| {
                let product = id.and_then(|id| mesh.product(id)).map(|idx| &mesh.products[idx].descriptor.header);
                name(product.map_or_else(|| id.map_or("", |id| id.value.as_str()), Header::title))
            };
            let (provider, consumer) = (agreement.provider.product.as_ref(), agreement.consumer.product.as_ref());
            (super::agreed::urgency(agreement, mesh, today), title(provider), title(consumer), *idx)
        });
        let kinds = [Kind::Domain, Kind::Team, Kind::Policy, Kind::SourceSystem];
        let by_header = |kind: Kind| {
            let names: Vec<String> = mesh.headers(kind).into_iter().map(|header| name(header.title())).collect();
            (kind, by_name(&names))
        };
        let terms: Vec<String> =
            mesh.terms.iter().map(|node| name(mesh.term(node).name.as_deref().unwrap_or(&node.id))).collect();
        let mut named: Vec<(Kind, Vec<usize>)> = kinds.into_iter().map(by_header).collect();
        named.push((Kind::SemanticDefinition, by_name(&terms)));
        let census = Census::of_contracts(mesh, &contracts);
        Orders { products, contracts, agreements, census, named, places }
    }

    /// Returns the things of a kind as its list has them.
    pub(super) fn of(&self, kind: Kind) -> &[usize] {
        match kind {
            Kind::DataProduct => &self.products,
            Kind::DataContract => &self.contracts,
            Kind::AccessAgreement => &self.agreements,
            kind => self.named.iter().find(|(known, _)| *known == kind).map_or(&[], |(_, order)| order),
        }
    }

    /// Returns where a product stands in the list of all.
    pub(super) fn place(&self, product_idx: usize) -> u32 {
        self.places[product_idx]
    }
}

/// How far a thing is from being in use.
fn lifecycle(header: &Header) -> u8 {
    match header.status_word() {
        "active" => 0,
        "proposed" => 1,
        "draft" => 2,
        "deprecated" => 4,
        "retired" => 5,
        // Nobody said, or in words of the house.
        _ => 3,
    }
}

fn name(title: &str) -> String {
    title.trim().to_lowercase()
}

fn by_name(names: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| names[*a].cmp(&names[*b]).then(a.cmp(b)));
    order
}
