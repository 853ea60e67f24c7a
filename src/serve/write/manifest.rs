//! The list of files that a build has written into its output.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use serde::Deserialize;

use super::super::error::{WriteError, cannot};
use crate::render::OutPath;

/// The name of the manifest in the output folder.
pub(super) const MANIFEST: &str = ".meshfolio-manifest.json";

/// The only version that is written and read.
const VERSION: u32 = 1;

/// The largest manifest that is read, in bytes: some 100 bytes a file, so two million files.
const MAX_MANIFEST_BYTES: u64 = 256 * 1024 * 1024;

/// The paths of the files and their blake3 hashes in hexadecimal, by path. There may be very many, so that they
/// are one list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    files: Vec<(OutPath, blake3::Hash)>,
}

#[derive(Deserialize)]
struct RawManifest {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

impl Manifest {
    /// Lists files, no two with the same path.
    pub(super) fn of(mut files: Vec<(OutPath, blake3::Hash)>) -> Manifest {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Manifest { files }
    }

    /// Lists the files of two manifests; of those in both the hash of the other one stays.
    pub(super) fn joined(&self, other: &Manifest) -> Manifest {
        let own = self.files.iter().filter(|(path, _)| !other.has(path));
        Manifest::of(own.chain(&other.files).cloned().collect())
    }

    /// Returns the paths, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.files.iter().map(|(path, _)| path)
    }

    /// Returns the hash of a file that is listed.
    pub(super) fn hash_of(&self, path: &OutPath) -> Option<&blake3::Hash> {
        let position = self.files.binary_search_by(|(listed, _)| listed.cmp(path)).ok()?;
        Some(&self.files[position].1)
    }

    /// Says whether a file is listed.
    pub(super) fn has(&self, path: &OutPath) -> bool {
        self.hash_of(path).is_some()
    }

    /// Reads a manifest; `None` where there is none. A line whose path could lead out of the
    /// output (the file may come from anywhere) is no claim to a file and left out.
    pub(super) fn read(path: &Path) -> Result<Option<Manifest>, WriteError> {
        let unusable = |reason: &str| WriteError::Manifest { path: path.to_path_buf(), reason: reason.to_owned() };
        let metadata = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(cannot("look at", path)(error)),
            Ok(metadata) => metadata,
        };
        if !metadata.is_file() {
            return Err(unusable("it is no regular file"));
        }
        if metadata.len() > MAX_MANIFEST_BYTES {
            return Err(unusable("it is too large"));
        }
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(cannot("read", path))?;
        file.take(MAX_MANIFEST_BYTES).read_to_end(&mut bytes).map_err(cannot("read", path))?;
        let raw: RawManifest = serde_json::from_slice(&bytes).map_err(|error| unusable(&error.to_string()))?;
        if raw.version != VERSION {
            return Err(unusable("another version of meshfolio wrote it"));
        }
        // A hash that is none is that of no file: then the file is written again.
        let hash = |text: &str| blake3::Hash::from_hex(text).unwrap_or_else(|_| blake3::Hash::from_bytes([0; 32]));
        let line = |(path, text): (String, String)| Some((OutPath::new(path).ok()?, hash(&text)));
        Ok(Some(Manifest::of(raw.files.into_iter().filter_map(line).collect())))
    }

    /// Writes the manifest as `staged` and moves it to `path`, so that it is there whole or not.
    pub(super) fn write(&self, staged: &Path, path: &Path) -> Result<(), WriteError> {
        let write = || {
            // Never truncated: it could be a link to a file of the user with this name.
            if fs::symlink_metadata(staged).is_ok() {
                fs::remove_file(staged)?;
            }
            let file = fs::OpenOptions::new().write(true).create_new(true).open(staged)?;
            self.write_json(std::io::BufWriter::new(file))?;
            fs::rename(staged, path)
        };
        write().map_err(cannot("write", path))
    }

    /// Neither paths ([`OutPath`]) nor hashes hold a character that JSON escapes.
    fn write_json(&self, mut to: impl Write) -> std::io::Result<()> {
        write!(to, "{{\"version\":{VERSION},\"tool\":\"meshfolio {}\",\"files\":{{", env!("CARGO_PKG_VERSION"))?;
        for (position, (path, hash)) in self.files.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(to, "{comma}\n\"{}\":\"{}\"", path.as_str(), hash.to_hex())?;
        }
        to.write_all(b"\n}}\n")?;
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_manifests_are_one_with_the_newer_hashes() {
        let hash = |text: &str| blake3::hash(text.as_bytes());
        let line = |path: &str, text: &str| (OutPath::new(path).expect("safe"), hash(text));
        let old = Manifest::of(vec![line("b", "old"), line("a", "old")]);
        let both = old.joined(&Manifest::of(vec![line("c", "new"), line("b", "new")]));
        assert_eq!(both.paths().map(OutPath::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        let of = |path: &str| both.hash_of(&OutPath::new(path).expect("safe")).copied();
        assert_eq!((of("a"), of("b"), of("d")), (Some(hash("old")), Some(hash("new")), None));
    }

    #[test]
    fn a_manifest_reads_back_and_hostile_lines_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(MANIFEST);
        assert_eq!(Manifest::read(&path).expect("none"), None);
        let files = [("a/b.html", "00"), ("index.html", "ff")];
        let files = files.map(|(path, text)| (OutPath::new(path).expect("safe"), blake3::hash(text.as_bytes())));
        let manifest = Manifest::of(files.into());
        manifest.write(&folder.path().join("staged"), &path).expect("written");
        assert_eq!(Manifest::read(&path).expect("read"), Some(manifest));

        fs::write(&path, r#"{"version":1,"tool":"x","files":{"../../etc/passwd":"0","/etc/x":"0","a":"0"}}"#)
            .expect("written");
        let listed = Manifest::read(&path).expect("read").expect("there");
        assert_eq!(listed.paths().map(OutPath::as_str).collect::<Vec<_>>(), ["a"]);
        for bad in ["", "{}", r#"{"version":2,"files":{}}"#, "[]"] {
            fs::write(&path, bad).expect("written");
            assert!(matches!(Manifest::read(&path), Err(WriteError::Manifest { .. })), "{bad}");
        }
    }
}
