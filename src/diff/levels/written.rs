//! `check` of a configuration, with the places of its levels, and what it takes for personal data.

use std::collections::BTreeMap;

use crate::config::{self, PersonalDataConfig};
use crate::diagnostic::{Grading, Override, RuleMeta, Severity, Sink};
use crate::source::{FileId, Globs, Span};
use crate::yaml::{self, NodeRef};

/// What a file has to say of the level of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    /// The position of the override; `None` for a level that holds everywhere.
    pub(super) entry: Option<usize>,
    /// Where the level stands.
    pub(super) span: Span,
}

/// Places of levels, by what they are for.
type Spans = BTreeMap<String, Span>;

/// What a configuration has to say of how strictly things are judged.
pub(super) struct Written {
    pub(super) fails_at_warning: bool,
    pub(super) perspective: String,
    pub(super) is_transitive: bool,
    pub(super) grading: Grading,
    /// Where `check` stands, else the first key.
    pub(super) span: Span,
    /// `personalData`, and where it stands, else the first key.
    pub(super) personal: (PersonalDataConfig, Span),
    levels: Spans,
    /// As the overrides of the grading: their paths and the places of their levels.
    overrides: Vec<(Vec<String>, Spans)>,
}

impl Written {
    /// Reads a configuration; `None` where it cannot be read: that is told, and refused.
    pub(super) fn read(text: &str) -> Option<Written> {
        let parsed = yaml::parse(FileId(0), text, &mut Sink::default());
        let tree = parsed.tree.filter(|_| parsed.complete);
        let mut written = Written {
            fails_at_warning: false,
            perspective: "consumer".to_owned(),
            is_transitive: false,
            grading: Grading::default(),
            span: Span::default(),
            personal: (PersonalDataConfig::default(), Span::default()),
            levels: Spans::new(),
            overrides: Vec::new(),
        };
        let Some(tree) = tree else { return text.trim().is_empty().then_some(written) };
        let root = tree.root();
        written.span = root.entries().next().map(|(key, _)| key.span()).unwrap_or_default();
        written.personal.1 = written.span;
        if let Some((key, node)) = root.entry("personalData") {
            written.personal = (config::personal_data_of(node, &mut |_| {}), key.span());
        }
        let Some((key, check)) = root.entry("check") else { return Some(written) };
        written.span = key.span();
        written.fails_at_warning = check.text("deny").is_some_and(|deny| deny.value == "warning");
        written.is_transitive = check.get("transitive").and_then(NodeRef::as_bool).unwrap_or(false);
        let perspective = check.text("perspective").map(|text| text.value.into_owned());
        written.perspective =
            perspective.filter(|word| word == "producer" || word == "full").unwrap_or(written.perspective);
        (written.grading.levels, written.levels) = levels(check);
        for entry in check.list("overrides") {
            let paths: Vec<String> = entry.list("paths").filter_map(|path| path.as_str().map(str::to_owned)).collect();
            let patterns: Vec<&str> = paths.iter().map(String::as_str).collect();
            let (globs, bad) = Globs::compile(&patterns);
            // What is no glob matches nothing, so that no path is made of it.
            let is_glob = |position: &usize| bad.iter().all(|(at, _)| at != position);
            let paths = paths.iter().enumerate().filter(|(at, _)| is_glob(at)).map(|(_, path)| path.clone()).collect();
            let (levels, spans) = levels(entry);
            written.grading.overrides.push(Override { paths: globs, levels });
            written.overrides.push((paths, spans));
        }
        Some(written)
    }

    /// Says whether a level is given for this word anywhere.
    pub(super) fn names(&self, word: &str) -> bool {
        self.levels.contains_key(word) || self.overrides.iter().any(|(_, levels)| levels.contains_key(word))
    }

    /// Returns what decides the level of a rule, and of the policy that it found broken, in the file at `path`.
    pub(super) fn decides(&self, (rule, policy): (&RuleMeta, Option<&str>), path: &str) -> Option<Decided> {
        let pick = |levels: &Spans| {
            let policy = policy.and_then(|policy| levels.get(policy));
            policy.or_else(|| levels.get(rule.code)).or_else(|| levels.get(rule.name)).copied()
        };
        let of_paths = |at: &usize| self.grading.overrides[*at].paths.matches(path);
        let special = (0..self.overrides.len())
            .rev()
            .filter(of_paths)
            .find_map(|at| pick(&self.overrides[at].1).map(|span| Decided { entry: Some(at), span }));
        special.or_else(|| pick(&self.levels).map(|span| Decided { entry: None, span }))
    }

