//! The quick reader of block style agrees with the parser's events: whatever it takes, both give the
//! same nodes, values and places, and the events find no fault. Over the registry and the cases of
//! this repository, the standards' files and the test suite of YAML where they are there, and seeded
//! mutations of all of them.

use meshfolio::diagnostic::Sink;
use meshfolio::source::FileId;
use meshfolio::yaml::{self, YamlTree};

use crate::corpora::{self, base64, field, files, here, read, rows, shared, wanted};
use crate::random::Random;

fn shown(tree: &YamlTree<'_>) -> String {
    format!("{tree:?}")
}

/// Reads a text both ways; says whether the quick reader took it.
fn agrees(text: &str) -> bool {
    let Some(quick) = yaml::parse_block(text) else { return false };
    let mut sink = Sink::default();
    let events = yaml::parse_events(FileId(0), text, &mut sink);
    assert!(events.complete && sink.is_empty(), "the events find fault with a text that was read quickly:\n{text:?}");
    let tree = events.tree.expect("a complete parse has a tree");
    let (quick, slow) = (shown(&quick), shown(&tree));
    assert!(quick == slow, "two readings of {text:?}\nquick: {quick}\nevents: {slow}");
    true
}

/// Texts of this repository.
fn own_texts() -> Vec<String> {
    let mut texts: Vec<String> = files(&here("registry"), &[".yaml"]).iter().map(|path| read(path)).collect();
    for path in files(&here("tests/cases"), &[".md"]) {
        let text = read(&path);
        texts.extend(text.split("\n```").filter_map(|part| part.split_once('\n')).map(|(_, body)| format!("{body}\n")));
    }
    texts
}

/// Texts of others, where the corpora are there.
fn other_texts() -> Vec<String> {
    let mut texts = Vec::new();
    for row in rows("yaml-test-suite.jsonl").unwrap_or_default() {
        texts.extend(String::from_utf8(base64(field(&row, "yaml_b64"))));
    }
    if let Some(folder) = shared("standards") {
        for path in files(&folder, &[".yaml", ".yml"]) {
            texts.extend(std::fs::read_to_string(&path));
        }
    }
    texts
}

#[test]
fn nearly_every_file_of_the_registry_is_read_quickly() {
    let texts: Vec<String> = files(&here("registry"), &[".yaml"]).iter().map(|path| read(path)).collect();
    let n_quick = texts.iter().filter(|text| agrees(text)).count();
    eprintln!("{n_quick} of {} files are read quickly", texts.len());
    assert!(n_quick * 10 >= texts.len() * 9, "{n_quick} of {}", texts.len());
}

#[test]
fn texts_of_this_repository_and_of_others_are_read_alike() {
    let texts: Vec<String> = own_texts().into_iter().chain(other_texts()).collect();
    let n_quick = texts.iter().filter(|text| agrees(text)).count();
    eprintln!("{n_quick} of {} texts are read quickly", texts.len());
    assert!(n_quick > 100);
}

#[test]
fn mutations_are_read_alike() {
    let mut texts: Vec<String> = own_texts().into_iter().chain(other_texts()).collect();
    // A change in a small text is more likely to matter.
    for text in &mut texts {
        let cut = text.char_indices().nth(1500).map_or(text.len(), |(at, _)| at);
        text.truncate(cut);
    }
    let mut random = Random::new(7);
    let n = wanted("MESHFOLIO_MUTATIONS", 20_000);
    let mut n_quick = 0;
    for _ in 0..n {
        let base = random.pick(&texts);
        let mut text = base.clone();
        for _ in 0..=random.below(3) {
            mutate(&mut text, &mut random);
        }
        n_quick += usize::from(agrees(&text));
    }
    eprintln!("{n_quick} of {n} mutations are read quickly");
    assert!(n_quick * 20 > n, "mutations that are refused say nothing: {n_quick} of {n}");
}

/// What decides how YAML is read.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n\n",
    ":",
    ": ",
    "- ",
    "-",
    "#",
    " #",
    "? ",
    "'",
    "\"",
    "''",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "|",
    ">",
    "|-",
    ">-\n",
    "|+\n",
    "|2\n",
    "---",
    "...",
    "\n---\n",
    "%",
    "&a ",
    "*a",
    "!",
    "!!str ",
    "~",
    "null",
    "\t",
    "\r\n",
    "\u{feff}",
    "é",
    "\u{85}",
    "\u{2028}",
    "@",
    "`",
    "0x1",
    "1.5",
    "<<: ",
    "a: b\n",
    "- a\n",
    "  \n",
    "key: |\n    text\n   less\n",
    ": >\n",
    "[a, b]",
    "{a: b}",
    "[a: b]",
    "\"a\": ",
    "x\n  y",
];

fn mutate(text: &mut String, random: &mut Random) {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = *random.pick(&places);
    match random.below(5) {
        0 | 1 => text.insert_str(at, random.pick::<&str>(PIECES)),
        2 => {
            let end = places.iter().copied().find(|end| *end > at).unwrap_or(at);
            text.replace_range(at..end, "");
        }
        3 => {
            // A line is indented or moved out by one or two columns.
            let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
            if random.chance(50) {
                text.insert_str(start, if random.chance(50) { " " } else { "  " });
            } else if text[start..].starts_with(' ') {
                text.replace_range(start..=start, "");
            }
        }
        _ => {
            // A line is taken away or doubled.
            let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
            let end = text[at..].find('\n').map_or(text.len(), |line| at + line + 1);
            let line = text[start..end].to_owned();
            if random.chance(50) {
                text.replace_range(start..end, "");
            } else {
                text.insert_str(start, &line);
            }
        }
    }
}

#[test]
fn naughty_strings_are_read_alike_as_keys_and_values() {
    for name in ["naughty-strings.jsonl", "naughty-unicode-control.jsonl"] {
        for row in corpora::rows(name).unwrap_or_default() {
            for text in row.as_object().into_iter().flat_map(serde_json::Map::values).filter_map(|value| value.as_str())
            {
                for shape in
                    [format!("{text}: x\n"), format!("x: {text}\n"), format!("- {text}\n"), format!("x: [{text}]\n")]
                {
                    agrees(&shape);
                }
            }
        }
    }
}
