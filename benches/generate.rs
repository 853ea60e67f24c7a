//! Writes a synthetic mesh: `cargo bench --bench generate -- N DIR [--faults P] [--markdown OUT]`.
//!
//! N is the number of data products, P in how many of 1,000 of them a mistake is made. With
//! `--markdown` the products and contracts are written to OUT too, as Markdown for Hugo and Zola;
//! without N it is made of the mesh that DIR holds already.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, which writes files and prints what it wrote"
)]

#[path = "support/generator.rs"]
mod generator;
#[path = "support/markdown.rs"]
mod markdown;
#[path = "support/values.rs"]
#[expect(dead_code, reason = "the bytes of the files are for the floors")]
mod values;

use std::path::Path;

use anyhow::{Context as _, bail};

fn main() -> anyhow::Result<()> {
    let mut options = generator::Options { products: 0, faults: 0 };
    let mut markdown: Option<String> = None;
    let mut places: Vec<String> = Vec::new();
    // Cargo adds `--bench` to the arguments of every benchmark.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        if argument == "--faults" {
            let value = arguments.next().context("--faults needs a number")?;
            options.faults = value.parse().with_context(|| format!("--faults {value}"))?;
        } else if argument == "--markdown" {
            markdown = Some(arguments.next().context("--markdown needs a folder")?);
        } else {
            places.push(argument);
        }
    }
    let folder = match places.as_slice() {
        [folder] if markdown.is_some() => folder,
        [number, folder] => {
            options.products = number.parse().with_context(|| format!("not a number of products: {number}"))?;
            write_mesh(folder, options)?;
            folder
        }
        _ => {
            // Bare `cargo bench` runs every benchmark; this one has nothing to do then.
            println!("usage: cargo bench --bench generate -- [N] DIR [--faults PER_MILLE] [--markdown OUT]");
            return Ok(());
        }
    };
    if let Some(out) = markdown {
        let values = values::read(Path::new(folder)).with_context(|| format!("reading the mesh of {folder}"))?;
        let n_pages = markdown::write(&values, Path::new(&out)).with_context(|| format!("writing to {out}"))?;
        println!("{n_pages} products, contracts and domains as Markdown");
    }
    Ok(())
}

fn write_mesh(folder: &str, options: generator::Options) -> anyhow::Result<()> {
    if options.products == 0 {
        bail!("a mesh has at least one product");
    }
    let written = generator::write(Path::new(folder), options).with_context(|| format!("writing to {folder}"))?;
    let (yaml, markdown) = (tenths(written.yaml_bytes), tenths(written.markdown_bytes));
    println!("{} files, {yaml} MB of YAML, {markdown} MB of Markdown", written.files);
    println!("{} products and {} contracts ({} files)", options.products, written.contracts, written.descriptors);
    println!("{} domains, {} columns, {} input ports", written.domains, written.columns, written.edges);
    println!("faults: {} bad_yaml, {} schema, {} dangling", written.bad_yaml, written.schema, written.dangling);
    Ok(())
}

fn tenths(bytes: usize) -> String {
    format!("{}.{}", bytes / 1_000_000, bytes / 100_000 % 10)
}
