//! `check --fix`: findings that mend themselves are mended in the files, and the mesh is judged again.

use std::collections::BTreeMap;

use anyhow::Context;

use super::{CheckArgs, Judged};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::{Terminal, count};
use crate::diagnostic::emit::Format;
use crate::diagnostic::{Diagnostic, Fix};
use crate::render::export::fixes_json;
use crate::render::{mend, unified};
use crate::serve::{Rewrite, rewrite_files};
use crate::source::{FileId, Span, Tree};

/// What is mended may bring to light what was hidden: a misspelt field its value. After so many rounds no more.
const MAX_ROUNDS: usize = 5;

/// A round of fixes.
struct Round {
    files: Vec<Rewrite>,
    n_fixed: usize,
}

/// Writes fixes until none is left, and returns the mesh as it is then.
pub(super) fn write(
    session: &Session,
    mut judged: Judged,
    terminal: &Terminal,
    judge: impl Fn() -> anyhow::Result<Judged>,
) -> anyhow::Result<Judged> {
    let mut n_findings = judged.findings.standing().count();
    let mut n_fixed = 0;
    let mut paths = std::collections::BTreeSet::new();
    for _ in 0..MAX_ROUNDS {
        let round = round(session, &judged);
        if round.files.is_empty() {
            break;
        }
        rewrite_files(session.tree.root(), &round.files).context("nothing was fixed")?;
        n_fixed += round.n_fixed;
        paths.extend(round.files.into_iter().map(|file| file.path));
        judged = judge()?;
        n_findings = n_findings.max(judged.findings.standing().count() + n_fixed);
    }
    terminal.status("Fixed", &words(n_fixed, n_findings, paths.len()));
    Ok(judged)
}

/// Prints what would change, and changes nothing. The run fails where the files as they are do.
pub(super) fn show(
    session: &Session,
    judged: &Judged,
    args: &CheckArgs,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let round = round(session, judged);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let differences: Vec<(&str, String)> = round
        .files
        .iter()
        .map(|file| {
            let before = file.before.as_deref().map(text);
            (file.path.as_str(), unified(&file.path, before.as_deref(), &text(&file.after)))
        })
        .collect();
    let n_findings = judged.findings.standing().count();
    match args.format {
        Format::Json => crate::cli::print(&fixes_json(&differences, (round.n_fixed, n_findings)))?,
        Format::Full | Format::Concise => {
            let all: String = differences.into_iter().map(|(_, difference)| difference).collect();
            crate::cli::print_as_is(&all)?;
        }
        other => anyhow::bail!(
            "`--fix --dry-run` prints a difference, or one in JSON with `--format json`; {} takes findings",
            other.word()
        ),
    }
    terminal.status("Would fix", &words(round.n_fixed, n_findings, round.files.len()));
    let deny = args.deny.level(judged.outcome());
    Ok(if judged.findings.fails(deny) { Outcome::Findings } else { Outcome::Clean })
}

fn words(n_fixed: usize, n_findings: usize, n_files: usize) -> String {
    let of = format!("{n_fixed} of {}", count(n_findings, "finding", "findings"));
    if n_fixed == 0 { of } else { format!("{of}, in {}", count(n_files, "file", "files")) }
}

/// Mends every file with findings that mend themselves, in memory. Waived findings are left alone: somebody has
/// decided about them.
fn round(session: &Session, judged: &Judged) -> Round {
    let sources = &judged.outcome().sources;
    let mut by_file: BTreeMap<FileId, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in judged.findings.standing().filter(|finding| finding.fix.is_some()) {
        if sources.is_own(finding.location.file) {
            by_file.entry(finding.location.file).or_default().push(finding);
        }
    }
    let mut round = Round { files: Vec::new(), n_fixed: 0 };
    for (file, findings) in by_file {
        let path = sources.path(file);
        // A file that is gone or no text by now is left alone, as one that was never there.
        let Some(before) = session.tree.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            continue;
        };
        let fixes: Vec<(Span, &Fix)> =
            findings.iter().filter_map(|finding| Some((finding.location.span, finding.fix.as_deref()?))).collect();
        let mended = mend(&before, &fixes);
        if mended.text == before {
            continue;
        }
        round.n_fixed += mended.is_done.iter().filter(|is_done| **is_done).count();
        let after = mended.text.into_bytes();
        round.files.push(Rewrite { path: path.to_owned(), before: Some(before.into_bytes()), after });
    }
    round
}
