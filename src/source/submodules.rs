//! A revision beside a work tree with submodules: what lies in them is taken from the work tree, since the
//! repository knows only a commit of them. A comparison then finds nothing changed there.

use super::{GitTree, Listing, ReadError, Tree, WalkOptions, path};

/// A revision, its submodules filled from another tree.
pub struct FilledTree<'a> {
    base: &'a GitTree,
    head: &'a dyn Tree,
}

impl<'a> FilledTree<'a> {
    /// Reads everything from `base`, but what lies in its submodules from `head`.
    #[must_use]
    pub fn new(base: &'a GitTree, head: &'a dyn Tree) -> FilledTree<'a> {
        FilledTree { base, head }
    }

    fn is_filled(&self, path: &str) -> bool {
        self.base.submodules().iter().any(|folder| path::is_below(path, folder))
    }

    /// Returns the tree that a path is read from.
    fn tree(&self, path: &str) -> &dyn Tree {
        if self.is_filled(path) { self.head } else { self.base }
    }
}

impl Tree for FilledTree<'_> {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let mut listing = self.base.list(options)?;
        if self.base.submodules().is_empty() {
            return Ok(listing);
        }
        let head = self.head.list(options)?;
        // What the other tree says of a folder that it does not hold either is said in the same words.
        let is_told = |folder: &str| head.skipped.iter().any(|skipped| skipped.path == folder);
        let is_filled =
            |folder: &str| is_told(folder) || head.files.iter().any(|entry| path::is_below(&entry.path, folder));
        listing.skipped.retain(|skipped| !self.is_filled(&skipped.path) || !is_filled(&skipped.path));
        listing.files.extend(head.files.iter().filter(|entry| self.is_filled(&entry.path)).cloned());
        listing.skipped.extend(head.skipped.into_iter().filter(|skipped| self.is_filled(&skipped.path)));
        listing.files.sort();
        listing.skipped.sort();
        Ok(listing)
    }

    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        self.tree(path).read_up_to(path, most)
    }

    fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.tree(path).holds(path, bytes)
    }

    fn has_folder(&self, path: &str) -> bool {
        self.base.has_folder(path) || (self.is_filled(path) && self.head.has_folder(path))
    }

    fn label(&self) -> String {
        self.base.label()
    }

    fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        self.base.read_from_top(path)
    }

    fn prefix(&self) -> String {
        Tree::prefix(self.base)
    }
}
