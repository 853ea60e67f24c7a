//! From a spanned tree to a typed descriptor. Tolerant: the schema has already reported what is
//! wrong, here everything that can be used is taken.

mod bitol;
mod column;
mod contradictions;
mod fields;
mod form;
mod header;
mod maturity;
mod own;
mod quality;
mod results;
mod shared;

use crate::model::{Alias, Descriptor, Kind, Reading, SpannedText, Text};
use crate::source::{FileId, Spanned};
use crate::yaml::NodeRef;

use super::{Detail, Keep};

pub(super) use results::results;

use self::shared::shared;

/// Lowers a document of a known kind; `None` when it does not say its id.
pub(super) fn lower(
    kind: Kind,
    root: NodeRef<'_>,
    file: FileId,
    reading: Reading,
    keep: Keep<'_>,
) -> Option<Descriptor> {
    let detail = keep.detail;
    // What access is for is asked of every agreement.
    let header_detail = if kind == Kind::AccessAgreement { Detail::Pages } else { detail };
    let header = header::header(kind, root, file, reading, header_detail)?;
    Some(match kind {
        Kind::DataProduct => Descriptor::DataProduct(Box::new(bitol::product(root, header, detail))),
        Kind::DataContract => Descriptor::DataContract(Box::new(bitol::contract(root, header, keep))),
        Kind::AccessAgreement => Descriptor::AccessAgreement(Box::new(bitol::agreement(root, header))),
        Kind::SemanticDefinition => Descriptor::SemanticDefinition(Box::new(bitol::glossary(root, header))),
        Kind::Domain => Descriptor::Domain(Box::new(own::domain(root, header))),
        Kind::Team => Descriptor::Team(Box::new(own::team(root, header))),
        Kind::Policy => Descriptor::Policy(Box::new(own::policy(root, header))),
        Kind::SourceSystem => Descriptor::SourceSystem(Box::new(own::source_system(root, header, detail))),
        Kind::Review => Descriptor::Review(Box::new(own::review(root, header))),
        Kind::Waiver => Descriptor::Waiver(Box::new(own::waiver(root, header))),
        Kind::Acknowledgement => Descriptor::Acknowledgement(Box::new(own::acknowledgement(root, header))),
        Kind::Scorecard => Descriptor::Scorecard(Box::new(own::scorecard(root, header))),
        Kind::MaturityModel => Descriptor::MaturityModel(Box::new(maturity::model(root, header))),
    })
}

/// Lowers `aliases.yaml`.
pub(super) fn aliases(root: NodeRef<'_>, file: FileId) -> Vec<Alias> {
    let alias = |entry: NodeRef<'_>| {
        Some(Alias { file, from: spanned(entry, "from")?, to: spanned(entry, "to")?, since: text(entry, "since") })
    };
    root.list("aliases").filter_map(alias).collect()
}

/// Collects into a list of exactly the size it keeps: most lists hold one or two things, and there
/// are very many lists.
fn exact<T>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.shrink_to_fit();
    list
}

/// Returns the scalar under a key as text.
fn text(node: NodeRef<'_>, key: &str) -> Option<Text> {
    Some(shared(&node.get(key)?.scalar_text()?))
}

/// Returns the scalar under a key as text with its place.
fn spanned(node: NodeRef<'_>, key: &str) -> Option<SpannedText> {
    let value = node.get(key)?;
    Some(Spanned::new(shared(&value.scalar_text()?), value.span()))
}

/// Returns the scalars of the list under a key.
fn texts(node: NodeRef<'_>, key: &str) -> Vec<Text> {
    texts_of(node.get(key))
}

/// Returns the scalars of a list.
fn texts_of(list: Option<NodeRef<'_>>) -> Vec<Text> {
    let Some(list) = list else { return Vec::new() };
    exact(list.items().filter_map(|item| Some(shared(&item.scalar_text()?))))
}

/// Returns the scalars of the list under a key, or the one scalar, with their places.
fn spanned_texts(node: NodeRef<'_>, key: &str) -> Vec<SpannedText> {
    node.get(key).map(spanned_texts_of).unwrap_or_default()
}

/// Returns the scalars of a list, or the one scalar, with their places.
fn spanned_texts_of(value: NodeRef<'_>) -> Vec<SpannedText> {
    let one = |item: NodeRef<'_>| Some(Spanned::new(shared(&item.scalar_text()?), item.span()));
    if value.is_sequence() { exact(value.items().filter_map(one)) } else { one(value).into_iter().collect() }
}

/// Says whether a key holds `true`.
fn is_true(node: NodeRef<'_>, key: &str) -> bool {
    node.get(key).and_then(NodeRef::as_bool).unwrap_or(false)
}

/// Returns any value as one text: a scalar as written, a list or map as JSON.
fn any_text(node: NodeRef<'_>) -> Text {
    match node.scalar_text() {
        Some(text) => Text::from(text.as_ref()),
        None if node.is_null() => Text::new(),
        None => Text::from(node.to_json().to_string()),
    }
}
