//! What filters ask of an entry, and what its card says. Contracts and schema objects have the domain and owner
//! of their contract; products have what their contracts say together.

use std::collections::BTreeSet;

use super::entry::{Entry, EntryKind};
use super::words::fold;
use crate::graph::{Evidence, Mesh, n_promises};
use crate::model::{DataContract, Kind, SchemaObject, ServiceLevel, SpannedText};
use crate::render::parts;
use crate::render::servers;

/// A value of a filter: how an address writes it, and how people read it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Value {
    /// What stands behind the colon: an id or a word.
    pub key: String,
    /// What people read.
    pub label: String,
}

impl Value {
    fn new(key: &str, label: &str) -> Value {
        Value { key: key.to_owned(), label: label.to_owned() }
    }
}

/// A filter. The order is that of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Facet {
    /// What kind of thing.
    Kind,
    /// The domain.
    Domain,
    /// The status.
    Status,
    /// The owning team.
    Owner,
    /// Tags.
    Tag,
    /// The types of server the data is on.
    Type,
    /// Personal data, and the other words of classification.
    Class,
    /// How fresh the data is promised to be.
    Fresh,
    /// Whether results keep the promises.
    Evidence,
    /// What there is: an agreement, a sample, a promise.
    Has,
}

impl Facet {
    /// All filters, in the order of the page.
    pub(super) const ALL: [Facet; 10] = [
        Facet::Kind,
        Facet::Domain,
        Facet::Status,
        Facet::Evidence,
        Facet::Owner,
        Facet::Type,
        Facet::Class,
        Facet::Fresh,
        Facet::Has,
        Facet::Tag,
    ];

    /// Returns the word before the colon, and in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Facet::Kind => "kind",
            Facet::Domain => "domain",
            Facet::Status => "status",
            Facet::Owner => "owner",
            Facet::Tag => "tag",
            Facet::Type => "type",
            Facet::Class => "class",
            Facet::Fresh => "fresh",
            Facet::Evidence => "evidence",
            Facet::Has => "has",
        }
    }

    /// Returns the head of the filter.
    pub(super) fn title(self) -> &'static str {
        match self {
            Facet::Kind => "Kind",
            Facet::Domain => "Domain",
            Facet::Status => "Status",
            Facet::Owner => "Owner",
            Facet::Tag => "Tag",
            Facet::Type => "Port type",
            Facet::Class => "Classification",
            Facet::Fresh => "Promised freshness",
            Facet::Evidence => "Evidence",
            Facet::Has => "Has",
        }
    }

    /// Returns what values were called before, as filters are written, each with what is the key now.
    pub(super) fn old_names(self, mesh: &Mesh) -> Vec<(String, String)> {
        let kind = match self {
            Facet::Domain => Kind::Domain,
            Facet::Owner => Kind::Team,
            _ => return Vec::new(),
        };
        mesh.old_names(kind).into_iter().map(|(old, now)| (fold(&old), now)).collect()
    }

    /// Returns the values an entry has.
    pub(super) fn values(self, mesh: &Mesh, entry: &Entry) -> Vec<Value> {
        let mut values = match self {
            Facet::Kind => vec![Value::new(entry.kind.word(), entry.kind.title())],
            Facet::Domain => domain(mesh, entry).into_iter().collect(),
            Facet::Status => {
                let status = status(mesh, entry);
                let label = parts::sentence(&status);
                if status.is_empty() { Vec::new() } else { vec![Value { key: status, label }] }
            }
            Facet::Owner => owner(mesh, entry).into_iter().collect(),
            Facet::Tag => tags(mesh, entry).map(|tag| Value::new(&tag.to_lowercase(), tag)).collect(),
            Facet::Type => types(mesh, entry),
            Facet::Class => classes(mesh, entry),
            Facet::Fresh => freshness(mesh, entry).map(|fresh| fresh.class.value()).into_iter().collect(),
            Facet::Evidence => evidence(mesh, entry)
                .map(|state| Value::new(&fold(state.word()), &parts::sentence(state.word())))
                .into_iter()
                .collect(),
            Facet::Has => has(mesh, entry),
        };
        values.sort();
        values.dedup_by(|a, b| a.key == b.key);
        values
    }
}

