//! Numbers on pages: one definition of a promise, lists that lead on where they stop, and nothing that nobody stated.

use std::collections::BTreeMap;
use std::fs;

use super::site::build;

/// Builds the site of some files, with whatever findings they have.
fn site(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        fs::write(folder.path().join(path), text).expect("written");
    }
    build(folder.path(), &["--allow-errors"]).1
}

#[track_caller]
fn assert_says(html: &str, words: &[&str]) {
    for text in words {
        assert!(html.contains(text), "`{text}` is not in\n{html}");
    }
}

#[track_caller]
fn assert_says_no(html: &str, words: &[&str]) {
    for text in words {
        assert!(!html.contains(text), "`{text}` is in\n{html}");
    }
}

const TEAM: (&str, &str) = ("t.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: shop\nname: Shop\n");

/// A product with one output port of a contract with its own id.
fn product(id: &str, more: &str) -> String {
    format!(
        "apiVersion: v1.1.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: 1.0.0\nteam: {{name: shop}}\noutputPorts: [{{name: out, version: \"1.0.0\", contractId: {id}}}]\n{more}"
    )
}

fn contract(id: &str, more: &str) -> String {
    format!("apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nname: {id}\nversion: \"1.0.0\"\n{more}")
}

/// Two service levels, a date, and two quality rules: four promises.
const PROMISES: &str = "slaProperties:
  - {property: freshness, value: 15, unit: min}
  - {property: availability, value: 99.5, unit: percent}
  - {property: endOfSupport, value: \"2031-01-31\"}
schema:
  - name: rows
    quality: [{name: whole, type: text, description: Whole.}]
    properties:
      - {name: key, logicalType: string, quality: [{name: known, type: text, description: Known.}]}
";

#[test]
fn promises_are_counted_in_one_way_everywhere() {
    let files = site(&[
        TEAM,
        ("a.odps.yaml", &product("a", "status: active\n")),
        ("a.odcs.yaml", &contract("a", &format!("status: active\n{PROMISES}"))),
        // What is retired promises nothing, and a date alone is no promise.
        ("b.odps.yaml", &product("b", "status: retired\n")),
        ("b.odcs.yaml", &contract("b", &format!("status: retired\n{PROMISES}"))),
        ("c.odps.yaml", &product("c", "status: active\n")),
        (
            "c.odcs.yaml",
            &contract("c", "status: active\nslaProperties: [{property: endOfLife, value: \"2031-01-31\"}]\n"),
        ),
    ]);
    let own = &files["contracts/a.html"];
    assert_says(
        own,
        &[
            "<p>2 service levels and 2 quality rules: 4 promises, none with a result, Retention not stated</p>",
            "Promises <span>4</span>",
        ],
    );
    assert_says(&files["products/a.html"], &["<dt>In all</dt><dd>4 promises, none with a result</dd>"]);
    assert_says_no(&files["products/c.html"], &["<dt>In all</dt>"]);
    assert_says(&files["teams/shop.html"], &["<strong>4</strong> promises in service levels and quality rules"]);
    assert_says(&files["scorecard.html"], &["<p>4 promises, none with a result</p>"]);
    assert!(files.iter().any(|(path, text)| path.starts_with("search/") && text.contains("\"A promise\"")));
}

#[test]
fn lists_say_where_the_rest_of_them_stands() {
    const PRODUCTS: usize = 170;
    let mut files: Vec<(String, String)> = vec![(TEAM.0.to_owned(), TEAM.1.to_owned())];
    let mut inputs = String::from("status: active\ninputPorts:\n");
    for number in 0..PRODUCTS {
        let id = format!("p{number:03}");
        files.push((
            format!("{id}.odps.yaml"),
            product(&id, "status: active\nproductCreatedTs: \"2026-02-03T00:00:00Z\"\n"),
        ));
        files.push((format!("{id}.odcs.yaml"), contract(&id, "status: active\n")));
        if number < 40 {
            inputs += &format!("  - {{name: {id}, version: \"1.0.0\", contractId: {id}}}\n");
        }
    }
    files.push(("all.odps.yaml".to_owned(), product("all", &inputs)));
    files.push(("all.odcs.yaml".to_owned(), contract("all", "status: active\n")));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files = site(&files);
    let (first, second) = (&files["changes.html"], &files["changes/page-2.html"]);
    assert_says(first, &["<p>1 to 150 of 170</p>", "<a href=\"changes/page-2.html\">2</a>"]);
    assert_says(second, &["<p>151 to 170 of 170</p>", "<a href=\"../changes.html\">1</a>", ">p169</a>"]);
    assert_says_no(second, &["id=\"ends\"", "id=\"versions\""]);
    assert!(!files.contains_key("changes/page-3.html"));
    assert_says(
        &files["access.html"],
        &["10 more are used less: <a href=\"products/index.html\">all products, the most used first</a>."],
    );
    assert_says(&files["scorecard.html"], &["<p>24 of 171 products</p>", "147 more lack as much or less."]);
    assert_eq!(super::site::faults(&files), Vec::<String>::new());
}

#[test]
fn what_is_not_in_use_yet_is_not_offered_to_read() {
    let server = "servers: [{server: prod, type: snowflake, environment: prod, account: a, database: D, schema: S}]\nschema: [{name: rows, properties: [{name: key, logicalType: string}]}]\n";
    for (status, heading) in [("proposed", "Where it will be"), ("draft", "Where it will be"), ("active", "Connect")] {
        let own = format!("status: {status}\n");
        let files = site(&[
            TEAM,
            ("a.odps.yaml", &product("a", &own)),
            ("a.odcs.yaml", &contract("a", &format!("{own}{server}"))),
            ("s.yaml", "apiVersion: meshfolio/v1\nkind: SourceSystem\nid: s\nname: S\nstatus: deprecated\n"),
        ]);
        let (contract, product) = (&files["contracts/a.html"], &files["products/a.html"]);
        assert_says(contract, &[&format!("<h2 id=\"connect-h\">{heading}</h2>")]);
        for (page, word) in [(contract, "class=\"snips\""), (product, "Connect to Snowflake")] {
            assert_eq!(page.contains(word), status == "active", "{status}: {word}\n{page}");
        }
        assert_says_no(product, &["How to connect"]);
        assert_says(&files["sources/s.html"], &["<i class=\"i i-deprecated\"></i>Deprecated</span>"]);
    }
}

#[test]
fn lists_from_a_to_z_lead_to_each_other_and_to_what_they_leave_out() {
    let mut files: Vec<(String, String)> = Vec::new();
    for id in ["a", "b", "c", "d", "e", "f"] {
        let schema =
            "status: active\nschema: [{name: the rows, properties: [{name: order_id, logicalType: string}]}]\n";
        files.push((format!("{id}.odcs.yaml"), contract(id, schema)));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let made = site(&files);
    let (o, t, a) = (&made["search/columns/o.html"], &made["search/columns/t.html"], &made["search/names/a.html"]);
    assert_says(o, &["and <a href=\"../../search.html?q=column%3Aorder%5Fid\">2 more</a>", ">Names with A</a>"]);
    assert_says(t, &["and <a href=\"../../search.html?q=the%20rows\">2 more</a>"]);
    assert_says(a, &["<a href=\"../../search/columns/o.html\">Tables and columns with O</a>"]);
    let lean: Vec<(&str, &str)> = files.iter().copied().chain([("meshfolio.yaml", "site: {lean: true}\n")]).collect();
    let lean = site(&lean);
    assert_says(
        &lean["search/names/a.html"],
        &["Tables and columns stand with their contracts, and search finds them."],
    );
    assert!(!lean.contains_key("search/columns/o.html"));
}

#[test]
fn namesakes_of_a_kind_are_told_apart_by_their_ids() {
    let named = |id: &str, name: &str| {
        contract(id, "status: active\n").replace(&format!("name: {id}"), &format!("name: {name}"))
    };
    let made = site(&[
        ("a.odcs.yaml", &named("sales-orders", "Orders")),
        ("b.odcs.yaml", &named("web-orders", "orders")),
        ("c.odcs.yaml", &named("old-orders", "Old orders")),
        ("d.odps.yaml", &product("orders", "status: active\n")),
        TEAM,
    ]);
    let page = &made["search/names/o.html"];
    assert_says(page, &["<small>contract <code>sales-orders</code>", "<small>contract <code>web-orders</code>"]);
    assert_says_no(page, &["<code>old-orders</code>", "<small>product <code>"]);
}

#[test]
fn a_product_has_one_state_on_all_pages() {
    let files = site(&[
        TEAM,
        ("a.odps.yaml", &product("a", "status: active\ndeprecated: true\n")),
        ("b.odps.yaml", &product("b", "status: retried\n")),
        ("c.odps.yaml", &product("c", "status: In Review\n")),
    ]);
    for (page, says, not) in [
        ("products/a.html", "<i class=\"i i-deprecated\"></i>Deprecated</span>", "<span class=\"chip ok\">"),
        ("products/b.html", "<i class=\"i i-retired\"></i>Retired</span>", "Retried</span>"),
        ("products/c.html", "<i class=\"i i-draft\"></i>In Review</span>", "In review</span>"),
        ("browse/status/deprecated.html", "products/a.html", "products/b.html"),
    ] {
        assert_says(&files[page], &[says]);
        assert_says_no(&files[page], &[not]);
    }
    let rows: serde_json::Value = serde_json::from_str(&files["catalog/000.json"]).expect("JSON");
    let statuses: Vec<&str> =
        rows.as_array().expect("a list").iter().filter_map(|row| row["status"].as_str()).collect();
    assert_eq!(statuses, ["deprecated", "retired", "In Review"]);
}

#[test]
fn the_own_classes_of_personal_data_count_on_all_pages() {
    let schema = "status: active\nschema: [{name: rows, properties: [{name: key, logicalType: string, classification: gdpr}]}]\n";
    let files = site(&[
        ("meshfolio.yaml", "personalData: {classification: other, classes: [gdpr, other]}\n"),
        TEAM,
        ("a.odps.yaml", &product("a", "status: active\n")),
        ("a.odcs.yaml", &contract("a", schema)),
    ]);
    assert_says(&files["browse/data/personal.html"], &["products/a.html"]);
    assert!(!files.contains_key("browse/data/other.html"));
    assert_says(&files["contracts/a.html"], &["Personal data, 1 column"]);
}

#[test]
fn what_is_empty_or_unknown_is_said() {
    let domain = |id: &str| format!("apiVersion: meshfolio/v1\nkind: Domain\nid: {id}\nname: {id}\n");
    let unknown = "status: active\ndomain: one\ninputPorts: [{name: in, version: \"1.0.0\", contractId: nowhere}]\n";
    let files = site(&[
        ("one.yaml", &domain("one")),
        ("two.yaml", &domain("two")),
        ("a.odps.yaml", &product("a", unknown)),
        ("a.odcs.yaml", &contract("a", "status: active\n")),
        (
            "p.yaml",
            "apiVersion: meshfolio/v1\nkind: Policy\nid: named\nname: Named\nseverity: info\nstage: enforced\nscope: {kinds: [DataContract]}\nvalidations: [{expression: \"contract.name != null\", message: a contract without a name}]\ntests: [{name: yes, given: {contract: {name: a}}, expect: pass}]\n",
        ),
    ]);
    let map = &files["map.html"];
    assert_says(map, &["<strong>No product reads across a border yet.</strong>", "2 domains</a>"]);
    assert_says_no(map, &["<table", "Cycles", "0 uses"]);
    let own = &files["products/a.html"];
    assert_says(own, &["1 unknown", "<path class=\"e\" d=\"M184 ", "Solid lines are declared or agreed."]);
    assert_says(&files["policies/index.html"], &["1 of 1 contract version</a>"]);
    assert_says(&files["policies/named.html"], &["<p>1 of 1 contract version</p>"]);
    let fresh = &site(&[TEAM])["map.html"];
    assert_says(fresh, &["<code>meshfolio new domain ID</code>"]);
}

#[test]
fn what_is_waived_is_counted_in_things_and_in_rules() {
    let policy = |target: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: two\nname: Two demands\nstage: enforced\nscope: {{kinds: [DataProduct]}}\nvalidations:\n  - {{expression: size(product.tags) > 0, message: no tags}}\n  - {{expression: \"size(product.support) > 0 || product.id == 'b'\", message: no channel}}\nwaivers: [{{target: \"product:{target}\", reason: It moves house., approvedBy: shop, expires: \"2036-12-31\"}}]\n"
        )
    };
    let of = |target: &str, b: &str| {
        site(&[
            TEAM,
            ("p.yaml", &policy(target)),
            ("a.odps.yaml", &product("a", "status: active\n")),
            ("b.odps.yaml", &product("b", b)),
        ])
    };
    // Two things do not meet it. One is excused, whose two findings are one waived thing and one waived rule.
    let files = of("a", "status: active\n");
    assert_says(
        &files["policies/two.html"],
        &["<p>0 of 2 products</p>", "<span><strong>2</strong> do not, 1 waived</span>"],
    );
    assert_says(&files["policies/index.html"], &["1 waived"]);
    assert_says(&files["policies/two.json"], &["\"waived\":1"]);
    assert_says(&files["products/a.html"], &["1 rule waived</a>"]);
    // All of those that do not meet it.
    assert_says(&of("a", "status: active\ntags: [x]\n")["policies/two.html"], &["1</strong> does not, waived</span>"]);
    // None is excused as long as one of its findings stands.
    let beside = "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\ntarget: \"product:b\"\nrule: two\nreason: It moves house.\napprovedBy: shop\nexpires: \"2036-12-31\"\n";
    let files = site(&[
        TEAM,
        ("p.yaml", &policy("a")),
        ("w.yaml", beside),
        ("a.odps.yaml", &product("a", "status: active\n")),
        ("b.odps.yaml", &product("b", "status: active\n")),
    ]);
    assert_says(&files["policies/two.html"], &["<span><strong>2</strong> do not, all waived</span>"]);
}

#[test]
fn a_policy_that_cannot_be_read_is_kept_by_nothing() {
    let policy = "apiVersion: meshfolio/v1\nkind: Policy\nid: odd\nname: Odd\nscope: {kinds: [DataProduct]}\nvalidations: [{expression: stated(product.descripton), message: odd}]\n";
    let files = site(&[TEAM, ("p.yaml", policy), ("a.odps.yaml", &product("a", "status: active\n"))]);
    assert_says(&files["policies/odd.html"], &["<strong>Not run.</strong>"]);
    assert_says_no(&files["policies/odd.html"], &["1 of 1"]);
    assert_says(&files["policies/odd.json"], &["\"usable\":false", "\"passing\":0"]);
}

#[test]
fn reviews_that_a_page_has_no_room_for_are_counted() {
    let review = |n: usize| {
        let reader = format!("product:r{n}");
        format!(
            "apiVersion: meshfolio/v1\nkind: Review\nid: r{n}\nsubject: \"product:a\"\nreviewer: \"{reader}\"\nrating: 4\ndate: \"2026-10-{:02}\"\ntext: Good.\n",
            n + 1
        )
    };
    let reading = "status: active\ninputPorts: [{name: in, version: \"1.0.0\", contractId: a}]\n";
    let mut files = vec![
        ("a.odps.yaml".to_owned(), product("a", "status: active\n")),
        ("a.odcs.yaml".to_owned(), contract("a", "status: active\n")),
        (TEAM.0.to_owned(), TEAM.1.to_owned()),
    ];
    for n in 0..14 {
        files.push((format!("r{n}.odps.yaml"), product(&format!("r{n}"), reading)));
        files.push((format!("review-{n}.yaml"), review(n)));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let made = site(&files);
    let page = &made["products/a.html"];
    assert_says(
        page,
        &[
            "Reviews <span>14</span>",
            "<strong>14</strong> reviews",
            "2 older in <a href=\"../products/a.json\">the JSON form</a>",
        ],
    );
    assert_eq!(made["products/a.json"].matches("\"reviewer\"").count(), 14);
}

#[test]
fn a_domain_names_the_policies_that_bind_it_from_above() {
    let domain = |id: &str, more: &str| {
        format!("apiVersion: meshfolio/v1\nkind: Domain\nid: {id}\nname: {id}\nowner: shop\n{more}")
    };
    let policy = |id: &str, stage: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: {id}\nname: {id}\nowner: shop\nstage: {stage}\nscope: {{kinds: [DataProduct], domains: [top]}}\nvalidations: [{{expression: stated(product.name), message: no name}}]\n"
        )
    };
    let files = site(&[
        TEAM,
        ("top.yaml", &domain("top", "")),
        ("low.yaml", &domain("low", "parentDomain: top\n")),
        ("beside.yaml", &domain("beside", "")),
        ("named.yaml", &policy("named", "enforced")),
        ("over.yaml", &policy("over", "retired")),
        ("a.odps.yaml", &product("a", "status: active\ndomain: low\n")),
    ]);
    for page in ["domains/top.html", "domains/low.html"] {
        assert_says(&files[page], &["../policies/named.html"]);
        assert_says_no(&files[page], &["../policies/over.html"]);
    }
    assert_says_no(&files["domains/beside.html"], &["../policies/named.html"]);
}

#[test]
fn a_waiver_that_can_excuse_nothing_is_not_in_force() {
    let policy = |id: &str, stage: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Policy\nid: {id}\nname: {id}\nowner: shop\nstage: {stage}\nscope: {{kinds: [DataProduct]}}\nvalidations: [{{expression: size(product.tags) > 0, message: no tags}}]\n"
        )
    };
    let waiver = |rule: &str| {
        format!(
            "apiVersion: meshfolio/v1\nkind: Waiver\nid: w-{rule}\ntarget: \"product:a\"\nrule: {rule}\nreason: It moves house.\napprovedBy: shop\nexpires: \"2036-12-31\"\n"
        )
    };
    let files = site(&[
        TEAM,
        ("meshfolio.yaml", "check: {levels: {off: off}}\n"),
        ("two.yaml", &policy("two", "enforced")),
        ("old.yaml", &policy("old", "retired")),
        ("off.yaml", &policy("off", "enforced").replace("id: off", "id: \"off\"")),
        ("w1.yaml", &waiver("two")),
        ("w2.yaml", &waiver("tvo")),
        ("w3.yaml", &waiver("old")),
        ("w4.yaml", &waiver("off").replace("rule: off", "rule: \"off\"")),
        ("a.odps.yaml", &product("a", "status: active\n")),
    ]);
    let page = &files["waivers.html"];
    assert_eq!(page.matches("</i>In force<").count(), 1, "{page}");
    assert_says(
        page,
        &[
            "Does not count: there is no rule or policy `tvo`",
            "Does not count: the policy `old` is retired",
            "Off here: covers nothing",
        ],
    );
    assert_says(&files["scorecard.html"], &["<strong>1</strong> waiver in force</a>"]);
}
