//! Renders all files, compares them with what is there, and puts the new ones into staging.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer")]

use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::super::error::{WriteError, cannot};
use super::manifest::{Checksum, Manifest};
use super::place::{Place, Standing};
use crate::render::{FileSet, OutPath};

/// The most files that one thread takes at a time: with many more, the last thread would be left alone at the end.
const TAKEN: usize = 16;

/// How much of an existing file is read at a time to compare it, in bytes.
const COMPARE_BYTES: usize = 64 * 1024;

/// All files of a site after rendering, by position in the file set.
#[derive(Debug)]
pub(super) struct Staged {
    /// What was made at each position.
    pub made: Vec<Made>,
    /// A file of the last build that is where a folder belongs, or the reverse, or that differs
    /// from a new one in case only: then files cannot be moved one by one.
    pub conflict: Option<PathBuf>,
}

/// One rendered file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    /// The checksum of its bytes.
    pub checksum: Checksum,
    /// Its size in bytes; no file of a site is as large as this can say.
    pub size_bytes: u32,
    /// It is in staging; else the output holds the same bytes.
    pub is_new: bool,
}

impl Staged {
    /// Returns the number of files in staging.
    pub(super) fn n_new(&self) -> usize {
        self.made.iter().filter(|made| made.is_new).count()
    }

    /// Returns the size of all files in bytes.
    pub(super) fn bytes_total(&self) -> u64 {
        self.made.iter().map(|made| u64::from(made.size_bytes)).sum()
    }

    /// Returns the manifest of the new site.
    pub(super) fn manifest(&self, files: &FileSet) -> Manifest {
        let line = |(position, made): (usize, &Made)| (files.path(position).clone(), Some(made.checksum));
        Manifest::of(self.made.iter().enumerate().map(line).collect())
    }
}

/// Refuses two paths that are one where case does not count, and a file that is also a folder.
pub(super) fn check_names(files: &FileSet) -> Result<(), WriteError> {
    // No two paths are equal, so that only those with a capital can be one with another.
    let mut by_name: HashMap<String, &OutPath> = HashMap::new();
    let collision = |a: &OutPath, b: &OutPath| {
        let (first, second) = if a < b { (a, b) } else { (b, a) };
        WriteError::Collision { first: first.to_string(), second: second.to_string() }
    };
    let paths = || (0..files.len()).map(|position| files.path(position));
    let in_small = |name: &str| files.position(name).map(|position| files.path(position));
    for path in paths().filter(|path| path.as_str().bytes().any(|byte| byte.is_ascii_uppercase())) {
        let name = path.as_str().to_ascii_lowercase();
        if let Some(other) = in_small(&name) {
            return Err(collision(other, path));
        }
        if let Some(other) = by_name.insert(name, path) {
            return Err(collision(other, path));
        }
    }
    // Paths are sorted: those of one folder mostly stand together, and its folders are looked at once.
    let mut last = "";
    for path in paths() {
        let folder = folders_of(path.as_str()).next().unwrap_or_default();
        if folder == std::mem::replace(&mut last, folder) {
            continue;
        }
        let name = folder.to_ascii_lowercase();
        let mut all = std::iter::once(name.as_str()).chain(folders_of(&name)).filter(|name| !name.is_empty());
        if let Some(file) = all.find_map(|name| in_small(name).or_else(|| by_name.get(name).copied())) {
            return Err(collision(file, path));
        }
    }
    Ok(())
}

/// Returns the folders that hold a relative path, the nearest first.
pub(super) fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices('/').map(|(end, _)| &path[..end])
}

/// Renders every file; those that differ from what the output holds are in staging afterwards.
pub(super) fn stage(
    place: &Place,
    standing: &Standing,
    files: &FileSet,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Staged, WriteError> {
    let conflict = Mutex::new(None);
    let last = match standing {
        Standing::Ours(manifest) => Some(Last::look(place, manifest, files, &conflict)?),
        Standing::Missing | Standing::Blank => None,
    };
    let n_done = AtomicUsize::new(0);
    let made: Mutex<Vec<Option<Made>>> = Mutex::new(vec![None; files.len()]);
    let keep = |position: usize, bytes: Vec<u8>| {
        let path = files.path(position);
        let checksum = Checksum::of(&bytes);
        let is_new = match &last {
            Some(last) => !last.holds(place, path, (&bytes, checksum), &conflict)?,
            None => true,
        };
        if is_new {
            let staged = place.staging.join(path.as_str());
            if begins_folder(files, position)
                && let Some(folder) = staged.parent()
            {
                // One that is there or cannot be made yet is no matter: the file finds out.
                _ = fs::create_dir(folder);
            }
            with_folders(&staged, |staged| write_new(staged, &bytes)).map_err(cannot("write", &staged))?;
        }
        progress(n_done.fetch_add(1, Ordering::Relaxed) + 1);
        let size_bytes = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        // One list with a place for each file: lists that grow and are joined take several times its memory.
        made.lock().unwrap_or_else(PoisonError::into_inner)[position] = Some(Made { checksum, size_bytes, is_new });
        Ok(())
    };
    let make = |position: usize| {
        let render = |source| WriteError::Render { path: files.path(position).to_string(), source };
        files.made_at(position).map_err(render)?.into_iter().try_for_each(|(at, bytes)| keep(at, bytes))
    };
    let make_all = |positions: Range<usize>| positions.into_par_iter().with_max_len(TAKEN).try_for_each(make);
    let late = files.late();
    make_all(late.clone())?;
    files.forget_late();
    make_all(0..late.start)?;
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    let made =
        made.into_iter().map(|made| made.expect("a file is made at its own position or with the one it is like"));
    let made = made.collect();
    let conflict = conflict.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Staged { made, conflict })
}

