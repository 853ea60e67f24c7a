//! Who is downstream of what changed, what they read of it, and what happens to them when it is merged.

use std::collections::BTreeSet;

use super::Question;
use super::change::{Accepted, Change, ChangeSet, ContractChange, Gate, Level};
use super::readers::Readers;
use super::rules::life::{CONTRACT_ID_CHANGED, REMOVED_MAJOR};
use crate::graph::{ColumnPlace, Found, Mesh};
use crate::model::{Kind, Text, major};

/// What happens to a reader at the merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It reads what is broken.
    Breaks,
    /// It may read what is broken: it does not say what it reads.
    MayBreak,
    /// It may have to look.
    Look,
    /// It stays on the old major, which is still published.
    Stays,
    /// It reads the new version with this change.
    Moves,
    /// It states what it reads, and none of that changed; or nothing is broken.
    Unaffected,
    /// It reads through another product.
    Downstream,
}

impl Effect {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Effect::Breaks => "breaks",
            Effect::MayBreak => "may-break",
            Effect::Look => "look",
            Effect::Stays => "stays",
            Effect::Moves => "moves",
            Effect::Unaffected => "unaffected",
            Effect::Downstream => "downstream",
        }
    }
}

/// A product downstream of a contract that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactedProduct {
    /// The thing that changed, as `contract:id`.
    pub changed: String,
    /// Id of the product.
    pub product: String,
    /// Its domain.
    pub domain: Option<String>,
    /// Its owner.
    pub team: Option<String>,
    /// The handle of its owner on the forge, as the base states it.
    pub handle: Option<String>,
    /// Steps from the contract.
    pub distance: usize,
    /// Its input ports that read the contract; none for products further down.
    pub ports: Vec<String>,
    /// Columns of the contract that it states it reads.
    pub reads: Vec<String>,
    /// Those of them that changed.
    pub hit: Vec<String>,
    /// It reads the contract and does not state which columns.
    pub may_read: bool,
    /// The version its ports name; `None` for any, and for products further down.
    pub pins: Option<String>,
    /// What happens to it at the merge.
    pub effect: Effect,
    /// What of that the waivers are that cover it, where all of it is waived.
    pub waived_by: Vec<String>,
    /// It has acknowledged all of what breaks it, and the acknowledgement counts.
    pub is_acknowledged: bool,
}

impl ImpactedProduct {
    /// Says whether it breaks or may break, whether or not that may come.
    #[must_use]
    pub fn is_hit(&self) -> bool {
        matches!(self.effect, Effect::Breaks | Effect::MayBreak)
    }

    /// Says whether it does not read any more what it read before.
    #[must_use]
    pub fn has_left(&self) -> bool {
        let reads_none = self.ports.is_empty() && self.pins.is_none();
        self.effect == Effect::Moves && (self.changed.starts_with("product:") || reads_none)
    }

    /// Returns why it may come that it breaks, as a clause; `None` where nothing says so.
    #[must_use]
    pub fn excuse(&self) -> Option<String> {
        if !self.is_hit() {
            None
        } else if !self.waived_by.is_empty() {
            Some(format!("waived by `{}`", self.waived_by.join("`, `")))
        } else {
            self.is_acknowledged.then(|| "as it has acknowledged".to_owned())
        }
    }
}

/// An agreement about a contract that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImpactedAgreement {
    /// The thing that changed, as `contract:id`.
    pub changed: String,
    /// Id of the agreement.
    pub agreement: Text,
    /// Who reads by it, as `product:id` or `team:id`.
    pub consumer: String,
}

