//! Agreements on access: whether both sides exist, and whether the agreement still holds.

use jiff::civil::Date;

use super::mesh::Mesh;
use super::near::Report;
use super::resolve::shell_word;
use super::rules;
use crate::model::{AccessAgreement, DataProduct, Kind, OutputPort, Ref, SpannedText, Version, date_of, major};

/// How an agreement stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Approved, and its last day is at most so many days away.
    Ending {
        /// Days until then; 0 on the last day.
        days: i32,
    },
    /// Approved, and neither over nor ending soon.
    InForce,
    /// Approved, from a later day on.
    Upcoming,
    /// Asked for.
    Requested,
    /// Approved once, and past its end.
    Ended,
    /// Refused.
    Rejected,
    /// Its `status` is no word of the standard.
    Unknown,
}

impl Standing {
    /// After so many days an end is soon.
    pub const SOON_DAYS: i32 = 30;

    /// Returns the word for people and for JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Standing::Ending { .. } => "ending",
            Standing::InForce => "in force",
            Standing::Upcoming => "upcoming",
            Standing::Requested => "requested",
            Standing::Ended => "ended",
            Standing::Rejected => "rejected",
            Standing::Unknown => "unknown",
        }
    }

    /// Says whether access is given today.
    #[must_use]
    pub fn is_in_force(self) -> bool {
        matches!(self, Standing::Ending { .. } | Standing::InForce)
    }
}

/// Resolves all agreements, and attaches them to their provider.
pub(super) fn resolve(mesh: &mut Mesh, today: Date, sink: &mut Report<'_>) {
    let mut provided = Vec::new();
    for (idx, agreement) in mesh.agreements.iter().enumerate() {
        if agreement.header.is_broken() {
            continue;
        }
        Sides { mesh, agreement, sink }.report(today);
        report_end(agreement, today, sink);
        report_order(agreement, sink);
        if let Some(product) = agreement.provider.product.as_ref().and_then(|id| mesh.product(id)) {
            provided.push((product, idx));
        }
    }
    for (product, agreement) in provided {
        mesh.products[product].agreements.push(agreement);
    }
}

impl AccessAgreement {
    /// Says whether access is given on a day: approved, begun, and not past its end.
    #[must_use]
    pub fn is_in_force(&self, today: Date) -> bool {
        self.is_agreed(today) && !self.begins_after(today)
    }

    /// Says whether access is given on a day or from a later one on: approved, and not past its end.
    #[must_use]
    pub fn is_agreed(&self, today: Date) -> bool {
        self.header.has_status("approved") && !self.has_ended(today)
    }

    fn begins_after(&self, today: Date) -> bool {
        self.start.as_ref().and_then(|start| date_of(start)).is_some_and(|start| start > today)
    }

    /// Says whether the last day is over.
    #[must_use]
    pub fn has_ended(&self, today: Date) -> bool {
        self.end.as_ref().and_then(|end| date_of(end)).is_some_and(|end| end < today)
    }

    /// Says whether it is approved or asked for, whatever its last day.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.header.status_word(), "approved" | "requested")
    }

    /// Returns how it stands on a day.
    #[must_use]
    pub fn standing(&self, today: Date) -> Standing {
        match self.header.status_word() {
            "requested" => Standing::Requested,
            "rejected" => Standing::Rejected,
            "approved" if self.has_ended(today) => Standing::Ended,
            "approved" if self.begins_after(today) => Standing::Upcoming,
            "approved" => match self.days_left(today) {
                Some(days) if days <= Standing::SOON_DAYS => Standing::Ending { days },
                _ => Standing::InForce,
            },
            _ => Standing::Unknown,
        }
    }

    /// Returns how many days are left, 0 on the last; `None` when no end is stated or it is over.
    #[must_use]
    pub fn days_left(&self, today: Date) -> Option<i32> {
        let end = date_of(self.end.as_ref()?)?;
        today.until(end).ok().map(|span| span.get_days()).filter(|days| *days >= 0)
    }
}

