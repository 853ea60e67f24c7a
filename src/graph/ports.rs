//! Ports and contracts: what an output port promises, what an input port reads.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::acknowledgements::soften;
use super::index::Published;
use super::lifecycle::Lifecycle;
use super::mesh::{Binding, Mesh, PublishedBy};
use super::near::{Report, made_of};
use super::rules;
use crate::diagnostic::Sink;
use crate::model::{Header, InputPort, SpannedText, Version, same_version};

/// Binds every port and reports those that lead nowhere.
pub(super) fn bind(mesh: &mut Mesh, today: Date, sink: &mut Report<'_>) {
    bind_outputs(mesh, sink);
    bind_inputs(mesh, today, sink);
    report_ambiguous_producers(mesh, sink);
}

fn bind_outputs(mesh: &mut Mesh, sink: &mut Report<'_>) {
    let (bound, found) = made_of(&mesh.products, |product_idx, product, (bound, sink)| {
        let header = &product.descriptor.header;
        for (port_idx, port) in product.descriptor.output_ports.iter().enumerate() {
            let Some(contract_id) = &port.contract_id else { continue };
            let versions = mesh.versions(contract_id);
            // What is not there at all is told already.
            if versions.is_empty() {
                continue;
            }
            let written = port.version.as_ref();
            let exact = written.and_then(|version| mesh.contract(contract_id, version));
            match (exact, written) {
                (Some(contract_idx), _) => bound.push((contract_idx, PublishedBy { product_idx, port_idx })),
                // The version of a contract that breaks before it is not known.
                (None, Some(version)) => {
                    let is_broken = |idx: &usize| mesh.contracts[*idx].descriptor.lacks_version();
                    let Some(newest) =
                        versions.last().filter(|_| !header.is_broken() && !versions.iter().any(is_broken))
                    else {
                        continue;
                    };
                    let newest = &mesh.contracts[*newest].descriptor;
                    let known: Vec<&str> =
                        versions.iter().map(|idx| mesh.contracts[*idx].descriptor.version_text()).collect();
                    let message = format!(
                        "output port `{}` has version `{}`; the contract `{}` has {}",
                        port.name,
                        version.value,
                        contract_id.value,
                        list_versions(&known),
                    );
                    let newest_span = newest.header.version.as_ref().map_or(newest.header.id.span, |v| v.span);
                    sink.push(
                        rules::PORT_VERSION_MISMATCH
                            .at(header.file, version.span, message)
                            .label("no contract document has this version")
                            .help(format!(
                                "write `version: \"{}\"`, or add the contract document",
                                newest.version_text()
                            ))
                            .related(newest.header.file, newest_span, "the newest version of the contract")
                            .subject(header.reference()),
                    );
                }
                // A port without a version publishes the contract that its page shows.
                (None, None) => {
                    let current = mesh.current_version(contract_id);
                    bound.extend(current.map(|idx| (idx, PublishedBy { product_idx, port_idx })));
                }
            }
        }
    });
    sink.append(found);
    for (contract_idx, by) in bound {
        // Nearly every contract is published once.
        let published_by = &mut mesh.contracts[contract_idx].published_by;
        published_by.reserve_exact(1);
        published_by.push(by);
        mesh.products[by.product_idx].outputs[by.port_idx] = Some(contract_idx);
    }
}

