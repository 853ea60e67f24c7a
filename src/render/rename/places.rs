//! Which scalars of a file name a thing, and what stands there instead afterwards.

use super::scalar::{self, Edit};
use super::{Rename, RenameError, refused};
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Ref, Urn};
use crate::source::SourceMap;
use crate::yaml::NodeRef;

/// What kind of file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A descriptor.
    Descriptor,
    /// `aliases.yaml`.
    Aliases,
    /// A result file.
    Results,
    /// The configuration.
    Config,
}

/// Fields that people read: what stands there is prose, even if it looks like a name.
const PROSE: [&str; 14] = [
    "name",
    "description",
    "purpose",
    "limitations",
    "usage",
    "text",
    "note",
    "reason",
    "message",
    "businessName",
    "usedFor",
    "expression",
    "query",
    "transformLogic",
];

/// Fields of a document that hold a reference with or without its kind.
const REFERENCES: [&str; 4] = ["subject", "target", "consumer", "reviewer"];

/// The thing that gets another id.
pub(super) struct Target<'a> {
    mesh: &'a Mesh,
    sources: &'a SourceMap,
    mesh_id: &'a str,
    pub(super) kind: Kind,
    idx: usize,
    /// The id; of a term `<domain>/<id>`.
    pub(super) old: &'a str,
    pub(super) new: String,
    /// A rule built in has the name as well.
    is_rule_too: bool,
    /// The name by which references find a domain or team too; it stays.
    name: Option<&'a str>,
    /// Things whose names hold this one, as their old and new reference: terms of a domain.
    pub(super) also: Vec<(String, String)>,
}

/// A scalar, and where it stands.
struct Place<'p> {
    path: &'p str,
    form: Form,
    /// `kind:` of the document.
    document: &'p str,
    /// The keys above, `-` for an item of a list.
    keys: &'p [&'p str],
    /// The map that holds it.
    map: Option<NodeRef<'p>>,
}

