//! What a flag says, else what the person at the terminal says; and what of the mesh is meant by it.

use anyhow::{Context, bail};
use jiff::ToSpan;

use super::gather::Gather;
use super::{noun, with_article};
use crate::cli::session::{find_reader, find_thing, read_ref};
use crate::graph::Found;
use crate::model::Kind;
use crate::yaml::did_you_mean;

/// What a review, waiver or acknowledgement is about.
pub(super) struct Subject {
    pub(super) found: Found,
    /// `kind:id`.
    pub(super) reference: String,
    /// The version of a contract, where one is written.
    pub(super) version: Option<String>,
}

impl Gather<'_> {
    pub(super) fn domain(&self) -> anyhow::Result<Option<String>> {
        let found = self.args.domain.as_deref().map(|written| self.find_domain(written)).transpose()?;
        Ok(found.map(|idx| self.domain_id(idx)))
    }

    pub(super) fn need_domain(&self, kind: Kind) -> anyhow::Result<usize> {
        let known = || self.ids(Kind::Domain);
        self.find_domain(&self.need(
            kind,
            self.args.domain.as_deref(),
            "--domain",
            "the domain it belongs to",
            known,
        )?)
    }

    pub(super) fn need_owner(&self, kind: Kind) -> anyhow::Result<String> {
        let known = || self.ids(Kind::Team);
        self.find_team(&self.need(kind, self.args.owner.as_deref(), "--owner", "the team that owns it", known)?)
    }

    pub(super) fn need_product(&self, kind: Kind) -> anyhow::Result<usize> {
        let known = || self.ids(Kind::DataProduct);
        let what = if kind == Kind::DataContract { "the product it is made for" } else { "the product that is read" };
        let written = self.need(kind, self.args.product.as_deref(), "--product", what, known)?;
        let id = self.bare(&[Kind::DataProduct], &written)?.1;
        let found = self.outcome.mesh.product(&id);
        let found = found.or_else(|| self.outcome.mesh.product(&self.heir(Kind::DataProduct, &id)?));
        found.with_context(|| self.unknown(Kind::DataProduct, &id))
    }

    pub(super) fn need_purpose(&self, kind: Kind, what: &str) -> anyhow::Result<String> {
        self.need(kind, self.args.purpose.as_deref(), "--purpose", what, Vec::new)
    }

    /// Returns who reads, and the stem of its page.
    pub(super) fn need_consumer(&self, kind: Kind) -> anyhow::Result<(Found, String)> {
        let mesh = &self.outcome.mesh;
        let known = || self.ids(Kind::DataProduct).into_iter().chain(self.ids(Kind::Team)).collect();
        let what = "the product or team that reads";
        let written = self.need(kind, self.args.consumer.as_deref(), "--consumer", what, known)?;
        let found = find_reader(self.outcome, &written)?;
        let slug = match found.kind {
            Kind::Team => &mesh.teams[found.idx].slug,
            _ => &mesh.products[found.idx].slug,
        };
        Ok((found, slug.clone()))
    }

    /// Returns what the thing is about. A bare id means one of `wanted`.
    pub(super) fn need_subject(&self, kind: Kind, wanted: Option<Kind>) -> anyhow::Result<Subject> {
        let what = match kind {
            Kind::Acknowledgement => "the contract that changes",
            Kind::Waiver => "the thing that need not follow the rule",
            _ => "what is reviewed",
        };
        let written = self.need(kind, self.args.subject.as_deref(), "--for", what, Vec::new)?;
        let reference = match wanted {
            Some(wanted) => {
                // The version that is accepted need not be there yet.
                let (_, bare) = self.bare(&[wanted], &written)?;
                format!("{}:{}", wanted.word(), bare.rsplit_once('@').map_or(bare.as_str(), |(id, _)| id))
            }
            None => written.clone(),
        };
        let (found, _) = find_thing(self.outcome, &reference)?;
        let version = read_ref(self.outcome, &written)?.version;
        let has_subjects = match found.kind {
            Kind::Review | Kind::Waiver | Kind::Acknowledgement | Kind::Scorecard | Kind::MaturityModel => false,
            Kind::DataProduct
            | Kind::DataContract
            | Kind::Domain
            | Kind::Team
            | Kind::SemanticDefinition
            | Kind::Policy
            | Kind::SourceSystem
            | Kind::AccessAgreement => true,
        };
        if !has_subjects {
            bail!("a {} cannot be about the {} `{written}`", kind.title(), found.kind.title());
        }
        Ok(Subject { found, reference: format!("{}:{}", found.kind.word(), self.id_of(found)), version })
    }

    /// Returns the position of the output port that is read.
    pub(super) fn port(&self, product: usize) -> anyhow::Result<usize> {
        let ports = &self.outcome.mesh.products[product].descriptor.output_ports;
        let id = &self.outcome.mesh.products[product].descriptor.header.id.value;
        let names = || ports.iter().map(|port| port.name.to_string()).collect::<Vec<_>>();
        let open: Vec<usize> = (0..ports.len()).filter(|port| !ports[*port].is_deprecated).collect();
        // The only one that does not end, or the only one there is.
        match (&self.args.port, open.as_slice(), ports.len()) {
            (None, [only], _) => return Ok(*only),
            (None, [], 1) => return Ok(0),
            _ => {}
        }
        if ports.is_empty() {
            bail!("the product `{id}` has no output port to read from");
        }
        let written = self.need(
            Kind::AccessAgreement,
            self.args.port.as_deref(),
            "--port",
            "the output port that is read",
            names,
        )?;
        let by_id = || ports.iter().position(|port| port.id.as_deref() == Some(written.as_str()));
        let found = ports.iter().position(|port| *port.name == *written).or_else(by_id);
        found.with_context(|| {
            let known = names();
            let hint = did_you_mean(&written, known.iter().map(String::as_str), || format!("it has {}", list(&known)));
            format!("`{id}` has no output port `{written}`; {hint}")
        })
    }

    /// Returns the last day of what ends.
    pub(super) fn until(&self, days: i32) -> anyhow::Result<String> {
        let today = self.outcome.today;
        let until = self.args.until.unwrap_or_else(|| today.saturating_add(days.days()));
        if until < today {
            bail!("`--until {until}` lies in the past");
        }
        Ok(until.to_string())
    }

    /// Returns what a flag says, else what the person at the terminal says.
    pub(super) fn need(
        &self,
        kind: Kind,
        given: Option<&str>,
        flag: &str,
        what: &str,
        known: impl FnOnce() -> Vec<String>,
    ) -> anyhow::Result<String> {
        if let Some(given) = given {
            return Ok(given.to_owned());
        }
        let known = known();
        let offer = if known.is_empty() { String::new() } else { format!(" ({})", list(&known)) };
        let answer = self.terminal.ask(&format!("Which is {what}?{offer}"));
        let first = match flag {
            "--owner" if known.is_empty() => "; `meshfolio new team ID` begins the first one",
            "--domain" if known.is_empty() => "; `meshfolio new domain ID --owner TEAM` begins the first one",
            _ => "",
        };
        answer.with_context(|| format!("{} needs `{flag}`: {what}{offer}{first}", with_article(noun(kind))))
    }

    pub(super) fn find_domain(&self, written: &str) -> anyhow::Result<usize> {
        let id = self.bare(&[Kind::Domain], written)?.1;
        let found = self.outcome.mesh.domain(&id);
        let found = found.or_else(|| self.outcome.mesh.domain(&self.heir(Kind::Domain, &id)?));
        found.with_context(|| self.unknown(Kind::Domain, &id))
    }

    pub(super) fn find_team(&self, written: &str) -> anyhow::Result<String> {
        let id = self.bare(&[Kind::Team], written)?.1;
        let found = self.outcome.mesh.team(&id);
        let found = found.or_else(|| self.outcome.mesh.team(&self.heir(Kind::Team, &id)?));
        let idx = found.with_context(|| self.unknown(Kind::Team, &id))?;
        Ok(self.outcome.mesh.teams[idx].descriptor.header.id.value.to_string())
    }

    /// Returns the name that aliases lead on to from an old one.
    fn heir(&self, kind: Kind, id: &str) -> Option<String> {
        self.outcome.mesh.renamed((Some(kind), id)).map(|now| now.id)
    }

    /// Reads an id, or a reference to a thing of one of these kinds.
    pub(super) fn bare(&self, wanted: &[Kind], written: &str) -> anyhow::Result<(Option<Kind>, String)> {
        let is_reference =
            written.split_once(':').is_some_and(|(word, _)| word == "urn" || Kind::from_word(word).is_some());
        // A name may hold a colon.
        if !is_reference {
            return Ok((None, written.to_owned()));
        }
        let reference = read_ref(self.outcome, written)?;
        if let Some(kind) = reference.kind.filter(|kind| !wanted.contains(kind)) {
            let nouns: Vec<String> = wanted.iter().map(|kind| with_article(kind.title())).collect();
            bail!("`{written}` is {}; {} is wanted", with_article(kind.title()), nouns.join(" or "));
        }
        Ok((reference.kind, reference.id))
    }

    pub(super) fn unknown(&self, kind: Kind, written: &str) -> String {
        let known = self.ids(kind);
        let owner = if kind == Kind::Domain { " --owner TEAM" } else { "" };
        let hint = did_you_mean(written, known.iter().map(String::as_str), || match known.as_slice() {
            [] => format!("`meshfolio new {} ID{owner}` begins the first one", kind.word()),
            // Who begins a part of the mesh begins its team and domain as well.
            _ if matches!(kind, Kind::Team | Kind::Domain) => {
                let is_for_team = Kind::from_word(&self.args.kind) == Some(Kind::Team);
                let later = if is_for_team { "; the team can begin without `--domain`" } else { "" };
                let (word, plural) = (kind.word(), kind.plural());
                format!(
                    "`meshfolio new {word} {written}{owner}` begins it, `meshfolio list {plural}` shows what there is{later}"
                )
            }
            _ => format!("`meshfolio list {}` shows what there is", kind.plural()),
        });
        format!("`{}:{written}` is not in this registry; {hint}", kind.word())
    }

    pub(super) fn ids(&self, kind: Kind) -> Vec<String> {
        let mut ids: Vec<String> =
            self.outcome.mesh.headers(kind).iter().map(|header| header.id.value.to_string()).collect();
        ids.dedup();
        ids
    }

    pub(super) fn id_of(&self, found: Found) -> String {
        match found.kind {
            Kind::SemanticDefinition => self.outcome.mesh.terms[found.idx].id.clone(),
            kind => self.outcome.mesh.headers(kind)[found.idx].id.value.to_string(),
        }
    }
}

/// Names the first few of many.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    shown.join(", ") + &more
}
