//! What a command needs before it can ask the rooms: the tree, the schemas, the day.

#![expect(clippy::disallowed_methods, reason = "this is where the clock and the environment are read")]

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, bail};
use clap::Args;
use jiff::civil::Date;

use super::Global;
use super::terminal::{Terminal, count};
use crate::check::Detail;
use crate::config;
use crate::diagnostic::Family;
use crate::diff::{self, Asked, CodeOwners, OWNER_FILES, Side};
use crate::graph::{ColumnPlace, Found, Mesh, Near};
use crate::model::{Kind, Ref, Urn};
use crate::pipeline::{self, Base, Compared, KeptBase, Options, PolicySource, TrendQuestion};
use crate::policy::Timings;
use crate::policy::{Trend, TrendNote, TrendStep};
use crate::render::FileOwners;
use crate::render::export::Root;
use crate::render::{Preview, PreviewInput};
use crate::serve::write_cached;
use crate::source::{FilledTree, GitTree, Head, History, Tree, WorkTree, read_cached};
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
        let cache = if global.no_cache { None } else { cache_folder(tree.root()) };
        Ok(Session { tree, start, schemas: Schemas::embedded(), options, cache, last_trend: Mutex::default() })
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

    /// Returns the forge's file of owners, of the work tree or of a revision; `None` where there is none.
    pub(crate) fn file_owners(&self, past: Option<&GitTree>) -> Option<FileOwners> {
        let root = self.tree.root();
        let top = crate::source::repository_top(root).unwrap_or_else(|| root.to_path_buf());
        let read = |path: &str| match past {
            Some(past) => past.read_from_top(path),
            None => crate::source::read_file(&top.join(path)).ok(),
        };
        let bytes = OWNER_FILES.into_iter().find_map(read)?;
        let owners = CodeOwners::parse(&String::from_utf8_lossy(&bytes));
        Some(FileOwners { owners, prefix: self.forge_prefix() })
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
        let commit = crate::source::head_commit(self.tree.root())?.id;
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
                        "note: this is a shallow clone, so what changed before it begins is not known; fetch with a depth of 0 to know",
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
        let Some(commit) = commit else { return Arc::new(Trend::without(TrendNote::NoGit)) };
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

/// A base that was opened: its files, and who owns which.
pub(crate) struct OpenedBase {
    pub(crate) tree: GitTree,
    owners: Option<Vec<u8>>,
    /// It, judged, where it is compared with more than once.
    kept: Option<KeptBase>,
}

impl OpenedBase {
    /// Reads who owns which file.
    fn owners(&self) -> CodeOwners {
        let text = self.owners.as_deref().map(String::from_utf8_lossy);
        text.map(|text| CodeOwners::parse(&text)).unwrap_or_default()
    }

    /// Returns the folder of the registry below the top of the repository, with a slash at its end.
    fn prefix(&self) -> String {
        match self.tree.prefix() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }
}

/// With which versions a contract is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// With those that the configuration says.
    Configured,
    /// With every version of its major that is still read.
    Transitive,
}

impl Reach {
    /// Reads the flag.
    pub(crate) fn of(is_transitive: bool) -> Reach {
        if is_transitive { Reach::Transitive } else { Reach::Configured }
    }
}

/// Two revisions that were compared.
pub(crate) struct Comparison {
    pub(crate) compared: Compared,
    pub(crate) base_tree: GitTree,
    /// `None` for the work tree.
    head_tree: Option<GitTree>,
    /// Who owns which file, as the base says.
    owners: CodeOwners,
    /// The folder of the registry below the top of the repository, with a slash at its end.
    prefix: String,
}

impl Comparison {
    /// Returns the files of the head.
    pub(crate) fn head_tree<'a>(&'a self, session: &'a Session) -> &'a dyn Tree {
        self.head_tree.as_ref().map_or(&session.tree as &dyn Tree, |tree| tree)
    }

    /// Returns the commit of the head; `None` for the work tree.
    pub(crate) fn head_commit(&self) -> Option<String> {
        self.head_tree.as_ref().map(GitTree::commit)
    }

