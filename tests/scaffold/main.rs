//! `init` and `new` as a person uses them: the binary, in a folder of its own.
#![expect(clippy::disallowed_methods, reason = "tests read and write files of their own folders")]

mod editor;
mod hostile;
mod init;
mod new;
mod refusals;
mod templates;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a run ended.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder that is gone after the test.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn empty() -> Folder {
        Folder { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A folder with what `init` writes.
    pub(crate) fn registry() -> Folder {
        let folder = Folder::empty();
        folder.good(&["init", "--name", "Acme"]);
        folder
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_meshfolio"))
            .arg("-C")
            .arg(self.folder.path())
            .args(args)
            .env_remove("SOURCE_DATE_EPOCH")
            .env("MESHFOLIO_TODAY", "2026-11-21")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Runs what must succeed.
    #[track_caller]
    pub(crate) fn good(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}\n{}{}", run.out, run.err);
        run
    }

    /// Runs what must be refused: exit code 2, the words in the message, and no file changed.
    #[track_caller]
    pub(crate) fn refused(&self, args: &[&str], words: &[&str]) {
        let before = self.files();
        let run = self.run(args);
        assert_eq!(run.code, 2, "{args:?}\n{}{}", run.out, run.err);
        for word in words {
            assert!(run.err.contains(word), "{args:?}: `{word}` is not in {}", run.err);
        }
        assert!(before == self.files(), "{args:?} changed files");
    }

    /// Checks the registry; nothing must be found but the text of templates that still asks to be written.
    #[track_caller]
    pub(crate) fn is_clean(&self) {
        let run = self.good(&["check", "--deny", "warning", "--format", "concise"]);
        let mut found = run.out.lines().filter(|line| !line.is_empty());
        assert!(found.all(|line| line.contains("[GOV060]")), "{}{}", run.out, run.err);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn yaml(&self, path: &str) -> serde_yaml::Value {
        serde_yaml::from_str(&self.read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    /// Returns all files with their bytes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.folder.path(), self.folder.path(), &mut files);
        files
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            files.insert(path.strip_prefix(root).expect("below").to_owned(), std::fs::read(&path).expect("read"));
        }
    }
}
