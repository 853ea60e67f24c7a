//! `build`: write the catalog as static files.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::check::{DenyArgs, print_findings, summarise};
use super::session::{Clock, ObservationArgs, Session, commit_of};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::emit::{self, Format, Report, Style};
use crate::diagnostic::{Severity, visible};
use crate::pipeline;
use crate::render::{CHANGE_PAGE, Site, shell};
use crate::serve::{Protected, check_place, write_site};
use crate::source::{GitTree, Tree};

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Folder to write to [default: `output` of the configuration, else `site`]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Build what stands although there are errors
    #[arg(long)]
    allow_errors: bool,
    /// Build the catalog as of this revision of git, on the day of its commit
    #[arg(long, value_name = "REV", allow_hyphen_values = true, conflicts_with = "observations")]
    at: Option<String>,
    /// Show what changed since the last commit in common with this revision: pages mark what is new,
    /// changed or removed, and `change.html` says what the change does
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
    #[command(flatten)]
    deny: DenyArgs,
    #[command(flatten)]
    observations: ObservationArgs,
}

pub(crate) fn run(global: &Global, args: &BuildArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let clock = Clock::start();
    let mut session = Session::open(global, Detail::Pages)?;
    session.observe(global, &args.observations)?;
    let past = args.at.as_deref().map(|revision| session.open_at(global, revision)).transpose()?.map(Arc::new);
    let base = args.base.as_deref().map(|base| session.open_base(base, args.at.as_deref())).transpose()?;
    let head: &dyn Tree = past.as_ref().map_or(&session.tree as &dyn Tree, |past| past.as_ref());
    let (outcome, preview) = match (&base, &args.base) {
        (Some(base), Some(revision)) => {
            let commit = past.as_ref().map(|past| past.commit());
            let (outcome, preview) = session.preview(revision, base, (head, commit.as_deref()))?;
            (outcome, Some(preview))
        }
        _ => (session.run_on(head)?, None),
    };
    let root = session.tree.root().to_path_buf();
    let out = match &args.out {
        Some(out) => global.path(out),
        None => root.join(&outcome.config.output),
    };
    let protected = session.protected(&outcome.config);
    // What is wrong in the registry does not matter where nothing may be written.
    check_place(&out, &protected)?;
    let deny = args.deny.level(&outcome);
    let findings = outcome.findings.clone();
    if findings.fails(Severity::Warning) {
        match &past {
            Some(past) => print_past(past.as_ref(), &outcome, deny, terminal)?,
            None => print_findings(&session, &outcome, (&findings, None), deny, Format::Full, terminal)?,
        }
    }
    if findings.fails(deny) && !args.allow_errors {
        summarise(&outcome, &findings, deny, terminal);
        terminal.status("Stopped", "nothing was written; `--allow-errors` builds what stands");
        return Ok(Outcome::Findings);
    }
    let n_errors = findings.summary().errors;
    terminal.detail("Checked", &clock.elapsed());

    let site = if let Some(past) = past {
        let (head, history) = (past.head(), session.history_at(&past.commit(), terminal));
        let trend = session.trend(&outcome, Some(past.commit()), terminal);
        terminal.status("As of", &format!("{}, commit {}", outcome.today, head.id.get(..7).unwrap_or_default()));
        let owners = session.file_owners(Some(&past));
        Site::new(outcome, past, commit_of(head))?.with_history(history).with_trend(trend).with_owners(owners)
    } else {
        let (commit, history) = (session.commit(), session.history(None, terminal));
        let owners = session.file_owners(None);
        let trend = session.trend(&outcome, None, terminal);
        Site::new(outcome, Arc::new(session.tree.clone()), commit)?
            .with_history(history)
            .with_trend(trend)
            .with_owners(owners)
    };
    if let Some(preview) = &preview {
        terminal.status("Comparing", &preview.words());
    }
    let opens_on = if preview.is_some() { CHANGE_PAGE } else { "index.html" };
    let site = Arc::new(site.with_preview(preview).in_folder(session.forge_prefix()));
    let files = Arc::clone(&site).files_to_make();
    terminal.detail("Rendering", &count(files.len(), "file", "files"));
    let bar = progress(files.len(), terminal);
    let is_shown = !bar.is_hidden();
    let tell = |n_done: usize| {
        if is_shown {
            bar.set_position(n_done as u64);
        }
    };
    let written = write_site(&out, &protected, &files, &tell)?;
    bar.finish_and_clear();

    if let Some(note) = site.errors_note() {
        terminal.status("Left out", &note);
    } else if n_errors > 0 {
        terminal.status("Allowed", &format!("{}; every file is in the site", count(n_errors, "error", "errors")));
    }
    note_theme(&site, &mut Vec::new(), terminal);
    if let Some(note) = site.twins_note() {
        terminal.status("Left out", &note);
    }
    if let Some(note) = site.files_note(written.n_files) {
        terminal.status("Many files", &note);
    }
    let removed = if written.n_removed > 0 { format!(", {} removed", written.n_removed) } else { String::new() };
    terminal.status(
        "Writing",
        &format!(
            "{}, {:.1} MB; {} written, {} unchanged{removed}",
            count(written.n_files, "file", "files"),
            megabytes(written.bytes_total),
            written.n_written,
            written.n_unchanged,
        ),
    );
    let with_base = args.base.as_ref().map(|base| format!(" --base {}", shell(base))).unwrap_or_default();
    let shown = out.display();
    terminal.status("Built", &format!("{shown} in {}", clock.elapsed()));
    terminal.status("Next", &format!("open {shown}/{opens_on}, or meshfolio serve --watch{with_base}"));
    // The process ends here, which gives everything back at once; value by value it takes much longer.
    std::mem::forget((site, files, session));
    Ok(Outcome::Clean)
}

