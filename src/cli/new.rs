//! stub
use super::terminal::Terminal;
use super::{Global, Outcome};
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {}
pub(crate) fn run(_: &Global, _: NewArgs, _: &Terminal) -> anyhow::Result<Outcome> {
    Ok(Outcome::Clean)
}