impl<'a> Target<'a> {
    pub(super) fn new(rename: &Rename<'a>) -> Result<Target<'a>, RenameError> {
        let Found { kind, idx } = rename.found;
        let mesh = rename.mesh;
        let header = mesh.header(rename.found);
        let (old, new) = if kind == Kind::SemanticDefinition {
            let old = mesh.terms[idx].id.as_str();
            let domain = old.rsplit_once('/').map_or("", |(domain, _)| domain);
            let new = match rename.to.rsplit_once('/') {
                Some((written, id)) if written == domain => format!("{domain}/{id}"),
                Some((_, id)) => return Err(RenameError::OtherDomain(format!("{domain}/{id}"))),
                None => format!("{domain}/{}", rename.to),
            };
            (old, new)
        } else {
            (header.id.value.as_str(), rename.to.to_owned())
        };
        let name = header.name.as_deref().filter(|_| matches!(kind, Kind::Domain | Kind::Team));
        let mesh_id = &rename.config.mesh.id;
        let within = |id: &str| {
            let rest = id.strip_prefix(old).filter(|_| kind == Kind::Domain)?.strip_prefix('/')?;
            Some((format!("term:{id}"), format!("term:{new}/{rest}")))
        };
        let also = mesh.terms.iter().filter_map(|term| within(&term.id)).collect();
        let is_rule_too = rename.rules.iter().any(|rule| rule.name == old || rule.code.eq_ignore_ascii_case(old));
        Ok(Target { mesh, sources: rename.sources, mesh_id, kind, idx, old, new, is_rule_too, name, also })
    }

    /// Returns `kind:id`.
    pub(super) fn reference(&self, id: &str) -> String {
        format!("{}:{id}", self.kind.word())
    }

    /// Says whether the id may stand in a text in any form.
    pub(super) fn may_stand_in(&self, text: &str) -> bool {
        // In double quotes and in URNs an id can be written in other letters.
        let last = self.old.rsplit('/').next().unwrap_or(self.old);
        text.contains(last)
            || text.contains(['\\', '%'])
            || (self.is_loose() && text.to_lowercase().contains(&last.to_lowercase()))
    }

    /// Domains and teams are found in any case.
    fn is_loose(&self) -> bool {
        matches!(self.kind, Kind::Domain | Kind::Team)
    }

    /// Says whether an id in a reference is the old one.
    pub(super) fn is_old(&self, id: &str) -> bool {
        if !self.is_loose() {
            return id == self.old;
        }
        let written = id.trim().to_lowercase();
        let is_name = |name: &str| name.trim().to_lowercase() == written;
        // What the name finds is found afterwards too.
        written == self.old.trim().to_lowercase() && (id == self.old || !self.name.is_some_and(is_name))
    }

    /// Returns the edits of one file.
    pub(super) fn edits(
        &self,
        path: &str,
        form: Form,
        root: NodeRef<'_>,
        text: &str,
    ) -> Result<Vec<Edit>, RenameError> {
        let document = root.get("kind").and_then(NodeRef::as_str).unwrap_or_default();
        let mut walk = Walk { target: self, path, form, document, text, keys: Vec::new(), edits: Vec::new() };
        walk.node(root, None)?;
        Ok(walk.edits)
    }

    /// Returns what stands in a scalar afterwards; `None` when it does not name the thing.
    fn replaced(&self, place: &Place<'_>, text: &str) -> Option<String> {
        let written = text.trim();
        let key = place.keys.iter().rev().find(|key| **key != "-").copied().unwrap_or_default();
        // The name of the owning team is a reference, every other name is prose.
        let is_owner = place.keys == ["team", "name"];
        if written.is_empty()
            || (PROSE.contains(&key) && !is_owner)
            || (place.document == "Policy" && place.keys.first() == Some(&"tests"))
        {
            return None;
        }
        if place.form == Form::Aliases && key == "from" {
            return None;
        }
        let new = self.urn(written).or_else(|| self.typed(written)).or_else(|| self.field(place, key, written))?;
        Some(text.replacen(written, &new, 1))
    }

    /// `urn:mesh:<mesh>:<kind>:<id>`.
    fn urn(&self, written: &str) -> Option<String> {
        let urn = Urn::parse(written).ok()??;
        let kind = urn.reference.kind?;
        let id = self.other_id(kind, &urn.reference.id).filter(|_| urn.mesh == *self.mesh_id)?;
        Some(Urn::of(&urn.mesh, kind, &id, urn.reference.version.as_deref()))
    }

    /// `kind:id`, `contract:id@version`, `column:id@version#path`.
    fn typed(&self, written: &str) -> Option<String> {
        let (word, rest) = written.split_once(':')?;
        let reference = Ref::parse(written).ok()?;
        let kind = reference.kind?;
        let id = self.other_id(kind, &reference.id)?;
        Some(format!("{word}:{id}{}", rest.strip_prefix(reference.id.as_str())?))
    }

    /// Returns the id that a reference of a kind has afterwards, when it is another one.
    fn other_id(&self, kind: Kind, id: &str) -> Option<String> {
        if kind == self.kind {
            return self.is_old(id).then(|| self.new.clone());
        }
        // The id of a term begins with that of its domain.
        let (domain, term) = id.split_once('/')?;
        let is_term_of = self.kind == Kind::Domain && kind == Kind::SemanticDefinition && domain == self.old;
        is_term_of.then(|| format!("{}/{term}", self.new))
    }

    /// A field that holds a bare id.
    fn field(&self, place: &Place<'_>, key: &str, written: &str) -> Option<String> {
        let keys = place.keys;
        let is_old = || self.is_old(written).then(|| self.new.clone());
        let own_id = || {
            let is_own = keys == ["id"] && place.document == self.kind.name();
            is_own.then(is_old).flatten()
        };
        if place.form == Form::Config {
            return None;
        }
        if let Some(new) = self.bare(place, key, written) {
            return Some(new);
        }
        match self.kind {
            Kind::DataProduct => {
                let is_field = key == "dataProductId" || keys == ["dataProduct"];
                is_field.then(is_old).flatten().or_else(own_id)
            }
            Kind::DataContract => {
                let is_id = matches!(key, "contractId" | "dataContractId" | "contractID")
                    || keys.ends_with(&["inputContracts", "-", "id"]);
                let behind = || {
                    let rest = written.strip_prefix(self.old).filter(|rest| rest.starts_with(['#', '@']))?;
                    Some(format!("{}{rest}", self.new))
                };
                let is_source = key == "transformSourceObjects";
                is_id.then(is_old).flatten().or_else(|| is_source.then(behind).flatten()).or_else(own_id)
            }
            Kind::Domain => {
                let is_field = keys == ["domain"] || keys == ["parentDomain"] || keys == ["scope", "domains", "-"];
                is_field.then(is_old).flatten().or_else(own_id)
            }
            Kind::Team => {
                let is_field = keys == ["owner"]
                    || keys == ["team", "name"]
                    || keys == ["stewards", "-"]
                    || matches!(key, "teamId" | "approvedBy");
                let is_approvers = matches!(key, "firstLevelApprovers" | "secondLevelApprovers");
                is_field
                    .then(is_old)
                    .flatten()
                    .or_else(|| is_approvers.then(|| self.listed(written)).flatten())
                    .or_else(own_id)
            }
            Kind::SourceSystem => {
                let property = place.map.and_then(|map| map.get("property")).and_then(NodeRef::as_str);
                let is_field = key == "value" && matches!(property, Some("sourceSystemId" | "sourceSystem"));
                is_field.then(is_old).flatten().or_else(own_id)
            }
            Kind::Policy => {
                let is_field = keys == ["rule"] && place.document == "Waiver" && !self.is_rule_too;
                is_field.then(is_old).flatten().or_else(own_id)
            }
            Kind::SemanticDefinition => self.term(place, key, written),
            Kind::AccessAgreement
            | Kind::Review
            | Kind::Waiver
            | Kind::Acknowledgement
            | Kind::Scorecard
            | Kind::MaturityModel => own_id(),
        }
    }

    /// A reference without its kind, in a field or a property that takes any.
    fn bare(&self, place: &Place<'_>, key: &str, written: &str) -> Option<String> {
        let property = place.map.and_then(|map| map.get("property")).and_then(NodeRef::as_str);
        let is_successor = key == "value" && matches!(property, Some("successor" | "replacedBy"));
        if !is_successor && !REFERENCES.contains(&key) {
            return None;
        }
        let reference =
            Ref::parse(written).ok().filter(|reference| !written.contains(':') && reference.column.is_none())?;
        if !self.is_old(&reference.id) {
            return None;
        }
        // A reviewer is a team first, then a product.
        let means_this = match (key, self.kind) {
            ("reviewer", Kind::Team) => true,
            ("reviewer", _) if self.mesh.team(written).is_some() => false,
            _ => matches!(self.mesh.find(&reference).as_slice(), [found] if found.kind == self.kind),
        };
        let rest = written.strip_prefix(reference.id.as_str())?;
        let new = format!("{}{rest}", self.new);
        // Without its kind the new id might mean another thing.
        let is_clear = Ref::parse(&new).is_ok_and(|new| self.mesh.find(&new).is_empty());
        means_this.then(|| if is_clear { new } else { format!("{}:{new}", self.kind.word()) })
    }

    /// Names with commas between them.
    fn listed(&self, written: &str) -> Option<String> {
        let names: Vec<&str> = written.split(',').collect();
        if !names.iter().any(|name| self.is_old(name.trim())) {
            return None;
        }
        let other = |name: &&str| {
            let bare = name.trim();
            if self.is_old(bare) { name.replacen(bare, &self.new, 1) } else { (*name).to_owned() }
        };
        Some(names.iter().map(other).collect::<Vec<String>>().join(","))
    }

    /// The id of a definition, and the links to it by the file of its glossary.
    fn term(&self, place: &Place<'_>, key: &str, written: &str) -> Option<String> {
        let bare = |id: &'a str| id.rsplit('/').next().unwrap_or(id);
        let (old, new) = (bare(self.old), self.new.rsplit('/').next().unwrap_or_default());
        let node = &self.mesh.terms[self.idx];
        let is_own_file = self.sources.path(self.mesh.glossaries[node.glossary_idx].header.file) == place.path;
        if is_own_file && place.keys == ["definitions", "-", "id"] {
            return (written == old).then(|| new.to_owned());
        }
        if is_own_file && place.keys == ["definitions", "-", "relationships", "-", "to"] {
            if written == old {
                return Some(new.to_owned());
            }
            if written.strip_prefix("definitions/") == Some(old) {
                return Some(format!("definitions/{new}"));
            }
        }
        let is_link = matches!(key, "url" | "to") && written.contains('#');
        if !is_link || self.mesh.term_at(place.path, written) != Some(self.idx) {
            return None;
        }
        written.rsplit_once('/').map(|(before, _)| format!("{before}/{new}"))
    }
}

/// A walk over the scalars of a file.
struct Walk<'w, 'a> {
    target: &'w Target<'a>,
    path: &'w str,
    form: Form,
    document: &'w str,
    text: &'w str,
    keys: Vec<&'w str>,
    edits: Vec<Edit>,
}

impl<'w> Walk<'w, '_> {
    fn node(&mut self, node: NodeRef<'w>, map: Option<NodeRef<'w>>) -> Result<(), RenameError> {
        if node.is_mapping() || node.is_sequence() {
            // What an alias repeats stands once in the file.
            if self.text.get(node.span().range()).is_some_and(|written| written.starts_with('*')) {
                return Ok(());
            }
            for (key, value) in node.entries() {
                self.key(key)?;
                self.keys.push(key.as_str().unwrap_or_default());
                self.node(value, Some(node))?;
                self.keys.pop();
            }
            for item in node.items() {
                self.keys.push("-");
                self.node(item, map)?;
                self.keys.pop();
            }
            return Ok(());
        }
        let Some(text) = node.as_str() else { return Ok(()) };
        let place = Place { path: self.path, form: self.form, document: self.document, keys: &self.keys, map };
        match self.target.replaced(&place, text) {
            Some(new) => self.edit(node, &new),
            None => Ok(()),
        }
    }

    /// The configuration sets levels by the ids of policies.
    fn key(&mut self, key: NodeRef<'w>) -> Result<(), RenameError> {
        let is_level = self.form == Form::Config && self.keys.last() == Some(&"levels");
        let is_policy =
            self.target.kind == Kind::Policy && !self.target.is_rule_too && key.as_str() == Some(self.target.old);
        if is_level && is_policy {
            let new = self.target.new.clone();
            return self.edit(key, &new);
        }
        Ok(())
    }

    fn edit(&mut self, node: NodeRef<'w>, new: &str) -> Result<(), RenameError> {
        let edit = scalar::edit(node, self.text, new);
        self.edits.push(edit.map_err(|how| refused(self.path, self.text, node.span().range().start, how))?);
        Ok(())
    }
}
