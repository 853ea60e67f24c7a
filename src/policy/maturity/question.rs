//! What a criterion asks, and whether that can be asked at all.

use serde_json::Value;

use crate::model::{Criterion, Filter, Kind, SpannedText, Text};
use crate::source::Span;
use crate::yaml::{Schemas, did_you_mean};

/// A criterion that can be judged.
pub(super) struct Asked<'a> {
    pub(super) path: Path<'a>,
    pub(super) measure: Measure<'a>,
    pub(super) filter: &'a Filter,
    /// What is asked of the contracts that the property names.
    pub(super) of_contract: Option<Path<'a>>,
    pub(super) is_percent: bool,
}

/// What is measured, and what it is compared with.
pub(super) enum Measure<'a> {
    /// Nothing: people judge it, and the draft lets it pass.
    Words,
    /// How many items there are.
    Count(Bound),
    /// How many values are not stated.
    Empty(Bound),
    /// How many values are none of a list.
    Invalid(Bound, &'a [Text]),
    /// How many values are of a list; without a bound all must be.
    Valid(Option<Bound>, &'a [Text]),
    /// Every value is, or is not, one of these.
    Equal { is_wanted: bool, values: Vec<Text> },
}

/// A bound of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bound {
    Is(f64),
    IsNot(f64),
    Above(f64),
    From(f64),
    Below(f64),
    UpTo(f64),
    Between(f64, f64),
    Outside(f64, f64),
}

impl Bound {
    pub(super) fn holds(self, number: f64) -> bool {
        // Numbers of items and their shares: equal is equal up to the last bits of a division.
        let is = |other: f64| (number - other).abs() < 1e-9;
        match self {
            Bound::Is(other) => is(other),
            Bound::IsNot(other) => !is(other),
            Bound::Above(other) => number > other && !is(other),
            Bound::From(other) => number > other || is(other),
            Bound::Below(other) => number < other && !is(other),
            Bound::UpTo(other) => number < other || is(other),
            Bound::Between(low, high) => Bound::From(low).holds(number) && Bound::UpTo(high).holds(number),
            Bound::Outside(low, high) => !Bound::Between(low, high).holds(number),
        }
    }
}

/// A path such as `schema[].properties[].description`: names, each with whether its items are meant.
pub(super) struct Path<'a> {
    pub(super) parts: Vec<(&'a str, bool)>,
}

impl<'a> Path<'a> {
    /// Reads a path; `None` when it is none.
    pub(super) fn of(text: &'a str) -> Option<Path<'a>> {
        let part = |part: &'a str| {
            let name = part.strip_suffix("[]");
            let (name, is_each) = (name.unwrap_or(part), name.is_some());
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'));
            is_name.then_some((name, is_each))
        };
        let parts: Option<Vec<_>> = text.trim().split('.').map(part).collect();
        parts.map(|parts| Path { parts })
    }

    /// Returns the last name.
    pub(super) fn last(&self) -> &'a str {
        self.parts.last().map_or("", |(name, _)| name)
    }
}

/// Why a criterion is not judged.
pub(super) struct Unjudged {
    pub(super) at: Span,
    pub(super) why: String,
    pub(super) help: String,
}

fn unjudged<T>(at: Span, why: impl Into<String>, help: impl Into<String>) -> Result<T, Unjudged> {
    Err(Unjudged { at, why: why.into(), help: help.into() })
}

/// The fields that files of a kind may have.
pub(super) struct Schema<'a> {
    kind: Kind,
    root: Option<&'a Value>,
    newest: &'a str,
}

