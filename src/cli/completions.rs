//! `completions`: scripts that complete commands and flags in a shell.

use clap::{Args, CommandFactory};

use super::{Cli, Outcome};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "meshfolio", &mut script);
    super::print_as_is(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
