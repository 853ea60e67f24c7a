//! Rewrites files of the user: all of them or, as far as a file system can, none.
#![expect(clippy::disallowed_methods, reason = "serve is the disk writer")]

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::{WriteError, cannot};
use super::scaffold::{check_folders, check_path};

/// A file with other bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Its path relative to the root, with `/`.
    pub path: String,
    /// What it held when it was read; `None` for a file that was not there.
    pub before: Option<Vec<u8>>,
    /// What it shall hold.
    pub after: Vec<u8>,
}

/// Rewrites files below the folder `root`. Each is made beside its place first and moved there only when all
/// of them are made; when one cannot be moved, those that were get their old bytes again.
///
/// # Errors
/// When a file is not what it was when it was read, is a link, or cannot be written.
pub fn rewrite_files(root: &Path, files: &[Rewrite]) -> Result<(), WriteError> {
    let root = fs::canonicalize(root).map_err(cannot("find", root))?;
    for file in files {
        check_path(&file.path)?;
        check_folders(&root, &file.path)?;
        check_standing(&root.join(&file.path), file)?;
    }
    let mut made = Made::default();
    for file in files {
        made.beside(&root.join(&file.path), file)?;
    }
    for (at, file) in files.iter().enumerate() {
        let path = root.join(&file.path);
        if let Err(error) = fs::rename(&made.files[at], &path) {
            for file in files[..at].iter().rev() {
                restore(&root.join(&file.path), file.before.as_deref());
            }
            return Err(cannot("write", &path)(error));
        }
        made.n_moved = at + 1;
    }
    Ok(())
}

/// Refuses a file that another program has changed since, or that is none.
fn check_standing(path: &Path, file: &Rewrite) -> Result<(), WriteError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => Some(metadata),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(cannot("look at", path)(error)),
    };
    if metadata.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        let reason = "it is a link or no regular file, and those are never rewritten";
        return Err(WriteError::UnsafePath { path: file.path.clone(), reason });
    }
    let standing = metadata.map(|_| fs::read(path).map_err(cannot("read", path))).transpose()?;
    if standing != file.before {
        return Err(WriteError::Changed { path: file.path.clone() });
    }
    Ok(())
}

/// Gives a file its old bytes again; a failure here has no better end than the error that led to it.
fn restore(path: &Path, before: Option<&[u8]>) {
    let _ = match before {
        Some(bytes) => fs::write(path, bytes),
        None => fs::remove_file(path),
    };
}

/// New files beside their places, and folders made for them; what was not moved is removed.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    n_moved: usize,
}

impl Made {
    fn beside(&mut self, path: &Path, file: &Rewrite) -> Result<(), WriteError> {
        let folder = path.parent().unwrap_or(path);
        self.folder(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = folder.join(format!(".{name}.meshfolio-{}", std::process::id()));
        let opened = OpenOptions::new().write(true).create_new(true).open(&beside);
        let mut new = opened.map_err(cannot("write", path))?;
        self.files.push(beside.clone());
        new.write_all(&file.after).and_then(|()| new.sync_all()).map_err(cannot("write", path))?;
        if file.before.is_some() {
            let permissions = fs::metadata(path).map_err(cannot("look at", path))?.permissions();
            fs::set_permissions(&beside, permissions).map_err(cannot("write", path))?;
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Path) -> Result<(), WriteError> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.folder(parent)?;
        }
        fs::create_dir(folder).map_err(cannot("create", folder))?;
        self.folders.push(folder.to_path_buf());
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let is_whole = self.n_moved == self.files.len();
        for file in &self.files[self.n_moved..] {
            let _ = fs::remove_file(file);
        }
        // Folders with files in them stay, as `remove_dir` sees to.
        for folder in self.folders.iter().rev().filter(|_| !is_whole) {
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, before: Option<&str>, after: &str) -> Rewrite {
        Rewrite {
            path: path.to_owned(),
            before: before.map(|text| text.as_bytes().to_vec()),
            after: after.as_bytes().to_vec(),
        }
    }

    fn registry() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("a")).expect("made");
        fs::write(folder.path().join("a/one"), "1").expect("written");
        fs::write(folder.path().join("two"), "2").expect("written");
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry"));
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_rewritten_and_new_ones_made() {
        let folder = registry();
        let files = [file("a/one", Some("1"), "11"), file(".new/deep/three", None, "3")];
        rewrite_files(folder.path(), &files).expect("written");
        assert_eq!(fs::read(folder.path().join("a/one")).expect("read"), b"11");
        assert_eq!(fs::read(folder.path().join(".new/deep/three")).expect("read"), b"3");
        assert_eq!(names(&folder.path().join("a")), ["one"]);
    }

    #[test]
    fn nothing_is_written_when_one_of_them_is_another_now() {
        let folder = registry();
        for bad in [file("two", Some("old"), "22"), file("two", None, "22"), file("three", Some("3"), "33")] {
            let files = [file("a/one", Some("1"), "11"), file("x/new", None, "n"), bad];
            assert!(matches!(rewrite_files(folder.path(), &files), Err(WriteError::Changed { .. })));
        }
        for bad in ["../two", ".git/config", "a", "/two"] {
            assert!(rewrite_files(folder.path(), &[file("x/new", None, "n"), file(bad, None, "n")]).is_err(), "{bad}");
        }
        assert_eq!(fs::read(folder.path().join("a/one")).expect("read"), b"1");
        assert_eq!(names(folder.path()), ["a", "two"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = registry();
        symlink(folder.path().join("two"), folder.path().join("link")).expect("linked");
        let files = [file("link", Some("2"), "22")];
        assert!(matches!(rewrite_files(folder.path(), &files), Err(WriteError::UnsafePath { .. })));
        let two = folder.path().join("two");
        fs::set_permissions(&two, fs::Permissions::from_mode(0o750)).expect("set");
        rewrite_files(folder.path(), &[file("two", Some("2"), "22")]).expect("written");
        assert_eq!(fs::metadata(&two).expect("there").permissions().mode() & 0o777, 0o750);
    }
}
