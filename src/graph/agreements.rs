//! Agreements on access: whether both sides exist, and whether the agreement still holds.

use jiff::civil::Date;

use super::lifecycle::date_of;
use super::mesh::Mesh;
use super::rules;
use crate::diagnostic::{Diagnostic, Sink};
use crate::model::{AccessAgreement, Kind, SpannedText, major};
use crate::yaml::nearest;

/// Resolves all agreements, and attaches them to their provider.
pub(super) fn resolve(mesh: &mut Mesh, today: Date, sink: &mut Sink) {
    let mut provided = Vec::new();
    for (idx, agreement) in mesh.agreements.iter().enumerate() {
        if agreement.header.is_broken {
            continue;
        }
        Sides { mesh, agreement, sink }.report();
        report_end(agreement, today, sink);
        if let Some(product) = agreement.provider.product.as_ref().and_then(|id| mesh.product(id)) {
            provided.push((product, idx));
        }
    }
    for (product, agreement) in provided {
        mesh.products[product].agreements.push(agreement);
    }
}

impl AccessAgreement {
    /// Says whether access is agreed on a day: approved, and not past its end.
    #[must_use]
    pub fn is_in_force(&self, today: Date) -> bool {
        let has_ended = self.end.as_ref().and_then(|end| date_of(end)).is_some_and(|end| end < today);
        self.header.status_word() == "approved" && !has_ended
    }
}

struct Sides<'a> {
    mesh: &'a Mesh,
    agreement: &'a AccessAgreement,
    sink: &'a mut Sink,
}

impl Sides<'_> {
    fn report(&mut self) {
        let (mesh, agreement) = (self.mesh, self.agreement);
        for team in [&agreement.provider.team, &agreement.consumer.team].into_iter().flatten() {
            if mesh.team(team).is_none() {
                self.push(team, Kind::Team, "team");
            }
        }
        for product in [&agreement.provider.product, &agreement.consumer.product].into_iter().flatten() {
            if mesh.product(product).is_none() {
                self.push(product, Kind::DataProduct, "data product");
            }
        }
        if let Some(contract) = &agreement.provider.contract {
            if mesh.versions(contract).is_empty() {
                self.push(contract, Kind::DataContract, "data contract");
            } else if let Some(version) = &agreement.provider.contract_version {
                let wanted = major(version);
                let is_there = mesh.versions(contract).iter().any(|idx| {
                    let known = &mesh.contracts[*idx].descriptor;
                    known.header.is_broken || major(known.version_text()) == wanted
                });
                if !is_there {
                    let message = format!("the contract `{}` has no version `{wanted}.x`", contract.value);
                    self.sink.push(self.at(version, message).help("name a version that the registry holds"));
                }
            }
        }
        self.report_port();
    }

    /// The port must be one of the provider's, by id or name.
    fn report_port(&mut self) {
        let provider = &self.agreement.provider;
        let (Some(port), Some(product)) =
            (&provider.port, provider.product.as_ref().and_then(|id| self.mesh.product(id)))
        else {
            return;
        };
        let ports = &self.mesh.products[product].descriptor.output_ports;
        let is = |known: &crate::model::OutputPort| known.id.as_ref() == Some(&port.value) || known.name == port.value;
        if self.mesh.products[product].descriptor.header.is_broken || ports.iter().any(is) {
            return;
        }
        let names = ports.iter().map(|known| known.name.as_str());
        let help = match nearest(port, names.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                format!("its output ports are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
            }
        };
        let id = &self.mesh.products[product].descriptor.header.id.value;
        let message = format!("the data product `{id}` has no output port `{}`", port.value);
        self.sink.push(self.at(port, message).help(help));
    }

    fn push(&mut self, written: &SpannedText, kind: Kind, word: &str) {
        let headers = self.mesh.headers(kind);
        let help = match nearest(written, headers.iter().map(|header| header.id.value.as_str())) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("name a {word} of this registry"),
        };
        let message = format!("the agreement names the {word} `{}`, which is not in this registry", written.value);
        self.sink.push(self.at(written, message).help(help));
    }

    fn at(&self, written: &SpannedText, message: String) -> Diagnostic {
        let header = &self.agreement.header;
        rules::DANGLING_AGREEMENT.at(header.file, written.span, message).subject(header.reference())
    }
}

fn report_end(agreement: &AccessAgreement, today: Date, sink: &mut Sink) {
    let header = &agreement.header;
    let is_open = matches!(header.status_word().as_str(), "approved" | "requested");
    if let (true, Some(end)) = (is_open, &agreement.end)
        && let Some(date) = date_of(end)
        && date < today
    {
        let message = format!("the agreement `{}` ran out on {date}", header.id.value);
        sink.push(
            rules::EXPIRED_AGREEMENT
                .at(header.file, end.span, message)
                .label("the end lies in the past")
                .help("agree on a new `endTimestamp`, or remove the agreement and the input port that relies on it")
                .subject(header.reference()),
        );
    }
}