impl<'a> Schema<'a> {
    pub(super) fn of(schemas: &'a Schemas, kind: Kind) -> Schema<'a> {
        let newest = schemas.versions(kind.schema()).last().copied().unwrap_or_default();
        Schema { kind, root: schemas.annotated(kind.schema()), newest }
    }

    /// Follows references inside the schema.
    fn resolved(&self, mut node: &'a Value) -> &'a Value {
        // A schema of ours refers a few times at most.
        for _ in 0..8 {
            let target = node.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
            match target.and_then(|path| self.root?.pointer(path)) {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// Adds a schema and all that is said of the same value beside it: forms, conditions, what later versions set.
    fn forms(&self, node: &'a Value, into: &mut Vec<&'a Value>) {
        // A schema of ours has a few forms; one that refers to itself ends here as well.
        const MOST: usize = 200;
        if into.len() == MOST || into.iter().any(|known| std::ptr::eq(*known, node)) {
            return;
        }
        into.push(node);
        let resolved = self.resolved(node);
        if !std::ptr::eq(resolved, node) {
            self.forms(resolved, into);
        }
        let lists = ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| node.get(*key)?.as_array()).flatten();
        let single = ["then", "else", "if"].iter().filter_map(|key| node.get(*key));
        let later = node.get("x-when").and_then(Value::as_array).into_iter().flatten().filter_map(|e| e.get("set"));
        let dependent = node.get("dependentSchemas").and_then(Value::as_object);
        for form in lists.chain(single).chain(later).chain(dependent.into_iter().flat_map(|map| map.values())) {
            self.forms(form, into);
        }
    }

    /// Returns the forms of a field of some value; nothing where none has it.
    fn step(&self, of: &[&'a Value], name: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        for field in of.iter().filter_map(|form| form.get("properties")?.get(name)) {
            self.forms(field, &mut found);
        }
        found
    }

    /// Opens lists: the forms of their items join those of the value, with whether there are any.
    fn opened(&self, mut of: Vec<&'a Value>) -> (Vec<&'a Value>, bool) {
        let (mut position, mut is_list) = (0, false);
        while let Some(form) = of.get(position) {
            if let Some(items) = form.get("items") {
                is_list = true;
                self.forms(items, &mut of);
            }
            position += 1;
        }
        (of, is_list)
    }

    /// Returns the first name of a path that no file of the kind has, with what is there instead.
    fn unknown<'p>(&self, path: &Path<'p>) -> Option<(&'p str, Vec<&'a str>)> {
        let mut forms = Vec::new();
        self.forms(self.root?, &mut forms);
        for (position, (name, _)) in path.parts.iter().enumerate() {
            // The draft means all quality rules of a contract by `quality[]`.
            if position == 0 && *name == "quality" && self.kind == Kind::DataContract {
                return None;
            }
            let next = self.step(&forms, name);
            if next.is_empty() {
                // What may hold any field may hold this one.
                let is_any = |form: &&Value| {
                    form.get("patternProperties").is_some()
                        || form.get("additionalProperties").is_some_and(Value::is_object)
                };
                let fields = forms.iter().filter_map(|form| form.get("properties")?.as_object());
                let fields: std::collections::BTreeSet<&str> =
                    fields.flat_map(|fields| fields.keys().map(String::as_str)).collect();
                let is_open = fields.is_empty() || forms.iter().any(is_any);
                return (!is_open).then(|| (*name, fields.into_iter().collect()));
            }
            forms = self.opened(next).0;
        }
        None
    }
}

impl Schema<'_> {
    /// Returns a path where files of the kind may have it.
    fn known<'p>(&self, path: Path<'p>, at: Span) -> Result<Path<'p>, Unjudged> {
        let Some((name, fields)) = self.unknown(&path) else { return Ok(path) };
        let why = format!("a {} has no `{name}` there", self.kind.title());
        let otherwise = || format!("`meshfolio schema {}` shows its fields", self.kind.word());
        unjudged(at, why, did_you_mean(name, fields.iter().copied(), otherwise))
    }

    /// Returns a path as it has to be written where a list in it stands without its items; `None` where none does.
    fn unopened(&self, path: &Path<'_>) -> Option<String> {
        let mut forms = Vec::new();
        self.forms(self.root?, &mut forms);
        let (mut written, mut is_unopened) = (Vec::new(), false);
        for (name, is_each) in &path.parts {
            let next = self.step(&forms, name);
            if next.is_empty() {
                return None;
            }
            let is_list;
            (forms, is_list) = self.opened(next);
            is_unopened |= is_list && !is_each;
            written.push(format!("{name}{}", if is_list { "[]" } else { "" }));
        }
        is_unopened.then(|| written.join("."))
    }
}

