//! Files that lie elsewhere than in the base: a link to one of them, or from one of them, reads otherwise and leads to the
//! same thing.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use super::Side;
use crate::graph::Mesh;
use crate::model::{Header, Kind};
use crate::source::{SourceMap, join, parent, way};

/// Where the files of the head lay in the base, found out when the first document is asked for.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Paths of the base by those of the head.
    was: OnceLock<BTreeMap<String, String>>,
}

impl Moved {
    /// Returns a text of the head as it would read where its file and those that it names lay in the base; `None` where
    /// that makes no difference.
    pub(super) fn backward(
        &self,
        (base, head): (Side<'_>, Side<'_>),
        (before, after): (&str, &str),
        text: &str,
    ) -> Option<String> {
        let was = self.was.get_or_init(|| moved(base, head));
        if was.is_empty() {
            return None;
        }
        let (from, to) = (parent(after), parent(before));
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        let mut is_other = false;
        while let Some(start) = rest.find(is_of_path) {
            written.push_str(&rest[..start]);
            let (word, after) =
                rest[start..].split_at(rest[start..].find(|c| !is_of_path(c)).unwrap_or(rest.len() - start));
            rest = after;
            let old = join(from, word).and_then(|path| {
                let path = was.get(&path).cloned().or_else(|| head.sources.id(&path).map(|_| path))?;
                let old = way(to, &path);
                // A name of a file alone is no link to one beside it.
                word.contains('/').then_some(old)
            });
            is_other |= old.as_deref().is_some_and(|old| old != word);
            written.push_str(old.as_deref().unwrap_or(word));
        }
        written.push_str(rest);
        is_other.then_some(written)
    }
}

fn is_of_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_')
}

/// Finds the files whose one thing lay in another file of the base.
fn moved(base: Side<'_>, head: Side<'_>) -> BTreeMap<String, String> {
    let (olds, news) = (places(base.mesh, base.sources), places(head.mesh, head.sources));
    let moved = news.into_iter().filter_map(|(thing, path)| Some((path, (*olds.get(&thing)?).to_owned())));
    moved.filter(|(path, old)| *path != old).map(|(path, old)| (path.to_owned(), old)).collect()
}

/// Returns where things lie, by what they are: of those that others link to.
fn places<'a>(mesh: &'a Mesh, sources: &'a SourceMap) -> HashMap<(Kind, &'a str, &'a str), &'a str> {
    const OTHERS: [Kind; 6] =
        [Kind::DataProduct, Kind::Domain, Kind::Team, Kind::SemanticDefinition, Kind::Policy, Kind::SourceSystem];
    let place = |header: &'a Header, version: &'a str| {
        ((header.kind, header.id.value.as_str(), version), sources.path(header.file))
    };
    let contracts = mesh.contracts.iter().map(|node| place(&node.descriptor.header, node.descriptor.version_text()));
    let others = OTHERS.into_iter().flat_map(|kind| mesh.headers(kind)).map(|header| place(header, ""));
    contracts.chain(others).collect()
}
