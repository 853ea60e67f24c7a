//! `check`: load, validate, resolve, govern.

mod fix;

use std::cmp::Reverse;

use clap::{Args, ValueEnum};

use super::session::{Comparison, ObservationArgs, Reach, Session, stopwatch};
use super::terminal::{Terminal, Tone, count, paint};
use super::{Global, Outcome};
use crate::check::Detail;
use crate::diagnostic::emit::{self, Counts, Format, Report, Style};
use crate::diagnostic::{Diagnostic, Family, Findings, Severity, Summary};
use crate::pipeline;
use crate::policy::Timings;
use crate::render::export::{timings_json, timings_text};
use crate::source::Tree;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct CheckArgs {
    /// Report only what is in these files and folders; the whole mesh is always read
    paths: Vec<String>,
    /// How to print the findings: full, concise, json, sarif, github, gitlab, junit or markdown
    #[arg(long, value_name = "FORMAT", default_value = "full", value_parser = format_parser())]
    format: Format,
    /// Also judge what changed since the last commit that this branch, tag or commit and HEAD have in common
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    base: Option<String>,
    /// Report only what the base does not have
    #[arg(long, requires = "base")]
    new_only: bool,
    /// Compare contracts with every version of their major that is still read, not just the one before
    /// [default: `check.transitive` of the configuration]
    #[arg(long, requires = "base")]
    transitive: bool,
    #[command(flatten)]
    deny: DenyArgs,
    #[command(flatten)]
    observations: ObservationArgs,
    /// Judge by the policies of this revision and the levels that it configures instead of those in the work
    /// tree, so that a branch cannot drop the rule it breaks
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    policies_from: Option<String>,
    /// Write into the files what mends findings: a class for personal data, the right word for a misspelt one, quotes
    /// around a number that is text; comments, order and layout stay
    #[arg(long)]
    fix: bool,
    /// With --fix: print what would change, as a difference or as json, and change nothing; the exit code is that
    /// of the files as they are
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Print to standard error how long each room, rule and policy took: text or json; not with --base, where two
    /// meshes are judged at the same time
    #[arg(
        long,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text",
        value_enum,
        conflicts_with = "base"
    )]
    timings: Option<TimingsFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TimingsFormat {
    Text,
    Json,
}

/// The level from which a run fails.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct DenyArgs {
    /// The level from which the run fails [default: `check.deny` of the configuration, else error]
    #[arg(long, value_name = "LEVEL", value_enum)]
    deny: Option<Deny>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    Error,
    Warning,
}

impl DenyArgs {
    /// Returns the level of the flag, else that of the configuration.
    pub(crate) fn level(self, outcome: &pipeline::Outcome) -> Severity {
        match self.deny {
            Some(Deny::Error) => Severity::Error,
            Some(Deny::Warning) => Severity::Warning,
            None => outcome.config.check.deny,
        }
    }
}

fn format_parser() -> impl clap::builder::TypedValueParser<Value = Format> {
    use clap::builder::TypedValueParser;
    clap::builder::PossibleValuesParser::new(Format::ALL.map(Format::word))
        .map(|word| Format::from_word(&word).expect("the parser accepts only these words"))
}

