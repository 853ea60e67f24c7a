//! What pages say at first sight: signs, heads, lists and notes over the demo mesh, and a mesh without anything.

use std::collections::BTreeMap;
use std::fs;

use super::package;
use super::site::{build, faults, is_page};

fn demo() -> BTreeMap<String, String> {
    build(&package(""), &[]).1
}

/// The text between two others.
fn between<'h>(html: &'h str, from: &str, to: &str) -> &'h str {
    let rest = &html[html.find(from).unwrap_or_else(|| panic!("`{from}` is there"))..];
    &rest[..rest.find(to).unwrap_or_else(|| panic!("`{to}` is there"))]
}

#[test]
fn heads_and_rows_show_what_is_missed_and_how_much_is_kept() {
    let files = demo();
    let chips = between(&files["products/receipts.html"], "<div class=\"chips\">", "</div>");
    assert!(chips.contains("href=\"../contracts/receipts/2.0.0.html#quality\""), "{chips}");
    assert!(chips.contains("1 promise missed"), "{chips}");
    assert!(files["contracts/receipts.html"].contains("<a class=\"chip bad\" href=\"#quality\">"));
    let orders = &files["products/orders.html"];
    assert!(!orders.contains("chip bad"), "nothing is missed");
    // One result does not stand for all promises, on cards and in tables.
    let domain = between(&files["domains/sales.html"], "id=\"products\"", "</table>");
    for words in ["class=\"mark miss\"", "1 of 11 missed", "23 of 31 kept", "Promised only"] {
        assert!(domain.contains(words), "{words}: {domain}");
    }
    assert!(files["products/index.html"].contains("</i>23 of 31 kept</span>"));
    assert!(files["teams/store-channel.html"].contains("1 of 11 missed"));
    let home = &files["index.html"];
    for state in ["kept", "missed", "promisedonly", "notstated"] {
        assert!(home.contains(&format!("href=\"search.html?q=kind:product+evidence:{state}\"")), "{state}");
    }
}

#[test]
fn what_is_proposed_is_not_told_as_there() {
    let files = demo();
    let lately = between(&files["index.html"], "Changed lately", "Most used");
    let proposed = between(lately, "contracts/orders/3.0.0.html", "</div>");
    assert!(proposed.contains("sign proposed") && proposed.contains("Proposed, breaking"), "{lately}");
}

#[test]
fn a_page_tells_what_ends_and_where_it_goes_on() {
    let files = demo();
    let promises = between(&files["contracts/orders/1.4.0.html"], "id=\"promises\"", "</section>");
    assert!(promises.contains("<td data-l=\"Standing\">ended</td>"), "{promises}");
    assert!(promises.contains("<p>no longer made</p>"), "{promises}");
    let note = between(&files["products/web-clicks.html"], "This product is deprecated", "</p>");
    assert!(note.contains("Support ended 31 Oct 2026; it ends 31 Jan 2037."), "{note}");
    assert!(note.contains("Still to move: <a href=\"../products/churn-features.html\">"), "{note}");
    assert!(files["products/web-clicks.html"].contains("old shop, 31 Jan 2037"), "a day in a text is a day");
    let old = &files["contracts/orders/1.4.0.html"];
    assert!(old.contains("html#diff\">What changed in "), "{}", between(old, "You read version", "</p>"));
    assert!(!files["contracts/orders.html"].contains("What changed in "), "the current one has it on its page");
    // Two steps of an approval come in their order.
    let ask = between(&files["products/customer-value.html"], "<details class=\"ask\"", "</details>");
    assert!(ask.contains("Approved by merging") && ask.contains(": first ") && ask.contains(", then "), "{ask}");
}

#[test]
fn signs_stand_for_one_thing() {
    let files = demo();
    for (path, html) in files.iter().filter(|(path, _)| is_page(path)) {
        for word in ["Growing", "Rule in force", "Access agreed", "In force", "Enforced", "Trial", "Critical", "Info<"]
        {
            for symbol in ["active", "proposed", "deprecated", "draft"] {
                let sign = format!("i-{symbol}\"></i>{word}");
                assert!(!html.contains(&sign), "{path}: {sign}");
            }
        }
    }
    let (head, _) = files["domains/index.html"].split_once("</thead>").expect("a table");
    assert!(!head.contains("Status"), "a column of one word says nothing");
}

