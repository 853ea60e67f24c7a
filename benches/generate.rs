//! Writes a synthetic mesh: `cargo bench --bench generate -- N DIR [--faults P]`.
//!
//! N is the number of data products, P in how many of 1,000 of them a mistake is made.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own, which writes files and prints what it wrote"
)]

#[path = "support/generator.rs"]
mod generator;

use std::path::Path;

use anyhow::{Context as _, bail};

fn main() -> anyhow::Result<()> {
    let mut options = generator::Options { products: 0, faults: 0 };
    let mut places: Vec<String> = Vec::new();
    // Cargo adds `--bench` to the arguments of every benchmark.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        if argument == "--faults" {
            let value = arguments.next().context("--faults needs a number")?;
            options.faults = value.parse().with_context(|| format!("--faults {value}"))?;
        } else {
            places.push(argument);
        }
    }
    let [number, folder] = places.as_slice() else {
        // Bare `cargo bench` runs every benchmark; this one has nothing to do then.
        println!("usage: cargo bench --bench generate -- N DIR [--faults PER_MILLE]");
        return Ok(());
    };
    options.products = number.parse().with_context(|| format!("not a number of products: {number}"))?;
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
