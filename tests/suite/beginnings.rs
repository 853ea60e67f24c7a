//! What `new` begins: text that nobody has written yet is taken for none, and what is missing is said with the way to it.

use std::fs;

use super::cli::{registry, run};

#[test]
fn what_a_scaffold_asks_for_is_not_shown_as_documentation() {
    let folder = registry(&[]);
    run(&folder, &["new", "product", "unfinished", "--domain", "sales", "--owner", "order-platform"]).code(0);
    run(&folder, &["new", "policy", "unwritten", "--owner", "order-platform"]).code(0);
    run(&folder, &["new", "domain", "stock", "--owner", "order-platform"]).code(0);
    let found = run(&folder, &["check", "--format", "json"]).json();
    let list = found["diagnostics"].as_array().expect("a list").iter();
    let told: Vec<&str> =
        list.filter(|found| found["code"] == "GOV060").filter_map(|found| found["message"].as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|told| told.contains("only the text of its template")), "{told:?}");
    let checks = run(&folder, &["show", "product:unfinished", "--format", "json"]).code(0).out;
    assert!(checks.contains("its `README.md` holds only the text of its template"), "{checks}");
    run(&folder, &["build", "--allow-errors"]).code(0);
    for page in ["products/unfinished.html", "policies/unwritten.html", "domains/stock.html"] {
        let text = fs::read_to_string(folder.path().join("site").join(page)).expect("a page");
        let shown = meshfolio::load::PLACEHOLDERS.iter().find(|line| text.contains(&line.replace('`', "")[..20]));
        assert_eq!(shown, None, "{page}");
    }
}

#[test]
fn what_is_missing_is_said_with_the_command_that_begins_it() {
    let folder = registry(&[]);
    run(&folder, &["new", "domain", "risk", "--owner", "risk-analytics"])
        .refused("`meshfolio new team risk-analytics` begins it, `meshfolio list teams` shows what there is");
    run(&folder, &["new", "team", "risk-analytics", "--domain", "risk"])
        .refused("`meshfolio new domain risk --owner TEAM` begins it, `meshfolio list domains` shows what there is; the team can begin without `--domain`");
    run(&folder, &["new", "team", "risk-analytics"]).code(0);
    let accept = |id: &str, version: &str| {
        let subject = format!("contract:orders@{version}");
        run(
            &folder,
            &[
                "new",
                "acknowledgement",
                id,
                "--for",
                &subject,
                "--consumer",
                "team:risk-analytics",
                "--purpose",
                "We move.",
            ],
        )
    };
    accept("orders-accepted", "3.0.0").code(0);
    accept("orders-accepted", "4.0.0")
        .refused("each version that is accepted has an id of its own, such as `orders-accepted-4`");
}

#[test]
fn a_new_registry_says_what_it_leaves_unread_and_where_its_pipeline_is() {
    let folder = tempfile::tempdir().expect("a folder");
    super::change::git(folder.path(), &["init", "-q"]);
    let said = run(&folder, &["new", "team", "crew"]).code(0).err;
    assert!(said.contains("note: there is no `meshfolio.yaml` here: `meshfolio init` begins a registry"), "{said}");
    let said = run(&folder, &["new", "domain", "stock", "--owner", "crew"]).code(0).err;
    assert!(!said.contains("note:"), "once is enough: {said}");
    super::change::git(folder.path(), &["remote", "add", "origin", "git@github.com:acme/mesh.git"]);
    let said = run(&folder, &["init"]).code(0).err;
    let note = "note: 2 descriptors outside `registry/` are not read from now on (`domains/`, `teams/`): move them there, or \
                add the place to `roots` in `meshfolio.yaml`\n";
    assert!(said.contains(note), "{said}");
    assert!(said.contains("fill in OWNER and COMMIT in .github/workflows/mesh.yml"), "{said}");
    let config = fs::read_to_string(folder.path().join("meshfolio.yaml")).expect("written");
    assert!(
        config.contains("kind: github") && config.contains("repository: \"https://github.com/acme/mesh\""),
        "{config}"
    );
    assert!(folder.path().join(".github/workflows/mesh.yml").is_file());

    let other = tempfile::tempdir().expect("a folder");
    let said = run(&other, &["init"]).code(0).err;
    assert!(!said.contains("note:") && said.contains("`--forge github` or `gitlab` writes one"), "{said}");
}
