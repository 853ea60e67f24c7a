//! A folder on disk. Links are never followed out of the root, and special files never opened.

#![expect(clippy::disallowed_methods, reason = "this is where the file system is read")]

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::{Entry, Listing, ReadError, Skipped, Tree, WalkOptions, path};

/// Folders so many steps below a root are listed in parallel: in the golden path those of domains.
const SPREAD: usize = 2;

/// A folder of the file system, and folders outside it that a person named.
#[derive(Clone, Debug)]
pub struct WorkTree {
    root: PathBuf,
    /// Folders outside the root by the name their files' paths begin with: their absolute path with
    /// `/`, which no path of the root can be.
    outside: Vec<(String, WorkTree)>,
    /// The folders that the last listing went through, relative to the root: none of them is, or lies behind, a link.
    walked: Arc<RwLock<HashSet<String>>>,
}

/// What a walk has found.
#[derive(Default)]
struct Walked {
    listing: Listing,
    folders: Vec<String>,
    /// Folders that are not walked yet.
    below: Vec<PathBuf>,
}

impl WorkTree {
    /// Opens a folder.
    ///
    /// # Errors
    /// When the path does not exist, is no folder or cannot be resolved.
    pub fn open(root: &Path) -> Result<WorkTree, ReadError> {
        let root = fs::canonicalize(root).map_err(|error| read_error(&error))?;
        if !root.is_dir() {
            return Err(ReadError::Refused("it is not a folder".to_owned()));
        }
        Ok(WorkTree { root, outside: Vec::new(), walked: Arc::default() })
    }

    /// Opens the nearest folder at or above `start` that holds the file `marker`, else `start` itself; also
    /// returns the path of `start` below it. The search ends at the top of a git repository, so that a
    /// repository is never read as part of another one.
    ///
    /// # Errors
    /// When `start` does not exist, is no folder or cannot be resolved.
    pub fn find(start: &Path, marker: &str) -> Result<(WorkTree, String), ReadError> {
        let opened = WorkTree::open(start)?;
        let mut found = None;
        for folder in opened.root.ancestors() {
            if folder.join(marker).symlink_metadata().is_ok() {
                found = Some(WorkTree { root: folder.to_path_buf(), outside: Vec::new(), walked: Arc::default() });
                break;
            }
            if folder.join(".git").symlink_metadata().is_ok() {
                break;
            }
        }
        // A folder whose name is not UTF-8 has no path in the tree.
        let below = found.and_then(|tree| Some((tree.relative(&opened.root)?, tree)));
        Ok(below.map_or_else(|| (opened.clone(), String::new()), |(start, tree)| (tree, start)))
    }

    /// Returns the absolute path of the root, links resolved.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes in a folder that a person named on the command line, wherever it lies, and returns the name
    /// by which [`Tree::list`] and [`Tree::read`] know it: its path below the root, or its absolute path.
    ///
    /// # Errors
    /// As [`WorkTree::open`]; a path that is not UTF-8 is refused.
    pub fn take_in(&mut self, folder: &Path) -> Result<String, ReadError> {
        let taken = WorkTree::open(folder)?;
        if taken.root.starts_with(&self.root) {
            let refused = || ReadError::Refused("its name is not valid UTF-8".to_owned());
            return self.relative(&taken.root).ok_or_else(refused);
        }
        let name = taken.root.to_str().map(|path| path.replace('\\', "/"));
        let name = name.ok_or_else(|| ReadError::Refused("its name is not valid UTF-8".to_owned()))?;
        if !self.outside.iter().any(|(known, _)| *known == name) {
            self.outside.push((name.clone(), taken));
        }
        Ok(name)
    }

