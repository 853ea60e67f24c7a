//! The agreements on access as rows.

use jiff::civil::Date;
use serde::Serialize;

use super::list::ListFormat;
use super::table::{csv, table};
use crate::diagnostic::emit::json_text;
use crate::graph::{Found, Mesh, Standing};
use crate::model::{AccessAgreement, Kind, date_of};
use crate::render::approvers::{Approver, ApproverOrigin};
use crate::source::SourceMap;

/// Which agreements are listed.
pub struct AccessFilter<'a> {
    /// The product that gives access.
    pub product: Option<usize>,
    /// The product or team that gets it; a team stands for its products too.
    pub consumer: Option<Found>,
    /// Those in force whose last day is at most so many days away.
    pub within_days: Option<i32>,
    /// Those that stand so.
    pub stands: &'a dyn Fn(Standing) -> bool,
}

#[derive(Serialize)]
struct Report {
    version: u32,
    today: String,
    agreements: Vec<Row>,
}

/// One agreement; fields are only ever added.
#[derive(Serialize)]
struct Row {
    id: String,
    name: Option<String>,
    status: Option<String>,
    standing: &'static str,
    product: Option<String>,
    port: Option<String>,
    contract: Option<String>,
    #[serde(rename = "contractVersion")]
    contract_version: Option<String>,
    #[serde(rename = "providerTeam")]
    provider_team: Option<String>,
    consumer: Option<String>,
    #[serde(rename = "consumerTeam")]
    consumer_team: Option<String>,
    purpose: Option<String>,
    start: Option<String>,
    end: Option<String>,
    #[serde(rename = "daysLeft")]
    days_left: Option<i32>,
    #[serde(rename = "nextReassessment")]
    reassessment: Option<String>,
    environment: Option<String>,
    #[serde(rename = "dataClasses")]
    classes: Vec<String>,
    roles: Vec<String>,
    file: String,
    /// It is still asked for, and its own last day is over.
    #[serde(rename = "isLate", skip_serializing_if = "std::ops::Not::not")]
    is_late: bool,
}

/// A request for access that was written.
pub struct AccessRequest<'a> {
    /// Id of the agreement.
    pub id: &'a str,
    /// Id of the product.
    pub product: &'a str,
    /// Name of its port.
    pub port: &'a str,
    /// The file of the agreement.
    pub file: &'a str,
    /// A branch to send it with.
    pub branch: &'a str,
    /// The contract version behind the port.
    pub contract_idx: Option<usize>,
    /// Classes of its columns that were not asked for although others were.
    pub left_out: &'a [String],
    /// Who approves it.
    pub approvers: &'a [Approver<'a>],
    /// What whoever asks should know of what is read.
    pub notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestJson<'a> {
    version: u32,
    id: &'a str,
    product: &'a str,
    port: &'a str,
    /// `orders@2.1.0`.
    contract: Option<String>,
    file: &'a str,
    branch: &'a str,
    left_out: &'a [String],
    approvers: Vec<ApproverJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct ApproverJson<'a> {
    name: &'a str,
    /// Who says so: `role`, `codeowners` or `owner`.
    from: &'static str,
    contract: Option<String>,
    role: Option<&'a str>,
    /// `first` or `second`.
    level: Option<&'static str>,
}

/// Writes a request for access as version 1 of our own JSON.
#[must_use]
pub fn access_request_json(mesh: &Mesh, request: &AccessRequest<'_>) -> String {
    let contract = |idx: usize| mesh.contract_version(idx);
    let approvers = request.approvers.iter().map(|approver| {
        let bare = ApproverJson { name: &approver.name, from: "owner", contract: None, role: None, level: None };
        match approver.origin {
            ApproverOrigin::Role { contract_idx, role, level } => ApproverJson {
                from: "role",
                contract: Some(contract(contract_idx)),
                role: Some(role),
                level: Some(level),
                ..bare
            },
            ApproverOrigin::FileOwners => ApproverJson { from: "codeowners", ..bare },
            ApproverOrigin::Owner => bare,
        }
    });
    json_text(&RequestJson {
        version: 1,
        id: request.id,
        product: request.product,
        port: request.port,
        contract: request.contract_idx.map(contract),
        file: request.file,
        branch: request.branch,
        left_out: request.left_out,
        approvers: approvers.collect(),
        notes: request.notes,
    })
}

