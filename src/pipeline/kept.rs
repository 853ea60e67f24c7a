//! A base that is judged once and compared with again and again, as a preview does that follows its author. Its files keep
//! their numbers whatever becomes of the head, so that what was made of them stands; the head is numbered after them.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::pair::{self, Base, Compared};
use super::read::{self, FileResult, Joined, Numbered};
use super::{Options, Outcome, PipelineError, PolicySource, judge};
use crate::diff::ChangeSet;
use crate::load::{self, FileKind};
use crate::policy::Timings;
use crate::source::{FileId, Tree};
use crate::yaml::Schemas;

/// A judged base.
pub struct KeptBase {
    outcome: Arc<Outcome>,
}

/// Checks a base by itself. Result files that were named on the command line are in no revision: with such a base is
/// compared by [`run_pair`](super::run_pair) alone.
///
/// # Errors
/// As [`run_pair`](super::run_pair).
pub fn keep_base(tree: &dyn Tree, schemas: &Schemas, options: &Options) -> Result<KeptBase, PipelineError> {
    let options = pair::base_options(options);
    let opened = read::open(tree, schemas, &options, FileId(0))?;
    let numbered = read::number(&opened, &options);
    let prepared = read::prepare(tree, schemas, opened, numbered);
    let files: Vec<FileResult> = prepared.files(tree, schemas, options.detail, None).collect();
    let joined = files.into_iter().fold(Joined::default(), Joined::with);
    prepared.refuse_missing(tree, &joined)?;
    let mut outcome = judge((tree, schemas), prepared, joined, &options, PolicySource::Own, &mut Timings::default())?;
    pair::harden_misplaced_in(tree, &mut outcome);
    Ok(KeptBase { outcome: Arc::new(outcome) })
}

/// Checks a head and compares it with a base that was judged before. `base` must be the one that was kept.
///
/// # Errors
/// As [`run_pair`](super::run_pair).
pub fn run_beside(
    head: &dyn Tree,
    base: &Base<'_>,
    kept: &KeptBase,
    schemas: &Schemas,
    options: &Options,
) -> Result<Compared, PipelineError> {
    let before = &kept.outcome;
    let config_path = options.config_path.as_str();
    // The first number that the base leaves free; its own configuration has the first of all.
    let next = FileId(u32::try_from(before.sources.len()).unwrap_or(u32::MAX));
    let is_same_config = pair::is_same_file(head, base.tree, config_path);
    let config_file = if is_same_config { FileId(0) } else { next };
    let opened = read::open(head, schemas, options, config_file)?;
    read::refuse_left_out(&opened)?;
    // What a file is depends on where it lies below the roots.
    let is_comparable = opened.config.roots == before.config.roots;
    let paths: Vec<&str> =
        opened.listing.files.iter().map(|entry| entry.path.as_str()).filter(|path| *path != config_path).collect();
    let same = |path: &&str| {
        let file = before.sources.id(path).filter(|_| is_comparable && read::is_in_roots(&opened.config, path))?;
        let is_read = load::file_kind(path, &opened.config.roots) != FileKind::Other;
        (is_read && head.read(path).is_ok_and(|bytes| base.tree.holds(path, &bytes))).then_some(file)
    };
    let same: Vec<Option<FileId>> = paths.par_iter().map(same).collect();
    let mut files = vec![(config_path, is_same_config.then_some(FileId(0)))];
    files.extend(paths.iter().copied().zip(same));
    let known: BTreeSet<&str> = files.iter().map(|(path, _)| *path).collect();
    let others = opened.listing.skipped.iter().map(|skipped| skipped.path.as_str()).chain(opened.folder.as_deref());
    let others: BTreeSet<&str> = others.filter(|path| !known.contains(path)).collect();
    files.extend(others.into_iter().map(|path| (path, None)));
    let (_, sources) = before.sources.clone().beside(files.iter().copied());
    let files = paths.iter().filter_map(|path| sources.id(path)).collect();
    let prepared = read::prepare(head, schemas, opened, Numbered { sources, files });
    let joined = prepared
        .files(head, schemas, options.detail, None)
        .fold(Joined::default, Joined::with)
        .reduce(Joined::default, Joined::joined);
    prepared.refuse_failures(head, &joined)?;
    let lost = joined.doubts.iter().filter(|(_, doubts)| doubts.lost.is_some());
    let broken: BTreeSet<String> = lost.map(|(file, _)| prepared.sources.path(*file).to_owned()).collect();
    let config_file = prepared.config_file;
    let outcome = judge((head, schemas), prepared, joined, options, PolicySource::Own, &mut Timings::default())?;
    let mut compared = Compared { head: outcome, base: Arc::clone(before), changes: ChangeSet::default() };
    pair::compare(head, base, (&broken, config_file, &options.config_path), &mut compared);
    Ok(compared)
}
