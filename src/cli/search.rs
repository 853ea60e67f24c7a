//! `search`: what the search box of the catalog finds, on the shell.

use clap::{Args, ValueEnum};

use super::session::{Session, note_empty, note_unread};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::visible;
use crate::render::{SEARCH_WORDS as WORDS, SearchFormat, SearchIndex};

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words, and filters such as `domain:sales status:active owner:crm tag:x type:kafka class:pii fresh:minutes
    /// has:agreement kind:contract column:amount`; a dash leaves out what has a value or a word: `status:-retired -draft`
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
    note_unread(&outcome, terminal);
    for hint in index.hints(&query) {
        terminal.note(&format!("note: {}", visible(&hint)));
    }
    for (written, meant) in &answer.corrected {
        terminal.note(&format!("note: for `{}`, which is close to `{}`", visible(meant), visible(written)));
    }
    for (word, alike) in &answer.alike {
        let alike: Vec<String> = alike.iter().map(|other| format!("`{}`", visible(other))).collect();
        if !alike.is_empty() {
            terminal.note(&format!("note: nothing has `{}`; close to it: {}", visible(word), alike.join(", ")));
        }
    }
    if answer.n_ignored > 0 {
        let ignored = count(answer.n_ignored, "word", "words");
        terminal.note(&format!("note: looked for the first {WORDS} words only; {ignored} left out"));
    }
    for (old, now) in index.renamed(&query) {
        terminal.note(&format!("note: `{}` is called `{}` now", visible(&old), visible(&now)));
    }
    let shown = answer.n_found.min(args.limit);
    let words = if answer.n_ignored > 0 { format!("all of {WORDS} words") } else { "all words".to_owned() };
    let told = match (answer.n_found, answer.n_whole) {
        (0, _) if outcome.counts.documents == 0 => "nothing".to_owned(),
        (0, _) if answer.n_filtered > 0 => format!("nothing with these filters; {} without", answer.n_filtered),
        (0, _) => "nothing; try fewer words, or `meshfolio list products`".to_owned(),
        (_, 0) => format!("nothing with {words}; {shown} of {} with some", answer.n_found),
        (all, whole) if whole < all => {
            let more = if shown < all { "; `--limit` shows more" } else { "" };
            format!("{whole} with {words}, {} with some{more}", all - whole)
        }
        (all, _) if shown < all => format!("{shown} of {}; `--limit` shows more", count(all, "match", "matches")),
        (all, _) => count(all, "match", "matches"),
    };
    terminal.status("Found", &told);
    Ok(Outcome::Clean)
}
