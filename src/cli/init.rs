//! `init`: a new registry that passes `check`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
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
use crate::render::scaffold::{self, InitOptions, NewFile, id_of, title_of};
use crate::serve::{Rewrite, WriteError, rewrite_files, write_new_files};
use crate::source::{ReadError, Tree, WorkTree, is_below, is_web_address, web_address};
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
    /// Of a registry that is there, write the schemas and settings of editors anew, and nothing else
    #[arg(long, conflicts_with_all = ["id", "name", "forge", "repository", "minimal"])]
    editor: bool,
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
    if args.editor {
        return renew_editor(&Global { directory: root, ..global.clone() }, terminal);
    }
    refuse_nested(&root)?;
    let options = options(&root, args, terminal)?;
    let files = scaffold::init(&options, &Schemas::embedded());
    let unread = unread_by(global, &root);
    let (written, kept) = write(&root, files)?;
    terminal.status("Created", &format!("{} in {}", count(written.len(), "file", "files"), shown(&root)));
    for path in &written {
        terminal.detail("", path);
    }
    say_kept(&root, &kept, terminal);
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

/// Writes the files of a new registry. What a repository may have already beside a registry stays as it is, and is
/// returned second; where anything of a registry is there, nothing is written.
fn write(root: &Path, mut files: Vec<NewFile>) -> anyhow::Result<(Vec<String>, Vec<NewFile>)> {
    let standing = match write_new_files(root, &files) {
        Err(WriteError::Exists { paths }) => paths,
        written => return Ok((written?, Vec::new())),
    };
    if standing.iter().any(|path| path == FILE_NAME) {
        bail!(
            "`{}` holds a registry already: `{FILE_NAME}` is never overwritten; `meshfolio init --editor` renews what editors \
             have of it",
            shown(root)
        );
    }
    let is_file = |path: &String| files.iter().any(|(file, _)| file == path);
    let in_the_way = standing.iter().filter(|path| !is_file(path) || !scaffold::is_beside(path));
    let paths: Vec<String> = in_the_way.cloned().collect();
    if !paths.is_empty() {
        return Err(WriteError::Exists { paths }.into());
    }
    let kept = files.extract_if(.., |(path, _)| standing.contains(path)).collect();
    Ok((write_new_files(root, &files)?, kept))
}

/// Says which files were kept, and what they lack.
fn say_kept(root: &Path, kept: &[NewFile], terminal: &Terminal) {
    let schemas = Schemas::embedded();
    let tree = WorkTree::open(root).ok();
    let mut is_older = false;
    for file in kept {
        let standing = tree.as_ref().and_then(|tree| String::from_utf8(tree.read(&file.0).ok()?).ok());
        let lines = scaffold::to_add(&schemas, file, standing.as_deref().unwrap_or_default());
        say_lacking(&file.0, &lines, terminal);
        is_older |= is_below(&file.0, scaffold::EDITOR_FOLDER);
    }
    if is_older {
        terminal.note("note: schemas for editors were there already; `meshfolio init --editor` renews them");
    }
}

/// Says what is added by hand to a file that stays as it is.
fn say_lacking(path: &str, lines: &str, terminal: &Terminal) {
    if lines.is_empty() {
        terminal.status("Kept", path);
        return;
    }
    terminal.status("Kept", &format!("{path}, which was there already; add to it:"));
    terminal.note("");
    for line in lines.lines() {
        terminal.note(format!("    {line}").trim_end());
    }
    terminal.note("");
}

/// Writes the schemas and settings of editors for the registry that is there.
fn renew_editor(global: &Global, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let config_path = session.options.config_path.clone();
    let config = session.config()?;
    let editor = scaffold::EditorFiles::new(&session.schemas, &config, &config_path);
    let read = |path: &str| match session.tree.read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ReadError::NotFound) => Ok(None),
        Err(error) => Err(error),
    };
    let mut files = Vec::new();
    for (path, after) in &editor.schemas {
        files.push(Rewrite { path: path.clone(), before: read(path)?, after: after.clone() });
    }
    let before = read(scaffold::EDITOR_SETTINGS)?;
    let standing = before.as_deref().map(std::str::from_utf8);
    let settings = match standing {
        None => Some(editor.settings()),
        // What is no text is left as it is.
        Some(Err(_)) => None,
        Some(Ok(standing)) if standing.trim().is_empty() => Some(editor.settings()),
        Some(Ok(standing)) if editor.is_told_by(standing) => Some(standing.to_owned()),
        Some(Ok(standing)) => editor.merged(standing),
    };
    if let Some(after) = settings.as_ref().map(|text| text.clone().into_bytes()) {
        files.push(Rewrite { path: scaffold::EDITOR_SETTINGS.to_owned(), before, after });
    }
    files.retain(|file| file.before.as_ref() != Some(&file.after));
    rewrite_files(session.tree.root(), &files).context("nothing was written")?;
    session.note_place(terminal);
    let root = shown(session.tree.root());
    match files.len() {
        0 => terminal.status("Unchanged", &format!("what editors have of {root} is as it should be")),
        n => terminal.status("Wrote", &format!("{} for editors in {root}", count(n, "file", "files"))),
    }
    for file in &files {
        terminal.detail("", &file.path);
    }
    if settings.is_none() {
        say_lacking(scaffold::EDITOR_SETTINGS, &editor.lines(), terminal);
    }
    Ok(Outcome::Clean)
}

/// Says which descriptors stand in the folder already and are read no longer once it has a configuration.
fn unread_by(global: &Global, root: &Path) -> Option<String> {
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

fn options(root: &Path, args: InitArgs, terminal: &Terminal) -> anyhow::Result<InitOptions> {
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
fn origin_of(root: &Path) -> Option<String> {
    let there = std::path::absolute(root).ok().filter(|folder| folder.is_dir())?;
    if crate::source::repository_prefix(&there)?.is_empty() {
        let address = web_address(&crate::source::origin(&there)?)?;
        return Some(address).filter(|address| ForgeKind::of_address(address) != ForgeKind::None);
    }
    None
}

/// Refuses a folder that another registry reads: each of the two would hold the files of the other.
fn refuse_nested(root: &Path) -> anyhow::Result<()> {
    let absolute = std::path::absolute(root)?;
    let Some(there) = absolute.ancestors().find(|folder| folder.is_dir()) else { return Ok(()) };
    let Ok((outer, start)) = WorkTree::find(there, FILE_NAME) else { return Ok(()) };
    let below = absolute.strip_prefix(there).ok().and_then(Path::to_str).unwrap_or_default().replace('\\', "/");
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

fn shown(path: &Path) -> String {
    let clean: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
    if clean.as_os_str().is_empty() { ".".to_owned() } else { clean.display().to_string() }
}
