//! Where contracts stand in their life, and who still reads what is ending.

use jiff::civil::Date;

use super::acknowledgements::soften;
use super::index::Found;
use super::mesh::{Binding, Mesh, PublishedBy};
use super::near::found_in;
use super::rules;
use crate::diagnostic::{RuleMeta, Sink};
use crate::model::{DataContract, END_OF_LIFE, END_OF_SUPPORT, Kind, date_of};
use crate::source::{FileId, Span};

/// What of a contract ends on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOf {
    /// Its support: it may be there after that.
    Support,
    /// All of it.
    Life,
}

/// The day that says how a contract ends, as of another day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// What ends.
    pub of: EndOf,
    /// The last day of it.
    pub day: Date,
    /// That day is before the other one.
    pub is_past: bool,
}

impl End {
    /// Says what happens, or happened, on the day, in lower case: `support ends`.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match (self.of, self.is_past) {
            (EndOf::Support, true) => "support ended",
            (EndOf::Support, false) => "support ends",
            (EndOf::Life, true) => "ended",
            (EndOf::Life, false) => "ends",
        }
    }
}

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
            status: contract.header.status_word().into(),
            end_of_support: date(END_OF_SUPPORT),
            end_of_life: date(END_OF_LIFE),
        }
    }

    /// Returns the sunset: the end of support, else the end of life.
    #[must_use]
    pub fn sunset(&self) -> Option<Date> {
        self.end_of_support.or(self.end_of_life)
    }

    /// Returns the day of its end as of a day. What has no support any more may still be there, so that is the sunset;
    /// of what is retired, of what is over and of what ends with its support it is the last day at all, where that is
    /// known.
    #[must_use]
    pub fn end(&self, today: Date) -> Option<End> {
        let (day, of) = match (self.end_of_support, self.end_of_life) {
            (_, Some(life)) if self.status == "retired" || life < today => (life, EndOf::Life),
            (Some(support), life) if life != Some(support) => (support, EndOf::Support),
            (_, life) => (life?, EndOf::Life),
        };
        Some(End { of, day, is_past: day < today })
    }
}

/// What is known of the end of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retirement<'a> {
    /// The day: the custom property `retiredOn`, else the last end among its contracts.
    pub date: Option<Date>,
    /// What replaces it as written: the custom property `successor` or `replacedBy`.
    pub replaced_by: Option<&'a str>,
    /// The contract that was in force longest.
    pub last_contract: Option<usize>,
}

impl Mesh {
    /// Returns what one has to know of a thing that is not simply in use: `draft`, `proposed`, `deprecated` or
    /// `retired`.
    #[must_use]
    pub fn state(&self, found: Found) -> Option<&'static str> {
        let word = self.header(found).status_word();
        ["draft", "proposed", "deprecated", "retired"].into_iter().find(|known| word == *known)
    }

    /// Returns the state of an output port: that of the port or of its contract, whichever is further gone.
    #[must_use]
    pub fn port_state(&self, product_idx: usize, port_idx: usize) -> Option<&'static str> {
        let product = &self.products[product_idx];
        let contract = product.outputs[port_idx].map(|idx| Found { kind: Kind::DataContract, idx });
        match contract.and_then(|contract| self.state(contract)) {
            Some("retired") => Some("retired"),
            _ if product.descriptor.output_ports[port_idx].is_deprecated => Some("deprecated"),
            state => state,
        }
    }

    /// Says whether a product is retired: it is kept to be read about, and counts in no total.
    #[must_use]
    pub fn is_retired(&self, product_idx: usize) -> bool {
        self.products[product_idx].descriptor.header.has_status("retired")
    }

    /// Returns what is known of the end of a product; none while it lives.
    #[must_use]
    pub fn retirement(&self, product_idx: usize) -> Option<Retirement<'_>> {
        let product = &self.products[product_idx];
        let header = &product.descriptor.header;
        if !self.is_retired(product_idx) {
            return None;
        }
        let last = |idx: usize| {
            let lifecycle = Lifecycle::of(&self.contracts[idx].descriptor);
            lifecycle.end_of_life.or(lifecycle.end_of_support)
        };
        let last_contract = product.outputs.iter().flatten().copied().max_by_key(|idx| (last(*idx), *idx));
        let stated = header.custom("retiredOn").and_then(|custom| date_of(&custom.value));
        Some(Retirement {
            date: stated.or_else(|| last_contract.and_then(last)),
            replaced_by: header.successor(),
            last_contract,
        })
    }
}