impl Mesh {
    /// Says whether an agreement is about what a product reads: its consumer is the product or, where none is
    /// named, the product's team; and it names a port that carries the contract, or the contract in this major, or
    /// neither.
    #[must_use]
    pub fn agreement_covers(&self, agreement: &AccessAgreement, reader_idx: usize, contract_idx: usize) -> bool {
        let (provider, consumer) = (&agreement.provider, &agreement.consumer);
        let is_reader = match (&consumer.product, &consumer.team) {
            (Some(product), _) => self.product(product) == Some(reader_idx),
            (None, Some(team)) => {
                let team = self.team(team);
                team.is_some() && team == self.products[reader_idx].owner_idx
            }
            (None, None) => false,
        };
        let contract = &self.contracts[contract_idx];
        let Some(provider_idx) = provider.product.as_ref().and_then(|id| self.product(id)) else { return false };
        let publishes = |port: &SpannedText| {
            contract.published_by.iter().filter(|by| by.product_idx == provider_idx).any(|by| {
                let known = &self.products[provider_idx].descriptor.output_ports[by.port_idx];
                known.id.as_ref() == Some(&port.value) || known.name == port.value
            })
        };
        let is_contract = |id: &SpannedText| {
            id.value == contract.descriptor.header.id.value
                && provider
                    .contract_version
                    .as_ref()
                    .is_none_or(|version| major(version) == major(contract.descriptor.version_text()))
        };
        let is_about = match (&provider.port, &provider.contract) {
            (None, None) => contract.published_by.iter().any(|by| by.product_idx == provider_idx),
            (port, id) => port.as_ref().is_some_and(publishes) || id.as_ref().is_some_and(is_contract),
        };
        is_reader && is_about
    }

    /// Returns the contract version that an agreement is about: the newest of the major that it pins, else what the
    /// named port carries, else the current one.
    #[must_use]
    pub fn agreement_contract(&self, agreement: &AccessAgreement) -> Option<usize> {
        let provider = &agreement.provider;
        let ported = || {
            let product = &self.products[provider.product.as_ref().and_then(|id| self.product(id))?];
            let written = provider.port.as_ref()?;
            let position = product.descriptor.output_ports.iter().position(|port| port.is_named(written))?;
            product.outputs.get(position).copied().flatten()
        };
        let Some(id) = &provider.contract else { return ported() };
        if let Some(version) = &provider.contract_version {
            let same_major =
                |idx: &&usize| major(self.contracts[**idx].descriptor.version_text()) == major(version.as_str());
            let newest = |idx: &&usize| Version::parse(self.contracts[**idx].descriptor.version_text());
            return self.versions(id).iter().filter(same_major).max_by_key(newest).copied();
        }
        let carried = ported().filter(|idx| self.contracts[*idx].descriptor.header.id.value == id.value);
        carried.or_else(|| self.current_version(id))
    }

    /// Says whether a reviewer is a team or a product of the mesh.
    fn is_known_reviewer(&self, written: &str) -> bool {
        let of_reference = || {
            let reference = Ref::parse(written).ok()?;
            let is_one = |found: &super::Found| matches!(found.kind, Kind::Team | Kind::DataProduct);
            self.find(&reference).iter().find(|found| is_one(found)).copied()
        };
        self.team(written).is_some() || self.product(written).is_some() || of_reference().is_some()
    }

    /// Counts who uses a product.
    #[must_use]
    pub fn adoption(&self, product_idx: usize, today: Date) -> Adoption {
        let product = &self.products[product_idx];
        let standings = || product.agreements.iter().map(|idx| self.agreements[*idx].standing(today));
        let ratings: Vec<i64> = product
            .reviews
            .iter()
            .filter(|idx| !self.is_own_review(**idx, product_idx))
            .map(|idx| &self.reviews[*idx])
            // Whoever nobody knows may have written all five.
            .filter(|review| review.reviewer.as_ref().is_some_and(|by| self.is_known_reviewer(by)))
            .filter_map(|review| review.rating)
            .filter(|n| (1..=5).contains(n))
            .collect();
        let tenths = |sum: i64, n: i64| (sum * 10 + n / 2) / n;
        let n_ratings = i64::try_from(ratings.len()).unwrap_or(i64::MAX);
        Adoption {
            n_consumers: product.consumers.len(),
            n_in_force: standings().filter(|standing| standing.is_in_force()).count(),
            n_requested: standings().filter(|standing| *standing == Standing::Requested).count(),
            n_reviews: product.reviews.len(),
            n_ratings: ratings.len(),
            rating_tenths: (ratings.len() >= Adoption::AVERAGE_FROM)
                .then(|| tenths(ratings.iter().sum::<i64>(), n_ratings)),
        }
    }
}

