//! `search`: what the search box of the catalog finds, on the shell.

use clap::{Args, ValueEnum};

use super::session::{Session, note_empty, renamed};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::visible;
use crate::model::Ref;
use crate::render::{SearchFormat, SearchIndex};

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words, and filters such as `domain:sales status:active owner:crm tag:x type:kafka class:pii fresh:minutes
    /// has:agreement kind:contract column:amount`
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    /// How many to print
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
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

pub(crate) fn run(global: &Global, args: &SearchArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    // Descriptions are searched too, so everything that pages show has to be read.
    let outcome = Session::open(global, Detail::Pages)?.run()?;
    let format = match args.format {
        Format::Table => SearchFormat::Table { color: terminal.color_out() },
        Format::Json => SearchFormat::Json,
        Format::Csv => SearchFormat::Csv,
    };
    let query = args.query.join(" ");
    let index = SearchIndex::new(&outcome);
    let answer = index.search(&query, args.limit, format);
    if args.format != Format::Table || answer.n_found > 0 {
        super::print(&answer.text)?;
    }
    note_empty(&outcome.mesh, terminal);
    for hint in index.hints(&query) {
        terminal.note(&format!("note: {}", visible(&hint)));
    }
    // Pages have new names; whoever types an old one is led on.
    if let Ok(written) = Ref::parse(query.trim())
        && let Some(now) = renamed(&outcome.mesh, (written.kind, &written.id))
    {
        let now = now.kind.map_or(now.id.clone(), |kind| format!("{}:{}", kind.word(), now.id));
        terminal.note(&format!("note: `{}` is called `{}` now", visible(query.trim()), visible(&now)));
    }
    let shown = answer.n_found.min(args.limit);
    let told = match (answer.n_found, answer.is_partial) {
        (0, _) => "nothing; try fewer words, or `meshfolio list products`".to_owned(),
        (_, true) => format!("nothing with all words; {shown} of {} with some", answer.n_found),
        (all, false) if shown < all => format!("{shown} of {}; `--limit` shows more", count(all, "match", "matches")),
        (all, false) => count(all, "match", "matches"),
    };
    terminal.status("Found", &told);
    Ok(Outcome::Clean)
}
