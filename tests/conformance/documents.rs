//! The documents of `tests/documents`: each says in its first line what is expected of it. With
//! `SHOW=1` the findings of the invalid ones are printed, to be read.

use std::path::Path;

use meshfolio::check::{self, Detail};
use meshfolio::config;
use meshfolio::diagnostic::{Diagnostic, Grading, Severity, Sink};
use meshfolio::load::FileKind;
use meshfolio::source::{FileId, MemoryTree, SourceMap};
use meshfolio::yaml::{self, Schemas};

use crate::corpora;

/// Returns the findings of a file, taken the way of its kind.
fn findings(schemas: &Schemas, folder: &str, text: &str) -> Vec<Diagnostic> {
    let mut sink = Sink::default();
    let file = FileId(0);
    match folder {
        "configuration" => {
            // The folders that the documents name as roots are there.
            let names = [config::FILE_NAME, "registry/a.yaml", "legacy/registry/a.yaml"];
            let tree = MemoryTree::new(names.map(|name| (name, if name == config::FILE_NAME { text } else { "" })));
            config::load(&tree, config::FILE_NAME, true, file, schemas, &[], &mut sink).expect("it is there");
        }
        "observability-results" => {
            let parsed = yaml::parse(file, text, &mut sink);
            let tree = parsed.tree.expect("a document");
            let version = tree.root().text("apiVersion").map(|version| version.value.into_owned()).unwrap_or_default();
            let versions = schemas.versions(folder);
            let version = if versions.contains(&version.as_str()) { &version } else { *versions.last().unwrap_or(&"") };
            let schema = schemas.get(folder, version).expect("a schema of results");
            for problem in schema.problems(tree.root()) {
                let words = problem.words("");
                let mut diagnostic = check::rules::BAD_FORM.at(file, problem.span, words.message);
                diagnostic.help = words.help;
                sink.push(diagnostic);
            }
        }
        _ => {
            let kind = if folder == "aliases" { FileKind::Aliases } else { FileKind::Yaml };
            check::check_file(schemas, file, kind, text, Detail::Pages, &mut sink);
        }
    }
    sink.finish(&Grading::default(), &[], &SourceMap::default()).diagnostics
}

/// Returns how many mistakes a document has; all but these have one, and one mistake is one finding.
fn n_mistakes(name: &str) -> usize {
    const TWO: [&str; 4] = [
        "bitol/invalid/contract-v3.1.0-map-before-v3.2.0.yaml",
        "bitol/invalid/contract-v3.2.0-enum-of-plain-values.yaml",
        "own/aliases/invalid-bare-id.yaml",
        "own/configuration/invalid-with-kind.yaml",
    ];
    if TWO.contains(&name) { 2 } else { 1 }
}

fn check_folder(folder: &Path, wrong: &mut Vec<String>) -> usize {
    let schemas = Schemas::embedded();
    let files = corpora::files(folder, &[".yaml"]);
    for path in &files {
        let text = corpora::read(path);
        let first = text.lines().next().unwrap_or("");
        let is_bitol = path.to_string_lossy().contains("/bitol/");
        let parent = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let found = findings(&schemas, if is_bitol { "" } else { &parent }, &text);
        let errors: Vec<&Diagnostic> = found.iter().filter(|found| found.severity == Severity::Error).collect();
        let name = path.strip_prefix(corpora::here("tests/documents")).unwrap_or(path).display();
        let shown: Vec<String> = errors
            .iter()
            .map(|error| {
                let place = text.get(error.location.span.range()).expect("whole characters");
                let help = error.help.as_deref().unwrap_or("-");
                format!(
                    "    {} {} | {} | {help} @ {place:?}",
                    error.rule.code,
                    error.message,
                    error.label.as_deref().unwrap_or("-")
                )
            })
            .collect();
        let shown = shown.join("\n");
        match first.strip_prefix("# expect: ").unwrap_or_default() {
            "valid" if errors.is_empty() => {}
            "valid" => wrong.push(format!("{name} should be valid:\n{shown}")),
            expected if expected.starts_with("invalid: ") => {
                if std::env::var_os("SHOW").is_some() {
                    eprintln!("{name}: {}\n{shown}", expected.trim_start_matches("invalid: "));
                }
                if errors.is_empty() {
                    wrong.push(format!("{name} should be {expected}"));
                } else if errors.len() != n_mistakes(&name.to_string()) {
                    wrong.push(format!("{name} is {expected}, and gives {} errors:\n{shown}", errors.len()));
                }
            }
            _ => wrong.push(format!("{name} does not say what is expected of it")),
        }
    }
    files.len()
}

#[test]
fn every_document_is_judged_as_it_says() {
    let mut wrong = Vec::new();
    let n_files = check_folder(&corpora::here("tests/documents"), &mut wrong);
    eprintln!("{n_files} documents");
    assert!(n_files > 300, "only {n_files} documents");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
