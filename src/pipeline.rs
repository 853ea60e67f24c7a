//! From a tree to a checked mesh: the one string of rooms that every command but `init` and `new`
//! calls. Files are read, parsed, validated and lowered in parallel, one at a time, so that no more
//! than one tree per thread is in memory; everything after is one pass over the typed model.

mod causes;
mod readers;
mod results;

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::check::{self, Checked, Detail, Doubts, Keep, Lost};
use crate::config::{self, Config};
use crate::diagnostic::emit::Counts;
use crate::diagnostic::{Diagnostic, RuleMeta, Sink};
use crate::graph::{self, Docs, Input};
use crate::load::{self, FileKind, MarkdownFacts};
use crate::policy;
pub use crate::policy::Outcome;
use crate::source::{FileId, Listing, ReadError, SourceMap, Span, Tree, WalkOptions, is_below};
use crate::yaml::{self, Schemas};

/// What to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Path of the configuration, relative to the root.
    pub config_path: String,
    /// The configuration was named on the command line, so it must be there.
    pub is_config_required: bool,
    /// The day.
    pub today: Date,
    /// How much of each descriptor is kept.
    pub detail: Detail,
    /// Folders of result files that replace `observations` of the configuration.
    pub observations: Option<Vec<String>>,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The configuration cannot be read.
    #[error("the configuration `{path}` cannot be read: {error}")]
    Config {
        /// Its path.
        path: String,
        /// Why.
        error: ReadError,
    },
    /// A root cannot be listed.
    #[error("the registry cannot be read: {0}")]
    List(ReadError),
}

/// Returns every rule of the tool, by code.
#[must_use]
pub fn rules() -> Vec<&'static RuleMeta> {
    let mut rules: Vec<&'static RuleMeta> = Vec::new();
    rules.extend(config::rules::RULES);
    rules.extend(yaml::rules::RULES);
    rules.extend(check::rules::RULES);
    rules.extend(graph::rules::RULES);
    rules.extend(policy::rules::ALL.iter().copied().flatten().map(|rule| rule.meta));
    rules.sort_by_key(|rule| (crate::diagnostic::Family::of(rule.code), rule.code));
    rules
}

/// Checks a tree.
///
/// # Errors
/// When the configuration or a root cannot be read at all; everything else is a finding.
pub fn run(tree: &dyn Tree, schemas: &Schemas, options: &Options) -> Result<Outcome, PipelineError> {
    let mut sink = Sink::default();
    let known = rules();
    let mut config =
        config::load(tree, &options.config_path, options.is_config_required, CONFIG_FILE, schemas, &known, &mut sink)
            .map_err(|error| PipelineError::Config { path: options.config_path.clone(), error })?;

    if let Some(folders) = &options.observations {
        config.observations.clone_from(folders);
    }
    let walk = WalkOptions {
        roots: config.roots.iter().chain(&config.observations).cloned().collect(),
        exclude: config.exclude.clone(),
        output: Some(config.output.clone()),
    };
    let listing = tree.list(&walk).map_err(PipelineError::List)?;
    // What is about a registry without a configuration stands at its first root.
    let has_config = tree.read(&options.config_path).is_ok();
    let root = config.roots.first().filter(|root| !root.is_empty()).map_or(".", String::as_str);
    let (sources, files) = number_files(&options.config_path, (!has_config).then_some(root), &listing);
    let config_file = if has_config { CONFIG_FILE } else { sources.id(root).unwrap_or(CONFIG_FILE) };
    report_skipped(&listing, &sources, &mut sink);
    // From here on a file is its number.
    drop(listing);

    let results = results::read(tree, schemas, &config, (&sources, &files), &mut sink);
    let observed = results.contracts();
    let keep = Keep { detail: options.detail, observed: Some(&observed) };
    let is_for_us = |file: &&FileId| !results.taken.contains(*file) && is_in_roots(&config, sources.path(**file));
    // Joined as they come and in the order of paths: one value a file, all at once, would be the peak of memory.
    let read = files
        .par_iter()
        .filter(is_for_us)
        .map(|file| read_file(tree, schemas, &config, *file, sources.path(*file), keep))
        .fold(Read::default, Read::with)
        .reduce(Read::default, Read::joined);

    let Read { sink: found, mut input, docs, doubts: noted, n_descriptors } = read;
    sink.append(found);
    let mut doubts: Vec<(FileId, Doubts)> = results.doubts;
    doubts.extend(noted);
    input.docs = Docs::new(docs);
    input.results = results.files;
    // A root that does not exist is told already, and is reason enough.
    if n_descriptors == 0 && config.roots.iter().any(|root| tree.has_folder(root)) {
        let places: Vec<String> = config
            .roots
            .iter()
            .map(|root| if root.is_empty() { "the root".to_owned() } else { format!("`{root}`") })
            .collect();
        let message = format!("no descriptor was found in {}", places.join(", "));
        let help = "run `meshfolio init` to begin a registry, or set `roots:` in `meshfolio.yaml`";
        sink.push(config::rules::NO_DESCRIPTORS.at(config_file, Span::default(), message).help(help));
    }

    let mesh = graph::resolve(input, &sources, options.today, &mut sink);
    policy::run(&policy::Context { mesh: &mesh, sources: &sources, today: options.today }, &mut sink);
    let policies: Vec<&str> = mesh.policies.iter().map(|policy| policy.header.id.value.as_str()).collect();
    config::report_unknown_levels(&config, CONFIG_FILE, &known, &policies, &mut sink);
    readers::name_subjects(&mesh, &sources, &mut sink);
    causes::Causes { tree, sources: &sources, grading: &config.check.grading, doubts }.fold(&mut sink);
    let waivers = policy::waivers_in_force(&mesh, options.today);
    let findings = sink.finish(&config.check.grading, &waivers, &sources);
    let counts = Counts {
        documents: n_descriptors,
        products: mesh.products.len(),
        contracts: mesh.contracts.len(),
        domains: mesh.domains.len(),
        teams: mesh.teams.len(),
    };
    Ok(Outcome { config, sources, mesh, findings, counts, today: options.today })
}

