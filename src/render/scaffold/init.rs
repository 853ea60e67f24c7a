//! The files of a new registry.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{EDITOR_FOLDER, EDITOR_SETTINGS, EditorFiles, NewFile, template};
use crate::config::{Config, FILE_NAME, ForgeKind};
use crate::source::is_below;
use crate::yaml::Schemas;

/// The folder of a new registry that holds its descriptors.
pub const ROOT: &str = "registry";

/// What a new registry is.
#[derive(Clone, Debug)]
pub struct InitOptions {
    /// `mesh.id`: lower case letters, digits and dashes.
    pub id: String,
    /// `mesh.name`.
    pub name: String,
    /// Where the repository is hosted; chooses the pipeline.
    pub forge: ForgeKind,
    /// The web address of the repository.
    pub repository: Option<String>,
    /// Leave out the example domain with its product.
    pub is_minimal: bool,
}

/// What the templates see.
#[derive(Serialize)]
struct Values<'a> {
    id: &'a str,
    name: &'a str,
    forge: &'static str,
    repository: Option<&'a str>,
}

/// Templates and where they go, for every registry.
const ALWAYS: [(&str, &str); 4] = [
    ("meshfolio.yaml", "meshfolio.yaml"),
    ("gitignore", ".gitignore"),
    ("registry/aliases.yaml", "registry/aliases.yaml"),
    ("registry/team-data-governance.yaml", "registry/teams/data-governance.yaml"),
];

/// The policies to begin with. Four are enforced; the others are proposed, for the council to decide.
const POLICIES: [&str; 16] = [
    "active-products-answer",
    "active-reads-no-drafts",
    "columns-are-described",
    "contracts-promise-freshness",
    "endings-are-announced",
    "endings-have-a-successor",
    "every-column-classified",
    "names-follow-the-convention",
    "notice-before-an-end",
    "personal-data-approver",
    "personal-data-by-agreement",
    "personal-data-has-rules",
    "quality-is-tested",
    "result-file-per-port",
    "shared-keys",
    "shared-words",
];

/// The example domain.
const EXAMPLE: [(&str, &str); 8] = [
    ("registry/team-order-platform.yaml", "registry/teams/order-platform.yaml"),
    ("registry/source-shop.yaml", "registry/sources/shop.yaml"),
    ("registry/glossary-sales.yaml", "registry/glossary/sales.osds.yaml"),
    ("registry/domain.yaml", "registry/domains/sales/domain.yaml"),
    ("registry/domain.md", "registry/domains/sales/README.md"),
    ("registry/product.yaml", "registry/domains/sales/orders/product.odps.yaml"),
    ("registry/product.md", "registry/domains/sales/orders/README.md"),
    ("registry/contract.yaml", "registry/domains/sales/orders/contracts/orders.odcs.yaml"),
];

/// Returns the files of a new registry, sorted by path: settings, starter policies, a pipeline for the
/// forge, schemas for editors and, unless it shall be minimal, an example domain with one product. They
/// hold no dates, so they are the same on every day.
#[must_use]
pub fn init(options: &InitOptions, schemas: &Schemas) -> Vec<NewFile> {
    let (forge, pipeline) = match options.forge {
        ForgeKind::GitHub => ("github", ("ci/github.yml", ".github/workflows/mesh.yml")),
        ForgeKind::GitLab => ("gitlab", ("ci/gitlab.yml", ".gitlab-ci.yml")),
        ForgeKind::Bitbucket => ("bitbucket", SCRIPT),
        ForgeKind::Azure => ("azure", SCRIPT),
        ForgeKind::Gitea => ("gitea", SCRIPT),
        ForgeKind::None => ("none", SCRIPT),
    };
    let values = Values { id: &options.id, name: &options.name, forge, repository: options.repository.as_deref() };
    let examples: &[(&str, &str)] = if options.is_minimal { &[] } else { &EXAMPLE };
    let own = BTreeMap::new();
    let editor = EditorFiles::new(schemas, &new_config(), FILE_NAME);
    let mut files = vec![(EDITOR_SETTINGS.to_owned(), editor.settings().into_bytes())];
    files.extend(editor.schemas);
    let mut add = |name: &str, path: &str| {
        let bytes = template::render("init", name, &own, &values).expect("built-in templates render, as a test proves");
        files.push((path.to_owned(), bytes));
    };
    for (name, path) in ALWAYS.iter().chain(examples).chain([&pipeline]) {
        add(name, path);
    }
    for policy in POLICIES {
        for ending in ["yaml", "md"] {
            add(&format!("policies/{policy}.{ending}"), &format!("registry/policies/{policy}.{ending}"));
        }
    }
    files.sort();
    files
}

/// Returns where a new registry has its files.
#[must_use]
pub fn new_config() -> Config {
    Config { roots: vec![ROOT.to_owned()], ..Config::default() }
}

/// Says whether a new registry can do without its own form of a file, where one is there already: what is no descriptor,
/// no alias and no configuration.
#[must_use]
pub fn is_beside(path: &str) -> bool {
    let is_registry = path == FILE_NAME || is_below(path, ROOT);
    !is_registry || is_prose(path)
}

