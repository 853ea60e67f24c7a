//! What data products publish and read.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::change::{Change, ChangeRule, ChangeSet, Direction, End, Gate, Raw};
use super::pairs::push;
use super::rules::{life, meaning, ports as rules};
use super::{Question, compare, pairs, standing};
use crate::graph::Mesh;
use crate::model::{DataProduct, Header, Kind, OutputPort, SpannedText, Text, major};
use crate::source::Span;
use crate::yaml::NodeRef;

/// Compares all products whose documents differ.
pub(super) fn compare_products(question: &Question<'_>, set: &mut ChangeSet) {
    let (base, head) = (question.base, question.head);
    for product in &base.mesh.products {
        let before = &*product.descriptor;
        let header = &before.header;
        if head.sources.is_own(header.file) || header.is_broken() {
            continue;
        }
        let id = question.renames.now(Kind::DataProduct, &header.id.value);
        match head.mesh.product(id).map(|idx| &*head.mesh.products[idx].descriptor) {
            Some(after) if !before.header.may_hold_more() && !after.header.may_hold_more() => {
                compare_pair(question, before, after, set);
            }
            Some(_) => {}
            None if question.broken.contains(base.sources.path(header.file)) => {}
            None => drop(ended_ports(question, before, None, set)),
        }
    }
    for product in head.mesh.products.iter().filter(|node| !base.sources.is_own(node.descriptor.header.file)) {
        let after = &*product.descriptor;
        if base.mesh.product(question.renames.was(Kind::DataProduct, &after.header.id.value)).is_none() {
            for port in &after.output_ports {
                added_port(question, port, (None, None), after, set);
            }
        }
    }
}

/// What a port publishes: contract and major.
type Published<'a> = Option<(&'a str, String)>;

/// The output ports of a product before and after, by name and by what they publish: a product may have very many.
struct Ports<'a> {
    /// The first port of the base with this name that publishes this.
    same: HashMap<(&'a str, Published<'a>), &'a OutputPort>,
    /// The first port of the base with this name.
    named: HashMap<&'a str, &'a OutputPort>,
    /// What ports of the base publish, with the first that is not there any more under its name.
    known: HashMap<Published<'a>, Option<&'a OutputPort>>,
}

