//! Whom a policy binds.

use std::collections::BTreeSet;

use super::cel::SUBJECTS;
use super::library::Stage;
use super::world::home;
use crate::graph::{Found, Mesh};
use crate::model::{Kind, Policy, SpannedText, Text};

/// The words of a life.
pub(super) const LIFE: [&str; 5] = ["proposed", "draft", "active", "deprecated", "retired"];

/// What of a thing scopes ask, gathered once for all policies.
pub(super) struct Traits<'a> {
    pub(super) subject: Found,
    pub(super) status: String,
    pub(super) tags: &'a [Text],
    /// Its domain and those above.
    domains: Vec<usize>,
    pub(super) product_type: Option<&'a str>,
}

/// Why a policy does not bind a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// It is of another kind.
    Kind,
    /// Its domain is not named.
    Domain,
    /// It has none of the tags.
    Tags,
    /// Its status is not named.
    Status,
    /// Its product type is not named.
    ProductType,
}

impl Outside {
    /// Returns the words for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Outside::Kind => "another kind",
            Outside::Domain => "another domain",
            Outside::Tags => "none of the tags",
            Outside::Status => "another status",
            Outside::ProductType => "another type of product",
        }
    }
}

/// A scope with its names resolved.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kinds: Vec<Kind>,
    /// It names a kind that is none: the schema tells it, and until then it binds nothing.
    pub(super) is_misspelt: bool,
    /// Domains by position; those below them count too. `None` when the scope names none.
    domains: Option<BTreeSet<usize>>,
    tags: Vec<Text>,
    status: Vec<String>,
    product_types: Vec<Text>,
}

impl Scope {
    pub(super) fn of(policy: &Policy, mesh: &Mesh) -> Scope {
        let scope = &policy.scope;
        let domains = scope.domains.iter().filter_map(|name| mesh.domain(name)).collect();
        let kinds: Vec<Kind> = scope.kinds.iter().filter_map(|name| Kind::from_name(name)).collect();
        Scope {
            is_misspelt: kinds.len() != scope.kinds.len(),
            kinds,
            domains: (!scope.domains.is_empty()).then_some(domains),
            tags: scope.tags.clone(),
            status: scope.status.iter().map(|word| word.as_str().to_lowercase()).collect(),
            product_types: scope.product_types.clone(),
        }
    }

    /// Says why a thing is outside.
    pub(super) fn holds(&self, traits: &Traits<'_>) -> Result<(), Outside> {
        let is_kind = !self.is_misspelt && (self.kinds.is_empty() || self.kinds.contains(&traits.subject.kind));
        let is_domain = self.domains.as_ref().is_none_or(|named| traits.domains.iter().any(|idx| named.contains(idx)));
        let is_status = self.status.is_empty() || self.status.contains(&traits.status);
        let has_tag = self.tags.is_empty() || self.tags.iter().any(|tag| traits.tags.contains(tag));
        let is_type = self.product_types.is_empty()
            || traits.product_type.is_some_and(|own| self.product_types.iter().any(|named| named.as_str() == own));
        match (is_kind, is_domain, is_status, has_tag, is_type) {
            (false, ..) => Err(Outside::Kind),
            (_, false, ..) => Err(Outside::Domain),
            (_, _, false, ..) => Err(Outside::Status),
            (_, _, _, false, _) => Err(Outside::Tags),
            (.., false) => Err(Outside::ProductType),
            _ => Ok(()),
        }
    }

    /// Says whether a thing would be inside in another state of its life: a rule about what ends may wait
    /// for the first that does.
    pub(super) fn may_hold(&self, traits: &Traits<'_>) -> bool {
        let is_known = |word: &String| LIFE.contains(&word.as_str());
        match self.holds(traits) {
            Ok(()) => true,
            // Status is asked before tags and types.
            Err(Outside::Status) if self.status.iter().all(is_known) => self.without_status().holds(traits).is_ok(),
            Err(_) => false,
        }
    }

    fn without_status(&self) -> Scope {
        Scope {
            kinds: self.kinds.clone(),
            is_misspelt: self.is_misspelt,
            domains: self.domains.clone(),
            tags: self.tags.clone(),
            status: Vec::new(),
            product_types: self.product_types.clone(),
        }
    }

    /// Says whether a thing may be inside both scopes.
    pub(super) fn overlaps(&self, other: &Scope, mesh: &Mesh) -> bool {
        if self.is_misspelt || other.is_misspelt {
            return false;
        }
        let kinds =
            self.kinds.is_empty() || other.kinds.is_empty() || self.kinds.iter().any(|k| other.kinds.contains(k));
        let status =
            self.status.is_empty() || other.status.is_empty() || self.status.iter().any(|s| other.status.contains(s));
        let types = self.product_types.is_empty()
            || other.product_types.is_empty()
            || self.product_types.iter().any(|named| other.product_types.contains(named));
        let is_within = |inner: &BTreeSet<usize>, outer: &BTreeSet<usize>| {
            inner.iter().any(|idx| upward(mesh, Some(*idx)).iter().any(|above| outer.contains(above)))
        };
        let domains = match (&self.domains, &other.domains) {
            (Some(a), Some(b)) => is_within(a, b) || is_within(b, a),
            _ => true,
        };
        kinds && status && types && domains
    }
}

/// Says whether a policy names a domain or one above it, so that it binds what lies there; one that is retired binds
/// nothing.
pub(crate) fn names_domain(policy: &Policy, mesh: &Mesh, domain_idx: usize) -> bool {
    let above = upward(mesh, Some(domain_idx));
    let is_named = |name: &SpannedText| mesh.domain(name).is_some_and(|named| above.contains(&named));
    Stage::of(policy) != Stage::Retired && policy.scope.domains.iter().any(is_named)
}

/// Returns a domain and those above it.
pub(super) fn upward(mesh: &Mesh, domain_idx: Option<usize>) -> Vec<usize> {
    let mut above = Vec::new();
    let mut next = domain_idx;
    while let Some(idx) = next.filter(|idx| !above.contains(idx)) {
        above.push(idx);
        next = mesh.domains[idx].parent_idx;
    }
    above
}

/// Returns everything that a policy can be about and that could be read, in the order of kinds and ids.
pub(super) fn subjects(mesh: &Mesh) -> Vec<Traits<'_>> {
    let n_of = |kind: Kind| match kind {
        Kind::SemanticDefinition => mesh.terms.len(),
        kind => mesh.n_of(kind),
    };
    let things = SUBJECTS.into_iter().flat_map(|kind| (0..n_of(kind)).map(move |idx| Found { kind, idx }));
    things.filter(|thing| !mesh.header(*thing).is_broken()).map(|thing| traits(mesh, thing)).collect()
}

/// Returns what scopes ask of a thing.
pub(super) fn traits(mesh: &Mesh, subject: Found) -> Traits<'_> {
    let header = mesh.header(subject);
    let product_idx = match subject.kind {
        Kind::DataProduct => Some(subject.idx),
        Kind::DataContract => mesh.contracts[subject.idx].published_by.first().map(|by| by.product_idx),
        _ => None,
    };
    Traits {
        subject,
        status: header.status_word().into(),
        tags: &header.tags,
        domains: upward(mesh, home(mesh, subject).domain_idx),
        product_type: product_idx.and_then(|idx| mesh.products[idx].descriptor.type_word()),
    }
}
