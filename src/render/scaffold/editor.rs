//! Schemas for editors, and the settings that tell an editor which file follows which.

mod combined;

use serde_json::{Map, Value, json};

use super::NewFile;
use crate::config::Config;
use crate::load::ending_of;
use crate::model::Kind;
use crate::source::join;
use crate::yaml::Schemas;

/// Where the schemas are written.
pub const EDITOR_FOLDER: &str = ".meshfolio/schemas";

/// The settings of Visual Studio Code, in the registry's folder.
pub const EDITOR_SETTINGS: &str = ".vscode/settings.json";

/// Where they say which file follows which schema.
const SETTING: &str = "yaml.schemas";

/// The name of the schema of descriptors that only their content tells.
const DESCRIPTOR: &str = "descriptor";

/// What editors get of a registry.
pub struct EditorFiles {
    /// The schemas, by path.
    pub schemas: Vec<NewFile>,
    mapping: Map<String, Value>,
}

impl EditorFiles {
    /// Makes the schemas of all versions of all kinds, and says which files of a registry follow which.
    #[must_use]
    pub fn new(schemas: &Schemas, config: &Config, config_path: &str) -> EditorFiles {
        let mut files = EditorFiles { schemas: Vec::new(), mapping: Map::new() };
        files.add(DESCRIPTOR, &combined::descriptor(schemas, file_of), &descriptor_globs(config, config_path));
        for name in schemas.names() {
            files.add(name, &combined::all_versions(schemas, name), &globs(name, config, config_path));
        }
        files
    }

    /// Adds a schema; one that no file follows by its name is only referred to.
    fn add(&mut self, name: &str, schema: &Value, globs: &[String]) {
        let path = format!("{EDITOR_FOLDER}/{}", file_of(name));
        let text = serde_json::to_string_pretty(schema).expect("schemas are plain data") + "\n";
        if !globs.is_empty() {
            self.mapping.insert(format!("./{path}"), json!(globs));
        }
        self.schemas.push((path, text.into_bytes()));
    }

    /// Returns the settings of a registry that has none.
    #[must_use]
    pub fn settings(&self) -> String {
        printed(&json!({ SETTING: self.mapping }))
    }

    /// Returns settings that are there with what they lack; `None` where that cannot be done without touching comments
    /// or the form of others.
    #[must_use]
    pub fn merged(&self, standing: &str) -> Option<String> {
        let mut settings: Map<String, Value> = serde_json::from_str(standing).ok()?;
        if !settings.contains_key(SETTING) {
            let head = standing.trim_end().strip_suffix('}')?.trim_end();
            let comma = if settings.is_empty() { "" } else { "," };
            return Some(format!("{head}{comma}\n{}}}\n", self.lines()));
        }
        if printed(&Value::Object(settings.clone())).trim_end() != standing.trim_end() {
            return None;
        }
        let mapping = settings.get_mut(SETTING)?.as_object_mut()?;
        // Those of an older version, and no other that somebody put beside them.
        let is_ours = |schema: &str| {
            let name =
                schema.trim_start_matches("./").strip_prefix(EDITOR_FOLDER).and_then(|rest| rest.strip_prefix('/'));
            name.is_some_and(|name| !name.contains('/') && name.ends_with(".schema.json"))
        };
        mapping.retain(|schema, _| !is_ours(schema));
        mapping.extend(self.mapping.clone());
        Some(printed(&Value::Object(settings)))
    }

    /// Says whether settings, whatever their form, hold all that they need.
    #[must_use]
    pub fn is_told_by(&self, standing: &str) -> bool {
        let settings: Option<Value> = serde_json::from_str(standing).ok();
        settings.is_some_and(|settings| {
            self.mapping.iter().all(|(schema, globs)| settings[SETTING].get(schema) == Some(globs))
        })
    }

    /// Returns the lines that are added to settings by hand.
    #[must_use]
    pub fn lines(&self) -> String {
        let text = self.settings();
        text.trim_start_matches("{\n").trim_end_matches("\n}\n").to_owned() + "\n"
    }
}

fn printed(settings: &Value) -> String {
    serde_json::to_string_pretty(settings).expect("settings are plain data") + "\n"
}

fn file_of(name: &str) -> String {
    format!("{name}.schema.json")
}

/// Which files follow a schema by their names, as globs from the registry's folder; none for those that only their
/// content tells.
fn globs(schema: &str, config: &Config, config_path: &str) -> Vec<String> {
    match schema {
        "configuration" => vec![config_path.to_owned()],
        "aliases" => config.roots.iter().map(|root| below(root, "aliases")).collect(),
        "observability-results" => config.observations.iter().map(|folder| below(folder, "**/*")).collect(),
        name => {
            let kind = Kind::ALL.into_iter().find(|kind| kind.schema() == name);
            kind.and_then(ending_of).map(named).into_iter().collect()
        }
    }
}

/// Returns the globs of descriptors that only their content tells: what is read below the roots, but for what has a
/// schema by its name.
fn descriptor_globs(config: &Config, config_path: &str) -> Vec<String> {
    let mut globs: Vec<String> = config.roots.iter().map(|root| below(root, "**/*")).collect();
    let named = Kind::ALL.into_iter().filter_map(ending_of).map(named);
    let others = ["aliases", "configuration", "observability-results"];
    let others = others.into_iter().flat_map(|name| self::globs(name, config, config_path));
    globs.extend(named.chain(others).map(|glob| format!("!{glob}")));
    globs
}

/// Returns the glob of files with an ending such as `.odcs.yaml`.
fn named(ending: &str) -> String {
    format!("**/*{}.{{yaml,yml}}", ending.trim_end_matches(".yaml"))
}

fn below(folder: &str, name: &str) -> String {
    let stem = join(folder, name).unwrap_or_else(|| name.to_owned());
    format!("{stem}.{{yaml,yml}}")
}
