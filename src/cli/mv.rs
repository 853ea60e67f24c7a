//! `mv`: give a thing another id, everywhere.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use clap::Args;

use super::session::{Session, find_thing};
use super::terminal::{Terminal, count};
use super::{Global, Outcome, ReportFormat};
use crate::check::Detail;
use crate::diagnostic::{Diagnostic, Family, Severity};
use crate::model::{Header, Kind, Ref};
use crate::pipeline::{self, Options, PolicySource};
use crate::render::export::{Deed, renamed_json};
use crate::render::rename::{Rename, Renamed, rename};
use crate::render::unified;
use crate::serve::{Rewrite, rewrite_files};
use crate::source::{GitTree, OverlayTree};

#[derive(Debug, Args)]
pub(crate) struct MvArgs {
    /// What is renamed: `product:orders`, `contract:orders` (all its versions), `term:sales/order`
    old: String,
    /// Its new id: lower-case letters, digits and dashes
    new: String,
    /// Print what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// How to print what changed: for people, or as JSON
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: ReportFormat,
}

pub(crate) fn run(global: &Global, args: &MvArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let outcome = session.run()?;
    refuse_unclear(&outcome, args)?;
    let (found, column) = find_thing(&outcome, &args.old)?;
    if let Some(column) = &column {
        let at = column.path();
        bail!(
            "`{at}` of `{}` is no thing with an id, and `mv` renames nothing else: readers break where a column or object gets \
             another name, so state the new one beside it, mark the old one as ending, and remove it with the next major; \
             `meshfolio impact {}` says who reads it",
            outcome.mesh.reference(found),
            args.old.trim()
        );
    }
    if Ref::parse(&args.old).is_ok_and(|reference| reference.version.is_some()) {
        let contract = outcome.mesh.reference(found);
        bail!(
            "`{}` is a part of a contract, which is renamed with all its versions: write `meshfolio mv {contract} {}`",
            args.old,
            args.new
        );
    }
    let to = new_id(&args.new, found.kind)?;
    let published = published(&session);
    let what = Rename {
        mesh: &outcome.mesh,
        sources: &outcome.sources,
        config: &outcome.config,
        config_path: &session.options.config_path,
        rules: &pipeline::rules(),
        found,
        to,
        today: session.options.today,
        published: published.as_ref(),
    };
    let renamed = rename(&session.tree, &what)?;
    refuse_broken(&outcome, &renamed)?;
    refuse_worse(&session, &outcome, &renamed)?;
    let is_text = args.format == ReportFormat::Text;
    if args.dry_run && is_text {
        let differences = renamed.files.iter().map(|file| unified(&file.path, file.before.as_deref(), &file.after));
        super::print_as_is(&differences.collect::<String>())?;
    } else if !args.dry_run {
        let rewrite = |file: &crate::render::rename::Rewritten| Rewrite {
            path: file.path.clone(),
            before: file.before.as_ref().map(|text| text.clone().into_bytes()),
            after: file.after.clone().into_bytes(),
        };
        let files: Vec<Rewrite> = renamed.files.iter().map(rewrite).collect();
        rewrite_files(session.tree.root(), &files).context("nothing was renamed")?;
    }
    if !is_text {
        let deed = if args.dry_run { Deed::Shown } else { Deed::Written };
        super::print(&renamed_json(&renamed, deed))?;
        return Ok(Outcome::Clean);
    }
    let n_places = renamed.files.iter().map(|file| file.n_places).sum();
    let verb = if args.dry_run { "Would rename" } else { "Renamed" };
    terminal.status(
        verb,
        &format!(
            "{} to {}: {} in {}",
            renamed.from,
            renamed.to,
            count(n_places, "place", "places"),
            count(renamed.files.iter().filter(|file| file.n_places > 0).count(), "file", "files"),
        ),
    );
    if let Some(alias) = &renamed.alias {
        let terms = match renamed.n_terms {
            0 => String::new(),
            n => format!(", and from those of {}", count(n, "term", "terms")),
        };
        terminal.status("Alias", &format!("{alias} leads from the old address to the new one{terms}"));
    }
    if renamed.was_unpublished {
        let words = format!("none: {} is in no commit, so that nobody keeps its address", renamed.from);
        terminal.status("Alias", &words);
    }
    terminal.status("Next", if args.dry_run { "the same without --dry-run" } else { "meshfolio check" });
    Ok(Outcome::Clean)
}

