//! A tree in memory: for tests, and for scaffolds that are checked before they are written.

use std::collections::BTreeMap;

use super::{Entry, Listing, ReadError, Tree, WalkOptions, path};

/// Files by relative path.
#[derive(Clone, Debug, Default)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// Makes a tree of the given files.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> MemoryTree {
        MemoryTree { files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect() }
    }
}

impl Tree for MemoryTree {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let files = self
            .files
            .iter()
            .filter(|(path, _)| path::is_wanted(path, options))
            .map(|(path, bytes)| Entry { path: path.clone(), size: Some(bytes.len() as u64) })
            .collect();
        Ok(Listing { files, ..Listing::default() })
    }

    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        let bytes = self.files.get(path).ok_or(ReadError::NotFound)?;
        if bytes.len() as u64 > most {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, most });
        }
        Ok(bytes.clone())
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.files.get(path).is_some_and(|own| own == bytes)
    }

    fn has_folder(&self, path: &str) -> bool {
        path.is_empty() || self.files.keys().any(|file| path::is_below(file, path))
    }

    fn label(&self) -> String {
        "memory".to_owned()
    }
}
