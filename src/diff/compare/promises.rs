//! Quality rules and service levels.

use super::super::change::{ChangeRule, Direction, Gate};
use super::super::rules::promises as rules;
use super::items::{self, Key};
use super::limits::{Demand, Moved, Value, demands_moved};
use super::options::quoted;
use super::{Found, Note, any_text, entry_place, id_place, name_of, place, text, value_place};
use crate::model::{QualityRule, Quantity, Sense, level_name, sense_of};
use crate::yaml::NodeRef;

/// Fields that say what a quality rule measures.
const MEASURE: [&str; 9] =
    ["type", "metric", "rule", "query", "engine", "implementation", "arguments", VALID_VALUES, "unit"];

/// The values that a rule allows: below `arguments`, and in ODCS 3.0 in the rule itself.
const VALID_VALUES: &str = "validValues";

impl Found {
    /// Compares `quality` of an object or column.
    pub(super) fn quality(
        &mut self,
        base: NodeRef<'_>,
        head: NodeRef<'_>,
        path: &str,
        what: &str,
        column: Option<&str>,
    ) {
        let keys: [Key; 7] = [
            Key::Id,
            Key::Text(items::name),
            Key::Text(with_id),
            Key::Text(whole),
            Key::Text(measure_of),
            Key::Text(metric),
            Key::Text(promised),
        ];
        let pairs = items::pair_up(items::maps(base, "quality"), items::maps(head, "quality"), &keys);
        for rule in &pairs.removed {
            let message = format!("the quality rule `{}` of {what} is removed", label(*rule));
            let note = Note::new(&rules::QUALITY_RULE_REMOVED, format!("{path}.quality.{}", label(*rule)), message)
                .values(Some(shown(*rule)), None::<String>)
                .places(Some(place(*rule)), Some(place(head)));
            self.push_of(note, column);
        }
        for (base, head) in &pairs.both {
            self.quality_rule(*base, *head, path, what, column);
        }
        for rule in &pairs.added {
            let message = format!("the quality rule `{}` of {what} is added", label(*rule));
            let note = Note::new(&rules::QUALITY_RULE_ADDED, format!("{path}.quality.{}", label(*rule)), message)
                .values(None::<String>, Some(shown(*rule)))
                .places(None, Some(place(*rule)));
            self.push_of(note, column);
        }
    }

    fn push_of(&mut self, note: Note, column: Option<&str>) {
        self.push(match column {
            Some(column) => note.column(column),
            None => note,
        });
    }

    fn quality_rule(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, what: &str, column: Option<&str>) {
        let since = self.changes.len();
        self.quality_demand(base, head, path, what, column);
        let is_told = self.changes.len() > since;
        self.quality_words(base, head, path, what, column);
        if is_told {
            return;
        }
        let full = format!("{path}.quality.{}", label(base));
        self.silent(&full, (base, head), &MEASURE, self.changes.len());
        self.silent(&full, (base, head), &QualityRule::OPERATORS, self.changes.len());
    }

