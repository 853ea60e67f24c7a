//! The test cases of a policy.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;

use super::cel::{Machine, Root, Shapes, unseen};
use super::library::Compiled;
use super::world::Given;
use crate::model::PolicyTest;
use crate::source::Span;
use crate::yaml::nearest;

/// What came of a test case.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub span: Span,
    /// The message that is expected; `None` for a case that passes.
    pub expected: Option<String>,
    /// What the policy said.
    pub found: Vec<String>,
    /// Why the case fails; `None` when it does not.
    pub failure: Option<String>,
}

/// Runs all cases.
pub(super) fn run_tests(compiled: &Compiled<'_>, shapes: &Shapes, day: &str) -> Vec<TestOutcome> {
    let run = |test: &PolicyTest| {
        let caught = catch_unwind(AssertUnwindSafe(|| run_test(compiled, test, shapes, day)));
        caught.unwrap_or_else(|_| TestOutcome {
            failure: Some("the tool itself failed on this case; please report it".to_owned()),
            ..begun(test)
        })
    };
    if compiled.is_usable { compiled.policy.tests.iter().map(run).collect() } else { Vec::new() }
}

fn begun(test: &PolicyTest) -> TestOutcome {
    let expected = test.expect.as_ref().map(ToString::to_string);
    TestOutcome { name: test.name.to_string(), span: test.span, expected, found: Vec::new(), failure: None }
}

fn run_test(compiled: &Compiled<'_>, test: &PolicyTest, shapes: &Shapes, day: &str) -> TestOutcome {
    let mut outcome = begun(test);
    if let Some(failure) = unfit(&test.given, shapes) {
        outcome.failure = Some(failure);
        return outcome;
    }
    let given = Given { given: &test.given, day: test.today.as_deref().unwrap_or(day) };
    let mut machine = Machine::new(&given, &compiled.variables);
    for validation in &compiled.validations {
        match machine.condition(&validation.code) {
            Ok(true) => {}
            Ok(false) => {
                let made = validation.message.as_ref().map(|code| machine.message(code));
                outcome.found.push(compiled.said(validation.position, made));
            }
            Err(fault) => {
                let text = compiled.text(fault.variable, validation.position);
                let part = text.get(fault.at.0 as usize..fault.at.1 as usize).unwrap_or_default();
                outcome.failure = Some(format!("`{}` cannot be told: {}", short(part), fault.message));
                return outcome;
            }
        }
    }
    outcome.failure = match (&outcome.expected, outcome.found.as_slice()) {
        (None, []) => None,
        (None, found) => Some(format!("it should pass, and the policy says: {}", found.join("; "))),
        (Some(expected), []) => Some(format!("it passes, and the policy should say: {expected}")),
        (Some(expected), found) if found.contains(expected) => None,
        (Some(expected), found) => Some(format!("the policy should say: {expected}; it says: {}", found.join("; "))),
    };
    outcome
}

/// Returns what is wrong with what a case gives: a misspelt name would be null to the policy, and a value of another type
/// would be what no file can have.
fn unfit(given: &Json, shapes: &Shapes) -> Option<String> {
    given.as_object()?.iter().find_map(|(name, value)| match Root::named(name) {
        Some(root) => shapes.unfit(root, value, &format!("given.{name}")),
        None => Some(unseen(&format!("given.{name}"), nearest(name, Root::ALL.iter().map(|(name, _)| *name)))),
    })
}

fn short(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.chars().count() > 60 { joined.chars().take(57).collect::<String>() + "..." } else { joined }
}
