//! Addresses that the base has published and the head has not: pages of things, of versions of contracts, and
//! what aliases of the base led on. Published addresses are permanent (DESIGN section 4).

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, ChangeRule, ChangeSet, Gate, Level};
use super::rules::addresses as rules;
use super::{Question, Side};
use crate::diagnostic::Configured;
use crate::graph::{Found, Mesh, page_of, slug_of, version_slug};
use crate::model::{Header, Kind, Ref, Text, major};
use crate::source::{Location, Span};

/// Compares the addresses of both sides.
pub(super) fn compare_addresses(question: &Question<'_>, set: &mut ChangeSet) {
    let base = question.base.mesh;
    let mut lost: Vec<Lost> = Vec::new();
    let heirs = OnceCell::new();
    for found in base.paged() {
        // The address of a term follows its domain, that of a contract the version that its page shows; that of all
        // others is in their own file.
        let is_own_file = !matches!(found.kind, Kind::SemanticDefinition | Kind::DataContract);
        if is_own_file && question.head.sources.is_own(base.header(found).file) {
            continue;
        }
        // All versions of a contract have one page in common: the last that is in use stands for them.
        let stands = || {
            let header = |idx: usize| &base.contracts[idx].descriptor.header;
            let versions = base.versions(&header(found.idx).id.value);
            versions.iter().rev().find(|idx| !header(**idx).is_coming()).or(versions.last()) == Some(&found.idx)
        };
        if found.kind != Kind::DataContract || stands() {
            lost.extend(lost_thing(question, found, &heirs));
        }
        if found.kind == Kind::DataContract {
            lost.extend(lost_version(question, found.idx));
        }
    }
    lost.extend(lost_aliases(question));
    if lost.is_empty() {
        return;
    }
    let mut known: BTreeSet<String> = question.head.mesh.pages();
    known.extend(question.head.mesh.moves().into_iter().map(|moved| moved.from));
    for lost in lost.into_iter().filter(|lost| !known.contains(&lost.page)) {
        note(question, lost, set);
    }
}

/// An address that nothing of its own name has any more.
struct Lost {
    rule: &'static ChangeRule,
    level: Level,
    /// It is of a draft or a proposal, which has promised nothing.
    is_unfinished: bool,
    kind: Kind,
    id: Text,
    /// Of a version of a contract: its position in the base, and in the head that of the version that stands in for it.
    version: Option<(usize, usize)>,
    /// What of the thing: `address`, or `address.2.1.0` of a version.
    path: String,
    page: String,
    /// The page that the thing has now.
    now: Option<String>,
    base: Location,
    head: Option<Location>,
    help: String,
}

fn note(question: &Question<'_>, lost: Lost, set: &mut ChangeSet) {
    let Lost { rule, level, kind, id, path, page, now, base, head, help, is_unfinished, version } = lost;
    let place = question.head.sources.path(head.unwrap_or(base).file);
    let level = match question.grading.configured((&rule.meta, None), place) {
        Configured::Off => return,
        Configured::As(_) if is_unfinished => Level::Info,
        Configured::As(severity) => Level::of(severity),
        Configured::Nothing => level,
    };
    let of_version = |contract: &super::ContractChange| version.is_some_and(|(idx, _)| contract.base_idx == Some(idx));
    let contract = set.contracts.iter().position(of_version);
    let subject = format!("{}:{id}", kind.word());
    let stated = version.map(|(idx, _)| question.base.mesh.contracts[idx].descriptor.version_text());
    // The version that stands in its file now is what a waiver can name.
    let head_mesh = question.head.mesh;
    let is_there = |node: &&crate::graph::Contract| head.is_some_and(|head| node.descriptor.header.file == head.file);
    let in_its_place = || version.map(|(_, idx)| &head_mesh.contracts[idx]);
    let now_there = head_mesh.contracts.iter().find(is_there).or_else(in_its_place);
    let now_there = now_there.map(|node| node.descriptor.version_text());
    let versions: Vec<&str> = stated.into_iter().chain(now_there).collect();
    let mut waivers = question.waivers.iter();
    let waived_by = waivers.find(|waiver| waiver.covers_change(&rule.meta, &subject, &versions));
    let waived_by = waived_by.map(|waiver| waiver.id.clone());
    set.changes.push(Change {
        rule,
        direction: rule.direction,
        level,
        kind,
        id,
        path,
        message: format!("the address `{page}` is lost"),
        before: Some(page),
        after: now,
        base: Some(base),
        head,
        column: None,
        acknowledged_by: Vec::new(),
        waived_by,
        accepted: None,
        contract,
        help: Some(help),
        gate: Gate::Address,
        ends: Vec::new(),
    });
}

