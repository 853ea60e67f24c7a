//! Where files come from. Takes a root (a work tree, a git revision or memory), gives paths and
//! bytes; must not know what the files mean. Nothing else in the tool reads files or git.
//!
//! A [`Tree`] is read-only and the same to every later room, whatever stands behind it.

mod cache;
mod chain;
mod checkout;
mod git_tree;
mod history;
mod map;
mod memory_tree;
mod overlay_tree;
mod path;
mod remote;
mod span;
mod submodules;
mod work_tree;

pub use cache::read_cached;
pub use chain::{Chain, ChainReader, Period, PeriodEnd};
pub use git_tree::{GitError, GitTree, Head, head_commit, origin, repository_prefix, repository_top, unread_form};
pub use history::{FileHistory, GoneFile, GoneThing, History, Stamp};
pub use map::{SourceMap, SourceTexts};
pub use memory_tree::MemoryTree;
pub use overlay_tree::OverlayTree;
pub use path::{Globs, is_yaml, join, parent};
pub(crate) use path::{is_below, is_wanted, way};
pub use remote::{is_web_address, web_address};
pub use span::{FileId, LineColumn, LineIndex, Location, Span, Spanned};
pub use submodules::FilledTree;
pub use work_tree::{WorkTree, read_file};

/// The largest file that is read, in bytes (5 MiB): far above any descriptor, far below what
/// could exhaust memory when many files are read at once.
pub const MAX_FILE_BYTES: u64 = 5 * 1024 * 1024;

/// The largest file of JSON results that is read, in bytes (64 MiB): each result of dbt holds its SQL, so that those of a large
/// project pass the limit of other files. They are read one after the other.
pub const MAX_RESULT_BYTES: u64 = 64 * 1024 * 1024;

/// How many entries of one tree of git are compared: far above any registry, far below what a tree that
/// repeats itself without end would cost.
const MAX_TREE_ENTRIES: usize = 5_000_000;

/// The file by which a built site is known, in its top folder.
pub const SITE_MANIFEST: &str = ".meshfolio-manifest.json";

/// Says a size above the limit in MiB, rounded up to hundredths so that it never looks like the limit.
fn mebibytes(size: u64) -> String {
    let hundredths = size.saturating_mul(100).div_ceil(1024 * 1024);
    format!("{}.{:02} MiB", hundredths / 100, hundredths % 100)
}

/// One file of a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Relative path with `/` on every system.
    pub path: String,
    /// Size in bytes, where the tree knows it without opening the file.
    pub size: Option<u64>,
}

/// Something in a tree that was seen and deliberately not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Relative path with `/`.
    pub path: String,
    /// Why, as a clause that can follow "was not read: ".
    pub reason: String,
    /// It should have been read: the system did not let it happen.
    pub is_failure: bool,
    /// What to do, where that is not to put a file there.
    pub remedy: Option<String>,
}

impl Skipped {
    /// Something that is not to be read as it is.
    fn new(path: impl Into<String>, reason: impl Into<String>) -> Skipped {
        Skipped { path: path.into(), reason: reason.into(), is_failure: false, remedy: None }
    }
}

/// What a walk found, both lists sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Regular files, sorted by path.
    pub files: Vec<Entry>,
    /// Links, special files, unreadable folders and submodules without their files, sorted by path.
    pub skipped: Vec<Skipped>,
    /// Files that git has here and a sparse checkout leaves out of the folder, sorted; of whole folders that are left out
    /// sometimes only the path, with a slash at its end.
    pub left_out: Vec<String>,
}

/// What to walk.
#[derive(Clone, Debug, Default)]
pub struct WalkOptions {
    /// Folders to walk, relative to the root; an empty string is the root itself.
    pub roots: Vec<String>,
    /// Paths that match are left out.
    pub exclude: Globs,
    /// A folder (relative) that is left out, with all below it: the output of a build.
    pub output: Option<String>,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("it does not exist")]
    NotFound,
    /// The system does not let this user read it.
    #[error("permission denied")]
    Denied,
    /// The file is larger than what was asked for, which is mostly [`MAX_FILE_BYTES`].
    #[error("it has {}; the limit is {} MiB", mebibytes(*size), most / (1024 * 1024))]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The most bytes it may have.
        most: u64,
    },
    /// The repository does not hold the file's content: a clone that left objects out.
    #[error("its content is not in this clone")]
    Missing,
    /// The path leads out of the root, or to something that is no regular file.
    #[error("{0}")]
    Refused(String),
    /// The system or git says no.
    #[error("{0}")]
    Io(String),
}

impl ReadError {
    /// Says whether something is there that the system does not let be read.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, ReadError::Denied | ReadError::Io(_))
    }
}

/// A read-only set of files.
pub trait Tree: Sync {
    /// Lists the files below the roots of `options`, sorted by path. Hidden files and folders
    /// (names that begin with a dot) are left out, links are never followed.
    ///
    /// # Errors
    /// When a root folder exists but cannot be listed at all.
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError>;

    /// Reads one file of at most [`MAX_FILE_BYTES`] by its relative path.
    ///
    /// # Errors
    /// See [`ReadError`]; a path that leaves the root is refused.
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        self.read_up_to(path, MAX_FILE_BYTES)
    }

    /// Reads one file of at most so many bytes by its relative path.
    ///
    /// # Errors
    /// As [`Tree::read`].
    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError>;

    /// Says whether the file at this path holds just these bytes. A tree that knows what its files hold
    /// answers without reading them.
    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.read(path).is_ok_and(|own| own == bytes)
    }

    /// Says whether a folder exists at this relative path; the empty path is the root.
    fn has_folder(&self, path: &str) -> bool;

    /// Returns the words for this tree in messages: a folder or a revision.
    fn label(&self) -> String;

    /// Reads a file by its path from the top of the repository, where forges keep files of their own. A tree without a
    /// repository is its own top.
    fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path).ok()
    }

    /// Returns the path of the root below the top of the repository, with a slash at its end; empty at the top.
    fn prefix(&self) -> String {
        String::new()
    }
}
