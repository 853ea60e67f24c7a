//! The floors that the goals are measured against (DESIGN section 8):
//! `cargo bench --bench floors -- DIR [--threads 2] [--runs 5] [--only f1,parse,f2,f3] [--out DIR]`.
//!
//! F1 walks `DIR/registry` and reads every byte. `parse` also parses each YAML file to the spanned
//! tree. F2 also validates each descriptor against the schema of its `apiVersion` and counts
//! references to contracts that do not exist. No rules, no model, no messages: nothing that checks
//! a mesh with these parts can be faster. F3 makes pages of values that it has already, and writes
//! them below `--out` (else in memory where that can be, else to a temporary folder).
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, which reads files, measures time and prints"
)]

#[path = "support/pages.rs"]
mod pages;
#[path = "support/process.rs"]
mod process;
#[path = "support/values.rs"]
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, bail};
use meshfolio::diagnostic::Sink;
use meshfolio::model::Kind;
use meshfolio::source::FileId;
use meshfolio::yaml::{self, NodeRef, Schemas};
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    let mut folder: Option<String> = None;
    let (mut n_threads, mut n_runs, mut only) = (2usize, 5usize, "f1,parse,f2,f3".to_owned());
    let mut out = None;
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--threads" => n_threads = value()?.parse().context("--threads takes a number")?,
            "--runs" => n_runs = value()?.parse().context("--runs takes a number")?,
            "--only" => only = value()?,
            "--out" => out = Some(PathBuf::from(value()?)),
            _ => folder = Some(argument),
        }
    }
    let Some(folder) = folder else {
        // Bare `cargo bench` runs every benchmark; this one has nothing to do then.
        println!(
            "usage: cargo bench --bench floors -- DIR [--threads 2] [--runs 5] [--only f1,parse,f2,f3] [--out DIR]"
        );
        return Ok(());
    };
    let registry = Path::new(&folder).join("registry");
    if !registry.is_dir() {
        bail!("{folder} has no registry; write one with: cargo bench --bench generate -- 1000 {folder}");
    }
    if let Some(unknown) = only.split(',').find(|name| !["f1", "parse", "f2", "f3"].contains(name)) {
        bail!("no floor is called {unknown}; there are f1, parse, f2 and f3");
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build()?;
    println!("stage   files      MB   wall s    cpu s  rss MB");
    for stage in [Stage::Read, Stage::Parse, Stage::Full] {
        if !only.split(',').any(|name| name == stage.name()) {
            continue;
        }
        let run = median(n_runs, || measure(&pool, &registry, stage))?;
        let tally = &run.done;
        print_row(stage.name(), tally.files, tally.bytes, &run);
        if stage == Stage::Full {
            println!(
                "f2 found {} descriptors, {} bad_yaml, {} schema, {} dangling",
                tally.documents,
                tally.bad_yaml,
                tally.invalid,
                tally.dangling()
            );
        }
    }
    if only.split(',').any(|name| name == "f3") {
        let values = pool.install(|| values::read(Path::new(&folder)))?;
        let run = median(n_runs, || measure_pages(&pool, &values, out.as_deref()))?;
        let written = run.done;
        print_row("f3", written.pages + written.twins, written.page_bytes + written.twin_bytes, &run);
        println!(
            "f3 wrote {} pages of {:.1} MB and {} twins of {:.1} MB",
            written.pages,
            megabytes(written.page_bytes),
            written.twins,
            megabytes(written.twin_bytes)
        );
    }
    Ok(())
}

fn print_row<T>(stage: &str, files: usize, bytes: usize, run: &Run<T>) {
    let Run { wall_s, cpu_s, peak_mb, .. } = run;
    println!("{stage:<6}{files:>7}{:>8.1}{wall_s:>9.3}{cpu_s:>9.3}{peak_mb:>8.1}", megabytes(bytes));
}

#[expect(clippy::cast_precision_loss, reason = "megabytes with one decimal")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// Measures several times and returns the run whose cpu is the median.
fn median<T>(n_runs: usize, measure: impl Fn() -> anyhow::Result<Run<T>>) -> anyhow::Result<Run<T>> {
    let runs: anyhow::Result<Vec<Run<T>>> = (0..n_runs.max(1)).map(|_| measure()).collect();
    let mut runs = runs?;
    runs.sort_by(|a, b| a.cpu_s.total_cmp(&b.cpu_s));
    Ok(runs.swap_remove(runs.len() / 2))
}

/// How much is done with each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Read,
    Parse,
    Full,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Read => "f1",
            Stage::Parse => "parse",
            Stage::Full => "f2",
        }
    }
}