/// Finds out whether a thing of the base has another page in the head, or none.
fn lost_thing<'a>(question: &Question<'a>, found: Found, heirs: &OnceCell<Heirs<'a>>) -> Option<Lost> {
    let (base, head) = (question.base, question.head);
    let before = Thing::of(base.mesh, found)?;
    let same = same(head.mesh, found.kind, &before.id);
    let now = same.and_then(|same| head.mesh.slug(same));
    if now.as_deref() == Some(before.slug.as_str()) || is_hidden(question, &before, same) {
        return None;
    }
    let heir = match same {
        Some(_) => None,
        None => heirs.get_or_init(|| Heirs::of(base, head)).heir(base, &before),
    };
    let after = same.or(heir).and_then(|found| Thing::of(head.mesh, found));
    let from = before.old_name();
    let kind = found.kind;
    let aliases = question.aliases;
    let help = match (&after, same.is_some()) {
        (Some(after), true) => {
            let keep = match kind {
                Kind::SemanticDefinition => String::new(),
                _ => format!("keep it with `- {{property: slug, value: {}}}` in `customProperties`, or ", before.slug),
            };
            format!("{keep}add `{}` to `{aliases}`", entry(question, &from, &after.name()))
        }
        (Some(after), false) => format!(
            "add `{}` to `{aliases}` and correct what still names the old id; or write `id: {}` again and let \
             `meshfolio mv {} {}` do both",
            entry(question, &from, &after.name()),
            before.id,
            before.name(),
            after.id
        ),
        (None, _) => {
            let keep = match kind {
                Kind::SemanticDefinition => "keep the definition and say in it what became of it",
                _ => "keep the file with `status: retired`, so that its page says what became of it",
            };
            let to = before.header.successor().map_or_else(
                || format!("{}:WHAT-TAKES-ITS-PLACE", kind.word()),
                |successor| match Ref::parse(successor) {
                    Ok(Ref { kind: Some(_), .. }) => successor.to_owned(),
                    _ => format!("{}:{successor}", kind.word()),
                },
            );
            format!("{keep}, or let the address lead on: add `{}` to `{aliases}`", entry(question, &from, &to))
        }
    };
    Some(Lost {
        rule: &rules::LOST_ADDRESS,
        level: if before.header.is_coming() { Level::Info } else { Level::Breaking },
        is_unfinished: before.header.is_coming(),
        version: None,
        kind,
        page: page_of(kind, &before.slug),
        now: after.as_ref().map(|after| page_of(kind, &after.slug)),
        base: before.location(),
        head: after.as_ref().map(Thing::location),
        // As it is called now: that is what a waiver can name.
        id: after.as_ref().map_or_else(|| before.id.clone(), |after| after.id.clone()),
        path: "address".to_owned(),
        help,
    })
}

