//! Lean sites: contracts stand on the pages of their products, every address leads somewhere, no page grows without bound,
//! and there are few files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::package;
use super::site::{attributes, build, faults, is_page, run};

type Files = BTreeMap<String, String>;

/// Copies the demo mesh and makes its site lean.
fn lean_demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["registry", "observations"] {
        copy(&package(part), &folder.path().join(part));
    }
    let config = fs::read_to_string(package("meshfolio.yaml")).expect("read");
    fs::write(folder.path().join("meshfolio.yaml"), config + "site: {lean: true}\n").expect("written");
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("listed") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("copied");
        }
    }
}

/// Makes the site of some descriptors, lean.
fn site(descriptors: &[(String, String)]) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("meshfolio.yaml"), "site: {lean: true}\n").expect("written");
    for (path, text) in descriptors {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let files = build(folder.path(), &["--allow-errors"]).1;
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_eq!(lost(&files), Vec::<String>::new());
    files
}

fn product(id: &str, rest: &str) -> (String, String) {
    (
        format!("{id}.odps.yaml"),
        format!("apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nstatus: active\nversion: \"1\"\n{rest}"),
    )
}

fn contract(id: &str, version: &str, rest: &str) -> (String, String) {
    (
        format!("{id}-{version}.odcs.yaml"),
        format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nversion: {version}\nstatus: active\nschema: [{{name: t, properties: [{{name: x, logicalType: string}}]}}]\n{rest}"
        ),
    )
}

/// Returns the addresses that files for machines name and that are not there: of results of the search, of the catalog, of
/// feeds, of redirects, and in the list of pages.
fn lost(files: &Files) -> Vec<String> {
    let ids: BTreeMap<&str, BTreeSet<&str>> = files
        .iter()
        .filter(|(path, _)| is_page(path))
        .map(|(path, html)| (path.as_str(), attributes(html, "id").into_iter().collect()))
        .collect();
    let base = "https://data.quayandlarder.example/";
    let mut lost = Vec::new();
    let mut look = |from: &str, address: &str| {
        let address = address.strip_prefix(base).unwrap_or(address);
        let (file, fragment) = address.split_once('#').unwrap_or((address, ""));
        let file = if file.is_empty() || file.ends_with('/') { format!("{file}index.html") } else { file.to_owned() };
        let is_there = match ids.get(file.as_str()) {
            Some(known) => fragment.is_empty() || known.contains(fragment),
            None => fragment.is_empty() && files.contains_key(&file),
        };
        if !is_there {
            lost.push(format!("{from}: {address}"));
        }
    };
    for (path, text) in files {
        if path.starts_with("search/cards/") {
            cards(text, &mut |address| look(path, address));
        } else if path.starts_with("catalog/") {
            let rows: Value = serde_json::from_str(text).expect("JSON");
            for row in rows.as_array().expect("a list") {
                look(path, row["url"].as_str().unwrap_or_default());
            }
        } else if path == "changes.atom" && text.contains(base) {
            for address in attributes(text, "href") {
                look(path, address);
            }
        } else if path == "sitemap.xml" {
            let places = text.split("<loc>").skip(1).filter_map(|rest| rest.split('<').next());
            places.for_each(|address| look(path, address));
        } else if path == "_redirects" {
            let targets = text.lines().filter_map(|line| line.split(' ').nth(1));
            targets.for_each(|address| look(path, address.trim_start_matches('/')));
        } else if path == "urls.txt" {
            text.lines().for_each(|address| look(path, address));
        } else if path == "llms.txt" {
            let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            links.for_each(|address| look(path, address));
        }
    }
    lost
}

/// Calls back with the addresses of the cards of a file of the search index, as `search.js` makes them.
fn cards(text: &str, look: &mut dyn FnMut(&str)) {
    const FOLDERS: [&str; 8] =
        ["products", "contracts", "contracts", "glossary", "domains", "teams", "policies", "sources"];
    let arguments = text.strip_prefix("meshfolio(").and_then(|text| text.strip_suffix(");\n")).expect("one call");
    let arguments: Vec<Value> = serde_json::from_str(&format!("[{arguments}]")).expect("arguments are JSON");
    let part = |name: &str| -> String {
        name.chars().map(|c| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '-' }).collect()
    };
    for card in arguments[2].as_array().expect("a list") {
        let kind = usize::try_from(card[0].as_u64().expect("a number")).expect("small");
        let (title, stem) = (card[1].as_str().expect("a title"), card[3].as_str().expect("a stem"));
        let page = match stem.strip_prefix('/') {
            Some(page) => page.to_owned(),
            None => format!("{}/{stem}.html", FOLDERS[kind]),
        };
        if kind != 2 {
            look(&page);
            continue;
        }
        let (file, before) = page.split_once('#').unwrap_or((&page, ""));
        look(&format!("{file}#{before}o-{}", part(title)));
        for column in card[9].as_str().unwrap_or_default().lines() {
            look(&format!("{file}#{before}c-{}", part(&format!("{title}.{column}"))));
        }
    }
}

