//! `diff`: what changed between two revisions, whom it reaches and whether it may come.

use clap::{Args, ValueEnum};

use super::session::{Reach, Session};
use super::terminal::{Terminal, count};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::{Diagnostic, Family, Severity};
use crate::diff::Level;
use crate::render::export::{self, DiffFormat, DiffReport};
use crate::render::shell;

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// A branch, tag or commit; compared is the last commit that it and HEAD have in common
    base: String,
    /// A branch, tag or commit [default: the files as they are]
    head: Option<String>,
    /// How to print the changes
    #[arg(long, value_name = "FORMAT", default_value = "full", value_enum)]
    format: Format,
    /// Compare contracts with every version of their major that is still read, not just the one before
    /// [default: `check.transitive` of the configuration]
    #[arg(long)]
    transitive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Full,
    Json,
    Markdown,
}

pub(crate) fn run(global: &Global, args: &DiffArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let comparison = session.compare_reaching((&args.base, args.head.as_deref()), Reach::of(args.transitive), None)?;
    let asked = (args.format == Format::Markdown).then(|| comparison.asked(&session));
    let compared = &comparison.compared;
    let set = &compared.changes;
    let new_findings = compared.new_findings();
    // The gate asks what the change does to readers; a pull request may fail for other rules, and other levels, as well.
    let denied = compared.head.config.check.deny;
    let errors = export::other_errors(&new_findings, denied);
    let places = set.changes.iter().flat_map(|change| [change.base, change.head]).flatten();
    let places = places.chain(errors.iter().map(|error| error.location));
    let uncounted = set.to_do.iter().flat_map(|to_do| &to_do.uncounted);
    let places = places.chain(uncounted.map(|told| told.location));
    let texts = compared.head.sources.texts_of(
        comparison.head_tree(&session),
        Some(&comparison.base_tree),
        places.map(|place| place.file),
    );
    let (base_commit, head_commit) = (comparison.base_tree.commit(), comparison.head_commit());
    let report = DiffReport {
        changes: set,
        asked: asked.as_ref(),
        site: compared.head.config.mesh.base_url.as_deref(),
        base: &compared.base.mesh,
        head: &compared.head.mesh,
        sources: &compared.head.sources,
        prefix: &session.forge_prefix(),
        texts: &texts,
        base_commit: &base_commit,
        head_commit: head_commit.as_deref(),
        new_findings: new_findings.summary(),
        errors: &errors,
    };
    let format = match args.format {
        Format::Full => DiffFormat::Full { color: terminal.color_out() },
        Format::Json => DiffFormat::Json,
        Format::Markdown => DiffFormat::Markdown,
    };
    if args.format == Format::Full {
        terminal.status("Comparing", &comparison.words(&args.base, args.head.as_deref()));
        comparison.notes(terminal);
    }
    comparison.note_empty(terminal);
    super::print(&export::diff(&report, format))?;
    if args.format == Format::Full {
        let of = |level: Level| set.changes.iter().filter(|change| change.level == level).count();
        let counts = [
            (of(Level::Breaking), "breaking"),
            (of(Level::Warning), "to look at"),
            (of(Level::Compatible), "compatible"),
            (of(Level::Info), "for information"),
        ];
        let counts: Vec<String> =
            counts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect();
        let counts = if counts.is_empty() { "no change of what is described".to_owned() } else { counts.join(", ") };
        let gate = match (set.is_refused, errors.is_empty()) {
            (true, _) => "; the gate refuses",
            (false, false) => "; the gate is open, and `check` refuses",
            (false, true) => "",
        };
        terminal.status("Result", &format!("{counts}{gate}"));
        match set.changes.iter().find(|change| change.is_refused()) {
            Some(change) => terminal.status("Next", &format!("meshfolio explain {}", change.rule.meta.code)),
            None if set.is_refused => {
                // No change is refused, but what comes with it: the version, the addresses, the levels.
                let is_refusing = |finding: &&Diagnostic| {
                    finding.severity == Severity::Error && Family::of(finding.rule.code) == Some(Family::Brk)
                };
                let refusing = compared.head.findings.standing().filter(is_refusing);
                if let Some(code) = refusing.map(|finding| finding.rule.code).min() {
                    terminal.status("Next", &format!("meshfolio explain {code}"));
                }
            }
            None => {}
        }
        if !errors.is_empty() {
            let why = if errors.iter().all(|finding| finding.severity == Severity::Error) {
                "of other rules".to_owned()
            } else {
                format!("that `check.deny: {}` refuses", denied.word())
            };
            let errors = export::refused_words(&errors, "new");
            terminal
                .status("Check", &format!("{errors} {why}: meshfolio check --base {} --new-only", shell(&args.base)));
        }
        if set.n_base_errors > 0 {
            let errors = count(set.n_base_errors, "error", "errors");
            terminal.detail("Base", &format!("{errors} of its own, which are not judged here"));
        }
    }
    // As `check --base REV --new-only` ends.
    let is_denied = new_findings.fails(denied);
    Ok(if set.is_refused || is_denied { Outcome::Findings } else { Outcome::Clean })
}
