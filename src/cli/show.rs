//! `show`: one thing with all that is known about it.

use clap::{Args, ValueEnum};

use super::session::{Session, find_thing, note_unread};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::render::export;

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// What to show: `orders`, `product:orders`, `contract:orders@2.1.0`, `domain:sales`, `column:orders@2.1.0#orders.amount`, `orders#orders`, ...
    id: String,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(global: &Global, args: &ShowArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Pages)?;
    let outcome = session.run()?;
    note_unread(&outcome, terminal);
    let (found, column) = find_thing(&outcome, &args.id)?;
    let shown = export::Shown { found, column };
    let history = session.history(None, terminal);
    let history = history.as_deref();
    let owners = session.file_owners(None);
    let known = (history, owners.as_ref());
    let text = match args.format {
        Format::Json => export::show_json(&outcome, &session.tree, known, &shown),
        Format::Text => {
            let look =
                export::Look { color: terminal.color_out(), is_unicode: terminal.unicode(), width: terminal.width() };
            export::show_text(&outcome, &session.tree, known, &shown, look)
        }
    };
    super::print(&text)?;
    Ok(Outcome::Clean)
}
