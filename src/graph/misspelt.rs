//! Ids with a slip. What several places name and nothing has, and a thing next to it that nothing names, are
//! one mistake at that thing; a port whose contract is not there means the one that is near. Both are told
//! once, and count as what is meant from then on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use ahash::{HashMap, HashMapExt as _};
use rayon::prelude::*;

use super::mesh::{Mesh, Product};
use super::near::Report;
use super::rules;
use crate::model::{Descriptor, Header, Kind, Reading, Ref, ResultFile, SpannedText, Text, bare_version, same_version};
use crate::source::Location;
use crate::yaml::is_misspelt;

/// The fewest places that know an id better than its own file does.
const MIN_PLACES: usize = 2;
/// How many of the places are shown.
const MAX_SHOWN: usize = 5;

/// Where a word is written that nothing has.
type Places = Vec<(Text, Location)>;

/// What is there, by kind and key, and whether anything names it. Nearly all references lead somewhere, so only
/// those that do not are kept.
struct Ids(HashMap<Kind, HashMap<Text, AtomicBool>>);

impl Ids {
    fn of(descriptors: &[Descriptor]) -> Ids {
        let mut ids: HashMap<Kind, HashMap<Text, AtomicBool>> = HashMap::new();
        for header in descriptors.iter().map(Descriptor::header) {
            let of_kind = ids.entry(header.kind).or_default();
            of_kind.extend(keys(header).map(|key| (key.as_ref().into(), AtomicBool::new(false))));
        }
        Ids(ids)
    }

    /// Notes that something is named; says whether it is there.
    fn name(&self, kind: Kind, key: &str) -> bool {
        let Some(is_named) = self.0.get(&kind).and_then(|ids| ids.get(key)) else { return false };
        is_named.store(true, Ordering::Relaxed);
        true
    }

    fn has(&self, kind: Kind, key: &str) -> bool {
        self.0.get(&kind).is_some_and(|ids| ids.contains_key(key))
    }

    fn is_named(&self, kind: Kind, key: &str) -> bool {
        self.0.get(&kind).and_then(|ids| ids.get(key)).is_some_and(|is_named| is_named.load(Ordering::Relaxed))
    }
}

/// Reports each thing with a misspelt id, and gives it the id that is meant.
pub(super) fn mend_ids(descriptors: &mut [Descriptor], results: &[ResultFile], sink: &mut Report<'_>) {
    let ids = Ids::of(descriptors);
    let mut places: BTreeMap<(Kind, Text), Places> = BTreeMap::new();
    let lost = references_in(descriptors, results, |kind, (written, _)| !ids.name(kind, &key_of(kind, written)));
    for Named { kind, written, location, .. } in lost {
        let key = key_of(kind, &written).as_ref().into();
        places.entry((kind, key)).or_default().push((written, location));
    }
    // What nothing names, by kind, where a name leads nowhere; the versions of a contract share their id, and one of
    // them may have another.
    let mut unnamed: BTreeMap<Kind, BTreeSet<Text>> = BTreeMap::new();
    let is_asked = |kind: Kind| kind == Kind::DataContract || places.keys().any(|(lost, _)| *lost == kind);
    let asked: BTreeSet<Kind> = Kind::ALL.into_iter().filter(|kind| is_asked(*kind)).collect();
    for header in descriptors.iter().map(Descriptor::header).filter(|header| !header.is_broken()) {
        if asked.contains(&header.kind) && !keys(header).any(|key| ids.is_named(header.kind, &key)) {
            unnamed.entry(header.kind).or_default().insert(header.id.value.clone());
        }
    }
    let mut meant: HashMap<(Kind, Text), Places> = HashMap::new();
    for ((kind, _), places) in places {
        let Some(open) = unnamed.get_mut(&kind).filter(|_| places.len() >= MIN_PLACES) else { continue };
        let word = &places[0].0;
        let Some(id) = sink.nearest(word, open.iter().map(Text::as_str)).map(Text::from) else { continue };
        let is_only = sink.nearest(word, open.iter().map(Text::as_str).filter(|other| *other != id)).is_none();
        if is_only && is_misspelt(word, &id) {
            open.remove(&id);
            meant.insert((kind, id), places);
        }
    }
    if let Some(open) = unnamed.get_mut(&Kind::DataContract).filter(|open| !open.is_empty()) {
        mend_versions((descriptors, results), &ids, open, &mut meant, sink);
    }
    if meant.is_empty() {
        return;
    }
    for descriptor in descriptors {
        let header = descriptor.header_mut();
        let key = (header.kind, header.id.value.clone());
        if let Some(places) = meant.get(&key) {
            push_misspelt(header, places, sink);
            header.id.value = places[0].0.clone();
            // Results could not name it, so its promises may not have been kept.
            header.reading = header.reading.max(Reading::Partial);
        }
    }
}