/// Writes the agreements that pass the filter: by product, then by consumer.
#[must_use]
pub fn access_list(
    mesh: &Mesh,
    sources: &SourceMap,
    today: Date,
    filter: &AccessFilter<'_>,
    format: ListFormat,
) -> String {
    let accepted = mesh.agreements.iter().filter(|agreement| accepts(mesh, agreement, today, filter));
    let mut rows: Vec<Row> = accepted.map(|agreement| row(agreement, sources, today)).collect();
    rows.sort_by(|a, b| (&a.product, &a.consumer, &a.id).cmp(&(&b.product, &b.consumer, &b.id)));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match format {
        ListFormat::Json => json_text(&Report { version: 1, today: today.to_string(), agreements: rows }),
        ListFormat::Table { color } => {
            let cells = rows.iter().map(|row| {
                vec![
                    text(&row.product),
                    text(&row.port),
                    row.consumer.clone().or_else(|| row.consumer_team.clone()).unwrap_or_else(|| "a person".to_owned()),
                    if row.is_late { format!("{}, past its end", row.standing) } else { row.standing.to_owned() },
                    text(&row.end),
                    text(&row.purpose),
                ]
            });
            let cells: Vec<Vec<String>> = cells.collect();
            table(&["product", "port", "consumer", "standing", "until", "purpose"], &cells, color)
        }
        ListFormat::Csv => {
            let cells = rows.iter().map(|row| {
                vec![
                    row.id.clone(),
                    text(&row.product),
                    text(&row.port),
                    text(&row.contract),
                    text(&row.contract_version),
                    text(&row.consumer),
                    text(&row.consumer_team),
                    text(&row.status),
                    row.standing.to_owned(),
                    text(&row.start),
                    text(&row.end),
                    text(&row.environment),
                    row.classes.join(" "),
                    row.roles.join(" "),
                    text(&row.purpose),
                    row.file.clone(),
                ]
            });
            let heads = [
                "id",
                "product",
                "port",
                "contract",
                "contractVersion",
                "consumer",
                "consumerTeam",
                "status",
                "standing",
                "start",
                "end",
                "environment",
                "dataClasses",
                "roles",
                "purpose",
                "file",
            ];
            csv(&heads, &cells.collect::<Vec<_>>())
        }
    }
}

fn accepts(mesh: &Mesh, agreement: &AccessAgreement, today: Date, filter: &AccessFilter<'_>) -> bool {
    let standing = agreement.standing(today);
    let is_provider = filter
        .product
        .is_none_or(|idx| agreement.provider.product.as_ref().and_then(|id| mesh.product(id)) == Some(idx));
    let product = || agreement.consumer.product.as_ref().and_then(|id| mesh.product(id));
    let is_consumer = match filter.consumer {
        None => true,
        Some(Found { kind: Kind::Team, idx }) => {
            let team = agreement.consumer.team.as_ref().and_then(|id| mesh.team(id));
            let owner = product().and_then(|product| mesh.products[product].owner_idx);
            team.or(owner) == Some(idx)
        }
        Some(found) => product() == Some(found.idx),
    };
    let is_near = filter
        .within_days
        .is_none_or(|days| standing.is_in_force() && agreement.days_left(today).is_some_and(|left| left <= days));
    is_provider && is_consumer && is_near && (filter.stands)(standing)
}

fn row(agreement: &AccessAgreement, sources: &SourceMap, today: Date) -> Row {
    let (provider, consumer) = (&agreement.provider, &agreement.consumer);
    let text = |value: &Option<crate::model::SpannedText>| value.as_ref().map(|value| value.value.to_string());
    let day = |value: &Option<crate::model::SpannedText>| {
        value.as_ref().map(|value| date_of(value).map_or_else(|| value.value.to_string(), |date| date.to_string()))
    };
    Row {
        id: agreement.header.id.value.to_string(),
        name: agreement.header.name.as_ref().map(ToString::to_string),
        status: Some(agreement.header.status_word()).filter(|word| !word.is_empty()).map(Into::into),
        standing: agreement.standing(today).word(),
        product: text(&provider.product),
        port: text(&provider.port),
        contract: text(&provider.contract),
        contract_version: text(&provider.contract_version),
        provider_team: text(&provider.team),
        consumer: text(&consumer.product),
        consumer_team: text(&consumer.team),
        purpose: agreement.header.description.purpose.as_ref().map(ToString::to_string),
        start: day(&agreement.start),
        end: day(&agreement.end),
        days_left: agreement.days_left(today).filter(|_| agreement.standing(today).is_in_force()),
        reassessment: day(&agreement.reassessment),
        environment: agreement.environment().map(str::to_owned),
        classes: agreement.data_classes(),
        roles: agreement.roles.iter().map(|role| role.value.to_string()).collect(),
        file: sources.path(agreement.header.file).to_owned(),
        is_late: agreement.standing(today) == Standing::Requested && agreement.has_ended(today),
    }
}
