//! What the site says to machines: Markdown, lists for language models, old addresses, headers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::render::Site;
use meshfolio::source::MemoryTree;
use meshfolio::yaml::Schemas;
use pulldown_cmark::{Event, Parser, Tag};

use super::site::build;

type Files = BTreeMap<String, String>;

/// Text that is markup in one of the formats, each in every field that takes text.
const HOSTILE: &str =
    "x\"></script><script>alert(1)</script> [a](javascript:alert(1)) | `b` *c* ]]> & &lt; <!-- \u{2028} \u{1} #";

pub(super) fn demo() -> Files {
    build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]).1
}

pub(super) fn hostile() -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let quoted = serde_json::to_string(HOSTILE).expect("a text");
    let write = |path: &str, text: String| fs::write(folder.path().join(path), text).expect("written");
    write(
        "meshfolio.yaml",
        format!(
            "mesh: {{id: m, name: {quoted}, description: {quoted}, baseUrl: \"https://data.example/sub/\"}}\nroots: [.]\n"
        ),
    );
    write(
        "p.odps.yaml",
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nname: {quoted}\nstatus: active\nversion: {quoted}\ntags: [{quoted}]\nproductCreatedTs: \"2026-01-02T00:00:00Z\"\ndescription: {{purpose: {quoted}, limitations: {quoted}, usage: {quoted}}}\nteam: {{name: t}}\ndomain: d\nsupport: [{{channel: {quoted}, url: \"https://a.example/) <b>\", description: {quoted}}}]\noutputPorts: [{{name: {quoted}, type: {quoted}, description: {quoted}, contractId: c, version: 1.0.0}}]\n"
        ),
    );
    write(
        "c.odcs.yaml",
        format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: {quoted}\nversion: 1.0.0\nstatus: active\ncontractCreatedTs: \"2026-01-03T00:00:00Z\"\ndescription: {{purpose: {quoted}}}\nservers: [{{server: {quoted}, type: kafka, host: {quoted}}}]\nroles: [{{role: {quoted}, access: read, firstLevelApprovers: {quoted}}}]\nschema: [{{name: {quoted}, properties: [{{name: {quoted}, logicalType: string, physicalType: {quoted}, description: {quoted}, classification: {quoted}, examples: [{quoted}]}}]}}]\nslaProperties: [{{property: latency, value: {quoted}, unit: {quoted}}}]\n"
        ),
    );
    write(
        "d.yaml",
        format!("apiVersion: mesh/v1\nkind: Domain\nid: d\nname: {quoted}\ndescription: {{purpose: {quoted}}}\n"),
    );
    write(
        "t.yaml",
        format!(
            "apiVersion: mesh/v1\nkind: Team\nid: t\nname: {quoted}\ndomain: d\ndescription: {{purpose: {quoted}}}\n"
        ),
    );
    build(folder.path(), &["--allow-errors"]).1
}

pub(super) fn ending<'a>(files: &'a Files, ending: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    files.iter().filter(move |(path, _)| path.ends_with(ending)).map(|(path, text)| (path.as_str(), text.as_str()))
}

/// Returns the targets of the links of a Markdown file that has nothing but text, lists and tables.
fn links(path: &str, markdown: &str) -> Vec<String> {
    let mut links = Vec::new();
    for event in Parser::new_ext(markdown, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Html(_) | Event::InlineHtml(_) | Event::Code(_) => panic!("{path}: {event:?}"),
            Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.into_string()),
            Event::Start(
                tag @ (Tag::Image { .. } | Tag::Emphasis | Tag::Strong | Tag::CodeBlock(_) | Tag::HtmlBlock),
            ) => panic!("{path}: {tag:?}"),
            _ => {}
        }
    }
    links
}

fn check_notes(files: &Files, base: &str) -> usize {
    let mut n_links = 0;
    for (path, markdown) in ending(files, ".md").chain([("llms.txt", files["llms.txt"].as_str())]) {
        for link in links(path, markdown) {
            n_links += 1;
            let target = match link.strip_prefix(base) {
                Some(own) => Some(own.to_owned()),
                None if link.starts_with("https://") || link.starts_with("http://") || link.starts_with("mailto:") => {
                    continue;
                }
                None => meshfolio::source::join(meshfolio::source::parent(path), &link),
            };
            assert!(target.is_some_and(|target| files.contains_key(&target)), "{path}: {link}");
        }
    }
    n_links
}

