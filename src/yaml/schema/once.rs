//! One mistake, one problem: what several keywords of a schema find in one value, or one of a field and of its absence.

use std::collections::{BTreeMap, BTreeSet};

use crate::yaml::nearest::nearest;
use crate::yaml::problem::{Problem, ProblemKind};

/// Removes each missing field that is there under a misspelt or old name: one mistake, one finding.
pub(super) fn drop_misspelt(problems: &mut Vec<Problem>) {
    let misspelt: BTreeSet<(String, String)> = problems
        .iter()
        .filter_map(|problem| match &problem.kind {
            ProblemKind::UnknownKey { renamed: Some(renamed), .. } => Some((problem.path.clone(), renamed.to.clone())),
            ProblemKind::UnknownKey { key, known, since: None, until: None, .. } => {
                let only = known.first().filter(|_| known.len() == 1).map(String::as_str);
                let meant = nearest(key, known.iter().map(String::as_str)).or(only)?;
                Some((problem.path.clone(), meant.to_owned()))
            }
            _ => None,
        })
        .collect();
    let is_there = |path: &str, key: &String| misspelt.contains(&(path.to_owned(), key.clone()));
    // What else does not fit there will, once the field has its name.
    let renamed: BTreeSet<String> = problems
        .iter()
        .filter(|problem| matches!(&problem.kind, ProblemKind::BadCombination { lacking, .. } if lacking.len() == 1))
        .map(|problem| problem.path.clone())
        .collect();
    problems.retain(|problem| match &problem.kind {
        ProblemKind::MissingKey { key, .. } => !is_there(&problem.path, key),
        ProblemKind::BadCombination { lacking, .. } if lacking.is_empty() => !renamed.contains(&problem.path),
        ProblemKind::BadCombination { lacking, .. } => !lacking.iter().any(|key| is_there(&problem.path, key)),
        _ => true,
    });
}

/// A value of another type where one of several words must stand has one problem: that it is none of the words, unless
/// its form is what has to change, as of a list, or of `1` where `"1"` is meant.
pub(super) fn drop_type_or_value(problems: &mut Vec<Problem>) {
    let listed: BTreeMap<&str, &[String]> = problems
        .iter()
        .filter_map(|problem| match &problem.kind {
            ProblemKind::NotInList { allowed, .. } => Some((problem.path.as_str(), allowed.as_slice())),
            _ => None,
        })
        .collect();
    if listed.is_empty() {
        return;
    }
    // By path: whether the word is told, and not the type.
    let both: BTreeMap<String, bool> = problems
        .iter()
        .filter_map(|problem| {
            let ProblemKind::WrongType { unquoted, .. } = &problem.kind else { return None };
            let allowed = listed.get(problem.path.as_str())?;
            Some((problem.path.clone(), unquoted.as_ref().is_some_and(|text| !allowed.contains(text))))
        })
        .collect();
    problems.retain(|problem| match (&problem.kind, both.get(&problem.path)) {
        (ProblemKind::WrongType { .. }, Some(is_word_told)) => !is_word_told,
        (ProblemKind::NotInList { .. }, Some(is_word_told)) => *is_word_told,
        _ => true,
    });
}
