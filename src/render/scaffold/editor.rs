//! Schemas for editors, and the settings that tell an editor which file follows which.

use serde_json::{Map, Value, json};

use super::NewFile;
use crate::render::export::schema_json;
use crate::yaml::Schemas;

/// Where the schemas are written.
const FOLDER: &str = ".meshfolio/schemas";

/// Which files follow a schema, as globs from the registry's folder.
fn globs(schema: &str) -> &'static [&'static str] {
    match schema {
        "data-product" => &["**/*.odps.yaml", "**/*.odps.yml"],
        "data-contract" => &["**/*.odcs.yaml", "**/*.odcs.yml"],
        "access-agreement" => &["**/*.oaas.yaml", "**/*.oaas.yml"],
        "semantic-definition" => &["**/*.osds.yaml", "**/*.osds.yml"],
        "observability-results" => &["observations/**/*.yaml", "observations/**/*.yml"],
        "configuration" => &["meshfolio.yaml"],
        "aliases" => &["registry/aliases.yaml"],
        "domain" => &["registry/**/domain.yaml"],
        "team" => &["registry/teams/*.yaml"],
        "source-system" => &["registry/sources/*.yaml"],
        "policy" => &["registry/**/policies/*.yaml"],
        "review" => &["registry/**/reviews/*.yaml"],
        "waiver" => &["registry/**/waivers/*.yaml"],
        "acknowledgement" => &["registry/**/acknowledgements/*.yaml"],
        "scorecard" => &["registry/**/scorecards/*.yaml"],
        "maturity-model" => &["**/*.omms.yaml", "**/*.omms.yml"],
        _ => &[],
    }
}

/// Returns the newest version of every schema, and settings of Visual Studio Code.
pub(super) fn files(schemas: &Schemas) -> Vec<NewFile> {
    let mut files = Vec::new();
    let mut mapping = Map::new();
    for name in schemas.names() {
        let path = format!("{FOLDER}/{name}.schema.json");
        let text = schema_json(schemas, name, None).expect("the newest version of a schema is there");
        mapping.insert(format!("./{path}"), json!(globs(name)));
        files.push((path, text.into_bytes()));
    }
    let settings = json!({ "yaml.schemas": Value::Object(mapping) });
    let text = serde_json::to_string_pretty(&settings).expect("settings are plain data") + "\n";
    files.push((".vscode/settings.json".to_owned(), text.into_bytes()));
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_has_files_that_follow_it() {
        for name in Schemas::embedded().names() {
            assert!(!globs(name).is_empty(), "{name}");
        }
    }
}
