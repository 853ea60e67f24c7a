//! The schema of a kind, self-contained, without our own annotations.

use super::ExportError;
use crate::policy::context_schema;
use crate::yaml::{Schemas, without_notes};

/// Returns what expressions of policies see.
#[must_use]
pub fn context_json(schemas: &Schemas) -> String {
    serde_json::to_string_pretty(&context_schema(schemas)).expect("schemas are plain data") + "\n"
}

/// Returns the schema `name` in `version`, by default the newest.
///
/// # Errors
/// When the schema has no such version.
pub fn schema_json(schemas: &Schemas, name: &str, version: Option<&str>) -> Result<String, ExportError> {
    let versions = schemas.versions(name);
    let bare = |version: &str| version.trim_start_matches('v').to_owned();
    let chosen = match version {
        None => versions.last().copied().unwrap_or(""),
        Some(wanted) => versions.iter().copied().find(|known| bare(known) == bare(wanted)).ok_or_else(|| {
            let known: Vec<String> = versions.iter().map(|known| format!("`{known}`")).collect();
            ExportError::UnknownVersion {
                name: name.to_owned(),
                version: wanted.to_owned(),
                known: if known.is_empty() { "no versions of it".to_owned() } else { known.join(", ") },
            }
        })?,
    };
    let schema = schemas.get(name, chosen).map(|schema| without_notes(schema.source())).unwrap_or_default();
    Ok(serde_json::to_string_pretty(&schema).expect("schemas are plain data") + "\n")
}
