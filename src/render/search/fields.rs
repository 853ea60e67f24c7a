//! The texts of an entry by field: what of a descriptor can be searched, and how much it counts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, EntryKind, each_part_column};
use super::facts;
use super::rank::Field;
use super::words::Splitter;
use crate::graph::Mesh;
use crate::model::{ColumnFact, Description, Header, Kind, Term};
use crate::render::servers;

/// The glossary as search needs it: which entries have other names through it; and what things were called before.
#[derive(Debug)]
pub(super) struct Glossary {
    /// Terms with synonyms by the first word of their name: the [`stem`]s of the words of the name, and the term.
    by_word: BTreeMap<String, Vec<(Vec<String>, usize)>>,
    /// Bindings sorted by contract and path: the term of a contract, an object or a column.
    bindings: Vec<(usize, String, usize)>,
    /// Kinds and ids with an old name of each, sorted.
    old_names: Vec<(EntryKind, String, String)>,
}

/// The entries that aliases of the registry rename, with what aliases call them.
pub(super) const RENAMED: [(EntryKind, Kind); 6] = [
    (EntryKind::Product, Kind::DataProduct),
    (EntryKind::Contract, Kind::DataContract),
    (EntryKind::Domain, Kind::Domain),
    (EntryKind::Team, Kind::Team),
    (EntryKind::Policy, Kind::Policy),
    (EntryKind::Source, Kind::SourceSystem),
];

impl Glossary {
    /// Collects the terms of a mesh.
    pub(super) fn new(mesh: &Mesh) -> Glossary {
        let mut by_word: BTreeMap<String, Vec<(Vec<String>, usize)>> = BTreeMap::new();
        let mut splitter = Splitter::default();
        let mut bindings = Vec::new();
        for (idx, node) in mesh.terms.iter().enumerate() {
            bindings.extend(node.bindings.iter().map(|binding| (binding.contract_idx, binding.path.clone(), idx)));
            let term = mesh.term(node);
            if term.synonyms.is_empty() {
                continue;
            }
            let mut words = Vec::new();
            splitter
                .split(name_of(term), |compound| words.extend(compound.words().map(|word| stem(word).into_owned())));
            if let Some(first) = words.first().cloned() {
                by_word.entry(first).or_default().push((words, idx));
            }
        }
        bindings.sort();
        let of_kind =
            |(entry, kind)| mesh.old_names(kind).into_iter().map(move |(old, now): (String, String)| (entry, now, old));
        let mut old_names: Vec<(EntryKind, String, String)> = RENAMED.into_iter().flat_map(of_kind).collect();
        old_names.sort();
        Glossary { by_word, bindings, old_names }
    }

    /// Returns what a thing was called before.
    fn old_names<'g>(&'g self, kind: EntryKind, id: &'g str) -> impl Iterator<Item = &'g str> {
        let start = self.old_names.partition_point(|(of, now, _)| (*of, now.as_str()) < (kind, id));
        let same = move |(of, now, _): &&(EntryKind, String, String)| *of == kind && now == id;
        self.old_names[start..].iter().take_while(same).map(|(.., old)| old.as_str())
    }

    /// Returns the terms whose name stands in a list of words, in the singular or plural.
    fn named_in<'g>(&'g self, words: &'g [String]) -> impl Iterator<Item = usize> + 'g {
        words.iter().enumerate().flat_map(move |(start, word)| {
            let known = self.by_word.get(&*stem(word)).map_or(&[][..], Vec::as_slice);
            let stands = move |name: &[String]| {
                words.len() >= start + name.len()
                    && name.iter().zip(&words[start..]).all(|(name, word)| *name == stem(word))
            };
            known.iter().filter(move |(name, _)| stands(name)).map(|(_, idx)| *idx)
        })
    }

    /// Returns the terms that a contract is bound to, or one of its objects or columns.
    fn bound<'g>(&'g self, contract_idx: usize, path: &'g str) -> impl Iterator<Item = usize> + 'g {
        let start = self.bindings.partition_point(|(idx, known, _)| (*idx, known.as_str()) < (contract_idx, path));
        let same = move |(idx, known, _): &&(usize, String, usize)| *idx == contract_idx && known == path;
        self.bindings[start..].iter().take_while(same).map(|(.., term)| *term)
    }
}