struct Run<T> {
    done: T,
    wall_s: f64,
    cpu_s: f64,
    peak_mb: f64,
}

fn measure(pool: &rayon::ThreadPool, registry: &Path, stage: Stage) -> anyhow::Result<Run<Tally>> {
    clocked(|| {
        // Compiling the schemas belongs to what is measured: a cold check does it too.
        let schemas = Schemas::embedded();
        Ok(pool.install(|| walk(registry, &Work { stage, schemas: &schemas }))?)
    })
}

/// Measures F3, always into a folder that is new.
fn measure_pages(
    pool: &rayon::ThreadPool,
    values: &values::Values,
    out: Option<&Path>,
) -> anyhow::Result<Run<pages::Written>> {
    let memory = Path::new("/dev/shm");
    let below = match out {
        Some(out) => out.to_owned(),
        None if memory.is_dir() => memory.to_owned(),
        None => std::env::temp_dir(),
    };
    fs::create_dir_all(&below)?;
    let folder = tempfile::Builder::new().prefix("meshfolio-floor.").tempdir_in(&below)?;
    clocked(|| pool.install(|| pages::write(values, folder.path())))
}

fn clocked<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<Run<T>> {
    process::reset_peak();
    let cpu_before = process::cpu_seconds();
    let before = Instant::now();
    let done = work()?;
    let wall_s = before.elapsed().as_secs_f64();
    Ok(Run { done, wall_s, cpu_s: process::cpu_seconds() - cpu_before, peak_mb: process::peak_megabytes() })
}

#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    documents: usize,
    bad_yaml: usize,
    invalid: usize,
    contracts: Vec<String>,
    references: Vec<String>,
}

impl Tally {
    fn plus(mut self, other: Tally) -> Tally {
        self.files += other.files;
        self.bytes += other.bytes;
        self.documents += other.documents;
        self.bad_yaml += other.bad_yaml;
        self.invalid += other.invalid;
        self.contracts.extend(other.contracts);
        self.references.extend(other.references);
        self
    }

    fn dangling(&self) -> usize {
        let known: BTreeSet<&String> = self.contracts.iter().collect();
        self.references.iter().filter(|reference| !known.contains(reference)).count()
    }
}

struct Work<'a> {
    stage: Stage,
    schemas: &'a Schemas,
}

/// Reads a folder and, in parallel, those below it.
fn walk(folder: &Path, work: &Work<'_>) -> io::Result<Tally> {
    let mut folders: Vec<PathBuf> = Vec::new();
    let mut tally = Tally::default();
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            folders.push(path);
            continue;
        }
        bytes.clear();
        fs::File::open(&path)?.read_to_end(&mut bytes)?;
        tally.files += 1;
        tally.bytes += bytes.len();
        if work.stage != Stage::Read && path.extension().is_some_and(|ending| ending == "yaml") {
            work.descriptor(&bytes, &mut tally);
        }
    }
    let below = folders.par_iter().map(|folder| walk(folder, work));
    below.try_reduce(Tally::default, |a, b| Ok(a.plus(b))).map(|below| tally.plus(below))
}

impl Work<'_> {
    fn descriptor(&self, bytes: &[u8], tally: &mut Tally) {
        tally.documents += 1;
        let Ok(text) = std::str::from_utf8(bytes) else {
            tally.bad_yaml += 1;
            return;
        };
        // From events alone: the floor stays what it was when it was first measured.
        let parsed = yaml::parse_events(FileId(0), text, &mut Sink::default());
        tally.bad_yaml += usize::from(!parsed.complete);
        let Some(root) = parsed.tree.as_ref().map(yaml::YamlTree::root) else { return };
        if self.stage != Stage::Full {
            return;
        }
        let kind = root.get("kind").and_then(NodeRef::as_str).and_then(Kind::from_name);
        let version = root.get("apiVersion").and_then(NodeRef::as_str).unwrap_or_default();
        let schema = kind.and_then(|kind| self.schemas.get(kind.schema(), version));
        if parsed.complete && !schema.is_some_and(|schema| schema.is_valid(root)) {
            tally.invalid += 1;
        }
        let id = |node: NodeRef<'_>, key: &str| node.get(key).and_then(NodeRef::as_str).map(str::to_owned);
        match kind {
            Some(Kind::DataContract) => tally.contracts.extend(id(root, "id")),
            Some(Kind::DataProduct) => {
                for port in root.list("inputPorts").chain(root.list("outputPorts")) {
                    tally.references.extend(id(port, "contractId"));
                }
            }
            _ => {}
        }
    }
}
