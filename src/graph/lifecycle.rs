//! Where contracts stand in their life, and who still reads what is ending.

use jiff::civil::Date;

use super::mesh::Mesh;
use super::rules;
use crate::diagnostic::Sink;
use crate::model::DataContract;

/// The dates of a contract's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// `status` in lower case.
    pub status: String,
    /// The last day with support: SLA property `endOfSupport`.
    pub end_of_support: Option<Date>,
    /// The last day at all: SLA property `endOfLife`.
    pub end_of_life: Option<Date>,
}

impl Lifecycle {
    /// Reads the dates of a contract; the short names `es` and `el` of the standard count too.
    #[must_use]
    pub fn of(contract: &DataContract) -> Lifecycle {
        let date = |names: [&str; 2]| {
            let level = names.into_iter().find_map(|name| contract.service_level(name))?;
            date_of(&level.value)
        };
        Lifecycle {
            status: contract.header.status_word(),
            end_of_support: date(["endOfSupport", "es"]),
            end_of_life: date(["endOfLife", "el"]),
        }
    }

    /// Returns the sunset: the end of support, else the end of life.
    #[must_use]
    pub fn sunset(&self) -> Option<Date> {
        self.end_of_support.or(self.end_of_life)
    }
}

/// Reads a date, or the date of a timestamp.
#[must_use]
pub fn date_of(text: &str) -> Option<Date> {
    text.trim().get(..10)?.parse().ok()
}

/// Reports input ports that read a contract at the end of its life.
pub(super) fn report(mesh: &Mesh, today: Date, sink: &mut Sink) {
    for product in &mesh.products {
        let header = &product.descriptor.header;
        if header.is_broken || header.status_word() == "retired" {
            continue;
        }
        for (port, binding) in product.descriptor.input_ports.iter().zip(&product.inputs) {
            let Some(contract_idx) = binding.contract_idx else { continue };
            let contract = &mesh.contracts[contract_idx].descriptor;
            let lifecycle = Lifecycle::of(contract);
            let (id, version) = (&contract.header.id.value, contract.version_text());
            let past = |end: Option<Date>| end.filter(|end| *end < today);
            let is_port_deprecated = binding.published_by.iter().any(|by| {
                let producer = &mesh.products[by.product_idx].descriptor;
                producer.is_deprecated
                    || producer.output_ports[by.port_idx].is_deprecated
                    || producer.header.status_word() == "deprecated"
            });
            let (rule, what) = if lifecycle.status == "retired" {
                (&rules::CONSUMES_RETIRED, "is retired".to_owned())
            } else if let Some(end) = past(lifecycle.end_of_life) {
                (&rules::CONSUMES_RETIRED, format!("ended on {end}"))
            } else if let Some(end) = past(lifecycle.end_of_support) {
                (&rules::CONSUMES_UNSUPPORTED, format!("has had no support since {end}"))
            } else if lifecycle.status == "deprecated"
                || contract.header.status_word() == "deprecated"
                || is_port_deprecated
            {
                let until = lifecycle.sunset().map(|end| format!(" and supported until {end}")).unwrap_or_default();
                (&rules::CONSUMES_DEPRECATED, format!("is deprecated{until}"))
            } else {
                continue;
            };
            let span = port.version.as_ref().or(port.contract_id.as_ref()).map_or(port.span, |text| text.span);
            let message = format!("input port `{}` reads `{id}` `{version}`, which {what}", port.name);
            let place = contract.header.status.as_ref().map_or(contract.header.id.span, |status| status.span);
            let newer = mesh.current_version(id).filter(|newer| *newer > contract_idx);
            let help = match newer.map(|idx| mesh.contracts[idx].descriptor.version_text()) {
                Some(newer) => format!("move to version `{newer}`"),
                None => {
                    let successor = binding.published_by.first().and_then(|by| {
                        mesh.products[by.product_idx]
                            .descriptor
                            .header
                            .custom("successor")
                            .map(|custom| custom.value.clone())
                    });
                    match successor {
                        Some(successor) => format!("move to its successor `{successor}`"),
                        None => "ask its owner what replaces it".to_owned(),
                    }
                }
            };
            sink.push(
                rule.at(header.file, span, message)
                    .help(help)
                    .related(contract.header.file, place, "the contract")
                    .subject(header.reference()),
            );
        }
    }
}