/// Prints the findings of a revision, whose files are not those on disk.
fn print_past(past: &GitTree, outcome: &pipeline::Outcome, deny: Severity, terminal: &Terminal) -> anyhow::Result<()> {
    let findings = &outcome.findings;
    let texts = outcome.sources.texts(past, findings.files());
    let site = outcome.config.mesh.base_url.as_deref();
    let report = Report { findings, sources: &outcome.sources, texts: &texts, counts: outcome.counts, deny, site };
    let style = Style {
        color: terminal.color_out(),
        unicode: terminal.unicode(),
        all_lines: terminal.is_verbose(),
        ..Style::default()
    };
    super::print_as_is(&emit::render(&report, Format::Full, style))
}

#[expect(clippy::cast_precision_loss, reason = "one decimal of a megabyte is shown")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

/// Tells which files of the theme have no effect; what was told before is not told again.
pub(super) fn note_theme(site: &Site, told: &mut Vec<String>, terminal: &Terminal) {
    for note in site.theme_notes().iter().filter(|note| !told.contains(note)) {
        terminal.note(&format!("note: {}", visible(note)));
    }
    *told = site.theme_notes().to_vec();
}

/// A bar for builds that take longer than a second; hidden in pipes and in CI.
fn progress(n_files: usize, terminal: &Terminal) -> ProgressBar {
    if !terminal.shows_progress() || n_files < 2_000 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{prefix:>12.green.bold}  {bar:40} {pos}/{len}");
    let bar = ProgressBar::new(n_files as u64).with_prefix("Writing");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

impl Session {
    /// Returns what may never be written to.
    pub(super) fn protected(&self, config: &crate::config::Config) -> Protected {
        let root = self.tree.root().to_path_buf();
        let theme = (config.site.theme != "default").then(|| config.site.theme.clone());
        let inputs = config.roots.iter().chain(&config.observations).cloned().chain(theme);
        Protected { inputs: inputs.map(|folder| root.join(folder)).collect(), root }
    }
}
