//! `new`: one descriptor from the golden path, or from the organisation's own template.

pub(super) mod agreement;
mod ask;
mod gather;
mod refuse;

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use jiff::civil::Date;

use super::offered::Offered;
use super::session::Session;
use super::terminal::Terminal;
use super::{Global, Outcome};
use crate::check::{Detail, check_file};
use crate::diagnostic::{Grading, Severity, Sink};
use crate::load::file_kind;
use crate::model::{Descriptor, Kind, OutputPort, Ref, Team, same_version};
use crate::pipeline;
use crate::render::scaffold::{self, Answers, NewFile, TEMPLATES_FOLDER};
use crate::serve::write_new_files;
use crate::source::{FileId, ReadError, SourceMap, Tree};

use gather::Gather;

#[derive(Debug, Default, Args)]
#[command(disable_version_flag = true)]
pub(crate) struct NewArgs {
    /// product, contract, domain, team, source, policy, term, agreement, review, waiver, acknowledgement, scorecard or
    /// maturity-model
    #[arg(value_parser = Offered::kinds(), hide_possible_values = true)]
    kind: String,
    /// Its id: lower-case letters, digits and dashes; of a term `<domain>/<id>`
    id: String,
    /// Name for people [default: from the id]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Domain it belongs to, which a product needs; of a domain the one above
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Team that owns it; products, domains, source systems and policies need one
    #[arg(long, value_name = "TEAM")]
    owner: Option<String>,
    /// Its version; of a review or acknowledgement that of the contract
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new())]
    version: Option<String>,
    /// What it is for, in one sentence; of a waiver the reason
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    purpose: Option<String>,
    /// Product whose contract it is, or that gives access
    #[arg(long, value_name = "PRODUCT")]
    product: Option<String>,
    /// Output port to which access is given
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Product or team that reads: `product:basket-margin`, `team:growth`
    #[arg(long, value_name = "REF")]
    consumer: Option<String>,
    /// A person that reads; only `access request` asks for one.
    #[arg(skip)]
    user: Option<String>,
    /// What a review, waiver or acknowledgement is about: `product:orders`, `contract:orders@3.0.0`
    #[arg(long = "for", value_name = "REF")]
    subject: Option<String>,
    /// Rule that is waived: code, name or id of a policy
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Team or product that reviews, or team that approves the waiver: `growth`, `product:basket-margin`
    #[arg(long, value_name = "REF")]
    by: Option<String>,
    /// Rating of a review, from 1 to 5
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=5))]
    rating: Option<u8>,
    /// Last day of an agreement [default: a year from now] or waiver [default: 90 days from now]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::day)]
    until: Option<Date>,
    /// File to write, relative to the registry's folder, instead of the golden path
    #[arg(long, value_name = "FILE")]
    path: Option<String>,
}

impl NewArgs {
    /// Returns the flags that were given, by name.
    fn given(&self) -> Vec<&'static str> {
        let flags = [
            ("--name", self.name.is_some()),
            ("--domain", self.domain.is_some()),
            ("--owner", self.owner.is_some()),
            ("--version", self.version.is_some()),
            ("--purpose", self.purpose.is_some()),
            ("--product", self.product.is_some()),
            ("--port", self.port.is_some()),
            ("--consumer", self.consumer.is_some()),
            ("--for", self.subject.is_some()),
            ("--rule", self.rule.is_some()),
            ("--by", self.by.is_some()),
            ("--rating", self.rating.is_some()),
            ("--until", self.until.is_some()),
        ];
        flags.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag).collect()
    }
}

/// Returns the flags that say something about a kind.
fn flags(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::DataProduct | Kind::Domain | Kind::SourceSystem | Kind::Policy => {
            &["--name", "--domain", "--owner", "--version", "--purpose"]
        }
        Kind::DataContract => &["--name", "--product", "--domain", "--owner", "--version", "--purpose"],
        Kind::Team => &["--name", "--domain", "--version", "--purpose"],
        Kind::SemanticDefinition | Kind::Scorecard | Kind::MaturityModel => &["--name", "--version", "--purpose"],
        Kind::AccessAgreement => &["--name", "--product", "--port", "--consumer", "--version", "--purpose", "--until"],
        Kind::Review => &["--for", "--by", "--rating", "--version", "--purpose"],
        Kind::Waiver => &["--for", "--rule", "--by", "--purpose", "--until"],
        Kind::Acknowledgement => &["--for", "--consumer", "--version", "--purpose"],
    }
}