impl<'a> Ports<'a> {
    fn of(question: &Question<'a>, before: &'a DataProduct, after: &'a DataProduct) -> Ports<'a> {
        let there: HashSet<(&str, Published<'_>)> =
            after.output_ports.iter().map(|port| (port.name.as_str(), publishes(port))).collect();
        let mut ports = Ports { same: HashMap::new(), named: HashMap::new(), known: HashMap::new() };
        for old in &before.output_ports {
            let published = published(question, old);
            let stays = there.contains(&(old.name.as_str(), published.clone()));
            ports.named.entry(&old.name).or_insert(old);
            ports.same.entry((&old.name, published.clone())).or_insert(old);
            let gone = ports.known.entry(published).or_default();
            if !stays && gone.is_none() {
                *gone = Some(old);
            }
        }
        ports
    }
}

fn compare_pair<'a>(question: &Question<'a>, before: &'a DataProduct, after: &'a DataProduct, set: &mut ChangeSet) {
    let n_known = set.changes.len();
    let told = ended_ports(question, before, Some(after), set);
    let ports = Ports::of(question, before, after);
    for port in &after.output_ports {
        let published = publishes(port);
        // What takes the place of what a port published is told with that.
        let is_new = match &published {
            Some(_) => !ports.known.contains_key(&published),
            None => !ports.named.contains_key(port.name.as_str()),
        };
        if is_new && !told.contains(&port.name) {
            added_port(question, port, (ports.named.get(port.name.as_str()).copied(), Some(before)), after, set);
        }
        renamed_port(question, port, &ports, (before, after), set);
        let Some(old) = ports.same.get(&(port.name.as_str(), published)).copied() else { continue };
        // Said for the first time the port is what it was.
        let words = match (&old.port_type, &port.port_type) {
            (Some(was), Some(is)) if !was.trim().eq_ignore_ascii_case(is.trim()) => Some("is of another type"),
            (Some(_), None) => Some("no longer says of which type it is"),
            _ => None,
        };
        if let Some(words) = words {
            let message = format!("the output port `{}` {words}", port.name);
            let path = format!("outputPorts.{}.type", port.name);
            let mut raw = raw(&rules::OUTPUT_PORT_TYPE_CHANGED, path, message, Some(old.span), Some(port.span));
            if port.port_type.is_none() {
                raw.direction = Direction::Undetermined;
            }
            raw.before = old.port_type.as_ref().map(ToString::to_string);
            raw.after = port.port_type.as_ref().map(ToString::to_string);
            push_port(question, set, raw, old, before, Some(after));
        }
        if port.is_deprecated && !old.is_deprecated {
            let message = format!("the output port `{}` is deprecated", port.name);
            let path = format!("outputPorts.{}.deprecated", port.name);
            let raw = raw(&rules::DEPRECATED_OUTPUT_PORT, path, message, Some(old.span), Some(port.span));
            push_port(question, set, raw, old, before, Some(after));
        }
    }
    unbound_ports(question, before, after, set);
    inputs(question, before, after, set);
    let mut told = Vec::new();
    if standing::compare_standing(question, before, after, set) {
        told.push("team");
    }
    if standing::compare_domains(question, before, after, set) {
        told.push("domain");
    }
    let is_told = set.changes.len() > n_known;
    let compare = |base: NodeRef<'_>, head: NodeRef<'_>| {
        let found = beside_ports(base, head, &told);
        if found.is_empty() && !is_told { respelt(base, head).into_iter().collect() } else { found }
    };
    for raw in pairs::documents(question, &before.header, &after.header, &compare) {
        push(question, set, raw, (Some(&before.header), Some(&after.header)), None);
    }
}

/// Finds what a product says beside its ports and where it stands in its life, and what its ports say beside what they
/// publish; `told` is told already.
fn beside_ports(base: NodeRef<'_>, head: NodeRef<'_>, told: &[&str]) -> Vec<Raw> {
    let handled = ["inputPorts", "outputPorts", "id", "kind", "status", "deprecated"];
    let fields = compare::other_fields(base, head, &[&handled, told].concat());
    let mut found = words_of_ports(base, head, "outputPorts");
    found.extend(words_of_ports(base, head, "inputPorts"));
    if fields.is_empty() {
        return found;
    }
    let message = format!("the data product says something else beside its ports: {}", fields.join(", "));
    let at = |node: NodeRef<'_>| fields.iter().find_map(|key| node.entry(key)).map(|(key, _)| key.span());
    let place = |node: NodeRef<'_>| at(node).or_else(|| node.entry("id").map(|(_, id)| id.span()));
    let mut raw = raw(&meaning::DOCUMENTATION_CHANGED, "product".to_owned(), message, place(base), place(head));
    if let [only] = fields.as_slice() {
        let value = |node: NodeRef<'_>| node.get(only)?.scalar_text().map(Into::into);
        (raw.before, raw.after) = (value(base), value(head));
    }
    found.push(raw);
    found
}

/// Tells what differs where no rule finds anything, so that nothing that differs goes without a word.
fn respelt(base: NodeRef<'_>, head: NodeRef<'_>) -> Option<Raw> {
    let fields = compare::other_fields(base, head, &[]);
    let first = fields.first()?;
    let message = format!("the data product says something else: {}", fields.join(", "));
    let place = |node: NodeRef<'_>| node.entry(first).or_else(|| node.entry("id")).map(|(key, _)| key.span());
    Some(raw(&meaning::DOCUMENTATION_CHANGED, first.clone(), message, place(base), place(head)))
}

/// Finds what ports say beside what they publish or read: those that keep their names, and input ports that go on reading
/// the same under another one.
fn words_of_ports(base: NodeRef<'_>, head: NodeRef<'_>, list: &str) -> Vec<Raw> {
    const OUTPUT: [&str; 6] = ["name", "type", "version", "contractId", "inputContracts", "deprecated"];
    const INPUT: [&str; 2] = ["version", "contractId"];
    let (noun, handled): (&str, &[&str]) = if list == "outputPorts" { ("output", &OUTPUT) } else { ("input", &INPUT) };
    // A product may have very many ports: each is looked up once.
    let olds: Vec<NodeRef<'_>> = base.list(list).collect();
    let mut is_taken = vec![false; olds.len()];
    let mut by_name: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (at, old) in olds.iter().enumerate() {
        by_name.entry(text_of(*old, "name").unwrap_or_default()).or_default().push_back(at);
    }
    let mut pairs = Vec::new();
    let mut left = Vec::new();
    for port in head.list(list) {
        let name = text_of(port, "name").filter(|name| !name.is_empty());
        match name.and_then(|name| by_name.get_mut(&name)?.pop_front()) {
            Some(at) => {
                is_taken[at] = true;
                pairs.push((olds[at], port));
            }
            None => left.push(port),
        }
    }
    if list == "inputPorts" && !left.is_empty() {
        let reads = |port: NodeRef<'_>| Some((text_of(port, "contractId")?, text_of(port, "version")));
        let mut by_read: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (at, old) in olds.iter().enumerate().filter(|(at, _)| !is_taken[*at]) {
            if let Some(read) = reads(*old) {
                by_read.entry(read).or_default().push_back(at);
            }
        }
        for port in left {
            let at = reads(port).and_then(|read| by_read.get_mut(&read)?.pop_front());
            pairs.extend(at.map(|at| (olds[at], port)));
        }
    }
    let change = |(old, port): (NodeRef<'_>, NodeRef<'_>)| {
        let name = text_of(old, "name").or_else(|| text_of(old, "contractId")).unwrap_or_default();
        let mut fields = compare::other_fields(old, port, handled);
        if list == "outputPorts" {
            let (was, is) = (text_of(old, "version"), text_of(port, "version"));
            let of_major = |version: &Option<String>| version.as_deref().map(major);
            if was != is && of_major(&was) == of_major(&is) && text_of(old, "contractId") == text_of(port, "contractId")
            {
                fields.push("version".to_owned());
            }
            if old.get("type").is_none() && port.get("type").is_some() {
                fields.push("type".to_owned());
            }
        }
        let first = fields.first()?;
        let message = format!("the {noun} port `{name}` says something else: {}", fields.join(", "));
        let place = |node: NodeRef<'_>| node.entry(first).or_else(|| node.entry("name")).map(|(key, _)| key.span());
        let path = format!("{list}.{name}");
        let mut raw = raw(&meaning::DOCUMENTATION_CHANGED, path, message, place(old), place(port));
        if let [only] = fields.as_slice() {
            let value = |node: NodeRef<'_>| node.get(only)?.scalar_text().map(Into::into);
            (raw.before, raw.after) = (value(old), value(port));
        }
        Some(raw)
    };
    pairs.into_iter().filter_map(change).collect()
}

fn text_of(node: NodeRef<'_>, key: &str) -> Option<String> {
    Some(node.get(key)?.as_str()?.to_owned())
}

fn publishes(port: &OutputPort) -> Published<'_> {
    let contract = port.contract_id.as_ref()?;
    Some((contract.value.as_str(), port.version.as_ref().map(|version| major(version)).unwrap_or_default()))
}

