//! `init`: a new registry that passes `check`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::session::Session;
use super::terminal::{Terminal, count, quoted};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::config::{FILE_NAME, ForgeKind};
use crate::diagnostic::{Sink, visible};
use crate::graph::is_slug;
use crate::model::Kind;
use crate::render::scaffold::{self, InitOptions, id_of, title_of};
use crate::serve::{WriteError, write_new_files};
use crate::source::{WorkTree, is_below, is_web_address, web_address};
use crate::yaml::Schemas;

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Folder of the new registry; made where it does not exist
    #[arg(value_name = "DIR", default_value = ".", hide_default_value = true)]
    dir: PathBuf,
    /// Id of the mesh in URNs: lower-case letters, digits and dashes [default: from the name or the folder]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Name of the mesh [default: from the folder]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Where the repository is hosted; chooses the pipeline that is written [default: from the address]
    #[arg(long, value_name = "FORGE", value_enum)]
    forge: Option<ForgeWord>,
    /// Web address of the repository [default: that of the remote `origin`, at a known forge]
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// Leave out the example domain with its product
    #[arg(long)]
    minimal: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ForgeWord {
    Github,
    Gitlab,
    Bitbucket,
    Azure,
    #[value(alias = "forgejo")]
    Gitea,
    None,
}

pub(crate) fn run(global: &Global, args: InitArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let root = global.directory.join(&args.dir);
    refuse_nested(&root)?;
    let options = options(&root, args, terminal)?;
    let files = scaffold::init(&options, &Schemas::embedded());
    let unread = unread_by(global, &root);
    let written = match write_new_files(&root, &files) {
        Err(WriteError::Exists { paths }) if paths.iter().any(|path| path == FILE_NAME) => {
            let others = count(paths.len() - 1, "other file", "other files");
            bail!("`{}` holds a registry already: `{FILE_NAME}` and {others} are never overwritten", shown(&root));
        }
        written => written?,
    };
    terminal.status("Created", &format!("{} in {}", count(written.len(), "file", "files"), shown(&root)));
    for path in &written {
        terminal.detail("", path);
    }
    if let Some(note) = unread {
        terminal.note(&note);
    }
    terminal.status("Pipeline", scaffold::pipeline_words(options.forge));
    let prefix = std::path::absolute(&root).ok().and_then(|there| crate::source::repository_prefix(&there));
    if let Some(prefix) = prefix.filter(|prefix| !prefix.is_empty())
        && let ForgeKind::GitHub | ForgeKind::GitLab = options.forge
    {
        let prefix = visible(&prefix);
        terminal.note(&format!(
            "note: forges read pipelines in the top folder of a repository, and this is `{prefix}/` of one: move the pipeline there, and write `meshfolio -C {prefix}` in it"
        ));
    }
    let at = if root.components().eq(PathBuf::from(".").components()) {
        String::new()
    } else {
        format!("-C {} ", quoted(&shown(&root)))
    };
    if options.is_minimal {
        terminal.status("Next", &format!("meshfolio {at}new team ID, then meshfolio {at}new domain ID --owner TEAM"));
    } else {
        terminal.status("Next", &format!("meshfolio {at}check, then meshfolio {at}serve --watch"));
    }
    Ok(Outcome::Clean)
}

/// Says which descriptors stand in the folder already and are read no longer once it has a configuration.
fn unread_by(global: &Global, root: &std::path::Path) -> Option<String> {
    const NAMED: usize = 4;
    if !root.is_dir() {
        return None;
    }
    let global = Global { directory: root.to_owned(), config: None, ..global.clone() };
    let session = Session::open(&global, Detail::Rules).ok().filter(|session| session.found_above().is_none())?;
    let outcome = session.load().ok()?;
    let paths =
        Kind::ALL.into_iter().flat_map(|kind| outcome.mesh.headers(kind)).map(|of| outcome.sources.path(of.file));
    let left: BTreeSet<&str> = paths.filter(|path| !is_below(path, scaffold::ROOT)).collect();
    if left.is_empty() {
        return None;
    }
    let places: BTreeSet<String> = left
        .iter()
        .map(|path| path.split_once('/').map_or_else(|| format!("`{path}`"), |(folder, _)| format!("`{folder}/`")))
        .collect();
    let mut named: Vec<String> = places.into_iter().map(|place| visible(&place).into_owned()).collect();
    if named.len() > NAMED {
        let more = named.len() - NAMED;
        named.truncate(NAMED);
        named.push(format!("{more} more places"));
    }
    let (has, them) = if left.len() == 1 { ("is", "it") } else { ("are", "them") };
    Some(format!(
        "note: {} outside `{root}/` {has} not read from now on ({}): move {them} there, or add the place to `roots` in `{FILE_NAME}`",
        count(left.len(), "descriptor", "descriptors"),
        named.join(", "),
        root = scaffold::ROOT,
    ))
}

