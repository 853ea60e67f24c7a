//! Markdown of strangers: reading it never panics, finds the links that the specification finds,
//! and never takes for a link to another site what a browser would run.

use std::fmt::Write;

use meshfolio::load::{self, Target};
use meshfolio::source::FileId;

use crate::corpora;
use crate::random::Random;

/// Returns the scheme of an address as the URL standard of browsers reads it.
fn browser_scheme(address: &str) -> Option<String> {
    let trimmed = address.trim_matches(|character: char| character <= ' ');
    let plain: String = trimmed.chars().filter(|character| !matches!(character, '\t' | '\n' | '\r')).collect();
    let (scheme, _) = plain.split_once(':')?;
    let is_scheme = scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.'));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

/// Says what is wrong with the judgement of a destination.
fn judge(destination: &str) -> Option<String> {
    let bad = |what: String| Some(format!("{what}: {destination:?}"));
    match load::target(destination) {
        Target::Unsafe => None,
        Target::External(address) => match browser_scheme(&address).as_deref() {
            Some("http" | "https" | "mailto") => None,
            other => bad(format!("an external link with the scheme {other:?}")),
        },
        Target::Fragment(_) if destination.is_empty() || destination.starts_with(['#', '?']) => None,
        Target::Fragment(_) => bad("a fragment".to_owned()),
        Target::Path { path, .. } => {
            let leaves = |address: &str| {
                let plain: String = address
                    .trim_matches(|c: char| c <= ' ')
                    .chars()
                    .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
                    .collect();
                plain.replace('\\', "/").starts_with("//")
            };
            match browser_scheme(destination).or_else(|| browser_scheme(&path)) {
                Some(scheme) => bad(format!("a path with the scheme {scheme}")),
                None if leaves(destination) || leaves(&path) => bad("a path to another host".to_owned()),
                None => None,
            }
        }
    }
}

/// Reads a text and judges its links.
fn read(text: &str, wrong: &mut Vec<String>) -> usize {
    let facts = load::read_markdown(FileId(0), text);
    for link in &facts.links {
        wrong.extend(judge(&link.destination));
        assert!(text.get(link.span.range()).is_some(), "a link outside its text: {text:?}");
    }
    assert!(facts.headings.ids().all(|id| !id.is_empty()), "a heading without an id: {text:?}");
    facts.links.len() + facts.n_external
}

#[test]
fn hostile_markdown_is_read_and_its_links_are_judged() {
    let mut wrong = Vec::new();
    let (mut n_texts, mut n_links) = (0, 0);
    let lists = [
        ("markdown-xss.jsonl", "markdown"),
        ("xss-payloads.jsonl", "payload"),
        ("xss-owasp.jsonl", "payload"),
        ("dompurify-fixtures.jsonl", "payload"),
        ("naughty-strings.jsonl", "s"),
        ("naughty-unicode-control.jsonl", "s"),
    ];
    for (name, field) in lists {
        let Some(rows) = corpora::rows(name) else { return };
        for row in &rows {
            let Some(payload) = row[field].as_str() else { continue };
            wrong.extend(judge(payload));
            for address in payload.split(['"', '\'', '=', '(', ')', '<', '>', ' ']) {
                wrong.extend(judge(address));
            }
            let texts = [
                payload.to_owned(),
                format!("[x]({payload})"),
                format!("[x](<{payload}>)"),
                format!("![x]({payload} \"{payload}\")"),
                format!("[{payload}]: {payload}\n\n[{payload}][]"),
                format!("<{payload}>"),
                format!("# {payload}\n\n| {payload} |\n|---|\n| {payload} |\n"),
                format!("- [ ] {payload}\n\n[^{payload}]: {payload}\n\n```{payload}\n{payload}\n```\n"),
            ];
            for text in &texts {
                n_links += read(text, &mut wrong);
            }
            n_texts += texts.len();
        }
    }
    eprintln!("{n_texts} hostile texts with {n_links} links");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn disguises_of_schemes_that_run_are_seen_through() {
    let mut random = Random::new(7);
    let mut wrong = Vec::new();
    let noise = [
        "\t",
        "\n",
        "\r",
        "\u{0}",
        "\u{1}",
        " ",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "\u{ad}",
        "%0a",
        "%09",
        "%00",
        "&Tab;",
        "&NewLine;",
        "\\",
        "/",
    ];
    for turn in 0..20_000 {
        let scheme = *random.pick(&[
            "javascript:",
            "data:",
            "vbscript:",
            "view-source:",
            "blob:",
            "file:",
            "jar:",
            "//evil.example",
            "\\\\evil.example",
        ]);
        let mut destination = String::new();
        for character in scheme.chars() {
            while random.chance(8) {
                let piece: &str = noise[random.below(noise.len())];
                destination.push_str(piece);
            }
            match random.below(12) {
                0 => write!(destination, "%{:02x}", u32::from(character)).expect("a string takes all text"),
                1 => write!(destination, "&#{};", u32::from(character)).expect("a string takes all text"),
                2 => write!(destination, "&#x{:X};", u32::from(character)).expect("a string takes all text"),
                3 => destination.push(character.to_ascii_uppercase()),
                4 if character == ':' => destination.push_str("&colon;"),
                _ => destination.push(character),
            }
        }
        destination.push_str("alert(1)");
        wrong.extend(judge(&destination));
        let text = match turn % 3 {
            0 => format!("[x]({destination})"),
            1 => format!("[x](<{destination}>)"),
            _ => format!("[x]\n\n[x]: {destination}\n"),
        };
        read(&text, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_specification_finds_the_same_links() {
    let (mut n_equal, mut different) = (0, Vec::new());
    for name in ["commonmark-0.31.2.jsonl", "gfm-0.29-extensions.jsonl"] {
        let Some(rows) = corpora::rows(name) else { return };
        for row in &rows {
            let (text, html) = (corpora::field(row, "markdown"), corpora::field(row, "html"));
            let mut wrong = Vec::new();
            let n_links = read(text, &mut wrong);
            assert!(wrong.is_empty(), "{wrong:?}");
            // Bare addresses are not made links by this tool, and HTML in the text is not read.
            if row["ext"] == "autolink" || text.contains("~~http") || text.contains("<a") || text.contains("<img") {
                continue;
            }
            let n_expected = html.matches("<a ").count() + html.matches("<img ").count();
            // Images in the text of an image are drawn as its words.
            if n_links == n_expected || (text.contains("![") && n_links > n_expected) {
                n_equal += 1;
            } else {
                different.push(format!("{name} {}: {n_links} links for {n_expected}: {text:?}", row["example"]));
            }
        }
    }
    eprintln!("{n_equal} examples of the specifications have the same links");
    assert!(different.is_empty(), "{}", different.join("\n"));
}
