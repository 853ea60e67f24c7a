//! Atom feeds: valid, stable, and led to by the pages they are about.

use std::collections::{BTreeMap, BTreeSet};

use super::site::attributes;
use super::twins::{corner, demo, ending, hostile};

type Files = BTreeMap<String, String>;

/// Checks that a text is well-formed XML as far as our feeds use it: tags that close in order, escaped
/// text, no character that XML forbids.
fn assert_well_formed(path: &str, xml: &str) {
    let allowed = |c: char| matches!(c, '\n' | '\t' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(allowed), "{path}: a character that XML forbids");
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("an XML declaration");
    let mut open: Vec<&str> = Vec::new();
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or_else(|| panic!("{path}: {piece}"));
        assert!(!text.contains('>'), "{path}: {text}");
        for part in text.split('&').skip(1).chain(tag.split('&').skip(1)) {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
            assert!(known.iter().any(|entity| part.starts_with(entity)), "{path}: &{part}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{path}");
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
    }
    assert!(open.is_empty(), "{path}: {open:?}");
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// Checks a feed against RFC 4287, and returns the ids of its entries.
fn entries<'a>(path: &str, feed: &'a str) -> Vec<&'a str> {
    assert_well_formed(path, feed);
    let (head, rest) = feed.split_once("<entry>").unwrap_or((feed, ""));
    for element in ["id", "title", "updated", "author"] {
        assert_eq!(head.matches(&format!("<{element}>")).count(), 1, "{path}: {element}");
    }
    let mut newest = "1970-01-01T00:00:00Z";
    let mut ids = Vec::new();
    for entry in rest.split("<entry>").filter(|entry| !entry.is_empty()) {
        for element in ["id", "title", "updated"] {
            assert_eq!(entry.matches(&format!("<{element}>")).count(), 1, "{path}: {element} in {entry}");
        }
        assert_eq!(entry.matches("rel=\"alternate\"").count(), 1, "{path}: {entry}");
        newest = newest.max(between(entry, "<updated>", "</updated>").expect("a date"));
        ids.push(between(entry, "<id>", "</id>").expect("an id"));
    }
    assert_eq!(between(head, "<updated>", "</updated>"), Some(newest), "{path}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: an id stands twice");
    ids
}

fn feeds(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    ending(files, ".atom")
}

#[test]
fn feeds_of_the_demo_are_valid_and_pages_lead_to_them() {
    let files = demo();
    let base = "https://data.quayandlarder.example/";
    let mut n_entries = 0;
    for (path, feed) in feeds(&files) {
        n_entries += entries(path, feed).len();
        assert!(feed.contains(&format!("<id>{base}{path}</id>")), "{path}");
        assert!(feed.contains(&format!("<link rel=\"self\" type=\"application/atom+xml\" href=\"{base}{path}\"/>")));
        for href in attributes(feed, "href") {
            let target = href.strip_prefix(base).unwrap_or_else(|| panic!("{path}: {href} is not absolute"));
            let (page, fragment) = target.split_once('#').unwrap_or((target, ""));
            let html = files.get(page).unwrap_or_else(|| panic!("{path}: {href}"));
            assert!(fragment.is_empty() || html.contains(&format!(" id=\"{fragment}\"")), "{path}: {href}");
        }
    }
    assert!(n_entries > 200, "{n_entries} entries");
    let changes = entries("changes.atom", &files["changes.atom"]);
    assert!(changes.len() >= 100, "{}", changes.len());
    let sales = entries("domains/sales.atom", &files["domains/sales.atom"]);
    let of_version = "tag:data.quayandlarder.example,";
    assert!(sales.iter().all(|id| id.starts_with(of_version)), "{sales:?}");
    assert!(sales.iter().any(|id| id.ends_with(":quay-larder/contract/orders/1.4.0/ended")), "{sales:?}");
    assert!(!files["domains/sales.atom"].contains("/contract/item-master/"));
    for page in ["index.html", "changes.html", "domains/sales.html", "teams/order-platform.html"] {
        let feed = if page.contains('/') { page.replace(".html", ".atom") } else { "changes.atom".to_owned() };
        let root = "../".repeat(page.matches('/').count());
        let link =
            format!("<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Changes\" href=\"{root}{feed}\">");
        assert!(files[page].contains(&link) && files.contains_key(&feed), "{page}");
    }
    assert!(files["_redirects"].contains("/domains/range.atom /domains/assortment.atom 301\n"));
}

