//! What `new` refuses before anything is made: an id that is none or is taken, a place that is not read.

use anyhow::bail;

use super::gather::Gather;
use super::noun;
use crate::graph::{is_reserved, is_slug, slug_of};
use crate::model::{Alias, Header, Kind, Ref, SemanticDefinition, Version, same_version};
use crate::render::scaffold::{Answers, id_of};
use crate::source::{WalkOptions, is_wanted, is_yaml};

impl Gather<'_> {
    /// Refuses an id that cannot be one, or that is taken.
    pub(super) fn refuse_known(&self, kind: Kind) -> anyhow::Result<()> {
        let id = self.bare_id(kind)?;
        if is_reserved(id) {
            bail!(
                "`{id}` cannot be an id: `index` and `page-2` are names of lists, and Windows keeps `con`, `nul` and the like for devices; write another, such as `{id}-{}`",
                noun(kind).rsplit(' ').next().unwrap_or("x")
            );
        }
        if !is_slug(id) {
            let hint = id_of(id).filter(|id| is_slug(id)).unwrap_or_else(|| "customer-orders".to_owned());
            bail!("`{id}` cannot be an id: write up to 80 lower-case letters, digits and dashes, such as `{hint}`");
        }
        if let Some(header) = self.taken(kind, id) {
            let file = self.outcome.sources.path(header.file);
            let version = match kind {
                Kind::DataContract => "; `--version` begins another version of it".to_owned(),
                // The file is named after the contract and its major; the id is for this one acceptance.
                Kind::Acknowledgement => {
                    let version = self.args.version.as_deref();
                    let (contract, written) = match self.args.subject.as_deref() {
                        Some(text) => text.rsplit_once('@').map_or((text, None), |(id, version)| (id, Some(version))),
                        None => ("", None),
                    };
                    let version = version.or(written).unwrap_or("2.0.0");
                    if self.is_acknowledged(id, contract, version) {
                        if let Some(why) = header.why_unfinished() {
                            bail!(
                                "the acknowledgement `{id}` of `{version}` exists already: {file}; {why}, so that it does not \
                                 count: make it `active` when the team agrees"
                            );
                        }
                        bail!(
                            "the acknowledgement `{id}` of `{version}` exists already: {file}; where it does not count, \
                             `meshfolio check --base` says why, and another one would count no more"
                        );
                    }
                    let major = Version::parse(version).major().map(|major| major.to_string());
                    let end = major.unwrap_or_else(|| "2".to_owned());
                    format!("; each version that is accepted has an id of its own, such as `{id}-{end}`")
                }
                _ => String::new(),
            };
            bail!("the {} `{}` exists already: {file}{version}", noun(kind), self.args.id);
        }
        let leads_here = |alias: &&Alias| {
            Ref::parse(&alias.from).is_ok_and(|from| from.kind == Some(kind) && from.id == self.args.id)
        };
        if let Some(alias) = self.outcome.mesh.aliases.iter().find(leads_here) {
            bail!(
                "`{}` is the old name of `{}` in {}: choose another id",
                self.args.id,
                alias.to.value,
                self.outcome.sources.path(alias.file)
            );
        }
        Ok(())
    }

    /// Says whether an acknowledgement is about this version of this contract.
    fn is_acknowledged(&self, id: &str, contract: &str, version: &str) -> bool {
        let contract = Ref::parse(contract).map_or_else(|_| contract.to_owned(), |subject| subject.id);
        self.outcome.mesh.acknowledgements.iter().any(|entry| {
            *entry.header.id.value == *id
                && Ref::parse(&entry.subject).is_ok_and(|subject| subject.id == contract)
                && entry.to_version.as_ref().is_some_and(|known| same_version(known, version))
        })
    }

    /// Returns what has the id already, or the address that a page of this id would get.
    fn taken(&self, kind: Kind, id: &str) -> Option<&Header> {
        let mesh = &self.outcome.mesh;
        // Domains and teams are also known by their names, so an id must be none of those.
        let named = match kind {
            Kind::SemanticDefinition => {
                let written = self.args.id.split_once('/').map_or("", |(domain, _)| domain);
                let domain = &mesh.domains[mesh.domain(written)?];
                let reference = format!("{}/{id}", domain.descriptor.header.id.value);
                let slug = format!("{}-{id}", domain.slug);
                let term = mesh.terms.iter().find(|term| term.id == reference || term.slug == slug)?;
                return Some(&mesh.glossaries[term.glossary_idx].header);
            }
            Kind::Domain => mesh.domain(id).map(|idx| &mesh.domains[idx].descriptor.header),
            Kind::Team => mesh.team(id).map(|idx| &mesh.teams[idx].descriptor.header),
            _ => None,
        };
        let is_taken = |header: &&Header| match (&self.args.version, kind) {
            (Some(version), Kind::DataContract) if *header.id.value == *id => {
                header.version.as_ref().is_some_and(|known| same_version(known, version))
            }
            _ => *header.id.value == *id || slug_of(header) == id,
        };
        named.or_else(|| mesh.headers(kind).into_iter().find(is_taken))
    }

    /// Refuses a place where the descriptor would not be read.
    pub(super) fn refuse_place(&self, path: &str) -> anyhow::Result<()> {
        let config = &self.outcome.config;
        let walk = WalkOptions {
            roots: config.roots.clone(),
            exclude: config.exclude.clone(),
            output: Some(config.output.clone()),
        };
        if !is_yaml(path) || !is_wanted(path, &walk) {
            let roots: Vec<String> = config.roots.iter().map(|root| format!("`{root}/`")).collect();
            bail!("`{path}` would not be read: name a `.yaml` file below {}", roots.join(" or "));
        }
        Ok(())
    }

    /// Returns the file of the glossary that a new term belongs to, when there is one.
    pub(super) fn glossary(&self, answers: &Answers) -> Option<String> {
        if self.args.path.is_some() {
            return None;
        }
        let mesh = &self.outcome.mesh;
        let domain = answers.domain.as_deref()?;
        let is_of_domain = |glossary: &&SemanticDefinition| match &glossary.domain {
            Some(written) => mesh.domain(written).is_some() && mesh.domain(written) == mesh.domain(domain),
            None => glossary.header.id.value == domain,
        };
        let glossary = mesh.glossaries.iter().find(is_of_domain)?;
        Some(self.outcome.sources.path(glossary.header.file).to_owned())
    }

    /// Returns the id without the domain of a term.
    pub(super) fn bare_id(&self, kind: Kind) -> anyhow::Result<&str> {
        let id = self.args.id.as_str();
        match kind {
            Kind::SemanticDefinition => match id.split_once('/') {
                Some((domain, term)) if !domain.trim().is_empty() && !term.trim().is_empty() => Ok(term),
                Some(("", _)) | None => {
                    bail!("`{id}` names no domain: write `<domain>/<term>`, such as `sales/order`")
                }
                Some(_) => bail!("`{id}` names no term: write `<domain>/<term>`, such as `sales/order`"),
            },
            _ => Ok(id),
        }
    }
}