/// Returns what a word and its plural share.
fn stem(word: &str) -> Cow<'_, str> {
    let bare = if is_plural(word) { &word[..word.len() - 1] } else { word };
    match (bare.strip_suffix("ie"), bare.strip_suffix('e')) {
        (Some(stem), _) => format!("{stem}y").into(),
        (None, Some(stem)) if hisses(stem) => stem.into(),
        _ => bare.into(),
    }
}

fn hisses(word: &str) -> bool {
    word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh")
}

fn is_plural(word: &str) -> bool {
    word.chars().nth(3).is_some() && word.ends_with('s') && !word.ends_with("ss")
}

/// Returns the plural of a singular, and of a plural what its singular may be, the likeliest first: `branches` is one of
/// `branch`, `caches` of `cache`.
pub(super) fn other_numbers(word: &str) -> Vec<String> {
    if !is_plural(word) {
        let is_vowel = |letter: char| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u');
        return vec![match word.strip_suffix('y') {
            Some(stem) if !stem.is_empty() && !stem.ends_with(is_vowel) => format!("{stem}ies"),
            _ => format!("{word}{}", if hisses(word) { "es" } else { "s" }),
        }];
    }
    let bare = &word[..word.len() - 1];
    let other = match (word.strip_suffix("ies"), word.strip_suffix("es")) {
        (Some(stem), _) => Some(format!("{stem}y")),
        (None, Some(stem)) if hisses(stem) => Some(stem.to_owned()),
        _ => None,
    };
    other.into_iter().chain([bare.to_owned()]).collect()
}

fn name_of(term: &Term) -> &str {
    term.name.as_deref().unwrap_or(&term.id)
}

/// What people type who look for personal data, or for the rules about it.
const PERSONAL: [&str; 2] = ["PII", "GDPR"];

/// Beginnings in the names of columns that people call something else, in lower case.
const ALSO: [(&str, &str); 2] = [("birth", "birthday"), ("phone", "telephone number")];

/// Returns what else people call a column of a name.
fn also_called(name: &str) -> Option<&'static str> {
    let holds = |at: usize, word: &str| {
        name.as_bytes().get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
    };
    // Every column of the mesh comes here: nearly all of their letters begin none of these.
    name.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'b' | b'B' | b'p' | b'P')).find_map(|(at, _)| {
        let (_, other) = ALSO.into_iter().find(|(part, _)| holds(at, part))?;
        Some(other)
    })
}

