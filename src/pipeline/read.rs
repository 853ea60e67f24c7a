//! Reads the files of a tree: what each holds, with its findings, in parallel and one at a time.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::results::{self, Results};
use super::{Options, PipelineError, rules};
use crate::check::{self, Checked, Detail, Doubts, Keep, Lost};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, RuleMeta, Sink};
use crate::graph::Input;
use crate::load::{self, FileKind, MarkdownFacts};
use crate::model::Text;
use crate::source::{FileId, Listing, ReadError, SourceMap, Span, Tree, WalkOptions, is_below};
use crate::yaml::{self, Schemas};

/// A tree whose configuration is known and whose files are listed.
pub(super) struct Opened {
    pub(super) config: Config,
    pub(super) config_file: FileId,
    /// Where findings about a registry without a configuration stand: its first root.
    pub(super) folder: Option<String>,
    pub(super) listing: Listing,
    pub(super) sink: Sink,
}

/// The files of a tree with their numbers.
pub(super) struct Numbered {
    pub(super) sources: SourceMap,
    /// The files to read, in the order of their paths.
    pub(super) files: Vec<FileId>,
}

/// A tree whose result files are read, so that it is known how much of each contract is kept.
pub(super) struct Prepared {
    pub(super) config: Config,
    pub(super) config_file: FileId,
    pub(super) sources: SourceMap,
    pub(super) sink: Sink,
    pub(super) results: Results,
    /// Folders and result files that the system does not let be read, each with the reason.
    failures: Vec<(String, String)>,
    files: Vec<FileId>,
    observed: BTreeSet<Text>,
}

/// What one file holds.
#[derive(Clone, Default)]
pub(super) struct FileResult {
    pub(super) file: FileId,
    pub(super) sink: Sink,
    pub(super) checked: Checked,
    pub(super) markdown: Option<MarkdownFacts>,
    /// The tree that is compared with holds the same file.
    pub(super) is_same: bool,
    /// The content of the file is not in the repository.
    pub(super) is_missing: bool,
    /// The path and the reason, when the system does not let the file be read.
    pub(super) failure: Option<(String, String)>,
}

/// What a tree is compared with while it is read.
pub(super) enum Beside<'a> {
    /// The tree that will be read next: files that it has as well are marked.
    Next(&'a dyn Tree),
    /// What was read before, of files that are the same by their number.
    Before(HashMap<FileId, &'a FileResult>),
}

/// Reads the configuration and lists the files.
pub(super) fn open(
    tree: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
    config_file: FileId,
) -> Result<Opened, PipelineError> {
    let mut sink = Sink::default();
    let (path, is_required) = (&options.config_path, options.is_config_required);
    let mut config = config::load(tree, path, is_required, config_file, schemas, &rules(), &mut sink)
        .map_err(|error| PipelineError::of_config(tree, path, error))?;
    if let Some(folders) = &options.observations {
        config.observations.clone_from(folders);
    }
    let walk = WalkOptions {
        roots: config.roots.iter().chain(&config.observations).cloned().collect(),
        exclude: config.exclude.clone(),
        output: Some(config.output.clone()),
    };
    let listing = tree.list(&walk).map_err(PipelineError::List)?;
    let root = config.roots.first().filter(|root| !root.is_empty()).map_or(".", String::as_str);
    let folder = tree.read(path).is_err().then(|| root.to_owned());
    Ok(Opened { config, config_file, folder, listing, sink })
}

/// Numbers the configuration, the files to read, in the order of their paths, what was skipped, and the folder
/// that stands for a configuration that is not there.
pub(super) fn number(opened: &Opened, options: &Options) -> Numbered {
    let (listing, config_path) = (&opened.listing, options.config_path.as_str());
    let mut paths = vec![config_path];
    paths.extend(listing.files.iter().map(|entry| entry.path.as_str()).filter(|path| *path != config_path));
    let files = (1..paths.len()).map(|number| FileId(u32::try_from(number).unwrap_or(u32::MAX))).collect();
    let known: BTreeSet<&str> = paths.iter().copied().collect();
    paths.extend(listing.skipped.iter().map(|skipped| skipped.path.as_str()).filter(|path| !known.contains(path)));
    paths.extend(
        opened.folder.as_deref().filter(|folder| !listing.skipped.iter().any(|skipped| skipped.path == *folder)),
    );
    Numbered { sources: SourceMap::new(paths), files }
}

/// Numbers the files of a tree beside those of another: a file that is the same in both has one number. Returns
/// the names of the other tree, and the numbers of this one.
pub(super) fn number_beside(
    opened: &mut Opened,
    options: &Options,
    others: SourceMap,
    is_same_config: bool,
    is_same: impl Fn(FileId) -> bool,
) -> (SourceMap, Numbered) {
    let config_path = options.config_path.as_str();
    let number = |path: &str| others.id(path).filter(|file| is_same(*file));
    let listed = opened.listing.files.iter().map(|entry| entry.path.as_str()).filter(|path| *path != config_path);
    let mut files = vec![(config_path, is_same_config.then_some(FileId(0)))];
    files.extend(listed.map(|path| (path, number(path))));
    let known: BTreeSet<&str> = files.iter().map(|(path, _)| *path).collect();
    let n_listed = files.len();
    let skipped = opened.listing.skipped.iter().map(|skipped| skipped.path.as_str());
    let skipped: Vec<_> = skipped.filter(|path| !known.contains(path)).map(|path| (path, None)).collect();
    files.extend(skipped);
    let (others, sources) = others.beside(files.iter().copied());
    let files = files[1..n_listed].iter().filter_map(|(path, _)| sources.id(path)).collect();
    let config_file = sources.id(config_path).unwrap_or_default();
    opened.config_file = config_file;
    (others, Numbered { sources, files })
}

/// Tells what was skipped, and reads the result files. From here on a file is its number.
pub(super) fn prepare(tree: &dyn Tree, schemas: &Schemas, opened: Opened, numbered: Numbered) -> Prepared {
    let Opened { config, config_file, folder, listing, mut sink } = opened;
    let Numbered { sources, files } = numbered;
    let config_file = folder.and_then(|folder| sources.id(&folder)).unwrap_or(config_file);
    report_skipped(&listing, &sources, config_file, &mut sink);
    report_left_out(&left_out(&listing, &config), config_file, &mut sink);
    let failed = listing.skipped.iter().filter(|skipped| skipped.is_failure);
    let mut failures: Vec<(String, String)> =
        failed.map(|skipped| (skipped.path.clone(), skipped.reason.clone())).collect();
    drop(listing);
    let mut results = results::read(tree, schemas, &config, (&sources, &files), &mut sink);
    failures.append(&mut results.failures);
    let observed = results.contracts();
    Prepared { config, config_file, sources, sink, results, failures, files, observed }
}

/// Returns the files that a sparse checkout leaves out and that would be read, and the folders that may hold some.
#[must_use]
pub fn left_out<'l>(listing: &'l Listing, config: &Config) -> Vec<&'l str> {
    let holds_root = |folder: &str| config.roots.iter().any(|root| is_below(root, folder));
    let is_for_us = |path: &&str| match path.strip_suffix('/') {
        Some(folder) => is_in_roots(config, folder) || holds_root(folder),
        None => is_in_roots(config, path) && load::file_kind(path, &config.roots) != FileKind::Other,
    };
    listing.left_out.iter().map(String::as_str).filter(is_for_us).collect()
}

