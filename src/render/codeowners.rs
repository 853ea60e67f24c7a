//! Who owns which files, as forges read it: a marked block of the CODEOWNERS file, made from the owners
//! that descriptors name. Everything outside the block stays as it is.
//!
//! A name from a file never makes a line: a path with a control character and a handle that is none
//! get no rule, and are named instead.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, ForgeKind};
use crate::graph::Mesh;
use crate::model::{Header, Kind, Ref};
use crate::source::{FileId, SourceMap, parent};

const BEGIN: &str = "# meshfolio:begin";
const END: &str = "# meshfolio:end";

/// Who owns what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ownership {
    /// The rules in their order: of two that match, forges take the last.
    pub rules: Vec<Rule>,
    /// What could get no rule, one sentence each.
    pub silent: Vec<String>,
    /// The files of the teams that own something and have no handle.
    pub unnamed: Vec<String>,
}

/// A line of the block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// The path from the top of the repository; a folder ends with a slash.
    pub path: String,
    /// The handle or address of the team.
    pub handle: String,
}

/// Why a file cannot be rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    /// The marks do not enclose one block.
    #[error("it must hold one line `{BEGIN}` and after it one line `{END}`, or neither of them")]
    Marks,
}

/// Returns the places of the file, the one that is made first; `None` for forges without such a file.
#[must_use]
pub fn places(kind: ForgeKind) -> Option<&'static [&'static str]> {
    match kind {
        ForgeKind::GitHub => Some(&[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]),
        ForgeKind::GitLab => Some(&["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"]),
        ForgeKind::Gitea => Some(&["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"]),
        ForgeKind::Bitbucket => Some(&[".bitbucket/CODEOWNERS"]),
        // The forge has no such file; the gate reads it all the same.
        ForgeKind::Azure => Some(&["CODEOWNERS", "docs/CODEOWNERS"]),
        ForgeKind::None => None,
    }
}

/// Says why there is no file.
pub const WHY_NONE: &str =
    "which forge reads the file? set `forge: {kind: github}` in `meshfolio.yaml` (or gitlab, gitea, bitbucket, azure)";

/// Returns what the forge does not do with the file; `None` where it asks owners itself.
#[must_use]
pub fn what_the_forge_leaves(kind: ForgeKind) -> Option<&'static str> {
    (kind == ForgeKind::Azure).then_some(
        "Azure DevOps asks nobody by this file: it says whose acknowledgement counts and who has to look; name the same \
         teams as required reviewers in branch policies",
    )
}

/// Says who owns what. `prefix` is the folder of the registry below the top of the repository, with a slash at
/// its end, or empty.
///
/// A product owns its folder and all in it, a domain too; what in it belongs to others has a rule of its own.
#[must_use]
pub fn ownership(mesh: &Mesh, sources: &SourceMap, config: &Config, prefix: &str) -> Ownership {
    let mut gathered = Gathered { mesh, sources, config, folders: BTreeMap::new(), files: Vec::new() };
    gathered.all();
    let (folders, files) = (gathered.whole_folders(), gathered.files);
    let mut ownership = Ownership::default();
    let mut silent_teams = BTreeMap::new();
    let owns_by_folder = |path: &str| {
        let mut folder = parent(path);
        loop {
            if let Some(team) = folders.get(folder) {
                return Some(*team);
            }
            if folder.is_empty() {
                return None;
            }
            folder = parent(folder);
        }
    };
    let own_rules = files.iter().filter(|(path, team)| owns_by_folder(path) != Some(*team));
    let mut wanted: Vec<(String, usize)> = folders.iter().map(|(folder, team)| (format!("{folder}/"), *team)).collect();
    wanted.extend(own_rules.map(|(path, team)| (path.clone(), *team)));
    // A folder sorts before what is in it, and so what is nearer comes later and wins.
    wanted.sort();
    wanted.dedup();
    for (path, team) in wanted {
        if path.chars().chain(prefix.chars()).any(char::is_control) {
            ownership.silent.push(format!("`{path}` can stand in no rule, because its name holds a control character"));
            continue;
        }
        match handle(mesh, team) {
            Ok(handle) => ownership.rules.push(Rule { path: format!("{prefix}{path}"), handle: handle.to_owned() }),
            Err(why) => *silent_teams.entry((team, why)).or_insert(0_usize) += 1,
        }
    }
    for ((team, why), n) in silent_teams {
        let header = &mesh.teams[team].descriptor.header;
        let (id, file) = (&header.id.value, sources.path(header.file));
        ownership.silent.push(format!("the team `{id}` {why}, so {n} of its paths have no rule: {file}"));
        ownership.unnamed.push(file.to_owned());
    }
    ownership
}

