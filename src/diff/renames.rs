//! Which thing of the base is which of the head under another name: what the aliases of the head say, and of a
//! contract the file that it stays in. What was renamed is compared with itself, and who follows has changed nothing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use super::Side;
use crate::diagnostic::RuleMeta;
use crate::graph::Mesh;
use crate::model::{Kind, Ref};

/// Names of both sides. Everything in a change set has the name of the head.
#[derive(Clone, Debug, Default)]
pub struct Renames {
    /// Names of the head by those of the base.
    now: BTreeMap<Kind, BTreeMap<String, String>>,
    /// Names of the base by those of the head.
    was: BTreeMap<Kind, BTreeMap<String, String>>,
    /// The names of rules by their codes: a file may write either.
    rules: BTreeMap<&'static str, &'static str>,
    /// All names of the head with those of the base, made when the first text is read.
    words: OnceLock<Words>,
}

/// Names that are replaced in texts.
#[derive(Clone, Debug, Default)]
struct Words {
    by_name: HashMap<String, String>,
    /// The lengths of the names in bytes, the greatest first: a part of another must not be taken for it.
    lengths: BTreeSet<Reverse<usize>>,
}

impl Renames {
    /// Finds out what was renamed.
    #[must_use]
    pub fn of(base: Side<'_>, head: Side<'_>) -> Renames {
        let mut renames = Renames::default();
        for alias in &head.mesh.aliases {
            let (Ok(from), Ok(to)) = (Ref::parse(&alias.from), Ref::parse(&alias.to)) else { continue };
            let Some(kind) = to.kind.or(from.kind) else { continue };
            if from.kind.is_none_or(|from| from == kind) && from.version.is_none() && to.version.is_none() {
                renames.add(base.mesh, head.mesh, kind, (&from.id, &to.id));
            }
        }
        renames.add_contracts_of_files(base, head);
        renames
    }

    /// Notes contracts that have another id in the same file.
    fn add_contracts_of_files(&mut self, base: Side<'_>, head: Side<'_>) {
        let mut by_path: BTreeMap<&str, &str> = BTreeMap::new();
        for contract in &base.mesh.contracts {
            let header = &contract.descriptor.header;
            if !head.sources.is_own(header.file) && head.mesh.versions(&header.id.value).is_empty() {
                by_path.insert(base.sources.path(header.file), &header.id.value);
            }
        }
        if by_path.is_empty() {
            return;
        }
        for contract in &head.mesh.contracts {
            let header = &contract.descriptor.header;
            if let Some(old) = by_path.get(head.sources.path(header.file)) {
                self.add(base.mesh, head.mesh, Kind::DataContract, (old, &header.id.value));
            }
        }
    }

    /// Notes a rename, where the old name is only in the base and the new one only in the head.
    fn add(&mut self, base: &Mesh, head: &Mesh, kind: Kind, (old, new): (&str, &str)) {
        let is_known = self.was.get(&kind).is_some_and(|names| names.contains_key(new))
            || self.now.get(&kind).is_some_and(|names| names.contains_key(old));
        if is_known || !has(base, kind, old) || has(head, kind, old) || !has(head, kind, new) || has(base, kind, new) {
            return;
        }
        self.now.entry(kind).or_default().insert(old.to_owned(), new.to_owned());
        self.was.entry(kind).or_default().insert(new.to_owned(), old.to_owned());
    }

    /// Adds the rules that files may name by their code.
    #[must_use]
    pub fn with_rules(mut self, known: &[&'static RuleMeta]) -> Renames {
        self.rules = known.iter().map(|rule| (rule.code, rule.name)).collect();
        self
    }

    /// Returns the name of a rule that is written as its code; anything else as it is.
    #[must_use]
    pub fn rule<'a>(&self, written: &'a str) -> &'a str {
        self.rules.get(written).copied().unwrap_or(written)
    }

    /// Says whether nothing was renamed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    /// Returns the name that the head has for a thing of the base.
    #[must_use]
    pub fn now<'a>(&'a self, kind: Kind, id: &'a str) -> &'a str {
        self.now.get(&kind).and_then(|names| names.get(id)).map_or(id, String::as_str)
    }

    /// Returns the name that the base has for a thing of the head.
    #[must_use]
    pub fn was<'a>(&'a self, kind: Kind, id: &'a str) -> &'a str {
        self.was.get(&kind).and_then(|names| names.get(id)).map_or(id, String::as_str)
    }

    /// Returns every kind with the names that its things had and have, by the old ones.
    pub fn all(&self) -> impl Iterator<Item = (Kind, &str, &str)> {
        self.now.iter().flat_map(|(kind, names)| names.iter().map(|(old, new)| (*kind, old.as_str(), new.as_str())))
    }

    /// Returns a text of the head as it would read with the names of the base.
    #[must_use]
    pub fn backward(&self, text: &str) -> String {
        self.words.get_or_init(|| Words::of(self.all().map(|(_, old, new)| (new, old)))).replaced(text)
    }
}

/// Says whether a mesh has a thing of this kind with just this id.
fn has(mesh: &Mesh, kind: Kind, id: &str) -> bool {
    let reference = Ref { kind: Some(kind), id: id.to_owned(), version: None, column: None };
    mesh.find(&reference).iter().any(|found| match kind {
        Kind::SemanticDefinition => mesh.terms[found.idx].id == id,
        // Domains and teams are found by their name too.
        _ => mesh.header(*found).id.value == id,
    })
}

impl Words {
    fn of<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Words {
        let mut words = Words::default();
        for (from, to) in names.filter(|(from, _)| !from.is_empty()) {
            words.lengths.insert(Reverse(from.len()));
            words.by_name.entry(from.to_owned()).or_insert_with(|| to.to_owned());
        }
        words
    }

    /// Replaces names where they stand as words of their own.
    fn replaced(&self, text: &str) -> String {
        let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        let mut is_begin = true;
        while let Some(first) = rest.chars().next() {
            let name = |Reverse(length): &Reverse<usize>| {
                let (from, after) = rest.split_at_checked(*length)?;
                let is_whole = !after.chars().next().is_some_and(is_part);
                self.by_name.get(from).filter(|_| is_whole).map(|to| (*length, to))
            };
            let found = if is_begin { self.lengths.iter().find_map(name) } else { None };
            let length = if let Some((length, to)) = found {
                written.push_str(to);
                length
            } else {
                written.push(first);
                first.len_utf8()
            };
            rest = &rest[length..];
            is_begin = !written.chars().next_back().is_some_and(is_part);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_where_they_are_words() {
        let words = Words::of([("orders", "sales"), ("orders-eu", "sales-eu")].into_iter());
        let replaced = |text: &str| words.replaced(text);
        assert_eq!(
            replaced("product:orders, orders-eu; reorders orders_x `orders`."),
            "product:sales, sales-eu; reorders orders_x `sales`."
        );
        assert_eq!(replaced("urn:mesh:acme:product:orders"), "urn:mesh:acme:product:sales");
        assert_eq!(replaced(""), "");
    }
}