/// What a port of the base publishes, as the head calls it.
fn published<'a>(question: &Question<'a>, port: &'a OutputPort) -> Published<'a> {
    let (contract, wanted) = publishes(port)?;
    Some((question.renames.now(Kind::DataContract, contract), wanted))
}

/// Reports what a product published and no longer does. What nobody publishes any more because its contract
/// is gone is told there. Returns the names of the ports that are still there, with something else on them.
fn ended_ports(
    question: &Question<'_>,
    before: &DataProduct,
    after: Option<&DataProduct>,
    set: &mut ChangeSet,
) -> BTreeSet<Text> {
    let head = question.head.mesh;
    let mut replaced = BTreeSet::new();
    let mut is_told = BTreeSet::new();
    let new_ports = || after.iter().flat_map(|after| &after.output_ports);
    // What is a proposal yet promises readers nothing, where they had a promise.
    let is_coming = |mesh: &Mesh, contract: &str, port: &OutputPort| {
        let idx = port.version.as_ref().and_then(|version| mesh.contract(contract, &version.value));
        idx.is_some_and(|idx| mesh.contracts[idx].descriptor.header.is_coming())
    };
    let still: HashSet<(&str, String)> = new_ports().filter_map(publishes).collect();
    let live: HashSet<(&str, String)> = new_ports()
        .filter_map(|port| publishes(port).filter(|(contract, _)| !is_coming(head, contract, port)))
        .collect();
    let mut by_name: HashMap<&str, &OutputPort> = HashMap::new();
    for new in new_ports() {
        by_name.entry(&new.name).or_insert(new);
    }
    for port in &before.output_ports {
        let Some((contract, wanted)) = published(question, port) else { continue };
        let published = (contract, wanted.clone());
        let was_coming = port.contract_id.as_ref().is_some_and(|id| is_coming(question.base.mesh, &id.value, port));
        if live.contains(&published) || (was_coming && still.contains(&published)) {
            if let Some(after) = after {
                port_beside(question, port, &published, (before, after), set);
            }
            continue;
        }
        if !is_told.insert(published) {
            continue;
        }
        let of_major =
            |idx: &&usize| wanted.is_empty() || major(head.contracts[**idx].descriptor.version_text()) == wanted;
        let documents: Vec<&usize> = head.versions(contract).iter().filter(of_major).collect();
        let is_published = documents.iter().map(|idx| &head.contracts[**idx]).any(|contract| {
            !contract.published_by.is_empty() && (was_coming || !contract.descriptor.header.is_coming())
        });
        let is_of_contract = |change: &Change| {
            let told = [&life::WITHDRAWN_CONTRACT, &life::REMOVED_MAJOR];
            *change.id == *contract && told.iter().any(|rule| rule.meta.code == change.rule.meta.code)
        };
        if documents.is_empty() || is_published || set.changes.iter().any(is_of_contract) {
            continue;
        }
        // A port of the name may be there, with something else on it.
        let namesake = by_name.get(port.name.as_str()).copied();
        let message = match namesake {
            Some(_) => format!("the output port `{}` no longer publishes `{}`", port.name, named(port)),
            None => format!("the output port `{}` is removed", port.name),
        };
        replaced.extend(namesake.map(|port| port.name.clone()));
        let place = namesake.map(|port| port.span).or(after.map(|after| after.header.id.span));
        let mut raw =
            raw(&rules::REMOVED_OUTPUT_PORT, format!("outputPorts.{}", port.name), message, Some(port.span), place);
        raw.before = Some(named(port));
        raw.after = namesake.map(named);
        let known = set.changes.len();
        push_port(question, set, raw, port, before, after);
        // Readers agree to what is published instead; where nothing is, to the end of what they read.
        let goes_on = head.versions(contract).iter().rev().find(|idx| !head.contracts[**idx].published_by.is_empty());
        let version = goes_on.or(documents.last().copied()).map(|idx| head.contracts[*idx].descriptor.version_text());
        let ends = set.changes[known..].iter_mut().flat_map(|change| &mut change.ends);
        ends.for_each(|end| end.version = version.map(Text::from));
    }
    replaced
}