/// Finds out whether the page of a version is gone while its contract stays.
fn lost_version(question: &Question<'_>, contract_idx: usize) -> Option<Lost> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let node = &base.contracts[contract_idx];
    let header = &node.descriptor.header;
    let versions = head.versions(&header.id.value);
    let version = node.descriptor.version_text();
    let has_address = |idx: &usize| {
        let after = &head.contracts[*idx];
        // One that states no version may be this one.
        after.descriptor.lacks_version() || version_slug(after.descriptor.version_text()) == version_slug(version)
    };
    let newest = *versions.last()?;
    let is_moved = head.contracts[newest].slug != node.slug;
    if is_moved || versions.iter().any(has_address) || node.descriptor.lacks_version() || header.is_broken() {
        return None;
    }
    if question.broken.contains(question.base.sources.path(header.file)) {
        return None;
    }
    let of_major = |idx: &usize| major(head.contracts[*idx].descriptor.version_text()) == major(version);
    let next = head.current_of(versions.iter().copied().filter(of_major));
    // Where the major is gone, the version that the page of the contract shows.
    let stands_in = next.or_else(|| head.current_version(&header.id.value)).unwrap_or(newest);
    let after = &head.contracts[stands_in].descriptor;
    let name = Thing::of(base, Found { kind: Kind::DataContract, idx: contract_idx })?.old_name();
    let to = format!("{}@{}", after.header.reference(), after.version_text());
    let entry = entry(question, &format!("{name}@{version}"), &to);
    let place = |header: &Header| Location {
        file: header.file,
        span: header.version.as_ref().map_or(header.id.span, |version| version.span),
    };
    let is_unfinished = header.is_coming();
    Some(Lost {
        rule: &rules::LOST_VERSION_ADDRESS,
        // Readers bind a major: while that goes on, the next version stands in for this one.
        level: if is_unfinished || next.is_some() { Level::Info } else { Level::Warning },
        is_unfinished,
        version: Some((contract_idx, stands_in)),
        kind: Kind::DataContract,
        id: header.id.value.clone(),
        path: format!("address.{version}"),
        page: base.version_page(contract_idx),
        now: Some(head.version_page(stands_in)),
        base: place(header),
        // A file that this change does not touch is no place for it.
        head: Some(place(&after.header)).filter(|place| !question.base.sources.is_own(place.file)),
        help: format!(
            "where others keep links to this version, add `{entry}` to `{}`, or keep `{version}` in a document of its own with `status: retired`",
            question.aliases
        ),
    })
}

/// Finds aliases of the base that the head does not have: their old addresses led on.
fn lost_aliases(question: &Question<'_>) -> Vec<Lost> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let mut is_told = BTreeSet::new();
    let mut lost = Vec::new();
    if base.aliases.is_empty() {
        return lost;
    }
    for moved in base.moves() {
        let alias = &base.aliases[moved.alias_idx];
        let stands = head.aliases.iter().any(|other| other.from.value.trim() == alias.from.value.trim());
        let Ok(from) = Ref::parse(&alias.from) else { continue };
        let is_broken = question.broken.contains(question.base.sources.path(alias.file));
        if stands || is_broken || !is_told.insert(moved.alias_idx) {
            continue;
        }
        let Some(kind) = from.kind else { continue };
        let entry = entry(question, &alias.from, &alias.to);
        lost.push(Lost {
            rule: &rules::LOST_ADDRESS,
            level: Level::Breaking,
            is_unfinished: false,
            version: None,
            kind,
            id: from.id.as_str().into(),
            path: "address".to_owned(),
            page: moved.from,
            now: None,
            base: Location { file: alias.file, span: alias.from.span },
            head: None,
            help: format!("put `{entry}` back into `{}`: links to the old name still come", question.aliases),
        });
    }
    lost
}

/// Says whether a thing may be there all the same: its file, or what took its name, cannot be read whole.
fn is_hidden(question: &Question<'_>, before: &Thing<'_>, same: Option<Found>) -> bool {
    let path = question.base.sources.path(before.header.file);
    let head = question.head;
    let may_hold_it = |glossary: &crate::model::SemanticDefinition| {
        glossary.header.may_hold_more() && head.sources.path(glossary.header.file) == path
    };
    // Of two that shared an address the base gave one another; that was never published.
    let shown = match before.kind {
        Kind::DataContract => {
            let base = question.base.mesh;
            base.current_version(&before.id).map(|idx| &base.contracts[idx].descriptor.header)
        }
        _ => Some(before.header),
    };
    let is_parted =
        before.kind != Kind::SemanticDefinition && shown.is_some_and(|header| before.slug != slug_of(header));
    is_parted
        || before.header.is_broken()
        || question.broken.contains(path)
        || same.is_some_and(|found| head.mesh.header(found).is_broken())
        || (before.kind == Kind::SemanticDefinition && head.mesh.glossaries.iter().any(may_hold_it))
}

