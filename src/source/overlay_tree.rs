//! A tree with some files replaced or added: what would be there if they were written.

use std::collections::BTreeMap;

use super::{Entry, Listing, ReadError, Tree, WalkOptions, path};

/// Files in memory over another tree.
pub struct OverlayTree<'t> {
    below: &'t dyn Tree,
    files: BTreeMap<String, Vec<u8>>,
}

impl<'t> OverlayTree<'t> {
    /// Lays files over a tree; paths are relative to its root.
    pub fn new(below: &'t dyn Tree, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> OverlayTree<'t> {
        OverlayTree { below, files: files.into_iter().collect() }
    }
}

impl Tree for OverlayTree<'_> {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let mut listing = self.below.list(options)?;
        listing.files.retain(|entry| !self.files.contains_key(&entry.path));
        listing.skipped.retain(|skipped| !self.files.contains_key(&skipped.path));
        let laid = self.files.iter().filter(|(path, _)| path::is_wanted(path, options));
        listing.files.extend(laid.map(|(path, bytes)| Entry { path: path.clone(), size: Some(bytes.len() as u64) }));
        listing.files.sort();
        Ok(listing)
    }

    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        match self.files.get(path) {
            Some(bytes) => Ok(bytes.clone()),
            None => self.below.read_up_to(path, most),
        }
    }

    fn has_folder(&self, folder: &str) -> bool {
        self.below.has_folder(folder) || self.files.keys().any(|path| path::is_below(path, folder))
    }

    fn label(&self) -> String {
        self.below.label()
    }

    fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        self.below.read_from_top(path)
    }

    fn prefix(&self) -> String {
        self.below.prefix()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn what_lies_over_a_file_replaces_it() {
        let below = MemoryTree::new([("a/one.yaml", "1"), ("a/two.yaml", "2")]);
        let laid = [("a/two.yaml", "22"), ("b/three.yaml", "3")];
        let tree = OverlayTree::new(&below, laid.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
        let listing = tree.list(&WalkOptions { roots: vec![String::new()], ..WalkOptions::default() }).expect("listed");
        let files: Vec<(&str, Option<u64>)> =
            listing.files.iter().map(|entry| (entry.path.as_str(), entry.size)).collect();
        assert_eq!(files, [("a/one.yaml", Some(1)), ("a/two.yaml", Some(2)), ("b/three.yaml", Some(1))]);
        assert_eq!(tree.read("a/one.yaml").expect("read"), b"1");
        assert_eq!(tree.read("a/two.yaml").expect("read"), b"22");
        assert!(tree.has_folder("b") && !tree.has_folder("c"));
    }
}