fn bind_inputs(mesh: &mut Mesh, today: Date, sink: &mut Report<'_>) {
    let (bindings, found) = made_of(&mesh.products, |product_idx, product, (bindings, sink)| {
        for (port_idx, port) in product.descriptor.input_ports.iter().enumerate() {
            let source_idx = port.source_system.as_ref().and_then(|written| mesh.source(written));
            let mut binding = Binding { source_idx, ..Binding::default() };
            if let Some(contract_id) = &port.contract_id
                && !is_self(product, port)
            {
                // What is retired reads nothing any more, so that nobody has to mend what it read.
                let mut aside = Sink::default();
                let sink = if mesh.is_retired(product_idx) { &mut aside } else { &mut *sink };
                bind_input(mesh, product_idx, port, contract_id, today, &mut binding, sink);
            }
            bindings.push((product_idx, port_idx, binding));
        }
    });
    sink.append(found);
    for (product_idx, product) in mesh.products.iter().enumerate() {
        for port in &product.descriptor.input_ports {
            report_source(mesh, &product.descriptor.header, port, sink);
        }
        report_foreign_input_contracts(mesh, product_idx, sink);
    }
    for (product_idx, port_idx, binding) in bindings {
        // What is retired reads nothing any more: it is no consumer, and nobody waits for it to move.
        if mesh.is_retired(product_idx) {
            mesh.products[product_idx].inputs[port_idx] = binding;
            continue;
        }
        for by in &binding.published_by {
            mesh.products[by.product_idx].consumers.push(product_idx);
        }
        // A product that reads its own output is no consumer of it.
        let is_own = |by: &PublishedBy| by.product_idx == product_idx;
        if let Some(contract_idx) = binding.contract_idx
            && !mesh.contracts[contract_idx].published_by.iter().any(is_own)
        {
            mesh.contracts[contract_idx].consumers.push(product_idx);
        }
        if let Some(source_idx) = binding.source_idx {
            mesh.sources[source_idx].products.push(product_idx);
        }
        mesh.products[product_idx].inputs[port_idx] = binding;
    }
    let tidy = |list: &mut Vec<usize>| {
        list.sort_unstable();
        list.dedup();
        list.shrink_to_fit();
    };
    mesh.products.iter_mut().for_each(|product| tidy(&mut product.consumers));
    mesh.contracts.iter_mut().for_each(|contract| tidy(&mut contract.consumers));
    mesh.sources.iter_mut().for_each(|source| tidy(&mut source.products));
}

/// What is behind an input port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// Another product, or a source system.
    Neighbour,
    /// An output of the product itself.
    Itself,
    /// Nothing of this registry.
    Nothing,
}

impl Mesh {
    /// Says what is behind each input port of a product.
    pub fn behind(&self, product_idx: usize) -> impl Iterator<Item = (&InputPort, Behind)> {
        let product = &self.products[product_idx];
        product.descriptor.input_ports.iter().zip(&product.inputs).map(|(port, binding)| {
            let is_own = || binding.contract_idx.is_some_and(|idx| product.outputs.contains(&Some(idx)));
            let behind = if binding.source_idx.is_some() || !binding.published_by.is_empty() {
                Behind::Neighbour
            } else if is_self(product, port) || is_own() {
                Behind::Itself
            } else {
                Behind::Nothing
            };
            (port, behind)
        })
    }
}

/// An input port named `self` that points at the product itself is a convention of the maturity
/// model draft for data the product creates; it is no dependency.
pub(super) fn is_self(product: &super::mesh::Product, port: &InputPort) -> bool {
    let header = &product.descriptor.header;
    port.name == "self" && port.contract_id.as_ref().is_some_and(|id| id.value == header.id.value)
}

