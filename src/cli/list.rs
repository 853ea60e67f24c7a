//! `list`: the things of a kind, for people and scripts.

use clap::{Args, ValueEnum};

use super::offered::Offered;
use super::session::{Session, note_empty, note_unread};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::model::Kind;
use crate::render::export::{self, Filter, ListFormat};
use crate::yaml::did_you_mean;

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// What to list: products, contracts, domains, teams, terms, policies, sources, agreements, ...
    #[arg(value_parser = Offered::plurals(), hide_possible_values = true)]
    kind: String,
    /// Only those whose field has this value, such as `domain=sales` or `status!=active`; may be repeated
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filters: Vec<String>,
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

pub(crate) fn run(global: &Global, args: &ListArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let kind = kind(&args.kind, Kind::plural)?;
    let filters = args.filters.iter().map(|text| Filter::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let outcome = Session::open(global, Detail::Rules)?.load()?;
    let now = |kind: Kind, id: &str| {
        let is_there = outcome.mesh.headers(kind).iter().any(|header| *header.id.value == *id);
        if is_there { None } else { outcome.mesh.renamed((Some(kind), id)).map(|now| now.id) }
    };
    let filters: Vec<Filter> = filters.into_iter().map(|filter| filter.followed(kind, now)).collect();
    let format = match args.format {
        Format::Table => ListFormat::Table { color: terminal.color_out() },
        Format::Json => ListFormat::Json,
        Format::Csv => ListFormat::Csv,
    };
    let list = export::list(&outcome.mesh, &outcome.sources, &outcome.config, kind, &filters, format);
    super::print(&list.text)?;
    if args.format == Format::Table {
        let retired = match list.n_retired {
            0 => String::new(),
            n if n == list.n => String::from(", retired"),
            n => format!(", {n} of them retired"),
        };
        let (one, many) = match kind {
            Kind::DataContract => ("contract version", "contract versions"),
            kind => (kind.word(), kind.plural()),
        };
        terminal.status("Listed", &(count(list.n, one, many) + &retired));
    }
    note_empty(&outcome.mesh, terminal);
    note_unread(&outcome, terminal);
    Ok(Outcome::Clean)
}

/// Reads the word for a kind; `called` gives the words that are offered.
pub(super) fn kind(word: &str, called: fn(Kind) -> &'static str) -> anyhow::Result<Kind> {
    if let Some(kind) = Kind::from_word(word) {
        return Ok(kind);
    }
    let words: Vec<&str> = Kind::ALL.into_iter().map(called).collect();
    let hint = did_you_mean(word, words.iter().copied(), || format!("there are {}", words.join(", ")));
    anyhow::bail!("there is no kind `{word}`; {hint}")
}