    /// Returns who has to look at the change, and why.
    pub(crate) fn asked(&self, session: &Session) -> Asked {
        let Compared { head, base, changes } = &self.compared;
        let filled = FilledTree::new(&self.base_tree, self.head_tree(session));
        let base = Side { mesh: &base.mesh, sources: &base.sources, tree: &filled };
        let head = Side { mesh: &head.mesh, sources: &head.sources, tree: self.head_tree(session) };
        diff::asked(base, head, (&self.owners, &self.prefix), changes)
    }

    /// Says of which folders nothing is compared: they belong to other repositories.
    pub(crate) fn notes(&self, terminal: &Terminal) {
        for folder in self.base_tree.submodules() {
            let folder = crate::diagnostic::visible(folder);
            terminal
                .note(&format!("note: `{folder}` is a submodule: what changes in it is judged in its own repository"));
        }
    }

    /// Says what is compared with what, and how much differs.
    pub(crate) fn words(&self, base: &str, head: Option<&str>) -> String {
        let short = |commit: String| commit.get(..7).unwrap_or_default().to_owned();
        let set = &self.compared.changes;
        let n_contracts = set.contracts.len();
        let products = set.changes.iter().filter(|change| change.kind == Kind::DataProduct).map(|change| &change.id);
        let n_products = products.collect::<std::collections::BTreeSet<_>>().len();
        let head = match (head, self.head_commit()) {
            (Some(head), Some(commit)) => format!("{head} ({})", short(commit)),
            _ => "the work tree".to_owned(),
        };
        format!(
            "{base} ({}) with {head}: {}, {} changed",
            short(self.base_tree.commit()),
            super::terminal::count(n_contracts, "contract", "contracts"),
            super::terminal::count(n_products, "product", "products"),
        )
    }
}

impl Session {
    /// Compares with the last commit that `base` and the head have in common; the head is the work tree where
    /// no revision is named.
    pub(crate) fn compare(&self, base: &str, head: Option<&str>) -> anyhow::Result<Comparison> {
        self.compare_reaching((base, head), Reach::Configured, None)
    }

    /// Compares as [`Session::compare`] does, with those versions of a contract that are asked for.
    pub(crate) fn compare_reaching(
        &self,
        (base, head): (&str, Option<&str>),
        reach: Reach,
        policies_from: Option<&str>,
    ) -> anyhow::Result<Comparison> {
        let policies = policies_from.map(|revision| self.policies_of(revision)).transpose()?;
        let opened = self.open_base(base, head)?;
        let head_tree = head.map(|head| GitTree::open(self.tree.root(), head)).transpose()?;
        let tree: &dyn Tree = head_tree.as_ref().map_or(&self.tree as &dyn Tree, |tree| tree);
        let compared = self.compare_with(&opened, tree, reach, policies.as_ref().map(|tree| tree as &dyn Tree))?;
        let (owners, prefix) = (opened.owners(), opened.prefix());
        Ok(Comparison { compared, base_tree: opened.tree, head_tree, owners, prefix })
    }

    /// Opens the last commit that `base` and the head have in common.
    pub(crate) fn open_base(&self, base: &str, head: Option<&str>) -> anyhow::Result<OpenedBase> {
        let tree = GitTree::open_merge_base(self.tree.root(), base, head)?;
        let owners = OWNER_FILES.into_iter().find_map(|path| tree.read_from_top(path));
        Ok(OpenedBase { tree, owners, kept: None })
    }

    /// Judges a base once for all that is compared with it later.
    pub(crate) fn keep(&self, base: &mut OpenedBase) -> anyhow::Result<()> {
        // Results that were named on the command line count for both sides, and may change.
        if self.options.observations.is_none() {
            let filled = FilledTree::new(&base.tree, &self.tree);
            base.kept = Some(rayon::scope(|_| pipeline::keep_base(&filled, &self.schemas, &self.options))?);
        }
        Ok(())
    }

    /// Compares files with a base.
    fn compare_with(
        &self,
        base: &OpenedBase,
        head: &dyn Tree,
        reach: Reach,
        policies: Option<&dyn Tree>,
    ) -> anyhow::Result<Compared> {
        let filled = FilledTree::new(&base.tree, head);
        let is_transitive = reach == Reach::Transitive;
        let pair = Base { tree: &filled, owners: base.owners(), is_transitive, prefix: base.prefix(), policies };
        Ok(rayon::scope(|_| match &base.kept {
            Some(kept) => pipeline::run_beside(head, &pair, kept, &self.schemas, &self.options),
            None => pipeline::run_pair(head, &pair, &self.schemas, &self.options),
        })?)
    }

