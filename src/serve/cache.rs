//! Keeps bytes for later runs, where [`read_cached`](crate::source::read_cached) finds them. The cache is
//! a convenience: what cannot be kept is not, without a word.
#![expect(clippy::disallowed_methods, reason = "serve is the disk writer")]

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Keeps bytes under a name in the folder of the cache, which is made where it does not exist; says whether
/// they are there now. A reader sees the old bytes or the new ones, never half of them.
pub fn write_cached(folder: &Path, name: &str, bytes: &[u8]) -> bool {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
        // Authors of commits stand in it; they are nobody else's business.
        builder.mode(0o700);
        options.mode(0o600);
    }
    if builder.create(folder).is_err() {
        return false;
    }
    let made = folder.join(format!(".{name}.{}", std::process::id()));
    let written = options.open(&made).and_then(|mut file| file.write_all(bytes));
    let is_kept = written.is_ok() && fs::rename(&made, folder.join(name)).is_ok();
    if !is_kept {
        let _ = fs::remove_file(&made);
    }
    is_kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read_cached;

    #[test]
    fn what_is_kept_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = folder.path().join("a/b");
        assert_eq!(read_cached(&cache, "history"), None);
        assert!(write_cached(&cache, "history", b"one") && write_cached(&cache, "history", b"two"));
        assert_eq!(read_cached(&cache, "history").as_deref(), Some(b"two".as_slice()));
        assert_eq!(fs::read_dir(&cache).expect("listed").count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_keeps_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("file"), "mine").expect("written");
        assert!(!write_cached(&folder.path().join("file/cache"), "history", b"one"));
        fs::create_dir_all(folder.path().join("cache/history")).expect("made");
        assert!(!write_cached(&folder.path().join("cache"), "history", b"one"));
        assert_eq!(fs::read_dir(folder.path().join("cache")).expect("listed").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("other"), "mine").expect("written");
        std::os::unix::fs::symlink(folder.path().join("other"), folder.path().join("history")).expect("linked");
        assert_eq!(read_cached(folder.path(), "history"), None);
        assert!(write_cached(folder.path(), "history", b"one"));
        assert_eq!(fs::read(folder.path().join("other")).expect("read"), b"mine");
    }
}
