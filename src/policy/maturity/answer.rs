//! What a file answers to a criterion.

use std::borrow::Cow;

use super::question::{Asked, Bound, Measure, Path};
use crate::model::{Text, Where};
use crate::yaml::NodeRef;

/// The answer to a criterion.
pub(super) enum Answer {
    Met,
    /// What there is instead, in a short clause.
    Found(String),
}

/// Asks the contract with an id and version for what is under a path.
pub(super) type Linked<'a> = dyn Fn(&str, Option<&str>, &Path<'_>) -> Option<String> + 'a;

/// More values than a file of 5 MiB holds under one path.
const MOST: usize = 200_000;

/// A value as it is compared and shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Value {
    /// Its text; of a map or list what it is.
    text: String,
    /// Where a map or list begins, so that two are never taken for one.
    place: Option<u32>,
}

/// One place that a path leads to.
#[derive(Clone, Copy)]
struct Slot<'a> {
    /// What filters look at: the item itself, or the map that holds the value.
    owner: Option<NodeRef<'a>>,
    value: Option<NodeRef<'a>>,
}

/// Answers a criterion from the top of a file.
pub(super) fn answer(asked: &Asked<'_>, root: NodeRef<'_>, linked: &Linked<'_>) -> Answer {
    if matches!(asked.measure, Measure::Words) {
        return Answer::Met;
    }
    let is_of_items = matches!(asked.measure, Measure::Count(_));
    let all = slots(root, &asked.path, is_of_items);
    let n_all = all.len();
    let mut values = Vec::new();
    for slot in all.into_iter().filter(|slot| holds(asked, *slot)) {
        match &asked.of_contract {
            None => values.push(slot.value.filter(|value| is_stated(*value)).map(Value::of)),
            Some(path) => {
                let found = of_contract(asked, slot, path, linked);
                values.extend(found.map(|text| Some(Value { text, place: None })));
            }
        }
    }
    let n_kept = values.len();
    if let (Some(valid), true) = (&asked.filter.valid, is_of_items) {
        values.retain(|value| value.as_ref().is_some_and(|value| value.is_among(valid)));
    }
    if asked.filter.is_distinct {
        values.sort();
        values.dedup();
    }
    let stated: Vec<&Value> = values.iter().flatten().collect();
    let n_of = |valid: &[Text]| stated.iter().filter(|value| value.is_among(valid)).count();
    match &asked.measure {
        Measure::Words => Answer::Met,
        Measure::Count(bound) => counted(*bound, (stated.len(), n_all), asked.is_percent, ""),
        Measure::Empty(bound) => counted(*bound, (values.len() - stated.len(), n_kept), asked.is_percent, "not stated"),
        Measure::Invalid(bound, valid) => {
            counted(*bound, (stated.len() - n_of(valid), stated.len()), asked.is_percent, "not valid")
        }
        Measure::Valid(Some(bound), valid) => counted(*bound, (n_of(valid), stated.len()), asked.is_percent, "valid"),
        Measure::Valid(None, valid) => each(&values, |value| value.is_among(valid)),
        Measure::Equal { is_wanted: true, values: wanted } => each(&values, |value| value.is_among(wanted)),
        Measure::Equal { is_wanted: false, values: refused } => {
            match stated.iter().find(|value| value.is_among(refused)) {
                Some(value) => Answer::Found(value.shown()),
                None => Answer::Met,
            }
        }
    }
}

/// Returns the one plain value that a path leads to.
pub(super) fn one(root: NodeRef<'_>, path: &Path<'_>) -> Option<String> {
    let slots = slots(root, path, false);
    match slots.as_slice() {
        [slot] => slot.value?.scalar_text().map(Cow::into_owned),
        _ => None,
    }
}

/// Every value is stated and right, and there is one.
fn each(values: &[Option<Value>], is_right: impl Fn(&Value) -> bool) -> Answer {
    if values.is_empty() {
        return Answer::Found("nothing".to_owned());
    }
    match values.iter().find(|value| !value.as_ref().is_some_and(&is_right)) {
        None => Answer::Met,
        Some(Some(value)) => Answer::Found(value.shown()),
        Some(None) => Answer::Found("nothing".to_owned()),
    }
}

/// Compares how many, or which share, with a bound. Of nothing the share is none.
fn counted(bound: Bound, (n, of): (usize, usize), is_percent: bool, word: &str) -> Answer {
    #[expect(clippy::cast_precision_loss, reason = "a file holds far fewer than 2^52 values")]
    let number = if is_percent { if of == 0 { 0.0 } else { n as f64 / of as f64 * 100.0 } } else { n as f64 };
    if bound.holds(number) {
        return Answer::Met;
    }
    Answer::Found(match (n, of) {
        (_, 0) => "nothing there".to_owned(),
        // All that is there counts, and it is not as many as asked.
        (n, of) if n == of && word.is_empty() && !is_percent => n.to_string(),
        (n, of) => format!("{n} of {of} {word}").trim_end().to_owned(),
    })
}