/// Of a contract with several versions one may have another id: finds it among those that nothing names.
fn mend_versions(
    (descriptors, results): (&[Descriptor], &[ResultFile]),
    ids: &Ids,
    open: &mut BTreeSet<Text>,
    meant: &mut HashMap<(Kind, Text), Places>,
    sink: &mut Report<'_>,
) {
    let contracts = descriptors.iter().map(Descriptor::header).filter(|header| header.kind == Kind::DataContract);
    let mut there: HashMap<&str, Vec<&str>> = HashMap::new();
    for header in contracts {
        let version = header.version.as_ref().map(|version| bare_version(version));
        there.entry(&header.id.value).or_default().extend(version);
    }
    let has = |id: &str, version: &str| there.get(id).is_some_and(|versions| versions.contains(&bare_version(version)));
    let mut versions: BTreeMap<(Text, Text), Places> = BTreeMap::new();
    let lost = references_in(descriptors, results, |_, (written, version)| {
        version.is_some_and(|version| ids.has(Kind::DataContract, written) && !has(written, version))
    });
    for Named { written, version, location, .. } in lost {
        let version = version.unwrap_or_default();
        versions.entry((written.clone(), version)).or_default().push((written, location));
    }
    for ((word, version), places) in versions {
        if places.len() < MIN_PLACES {
            continue;
        }
        let near = sink.nearest(&word, open.iter().map(Text::as_str)).map(Text::from);
        if let Some(id) = near.filter(|id| is_misspelt(&word, id) && has(id, &version)) {
            open.remove(&id);
            meant.insert((Kind::DataContract, id), places);
        }
    }
}

fn push_misspelt(header: &Header, places: &[(Text, Location)], sink: &mut Report<'_>) {
    let (id, word, n) = (&header.id.value, &places[0].0, places.len());
    let message = format!("nothing names the {} `{id}`, and {n} places look for it as `{word}`", header.kind.title());
    let mut finding = rules::MISSPELT_ID
        .at(header.file, header.id.span, message)
        .label("its id may be misspelt")
        .help(format!(
            "write `id: {word}`; to rename it, write that and run `meshfolio mv {}:{word} {id}`, which corrects the {n} places and \
             keeps the old address with an alias; if this is another thing, correct the {n} places",
            header.kind.word()
        ))
        .subject(header.reference());
    for (_, location) in places.iter().take(MAX_SHOWN) {
        finding = finding.related(location.file, location.span, format!("named `{word}` here"));
    }
    sink.push(finding);
}

/// Teams and domains are found by id or name, in any case.
fn key_of(kind: Kind, written: &str) -> Cow<'_, str> {
    match kind {
        Kind::Team | Kind::Domain => written.trim().to_lowercase().into(),
        _ => written.into(),
    }
}

fn keys(header: &Header) -> impl Iterator<Item = Cow<'_, str>> {
    let name = header.name.as_deref().filter(|_| matches!(header.kind, Kind::Team | Kind::Domain));
    [Some(header.id.value.as_str()), name].into_iter().flatten().map(|word| key_of(header.kind, word))
}

