//! The direction between rooms (the table of STYLE, section 1), read from the sources: which room
//! names which, and who touches files, the environment, the clock and git.

use std::collections::BTreeSet;

use super::{files_below, package};

/// What every room above the floor may touch.
const FLOOR: [&str; 6] = ["source", "diagnostic", "model", "yaml", "config", "load"];

/// Rooms, and which others each may touch besides the floor (`true`) or instead of it.
const ROOMS: &[(&str, bool, &[&str])] = &[
    ("source", false, &[]),
    ("diagnostic", false, &["source"]),
    ("model", false, &["source"]),
    ("yaml", false, &["source", "diagnostic"]),
    ("config", false, &["source", "diagnostic", "yaml"]),
    ("load", false, &["source", "diagnostic", "model", "yaml", "config"]),
    ("check", true, &[]),
    ("graph", true, &[]),
    ("policy", true, &["graph"]),
    ("diff", true, &["graph"]),
    ("render", true, &["graph", "policy", "diff"]),
    ("serve", false, &["render"]),
    ("pipeline", true, &["check", "graph", "policy", "diff"]),
    ("cli", true, &["check", "graph", "policy", "diff", "render", "serve", "pipeline"]),
];

/// What only some rooms may touch.
const GUARDED: &[(&str, &[&str])] = &[
    ("std::fs", &["source", "serve", "cli"]),
    // Paths ask the disk without a name of `std::fs`.
    (".exists()", &["source", "serve", "cli"]),
    (".is_dir()", &["source", "serve", "cli"]),
    (".is_file()", &["source", "serve", "cli"]),
    ("canonicalize(", &["source", "serve", "cli"]),
    ("std::env", &["source", "serve", "cli"]),
    ("std::net", &["serve"]),
    ("std::time::SystemTime", &["cli", "serve"]),
    ("std::time::Instant", &["cli", "serve"]),
    ("std::process", &["cli", "serve"]),
    ("gix::", &["source"]),
    ("walkdir::", &["source", "serve"]),
    ("anyhow::", &["cli"]),
    ("clap::", &["cli"]),
    ("jsonschema::", &["yaml"]),
    ("granit_parser::", &["yaml"]),
    ("tiny_http::", &["serve"]),
    ("notify::", &["serve"]),
    ("tera::", &["render"]),
];

/// A file of `src/` without its comments and tests.
struct Source {
    path: String,
    room: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let is_code = |path: &String| !path.ends_with("tests.rs") && !path.ends_with("fixture.rs");
    let rooms = |path: &String| path.contains('/') || !matches!(path.as_str(), "lib.rs" | "main.rs");
    let read = |path: String| {
        let text = std::fs::read_to_string(package("src").join(&path)).expect("sources can be read");
        let room = path.split(['/', '.']).next().expect("split gives at least one part").to_owned();
        let mut code = String::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let is_of_tests = line.starts_with("#[cfg(") && line.contains("test");
            if is_of_tests && lines.peek().is_some_and(|next| next.starts_with("mod tests {")) {
                break; // Unit tests stand at the foot of a file.
            }
            code += line.split("//").next().unwrap_or_default();
            code.push('\n');
        }
        Source { path: format!("src/{path}"), room, code }
    };
    files_below(&package("src"), ".rs").into_iter().filter(is_code).filter(rooms).map(read).collect()
}

/// Lists the rooms that a text names as `crate::room` or `crate::{room, ...}`.
fn named_rooms(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (start, _) in code.match_indices("crate::") {
        let before = code[..start].chars().next_back();
        if before.is_some_and(|c| c == '$' || c == '_' || c.is_alphanumeric()) {
            continue;
        }
        let rest = &code[start + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => {
                // Only the first word of each entry is a room; what stands in inner braces is not.
                let mut depth = 0_i32;
                let mut entry = String::new();
                for c in list.chars().chain(",".chars()) {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => {
                            found.insert(word(entry.trim()));
                            break;
                        }
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            found.insert(word(entry.trim()));
                            entry.clear();
                        }
                        c if depth == 0 => entry.push(c),
                        _ => {}
                    }
                }
            }
            None => {
                found.insert(word(rest));
            }
        }
    }
    found.retain(|name| ROOMS.iter().any(|(room, ..)| room == name));
    found
}

#[test]
fn arrows_between_rooms_go_one_way() {
    let mut told = Vec::new();
    for source in sources() {
        let Some((_, has_floor, others)) = ROOMS.iter().find(|(room, ..)| *room == source.room) else {
            panic!("`{}` lies in a room that the table does not know", source.path);
        };
        for named in named_rooms(&source.code) {
            let may = named == source.room
                || others.contains(&named.as_str())
                || (*has_floor && FLOOR.contains(&named.as_str()));
            if may {
                continue;
            }
            told.push(format!("{}: `{}` may not touch `{named}`", source.path, source.room));
        }
    }
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn only_some_rooms_touch_the_world() {
    let mut told = Vec::new();
    for source in sources() {
        for (what, rooms) in GUARDED {
            let names = source.code.contains(what) || uses_in_braces(&source.code, what);
            if names && !rooms.contains(&source.room.as_str()) {
                told.push(format!("{}: only {} may use `{what}`", source.path, rooms.join(", ")));
            }
        }
    }
    assert_eq!(told, Vec::<String>::new());
}

/// Says whether `std::fs` is named as `use std::{fs, ...}`.
fn uses_in_braces(code: &str, what: &str) -> bool {
    let Some((module, name)) = what.trim_end_matches("::").rsplit_once("::") else { return false };
    code.lines().any(|line| {
        let list = line.trim().strip_prefix(&format!("use {module}::{{"));
        list.is_some_and(|list| list.split(['{', '}', ',', ';', ' ']).any(|word| word.split("::").next() == Some(name)))
    })
}

#[test]
fn the_graph_takes_only_the_facts_of_markdown_from_load() {
    for source in sources().iter().filter(|source| source.room == "graph") {
        let named: Vec<&str> = source.code.lines().filter(|line| line.contains("crate::load")).collect();
        assert!(named.iter().all(|line| *line == "use crate::load::MarkdownFacts;"), "{}: {named:?}", source.path);
    }
}

#[test]
fn the_door_is_short() {
    let main = std::fs::read_to_string(package("src/main.rs")).expect("sources can be read");
    assert!(main.lines().count() < 60, "main parses, runs and returns the exit code");
}

#[test]
fn names_of_rooms_are_found() {
    let names = |code: &str| named_rooms(code).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names("use crate::yaml::{NodeRef, nearest};\nlet x = crate::graph::Mesh;"), "graph yaml");
    assert_eq!(names("use crate::{config, model::{Kind, Ref}, source};"), "config model source");
    assert_eq!(names("$crate::diagnostic::RuleMeta; crate::declare_rule!()"), "");
    assert!(uses_in_braces("use std::{env, fs::File};", "std::fs"));
}
