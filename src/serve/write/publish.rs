//! Puts a finished site into its place, and clears up after builds that were killed.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::super::error::{WriteError, cannot};
use super::manifest::{MANIFEST, Manifest};
use super::place::Place;
use super::stage::{Staged, folders_of, with_folders};
use crate::render::{FileSet, OutPath};

/// So many unchanged files are linked whatever changed: below 20 ms, and no mixture is ever seen.
const N_LINKS_FREE: usize = 2_000;

/// So many more are linked for each changed one: a link costs about as much as a move does, and
/// moving very many files takes long enough for a kill to hit.
const N_LINKS_A_CHANGE: usize = 4;

/// Puts the staged files into the output, removes what is gone and writes the manifest. Returns
/// how many files of the last build were removed.
pub(super) fn publish(place: &Place, files: &FileSet, staged: &Staged, last: &Manifest) -> Result<usize, WriteError> {
    let new = staged.manifest(files);
    if place.out.symlink_metadata().is_err() {
        new.write(&staging_manifest(place), &place.staging.join(MANIFEST))?;
        fs::rename(&place.staging, &place.out).map_err(cannot("create", &place.out))?;
        return Ok(0);
    }
    let n_new = staged.n_new();
    let gone: BTreeSet<&OutPath> = last.paths().filter(|path| !new.has(path)).collect();
    if n_new == 0 && gone.is_empty() {
        if new != *last {
            new.write(&staging_manifest(place), &place.out.join(MANIFEST))?;
        }
        return Ok(0);
    }
    let n_kept = files.len() - n_new;
    let is_worth_linking = n_kept <= N_LINKS_FREE + N_LINKS_A_CHANGE * (n_new + gone.len());
    if let Some(old) = &place.old
        && (is_worth_linking || staged.conflict.is_some())
        && exchange(place, old, files, staged, last, &new)?
    {
        return Ok(gone.len());
    }
    if let Some(path) = &staged.conflict {
        return Err(WriteError::InTheWay { path: path.clone() });
    }
    move_files(place, files, staged, last, &new, &gone)
}

