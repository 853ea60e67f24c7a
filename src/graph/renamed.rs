//! What a thing is called now that had another name.

use std::collections::BTreeMap;

use super::mesh::Mesh;
use crate::model::{Kind, Ref};

impl Mesh {
    /// Follows the aliases of the registry from an old name, as far as they lead; `None` where no alias begins there.
    #[must_use]
    pub fn renamed(&self, (kind, id): (Option<Kind>, &str)) -> Option<Ref> {
        let mut at: Option<Ref> = None;
        // Aliases may lead in a circle: that is a finding of `check`.
        for _ in 0..self.aliases.len() {
            let (kind, id) = at.as_ref().map_or((kind, id), |at| (at.kind.or(kind), at.id.as_str()));
            let next = self.aliases.iter().find_map(|alias| {
                let (from, to) = (Ref::parse(&alias.from).ok()?, Ref::parse(&alias.to).ok()?);
                let is_kind = kind.is_none() || from.kind.is_none() || from.kind == kind;
                (is_kind && from.version.is_none() && from.id == id).then_some(to)
            });
            match next {
                Some(next) => at = Some(next),
                None => break,
            }
        }
        at
    }

    /// Returns what is called otherwise than by this old name now. A name that something has is no old one, and aliases
    /// that lead nowhere, or in a circle, name nothing.
    #[must_use]
    pub fn called_now(&self, (kind, id): (Option<Kind>, &str)) -> Option<Ref> {
        let has = |kind: Option<Kind>, id: &str| {
            // Some things are found by their names too, which are no ids.
            let found = self.find(&Ref { kind, id: id.to_owned(), version: None, column: None });
            found.iter().any(|found| match found.kind {
                Kind::SemanticDefinition => self.terms[found.idx].id == id,
                _ => *self.header(*found).id.value == *id,
            })
        };
        if has(kind, id) {
            return None;
        }
        let now = self.renamed((kind, id))?;
        let is_there = has(now.kind.or(kind), &now.id);
        (is_there && self.renamed((now.kind.or(kind), &now.id)).is_none()).then_some(now)
    }

    /// Returns the old names of the things of a kind, each with the id that the thing has now.
    #[must_use]
    pub fn old_names(&self, kind: Kind) -> Vec<(String, String)> {
        // The first alias of a name counts, as where one is followed.
        let mut steps: BTreeMap<String, Ref> = BTreeMap::new();
        for alias in &self.aliases {
            let (Ok(from), Ok(to)) = (Ref::parse(&alias.from), Ref::parse(&alias.to)) else { continue };
            let is_kind = |one: Option<Kind>| one.is_none_or(|one| one == kind);
            if is_kind(from.kind) && is_kind(to.kind) && from.version.is_none() {
                steps.entry(from.id).or_insert(to);
            }
        }
        let has = |id: &str| {
            let found = self.find(&Ref { kind: Some(kind), id: id.to_owned(), version: None, column: None });
            found.iter().any(|found| *self.header(*found).id.value == *id)
        };
        let last = |from: &str| {
            let mut at = steps.get(from)?;
            // A circle ends where as many steps are taken as there are.
            for _ in 0..MAX_STEPS {
                match steps.get(&at.id) {
                    Some(next) => at = next,
                    None => return Some(at.id.clone()),
                }
            }
            None
        };
        let named = |from: &String| {
            let now = (!has(from)).then(|| last(from))??;
            has(&now).then(|| (from.clone(), now))
        };
        steps.keys().filter_map(named).collect()
    }
}

/// Names that a thing may have had one after the other.
const MAX_STEPS: usize = 64;
