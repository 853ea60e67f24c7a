//! The policies of another tree, the levels that it configures and what counts as personal data there: so that a branch cannot drop the rule that it breaks.

use rayon::prelude::*;

use super::read::is_in_roots;
use super::{Options, PipelineError, rules};
use crate::check::{self, Keep};
use crate::config::rules::INVALID_CONFIGURATION;
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, Family, Grading, Severity, Sink};
use crate::load;
use crate::model::{Descriptor, Policy};
use crate::policy::Origin;
use crate::source::{FileId, ReadError, SourceMap, Tree, WalkOptions, is_yaml};
use crate::yaml::Schemas;

/// The bytes without which a file holds no policy.
const MARK: &[u8] = b"Policy";

/// Puts in force what another tree configures of how strictly things are judged: a branch that cannot drop the rule it
/// breaks can neither lower it nor call the data another name.
pub(super) fn judge_by(
    config: &mut Config,
    other: &dyn Tree,
    schemas: &Schemas,
    options: &Options,
) -> Result<(), PipelineError> {
    let judging = config_of(other, schemas, options)?;
    config.check = judging.check;
    config.personal_data = judging.personal_data;
    Ok(())
}

/// Reads the configuration of a tree that policies are of: its levels are in force, and say where its files are.
fn config_of(tree: &dyn Tree, schemas: &Schemas, options: &Options) -> Result<Config, PipelineError> {
    let path = &options.config_path;
    let mut sink = Sink::default();
    let config = config::load(tree, path, false, FileId(0), schemas, &rules(), &mut sink)
        .map_err(|error| PipelineError::of_config(tree, path, error))?;
    // What it says beside a mistake is not all that it was to say: levels would be those of nobody.
    let found = sink.finish(&Grading::default(), &[], &SourceMap::default()).diagnostics;
    let is_unread = |finding: &&Diagnostic| {
        let is_syntax = Family::of(finding.rule.code) == Some(Family::Syn);
        finding.severity == Severity::Error && (is_syntax || finding.rule.code == INVALID_CONFIGURATION.code)
    };
    let Some(first) = found.iter().find(is_unread) else { return Ok(config) };
    let before = tree.read(path).unwrap_or_default();
    let before = before.get(..first.location.span.range().start).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let place = format!("{path}:{line}");
    Err(PipelineError::Levels { place, revision: tree.label(), reason: first.message.clone() })
}

/// Reads the policies of a tree, by id. Its other files are only looked into.
pub(super) fn of_tree<'a>(
    tree: &'a dyn Tree,
    schemas: &Schemas,
    options: &Options,
) -> Result<Origin<'a>, PipelineError> {
    let config = &config_of(tree, schemas, options)?;
    let walk = WalkOptions {
        roots: config.roots.clone(),
        exclude: config.exclude.clone(),
        output: Some(config.output.clone()),
    };
    let listing = tree.list(&walk).map_err(PipelineError::List)?;
    let keep = Keep { detail: options.detail, observed: None, names_data: false, grading: None };
    let policy = |path: &str, bytes: Vec<u8>| -> Option<(Policy, String)> {
        let kind = load::file_kind(path, &config.roots);
        if !bytes.windows(MARK.len()).any(|window| window == MARK) {
            return None;
        }
        let text = load::decode(FileId(0), bytes, &mut Sink::default()).ok()?;
        let checked = check::check_file(schemas, FileId(0), kind, &text, keep, &mut Sink::default());
        match checked.descriptor? {
            Descriptor::Policy(policy) => Some((*policy, path.to_owned())),
            _ => None,
        }
    };
    let read = |path: &str| match tree.read(path) {
        Ok(bytes) => Ok(policy(path, bytes)),
        // It may be a policy, and one that is not run refuses nothing.
        Err(ReadError::Missing) => Err(PipelineError::Missing { path: path.to_owned(), revision: tree.label() }),
        Err(_) => Ok(None),
    };
    let is_for_us = |path: &&str| is_in_roots(config, path) && is_yaml(path);
    let paths: Vec<&str> = listing.files.iter().map(|entry| entry.path.as_str()).filter(is_for_us).collect();
    let found: Result<Vec<Option<(Policy, String)>>, PipelineError> = paths.par_iter().map(|path| read(path)).collect();
    let mut found: Vec<(Policy, String)> = found?.into_iter().flatten().collect();
    found.sort_by(|(a, _), (b, _)| a.header.id.value.cmp(&b.header.id.value));
    found.dedup_by(|(a, _), (b, _)| a.header.id.value == b.header.id.value);
    let (policies, paths) = found.into_iter().unzip();
    Ok(Origin { policies, tree, paths })
}