pub(crate) fn run(global: &Global, args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let mut session = Session::open(global, Detail::Rules)?;
    session.observe(global, &args.observations)?;
    let mut judged = judge(&session, args, terminal)?;
    if args.fix && args.dry_run {
        return fix::show(&session, &judged, args, terminal);
    }
    if args.fix {
        judged = fix::write(&session, judged, terminal, || judge(&session, args, terminal))?;
    }
    judged.keep_findings();
    let (comparison, findings) = (judged.comparison(), &judged.findings);
    let outcome = judged.outcome();
    let deny = args.deny.level(outcome);
    let base_tree = comparison.as_ref().map(|comparison| &comparison.base_tree as &dyn Tree);
    if let Some(comparison) = comparison {
        comparison.note_empty(terminal);
    }
    print_findings(&session, outcome, (findings, base_tree), deny, args.format, terminal)?;
    if matches!(args.format, Format::Full | Format::Concise) {
        if let (Some(comparison), Some(base)) = (comparison, &args.base) {
            let errors = comparison.compared.changes.n_base_errors;
            let own = if errors > 0 {
                format!("; the base has {} of its own", count(errors, "error", "errors"))
            } else {
                String::new()
            };
            terminal.status("Comparing", &format!("{}{own}", comparison.words(base, None)));
            comparison.notes(terminal);
        }
        session.note_place(terminal);
        summarise(outcome, findings, deny, terminal);
    }
    let fails = findings.fails(deny);
    // The process ends here, which gives everything back at once.
    std::mem::forget((session, judged));
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// A judged mesh, and the findings that were asked for.
struct Judged {
    mesh: JudgedMesh,
    findings: Findings,
}

enum JudgedMesh {
    Alone(Box<pipeline::Outcome>),
    BesideBase(Box<Comparison>),
}

impl Judged {
    /// Drops the mesh when it stands alone: what is printed are findings, and they are many where a mesh is large.
    fn keep_findings(&mut self) {
        if let JudgedMesh::Alone(alone) = &mut self.mesh {
            std::mem::take(&mut alone.mesh).dissolve();
        }
    }

    fn comparison(&self) -> Option<&Comparison> {
        match &self.mesh {
            JudgedMesh::Alone(_) => None,
            JudgedMesh::BesideBase(comparison) => Some(comparison),
        }
    }

    fn outcome(&self) -> &pipeline::Outcome {
        match &self.mesh {
            JudgedMesh::Alone(alone) => alone,
            JudgedMesh::BesideBase(comparison) => &comparison.compared.head,
        }
    }
}

/// Checks the work tree, and says what took how long where that is asked for.
fn check_alone(session: &Session, args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<pipeline::Outcome> {
    let Some(format) = args.timings else { return session.run_by(args.policies_from.as_deref()) };
    let mut timings = Timings::with(stopwatch);
    let outcome = session.run_timed(args.policies_from.as_deref(), &mut timings)?;
    let text = match format {
        TimingsFormat::Text => timings_text(&timings, terminal.color_err()),
        TimingsFormat::Json => timings_json(&timings),
    };
    terminal.report(text.trim_end());
    Ok(outcome)
}

/// Runs what the arguments ask for.
fn judge(session: &Session, args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Judged> {
    let (mesh, findings) = if let Some(base) = &args.base {
        let reach = Reach::of(args.transitive);
        let comparison = session.compare_reaching((base, None), reach, args.policies_from.as_deref())?;
        let compared = &comparison.compared;
        let findings = if args.new_only { compared.new_findings() } else { compared.head.findings.clone() };
        (JudgedMesh::BesideBase(Box::new(comparison)), findings)
    } else {
        let mut alone = check_alone(session, args, terminal)?;
        let findings = std::mem::take(&mut alone.findings);
        (JudgedMesh::Alone(Box::new(alone)), findings)
    };
    let mut judged = Judged { mesh, findings: Findings::default() };
    let outcome = judged.outcome();
    judged.findings = if args.paths.is_empty() {
        findings
    } else {
        let base = judged.comparison().map(|comparison| &comparison.base_tree);
        let chosen = session.choose(&args.paths, base)?;
        let accepts = |path: &str| chosen.iter().any(|prefix| crate::source::is_below(path, prefix));
        findings.in_paths(&outcome.sources, accepts)
    };
    Ok(judged)
}

/// Prints findings in a format; those about a change point into the tree that it is compared with too.
pub(super) fn print_findings(
    session: &Session,
    outcome: &pipeline::Outcome,
    (findings, base): (&Findings, Option<&dyn Tree>),
    deny: Severity,
    format: Format,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let texts = outcome.sources.texts_of(&session.tree, base, findings.files());
    let site = outcome.config.mesh.base_url.as_deref();
    let report = Report { findings, sources: &outcome.sources, texts: &texts, counts: outcome.counts, deny, site };
    let forge_prefix = session.forge_prefix();
    let style = Style {
        color: terminal.color_out(),
        unicode: terminal.unicode(),
        forge_prefix: &forge_prefix,
        all_lines: terminal.is_verbose(),
        ..Style::default()
    };
    super::print_as_is(&emit::render(&report, format, style))
}

/// Says how many products and contracts there are: retired products and older versions of contracts are told apart, since pages do not count them.
pub(super) fn what_is_there(counts: Counts) -> (String, String) {
    let retired = match counts.retired_products {
        0 => String::new(),
        n => format!(" ({n} retired)"),
    };
    let contracts = if counts.contract_ids < counts.contracts {
        let versions = count(counts.contracts, "version", "versions");
        format!("{} in {versions}", count(counts.contract_ids, "contract", "contracts"))
    } else {
        count(counts.contracts, "contract", "contracts")
    };
    (count(counts.products, "product", "products") + &retired, contracts)
}

/// Prints what was checked, what came of it, and what to do next.
pub(super) fn summarise(outcome: &pipeline::Outcome, findings: &Findings, deny: Severity, terminal: &Terminal) {
    let counts = outcome.counts;
    let (products, contracts) = what_is_there(counts);
    let others = [count(counts.domains, "domain", "domains"), count(counts.teams, "team", "teams")];
    terminal.status("Checked", &format!("{products}, {contracts}, {}", others.join(", ")));
    let summary = findings.summary();
    let n_fixable = findings.standing().filter(|finding| finding.fix.is_some()).count();
    let fixable = if n_fixable > 0 { format!(" ({n_fixable} fixable)") } else { String::new() };
    terminal.status("Result", &(result_line(summary, terminal) + &fixable));
    if findings.fails(deny) {
        let explain = format!("meshfolio explain {}", first_to_mend(findings));
        let next = if n_fixable > 0 { format!("meshfolio check --fix, {explain}") } else { explain };
        terminal.status("Next", &next);
    } else if counts.documents > 0 {
        let next =
            if n_fixable > 0 { "meshfolio check --fix, meshfolio serve --watch" } else { "meshfolio serve --watch" };
        terminal.status("Next", next);
    } else {
        terminal.status("Next", "meshfolio init");
    }
}

/// Returns the code to look at first: of the worst findings one of those that others follow from. What
/// cannot be read says nothing, a wrong setting reads the wrong files, and a wrong field leads nowhere.
fn first_to_mend(findings: &Findings) -> &'static str {
    let place = |family: Option<Family>| match family {
        Some(Family::Syn) => 0,
        Some(Family::Cfg) => 1,
        Some(Family::Sch) => 2,
        Some(Family::Ref) => 3,
        Some(Family::Gov) => 4,
        Some(Family::Brk) => 5,
        Some(Family::Lnk) => 6,
        None => 7,
    };
    let rank = |finding: &&Diagnostic| (Reverse(finding.severity), place(Family::of(finding.rule.code)));
    findings.standing().min_by_key(rank).map_or("CFG001", |finding| finding.rule.code)
}

fn result_line(summary: Summary, terminal: &Terminal) -> String {
    let color = terminal.color_err();
    let mut parts = Vec::new();
    if summary.errors > 0 {
        parts.push(paint(&count(summary.errors, "error", "errors"), Tone::Bad, color));
    }
    if summary.warnings > 0 {
        parts.push(paint(&count(summary.warnings, "warning", "warnings"), Tone::Warn, color));
    }
    if summary.infos > 0 {
        parts.push(count(summary.infos, "info", "infos"));
    }
    if summary.waived > 0 {
        parts.push(format!("{} waived", summary.waived));
    }
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}