/// What is done with a reference: the kind, the id and where there is one the version of what it names.
type Take<'a> = dyn FnMut(Kind, (&str, Option<&str>), Location) + 'a;

/// A reference: what it names, and where it is written.
struct Named {
    kind: Kind,
    written: Text,
    version: Option<Text>,
    location: Location,
}

/// Returns the references of descriptors and result files that are `wanted`, in the order of the files. All are looked
/// at, in parallel.
fn references_in(
    descriptors: &[Descriptor],
    results: &[ResultFile],
    wanted: impl Fn(Kind, (&str, Option<&str>)) -> bool + Sync,
) -> Vec<Named> {
    let take = |into: &mut Vec<Named>, kind, (written, version): (&str, Option<&str>), location| {
        if wanted(kind, (written, version)) {
            into.push(Named { kind, written: written.into(), version: version.map(Text::from), location });
        }
    };
    let of_descriptor = |descriptor| {
        let mut found = Vec::new();
        for_each_reference(descriptor, &mut |kind, named, location| take(&mut found, kind, named, location));
        found
    };
    let mut found: Vec<Named> = descriptors.par_iter().flat_map_iter(of_descriptor).collect();
    for file in results {
        let Some(contract) = &file.contract else { continue };
        let version = file.version.as_ref().map(|version| version.value.as_str());
        let location = Location { file: file.file, span: contract.span };
        take(&mut found, Kind::DataContract, (contract, version), location);
    }
    found
}

fn for_each_reference(descriptor: &Descriptor, take: &mut Take<'_>) {
    let file = descriptor.header().file;
    let mut one = |kind: Kind, written: Option<&SpannedText>, version: Option<&SpannedText>| {
        if let Some(written) = written.filter(|written| !written.trim().is_empty()) {
            let version = version.map(|version| version.value.as_str());
            take(kind, (written, version), Location { file, span: written.span });
        }
    };
    match descriptor {
        Descriptor::DataProduct(product) => {
            one(Kind::Domain, product.domain.as_ref(), None);
            one(Kind::Team, product.team.as_ref().and_then(|team| team.name.as_ref()), None);
            for port in &product.input_ports {
                one(Kind::DataContract, port.contract_id.as_ref(), port.version.as_ref());
                one(Kind::SourceSystem, port.source_system.as_ref(), None);
            }
            for port in &product.output_ports {
                one(Kind::DataContract, port.contract_id.as_ref(), port.version.as_ref());
                port.input_contracts
                    .iter()
                    .for_each(|input| one(Kind::DataContract, Some(&input.id), input.version.as_ref()));
            }
        }
        Descriptor::DataContract(contract) => {
            one(Kind::Domain, contract.domain.as_ref(), None);
            one(Kind::Team, contract.team.as_ref().and_then(|team| team.name.as_ref()), None);
        }
        Descriptor::Domain(domain) => {
            one(Kind::Domain, domain.parent.as_ref(), None);
            one(Kind::Team, domain.owner.as_ref(), None);
            domain.stewards.iter().for_each(|steward| one(Kind::Team, Some(steward), None));
        }
        Descriptor::Team(team) => one(Kind::Domain, team.domain.as_ref(), None),
        Descriptor::SemanticDefinition(glossary) => one(Kind::Domain, glossary.domain.as_ref(), None),
        Descriptor::SourceSystem(source) => {
            one(Kind::Domain, source.domain.as_ref(), None);
            one(Kind::Team, source.owner.as_ref(), None);
        }
        Descriptor::Policy(policy) => {
            one(Kind::Team, policy.owner.as_ref(), None);
            policy.scope.domains.iter().for_each(|domain| one(Kind::Domain, Some(domain), None));
            for waiver in &policy.waivers {
                one(Kind::Team, waiver.approved_by.as_ref(), None);
            }
        }
        Descriptor::AccessAgreement(agreement) => {
            one(Kind::Team, agreement.provider.team.as_ref(), None);
            one(Kind::Team, agreement.consumer.team.as_ref(), None);
            one(Kind::DataProduct, agreement.provider.product.as_ref(), None);
            one(Kind::DataProduct, agreement.consumer.product.as_ref(), None);
            one(Kind::DataContract, agreement.provider.contract.as_ref(), None);
        }
        Descriptor::Waiver(waiver) => one(Kind::Team, waiver.approved_by.as_ref(), None),
        Descriptor::Review(_)
        | Descriptor::Acknowledgement(_)
        | Descriptor::Scorecard(_)
        | Descriptor::MaturityModel(_) => {}
    }
    for written in subjects(descriptor) {
        if let Ok(Ref { kind: Some(kind), id, .. }) = Ref::parse(written) {
            take(kind, (&id, None), Location { file, span: written.span });
        }
    }
}

