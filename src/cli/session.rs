//! What a command needs before it can ask the rooms: the tree, the schemas, the day.

#![expect(clippy::disallowed_methods, reason = "this is where the clock and the environment are read")]

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::Date;

use super::Global;
use crate::check::Detail;
use crate::config;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref, Urn};
use crate::pipeline::{self, Options};
use crate::source::WorkTree;
use crate::yaml::{Schemas, nearest};

/// Where result files are.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ObservationArgs {
    /// Read result files from here instead of the folders of the configuration; may lie outside the
    /// registry's folder, and may be repeated
    #[arg(long, value_name = "DIR")]
    observations: Vec<PathBuf>,
}

/// An opened registry.
pub(crate) struct Session {
    pub(crate) tree: WorkTree,
    /// The folder that the run was started for, below the registry's; empty when it is that.
    start: String,
    pub(crate) schemas: Schemas,
    pub(crate) options: Options,
}

impl Session {
    /// Opens the registry of the folder of `-C`: the nearest folder at or above it with a configuration,
    /// else that folder itself.
    pub(crate) fn open(global: &Global, detail: Detail) -> anyhow::Result<Session> {
        let opened = match &global.config {
            None => WorkTree::find(&global.directory, config::FILE_NAME),
            Some(_) => WorkTree::open(&global.directory).map(|tree| (tree, String::new())),
        };
        let (tree, start) =
            opened.with_context(|| format!("the folder `{}` cannot be opened", global.directory.display()))?;
        let (config_path, is_config_required) = match &global.config {
            None => (config::FILE_NAME.to_owned(), false),
            Some(path) => (relative(path)?, true),
        };
        let options = Options { config_path, is_config_required, today: today(global)?, detail, observations: None };
        Ok(Session { tree, start, schemas: Schemas::embedded(), options })
    }

    /// Returns the registry's folder, when it is another one than the run was started for.
    pub(crate) fn found_above(&self) -> Option<&Path> {
        (!self.start.is_empty()).then(|| self.tree.root())
    }

    /// Reads result files from these folders instead of those of the configuration; a folder named here
    /// may lie anywhere. Without any, nothing changes.
    pub(crate) fn observe(&mut self, args: &ObservationArgs) -> anyhow::Result<()> {
        let mut names = Vec::new();
        for folder in &args.observations {
            let name = self.tree.take_in(folder);
            names.push(name.with_context(|| format!("the result files in `{}` cannot be read", folder.display()))?);
        }
        self.options.observations = (!names.is_empty()).then_some(names);
        Ok(())
    }

    /// Returns the folder of the registry below the repository's top, with a slash at its end, as
    /// forges name files; empty at the top or without git.
    pub(crate) fn forge_prefix(&self) -> String {
        match crate::source::repository_prefix(self.tree.root()) {
            Some(prefix) if !prefix.is_empty() => format!("{prefix}/"),
            _ => String::new(),
        }
    }

    /// Turns paths of the command line into paths of the tree; one that does not exist is an error.
    /// They are relative to the folder the run was started for, or, as findings print them, to the
    /// registry's.
    pub(crate) fn choose(&self, paths: &[String]) -> anyhow::Result<Vec<String>> {
        let root = self.tree.root();
        let choose = |written: &String| {
            let (folders, path) = if Path::new(written).is_absolute() {
                (vec![""], below_root(root, Path::new(written)))
            } else {
                (vec![self.start.as_str(), ""], Some(Path::new(written).to_path_buf()))
            };
            let path = path.as_deref().and_then(Path::to_str).map(|path| path.replace('\\', "/"));
            let inside = |folder: &&str| crate::source::join(folder, path.as_deref()?);
            let inside: Vec<String> = folders.iter().filter_map(inside).collect();
            if inside.is_empty() {
                bail!("`{written}` is outside the registry's folder `{}`", root.display());
            }
            let there = inside.into_iter().find(|path| root.join(path).exists());
            there.with_context(|| {
                format!("there is no file or folder `{written}` in `{}`", root.join(&self.start).display())
            })
        };
        paths.iter().map(choose).collect()
    }

    /// Returns the commit of the work tree, when it is in git.
    pub(crate) fn commit(&self) -> Option<crate::render::Commit> {
        let head = crate::source::head_commit(self.tree.root())?;
        let stamp = jiff::Timestamp::from_second(head.seconds).ok()?;
        Some(crate::render::Commit { id: head.id, date: stamp.to_zoned(jiff::tz::TimeZone::UTC).date().to_string() })
    }

    /// Loads and checks the mesh.
    pub(crate) fn run(&self) -> anyhow::Result<pipeline::Outcome> {
        // On a thread of the pool: what comes after reading uses again the memory that reading left there.
        Ok(rayon::scope(|_| pipeline::run(&self.tree, &self.schemas, &self.options))?)
    }
}