/// Returns the handle of a team, or why there is none.
fn handle(mesh: &Mesh, team: usize) -> Result<&str, &'static str> {
    let Some(handle) = mesh.teams[team].descriptor.forge_handle.as_deref() else { return Err("has no `forgeHandle`") };
    let is_word = |text: &str| {
        !text.is_empty()
            && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/' | '+'))
    };
    let is_handle = match handle.split_once('@') {
        Some(("", name)) => is_word(name),
        Some((local, host)) => is_word(local) && is_word(host),
        None => false,
    };
    if is_handle { Ok(handle) } else { Err("has a `forgeHandle` that is none") }
}

struct Gathered<'a> {
    mesh: &'a Mesh,
    sources: &'a SourceMap,
    config: &'a Config,
    /// Owners of products and domains by their folder.
    folders: BTreeMap<&'a str, Vec<Option<usize>>>,
    files: Vec<(String, usize)>,
}

impl<'a> Gathered<'a> {
    fn all(&mut self) {
        let mesh = self.mesh;
        for node in &mesh.domains {
            self.folder(&node.descriptor.header, node.owner_idx);
        }
        for node in &mesh.products {
            self.folder(&node.descriptor.header, node.owner_idx);
        }
        for node in &mesh.contracts {
            self.file(&node.descriptor.header, node.owner_idx);
        }
        for (idx, node) in mesh.teams.iter().enumerate() {
            self.file(&node.descriptor.header, Some(idx));
        }
        for node in &mesh.sources {
            self.file(&node.descriptor.header, node.owner_idx);
        }
        for policy in &mesh.policies {
            self.file(&policy.header, policy.owner.as_ref().and_then(|owner| mesh.team(owner)));
        }
        for glossary in &mesh.glossaries {
            let domain = glossary.domain.as_ref().and_then(|domain| mesh.domain(domain));
            self.file(&glossary.header, domain.and_then(|idx| mesh.domains[idx].owner_idx));
        }
        for entry in &mesh.acknowledgements {
            // It counts only where the file belongs to the consumer's team.
            let consumer = entry.consumer.as_ref().and_then(|name| Ref::parse(name).ok());
            let team = consumer.and_then(|consumer| match consumer.kind {
                Some(Kind::Team) => mesh.team(&consumer.id),
                _ => mesh.product(&consumer.id).and_then(|idx| mesh.products[idx].owner_idx),
            });
            self.file(&entry.header, team);
        }
    }

    /// Notes the owner of a descriptor that stands for its folder.
    fn folder(&mut self, header: &Header, owner: Option<usize>) {
        let folder = parent(self.sources.path(header.file));
        // The folder of all is nobody's.
        if !folder.is_empty() && !self.config.roots.iter().any(|root| root == folder) {
            self.folders.entry(folder).or_default().push(owner);
        }
        self.file(header, owner);
    }

    fn file(&mut self, header: &Header, owner: Option<usize>) {
        let Some(owner) = owner else { return };
        let mut add = |file: FileId| self.files.push((self.sources.path(file).to_owned(), owner));
        add(header.file);
        if header.kind == Kind::Policy
            && let Some(prose) = self.mesh.docs.prose_of(header.file, self.sources)
        {
            add(prose);
        }
    }

    /// Returns the folders that have one owner, with that owner.
    fn whole_folders(&self) -> BTreeMap<&'a str, usize> {
        let one = |owners: &Vec<Option<usize>>| {
            let first = (*owners.first()?)?;
            owners.iter().all(|owner| *owner == Some(first)).then_some(first)
        };
        self.folders.iter().filter_map(|(folder, owners)| Some((*folder, one(owners)?))).collect()
    }
}

/// Returns the file with its block made anew; a file without one gets it at its end.
///
/// # Errors
/// When the marks of the block are not one pair.
pub fn written(before: &str, kind: ForgeKind, rules: &[Rule]) -> Result<String, MarkError> {
    let end = if before.contains("\r\n") { "\r\n" } else { "\n" };
    let mut begins = Vec::new();
    let mut ends = Vec::new();
    let mut at = 0;
    for line in before.split_inclusive('\n') {
        let words = line.trim_end();
        if words == BEGIN || words.strip_prefix(BEGIN).is_some_and(|rest| rest.starts_with(' ')) {
            begins.push(at);
        }
        at += line.len();
        if words == END {
            ends.push(at);
        }
    }
    let block = block(kind, rules, end);
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => {
            let gap = match before {
                "" => String::new(),
                text if text.ends_with('\n') => end.to_owned(),
                _ => format!("{end}{end}"),
            };
            Ok(format!("{before}{gap}{block}"))
        }
        ([begin], [after]) if begin < after => Ok(format!("{}{block}{}", &before[..*begin], &before[*after..])),
        _ => Err(MarkError::Marks),
    }
}

