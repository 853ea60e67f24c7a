//! One build at a time for one output.
//!
//! The lock is the operating system's, on a file beside the output: it ends with its process,
//! however that dies, and holds between containers that share the folder. The process id in the
//! file is for the message only: a check by process id alone mistakes a dead build for a living
//! one after a restart of a container, where ids begin anew.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::super::error::{WriteError, cannot};

/// How often a lock file that its owner removes at the same moment is opened again.
const N_TRIES: usize = 100;

/// A held lock. The file is removed when it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Holds the lock as long as it is open.
    _file: File,
}

impl Lock {
    /// Takes the lock of `out` at `path`, or says who has it.
    pub(super) fn take(path: &Path, out: &Path) -> Result<Lock, WriteError> {
        for _ in 0..N_TRIES {
            if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
                fs::remove_file(path).map_err(cannot("remove", path))?;
            }
            let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            let mut file = open.map_err(cannot("create the lock", path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut text = String::new();
                    let _ = file.take(32).read_to_string(&mut text);
                    return Err(WriteError::Locked { path: out.to_path_buf(), pid: text.trim().parse().ok() });
                }
                // A network folder without locks: the pid in the file is what there is.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(cannot("lock", path)(error)),
            }
            // Its last owner may have removed the file between the opening and the locking.
            if is_same(&file, path) {
                let pid = format!("{}\n", std::process::id());
                file.set_len(0).and_then(|()| file.write_all(pid.as_bytes())).map_err(cannot("write", path))?;
                return Ok(Lock { path: path.to_path_buf(), _file: file });
            }
        }
        Err(WriteError::Locked { path: out.to_path_buf(), pid: None })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held, so that nobody who waits for this file gets it.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(opened), Ok(there)) => (opened.dev(), opened.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(_file: &File, path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_and_a_dead_one_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".site.meshfolio-lock");
        fs::write(&path, "1\n").expect("written: a lock file of a killed build");
        let lock = Lock::take(&path, folder.path()).expect("taken over");
        match Lock::take(&path, folder.path()) {
            Err(WriteError::Locked { pid, .. }) => assert_eq!(pid, Some(std::process::id())),
            other => panic!("not refused: {other:?}"),
        }
        drop(lock);
        assert!(!path.exists());
        drop(Lock::take(&path, folder.path()).expect("free"));
    }
}