impl Mesh {
    /// Says whether a review of a product is by those who make it: its team, or a product of its team.
    #[must_use]
    pub fn is_own_review(&self, review_idx: usize, product_idx: usize) -> bool {
        let Some(reviewer) = &self.reviews[review_idx].reviewer else { return false };
        let owner = self.products[product_idx].owner_idx;
        if let Some(team) = self.team(reviewer) {
            return owner == Some(team);
        }
        let by = self.product(reviewer.value.strip_prefix("product:").unwrap_or(&reviewer.value));
        by.is_some_and(|by| by == product_idx || (owner.is_some() && self.products[by].owner_idx == owner))
    }
}

/// Who uses a product, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// Products that declare to read it.
    pub n_consumers: usize,
    /// Agreements in force.
    pub n_in_force: usize,
    /// Agreements that are asked for.
    pub n_requested: usize,
    /// Reviews.
    pub n_reviews: usize,
    /// Ratings that a mean counts: by known reviewers who do not make the product.
    pub n_ratings: usize,
    /// The mean rating in tenths, from five such ratings on.
    pub rating_tenths: Option<i64>,
}

impl Adoption {
    /// The least number of ratings that have a mean: fewer say more about who wrote them.
    pub const AVERAGE_FROM: usize = 5;

    /// Returns the mean rating as pages print it: `4.2`.
    #[must_use]
    pub fn rating(&self) -> Option<String> {
        self.rating_tenths.map(|tenths| format!("{}.{}", tenths / 10, tenths % 10))
    }
}

impl Mesh {
    /// Says whether a contract has a version of the same major, or one that could not be read or is missing.
    fn has_major(&self, contract_id: &str, version: &str) -> bool {
        let wanted = major(version);
        // A port that publishes what no document has tells it.
        let published = self.index.published.get(contract_id).map_or(&[][..], Vec::as_slice);
        if published.iter().any(|found| major(found.version.text()) == wanted) {
            return true;
        }
        self.versions(contract_id).iter().any(|idx| {
            let known = &self.contracts[*idx].descriptor;
            known.lacks_version() || major(known.version_text()) == wanted
        })
    }
}

struct Sides<'a, 'r> {
    mesh: &'a Mesh,
    agreement: &'a AccessAgreement,
    sink: &'a mut Report<'r>,
}

impl Sides<'_, '_> {
    fn report(&mut self, today: Date) {
        let (mesh, agreement) = (self.mesh, self.agreement);
        for team in [&agreement.provider.team, &agreement.consumer.team].into_iter().flatten() {
            if mesh.team(team).is_none() {
                self.push(team, Kind::Team, "team");
            }
        }
        for product in [&agreement.provider.product, &agreement.consumer.product].into_iter().flatten() {
            if mesh.product(product).is_none() {
                self.push(product, Kind::DataProduct, "data product");
            }
        }
        if let Some(contract) = &agreement.provider.contract {
            if mesh.versions(contract).is_empty() {
                self.push(contract, Kind::DataContract, "data contract");
            } else if let Some(version) = &agreement.provider.contract_version
                && !mesh.has_major(contract, version)
            {
                let message = format!("the contract `{}` has no version `{}.x`", contract.value, major(version));
                self.push_at(version, message, "name a version that the registry holds".to_owned());
            }
        }
        self.report_port(today);
        // Who owned what when it was agreed on and is over is history.
        if agreement.is_open() && !agreement.has_ended(today) {
            let (provider, consumer) = (&agreement.provider, &agreement.consumer);
            self.report_team(provider.team.as_ref(), provider.product.as_ref());
            self.report_team(consumer.team.as_ref(), consumer.product.as_ref());
        }
    }

