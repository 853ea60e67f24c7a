//! The site as files: what holds on every page, and catalogs of files that nobody here wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(super) fn run(root: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    command.arg("-C").arg(root).args(["--today", "2026-11-21", "--color", "never"]).args(args);
    command.output().expect("the binary runs")
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

pub(super) fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "html")
}

/// Returns every value of an attribute, as it stands between double quotes.
pub(super) fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!(" {name}=\"");
    html.split(opening.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

pub(super) fn build(root: &Path, args: &[&str]) -> (tempfile::TempDir, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    let out_text = out.to_str().expect("UTF-8").to_owned();
    let output = run(root, &[&["build", "--out", out_text.as_str()], args].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut paths = Vec::new();
    files_below(&out, &mut paths);
    let relative = |path: &PathBuf| path.strip_prefix(&out).expect("below").to_string_lossy().replace('\\', "/");
    let pages = paths
        .iter()
        .map(|path| {
            (relative(path), fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).expect("read"))
        })
        .collect();
    (folder, pages)
}

/// Checks what must hold on every page, and returns what does not.
pub(super) fn faults(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        files.iter().map(|(path, html)| (path.as_str(), attributes(html, "id").into_iter().collect())).collect();
    for (path, html) in files.iter().filter(|(path, _)| is_page(path)) {
        let mut tell = |what: String| faults.push(format!("{path}: {what}"));
        if !html.contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';") {
            tell("no policy".to_owned());
        }
        if html.matches("<h1").count() != 1 {
            tell(format!("{} h1", html.matches("<h1").count()));
        }
        if html.contains(" style=") || html.contains("<style") || html.contains(" onclick") {
            tell("inline style".to_owned());
        }
        // A script is a file of the site, or data that no browser runs.
        for script in html.split("<script").skip(1) {
            let (tag, rest) = script.split_once('>').unwrap_or((script, ""));
            let inside = rest.split("</script").next().unwrap_or_default();
            if tag == " type=\"application/ld+json\"" {
                if inside.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
                    tell(format!("a data block with markup: {inside}"));
                } else if let Err(error) = serde_json::from_str::<serde_json::Value>(inside) {
                    tell(format!("a data block that is no JSON, {error}: {inside}"));
                }
            } else if !inside.is_empty() || !tag.starts_with(" src=\"") || tag.contains("ld+json") {
                tell(format!("inline script: {tag}"));
            }
        }
        if html.len() > 250_000 {
            tell(format!("{} bytes", html.len()));
        }
        let own = attributes(html, "id");
        if own.len() != ids[path.as_str()].len() {
            let mut seen = BTreeSet::new();
            let twice: Vec<&&str> = own.iter().filter(|id| !seen.insert(**id)).collect();
            tell(format!("ids twice: {twice:?}"));
        }
        for href in attributes(html, "href").into_iter().chain(attributes(html, "src")) {
            let is_elsewhere =
                href.starts_with("http://") || href.starts_with("https://") || href.starts_with("mailto:");
            if is_elsewhere || path == "404.html" {
                continue;
            }
            let (file, fragment) = href.split_once('#').unwrap_or((href, ""));
            // A search is a page with a query.
            let file = file.split('?').next().unwrap_or(file);
            let target = if file.is_empty() {
                Some(path.clone())
            } else {
                meshfolio::source::join(meshfolio::source::parent(path), file)
            };
            match target.as_deref().and_then(|target| ids.get(target)) {
                None => tell(format!("a link to `{href}` leads nowhere")),
                Some(known) if fragment.is_empty() || known.contains(fragment) => {}
                Some(_) => tell(format!("a link to `{href}` leads to no anchor")),
            }
        }
    }
    faults
}