#[test]
fn pages_can_be_jumped_through_on_narrow_screens_and_do_not_glide() {
    let files = demo();
    for page in ["products/orders.html", "contracts/orders.html"] {
        let html = &files[page];
        let list = html.find("<details class=\"stick facets jump\">").expect("a closed list of the parts");
        assert!(list < html.find(" id=\"terms\"").expect("parts"), "{page}: it stands before the parts");
    }
    let css = &files["assets/site.css"];
    assert!(!css.contains("scroll-behavior") && css.contains("\nmark { background: none"));
}

#[test]
fn an_empty_mesh_says_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("registry")).expect("made");
    let product = "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nname: P\nstatus: active\n";
    fs::write(folder.path().join("registry/p.odps.yaml"), product).expect("written");
    let files = build(folder.path(), &["--allow-errors"]).1;
    assert_eq!(faults(&files), Vec::<String>::new());
    assert!(files["map.html"].contains("No domain is described") && !files["map.html"].contains("<table"));
    assert!(!files["index.html"].contains("All domains"), "there is none");
    assert!(files["index.html"].contains("<code>meshfolio check</code> lists"), "errors are told where");
    assert!(files["products/p.html"].contains("Nobody declares to read it."));
    // Its product is on the first page all the same, with its evidence.
    let home = &files["index.html"];
    let island = between(home, "Without a domain", "Changed lately");
    assert!(
        island.contains("<a href=\"products/p.html\">P</a>") && island.contains("meshfolio new domain ID"),
        "{island}"
    );
    assert!(home.contains("id=\"domains-h\">1 product</h2>") && home.contains("class=\"evbar\""));
    assert!(!home.contains("How domains depend"), "a map of nothing is no way on");
}

#[test]
fn the_list_of_readers_says_who_must_move_and_what_they_read() {
    let files = demo();
    let readers = between(&files["products/orders/consumers.html"], "<tbody>", "</tbody>");
    let rows: Vec<&str> = readers.split("</tr>").filter(|row| row.contains("<th")).collect();
    assert_eq!(rows.len(), 18);
    let must_move = |row: &&str| row.contains("must move</span>");
    assert!(rows[0].contains("demand-forecast.html") && must_move(&rows[0]), "{}", rows[0]);
    assert_eq!(rows.iter().filter(|row| must_move(row)).count(), 1);
    let of = |id: &str| *rows.iter().find(|row| row.contains(id)).unwrap_or_else(|| panic!("`{id}` reads it"));
    let refunds = of("products/refunds.html\"").to_owned() + of("daily-revenue.html");
    assert!(refunds.contains("data-l=\"Standing\">Declared"), "{refunds}");
    assert!(rows.iter().any(|row| row.contains("Declared, agreed until ")), "{readers}");
    assert!(rows.iter().any(|row| row.contains("data-l=\"Columns\"><code>")), "{readers}");
    // The picture leads to the first of each domain, once.
    let orders = &files["products/orders.html"];
    for domain in ["supply", "finance"] {
        assert!(orders.contains(&format!("orders/consumers.html#d-{domain}\"")), "{domain}");
        assert_eq!(readers.matches(&format!("id=\"d-{domain}\"")).count(), 1, "{domain}");
    }
}

#[test]
fn what_a_column_means_has_the_room_and_rules_stay_whole() {
    let files = demo();
    let orders = &files["contracts/orders.html"];
    let columns = between(orders, "id=\"o-orders\"", "</table>");
    assert!(columns.contains("<th scope=\"col\">Meaning</th></tr>"), "no column takes its room");
    assert!(columns.contains("<small>From shop.public.orders.id</small>"), "{columns}");
    assert!(columns.contains("store-till.pickup.channel: pickup when the till"), "{columns}");
    assert!(columns.contains("required, critical, matches <code>^B-[0-9]{8}$</code>"), "{columns}");
}

