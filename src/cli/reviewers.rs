//! `reviewers`: who has to look at a change.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::render::export::{self, ReviewersFormat};

#[derive(Debug, Args)]
pub(crate) struct ReviewersArgs {
    /// A branch, tag or commit; compared is the last commit that it and HEAD have in common
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: String,
    /// A branch, tag or commit [default: the files as they are]
    head: Option<String>,
    /// How to print them; `handles` is one name on the forge a line, for scripts
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
    Handles,
}

pub(crate) fn run(global: &Global, args: &ReviewersArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let comparison = session.compare(&args.base, args.head.as_deref())?;
    let asked = comparison.asked(&session);
    let format = match args.format {
        Format::Text => ReviewersFormat::Text,
        Format::Json => ReviewersFormat::Json,
        Format::Csv => ReviewersFormat::Csv,
        Format::Handles => ReviewersFormat::Handles,
    };
    let head = comparison.head_commit();
    super::print(&export::reviewers(&asked, (&comparison.base_tree.commit(), head.as_deref()), format))?;
    if args.format == Format::Text {
        terminal.status("Comparing", &comparison.words(&args.base, args.head.as_deref()));
        let result = match asked.reviewers.len() {
            0 => "nobody has to look".to_owned(),
            n => format!("{} to look", count(n, "reviewer has", "reviewers have")),
        };
        comparison.notes(terminal);
        terminal.status("Result", &result);
    }
    comparison.note_empty(terminal);
    let silent = asked.reviewers.iter().filter(|reviewer| reviewer.handle.is_none()).count();
    if silent > 0 && args.format == Format::Handles {
        let teams = count(silent, "team has", "teams have");
        terminal.note(&format!("note: {teams} no `forgeHandle` and cannot be named; `--format text` says which"));
    }
    Ok(Outcome::Clean)
}