/// Compares output ports without a contract: no reader is known by them, and who reads them finds no port.
fn unbound_ports(question: &Question<'_>, before: &DataProduct, after: &DataProduct, set: &mut ChangeSet) {
    let there: HashSet<&str> = after.output_ports.iter().map(|port| port.name.as_str()).collect();
    let is_gone = |port: &&OutputPort| port.contract_id.is_none() && !there.contains(port.name.as_str());
    for port in before.output_ports.iter().filter(is_gone) {
        let message = format!("the output port `{}` is removed", port.name);
        let (path, place) = (format!("outputPorts.{}", port.name), after.header.id.span);
        let mut raw = raw(&rules::REMOVED_OUTPUT_PORT, path, message, Some(port.span), Some(place));
        raw.before = Some(named(port));
        push_port(question, set, raw, port, before, Some(after));
    }
}

/// Reports a port that is gone while another one goes on with what it published: who reads it by this port has to change.
/// A port that only has another name now is told as that.
fn port_beside(
    question: &Question<'_>,
    port: &OutputPort,
    published: &(&str, String),
    (before, after): (&DataProduct, &DataProduct),
    set: &mut ChangeSet,
) {
    let has_name = |product: &DataProduct, name: &str| product.output_ports.iter().any(|port| port.name == *name);
    let mut others = after.output_ports.iter().filter(|other| publishes(other).as_ref() == Some(published)).peekable();
    if has_name(after, &port.name) || others.clone().any(|other| !has_name(before, &other.name)) {
        return;
    }
    let Some(other) = others.next() else { return };
    let message =
        format!("the output port `{}` is removed; `{}` goes on with `{}`", port.name, other.name, named(other));
    let (rule, path) = (&rules::REMOVED_OUTPUT_PORT, format!("outputPorts.{}", port.name));
    let mut raw = raw(rule, path, message, Some(port.span), Some(other.span));
    raw.direction = Direction::Undetermined;
    raw.before = Some(named(port));
    push_port(question, set, raw, port, before, Some(after));
}

fn added_port(
    question: &Question<'_>,
    port: &OutputPort,
    (namesake, before): (Option<&OutputPort>, Option<&DataProduct>),
    after: &DataProduct,
    set: &mut ChangeSet,
) {
    let message = match namesake {
        Some(_) => format!("the output port `{}` publishes `{}` now", port.name, named(port)),
        None => format!("the output port `{}` is added", port.name),
    };
    let place = namesake.map(|old| old.span);
    let mut raw = raw(&rules::ADDED_OUTPUT_PORT, format!("outputPorts.{}", port.name), message, place, Some(port.span));
    raw.before = namesake.map(named);
    raw.after = Some(named(port));
    push(question, set, raw, (before.map(|before| &before.header), Some(&after.header)), None);
}

