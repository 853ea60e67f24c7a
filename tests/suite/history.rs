//! What the log of git says about descriptors, what pages show of it, and what is kept between runs.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use meshfolio::source::{History, Stamp};

use super::repository::Repository;

fn descriptor(kind: &str, id: &str, version: &str, more: &str) -> String {
    format!("apiVersion: v1\nkind: {kind}\nid: {id}\nversion: {version}\n{more}")
}

/// Reads a history as `created since changed n`, the commits by their place in `known`.
fn told(history: &History, path: &str, known: &[&str]) -> String {
    let Some(file) = history.file(path) else { return "nothing".to_owned() };
    let name = |stamp: Option<&Stamp>| {
        let at = stamp.and_then(|stamp| known.iter().position(|id| *id == stamp.id));
        at.map_or_else(|| "-".to_owned(), |at| at.to_string())
    };
    format!("{} {} {} {}", name(file.created), name(file.since), name(Some(file.changed)), file.n_changes)
}

fn read(root: &Path, commit: &str) -> History {
    History::read(root, commit, None).expect("a whole repository")
}

#[test]
fn a_file_is_followed_through_edits_moves_and_its_versions() {
    let mut repository = Repository::new();
    repository.write("mesh/a.odcs.yaml", &descriptor("DataContract", "a", "1.0.0", ""));
    repository.write("mesh/gone.yaml", "kind: X\n");
    repository.write("outside.yaml", "kind: X\n");
    let first = repository.commit();
    repository.write("mesh/a.odcs.yaml", &descriptor("DataContract", "a", "1.0.0", "name: A\n"));
    let second = repository.commit();
    repository.write("mesh/a.odcs.yaml", &descriptor("DataContract", "a", "1.1.0", "name: A\n"));
    let third = repository.commit();
    // Moved as it is.
    repository.git(&["mv", "mesh/a.odcs.yaml", "mesh/b.odcs.yaml"]);
    let fourth = repository.commit();
    // Moved and edited in one commit; another file goes and another comes.
    std::fs::remove_file(repository.root().join("mesh/b.odcs.yaml")).expect("removed");
    std::fs::remove_file(repository.root().join("mesh/gone.yaml")).expect("removed");
    repository.write("mesh/deep/c.odcs.yaml", &descriptor("DataContract", "a", "1.1.0", "name: Other\n# more\n"));
    repository.write("mesh/new.yaml", "kind: Y\n");
    repository.write("mesh/.hidden/x.yaml", "kind: Y\n");
    repository.write("mesh/notes.md", "text");
    let fifth = repository.commit();
    let root = repository.root().join("mesh");
    let known = [first.as_str(), &second, &third, &fourth, &fifth];

    let history = read(&root, &third);
    assert_eq!(told(&history, "a.odcs.yaml", &known), "0 2 2 3");
    let history = read(&root, &fifth);
    assert_eq!(told(&history, "deep/c.odcs.yaml", &known), "0 2 4 5");
    assert_eq!(told(&history, "new.yaml", &known), "4 4 4 1");
    for path in ["a.odcs.yaml", "b.odcs.yaml", "gone.yaml", "outside.yaml", ".hidden/x.yaml", "notes.md"] {
        assert_eq!(told(&history, path, &known), "nothing", "{path}");
    }
    assert_eq!((history.n_walked, history.n_files()), (5, 2));
    let stamp = history.file("new.yaml").expect("known").changed;
    assert_eq!((stamp.author.as_str(), stamp.email.as_str()), ("Ada Ünal", "ada@acme.example"));
    assert_eq!(stamp.day().expect("a day").to_string(), "2026-01-05");
}

#[test]
fn endings_of_names_count_in_any_case() {
    let mut repository = Repository::new();
    repository.write("D.ODCS.YAML", &descriptor("DataContract", "d", "1.0.0", ""));
    repository.write("e.Yml", "kind: X\n");
    let only = repository.commit();
    let history = read(repository.root(), &only);
    for path in ["D.ODCS.YAML", "e.Yml"] {
        assert_eq!(told(&history, path, &[&only]), "0 0 0 1", "{path}");
    }
}