    /// Returns the folder outside the root that a path lies in, and the path below it.
    fn outside<'p>(&self, path: &'p str) -> Option<(&WorkTree, &'p str)> {
        self.outside.iter().find_map(|(name, tree)| {
            let rest = path.strip_prefix(name.as_str())?;
            let below = rest.strip_prefix('/').or_else(|| rest.is_empty().then_some(""))?;
            Some((tree, below))
        })
    }

    /// Lists a folder outside the root under its name.
    fn list_outside(&self, name: &str, options: &WalkOptions, listing: &mut Listing) -> Result<bool, ReadError> {
        let Some((tree, "")) = self.outside(name) else { return Ok(false) };
        let own = WalkOptions { roots: vec![String::new()], exclude: options.exclude.clone(), output: None };
        let found = tree.list(&own)?;
        let named = |path: String| format!("{name}/{path}");
        listing.files.extend(found.files.into_iter().map(|entry| Entry { path: named(entry.path), ..entry }));
        listing.skipped.extend(found.skipped.into_iter().map(|entry| Skipped { path: named(entry.path), ..entry }));
        Ok(true)
    }

    /// Lists one root folder: what lies near its top first, then the folders below, in parallel.
    fn list_root(&self, root: &str, options: &WalkOptions, walked: &mut Walked) -> Result<(), ReadError> {
        let start = self.root.join(root);
        let n_before = walked.folders.len();
        self.walk(&start, options, true, walked)?;
        let below = std::mem::take(&mut walked.below);
        let walk = |folder: &PathBuf| {
            let mut walked = Walked::default();
            self.walk(folder, options, false, &mut walked).map(|()| walked)
        };
        for part in below.par_iter().map(walk).collect::<Result<Vec<Walked>, ReadError>>()? {
            walked.listing.files.extend(part.listing.files);
            walked.listing.skipped.extend(part.listing.skipped);
            walked.folders.extend(part.folders);
        }
        // A root may itself lie behind a link; then every file in it is looked at on its own.
        if fs::canonicalize(&start).map_or(true, |real| real != start) {
            walked.folders.truncate(n_before);
        }
        Ok(())
    }

    /// Walks a folder; from the top of a root no deeper than [`SPREAD`] steps.
    fn walk(&self, start: &Path, options: &WalkOptions, is_top: bool, walked: &mut Walked) -> Result<(), ReadError> {
        let listing = &mut walked.listing;
        let walk = WalkDir::new(start).follow_links(false).sort_by_file_name();
        let walk = if is_top { walk.max_depth(SPREAD) } else { walk };
        let mut entries = walk.into_iter().filter_entry(|entry| {
            if entry.depth() == 0 || entry.file_name() == super::SITE_MANIFEST {
                return true;
            }
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            !hidden && self.relative(entry.path()).is_none_or(|path| is_walked(&path, options))
        });
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.depth() == 0 && is_top => {
                    return Err(ReadError::Io(format!("`{}`: {}", start.display(), plain(&error))));
                }
                Err(error) => {
                    let path = error.path().and_then(|path| self.relative(path)).unwrap_or_default();
                    listing.skipped.push(failed(path, &error));
                    continue;
                }
            };
            let kind = entry.file_type();
            if entry.file_name() == super::SITE_MANIFEST {
                // A built site holds copies of descriptors; wherever it was written to, it is no registry. The root is one,
                // whatever else lies in it.
                if kind.is_file() && !(is_top && entry.depth() == 1) {
                    let site = entry.path().parent().unwrap_or(start);
                    // Names that sort before a dot have been seen already.
                    walked.below.retain(|folder| !folder.starts_with(site));
                    if let Some(site) = self.relative(site) {
                        listing.files.retain(|file| !path::is_below(&file.path, &site));
                        listing.skipped.retain(|file| !path::is_below(&file.path, &site));
                    }
                    entries.skip_current_dir();
                }
                continue;
            }
            if kind.is_dir() {
                if is_top && entry.depth() == SPREAD {
                    walked.below.push(entry.into_path());
                } else {
                    walked.folders.extend(self.relative(entry.path()));
                }
                continue;
            }
            let Some(path) = self.relative(entry.path()) else {
                let path = entry.path().strip_prefix(&self.root).unwrap_or(entry.path()).to_string_lossy().into_owned();
                listing.skipped.push(Skipped::new(path, "its name is not valid UTF-8"));
                continue;
            };
            if kind.is_symlink() {
                self.list_link(&path, listing);
            } else if kind.is_file() {
                // Nobody asks for its size, which would be a call of the system for each file.
                listing.files.push(Entry { path, size: None });
            } else {
                listing.skipped.push(Skipped::new(path, "it is not a regular file"));
            }
        }
        Ok(())
    }

    /// Lists what git has below the roots and the checkout does not hold.
    fn list_absent(&self, options: &WalkOptions, listing: &mut Listing) {
        let absent = super::checkout::absent(&self.root);
        let holds_root = |path: &str| options.roots.iter().any(|root| !root.is_empty() && path::is_below(root, path));
        for folder in absent.submodules {
            let is_asked = folder == "." || path::is_wanted(&folder, options) || holds_root(&folder);
            let is_left_out =
                options.exclude.matches(&folder) || options.exclude.matches(&format!("{folder}/file.yaml"));
            if is_asked && !is_left_out {
                // A name that a shell would take apart is no part of a command that is copied.
                let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._/-".contains(letter);
                let named = if folder.chars().all(is_plain) { format!(" {folder}") } else { String::new() };
                let remedy = format!("run `git submodule update --init{named}`, or leave it out with `exclude:`");
                let skipped = Skipped::new(folder, "it is a submodule that is not checked out");
                listing.skipped.push(Skipped { remedy: Some(remedy), ..skipped });
            }
        }
        let left_out = absent.left_out.into_iter();
        listing.left_out = left_out
            .filter(|path| {
                let path = path.trim_end_matches('/');
                path::is_wanted(path, options) || holds_root(path)
            })
            .collect();
    }

    /// A link to a regular file inside the root is listed as that file; every other link is skipped.
    fn list_link(&self, path: &str, listing: &mut Listing) {
        let skip = |reason: &str| Skipped::new(path, reason);
        match fs::canonicalize(self.root.join(path)) {
            Err(_) => listing.skipped.push(skip("it is a link that leads nowhere")),
            Ok(target) if !target.starts_with(&self.root) => {
                listing.skipped.push(skip("it is a link that leads out of the root"));
            }
            Ok(target) => match fs::metadata(&target) {
                Ok(metadata) if metadata.is_file() => {
                    listing.files.push(Entry { path: path.to_owned(), size: Some(metadata.len()) });
                }
                _ => listing.skipped.push(skip("it is a link to a folder; folders are read where they are")),
            },
        }
    }

    fn relative(&self, path: &Path) -> Option<String> {
        if let Some(below) = self.text_below(path) {
            return Some(below.to_owned());
        }
        let relative = path.strip_prefix(&self.root).ok()?;
        let mut text = String::new();
        for part in relative.components() {
            if !text.is_empty() {
                text.push('/');
            }
            text.push_str(part.as_os_str().to_str()?);
        }
        Some(text)
    }

    /// Returns what [`WorkTree::relative`] does for a path that is written the way it reads: nearly all are, and
    /// taking a path apart costs much more than looking at its text.
    fn text_below<'p>(&self, path: &'p Path) -> Option<&'p str> {
        if std::path::MAIN_SEPARATOR != '/' {
            return None;
        }
        let below = path.to_str()?.strip_prefix(self.root.to_str()?)?.strip_prefix('/')?;
        let is_plain = below.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        is_plain.then_some(below)
    }
}

