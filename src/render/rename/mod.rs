//! A thing gets another id: every place that names it is rewritten, and the old name becomes an
//! alias. Takes a checked mesh and its tree, gives the files as they would be; writes nothing.
//!
//! - Only the bytes of the scalars that name the thing change: comments, order, quotes and line ends stay.
//! - What is a place is told by the fields of the kinds (`places.rs`), not by the text: a column that has
//!   the name of a product is no reference to it.
//! - A place that cannot be rewritten (an alias of YAML, a block text) refuses the whole.

mod alias;
mod places;
mod scalar;

pub(super) use scalar::{Edit, applied, double_quoted, edit, scalar};

use std::collections::BTreeSet;

use jiff::civil::Date;

use self::alias::Published;
use self::places::{Form, Target};
use crate::config::{Config, aliases_path};
use crate::diagnostic::{RuleMeta, Sink};
use crate::graph::{Found, Mesh, is_slug};
use crate::load::{FileKind, file_kind};
use crate::model::{Kind, Ref};
use crate::source::{FileId, LineIndex, ReadError, SourceMap, Tree, is_below};
use crate::yaml::{self, NodeRef};

/// What is renamed.
#[derive(Clone, Copy)]
pub struct Rename<'a> {
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The names of all files.
    pub sources: &'a SourceMap,
    /// The configuration.
    pub config: &'a Config,
    /// The path of the configuration: levels of policies stand there.
    pub config_path: &'a str,
    /// The rules built in: levels and waivers of a name that a policy shares with one stay with the rule.
    pub rules: &'a [&'static RuleMeta],
    /// The thing; of a contract any of its versions.
    pub found: Found,
    /// Its new id; of a term `<domain>/<id>`.
    pub to: &'a str,
    /// The day of the alias.
    pub today: Date,
    /// The names, as `kind:id`, that the last commit has; `None` where that is not known. Nobody keeps the address of
    /// another one, so that it needs no alias.
    pub published: Option<&'a BTreeSet<String>>,
}

/// A file as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// Its path relative to the root.
    pub path: String,
    /// What it holds now; `None` when it is not there.
    pub before: Option<String>,
    /// What it would hold.
    pub after: String,
    /// How many places change.
    pub n_places: usize,
}

/// A rename, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamed {
    /// The old name, `kind:id`.
    pub from: String,
    /// The new name.
    pub to: String,
    /// The files, by path.
    pub files: Vec<Rewritten>,
    /// Files that hold the old id and could not be read to their end.
    pub unread: Vec<String>,
    /// The file with the alias, unless nobody can keep the old address.
    pub alias: Option<String>,
    /// Things of this kind have an address, and the old one was in no commit.
    pub was_unpublished: bool,
    /// How many terms get another name with it: those of a domain.
    pub n_terms: usize,
}

/// Why a thing cannot be renamed.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// The new id is none.
    #[error("`{0}` cannot be an id: write up to 80 lower-case letters, digits and dashes, such as `customer-orders`")]
    BadId(String),
    /// It has that id.
    #[error("`{0}` has this id already")]
    Same(String),
    /// Another thing has it.
    #[error("`{to}` is taken: the {kind} is described in {file}")]
    Taken {
        /// The new name.
        to: String,
        /// What has it.
        kind: &'static str,
        /// Where.
        file: String,
    },
    /// It is the old name of another thing.
    #[error(
        "`{to}` is the old name of `{of}`, which {file} leads there: choose another id, or remove that alias first"
    )]
    OldName {
        /// The new name.
        to: String,
        /// The thing.
        of: String,
        /// The file of the alias.
        file: String,
    },
    /// A term would get another domain.
    #[error("a term stays in its domain: write `{0}`")]
    OtherDomain(String),
    /// A file cannot be read.
    #[error("`{path}` cannot be read: {error}")]
    Read {
        /// Its path.
        path: String,
        /// Why.
        error: ReadError,
    },
    /// A place cannot be rewritten.
    #[error("{path}:{line}: the name stands there {how}: rewrite it by hand first")]
    Place {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u32,
        /// In which form.
        how: &'static str,
    },
}