/// Returns the contracts whose promises an entry shares: its own, or those that a product stands for.
pub(super) fn contracts<'m>(mesh: &'m Mesh, entry: &Entry) -> Vec<&'m DataContract> {
    match entry.kind {
        EntryKind::Product => {
            mesh.standing_contracts(entry.idx).into_iter().map(|idx| &*mesh.contracts[idx].descriptor).collect()
        }
        EntryKind::Contract | EntryKind::Object => entry.contract(mesh).into_iter().collect(),
        EntryKind::Term
        | EntryKind::Domain
        | EntryKind::Team
        | EntryKind::Policy
        | EntryKind::Source
        | EntryKind::Page => Vec::new(),
    }
}

/// Returns the domain: registered, else as written.
pub(super) fn domain(mesh: &Mesh, entry: &Entry) -> Option<Value> {
    let (idx, written) = match entry.kind {
        EntryKind::Product => (mesh.products[entry.idx].domain_idx, &mesh.products[entry.idx].descriptor.domain),
        EntryKind::Contract | EntryKind::Object => {
            (mesh.contracts[entry.idx].domain_idx, &mesh.contracts[entry.idx].descriptor.domain)
        }
        EntryKind::Term => {
            let term = &mesh.terms[entry.idx];
            (term.domain_idx, &mesh.glossaries[term.glossary_idx].domain)
        }
        EntryKind::Domain => (Some(entry.idx), &None),
        EntryKind::Team => (mesh.teams[entry.idx].domain_idx, &mesh.teams[entry.idx].descriptor.domain),
        EntryKind::Source => (mesh.sources[entry.idx].domain_idx, &mesh.sources[entry.idx].descriptor.domain),
        EntryKind::Policy | EntryKind::Page => (None, &None),
    };
    match idx {
        Some(idx) => {
            let header = &mesh.domains[idx].descriptor.header;
            Some(Value::new(&header.id.value, header.title()))
        }
        None => written.as_ref().map(as_written),
    }
}

/// Returns the owning team: registered, else as written.
pub(super) fn owner(mesh: &Mesh, entry: &Entry) -> Option<Value> {
    let (idx, written) = match entry.kind {
        EntryKind::Product => {
            let product = &mesh.products[entry.idx];
            (product.owner_idx, product.descriptor.team.as_ref().and_then(|team| team.name.clone()))
        }
        EntryKind::Contract | EntryKind::Object => {
            let contract = &mesh.contracts[entry.idx];
            (contract.owner_idx, contract.descriptor.team.as_ref().and_then(|team| team.name.clone()))
        }
        EntryKind::Term => (mesh.terms[entry.idx].domain_idx.and_then(|idx| mesh.domains[idx].owner_idx), None),
        EntryKind::Domain => (mesh.domains[entry.idx].owner_idx, mesh.domains[entry.idx].descriptor.owner.clone()),
        EntryKind::Team => (Some(entry.idx), None),
        EntryKind::Policy => {
            let written = mesh.policies[entry.idx].owner.clone();
            (written.as_ref().and_then(|owner| mesh.team(owner)), written)
        }
        EntryKind::Source => (mesh.sources[entry.idx].owner_idx, mesh.sources[entry.idx].descriptor.owner.clone()),
        EntryKind::Page => (None, None),
    };
    match idx {
        Some(idx) => {
            let header = &mesh.teams[idx].descriptor.header;
            Some(Value::new(&header.id.value, header.title()))
        }
        None => written.as_ref().map(as_written),
    }
}

/// Returns who approves access to a product by the roles of its contracts, each once.
pub(super) fn approvers<'m>(mesh: &'m Mesh, entry: &Entry) -> BTreeSet<&'m str> {
    let roles = contracts(mesh, entry).into_iter().flat_map(|contract| contract.all_roles().map(|(role, _)| role));
    let names = roles.flat_map(|role| [&role.first_level_approvers, &role.second_level_approvers]);
    names.flatten().map(|name| name.trim()).filter(|name| !name.is_empty()).collect()
}

fn as_written(text: &SpannedText) -> Value {
    Value::new(&text.value, &text.value)
}

