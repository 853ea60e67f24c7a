//! What changed between two meshes, and whether it may come. Takes the base and the head with their trees
//! and the owners of files at the base, gives a [`ChangeSet`] and findings (`BRK`); reads again only the
//! documents that changed, must not know pages or the command line.
//!
//! Compatibility is graded from the reader's side unless the configuration says otherwise. The base decides
//! who may speak for whom: its file of owners, its teams and their handles.

mod acknowledge;
mod addresses;
mod agreements;
mod change;
mod compare;
mod findings;
mod gate;
mod governance;
mod impact;
mod levels;
mod moved;
mod names;
mod others;
mod owners;
mod pairs;
mod products;
mod readers;
mod renames;
mod reviewers;
pub mod rules;
mod standing;
mod things;
mod versions;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

pub(crate) use acknowledge::{is_given, is_given_in};
pub use change::{
    Accepted, Bump, Change, ChangeRule, ChangeSet, ContractChange, Direction, End, Level, ToDo, Uncounted,
};
pub use impact::{Effect, ImpactedAgreement, ImpactedProduct};
pub use levels::{Lowered, lowered};
pub use moved::Moved;
pub use owners::CodeOwners;
pub use renames::Renames;
pub use reviewers::{Asked, Reason, Reviewer, Role, asked};
pub use things::{ThingChange, ThingState, things};
pub use versions::{VersionChange, versions};

use crate::config::Perspective;
use crate::diagnostic::{Grading, Sink, Waiving};
use crate::graph::Mesh;
use crate::source::{FileId, Location, SourceMap, Tree};

/// One side of a comparison. The numbers of files are those of both sides: a file with one number is the
/// same in both.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The names of its files.
    pub sources: &'a SourceMap,
    /// Its files.
    pub tree: &'a dyn Tree,
}

impl Side<'_> {
    /// Reads a file again; `None` when it is no text.
    fn text(&self, file: FileId) -> Option<String> {
        String::from_utf8(self.tree.read(self.sources.path(file)).ok()?).ok()
    }
}

/// What is asked.
pub struct Question<'a> {
    /// What was.
    pub base: Side<'a>,
    /// What is.
    pub head: Side<'a>,
    /// Configured levels.
    pub grading: &'a Grading,
    /// Whose promise changes are graded by.
    pub perspective: Perspective,
    /// Contracts are compared with every version of their major that is still read, not just the one before.
    pub is_transitive: bool,
    /// Waivers in force.
    pub waivers: &'a [Waiving],
    /// By the files of acknowledgements that have an error of their own, what it is: they do not count.
    pub mistakes: &'a BTreeMap<FileId, String>,
    /// Who owns which file, as the base says.
    pub owners: &'a CodeOwners,
    /// The folder of the registry below the top of the repository, with a slash at its end.
    pub prefix: &'a str,
    /// What has another name in the head.
    pub renames: &'a Renames,
    /// What lies elsewhere in the head.
    pub moved: Moved,
    /// Where the head begins to fold contracts into the pages of their products; `None` where it does not, or the base
    /// did so already.
    pub folds: Option<Location>,
    /// What the configuration of the head lets pass and that of the base does not, and where the configuration is.
    pub lowered: (&'a [Lowered], FileId),
    /// The levels that the base configures: what a branch lowers is no excuse for lowering it.
    pub base_grading: &'a Grading,
    /// Paths of descriptors of the head that cannot be read: what they held is not gone.
    pub broken: &'a BTreeSet<String>,
    /// Where the file of aliases is, or would be.
    pub aliases: &'a str,
    /// The day.
    pub today: Date,
}

/// Compares two meshes. Findings go to `sink`, their levels given already.
pub fn compare(question: &Question<'_>, sink: &mut Sink) -> ChangeSet {
    let has_owners = question.owners.is_stated();
    let mut set = ChangeSet { renames: question.renames.clone(), has_owners, ..ChangeSet::default() };
    let readers = readers::Readers::of(question.head.mesh, question.today);
    pairs::compare_contracts(question, &readers, &mut set);
    products::compare_products(question, &mut set);
    names::compare_names(question, &mut set);
    others::compare_others(question, &mut set);
    agreements::compare_agreements(question, &mut set);
    waivers::compare_waivers(question, &mut set);
    addresses::compare_addresses(question, &mut set);
    if set.changes.is_empty() && question.folds.is_none() && question.lowered.0.is_empty() {
        return set;
    }
    let mut acknowledged = acknowledge::Acknowledged::of(question);
    gate::judge(question, &readers, &mut acknowledged, &mut set);
    impact::trace(question, &readers, &mut set);
    standing::trace(question, &readers, &mut set);
    findings::report(question, &acknowledged, &mut set, sink);
    set
}
