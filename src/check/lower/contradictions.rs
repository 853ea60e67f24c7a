//! What a contract says that cannot both hold: limits that leave no value, and parts of one name that say two things.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::{any_text, text};
use crate::model::{Contradicting, Contradiction, Quantity, Text, level_name};
use crate::source::Span;
use crate::yaml::NodeRef;

/// A lower limit, an upper one, and whether one value that meets both is enough.
const LIMITS: [([&str; 2], bool); 7] = [
    (["minLength", "maxLength"], true),
    (["minItems", "maxItems"], true),
    (["minProperties", "maxProperties"], true),
    (["minimum", "maximum"], true),
    (["minimum", "exclusiveMaximum"], false),
    (["exclusiveMinimum", "maximum"], false),
    (["exclusiveMinimum", "exclusiveMaximum"], false),
];

/// Adds those of the limits of a column that leave no value.
pub(super) fn limits(options: NodeRef<'_>, name: impl Fn() -> Text, found: &mut Vec<Contradiction>) {
    for (keys, may_meet) in LIMITS {
        let [Some(low), Some(high)] = keys.map(|key| options.get(key)) else { continue };
        let is_empty = match compared(low, high) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => !may_meet,
            _ => false,
        };
        if is_empty {
            let of = Contradicting::Limits { column: name(), keys };
            found.push(Contradiction { of, first: low.span(), second: high.span() });
        }
    }
}

/// Compares two limits: numbers, or days and times that are written alike.
fn compared(low: NodeRef<'_>, high: NodeRef<'_>) -> Option<Ordering> {
    let (low, high) = (low.scalar_text()?, high.scalar_text()?);
    if let (Ok(low), Ok(high)) = (low.trim().parse::<f64>(), high.trim().parse::<f64>()) {
        return low.partial_cmp(&high);
    }
    let shape = |text: &str| text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    let one = shape(&low);
    let is_iso = one.starts_with("0000-00-00") || one.starts_with("00:00");
    // Another offset is another time.
    let is_alike = one == shape(&high) && !one.contains(['+', 'z']) && one.matches('-').count() <= 2;
    (is_iso && is_alike).then(|| low.cmp(&high))
}

/// Returns all that is found: what its columns say, then servers, roles and service levels of one name.
pub(super) fn of(root: NodeRef<'_>, mut found: Vec<Contradiction>) -> Box<[Contradiction]> {
    let name = |node: NodeRef<'_>, key: &str| text(node, key).filter(|name| !name.trim().is_empty());
    twice(
        root,
        "servers",
        &mut found,
        |server| name(server, "server"),
        |_, _| true,
        |server| (Contradicting::Servers(text(server, "server").unwrap_or_default()), "server"),
    );
    let differ = |one: NodeRef<'_>, two: NodeRef<'_>| {
        let access = |role| text(role, "access").map(|access: Text| access.trim().to_lowercase());
        access(one) != access(two)
    };
    twice(
        root,
        "roles",
        &mut found,
        |role| name(role, "role"),
        differ,
        |role| (Contradicting::Roles(text(role, "role").unwrap_or_default()), "role"),
    );
    let default = text(root, "slaDefaultElement").unwrap_or_default();
    let about = |level: NodeRef<'_>| {
        let property = level_name(&name(level, "property")?);
        let element = text(level, "element").unwrap_or_else(|| default.clone());
        // What two drivers ask for may be two promises.
        Some([&*property, element.trim(), &text(level, "driver").unwrap_or_default()].join("\u{0}").into())
    };
    twice(root, "slaProperties", &mut found, about, promise_two_things, |level| {
        (Contradicting::ServiceLevels(text(level, "property").unwrap_or_default()), "property")
    });
    found.into()
}

/// Adds each item of a list that says another thing than an earlier one which is the same.
fn twice(
    root: NodeRef<'_>,
    list: &str,
    found: &mut Vec<Contradiction>,
    is: impl Fn(NodeRef<'_>) -> Option<Text>,
    differ: impl Fn(NodeRef<'_>, NodeRef<'_>) -> bool,
    of: impl Fn(NodeRef<'_>) -> (Contradicting, &'static str),
) {
    if root.list(list).nth(1).is_none() {
        return;
    }
    let mut first: HashMap<Text, NodeRef<'_>> = HashMap::new();
    for item in root.list(list).filter(|item| item.is_mapping()) {
        let Some(key) = is(item) else { continue };
        let Some(earlier) = first.get(&key).copied() else {
            first.insert(key, item);
            continue;
        };
        if differ(earlier, item) {
            let (of, named) = of(item);
            let at = |item: NodeRef<'_>| -> Span { item.get(named).map_or(item.span(), NodeRef::span) };
            found.push(Contradiction { of, first: at(earlier), second: at(item) });
        }
    }
}

/// Says whether two service levels state values that are not the same: `24 h` and `1 d` are.
fn promise_two_things(one: NodeRef<'_>, two: NodeRef<'_>) -> bool {
    let (Some(first), Some(second)) = (one.get("value"), two.get("value")) else { return false };
    let (first, second) = (any_text(first), any_text(second));
    let units = [one, two].map(|level| text(level, "unit"));
    if first.trim() == second.trim() && units[0] == units[1] {
        return false;
    }
    let both = Quantity::read_both((&first, units[0].as_deref()), (&second, units[1].as_deref()));
    both.and_then(|(first, second)| first.compare(&second)) != Some(Ordering::Equal)
}
