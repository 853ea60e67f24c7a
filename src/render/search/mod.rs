//! Search: takes the mesh, gives the index in script files for the browser, and answers queries for the shell. Both
//! have one way of splitting words (`words`), one of counting (`rank`) and one order; must not know the pages beyond
//! their addresses.

mod card;
mod entry;
mod facts;
mod fields;
mod find;
mod hints;
mod index;
mod own;
mod query;
mod rank;
mod shards;
mod shell;
mod typo;
mod varint;
mod words;

use index::Index;

use super::health::Health;
use super::site::Site;
use super::{Homes, OutPath, Page, RenderError};
use crate::diagnostic::RuleMeta;
use crate::graph::Mesh;

pub(super) use card::push_string;
pub use query::MAX_WORDS as SEARCH_WORDS;
pub(super) use shards::FOLDER;
pub use shell::{SearchAnswer, SearchFormat, SearchIndex};

/// Says what a change made of the thing of a page.
type MarkOf<'a> = dyn Fn(&str) -> Option<&'static str> + Sync + 'a;

/// The index of a site as files.
#[derive(Debug)]
pub(super) struct Shards {
    files: Vec<shards::File>,
}

/// Where the search leads that no thing is found by.
pub(super) struct Leads<'a> {
    /// Who wants data that is not there adds the title of an issue to this address.
    pub wanted_url: Option<&'a str>,
    /// The rules whose codes lead to what they find.
    pub rules: &'a [&'static RuleMeta],
}

impl Shards {
    /// Makes the index of a mesh. `mark` says of a page what a change made of it.
    pub(super) fn new(mesh: &Mesh, homes: &Homes, health: &[Health], leads: &Leads<'_>, mark: &MarkOf<'_>) -> Shards {
        Shards { files: shards::files(Index::new(mesh, health), (mesh, homes), health, leads, mark) }
    }

    /// Returns the number of files.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }
}

/// Lists the files of the index. It is made for this list, since their names hold hashes of what is in them.
pub(super) fn pages(site: &Site) -> Vec<Page<Site>> {
    let page = |(number, (path, _)): (usize, &shards::File)| {
        Some(Page { path: OutPath::new(path.as_str()).ok()?, index: u32::try_from(number).ok()?, render, like: None })
    };
    site.search().files.iter().enumerate().filter_map(page).collect()
}

fn render(site: &Site, number: u32) -> Result<Vec<u8>, RenderError> {
    let search = site.search();
    let file = search.files.get(number as usize);
    Ok(file.map(|(_, text)| text.as_bytes().to_vec()).unwrap_or_default())
}
