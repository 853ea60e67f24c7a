//! Fuzzes the parts that take text of strangers: `cargo bench --bench fuzz -- [TARGET...] [--runs 1000000]
//! [--from 0] [--seed 1] [--threads 2] [--corpora DIR]`.
//!
//! Each run follows from its seed and number alone, so `--from N --runs 1` makes one again; it prints the input of
//! a run that went wrong. See benches/README.md.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of its own, which reads files, measures time and prints"
)]

#[path = "support/fuzz/mod.rs"]
mod fuzz;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use self::fuzz::{Fuzzer, TARGETS, Texts, World};

fn main() -> anyhow::Result<()> {
    let (mut n_runs, mut from, mut seed, mut n_threads) = (0u64, 0u64, 1u64, 2usize);
    let mut corpora: Option<PathBuf> = None;
    let mut wanted: Vec<String> = Vec::new();
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--runs" => n_runs = value()?.parse().context("--runs takes a number")?,
            "--from" => from = value()?.parse().context("--from takes a number")?,
            "--seed" => seed = value()?.parse().context("--seed takes a number")?,
            "--threads" => n_threads = value()?.parse().context("--threads takes a number")?,
            "--corpora" => corpora = Some(PathBuf::from(value()?)),
            name if TARGETS.iter().any(|target| target.name == name) => wanted.push(argument),
            other => bail!("there is no target `{other}`"),
        }
    }
    if n_runs == 0 {
        // Bare `cargo bench` runs every benchmark; this one has nothing to do then.
        println!("usage: cargo bench --bench fuzz -- [TARGET...] --runs 1000000 [--from N] [--seed N] [--corpora DIR]");
        for target in TARGETS {
            println!("  {:<9} {}", target.name, target.about);
        }
        return Ok(());
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (texts, world) = (Texts::read(project, corpora.as_deref()), World::read(project));
    println!("target          runs        s   runs/s  slowest ms   of run   wrong");
    let mut n_wrong = 0;
    for target in TARGETS.iter().filter(|target| wanted.is_empty() || wanted.iter().any(|name| name == target.name)) {
        let fuzzer = Fuzzer::new(target, &world, &texts, seed);
        n_wrong += measure(&fuzzer, target.name, from..from + n_runs, n_threads)?;
    }
    if n_wrong > 0 {
        eprintln!("{n_wrong} runs went wrong");
        std::process::exit(1);
    }
    Ok(())
}

/// Wrong runs whose input is shown.
const SHOWN: u64 = 5;

fn measure(fuzzer: &Fuzzer<'_>, name: &str, runs: std::ops::Range<u64>, n_threads: usize) -> anyhow::Result<u64> {
    let begin = Instant::now();
    let (next, n_wrong) = (AtomicU64::new(runs.start), AtomicU64::new(0));
    let slowest = Mutex::new((Duration::ZERO, 0));
    let work = || {
        loop {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= runs.end {
                return;
            }
            let start = Instant::now();
            let answer = fuzzer.run(run);
            let mut taken = start.elapsed();
            if taken > slowest.lock().expect("no panic holds it").0 {
                // Something else may have held it up.
                for _ in 0..2 {
                    let start = Instant::now();
                    let _ = fuzzer.run(run);
                    taken = taken.min(start.elapsed());
                }
                let mut slowest = slowest.lock().expect("no panic holds it");
                *slowest = (*slowest).max((taken, run));
            }
            if let Err(wrong) = answer
                && n_wrong.fetch_add(1, Ordering::Relaxed) < SHOWN
            {
                let (_, input) = fuzzer.input(run);
                println!("{name} {run}: {wrong}\n--- input\n{:?}\n---", String::from_utf8_lossy(&input));
            }
        }
    };
    // Each thread is a pool of its own, so that nothing of a run happens on another one.
    std::thread::scope(|scope| -> anyhow::Result<()> {
        for _ in 0..n_threads.max(1) {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
            scope.spawn(move || pool.install(work));
        }
        Ok(())
    })?;
    let (n_runs, seconds) = (runs.end - runs.start, begin.elapsed().as_secs_f64());
    let (taken, run) = *slowest.lock().expect("no panic holds it");
    let n_wrong = n_wrong.into_inner();
    let rate = u32::try_from(n_runs).map_or(f64::MAX, f64::from) / seconds;
    println!("{name:<9}{n_runs:>11}{seconds:>9.1}{rate:>9.0}{:>12.1}{run:>9}{n_wrong:>8}", taken.as_secs_f64() * 1e3);
    Ok(n_wrong)
}
