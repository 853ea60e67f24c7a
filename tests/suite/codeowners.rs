//! `codeowners`: who owns which descriptors, for the forge.

use std::fs;

use tempfile::TempDir;

use super::cli::run;
use super::repository::Repository;

/// Makes a registry of these files alone.
fn registry(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let file = folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    folder
}

fn team(id: &str, handle: &str) -> String {
    format!("apiVersion: meshfolio/v1\nkind: Team\nid: {id}\nname: Team {id}\nstatus: active\n{handle}")
}

fn product(id: &str, team: &str) -> String {
    format!(
        "apiVersion: v1.0.0\nkind: DataProduct\nid: {id}\nname: {id}\nversion: 1.0.0\nstatus: draft\ndomain: sales\nteam: {{name: {team}}}\n"
    )
}

const DOMAIN: &str = "apiVersion: meshfolio/v1\nkind: Domain\nid: sales\nname: Sales\nstatus: active\nowner: one\n";

fn files(config: &str) -> Vec<(String, String)> {
    let contract =
        "apiVersion: v3.1.0\nkind: DataContract\nid: c\nname: C\nversion: 1.0.0\nstatus: draft\nteam: {name: two}\n";
    [
        ("meshfolio.yaml", config.to_owned()),
        ("registry/teams/one.yaml", team("one", "forgeHandle: \"@acme/one\"\n")),
        ("registry/teams/two.yaml", team("two", "forgeHandle: two@acme.example\n")),
        ("registry/teams/three.yaml", team("three", "")),
        ("registry/sales/domain.yaml", DOMAIN.to_owned()),
        ("registry/sales/a b/product.odps.yaml", product("a", "two")),
        ("registry/sales/own/product.odps.yaml", product("own", "one")),
        ("registry/sales/own/contracts/c.odcs.yaml", contract.to_owned()),
        ("registry/sales/silent/product.odps.yaml", product("silent", "three")),
        ("registry/sales/both/x.odps.yaml", product("x", "one")),
        ("registry/sales/both/y.odps.yaml", product("y", "two")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .to_vec()
}

fn made(config: &str) -> TempDir {
    let files = files(config);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    registry(&files)
}

const GITHUB: &str = "mesh: {id: acme}\nforge: {kind: github}\n";

/// The lines of the block between its marks.
fn rules(text: &str) -> Vec<&str> {
    let inside = text.lines().skip_while(|line| !line.starts_with("# meshfolio:begin")).skip(1);
    inside.take_while(|line| *line != "# meshfolio:end").collect()
}

#[test]
fn folders_belong_to_products_and_what_others_own_has_a_line_of_its_own() {
    let folder = made(GITHUB);
    let run_of = |args: &[&str]| run(&folder, args);
    let said = run_of(&["codeowners"]).code(0).err;
    assert!(
        said.contains(
            "note: the team `three` has no `forgeHandle`, so 2 of its paths have no rule: registry/teams/three.yaml"
        ),
        "{said}"
    );
    let path = folder.path().join(".github/CODEOWNERS");
    let text = fs::read_to_string(&path).expect("written");
    assert_eq!(
        rules(&text),
        [
            "/registry/sales/ @acme/one",
            "/registry/sales/a\\ b/ two@acme.example",
            "/registry/sales/both/y.odps.yaml two@acme.example",
            "/registry/sales/own/ @acme/one",
            "/registry/sales/own/contracts/c.odcs.yaml two@acme.example",
            "/registry/teams/one.yaml @acme/one",
            "/registry/teams/two.yaml two@acme.example",
        ]
    );
    run_of(&["codeowners", "--check"]).code(0);
    assert!(run_of(&["codeowners"]).code(0).err.contains("Unchanged"));
    // Drift is told as a difference, and what is outside the block is nobody's business.
    fs::write(&path, format!("* @all\n{}# mine", text.replace("@acme/one", "@acme/other"))).expect("written");
    let drift = run_of(&["codeowners", "--check"]).code(1);
    assert!(drift.out.contains("-/registry/sales/ @acme/other\n+/registry/sales/ @acme/one\n"), "{}", drift.out);
    run_of(&["codeowners"]).code(0);
    assert_eq!(fs::read_to_string(&path).expect("there"), format!("* @all\n{text}# mine"));
}

#[test]
fn a_registry_that_is_not_there_takes_no_rule_away() {
    let folder = made(GITHUB);
    run(&folder, &["codeowners"]).code(0);
    let path = folder.path().join(".github/CODEOWNERS");
    let text = fs::read_to_string(&path).expect("written");
    let moved = folder.path().join("elsewhere");
    let config = folder.path().join("meshfolio.yaml");
    // A slip in the name, one root of two, and a folder that is not there or holds nothing.
    fs::write(&config, format!("{GITHUB}roots: [registri]\n")).expect("written");
    for args in [&["codeowners"][..], &["codeowners", "--check"], &["codeowners", "--format", "json"]] {
        run(&folder, args).refused("there is no folder `registri`, which `roots:` names, and 7 rules in it");
    }
    fs::write(&config, format!("{GITHUB}roots: [registry/teams, registry/sale]\n")).expect("written");
    run(&folder, &["codeowners"])
        .refused("there is no folder `registry/sale`, which `roots:` names, and 5 rules in it");
    fs::write(&config, GITHUB).expect("written");
    fs::rename(folder.path().join("registry"), &moved).expect("moved");
    fs::create_dir(folder.path().join("registry")).expect("made");
    run(&folder, &["codeowners"]).refused("no descriptor was found, and 7 rules in it");
    assert_eq!(fs::read_to_string(&path).expect("there"), text);
    // What takes nothing away may come.
    fs::remove_dir(folder.path().join("registry")).expect("removed");
    fs::rename(&moved, folder.path().join("registry")).expect("moved");
    fs::write(&config, format!("{GITHUB}roots: [registry, registri]\n")).expect("written");
    assert!(run(&folder, &["codeowners"]).code(0).err.contains("Unchanged"));
}

#[test]
fn each_forge_has_its_place_and_its_patterns() {
    for (kind, path, rule) in [
        ("gitlab", "CODEOWNERS", "[Data mesh]"),
        ("gitea", "CODEOWNERS", r"registry/sales/.* @acme/one"),
        ("bitbucket", ".bitbucket/CODEOWNERS", "/registry/sales/ @acme/one"),
        ("azure", "CODEOWNERS", "/registry/sales/ @acme/one"),
    ] {
        let folder = made(&format!("mesh: {{id: acme}}\nforge: {{kind: {kind}}}\n"));
        run(&folder, &["codeowners", "--check"]).code(1);
        let said = run(&folder, &["codeowners"]).code(0).err;
        // The gate reads the file where the forge does not, and says so.
        assert_eq!(said.contains("note: Azure DevOps asks nobody by this file"), kind == "azure", "{said}");
        let text = fs::read_to_string(folder.path().join(path)).expect("written");
        assert_eq!(rules(&text).first(), Some(&rule), "{kind}");
    }
    let folder = made("mesh: {id: acme}\nforge: {kind: none}\n");
    run(&folder, &["codeowners"]).code(2).refused("file");
    // A file that is there already is the one that the forge reads.
    let folder = made(GITHUB);
    fs::create_dir(folder.path().join("docs")).expect("made");
    fs::write(folder.path().join("docs/CODEOWNERS"), "* @all\n").expect("written");
    run(&folder, &["codeowners"]).code(0);
    assert!(!folder.path().join(".github").exists());
}

/// What `init` writes names no team on a forge: the way to the first rule is said, and whose word would not count.
#[test]
fn where_no_team_can_be_named_the_field_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&folder, &["init", "--forge", "github"]).code(0);
    let files = "registry/teams/data-governance.yaml, registry/teams/order-platform.yaml";
    let next = format!("Next  `forgeHandle: \"@account/team\"` in {files}, then meshfolio codeowners");
    for deed in ["Wrote", "Unchanged"] {
        let said = run(&folder, &["codeowners"]).code(0).err;
        assert!(said.contains(&format!("{deed}  .github/CODEOWNERS, 0 rules")) && said.contains(&next), "{said}");
    }
    let accept = |id: &str, consumer: &str| {
        let args = ["new", "acknowledgement", id, "--for", "contract:orders@2.0.0", "--consumer", consumer];
        run(&folder, &args).code(0).err
    };
    let said = accept("moves", "team:order-platform");
    assert!(said.contains("the team `order-platform` has no `forgeHandle`"), "{said}");
    assert!(said.contains("`forgeHandle` in registry/teams/order-platform.yaml, then meshfolio codeowners"), "{said}");
    assert!(accept("moved", "product:orders").contains("has no `forgeHandle`"));
    let team = folder.path().join("registry/teams/order-platform.yaml");
    let text = fs::read_to_string(&team).expect("there").replace("# forgeHandle", "forgeHandle");
    fs::write(&team, text).expect("written");
    // The word of a team is a file of that team.
    let said = run(&folder, &["codeowners"]).code(0).err;
    assert!(!said.contains("Next"), "{said}");
    let text = fs::read_to_string(folder.path().join(".github/CODEOWNERS")).expect("there");
    assert!(rules(&text).contains(&"/registry/acknowledgements/moves.yaml @acme/order-platform"), "{text}");
    assert!(!accept("moving", "team:order-platform").contains("forgeHandle"));
}

