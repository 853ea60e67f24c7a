//! Why nothing, or not all, was written.

use std::io;
use std::path::{Path, PathBuf};

use crate::render::RenderError;

/// Why files could not be written. Up to [`WriteError::Render`] nothing has been changed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder may never be an output.
    #[error("`{path}` cannot be the output folder: {reason}")]
    Forbidden {
        /// The folder as it resolves.
        path: PathBuf,
        /// Why, as a clause.
        reason: String,
    },
    /// The folder holds files that no build has written.
    #[error(
        "`{path}` holds files that meshfolio did not write, such as `{entry}`: choose another folder with `--out`, or empty it first"
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// The first such entry.
        entry: String,
    },
    /// Something that no build has written stands where a file of the site belongs.
    #[error(
        "`{path}` is in the way: the site has a file of this name, and meshfolio did not write this one; move it away first"
    )]
    InTheWay {
        /// What is there.
        path: PathBuf,
    },
    /// A link stands where a folder of the site belongs.
    #[error("`{path}` is a link where the site has a folder, and links are never written through: remove it first")]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// The list of files written by the last build cannot be trusted.
    #[error("the manifest `{path}` cannot be used: {reason}; delete the output folder and build again")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why, as a clause.
        reason: String,
    },
    /// Another build holds the output.
    #[error("another build{} is writing `{path}`: wait for it to end", of_process(*pid))]
    Locked {
        /// The output folder.
        path: PathBuf,
        /// The process of that build, where it is known.
        pid: Option<u32>,
    },
    /// Two files would be one on a file system that ignores case, or a file would be a folder.
    #[error("the files `{first}` and `{second}` cannot stand side by side on every file system")]
    Collision {
        /// The first by path.
        first: String,
        /// The other.
        second: String,
    },
    /// A path leads out of its folder, or to something that is never written.
    #[error("`{path}` cannot be written: {reason}")]
    UnsafePath {
        /// The path as given.
        path: String,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// A file is not what it was when it was read.
    #[error("`{path}` was changed by another program meanwhile: nothing was written, so run it again")]
    Changed {
        /// The path as given.
        path: String,
    },
    /// New files would replace others.
    #[error("{} already there, and nothing is overwritten: {}", are(paths.len()), list(paths))]
    Exists {
        /// The relative paths of all that exist.
        paths: Vec<String>,
    },
    /// A page could not be made.
    #[error("`{path}` could not be made: {source}")]
    Render {
        /// The path in the site.
        path: String,
        /// Why.
        source: RenderError,
    },
    /// The system says no.
    #[error("cannot {action} `{path}`: {}", why(error))]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system says, which `why` words.
        error: io::Error,
    },
}

/// Says in words why the system refuses, without the number that it has for it.
fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "the user who runs this may not do that there".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "this file system can only be read".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_owned()
        }
    }
}

/// Names the action and the path of an I/O error, for `map_err`.
pub(super) fn cannot(action: &'static str, path: &Path) -> impl Fn(io::Error) -> WriteError {
    move |error| WriteError::Io { action, path: path.to_path_buf(), error }
}

fn of_process(pid: Option<u32>) -> String {
    pid.map_or(String::new(), |pid| format!(" (process {pid})"))
}

fn are(n_paths: usize) -> &'static str {
    if n_paths == 1 { "one file is" } else { "some files are" }
}

fn list(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    quoted.join(", ")
}