fn bind_input(
    mesh: &Mesh,
    product_idx: usize,
    port: &InputPort,
    contract_id: &SpannedText,
    today: Date,
    binding: &mut Binding,
    sink: &mut Sink,
) {
    let header = &mesh.products[product_idx].descriptor.header;
    let published = mesh.index.published.get(&contract_id.value).map_or(&[][..], Vec::as_slice);
    let is_exact =
        |found: &Published| port.version.as_ref().is_none_or(|written| same_version(found.version.text(), written));
    if let Some(by) = mesh.index.unfounded.get(&contract_id.value)
        && !published.iter().any(is_exact)
    {
        // The port has the mistake: whoever reads a version that is there is right.
        let there = match &port.version {
            Some(written) => mesh.contract(contract_id, written),
            None => mesh.current_version(contract_id),
        };
        if there.is_some() {
            binding.contract_idx = there;
            binding.published_by = by.filter(|by| by.product_idx != product_idx).into_iter().collect();
            return;
        }
    }
    if published.is_empty() {
        // What is not there at all is told already.
        if !mesh.versions(contract_id).is_empty() && !header.is_broken() && !mesh.has_broken_product() {
            let contract = &mesh.contracts[mesh.versions(contract_id)[0]].descriptor.header;
            let message = format!(
                "input port `{}` reads the contract `{}`, which no product publishes",
                port.name, contract_id.value
            );
            let finding = rules::UNPUBLISHED_VERSION
                .at(header.file, contract_id.span, message)
                .help("add an output port with this contract to the product that provides it")
                .related(contract.file, contract.id.span, "the contract")
                .subject(header.reference());
            let all = || mesh.versions(contract_id).iter().map(|idx| mesh.contracts[*idx].descriptor.version_text());
            let read: Vec<&str> =
                port.version.as_ref().map_or_else(|| all().collect(), |version| vec![version.as_str()]);
            sink.push(soften(mesh, product_idx, contract_id, &read, finding));
        }
        return;
    }
    let chosen = match &port.version {
        None => newest(published.iter()),
        Some(written) => {
            let wanted = Version::parse(written);
            let exact = published.iter().find(|found| same_version(found.version.text(), written));
            if let Some(found) = exact {
                Some(found)
            } else {
                let same_major = published
                    .iter()
                    .filter(|found| found.version.major() == wanted.major() && found.version.major().is_some());
                let newest = newest(same_major.filter(|found| found.version > wanted));
                match newest {
                    Some(found) => report_drift(mesh, header, port, written, found, today, sink),
                    None => report_unpublished(mesh, product_idx, port, written, published, sink),
                }
                newest
            }
        }
    };
    let Some(chosen) = chosen else { return };
    binding.contract_idx = mesh.contract(contract_id, chosen.version.text()).or_else(|| {
        let by = chosen.by;
        mesh.products[by.product_idx].outputs[by.port_idx]
    });
    let same = published.iter().filter(|found| found.version == chosen.version).map(|found| found.by);
    binding.published_by = same.filter(|by| by.product_idx != product_idx).collect();
    binding.published_by.shrink_to_fit();
}

fn newest<'a>(published: impl Iterator<Item = &'a Published>) -> Option<&'a Published> {
    published.max_by(|a, b| a.version.cmp(&b.version).then_with(|| b.by.cmp(&a.by)))
}

fn report_drift(
    mesh: &Mesh,
    header: &Header,
    port: &InputPort,
    written: &SpannedText,
    found: &Published,
    today: Date,
    sink: &mut Sink,
) {
    let contract_id = port.contract_id.as_ref().map_or("", |id| id.value.as_str());
    let asked = mesh.contract(contract_id, written).map(|idx| Lifecycle::of(&mesh.contracts[idx].descriptor));
    let is_past = asked.is_some_and(|asked| asked.end_of_support.is_some_and(|end| end < today));
    let producer = &mesh.products[found.by.product_idx].descriptor;
    let producer_port = &producer.output_ports[found.by.port_idx];
    let span = producer_port.version.as_ref().map_or(producer_port.span, |version| version.span);
    let message = format!(
        "input port `{}` reads version `{}`; `{}` is published",
        port.name,
        written.value,
        found.version.text()
    );
    let mut diagnostic = rules::VERSION_DRIFT
        .at(header.file, written.span, message)
        .label("the major is the same, so the data still flows")
        .help(format!("write `version: \"{}\"` once you have read what changed", found.version.text()))
        .related(producer.header.file, span, "published here")
        .subject(header.reference());
    if is_past {
        diagnostic.severity = crate::diagnostic::Severity::Warning;
    }
    sink.push(diagnostic);
}