#[test]
fn a_registry_in_a_part_of_the_repository_writes_at_the_top() {
    let repository = Repository::new();
    for (path, text) in files(GITHUB) {
        repository.write(&format!("data/{path}"), &text);
    }
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_meshfolio"))
        .args(["-C", "data", "codeowners", "--no-cache"])
        .current_dir(repository.root())
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(rules(&repository.read(".github/CODEOWNERS"))[0], "/data/registry/sales/ @acme/one");
}

#[test]
fn hostile_names_make_no_lines() {
    let mut files = files(GITHUB);
    files.push(("registry/evil.yaml".to_owned(), team("evil", "forgeHandle: \"@a\\n* @evil\"\n")));
    files.push(("registry/evil2.yaml".to_owned(), team("evil2", "forgeHandle: \"@a b @evil\"\n")));
    files.push(("registry/evil3.yaml".to_owned(), team("evil3", "forgeHandle: \"@a#\"\n")));
    if cfg!(unix) {
        files.push(("registry/sales/x\n* @evil\n/product.odps.yaml".to_owned(), product("line", "two")));
    }
    files.push(("registry/sales/#h @evil/product.odps.yaml".to_owned(), product("hash", "two")));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let folder = registry(&files);
    let said = run(&folder, &["codeowners"]).code(0).err;
    let text = fs::read_to_string(folder.path().join(".github/CODEOWNERS")).expect("written");
    for line in rules(&text) {
        assert!(line.starts_with("/registry/") && !line.ends_with("@evil"), "{line}");
    }
    assert!(text.contains("/registry/sales/\\#h\\ @evil/ two@acme.example"), "{text}");
    assert!(said.contains("the team `evil` has a `forgeHandle` that is none"), "{said}");
    if cfg!(unix) {
        assert!(said.contains("x\\u{a}* @evil\\u{a}/` can stand in no rule"), "{said}");
    }
}

#[test]
fn marks_that_enclose_no_block_are_refused() {
    let folder = made(GITHUB);
    let path = folder.path().join("CODEOWNERS");
    fs::write(&path, "* @all\n# meshfolio:begin\n").expect("written");
    run(&folder, &["codeowners"]).code(2).refused("`CODEOWNERS` cannot be rewritten");
    assert_eq!(fs::read_to_string(&path).expect("there"), "* @all\n# meshfolio:begin\n");
}

/// Our own file, from the owners of the demo registry. `UPDATE=1` writes it.
#[test]
fn our_own_file_says_who_owns_the_demo() {
    let package = super::package("");
    let folder = package.to_str().expect("a plain path");
    let nowhere = tempfile::tempdir().expect("a folder");
    let args: &[&str] = if super::is_update() { &["codeowners"] } else { &["codeowners", "--check"] };
    run(&nowhere, &[&["-C", folder], args].concat()).code(0);
}
