//! Search: the golden queries over the index in memory, the files of the index, and `search` on the shell. What the
//! browser makes of the same files is tested by `tests/browser/search-golden.mjs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options, Outcome};
use meshfolio::render::{SearchFormat, SearchIndex, Site};
use meshfolio::source::{MemoryTree, Tree, WorkTree};
use meshfolio::yaml::Schemas;
use serde_json::Value;

use super::package;

pub(super) fn outcome(tree: &dyn Tree) -> Outcome {
    let options = Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: "2026-11-21".parse().expect("a day"),
        detail: Detail::Pages,
        observations: None,
    };
    pipeline::run(tree, &Schemas::embedded(), &options).expect("the tree can be read")
}

fn demo() -> Outcome {
    outcome(&WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the package is a folder"))
}

fn ask(index: &SearchIndex<'_>, query: &str, limit: usize) -> Value {
    serde_json::from_str(&index.search(query, limit, SearchFormat::Json).text).expect("JSON")
}

/// Returns the files of the index of a mesh, by path.
fn files(tree: impl Tree + Clone + Send + 'static) -> BTreeMap<String, String> {
    let site = Site::new(outcome(&tree), std::sync::Arc::new(tree), None).expect("the theme is whole");
    let set = std::sync::Arc::new(site).files();
    let is_of_index = |position: &usize| {
        let path = set.path(*position).as_str();
        path.starts_with("search/") && Path::new(path).extension().is_some_and(|ending| ending == "js")
    };
    let file = |position: usize| {
        let bytes = set.bytes(position).expect("made");
        (set.path(position).as_str().to_owned(), String::from_utf8(bytes).expect("UTF-8"))
    };
    (0..set.len()).filter(is_of_index).map(file).collect()
}

/// Reads a file of the index: what it calls `meshfolio` with.
fn call(text: &str) -> (String, usize, Value) {
    let arguments = text.strip_prefix("meshfolio(").and_then(|text| text.strip_suffix(");\n")).expect("one call");
    let arguments: Vec<Value> = serde_json::from_str(&format!("[{arguments}]")).expect("arguments are JSON");
    let [kind, number, data] = &arguments[..] else { panic!("{} arguments", arguments.len()) };
    let number = usize::try_from(number.as_u64().expect("a number")).expect("small");
    (kind.as_str().expect("a word").to_owned(), number, data.clone())
}

#[test]
fn golden_queries_find_what_is_wanted() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    let golden = fs::read_to_string(package("tests/search/queries.tsv")).expect("read");
    let rows: Vec<&str> = golden.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(rows.len() >= 60, "{} queries", rows.len());
    let base = outcome.config.mesh.base_url.as_deref().expect("the demo has an address");
    let mut faults = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let [query, place, page, rest @ ..] = &cells[..] else { panic!("{row}") };
        let answer = ask(&index, query, 10);
        let hits = answer["hits"].as_array().expect("a list");
        let at = hits.iter().position(|hit| hit["url"] == format!("{base}{page}").as_str());
        let wanted: usize = place.parse().expect("a number");
        match at {
            Some(at) if at < wanted => {
                let columns = hits[at]["columns"].as_array().expect("a list");
                let links = |column: &&&str| columns.iter().any(|own| own["url"] == format!("{base}{column}").as_str());
                if let Some(column) = rest.first().filter(|column| !links(column)) {
                    faults.push(format!("`{query}`: no link to {column}, but {columns:?}"));
                }
            }
            found => faults.push(format!("`{query}`: {page} is {found:?} from 0, wanted among the first {wanted}")),
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn points_are_the_sum_of_their_reasons() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    for query in ["late deliveries", "custmer", "column:customer_id domain:sales", "kind:team", "the"] {
        for hit in ask(&index, query, 50)["hits"].as_array().expect("a list") {
            let sum: f64 = hit["why"].as_array().expect("a list").iter().filter_map(|why| why["points"].as_f64()).sum();
            let points = hit["points"].as_f64().expect("a number");
            assert!((sum - points).abs() < 0.001, "{query}: {sum} is not {points} in {hit}");
        }
    }
}

#[test]
fn what_is_retired_comes_last_unless_it_is_named() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    for query in ["item", "item sheet", "sheet", "orders", "warehouse", "kind:product"] {
        let answer = ask(&index, query, usize::MAX);
        let is_named = |hit: &&Value| hit["why"].to_string().contains("its exact name");
        let (named, others): (Vec<&Value>, Vec<&Value>) =
            answer["hits"].as_array().expect("a list").iter().partition(is_named);
        for hits in [&named, &others] {
            assert!(hits.iter().map(|hit| hit["status"] == "retired").is_sorted(), "{query}");
        }
        assert!(answer["hits"].as_array().expect("a list").iter().map(|hit| !is_named(&hit)).is_sorted(), "{query}");
    }
}

