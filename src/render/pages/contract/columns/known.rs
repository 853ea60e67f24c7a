//! What else objects and columns are called, and the words to find them by.

use crate::model::{ColumnFact, RareDetail, SchemaObject, Text};
use crate::render::parts;

/// Characters of it.
const TEXT: usize = 240;

/// Says what else an object is called.
pub(super) fn of_object(object: &SchemaObject) -> Option<String> {
    let business = object.business_name.as_deref().filter(|name| *name != object.name.value.as_str());
    said(business, object.synonyms.iter(), object.tags.iter())
}

/// Says what else a column is called.
pub(super) fn of_column(rare: &RareDetail, name: &str) -> Option<String> {
    let business = rare.text(ColumnFact::BusinessName).map(Text::as_str).filter(|business| *business != name);
    said(business, rare.all(ColumnFact::Synonym), rare.all(ColumnFact::Tag))
}

fn said<'a>(
    business: Option<&str>,
    synonyms: impl Iterator<Item = &'a Text>,
    tags: impl Iterator<Item = &'a Text>,
) -> Option<String> {
    let business = business.filter(|name| !name.trim().is_empty()).map(|name| format!("called {name}"));
    let listed = |before: &str, words: Vec<&str>| match words.as_slice() {
        [] => None,
        words => Some(format!("{before} {}", words.join(", "))),
    };
    let synonyms = listed("also", synonyms.map(Text::as_str).collect());
    let tags = listed("tagged", tags.map(Text::as_str).collect());
    let said: Vec<String> = [business, synonyms, tags].into_iter().flatten().collect();
    (!said.is_empty()).then(|| parts::shortened(&parts::sentence(&said.join("; ")), TEXT).into_owned())
}
