//! No page grows without bound: very long files, and very many of everything, one registry a case.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use super::site::{build, faults};

type Files = BTreeMap<String, String>;

fn site(descriptors: &[(&str, String)]) -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in descriptors {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let files = build(folder.path(), &["--allow-errors"]).1;
    assert_eq!(faults(&files), Vec::<String>::new());
    files
}

fn product(rest: &str) -> (&'static str, String) {
    (
        "p/product.odps.yaml",
        format!("apiVersion: v1.1.0\nkind: DataProduct\nid: p\nname: P\nstatus: active\nversion: \"1\"\n{rest}"),
    )
}

const PORT: &str = "outputPorts: [{name: out, contractId: c, version: 1.0.0}]\n";

fn contract(rest: &str) -> (&'static str, String) {
    ("p/c.odcs.yaml", format!("apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: active\n{rest}"))
}

/// Writes a schema of one object, with columns of a column.
fn schema(n: usize, description: &str) -> String {
    let mut text = String::from("schema:\n  - name: wide\n    properties:\n");
    for number in 0..n {
        let _ = writeln!(
            text,
            "      - {{name: column_{number}, logicalType: string, description: \"{description}\", transformSourceObjects: [other.o.c{number}]}}"
        );
    }
    text
}

#[test]
fn a_contract_of_two_thousand_columns_goes_on_over_several_pages() {
    let columns = schema(2_000, "What it means.");
    let columns = columns.lines().map(|line| line.split(", transformSource").next().unwrap_or(line)).fold(
        String::new(),
        |text, line| {
            let end = if line.contains("column_") { "}" } else { "" };
            text + line + end + "\n"
        },
    );
    let small = "  - name: narrow\n    properties: [{name: key, logicalType: string, relationships: [{to: wide.column_1999}]}]\n";
    let glossary =
        "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: g\nname: G\ndomain: d\ndefinitions: [{id: t, name: T}]\n";
    let columns = columns.replace(
        "column_1999, logicalType: string,",
        "column_1999, logicalType: string, authoritativeDefinitions: [{type: semanticDefinition, url: \"../g.osds.yaml#/definitions/t\"}],",
    );
    let files = site(&[product(PORT), contract(&format!("{columns}{small}")), ("g.osds.yaml", glossary.to_owned())]);
    let first = &files["contracts/c/1.0.0.html"];
    assert!(first.contains("id=\"c-wide.column_0\"") && !first.contains("id=\"c-wide.column_1999\""));
    assert!(first.contains("Columns 1 to 448 of 2000 of wide"), "{first}");
    assert!(files["contracts/c.html"].contains("href=\"../contracts/c/1.0.0/schema/page-2.html\""));
    let last = &files["contracts/c/1.0.0/schema/page-5.html"];
    assert!(last.contains("id=\"c-wide.column_1999\"") && last.contains("id=\"c-narrow.key\""));
    let mut seen = 0;
    for html in files.iter().filter(|(path, _)| path.starts_with("contracts/c/1.0.0")).map(|(_, html)| html) {
        seen += html.matches("<tr id=\"c-wide.column_").count();
    }
    assert_eq!(seen, 2_000);
    assert!(
        files["glossary/g-t.html"].contains("schema/page-5.html#c-wide.column_1999"),
        "{}",
        files["glossary/g-t.html"]
    );
    let cards: String =
        files.iter().filter(|(path, _)| path.starts_with("search/cards/")).map(|(_, text)| text.as_str()).collect();
    assert!(cards.contains("\"c/1.0.0/schema/page-5\"") && cards.contains("\"c\""), "{cards}");
}

#[test]
fn long_texts_of_columns_and_objects_are_cut_where_they_do_not_fit() {
    let text = "\\\"<&> ".repeat(1_000);
    let files = site(&[product(PORT), contract(&schema(150, &text))]);
    assert!(files["contracts/c/1.0.0.html"].contains("…"));
    let mut objects = String::from("schema:\n");
    for number in 0..300 {
        let _ = writeln!(
            objects,
            "  - name: object_{number}\n    description: \"{}\"\n    properties: [{{name: k, logicalType: string}}]",
            "**a** ".repeat(900)
        );
    }
    let files = site(&[product(PORT), contract(&objects)]);
    let all: usize = files
        .iter()
        .filter(|(path, _)| path.starts_with("contracts/c/"))
        .map(|(_, html)| html.matches("<div class=\"sec2\" id=\"o-object_").count())
        .sum();
    assert_eq!(all, 300);
    // Texts that fit stay whole.
    let files = site(&[product(PORT), contract(&schema(20, &"word ".repeat(300)))]);
    assert!(!files["contracts/c/1.0.0.html"].contains("word word…"));
}