impl Tree for WorkTree {
    fn list(&self, options: &WalkOptions) -> Result<Listing, ReadError> {
        let mut walked = Walked::default();
        for root in &options.roots {
            if !self.list_outside(root, options, &mut walked.listing)? && self.has_folder(root) {
                self.list_root(root, options, &mut walked)?;
            }
        }
        let Walked { mut listing, folders, .. } = walked;
        *self.walked.write().unwrap_or_else(PoisonError::into_inner) = folders.into_iter().collect();
        self.list_absent(options, &mut listing);
        listing.files.sort();
        listing.files.dedup();
        listing.skipped.sort();
        listing.skipped.dedup();
        Ok(listing)
    }

    fn read_up_to(&self, path: &str, most: u64) -> Result<Vec<u8>, ReadError> {
        if let Some((tree, below)) = self.outside(path) {
            return tree.read_up_to(below, most);
        }
        if path.split('/').any(|part| part == "..") || Path::new(path).is_absolute() || path.contains('\\') {
            return Err(ReadError::Refused("the path leads out of the root".to_owned()));
        }
        // A link anywhere on the way can lead out; resolving every path would cost much more than
        // looking at its parts, of which hardly any is ever a link, and those that were walked are none.
        let is_walked = path
            .rsplit_once('/')
            .is_some_and(|(folder, _)| self.walked.read().unwrap_or_else(PoisonError::into_inner).contains(folder));
        let full = self.root.join(path);
        let metadata = fs::symlink_metadata(&full).map_err(|error| read_error(&error))?;
        let mut is_link = metadata.is_symlink();
        let mut part = full.as_path();
        while !is_link && !is_walked && part != self.root {
            part = part.parent().unwrap_or(&self.root);
            is_link = part != self.root && fs::symlink_metadata(part).map_err(|error| read_error(&error))?.is_symlink();
        }
        if !is_link {
            return read_regular(&full, &metadata, most);
        }
        let target = fs::canonicalize(&full).map_err(|error| read_error(&error))?;
        if !target.starts_with(&self.root) {
            return Err(ReadError::Refused("a link leads out of the root".to_owned()));
        }
        let metadata = fs::metadata(&target).map_err(|error| read_error(&error))?;
        read_regular(&target, &metadata, most)
    }