/// Reads the path of a property.
pub(super) fn path<'a>(property: &'a SpannedText, schema: &Schema<'_>) -> Result<Path<'a>, Unjudged> {
    let Some(path) = Path::of(&property.value) else {
        let help =
            "write names with dots, and `[]` behind a list whose items are meant: `schema[].properties[].description`";
        return unjudged(property.span, format!("`{}` is no path", property.value), help);
    };
    schema.known(path, property.span)
}

impl<'a> Asked<'a> {
    /// Understands a criterion; `contracts` is the schema of what `relatesTo` leads to.
    pub(super) fn of(
        criterion: &'a Criterion,
        schema: &Schema<'_>,
        contracts: &Schema<'_>,
    ) -> Result<Asked<'a>, Unjudged> {
        let filter = &criterion.filter;
        let is_percent = criterion.is_percent;
        if criterion.is_text {
            let path = Path { parts: Vec::new() };
            return Ok(Asked { path, measure: Measure::Words, filter, of_contract: None, is_percent });
        }
        let path = path(&criterion.property, schema)?;
        if let Some(other) = filter.others.first() {
            let known = ["having", "anyOf", "where", "distinct", "validValues", "relatesTo"];
            let help = did_you_mean(&other.value, known, || format!("arguments are {}", known.join(", ")));
            return unjudged(other.span, format!("the argument `{}` is not known", other.value), help);
        }
        if filter.only.as_ref().is_some_and(|only| only.among.is_none() && only.is_stated.is_none()) {
            return unjudged(
                criterion.property.span,
                "its `where` says nothing of the field",
                "add `in` or `isNotNull`",
            );
        }
        let of_contract = match &filter.relates_to {
            None => None,
            Some(relates) => Some(related(relates, &path, contracts)?),
        };
        let measure = measure(criterion, schema)?;
        if matches!(measure, Measure::Invalid(..) | Measure::Valid(..) | Measure::Equal { .. })
            && let Some(list) = schema.unopened(&path)
        {
            let why =
                format!("the values of a list are asked, and `{}` names the list itself", criterion.property.value);
            return unjudged(criterion.property.span, why, format!("write `{list}`"));
        }
        Ok(Asked { path, measure, filter, of_contract, is_percent })
    }
}

/// Reads what is asked of the contracts that a property names.
fn related<'a>(relates: &'a SpannedText, path: &Path<'_>, contracts: &Schema<'_>) -> Result<Path<'a>, Unjudged> {
    let asked = relates.value.trim().strip_prefix("[DataContract].").and_then(Path::of);
    match asked {
        Some(asked) if path.last() == "contractId" => contracts.known(asked, relates.span),
        Some(_) => unjudged(
            relates.span,
            "only a `contractId` leads to a contract",
            "ask `outputPorts[].contractId` or `inputPorts[].contractId`",
        ),
        None => unjudged(
            relates.span,
            format!("what `relatesTo: {}` asks is left open by the draft", relates.value),
            "`[DataContract].status` and other paths into contracts are judged; write the rule as a `kind: Policy`",
        ),
    }
}

