//! Which things are new, changed or gone between two meshes: of every kind, promised or not. What a change
//! weighs is judged elsewhere; here stands only that there is one, and in which fields.

use std::collections::{BTreeMap, BTreeSet};

use super::change::ContractChange;
use super::{Side, compare};
use crate::diagnostic::Sink;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref};
use crate::source::FileId;
use crate::yaml::{self, NodeRef};

/// What became of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThingState {
    /// It was not there before.
    New,
    /// It says something else than before.
    Changed,
    /// It was there under another name, or in another version.
    Renamed,
    /// It is no longer there.
    Removed,
}

/// A thing that is new, changed or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThingChange {
    /// What became of it.
    pub state: ThingState,
    /// Its kind.
    pub kind: Kind,
    /// `product:orders`, `contract:orders@2.1.0`, `term:sales/order`; of what is gone as it was.
    pub reference: String,
    /// Its name; of what is gone as it was.
    pub title: String,
    /// Where it is in the head; `None` for what is gone.
    pub head: Option<Found>,
    /// The descriptor; of what is gone where it stood.
    pub file: String,
    /// Fields at the top of the descriptor that differ.
    pub fields: Vec<String>,
    /// Texts beside the descriptor that are new, changed or gone.
    pub prose: Vec<String>,
    /// What it was called before, or where its file lay; the version of a contract that it replaces.
    pub was: Option<String>,
    /// The id of its domain.
    pub domain: Option<String>,
    /// The id of its owner.
    pub owner: Option<String>,
    /// References of what it belongs to: who publishes a contract, what a review is about.
    pub of: Vec<String>,
}

/// Lists what is new, changed or gone: by kind, then by reference. `contracts` says which version of a
/// contract came instead of which.
#[must_use]
pub fn things(base: Side<'_>, head: Side<'_>, contracts: &[ContractChange]) -> Vec<ThingChange> {
    let mut found = Vec::new();
    let names = Names::of(base.mesh, head.mesh, contracts);
    let headers = Kind::ALL.into_iter().flat_map(|kind| head.mesh.headers(kind));
    let described: BTreeSet<FileId> = headers.map(|header| header.file).collect();
    for kind in Kind::ALL {
        let (before, after) = (all(base.mesh, kind), all(head.mesh, kind));
        let mut is_kept: BTreeSet<&str> = BTreeSet::new();
        for (reference, idx) in &after {
            let old = names.old(reference);
            let partner = before.get(reference).map(|idx| (reference, *idx));
            let partner =
                partner.or_else(|| old.and_then(|old| before.get_key_value(old)).map(|(old, idx)| (old, *idx)));
            let (after, was) = (Found { kind, idx: *idx }, partner.filter(|(old, _)| *old != reference));
            if let Some((old, idx)) = partner {
                is_kept.insert(old);
                let before = Found { kind, idx };
                found.extend(compared((base, before), (head, after), was.map(|(old, _)| old.clone())));
            } else {
                found.push(ThingChange { state: ThingState::New, ..thing(head, after, true) });
            }
        }
        for (reference, idx) in &before {
            let gone = Found { kind, idx: *idx };
            if is_kept.contains(reference.as_str()) || base.mesh.header(gone).is_broken() {
                continue;
            }
            // A file that is there and describes nothing cannot be read: what it held is not gone.
            let path = base.sources.path(base.mesh.header(gone).file);
            let is_unread = head.sources.id(path).is_some_and(|file| !described.contains(&file));
            if !is_unread {
                found.push(ThingChange { state: ThingState::Removed, ..thing(base, gone, false) });
            }
        }
    }
    found.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.reference.cmp(&b.reference)));
    found
}

/// All things of a kind by reference; of two with one name the first.
fn all(mesh: &Mesh, kind: Kind) -> BTreeMap<String, usize> {
    let n = if kind == Kind::SemanticDefinition { mesh.terms.len() } else { mesh.headers(kind).len() };
    let mut all = BTreeMap::new();
    for idx in 0..n {
        all.entry(reference(mesh, Found { kind, idx })).or_insert(idx);
    }
    all
}

fn reference(mesh: &Mesh, found: Found) -> String {
    match found.kind {
        Kind::DataContract => format!("contract:{}", mesh.contract_version(found.idx)),
        _ => mesh.reference(found),
    }
}

