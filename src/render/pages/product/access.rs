//! Agreements on access to a product, who approves one, and the ways to ask for it.

use std::fmt::Write;

use serde::Serialize;

use crate::graph::Product;
use crate::model::{AccessAgreement, DataProduct, OutputPort, major};
use crate::render::agreed;
use crate::render::answers::{agreement_file, approving, team_of};
use crate::render::approvers::{Approver, ApproverOrigin};
use crate::render::parts::{self, Anchor, Day, Linker, Sign};
use crate::render::site::Site;

/// An agreement in words.
#[derive(Serialize)]
pub(crate) struct AgreementRow<'a> {
    pub consumer: Anchor<'a>,
    pub purpose: Option<&'a str>,
    pub port: Option<String>,
    /// The roles that it gives.
    pub roles: Option<String>,
    pub until: Option<Day>,
    pub sign: Sign<'static>,
}

/// How to ask for access.
#[derive(Serialize)]
pub(super) struct AccessPart<'a> {
    /// An issue on the forge, filled in.
    request: Option<String>,
    /// An agreement to complete and to send as a pull request.
    yaml: Option<String>,
    /// The forge's editor with these lines in a new file.
    new_file: Option<String>,
    /// Where that file goes.
    file: String,
    /// Who approves it by merging.
    approvers: Vec<ApproverRow<'a>>,
    /// The port that it is about, where the product has several.
    port: Option<&'a str>,
}

impl AccessPart<'_> {
    /// Says who approves what is to be asked for, in the order in which they are asked; where nothing can be asked for,
    /// those that the contracts name.
    pub(super) fn says(&self, named: &[ApproverRow<'_>]) -> String {
        let rows = if self.yaml.is_some() { &self.approvers[..] } else { named };
        let says: String = rows.iter().flat_map(|row| [row.before, &*row.name.text]).collect();
        match self.port.filter(|_| !says.is_empty()) {
            Some(port) => format!("{says}, for port {port}"),
            None => says,
        }
    }
}

/// Who approves access, and who says so.
#[derive(Serialize)]
pub(crate) struct ApproverRow<'a> {
    /// What stands between it and the one before, where they stand in a sentence.
    pub before: &'static str,
    pub name: Anchor<'a>,
    /// `first` or `second` level of a role.
    pub level: Option<&'static str>,
    pub role: Option<&'a str>,
    pub contract: Option<Anchor<'a>>,
    /// The name stands in the forge's file of owners.
    pub is_of_file: bool,
    /// Nobody in the registry has the name.
    pub is_unknown: bool,
    /// Whom to ask about it then: `in` a channel, or the owner.
    pub ask: Option<Anchor<'a>>,
    pub is_channel: bool,
}

/// Who approves access to the contracts of a product, and who says so.
pub(crate) fn approver_rows<'a>(
    site: &'a Site,
    idx: usize,
    contracts: &[usize],
    linker: Linker<'a>,
) -> Vec<ApproverRow<'a>> {
    let file = agreement_file(site.mesh(), &site.outcome.sources, idx);
    let header = &site.mesh().products[idx].descriptor.header;
    let channel = parts::contacts(&header.support).into_iter().find(parts::Contact::answers);
    let is_channel = channel.is_some();
    let ask = channel.map(|contact| contact.channel).or_else(|| linker.product_owner(idx));
    let row = |approver: Approver<'a>| {
        let name = name_of(&approver, linker);
        let is_unknown = name.href.is_none();
        let (level, role, contract) = match approver.origin {
            ApproverOrigin::Role { contract_idx, role, level } => {
                (Some(level), Some(role), Some(linker.contract(contract_idx)))
            }
            ApproverOrigin::FileOwners | ApproverOrigin::Owner => (None, None, None),
        };
        ApproverRow {
            before: ", ",
            name,
            level,
            role,
            contract,
            is_of_file: approver.origin == ApproverOrigin::FileOwners,
            is_unknown,
            ask: ask.clone().filter(|_| is_unknown),
            is_channel,
        }
    };
    let found = approving(site.mesh(), (idx, contracts), &file, site.owners.as_ref());
    let mut rows: Vec<ApproverRow<'a>> = found.into_iter().map(row).collect();
    let is_second = |row: &ApproverRow<'_>| row.level == Some("second");
    let has_steps = rows.iter().any(is_second) && !rows.iter().all(is_second);
    let mut was_second = None;
    for row in &mut rows {
        let is_second = is_second(row);
        row.before = match was_second {
            None if has_steps && !is_second => "first ",
            None => "",
            Some(false) if is_second => ", then ",
            // Another role has steps of its own.
            Some(true) if !is_second => "; first ",
            Some(_) => ", ",
        };
        was_second = Some(is_second);
    }
    rows
}

