//! The products and contracts of a mesh as Markdown with front matter, so that generators which
//! know nothing of data products can make a site of the same content. One folder serves Hugo and
//! Zola: both read `content/`, each has its own settings and templates.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::values::{Contract, Group, Head, Port, Product, Values};

/// Settings and templates: path in the folder, text.
const FILES: [(&str, &str); 10] = [
    ("hugo.toml", include_str!("peers/hugo/hugo.toml")),
    ("layouts/_default/baseof.html", include_str!("peers/hugo/baseof.html")),
    ("layouts/_default/list.html", include_str!("peers/hugo/list.html")),
    ("layouts/_default/single.html", include_str!("peers/hugo/single.html")),
    ("layouts/index.html", include_str!("peers/hugo/index.html")),
    ("config.toml", include_str!("peers/zola/config.toml")),
    ("templates/base.html", include_str!("peers/zola/base.html")),
    ("templates/section.html", include_str!("peers/zola/section.html")),
    ("templates/page.html", include_str!("peers/zola/page.html")),
    ("templates/index.html", include_str!("peers/zola/index.html")),
];

/// Writes the content and both themes into a folder, and returns how many things have a page.
///
/// # Errors
/// When the folder cannot be written to.
pub(crate) fn write(values: &Values, folder: &Path) -> io::Result<usize> {
    for (path, text) in FILES {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    let content = folder.join("content");
    for (part, title) in [("products", "Data products"), ("contracts", "Data contracts"), ("domains", "Domains")] {
        fs::create_dir_all(content.join(part))?;
        let front = format!("+++\ntitle = \"{title}\"\nsort_by = \"title\"\npaginate_by = 100\n+++\n");
        fs::write(content.join(part).join("_index.md"), front)?;
    }
    let counts = format!(
        "+++\ntitle = \"Bench data mesh\"\n+++\n{} products under {} contracts.\n",
        values.products.len(),
        values.contracts.len()
    );
    fs::write(content.join("_index.md"), counts)?;
    let save =
        |part: &str, head: &Head, text: String| fs::write(content.join(part).join(head.slug.clone() + ".md"), text);
    values.products.par_iter().try_for_each(|thing| save("products", &thing.head, product(thing)))?;
    values.contracts.par_iter().try_for_each(|thing| save("contracts", &thing.head, contract(thing)))?;
    let domains: Vec<&Group> = values.groups.iter().filter(|group| group.part == "domains").collect();
    domains.par_iter().try_for_each(|thing| save("domains", &thing.head, domain(thing)))?;
    Ok(values.products.len() + values.contracts.len() + domains.len())
}

fn front(head: &Head) -> String {
    let mut out = format!("+++\ntitle = {}\ndescription = {}\n[extra]\n", quoted(&head.name), quoted(&head.purpose));
    let facts = [("id", &head.id), ("version", &head.version), ("status", &head.status)];
    for (key, value) in facts.into_iter().chain([("domain", &head.domain), ("owner", &head.owner)]) {
        let _ = writeln!(out, "{key} = {}", quoted(value));
    }
    let tags: Vec<String> = head.tags.iter().map(|tag| quoted(tag)).collect();
    let _ = writeln!(out, "tags = [{}]\n+++\n", tags.join(", "));
    out
}

/// Writes a text of TOML: the escapes of JSON are among those of TOML's basic strings.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn product(product: &Product) -> String {
    let mut out = front(&product.head);
    ports(&mut out, "Output ports", &product.outputs);
    ports(&mut out, "Takes from", &product.inputs);
    limits(&mut out, &product.head);
    out.push_str("## About this product\n\n");
    out.push_str(&product.readme);
    out
}

fn ports(out: &mut String, title: &str, ports: &[Port]) {
    let _ = writeln!(out, "## {title}\n\n| Port | Contract | About |\n| --- | --- | --- |");
    for Port { name, kind, note, contract, contract_slug, version } in ports {
        let note = cell(note);
        let _ = writeln!(out, "| {name} {kind} | [{contract} {version}](/contracts/{contract_slug}/) | {note} |");
    }
    out.push('\n');
}

fn limits(out: &mut String, head: &Head) {
    let _ = writeln!(out, "## Purpose and limits\n\n{}\n\n{}\n\n{}\n", head.purpose, head.usage, head.limitations);
    for way in &head.contacts {
        let _ = writeln!(out, "Help: [{}]({}) {}\n", way.channel, way.url, way.tool);
    }
    let _ = writeln!(out, "Descriptor: `{}`\n", head.file);
}

fn contract(contract: &Contract) -> String {
    let mut out = front(&contract.head);
    out.push_str("## Servers\n\n| Server | Type | Address | Environment |\n| --- | --- | --- | --- |\n");
    for server in &contract.servers {
        let _ = writeln!(out, "| {} | {} | `{}` | {} |", server.name, server.kind, server.address, server.environment);
    }
    out.push_str("\n## Promises\n\n| Promise | Promised | About |\n| --- | --- | --- |\n");
    for promise in &contract.promises {
        let _ = writeln!(out, "| {} | {} | {} |", promise.name, promise.value, promise.element);
    }
    for table in &contract.tables {
        let _ = writeln!(out, "\n## Table `{}`\n\n{}\n\n{}\n", table.name, table.granularity, table.description);
        out.push_str("| Column | Type | Rules | Meaning |\n| --- | --- | --- | --- |\n");
        for column in &table.columns {
            let key = if column.is_key { "PK " } else { "" };
            let (rules, meaning) = (column.flags.join(", "), cell(&column.meaning));
            let _ = write!(out, "| `{}` | {} | {key}{rules} ", column.name, column.kind);
            let _ = write!(out, "{} | {meaning}", column.classification);
            for (word, values) in [("Example", &column.examples), ("Joins", &column.joins), ("From", &column.from)] {
                for (index, value) in values.iter().enumerate() {
                    let before = if index == 0 { word } else { "," };
                    let _ = write!(out, " {before} `{}`", cell(value));
                }
            }
            out.push_str(" |\n");
        }
    }
    out.push_str(
        "\n## Quality rules\n\n| Rule | Says | About | Dimension | Level |\n| --- | --- | --- | --- | --- |\n",
    );
    for rule in &contract.quality {
        let (name, says) = (&rule.name, cell(&rule.says));
        let _ = writeln!(out, "| {name} | {says} | `{}` | {} | {} |", rule.about, rule.dimension, rule.severity);
    }
    out.push('\n');
    limits(&mut out, &contract.head);
    for (role, access, approvers) in &contract.roles {
        let _ = writeln!(out, "Role `{role}`, {access}, approved by {approvers}\n");
    }
    out
}

fn domain(domain: &Group) -> String {
    let mut out = front(&domain.head);
    out.push_str("## Products\n\n| Product | About | Status | Owner | Ports |\n| --- | --- | --- | --- | --- |\n");
    for row in &domain.rows {
        let say = cell(&row.say);
        let _ = write!(out, "| [{}](/products/{}/) | {say} | {} ", row.name, row.slug, row.status);
        let _ = writeln!(out, "| {} | {} |", row.owner, row.last);
    }
    out.push('\n');
    limits(&mut out, &domain.head);
    out.push_str(&domain.readme);
    out
}

/// Keeps a text within one cell of a table.
fn cell(text: &str) -> Cow<'_, str> {
    if text.contains(['|', '\n']) { text.replace('|', "\\|").replace('\n', " ").into() } else { text.into() }
}
