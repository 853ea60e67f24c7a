//! A revision of a git repository, read from its objects without a checkout. No configuration
//! outside the repository, hook, filter or alias takes part.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;

use super::{Entry, Listing, MAX_FILE_BYTES, ReadError, Skipped, Tree, WalkOptions, path, read_file};

/// Why a revision could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository holds the folder.
    #[error("`{0}` is not in a git repository, and only git keeps other revisions")]
    NoRepository(String),
    /// The repository is there and cannot be read.
    #[error("the git repository at `{path}` cannot be opened: {reason}")]
    Unreadable {
        /// Its folder.
        path: String,
        /// What git's objects or files say.
        reason: String,
    },
    /// The words are no revision: refused before git sees them.
    #[error(
        "`{0}` is not a revision: a name may not be empty, begin with `-`, or hold blanks, control characters, `..` or one of \
         `: ? * [ \\`, which git allows in no branch or tag; a range or a path in a revision is none here"
    )]
    BadName(String),
    /// The repository is of a form that is not read.
    #[error("the git repository at `{path}` keeps {form}")]
    Form {
        /// Its folder.
        path: String,
        /// What it keeps how, and what to do.
        form: &'static str,
    },
    /// The revision is not in the repository.
    #[error("the revision `{0}` is not in this repository{1}")]
    Unknown(String, &'static str),
    /// An object that the revision needs is missing.
    #[error(
        "an object of the revision `{0}` is missing: fetch the full history and all objects first (`git fetch --unshallow`, or `fetch-depth: 0` in CI)"
    )]
    Missing(String),
    /// The repository has no commit to compare with.
    #[error("the repository has no commit yet, so that there is nothing to compare with: commit first")]
    Unborn,
    /// The revisions have no commit in common.
    #[error("the revisions `{0}` and `{1}` have no commit in common{2}")]
    NoMergeBase(String, String, &'static str),
}

/// What to do in a clone without the whole history.
const SHALLOW: &str = " (it is a shallow clone: run `git fetch --unshallow`, or set `fetch-depth: 0` in CI)";

/// The forms of repositories that are not read: the extension by which each is known, and what to say of it.
const FORMS: [(&str, &str, &str); 2] = [
    (
        "extensions.objectFormat",
        "sha256",
        "objects with SHA-256 (`extensions.objectFormat`), and only those with SHA-1 are read: revisions, history and \
         comparisons need such a repository",
    ),
    (
        "extensions.refStorage",
        "reftable",
        "its branches in the format reftable (`extensions.refStorage`), and only those in files are read: \
         `git refs migrate --ref-format=files` writes them so",
    ),
];

/// The files of one commit below one folder of the repository.
pub struct GitTree {
    repository: gix::ThreadSafeRepository,
    commit: ObjectId,
    seconds: i64,
    /// The path of the root below the top of the repository.
    prefix: String,
    revision: String,
    blobs: BTreeMap<String, ObjectId>,
    folders: BTreeSet<String>,
    skipped: Vec<Skipped>,
    /// Folders that belong to other repositories.
    submodules: Vec<String>,
}

