//! Where data products stand: their status, their owner and their domain, and whom it reaches that these change.

use std::collections::{BTreeMap, BTreeSet};

use super::Question;
use super::change::{Change, ChangeRule, ChangeSet, End, Gate, Level, Raw};
use super::impact::{self, Effect, ImpactedAgreement, ImpactedProduct};
use super::pairs::push;
use super::products::raw;
use super::readers::Readers;
use super::rules::ports::{DEPRECATED_OUTPUT_PORT, OUTPUT_PORT_TYPE_CHANGED, REMOVED_OUTPUT_PORT};
use super::rules::{meaning, products as rules};
use crate::graph::{Found, Mesh};
use crate::model::{DataProduct, Header, Kind, OutputPort, Text, major};
use crate::source::Span;

/// Compares status and owner of a product; says whether the owner is another one.
pub(super) fn compare_standing(
    question: &Question<'_>,
    before: &DataProduct,
    after: &DataProduct,
    set: &mut ChangeSet,
) -> bool {
    let headers: (Option<&Header>, Option<&Header>) = (Some(&before.header), Some(&after.header));
    let (was, is) = (before.header.status_word(), after.header.status_word());
    if was != is {
        let (rule, message): (&'static ChangeRule, &str) = match is {
            // It lives again, if not for long: nobody loses anything by that.
            "deprecated" if was == "retired" => {
                (&meaning::DOCUMENTATION_CHANGED, "the data product is no longer retired, and deprecated")
            }
            "deprecated" => (&rules::DEPRECATED_PRODUCT, "the data product is deprecated"),
            "retired" => (&rules::RETIRED_PRODUCT, "the data product is retired"),
            "draft" | "proposed" if !matches!(was, "draft" | "proposed") => {
                (&rules::WITHDRAWN_PRODUCT, "the data product is a draft again")
            }
            _ => (&meaning::DOCUMENTATION_CHANGED, "the status of the data product changes"),
        };
        let place =
            |product: &DataProduct| product.header.status.as_ref().map_or(product.header.id.span, |status| status.span);
        let stated = |word: &str| Some(word.to_owned()).filter(|word| !word.is_empty());
        let mut raw = raw(rule, "status".to_owned(), message.to_owned(), Some(place(before)), Some(place(after)));
        (raw.before, raw.after) = (stated(was), stated(is));
        let known = set.changes.len();
        push(question, set, raw, headers, None);
        for change in &mut set.changes[known..] {
            change.ends = ends(question.head.mesh, after);
        }
    }
    let (base, head) = (question.base.mesh, question.head.mesh);
    let owner = |mesh: &Mesh, product: &DataProduct| {
        mesh.product(&product.header.id.value).and_then(|idx| mesh.product_owner(&mesh.products[idx]))
    };
    let was = owner(base, before).map(|owner| question.renames.now(Kind::Team, &owner).to_owned());
    // A file that still has the old name of a team means the team.
    let is = owner(head, after).map(|owner| question.renames.now(Kind::Team, &owner).to_owned());
    if was == is {
        return false;
    }
    let message = match &is {
        Some(_) => "the data product has another owner",
        None => "the data product has no owner any more",
    };
    let mut raw = raw(
        &rules::PRODUCT_HANDED_OVER,
        "team.name".to_owned(),
        message.to_owned(),
        Some(team_place(before)),
        Some(team_place(after)),
    );
    (raw.before, raw.after) = (was, is);
    push(question, set, raw, headers, None);
    true
}

/// Compares the domains of a product; says whether it is in another one.
pub(super) fn compare_domains(
    question: &Question<'_>,
    before: &DataProduct,
    after: &DataProduct,
    set: &mut ChangeSet,
) -> bool {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let domain = |mesh: &Mesh, product: &DataProduct| {
        let domain = mesh.product(&product.header.id.value).and_then(|idx| mesh.product_domain(&mesh.products[idx]));
        // A file that still has the old name of a domain means the domain.
        domain.map(|domain| question.renames.now(Kind::Domain, &domain).to_owned())
    };
    let (was, is) = (domain(base, before), domain(head, after));
    if was == is {
        return false;
    }
    let message = match (&was, &is) {
        (Some(_), Some(is)) => format!("the data product moves to the domain `{is}`"),
        (_, None) => "the data product is in no domain any more".to_owned(),
        (None, Some(is)) => format!("the data product is in the domain `{is}` now"),
    };
    let place = |product: &DataProduct| product.domain.as_ref().map_or(product.header.id.span, |domain| domain.span);
    let raw = raw(&rules::PRODUCT_MOVED, "domain".to_owned(), message, Some(place(before)), Some(place(after)));
    let raw = Raw { gate: Gate::Decision, before: was, after: is, ..raw };
    push(question, set, raw, (Some(&before.header), Some(&after.header)), None);
    true
}