#[test]
fn exact_names_come_first_whatever_they_are() {
    let product = |id: &str, name: &str, status: &str, more: &str| {
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {name}\nversion: 1.0.0\nstatus: {status}\n{more}"
        )
    };
    let slug = "customProperties: [{property: slug, value: old-ledger}]\n";
    let files = [
        ("a.odps.yaml", product("x-1", "Returns of goods by shop and day", "retired", "")),
        ("b.odps.yaml", product("returns-goods", "Returns of goods by shop and day in figures", "active", "")),
        ("c.odps.yaml", product("archive-orders", "Archive orders", "active", "")),
        ("d.odps.yaml", product("o-2", "Orders archive", "retired", "")),
        ("e.odps.yaml", product("Ledger 7", "Bookings", "retired", slug)),
        ("f.odps.yaml", product("old-ledger-2", "Old ledger two", "active", "")),
    ];
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, text.as_str())));
    let outcome = outcome(&tree);
    let index = SearchIndex::new(&outcome);
    let first = |query: &str| ask(&index, query, 1)["hits"][0]["id"].clone();
    assert_eq!(first("returns of goods by shop and day"), "x-1");
    assert_eq!(first("Returns goods shop day"), "returns-goods", "a part of a name leaves what is retired behind");
    assert_eq!((first("orders archive"), first("archive orders")), ("o-2".into(), "archive-orders".into()));
    assert_eq!((first("ordersArchive"), first("archive")), ("o-2".into(), "archive-orders".into()));
    assert_eq!(
        (first("old-ledger"), first("ledger 7"), first("X-1")),
        ("Ledger 7".into(), "Ledger 7".into(), "x-1".into())
    );
}

#[test]
fn filters_narrow_between_keys_and_widen_within_one() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    let total = |query: &str| ask(&index, query, 0)["total"].as_u64().expect("a number");
    assert_eq!(total("kind:product"), outcome.mesh.products.len() as u64);
    assert_eq!(
        total("kind:product domain:sales domain:delivery"),
        total("kind:product domain:sales") + total("kind:product domain:delivery")
    );
    assert!(total("orders kind:product") < total("orders") && total("orders kind:product") > 0);
    assert_eq!(total("kind:product domain:nowhere"), 0);
    assert_eq!(total("kind:product class:pii") + total("kind:product class:none"), total("kind:product"));
    assert_eq!((total(""), total("   "), total("\u{202e}")), (0, 0, 0));
}

#[test]
fn old_names_are_followed_however_they_are_typed() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    let total = |query: &str| ask(&index, query, 0)["total"].as_u64().expect("a number");
    for [old, now] in [
        ["price -domain:range", "price -domain:assortment"],
        ["price domain:-range", "price domain:-assortment"],
        ["price domain:\"range\"", "price domain:assortment"],
        ["domain:Range", "domain:assortment"],
    ] {
        assert_eq!(total(old), total(now), "{old}");
        assert_eq!(index.renamed(old), [("domain:range".to_owned(), "domain:assortment".to_owned())]);
        assert_eq!(index.hints(old), Vec::<String>::new());
    }
    assert_eq!(total("price -domain:range") + total("price domain:range"), total("price"));
    for old in ["price-list", "Price-List", "product:Price-List"] {
        assert_eq!(index.renamed(old), [(old.to_owned(), "product:prices".to_owned())]);
        assert_eq!(ask(&index, old, 1)["hits"][0]["id"], "prices");
    }
}

#[test]
fn what_stands_behind_a_dash_is_not_found() {
    let outcome = demo();
    let index = SearchIndex::new(&outcome);
    let answer = |query: &str| ask(&index, query, usize::MAX);
    let ids = |query: &str| {
        let answer = answer(query);
        let hits = answer["hits"].as_array().expect("a list").iter();
        hits.map(|hit| format!("{}:{}", hit["kind"], hit["id"])).collect::<BTreeSet<_>>()
    };
    let all = ids("orders");
    let unwanted = ids("orders customer");
    let left = ids("orders -customer");
    assert!(!left.is_empty() && left.is_disjoint(&unwanted) && left.is_subset(&all));
    let no_column = ids("price !column:vat_rate kind:object");
    assert!(no_column.is_disjoint(&ids("column:vat_rate")) && no_column.is_subset(&ids("price kind:object")));
    let gone: Vec<String> = ids("orders").difference(&ids("orders -product:orders")).cloned().collect();
    assert_eq!(gone, ["\"product\":\"orders\""]);
    assert_eq!(answer("-team:growth")["total"].as_u64().map(|n| n + 1), answer("-qqqq")["total"].as_u64());
    let hint = index.hints("price -domian:sales").concat();
    assert!(hint.contains("leaves nothing out; did you mean `-domain:sales`?"), "{hint}");
}

