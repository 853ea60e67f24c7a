//! A revision of a git repository, read from its objects without a checkout. No configuration
//! outside the repository, hook, filter or alias takes part.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::tree::EntryKind;

use super::{Entry, Listing, MAX_FILE_BYTES, ReadError, Skipped, Tree, WalkOptions, path};

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
        "`{0}` is not a revision: a name may not be empty, begin with `-`, or hold blanks and signs that no branch has"
    )]
    BadName(String),
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
                    opened.skipped.push(Skipped {
                        path: relative.to_owned(),
                        reason: "it is a submodule".to_owned(),
                        is_failure: false,
                    });
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
            self.skipped.push(Skipped { path: path.clone(), reason: reason.to_owned(), is_failure: false });
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
    let odd = |character: char| character.is_control() || " :?*[\\\"'`$&|;<>()!".contains(character);
    if revision.is_empty() || revision.starts_with('-') || revision.contains("..") || revision.chars().any(odd) {
        return Err(GitError::BadName(revision.escape_default().to_string()));
    }
    Ok(())
}

fn open_repository(root: &Path) -> Result<(gix::ThreadSafeRepository, String), GitError> {
    let (git_root, prefix) = find_repository(root)?;
    let unreadable = |reason: String| GitError::Unreadable { path: git_root.display().to_string(), reason };
    let repository = gix::ThreadSafeRepository::open_opts(git_root.clone(), gix::open::Options::isolated())
        .map_err(|error| unreadable(error.to_string()))?;
    Ok((repository, prefix))
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
        Ok(Listing { files, skipped })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let id = self.blobs.get(path).ok_or(ReadError::NotFound)?;
        let local = self.repository.to_thread_local();
        if !local.has_object(*id) {
            return Err(ReadError::Missing);
        }
        let size = local.find_header(*id).map_err(|error| ReadError::Io(error.to_string()))?.size();
        if size > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { size });
        }
        let mut blob = local.find_object(*id).map_err(|error| ReadError::Io(error.to_string()))?;
        Ok(std::mem::take(&mut blob.data))
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        let hashed = |id: &ObjectId| gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, bytes).ok();
        self.blobs.get(path).is_some_and(|id| hashed(id).is_some_and(|hashed| hashed == *id))
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

fn below<'a>(full: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() { Some(full) } else { full.strip_prefix(prefix)?.strip_prefix('/') }
}