/// A history with branches: what a merge brings is told by the commits of its branch.
fn branched() -> (Repository, Vec<String>) {
    let mut repository = Repository::new();
    let mut ids = Vec::new();
    repository.write("a.yaml", "a: 0\n");
    repository.write("b.yaml", "b: 0\n");
    ids.push(repository.commit());
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.write("a.yaml", "a: 1\n");
    ids.push(repository.commit());
    repository.write("a.yaml", "a: 2\n");
    repository.write("c.yaml", "c: 0\n");
    ids.push(repository.commit());
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("b.yaml", "b: 1\n");
    ids.push(repository.commit());
    ids.push(repository.merge("topic"));
    // The branch goes on, takes main in, and is merged again.
    repository.git(&["checkout", "--quiet", "topic"]);
    repository.merge("main");
    repository.git(&["mv", "c.yaml", "d.yaml"]);
    ids.push(repository.commit());
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write("b.yaml", "b: 2\n");
    ids.push(repository.commit());
    ids.push(repository.merge("topic"));
    (repository, ids)
}

#[test]
fn merges_are_told_by_the_commits_they_bring_in() {
    let (repository, ids) = branched();
    let known: Vec<&str> = ids.iter().map(String::as_str).collect();
    let history = read(repository.root(), &ids[7]);
    assert_eq!(told(&history, "a.yaml", &known), "0 0 2 3");
    assert_eq!(told(&history, "b.yaml", &known), "0 0 6 3");
    assert_eq!(told(&history, "d.yaml", &known), "2 2 5 2");
    assert_eq!(history.n_files(), 3);
    // As `git log` tells it.
    for path in ["a.yaml", "b.yaml", "d.yaml"] {
        let last = repository.git(&["log", "-1", "--format=%H", "--", path]).stdout;
        let last = String::from_utf8(last).expect("hexadecimal");
        assert_eq!(history.file(path).expect("known").changed.id, last.trim(), "{path}");
    }
}

#[test]
fn going_on_from_any_commit_gives_the_bytes_of_a_whole_walk() {
    let (repository, ids) = branched();
    let root = repository.root();
    for (at, earlier) in ids.iter().enumerate() {
        let kept = read(root, earlier).kept(root).expect("not shallow");
        for later in &ids[at..] {
            let whole = read(root, later);
            let onward = History::read(root, later, Some(&kept)).expect("a whole repository");
            assert_eq!(onward.kept(root), whole.kept(root), "from {earlier} to {later}");
            assert!(onward.n_walked <= whole.n_walked);
        }
    }
    // The last commit of the chain brings its merge, and the two commits that came with it.
    let kept = read(root, &ids[6]).kept(root).expect("not shallow");
    assert_eq!(History::read(root, &ids[7], Some(&kept)).expect("whole").n_walked, 3);
    assert_eq!(History::read(root, &ids[6], Some(&kept)).expect("whole").n_walked, 0);
}

/// A history in which descriptors go: on the chain, on a branch, for a while, and under another name.
fn departing() -> (Repository, Vec<String>) {
    let mut repository = Repository::new();
    let mut ids = Vec::new();
    let product = |id: &str| descriptor("DataProduct", id, "1.0.0", "name: Old one\ndomain: sales\nteam: {name: t}\n");
    for id in ["a", "b", "c", "d", "e"] {
        repository.write(&format!("{id}.yaml"), &product(id));
    }
    repository.write("notes.yaml", "x: 1\n");
    ids.push(repository.commit());
    repository.git(&["rm", "-q", "a.yaml", "notes.yaml"]);
    ids.push(repository.commit());
    repository.git(&["checkout", "--quiet", "-b", "topic"]);
    repository.git(&["rm", "-q", "b.yaml"]);
    ids.push(repository.commit());
    repository.git(&["checkout", "--quiet", "main"]);
    repository.git(&["mv", "c.yaml", "moved.yaml"]);
    repository.git(&["rm", "-q", "d.yaml"]);
    ids.push(repository.commit());
    ids.push(repository.merge("topic"));
    repository.write("d.yaml", &product("d"));
    ids.push(repository.commit());
    (repository, ids)
}

