//! Writes a site to disk: whole or not at all, and only what changed.
//!
//! A build renders into a staging folder beside the output. Only when every file is made is the
//! output touched, in one of two ways: where many files changed, the staging folder is completed
//! with hard links to the rest and takes the place of the output by two renames, so that no
//! reader and no kill finds a mixture; where few of many did, they are moved one by one, because
//! linking all others would cost more than the build. A run killed in between is mended by the
//! next: it compares bytes, and the manifest lists the files of both sites while they are moved.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer")]

mod lock;
mod manifest;
mod place;
mod publish;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use self::lock::Lock;
use self::manifest::Manifest;
use self::place::{Place, Standing};
use super::error::{WriteError, cannot};
use crate::render::FileSet;

/// What an output folder may not be, hold or lie in.
#[derive(Clone, Debug, Default)]
pub struct Protected {
    /// The root of the repository: the output may lie inside it, but not be or hold it.
    pub root: PathBuf,
    /// Folders and files that are read (registry roots, observations, theme): the output may not
    /// be, hold or lie in one of them, unless it is the root or holds the root.
    pub inputs: Vec<PathBuf>,
}

/// What a build did to the output folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of the site.
    pub n_files: usize,
    /// Those that were new or different.
    pub n_written: usize,
    /// Those that were there with the same bytes and were not touched.
    pub n_unchanged: usize,
    /// Files of the last build that are no longer part of the site.
    pub n_removed: usize,
    /// The size of the site in bytes.
    pub bytes_total: u64,
}

/// Refuses a folder that [`write_site`] would refuse for its place or for what stands in it. Changes nothing.
///
/// # Errors
/// See [`WriteError`].
pub fn check_place(out: &Path, protected: &Protected) -> Result<(), WriteError> {
    Place::resolve(out, protected)?.standing().map(|_| ())
}

/// Writes a site into the folder `out`: one that does not exist, that holds nothing but
/// dot-named entries, or that an earlier build has written. Files are rendered in parallel;
/// `progress` gets the number of files that are done, from any thread and not always in order.
///
/// # Errors
/// See [`WriteError`]. The site that was there stays whole, except after an I/O error in the short
/// time in which finished files are moved; the next build mends that.
pub fn write_site(
    out: &Path,
    protected: &Protected,
    files: &FileSet,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Written, WriteError> {
    let place = Place::resolve(out, protected)?;
    stage::check_names(files)?;
    place.standing()?;

    if let Some(parent) = place.out.parent() {
        fs::create_dir_all(parent).map_err(cannot("create", parent))?;
    }
    let _lock = Lock::take(&place.lock, &place.out)?;
    publish::repair(&place)?;
    let standing = place.standing()?;
    let _staging = Staging::create(&place.staging)?;
    let staged = stage::stage(&place, &standing, files, progress)?;
    let last = match standing {
        Standing::Ours(manifest) => manifest,
        Standing::Missing | Standing::Blank => Manifest::default(),
    };
    let n_removed = publish::publish(&place, files, &staged, &last)?;
    Ok(Written {
        n_files: files.len(),
        n_written: staged.n_new(),
        n_unchanged: files.len() - staged.n_new(),
        n_removed,
        bytes_total: staged.bytes_total(),
    })
}

/// The staging folder; removed when it is dropped, however the build ends.
struct Staging<'a>(&'a Path);

impl Staging<'_> {
    fn create(path: &Path) -> Result<Staging<'_>, WriteError> {
        fs::create_dir(path).map_err(cannot("create", path))?;
        Ok(Staging(path))
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // After an exchange it is the output and no longer at this path.
        let _ = fs::remove_dir_all(self.0);
    }
}

#[cfg(test)]
mod tests;
