//! Robustness: whatever a file holds, reading and checking it does not panic, and every place that
//! is said lies within the text, between whole characters.

use std::panic::{AssertUnwindSafe, catch_unwind};

use meshfolio::check::{self, Detail};
use meshfolio::diagnostic::emit::{self, Counts, Format, Report, Style};
use meshfolio::diagnostic::{Findings, Grading, Severity, Sink};
use meshfolio::load::{self, FileKind};
use meshfolio::model::Kind;
use meshfolio::source::{FileId, MemoryTree, SourceMap, Span};
use meshfolio::yaml::{self, NodeRef, Schemas};

use crate::corpora;
use crate::random::Random;

/// How thoroughly a text is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// As the kind of file it is.
    Once,
    /// As every kind of file, its findings printed in every format, its places compared.
    Full,
}

/// Tries a file; a panic is reported with its text.
fn attempt(schemas: &Schemas, bytes: &[u8], depth: Depth) {
    let outcome = catch_unwind(AssertUnwindSafe(|| try_file(schemas, bytes, depth)));
    assert!(outcome.is_ok(), "this file makes a panic (see above): {:?}", String::from_utf8_lossy(bytes));
}

fn try_file(schemas: &Schemas, bytes: &[u8], depth: Depth) {
    let file = FileId(0);
    let mut sink = Sink::default();
    let Ok(text) = load::decode(file, bytes.to_vec(), &mut sink) else {
        let shown = String::from_utf8_lossy(bytes).into_owned();
        print(&finish(sink), &shown);
        return;
    };
    let mut parse_sink = Sink::default();
    let parsed = yaml::parse(file, &text, &mut parse_sink);
    assert!(parsed.complete || !parse_sink.is_empty(), "unreadable without a finding");
    if let Some(tree) = &parsed.tree {
        walk(&text, tree.root(), 0);
    }
    places(&finish(parse_sink), &text);
    _ = yaml::parse_all(&text);

    let kinds = [
        FileKind::Yaml,
        FileKind::NamedYaml(Kind::DataContract),
        FileKind::NamedYaml(Kind::DataProduct),
        FileKind::NamedYaml(Kind::SemanticDefinition),
        FileKind::Aliases,
    ];
    for kind in &kinds[..if depth == Depth::Full { kinds.len() } else { 1 }] {
        let mut sink = Sink::default();
        let checked = check::check_file(schemas, file, *kind, &text, Detail::Pages, &mut sink);
        let findings = finish(sink);
        places(&findings, &text);
        if depth == Depth::Full {
            lowered(&format!("{checked:?}"), &text);
            print(&findings, &text);
        }
    }
}

fn finish(sink: Sink) -> Findings {
    sink.finish(&Grading::default(), &[], &SourceMap::new(vec!["a.yaml".to_owned()]))
}

fn inside(span: Span, text: &str) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no place in a text of {} bytes", text.len());
}

fn walk(text: &str, node: NodeRef<'_>, depth: usize) {
    inside(node.span(), text);
    // Aliases lead into maps that were walked already, and into maps of aliases: deep, never endless.
    if depth > 8 {
        return;
    }
    for (key, value) in node.entries() {
        inside(key.span(), text);
        walk(text, value, depth + 1);
    }
    for item in node.items() {
        walk(text, item, depth + 1);
    }
}

fn places(findings: &Findings, text: &str) {
    for found in &findings.diagnostics {
        inside(found.location.span, text);
        found.related.iter().for_each(|related| inside(related.location.span, text));
        assert!(found.message.len() < 2_000, "a message of {} bytes", found.message.len());
        assert!(found.help.as_ref().is_none_or(|help| help.len() < 2_000), "a help of many bytes: {:?}", found.help);
    }
}

/// Looks at all places in a descriptor through its debug form, which has them all.
fn lowered(debug: &str, text: &str) {
    for piece in debug.split("Span { start: ").skip(1) {
        let numbers = piece.split_once(" }").and_then(|(span, _)| span.split_once(", end: "));
        // A text of the file may hold these words too.
        let Some((Ok(start), Ok(end))) = numbers.map(|(start, end)| (start.parse(), end.parse())) else { continue };
        inside(Span { start, end }, text);
    }
}

fn print(findings: &Findings, text: &str) {
    if findings.diagnostics.is_empty() {
        return;
    }
    let sources = SourceMap::new(vec!["a.yaml".to_owned()]);
    let texts = sources.texts(&MemoryTree::new([("a.yaml", text)]), [FileId(0)]);
    let report = Report {
        findings,
        sources: &sources,
        texts: &texts,
        counts: Counts::default(),
        deny: Severity::Error,
        site: None,
    };
    for format in Format::ALL {
        let printed = emit::render(&report, format, Style::default());
        assert!(!printed.is_empty(), "{} prints nothing", format.word());
        let is_plain = |c: char| c == '\n' || !c.is_control();
        assert!(printed.chars().all(is_plain), "{} prints control characters: {printed:?}", format.word());
    }
}

