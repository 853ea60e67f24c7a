//! What the log of git knows about files: who made them, when, and how often they changed. Takes a
//! repository and a commit, gives one record for each YAML file; must not know what the files mean.
//!
//! - The log is walked once. A commit whose folder is that of its parent costs nothing, and of the
//!   others only the folders are read that differ.
//! - The chain of first parents is what was published. What a merge brought in is told by the
//!   commits of its branch, as `git log` does; a merge that made something of its own is told itself.
//! - So the record of a file follows from the commit alone, and a record that was kept from an
//!   earlier commit of the chain ([`History::kept`]) goes on to the same bytes as a whole walk.
//! - No configuration outside the repository, hook, filter or alias takes part.

mod compare;
mod departed;
mod identity;
mod log;
mod packs;
mod state;
mod stored;

use std::collections::BTreeMap;
use std::path::Path;

use gix::ObjectId;
use jiff::civil::Date;

use super::git_tree::{GitError, find_repository};

/// A commit, as far as pages tell of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// 40 hexadecimal digits.
    pub id: String,
    /// The author's name; control characters are blanks.
    pub author: String,
    /// The author's address; it is never shown, but says which team the author is of.
    pub email: String,
}

impl Stamp {
    /// Returns the day of the commit, UTC.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        let stamp = jiff::Timestamp::from_second(self.seconds).ok()?;
        Some(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }
}

/// What the log says about a file; numbers are positions among the commits of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Record {
    created: Option<u32>,
    since: Option<u32>,
    changed: u32,
    n_changes: u32,
}

/// What the log says about one file that is there at the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHistory<'a> {
    /// The commit that made it, under whatever name; `None` when that lies before a shallow clone begins.
    pub created: Option<&'a Stamp>,
    /// The commit since which its top-level `version` is what it is; of a file without one, that made it.
    pub since: Option<&'a Stamp>,
    /// The last commit that changed it.
    pub changed: &'a Stamp,
    /// How many commits changed it, the one that made it included.
    pub n_changes: u32,
}

/// What a file described that is no longer there, and when it went.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Departed {
    record: Record,
    /// The commit that removed it.
    removed: u32,
    thing: GoneThing,
}

/// What a file that is gone said of itself when it was last there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GoneThing {
    /// `kind`.
    pub kind: String,
    /// `id`.
    pub id: String,
    /// `name`; empty when not stated, as the rest.
    pub name: String,
    /// `version`.
    pub version: String,
    /// `domain`.
    pub domain: String,
    /// `owner`, or the name of `team`.
    pub owner: String,
}

/// A file that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoneFile<'a> {
    /// Where it was.
    pub path: &'a str,
    /// What it described.
    pub thing: &'a GoneThing,
    /// The commit that made it; `None` when that lies before a shallow clone begins.
    pub created: Option<&'a Stamp>,
    /// The commit that removed it.
    pub removed: &'a Stamp,
    /// How many commits made or changed it, the one that removed it left out.
    pub n_changes: u32,
}

/// What the log says about the YAML files below one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The commit, 40 hexadecimal digits.
    pub commit: String,
    /// The clone is shallow: what lies before its first commits is not known.
    pub is_shallow: bool,
    /// How many commits were walked for this; the rest was kept from an earlier run.
    pub n_walked: usize,
    /// By time and id.
    stamps: Vec<Stamp>,
    files: BTreeMap<String, Record>,
    /// Files that described something and are gone, by their last path.
    gone: BTreeMap<String, Departed>,
}

impl History {
    /// Reads the history up to a commit of the repository that holds the folder `root`; paths are relative to
    /// `root`. `kept` are the bytes of [`History::kept`] of an earlier run; bytes that do not fit change nothing.
    ///
    /// # Errors
    /// When there is no repository, or it lacks objects.
    pub fn read(root: &Path, commit: &str, kept: Option<&[u8]>) -> Result<History, GitError> {
        let (git_root, prefix) = find_repository(root)?;
        let unreadable = |reason: String| GitError::Unreadable { path: git_root.display().to_string(), reason };
        let repository = gix::ThreadSafeRepository::open_opts(git_root.clone(), gix::open::Options::isolated())
            .map_err(|error| unreadable(error.to_string()))?;
        let head = ObjectId::from_hex(commit.as_bytes()).map_err(|_| GitError::Unknown(commit.to_owned(), ""))?;
        let kept = kept.and_then(|bytes| stored::read(bytes, &prefix));
        if let Some(kept) = kept.as_ref().filter(|kept| kept.commit == commit && !log::is_shallow(&repository)) {
            return Ok(kept.clone());
        }
        let walk = log::plan(&repository, head, kept.as_ref().map(|kept| kept.commit.as_str()))
            .map_err(|_| GitError::Missing(commit.to_owned()))?;
        let start = kept.filter(|_| walk.goes_on);
        let mut state = state::State::new(start.as_ref());
        state.follow(&repository, &walk, &prefix).map_err(|_| GitError::Missing(commit.to_owned()))?;
        Ok(state.finish(commit.to_owned(), &walk))
    }

    /// Returns what the log says about a file; `None` for one that is not in the commit, or that has not
    /// changed since a shallow clone begins.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileHistory<'_>> {
        let record = self.files.get(path)?;
        let stamp = |idx: u32| self.stamps.get(idx as usize);
        Some(FileHistory {
            created: record.created.and_then(stamp),
            since: record.since.and_then(stamp),
            changed: stamp(record.changed)?,
            n_changes: record.n_changes,
        })
    }

    /// Returns the files that described something and are gone, in the order of their paths. A file that
    /// was moved, or came back, is not among them.
    pub fn gone(&self) -> impl Iterator<Item = GoneFile<'_>> {
        let stamp = |idx: u32| self.stamps.get(idx as usize);
        self.gone.iter().filter_map(move |(path, departed)| {
            Some(GoneFile {
                path,
                thing: &departed.thing,
                created: departed.record.created.and_then(stamp),
                removed: stamp(departed.removed)?,
                n_changes: departed.record.n_changes,
            })
        })
    }

    /// Returns how many files it tells of.
    #[must_use]
    pub fn n_files(&self) -> usize {
        self.files.len()
    }

    /// Returns the bytes from which a later run goes on, for the folder at `root`; `None` for a shallow
    /// clone, whose beginning may move.
    #[must_use]
    pub fn kept(&self, root: &Path) -> Option<Vec<u8>> {
        let (_, prefix) = find_repository(root).ok()?;
        (!self.is_shallow).then(|| stored::write(self, &prefix))
    }
}