impl GitTree {
    /// Opens `revision` of the repository that holds the folder `root`; paths are relative to `root`.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn open(root: &Path, revision: &str) -> Result<GitTree, GitError> {
        check_name(revision)?;
        let (repository, prefix) = open_repository(root)?;
        let commit = find_commit(&repository.to_thread_local(), revision)?;
        GitTree::at(repository, &prefix, commit, revision)
    }

    /// Opens the last commit that `revision` and `head` have in common; `head` is the commit that the work
    /// tree stands on where it is `None`.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn open_merge_base(root: &Path, revision: &str, head: Option<&str>) -> Result<GitTree, GitError> {
        let is_work_tree = head.is_none();
        let head = head.unwrap_or("HEAD");
        check_name(revision)?;
        check_name(head)?;
        let (repository, prefix) = open_repository(root)?;
        let local = repository.to_thread_local();
        if is_work_tree && local.head().is_ok_and(|head| head.is_unborn()) {
            return Err(GitError::Unborn);
        }
        let (one, two) = (find_commit(&local, revision)?, find_commit(&local, head)?);
        let none = || GitError::NoMergeBase(revision.to_owned(), head.to_owned(), shallow_hint(&local));
        let common = local.merge_base(one, two).map_err(|_| none())?.ok_or_else(none)?.detach();
        GitTree::at(repository, &prefix, common, revision)
    }

    fn at(
        repository: gix::ThreadSafeRepository,
        prefix: &str,
        commit_id: ObjectId,
        revision: &str,
    ) -> Result<GitTree, GitError> {
        let local = repository.to_thread_local();
        let missing = || GitError::Missing(revision.to_owned());
        let commit = local.find_commit(commit_id).map_err(|_| missing())?;
        let seconds = commit.time().map_or(0, |time| time.seconds);
        let tree = commit.tree().map_err(|_| missing())?;
        let files = tree.traverse().breadthfirst.files().map_err(|_| missing())?;

        let mut opened = GitTree {
            commit: commit_id,
            seconds,
            revision: revision.to_owned(),
            blobs: BTreeMap::new(),
            folders: BTreeSet::new(),
            skipped: Vec::new(),
            submodules: Vec::new(),
            prefix: prefix.to_owned(),
            repository,
        };
        let mut links = Vec::new();
        for entry in files {
            let Ok(full) = entry.filepath.to_str() else { continue };
            let Some(relative) = below(full, prefix) else { continue };
            match entry.mode.kind() {
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    let mut folder = path::parent(relative);
                    while !folder.is_empty() && opened.folders.insert(folder.to_owned()) {
                        folder = path::parent(folder);
                    }
                    opened.blobs.insert(relative.to_owned(), entry.oid);
                }
                EntryKind::Link => links.push((relative.to_owned(), entry.oid)),
                EntryKind::Commit => {
                    opened.submodules.push(relative.to_owned());
                    let remedy = "a commit of git names a submodule and does not hold its files: run on a checkout with it \
                                  (`git submodule update --init`), or leave it out with `exclude:`";
                    let skipped = Skipped::new(relative, "it is a submodule");
                    opened.skipped.push(Skipped { remedy: Some(remedy.to_owned()), ..skipped });
                }
                EntryKind::Tree => {}
            }
        }
        opened.follow(&local, &links);
        Ok(opened)
    }

    /// Takes in links to files of the tree, as a work tree does; every other link is skipped.
    fn follow(&mut self, local: &gix::Repository, links: &[(String, ObjectId)]) {
        for (path, id) in links {
            let target = local.find_object(*id).ok();
            let target = target.as_ref().and_then(|blob| blob.data.to_str().ok());
            let lands = target.filter(|target| !target.starts_with('/'));
            let lands = lands.and_then(|target| path::join(path::parent(path), target));
            // In the words of a work tree: the same link is the same finding on both sides.
            let reason = match lands {
                None => "it is a link that leads out of the root",
                Some(lands) => match self.blobs.get(&lands).copied() {
                    Some(blob) => {
                        self.blobs.insert(path.clone(), blob);
                        continue;
                    }
                    None if self.has_folder(&lands) => "it is a link to a folder; folders are read where they are",
                    None => "it is a link that leads nowhere",
                },
            };
            self.skipped.push(Skipped::new(path.as_str(), reason));
        }
    }

    /// Returns the folders that belong to other repositories, of which only a commit is known.
    #[must_use]
    pub fn submodules(&self) -> &[String] {
        &self.submodules
    }

    /// Returns the commit id, 40 hexadecimal digits.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }

    /// Returns the commit with its time.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { id: self.commit(), seconds: self.seconds }
    }

    /// Says whether the commit holds no file below the folder.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blobs.is_empty()
    }

    /// Says whether the commit holds a file or folder at a path.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.has_folder(path) || self.blobs.contains_key(path) || self.skipped.iter().any(|other| other.path == path)
    }

    /// Returns the path of the root below the top of the repository; empty at the top.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Says whether another revision has the very same file at a path, by the ids of the contents.
    #[must_use]
    pub fn has_same(&self, path: &str, other: &GitTree) -> bool {
        self.blobs.get(path).is_some_and(|id| other.blobs.get(path) == Some(id))
    }

    /// Reads a file by its path from the top of the repository, where forges keep files of their own.
    #[must_use]
    pub fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        let local = self.repository.to_thread_local();
        let tree = local.find_commit(self.commit).ok()?.tree().ok()?;
        let entry = tree.lookup_entry_by_path(path).ok()??;
        let is_file = matches!(entry.mode().kind(), EntryKind::Blob | EntryKind::BlobExecutable);
        let id = Some(entry.object_id()).filter(|_| is_file)?;
        let is_small = local.find_header(id).is_ok_and(|header| header.size() <= MAX_FILE_BYTES);
        let mut blob = is_small.then(|| local.find_object(id).ok()).flatten()?;
        Some(std::mem::take(&mut blob.data))
    }
}