/// The configuration is always the first file.
const CONFIG_FILE: FileId = FileId(0);

/// Numbers the configuration, the files to read, in the order of their paths, what was skipped, and the
/// folder that stands for a configuration that is not there.
fn number_files(config_path: &str, folder: Option<&str>, listing: &Listing) -> (SourceMap, Vec<FileId>) {
    let mut paths = vec![config_path];
    paths.extend(listing.files.iter().map(|entry| entry.path.as_str()).filter(|path| *path != config_path));
    let files = (1..paths.len()).map(|number| FileId(u32::try_from(number).unwrap_or(u32::MAX))).collect();
    let known: std::collections::BTreeSet<&str> = paths.iter().copied().collect();
    paths.extend(listing.skipped.iter().map(|skipped| skipped.path.as_str()).filter(|path| !known.contains(path)));
    paths.extend(folder);
    (SourceMap::new(paths), files)
}

fn report_skipped(listing: &Listing, sources: &SourceMap, sink: &mut Sink) {
    for skipped in &listing.skipped {
        let file = sources.id(&skipped.path).unwrap_or(CONFIG_FILE);
        let message = format!("`{}` was not read: {}", skipped.path, skipped.reason);
        let help = "put a regular file there, or leave it out with `exclude:`";
        sink.push(yaml::rules::UNREADABLE_FILE.at(file, Span::default(), message).help(help));
    }
}

/// Says whether descriptors are read here.
fn is_in_roots(config: &Config, path: &str) -> bool {
    config.roots.iter().any(|root| is_below(path, root))
}

#[derive(Default)]
struct FileResult {
    file: FileId,
    sink: Sink,
    checked: Checked,
    markdown: Option<MarkdownFacts>,
}

/// What was read of some files, in the order of their paths.
#[derive(Default)]
struct Read {
    sink: Sink,
    input: Input,
    docs: Vec<MarkdownFacts>,
    doubts: Vec<(FileId, Doubts)>,
    n_descriptors: usize,
}

impl Read {
    fn with(mut self, file: FileResult) -> Read {
        self.sink.append(file.sink);
        self.input.descriptors.extend(file.checked.descriptor);
        self.input.aliases.extend(file.checked.aliases);
        self.docs.extend(file.markdown);
        self.doubts.extend(Some((file.file, file.checked.doubts)).filter(|(_, doubts)| !doubts.is_empty()));
        self.n_descriptors += usize::from(file.checked.is_descriptor);
        self
    }

