//! Markdown beside descriptors: READMEs, prose of policies, documents of products.

use std::collections::BTreeMap;

use crate::load::MarkdownFacts;
use crate::source::{FileId, SourceMap, is_yaml, parent};

/// The Markdown files of the registry by number, and all paths that a link may lead to.
#[derive(Debug, Default)]
pub struct Docs {
    files: BTreeMap<FileId, MarkdownFacts>,
}

/// Where a Markdown file belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the README of the folder.
    Readme,
    /// It lies in the folder's `docs/`.
    Document,
}

impl Docs {
    /// Collects the facts of all Markdown files.
    #[must_use]
    pub fn new(facts: Vec<MarkdownFacts>) -> Docs {
        Docs { files: facts.into_iter().filter_map(|facts| Some((facts.file?, facts))).collect() }
    }

    /// Returns the facts of a file.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&MarkdownFacts> {
        self.files.get(&file)
    }

    /// Returns all files in order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &MarkdownFacts)> {
        self.files.iter().map(|(file, facts)| (*file, facts))
    }

    /// Returns the README in the folder of a descriptor.
    #[must_use]
    pub fn readme_of(&self, descriptor: FileId, sources: &SourceMap) -> Option<FileId> {
        let folder = parent(sources.path(descriptor));
        let names = ["README.md", "readme.md", "Readme.md"];
        names.into_iter().find_map(|name| {
            let path = if folder.is_empty() { name.to_owned() } else { [folder, "/", name].concat() };
            sources.id(&path).filter(|file| self.files.contains_key(file))
        })
    }

    /// Says whether a file holds nothing but the text of a scaffold.
    #[must_use]
    pub fn is_unwritten(&self, file: FileId) -> bool {
        self.files.get(&file).is_some_and(|facts| facts.is_unwritten)
    }

    /// Returns the Markdown file with the name of a descriptor: the prose of a policy.
    #[must_use]
    pub fn prose_of(&self, descriptor: FileId, sources: &SourceMap) -> Option<FileId> {
        let path = sources.path(descriptor);
        let (stem, _) = path.rsplit_once('.').filter(|_| is_yaml(path))?;
        sources.id(&format!("{stem}.md")).filter(|file| self.files.contains_key(file))
    }

    /// Returns the Markdown files in `docs/` beside a descriptor, in the order of their paths.
    #[must_use]
    pub fn documents_of(&self, descriptor: FileId, sources: &SourceMap) -> Vec<FileId> {
        let folder = parent(sources.path(descriptor));
        let docs = if folder.is_empty() { "docs".to_owned() } else { format!("{folder}/docs") };
        sources.below(&docs).filter(|file| self.files.contains_key(file)).collect()
    }
}