#[test]
fn the_demo_is_whole_when_it_is_lean() {
    let root = lean_demo();
    let (_folder, files) = build(root.path(), &[]);
    let (_again, twice) = build(root.path(), &[]);
    assert!(files == twice, "two builds differ");
    assert_eq!(faults(&files), Vec::<String>::new());
    assert_eq!(lost(&files), Vec::<String>::new());
    let (_full, full) = build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]);
    assert!(files.len() * 5 < full.len() * 2, "{} files, and {} when it is not lean", files.len(), full.len());
    let n_contracts = files.keys().filter(|path| path.starts_with("contracts/") && !path.contains("/page-")).count();
    assert!(n_contracts <= 5, "{n_contracts} pages of contracts");
    let is_twin = |path: &&String| {
        let folder = path.split('/').next().unwrap_or_default();
        let ending = path.rsplit('.').next().unwrap_or_default();
        ["products", "contracts", "domains", "teams", "glossary", "policies", "sources", "badges"].contains(&folder)
            && ["json", "md", "svg", "yaml"].contains(&ending)
    };
    assert_eq!(files.keys().filter(is_twin).collect::<Vec<_>>(), Vec::<&String>::new());
    for path in ["catalog.json", "catalog/000.json", "changes.atom", "llms.txt", "sitemap.xml", "contracts/index.html"]
    {
        assert!(files.contains_key(path), "{path}");
    }
    let orders = &files["products/orders.html"];
    for part in [
        "id=\"contract-orders-2.1.0\"",
        "id=\"c-orders.amount_eur\"",
        "id=\"sla-freshness\"",
        "1.4.0",
        "What breaks comes first.",
    ] {
        assert!(orders.contains(part), "{part}");
    }
    assert!(!orders.contains("consumers.html\">8"), "few readers stand in the table of the picture");
}