/// Calls back with every text of an entry and its field; an id and a name, each whole, have [`Field::Name`].
pub(super) fn each_text(mesh: &Mesh, glossary: &Glossary, entry: &Entry, give: &mut dyn FnMut(Field, &str)) {
    let Some(header) = entry.header(mesh) else {
        if let Some(page) = entry.own_page() {
            give(Field::Name, page.title);
            page.others.iter().for_each(|name| give(Field::Alias, name));
            page.others.iter().for_each(|name| give(Field::WholeAlias, name));
            give(Field::Text, page.say);
        }
        return;
    };
    for tag in facts::tags(mesh, entry) {
        give(Field::Group, tag);
    }
    for group in [facts::domain(mesh, entry), facts::owner(mesh, entry)].into_iter().flatten() {
        give(Field::Group, &group.key);
        give(Field::Group, &group.label);
    }
    for server in facts::types(mesh, entry) {
        give(Field::Group, &server.label);
        if servers::is_stream(&server.key) {
            give(Field::Group, "real-time");
        }
    }
    if facts::has_personal_data(mesh, entry) == Some(true) {
        for word in PERSONAL {
            give(Field::Group, word);
        }
    }
    if !matches!(entry.kind, EntryKind::Term | EntryKind::Object) {
        give(Field::Name, &header.id.value);
        if let Some(name) = &header.name {
            give(Field::Name, name);
        }
        glossary.old_names(entry.kind, &header.id.value).for_each(|name| give(Field::WholeAlias, name));
        each_description(&header.description, give);
    }
    match entry.kind {
        EntryKind::Product => {
            let product = &mesh.products[entry.idx].descriptor;
            product.synonyms.iter().for_each(|synonym| give(Field::Alias, synonym));
            product.type_word().iter().for_each(|word| give(Field::Group, word));
            each_contact(header, give);
            for approver in facts::approvers(mesh, entry) {
                give(Field::Text, approver);
            }
            for port in &product.output_ports {
                give(Field::Text, &port.name);
                port.description().iter().for_each(|text| give(Field::Text, text));
            }
            give_named(mesh, glossary, header.title(), give);
        }
        EntryKind::Contract => {
            let contract = &mesh.contracts[entry.idx];
            for idx in mesh.versions(&header.id.value) {
                let version = mesh.contracts[*idx].descriptor.version_text();
                give(Field::Group, version);
                // `orders v3`, as people say it.
                give(Field::Group, &format!("v{}", crate::model::major(version)));
            }
            each_other_table(mesh, entry.idx, give);
            give_products(mesh, contract, give);
            for term in glossary.bound(entry.idx, "") {
                give_term(mesh, term, Field::Group, give);
            }
            give_named(mesh, glossary, header.title(), give);
        }
        EntryKind::Object => each_text_of_object(mesh, glossary, entry, give),
        EntryKind::Term => {
            let term = mesh.term(&mesh.terms[entry.idx]);
            give(Field::Name, &term.id.value);
            term.name.iter().for_each(|name| give(Field::Name, name));
            term.synonyms.iter().for_each(|synonym| give(Field::Alias, synonym));
            term.business_name.iter().for_each(|name| give(Field::Alias, name));
            term.description.iter().for_each(|text| give(Field::Text, text));
        }
        EntryKind::Domain => {
            let parent = mesh.domains[entry.idx].parent_idx;
            if let Some(parent) = parent.map(|idx| &mesh.domains[idx].descriptor.header) {
                give(Field::Group, parent.title());
            }
        }
        EntryKind::Team => {
            each_contact(header, give);
            mesh.teams[entry.idx].descriptor.forge_handle.iter().for_each(|handle| give(Field::Alias, handle));
        }
        EntryKind::Policy => {
            let policy = &mesh.policies[entry.idx];
            policy.category.iter().for_each(|category| give(Field::Group, category));
            if policy.category.as_deref().is_some_and(|category| category.eq_ignore_ascii_case("privacy")) {
                for word in PERSONAL {
                    give(Field::Group, word);
                }
            }
            policy.validations.iter().flat_map(|rule| &rule.message).for_each(|text| give(Field::Text, text));
        }
        EntryKind::Source => {
            let source = &mesh.sources[entry.idx].descriptor;
            source.system_type.iter().for_each(|word| give(Field::Group, word));
            for asset in &source.assets {
                give(Field::WholeColumn, &asset.id);
                asset.name.iter().for_each(|name| give(Field::WholeColumn, name));
                asset.description.iter().for_each(|text| give(Field::Text, text));
            }
        }
        EntryKind::Page => {}
    }
}

/// Gives the channels of support: their words, and each as it is copied, such as `#orders-help`.
fn each_contact(header: &Header, give: &mut dyn FnMut(Field, &str)) {
    for support in &header.support {
        give(Field::Text, &support.channel);
        give(Field::WholeAlias, &support.channel);
    }
}

/// Versions beside the current one whose tables are known by their names, the newest.
const OTHER_VERSIONS: usize = 8;

/// Gives what the tables of the other versions of a contract are called where the data lies, each as a whole: who finds
/// such a name in a query has to move, or will.
fn each_other_table(mesh: &Mesh, current: usize, give: &mut dyn FnMut(Field, &str)) {
    let versions = mesh.versions(&mesh.contracts[current].descriptor.header.id.value);
    if versions.len() < 2 {
        return;
    }
    let names_of = |idx: usize| {
        let contract = &mesh.contracts[idx].descriptor;
        let own = contract.objects.iter().filter_map(|object| object.physical_name.as_ref());
        let mut names: Vec<String> = own.map(ToString::to_string).collect();
        for object in &contract.objects {
            names.extend(contract.servers.iter().flat_map(|server| servers::names(server, object)));
        }
        names
    };
    let known: BTreeSet<String> = names_of(current).into_iter().collect();
    let others = versions.iter().rev().filter(|idx| **idx != current && !mesh.contracts[**idx].published_by.is_empty());
    let others: BTreeSet<String> = others.take(OTHER_VERSIONS).flat_map(|idx| names_of(*idx)).collect();
    others.difference(&known).for_each(|name| give(Field::WholeAlias, name));
}

fn each_description(description: &Description, give: &mut dyn FnMut(Field, &str)) {
    for text in [&description.purpose, &description.usage, &description.limitations].into_iter().flatten() {
        give(Field::Text, text);
    }
}

