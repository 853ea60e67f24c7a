//! Files that cannot be read, in real folders: `SYN009`, and what a tree in memory cannot hold of
//! `SYN003` and `SYN004`.

use std::path::Path;

use meshfolio::check::Detail;
use meshfolio::pipeline::{self, Options};
use meshfolio::source::WorkTree;
use meshfolio::yaml::Schemas;
use tempfile::TempDir;

/// Makes a folder with one good descriptor.
fn registry() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    write(folder.path(), "registry/domain.yaml", b"apiVersion: meshfolio/v1\nkind: Domain\nid: sales\n");
    folder
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let file = root.join(path);
    std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("the folder can be made");
    std::fs::write(file, bytes).expect("the file can be written");
}

fn options() -> Options {
    Options {
        config_path: "meshfolio.yaml".to_owned(),
        is_config_required: false,
        today: jiff::civil::date(2026, 11, 21),
        detail: Detail::Rules,
        observations: None,
    }
}

/// Checks a folder; returns its findings as `severity[CODE] path: message`.
fn findings(root: &Path) -> Vec<String> {
    let tree = WorkTree::open(root).expect("the folder can be opened");
    let outcome = pipeline::run(&tree, &Schemas::embedded(), &options()).expect("the folder can be read");
    let shown = |found: &meshfolio::diagnostic::Diagnostic| {
        let path = outcome.sources.path(found.location.file);
        format!("{}[{}] {path}: {}", found.severity.word(), found.rule.code, found.message)
    };
    outcome.findings.diagnostics.iter().map(shown).collect()
}

#[test]
fn a_registry_without_oddities_has_no_finding() {
    let folder = registry();
    write(folder.path(), "registry/.hidden.yaml", b"\xff\xff");
    write(folder.path(), "registry/.git/HEAD.yaml", b"a: [");
    assert_eq!(findings(folder.path()), Vec::<String>::new());
}

#[test]
fn a_file_over_the_limit_is_told_and_not_read() {
    let folder = registry();
    let mut text = b"apiVersion: meshfolio/v1\nkind: Domain\nid: large\nname: \"".to_vec();
    let limit = usize::try_from(meshfolio::source::MAX_FILE_BYTES).expect("it fits");
    text.resize(limit - 2, b'x');
    text.extend(b"\"\n");
    write(folder.path(), "registry/large.yaml", &text);
    assert_eq!(findings(folder.path()), Vec::<String>::new(), "5 MiB exactly are read");
    text.insert(0, b'\n');
    write(folder.path(), "registry/large.yaml", &text);
    let expected = "error[SYN003] registry/large.yaml: `registry/large.yaml` was not read: it has 5.01 MiB; \
                    the limit is 5 MiB";
    assert_eq!(findings(folder.path()), [expected]);
}

#[test]
fn bytes_that_are_no_text_are_told_once() {
    let folder = registry();
    write(folder.path(), "registry/a.yaml", b"id: \xe9\nname: \xe9\n");
    write(folder.path(), "registry/b.md", b"# \xc3");
    write(folder.path(), "registry/picture.png", b"\x89PNG\xff");
    let expected = [
        "error[SYN004] registry/a.yaml: the file is not UTF-8: byte 4 (0xE9) begins no character",
        "error[SYN004] registry/b.md: the file is not UTF-8: byte 2 (0xC3) begins no character",
    ];
    assert_eq!(findings(folder.path()), expected);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_are_followed_inside_the_root_only() {
        let folder = registry();
        let root = folder.path();
        let outside = tempfile::tempdir().expect("a folder can be made");
        write(outside.path(), "secret.yaml", b"apiVersion: meshfolio/v1\nkind: Team\nid: secret\n");
        write(root, "shared/team.yaml", b"apiVersion: meshfolio/v1\nkind: Team\nid: a\n");
        symlink(root.join("shared/team.yaml"), root.join("registry/team.yaml")).expect("linked");
        assert_eq!(findings(root), Vec::<String>::new(), "a link to a file inside the root is that file");

        symlink(outside.path().join("secret.yaml"), root.join("registry/out.yaml")).expect("linked");
        symlink(outside.path(), root.join("registry/folder")).expect("linked");
        symlink("nowhere.yaml", root.join("registry/dangling.yaml")).expect("linked");
        symlink(root.join("shared"), root.join("registry/shared")).expect("linked");
        let expected = [
            "warning[SYN009] registry/dangling.yaml: `registry/dangling.yaml` was not read: it is a link that leads nowhere",
            "warning[SYN009] registry/folder: `registry/folder` was not read: it is a link that leads out of the root",
            "warning[SYN009] registry/out.yaml: `registry/out.yaml` was not read: it is a link that leads out of the root",
            "warning[SYN009] registry/shared: `registry/shared` was not read: it is a link to a folder; folders are read \
             where they are",
        ];
        assert_eq!(findings(root), expected);

        let config =
            b"exclude: [registry/out.yaml, registry/folder, registry/shared]\ncheck: {levels: {SYN009: error}}\n";
        write(root, "meshfolio.yaml", config);
        let left = "error[SYN009] registry/dangling.yaml: `registry/dangling.yaml` was not read: it is a link that \
                    leads nowhere";
        assert_eq!(findings(root), [left], "what is excluded is no finding");
    }

    #[test]
    fn a_special_file_is_never_opened() {
        let folder = registry();
        // Opening it for reading would wait for a writer for ever.
        let made = std::process::Command::new("mkfifo").arg(folder.path().join("registry/pipe.yaml")).status();
        if !made.is_ok_and(|status| status.success()) {
            return;
        }
        let expected =
            "warning[SYN009] registry/pipe.yaml: `registry/pipe.yaml` was not read: it is not a regular file";
        assert_eq!(findings(folder.path()), [expected]);
    }

    #[test]
    fn a_name_that_is_not_utf8_is_told() {
        let folder = registry();
        let name = std::ffi::OsStr::from_bytes(b"registry/\xff.yaml");
        if std::fs::write(folder.path().join(name), b"a: 1\n").is_err() {
            return; // Some file systems refuse such names.
        }
        let expected = "warning[SYN009] registry/\u{fffd}.yaml: `registry/\u{fffd}.yaml` was not read: its name is not \
                        valid UTF-8";
        assert_eq!(findings(folder.path()), [expected]);
    }

    #[test]
    fn what_the_system_does_not_let_be_read_fails_the_run() {
        let folder = registry();
        let closed =
            ["registry/closed.yaml", "registry/teams", "registry/notes.md"].map(|path| folder.path().join(path));
        std::fs::write(&closed[0], b"a: 1\n").expect("written");
        std::fs::create_dir(&closed[1]).expect("made");
        std::fs::write(&closed[2], b"# a\n").expect("written");
        let set = |mode: u32| {
            let mode = std::fs::Permissions::from_mode(mode);
            for path in &closed {
                std::fs::set_permissions(path, mode.clone()).expect("set");
            }
        };
        set(0o000);
        if std::fs::read(&closed[0]).is_ok() {
            return; // The superuser may read everything.
        }
        let tree = WorkTree::open(folder.path()).expect("the folder can be opened");
        let failed = pipeline::run(&tree, &Schemas::embedded(), &options()).err().map(|error| error.to_string());
        set(0o700);
        let expected = "cannot read `registry/closed.yaml` (permission denied), `registry/notes.md` (permission denied), \
                        `registry/teams` (permission denied): let the user who runs this read it, or leave it out with \
                        `exclude:`";
        assert_eq!(failed.as_deref(), Some(expected));
    }
}