fn team_place(product: &DataProduct) -> Span {
    let name = product.team.as_ref().and_then(|team| team.name.as_ref());
    name.map_or(product.header.id.span, |name| name.span)
}

/// Returns what ends with a product: what it publishes and no other product that lives.
fn ends(head: &Mesh, product: &DataProduct) -> Vec<End> {
    let mut ends: Vec<End> = Vec::new();
    for port in &product.output_ports {
        let Some(end) = published(port).filter(|end| !ends.contains(end)) else { continue };
        let is_other = |by: usize| head.products[by].descriptor.header.id.value != product.header.id.value;
        let of_major = head
            .versions(&end.contract)
            .iter()
            .filter(|idx| end.major.is_empty() || major(head.contracts[**idx].descriptor.version_text()) == end.major);
        let mut by = of_major.flat_map(|idx| &head.contracts[*idx].published_by).map(|by| by.product_idx);
        if !by.any(|idx| is_other(idx) && !head.is_retired(idx)) {
            ends.push(end);
        }
    }
    ends
}

fn published(port: &OutputPort) -> Option<End> {
    let contract = port.contract_id.as_ref()?.value.clone();
    let version: Option<Text> = port.version.as_ref().map(|version| version.value.clone());
    Some(End { contract, major: version.as_ref().map(|version| major(version)).unwrap_or_default(), version })
}

/// Notes who reads a product whose status or owner is another one, and what its ports no longer publish.
pub(super) fn trace(question: &Question<'_>, readers: &Readers, set: &mut ChangeSet) {
    trace_ports(question, readers, set);
    let of_rules = |change: &&Change| !change.is_of_contract();
    let mut ids: Vec<Text> = set.changes.iter().filter(of_rules).map(|change| change.id.clone()).collect();
    ids.dedup();
    for id in ids {
        let own: Vec<&Change> =
            set.changes.iter().filter(of_rules).filter(|change| change.id == id && reach(change).is_some()).collect();
        let Some(effect) = own.iter().filter_map(|change| reach(change)).min() else { continue };
        let Some(product_idx) = question.head.mesh.product(&id) else { continue };
        let changed = format!("product:{id}");
        let published: Vec<End> =
            question.head.mesh.products[product_idx].descriptor.output_ports.iter().filter_map(published).collect();
        let breaking: Vec<&Change> = own.into_iter().filter(|change| change.level == Level::Breaking).collect();
        let Some(root) = question.base.mesh.product(question.renames.was(Kind::DataProduct, &id)) else { continue };
        let roots = [Found { kind: Kind::DataProduct, idx: root }];
        let rows = rows(question, readers, (&roots, &changed), (&published, effect), &breaking);
        let mut agreed: Vec<ImpactedAgreement> = Vec::new();
        for end in &published {
            agreed.extend(self::agreed(readers, end, &changed));
        }
        agreed.sort_by(|a, b| a.agreement.cmp(&b.agreement));
        agreed.dedup();
        set.impact.extend(rows);
        set.agreements.extend(agreed);
    }
}

