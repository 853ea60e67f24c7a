//! Which promise a result is about, and whether it meets it.

use std::cmp::Ordering;

use super::days::Verdict;
use super::evidence::{Comparison, Promise, PromiseKind};
use super::promises::quality_rules;
use super::tools::metric_of;
use crate::model::{
    DataContract, ObservedResult, QualityRule, Quantity, ResultStatus, Sense, ServiceLevel, Text, is_promise,
    level_name, sense_of,
};

/// A promise that results can be about.
pub(super) struct Candidate<'a> {
    pub(super) promise: Promise,
    terms: Terms<'a>,
}

/// What exactly is promised.
#[derive(Clone, Copy)]
enum Terms<'a> {
    Level(&'a ServiceLevel),
    Rule(&'a QualityRule),
}

/// Lists the promises of a contract: service levels, then quality rules.
pub(super) fn candidates(contract: &DataContract) -> Vec<Candidate<'_>> {
    let levels = contract.service_levels.iter().filter(|level| is_promise(level)).map(|level| Candidate {
        promise: Promise {
            kind: PromiseKind::ServiceLevel,
            name: level.property.clone(),
            path: level.element.as_ref().map(|element| element.value.to_string()),
            span: level.span,
        },
        terms: Terms::Level(level),
    });
    let rules = quality_rules(contract).map(|(path, rule)| Candidate {
        promise: Promise {
            kind: PromiseKind::QualityRule,
            name: rule.name.clone().or_else(|| rule.id.clone()).or_else(|| rule.metric.clone()).unwrap_or_default(),
            path: Some(path),
            span: rule.span,
        },
        terms: Terms::Rule(rule),
    });
    levels.chain(rules).collect()
}

impl Candidate<'_> {
    /// Returns the words by which a result can name the promise.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self.terms {
            Terms::Level(level) => [Some(&level.property), level.detail.as_ref().and_then(|detail| detail.id.as_ref())],
            Terms::Rule(rule) => [rule.id.as_ref(), rule.name.as_ref()],
        };
        names.into_iter().flatten().map(Text::as_str)
    }

    /// Says in words what is promised: `at most 15 minutes`, `less than 5 percent`.
    pub(super) fn terms(&self) -> String {
        let with_unit = |value: &str, unit: Option<&Text>| match unit {
            Some(unit) => format!("{value} {unit}"),
            None => value.to_owned(),
        };
        match self.terms {
            Terms::Level(level) => {
                let value = with_unit(&level.value, level.unit.as_ref());
                match sense_of(&level.property) {
                    Some(Sense::AtMost) => format!("at most {value}"),
                    Some(Sense::AtLeast) => format!("at least {value}"),
                    None => value,
                }
            }
            Terms::Rule(rule) => {
                let words = match rule.operator.as_deref().unwrap_or_default() {
                    "mustNotBe" => "anything but",
                    "mustBeGreaterThan" => "more than",
                    "mustBeGreaterOrEqualTo" => "at least",
                    "mustBeLessThan" => "less than",
                    "mustBeLessOrEqualTo" => "at most",
                    "mustBeBetween" => "between",
                    "mustNotBeBetween" => "nothing between",
                    _ => "exactly",
                };
                format!("{words} {}", with_unit(rule.threshold.as_deref().unwrap_or_default(), rule.unit.as_ref()))
            }
        }
    }

    fn is_named(&self, id: &str) -> bool {
        match self.terms {
            Terms::Level(level) => {
                level_name(&level.property) == level_name(id)
                    || level.detail.as_ref().and_then(|detail| detail.id.as_deref()) == Some(id)
            }
            Terms::Rule(_) => self.names().any(|name| name == id),
        }
    }

    fn is_called(&self, name: &str) -> bool {
        matches!(self.terms, Terms::Rule(rule) if rule.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name)))
    }

    fn measures(&self, metric: &str) -> bool {
        match self.terms {
            Terms::Level(level) => level_name(&level.property) == level_name(metric),
            // The older words of the standard, `duplicateCount` and the like, ask the same.
            Terms::Rule(rule) => rule.metric.as_deref().is_some_and(|own| {
                own.eq_ignore_ascii_case(metric) || metric_of(own).is_some_and(|own| own.eq_ignore_ascii_case(metric))
            }),
        }
    }

    /// The columns of its object that a rule names (`arguments.properties`).
    fn columns(&self) -> &[Text] {
        match self.terms {
            Terms::Level(_) => &[],
            Terms::Rule(rule) => &rule.columns,
        }
    }

    /// Says whether the promise is about one of the things that were looked at.
    fn covers(&self, result: &ObservedResult) -> bool {
        let Some(path) = &self.promise.path else { return false };
        let targets = || result.targets.iter().map(|target| target.trim().to_lowercase());
        let is_at = |path: &str| targets().any(|target| is_same(path, &target));
        let own = self.columns();
        if !result.columns.is_empty() {
            // A key of several columns is neither one of them nor another key.
            let is_of_object = matches!(self.terms, Terms::Rule(_)) && is_at(&path.to_lowercase());
            return is_of_object && (own.is_empty() || are_same(own, &result.columns));
        }
        if !own.is_empty() {
            let at = |column: &Text| is_at(&format!("{path}.{column}").to_lowercase());
            return is_at(&path.to_lowercase()) || (own.len() == result.targets.len() && own.iter().all(at));
        }
        path.split(',').any(|part| is_at(&part.trim().to_lowercase()))
    }

    /// Says whether the promise names just the columns that were looked at together.
    fn is_of_these(&self, result: &ObservedResult) -> bool {
        !result.columns.is_empty() && are_same(self.columns(), &result.columns)
    }
}

