//! `meshfolio.yaml`: as written, then as validated, all mistakes at once. Takes the tree and the
//! schema, gives a [`Config`] that holds even when the file is wrong: each key that cannot be used
//! is a finding and keeps its default.

mod personal;
pub mod rules;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Grading, Override, RuleMeta, Severity, Sink};
use crate::source::{FileId, Globs, ReadError, Span, Spanned, Tree, is_web_address};
use crate::yaml::{self, NodeRef, Schemas};

pub(crate) use personal::personal_data_of;
pub use personal::{PersonalDataConfig, PersonalPattern};

/// The usual name of the configuration file.
pub const FILE_NAME: &str = "meshfolio.yaml";
/// The name by which it is often called.
const MISNAMED: &str = "meshfolio.yml";

/// The theme that is part of the tool.
const DEFAULT_THEME: &str = "default";

/// The folder of result files when none is named; it need not exist.
const DEFAULT_OBSERVATIONS: &str = "observations";

/// The validated configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// `mesh`.
    pub mesh: MeshConfig,
    /// `roots`: folders relative to the root; an empty one is the root itself.
    pub roots: Vec<String>,
    /// `exclude`.
    pub exclude: Globs,
    /// `observations`: folders with result files.
    pub observations: Vec<String>,
    /// `output`: the folder of the site.
    pub output: String,
    /// `forge`.
    pub forge: Forge,
    /// `check`.
    pub check: CheckConfig,
    /// `site`.
    pub site: SiteConfig,
    /// `personalData`.
    pub personal_data: PersonalDataConfig,
    /// Names in `levels` that are no built-in rule: ids of policies, if there are such.
    pub unknown_levels: Vec<Spanned<String>>,
}

/// `mesh`: who this mesh is.
#[derive(Clone, Debug)]
pub struct MeshConfig {
    /// `id`, for URNs.
    pub id: String,
    /// `name`, for people.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `baseUrl`, with a slash at its end.
    pub base_url: Option<String>,
}

/// Where the repository is hosted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgeKind {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Bitbucket.
    Bitbucket,
    /// Azure DevOps.
    Azure,
    /// Gitea and Forgejo.
    Gitea,
    /// None: no links to sources.
    None,
}

impl ForgeKind {
    /// Knows a forge by the host of an address.
    #[must_use]
    pub fn of_address(url: &str) -> ForgeKind {
        let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_lowercase();
        match host {
            host if host.contains("github") => ForgeKind::GitHub,
            host if host.contains("gitlab") => ForgeKind::GitLab,
            host if host.contains("bitbucket") => ForgeKind::Bitbucket,
            host if host.contains("dev.azure.com") || host.contains("visualstudio.com") => ForgeKind::Azure,
            host if ["gitea", "forgejo", "codeberg"].iter().any(|word| host.contains(word)) => ForgeKind::Gitea,
            _ => ForgeKind::None,
        }
    }
}

/// `forge`.
#[derive(Clone, Debug)]
pub struct Forge {
    /// `kind`.
    pub kind: ForgeKind,
    /// `repository`: its web address, without a slash or `.git` at its end.
    pub repository: Option<String>,
    /// `branch`.
    pub branch: String,
}

/// `check`.
#[derive(Clone, Debug)]
pub struct CheckConfig {
    /// `deny`: the level from which a run fails.
    pub deny: Severity,
    /// `levels` and `overrides`.
    pub grading: Grading,
    /// `perspective`: whose promise a change is graded by.
    pub perspective: Perspective,
    /// `transitive`: contracts are compared with every version of their major that is still read.
    pub is_transitive: bool,
}

/// Whose promise a change of a contract is graded by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perspective {
    /// The reader's.
    Consumer,
    /// The writer's.
    Producer,
    /// Both.
    Full,
}

/// `site`.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    /// `theme`: `default`, or a folder relative to the root.
    pub theme: String,
    /// `people`: show names of people.
    pub people: bool,
    /// `lean`: fewer, larger files.
    pub lean: bool,
    /// Where `lean` stands; empty where it does not.
    pub lean_span: Span,
    /// `twins: all`: keep every machine form, however many files that makes.
    pub all_twins: bool,
    /// `trend`: how many months back the trend goes; `None` where the size of the mesh decides.
    pub trend_months: Option<u16>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            mesh: MeshConfig { id: "mesh".to_owned(), name: "Data mesh".to_owned(), description: None, base_url: None },
            roots: Vec::new(),
            exclude: Globs::default(),
            observations: vec![DEFAULT_OBSERVATIONS.to_owned()],
            output: "site".to_owned(),
            forge: Forge { kind: ForgeKind::None, repository: None, branch: "main".to_owned() },
            check: CheckConfig {
                deny: Severity::Error,
                grading: Grading::default(),
                perspective: Perspective::Consumer,
                is_transitive: false,
            },
            site: SiteConfig {
                theme: DEFAULT_THEME.to_owned(),
                people: false,
                lean: false,
                lean_span: Span::default(),
                all_twins: false,
                trend_months: None,
            },
            personal_data: PersonalDataConfig::default(),
            unknown_levels: Vec::new(),
        }
    }
}

