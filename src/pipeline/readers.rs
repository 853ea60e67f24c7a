//! What a Markdown file is about: findings in it (`LNK`) get the subject that a waiver can name.

use std::collections::BTreeMap;

use crate::diagnostic::Sink;
use crate::graph::Mesh;
use crate::model::{Header, Kind};
use crate::source::{SourceMap, parent};

/// Names the subject of findings in Markdown: the thing whose prose, README or document the file is.
pub(super) fn name_subjects(mesh: &Mesh, sources: &SourceMap, sink: &mut Sink) {
    let is_open =
        |path: &str| path.to_ascii_lowercase().ends_with(".md") || path.to_ascii_lowercase().ends_with(".markdown");
    let mut open: Vec<_> = sink
        .found()
        .iter_mut()
        .filter(|finding| finding.subject.is_none() && is_open(sources.path(finding.location.file)))
        .collect();
    if open.is_empty() {
        return;
    }
    let owners = Owners::new(mesh, sources);
    for finding in &mut open {
        finding.subject = owners.of(sources.path(finding.location.file));
    }
}

/// Things by the files and folders that are theirs.
struct Owners<'a> {
    by_stem: BTreeMap<&'a str, &'a Header>,
    by_folder: BTreeMap<&'a str, Vec<&'a Header>>,
}

impl<'a> Owners<'a> {
    fn new(mesh: &'a Mesh, sources: &'a SourceMap) -> Owners<'a> {
        let mut owners = Owners { by_stem: BTreeMap::new(), by_folder: BTreeMap::new() };
        for header in Kind::ALL.into_iter().flat_map(|kind| mesh.headers(kind)) {
            let path = sources.path(header.file);
            let stem = path.strip_suffix(".yaml").or_else(|| path.strip_suffix(".yml")).unwrap_or(path);
            owners.by_stem.insert(stem, header);
            owners.by_folder.entry(parent(path)).or_default().push(header);
        }
        owners
    }

    fn of(&self, path: &str) -> Option<String> {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        if let Some(header) = self.by_stem.get(stem) {
            return Some(header.reference());
        }
        let folder = parent(path);
        // Documents of a product lie in its `docs/`, at any depth.
        let docs = folder.find("/docs/").or_else(|| folder.strip_suffix("/docs").map(str::len));
        let home = docs.map_or(folder, |end| &folder[..end]);
        self.by_folder.get(home).and_then(|headers| main_of(headers)).map(Header::reference)
    }
}

/// Returns the thing that a folder is about: its product, else its domain, else the only thing in it.
fn main_of<'a>(headers: &[&'a Header]) -> Option<&'a Header> {
    let only_of = |kind: Kind| {
        let mut of_kind = headers.iter().filter(|header| header.kind == kind);
        of_kind.next().filter(|_| of_kind.next().is_none()).copied()
    };
    let only = if let [only] = headers { Some(*only) } else { None };
    only_of(Kind::DataProduct).or_else(|| only_of(Kind::Domain)).or(only)
}