/// Refuses what is no name of a revision before git reads it: its reader knows more forms than names.
fn check_name(revision: &str) -> Result<(), GitError> {
    // What `git check-ref-format` refuses, but for `~`, `^` and `@{`, by which other commits are reached from a name.
    let odd = |character: char| character.is_control() || " :?*[\\".contains(character);
    if revision.is_empty() || revision.starts_with('-') || revision.contains("..") || revision.chars().any(odd) {
        return Err(GitError::BadName(revision.escape_default().to_string()));
    }
    Ok(())
}

pub(super) fn open_repository(root: &Path) -> Result<(gix::ThreadSafeRepository, String), GitError> {
    let (git_root, prefix) = find_repository(root)?;
    if let Some(error) = unread_form(root) {
        return Err(error);
    }
    let unreadable = |reason: String| GitError::Unreadable { path: git_root.display().to_string(), reason };
    let repository = gix::ThreadSafeRepository::open_opts(git_root.clone(), gix::open::Options::isolated())
        .map_err(|error| unreadable(error.to_string()))?;
    Ok((repository, prefix))
}

/// Returns why the repository that holds a folder is of a form that is not read; `None` for one that is, and without git.
#[must_use]
pub fn unread_form(root: &Path) -> Option<GitError> {
    let (top, _) = find_repository(root).ok()?;
    let config = gix::config::File::from_path_no_includes(config_file(&top)?, gix::config::Source::Local).ok()?;
    let has =
        |key: &str, value: &str| config.string(key).is_some_and(|found| found.eq_ignore_ascii_case(value.as_bytes()));
    let (_, _, form) = FORMS.iter().find(|(key, value, _)| has(key, value))?;
    Some(GitError::Form { path: top.display().to_string(), form })
}

/// Returns the configuration of a repository, which linked work trees and submodules keep elsewhere.
fn config_file(top: &Path) -> Option<PathBuf> {
    let link = |path: PathBuf| {
        let text = String::from_utf8(read_file(&path).ok()?).ok()?;
        Some(text.strip_prefix("gitdir:").unwrap_or(&text).trim().to_owned())
    };
    let dot = top.join(".git");
    let folder = if dot.is_dir() { dot } else { top.join(link(dot)?) };
    let common = link(folder.join("commondir")).map_or_else(|| folder.clone(), |common| folder.join(common));
    Some(common.join("config"))
}

fn shallow_hint(local: &gix::Repository) -> &'static str {
    if local.is_shallow().unwrap_or(false) { SHALLOW } else { "" }
}

fn find_commit(local: &gix::Repository, revision: &str) -> Result<ObjectId, GitError> {
    let unknown = || GitError::Unknown(revision.to_owned(), shallow_hint(local));
    let id = local.rev_parse_single(revision.as_bytes().as_bstr()).map_err(|_| unknown())?;
    let object = id.object().map_err(|_| GitError::Missing(revision.to_owned()))?;
    Ok(object.peel_to_commit().map_err(|_| unknown())?.id)
}

