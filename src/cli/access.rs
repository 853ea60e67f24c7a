//! `access`: ask for access to a product, and list what is agreed.

use std::path::Path;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::new::agreement::{Wish, request};
use super::session::{Session, find_reader, find_thing, note_empty, note_unread};
use super::terminal::{Terminal, quoted};
use super::{Global, Outcome, ReportFormat};
use crate::check::Detail;
use crate::diagnostic::visible;
use crate::graph::Standing;
use crate::model::Kind;
use crate::pipeline;
use crate::render::export::{AccessFilter, AccessRequest, ListFormat, access_list, access_request_json};
use crate::render::{Approver, ApproverOrigin, approvers};

#[derive(Debug, Args)]
pub(crate) struct AccessArgs {
    #[command(subcommand)]
    command: AccessCommand,
}

#[derive(Debug, Subcommand)]
enum AccessCommand {
    /// Ask for access: write an agreement into the folder of the product, for its approver to merge
    Request(RequestArgs),
    /// List the agreements: who may read what, for which purpose, until when
    List(ListArgs),
}

#[derive(Debug, Args)]
struct RequestArgs {
    /// Product that is read
    product: Option<String>,
    /// Output port that is read; a product with one port needs none
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Product or team that reads: `product:basket-margin`, `team:growth`
    #[arg(long, visible_alias = "for", value_name = "REF")]
    consumer: Option<String>,
    /// Person that reads, where it is no product and no team
    #[arg(long, value_name = "NAME", conflicts_with = "consumer", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// What the data is needed for, in one sentence
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    purpose: Option<String>,
    /// What is done with the data
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    usage: Option<String>,
    /// Last day [default: a year from now]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::day)]
    until: Option<Date>,
    /// Environment, as the servers of the contract name it
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    environment: Option<String>,
    /// Classes of data, as the columns of the contract name them; several with commas, or repeated
    #[arg(long = "class", value_name = "CLASS", value_delimiter = ',')]
    classes: Vec<String>,
    /// Role of the contract; may be repeated
    #[arg(long = "role", value_name = "ROLE", value_delimiter = ',')]
    roles: Vec<String>,
    /// Id of the agreement; `<consumer>-reads-<product>` without this
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// File to write, relative to the registry's folder, instead of the golden path
    #[arg(long, value_name = "FILE")]
    path: Option<String>,
    /// How to say what was written
    #[arg(long, value_name = "FORMAT", default_value = "text", value_enum)]
    format: ReportFormat,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Only those that give access to this product
    #[arg(long, value_name = "PRODUCT")]
    product: Option<String>,
    /// Only those of this product or team
    #[arg(long, visible_alias = "for", value_name = "REF")]
    consumer: Option<String>,
    /// Only those that stand so today; may be repeated
    #[arg(long = "status", value_name = "STATUS", value_enum)]
    statuses: Vec<Status>,
    /// Only those in force whose last day is at most so many days away
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "30")]
    expiring: Option<u16>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "table", value_enum)]
    format: Format,
}

/// How an agreement stands: what its file says, and what the day makes of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Status {
    Requested,
    Approved,
    Rejected,
    // As JSON and tables write it.
    #[value(alias = "in force")]
    InForce,
    Ending,
    Upcoming,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
}

impl Status {
    fn holds(self, standing: Standing) -> bool {
        match self {
            Status::Requested => standing == Standing::Requested,
            Status::Rejected => standing == Standing::Rejected,
            Status::Approved => standing.is_in_force() || matches!(standing, Standing::Upcoming | Standing::Ended),
            Status::InForce => standing.is_in_force(),
            Status::Ending => matches!(standing, Standing::Ending { .. }),
            Status::Upcoming => standing == Standing::Upcoming,
            Status::Ended => standing == Standing::Ended,
        }
    }
}

pub(crate) fn run(global: &Global, args: &AccessArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &args.command {
        AccessCommand::Request(args) => ask(global, args, terminal),
        AccessCommand::List(args) => list(global, args, terminal),
    }
}

