//! Pages as readers get them: the main part of each type over a small registry, what holds for their
//! outline, how large they may be, and long lists in pages.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use super::site::{build, is_page};
use super::{assert_kept, files_below, package};

/// The bytes of a text as a server sends them.
fn gzip_bytes(text: &str) -> usize {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(text.as_bytes()).expect("memory takes all");
    writer.finish().expect("memory takes all").len()
}

fn main_of(html: &str) -> &str {
    let start = html.find("<main").expect("a page has a main part");
    let end = html.find("</main>").expect("the main part ends");
    &html[start..end]
}

/// Returns the levels of a page's headings, in order.
fn levels(html: &str) -> Vec<u8> {
    let level = |rest: &str| {
        let mut bytes = rest.bytes();
        let digit = bytes.next().filter(|byte| (b'1'..=b'6').contains(byte))?;
        bytes.next().filter(|byte| matches!(byte, b'>' | b' ')).map(|_| digit - b'0')
    };
    html.split("<h").skip(1).filter_map(level).collect()
}

/// Builds the small registry from a folder of its own, since a site in git names its commit.
fn corner() -> BTreeMap<String, String> {
    corner_with(&[])
}

/// The same, with more files or others.
fn corner_with(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let source = package("tests/registries/corner");
    for path in files_below(&source, "") {
        let target = folder.path().join(&path);
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("made");
        fs::copy(source.join(&path), target).expect("copied");
    }
    for (path, text) in more {
        fs::write(folder.path().join(path), text).expect("written");
    }
    build(folder.path(), &["--allow-errors"]).1
}

#[test]
fn the_main_part_of_every_type_of_page_is_kept() {
    let files = corner();
    for page in [
        "index.html",
        "404.html",
        "access.html",
        "browse/index.html",
        "browse/status/active.html",
        "changes.html",
        "contracts/index.html",
        "contracts/orders.html",
        "contracts/orders/1.0.0.html",
        "deprecations.html",
        "domains/empty.html",
        "domains/index.html",
        "domains/sales.html",
        "glossary/sales-basket.html",
        "glossary/sales-order.html",
        "policies/freshness.html",
        "products/bare.html",
        "products/index.html",
        "products/orders.html",
        "products/orders/consumers.html",
        "products/orders/docs/joins.html",
        "rules/lnk.html",
        "scorecard.html",
        "sources/till.html",
        "teams/till-team.html",
        "waivers.html",
    ] {
        let html = files.get(page).unwrap_or_else(|| panic!("`{page}` is built"));
        let name = page.replace('/', "+");
        // One element a line, so that a difference shows where it is.
        let shown = main_of(html).replace("><", ">\n<");
        assert_kept(&format!("tests/registries/corner.pages/{name}"), &(shown + "\n"));
    }
}

