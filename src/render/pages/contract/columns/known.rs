//! What else objects and columns are called, and the words to find them by.

use crate::model::{ColumnFact, RareDetail, SchemaObject, Text};
use crate::render::parts;

/// Characters of it.
const TEXT: usize = 240;

/// Custom properties of a column that stand beside its rules.
const SHOWN: [&str; 3] = ["endsWith", "replacedBy", "unit"];

/// Says what else an object is called.
pub(super) fn of_object(object: &SchemaObject) -> Option<String> {
    let business = object.business_name.as_deref().filter(|name| *name != object.name.value.as_str());
    said(business, object.synonyms.iter(), object.tags.iter(), parts::custom_words(&object.custom))
}

/// Says what else a column is called.
pub(super) fn of_column(rare: &RareDetail, name: &str) -> Option<String> {
    let business = rare.text(ColumnFact::BusinessName).map(Text::as_str).filter(|business| *business != name);
    let custom = rare.custom().filter(|(property, _)| !SHOWN.contains(&property.as_str()));
    let custom: Vec<String> = custom.map(|(property, value)| parts::custom_word(property, value)).collect();
    let custom = (!custom.is_empty()).then(|| custom.join("; "));
    said(business, rare.all(ColumnFact::Synonym), rare.all(ColumnFact::Tag), custom)
}

fn said<'a>(
    business: Option<&str>,
    synonyms: impl Iterator<Item = &'a Text>,
    tags: impl Iterator<Item = &'a Text>,
    custom: Option<String>,
) -> Option<String> {
    let business = business.filter(|name| !name.trim().is_empty()).map(|name| format!("called {name}"));
    let listed = |before: &str, words: Vec<&str>| match words.as_slice() {
        [] => None,
        words => Some(format!("{before} {}", words.join(", "))),
    };
    let synonyms = listed("also", synonyms.map(Text::as_str).collect());
    let tags = listed("tagged", tags.map(Text::as_str).collect());
    let said: Vec<String> = [business, synonyms, tags].into_iter().flatten().collect();
    // The name of a property stands as it is written, at the beginning too.
    let said = Some(parts::sentence(&said.join("; "))).filter(|said| !said.is_empty());
    let said: Vec<String> = said.into_iter().chain(custom).collect();
    (!said.is_empty()).then(|| parts::shortened(&said.join("; "), TEXT).into_owned())
}
