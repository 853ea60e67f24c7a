//! stub
use super::terminal::Terminal;
use super::{Global, Outcome};
#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {}
pub(crate) fn run(_: &Global, _: &BuildArgs, _: &Terminal) -> anyhow::Result<Outcome> {
    Ok(Outcome::Clean)
}
