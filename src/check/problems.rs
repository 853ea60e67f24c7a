//! What is said of a problem that a schema found: the rule, the words, the fix.

use super::rules;
use crate::diagnostic::{Diagnostic, Fix, RuleMeta};
use crate::model::Kind;
use crate::source::{FileId, Span};
use crate::yaml::{self, Problem, ProblemKind};

/// Returns what a document is called in sentences, with `a` or `an`.
pub(super) fn with_article(title: &str) -> String {
    let article = if title.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {title}")
}

/// Tells of a version that no schema has; `(schema, title)` is the form of the document.
pub(super) fn unsupported_version(
    file: FileId,
    (schema, title): (&str, &str),
    declared: &str,
    span: Span,
    versions: &[&str],
) -> Diagnostic {
    let message = format!("`{declared}` is no `apiVersion` of {} that this tool reads", with_article(title));
    let bare = declared.trim_start_matches('v');
    let with_v = versions.iter().find(|version| version.trim_start_matches('v') == bare);
    let help = if let Some(version) = with_v {
        format!("did you mean `{version}`?")
    } else if schema == Kind::DataContract.schema() && bare.starts_with("2.") {
        let newest = versions.last().copied().unwrap_or_default();
        format!(
            "ODCS 2.x had other field names: rewrite the contract for `{newest}` (`uuid` became `id`, `dataset` became `schema`, `columns` became `properties`, `isNullable` became `required`)"
        )
    } else {
        let quoted: Vec<String> = versions.iter().rev().map(|version| format!("`{version}`")).collect();
        format!("declare {}{}", if quoted.len() > 1 { "one of " } else { "" }, quoted.join(", "))
    };
    rules::UNSUPPORTED_VERSION.at(file, span, message).help(help)
}

/// Picks the rule of a problem.
pub(super) fn rule_of(problem: &Problem) -> &'static RuleMeta {
    match &problem.kind {
        ProblemKind::UnknownKey { since: Some(_), .. }
        | ProblemKind::UnknownKey { until: Some(_), .. }
        | ProblemKind::NotInList { since: Some(_), .. } => &rules::OTHER_VERSION,
        ProblemKind::UnknownKey { .. } => &rules::UNKNOWN_FIELD,
        ProblemKind::MissingKey { .. } => &rules::MISSING_FIELD,
        ProblemKind::WrongType { unquoted: Some(_), .. } => &rules::UNQUOTED_TEXT,
        ProblemKind::WrongType { .. } => &rules::WRONG_TYPE,
        ProblemKind::NotInList { .. } => &rules::UNKNOWN_VALUE,
        ProblemKind::BadForm { .. } => &rules::BAD_FORM,
        ProblemKind::OutOfBounds { .. } => &rules::OUT_OF_BOUNDS,
        ProblemKind::BadCombination { .. } => &rules::BAD_COMBINATION,
    }
}

/// Says a problem in the words of its rule.
pub(super) fn diagnostic(file: FileId, problem: &Problem, declared: &str) -> Diagnostic {
    let words = problem.words(declared);
    let mut diagnostic = rule_of(problem).at(file, problem.span, words.message);
    diagnostic.label = words.label;
    diagnostic.help = match (&problem.kind, words.help) {
        (ProblemKind::UnknownKey { key, .. }, _) if key == "<<" => {
            Some("`<<` is an ordinary key in YAML 1.2: write the merged fields out".to_owned())
        }
        (ProblemKind::NotInList { found, allowed, since: None, .. }, help) => match kind_meant(found, allowed) {
            Some(kind) => Some(format!("write `{kind}`")),
            None => help,
        },
        (_, help) => help,
    };
    match fix_of(problem) {
        Some(fix) => diagnostic.fix(fix),
        None => diagnostic,
    }
}

/// Returns the kind that is meant where kinds are listed and one is called as expressions and the command line call it:
/// `term` is a `SemanticDefinition`, and no slip of `Team`.
fn kind_meant(found: &str, allowed: &[String]) -> Option<&'static str> {
    let is_of_kinds = allowed.iter().all(|word| Kind::from_name(word).is_some());
    let kind = Kind::from_word(found.trim()).filter(|_| is_of_kinds)?.name();
    allowed.iter().any(|word| word == kind).then_some(kind)
}

/// Says how a problem mends itself: where only one thing can be meant.
fn fix_of(problem: &Problem) -> Option<Fix> {
    let slip = |word: &str, known: &[String], is_it: fn(&str, &str) -> bool| {
        let meant = yaml::nearest(word, known.iter().map(String::as_str))?;
        is_it(word, meant).then(|| Fix::Rename { to: meant.to_owned() })
    };
    match &problem.kind {
        ProblemKind::UnknownKey { key, known, since: None, until: None, renamed, taken: None } => match renamed {
            Some(renamed) if renamed.hint.is_none() => Some(Fix::Rename { to: renamed.to.clone() }),
            Some(_) => None,
            None => slip(key, known, yaml::is_misspelt),
        },
        ProblemKind::NotInList { found, allowed, since: None, .. } => match kind_meant(found, allowed) {
            Some(kind) => Some(Fix::Rename { to: kind.to_owned() }),
            // Of values two slips in a short word are another word: what a file means is not for us to change.
            None => slip(found, allowed, yaml::is_slip_of),
        },
        ProblemKind::WrongType { unquoted: Some(_), .. } => Some(Fix::Quote),
        _ => None,
    }
}

/// Says that a form exists since a later version: `team` as a map.
pub(super) fn later_form(file: FileId, problem: &Problem, since: &str, declared: &str) -> Diagnostic {
    let ProblemKind::WrongType { expected, found, .. } = &problem.kind else {
        return diagnostic(file, problem, declared);
    };
    let field = problem.path.rsplit('.').next().unwrap_or_default();
    let message = format!("`{field}` as {found} exists since {since}; this file declares {declared}");
    rules::OTHER_VERSION
        .at(file, problem.span, message)
        .label(format!("{} in {declared}", expected.join(" or ")))
        .help(format!("raise `apiVersion` to {since}, or write {}", expected.join(" or ")))
}