/// Returns the names that the last commit has, with those that lead on there; `None` without one, or where a file of
/// it cannot be read: what is not known may be kept by somebody.
fn published(session: &Session) -> Option<BTreeSet<String>> {
    let tree = GitTree::open(session.tree.root(), "HEAD").ok()?;
    let options = Options { is_config_required: false, observations: None, ..session.options.clone() };
    let outcome = rayon::scope(|_| pipeline::run_with(&tree, &session.schemas, &options, PolicySource::Skip)).ok()?;
    let is_unread = |finding: &Diagnostic| Family::of(finding.rule.code) == Some(Family::Syn);
    if outcome.findings.diagnostics.iter().any(is_unread) {
        return None;
    }
    let mesh = &outcome.mesh;
    let things = Kind::ALL.into_iter().flat_map(|kind| mesh.headers(kind)).map(Header::reference);
    let terms = mesh.terms.iter().map(|term| format!("term:{}", term.id));
    let aliases = mesh.aliases.iter().map(|alias| alias.from.value.to_string());
    Some(things.chain(terms).chain(aliases).collect())
}

/// Refuses a bare id that several things have. Other commands take the product then; here the others would keep the
/// name without anybody having said so.
fn refuse_unclear(outcome: &pipeline::Outcome, args: &MvArgs) -> anyhow::Result<()> {
    let Ok(reference) = Ref::parse(&args.old) else { return Ok(()) };
    if reference.kind.is_some() || reference.version.is_some() || reference.column.is_some() {
        return Ok(());
    }
    let of_kind = |kind: &Kind| {
        let reference = Ref { kind: Some(*kind), ..reference.clone() };
        outcome.mesh.find(&reference).first().map(|found| outcome.mesh.reference(*found))
    };
    let mut named: Vec<String> = Kind::ALL.iter().filter_map(of_kind).collect();
    named.dedup();
    if let [first, _, ..] = named.as_slice() {
        let commands: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
        bail!(
            "`{}` can mean {}: say which, as in `meshfolio mv {first} {}`",
            args.old,
            commands.join(" or "),
            args.new
        );
    }
    Ok(())
}

/// Reads the new id, which may be written with its kind.
fn new_id(written: &str, kind: Kind) -> anyhow::Result<&str> {
    match written.split_once(':') {
        None => Ok(written),
        Some((word, id)) if Kind::from_word(word) == Some(kind) => Ok(id),
        Some((word, _)) => bail!("`{}` stays of its kind: `{word}` is another one", kind.word()),
    }
}

/// Refuses when a file that would be touched, or one that might name the thing, has errors: its places
/// cannot be relied on.
fn refuse_broken(outcome: &pipeline::Outcome, renamed: &Renamed) -> anyhow::Result<()> {
    let touched = |path: &str| {
        renamed.files.iter().any(|file| file.path == path) || renamed.unread.iter().any(|unread| unread == path)
    };
    let error = outcome
        .findings
        .standing()
        .find(|finding| finding.severity == Severity::Error && touched(outcome.sources.path(finding.location.file)));
    match error {
        Some(error) => bail!(
            "nothing was renamed, because {} has an error: {} ({}); mend it first",
            outcome.sources.path(error.location.file),
            error.message,
            error.rule.code
        ),
        None => Ok(()),
    }
}

/// Refuses what would bring in findings: then a place was missed, or the new name means another thing.
fn refuse_worse(session: &Session, outcome: &pipeline::Outcome, renamed: &Renamed) -> anyhow::Result<()> {
    let laid = renamed.files.iter().map(|file| (file.path.clone(), file.after.clone().into_bytes()));
    let after = session.run_on(&OverlayTree::new(&session.tree, laid))?;
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in &outcome.findings.diagnostics {
        *known.entry(key(outcome, finding)).or_default() += 1;
    }
    let new = after.findings.diagnostics.iter().find(|finding| match known.get_mut(&key(&after, finding)) {
        Some(n) if *n > 0 => {
            *n -= 1;
            false
        }
        _ => true,
    });
    match new {
        Some(finding) => bail!(
            "nothing was renamed, because {} would have a finding then: {} ({})",
            after.sources.path(finding.location.file),
            finding.message,
            finding.rule.code
        ),
        None => Ok(()),
    }
}

/// What makes two findings the same before and after: the rule and the file, since messages hold the id.
fn key<'o>(outcome: &'o pipeline::Outcome, finding: &Diagnostic) -> (&'static str, &'o str) {
    (finding.rule.code, outcome.sources.path(finding.location.file))
}