impl Mesh {
    /// Returns how far gone all are that publish what an input reads: `deprecated` or `retired`. None where one of them,
    /// product and port, goes on, or nobody publishes it: as long as one lives, the data does.
    #[must_use]
    pub fn end_of_publishers(&self, binding: &Binding) -> Option<&'static str> {
        let end = |by: &PublishedBy| {
            let producer = &self.products[by.product_idx].descriptor;
            let is_old = producer.is_on_its_way_out() || producer.output_ports[by.port_idx].is_deprecated;
            if self.is_retired(by.product_idx) { Some("retired") } else { is_old.then_some("deprecated") }
        };
        let ends: Option<Vec<&str>> = binding.published_by.iter().map(end).collect();
        ends?.into_iter().min()
    }
}

/// Says which port or product that publishes what an input reads is deprecated, and where it says so.
fn deprecated_producer(mesh: &Mesh, binding: &Binding) -> Option<(String, (FileId, Span))> {
    binding.published_by.iter().find_map(|by| {
        let producer = &mesh.products[by.product_idx].descriptor;
        let port = &producer.output_ports[by.port_idx];
        let header = &producer.header;
        if port.is_deprecated {
            return Some((format!("whose port `{}` is deprecated", port.name), (header.file, port.span)));
        }
        let is_deprecated = producer.is_on_its_way_out();
        let span = header.status.as_ref().filter(|_| !producer.is_deprecated).map_or(header.id.span, |s| s.span);
        is_deprecated.then(|| (format!("whose product `{}` is deprecated", header.id.value), (header.file, span)))
    })
}

/// Says which product that publishes what an input reads is retired, and where it says so.
fn retired_producer(mesh: &Mesh, binding: &Binding) -> Option<(String, (FileId, Span))> {
    let mut producers = binding.published_by.iter().map(|by| &mesh.products[by.product_idx].descriptor.header);
    // As long as one of them lives, the data does.
    let first = producers.next()?;
    let is_retired = |header: &crate::model::Header| header.has_status("retired");
    let all_retired = is_retired(first) && producers.all(is_retired);
    let span = first.status.as_ref().map_or(first.id.span, |status| status.span);
    all_retired.then(|| (format!("whose product `{}` is retired", first.id.value), (first.file, span)))
}

