//! Schemas and settings for editors.

use std::collections::BTreeMap;
use std::path::Path;

use jsonschema::{Registry, Validator};
use serde_json::Value;

use super::Folder;

const FOLDER: &str = ".meshfolio/schemas";
const SETTINGS: &str = ".vscode/settings.json";

/// Compiles the schemas of a folder as an editor does, which reads them beside each other.
fn validators(folder: &Folder) -> BTreeMap<String, Validator> {
    let mut schemas: BTreeMap<String, Value> = BTreeMap::new();
    for entry in std::fs::read_dir(folder.path(FOLDER)).expect("listed") {
        let name = entry.expect("an entry").file_name().into_string().expect("text");
        let schema = serde_json::from_str(&folder.read(&format!("{FOLDER}/{name}"))).expect("JSON");
        schemas.insert(name.trim_end_matches(".schema.json").to_owned(), schema);
    }
    let address = |name: &str| format!("file:///x/{name}.schema.json");
    let mut registry = Registry::new();
    for (name, schema) in &schemas {
        registry = registry.add(address(name), schema.clone()).expect("a schema has an address");
    }
    let registry = registry.prepare().expect("schemas refer to each other");
    let compile = |(name, schema): (&String, &Value)| {
        let options = jsonschema::options().with_registry(&registry).with_base_uri(address(name));
        (
            name.clone(),
            options.should_validate_formats(true).build(schema).unwrap_or_else(|why| panic!("{name}: {why}")),
        )
    };
    schemas.iter().map(compile).collect()
}

fn document(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("read");
    serde_yaml::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

fn files_below(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

/// Returns the schema that the settings of `init` give a file, by its name.
fn schema_of(path: &Path) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    match name {
        "aliases.yaml" => "aliases",
        "meshfolio.yaml" => "configuration",
        name if name.ends_with(".odps.yaml") => "data-product",
        name if name.ends_with(".odcs.yaml") => "data-contract",
        name if name.ends_with(".oaas.yaml") => "access-agreement",
        name if name.ends_with(".osds.yaml") => "semantic-definition",
        name if name.ends_with(".omms.yaml") => "maturity-model",
        _ => "descriptor",
    }
}

#[test]
fn what_check_takes_is_not_red() {
    let folder = Folder::registry();
    let validators = validators(&folder);
    let mut files = Vec::new();
    files_below(&folder.path("registry"), &mut files);
    files.push(folder.path("meshfolio.yaml"));
    // Our own registry is larger than the example.
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("registry"), &mut files);
    for path in &files {
        let document = document(path);
        for name in [schema_of(path), "descriptor"] {
            let found: Vec<String> = validators[name].iter_errors(&document).map(|error| error.to_string()).collect();
            assert!(found.is_empty(), "{} against {name}: {found:#?}", path.display());
        }
    }
    assert!(files.len() > 100, "{}", files.len());
}

#[test]
fn each_document_follows_the_schema_of_its_own_version() {
    let validators = validators(&Folder::registry());
    let documents = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/bitol");
    for (folder, is_valid) in [("valid", true), ("invalid", false)] {
        let mut files = Vec::new();
        files_below(&documents.join(folder), &mut files);
        assert!(files.len() > 20);
        for path in files {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            let schema = if name.starts_with("contract") { "data-contract" } else { "data-product" };
            let document = document(&path);
            assert_eq!(validators[schema].is_valid(&document), is_valid, "{name}");
            // Under a name that says no kind, the document does.
            if document["kind"].is_string() {
                assert_eq!(validators["descriptor"].is_valid(&document), is_valid, "{name} by its content");
            }
        }
    }
}

#[test]
fn what_is_no_descriptor_may_hold_anything() {
    let validators = validators(&Folder::registry());
    for (text, is_valid) in [
        ("apiVersion: apps/v1\nkind: Deployment\nx: 1\n", true),
        ("- kind: Team\n", true),
        ("models: []\n", true),
        ("{}\n", true),
        ("apiVersion: meshfolio/v1\nkind: Tea\nid: a\n", false),
        ("apiVersion: meshfolio/v1\nid: a\n", false),
        ("apiVersion: meshfolio/v1\nkind: Team\nid: a\nfoo: 1\n", false),
        ("kind: Team\nid: a\n", false),
    ] {
        let document: Value = serde_yaml::from_str(text).expect("YAML");
        assert_eq!(validators["descriptor"].is_valid(&document), is_valid, "{text}");
    }
}

