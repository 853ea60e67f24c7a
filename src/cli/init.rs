//! stub
use super::terminal::Terminal;
use super::{Global, Outcome};
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {}
pub(crate) fn run(_: &Global, _: InitArgs, _: &Terminal) -> anyhow::Result<Outcome> {
    Ok(Outcome::Clean)
}
