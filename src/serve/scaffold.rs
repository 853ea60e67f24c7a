//! Writes the new files of `init` and `new` among files of the user: all or none of them.
#![expect(clippy::disallowed_methods, reason = "serve is the disk writer")]

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::{WriteError, cannot};

/// Writes new files below the folder `root`, which is made where it does not exist; returns
/// their paths in the order given. Paths are relative, with `/`; dot-named parts are allowed.
///
/// # Errors
/// When one of them exists, is not safe or cannot be written. Then none of them is there.
pub fn write_new_files(root: &Path, files: &[(String, Vec<u8>)]) -> Result<Vec<String>, WriteError> {
    let mut by_name: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in files {
        check_path(path)?;
        if let Some(first) = by_name.insert(path.to_lowercase(), path) {
            return Err(WriteError::Collision { first: first.to_owned(), second: path.clone() });
        }
    }
    for name in by_name.keys() {
        let mut folders = name.match_indices('/').map(|(end, _)| &name[..end]);
        if let Some(file) = folders.find_map(|folder| by_name.get(folder)) {
            return Err(WriteError::Collision { first: (*file).to_owned(), second: by_name[name].to_owned() });
        }
    }
    let mut made = Made::default();
    made.folders(root)?;
    let root = fs::canonicalize(root).map_err(cannot("find", root))?;
    let mut existing = Vec::new();
    for (path, _) in files {
        check_folders(&root, path)?;
        if fs::symlink_metadata(root.join(path)).is_ok() {
            existing.push(path.clone());
        }
    }
    if !existing.is_empty() {
        return Err(WriteError::Exists { paths: existing });
    }
    for (path, bytes) in files {
        made.file(&root.join(path), bytes)?;
    }
    made.is_complete = true;
    Ok(files.iter().map(|(path, _)| path.clone()).collect())
}

/// What was made so far; unmade when it is dropped before it is complete.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    is_complete: bool,
}

impl Made {
    fn folders(&mut self, folder: &Path) -> Result<(), WriteError> {
        if folder.as_os_str().is_empty() || folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.folders(parent)?;
        }
        match fs::create_dir(folder) {
            Ok(()) => self.folders.push(folder.to_path_buf()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
            Err(error) => return Err(cannot("create", folder)(error)),
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        if let Some(parent) = path.parent() {
            self.folders(parent)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(cannot("create", path))?;
        self.files.push(path.to_path_buf());
        file.write_all(bytes).map_err(cannot("write", path))
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if !self.is_complete {
            for file in &self.files {
                let _ = fs::remove_file(file);
            }
            for folder in self.folders.iter().rev() {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

pub(super) fn check_path(path: &str) -> Result<(), WriteError> {
    let unsafe_path = |reason| Err(WriteError::UnsafePath { path: path.to_owned(), reason });
    if path.starts_with('/') || path.chars().any(|character| matches!(character, '\\' | ':') || character.is_control())
    {
        return unsafe_path("it is absolute or holds a character that is not safe on every system");
    }
    for part in path.split('/') {
        if matches!(part, "" | "." | "..") {
            return unsafe_path("a part of it is empty, `.` or `..`");
        }
        if part.eq_ignore_ascii_case(".git") {
            return unsafe_path("it lies inside a git repository's own folder");
        }
        if part.ends_with(['.', ' ']) {
            return unsafe_path("a part of it ends in a dot or a space");
        }
    }
    Ok(())
}

/// Refuses a path one of whose folders is a link out of the root, or no folder at all.
pub(super) fn check_folders(root: &Path, path: &str) -> Result<(), WriteError> {
    for (end, _) in path.match_indices('/') {
        let folder = root.join(&path[..end]);
        let Ok(metadata) = fs::symlink_metadata(&folder) else { return Ok(()) };
        if metadata.is_symlink()
            && !fs::canonicalize(&folder).is_ok_and(|target| target.starts_with(root) && target.is_dir())
        {
            let reason = "one of its folders is a link that leads out of the root or nowhere";
            return Err(WriteError::UnsafePath { path: path.to_owned(), reason });
        }
        if !metadata.is_symlink() && !metadata.is_dir() {
            return Err(WriteError::Exists { paths: vec![path[..end].to_owned()] });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, paths: &[&str]) -> Result<Vec<String>, WriteError> {
        let files: Vec<_> = paths.iter().map(|path| ((*path).to_owned(), b"new".to_vec())).collect();
        write_new_files(root, &files)
    }

    #[test]
    fn new_files_are_written_in_new_folders() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("a/b");
        let paths = ["meshfolio.yaml", ".github/workflows/x.yml", ".meshfolio/schemas/a.json", "registry/teams/t.yaml"];
        assert_eq!(write(&root, &paths).expect("written"), paths);
        assert!(paths.iter().all(|path| fs::read(root.join(path)).expect("read") == b"new"));
    }

    #[test]
    fn nothing_is_written_when_one_exists() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::write(root.join("b.yaml"), "mine").expect("written");
        fs::write(root.join("f"), "mine").expect("written");
        match write(root, &["x/a.yaml", "b.yaml", "x/c.yaml"]) {
            Err(WriteError::Exists { paths }) => assert_eq!(paths, ["b.yaml"]),
            other => panic!("not refused: {other:?}"),
        }
        assert!(matches!(write(root, &["f/a.yaml"]), Err(WriteError::Exists { .. })));
        assert!(matches!(write(root, &["A.yaml", "a.yaml"]), Err(WriteError::Collision { .. })));
        assert!(matches!(write(root, &["a", "a.b", "a/b"]), Err(WriteError::Collision { .. })));
        assert_eq!(fs::read_dir(root).expect("listed").count(), 2);
        assert_eq!(fs::read(root.join("b.yaml")).expect("read"), b"mine");
    }

    #[test]
    fn hostile_paths_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        for bad in [
            "",
            "../x",
            "a/../../x",
            "/etc/x",
            "a//b",
            "./x",
            "a\\b",
            "C:x",
            "a\0b",
            ".git/hooks/x",
            "a/.GIT/x",
            "a./b",
        ] {
            assert!(matches!(write(folder.path(), &["ok", bad]), Err(WriteError::UnsafePath { .. })), "{bad:?}");
        }
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_root_are_refused() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("real")).expect("made");
        symlink(outside.path(), root.join("out")).expect("linked");
        symlink(root.join("real"), root.join("in")).expect("linked");
        symlink(outside.path().join("file"), root.join("dangling")).expect("linked");
        assert!(matches!(write(root, &["out/x"]), Err(WriteError::UnsafePath { .. })));
        assert!(matches!(write(root, &["out/deep/x"]), Err(WriteError::UnsafePath { .. })));
        assert!(matches!(write(root, &["dangling"]), Err(WriteError::Exists { .. })));
        write(root, &["in/x"]).expect("a link inside the root is the user's own layout");
        assert_eq!(fs::read_dir(outside.path()).expect("listed").count(), 0);
    }
}