#[test]
fn what_a_removed_file_described_is_remembered() {
    let (repository, ids) = departing();
    let root = repository.root();
    let gone = |at: usize| -> Vec<String> {
        let history = read(root, &ids[at]);
        let told = history.gone().map(|file| {
            let place = |id: &str| ids.iter().position(|known| known == id).expect("known");
            let created = file.created.map(|stamp| place(&stamp.id)).expect("known");
            format!(
                "{} {} {} by {} from {created} to {}",
                file.path,
                file.thing.kind,
                file.thing.id,
                file.thing.owner,
                place(&file.removed.id)
            )
        });
        told.collect()
    };
    assert_eq!(gone(0), Vec::<String>::new());
    assert_eq!(gone(1), ["a.yaml DataProduct a by t from 0 to 1"]);
    let chain = ["a.yaml DataProduct a by t from 0 to 1", "d.yaml DataProduct d by t from 0 to 3"];
    assert_eq!(gone(3), chain);
    // What a branch removes is told by its own commit; what comes back is not gone.
    assert_eq!(gone(5), ["a.yaml DataProduct a by t from 0 to 1", "b.yaml DataProduct b by t from 0 to 2"]);
    for (at, earlier) in ids.iter().enumerate() {
        let kept = read(root, earlier).kept(root).expect("not shallow");
        for later in &ids[at..] {
            let whole = read(root, later).kept(root);
            let onward = History::read(root, later, Some(&kept)).expect("a whole repository").kept(root);
            assert_eq!(onward, whole, "from {earlier} to {later}");
        }
    }
}

#[test]
fn a_shallow_clone_tells_what_it_has() {
    let mut repository = Repository::new();
    repository.write("a.odcs.yaml", &descriptor("DataContract", "a", "1.0.0", ""));
    repository.write("b.yaml", "b: 0\n");
    repository.commit();
    repository.write("a.odcs.yaml", &descriptor("DataContract", "a", "1.0.0", "name: A\n"));
    let second = repository.commit();
    repository.write("c.yaml", "c: 0\n");
    let third = repository.commit();
    let (_folder, clone) = repository.shallow(2);
    let history = read(&clone, &third);
    assert!(history.is_shallow);
    assert_eq!(told(&history, "a.odcs.yaml", &[&second, &third]), "nothing");
    assert_eq!(told(&history, "c.yaml", &[&second, &third]), "1 1 1 1");
    assert_eq!(history.kept(&clone), None, "the beginning of a shallow clone may move");
    // What changed since is known, though not what was before.
    let (_folder, clone) = repository.shallow(3);
    let clone_of_three = read(&clone, &third);
    assert!(!clone_of_three.is_shallow || clone_of_three.file("a.odcs.yaml").is_some());
}

#[test]
fn without_a_repository_or_commit_there_is_no_history() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(History::read(folder.path(), &"a".repeat(40), None).is_err());
    let repository = Repository::new();
    assert!(History::read(repository.root(), &"a".repeat(40), None).is_err());
    assert!(History::read(repository.root(), "HEAD", None).is_err());
}

const TEAM: &str = "apiVersion: meshfolio/v1\nkind: Team\nid: till\nname: Till team\nstatus: active\nmembers:\n  - username: ada\n    role: owner\n";
const DOMAIN: &str = "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nstatus: active\nowner: till\n";

fn product(name: &str) -> String {
    format!(
        "apiVersion: v1.0.0\nkind: DataProduct\nid: orders\nname: {name}\nversion: 1.0.0\nstatus: active\ndomain: sales\nteam:\n  name: till\noutputPorts:\n  - name: table\n    version: 1.0.0\n    contractId: orders\n"
    )
}

fn contract(version: &str) -> String {
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: orders\nname: Orders\nversion: {version}\nstatus: active\nschema:\n  - name: orders\n    properties:\n      - name: id\n        logicalType: string\n"
    )
}

/// A small registry with its first commit.
pub(super) fn registry() -> Repository {
    let mut repository = Repository::new();
    repository.write(
        "meshfolio.yaml",
        "mesh: {id: acme}\nforge: {kind: github, repository: \"https://forge.example/acme/mesh\"}\n",
    );
    repository.write("registry/teams/till.yaml", TEAM);
    repository.write("registry/domains/sales/domain.yaml", DOMAIN);
    repository.write("registry/domains/sales/orders/product.odps.yaml", &product("Orders"));
    repository.write("registry/domains/sales/orders/contracts/orders.odcs.yaml", &contract("1.0.0"));
    repository.commit();
    repository
}