/// Refuses to compare what is not there as a whole: what a sparse checkout leaves out would be taken for removed.
pub(super) fn refuse_left_out(opened: &Opened) -> Result<(), PipelineError> {
    let left_out = left_out(&opened.listing, &opened.config);
    let Some(first) = left_out.first() else { return Ok(()) };
    Err(PipelineError::LeftOut { n: left_out.len(), first: (*first).to_owned() })
}

impl Prepared {
    /// Refuses to go on where something could not be read: the rest would be judged wrongly.
    pub(super) fn refuse_failures(&self, tree: &dyn Tree, joined: &Joined) -> Result<(), PipelineError> {
        self.refuse_missing(tree, joined)?;
        let mut failures = [self.failures.as_slice(), &joined.failures].concat();
        failures.sort();
        failures.dedup();
        if failures.is_empty() { Ok(()) } else { Err(PipelineError::Unreadable(failures)) }
    }

    /// Refuses a revision whose files are not in this clone.
    pub(super) fn refuse_missing(&self, tree: &dyn Tree, joined: &Joined) -> Result<(), PipelineError> {
        let Some(file) = joined.missing.or(self.results.missing) else { return Ok(()) };
        Err(PipelineError::Missing { path: self.sources.path(file).to_owned(), revision: tree.label() })
    }

    /// Returns what of the result files decides how much of a contract is kept: the contracts that they name, and
    /// whether some name data alone.
    pub(super) fn asks(&self) -> (BTreeSet<Text>, bool) {
        (self.observed.clone(), self.results.name_data())
    }

    /// Reads every file that is no result file.
    pub(super) fn files<'a>(
        &'a self,
        tree: &'a dyn Tree,
        schemas: &'a Schemas,
        detail: Detail,
        beside: Option<&'a Beside<'a>>,
    ) -> impl ParallelIterator<Item = FileResult> + 'a {
        let names_data = self.results.name_data();
        let keep = Keep { detail, observed: Some(&self.observed), names_data, grading: None };
        let is_for_us = move |file: &&FileId| {
            !self.results.taken.contains(*file) && is_in_roots(&self.config, self.sources.path(**file))
        };
        self.files.par_iter().filter(is_for_us).map(move |file| {
            let path = self.sources.path(*file);
            let keep = Keep { grading: Some((&self.config.check.grading, path)), ..keep };
            read_file(tree, schemas, &self.config, (*file, path), keep, beside)
        })
    }
}

/// What was read of some files, in the order of their paths.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) sink: Sink,
    pub(super) input: Input,
    pub(super) docs: Vec<MarkdownFacts>,
    pub(super) doubts: Vec<(FileId, Doubts)>,
    /// Files that the system does not let be read, each with the reason.
    pub(super) failures: Vec<(String, String)>,
    /// The first file whose content is not in the repository.
    pub(super) missing: Option<FileId>,
    pub(super) n_descriptors: usize,
}

