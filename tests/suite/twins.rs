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

/// Returns the data block of a page.
fn data_block(html: &str) -> Option<serde_json::Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">")?;
    let (json, _) = rest.split_once("</script>")?;
    Some(serde_json::from_str(json).expect("a data block is JSON"))
}

/// Calls `visit` with every `@id` and `item` of a value.
fn addresses(value: &serde_json::Value, visit: &mut impl FnMut(&str)) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(address) if matches!(key.as_str(), "@id" | "item") => visit(address),
                    _ => addresses(value, visit),
                }
            }
        }
        serde_json::Value::Array(entries) => entries.iter().for_each(|entry| addresses(entry, visit)),
        _ => {}
    }
}

#[test]
fn data_blocks_say_what_pages_are_and_lead_to_pages() {
    let files = demo();
    let base = "https://data.quayandlarder.example/";
    let (mut n_blocks, mut n_bytes) = (0, 0);
    for (path, html) in ending(&files, ".html") {
        let block = data_block(html);
        let has_trail = html.contains("class=\"crumbs\"");
        assert_eq!(
            block.as_ref().is_some_and(|block| block.to_string().contains("BreadcrumbList")),
            has_trail,
            "{path}"
        );
        let Some(block) = block else { continue };
        assert_eq!(block["@context"], "https://schema.org", "{path}");
        n_blocks += 1;
        n_bytes += block.to_string().len();
        addresses(&block, &mut |address| {
            let page = address.strip_prefix(base).unwrap_or_else(|| panic!("{path}: {address} is not absolute"));
            let (page, fragment) = page.split_once('#').unwrap_or((page, ""));
            let html = files.get(page).unwrap_or_else(|| panic!("{path}: {address}"));
            assert!(fragment.is_empty() || html.contains(&format!(" id=\"{fragment}\"")), "{path}: {address}");
        });
    }
    assert!(n_bytes / n_blocks < 650, "{} bytes a block", n_bytes / n_blocks);
    let thing = |path: &str| {
        let block = data_block(&files[path]).expect("a block");
        if block["@graph"].is_null() { block } else { block["@graph"][0].clone() }
    };
    assert_eq!(thing("index.html")["@type"], "DataCatalog");
    let product = thing("products/orders.html");
    assert_eq!((&product["@type"], &product["name"]), (&"Dataset".into(), &"Orders".into()));
    assert_eq!(product["@id"], format!("{base}products/orders.html"));
    assert_eq!(product["distribution"][0]["@type"], "DataDownload");
    let contract = thing("contracts/orders/2.1.0.html");
    assert_eq!(contract["isPartOf"]["@id"], product["@id"]);
    let download = contract["distribution"].get(0).unwrap_or(&contract["distribution"]);
    assert!(product.to_string().contains(download["@id"].as_str().expect("an address")));
    assert_eq!(thing("contracts/orders/1.4.0.html")["@type"], "BreadcrumbList");
    assert_eq!(thing("glossary/sales-order.html")["@type"], "DefinedTerm");
    assert_eq!(thing("glossary/index.html")["@type"], "DefinedTermSet");
}

/// Builds the small registry with a configuration of its own.
pub(super) fn corner(config: &str) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let source = super::package("tests/registries/corner");
    for path in super::files_below(&source, "") {
        let target = folder.path().join(&path);
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("made");
        fs::copy(source.join(&path), target).expect("copied");
    }
    fs::write(folder.path().join("meshfolio.yaml"), config).expect("written");
    build(folder.path(), &["--allow-errors"]).1
}

#[test]
fn data_blocks_lead_to_pages_from_any_folder_without_a_base_url() {
    let files = corner("mesh: {id: corner, name: Corner shop}\nroots: [registry]\n");
    let mut n = 0;
    for (path, html) in ending(&files, ".html") {
        let Some(block) = data_block(html) else { continue };
        addresses(&block, &mut |address| {
            let page = address.split('#').next().unwrap_or_default();
            let target = meshfolio::source::join(meshfolio::source::parent(path), page);
            assert!(target.is_some_and(|target| files.contains_key(&target)), "{path}: {address}");
            n += 1;
        });
    }
    assert!(n > 50, "{n} addresses");
    let id = |path: &str| data_block(&files[path]).expect("a block")["@graph"][0]["@id"].clone();
    assert_eq!(id("contracts/orders/2.0.0.html"), "../../contracts/orders.html");
    assert_eq!(id("contracts/orders.html"), "../contracts/orders.html");
}