/// Says whether the file before one lies in another folder, so that the folder is likely not there yet: to make it
/// costs less than to fail first.
fn begins_folder(files: &FileSet, position: usize) -> bool {
    let Some(folder) = folders_of(files.path(position).as_str()).next() else { return false };
    let before = position.checked_sub(1).map_or("", |before| files.path(before).as_str());
    !before.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Does something with a path; where that fails because its folder is missing, makes the folder
/// and does it again. So each folder is made once and no file costs a look at its folder.
pub(super) fn with_folders(path: &Path, act: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    match act(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(path.parent().unwrap_or(path))?;
            act(path)
        }
        done => done,
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// The site of the last build, as the new one finds it.
struct Last<'a> {
    manifest: &'a Manifest,
    /// Folders of the new site that exist and are folders, not links.
    real_folders: BTreeSet<&'a str>,
}

impl<'a> Last<'a> {
    /// Looks at every folder of the new site; a link or a foreign file there is refused.
    fn look(
        place: &Place,
        manifest: &'a Manifest,
        files: &'a FileSet,
        conflict: &Mutex<Option<PathBuf>>,
    ) -> Result<Last<'a>, WriteError> {
        let mut folders = BTreeSet::new();
        for position in 0..files.len() {
            for folder in folders_of(files.path(position).as_str()) {
                if !folders.insert(folder) {
                    break;
                }
            }
        }
        // In the order of paths a folder comes after the one that holds it.
        let mut real_folders = BTreeSet::new();
        for folder in folders {
            if folders_of(folder).next().is_some_and(|parent| !real_folders.contains(parent)) {
                continue;
            }
            let path = place.out.join(folder);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => _ = real_folders.insert(folder),
                Ok(metadata) if metadata.is_symlink() => return Err(WriteError::Link { path }),
                Ok(_) if is_listed(manifest, folder) => note(conflict, path),
                Ok(_) => return Err(WriteError::InTheWay { path }),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(cannot("look at", &path)(error)),
            }
        }

        // Where case does not count, the old file is the new one, and removing it loses both.
        let names = |path: &OutPath| path.as_str().to_ascii_lowercase();
        let gone = manifest.paths().filter(|path| files.position(path.as_str()).is_none());
        let gone: HashMap<String, &OutPath> = gone.map(|path| (names(path), path)).collect();
        if !gone.is_empty()
            && let Some(path) = (0..files.len()).find_map(|position| gone.get(&names(files.path(position))))
        {
            note(conflict, place.out.join(path.as_str()));
        }
        Ok(Last { manifest, real_folders })
    }

    /// Says whether the output holds a file with these bytes; refuses what stands in the way.
    fn holds(
        &self,
        place: &Place,
        path: &OutPath,
        (bytes, checksum): (&[u8], Checksum),
        conflict: &Mutex<Option<PathBuf>>,
    ) -> Result<bool, WriteError> {
        if folders_of(path.as_str()).next().is_some_and(|folder| !self.real_folders.contains(folder)) {
            return Ok(false);
        }
        let full = place.out.join(path.as_str());
        let metadata = match fs::symlink_metadata(&full) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(cannot("look at", &full)(error)),
            Ok(metadata) => metadata,
        };
        if metadata.is_dir() {
            let below = format!("{path}/");
            if !self.manifest.paths().any(|listed| listed.as_str().starts_with(&below)) {
                return Err(WriteError::InTheWay { path: full });
            }
            note(conflict, full);
            return Ok(false);
        }
        let Some(may_hold) = self.manifest.may_hold(path, checksum) else {
            return Err(WriteError::InTheWay { path: full });
        };
        // The manifest saves reading what surely differs; it is no proof of what is there now.
        let may_equal = metadata.is_file() && metadata.len() == bytes.len() as u64 && may_hold;
        Ok(may_equal && has_bytes(&full, bytes).map_err(cannot("read", &full))?)
    }
}

fn is_listed(manifest: &Manifest, path: &str) -> bool {
    OutPath::new(path).is_ok_and(|path| manifest.has(&path))
}

fn note(conflict: &Mutex<Option<PathBuf>>, path: PathBuf) {
    let mut conflict = conflict.lock().unwrap_or_else(PoisonError::into_inner);
    if conflict.as_ref().is_none_or(|first| path < *first) {
        *conflict = Some(path);
    }
}

fn has_bytes(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut rest = bytes;
    let mut buffer = vec![0; COMPARE_BYTES.min(bytes.len() + 1)];
    loop {
        let n_read = match file.read(&mut buffer) {
            Ok(n_read) => n_read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if n_read == 0 {
            return Ok(rest.is_empty());
        }
        match rest.strip_prefix(&buffer[..n_read]) {
            Some(left) => rest = left,
            None => return Ok(false),
        }
    }
}
