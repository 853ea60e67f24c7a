//! Who is downstream, as a table, JSON or CSV.

use serde::Serialize;

use super::ExportError;
use super::table::{csv, table};
use crate::diagnostic::emit::json_text;
use crate::graph::{Found, ImpactRow, Mesh};
use crate::model::Kind;

#[derive(Serialize)]
struct Json {
    version: u32,
    root: String,
    impact: Vec<Row>,
}

/// Shape of the rows of `impact` and `diff`.
#[derive(Serialize)]
struct Row {
    changed: String,
    product: String,
    domain: Option<String>,
    team: Option<String>,
    distance: usize,
    reads: Vec<String>,
}

/// Returns the impact as JSON.
///
/// # Errors
/// When the thing has no lineage.
pub fn impact_json(mesh: &Mesh, roots: &[Found]) -> Result<String, ExportError> {
    let json = Json { version: 1, root: reference(mesh, roots)?, impact: rows(mesh, roots)? };
    Ok(json_text(&json))
}

/// Returns the impact as CSV.
///
/// # Errors
/// When the thing has no lineage.
pub fn impact_csv(mesh: &Mesh, roots: &[Found]) -> Result<String, ExportError> {
    let cells = |row: Row| {
        let text = |value: Option<String>| value.unwrap_or_default();
        vec![row.changed, row.product, text(row.domain), text(row.team), row.distance.to_string(), row.reads.join(" ")]
    };
    let rows: Vec<Vec<String>> = rows(mesh, roots)?.into_iter().map(cells).collect();
    Ok(csv(&["changed", "product", "domain", "team", "distance", "reads"], &rows))
}

/// Returns the impact as a table with a closing line that counts.
///
/// # Errors
/// When the thing has no lineage.
pub fn impact_table(mesh: &Mesh, roots: &[Found], color: bool) -> Result<String, ExportError> {
    let root = reference(mesh, roots)?;
    let rows = rows(mesh, roots)?;
    if rows.is_empty() {
        return Ok(format!("Nothing in this registry reads `{root}`.\n"));
    }
    let domains: std::collections::BTreeSet<&str> = rows.iter().filter_map(|row| row.domain.as_deref()).collect();
    let direct = rows.iter().filter(|row| row.distance == 1).count();
    let plural = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    let closing = format!(
        "\n{} downstream of `{root}` in {}; {direct} of them directly.\n",
        plural(rows.len(), "product"),
        plural(domains.len(), "domain"),
    );
    let cells = |row: Row| {
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let reads = if row.reads.is_empty() { "not stated".to_owned() } else { row.reads.join(", ") };
        vec![row.distance.to_string(), row.product, text(row.domain), text(row.team), reads]
    };
    let cells: Vec<Vec<String>> = rows.into_iter().map(cells).collect();
    Ok(table(&["distance", "product", "domain", "team", "columns read"], &cells, color) + &closing)
}

fn rows(mesh: &Mesh, roots: &[Found]) -> Result<Vec<Row>, ExportError> {
    let changed = reference(mesh, roots)?;
    let row = |row: ImpactRow| {
        let product = &mesh.products[row.product_idx];
        Row {
            changed: changed.clone(),
            product: product.descriptor.header.id.value.to_string(),
            domain: mesh.product_domain(product),
            team: mesh.product_owner(product),
            distance: row.distance,
            reads: row.reads,
        }
    };
    Ok(mesh.impact(roots).into_iter().map(row).collect())
}

/// Returns `kind:id` of a thing with lineage.
pub(super) fn reference(mesh: &Mesh, roots: &[Found]) -> Result<String, ExportError> {
    let Some(found) = roots.first() else { return Err(ExportError::NoLineage("thing that is not there")) };
    let id = match found.kind {
        Kind::DataProduct => &mesh.products[found.idx].descriptor.header.id.value,
        Kind::DataContract => &mesh.contracts[found.idx].descriptor.header.id.value,
        Kind::SourceSystem => &mesh.sources[found.idx].descriptor.header.id.value,
        kind => return Err(ExportError::NoLineage(kind.title())),
    };
    Ok(format!("{}:{id}", found.kind.word()))
}
