//! Policies ready to run: their expressions compiled, what is wrong with them told.

use jiff::civil::Date;

use super::cel::{Code, Compiler, Fault, Mistake, MistakeKind, Shapes, Subject, place_in_scalar};
use super::rules::policies as rules;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::graph::Mesh;
use crate::model::{Policy, SpannedText, date_of};
use crate::source::{FileId, SourceMap, SourceTexts, Span, Tree};

/// Where policies come from, when they are not those of the mesh.
pub struct Origin<'a> {
    /// The policies.
    pub policies: Vec<Policy>,
    /// Where their files are read.
    pub tree: &'a dyn Tree,
    /// Their paths there, in the order of `policies`.
    pub paths: Vec<String>,
}

/// How far a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Shown and never counted.
    Proposed,
    /// Reports, at most as a warning.
    Trial,
    /// Counts.
    Enforced,
    /// Not run.
    Retired,
}

impl Stage {
    /// Returns the stage of a policy; enforced when it states none.
    #[must_use]
    pub fn of(policy: &Policy) -> Stage {
        match policy.stage.as_deref() {
            Some("proposed") => Stage::Proposed,
            Some("trial") => Stage::Trial,
            Some("retired") => Stage::Retired,
            _ => Stage::Enforced,
        }
    }

    /// Returns the word of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Stage::Proposed => "proposed",
            Stage::Trial => "trial",
            Stage::Enforced => "enforced",
            Stage::Retired => "retired",
        }
    }
}

/// Returns how much a violation weighs on a day: the policy's severity, at most a warning on trial
/// and before `effectiveFrom`.
#[must_use]
pub(super) fn severity(policy: &Policy, today: Date) -> Severity {
    let stated = policy.severity.as_deref().and_then(Severity::named).unwrap_or(Severity::Error);
    let is_ahead = policy.effective_from.as_deref().and_then(date_of).is_some_and(|day| today < day);
    if is_ahead || Stage::of(policy) == Stage::Trial { stated.min(Severity::Warning) } else { stated }
}

/// A policy ready to run.
#[derive(Debug)]
pub(super) struct Compiled<'p> {
    pub(super) policy: &'p Policy,
    pub(super) scope: Scope,
    pub(super) stage: Stage,
    pub(super) variables: Vec<Code>,
    pub(super) validations: Vec<Condition>,
    /// Every expression was understood.
    pub(super) is_usable: bool,
    /// The file that findings about the policy point into.
    pub(super) file: FileId,
    /// The file is as it was read: places in it can be shown.
    pub(super) is_shown: bool,
}

/// One thing that must hold, ready to run.
#[derive(Debug)]
pub(super) struct Condition {
    /// Its position among the validations.
    pub(super) position: usize,
    pub(super) code: Code,
    pub(super) message: Option<Code>,
}

impl<'p> Compiled<'p> {
    pub(super) fn id(&self) -> &'p str {
        &self.policy.header.id.value
    }

    /// Returns what a violation says: the message that was made, else the one that is stated. A blank one says
    /// nothing, so that the title of the policy stands for it.
    pub(super) fn said(&self, validation: usize, made: Option<Result<String, Fault>>) -> String {
        let stated = self.policy.validations[validation].message.as_deref();
        let stated = stated.filter(|text| !text.trim().is_empty());
        match (made, stated) {
            (Some(Ok(message)), _) if !message.trim().is_empty() => message,
            (_, Some(stated)) => stated.to_owned(),
            (Some(Err(fault)), None) => format!("no message could be made: {}", fault.message),
            (Some(Ok(_)) | None, None) => {
                let title = self.policy.header.title();
                format!("it does not meet \"{title}\"; the message of the policy for this is blank")
            }
        }
    }

    /// Returns the text of an expression: of a variable, else of a validation.
    pub(super) fn text(&self, variable: Option<usize>, validation: usize) -> &'p SpannedText {
        match variable {
            Some(position) => &self.policy.variables[position].expression,
            None => &self.policy.validations[validation].expression,
        }
    }

    /// Returns a place in the policy's file.
    pub(super) fn place(&self, span: Span) -> Span {
        if self.is_shown { span } else { Span::default() }
    }

    /// Returns where a part of an expression stands.
    pub(super) fn place_in(&self, texts: &SourceTexts, expression: &SpannedText, at: (u32, u32)) -> Span {
        if !self.is_shown {
            return Span::default();
        }
        place_in_scalar(texts.text(self.file), expression.span, &expression.value, at)
    }
}