/// Notes who is downstream of each contract that changed.
pub(super) fn trace(question: &Question<'_>, readers: &Readers, set: &mut ChangeSet) {
    let mut rows = Vec::new();
    let mut agreements = Vec::new();
    let mut is_traced: BTreeSet<(Text, String)> = BTreeSet::new();
    // What is still published in its major says itself what its readers get; a new major that stands beside it does not
    // reach them.
    let (stay, leave): (Vec<usize>, Vec<usize>) =
        (0..set.contracts.len()).partition(|position| !leaves_major(&set.contracts[*position]));
    for position in stay.into_iter().chain(leave) {
        let contract = &set.contracts[position];
        let Some(base_version) = &contract.base_version else { continue };
        let wanted = major(base_version);
        let is_of_major = |other: &ContractChange| {
            other.id == contract.id && other.base_version.as_deref().is_some_and(|version| major(version) == wanted)
        };
        let is_same = |other: usize| {
            let other = &set.contracts[other];
            is_of_major(other) && leaves_major(other) == leaves_major(contract)
        };
        // Who names the new id of a contract has followed it.
        let is_followed = |change: &Change| change.accepted == Some(Accepted::ReadersFollow);
        let of_contract = |change: &&Change| change.contract.is_some_and(is_same) && !is_followed(change);
        let own = || set.changes.iter().filter(of_contract);
        if own().all(|change| change.level == Level::Info) {
            continue;
        }
        if !is_traced.insert((contract.id.clone(), wanted.clone())) {
            continue;
        }
        // Who has to look because a major ends wants to know what the next one takes away.
        let next = set.changes.iter().filter(|change| {
            change.contract.is_some_and(|at| is_of_major(&set.contracts[at]) && leaves_major(&set.contracts[at]))
        });
        let objects = objects(question, contract, &wanted);
        let changed = Changed::of(&own(), columns(next), &objects);
        rows.extend(products(question, readers, contract, &wanted, &changed));
        agreements.extend(readers.agreed(&contract.id, &wanted).into_iter().map(|agreed| ImpactedAgreement {
            changed: format!("contract:{}", contract.id),
            agreement: agreed.agreement.clone(),
            consumer: agreed.consumer.clone(),
        }));
    }
    set.impact = rows;
    set.agreements = agreements;
}

/// Says whether a change is about the id of a contract: it breaks those alone who still name the old one.
fn is_of_name(change: &Change) -> bool {
    change.rule.meta.code == CONTRACT_ID_CHANGED.meta.code
}

/// Says whether a change reaches every reader of its version: what is no matter of single columns, and what ends it. Who
/// loses a name or a major is asked elsewhere.
fn is_of_all(change: &Change) -> bool {
    let is_of_version = change.gate == Gate::Readers && change.rule.meta.code != REMOVED_MAJOR.meta.code;
    change.column.is_none() && (change.gate == Gate::Version || (is_of_version && !is_of_name(change)))
}

/// Says whether a document takes another major than it had, or is gone.
fn leaves_major(contract: &ContractChange) -> bool {
    let of = |version: &Option<String>| version.as_deref().map(major);
    of(&contract.head_version) != of(&contract.base_version)
}

/// Returns the columns of changes that a reader feels, as `object.column`.
fn columns<'c>(changes: impl Iterator<Item = &'c Change>) -> BTreeSet<String> {
    let felt = changes.filter(|change| change.level >= Level::Warning);
    felt.filter_map(|change| change.column.clone()).collect()
}

/// Returns the names of the objects that the base has in this major of a contract.
fn objects(question: &Question<'_>, contract: &ContractChange, wanted: &str) -> BTreeSet<String> {
    let base = question.base.mesh;
    let versions = base.versions(question.renames.was(Kind::DataContract, &contract.id)).iter();
    let of_major = versions.filter(|idx| major(base.contracts[**idx].descriptor.version_text()) == wanted);
    let objects = of_major.flat_map(|idx| &base.contracts[*idx].descriptor.objects);
    objects.map(|object| object.name.value.to_string()).collect()
}

/// Returns what of a contract a change is about, as `object.column` or the object alone; `None` where it is about all of
/// it, as it is where there is one object only.
fn part_of<'c>(change: &'c Change, objects: &'c BTreeSet<String>) -> Option<&'c str> {
    if let Some(column) = &change.column {
        return Some(column);
    }
    let path = change.path.strip_prefix("schema.")?;
    let is_it = |object: &&String| holds(object, path);
    let object = objects.iter().filter(is_it).max_by_key(|object| object.len())?;
    (objects.len() > 1).then_some(object)
}

