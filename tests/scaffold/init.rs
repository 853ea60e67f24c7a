//! `init`.

use super::Folder;

#[test]
fn a_new_registry_has_no_findings_on_any_day() {
    for minimal in [false, true] {
        let folder = Folder::empty();
        let mut args = vec!["init", "--name", "Acme data"];
        args.extend(minimal.then_some("--minimal"));
        folder.good(&args);
        for today in ["1999-12-31", "2024-02-29", "2026-11-21", "2031-01-01", "2199-06-30"] {
            let run = folder.good(&["--today", today, "check", "--deny", "warning"]);
            assert!(run.err.contains("no findings"), "{today}: {}{}", run.out, run.err);
        }
        let json: serde_json::Value = serde_json::from_str(&folder.good(&["check", "--format", "json"]).out).unwrap();
        assert_eq!(json["summary"]["products"], i32::from(!minimal));
        assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn two_inits_are_equal_and_hold_no_date_of_today() {
    let [one, two] = [Folder::empty(), Folder::empty()];
    one.good(&["--today", "2026-11-21", "init", "--id", "acme"]);
    two.good(&["--today", "2031-05-05", "init", "--id", "acme"]);
    assert!(one.files() == two.files());
}

#[test]
fn the_id_and_the_name_come_from_what_is_given() {
    let folder = Folder::empty();
    folder.good(&["init", "deep/acme-mesh"]);
    let config = folder.yaml("deep/acme-mesh/meshfolio.yaml");
    assert_eq!(config["mesh"]["id"], "acme-mesh");
    assert_eq!(config["mesh"]["name"], "Acme mesh");
    folder.good(&["init", "b", "--name", "Data of Ümlaut & Sons", "--repository", "https://github.com/x/y"]);
    let config = folder.yaml("b/meshfolio.yaml");
    assert_eq!(config["mesh"]["id"], "data-of-umlaut-sons");
    assert_eq!(config["forge"]["kind"], "github");
    assert_eq!(config["forge"]["repository"], "https://github.com/x/y");
    assert!(folder.path("b/.github/workflows/mesh.yml").is_file());
}

#[test]
fn every_forge_passes_check() {
    for forge in ["github", "gitlab", "bitbucket", "azure", "gitea", "none"] {
        let folder = Folder::empty();
        folder.good(&["init", "--name", "x", "--forge", forge, "--repository", "https://forge.example/a/b"]);
        folder.is_clean();
    }
}

#[test]
fn it_says_how_much_was_written_and_what_comes_next() {
    let folder = Folder::empty();
    let run = folder.good(&["init", "mesh"]);
    let n_files = folder.files().len();
    assert!(run.out.is_empty());
    assert!(run.err.contains(&format!("{n_files} files")), "{}", run.err);
    let next = run.err.lines().last().expect("a last line");
    assert!(next.contains("Next") && next.contains("check") && next.contains("serve --watch"), "{next}");
}

#[test]
fn nothing_is_overwritten() {
    let folder = Folder::empty();
    folder.write(".gitignore", "mine\n");
    folder.write("registry/teams/data-governance.yaml", "mine\n");
    for args in [&["init"][..], &["init", "--minimal"]] {
        folder.refused(args, &["`registry/teams/data-governance.yaml`"]);
        assert!(!folder.run(args).err.contains(".gitignore"));
    }
    // A file in the place of a folder.
    let folder = Folder::empty();
    folder.write(".vscode", "mine\n");
    folder.refused(&["init"], &["`.vscode`"]);
    let folder = Folder::registry();
    folder.refused(&["init"], &["holds a registry already", "init --editor"]);
}

#[test]
fn what_a_repository_has_beside_a_registry_stays() {
    for minimal in [false, true] {
        let folder = Folder::empty();
        let kept = [
            (".gitignore", "target/\n"),
            (".vscode/settings.json", "{\"a\": 1}"),
            (".gitlab-ci.yml", "stages: [build]\n"),
            ("registry/policies/shared-keys.md", "Ours.\n"),
        ];
        for (path, text) in kept {
            folder.write(path, text);
        }
        let mut args = vec!["init", "--name", "x", "--forge", "gitlab"];
        args.extend(minimal.then_some("--minimal"));
        let run = folder.good(&args);
        for (path, text) in kept {
            assert_eq!(folder.read(path), text);
            assert!(run.err.contains(&format!("Kept  {path}")), "{}", run.err);
        }
        for line in ["    site/\n", "      \"yaml.schemas\": {\n", "    stages: [check, publish]\n"] {
            assert!(run.err.contains(line), "{line}: {}", run.err);
        }
        folder.is_clean();
    }
    // What lacks nothing is only named.
    let folder = Folder::empty();
    folder.write(".gitignore", "/site\n");
    let run = folder.good(&["init", "--name", "x"]);
    assert!(run.err.contains("Kept  .gitignore\n") && !run.err.contains("add to it"), "{}", run.err);
}

#[test]
fn wrong_flags_are_refused() {
    let folder = Folder::empty();
    folder.refused(&["init", "--id", "Acme Mesh"], &["`Acme Mesh`"]);
    folder.refused(&["init", "--repository", "forge.example"], &["`--repository`"]);
    folder.refused(&["init", "--repository", "javascript:alert(1)"], &["`--repository`"]);
    folder.refused(&["init", "--forge", "sourceforge"], &["sourceforge"]);
    folder.refused(&["init", "--name", ""], &["--name"]);
    folder.write("file", "");
    folder.refused(&["init", "file/mesh"], &[]);
}

#[test]
fn a_registry_inside_another_is_refused() {
    let folder = Folder::registry();
    folder.refused(&["init", "registry"], &["`", "lies inside the registry of", "meshfolio.yaml"]);
    folder.refused(&["init", "registry/domains/new/deep"], &["lies inside the registry of"]);
    // What the outer one does not read may be anything.
    folder.good(&["init", "vendor/other"]);
    folder.is_clean();
    let outer = Folder::empty();
    outer.write("meshfolio.yaml", "mesh: {id: outer}\n");
    outer.refused(&["init", "inner"], &["lies inside the registry of"]);
}

#[test]
fn names_of_folders_are_kept_as_people_write_them() {
    let folder = Folder::empty();
    let run = folder.good(&["init", "Ünï code"]);
    let config = folder.yaml("Ünï code/meshfolio.yaml");
    assert_eq!(config["mesh"]["name"], "Ünï code");
    assert_eq!(config["mesh"]["id"], "uni-code");
    let next = run.err.lines().last().expect("a last line");
    assert!(next.contains("Ünï code' check, then"), "{next}");
}

#[test]
fn pipelines_compare_a_change_with_its_base_and_pin_what_they_use() {
    let folder = Folder::empty();
    folder.good(&["init", "--name", "x", "--forge", "github"]);
    let text = folder.read(".github/workflows/mesh.yml");
    let workflow = folder.yaml(".github/workflows/mesh.yml");
    let steps = workflow["jobs"]["check"]["steps"].as_sequence().expect("a list");
    let run = |step: &serde_yaml::Value| step["run"].as_str().unwrap_or_default().to_owned();
    assert_eq!(steps[0]["with"]["fetch-depth"], 0);
    assert!(steps.iter().any(|step| {
        run(step) == "meshfolio check --base \"origin/$GITHUB_BASE_REF\" --new-only --format github"
            && step["if"] == "github.event_name == 'pull_request'"
    }));
    let used: Vec<&str> = text.lines().filter_map(|line| line.split_once("uses: ")).map(|(_, used)| used).collect();
    assert_eq!(used.len(), 4);
    for used in used {
        let hash = used.split_once('@').map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
        assert!(hash.is_some_and(|hash| hash.len() == 40) && used.contains(" # v"), "{used} is not at one commit");
    }
    let gitlab = Folder::empty();
    gitlab.good(&["init", "--name", "x", "--forge", "gitlab"]);
    let pipeline = gitlab.yaml(".gitlab-ci.yml");
    assert_eq!(pipeline["variables"]["GIT_DEPTH"], "0");
    let script = pipeline["change"]["script"].as_sequence().expect("a list").last().cloned();
    assert_eq!(script, Some("meshfolio check --base \"$base\" --new-only".into()));
}

#[cfg(unix)]
#[test]
fn the_script_judges_a_change_by_what_the_forge_says_of_it() {
    let folder = Folder::empty();
    folder.good(&["init", "--name", "x", "--forge", "gitea"]);
    let git = |args: &[&str]| {
        let mut command = std::process::Command::new("git");
        command.current_dir(folder.path("")).args(["-c", "user.name=A", "-c", "user.email=a@acme.example"]).args(args);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        assert!(command.output().expect("git runs").status.success(), "{args:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "x"]);
    git(&["update-ref", "refs/remotes/origin/main", "main"]);
    let script = |names: &[(&str, &str)]| {
        let tool = std::path::Path::new(env!("CARGO_BIN_EXE_meshfolio")).parent().expect("a folder");
        let mut command = std::process::Command::new("sh");
        command.current_dir(folder.path("")).arg("ci/mesh.sh").env("HOME", folder.path(""));
        for name in
            ["MESH_BASE", "BITBUCKET_PR_DESTINATION_BRANCH", "SYSTEM_PULLREQUEST_TARGETBRANCH", "GITHUB_BASE_REF"]
        {
            command.env_remove(name);
        }
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", tool.display())).envs(names.iter().copied());
        command.output().expect("a shell runs").status.code()
    };
    let contract = "registry/domains/sales/orders/contracts/orders.odcs.yaml";
    let broken = folder.read(contract).replace("required: true", "required: false");
    assert_ne!(broken, folder.read(contract));
    assert_eq!(script(&[("GITHUB_BASE_REF", "main")]), Some(0));
    folder.write(contract, &broken);
    assert_eq!(script(&[]), Some(0), "alone it has no finding");
    for name in ["GITHUB_BASE_REF", "SYSTEM_PULLREQUEST_TARGETBRANCH", "MESH_BASE"] {
        assert_eq!(script(&[(name, "main")]), Some(1), "{name}");
    }
    assert_eq!(script(&[("GITHUB_BASE_REF", "nowhere")]), Some(2));
}