#[test]
fn feeds_without_a_base_url_lead_to_pages_beside_them() {
    let files = corner("mesh: {id: corner, name: Corner shop}\nroots: [registry]\n");
    let mut n = 0;
    for (path, feed) in feeds(&files) {
        for id in entries(path, feed) {
            assert!(id.starts_with("tag:corner,"), "{id}");
        }
        assert!(feed.contains(&format!("<id>urn:mesh:corner:feed:{path}</id>")) && !feed.contains("rel=\"self\""));
        for href in attributes(feed, "href") {
            let page = href.split('#').next().unwrap_or_default();
            let target = meshfolio::source::join(meshfolio::source::parent(path), page);
            assert!(target.is_some_and(|target| files.contains_key(&target)), "{path}: {href}");
            n += 1;
        }
    }
    assert!(n > 10, "{n} links");
    assert!(files["domains/empty.atom"].contains("<updated>"));
}

#[test]
fn hostile_names_stay_text_in_feeds() {
    let files = hostile();
    let n: usize = feeds(&files).map(|(path, feed)| entries(path, feed).len()).sum();
    assert!(
        n >= 4 && files["changes.atom"].contains("&lt;script&gt;alert(1)"),
        "{n} entries: {}",
        files["changes.atom"]
    );
}

#[test]
fn the_day_on_which_a_promise_is_first_missed_is_an_entry() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("written");
    write("d.yaml", "apiVersion: meshfolio/v1\nkind: Domain\nid: d\nname: D\nowner: t\n");
    write("t.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: t\nname: T\n");
    write(
        "c.odcs.yaml",
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: Stops\nversion: \"1\"\nstatus: active\ndomain: d\nteam: {name: t}\ncontractCreatedTs: \"2026-01-05T00:00:00Z\"\nslaProperties: [{property: freshness, value: 15, unit: minutes}, {property: latency, value: 5, unit: s}]\n",
    );
    std::fs::create_dir(folder.path().join("observations")).expect("made");
    for (day, freshness, latency) in
        [(17, "pass", "fail"), (18, "pass", "fail"), (19, "fail", "fail"), (20, "fail", "pass")]
    {
        let value = if freshness == "pass" { day - 10 } else { day + 2 };
        let text = format!(
            "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-11-{day}T05:40:00Z\"\ncontract: {{contractID: c, version: \"1\"}}\nresults:\n  - {{id: freshness, type: check, status: {freshness}, measure: {{value: {value}, unit: minutes}}}}\n  - {{id: latency, type: check, status: {latency}}}\n"
        );
        write(&format!("observations/{day}.yaml"), &text);
    }
    let files = super::site::build(folder.path(), &["--allow-errors"]).1;
    for path in ["changes.atom", "domains/d.atom", "teams/t.atom"] {
        let feed = &files[path];
        let ids = entries(path, feed);
        assert!(
            ids.iter().any(|id| id.contains(",2026-11-19:") && id.ends_with("/contract/c/1/missed")),
            "{path}: {ids:?}"
        );
        // What was missed from the first result on has no day.
        assert_eq!(feed.matches("Promise missed: Stops 1").count(), 1, "{path}");
        assert!(feed.contains("<summary>Freshness, promised 15 min. The results before kept it.</summary>"), "{path}");
        assert!(feed.contains("contracts/c/1.html#promises") || feed.contains("c/1.html#promises"), "{path}");
    }
    assert!(files["changes.html"].contains("Promise missed"));
}