/// What of a contract changed, for its readers.
struct Changed<'a> {
    breaks: bool,
    /// Something that is no matter of single columns or objects breaks.
    breaks_all: bool,
    warns: bool,
    /// What of it, as `object.column` or the object alone.
    parts: BTreeSet<String>,
    /// Those that differ in a document that takes the next major.
    next: BTreeSet<String>,
    /// What breaks, and what of it may come, each with what of the contract it is about.
    breaking: Vec<(&'a Change, Option<String>)>,
}

impl<'a> Changed<'a> {
    fn of(
        own: &(impl Iterator<Item = &'a Change> + Clone),
        next: BTreeSet<String>,
        objects: &BTreeSet<String>,
    ) -> Changed<'a> {
        let part = |change: &Change| part_of(change, objects).map(str::to_owned);
        let breaks = own.clone().filter(|change| change.level == Level::Breaking);
        let breaking: Vec<(&Change, Option<String>)> = breaks.map(|change| (change, part(change))).collect();
        let felt = own.clone().filter(|change| change.level >= Level::Warning);
        Changed {
            next,
            breaks: breaking.iter().any(|(change, _)| !is_of_name(change)),
            breaks_all: breaking.iter().any(|(change, part)| part.is_none() && is_of_all(change)),
            warns: own.clone().any(|change| change.level == Level::Warning && change.gate != Gate::Address),
            parts: felt.filter_map(part).collect(),
            breaking,
        }
    }

    /// Returns what of it reaches a reader that states the columns it reads, or may read any.
    fn reaching(&self, reads: &BTreeSet<ColumnPlace>, may_read: bool) -> Vec<&'a Change> {
        let is_read = |part: &String| reads.iter().any(|read| overlap(&read.path(), part));
        let reaches = |(_, part): &&(&Change, Option<String>)| may_read || part.as_ref().is_none_or(is_read);
        self.breaking.iter().filter(reaches).map(|(change, _)| *change).collect()
    }
}

/// Returns the waivers of what breaks a reader, where each has one, and whether the reader has acknowledged each that
/// has none.
pub(super) fn excused(breaking: &[&Change], reference: &str) -> (Vec<String>, bool) {
    let open = || breaking.iter().filter(|change| change.waived_by.is_none());
    let waivers: BTreeSet<&String> = breaking.iter().filter_map(|change| change.waived_by.as_ref()).collect();
    let is_waived = open().next().is_none();
    let is_acknowledged = !is_waived && open().all(|change| change.acknowledged_by.iter().any(|by| by == reference));
    (if is_waived { waivers.into_iter().cloned().collect() } else { Vec::new() }, is_acknowledged)
}