#[test]
fn the_yaml_suite_makes_no_panic() {
    let Some(rows) = corpora::rows("yaml-test-suite.jsonl") else { return };
    let schemas = Schemas::embedded();
    for row in &rows {
        let bytes = corpora::base64(corpora::field(row, "yaml_b64"));
        attempt(&schemas, &bytes, Depth::Full);
        for head in ["kind: DataProduct\napiVersion: v1.0.0\nx:\n", "aliases:\n"] {
            let indented = format!("{head}  {}", String::from_utf8_lossy(&bytes).replace('\n', "\n  "));
            attempt(&schemas, indented.as_bytes(), Depth::Full);
        }
    }
}

#[test]
fn naughty_strings_in_every_position_make_no_panic() {
    let schemas = Schemas::embedded();
    let mut strings = Vec::new();
    for name in ["naughty-strings.jsonl", "naughty-unicode-control.jsonl"] {
        let Some(rows) = corpora::rows(name) else { return };
        strings.extend(rows.iter().map(|row| corpora::field(row, "s").to_owned()));
    }
    let contract = "kind: DataContract\napiVersion: v3.1.0\nid: @\nname: @\nversion: @\nstatus: @\ntags: [@, \"@\"]\n\
        description:\n  purpose: @\n  @: 1\nteam: {name: @}\nschema:\n- name: @\n  properties:\n  - name: @\n    logicalType: @\n    \
        relationships: [{to: @}]\nservers:\n- server: @\n  type: @\ncustomProperties:\n- property: @\n  value: @\nslaProperties:\n- property: @\n  value: @\n";
    let product =
        "kind: DataProduct\napiVersion: @\nid: @\ninputPorts:\n- name: @\n  version: @\n  contractId: @\n@: @\n";
    let n_positions = |template: &str| template.matches('@').count();
    for (position, string) in strings.iter().enumerate() {
        for template in [contract, product] {
            // Everywhere at once, as a plain text and quoted, then in one place, another for each string.
            let quoted = serde_json::to_string(string).expect("a string is JSON");
            attempt(&schemas, template.replace('@', string).as_bytes(), Depth::Once);
            attempt(&schemas, template.replace("\"@\"", "@").replace('@', &quoted).as_bytes(), Depth::Full);
            let one = position % n_positions(template);
            let mut pieces = template.split('@');
            let mut text = pieces.next().unwrap_or("").to_owned();
            for (place, piece) in pieces.enumerate() {
                text.push_str(if place == one { string } else { "x" });
                text.push_str(piece);
            }
            attempt(&schemas, text.as_bytes(), Depth::Full);
        }
    }
}

#[test]
fn damaged_files_make_no_panic() {
    damaged(11);
}

#[test]
fn more_damaged_files_make_no_panic() {
    damaged(12);
}

/// Tries half of the wanted number of damaged files; two tests run side by side.
fn damaged(seed: u64) {
    let schemas = Schemas::embedded();
    let texts: Vec<Vec<u8>> = ["registry", "tests/documents"]
        .iter()
        .flat_map(|folder| corpora::files(&corpora::here(folder), &[".yaml"]))
        .map(|path| corpora::read(&path).into_bytes())
        .filter(|bytes| bytes.len() < 1_500)
        .collect();
    let pieces: [&[u8]; 40] = [
        b":",
        b"-",
        b"- ",
        b"?",
        b"? ",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"#",
        b"&a ",
        b"*a",
        b"!",
        b"!!str ",
        b"|",
        b">",
        b"|-\n",
        b"'",
        b"\"",
        b"%",
        b"@",
        b"`",
        b"\\",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b"  ",
        b"---\n",
        b"...\n",
        b"\xef\xbb\xbf",
        b"\xc3\xbc",
        b"\xf0\x9f\x8c\x8d",
        b"\x00",
        b"\x7f",
        b"\xff",
        b"<<: ",
        b"\xe2\x80\xa8",
        b"null",
    ];
    let n_wanted = corpora::wanted("MESHFOLIO_DAMAGED", 20_000) / 2;
    let mut random = Random::new(seed);
    for turn in 0..n_wanted {
        let mut bytes = random.pick(&texts).clone();
        for _ in 0..=random.below(4) {
            damage(&mut bytes, &pieces, &texts, &mut random);
        }
        attempt(&schemas, &bytes, if turn % 40 == 0 { Depth::Full } else { Depth::Once });
    }
}

fn damage(bytes: &mut Vec<u8>, pieces: &[&[u8]], texts: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + random.below(12)).min(bytes.len());
    match random.below(8) {
        0 => _ = bytes.drain(at..end),
        1 => bytes.truncate(at),
        2 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).expect("a byte"),
        3 => {
            let copy = bytes[at..end].to_vec();
            bytes.splice(at..at, copy);
        }
        4 => {
            let other = random.pick(texts);
            let from = random.below(other.len());
            let to = (from + random.below(80)).min(other.len());
            bytes.splice(at..at, other[from..to].iter().copied());
        }
        _ => _ = bytes.splice(at..at, random.pick(pieces).iter().copied()),
    }
}
