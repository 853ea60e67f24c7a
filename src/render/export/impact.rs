//! Who is downstream, as a table, JSON or CSV.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use super::column_lineage::instead;
use super::table::{csv, table};
use super::{ExportError, Root};
use crate::diagnostic::emit::json_text;
use crate::diagnostic::visible;
use crate::graph::{ColumnLineage, ColumnReader, ImpactRow, Mesh};

/// How impact is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpactFormat {
    /// Columns for a terminal, with a closing line that counts.
    Table {
        /// Heads in bold.
        color: bool,
    },
    /// The rows as they stand in `diff` too.
    Json,
    /// CSV with a head.
    Csv,
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    root: &'a str,
    impact: &'a [Row],
    /// Who reads it by agreement alone, as `kind:id`; of a column nobody knows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agreed: Vec<String>,
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
    /// For a column: the product's own columns that state they come from it, `id@version#object.column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<Vec<String>>,
    /// What the table says of a product that may read a column.
    #[serde(skip)]
    instead: String,
}

/// Writes every product downstream. For a column those that state they read it come first; the others
/// may read it, and their `reads` is empty.
///
/// # Errors
/// When the thing has no lineage.
pub fn impact(mesh: &Mesh, root: &Root, format: ImpactFormat) -> Result<String, ExportError> {
    root.check()?;
    let is_column = !root.columns.is_empty();
    let rows: Vec<Row> = if is_column {
        let readers = ColumnLineage::of(mesh).impact(mesh, &root.columns);
        readers.into_iter().map(|reader| column_row(mesh, root, reader)).collect()
    } else {
        mesh.impact(&root.things).into_iter().map(|found| row(mesh, root, found)).collect()
    };
    Ok(match format {
        ImpactFormat::Json => {
            let agreed = if is_column { Vec::new() } else { agreed(mesh, root) };
            json_text(&Json { version: 1, root: &root.reference, impact: &rows, agreed })
        }
        ImpactFormat::Csv => impact_csv(&rows),
        ImpactFormat::Table { color } if is_column => column_table(root, &rows, color),
        ImpactFormat::Table { color } => impact_table(root, &rows, color) + &agreed_line(mesh, root, rows.is_empty()),
    })
}

fn row(mesh: &Mesh, root: &Root, found: ImpactRow) -> Row {
    let product = &mesh.products[found.product_idx];
    Row {
        changed: root.reference.clone(),
        product: product.descriptor.header.id.value.to_string(),
        domain: mesh.product_domain(product),
        team: mesh.product_owner(product),
        distance: found.distance,
        reads: found.reads,
        into: None,
        instead: String::new(),
    }
}

fn column_row(mesh: &Mesh, root: &Root, reader: ColumnReader) -> Row {
    let into =
        reader.into.iter().map(|place| format!("{}#{}", mesh.contract_version(place.contract_idx), place.path()));
    let (into, instead) = (into.collect(), instead(&reader));
    Row { into: Some(into), instead, ..row(mesh, root, reader.row) }
}

fn impact_csv(rows: &[Row]) -> String {
    let cells = |row: &Row| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            row.changed.clone(),
            row.product.clone(),
            text(&row.domain),
            text(&row.team),
            row.distance.to_string(),
            row.reads.join(" "),
        ]
    };
    csv(&["changed", "product", "domain", "team", "distance", "reads"], &rows.iter().map(cells).collect::<Vec<_>>())
}

/// The cells that every table has, with one of its own at the end.
fn cells(row: &Row, last: String) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not stated".to_owned());
    vec![row.distance.to_string(), row.product.clone(), text(&row.domain), text(&row.team), last]
}

fn impact_table(root: &Root, rows: &[Row], color: bool) -> String {
    if rows.is_empty() {
        return format!("Nothing in this registry declares to read `{}`.\n", visible(&root.reference));
    }
    let reads = |row: &Row| if row.reads.is_empty() { "not stated".to_owned() } else { row.reads.join(", ") };
    let lines: Vec<Vec<String>> = rows.iter().map(|row| cells(row, reads(row))).collect();
    let domains: BTreeSet<&str> = rows.iter().filter_map(|row| row.domain.as_deref()).collect();
    let direct = rows.iter().filter(|row| row.distance == 1).count();
    let mut text = table(&["distance", "product", "domain", "team", "columns read"], &lines, color);
    writeln!(
        text,
        "\n{} downstream of `{}` in {}; {direct} of them directly.",
        plural(rows.len(), "product"),
        visible(&root.reference),
        plural(domains.len(), "domain"),
    )
    .expect("a string takes all text");
    text
}

/// Who reads by agreement alone.
fn agreed(mesh: &Mesh, root: &Root) -> Vec<String> {
    mesh.agreed_readers(&root.things).into_iter().map(|reader| mesh.reference(reader)).collect()
}

/// Names who reads by agreement alone: no input port says what it makes of it, so that nothing is known behind it.
fn agreed_line(mesh: &Mesh, root: &Root, are_all: bool) -> String {
    let readers = agreed(mesh, root);
    if readers.is_empty() {
        return String::new();
    }
    let (more, verb) = (if are_all { "" } else { " more" }, if readers.len() == 1 { "reads" } else { "read" });
    format!("{}{more} {verb} it by agreement: {}.\n", readers.len(), visible(&readers.join(", ")))
}

/// Two tables: who states that it reads the column, and who may.
fn column_table(root: &Root, rows: &[Row], color: bool) -> String {
    let reference = visible(&root.reference);
    if rows.is_empty() {
        return format!("Nothing in this registry reads the contract of `{reference}`.\n");
    }
    let (stated, silent): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| !row.reads.is_empty());
    let mut text = String::new();
    if !stated.is_empty() {
        let into = |row: &Row| row.into.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        let lines: Vec<Vec<String>> = stated.iter().map(|row| cells(row, into(row))).collect();
        text.push_str("Stated to read it\n");
        text.push_str(&table(&["distance", "product", "domain", "team", "into"], &lines, color));
        text.push('\n');
    }
    if !silent.is_empty() {
        let lines: Vec<Vec<String>> = silent.iter().map(|row| cells(row, row.instead.clone())).collect();
        text.push_str("May read it\n");
        text.push_str(&table(&["distance", "product", "domain", "team", "what it says"], &lines, color));
        text.push('\n');
    }
    let verb = |n: usize| if n == 1 { "states" } else { "state" };
    let others = match silent.len() {
        0 => "no other is downstream of its contract".to_owned(),
        n => format!("{n} more may"),
    };
    writeln!(text, "{} {} to read `{reference}`; {others}.", plural(stated.len(), "product"), verb(stated.len()))
        .expect("a string takes all text");
    text
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
