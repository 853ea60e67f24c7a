//! `score`: how many checks pass, of what is there and where to mend it.

use clap::{Args, ValueEnum};

use super::session::{Session, find_thing, note_empty};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::graph::Found;
use crate::model::Kind;
use crate::pipeline;
use crate::render::export::{self, ScoreBase, ScoreFormat, ScoreReport};

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// A product, team or domain, such as `orders` or `domain:sales` [default: the whole mesh]
    id: Option<String>,
    /// Also say what changed since this revision: a branch, tag or commit
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
    /// Also show how the mesh stood at the end of each month, from git; it is of the whole mesh, and takes no ID
    #[arg(long, conflicts_with = "id")]
    trend: bool,
    /// How to print; csv with --trend has a row for each month instead of checks
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Markdown,
}

pub(crate) fn run(global: &Global, args: &ScoreArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    if args.trend && args.base.is_some() && args.format == Format::Csv {
        anyhow::bail!(
            "one table of CSV holds the trend or what changed since `--base`, not both: leave one of them out, or take `--format json`"
        );
    }
    let session = Session::open(global, Detail::Pages)?;
    let format = match args.format {
        Format::Table => ScoreFormat::Table { color: terminal.color_out() },
        Format::Json => ScoreFormat::Json,
        Format::Csv => ScoreFormat::Csv,
        Format::Markdown => ScoreFormat::Markdown,
    };
    let history = session.history(None, terminal);
    let text = if let Some(base) = &args.base {
        let comparison = session.compare(base, None)?;
        let commit = comparison.base_tree.commit();
        let compared = &comparison.compared;
        let trend = args.trend.then(|| session.trend(&compared.head, None, terminal));
        let report = ScoreReport {
            outcome: &compared.head,
            tree: &session.tree,
            base: Some(ScoreBase { outcome: &compared.base, commit: &commit, name: base }),
            subject: subject(&compared.head, args.id.as_deref())?,
            history: history.as_deref(),
            trend: trend.as_deref(),
        };
        export::score(&report, format)
    } else {
        // What policies say is a part of the trend.
        let outcome = if args.trend { session.run()? } else { session.load()? };
        note_empty(&outcome.mesh, terminal);
        let trend = args.trend.then(|| session.trend(&outcome, None, terminal));
        let report = ScoreReport {
            outcome: &outcome,
            tree: &session.tree,
            base: None,
            subject: subject(&outcome, args.id.as_deref())?,
            history: history.as_deref(),
            trend: trend.as_deref(),
        };
        export::score(&report, format)
    };
    super::print(&text)?;
    Ok(Outcome::Clean)
}

/// Finds what is to be scored; `None` for the mesh.
fn subject(outcome: &pipeline::Outcome, id: Option<&str>) -> anyhow::Result<Option<Found>> {
    let Some(id) = id else { return Ok(None) };
    let (found, _) = find_thing(outcome, id)?;
    match found.kind {
        Kind::DataProduct | Kind::Domain | Kind::Team => Ok(Some(found)),
        kind => anyhow::bail!("a {} has no score; name a product, a team or a domain", kind.title()),
    }
}
