//! What a command needs before it can ask the rooms: the tree, the schemas, the day.

#![expect(clippy::disallowed_methods, reason = "this is where the clock and the environment are read")]

use std::path::{Component, Path};

use anyhow::{Context, bail};
use jiff::civil::Date;

use super::Global;
use crate::check::Detail;
use crate::config;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref};
use crate::pipeline::{self, Options};
use crate::source::WorkTree;
use crate::yaml::{Schemas, nearest};

/// An opened registry.
pub(crate) struct Session {
    pub(crate) tree: WorkTree,
    pub(crate) schemas: Schemas,
    pub(crate) options: Options,
}

impl Session {
    /// Opens the folder of `-C`.
    pub(crate) fn open(global: &Global, detail: Detail) -> anyhow::Result<Session> {
        let tree = WorkTree::open(&global.directory)
            .with_context(|| format!("the folder `{}` cannot be opened", global.directory.display()))?;
        let (config_path, is_config_required) = match &global.config {
            None => (config::FILE_NAME.to_owned(), false),
            Some(path) => (relative(path)?, true),
        };
        let options = Options { config_path, is_config_required, today: today(global)?, detail };
        Ok(Session { tree, schemas: Schemas::embedded(), options })
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
    pub(crate) fn choose(&self, paths: &[String]) -> anyhow::Result<Vec<String>> {
        let choose = |written: &String| {
            let absolute = Path::new(written).is_absolute();
            let below = if absolute {
                Path::new(written).strip_prefix(self.tree.root()).ok()
            } else {
                Some(Path::new(written))
            };
            let inside =
                below.and_then(Path::to_str).and_then(|path| crate::source::join("", &path.replace('\\', "/")));
            let path = inside.with_context(|| format!("`{written}` is outside the registry's folder"))?;
            if !self.tree.root().join(&path).exists() {
                bail!("there is no file or folder `{written}` in `{}`", self.tree.root().display());
            }
            Ok(path)
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

/// Finds what a question about lineage starts from: one thing, or all versions of a contract that is
/// named without one.
pub(crate) fn find_roots(mesh: &Mesh, text: &str) -> anyhow::Result<Vec<Found>> {
    let found = find(mesh, text)?;
    let names_version = Ref::parse(text).is_ok_and(|reference| reference.version.is_some());
    if found.kind != Kind::DataContract || names_version {
        return Ok(vec![found]);
    }
    let id = &mesh.contracts[found.idx].descriptor.header.id.value;
    Ok(mesh.versions(id).iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx }).collect())
}

/// Finds the one thing that a person means; several or none is an error that names candidates.
pub(crate) fn find(mesh: &Mesh, text: &str) -> anyhow::Result<Found> {
    let reference = Ref::parse(text)?;
    let found = mesh.find(&reference);
    match found.as_slice() {
        [only] => Ok(*only),
        [] => {
            let kinds = reference.kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
            let known: Vec<String> = kinds
                .into_iter()
                .flat_map(|kind| {
                    mesh.headers(kind).into_iter().map(move |header| format!("{}:{}", kind.word(), header.id.value))
                })
                .chain(mesh.terms.iter().map(|term| format!("term:{}", term.id)))
                .collect();
            let bare = |known: &str| known.split_once(':').map_or(known.to_owned(), |(_, id)| id.to_owned());
            let meant = known.iter().find(|known| nearest(&reference.id, [bare(known).as_str()]).is_some());
            let hint = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`meshfolio list products` shows what there is".to_owned(),
            };
            let version = reference.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
            bail!("`{}{version}` is not in this registry; {hint}", reference.id)
        }
        many => {
            let names: Vec<String> =
                many.iter().map(|found| format!("`{}:{}`", found.kind.word(), reference.id)).collect();
            bail!("`{text}` can mean {}; write one of them", names.join(" or "))
        }
    }
}
