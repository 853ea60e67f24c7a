//! Ids and names that try to be more than text.

use super::Folder;

const NAMES: [&str; 17] = [
    "\"; rm -rf ~; echo \"",
    "{{ owner }}{{ x }}",
    "{% for x in range(end=9) %}x{% endfor %}",
    "one\ntwo: three",
    "one\r\nkind: Team\r\nid: other",
    "a: b",
    "a # b",
    "# a",
    "'single' \"double\" \\ back",
    "- item",
    "*alias &anchor !!tag",
    "[a, b] {c: d}",
    "--- ",
    "true",
    "007",
    "<script>alert(1)</script> [x](javascript:alert(1))",
    "bell \u{7} escape \u{1b}[31m separator \u{2028}\u{85} end",
];

#[test]
fn names_stay_inside_their_scalars() {
    let folder = Folder::registry();
    for (number, name) in NAMES.iter().enumerate() {
        let id = format!("t{number}");
        folder.good(&["new", "team", &id, &format!("--name={name}"), &format!("--purpose={name}")]);
        let team = folder.yaml(&format!("registry/teams/{id}.yaml"));
        assert_eq!((team["id"].as_str(), team["name"].as_str()), (Some(id.as_str()), Some(*name)));
        assert_eq!(team["description"]["purpose"], *name);
    }
    // One of them holds more than it shows, which is told (SCH018).
    folder.good(&["check"]);
}

#[test]
fn every_kind_keeps_them_inside() {
    for name in [NAMES[4], NAMES[15]] {
        let folder = Folder::empty();
        let name_flag = format!("--name={name}");
        let purpose_flag = format!("--purpose={name}");
        folder.good(&["init", &name_flag, "--id", "acme"]);
        assert_eq!(folder.yaml("meshfolio.yaml")["mesh"]["name"], name);
        let new = |args: &[&str]| folder.good(&[&["new"], args, &[&name_flag, &purpose_flag]].concat());
        new(&["team", "x"]);
        new(&["domain", "x", "--owner", "x"]);
        new(&["source", "x", "--owner", "x", "--domain", "x"]);
        new(&["product", "x", "--owner", "x", "--domain", "x"]);
        new(&["contract", "x", "--product", "x"]);
        new(&["policy", "x", "--owner", "x"]);
        new(&["agreement", "x", "--product", "orders", "--consumer", "product:x"]);
        new(&["term", "x/x"]);
        folder.good(&["new", "review", "x", "--for", "orders", "--by", "x", "--rating", "1", &purpose_flag]);
        folder.is_clean();
        for path in [
            "registry/teams/x.yaml",
            "registry/domains/x/domain.yaml",
            "registry/sources/x.yaml",
            "registry/domains/x/x/product.odps.yaml",
            "registry/domains/x/x/contracts/x.odcs.yaml",
            "registry/policies/x.yaml",
            "registry/domains/sales/orders/access/x.oaas.yaml",
        ] {
            let yaml = folder.yaml(path);
            assert_eq!((yaml["id"].as_str(), yaml["name"].as_str()), (Some("x"), Some(name)), "{path}");
            assert_eq!(yaml["description"]["purpose"], name, "{path}");
        }
        let term = &folder.yaml("registry/glossary/x.osds.yaml")["definitions"][0];
        assert_eq!((term["name"].as_str(), term["description"].as_str()), (Some(name), Some(name)));
        for path in ["registry/domains/x/x/README.md", "registry/domains/x/README.md", "registry/policies/x.md"] {
            let prose = folder.read(path);
            // What stands behind a backslash is only a character.
            let markup = prose.replace("\\<", "").replace("\\]", "");
            assert!(prose.starts_with("# ") && !markup.contains("<script") && !markup.contains("](java"), "{prose}");
            assert_eq!(prose.lines().filter(|line| line.starts_with("# ")).count(), 1, "{prose}");
        }
    }
}

#[test]
fn ids_are_ids() {
    let folder = Folder::registry();
    let long = "a".repeat(81);
    for id in [
        "", " ", "A", "a b", "../x", "a/b", "a.b", "-a", "a:b", "a\nb", "{{ id }}", "\"", "#", "ü", "con", "index",
        "page-2", &long,
    ] {
        folder.refused(&["new", "team", "--", id], &["cannot be an id"]);
        let words = if id.trim().is_empty() { "names no term" } else { "cannot be an id" };
        folder.refused(&["new", "term", &format!("sales/{id}")], &[words]);
    }
    folder.refused(&["new", "team", "Order Desk"], &["such as `order-desk`"]);
    folder.good(&["new", "team", "0-9"]);
}

#[test]
fn versions_stay_inside_their_scalars_and_folders() {
    let folder = Folder::registry();
    for version in ["../../x", "1.0\nstatus: active", "{{ id }}", "2.0.0 # x"] {
        let version = format!("--version={version}");
        folder.good(&["new", "contract", "orders", "--product", "orders", &version]);
    }
    let contracts = folder.path("registry/domains/sales/orders/contracts");
    let n_files = folder.files().keys().filter(|path| folder.path("").join(path).starts_with(&contracts)).count();
    assert_eq!(n_files, 5);
    folder.is_clean();
}