pub(crate) fn run(global: &Global, args: &NewArgs, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let kind = super::list::kind(&args.kind, Kind::word)?;
    if let Some(flag) = args.given().into_iter().find(|flag| !flags(kind).contains(flag)) {
        let kind_flags = flags(kind).join(", ");
        bail!("`{flag}` says nothing about {}; it takes {kind_flags}, --path", with_article(noun(kind)));
    }
    let session = Session::open(global, Detail::Rules)?;
    let outcome = session.load()?;
    let gather = Gather { args, outcome: &outcome, terminal };
    gather.refuse_known(kind)?;
    let (answers, place) = gather.answers(kind)?;
    if kind == Kind::SemanticDefinition
        && let Some(glossary) = gather.glossary(&answers)
    {
        super::print_as_is(&scaffold::entry_of_term(&answers))?;
        bail!("`{glossary}` is never rewritten: append the lines above to its `definitions`");
    }
    let own = own_templates(&session, kind)?;
    let mut files = scaffold::new(kind, &answers, &place, &own)?;
    gather.refuse_place(&files[0].0)?;
    // Prose that somebody has written already stays; a descriptor that is there is an error.
    let descriptor = files[0].0.clone();
    files.retain(|(path, _)| *path == descriptor || outcome.sources.id(path).is_none());
    verify(kind, &answers, &files[0], &session, &outcome)?;
    let written = write_new_files(session.tree.root(), &files)?;
    super::print(&(written.join("\n") + "\n"))?;
    session.note_place(terminal);
    let is_first = outcome.mesh.n_descriptors() == 0;
    if is_first && matches!(session.tree.read(&session.options.config_path), Err(ReadError::NotFound)) {
        terminal.note(
            "note: there is no `meshfolio.yaml` here: `meshfolio init` begins a registry, whose descriptors stand below `registry/`",
        );
    }
    say_next(kind, &answers, &outcome, terminal);
    Ok(Outcome::Clean)
}

/// Returns the word for a thing in a sentence: one term is made, and not the glossary around it.
fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::SemanticDefinition => "term",
        kind => kind.title(),
    }
}

/// Puts `a` or `an` before a noun.
fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// Reads the organisation's templates for a kind.
fn own_templates(session: &Session, kind: Kind) -> anyhow::Result<BTreeMap<String, String>> {
    let mut own = BTreeMap::new();
    for name in scaffold::template_names(kind) {
        let path = format!("{TEMPLATES_FOLDER}/{name}");
        let bytes = match session.tree.read(&path) {
            Ok(bytes) => bytes,
            Err(ReadError::NotFound) => continue,
            Err(error) => bail!("the template `{path}` cannot be read: {error}"),
        };
        let text = String::from_utf8(bytes).ok().with_context(|| format!("the template `{path}` is not UTF-8"))?;
        own.insert((*name).to_owned(), text);
    }
    Ok(own)
}

/// Checks the descriptor before it is written. Built-in templates pass; one of the organisation may
/// be wrong, and a value may be none that the schema allows.
fn verify(
    kind: Kind,
    answers: &Answers,
    (path, bytes): &NewFile,
    session: &Session,
    outcome: &pipeline::Outcome,
) -> anyhow::Result<()> {
    let text = std::str::from_utf8(bytes).context("templates give text")?;
    let mut sink = Sink::default();
    let file_kind = file_kind(path, &outcome.config.roots);
    let checked = check_file(&session.schemas, FileId(0), file_kind, text, Detail::Rules, &mut sink);
    let findings = sink.finish(&Grading::default(), &[], &SourceMap::new(vec![path.clone()]));
    let error = findings.standing().find(|finding| finding.severity == Severity::Error);
    if let Some(error) = error {
        bail!("nothing was written, because `{path}` would not pass `check`: {}", error.message);
    }
    let is_meant = match &checked.descriptor {
        Some(Descriptor::SemanticDefinition(glossary)) => glossary.terms.iter().any(|term| *term.id == *answers.id),
        Some(descriptor) => descriptor.kind() == kind && *descriptor.header().id == *answers.id,
        None => false,
    };
    if !is_meant {
        bail!("nothing was written, because the template gives no {} with the id `{}`", kind.title(), answers.id);
    }
    Ok(())
}