#[test]
fn what_is_retired_keeps_its_page_and_says_what_replaces_it() {
    let files = demo();
    let page = &files["products/item-sheet.html"];
    for part in [
        "Retired on <time datetime=\"2026-03-31\">31 Mar 2026</time>, replaced by <a href=\"../products/item-master.html\">Item master</a>.",
        "What it promised last can still be read: <a href=\"../contracts/item-sheet/1.2.0.html\">item-sheet 1.2.0</a>.",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("Request access") && !page.contains("Ask for access"));
    // Its successor is the first thing to do, and nothing on the page is empty.
    assert!(page.contains("<a class=\"btn pri\" href=\"../products/item-master.html\">Go to Item master</a>"));
    assert!(!page.contains("class=\"empty\"") && !page.contains("id=\"canvas\"") && !page.contains("class=\"panels\""));
    for id in ["access", "checks", "lineage", "port-warehouse", "ports", "schema", "terms"] {
        assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}: addresses that led there still do");
    }
    assert!(files["products/item-sheet.html"].contains("<em class=\"st\">ended 31 Mar 2026</em>"));
    let twin: serde_json::Value = serde_json::from_str(&files["products/item-sheet.json"]).expect("JSON");
    assert_eq!(twin["retirement"]["date"], "2026-03-31");
    assert_eq!(twin["retirement"]["replacedBy"], "product:item-master");
    assert_eq!(twin["retirement"]["lastContract"]["url"], "contracts/item-sheet/1.2.0.html");
    assert!(files["products/item-sheet.md"].contains("- Retired on: 31 Mar 2026\n"));
    let living = &files["products/web-clicks.html"];
    assert!(living.contains("is deprecated. Use ") && !living.contains("Retired on"));
    assert!(files["products/web-clicks.json"].contains("\"retirement\":null"));
}

#[test]
fn pages_say_how_policies_are_kept() {
    let files = demo();
    let list = &files["policies/index.html"];
    for cell in [
        "<a href=\"../policies/every-column-classified.html#standing\">93 of 94 contract versions</a><small>1 waived</small>",
        "<a href=\"../policies/result-file-per-port.html#standing\">would be ",
        ">not run</td>",
    ] {
        assert!(list.contains(cell), "{cell}");
    }
    // Kept ones are named, a broken one is told with its waiver.
    let kept = &files["contracts/orders.html"];
    assert!(
        kept.contains("<strong>10 of 10</strong> policies met") && kept.contains("<summary>Which it meets</summary>")
    );
    assert!(kept.contains("16 of 16 of <a href=\"../products/orders.html#checks\">Orders</a>"));
    let is_broken =
        |page: &&String| page.contains("policies/every-column-classified.html\">every-column-classified</a>");
    let broken: Vec<&String> = files
        .iter()
        .filter(|(path, _)| path.starts_with("contracts/"))
        .map(|(_, page)| page)
        .filter(is_broken)
        .collect();
    assert!(!broken.is_empty() && broken.iter().all(|page| page.contains(">waived</a> by ")));
    // Who jumps from the index of the scorecard arrives.
    let scorecard = &files["scorecard.html"];
    for id in ["domain-sales", "team-ledger"] {
        assert!(
            scorecard.contains(&format!("href=\"#{id}\"")) && scorecard.contains(&format!("<tr id=\"{id}\">")),
            "{id}"
        );
    }
}

fn retired(custom: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let product = format!("apiVersion: v1.1.0\nkind: DataProduct\nid: old\nname: Old\nstatus: retired\n{custom}");
    fs::write(folder.path().join("p.odps.yaml"), product).expect("written");
    build(folder.path(), &["--allow-errors"]).1.remove("products/old.html").expect("the page stays")
}

#[test]
fn what_nobody_said_of_an_end_is_not_stated() {
    let page = retired("");
    assert!(page.contains("Retired, nobody said when. Nobody said what replaces it."), "{page}");
    let stated = "customProperties: [{property: retiredOn, value: \"2026-02-01\"}, {property: replacedBy, value: the new <b>}]\n";
    let page = retired(stated);
    assert!(page.contains(">1 Feb 2026</time>, replaced by the new &lt;b&gt;."), "{page}");
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