/// Reads the configuration of a tree. `path` is relative to the root; `file` is the number its
/// findings carry; `known` are all rules whose level may be set. Ids of policies may be set too,
/// so other words are kept in [`Config::unknown_levels`] until the policies are known.
///
/// # Errors
/// When the file was named on purpose (`is_required`) and cannot be read.
pub fn load(
    tree: &dyn Tree,
    path: &str,
    is_required: bool,
    file: FileId,
    schemas: &Schemas,
    known: &[&'static RuleMeta],
    sink: &mut Sink,
) -> Result<Config, ReadError> {
    let mut config = Config::default();
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(ReadError::NotFound) if !is_required => {
            if tree.read(MISNAMED).is_ok() {
                let message = format!("`{MISNAMED}` is not read: the configuration is called `{FILE_NAME}`");
                let help = format!("rename it to `{FILE_NAME}`, or name it with `--config`");
                sink.push(rules::MISNAMED_CONFIGURATION.at(file, crate::source::Span::default(), message).help(help));
            }
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let message = format!("the configuration is not UTF-8: byte {offset} is the first that is not");
            let span = crate::source::Span::new(offset, offset);
            sink.push(rules::INVALID_CONFIGURATION.at(file, span, message).label("here").help("save it as UTF-8"));
            String::new()
        }
    };
    config.roots = default_roots(tree);
    let parsed = yaml::parse(file, &text, sink);
    if let Some(tree_of_file) = &parsed.tree
        && !tree_of_file.root().is_null()
    {
        let root = tree_of_file.root();
        if parsed.complete {
            let schema = schemas.get("configuration", "").expect("the configuration has a schema");
            for problem in schema.problems(root) {
                let words = problem.words("");
                let mut diagnostic = rules::INVALID_CONFIGURATION.at(file, problem.span, words.message);
                diagnostic.label = words.label;
                diagnostic.help = words.help;
                sink.push(diagnostic);
            }
        }
        let mut reader = Reader { tree, file, known, sink, unknown_levels: Vec::new() };
        reader.read(root, &mut config);
        config.unknown_levels = reader.unknown_levels;
    }
    Ok(config)
}

/// Returns the path of the file with aliases: directly below the first root.
#[must_use]
pub fn aliases_path(config: &Config) -> String {
    match config.roots.first().map(String::as_str) {
        None | Some("") => "aliases.yaml".to_owned(),
        Some(root) => format!("{root}/aliases.yaml"),
    }
}

/// Returns the roots of a configuration that names none.
fn default_roots(tree: &dyn Tree) -> Vec<String> {
    vec![if tree.has_folder("registry") { "registry".to_owned() } else { String::new() }]
}

/// Reports a word that should be a rule or one of the `policies`, and is none.
pub fn report_unknown_rule(
    (file, span): (FileId, crate::source::Span),
    word: &str,
    known: &[&'static RuleMeta],
    policies: &[&str],
) -> Option<Diagnostic> {
    if policies.contains(&word) || known.iter().any(|rule| rule.code == word || rule.name == word) {
        return None;
    }
    let names = known.iter().flat_map(|rule| [rule.code, rule.name]).chain(policies.iter().copied());
    // In a short word one other letter is a large part of it.
    let near = || policies.iter().find(|id| word.chars().count() > 2 && yaml::is_slip_of(word, id));
    let help = yaml::did_you_mean(word, names, || match near() {
        Some(id) => format!("did you mean `{id}`?"),
        None => "`meshfolio explain` lists all rules".to_owned(),
    });
    Some(rules::UNKNOWN_RULE.at(file, span, format!("there is no rule or policy `{word}`")).help(help))
}

/// Reports a waiver that names the rule of all policies in place of one.
pub(crate) fn report_every_policy((file, span): (FileId, crate::source::Span), word: &str) -> Diagnostic {
    rules::UNKNOWN_RULE
        .at(file, span, format!("`{word}` is the rule of all policies, and a waiver excuses from one"))
        .label("no policy is named")
        .help("write the id of the policy that was decided on, as `check` names it")
}

struct Reader<'a> {
    tree: &'a dyn Tree,
    file: FileId,
    known: &'a [&'static RuleMeta],
    sink: &'a mut Sink,
    unknown_levels: Vec<Spanned<String>>,
}