impl Tree for GitTree {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let wanted = self.blobs.keys().filter(|path| path::is_wanted(path, options));
        let files = wanted.map(|path| Entry { path: path.clone(), size: None }).collect();
        let skipped = self.skipped.iter().filter(|skipped| path::is_wanted(&skipped.path, options)).cloned().collect();
        Ok(Listing { files, skipped, left_out: Vec::new() })
    }

    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        let id = self.blobs.get(path).ok_or(ReadError::NotFound)?;
        let local = self.repository.to_thread_local();
        if !local.has_object(*id) {
            return Err(ReadError::Missing);
        }
        let size = local.find_header(*id).map_err(|error| ReadError::Io(error.to_string()))?.size();
        if size > most {
            return Err(ReadError::TooLarge { size, most });
        }
        let mut blob = local.find_object(*id).map_err(|error| ReadError::Io(error.to_string()))?;
        Ok(std::mem::take(&mut blob.data))
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        let Some(id) = self.blobs.get(path) else { return false };
        let is_it = |bytes: &[u8]| {
            gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).is_ok_and(|hashed| hashed == *id)
        };
        // A checkout may write other line ends than the commit has (`core.autocrlf`, `eol=crlf`): that changes no file.
        is_it(bytes) || without_returns(bytes).is_some_and(|bytes| is_it(&bytes))
    }

    fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        GitTree::read_from_top(self, path)
    }

    fn prefix(&self) -> String {
        if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix.trim_end_matches('/')) }
    }

    fn has_folder(&self, path: &str) -> bool {
        path.is_empty() || self.folders.contains(path)
    }

    fn label(&self) -> String {
        self.revision.clone()
    }
}

/// Returns a text with line feeds alone at the ends of its lines; `None` where it has no other ends.
fn without_returns(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut returns = memchr::memmem::find_iter(bytes, b"\r\n").peekable();
    returns.peek()?;
    let mut text = Vec::with_capacity(bytes.len());
    let mut start = 0;
    for at in returns {
        text.extend_from_slice(&bytes[start..at]);
        start = at + 1;
    }
    text.extend_from_slice(&bytes[start..]);
    Some(text)
}

/// The commit a work tree stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 40 hexadecimal digits.
    pub id: String,
    /// When it was made, in seconds since 1970.
    pub seconds: i64,
}

/// Returns the commit that the work tree around a folder stands on; `None` without git or commits.
#[must_use]
pub fn head_commit(root: &Path) -> Option<Head> {
    let (git_root, _) = find_repository(root).ok()?;
    let repository = gix::open_opts(git_root, gix::open::Options::isolated()).ok()?;
    let commit = repository.head_commit().ok()?;
    Some(Head { id: commit.id.to_string(), seconds: commit.time().ok()?.seconds })
}

/// Returns the address of the remote `origin` as git has it; `None` without git or such a remote.
#[must_use]
pub fn origin(root: &Path) -> Option<String> {
    let (git_root, _) = find_repository(root).ok()?;
    let repository = gix::open_opts(git_root, gix::open::Options::isolated()).ok()?;
    Some(repository.config_snapshot().string("remote.origin.url")?.to_string())
}

/// Returns the path of a folder below the top of its git repository; `None` without one.
#[must_use]
pub fn repository_prefix(root: &Path) -> Option<String> {
    find_repository(root).ok().map(|(_, prefix)| prefix)
}

/// Returns the top of the git repository that holds a folder; `None` without one.
#[must_use]
pub fn repository_top(root: &Path) -> Option<PathBuf> {
    find_repository(root).ok().map(|(top, _)| top)
}

/// Finds the folder with `.git` at or above `root`, and the path of `root` below it.
pub(super) fn find_repository(root: &Path) -> Result<(PathBuf, String), GitError> {
    let none = || GitError::NoRepository(root.display().to_string());
    let root = std::path::absolute(root).map_err(|_| none())?;
    let holder = root.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).ok_or_else(none)?;
    let below = root.strip_prefix(holder).map_err(|_| none())?;
    let prefix: Vec<&str> = below.iter().map(|part| part.to_str().unwrap_or("")).collect();
    Ok((holder.to_path_buf(), prefix.join("/")))
}

pub(super) fn below<'a>(full: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() { Some(full) } else { full.strip_prefix(prefix)?.strip_prefix('/') }
}
