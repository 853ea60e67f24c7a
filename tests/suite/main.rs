//! Tests that run the tool as a whole: one module per subject.

#![expect(clippy::disallowed_methods, reason = "tests read and write files of their own")]

mod access;
mod acknowledgements;
mod alike;
mod architecture;
mod beginnings;
mod budgets;
mod cases;
mod cel;
mod change;
mod checkouts;
mod cli;
mod codeowners;
mod compatibility;
mod connect;
mod contrast;
mod counts;
mod decisions;
mod evidence;
mod feeds;
mod fix;
mod floods;
mod forge;
mod fuzz;
mod gate;
mod history;
mod lean;
mod lineage;
mod looks;
mod maturity;
mod mv;
mod observations;
mod pages;
mod personal;
mod pictures;
mod policies;
mod ports;
mod preview;
mod reach;
mod renames;
mod repository;
mod rules;
mod schemas;
mod scores;
mod search;
mod shown;
mod site;
mod stated;
mod strangers;
mod themes;
mod timings;
mod told;
mod trend;
mod trust;
mod twins;
mod unreadable;

use std::path::{Path, PathBuf};

/// Returns a path below the package's folder.
fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Says whether expected texts are to be rewritten instead of compared.
fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Compares a text with the file that keeps it; `UPDATE=1` rewrites the file.
#[track_caller]
fn assert_kept(path: &str, found: &str) {
    let file = package(path);
    if is_update() {
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("the folder can be made");
        std::fs::write(&file, found).expect("the file can be written");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == found,
        "`{path}` differs; if that is meant, run with UPDATE=1\n--- kept\n{kept}\n--- found\n{found}"
    );
}

/// Lists the files below a folder whose names end so, sorted, as paths relative to that folder.
fn files_below(folder: &Path, ending: &str) -> Vec<String> {
    fn visit(folder: &Path, prefix: &str, ending: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the folder can be read") {
            let entry = entry.expect("the entry can be read");
            let name = entry.file_name().into_string().expect("names are UTF-8");
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if entry.path().is_dir() {
                visit(&entry.path(), &path, ending, found);
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    visit(folder, "", ending, &mut found);
    found.sort();
    found
}