#[test]
fn every_rule_is_explained_with_what_it_finds_here() {
    let config = "\
mesh: {id: corner, name: Corner shop}
check:
  levels: {missing-owner: warning, GOV042: \"off\"}
  overrides: [{paths: [registry/legacy/**], levels: {ending-waiver: error}}]
";
    let waiver = "\
apiVersion: meshfolio/v1
kind: Waiver
id: nobody-yet
name: Nobody yet
target: product:bare
rule: missing-owner
reason: its team is being made
approvedBy: till-team
expires: 2026-12-20
";
    let files = corner_with(&[("meshfolio.yaml", config), ("registry/nobody-yet.yaml", waiver)]);
    let mut faults = Vec::new();
    for rule in meshfolio::pipeline::rules() {
        let family = rule.code[..3].to_lowercase();
        let page = &files[&format!("rules/{family}.html")];
        if !page.contains(&format!("<section class=\"sec\" id=\"{}\"", rule.code)) {
            faults.push(format!("{} stands on no page", rule.code));
        }
        if !files["rules/index.html"].contains(&format!("href=\"../rules/{family}.html#{}\"", rule.code)) {
            faults.push(format!("{} is not in the list", rule.code));
        }
    }
    assert_eq!(faults, Vec::<String>::new());

    let part = |code: &str| {
        let page = &files[&format!("rules/{}.html", code[..3].to_lowercase())];
        let from = page.split_once(&format!("id=\"{code}\"")).expect("it stands there").1;
        from.split_once("</section>").expect("it ends").0.to_owned()
    };
    // What its configuration says of a rule, who has to mend what it finds, and that what is waived is not counted.
    for (code, said) in [
        ("GOV001", "Warning</strong> here, as error without configuration"),
        ("GOV001", "<a href=\"../products/bare.html\">bare</a>"),
        ("GOV001", "GOV001: 0 findings stand, 1 waived</caption>"),
        ("GOV016", "But error for <code>registry/legacy/**</code>"),
        ("GOV042", "Off</strong> here, as info without configuration"),
        ("GOV042", "Not asked: it is off."),
        // A review stands on the page of its product.
        ("GOV062", "GOV062: 1 finding stands</caption>"),
        ("GOV062", "<a href=\"../products/orders.html\">orders-first</a>"),
    ] {
        assert!(part(code).contains(said), "{code} does not say `{said}`: {}", part(code));
    }
}

#[test]
fn a_new_major_says_which_readers_have_agreed_to_it() {
    // A copy of the demo, with the words of a team, of a reader elsewhere and of one that names another version.
    let folder = tempfile::tempdir().expect("a folder");
    for path in ["meshfolio.yaml"]
        .map(str::to_owned)
        .into_iter()
        .chain(files_below(&package("registry"), "").into_iter().map(|path| format!("registry/{path}")))
    {
        let target = folder.path().join(&path);
        fs::create_dir_all(target.parent().expect("a file lies in a folder")).expect("made");
        fs::copy(package(&path), target).expect("copied");
    }
    let word = |id: &str, consumer: &str, to: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Acknowledgement\nid: {id}\nsubject: contract:orders\ntoVersion: \"{to}\"\n\
             consumer: {consumer}\nchanges: [{{code: BRK001, path: schema.orders.amount}}]\ndate: \"2026-11-20\"\n"
        )
    };
    let put = |path: &str, text: String| fs::write(folder.path().join("registry").join(path), text).expect("written");
    put("of-team.yaml", word("of-team", "team:pick-and-pack", "3.0.0"));
    put("domains/sales/orders/elsewhere.yaml", word("elsewhere", "product:daily-revenue", "3.0.0"));
    put("older.yaml", word("older", "product:demand-forecast", "2.1.0"));
    let files = build(folder.path(), &["--allow-errors"]).1;
    let page = &files["contracts/orders/3.0.0.html"];
    let table = page.split_once("<caption id=\"da-c\">").expect("it tells who has agreed").1;
    let table = table.split_once("</table>").expect("the table ends").0;
    let row = |who: &str| table.split("<tr>").find(|row| row.contains(who)).map(str::to_owned);
    assert!(row(">Basket margin</a>").expect("a reader of the demo").contains(">everything</td>"), "{table}");
    let team = row("teams/pick-and-pack.html").expect("a team speaks for its products");
    assert!(team.contains(">BRK001 schema.orders.amount</td>") && team.contains("20 Nov 2026"), "{team}");
    // Who agrees to one change of several, or speaks in the folder of somebody else, is shown and not counted.
    let agreed = "2 of 13 readers of 2.1.0 have agreed to all that breaks in 3.0.0";
    assert!(table.starts_with(agreed), "{table}");
    let elsewhere = row(">Daily revenue</a>").expect("it is shown");
    assert!(elsewhere.contains("in the folder of Orders"), "{elsewhere}");
    assert_eq!(row(">Demand forecast</a>"), None, "it agreed to another major");
    let before = &files["contracts/orders/2.1.0.html"];
    let table = before.split_once("<caption id=\"da-c\">").expect("it tells who has agreed").1;
    let table = table.split_once("</table>").expect("the table ends").0;
    assert!(table.contains(">Demand forecast</a>") && table.matches("<tr>").count() == 2, "{table}");
}

#[test]
fn outlines_have_no_holes_and_what_scrolls_is_reached_by_keys() {
    let demo = build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]).1;
    let mut faults = Vec::new();
    for (path, html) in corner().iter().chain(&demo).filter(|(path, _)| is_page(path)) {
        let levels = levels(html);
        if levels.first() != Some(&1) || levels.windows(2).any(|pair| pair[1] > pair[0] + 1) {
            faults.push(format!("{path}: headings {levels:?}"));
        }
        for scroll in html.split("<div class=\"scroll").skip(1) {
            let tag = scroll.split('>').next().unwrap_or_default();
            if !tag.contains("tabindex=\"0\"") || !tag.contains(" aria-label") || !tag.contains(" role=\"") {
                faults.push(format!("{path}: a region that scrolls, `{tag}`"));
            }
        }
        let unreached =
            html.split("<pre").skip(1).filter(|pre| !pre.starts_with(" tabindex") && !pre.starts_with(" role"));
        faults.extend(unreached.map(|_| format!("{path}: a `pre` that keys do not reach")));
        if html.contains("<th></th>") || html.contains("<th scope=\"col\"></th>") {
            faults.push(format!("{path}: an empty head of a column"));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn pages_and_assets_keep_their_budgets() {
    let files = build(Path::new(env!("CARGO_MANIFEST_DIR")), &[]).1;
    let mut faults = Vec::new();
    for (path, html) in files.iter().filter(|(path, _)| is_page(path)) {
        let is_list = path.ends_with("/index.html") || path.contains("/page-");
        let is_product = path.starts_with("products/") && path.matches('/').count() == 1 && !is_list;
        let (raw, gzip) = if is_product { (60_000, 14_000) } else { (250_000, 40_000) };
        if html.len() > raw || gzip_bytes(html) > gzip {
            faults.push(format!("{path}: {} bytes, {} compressed", html.len(), gzip_bytes(html)));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
    assert!(gzip_bytes(&files["assets/site.css"]) <= 12_000, "{}", gzip_bytes(&files["assets/site.css"]));
    assert!(gzip_bytes(&files["assets/site.js"]) <= 1_500, "{}", gzip_bytes(&files["assets/site.js"]));
}

#[test]
fn what_very_many_read_stands_on_several_pages() {
    const READERS: usize = 450;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: String, text: String| fs::write(folder.path().join(name), text).expect("written");
    write("s.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: SourceSystem\nid: hub-source\n".to_owned());
    write("t.osds.yaml".to_owned(), "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: words\ndomain: all\nversion: \"1.0.0\"\nstatus: active\nname: Words\ndefinitions: [{id: key, name: Key}]\n".to_owned());
    write("d.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: Domain\nid: all\n".to_owned());
    let contract = |id: &str| {
        format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nversion: \"1.0.0\"\nstatus: active\nschema:\n  - name: rows\n    properties:\n      - name: key\n        logicalType: string\n        authoritativeDefinitions: [{{url: \"t.osds.yaml#/definitions/key\", type: semanticDefinition}}]\n"
        )
    };
    let product = |id: &str, rest: &str| {
        format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nstatus: active\ndomain: all\ntags: [many]\noutputPorts: [{{name: out, contractId: {id}, version: \"1.0.0\"}}]\n{rest}"
        )
    };
    write("hub.odps.yaml".to_owned(), product("hub", ""));
    write("hub.odcs.yaml".to_owned(), contract("hub"));
    for number in 0..READERS {
        let id = format!("reader-{number:03}");
        let inputs = "inputPorts:\n  - {name: hub, contractId: hub, version: \"1.0.0\"}\n  - {name: raw, customProperties: [{property: sourceSystemId, value: hub-source}]}\n";
        write(format!("{id}.odps.yaml"), product(&id, inputs));
        write(format!("{id}.odcs.yaml"), contract(&id));
    }
    let (_out, files) = build(folder.path(), &["--allow-errors"]);
    for page in [
        "products/hub/consumers/page-3.html",
        "glossary/all-key/page-3.html",
        "sources/hub-source/page-3.html",
        "products/page-10.html",
        "browse/tag/many/page-10.html",
        "contracts/page-3.html",
    ] {
        assert!(files.contains_key(page), "{page}");
    }
    assert_eq!(super::site::faults(&files), Vec::<String>::new());
}
