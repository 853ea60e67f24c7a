//! What earlier runs kept beside the registry: bytes that may be anything, since others may write
//! there too. Whoever reads them checks them.

#![expect(clippy::disallowed_methods, reason = "this is where the file system is read")]

use std::fs;
use std::path::Path;

/// The largest file that is read back, in bytes (256 MiB): a history of a million files.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Reads a file of the cache; `None` when it is not there, is no regular file, or is too large.
#[must_use]
pub fn read_cached(folder: &Path, name: &str) -> Option<Vec<u8>> {
    let path = folder.join(name);
    let metadata = fs::symlink_metadata(&path).ok()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return None;
    }
    fs::read(path).ok()
}
