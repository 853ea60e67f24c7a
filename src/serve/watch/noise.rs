//! Changes that are none of the registry's.

use std::ffi::OsString;
use std::path::{Component, Path};

/// Says whether a path, relative to a watched root, belongs to version control or is a temporary
/// file of an editor or of the desktop.
pub(super) fn is_noise(relative: &Path) -> bool {
    let is_control = |part: Component| match part {
        Component::Normal(name) => {
            [".git", ".hg", ".svn", ".jj"].iter().any(|control| name.eq_ignore_ascii_case(control))
        }
        _ => false,
    };
    if relative.components().any(is_control) {
        return true;
    }
    let Some(name) = relative.file_name().and_then(|name| name.to_str()) else { return false };
    let begins = |begin: &str| name.starts_with(begin);
    let ends = |end: &str| name.ends_with(end);
    // Vim (swap files, and the number it tests folders with), Emacs, Kate, gedit, JetBrains, desktops.
    ends("~")
        || ends(".swp")
        || ends(".swo")
        || ends(".swx")
        || name == "4913"
        || begins(".#")
        || (begins("#") && ends("#"))
        || ends(".kate-swp")
        || begins(".goutputstream-")
        || ends("___jb_tmp___")
        || ends("___jb_old___")
        || name == ".DS_Store"
        || name == "Thumbs.db"
}

/// Makes a test for paths that builds into `out` touch: itself and its dot-named siblings.
pub fn outputs(out: &Path) -> impl Fn(&Path) -> bool + Send + Sync + use<> {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_path_buf());
    let real = match (absolute.parent(), absolute.file_name()) {
        (Some(parent), Some(name)) => super::real(parent).join(name),
        _ => absolute,
    };
    let mut sibling = OsString::from(".");
    sibling.push(real.file_name().unwrap_or_default());
    sibling.push(".meshfolio-");
    let parent = real.parent().map(Path::to_path_buf).unwrap_or_default();
    move |path: &Path| {
        let is_sibling = |below: &Path| {
            let first = below.components().next().map(|part| part.as_os_str().as_encoded_bytes());
            first.is_some_and(|first| first.starts_with(sibling.as_encoded_bytes()))
        };
        path.starts_with(&real) || path.strip_prefix(&parent).is_ok_and(is_sibling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_and_version_control_make_noise() {
        for noise in [
            ".git",
            ".git/index.lock",
            "a/.GIT/HEAD",
            "a/x.yaml~",
            "a/.x.yaml.swp",
            "4913",
            "a/.#x.yaml",
            "a/#x.yaml#",
            ".goutputstream-ABC",
            "x.yaml___jb_tmp___",
            ".DS_Store",
        ] {
            assert!(is_noise(Path::new(noise)), "{noise}");
        }
        for counted in ["", "a/x.yaml", "meshfolio.yaml", "a/4913.yaml", "a/#x", ".github/CODEOWNERS", ".gitignore"] {
            assert!(!is_noise(Path::new(counted)), "{counted}");
        }
    }

    #[test]
    fn outputs_are_the_folder_and_its_siblings() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = super::super::real(folder.path());
        let is_output = outputs(&root.join("site"));
        for own in
            ["site", "site/index.html", ".site.meshfolio-staging/a", ".site.meshfolio-lock", ".site.meshfolio-old"]
        {
            assert!(is_output(&root.join(own)), "{own}");
        }
        for other in ["", "sites", "registry/site", ".site", "registry/.site.meshfolio-lock"] {
            assert!(!is_output(&root.join(other)), "{other}");
        }
    }
}