    /// Compares files with a base for a catalog: gives what its pages are made from, and what they say of the
    /// change. What the gate says stands on the page of the change, and is no finding of the catalog.
    pub(crate) fn preview(
        &self,
        revision: &str,
        base: &OpenedBase,
        (head, head_commit): (&dyn Tree, Option<&str>),
    ) -> anyhow::Result<(pipeline::Outcome, Preview)> {
        let compared = self.compare_with(base, head, Reach::Configured, None)?;
        let new_findings = compared.new_findings();
        let Compared { head: mut outcome, base: before, changes } = compared;
        let sides = (
            Side { mesh: &before.mesh, sources: &before.sources, tree: &base.tree },
            Side { mesh: &outcome.mesh, sources: &outcome.sources, tree: head },
        );
        let things = diff::things(sides.0, sides.1, &changes.contracts);
        let places = changes.changes.iter().map(|change| change.location().file);
        let files: Vec<_> = places.chain(new_findings.files()).collect();
        let texts = outcome.sources.texts_of(head, Some(&base.tree), files);
        let input = PreviewInput {
            revision,
            base_commit: &base.tree.commit(),
            head_commit,
            base: &before.mesh,
            head: &outcome.mesh,
            sources: &outcome.sources,
            texts: &texts,
            new_findings: &new_findings,
            asked: diff::asked(sides.0, sides.1, (&base.owners(), &base.prefix()), &changes),
        };
        let preview = Preview::new(input, changes, things);
        outcome.findings.diagnostics.retain(|finding| Family::of(finding.rule.code) != Some(Family::Brk));
        Ok((outcome, preview))
    }
}

/// Returns an absolute path relative to the root, whose own path has its links resolved.
fn below_root(root: &Path, path: &Path) -> Option<PathBuf> {
    let below = path.strip_prefix(root).map(Path::to_path_buf).ok();
    below.or_else(|| Some(path.canonicalize().ok()?.strip_prefix(root).ok()?.to_path_buf()))
}

/// Returns how long the program has run, as far as somebody has asked before.
pub(crate) fn stopwatch() -> std::time::Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
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

/// Words a commit for the catalog.
pub(crate) fn commit_of(head: Head) -> Option<crate::render::Commit> {
    let date = day_of(head.seconds)?.to_string();
    Some(crate::render::Commit { id: head.id, date })
}

/// Returns the day of a time in seconds since 1970, UTC.
fn day_of(seconds: i64) -> Option<Date> {
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// Returns the day: `--today`, else `SOURCE_DATE_EPOCH`, else today in UTC.
pub(crate) fn today(global: &Global) -> anyhow::Result<Date> {
    if let Some(day) = given_day(global)? {
        return Ok(day);
    }
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day_of(i64::try_from(seconds).unwrap_or(0)).context("the clock shows no day of the calendar")
}

/// Returns the day that the run was given: `--today`, else `SOURCE_DATE_EPOCH`.
fn given_day(global: &Global) -> anyhow::Result<Option<Date>> {
    if let Some(today) = global.today {
        return Ok(Some(today));
    }
    if let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) {
        let seconds = epoch.to_str().and_then(|text| text.trim().parse().ok());
        let day = seconds.and_then(day_of);
        return Ok(Some(day.context("`SOURCE_DATE_EPOCH` must be a number of seconds since 1970")?));
    }
    Ok(None)
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

/// Finds what a question about lineage starts from: one thing, all versions of a contract that is
/// named without one, or a column of them.
pub(crate) fn find_root(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<Root> {
    let mesh = &outcome.mesh;
    let reference = read_ref(outcome, text)?;
    let thing = find(mesh, &Ref { column: None, ..reference.clone() }, text)?;
    let mut things = vec![thing];
    let mut written = mesh.reference(thing);
    if thing.kind == Kind::DataContract {
        let id = &mesh.contracts[thing.idx].descriptor.header.id.value;
        if reference.version.is_some() {
            written = format!("contract:{}", mesh.contract_version(thing.idx));
        } else {
            things = mesh.versions(id).iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx }).collect();
        }
    }
    let Some(path) = column_path(&reference, text)? else {
        return Ok(Root { reference: written, things, columns: Vec::new() });
    };
    let columns: Vec<ColumnPlace> = things.iter().filter_map(|found| mesh.column_place(found.idx, path)).collect();
    let Some(first) = columns.first() else { return Err(no_column(mesh, thing.idx, path)) };
    let contract = written.strip_prefix("contract:").unwrap_or(&written);
    let reference = format!("column:{contract}#{}", first.path());
    Ok(Root { reference, things, columns })
}

