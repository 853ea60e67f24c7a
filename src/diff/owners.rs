//! The file of owners of a forge (`CODEOWNERS`): who must approve a change of which file. The last line that
//! matches a path counts; in a file with sections (GitLab) the last line of each section.
//!
//! Patterns are those of `.gitignore` without `!` and character classes, as the forges document.

use std::collections::HashMap;

use globset::{GlobBuilder, GlobMatcher};

use crate::source::{Tree, parent};

/// Where forges look for the file, from the top of the repository; the first that is there counts.
const PLACES: [&str; 6] = [
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
];

/// Who owns which files.
#[derive(Debug, Default)]
pub struct CodeOwners {
    sections: Vec<Section>,
    is_stated: bool,
}

/// A part of the file whose last line that matches counts. There may be a line for every folder, and every page of a
/// product asks.
#[derive(Debug, Default)]
struct Section {
    /// The owners of each line, in the order of the file.
    owners: Vec<Vec<String>>,
    /// Folders from the top, with the last line of each.
    folders: HashMap<String, usize>,
    /// Names of files and folders anywhere, and of folders alone, with the last line of each.
    names: HashMap<String, usize>,
    folder_names: HashMap<String, usize>,
    /// Lines with other patterns.
    globs: Vec<(usize, Glob)>,
}

/// The paths themselves, or the folders they lie in.
#[derive(Debug)]
struct Glob {
    /// What all of its paths begin with.
    lead: String,
    matcher: GlobMatcher,
}

#[derive(Debug)]
enum Pattern {
    Glob(Glob),
    /// A folder from the top.
    Folder(String),
    /// A name at any depth; of a folder alone, or of a file too.
    Name {
        name: String,
        is_folder: bool,
    },
}

impl Section {
    fn push(&mut self, pattern: Pattern, owners: Vec<String>) {
        let at = self.owners.len();
        match pattern {
            Pattern::Folder(folder) => drop(self.folders.insert(folder, at)),
            Pattern::Name { name, is_folder } => {
                let names = if is_folder { &mut self.folder_names } else { &mut self.names };
                names.insert(name, at);
            }
            Pattern::Glob(glob) => self.globs.push((at, glob)),
        }
        self.owners.push(owners);
    }

    /// Returns the owners of the last line that matches a path.
    fn of(&self, path: &str) -> Option<&[String]> {
        let mut above = parent(path);
        let mut last = self.folders.get(above).copied();
        while !above.is_empty() {
            above = parent(above);
            last = last.max(self.folders.get(above).copied());
        }
        if !self.names.is_empty() || !self.folder_names.is_empty() {
            let file = path.rsplit('/').next().unwrap_or_default();
            let of_folders =
                parent(path).split('/').flat_map(|name| [self.names.get(name), self.folder_names.get(name)]);
            last = last.max(of_folders.chain([self.names.get(file)]).flatten().copied().max());
        }
        let later = self.globs.iter().rev().take_while(|(at, _)| Some(*at) > last);
        let mut matching = later.filter(|(_, glob)| path.starts_with(&glob.lead) && glob.matcher.is_match(path));
        let found = matching.next().map(|(at, _)| *at).or(last)?;
        Some(&self.owners[found])
    }
}

impl CodeOwners {
    /// Reads the file of the repository that a tree lies in; none where it has none.
    #[must_use]
    pub fn read_in(tree: &dyn Tree) -> Option<CodeOwners> {
        let bytes = PLACES.into_iter().find_map(|path| tree.read_from_top(path))?;
        Some(CodeOwners::parse(&String::from_utf8_lossy(&bytes)))
    }

    /// Reads the file. Lines that mean nothing are left out, as forges do.
    #[must_use]
    pub fn parse(text: &str) -> CodeOwners {
        let mut owners = CodeOwners { sections: vec![Section::default()], is_stated: true };
        let mut by_default: Vec<String> = Vec::new();
        for line in text.lines() {
            let words = words(line);
            let Some(first) = words.first() else { continue };
            if let Some(defaults) = section(line) {
                owners.sections.push(Section::default());
                by_default = defaults;
                continue;
            }
            let Some(pattern) = Pattern::read(first) else { continue };
            let named: Vec<String> = words[1..].to_vec();
            let owners_of_line = if named.is_empty() { by_default.clone() } else { named };
            if let Some(section) = owners.sections.last_mut() {
                section.push(pattern, owners_of_line);
            }
        }
        owners
    }

    /// Says whether there is such a file at all.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        self.is_stated
    }

    /// Returns the owners of a path from the top of the repository.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<&str> {
        self.sections.iter().filter_map(|section| section.of(path)).flatten().map(String::as_str).collect()
    }

    /// Says whether a handle owns a path; forges do not tell capitals in handles apart.
    #[must_use]
    pub fn gives(&self, path: &str, handle: &str) -> bool {
        !handle.trim().is_empty() && self.of(path).iter().any(|owner| owner.eq_ignore_ascii_case(handle.trim()))
    }
}

