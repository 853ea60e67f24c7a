//! What a mistake in a document hides from all others. A misspelt field counts as the one that is meant, and
//! a part that cannot be read is noted, so that one mistake here is no mistake everywhere else.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Kind;
use crate::source::Span;
use crate::yaml::{NodeRef, Problem, ProblemKind, YamlTree, is_misspelt, nearest};

/// Returns the document with its misspelt fields called what was meant; `None` when there are none. A field
/// that is there under its own name as well is left alone.
pub(super) fn mended<'a>(root: NodeRef<'a>, problems: &[&Problem]) -> Option<YamlTree<'a>> {
    let mut taken: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut names: BTreeMap<Span, &str> = BTreeMap::new();
    for problem in problems {
        let ProblemKind::UnknownKey { key, known, since: None, until: None, renamed, .. } = &problem.kind else {
            continue;
        };
        let meant = match renamed {
            // Another name for the same, where nothing but the name is to change.
            Some(renamed) => Some(renamed.to.as_str()).filter(|_| renamed.hint.is_none()),
            None => nearest(key, known.iter().map(String::as_str)).filter(|meant| is_misspelt(key, meant)),
        };
        let Some(meant) = meant.filter(|meant| taken.insert((&problem.path, meant))) else { continue };
        if holder(root, &problem.path).is_some_and(|map| map.entry(meant).is_none()) {
            names.insert(problem.span, meant);
        }
    }
    (!names.is_empty()).then(|| root.renamed(&names))
}

fn holder<'a>(root: NodeRef<'a>, path: &str) -> Option<NodeRef<'a>> {
    if path.is_empty() { Some(root) } else { root.at(path.split('.')) }
}

/// Says whether a mistake hides something that other files refer to: the items of a list.
pub(super) fn hides_a_part(kind: Kind, root: NodeRef<'_>, problems: &[&Problem]) -> bool {
    let parts: &[&str] = match kind {
        Kind::DataProduct => &["inputPorts", "outputPorts"],
        Kind::DataContract => &["schema"],
        Kind::SemanticDefinition => &["definitions"],
        Kind::SourceSystem => &["assets"],
        _ => return false,
    };
    let is_list = |value: NodeRef<'_>| value.is_sequence() || value.is_mapping();
    let hides = |problem: &&Problem| {
        let top = problem.path.split('.').next().unwrap_or_default();
        match &problem.kind {
            ProblemKind::MissingKey { key, .. } if problem.path.is_empty() => parts.contains(&key.as_str()),
            // An item without a name is not found by it.
            ProblemKind::MissingKey { key, .. } => parts.contains(&top) && matches!(key.as_str(), "id" | "name"),
            ProblemKind::WrongType { expected, .. } => {
                let is_structure = expected.iter().any(|word| matches!(*word, "a list" | "a map"));
                parts.contains(&top) && is_structure
            }
            // A list under a word that is none may be the one that is not there.
            ProblemKind::UnknownKey { key, .. } if problem.path.is_empty() => {
                let is_absent = |part: &&str| root.entry(part).is_none();
                root.get(key).is_some_and(is_list) && parts.iter().any(is_absent)
            }
            _ => false,
        }
    };
    problems.iter().any(hides)
}