fn say_next(kind: Kind, answers: &Answers, outcome: &pipeline::Outcome, terminal: &Terminal) {
    match kind {
        Kind::DataProduct => {
            terminal.status("Next", &format!("meshfolio new contract ID --product {}", answers.id));
        }
        Kind::DataContract => {
            if let Some(idx) = answers.product.as_ref().and_then(|product| outcome.mesh.product(product)) {
                let product = &outcome.mesh.products[idx].descriptor;
                let file = outcome.sources.path(product.header.file);
                let is_it = |port: &&OutputPort| {
                    port.contract_id.as_ref().is_some_and(|id| *id.value == *answers.id)
                        && port.version.as_ref().is_some_and(|version| same_version(&version.value, &answers.version))
                };
                if let Some(port) = product.output_ports.iter().find(is_it) {
                    terminal.status("Next", &format!("meshfolio check; the port `{}` in {file} names it", port.name));
                    return;
                }
                let taken: Vec<&str> = product.output_ports.iter().map(|port| port.name.as_str()).collect();
                let place = if taken.is_empty() { "in" } else { "beside the ports in" };
                terminal.status("Next", &format!("publish it {place} {file}, then meshfolio check"));
                terminal.note("");
                for line in scaffold::output_port(answers, &taken).lines() {
                    terminal.note(&format!("    {line}"));
                }
            } else {
                terminal.status("Next", "publish it with an output port, then meshfolio check");
            }
        }
        Kind::Team if outcome.mesh.domains.is_empty() => {
            terminal.status("Next", &format!("meshfolio new domain ID --owner {}", answers.id));
        }
        Kind::Domain => {
            let owner = answers.owner.as_deref().unwrap_or("TEAM");
            let next = format!("meshfolio new product ID --domain {} --owner {owner}", answers.id);
            let team = outcome.mesh.team(owner).map(|idx| &outcome.mesh.teams[idx].descriptor);
            match team.filter(|team| team.domain.is_none()) {
                Some(team) => {
                    let file = outcome.sources.path(team.header.file);
                    let line = format!("`domain: {}` in {file} where the team works in it, then {next}", answers.id);
                    terminal.status("Next", &line);
                }
                None => terminal.status("Next", &next),
            }
        }
        Kind::Policy => terminal.status("Next", &format!("meshfolio policy test {}", answers.id)),
        Kind::Acknowledgement => {
            if let Some(team) = speaking_team(answers, outcome).filter(|team| team.forge_handle.is_none()) {
                let (id, file) = (&team.header.id.value, outcome.sources.path(team.header.file));
                terminal.note(&format!(
                    "note: it does not count yet: the team `{id}` has no `forgeHandle`, which CODEOWNERS needs to give it this file"
                ));
                let next = format!(
                    "`forgeHandle` in {file}, then meshfolio codeowners, and both on the base branch before this change"
                );
                terminal.status("Next", &next);
            } else {
                terminal.status("Next", "meshfolio codeowners --check, then meshfolio check");
            }
        }
        Kind::Team
        | Kind::SemanticDefinition
        | Kind::SourceSystem
        | Kind::AccessAgreement
        | Kind::Review
        | Kind::Waiver
        | Kind::Scorecard
        | Kind::MaturityModel => terminal.status("Next", "meshfolio check"),
    }
}

/// Returns the team whose word an acknowledgement is: the consumer, or the owner of the product that reads.
fn speaking_team<'a>(answers: &Answers, outcome: &'a pipeline::Outcome) -> Option<&'a Team> {
    let mesh = &outcome.mesh;
    let consumer = Ref::parse(answers.consumer.as_deref()?).ok()?;
    let team = match consumer.kind {
        Some(Kind::Team) => mesh.team(&consumer.id),
        _ => mesh.product(&consumer.id).and_then(|idx| mesh.products[idx].owner_idx),
    };
    Some(&mesh.teams[team?].descriptor)
}