#[test]
fn every_page_of_the_demo_is_whole() {
    let (_folder, files) = build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]);
    assert!(files.len() > 500, "{} files", files.len());
    assert_eq!(faults(&files), Vec::<String>::new());
    for path in [
        "index.html",
        "products/orders.html",
        "products/orders.json",
        "contracts/orders.html",
        "contracts/orders/1.4.0.odcs.yaml",
        "catalog.json",
        "catalog/000.json",
        "urls.txt",
        "sitemap.xml",
    ] {
        assert!(files.contains_key(path), "{path}");
    }
    // The name by which a walk knows a built site is the one that a build writes.
    assert!(files.contains_key(meshfolio::source::SITE_MANIFEST));
    let original = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/registry/domains/sales/orders/contracts/orders.odcs.yaml"
    ));
    assert_eq!(files["contracts/orders/2.1.0.odcs.yaml"], original.expect("read"));
    let lower: BTreeSet<String> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(lower.len(), files.len(), "two pages share a path where case does not count");
}

#[test]
fn hostile_text_stays_text_on_every_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let payload = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*1003 }}";
    let quoted = serde_json::to_string(payload).expect("a text");
    let product = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: {quoted}\nname: {quoted}\nstatus: {quoted}\nversion: {quoted}\ntags: [{quoted}]\ndescription: {{purpose: {quoted}, limitations: {quoted}, usage: {quoted}}}\nteam: {{name: {quoted}}}\ndomain: {quoted}\nsupport: [{{channel: {quoted}, url: \"javascript:alert(1)\"}}]\noutputPorts: [{{name: {quoted}, type: {quoted}, contractId: c, version: {quoted}}}]\n"
    );
    let contract = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: {quoted}\nversion: {quoted}\nstatus: active\ndescription: {{purpose: {quoted}}}\nschema: [{{name: {quoted}, properties: [{{name: {quoted}, logicalType: string, physicalType: {quoted}, description: {quoted}, classification: {quoted}, examples: [{quoted}]}}]}}]\nslaProperties: [{{property: {quoted}, value: {quoted}}}]\n"
    );
    fs::write(folder.path().join("p.odps.yaml"), product).expect("written");
    fs::write(folder.path().join("c.odcs.yaml"), contract).expect("written");
    fs::write(folder.path().join("README.md"), format!("# {payload}\n\n{payload}\n\n[x](javascript:alert(1))\n"))
        .expect("written");
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    let mut n_shown = 0;
    for (path, html) in files.iter().filter(|(path, _)| is_page(path)) {
        assert!(
            !html.contains("<script>alert") && !html.contains("<img src=x") && !html.contains("href=\"javascript:"),
            "{path}"
        );
        assert!(!html.contains("7021"), "{path} ran a template");
        n_shown += html.matches("&lt;script&gt;").count();
    }
    assert!(n_shown > 10, "the payload is shown as text {n_shown} times");
}

#[test]
fn the_examples_of_bitol_are_checked_and_shown() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/standards");
    if !shared.is_dir() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut copied = 0;
    for standard in ["bitol-io+open-data-product-standard/docs", "bitol-io+open-data-contract-standard/docs"] {
        let mut paths = Vec::new();
        files_below(&shared.join(standard), &mut paths);
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "yaml")) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            fs::copy(path, folder.path().join(format!("{copied}-{name}"))).expect("copied");
            copied += 1;
        }
    }
    assert!(copied > 10);
    let output = run(folder.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["diagnostics"].as_array().expect("a list");
    let dangling =
        findings.iter().find(|finding| finding["code"] == "REF008").expect("the upstream example's defect is found");
    assert!(
        dangling["file"].as_str().is_some_and(|file| file.ends_with("customer-data-product.odps.yaml")),
        "{dangling}"
    );
    assert!(dangling["message"].as_str().is_some_and(|message| message.contains("`2.0.0`")), "{dangling}");
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    assert!(files.contains_key("products/fbe8d147-28db-4f1d-bedf-a3fe9f458427.html"));
    assert_eq!(faults(&files), Vec::<String>::new());
}
