//! Who has to look at a change: owners of what changed and of what breaks, those who approve a waiver, and for
//! files that nothing describes whoever the owners' file of the base names. The base says who owns what it has.

use std::collections::{BTreeMap, BTreeSet};

use super::change::ChangeSet;
use super::impact::Effect;
use super::owners::CodeOwners;
use super::renames::Renames;
use super::{Side, waivers};
use crate::graph::{Found, Mesh};
use crate::model::{Header, Kind, Policy, Ref, SpannedText};
use crate::source::{SourceMap, parent};

/// Why somebody has to look. The heaviest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Something of theirs breaks at the merge.
    Breaks,
    /// Something of theirs may break: it does not say what it reads.
    MayBreak,
    /// Their word is missing.
    Acknowledges,
    /// They are named as those who approve.
    Approves,
    /// Something that they read changes, and only they can tell whether that matters.
    Looks,
    /// What changed is theirs.
    Owns,
}

impl Role {
    /// Returns the word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Role::Breaks => "breaks",
            Role::MayBreak => "may-break",
            Role::Acknowledges => "acknowledges",
            Role::Approves => "approves",
            Role::Looks => "looks",
            Role::Owns => "owns",
        }
    }
}

/// One reason for one reviewer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason {
    /// Why.
    pub role: Role,
    /// What of theirs it is about, as `kind:id`, or a path.
    pub subject: String,
    /// What changed, where that is something else.
    pub changed: Option<String>,
    /// The reason as a sentence without its subject: "owns `product:orders`, which changes".
    pub text: String,
}

/// Somebody who has to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewer {
    /// The id of the team, or its name where it is not registered; `None` for a handle of the owners' file alone.
    pub team: Option<String>,
    /// Its name on the forge.
    pub handle: Option<String>,
    /// Why, the heaviest first.
    pub reasons: Vec<Reason>,
}

/// Everybody who has to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Teams and handles, those whose things break first.
    pub reviewers: Vec<Reviewer>,
    /// What changed and has no owner, as `kind:id` or a path.
    pub unowned: Vec<String>,
}

/// Finds out who has to look. `owners` are those of files at the base, with the folder of the registry below the top.
#[must_use]
pub fn asked(base: Side<'_>, head: Side<'_>, (owners, prefix): (&CodeOwners, &str), set: &ChangeSet) -> Asked {
    let mut gathered = Gathered {
        base: base.mesh,
        head: head.mesh,
        renames: &set.renames,
        by: BTreeMap::new(),
        owned: BTreeSet::new(),
        unowned: BTreeSet::new(),
        known: BTreeSet::new(),
    };
    let homes = [base, head].map(|side| Homes::of(side.mesh, side.sources));
    for (part, side, other) in [(Part::Base, base, head), (Part::Head, head, base)] {
        for kind in Kind::ALL {
            let headers = side.mesh.headers(kind).into_iter().enumerate();
            for (idx, header) in headers.filter(|(_, header)| !other.sources.is_own(header.file)) {
                gathered.known.insert(side.sources.path(header.file).to_owned());
                gathered.descriptor(part, Found { kind, idx }, header);
            }
        }
    }
    for (side, other) in [(base, head), (head, base)] {
        for file in side.sources.below("").filter(|file| !other.sources.is_own(*file)) {
            let path = side.sources.path(file);
            // Result files have a number on each side, the same or not.
            let is_another = || side.tree.read(path).is_ok_and(|bytes| !other.tree.holds(path, &bytes));
            if !gathered.known.contains(path) && is_another() {
                gathered.other_file(&homes, (owners, prefix), path);
            }
        }
    }
    gathered.readers(set);
    gathered.finish()
}

/// Which thing a folder, and a file without its ending, is about.
struct Homes<'a> {
    folders: BTreeMap<&'a str, Found>,
    stems: BTreeMap<&'a str, Found>,
}