/// Returns an absolute path relative to the root, whose own path has its links resolved.
fn below_root(root: &Path, path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix(root).map(Path::to_path_buf).ok();
    below.or_else(|| Some(path.canonicalize().ok()?.strip_prefix(root).ok()?.to_path_buf()))
}

/// Measures how long a command takes, for the line that says so.
pub(crate) struct Clock(std::time::Instant);

impl Clock {
    /// Starts it.
    pub(crate) fn start() -> Clock {
        Clock(std::time::Instant::now())
    }

    /// Says how long it has run: "0.14 s".
    pub(crate) fn elapsed(&self) -> String {
        format!("{:.2} s", self.0.elapsed().as_secs_f64())
    }
}

/// Returns the day: `--today`, else `SOURCE_DATE_EPOCH`, else today in UTC.
pub(crate) fn today(global: &Global) -> anyhow::Result<Date> {
    if let Some(today) = global.today {
        return Ok(today);
    }
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) {
        let seconds = epoch.to_str().and_then(|text| text.trim().parse().ok());
        let stamp = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let stamp = stamp.context("`SOURCE_DATE_EPOCH` must be a number of seconds since 1970")?;
        return Ok(stamp.to_zoned(jiff::tz::TimeZone::UTC).date());
    }
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let stamp = jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or(0))?;
    Ok(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn relative(path: &Path) -> anyhow::Result<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.to_str().context("the configuration's name is not UTF-8")?),
            _ => bail!(
                "the configuration `{}` must lie inside the registry's folder; use `-C` for another one",
                path.display()
            ),
        }
    }
    Ok(parts.join("/"))
}

/// Reads a reference, `kind:id` or a URN of this mesh.
pub(crate) fn read_ref(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Ref> {
    let Some(urn) = Urn::parse(text)? else { return Ok(Ref::parse(text)?) };
    let own = &outcome.config.mesh.id;
    if urn.mesh != *own {
        bail!("`{}` belongs to the mesh `{}`; this is `{own}`", text.trim(), urn.mesh);
    }
    Ok(urn.reference)
}

/// Finds what a question about lineage starts from: one thing, or all versions of a contract that is
/// named without one.
pub(crate) fn find_roots(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Vec<Found>> {
    let mesh = &outcome.mesh;
    let found = find(outcome, text)?;
    let names_version = read_ref(outcome, text)?.version.is_some();
    if found.kind != Kind::DataContract || names_version {
        return Ok(vec![found]);
    }
    let id = &mesh.contracts[found.idx].descriptor.header.id.value;
    Ok(mesh.versions(id).iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx }).collect())
}

/// Finds the one thing that a person means; several or none is an error that names candidates.
pub(crate) fn find(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Found> {
    let mesh = &outcome.mesh;
    let reference = read_ref(outcome, text)?;
    let found = mesh.find(&reference);
    match found.as_slice() {
        [only] => Ok(*only),
        [] => bail!("`{}` is not in this registry; {}", text.trim(), offer(mesh, &reference)),
        many => {
            let names: Vec<String> =
                many.iter().map(|found| format!("`{}:{}`", found.kind.word(), reference.id)).collect();
            bail!("`{text}` can mean {}; write one of them", names.join(" or "))
        }
    }
}

/// Says what may have been meant by a reference that leads nowhere.
fn offer(mesh: &Mesh, reference: &Ref) -> String {
    let versions = mesh.versions(&reference.id);
    if reference.version.is_some() && !versions.is_empty() {
        let known = versions.iter().map(|idx| mesh.contracts[*idx].descriptor.version_text());
        let known: Vec<String> = known.map(|version| format!("`{version}`")).collect();
        return format!("the contract has version {}", known.join(", "));
    }
    let kinds = reference.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
    let headers = kinds.iter().filter(|kind| **kind != Kind::SemanticDefinition).flat_map(|kind| mesh.headers(*kind));
    let headers = headers.map(|header| (header.kind, header.id.value.as_str()));
    let terms = mesh.terms.iter().map(|term| (Kind::SemanticDefinition, term.id.as_str()));
    let known: Vec<(Kind, &str)> = headers.chain(terms.filter(|_| kinds.contains(&Kind::SemanticDefinition))).collect();
    let Some(meant) = nearest(&reference.id, known.iter().map(|(_, id)| *id)) else {
        let plural = reference.kind.map_or("products", Kind::plural);
        return format!("`meshfolio list {plural}` shows what there is");
    };
    let kind = known.iter().find(|(_, id)| *id == meant).map_or(Kind::DataProduct, |(kind, _)| *kind);
    format!("did you mean `{}:{meant}`?", kind.word())
}