pub(super) fn meshfolio(root: &Path, cache: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    command.arg("-C").arg(root).args(["--color", "never"]).args(args).env("MESHFOLIO_CACHE", cache);
    for name in ["MESHFOLIO_TODAY", "SOURCE_DATE_EPOCH"] {
        command.env_remove(name);
    }
    command.output().expect("the binary runs")
}

/// Builds the site, and returns its pages and what was said.
#[track_caller]
pub(super) fn build(root: &Path, cache: &Path, args: &[&str]) -> (BTreeMap<String, String>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("site");
    let out_text = out.to_str().expect("UTF-8");
    let given =
        if args.iter().any(|arg| matches!(*arg, "--at" | "--today")) { vec![] } else { vec!["--today", "2026-11-21"] };
    let output = meshfolio(root, cache, &[&["build", "-v", "--out", out_text], given.as_slice(), args].concat());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
    let pages = super::files_below(&out, "")
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(out.join(&path)).expect("read");
            (path, String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect();
    (pages, said)
}

/// Returns what a page says of the last change of its descriptor.
fn last_change(html: &str) -> &str {
    let Some((_, rest)) = html.split_once("<dt>Last change</dt><dd>") else { return "nothing" };
    rest.split_once("</dd>").map_or(rest, |(said, _)| said)
}

const PRODUCT_PAGE: &str = "products/orders.html";
const CONTRACT_PAGE: &str = "contracts/orders.html";

#[test]
fn links_to_the_forge_name_files_from_the_top_of_the_repository() {
    let top = registry();
    let mut repository = Repository::new();
    for path in super::files_below(top.root(), "").into_iter().filter(|path| !path.starts_with(".git/")) {
        let text = std::fs::read_to_string(top.root().join(&path)).expect("read");
        repository.write(&format!("data/the mesh/{path}"), &text);
    }
    repository.commit();
    let cache = tempfile::tempdir().expect("a folder");
    let (pages, _) = build(&repository.root().join("data/the mesh"), cache.path(), &[]);
    let page = &pages[PRODUCT_PAGE];
    let file = "data/the%20mesh/registry/domains/sales/orders/product.odps.yaml";
    for verb in ["edit", "blob"] {
        let link = format!("href=\"https://forge.example/acme/mesh/{verb}/main/{file}");
        assert!(page.contains(&link), "{link}");
    }
    assert!(!page.contains("/main/registry/"), "a path from the folder of the registry");
    let begins = "/new/main?filename=data/the%20mesh/registry/domains/sales/orders/access/";
    assert!(page.contains(begins), "{begins}");
    assert_ne!(last_change(page), "nothing");
}

#[test]
fn pages_name_the_last_commit_of_their_own_descriptor_and_change_with_it_alone() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    let first = repository.head();
    let (before, said) = build(repository.root(), cache.path(), &[]);
    assert!(said.contains("1 commit walked"), "{said}");
    for page in [PRODUCT_PAGE, CONTRACT_PAGE, "domains/sales.html", "teams/till.html"] {
        let team = "<a href=\"../teams/till.html\">Till team</a>";
        let link = format!("<a href=\"https://forge.example/acme/mesh/commit/{first}\">{}</a>", &first[..7]);
        let expected = format!("<time datetime=\"2026-01-01\">1 Jan 2026</time>, <code>{link}</code> by {team}");
        assert_eq!(last_change(&before[page]), expected, "{page}");
        assert!(!before[page].contains("Ünal"), "{page} names a person");
    }
    assert!(
        before["changes.html"].contains("1 Jan 2026"),
        "versions and products without a date have that of their commit"
    );

    repository.write("registry/domains/sales/orders/product.odps.yaml", &product("All orders"));
    repository.write("README.md", "nothing of the mesh");
    let second = repository.commit_as("Bo", "bo@else.example");
    let (after, said) = build(repository.root(), cache.path(), &[]);
    assert!(said.contains("1 commit walked"), "only what is new: {said}");
    assert!(after[PRODUCT_PAGE].contains(&second[..7]) && after[PRODUCT_PAGE].contains("2 changes since 1 Jan 2026"));
    assert!(!last_change(&after[PRODUCT_PAGE]).contains("Till team"), "Bo is of no team");
    assert!(after["domains/sales.html"].contains(&first[..7]));

    // A commit that touches nothing of the mesh changes what names the commit, and nothing else.
    repository.write("README.md", "still nothing of the mesh");
    repository.commit();
    let (moved, _) = build(repository.root(), cache.path(), &[]);
    let differing: Vec<&String> = moved.keys().filter(|path| moved[*path] != after[*path]).collect();
    assert_eq!(differing, [".meshfolio-manifest.json", "build.json", "index.html"]);

    // The cache changes nothing.
    let (without, said) = build(repository.root(), cache.path(), &["--no-cache"]);
    assert!(said.contains("3 commits walked"), "{said}");
    assert!(without == moved, "with and without the cache the bytes are the same");
}