impl<'a> Homes<'a> {
    fn of(mesh: &Mesh, sources: &'a SourceMap) -> Homes<'a> {
        let mut homes = Homes { folders: BTreeMap::new(), stems: BTreeMap::new() };
        // Domains first: a product in the same folder is nearer to what lies there.
        for kind in [Kind::Domain, Kind::DataProduct] {
            for (idx, header) in mesh.headers(kind).into_iter().enumerate() {
                homes.folders.insert(parent(sources.path(header.file)), Found { kind, idx });
            }
        }
        for (idx, policy) in mesh.policies.iter().enumerate() {
            homes.stems.insert(stem(sources.path(policy.header.file)), Found { kind: Kind::Policy, idx });
        }
        homes
    }

    /// Returns what a file that is no descriptor belongs to.
    fn holder(&self, path: &str) -> Option<Found> {
        if let Some(found) = self.stems.get(stem(path)) {
            return Some(*found);
        }
        let mut folder = parent(path);
        loop {
            if let Some(found) = self.folders.get(folder) {
                return Some(*found);
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
    }
}

fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// Who is asked: a registered team by its id, else a name or a handle as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Team(String),
    Handle(String),
}

/// One of the two sides.
#[derive(Clone, Copy)]
enum Part {
    Base,
    Head,
}

struct Gathered<'a> {
    base: &'a Mesh,
    head: &'a Mesh,
    renames: &'a Renames,
    by: BTreeMap<Who, BTreeSet<Reason>>,
    owned: BTreeSet<String>,
    unowned: BTreeSet<String>,
    /// Paths of descriptors that changed.
    known: BTreeSet<String>,
}

impl Gathered<'_> {
    fn add(&mut self, who: Who, role: Role, subject: &str, changed: Option<&str>, text: String) {
        let changed = changed.map(str::to_owned);
        self.by.entry(who).or_default().insert(Reason { role, subject: subject.to_owned(), changed, text });
    }

    /// Notes who answers for a descriptor that is new, gone or another.
    fn descriptor(&mut self, part: Part, found: Found, header: &Header) {
        let (base, head, renames) = (self.base, self.head, self.renames);
        let id = header.id.value.as_str();
        let (mesh, was, is) = match part {
            Part::Base => (base, id, renames.now(found.kind, id)),
            Part::Head => (head, renames.was(found.kind, id), id),
        };
        // As it is called now.
        let reference = format!("{}:{is}", header.kind.word());
        let has = |mesh: &Mesh, id: &str| match found.kind {
            // All versions of a contract are one thing, and documents of a glossary are not found by their id.
            Kind::SemanticDefinition => mesh.glossaries.iter().any(|other| *other.header.id.value == *id),
            kind => !mesh.find(&Ref { kind: Some(kind), id: id.to_owned(), version: None, column: None }).is_empty(),
        };
        let what = match (has(base, was), has(head, is)) {
            (true, true) if was != is => format!("which was called `{was}`"),
            (true, true) => "which changes".to_owned(),
            (false, _) => "which is new".to_owned(),
            (true, false) => "which is gone".to_owned(),
        };
        if let Kind::Waiver = found.kind {
            let waiver = &mesh.waivers[found.idx];
            let both = waivers::by_id(self.base, was).zip(waivers::by_id(self.head, is));
            if both.is_some_and(|(before, after)| waivers::is_same(before, after, self.renames)) {
                return;
            }
            if let Some(who) = waiver.approved_by.as_ref().map(|team| self.called_now(part, named(mesh, team))) {
                let text = format!("is named as approving `{reference}`, {what}");
                // The two sides of one waiver are one reason, whatever it is about now.
                let now = self.head.waivers.iter().find(|other| *other.header.id.value == *is).unwrap_or(waiver);
                self.add(who, Role::Approves, &reference, Some(&now.target), text);
            }
            return;
        }
        if let Kind::Policy = found.kind {
            self.approvers(part, &mesh.policies[found.idx], (was, is), &reference);
        }
        if let (Kind::DataProduct, Part::Head) = (found.kind, part) {
            self.domains(found.idx, was, &reference);
        }
        let owners = self.owners(part, found);
        if owners.is_empty() && !matches!(found.kind, Kind::Scorecard | Kind::MaturityModel) {
            self.unowned.insert(reference.clone());
        }
        for who in owners {
            self.owned.insert(reference.clone());
            self.add(who, Role::Owns, &reference, None, format!("owns `{reference}`, {what}"));
        }
    }

    /// Notes who owns the domains that a product leaves and joins.
    fn domains(&mut self, product_idx: usize, was: &str, reference: &str) {
        let (base, head) = (self.base, self.head);
        let Some(base_idx) = base.product(was) else { return };
        let id = |mesh: &Mesh, idx: usize| {
            mesh.product_domain(&mesh.products[idx]).map(|id| self.renames.now(Kind::Domain, &id).to_owned())
        };
        let (left, joined) = (id(base, base_idx), id(head, product_idx));
        if left == joined {
            return;
        }
        let sides = [
            (Part::Base, base.products[base_idx].domain_idx, left, "leaves"),
            (Part::Head, head.products[product_idx].domain_idx, joined, "joins"),
        ];
        for (part, idx, id, verb) in sides {
            let (Some(idx), Some(id)) = (idx, id) else { continue };
            let domain = format!("domain:{id}");
            for who in self.owners(part, Found { kind: Kind::Domain, idx }) {
                let text = format!("owns `{domain}`, which `{reference}` {verb}");
                self.add(who, Role::Owns, &domain, Some(reference), text);
            }
        }
    }

