//! A site that shows a change: `build --base` and `serve --base`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::change::{commit, git};
use super::cli::{self, registry};
use super::site::{attributes, build, faults, is_page};
use super::{assert_kept, files_below, package};

type Files = BTreeMap<String, String>;

const CONTRACT: &str = "registry/domains/sales/orders/contracts/orders-2.odcs.yaml";

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).expect("the file can be read")
}

fn write(root: &Path, path: &str, text: &str) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("made");
    fs::write(file, text).expect("written");
}

fn replace(root: &Path, path: &str, from: &str, to: &str) {
    let text = read(root, path);
    assert!(text.contains(from), "`{path}` does not hold `{from}`");
    write(root, path, &text.replacen(from, to, 1));
}

/// The small registry in its first commit.
fn corner() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let source = package("tests/registries/corner");
    for path in files_below(&source, "") {
        write(folder.path(), &path, &fs::read_to_string(source.join(&path)).expect("read"));
    }
    commit(folder.path());
    folder
}

/// The small registry with a change of every sort in its work tree.
fn changed() -> TempDir {
    let folder = corner();
    let root = folder.path();
    replace(root, CONTRACT, "        physicalType: varchar(12)\n", "        physicalType: varchar(8)\n");
    replace(
        root,
        CONTRACT,
        "      - name: address\n",
        "      - {name: currency, logicalType: string}\n      - name: address\n",
    );
    let from = read(root, CONTRACT);
    let start = from.find("          - {name: city").expect("a column");
    let end = start + from[start..].find('\n').expect("a line") + 1;
    write(root, CONTRACT, &format!("{}{}", &from[..start], &from[end..]));
    fs::remove_file(root.join("registry/domains/sales/orders/contracts/orders-1.odcs.yaml")).expect("removed");
    replace(
        root,
        "registry/domains/sales/orders/product.odps.yaml",
        "  - {name: warehouse-v1, type: tables, contractId: orders, version: \"1.0.0\", deprecated: true}\n",
        "",
    );
    fs::remove_file(root.join("registry/sources/till.yaml")).expect("removed");
    replace(root, "registry/glossary/sales.osds.yaml", "  - id: basket\n    name: Basket\n", "");
    replace(root, "registry/glossary/sales.osds.yaml", "the customer confirmed", "that the customer confirmed");
    write(root, "registry/domains/sales/README.md", "# Sales\n\nOther words.\n");
    replace(root, "registry/domains/sales/orders/reviews/first.yaml", "rating: 4", "rating: 3");
    write(
        root,
        "registry/domains/sales/returns/product.odps.yaml",
        "apiVersion: v1.1.0\nkind: DataProduct\nid: returns\nname: \"Returns <script>x</script> & more\"\nstatus: draft\ndomain: sales\nteam: {name: till-team}\n",
    );
    // A product with another name, and its old one kept.
    replace(root, "registry/domains/empty/bare/product.odps.yaml", "id: bare\n", "id: plain\n");
    replace(
        root,
        "registry/domains/sales/orders/access/growth.oaas.yaml",
        "dataProductId: bare",
        "dataProductId: plain",
    );
    write(root, "registry/aliases.yaml", "aliases:\n  - {from: product:bare, to: product:plain, since: 2026-11-20}\n");
    folder
}

fn note(html: &str) -> &str {
    let start = html.find("<aside class=\"pv\"").expect("a page has its note");
    let end = start + html[start..].find("</aside>").expect("the note ends");
    &html[start..end]
}

