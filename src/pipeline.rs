//! From a tree to a checked mesh: the one string of rooms that every command but `init` and `new`
//! calls. Files are read, parsed, validated and lowered in parallel, one at a time, so that no more
//! than one tree per thread is in memory; everything after is one pass over the typed model.

mod causes;
mod policies;
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
pub use crate::policy::Outcome;
use crate::policy::{self, Governance};
use crate::source::{Entry, FileId, Listing, ReadError, SourceMap, Span, Tree, WalkOptions, is_below};
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

/// Which policies are run.
#[derive(Clone, Copy)]
pub enum PolicySource<'a> {
    /// Those of the tree.
    Own,
    /// None: nobody looks at findings.
    Skip,
    /// Those of another tree, such as the base of a branch.
    Of(&'a dyn Tree),
}

/// Checks a tree by its own policies.
///
/// # Errors
/// When the configuration or a root cannot be read at all; everything else is a finding.
pub fn run(tree: &dyn Tree, schemas: &Schemas, options: &Options) -> Result<Outcome, PipelineError> {
    run_with(tree, schemas, options, PolicySource::Own)
}

/// Checks a tree.
///
/// # Errors
/// When the configuration or a root cannot be read at all, also in the tree that policies are of;
/// everything else is a finding.
pub fn run_with(
    tree: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
    policy_source: PolicySource<'_>,
) -> Result<Outcome, PipelineError> {
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
    let (sources, entries) = number_files(&options.config_path, &listing);
    report_skipped(&listing, &sources, &mut sink);

    let results = results::read(tree, schemas, &config, &entries, &mut sink);
    let observed = results.contracts();
    let keep = Keep { detail: options.detail, observed: Some(&observed) };
    let is_for_us =
        |(file, entry): &&(FileId, &Entry)| !results.taken.contains(file) && is_in_roots(&config, &entry.path);
    let read: Vec<FileResult> = entries
        .par_iter()
        .filter(is_for_us)
        .map(|(file, entry)| read_file(tree, schemas, &config, *file, entry, keep))
        .collect();

    drop(entries);
    drop(listing);
    let mut input = Input::default();
    let mut docs = Vec::new();
    let mut doubts: Vec<(FileId, Doubts)> = results.doubts;
    let mut n_descriptors = 0;
    for result in read {
        sink.append(result.sink);
        doubts.extend(Some((result.file, result.checked.doubts)).filter(|(_, doubts)| !doubts.is_empty()));
        n_descriptors += usize::from(result.checked.is_descriptor);
        input.descriptors.extend(result.checked.descriptor);
        input.aliases.extend(result.checked.aliases);
        docs.extend(result.markdown);
    }
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
        sink.push(config::rules::NO_DESCRIPTORS.at(CONFIG_FILE, Span::default(), message).help(help));
    }

    let mesh = graph::resolve(input, &sources, options.today, &mut sink);
    policy::run(&policy::Context { mesh: &mesh, sources: &sources, today: options.today }, &mut sink);
    let realm = policy::Realm {
        mesh: &mesh,
        sources: &sources,
        tree,
        schemas,
        today: options.today,
        base_url: config.mesh.base_url.as_deref(),
    };
    let origin = match policy_source {
        PolicySource::Of(other) => Some(policies::of_tree(other, schemas, options, &config)?),
        PolicySource::Own | PolicySource::Skip => None,
    };
    let governance = match policy_source {
        PolicySource::Skip => Governance::default(),
        PolicySource::Own | PolicySource::Of(_) => policy::govern(&realm, origin.as_ref(), &mut sink),
    };
    let own = mesh.policies.iter().map(|policy| policy.header.id.value.as_str());
    let run = governance.policies.iter().map(|outcome| outcome.policy.header.id.value.as_str());
    let names: Vec<&str> = own.chain(run).collect();
    config::report_unknown_levels(&config, CONFIG_FILE, &known, &names, &mut sink);
    readers::name_subjects(&mesh, &sources, &mut sink);
    causes::Causes { tree, sources: &sources, grading: &config.check.grading, doubts }.fold(&mut sink);
    let policies = origin.as_ref().map_or(&mesh.policies, |origin| &origin.policies);
    let waivers = policy::waivers_in_force(&mesh, policies, options.today);
    if !matches!(policy_source, PolicySource::Skip) {
        policy::rules::waivers::report(&mesh, options.today, &known, &config.check.grading, &sources, &mut sink);
    }
    let findings = sink.finish(&config.check.grading, &waivers, &sources);
    let counts = Counts {
        documents: n_descriptors,
        products: mesh.products.len(),
        contracts: mesh.contracts.len(),
        domains: mesh.domains.len(),
        teams: mesh.teams.len(),
    };
    Ok(Outcome { config, sources, mesh, findings, governance, counts, today: options.today })
}

/// The configuration is always the first file.
const CONFIG_FILE: FileId = FileId(0);

fn number_files<'a>(config_path: &str, listing: &'a Listing) -> (SourceMap, Vec<(FileId, &'a Entry)>) {
    let mut paths = vec![config_path.to_owned()];
    let mut entries = Vec::new();
    for entry in listing.files.iter().filter(|entry| entry.path != config_path) {
        entries.push((FileId(u32::try_from(paths.len()).unwrap_or(u32::MAX)), entry));
        paths.push(entry.path.clone());
    }
    let known: std::collections::BTreeSet<String> = paths.iter().cloned().collect();
    paths.extend(listing.skipped.iter().map(|skipped| skipped.path.clone()).filter(|path| !known.contains(path)));
    (SourceMap::new(paths), entries)
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

fn read_file(
    tree: &dyn Tree,
    schemas: &Schemas,
    config: &Config,
    file: FileId,
    entry: &Entry,
    keep: Keep<'_>,
) -> FileResult {
    let kind = load::file_kind(&entry.path, &config.roots);
    if kind == FileKind::Other {
        return FileResult { file, ..FileResult::default() };
    }
    // A panic is our bug; it costs this file's findings, not the run.
    let caught = catch_unwind(AssertUnwindSafe(|| read_known(tree, schemas, file, entry, kind, keep)));
    caught.unwrap_or_else(|_| {
        let mut result = FileResult { file, ..FileResult::default() };
        result.sink.push(failed_on(file, &entry.path));
        result
    })
}

/// Tells of a file on which the tool itself failed.
fn failed_on(file: FileId, path: &str) -> Diagnostic {
    let message = format!("`{path}` was not read: the tool failed on it; please report this with the file");
    let mut finding = yaml::rules::UNREADABLE_FILE.at(file, Span::default(), message);
    finding.severity = crate::diagnostic::Severity::Error;
    finding
}

fn read_known(
    tree: &dyn Tree,
    schemas: &Schemas,
    file: FileId,
    entry: &Entry,
    kind: FileKind,
    keep: Keep<'_>,
) -> FileResult {
    let mut result = FileResult { file, ..FileResult::default() };
    let bytes = match tree.read(&entry.path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let finding = unreadable(file, &entry.path, &error);
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