/// Reports a port that publishes what another one published, whose name is gone or has something else on it.
fn renamed_port(
    question: &Question<'_>,
    port: &OutputPort,
    ports: &Ports<'_>,
    (before, after): (&DataProduct, &DataProduct),
    set: &mut ChangeSet,
) {
    let published = publishes(port);
    if published.is_none() || ports.same.contains_key(&(port.name.as_str(), published.clone())) {
        return;
    }
    let Some(old) = ports.known.get(&published).copied().flatten() else { return };
    let message = format!("the output port `{}` is called `{}` now", old.name, port.name);
    let path = format!("outputPorts.{}.name", old.name);
    let mut raw = raw(&rules::OUTPUT_PORT_RENAMED, path, message, Some(old.span), Some(port.span));
    raw.before = Some(old.name.to_string());
    raw.after = Some(port.name.to_string());
    push(question, set, raw, (Some(&before.header), Some(&after.header)), None);
}

fn named(port: &OutputPort) -> String {
    let contract = port.contract_id.as_ref().map_or("no contract", |id| id.value.as_str());
    match &port.version {
        Some(version) => format!("{contract}@{}", version.value),
        None => contract.to_owned(),
    }
}

/// Adds a change of a port, which is about the readers of its contract.
fn push_port(
    question: &Question<'_>,
    set: &mut ChangeSet,
    raw: Raw,
    port: &OutputPort,
    before: &DataProduct,
    after: Option<&DataProduct>,
) {
    let known = set.changes.len();
    let headers: (Option<&Header>, Option<&Header>) = (Some(&before.header), after.map(|after| &after.header));
    push(question, set, raw, headers, None);
    for change in &mut set.changes[known..] {
        let published = published(question, port);
        let end = published.map(|(contract, major)| End { contract: contract.into(), major, version: None });
        change.ends = end.into_iter().collect();
    }
}

fn inputs(question: &Question<'_>, before: &DataProduct, after: &DataProduct, set: &mut ChangeSet) {
    let text = |kind: Kind, id: Option<&SpannedText>, version: Option<&SpannedText>| {
        // Names of the head stay what they are here: nothing that has one of them is called otherwise now.
        let id = id.map_or("", |id| question.renames.now(kind, &id.value));
        let version = version.map_or("", |version| version.value.as_str());
        [id, version].join("@").trim_end_matches('@').to_owned()
    };
    let read = |product: &DataProduct| -> BTreeSet<String> {
        let ports = product.input_ports.iter().map(|port| match &port.contract_id {
            Some(id) => text(Kind::DataContract, Some(id), port.version.as_ref()),
            None => text(Kind::SourceSystem, port.source_system.as_ref(), port.version.as_ref()),
        });
        let fed = product.output_ports.iter().flat_map(|port| {
            let inputs = port.input_contracts.iter().map(|input| (&input.id, input.version.as_ref()));
            inputs.map(|(id, version)| format!("{} into {}", text(Kind::DataContract, Some(id), version), port.name))
        });
        ports.chain(fed).filter(|text| !text.is_empty()).collect()
    };
    let (was, is) = (read(before), read(after));
    if was == is {
        return;
    }
    let only = |one: &BTreeSet<String>, two: &BTreeSet<String>| {
        Some(one.difference(two).cloned().collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    };
    let place = |product: &DataProduct| product.input_ports.first().map_or(product.header.id.span, |port| port.span);
    let message = "the data product reads something else".to_owned();
    let mut raw =
        raw(&rules::INPUT_PORTS_CHANGED, "inputPorts".to_owned(), message, Some(place(before)), Some(place(after)));
    raw.before = only(&was, &is);
    raw.after = only(&is, &was);
    push(question, set, raw, (Some(&before.header), Some(&after.header)), None);
}

pub(super) fn raw(
    rule: &'static ChangeRule,
    path: String,
    message: String,
    base: Option<Span>,
    head: Option<Span>,
) -> Raw {
    Raw {
        rule,
        direction: rule.direction,
        gate: Gate::Readers,
        path,
        message,
        before: None,
        after: None,
        base,
        head,
        column: None,
    }
}