/// Returns the places that a path leads to. Where items are counted, a list at its end stands for its items.
fn slots<'a>(root: NodeRef<'a>, path: &Path<'_>, is_of_items: bool) -> Vec<Slot<'a>> {
    let Some(((last, is_each), before)) = path.parts.split_last() else { return Vec::new() };
    let mut nodes = vec![Some(root)];
    if path.parts.first().is_some_and(|(name, _)| *name == "quality") && root.get("quality").is_none() {
        // The draft means the rules of all objects and columns.
        nodes.clear();
        holders(root, &mut nodes);
    }
    for (name, is_each) in before {
        nodes = if *is_each {
            nodes.into_iter().flatten().flat_map(|node| node.list(name)).map(Some).take(MOST).collect()
        } else {
            nodes.into_iter().map(|node| node.and_then(|node| node.get(name))).collect()
        };
    }
    let mut slots = Vec::new();
    for owner in nodes {
        let value = owner.and_then(|owner| owner.get(last));
        let is_list = value.is_some_and(NodeRef::is_sequence);
        // A list that is not there has no items.
        if value.is_none() && is_of_items && before.iter().all(|(_, is_each)| !is_each) {
            continue;
        }
        if *is_each || (is_list && is_of_items) {
            let items = value.into_iter().flat_map(NodeRef::items);
            slots.extend(items.map(|item| Slot { owner: Some(item), value: Some(item) }));
        } else {
            slots.push(Slot { owner, value });
        }
        if slots.len() > MOST {
            break;
        }
    }
    slots.truncate(MOST);
    slots
}

/// Collects the objects and columns of a contract, the columns inside columns too. The parser bounds the depth.
fn holders<'a>(node: NodeRef<'a>, found: &mut Vec<Option<NodeRef<'a>>>) {
    for part in node.list("schema").chain(node.list("properties")).chain(node.get("items")) {
        if found.len() == MOST {
            return;
        }
        found.push(Some(part));
        holders(part, found);
    }
}

/// Says whether an item is one of those that count.
fn holds(asked: &Asked<'_>, slot: Slot<'_>) -> bool {
    let filter = asked.filter;
    let has = |field: &Text| field_of(slot, field).is_some_and(is_stated);
    let is_of_contract =
        |only: &Where| asked.of_contract.as_ref().is_some_and(|path| path.last() == last_name(&only.field));
    let is_right = |only: &Where| {
        let value = field_of(slot, &only.field).filter(|value| is_stated(*value));
        only.is_stated.is_none_or(|wanted| wanted == value.is_some())
            && only.among.as_ref().is_none_or(|among| value.is_some_and(|value| Value::of(value).is_among(among)))
    };
    filter.having.iter().all(has)
        && (filter.any_of.is_empty() || filter.any_of.iter().any(has))
        && filter.only.as_ref().is_none_or(|only| is_of_contract(only) || is_right(only))
}

/// Returns what the contract that a place names has under a path, where that is one of the values asked for.
fn of_contract(asked: &Asked<'_>, slot: Slot<'_>, path: &Path<'_>, linked: &Linked<'_>) -> Option<String> {
    let id = slot.value?.scalar_text()?;
    let version = slot.owner.and_then(|owner| owner.get("version")).and_then(NodeRef::scalar_text);
    let value = linked(&id, version.as_deref(), path).filter(|value| !value.trim().is_empty())?;
    let only = asked.filter.only.as_ref().filter(|only| path.last() == last_name(&only.field));
    only.and_then(|only| only.among.as_ref()).is_none_or(|among| is_among(&value, among)).then_some(value)
}

/// A field may be written with the path of its list.
fn last_name(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

fn field_of<'a>(slot: Slot<'a>, field: &str) -> Option<NodeRef<'a>> {
    slot.owner.filter(|owner| owner.is_mapping())?.get(last_name(field))
}

fn is_stated(value: NodeRef<'_>) -> bool {
    if value.is_mapping() {
        return value.entries().len() > 0;
    }
    if value.is_sequence() {
        return value.items().len() > 0;
    }
    value.scalar_text().is_some_and(|text| !text.trim().is_empty())
}

impl Value {
    fn of(value: NodeRef<'_>) -> Value {
        if let Some(text) = value.scalar_text() {
            return Value { text: text.into_owned(), place: None };
        }
        let what = if value.is_sequence() { "a list" } else { "a map" };
        Value { text: what.to_owned(), place: Some(value.span().start) }
    }

    fn is_among(&self, among: &[Text]) -> bool {
        self.place.is_none() && is_among(&self.text, among)
    }

    fn shown(&self) -> String {
        if self.place.is_some() { self.text.clone() } else { format!("`{}`", cut(&self.text)) }
    }
}

fn is_among(value: &str, among: &[Text]) -> bool {
    among.iter().any(|known| known.trim() == value.trim())
}

fn cut(value: &str) -> String {
    const MOST: usize = 60;
    let mut text: String = value.chars().take(MOST).collect();
    if value.chars().nth(MOST).is_some() {
        text.push('…');
    }
    text
}