/// Characters of a glob that a message shows.
const GLOB_SHOWN: usize = 60;

impl Reader<'_> {
    fn read(&mut self, root: NodeRef<'_>, config: &mut Config) {
        if let Some(mesh) = root.get("mesh") {
            if let Some(id) = text(mesh, "id") {
                config.mesh.id.clone_from(&id);
                config.mesh.name = id;
            }
            if let Some(name) = text(mesh, "name") {
                config.mesh.name = name;
            }
            config.mesh.description = text(mesh, "description");
            // It stands on every page, where nobody's name and password may.
            let has_user = |url: &str| url.split('/').nth(2).is_some_and(|host| host.contains('@'));
            let base_url = web_address(mesh, "baseUrl").filter(|url| !has_user(url));
            config.mesh.base_url = base_url.map(|url| format!("{}/", url.trim_end_matches('/')));
        }
        let roots = self.folders(root, "roots");
        if !roots.is_empty() {
            config.roots = roots;
        }
        self.report_missing_roots(root);
        config.exclude = self.globs(root, "exclude");
        if root.entry("observations").is_some() {
            config.observations = self.folders(root, "observations");
            self.report_missing_observations(root);
        }
        if let Some(forge) = root.get("forge") {
            config.forge = forge_of(forge);
        }
        if let Some(check) = root.get("check") {
            if text(check, "deny").as_deref() == Some("warning") {
                config.check.deny = Severity::Warning;
            }
            config.check.perspective = match text(check, "perspective").as_deref() {
                Some("producer") => Perspective::Producer,
                Some("full") => Perspective::Full,
                _ => Perspective::Consumer,
            };
            config.check.is_transitive = check.get("transitive").and_then(NodeRef::as_bool).unwrap_or(false);
            config.check.grading.levels = self.levels(check.get("levels"));
            for entry in check.list("overrides") {
                let paths = self.globs(entry, "paths");
                let levels = self.levels(entry.get("levels"));
                config.check.grading.overrides.push(Override { paths, levels });
            }
        }
        if let Some(site) = root.get("site") {
            self.read_theme(site, config);
            let is_true = |key| site.get(key).and_then(NodeRef::as_bool).unwrap_or(false);
            config.site.people = is_true("people");
            config.site.lean = is_true("lean");
            config.site.lean_span = site.get("lean").map(NodeRef::span).unwrap_or_default();
            config.site.all_twins = text(site, "twins").as_deref() == Some("all");
            config.site.trend_months = site
                .get("trend")
                .and_then(NodeRef::as_i64)
                .and_then(|months| u16::try_from(months).ok())
                .map(|n| n.min(240));
        }
        if let Some(personal_data) = root.get("personalData") {
            config.personal_data = self.read_personal_data(personal_data);
        }
        self.read_output(root, config);
    }

    /// Reads `output`; a folder that `build` would refuse keeps the default, so that the registry is read.
    fn read_output(&mut self, root: NodeRef<'_>, config: &mut Config) {
        let Some(output) = self.folder_at(root, "output") else { return };
        let Some(value) = root.get("output") else { return };
        let theme = Some(config.site.theme.as_str()).filter(|theme| *theme != DEFAULT_THEME);
        let inputs = config.roots.iter().chain(&config.observations).map(String::as_str).chain(theme);
        // The root itself may hold descriptors: then only the folders in it that are read are refused.
        let holds = |input: &str| !input.is_empty() && crate::source::is_below(input, &output);
        let why = if output.is_empty() {
            Some("it is the folder of the registry".to_owned())
        } else if output.split('/').any(|part| part.eq_ignore_ascii_case(".git")) {
            Some("it belongs to git".to_owned())
        } else {
            let is_inside = |input: &str| !input.is_empty() && crate::source::is_below(&output, input);
            inputs.into_iter().find(|input| holds(input) || is_inside(input)).map(|input| {
                if input == output {
                    "it is a folder that is read".to_owned()
                } else if holds(input) {
                    format!("it holds `{input}`, which is read")
                } else {
                    format!("it lies inside `{input}`, which is read")
                }
            })
        };
        match why {
            None => config.output = output,
            Some(why) => {
                let written = value.as_str().unwrap_or_default();
                let message = format!("the site cannot be written to `{written}`: {why}");
                let help = "name a folder of its own, such as `output: site`";
                self.sink.push(rules::INVALID_CONFIGURATION.at(self.file, value.span(), message).help(help));
            }
        }
    }

    /// Reads `site.theme`; one that is not there keeps the default.
    fn read_theme(&mut self, site: NodeRef<'_>, config: &mut Config) {
        let Some(theme) = self.folder_at(site, "theme").filter(|theme| !theme.is_empty()) else { return };
        if theme == DEFAULT_THEME || self.tree.has_folder(&theme) {
            config.site.theme = theme;
            return;
        }
        let span = site.get("theme").map_or(site.span(), NodeRef::span);
        let message = format!("the folder `{theme}` of `site.theme` does not exist");
        let help = "correct its name, create it, or write `theme: default`";
        self.sink.push(rules::MISSING_FOLDER.at(self.file, span, message).help(help));
    }

    fn report_missing_observations(&mut self, root: NodeRef<'_>) {
        for item in root.list("observations") {
            let Some(written) = item.as_str() else { continue };
            let is_missing = |folder: &String| folder != DEFAULT_OBSERVATIONS && !self.tree.has_folder(folder);
            if folder(written).as_ref().is_some_and(is_missing) {
                let message = format!("the folder `{written}` of `observations` does not exist");
                let help = "correct its name, or create it; without result files no promise is shown as kept";
                let mut finding = rules::MISSING_FOLDER.at(self.file, item.span(), message).help(help);
                // Result files come and go, and git keeps no empty folder.
                finding.severity = Severity::Warning;
                self.sink.push(finding);
            }
        }
    }

    /// Reads folders relative to the root; `.` is the root itself.
    fn folders(&mut self, node: NodeRef<'_>, key: &str) -> Vec<String> {
        let mut folders = Vec::new();
        for item in node.list(key) {
            let Some(written) = item.as_str() else { continue };
            match folder(written) {
                Some(folder) => folders.push(folder),
                None => self.sink.push(
                    rules::INVALID_CONFIGURATION
                        .at(self.file, item.span(), format!("the folder `{written}` is outside the root"))
                        .help("name a folder below `meshfolio.yaml`, with `/`"),
                ),
            }
        }
        folders
    }

    /// Reads one folder relative to the root.
    fn folder_at(&mut self, node: NodeRef<'_>, key: &str) -> Option<String> {
        let value = node.get(key)?;
        let written = value.as_str()?;
        let read = folder(written);
        if read.is_none() {
            let message = format!("the folder `{written}` is outside the root");
            let help = "name a folder below `meshfolio.yaml`, with `/`";
            self.sink.push(rules::INVALID_CONFIGURATION.at(self.file, value.span(), message).help(help));
        }
        read
    }

    fn report_missing_roots(&mut self, node: NodeRef<'_>) {
        for item in node.list("roots") {
            let Some(written) = item.as_str() else { continue };
            if folder(written).is_some_and(|folder| !self.tree.has_folder(&folder)) {
                let message = format!("the folder `{written}` of `roots` does not exist");
                let help = "correct its name, or create it";
                self.sink.push(rules::MISSING_ROOT.at(self.file, item.span(), message).help(help));
            }
        }
    }

    fn globs(&mut self, node: NodeRef<'_>, key: &str) -> Globs {
        let items: Vec<NodeRef<'_>> = node.list(key).filter(|item| item.as_str().is_some()).collect();
        let patterns: Vec<&str> = items.iter().filter_map(|item| item.as_str()).collect();
        let (globs, bad) = Globs::compile(&patterns);
        for (position, reason) in bad {
            let item = items[position];
            let shown: String = patterns[position].chars().take(GLOB_SHOWN).collect();
            let more = if shown.len() < patterns[position].len() { "..." } else { "" };
            let message = format!("`{shown}{more}` is not a glob: {reason}");
            let help = "write paths with `*` for a part and `**` for any folders, such as `registry/legacy/**`";
            self.sink.push(rules::BAD_GLOB.at(self.file, item.span(), message).help(help));
        }
        globs
    }

    fn levels(&mut self, node: Option<NodeRef<'_>>) -> BTreeMap<String, Option<Severity>> {
        let mut levels = BTreeMap::new();
        for (name, level) in levels_of(node) {
            let is_known = self.known.iter().any(|rule| rule.code == name.value || rule.name == name.value);
            if !is_known {
                self.unknown_levels.push(name.clone());
            }
            levels.insert(name.value, level);
        }
        levels
    }
}