    fn read_from_top(&self, path: &str) -> Option<Vec<u8>> {
        let top = super::repository_top(&self.root).unwrap_or_else(|| self.root.clone());
        read_file(&top.join(path)).ok()
    }

    fn prefix(&self) -> String {
        let prefix = super::repository_prefix(&self.root).unwrap_or_default();
        if prefix.is_empty() { prefix } else { format!("{prefix}/") }
    }

    fn has_folder(&self, path: &str) -> bool {
        if let Some((tree, below)) = self.outside(path) {
            return tree.has_folder(below);
        }
        fs::metadata(self.root.join(path)).is_ok_and(|metadata| metadata.is_dir())
    }

    fn label(&self) -> String {
        self.root.display().to_string()
    }
}

/// Reads a regular file of at most [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES) that a person named
/// on the command line.
///
/// # Errors
/// When it does not exist, is no regular file, is too large or cannot be read.
pub fn read_file(path: &Path) -> Result<Vec<u8>, ReadError> {
    let metadata = fs::metadata(path).map_err(|error| read_error(&error))?;
    read_regular(path, &metadata, super::MAX_FILE_BYTES)
}

/// Reads a file that was looked at: what is no regular file is never opened.
fn read_regular(path: &Path, metadata: &fs::Metadata, most: u64) -> Result<Vec<u8>, ReadError> {
    if !metadata.is_file() {
        return Err(ReadError::Refused("it is not a regular file".to_owned()));
    }
    if metadata.len() > most {
        return Err(ReadError::TooLarge { size: metadata.len(), most });
    }
    let file = fs::File::open(path).map_err(|error| read_error(&error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    // The size may have changed since; the limit holds for what is really read.
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| read_error(&error))?;
    if bytes.len() as u64 > most {
        return Err(ReadError::TooLarge { size: bytes.len() as u64, most });
    }
    Ok(bytes)
}

fn is_walked(path: &str, options: &WalkOptions) -> bool {
    !options.exclude.matches(path) && !options.output.as_deref().is_some_and(|output| path::is_below(path, output))
}

fn read_error(error: &std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ReadError::NotFound,
        std::io::ErrorKind::PermissionDenied => ReadError::Denied,
        _ => ReadError::Io(error.to_string()),
    }
}

/// Something that could not be read; what vanished in between is no failure of the system.
fn failed(path: String, error: &walkdir::Error) -> Skipped {
    let is_gone = error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    Skipped { is_failure: !is_gone, ..Skipped::new(path, plain(error)) }
}

