//! Whether one may begin to read what a product publishes: whether access to it can be asked for.

use jiff::civil::Date;

use super::index::Found;
use super::lifecycle::Lifecycle;
use super::mesh::Mesh;
use crate::model::Kind;

/// Why access cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// The product is retired.
    Retired,
    /// There is no output port.
    NoPort,
    /// No contract of this registry stands behind it.
    NoContract,
    /// The contract is a draft or a proposal.
    Coming,
    /// The product, the port or the contract is on its way out.
    Ending,
}

impl Mesh {
    /// Returns why access to an output port cannot be asked for on a day; `None` where it can.
    #[must_use]
    pub fn port_closed(&self, product_idx: usize, port_idx: usize, today: Date) -> Option<Closed> {
        let product = &self.products[product_idx];
        if self.is_retired(product_idx) {
            return Some(Closed::Retired);
        }
        let Some(contract_idx) = product.outputs[port_idx] else { return Some(Closed::NoContract) };
        // What is still to come of a product that ends is not given either.
        if product.descriptor.is_on_its_way_out() || product.descriptor.output_ports[port_idx].is_deprecated {
            return Some(Closed::Ending);
        }
        let contract = &self.contracts[contract_idx].descriptor;
        match self.state(Found { kind: Kind::DataContract, idx: contract_idx }) {
            Some("draft" | "proposed") => Some(Closed::Coming),
            Some(_) => Some(Closed::Ending),
            None => Lifecycle::of(contract).end_of_life.filter(|end| *end < today).map(|_| Closed::Ending),
        }
    }

    /// Returns why access to a product cannot be asked for on a day: to none of its ports; `None` where it can.
    #[must_use]
    pub fn access_closed(&self, product_idx: usize, today: Date) -> Option<Closed> {
        let n_ports = self.products[product_idx].descriptor.output_ports.len();
        let closed: Option<Vec<Closed>> =
            (0..n_ports).map(|port_idx| self.port_closed(product_idx, port_idx, today)).collect();
        let closed = closed?;
        let order = [Closed::Coming, Closed::Ending, Closed::NoContract];
        if self.is_retired(product_idx) {
            return Some(Closed::Retired);
        }
        Some(order.into_iter().find(|why| closed.contains(why)).unwrap_or(Closed::NoPort))
    }
}
