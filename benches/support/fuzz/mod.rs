//! What is fuzzed: each target takes any bytes and says what is wrong with what became of them. A panic is
//! wrong wherever it happens, caught or not. Used by `benches/fuzz.rs` for long runs and by the test suite for
//! short ones.

mod mesh;
mod mutate;
mod page;
mod targets;

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::Path;
use std::sync::Once;

pub(crate) use mutate::Random;
pub(crate) use targets::World;

/// A part of the program that takes text of strangers.
pub(crate) struct Target {
    pub name: &'static str,
    /// What is run, and what must hold besides.
    pub about: &'static str,
    /// Which texts runs begin from.
    seeds: fn(&Texts) -> Vec<Vec<u8>>,
    /// Runs it on bytes; says what is wrong.
    run: fn(&World, &mut Random, &[u8]) -> Result<(), String>,
}

/// Every target.
pub(crate) const TARGETS: &[Target] = targets::ALL;

/// Texts to begin from.
#[derive(Default)]
pub(crate) struct Texts {
    pub yaml: Vec<Vec<u8>>,
    pub markdown: Vec<Vec<u8>>,
    pub policies: Vec<Vec<u8>>,
    pub results: Vec<Vec<u8>>,
}

impl Texts {
    /// Reads the registry of the project, the cases of its tests, and corpora (`*.jsonl`, of which every text
    /// counts) where there are some.
    pub(crate) fn read(project: &Path, corpora: Option<&Path>) -> Texts {
        let mut texts = Texts::default();
        let mut files = Vec::new();
        for folder in ["registry", "observations", "tests/cases", "tests/documents"] {
            files_below(&project.join(folder), &mut files);
        }
        for file in &files {
            let bytes = fs::read(file).unwrap_or_default();
            let path = file.to_string_lossy().replace('\\', "/");
            let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            match ending {
                _ if path.contains("/observations/") => texts.results.push(bytes),
                "yaml" if path.contains("/policies/") => texts.policies.push(bytes),
                "yaml" | "yml" => texts.yaml.push(bytes),
                "md" => {
                    if path.contains("/tests/cases/") {
                        texts.yaml.extend(fenced(&String::from_utf8_lossy(&bytes)));
                    }
                    texts.markdown.push(bytes);
                }
                _ => {}
            }
        }
        if let Some(corpora) = corpora {
            let mut files = Vec::new();
            files_below(corpora, &mut files);
            for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "jsonl")) {
                let is_yaml = file.to_string_lossy().contains("yaml");
                let text = fs::read_to_string(file).unwrap_or_default();
                for row in text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
                    let list = if is_yaml { &mut texts.yaml } else { &mut texts.markdown };
                    strings(&row, list);
                }
            }
        }
        texts
    }
}

/// All texts in a value.
fn strings(value: &serde_json::Value, list: &mut Vec<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) => list.push(text.clone().into_bytes()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, list)),
        serde_json::Value::Object(items) => items.values().for_each(|item| strings(item, list)),
        _ => {}
    }
}

/// What stands between fences in Markdown.
fn fenced(text: &str) -> impl Iterator<Item = Vec<u8>> {
    let pieces = text.split("\n```");
    pieces
        .skip(1)
        .step_by(2)
        .filter_map(|piece| piece.split_once('\n'))
        .map(|(_, text)| format!("{text}\n").into_bytes())
}

fn files_below(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.push(path);
        }
    }
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the last panic of each thread instead of printing it.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            let is_watched = WATCHED.with(std::cell::Cell::get);
            if is_watched {
                PANIC.with(|last| *last.borrow_mut() = Some(info.to_string()));
            } else {
                before(info);
            }
        }));
    });
}

thread_local! {
    static WATCHED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// One target with its seeds.
pub(crate) struct Fuzzer<'a> {
    target: &'static Target,
    world: &'a World,
    seeds: Vec<Vec<u8>>,
    seed: u64,
}

impl<'a> Fuzzer<'a> {
    pub(crate) fn new(target: &'static Target, world: &'a World, texts: &Texts, seed: u64) -> Fuzzer<'a> {
        watch_panics();
        let seeds = (target.seeds)(texts);
        assert!(!seeds.is_empty(), "{} has nothing to begin from", target.name);
        Fuzzer { target, world, seeds, seed }
    }

    /// The bytes of a run.
    pub(crate) fn input(&self, run: u64) -> (Random, Vec<u8>) {
        let mut random = Random::new(self.seed, run);
        let seed = random.pick(&self.seeds).clone();
        let input = mutate::changed(&mut random, &seed, &self.seeds);
        (random, input)
    }

    /// Makes a run; says what is wrong.
    pub(crate) fn run(&self, run: u64) -> Result<(), String> {
        let (mut random, input) = self.input(run);
        PANIC.with(|last| last.borrow_mut().take());
        WATCHED.with(|watched| watched.set(true));
        let answer = catch_unwind(AssertUnwindSafe(|| (self.target.run)(self.world, &mut random, &input)));
        WATCHED.with(|watched| watched.set(false));
        let panic = PANIC.with(|last| last.borrow_mut().take());
        match (answer, panic) {
            (Err(_), panic) => Err(panic.unwrap_or_else(|| "a panic without a word".to_owned())),
            (Ok(_), Some(panic)) => Err(format!("caught: {panic}")),
            (Ok(answer), None) => answer,
        }
    }
}