/// A registered team by its name or its handle on the forge, a member with a link to the team, an address to write to,
/// else what is written.
fn name_of<'a>(approver: &Approver<'a>, linker: Linker<'a>) -> Anchor<'a> {
    let idx = team_of(linker.site.mesh(), approver);
    linker.team(idx, None).unwrap_or_else(|| linker.person(approver.name.clone()))
}

/// Agreements on the product's page.
pub(super) const SHOWN: usize = 24;

/// The agreements in which a product provides, those that need a look first.
pub(super) fn agreements<'a>(site: &'a Site, product: &'a Product, linker: Linker<'a>) -> Vec<AgreementRow<'a>> {
    let mesh = site.mesh();
    let mut agreements: Vec<&AccessAgreement> = product.agreements.iter().map(|idx| &mesh.agreements[*idx]).collect();
    agreements.sort_by_key(|agreement| agreed::urgency(agreement, mesh, site.outcome.today));
    agreements.into_iter().map(|agreement| row(agreement, linker)).collect()
}

/// Characters of the roles of an agreement.
const ROLE_CHARACTERS: usize = 120;

/// Words one agreement.
pub(crate) fn row<'a>(agreement: &'a AccessAgreement, linker: Linker<'a>) -> AgreementRow<'a> {
    let version = agreement.provider.contract_version.as_deref().map(|version| format!("{}.x", major(version)));
    let port = agreement.provider.port.as_deref().or(agreement.provider.contract.as_deref());
    let roles = agreement.roles.iter().map(|role| role.value.as_str()).collect::<Vec<_>>().join(", ");
    AgreementRow {
        roles: Some(parts::shortened(&roles, ROLE_CHARACTERS).into_owned()).filter(|roles| !roles.is_empty()),
        consumer: consumer(agreement, linker),
        purpose: agreement.header.description.purpose.as_deref(),
        port: match (port, version) {
            (Some(port), Some(version)) => Some(format!("{port} {version}")),
            (Some(one), None) => Some(one.to_string()),
            (None, version) => version,
        },
        until: agreement.end.as_ref().map(|end| Day::of(&end.value)),
        sign: agreed::sign(agreement, linker.site.mesh(), linker.site.outcome.today),
    }
}

pub(crate) fn consumer<'a>(agreement: &'a AccessAgreement, linker: Linker<'a>) -> Anchor<'a> {
    let mesh = linker.site.mesh();
    match (&agreement.consumer.product, &agreement.consumer.team) {
        (Some(id), _) => mesh.product(id).map_or(Anchor::plain(id.value.as_str()), |idx| linker.product(idx)),
        (None, Some(team)) => linker.team_named(&team.value),
        (None, None) => Anchor::plain("A person"),
    }
}