    fn quality_demand(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, what: &str, column: Option<&str>) {
        let name = label(base);
        let full = format!("{path}.quality.{name}");
        let moved = demand_moved(base, head);
        if let Some(valid) = ValidMoved::read(base, head, moved) {
            let words = match (valid.gone.as_slice(), valid.new.as_slice()) {
                ([], new) => format!("allows {} now", quoted(new)),
                (gone, []) => format!("no longer allows {}", quoted(gone)),
                (gone, new) => format!("allows {} instead of {}", quoted(new), quoted(gone)),
            };
            let rule: &'static ChangeRule = match valid.moved {
                Moved::Tightened => &rules::QUALITY_RULE_TIGHTENED,
                _ => &rules::QUALITY_RULE_RELAXED,
            };
            let at = |node: NodeRef<'_>| valid_values(node).map(NodeRef::span).or(Some(place(node)));
            let list = |node: NodeRef<'_>| Some(valid_texts(node)?.join(", "));
            let note = Note::new(rule, full, format!("the quality rule `{name}` of {what} {words}"))
                .values(list(base), list(head))
                .places(at(base), at(head));
            let is_both = !valid.gone.is_empty() && !valid.new.is_empty();
            self.push_of(if is_both { note.direction(Direction::Both) } else { note }, column);
            return;
        }
        if let Some(key) = MEASURE.into_iter().find(|key| measured(base, key) != measured(head, key)) {
            let message = format!("the quality rule `{name}` of {what} measures something else");
            let note = Note::new(&rules::QUALITY_RULE_CHANGED, full.clone(), message)
                .values(base.get(key).map(any_text), head.get(key).map(any_text))
                .places(value_place(base, key).or(Some(place(base))), value_place(head, key).or(Some(place(head))));
            self.push_of(note, column);
            // Of something else, another limit may be the same demand; a lower severity is less in any case.
            let is_lighter = severity(head) < severity(base);
            if moved != Moved::Relaxed || !(is_lighter || matches!(key, "query" | "rule" | "implementation" | "engine"))
            {
                return;
            }
        }
        let (rule, words): (&'static ChangeRule, &str) = match moved {
            Moved::Not => return,
            Moved::Relaxed => (&rules::QUALITY_RULE_RELAXED, "demands less"),
            Moved::Tightened => (&rules::QUALITY_RULE_TIGHTENED, "demands more"),
            Moved::Unclear => (&rules::QUALITY_RULE_CHANGED, "demands something else"),
        };
        let at = |node: NodeRef<'_>| {
            let operator = QualityRule::OPERATORS.into_iter().find_map(|operator| value_place(node, operator));
            let differs = severity(base) != severity(head);
            let severity = differs.then(|| value_place(node, "severity")).flatten();
            severity.or(operator).unwrap_or(place(node))
        };
        let note = Note::new(rule, full, format!("the quality rule `{name}` of {what} {words}"))
            .values(Some(shown(base)), Some(shown(head)))
            .places(Some(at(base)), Some(at(head)));
        self.push_of(note, column);
    }

    fn quality_words(&mut self, base: NodeRef<'_>, head: NodeRef<'_>, path: &str, what: &str, column: Option<&str>) {
        let mut handled: Vec<&str> = MEASURE.to_vec();
        handled.extend(QualityRule::OPERATORS);
        // Two words that weigh the same are told as words.
        if severity(base) != severity(head) {
            handled.push("severity");
        }
        let what = format!("the quality rule `{}` of {what}", label(base));
        let before = self.changes.len();
        self.fields(&what, &format!("{path}.quality.{}", label(base)), base, head, &handled);
        if let Some(column) = column {
            self.changes[before..].iter_mut().for_each(|change| change.column = Some(column.to_owned()));
        }
    }

    /// Compares `slaProperties`.
    pub(super) fn promises_of_contract(&mut self, base: NodeRef<'_>, head: NodeRef<'_>) {
        // Another property is another promise, whatever its id.
        let keys: [Key; 3] = [Key::Text(level_and_id), Key::Text(level_and_element), Key::Text(level)];
        let pairs = items::pair_up(items::maps(base, "slaProperties"), items::maps(head, "slaProperties"), &keys);
        let list = entry_place(head, "slaProperties").unwrap_or(id_place(head));
        for promise in &pairs.removed {
            let property = text(*promise, "property").unwrap_or_default();
            let message = format!("the service level `{property}` is removed");
            let note = Note::new(&rules::SERVICE_LEVEL_REMOVED, format!("slaProperties.{property}"), message)
                .values(Some(level_text(*promise)), None::<String>)
                .places(value_place(*promise, "property"), Some(list));
            self.push(of_life(note, &property));
        }
        // What levels without an `element` of their own are about.
        let default = |node: NodeRef<'_>| text(node, "slaDefaultElement").map(String::from);
        let defaults = (default(base), default(head));
        for (base, head) in &pairs.both {
            self.service_level(*base, *head, &defaults);
        }
        for promise in &pairs.added {
            let property = text(*promise, "property").unwrap_or_default();
            let message = format!("the service level `{property}` is added");
            let note = Note::new(&rules::SERVICE_LEVEL_ADDED, format!("slaProperties.{property}"), message)
                .values(None::<String>, Some(level_text(*promise)))
                .places(None, value_place(*promise, "property"));
            let is_date = is_life(&property);
            // The day of an end is told so that readers can move; it promises them nothing more.
            self.push(if is_date { note.direction(Direction::Neutral) } else { note });
        }
    }

    fn service_level(
        &mut self,
        base: NodeRef<'_>,
        head: NodeRef<'_>,
        (default_was, default_is): &(Option<String>, Option<String>),
    ) {
        let property = text(base, "property").unwrap_or_default();
        let path = format!("slaProperties.{property}");
        let since = self.changes.len();
        self.level_promised(base, head, (default_was, default_is));
        let is_told = self.changes.len() > since;
        let mut handled = vec!["property", "value", "unit", "valueExt", "element"];
        // A unit that is said for the first time says what was meant.
        if !is_told && text(base, "unit").is_none() {
            handled.retain(|key| *key != "unit");
        }
        self.fields(&format!("the service level `{property}`"), &path, base, head, &handled);
        if !is_told {
            self.silent(&path, (base, head), &handled, self.changes.len());
        }
    }

    fn level_promised(
        &mut self,
        base: NodeRef<'_>,
        head: NodeRef<'_>,
        (default_was, default_is): (&Option<String>, &Option<String>),
    ) {
        let property = text(base, "property").unwrap_or_default();
        let path = format!("slaProperties.{property}");
        let json = |node: NodeRef<'_>, key: &str| node.get(key).map(NodeRef::to_json);
        let element = |node: NodeRef<'_>, default: &Option<String>| {
            text(node, "element").map(String::from).or_else(|| default.clone())
        };
        let (was, is) = (element(base, default_was), element(head, default_is));
        if was != is {
            let message = format!("the service level `{property}` is about something else");
            self.push(Note::new(&rules::SERVICE_LEVEL_MOVED, path, message).values(was, is).places(
                value_place(base, "element").or(value_place(base, "property")),
                value_place(head, "element").or(value_place(head, "property")),
            ));
            return;
        }
        let is_same = ["value", "unit", "valueExt"].iter().all(|key| json(base, key) == json(head, key));
        let moved = if is_same { Moved::Not } else { level_moved(&property, base, head) };
        let places = |node: NodeRef<'_>| value_place(node, "value").or(value_place(node, "property"));
        let (rule, words): (&'static ChangeRule, &str) = match moved {
            Moved::Not => return,
            Moved::Relaxed => (&rules::SERVICE_LEVEL_LOWERED, "promises less"),
            Moved::Tightened => (&rules::SERVICE_LEVEL_RAISED, "promises more"),
            Moved::Unclear => (&rules::SERVICE_LEVEL_CHANGED, "promises something else"),
        };
        let note = Note::new(rule, path, format!("the service level `{property}` {words}"))
            .values(Some(level_text(base)), Some(level_text(head)))
            .places(places(base), places(head));
        self.push(of_life(note, &property));
    }
}