#[test]
fn a_version_is_published_on_the_day_of_the_commit_that_brought_it() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    for _ in 0..9 {
        repository.commit();
    }
    repository.write("registry/domains/sales/orders/contracts/orders.odcs.yaml", &contract("1.1.0"));
    repository.write(
        "registry/domains/sales/orders/product.odps.yaml",
        &product("Orders").replace("version: 1.0.0\n    contractId", "version: 1.1.0\n    contractId"),
    );
    repository.commit();
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    let changes = &pages["changes.html"];
    let day = changes.find("id=\"d-2026-01-11\"").expect("a day of its own");
    let version = changes.find(" 1.1.0</a>").expect("the version");
    assert!(version > day && changes.contains("id=\"d-2026-01-01\""), "{changes}");
    // The day is that of the registration; which day the version itself has, nobody stated.
    assert!(changes.contains("<em class=\"st\">from git</em>"), "{changes}");
    for page in [PRODUCT_PAGE, "index.html"] {
        let registered =
            "<li><span><em class=\"st\"><time datetime=\"2026-01-11\">11 Jan 2026</time><br>from git</em></span>";
        assert!(pages[page].contains(registered), "{}", pages[page]);
    }
}

#[test]
fn a_version_that_takes_the_place_of_another_is_new_whatever_its_contract_says_of_its_own_day() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    let file = "registry/domains/sales/orders/contracts/orders.odcs.yaml";
    let dated = |version: &str| contract(version) + "contractCreatedTs: \"2025-06-03T09:00:00Z\"\n";
    let port = |version: &str| {
        let port = format!("version: {version}\n    contractId");
        product("Orders").replace("version: 1.0.0\n    contractId", &port)
    };
    repository.write(file, &dated("1.0.0"));
    repository.commit();
    let told = ["changes.html", "changes.atom", PRODUCT_PAGE, "index.html"];
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    for page in told {
        assert!(pages[page].contains("First version") && pages[page].contains("2025-06-03"), "{page}: {}", pages[page]);
    }
    // Edited in its place: the day of the contract is not that of its new version.
    repository.write(file, &dated("1.1.0"));
    repository.write("registry/domains/sales/orders/product.odps.yaml", &port("1.1.0"));
    repository.commit();
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    for page in told {
        let text = &pages[page];
        assert!(text.contains("New version") && !text.contains("First version"), "{page}: {text}");
        assert!(text.contains("2026-01-03") && !text.contains("2025-06-03"), "{page}: {text}");
    }
    assert!(pages["changes.html"].contains("In the file of the version before."), "{}", pages["changes.html"]);
    // A file of its own that states the day of the first says nothing of the day of the second either.
    repository.write("registry/domains/sales/orders/contracts/orders-2.odcs.yaml", &dated("1.2.0"));
    repository.write("registry/domains/sales/orders/product.odps.yaml", &port("1.2.0"));
    repository.commit();
    let (pages, _) = build(repository.root(), cache.path(), &["--allow-errors"]);
    let changes = &pages["changes.html"];
    assert!(changes.contains("id=\"d-2026-01-04\"") && !changes.contains("2025-06-03"), "{changes}");
}

