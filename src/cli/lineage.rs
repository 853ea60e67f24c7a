//! `lineage`: where data comes from and where it goes.

use clap::{Args, ValueEnum};

use super::session::{Session, find_root, note_unread};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::render::export::{self, LineageFormat};

#[derive(Debug, Args)]
pub(crate) struct LineageArgs {
    /// A product, contract, column or source system: `orders`, `contract:orders@2.1.0`, `column:orders@2.1.0#orders.amount`, `source:shop`
    id: String,
    /// Steps towards the sources
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = steps, allow_negative_numbers = true)]
    up: usize,
    /// Steps towards the consumers
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = steps, allow_negative_numbers = true)]
    down: usize,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "tree", value_enum)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Tree,
    Json,
    Mermaid,
    Dot,
    Svg,
}

/// Reads a number of steps.
fn steps(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a number of steps, from 0 on".to_owned())
}

pub(crate) fn run(global: &Global, args: &LineageArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    // The picture has the product's mark, whose checks ask for what only pages show.
    let detail = if args.format == Format::Svg { Detail::Pages } else { Detail::Rules };
    let outcome = Session::open(global, detail)?.load()?;
    note_unread(&outcome, terminal);
    let root = find_root(&outcome, &args.id)?;
    let format = match args.format {
        Format::Tree => LineageFormat::Tree { color: terminal.color_out() },
        Format::Json => LineageFormat::Json,
        Format::Mermaid => LineageFormat::Mermaid,
        Format::Dot => LineageFormat::Dot,
        Format::Svg => LineageFormat::Svg,
    };
    super::print(&export::lineage(&outcome, &root, args.up, args.down, format)?)?;
    Ok(Outcome::Clean)
}
