//! What `new` knows of the thing: from flags, from the mesh, and from the person at the terminal.

use anyhow::{Context, bail};

use super::NewArgs;
use super::agreement::{contract_of, fill_known, refuse_known};
use super::ask::Subject;
use crate::cli::terminal::Terminal;
use crate::graph::{Product, never_agreed, never_reviewed, version_slug};
use crate::model::{Kind, Version};
use crate::pipeline::{self, Outcome};
use crate::policy::{is_bound_by, says_nothing};
use crate::render::scaffold::{Answers, Place, id_of, title_of};
use crate::source::{join, parent};
use crate::yaml::did_you_mean;

/// How long access is agreed for, and how long an exception holds, when nothing is said: in days.
const AGREEMENT_DAYS: i32 = 365;
const WAIVER_DAYS: i32 = 90;

pub(super) struct Gather<'a> {
    pub(super) args: &'a NewArgs,
    pub(super) outcome: &'a Outcome,
    pub(super) terminal: &'a Terminal,
}

impl Gather<'_> {
    /// Returns what is known about the thing, and where it goes.
    pub(super) fn answers(&self, kind: Kind) -> anyhow::Result<(Answers, Place)> {
        let args = self.args;
        let id = self.bare_id(kind)?.to_owned();
        let version = match kind {
            Kind::DataProduct | Kind::DataContract => "0.1.0",
            _ => "1.0.0",
        };
        let mut answers = Answers {
            name: args.name.clone().unwrap_or_else(|| title_of(&id)),
            version: args.version.clone().unwrap_or_else(|| version.to_owned()),
            purpose: args.purpose.clone(),
            today: self.outcome.today.to_string(),
            id: id.clone(),
            ..Answers::default()
        };
        let root = self.outcome.config.roots.first().cloned().unwrap_or_default();
        let mut place = Place { root, stem: id, ..Place::default() };
        match kind {
            Kind::DataProduct => {
                let domain = self.need_domain(kind)?;
                place.domain = Some(self.domain_folder(domain, &place.root));
                answers.domain = Some(self.domain_id(domain));
                answers.owner = Some(self.need_owner(kind)?);
            }
            Kind::DataContract => self.contract(&mut answers, &mut place)?,
            Kind::Domain | Kind::SourceSystem => {
                answers.domain = self.domain()?;
                answers.owner = Some(self.need_owner(kind)?);
            }
            Kind::Policy => {
                let owner = self.need_owner(kind)?;
                answers.domain = self.bound_domain(&owner)?;
                answers.owner = Some(owner);
            }
            Kind::Team => answers.domain = self.domain()?,
            Kind::SemanticDefinition => {
                let written = args.id.split_once('/').map_or("", |(domain, _)| domain);
                let domain = self.find_domain(written)?;
                answers.domain = Some(self.domain_id(domain));
                answers.glossary = Some(self.free_glossary_id(&self.domain_id(domain)));
                place.stem.clone_from(&self.outcome.mesh.domains[domain].slug);
            }
            Kind::AccessAgreement => {
                self.agreement(&mut answers, &mut place)?;
                let folder = place.product.as_deref().unwrap_or_default();
                if self.outcome.sources.id(&format!("{folder}/access/{}.oaas.yaml", place.stem)).is_some() {
                    place.stem.clone_from(&answers.id);
                }
            }
            Kind::Review => self.review(&mut answers, &mut place)?,
            Kind::Waiver => self.waiver(&mut answers)?,
            Kind::Acknowledgement => {
                self.acknowledgement(&mut answers, &mut place)?;
                // One reader may have more to say about one major: of another version, or of other changes.
                let folder = place.product.as_deref().unwrap_or_default();
                if self.outcome.sources.id(&format!("{folder}/acknowledgements/{}.yaml", place.stem)).is_some() {
                    place.stem.clone_from(&answers.id);
                }
            }
            Kind::Scorecard | Kind::MaturityModel => {}
        }
        if let Some(path) = &args.path {
            let inside = join("", &path.replace('\\', "/")).filter(|_| !path.starts_with('/'));
            place.path = Some(inside.with_context(|| format!("`{path}` is outside the registry's folder"))?);
        }
        Ok((answers, place))
    }

    fn contract(&self, answers: &mut Answers, place: &mut Place) -> anyhow::Result<()> {
        let mesh = &self.outcome.mesh;
        answers.domain = self.domain()?;
        answers.owner = self.args.owner.as_deref().map(|owner| self.find_team(owner)).transpose()?;
        if !mesh.versions(&answers.id).is_empty() {
            place.stem = format!("{}-{}", answers.id, version_slug(&answers.version));
        }
        if self.args.product.is_none() && self.args.path.is_some() {
            return Ok(());
        }
        let idx = self.need_product(Kind::DataContract)?;
        let product = &mesh.products[idx];
        place.product = Some(self.product_folder(idx));
        answers.product = Some(product.descriptor.header.id.value.to_string());
        answers.domain = answers.domain.take().or_else(|| mesh.product_domain(product));
        answers.owner = answers.owner.take().or_else(|| mesh.product_owner(product));
        Ok(())
    }

    /// Fills in who gives access to what, and who gets it; the stem is that of the consumer.
    pub(super) fn agreement(&self, answers: &mut Answers, place: &mut Place) -> anyhow::Result<()> {
        let mesh = &self.outcome.mesh;
        let idx = self.need_product(Kind::AccessAgreement)?;
        let product = &mesh.products[idx];
        let id = &product.descriptor.header.id.value;
        let owner = mesh.product_owner(product);
        answers.owner = Some(owner.with_context(|| {
            format!("the product `{id}` names no owner, so nobody can give access: add its `team` first")
        })?);
        answers.product = Some(id.to_string());
        let port = self.port(idx)?;
        let port = &product.descriptor.output_ports[port];
        answers.port = Some(port.name.to_string());
        answers.contract = port.contract_id.as_ref().map(|contract| contract.value.to_string());
        answers.contract_version = port.version.as_ref().map(|version| version.value.to_string());
        let contract = contract_of(self.outcome, answers).map(|idx| &*mesh.contracts[idx].descriptor);
        fill_known(answers, contract);

        let (title, stem) = if let Some(user) = &self.args.user {
            answers.consumer_user = Some(user.clone());
            let stem = id_of(user).with_context(|| format!("`{user}` holds no letter or digit"))?;
            (user.as_str(), stem)
        } else {
            self.reader(answers)?
        };
        if self.args.name.is_none() {
            answers.name = format!("{title} reads {}", product.descriptor.header.title());
        }
        if answers.consumer_product.as_deref() == Some(id.as_str()) {
            bail!("the product `{id}` needs no access to itself; name who else reads it with `--consumer`");
        }
        self.refuse_owner(product, answers)?;
        refuse_known(self.outcome, idx, answers)?;
        let purpose = self.need_purpose(Kind::AccessAgreement, "what the consumer needs the data for")?;
        // The check would say so of the file that is written here.
        if says_nothing(&purpose) {
            bail!(
                "the purpose `{}` says nothing: say in a sentence what the consumer does with the data",
                purpose.trim()
            );
        }
        answers.purpose = Some(purpose);
        answers.until = Some(self.until(AGREEMENT_DAYS)?);
        place.product = Some(self.product_folder(idx));
        place.stem = stem;
        Ok(())
    }

    /// Refuses an agreement inside one team: it would ask itself, and no rule asks for one. In another domain the data
    /// is bound by other policies, so that one of its products there may ask.
    fn refuse_owner(&self, product: &Product, answers: &Answers) -> anyhow::Result<()> {
        let mesh = &self.outcome.mesh;
        let (Some(team), Some(owner)) = (answers.consumer_team.as_deref(), product.owner_idx) else { return Ok(()) };
        if mesh.team(team) != Some(owner) {
            return Ok(());
        }
        let id = &product.descriptor.header.id.value;
        let Some(reader) = answers.consumer_product.as_deref() else {
            bail!(
                "the team `{team}` owns the product `{id}` and needs no agreement to read it; name who else reads it with `--consumer`"
            );
        };
        let reader_domain = mesh.product(reader).and_then(|idx| mesh.product_domain(&mesh.products[idx]));
        if reader_domain == mesh.product_domain(product) {
            bail!(
                "the team `{team}` owns `{reader}` and the product `{id}`, in one domain, and needs no agreement with itself; name who else reads it with `--consumer`"
            );
        }
        Ok(())
    }

    /// Fills in the product or team that gets access; returns its name, and the stem of its page.
    fn reader(&self, answers: &mut Answers) -> anyhow::Result<(&str, String)> {
        let mesh = &self.outcome.mesh;
        let (consumer, stem) = self.need_consumer(Kind::AccessAgreement)?;
        let title = if consumer.kind == Kind::Team {
            let header = &mesh.teams[consumer.idx].descriptor.header;
            answers.consumer_team = Some(header.id.value.to_string());
            header.title()
        } else {
            let reader = &mesh.products[consumer.idx];
            let header = &reader.descriptor.header;
            let team = mesh.product_owner(reader);
            let team = team.with_context(|| format!("the product `{}` names no owner that could ask", header.id.value));
            answers.consumer_team = Some(team?);
            answers.consumer_product = Some(header.id.value.to_string());
            header.title()
        };
        Ok((title, stem))
    }

    fn review(&self, answers: &mut Answers, place: &mut Place) -> anyhow::Result<()> {
        let mesh = &self.outcome.mesh;
        let Subject { found, reference, version } = self.need_subject(Kind::Review, None)?;
        place.product = (found.kind == Kind::DataProduct).then(|| self.product_folder(found.idx));
        answers.subject = Some(reference);
        let known = || self.ids(Kind::Team).into_iter().chain(self.ids(Kind::DataProduct)).collect();
        let by = self.need(Kind::Review, self.args.by.as_deref(), "--by", "the team or product that reviews", known)?;
        let (kind, id) = self.bare(&[Kind::Team, Kind::DataProduct], &by)?;
        let product = mesh.product(&id).filter(|_| kind != Some(Kind::Team));
        answers.by = Some(match product {
            Some(idx) if kind == Some(Kind::DataProduct) || mesh.team(&id).is_none() => {
                mesh.products[idx].descriptor.header.id.value.to_string()
            }
            None if kind == Some(Kind::DataProduct) => bail!(self.unknown(Kind::DataProduct, &id)),
            _ => self.find_team(&id)?,
        });
        answers.rating = self.args.rating;
        if answers.rating.is_none() {
            let text = self.need(Kind::Review, None, "--rating", "a number from 1 to 5", Vec::new)?;
            let rating = text.parse().ok().filter(|rating| (1..=5).contains(rating));
            answers.rating =
                Some(rating.with_context(|| format!("`{text}` is no rating: write a number from 1 to 5"))?);
        }
        answers.contract_version = self.args.version.clone().or(version);
        let written = answers.subject.as_deref().zip(answers.contract_version.as_deref());
        if let Some((message, help)) = written.and_then(|(subject, version)| never_reviewed(mesh, subject, version)) {
            bail!("{message}; {help}");
        }
        Ok(())
    }

    fn waiver(&self, answers: &mut Answers) -> anyhow::Result<()> {
        let Subject { reference, version, .. } = self.need_subject(Kind::Waiver, None)?;
        // One version is excused, and not those that come after it.
        answers.subject = Some(match version {
            Some(version) => format!("{reference}@{version}"),
            None => reference,
        });
        let rule = self.need(Kind::Waiver, self.args.rule.as_deref(), "--rule", "the rule that is waived", Vec::new)?;
        let rules = pipeline::rules();
        let policies = self.ids(Kind::Policy);
        let is_known = rules.iter().any(|known| known.code == rule || known.name == rule) || policies.contains(&rule);
        if !is_known {
            let names = rules.iter().flat_map(|rule| [rule.code, rule.name]).chain(policies.iter().map(String::as_str));
            let all = || "`meshfolio explain` and `meshfolio list policies` show them".to_owned();
            bail!("there is no rule `{rule}`; {}", did_you_mean(&rule, names, all));
        }
        answers.rule = Some(rule);
        let known = || self.ids(Kind::Team);
        let by = self.need(Kind::Waiver, self.args.by.as_deref(), "--by", "the team that approves it", known)?;
        answers.by = Some(self.find_team(&by)?);
        answers.purpose = Some(self.need_purpose(Kind::Waiver, "why the exception is granted")?);
        answers.until = Some(self.until(WAIVER_DAYS)?);
        Ok(())
    }

    fn acknowledgement(&self, answers: &mut Answers, place: &mut Place) -> anyhow::Result<()> {
        let kind = Kind::Acknowledgement;
        let Subject { found, version, .. } = self.need_subject(kind, Some(Kind::DataContract))?;
        let contract = &self.outcome.mesh.contracts[found.idx];
        let id = contract.descriptor.header.id.value.to_string();
        answers.subject = Some(format!("contract:{id}"));
        let version = self.args.version.as_deref().or(version.as_deref());
        let version =
            self.need(kind, version, "--version", "the version of the contract that is accepted", Vec::new)?;
        if let Some((message, help)) = never_agreed(&self.outcome.mesh, &format!("contract:{id}"), &version) {
            bail!("{message}; {help}");
        }
        let (consumer, _) = self.need_consumer(kind)?;
        answers.consumer = Some(format!("{}:{}", consumer.kind.word(), self.id_of(consumer)));
        place.product = (consumer.kind == Kind::DataProduct).then(|| self.product_folder(consumer.idx));
        let major = Version::parse(&version).major().map_or_else(|| version_slug(&version), |major| major.to_string());
        place.stem = match place.product {
            Some(_) => format!("{}-{major}", contract.slug),
            None => answers.id.clone(),
        };
        answers.contract_version = Some(version);
        Ok(())
    }

    /// Returns the domain that a policy binds: of a team of a domain nothing else than that, or what is below it.
    fn bound_domain(&self, owner: &str) -> anyhow::Result<Option<String>> {
        let mesh = &self.outcome.mesh;
        let written = self.domain()?;
        let Some(own) = mesh.team(owner).and_then(|team| mesh.teams[team].domain_idx) else { return Ok(written) };
        let Some(domain) = written else { return Ok(Some(self.domain_id(own))) };
        if !is_bound_by(mesh, &domain, own) {
            let own = self.domain_id(own);
            bail!(
                "`{owner}` is a team of the domain `{own}` and cannot bind `{domain}`: write `--domain {own}`, or let a team \
                 without a domain own the policy"
            );
        }
        Ok(Some(domain))
    }

    pub(super) fn domain_id(&self, idx: usize) -> String {
        self.outcome.mesh.domains[idx].descriptor.header.id.value.to_string()
    }

    /// Returns the folder of a domain's own file when it is laid out as on the golden path, so that
    /// its products join it wherever it is.
    fn domain_folder(&self, idx: usize, root: &str) -> String {
        let domain = &self.outcome.mesh.domains[idx];
        let file = self.outcome.sources.path(domain.descriptor.header.file);
        if file.ends_with("/domain.yaml") || file.ends_with("/domain.yml") {
            return parent(file).to_owned();
        }
        let below = format!("domains/{}", domain.slug);
        join(root, &below).unwrap_or(below)
    }

    fn product_folder(&self, idx: usize) -> String {
        parent(self.outcome.sources.path(self.outcome.mesh.products[idx].descriptor.header.file)).to_owned()
    }

    /// Returns an id for a new glossary: that of its domain, unless another glossary has it.
    fn free_glossary_id(&self, domain: &str) -> String {
        let taken = self.ids(Kind::SemanticDefinition);
        let is_taken = taken.iter().any(|id| id == domain);
        if is_taken { self.args.id.replace('/', "-") } else { domain.to_owned() }
    }
}
