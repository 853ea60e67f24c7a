//! Git repositories for tests, made with the `git` of the machine and none of its configuration.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository in a folder of its own.
pub(super) struct Repository {
    folder: TempDir,
    /// Days since 2026-01-01, one for each commit.
    n_commits: u32,
}

impl Repository {
    /// Begins a repository on the branch `main`.
    pub(super) fn new() -> Repository {
        let repository = Repository { folder: tempfile::tempdir().expect("a folder"), n_commits: 0 };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("made");
        std::fs::write(file, text).expect("written");
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("the file is there and text")
    }

    /// Commits all that is there as somebody, a day after the last commit; returns the id.
    pub(super) fn commit_as(&mut self, author: &str, email: &str) -> String {
        self.git(&["add", "--all"]);
        self.dated(author, email, &["commit", "--quiet", "--allow-empty", "--message=x"]);
        self.head()
    }

    pub(super) fn commit(&mut self) -> String {
        self.commit_as("Ada Ünal", "ada@acme.example")
    }

    /// Lets days go by before the next commit; a month has 28.
    pub(super) fn rest(&mut self, n_days: u32) {
        self.n_commits += n_days;
    }

    /// Merges a branch as `--no-ff` does; returns the id.
    pub(super) fn merge(&mut self, branch: &str) -> String {
        self.dated("Bot", "bot@acme.example", &["merge", "--quiet", "--no-ff", "--message=merge", branch]);
        self.head()
    }

    pub(super) fn head(&self) -> String {
        String::from_utf8(self.git(&["rev-parse", "HEAD"]).stdout).expect("hexadecimal").trim().to_owned()
    }

    #[track_caller]
    pub(super) fn git(&self, args: &[&str]) -> Output {
        finish(git(self.root()).args(args))
    }

    #[track_caller]
    fn dated(&mut self, author: &str, email: &str, args: &[&str]) {
        self.n_commits += 1;
        let day = self.n_commits - 1;
        let date = format!("2026-{:02}-{:02}T12:00:00+00:00", 1 + day / 28, 1 + day % 28);
        let mut command = git(self.root());
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), author).env(format!("GIT_{role}_EMAIL"), email);
            command.env(format!("GIT_{role}_DATE"), &date);
        }
        finish(command.args(args));
    }

    /// Clones with so many commits.
    pub(super) fn shallow(&self, depth: usize) -> (TempDir, PathBuf) {
        self.cloned(&format!("--depth={depth}"))
    }

    /// Clones with an option.
    pub(super) fn cloned(&self, option: &str) -> (TempDir, PathBuf) {
        self.git(&["config", "uploadpack.allowFilter", "true"]);
        let folder = tempfile::tempdir().expect("a folder");
        let clone = folder.path().join("clone");
        let from = format!("file://{}", self.root().display());
        finish(git(folder.path()).args(["clone", "--quiet", option, &from]).arg(&clone));
        (folder, clone)
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command
}

#[track_caller]
fn finish(command: &mut Command) -> Output {
    let output = command.output().expect("git runs");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
