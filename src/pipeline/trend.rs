//! The trend of a mesh: the pipeline run on what it was at the ends of months. A sample follows from its
//! commit, the one before and the version of the tool alone, so that it is made once and kept.

mod carried;
mod leads;
mod stored;

use std::path::Path;

use jiff::civil::Date;

use self::carried::Carried;
use super::Options;
use crate::check::Detail;
use crate::policy::{Outcome, Sample, Trend, TrendNote, TrendStep};
use crate::source::{Chain, GitError, Period};
use crate::yaml::Schemas;

/// How many months are looked back where nothing else is asked for.
const MONTHS: u16 = 24;
/// How many files all samples together may read where nothing else is asked for: as much as one check of a mesh
/// of 10,000 products, so that no build takes much longer for its past.
const MAX_FILES: usize = 40_000;

/// What is asked of a trend.
pub struct TrendQuestion<'a> {
    /// The folder of the registry.
    pub root: &'a Path,
    /// The commit up to which it goes, 40 hexadecimal digits.
    pub commit: &'a str,
    /// The mesh at the commit, or as it is now.
    pub head: &'a Outcome,
    /// The schemas.
    pub schemas: &'a Schemas,
    /// How the mesh was read.
    pub options: &'a Options,
    /// What an earlier run kept.
    pub kept: Option<&'a [u8]>,
}

/// Samples the past of a mesh.
///
/// # Errors
/// When the repository cannot be read. A sample that cannot be made is left out.
pub fn trend(question: &TrendQuestion<'_>) -> Result<Trend, GitError> {
    let months = question.head.config.site.trend_months;
    let n_months = months.unwrap_or(MONTHS);
    let n_files = question.head.sources.len().max(1);
    let n_samples = match months {
        Some(months) => usize::from(months),
        None => usize::from(MONTHS).min(MAX_FILES / n_files),
    };
    if n_months == 0 {
        return Ok(Trend::without(TrendNote::Off));
    }
    if n_samples < 2 && months.is_none() {
        return Ok(Trend::without(TrendNote::TooLarge));
    }
    let chain = Chain::read(question.root, question.commit, n_months)?;
    let mut trend = Trend::default();
    let mut ends = chain.ends(Period::Month);
    if ends.is_empty() {
        // A registry of a few weeks has a past too.
        ends = chain.ends(Period::Week);
        trend.step = TrendStep::Week;
    }
    let first = ends.len().saturating_sub(usize::from(n_months));
    let step = (ends.len() - first).div_ceil(n_samples).max(1);
    // The newest is always one of them.
    let mut chosen: Vec<(Date, usize)> =
        ends[first..].iter().rev().step_by(step).map(|end| (end.start, end.at)).collect();
    chosen.reverse();
    let mut kept = question.kept.and_then(|bytes| stored::read(bytes, question.options)).unwrap_or_default();
    let mut before: Option<usize> = None;
    let mut carried = None;
    let mut is_partial = false;
    for (start, at) in chosen {
        if before == Some(at) {
            trend.ends.push((start, trend.samples.len() - 1));
            continue;
        }
        let (commit, after) =
            (chain.commit(at), trend.samples.last().map_or(String::new(), |last| last.commit.clone()));
        let position = kept.iter().position(|sample| sample.commit == commit && sample.after == after);
        let sample = if let Some(position) = position {
            Some(kept.swap_remove(position))
        } else {
            trend.n_made += 1;
            let made = sample(question, &chain, (before, at), trend.samples.last(), &mut carried);
            made.unwrap_or_else(|Missing| {
                is_partial = true;
                None
            })
        };
        let Some(sample) = sample else { continue };
        trend.samples.push(sample);
        trend.ends.push((start, trend.samples.len() - 1));
        before = Some(at);
    }
    (trend.n_read, trend.n_known) = carried.map_or((0, 0), |carried| (carried.n_read, carried.n_known));
    let mut now = Sample::of(question.head);
    leads::follow(&chain, (before, chain.last()), trend.samples.last(), &mut now);
    trend.leads = now.leads;
    if is_partial {
        trend.note = Some(TrendNote::Partial);
    } else if trend.samples.is_empty() {
        trend.note = Some(if chain.is_shallow() { TrendNote::Shallow } else { TrendNote::Young });
    } else if chain.is_shallow() && !chain.is_whole() {
        trend.note = Some(TrendNote::Shallow);
    }
    Ok(trend)
}

/// Returns the bytes from which a later run goes on.
#[must_use]
pub fn kept_trend(trend: &Trend, options: &Options) -> Vec<u8> {
    stored::write(&trend.samples, options)
}

/// The clone left out files of a commit: numbers of the rest would be wrong.
struct Missing;

/// Runs the pipeline on a commit, judged by its own configuration, policies and checks, on its own day. What was
/// read for the sample before is read no more. `None` where there is nothing to sample.
fn sample(
    question: &TrendQuestion<'_>,
    chain: &Chain,
    (before, at): (Option<usize>, usize),
    last: Option<&Sample>,
    carried: &mut Option<Carried>,
) -> Result<Option<Sample>, Missing> {
    let tree = match chain.tree(at) {
        Ok(tree) if tree.is_empty() => return Ok(None),
        Ok(tree) => tree,
        Err(GitError::Missing(_)) => return Err(Missing),
        Err(_) => return Ok(None),
    };
    let Some(today) = chain.day(at) else { return Ok(None) };
    let options = Options {
        config_path: question.options.config_path.clone(),
        is_config_required: false,
        today,
        detail: Detail::Rules,
        observations: None,
    };
    let outcome = match carried::run(tree, question.schemas, &options, carried) {
        Ok(outcome) => outcome,
        Err(error) if error.is_missing() => return Err(Missing),
        Err(_) => return Ok(None),
    };
    let mut sample = Sample::of(&outcome);
    sample.commit = chain.commit(at);
    sample.after = last.map_or(String::new(), |last| last.commit.clone());
    leads::follow(chain, (before, at), last, &mut sample);
    Ok(Some(sample))
}
