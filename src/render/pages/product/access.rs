//! Agreements on access to a product, who approves one, and the ways to ask for it.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;

use crate::graph::{Closed, Product};
use crate::model::{AccessAgreement, Header, OutputPort, SchemaObject, major};
use crate::render::agreed;
use crate::render::answers::{APPROVERS, agreement_file, approver_name, approving};
use crate::render::approvers::{Approver, ApproverOrigin};
use crate::render::parts::{self, Anchor, Day, Linker, Sign};
use crate::render::servers;
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
    /// An issue on the forge, filled in, about the first port that can be asked for.
    request: Option<String>,
    /// The same for the others, by their names.
    others: Vec<Anchor<'a>>,
    /// An agreement to complete and to send as a pull request.
    yaml: Option<String>,
    /// Why nothing can be asked for, where the product is not over.
    closed: Option<&'static str>,
    /// Nobody will be able to ask again: the product, or all that it publishes, is on its way out.
    is_ending: bool,
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

/// Who approves access to the contracts of a product, and who says so, as many as a page names.
pub(crate) fn approver_rows<'a>(
    site: &'a Site,
    idx: usize,
    contracts: &[usize],
    linker: Linker<'a>,
) -> Vec<ApproverRow<'a>> {
    all_approver_rows(site, idx, contracts, linker, APPROVERS)
}

/// Who approves access to the contracts of a product, and who says so, at most so many.
pub(crate) fn all_approver_rows<'a>(
    site: &'a Site,
    idx: usize,
    contracts: &[usize],
    linker: Linker<'a>,
    n_most: usize,
) -> Vec<ApproverRow<'a>> {
    let file = agreement_file(site.mesh(), &site.outcome.sources, idx);
    let header = &site.mesh().products[idx].descriptor.header;
    let channel = parts::contacts(&header.support).into_iter().find(parts::Contact::answers);
    let is_channel = channel.is_some();
    let ask = channel.map(|contact| contact.channel).or_else(|| linker.product_owner(idx));
    let row = |approver: Approver<'a>| {
        let name = approver_name(&approver, linker);
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
    let mut rows: Vec<ApproverRow<'a>> = found.into_iter().take(n_most).map(row).collect();
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

/// Agreements on the product's page.
pub(in crate::render::pages) const SHOWN: usize = 24;

/// The agreements in which a product provides, those that need a look first.
pub(in crate::render::pages) fn agreements<'a>(
    site: &'a Site,
    product: &'a Product,
    linker: Linker<'a>,
) -> Vec<AgreementRow<'a>> {
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

/// A port that can be asked for, with what an agreement on it names.
struct Asked<'a> {
    port: &'a OutputPort,
    contract_idx: usize,
    roles: Vec<&'a str>,
    environment: &'a str,
    /// The classes of data under its contract that need not be public.
    classes: Vec<&'a str>,
}

/// Roles and classes that an agreement to complete offers, and ports beside the first.
const ROLES: usize = 8;
const CLASSES: usize = 8;
const PORTS: usize = 4;

/// The ports of a product that can be asked for, in its order.
fn asked<'a>(site: &'a Site, idx: usize) -> Vec<Asked<'a>> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let ports = product.descriptor.output_ports.iter().zip(&product.outputs).enumerate();
    let of_port = |(port_idx, (port, contract)): (usize, (&'a OutputPort, &Option<usize>))| {
        let contract_idx = (*contract).filter(|_| mesh.port_closed(idx, port_idx, site.outcome.today).is_none())?;
        let contract = &mesh.contracts[contract_idx].descriptor;
        let roles = contract.role_names().into_iter();
        let production = contract.servers.iter().filter(|server| servers::is_production(server));
        let environment = production.chain(&contract.servers).find_map(|server| server.environment.as_deref());
        let classes: BTreeSet<&str> = contract.objects.iter().flat_map(SchemaObject::classifications).collect();
        Some(Asked {
            port,
            contract_idx,
            roles: roles.take(ROLES).collect(),
            environment: environment.unwrap_or("prod"),
            classes: classes.into_iter().filter(|class| *class != "public").take(CLASSES).collect(),
        })
    };
    ports.filter_map(of_port).collect()
}

impl Asked<'_> {
    /// The contract and its version.
    fn contract(&self) -> [Option<&str>; 2] {
        [&self.port.contract_id, &self.port.version].map(|text| text.as_ref().map(|text| text.value.as_str()))
    }

    /// The text of an issue that asks for it: what an agreement states, in the same order.
    fn issue(&self, header: &Header) -> String {
        let mut body = format!("Product: {}\nPort: {}\n", header.reference(), self.port.name);
        let contract: Vec<&str> = self.contract().into_iter().flatten().collect();
        body.extend(["Contract: ", &contract.join(" "), "\n"]);
        match &self.roles[..] {
            [] => {}
            [only] => body.extend(["Role: ", only, "\n"]),
            several => body.extend(["Role (", &several.join(", "), "): \n"]),
        }
        body.extend(["For product or person: \nEnvironment: ", self.environment, "\nPurpose: \nUntil: \n"]);
        if !self.classes.is_empty() {
            body.extend(["Data classes: ", &self.classes.join(", "), "\n"]);
        }
        body
    }
}