/// The ways to ask for access to a product.
pub(super) fn part<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> AccessPart<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let can_be_asked_for =
        |idx: &usize| crate::render::pages::contract::can_be_asked_for(&mesh.contracts[*idx], site.outcome.today);
    let port = product
        .descriptor
        .output_ports
        .iter()
        .zip(&product.outputs)
        .find(|(port, contract)| !port.is_deprecated && contract.as_ref().is_some_and(can_be_asked_for))
        .map(|(port, _)| port);
    let is_over = header.has_status("retired");
    let owner = mesh.product_owner(product);
    let title = format!("Access: {}", header.title());
    let port_name = port.map_or("", |port| port.name.as_str());
    let contract = port.and_then(|port| {
        let position = product.descriptor.output_ports.iter().position(|known| std::ptr::eq(known, port))?;
        product.outputs.get(position).copied().flatten()
    });
    let roles = contract.iter().flat_map(|idx| &mesh.contracts[*idx].descriptor.roles).map(|role| role.role.as_str());
    let roles = roles.filter(|role| !role.trim().is_empty());
    // Where there is one, there is nothing to choose.
    let role = if roles.clone().nth(1).is_some() { "Role: \n" } else { "" };
    let body = format!(
        "Product: {}\nPort: {port_name}\n{role}For which product or person: \nEnvironment: prod\nPurpose: \nUntil: \nData classes: \n",
        header.reference()
    );
    let contracts: Vec<usize> = contract.into_iter().collect();
    let file = agreement_file(mesh, &site.outcome.sources, idx);
    let roles: Vec<&str> = roles.take(ROLES).collect();
    let yaml = port.filter(|_| !is_over).map(|port| agreement(&product.descriptor, port, &roles, owner.as_deref()));
    AccessPart {
        request: site.issue_url(&title, &body).filter(|_| !is_over),
        new_file: yaml.as_deref().and_then(|yaml| site.new_file_url(&file, yaml)),
        yaml,
        file,
        approvers: approver_rows(site, idx, &contracts, linker),
        port: port.filter(|_| product.descriptor.output_ports.len() > 1).map(|port| port.name.as_str()),
    }
}

/// Says whether a text is the same without quotes: words of letters, digits and dashes that YAML takes for nothing else.
fn is_plain(text: &str) -> bool {
    // The words that mean a truth value or nothing are shorter.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    text.len() > 5
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_plain)
        && !text.ends_with(' ')
}

/// Roles that an agreement to complete offers.
const ROLES: usize = 8;

/// An agreement to complete: what only the reader knows is in words of advice.
fn agreement(product: &DataProduct, port: &OutputPort, roles: &[&str], owner: Option<&str>) -> String {
    let quoted = |text: &str| {
        if is_plain(text) { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
    };
    let id = product.header.id.value.as_str();
    let mut yaml = format!(
        "apiVersion: v0.9.0\nkind: AccessAgreement\nid: {}\nname: {}\nversion: \"1.0.0\"\nstatus: requested\ndescription:\n  purpose: \"What you need it for.\"\nendTimestamp: \"YYYY-MM-DDT23:59:59Z\"\nprovider:\n",
        quoted(&format!("my-product-reads-{id}")),
        quoted(&format!("My product reads {}", product.header.title())),
    );
    let fields = [
        ("teamId", owner),
        ("dataProductId", Some(id)),
        ("outputPortId", Some(port.id.as_deref().unwrap_or(&port.name))),
        ("dataContractId", port.contract_id.as_ref().map(|id| id.value.as_str())),
        ("dataContractVersion", port.version.as_ref().map(|version| version.value.as_str())),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(yaml, "  {name}: {}", quoted(value)).expect("a string takes all text");
        }
    }
    yaml.push_str("consumer:\n  teamId: my-team\n  dataProductId: my-product\n");
    if !roles.is_empty() {
        yaml.push_str("roles:\n");
    }
    // Who needs more asks for more: the others are there to choose from.
    for (at, role) in roles.iter().enumerate() {
        let aside = if at == 0 { "" } else { "# " };
        writeln!(yaml, "  {aside}- role: {}", quoted(role)).expect("a string takes all text");
    }
    yaml
}