#[test]
fn schemas_refer_to_files_beside_them_and_are_of_reasonable_size() {
    let folder = Folder::registry();
    let settings: Value = serde_json::from_str(&folder.read(SETTINGS)).expect("JSON");
    for path in settings["yaml.schemas"].as_object().expect("a map").keys() {
        assert!(folder.path(path).is_file(), "{path}");
    }
    let mut total = 0;
    for entry in std::fs::read_dir(folder.path(FOLDER)).expect("listed") {
        let name = entry.expect("an entry").file_name().into_string().expect("text");
        let text = folder.read(&format!("{FOLDER}/{name}"));
        // With an address of its own a schema would be looked for on the web.
        assert!(!text.contains("\"$id\""), "{name}");
        total += text.len();
    }
    assert!(total < 600_000, "{total} bytes");
}

#[test]
fn settings_follow_the_configuration() {
    let folder = Folder::empty();
    folder.write("meshfolio.yaml", "mesh: {id: acme}\nroots: [mesh/data, other]\nobservations: [results]\n");
    folder.write("mesh/data/a.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: a\nname: A\n");
    folder.write("other/b.yaml", "x: 1\n");
    folder.write("results/c.yaml", "x: 1\n");
    let run = folder.good(&["init", "--editor"]);
    assert!(run.err.contains("Wrote  18 files"), "{}", run.err);
    let settings: Value = serde_json::from_str(&folder.read(SETTINGS)).expect("JSON");
    let globs = |name: &str| settings["yaml.schemas"][format!("./{FOLDER}/{name}.schema.json")].to_string();
    assert!(globs("descriptor").starts_with(r#"["mesh/data/**/*.{yaml,yml}","other/**/*.{yaml,yml}","!**/"#));
    assert!(globs("descriptor").contains(r#""!results/**/*.{yaml,yml}""#), "{}", globs("descriptor"));
    assert_eq!(globs("aliases"), r#"["mesh/data/aliases.{yaml,yml}","other/aliases.{yaml,yml}"]"#);
    assert_eq!(globs("observability-results"), r#"["results/**/*.{yaml,yml}"]"#);
    // A registry that is the folder itself.
    let folder = Folder::empty();
    folder.write("a.yaml", "apiVersion: meshfolio/v1\nkind: Team\nid: a\nname: A\n");
    folder.good(&["init", "--editor"]);
    assert!(folder.read(SETTINGS).contains("\"**/*.{yaml,yml}\""));
    assert!(!folder.path("meshfolio.yaml").exists());
}

#[test]
fn stale_schemas_are_renewed_and_settings_of_others_stay() {
    let folder = Folder::registry();
    let fresh = folder.files();
    let run = folder.good(&["init", "--editor"]);
    assert!(run.err.contains("Unchanged") && fresh == folder.files(), "{}", run.err);
    folder.write(&format!("{FOLDER}/team.schema.json"), "{}\n");
    let mut settings: Value = serde_json::from_str(&folder.read(SETTINGS)).expect("JSON");
    settings["editor.tabSize"] = 2.into();
    settings["yaml.schemas"] =
        serde_json::json!({"./mine.json": "mine.yaml", format!("./{FOLDER}/gone.schema.json"): "x"});
    folder.write(SETTINGS, &(serde_json::to_string_pretty(&settings).expect("JSON") + "\n"));
    folder.good(&["init", "--editor"]);
    let renewed: Value = serde_json::from_str(&folder.read(SETTINGS)).expect("JSON");
    assert_eq!(renewed["editor.tabSize"], 2);
    assert_eq!(renewed["yaml.schemas"]["./mine.json"], "mine.yaml");
    assert!(renewed["yaml.schemas"].get(format!("./{FOLDER}/gone.schema.json")).is_none());
    assert!(renewed["yaml.schemas"].get(format!("./{FOLDER}/team.schema.json")).is_none());
    assert!(renewed["yaml.schemas"].get(format!("./{FOLDER}/descriptor.schema.json")).is_some());
    assert!(folder.read(&format!("{FOLDER}/team.schema.json")).contains("\"Team\""));
    // Another form of settings keeps it, and gets what it lacks at its end.
    folder.write(SETTINGS, "{ \"a\": 1,\n\t\"b\": [ 2 ] }\n");
    folder.good(&["init", "--editor"]);
    let text = folder.read(SETTINGS);
    assert!(text.starts_with("{ \"a\": 1,\n\t\"b\": [ 2 ],\n  \"yaml.schemas\": {\n"), "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON")["yaml.schemas"], {
        let init: Value = serde_json::from_slice(&fresh[Path::new(SETTINGS)]).expect("JSON");
        init["yaml.schemas"].clone()
    });
    // With comments it is no JSON: what to add is said.
    folder.write(SETTINGS, "{\n  // mine\n  \"a\": 1\n}\n");
    let run = folder.good(&["init", "--editor"]);
    assert!(run.err.contains("Kept  .vscode/settings.json") && run.err.contains("\"yaml.schemas\": {"), "{}", run.err);
    assert_eq!(folder.read(SETTINGS), "{\n  // mine\n  \"a\": 1\n}\n");
    folder.refused(&["init", "--editor", "--minimal"], &["--minimal"]);
}