/// Notes who reads what ports no longer publish, or publish in another way: the contract is there as it was. What else
/// breaks in the contract is told with it.
fn trace_ports(question: &Question<'_>, readers: &Readers, set: &mut ChangeSet) {
    let base = question.base.mesh;
    let of_ports = [&REMOVED_OUTPUT_PORT, &OUTPUT_PORT_TYPE_CHANGED, &DEPRECATED_OUTPUT_PORT];
    let is_it = |change: &&Change| of_ports.iter().any(|rule| rule.meta.code == change.rule.meta.code);
    let mut by_product: BTreeMap<Text, Vec<&Change>> = BTreeMap::new();
    for change in set.changes.iter().filter(is_it).filter(|change| change.level >= Level::Warning) {
        by_product.entry(change.id.clone()).or_default().push(change);
    }
    let is_told = |end: &End| {
        let changed = format!("contract:{}", end.contract);
        set.impact.iter().any(|row| row.changed == changed && row.is_hit())
    };
    let (mut found, mut agreements) = (Vec::new(), Vec::new());
    for (id, changes) in by_product {
        let changed = format!("product:{id}");
        let ends = changes.iter().flat_map(|change| &change.ends).filter(|end| !is_told(end));
        let ends: Vec<End> = ends.cloned().collect();
        let mut roots: Vec<Found> = Vec::new();
        for end in &ends {
            let of_major = |idx: &&usize| {
                end.major.is_empty() || major(base.contracts[**idx].descriptor.version_text()) == end.major
            };
            let versions = base.versions(question.renames.was(Kind::DataContract, &end.contract)).iter();
            roots.extend(versions.filter(of_major).map(|idx| Found { kind: Kind::DataContract, idx: *idx }));
            agreements.extend(agreed(readers, end, &changed));
        }
        let effect = changes.iter().filter_map(|change| reach(change)).min();
        let breaking: Vec<&Change> = changes.into_iter().filter(|change| change.level == Level::Breaking).collect();
        if let Some(effect) = effect.filter(|_| !roots.is_empty()) {
            found.extend(rows(question, readers, (&roots, &changed), (&ends, effect), &breaking));
        }
    }
    set.impact.extend(found);
    set.agreements.extend(agreements);
}

/// Returns the agreements about what ends, as rows of a change.
fn agreed(readers: &Readers, end: &End, changed: &str) -> Vec<ImpactedAgreement> {
    let all = readers.agreed(&end.contract, &end.major).into_iter();
    let row = |agreed: &super::readers::Agreed| ImpactedAgreement {
        changed: changed.to_owned(),
        agreement: agreed.agreement.clone(),
        consumer: agreed.consumer.clone(),
    };
    all.map(row).collect()
}

/// Returns what a change does to those who read the product; `None` where they need not hear of it.
fn reach(change: &Change) -> Option<Effect> {
    let is_handed_over = change.rule.meta.code == rules::PRODUCT_HANDED_OVER.meta.code;
    match change.level {
        Level::Breaking => Some(Effect::Breaks),
        Level::Warning => Some(Effect::Look),
        // Whoever has a question asks somebody else from now on.
        Level::Info if is_handed_over => Some(Effect::Look),
        Level::Compatible | Level::Info => None,
    }
}

fn rows(
    question: &Question<'_>,
    readers: &Readers,
    (roots, changed): (&[Found], &str),
    (published, effect): (&[End], Effect),
    breaking: &[&Change],
) -> Vec<ImpactedProduct> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let is_ending = |end: &End| breaking.is_empty() || breaking.iter().any(|change| change.ends.contains(end));
    let mut rows = Vec::new();
    for found in base.impact(roots) {
        let before = &base.products[found.product_idx];
        let id = question.renames.now(Kind::DataProduct, &before.descriptor.header.id.value);
        let Some(product_idx) = head.product(id) else { continue };
        let after = &head.products[product_idx];
        let (mut ports, mut is_bound, mut is_hit): (BTreeSet<String>, _, _) = (BTreeSet::new(), false, false);
        for end in published {
            for reader in readers.of_product(&end.contract, product_idx).filter(|reader| reader.takes(&end.major)) {
                is_bound = true;
                is_hit |= is_ending(end);
                ports.extend(reader.port.as_ref().map(ToString::to_string));
            }
        }
        let own = match effect {
            _ if found.distance > 1 => Effect::Downstream,
            _ if !is_bound => Effect::Moves,
            Effect::Breaks if !is_hit => Effect::Look,
            effect => effect,
        };
        let (waived_by, is_acknowledged) = match own {
            Effect::Breaks => impact::excused(breaking, &after.descriptor.header.reference()),
            _ => (Vec::new(), false),
        };
        let team = base.team_id(before.owner_idx).and_then(|id| base.team(&id));
        rows.push(ImpactedProduct {
            changed: changed.to_owned(),
            product: id.to_owned(),
            domain: head.product_domain(after),
            team: head.product_owner(after),
            handle: team.and_then(|idx| base.teams[idx].descriptor.forge_handle.as_ref()).map(ToString::to_string),
            distance: found.distance,
            ports: if found.distance == 1 { ports.into_iter().collect() } else { Vec::new() },
            reads: Vec::new(),
            hit: Vec::new(),
            may_read: false,
            pins: None,
            effect: own,
            waived_by,
            is_acknowledged,
        });
    }
    rows
}
