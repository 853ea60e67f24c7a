//! `impact`: who is downstream.

use clap::{Args, ValueEnum};

use super::session::{Session, find_root, note_unread};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::render::export::{self, ImpactFormat};

#[derive(Debug, Args)]
pub(crate) struct ImpactArgs {
    /// A contract, column, product or source system: `contract:orders`, `column:orders@2.1.0#orders.amount`, `orders`, `source:shop`
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
    let outcome = Session::open(global, Detail::Rules)?.load()?;
    note_unread(&outcome, terminal);
    let root = find_root(&outcome, &args.id)?;
    let format = match args.format {
        Format::Json => ImpactFormat::Json,
        Format::Csv => ImpactFormat::Csv,
        Format::Table => ImpactFormat::Table { color: terminal.color_out() },
    };
    super::print(&export::impact(&outcome.mesh, &root, format)?)?;
    Ok(Outcome::Clean)
}
