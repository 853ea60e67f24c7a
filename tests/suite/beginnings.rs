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

/// What a flag says is what is written, and what the tool says next can be done.
#[test]
fn what_is_written_is_what_was_said() {
    let folder = registry(&[]);
    let new = |args: &str| run(&folder, &[&["new"], args.split(' ').collect::<Vec<_>>().as_slice()].concat());
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).expect("it is written");
    // The version that a subject names.
    let written = new("review liked --for contract:orders@2.1.0 --by order-platform --rating 4").code(0).out;
    assert!(read(written.trim()).contains("\ncontractVersion: \"2.1.0\"\n"), "{written}");
    let excuse = "waiver plain --for contract:orders@2.1.0 --rule removed-column --by order-platform --purpose Unread.";
    let written = new(excuse).code(0).out;
    assert!(read(written.trim()).contains("contract:orders@2.1.0"), "{}", read(written.trim()));
    // What nobody said is not stated.
    let said = new("domain stock --owner order-platform").code(0).err;
    assert!(said.contains("Next  meshfolio new product ID --domain stock --owner order-platform"), "{said}");
    assert!(read("registry/domains/stock/domain.yaml").contains("\n# operatingMode: owning\n"));
    new("team crew").code(0);
    let said = new("domain yard --owner crew").code(0).err;
    let next =
        "Next  `domain: yard` in registry/teams/crew.yaml where the team works in it, then meshfolio new product ID";
    assert!(said.contains(next), "{said}");
}

/// The lines that are printed can be added to a product as they are.
#[test]
fn a_port_that_is_there_keeps_its_name() {
    let folder = registry(&[]);
    let product = "registry/sales/p1/product.odps.yaml";
    run(&folder, &["new", "product", "p1", "--domain", "sales", "--owner", "order-platform"]).code(0);
    let contract =
        |version: &str| run(&folder, &["new", "contract", "p1", "--product", "p1", "--version", version]).code(0).err;
    let add = |lines: &str| {
        let path = folder.path().join(product);
        let text = fs::read_to_string(&path).expect("there");
        fs::write(&path, text + lines).expect("written");
    };
    let lines = |said: &str| {
        said.lines()
            .filter_map(|line| line.strip_prefix("    "))
            .filter(|line| !line.contains("Next"))
            .fold(String::new(), |all, line| all + line + "\n")
    };
    let first = lines(&contract("1.0.0"));
    assert_eq!(first, "outputPorts:\n  - name: p1\n    type: tables\n    contractId: p1\n    version: \"1.0.0\"\n");
    add(&first);
    let said = contract("2.0.0");
    assert!(said.contains("publish it beside the ports in"), "{said}");
    let second = lines(&said);
    assert_eq!(second, "  - name: p1-2\n    type: tables\n    contractId: p1\n    version: \"2.0.0\"\n");
    add(&second);
    assert!(lines(&contract("2.1.0")).starts_with("  - name: p1-2.1.0\n"));
    let found = run(&folder, &["check", "--format", "concise"]).out;
    assert!(!found.contains("REF031") && !found.contains("error["), "{found}");
    // A port that names it already needs no other.
    add("  - {name: next, type: tables, contractId: p1, version: \"3.0.0\"}\n");
    let said = contract("3.0.0");
    assert!(said.contains("the port `next` in") && lines(&said).is_empty(), "{said}");
}
