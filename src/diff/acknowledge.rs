//! Whose word counts: acknowledgements of consumers, and the files of owners that give them to their team.

use std::collections::BTreeMap;

use super::change::{Change, End, Uncounted};
use super::readers::Reader;
use super::{CodeOwners, Question};
use crate::graph::Mesh;
use crate::model::{Acknowledgement, Kind, Ref, same_version};
use crate::source::{Location, SourceMap};

/// The acknowledgements of the head, judged by the base.
pub(super) struct Acknowledged<'a> {
    question: &'a Question<'a>,
    /// By the id of the contract.
    by_contract: BTreeMap<String, Vec<&'a Acknowledgement>>,
    /// Those that are about a change and do not count, with the reason, by their position.
    pub(super) refused: BTreeMap<&'a str, (&'a Acknowledgement, Refusal)>,
}

/// What a reader has said of a change.
pub(super) struct Word<'e> {
    /// What it has not acknowledged.
    pub(super) open: Vec<&'e End>,
    /// Its acknowledgements that do not count.
    pub(super) uncounted: Vec<Uncounted>,
}

/// Why an acknowledgement does not count.
pub(super) enum Refusal {
    /// Its status makes it nobody's word, in words.
    Status(String),
    /// It has a mistake of its own, in words.
    Mistake(String),
    /// The base does not say who the consumer's team is on the forge.
    Handle(String),
    /// Its file is not the consumer's to write.
    Place(String),
}

impl Refusal {
    /// Returns why, as a clause.
    pub(super) fn words(&self) -> &str {
        let (Refusal::Status(words) | Refusal::Mistake(words) | Refusal::Handle(words) | Refusal::Place(words)) = self;
        words
    }
}

impl<'a> Acknowledged<'a> {
    pub(super) fn of(question: &'a Question<'a>) -> Acknowledged<'a> {
        let mut by_contract: BTreeMap<String, Vec<&Acknowledgement>> = BTreeMap::new();
        for acknowledgement in &question.head.mesh.acknowledgements {
            if let Ok(subject) = Ref::parse(&acknowledgement.subject) {
                by_contract.entry(subject.id).or_default().push(acknowledgement);
            }
        }
        Acknowledged { question, by_contract, refused: BTreeMap::new() }
    }

    /// Returns what a reader has said of all that it reads and a change ends. An end without a version is acknowledged for
    /// `to_version`, to which the change leads.
    pub(super) fn word<'e>(
        &mut self,
        reader: &Reader,
        change: &Change,
        (ends, to_version): (&[&'e End], Option<&str>),
    ) -> Word<'e> {
        let mut uncounted = Vec::new();
        // Each is looked at, so that none that does not count is left untold.
        let is_open = |end: &&&End| {
            let to_version = end.version.as_deref().or(to_version);
            !self.of_end((reader, change), (end, to_version), &mut uncounted)
        };
        let open = ends.iter().filter(is_open).copied().collect();
        Word { open, uncounted }
    }

    fn of_end(
        &mut self,
        (reader, change): (&Reader, &Change),
        (end, to_version): (&End, Option<&str>),
        uncounted: &mut Vec<Uncounted>,
    ) -> bool {
        // The new name is the only one that an acknowledgement of the head can have.
        let contract = self.question.renames.now(Kind::DataContract, &end.contract);
        let all = self.by_contract.get(contract).cloned().unwrap_or_default();
        let mut is_acknowledged = false;
        for acknowledgement in all {
            let is_version = match (to_version, &acknowledgement.to_version) {
                (Some(to), Some(stated)) => same_version(to, stated),
                (None, _) => true,
                (Some(_), None) => false,
            };
            // What one with an error agrees to is not known: it may be this.
            let may_cover = || self.mistake(acknowledgement).is_some() || covers(acknowledgement, change);
            if !is_version || !may_cover() || !self.speaks_for(acknowledgement, reader) {
                continue;
            }
            match self.refusal(acknowledgement, reader) {
                None => is_acknowledged = true,
                Some(reason) => {
                    let header = &acknowledgement.header;
                    let location = Location { file: header.file, span: header.id.span };
                    let told = Uncounted { location, why: reason.words().to_owned() };
                    if !uncounted.contains(&told) {
                        uncounted.push(told);
                    }
                    self.refused.insert(acknowledgement.header.id.value.as_str(), (acknowledgement, reason));
                }
            }
        }
        is_acknowledged
    }

    /// Says whether an acknowledgement is that of a reader, or of the team that owns it.
    fn speaks_for(&self, acknowledgement: &Acknowledgement, reader: &Reader) -> bool {
        let Some(consumer) = &acknowledgement.consumer else { return false };
        let mesh = self.question.head.mesh;
        let Ok(reference) = Ref::parse(consumer) else { return false };
        let written = format!("{}:{}", reference.kind.map_or("", Kind::word), reference.id);
        let is_owner = reference.kind == Some(Kind::Team) && {
            let owner = reader.product_idx.and_then(|idx| mesh.products[idx].owner_idx);
            owner.is_some() && owner == mesh.team(&reference.id)
        };
        written == reader.reference || is_owner
    }

    fn mistake(&self, acknowledgement: &Acknowledgement) -> Option<&'a String> {
        self.question.mistakes.get(&acknowledgement.header.file)
    }

    /// Says why an acknowledgement does not count; `None` when it does.
    fn refusal(&self, acknowledgement: &Acknowledgement, reader: &Reader) -> Option<Refusal> {
        if let Some(mistake) = self.mistake(acknowledgement) {
            return Some(Refusal::Mistake(mistake.clone()));
        }
        if let Some(status) = acknowledgement.header.why_unfinished() {
            return Some(Refusal::Status(status));
        }
        if self.question.owners.is_stated() && handle(self.question, reader).is_none() {
            return Some(Refusal::Handle(format!(
                "the team of `{}` has no `forgeHandle` in the base",
                reader.reference
            )));
        }
        self.place_refusal(acknowledgement, reader).map(Refusal::Place)
    }

    /// Says why an acknowledgement does not count where it lies.
    fn place_refusal(&self, acknowledgement: &Acknowledgement, reader: &Reader) -> Option<String> {
        let question = self.question;
        let path = format!("{}{}", question.prefix, question.head.sources.path(acknowledgement.header.file));
        if !question.owners.is_stated() {
            return Some("the base has no CODEOWNERS file that says who may speak for the consumer".to_owned());
        }
        let handle = handle(question, reader)?;
        if question.owners.gives(&path, &handle) {
            return None;
        }
        let owners = question.owners.of(&path).join(" ");
        let owners = if owners.is_empty() { "nobody".to_owned() } else { format!("`{owners}`") };
        Some(format!("CODEOWNERS of the base gives `{path}` to {owners}, and not to `{handle}`"))
    }
}