#[test]
fn the_shell_tells_the_addresses_of_the_lean_site() {
    let root = lean_demo();
    let output = run(root.path(), &["search", "amount_eur", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let address = "https://data.quayandlarder.example/products/orders.html#";
    assert_eq!(found["hits"][0]["url"], format!("{address}o-orders"), "{found}");
    assert_eq!(found["hits"][0]["columns"][0]["url"], format!("{address}c-orders.amount_eur"));
    let output = run(root.path(), &["show", "contract:orders@2.1.0", "--format", "json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(shown["url"], format!("{address}contract-orders-2.1.0"));
}

#[test]
fn contracts_stand_where_there_is_room_for_them() {
    let mut wide = String::from("schema:\n  - name: wide\n    properties:\n");
    for number in 0..900 {
        let _ = writeln!(wide, "      - {{name: column_{number}, logicalType: string, description: What it means}}");
    }
    let wide = contract("wide", "1.0.0", "")
        .1
        .replace("schema: [{name: t, properties: [{name: x, logicalType: string}]}]\n", &wide);
    let files = site(&[
        product(
            "p",
            "outputPorts: [{name: a, contractId: a, version: 2.0.0}, {name: old, contractId: a, version: 1.0.0}, {name: b, contractId: b, version: 1.0.0}, {name: w, contractId: wide, version: 1.0.0}]\n",
        ),
        contract("a", "2.0.0", "slaProperties: [{property: freshness, value: 1, unit: d}]\n"),
        contract("a", "1.0.0", "slaProperties: [{property: freshness, value: 2, unit: d}]\n"),
        contract("a", "0.1.0", ""),
        contract("b", "1.0.0", "").clone(),
        contract("alone", "1.0.0", ""),
        contract("alone", "2.0.0", ""),
        ("wide.odcs.yaml".to_owned(), wide),
    ]);
    let page = &files["products/p.html"];
    // The first has its anchors; the others, which have an object of the same name, have their own name before them.
    for id in ["c-t.x", "sla-freshness", "a-1.0.0~c-t.x", "a-1.0.0~sla-freshness", "b-1.0.0~c-t.x", "contract-b-1.0.0"]
    {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(page.contains("0.1.0 (active)"), "an older version is named");
    let pages: Vec<&String> = files.keys().filter(|path| path.starts_with("contracts/")).collect();
    assert_eq!(
        pages,
        [
            "contracts/alone.html",
            "contracts/index.html",
            "contracts/wide.html",
            "contracts/wide/schema/page-2.html",
            "contracts/wide/schema/page-3.html"
        ]
    );
    assert!(page.contains("href=\"../contracts/wide.html\""));
    let list = &files["contracts/index.html"];
    assert!(list.contains("href=\"../products/p.html#contract-a-2.0.0\""), "{list}");
}

#[test]
fn a_page_with_all_its_contracts_does_not_grow_without_bound() {
    let mut readme = String::from("# P\n");
    for number in 0..9_000 {
        let _ = write!(
            readme,
            "\n## Part {number}\n\nSome *words* with `code` and a [link](https://a.example/{number}).\n"
        );
    }
    let mut ports = String::from("outputPorts:\n");
    let mut all = vec![("README.md".to_owned(), readme)];
    for number in 0..80 {
        let _ = writeln!(
            ports,
            "  - {{name: port-{number}, contractId: c{number}, version: 2.0.0, description: \"{}\"}}",
            "why ".repeat(60)
        );
        let (path, text) = contract(&format!("c{number}"), "2.0.0", "");
        if number > 0 {
            all.extend([(path, text), contract(&format!("c{number}"), "1.0.0", "")]);
            continue;
        }
        // The first has much of everything, and just so that it fits.
        let mut rest = format!("description: {{purpose: \"{}\"}}\nroles:\n", "**a** <b> & ".repeat(300));
        for role in 0..30 {
            let _ = writeln!(rest, "  - {{role: r{role}, access: read, description: \"{}\"}}", "why ".repeat(20));
        }
        rest.push_str("servers:\n");
        for server in 0..6 {
            let _ = writeln!(rest, "  - {{server: s{server}, type: kafka, host: \"{}:9092\"}}", "h".repeat(200));
        }
        rest.push_str("slaProperties:\n");
        for level in 0..12 {
            let _ =
                writeln!(rest, "  - {{property: p{level}, value: 1, unit: d, description: \"{}\"}}", "why ".repeat(20));
        }
        let rules: String = (0..100).fold(String::new(), |mut text, rule| {
            let _ = write!(text, "{{id: q{rule}, type: sql, query: \"SELECT {}\", mustBe: 0}}, ", "<x>, ".repeat(60));
            text
        });
        let text = text.replace("{name: t, ", &format!("{{name: t, quality: [{rules}], "));
        all.push((path, text + &rest));
    }
    all.push(product("p", &ports));
    let files = site(&all);
    let page = &files["products/p.html"];
    assert!(page.contains("id=\"contract-c0-2.0.0\""), "the first has room");
    assert!(page.len() > 80_000, "{} bytes", page.len());
    assert!(files.keys().filter(|path| path.starts_with("contracts/c")).count() > 40, "the others keep their pages");
    assert!(page.contains(" of 100 rules"), "what is left out is told");
}

#[test]
fn a_site_of_more_files_than_hosts_take_says_what_makes_fewer() {
    use meshfolio::pipeline::{self, Options};
    use meshfolio::source::MemoryTree;
    let note = |config: &'static str, n_files: usize| {
        let tree = MemoryTree::new([("meshfolio.yaml", config)]);
        let options = Options {
            config_path: "meshfolio.yaml".to_owned(),
            is_config_required: false,
            today: "2026-11-21".parse().expect("a day"),
            detail: meshfolio::check::Detail::Pages,
            observations: None,
        };
        let outcome = pipeline::run(&tree, &meshfolio::yaml::Schemas::embedded(), &options).expect("read");
        let site = meshfolio::render::Site::new(outcome, std::sync::Arc::new(tree), None).expect("the theme is whole");
        site.files_note(n_files)
    };
    assert_eq!(note("mesh: {id: a}\n", 20_000), None);
    let told = note("mesh: {id: a}\n", 20_001).expect("too many for some hosts");
    assert!(told.contains("20001 files") && told.contains("site: {lean: true}"), "{told}");
    let told = note("site: {lean: true}\n", 20_001).expect("too many for some hosts");
    assert!(told.contains("another host"), "{told}");
}
