//! The machine form of each page, `.json` beside `.html`, and of `show --format json`. These types
//! are the format: they mirror the model and are versioned apart from it. Every fact that can be
//! promised or observed says which; what is not stated is `null` or an empty list.

mod about;
mod contract;
mod evidence;
mod json;
mod others;
mod policy;
mod product;
mod records;
mod stated;

pub use contract::{ColumnTwin, ContractTwin};
pub(super) use evidence::{CheckTwin, check_twin};
pub use evidence::{ChecksTwin, EvidenceTwin};
pub use others::{DomainTwin, SourceTwin, TeamTwin, TermTwin};
pub use policy::PolicyTwin;
pub use product::ProductTwin;
pub use records::{AccessAgreementTwin, AcknowledgementTwin, MaturityModelTwin, ReviewTwin, ScorecardTwin, WaiverTwin};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::config::Config;
use crate::graph::{ColumnPlace, Found, Mesh};
use crate::model::{AuthoritativeDefinition, Description, Header, Kind, Support, Text, Urn};
use crate::policy::Outcome;
use crate::render::{FileOwners, Homes, address};
use crate::source::{FileId, History, SourceMap, Stamp, Tree};

/// Everything a twin is made from.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The judged mesh.
    pub outcome: &'a Outcome,
    /// The mesh.
    pub mesh: &'a Mesh,
    /// The names of files.
    pub sources: &'a SourceMap,
    /// The configuration.
    pub config: &'a Config,
    /// Where versions of contracts stand.
    pub homes: &'a Homes,
    /// The waivers that are documents of their own, by id.
    pub waivers: &'a BTreeMap<String, usize>,
    /// The forge's file of owners, where there is one: who approves where no contract says so.
    pub owners: Option<&'a FileOwners>,
    /// The files themselves, where places are told with their lines.
    pub tree: Option<&'a dyn Tree>,
    /// What the log of git says, where it is known.
    pub history: Option<&'a History>,
}

/// A thing by reference, with its page.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// `kind:id`, for contracts with `@version`.
    pub r#ref: String,
    /// The name.
    pub name: String,
    /// The page, relative to the top of the site.
    pub url: Option<String>,
}

/// The head that every twin has.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The version of this format.
    pub version: u32,
    /// The word for the kind.
    pub kind: &'static str,
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name of the thing outside the mesh.
    pub urn: String,
    /// The page, relative to the top of the site.
    pub url: Option<String>,
    /// The descriptor, relative to the root of the repository.
    pub file: String,
    /// `version` of the thing.
    #[serde(rename = "thingVersion")]
    pub thing_version: Option<Text>,
    /// `status`.
    pub status: Option<Text>,
    /// `description`.
    pub description: DescriptionTwin,
    /// `tags`.
    pub tags: Vec<Text>,
    /// `support`.
    pub support: Vec<SupportTwin>,
    /// `customProperties`.
    #[serde(rename = "customProperties")]
    pub custom: Vec<CustomTwin>,
    /// What the log of git says of the descriptor; `null` without one.
    pub history: Option<HistoryTwin>,
}

/// What the log of git says of a descriptor.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryTwin {
    /// The day of the commit that made it; `null` when that lies before a shallow clone begins.
    pub created: Option<String>,
    /// The day of the last commit that changed it.
    #[serde(rename = "lastChanged")]
    pub last_changed: Option<String>,
    /// That commit.
    pub commit: String,
    /// How many commits changed it, the one that made it included.
    pub changes: u32,
}

/// `description`.
#[derive(Clone, Debug, Serialize)]
pub struct DescriptionTwin {
    /// What for.
    pub purpose: Option<Text>,
    /// What not for.
    pub limitations: Option<Text>,
    /// How.
    pub usage: Option<Text>,
}

/// A support channel.
#[derive(Clone, Debug, Serialize)]
pub struct SupportTwin {
    /// The channel.
    pub channel: Text,
    /// Its address.
    pub url: Option<Text>,
    /// The tool.
    pub tool: Option<Text>,
    /// The scope.
    pub scope: Option<Text>,
    /// What it says of itself.
    pub description: Option<Text>,
    /// Where one asks to be let in.
    #[serde(rename = "invitationUrl")]
    pub invitation: Option<Text>,
}

/// A custom property.
#[derive(Clone, Debug, Serialize)]
pub struct CustomTwin {
    /// Its name.
    pub property: Text,
    /// Its value, of the type that it has in the file.
    pub value: serde_json::Value,
}

