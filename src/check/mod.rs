//! From documents to typed descriptors: the schema of the declared version, then lowering. Takes
//! one file's text, gives its descriptor and findings; sees one file at a time, so it must not
//! know of references between files. Pure: files can be checked in parallel, in any order.

mod lower;
pub mod rules;

use crate::diagnostic::{Diagnostic, Sink};
use crate::load::{Class, FileKind, classify};
use crate::model::{Alias, Descriptor, Kind};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, Problem, ProblemKind, Schemas};

/// What one YAML file turned out to hold.
#[derive(Debug, Default)]
pub struct Checked {
    /// The descriptor, when the file is one and says its id.
    pub descriptor: Option<Descriptor>,
    /// The entries of `aliases.yaml`.
    pub aliases: Vec<Alias>,
    /// The file is a descriptor, even if it could not be lowered.
    pub is_descriptor: bool,
}

/// How much of a descriptor is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What rules need; texts that only people read are left out.
    Rules,
    /// Everything that pages show.
    Pages,
}

/// Checks one YAML file and lowers it.
pub fn check_file(
    schemas: &Schemas,
    file: FileId,
    kind: FileKind,
    text: &str,
    detail: Detail,
    sink: &mut Sink,
) -> Checked {
    let named = match kind {
        FileKind::NamedYaml(kind) => Some(kind),
        FileKind::Yaml | FileKind::Aliases => None,
        FileKind::Markdown | FileKind::Other => return Checked::default(),
    };
    // A file that is no descriptor may hold any YAML, templates included: its findings only count
    // once it has turned out to be one.
    let mut own = Sink::default();
    let parsed = yaml::parse(file, text, &mut own);
    let root = parsed.tree.as_ref().map(yaml::YamlTree::root);
    if kind == FileKind::Aliases {
        sink.append(own);
        return check_aliases(schemas, file, root, parsed.complete, sink);
    }
    let class = classify(named, root);
    if matches!(class, Class::None) && !(named.is_some() || looks_like_descriptor(text)) {
        return Checked::default();
    }
    sink.append(own);
    let mut checked = Checked { is_descriptor: named.is_some(), ..Checked::default() };
    match class {
        Class::None => {}
        Class::NotAMap => {
            if parsed.complete {
                let what = if root.is_none_or(NodeRef::is_null) { "is empty" } else { "is not a map" };
                let title = named.map_or("descriptor", Kind::title);
                sink.push(
                    yaml::rules::NOT_A_MAP
                        .at(file, root.map_or(Span::default(), NodeRef::span), format!("the {title} {what}"))
                        .help(format!("begin with `apiVersion:` and `kind: {}`", named.map_or("...", Kind::name))),
                );
            }
        }
        Class::MissingKind(kind) => {
            checked.is_descriptor = true;
            if parsed.complete {
                let first = root.and_then(|root| root.entries().next()).map_or(Span::default(), |(key, _)| key.span());
                let message = format!("a file with this name must say `kind: {}`", kind.name());
                sink.push(rules::MISSPELT_KIND.at(file, first, message).help(format!("add `kind: {}`", kind.name())));
            }
        }
        Class::MisspeltKind { found, meant, span } => {
            checked.is_descriptor = true;
            let message = format!("`{found}` is no kind of descriptor");
            sink.push(rules::MISSPELT_KIND.at(file, span, message).help(format!("did you mean `{}`?", meant.name())));
        }
        Class::OtherKind { found, span } => {
            let message = format!("the kind `{found}` is not one this tool reads");
            let help = "leave the file out with `exclude:` in `meshfolio.yaml` if that is meant";
            sink.push(rules::OTHER_KIND.at(file, span, message).help(help));
        }
        Class::Foreign { standard, span } => {
            let message = format!("this is a document of the {standard}, which is imported and not read");
            let help = "keep the original outside the roots, and describe the data in an ODCS contract or ODPS product";
            sink.push(rules::FOREIGN_STANDARD.at(file, span, message).help(help));
        }
        Class::Descriptor(kind) => {
            checked.is_descriptor = true;
            let root = root.expect("a descriptor has a map");
            if parsed.complete {
                check_schema(schemas, file, kind, root, sink);
            }
            checked.descriptor = lower::lower(kind, root, file, !parsed.complete, detail);
        }
    }
    checked
}