#[test]
fn who_looks_for_keys_or_personal_data_sees_what_they_are_part_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let contract = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: \"1\"\nstatus: active\nschema:\n  - name: t\n    properties:\n      \
        - name: person\n        logicalType: object\n        properties:\n          \
        - {name: id, logicalType: string, primaryKey: true}\n          \
        - name: names\n            logicalType: object\n            properties:\n              \
        - {name: family, logicalType: string, classification: personal}\n          \
        - {name: size, logicalType: integer}\n      - {name: day, logicalType: date}\n";
    fs::write(folder.path().join("c.odcs.yaml"), contract).expect("written");
    let page = &build(folder.path(), &["--allow-errors"]).1["contracts/c.html"];
    let class = |column: &str| between(page, &format!("<tr id=\"c-t.{column}\""), ">").to_owned();
    assert!(class("person").ends_with(" class=\"of-key of-pii\""), "{}", class("person"));
    assert!(class("person.names").ends_with(" class=\"l1 of-pii\""), "{}", class("person.names"));
    for column in ["person.id", "person.names.family", "person.size", "day"] {
        assert!(!class(column).contains("of-"), "{column}");
    }
}

#[test]
fn paths_break_after_folders() {
    let files = demo();
    let path = "<code>registry/domains/<wbr>sales/orders/<wbr>product.odps.yaml</code>";
    assert!(files["products/orders.html"].contains(path));
}

#[test]
fn a_uuid_is_no_headline_where_the_file_has_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let id = |last: u8| format!("6f0c1d2e-8a3b-4c5d-9e7f-00000000000{last}");
    let contract = |last: u8, rest: &str| {
        let text =
            format!("apiVersion: v3.1.0\nkind: DataContract\nid: {}\nversion: \"1\"\nstatus: active\n{rest}", id(last));
        fs::write(folder.path().join(format!("{last}.odcs.yaml")), text).expect("written");
    };
    contract(1, "schema: [{name: shipments}]\n");
    contract(2, "schema: [{name: a}, {name: b}]\ndataProduct: Parcels\n");
    contract(3, "name: Vans\nschema: [{name: vans}]\n");
    contract(4, "schema: [{name: a}, {name: b}]\n");
    contract(5, "schema: [{name: a}]\ncustomProperties: [{property: displayName, value: Stops}]\n");
    let files = build(folder.path(), &["--allow-errors"]).1;
    for (last, title) in [(1, "shipments"), (2, "Parcels"), (3, "Vans"), (4, id(4).as_str()), (5, "Stops")] {
        let page = &files[&format!("contracts/{}.html", id(last))];
        assert!(page.contains(&format!("<h1>{title} <span")), "{last}: {}", between(page, "<h1", "</h1>"));
        assert!(page.contains(&format!("<code>contract:{}", id(last))), "the id stands beside");
    }
}

#[test]
fn old_results_are_told_where_they_are_counted_as_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("d.yaml", "apiVersion: meshfolio/v1\nkind: Domain\nid: d\nname: D\n"),
        (
            "p.odps.yaml",
            "apiVersion: v1.1.0\nkind: DataProduct\nid: p\nname: P\nstatus: active\ndomain: d\noutputPorts: [{name: out, contractId: c, version: \"1\"}]\n",
        ),
        (
            "c.odcs.yaml",
            "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: \"1\"\nstatus: active\nslaProperties: [{property: freshness, value: 15, unit: minutes}]\n",
        ),
        (
            "observations/a.yaml",
            "apiVersion: v0.1.0\nkind: ObservabilityResults\nobservedAt: \"2026-09-01T05:40:00Z\"\ncontract: {contractID: c, version: \"1\"}\nresults:\n  - {id: freshness, type: check, status: pass}\n",
        ),
    ];
    fs::create_dir(folder.path().join("observations")).expect("made");
    for (path, text) in files {
        fs::write(folder.path().join(path), text).expect("written");
    }
    let pages = build(folder.path(), &["--allow-errors"]).1;
    let home = &pages["index.html"];
    assert!(home.contains("1 kept</a></b>, 1 of them with old results:"), "{}", between(home, "islkey", "</ul>"));
    assert!(home.contains("<b>1</b> kept (1 old)</li>"));
    assert!(pages["domains/d.html"].contains("kept, 1 of them with old results</span>"));
    assert!(pages["scorecard.html"].contains("aria-label=\"1 kept (1 with old results)\""));
    assert!(pages["products/p.html"].contains(">kept, 1 old</text>"), "in the mark of its picture");
    assert!(pages["badges/p.svg"].contains("<title>P: kept, with old results</title>"));
}
