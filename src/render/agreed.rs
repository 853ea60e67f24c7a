//! How an agreement on access stands today: in a sign, and how soon somebody has to look at it.

use jiff::civil::Date;

use super::parts::{Sign, day_text, status_of};
use crate::graph::{Lifecycle, Mesh, Standing};
use crate::model::{AccessAgreement, OutputPort, date_of};

/// Words how an agreement stands.
pub(super) fn sign(agreement: &AccessAgreement, mesh: &Mesh, today: Date) -> Sign<'static> {
    let standing = agreement.standing(today);
    if standing.is_in_force() && provider(agreement, mesh).is_some_and(|idx| mesh.is_retired(idx)) {
        return Sign::new("retired", "retired", "Product is retired");
    }
    match standing {
        // That the agreement itself is nearly over is nearer.
        Standing::InForce if ends_with_its_port(agreement, mesh) => Sign::new(
            "warn",
            "deprecated",
            if is_over(agreement, mesh, today) { "Port has ended" } else { "Port is ending" },
        ),
        Standing::Ending { days: 0 } => Sign::new("warn", "look", "Ends today"),
        Standing::Ending { days: 1 } => Sign::new("warn", "look", "Ends tomorrow"),
        Standing::Ending { days } => Sign::new("warn", "look", format!("Ends in {days} days")),
        Standing::InForce => Sign::new("ok", "kept", "In force"),
        Standing::Upcoming => {
            let start = agreement.start.as_ref().and_then(|start| date_of(start)).map(day_text).unwrap_or_default();
            Sign::new("", "", format!("From {start}"))
        }
        Standing::Ended => Sign::new("retired", "retired", "Ended"),
        Standing::Requested if agreement.has_ended(today) => Sign::new("warn", "look", "Requested, past its end"),
        Standing::Requested | Standing::Rejected | Standing::Unknown => status_of(&agreement.header),
    }
}

/// Returns the place of an agreement among others: requests wait for somebody, then what ends, what holds, and at
/// last what is over.
pub(super) fn urgency(agreement: &AccessAgreement, mesh: &Mesh, today: Date) -> u8 {
    match agreement.standing(today) {
        Standing::Requested => 0,
        Standing::Ending { .. } => 1,
        Standing::InForce if ends_with_its_port(agreement, mesh) => 2,
        Standing::Upcoming => 3,
        Standing::InForce => 4,
        Standing::Ended => 5,
        Standing::Rejected | Standing::Unknown => 6,
    }
}

/// The product that an agreement is about.
fn provider(agreement: &AccessAgreement, mesh: &Mesh) -> Option<usize> {
    mesh.product(agreement.provider.product.as_ref()?)
}

/// Says whether the last day of the contract that an agreement pins is over.
fn is_over(agreement: &AccessAgreement, mesh: &Mesh, today: Date) -> bool {
    let provider = &agreement.provider;
    let (Some(id), Some(version)) = (&provider.contract, &provider.contract_version) else { return false };
    let lifecycle = mesh.contract(id, version).map(|idx| Lifecycle::of(&mesh.contracts[idx].descriptor));
    lifecycle
        .is_some_and(|lifecycle| lifecycle.status == "retired" || lifecycle.end_of_life.is_some_and(|end| end < today))
}

/// Says whether the product, the port or the contract that an agreement pins is on its way out.
fn ends_with_its_port(agreement: &AccessAgreement, mesh: &Mesh) -> bool {
    let provider = &agreement.provider;
    let product = self::provider(agreement, mesh).map(|idx| &mesh.products[idx].descriptor);
    let named = |port: &&OutputPort| provider.port.as_ref().is_some_and(|name| port.is_named(name));
    let port = product.and_then(|product| product.output_ports.iter().find(named));
    if product.is_some_and(|product| product.is_on_its_way_out()) || port.is_some_and(|port| port.is_deprecated) {
        return true;
    }
    let (Some(id), Some(version)) = (&provider.contract, &provider.contract_version) else { return false };
    mesh.contract(id, version).is_some_and(|idx| {
        let lifecycle = Lifecycle::of(&mesh.contracts[idx].descriptor);
        lifecycle.sunset().is_some() || lifecycle.status == "deprecated"
    })
}
