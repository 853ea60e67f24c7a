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
    #[error("`{0}` is not in a git repository")]
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
    #[error("`{0}` is not a revision: a name may not be empty, begin with `-` or hold control characters")]
    BadName(String),
    /// The revision is not in the repository.
    #[error("the revision `{0}` is not in this repository{1}")]
    Unknown(String, &'static str),
    /// An object that the revision needs is missing.
    #[error(
        "an object of the revision `{0}` is missing: fetch the full history and all objects first (`git fetch --unshallow`, or a fetch depth of 0)"
    )]
    Missing(String),
}

/// The files of one commit below one folder of the repository.
pub struct GitTree {
    repository: gix::ThreadSafeRepository,
    commit: ObjectId,
    revision: String,
    blobs: BTreeMap<String, ObjectId>,
    folders: BTreeSet<String>,
    skipped: Vec<Skipped>,
}

impl GitTree {
    /// Opens `revision` of the repository that holds the folder `root`; paths are relative to `root`.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn open(root: &Path, revision: &str) -> Result<GitTree, GitError> {
        let odd = |character: char| character.is_control() || character == ' ';
        if revision.is_empty() || revision.starts_with('-') || revision.chars().any(odd) {
            return Err(GitError::BadName(revision.escape_default().to_string()));
        }
        let (git_root, prefix) = find_repository(root)?;
        let unreadable = |reason: String| GitError::Unreadable { path: git_root.display().to_string(), reason };
        let repository = gix::ThreadSafeRepository::open_opts(git_root.clone(), gix::open::Options::isolated())
            .map_err(|error| unreadable(error.to_string()))?;
        let local = repository.to_thread_local();
        let shallow =
            if local.is_shallow().unwrap_or(false) { " (it is a shallow clone: fetch with a depth of 0)" } else { "" };
        let unknown = || GitError::Unknown(revision.to_owned(), shallow);
        let missing = || GitError::Missing(revision.to_owned());
        let id = local.rev_parse_single(revision.as_bytes().as_bstr()).map_err(|_| unknown())?;
        let commit = id.object().map_err(|_| missing())?.peel_to_commit().map_err(|_| unknown())?;
        let commit_id = commit.id;
        let tree = commit.tree().map_err(|_| missing())?;
        let files = tree.traverse().breadthfirst.files().map_err(|_| missing())?;

        let mut opened = GitTree {
            commit: commit_id,
            revision: revision.to_owned(),
            blobs: BTreeMap::new(),
            folders: BTreeSet::new(),
            skipped: Vec::new(),
            repository,
        };
        for entry in files {
            let Ok(full) = entry.filepath.to_str() else { continue };
            let Some(relative) = below(full, &prefix) else { continue };
            match entry.mode.kind() {
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    let mut folder = path::parent(relative);
                    while !folder.is_empty() && opened.folders.insert(folder.to_owned()) {
                        folder = path::parent(folder);
                    }
                    opened.blobs.insert(relative.to_owned(), entry.oid);
                }
                EntryKind::Link => {
                    opened.skipped.push(Skipped {
                        path: relative.to_owned(),
                        reason: "it is a link".to_owned(),
                        is_failure: false,
                    });
                }
                EntryKind::Commit => {
                    opened.skipped.push(Skipped {
                        path: relative.to_owned(),
                        reason: "it is a submodule".to_owned(),
                        is_failure: false,
                    });
                }
                EntryKind::Tree => {}
            }
        }
        Ok(opened)
    }

    /// Returns the commit id, 40 hexadecimal digits.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }
}

impl Tree for GitTree {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let local = self.repository.to_thread_local();
        let mut files = Vec::new();
        for (path, id) in self.blobs.iter().filter(|(path, _)| path::is_wanted(path, options)) {
            let size = local.find_header(*id).map_err(|error| ReadError::Io(error.to_string()))?.size();
            files.push(Entry { path: path.clone(), size });
        }
        let skipped = self.skipped.iter().filter(|skipped| path::is_wanted(&skipped.path, options)).cloned().collect();
        Ok(Listing { files, skipped })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let id = self.blobs.get(path).ok_or(ReadError::NotFound)?;
        let local = self.repository.to_thread_local();
        let size = local.find_header(*id).map_err(|error| ReadError::Io(error.to_string()))?.size();
        if size > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge { size });
        }
        let mut blob = local.find_object(*id).map_err(|error| ReadError::Io(error.to_string()))?;
        Ok(std::mem::take(&mut blob.data))
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

/// Returns the path of a folder below the top of its git repository; `None` without one.
#[must_use]
pub fn repository_prefix(root: &Path) -> Option<String> {
    find_repository(root).ok().map(|(_, prefix)| prefix)
}

/// Finds the folder with `.git` at or above `root`, and the path of `root` below it.
fn find_repository(root: &Path) -> Result<(PathBuf, String), GitError> {
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