#[test]
fn filters_of_the_browser_know_what_a_domain_was_called() {
    let files = files(WorkTree::open(&package("registry/..")).expect("the demo"));
    let facets = files.iter().filter(|(path, _)| path.starts_with("search/facets/"));
    let known = facets.filter(|(_, text)| text.contains(r#"["assortment","Assortment","range"]"#)).count();
    assert_eq!(known, 1, "only domains had this name");
}

#[test]
fn the_index_of_the_demo_is_whole_and_small() {
    let tree = WorkTree::open(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the package is a folder");
    let made = files(tree.clone());
    assert_eq!(made, files(tree), "two builds are equal");
    let (kind, _, root) = call(&made["search/root.js"]);
    assert_eq!((kind.as_str(), root["format"].as_u64()), ("root", Some(5)));
    // The root names every other file, and nothing else is there.
    let mut named = BTreeSet::from(["search/root.js".to_owned()]);
    for (folder, hashes) in root["names"].as_object().expect("a map") {
        let n_shards = usize::try_from(hashes[0].as_u64().expect("a number")).expect("small");
        let hashes = hashes[1].as_str().expect("a text");
        assert_eq!(hashes.len(), n_shards.div_ceil(8) * 5, "eight shards share a hash");
        for number in 0..n_shards {
            named.insert(format!("search/{folder}/{number}-{}.js", &hashes[number / 8 * 5..][..5]));
        }
    }
    assert_eq!(named, made.keys().cloned().collect());
    let n_entries = root["entries"].as_u64().expect("a number");
    let mut n_cards = 0;
    for (path, text) in &made {
        let (kind, number, data) = call(text);
        let name = path.trim_start_matches("search/");
        assert!(name == "root.js" || name.starts_with(&format!("{kind}/{number}-")), "{path} calls {kind} {number}");
        if kind == "cards" {
            n_cards += data.as_array().expect("a list").len() as u64;
        }
        // Raw bytes; compressed they are a third of it. One shard of each kind is part of a first query.
        let limit = match kind.as_str() {
            "root" => 2_500,
            "terms" => 10_000,
            "cards" => 12_000,
            "typos" => 4_000,
            _ => 8_000,
        };
        assert!(text.len() <= limit, "{path} has {} bytes", text.len());
    }
    assert_eq!(n_cards, n_entries);
    // One word: the root, at most three term shards, and the cards of ten results. The goal is 100 kB after gzip.
    let largest = |folder: &str| {
        made.iter().filter(|(path, _)| path.contains(folder)).map(|(_, text)| text.len()).max().unwrap_or(0)
    };
    let first = made["search/root.js"].len() + 3 * largest("/terms/") + 10 * largest("/cards/");
    assert!(first <= 150_000, "a first query may read {first} bytes before compression");
}

#[test]
fn scripts_stay_within_their_size() {
    // Before compression; the browser test measures after it: 14 and 1.5 kB.
    for (name, limit) in [("search.js", 49_000), ("site.js", 4_200)] {
        let script = fs::read_to_string(package("themes/default/assets").join(name)).expect("read");
        assert!(script.len() <= limit, "{name} has {} bytes", script.len());
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch("] {
            assert!(!script.contains(word), "{name} has {word}");
        }
    }
}

#[test]
fn the_browser_splits_at_the_same_empty_words() {
    let ours = fs::read_to_string(package("src/render/search/words.rs")).expect("read");
    let theirs = fs::read_to_string(package("themes/default/assets/search.js")).expect("read");
    let list = ours.split("const EMPTY_WORDS").nth(1).and_then(|rest| rest.split("];").next()).expect("the list");
    let ours: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    let theirs = theirs.split("new Set(\"").nth(1).and_then(|rest| rest.split('"').next()).expect("the list");
    assert_eq!(ours, theirs.split(' ').collect::<Vec<_>>());
}

#[test]
fn hostile_names_stay_text_in_the_index() {
    let payload = "</script><script>alert(1)</script>\u{2028}\u{7}\u{202e}\"\\<!--";
    let quoted = serde_json::to_string(payload).expect("a text");
    let product = format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nname: {quoted}\nstatus: {quoted}\ntags: [{quoted}]\ndescription: {{purpose: {quoted}}}\nteam: {{name: {quoted}}}\ndomain: {quoted}\noutputPorts: [{{name: {quoted}, contractId: c, version: \"1\"}}]\n"
    );
    let contract = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: {quoted}\nversion: \"1\"\nstatus: active\nservers: [{{server: {quoted}, type: custom}}]\nschema: [{{name: {quoted}, properties: [{{name: {quoted}, logicalType: string, classification: {quoted}}}]}}]\n"
    );
    let tree = MemoryTree::new([("p.odps.yaml", product.as_str()), ("c.odcs.yaml", contract.as_str())]);
    let made = files(tree);
    let mut n_shown = 0;
    for (path, text) in &made {
        let is_odd = |c: char| {
            matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{202e}') || (c.is_control() && c != '\n')
        };
        assert!(!text.trim_end().contains(is_odd) && text.trim_end().lines().count() == 1, "{path}: {text}");
        let (_, _, data) = call(text);
        n_shown += data.to_string().matches("alert(1)").count();
    }
    assert!(n_shown >= 6, "the name is shown {n_shown} times");
}

#[test]
fn wide_objects_are_found_by_every_column() {
    let columns: Vec<String> =
        (0..200).map(|n| format!("{{name: measure_{n}_{}, logicalType: string}}", letters(n))).collect();
    let contract = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: wide\nversion: \"1\"\nstatus: active\nschema: [{{name: readings, properties: [{}]}}]\n",
        columns.join(", ")
    );
    let tree = MemoryTree::new([("wide.odcs.yaml", contract.as_str())]);
    let outcome = outcome(&tree);
    let index = SearchIndex::new(&outcome);
    for n in [0, 63, 64, 199] {
        let answer = ask(&index, &letters(n), 1);
        let column = &answer["hits"][0]["columns"][0];
        let name = format!("measure_{n}_{}", letters(n));
        assert_eq!(column["name"], name.as_str());
        assert_eq!(column["url"], format!("contracts/wide.html#c-readings.{name}").as_str());
    }
    assert_eq!(ask(&index, "readings kind:object", 10)["hits"][0]["columns"].as_array().map(Vec::len), Some(0));
    // What all parts of it share finds it once.
    for query in ["readings", "kind:object", "readings measure"] {
        let objects = ask(&index, query, 10);
        let hits = objects["hits"].as_array().expect("a list").iter();
        let n = hits.filter(|hit| hit["kind"] == "object").count();
        assert!(if query == "readings measure" { n == 4 } else { n == 1 }, "{query}: {objects}");
    }
}

/// A word of its own for each number.
fn letters(n: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 20).expect("small"));
    format!("q{}{}x", letter(n / 20), letter(n))
}

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meshfolio"));
    command.args(["-C", env!("CARGO_MANIFEST_DIR"), "--today", "2026-11-21", "--color", "never"]).args(args);
    command.output().expect("the binary runs")
}