    /// The team of a side must own its product.
    fn report_team(&mut self, team: Option<&SpannedText>, product: Option<&SpannedText>) {
        let (mesh, header) = (self.mesh, &self.agreement.header);
        let (Some(team), Some(product)) = (team, product) else { return };
        let (Some(team_idx), Some(product_idx)) = (mesh.team(team), mesh.product(product)) else { return };
        let product = &mesh.products[product_idx];
        let Some(owner_idx) = product.owner_idx.filter(|owner_idx| *owner_idx != team_idx) else { return };
        let owner = &mesh.teams[owner_idx].descriptor.header.id.value;
        let descriptor = &product.descriptor;
        let stated = descriptor.team.as_ref().and_then(|team| team.name.as_ref());
        let message = format!(
            "the agreement names the team `{}` for the data product `{}`, which `{owner}` owns",
            team.value, descriptor.header.id.value
        );
        self.sink.push(
            rules::AGREEMENT_TEAM_MISMATCH
                .at(header.file, team.span, message)
                .help(format!("write `teamId: {owner}`, or agree with the new owner again"))
                .related(
                    descriptor.header.file,
                    stated.map_or(descriptor.header.id.span, |name| name.span),
                    "the owner",
                )
                .subject(header.reference()),
        );
    }

    /// The port must be one of the provider's, by id or name, and carry the contract that is named.
    fn report_port(&mut self, today: Date) {
        let provider = &self.agreement.provider;
        let Some(product_idx) = provider.product.as_ref().and_then(|id| self.mesh.product(id)) else { return };
        let product = &self.mesh.products[product_idx].descriptor;
        if product.header.may_hold_more() {
            return;
        }
        let named = provider.port.as_ref();
        let is_named = |known: &&OutputPort| named.is_none_or(|port| known.is_named(port));
        let ports: Vec<&OutputPort> = product.output_ports.iter().filter(is_named).collect();
        if let (Some(port), true) = (named, ports.is_empty()) {
            let names = product.output_ports.iter().map(|known| known.name.as_str());
            let help = match self.sink.nearest(port, names.clone()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => match some_of(names) {
                    Some(names) => format!("its output ports are {names}"),
                    None => "it has no output ports".to_owned(),
                },
            };
            let message = format!("the data product `{}` has no output port `{}`", product.header.id.value, port.value);
            self.push_at(port, message, help);
            return;
        }
        // What was agreed on and is over may name what the port no longer carries.
        if self.agreement.is_open() && !self.agreement.has_ended(today) {
            self.report_other_contract(product, &ports);
        }
    }