impl<'a> View<'a> {
    /// Looks at a judged mesh, without what stands in other files than its own.
    #[must_use]
    pub fn of(outcome: &'a Outcome, homes: &'a Homes, waivers: &'a BTreeMap<String, usize>) -> View<'a> {
        let Outcome { mesh, sources, config, .. } = outcome;
        View { outcome, mesh, sources, config, homes, waivers, owners: None, tree: None, history: None }
    }

    /// Returns the head of a thing with a header of its own.
    fn head(self, header: &Header, found: Found) -> Head {
        let version =
            (found.kind == Kind::DataContract).then(|| self.mesh.contracts[found.idx].descriptor.version_text());
        Head {
            version: 1,
            kind: found.kind.word(),
            id: header.id.value.to_string(),
            name: header.title().to_owned(),
            urn: Urn::of(&self.config.mesh.id, found.kind, &header.id.value, version),
            url: address::page(self.mesh, self.homes, found),
            file: self.sources.path(header.file).to_owned(),
            thing_version: header.version.as_ref().map(|version| version.value.clone()),
            status: header.status.as_ref().map(|status| status.value.clone()),
            description: description(&header.description),
            tags: header.tags.clone(),
            support: support(&header.support),
            custom: stated::custom(&header.custom),
            history: self.history(header.file),
        }
    }

    /// Returns what the log of git says of a descriptor.
    fn history(self, file: FileId) -> Option<HistoryTwin> {
        let history = self.history?.file(self.sources.path(file))?;
        let day = |stamp: &Stamp| stamp.day().map(|day| day.to_string());
        Some(HistoryTwin {
            created: history.created.and_then(day),
            last_changed: day(history.changed),
            commit: history.changed.id.clone(),
            changes: history.n_changes,
        })
    }

    fn product(self, idx: usize) -> Link {
        self.link(Found { kind: Kind::DataProduct, idx }, &self.mesh.products[idx].descriptor.header)
    }

    fn contract(self, idx: usize) -> Link {
        let contract = &self.mesh.contracts[idx].descriptor;
        let mut link = self.link(Found { kind: Kind::DataContract, idx }, &contract.header);
        link.r#ref = format!("contract:{}", self.mesh.contract_version(idx));
        link
    }

    fn domain(self, idx: Option<usize>) -> Option<Link> {
        idx.map(|idx| self.link(Found { kind: Kind::Domain, idx }, &self.mesh.domains[idx].descriptor.header))
    }

    fn team(self, idx: Option<usize>) -> Option<Link> {
        idx.map(|idx| self.link(Found { kind: Kind::Team, idx }, &self.mesh.teams[idx].descriptor.header))
    }

    /// Returns a team by its name, also one that is not registered.
    fn team_named(self, name: &str) -> Link {
        let known = self.team(self.mesh.team(name));
        known.unwrap_or_else(|| Link { r#ref: format!("team:{name}"), name: name.to_owned(), url: None })
    }

    /// Returns the reference of a column: `column:orders@2.1.0#orders.amount`.
    fn column(self, place: &ColumnPlace) -> String {
        format!("column:{}#{}", self.mesh.contract_version(place.contract_idx), place.path())
    }

    fn source(self, idx: usize) -> Link {
        self.link(Found { kind: Kind::SourceSystem, idx }, &self.mesh.sources[idx].descriptor.header)
    }

    fn term(self, idx: usize) -> Link {
        let term = &self.mesh.terms[idx];
        let name = self.mesh.term(term).name.as_deref().unwrap_or(&term.id).to_owned();
        let url = address::page(self.mesh, self.homes, Found { kind: Kind::SemanticDefinition, idx });
        Link { r#ref: format!("term:{}", term.id), name, url }
    }

    /// Returns the terms that definitions in the file at `path` lead to.
    fn terms(self, path: &str, definitions: &[AuthoritativeDefinition]) -> Vec<Link> {
        let found = definitions.iter().filter_map(|definition| self.mesh.term_at(path, &definition.url));
        found.map(|idx| self.term(idx)).collect()
    }

    fn link(self, found: Found, header: &Header) -> Link {
        Link {
            r#ref: header.reference(),
            name: header.title().to_owned(),
            url: address::page(self.mesh, self.homes, found),
        }
    }
}

fn description(description: &Description) -> DescriptionTwin {
    DescriptionTwin {
        purpose: description.purpose.clone(),
        limitations: description.limitations.clone(),
        usage: description.usage.clone(),
    }
}

fn support(support: &[Support]) -> Vec<SupportTwin> {
    support
        .iter()
        .map(|entry| SupportTwin {
            channel: entry.channel.clone(),
            url: entry.url.clone(),
            tool: entry.tool.clone(),
            scope: entry.scope.clone(),
            description: entry.description.clone(),
            invitation: entry.invitation.clone(),
        })
        .collect()
}

/// Says whether a yes-or-no field is no, which then need not be said.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_no(is: &bool) -> bool {
    !is
}

/// Writes a twin as the site has it: on one line, with a final newline.
#[must_use]
pub fn to_json(twin: &impl Serialize) -> Vec<u8> {
    let mut bytes = json::written(twin).expect("twins are plain data");
    bytes.push(b'\n');
    bytes
}