/// Compiles policies, and tells what is wrong with them.
pub(super) fn compile<'p>(
    policies: &'p [Policy],
    origin: Option<&Origin<'_>>,
    shapes: &Shapes,
    mesh: &Mesh,
    sources: &SourceMap,
    tree: &dyn Tree,
    sink: &mut Sink,
) -> Vec<Compiled<'p>> {
    let mut compiled = Vec::with_capacity(policies.len());
    for (position, policy) in policies.iter().enumerate() {
        if policy.header.is_broken() {
            continue;
        }
        let (file, is_shown) = match origin {
            None => (policy.header.file, true),
            Some(origin) => place_of(&origin.paths[position], origin.tree, sources, tree),
        };
        compiled.push(one(policy, file, is_shown, shapes, mesh, sources, tree, sink));
    }
    compiled
}

/// Returns the file of the mesh with the path of a policy of another revision, and whether it is the same.
fn place_of(path: &str, origin: &dyn Tree, sources: &SourceMap, tree: &dyn Tree) -> (FileId, bool) {
    match sources.id(path) {
        None => (FileId(0), false),
        Some(file) => (file, tree.read(path).ok() == origin.read(path).ok()),
    }
}

#[expect(clippy::too_many_arguments, reason = "one policy and everything it is read against")]
fn one<'p>(
    policy: &'p Policy,
    file: FileId,
    is_shown: bool,
    shapes: &Shapes,
    mesh: &Mesh,
    sources: &SourceMap,
    tree: &dyn Tree,
    sink: &mut Sink,
) -> Compiled<'p> {
    let scope = Scope::of(policy, mesh);
    let mut compiled = Compiled {
        policy,
        stage: Stage::of(policy),
        variables: Vec::new(),
        validations: Vec::new(),
        is_usable: true,
        file,
        is_shown,
        scope,
    };
    // What a policy is about whose kinds cannot be read is not known.
    let kinds = if compiled.scope.is_misspelt { Vec::new() } else { compiled.scope.kinds.clone() };
    let mut compiler = Compiler::new(shapes, Subject { kinds });
    let mut mistakes: Vec<(&SpannedText, Mistake)> = Vec::new();
    // An empty expression is told by the schema.
    let is_empty = |text: &SpannedText| text.value.is_empty();
    for variable in &policy.variables {
        match compiler.variable(&variable.name, &variable.expression.value) {
            Ok(code) => compiled.variables.push(code),
            Err(mistake) => mistakes.push((&variable.expression, mistake)),
        }
    }
    for (position, validation) in policy.validations.iter().enumerate() {
        let condition = compiler.condition(&validation.expression.value);
        let message = validation.message_expression.as_ref().map(|text| (text, compiler.message(&text.value)));
        let message = match message {
            None => None,
            Some((_, Ok(code))) => Some(code),
            Some((text, Err(mistake))) => {
                mistakes.push((text, mistake));
                None
            }
        };
        match condition {
            Ok(code) => compiled.validations.push(Condition { position, code, message }),
            Err(mistake) => mistakes.push((&validation.expression, mistake)),
        }
    }
    if !mistakes.is_empty() {
        compiled.is_usable = false;
        mistakes.retain(|(expression, _)| !is_empty(expression));
        let texts = sources.texts(tree, [file]);
        for (expression, mistake) in mistakes {
            let span = compiled.place_in(&texts, expression, mistake.at);
            sink.push(told(&mistake, file, span).subject(policy.header.reference()));
        }
    }
    compiled
}

fn told(mistake: &Mistake, file: FileId, span: Span) -> Diagnostic {
    let (rule, label) = match mistake.kind {
        MistakeKind::Syntax => (&rules::UNREADABLE_EXPRESSION, "the expression cannot be read from here"),
        MistakeKind::Pattern => (&rules::UNREADABLE_EXPRESSION, "the pattern"),
        MistakeKind::Name => (&rules::UNKNOWN_NAME, "this cannot be asked"),
        MistakeKind::Limit => (&rules::EXPRESSION_OVER_LIMIT, "more than an expression may have"),
    };
    rule.at(file, span, mistake.message.clone()).label(label).help(mistake.help.clone())
}
