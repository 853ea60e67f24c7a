//! stub
use super::terminal::Terminal;
use super::{Global, Outcome};
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {}
pub(crate) fn run(_: &Global, _: &ServeArgs, _: &Terminal) -> anyhow::Result<Outcome> {
    Ok(Outcome::Clean)
}