/// Returns the rules of the block of one text that are not in the block of another, in their order.
#[must_use]
pub fn lost_rules<'t>(before: &'t str, after: &str) -> Vec<&'t str> {
    let kept: BTreeSet<&str> = rules_in(after).collect();
    rules_in(before).filter(|rule| !kept.contains(rule)).collect()
}

/// Returns the rules between the marks.
fn rules_in(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.lines().skip_while(|line| !line.starts_with(BEGIN)).take_while(|line| line.trim_end() != END);
    inside.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '[']))
}

fn block(kind: ForgeKind, rules: &[Rule], end: &str) -> String {
    let mut lines = vec![format!(
        "{BEGIN} (made by `meshfolio codeowners` from the owners of descriptors; edits in here are lost)"
    )];
    if kind == ForgeKind::GitLab {
        // A section of its own, so that it stands beside the rules above and not against them.
        lines.push("[Data mesh]".to_owned());
    }
    lines.extend(rules.iter().map(|rule| format!("{} {}", pattern(kind, &rule.path), rule.handle)));
    lines.push(END.to_owned());
    lines.into_iter().map(|line| line + end).collect()
}

/// Writes a path as a pattern that matches it and nothing else.
fn pattern(kind: ForgeKind, path: &str) -> String {
    let mut pattern = String::with_capacity(path.len() + 4);
    if kind != ForgeKind::Gitea {
        pattern.push('/');
    }
    for letter in path.chars() {
        let is_special = match kind {
            // Gitea's patterns are regular expressions over the whole path.
            ForgeKind::Gitea => r"\.+*?()|[]{}^$# ".contains(letter),
            _ => r"\*?[]!# ".contains(letter),
        };
        if is_special {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    if kind == ForgeKind::Gitea && path.ends_with('/') {
        pattern.push_str(".*");
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Vec<Rule> {
        let rule = |path: &str, handle: &str| Rule { path: path.to_owned(), handle: handle.to_owned() };
        vec![rule("registry/a b/", "@acme/one"), rule("registry/a b/x[1]#.yaml", "two@acme.example")]
    }

    #[test]
    fn what_is_outside_the_block_stays_byte_for_byte() {
        let first = written("* @all\n/docs @writers", ForgeKind::GitHub, &rules()).expect("no marks");
        assert!(first.starts_with("* @all\n/docs @writers\n\n# meshfolio:begin ("), "{first}");
        assert!(first.contains("\n/registry/a\\ b/ @acme/one\n/registry/a\\ b/x\\[1\\]\\#.yaml two@acme.example\n"));
        let more = format!("{first}  # mine\t\n/last @x");
        let again = written(&more, ForgeKind::GitHub, &rules()).expect("one pair");
        assert_eq!(again, more);
        let fewer = written(&more, ForgeKind::GitHub, &[]).expect("one pair");
        assert!(
            fewer.starts_with("* @all\n/docs @writers\n\n# meshfolio:begin (")
                && fewer.ends_with("# meshfolio:end\n  # mine\t\n/last @x")
        );
        assert_eq!(fewer.lines().count(), more.lines().count() - 2);
    }

    #[test]
    fn line_ends_are_those_of_the_file() {
        let found = written("* @all\r\n", ForgeKind::GitLab, &rules()).expect("no marks");
        assert_eq!(found.matches('\n').count(), found.matches("\r\n").count());
        assert!(found.contains("\r\n[Data mesh]\r\n"));
        assert_eq!(written(&found, ForgeKind::GitLab, &rules()).as_deref(), Ok(found.as_str()));
    }

    #[test]
    fn marks_that_enclose_no_block_are_refused() {
        for text in ["# meshfolio:begin\n", "# meshfolio:end\n", "# meshfolio:end\n# meshfolio:begin\n"] {
            assert_eq!(written(text, ForgeKind::GitHub, &[]), Err(MarkError::Marks), "{text}");
        }
        let twice = "# meshfolio:begin\n# meshfolio:end\n".repeat(2);
        assert_eq!(written(&twice, ForgeKind::GitHub, &[]), Err(MarkError::Marks));
        // Words that only begin like a mark are none.
        assert!(written("# meshfolio:beginning\n", ForgeKind::GitHub, &[]).is_ok());
    }

    #[test]
    fn patterns_match_the_path_alone() {
        assert_eq!(pattern(ForgeKind::GitHub, "a b/c*.yaml"), r"/a\ b/c\*.yaml");
        assert_eq!(pattern(ForgeKind::Gitea, "a/b.yaml"), r"a/b\.yaml");
        assert_eq!(pattern(ForgeKind::Gitea, "a+b/"), r"a\+b/.*");
    }
}
