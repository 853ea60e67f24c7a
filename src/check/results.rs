//! Result files: what in their folders is one, and what is wrong with it.

mod cli;
mod dbt;
mod json;
mod junit;
mod open_lineage;
mod tool;

use self::tool::Known;
use super::problems::{diagnostic, rule_of, unsupported_version};
use super::{Doubts, lower, rules};
use crate::diagnostic::Sink;
use crate::model::{ResultFile, ToolFile};
use crate::source::{FileId, Span};
use crate::yaml::{self, NodeRef, Schemas, YamlTree};

/// What dbt writes beside its results and can be very large; it is known by its content as well, once it is read.
const BESIDE: [&str; 3] = ["manifest.json", "catalog.json", "semantic_manifest.json"];

/// Says whether a file is by its name one that tools write beside their results: a large one is not even read.
#[must_use]
pub fn is_beside_results(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| BESIDE.contains(&name))
}

/// The value of `kind:` in result files.
pub(super) const KIND: &str = "ObservabilityResults";
const SCHEMA: &str = "observability-results";
const TITLE: &str = "result file";

/// What a result file turned out to hold.
#[derive(Debug, Default)]
pub struct CheckedResults {
    /// Its results; `None` when it cannot be used, which its findings say.
    pub file: Option<ResultFile>,
    /// Its results, when it is the file of a tool that names data in its own way.
    pub tool: Option<ToolFile>,
    /// What should hold results and cannot be used: the place, and why.
    pub unread: Option<(Span, String)>,
    /// What of it cannot be relied on.
    pub doubts: Doubts,
}

/// Where a file of results lies.
#[derive(Clone, Copy, Debug)]
pub struct ResultPlace {
    /// Nobody else reads it: what is wrong with it is told here or nowhere.
    pub is_only_place: bool,
    /// Its name says that it is YAML; else it is JSON or XML, which nobody keeps there for another reason.
    pub is_yaml: bool,
}

/// Checks one file in a folder of result files. What is no result file is `None`, without a word, unless
/// nobody else reads it.
pub fn check_results(
    schemas: &Schemas,
    file: FileId,
    text: &str,
    place: ResultPlace,
    sink: &mut Sink,
) -> Option<CheckedResults> {
    let is_only_place = place.is_only_place;
    let broken = match tool::read(file, text) {
        Known::Tool(found) => return Some(CheckedResults { tool: Some(found), ..CheckedResults::default() }),
        // Whoever else reads the folder may know it.
        Known::Beside => return is_only_place.then(CheckedResults::default),
        Known::Broken(span, why) => {
            let unread = Some((span, why.into_owned()));
            return Some(CheckedResults { unread, ..CheckedResults::default() });
        }
        Known::NoJson(span, why) => Some((span, why)),
        Known::Other => None,
    };
    let mut own = Sink::default();
    let parsed = yaml::parse(file, text, &mut own);
    let root = parsed.tree.as_ref().map(YamlTree::root);
    let stated = root.and_then(|root| root.entry("kind")).map(|(_, value)| value);
    let kind = stated.and_then(NodeRef::as_str).unwrap_or_default();
    let looks_meant = kind.is_empty() && !parsed.complete && text.contains(KIND);
    if kind == KIND || looks_meant {
        sink.append(own);
        // Half a file would be half the evidence.
        let Some(root) = root.filter(|_| parsed.complete && kind == KIND) else {
            return Some(CheckedResults::default());
        };
        let doubts = check_schema(schemas, file, root, sink);
        return Some(CheckedResults { file: lower::results(root, file), doubts, ..CheckedResults::default() });
    }
    if !is_only_place {
        return None;
    }
    let unread = match broken {
        // YAML may begin as JSON does.
        Some(_) if place.is_yaml && parsed.complete && root.is_some_and(NodeRef::is_mapping) => None,
        Some(broken) => Some(broken),
        None if !kind.is_empty() => None,
        None if parsed.complete && root.is_none_or(NodeRef::is_null) && is_blank(text) => {
            Some((Span::default(), "it is empty".to_owned()))
        }
        None if !place.is_yaml || starts_as_data(text) => {
            let why = "it is in none of the forms that are known: ObservabilityResults, Data Contract CLI, dbt, OpenLineage, JUnit";
            Some((Span::default(), why.to_owned()))
        }
        None if !parsed.complete => {
            own.found().first().map(|found| (found.location.span, format!("it is no YAML: {}", found.message)))
        }
        None => None,
    };
    if let Some(unread) = unread {
        return Some(CheckedResults { unread: Some(unread), ..CheckedResults::default() });
    }
    report_other(file, kind, root, sink);
    None
}

/// Says whether a text holds nothing, or in YAML comments alone.
fn is_blank(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.all(|line| line.is_empty() || line == "---" || line.starts_with('#'))
}

/// Says whether a text is JSON or XML, which nobody puts into a folder of result files for another reason.
fn starts_as_data(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[', '<'])
}

/// Reports a document of another kind; what has no kind at all may be anything.
fn report_other(file: FileId, kind: &str, root: Option<NodeRef<'_>>, sink: &mut Sink) {
    let Some(root) = root.filter(|root| root.entry("apiVersion").is_some() && !kind.is_empty()) else { return };
    let span = root.get("kind").map_or(Span::default(), NodeRef::span);
    let finding = if yaml::nearest(kind, [KIND]).is_some() {
        let message = format!("`{kind}` is no kind of result file");
        rules::MISSPELT_KIND.at(file, span, message).help(format!("did you mean `{KIND}`?"))
    } else {
        let message = format!("a file of the kind `{kind}` is not read in a folder of result files");
        rules::OTHER_KIND.at(file, span, message).help("move it below one of the `roots:`")
    };
    sink.push(finding);
}

/// Checks a result file against the schema of its own `apiVersion`.
fn check_schema(schemas: &Schemas, file: FileId, root: NodeRef<'_>, sink: &mut Sink) -> Doubts {
    let mut doubts = Doubts::default();
    let versions = schemas.versions(SCHEMA);
    let newest = versions.last().copied().unwrap_or_default();
    let Some((key, value)) = root.entry("apiVersion") else {
        let span = root.get("kind").map_or(Span::default(), NodeRef::span);
        let message = "a result file must declare its `apiVersion`";
        sink.push(
            rules::UNSUPPORTED_VERSION
                .at(file, span, message)
                .label("no `apiVersion` goes with it")
                .help(format!("add `apiVersion: {newest}`")),
        );
        return doubts;
    };
    let declared = value.scalar_text().unwrap_or_default();
    let Some(schema) = value.as_str().and_then(|version| schemas.get(SCHEMA, version)) else {
        let span = if value.is_null() { key.span() } else { value.span() };
        sink.push(unsupported_version(file, (SCHEMA, TITLE), &declared, span, &versions));
        return doubts;
    };
    for problem in schema.problems(root) {
        sink.push(diagnostic(file, &problem, &declared));
        doubts.note(&problem, rule_of(&problem), root, None);
    }
    doubts
}