/// The ways to ask for access to a product.
pub(super) fn part<'a>(site: &'a Site, idx: usize, linker: Linker<'a>) -> AccessPart<'a> {
    let mesh = site.mesh();
    let product = &mesh.products[idx];
    let header = &product.descriptor.header;
    let file = agreement_file(mesh, &site.outcome.sources, idx);
    let ports = asked(site, idx);
    let (first, others) = match ports.split_first() {
        Some((first, others)) => (Some(first), &others[..others.len().min(PORTS)]),
        None => (None, &[][..]),
    };
    let title = format!("Access: {}", header.title());
    let issue = |asked: &Asked<'_>| site.issue_url(&title, &asked.issue(header));
    let owner = mesh.product_owner(product);
    let yaml = |others: &[Asked<'_>]| Some(agreement(header, first?, others, owner.as_deref()));
    // Forges take no long address: what other ports need stands on the page alone.
    let new_file = yaml(&[]).and_then(|yaml| site.new_file_url(&file, &yaml));
    let contracts: Vec<usize> = first.iter().map(|asked| asked.contract_idx).collect();
    let closed = mesh.access_closed(idx, site.outcome.today);
    AccessPart {
        request: first.and_then(issue),
        others: others
            .iter()
            .filter_map(|asked| Some(Anchor { text: asked.port.name.as_str().into(), href: Some(issue(asked)?) }))
            .collect(),
        new_file,
        yaml: yaml(others),
        is_ending: closed == Some(Closed::Ending) || product.descriptor.is_on_its_way_out(),
        closed: closed.and_then(closed_words),
        approvers: approver_rows(site, idx, &contracts, linker),
        port: first.filter(|_| product.descriptor.output_ports.len() > 1).map(|asked| asked.port.name.as_str()),
        file,
    }
}

/// Says why nothing of a product can be asked for; of what is over the page says more.
fn closed_words(closed: Closed) -> Option<&'static str> {
    Some(match closed {
        Closed::Retired => return None,
        Closed::NoPort => "It has no output port.",
        Closed::NoContract => "No output port names a contract of this registry.",
        Closed::Coming => "The contracts of its output ports are not in use yet.",
        Closed::Ending => "All that it publishes is on its way out.",
    })
}

/// Says whether a text is the same without quotes: words of letters, digits and dashes that YAML takes for nothing else.
fn is_plain(text: &str) -> bool {
    const MEANT: [&str; 11] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !MEANT.iter().any(|word| word.eq_ignore_ascii_case(text))
        && text.chars().all(is_plain)
        && !text.ends_with(' ')
}

/// Writes a text as a value of YAML.
fn quoted(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}

/// An agreement to complete: what only the reader knows is in words of advice.
fn agreement(header: &Header, asked: &Asked<'_>, others: &[Asked<'_>], owner: Option<&str>) -> String {
    let id = header.id.value.as_str();
    let mut yaml = format!(
        "apiVersion: v0.9.0\nkind: AccessAgreement\nid: {}\nstatus: requested\ndescription:\n  purpose: \"What you need it for.\"\nendTimestamp: \"YYYY-MM-DDT23:59:59Z\"\nprovider:\n",
        quoted(&format!("my-product-reads-{id}")),
    );
    let of_port = |asked: &Asked<'_>| {
        let [contract, version] = asked.contract().map(|text| text.map(quoted));
        let port = quoted(asked.port.id.as_deref().unwrap_or(&asked.port.name));
        [("outputPortId", Some(port)), ("dataContractId", contract), ("dataContractVersion", version)]
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}: {}", value?)))
            .collect::<Vec<_>>()
    };
    let own = [("teamId", owner), ("dataProductId", Some(id))];
    let own = own.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", quoted(value?))));
    for line in own.chain(of_port(asked)) {
        writeln!(yaml, "  {line}").expect("a string takes all text");
    }
    // Whoever reads another port takes its line in place of these.
    for other in others {
        let role = other.roles.first().map(|role| format!("role: {}", quoted(role)));
        let line = of_port(other).into_iter().chain(role).collect::<Vec<_>>().join(", ");
        writeln!(yaml, "  # or {line}").expect("a string takes all text");
    }
    yaml.push_str("consumer:\n  teamId: my-team\n  dataProductId: my-product\n");
    if !asked.roles.is_empty() {
        yaml.push_str("roles:\n");
    }
    // Who needs more asks for more: the others are there to choose from.
    for (at, role) in asked.roles.iter().enumerate() {
        let aside = if at == 0 { "" } else { "# " };
        writeln!(yaml, "  {aside}- role: {}", quoted(role)).expect("a string takes all text");
    }
    writeln!(yaml, "customProperties:\n  - property: environment\n    value: {}", quoted(asked.environment))
        .expect("a string takes all text");
    if !asked.classes.is_empty() {
        let classes = asked.classes.iter().map(|class| quoted(class)).collect::<Vec<_>>().join(", ");
        writeln!(yaml, "  - property: dataClasses\n    value: [{classes}]").expect("a string takes all text");
    }
    yaml
}