fn report_unpublished(
    mesh: &Mesh,
    product_idx: usize,
    port: &InputPort,
    written: &SpannedText,
    published: &[Published],
    sink: &mut Sink,
) {
    let header = &mesh.products[product_idx].descriptor.header;
    if header.is_broken() || mesh.has_broken_product() {
        return;
    }
    let mut versions: Vec<&Version> = published.iter().map(|found| &found.version).collect();
    versions.sort();
    versions.dedup();
    let known: Vec<&str> = versions.iter().map(|version| version.text()).collect();
    let contract_id = port.contract_id.as_ref().map_or("", |id| id.value.as_str());
    let message = format!(
        "input port `{}` reads version `{}` of `{contract_id}`, which is not published",
        port.name, written.value
    );
    let newest = known.last().copied().unwrap_or_default();
    let by = published[0].by;
    let producer = &mesh.products[by.product_idx].descriptor;
    let finding = rules::UNPUBLISHED_VERSION
        .at(header.file, written.span, message)
        .label(format!("published: {}", list_versions(&known)))
        .help(format!("write `version: \"{newest}\"`, or ask `{}` to publish this one", producer.header.id.value))
        .related(producer.header.file, producer.output_ports[by.port_idx].span, "published by this port")
        .subject(header.reference());
    sink.push(soften(mesh, product_idx, contract_id, &known, finding));
}

/// Lists versions for a sentence, the last of many.
pub(super) fn list_versions(versions: &[&str]) -> String {
    match versions {
        [] => "none".to_owned(),
        [only] => format!("`{only}`"),
        many => {
            let shown: Vec<String> = many.iter().rev().take(4).rev().map(|version| format!("`{version}`")).collect();
            let cut = if many.len() > 4 { "..., " } else { "" };
            format!("{cut}{}", shown.join(", "))
        }
    }
}

/// Reports an input that names a source system, or an asset of one, that is not there.
fn report_source(mesh: &Mesh, header: &Header, port: &InputPort, sink: &mut Report<'_>) {
    let Some(written) = &port.source_system else { return };
    let Some(source_idx) = mesh.source(written) else {
        if header.is_broken() {
            return;
        }
        let known = || mesh.sources.iter().map(|source| source.descriptor.header.id.value.as_str());
        let meant = sink.nearest_in("sources", written, known);
        let others = known().filter(|other| Some(*other) != meant.as_deref());
        let fix = sink.mended(header, (written, meant.as_deref()), others);
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "describe it as `kind: SourceSystem`".to_owned(),
        };
        let message = format!("the source system `{}` is not registered", written.value);
        let finding = rules::UNKNOWN_SOURCE.at(header.file, written.span, message).help(help).maybe_fix(fix);
        sink.push(finding.subject(header.reference()));
        return;
    };
    let source = &mesh.sources[source_idx].descriptor;
    if let Some(asset) = &port.source_asset
        && !(source.header.may_hold_more() || header.is_broken())
        && !source.assets.iter().any(|known| known.id == asset.value)
    {
        let known = || source.assets.iter().map(|known| known.id.as_str());
        let meant = sink.nearest(asset, known());
        let fix = sink.mended(header, (asset, meant), known().filter(|other| Some(*other) != meant));
        let help = match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "add it to the `assets` of the source system".to_owned(),
        };
        let message = format!("the source system `{}` has no asset `{}`", written.value, asset.value);
        sink.push(
            rules::UNKNOWN_SOURCE
                .at(header.file, asset.span, message)
                .help(help)
                .maybe_fix(fix)
                .related(source.header.file, source.header.id.span, "the source system")
                .subject(header.reference()),
        );
    }
}