/// Finds the thing of the same kind and id.
fn same(mesh: &Mesh, kind: Kind, id: &str) -> Option<Found> {
    let idx = if kind == Kind::DataContract {
        mesh.versions(id).last().copied()
    } else {
        let reference = Ref { kind: Some(kind), id: id.to_owned(), version: None, column: None };
        mesh.find(&reference).first().map(|found| found.idx)
    }?;
    let found = Found { kind, idx };
    // Domains and teams are found by their name too.
    Thing::of(mesh, found).filter(|thing| thing.id == *id).map(|_| found)
}

/// What is new in the head, by what it may have been before.
struct Heirs<'a> {
    /// By kind, file and, of terms, the id in the glossary.
    by_file: BTreeMap<(Kind, &'a str, String), Found>,
    /// By kind and name in lower case; `None` where several have it.
    by_title: BTreeMap<(Kind, String), Option<Found>>,
}

impl<'a> Heirs<'a> {
    fn of(base: Side<'_>, head: Side<'a>) -> Heirs<'a> {
        let mut heirs = Heirs { by_file: BTreeMap::new(), by_title: BTreeMap::new() };
        for found in head.mesh.paged() {
            let Some(thing) = Thing::of(head.mesh, found) else { continue };
            let is_new = same(base.mesh, found.kind, &thing.id).is_none();
            // Of the versions of a contract the last stands for all.
            if !is_new || same(head.mesh, found.kind, &thing.id) != Some(found) {
                continue;
            }
            heirs.by_file.insert((found.kind, head.sources.path(thing.header.file), thing.local_id()), found);
            let title = (found.kind, thing.title.to_lowercase());
            heirs.by_title.entry(title).and_modify(|known| *known = None).or_insert(Some(found));
        }
        heirs
    }

    /// Finds what a thing of the base has become: what is new of its kind in its file, else the only one of its name.
    fn heir(&self, base: Side<'_>, before: &Thing<'_>) -> Option<Found> {
        let path = base.sources.path(before.header.file);
        let in_file = self.by_file.get(&(before.kind, path, before.local_id())).copied();
        in_file.or_else(|| self.by_title.get(&(before.kind, before.title.to_lowercase())).copied().flatten())
    }
}

/// A line of the file of aliases.
fn entry(question: &Question<'_>, from: &str, to: &str) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!("- {{from: {}, to: {}, since: {}}}", quoted(from), quoted(to), question.today)
}

/// A thing with a page.
struct Thing<'a> {
    kind: Kind,
    header: &'a Header,
    id: Text,
    title: &'a str,
    slug: String,
    span: Span,
}

impl<'a> Thing<'a> {
    fn of(mesh: &'a Mesh, found: Found) -> Option<Thing<'a>> {
        let (header, slug) = (mesh.header(found), mesh.slug(found)?);
        let (id, title, span) = if found.kind == Kind::SemanticDefinition {
            let node = &mesh.terms[found.idx];
            let term = mesh.term(node);
            (node.id.as_str().into(), term.name.as_deref().unwrap_or(&term.id.value), term.id.span)
        } else {
            (header.id.value.clone(), header.title(), header.id.span)
        };
        Some(Thing { kind: found.kind, header, id, title, slug, span })
    }

    /// Returns what tells it from others of its file: of a term its id in the glossary.
    fn local_id(&self) -> String {
        if self.kind == Kind::SemanticDefinition {
            return self.id.rsplit('/').next().unwrap_or_default().to_owned();
        }
        String::new()
    }

    /// Returns how references write it.
    fn name(&self) -> String {
        format!("{}:{}", self.kind.word(), self.id)
    }

    /// Returns the name that an alias needs to have this address: that of the page where the id has another.
    fn old_name(&self) -> String {
        let of_id = if self.kind == Kind::SemanticDefinition { self.id.replace("/", "-") } else { self.id.clone() };
        if of_id.as_str() == self.slug { self.name() } else { format!("{}:{}", self.kind.word(), self.slug) }
    }

    fn location(&self) -> Location {
        Location { file: self.header.file, span: self.span }
    }
}