fn ask(global: &Global, args: &RequestArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let session = Session::open(global, Detail::Rules)?;
    let outcome = session.load()?;
    note_unread(&outcome, terminal);
    let wish = Wish {
        product: args.product.clone(),
        port: args.port.clone(),
        consumer: args.consumer.clone(),
        user: args.user.clone(),
        purpose: args.purpose.clone(),
        usage: args.usage.clone(),
        until: args.until,
        environment: args.environment.clone(),
        classes: args.classes.clone(),
        roles: args.roles.clone(),
        id: args.id.clone(),
        path: args.path.clone(),
    };
    let written = request(&session, &outcome, &wish, terminal)?;
    let owners = session.file_owners(None);
    let contracts: Vec<usize> = written.contract_idx.into_iter().collect();
    let subject = (written.product_idx, contracts.as_slice());
    let found = approvers(&outcome.mesh, subject, &args.roles, &written.path, owners.as_ref());
    let request = AccessRequest {
        id: &written.id,
        product: &written.product,
        port: &written.port,
        file: &written.path,
        branch: &format!("access/{}-{}", written.product, written.stem),
        contract_idx: written.contract_idx,
        left_out: if args.classes.is_empty() { &[] } else { &written.left_out },
        approvers: &found,
        notes: &written.notes,
    };
    if args.format == ReportFormat::Json {
        super::print(&access_request_json(&outcome.mesh, &request))?;
        return Ok(Outcome::Clean);
    }
    super::print(&format!("{}\n", written.path))?;
    for note in request.notes {
        terminal.note(&format!("note: {}", visible(note)));
    }
    if !request.left_out.is_empty() {
        let classes = request.left_out.join(", ");
        terminal.note(&format!("note: the contract also has columns of the class {}", visible(&classes)));
    }
    session.note_place(terminal);
    say_next(&outcome, &request, session.found_above(), terminal);
    Ok(Outcome::Clean)
}

/// Prints who approves and what comes next.
fn say_next(outcome: &pipeline::Outcome, request: &AccessRequest<'_>, above: Option<&Path>, terminal: &Terminal) {
    if request.approvers.is_empty() {
        terminal.status("Approves", "nobody is named: neither a role, CODEOWNERS nor an owner");
    }
    for approver in request.approvers {
        terminal.status("Approves", &visible(&said(outcome, approver)));
    }
    terminal.status("Next", "read the file, then send it as a pull request:");
    if let Some(root) = above {
        terminal.note(&format!("              cd {}", visible(&quoted(&root.display().to_string()))));
    }
    terminal.note(&format!(
        "              git switch -c {branch}\n              git add {path}\n              git commit -m \"Ask for access to {product}\"\n              git push -u origin {branch}",
        branch = visible(request.branch),
        path = visible(&quoted(request.file)),
        product = visible(request.product),
    ));
    terminal.note("              The approver sets `status: approved` in it and merges: that is the approval.");
}

fn said(outcome: &pipeline::Outcome, approver: &Approver<'_>) -> String {
    let name = &approver.name;
    match approver.origin {
        ApproverOrigin::Role { contract_idx, role, level } => {
            let contract = &outcome.mesh.contract_version(contract_idx);
            format!("{name} ({level} level, from the role {role} of the contract {contract})")
        }
        ApproverOrigin::FileOwners => format!("{name} (from CODEOWNERS; no role of the contract names an approver)"),
        ApproverOrigin::Owner => {
            format!("{name} (owns the product; neither a role of the contract nor CODEOWNERS names an approver)")
        }
    }
}

fn list(global: &Global, args: &ListArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let outcome = Session::open(global, Detail::Rules)?.load()?;
    let product = args.product.as_deref().map(|written| product(&outcome, written)).transpose()?;
    let consumer = args.consumer.as_deref().map(|written| find_reader(&outcome, written)).transpose()?;
    let statuses = &args.statuses;
    let stands = |standing: Standing| statuses.is_empty() || statuses.iter().any(|status| status.holds(standing));
    let filter = AccessFilter { product, consumer, within_days: args.expiring.map(i32::from), stands: &stands };
    let format = match args.format {
        Format::Table => ListFormat::Table { color: terminal.color_out() },
        Format::Json => ListFormat::Json,
        Format::Csv => ListFormat::Csv,
    };
    super::print(&access_list(&outcome.mesh, &outcome.sources, outcome.today, &filter, format))?;
    note_empty(&outcome.mesh, terminal);
    note_unread(&outcome, terminal);
    Ok(Outcome::Clean)
}

fn product(outcome: &pipeline::Outcome, written: &str) -> anyhow::Result<usize> {
    let (found, _) = find_thing(outcome, written)?;
    if found.kind != Kind::DataProduct {
        anyhow::bail!("`{written}` is a {}; a product gives access", found.kind.title());
    }
    Ok(found.idx)
}
