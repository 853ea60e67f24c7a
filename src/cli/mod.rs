//! The command line: arguments, terminal, environment, clock and exit codes. One file per command;
//! a command asks the rooms and prints, and computes nothing itself.

mod access;
mod build;
mod check;
mod codeowners;
mod completions;
mod diff;
mod explain;
mod impact;
mod init;
mod lineage;
mod list;
mod mv;
#[cfg(test)]
mod named;
mod new;
mod offered;
mod policy;
mod reviewers;
mod schema;
mod score;
mod search;
mod serve;
mod session;
mod show;
mod terminal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;

use terminal::{ColorChoice, Terminal};

use crate::diagnostic::without_commands;

/// The portfolio of a data mesh: a checked, governed registry of data products and contracts in
/// git, and a fast static catalog of it
#[derive(Debug, Parser)]
#[command(name = "meshfolio", version, long_about = None, propagate_version = true)]
#[command(after_help = "Begin with `meshfolio init`, then `meshfolio check` and `meshfolio serve --watch`.")]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags that every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Work as if started in this folder; the registry is the folder with `meshfolio.yaml` there or
    /// above, up to the top of the git repository
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    /// Configuration file, relative to that folder, which then is the registry [default: meshfolio.yaml]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// When to print colours
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto", value_enum)]
    color: ColorChoice,
    /// Print results only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Take this as today's date
    #[arg(long, value_name = "YYYY-MM-DD", global = true, env = "MESHFOLIO_TODAY", hide_env = true, value_parser = day)]
    today: Option<Date>,
    /// Neither read nor write the cache
    #[arg(long, global = true)]
    no_cache: bool,
}

impl Global {
    /// Returns a path of the command line, which begins in the folder of `-C`.
    pub(crate) fn path(&self, written: &Path) -> PathBuf {
        // Told again as it was written.
        if self.directory == Path::new(".") { written.to_path_buf() } else { self.directory.join(written) }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a registry that passes `check`
    Init(init::InitArgs),
    /// Add a descriptor from the golden path
    New(new::NewArgs),
    /// Check all descriptors, their references and the rules
    Check(check::CheckArgs),
    /// Show what changed since another revision, whom it reaches and whether it may come
    Diff(diff::DiffArgs),
    /// Write the catalog as static files
    Build(build::BuildArgs),
    /// Preview the catalog on this machine
    Serve(serve::ServeArgs),
    /// List the things of a kind
    List(list::ListArgs),
    /// Find things by words, as the search of the catalog does
    Search(search::SearchArgs),
    /// Show one thing
    Show(show::ShowArgs),
    /// Show where data comes from and where it goes
    Lineage(lineage::LineageArgs),
    /// Show who is downstream of a contract, product or source system
    Impact(impact::ImpactArgs),
    /// Ask for access to a product, and list what is agreed
    Access(access::AccessArgs),
    /// Write who owns which descriptors into the forge's CODEOWNERS file
    Codeowners(codeowners::CodeownersArgs),
    /// Say who has to look at a change, and why
    Reviewers(reviewers::ReviewersArgs),
    /// Give a thing another id, everywhere
    Mv(mv::MvArgs),
    /// Show which checks the mesh, a domain, a team or a product passes, and what to do about the others
    Score(score::ScoreArgs),
    /// List, test and explain the policies
    Policy(policy::PolicyArgs),
    /// Explain a rule, or list all of them
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of a kind
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
}

/// How a command says what it has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people.
    Text,
    /// Version 1 of our own JSON.
    Json,
}

/// Reads a day of an argument.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    // Exactly the form that is printed: the parser also takes `20261121` and a date with a time.
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day = text.parse().ok().filter(|_| is_plain);
    day.ok_or_else(|| "write a day of the calendar, such as 2026-11-21".to_owned())
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing at or above the failing level was found: exit code 0.
    Clean,
    /// Findings at or above the failing level: exit code 1.
    Findings,
}

/// Parses the arguments, runs the command and returns the exit code: 0 clean, 1 findings at or above
/// the failing level, 2 the tool could not do its work.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_help = !error.use_stderr();
            // A closed pipe must not turn help into a panic.
            let _ = error.print();
            return ExitCode::from(if is_help { 0 } else { 2 });
        }
    };
    let terminal = Terminal::new(cli.global.color, cli.global.quiet, cli.global.verbose);
    match run(cli, &terminal) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let global = &cli.global;
    match cli.command {
        Command::Init(args) => init::run(global, args, terminal),
        Command::New(args) => new::run(global, &args, terminal),
        Command::Check(args) => check::run(global, &args, terminal),
        Command::Diff(args) => diff::run(global, &args, terminal),
        Command::Build(args) => build::run(global, &args, terminal),
        Command::Serve(args) => serve::run(global, &args, terminal),
        Command::List(args) => list::run(global, &args, terminal),
        Command::Search(args) => search::run(global, &args, terminal),
        Command::Show(args) => show::run(global, &args, terminal),
        Command::Lineage(args) => lineage::run(global, &args, terminal),
        Command::Impact(args) => impact::run(global, &args, terminal),
        Command::Access(args) => access::run(global, &args, terminal),
        Command::Codeowners(args) => codeowners::run(global, &args, terminal),
        Command::Reviewers(args) => reviewers::run(global, &args, terminal),
        Command::Mv(args) => mv::run(global, &args, terminal),
        Command::Score(args) => score::run(global, &args, terminal),
        Command::Policy(args) => policy::run(global, &args, terminal),
        Command::Explain(args) => explain::run(global, &args, terminal),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::run(&args),
    }
}

/// Writes a result that holds text of files to standard output: whoever runs the tool on a build server prints the
/// names that somebody else chose, and none of them is a command there.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    print_as_is(&without_commands(text))
}

/// Writes a result to standard output that holds no text of files, or that its format has made safe; also a difference or
/// lines of YAML, which somebody applies or copies as they are.
pub(crate) fn print_as_is(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // A reader that has seen enough changes nothing about what was found.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}