    fn joined(mut self, later: Read) -> Read {
        self.sink.append(later.sink);
        self.input.descriptors.extend(later.input.descriptors);
        self.input.aliases.extend(later.input.aliases);
        self.docs.extend(later.docs);
        self.doubts.extend(later.doubts);
        self.n_descriptors += later.n_descriptors;
        self
    }
}

fn read_file(
    tree: &dyn Tree,
    schemas: &Schemas,
    config: &Config,
    file: FileId,
    path: &str,
    keep: Keep<'_>,
) -> FileResult {
    let kind = load::file_kind(path, &config.roots);
    if kind == FileKind::Other {
        return FileResult { file, ..FileResult::default() };
    }
    // A panic is our bug; it costs this file's findings, not the run.
    let caught = catch_unwind(AssertUnwindSafe(|| read_known(tree, schemas, file, path, kind, keep)));
    caught.unwrap_or_else(|_| {
        let mut result = FileResult { file, ..FileResult::default() };
        result.sink.push(failed_on(file, path));
        result
    })
}

/// Tells of a file on which the tool itself failed.
fn failed_on(file: FileId, path: &str) -> Diagnostic {
    let message = format!("`{path}` was not read: the tool failed on it; please report this with the file");
    let help = "leave the file out with `exclude:` in `meshfolio.yaml` until that is mended";
    let mut finding = yaml::rules::UNREADABLE_FILE.at(file, Span::default(), message).help(help);
    finding.severity = crate::diagnostic::Severity::Error;
    finding
}

fn read_known(
    tree: &dyn Tree,
    schemas: &Schemas,
    file: FileId,
    path: &str,
    kind: FileKind,
    keep: Keep<'_>,
) -> FileResult {
    let mut result = FileResult { file, ..FileResult::default() };
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let finding = unreadable(file, path, &error);
            if kind != FileKind::Markdown {
                result.checked.doubts.lost = Some(unread(kind, finding.rule));
            }
            result.sink.push(finding);
            return result;
        }
    };
    match (load::decode(file, bytes, &mut result.sink), kind) {
        (Ok(text), FileKind::Markdown) => {
            let facts = load::read_markdown(file, &text);
            if facts.is_cut {
                let message = format!("a Markdown file with more than {} links or headings", load::MAX_LINKS);
                let help = "split it into several files; the links after these are not checked";
                result.sink.push(yaml::rules::OVER_LIMIT.at(file, Span::default(), message).help(help));
            }
            result.markdown = Some(facts);
        }
        (Ok(text), kind) => {
            result.checked = check::check_file(schemas, file, kind, &text, keep, &mut result.sink);
        }
        (Err(_), FileKind::Markdown) => {}
        (Err(text), kind) => {
            let span = result.sink.found().first().map_or(Span::default(), |finding| finding.location.span);
            let cause = Some((&yaml::rules::BAD_ENCODING, span));
            result.checked = check::check_identity(file, load::kind_of(kind), &text, cause, keep);
            if let Some(descriptor) = &result.checked.descriptor {
                result.sink.name_subject(&descriptor.header().reference());
            }
        }
    }
    result
}

/// Tells why a file cannot be read.
fn unreadable(file: FileId, path: &str, error: &ReadError) -> Diagnostic {
    let (rule, help) = match error {
        ReadError::TooLarge { .. } => {
            (&yaml::rules::OVER_LIMIT, "split it into several files, or leave it out with `exclude:`")
        }
        ReadError::Denied => {
            (&yaml::rules::UNREADABLE_FILE, "let the user who runs this read the file, or leave it out with `exclude:`")
        }
        _ => (&yaml::rules::UNREADABLE_FILE, "put a readable file there, or leave it out with `exclude:`"),
    };
    let mut finding = rule.at(file, Span::default(), format!("`{path}` was not read: {error}")).help(help);
    finding.severity = crate::diagnostic::Severity::Error;
    finding
}

/// What is known of a file that was not read.
fn unread(kind: FileKind, rule: &'static RuleMeta) -> Lost {
    Lost { kind: load::kind_of(kind), name: None, publishes: None, rule, span: Span::default() }
}