#[test]
fn a_commit_that_brings_very_much_is_one_change_and_what_was_over_is_none() {
    let mut repository = Repository::new();
    let cache = tempfile::tempdir().expect("a folder");
    let write = |repository: &Repository, id: &str, more: &str| {
        let text = format!("apiVersion: v1.0.0\nkind: DataProduct\nid: {id}\nname: Of {id}\nversion: 1.0.0\n{more}");
        repository.write(&format!("registry/{id}.odps.yaml"), &text);
    };
    let undated = "status: active\n";
    repository.write("meshfolio.yaml", "mesh: {id: acme}\n");
    for id in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"] {
        write(&repository, id, undated);
    }
    write(&repository, "dated", "status: active\nproductCreatedTs: \"2025-12-24T00:00:00Z\"\n");
    write(&repository, "over", "status: retired\n");
    let ended = contract("1.0.0") + "slaProperties:\n  - {property: endOfLife, value: \"2025-06-30\"}\n";
    repository.write("registry/ended.odcs.yaml", &ended);
    let first = repository.commit();
    write(&repository, "later", undated);
    write(&repository, "over-later", "status: retired\n");
    repository.commit();
    let (pages, _) = build(repository.root(), cache.path(), &["--allow-errors"]);
    // Above its list of changes the first page names the products, which have no domain.
    let (_, lately) = pages["index.html"].split_once("Changed lately").expect("a list");
    for page in [lately, pages["changes.html"].as_str(), pages["changes.atom"].as_str()] {
        // It is no news of a product: the first page has those.
        let is_told = page.contains("13 products") && page.contains(&format!("Commit {}", &first[..7]));
        assert_eq!(is_told, page != lately, "{page}");
        for id in ["later", "dated"] {
            assert!(page.contains(&format!("Of {id}<")) || page.contains(&format!("Of {id}:")), "{id}: {page}");
        }
        assert!(!page.contains("Of over") && !page.contains("Of a<") && !page.contains("First version"), "{page}");
        assert!(page.contains("Ended"), "an end that is stated is told: {page}");
    }
    let own = &pages["products/a.html"];
    // Its own page does not call new what was only brought in.
    let brought = format!("Commit {} brought it in, with much else; the day is that of the commit.", &first[..7]);
    assert!(own.contains(&brought) && own.contains("from git") && !own.contains("New product"), "{own}");
    assert!(pages["products/later.html"].contains("New product"));
    assert!(!pages["products/over.html"].contains("brought it in"));
}

#[test]
fn a_proposal_that_breaks_its_readers_is_a_change_of_its_own() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    for id in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"] {
        let reads = "inputPorts: [{name: orders, version: 1.0.0, contractId: orders}]\n";
        let text = format!(
            "apiVersion: v1.0.0\nkind: DataProduct\nid: {id}\nname: Of {id}\nversion: 1.0.0\nstatus: active\n{reads}"
        );
        repository.write(&format!("registry/{id}.odps.yaml"), &text);
    }
    let broken =
        |status: &str, version: &str| contract(version).replace("name: id\n", "name: key\n").replace("active", status);
    repository.write("registry/domains/sales/orders/contracts/orders-2.odcs.yaml", &broken("proposed", "2.0.0"));
    repository.write("registry/domains/sales/orders/contracts/orders-3.odcs.yaml", &broken("draft", "3.0.0"));
    repository.commit();
    let (pages, _) = build(repository.root(), cache.path(), &["--allow-errors"]);
    for page in [&pages["changes.html"], &pages["changes.atom"]] {
        assert!(page.contains("13 products and 1 contract version") && page.contains("Proposed, breaking"), "{page}");
        assert!(!page.contains("Draft, breaking"), "only what is proposed is news: {page}");
    }
    assert!(pages["changes.html"].contains("<div class=\"ent brk\">"), "{}", pages["changes.html"]);
    assert!(pages["changes.html"].contains("<b>13</b> consumers"), "those who read the version before");
    let next = pages.iter().find(|(path, _)| path.starts_with("contracts/") && path.ends_with("/2.0.0.html"));
    let (_, next) = next.expect("the page of the version");
    for text in [
        "13 products read 1.0.0</a>; none says that it reads a column that breaks, 13 do not say what they read.",
        "<small>13 may: they do not say which columns they read</small>",
        "Breaking:</strong> the column <code>orders.id</code> is removed",
    ] {
        assert!(next.contains(text), "{text}: {next}");
    }
    let (difference, columns) = (next.find("id=\"diff\""), next.find("id=\"columns\""));
    assert!(difference < columns, "what is proposed begins with what it would change");
}