    /// Returns the paths of an override, as a message quotes them.
    pub(super) fn words(&self, at: usize) -> String {
        self.overrides[at].0.join("`, `")
    }

    /// Returns paths that an override is of, made from its globs.
    pub(super) fn samples(&self, at: usize) -> impl Iterator<Item = String> {
        let globs = &self.grading.overrides[at].paths;
        let all = self.overrides[at].0.iter().flat_map(|glob| samples(glob.trim_end_matches('/')));
        all.filter(|path| globs.matches(path))
    }
}

/// Reads levels as the configuration does, and where each stands.
fn levels(node: NodeRef<'_>) -> (BTreeMap<String, Option<Severity>>, Spans) {
    let (mut levels, mut spans) = (BTreeMap::new(), Spans::new());
    for (name, level) in config::levels_of(node.get("levels")) {
        levels.insert(name.value.clone(), level);
        spans.insert(name.value, name.span);
    }
    (levels, spans)
}

/// So many paths are made of one glob: it may name very many.
const MOST_SAMPLES: usize = 64;

/// Makes paths that a glob matches: of alternatives each, of a class a character, and `x` where anything may stand. What
/// does not match in the end, as of a class that leaves these out, is for the caller to drop.
fn samples(glob: &str) -> Vec<String> {
    let mut open = vec![(String::new(), glob.to_owned())];
    let mut made = Vec::new();
    // Each step takes a piece off the front of a rest; alternatives make several of one.
    while let Some((mut path, rest)) = open.pop() {
        if made.len() + open.len() >= MOST_SAMPLES {
            break;
        }
        let Some(at) = rest.find(['*', '?', '[', '{', '\\']) else {
            made.push(path + &rest);
            continue;
        };
        let (plain, special) = rest.split_at(at);
        path.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            Some('\\') => {
                path.extend(characters.next());
                open.push((path, characters.as_str().to_owned()));
            }
            Some('[') => {
                let (members, rest) = class(special).unwrap_or_default();
                open.extend(members.into_iter().map(|member| (format!("{path}{member}"), rest.to_owned())));
            }
            Some('{') => {
                let (parts, rest) = alternatives(special).unwrap_or_default();
                open.extend(parts.into_iter().rev().map(|part| (path.clone(), format!("{part}{rest}"))));
            }
            Some('*') => {
                path.push('x');
                open.push((path, special.trim_start_matches('*').to_owned()));
            }
            _ => {
                path.push('x');
                open.push((path, characters.as_str().to_owned()));
            }
        }
    }
    made
}

/// Returns characters that a class at the beginning of a text may stand for, and what follows it.
fn class(text: &str) -> Option<(Vec<char>, &str)> {
    let inside = text.strip_prefix('[')?;
    let (is_other, inside) = match inside.strip_prefix(['!', '^']) {
        Some(inside) => (true, inside),
        None => (false, inside),
    };
    // A bracket that comes first is a member.
    let end = inside.char_indices().skip(1).find(|(_, character)| *character == ']')?.0;
    let (members, rest) = inside.split_at_checked(end)?;
    let rest = rest.strip_prefix(']')?;
    // One that the class leaves out does not match in the end.
    let chosen = if is_other { vec!['x', 'a', '0', '-'] } else { members.chars().take(1).collect() };
    Some((chosen, rest))
}

/// Returns the alternatives in braces at the beginning of a text, and what follows them.
fn alternatives(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut start, mut parts) = (0_usize, 1, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            ',' if depth == 1 => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    parts.push(text.get(start..at)?);
                    return Some((parts, text.get(at + 1..)?));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_that_no_file_matches_has_paths_all_the_same() {
        for (glob, expected) in [
            ("registry/legacy/**", &["registry/legacy/x"][..]),
            ("registry/{old,new}/*.yaml", &["registry/old/x.yaml", "registry/new/x.yaml"]),
            ("a/{b{c,d},e}", &["a/bc", "a/bd", "a/e"]),
            ("v[0-9]/x", &["v0/x"]),
            ("a??/**/*.md", &["axx/x/x.md"]),
            ("[]]", &["]"]),
            ("a\\*b", &["a*b"]),
            ("a{b", &[]),
        ] {
            assert_eq!(samples(glob), expected, "{glob}");
        }
        for glob in ["v[!x]/**", "[^a-z]?", "{a,b}[!x]"] {
            let (globs, bad) = Globs::compile(&[glob]);
            assert!(bad.is_empty() && samples(glob).iter().any(|path| globs.matches(path)), "{glob}");
        }
        assert!(samples(&"{a,b}".repeat(200)).len() <= MOST_SAMPLES);
    }
}
