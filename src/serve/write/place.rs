//! Where the output is, and whether it may be there.
#![expect(clippy::disallowed_methods, reason = "serve::write is the disk writer; it looks before it writes")]

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::super::error::{WriteError, cannot};
use super::Protected;
use super::manifest::{MANIFEST, Manifest};

/// The output folder with links of its parents resolved, and its dot-named siblings.
#[derive(Debug)]
pub(super) struct Place {
    /// The output folder.
    pub out: PathBuf,
    /// The lock file.
    pub lock: PathBuf,
    /// The folder in which new files are made, on the same file system.
    pub staging: PathBuf,
    /// The name of the old site for the moment in which it is exchanged for the new one; `None`
    /// where the output is a mount point and cannot be renamed.
    pub old: Option<PathBuf>,
}

/// What stands at the output folder.
#[derive(Debug)]
pub(super) enum Standing {
    /// Nothing.
    Missing,
    /// A folder without entries, or with dot-named ones only.
    Blank,
    /// A site of an earlier build.
    Ours(Manifest),
}

impl Place {
    /// Finds the output folder and refuses what may never be one. Changes nothing.
    pub(super) fn resolve(out: &Path, protected: &Protected) -> Result<Place, WriteError> {
        let out = resolve(out)?;
        if let Some(reason) = why_forbidden(&out, protected, std::env::home_dir().as_deref()) {
            return Err(WriteError::Forbidden { path: out, reason });
        }
        let name = out.file_name().map(OsString::from).unwrap_or_default();
        let sibling = |suffix: &str| {
            let mut dotted = OsString::from(".");
            dotted.push(&name);
            dotted.push(suffix);
            out.with_file_name(dotted)
        };
        if is_mount_point(&out) {
            // Siblings would be on another file system, and nothing can be moved from there.
            let inside = |name: &str| out.join(name);
            return Ok(Place {
                lock: inside(".meshfolio-lock"),
                staging: inside(".meshfolio-staging"),
                old: None,
                out,
            });
        }
        Ok(Place {
            lock: sibling(".meshfolio-lock"),
            staging: sibling(".meshfolio-staging"),
            old: Some(sibling(".meshfolio-old")),
            out,
        })
    }

    /// Looks at what is there, and refuses a folder with files that no build has written.
    pub(super) fn standing(&self) -> Result<Standing, WriteError> {
        let out = &self.out;
        match fs::symlink_metadata(out) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Standing::Missing),
            Err(error) => return Err(cannot("look at", out)(error)),
            Ok(metadata) if metadata.is_symlink() => return Err(self.forbidden("it is a link")),
            Ok(metadata) if !metadata.is_dir() => return Err(self.forbidden("it is a file")),
            Ok(_) => {}
        }
        if let Some(manifest) = Manifest::read(&out.join(MANIFEST))? {
            return Ok(Standing::Ours(manifest));
        }
        let mut foreign = Vec::new();
        for entry in fs::read_dir(out).map_err(cannot("list", out))? {
            let name = entry.map_err(cannot("list", out))?.file_name();
            if name.eq_ignore_ascii_case(".git") {
                return Err(self.forbidden("it holds a git repository"));
            }
            if !name.as_encoded_bytes().starts_with(b".") {
                foreign.push(name);
            }
        }
        match foreign.into_iter().min() {
            None => Ok(Standing::Blank),
            Some(entry) => Err(WriteError::Foreign { path: out.clone(), entry: entry.to_string_lossy().into_owned() }),
        }
    }

    fn forbidden(&self, reason: &str) -> WriteError {
        WriteError::Forbidden { path: self.out.clone(), reason: reason.to_owned() }
    }
}

/// Resolves links in the parents of `path`, but not in its last part, which need not exist.
fn resolve(path: &Path) -> Result<PathBuf, WriteError> {
    let absolute = std::path::absolute(path).map_err(cannot("find", path))?;
    let Some(name) = absolute.file_name() else {
        // `/`, or a path that ends in `..`: it exists, or means nothing.
        return fs::canonicalize(&absolute).map_err(cannot("find", path));
    };
    let parent = absolute.parent().unwrap_or(&absolute);
    Ok(resolve_far(parent).map_err(cannot("find", path))?.join(name))
}

