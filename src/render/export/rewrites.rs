//! What commands that rewrite files have done or would do, as JSON: `mv`, `check --fix` and `codeowners`. These types
//! are the format.

use serde::Serialize;

use crate::diagnostic::emit::json_text;
use crate::render::codeowners::Ownership;
use crate::render::rename::{Renamed, Rewritten};
use crate::render::unified;

/// Whether files were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// They were.
    Written,
    /// Only shown: the differences are part of the answer.
    Shown,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RenameJson<'a> {
    version: u32,
    is_written: bool,
    from: &'a str,
    to: &'a str,
    alias: Option<&'a str>,
    files: Vec<FileRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FileRow<'a> {
    path: &'a str,
    is_new: bool,
    places: usize,
    difference: Option<String>,
}

/// Writes a rename as version 1 of our own JSON.
#[must_use]
pub fn renamed_json(renamed: &Renamed, deed: Deed) -> String {
    let row =
        |file: &Rewritten| (deed == Deed::Shown).then(|| unified(&file.path, file.before.as_deref(), &file.after));
    let files = renamed.files.iter().map(|file| FileRow {
        path: &file.path,
        is_new: file.before.is_none(),
        places: file.n_places,
        difference: row(file),
    });
    json_text(&RenameJson {
        version: 1,
        is_written: deed == Deed::Written,
        from: &renamed.from,
        to: &renamed.to,
        alias: renamed.alias.as_deref(),
        files: files.collect(),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixesJson<'a> {
    version: u32,
    is_written: bool,
    findings: usize,
    /// How many of them would be mended.
    fixed: usize,
    files: Vec<FixedFile<'a>>,
}

#[derive(Serialize)]
struct FixedFile<'a> {
    path: &'a str,
    difference: &'a str,
}

/// Writes what `check --fix` would change, by path, as version 1 of our own JSON.
#[must_use]
pub fn fixes_json(differences: &[(&str, String)], (fixed, findings): (usize, usize)) -> String {
    let files = differences.iter().map(|(path, difference)| FixedFile { path, difference });
    json_text(&FixesJson { version: 1, is_written: false, findings, fixed, files: files.collect() })
}

/// The file of owners, as it is and as it would be.
pub struct OwnersFile<'a> {
    /// Its path from the top of the repository.
    pub path: &'a str,
    /// What it holds; `None` when it is not there.
    pub before: Option<&'a str>,
    /// What it would hold.
    pub after: &'a str,
    /// The rules of the marked block.
    pub ownership: &'a Ownership,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnersJson<'a> {
    version: u32,
    file: &'a str,
    is_current: bool,
    is_written: bool,
    rules: Vec<RuleRow<'a>>,
    without_rule: &'a [String],
    difference: Option<String>,
}

#[derive(Serialize)]
struct RuleRow<'a> {
    path: &'a str,
    handle: &'a str,
}

/// Writes who owns what as version 1 of our own JSON. `isCurrent` says whether the file was up to date before.
#[must_use]
pub fn owners_json(file: &OwnersFile<'_>, deed: Deed) -> String {
    let is_current = file.before == Some(file.after);
    let rules = file.ownership.rules.iter().map(|rule| RuleRow { path: &rule.path, handle: &rule.handle });
    json_text(&OwnersJson {
        version: 1,
        file: file.path,
        is_current,
        is_written: !is_current && deed == Deed::Written,
        rules: rules.collect(),
        without_rule: &file.ownership.silent,
        difference: (!is_current && deed == Deed::Shown).then(|| unified(file.path, file.before, file.after)),
    })
}
