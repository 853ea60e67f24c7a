//! What else a descriptor states, in the words of its authors.

use std::borrow::Cow;

use serde::Serialize;

use crate::model::{CustomProperty, Kind};
use crate::render::parts::{self, Anchor, Linker};

/// Something else that is stated.
#[derive(Serialize)]
pub(in crate::render::pages) struct Fact<'a> {
    pub name: String,
    pub value: Anchor<'a>,
    /// What it is about, and what it says of itself.
    pub note: Option<Cow<'a, str>>,
}

/// Words the custom properties that people may want to read.
pub(super) fn facts<'a>(header: &'a crate::model::Header, linker: Linker<'a>) -> Vec<Fact<'a>> {
    const OURS: [&str; 4] = ["slug", "successor", "successorOf", "retiredOn"];
    let custom = header.custom.iter().filter(|custom| !OURS.contains(&custom.property.as_str()));
    let explained = header.detail.as_ref().map_or(&[][..], |detail| &detail.explained);
    let worded = |custom: &'a CustomProperty| {
        let said = explained.iter().find(|(property, _)| *property == custom.property);
        let fact = fact(custom, header.kind, linker);
        Fact { note: said.map(|(_, text)| text.as_str().into()), ..fact }
    };
    custom.map(worded).collect()
}

impl<'a> Fact<'a> {
    pub(super) fn new(name: impl Into<String>, value: Anchor<'a>) -> Fact<'a> {
        Fact { name: name.into(), value, note: None }
    }

    /// Adds what it is about, where that is said.
    pub(super) fn noted(self, note: String) -> Fact<'a> {
        Fact { note: Some(note.into()).filter(|note: &Cow<'_, str>| !note.is_empty()), ..self }
    }

    /// Says whether it is the kind of the product, which the model has from here and the page beside it.
    pub(super) fn is(&self, kind: Option<&str>) -> bool {
        self.name == "Type" && kind == Some(&*self.value.text)
    }
}

/// Units at the end of the names of properties, such as `noticePeriodDays`.
const UNITS: [&str; 7] = ["seconds", "minutes", "hours", "days", "weeks", "months", "years"];

pub(super) fn fact<'a>(custom: &'a CustomProperty, kind: Kind, linker: Linker<'a>) -> Fact<'a> {
    let (name, value) = (parts::words(&custom.property), custom.value.as_str());
    if matches!(name.as_str(), "replaced by" | "superseded by" | "replaces")
        && let Some(value) = named(value, kind, linker)
    {
        return Fact::new(parts::sentence(&name), value);
    }
    let is_count = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((before, unit)) = name.rsplit_once(' ').filter(|(_, unit)| is_count && UNITS.contains(unit)) {
        let unit = if value == "1" { unit.trim_end_matches('s') } else { unit };
        let value = format!("{} {unit}", parts::grouped(value));
        return Fact::new(parts::sentence(before), Anchor::plain(value));
    }
    Fact::new(parts::sentence(&name), Anchor { href: parts::safe_url(value), text: fact_value(custom) })
}

/// The thing that a value names: one of the same kind, else whatever it is.
fn named<'a>(value: &'a str, kind: Kind, linker: Linker<'a>) -> Option<Anchor<'a>> {
    let mesh = linker.site.mesh();
    let found =
        |text: &str| crate::model::Ref::parse(text).ok().and_then(|named| mesh.find(&named).into_iter().next_back());
    let found = found(&format!("{}:{value}", kind.word())).or_else(|| found(value))?;
    match found.kind {
        Kind::DataContract => Some(linker.contract(found.idx)),
        Kind::DataProduct => Some(linker.product(found.idx)),
        _ => Some(linker.reference(value)).filter(|anchor| anchor.href.is_some()),
    }
}

/// A value as people read it: a list as a list of words, a day as a day, a large number in groups.
fn fact_value(custom: &CustomProperty) -> Cow<'_, str> {
    let value = custom.value.as_str();
    if crate::model::date_of(value).is_some() {
        return parts::date(value).into();
    }
    match value.strip_prefix('[').and_then(|_| serde_json::from_str::<Vec<String>>(value).ok()) {
        Some(list) => list.join(", ").into(),
        None if value.contains('-') => dated(value),
        None if is_number(custom) => parts::grouped(value),
        None => value.into(),
    }
}

/// Says whether a value is a whole number. Digits in quotes, which have a place two bytes longer, are a text: a code.
fn is_number(custom: &CustomProperty) -> bool {
    let value = custom.value.as_bytes();
    let n_bytes = custom.span.end.saturating_sub(custom.span.start) as usize;
    n_bytes == value.len() && value.iter().all(u8::is_ascii_digit) && !value.starts_with(b"0")
}

/// A text with the days in it as people read them: "old shop, 31 Jan 2037".
fn dated(value: &str) -> Cow<'_, str> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '/' | ':' | '.');
    let mut said = String::new();
    for piece in value.split_inclusive(|character| !is_part(character)) {
        let word = piece.trim_end_matches(|character| !is_part(character));
        match (word.len(), crate::model::date_of(word)) {
            (10, Some(_)) => said.extend([parts::date(word).as_str(), &piece[word.len()..]]),
            _ => said.push_str(piece),
        }
    }
    if said == value { value.into() } else { said.into() }
}
