//! Tables for the shell and CSV.

use crate::diagnostic::visible;

/// Sets rows under heads in columns; the last column is not padded. Heads are bold with `color`.
pub(in crate::render) fn table(heads: &[&str], rows: &[Vec<String>], color: bool) -> String {
    let shown: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| visible(cell).into_owned()).collect()).collect();
    let width = |column: usize| {
        let cells = shown.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([heads[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: &[&str]| {
        let mut line = String::new();
        for (column, cell) in cells.iter().enumerate() {
            line.push_str(cell);
            if column + 1 < cells.len() {
                line.push_str(&" ".repeat(widths[column] - cell.chars().count() + 2));
            }
        }
        line.trim_end().to_owned()
    };
    let style = anstyle::Style::new().bold();
    let head = line(heads);
    let mut text = if color { format!("{style}{head}{style:#}\n") } else { format!("{head}\n") };
    for row in &shown {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        text.push_str(&line(&cells));
        text.push('\n');
    }
    text
}

/// Writes CSV (RFC 4180) with a head. A cell that a spreadsheet would run as a formula gets a `'`
/// in front; numbers do not.
pub(in crate::render) fn csv(heads: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = heads.join(",") + "\r\n";
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| csv_cell(cell)).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

fn csv_cell(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    // CSV could hold line feeds in quotes, but whoever prints it would see a forged line.
    let cell = if is_formula { format!("'{}", visible(cell)) } else { visible(cell).into_owned() };
    if cell.contains([',', '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cannot_become_formulas_or_columns() {
        assert_eq!(csv_cell("=1+1"), "'=1+1");
        assert_eq!(csv_cell("-5.2"), "-5.2");
        assert_eq!(csv_cell("@cmd,x"), "\"'@cmd,x\"");
        assert_eq!(csv_cell("a\n::error::\u{1b}[31m"), "a\\u{a}::error::\\u{1b}[31m");
        assert_eq!(csv_cell("say \"hi\""), "\"say \"\"hi\"\"\"");
    }

    #[test]
    fn columns_line_up() {
        let rows =
            vec![vec!["orders".to_owned(), "active".to_owned()], vec!["fx\u{1b}".to_owned(), "draft".to_owned()]];
        assert_eq!(table(&["id", "status"], &rows, false), "id        status\norders    active\nfx\\u{1b}  draft\n");
    }
}