/// The dates of a contract's life are no matter of its version.
fn of_life(note: Note, property: &str) -> Note {
    if is_life(property) { note.gate(Gate::Readers) } else { note }
}

/// Says whether a service level is a day of a version's life.
pub(in super::super) fn is_life(property: &str) -> bool {
    matches!(level_name(property).as_str(), "endofsupport" | "endoflife" | "generalavailability")
}

fn level_moved(property: &str, base: NodeRef<'_>, head: NodeRef<'_>) -> Moved {
    let (Some(was), Some(is)) = (text(base, "value"), text(head, "value")) else { return Moved::Unclear };
    let order = match level_name(property).as_str() {
        "endofsupport" | "endoflife" => Value::of(&is).compare(&Value::of(&was)),
        "generalavailability" | "timeofavailability" => Value::of(&was).compare(&Value::of(&is)),
        _ => {
            let units = (text(base, "unit"), text(head, "unit"));
            let both = Quantity::read_both((&was, units.0.as_deref()), (&is, units.1.as_deref()));
            // A number whose unit is gone may be of any.
            let is_bare = |value: &str| value.trim().parse::<f64>().is_ok();
            if units.0.is_some() && units.1.is_none() && is_bare(&is) {
                return Moved::Unclear;
            }
            let order = both.and_then(|(was, is)| is.compare(&was));
            match sense_of(property) {
                Some(Sense::AtLeast) => order,
                Some(Sense::AtMost) => order.map(std::cmp::Ordering::reverse),
                None => order.filter(|order| *order == std::cmp::Ordering::Equal),
            }
        }
    };
    match order {
        None => Moved::Unclear,
        Some(std::cmp::Ordering::Less) => Moved::Relaxed,
        Some(std::cmp::Ordering::Greater) => Moved::Tightened,
        Some(std::cmp::Ordering::Equal) if text(base, "valueExt") != text(head, "valueExt") => Moved::Unclear,
        Some(std::cmp::Ordering::Equal) => Moved::Not,
    }
}