/// Reads levels: each with the rule or policy that it is for, and nothing for `off`. What is no level is left out.
pub(crate) fn levels_of(node: Option<NodeRef<'_>>) -> Vec<(Spanned<String>, Option<Severity>)> {
    let read = |(key, value): (NodeRef<'_>, NodeRef<'_>)| {
        let name = Spanned::new(key.as_str()?.to_owned(), key.span());
        let word = value.as_str()?;
        let level = Severity::named(word);
        (level.is_some() || word == "off").then_some((name, level))
    };
    node.into_iter().flat_map(NodeRef::entries).filter_map(read).collect()
}

/// Reads a folder relative to the root; `None` when it is outside.
fn folder(written: &str) -> Option<String> {
    let is_absolute = written.starts_with('/') || written.contains(['\\', ':']);
    crate::source::join("", written).filter(|_| !is_absolute)
}

fn forge_of(node: NodeRef<'_>) -> Forge {
    // Links stand below the page of the repository: who signs in and the `.git` of a clone are left out.
    let page = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        Some(format!("{scheme}://{}/{path}", host.rsplit('@').next()?).trim_end_matches('/').to_owned())
    };
    let repository = web_address(node, "repository").and_then(|url| page(&url));
    let kind = match text(node, "kind").as_deref() {
        Some("github") => ForgeKind::GitHub,
        Some("gitlab") => ForgeKind::GitLab,
        Some("bitbucket") => ForgeKind::Bitbucket,
        Some("azure") => ForgeKind::Azure,
        Some("gitea" | "forgejo") => ForgeKind::Gitea,
        Some(_) => ForgeKind::None,
        None => repository.as_deref().map_or(ForgeKind::None, ForgeKind::of_address),
    };
    Forge { kind, repository, branch: text(node, "branch").unwrap_or_else(|| "main".to_owned()) }
}