fn options(root: &std::path::Path, args: InitArgs, terminal: &Terminal) -> anyhow::Result<InitOptions> {
    if let Some(id) = args.id.as_deref().filter(|id| !is_slug(id)) {
        bail!("`{id}` cannot be the id of a mesh: write lower-case letters, digits and dashes, such as `acme`");
    }
    if let Some(url) = args.repository.as_deref().filter(|url| !is_web_address(url)) {
        bail!("`{url}` is no web address: `--repository` begins with `https://`");
    }
    let written = std::path::absolute(root).ok().and_then(|path| Some(path.file_name()?.to_str()?.trim().to_owned()));
    let folder = args.id.clone().or_else(|| written.as_deref().and_then(id_of));
    // A folder with a name that no id can have is called by that name.
    let is_a_name = |name: &&String| !is_slug(name) && name.chars().any(char::is_alphabetic) && visible(name) == **name;
    let suggested = match (&args.id, written.as_ref().filter(is_a_name)) {
        (None, Some(name)) => title_of(name),
        _ => folder.as_deref().map_or("Data mesh".to_owned(), title_of),
    };
    let name = args
        .name
        .or_else(|| terminal.ask(&format!("Name of the mesh [{suggested}]:")))
        .unwrap_or_else(|| suggested.clone());
    let id = args.id.or_else(|| id_of(&name)).or(folder).filter(|id| is_slug(id)).unwrap_or_else(|| "mesh".to_owned());
    let repository = args.repository.or_else(|| origin_of(root));
    let forge = match args.forge {
        Some(ForgeWord::Github) => ForgeKind::GitHub,
        Some(ForgeWord::Gitlab) => ForgeKind::GitLab,
        Some(ForgeWord::Bitbucket) => ForgeKind::Bitbucket,
        Some(ForgeWord::Azure) => ForgeKind::Azure,
        Some(ForgeWord::Gitea) => ForgeKind::Gitea,
        Some(ForgeWord::None) => ForgeKind::None,
        None => repository.as_deref().map_or(ForgeKind::None, ForgeKind::of_address),
    };
    Ok(InitOptions { id, name, forge, repository, is_minimal: args.minimal })
}

/// Returns the web address of the repository that the folder is the top of, as its remote `origin` names it, where its
/// forge is one that is known.
fn origin_of(root: &std::path::Path) -> Option<String> {
    let there = std::path::absolute(root).ok().filter(|folder| folder.is_dir())?;
    if crate::source::repository_prefix(&there)?.is_empty() {
        let address = web_address(&crate::source::origin(&there)?)?;
        return Some(address).filter(|address| ForgeKind::of_address(address) != ForgeKind::None);
    }
    None
}

/// Refuses a folder that another registry reads: each of the two would hold the files of the other.
fn refuse_nested(root: &std::path::Path) -> anyhow::Result<()> {
    let absolute = std::path::absolute(root)?;
    let Some(there) = absolute.ancestors().find(|folder| folder.is_dir()) else { return Ok(()) };
    let Ok((outer, start)) = WorkTree::find(there, FILE_NAME) else { return Ok(()) };
    let below =
        absolute.strip_prefix(there).ok().and_then(std::path::Path::to_str).unwrap_or_default().replace('\\', "/");
    let Some(start) = crate::source::join(&start, &below).filter(|start| !start.is_empty()) else { return Ok(()) };
    let mut sink = Sink::default();
    let file = crate::source::FileId::default();
    let Ok(config) = crate::config::load(&outer, FILE_NAME, true, file, &Schemas::embedded(), &[], &mut sink) else {
        return Ok(());
    };
    if config.roots.iter().chain(&config.observations).any(|root| is_below(&start, root)) {
        bail!(
            "`{}` lies inside the registry of `{}`, which would read its files too; begin it in a folder beside it",
            shown(root),
            outer.root().join(FILE_NAME).display()
        );
    }
    Ok(())
}

fn shown(path: &std::path::Path) -> String {
    let clean: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
    if clean.as_os_str().is_empty() { ".".to_owned() } else { clean.display().to_string() }
}