/// Returns what results say of the promises of a product or contract.
pub(super) fn evidence(mesh: &Mesh, entry: &Entry) -> Option<Evidence> {
    match entry.kind {
        EntryKind::Product => Some(mesh.product_evidence(entry.idx).state),
        // What is said of a contract is said of its tables.
        EntryKind::Contract | EntryKind::Object => Some(mesh.contract_evidence(entry.idx).state),
        _ => None,
    }
}

/// Returns the status in lower case; empty when not stated. Of a policy it is the stage.
pub(super) fn status(mesh: &Mesh, entry: &Entry) -> String {
    if entry.kind == EntryKind::Policy {
        return mesh.policies[entry.idx].stage.as_deref().unwrap_or("enforced").trim().to_lowercase();
    }
    let is_deprecated = entry.object(mesh).is_some_and(|object| object.is_deprecated);
    let status = entry.header(mesh).map_or("", |header| header.status_word());
    if is_deprecated && status != "retired" { "deprecated".to_owned() } else { status.into() }
}

/// Returns the tags of an entry: its own, those of an object with those of its contract.
pub(super) fn tags<'m>(mesh: &'m Mesh, entry: &Entry) -> impl Iterator<Item = &'m str> {
    let own = entry.object(mesh).map_or(&[][..], |object| &object.tags[..]);
    // Tags of a glossary say nothing about one of its terms.
    let header = entry.header(mesh).filter(|_| entry.kind != EntryKind::Term);
    let shared = header.map_or(&[][..], |header| &header.tags[..]);
    own.iter().chain(shared).map(crate::model::Text::as_str)
}

/// Returns the types of the servers in production.
pub(super) fn types(mesh: &Mesh, entry: &Entry) -> Vec<Value> {
    let own: &[crate::model::Server] =
        if entry.kind == EntryKind::Source { &mesh.sources[entry.idx].descriptor.servers } else { &[] };
    let mut found: Vec<Value> = Vec::new();
    let all = contracts(mesh, entry).into_iter().flat_map(|contract| &contract.servers).chain(own);
    for server in all.filter(|server| servers::is_production(server)) {
        let key = server.server_type.to_lowercase();
        if !found.iter().any(|known| known.key == key) {
            found.push(Value { key: key.to_string(), label: servers::type_title(&server.server_type) });
        }
    }
    found
}

/// Says whether there is personal data, where columns are classified at all.
pub(super) fn has_personal_data(mesh: &Mesh, entry: &Entry) -> Option<bool> {
    let written = classifications(mesh, entry);
    (!written.is_empty()).then(|| written.into_iter().any(|class| mesh.is_personal(class)))
}

/// Returns the classifications of the columns of an entry, as they are written.
fn classifications<'m>(mesh: &'m Mesh, entry: &Entry) -> Vec<&'m str> {
    if let Some(object) = entry.object(mesh) {
        return object.classifications();
    }
    let objects = contracts(mesh, entry).into_iter().flat_map(|contract| &contract.objects);
    objects.flat_map(SchemaObject::classifications).collect()
}

fn classes(mesh: &Mesh, entry: &Entry) -> Vec<Value> {
    let written = classifications(mesh, entry);
    let mut words: BTreeSet<String> = written.into_iter().map(|class| class.trim().to_lowercase()).collect();
    let (is_classified, is_personal_data) = (!words.is_empty(), words.iter().any(|word| mesh.is_personal(word)));
    // Other words for personal data say more, and stand beside it.
    words.retain(|word| !parts::is_plainly_personal(word));
    let mut values: Vec<Value> = words.iter().map(|word| Value::new(word, &parts::sentence(word))).collect();
    match (is_classified, is_personal_data) {
        (false, _) => {}
        (true, true) => values.push(Value::new("personal", "Personal data")),
        (true, false) => values.push(Value::new("none", "No personal data stated")),
    }
    values
}

/// How long data may be on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fresh {
    Minutes,
    Hours,
    Days,
    Weeks,
}

impl Fresh {
    fn value(self) -> Value {
        let (key, label) = match self {
            Fresh::Minutes => ("minutes", "Within minutes"),
            Fresh::Hours => ("hours", "Within hours"),
            Fresh::Days => ("days", "Within days"),
            Fresh::Weeks => ("weeks", "A week or more"),
        };
        Value::new(key, label)
    }
}