/// Reads an address that pages put paths behind: nothing but `http` and `https`, and nothing that would swallow the path,
/// whatever the levels say.
fn web_address(node: NodeRef<'_>, key: &str) -> Option<String> {
    text(node, key).filter(|url| is_web_address(url) && !url.contains(['?', '#']))
}

fn text(node: NodeRef<'_>, key: &str) -> Option<String> {
    node.text(key).map(|Spanned { value, .. }| value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn forge(text: &str) -> Forge {
        let tree = MemoryTree::new([(FILE_NAME, text)]);
        let schemas = Schemas::embedded();
        load(&tree, FILE_NAME, true, FileId(0), &schemas, &[], &mut Sink::default()).expect("read").forge
    }

    #[test]
    fn a_forge_is_known_by_its_host() {
        for (address, kind) in [
            ("https://github.com/acme/mesh", ForgeKind::GitHub),
            ("https://gitlab.acme.example/mesh", ForgeKind::GitLab),
            ("https://codeberg.org/acme/mesh", ForgeKind::Gitea),
            ("https://forge.example/github/mesh", ForgeKind::None),
        ] {
            assert_eq!(ForgeKind::of_address(address), kind, "{address}");
            assert_eq!(forge(&format!("forge: {{repository: \"{address}\"}}\n")).kind, kind, "{address}");
        }
        assert_eq!(forge("forge: {kind: forgejo, repository: \"https://git.example/a/b\"}\n").kind, ForgeKind::Gitea);
        assert_eq!(forge("forge: {kind: none, repository: \"https://github.com/a/b\"}\n").kind, ForgeKind::None);
    }

    #[test]
    fn links_stand_below_the_page_of_the_repository() {
        for written in [
            "https://github.com/acme/mesh.git",
            "https://user:token@github.com/acme/mesh",
            "https://github.com/acme/mesh/",
        ] {
            let found = forge(&format!("forge: {{kind: github, repository: \"{written}\"}}\n")).repository;
            assert_eq!(found.as_deref(), Some("https://github.com/acme/mesh"), "{written}");
        }
        let found = forge("forge: {kind: gitlab, repository: \"http://localhost:3000/mesh/\"}\n").repository;
        assert_eq!(found.as_deref(), Some("http://localhost:3000/mesh"));
    }
}