fn level_text(promise: NodeRef<'_>) -> String {
    let value = promise.get("value").map(any_text).unwrap_or_default();
    match text(promise, "unit") {
        Some(unit) => format!("{value} {unit}"),
        None => value,
    }
}

fn level(promise: NodeRef<'_>) -> Option<String> {
    text(promise, "property").map(|property| level_name(&property))
}

fn level_and_id(promise: NodeRef<'_>) -> Option<String> {
    Some(format!("{} {}", level(promise)?, text(promise, "id")?))
}

fn level_and_element(promise: NodeRef<'_>) -> Option<String> {
    Some(format!("{} {}", level(promise)?, text(promise, "element").unwrap_or_default()))
}

/// How the values that a rule allows moved.
struct ValidMoved {
    moved: Moved,
    gone: Vec<String>,
    new: Vec<String>,
}

impl ValidMoved {
    /// Compares the lists of two rules that measure the same otherwise; `None` where they are the same, or where nobody can
    /// tell whether more or less is promised.
    fn read(base: NodeRef<'_>, head: NodeRef<'_>, demand: Moved) -> Option<ValidMoved> {
        let (was, is) = (valid_texts(base)?, valid_texts(head)?);
        let missing = |from: &[String], other: &[String]| -> Vec<String> {
            from.iter().filter(|value| !other.contains(value)).cloned().collect()
        };
        let (gone, new) = (missing(&was, &is), missing(&is, &was));
        let is_else = |key: &&str| measured_beside_values(base, key) != measured_beside_values(head, key);
        if (gone.is_empty() && new.is_empty()) || MEASURE.iter().any(is_else) {
            return None;
        }
        if !(is_of_valid_values(base) && is_of_valid_values(head)) {
            return None;
        }
        let moved = if new.is_empty() { Moved::Tightened } else { Moved::Relaxed };
        // A limit that moves the other way at once: which of them counts, nobody can tell.
        (demand == Moved::Not || demand == moved).then_some(ValidMoved { moved, gone, new })
    }
}

/// Returns the list of values that a rule allows.
fn valid_values(rule: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let list = rule.get("arguments").and_then(|arguments| arguments.get(VALID_VALUES));
    list.or_else(|| rule.get(VALID_VALUES)).filter(|list| list.is_sequence())
}

fn valid_texts(rule: NodeRef<'_>) -> Option<Vec<String>> {
    Some(valid_values(rule)?.items().map(any_text).collect())
}