    fn report_other_contract(&mut self, product: &DataProduct, ports: &[&OutputPort]) {
        let (mesh, provider) = (self.mesh, &self.agreement.provider);
        // A contract that is not there is reported already.
        let Some(contract) = provider.contract.as_ref().filter(|id| !mesh.versions(id).is_empty()) else { return };
        let carries = |port: &&&OutputPort| port.contract_id.as_ref().is_some_and(|id| id.value == contract.value);
        let carrying: Vec<&&OutputPort> = ports.iter().filter(carries).collect();
        let who = match (&provider.port, ports) {
            (Some(_), [port]) => format!("output port `{}` of `{}`", port.name, product.header.id.value),
            _ => format!("the data product `{}`", product.header.id.value),
        };
        let header = &self.agreement.header;
        if carrying.is_empty() {
            // A port that names nothing that is there, or nothing at all, has a finding of its own.
            let is_open = |port: &&OutputPort| match &port.contract_id {
                Some(id) => mesh.versions(id).is_empty(),
                None => mesh.has_unfounded_port(contract),
            };
            if ports.iter().any(is_open) {
                return;
            }
            let carried = some_of(ports.iter().filter_map(|port| Some(port.contract_id.as_ref()?.value.as_str())));
            let message =
                format!("the agreement is about the contract `{}`, which {who} does not carry", contract.value);
            let help = match &carried {
                Some(carried) => format!("name what it carries, {carried}, or the port that carries this contract"),
                None => "name a port that carries this contract".to_owned(),
            };
            let mut finding = rules::AGREEMENT_PORT_MISMATCH
                .at(header.file, contract.span, message)
                .help(help)
                .subject(header.reference());
            if let (Some(_), [port]) = (&provider.port, ports) {
                let span = port.contract_id.as_ref().map_or(port.span, |id| id.span);
                finding = finding.related(product.header.file, span, "what the port carries");
            }
            self.sink.push(finding);
            return;
        }
        let Some(version) = &provider.contract_version else { return };
        // A port without a version carries whatever its contract's page shows.
        let is_other = |port: &&&OutputPort| {
            let known = port.version.as_ref().filter(|known| mesh.contract(contract, known).is_some());
            known.is_some_and(|known| major(known) != major(version))
        };
        if mesh.has_major(contract, version) && carrying.iter().all(is_other) {
            let port = carrying[0];
            let span = port.version.as_ref().map_or(port.span, |known| known.span);
            let known = port.version.as_ref().map_or("", |known| known.value.as_str());
            let message = format!(
                "the agreement is about version `{}.x` of `{}`, which {who} does not carry",
                major(version),
                contract.value
            );
            self.sink.push(
                rules::AGREEMENT_PORT_MISMATCH
                    .at(header.file, version.span, message)
                    .label(format!("it carries `{known}`"))
                    .help(format!("agree on version `{}.x`, or name the port that carries this one", major(known)))
                    .related(product.header.file, span, "the version of the port")
                    .subject(header.reference()),
            );
        }
    }

    fn push(&mut self, written: &SpannedText, kind: Kind, word: &str) {
        let mesh = self.mesh;
        let known = || mesh.headers(kind).into_iter().map(|header| header.id.value.as_str());
        let help = match self.sink.nearest_in(kind.plural(), written, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if kind == Kind::Team => {
                format!("add it with `meshfolio new team {}`, or name one of `{LIST} teams`", shell_word(written))
            }
            None => format!("name a {word} of `{LIST} {}`; where it is gone, remove the agreement", kind.plural()),
        };
        let message = format!("the agreement names the {word} `{}`, which is not in this registry", written.value);
        self.push_at(written, message, help);
    }

    fn push_at(&mut self, written: &SpannedText, message: String, help: String) {
        let header = &self.agreement.header;
        let finding = rules::DANGLING_AGREEMENT.at(header.file, written.span, message).label("leads nowhere");
        self.sink.push(finding.help(help).subject(header.reference()));
    }
}

/// The command that lists things.
const LIST: &str = "meshfolio list";

/// Lists some names for a sentence; none where there are none.
fn some_of<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    const SHOWN: usize = 6;
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    if names.len() > SHOWN {
        let more = names.len() - SHOWN;
        names.truncate(SHOWN);
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn report_end(agreement: &AccessAgreement, today: Date, sink: &mut Report<'_>) {
    let header = &agreement.header;
    if let (true, Some(end)) = (agreement.is_open(), &agreement.end)
        && let Some(date) = date_of(end)
        && date < today
    {
        let message = format!("the agreement `{}` ran out on {date}", header.id.value);
        sink.push(
            rules::EXPIRED_AGREEMENT
                .at(header.file, end.span, message)
                .label("the end lies in the past")
                .help("agree on a new `endTimestamp`, or remove the agreement and the input port that relies on it")
                .subject(header.reference()),
        );
    }
}

fn report_order(agreement: &AccessAgreement, sink: &mut Report<'_>) {
    let header = &agreement.header;
    if let (Some(start), Some(end)) = (&agreement.start, &agreement.end)
        && let (Some(from), Some(to)) = (date_of(start), date_of(end))
        && to < from
    {
        let message = format!("the agreement `{}` ends on {to}, before it begins on {from}", header.id.value);
        sink.push(
            rules::IMPOSSIBLE_DATE
                .at(header.file, end.span, message)
                .help("correct `startTimestamp` or `endTimestamp`")
                .related(header.file, start.span, "the beginning")
                .subject(header.reference()),
        );
    }
}