/// What is said of the end of what an input reads: the rule, the end of the sentence, and where it is stated.
type Ending = (&'static RuleMeta, String, (FileId, Span));

/// Says what of the contract itself has ended.
fn ended_contract(contract: &DataContract, lifecycle: &Lifecycle, today: Date) -> Option<Ending> {
    let past = |end: Option<Date>| end.filter(|end| *end < today);
    let stated = |names: [&str; 2]| {
        let level = names.into_iter().find_map(|name| contract.service_level(name));
        (contract.header.file, level.map_or(contract.header.id.span, |level| level.span))
    };
    if lifecycle.status == "retired" {
        Some((&rules::CONSUMES_RETIRED, "which is retired".to_owned(), status_place(contract)))
    } else if let Some(end) = past(lifecycle.end_of_life) {
        Some((&rules::CONSUMES_RETIRED, format!("which ended on {end}"), stated(END_OF_LIFE)))
    } else {
        let end = past(lifecycle.end_of_support)?;
        Some((&rules::CONSUMES_UNSUPPORTED, format!("which has had no support since {end}"), stated(END_OF_SUPPORT)))
    }
}

fn status_place(contract: &DataContract) -> (FileId, Span) {
    let status = contract.header.status.as_ref();
    (contract.header.file, status.map_or(contract.header.id.span, |status| status.span))
}

/// Returns what has ended of what an input reads, the contract and the product that publishes it; where nothing has,
/// what is about to.
fn endings(mesh: &Mesh, binding: &Binding, contract: &DataContract, lifecycle: &Lifecycle, today: Date) -> Vec<Ending> {
    let mut endings: Vec<Ending> = ended_contract(contract, lifecycle, today).into_iter().collect();
    let is_retired = |(rule, ..): &Ending| rule.code == rules::CONSUMES_RETIRED.code;
    if !endings.iter().any(is_retired) {
        let retired = retired_producer(mesh, binding);
        endings.extend(retired.map(|(what, place)| (&rules::CONSUMES_RETIRED, what, place)));
    }
    if endings.is_empty() {
        let deprecated = if lifecycle.status == "deprecated" {
            let until = lifecycle.sunset().map(|end| format!(" and supported until {end}")).unwrap_or_default();
            Some((format!("which is deprecated{until}"), status_place(contract)))
        } else {
            deprecated_producer(mesh, binding)
        };
        endings.extend(deprecated.map(|(what, place)| (&rules::CONSUMES_DEPRECATED, what, place)));
    }
    endings
}

/// Reports input ports that read a contract at the end of its life.
pub(super) fn report(mesh: &Mesh, today: Date) -> Sink {
    found_in(&mesh.products, |product_idx, product, sink| {
        let header = &product.descriptor.header;
        if header.is_broken() || header.has_status("retired") {
            return;
        }
        for (port, binding) in product.descriptor.input_ports.iter().zip(&product.inputs) {
            let Some(contract_idx) = binding.contract_idx else { continue };
            let contract = &mesh.contracts[contract_idx].descriptor;
            if contract.header.is_broken() {
                continue;
            }
            let lifecycle = Lifecycle::of(contract);
            let (id, version) = (&contract.header.id.value, contract.version_text());
            for (rule, what, (file, place)) in endings(mesh, binding, contract, &lifecycle, today) {
                let span = port.version.as_ref().or(port.contract_id.as_ref()).map_or(port.span, |text| text.span);
                let message = format!("input port `{}` reads version `{version}` of `{id}`, {what}", port.name);
                let finding = rule
                    .at(header.file, span, message)
                    .help(way_on(mesh, binding, contract_idx))
                    .related(file, place, "stated here")
                    .subject(header.reference());
                // What has passed its last day is past agreeing to.
                let is_past = lifecycle.end_of_life.is_some_and(|end| end < today);
                let may_be_agreed = rule.code == rules::CONSUMES_RETIRED.code && !is_past;
                sink.push(if may_be_agreed { soften(mesh, product_idx, id, &[version], finding) } else { finding });
            }
        }
    })
}

/// Says what to read instead.
fn way_on(mesh: &Mesh, binding: &Binding, contract_idx: usize) -> String {
    let id = &mesh.contracts[contract_idx].descriptor.header.id.value;
    let newer = mesh.current_version(id).filter(|newer| *newer > contract_idx);
    if let Some(newer) = newer.map(|idx| mesh.contracts[idx].descriptor.version_text()) {
        return format!("move to version `{newer}`");
    }
    let producer = binding.published_by.first().map(|by| &mesh.products[by.product_idx].descriptor.header);
    let contract = &mesh.contracts[contract_idx].descriptor.header;
    match contract.successor().or_else(|| producer?.successor()) {
        Some(successor) => format!("move to its successor `{successor}`"),
        None => "ask its owner what replaces it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_retired_ended_on_its_last_day() {
        let end = |status: &str, support: Option<&str>, life: Option<&str>| {
            let lifecycle = Lifecycle {
                status: status.to_owned(),
                end_of_support: support.and_then(date_of),
                end_of_life: life.and_then(date_of),
            };
            let today = date_of("2026-11-20").expect("a day");
            lifecycle.end(today).map(|end| format!("{} {}", end.words(), end.day))
        };
        let (support, life) = (Some("2026-06-30"), Some("2026-09-30"));
        assert_eq!(end("retired", support, life).as_deref(), Some("ended 2026-09-30"));
        assert_eq!(end("retired", support, None).as_deref(), Some("support ended 2026-06-30"));
        assert_eq!(end("deprecated", support, life).as_deref(), Some("ended 2026-09-30"));
        assert_eq!(end("active", support, Some("2027-01-31")).as_deref(), Some("support ended 2026-06-30"));
        assert_eq!(end("deprecated", None, Some("2027-01-31")).as_deref(), Some("ends 2027-01-31"));
        assert_eq!(end("active", Some("2027-01-31"), Some("2027-01-31")).as_deref(), Some("ends 2027-01-31"));
        assert_eq!(end("active", None, None), None);
    }
}
