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

/// The CRC-32 of a file's bytes. Where it differs, the bytes do; where it is the same they are compared, so that
/// nothing rests on it, and it costs next to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checksum(u32);

impl Checksum {
    /// Adds up the bytes of a file.
    pub(super) fn of(bytes: &[u8]) -> Checksum {
        Checksum(crc32fast::hash(bytes))
    }

    /// Reads eight hexadecimal digits. The manifests of older versions hold other hashes, of which nothing is known.
    fn read(text: &str) -> Option<Checksum> {
        let number = u32::from_str_radix(text, 16).ok()?;
        (text.len() == 8).then_some(Checksum(number))
    }
}

/// The paths of the files and their checksums, by path. There may be very many, so that they are one list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    files: Vec<(OutPath, Option<Checksum>)>,
}

#[derive(Deserialize)]
struct RawManifest {
    version: u32,
    #[serde(default)]
    files: BTreeMap<String, String>,
}

impl Manifest {
    /// Lists files, no two with the same path.
    pub(super) fn of(mut files: Vec<(OutPath, Option<Checksum>)>) -> Manifest {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Manifest { files }
    }

    /// Lists the files of two manifests; of those in both the checksum of the other one stays.
    pub(super) fn joined(&self, other: &Manifest) -> Manifest {
        let own = self.files.iter().filter(|(path, _)| !other.has(path));
        Manifest::of(own.chain(&other.files).cloned().collect())
    }

    /// Returns the paths, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &OutPath> {
        self.files.iter().map(|(path, _)| path)
    }

    fn position(&self, path: &OutPath) -> Option<usize> {
        self.files.binary_search_by(|(listed, _)| listed.cmp(path)).ok()
    }

    /// Says whether a file was written with bytes of this checksum, as far as is known; `None` for one that is not
    /// listed.
    pub(super) fn may_hold(&self, path: &OutPath, checksum: Checksum) -> Option<bool> {
        let (_, known) = &self.files[self.position(path)?];
        Some(known.is_none_or(|known| known == checksum))
    }

    /// Says whether a file is listed.
    pub(super) fn has(&self, path: &OutPath) -> bool {
        self.position(path).is_some()
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
        let line = |(path, text): (String, String)| Some((OutPath::new(path).ok()?, Checksum::read(&text)));
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

    /// Neither paths ([`OutPath`]) nor checksums hold a character that JSON escapes.
    fn write_json(&self, mut to: impl Write) -> std::io::Result<()> {
        write!(to, "{{\"version\":{VERSION},\"tool\":\"meshfolio {}\",\"files\":{{", env!("CARGO_PKG_VERSION"))?;
        for (position, (path, checksum)) in self.files.iter().enumerate() {
            to.write_all(if position == 0 { b"\n\"" } else { b",\n\"" })?;
            to.write_all(path.as_str().as_bytes())?;
            to.write_all(b"\":\"")?;
            if let Some(Checksum(number)) = checksum {
                write!(to, "{number:08x}")?;
            }
            to.write_all(b"\"")?;
        }
        to.write_all(b"\n}}\n")?;
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_manifests_are_one_with_the_newer_checksums() {
        let sum = |text: &str| Checksum::of(text.as_bytes());
        let line = |path: &str, text: &str| (OutPath::new(path).expect("safe"), Some(sum(text)));
        let old = Manifest::of(vec![line("b", "old"), line("a", "old")]);
        let both = old.joined(&Manifest::of(vec![line("c", "new"), line("b", "new")]));
        assert_eq!(both.paths().map(OutPath::as_str).collect::<Vec<_>>(), ["a", "b", "c"]);
        let is_new = |path: &str| both.may_hold(&OutPath::new(path).expect("safe"), sum("new"));
        assert_eq!((is_new("a"), is_new("b"), is_new("d")), (Some(false), Some(true), None));
    }

    #[test]
    fn a_manifest_reads_back_and_hostile_lines_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(MANIFEST);
        assert_eq!(Manifest::read(&path).expect("none"), None);
        let files = [("a/b.html", "00"), ("index.html", "ff")];
        let sum = |text: &str| Some(Checksum::of(text.as_bytes()));
        let files = files.map(|(path, text)| (OutPath::new(path).expect("safe"), sum(text)));
        let unknown = (OutPath::new("z.html").expect("safe"), None);
        let manifest = Manifest::of(files.into_iter().chain([unknown]).collect());
        manifest.write(&folder.path().join("staged"), &path).expect("written");
        assert_eq!(Manifest::read(&path).expect("read"), Some(manifest));

        fs::write(&path, r#"{"version":1,"tool":"x","files":{"../../etc/passwd":"0","/etc/x":"0","a":"0"}}"#)
            .expect("written");
        let listed = Manifest::read(&path).expect("read").expect("there");
        assert_eq!(listed.paths().map(OutPath::as_str).collect::<Vec<_>>(), ["a"]);
        let hash = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        fs::write(&path, format!(r#"{{"version":1,"files":{{"a":"{hash}"}}}}"#)).expect("written");
        let older = Manifest::read(&path).expect("read").expect("there");
        assert_eq!(older.may_hold(&OutPath::new("a").expect("safe"), Checksum::of(b"")), Some(true));
        for bad in ["", "{}", r#"{"version":2,"files":{}}"#, "[]"] {
            fs::write(&path, bad).expect("written");
            assert!(matches!(Manifest::read(&path), Err(WriteError::Manifest { .. })), "{bad}");
        }
    }
}
