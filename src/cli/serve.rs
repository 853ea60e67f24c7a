//! `serve`: preview the catalog from memory.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;

use super::build::note_theme;
use super::check::what_is_there;
use super::session::{Clock, ObservationArgs, OpenedBase, Session};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::Severity;
use crate::diagnostic::emit::{self, Format, Report, Style};
use crate::render::{CHANGE_PAGE, FileSet, Site};
use crate::serve::http::{Live, Preview};
use crate::serve::watch::{self, Watch, WatchEvent, WatchMode};
use crate::source::History;

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Build again when a file changes, and reload the page
    #[arg(long)]
    watch: bool,
    /// Look for changes by polling, where the system cannot tell of them
    #[arg(long, requires = "watch")]
    poll: bool,
    /// Port; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 4400)]
    port: u16,
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    host: String,
    /// Answer requests for this host name too; may be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Open the browser
    #[arg(long)]
    open: bool,
    /// Show what changed since the last commit in common with this revision, and open on what the change
    /// does
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
    #[command(flatten)]
    observations: ObservationArgs,
}

/// How a rebuild ended: files to show, or the text of what is wrong.
enum Rebuilt {
    Good(FileSet, String),
    Bad(String),
}

pub(crate) fn run(global: &Global, args: &ServeArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, Detail::Pages)?;
    session.observe(global, &args.observations)?;
    let preview = Preview::bind(&args.host, args.port, &args.allow_host)?;
    if !preview.is_loopback() {
        terminal.note("warning: this address can be reached from other machines; the catalog is shown to all of them");
    }
    let live = Arc::new(Live::new());
    let watching = if args.watch { Some(start_watch(&session, args)?) } else { None };
    // The base is looked up and judged once: while the preview runs, it stays what it was.
    let base = args.base.as_deref().map(|base| {
        let mut opened = session.open_base(base, None)?;
        if args.watch {
            session.keep(&mut opened)?;
        }
        Ok::<_, anyhow::Error>((base, opened))
    });
    let base = base.transpose()?;
    let mut kept = Kept::default();
    publish(&session, base.as_ref(), &live, &mut kept, terminal)?;
    let url = if base.is_some() { format!("{}{CHANGE_PAGE}", preview.url()) } else { preview.url() };
    terminal.status("Serving", &format!("{url}  (stop with Ctrl-C)"));
    if args.open {
        open_browser(&url, terminal);
    }
    std::thread::scope(|scope| -> anyhow::Result<()> {
        if let Some(watching) = watching {
            let (session, base, live) = (&session, base.as_ref(), Arc::clone(&live));
            scope.spawn(move || {
                let mut kept = kept;
                watching.run(watch::DEBOUNCE, |event| match event {
                    WatchEvent::Changed(_) => {
                        if let Err(error) = publish(session, base, &live, &mut kept, terminal) {
                            live.fail(format!("error: {error:#}"));
                            terminal.error(&error);
                        }
                    }
                    WatchEvent::Polling(notice) => terminal.note(&notice),
                });
            });
        }
        preview.run(&live).context("the preview stopped")
    })?;
    Ok(Outcome::Clean)
}

fn start_watch(session: &Session, args: &ServeArgs) -> anyhow::Result<Watch> {
    let root = session.tree.root();
    let outcome = session.run()?;
    let mut paths: Vec<PathBuf> = outcome.config.roots.iter().map(|folder| root.join(folder)).collect();
    paths.push(root.join(&session.options.config_path));
    paths.extend(outcome.config.observations.iter().map(|folder| root.join(folder)));
    if outcome.config.site.theme != "default" {
        paths.push(root.join(&outcome.config.site.theme));
    }
    let mode = if args.poll { WatchMode::Poll } else { WatchMode::Native };
    Ok(Watch::start(&paths, mode, watch::outputs(&root.join(&outcome.config.output)))?)
}

/// What one build leaves to the next.
#[derive(Default)]
struct Kept {
    history: Option<Arc<History>>,
    /// What was told of the theme.
    told: Vec<String>,
}

/// Runs the whole pipeline again and shows what came of it. Pages are shown even with errors, since
/// what stands is what its author wants to see; the errors lie over them.
fn publish(
    session: &Session,
    base: Option<&(&str, OpenedBase)>,
    live: &Live,
    kept: &mut Kept,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let clock = Clock::start();
    match rebuild(session, base, kept, terminal)? {
        Rebuilt::Good(files, told) => {
            live.publish(files);
            terminal.status("Ready", &format!("{told} in {}", clock.elapsed()));
        }
        Rebuilt::Bad(text) => {
            live.fail(text.clone());
            terminal.note(&text);
            let has_pages = live.state().site.is_some();
            let until = if has_pages { "the last good pages stay" } else { "there are no pages to show" };
            terminal.status("Waiting", &format!("{until} until this is mended"));
        }
    }
    Ok(())
}

fn rebuild(
    session: &Session,
    base: Option<&(&str, OpenedBase)>,
    kept: &mut Kept,
    terminal: &Terminal,
) -> anyhow::Result<Rebuilt> {
    let (outcome, preview) = match base {
        Some((revision, base)) => {
            let (outcome, preview) = session.preview(revision, base, (&session.tree, None))?;
            (outcome, Some(preview))
        }
        None => (session.run()?, None),
    };
    if outcome.findings.fails(Severity::Error) {
        let findings = outcome.findings.at_least(Severity::Error);
        let texts = outcome.sources.texts(&session.tree, findings.files());
        let report = Report {
            findings: &findings,
            sources: &outcome.sources,
            texts: &texts,
            counts: outcome.counts,
            deny: Severity::Error,
            site: None,
        };
        let style = Style { unicode: terminal.unicode(), ..Style::default() };
        return Ok(Rebuilt::Bad(emit::render(&report, Format::Full, style)));
    }
    let summary = outcome.findings.summary();
    let (products, contracts) = what_is_there(outcome.counts);
    let told = format!(
        "{products}, {contracts}{}",
        if summary.warnings > 0 {
            format!(", {}", count(summary.warnings, "warning", "warnings"))
        } else {
            String::new()
        },
    );
    let trend = session.trend(&outcome, None, terminal);
    let site = Site::new(outcome, Arc::new(session.tree.clone()), session.commit());
    match site {
        Ok(site) => {
            note_theme(&site, &mut kept.told, terminal);
            kept.history = session.history(kept.history.as_ref(), terminal);
            let owners = session.file_owners(None);
            let site = site.with_history(kept.history.clone()).with_trend(trend).with_preview(preview);
            let site = site.with_owners(owners).in_folder(session.forge_prefix()).served();
            Ok(Rebuilt::Good(Arc::new(site).files(), told))
        }
        Err(error) => Ok(Rebuilt::Bad(format!("error: {error}"))),
    }
}

/// Asks the system to open a page; a machine without a browser is no failure.
fn open_browser(url: &str, terminal: &Terminal) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    if std::process::Command::new(program).arg(url).spawn().is_err() {
        terminal.note(&format!("no browser could be opened; go to {url}"));
    }
}