/// Clears up after a build that was killed: brings the old site back where there is none, removes
/// staging. The lock is held.
pub(super) fn repair(place: &Place) -> Result<(), WriteError> {
    remove_litter(&place.staging)?;
    let Some(old) = &place.old else { return Ok(()) };
    match fs::symlink_metadata(old) {
        Ok(metadata) if !metadata.is_dir() => remove_litter(old),
        Ok(_) if fs::symlink_metadata(&place.out).is_err() => {
            fs::rename(old, &place.out).map_err(cannot("restore", &place.out))
        }
        Ok(_) => {
            let listed = Manifest::read(&old.join(MANIFEST)).ok().flatten().unwrap_or_default();
            retire(old, &place.out, &listed);
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

fn remove_litter(path: &Path) -> Result<(), WriteError> {
    let removed = match fs::symlink_metadata(path) {
        Err(_) => Ok(()),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    removed.map_err(cannot("remove", path))
}

fn staging_manifest(place: &Place) -> PathBuf {
    place.staging.join(".meshfolio-manifest.new")
}

/// Completes staging with links to everything else in the output, and exchanges the two. Says
/// `false`, with the output as it was, where that cannot be: foreign folders or links in the
/// output, a file system without hard links, a folder that may not be renamed.
fn exchange(
    place: &Place,
    old: &Path,
    files: &FileSet,
    staged: &Staged,
    last: &Manifest,
    new: &Manifest,
) -> Result<bool, WriteError> {
    let Some(survivors) = survivors(&place.out, last, new) else { return Ok(false) };
    let link = |relative: &Path| {
        let from = place.out.join(relative);
        with_folders(&place.staging.join(relative), |to| fs::hard_link(&from, to))
    };
    let kept = (0..files.len()).into_par_iter().filter(|position| !staged.made[*position].is_new);
    let links = kept.map(|position| link(Path::new(files.path(position).as_str())));
    let linked = links.chain(survivors.par_iter().map(|survivor| link(survivor))).collect::<std::io::Result<()>>();
    let permissions =
        fs::metadata(&place.out).and_then(|metadata| fs::set_permissions(&place.staging, metadata.permissions()));
    if linked.is_err() || permissions.is_err() {
        return Ok(false);
    }
    new.write(&staging_manifest(place), &place.staging.join(MANIFEST))?;
    if fs::rename(&place.out, old).is_err() {
        return Ok(false);
    }
    if let Err(error) = fs::rename(&place.staging, &place.out) {
        fs::rename(old, &place.out).map_err(cannot("restore", &place.out))?;
        return Err(cannot("create", &place.out)(error));
    }
    retire(old, &place.out, last);
    Ok(true)
}

/// Lists the files in the output that no build wrote, relative to it; `None` when there is
/// something among them that cannot be linked.
fn survivors(out: &Path, last: &Manifest, new: &Manifest) -> Option<Vec<PathBuf>> {
    let paths = last.paths().chain(new.paths());
    let folders: BTreeSet<&str> = paths.flat_map(|path| folders_of(path.as_str())).collect();
    let mut survivors = Vec::new();
    for entry in WalkDir::new(out).min_depth(1).follow_links(false) {
        let entry = entry.ok()?;
        let relative = entry.path().strip_prefix(out).ok()?;
        let path = slashed(relative);
        let out_path = path.as_deref().and_then(|path| OutPath::new(path).ok());
        let kind = entry.file_type();
        if kind.is_dir() {
            if !path.is_some_and(|path| folders.contains(path.as_str())) {
                return None;
            }
        } else if path.as_deref() == Some(MANIFEST) || out_path.as_ref().is_some_and(|path| new.has(path)) {
            // Linked as kept, or replaced.
        } else if !kind.is_file() {
            return None;
        } else if !out_path.is_some_and(|path| last.has(&path)) {
            survivors.push(relative.to_path_buf());
        }
    }
    Some(survivors)
}

/// Removes the old site: what a build wrote and what the new site has too. Anything else came in
/// at the last moment and goes over to the new site. What fails is left for the next build.
fn retire(old: &Path, out: &Path, listed: &Manifest) {
    let mut folders = vec![old.to_path_buf()];
    let mut known = Vec::new();
    for entry in WalkDir::new(old).min_depth(1).follow_links(false).into_iter().flatten() {
        let Ok(relative) = entry.path().strip_prefix(old) else { continue };
        if entry.file_type().is_dir() {
            folders.push(entry.path().to_path_buf());
            continue;
        }
        let path = slashed(relative);
        let is_listed = path.and_then(|path| OutPath::new(path).ok()).is_some_and(|path| listed.has(&path));
        let target = out.join(relative);
        if is_listed || relative == Path::new(MANIFEST) || fs::symlink_metadata(&target).is_ok() {
            known.push(entry.path().to_path_buf());
        } else {
            let _ = with_folders(&target, |target| fs::rename(entry.path(), target));
        }
    }
    known.par_iter().for_each(|path| _ = fs::remove_file(path));
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// Moves the staged files into the output one by one, then removes what is gone.
fn move_files(
    place: &Place,
    files: &FileSet,
    staged: &Staged,
    last: &Manifest,
    new: &Manifest,
    gone: &BTreeSet<&OutPath>,
) -> Result<usize, WriteError> {
    let manifest = place.out.join(MANIFEST);
    last.joined(new).write(&staging_manifest(place), &manifest)?;
    for position in (0..files.len()).filter(|position| staged.made[*position].is_new) {
        let path = files.path(position).as_str();
        let from = place.staging.join(path);
        let to = place.out.join(path);
        with_folders(&to, |to| fs::rename(&from, to)).map_err(cannot("write", &to))?;
    }
    let n_removed = remove_gone(&place.out, gone)?;
    new.write(&staging_manifest(place), &manifest)?;
    Ok(n_removed)
}

/// Removes the files and then the folders that this leaves empty; nothing behind a link.
fn remove_gone(out: &Path, gone: &BTreeSet<&OutPath>) -> Result<usize, WriteError> {
    let mut n_removed = 0;
    let mut is_real: BTreeMap<&str, bool> = BTreeMap::new();
    for path in gone {
        let path = path.as_str();
        let mut folders: Vec<&str> = folders_of(path).collect();
        folders.reverse();
        let mut is_reachable = true;
        for folder in folders {
            let is_folder = || fs::symlink_metadata(out.join(folder)).is_ok_and(|metadata| metadata.is_dir());
            is_reachable = is_reachable && *is_real.entry(folder).or_insert_with(is_folder);
        }
        let full = out.join(path);
        if is_reachable && fs::symlink_metadata(&full).is_ok_and(|metadata| metadata.is_file()) {
            match fs::remove_file(&full) {
                Ok(()) => n_removed += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(cannot("remove", &full)(error)),
            }
        }
    }
    for (folder, _) in is_real.iter().rev().filter(|(_, is_real)| **is_real) {
        // It fails, as it should, when something is left inside.
        let _ = fs::remove_dir(out.join(folder));
    }
    Ok(n_removed)
}

/// Returns a relative path with `/`; `None` where it is not valid UTF-8.
fn slashed(relative: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = relative.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