fn measure<'a>(criterion: &'a Criterion, schema: &Schema<'_>) -> Result<Measure<'a>, Unjudged> {
    const METRICS: [&str; 4] = ["rowCount", "nullValues", "invalidValues", "validValues"];
    let Some(metric) = &criterion.metric else {
        let help = "add `metric: rowCount`, `nullValues`, `invalidValues` or `validValues`, or `type: text` for people";
        return unjudged(criterion.id.span, "it names no metric", help);
    };
    let valid = criterion.filter.valid.as_deref();
    match metric.value.as_str() {
        "rowCount" => Ok(Measure::Count(bound(criterion)?)),
        "nullValues" => Ok(Measure::Empty(bound(criterion)?)),
        "invalidValues" => match valid {
            Some(valid) => Ok(Measure::Invalid(bound(criterion)?, valid)),
            None => unjudged(metric.span, "it names no valid values", "add `arguments: {validValues: [...]}`"),
        },
        "validValues" => match (valid, &criterion.threshold) {
            (Some(valid), None) => Ok(Measure::Valid(None, valid)),
            (Some(valid), Some(_)) => Ok(Measure::Valid(Some(bound(criterion)?), valid)),
            (None, Some(threshold)) if matches!(threshold.operator.value.as_str(), "mustBe" | "mustNotBe") => {
                let resolve = |value: &Text| if value == "latest" { Text::from(schema.newest) } else { value.clone() };
                let values = threshold.values.iter().map(resolve).collect();
                Ok(Measure::Equal { is_wanted: threshold.operator.value == "mustBe", values })
            }
            (None, _) => {
                let help = "add `mustBe: VALUE`, or `arguments: {validValues: [...]}`";
                unjudged(metric.span, "it does not say which values are valid", help)
            }
        },
        other => {
            let help = did_you_mean(other, METRICS, || format!("metrics are {}", METRICS.join(", ")));
            unjudged(metric.span, format!("the metric `{other}` is not known"), help)
        }
    }
}

fn bound(criterion: &Criterion) -> Result<Bound, Unjudged> {
    let Some(threshold) = &criterion.threshold else {
        let help = "add an operator, such as `mustBeGreaterOrEqualTo: 1`";
        return unjudged(criterion.id.span, "it compares with nothing", help);
    };
    let numbers: Option<Vec<f64>> = threshold
        .values
        .iter()
        .map(|value| value.trim().parse().ok().filter(|number: &f64| number.is_finite()))
        .collect();
    let operator = threshold.operator.value.as_str();
    let bound = match (operator, numbers.as_deref()) {
        ("mustBe", Some([number])) => Some(Bound::Is(*number)),
        ("mustNotBe", Some([number])) => Some(Bound::IsNot(*number)),
        ("mustBeGreaterThan", Some([number])) => Some(Bound::Above(*number)),
        ("mustBeGreaterOrEqualTo", Some([number])) => Some(Bound::From(*number)),
        ("mustBeLessThan", Some([number])) => Some(Bound::Below(*number)),
        ("mustBeLessOrEqualTo", Some([number])) => Some(Bound::UpTo(*number)),
        ("mustBeBetween", Some([low, high])) => Some(Bound::Between(*low, *high)),
        ("mustNotBeBetween", Some([low, high])) => Some(Bound::Outside(*low, *high)),
        _ => None,
    };
    match bound {
        Some(Bound::Between(low, high) | Bound::Outside(low, high)) if low > high => unjudged(
            threshold.operator.span,
            format!("`{operator}` goes from {low} down to {high}"),
            format!("write `[{high}, {low}]`"),
        ),
        Some(bound) => Ok(bound),
        None if operator.ends_with("Between") => {
            unjudged(threshold.operator.span, format!("`{operator}` takes two numbers"), "write `[1, 5]`")
        }
        None => unjudged(threshold.operator.span, format!("`{operator}` takes a number"), "write a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_names_and_lists() {
        let parts = |text| Path::of(text).map(|path| path.parts);
        assert_eq!(parts("status"), Some(vec![("status", false)]));
        assert_eq!(
            parts("schema[].properties[].name"),
            Some(vec![("schema", true), ("properties", true), ("name", false)])
        );
        for text in ["", "a..b", "a[0]", "a.[]", "$..x", "a b"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_hold_at_their_ends_as_they_say() {
        assert!(Bound::Is(20.0).holds(1.0 / 5.0 * 100.0));
        assert!(!Bound::Below(20.0).holds(1.0 / 5.0 * 100.0));
        assert!(Bound::From(1.0).holds(1.0) && !Bound::Above(1.0).holds(1.0));
        assert!(Bound::UpTo(1.0).holds(1.0) && Bound::IsNot(1.0).holds(2.0));
        assert!(Bound::Between(1.0, 2.0).holds(2.0) && !Bound::Outside(1.0, 2.0).holds(1.0));
    }
}
