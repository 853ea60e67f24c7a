//! `impact`: who is downstream.

use clap::{Args, ValueEnum};

use super::session::{Session, find_roots};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::render::export;

#[derive(Debug, Args)]
pub(crate) struct ImpactArgs {
    /// A contract, product or source system: `contract:orders`, `orders`, `source:shop`
    id: String,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

pub(crate) fn run(global: &Global, args: &ImpactArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let outcome = Session::open(global, Detail::Rules)?.run()?;
    let roots = find_roots(&outcome, &args.id)?;
    let text = match args.format {
        Format::Json => export::impact_json(&outcome.mesh, &roots)?,
        Format::Csv => export::impact_csv(&outcome.mesh, &roots)?,
        Format::Table => export::impact_table(&outcome.mesh, &roots, terminal.color_out())?,
    };
    super::print(&text)?;
    Ok(Outcome::Clean)
}
