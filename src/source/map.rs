//! Names of the files that were loaded, and their text again when a message needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hashbrown::HashTable;
use rayon::prelude::*;

use super::{FileId, LineColumn, LineIndex, Location, Tree};

/// The paths of all loaded files by [`FileId`]. Texts are not kept: messages are few, files many.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    /// All paths one after the other: there are very many.
    paths: String,
    /// Where each path ends, in bytes.
    ends: Vec<u32>,
    /// All files in the order of their paths.
    sorted: Vec<FileId>,
    /// The same by the hashes of their paths: links and references ask for many.
    by_path: HashTable<FileId>,
    hasher: ahash::RandomState,
}

impl SourceMap {
    /// Numbers the paths in the order given.
    #[must_use]
    pub fn new(paths: impl IntoIterator<Item = impl AsRef<str>>) -> SourceMap {
        let mut map = SourceMap::default();
        for path in paths {
            map.paths.push_str(path.as_ref());
            map.ends.push(u32::try_from(map.paths.len()).expect("the paths of a registry are fewer than 4 GiB"));
        }
        map.paths.shrink_to_fit();
        map.ends.shrink_to_fit();
        let mut sorted: Vec<FileId> =
            (0..map.ends.len()).map(|position| FileId(u32::try_from(position).unwrap_or(u32::MAX))).collect();
        sorted.sort_by(|a, b| map.path(*a).cmp(map.path(*b)));
        map.of_its_own(sorted)
    }

    /// Makes these files, in the order of their paths, those of the tree.
    fn of_its_own(mut self, sorted: Vec<FileId>) -> SourceMap {
        let hash = |file: &FileId| self.hasher.hash_one(self.path(*file));
        let mut by_path = HashTable::with_capacity(sorted.len());
        for file in &sorted {
            by_path.insert_unique(hash(file), *file, hash);
        }
        (self.sorted, self.by_path) = (sorted, by_path);
        self
    }

    /// Numbers the files of a second tree beside those of this one: each file of `others` that comes with a
    /// number is the same file in both trees, the rest get numbers of their own. Both maps know the path
    /// of every number; each finds and reads only the files of its own tree.
    #[must_use]
    pub fn beside<'p>(self, others: impl IntoIterator<Item = (&'p str, Option<FileId>)>) -> (SourceMap, SourceMap) {
        let mut all = self;
        let sorted = std::mem::take(&mut all.sorted);
        let mut own = Vec::new();
        for (path, same) in others {
            own.push(same.unwrap_or_else(|| {
                all.paths.push_str(path);
                all.ends.push(u32::try_from(all.paths.len()).expect("the paths of a registry are fewer than 4 GiB"));
                FileId(u32::try_from(all.ends.len() - 1).unwrap_or(u32::MAX))
            }));
        }
        own.sort_by(|a, b| all.path(*a).cmp(all.path(*b)));
        (all.clone().of_its_own(sorted), all.of_its_own(own))
    }

    /// Says whether a number is that of a file of this tree, and not of the one beside it.
    #[must_use]
    pub fn is_own(&self, file: FileId) -> bool {
        self.id(self.path(file)) == Some(file)
    }

    /// Returns the relative path of a file.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        let position = file.0 as usize;
        let Some(end) = self.ends.get(position) else { return "" };
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.paths[start as usize..*end as usize]
    }

    /// Returns the number of the file with this path.
    #[must_use]
    pub fn id(&self, path: &str) -> Option<FileId> {
        self.by_path.find(self.hasher.hash_one(path), |file| self.path(*file) == path).copied()
    }

    /// Says whether a file lies below this folder.
    #[must_use]
    pub fn has_folder(&self, folder: &str) -> bool {
        folder.is_empty() || self.below(folder).next().is_some()
    }

    /// Returns the names of the files directly in a folder.
    pub fn in_folder(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() { 0 } else { folder.len() + 1 };
        self.below(folder).filter_map(move |file| self.path(file).get(prefix..)).filter(|name| !name.contains('/'))
    }

    /// Returns the files below a folder, in the order of their paths.
    pub fn below(&self, folder: &str) -> impl Iterator<Item = FileId> {
        let first = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let start = self.sorted.partition_point(|file| self.path(*file) < first.as_str());
        self.sorted[start..].iter().copied().take_while(move |file| self.path(*file).starts_with(first.as_str()))
    }

    /// Returns how many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Says whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Reads the texts of the given files again, each once, for printing places in them.
    #[must_use]
    pub fn texts(&self, tree: &dyn Tree, files: impl IntoIterator<Item = FileId>) -> SourceTexts {
        self.texts_of(tree, None, files)
    }

    /// Like [`SourceMap::texts`], with the tree [beside](SourceMap::beside) this one.
    #[must_use]
    pub fn texts_of(
        &self,
        tree: &dyn Tree,
        beside: Option<&dyn Tree>,
        files: impl IntoIterator<Item = FileId>,
    ) -> SourceTexts {
        let files: Vec<FileId> = files.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        let read = |file: &FileId| {
            let holder = if self.is_own(*file) { Some(tree) } else { beside };
            let bytes = holder.and_then(|tree| tree.read(self.path(*file)).ok()).unwrap_or_default();
            let text = String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
            (*file, Arc::new((LineIndex::new(&text), text)))
        };
        SourceTexts { texts: files.par_iter().map(read).collect() }
    }
}

