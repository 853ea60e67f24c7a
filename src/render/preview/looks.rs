//! Who must look at a change: owners of what it touches, and of what it breaks.

use std::collections::BTreeMap;

use super::Preview;
use crate::diff::Effect;

/// A team that must look, and why.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Looker {
    /// The things it owns that are new, changed or gone.
    pub owns: Vec<String>,
    /// What is changed under products of it: the product, and the contract that it reads.
    pub is_hit: Vec<(String, String)>,
}

/// Returns by the id of the team who must look; those without an owner stand under no name.
pub(crate) fn must_look(preview: &Preview) -> BTreeMap<Option<String>, Looker> {
    let mut lookers: BTreeMap<Option<String>, Looker> = BTreeMap::new();
    // Records have no owner of their own: they are about something that has.
    for thing in preview.things.iter().filter(|thing| !thing.kind.folder().is_empty()) {
        lookers.entry(thing.owner.clone()).or_default().owns.push(thing.reference.clone());
    }
    for row in &preview.set.impact {
        if row.distance == 1 && matches!(row.effect, Effect::Breaks | Effect::MayBreak | Effect::Look) {
            let hit = (format!("product:{}", row.product), row.changed.clone());
            let looker = lookers.entry(row.team.clone()).or_default();
            if !looker.is_hit.contains(&hit) {
                looker.is_hit.push(hit);
            }
        }
    }
    lookers
}