#[test]
fn many_rules_roles_servers_and_versions_have_room() {
    let mut rules = String::from("schema:\n  - name: o\n    quality:\n");
    for number in 0..600 {
        let _ = writeln!(
            rules,
            "      - {{id: rule-{number}, type: sql, query: \"SELECT {}\", mustBe: 0}}",
            "x, ".repeat(60)
        );
    }
    rules.push_str("roles:\n");
    for number in 0..500 {
        let _ = writeln!(rules, "  - {{role: r{number}, access: read, description: \"{}\"}}", "why ".repeat(20));
    }
    rules.push_str("servers:\n");
    for number in 0..500 {
        let _ = writeln!(rules, "  - {{server: s{number}, type: kafka, host: \"h{number}:9092\"}}");
    }
    let mut all = vec![product(PORT), contract(&rules)];
    let names: Vec<String> = (1..400).map(|minor| format!("p/old-{minor}.odcs.yaml")).collect();
    for (at, name) in names.iter().enumerate() {
        let (_, text) = contract("");
        all.push((
            name,
            text.replace("1.0.0", &format!("0.{}.0", at + 1)).replace("status: active", "status: retired"),
        ));
    }
    let files = site(&all);
    let page = &files["contracts/c/1.0.0.html"];
    assert!(page.contains(" of 600</p>"), "how many rules there are is told");
    assert!(files["contracts/c/1.0.0.json"].contains("rule-599"));
}

#[test]
fn a_readme_of_a_megabyte_is_cut_and_leads_to_the_rest() {
    let mut readme = String::from("# P\n\n[the end](#the-end), [more](#part-1)\n");
    for number in 0..9_000 {
        let _ = write!(
            readme,
            "\n## Part {number}\n\nSome *words* with `code` and a [link](https://a.example/{number}).\n\n- one\n- two\n"
        );
    }
    readme.push_str("\n## The end\n");
    assert!(readme.len() > 800_000);
    let document = readme.replace("# P\n", "# A document\n");
    let files = site(&[
        product(""),
        ("p/README.md", readme),
        ("p/docs/long.md", document),
        ("p/docs/tables.md", format!("# T\n\n{}|\n{}|\n{}", "|a".repeat(300), "|-".repeat(300), "|\n".repeat(3_000))),
    ]);
    let page = &files["products/p.html"];
    assert!(page.contains("This is its beginning. The rest stands in <code>p/README.md</code>."));
    assert!(page.contains("href=\"#main\">the end</a>") && page.contains("href=\"#u-part-1\">more</a>"));
    assert!(files["products/p/docs/long.html"].len() > 100_000);
}

#[test]
fn teams_and_domains_with_very_many_products_and_policies_have_room() {
    const N: usize = 700;
    let mut all: Vec<(String, String)> = vec![
        ("d.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: Domain\nid: d\nowner: t\n".to_owned()),
        ("t.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: Team\nid: t\ndomain: d\n".to_owned()),
        (
            "hub.odps.yaml".to_owned(),
            format!("apiVersion: v1.1.0\nkind: DataProduct\nid: hub\nstatus: active\nteam: {{name: other}}\n{PORT}"),
        ),
        ("c.odcs.yaml".to_owned(), contract("").1),
    ];
    for number in 0..N {
        all.push((
            format!("p{number}.odps.yaml"),
            format!("apiVersion: v1.1.0\nkind: DataProduct\nid: p{number}\nname: A product with a name that is rather long, number {number}\nstatus: active\ndomain: d\nteam: {{name: t}}\ninputPorts: [{{name: hub, contractId: c, version: 1.0.0}}]\n"),
        ));
        if number < 400 {
            all.push((format!("sub{number}.yaml"), format!("apiVersion: meshfolio/v1\nkind: Domain\nid: sub{number}\nparentDomain: d\nowner: t\nstewards: [t]\n")));
            all.push((
                format!("s{number}.yaml"),
                format!("apiVersion: meshfolio/v1\nkind: SourceSystem\nid: s{number}\nowner: t\ndomain: d\n"),
            ));
            all.push((format!("y{number}.yaml"), format!("apiVersion: meshfolio/v1\nkind: Policy\nid: y{number}\nname: A policy with a long name, number {number}\nowner: t\nscope: {{domains: [d]}}\n")));
        }
    }
    let mut policy = String::from("apiVersion: meshfolio/v1\nkind: Policy\nid: many\nowner: t\nvalidations:\n");
    for number in 0..900 {
        let _ =
            writeln!(policy, "  - {{expression: \"{} && {number} > 0\", message: m{number}}}", "true && ".repeat(50));
    }
    all.push(("many.yaml".to_owned(), policy));
    let all: Vec<(&str, String)> = all.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let files = site(&all);
    assert!(files["teams/t.html"].contains("360 more") && files["teams/t.html"].contains("696 more"));
    assert!(files["domains/d.html"].contains("340 more"), "{}", files["domains/d.html"]);
    assert!(files["policies/many.html"].contains("more of its rules"), "what is left out is told");
}

