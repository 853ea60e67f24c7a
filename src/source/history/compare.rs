//! Which YAML files differ between two trees of git. Folders with the same id are the same and are
//! not read.

use std::cmp::Ordering;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::TreeRefIter;
use gix::objs::tree::{EntryKind, name_order};

use crate::source::{MAX_TREE_ENTRIES, is_yaml};

/// The deepest folder that is looked into.
const MAX_DEPTH: usize = 64;

/// Why a tree could not be read: an object is missing or damaged, or there is no end to it.
#[derive(Debug)]
pub(super) struct Unreadable;

/// A file that differs: `old` and `new` are its contents, `None` where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub path: String,
    pub old: Option<ObjectId>,
    pub new: Option<ObjectId>,
}

/// Returns the id of a folder of a tree; `None` where it is not there.
pub(super) fn folder(repository: &gix::Repository, tree: ObjectId, path: &str) -> Result<Option<ObjectId>, Unreadable> {
    let mut found = tree;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let data = repository.find_object(found).map_err(|_| Unreadable)?.detach().data;
        let entry = TreeRefIter::from_bytes(&data, repository.object_hash())
            .filter_map(Result::ok)
            .find(|entry| entry.filename == part.as_bytes());
        match entry {
            Some(entry) if entry.mode.is_tree() => found = entry.oid.to_owned(),
            _ => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// Compares two folders; the files that differ come in the order of git.
pub(super) fn compare(
    repository: &gix::Repository,
    old: Option<ObjectId>,
    new: Option<ObjectId>,
) -> Result<Vec<Change>, Unreadable> {
    let mut comparison = Comparison { repository, changes: Vec::new(), path: String::new(), n_entries: 0 };
    comparison.folders(old, new, 0)?;
    Ok(comparison.changes)
}

struct Comparison<'r> {
    repository: &'r gix::Repository,
    changes: Vec<Change>,
    /// The folder that is compared, with a slash at its end.
    path: String,
    n_entries: usize,
}

/// An entry of a folder.
#[derive(Clone, Copy)]
struct Item<'d> {
    name: &'d [u8],
    is_folder: bool,
    /// A regular file, and no link or submodule.
    is_file: bool,
    id: &'d gix::oid,
}

impl Comparison<'_> {
    fn folders(&mut self, old: Option<ObjectId>, new: Option<ObjectId>, depth: usize) -> Result<(), Unreadable> {
        if old == new || depth > MAX_DEPTH {
            return Ok(());
        }
        let (old, new) = (self.data(old)?, self.data(new)?);
        let (mut olds, mut news) = (self.items(&old), self.items(&new));
        let (mut old, mut new) = (next(&mut olds)?, next(&mut news)?);
        loop {
            let order = match (&old, &new) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => name_order(old.name, old.is_folder, new.name, new.is_folder),
            };
            self.n_entries += 1;
            if self.n_entries > MAX_TREE_ENTRIES {
                return Err(Unreadable);
            }
            let (before, after) = match order {
                Ordering::Less => (old, None),
                Ordering::Greater => (None, new),
                Ordering::Equal => (old, new),
            };
            self.item(before, after, depth)?;
            if order != Ordering::Greater {
                old = next(&mut olds)?;
            }
            if order != Ordering::Less {
                new = next(&mut news)?;
            }
        }
    }

    /// Compares what has one name on both sides; a file and a folder do not sort as one.
    fn item(&mut self, old: Option<Item<'_>>, new: Option<Item<'_>>, depth: usize) -> Result<(), Unreadable> {
        let Some(any) = old.or(new) else { return Ok(()) };
        if old.is_some_and(|old| new.is_some_and(|new| old.id == new.id && old.is_file == new.is_file)) {
            return Ok(());
        }
        let Ok(name) = any.name.to_str() else { return Ok(()) };
        if name.starts_with('.') || name.chars().any(char::is_control) {
            return Ok(());
        }
        let length = self.path.len();
        self.path.push_str(name);
        let id = |item: Option<Item<'_>>| item.map(|item| item.id.to_owned());
        if any.is_folder {
            self.path.push('/');
            self.folders(id(old), id(new), depth + 1)?;
        } else if is_yaml(name) {
            let file = |item: Option<Item<'_>>| id(item.filter(|item| item.is_file));
            let (old, new) = (file(old), file(new));
            if old != new {
                self.changes.push(Change { path: self.path.clone(), old, new });
            }
        }
        self.path.truncate(length);
        Ok(())
    }

    fn data(&self, id: Option<ObjectId>) -> Result<Vec<u8>, Unreadable> {
        let Some(id) = id else { return Ok(Vec::new()) };
        Ok(self.repository.find_object(id).map_err(|_| Unreadable)?.detach().data)
    }

    fn items<'d>(&self, data: &'d [u8]) -> impl Iterator<Item = Result<Item<'d>, Unreadable>> + use<'d> {
        TreeRefIter::from_bytes(data, self.repository.object_hash()).map(|entry| {
            let entry = entry.map_err(|_| Unreadable)?;
            let kind = entry.mode.kind();
            Ok(Item {
                name: entry.filename,
                is_folder: kind == EntryKind::Tree,
                is_file: matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable),
                id: entry.oid,
            })
        })
    }
}

fn next<'d>(items: &mut impl Iterator<Item = Result<Item<'d>, Unreadable>>) -> Result<Option<Item<'d>>, Unreadable> {
    items.next().transpose()
}