/// Old names by new ones.
struct Names(BTreeMap<String, String>);

impl Names {
    fn of(base: &Mesh, head: &Mesh, contracts: &[ContractChange]) -> Names {
        let mut names = BTreeMap::new();
        for alias in &head.aliases {
            let (Ok(from), Ok(to)) = (Ref::parse(&alias.from), Ref::parse(&alias.to)) else { continue };
            for found in head.find(&to) {
                let mut old = Ref { kind: from.kind.or(Some(found.kind)), ..from.clone() };
                if found.kind == Kind::DataContract && old.version.is_none() {
                    old.version = Some(head.contracts[found.idx].descriptor.version_text().to_owned());
                }
                let was = base.find(&old);
                if let [was] = was.as_slice() {
                    names.entry(reference(head, found)).or_insert_with(|| reference(base, *was));
                }
            }
        }
        for contract in contracts {
            let (Some(before), Some(after)) = (contract.base_idx, contract.head_idx) else { continue };
            let old = &base.contracts[before].descriptor;
            let old = (old.header.id.value.as_str(), old.version_text());
            // A version that is still there has its successor beside it.
            if head.contract(old.0, old.1).is_none() {
                let new = reference(head, Found { kind: Kind::DataContract, idx: after });
                names.entry(new).or_insert_with(|| reference(base, Found { kind: Kind::DataContract, idx: before }));
            }
        }
        Names(names)
    }

    fn old(&self, new: &str) -> Option<&String> {
        self.0.get(new)
    }
}

/// Compares a thing with what it was; `None` when it says the same.
fn compared(
    (base, before): (Side<'_>, Found),
    (head, after): (Side<'_>, Found),
    was: Option<String>,
) -> Option<ThingChange> {
    let (old, new) = (base.mesh.header(before).file, head.mesh.header(after).file);
    let prose = prose_changed(base, before, head, after);
    let is_same_file = old == new;
    if is_same_file && prose.is_empty() && was.is_none() {
        return None;
    }
    let fields = if is_same_file { Vec::new() } else { fields((base, before), (head, after)) };
    if fields.is_empty() && prose.is_empty() && was.is_none() {
        return None;
    }
    let state = if was.is_some() { ThingState::Renamed } else { ThingState::Changed };
    Some(ThingChange { state, fields, prose, was, ..thing(head, after, true) })
}

/// Returns the fields at the top of two documents that differ; of a term those of its definition.
fn fields((base, before): (Side<'_>, Found), (head, after): (Side<'_>, Found)) -> Vec<String> {
    let (old, new) = (base.mesh.header(before).file, head.mesh.header(after).file);
    let (Some(old_text), Some(new_text)) = (base.text(old), head.text(new)) else { return Vec::new() };
    let mut ignored = Sink::default();
    let (one, two) = (yaml::parse(old, &old_text, &mut ignored), yaml::parse(new, &new_text, &mut ignored));
    let (Some(one), Some(two)) = (&one.tree, &two.tree) else { return vec!["file".to_owned()] };
    if before.kind != Kind::SemanticDefinition {
        return compare::other_fields(one.root(), two.root(), &[]);
    }
    let id = |side: Side<'_>, found: Found| side.mesh.term(&side.mesh.terms[found.idx]).id.value.clone();
    let (was, is) = (id(base, before), id(head, after));
    match (definition(one.root(), &was), definition(two.root(), &is)) {
        (Some(one), Some(two)) => compare::other_fields(one, two, &[]),
        _ => vec!["definition".to_owned()],
    }
}

fn definition<'t>(root: NodeRef<'t>, id: &str) -> Option<NodeRef<'t>> {
    root.list("definitions").find(|item| {
        let own = item.get("id").and_then(NodeRef::scalar_text);
        own.is_some_and(|own| own == id)
    })
}

/// The texts of a thing: README, prose, documents.
fn prose(side: Side<'_>, found: Found) -> BTreeMap<&str, FileId> {
    let (docs, sources, file) = (&side.mesh.docs, side.sources, side.mesh.header(found).file);
    let mut files = BTreeSet::new();
    if found.kind != Kind::SemanticDefinition && found.kind != Kind::DataContract {
        files.extend(docs.prose_of(file, sources));
    }
    if matches!(found.kind, Kind::DataProduct | Kind::Domain | Kind::Team | Kind::SourceSystem) {
        files.extend(docs.readme_of(file, sources));
    }
    if found.kind == Kind::DataProduct {
        files.extend(docs.documents_of(file, sources));
    }
    files.into_iter().map(|file| (sources.path(file), file)).collect()
}