#[test]
fn the_shell_prints_tables_json_and_csv() {
    let text = |output: &[u8]| String::from_utf8(output.to_vec()).expect("UTF-8");
    let table = run(&["search", "--limit", "1", "late", "deliveries"]);
    assert_eq!(table.status.code(), Some(0));
    let lines = text(&table.stdout);
    assert!(lines.starts_with("kind     id               name") && lines.contains("late-deliveries"), "{lines}");
    assert!(text(&table.stderr).contains("Found  1 of "), "{}", text(&table.stderr));

    let csv = text(&run(&["search", "--format", "csv", "column:minutes_late"]).stdout);
    assert!(csv.starts_with("kind,id,name,status,domain,owner,columns,url,points\r\n"), "{csv}");
    assert!(csv.contains("minutes_late,https://"), "{csv}");

    let json: Value =
        serde_json::from_str(&text(&run(&["search", "--format", "json", "domain:sales", "refunds"]).stdout))
            .expect("JSON");
    assert_eq!((json["version"].as_u64(), json["query"].as_str()), (Some(1), Some("domain:sales refunds")));
    assert_eq!(json["hits"][0]["owner"], "order-platform");

    let corrected = text(&run(&["search", "amuont_eur"]).stderr);
    assert!(corrected.contains("note: for `amount`, which is close to `amuont`\n"), "{corrected}");
    assert!(!text(&run(&["search", "amount_eur"]).stderr).contains("close to"));

    let alike = run(&["search", "replnshmnt"]);
    let told = text(&alike.stderr);
    assert!(told.contains("note: nothing has `replnshmnt`; close to it: `replenishment`"), "{told}");
    let many = run(&["search", "orders b c d e f g h j k l m o p q"]);
    assert!(text(&many.stderr).contains("note: looked for the first 12 words only; 3 words left out\n"));
    assert!(!text(&many.stderr).contains("with all words"), "{}", text(&many.stderr));

    let nothing = run(&["search", "qqqqzzzz"]);
    assert_eq!((nothing.status.code(), text(&nothing.stdout).as_str()), (Some(0), ""));
    assert!(text(&nothing.stderr).contains("nothing"), "{}", text(&nothing.stderr));
    assert_eq!(run(&["search"]).status.code(), Some(2));
}