fn products(
    question: &Question<'_>,
    readers: &Readers,
    contract: &ContractChange,
    wanted: &str,
    changed: &Changed<'_>,
) -> Vec<ImpactedProduct> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let old_id = question.renames.was(Kind::DataContract, &contract.id);
    let of_major = |idx: &&usize| major(base.contracts[**idx].descriptor.version_text()) == wanted;
    let roots: Vec<Found> = base
        .versions(old_id)
        .iter()
        .filter(of_major)
        .map(|idx| Found { kind: Kind::DataContract, idx: *idx })
        .collect();
    let mut rows = Vec::new();
    for found in base.impact(&roots) {
        let before = &base.products[found.product_idx];
        let id = question.renames.now(Kind::DataProduct, &before.descriptor.header.id.value);
        // What goes with the change is not hit by it.
        let Some(product_idx) = head.product(id) else { continue };
        let after = &head.products[product_idx];
        let ports: Vec<_> = readers.of_product(&contract.id, product_idx).collect();
        let is_left = old_id != contract.id && readers.of_product(old_id, product_idx).next().is_some();
        let mut names: Vec<String> = if found.distance > 1 {
            Vec::new()
        } else {
            ports.iter().filter_map(|reader| reader.port.as_ref().map(ToString::to_string)).collect()
        };
        names.sort();
        names.dedup();
        let pins = ports.iter().find_map(|reader| reader.pins.clone());
        let is_bound = ports.iter().any(|reader| reader.takes(wanted));
        let places = if found.distance == 1 {
            base.places_read(found.product_idx, &roots.iter().map(|root| root.idx).collect()).0
        } else {
            BTreeSet::new()
        };
        let of_reads = |parts: &BTreeSet<String>| -> Vec<String> {
            let hit = places.iter().filter(|read| is_hit(&read.path(), parts)).cloned().map(ColumnPlace::name);
            hit.collect::<BTreeSet<String>>().into_iter().collect()
        };
        let new = || NewReads::of(question, &contract.id, (found.product_idx, product_idx), &changed.next);
        let new = (found.distance == 1 && !is_left && !is_bound).then(new).unwrap_or_default();
        let mut hit = of_reads(&changed.parts);
        let may_read = found.distance == 1 && (found.reads.is_empty() || found.is_partial);
        let is_new_major = leaves_major(contract);
        let stays = is_new_major && !contract.is_major_gone && pins.is_some();
        let effect = if found.distance > 1 {
            Effect::Downstream
        } else if is_left {
            Effect::Breaks
        } else if !is_bound {
            hit = new.hit;
            if new.is_lost { Effect::Look } else { Effect::Moves }
        } else if stays {
            Effect::Stays
        } else if changed.breaks && (!hit.is_empty() || changed.breaks_all || (is_new_major && contract.is_major_gone))
        {
            Effect::Breaks
        } else if changed.breaks && may_read {
            Effect::MayBreak
        } else if changed.warns && (may_read || !hit.is_empty() || changed.parts.is_empty()) {
            Effect::Look
        } else {
            Effect::Unaffected
        };
        if matches!(effect, Effect::Look) && hit.is_empty() {
            hit = of_reads(&changed.next);
        }
        let (waived_by, is_acknowledged) = match effect {
            Effect::Breaks | Effect::MayBreak => {
                excused(&changed.reaching(&places, may_read), &after.descriptor.header.reference())
            }
            _ => (Vec::new(), false),
        };
        let team = base.team_id(before.owner_idx).and_then(|id| base.team(&id));
        rows.push(ImpactedProduct {
            changed: format!("contract:{}", contract.id),
            product: id.to_string(),
            domain: head.product_domain(after),
            team: head.product_owner(after),
            handle: team.and_then(|idx| base.teams[idx].descriptor.forge_handle.as_ref()).map(ToString::to_string),
            distance: found.distance,
            ports: names,
            reads: found.reads,
            hit,
            may_read,
            pins: pins.map(|version| version.to_string()).filter(|_| found.distance == 1),
            effect,
            waived_by,
            is_acknowledged,
        });
    }
    rows
}

/// What a product that reads another version with this change reads of what that version changes.
#[derive(Default)]
struct NewReads {
    /// Columns, or objects as a whole.
    hit: Vec<String>,
    /// It names them as it did, and they are not there any more.
    is_lost: bool,
}

impl NewReads {
    /// `changed` are the columns that differ in the documents that take another major.
    fn of(question: &Question<'_>, id: &str, (before, after): (usize, usize), changed: &BTreeSet<String>) -> NewReads {
        let (base, head) = (question.base.mesh, question.head.mesh);
        let versions = |mesh: &Mesh, id: &str| -> BTreeSet<usize> { mesh.versions(id).iter().copied().collect() };
        let was = base.sources_written(before, &versions(base, question.renames.was(Kind::DataContract, id)));
        let is = head.sources_written(after, &versions(head, id));
        let lost = is.iter().filter(|(_, place)| place.is_none()).filter_map(|(written, _)| was.get(written)?.clone());
        let lost: BTreeSet<String> = lost.map(ColumnPlace::name).collect();
        if !lost.is_empty() {
            return NewReads { hit: lost.into_iter().collect(), is_lost: true };
        }
        let read = is.into_values().flatten().filter(|place| is_hit(&place.path(), changed));
        let hit: BTreeSet<String> = read.map(ColumnPlace::name).collect();
        NewReads { hit: hit.into_iter().collect(), is_lost: false }
    }
}

/// Says whether a column that is read, or an object as a whole, holds or is part of one that changed.
fn is_hit(read: &str, changed: &BTreeSet<String>) -> bool {
    changed.iter().any(|part| overlap(read, part))
}

/// Says whether one of two paths is part of the other.
fn overlap(one: &str, two: &str) -> bool {
    holds(one, two) || holds(two, one)
}

fn holds(above: &str, below: &str) -> bool {
    below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