/// Says whether two paths are one, where either may leave out what stands above.
fn is_same(one: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'));
    one == other || ends(one, other) || ends(other, one)
}

/// Says whether two lists name the same columns, in whatever order and case.
fn are_same(some: &[Text], others: &[Text]) -> bool {
    let within =
        |these: &[Text], those: &[Text]| these.iter().all(|one| those.iter().any(|it| it.eq_ignore_ascii_case(one)));
    within(some, others) && within(others, some)
}

/// Which promise a result is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// This one, by its position.
    One(usize),
    /// It can be any of so many.
    Many(usize),
    /// None.
    None,
}

/// Finds the promise that a result is about: by `id`, then by `name`, then by what was measured where.
pub(super) fn find(candidates: &[Candidate<'_>], result: &ObservedResult) -> Match {
    let all = |is: &dyn Fn(&Candidate<'_>) -> bool| -> Vec<usize> {
        candidates.iter().enumerate().filter(|(_, candidate)| is(candidate)).map(|(idx, _)| idx).collect()
    };
    if let Some(nth) = result.nth {
        return nth_of(candidates, result, nth);
    }
    let mut found = all(&|candidate| candidate.is_named(&result.id));
    if let (true, Some(name)) = (found.is_empty(), &result.name) {
        found = all(&|candidate| candidate.is_called(name));
    }
    if let (true, Some(metric)) = (found.is_empty(), &result.metric) {
        // A level is known by its name alone; a metric such as `nullValues` says nothing without a place.
        let is_level = |candidate: &Candidate<'_>| matches!(candidate.terms, Terms::Level(_));
        found = all(&|candidate| candidate.measures(metric) && (is_level(candidate) || candidate.covers(result)));
    }
    if found.len() > 1 {
        let covering: Vec<usize> = found.iter().copied().filter(|idx| candidates[*idx].covers(result)).collect();
        let general: Vec<usize> = found.iter().copied().filter(|idx| candidates[*idx].promise.path.is_none()).collect();
        let narrowed = if covering.is_empty() { general } else { covering };
        found = if narrowed.is_empty() { found } else { narrowed };
        let exact: Vec<usize> = found.iter().copied().filter(|idx| candidates[*idx].is_of_these(result)).collect();
        found = if exact.is_empty() { found } else { exact };
    }
    match found.as_slice() {
        [] => Match::None,
        [only] => Match::One(*only),
        many => Match::Many(many.len()),
    }
}

/// Finds a rule by its position among those of the one thing that was looked at.
fn nth_of(candidates: &[Candidate<'_>], result: &ObservedResult, nth: u32) -> Match {
    let [target] = result.targets.as_slice() else { return Match::None };
    let is_there = |candidate: &&(usize, &Candidate<'_>)| {
        matches!(candidate.1.terms, Terms::Rule(_))
            && candidate.1.promise.path.as_ref().is_some_and(|path| path.eq_ignore_ascii_case(target))
    };
    let position = usize::try_from(nth).unwrap_or(usize::MAX);
    let found = candidates.iter().enumerate().filter(|candidate| is_there(&candidate)).nth(position);
    found.map_or(Match::None, |(idx, _)| Match::One(idx))
}

/// What a result says of its promise.
#[derive(Debug, PartialEq)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) comparison: Option<Comparison>,
    /// The result passes, and its value misses the promise.
    pub(super) is_contradicted: bool,
}

/// Judges a result by its value where that can be compared with the promise, and by its status. `None`
/// when the check itself failed: then nothing was observed.
pub(super) fn judge(candidate: &Candidate<'_>, result: &ObservedResult) -> Option<Judgement> {
    let value = result.value.as_deref().map(|value| (value, result.unit.as_deref()));
    let (is_met, comparison) = match (candidate.terms, value) {
        (_, None) => (None, None),
        (Terms::Level(level), Some(value)) => meets_level(level, value),
        (Terms::Rule(rule), Some(value)) => meets_rule(rule, value),
    };
    let passes = match result.status {
        ResultStatus::Error => return None,
        ResultStatus::Fail => false,
        ResultStatus::SoftFail => {
            let verdict = if is_met == Some(true) { Verdict::Kept } else { Verdict::Missed };
            return Some(Judgement { verdict, comparison, is_contradicted: false });
        }
        ResultStatus::Pass | ResultStatus::Warn => true,
        ResultStatus::Measured => {
            let verdict = if is_met? { Verdict::Kept } else { Verdict::Missed };
            return Some(Judgement { verdict, comparison, is_contradicted: false });
        }
    };
    let is_contradicted = passes && is_met == Some(false);
    let verdict = if passes && !is_contradicted { Verdict::Kept } else { Verdict::Missed };
    Some(Judgement { verdict, comparison, is_contradicted })
}

type Written<'a> = (&'a str, Option<&'a str>);

fn meets_level(level: &ServiceLevel, observed: Written<'_>) -> (Option<bool>, Option<Comparison>) {
    let Some(sense) = sense_of(&level.property) else { return (None, None) };
    let promised = (level.value.as_str(), level.unit.as_deref());
    let Some((order, comparison)) = compare(promised, observed, Some(sense)) else { return (None, None) };
    let is_met = match sense {
        Sense::AtMost => order != Ordering::Greater,
        Sense::AtLeast => order != Ordering::Less,
    };
    (Some(is_met), comparison)
}

/// Compares an observed value with a promised one.
fn compare(
    promised: Written<'_>,
    observed: Written<'_>,
    sense: Option<Sense>,
) -> Option<(Ordering, Option<Comparison>)> {
    let (promised, observed) = Quantity::read_both(promised, observed)?;
    let order = observed.compare(&promised)?;
    let comparison = sense.map(|sense| Comparison {
        sense,
        promised: promised.in_unit_of(&promised),
        observed: observed.in_unit_of(&promised),
        unit: promised.unit().into(),
    });
    Some((order, comparison))
}

fn meets_rule(rule: &QualityRule, observed: Written<'_>) -> (Option<bool>, Option<Comparison>) {
    let (Some(operator), Some(threshold)) = (rule.operator.as_deref(), rule.threshold.as_deref()) else {
        return (None, None);
    };
    // Rules of the library count rows where they say nothing else.
    let is_library = rule.kind.as_deref().is_none_or(|kind| kind == "library");
    let unit = rule.unit.as_deref().or(is_library.then_some("rows"));
    let sense = match operator {
        "mustBeLessThan" | "mustBeLessOrEqualTo" => Some(Sense::AtMost),
        "mustBeGreaterThan" | "mustBeGreaterOrEqualTo" => Some(Sense::AtLeast),
        _ => None,
    };
    let compared = compare((threshold, unit), observed, sense);
    let order = compared.as_ref().map(|(order, _)| *order);
    let is_equal = || match order {
        Some(order) => Some(order == Ordering::Equal),
        // Words are equal or not; numbers that do not compare are of two kinds.
        None if Quantity::read(threshold, unit).is_none() => Some(threshold.trim() == observed.0.trim()),
        None => None,
    };
    let is_between = || {
        let (low, high) = threshold.split_once(" and ")?;
        let (from_low, _) = compare((low, unit), observed, None)?;
        let (from_high, _) = compare((high, unit), observed, None)?;
        Some(from_low != Ordering::Less && from_high != Ordering::Greater)
    };
    let is_met = match operator {
        "mustBe" => is_equal(),
        "mustNotBe" => is_equal().map(|is_equal| !is_equal),
        "mustBeGreaterThan" => order.map(|order| order == Ordering::Greater),
        "mustBeGreaterOrEqualTo" => order.map(|order| order != Ordering::Less),
        "mustBeLessThan" => order.map(|order| order == Ordering::Less),
        "mustBeLessOrEqualTo" => order.map(|order| order != Ordering::Greater),
        "mustBeBetween" => is_between(),
        "mustNotBeBetween" => is_between().map(|is_between| !is_between),
        _ => None,
    };
    (is_met, compared.and_then(|(_, comparison)| comparison))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RareRule;
    use crate::source::{Span, Spanned};

    fn result(id: &str, status: ResultStatus, value: Option<(&str, &str)>) -> ObservedResult {
        ObservedResult {
            id: Spanned::new(id.into(), Span::default()),
            name: None,
            is_check: true,
            status,
            targets: Vec::new(),
            columns: Vec::new(),
            metric: None,
            value: value.map(|(value, _)| value.into()),
            unit: value.map(|(_, unit)| unit.into()).filter(|unit: &Text| !unit.is_empty()),
            message: None,
            nth: None,
            is_schema: false,
        }
    }

    fn level(property: &str, value: &str, unit: &str) -> ServiceLevel {
        ServiceLevel {
            property: property.into(),
            span: Span::default(),
            value: value.into(),
            unit_span: Span::default(),
            unit: Some(unit.into()).filter(|unit: &Text| !unit.is_empty()),
            element: None,
            detail: None,
        }
    }

    fn rule(operator: &str, threshold: &str, unit: &str) -> QualityRule {
        QualityRule {
            rare: Some(Box::new(RareRule { id: Some("r".into()), ..RareRule::default() })),
            operator: Some(operator.into()),
            threshold: Some(threshold.into()),
            unit: Some(unit.into()).filter(|unit: &Text| !unit.is_empty()),
            ..QualityRule::default()
        }
    }

    fn candidate<'a>(terms: Terms<'a>, path: Option<&str>) -> Candidate<'a> {
        let kind = match terms {
            Terms::Level(_) => PromiseKind::ServiceLevel,
            Terms::Rule(_) => PromiseKind::QualityRule,
        };
        let promise = Promise { kind, name: Text::new(), path: path.map(str::to_owned), span: Span::default() };
        Candidate { promise, terms }
    }

    #[test]
    fn a_level_is_judged_by_its_value_and_a_failure_stays_one() {
        use ResultStatus::{Error, Fail, Pass, SoftFail, Warn};
        use Verdict::{Kept, Missed};
        let freshness = level("freshness", "15", "minutes");
        let availability = level("Availability", "99.9", "%");
        let mood = level("mood", "good", "");
        for (terms, status, value, expected) in [
            (&freshness, Pass, Some(("660", "s")), Some((Kept, false))),
            (&freshness, Warn, Some(("PT15M", "")), Some((Kept, false))),
            (&freshness, Pass, Some(("0.5", "hours")), Some((Missed, true))),
            (&freshness, Fail, Some(("0.5", "hours")), Some((Missed, false))),
            (&freshness, Fail, Some(("3", "minutes")), Some((Missed, false))),
            (&freshness, Error, Some(("3", "minutes")), None),
            (&freshness, Pass, Some(("3", "rows")), Some((Kept, false))),
            (&freshness, Pass, None, Some((Kept, false))),
            (&availability, Pass, Some(("99.97", "")), Some((Kept, false))),
            (&availability, Pass, Some(("99.85", "percent")), Some((Missed, true))),
            (&mood, Pass, Some(("bad", "")), Some((Kept, false))),
            (&mood, Fail, None, Some((Missed, false))),
            (&mood, SoftFail, None, Some((Missed, false))),
            (&freshness, SoftFail, Some(("3", "rows")), Some((Missed, false))),
            (&freshness, SoftFail, Some(("3", "minutes")), Some((Kept, false))),
        ] {
            let judged = judge(&candidate(Terms::Level(terms), None), &result("x", status, value));
            let found = judged.map(|judged| (judged.verdict, judged.is_contradicted));
            assert_eq!(found, expected, "{} {status:?} {value:?}", terms.property);
        }
    }

    #[test]
    fn operators_of_rules_are_applied_to_the_value() {
        for (operator, threshold, unit, value, is_kept) in [
            ("mustBe", "0", "", ("0", "rows"), true),
            ("mustBe", "0", "", ("3", ""), false),
            ("mustBe", "EUR", "", ("EUR", ""), true),
            ("mustBe", "EUR", "", ("DKK", ""), false),
            ("mustBe", "true", "", ("true", ""), true),
            ("mustNotBe", "0", "", ("0", ""), false),
            ("mustBeLessThan", "5", "percent", ("0.05", "ratio"), false),
            ("mustBeLessThan", "5", "percent", ("4.9", "%"), true),
            ("mustBeLessOrEqualTo", "5", "", ("5", ""), true),
            ("mustBeGreaterThan", "5", "", ("5", ""), false),
            ("mustBeGreaterOrEqualTo", "5", "", ("5", ""), true),
            ("mustBeBetween", "10 and 20", "", ("10", ""), true),
            ("mustBeBetween", "10 and 20", "", ("21", ""), false),
            ("mustNotBeBetween", "10 and 20", "", ("15", ""), false),
            // Percent of rows says nothing of a number of rows: the status decides.
            ("mustBeLessThan", "5", "", ("80", "percent"), true),
            ("mustBe", "0", "", ("80", "percent"), true),
        ] {
            let rule = rule(operator, threshold, unit);
            let judged = judge(&candidate(Terms::Rule(&rule), None), &result("r", ResultStatus::Pass, Some(value)));
            let verdict = if is_kept { Verdict::Kept } else { Verdict::Missed };
            assert_eq!(judged.map(|judged| judged.verdict), Some(verdict), "{operator} {threshold} {value:?}");
        }
    }

    #[test]
    fn a_comparison_is_in_the_unit_of_the_promise() {
        let freshness = level("freshness", "15", "minutes");
        let judged =
            judge(&candidate(Terms::Level(&freshness), None), &result("x", ResultStatus::Pass, Some(("660", "s"))));
        let expected = Comparison { sense: Sense::AtMost, promised: 15.0, observed: 11.0, unit: "minutes".into() };
        assert_eq!(judged.and_then(|judged| judged.comparison), Some(expected));
    }

    #[test]
    fn a_result_finds_its_promise_by_id_then_name_then_measure() {
        let latency = level("Ly", "5", "s");
        let rare = RareRule { id: Some("r-1".into()), name: Some("No gaps".into()), ..RareRule::default() };
        let named = QualityRule { rare: Some(Box::new(rare)), ..QualityRule::default() };
        let nulls = QualityRule { metric: Some("nullValues".into()), ..QualityRule::default() };
        let known = [
            candidate(Terms::Level(&latency), None),
            candidate(Terms::Rule(&named), Some("orders")),
            candidate(Terms::Rule(&nulls), Some("orders.id")),
            candidate(Terms::Rule(&nulls), Some("orders.amount")),
        ];
        let plain = |id: &str| result(id, ResultStatus::Pass, None);
        assert_eq!(find(&known, &plain("latency")), Match::One(0));
        assert_eq!(find(&known, &plain("r-1")), Match::One(1));
        assert_eq!(find(&known, &ObservedResult { name: Some("no gaps".into()), ..plain("x") }), Match::One(1));
        let measured = |targets: &[&str]| ObservedResult {
            metric: Some("nullValues".into()),
            targets: targets.iter().map(|target| Text::from(*target)).collect(),
            ..plain("x")
        };
        assert_eq!(find(&known, &measured(&["amount"])), Match::One(3));
        assert_eq!(find(&known, &measured(&["sales.mart.Orders.ID"])), Match::One(2));
        assert_eq!(find(&known, &measured(&["orders.id", "orders.amount"])), Match::Many(2));
        assert_eq!(find(&known, &measured(&["mount"])), Match::None);
        assert_eq!(find(&known, &measured(&[])), Match::None);
        assert_eq!(find(&known, &plain("Latency2")), Match::None);
    }

    #[test]
    fn a_rule_of_an_object_is_about_the_columns_of_its_arguments() {
        let of = |metric: &str, columns: &[&str]| QualityRule {
            metric: Some(metric.into()),
            rare: Some(Box::new(RareRule {
                columns: columns.iter().map(|column| Text::from(*column)).collect(),
                ..RareRule::default()
            })),
            ..QualityRule::default()
        };
        let (one, key, old) =
            (of("duplicateValues", &["id"]), of("duplicateValues", &["order", "line"]), of("nullCheck", &["id"]));
        let known = [
            candidate(Terms::Rule(&one), Some("orders")),
            candidate(Terms::Rule(&key), Some("orders")),
            candidate(Terms::Rule(&old), Some("orders")),
        ];
        let measured = |metric: &str, targets: &[&str], columns: &[&str]| ObservedResult {
            metric: Some(metric.into()),
            targets: targets.iter().map(|target| Text::from(*target)).collect(),
            columns: columns.iter().map(|column| Text::from(*column)).collect(),
            ..result("x", ResultStatus::Pass, None)
        };
        assert_eq!(find(&known, &measured("duplicateValues", &["Orders.ID"], &[])), Match::One(0));
        assert_eq!(find(&known, &measured("nullValues", &["orders.id"], &[])), Match::One(2));
        assert_eq!(find(&known, &measured("duplicateValues", &["orders"], &["line", "order"])), Match::One(1));
        assert_eq!(find(&known, &measured("duplicateValues", &["orders.line", "orders.order"], &[])), Match::One(1));
        assert_eq!(find(&known, &measured("duplicateValues", &["orders.line"], &[])), Match::None);
        assert_eq!(find(&known, &measured("duplicateValues", &["orders"], &["id", "line"])), Match::None);
        assert_eq!(find(&known, &measured("duplicateValues", &["orders"], &[])), Match::Many(2));
        let column = [candidate(Terms::Rule(&old), Some("orders.id"))];
        assert_eq!(find(&column, &measured("nullValues", &["orders"], &["id"])), Match::None);
    }

    #[test]
    fn a_promise_for_one_element_needs_its_name_and_a_general_one_does_not() {
        let freshness = level("freshness", "15", "minutes");
        let both = [
            candidate(Terms::Level(&freshness), Some("orders.placed_at, lines.placed_at")),
            candidate(Terms::Level(&freshness), None),
        ];
        let of = |target: &str| ObservedResult {
            targets: vec![target.into()],
            ..result("freshness", ResultStatus::Pass, None)
        };
        assert_eq!(find(&both, &of("lines.placed_at")), Match::One(0));
        assert_eq!(find(&both, &of("elsewhere")), Match::One(1));
        assert_eq!(find(&both, &result("freshness", ResultStatus::Pass, None)), Match::One(1));
        let two = [candidate(Terms::Level(&freshness), Some("a")), candidate(Terms::Level(&freshness), Some("b"))];
        assert_eq!(find(&two, &result("freshness", ResultStatus::Pass, None)), Match::Many(2));
    }
}
