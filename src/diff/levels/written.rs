//! `check` of a configuration, with the places of its levels.

use std::collections::BTreeMap;

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

/// `check` of a configuration.
pub(super) struct Written {
    pub(super) fails_at_warning: bool,
    pub(super) perspective: String,
    pub(super) is_transitive: bool,
    pub(super) grading: Grading,
    /// Where `check` stands, else the first key.
    pub(super) span: Span,
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
            levels: Spans::new(),
            overrides: Vec::new(),
        };
        let Some(tree) = tree else { return text.trim().is_empty().then_some(written) };
        let root = tree.root();
        written.span = root.entries().next().map(|(key, _)| key.span()).unwrap_or_default();
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
            let (globs, _) = Globs::compile(&patterns);
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
        let sample = |glob: &String| glob.trim_end_matches('/').replace("**", "x").replace(['*', '?'], "x");
        self.overrides[at].0.iter().map(sample).filter(|path| globs.matches(path))
    }
}

/// Reads levels as the configuration does, and where each stands.
fn levels(node: NodeRef<'_>) -> (BTreeMap<String, Option<Severity>>, Spans) {
    let (mut levels, mut spans) = (BTreeMap::new(), Spans::new());
    for (key, value) in node.get("levels").into_iter().flat_map(NodeRef::entries) {
        let Some(name) = key.as_str() else { continue };
        let level = match value.as_str() {
            Some("error") => Some(Severity::Error),
            Some("warning") => Some(Severity::Warning),
            Some("info") => Some(Severity::Info),
            Some("off") => None,
            _ => continue,
        };
        levels.insert(name.to_owned(), level);
        spans.insert(name.to_owned(), key.span());
    }
    (levels, spans)
}