/// Resolves the part of a path that exists and appends the rest.
fn resolve_far(path: &Path) -> std::io::Result<PathBuf> {
    let mut rest = Vec::new();
    let mut near = path;
    loop {
        match fs::canonicalize(near) {
            Ok(resolved) => return Ok(rest.into_iter().rev().fold(resolved, |path, part| path.join(part))),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(error) => match (near.components().next_back(), near.parent()) {
                (Some(Component::Normal(part)), Some(parent)) if fs::symlink_metadata(near).is_err() => {
                    rest.push(part);
                    near = parent;
                }
                // `missing/..`, or a link that leads nowhere.
                _ => return Err(error),
            },
        }
    }
}

fn why_forbidden(out: &Path, protected: &Protected, home: Option<&Path>) -> Option<String> {
    let real = |path: &Path| resolve_far(&std::path::absolute(path).ok()?).ok();
    let lies_in_git = |part: Component| matches!(part, Component::Normal(name) if name.eq_ignore_ascii_case(".git"));
    if out.parent().is_none() {
        return Some("it is the root of the file system".to_owned());
    }
    if out.components().any(lies_in_git) {
        return Some("it is part of a git repository".to_owned());
    }
    if let Some(home) = home.and_then(real)
        && home.starts_with(out)
    {
        return Some("it is, or holds, the home folder".to_owned());
    }
    let root = real(&protected.root).unwrap_or_else(|| protected.root.clone());
    if root.starts_with(out) {
        return Some("it is, or holds, the folder of the registry's repository".to_owned());
    }
    for input in &protected.inputs {
        let shown = input.display();
        let input = real(input).unwrap_or_else(|| input.clone());
        if input.starts_with(out) {
            return Some(format!("it is, or holds, `{shown}`, which is read"));
        }
        // A registry that is the whole repository has its output inside; the walk leaves it out.
        if out.starts_with(&input) && !root.starts_with(&input) {
            return Some(format!("it lies inside `{shown}`, which is read"));
        }
    }
    None
}

#[cfg(unix)]
fn is_mount_point(out: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::symlink_metadata(path).ok().map(|metadata| metadata.dev());
    match (device(out), out.parent().and_then(device)) {
        (Some(own), Some(of_parent)) => own != of_parent,
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_mount_point(_out: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(out: &Path, root: &Path, inputs: &[&str]) -> Option<String> {
        let inputs = inputs.iter().map(|input| root.join(input)).collect();
        let out = resolve(out).expect("it resolves");
        why_forbidden(&out, &Protected { root: root.to_path_buf(), inputs }, Some(&root.join("home/me")))
    }

    #[test]
    fn wrong_places_are_refused_and_the_usual_ones_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for made in ["registry/domains", "home/me", "theme", ".git"] {
            fs::create_dir_all(root.join(made)).expect("made");
        }
        let inputs = ["registry", "theme"];
        for bad in [
            "",
            ".",
            "..",
            "../..",
            "registry",
            "registry/site",
            "registry/domains",
            "registry/domains/..",
            "theme",
            "theme/x/y",
            ".git",
            ".git/site",
            ".GIT/x",
            "home",
            "home/me",
            "new/../registry/x",
        ] {
            let resolved = resolve(&root.join(bad));
            assert!(resolved.is_err() || reason(&root.join(bad), root, &inputs).is_some(), "{bad}");
        }
        assert!(reason(Path::new("/"), root, &[]).is_some());
        for good in ["site", "build/site", "home/me/site", "registry-site", "../site"] {
            assert_eq!(reason(&root.join(good), root, &inputs), None, "{good}");
        }
        // The whole repository is the registry.
        assert_eq!(reason(&root.join("site"), root, &[""]), None);
    }
}
