//! Reads result files, before descriptors: what they name decides how much of a contract is kept.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rayon::prelude::*;

use super::read::{failed_on, is_in_roots};
use crate::check::{CheckedResults, Doubts, ResultPlace, check_results, is_beside_results};
use crate::config::Config;
use crate::diagnostic::{Severity, Sink};
use crate::load;
use crate::model::{ResultFile, Text, ToolFile, ToolSubject};
use crate::source::{
    FileId, Location, MAX_FILE_BYTES, MAX_RESULT_BYTES, ReadError, SourceMap, Span, Tree, is_below, is_yaml,
};
use crate::yaml::Schemas;

/// What was found in the folders of result files.
#[derive(Clone, Default)]
pub(super) struct Results {
    pub(super) files: Vec<ResultFile>,
    /// The files of tools that name data in their own way.
    pub(super) tools: Vec<ToolFile>,
    /// What should hold results and cannot be used, and why.
    pub(super) unread: Vec<(Location, String)>,
    /// The files that are result files, good or bad: nobody else reads them.
    pub(super) taken: BTreeSet<FileId>,
    pub(super) doubts: Vec<(FileId, Doubts)>,
    /// Paths, and why the system does not let them be read.
    pub(super) failures: Vec<(String, String)>,
    /// The first file whose content is not in the repository.
    pub(super) missing: Option<FileId>,
}

impl Results {
    /// Returns the ids of all contracts that results name.
    pub(super) fn contracts(&self) -> BTreeSet<Text> {
        let stated = self.files.iter().filter_map(|file| Some(file.contract.as_ref()?.value.clone()));
        let of_tools = self.tools.iter().flat_map(|tool| &tool.results).filter_map(|result| match &result.subject {
            ToolSubject::Contract { id, .. } => Some(id.clone()),
            _ => None,
        });
        stated.chain(of_tools).collect()
    }

    /// Says whether some results name data and no contract.
    pub(super) fn name_data(&self) -> bool {
        let mut results = self.tools.iter().flat_map(|tool| &tool.results);
        results.any(|result| !matches!(result.subject, ToolSubject::Contract { .. }))
    }
}

/// Reads every YAML, JSON and XML file in the folders of result files.
pub(super) fn read(
    tree: &dyn Tree,
    schemas: &Schemas,
    config: &Config,
    (sources, files): (&SourceMap, &[FileId]),
    sink: &mut Sink,
) -> Results {
    type Read = Result<(Sink, Option<CheckedResults>), ReadError>;
    let one = |file: FileId, most: u64| -> Read {
        let path = sources.path(file);
        let is_yaml = is_yaml(path);
        // Below a root only YAML is read by somebody else.
        let place = ResultPlace { is_only_place: !is_yaml || !is_in_roots(config, path), is_yaml };
        // A panic is our bug; it costs this file's findings, not the run.
        let caught = catch_unwind(AssertUnwindSafe(|| read_one(tree, schemas, (file, path), (place, most))));
        caught.unwrap_or_else(|_| {
            let mut own = Sink::default();
            own.push(failed_on(file, path));
            Ok((own, Some(CheckedResults::default())))
        })
    };
    let read: Vec<(FileId, Read)> = files
        .par_iter()
        .filter(|file| may_hold_results(sources.path(**file), config))
        .map(|file| (*file, one(*file, MAX_FILE_BYTES)))
        .collect();
    let mut results = Results::default();
    for (file, read) in read {
        let read = match read {
            Err(ReadError::TooLarge { .. }) if is_beside_results(sources.path(file)) => continue,
            // One at a time, so that several of them need no more memory than one.
            Err(ReadError::TooLarge { .. }) => one(file, most_of(sources.path(file))),
            read => read,
        };
        let (mut own, checked) = match read {
            Ok(read) => read,
            Err(ReadError::Missing) => {
                results.missing = results.missing.or(Some(file));
                continue;
            }
            Err(error) => {
                results.failures.push((sources.path(file).to_owned(), error.to_string()));
                continue;
            }
        };
        // Whatever is wrong with evidence, no build stops for it.
        own.at_most(Severity::Warning);
        sink.append(own);
        let Some(checked) = checked else { continue };
        results.taken.insert(file);
        results.files.extend(checked.file);
        results.tools.extend(checked.tool);
        results.unread.extend(checked.unread.map(|(span, why)| (Location { file, span }, why)));
        results.doubts.extend(Some((file, checked.doubts)).filter(|(_, doubts)| !doubts.is_empty()));
    }
    results
}

fn may_hold_results(path: &str, config: &Config) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_data = ending.is_some_and(|ending| matches!(ending.as_str(), "json" | "jsonl" | "ndjson" | "xml"));
    (is_data || is_yaml(path)) && config.observations.iter().any(|folder| is_below(path, folder))
}

/// Returns how large a file of results may be: what is told by JSON alone needs little memory beside its text.
fn most_of(path: &str) -> u64 {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    let is_json = ending.is_some_and(|ending| matches!(ending.as_str(), "json" | "jsonl" | "ndjson"));
    if is_json { MAX_RESULT_BYTES } else { MAX_FILE_BYTES }
}

/// Reads one file; the error when the system does not let it, or its content is not in the clone. Whatever else is wrong
/// with it stops nothing: evidence that cannot be read is no evidence.
fn read_one(
    tree: &dyn Tree,
    schemas: &Schemas,
    (file, path): (FileId, &str),
    (place, most): (ResultPlace, u64),
) -> Result<(Sink, Option<CheckedResults>), ReadError> {
    let mut own = Sink::default();
    let unread = match tree.read_up_to(path, most) {
        Err(error) if error.is_failure() || matches!(error, ReadError::Missing) => return Err(error),
        Err(error @ ReadError::TooLarge { .. }) if most < most_of(path) => return Err(error),
        Err(error) => Some((Span::default(), error.to_string())),
        Ok(bytes) => {
            let mut of_bytes = Sink::default();
            match load::decode(file, bytes, &mut of_bytes) {
                Ok(text) => {
                    let checked = check_results(schemas, file, &text, place, &mut own);
                    return Ok((own, checked));
                }
                Err(_) => of_bytes.found().first().map(|found| (found.location.span, found.message.clone())),
            }
        }
    };
    // What cannot be read is told by whoever else reads it.
    let told = place.is_only_place.then(|| CheckedResults { unread, ..CheckedResults::default() });
    Ok((own, told))
}