/// The texts of the files that messages point into.
#[derive(Clone, Debug, Default)]
pub struct SourceTexts {
    texts: BTreeMap<FileId, Arc<(LineIndex, String)>>,
}

impl SourceTexts {
    /// Returns the text of a file; empty when it was not asked for or is gone.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.texts.get(&file).map_or("", |entry| &entry.1)
    }

    /// Returns the byte offset and the text of a line (counted from 1), without the characters that
    /// end it and without a byte order mark.
    #[must_use]
    pub fn line(&self, file: FileId, line: u32) -> Option<(usize, &str)> {
        let (index, text) = &**self.texts.get(&file)?;
        let range = index.line(text, line)?;
        let shown = text.get(range.clone())?;
        let bare = shown.strip_prefix('\u{feff}').filter(|_| range.start == 0).unwrap_or(shown);
        Some((range.end - bare.len(), bare))
    }

    /// Returns the numbers of the lines where a location begins and ends, from 1.
    #[must_use]
    pub fn lines(&self, location: Location) -> (u32, u32) {
        let number = |offset| self.texts.get(&location.file).map_or(1, |entry| entry.0.line_number(offset));
        (number(location.span.start), number(location.span.end))
    }

    /// Returns where a location begins and ends.
    #[must_use]
    pub fn range(&self, location: Location) -> (LineColumn, LineColumn) {
        match self.texts.get(&location.file) {
            Some(entry) => {
                (entry.0.line_column(&entry.1, location.span.start), entry.0.line_column(&entry.1, location.span.end))
            }
            None => (LineColumn { line: 1, column: 1 }, LineColumn { line: 1, column: 1 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_path() {
        let paths = ["c.yaml", "b/README.md", "b/a.yaml", "b/c/x.yaml", "d.yaml", "e/README.md", "a"];
        for number in 1..=paths.len() {
            let map = SourceMap::new(&paths[..number]);
            for (position, path) in paths.iter().enumerate() {
                let expected = (position < number).then(|| FileId(u32::try_from(position).expect("few")));
                assert_eq!(map.id(path), expected, "{path} of {number}");
            }
            assert!(["", "b", "b/b.yaml", "b/c", "zz"].iter().all(|path| map.id(path).is_none()));
        }
    }

    #[test]
    fn trees_side_by_side_find_only_their_own_files() {
        let (one, other) = SourceMap::new(["a", "b"]).beside([("b", Some(FileId(1))), ("c", None)]);
        assert_eq!(["a", "b", "c"].map(|path| one.id(path)), [Some(FileId(0)), Some(FileId(1)), None]);
        assert_eq!(["a", "b", "c"].map(|path| other.id(path)), [None, Some(FileId(1)), Some(FileId(2))]);
        assert_eq!((one.path(FileId(2)), other.path(FileId(0))), ("c", "a"));
    }
}