#[test]
fn every_page_says_what_a_change_does_to_it() {
    let folder = changed();
    let files: Files = build(folder.path(), &["--base", "main", "--allow-errors"]).1;
    assert_eq!(faults(&files), Vec::<String>::new());
    for (path, html) in files.iter().filter(|(path, _)| is_page(path) && *path != "404.html") {
        assert_eq!(html.matches("<aside class=\"pv\"").count(), 1, "{path}");
        assert_eq!(html.matches("assets/change.css\">").count(), 1, "{path}");
        assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"), "{path}");
        let leads_on = attributes(note(html), "href").iter().any(|href| href.ends_with("change.html"));
        assert_eq!(leads_on, path != "change.html", "{path}");
        assert!(!html.contains("<script>x"), "{path}");
    }
    assert!(files.contains_key("assets/change.css"));
    let json: serde_json::Value = serde_json::from_str(&files["change.json"]).expect("JSON");
    assert_eq!(json["version"], 1);
    let broken = |text: &str| text.replace("><", ">\n<") + "\n";
    let commit = read(folder.path(), ".git/refs/heads/main");
    let stable = |text: &str| broken(text).replace(&commit[..7], "COMMIT");
    let html = &files["change.html"];
    let (start, end) = (html.find("<main").expect("a main part"), html.find("</main>").expect("it ends"));
    assert_kept("tests/registries/corner.preview/change.html", &stable(&html[start..end]));
    let mut notes = String::new();
    for page in [
        "index.html",
        "products/index.html",
        "products/orders.html",
        "products/orders/docs/joins.html",
        "products/plain.html",
        "products/returns.html",
        "contracts/index.html",
        "contracts/orders.html",
        "contracts/orders/2.0.0.html",
        "domains/sales.html",
        "domains/empty.html",
        "teams/till-team.html",
        "glossary/index.html",
        "glossary/sales-order.html",
        "sources/index.html",
        "policies/freshness.html",
    ] {
        notes += &format!("## {page}\n{}\n", stable(note(&files[page])));
    }
    assert_kept("tests/registries/corner.preview/notes.html", &notes);
}

#[test]
fn lists_and_search_mark_what_changed_in_words() {
    let folder = changed();
    let files: Files = build(folder.path(), &["--base", "main", "--allow-errors"]).1;
    let new = "<span class=\"pm pm-new\"><i class=\"i i-new\"></i>new</span>";
    let changed = "<span class=\"pm pm-changed\"><i class=\"i i-chg\"></i>changed</span>";
    assert!(files["products/index.html"].contains(&format!("</a> {new}</h2>")), "{}", files["products/index.html"]);
    assert!(files["products/index.html"].contains(&format!(">Orders</a> {changed}")));
    assert!(files["contracts/index.html"].contains(changed));
    assert!(files["glossary/index.html"].contains(&format!(">Order</a> {changed}")));
    let cards: String =
        files.iter().filter(|(path, _)| path.starts_with("search/cards/")).map(|(_, text)| text.as_str()).collect();
    assert!(cards.contains("new with this change") && cards.contains("changed with this change"), "{cards}");
}

#[test]
fn two_builds_of_a_change_are_equal_and_a_build_without_a_base_knows_nothing_of_it() {
    let folder = changed();
    let args = ["--base", "main", "--allow-errors"];
    assert_eq!(build(folder.path(), &args).1, build(folder.path(), &args).1);
    // The same files, whether they are a commit or the work tree, but for the commit itself.
    let plain: Files = build(folder.path(), &["--allow-errors"]).1;
    for (path, text) in &plain {
        assert!(!path.starts_with("change.") && path != "assets/change.css", "{path}");
        assert!(
            !text.contains("class=\"pv\"") && !text.contains("class=\"pm") && !text.contains("change.css"),
            "{path}"
        );
    }
    let with_base = build(folder.path(), &args).1;
    for (path, text) in plain.iter().filter(|(path, _)| !is_page(path) && !path.starts_with("search/")) {
        let is_list = matches!(path.as_str(), "urls.txt" | "sitemap.xml" | ".meshfolio-manifest.json");
        assert!(is_list || with_base.get(path) == Some(text), "{path} is a fact of the catalog and not of the change");
    }
}