/// Rewrites every place that names the thing, in memory.
///
/// # Errors
/// See [`RenameError`].
pub fn rename(tree: &dyn Tree, rename: &Rename<'_>) -> Result<Renamed, RenameError> {
    let target = Target::new(rename)?;
    refuse_taken(rename, &target)?;
    let mut renamed = Renamed {
        from: target.reference(target.old),
        to: target.reference(&target.new),
        files: Vec::new(),
        unread: Vec::new(),
        alias: None,
        was_unpublished: false,
        n_terms: target.also.len(),
    };
    let mut paths: Vec<&str> = (0..rename.sources.len())
        .map(|number| rename.sources.path(FileId(u32::try_from(number).unwrap_or(u32::MAX))))
        .collect();
    paths.sort_unstable();
    let wants_alias = has_address(target.kind);
    let aliases = aliases_path(rename.config);
    let published = Published(rename.published);
    let mut leads_on = false;
    for path in paths {
        let Some(form) = form(rename, path) else { continue };
        let bytes = match tree.read(path) {
            Ok(bytes) => bytes,
            Err(ReadError::NotFound) if form == Form::Config => continue,
            Err(error) => return Err(RenameError::Read { path: path.to_owned(), error }),
        };
        // What is not UTF-8 is no descriptor that could be read.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let is_aliases = wants_alias && path == aliases;
        if !is_aliases && !target.may_stand_in(&text) {
            continue;
        }
        let parsed = yaml::parse(FileId(0), &text, &mut Sink::default());
        if !parsed.complete {
            renamed.unread.push(path.to_owned());
            continue;
        }
        let root = parsed.tree.as_ref().map(|tree| tree.root());
        let mut edits = Vec::new();
        if let Some(root) = root.filter(|root| form != Form::Descriptor || is_descriptor(path, *root)) {
            edits = target.edits(path, form, root, &text)?;
        }
        let mut n_places = edits.len();
        if is_aliases {
            let change = alias::added(&target, (path, root, &text), published, rename.today)?;
            edits.retain(|edit| !change.removed.iter().any(|range| range.contains(&edit.range.start)));
            n_places = edits.len();
            leads_on = change.leads_on;
            edits.extend(change.edits);
        }
        if !edits.is_empty() {
            let after = scalar::applied(&text, edits);
            renamed.files.push(Rewritten { path: path.to_owned(), before: Some(text), after, n_places });
        }
    }
    if wants_alias {
        if rename.sources.id(&aliases).is_none()
            && let Some(after) = alias::file(&target, published, rename.today)
        {
            renamed.files.push(Rewritten { path: aliases.clone(), before: None, after, n_places: 0 });
            renamed.files.sort_by(|a, b| a.path.cmp(&b.path));
            leads_on = true;
        }
        renamed.was_unpublished = !leads_on;
        renamed.alias = leads_on.then_some(aliases);
    }
    Ok(renamed)
}

/// Says whether things of a kind have addresses that others may keep.
fn has_address(kind: Kind) -> bool {
    match kind {
        Kind::DataProduct
        | Kind::DataContract
        | Kind::Domain
        | Kind::Team
        | Kind::SemanticDefinition
        | Kind::Policy
        | Kind::SourceSystem
        | Kind::AccessAgreement => true,
        Kind::Review | Kind::Waiver | Kind::Acknowledgement | Kind::Scorecard | Kind::MaturityModel => false,
    }
}

/// Says what kind of file a path is, when it may name things.
fn form(rename: &Rename<'_>, path: &str) -> Option<Form> {
    if path == rename.config_path {
        return Some(Form::Config);
    }
    let kind = file_kind(path, &rename.config.roots);
    if matches!(kind, FileKind::Markdown | FileKind::Other) {
        return None;
    }
    if kind == FileKind::Aliases {
        return Some(Form::Aliases);
    }
    if rename.config.observations.iter().any(|folder| is_below(path, folder)) {
        return Some(Form::Results);
    }
    Some(Form::Descriptor)
}

/// Says whether a document is a descriptor: other YAML may lie in the registry, and is left alone.
fn is_descriptor(path: &str, root: NodeRef<'_>) -> bool {
    let is_named = matches!(file_kind(path, &[]), FileKind::NamedYaml(_));
    is_named || (root.entry("kind").is_some() && root.entry("apiVersion").is_some())
}

fn refuse_taken(rename: &Rename<'_>, target: &Target<'_>) -> Result<(), RenameError> {
    let mesh = rename.mesh;
    let bare = match target.kind {
        Kind::SemanticDefinition => target.new.rsplit('/').next().unwrap_or(&target.new),
        _ => &target.new,
    };
    if !is_slug(bare) {
        return Err(RenameError::BadId(bare.escape_debug().to_string()));
    }
    let to = target.reference(&target.new);
    if target.new == target.old {
        return Err(RenameError::Same(to));
    }
    let reference = Ref { kind: Some(target.kind), id: target.new.clone(), version: None, column: None };
    // Domains and teams are found by their names too: their own name they may take as their id.
    let is_other = |found: &&Found| match target.kind {
        Kind::DataContract => true,
        _ => found.idx != rename.found.idx,
    };
    if let Some(found) = mesh.find(&reference).iter().find(is_other) {
        let file = rename.sources.path(mesh.header(*found).file).to_owned();
        let kind = if target.kind == Kind::SemanticDefinition { "term" } else { target.kind.title() };
        return Err(RenameError::Taken { to, kind, file });
    }
    let is_old_name =
        |written: &str| Ref::parse(written).is_ok_and(|from| from.kind == Some(target.kind) && from.id == target.new);
    let leads_here =
        |written: &str| Ref::parse(written).is_ok_and(|to| to.kind == Some(target.kind) && target.is_old(&to.id));
    let other = mesh.aliases.iter().find(|alias| is_old_name(&alias.from) && !leads_here(&alias.to));
    if let Some(alias) = other {
        let file = rename.sources.path(alias.file).to_owned();
        return Err(RenameError::OldName { to, of: alias.to.value.to_string(), file });
    }
    Ok(())
}

/// Returns the error for a place that cannot be rewritten.
fn refused(path: &str, text: &str, offset: usize, how: &'static str) -> RenameError {
    let line = LineIndex::new(text).line_number(u32::try_from(offset).unwrap_or(u32::MAX));
    RenameError::Place { path: path.to_owned(), line, how }
}