    /// Notes who is named as approving a waiver inside a policy that is new, gone or another.
    fn approvers(&mut self, part: Part, policy: &Policy, (was, is): (&str, &str), reference: &str) {
        let (other, id) = match part {
            Part::Base => (self.head, is),
            Part::Head => (self.base, was),
        };
        let other = other.policies.iter().find(|other| *other.header.id.value == *id);
        let mesh = match part {
            Part::Base => self.base,
            Part::Head => self.head,
        };
        for waiver in waivers::others(policy, other, self.renames) {
            let Some(team) = waiver.approved_by else { continue };
            let who = self.called_now(part, named(mesh, team));
            let target = &waiver.target.value;
            let text = format!("is named as approving the waiver of `{reference}` for `{target}`, which changes");
            self.add(who, Role::Approves, reference, Some(target), text);
        }
    }

    /// Notes who answers for a file that is no descriptor: the owner of what it belongs to, else its owners on the forge.
    fn other_file(&mut self, homes: &[Homes<'_>; 2], (owners_of, prefix): (&CodeOwners, &str), path: &str) {
        for (part, mesh, homes) in [(Part::Base, self.base, &homes[0]), (Part::Head, self.head, &homes[1])] {
            let Some(found) = homes.holder(path) else { continue };
            let written = mesh.reference(found);
            let reference = match (part, written.split_once(':')) {
                (Part::Base, Some((word, id))) => format!("{word}:{}", self.renames.now(found.kind, id)),
                _ => written,
            };
            let owners = self.owners(part, found);
            for who in &owners {
                let text = format!("owns `{reference}`, to which `{path}` belongs");
                self.add(who.clone(), Role::Owns, path, Some(&reference), text);
            }
            if !owners.is_empty() {
                return;
            }
        }
        let path = format!("{prefix}{path}");
        let handles: Vec<String> = owners_of.of(&path).into_iter().map(str::to_owned).collect();
        if handles.is_empty() {
            self.unowned.insert(path);
            return;
        }
        for handle in handles {
            let text = format!("has `{path}` in CODEOWNERS, which changes");
            self.add(self.of_handle(&handle), Role::Owns, &path, None, text);
        }
    }

    /// Returns who answers for a thing of one side, as the head calls them.
    fn owners(&self, part: Part, found: Found) -> Vec<Who> {
        let mesh = match part {
            Part::Base => self.base,
            Part::Head => self.head,
        };
        owners(mesh, found).into_iter().map(|who| self.called_now(part, who)).collect()
    }

    fn called_now(&self, part: Part, who: Who) -> Who {
        match (part, who) {
            (Part::Base, Who::Team(team)) => Who::Team(self.renames.now(Kind::Team, &team).to_owned()),
            (_, who) => who,
        }
    }

    /// Returns the team that has a handle, else the handle.
    fn of_handle(&self, handle: &str) -> Who {
        let has = |team: &&crate::graph::TeamNode| {
            team.descriptor.forge_handle.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(handle))
        };
        match self.base.teams.iter().find(has) {
            Some(team) => self.called_now(Part::Base, Who::Team(team.descriptor.header.id.value.to_string())),
            None => Who::Handle(handle.to_owned()),
        }
    }

    /// Notes who reads what changed, and whose word is missing.
    fn readers(&mut self, set: &ChangeSet) {
        for row in set.impact.iter().filter(|row| row.distance == 1) {
            let subject = format!("product:{}", row.product);
            let Some(team) = row.team.clone() else {
                self.unowned.insert(subject);
                continue;
            };
            let hit = if row.hit.is_empty() { String::new() } else { format!(" (`{}`)", row.hit.join("`, `")) };
            let excuse = row.excuse().map(|excuse| format!(", {excuse}")).unwrap_or_default();
            let (role, text) = match row.effect {
                Effect::Breaks => {
                    (Role::Breaks, format!("reads `{}`{hit} with `{subject}`, which breaks{excuse}", row.changed))
                }
                Effect::MayBreak => {
                    (Role::MayBreak, format!("reads `{}` with `{subject}`, which may break{excuse}", row.changed))
                }
                Effect::Look => (Role::Looks, format!("reads `{}`{hit} with `{subject}`", row.changed)),
                Effect::Stays | Effect::Moves | Effect::Unaffected | Effect::Downstream => continue,
            };
            self.add(Who::Team(team), role, &subject, Some(&row.changed), text);
        }
        for to_do in set.to_do.iter().filter(|to_do| !to_do.is_done) {
            let Some(subject) = &to_do.who else { continue };
            let Ok(reference) = Ref::parse(subject) else { continue };
            let team = match reference.kind {
                Some(Kind::Team) => Some(reference.id.clone()),
                _ => self.head.product(&reference.id).and_then(|idx| self.head.product_owner(&self.head.products[idx])),
            };
            match team {
                Some(team) => {
                    let is_asked = |change: &crate::diff::Change| {
                        change.subject() == to_do.subject && to_do.text.contains(&change.message)
                    };
                    let is_of_words = set.changes.iter().any(|change| is_asked(change) && change.may_be_acknowledged());
                    let text = if is_of_words {
                        format!("is asked to acknowledge what ends of `{}` for `{subject}`", to_do.subject)
                    } else {
                        format!("has to lead `{subject}` away from `{}` first", to_do.subject)
                    };
                    self.add(Who::Team(team), Role::Acknowledges, subject, Some(&to_do.subject), text);
                }
                None => {
                    self.unowned.insert(subject.clone());
                }
            }
        }
    }