impl Joined {
    pub(super) fn with(mut self, file: FileResult) -> Joined {
        self.sink.append(file.sink);
        self.input.descriptors.extend(file.checked.descriptor);
        self.input.aliases.extend(file.checked.aliases);
        self.docs.extend(file.markdown);
        self.doubts.extend(Some((file.file, file.checked.doubts)).filter(|(_, doubts)| !doubts.is_empty()));
        self.failures.extend(file.failure);
        self.missing = self.missing.or(file.is_missing.then_some(file.file));
        self.n_descriptors += usize::from(file.checked.is_descriptor);
        self
    }

    pub(super) fn joined(mut self, later: Joined) -> Joined {
        self.sink.append(later.sink);
        self.input.descriptors.extend(later.input.descriptors);
        self.input.aliases.extend(later.input.aliases);
        self.docs.extend(later.docs);
        self.doubts.extend(later.doubts);
        self.failures.extend(later.failures);
        self.missing = self.missing.or(later.missing);
        self.n_descriptors += later.n_descriptors;
        self
    }
}

fn report_skipped(listing: &Listing, sources: &SourceMap, config_file: FileId, sink: &mut Sink) {
    for skipped in listing.skipped.iter().filter(|skipped| !skipped.is_failure) {
        let file = sources.id(&skipped.path).unwrap_or(config_file);
        let message = format!("`{}` was not read: {}", skipped.path, skipped.reason);
        let help = skipped.remedy.as_deref().unwrap_or("put a regular file there, or leave it out with `exclude:`");
        sink.push(yaml::rules::UNREADABLE_FILE.at(file, Span::default(), message).help(help));
    }
}

/// Tells once of all files that a sparse checkout leaves out: what names them seems to lead nowhere.
fn report_left_out(left_out: &[&str], config_file: FileId, sink: &mut Sink) {
    let Some(first) = left_out.first() else { return };
    let message = match left_out.len() {
        1 => format!("`{first}` was not read: a sparse checkout leaves it out"),
        n => format!("`{first}` and {} more were not read: a sparse checkout leaves them out", n - 1),
    };
    let help = "run `git sparse-checkout add` with the folders of the registry, or `git sparse-checkout disable`";
    sink.push(yaml::rules::UNREADABLE_FILE.at(config_file, Span::default(), message).help(help));
}

/// Says whether descriptors are read here.
pub(super) fn is_in_roots(config: &Config, path: &str) -> bool {
    config.roots.iter().any(|root| is_below(path, root))
}

fn read_file(
    tree: &dyn Tree,
    schemas: &Schemas,
    config: &Config,
    (file, path): (FileId, &str),
    keep: Keep<'_>,
    beside: Option<&Beside<'_>>,
) -> FileResult {
    let kind = load::file_kind(path, &config.roots);
    if kind == FileKind::Other {
        return FileResult { file, ..FileResult::default() };
    }
    let next = match beside {
        Some(Beside::Before(files)) => match files.get(&file) {
            Some(result) => return (*result).clone(),
            None => None,
        },
        Some(Beside::Next(next)) => Some(*next),
        None => None,
    };
    // A panic is our bug; it costs this file's findings, not the run.
    let caught = catch_unwind(AssertUnwindSafe(|| read_known(tree, schemas, (file, path), kind, keep, next)));
    caught.unwrap_or_else(|_| {
        let mut result = FileResult { file, ..FileResult::default() };
        result.sink.push(failed_on(file, path));
        result
    })
}

/// Tells of a file on which the tool itself failed.
pub(super) fn failed_on(file: FileId, path: &str) -> Diagnostic {
    let message = format!("`{path}` was not read: the tool failed on it; please report this with the file");
    let help = "leave the file out with `exclude:` in `meshfolio.yaml` until that is mended";
    let mut finding = yaml::rules::UNREADABLE_FILE.at(file, Span::default(), message).help(help);
    finding.severity = crate::diagnostic::Severity::Error;
    finding
}

fn read_known(
    tree: &dyn Tree,
    schemas: &Schemas,
    (file, path): (FileId, &str),
    kind: FileKind,
    keep: Keep<'_>,
    next: Option<&dyn Tree>,
) -> FileResult {
    let mut result = FileResult { file, ..FileResult::default() };
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.is_failure() => {
            result.failure = Some((path.to_owned(), error.to_string()));
            return result;
        }
        Err(error) => {
            result.is_missing = matches!(error, ReadError::Missing);
            let finding = unreadable(file, path, &error);
            if kind != FileKind::Markdown {
                result.checked.doubts.lost = Some(unread(kind, finding.rule));
            }
            result.sink.push(finding);
            return result;
        }
    };
    result.is_same = next.is_some_and(|next| next.holds(path, &bytes));
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
pub(super) fn unreadable(file: FileId, path: &str, error: &ReadError) -> Diagnostic {
    let (rule, help) = match error {
        ReadError::TooLarge { .. } => {
            (&yaml::rules::OVER_LIMIT, "split it into several files, or leave it out with `exclude:`")
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