impl Pattern {
    fn read(written: &str) -> Option<Pattern> {
        if written.starts_with('!') {
            return None;
        }
        let is_folder = written.ends_with('/');
        let bare = written.trim_matches('/');
        if bare.is_empty() {
            // `/` alone is the top.
            return Some(Pattern::Folder(String::new()));
        }
        // A slash before the end ties the pattern to the top.
        let is_anchored = written.trim_end_matches('/').contains('/');
        if is_anchored && !bare.contains(['*', '?']) && is_folder {
            return Some(Pattern::Folder(bare.to_owned()));
        }
        if !is_anchored && !bare.contains(['*', '?']) {
            return Some(Pattern::Name { name: bare.to_owned(), is_folder });
        }
        let escaped: String = bare
            .chars()
            .flat_map(|c| match c {
                '[' | ']' | '{' | '}' => vec!['[', c, ']'],
                c => vec![c],
            })
            .collect();
        let from_top = if is_anchored { escaped.clone() } else { format!("**/{escaped}") };
        // `docs/*` owns the files in the folder and nothing deeper; a name owns all below it.
        let stays = is_anchored && escaped.ends_with("/*");
        let glob = if is_folder {
            format!("{from_top}/**")
        } else if stays {
            from_top
        } else {
            format!("{{{from_top},{from_top}/**}}")
        };
        let lead = if is_anchored { bare.split(['*', '?']).next().unwrap_or_default() } else { "" };
        let matcher = GlobBuilder::new(&glob).literal_separator(true).build().ok()?.compile_matcher();
        Some(Pattern::Glob(Glob { lead: lead.to_owned(), matcher }))
    }
}

/// Returns the owners that a section gives to lines without their own; `None` for a line that is none.
fn section(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    let rest = line.strip_prefix("^[").or_else(|| line.strip_prefix('['))?;
    let (_, after) = rest.split_once(']')?;
    // `[Section][2] @owner`: how many must approve.
    let after = after.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(after, |(_, after)| after);
    (after.is_empty() || after.starts_with(char::is_whitespace)).then(|| words(after))
}

/// Splits a line at blanks; `\ ` is a blank in a name, and `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut characters = line.trim().chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => word.extend(characters.next()),
            '#' if word.is_empty() => break,
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_matches_counts() {
        let owners = CodeOwners::parse(
            "# Everything\n*  @acme/all\n/registry/ @acme/data @acme/more # both\nregistry/teams/\n\
             /registry/domains/finance/ @ACME/Ledger\n*.md @acme/docs\n!x @acme/no\n/a\\ b/ @acme/blank\nbuild/ @acme/build\n/docs/* @acme/flat\n",
        );
        for (path, expected) in [
            ("README", &["@acme/all"][..]),
            ("registry/aliases.yaml", &["@acme/data", "@acme/more"]),
            ("other/registry/a.yaml", &["@acme/all"]),
            // Nobody: the line names no owner.
            ("registry/teams/a.yaml", &[]),
            ("registry/domains/finance/a.yaml", &["@ACME/Ledger"]),
            ("registry/domains/finances/a.yaml", &["@acme/data", "@acme/more"]),
            ("registry/domains/finance/README.md", &["@acme/docs"]),
            ("a b/c.yaml", &["@acme/blank"]),
            ("x/build/y/z", &["@acme/build"]),
            ("docs/a", &["@acme/flat"]),
            ("docs/a/b", &["@acme/all"]),
        ] {
            assert_eq!(owners.of(path), expected, "{path}");
        }
        assert!(owners.gives("registry/domains/finance/a.yaml", "@acme/ledger"));
        assert!(!owners.gives("registry/domains/finance/a.yaml", ""));
        assert!(owners.is_stated() && !CodeOwners::default().is_stated());
    }

    #[test]
    fn each_section_has_its_say() {
        let owners = CodeOwners::parse(
            "* @all\n[Data][2] @data\nregistry/\nregistry/teams/ @leads\n^[Docs]\n*.md @docs\n[x] is no section\n",
        );
        assert_eq!(owners.of("registry/a.yaml"), ["@all", "@data"]);
        assert_eq!(owners.of("registry/teams/a.md"), ["@all", "@leads", "@docs"]);
    }

    #[test]
    fn odd_patterns_are_no_danger() {
        let owners = CodeOwners::parse("{a,b} @x\n[ @y\na[bc] @z\n** @w\n/ @top\n\\\n");
        assert_eq!(owners.of("a"), ["@top"]);
        assert_eq!(CodeOwners::parse("a[bc] @z\n").of("ab"), Vec::<&str>::new());
        assert_eq!(CodeOwners::parse("a[bc] @z\n").of("a[bc]"), ["@z"]);
    }
}