#[test]
fn what_lists_leave_out_is_told() {
    let mut all: Vec<(String, String)> = vec![
        ("p.odps.yaml".to_owned(), product(PORT).1),
        ("c.odcs.yaml".to_owned(), contract("").1),
        ("t.yaml".to_owned(), "apiVersion: meshfolio/v1\nkind: Team\nid: t\n".to_owned()),
    ];
    for number in 0..200 {
        all.push((
            format!("reviews/r{number}.yaml"),
            format!("apiVersion: meshfolio/v1\nkind: Review\nid: r{number}\nsubject: product:p\nreviewer: t\nrating: 4\ndate: 2026-{:02}-{:02}\ntext: Fine\n", 1 + number % 10, 1 + number % 28),
        ));
    }
    let mut glossary = String::from(
        "apiVersion: v1.0.0\nkind: SemanticDefinition\nid: g\nname: G\ndomain: d\ndefinitions:\n  - id: hub\n    name: Hub\n    synonyms: [",
    );
    for number in 0..90 {
        let _ = write!(glossary, "word {number}, ");
    }
    glossary.push_str("last]\n    relationships:\n");
    for number in 0..150 {
        let _ = writeln!(glossary, "      - {{to: t{number}, type: relatedTo}}");
    }
    for number in 0..150 {
        let _ = writeln!(glossary, "  - {{id: t{number}, name: Term {number}}}");
    }
    all.push(("g.osds.yaml".to_owned(), glossary));
    let all: Vec<(&str, String)> = all.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let files = site(&all);
    assert!(files["changes.atom"].contains("<subtitle>The newest 150 of 200 changes</subtitle>"));
    assert_eq!(files["changes.atom"].matches("<entry>").count(), 150);
    let product = &files["products/p.html"];
    assert!(
        product.contains("<a href=\"../changes.html#d-") && product.contains("\">193 older changes</a>"),
        "{product}"
    );
    let hub = &files["glossary/g-hub.html"];
    assert!(hub.contains("60 of 150</p>") && hub.contains("and 51 more</span>"), "{hub}");
}

#[test]
fn custom_properties_are_worded_and_lead_on() {
    let custom = "customProperties: [{property: noticePeriodDays, value: 90}, {property: rowsPerDay, value: 41000000}, {property: replacedBy, value: c@2.0.0}, {property: modelCard, value: \"https://a.example/card\"}]\n";
    let next = contract("").1.replace("version: 1.0.0", "version: 2.0.0");
    let files = site(&[product(PORT), contract(custom), ("p/c2.odcs.yaml", next)]);
    let page = &files["contracts/c/1.0.0.html"];
    for part in [
        "<dt>Notice period</dt><dd>90 days</dd>",
        "<dt>Rows per day</dt><dd>41,000,000</dd>",
        "<dt>Replaced by</dt><dd><a href=\"../../contracts/c/2.0.0.html\">c 2.0.0</a></dd>",
        "<dt>Model card</dt><dd><a href=\"https://a.example/card\">https://a.example/card</a></dd>",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn a_map_of_many_domains_that_all_read_each_other_has_room() {
    const N: usize = 45;
    let long = |number: usize| format!("domain-{}-{number}", "with-a-name-that-goes-on".repeat(2));
    let mut all: Vec<(String, String)> = Vec::new();
    for number in 0..N {
        let id = long(number);
        all.push((format!("{number}/d.yaml"), format!("apiVersion: meshfolio/v1\nkind: Domain\nid: {id}\n")));
        all.push((format!("{number}/c.odcs.yaml"), contract("").1.replace("id: c\n", &format!("id: c{number}\n"))));
        let mut text = format!(
            "apiVersion: v1.1.0\nkind: DataProduct\nid: product-{id}\nstatus: active\ndomain: {id}\noutputPorts: [{{name: out, contractId: c{number}, version: 1.0.0}}]\ninputPorts:\n"
        );
        for other in (0..N).filter(|other| *other != number) {
            let _ = writeln!(text, "  - {{name: in{other}, contractId: c{other}, version: 1.0.0}}");
        }
        all.push((format!("{number}/p.odps.yaml"), text));
    }
    let all: Vec<(&str, String)> = all.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    let map = &site(&all)["map.html"];
    assert!(map.contains("domains of 45 with the most uses") && map.contains("The widest 80 of 1980 pairs"), "{map}");
}
