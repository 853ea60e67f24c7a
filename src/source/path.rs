//! Relative paths with `/`, and the globs of the configuration.

use globset::{GlobSet, GlobSetBuilder};

/// Joins a folder and a relative path as a link in that folder's file would: `.` and `..` are
/// resolved, `/` is the only separator. `None` when the result leaves the root.
#[must_use]
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Returns the folder of a relative path; empty for a file at the root.
#[must_use]
pub fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |end| &path[..end])
}

/// Says whether a file is YAML by the ending of its name, in any case.
#[must_use]
pub fn is_yaml(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml"))
}

/// Returns the way from a folder to a file, as a link in a file of that folder writes it: [`join`] leads back.
pub(crate) fn way(folder: &str, file: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = file.split('/').collect();
    let n_shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - n_shared);
    up.chain(to[n_shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

/// Says whether `path` is `folder` or lies below it; the empty folder holds everything.
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Says whether any part of a path begins with a dot.
pub(crate) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.'))
}

/// Says whether a walk with these options lists the file: below a root, not hidden (below that
/// root), not excluded, not output.
pub(crate) fn is_wanted(path: &str, options: &super::WalkOptions) -> bool {
    let below_root = options.roots.iter().any(|root| {
        is_below(path, root) && !is_hidden(path.strip_prefix(root.as_str()).unwrap_or(path).trim_start_matches('/'))
    });
    below_root
        && !options.exclude.matches(path)
        && !options.output.as_deref().is_some_and(|output| is_below(path, output))
}

/// A set of globs over relative paths with `/`: `*` stays inside one folder, `**` does not.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    set: Option<GlobSet>,
    patterns: Vec<String>,
}

/// The longest glob, in bytes, and how many braces may stand inside each other: compiling goes one call deeper with each.
const MAX_GLOB_BYTES: usize = 1_000;
const MAX_BRACES: usize = 8;

/// Says why a glob is not even tried.
fn over_limit(pattern: &str) -> Option<String> {
    if pattern.len() > MAX_GLOB_BYTES {
        return Some(format!("it has more than {MAX_GLOB_BYTES} bytes"));
    }
    let mut depth = 0_usize;
    for byte in pattern.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_BRACES {
            return Some(format!("more than {MAX_BRACES} braces stand inside each other"));
        }
    }
    None
}

impl Globs {
    /// Compiles the globs; each that cannot be compiled is returned with its position and reason.
    #[must_use]
    pub fn compile(patterns: &[&str]) -> (Globs, Vec<(usize, String)>) {
        let mut builder = GlobSetBuilder::new();
        let (mut bad, mut kept) = (Vec::new(), Vec::new());
        for (position, pattern) in patterns.iter().enumerate() {
            let trimmed = pattern.trim_end_matches('/');
            if let Some(why) = over_limit(trimmed) {
                bad.push((position, why));
                continue;
            }
            match globset::GlobBuilder::new(trimmed).literal_separator(true).build() {
                Ok(glob) => {
                    builder.add(glob);
                    kept.push((*pattern).to_owned());
                    // A folder means everything in it, as in `.gitignore`.
                    let below = format!("{trimmed}/**");
                    if let Ok(below) = globset::GlobBuilder::new(&below).literal_separator(true).build() {
                        builder.add(below);
                    }
                }
                Err(error) => bad.push((position, error.kind().to_string())),
            }
        }
        match builder.build() {
            Ok(set) => (Globs { set: (!set.is_empty()).then_some(set), patterns: kept }, bad),
            Err(error) => {
                bad.push((0, error.kind().to_string()));
                (Globs::default(), bad)
            }
        }
    }

    /// Says whether a relative path matches any of the globs.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.set.as_ref().is_some_and(|set| set.is_match(path))
    }

    /// Returns the globs as they are written, those that can be compiled.
    #[must_use]
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Says whether there is no glob at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_resolves_dots_and_stops_at_the_root() {
        assert_eq!(join("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(join("a", "./b//c").as_deref(), Some("a/b/c"));
        assert_eq!(join("a", "../../c"), None);
    }

    #[test]
    fn yaml_is_told_by_the_ending_in_any_case() {
        assert!(["a.yaml", "d/a.odcs.yml", "D.ODCS.YAML", ".yaml"].into_iter().all(is_yaml));
        assert!(!["a.yaml.md", "yaml", "a.json", ""].into_iter().any(is_yaml));
    }

    #[test]
    fn a_glob_that_nests_without_end_is_refused() {
        let deep = format!("{}a{}", "{".repeat(50_000), "}".repeat(50_000));
        let nested = format!("{}a{}", "{b,".repeat(9), "}".repeat(9));
        for pattern in [&deep, &nested, &"*/".repeat(600)] {
            assert_eq!(Globs::compile(&[pattern.as_str()]).1.len(), 1);
        }
        let (globs, bad) = Globs::compile(&["a/{b,{c,d{e,f}}}/*.yaml"]);
        assert!(bad.is_empty() && globs.matches("a/df/x.yaml"));
    }

    #[test]
    fn a_folder_glob_covers_what_is_below() {
        let (globs, bad) = Globs::compile(&["registry/legacy", "*.tmp.yaml", "a[", "**/old/"]);
        assert_eq!(bad.len(), 1);
        assert!(globs.matches("registry/legacy/x/y.yaml"));
        assert!(globs.matches("x.tmp.yaml") && !globs.matches("d/x.tmp.yaml"));
        assert!(globs.matches("registry/old/file.yaml"));
        assert!(!globs.matches("registry/new.yaml"));
    }
}