/// The shortest promise of freshness of an entry.
pub(super) struct Freshness<'m> {
    pub class: Fresh,
    level: &'m ServiceLevel,
    /// Others promise less.
    is_mixed: bool,
}

impl Freshness<'_> {
    /// Says it in words: which property it is, and whether others promise less.
    pub(super) fn words(&self) -> String {
        let words = [&parts::level_value(self.level), " ", &parts::words(&self.level.property)].concat();
        if self.is_mixed { words + " at best" } else { words }
    }
}

/// Returns the shortest promise of freshness.
pub(super) fn freshness<'m>(mesh: &'m Mesh, entry: &Entry) -> Option<Freshness<'m>> {
    const NAMES: [&str; 6] = ["freshness", "timeliness", "latency", "la", "frequency", "fy"];
    let promise = |contract: &'m DataContract| {
        NAMES.iter().find_map(|name| {
            let level = contract.service_level(name)?;
            let amount: f64 = level.value.trim().parse().ok()?;
            Some((seconds(amount, level.unit.as_deref().unwrap_or("d"))?, level))
        })
    };
    let promises: Vec<(u64, &ServiceLevel)> = contracts(mesh, entry).into_iter().filter_map(promise).collect();
    let (seconds, level) = *promises.iter().min_by_key(|(seconds, _)| *seconds)?;
    let is_mixed = promises.iter().any(|(other, _)| *other > seconds);
    Some(Freshness { class: class(seconds), level, is_mixed })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small positive number")]
fn seconds(amount: f64, unit: &str) -> Option<u64> {
    let factor = match unit.trim().to_lowercase().as_str() {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" | "min" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        "mo" | "month" | "months" => 2_592_000.0,
        "y" | "yr" | "year" | "years" => 31_536_000.0,
        _ => return None,
    };
    let seconds = amount * factor;
    (0.0..1e12).contains(&seconds).then_some(seconds as u64)
}

fn class(seconds: u64) -> Fresh {
    match seconds {
        0..3_600 => Fresh::Minutes,
        3_600..86_400 => Fresh::Hours,
        86_400..604_800 => Fresh::Days,
        _ => Fresh::Weeks,
    }
}

fn has(mesh: &Mesh, entry: &Entry) -> Vec<Value> {
    let agreements = match entry.kind {
        EntryKind::Product => mesh.products[entry.idx].agreements.len(),
        EntryKind::Contract | EntryKind::Object => {
            let id = &mesh.contracts[entry.idx].descriptor.header.id.value;
            let producers = mesh.contracts[entry.idx].published_by.iter().map(|by| &mesh.products[by.product_idx]);
            let all = producers.flat_map(|product| &product.agreements).map(|idx| &mesh.agreements[*idx]);
            // An agreement that names no contract is about all of the product.
            all.filter(|agreement| agreement.provider.contract.as_ref().is_none_or(|named| named.value == *id)).count()
        }
        _ => 0,
    };
    let has_sample = match entry.object(mesh) {
        Some(object) => object.summary.has_examples,
        None => contracts(mesh, entry)
            .iter()
            .flat_map(|contract| &contract.objects)
            .any(|object| object.summary.has_examples),
    };
    let has_promise = contracts(mesh, entry).iter().any(|contract| n_promises(contract) > 0);
    let all = [
        (agreements > 0, "agreement", "An agreement on access"),
        (has_sample, "sample", "Example values"),
        (has_promise, "promise", "A promise"),
    ];
    all.into_iter().filter(|(is, ..)| *is).map(|(_, key, label)| Value::new(key, label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_fall_into_classes() {
        let of = |amount, unit| seconds(amount, unit).map(class);
        assert_eq!(of(15.0, "min"), Some(Fresh::Minutes));
        assert_eq!(of(60.0, "minutes"), Some(Fresh::Hours));
        assert_eq!(of(24.0, "h"), Some(Fresh::Days));
        assert_eq!(of(1.0, "W"), Some(Fresh::Weeks));
        assert_eq!((of(1.0, "moons"), of(-1.0, "d"), of(f64::NAN, "d")), (None, None, None));
    }
}