fn is_prose(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "md")
}

/// Returns what is added by hand to a file that stays as it is, beside a new registry; empty where it lacks nothing.
#[must_use]
pub fn to_add(schemas: &Schemas, (path, wanted): &NewFile, standing: &str) -> String {
    let wanted = String::from_utf8_lossy(wanted);
    let is_pattern = |line: &&str| !line.is_empty() && !line.starts_with('#');
    match path.as_str() {
        EDITOR_SETTINGS => {
            let editor = EditorFiles::new(schemas, &new_config(), FILE_NAME);
            if editor.is_told_by(standing) { String::new() } else { editor.lines() }
        }
        ".gitignore" => {
            let bare = |line: &str| line.trim().trim_matches('/').to_owned();
            let is_lacking = |line: &str| standing.lines().all(|known| bare(known) != bare(line));
            let lacking = wanted.lines().filter(is_pattern).filter(|line| is_lacking(line));
            lacking.flat_map(|line| [line, "\n"]).collect()
        }
        path if is_prose(path) || is_below(path, EDITOR_FOLDER) || wanted == standing => String::new(),
        _ => wanted.into_owned(),
    }
}

/// Says what is left to do until the pipeline runs.
#[must_use]
pub fn pipeline_words(forge: ForgeKind) -> &'static str {
    match forge {
        ForgeKind::GitHub => "fill in OWNER and COMMIT in .github/workflows/mesh.yml",
        ForgeKind::GitLab => "fill in OWNER and COMMIT in .gitlab-ci.yml",
        ForgeKind::Bitbucket | ForgeKind::Azure | ForgeKind::Gitea => {
            "call `sh ci/mesh.sh` from yours; the first lines of that file say how"
        }
        ForgeKind::None => "call `sh ci/mesh.sh` from yours; init with `--forge github` or `gitlab` writes one",
    }
}

/// For forges without a pipeline of their own here.
const SCRIPT: (&str, &str) = ("ci/mesh.sh", "ci/mesh.sh");

#[cfg(test)]
mod tests {
    use super::*;

    fn options(forge: ForgeKind) -> InitOptions {
        InitOptions { id: "acme".into(), name: "a: \"b\"\n# c".into(), forge, repository: None, is_minimal: false }
    }

    #[test]
    fn every_forge_has_a_pipeline_and_the_rest_is_the_same() {
        let schemas = Schemas::embedded();
        let paths = |forge| init(&options(forge), &schemas).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert!(paths(ForgeKind::GitHub).contains(&".github/workflows/mesh.yml".to_owned()));
        assert!(paths(ForgeKind::GitLab).contains(&".gitlab-ci.yml".to_owned()));
        for forge in [ForgeKind::Bitbucket, ForgeKind::Azure, ForgeKind::Gitea, ForgeKind::None] {
            assert!(paths(forge).contains(&"ci/mesh.sh".to_owned()));
        }
        let minimal = init(&InitOptions { is_minimal: true, ..options(ForgeKind::None) }, &schemas);
        assert!(!minimal.iter().any(|(path, _)| path.contains("domains/")));
    }

    #[test]
    fn pipelines_and_settings_are_yaml() {
        for forge in [ForgeKind::GitHub, ForgeKind::GitLab, ForgeKind::None] {
            for (path, bytes) in init(&options(forge), &Schemas::embedded()) {
                let text = String::from_utf8(bytes).expect("text");
                assert!(text.ends_with('\n') && !text.contains("{%"), "{path}");
                if crate::source::is_yaml(&path) {
                    serde_yaml::from_str::<serde_yaml::Value>(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
                }
            }
        }
    }

    #[test]
    fn settings_that_are_commented_out_are_the_defaults() {
        let (_, bytes) = init(&options(ForgeKind::None), &Schemas::embedded())
            .into_iter()
            .find(|(path, _)| path == "meshfolio.yaml")
            .expect("there are settings");
        let text = String::from_utf8(bytes).expect("text");
        let is_setting = |line: &str| {
            let bare = line.trim_start().trim_start_matches("# ").trim_start();
            bare.split_once(':').is_some_and(|(key, _)| key.bytes().all(|byte| byte.is_ascii_alphabetic()))
        };
        let open: String =
            text.lines().filter(|line| is_setting(line)).map(|line| line.replacen("# ", "", 1) + "\n").collect();
        let tree = crate::source::MemoryTree::new([("meshfolio.yaml", open.as_str()), ("registry/a.yaml", "")]);
        let mut sink = crate::diagnostic::Sink::default();
        let file = crate::source::FileId(0);
        let config = crate::config::load(&tree, "meshfolio.yaml", true, file, &Schemas::embedded(), &[], &mut sink)
            .expect("read");
        assert!(sink.is_empty(), "{open}");
        let default = crate::config::Config::default();
        assert_eq!((config.output, config.observations), (default.output, default.observations));
        assert_eq!(config.check.perspective, default.check.perspective);
        assert_eq!(config.site.theme, default.site.theme);
        assert_eq!(config.forge.branch, default.forge.branch);
    }
}
