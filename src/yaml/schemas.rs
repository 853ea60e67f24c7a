//! The schemas of `schemas/`, embedded in the binary, compiled when a document first needs one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rust_embed::Embed;
use serde_json::Value;

use super::derive;
use super::schema::Schema;

#[derive(Embed)]
#[folder = "schemas/"]
#[include = "*.schema.json"]
struct Files;

/// All schemas of the tool. One value serves a whole run; it is read-only to every room.
pub struct Schemas {
    sources: BTreeMap<String, Source>,
}

struct Source {
    file: Cow<'static, [u8]>,
    read: OnceLock<Read>,
}

/// A source that a document needed.
struct Read {
    annotated: Value,
    /// Compiled schemas by version; one with an empty version for sources without versions.
    compiled: BTreeMap<String, OnceLock<Schema>>,
}

impl Source {
    fn read(&self) -> &Read {
        self.read.get_or_init(|| {
            let annotated: Value =
                serde_json::from_slice(&self.file).expect("embedded schemas are JSON, as a test proves");
            let listed = derive::versions(&annotated);
            let versions = if listed.is_empty() { vec![""] } else { listed };
            let compiled = versions.into_iter().map(|version| (version.to_owned(), OnceLock::new())).collect();
            Read { annotated, compiled }
        })
    }
}

impl Schemas {
    /// Lists the embedded sources; nothing is read yet.
    #[must_use]
    pub fn embedded() -> Schemas {
        let source = |path: Cow<'static, str>| {
            let file = Files::get(&path).expect("the list names embedded files").data;
            (path.trim_end_matches(".schema.json").to_owned(), Source { file, read: OnceLock::new() })
        };
        Schemas { sources: Files::iter().map(source).collect() }
    }

    /// Returns the names of all schemas: `data-product`, `configuration`, ...
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// Returns the annotated source of a schema.
    #[must_use]
    pub fn annotated(&self, name: &str) -> Option<&Value> {
        self.sources.get(name).map(|source| &source.read().annotated)
    }

    /// Returns the versions of a schema, oldest first.
    #[must_use]
    pub fn versions(&self, name: &str) -> Vec<&str> {
        self.annotated(name).map(derive::versions).unwrap_or_default()
    }

    /// Returns the compiled schema of a version (empty for schemas without versions).
    #[must_use]
    pub fn get(&self, name: &str, version: &str) -> Option<&Schema> {
        let source = self.sources.get(name)?.read();
        let cell = source.compiled.get(version)?;
        Some(cell.get_or_init(|| {
            let derived = derive::derive(&source.annotated, version);
            // The standard of contracts has variables, no other does.
            Schema::compile(derived, name == "data-contract").expect("embedded schemas compile, as a test proves")
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_every_schema_compiles() {
        let schemas = Schemas::embedded();
        let mut n_compiled = 0;
        for name in schemas.names() {
            let versions = schemas.versions(name);
            for version in if versions.is_empty() { vec![""] } else { versions } {
                assert!(schemas.get(name, version).is_some(), "{name} {version}");
                n_compiled += 1;
            }
        }
        assert!(n_compiled >= 12);
        assert!(schemas.get("domain", "v9").is_none());
    }
    /// Calls back for each table of other names with the object it stands on.
    fn renamed<'a>(schema: &'a Value, found: &mut Vec<&'a serde_json::Map<String, Value>>) {
        match schema {
            Value::Object(fields) => {
                found.extend(fields.contains_key("x-renamed").then_some(fields));
                fields.values().for_each(|value| renamed(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| renamed(value, found)),
            _ => {}
        }
    }

    #[test]
    fn other_names_lead_to_fields_that_are_there() {
        let schemas = Schemas::embedded();
        let mut pairs = std::collections::BTreeSet::new();
        for name in schemas.names() {
            for version in schemas.versions(name) {
                let mut found = Vec::new();
                renamed(schemas.get(name, version).expect("it is listed").source(), &mut found);
                for object in found {
                    for (old, new) in object["x-renamed"].as_object().expect("a map") {
                        let to = new["to"].as_str().expect("a field");
                        let field = |key: &str| object["properties"].get(key);
                        assert!(field(to).is_some(), "{name} {version}: `{old}` leads to `{to}`, which is no field");
                        let is_gone = field(old).is_none_or(|field| field["deprecated"] == true);
                        assert!(is_gone, "{name} {version}: `{old}` is a field itself");
                        pairs.insert((old.clone(), to.to_owned()));
                    }
                }
            }
        }
        // The help of SCH010 for contracts of ODCS 2.x names these.
        for (old, to) in [("uuid", "id"), ("dataset", "schema"), ("columns", "properties"), ("isNullable", "required")]
        {
            assert!(pairs.contains(&(old.to_owned(), to.to_owned())), "{old}");
        }
    }
}