/// Returns what a descriptor names as `kind:id`.
fn subjects(descriptor: &Descriptor) -> Vec<&SpannedText> {
    match descriptor {
        Descriptor::Review(review) => [Some(&review.subject), review.reviewer.as_ref()].into_iter().flatten().collect(),
        Descriptor::Waiver(waiver) => vec![&waiver.target],
        Descriptor::Acknowledgement(entry) => {
            [Some(&entry.subject), entry.consumer.as_ref()].into_iter().flatten().collect()
        }
        Descriptor::Policy(policy) => policy.waivers.iter().map(|waiver| &waiver.target).collect(),
        _ => Vec::new(),
    }
}

/// Reports every port whose contract is not there; one with a slip counts as the contract that is meant.
pub(super) fn mend_ports(mesh: &mut Mesh, sink: &mut Report<'_>) {
    let is_dangling = |id: &Option<SpannedText>| id.as_ref().is_some_and(|id| mesh.versions(id).is_empty());
    let has_dangling = |product: &Product| {
        let (outputs, inputs) = (&product.descriptor.output_ports, &product.descriptor.input_ports);
        outputs.iter().any(|port| is_dangling(&port.contract_id))
            || inputs.iter().any(|port| is_dangling(&port.contract_id))
    };
    // Nearly all lead somewhere.
    let dangling: Vec<usize> =
        (0..mesh.products.len()).into_par_iter().filter(|idx| has_dangling(&mesh.products[*idx])).collect();
    if dangling.is_empty() {
        return;
    }
    let mut outputs: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for port in mesh.products.iter().flat_map(|product| &product.descriptor.output_ports) {
        if let Some(id) = &port.contract_id {
            outputs.entry(id).or_default().push(port.version.as_ref().map(|version| version.value.as_str()));
        }
    }
    let mut meant: Vec<(usize, bool, usize, Text)> = Vec::new();
    for product_idx in dangling {
        let product = &mesh.products[product_idx];
        let header = &product.descriptor.header;
        for (port_idx, port) in product.descriptor.output_ports.iter().enumerate() {
            let Some(id) = port.contract_id.as_ref().filter(|id| mesh.versions(id).is_empty()) else { continue };
            // Whoever publishes it already is not the port that lost it.
            let is_taken = |version: Option<&str>| match (version, &port.version) {
                (Some(taken), Some(own)) => same_version(taken, own),
                _ => true,
            };
            let is_free = |near: &str| !outputs.get(near).is_some_and(|taken| taken.iter().copied().any(is_taken));
            let lost = Lost { side: "output", port: &port.name, id, version: port.version.as_ref() };
            let near = push_dangling(mesh, header, &lost, &is_free, sink).filter(|near| is_free(near));
            meant.extend(near.map(|near| (product_idx, true, port_idx, near)));
        }
        // What is retired reads nothing any more.
        let inputs = product.descriptor.input_ports.iter().enumerate().filter(|_| !mesh.is_retired(product_idx));
        for (port_idx, port) in inputs {
            // What a port publishes without a contract can still be read.
            let is_there = |id: &&SpannedText| !mesh.versions(id).is_empty() || outputs.contains_key(id.value.as_str());
            let Some(id) = port.contract_id.as_ref().filter(|id| !is_there(id)) else { continue };
            if super::ports::is_self(product, port) {
                continue;
            }
            // What another port reads already is not what this one lost.
            let is_read = |other: &crate::model::InputPort, near: &str| {
                other.contract_id.as_ref().is_some_and(|id| id.value.as_str() == near)
            };
            let is_free = |near: &str| !product.descriptor.input_ports.iter().any(|other| is_read(other, near));
            let lost = Lost { side: "input", port: &port.name, id, version: port.version.as_ref() };
            let near = push_dangling(mesh, header, &lost, &is_free, sink);
            meant.extend(near.map(|near| (product_idx, false, port_idx, near)));
        }
    }
    for (product_idx, is_output, port_idx, id) in meant {
        let product = &mut mesh.products[product_idx].descriptor;
        let written = if is_output {
            product.output_ports[port_idx].contract_id.as_mut()
        } else {
            product.input_ports[port_idx].contract_id.as_mut()
        };
        if let Some(written) = written {
            let as_written = std::mem::replace(&mut written.value, id);
            if !is_output {
                mesh.mended_inputs.push((product_idx, port_idx, as_written));
            }
        }
    }
}

