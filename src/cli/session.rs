//! What a command needs before it can ask the rooms: the tree, the schemas, the day.

#![expect(clippy::disallowed_methods, reason = "this is where the clock and the environment are read")]

mod clock;
mod compare;
mod find;

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, bail};
use clap::Args;

pub(crate) use self::clock::{Clock, stopwatch, today};
use self::clock::{day_of, given_day};
pub(crate) use self::compare::{Comparison, OpenedBase, Reach};
pub(crate) use self::find::{find, find_reader, find_root, find_thing, note_empty, note_unread, read_ref};
use super::Global;
use super::terminal::{Terminal, count};
use crate::check::Detail;
use crate::config;
use crate::diagnostic::{Sink, visible};
use crate::diff::CodeOwners;
use crate::pipeline::{self, Options, PolicySource, TrendQuestion};
use crate::policy::Timings;
use crate::policy::{Trend, TrendNote, TrendStep};
use crate::render::FileOwners;
use crate::serve::write_cached;
use crate::source::{GitTree, Head, History, Tree, WorkTree, read_cached};
use crate::yaml::Schemas;

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
    /// Where things are kept between runs.
    cache: Option<PathBuf>,
    /// The trend that was made last, by its commit and the months that were asked for.
    last_trend: Mutex<Option<LastTrend>>,
}

type LastTrend = (String, Option<u16>, Arc<Trend>);

/// The name of the history in the cache.
const HISTORY: &str = "history";
/// The name of the samples of the past in the cache.
const TREND: &str = "trend";