/// `inputContracts` that are not input ports of the same product.
fn report_foreign_input_contracts(mesh: &Mesh, product_idx: usize, sink: &mut Report<'_>) {
    let product = &mesh.products[product_idx].descriptor;
    // An input that leads nowhere may be the one that feeds a port.
    let is_lost = |port: &InputPort| {
        port.contract_id
            .as_ref()
            .is_some_and(|id| mesh.versions(id).is_empty() && !mesh.index.published.contains_key(&id.value))
    };
    if product.header.may_hold_more() || product.output_ports.iter().all(|port| port.input_contracts.is_empty()) {
        return;
    }
    let has_lost_input = product.input_ports.iter().any(is_lost);
    let is_published = |id: &str, version: &str| {
        let published = mesh.index.published.get(id).map_or(&[][..], Vec::as_slice);
        published.iter().any(|found| same_version(found.version.text(), version))
    };
    // A port that reads what is not published has a finding of its own.
    let is_unbound = |port: &&InputPort| match (&port.contract_id, &port.version) {
        (Some(id), Some(version)) => {
            let wanted = Version::parse(version);
            let published = mesh.index.published.get(&id.value).map_or(&[][..], Vec::as_slice);
            !published.is_empty() && !published.iter().any(|found| found.version.major() == wanted.major())
        }
        _ => false,
    };
    let mut bound_by_id: HashMap<&str, Vec<&InputPort>> = HashMap::new();
    for port in &product.input_ports {
        if let Some(id) = &port.contract_id {
            bound_by_id.entry(&id.value).or_default().push(port);
        }
    }
    for port in &product.output_ports {
        for input in &port.input_contracts {
            let same_id = bound_by_id.get(input.id.value.as_str()).map_or(&[][..], Vec::as_slice);
            let matches_version = |port: &&InputPort| match (&port.version, &input.version) {
                (Some(bound), Some(named)) => same_version(bound, named),
                _ => true,
            };
            let is_told = if same_id.is_empty() { has_lost_input } else { same_id.iter().any(is_unbound) };
            if is_told || same_id.iter().any(matches_version) {
                continue;
            }
            let version =
                input.version.as_ref().map(|version| format!(" at version `{}`", version.value)).unwrap_or_default();
            let message = format!(
                "output port `{}` is fed by the contract `{}`{version}, which no input port reads",
                port.name, input.id.value
            );
            let span =
                input.version.as_ref().filter(|_| !same_id.is_empty()).map_or(input.id.span, |version| version.span);
            let mut diagnostic = rules::INPUT_CONTRACT_NOT_AN_INPUT
                .at(product.header.file, span, message)
                .subject(product.header.reference());
            if let Some(bound) = same_id.first() {
                let version = bound.version.as_ref().map_or("", |version| version.value.as_str());
                let place = bound.version.as_ref().map_or(bound.span, |version| version.span);
                let named = input.version.as_ref().map_or("", |version| version.value.as_str());
                let help = match (is_published(&input.id, version), is_published(&input.id, named)) {
                    (true, false) => format!("write `version: \"{version}\"`, which input port `{}` reads", bound.name),
                    (false, true) => format!(
                        "`{version}` is not published: write `version: \"{named}\"` at input port `{}` as well",
                        bound.name
                    ),
                    _ => format!("input port `{}` binds version `{version}`: make the two agree", bound.name),
                };
                diagnostic =
                    diagnostic.help(help).related(product.header.file, place, "the input port reads this version");
            } else {
                let help = match sink.nearest(&input.id, bound_by_id.keys().copied().collect::<BTreeSet<_>>()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "add an input port with this contract, or remove it from `inputContracts`".to_owned(),
                };
                diagnostic = diagnostic.help(help);
            }
            sink.push(diagnostic);
        }
    }
}

/// Two products that publish the same version of one contract.
fn report_ambiguous_producers(mesh: &Mesh, sink: &mut Report<'_>) {
    for contract in &mesh.contracts {
        let Some(first) = contract.published_by.first() else { continue };
        for by in contract.published_by.iter().filter(|by| by.product_idx != first.product_idx) {
            let (product, other) =
                (&mesh.products[by.product_idx].descriptor, &mesh.products[first.product_idx].descriptor);
            let (port, other_port) = (&product.output_ports[by.port_idx], &other.output_ports[first.port_idx]);
            let place = |port: &crate::model::OutputPort| port.contract_id.as_ref().map_or(port.span, |id| id.span);
            let message = format!(
                "version `{}` of the contract `{}` is published by `{}` and by `{}`",
                contract.descriptor.version_text(),
                contract.descriptor.header.id.value,
                other.header.id.value,
                product.header.id.value,
            );
            sink.push(
                rules::AMBIGUOUS_PRODUCER
                    .at(product.header.file, place(port), message)
                    .label("second producer")
                    .help("give one of the two a contract of its own: a promise has one owner")
                    .related(other.header.file, place(other_port), "first producer")
                    .subject(product.header.reference()),
            );
        }
    }
}