    fn finish(self) -> Asked {
        let (base, head, renames) = (self.base, self.head, self.renames);
        let handle = |team: &str| {
            let of = |mesh: &Mesh, team: &str| {
                mesh.team(team).map(|idx| mesh.teams[idx].descriptor.forge_handle.as_ref().map(ToString::to_string))
            };
            of(base, renames.was(Kind::Team, team)).or_else(|| of(head, team)).flatten()
        };
        let mut reviewers: Vec<Reviewer> = self
            .by
            .into_iter()
            .map(|(who, reasons)| {
                let reasons = reasons.into_iter().collect();
                match who {
                    Who::Team(team) => Reviewer { handle: handle(&team), team: Some(team), reasons },
                    Who::Handle(handle) => Reviewer { team: None, handle: Some(handle), reasons },
                }
            })
            .collect();
        reviewers.sort_by_key(|reviewer| reviewer.reasons.first().map(|reason| reason.role));
        let unowned = self.unowned.difference(&self.owned).cloned().collect();
        Asked { reviewers, unowned }
    }
}

/// Returns who answers for a thing, as one side says; a glossary stands for its terms.
fn owners(mesh: &Mesh, found: Found) -> Vec<Who> {
    let team = |idx: Option<usize>| idx.and_then(|idx| mesh.team_id(Some(idx))).map(Who::Team);
    let written = |name: Option<&SpannedText>| name.map(|name| named(mesh, name));
    let idx = found.idx;
    let of_product = |idx: usize| mesh.product_owner(&mesh.products[idx]).map(Who::Team);
    // What a record is about; a record about a record has no owner, and may be about itself.
    let of_subject = |reference: &str| {
        let found = mesh.find(&Ref::parse(reference).ok()?).first().copied()?;
        match found.kind {
            Kind::DataProduct | Kind::DataContract | Kind::Domain | Kind::Team | Kind::SourceSystem | Kind::Policy => {
                Some(owners(mesh, found))
            }
            Kind::SemanticDefinition => Some(owners(mesh, Found { idx: mesh.terms[found.idx].glossary_idx, ..found })),
            Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => None,
        }
    };
    let owner = match found.kind {
        Kind::DataProduct => of_product(idx),
        Kind::DataContract => mesh.contract_owner(&mesh.contracts[idx]).map(Who::Team),
        Kind::Domain => {
            let domain = &mesh.domains[idx];
            team(domain.owner_idx).or_else(|| written(domain.descriptor.owner.as_ref()))
        }
        Kind::Team => Some(Who::Team(mesh.teams[idx].descriptor.header.id.value.to_string())),
        Kind::SemanticDefinition => {
            let domain = mesh.glossaries[idx].domain.as_ref().and_then(|domain| mesh.domain(domain));
            domain.and_then(|idx| team(mesh.domains[idx].owner_idx))
        }
        Kind::SourceSystem => mesh.source_owner(&mesh.sources[idx]).map(Who::Team),
        Kind::Policy => written(mesh.policies[idx].owner.as_ref()),
        Kind::AccessAgreement => {
            let (provider, consumer) = (&mesh.agreements[idx].provider, &mesh.agreements[idx].consumer);
            let product = |id: &Option<SpannedText>| id.as_ref().and_then(|id| mesh.product(id)).and_then(of_product);
            let sides = [
                product(&provider.product).or_else(|| written(provider.team.as_ref())),
                product(&consumer.product).or_else(|| written(consumer.team.as_ref())),
            ];
            return sides.into_iter().flatten().collect();
        }
        Kind::Review => return of_subject(&mesh.reviews[idx].subject).unwrap_or_default(),
        Kind::Acknowledgement => {
            let consumer = mesh.acknowledgements[idx].consumer.as_ref();
            return consumer.and_then(|consumer| of_subject(consumer)).unwrap_or_default();
        }
        Kind::Waiver => written(mesh.waivers[idx].approved_by.as_ref()),
        Kind::Scorecard | Kind::MaturityModel => None,
    };
    owner.into_iter().collect()
}

/// Returns a team by its id or name, else the name as written.
fn named(mesh: &Mesh, name: &SpannedText) -> Who {
    Who::Team(mesh.team(name).and_then(|idx| mesh.team_id(Some(idx))).unwrap_or_else(|| name.value.to_string()))
}