fn each_text_of_object(mesh: &Mesh, glossary: &Glossary, entry: &Entry, give: &mut dyn FnMut(Field, &str)) {
    let Some(object) = entry.object(mesh) else { return };
    let contract = &mesh.contracts[entry.idx];
    let header = &contract.descriptor.header;
    // The later parts of a wide object stand for their columns; the object itself is its first part.
    let own = if entry.part == 0 { Field::Name } else { Field::Group };
    give(own, &object.name);
    if entry.part == 0 {
        let others = [&object.physical_name, &object.business_name].into_iter().flatten();
        others.chain(&object.synonyms).for_each(|name| give(Field::Alias, name));
        object.description.iter().chain(&object.granularity).for_each(|text| give(Field::Text, text));
        for term in glossary.bound(entry.idx, &object.name) {
            give_term(mesh, term, Field::Group, give);
        }
        give_named(mesh, glossary, &object.name, give);
        for server in &contract.descriptor.servers {
            for name in &servers::names(server, object) {
                give(Field::WholeAlias, name);
            }
            give(Field::Text, &servers::place(server, Some(object)));
        }
    }
    give(Field::Group, &header.id.value);
    header.name.iter().for_each(|name| give(Field::Group, name));
    give_products(mesh, contract, give);
    let mut whole = String::new();
    each_part_column(object, entry.part, &mut |column, path| {
        give(Field::WholeColumn, &column.name);
        if let Some(other) = also_called(&column.name) {
            give(Field::Column, other);
        }
        if let Some(rare) = column.detail.as_deref().and_then(|detail| detail.rare.as_deref()) {
            let names = [ColumnFact::PhysicalName, ColumnFact::BusinessName, ColumnFact::Synonym];
            names.into_iter().flat_map(|name| rare.all(name)).for_each(|name| give(Field::WholeColumn, name));
        }
        if glossary.bindings.is_empty() {
            return;
        }
        whole.clear();
        whole.extend([&object.name, ".", path]);
        for term in glossary.bound(entry.idx, &whole) {
            give_term(mesh, term, Field::Column, give);
        }
    });
}

fn give_products(mesh: &Mesh, contract: &crate::graph::Contract, give: &mut dyn FnMut(Field, &str)) {
    let mut last = None;
    for by in &contract.published_by {
        if last.replace(by.product_idx) != Some(by.product_idx) {
            let header = &mesh.products[by.product_idx].descriptor.header;
            give(Field::Group, &header.id.value);
            header.name.iter().for_each(|name| give(Field::Group, name));
        }
    }
}

/// Gives the synonyms of the terms that a name contains. They are names of the term first: here they count as what a
/// thing belongs to.
fn give_named(mesh: &Mesh, glossary: &Glossary, name: &str, give: &mut dyn FnMut(Field, &str)) {
    if glossary.by_word.is_empty() {
        return;
    }
    let mut words: Vec<String> = Vec::new();
    Splitter::default().split(name, |compound| words.extend(compound.words().map(str::to_owned)));
    for idx in glossary.named_in(&words) {
        mesh.term(&mesh.terms[idx]).synonyms.iter().for_each(|synonym| give(Field::Group, synonym));
    }
}

/// Gives the name and the synonyms of a term.
fn give_term(mesh: &Mesh, idx: usize, field: Field, give: &mut dyn FnMut(Field, &str)) {
    let term = mesh.term(&mesh.terms[idx]);
    give(field, name_of(term));
    term.synonyms.iter().for_each(|synonym| give(field, synonym));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_singulars_lead_to_each_other() {
        let of = |word: &str| other_numbers(word).join(" ");
        for (singular, plural) in
            [("order", "orders"), ("country", "countries"), ("address", "addresses"), ("day", "days")]
        {
            assert_eq!(of(singular), plural);
            assert!(other_numbers(plural).contains(&singular.to_owned()), "{plural}: {}", of(plural));
        }
        assert_eq!((of("branches"), of("caches")), ("branch branche".into(), "cach cache".into()));
        assert_eq!(
            (of("box"), of("gas"), of("y"), of("é")),
            ("boxes".into(), "gases".into(), "ys".into(), "és".into())
        );
        for (singular, plural) in [
            ("entry", "entries"),
            ("cookie", "cookies"),
            ("warehouse", "warehouses"),
            ("batch", "batches"),
            ("lot", "lots"),
        ] {
            assert_eq!(stem(singular), stem(plural));
        }
        assert_ne!(stem("glass"), stem("glas"));
    }
}
