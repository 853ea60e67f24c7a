//! `search`: what the search box of the catalog finds, on the shell.

use clap::{Args, ValueEnum};

use super::session::{Session, note_empty, note_unread};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::visible;
use crate::graph::Mesh;
use crate::model::{Kind, Ref};
use crate::render::{SearchFormat, SearchIndex};

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// Words, and filters such as `domain:sales status:active owner:crm tag:x type:kafka class:pii fresh:minutes
    /// has:agreement kind:contract column:amount`; a dash before a value leaves out what has it: `status:-retired`
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
    // Names are others now: filters follow them, as those of `list` do.
    let (query, followed) = followed(&outcome.mesh, &args.query.join(" "));
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
    for (old, now) in followed {
        terminal.note(&format!("note: `{}` is called `{}` now", visible(&old), visible(&now)));
    }
    let shown = answer.n_found.min(args.limit);
    let told = match (answer.n_found, answer.n_whole) {
        (0, _) if outcome.counts.documents == 0 => "nothing".to_owned(),
        (0, _) if answer.n_filtered > 0 => format!("nothing with these filters; {} without", answer.n_filtered),
        (0, _) => "nothing; try fewer words, or `meshfolio list products`".to_owned(),
        (_, 0) => format!("nothing with all words; {shown} of {} with some", answer.n_found),
        (all, whole) if whole < all => {
            let more = if shown < all { "; `--limit` shows more" } else { "" };
            format!("{whole} with all words, {} with some{more}", all - whole)
        }
        (all, _) if shown < all => format!("{shown} of {}; `--limit` shows more", count(all, "match", "matches")),
        (all, _) => count(all, "match", "matches"),
    };
    terminal.status("Found", &told);
    Ok(Outcome::Clean)
}

/// Returns a query with the present names in its filters, and what has another name: in these filters, and where the
/// whole query is a name.
fn followed(mesh: &Mesh, query: &str) -> (String, Vec<(String, String)>) {
    let mut told: Vec<(String, String)> = Vec::new();
    let mut text = query.to_owned();
    for part in query.split_whitespace() {
        let Some((key, value)) = part.split_once(':') else { continue };
        let kind = match key.to_lowercase().as_str() {
            "domain" => Kind::Domain,
            "owner" => Kind::Team,
            _ => continue,
        };
        let Some(now) = mesh.called_now((Some(kind), value)).filter(|now| now.kind.is_none_or(|is| is == kind)) else {
            continue;
        };
        let now = format!("{key}:{}", now.id);
        let words: Vec<&str> = text.split(' ').map(|word| if word == part { now.as_str() } else { word }).collect();
        text = words.join(" ");
        told.push((part.to_owned(), now));
    }
    if told.is_empty()
        && let Ok(written) = Ref::parse(query.trim())
        && let Some(now) = mesh.called_now((written.kind, &written.id))
    {
        let now = now.kind.map_or(now.id.clone(), |kind| format!("{}:{}", kind.word(), now.id));
        told.push((query.trim().to_owned(), now));
    }
    told.dedup();
    (text, told)
}
