//! Things that have another name than in the base and left an alias. Contracts are told where their documents are
//! compared: readers name them.

use super::Question;
use super::change::{ChangeRule, ChangeSet, Gate, Raw};
use super::pairs::push;
use super::rules::names as rules;
use crate::graph::{Found, Mesh};
use crate::model::{Header, Kind, Ref};
use crate::source::Span;

/// Reports every thing but a contract that was renamed.
pub(super) fn compare_names(question: &Question<'_>, set: &mut ChangeSet) {
    let rule: &ChangeRule = &rules::RENAMED_THING;
    for (kind, old, new) in question.renames.all() {
        // The name of a term begins with that of its domain, which is told.
        let local = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
        let is_of_domain = kind == Kind::SemanticDefinition && local(old) == local(new);
        if kind == Kind::DataContract || is_of_domain {
            continue;
        }
        let (Some(before), Some(after)) = (place(question.base.mesh, kind, old), place(question.head.mesh, kind, new))
        else {
            continue;
        };
        let raw = Raw {
            rule,
            direction: rule.direction,
            gate: Gate::Readers,
            path: "id".to_owned(),
            message: format!("the {} `{old}` is called `{new}` now", kind.title()),
            before: Some(old.to_owned()),
            after: Some(new.to_owned()),
            base: Some(before.1),
            head: Some(after.1),
            column: None,
        };
        let known = set.changes.len();
        push(question, set, raw, (Some(before.0), Some(after.0)), None);
        for change in &mut set.changes[known..] {
            // A term and not the glossary that holds it.
            change.kind = kind;
            change.id = new.into();
        }
    }
}

/// Returns the descriptor of a thing, and where its name stands.
fn place<'a>(mesh: &'a Mesh, kind: Kind, id: &str) -> Option<(&'a Header, Span)> {
    let reference = Ref { kind: Some(kind), id: id.to_owned(), version: None, column: None };
    let found: Found = mesh.find(&reference).first().copied()?;
    let header = mesh.header(found);
    let span = match kind {
        Kind::SemanticDefinition => mesh.term(&mesh.terms[found.idx]).id.span,
        _ => header.id.span,
    };
    Some((header, span))
}