#[test]
fn a_change_that_breaks_is_built_and_its_gate_is_told() {
    let folder = registry(&[]);
    commit(folder.path());
    let path = "registry/sales/orders/orders.odcs.yaml";
    replace(folder.path(), path, "      - name: amount\n        logicalType: number\n", "");
    let found = cli::run(&folder, &["build", "--base", "main", "--out", "site"]).code(0);
    assert!(found.err.contains("1 breaking; 1 changed; the gate refuses"), "{}", found.err);
    assert!(found.err.contains("open site/change.html, or meshfolio serve --watch --base main"), "{}", found.err);
    let html = read(folder.path(), "site/change.html");
    assert!(html.contains("The gate refuses this change") && html.contains("Needs a major version"), "{html}");
    // A revision may be the head, too.
    git(folder.path(), &["checkout", "-q", "-b", "topic"]);
    commit(folder.path());
    git(folder.path(), &["checkout", "-q", "main"]);
    let found = cli::run(&folder, &["build", "--at", "topic", "--base", "main", "--out", "at"]).code(0);
    assert!(found.err.contains("1 breaking; 1 changed"), "{}", found.err);
    // Nothing differs from itself.
    let found = cli::run(&folder, &["build", "--base", "HEAD", "--out", "same"]).code(0);
    assert!(found.err.contains("nothing that is described differs"), "{}", found.err);
    assert!(read(folder.path(), "same/change.html").contains("Nothing that was promised changes"));
}

#[test]
fn what_cannot_be_compared_is_refused_in_one_sentence() {
    let folder = registry(&[]);
    cli::run(&folder, &["build", "--base", "main", "--out", "site"]).refused("git");
    cli::run(&folder, &["serve", "--base", "main", "--port", "0"]).refused("git");
    commit(folder.path());
    for command in [&["build", "--out", "site"][..], &["serve", "--port", "0"][..]] {
        cli::run(&folder, &[command, &["--base", "nowhere"]].concat()).refused("`nowhere`");
        cli::run(&folder, &[command, &["--base=-x"]].concat()).code(2);
    }
    assert!(!folder.path().join("site").exists());
}

#[test]
fn what_cannot_be_read_is_not_called_gone() {
    let folder = corner();
    write(folder.path(), "registry/sources/till.yaml", "apiVersion: meshfolio/v1\nkind: [\n");
    let files: Files = build(folder.path(), &["--base", "main", "--allow-errors"]).1;
    assert!(!files["change.html"].contains("id=\"removed\""), "{}", files["change.html"]);
    assert!(files["change.html"].contains("Not ready"), "{}", files["change.html"]);
}

/// A preview that is stopped with the test.
struct Server {
    child: std::process::Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(root: &Path, args: &[&str]) -> Server {
        use std::io::BufRead;
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_meshfolio"));
        command.arg("-C").arg(root).args([
            "--today",
            "2026-11-21",
            "--color",
            "never",
            "--no-cache",
            "serve",
            "--port",
            "0",
        ]);
        let mut child = command.args(args).stderr(std::process::Stdio::piped()).spawn().expect("the binary runs");
        let lines = std::io::BufReader::new(child.stderr.take().expect("piped")).lines();
        let line = lines.map_while(Result::ok).find(|line| line.contains("Serving")).expect("it serves");
        let (_, rest) = line.split_once("http://").expect("an address");
        let (address, page) = rest.split_once('/').expect("a page");
        assert!(page.starts_with("change.html "), "{line}");
        Server { child, address: address.to_owned() }
    }

    fn get(&self, path: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET /{path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address).expect("sent");
        let mut text = Vec::new();
        stream.read_to_end(&mut text).expect("answered");
        String::from_utf8_lossy(&text).into_owned()
    }
}

#[test]
fn the_preview_server_shows_the_change_and_follows_it() {
    let folder = corner();
    let root = folder.path();
    // Without the errors that the small registry has on purpose.
    fs::remove_dir_all(root.join("registry/domains/empty/bare")).expect("removed");
    fs::remove_dir_all(root.join("registry/domains/sales/orders/access")).expect("removed");
    replace(root, "registry/policies/freshness.yaml", "waivers:", "tags: [x]\n# waivers:");
    commit(root);
    let server = Server::start(root, &["--watch", "--poll", "--base", "HEAD"]);
    assert!(server.get("change.html").contains("nothing that is described differs"), "{}", server.get("change.html"));
    replace(root, "registry/domains/sales/domain.yaml", "What customers buy.", "What people buy.");
    let shows = |_: &u32| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        server.get("domains/sales.html").contains("Changed by this change")
    };
    assert!((0..200).any(|at| shows(&at)), "{}", server.get("domains/sales.html"));
}