fn plain(error: &walkdir::Error) -> String {
    match error.io_error().map(std::io::Error::kind) {
        Some(std::io::ErrorKind::PermissionDenied) => "permission denied".to_owned(),
        Some(std::io::ErrorKind::NotFound) => "it vanished while the folder was read".to_owned(),
        _ => error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn options() -> WalkOptions {
        WalkOptions { roots: vec![String::new()], ..WalkOptions::default() }
    }

    #[test]
    fn a_folder_outside_is_read_only_when_it_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("in")).expect("made");
        fs::write(folder.path().join("in/a.yaml"), "a").expect("written");
        fs::create_dir_all(outside.path().join("d")).expect("made");
        fs::write(outside.path().join("d/b.yaml"), "b").expect("written");
        std::os::unix::fs::symlink(folder.path().join("in/a.yaml"), outside.path().join("out.yaml")).expect("linked");
        let mut tree = WorkTree::open(folder.path()).expect("opened");
        assert_eq!(tree.take_in(&folder.path().join("in")).expect("taken in"), "in");
        let path = format!("{}/d/b.yaml", fs::canonicalize(outside.path()).expect("there").display());
        assert!(tree.read(&path).is_err());

        let name = tree.take_in(outside.path()).expect("taken in");
        let roots = vec!["in".to_owned(), name.clone()];
        let listing = tree.list(&WalkOptions { roots, ..WalkOptions::default() }).expect("listed");
        let mut files: Vec<&str> = listing.files.iter().map(|entry| entry.path.as_str()).collect();
        files.sort_unstable();
        assert_eq!(files, [path.as_str(), "in/a.yaml"]);
        assert_eq!(listing.skipped.len(), 1, "a link that leads out of the folder is not followed");
        assert_eq!(tree.read(&path).expect("read"), b"b");
        assert!(tree.read(&format!("{name}/out.yaml")).is_err());
        assert!(tree.read(&format!("{name}/../x.yaml")).is_err());
        assert!(tree.read(&format!("{name}x/d/b.yaml")).is_err());
        assert!(tree.has_folder(&name) && tree.has_folder(&format!("{name}/d")));
        assert!(tree.take_in(&outside.path().join("none")).is_err());
    }

    #[test]
    fn a_root_behind_a_link_is_not_trusted_for_having_been_walked() {
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(outside.path().join("a/b/c")).expect("made");
        for path in ["x.yaml", "a/x.yaml", "a/b/x.yaml", "a/b/c/x.yaml"] {
            fs::write(outside.path().join(path), "secret").expect("written");
        }
        std::os::unix::fs::symlink(outside.path(), folder.path().join("registry")).expect("linked");
        let tree = WorkTree::open(folder.path()).expect("opened");
        let listing = tree.list(&WalkOptions { roots: vec!["registry".to_owned()], ..options() }).expect("listed");
        for entry in listing.files {
            assert!(tree.read(&entry.path).is_err(), "{}", entry.path);
        }
    }

    #[test]
    fn sites_are_left_out_at_every_depth_whatever_their_files_are_called() {
        let folder = tempfile::tempdir().expect("a folder");
        for site in ["site", "a/site", "a/b/site", "a/b/c/d/site"] {
            for path in ["+early/x.yaml", "+early.yaml", "late/x.yaml", "late.yaml"] {
                let path = folder.path().join(site).join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("made");
                fs::write(path, "x").expect("written");
            }
            fs::write(folder.path().join(site).join(super::super::SITE_MANIFEST), "{}").expect("written");
        }
        for path in ["x.yaml", "a/x.yaml", "a/b/x.yaml", "a/b/c/x.yaml", "a/b/c/d/x.yaml", "siteb/x.yaml"] {
            fs::create_dir_all(folder.path().join(path).parent().expect("a folder")).expect("made");
            fs::write(folder.path().join(path), "x").expect("written");
        }
        let tree = WorkTree::open(folder.path()).expect("opened");
        let files: Vec<String> =
            tree.list(&options()).expect("listed").files.into_iter().map(|entry| entry.path).collect();
        let kept = ["a/b/c/d/x.yaml", "a/b/c/x.yaml", "a/b/x.yaml", "a/x.yaml", "siteb/x.yaml", "x.yaml"];
        assert_eq!(files, kept);
        for path in files {
            assert_eq!(tree.read(&path).expect("read"), b"x");
        }
    }

    #[test]
    fn links_stay_inside_the_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("secret.yaml"), "secret").expect("written");
        let root = folder.path();
        fs::create_dir(root.join("d")).expect("made");
        fs::write(root.join("d/a.yaml"), "a").expect("written");
        fs::write(root.join(".hidden.yaml"), "a").expect("written");
        let link = std::os::unix::fs::symlink::<PathBuf, PathBuf>;
        link(outside.path().join("secret.yaml"), root.join("out.yaml")).expect("linked");
        link(outside.path().to_path_buf(), root.join("outdir")).expect("linked");
        link(root.join("d/a.yaml"), root.join("in.yaml")).expect("linked");
        link(root.join("nothing"), root.join("dangling.yaml")).expect("linked");
        link(root.to_path_buf(), root.join("d/loop")).expect("linked");
        let tree = WorkTree::open(root).expect("opened");
        let listing = tree.list(&options()).expect("listed");
        let files: Vec<&str> = listing.files.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(files, ["d/a.yaml", "in.yaml"]);
        assert_eq!(listing.skipped.len(), 4);
        assert!(tree.read("out.yaml").is_err());
        assert!(tree.read("outdir/secret.yaml").is_err());
        assert!(tree.read("d/loop/in.yaml").is_ok(), "a link that stays inside");
        assert!(tree.read("../secret.yaml").is_err());
        assert_eq!(tree.read("in.yaml").expect("read"), b"a");
    }
}