fn prose_changed(base: Side<'_>, before: Found, head: Side<'_>, after: Found) -> Vec<String> {
    let (old, new) = (prose(base, before), prose(head, after));
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    paths.into_iter().filter(|path| old.get(path) != new.get(path)).map(str::to_owned).collect()
}

/// Says where a thing stands; whether it is in the head is for the caller to say.
fn thing(side: Side<'_>, found: Found, is_head: bool) -> ThingChange {
    let mesh = side.mesh;
    let header = mesh.header(found);
    let title = match found.kind {
        Kind::SemanticDefinition => {
            let node = &mesh.terms[found.idx];
            mesh.term(node).name.as_deref().unwrap_or(&node.id).to_owned()
        }
        Kind::DataContract => format!("{} {}", header.id.value, mesh.contracts[found.idx].descriptor.version_text()),
        _ => header.title().to_owned(),
    };
    let (domain, owner) = standing(mesh, found);
    ThingChange {
        state: ThingState::Changed,
        kind: found.kind,
        reference: reference(mesh, found),
        title: title.trim_end().to_owned(),
        head: is_head.then_some(found),
        file: side.sources.path(header.file).to_owned(),
        fields: Vec::new(),
        prose: Vec::new(),
        was: None,
        domain,
        owner,
        of: belongs_to(mesh, found),
    }
}

/// Returns the ids of the domain and the owner of a thing.
fn standing(mesh: &Mesh, found: Found) -> (Option<String>, Option<String>) {
    let idx = found.idx;
    match found.kind {
        Kind::DataProduct => (mesh.product_domain(&mesh.products[idx]), mesh.product_owner(&mesh.products[idx])),
        Kind::DataContract => (mesh.contract_domain(&mesh.contracts[idx]), mesh.contract_owner(&mesh.contracts[idx])),
        Kind::SourceSystem => (mesh.source_domain(&mesh.sources[idx]), mesh.source_owner(&mesh.sources[idx])),
        Kind::Domain => (mesh.domain_id(mesh.domains[idx].parent_idx), mesh.team_id(mesh.domains[idx].owner_idx)),
        Kind::Team => {
            (mesh.domain_id(mesh.teams[idx].domain_idx), mesh.reference(found).strip_prefix("team:").map(str::to_owned))
        }
        Kind::SemanticDefinition => {
            let domain = mesh.terms[idx].domain_idx;
            (mesh.domain_id(domain), domain.and_then(|idx| mesh.team_id(mesh.domains[idx].owner_idx)))
        }
        Kind::Policy => (None, mesh.policies[idx].owner.as_ref().map(|owner| owner.value.to_string())),
        Kind::AccessAgreement
        | Kind::Review
        | Kind::Waiver
        | Kind::Acknowledgement
        | Kind::Scorecard
        | Kind::MaturityModel => (None, None),
    }
}

/// Returns the references of what a thing belongs to.
fn belongs_to(mesh: &Mesh, found: Found) -> Vec<String> {
    let idx = found.idx;
    match found.kind {
        Kind::DataContract => {
            let contract = &mesh.contracts[idx];
            let product = |idx: usize| mesh.products[idx].descriptor.header.reference();
            let mut of: Vec<String> = contract.published_by.iter().map(|by| product(by.product_idx)).collect();
            of.dedup();
            of
        }
        Kind::AccessAgreement => {
            let product = mesh.agreements[idx].provider.product.as_ref();
            product.map(|id| format!("product:{}", id.value)).into_iter().collect()
        }
        Kind::Review => vec![qualified(&mesh.reviews[idx].subject.value)],
        Kind::Waiver => vec![mesh.waivers[idx].target.value.to_string()],
        Kind::Acknowledgement => vec![mesh.acknowledgements[idx].subject.value.to_string()],
        _ => Vec::new(),
    }
}

/// A review may name its product without the kind.
fn qualified(subject: &str) -> String {
    if subject.contains(':') { subject.to_owned() } else { format!("product:{subject}") }
}
