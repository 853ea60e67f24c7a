//! `codeowners`: say in the forge's file who owns which descriptors.

use anyhow::{Context, bail};
use clap::Args;

use super::session::Session;
use super::terminal::{Terminal, count};
use super::{Global, Outcome, ReportFormat};
use crate::check::Detail;
use crate::config::Config;
use crate::diagnostic::visible;
use crate::pipeline;
use crate::render::codeowners;
use crate::render::export::{Deed, OwnersFile, owners_json};
use crate::render::unified;
use crate::serve::{Rewrite, rewrite_files};
use crate::source::{ReadError, Tree, WalkOptions, WorkTree, repository_top};

#[derive(Debug, Args)]
pub(crate) struct CodeownersArgs {
    /// Write nothing; exit 1 and print the difference when the file is not what it would be
    #[arg(long)]
    check: bool,
    /// How to print what is said: for people, or as JSON
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: ReportFormat,
}

pub(crate) fn run(global: &Global, args: &CodeownersArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let outcome = session.run()?;
    let kind = outcome.config.forge.kind;
    let Some(places) = codeowners::places(kind) else {
        bail!("{}", codeowners::WHY_NONE);
    };
    // The file belongs to the repository, of which the registry may be a part.
    let top = repository_top(session.tree.root()).unwrap_or_else(|| session.tree.root().to_path_buf());
    let tree = WorkTree::open(&top).with_context(|| format!("the folder `{}` cannot be opened", top.display()))?;
    let (path, before) = standing(&tree, places)?;
    let prefix = session.forge_prefix();
    let ownership = codeowners::ownership(&outcome.mesh, &outcome.sources, &outcome.config, &prefix);
    let rules = &ownership.rules;
    let after = codeowners::written(before.as_deref().unwrap_or(""), kind, rules)
        .with_context(|| format!("`{path}` cannot be rewritten"))?;
    refuse_loss(&session, &outcome, (path, before.as_deref(), &after))?;
    let n_errors = outcome.findings.summary().errors;
    if n_errors > 0 {
        let errors = count(n_errors, "error", "errors");
        let hide = if n_errors == 1 { "it hides" } else { "they hide" };
        terminal.note(&format!("note: the registry has {errors}; what {hide} has no rule"));
    }
    for note in &ownership.silent {
        terminal.note(&format!("note: {}", visible(note)));
    }
    if let Some(note) = codeowners::what_the_forge_leaves(kind) {
        terminal.note(&format!("note: {note}"));
    }
    let is_current = before.as_deref() == Some(after.as_str());
    let report = (args.format == ReportFormat::Json).then(|| {
        let file = OwnersFile { path, before: before.as_deref(), after: &after, ownership: &ownership };
        owners_json(&file, if args.check { Deed::Shown } else { Deed::Written })
    });
    if let Some(report) = report.as_deref().filter(|_| is_current || args.check) {
        super::print(report)?;
        return Ok(if is_current { Outcome::Clean } else { Outcome::Findings });
    }
    if is_current {
        terminal.status("Unchanged", &format!("{path}, {}", count(rules.len(), "rule", "rules")));
        say_next(&ownership, terminal);
        return Ok(Outcome::Clean);
    }
    if args.check {
        let difference = unified(path, before.as_deref(), &after);
        let lines = difference.split_inclusive('\n').map(|line| match line.strip_suffix('\n') {
            Some(line) => format!("{}\n", visible(line.trim_end_matches('\r'))),
            None => visible(line).into_owned(),
        });
        super::print(&lines.collect::<String>())?;
        terminal.status("Drift", &format!("{path} does not say who owns what"));
        terminal.status("Next", "meshfolio codeowners");
        return Ok(Outcome::Findings);
    }
    let before = before.map(String::into_bytes);
    let file = Rewrite { path: path.to_owned(), before, after: after.into_bytes() };
    rewrite_files(tree.root(), &[file])?;
    if let Some(report) = report {
        super::print(&report)?;
        return Ok(Outcome::Clean);
    }
    terminal.status("Wrote", &format!("{path}, {}", count(rules.len(), "rule", "rules")));
    say_next(&ownership, terminal);
    Ok(Outcome::Clean)
}

/// Refuses to take rules away where the registry is not there as a whole: they protect what it would describe.
fn refuse_loss(
    session: &Session,
    outcome: &pipeline::Outcome,
    (path, before, after): (&str, Option<&str>, &str),
) -> anyhow::Result<()> {
    let n_lost = codeowners::lost_rules(before.unwrap_or(""), after).len();
    if n_lost == 0 && before.is_some() {
        return Ok(());
    }
    let missing = outcome.config.roots.iter().find(|root| !session.tree.has_folder(root));
    let why = if let Some(why) = absence(session, &outcome.config)? {
        why
    } else if n_lost == 0 {
        return Ok(());
    } else if let Some(root) = missing {
        format!("there is no folder `{}`, which `roots:` names", visible(root))
    } else if outcome.counts.documents == 0 {
        "no descriptor was found".to_owned()
    } else {
        return Ok(());
    };
    let rules = match n_lost {
        0 => "rules would be left out".to_owned(),
        n => format!("{} in it would be taken away", count(n, "rule", "rules")),
    };
    bail!(
        "`{path}` stays as it is: {why}, and {rules} for that; `meshfolio check` says what is missing, and the block between \
         the marks can be removed by hand"
    );
}

/// Says what git has in the registry and the checkout does not hold.
fn absence(session: &Session, config: &Config) -> anyhow::Result<Option<String>> {
    let walk = WalkOptions {
        roots: config.roots.clone(),
        exclude: config.exclude.clone(),
        output: Some(config.output.clone()),
    };
    let listing = session.tree.list(&walk)?;
    if let Some(first) = pipeline::left_out(&listing, config).first() {
        return Ok(Some(format!("a sparse checkout leaves out `{}`", visible(first))));
    }
    let submodule = listing.skipped.iter().find(|skipped| skipped.remedy.is_some());
    Ok(submodule.map(|skipped| format!("`{}` was not read: {}", visible(&skipped.path), skipped.reason)))
}

/// Says what makes rules where no team can be named: without any, no acknowledgement counts and nobody is asked.
fn say_next(ownership: &codeowners::Ownership, terminal: &Terminal) {
    const SHOWN: usize = 4;
    if !ownership.rules.is_empty() || ownership.unnamed.is_empty() {
        return;
    }
    let mut files =
        ownership.unnamed.iter().take(SHOWN).map(|file| visible(file).into_owned()).collect::<Vec<_>>().join(", ");
    if ownership.unnamed.len() > SHOWN {
        files += &format!(" and {} more", ownership.unnamed.len() - SHOWN);
    }
    terminal.status("Next", &format!("`forgeHandle: \"@account/team\"` in {files}, then meshfolio codeowners"));
}

/// Returns the file that the forge reads, and what it holds: the first place where there is one, else the
/// first place.
fn standing<'p>(tree: &WorkTree, places: &[&'p str]) -> anyhow::Result<(&'p str, Option<String>)> {
    for path in places {
        match tree.read(path) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).ok().with_context(|| format!("`{path}` is not UTF-8"))?;
                return Ok((path, Some(text)));
            }
            Err(ReadError::NotFound) => {}
            Err(error) => bail!("`{path}` cannot be read: {error}"),
        }
    }
    Ok((places.first().copied().unwrap_or("CODEOWNERS"), None))
}