#[test]
fn what_differs_between_versions_and_what_was_removed_stands_in_the_log_of_changes() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    repository.write(
        "registry/sources/till.yaml",
        "apiVersion: meshfolio/v1\nkind: SourceSystem\nid: old-till\nname: \"Old <b>till</b>\"\ntype: operational\nowner: till\ndomain: sales\n",
    );
    repository.commit();
    let newer = contract("2.0.0").replace("- name: id\n", "- name: number\n");
    repository.write("registry/domains/sales/orders/contracts/orders-2.odcs.yaml", &newer);
    repository.commit();
    repository.git(&["rm", "-q", "registry/sources/till.yaml"]);
    let removed = repository.commit();
    let (files, _) = build(repository.root(), cache.path(), &["--allow-errors"]);
    let changes = &files["changes.html"];
    for text in [
        "New version, breaking",
        "After 1.0.0, 1 breaking, 1 other: the column orders.id is removed.",
        "Source removed",
        "Old &lt;b&gt;till&lt;/b&gt;",
        "It stood in registry/sources/till.yaml since 2 Jan 2026; removed in commit ",
        "1 breaking, 1 compatible</em>",
    ] {
        assert!(changes.contains(text), "{text}: {changes}");
    }
    assert!(changes.contains(&removed[..7]));
    for feed in ["changes.atom", "domains/sales.atom", "teams/till.atom"] {
        assert!(files[feed].contains("Source removed: Old &lt;b&gt;till&lt;/b&gt;"), "{feed}: {}", files[feed]);
        assert!(files[feed].contains("2026-01-04:acme/removed/source/old-till</id>"), "{feed}: {}", files[feed]);
    }
    assert!(files["changes.atom"].contains("New version, breaking: Orders 2.0.0"), "{}", files["changes.atom"]);
    assert!(files["domains/sales.html"].contains("id=\"changes\""), "{}", files["domains/sales.html"]);
    let difference = &files["contracts/orders/2.0.0.html"];
    assert!(
        difference.contains(
            "The column <code>orders.id</code> is removed<small><a href=\"../../rules/brk.html#BRK001\">BRK001</a>"
        ),
        "{difference}"
    );
    // Facts of the log for machines: of the same descriptors as on pages.
    let twin: serde_json::Value = serde_json::from_str(&files["products/orders.json"]).expect("JSON");
    assert_eq!(twin["history"]["created"], "2026-01-01");
    assert_eq!(twin["history"]["lastChanged"], "2026-01-01");
    assert_eq!(twin["history"]["changes"], 1);
    let show = meshfolio(repository.root(), cache.path(), &["show", "product:orders", "--format", "json"]);
    let shown: serde_json::Value = serde_json::from_slice(&show.stdout).expect("JSON");
    assert_eq!(shown["history"], twin["history"]);
    let show = meshfolio(repository.root(), cache.path(), &["show", "product:orders"]);
    let text = String::from_utf8(show.stdout).expect("UTF-8");
    assert!(
        text.contains("history created    2026-01-01") && text.contains("history last changed 2026-01-01"),
        "{text}"
    );
    // Without git there is no log, and that is said.
    std::fs::remove_dir_all(repository.root().join(".git")).expect("removed");
    let (files, _) = build(repository.root(), cache.path(), &["--allow-errors"]);
    let twin: serde_json::Value = serde_json::from_str(&files["products/orders.json"]).expect("JSON");
    assert!(twin["history"].is_null());
    assert!(
        files["changes.html"].contains("Built without the log of git")
            && !files["changes.html"].contains("removed in commit")
    );
}

#[test]
fn people_are_named_where_the_configuration_asks_for_it() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    repository.write("meshfolio.yaml", "mesh: {id: acme}\nsite: {people: true}\n");
    repository.write("registry/teams/till.yaml", &format!("{TEAM}# more\n"));
    repository.commit_as("Ada & \"Co\"\u{1b}", "ada@acme.example");
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    assert!(pages[PRODUCT_PAGE].contains("by Ada Ünal, <a href=\"../teams/till.html\">Till team</a>"));
    let said = last_change(&pages["teams/till.html"]);
    assert!(said.contains("by Ada &amp; &quot;Co, ") && said.ends_with("since 1 Jan 2026</em>"), "{said}");
    assert!(!pages.values().any(|page| page.contains("ada@acme.example")));
}

