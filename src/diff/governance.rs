//! What documents of the registry say beside words: who answers for a thing, and where it stands.

use super::change::{ChangeRule, Gate, Raw};
use super::compare;
use super::products;
use super::rules::governance as rules;
use crate::model::Kind;
use crate::yaml::NodeRef;

/// A field that says more than words: its key, the rule that tells it, what it is called, and whether there are several.
type Field = (&'static str, &'static ChangeRule, &'static str, bool);

/// Returns the fields of a kind that say more than words.
fn fields(kind: Kind) -> Vec<Field> {
    const STATUS: Field = ("status", &rules::STANDING_CHANGED, "status", false);
    const OWNER: Field = ("owner", &rules::OWNER_CHANGED, "owner", false);
    const TYPE: Field = ("type", &rules::STANDING_CHANGED, "type", false);
    const DOMAIN: Field = ("domain", &rules::STANDING_CHANGED, "domain", false);
    match kind {
        Kind::Domain => vec![
            OWNER,
            ("stewards", &rules::OWNER_CHANGED, "stewards", true),
            ("parentDomain", &rules::STANDING_CHANGED, "parent domain", false),
            TYPE,
            ("operatingMode", &rules::STANDING_CHANGED, "operating mode", false),
            STATUS,
        ],
        Kind::Team => vec![
            ("forgeHandle", &rules::TEAM_HANDLE_CHANGED, "handle on the forge", false),
            ("members", &rules::STANDING_CHANGED, "members", true),
            TYPE,
            DOMAIN,
            STATUS,
        ],
        Kind::SourceSystem => vec![
            OWNER,
            ("servers", &rules::SOURCE_CHANGED, "servers", true),
            ("assets", &rules::SOURCE_CHANGED, "assets", true),
            TYPE,
            DOMAIN,
            STATUS,
        ],
        Kind::SemanticDefinition => vec![DOMAIN, STATUS],
        Kind::Policy => vec![OWNER, STATUS],
        Kind::DataProduct
        | Kind::DataContract
        | Kind::AccessAgreement
        | Kind::Review
        | Kind::Waiver
        | Kind::Acknowledgement
        | Kind::Scorecard
        | Kind::MaturityModel => vec![],
    }
}

/// Finds the facts of two documents of a kind that differ, but for what is told already.
pub(super) fn facts(kind: Kind, base: NodeRef<'_>, head: NodeRef<'_>, told: &[&str]) -> Vec<Raw> {
    let differing = compare::other_fields(base, head, told);
    let is_another = |(key, ..): &Field| differing.iter().any(|field| field == key);
    fields(kind).into_iter().filter(is_another).filter_map(|field| fact(kind, field, base, head)).collect()
}

fn fact(kind: Kind, (key, rule, noun, is_many): Field, base: NodeRef<'_>, head: NodeRef<'_>) -> Option<Raw> {
    let (was, is) = (said(base, key), said(head, key));
    let (before, after) = (only(&was, &is), only(&is, &was));
    // The same in another order, or in other words of YAML.
    if before.is_none() && after.is_none() {
        return None;
    }
    let words = match (was.is_empty(), is.is_empty(), is_many) {
        (_, true, _) => format!("names no {noun} any more"),
        (true, _, _) => format!("names its {noun} now"),
        (_, _, true) => format!("has other {noun}"),
        (_, _, false) => format!("has another {noun}"),
    };
    let place = |node: NodeRef<'_>| {
        let entry = node.entry(key).map(|(name, value)| if value.is_sequence() { name.span() } else { value.span() });
        entry.or_else(|| node.entry("id").map(|(_, id)| id.span()))
    };
    let message = format!("the {} {words}", kind.title());
    let raw = products::raw(rule, key.to_owned(), message, place(base), place(head));
    Some(Raw { gate: Gate::Decision, before, after, ..raw })
}

/// One value of a field: what names it, and what else it says.
struct Said {
    name: String,
    rest: Vec<String>,
}

/// Returns what of some values others do not say; of one that both name what differs alone.
fn only(own: &[Said], others: &[Said]) -> Option<String> {
    let differs = |one: &Said| {
        let Some(other) = others.iter().find(|other| other.name == one.name) else { return Some(one.name.clone()) };
        let rest: Vec<&str> = one.rest.iter().filter(|text| !other.rest.contains(text)).map(String::as_str).collect();
        (!rest.is_empty()).then(|| format!("{}: {}", one.name, rest.join(", ")))
    };
    let texts: Vec<String> = own.iter().filter_map(differs).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Returns what a field says, value by value.
fn said(node: NodeRef<'_>, key: &str) -> Vec<Said> {
    const NAMES: [&str; 4] = ["id", "server", "username", "name"];
    let Some(value) = node.get(key).filter(|value| !value.is_null()) else { return Vec::new() };
    let text = |value: NodeRef<'_>| value.scalar_text().map_or_else(|| value.to_json().to_string(), Into::into);
    let one = |value: NodeRef<'_>| {
        let name = NAMES.into_iter().find_map(|name| Some((name, value.get(name)?.scalar_text()?)));
        let Some((named, name)) = name else { return Said { name: text(value).trim().to_owned(), rest: Vec::new() } };
        let rest = value.entries().filter_map(|(key, value)| {
            let key = key.as_str().filter(|key| *key != named)?;
            Some(format!("{key} {}", text(value)))
        });
        Said { name: name.into_owned(), rest: rest.collect() }
    };
    if value.is_sequence() { node.list(key).map(one).collect() } else { vec![one(value)] }
}
