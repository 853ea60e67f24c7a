//! Measures the search index of a mesh: `cargo bench --bench search -- DIR [--threads 2] [--runs 3]`.
//!
//! Prints what reading and checking the mesh costs, what the index costs, and what all other files of the site cost
//! without being written; then how large the index is. What queries read of it is measured over a built site by
//! `node tests/browser/search-budget.mjs SITE`.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, which measures time and prints"
)]

#[path = "support/process.rs"]
mod process;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, bail};
use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::render::Site;
use meshfolio::source::WorkTree;
use meshfolio::yaml::Schemas;
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    let mut folder: Option<String> = None;
    let (mut n_threads, mut n_runs) = (2usize, 3usize);
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--threads" => n_threads = value()?.parse().context("--threads takes a number")?,
            "--runs" => n_runs = value()?.parse().context("--runs takes a number")?,
            _ => folder = Some(argument),
        }
    }
    let Some(folder) = folder else {
        // Bare `cargo bench` runs every benchmark; this one has nothing to do then.
        println!("usage: cargo bench --bench search -- DIR [--threads 2] [--runs 3]");
        return Ok(());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build()?;
    println!("run  what         wall s    cpu s  peak MB");
    for run in 1..=n_runs.max(1) {
        pool.install(|| measure(run, Path::new(&folder)))?;
    }
    Ok(())
}

/// Wall and cpu seconds since the last call.
struct Clock(Instant, f64);

impl Clock {
    fn row(&mut self, run: usize, what: &str) -> f64 {
        let (wall_s, now) = (self.0.elapsed().as_secs_f64(), process::cpu_seconds());
        let cpu_s = now - self.1;
        println!("{run:<5}{what:<11}{wall_s:>8.3}{cpu_s:>9.3}{:>9.1}", process::peak_megabytes());
        process::reset_peak();
        *self = Clock(Instant::now(), process::cpu_seconds());
        cpu_s
    }
}

fn measure(run: usize, folder: &Path) -> anyhow::Result<()> {
    process::reset_peak();
    let mut clock = Clock(Instant::now(), process::cpu_seconds());
    let tree = WorkTree::open(folder).with_context(|| format!("opening {}", folder.display()))?;
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: "2026-11-21".parse()?,
        detail: Detail::Pages,
        observations: None,
    };
    let outcome = pipeline::run(&tree, &Schemas::embedded(), &options)?;
    let read_s = clock.row(run, "read");
    let files = Arc::new(Site::new(outcome, Arc::new(tree), None)?).files();
    let list_s = clock.row(run, "list");
    // The number of files is known only when the index is made.
    let n_files = files.len();
    let index_s = clock.row(run, "index");
    let mut sizes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let is_of_index = |position: &usize| {
        let path = files.path(*position).as_str();
        path.starts_with("search/") && Path::new(path).extension().is_some_and(|ending| ending == "js")
    };
    for position in (0..n_files).filter(is_of_index) {
        let path = files.path(position).as_str();
        let kind = path.split('/').nth(1).unwrap_or(path).to_owned();
        let (n, bytes) = sizes.entry(kind).or_default();
        *n += 1;
        *bytes += files.bytes(position)?.len();
    }
    let _ = clock.row(run, "shards");
    let made: Result<usize, _> = (0..n_files)
        .into_par_iter()
        .filter(|position| !is_of_index(position))
        .map(|position| files.made_at(position).map(|made| made.iter().map(|(_, bytes)| bytes.len()).sum::<usize>()))
        .sum();
    let n_bytes = made?;
    let pages_s = clock.row(run, "pages");
    if n_bytes == 0 {
        bail!("the site has no pages");
    }
    let all_s = read_s + list_s + index_s + pages_s;
    println!("{run:<5}the index is {:.1} % of the cpu of a build that writes nothing", 100.0 * index_s / all_s);
    if run == 1 {
        for (kind, (n, bytes)) in sizes {
            println!("     {kind:<10}{n:>6} files{:>8}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
        }
    }
    Ok(())
}
