//! The organisation's own templates.

use super::Folder;

const OWN: &str = "apiVersion: meshfolio/v1\nkind: Team\nid: {{ id | yaml }}\nname: {{ name | yaml }}\ntags: [ours]\n";

#[test]
fn they_replace_the_built_in_ones_by_name() {
    let folder = Folder::registry();
    folder.write("templates/team.yaml", OWN);
    folder.write("templates/data-product.md", "# Ours: {{ name | md }}\n");
    folder.good(&["new", "team", "growth", "--name", "a: \"b\""]);
    let team = folder.yaml("registry/teams/growth.yaml");
    assert_eq!((team["tags"][0].as_str(), team["name"].as_str()), (Some("ours"), Some("a: \"b\"")));
    folder.good(&["new", "product", "p", "--domain", "sales", "--owner", "growth"]);
    assert_eq!(folder.read("registry/domains/sales/p/README.md"), "# Ours: P\n");
    folder.is_clean();
}

#[test]
fn wrong_ones_write_nothing() {
    let folder = Folder::registry();
    for (template, word) in [
        (OWN.replace("name | yaml", "nam | yaml"), "nam"),
        (OWN.replace(" }}", " "), "team.yaml"),
        (OWN.replace("kind: Team", "kind: Domain"), "gives no team"),
        (OWN.replace("{{ id | yaml }}", "other"), "gives no team"),
        (OWN.replace("tags:", "tagz:"), "tagz"),
        ("{% include \"/etc/passwd\" %}".to_owned(), "team.yaml"),
        (String::new(), "gives no team"),
    ] {
        folder.write("templates/team.yaml", &template);
        folder.refused(&["new", "team", "growth"], &[word]);
    }
    // Without the filter a name could break out of its place; then the file does not pass.
    folder.write("templates/team.yaml", &OWN.replace("{{ name | yaml }}", "{{ name }}"));
    folder.refused(&["new", "team", "growth", "--name", "a\nid: other"], &["would not pass `check`"]);
}