/// Returns whom an acknowledgement speaks for: a product or a team.
fn speaker(acknowledgement: &Acknowledgement) -> Option<(Kind, String)> {
    let Ref { kind, id, .. } = Ref::parse(acknowledgement.consumer.as_ref()?).ok()?;
    Some((kind?, id))
}

/// Says whether the file of owners gives an acknowledgement to the team that it speaks for.
pub(crate) fn is_given(question: &Question<'_>, acknowledgement: &Acknowledgement) -> bool {
    let Some((kind, id)) = speaker(acknowledgement) else { return false };
    let product_idx = match kind {
        Kind::DataProduct => question.head.mesh.product(&id),
        _ => None,
    };
    let reader = Reader { product_idx, reference: format!("{}:{id}", kind.word()), pins: None, port: None };
    let path = format!("{}{}", question.prefix, question.head.sources.path(acknowledgement.header.file));
    handle(question, &reader).is_some_and(|handle| question.owners.gives(&path, &handle))
}

/// Says whether the file of owners of a mesh itself gives an acknowledgement to the team that it speaks for: what is known
/// without a base.
pub(crate) fn is_given_in(
    (mesh, sources): (&Mesh, &SourceMap),
    (owners, prefix): (&CodeOwners, &str),
    acknowledgement: &Acknowledgement,
) -> bool {
    let Some((kind, id)) = speaker(acknowledgement) else { return false };
    let team = match kind {
        Kind::DataProduct => mesh.product(&id).and_then(|idx| mesh.products[idx].owner_idx),
        _ => mesh.team(&id),
    };
    let handle = team.and_then(|idx| mesh.teams[idx].descriptor.forge_handle.as_ref());
    let path = format!("{prefix}{}", sources.path(acknowledgement.header.file));
    handle.is_some_and(|handle| owners.gives(&path, handle))
}

/// Returns the handle of a reader's team on the forge, as the base states it.
pub(super) fn handle(question: &Question<'_>, reader: &Reader) -> Option<String> {
    let (base, head) = (question.base.mesh, question.head.mesh);
    let id = reader.reference.split_once(':').map_or("", |(_, id)| id);
    let team = match reader.product_idx {
        Some(_) => base.product(question.renames.was(Kind::DataProduct, id)).map(|idx| base.products[idx].owner_idx),
        None => Some(base.team(question.renames.was(Kind::Team, id))),
    };
    let team = team.unwrap_or_else(|| {
        // A product that is new with this change: its team is one of the base all the same.
        let name = reader.product_idx.and_then(|idx| head.team_id(head.products[idx].owner_idx));
        name.and_then(|name| base.team(question.renames.was(Kind::Team, &name)))
    });
    base.teams[team?].descriptor.forge_handle.as_ref().map(ToString::to_string)
}

fn covers(acknowledgement: &Acknowledgement, change: &Change) -> bool {
    let meta = &change.rule.meta;
    acknowledgement.changes.cover((meta.code, meta.name), &change.path)
}