/// Returns the column that a reference names; a `column:` without one is an error.
fn column_path<'a>(reference: &'a Ref, text: &str) -> anyhow::Result<Option<&'a str>> {
    let is_column = text.trim().starts_with("column:");
    match reference.column.as_deref() {
        Some(path) if !path.trim().is_empty() => Ok(Some(path.trim())),
        _ if is_column => bail!("`{text}` names no column: write `column:orders@2.1.0#orders.amount`"),
        _ => Ok(None),
    }
}

/// Finds the one thing that a person means, and the column of it where one is named.
pub(crate) fn find_thing(outcome: &pipeline::Outcome, text: &str) -> anyhow::Result<(Found, Option<ColumnPlace>)> {
    let mesh = &outcome.mesh;
    let reference = read_ref(outcome, text)?;
    let found = find(mesh, &Ref { column: None, ..reference.clone() }, text)?;
    let Some(path) = column_path(&reference, text)? else { return Ok((found, None)) };
    let place = mesh.column_place(found.idx, path).ok_or_else(|| no_column(mesh, found.idx, path))?;
    Ok((found, Some(place)))
}

/// Says that a contract has no such column, and which are near.
fn no_column(mesh: &Mesh, contract_idx: usize, path: &str) -> anyhow::Error {
    const SHOWN: usize = 8;
    let known: Vec<String> = mesh.column_paths(contract_idx).collect();
    let name = path.rsplit('.').next().unwrap_or(path).to_lowercase();
    let is_namesake = |known: &&String| known.rsplit('.').next().is_some_and(|last| last.to_lowercase() == name);
    let mut near: Vec<&str> = known.iter().filter(is_namesake).map(String::as_str).collect();
    near.extend(nearest(path, known.iter().map(String::as_str)));
    // A bare name with a slip in it.
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    if near.is_empty() {
        near.extend(known.iter().map(String::as_str).filter(|known| nearest(&name, [last(known).as_str()]).is_some()));
    }
    near.sort_unstable();
    near.dedup();
    let quoted =
        |names: &[&str]| names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let all: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = if !near.is_empty() {
        format!("did you mean {}?", quoted(&near))
    } else if known.is_empty() {
        "it states no columns".to_owned()
    } else if known.len() > SHOWN {
        format!("its columns begin with {} ({} in all)", quoted(&all), known.len())
    } else {
        format!("its columns are {}", quoted(&all))
    };
    anyhow::anyhow!("the contract `{}` has no column `{path}`; {hint}", mesh.contract_version(contract_idx))
}

/// Finds the one thing that a person means; several or none is an error that names candidates.
pub(crate) fn find(mesh: &Mesh, reference: &Ref, text: &str) -> anyhow::Result<Found> {
    let found = mesh.find(reference);
    match found.as_slice() {
        [only] => Ok(*only),
        [] => bail!("`{}` is not in this registry; {}", text.trim(), offer(mesh, reference)),
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
    let mut near = Near::default();
    let meant = kinds.into_iter().find_map(|kind| {
        let known: Vec<&str> = match kind {
            Kind::SemanticDefinition => mesh.terms.iter().map(|term| term.id.as_str()).collect(),
            kind => mesh.headers(kind).into_iter().map(|header| header.id.value.as_str()).collect(),
        };
        near.nearest(&reference.id, known).map(|meant| format!("{}:{meant}", kind.word()))
    });
    let plural = reference.kind.map_or("products", Kind::plural);
    match meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("`meshfolio list {plural}` shows what there is"),
    }
}