#[test]
fn what_is_not_known_is_said() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    repository.commit();
    let (_folder, clone) = repository.shallow(1);
    let (pages, said) = build(&clone, cache.path(), &[]);
    assert!(said.contains("note: this is a shallow clone"), "{said}");
    assert!(pages[PRODUCT_PAGE].contains("before this clone begins"));
    assert!(pages["changes.html"].contains("Built from a shallow clone"));
    repository
        .write("registry/teams/new.yaml", &TEAM.replace("till", "new").replace("Till", "New").replace("ada", "eve"));
    let (pages, _) = build(repository.root(), cache.path(), &[]);
    assert!(pages["teams/new.html"].contains("not committed yet"));
    std::fs::remove_dir_all(repository.root().join(".git")).expect("removed");
    let (pages, said) = build(repository.root(), cache.path(), &[]);
    assert!(pages["changes.html"].contains("Built without the log of git") && !said.contains("note:"), "{said}");
    assert!(!pages[PRODUCT_PAGE].contains("Last change"));
}

#[test]
fn a_cache_that_cannot_be_used_is_left_aside() {
    let repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    let (expected, _) = build(repository.root(), cache.path(), &[]);
    let files = super::files_below(cache.path(), "");
    assert!(
        matches!(files.as_slice(), [only] if only.starts_with("meshfolio/") && only.ends_with("/history")),
        "{files:?}"
    );
    let kept = cache.path().join(&files[0]);
    let whole = std::fs::read(&kept).expect("kept");
    for damaged in [b"".as_slice(), b"\xff\xfe", &whole[..whole.len() / 2], b"meshfolio history 1\n\n"] {
        std::fs::write(&kept, damaged).expect("written");
        let (pages, said) = build(repository.root(), cache.path(), &[]);
        assert!(pages == expected && said.contains("1 commit walked"), "{said}");
    }
    assert_eq!(std::fs::read(&kept).expect("kept"), whole, "and written anew");
    let (_, said) = build(repository.root(), cache.path(), &[]);
    assert!(said.contains("0 commits walked"), "{said}");
    // A cache that cannot be written is no failure, and `--no-cache` writes none.
    std::fs::write(cache.path().join("file"), "mine").expect("written");
    let (pages, _) = build(repository.root(), &cache.path().join("file"), &[]);
    assert!(pages == expected);
    let other = tempfile::tempdir().expect("a folder");
    build(repository.root(), other.path(), &["--no-cache"]);
    assert_eq!(super::files_below(other.path(), ""), Vec::<String>::new());
}

#[test]
fn the_catalog_can_be_built_as_of_a_revision() {
    let mut repository = registry();
    let cache = tempfile::tempdir().expect("a folder");
    let first = repository.head();
    let (then, _) = build(repository.root(), cache.path(), &["--today", "2026-01-01"]);
    repository.write("registry/domains/sales/orders/product.odps.yaml", &product("All orders"));
    repository.commit();
    let (at, said) = build(repository.root(), cache.path(), &["--at", &first]);
    assert!(said.contains("2026-01-01, commit"), "{said}");
    let differing: Vec<&String> = at.keys().filter(|path| at.get(*path) != then.get(*path)).collect();
    assert_eq!((differing, at.len()), (Vec::new(), then.len()), "the catalog of then, byte for byte");
    let (at, _) = build(repository.root(), cache.path(), &["--at", "HEAD~1", "--today", "2026-11-21"]);
    assert!(
        at["build.json"].contains("\"date\": \"2026-11-21\"") || at["build.json"].contains("\"date\":\"2026-11-21\"")
    );
    for (revision, why) in
        [("nowhere", "is not in this repository"), ("--x", "is not a revision"), ("a b", "is not a revision")]
    {
        let output = meshfolio(repository.root(), cache.path(), &["build", &format!("--at={revision}")]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(why), "{revision}: {said}");
    }
    // A revision with errors says where they were, and writes nothing.
    repository.write("registry/domains/sales/domain.yaml", "apiVersion: meshfolio/v1\nkind: Domain\nid: [\n");
    repository.commit();
    repository.write("registry/domains/sales/domain.yaml", DOMAIN);
    let output = meshfolio(repository.root(), cache.path(), &["build", "--at", "HEAD"]);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(1) && printed.contains("id: ["), "{printed}");
}
