//! Every command that the tool, its scaffolds and its documents name must be one that there is.

#![expect(clippy::disallowed_methods, reason = "the test reads the files of the package")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::Cli;
use crate::model::Kind;
use crate::yaml::Schemas;

#[test]
fn every_command_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "schemas/README.md"]
        .into_iter()
        .map(|name| root.join(name))
        .collect();
    for folder in ["src", "docs", "themes"] {
        collect(&root.join(folder), &mut files);
    }
    let command = Cli::command();
    let mut n_named = 0;
    let mut missing = BTreeSet::new();
    for file in files.iter().filter(|file| !file.ends_with("cli/named.rs")) {
        // Fonts and pictures name no command.
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        for written in named(&text) {
            n_named += 1;
            if let Err(what) = find(&command, &written) {
                missing.insert((what, file.strip_prefix(root).unwrap_or(file).display().to_string()));
            }
        }
    }
    assert!(n_named > 40, "only {n_named} commands were found: are they written another way now?");
    assert!(missing.is_empty(), "commands that do not exist: {missing:#?}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// Returns the words after `meshfolio` wherever a command is written: in backticks, or at the beginning of
/// a line of a script.
fn named(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in text.lines() {
        for (at, _) in line.match_indices("meshfolio ") {
            let before = line[..at].trim_start_matches(['/', '#', ' ', '!']);
            let is_script = before.is_empty() || before.ends_with("run: ") || before.ends_with("- ");
            let is_quoted = before.ends_with('`');
            if !(is_script || is_quoted) {
                continue;
            }
            let rest = &line[at + "meshfolio ".len()..];
            let end = rest.find(['`', '|', '&', ';', ',', '"', '#', '(']).unwrap_or(rest.len());
            let words: Vec<String> = rest[..end].split_whitespace().map(str::to_owned).collect();
            // A sentence that begins with the name is no command.
            let is_prose =
                is_script && words.iter().skip(1).any(|word| ["a", "the", "is", "not", "it"].contains(&&**word));
            if !words.is_empty() && !is_prose && words[0] != "-->" {
                found.push(words);
            }
        }
    }
    found
}

/// Looks a command up; what does not exist is returned.
fn find(root: &clap::Command, words: &[String]) -> Result<(), String> {
    let mut words = words.iter().map(String::as_str).peekable();
    let is_global = |flag: &str| {
        root.get_arguments().any(|arg| arg.get_long().is_some_and(|long| flag.strip_prefix("--") == Some(long)))
    };
    while let Some(flag) = words.next_if(|word| word.starts_with('-')) {
        match flag {
            "-C" => _ = words.next(),
            "-q" | "-v" | "-h" | "-V" | "--help" | "--version" => {}
            flag if is_global(flag) => {}
            flag => return Err(flag.to_owned()),
        }
    }
    let Some(mut path) = words.next().map(str::to_owned) else { return Ok(()) };
    if path == "{at}new" || path.starts_with(['{', '<', '[', '$']) {
        return Ok(());
    }
    let Some(mut command) = root.find_subcommand(&path) else {
        let inner = words.next().filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
        return Err(match (path.as_str(), inner) {
            ("policy", Some(inner)) => format!("{path} {inner}"),
            _ => path,
        });
    };
    for word in words {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner;
            path += &format!(" {word}");
        } else if let Some(long) = word.strip_prefix("--").map(|word| word.split('=').next().unwrap_or(word)) {
            let has = |command: &clap::Command| command.get_arguments().any(|arg| arg.get_long() == Some(long));
            if !has(command) && !has(root) && long != "help" {
                return Err(format!("{path} --{long}"));
            }
        } else if path == "schema" {
            let is_any =
                word.trim_end_matches(']').chars().all(char::is_uppercase) || word.starts_with(['{', '<', '[']);
            let is_known = Kind::from_word(word).is_some()
                || Schemas::embedded().names().any(|name| name == word)
                || super::schema::is_context(word);
            if !is_any && !is_known && !word.starts_with(|c: char| c == 'v' || c.is_ascii_digit() || c == '-') {
                return Err(format!("{path} {word}"));
            }
        }
    }
    Ok(())
}

#[test]
fn commands_are_found_where_they_are_written() {
    let words = |text: &str| named(text).into_iter().map(|words| words.join(" ")).collect::<Vec<_>>();
    assert_eq!(
        words("run `meshfolio init` or `meshfolio -C x check --deny warning`"),
        ["init", "-C x check --deny warning"]
    );
    assert_eq!(
        words("meshfolio check | tee x\n      - run: meshfolio build --out site"),
        ["check", "build --out site"]
    );
    assert_eq!(words("meshfolio is a tool\nthe meshfolio check"), Vec::<String>::new());
    let command = Cli::command();
    let find = |text: &str| find(&command, &text.split(' ').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(find("-C x check --deny warning registry"), Ok(()));
    assert_eq!(find("chek"), Err("chek".to_owned()));
    assert_eq!(find("check --bsae x"), Err("check --bsae".to_owned()));
    assert_eq!(find("schema Nothing"), Err("schema Nothing".to_owned()));
}
