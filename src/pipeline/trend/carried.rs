//! What one sample read, for the next: a file that is the same in both is parsed, validated and lowered once.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::model::Text;
use crate::pipeline::read::{self, Beside, FileResult, Joined};
use crate::pipeline::{Options, Outcome, PipelineError, PolicySource, judge};
use crate::policy::Timings;
use crate::source::{FileId, GitTree, SourceMap, Tree};
use crate::yaml::Schemas;

/// The files of a revision as they were read.
pub(super) struct Carried {
    tree: GitTree,
    config: Option<Vec<u8>>,
    sources: SourceMap,
    files: Vec<FileResult>,
    /// What of the result files decides how much of a contract is kept.
    asked: (BTreeSet<Text>, bool),
    /// How many files were read so far, and how many more were known from the sample before.
    pub(super) n_read: usize,
    pub(super) n_known: usize,
}

/// Checks a revision, and keeps what was read of it in the place of what was kept before.
///
/// # Errors
/// As [`run`](crate::pipeline::run).
pub(super) fn run(
    tree: GitTree,
    schemas: &Schemas,
    options: &Options,
    carried: &mut Option<Carried>,
) -> Result<Outcome, PipelineError> {
    let mut opened = read::open(&tree, schemas, options, FileId(0))?;
    let config = tree.read(&options.config_path).ok();
    let before = carried.take();
    // What is kept of a file depends on the settings.
    let is_comparable = before.as_ref().is_some_and(|before| before.config == config);
    let mut known: HashMap<FileId, &FileResult> = HashMap::new();
    if let Some(before) = before.as_ref().filter(|_| is_comparable) {
        let is_same = |result: &&FileResult| tree.has_same(before.sources.path(result.file), &before.tree);
        known.extend(before.files.iter().filter(is_same).map(|result| (result.file, result)));
    }
    let numbered = match &before {
        Some(before) => {
            let is_same = |file: FileId| known.contains_key(&file);
            read::number_beside(&mut opened, options, before.sources.clone(), is_comparable, is_same).1
        }
        None => read::number(&opened, options),
    };
    let prepared = read::prepare(&tree, schemas, opened, numbered);
    let asked = prepared.asks();
    if before.as_ref().is_some_and(|before| before.asked != asked) {
        known.clear();
    }
    let n_known = known.len();
    let beside = Beside::Before(known);
    let files: Vec<FileResult> = prepared.files(&tree, schemas, options.detail, Some(&beside)).collect();
    let counted = before.as_ref().map_or((0, 0), |before| (before.n_read, before.n_known));
    let (n_read, n_known) = (counted.0 + files.len().saturating_sub(n_known), counted.1 + n_known);
    let sources = prepared.sources.clone();
    let joined = files.iter().cloned().fold(Joined::default(), Joined::with);
    prepared.refuse_failures(&tree, &joined)?;
    let outcome = judge((&tree, schemas), prepared, joined, options, PolicySource::Own, &mut Timings::default())?;
    *carried = Some(Carried { tree, config, sources, files, asked, n_read, n_known });
    Ok(outcome)
}
