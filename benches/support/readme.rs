//! The README of a product: 300 to 600 words with headings, a list, a table, code and links.

use std::fmt::Write as _;

use super::plan::{Mesh, Product};
use super::random::Random;
use super::words::{Words, title};

/// Writes `README.md`. Its links lead to files and headings that exist.
pub(crate) fn text(mesh: &Mesh, product: &Product, words: &Words, random: &mut Random) -> String {
    let mut out = String::with_capacity(4096);
    let _ = write!(out, "# {}\n\n", title(&product.id));
    words.sentences(random, 4, &mut out);
    out.push_str(" See [how to read it](#how-to-read-it).\n\n## What is in it\n\n");
    out.push_str("| table | one row is | version |\n| --- | --- | --- |\n");
    for port in &product.ports {
        let (name, version) = (&port.name, &port.version);
        let _ = writeln!(out, "| [`{}`](contracts/{name}.odcs.yaml) | a {} | {version} |", port.table(), port.entity);
    }
    out.push('\n');
    for _ in 0..random.between(2, 4) {
        let n_sentences = random.between(2, 4);
        words.sentences(random, n_sentences, &mut out);
        out.push_str("\n\n");
    }
    out.push_str("## How to read it\n\n");
    let port = &product.ports[0];
    let (table, entity) = (port.table(), port.entity);
    let _ = write!(out, "```sql\nselect {entity}_id, count(*) as n_rows\nfrom {table}\ngroup by {entity}_id\n```\n\n");
    let n_sentences = random.between(2, 4);
    words.sentences(random, n_sentences, &mut out);
    out.push_str("\n\n");
    for _ in 0..random.between(3, 6) {
        let _ = write!(out, "- **{}**: ", words.noun(random));
        words.clause(random, &mut out);
        out.push('\n');
    }
    if !product.inputs.is_empty() {
        out.push_str("\n## Where it comes from\n\n");
        for (target, port) in &product.inputs {
            let target = &mesh.products[*target];
            let domain = &mesh.domains[target.domain].id;
            let port = &target.ports[*port].name;
            let _ = writeln!(out, "- [{}](../../{domain}/{}/README.md), port `{port}`", title(&target.id), target.id);
        }
    }
    out.push_str("\n## Known limits\n\n");
    for _ in 0..random.between(1, 4) {
        let n_sentences = random.between(2, 4);
        words.sentences(random, n_sentences, &mut out);
        out.push_str("\n\n");
    }
    out.push_str("> ");
    words.sentences(random, 1, &mut out);
    out.push('\n');
    out
}
