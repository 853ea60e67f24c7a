//! `policy`: the policies, their test cases, and what they apply to.

use clap::{Args, Subcommand, ValueEnum};

use super::session::{Session, find, note_empty, read_ref};
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::Detail;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref};
use crate::pipeline;
use crate::policy::PolicyOutcome;
use crate::render::export::{ListFormat, PolicyFormat, policy_explain, policy_list, policy_tests};
use crate::yaml::did_you_mean;

#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// List the policies with what came of them
    List(ListArgs),
    /// Run the test cases of the policies; fails when one does
    Test(TestArgs),
    /// Show what a policy asks, of whom, and what does not meet it
    Explain(ExplainArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    format: TableFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    // As it was called before.
    #[value(alias = "text")]
    Table,
    Json,
    Csv,
}

#[derive(Debug, Args)]
struct FormatArgs {
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: Format,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// Ids of policies; without any, all are tested
    ids: Vec<String>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Debug, Args)]
struct ExplainArgs {
    /// Id of a policy
    id: String,
    /// A thing, such as `contract:orders`: whether the policy binds it, and if not, why; of a contract
    /// every version, or the one of `contract:orders@1.2.0`
    thing: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl FormatArgs {
    fn of(&self, terminal: &Terminal) -> PolicyFormat {
        match self.format {
            Format::Text => PolicyFormat::Text { color: terminal.color_out() },
            Format::Json => PolicyFormat::Json,
        }
    }
}

pub(crate) fn run(global: &Global, args: &PolicyArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Pages)?;
    let outcome = session.run()?;
    match &args.command {
        PolicyCommand::List(args) => {
            let format = match args.format {
                TableFormat::Table => ListFormat::Table { color: terminal.color_out() },
                TableFormat::Json => ListFormat::Json,
                TableFormat::Csv => ListFormat::Csv,
            };
            super::print(&policy_list(&outcome, format))?;
            note_empty(&outcome.mesh, terminal);
        }
        PolicyCommand::Test(args) => {
            let chosen = args.ids.iter().map(|id| Ok(policy(&outcome, id)?.policy.header.id.value.as_str()));
            let chosen = chosen.collect::<anyhow::Result<Vec<&str>>>()?;
            let files = outcome.governance.policies.iter().map(|policy| policy.policy.header.file);
            let texts = outcome.sources.texts(&session.tree, files);
            let (text, is_passed) = policy_tests(&outcome, &chosen, &texts, args.format.of(terminal));
            super::print(&text)?;
            return Ok(if is_passed { Outcome::Clean } else { Outcome::Findings });
        }
        PolicyCommand::Explain(args) => explain(&session, &outcome, args, args.format.of(terminal))?,
    }
    Ok(Outcome::Clean)
}

fn explain(
    session: &Session,
    outcome: &pipeline::Outcome,
    args: &ExplainArgs,
    format: PolicyFormat,
) -> anyhow::Result<()> {
    let policy = policy(outcome, &args.id)?;
    let things = match &args.thing {
        Some(text) => versions(&outcome.mesh, &read_ref(outcome, text)?, text)?,
        None => Vec::new(),
    };
    let places = policy.violations.iter().map(|violation| violation.location.file);
    let texts = outcome.sources.texts(&session.tree, places.chain([policy.policy.header.file]));
    super::print(&policy_explain(outcome, policy, &things, &texts, format))
}

/// How a policy is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Explained {
    Text,
    Json,
    /// Not at all: it is only asked whether there is such a policy.
    No,
}

/// Explains a policy where somebody asks for a rule of its name. `None` where there is no such policy, with the
/// ids that there are.
pub(super) fn explain_named(
    global: &Global,
    id: &str,
    form: Explained,
    terminal: &Terminal,
) -> anyhow::Result<Result<(), Vec<String>>> {
    let session = Session::open(global, Detail::Pages)?;
    let outcome = session.run()?;
    let bare = id.strip_prefix("policy:").unwrap_or(id);
    let renamed = outcome.mesh.renamed((Some(Kind::Policy), bare)).map(|now| now.id);
    let bare = if outcome.governance.policy(bare).is_none() { renamed.as_deref().unwrap_or(bare) } else { bare };
    if outcome.governance.policy(bare).is_none() {
        let ids = outcome.governance.policies.iter().map(|policy| policy.policy.header.id.value.to_string());
        return Ok(Err(ids.collect()));
    }
    let format = match form {
        Explained::Text => Format::Text,
        Explained::Json => Format::Json,
        Explained::No => return Ok(Ok(())),
    };
    let format = FormatArgs { format };
    let args = ExplainArgs { id: bare.to_owned(), thing: None, format };
    explain(&session, &outcome, &args, args.format.of(terminal))?;
    Ok(Ok(()))
}

/// Returns the thing that a reference names; of a contract without a version every version.
fn versions(mesh: &Mesh, reference: &Ref, text: &str) -> anyhow::Result<Vec<Found>> {
    let found = find(mesh, reference, text)?;
    if found.kind != Kind::DataContract || reference.version.is_some() {
        return Ok(vec![found]);
    }
    let versions = mesh.versions(&reference.id).iter().map(|idx| Found { kind: Kind::DataContract, idx: *idx });
    Ok(versions.collect())
}

fn policy<'a>(outcome: &'a pipeline::Outcome, id: &str) -> anyhow::Result<&'a PolicyOutcome> {
    let bare = id.strip_prefix("policy:").unwrap_or(id);
    if let Some(found) = outcome.governance.policy(bare) {
        return Ok(found);
    }
    let heir = outcome.mesh.renamed((Some(Kind::Policy), bare));
    if let Some(found) = heir.and_then(|heir| outcome.governance.policy(&heir.id)) {
        return Ok(found);
    }
    let known = outcome.governance.policies.iter().map(|policy| policy.policy.header.id.value.as_str());
    let hint = did_you_mean(bare, known, || "`meshfolio policy list` shows what there is".to_owned());
    anyhow::bail!("`policy:{bare}` is not in this registry; {hint}")
}