/// What a rule says of one part of what it measures, but for the values that it allows.
fn measured_beside_values(rule: NodeRef<'_>, key: &str) -> Option<String> {
    match (key, rule.get(key)) {
        (VALID_VALUES, _) => None,
        ("arguments", Some(arguments)) => {
            let mut arguments = arguments.to_json();
            if let Some(arguments) = arguments.as_object_mut() {
                arguments.shift_remove(VALID_VALUES);
            }
            Some(sorted(&arguments))
        }
        _ => measured(rule, key),
    }
}

/// Says whether a rule promises that values are of its list: no more than so many are invalid, or no less than so many
/// valid.
fn is_of_valid_values(rule: NodeRef<'_>) -> bool {
    let counts_invalid = match text(rule, "metric").or_else(|| text(rule, "rule")).as_deref() {
        Some("invalidValues") => true,
        Some(VALID_VALUES) => false,
        _ => return false,
    };
    let is_percent = text(rule, "unit").is_some_and(|unit| matches!(unit.trim(), "percent" | "%"));
    Demand::read_all(rule).iter().all(|demand| match (demand.operator.as_str(), demand.values.first()) {
        ("mustBeLessThan" | "mustBeLessOrEqualTo", Some(_)) => counts_invalid,
        ("mustBeGreaterThan" | "mustBeGreaterOrEqualTo", Some(_)) => !counts_invalid,
        ("mustBe" | "mustBeBetween", Some(Value::Number(number))) if counts_invalid => number.abs() < f64::EPSILON,
        ("mustBe", Some(Value::Number(number))) => is_percent && (number - 100.0).abs() < f64::EPSILON,
        _ => false,
    })
}

/// What a rule measures: one that gets a name, or another one, is the same rule. Prose measures nothing that can be told
/// again, and who states an id says by it which rule it is.
fn measure_of(rule: NodeRef<'_>) -> Option<String> {
    const SAYS: [&str; 5] = ["metric", "rule", "query", "implementation", "arguments"];
    let says = text(rule, "id").is_none() && SAYS.iter().any(|key| rule.get(key).is_some());
    says.then(|| measure(rule))
}

/// What a rule measures and demands: of several that measure the same, which is which.
fn whole(rule: NodeRef<'_>) -> Option<String> {
    Some([measure_of(rule)?, demand(rule)].join("\u{0}"))
}

/// The id with what a rule measures and demands: of several with one id, which is which.
fn with_id(rule: NodeRef<'_>) -> Option<String> {
    Some([text(rule, "id")?.into_owned(), measure(rule), demand(rule)].join("\u{0}"))
}

/// What a rule that has an id measures and demands: it is the same promise under another id.
fn promised(rule: NodeRef<'_>) -> Option<String> {
    const SAYS: [&str; 4] = ["metric", "rule", "query", "implementation"];
    SAYS.iter().any(|key| rule.get(key).is_some()).then(|| [measure(rule), demand(rule)].join("\u{0}"))
}

fn measure(rule: NodeRef<'_>) -> String {
    MEASURE.map(|key| measured(rule, key).unwrap_or_default()).join("\u{0}")
}

fn demand(rule: NodeRef<'_>) -> String {
    QualityRule::OPERATORS.map(|operator| rule.get(operator).map(any_text).unwrap_or_default()).join("\u{0}")
}

/// What a rule says of one part of what it measures, in one spelling: blanks of a query, the sign for percent and the type
/// that a rule has anyway are no matter.
fn measured(rule: NodeRef<'_>, key: &str) -> Option<String> {
    let written = rule.get(key).map(|value| match value.scalar_text() {
        Some(text) => text.into_owned(),
        None => sorted(&with_values_in_order(value.to_json(), key)),
    });
    match (key, written) {
        ("type", None) => Some("library".to_owned()),
        ("unit", Some(unit)) if unit.trim() == "%" => Some("percent".to_owned()),
        ("query", Some(query)) => Some(in_one_line(&query)),
        (_, written) => written,
    }
}