#[test]
fn notes_and_llms_of_the_demo_lead_somewhere() {
    let files = demo();
    assert!(check_notes(&files, "https://data.quayandlarder.example/") > 1000);
    let note = &files["products/orders.md"];
    for part in ["# Orders\n", "## Where is it", "## Who approves access", "- Page: [orders.html](orders.html)"] {
        assert!(note.contains(part), "{part}: {note}");
    }
    assert!(note.contains("(../domains/sales.md)"), "{note}");
    assert!(files["products/orders.html"].contains("type=\"text/markdown\" href=\"../products/orders.md\""));
    let llms = &files["llms.txt"];
    assert!(llms.contains("(https://data.quayandlarder.example/products/orders.md)"), "{llms}");
    let n_products = ending(&files, ".json").filter(|(path, _)| path.starts_with("products/")).count();
    assert_eq!(llms.matches("/products/").count(), n_products.min(200));
}

#[test]
fn hostile_names_stay_text_in_notes() {
    let files = hostile();
    assert!(check_notes(&files, "https://data.example/sub/") > 10);
    assert!(files["products/p.md"].contains("\\[a\\](javascript:alert(1)) \\| \\`b\\`"), "{}", files["products/p.md"]);
}

#[test]
fn old_addresses_lead_to_new_ones() {
    let files = demo();
    let stub = &files["products/stock-levels.html"];
    for part in [
        "http-equiv=\"refresh\" content=\"0; url=../products/stock-on-hand.html\"",
        "href=\"../products/stock-on-hand.html\"",
        "rel=\"canonical\" href=\"https://data.quayandlarder.example/products/stock-on-hand.html\"",
        "2 Jun 2025",
    ] {
        assert!(stub.contains(part), "{part}: {stub}");
    }
    let redirects = &files["_redirects"];
    assert!(redirects.contains("/domains/range.html /domains/assortment.html 301\n"), "{redirects}");
    for line in redirects.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        assert!(
            matches!(words[..], [from, to, "301"] if from.starts_with('/') && files.contains_key(&to[1..])),
            "{line}"
        );
        assert!(!files.contains_key(&words[0][1..]) || words[0].contains(".html"), "{line} hides a file");
    }
    let aliases: serde_json::Value = serde_json::from_str(&files["aliases.json"]).expect("JSON");
    assert_eq!(aliases["aliases"][1]["pages"][0]["to"], "products/prices.html");
    assert!(files["urls.txt"].contains("products/stock-levels.html"));
    assert!(!files["sitemap.xml"].contains("products/stock-levels.html"));
}

#[test]
fn headers_hold_the_policy_of_the_pages() {
    let files = demo();
    let headers = &files["_headers"];
    let page = &files["index.html"];
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).and_then(|rest| rest.split('"').next());
    for directive in policy.expect("a policy").split("; ").filter(|directive| !directive.starts_with("style-src")) {
        assert!(headers.contains(directive), "{directive}");
    }
    assert!(headers.contains("; frame-ancestors 'self'\n"), "{headers}");
}

fn paths_of(config: &str, n_terms: usize) -> (BTreeSet<String>, Option<String>) {
    let mut glossary =
        "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: g\nname: G\ndomain: d\ndefinitions:\n".to_owned();
    for number in 0..n_terms {
        glossary.push_str(&format!("  - {{id: t{number}, name: T{number}, description: A term.}}\n"));
    }
    let tree = MemoryTree::new([
        ("meshfolio.yaml", config.to_owned()),
        ("registry/g.yaml", glossary),
        ("registry/d.yaml", "apiVersion: mesh/v1\nkind: Domain\nid: d\nname: D\n".to_owned()),
    ]);
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: true,
        today: "2026-11-21".parse().expect("a day"),
        detail: Detail::Pages,
        observations: None,
    };
    let outcome = pipeline::run(&tree, &Schemas::embedded(), &options).expect("memory can be read");
    let site = Arc::new(Site::new(outcome, Arc::new(tree), None).expect("the theme can be used"));
    let note = site.twins_note();
    let files = site.files();
    ((0..files.len()).map(|at| files.path(at).as_str().to_owned()).collect(), note)
}

#[test]
fn very_large_sites_leave_out_what_can_be_left_out() {
    let few = "mesh: {id: m, name: M}\nroots: [registry]\n";
    let (paths, note) = paths_of(few, 10);
    assert!(paths.contains("glossary/d-t1.md") && note.is_none(), "{note:?}");
    let (paths, note) = paths_of(few, 5_100);
    assert!(paths.len() > 10_000 && paths.contains("glossary/d-t1.json"), "{} files", paths.len());
    assert!(!paths.iter().any(|path| path.contains(".md")));
    assert!(paths.contains("llms.txt") && paths.contains("assets/icon.svg"));
    assert!(note.is_some_and(|note| note.contains("15000 files")));
    let (paths, note) = paths_of(&format!("{few}site: {{twins: all}}\n"), 5_100);
    assert!(paths.contains("glossary/d-t1.md") && paths.len() > 15_000 && note.is_none());
}