/// Says whether a text that cannot be parsed was meant as a descriptor: both keys begin a line.
fn looks_like_descriptor(text: &str) -> bool {
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("kind:") && has("apiVersion:")
}

/// Checks a document against the schema of its own `apiVersion`.
fn check_schema(schemas: &Schemas, file: FileId, kind: Kind, root: NodeRef<'_>, sink: &mut Sink) {
    let versions = schemas.versions(kind.schema());
    let stated = root.entry("apiVersion");
    let Some((_, value)) = stated.filter(|(_, value)| !value.is_null()) else {
        let kind_span = || root.entry("kind").map_or(Span::default(), |(_, value)| value.span());
        let span = stated.map_or_else(kind_span, |(key, _)| key.span());
        let newest = versions.last().copied().unwrap_or_default();
        let message = format!("{} must declare its `apiVersion`", with_article(kind));
        sink.push(rules::UNSUPPORTED_VERSION.at(file, span, message).help(format!("add `apiVersion: {newest}`")));
        return;
    };
    let declared = value.scalar_text().unwrap_or_default();
    let Some(schema) = value.as_str().and_then(|version| schemas.get(kind.schema(), version)) else {
        sink.push(unsupported_version(file, kind, &declared, value.span(), &versions));
        return;
    };
    for problem in schema.problems(root) {
        sink.push(diagnostic(file, &problem, &declared));
    }
    // A list where a map is possible too; before v3.1.0 a team is always a list.
    if kind == Kind::DataContract
        && let Some((key, value)) = root.entry("team")
        && value.is_sequence()
        && schema.source().pointer("/$defs/Team/type").is_some_and(serde_json::Value::is_array)
    {
        sink.push(
            rules::DEPRECATED_FIELD
                .at(file, key.span(), "`team` as a list is deprecated by the standard")
                .help("write `team:` as a map with the list under its `members:`"),
        );
    }
    for field in schema.deprecated(root) {
        let message = format!("`{}` is deprecated by the standard", field.key);
        let mut finding = rules::DEPRECATED_FIELD.at(file, field.span, message);
        finding.help = field.hint;
        sink.push(finding);
    }
}

/// Returns what a kind is called in sentences, with `a` or `an`.
fn with_article(kind: Kind) -> String {
    let article = if kind.title().starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {}", kind.title())
}

fn unsupported_version(file: FileId, kind: Kind, declared: &str, span: Span, versions: &[&str]) -> Diagnostic {
    let message = format!("`{declared}` is no `apiVersion` of {} that this tool reads", with_article(kind));
    let bare = declared.trim_start_matches('v');
    let with_v = versions.iter().find(|version| version.trim_start_matches('v') == bare);
    let help = if let Some(version) = with_v {
        format!("did you mean `{version}`?")
    } else if kind == Kind::DataContract && bare.starts_with("2.") {
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
fn diagnostic(file: FileId, problem: &Problem, declared: &str) -> Diagnostic {
    let rule = match &problem.kind {
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
    };
    let words = problem.words(declared);
    let mut diagnostic = rule.at(file, problem.span, words.message);
    diagnostic.label = words.label;
    diagnostic.help = match (&problem.kind, words.help) {
        (ProblemKind::UnknownKey { key, .. }, _) if key == "<<" => {
            Some("`<<` is an ordinary key in YAML 1.2: write the merged fields out".to_owned())
        }
        (_, help) => help,
    };
    diagnostic
}

fn check_aliases(
    schemas: &Schemas,
    file: FileId,
    root: Option<NodeRef<'_>>,
    is_complete: bool,
    sink: &mut Sink,
) -> Checked {
    let Some(root) = root.filter(|root| !root.is_null()) else { return Checked::default() };
    if is_complete && let Some(schema) = schemas.get("aliases", "") {
        for problem in schema.problems(root) {
            sink.push(diagnostic(file, &problem, ""));
        }
    }
    Checked { aliases: lower::aliases(root, file), ..Checked::default() }
}