/// Refuses to read all that a system or a person has, where nothing says that it is a registry.
fn refuse_everything(root: &Path) -> anyhow::Result<()> {
    let has = |name: &str| root.join(name).exists();
    let is_home = || std::env::home_dir().and_then(|home| home.canonicalize().ok()).is_some_and(|home| home == root);
    if has(config::FILE_NAME) || has("registry") {
        return Ok(());
    }
    let what = if root.parent().is_none() {
        "the whole system"
    } else if is_home() {
        "your home folder"
    } else {
        return Ok(());
    };
    bail!(
        "`{}` has neither `{}` nor a folder `registry`, and {what} would be read: \
         name the folder of a registry with `-C DIR`, or begin one with `meshfolio init DIR`",
        root.display(),
        config::FILE_NAME
    );
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
        if global.config.is_none() {
            refuse_everything(tree.root())?;
        }
        let (config_path, is_config_required) = match &global.config {
            None => (config::FILE_NAME.to_owned(), false),
            Some(path) => (relative(path)?, true),
        };
        let options = Options { config_path, is_config_required, today: today(global)?, detail, observations: None };
        let cache = if global.no_cache { None } else { cache_folder(tree.root()) };
        Ok(Session { tree, start, schemas: Schemas::embedded(), options, cache, last_trend: Mutex::default() })
    }

    /// Returns the registry's folder, when it is another one than the run was started for.
    pub(crate) fn found_above(&self) -> Option<&Path> {
        (!self.start.is_empty()).then(|| self.tree.root())
    }

    /// Says where the registry is, when the run was started below it.
    pub(crate) fn note_place(&self, terminal: &Terminal) {
        if let Some(root) = self.found_above() {
            terminal.status("Registry", &format!("{}, found above this folder", visible(&root.display().to_string())));
        }
    }

    /// Reads result files from these folders instead of those of the configuration; a folder named here
    /// may lie anywhere. Without any, nothing changes.
    pub(crate) fn observe(&mut self, global: &Global, args: &ObservationArgs) -> anyhow::Result<()> {
        let mut names = Vec::new();
        for folder in &args.observations {
            let name = self.tree.take_in(&global.path(folder));
            names.push(name.with_context(|| format!("the result files in `{}` cannot be read", folder.display()))?);
        }
        self.options.observations = (!names.is_empty()).then_some(names);
        Ok(())
    }

    /// Returns the folder of the registry below the repository's top, with a slash at its end, as
    /// forges name files; empty at the top or without git.
    pub(crate) fn forge_prefix(&self) -> String {
        self.tree.prefix()
    }

    /// Turns paths of the command line into paths of the tree; one that does not exist is an error.
    /// They are relative to the folder the run was started for, or, as findings print them, to the
    /// registry's. What a base has is there too: a branch that moves a file is asked about the old path as well.
    pub(crate) fn choose(&self, paths: &[String], base: Option<&GitTree>) -> anyhow::Result<Vec<String>> {
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
            let there = inside.iter().find(|path| root.join(path).exists());
            let was_there = || inside.iter().find(|path| base.is_some_and(|base| base.has(path)));
            there.or_else(was_there).cloned().with_context(|| {
                let folder = if self.start.is_empty() { root.to_path_buf() } else { root.join(&self.start) };
                format!("there is no file or folder `{written}` in `{}`", folder.display())
            })
        };
        paths.iter().map(choose).collect()
    }

    /// Returns the forge's file of owners, of the work tree or of a revision; `None` where there is none.
    pub(crate) fn file_owners(&self, past: Option<&GitTree>) -> Option<FileOwners> {
        let tree = past.map_or(&self.tree as &dyn Tree, |past| past);
        Some(FileOwners { owners: CodeOwners::read_in(tree)?, prefix: self.forge_prefix() })
    }

    /// Returns the commit of the work tree, when it is in git.
    pub(crate) fn commit(&self) -> Option<crate::render::Commit> {
        commit_of(crate::source::head_commit(self.tree.root())?)
    }

    /// Opens a revision of the registry, and takes the day of its commit as today unless a day was given.
    pub(crate) fn open_at(&mut self, global: &Global, revision: &str) -> anyhow::Result<GitTree> {
        let tree = GitTree::open(self.tree.root(), revision)?;
        if tree.is_empty() {
            bail!("the revision `{revision}` holds no file below `{}`", self.tree.root().display());
        }
        if given_day(global)?.is_none() {
            self.options.today = day_of(tree.head().seconds).context("the commit has no day of the calendar")?;
        }
        Ok(tree)
    }

    /// Returns what the log of git says up to the commit of the work tree; `None` without git. `earlier` is what
    /// an earlier call returned: nothing is read again when the commit is still the same.
    pub(crate) fn history(&self, earlier: Option<&Arc<History>>, terminal: &Terminal) -> Option<Arc<History>> {
        let Some(head) = crate::source::head_commit(self.tree.root()) else {
            if let Some(why) = crate::source::unread_form(self.tree.root()) {
                terminal.note(&format!("note: history is left out: {why}"));
            }
            return None;
        };
        let commit = head.id;
        if let Some(earlier) = earlier.filter(|earlier| earlier.commit == commit) {
            return Some(Arc::clone(earlier));
        }
        let history = self.history_at(&commit, terminal)?;
        if history.n_walked > 0
            && let Some(folder) = &self.cache
            && let Some(bytes) = history.kept(self.tree.root())
        {
            write_cached(folder, HISTORY, &bytes);
        }
        Some(history)
    }

    /// Returns what the log of git says up to a commit. A log that cannot be read costs its days, not the
    /// catalog.
    pub(crate) fn history_at(&self, commit: &str, terminal: &Terminal) -> Option<Arc<History>> {
        let kept = self.cache.as_deref().and_then(|folder| read_cached(folder, HISTORY));
        match History::read(self.tree.root(), commit, kept.as_deref()) {
            Ok(history) => {
                let walked = count(history.n_walked, "commit walked", "commits walked");
                terminal.detail("History", &format!("{walked}, {}", count(history.n_files(), "file", "files")));
                if history.is_shallow {
                    terminal.note(
                        "note: this is a shallow clone, so what changed before it begins is not known; `git fetch --unshallow`, or `fetch-depth: 0` in CI, brings it",
                    );
                }
                Some(Arc::new(history))
            }
            Err(error) => {
                terminal.note(&format!(
                    "note: the log of git cannot be read, so days come from descriptors alone: {error}"
                ));
                None
            }
        }
    }

    /// Returns how the mesh stood at the ends of months up to a commit; up to that of the work tree where none is
    /// named. What cannot be read costs the trend, not the catalog.
    pub(crate) fn trend(&self, head: &pipeline::Outcome, commit: Option<String>, terminal: &Terminal) -> Arc<Trend> {
        let commit = commit.or_else(|| Some(crate::source::head_commit(self.tree.root())?.id));
        let Some(commit) = commit else {
            let root = self.tree.root();
            let note = if crate::source::repository_top(root).is_none() {
                TrendNote::NoGit
            } else if crate::source::unread_form(root).is_some() {
                TrendNote::Unreadable
            } else {
                TrendNote::NoCommit
            };
            return Arc::new(Trend::without(note));
        };
        let mut last = self.last_trend.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let months = head.config.site.trend_months;
        if let Some((known, asked, trend)) = last.as_ref()
            && (known, *asked) == (&commit, months)
        {
            return Arc::clone(trend);
        }
        let kept = self.cache.as_deref().and_then(|folder| read_cached(folder, TREND));
        let question = TrendQuestion {
            root: self.tree.root(),
            commit: &commit,
            head,
            schemas: &self.schemas,
            options: &self.options,
            kept: kept.as_deref(),
        };
        let trend = match rayon::scope(|_| pipeline::trend(&question)) {
            Ok(trend) => trend,
            Err(error) => {
                terminal.detail("Trend", &error.to_string());
                Trend::without(TrendNote::Unreadable)
            }
        };
        if trend.note == Some(TrendNote::Partial) {
            terminal.note(
                "note: this clone left files of the past out, so that the trend lacks the commits that need them; \
                 `git fetch --refetch --filter=blob:limit=5m` brings them",
            );
        }
        let looked_at = match trend.step {
            TrendStep::Month => count(trend.n_made, "month looked at", "months looked at"),
            TrendStep::Week => count(trend.n_made, "week looked at", "weeks looked at"),
        };
        let files = count(trend.n_read, "file read", "files read");
        terminal.detail("Trend", &format!("{looked_at}, {files}, {} the same as before", trend.n_known));
        if trend.n_made > 0
            && let Some(folder) = &self.cache
        {
            write_cached(folder, TREND, &pipeline::kept_trend(&trend, &self.options));
        }
        let trend = Arc::new(trend);
        *last = Some((commit, months, Arc::clone(&trend)));
        trend
    }

    /// Reads the configuration alone; what is wrong in it is for `check` to tell.
    pub(crate) fn config(&self) -> anyhow::Result<config::Config> {
        let (path, is_required) = (&self.options.config_path, self.options.is_config_required);
        let file = crate::source::FileId::default();
        Ok(config::load(&self.tree, path, is_required, file, &self.schemas, &[], &mut Sink::default())?)
    }

    /// Loads and checks the mesh, judged by the policies of a revision when one is named.
    pub(crate) fn run_by(&self, revision: Option<&str>) -> anyhow::Result<pipeline::Outcome> {
        let Some(revision) = revision else { return self.run() };
        let base = self.policies_of(revision)?;
        let source = PolicySource::Of(&base);
        Ok(rayon::scope(|_| pipeline::run_with(&self.tree, &self.schemas, &self.options, source))?)
    }

    /// Loads and checks the mesh as [`Session::run_by`] does, and measures what takes how long.
    pub(crate) fn run_timed(&self, revision: Option<&str>, timings: &mut Timings) -> anyhow::Result<pipeline::Outcome> {
        let base = revision.map(|revision| self.policies_of(revision)).transpose()?;
        let source = base.as_ref().map_or(PolicySource::Own, |base| PolicySource::Of(base));
        let run = |_: &rayon::Scope<'_>| pipeline::run_timed(&self.tree, &self.schemas, &self.options, source, timings);
        Ok(rayon::scope(run)?)
    }

    /// Opens the revision whose policies count.
    fn policies_of(&self, revision: &str) -> anyhow::Result<GitTree> {
        GitTree::open(self.tree.root(), revision)
            .with_context(|| format!("the policies of `{revision}` cannot be read"))
    }

    /// Loads the mesh without judging it by policies, for questions about what is there.
    pub(crate) fn load(&self) -> anyhow::Result<pipeline::Outcome> {
        Ok(rayon::scope(|_| pipeline::run_with(&self.tree, &self.schemas, &self.options, PolicySource::Skip))?)
    }

    /// Loads and checks the mesh.
    pub(crate) fn run(&self) -> anyhow::Result<pipeline::Outcome> {
        self.run_on(&self.tree)
    }

    /// Loads and checks the mesh of another tree.
    pub(crate) fn run_on(&self, tree: &dyn Tree) -> anyhow::Result<pipeline::Outcome> {
        // On a thread of the pool: what comes after reading uses again the memory that reading left there.
        Ok(rayon::scope(|_| pipeline::run(tree, &self.schemas, &self.options))?)
    }
}

/// Returns the folder of the cache for a registry; `None` where the environment names no place.
fn cache_folder(root: &Path) -> Option<PathBuf> {
    let place = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let own = place("MESHFOLIO_CACHE").and_then(|path| std::path::absolute(path).ok());
    // Relative paths there are void, as the base directory specification says.
    let shared = || place("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let home = || std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".cache"));
    let base = own.or_else(shared).or_else(home)?;
    let hash = blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex();
    Some(base.join("meshfolio").join(&hash[..16]))
}

/// Returns an absolute path relative to the root, whose own path has its links resolved.
fn below_root(root: &Path, path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix(root).map(Path::to_path_buf).ok();
    below.or_else(|| Some(path.canonicalize().ok()?.strip_prefix(root).ok()?.to_path_buf()))
}

/// Words a commit for the catalog.
pub(crate) fn commit_of(head: Head) -> Option<crate::render::Commit> {
    let date = day_of(head.seconds)?.to_string();
    Some(crate::render::Commit { id: head.id, date })
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