/// Brings the values that a rule allows in one order: they are a set.
fn with_values_in_order(mut written: serde_json::Value, key: &str) -> serde_json::Value {
    let list = if key == VALID_VALUES { Some(&mut written) } else { written.get_mut(VALID_VALUES) };
    if let Some(serde_json::Value::Array(values)) = list {
        values.sort_by_cached_key(ToString::to_string);
    }
    written
}

/// A value as text, where the order of keys is no matter.
fn sorted(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(map) => {
            let mut entries: Vec<String> =
                map.iter().map(|(key, value)| format!("{key:?}:{}", sorted(value))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        serde_json::Value::Array(items) => {
            format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(","))
        }
        value => value.to_string(),
    }
}

/// A query with one blank where there were several, but not within quotes. One with comments or with names in quotes stays
/// as it is: blanks may matter there.
fn in_one_line(query: &str) -> String {
    if query.contains(['"', '`', '#']) || query.contains("--") || query.contains("/*") {
        return query.trim().to_owned();
    }
    let parts = query.trim().split('\'').enumerate().map(|(position, part)| {
        if position % 2 == 1 {
            return part.to_owned();
        }
        let words = part.split_whitespace().collect::<Vec<_>>().join(" ");
        let blank = |is: bool| if is { " " } else { "" };
        let (before, after) = (part.starts_with(char::is_whitespace), part.ends_with(char::is_whitespace));
        if words.is_empty() { blank(before).to_owned() } else { format!("{}{words}{}", blank(before), blank(after)) }
    });
    parts.collect::<Vec<_>>().join("'")
}

fn severity(rule: NodeRef<'_>) -> u8 {
    text(rule, "severity").map_or(2, |word| weight(&word))
}

/// How the demand of a rule moved: its limits, and what it weighs.
fn demand_moved(base: NodeRef<'_>, head: NodeRef<'_>) -> Moved {
    let moved = demands_moved(&Demand::read_all(base), &Demand::read_all(head));
    match (moved, severity(base).cmp(&severity(head))) {
        (Moved::Not, std::cmp::Ordering::Less) => Moved::Tightened,
        (Moved::Not | Moved::Tightened, std::cmp::Ordering::Greater) => Moved::Relaxed,
        (moved, _) => moved,
    }
}

fn metric(rule: NodeRef<'_>) -> Option<String> {
    let is_named = text(rule, "id").is_some() || text(rule, "name").is_some();
    let metric = text(rule, "metric").or_else(|| text(rule, "rule")).map(String::from);
    metric.filter(|_| !is_named)
}

/// How a rule is called: its name, id or metric.
fn label(rule: NodeRef<'_>) -> String {
    let name = name_of(rule);
    if !name.is_empty() {
        return name.into_owned();
    }
    let other = text(rule, "id").or_else(|| text(rule, "metric")).or_else(|| text(rule, "rule"));
    other.or_else(|| text(rule, "type")).map_or_else(|| "unnamed".to_owned(), String::from)
}

fn shown(rule: NodeRef<'_>) -> String {
    let demand = QualityRule::OPERATORS.into_iter().find_map(|operator| {
        let value = rule.get(operator)?;
        let values: Vec<String> =
            if value.is_sequence() { value.items().map(any_text).collect() } else { vec![any_text(value)] };
        Some(format!("{operator} {}", values.join(" and ")))
    });
    let severity = text(rule, "severity").map(|severity| format!("severity {severity}"));
    let words: Vec<String> = demand.into_iter().chain(severity).collect();
    if words.is_empty() { label(rule) } else { words.join(", ") }
}

/// How much a severity weighs; a word of one's own as much as an error.
fn weight(word: &str) -> u8 {
    match word.trim().to_lowercase().as_str() {
        "info" | "low" | "minor" | "notice" | "debug" => 0,
        "warning" | "warn" | "medium" => 1,
        _ => 2,
    }
}