/// A port whose contract is not there.
struct Lost<'a> {
    /// `input` or `output`.
    side: &'a str,
    port: &'a str,
    id: &'a SpannedText,
    version: Option<&'a SpannedText>,
}

/// Says whether an input port of a product of this version of ODPS needs no contract.
fn has_source_systems(api_version: &str) -> bool {
    !matches!(api_version.trim(), "v0.9.0" | "v1.0.0")
}

/// Reports a port whose contract is not there; returns the contract that is meant by a slip. It is written into the file
/// where nothing else can be meant: the version is there, and it `is_free` for the port.
fn push_dangling(
    mesh: &Mesh,
    header: &Header,
    lost: &Lost<'_>,
    is_free: &dyn Fn(&str) -> bool,
    sink: &mut Report<'_>,
) -> Option<Text> {
    let Lost { side, port, id: contract_id, version } = *lost;
    if header.is_broken() {
        return None;
    }
    let known = || mesh.contracts.iter().map(|contract| contract.descriptor.header.id.value.as_str());
    let message =
        format!("{side} port `{port}` names the contract `{}`, which is not in this registry", contract_id.value);
    let near = sink.nearest_in("contracts", contract_id, known);
    let is_there = |id: &str| {
        let mut versions = mesh.versions(id).iter().map(|idx| mesh.contracts[*idx].descriptor.version_text());
        version.is_none_or(|version| versions.any(|there| same_version(there, version)))
    };
    let sure = near.as_deref().filter(|near| is_free(near) && is_there(near));
    let others = known().filter(|other| Some(*other) != near.as_deref());
    let fix = sink.mended(header, (contract_id, sure), others);
    let help = match &near {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if side == "output" => "add the contract as `*.odcs.yaml`, or correct `contractId`".to_owned(),
        None => {
            let takes = if has_source_systems(&header.api_version) { "" } else { ", which takes `apiVersion: v1.1.0`" };
            format!(
                "add the product that publishes it; what comes from a source system has `sourceSystemId` in its \
                 `customProperties` in place of `contractId` and `version`{takes}"
            )
        }
    };
    sink.push(
        rules::DANGLING_REFERENCE
            .at(header.file, contract_id.span, message)
            .label("no contract has this id")
            .help(help)
            .maybe_fix(fix)
            .subject(header.reference()),
    );
    near.filter(|meant| is_misspelt(contract_id, meant)).map(Text::from)
}
